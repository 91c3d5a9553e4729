//! From groups of things that are alike to single ones: names, order and places, before numbers are filled in.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::ScenarioError;
use super::form::{ComponentForm, HostForm, WorldForm};
use super::place::Source;
use crate::plan::{ComponentKind, InstancePlan};

/// One component with its form (each member of a group has a copy of its own).
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: Spanned<String>,
    pub(super) kind: ComponentKind,
    pub(super) form: ComponentForm,
}

/// One host with its form.
#[derive(Clone, Debug)]
pub(super) struct NamedHost {
    pub(super) name: Spanned<String>,
    pub(super) form: HostForm,
}

/// Hosts that state no role carry services and workers.
const USUAL_ROLE: &str = "app";
/// Memory of a host that states none.
pub(super) const USUAL_MEMORY_GIB: f64 = 32.0;
const MIB_PER_GIB: f64 = 1_024.0;
/// Hosts and components of one world at most: names are held against one another.
const MOST_NAMES: usize = 1_000;
/// Instances of one world at most, spare ones included: each shows fifty series and more, of which a day takes half a
/// megabyte of memory.
const MOST_INSTANCES: u32 = 2_000;
/// A world that was taken before there was a limit may be larger by this factor: it ran, so there was memory for it.
const STORED_TIMES: u32 = 2;

/// Lists all components in the order of the file, and refuses names that are used twice or do not look like names.
pub(super) fn components(source: Source<'_>, world: &WorldForm) -> Result<Vec<Named>, ScenarioError> {
    let groups = [
        (ComponentKind::Balancer, &world.balancer),
        (ComponentKind::Service, &world.service),
        (ComponentKind::Worker, &world.worker),
        (ComponentKind::Cache, &world.cache),
        (ComponentKind::Broker, &world.broker),
        (ComponentKind::Database, &world.database),
    ];
    few(
        source,
        "components",
        groups.iter().flat_map(|(_, forms)| forms.iter()).flat_map(|form| &form.names),
    )?;
    few(source, "hosts", world.host.iter().flat_map(|form| &form.names))?;
    let mut found = Vec::new();
    for (kind, forms) in groups {
        for form in forms {
            if form.names.is_empty() {
                return Err(source.about(&form.technology.span(), "names", "there is no name".to_owned()));
            }
            for name in &form.names {
                found.push(Named { name: name.clone(), kind, form: form.clone() });
            }
        }
    }
    let mut taken = BTreeSet::new();
    let hosts = world.host.iter().flat_map(|h| &h.names);
    for name in found.iter().map(|n| &n.name).chain(hosts) {
        check_name(source, name)?;
        if !taken.insert(name.get_ref().as_str()) {
            return Err(source.at(name, format!("the name {:?} is taken", name.get_ref())));
        }
    }
    Ok(found)
}

/// Refuses the name that is one too many.
fn few<'a>(
    source: Source<'_>,
    what: &str,
    mut names: impl Iterator<Item = &'a Spanned<String>>,
) -> Result<(), ScenarioError> {
    let Some(name) = names.nth(MOST_NAMES) else { return Ok(()) };
    let error = source.at(name, format!("a world has at most {MOST_NAMES} {what}"));
    // One more than the limit is taken already.
    let left = names.count() + 1;
    if left > MOST_NAMES * (STORED_TIMES as usize - 1) { Err(error) } else { source.stricter(error) }
}

/// Lists all hosts in the order of the file.
pub(super) fn hosts(world: &WorldForm) -> Vec<NamedHost> {
    let each = |form: &HostForm| {
        let names = form.names.clone().into_iter();
        names.map(|name| NamedHost { name, form: form.clone() }).collect::<Vec<_>>()
    };
    world.host.iter().flat_map(each).collect()
}

fn check_name(source: Source<'_>, name: &Spanned<String>) -> Result<(), ScenarioError> {
    let text = name.get_ref();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fits) && text.len() <= 40 {
        Ok(())
    } else {
        Err(source.at(name, format!("{text:?} is not a name of up to 40 small letters, digits and hyphens")))
    }
}

/// Orders components so that whoever asks stands before whom it asks; otherwise the order of the file is kept.
pub(super) fn callers_first(source: Source<'_>, found: Vec<Named>) -> Result<Vec<Named>, ScenarioError> {
    let positions: BTreeMap<String, usize> =
        found.iter().enumerate().map(|(i, n)| (n.name.get_ref().clone(), i)).collect();
    let mut callers = vec![0_usize; found.len()];
    let mut asked: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
    for (from, named) in found.iter().enumerate() {
        for name in named.form.calls.iter().map(|c| &c.to).chain(named.form.behind.as_ref()) {
            let Some(&to) = positions.get(name.get_ref()) else {
                return Err(source.at(name, format!("there is no component {:?}", name.get_ref())));
            };
            asked[from].push(to);
            callers[to] += 1;
        }
    }
    let mut left: BTreeSet<usize> = (0..found.len()).collect();
    let mut order = Vec::with_capacity(found.len());
    while let Some(&first) = left.first() {
        let Some(next) = left.iter().copied().find(|&i| callers[i] == 0) else {
            let name = &found[first].name;
            return Err(
                source.at(name, format!("{} is part of a circle of calls, or asks one", name.get_ref()))
            );
        };
        left.remove(&next);
        order.push(next);
        for &to in &asked[next] {
            callers[to] -= 1;
        }
    }
    let mut slots: Vec<Option<Named>> = found.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|i| slots[i].take()).collect())
}

