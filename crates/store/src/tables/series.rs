//! Series: what is measured, and how much of it is stored.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{FactId, MetricKind, SeriesKey, Timestamp, Unit};

use super::classes::{SeriesClass, classes};
use super::sources::SourceId;
use super::{fact_of, labels_from_json, labels_to_json, time_of};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::extents::Extent;
use crate::samples::read::json_of;
use crate::samples::unsigned;
use crate::workspace::Workspace;

/// The number of a series in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub i64);

/// A series that has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSeries {
    /// Its identity at the source.
    pub key: SeriesKey,
    /// What its numbers mean.
    pub kind: MetricKind,
    /// Their unit.
    pub unit: Unit,
}

/// A stored series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesRow {
    /// Its number in this file.
    pub id: SeriesId,
    /// Its identity across copies.
    pub fact: FactId,
    /// Where it comes from.
    pub source: SourceId,
    /// Its identity at the source.
    pub key: SeriesKey,
    /// What its numbers mean.
    pub kind: MetricKind,
    /// Their unit.
    pub unit: Unit,
    /// The time of the first sample; `None` when there are none.
    pub first: Option<Timestamp>,
    /// The time of the last sample; `None` when there are none.
    pub last: Option<Timestamp>,
    /// Stored samples; corrections count beside what they correct.
    pub samples: u64,
    /// What kind of course it has, as last told; `None` when that was never said.
    pub class: Option<SeriesClass>,
}

/// Which series are asked for; all conditions that are set have to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesFilter {
    /// Only those of this source.
    pub source: Option<SourceId>,
    /// Only those of this metric.
    pub metric: Option<String>,
    /// Only these.
    pub ids: Option<Vec<SeriesId>>,
    /// As this workspace knew them at this moment (inclusive) instead of as it knows them now: which there were, how much
    /// of each was stored, and its class. Kind and unit are those that are known now.
    pub as_of: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct StoredSeries {
    id: i64,
    fact: Vec<u8>,
    source: i64,
    metric: String,
    labels: String,
    kind: String,
    unit: String,
    first_ts: Option<i64>,
    last_ts: Option<i64>,
    n: Option<i64>,
}

impl StoredSeries {
    fn into_row(self, other: Option<Extent>, class: Option<SeriesClass>) -> Result<SeriesRow, StoreError> {
        let first = self.first_ts.into_iter().chain(other.map(|extent| extent.0)).min();
        let last = self.last_ts.into_iter().chain(other.map(|extent| extent.1)).max();
        Ok(SeriesRow {
            id: SeriesId(self.id),
            fact: fact_of(&self.fact)?,
            source: SourceId(self.source),
            key: SeriesKey::new(self.metric, labels_from_json(&self.labels)?),
            kind: MetricKind::parse(&self.kind),
            unit: Unit::parse(&self.unit),
            first: time_of(first),
            last: time_of(last),
            samples: unsigned(self.n.unwrap_or(0)) + other.map_or(0, |extent| extent.2 as u64),
            class,
        })
    }
}

/// What is stored of one key of a source.
struct Known {
    id: i64,
    kind: MetricKind,
    unit: Unit,
}

type Keys = BTreeMap<(String, String), Known>;

/// Series of the source `?1`, the metric `?2` and the numbers `?3` (`NULL`: of all) that were known at `?5` (`NULL`: now),
/// with what lies in the chunks whose batches all come before `?4`.
const SERIES: &str = "SELECT s.id, s.fact, s.source, s.metric, s.labels, s.kind, s.unit, \
       (SELECT min(from_ts) FROM visible_chunks WHERE series = s.id AND last_batch < ?4) AS first_ts, \
       (SELECT max(to_ts) FROM visible_chunks WHERE series = s.id AND last_batch < ?4) AS last_ts, \
       (SELECT sum(n) FROM visible_chunks WHERE series = s.id AND last_batch < ?4) AS n \
     FROM series s WHERE (?1 IS NULL OR s.source = ?1) AND (?2 IS NULL OR s.metric = ?2) \
       AND (?3 IS NULL OR s.id IN (SELECT value FROM json_each(?3))) AND (?5 IS NULL OR s.known_at <= ?5) \
     ORDER BY s.metric, s.labels, s.id";

