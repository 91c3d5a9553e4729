//! Takes lines in as one piece: records, what was concluded from them, and how far their source is read, or nothing of it.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use wardroom_core::{LogRecord, TemplateId, Timestamp};

use super::block::{BLOCK_RECORDS, Sealed};
use super::bytes::zip;
use super::seal::{encode, entries_of, insert_blocks, next_numbers};
use crate::error::StoreError;
use crate::samples::batch::{BatchKind, insert_batch};
use crate::samples::tail::batch_number;
use crate::tables::log_notes::{MINER_LEVEL, add_masked, put_miner};
use crate::tables::logs::insert_tail;
use crate::tables::sources::SourceId;
use crate::tables::template_counts::{TemplateMinute, add_counts};
use crate::tables::templates::{TemplateRow, put_aliases, put_examples, put_template};
use crate::workspace::{Workspace, write_meta};

/// Records of one append that are sealed at once instead of passing through the tail.
const STRAIGHT: usize = BLOCK_RECORDS / 2;

/// Lines of a source with everything that they bring.
#[derive(Clone, Debug)]
pub struct LogIntake<'a> {
    /// Whose lines they are.
    pub source: SourceId,
    /// How they came.
    pub kind: BatchKind,
    /// When they became known.
    pub known_at: Timestamp,
    /// The lines, masked already; none where only conclusions are to be stored.
    pub records: &'a [LogRecord],
    /// The template of each line; as long as `records`, or empty when there are none.
    pub templates: &'a [Option<TemplateId>],
    /// Templates that are new or changed.
    pub rows: &'a [TemplateRow],
    /// Templates that get an example in place of those before.
    pub examples: &'a [(TemplateId, LogRecord)],
    /// Lines by template, minute and level, which are added to those counted.
    pub counts: &'a [TemplateMinute],
    /// Secrets that were masked, by rule, which are added to those counted.
    pub masked: &'a [(&'a str, u64)],
    /// The dictionary of the template miner in place of the one before.
    pub miner: Option<&'a [u8]>,
    /// Which template stands for which, in place of all that was known of it; what stands for another one stands for
    /// itself.
    pub stand_for: Option<&'a BTreeMap<TemplateId, TemplateId>>,
    /// Settings that travel with the file: how far the source is read.
    pub settings: &'a [(&'a str, &'a str)],
    /// The configuration of the source in place of the one before.
    pub config: Option<&'a str>,
}

impl LogIntake<'_> {
    /// Returns the intake of nothing from a source.
    pub const fn new(source: SourceId, kind: BatchKind, known_at: Timestamp) -> Self {
        Self {
            source,
            kind,
            known_at,
            records: &[],
            templates: &[],
            rows: &[],
            examples: &[],
            counts: &[],
            masked: &[],
            miner: None,
            stand_for: None,
            settings: &[],
            config: None,
        }
    }
}

impl Workspace {
    /// Stores lines and what they bring in one transaction: after a crash there is all of it or nothing, so a source that
    /// goes on where its settings say reads no line twice and leaves none without a template.
    ///
    /// Records are stored as [`Workspace::append_logs`] does.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`]; [`StoreError::Internal`] when `templates` has another length, a template stands for one
    /// that stands for another, or a setting is the store's own; failures of the file. Nothing of this call is stored
    /// then.
    pub async fn take_logs(&self, intake: &LogIntake<'_>) -> Result<(), StoreError> {
        self.require_writable()?;
        check(intake)?;
        let miner = match intake.miner.map(<[u8]>::to_vec) {
            Some(raw) => Some(tokio::task::spawn_blocking(move || zip(&raw, MINER_LEVEL)).await??),
            None => None,
        };
        let n = intake.records.len();
        let fact = self.new_fact_id().await?;
        let batch = batch_number(fact)?;
        let blocks = if n >= STRAIGHT { self.blocks_of(intake, batch).await? } else { Vec::new() };
        let mut tx = self.begin().await?;
        if n > 0 {
            let (source, kind, at) = (intake.source, intake.kind, intake.known_at);
            insert_batch(&mut tx, fact, source, kind, "complete", at, "logs").await?;
        }
        if n >= STRAIGHT {
            insert_blocks(&mut tx, &blocks).await?;
        } else if n > 0 {
            let first_number = next_numbers(&mut tx, n).await?;
            insert_tail(&mut tx, batch, first_number, intake.records, intake.templates).await?;
        }
        put_conclusions(&mut tx, intake, miner.as_deref()).await.map_err(|e| e.at(self.path()))?;
        tx.commit().await?;
        if n > 0 && n < STRAIGHT {
            self.seal_long_tail(intake.source, n).await?;
        }
        Ok(())
    }

    async fn blocks_of(&self, intake: &LogIntake<'_>, batch: i64) -> Result<Vec<Sealed>, StoreError> {
        let first_number = self.reserve_numbers(intake.records.len()).await?;
        let known = intake.known_at.as_millis();
        let entries = entries_of(intake.records, intake.templates, first_number, batch, known);
        encode(intake.source.0, entries).await
    }
}

fn check(intake: &LogIntake<'_>) -> Result<(), StoreError> {
    if !intake.templates.is_empty() && intake.templates.len() != intake.records.len() {
        return Err(StoreError::internal("there are not as many templates as log records"));
    }
    if let Some((key, _)) = intake.settings.iter().find(|(key, _)| key.starts_with("store.")) {
        return Err(StoreError::internal(format!("the key {key} is the store's own")));
    }
    let is_chained =
        |ends: &BTreeMap<TemplateId, TemplateId>| ends.values().any(|end| ends.contains_key(end));
    if intake.stand_for.is_some_and(is_chained) {
        return Err(StoreError::internal("a template that stands for others stands for itself"));
    }
    Ok(())
}

async fn put_conclusions(
    connection: &mut SqliteConnection,
    intake: &LogIntake<'_>,
    miner: Option<&[u8]>,
) -> Result<(), StoreError> {
    for row in intake.rows {
        put_template(connection, row).await?;
    }
    for (template, example) in intake.examples {
        put_examples(connection, *template, std::slice::from_ref(&(intake.source, example.clone()))).await?;
    }
    if !intake.counts.is_empty() {
        add_counts(connection, intake.source.0, intake.counts).await?;
    }
    for (rule, found) in intake.masked {
        add_masked(connection, intake.source, rule, *found).await?;
    }
    if let Some(packed) = miner {
        put_miner(connection, packed).await?;
    }
    if let Some(ends) = intake.stand_for {
        put_aliases(connection, ends).await?;
    }
    for (key, value) in intake.settings {
        write_meta(connection, key, value).await?;
    }
    if let Some(config) = intake.config {
        sqlx::query("UPDATE sources SET config = ? WHERE id = ?")
            .bind(config)
            .bind(intake.source.0)
            .execute(connection)
            .await?;
    }
    Ok(())
}
