//! The one way by which lines enter a workspace: masked, given a template, counted, stored.

use std::sync::Arc;

use wardroom_core::{LogRecord, TemplateId, Timestamp};
use wardroom_store::{Arrival, BatchKind, LogIntake, SourceId, TemplateMinute};

use super::masking::{self, Found};
use super::room::{self, Learnt};
use crate::context::Open;
use crate::error::AppError;

/// Stores lines of a source with their templates and with how far the source is read, in one transaction: after a crash
/// there is all of it or nothing.
///
/// Secrets are masked first, unless a person turned that off: nothing behind this line has seen them. Templates that
/// were not known are classified once; the others keep their class. Cost: linear; making templates anew after lines of
/// new shapes costs some milliseconds for a thousand shapes.
///
/// # Errors
///
/// Read-only workspaces; store failures.
pub(crate) async fn take(
    open: &Arc<Open>,
    source: SourceId,
    kind: BatchKind,
    records: Vec<LogRecord>,
    known_at: Timestamp,
    place: &[(&str, &str)],
) -> Result<(), AppError> {
    let rules = masking::rules(open).await?;
    let (records, found, learnt) = room::with_mind(open, move |mind| {
        let (mut records, mut found) = (records, Found::new());
        if let Some(rules) = rules {
            for record in &mut records {
                masking::mask(record, rules, &mut found);
            }
        }
        let learnt = mind.learn(&records);
        (records, found, learnt)
    })
    .await?;
    let templates: Vec<Option<TemplateId>> = learnt.ids.iter().copied().map(Some).collect();
    let intake = LogIntake {
        records: &records,
        templates: &templates,
        settings: place,
        ..LogIntake::new(source, kind, known_at)
    };
    put(open, &intake, &learnt, &found).await
}

/// Stores what was concluded from lines that stay where they are: templates with counts and an example each, and how many
/// secrets were masked. `config` is the configuration of the source from then on, where it changes with that.
///
/// # Errors
///
/// Read-only workspaces; store failures.
pub(crate) async fn put_away(
    open: &Open,
    source: SourceId,
    learnt: &Learnt,
    found: &Found,
    config: Option<&str>,
) -> Result<(), AppError> {
    // Without lines there is no batch, so neither its kind nor its time is written anywhere.
    let nothing = LogIntake::new(source, BatchKind::Import, Timestamp::default());
    put(open, &LogIntake { config, ..nothing }, learnt, found).await
}

async fn put(open: &Open, intake: &LogIntake<'_>, learnt: &Learnt, found: &Found) -> Result<(), AppError> {
    let counts: Vec<TemplateMinute> = learnt.facts.iter().flat_map(|(id, facts)| facts.counts(*id)).collect();
    let masked: Vec<(&str, u64)> = found.iter().map(|(rule, n)| (rule.as_str(), *n)).collect();
    let mut settings = intake.settings.to_vec();
    if let Some(anew) = &learnt.renumbered {
        settings.push((room::BECAME, &anew.became));
    }
    let intake = LogIntake {
        rows: &learnt.changed,
        examples: &learnt.new,
        counts: &counts,
        masked: &masked,
        miner: learnt.miner.as_deref(),
        stand_for: learnt.renumbered.as_ref().map(|anew| &*anew.ends),
        settings: &settings,
        ..intake.clone()
    };
    if let Err(error) = open.workspace.take_logs(&intake).await {
        // What the memory has learnt is not in the file; the next lines are learnt from what is.
        room::look_again(open).await;
        return Err(error.into());
    }
    Ok(())
}

/// Stores the lines of a drill as they are. Its world brings them with every delivery: templates are made of them when
/// somebody asks for templates.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn unread(
    open: &Open,
    source: SourceId,
    records: &[LogRecord],
    known_at: Timestamp,
) -> Result<(), AppError> {
    open.workspace.append_logs(source, BatchKind::Sync, records, &[], known_at).await?;
    Ok(())
}

/// Stores the lines of a drill that were written before it begins as they are: each became known as it arrived.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn history(
    open: &Open,
    source: SourceId,
    records: &[LogRecord],
    arrival: Arrival,
) -> Result<(), AppError> {
    Ok(open.workspace.append_log_history(source, records, arrival).await?)
}
