//! Rules and alerts as a source showed them. A change is stored beside what it changes.

use std::collections::BTreeMap;

use wardroom_core::{Alert, AlertState, FactId, Rule, RuleKind, TimeRange, Timestamp};

use super::sources::SourceId;
use super::{labels_from_json, labels_to_json, time_of};
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

/// A stored alert.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    /// Where it was seen.
    pub source: SourceId,
    /// The alert.
    pub alert: Alert,
    /// When it was seen to be gone; `None` while it is pending or firing.
    pub ended: Option<Timestamp>,
    /// When this workspace learnt of this state.
    pub known_at: Timestamp,
}

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

#[derive(sqlx::FromRow)]
struct StoredAlert {
    id: i64,
    source: i64,
    name: String,
    labels: String,
    annotations: String,
    state: String,
    active_at: i64,
    ended: Option<i64>,
    value: Option<f64>,
    known_at: i64,
}

impl StoredAlert {
    fn alert(&self) -> Result<Alert, StoreError> {
        Ok(Alert {
            name: self.name.clone(),
            labels: labels_from_json(&self.labels)?,
            annotations: labels_from_json(&self.annotations)?,
            state: AlertState::parse(&self.state)
                .ok_or_else(|| StoreError::damaged(format!("an alert is in the state {:?}", self.state)))?,
            active_at: Timestamp::from_millis(self.active_at),
            value: self.value,
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

    /// Returns the rules of one source or of all, as they were last seen, ordered by source, group and name.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn rules(&self, source: Option<SourceId>) -> Result<Vec<(SourceId, Rule)>, StoreError> {
        let mut held = self.db().read().await?;
        let rows: Vec<StoredRule> = sqlx::query_as(
            "SELECT * FROM rules WHERE replaced_at IS NULL AND (?1 IS NULL OR source = ?1) \
             ORDER BY source, rule_group, name, id",
        )
        .bind(source.map(|source| source.0))
        .fetch_all(held.on())
        .await?;
        rows.iter().map(|row| Ok((SourceId(row.source), row.rule()?))).collect()
    }

    /// Stores the alerts of a source as they stand at `known_at`: one that is not among them has ended then.
    ///
    /// An alert is known by its labels and since when it is active. Another state or annotation makes a new version;
    /// another value alone does not, because it changes with every evaluation.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn put_alerts(
        &self,
        source: SourceId,
        alerts: &[Alert],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        let active_at: Vec<i64> = alerts.iter().map(|alert| alert.active_at.as_millis()).collect();
        let mut held = self.db().read().await?;
        let stored: Vec<StoredAlert> = sqlx::query_as(
            "SELECT * FROM alerts WHERE source = ? AND replaced_at IS NULL \
             AND (state <> 'resolved' OR active_at IN (SELECT value FROM json_each(?))) ORDER BY id",
        )
        .bind(source.0)
        .bind(json_of(&active_at))
        .fetch_all(held.on())
        .await?;
        drop(held);
        let changes = changes_of(&stored, alerts)?;
        if changes.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(changes.len()).await?;
        let mut tx = self.begin().await?;
        for (change, fact) in changes.iter().zip(facts) {
            if let Some(replaced) = change.replaces {
                sqlx::query("UPDATE alerts SET replaced_at = ? WHERE id = ?")
                    .bind(known_at.as_millis())
                    .bind(replaced)
                    .execute(&mut *tx)
                    .await?;
            }
            insert_alert(&mut tx, fact, source, &change.alert, known_at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Returns the alerts that were active within a period, or all, as they were last seen; the latest active first.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn alerts(&self, range: Option<TimeRange>) -> Result<Vec<AlertRow>, StoreError> {
        let start = range.map_or(i64::MIN, |range| range.start().as_millis());
        let end = range.map_or(i64::MAX, |range| range.end().as_millis());
        let mut held = self.db().read().await?;
        let rows: Vec<StoredAlert> = sqlx::query_as(
            "SELECT * FROM alerts WHERE replaced_at IS NULL AND active_at < ?2 AND (ended IS NULL OR ended > ?1) \
             ORDER BY active_at DESC, source, labels, id",
        )
        .bind(start)
        .bind(end)
        .fetch_all(held.on())
        .await?;
        let found = rows.iter().map(|row| {
            Ok(AlertRow {
                source: SourceId(row.source),
                alert: row.alert()?,
                ended: time_of(row.ended),
                known_at: Timestamp::from_millis(row.known_at),
            })
        });
        found.collect()
    }
}

/// A version of an alert to be stored.
struct AlertChange {
    replaces: Option<i64>,
    alert: Alert,
}

/// Returns what has to be stored so that the current versions are `alerts`, and what is gone is resolved.
fn changes_of(rows: &[StoredAlert], alerts: &[Alert]) -> Result<Vec<AlertChange>, StoreError> {
    let mut stored: BTreeMap<(String, i64), (i64, Alert)> = BTreeMap::new();
    for row in rows {
        stored.insert((row.labels.clone(), row.active_at), (row.id, row.alert()?));
    }
    let mut changes = Vec::new();
    for alert in alerts {
        let key = (labels_to_json(&alert.labels), alert.active_at.as_millis());
        let before = stored.remove(&key);
        let same = before.as_ref().is_some_and(|(_, old)| {
            old.state == alert.state && old.annotations == alert.annotations && old.name == alert.name
        });
        if !same {
            changes.push(AlertChange { replaces: before.map(|(id, _)| id), alert: alert.clone() });
        }
    }
    for (id, alert) in stored.into_values() {
        if alert.state != AlertState::Resolved {
            let alert = Alert { state: AlertState::Resolved, ..alert };
            changes.push(AlertChange { replaces: Some(id), alert });
        }
    }
    Ok(changes)
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

async fn insert_alert(
    connection: &mut sqlx::SqliteConnection,
    fact: FactId,
    source: SourceId,
    alert: &Alert,
    known_at: Timestamp,
) -> Result<(), StoreError> {
    let ended = (alert.state == AlertState::Resolved).then_some(known_at.as_millis());
    sqlx::query(
        "INSERT INTO alerts (fact, source, name, labels, annotations, state, active_at, ended, value, known_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(fact.to_bytes().as_slice())
    .bind(source.0)
    .bind(alert.name.as_str())
    .bind(labels_to_json(&alert.labels))
    .bind(labels_to_json(&alert.annotations))
    .bind(alert.state.as_str())
    .bind(alert.active_at.as_millis())
    .bind(ended)
    .bind(alert.value)
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
