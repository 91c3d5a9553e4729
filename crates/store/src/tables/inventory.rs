//! Entities and dependencies as inventories recorded them. A change is stored beside what it changes.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use wardroom_core::{Dependency, Entity, EntityKind, FactId, Timestamp, Topology};

use super::sources::SourceId;
use super::{labels_from_json, labels_to_json};
use crate::db::ROWS_PER_STATEMENT;
use crate::error::StoreError;
use crate::samples::read::json_of;
use crate::workspace::Workspace;

#[derive(sqlx::FromRow)]
struct StoredEntity {
    id: i64,
    kind: String,
    name: String,
    tier: Option<u8>,
    domain: String,
    team: String,
    contact: String,
    environment: String,
    site: String,
    tags: String,
}

impl StoredEntity {
    fn into_entity(self) -> Result<Entity, StoreError> {
        Ok(Entity {
            kind: EntityKind::parse(&self.kind)
                .ok_or_else(|| StoreError::damaged(format!("an entity is of the kind {:?}", self.kind)))?,
            name: self.name,
            tier: self.tier,
            domain: self.domain,
            team: self.team,
            contact: self.contact,
            environment: self.environment,
            site: self.site,
            tags: labels_from_json(&self.tags)?,
        })
    }
}

/// Entities of one source (`?1`) or of all, as known now or at the moment `?2`.
const ENTITIES: &str = "SELECT id, kind, name, tier, domain, team, contact, environment, site, tags FROM entities \
     WHERE (?1 IS NULL OR source = ?1) AND known_at <= coalesce(?2, known_at) \
     AND (replaced_at IS NULL OR replaced_at > ?2) ORDER BY id";

/// Dependencies of one source (`?1`) or of all, as known now or at the moment `?2`.
const DEPENDENCIES: &str = "SELECT id, from_name, to_name, how FROM dependencies \
     WHERE (?1 IS NULL OR source = ?1) AND known_at <= coalesce(?2, known_at) \
     AND (replaced_at IS NULL OR replaced_at > ?2) ORDER BY id";

/// When an inventory spoke, and when this workspace learnt of it.
#[derive(Clone, Copy)]
struct Spoken {
    source: SourceId,
    event_at: Timestamp,
    known_at: Timestamp,
}

