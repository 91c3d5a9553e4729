//! Who asks whom: edges grouped by caller, with the positions of their links.

use toml::Spanned;

use super::ScenarioError;
use super::build::range_of;
use super::expand::Named;
use super::form::CallForm;
use super::place::Source;
use super::usual::usual_call;
use crate::plan::{BreakerPlan, ComponentKind, EdgeKind, EdgePlan, FlagPlan, Plan, PoolPlan};

/// A balancer waits for the instances behind it about as long as the slowest user does.
const BALANCER_TIMEOUT_MS: f64 = 30_000.0;

/// Fills in the edges, links and flags of a plan whose components and instances stand.
pub(super) fn connect(source: Source<'_>, named: &[Named], plan: &mut Plan) -> Result<(), ScenarioError> {
    for (from, caller) in named.iter().enumerate() {
        let first = plan.edges.len();
        for call in &caller.form.calls {
            let edge = edge(source, plan, from, call, first)?;
            plan.edges.push(edge);
        }
        if caller.kind == ComponentKind::Balancer {
            let edge = to_backends(source, plan, from, caller)?;
            plan.edges.push(edge);
        }
    }
    for from in 0..named.len() {
        plan.components[from].edges = range_of(plan.edges.iter().map(|e| e.from), from);
    }
    for (from, caller) in named.iter().enumerate() {
        let consumes = plan.components[from].edges.clone().any(|e| plan.edges[e].kind == EdgeKind::Consume);
        if caller.kind == ComponentKind::Worker && !consumes {
            let problem = format!("the worker {} takes messages from no broker", caller.name.get_ref());
            return Err(source.about(&caller.name.span(), "calls", problem));
        }
        plan.components[from].flag = flag(source, plan, from, caller)?;
    }
    let mut next = 0;
    plan.first_link.clear();
    for edge in &plan.edges {
        plan.first_link.push(next);
        next += plan.components[edge.from].instances.len();
    }
    plan.n_links = next;
    Ok(())
}

/// Makes one edge; `first` is the position of the caller's first edge.
fn edge(
    source: Source<'_>,
    plan: &Plan,
    from: usize,
    call: &CallForm,
    first: usize,
) -> Result<EdgePlan, ScenarioError> {
    let to = super::build::find(source, plan, &call.to)?;
    let kind = kind(source, plan, from, to, call)?;
    if plan.edges[first..].iter().any(|e| e.to == to && e.kind == kind) {
        return Err(source.at(&call.to, format!("{} is asked twice in the same way", call.to.get_ref())));
    }
    let behind = call.behind.as_ref().map(|name| lookup(source, plan, name, first)).transpose()?;
    let usual = usual_call(kind);
    let size = call.pool.map(|n| n.0).or(usual.pool);
    let wait_ms = call.pool_wait_ms.map_or(1_000.0, |n| n.0);
    Ok(EdgePlan {
        from,
        to,
        kind,
        per_request: call.per_request.map_or(1.0, |n| n.0),
        fatal_ratio: call.fatal_ratio.map_or(usual.fatal_ratio, |n| n.0),
        timeout_ms: call.timeout_ms.map_or(usual.timeout_ms, |n| n.0),
        retries: call.retries.map_or(usual.retries, |n| n.0),
        retry_budget: call.retry_budget.map_or(0.2, |n| n.0),
        backoff_ms: call.backoff_ms.map_or(50.0, |n| n.0),
        breaker: call.breaker.map(|b| BreakerPlan { failure_ratio: b.failure_ratio.0, open_s: b.open_s.0 }),
        pool: size.map(|size| PoolPlan { size, wait_ms }),
        behind,
        resolves: call.resolves.unwrap_or(true),
        encrypted: call.encrypted.unwrap_or(false),
        authenticated: call.authenticated.unwrap_or(false),
        declared: call.declared.unwrap_or(true),
    })
}

