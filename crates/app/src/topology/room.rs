//! The model of the open workspace: made once of everything that is stored, kept, and made again when that changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use tokio::sync::Mutex as AsyncMutex;
use wardroom_analysis::topology::identity::{InventoryRecord, nearest};
use wardroom_analysis::topology::model::{
    self, DeclaredEdge, EdgeState, Model, ModelDecisions, ModelEdge, ModelInput, ObservedEdge,
    ObservedOrigin, Thing,
};
use wardroom_analysis::topology::reach::{Graph, Needs};
use wardroom_core::{EntityKind, Timestamp};
use wardroom_store::{DependencyRow, EntityRow, ObservedEdgeRow, SourceId};

use super::decisions;
use super::listing::{Entities, meant_by, natural};
use super::map::{Frame, Placed};
use super::rows::EntitiesRequest;
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::paging::Kept;

/// Positions of nodes on a map, by the name of the node.
pub(crate) type Positions = BTreeMap<String, (f64, f64)>;

/// What the open workspace keeps of its topology in memory.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Counts what changed; a model of another count is old.
    changes: AtomicU64,
    held: AsyncMutex<Option<(u64, Arc<Snapshot>)>>,
    /// The model as of a moment in the past, with that moment: whoever looks back asks several times.
    past: AsyncMutex<Option<(u64, Timestamp, Arc<Snapshot>)>>,
    /// Where nodes were drawn last, by level: they stay where they are when data changes.
    pub(super) positions: Mutex<BTreeMap<&'static str, Positions>>,
    /// The last drawing of each frame, to which the next one is fitted.
    placed: Mutex<BTreeMap<Frame, Arc<Placed>>>,
    /// The lists of entities that pages are cut from.
    pub(super) entities: Kept<EntitiesRequest, Entities>,
    /// When edges were read from telemetry last, and of how many series.
    pub(super) observed: Mutex<Option<(Instant, usize)>>,
    /// One reading of edges from telemetry at a time.
    pub(super) observing: AsyncMutex<()>,
}

impl Room {
    /// Says that something changed that the model is made of.
    pub(crate) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Returns how often something changed that the model is made of.
    pub(crate) fn count(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

/// Things that are named where several bear a name.
const BEARERS: usize = 8;

/// A model that nothing changes is made again after six hours: what nobody confirms gets old in days.
const KEPT_MS: i64 = 6 * 3_600_000;

/// The model with what it was made of.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) model: Model,
    pub(super) records: Vec<InventoryRecord>,
    pub(super) declared: Vec<DeclaredEdge>,
    pub(super) decided: ModelDecisions,
    /// The names of the sources.
    pub(super) sources: BTreeMap<u32, String>,
    /// Who depends on whom, removed and proposed edges left out.
    pub(super) graph: Graph,
    /// What is needed for itself, as data are.
    data: Vec<usize>,
    /// The edges at each thing, by their place in the model.
    at_thing: Vec<Vec<usize>>,
    /// The things in the order of their names, and the place of each in it; made when a list first asks.
    names: OnceLock<(Vec<usize>, Vec<u32>)>,
    /// The thing that may be meant by each edge that leads nowhere; found when one is first shown.
    near: OnceLock<Vec<Option<usize>>>,
    /// The records by source and key, where the key is not the name; made when an edge that leads nowhere is first shown.
    keys: OnceLock<BTreeMap<(u32, String), usize>>,
    /// When it was made; the model's ages are those of this moment.
    made_at: Timestamp,
    /// How much later, in milliseconds, ages are told: a model is kept for as long as nothing changes.
    later_ms: AtomicI64,
    /// The moment whose knowledge counts.
    pub(super) as_of: Option<Timestamp>,
}

impl Snapshot {
    /// Reports whether anything is known at all.
    pub(crate) fn is_known(&self) -> bool {
        !self.model.things.is_empty()
    }

    /// Returns the moment for which ages are told.
    pub(super) fn now(&self) -> Timestamp {
        self.made_at.plus_millis(self.later_ms.load(Ordering::Relaxed))
    }

