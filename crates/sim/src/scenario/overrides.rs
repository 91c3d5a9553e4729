//! Other numbers than the topology's, for one component, one of its calls, or one host.

use std::ops::Range;

use toml::Spanned;

use super::ScenarioError;
use super::build::foreign_key;
use super::form::{CallForm, ComponentForm, HostForm, OverrideForm, WorldForm};
use super::place::Source;
use crate::plan::ComponentKind;

/// Whose numbers they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Component,
    Call,
    Host,
}

/// Writes the overrides into a topology, in their order.
pub(super) fn apply(
    source: Source<'_>,
    world: &mut WorldForm,
    overrides: &[OverrideForm],
) -> Result<(), ScenarioError> {
    for form in overrides {
        let name = form.of.get_ref();
        if let Some(host) = single_host(world, name) {
            refuse_others(source, form, Owner::Host)?;
            set(&mut host.disk_used_gib, form.disk_used_gib);
            continue;
        }
        let Some((kind, component)) = single_component(world, name) else {
            return Err(source.at(&form.of, format!("there is no component or host {name:?}")));
        };
        let Some(to) = &form.to else {
            refuse_others(source, form, Owner::Component)?;
            set_component(component, form);
            if let Some(key) = foreign_key(kind, component) {
                return Err(source.about(
                    &form.of.span(),
                    key,
                    format!("{name} is a {kind:?} and has no {key}"),
                ));
            }
            continue;
        };
        refuse_others(source, form, Owner::Call)?;
        let mut found = false;
        for call in component.calls.iter_mut().filter(|c| c.to.get_ref() == to.get_ref()) {
            set_call(call, form);
            found = true;
        }
        if !found {
            return Err(source.at(to, format!("{name} does not ask {:?}", to.get_ref())));
        }
    }
    Ok(())
}

/// Takes a value that is given, and leaves what was there otherwise.
fn set<T>(into: &mut Option<T>, from: Option<T>) {
    if from.is_some() {
        *into = from;
    }
}

fn set_component(component: &mut ComponentForm, form: &OverrideForm) {
    if let Some(instances) = form.instances {
        component.instances = instances;
    }
    set(&mut component.version, form.version.clone());
    set(&mut component.spare, form.spare);
    set(&mut component.workers, form.workers);
    set(&mut component.own_ms, form.own_ms);
    set(&mut component.backlog, form.backlog);
    set(&mut component.cpu_ms, form.cpu_ms);
    set(&mut component.memory_mib, form.memory_mib);
    set(&mut component.memory_limit_mib, form.memory_limit_mib);
    set(&mut component.error_ratio, form.error_ratio);
    set(&mut component.start_s, form.start_s);
    set(&mut component.cold_factor, form.cold_factor);
    set(&mut component.warm_s, form.warm_s);
    set(&mut component.written_bytes, form.written_bytes);
    set(&mut component.certificate_days, form.certificate_days);
    set(&mut component.max_connections, form.max_connections);
    set(&mut component.apply_per_s, form.apply_per_s);
    set(&mut component.hit_ratio, form.hit_ratio);
    set(&mut component.working_set, form.working_set);
    set(&mut component.health_check_s, form.health_check_s);
    set(&mut component.server_timeout_ms, form.server_timeout_ms);
}

fn set_call(call: &mut CallForm, form: &OverrideForm) {
    set(&mut call.per_request, form.per_request);
    set(&mut call.timeout_ms, form.timeout_ms);
    set(&mut call.retries, form.retries);
    set(&mut call.retry_budget, form.retry_budget);
    set(&mut call.backoff_ms, form.backoff_ms);
    set(&mut call.breaker, form.breaker);
    set(&mut call.pool, form.pool);
    set(&mut call.pool_wait_ms, form.pool_wait_ms);
}

