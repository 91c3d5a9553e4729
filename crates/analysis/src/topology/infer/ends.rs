//! Ends of edges: which texts are names, and the edges that are gathered between them.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::Timestamp;

use crate::topology::model::{NameIndex, ObservedEdge, ObservedOrigin};

/// Evidence that is kept of one edge.
const MOST_EVIDENCE: usize = 3;

/// An edge between two things that the inventory knows.
const KNOWN: f64 = 0.95;

/// An edge with an end that the inventory does not know.
const OUTSIDE: f64 = 0.8;

/// Texts that stand where a name should and name nothing.
const NOTHING: [&str; 24] = [
    "unknown",
    "none",
    "null",
    "nil",
    "undefined",
    "default",
    "other",
    "all",
    "total",
    "self",
    "localhost",
    "*",
    "-",
    "_",
    "n/a",
    "na",
    "true",
    "false",
    "passthroughcluster",
    "blackholecluster",
    "inboundpassthroughcluster",
    "prometheus_stats",
    "xds-grpc",
    "agent",
];

/// One end of an edge: a thing that the inventory knows, or a name of something outside.
#[derive(Clone, Debug)]
pub(super) struct End {
    thing: Option<usize>,
    name: String,
}

impl End {
    /// Returns the name as it was written.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns what tells this end apart: a known thing has one identity under all its names.
    fn identity(&self) -> Identity {
        self.thing.map_or_else(|| Identity::Outside(self.name.to_lowercase()), Identity::Known)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Known(usize),
    Outside(String),
}

/// How a rule depends on its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    /// The stable word of the rule.
    pub(super) name: &'static str,
    /// How `from` depends on `to`.
    pub(super) how: &'static str,
}

impl Rule {
    pub(super) const fn new(name: &'static str, how: &'static str) -> Self {
        Self { name, how }
    }
}

/// What was gathered of one edge.
#[derive(Clone, Debug)]
struct Seen {
    from: String,
    to: String,
    evidence: BTreeSet<String>,
    times: u64,
    first: Timestamp,
    last: Timestamp,
    known: bool,
}

/// Edges as they are found.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    index: &'a NameIndex,
    edges: BTreeMap<(Identity, Identity, Rule), Seen>,
}

impl<'a> Found<'a> {
    pub(super) const fn new(index: &'a NameIndex) -> Self {
        Self { index, edges: BTreeMap::new() }
    }

    /// Takes a text that may be a name: only a known one is an end.
    pub(super) fn known(&self, text: &str) -> Option<End> {
        let name = text.trim();
        // A bare number may well be the number of a thing, but in a label it is a count, a code or a shard.
        if name.is_empty() || name.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let thing = self.index.find(name)?;
        let bare = without_port(name);
        let shown = if self.index.find(bare) == Some(thing) { bare } else { name };
        Some(End { thing: Some(thing), name: shown.to_owned() })
    }

    /// Takes a text that is a name by its rule; an unknown one is something outside.
    pub(super) fn named(&self, text: &str) -> Option<End> {
        self.known(text).or_else(|| {
            let name = without_port(text.trim());
            is_name(name).then(|| End { thing: self.index.find(name), name: name.to_owned() })
        })
    }

    /// Adds an edge. One without a known end, or from a thing to itself, says nothing.
    pub(super) fn add(
        &mut self,
        rule: Rule,
        (from, to): (&End, &End),
        at: (Timestamp, Timestamp),
        shown: &dyn Fn() -> String,
    ) {
        if from.thing.is_some() || to.thing.is_some() {
            self.add_all(rule, (from, to), at, shown);
        }
    }

    /// Adds an edge whose both ends are named by one observation, known or not.
    pub(super) fn add_all(
        &mut self,
        rule: Rule,
        (from, to): (&End, &End),
        (first, last): (Timestamp, Timestamp),
        shown: &dyn Fn() -> String,
    ) {
        let (a, b) = (from.identity(), to.identity());
        if a == b {
            return;
        }
        let seen = self.edges.entry((a, b, rule)).or_insert_with(|| Seen {
            from: from.name.clone(),
            to: to.name.clone(),
            evidence: BTreeSet::new(),
            times: 0,
            first,
            last,
            known: from.thing.is_some() && to.thing.is_some(),
        });
        // The names that are written are the same in whatever order observations come.
        keep_least(&mut seen.from, &from.name);
        keep_least(&mut seen.to, &to.name);
        (seen.first, seen.last) = (seen.first.min(first), seen.last.max(last));
        seen.times = seen.times.saturating_add(1);
        if seen.evidence.len() < MOST_EVIDENCE {
            seen.evidence.insert(shown());
        }
    }

    /// Writes the edges; `what` are the observations of which evidence counts more than it shows.
    pub(super) fn into_edges(self, what: &str) -> Vec<ObservedEdge> {
        let mut edges: Vec<ObservedEdge> =
            self.edges.into_iter().map(|((_, _, rule), seen)| edge(rule, seen, what)).collect();
        edges.sort_by(|a, b| {
            (&a.from, &a.to, &a.how, &a.rule, &a.evidence).cmp(&(
                &b.from,
                &b.to,
                &b.how,
                &b.rule,
                &b.evidence,
            ))
        });
        edges
    }
}

fn keep_least(kept: &mut String, name: &str) {
    if name < kept.as_str() {
        name.clone_into(kept);
    }
}

fn edge(rule: Rule, seen: Seen, what: &str) -> ObservedEdge {
    let shown = u64::try_from(seen.evidence.len()).unwrap_or(u64::MAX);
    let mut evidence: Vec<String> = seen.evidence.into_iter().collect();
    if seen.times > shown {
        evidence.push(format!("{} {what}", seen.times));
    }
    ObservedEdge {
        from: seen.from,
        to: seen.to,
        how: rule.how.to_owned(),
        origin: ObservedOrigin::Inferred,
        rule: rule.name.to_owned(),
        evidence,
        score: if seen.known { KNOWN } else { OUTSIDE },
        first_at: seen.first,
        last_at: seen.last,
    }
}

/// Takes the port off `name:port` and `[address]:port`; a bare address of version 6 has none.
pub(super) fn without_port(text: &str) -> &str {
    if let Some((inside, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inside;
    }
    match text.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        Some(_) | None => text,
    }
}

/// Reports whether a text can be the name of a machine or a service that is not this one.
fn is_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let shaped = (2..=253).contains(&text.len())
        && (is_address(text)
            || (text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
                && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                && text.bytes().any(|b| b.is_ascii_alphabetic())));
    // Loopback and "any address" are the machine itself.
    let own = lower.starts_with("127.") || lower == "0.0.0.0" || lower == "::1";
    shaped && !own && !NOTHING.contains(&lower.as_str())
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}
