//! What is doubtful: possible doubles, conflicts, orphans, unsure edges, ends that lead nowhere, deletions that wait.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardroom_analysis::topology::identity::{SameProposal, letters_apart};
use wardroom_analysis::topology::model::{Conflict, ConflictReason, DeclaredEdge, EdgeState, ModelEdge};
use wardroom_analysis::topology::owners;
use wardroom_core::Timestamp;
use wardroom_store::{InventoryRunId, InventoryScope, SourceRow};

use super::catalog::{count, said_by};
use super::decisions;
use super::matching::{self, Signal};
use super::phrases::{conflict_reason, dependency_item, evidence_item, kind_word, owner_item, sources_of};
use super::room::{self, Snapshot};
use super::rows::{
    ConflictItem, DanglingItem, DismissedDoubt, Doubt, DuplicateItem, DuplicateMoves, DuplicateName,
    EveryDoubt, HeldBack, OrphanItem, UnownedItem,
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

/// Reports whether a person still has to say which of several sources is right.
pub(super) fn is_undecided(conflict: &Conflict) -> bool {
    conflict.reason != ConflictReason::Preferred
}

/// What is doubtful as it was known at a moment, with what is needed to write it out.
#[derive(Debug)]
pub(super) struct Doubtful {
    pub(super) snapshot: Arc<Snapshot>,
    /// What telemetry tells, by the number of the thing.
    signals: Vec<Signal>,
    /// The reads whose deletions wait.
    pub(super) held: Vec<HeldBack>,
    /// The reads of which a person kept what was missing.
    pub(super) kept: Vec<HeldBack>,
    dismissed: BTreeSet<(DismissedDoubt, String, String)>,
}

/// One doubt, by its place in what it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the reads whose deletions wait.
    Held(usize),
    /// In the possible doubles of the model.
    Duplicate(usize),
    /// In the conflicts of the model.
    Conflict(usize),
    /// In the edges of the model.
    Edge(usize),
    /// In the edges that the model leaves out.
    Dangling(usize),
    /// The thing.
    Orphan(usize),
    /// The thing.
    Unowned(usize),
    /// In the reads of which a person kept what was missing.
    Kept(usize),
}

impl Doubtful {
    /// Reads what is doubtful. Deletions that wait belong to the present: a moment in the past has none.
    ///
    /// # Errors
    ///
    /// `no_workspace`; store failures.
    pub(super) async fn read(app: &App, as_of: Option<Millis>) -> Result<Self, AppError> {
        let open = app.open()?;
        let as_of = as_of.map(Timestamp::from);
        let snapshot = room::at(app, &open, as_of).await?;
        let window = as_of.map(|at| Span { start: at.plus_millis(-HOUR_MS).into(), end: at.into() });
        let range = range_or_last(&open, window, HOUR_MS).await?;
        let signals = matching::signals(&open, &snapshot, range).await?.of;
        let dismissed = decisions::dismissed(&open, as_of).await?;
        let (held, kept) = if as_of.is_none() { missing(&open).await? } else { (Vec::new(), Vec::new()) };
        Ok(Self { snapshot, signals, held, kept, dismissed })
    }

    /// Returns all doubts, kind by kind, without writing any of them out.
    pub(super) fn places(&self) -> Vec<Place> {
        let model = &self.snapshot.model;
        let edges = model.edges.iter().enumerate().filter(|(_, edge)| is_unsure(edge));
        let conflicts = model.conflicts.iter().enumerate().filter(|(_, conflict)| is_undecided(conflict));
        let held = (0..self.held.len()).map(Place::Held);
        let all = held
            .chain((0..model.duplicates.len()).map(Place::Duplicate))
            .chain(conflicts.map(|(place, _)| Place::Conflict(place)))
            .chain(edges.map(|(place, _)| Place::Edge(place)))
            .chain(self.dangling().into_iter().map(Place::Dangling))
            .chain(self.orphans().into_iter().map(Place::Orphan))
            .chain(self.unowned().into_iter().map(Place::Unowned))
            .chain((0..self.kept.len()).map(Place::Kept));
        all.collect()
    }

    /// Writes doubts out. Owners are proposed for those among them only.
    pub(super) fn written(&self, places: &[Place]) -> Vec<Doubt> {
        let snapshot = &self.snapshot;
        // They come in the order of the places.
        let mut unowned = unowned_items(snapshot, &unowned_among(places)).into_iter();
        let written = places.iter().filter_map(|place| match *place {
            Place::Held(at) => self.held.get(at).cloned().map(Doubt::Held),
            Place::Kept(at) => self.kept.get(at).cloned().map(Doubt::Kept),
            Place::Duplicate(at) => {
                let pair = snapshot.model.duplicates.get(at)?;
                Some(Doubt::Duplicate(duplicate(snapshot, pair, &self.signals)))
            }
            Place::Conflict(at) => {
                Some(Doubt::Conflict(conflict(snapshot, snapshot.model.conflicts.get(at)?)))
            }
            Place::Edge(at) => Some(Doubt::Edge(dependency_item(snapshot, snapshot.model.edges.get(at)?))),
            Place::Dangling(at) => dangling_item(snapshot, at).map(Doubt::Dangling),
            Place::Orphan(thing) => Some(Doubt::Orphan(orphan(snapshot, thing, &self.signals[thing]))),
            Place::Unowned(_) => unowned.next().map(Doubt::Unowned),
        });
        written.collect()
    }

