//! What people decide about the topology. A decision stands until it is taken back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wardroom_analysis::topology::identity::RecordRef;
use wardroom_analysis::topology::model::{ModelDecisions, Thing};
use wardroom_core::Timestamp;
use wardroom_store::{TopologyDecisionId, TopologyDecisionRow};

use super::room::{self, Snapshot, no_such_entity};
use super::rows::{DismissedDoubt, TopologyDecision, TopologyDecisionItem};
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::phrase::Phrase;

/// The longest name, note or kind of edge, in characters.
const LONGEST_TEXT: usize = 2000;
/// Records of two things that are kept apart one by one.
const MOST_PAIRS: usize = 400;
/// Fields of which a source can be preferred.
const FIELDS: [&str; 13] = [
    "kind",
    "tier",
    "domain",
    "system",
    "team",
    "department",
    "person",
    "contact",
    "environment",
    "site",
    "status",
    "serial",
    "name",
];

/// A record as a stored decision names it: names may change, keys do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reference {
    source: u32,
    key: String,
}

impl From<&Reference> for RecordRef {
    fn from(reference: &Reference) -> Self {
        Self { source: reference.source, key: reference.key.clone() }
    }
}

/// A decision as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    decision: TopologyDecision,
    /// The records behind each of its names, at that time.
    #[serde(default)]
    records: Vec<Vec<Reference>>,
}

/// Puts stored decisions together, the oldest first: a later one takes the place of an earlier one about the same.
fn put_together(stored: &[Stored]) -> ModelDecisions {
    let mut made = ModelDecisions::default();
    for one in stored {
        apply(&mut made, one);
    }
    made
}

fn apply(made: &mut ModelDecisions, one: &Stored) {
    let firsts = one.records.iter().filter_map(|refs| refs.first()).map(RecordRef::from);
    let firsts: Vec<RecordRef> = firsts.collect();
    match &one.decision {
        // What only edges name has no records; its names are what stays.
        TopologyDecision::Merge { names } if one.records.is_empty() => {
            let pairs = name_pairs(names).into_iter();
            made.named_same.extend(pairs.filter(|(kept, _)| Some(kept) == names.first()));
        }
        TopologyDecision::KeepApart { names } if one.records.is_empty() => {
            made.named_apart.extend(name_pairs(names));
        }
        TopologyDecision::Merge { .. } => {
            let Some((kept, others)) = firsts.split_first() else { return };
            for other in others {
                made.identity.apart.retain(|pair| !is_pair(pair, kept, other));
                made.identity.same.push((kept.clone(), other.clone()));
            }
        }
        TopologyDecision::KeepApart { .. } => {
            for pair in pairs(&one.records) {
                made.identity.same.retain(|same| !is_pair(same, &pair.0, &pair.1));
                made.identity.apart.push(pair);
            }
        }
        TopologyDecision::DrawEdge { from, to, how } => {
            forget_edge(made, from, to);
            made.drawn.push((from.clone(), to.clone(), how.clone()));
        }
        TopologyDecision::RemoveEdge { from, to } => {
            forget_edge(made, from, to);
            made.removed.push((from.clone(), to.clone()));
        }
        TopologyDecision::ConfirmEdge { from, to } => {
            forget_edge(made, from, to);
            made.confirmed.push((from.clone(), to.clone()));
        }
        TopologyDecision::Prefer { entity, field, source } => {
            made.prefer.retain(|(e, f, _)| (e, f) != (entity, field));
            made.prefer.push((entity.clone(), field.clone(), *source));
        }
        TopologyDecision::Note { names, text } => {
            for name in names {
                if text.trim().is_empty() {
                    made.notes.remove(name);
                } else {
                    made.notes.insert(name.clone(), text.trim().to_owned());
                }
            }
        }
        // The model stays as it is; only the list of doubts is shorter.
        TopologyDecision::Dismiss { .. } => {}
        TopologyDecision::Own { name, team } => {
            made.owners.insert(name.clone(), team.clone());
        }
        TopologyDecision::Alias { alias, .. } => {
            made.identity.aliases.extend(firsts.into_iter().map(|first| (first, alias.clone())));
        }
    }
}

fn is_pair(pair: &(RecordRef, RecordRef), a: &RecordRef, b: &RecordRef) -> bool {
    (&pair.0, &pair.1) == (a, b) || (&pair.0, &pair.1) == (b, a)
}

