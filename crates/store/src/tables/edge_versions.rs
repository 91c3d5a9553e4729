//! What was ever known of edges: every version that an inventory told or telemetry showed, with those that ended.

use sqlx::SqliteConnection;
use wardroom_core::Timestamp;

use super::inventory::has_runs;
use super::sources::SourceId;
use crate::error::StoreError;
use crate::workspace::Workspace;

/// Who told of a version of an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EdgeTeller {
    /// An inventory.
    Source(SourceId),
    /// Telemetry, by a rule; how it came about is in the words of who stored it (`inferred`, `proposed`).
    Telemetry {
        /// How it came about.
        origin: String,
        /// The rule by which it was found.
        rule: String,
    },
}

/// One version of an edge: `from` depends on `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeVersionRow {
    /// The name of what depends, as it was told.
    pub from: String,
    /// The name of what it depends on.
    pub to: String,
    /// How.
    pub how: String,
    /// Who told it.
    pub teller: EdgeTeller,
    /// Since when it is so by the account of who told it: when the inventory changed it, or telemetry first showed it;
    /// `None` when an inventory does not tell.
    pub since: Option<Timestamp>,
    /// When it was last told or seen.
    pub confirmed_at: Timestamp,
    /// When this workspace learnt of it.
    pub known_at: Timestamp,
    /// When this workspace learnt that it is gone or told otherwise; `None` while it holds.
    pub ended_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct StoredVersion {
    from_name: String,
    to_name: String,
    how: String,
    source: Option<i64>,
    origin: String,
    rule: String,
    since: Option<i64>,
    confirmed_at: i64,
    known_at: i64,
    replaced_at: Option<i64>,
}

impl From<StoredVersion> for EdgeVersionRow {
    fn from(row: StoredVersion) -> Self {
        let teller = match row.source {
            Some(source) => EdgeTeller::Source(SourceId(source)),
            None => EdgeTeller::Telemetry { origin: row.origin, rule: row.rule },
        };
        Self {
            from: row.from_name,
            to: row.to_name,
            how: row.how,
            teller,
            since: row.since.map(Timestamp::from_millis),
            confirmed_at: Timestamp::from_millis(row.confirmed_at),
            known_at: Timestamp::from_millis(row.known_at),
            ended_at: row.replaced_at.map(Timestamp::from_millis),
        }
    }
}

/// Those whose ends have one of the names (`?1`, `?2`, arrays), or all where these are null. Names are compared as
/// inventories write them, whatever their case.
macro_rules! between {
    () => {
        " WHERE (?1 IS NULL OR lower(from_name) IN (SELECT lower(value) FROM json_each(?1))) \
         AND (?2 IS NULL OR lower(to_name) IN (SELECT lower(value) FROM json_each(?2)))"
    };
}

const VERSIONS: &str = concat!(
    "SELECT from_name, to_name, how, source, '' AS origin, '' AS rule, \
     coalesce(first_changed_at, changed_at) AS since, confirmed_at, known_at, replaced_at FROM dependencies",
    between!(),
    " UNION ALL SELECT from_name, to_name, how, NULL, origin, rule, first_at, last_at, known_at, replaced_at \
     FROM observed_edges",
    between!(),
    " ORDER BY known_at, from_name, to_name, how"
);

/// Of a file that was written before inventories told more.
const EARLY_VERSIONS: &str = concat!(
    "SELECT from_name, to_name, how, source, '' AS origin, '' AS rule, NULL AS since, event_at AS confirmed_at, \
     known_at, replaced_at FROM dependencies",
    between!(),
    " ORDER BY known_at, from_name, to_name, how"
);

impl Workspace {
    /// Returns every version of the edges from one of some names to one of others, in the order in which they were
    /// learnt.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn edge_versions(
        &self,
        from: &[String],
        to: &[String],
    ) -> Result<Vec<EdgeVersionRow>, StoreError> {
        let names = |names: &[String]| Some(serde_json::Value::from(names).to_string());
        let mut held = self.db().read().await?;
        versions(held.on(), names(from), names(to)).await
    }

    /// Returns every version of all edges, in the order in which they were learnt.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn all_edge_versions(&self) -> Result<Vec<EdgeVersionRow>, StoreError> {
        let mut held = self.db().read().await?;
        versions(held.on(), None, None).await
    }
}

async fn versions(
    connection: &mut SqliteConnection,
    from: Option<String>,
    to: Option<String>,
) -> Result<Vec<EdgeVersionRow>, StoreError> {
    let query = if has_runs(connection).await? { VERSIONS } else { EARLY_VERSIONS };
    let rows: Vec<StoredVersion> = sqlx::query_as(query).bind(from).bind(to).fetch_all(connection).await?;
    Ok(rows.into_iter().map(EdgeVersionRow::from).collect())
}
