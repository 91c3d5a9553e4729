//! The journal of what was asked of a drill's world and done to it: kept for each attempt, and read beside its debrief.

use serde::Serialize;
use wardroom_actions::{Deed, Entry, Journal, Outcome};
use wardroom_core::Timestamp;
use wardroom_store::Workspace;

use crate::context::{App, Open};
use crate::drills::{kept, texts};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// The note of the file that keeps the journal of the first attempt, and begins those of the others.
const JOURNAL: &str = "drill.journal";

/// A line of the journal, in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalRow {
    /// When, in the world's time.
    pub at: Millis,
    /// Which role.
    pub role: String,
    /// Whether it was asked or had done.
    pub deed: Phrase,
    /// The action.
    pub action: Phrase,
    /// What came back.
    pub outcome: Phrase,
}

/// Returns the journal of an attempt, oldest first; `None` takes the one that stands.
///
/// # Errors
///
/// `no_drill`; store failures.
pub async fn journal(app: &App, attempt: Option<u32>) -> Result<Vec<JournalRow>, AppError> {
    let open = app.open()?;
    let drill = open.workspace.drill().await?.ok_or_else(|| AppError::new("no_drill"))?;
    let entries = read(&open.workspace, attempt.unwrap_or(drill.attempt)).await?;
    Ok(entries.iter().map(row).collect())
}

fn row(entry: &Entry) -> JournalRow {
    JournalRow {
        at: entry.at.into(),
        role: entry.role.clone(),
        deed: match entry.deed {
            Deed::DryRun => Phrase::new("journal-asked"),
            Deed::Run => Phrase::new("journal-had-done"),
        },
        action: texts::remedy(&entry.action.remedy),
        outcome: match &entry.outcome {
            Outcome::Proposed(proposal) => Phrase::new("journal-proposed")
                .count("risk", usize::from(proposal.risk.level()))
                .count("n", proposal.touches.len()),
            Outcome::Begun { works_at, .. } => Phrase::new("journal-begun").time("time", *works_at),
            Outcome::Refused { code, .. } => refused(code, &entry.action.remedy.target),
        },
    }
}

/// Says by its stable word why something was not done.
fn refused(code: &str, target: &str) -> Phrase {
    match code {
        "no_such_target" => Phrase::new("refused-no-such-target").text("target", target),
        "amount" => Phrase::new("journal-amount"),
        "scope_not_typed" => Phrase::new("error-scope-not-typed").text("scope", target),
        "out_of_time" | "changed" => Phrase::new("error-plan-changed"),
        reason => Phrase::new(format!("refused-now-{}", reason.replace('_', "-"))),
    }
}

/// Returns the journal of the attempt that stands, to be gone on with: the one that is kept, or else that of the file.
pub(crate) async fn of_attempt(
    open: &Open,
    attempt: u32,
    kept: Option<&Journal>,
) -> Result<Journal, AppError> {
    match kept {
        Some(journal) => Ok(journal.clone()),
        None => Ok(Journal::new(read(&open.workspace, attempt).await?)),
    }
}

/// Keeps the journal of an attempt.
pub(crate) async fn keep(open: &Open, attempt: u32, entries: &[Entry]) -> Result<(), AppError> {
    let (key, text) = note(attempt, entries)?;
    Ok(open.workspace.set_meta(&key, &text).await?)
}

/// Returns the note of the file that is the journal of an attempt: its key and its text.
pub(crate) fn note(attempt: u32, entries: &[Entry]) -> Result<(String, String), AppError> {
    let text = serde_json::to_string(entries).map_err(|e| AppError::internal(&e))?;
    Ok((key(attempt), text))
}

/// Begins the journal of an attempt with what the one before had before the moment from which it branches off.
pub(crate) async fn branch(open: &Open, from: u32, attempt: u32, at: Timestamp) -> Result<Journal, AppError> {
    let mut entries = read(&open.workspace, from).await?;
    entries.retain(|entry| entry.at < at);
    keep(open, attempt, &entries).await?;
    Ok(Journal::new(entries))
}

/// Reads the journal of an attempt; one that has none yet is empty.
pub(crate) async fn read(ws: &Workspace, attempt: u32) -> Result<Vec<Entry>, AppError> {
    match ws.meta(&key(attempt)).await? {
        Some(text) => kept::read::<Vec<Entry>>(ws, &text),
        None => Ok(Vec::new()),
    }
}

fn key(attempt: u32) -> String {
    if attempt == 1 { JOURNAL.to_owned() } else { format!("{JOURNAL}:{attempt}") }
}
