//! Templates of log lines: what they say, how often they came in each minute, examples, and which stands for which.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::SqliteConnection;
use wardroom_core::{FaultClass, LogLevel, LogRecord, TemplateId, Timestamp};

use super::logs::{level_of, level_word};
use super::sources::SourceId;
use super::{labels_from_json, labels_to_json, time_of};
use crate::error::StoreError;
use crate::samples::{count, unsigned};
use crate::workspace::Workspace;

/// Lines of one template that are kept as examples.
const MOST_EXAMPLES: usize = 5;
/// Services and machines that are kept of one template.
const MOST_WRITERS: usize = 20;

/// A template of log lines and what was concluded from it.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateRow {
    /// Its number.
    pub id: TemplateId,
    /// Its text, with a mark for each parameter.
    pub text: String,
    /// Its parts as JSON text, opaque to the store.
    pub parts: String,
    /// The name that a person gave it.
    pub name: Option<String>,
    /// When a line of it was first written; `None` when not known.
    pub first_seen: Option<Timestamp>,
    /// When a line of it was last written; `None` when not known.
    pub last_seen: Option<Timestamp>,
    /// Lines of it.
    pub lines: u64,
    /// The level of most of its lines; `None` when their writers did not say.
    pub level: Option<LogLevel>,
    /// Which fault its lines tell of.
    pub class: FaultClass,
    /// The most likely class, however unsure.
    pub best_class: FaultClass,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// The error code in its text.
    pub error_code: Option<String>,
    /// The service that is affected.
    pub affected_service: Option<String>,
    /// A class of a person's own.
    pub custom_class: Option<String>,
    /// Whether a person said the class.
    pub by_hand: bool,
    /// Services that write it; at most 20 are kept.
    pub services: Vec<String>,
    /// Machines on which it is written; at most 20 are kept.
    pub hosts: Vec<String>,
}

/// Which templates stand for which others, as people decided.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aliases(BTreeMap<TemplateId, TemplateId>);

impl Aliases {
    pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as("SELECT template, stands_for FROM log_template_aliases")
            .fetch_all(connection)
            .await?;
        Ok(Self(rows.into_iter().map(|(from, to)| (id_of(from), id_of(to))).collect()))
    }

    /// Returns the template that stands for one, which may be itself.
    pub(crate) fn resolve(&self, template: TemplateId) -> TemplateId {
        let mut at = template;
        // The store writes no circle; in a damaged file the search ends all the same.
        for _ in 0..=self.0.len() {
            match self.0.get(&at) {
                Some(next) => at = *next,
                None => return at,
            }
        }
        at
    }

    /// Returns all templates that are meant by some: what stands for them, and all that it stands for.
    pub(crate) fn standing_for(&self, templates: &[TemplateId]) -> BTreeSet<TemplateId> {
        let meant: BTreeSet<TemplateId> = templates.iter().map(|id| self.resolve(*id)).collect();
        let others = self.0.keys().copied().filter(|id| meant.contains(&self.resolve(*id)));
        others.chain(meant.iter().copied()).collect()
    }
}

#[derive(sqlx::FromRow)]
struct StoredTemplate {
    id: i64,
    text: String,
    parts: String,
    name: Option<String>,
    first_seen: Option<i64>,
    last_seen: Option<i64>,
    lines: i64,
    level: String,
    class: String,
    best_class: String,
    confidence: f64,
    error_code: Option<String>,
    affected_service: Option<String>,
    custom_class: Option<String>,
    by_hand: bool,
    services: String,
    hosts: String,
}

impl StoredTemplate {
    fn into_row(self) -> Result<TemplateRow, StoreError> {
        Ok(TemplateRow {
            id: id_of(self.id),
            text: self.text,
            parts: self.parts,
            name: self.name,
            first_seen: time_of(self.first_seen),
            last_seen: time_of(self.last_seen),
            lines: unsigned(self.lines),
            level: level_of(&self.level)?,
            class: class_of(&self.class)?,
            best_class: class_of(&self.best_class)?,
            confidence: self.confidence,
            error_code: self.error_code,
            affected_service: self.affected_service,
            custom_class: self.custom_class,
            by_hand: self.by_hand,
            services: names_of(&self.services)?,
            hosts: names_of(&self.hosts)?,
        })
    }
}

