//! Rows of entities and dependencies as they stand in the file, and what of them was known at a moment.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use wardroom_core::{Dependency, Entity, EntityKind, Timestamp};

use super::{DependencyRow, EntityRow, EntityVersionRow};
use crate::db::Db;
use crate::error::StoreError;
use crate::tables::sources::SourceId;
use crate::tables::{has_table, labels_from_json, time_of};

/// The columns of an entity; of a file that was written before inventories told more, what stands for them.
macro_rules! entity_columns {
    (early) => {
        "e.id, e.source, e.kind, e.name AS key, e.name, e.tier, e.domain, '' AS system, e.team, '' AS department, \
         '' AS person, e.contact, e.environment, e.site, '' AS status, '[]' AS aliases, '[]' AS addresses, \
         '' AS serial, e.tags, '{}' AS links, NULL AS changed_at, NULL AS first_changed_at, 0 AS seen_run, \
         e.event_at AS confirmed_at, e.known_at AS first_known_at, e.event_at, e.known_at"
    };
    () => {
        "e.id, e.source, e.kind, e.key, e.name, e.tier, e.domain, e.system, e.team, e.department, e.person, e.contact, \
         e.environment, e.site, e.status, e.aliases, e.addresses, e.serial, e.tags, e.links, e.changed_at, \
         e.first_changed_at, e.seen_run, e.confirmed_at, e.first_known_at, e.event_at, e.known_at"
    };
}

/// The columns of a dependency, likewise.
macro_rules! dependency_columns {
    (early) => {
        "d.id, d.source, d.from_name, d.to_name, d.how, NULL AS changed_at, NULL AS first_changed_at, 0 AS seen_run, \
         d.event_at AS confirmed_at, d.event_at, d.known_at"
    };
    () => {
        "d.id, d.source, d.from_name, d.to_name, d.how, d.changed_at, d.first_changed_at, d.seen_run, d.confirmed_at, \
         d.event_at, d.known_at"
    };
}

/// Those of one source (`?1`) or of all, as known now or at the moment `?2`.
macro_rules! as_known {
    () => {
        " WHERE (?1 IS NULL OR source = ?1) AND known_at <= coalesce(?2, known_at) \
         AND (replaced_at IS NULL OR replaced_at > ?2) ORDER BY id"
    };
}

/// Behind the columns of an entity, of all its versions: of those that a source told under one of some keys (`?1`, an
/// array of pairs), or anyone under one of some names (`?2`, an array), or of all where these are null; what was known at
/// the moment `?3`. The key is named, because early files have none.
macro_rules! ever_told {
    ($key:literal) => {
        concat!(
            ", e.replaced_at FROM entities e WHERE e.known_at <= coalesce(?3, e.known_at) \
             AND (?2 IS NULL OR lower(e.name) IN (SELECT lower(value) FROM json_each(?2)) \
             OR EXISTS (SELECT 1 FROM json_each(?1) said \
             WHERE said.value ->> 0 = e.source AND said.value ->> 1 = ",
            $key,
            ")) ORDER BY e.known_at, e.id"
        )
    };
}

const VERSIONS: &str = concat!("SELECT ", entity_columns!(), ever_told!("e.key"));
const EARLY_VERSIONS: &str = concat!("SELECT ", entity_columns!(early), ever_told!("e.name"));

const ENTITIES: &str = concat!("SELECT ", entity_columns!(), " FROM entities e", as_known!());
const EARLY_ENTITIES: &str = concat!("SELECT ", entity_columns!(early), " FROM entities e", as_known!());

/// Some entities of all versions, behind a row (`?1`).
pub(super) const SOME_ENTITIES: &str =
    concat!("SELECT ", entity_columns!(), " FROM entities e WHERE e.id > ?1 ORDER BY e.id LIMIT ?2");
pub(super) const SOME_EARLY_ENTITIES: &str =
    concat!("SELECT ", entity_columns!(early), " FROM entities e WHERE e.id > ?1 ORDER BY e.id LIMIT ?2");

const DEPENDENCIES: &str = concat!("SELECT ", dependency_columns!(), " FROM dependencies d", as_known!());
const EARLY_DEPENDENCIES: &str =
    concat!("SELECT ", dependency_columns!(early), " FROM dependencies d", as_known!());

/// The current versions of a source (`?1`) that have one of some keys. The index is named: without statistics the
/// planner takes two conditions on any index for equally good.
pub(super) const OPEN_ENTITIES: &str = concat!(
    "SELECT ",
    entity_columns!(),
    " FROM json_each(?2) said CROSS JOIN entities e INDEXED BY entities_open \
     WHERE e.source = ?1 AND e.key = said.value AND e.replaced_at IS NULL ORDER BY e.id"
);

