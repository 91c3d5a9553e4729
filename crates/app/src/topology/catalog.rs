//! One entity in full, as all sources together tell of it; and the searches that a person kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_core::name::{searched, shown_name};
use wardroom_core::{Entity, TimeRange, Timestamp};
use wardroom_store::LogFilter;

use super::matching::{self, Chosen, Signal, Signals};
use super::phrases::{bare_entity, dependency_item};
use super::reach;
use super::room::{self, Snapshot};
use super::rows::{Claim, DependencyItem, EntityDetails, EntityItem, FieldClaims, SavedFilter, SourceClaim};
use crate::alerts::range_or_last;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::logs;
use crate::wire::{Millis, Span};

const HOUR_MS: i64 = 3_600_000;
/// The longest name and text of a kept search, in characters.
const LONGEST_FILTER: usize = 500;
/// Reads one field of an entity; empty where nothing is recorded.
pub(super) type Field = fn(&Entity) -> String;
/// The fields of which sources can say different things.
pub(super) const FIELDS: [(&str, Field); 12] = [
    ("kind", |e| e.kind.as_str().to_owned()),
    ("tier", |e| e.tier.map(|tier| tier.to_string()).unwrap_or_default()),
    ("domain", |e| e.domain.clone()),
    ("system", |e| e.system.clone()),
    ("team", |e| e.team.clone()),
    ("department", |e| e.department.clone()),
    ("person", |e| e.person.clone()),
    ("contact", |e| e.contact.clone()),
    ("environment", |e| e.environment.clone()),
    ("site", |e| e.site.clone()),
    ("status", |e| e.status.clone()),
    ("serial", |e| e.serial.clone()),
];

/// Counts what is doubtful about each thing.
pub(super) fn doubts_by_thing(snapshot: &Snapshot) -> BTreeMap<usize, u32> {
    let model = &snapshot.model;
    let unsure = model.edges.iter().filter(|edge| super::doubts::is_unsure(edge));
    let all = model
        .conflicts
        .iter()
        .filter(|conflict| super::doubts::is_undecided(conflict))
        .map(|conflict| conflict.thing)
        .chain(model.duplicates.iter().flat_map(|pair| [pair.a, pair.b]))
        .chain(unsure.flat_map(|edge| [edge.from, edge.to]));
    let mut counts = BTreeMap::new();
    for thing in all {
        *counts.entry(thing).or_default() += 1;
    }
    counts
}

/// Makes the row of a thing.
pub(super) fn entity_item(
    snapshot: &Snapshot,
    thing: usize,
    signal: &Signal,
    doubts: Option<u32>,
) -> EntityItem {
    let known = snapshot.thing(thing);
    let (needs, needed) = degrees(snapshot, thing);
    EntityItem {
        name: known.name.clone(),
        names: known.names.iter().filter(|name| **name != known.name).cloned().collect(),
        sources: known.records.iter().map(|place| claim(snapshot, *place)).collect(),
        note: known.note.clone(),
        firing: signal.firing,
        findings: signal.findings,
        series: signal.series,
        doubts: doubts.unwrap_or(0),
        needs,
        needed,
        ..bare_entity(&known.entity)
    }
}

/// Counts the edges from a thing and those to it.
pub(super) fn degrees(snapshot: &Snapshot, thing: usize) -> (u32, u32) {
    let needs = snapshot.edges_at(thing).filter(|edge| edge.from == thing).count();
    let needed = snapshot.edges_at(thing).filter(|edge| edge.to == thing).count();
    (count(needs), count(needed))
}

fn claim(snapshot: &Snapshot, place: usize) -> SourceClaim {
    let record = &snapshot.records[place];
    let age = record.entity.changed_at.map(|at| snapshot.now().as_millis() - at.as_millis());
    SourceClaim {
        source: record.source,
        name: snapshot.source_name(record.source),
        key: record.entity.key.clone(),
        age: age.map(|age| Millis(age.max(0))),
        known_at: record.known_at.into(),
    }
}

