//! Alerts as a source showed them, version by version, and who has taken note of them.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Sqlite, SqliteConnection};
use wardroom_core::{Alert, AlertState, FactId, TimeRange, Timestamp};

use super::sources::SourceId;
use super::{fact_of, labels_from_json, labels_to_json, time_of};
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

/// A stored alert.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    /// Its identity across copies: that of its first version, so it stays when its state changes.
    pub id: FactId,
    /// Where it was seen.
    pub source: SourceId,
    /// The alert; `active_at` is since when its condition holds.
    pub alert: Alert,
    /// When it was seen to be gone; `None` while it is pending or firing.
    pub ended: Option<Timestamp>,
    /// When this workspace learnt of this state.
    pub known_at: Timestamp,
    /// Who took note of it first, and when; `None` when nobody has.
    pub acknowledged: Option<Acknowledgement>,
}

impl AlertRow {
    /// Returns how bad it is, in the word of its rule (label `severity`); empty when the rule does not say.
    pub fn severity(&self) -> &str {
        self.alert.labels.get("severity").unwrap_or_default()
    }

    /// Returns who is to care for it (label `team`); empty when its rule does not say.
    pub fn team(&self) -> &str {
        self.alert.labels.get("team").unwrap_or_default()
    }
}

/// Somebody has taken note of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Who, as a role.
    pub role: String,
    /// When.
    pub at: Timestamp,
}

/// Which alerts are asked for; all conditions that are set have to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only those that were active within this period.
    pub range: Option<TimeRange>,
    /// Only those in this state.
    pub state: Option<AlertState>,
    /// Only those of this source.
    pub source: Option<SourceId>,
    /// As this workspace knew them at this moment (inclusive) instead of as it knows them now.
    pub as_of: Option<Timestamp>,
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

#[derive(sqlx::FromRow)]
struct ListedAlert {
    #[sqlx(flatten)]
    version: StoredAlert,
    first_fact: Vec<u8>,
    acknowledged_by: Option<String>,
    acknowledged_at: Option<i64>,
}

impl ListedAlert {
    fn row(&self) -> Result<AlertRow, StoreError> {
        let role = self.acknowledged_by.clone();
        let acknowledged =
            role.zip(time_of(self.acknowledged_at)).map(|(role, at)| Acknowledgement { role, at });
        Ok(AlertRow {
            id: fact_of(&self.first_fact)?,
            source: SourceId(self.version.source),
            alert: self.version.alert()?,
            ended: time_of(self.version.ended),
            known_at: Timestamp::from_millis(self.version.known_at),
            acknowledged,
        })
    }
}

/// Versions of alerts with their identity and the first acknowledgement that was known at `?1` (`NULL`: now).
macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.source, a.name, a.labels, a.annotations, a.state, a.active_at, a.ended, a.value, ",
            "a.known_at, f.fact AS first_fact, k.role AS acknowledged_by, k.event_at AS acknowledged_at ",
            "FROM alerts a JOIN alerts f ON f.id = (SELECT min(o.id) FROM alerts o ",
            "WHERE o.source = a.source AND o.active_at = a.active_at AND o.labels = a.labels) ",
            "LEFT JOIN acknowledgements k ON k.id = (SELECT min(n.id) FROM acknowledgements n ",
            "WHERE n.source = a.source AND n.active_at = a.active_at AND n.labels = a.labels ",
            "AND n.known_at <= coalesce(?1, n.known_at)) ",
            $rest
        )
    };
}

const LIST: &str = listed!(
    "WHERE a.known_at <= coalesce(?1, a.known_at) AND (a.replaced_at IS NULL OR a.replaced_at > ?1) \
     AND a.active_at < ?3 AND (a.ended IS NULL OR a.ended > ?2) AND (?4 IS NULL OR a.state = ?4) \
     AND (?5 IS NULL OR a.source = ?5) ORDER BY a.active_at DESC, a.source, a.labels, a.id"
);

const HISTORY: &str = listed!(
    "JOIN alerts named ON named.fact = ?2 AND named.source = a.source AND named.active_at = a.active_at \
     AND named.labels = a.labels ORDER BY a.known_at, a.id"
);

