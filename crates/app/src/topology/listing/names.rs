//! The few entities that typed letters may mean, for dialogs and the map.

use wardroom_analysis::topology::identity::nearest;
use wardroom_core::name::searched;

use crate::context::App;
use crate::error::AppError;
use crate::topology::room::{self, Snapshot};
use crate::topology::rows::NameHit;
use crate::wire::Millis;

/// Names of one answer.
const MOST_NAMES: usize = 20;
/// Names that a refusal proposes.
const MOST_MEANT: usize = 3;

/// Returns the entities that typed letters may mean, the likeliest first: the very name, then what begins with the
/// letters, then what has a word that does, then what has them anywhere, and last what has them in another name. At most
/// twenty; none for no letters.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn entity_names(app: &App, text: &str, as_of: Option<Millis>) -> Result<Vec<NameHit>, AppError> {
    let open = app.open()?;
    let snapshot = room::at(app, &open, as_of.map(Into::into)).await?;
    let text = text.trim().to_owned();
    let found = tokio::task::spawn_blocking(move || found(&snapshot, &text));
    found.await.map_err(|e| AppError::internal(&e))
}

/// Returns the few names that may be meant by one that nothing bears: the one from which it differs by a slip of the keys,
/// then those that it is a part of.
pub(in crate::topology) fn meant_by(snapshot: &Snapshot, name: &str) -> Vec<String> {
    let known: Vec<&str> = snapshot.model.things.iter().map(|thing| thing.name.as_str()).collect();
    let slip = nearest(&[name.trim()], &known).into_iter().flatten();
    let mut meant: Vec<String> =
        slip.filter_map(|thing| known.get(thing)).map(|&name| name.to_owned()).collect();
    for hit in found(snapshot, name.trim()) {
        if !meant.contains(&hit.name) {
            meant.push(hit.name);
        }
    }
    meant.truncate(MOST_MEANT);
    meant
}

fn found(snapshot: &Snapshot, text: &str) -> Vec<NameHit> {
    let wanted = searched(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let exact = snapshot.find(text);
    let ranked = (0..snapshot.model.things.len()).filter_map(|thing| {
        let rank = if exact == Some(thing) { Likeness::Exact } else { likeness(snapshot, thing, &wanted)? };
        Some((rank, snapshot.rank(thing), thing))
    });
    let mut ranked: Vec<(Likeness, u32, usize)> = ranked.collect();
    ranked.sort_unstable();
    let hits = ranked.into_iter().take(MOST_NAMES).map(|(rank, _, thing)| {
        let known = snapshot.thing(thing);
        NameHit {
            name: known.name.clone(),
            kind: known.entity.kind.as_str().to_owned(),
            exact: rank == Likeness::Exact,
        }
    });
    hits.collect()
}

/// How near typed letters come to an entity, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Exact,
    Beginning,
    Word,
    Anywhere,
    OtherName,
}

fn likeness(snapshot: &Snapshot, thing: usize, wanted: &str) -> Option<Likeness> {
    let known = snapshot.thing(thing);
    let name = searched(&known.name);
    if name.starts_with(wanted) {
        return Some(Likeness::Beginning);
    }
    let begins_word = |(at, _): (usize, &str)| !name[..at].ends_with(char::is_alphanumeric);
    if name.match_indices(wanted).any(begins_word) {
        return Some(Likeness::Word);
    }
    let has_all = |text: &str| wanted.split_whitespace().all(|word| text.contains(word));
    if has_all(&name) {
        return Some(Likeness::Anywhere);
    }
    known.names.iter().any(|other| has_all(&searched(other))).then_some(Likeness::OtherName)
}