/// What stands where already, while instances are placed.
#[derive(Clone, Debug)]
struct Places<'a> {
    hosts: &'a [NamedHost],
    free_mib: Vec<f64>,
    carries: Vec<usize>,
}

/// Places the instances of all components (in their order), spread over zones and hosts as evenly as memory allows.
pub(super) fn place(
    source: Source<'_>,
    components: &[Named],
    hosts: &[NamedHost],
    memory_mib: impl Fn(&Named) -> f64,
) -> Result<Vec<InstancePlan>, ScenarioError> {
    room(source, components)?;
    let size = |host: &NamedHost| host.form.memory_gib.map_or(USUAL_MEMORY_GIB, |n| n.0) * MIB_PER_GIB;
    let mut places =
        Places { hosts, free_mib: hosts.iter().map(size).collect(), carries: vec![0; hosts.len()] };
    let mut instances = Vec::new();
    for (component, named) in components.iter().enumerate() {
        let wanted = wanted_hosts(source, named, hosts)?;
        let (present, total) = (named.form.instances.0, with_spare(named));
        let mut mine: Vec<usize> = Vec::new();
        for idx in 0..total {
            let name = format!("{}-{}", named.name.get_ref(), idx + 1);
            let mut taken = components.iter().map(|n| &n.name).chain(hosts.iter().map(|h| &h.name));
            if taken.any(|other| *other.get_ref() == name) {
                let problem = format!("its instance {name} would be called like a component or host");
                return Err(source.at(&named.name, problem));
            }
            // Hosts that are named are taken in turn, so that the primary of a database stands on the first.
            let turn = usize::try_from(idx).unwrap_or(0) % wanted.len();
            let choice = if named.form.hosts.is_some() { &wanted[turn..=turn] } else { &wanted[..] };
            let Some(host) = places.take(choice, &mine, memory_mib(named)) else {
                let problem = format!("no host has {} MiB of memory left for {name}", memory_mib(named));
                return Err(source.about(&named.name.span(), "instances", problem));
            };
            mine.push(host);
            instances.push(InstancePlan { name, component, host, present: idx < present });
        }
    }
    Ok(instances)
}

/// Refuses the component whose instances are too many.
fn room(source: Source<'_>, components: &[Named]) -> Result<(), ScenarioError> {
    let mut all = 0_u32;
    for named in components {
        let before = all;
        all = all.saturating_add(with_spare(named));
        if all <= MOST_INSTANCES {
            continue;
        }
        let problem = format!("a world has at most {MOST_INSTANCES} instances, spare ones included");
        let error = source.about(&named.name.span(), "instances", problem);
        if all > MOST_INSTANCES * STORED_TIMES {
            return Err(error);
        }
        if before <= MOST_INSTANCES {
            source.stricter(error)?;
        }
    }
    Ok(())
}

/// Returns how many instances of a component there can be.
fn with_spare(named: &Named) -> u32 {
    named.form.instances.0 + named.form.spare.map_or(usual_spare(named.kind), |n| n.0)
}

/// Services and workers have places for scaling out, the others do not.
fn usual_spare(kind: ComponentKind) -> u32 {
    match kind {
        ComponentKind::Service | ComponentKind::Worker => 2,
        ComponentKind::Database | ComponentKind::Cache | ComponentKind::Broker | ComponentKind::Balancer => 0,
    }
}

impl Places<'_> {
    /// Chooses the host with the fewest copies of this component in its zone, on itself, and with the fewest of all.
    fn take(&mut self, wanted: &[usize], mine: &[usize], memory_mib: f64) -> Option<usize> {
        let zone = |host: usize| self.hosts[host].form.zone.as_str();
        let host = wanted.iter().copied().filter(|&h| self.free_mib[h] >= memory_mib).min_by_key(|&h| {
            let in_zone = mine.iter().filter(|&&m| zone(m) == zone(h)).count();
            let on_it = mine.iter().filter(|&&m| m == h).count();
            (in_zone, on_it, self.carries[h], h)
        })?;
        self.free_mib[host] -= memory_mib;
        self.carries[host] += 1;
        Some(host)
    }
}

