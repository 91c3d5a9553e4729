//! Verifies what is stored of inventories: every version can be read, and of each record there is one that counts.

use sqlx::SqliteConnection;

use super::rows::{SOME_EARLY_ENTITIES, SOME_ENTITIES, StoredEntity, has_runs, texts_from_json};
use crate::db::Db;
use crate::error::StoreError;
use crate::tables::has_table;
use crate::tables::sources::SourceId;
use crate::workspace::check::{CheckProblem, Flaw};

/// Rows that are in memory at the same time.
const ROWS_AT_ONCE: i64 = 5000;

/// Entities of which two versions count.
const ENTITIES_TWICE: &str = "SELECT source, key FROM entities WHERE replaced_at IS NULL \
     GROUP BY source, kind, key HAVING count(*) > 1 ORDER BY source, key";
/// Dependencies of which two versions count.
const DEPENDENCIES_TWICE: &str = "SELECT source, from_name, to_name FROM dependencies WHERE replaced_at IS NULL \
     GROUP BY source, from_name, to_name, how HAVING count(*) > 1 ORDER BY source, from_name";
/// Observed edges of which two versions count.
const EDGES_TWICE: &str = "SELECT from_name, to_name FROM observed_edges WHERE replaced_at IS NULL \
     GROUP BY from_name, to_name, how, origin, rule HAVING count(*) > 1 ORDER BY from_name, to_name";

/// Returns what is wrong.
pub(crate) async fn verify_inventory(db: &Db) -> Result<Vec<CheckProblem>, StoreError> {
    let mut held = db.read().await?;
    let is_early = !has_runs(held.on()).await?;
    let mut problems = unreadable_entities(held.on(), is_early).await?;
    if is_early {
        return Ok(problems);
    }
    problems.extend(doubles(held.on()).await?);
    let evidence: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, evidence FROM observed_edges ORDER BY id").fetch_all(held.on()).await?;
    for (edge, text) in evidence {
        let unread = texts_from_json(&text).err();
        problems.extend(unread.map(|error| CheckProblem::Evidence { edge, flaw: Flaw::of(&error) }));
    }
    Ok(problems)
}

async fn doubles(connection: &mut SqliteConnection) -> Result<Vec<CheckProblem>, StoreError> {
    let entities: Vec<(i64, String)> = sqlx::query_as(ENTITIES_TWICE).fetch_all(&mut *connection).await?;
    let dependencies: Vec<(i64, String, String)> =
        sqlx::query_as(DEPENDENCIES_TWICE).fetch_all(&mut *connection).await?;
    let edges: Vec<(String, String)> = sqlx::query_as(EDGES_TWICE).fetch_all(connection).await?;
    let mut problems: Vec<CheckProblem> = entities
        .into_iter()
        .map(|(source, key)| CheckProblem::EntityTwice { source: SourceId(source), key })
        .collect();
    problems.extend(dependencies.into_iter().map(|(source, from, to)| CheckProblem::DependencyTwice {
        source: SourceId(source),
        from,
        to,
    }));
    problems.extend(edges.into_iter().map(|(from, to)| CheckProblem::EdgeTwice { from, to }));
    Ok(problems)
}

async fn unreadable_entities(
    connection: &mut SqliteConnection,
    is_early: bool,
) -> Result<Vec<CheckProblem>, StoreError> {
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
            problems.extend(unread.map(|error| CheckProblem::Entity { row: id, flaw: Flaw::of(&error) }));
        }
    }
}