/// Returns all pairs of some names, in their order.
fn name_pairs(names: &[String]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (at, one) in names.iter().enumerate() {
        pairs.extend(names[at + 1..].iter().map(|other| (one.clone(), other.clone())));
    }
    pairs
}

/// Returns all pairs of records of two different names.
fn pairs(records: &[Vec<Reference>]) -> Vec<(RecordRef, RecordRef)> {
    let mut out = Vec::new();
    for (i, first) in records.iter().enumerate() {
        for second in &records[i + 1..] {
            let all = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
            out.extend(all.filter(|(a, b)| a != b).map(|(a, b)| (a.into(), b.into())));
        }
    }
    out.truncate(MOST_PAIRS);
    out
}

/// Forgets what was decided about an edge before.
fn forget_edge(made: &mut ModelDecisions, from: &str, to: &str) {
    made.drawn.retain(|(f, t, _)| (f.as_str(), t.as_str()) != (from, to));
    made.removed.retain(|(f, t)| (f.as_str(), t.as_str()) != (from, to));
    made.confirmed.retain(|(f, t)| (f.as_str(), t.as_str()) != (from, to));
}

/// Reads what people have decided, as it stood at a moment.
///
/// # Errors
///
/// Store failures.
pub(super) async fn load(open: &Open, as_of: Option<Timestamp>) -> Result<ModelDecisions, AppError> {
    let rows = open.workspace.topology_decisions(as_of, false).await?;
    Ok(put_together(&rows.iter().filter_map(read_one).collect::<Vec<_>>()))
}

/// Reads which doubts people called none, as it stood at a moment: what kind, about what, and the end of an edge.
///
/// # Errors
///
/// Store failures.
pub(super) async fn dismissed(
    open: &Open,
    as_of: Option<Timestamp>,
) -> Result<BTreeSet<(DismissedDoubt, String, String)>, AppError> {
    let rows = open.workspace.topology_decisions(as_of, false).await?;
    let decided = rows.iter().filter_map(read_one).map(|stored| stored.decision);
    let doubts = decided.filter_map(|decision| {
        let TopologyDecision::Dismiss { doubt, name, to } = decision else { return None };
        Some((doubt, name, to))
    });
    Ok(doubts.collect())
}

/// Reads a decision; one that cannot be read (a newer program wrote it) decides nothing here.
fn read_one(row: &TopologyDecisionRow) -> Option<Stored> {
    serde_json::from_str(&row.body).ok()
}

/// Returns what was decided; `None` for what a newer program wrote.
pub(super) fn decision_of(row: &TopologyDecisionRow) -> Option<TopologyDecision> {
    read_one(row).map(|stored| stored.decision)
}

/// Lists all decisions, the newest first; those that were taken back are marked.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn decisions(app: &App) -> Result<Vec<TopologyDecisionItem>, AppError> {
    let open = app.open()?;
    let rows = open.workspace.topology_decisions(None, true).await?;
    let sources = open.workspace.sources().await?;
    let name = |number: u32| {
        let row = sources.iter().find(|s| s.id.0 == i64::from(number));
        row.map_or_else(|| number.to_string(), |s| s.name.clone())
    };
    let mut items: Vec<TopologyDecisionItem> = rows
        .iter()
        .filter_map(|row| {
            Some(TopologyDecisionItem {
                id: u32::try_from(row.id.0).ok()?,
                at: row.at.into(),
                phrase: words(&read_one(row)?.decision, &name),
                undone: row.undone_at.is_some(),
            })
        })
        .collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.id));
    Ok(items)
}