    /// Returns what an age that the model knows has become, in milliseconds.
    pub(super) fn age(&self, age_ms: i64) -> i64 {
        age_ms.saturating_add(self.later_ms.load(Ordering::Relaxed))
    }

    /// Tells ages for a moment; a clock that was put back makes nothing younger.
    pub(super) fn tell_at(&self, now: Timestamp) {
        let later = now.as_millis().saturating_sub(self.made_at.as_millis());
        self.later_ms.fetch_max(later, Ordering::Relaxed);
    }

    /// Returns a thing.
    pub(super) fn thing(&self, thing: usize) -> &Thing {
        &self.model.things[thing]
    }

    /// Finds a thing by any of its names.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.model.index.find(name.trim())
    }

    /// Finds a thing that a person named.
    ///
    /// # Errors
    ///
    /// `no_such_entity`, with the names that may be meant, or that nothing is known at all; `entity_ambiguous` where
    /// several have the name, with what tells them apart.
    pub(super) fn require(&self, name: &str) -> Result<usize, AppError> {
        self.find(name).ok_or_else(|| {
            if self.model.index.is_shared(name.trim()) {
                return self.ambiguous(name);
            }
            let near = meant_by(self, name);
            let meant = match (self.is_known(), near.is_empty(), self.as_of) {
                (false, _, None) => "empty",
                (false, _, Some(_)) => "then",
                (true, true, _) => "none",
                (true, false, _) => "some",
            };
            no_such_entity(name).with("meant", meant).with("near", near.join(", "))
        })
    }

    /// Says which things bear a name.
    fn ambiguous(&self, name: &str) -> AppError {
        let things = self.model.index.bearers(name.trim());
        let told = things.iter().take(BEARERS).map(|thing| self.thing(*thing).name.as_str());
        let names: Vec<&str> = told.collect();
        let rest = if things.len() > BEARERS { ", …" } else { "" };
        AppError::new("entity_ambiguous").with("name", name).with("names", names.join(", ") + rest)
    }

    /// Returns all things in the order of their names.
    pub(super) fn by_name(&self) -> &[usize] {
        &self.in_order().0
    }

    /// Returns the place of a thing in the order of names.
    pub(super) fn rank(&self, thing: usize) -> u32 {
        self.in_order().1[thing]
    }

    fn in_order(&self) -> &(Vec<usize>, Vec<u32>) {
        self.names.get_or_init(|| {
            let mut order: Vec<usize> = (0..self.model.things.len()).collect();
            order.sort_by_cached_key(|thing| natural(&self.model.things[*thing].name));
            let mut ranks = vec![0; order.len()];
            for (rank, thing) in (0_u32..).zip(&order) {
                ranks[*thing] = rank;
            }
            (order, ranks)
        })
    }

    /// Returns the thing whose name is nearest to the one that an edge of the model's `dangling` lacks; `None` where none
    /// is near, or several are.
    pub(super) fn near_loose_end(&self, place: usize) -> Option<usize> {
        let near = self.near.get_or_init(|| {
            let missing: Vec<&str> = self.model.dangling.iter().map(|(_, name)| name.as_str()).collect();
            let known: Vec<&str> = self.model.things.iter().map(|thing| thing.name.as_str()).collect();
            nearest(&missing, &known)
        });
        near.get(place).copied().flatten()
    }

    /// Returns what people call the end of an edge that a source names by a key of its own, such as a number; the end as
    /// it is where that source has no such key.
    pub(super) fn called<'a>(&'a self, source: u32, end: &'a str) -> &'a str {
        let keys = self.keys.get_or_init(|| {
            let records = self.records.iter().enumerate();
            let of_keys = records.filter(|(_, record)| record.entity.key != record.entity.name);
            of_keys.map(|(place, record)| ((record.source, record.entity.key.clone()), place)).collect()
        });
        keys.get(&(source, end.to_owned())).map_or(end, |place| self.records[*place].entity.name.as_str())
    }