/// Returns the hosts on which a component may stand: those it names, or those of its role.
fn wanted_hosts(source: Source<'_>, named: &Named, hosts: &[NamedHost]) -> Result<Vec<usize>, ScenarioError> {
    if let Some(names) = &named.form.hosts {
        let find = |name: &Spanned<String>| {
            let found = hosts.iter().position(|h| h.name.get_ref() == name.get_ref());
            found.ok_or_else(|| source.at(name, format!("there is no host {:?}", name.get_ref())))
        };
        if names.is_empty() {
            return Err(source.about(&named.name.span(), "hosts", "there is no host".to_owned()));
        }
        return names.iter().map(find).collect();
    }
    let role = named.form.role.as_ref().map_or(USUAL_ROLE, |r| r.get_ref().as_str());
    let has_role = |h: &NamedHost| h.form.role.as_deref().unwrap_or(USUAL_ROLE) == role;
    let found: Vec<usize> = (0..hosts.len()).filter(|&h| has_role(&hosts[h])).collect();
    if found.is_empty() {
        let span = named.form.role.as_ref().map_or(named.name.span(), Spanned::span);
        return Err(source.about(&span, "role", format!("there is no host of the role {role:?}")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::{Scenario, ScenarioError};

    /// Returns the example of the manual with something else in one place.
    fn example(from: &str, to: &str) -> String {
        let page = include_str!("../../../../docs/SCENARIOS.md");
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        assert!(example.contains(from), "{from}");
        example.replacen(from, to, 1)
    }

    /// Refuses the example with something else in one place; returns the key and what is wrong.
    fn refused(from: &str, to: &str) -> (String, String) {
        let error = Scenario::parse(&example(from, to), &|_| None).unwrap_err();
        (error.key, error.problem)
    }

    /// Reads a text as one that was taken once; returns what is noted, or the one thing that is still refused.
    fn noted(text: &str) -> Result<Vec<(String, String)>, (String, String)> {
        let said = |error: ScenarioError| (error.key, error.problem);
        let (_, noted) = Scenario::parse_stored(text, &|_| None).map_err(said)?;
        Ok(noted.into_iter().map(said).collect())
    }

    fn names(n: usize) -> String {
        (0..n).map(|i| format!("\"n{i}\"")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_world_that_no_memory_would_hold_is_refused() {
        let said = |what: &str| format!("a world has at most {what}");
        // Beside the one database.
        let services = format!("names = [{}]\ntechnology = \"go\"", names(1_000));
        let services = refused("names = [\"shop\"]\ntechnology = \"go\"", &services);
        let hosts = refused("names = [\"one\", \"two\"]", &format!("names = [{}]", names(1_001)));
        let ten = format!("names = [\"shop\", {}]\ntechnology = \"go\"\ninstances = 200", names(9));
        let ten = refused("names = [\"shop\"]\ntechnology = \"go\"\ninstances = 2", &ten);

        assert_eq!(services, ("names".to_owned(), said("1000 components")));
        assert_eq!(hosts, ("names".to_owned(), said("1000 hosts")));
        assert_eq!(ten, ("instances".to_owned(), said("2000 instances, spare ones included")));
    }
    #[test]
    fn a_world_that_was_taken_before_there_were_limits_is_taken_again() {
        let said = |what: &str| format!("a world has at most {what}");
        let hosts = |n: usize| {
            let all = format!("names = [\"one\", \"two\", {}]", names(n - 2));
            example("names = [\"one\", \"two\"]", &all)
        };
        let services = |n: usize| {
            let many = format!("names = [\"shop\", {}]\ntechnology = \"go\"\ninstances = 200", names(n - 1));
            let text = example("names = [\"shop\"]\ntechnology = \"go\"\ninstances = 2", &many);
            text.replacen("zone = \"north\"", "zone = \"north\"\nmemory_gib = 4000", 1)
        };
        let of_hosts = ("names".to_owned(), said("1000 hosts"));
        let of_instances = ("instances".to_owned(), said("2000 instances, spare ones included"));

        assert_eq!(noted(&hosts(1_001)), Ok(vec![of_hosts.clone()]));
        assert_eq!(noted(&hosts(2_001)), Err(of_hosts));
        assert_eq!(noted(&services(10)), Ok(vec![of_instances.clone()]));
        assert_eq!(noted(&services(20)), Err(of_instances));
    }

    #[test]
    fn evidence_that_nobody_can_open_is_noted_in_a_text_that_was_taken() {
        let metric = "detail = \"node_cpu_seconds_total\"";
        let misspelt = example(metric, "detail = \"node_cpu_second_total\"");
        let broken = misspelt.replacen("span_min = 15", "span_min = 900", 1);

        let found = noted(&misspelt).unwrap();

        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "detail");
        assert!(found[0].1.contains("\"node_cpu_seconds_total\""), "{found:?}");
        assert!(Scenario::parse(&misspelt, &|_| None).is_err());
        // What makes another world of it is refused as ever.
        assert_eq!(noted(&broken).unwrap_err().0, "span_min");
        assert_eq!(noted(&example(metric, metric)), Ok(Vec::new()));
    }
}
