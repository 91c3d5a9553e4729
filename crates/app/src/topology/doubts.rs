//! What is doubtful: possible doubles, conflicts, orphans, unsure edges, ends that lead nowhere, deletions that wait.

use wardroom_analysis::topology::identity::{SameProposal, nearest};
use wardroom_analysis::topology::model::{Conflict, DeclaredEdge, EdgeState, ModelEdge};
use wardroom_analysis::topology::owners;
use wardroom_core::Timestamp;
use wardroom_store::{InventoryRunId, InventoryScope, SourceRow};

use super::catalog::{count, said_by};
use super::decisions;
use super::matching::{self, Signal};
use super::phrases::{conflict_reason, dependency_item, evidence_item, owner_item};
use super::room::{self, Snapshot};
use super::rows::{
    ConflictItem, DanglingItem, DismissedDoubt, DoubtsView, DuplicateItem, DuplicateMoves, DuplicateName,
    HeldBack, OrphanItem, UnownedItem,
};
use super::sync::{self, HeldRun};
use crate::alerts::range_or_last;
use crate::connections;
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::phrase::Phrase;
use crate::wire::{Millis, Span};

/// From this score on merging is proposed; below it the pair is only shown.
const PROPOSED: f64 = 0.8;
const HOUR_MS: i64 = 3_600_000;

/// Reports whether an edge is stale, doubtful or only proposed.
pub(super) fn is_unsure(edge: &ModelEdge) -> bool {
    match edge.state {
        EdgeState::Stale(_) | EdgeState::Doubtful(_) | EdgeState::Proposed => true,
        EdgeState::Sound | EdgeState::Removed => false,
    }
}

/// Returns everything that is doubtful, with a proposal and its reasons, as it was known at a moment.
///
/// Deletions that wait belong to the present: a moment in the past has none.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn doubts(app: &App, as_of: Option<Millis>) -> Result<DoubtsView, AppError> {
    let open = app.open()?;
    let as_of = as_of.map(Timestamp::from);
    let snapshot = room::at(app, &open, as_of).await?;
    let window = as_of.map(|at| Span { start: at.plus_millis(-HOUR_MS).into(), end: at.into() });
    let range = range_or_last(&open, window, HOUR_MS).await?;
    let signals = matching::signals(&open, &snapshot, range).await?.of;
    let model = &snapshot.model;
    let dismissed = decisions::dismissed(&open, as_of).await?;
    let is_open = |doubt: DismissedDoubt, name: &str, to: &str| {
        !dismissed.contains(&(doubt, name.to_owned(), to.to_owned()))
    };
    let (held_back, kept_back) =
        if as_of.is_none() { missing(&open).await? } else { (Vec::new(), Vec::new()) };
    let edges = model.edges.iter().filter(|edge| is_unsure(edge));
    let orphans =
        model.orphans.iter().filter(|of| is_open(DismissedDoubt::Orphan, &snapshot.thing(**of).name, ""));
    Ok(DoubtsView {
        duplicates: model.duplicates.iter().map(|pair| duplicate(&snapshot, pair, &signals)).collect(),
        conflicts: model.conflicts.iter().map(|c| conflict(&snapshot, c)).collect(),
        orphans: orphans.map(|thing| orphan(&snapshot, *thing, &signals[*thing])).collect(),
        edges: edges.map(|edge| dependency_item(&snapshot, edge)).collect(),
        dangling: dangling(&snapshot, &is_open),
        unowned: unowned(&snapshot, &is_open),
        held_back,
        kept_back,
    })
}

/// Returns the dependencies that one source declares and that lead nowhere, as is known at present.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn loose_ends(app: &App, source: u32) -> Result<Vec<DanglingItem>, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, None).await?;
    let name = snapshot.source_name(source);
    let mut loose = dangling(&snapshot, &|_: DismissedDoubt, _: &str, _: &str| true);
    loose.retain(|edge| edge.source == name);
    Ok(loose)
}

