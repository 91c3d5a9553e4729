//! What was ever known of an edge or an entity: who told it since when, until when, and what people decided about it.

mod entities;

use wardroom_core::Timestamp;
use wardroom_store::{EdgeTeller, EdgeVersionRow, TopologyDecisionRow};

use super::decisions;
use super::room::{self, Snapshot};
use super::rows::{TopologyDecision, VersionItem};
use crate::context::{App, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Millis;

pub use entities::entity_history;
pub(super) use entities::{EntityVersion, by_thing};

/// Returns every version of the edges from one entity to another, in the order in which they became known: by now, or as
/// known at a moment.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity`; `entity_ambiguous`; store failures.
pub async fn edge_history(
    app: &App,
    from: &str,
    to: &str,
    as_of: Option<Millis>,
) -> Result<Vec<VersionItem>, AppError> {
    let open = app.open()?;
    let moment: Option<Timestamp> = as_of.map(Into::into);
    let snapshot = room::at(app, &open, moment).await?;
    let ends = (snapshot.require(from)?, snapshot.require(to)?);
    let names = |thing: usize| {
        let known = snapshot.thing(thing);
        known.names.iter().chain([&known.name]).cloned().collect::<Vec<String>>()
    };
    let told = open.workspace.edge_versions(&names(ends.0), &names(ends.1)).await?;
    let decided = open.workspace.topology_decisions(moment, true).await?;
    let known = told.iter().filter_map(|row| known_at(row, moment));
    let mut items: Vec<VersionItem> = known.map(|row| told_item(&snapshot, &row)).collect();
    items.extend(decided.iter().filter_map(|row| decided_item(&snapshot, row, ends)));
    items.sort_by_key(|item| item.known_at);
    Ok(items)
}

/// Returns what was known of a version at a moment; `None` where that was nothing. Between two observations an edge counts
/// as seen.
pub(super) fn known_at(row: &EdgeVersionRow, moment: Option<Timestamp>) -> Option<EdgeVersionRow> {
    let Some(moment) = moment else { return Some(row.clone()) };
    (row.known_at <= moment).then(|| EdgeVersionRow {
        confirmed_at: row.confirmed_at.min(moment),
        ended_at: row.ended_at.filter(|ended| *ended <= moment),
        ..row.clone()
    })
}

fn told_item(snapshot: &Snapshot, row: &EdgeVersionRow) -> VersionItem {
    let what = match &row.teller {
        EdgeTeller::Source(source) => Phrase::new("edge-version-declared")
            .text("source", snapshot.source_name(source_number(*source)))
            .text("how", row.how.clone()),
        EdgeTeller::Telemetry { origin, .. } if origin == "proposed" => Phrase::new("edge-version-proposed"),
        EdgeTeller::Telemetry { rule, .. } => {
            Phrase::new("edge-version-inferred").text("rule", rule.replace('_', " "))
        }
    };
    VersionItem {
        what,
        changed: Vec::new(),
        since: row.since.map(Timestamp::into),
        confirmed_at: Some(row.confirmed_at.into()),
        known_at: row.known_at.into(),
        ended_at: row.ended_at.map(Timestamp::into),
    }
}

/// Returns what a decision says of the edge between two things; `None` where it is about something else.
fn decided_item(snapshot: &Snapshot, row: &TopologyDecisionRow, ends: (usize, usize)) -> Option<VersionItem> {
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
    is_it.then(|| VersionItem {
        what: Phrase::new(key),
        changed: Vec::new(),
        since: Some(row.at.into()),
        confirmed_at: None,
        known_at: row.at.into(),
        ended_at: row.undone_at.map(Timestamp::into),
    })
}
