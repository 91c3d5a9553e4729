//! One page of an inventory: what in it is new, changed or as before, found and written set by set and not row by row.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{Dependency, Entity, EntityKind, FactId, Timestamp, Topology};

use super::InventoryCounts;
use super::rows::{OPEN_DEPENDENCIES, OPEN_ENTITIES, StoredDependency, StoredEntity, texts_to_json};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::tables::labels_to_json;
use crate::tables::sources::SourceId;

/// When an inventory spoke, and when this workspace learnt of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken<'a> {
    pub(super) source: SourceId,
    pub(super) run: i64,
    /// The part of the source that tells it.
    pub(super) part: &'a str,
    pub(super) event_at: Timestamp,
    pub(super) known_at: Timestamp,
}

/// What a page changes.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    /// Entities to be stored, with when they were first known; `None` for those that were not.
    fresh_entities: Vec<(&'a Entity, Option<i64>)>,
    fresh_dependencies: Vec<&'a Dependency>,
    /// Versions that end.
    ended_entities: Vec<i64>,
    ended_dependencies: Vec<i64>,
    /// Versions that were met again, with when the source last changed them.
    met_entities: Vec<(i64, Option<i64>)>,
    met_dependencies: Vec<(i64, Option<i64>)>,
    pub(super) counts: InventoryCounts,
}

impl<'a> Changes<'a> {
    /// Compares a page with what is stored of its source. What `run` has met already stays: where an inventory has two
    /// records of one identity, the first counts, so that they do not take turns.
    pub(super) async fn find(
        connection: &mut SqliteConnection,
        source: SourceId,
        run: Option<i64>,
        part: &'a Topology,
        gone: &[String],
    ) -> Result<Self, StoreError> {
        let mut changes = Self::default();
        let mut gone = Gone::find(connection, source, run, part, gone).await?;
        let mut told = BTreeSet::new();
        let entities: Vec<&Entity> =
            part.entities.iter().filter(|entity| told.insert((entity.kind, entity.key.as_str()))).collect();
        let stored = open_entities(connection, source, &entities).await?;
        changes.compare_entities(&entities, stored, run)?;
        let mut told = BTreeSet::new();
        let dependencies: Vec<&Dependency> =
            part.dependencies.iter().filter(|edge| told.insert(identity(edge))).collect();
        let stored = open_dependencies(connection, source, &dependencies).await?;
        changes.compare_dependencies(&dependencies, &stored, run);
        for (id, _) in &changes.met_dependencies {
            gone.dependencies.remove(id);
        }
        changes.counts.gone = (gone.entities.len() + gone.dependencies.len()) as u64;
        changes.ended_entities.extend(gone.entities);
        changes.ended_dependencies.extend(gone.dependencies);
        Ok(changes)
    }

    /// Returns how many identities of facts the page needs.
    pub(super) fn facts(&self) -> usize {
        self.fresh_entities.len() + self.fresh_dependencies.len()
    }