/// Says what was decided.
pub(super) fn words(decision: &TopologyDecision, source: &dyn Fn(u32) -> String) -> Phrase {
    let edge = |key: &str, from: &str, to: &str| Phrase::new(key).text("from", from).text("to", to);
    match decision {
        TopologyDecision::Merge { names } => {
            Phrase::new("topology-decided-merge").text("names", names.join(", "))
        }
        TopologyDecision::KeepApart { names } => {
            Phrase::new("topology-decided-apart").text("names", names.join(", "))
        }
        TopologyDecision::DrawEdge { from, to, how } => {
            edge("topology-decided-draw", from, to).text("how", how.clone())
        }
        TopologyDecision::RemoveEdge { from, to } => edge("topology-decided-remove", from, to),
        TopologyDecision::ConfirmEdge { from, to } => edge("topology-decided-confirm", from, to),
        TopologyDecision::Prefer { entity, field, source: number } => Phrase::new("topology-decided-prefer")
            .text("entity", entity.clone())
            .text("field", field.clone())
            .text("source", source(*number)),
        TopologyDecision::Note { names, text } if text.trim().is_empty() => {
            Phrase::new("topology-decided-unnote").text("names", names.join(", "))
        }
        TopologyDecision::Note { names, text } => Phrase::new("topology-decided-note")
            .text("names", names.join(", "))
            .text("text", text.trim().to_owned()),
        TopologyDecision::Dismiss { name, to, .. } if to.is_empty() => {
            Phrase::new("topology-decided-dismiss").text("name", name.clone())
        }
        TopologyDecision::Dismiss { name, to, .. } => edge("topology-decided-dismiss-edge", name, to),
        TopologyDecision::Own { name, team } => {
            Phrase::new("topology-decided-own").text("name", name.clone()).text("team", team.clone())
        }
        TopologyDecision::Alias { name, alias } => {
            Phrase::new("topology-decided-alias").text("name", name.clone()).text("alias", alias.clone())
        }
    }
}

/// Keeps a decision and returns its number; it acts at once.
///
/// # Errors
///
/// `no_such_entity`; `entity_ambiguous`; `topology_few`; `topology_same_thing`; `topology_no_record`;
/// `topology_self_edge`; `topology_field`; `topology_text`; `no_such_source`; read-only workspaces; store failures.
pub async fn decide(app: &App, draft: &TopologyDecision) -> Result<u32, AppError> {
    let open = app.open()?;
    let snapshot = room::current(app, &open).await?;
    let (kind, stored) = checked(&snapshot, draft)?;
    let body = serde_json::to_string(&stored).map_err(|e| AppError::internal(&e))?;
    let id = open.workspace.add_topology_decision(kind, &body, app.now()).await?;
    tell(app, &open);
    Ok(u32::try_from(id.0).unwrap_or(u32::MAX))
}

/// Takes a decision back.
///
/// # Errors
///
/// `no_such_decision`; read-only workspaces; store failures.
pub async fn undo(app: &App, id: u32) -> Result<(), AppError> {
    let open = app.open()?;
    if !open.workspace.undo_topology_decision(TopologyDecisionId(i64::from(id)), app.now()).await? {
        return Err(AppError::new("no_such_decision").with("id", id));
    }
    tell(app, &open);
    Ok(())
}

fn tell(app: &App, open: &Open) {
    open.topology.changed();
    app.bus().tell(AppEvent::TopologyChanged);
}

/// Refuses a decision that makes no sense; returns its kind for the store and what is stored.
fn checked(snapshot: &Snapshot, draft: &TopologyDecision) -> Result<(&'static str, Stored), AppError> {
    let mut decision = draft.clone();
    let mut records = Vec::new();
    let kind = match &mut decision {
        TopologyDecision::Merge { names } => {
            let (kind, decision, records) = merged(snapshot, names)?;
            return Ok((kind, Stored { decision, records }));
        }
        TopologyDecision::KeepApart { names } => {
            records = kept_apart(snapshot, names)?;
            "apart"
        }
        TopologyDecision::DrawEdge { from, to, how } => {
            ends(snapshot, from, to)?;
            short(how)?;
            if how.trim().is_empty() {
                "depends on".clone_into(how);
            }
            "draw"
        }
        TopologyDecision::RemoveEdge { from, to } => ends(snapshot, from, to).map(|()| "remove")?,
        TopologyDecision::ConfirmEdge { from, to } => ends(snapshot, from, to).map(|()| "confirm")?,
        TopologyDecision::Prefer { entity, field, source } => {
            snapshot.thing(snapshot.require(entity)?).name.clone_into(entity);
            if !FIELDS.contains(&field.as_str()) {
                return Err(AppError::new("topology_field").with("field", field));
            }
            if !snapshot.sources.contains_key(source) {
                return Err(AppError::new("no_such_source").with("id", source));
            }
            "prefer"
        }
        TopologyDecision::Note { names, text } => {
            short(text)?;
            for name in names.iter_mut() {
                snapshot.thing(snapshot.require(name)?).name.clone_into(name);
            }
            if names.is_empty() {
                return Err(AppError::new("topology_few"));
            }
            "note"
        }
        TopologyDecision::Dismiss { doubt, name, to } => {
            match doubt {
                DismissedDoubt::Orphan | DismissedDoubt::Unowned => {
                    snapshot.thing(snapshot.require(name)?).name.clone_into(name);
                    to.clear();
                }
                DismissedDoubt::Dangling => {
                    let mut declared = snapshot.declared.iter();
                    if !declared.any(|one| one.edge.from == *name && one.edge.to == *to) {
                        return Err(no_such_entity(to));
                    }
                }
            }
            "dismiss"
        }
        TopologyDecision::Own { name, team } => {
            short(team)?;
            *team = team.trim().to_owned();
            if team.is_empty() {
                return Err(AppError::new("topology_text").with("n", LONGEST_TEXT));
            }
            snapshot.thing(snapshot.require(name)?).name.clone_into(name);
            "own"
        }
        TopologyDecision::Alias { name, alias } => {
            short(alias)?;
            if alias.trim().is_empty() {
                return Err(AppError::new("topology_text").with("n", LONGEST_TEXT));
            }
            records = vec![references(snapshot, name)?];
            "alias"
        }
    };
    Ok((kind, Stored { decision, records }))
}

