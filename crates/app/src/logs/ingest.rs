//! The one way by which lines enter a workspace: masked, given a template, counted, stored.

use std::sync::Arc;

use wardroom_core::{LogRecord, TemplateId, Timestamp};
use wardroom_store::{BatchKind, SourceId, TemplateMinute};

use super::masking::{self, Found};
use super::room::{self, Learnt};
use crate::context::Open;
use crate::error::AppError;

/// Stores lines of a source with their templates.
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
) -> Result<(), AppError> {
    if records.is_empty() {
        return Ok(());
    }
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
    open.workspace.append_logs(source, kind, &records, &templates, known_at).await?;
    put_away(open, source, &learnt, &found).await
}

/// Stores what was concluded from lines: templates with counts and an example each, and how many secrets were masked.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn put_away(
    open: &Open,
    source: SourceId,
    learnt: &Learnt,
    found: &Found,
) -> Result<(), AppError> {
    let ws = &open.workspace;
    room::store(open, learnt).await?;
    for (id, example) in &learnt.new {
        ws.put_template_examples(*id, &[(source, example.clone())]).await?;
    }
    let counts: Vec<TemplateMinute> = learnt.facts.iter().flat_map(|(id, facts)| facts.counts(*id)).collect();
    ws.add_template_counts(source, &counts).await?;
    let masked: Vec<(&str, u64)> = found.iter().map(|(rule, n)| (rule.as_str(), *n)).collect();
    ws.add_log_masked(source, &masked).await?;
    Ok(())
}

/// Stores the lines of a drill as they are. Its world brings them twice a second, and a whole history before it opens:
/// templates are made of them when somebody asks for templates.
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