impl Workspace {
    /// Makes sure that series exist and returns their numbers in the order of `wanted`.
    ///
    /// A kind or unit that is stored as unknown is replaced when it is known here; one that is known stays. Cost: a
    /// search of the index for each wanted key, however many series the source has; callers that repeat themselves keep
    /// the numbers.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] when something has to be written; failures of the file.
    pub async fn ensure_series(
        &self,
        source: SourceId,
        wanted: &[NewSeries],
        known_at: Timestamp,
    ) -> Result<Vec<SeriesId>, StoreError> {
        let wanted_keys: Vec<(String, String)> =
            wanted.iter().map(|new| (new.key.metric.clone(), labels_to_json(&new.key.labels))).collect();
        let mut known = self.stored_of(source, &wanted_keys).await?;
        let missing = missing_of(wanted, &wanted_keys, &known);
        if !missing.is_empty() {
            self.insert_series(source, &missing, known_at).await?;
            let keys: Vec<(String, String)> = missing.into_keys().collect();
            known.extend(self.stored_of(source, &keys).await?);
        }
        self.learn_kinds(wanted, &wanted_keys, &known).await?;
        let id_of = |key: &(String, String)| known.get(key).map(|k| SeriesId(k.id));
        let ids: Option<Vec<SeriesId>> = wanted_keys.iter().map(id_of).collect();
        ids.ok_or_else(|| StoreError::internal("a series is not there after it was stored"))
    }

    /// Returns what is stored of some keys of a source.
    async fn stored_of(&self, source: SourceId, keys: &[(String, String)]) -> Result<Keys, StoreError> {
        let mut held = self.db().read().await?;
        let mut known = Keys::new();
        for group in keys.chunks(ROWS_PER_STATEMENT) {
            let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("WITH wanted (metric, labels) AS (");
            query.push_values(group, |mut row, (metric, labels)| {
                row.push_bind(metric.as_str()).push_bind(labels.as_str());
            });
            // A cross join keeps the order: the few that are wanted are searched for among all.
            query.push(
                ") SELECT s.id, s.metric, s.labels, s.kind, s.unit FROM wanted CROSS JOIN series s \
                 ON s.metric = wanted.metric AND s.labels = wanted.labels AND s.source = ",
            );
            query.push_bind(source.0);
            let rows: Vec<(i64, String, String, String, String)> =
                query.build_query_as().fetch_all(held.on()).await?;
            known.extend(rows.into_iter().map(|(id, metric, labels, kind, unit)| {
                ((metric, labels), Known { id, kind: MetricKind::parse(&kind), unit: Unit::parse(&unit) })
            }));
        }
        Ok(known)
    }

