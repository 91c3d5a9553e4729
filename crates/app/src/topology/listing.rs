//! The lists of the catalog page by page: searched, ordered and cut here, so that the window holds no more than it shows.

mod doubtful;
mod edges;
mod names;
mod order;
mod search;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::order::{Key, ordered};
use self::search::Search;
use super::catalog::{count, degrees, doubts_by_thing, entity_item};
use super::matching::{self, Signal};
use super::room::{self, Snapshot};
use super::rows::{EntitiesRequest, EntitiesView, EntityColumn, SavedFilter};
use crate::alerts::range_or_last;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::paging::{self, Mark};

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
    Ok(listed(app, request).await?.page(request))
}

/// Returns the list of which a page is asked: that of the page before, when nothing was written since.
async fn listed(app: &App, request: &EntitiesRequest) -> Result<Arc<Entities>, AppError> {
    let open = app.open()?;
    let asked = EntitiesRequest { locate: None, offset: 0, limit: 0, ..request.clone() };
    let mark = Mark::of(&open).await?;
    let kept = &open.topology.entities;
    if let Some(entities) = kept.find(mark, &asked) {
        return Ok(entities);
    }
    let entities = Entities::read(app, &open, &asked).await?;
    Ok(kept.keep(mark, asked, entities))
}

/// The entities that match a request, with what their rows tell.
#[derive(Debug)]
pub(super) struct Entities {
    snapshot: Arc<Snapshot>,
    /// What telemetry tells, by the number of the thing.
    signals: Vec<Signal>,
    doubts: BTreeMap<usize, u32>,
    filters: Vec<SavedFilter>,
    /// In the order in which they are listed.
    matching: Vec<usize>,
    of: u32,
    kinds: u32,
    firing: u32,
    edges: u32,
}

impl Entities {
    async fn read(app: &App, open: &Open, asked: &EntitiesRequest) -> Result<Self, AppError> {
        let snapshot = room::at(app, open, asked.as_of.map(Into::into)).await?;
        let range = range_or_last(open, None, HOUR_MS).await?;
        let signals = matching::signals(open, &snapshot, range).await?.of;
        let saved = open.workspace.saved_filters().await?.into_iter();
        let filters = saved.map(|filter| SavedFilter { name: filter.name, text: filter.text }).collect();
        let asked = asked.clone();
        let made = tokio::task::spawn_blocking(move || Self::made(snapshot, signals, filters, &asked));
        made.await.map_err(|e| AppError::internal(&e))
    }

    fn made(
        snapshot: Arc<Snapshot>,
        signals: Vec<Signal>,
        filters: Vec<SavedFilter>,
        asked: &EntitiesRequest,
    ) -> Self {
        let is_told = |thing: usize| asked.source.is_none_or(|source| tells_of(&snapshot, source, thing));
        let all: Vec<usize> = snapshot.by_name().iter().copied().filter(|thing| is_told(*thing)).collect();
        let kinds: BTreeSet<&str> =
            all.iter().map(|thing| snapshot.thing(*thing).entity.kind.as_str()).collect();
        let doubts = doubts_by_thing(&snapshot);
        let matching = in_order(wanted(&snapshot, &all, asked), asked, &|thing, column| {
            key(&snapshot, thing, column, signals[thing].firing, doubts.get(&thing).copied())
        });
        Self {
            of: count(all.len()),
            kinds: count(kinds.len()),
            firing: count(all.iter().filter(|thing| signals[**thing].firing > 0).count()),
            edges: count(snapshot.edges().filter(|e| edges::is_declared_by(e, asked.source)).count()),
            matching,
            doubts,
            signals,
            filters,
            snapshot,
        }
    }

    fn page(&self, request: &EntitiesRequest) -> EntitiesView {
        let snapshot = &self.snapshot;
        let sought = request.locate.as_deref().and_then(|name| snapshot.find(name));
        let place = sought.and_then(|thing| self.matching.iter().position(|other| *other == thing));
        let row = |thing: usize| {
            entity_item(snapshot, thing, &self.signals[thing], self.doubts.get(&thing).copied())
        };
        EntitiesView {
            known: snapshot.is_known(),
            as_of: request.as_of,
            of: self.of,
            kinds: self.kinds,
            firing: self.firing,
            edges: self.edges,
            total: count(self.matching.len()),
            place: place.map(count),
            rows: shown(&self.matching, request.offset, request.limit).map(row).collect(),
            filters: self.filters.clone(),
        }
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