    /// Returns the edges at a thing, removed ones left out.
    pub(super) fn edges_at(&self, thing: usize) -> impl Iterator<Item = &ModelEdge> {
        self.at_thing.get(thing).into_iter().flatten().map(|edge| &self.model.edges[*edge])
    }

    /// Returns the edges that count, removed ones left out.
    pub(super) fn edges(&self) -> impl Iterator<Item = &ModelEdge> {
        self.model.edges.iter().filter(|edge| edge.state != EdgeState::Removed)
    }

    /// Returns what counts as needed when single points of failure are asked for: the data, where any are known.
    pub(super) fn needs(&self) -> Needs<'_> {
        if self.data.is_empty() { Needs::Ground } else { Needs::Each(&self.data) }
    }

    /// Returns the name of a source.
    pub(super) fn source_name(&self, source: u32) -> String {
        self.sources.get(&source).cloned().unwrap_or_else(|| source.to_string())
    }
}

/// Returns the failure to find an entity, of which nothing else is known.
pub(super) fn no_such_entity(name: &str) -> AppError {
    AppError::new("no_such_entity").with("name", name).with("meant", "none").with("near", "")
}

/// Returns the model as it is known, made anew when something changed since it was made.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn current(app: &App, open: &Open) -> Result<Arc<Snapshot>, AppError> {
    let room = &open.topology;
    let mut held = room.held.lock().await;
    let (count, now) = (room.count(), app.now());
    if let Some((made_at, snapshot)) = &*held
        && *made_at == count
        && now.as_millis() - snapshot.made_at.as_millis() < KEPT_MS
    {
        snapshot.tell_at(now);
        return Ok(Arc::clone(snapshot));
    }
    let snapshot = Arc::new(read(open, now, None).await?);
    *held = Some((count, Arc::clone(&snapshot)));
    Ok(snapshot)
}

/// Returns the model as it was known at a moment; `None` for all that is known.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn at(app: &App, open: &Open, as_of: Option<Timestamp>) -> Result<Arc<Snapshot>, AppError> {
    let Some(as_of) = as_of else { return current(app, open).await };
    let room = &open.topology;
    let mut past = room.past.lock().await;
    let count = room.count();
    if let Some((made_at, moment, snapshot)) = &*past
        && (*made_at, *moment) == (count, as_of)
    {
        return Ok(Arc::clone(snapshot));
    }
    let snapshot = Arc::new(read(open, as_of, Some(as_of)).await?);
    *past = Some((count, as_of, Arc::clone(&snapshot)));
    Ok(snapshot)
}

/// Reads what is stored and makes the model of it on a thread that may compute for long.
async fn read(open: &Open, now: Timestamp, as_of: Option<Timestamp>) -> Result<Snapshot, AppError> {
    let ws = &open.workspace;
    let sources = ws.sources().await?;
    let deleted: BTreeSet<_> = sources.iter().filter(|s| s.deleted).map(|s| s.id).collect();
    // What a source said stays in the file when it is taken out without its data; it counts no more.
    let entities = ws.inventory_records(as_of).await?.into_iter().filter(|r| !deleted.contains(&r.source));
    let edges = ws.dependency_records(as_of).await?.into_iter().filter(|r| !deleted.contains(&r.source));
    let records: Vec<InventoryRecord> = entities.map(record).collect();
    let declared: Vec<DeclaredEdge> = edges.map(declared).collect();
    let observed: Vec<ObservedEdge> = ws.observed_edges(as_of).await?.into_iter().map(observed).collect();
    let decided = decisions::load(open, as_of).await?;
    let names = sources.into_iter().map(|s| (source_number(s.id), s.name)).collect();
    let made = tokio::task::spawn_blocking(move || {
        let mut snapshot = make(records, declared, &observed, decided, names, now);
        snapshot.as_of = as_of;
        snapshot
    });
    made.await.map_err(|e| AppError::internal(&e))
}

fn record(row: EntityRow) -> InventoryRecord {
    InventoryRecord { source: source_number(row.source), entity: row.entity, known_at: row.known_at }
}