    /// Counts the possible doubles of which merging is proposed.
    pub(super) fn proposed_doubles(&self) -> usize {
        self.snapshot.model.duplicates.iter().filter(|pair| pair.score >= PROPOSED).count()
    }

    fn is_open(&self, doubt: DismissedDoubt, name: &str, to: &str) -> bool {
        !self.dismissed.contains(&(doubt, name.to_owned(), to.to_owned()))
    }

    fn dangling(&self) -> Vec<usize> {
        let loose = (0..self.snapshot.model.dangling.len()).filter(|place| {
            let declared = loose_end(&self.snapshot, *place);
            declared.is_some_and(|(declared, _)| {
                self.is_open(DismissedDoubt::Dangling, &declared.edge.from, &declared.edge.to)
            })
        });
        loose.collect()
    }

    fn orphans(&self) -> Vec<usize> {
        let orphans = self.snapshot.model.orphans.iter().copied();
        let is_open = |of: &usize| self.is_open(DismissedDoubt::Orphan, &self.snapshot.thing(*of).name, "");
        orphans.filter(is_open).collect()
    }

    /// Returns the things of which nobody says whose they are.
    fn unowned(&self) -> Vec<usize> {
        let things = self.snapshot.model.things.iter().enumerate().filter(|(_, thing)| {
            let entity = &thing.entity;
            !thing.records.is_empty()
                && [&entity.team, &entity.person, &entity.contact].iter().all(|t| t.is_empty())
                && self.is_open(DismissedDoubt::Unowned, &thing.name, "")
        });
        things.map(|(thing, _)| thing).collect()
    }
}

/// Returns those of some doubts that are things of which nobody says whose they are.
pub(super) fn unowned_among(places: &[Place]) -> Vec<usize> {
    let things =
        places.iter().map(|place| if let Place::Unowned(thing) = *place { Some(thing) } else { None });
    things.flatten().collect()
}

/// Returns everything that is doubtful at once, with a proposal and its reasons, as it was known at a moment, for the
/// terminal: its answers are not sent to a window.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn every_doubt(app: &App, as_of: Option<Millis>) -> Result<EveryDoubt, AppError> {
    let doubtful = Doubtful::read(app, as_of).await?;
    let written = tokio::task::spawn_blocking(move || {
        let mut all = EveryDoubt::default();
        for doubt in doubtful.written(&doubtful.places()) {
            match doubt {
                Doubt::Held(item) => all.held_back.push(item),
                Doubt::Duplicate(item) => all.duplicates.push(item),
                Doubt::Conflict(item) => all.conflicts.push(item),
                Doubt::Edge(item) => all.edges.push(item),
                Doubt::Dangling(item) => all.dangling.push(item),
                Doubt::Orphan(item) => all.orphans.push(item),
                Doubt::Unowned(item) => all.unowned.push(item),
                Doubt::Kept(item) => all.kept_back.push(item),
            }
        }
        all
    });
    written.await.map_err(|e| AppError::internal(&e))
}

/// Returns the reads whose deletions wait for a person.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn held_back(app: &App) -> Result<Vec<HeldBack>, AppError> {
    let open = app.open()?;
    let (held, _) = missing(&open).await?;
    Ok(held)
}

/// Returns the dependencies that one source declares and that lead nowhere, as is known at present.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn loose_ends(app: &App, source: u32) -> Result<Vec<DanglingItem>, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, None).await?;
    let written = tokio::task::spawn_blocking(move || {
        let of_it = |place: &usize| {
            loose_end(&snapshot, *place).is_some_and(|(declared, _)| declared.source == source)
        };
        let loose = (0..snapshot.model.dangling.len()).filter(of_it);
        loose.filter_map(|place| dangling_item(&snapshot, place)).collect()
    });
    written.await.map_err(|e| AppError::internal(&e))
}

fn duplicate(snapshot: &Snapshot, pair: &SameProposal, signals: &[Signal]) -> DuplicateItem {
    let things = [pair.a, pair.b];
    // The one of which more is known keeps its name; what belongs to the other moves, and so does what only edges name.
    let known = |thing: usize| (!snapshot.thing(thing).records.is_empty(), snapshot.edges_at(thing).count());
    let moved = if known(pair.a) >= known(pair.b) { pair.b } else { pair.a };
    DuplicateItem {
        names: things.iter().map(|thing| snapshot.thing(*thing).name.clone()).collect(),
        score: pair.score,
        proposed: pair.score >= PROPOSED,
        rows: things.iter().flat_map(|thing| duplicate_names(snapshot, *thing)).collect(),
        for_: pair.for_.iter().map(evidence_item).collect(),
        against: pair.against.iter().map(evidence_item).collect(),
        moves: DuplicateMoves {
            series: signals[moved].series,
            edges: count(snapshot.edges_at(moved).count()),
            findings: signals[moved].findings,
        },
    }
}