/// The current versions of a source (`?1`) that are one of some edges: arrays of both ends and how.
pub(super) const OPEN_DEPENDENCIES: &str = concat!(
    "SELECT ",
    dependency_columns!(),
    " FROM json_each(?2) said CROSS JOIN dependencies d INDEXED BY dependencies_open \
     WHERE d.source = ?1 AND d.from_name = said.value ->> 0 AND d.to_name = said.value ->> 1 \
     AND d.how = said.value ->> 2 AND d.replaced_at IS NULL ORDER BY d.id"
);

#[derive(sqlx::FromRow)]
pub(super) struct StoredEntity {
    pub(super) id: i64,
    source: i64,
    kind: String,
    key: String,
    name: String,
    tier: Option<u8>,
    domain: String,
    system: String,
    team: String,
    department: String,
    person: String,
    contact: String,
    environment: String,
    site: String,
    status: String,
    aliases: String,
    addresses: String,
    serial: String,
    tags: String,
    links: String,
    changed_at: Option<i64>,
    first_changed_at: Option<i64>,
    pub(super) seen_run: i64,
    confirmed_at: i64,
    pub(super) first_known_at: i64,
    event_at: i64,
    known_at: i64,
}

impl StoredEntity {
    /// Returns the entity as the source told it last.
    pub(super) fn into_entity(self) -> Result<Entity, StoreError> {
        Ok(Entity {
            kind: EntityKind::parse(&self.kind)
                .ok_or_else(|| StoreError::damaged(format!("an entity is of the kind {:?}", self.kind)))?,
            key: self.key,
            name: self.name,
            tier: self.tier,
            domain: self.domain,
            system: self.system,
            team: self.team,
            department: self.department,
            person: self.person,
            contact: self.contact,
            environment: self.environment,
            site: self.site,
            status: self.status,
            aliases: texts_from_json(&self.aliases)?,
            addresses: texts_from_json(&self.addresses)?,
            serial: self.serial,
            tags: labels_from_json(&self.tags)?,
            links: labels_from_json(&self.links)?,
            changed_at: time_of(self.changed_at),
        })
    }

    fn into_row(mut self, known: &Known) -> Result<EntityRow, StoreError> {
        let source = SourceId(self.source);
        self.changed_at = known.changed(self.changed_at, self.first_changed_at);
        let row = (self.event_at, self.known_at, self.first_known_at);
        let confirmed_at = known.confirmed(source, self.event_at, self.confirmed_at);
        Ok(EntityRow {
            source,
            entity: self.into_entity()?,
            event_at: Timestamp::from_millis(row.0),
            known_at: Timestamp::from_millis(row.1),
            first_known_at: Timestamp::from_millis(row.2),
            confirmed_at,
        })
    }
}

/// A version of an entity, whether it holds or ended.
#[derive(sqlx::FromRow)]
struct StoredVersion {
    #[sqlx(flatten)]
    entity: StoredEntity,
    replaced_at: Option<i64>,
}