impl Workspace {
    /// Stores templates; one that is there already is replaced. Counts, examples and who stands for whom stay.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn put_templates(&self, rows: &[TemplateRow]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for row in rows {
            put_template(&mut tx, row).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Returns all templates in the order of their numbers, those for which another one stands included.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn templates(&self) -> Result<Vec<TemplateRow>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredTemplate> =
            sqlx::query_as("SELECT * FROM log_templates").fetch_all(held.on()).await?;
        let mut rows: Vec<TemplateRow> =
            rows.into_iter().map(StoredTemplate::into_row).collect::<Result<_, _>>()?;
        rows.sort_by_key(|row| row.id);
        Ok(rows)
    }

    /// Deletes templates with their examples, for instance those that a longer look at the lines has replaced. Counts
    /// and records keep their numbers.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn delete_templates(&self, templates: &[TemplateId]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for template in templates {
            for statement in [
                "DELETE FROM log_template_examples WHERE template = ?",
                "DELETE FROM log_templates WHERE id = ?",
            ] {
                sqlx::query(statement).bind(template.0.cast_signed()).execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Lets one template stand for another: counts are added together, and the records of both are found
    /// by either. Nothing is rewritten, so [`Workspace::restore_template`] undoes it.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when `old` already stands for `new`, which would be a circle;
    /// failures of the file.
    pub async fn replace_template(&self, old: TemplateId, new: TemplateId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if Aliases::read(&mut tx).await?.resolve(new) == old {
            return Err(StoreError::internal("a template cannot stand for itself"));
        }
        sqlx::query(
            "INSERT INTO log_template_aliases (template, stands_for) VALUES (?, ?) \
             ON CONFLICT (template) DO UPDATE SET stands_for = excluded.stands_for",
        )
        .bind(old.0.cast_signed())
        .bind(new.0.cast_signed())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets a template stand for itself again.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn restore_template(&self, old: TemplateId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM log_template_aliases WHERE template = ?")
            .bind(old.0.cast_signed())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns for each replaced template the one that stands for it in the end.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn replaced_templates(&self) -> Result<BTreeMap<TemplateId, TemplateId>, StoreError> {
        let mut held = self.db().read().await?;
        let aliases = Aliases::read(held.on()).await?;
        Ok(aliases.0.keys().map(|id| (*id, aliases.resolve(*id))).collect())
    }

    /// Replaces the examples of a template by the first five of `lines`, in this order.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn put_template_examples(
        &self,
        template: TemplateId,
        lines: &[(SourceId, LogRecord)],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        put_examples(&mut tx, template, lines).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the examples of a template and of all for which it stands, at most five of each.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn template_examples(
        &self,
        template: TemplateId,
    ) -> Result<Vec<(SourceId, LogRecord)>, StoreError> {
        let mut held = self.db().read().await?;
        let aliases = Aliases::read(held.on()).await?;
        let mut meant: Vec<TemplateId> = aliases.standing_for(&[template]).into_iter().collect();
        meant.sort_by_key(|id| (*id != template, *id));
        let mut lines = Vec::new();
        for id in meant {
            let rows: Vec<(i64, String)> = sqlx::query_as(
                "SELECT source, line FROM log_template_examples WHERE template = ? ORDER BY position",
            )
            .bind(id.0.cast_signed())
            .fetch_all(held.on())
            .await?;
            for (source, line) in rows {
                lines.push((SourceId(source), line_from_json(&line)?));
            }
        }
        Ok(lines)
    }
}

/// Replaces the examples of a template by the first five of `lines`, in this order.
pub(crate) async fn put_examples(
    connection: &mut SqliteConnection,
    template: TemplateId,
    lines: &[(SourceId, LogRecord)],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM log_template_examples WHERE template = ?")
        .bind(template.0.cast_signed())
        .execute(&mut *connection)
        .await?;
    for (position, (source, record)) in lines.iter().take(MOST_EXAMPLES).enumerate() {
        sqlx::query(
            "INSERT INTO log_template_examples (template, position, source, line) VALUES (?, ?, ?, ?)",
        )
        .bind(template.0.cast_signed())
        .bind(count(position))
        .bind(source.0)
        .bind(line_to_json(record)?)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Lets templates stand for others, each for itself again that is not named.
pub(crate) async fn put_aliases(
    connection: &mut SqliteConnection,
    ends: &BTreeMap<TemplateId, TemplateId>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM log_template_aliases").execute(&mut *connection).await?;
    for (template, end) in ends {
        sqlx::query("INSERT INTO log_template_aliases (template, stands_for) VALUES (?, ?)")
            .bind(template.0.cast_signed())
            .bind(end.0.cast_signed())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Stores a template; one that is there already is replaced.
pub(crate) async fn put_template(
    connection: &mut SqliteConnection,
    row: &TemplateRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT OR REPLACE INTO log_templates (id, text, parts, name, first_seen, last_seen, lines, level, class, \
         best_class, confidence, error_code, affected_service, custom_class, by_hand, services, hosts) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id.0.cast_signed())
    .bind(row.text.as_str())
    .bind(row.parts.as_str())
    .bind(row.name.as_deref())
    .bind(row.first_seen.map(Timestamp::as_millis))
    .bind(row.last_seen.map(Timestamp::as_millis))
    .bind(i64::try_from(row.lines).unwrap_or(i64::MAX))
    .bind(level_word(row.level))
    .bind(row.class.as_str())
    .bind(row.best_class.as_str())
    .bind(row.confidence)
    .bind(row.error_code.as_deref())
    .bind(row.affected_service.as_deref())
    .bind(row.custom_class.as_deref())
    .bind(row.by_hand)
    .bind(names_to_json(&row.services))
    .bind(names_to_json(&row.hosts))
    .execute(connection)
    .await?;
    Ok(())
}

fn id_of(stored: i64) -> TemplateId {
    TemplateId(stored.cast_unsigned())
}

fn class_of(word: &str) -> Result<FaultClass, StoreError> {
    FaultClass::parse(word).ok_or_else(|| StoreError::damaged(format!("a template has the class {word:?}")))
}

fn names_to_json(names: &[String]) -> String {
    names.iter().take(MOST_WRITERS).map(String::as_str).collect::<serde_json::Value>().to_string()
}

fn names_of(text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::damaged(format!("names cannot be read: {e}")))
}

fn line_to_json(record: &LogRecord) -> Result<String, StoreError> {
    let fields: serde_json::Value =
        serde_json::from_str(&labels_to_json(&record.fields)).map_err(StoreError::internal)?;
    let line = serde_json::json!({
        "at": record.at.as_millis(),
        "level": level_word(record.level),
        "service": record.service,
        "host": record.host,
        "dataset": record.dataset,
        "message": record.message,
        "fields": fields,
    });
    Ok(line.to_string())
}

fn line_from_json(text: &str) -> Result<LogRecord, StoreError> {
    let damaged = || StoreError::damaged("an example of a template cannot be read");
    let line: serde_json::Value = serde_json::from_str(text).map_err(|_| damaged())?;
    let word = |name: &str| line.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let fields = line.get("fields").map(ToString::to_string).ok_or_else(damaged)?;
    Ok(LogRecord {
        at: Timestamp::from_millis(line.get("at").and_then(serde_json::Value::as_i64).ok_or_else(damaged)?),
        level: level_of(&word("level").ok_or_else(damaged)?)?,
        service: word("service").ok_or_else(damaged)?,
        host: word("host").ok_or_else(damaged)?,
        dataset: word("dataset").ok_or_else(damaged)?,
        message: word("message").ok_or_else(damaged)?,
        fields: labels_from_json(&fields)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_chain_stands_for_all_and_a_circle_ends() {
        let id = TemplateId;
        let chain = Aliases(BTreeMap::from([(id(1), id(2)), (id(2), id(3)), (id(4), id(3))]));
        let circle = Aliases(BTreeMap::from([(id(1), id(2)), (id(2), id(1))]));

        assert_eq!(chain.resolve(id(1)), id(3));
        assert_eq!(chain.standing_for(&[id(2)]), BTreeSet::from([id(1), id(2), id(3), id(4)]));
        assert_eq!(chain.standing_for(&[id(9)]), BTreeSet::from([id(9)]));
        circle.resolve(id(1));
    }
}
