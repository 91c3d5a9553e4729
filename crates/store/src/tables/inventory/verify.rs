//! Verifies what is stored of inventories: every version can be read, and of each record there is one that counts.

use sqlx::SqliteConnection;

use super::rows::{SOME_EARLY_ENTITIES, SOME_ENTITIES, StoredEntity, has_runs, texts_from_json};
use crate::db::Db;
use crate::error::StoreError;
use crate::tables::has_table;

/// Rows that are in memory at the same time.
const ROWS_AT_ONCE: i64 = 5000;

/// Records of a source of which two versions count.
const DOUBLE: [&str; 3] = [
    "SELECT 'entity ' || key || ' of source ' || source FROM entities WHERE replaced_at IS NULL \
     GROUP BY source, kind, key HAVING count(*) > 1 ORDER BY source, key",
    "SELECT 'dependency of ' || from_name || ' on ' || to_name || ' of source ' || source FROM dependencies \
     WHERE replaced_at IS NULL GROUP BY source, from_name, to_name, how HAVING count(*) > 1 ORDER BY source, from_name",
    "SELECT 'observed edge from ' || from_name || ' to ' || to_name FROM observed_edges WHERE replaced_at IS NULL \
     GROUP BY from_name, to_name, how, origin, rule HAVING count(*) > 1 ORDER BY from_name, to_name",
];

/// Returns what is wrong.
pub(crate) async fn verify_inventory(db: &Db) -> Result<Vec<String>, StoreError> {
    let mut held = db.read().await?;
    let is_early = !has_runs(held.on()).await?;
    let mut problems = unreadable_entities(held.on(), is_early).await?;
    if is_early {
        return Ok(problems);
    }
    for statement in DOUBLE {
        let doubles: Vec<String> = sqlx::query_scalar(statement).fetch_all(held.on()).await?;
        problems.extend(doubles.into_iter().map(|what| format!("{what}: two versions of it count")));
    }
    let evidence: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, evidence FROM observed_edges ORDER BY id").fetch_all(held.on()).await?;
    for (id, text) in evidence {
        let unread = texts_from_json(&text).err();
        problems.extend(unread.map(|error| format!("observed edge {id}: {error}")));
    }
    Ok(problems)
}

async fn unreadable_entities(
    connection: &mut SqliteConnection,
    is_early: bool,
) -> Result<Vec<String>, StoreError> {
    let (mut problems, mut after) = (Vec::new(), i64::MIN);
    if !has_table(connection, "entities").await? {
        return Ok(problems);
    }
    loop {
        let rows: Vec<StoredEntity> =
            sqlx::query_as(if is_early { SOME_EARLY_ENTITIES } else { SOME_ENTITIES })
                .bind(after)
                .bind(ROWS_AT_ONCE)
                .fetch_all(&mut *connection)
                .await?;
        let Some(last) = rows.last() else { return Ok(problems) };
        after = last.id;
        for row in rows {
            let id = row.id;
            let unread = row.into_entity().err();
            problems.extend(unread.map(|error| format!("entity in row {id}: {error}")));
        }
    }
}
