//! What was ever known of entities: every version that an inventory told, with those that ended.

use wardroom_core::{Entity, Timestamp};

use super::rows;
use crate::error::StoreError;
use crate::tables::sources::SourceId;
use crate::workspace::Workspace;

/// One version of an entity as one source told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityVersionRow {
    /// The source.
    pub source: SourceId,
    /// What it told.
    pub entity: Entity,
    /// Since when it is so by the account of the source; `None` when it does not tell.
    pub since: Option<Timestamp>,
    /// The time for which the source last told the same.
    pub confirmed_at: Timestamp,
    /// When this workspace learnt of it.
    pub known_at: Timestamp,
    /// When this workspace learnt that it is gone or told otherwise; `None` while it holds.
    pub ended_at: Option<Timestamp>,
}

impl Workspace {
    /// Returns every version of the entities that a source told under one of some keys, or anyone under one of some
    /// names whatever their case, in the order in which they were learnt: by now, or as known at `as_of` (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn entity_versions(
        &self,
        told_as: &[(SourceId, String)],
        names: &[String],
        as_of: Option<Timestamp>,
    ) -> Result<Vec<EntityVersionRow>, StoreError> {
        let pairs = told_as.iter().map(|(source, key)| serde_json::json!([source.0, key]));
        let told_as = pairs.collect::<serde_json::Value>().to_string();
        let names = serde_json::Value::from(names).to_string();
        rows::entity_versions(self.db(), Some(told_as), Some(names), as_of).await
    }

    /// Returns every version of all entities, in the order in which they were learnt: by now, or as known at `as_of`
    /// (inclusive).
    ///
    /// # Errors
    ///
    /// Failures of the file.
    pub async fn all_entity_versions(
        &self,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<EntityVersionRow>, StoreError> {
        rows::entity_versions(self.db(), None, None, as_of).await
    }
}