impl Workspace {
    /// Stores the alerts of a source as they stand at `known_at`: one that is not among them has ended then.
    ///
    /// An alert is known by its labels and since when it is active; the same twice in one call counts once. Another
    /// state or annotation makes a new version; another value alone does not, because it changes with every evaluation.
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
                close_version(&mut tx, replaced, known_at).await?;
            }
            insert_alert(&mut tx, fact, source, &change.alert, known_at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Stores states that alerts of a source came to, in the order in which they happened: each became known when it
    /// happened. An alert of which nothing is said stays as it is.
    ///
    /// A state that the current version has already, or one that is not later than it, is left out, so handing in a
    /// period twice stores it once.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn put_alert_events(
        &self,
        source: SourceId,
        events: &[(Timestamp, Alert)],
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        if events.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(events.len()).await?;
        let mut tx = self.begin().await?;
        for ((at, alert), fact) in events.iter().zip(facts) {
            let current: Option<(i64, String, i64)> = sqlx::query_as(
                "SELECT id, state, known_at FROM alerts \
                 WHERE source = ? AND active_at = ? AND labels = ? AND replaced_at IS NULL ORDER BY id DESC LIMIT 1",
            )
            .bind(source.0)
            .bind(alert.active_at.as_millis())
            .bind(labels_to_json(&alert.labels))
            .fetch_optional(&mut *tx)
            .await?;
            if let Some((id, state, known_at)) = current {
                if state == alert.state.as_str() || known_at > at.as_millis() {
                    continue;
                }
                close_version(&mut tx, id, *at).await?;
            }
            insert_alert(&mut tx, fact, source, alert, *at).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Stores that a role has taken note of an alert at `at`; `false` when there is no alert of that identity.
    ///
    /// Every acknowledgement is kept; the first one is shown.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn acknowledge_alert(&self, id: FactId, role: &str, at: Timestamp) -> Result<bool, StoreError> {
        let fact = self.new_fact_id().await?;
        let mut tx = self.begin().await?;
        let stored = sqlx::query(
            "INSERT INTO acknowledgements (fact, source, labels, active_at, role, event_at, known_at) \
             SELECT ?1, source, labels, active_at, ?3, ?4, ?4 FROM alerts WHERE fact = ?2",
        )
        .bind(fact.to_bytes().as_slice())
        .bind(id.to_bytes().as_slice())
        .bind(role)
        .bind(at.as_millis())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(stored.rows_affected() > 0)
    }

    /// Returns the alerts that were active within a period, or all, the latest active first: as they were last seen, or
    /// as they were known at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn alerts(
        &self,
        range: Option<TimeRange>,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<AlertRow>, StoreError> {
        self.alert_list(&AlertFilter { range, as_of, ..AlertFilter::default() }).await
    }

    /// Returns the alerts that pass a filter, the latest active first.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn alert_list(&self, filter: &AlertFilter) -> Result<Vec<AlertRow>, StoreError> {
        let mut held = self.db().read().await?;
        let rows = sqlx::query_as::<Sqlite, ListedAlert>(LIST)
            .bind(filter.as_of.map(Timestamp::as_millis))
            .bind(filter.range.map_or(i64::MIN, |range| range.start().as_millis()))
            .bind(filter.range.map_or(i64::MAX, |range| range.end().as_millis()))
            .bind(filter.state.map(AlertState::as_str))
            .bind(filter.source.map(|source| source.0))
            .fetch_all(held.on())
            .await?;
        rows.iter().map(ListedAlert::row).collect()
    }

    /// Returns all stored versions of one alert, in the order in which they became known; none when there is no alert
    /// of that identity.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn alert_history(&self, id: FactId) -> Result<Vec<AlertRow>, StoreError> {
        let mut held = self.db().read().await?;
        let rows = sqlx::query_as::<Sqlite, ListedAlert>(HISTORY)
            .bind(None::<i64>)
            .bind(id.to_bytes().as_slice())
            .fetch_all(held.on())
            .await?;
        rows.iter().map(ListedAlert::row).collect()
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
    let mut seen = BTreeSet::new();
    for alert in alerts {
        let key = (labels_to_json(&alert.labels), alert.active_at.as_millis());
        // A source may well show one alert twice (two evaluators of one rule).
        if !seen.insert(key.clone()) {
            continue;
        }
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

async fn close_version(
    connection: &mut SqliteConnection,
    id: i64,
    known_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE alerts SET replaced_at = ? WHERE id = ?")
        .bind(known_at.as_millis())
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_alert(
    connection: &mut SqliteConnection,
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
