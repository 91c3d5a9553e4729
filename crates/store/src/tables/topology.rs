//! The topology beside what inventories say: edges that telemetry shows, what people decided, and named filters.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{FactId, Timestamp};

use super::inventory::{has_runs, texts_from_json, texts_to_json};
use super::sources::SourceId;
use super::{fact_of, time_of};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

/// An edge that telemetry shows: `from` depends on `to`. It is known by both ends, how, origin and rule.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedEdgeRow {
    /// The name of what depends.
    pub from: String,
    /// The name of what it depends on.
    pub to: String,
    /// How.
    pub how: String,
    /// How it came about, in the caller's words (`inferred`, `proposed`).
    pub origin: String,
    /// The rule by which it was found.
    pub rule: String,
    /// What shows it.
    pub evidence: Vec<String>,
    /// How sure it is, in the caller's measure.
    pub score: f64,
    /// When it was first seen.
    pub first_at: Timestamp,
    /// When it was last seen.
    pub last_at: Timestamp,
}

/// The number of a decision about the topology in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopologyDecisionId(pub i64);

/// Something that a person decided about the topology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopologyDecisionRow {
    /// Its number.
    pub id: TopologyDecisionId,
    /// Its identity across copies.
    pub fact: FactId,
    /// What kind of decision it is, in the caller's words.
    pub kind: String,
    /// What was decided as JSON text, opaque to the store.
    pub body: String,
    /// When it was made.
    pub at: Timestamp,
    /// When it was undone; `None` while it holds.
    pub undone_at: Option<Timestamp>,
}

/// A filter of a list that was given a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilter {
    /// The name, unique in its file.
    pub name: String,
    /// The filter as it is written.
    pub text: String,
}

#[derive(sqlx::FromRow)]
struct StoredEdge {
    id: i64,
    from_name: String,
    to_name: String,
    how: String,
    origin: String,
    rule: String,
    evidence: String,
    score: f64,
    first_at: i64,
    last_at: i64,
}

impl StoredEdge {
    fn into_row(self) -> Result<ObservedEdgeRow, StoreError> {
        Ok(ObservedEdgeRow {
            from: self.from_name,
            to: self.to_name,
            how: self.how,
            origin: self.origin,
            rule: self.rule,
            evidence: texts_from_json(&self.evidence)?,
            score: self.score,
            first_at: Timestamp::from_millis(self.first_at),
            last_at: Timestamp::from_millis(self.last_at),
        })
    }
}

/// Edges of one origin (`?1`) or of all, as known now or at the moment `?2`. An edge that was seen again after the
/// moment had been seen until then.
const EDGES: &str = "SELECT id, from_name, to_name, how, origin, rule, evidence, score, first_at, \
     min(last_at, coalesce(?2, last_at)) AS last_at FROM observed_edges \
     WHERE (?1 IS NULL OR origin = ?1) AND known_at <= coalesce(?2, known_at) \
     AND (replaced_at IS NULL OR replaced_at > ?2) ORDER BY from_name, to_name, how, origin, rule, id";

/// What an edge is known by.
type EdgeKey<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn key(edge: &ObservedEdgeRow) -> EdgeKey<'_> {
    (&edge.from, &edge.to, &edge.how, &edge.origin, &edge.rule)
}

/// What storing observed edges changes.
#[derive(Debug, Default)]
struct EdgeChanges<'a> {
    fresh: Vec<&'a ObservedEdgeRow>,
    ended: Vec<i64>,
    /// Versions that hold, with when they were last seen.
    seen: Vec<(i64, i64)>,
}

impl<'a> EdgeChanges<'a> {
    /// Compares edges with those that are stored; of several of one identity the first counts.
    fn find(
        said: &'a [ObservedEdgeRow],
        stored: Vec<StoredEdge>,
        ends_others: bool,
    ) -> Result<Self, StoreError> {
        let ids: Vec<i64> = stored.iter().map(|row| row.id).collect();
        let stored: Vec<ObservedEdgeRow> =
            stored.into_iter().map(StoredEdge::into_row).collect::<Result<_, _>>()?;
        let before: BTreeMap<EdgeKey<'_>, (i64, &ObservedEdgeRow)> =
            stored.iter().zip(&ids).map(|(row, id)| (key(row), (*id, row))).collect();
        let mut changes = Self::default();
        let mut told: BTreeSet<EdgeKey<'_>> = BTreeSet::new();
        for edge in said {
            if !told.insert(key(edge)) {
                continue;
            }
            let Some((id, row)) = before.get(&key(edge)) else {
                changes.fresh.push(edge);
                continue;
            };
            if is_same(row, edge) {
                if edge.last_at > row.last_at {
                    changes.seen.push((*id, edge.last_at.as_millis()));
                }
            } else {
                changes.ended.push(*id);
                changes.fresh.push(edge);
            }
        }
        if ends_others {
            let others = before.iter().filter(|(key, _)| !told.contains(*key));
            changes.ended.extend(others.map(|(_, (id, _))| *id));
        }
        Ok(changes)
    }

    fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.ended.is_empty() && self.seen.is_empty()
    }
}

/// Reports whether two rows of one edge say the same but for when it was last seen.
fn is_same(a: &ObservedEdgeRow, b: &ObservedEdgeRow) -> bool {
    (a.first_at, a.score.to_bits(), &a.evidence) == (b.first_at, b.score.to_bits(), &b.evidence)
}

impl Workspace {
    /// Stores observed edges learnt at `known_at`: what is fresh or differs, beside what was known before. Edges that are
    /// not among them stay; of one that only was seen again, the last time grows in place.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn put_observed_edges(
        &self,
        edges: &[ObservedEdgeRow],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_edges(None, edges, known_at).await
    }

    /// Stores all observed edges of one origin: like [`Workspace::put_observed_edges`], and what of the origin is not
    /// among them ends.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when an edge has another origin; failures of the file. Nothing
    /// of this call is stored then.
    pub async fn replace_observed_edges(
        &self,
        origin: &str,
        edges: &[ObservedEdgeRow],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        if edges.iter().any(|edge| edge.origin != origin) {
            return Err(StoreError::internal("an observed edge is of another origin than it was stored as"));
        }
        self.write_edges(Some(origin), edges, known_at).await
    }

    async fn write_edges(
        &self,
        origin: Option<&str>,
        edges: &[ObservedEdgeRow],
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        let _one_at_a_time = self.inventory_writer().lock().await;
        let mut held = self.db().read().await?;
        let stored = read_edges(held.on(), origin, None).await?;
        drop(held);
        let changes = EdgeChanges::find(edges, stored, origin.is_some())?;
        if changes.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(changes.fresh.len()).await?;
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE observed_edges SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))")
            .bind(known_at.as_millis())
            .bind(json_of(&changes.ended))
            .execute(&mut *tx)
            .await?;
        let seen = changes.seen.iter().map(|(id, last_at)| serde_json::json!([id, last_at]));
        sqlx::query(
            "UPDATE observed_edges SET last_at = seen.last_at \
             FROM (SELECT value ->> 0 AS id, value ->> 1 AS last_at FROM json_each(?)) AS seen \
             WHERE observed_edges.id = seen.id",
        )
        .bind(seen.collect::<serde_json::Value>().to_string())
        .execute(&mut *tx)
        .await?;
        insert_edges(&mut tx, &changes.fresh, &facts, known_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns observed edges in order of their ends: as last known, or as known at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn observed_edges(&self, as_of: Option<Timestamp>) -> Result<Vec<ObservedEdgeRow>, StoreError> {
        let mut held = self.db().read().await?;
        if !has_runs(held.on()).await? {
            return Ok(Vec::new());
        }
        let rows = read_edges(held.on(), None, as_of).await?;
        rows.into_iter().map(StoredEdge::into_row).collect()
    }

    /// Records a decision about the topology; `body` is JSON text of the caller.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn add_topology_decision(
        &self,
        kind: &str,
        body: &str,
        at: Timestamp,
    ) -> Result<TopologyDecisionId, StoreError> {
        let fact = self.new_fact_id().await?;
        let mut tx = self.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO topology_decisions (fact, kind, body, made_at) VALUES (?, ?, ?, ?) RETURNING id",
        )
        .bind(fact.to_bytes().as_slice())
        .bind(kind)
        .bind(body)
        .bind(at.as_millis())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(TopologyDecisionId(id))
    }

    /// Records that a decision was undone; reports whether there was one that held.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn undo_topology_decision(
        &self,
        id: TopologyDecisionId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.take_back(
            "UPDATE topology_decisions SET undone_at = ? WHERE id = ? AND undone_at IS NULL",
            id.0,
            at,
        )
        .await
    }

    /// Returns decisions about the topology in the order in which they were made: by now, or as known at `as_of`
    /// (inclusive); those that were undone by then only `with_undone`.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn topology_decisions(
        &self,
        as_of: Option<Timestamp>,
        with_undone: bool,
    ) -> Result<Vec<TopologyDecisionRow>, StoreError> {
        let mut held = self.db().read().await?;
        if !has_runs(held.on()).await? {
            return Ok(Vec::new());
        }
        let rows: Vec<(i64, Vec<u8>, String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT id, fact, kind, body, made_at, iif(undone_at > ?1, NULL, undone_at) AS undone \
             FROM topology_decisions WHERE made_at <= coalesce(?1, made_at) AND (?2 OR undone IS NULL) ORDER BY id",
        )
        .bind(as_of.map(Timestamp::as_millis))
        .bind(with_undone)
        .fetch_all(held.on())
        .await?;
        let decisions = rows.into_iter().map(|(id, fact, kind, body, at, undone_at)| {
            Ok(TopologyDecisionRow {
                id: TopologyDecisionId(id),
                fact: fact_of(&fact)?,
                kind,
                body,
                at: Timestamp::from_millis(at),
                undone_at: time_of(undone_at),
            })
        });
        decisions.collect()
    }

    /// Returns the named filters in order of their names.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn saved_filters(&self) -> Result<Vec<SavedFilter>, StoreError> {
        let mut held = self.db().read().await?;
        if !has_runs(held.on()).await? {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, text FROM saved_filters ORDER BY name").fetch_all(held.on()).await?;
        Ok(rows.into_iter().map(|(name, text)| SavedFilter { name, text }).collect())
    }

    /// Gives a filter a name that no other one has; reports whether it has it, which is not so where another one keeps it.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn add_filter(&self, name: &str, text: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO saved_filters (name, text) VALUES (?, ?) \
             ON CONFLICT (name) DO UPDATE SET text = excluded.text WHERE saved_filters.text = excluded.text",
        )
        .bind(name)
        .bind(text)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Gives a filter a name, which it takes from another one that has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn save_filter(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO saved_filters (name, text) VALUES (?, ?) \
             ON CONFLICT (name) DO UPDATE SET text = excluded.text",
        )
        .bind(name)
        .bind(text)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a named filter; reports whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn delete_filter(&self, name: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done =
            sqlx::query("DELETE FROM saved_filters WHERE name = ?").bind(name).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Returns what a reader keeps of the inventory of a source between two runs; `None` when nothing.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn inventory_state(&self, source: SourceId) -> Result<Option<String>, StoreError> {
        let mut held = self.db().read().await?;
        if !has_runs(held.on()).await? {
            return Ok(None);
        }
        let state = sqlx::query_scalar("SELECT state FROM inventory_state WHERE source = ?")
            .bind(source.0)
            .fetch_optional(held.on())
            .await?;
        Ok(state)
    }

    /// Stores what a reader keeps of the inventory of a source between two runs, opaque to the store.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file.
    pub async fn set_inventory_state(&self, source: SourceId, state: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO inventory_state (source, state) VALUES (?, ?) \
             ON CONFLICT (source) DO UPDATE SET state = excluded.state",
        )
        .bind(source.0)
        .bind(state)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn read_edges(
    connection: &mut SqliteConnection,
    origin: Option<&str>,
    as_of: Option<Timestamp>,
) -> Result<Vec<StoredEdge>, StoreError> {
    let query = sqlx::query_as(EDGES).bind(origin).bind(as_of.map(Timestamp::as_millis));
    Ok(query.fetch_all(connection).await?)
}

async fn insert_edges(
    connection: &mut SqliteConnection,
    edges: &[&ObservedEdgeRow],
    facts: &[FactId],
    known_at: Timestamp,
) -> Result<(), StoreError> {
    let rows: Vec<(&&ObservedEdgeRow, &FactId)> = edges.iter().zip(facts).collect();
    for group in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO observed_edges (fact, from_name, to_name, how, origin, rule, evidence, score, first_at, \
             last_at, known_at) ",
        );
        insert.push_values(group, |mut row, (edge, fact)| {
            row.push_bind(fact.to_bytes().to_vec())
                .push_bind(edge.from.as_str())
                .push_bind(edge.to.as_str())
                .push_bind(edge.how.as_str())
                .push_bind(edge.origin.as_str())
                .push_bind(edge.rule.as_str())
                .push_bind(texts_to_json(&edge.evidence))
                .push_bind(edge.score)
                .push_bind(edge.first_at.as_millis())
                .push_bind(edge.last_at.as_millis())
                .push_bind(known_at.as_millis());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
