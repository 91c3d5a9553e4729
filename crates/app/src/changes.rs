//! Changes as a plain list: deployments, settings, planned work.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_store::ChangeRow;

use crate::alerts::range_or_last;
use crate::context::App;
use crate::error::AppError;
use crate::wire::{Millis, Span};

const DAY_MS: i64 = 86_400_000;

/// What is asked of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangesRequest {
    /// The range; `null` takes the last day of data.
    pub range: Option<Span>,
    /// Words that have to occur in subject or text; empty for all.
    pub text: String,
}

/// The list of changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangesView {
    /// The range.
    pub range: Span,
    /// The changes, newest first.
    pub rows: Vec<ChangeItem>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangeItem {
    /// When it happened.
    pub at: Millis,
    /// What was altered.
    pub subject: String,
    /// `deployment`, `configuration`, `maintenance`.
    pub kind: String,
    /// What it was altered to.
    pub what: String,
    /// When this workspace learnt of it.
    pub known_at: Millis,
}

/// Lists the changes of a range, newest first.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; store failures.
pub async fn list(app: &App, request: &ChangesRequest) -> Result<ChangesView, AppError> {
    let open = app.open()?;
    let range = range_or_last(&open, request.range, DAY_MS).await?;
    let rows = open.workspace.changes(Some(range), None).await?;
    let text = request.text.to_lowercase();
    let rows = rows.into_iter().filter(|row| says(row, &text)).map(item).collect();
    Ok(ChangesView { range: range.into(), rows })
}

/// Reports whether every word occurs in a change.
fn says(row: &ChangeRow, text: &str) -> bool {
    let change =
        format!("{} {} {}", row.change.subject, row.change.kind.as_str(), row.change.what).to_lowercase();
    text.split_whitespace().all(|word| change.contains(word))
}

fn item(row: ChangeRow) -> ChangeItem {
    ChangeItem {
        at: row.change.at.into(),
        kind: row.change.kind.as_str().to_owned(),
        subject: row.change.subject,
        what: row.change.what,
        known_at: row.known_at.into(),
    }
}