/// Refuses numbers that belong to something else than what is named.
fn refuse_others(source: Source<'_>, form: &OverrideForm, owner: Owner) -> Result<(), ScenarioError> {
    let component = [
        ("instances", form.instances.is_some()),
        ("version", form.version.is_some()),
        ("spare", form.spare.is_some()),
        ("workers", form.workers.is_some()),
        ("own_ms", form.own_ms.is_some()),
        ("backlog", form.backlog.is_some()),
        ("cpu_ms", form.cpu_ms.is_some()),
        ("memory_mib", form.memory_mib.is_some()),
        ("memory_limit_mib", form.memory_limit_mib.is_some()),
        ("error_ratio", form.error_ratio.is_some()),
        ("start_s", form.start_s.is_some()),
        ("cold_factor", form.cold_factor.is_some()),
        ("warm_s", form.warm_s.is_some()),
        ("written_bytes", form.written_bytes.is_some()),
        ("certificate_days", form.certificate_days.is_some()),
        ("max_connections", form.max_connections.is_some()),
        ("apply_per_s", form.apply_per_s.is_some()),
        ("hit_ratio", form.hit_ratio.is_some()),
        ("working_set", form.working_set.is_some()),
        ("health_check_s", form.health_check_s.is_some()),
        ("server_timeout_ms", form.server_timeout_ms.is_some()),
    ];
    let call = [
        ("to", form.to.is_some()),
        ("per_request", form.per_request.is_some()),
        ("timeout_ms", form.timeout_ms.is_some()),
        ("retries", form.retries.is_some()),
        ("retry_budget", form.retry_budget.is_some()),
        ("backoff_ms", form.backoff_ms.is_some()),
        ("breaker", form.breaker.is_some()),
        ("pool", form.pool.is_some()),
        ("pool_wait_ms", form.pool_wait_ms.is_some()),
    ];
    let host = [("disk_used_gib", form.disk_used_gib.is_some())];
    let groups: [(Owner, &[(&str, bool)]); 3] =
        [(Owner::Component, &component), (Owner::Call, &call), (Owner::Host, &host)];
    let others = groups.iter().filter(|(of, _)| *of != owner).flat_map(|(_, keys)| keys.iter());
    let span: Range<usize> = form.of.span();
    match others.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((key, _)) => {
            let whose = match owner {
                Owner::Component => "a component",
                Owner::Call => "a call",
                Owner::Host => "a host",
            };
            Err(source.about(&span, key, format!("{key} is no number of {whose}")))
        }
    }
}

/// Takes one component out of its group, so that its numbers are its own, and returns its form.
fn single_component<'a>(
    world: &'a mut WorldForm,
    name: &str,
) -> Option<(ComponentKind, &'a mut ComponentForm)> {
    let groups = [
        (ComponentKind::Balancer, &mut world.balancer),
        (ComponentKind::Service, &mut world.service),
        (ComponentKind::Worker, &mut world.worker),
        (ComponentKind::Cache, &mut world.cache),
        (ComponentKind::Broker, &mut world.broker),
        (ComponentKind::Database, &mut world.database),
    ];
    for (kind, forms) in groups {
        let Some(at) = forms.iter().position(|form| contains(&form.names, name)) else { continue };
        if forms[at].names.len() > 1 {
            let mut alone = forms[at].clone();
            alone.names.retain(|n| n.get_ref() == name);
            forms[at].names.retain(|n| n.get_ref() != name);
            forms.insert(at, alone);
        }
        return forms.get_mut(at).map(|form| (kind, form));
    }
    None
}

/// The same for a host.
fn single_host<'a>(world: &'a mut WorldForm, name: &str) -> Option<&'a mut HostForm> {
    let at = world.host.iter().position(|form| contains(&form.names, name))?;
    if world.host[at].names.len() > 1 {
        let mut alone = world.host[at].clone();
        alone.names.retain(|n| n.get_ref() == name);
        world.host[at].names.retain(|n| n.get_ref() != name);
        world.host.insert(at, alone);
    }
    world.host.get_mut(at)
}

fn contains(names: &[Spanned<String>], name: &str) -> bool {
    names.iter().any(|n| n.get_ref() == name)
}