    async fn insert_series(
        &self,
        source: SourceId,
        missing: &BTreeMap<(String, String), &NewSeries>,
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        let facts = self.new_fact_ids(missing.len()).await?;
        let rows: Vec<_> = missing.iter().zip(facts).collect();
        let mut tx = self.begin().await?;
        for group in rows.chunks(ROWS_PER_STATEMENT) {
            let mut insert: QueryBuilder<Sqlite> =
                QueryBuilder::new("INSERT INTO series (fact, source, metric, labels, kind, unit, known_at) ");
            insert.push_values(group, |mut row, (((metric, labels), new), fact)| {
                row.push_bind(fact.to_bytes().to_vec())
                    .push_bind(source.0)
                    .push_bind(metric.as_str())
                    .push_bind(labels.as_str())
                    .push_bind(new.kind.as_str())
                    .push_bind(new.unit.as_str())
                    .push_bind(known_at.as_millis());
            });
            insert.push(" ON CONFLICT (source, metric, labels) DO NOTHING");
            insert.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Stores kinds and units that were not known before.
    async fn learn_kinds(
        &self,
        wanted: &[NewSeries],
        keys: &[(String, String)],
        known: &Keys,
    ) -> Result<(), StoreError> {
        let mut learnt = BTreeMap::new();
        for (new, key) in wanted.iter().zip(keys) {
            let Some(stored) = known.get(key) else { continue };
            let kind = if stored.kind == MetricKind::Unknown { new.kind } else { stored.kind };
            let unit = if stored.unit == Unit::Unknown { new.unit } else { stored.unit };
            if kind != stored.kind || unit != stored.unit {
                learnt.insert(stored.id, serde_json::json!([stored.id, kind.as_str(), unit.as_str()]));
            }
        }
        if learnt.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE series SET kind = learnt.kind, unit = learnt.unit FROM (SELECT value ->> 0 AS id, \
             value ->> 1 AS kind, value ->> 2 AS unit FROM json_each(?)) AS learnt WHERE series.id = learnt.id",
        )
        .bind(learnt.into_values().collect::<serde_json::Value>().to_string())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the series that pass the filter, ordered by metric and labels.
    ///
    /// Cost: a look into the index for each stored chunk of these series; as of an earlier moment those chunks are
    /// decoded that hold something of before and of after it.
    ///
    /// # Errors
    ///
    /// Failures of the file; [`StoreError::Damaged`] when a chunk that is decoded is.
    pub async fn series(&self, filter: &SeriesFilter) -> Result<Vec<SeriesRow>, StoreError> {
        let ids =
            filter.ids.as_ref().map(|ids| json_of(&ids.iter().map(|id| id.0).collect::<BTreeSet<i64>>()));
        let later = self.later_than(filter.as_of).await?;
        let first_later = later.first();
        let mut others = self.other_extents(later, ids.as_deref()).await?;
        let mut held = self.db().read().await?;
        let rows: Vec<StoredSeries> = sqlx::query_as(SERIES)
            .bind(filter.source.map(|source| source.0))
            .bind(filter.metric.as_deref())
            .bind(ids)
            .bind(first_later)
            .bind(filter.as_of.map(Timestamp::as_millis))
            .fetch_all(held.on())
            .await
            .map_err(|e| StoreError::from(e).at(self.path()))?;
        let mut classes = classes(held.on(), filter.as_of).await?;
        drop(held);
        rows.into_iter()
            .map(|row| {
                let (other, class) = (others.remove(&row.id), classes.remove(&row.id));
                row.into_row(other, class).map_err(|e| e.at(self.path()))
            })
            .collect()
    }

    /// Returns the last stored time of each series of a source that has samples: where new ones begin.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn last_times(&self, source: SourceId) -> Result<BTreeMap<SeriesKey, Timestamp>, StoreError> {
        let filter = SeriesFilter { source: Some(source), ..SeriesFilter::default() };
        let rows = self.series(&filter).await?;
        Ok(rows.into_iter().filter_map(|row| row.last.map(|last| (row.key, last))).collect())
    }
}

/// Lets series be known from some moments on, in milliseconds, where they were known later only.
pub(crate) async fn know_earlier(
    connection: &mut SqliteConnection,
    moments: &[(i64, i64)],
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE series SET known_at = earlier.moment FROM (SELECT value ->> 0 AS id, value ->> 1 AS moment \
         FROM json_each(?)) AS earlier WHERE series.id = earlier.id AND series.known_at > earlier.moment",
    )
    .bind(serde_json::json!(moments).to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns the wanted series whose keys are not stored.
fn missing_of<'a>(
    wanted: &'a [NewSeries],
    keys: &[(String, String)],
    known: &Keys,
) -> BTreeMap<(String, String), &'a NewSeries> {
    let pairs = keys.iter().zip(wanted).filter(|(key, _)| !known.contains_key(*key));
    pairs.map(|(key, new)| (key.clone(), new)).collect()
}
