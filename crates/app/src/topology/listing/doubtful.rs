//! The list of doubts, page by page.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::topology::owners;

use super::order::{Key, ordered};
use crate::context::App;
use crate::error::AppError;
use crate::paging;
use crate::topology::catalog::count;
use crate::topology::doubts::{Doubtful, Place, loose_end, unowned_among};
use crate::topology::phrases::{score_of, share_of};
use crate::topology::rows::{
    DoubtColumn, DoubtCount, DoubtKind, DoubtRow, DoubtsRequest, DoubtsView, HeldBack,
};

/// Rows of one page: each with its reasons, they stay below what one answer to the window may weigh.
const MOST_ROWS: u32 = 100;
/// The kinds in the order in which they are listed.
const KINDS: [DoubtKind; 8] = [
    DoubtKind::Held,
    DoubtKind::Duplicate,
    DoubtKind::Conflict,
    DoubtKind::Edge,
    DoubtKind::Dangling,
    DoubtKind::Orphan,
    DoubtKind::Unowned,
    DoubtKind::Kept,
];
/// Stands between the parts of an identity, because no name has it.
const BETWEEN: &str = "\0";

/// Returns one page of what is doubtful, as it is known or was known at a moment.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn doubts(app: &App, request: &DoubtsRequest) -> Result<DoubtsView, AppError> {
    let doubtful = Doubtful::read(app, request.as_of).await?;
    let request = request.clone();
    let listed = tokio::task::spawn_blocking(move || page(&doubtful, &request));
    listed.await.map_err(|e| AppError::internal(&e))
}

fn page(doubtful: &Doubtful, request: &DoubtsRequest) -> DoubtsView {
    let all = doubtful.places();
    let only: BTreeSet<&str> = request.only.iter().map(String::as_str).collect();
    let is_wanted = |place: Place| {
        request.choice.is_none_or(|kind| kind == kind_of(place))
            && (only.is_empty() || only.contains(id_of(doubtful, place).as_str()))
    };
    let wanted: Vec<Place> = all.iter().copied().filter(|place| is_wanted(*place)).collect();
    let matching = in_order(doubtful, wanted, request);
    let sought = request.locate.as_deref();
    let place = sought.and_then(|id| matching.iter().position(|place| id_of(doubtful, *place) == id));
    let shown = paging::shown(&matching, request.offset, request.limit, MOST_ROWS);
    let rows = shown.iter().zip(doubtful.written(shown));
    let of = |kind: DoubtKind| all.iter().filter(|place| kind_of(**place) == kind).count();
    let counts = KINDS.into_iter().map(|kind| DoubtCount { kind, count: count(of(kind)) });
    DoubtsView {
        counts: counts.filter(|counted| counted.count > 0).collect(),
        proposed: count(doubtful.proposed_doubles()),
        total: count(matching.len()),
        place: place.map(count),
        rows: rows.map(|(place, doubt)| DoubtRow { id: id_of(doubtful, *place), doubt }).collect(),
    }
}

fn kind_of(place: Place) -> DoubtKind {
    match place {
        Place::Held(_) => DoubtKind::Held,
        Place::Duplicate(_) => DoubtKind::Duplicate,
        Place::Conflict(_) => DoubtKind::Conflict,
        Place::Edge(_) => DoubtKind::Edge,
        Place::Dangling(_) => DoubtKind::Dangling,
        Place::Orphan(_) => DoubtKind::Orphan,
        Place::Unowned(_) => DoubtKind::Unowned,
        Place::Kept(_) => DoubtKind::Kept,
    }
}