fn short(text: &str) -> Result<(), AppError> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(AppError::new("topology_text").with("n", LONGEST_TEXT));
    }
    Ok(())
}

/// Checks the ends of an edge and writes their own names, which do not depend on how they were typed.
fn ends(snapshot: &Snapshot, from: &mut String, to: &mut String) -> Result<(), AppError> {
    let (a, b) = (snapshot.require(from)?, snapshot.require(to)?);
    if a == b {
        return Err(AppError::new("topology_self_edge").with("name", from));
    }
    snapshot.thing(a).name.clone_into(from);
    snapshot.thing(b).name.clone_into(to);
    Ok(())
}

/// Returns what merging comes to: its kind for the store, the decision and its records. A thing that only edges name has no
/// record that could be another one's; it is a further name of the other, or of two such things the second name is kept
/// as the first.
fn merged(
    snapshot: &Snapshot,
    names: &[String],
) -> Result<(&'static str, TopologyDecision, Vec<Vec<Reference>>), AppError> {
    let told = |thing: &Thing| !thing.records.is_empty();
    let things = names.iter().map(|name| snapshot.require(name).map(|thing| snapshot.thing(thing)));
    let things = things.collect::<Result<Vec<&Thing>, AppError>>()?;
    match things[..] {
        [one, other] if !told(one) && one.name == other.name => {
            Err(AppError::new("topology_same_thing").with("name", &one.name))
        }
        [one, other] if !told(one) && !told(other) => {
            let names = vec![plain_name(one), plain_name(other)];
            Ok(("merge", TopologyDecision::Merge { names }, Vec::new()))
        }
        [one, other] if told(one) != told(other) => {
            let (known, named) = if told(one) { (one, other) } else { (other, one) };
            let alias = TopologyDecision::Alias { name: known.name.clone(), alias: plain_name(named) };
            Ok(("alias", alias, vec![references(snapshot, &known.name)?]))
        }
        _ => {
            let decision = TopologyDecision::Merge { names: names.to_vec() };
            Ok(("merge", decision, different(snapshot, names)?))
        }
    }
}

/// Returns the name of a thing that only edges name, as they write it.
fn plain_name(thing: &Thing) -> String {
    thing.names.first().unwrap_or(&thing.name).clone()
}

/// Returns the records of things that are kept apart; none where one of them is only named by edges, and then the names
/// are written as no other thing has them.
fn kept_apart(snapshot: &Snapshot, names: &mut [String]) -> Result<Vec<Vec<Reference>>, AppError> {
    let things = names.iter().map(|name| snapshot.require(name)).collect::<Result<Vec<_>, _>>()?;
    if things.len() < 2 || things.iter().all(|thing| !snapshot.thing(*thing).records.is_empty()) {
        return different(snapshot, names);
    }
    for (at, thing) in things.iter().enumerate() {
        if things[at + 1..].contains(thing) {
            return Err(AppError::new("topology_same_thing").with("name", &names[at]));
        }
        snapshot.thing(*thing).name.clone_into(&mut names[at]);
    }
    Ok(Vec::new())
}