fn duplicate(snapshot: &Snapshot, pair: &SameProposal, signals: &[Signal]) -> DuplicateItem {
    let things = [pair.a, pair.b];
    let rows = things.iter().flat_map(|thing| &snapshot.thing(*thing).records).map(|place| {
        let record = &snapshot.records[*place];
        let entity = &record.entity;
        let address = entity.addresses.first().map_or("–", String::as_str);
        DuplicateName {
            name: entity.name.clone(),
            source: snapshot.source_name(record.source),
            fact: Phrase::new("duplicate-fact")
                .text("kind", entity.kind.as_str())
                .text("site", if entity.site.is_empty() { "–" } else { entity.site.as_str() })
                .text("address", address),
        }
    });
    // The one of which more is known keeps its name; what belongs to the other moves.
    let moved =
        if snapshot.edges_at(pair.a).count() >= snapshot.edges_at(pair.b).count() { pair.b } else { pair.a };
    DuplicateItem {
        names: things.iter().map(|thing| snapshot.thing(*thing).name.clone()).collect(),
        score: pair.score,
        proposed: pair.score >= PROPOSED,
        rows: rows.collect(),
        for_: pair.for_.iter().map(evidence_item).collect(),
        against: pair.against.iter().map(evidence_item).collect(),
        moves: DuplicateMoves {
            series: signals[moved].series,
            edges: count(snapshot.edges_at(moved).count()),
            findings: signals[moved].findings,
        },
    }
}

fn conflict(snapshot: &Snapshot, conflict: &Conflict) -> ConflictItem {
    let values = conflict.values.iter();
    ConflictItem {
        entity: snapshot.thing(conflict.thing).name.clone(),
        field: conflict.field.to_owned(),
        values: values.map(|(source, value, at)| said_by(snapshot, *source, value.clone(), *at)).collect(),
        used: count(conflict.used),
        reason: conflict_reason(conflict.reason),
    }
}

fn orphan(snapshot: &Snapshot, thing: usize, signal: &Signal) -> OrphanItem {
    let known = snapshot.thing(thing);
    let records = known.records.iter().map(|place| &snapshot.records[*place]);
    let changed = records.clone().filter_map(|record| record.entity.changed_at).max();
    let advice = match (signal.series > 0, known.records.is_empty()) {
        // It lives, so its edges are missing.
        (true, _) => "orphan-measured",
        (false, false) => "orphan-unmeasured",
        (false, true) => "orphan-named-only",
    };
    OrphanItem {
        name: known.name.clone(),
        kind: known.entity.kind.as_str().to_owned(),
        source: records.map(|record| snapshot.source_name(record.source)).next().unwrap_or_default(),
        series: signal.series,
        age: changed.map(|at| Millis((snapshot.now.as_millis() - at.as_millis()).max(0))),
        advice: Phrase::new(advice),
    }
}

/// Lists the things of which nobody says whose they are, with the owner that those around them have.
fn unowned(snapshot: &Snapshot, is_open: &dyn Fn(DismissedDoubt, &str, &str) -> bool) -> Vec<UnownedItem> {
    let things = snapshot.model.things.iter().enumerate().filter(|(_, thing)| {
        let entity = &thing.entity;
        !thing.records.is_empty()
            && [&entity.team, &entity.person, &entity.contact].iter().all(|t| t.is_empty())
            && is_open(DismissedDoubt::Unowned, &thing.name, "")
    });
    let things: Vec<usize> = things.map(|(number, _)| number).collect();
    let proposals = owners::propose(&snapshot.model, &things);
    let rows = things.into_iter().zip(proposals).map(|(thing, proposal)| UnownedItem {
        name: snapshot.thing(thing).name.clone(),
        kind: snapshot.thing(thing).entity.kind.as_str().to_owned(),
        proposed: proposal.map(|proposal| owner_item(snapshot, thing, &proposal)),
    });
    rows.collect()
}