/// Returns one entity with everything that is known about it.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity`; `entity_ambiguous`; `range_reversed`; store failures.
pub async fn entity(
    app: &App,
    name: &str,
    range: Option<Span>,
    as_of: Option<Millis>,
) -> Result<EntityDetails, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, as_of.map(Into::into)).await?;
    let thing = snapshot.require(name)?;
    let range = range_or_last(&open, range, HOUR_MS).await?;
    let Signals { of, .. } = matching::signals(&open, &snapshot, range).await?;
    let chosen = Chosen::new(Arc::clone(&snapshot), name);
    let lines = lines(&open, &chosen, range).await?;
    let affected = snapshot.graph.impact(thing, None);
    let tier1 = affected.iter().filter(|(node, ..)| snapshot.thing(*node).entity.tier == Some(1)).count();
    let alone = reach::cut_off_by(&snapshot, thing).await?;
    let edges = |wanted: &dyn Fn(usize, usize) -> bool| -> Vec<DependencyItem> {
        let own = snapshot.edges_at(thing).filter(|edge| wanted(edge.from, edge.to));
        own.map(|edge| dependency_item(&snapshot, edge)).collect()
    };
    let doubts = doubts_by_thing(&snapshot).get(&thing).copied();
    Ok(EntityDetails {
        item: entity_item(&snapshot, thing, &of[thing], doubts),
        fields: fields(&snapshot, thing),
        out: edges(&|from, _| from == thing),
        into: edges(&|_, to| to == thing),
        affected: count(affected.len()),
        affected_tier1: count(tier1),
        single_point_for: alone,
        onset: of[thing].onset.map(Millis::from),
        lines,
    })
}

/// Counts the stored log lines of an entity in a range.
async fn lines(open: &Open, chosen: &Chosen, range: TimeRange) -> Result<u32, AppError> {
    let (services, hosts) = logs::writers(open).await?;
    let filter =
        LogFilter { range: Some(range), query: chosen.log_query(&services, &hosts), ..LogFilter::default() };
    let counts = open.workspace.log_counts(&filter).await?;
    Ok(u32::try_from(counts.values().sum::<u64>()).unwrap_or(u32::MAX))
}

/// Returns what each source says of a thing, field by field; fields of which nobody says anything are left out.
fn fields(snapshot: &Snapshot, thing: usize) -> Vec<FieldClaims> {
    let known = snapshot.thing(thing);
    let mut out = Vec::new();
    for (field, read) in FIELDS {
        let records = known.records.iter().map(|place| &snapshot.records[*place]);
        let claims: Vec<Claim> = records
            .map(|record| said_by(snapshot, record.source, read(&record.entity), record.known_at))
            .filter(|claim| !claim.value.is_empty())
            .collect();
        let value = read(&known.entity);
        if claims.is_empty() && value.is_empty() {
            continue;
        }
        let used = claims.iter().position(|claim| claim.value == value).unwrap_or(0);
        let preferred =
            snapshot.decided.prefer.iter().any(|(name, of, _)| {
                of == field && (*name == known.name || snapshot.find(name) == Some(thing))
            });
        out.push(FieldClaims {
            field: field.to_owned(),
            used: count(used),
            conflict: claims.iter().any(|claim| claim.value != value),
            value,
            claims,
            preferred,
        });
    }
    out
}

/// Says who says what.
pub(super) fn said_by(snapshot: &Snapshot, source: u32, value: String, known_at: Timestamp) -> Claim {
    Claim { source, name: snapshot.source_name(source), value, known_at: known_at.into() }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Keeps a search under a name; another search of that name is replaced only when that is wished. Names are one name
/// however their letters are encoded, letter case and what cannot be seen aside.
///
/// # Errors
///
/// `name_missing`; `topology_text`; `filter_exists` where the name has another search that is not to be replaced;
/// read-only workspaces; store failures.
pub async fn save_filter(app: &App, filter: &SavedFilter, replace: bool) -> Result<(), AppError> {
    let open = app.open()?;
    let name = shown_name(&filter.name);
    if name.is_empty() {
        return Err(AppError::new("name_missing"));
    }
    if name.chars().count() > LONGEST_FILTER || filter.text.chars().count() > LONGEST_FILTER {
        return Err(AppError::new("topology_text").with("n", LONGEST_FILTER));
    }
    let exists = |name: &str| AppError::new("filter_exists").with("name", name);
    let mut bearers = open.workspace.saved_filters().await?;
    bearers.retain(|other| searched(&shown_name(&other.name)) == searched(&name));
    if replace {
        open.workspace.save_filter(&name, &filter.text).await?;
        for other in bearers.iter().filter(|other| other.name != *name) {
            open.workspace.delete_filter(&other.name).await?;
        }
    } else if let Some(other) = bearers.iter().find(|other| other.text != filter.text) {
        return Err(exists(&other.name));
    } else if bearers.is_empty() && !open.workspace.add_filter(&name, &filter.text).await? {
        return Err(exists(&name));
    }
    app.bus().tell(AppEvent::TopologyChanged);
    Ok(())
}

/// Forgets a search that was kept.
///
/// # Errors
///
/// Read-only workspaces; store failures.
pub async fn delete_filter(app: &App, name: &str) -> Result<(), AppError> {
    let open = app.open()?;
    open.workspace.delete_filter(name).await?;
    app.bus().tell(AppEvent::TopologyChanged);
    Ok(())
}