/// Returns the records behind at least two names, which must not be the same ones.
fn different(snapshot: &Snapshot, names: &[String]) -> Result<Vec<Vec<Reference>>, AppError> {
    if names.len() < 2 {
        return Err(AppError::new("topology_few"));
    }
    let records = names.iter().map(|name| references(snapshot, name)).collect::<Result<Vec<_>, _>>()?;
    for (i, first) in records.iter().enumerate() {
        if records[i + 1..].contains(first) {
            return Err(AppError::new("topology_same_thing").with("name", &names[i]));
        }
    }
    Ok(records)
}

/// Returns the records that a name stands for: all of a thing, or those of it that have the name as their own.
fn references(snapshot: &Snapshot, name: &str) -> Result<Vec<Reference>, AppError> {
    let thing = snapshot.thing(snapshot.require(name)?);
    let record = |place: &usize| &snapshot.records[*place];
    let reference = |place: &usize| {
        let record = record(place);
        Reference { source: record.source, key: record.entity.key.clone() }
    };
    let has = |place: &&usize| {
        let entity = &record(place).entity;
        let own = [&entity.name, &entity.key].into_iter().chain(&entity.aliases).chain(&entity.addresses);
        own.into_iter().any(|own| own.eq_ignore_ascii_case(name.trim()))
    };
    let own: Vec<Reference> = thing.records.iter().filter(has).map(reference).collect();
    let all: Vec<Reference> = thing.records.iter().map(reference).collect();
    let is_whole = thing.name == name.trim() || own.is_empty();
    let found = if is_whole { all } else { own };
    if found.is_empty() {
        return Err(AppError::new("topology_no_record").with("name", name));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(decision: fn(String, String) -> TopologyDecision) -> Stored {
        Stored { decision: decision("web".to_owned(), "db".to_owned()), records: Vec::new() }
    }

    fn about(records: &[&[(u32, &str)]], decision: TopologyDecision) -> Stored {
        let reference = |(source, key): &(u32, &str)| Reference { source: *source, key: (*key).to_owned() };
        let records = records.iter().map(|refs| refs.iter().map(reference).collect()).collect();
        Stored { decision, records }
    }

    #[test]
    fn the_last_word_about_an_edge_stands() {
        let remove = edge(|from, to| TopologyDecision::RemoveEdge { from, to });
        let draw = edge(|from, to| TopologyDecision::DrawEdge { from, to, how: "reads".to_owned() });

        let made = put_together(&[remove.clone(), draw.clone()]);
        assert_eq!((made.removed.len(), made.drawn.len()), (0, 1));

        let made = put_together(&[draw, remove]);
        assert_eq!((made.removed.len(), made.drawn.len()), (1, 0));
    }

    #[test]
    fn keeping_apart_takes_a_merge_of_the_same_records_back() {
        let records: [&[(u32, &str)]; 2] = [&[(1, "a")], &[(2, "b")]];
        let merge = about(&records, TopologyDecision::Merge { names: Vec::new() });
        let apart = about(&records, TopologyDecision::KeepApart { names: Vec::new() });

        let made = put_together(&[merge.clone(), apart.clone()]);
        assert_eq!((made.identity.same.len(), made.identity.apart.len()), (0, 1));

        let made = put_together(&[apart, merge]);
        assert_eq!((made.identity.same.len(), made.identity.apart.len()), (1, 0));
    }

    #[test]
    fn things_of_several_records_are_kept_apart_record_by_record() {
        let apart =
            about(&[&[(1, "a"), (2, "b")], &[(3, "c")]], TopologyDecision::KeepApart { names: Vec::new() });

        let made = put_together(&[apart]);

        let keys: Vec<(&str, &str)> =
            made.identity.apart.iter().map(|(a, b)| (a.key.as_str(), b.key.as_str())).collect();
        assert_eq!(keys, [("a", "c"), ("b", "c")]);
    }

    #[test]
    fn an_empty_note_takes_the_note_away() {
        let note = |text: &str| Stored {
            decision: TopologyDecision::Note { names: vec!["web".to_owned()], text: text.to_owned() },
            records: Vec::new(),
        };

        assert_eq!(put_together(&[note(" restarts slowly ")]).notes["web"], "restarts slowly");
        assert!(put_together(&[note("a"), note(" ")]).notes.is_empty());
    }
}
