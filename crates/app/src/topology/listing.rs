//! The lists of the catalog page by page: searched, ordered and cut here, so that the window holds no more than it shows.

mod doubtful;
mod edges;
mod names;
mod order;
mod search;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::order::{Key, ordered};
use self::search::Search;
use super::catalog::{count, degrees, doubts_by_thing, entity_item};
use super::matching::{self, Signals};
use super::room::{self, Snapshot};
use super::rows::{EntitiesRequest, EntitiesView, EntityColumn, SavedFilter};
use crate::alerts::range_or_last;
use crate::context::App;
use crate::error::AppError;
use crate::paging;

pub use doubtful::doubts;
pub use edges::dependencies;
pub use names::entity_names;

pub(super) use names::meant_by;
pub(super) use order::natural;

const HOUR_MS: i64 = 3_600_000;
/// Rows of one page: an entity with all its tags and sources is a kilobyte, and an answer to the window is to weigh less
/// than a quarter of a megabyte.
const MOST_ROWS: u32 = 200;

/// Returns one page of the entities that match, as they are known or were known at a moment.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn entities(app: &App, request: &EntitiesRequest) -> Result<EntitiesView, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, request.as_of.map(Into::into)).await?;
    let range = range_or_last(&open, None, HOUR_MS).await?;
    let signals = matching::signals(&open, &snapshot, range).await?;
    let saved = open.workspace.saved_filters().await?.into_iter();
    let filters = saved.map(|filter| SavedFilter { name: filter.name, text: filter.text }).collect();
    let request = request.clone();
    let listed = tokio::task::spawn_blocking(move || page(&snapshot, signals, filters, &request));
    listed.await.map_err(|e| AppError::internal(&e))
}

fn page(
    snapshot: &Snapshot,
    signals: Signals,
    filters: Vec<SavedFilter>,
    request: &EntitiesRequest,
) -> EntitiesView {
    let is_told = |thing: usize| request.source.is_none_or(|source| tells_of(snapshot, source, thing));
    let all: Vec<usize> = snapshot.by_name().iter().copied().filter(|thing| is_told(*thing)).collect();
    let kinds: BTreeSet<&str> = all.iter().map(|thing| snapshot.thing(*thing).entity.kind.as_str()).collect();
    let doubts = doubts_by_thing(snapshot);
    let matching = in_order(wanted(snapshot, &all, request), request, &|thing, column| {
        key(snapshot, thing, column, signals.of[thing].firing, doubts.get(&thing).copied())
    });
    let sought = request.locate.as_deref().and_then(|name| snapshot.find(name));
    let place = sought.and_then(|thing| matching.iter().position(|other| *other == thing));
    let rows = shown(&matching, request.offset, request.limit)
        .map(|thing| entity_item(snapshot, thing, &signals.of[thing], doubts.get(&thing).copied()));
    EntitiesView {
        known: snapshot.is_known(),
        as_of: request.as_of,
        of: count(all.len()),
        kinds: count(kinds.len()),
        firing: count(all.iter().filter(|thing| signals.of[**thing].firing > 0).count()),
        edges: count(snapshot.edges().filter(|e| edges::is_declared_by(e, request.source)).count()),
        total: count(matching.len()),
        place: place.map(count),
        rows: rows.collect(),
        filters,
        without_entity: signals.unmatched,
        took_ms: snapshot.took_ms,
    }
}

/// Reports whether a source tells of a thing.
fn tells_of(snapshot: &Snapshot, source: u32, thing: usize) -> bool {
    snapshot.thing(thing).records.iter().any(|place| snapshot.records[*place].source == source)
}

/// Returns the things that are asked for, in the order in which they are given.
fn wanted(snapshot: &Snapshot, all: &[usize], request: &EntitiesRequest) -> Vec<usize> {
    let search = Search::new(&request.text);
    let only: BTreeSet<&str> = request.only.iter().map(String::as_str).collect();
    let is_wanted = |thing: usize| {
        (only.is_empty() || only.contains(snapshot.thing(thing).name.as_str()))
            && search.finds(snapshot, thing)
    };
    all.iter().copied().filter(|thing| is_wanted(*thing)).collect()
}

/// Orders things that stand by name: those with firing alerts first, then by the column that is asked for.
fn in_order(
    things: Vec<usize>,
    request: &EntitiesRequest,
    key: &dyn Fn(usize, EntityColumn) -> Option<Key>,
) -> Vec<usize> {
    let (mut first, quiet): (Vec<usize>, Vec<usize>) =
        things.into_iter().partition(|thing| key(*thing, EntityColumn::Firing) != Some(Key::Number(0)));
    first.extend(quiet);
    let Some(column) = request.column else { return first };
    ordered(first, request.direction, |thing| key(thing, column))
}

/// Returns what a thing is ordered by; `None` where it has no value.
fn key(
    snapshot: &Snapshot,
    thing: usize,
    column: EntityColumn,
    firing: u32,
    doubts: Option<u32>,
) -> Option<Key> {
    let known = snapshot.thing(thing);
    let entity = &known.entity;
    match column {
        EntityColumn::Name => Some(Key::Number(snapshot.rank(thing))),
        EntityColumn::Kind => Some(Key::text(entity.kind.as_str())),
        EntityColumn::Tier => entity.tier.map(|tier| Key::Number(u32::from(tier))),
        EntityColumn::System => Key::said(&entity.system),
        EntityColumn::Team => Key::said(&entity.team),
        EntityColumn::Contact => Key::said(&entity.contact),
        EntityColumn::Source => {
            let told =
                known.records.iter().map(|place| snapshot.source_name(snapshot.records[*place].source));
            Key::said(&told.collect::<Vec<_>>().join(", "))
        }
        EntityColumn::Needs => Some(Key::Number(degrees(snapshot, thing).0)),
        EntityColumn::Needed => Some(Key::Number(degrees(snapshot, thing).1)),
        EntityColumn::Doubts => Some(Key::Number(doubts.unwrap_or(0))),
        EntityColumn::Firing => Some(Key::Number(firing)),
    }
}

/// Returns the places of a page.
fn shown(places: &[usize], offset: u32, limit: u32) -> impl Iterator<Item = usize> {
    paging::shown(places, offset, limit, MOST_ROWS).iter().copied()
}
