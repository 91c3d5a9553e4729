//! Verifies what is stored of log records: every block with its parts, the index of words, and the template counts.

use rayon::prelude::*;
use sqlx::SqliteConnection;
use wardroom_core::Timestamp;

use super::block::{CODEC, FIRST_CODEC, Parts, level_counts, open};
use super::find::{Checked, Depth, naming, read_parts};
use super::terms::{SEGMENTS, split};
use crate::db::Db;
use crate::error::StoreError;
use crate::samples::unsigned;
use crate::tables::sources::SourceId;
use crate::tables::template_counts::HourRow;
use crate::workspace::check::{CheckProblem, CheckReport, Flaw};

/// Blocks that are in memory at the same time.
const BLOCKS_AT_ONCE: i64 = 32;
/// Rows of the index and of counts that are in memory at the same time.
const ROWS_AT_ONCE: i64 = 256;

#[derive(Clone, Debug, sqlx::FromRow)]
struct Claim {
    id: i64,
    source: i64,
    from_ts: i64,
    to_ts: i64,
    n: i64,
    codec: i64,
    levels: Vec<u8>,
}

/// Verifies all log records and what hangs on them.
pub(crate) async fn verify_logs(db: &Db, report: &mut CheckReport) -> Result<(), StoreError> {
    let mut held = db.read().await?;
    let tail: i64 = sqlx::query_scalar("SELECT count(*) FROM log_records").fetch_one(held.on()).await?;
    report.logs += unsigned(tail);
    verify_blocks(held.on(), report).await?;
    verify_index(held.on(), report).await?;
    verify_counts(held.on(), report).await
}

async fn verify_blocks(
    connection: &mut SqliteConnection,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let mut after = i64::MIN;
    loop {
        let claims: Vec<Claim> = sqlx::query_as(
            "SELECT id, source, from_ts, to_ts, n, codec, levels FROM log_blocks WHERE id > ? ORDER BY id LIMIT ?",
        )
        .bind(after)
        .bind(BLOCKS_AT_ONCE)
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = claims.last() else { return Ok(()) };
        after = last.id;
        let mut read = Vec::with_capacity(claims.len());
        for claim in claims {
            let parts = read_parts(connection, &[claim.id], Depth::Whole).await;
            read.push((claim.clone(), parts.map(|mut parts| parts.remove(&claim.id).unwrap_or_default())));
        }
        let opening = tokio::task::spawn_blocking(move || {
            let each = read.into_par_iter().map(|(claim, parts)| {
                let held = parts.and_then(|parts| verify_block(&claim, &parts));
                (claim.id, claim.source, claim.n, held)
            });
            each.collect::<Vec<_>>()
        });
        for (block, source, n, held) in opening.await? {
            report.log_blocks += 1;
            match held {
                Ok(()) => report.logs += unsigned(n),
                Err(error) => {
                    let (source, flaw) = (SourceId(source), Flaw::of(&error));
                    report.problems.push(CheckProblem::LogBlock { block, source, flaw });
                }
            }
        }
    }
}

fn verify_block(claim: &Claim, parts: &Parts) -> Result<(), StoreError> {
    let wrong = |what: &str| naming(claim.id, StoreError::damaged(what));
    if !(FIRST_CODEC..=CODEC).contains(&claim.codec) {
        return Err(wrong("the codec is not known"));
    }
    let entries = open(claim.n, parts).map_err(|e| naming(claim.id, e))?;
    let mut levels = [0; 7];
    for entry in &entries {
        levels[usize::from(super::block::level_number(entry.record.level))] += 1;
    }
    if level_counts(&claim.levels)? != levels {
        return Err(wrong("the levels are counted otherwise"));
    }
    let times = entries.first().zip(entries.last()).map(|(first, last)| (first.key().0, last.key().0));
    if times != Some((claim.from_ts, claim.to_ts)) {
        return Err(wrong("its records are of another time"));
    }
    Ok(())
}

async fn verify_index(connection: &mut SqliteConnection, report: &mut CheckReport) -> Result<(), StoreError> {
    for (statement, pieces) in [
        ("SELECT id, check32, bytes FROM log_term_pages WHERE id > ? ORDER BY id LIMIT ?", None),
        (
            "SELECT block AS id, check32, bytes FROM log_terms WHERE block > ? ORDER BY block LIMIT ?",
            Some(SEGMENTS),
        ),
    ] {
        let mut after = i64::MIN;
        loop {
            let rows: Vec<Checked> =
                sqlx::query_as(statement).bind(after).bind(ROWS_AT_ONCE).fetch_all(&mut *connection).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in rows {
                let row_id = row.id;
                let held = row.into_bytes().and_then(|bytes| Ok(split(&bytes)?.len()));
                let flaw = match held {
                    Ok(n) if pieces.is_none_or(|pieces| pieces == n) => continue,
                    Ok(_) => Flaw::Incomplete,
                    Err(error) => Flaw::of(&error),
                };
                report.problems.push(CheckProblem::LogIndex { row: row_id, flaw });
            }
        }
    }
    let lost: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM log_blocks b WHERE (term_group IS NULL \
         AND NOT EXISTS (SELECT 1 FROM log_terms t WHERE t.block = b.id)) OR (term_group IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM log_term_pages p WHERE p.id = b.term_group * 64))",
    )
    .fetch_one(connection)
    .await?;
    if lost > 0 {
        report.problems.push(CheckProblem::LogIndexLacks { blocks: unsigned(lost) });
    }
    Ok(())
}

async fn verify_counts(
    connection: &mut SqliteConnection,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let rows: Vec<HourRow> = sqlx::query_as(
            "SELECT source, hour_start, check32, bytes FROM log_template_hours \
             WHERE (source, hour_start) > (?, ?) ORDER BY source, hour_start LIMIT ?",
        )
        .bind(after.0)
        .bind(after.1)
        .bind(ROWS_AT_ONCE)
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = (last.source, last.hour_start);
        for row in &rows {
            if let Err(error) = row.each(&mut |_, _, _, _| {}) {
                let (source, hour) = (SourceId(row.source), Timestamp::from_millis(row.hour_start));
                report.problems.push(CheckProblem::TemplateCounts { source, hour, flaw: Flaw::of(&error) });
            }
        }
    }
}