impl Workspace {
    /// Stores what the inventory of a source says at `event_at`, learnt at `known_at`: what is not in it is gone.
    ///
    /// Nothing is written for what has not changed. Of several entities of one kind and name the first counts.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; failures of the file. Nothing of this call is stored then.
    pub async fn put_inventory(
        &self,
        source: SourceId,
        inventory: &Topology,
        event_at: Timestamp,
        known_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_writable()?;
        let (stored_entities, stored_edges) = self.read_inventory(Some(source), None).await?;
        let (entities, gone_entities) = changed_entities(&inventory.entities, stored_entities);
        let (edges, gone_edges) = changed_edges(&inventory.dependencies, &stored_edges);
        if entities.is_empty() && gone_entities.is_empty() && edges.is_empty() && gone_edges.is_empty() {
            return Ok(());
        }
        let facts = self.new_fact_ids(entities.len() + edges.len()).await?;
        let (entity_facts, edge_facts) = facts.split_at(entities.len());
        let spoken = Spoken { source, event_at, known_at };
        let mut tx = self.begin().await?;
        for (statement, gone) in [
            (
                "UPDATE entities SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))",
                gone_entities,
            ),
            (
                "UPDATE dependencies SET replaced_at = ? WHERE id IN (SELECT value FROM json_each(?))",
                gone_edges,
            ),
        ] {
            sqlx::query(statement).bind(known_at.as_millis()).bind(json_of(&gone)).execute(&mut *tx).await?;
        }
        insert_entities(&mut tx, spoken, &entities, entity_facts).await?;
        insert_edges(&mut tx, spoken, &edges, edge_facts).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns what the inventory of one source or of all says: as last learnt, or as known at `as_of` (inclusive).
    ///
    /// Equal records of several sources are there once; records that differ stay beside each other.
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn inventory(
        &self,
        source: Option<SourceId>,
        as_of: Option<Timestamp>,
    ) -> Result<Topology, StoreError> {
        let (entities, edges) = self.read_inventory(source, as_of).await?;
        let mut entities: Vec<Entity> = entities.into_iter().map(|(_, entity)| entity).collect();
        entities.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        entities.dedup();
        let edges: BTreeSet<Dependency> = edges.into_iter().map(|(_, edge)| edge).collect();
        Ok(Topology { entities, dependencies: edges.into_iter().collect() })
    }

    async fn read_inventory(
        &self,
        source: Option<SourceId>,
        as_of: Option<Timestamp>,
    ) -> Result<(Vec<(i64, Entity)>, Vec<(i64, Dependency)>), StoreError> {
        let source = source.map(|source| source.0);
        let as_of = as_of.map(Timestamp::as_millis);
        let mut held = self.db().read().await?;
        let entities: Vec<StoredEntity> =
            sqlx::query_as(ENTITIES).bind(source).bind(as_of).fetch_all(held.on()).await?;
        let edges: Vec<(i64, String, String, String)> =
            sqlx::query_as(DEPENDENCIES).bind(source).bind(as_of).fetch_all(held.on()).await?;
        let entities = entities.into_iter().map(|row| Ok((row.id, row.into_entity()?)));
        let edges = edges.into_iter().map(|(id, from, to, how)| (id, Dependency { from, to, how }));
        Ok((entities.collect::<Result<_, StoreError>>()?, edges.collect()))
    }
}

/// Returns the entities to be stored and the rows that end.
fn changed_entities(said: &[Entity], stored: Vec<(i64, Entity)>) -> (Vec<&Entity>, Vec<i64>) {
    let mut before: BTreeMap<(EntityKind, String), Vec<(i64, Entity)>> = BTreeMap::new();
    for (id, entity) in stored {
        before.entry((entity.kind, entity.name.clone())).or_default().push((id, entity));
    }
    let (mut fresh, mut gone) = (Vec::new(), Vec::new());
    let mut seen: BTreeSet<(EntityKind, &str)> = BTreeSet::new();
    for entity in said {
        if !seen.insert((entity.kind, entity.name.as_str())) {
            continue;
        }
        let rows = before.remove(&(entity.kind, entity.name.clone())).unwrap_or_default();
        if !rows.iter().any(|(_, row)| row == entity) {
            fresh.push(entity);
        }
        gone.extend(rows.iter().filter(|(_, row)| row != entity).map(|(id, _)| *id));
    }
    gone.extend(before.into_values().flatten().map(|(id, _)| id));
    (fresh, gone)
}

/// Returns the dependencies to be stored and the rows that end.
fn changed_edges(said: &[Dependency], stored: &[(i64, Dependency)]) -> (Vec<Dependency>, Vec<i64>) {
    let said: BTreeSet<&Dependency> = said.iter().collect();
    let before: BTreeSet<&Dependency> = stored.iter().map(|(_, edge)| edge).collect();
    let fresh = said.difference(&before).map(|edge| (*edge).clone()).collect();
    let gone = stored.iter().filter(|(_, edge)| !said.contains(edge)).map(|(id, _)| *id).collect();
    (fresh, gone)
}

async fn insert_entities(
    connection: &mut SqliteConnection,
    spoken: Spoken,
    entities: &[&Entity],
    facts: &[FactId],
) -> Result<(), StoreError> {
    let rows: Vec<(&&Entity, &FactId)> = entities.iter().zip(facts).collect();
    for group in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO entities (fact, source, kind, name, tier, domain, team, contact, environment, site, tags, \
             event_at, known_at) ",
        );
        insert.push_values(group, |mut row, (entity, fact)| {
            row.push_bind(fact.to_bytes().to_vec())
                .push_bind(spoken.source.0)
                .push_bind(entity.kind.as_str())
                .push_bind(entity.name.as_str())
                .push_bind(entity.tier)
                .push_bind(entity.domain.as_str())
                .push_bind(entity.team.as_str())
                .push_bind(entity.contact.as_str())
                .push_bind(entity.environment.as_str())
                .push_bind(entity.site.as_str())
                .push_bind(labels_to_json(&entity.tags))
                .push_bind(spoken.event_at.as_millis())
                .push_bind(spoken.known_at.as_millis());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_edges(
    connection: &mut SqliteConnection,
    spoken: Spoken,
    edges: &[Dependency],
    facts: &[FactId],
) -> Result<(), StoreError> {
    let rows: Vec<(&Dependency, &FactId)> = edges.iter().zip(facts).collect();
    for group in rows.chunks(ROWS_PER_STATEMENT) {
        let mut insert: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO dependencies (fact, source, from_name, to_name, how, event_at, known_at) ",
        );
        insert.push_values(group, |mut row, (edge, fact)| {
            row.push_bind(fact.to_bytes().to_vec())
                .push_bind(spoken.source.0)
                .push_bind(edge.from.as_str())
                .push_bind(edge.to.as_str())
                .push_bind(edge.how.as_str())
                .push_bind(spoken.event_at.as_millis())
                .push_bind(spoken.known_at.as_millis());
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