fn declared(row: DependencyRow) -> DeclaredEdge {
    DeclaredEdge {
        source: source_number(row.source),
        edge: row.dependency,
        event_at: row.event_at,
        known_at: row.known_at,
    }
}

fn observed(row: ObservedEdgeRow) -> ObservedEdge {
    ObservedEdge {
        from: row.from,
        to: row.to,
        how: row.how,
        // A word of a newer program is read as the careful one.
        origin: ObservedOrigin::parse(&row.origin).unwrap_or(ObservedOrigin::Proposed),
        rule: row.rule,
        evidence: row.evidence,
        score: row.score,
        first_at: row.first_at,
        last_at: row.last_at,
    }
}

fn make(
    records: Vec<InventoryRecord>,
    declared: Vec<DeclaredEdge>,
    observed: &[ObservedEdge],
    decided: ModelDecisions,
    sources: BTreeMap<u32, String>,
    now: Timestamp,
) -> Snapshot {
    let input = ModelInput {
        records: &records,
        declared: &declared,
        observed,
        decisions: &decided,
        now,
        ranks: &BTreeMap::new(),
    };
    let model = model::build(&input);
    around(model, (records, declared), decided, sources, now)
}

/// Puts what is asked for often beside a model.
pub(super) fn around(
    model: Model,
    (records, declared): (Vec<InventoryRecord>, Vec<DeclaredEdge>),
    decided: ModelDecisions,
    sources: BTreeMap<u32, String>,
    now: Timestamp,
) -> Snapshot {
    let is_sure = |edge: &&ModelEdge| !matches!(edge.state, EdgeState::Removed | EdgeState::Proposed);
    let pairs: Vec<(usize, usize)> = model.edges.iter().filter(is_sure).map(|e| (e.from, e.to)).collect();
    let graph = Graph::new(model.things.len(), &pairs);
    let is_data =
        |kind: EntityKind| matches!(kind, EntityKind::Database | EntityKind::Queue | EntityKind::Storage);
    let things = model.things.iter().enumerate();
    let data = things.filter(|(_, thing)| is_data(thing.entity.kind)).map(|(place, _)| place).collect();
    let mut at_thing: Vec<Vec<usize>> = vec![Vec::new(); model.things.len()];
    for (place, edge) in model.edges.iter().enumerate().filter(|(_, e)| e.state != EdgeState::Removed) {
        at_thing[edge.from].push(place);
        at_thing[edge.to].push(place);
    }
    Snapshot {
        model,
        records,
        declared,
        decided,
        sources,
        graph,
        data,
        at_thing,
        names: OnceLock::new(),
        near: OnceLock::new(),
        keys: OnceLock::new(),
        made_at: now,
        later_ms: AtomicI64::new(0),
        as_of: None,
    }
}

/// Returns where the nodes of a level were drawn last.
pub(super) fn positions(open: &Open, level: &'static str) -> Positions {
    lock(&open.topology.positions).get(level).cloned().unwrap_or_default()
}

/// Returns the last drawing of a frame.
pub(super) fn placed(open: &Open, frame: Frame) -> Option<Arc<Placed>> {
    lock(&open.topology.placed).get(&frame).cloned()
}

/// Remembers a drawing. What is not on the map keeps its place for when it comes back.
pub(super) fn remember(open: &Open, frame: Frame, drawn: Positions, placed: Placed) {
    lock(&open.topology.positions).entry(frame.0).or_default().extend(drawn);
    lock(&open.topology.placed).insert(frame, Arc::new(placed));
}

/// Counts the entities and dependencies that a source tells of.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn records_of(app: &App, open: &Open, source: SourceId) -> Result<u64, AppError> {
    let snapshot = current(app, open).await?;
    let source = source_number(source);
    let records = snapshot.records.iter().filter(|record| record.source == source).count();
    let edges = snapshot.declared.iter().filter(|edge| edge.source == source).count();
    Ok((records + edges) as u64)
}
