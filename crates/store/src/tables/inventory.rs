//! Entities and dependencies as inventories recorded them. A change is stored beside what it changes.

mod page;
mod rows;
mod runs;
mod verify;
mod versions;

use std::collections::BTreeSet;

use wardroom_core::{Dependency, Entity, Timestamp, Topology};

use self::page::{Changes, Spoken};
use super::sources::SourceId;
use crate::error::StoreError;
use crate::workspace::Workspace;

pub(crate) use self::rows::{has_runs, texts_from_json, texts_to_json};
pub(crate) use self::verify::verify_inventory;
pub use self::versions::EntityVersionRow;

/// The number of a run in its file; later runs have greater ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InventoryRunId(pub i64);

/// How a run of an inventory stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InventoryRunState {
    /// Pages may still come.
    Open,
    /// All that was to be read was read.
    Complete,
    /// It was given up.
    Abandoned,
}

impl InventoryRunState {
    /// Reads the stored word.
    fn parse(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "complete" => Some(Self::Complete),
            "abandoned" => Some(Self::Abandoned),
            _ => None,
        }
    }
}

/// One reading of the inventory of a source, page by page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryRun {
    /// Its number.
    pub id: InventoryRunId,
    /// The source.
    pub source: SourceId,
    /// How it stands.
    pub state: InventoryRunState,
    /// When it began.
    pub begun_at: Timestamp,
    /// The time for which its last page spoke; `None` before the first.
    pub event_at: Option<Timestamp>,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
    /// Where it goes on, in the reader's words; `None` at the beginning and when it does not go on.
    pub place: Option<String>,
    /// Whether only changes came.
    pub delta: bool,
    /// Whether what it had not met was ended, or it had met everything.
    pub closed: bool,
}

/// What a page or an inventory did: entities and dependencies together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InventoryCounts {
    /// Records that were not known.
    pub fresh: u64,
    /// Records that differ from what was known.
    pub changed: u64,
    /// Records that are as they were known.
    pub same: u64,
    /// Records that ended because the source says that they are deleted.
    pub gone: u64,
}

/// What a run has not met of what its source is known to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// Entities that no page told.
    pub entities: u64,
    /// All entities of the source.
    pub of_entities: u64,
    /// Dependencies that no page told.
    pub dependencies: u64,
    /// All dependencies of the source.
    pub of_dependencies: u64,
}

/// One page of a run as it came.
#[derive(Clone, Copy, Debug)]
pub struct InventoryPart<'a> {
    /// The part of the source that tells it (`devices`); empty where a source has none.
    pub name: &'a str,
    /// What it tells.
    pub told: &'a Topology,
    /// Keys of entities of which the source says that they are deleted.
    pub gone: &'a [String],
}

impl<'a> InventoryPart<'a> {
    /// Returns a page of a source that has no parts and does not tell what is deleted.
    #[must_use]
    pub fn of(told: &'a Topology) -> Self {
        Self { name: "", told, gone: &[] }
    }
}

/// What of the records that a run has not met may end; the default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryScope {
    /// The parts of the source that the run has read to their end; what another part told last stays. `None` is all.
    pub parts: Option<Vec<String>>,
    /// A run whose unmet records a person kept: what was not met since before it stays.
    pub kept: Option<InventoryRunId>,
}

/// An entity as one source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRow {
    /// The source.
    pub source: SourceId,
    /// What it tells.
    pub entity: Entity,
    /// The time for which it first told just this.
    pub event_at: Timestamp,
    /// When this workspace learnt just this.
    pub known_at: Timestamp,
    /// Since when the source is known to have the entity, whatever it told of it.
    pub first_known_at: Timestamp,
    /// The time for which the source last told the same.
    pub confirmed_at: Timestamp,
}

/// A dependency as one source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyRow {
    /// The source.
    pub source: SourceId,
    /// What it tells.
    pub dependency: Dependency,
    /// The time for which the source last told it.
    pub event_at: Timestamp,
    /// When this workspace first learnt of it.
    pub known_at: Timestamp,
}

impl Workspace {
    /// Stores what the inventory of a source says at `event_at`, learnt at `known_at`: what is not in it is gone.
    ///
    /// It is a run of one page, in one transaction; an open run of the source is abandoned. Nothing is written for what
    /// has not changed but that it was told again. Of several entities of one kind and key the first counts.
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
        let _one_at_a_time = self.inventory_writer().lock().await;
        let mut held = self.db().write_alone().await?;
        let changes = Changes::find(held.on(), source, None, inventory, &[]).await?;
        drop(held);
        let facts = self.new_fact_ids(changes.facts()).await?;
        let mut tx = self.begin().await?;
        let run = runs::begin_run(&mut tx, source, known_at, false).await?;
        changes.write(&mut tx, Spoken { source, run: run.0, part: "", event_at, known_at }, &facts).await?;
        sqlx::query("UPDATE inventory_runs SET event_at = ? WHERE id = ?")
            .bind(event_at.as_millis())
            .bind(run.0)
            .execute(&mut *tx)
            .await?;
        runs::finish_run(&mut tx, run, Some(&InventoryScope::default()), known_at).await?;
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
        let rows = rows::entity_rows(self.db(), source, as_of).await?;
        let mut entities: Vec<Entity> = rows.into_iter().map(|row| row.entity).collect();
        entities.sort_by(|a, b| (a.kind, &a.name, &a.key).cmp(&(b.kind, &b.name, &b.key)));
        entities.dedup();
        let rows = rows::dependency_rows(self.db(), source, as_of).await?;
        let edges: BTreeSet<Dependency> = rows.into_iter().map(|row| row.dependency).collect();
        Ok(Topology { entities, dependencies: edges.into_iter().collect() })
    }

    /// Returns what each source says of each entity, in the order in which it was learnt: by now, or as known at `as_of`
    /// (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn inventory_records(&self, as_of: Option<Timestamp>) -> Result<Vec<EntityRow>, StoreError> {
        rows::entity_rows(self.db(), None, as_of).await
    }

    /// Returns which dependencies each source tells, in the order in which they were learnt: by now, or as known at
    /// `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn dependency_records(
        &self,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<DependencyRow>, StoreError> {
        rows::dependency_rows(self.db(), None, as_of).await
    }
}
