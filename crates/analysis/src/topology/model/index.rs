//! Finding things by the names that telemetry and people use for them.

use std::collections::{HashMap, HashSet};

use wardroom_core::{EntityKind, Labels};

use crate::topology::identity::names;

/// Labels that name a thing, best first, with the kinds of things they usually name.
///
/// Source: the semantic conventions of OpenTelemetry as Prometheus labels, kube-state-metrics, Istio, and the targets
/// of Prometheus exporters. `job` comes last: it often names a kind of exporter.
const LABELS: [(&str, &[EntityKind]); 27] = [
    ("service", SERVICES),
    ("service_name", SERVICES),
    ("exported_service", SERVICES),
    ("destination_workload", SERVICES),
    ("app", SERVICES),
    ("app_kubernetes_io_name", SERVICES),
    ("application", SERVICES),
    ("deployment", SERVICES),
    ("statefulset", SERVICES),
    ("daemonset", SERVICES),
    ("workload", SERVICES),
    ("component", SERVICES),
    ("database", STORES),
    ("cluster_name", STORES),
    ("host", MACHINES),
    ("hostname", MACHINES),
    ("host_name", MACHINES),
    ("nodename", MACHINES),
    ("device_name", MACHINES),
    ("sysName", MACHINES),
    ("target", MACHINES),
    ("instance", MACHINES),
    ("node", MACHINES),
    ("pod", PODS),
    ("container", PODS),
    ("server", MACHINES),
    ("job", SERVICES),
];
const SERVICES: &[EntityKind] =
    &[EntityKind::Service, EntityKind::Database, EntityKind::Cache, EntityKind::Queue, EntityKind::Balancer];
const STORES: &[EntityKind] =
    &[EntityKind::Database, EntityKind::Cache, EntityKind::Queue, EntityKind::Cluster];
const MACHINES: &[EntityKind] =
    &[EntityKind::Host, EntityKind::Device, EntityKind::Storage, EntityKind::Balancer];
const PODS: &[EntityKind] = &[EntityKind::Container, EntityKind::Service];
/// Domains under which a cluster names its own services.
const CLUSTER_DOMAINS: [&str; 3] = ["svc", "svc.cluster.local", "cluster.local"];

/// How directly a name is a thing's own. The order is from own to borrowed; the more direct one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// The thing's name in the model, which no other has.
    Unique,
    /// Its name in a source.
    Name,
    /// A further name, a name without its domain, or an address.
    Further,
}

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    One(usize),
    Shared,
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Holders {
    claim: Claim,
    /// Sorted.
    things: Vec<usize>,
}

/// Finds things by name, address and label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameIndex {
    holders: HashMap<String, Holders>,
    kinds: Vec<EntityKind>,
    /// Whether the thing has a full domain name, so that the same name in another domain is another thing.
    has_domain: Vec<bool>,
    /// The domains of all things, and those they lie in.
    domains: HashSet<String>,
}

impl NameIndex {
    /// Returns the thing that bears a name: a name, a full domain name, an address, each also with a port or as a
    /// URL, letter case aside. `None` when no thing or several bear it.
    ///
    /// A full domain name finds a thing that is only known without a domain, when the domain is one of the
    /// inventory's or of a cluster.
    pub fn find(&self, name: &str) -> Option<usize> {
        match self.look_up(name) {
            Found::One(thing) => Some(thing),
            Found::Shared | Found::Unknown => None,
        }
    }

    /// Reports whether several things bear a name, so that [`NameIndex::find`] does not answer.
    pub fn is_shared(&self, name: &str) -> bool {
        self.look_up(name) == Found::Shared
    }

    /// Returns all things that bear a name as [`NameIndex::find`] understands it, in the order of their numbers.
    pub fn bearers(&self, name: &str) -> &[usize] {
        self.holders_of(name).map_or(&[][..], |holders| holders.things.as_slice())
    }

    /// Returns the thing that labels tell of, by the first label that names one: service, then workload, then
    /// machine, then job. Where several things bear the name, the one of the kind that the label usually names.
    pub fn of_labels(&self, labels: &Labels) -> Option<usize> {
        LABELS.iter().find_map(|&(label, kinds)| {
            let value = labels.get(label)?;
            let found = self.of_kinds(value, kinds);
            if label == "pod" { found.or_else(|| self.of_kinds(workload(value)?, kinds)) } else { found }
        })
    }