/// Returns under which names sources have a thing; of one that only edges name, the name that they use.
fn duplicate_names(snapshot: &Snapshot, thing: usize) -> Vec<DuplicateName> {
    let known = snapshot.thing(thing);
    if known.records.is_empty() {
        let sources: BTreeSet<String> =
            snapshot.edges_at(thing).flat_map(|edge| sources_of(snapshot, edge)).collect();
        return vec![DuplicateName {
            name: known.names.first().unwrap_or(&known.name).clone(),
            entity: known.name.clone(),
            source: sources.into_iter().collect::<Vec<_>>().join(", "),
            fact: Phrase::new("duplicate-named-only"),
        }];
    }
    let records = known.records.iter().map(|place| &snapshot.records[*place]);
    let rows = records.map(|record| {
        let entity = &record.entity;
        let address = entity.addresses.first().map_or("–", String::as_str);
        DuplicateName {
            name: entity.name.clone(),
            entity: known.name.clone(),
            source: snapshot.source_name(record.source),
            fact: Phrase::new("duplicate-fact")
                .word("kind", kind_word(entity.kind))
                .text("site", if entity.site.is_empty() { "–" } else { entity.site.as_str() })
                .text("address", address),
        }
    });
    rows.collect()
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
        age: changed.map(|at| Millis((snapshot.now().as_millis() - at.as_millis()).max(0))),
        advice: Phrase::new(advice),
    }
}

/// Writes things out of which nobody says whose they are, with the owner that those around them have.
fn unowned_items(snapshot: &Snapshot, things: &[usize]) -> Vec<UnownedItem> {
    let proposals = if things.is_empty() { Vec::new() } else { owners::propose(&snapshot.model, things) };
    let rows = things.iter().zip(proposals).map(|(&thing, proposal)| UnownedItem {
        name: snapshot.thing(thing).name.clone(),
        kind: snapshot.thing(thing).entity.kind.as_str().to_owned(),
        proposed: proposal.map(|proposal| owner_item(snapshot, thing, &proposal)),
    });
    rows.collect()
}

/// Returns a declared edge that leads nowhere, and the name that nothing bears or several do.
pub(super) fn loose_end(snapshot: &Snapshot, place: usize) -> Option<(&DeclaredEdge, &str)> {
    let (declared, missing) = snapshot.model.dangling.get(place)?;
    Some((snapshot.declared.get(*declared)?, missing.as_str()))
}

/// Writes a declared edge out that leads nowhere, with the known name that may be meant.
fn dangling_item(snapshot: &Snapshot, place: usize) -> Option<DanglingItem> {
    let (declared, missing) = loose_end(snapshot, place)?;
    let is_shared = snapshot.model.index.is_shared(missing);
    let near = snapshot.near_loose_end(place).filter(|_| !is_shared);
    let letters = near.and_then(|thing| letters_apart(missing, &snapshot.thing(thing).name));
    let key = match (missing.is_empty(), is_shared, letters.is_some()) {
        (true, _, _) => "dangling-self",
        (false, true, _) => "dangling-shared",
        (false, false, true) => "dangling-lookalike",
        (false, false, false) => "dangling-missing",
    };
    let mut reason = Phrase::new(key).text("name", missing.to_owned());
    if let Some(letters) = letters {
        reason = reason.text("letters", letters);
    }
    Some(DanglingItem {
        from: declared.edge.from.clone(),
        to: declared.edge.to.clone(),
        from_name: snapshot.called(declared.source, &declared.edge.from).to_owned(),
        to_name: snapshot.called(declared.source, &declared.edge.to).to_owned(),
        how: declared.edge.how.clone(),
        source: snapshot.source_name(declared.source),
        missing: missing.to_owned(),
        reason,
        proposed: near.map(|thing| snapshot.thing(thing).name.clone()),
    })
}

/// Lists the reads whose deletions wait for a person, and those of which a person kept what was missing.
async fn missing(open: &Open) -> Result<(Vec<HeldBack>, Vec<HeldBack>), AppError> {
    let (mut waiting, mut kept) = (Vec::new(), Vec::new());
    for source in open.workspace.sources().await?.into_iter().filter(|s| !s.deleted) {
        let state = sync::state(open, source.id).await?;
        if let Some(held) = &state.held {
            waiting.push(held_row(open, &source, held, &state.scope_of(held)).await?);
        }
        if let Some(held) = &state.kept {
            let scope = InventoryScope { parts: held.classes.clone(), kept: None };
            // What came back since is not missing.
            let row = held_row(open, &source, held, &scope).await?;
            kept.extend((row.entities + row.dependencies > 0).then_some(row));
        }
    }
    Ok((waiting, kept))
}

async fn held_row(
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