impl StoredVersion {
    fn into_row(self, known: &Known) -> Result<EntityVersionRow, StoreError> {
        let ended = self.replaced_at.filter(|ended| known.as_of.is_none_or(|moment| *ended <= moment));
        let first_changed_at = time_of(self.entity.first_changed_at);
        let row = self.entity.into_row(known)?;
        Ok(EntityVersionRow {
            source: row.source,
            since: first_changed_at.or(row.entity.changed_at),
            confirmed_at: row.confirmed_at,
            known_at: row.known_at,
            ended_at: time_of(ended),
            entity: row.entity,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct StoredDependency {
    pub(super) id: i64,
    source: i64,
    from_name: String,
    to_name: String,
    how: String,
    changed_at: Option<i64>,
    first_changed_at: Option<i64>,
    pub(super) seen_run: i64,
    confirmed_at: i64,
    event_at: i64,
    known_at: i64,
}

impl StoredDependency {
    /// Returns what the edge is known by.
    pub(super) fn identity(&self) -> (&str, &str, &str) {
        (self.from_name.as_str(), self.to_name.as_str(), self.how.as_str())
    }

    fn into_row(self, known: &Known) -> DependencyRow {
        let source = SourceId(self.source);
        let changed_at = known.changed(self.changed_at, self.first_changed_at);
        DependencyRow {
            source,
            event_at: known.confirmed(source, self.event_at, self.confirmed_at),
            known_at: Timestamp::from_millis(self.known_at),
            dependency: Dependency {
                from: self.from_name,
                to: self.to_name,
                how: self.how,
                changed_at: time_of(changed_at),
            },
        }
    }
}

/// What was known at a moment of what grows in place.
struct Known {
    as_of: Option<i64>,
    /// Times for which complete runs spoke, by source and ascending: each confirmed all that was not ended then.
    runs: BTreeMap<SourceId, Vec<i64>>,
}

impl Known {
    /// Reads it; what is known by now stands in the rows themselves.
    async fn read(
        connection: &mut SqliteConnection,
        as_of: Option<i64>,
        is_early: bool,
    ) -> Result<Self, StoreError> {
        let mut runs: BTreeMap<SourceId, Vec<i64>> = BTreeMap::new();
        let Some(moment) = as_of.filter(|_| !is_early) else { return Ok(Self { as_of, runs }) };
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT source, event_at FROM inventory_runs \
             WHERE state = 'complete' AND closed AND event_at IS NOT NULL AND finished_at <= ? ORDER BY event_at, id",
        )
        .bind(moment)
        .fetch_all(connection)
        .await?;
        for (source, event_at) in rows {
            runs.entry(SourceId(source)).or_default().push(event_at);
        }
        Ok(Self { as_of, runs })
    }

    /// Returns when the source had last changed a record by its own account.
    fn changed(&self, last: Option<i64>, first: Option<i64>) -> Option<i64> {
        let is_later = |time: i64| self.as_of.is_some_and(|moment| time > moment);
        if last.is_some_and(is_later) { first } else { last }
    }

    /// Returns when the source had last said the same.
    fn confirmed(&self, source: SourceId, said: i64, last: i64) -> Timestamp {
        let millis = match self.as_of {
            Some(moment) if last > moment => {
                let runs = self.runs.get(&source).map(Vec::as_slice).unwrap_or_default();
                let upto = runs.partition_point(|event_at| *event_at <= moment);
                runs[..upto].last().copied().unwrap_or(said).max(said)
            }
            _ => last,
        };
        Timestamp::from_millis(millis)
    }
}

/// Returns what sources say: as last learnt, or as known at a moment.
pub(super) async fn entity_rows(
    db: &Db,
    source: Option<SourceId>,
    as_of: Option<Timestamp>,
) -> Result<Vec<EntityRow>, StoreError> {
    let as_of = as_of.map(Timestamp::as_millis);
    let mut held = db.read().await?;
    let is_early = !has_runs(held.on()).await?;
    let known = Known::read(held.on(), as_of, is_early).await?;
    let rows: Vec<StoredEntity> = sqlx::query_as(if is_early { EARLY_ENTITIES } else { ENTITIES })
        .bind(source.map(|source| source.0))
        .bind(as_of)
        .fetch_all(held.on())
        .await?;
    rows.into_iter().map(|row| row.into_row(&known)).collect()
}

/// Returns every version of entities, in the order in which they were learnt, by now or as known at a moment: of those that
/// sources told under some keys or names (JSON arrays), or of all.
pub(super) async fn entity_versions(
    db: &Db,
    told_as: Option<String>,
    names: Option<String>,
    as_of: Option<Timestamp>,
) -> Result<Vec<EntityVersionRow>, StoreError> {
    let as_of = as_of.map(Timestamp::as_millis);
    let mut held = db.read().await?;
    let is_early = !has_runs(held.on()).await?;
    let known = Known::read(held.on(), as_of, is_early).await?;
    let rows: Vec<StoredVersion> = sqlx::query_as(if is_early { EARLY_VERSIONS } else { VERSIONS })
        .bind(told_as)
        .bind(names)
        .bind(as_of)
        .fetch_all(held.on())
        .await?;
    rows.into_iter().map(|row| row.into_row(&known)).collect()
}

/// Returns which dependencies sources tell: as last learnt, or as known at a moment.
pub(super) async fn dependency_rows(
    db: &Db,
    source: Option<SourceId>,
    as_of: Option<Timestamp>,
) -> Result<Vec<DependencyRow>, StoreError> {
    let as_of = as_of.map(Timestamp::as_millis);
    let mut held = db.read().await?;
    let is_early = !has_runs(held.on()).await?;
    let known = Known::read(held.on(), as_of, is_early).await?;
    let rows: Vec<StoredDependency> =
        sqlx::query_as(if is_early { EARLY_DEPENDENCIES } else { DEPENDENCIES })
            .bind(source.map(|source| source.0))
            .bind(as_of)
            .fetch_all(held.on())
            .await?;
    Ok(rows.into_iter().map(|row| row.into_row(&known)).collect())
}

/// Reports whether the file has runs of inventories: one that is open for reading only may be older.
pub(crate) async fn has_runs(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    has_table(connection, "inventory_runs").await
}

/// Reads a JSON array of texts.
pub(crate) fn texts_from_json(text: &str) -> Result<Vec<String>, StoreError> {
    // Most records have none.
    if text == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|e| StoreError::damaged(format!("texts cannot be read: {e}")))
}

/// Writes texts as a JSON array.
pub(crate) fn texts_to_json(texts: &[String]) -> String {
    if texts.is_empty() {
        return "[]".to_owned();
    }
    serde_json::Value::from(texts).to_string()
}