/// Decides what kind of edge leads from one component to another.
fn kind(
    source: Source<'_>,
    plan: &Plan,
    from: usize,
    to: usize,
    call: &CallForm,
) -> Result<EdgeKind, ScenarioError> {
    let caller = plan.components[from].kind;
    let callee = plan.components[to].kind;
    let said = call.kind.as_ref().map(|k| k.get_ref().as_str());
    let found = match (callee, said) {
        (ComponentKind::Service | ComponentKind::Balancer, None | Some("call")) => Some(EdgeKind::Call),
        (ComponentKind::Database, Some("read")) => Some(EdgeKind::Read),
        (ComponentKind::Database, Some("write")) => Some(EdgeKind::Write),
        (ComponentKind::Cache, None | Some("lookup")) => Some(EdgeKind::Lookup),
        (ComponentKind::Broker, None | Some("consume")) if caller == ComponentKind::Worker => {
            Some(EdgeKind::Consume)
        }
        (ComponentKind::Broker, None | Some("publish")) => Some(EdgeKind::Publish),
        _ => None,
    };
    found.ok_or_else(|| {
        let name = &plan.components[to].name;
        let at = call.kind.as_ref().unwrap_or(&call.to);
        let problem = match (callee, said) {
            (ComponentKind::Worker, _) => format!("nobody waits for the worker {name}"),
            (ComponentKind::Database, None) => format!("say whether {name} is read or written: kind"),
            (_, said) => format!("{name} cannot be asked by {:?}", said.unwrap_or("call")),
        };
        source.at(at, problem)
    })
}

/// Finds the lookup in a cache among the edges of the same caller that stand before.
fn lookup(
    source: Source<'_>,
    plan: &Plan,
    cache: &Spanned<String>,
    first: usize,
) -> Result<usize, ScenarioError> {
    let to = super::build::find(source, plan, cache)?;
    let found =
        (first..plan.edges.len()).find(|&e| plan.edges[e].to == to && plan.edges[e].kind == EdgeKind::Lookup);
    found.ok_or_else(|| {
        let problem = format!("no lookup in {} stands before this call", cache.get_ref());
        source.at(cache, problem)
    })
}

/// Makes the edge from a balancer to the component behind it.
fn to_backends(
    source: Source<'_>,
    plan: &Plan,
    from: usize,
    caller: &Named,
) -> Result<EdgePlan, ScenarioError> {
    let Some(behind) = &caller.form.behind else {
        let problem = "a balancer has to say what stands behind it".to_owned();
        return Err(source.about(&caller.name.span(), "behind", problem));
    };
    let to = super::build::find(source, plan, behind)?;
    if plan.components[to].kind != ComponentKind::Service {
        return Err(source.at(behind, format!("{} is not a service", behind.get_ref())));
    }
    Ok(EdgePlan {
        from,
        to,
        kind: EdgeKind::Call,
        per_request: 1.0,
        fatal_ratio: 1.0,
        timeout_ms: caller.form.server_timeout_ms.map_or(BALANCER_TIMEOUT_MS, |n| n.0),
        retries: 0,
        retry_budget: 0.0,
        backoff_ms: 0.0,
        breaker: None,
        pool: None,
        behind: None,
        resolves: false,
        encrypted: false,
        authenticated: false,
        declared: true,
    })
}

fn flag(
    source: Source<'_>,
    plan: &Plan,
    from: usize,
    caller: &Named,
) -> Result<Option<FlagPlan>, ScenarioError> {
    let Some(form) = &caller.form.flag else { return Ok(None) };
    let edge = match &form.without {
        None => None,
        Some(name) => {
            let to = super::build::find(source, plan, name)?;
            let found = plan.edge(from, to);
            let problem =
                || source.at(name, format!("{} does not ask {}", caller.name.get_ref(), name.get_ref()));
            Some(found.ok_or_else(problem)?)
        }
    };
    Ok(Some(FlagPlan { name: form.name.clone(), work_ratio: form.work_ratio.0, edge }))
}
