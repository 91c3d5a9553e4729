//! One module a table: its rows, its SQL and the mapping to the vocabulary.

pub(crate) mod alerts;
pub(crate) mod changes;
pub(crate) mod checks;
pub(crate) mod classes;
pub(crate) mod drills;
pub(crate) mod edge_versions;
pub(crate) mod feedback;
pub(crate) mod findings;
pub(crate) mod imports;
pub(crate) mod inventory;
pub(crate) mod log_notes;
pub(crate) mod logs;
pub(crate) mod refusals;
pub(crate) mod rules;
pub(crate) mod series;
pub(crate) mod sources;
pub(crate) mod template_counts;
pub(crate) mod templates;
pub(crate) mod topology;

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use wardroom_core::{FactId, Labels, Timestamp};

use crate::error::StoreError;
use crate::workspace::Workspace;

/// Reads a stored identity.
pub(crate) fn fact_of(bytes: &[u8]) -> Result<FactId, StoreError> {
    FactId::from_bytes(bytes).ok_or_else(|| StoreError::damaged("an identity has another length"))
}

/// Reads a stored time.
pub(crate) fn time_of(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// Reports whether the file has a table: one that is open for reading only may be older.
pub(crate) async fn has_table(connection: &mut SqliteConnection, name: &str) -> Result<bool, StoreError> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?")
            .bind(name)
            .fetch_one(connection)
            .await?;
    Ok(tables > 0)
}

impl Workspace {
    /// Runs an update that takes a row back, whose first value is the time and whose second the row's number; reports
    /// whether there was one that held.
    async fn take_back(&self, update: &'static str, id: i64, at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let done = sqlx::query(update).bind(at.as_millis()).bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

/// Writes labels as a JSON object with its names in order: equal labels give equal text.
pub(crate) fn labels_to_json(labels: &Labels) -> String {
    let pairs = labels.iter().map(|(name, value)| (name.to_owned(), serde_json::Value::from(value)));
    serde_json::Value::Object(pairs.collect()).to_string()
}

/// Reads what [`labels_to_json`] wrote.
pub(crate) fn labels_from_json(text: &str) -> Result<Labels, StoreError> {
    let pairs: BTreeMap<String, String> =
        serde_json::from_str(text).map_err(|e| StoreError::damaged(format!("labels cannot be read: {e}")))?;
    Ok(Labels::new(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_survive_their_text_whatever_is_in_them() {
        let labels = Labels::new([("b", "a \"quoted\" \\ line\nbreak"), ("a", "名前")]);

        let text = labels_to_json(&labels);

        assert!(text.starts_with("{\"a\":"), "{text}");
        assert_eq!(labels_from_json(&text), Ok(labels));
    }
}