    fn of_kinds(&self, name: &str, kinds: &[EntityKind]) -> Option<usize> {
        match self.look_up(name) {
            Found::One(thing) => Some(thing),
            Found::Unknown => None,
            Found::Shared => {
                let holders = self.holders_of(name)?;
                let mut usual = holders.things.iter().copied().filter(|&t| kinds.contains(&self.kinds[t]));
                usual.next().filter(|_| usual.next().is_none())
            }
        }
    }

    pub(super) fn look_up(&self, name: &str) -> Found {
        match self.holders_of(name).map(|holders| holders.things.as_slice()) {
            Some(&[thing]) => Found::One(thing),
            Some(_) => Found::Shared,
            None => Found::Unknown,
        }
    }

    fn holders_of(&self, name: &str) -> Option<&Holders> {
        let name = name.trim();
        let whole = key(name);
        if let Some(holders) = self.holders.get(&whole) {
            return Some(holders);
        }
        // `namespace/name`, `kind:namespace/name`.
        let (_, last) = name.rsplit_once('/').filter(|_| !name.contains("://")).unwrap_or_default();
        let last = if last.is_empty() { None } else { self.holders.get(&key(last)) };
        last.or_else(|| self.without_domain(&whole))
    }

    fn without_domain(&self, key: &str) -> Option<&Holders> {
        let (short, domain) = names::split_domain(key)?;
        let lies_in = |outer: &str| {
            domain.strip_suffix(outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let is_ours = self.domains.contains(domain) || CLUSTER_DOMAINS.into_iter().any(lies_in);
        // A domain of one label is a private one.
        if !is_ours && domain.contains('.') {
            return None;
        }
        let holders = self.holders.get(short)?;
        holders.things.iter().all(|&thing| !self.has_domain[thing]).then_some(holders)
    }

    /// Makes room for a thing; things are added in the order of their numbers.
    pub(super) fn add_thing(&mut self, kind: EntityKind) {
        self.kinds.push(kind);
        self.has_domain.push(false);
    }

    /// Lets a name lead to a thing; all names of one thing are added before those of the next.
    pub(super) fn add(&mut self, thing: usize, name: &str, claim: Claim) {
        let key = key(name);
        if key.is_empty() || names::address(name).is_some_and(|address| !names::tells_apart(address)) {
            return;
        }
        if let Some((_, domain)) = names::split_domain(&key) {
            self.has_domain[thing] = true;
            for (at, _) in domain.match_indices('.') {
                // The last label alone is everybody's.
                if domain[at + 1..].contains('.') {
                    self.domains.insert(domain[at + 1..].to_owned());
                }
            }
            self.domains.insert(domain.to_owned());
        }
        let shorts: Vec<String> = names::short_forms(&key).map(str::to_owned).collect();
        for short in shorts {
            self.claim(thing, short, Claim::Further);
        }
        self.claim(thing, key, claim);
    }

    fn claim(&mut self, thing: usize, key: String, claim: Claim) {
        let holders = self.holders.entry(key).or_insert_with(|| Holders { claim, things: Vec::new() });
        if claim < holders.claim {
            *holders = Holders { claim, things: vec![thing] };
        } else if claim == holders.claim && holders.things.last() != Some(&thing) {
            // Names are added thing by thing.
            holders.things.push(thing);
        }
    }
}

/// The form under which a name is kept: addresses as one writes them, names folded.
fn key(name: &str) -> String {
    names::address(name).map_or_else(|| names::folded(name), |address| address.to_string())
}

/// Returns the workload that a pod belongs to by its name: `checkout` of `checkout-7d9f8b6c5-x2x9z` and of
/// `checkout-0`.
fn workload(pod: &str) -> Option<&str> {
    let (rest, last) = pod.rsplit_once('-')?;
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return Some(rest);
    }
    let is_suffix = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if !is_suffix(last, 5..=5) {
        return None;
    }
    let replica_set = rest
        .rsplit_once('-')
        .filter(|(_, hash)| is_suffix(hash, 6..=10) && hash.bytes().any(|b| b.is_ascii_digit()));
    Some(replica_set.map_or(rest, |(name, _)| name))
}
