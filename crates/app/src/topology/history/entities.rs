//! What was ever known of an entity: who told it since when, what each version changed, and what people decided about it.

use std::collections::BTreeMap;

use wardroom_core::{Entity, Labels, Timestamp};
use wardroom_store::{EntityVersionRow, SourceId, TopologyDecisionRow};

use crate::context::{App, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::topology::catalog::{FIELDS, Field};
use crate::topology::decisions;
use crate::topology::room::{self, Snapshot};
use crate::topology::rows::{FieldChange, TopologyDecision, VersionItem};
use crate::wire::Millis;

/// What sources do not dispute, and change all the same.
const OTHER_FIELDS: [(&str, Field); 5] = [
    ("name", |e| e.name.clone()),
    ("aliases", |e| e.aliases.join(", ")),
    ("addresses", |e| e.addresses.join(", ")),
    ("tags", |e| pairs(&e.tags)),
    ("links", |e| pairs(&e.links)),
];

/// A version, with what it changed of the one that the same source told before under the same key.
#[derive(Debug)]
pub(in crate::topology) struct EntityVersion {
    pub(in crate::topology) row: EntityVersionRow,
    pub(in crate::topology) changed: Vec<FieldChange>,
}

/// Returns every version of an entity, source by source, and what people decided about it, in the order in which it
/// became known: by now, or as known at a moment.
///
/// # Errors
///
/// `no_workspace`; `no_such_entity`; `entity_ambiguous`; store failures.
pub async fn entity_history(
    app: &App,
    name: &str,
    as_of: Option<Millis>,
) -> Result<Vec<VersionItem>, AppError> {
    let open = app.open()?;
    let moment: Option<Timestamp> = as_of.map(Into::into);
    let snapshot = room::at(app, &open, moment).await?;
    let thing = snapshot.require(name)?;
    let known = snapshot.thing(thing);
    let records = known.records.iter().map(|place| &snapshot.records[*place]);
    let told_as: Vec<(SourceId, String)> =
        records.map(|record| (SourceId(i64::from(record.source)), record.entity.key.clone())).collect();
    let names: Vec<String> = known.names.iter().chain([&known.name]).cloned().collect();
    let told = open.workspace.entity_versions(&told_as, &names, moment).await?;
    let own = by_thing(&snapshot, told).remove(&thing).unwrap_or_default();
    let mut items: Vec<VersionItem> = own.into_iter().map(|version| told_item(&snapshot, version)).collect();
    let decided = open.workspace.topology_decisions(moment, true).await?;
    items.extend(decided.iter().filter_map(|row| decided_item(&snapshot, row, thing)));
    items.sort_by_key(|item| item.known_at);
    Ok(items)
}

/// Puts versions to their things: by the record that their source tells of one, else by their name.
pub(in crate::topology) fn by_thing(
    snapshot: &Snapshot,
    rows: Vec<EntityVersionRow>,
) -> BTreeMap<usize, Vec<EntityVersion>> {
    let things = things_by_record(snapshot);
    let mut before: BTreeMap<(u32, String), Entity> = BTreeMap::new();
    let mut of: BTreeMap<usize, Vec<EntityVersion>> = BTreeMap::new();
    for row in rows {
        let key = (source_number(row.source), row.entity.key.clone());
        let thing = things.get(&(key.0, key.1.as_str())).copied();
        let thing = thing.or_else(|| snapshot.find(&row.entity.name));
        let last = before.insert(key, row.entity.clone());
        let Some(thing) = thing else { continue };
        let changed = last.map(|last| changes(&last, &row.entity)).unwrap_or_default();
        of.entry(thing).or_default().push(EntityVersion { row, changed });
    }
    of
}

fn things_by_record(snapshot: &Snapshot) -> BTreeMap<(u32, &str), usize> {
    let mut things = BTreeMap::new();
    for (thing, known) in snapshot.model.things.iter().enumerate() {
        for place in &known.records {
            let record = &snapshot.records[*place];
            things.insert((record.source, record.entity.key.as_str()), thing);
        }
    }
    things
}

fn changes(before: &Entity, after: &Entity) -> Vec<FieldChange> {
    let differ = |(field, read): &(&str, Field)| {
        let (before, after) = (read(before), read(after));
        (before != after).then(|| FieldChange { field: (*field).to_owned(), before, after })
    };
    FIELDS.iter().chain(&OTHER_FIELDS).filter_map(differ).collect()
}

fn pairs(labels: &Labels) -> String {
    labels.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}

fn told_item(snapshot: &Snapshot, version: EntityVersion) -> VersionItem {
    let EntityVersion { row, changed } = version;
    let key = if changed.is_empty() { "entity-version-told" } else { "entity-version-changed" };
    VersionItem {
        what: Phrase::new(key).text("source", snapshot.source_name(source_number(row.source))),
        changed,
        since: row.since.map(Timestamp::into),
        confirmed_at: Some(row.confirmed_at.into()),
        known_at: row.known_at.into(),
        ended_at: row.ended_at.map(Timestamp::into),
    }
}

/// Returns what a decision says of a thing; `None` where it is about something else, or about an edge.
fn decided_item(snapshot: &Snapshot, row: &TopologyDecisionRow, thing: usize) -> Option<VersionItem> {
    let decision = decisions::decision_of(row)?;
    let is_it = |name: &String| snapshot.find(name) == Some(thing);
    let is_about = match &decision {
        TopologyDecision::Merge { names }
        | TopologyDecision::KeepApart { names }
        | TopologyDecision::Note { names, .. } => names.iter().any(is_it),
        TopologyDecision::Prefer { entity, .. } => is_it(entity),
        TopologyDecision::Own { name, .. } | TopologyDecision::Alias { name, .. } => is_it(name),
        TopologyDecision::DrawEdge { .. }
        | TopologyDecision::RemoveEdge { .. }
        | TopologyDecision::ConfirmEdge { .. }
        | TopologyDecision::Dismiss { .. } => false,
    };
    is_about.then(|| VersionItem {
        what: decisions::words(&decision, &|source| snapshot.source_name(source)),
        changed: Vec::new(),
        since: Some(row.at.into()),
        confirmed_at: None,
        known_at: row.at.into(),
        ended_at: row.undone_at.map(Timestamp::into),
    })
}