/// Returns what tells a doubt from every other, as long as nothing about it changes.
fn id_of(doubtful: &Doubtful, place: Place) -> String {
    let snapshot = &doubtful.snapshot;
    let model = &snapshot.model;
    let name = |thing: usize| snapshot.thing(thing).name.clone();
    let of_read = |read: &[HeldBack], at: usize| vec![read[at].source.to_string()];
    let (kind, parts) = match place {
        Place::Held(at) => ("held", of_read(&doubtful.held, at)),
        Place::Kept(at) => ("kept", of_read(&doubtful.kept, at)),
        Place::Duplicate(at) => {
            ("duplicate", vec![name(model.duplicates[at].a), name(model.duplicates[at].b)])
        }
        Place::Conflict(at) => {
            ("conflict", vec![name(model.conflicts[at].thing), model.conflicts[at].field.to_owned()])
        }
        Place::Edge(at) => {
            let edge = &model.edges[at];
            ("edge", vec![name(edge.from), name(edge.to), edge.how.clone()])
        }
        Place::Dangling(at) => (
            "dangling",
            loose_end(snapshot, at).map_or_else(Vec::new, |(declared, _)| {
                let edge = &declared.edge;
                vec![declared.source.to_string(), edge.from.clone(), edge.to.clone(), edge.how.clone()]
            }),
        ),
        Place::Orphan(thing) => ("orphan", vec![name(thing)]),
        Place::Unowned(thing) => ("unowned", vec![name(thing)]),
    };
    std::iter::once(kind.to_owned()).chain(parts).collect::<Vec<_>>().join(BETWEEN)
}

/// Orders doubts that stand kind by kind by the column that is asked for.
fn in_order(doubtful: &Doubtful, places: Vec<Place>, request: &DoubtsRequest) -> Vec<Place> {
    let Some(column) = request.column else { return places };
    let shares = if column == DoubtColumn::Sure { shares(doubtful, &places) } else { BTreeMap::new() };
    let key = |at: usize| {
        let place = places[at];
        match column {
            DoubtColumn::Kind => {
                let rank = KINDS.iter().position(|kind| *kind == kind_of(place));
                rank.map(|rank| Key::Number(count(rank)))
            }
            DoubtColumn::About => Some(Key::text(&subject(doubtful, place))),
            // From 0 to 1 and all of one length: as texts they are in the order of their values.
            DoubtColumn::Sure => {
                score(doubtful, place, &shares).map(|score| Key::Text(format!("{score:.9}")))
            }
        }
    };
    let order = ordered((0..places.len()).collect(), request.direction, key);
    order.into_iter().map(|at| places[at]).collect()
}

/// Returns what a doubt is about, in names.
fn subject(doubtful: &Doubtful, place: Place) -> String {
    let snapshot = &doubtful.snapshot;
    let model = &snapshot.model;
    let name = |thing: usize| snapshot.thing(thing).name.as_str();
    match place {
        Place::Held(at) => doubtful.held[at].name.clone(),
        Place::Kept(at) => doubtful.kept[at].name.clone(),
        Place::Duplicate(at) => {
            let pair = &model.duplicates[at];
            format!("{}, {}", name(pair.a), name(pair.b))
        }
        Place::Conflict(at) => name(model.conflicts[at].thing).to_owned(),
        Place::Edge(at) => format!("{} → {}", name(model.edges[at].from), name(model.edges[at].to)),
        Place::Dangling(at) => loose_end(snapshot, at)
            .map(|(declared, _)| {
                let (from, to) = (&declared.edge.from, &declared.edge.to);
                let source = declared.source;
                format!("{} → {}", snapshot.called(source, from), snapshot.called(source, to))
            })
            .unwrap_or_default(),
        Place::Orphan(thing) | Place::Unowned(thing) => name(thing).to_owned(),
    }
}

/// Returns how sure a proposal is, 0 to 1; `None` where nothing is proposed.
fn score(doubtful: &Doubtful, place: Place, shares: &BTreeMap<usize, f64>) -> Option<f64> {
    let model = &doubtful.snapshot.model;
    match place {
        Place::Duplicate(at) => Some(model.duplicates[at].score),
        Place::Edge(at) => score_of(&model.edges[at]),
        Place::Unowned(thing) => shares.get(&thing).copied(),
        Place::Held(_) | Place::Conflict(_) | Place::Dangling(_) | Place::Orphan(_) | Place::Kept(_) => None,
    }
}

/// Returns, for each thing for which an owner is proposed, the share of those asked that have it.
fn shares(doubtful: &Doubtful, places: &[Place]) -> BTreeMap<usize, f64> {
    let things = unowned_among(places);
    let proposals = owners::propose(&doubtful.snapshot.model, &things);
    let proposed = things.into_iter().zip(proposals);
    proposed.filter_map(|(thing, proposal)| Some((thing, share_of(&proposal?)))).collect()
}