/// Lists the declared edges that lead nowhere, with the known name that may be meant.
fn dangling(snapshot: &Snapshot, is_open: &dyn Fn(DismissedDoubt, &str, &str) -> bool) -> Vec<DanglingItem> {
    let loose = snapshot.model.dangling.iter().filter_map(|(place, missing)| {
        let declared = snapshot.declared.get(*place)?;
        let (from, to) = (&declared.edge.from, &declared.edge.to);
        is_open(DismissedDoubt::Dangling, from, to).then_some((declared, missing.as_str()))
    });
    let loose: Vec<(&DeclaredEdge, &str)> = loose.collect();
    let known: Vec<&str> = snapshot.model.things.iter().map(|thing| thing.name.as_str()).collect();
    let missing: Vec<&str> = loose.iter().map(|(_, missing)| *missing).collect();
    let near = if missing.is_empty() { Vec::new() } else { nearest(&missing, &known) };
    let rows = loose.iter().zip(near).map(|((declared, missing), near)| {
        let is_shared = snapshot.model.index.is_shared(missing);
        let key = match (missing.is_empty(), is_shared) {
            (true, _) => "dangling-self",
            (false, true) => "dangling-shared",
            (false, false) => "dangling-missing",
        };
        DanglingItem {
            from: declared.edge.from.clone(),
            to: declared.edge.to.clone(),
            how: declared.edge.how.clone(),
            source: snapshot.source_name(declared.source),
            missing: (*missing).to_owned(),
            reason: Phrase::new(key).text("name", (*missing).to_owned()),
            proposed: near.filter(|_| !is_shared).and_then(|at| known.get(at)).map(|name| (*name).to_owned()),
        }
    });
    rows.collect()
}

/// Lists the reads whose deletions wait for a person, and those of which a person kept what was missing.
async fn missing(open: &Open) -> Result<(Vec<HeldBack>, Vec<HeldBack>), AppError> {
    let (mut waiting, mut kept) = (Vec::new(), Vec::new());
    for source in open.workspace.sources().await?.into_iter().filter(|s| !s.deleted) {
        let state = sync::state(open, source.id).await?;
        if let Some(held) = &state.held {
            waiting.push(held_back(open, &source, held, &state.scope_of(held)).await?);
        }
        if let Some(held) = &state.kept {
            let scope = InventoryScope { parts: held.classes.clone(), kept: None };
            // What came back since is not missing.
            let row = held_back(open, &source, held, &scope).await?;
            kept.extend((row.entities + row.dependencies > 0).then_some(row));
        }
    }
    Ok((waiting, kept))
}

async fn held_back(
    open: &Open,
    source: &SourceRow,
    held: &HeldRun,
    scope: &InventoryScope,
) -> Result<HeldBack, AppError> {
    let unseen = open.workspace.unseen_within(InventoryRunId(held.run), scope).await?;
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(HeldBack {
        source: source_number(source.id),
        name: source.name.clone(),
        entities: small(unseen.entities),
        of_entities: small(unseen.of_entities),
        dependencies: small(unseen.dependencies),
        at: Timestamp::from_millis(held.at).into(),
    })
}

/// Decides about deletions that wait: what the source has no more ends, or stays and is not asked about again. What was
/// kept can still be deleted later.
///
/// # Errors
///
/// `no_such_source`; `nothing_held_back`; read-only workspaces; store failures.
pub async fn release_held_back(app: &App, source: u32, delete: bool) -> Result<(), AppError> {
    let open = app.open()?;
    let row = connections::stored(&open, source).await?;
    let mut state = sync::state(&open, row.id).await?;
    if let Some(held) = state.held.take() {
        if delete {
            let run = InventoryRunId(held.run);
            open.workspace.finish_inventory_within(run, &state.scope_of(&held), app.now()).await?;
        }
        state.settle(held, !delete);
    } else {
        let kept = state.kept.take().filter(|_| delete);
        let kept = kept.ok_or_else(|| AppError::new("nothing_held_back").with("name", &row.name))?;
        let scope = InventoryScope { parts: kept.classes, kept: None };
        open.workspace.finish_inventory_within(InventoryRunId(kept.run), &scope, app.now()).await?;
    }
    sync::put_state(&open, row.id, &state).await?;
    let mut notices = connections::notices(&open, row.id).await?;
    notices.retain(|notice| notice.key != "inventory-held-back");
    connections::set_notices(&open, row.id, &notices).await?;
    open.topology.changed();
    app.bus().tell(AppEvent::TopologyChanged);
    app.bus().tell(AppEvent::SourcesChanged);
    Ok(())
}
