//! What was ever known of an edge: who told it since when, until when, and what people decided about it.

use wardroom_core::Timestamp;
use wardroom_store::{EdgeTeller, EdgeVersionRow, TopologyDecisionRow};

use super::decisions;
use super::room::{self, Snapshot};
use super::rows::{EdgeVersionItem, TopologyDecision};
use crate::context::{App, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;

/// Returns every version of the edges from one entity to another, in the order in which they became known.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity`; `entity_ambiguous`; store failures.
pub async fn edge_history(app: &App, from: &str, to: &str) -> Result<Vec<EdgeVersionItem>, AppError> {
    let open = app.open()?;
    let snapshot = room::current(app, &open).await?;
    let ends = (snapshot.require(from)?, snapshot.require(to)?);
    let names = |thing: usize| {
        let known = snapshot.thing(thing);
        known.names.iter().chain([&known.name]).cloned().collect::<Vec<String>>()
    };
    let told = open.workspace.edge_versions(&names(ends.0), &names(ends.1)).await?;
    let decided = open.workspace.topology_decisions(None, true).await?;
    let mut items: Vec<EdgeVersionItem> = told.iter().map(|row| told_item(&snapshot, row)).collect();
    items.extend(decided.iter().filter_map(|row| decided_item(&snapshot, row, ends)));
    items.sort_by_key(|item| item.known_at);
    Ok(items)
}

fn told_item(snapshot: &Snapshot, row: &EdgeVersionRow) -> EdgeVersionItem {
    let what = match &row.teller {
        EdgeTeller::Source(source) => Phrase::new("edge-version-declared")
            .text("source", snapshot.source_name(source_number(*source)))
            .text("how", row.how.clone()),
        EdgeTeller::Telemetry { origin, .. } if origin == "proposed" => Phrase::new("edge-version-proposed"),
        EdgeTeller::Telemetry { rule, .. } => {
            Phrase::new("edge-version-inferred").text("rule", rule.replace('_', " "))
        }
    };
    EdgeVersionItem {
        what,
        since: row.since.map(Timestamp::into),
        confirmed_at: Some(row.confirmed_at.into()),
        known_at: row.known_at.into(),
        ended_at: row.ended_at.map(Timestamp::into),
    }
}

/// Returns what a decision says of the edge between two things; `None` where it is about something else.
fn decided_item(
    snapshot: &Snapshot,
    row: &TopologyDecisionRow,
    ends: (usize, usize),
) -> Option<EdgeVersionItem> {
    let (key, from, to) = match decisions::decision_of(row)? {
        TopologyDecision::DrawEdge { from, to, .. } => ("edge-version-drawn", from, to),
        TopologyDecision::RemoveEdge { from, to } => ("edge-version-removed", from, to),
        TopologyDecision::ConfirmEdge { from, to } => ("edge-version-confirmed", from, to),
        TopologyDecision::Merge { .. }
        | TopologyDecision::KeepApart { .. }
        | TopologyDecision::Prefer { .. }
        | TopologyDecision::Note { .. }
        | TopologyDecision::Own { .. }
        | TopologyDecision::Alias { .. }
        | TopologyDecision::Dismiss { .. } => return None,
    };
    let is_it = (snapshot.find(&from), snapshot.find(&to)) == (Some(ends.0), Some(ends.1));
    is_it.then(|| EdgeVersionItem {
        what: Phrase::new(key),
        since: Some(row.at.into()),
        confirmed_at: None,
        known_at: row.at.into(),
        ended_at: row.undone_at.map(Timestamp::into),
    })
}
