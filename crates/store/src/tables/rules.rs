//! Rules as a source showed them. A change is stored beside what it changes.

use wardroom_core::{FactId, Rule, RuleKind, Timestamp};

use super::sources::SourceId;
use super::{labels_from_json, labels_to_json};
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

#[derive(sqlx::FromRow)]
struct StoredRule {
    id: i64,
    source: i64,
    rule_group: String,
    name: String,
    kind: String,
    expression: String,
    hold_s: f64,
    labels: String,
    annotations: String,
    last_error: String,
}

impl StoredRule {
    fn rule(&self) -> Result<Rule, StoreError> {
        Ok(Rule {
            group: self.rule_group.clone(),
            name: self.name.clone(),
            kind: parse_rule_kind(&self.kind)?,
            expression: self.expression.clone(),
            hold_s: self.hold_s,
            labels: labels_from_json(&self.labels)?,
            annotations: labels_from_json(&self.annotations)?,
            last_error: self.last_error.clone(),
        })
    }
}

impl Workspace {
    /// Stores the rules of a source as they stand at `known_at`: a rule that is not among them is gone.
    ///
    /// Nothing is written for rules that have not changed. Cost: a statement for each rule that has.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn put_rules(
        &self,
        source: SourceId,
        rules: &[Rule],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        // Rules may repeat in every part, so equal ones are matched one to one.
        let mut unmatched = self.current_rules(source).await?;
        let mut fresh = Vec::new();
        for rule in rules {
            match unmatched.iter().position(|(_, stored)| stored == rule) {
                Some(at) => {
                    unmatched.swap_remove(at);
                }
                None => fresh.push(rule),
            }
        }
        if fresh.is_empty() && unmatched.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(fresh.len()).await?;
        let mut tx = self.begin().await?;
        for (rule, fact) in fresh.into_iter().zip(facts) {
            insert_rule(&mut tx, fact, source, rule, known_at).await?;
        }
        sqlx::query("UPDATE rules SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))")
            .bind(known_at.as_millis())
            .bind(json_of(unmatched.iter().map(|(id, _)| id)))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn current_rules(&self, source: SourceId) -> Result<Vec<(i64, Rule)>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredRule> =
            sqlx::query_as("SELECT * FROM rules WHERE source = ? AND replaced_at IS NULL ORDER BY id")
                .bind(source.0)
                .fetch_all(held.on())
                .await?;
        rows.iter().map(|row| Ok((row.id, row.rule()?))).collect()
    }

    /// Returns the rules of one source or of all, ordered by source, group and name: as they were last seen, or as they
    /// were known at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn rules(
        &self,
        source: Option<SourceId>,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<(SourceId, Rule)>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredRule> = sqlx::query_as(
            "SELECT * FROM rules WHERE (?1 IS NULL OR source = ?1) AND known_at <= coalesce(?2, known_at) \
             AND (replaced_at IS NULL OR replaced_at > ?2) ORDER BY source, rule_group, name, id",
        )
        .bind(source.map(|source| source.0))
        .bind(as_of.map(Timestamp::as_millis))
        .fetch_all(held.on())
        .await?;
        rows.iter().map(|row| Ok((SourceId(row.source), row.rule()?))).collect()
    }
}

async fn insert_rule(
    connection: &mut sqlx::SqliteConnection,
    fact: FactId,
    source: SourceId,
    rule: &Rule,
    known_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO rules (fact, source, rule_group, name, kind, expression, hold_s, labels, annotations, last_error, \
         known_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(fact.to_bytes().as_slice())
    .bind(source.0)
    .bind(rule.group.as_str())
    .bind(rule.name.as_str())
    .bind(rule_kind(rule.kind))
    .bind(rule.expression.as_str())
    .bind(rule.hold_s)
    .bind(labels_to_json(&rule.labels))
    .bind(labels_to_json(&rule.annotations))
    .bind(rule.last_error.as_str())
    .bind(known_at.as_millis())
    .execute(connection)
    .await?;
    Ok(())
}

const fn rule_kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Alerting => "alerting",
        RuleKind::Recording => "recording",
    }
}

fn parse_rule_kind(text: &str) -> Result<RuleKind, StoreError> {
    match text {
        "alerting" => Ok(RuleKind::Alerting),
        "recording" => Ok(RuleKind::Recording),
        _ => Err(StoreError::damaged(format!("a rule is of the kind {text:?}"))),
    }
}