    /// Entities of one key are told apart by their kind as long as all of them are told. An entity of another kind than
    /// what is stored takes the place of one that the run has not met: its kind was corrected.
    fn compare_entities(
        &mut self,
        said: &[&'a Entity],
        stored: Vec<StoredEntity>,
        run: Option<i64>,
    ) -> Result<(), StoreError> {
        let mut before: BTreeMap<String, Vec<Before>> = BTreeMap::new();
        for row in stored {
            let row = Before::of(row, run)?;
            before.entry(row.entity.key.clone()).or_default().push(row);
        }
        let mut of_other_kind = Vec::new();
        for entity in said {
            let rows = before.get_mut(&entity.key);
            match rows.and_then(|rows| rows.iter_mut().find(|row| row.entity.kind == entity.kind)) {
                Some(row) => self.compare_entity(entity, row),
                None => of_other_kind.push(*entity),
            }
        }
        for entity in of_other_kind {
            let rows = before.get_mut(&entity.key);
            if let Some(row) = rows.and_then(|rows| rows.iter_mut().find(|row| !row.is_met)) {
                self.compare_entity(entity, row);
            } else {
                self.fresh_entities.push((entity, None));
                self.counts.fresh += 1;
            }
        }
        Ok(())
    }

    fn compare_entity(&mut self, entity: &'a Entity, row: &mut Before) {
        if row.is_met {
            self.counts.same += 1;
            return;
        }
        row.is_met = true;
        // A source that only says that it changed something has changed nothing that is kept.
        row.entity.changed_at = entity.changed_at;
        if row.entity == *entity {
            self.met_entities.push((row.id, entity.changed_at.map(Timestamp::as_millis)));
            self.counts.same += 1;
        } else {
            self.ended_entities.push(row.id);
            self.fresh_entities.push((entity, Some(row.first_known_at)));
            self.counts.changed += 1;
        }
    }

    fn compare_dependencies(
        &mut self,
        said: &[&'a Dependency],
        stored: &[StoredDependency],
        run: Option<i64>,
    ) {
        let before = stored.iter().map(|row| (row.identity(), row));
        let before: BTreeMap<_, &StoredDependency> = before.collect();
        for edge in said {
            if let Some(row) = before.get(&identity(edge)) {
                if run != Some(row.seen_run) {
                    self.met_dependencies.push((row.id, edge.changed_at.map(Timestamp::as_millis)));
                }
                self.counts.same += 1;
            } else {
                self.fresh_dependencies.push(edge);
                self.counts.fresh += 1;
            }
        }
    }

    /// Writes the changes.
    pub(super) async fn write(
        &self,
        connection: &mut SqliteConnection,
        spoken: Spoken<'_>,
        facts: &[FactId],
    ) -> Result<(), StoreError> {
        end(connection, END_ENTITIES, &self.ended_entities, spoken.known_at).await?;
        end(connection, END_DEPENDENCIES, &self.ended_dependencies, spoken.known_at).await?;
        meet(connection, MEET_ENTITIES, &self.met_entities, spoken).await?;
        meet(connection, MEET_DEPENDENCIES, &self.met_dependencies, spoken).await?;
        let (entity_facts, dependency_facts) = facts
            .split_at_checked(self.fresh_entities.len())
            .ok_or_else(|| StoreError::internal("too few identities were given"))?;
        insert_entities(connection, spoken, &self.fresh_entities, entity_facts).await?;
        insert_dependencies(connection, spoken, &self.fresh_dependencies, dependency_facts).await
    }
}

/// A current version that a page is compared with.
struct Before {
    id: i64,
    first_known_at: i64,
    /// Whether the run, or an entity of the page, has met it.
    is_met: bool,
    entity: Entity,
}

impl Before {
    fn of(row: StoredEntity, run: Option<i64>) -> Result<Self, StoreError> {
        let (id, first_known_at, is_met) = (row.id, row.first_known_at, run == Some(row.seen_run));
        Ok(Self { id, first_known_at, is_met, entity: row.into_entity()? })
    }
}

/// What a source says it has deleted: versions that end.
#[derive(Default)]
struct Gone {
    entities: BTreeSet<i64>,
    dependencies: BTreeSet<i64>,
}

impl Gone {
    /// Finds the entities of some keys, but not those that the page tells, and the dependencies that hang on them, but
    /// not those that the run has met.
    async fn find(
        connection: &mut SqliteConnection,
        source: SourceId,
        run: Option<i64>,
        part: &Topology,
        keys: &[String],
    ) -> Result<Self, StoreError> {
        let told: BTreeSet<&str> = part.entities.iter().map(|entity| entity.key.as_str()).collect();
        let keys: BTreeSet<&str> =
            keys.iter().map(String::as_str).filter(|key| !told.contains(key)).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let keys = keys.into_iter().collect::<serde_json::Value>().to_string();
        let entities: Vec<i64> = sqlx::query_scalar(
            "SELECT e.id FROM json_each(?2) said CROSS JOIN entities e INDEXED BY entities_open \
             WHERE e.source = ?1 AND e.key = said.value AND e.replaced_at IS NULL",
        )
        .bind(source.0)
        .bind(keys.as_str())
        .fetch_all(&mut *connection)
        .await?;
        let dependencies: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM dependencies WHERE source = ?1 AND replaced_at IS NULL AND seen_run IS NOT ?3 \
             AND (from_name IN (SELECT value FROM json_each(?2)) OR to_name IN (SELECT value FROM json_each(?2)))",
        )
        .bind(source.0)
        .bind(keys.as_str())
        .bind(run)
        .fetch_all(&mut *connection)
        .await?;
        Ok(Self {
            entities: entities.into_iter().collect(),
            dependencies: dependencies.into_iter().collect(),
        })
    }
}

/// Returns what an edge is known by.
fn identity(edge: &Dependency) -> (&str, &str, &str) {
    (edge.from.as_str(), edge.to.as_str(), edge.how.as_str())
}

async fn open_entities(
    connection: &mut SqliteConnection,
    source: SourceId,
    said: &[&Entity],
) -> Result<Vec<StoredEntity>, StoreError> {
    let keys: BTreeSet<&str> = said.iter().map(|entity| entity.key.as_str()).collect();
    let keys = keys.into_iter().collect::<serde_json::Value>().to_string();
    Ok(sqlx::query_as(OPEN_ENTITIES).bind(source.0).bind(keys).fetch_all(connection).await?)
}

async fn open_dependencies(
    connection: &mut SqliteConnection,
    source: SourceId,
    said: &[&Dependency],
) -> Result<Vec<StoredDependency>, StoreError> {
    let edges: serde_json::Value =
        said.iter().map(|edge| serde_json::json!([edge.from, edge.to, edge.how])).collect();
    Ok(sqlx::query_as(OPEN_DEPENDENCIES).bind(source.0).bind(edges.to_string()).fetch_all(connection).await?)
}

const END_ENTITIES: &str = "UPDATE entities SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))";
const END_DEPENDENCIES: &str =
    "UPDATE dependencies SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))";

async fn end(
    connection: &mut SqliteConnection,
    statement: &'static str,
    ids: &[i64],
    known_at: Timestamp,
) -> Result<(), StoreError> {
    if !ids.is_empty() {
        sqlx::query(statement).bind(known_at.as_millis()).bind(json_of(ids)).execute(connection).await?;
    }
    Ok(())
}

/// What a source repeats is not a further version: it only shows that the version holds.
const MEET_ENTITIES: &str = "UPDATE entities SET seen_run = ?1, part = ?4, confirmed_at = max(confirmed_at, ?2), \
     changed_at = coalesce(met.changed_at, entities.changed_at) \
     FROM (SELECT value ->> 0 AS id, value ->> 1 AS changed_at FROM json_each(?3)) AS met WHERE entities.id = met.id";
const MEET_DEPENDENCIES: &str = "UPDATE dependencies SET seen_run = ?1, part = ?4, confirmed_at = max(confirmed_at, ?2), \
     changed_at = coalesce(met.changed_at, dependencies.changed_at) \
     FROM (SELECT value ->> 0 AS id, value ->> 1 AS changed_at FROM json_each(?3)) AS met WHERE dependencies.id = met.id";

async fn meet(
    connection: &mut SqliteConnection,
    statement: &'static str,
    met: &[(i64, Option<i64>)],
    spoken: Spoken<'_>,
) -> Result<(), StoreError> {
    if met.is_empty() {
        return Ok(());
    }
    let met: serde_json::Value =
        met.iter().map(|(id, changed_at)| serde_json::json!([id, changed_at])).collect();
    sqlx::query(statement)
        .bind(spoken.run)
        .bind(spoken.event_at.as_millis())
        .bind(met.to_string())
        .bind(spoken.part)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_entities(
    connection: &mut SqliteConnection,
    spoken: Spoken<'_>,
    entities: &[(&Entity, Option<i64>)],
    facts: &[FactId],
) -> Result<(), StoreError> {
    let rows: Vec<(&(&Entity, Option<i64>), &FactId)> = entities.iter().zip(facts).collect();
    for group in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO entities (fact, source, kind, key, name, tier, domain, system, team, department, person, \
             contact, environment, site, status, aliases, addresses, serial, tags, links, changed_at, \
             first_changed_at, seen_run, part, confirmed_at, first_known_at, event_at, known_at) ",
        );
        insert.push_values(group, |mut row, ((entity, first_known_at), fact)| {
            let changed_at = entity.changed_at.map(Timestamp::as_millis);
            let known_at = spoken.known_at.as_millis();
            row.push_bind(fact.to_bytes().to_vec())
                .push_bind(spoken.source.0)
                .push_bind(EntityKind::as_str(entity.kind))
                .push_bind(entity.key.as_str())
                .push_bind(entity.name.as_str())
                .push_bind(entity.tier)
                .push_bind(entity.domain.as_str())
                .push_bind(entity.system.as_str())
                .push_bind(entity.team.as_str())
                .push_bind(entity.department.as_str())
                .push_bind(entity.person.as_str())
                .push_bind(entity.contact.as_str())
                .push_bind(entity.environment.as_str())
                .push_bind(entity.site.as_str())
                .push_bind(entity.status.as_str())
                .push_bind(texts_to_json(&entity.aliases))
                .push_bind(texts_to_json(&entity.addresses))
                .push_bind(entity.serial.as_str())
                .push_bind(labels_to_json(&entity.tags))
                .push_bind(labels_to_json(&entity.links))
                .push_bind(changed_at)
                .push_bind(changed_at)
                .push_bind(spoken.run)
                .push_bind(spoken.part)
                .push_bind(spoken.event_at.as_millis())
                .push_bind(first_known_at.unwrap_or(known_at))
                .push_bind(spoken.event_at.as_millis())
                .push_bind(known_at);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_dependencies(
    connection: &mut SqliteConnection,
    spoken: Spoken<'_>,
    dependencies: &[&Dependency],
    facts: &[FactId],
) -> Result<(), StoreError> {
    let rows: Vec<(&&Dependency, &FactId)> = dependencies.iter().zip(facts).collect();
    for group in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO dependencies (fact, source, from_name, to_name, how, changed_at, first_changed_at, seen_run, \
             part, confirmed_at, event_at, known_at) ",
        );
        insert.push_values(group, |mut row, (edge, fact)| {
            let changed_at = edge.changed_at.map(Timestamp::as_millis);
            row.push_bind(fact.to_bytes().to_vec())
                .push_bind(spoken.source.0)
                .push_bind(edge.from.as_str())
                .push_bind(edge.to.as_str())
                .push_bind(edge.how.as_str())
                .push_bind(changed_at)
                .push_bind(changed_at)
                .push_bind(spoken.run)
                .push_bind(spoken.part)
                .push_bind(spoken.event_at.as_millis())
                .push_bind(spoken.event_at.as_millis())
                .push_bind(spoken.known_at.as_millis());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
