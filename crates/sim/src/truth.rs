//! What is true in a world: the answer against which findings, diagnoses and hypotheses are measured.

use wardroom_core::{Dependency, Timestamp};

use crate::faults;
use crate::order::FaultKind;
use crate::plan::{ComponentKind, EdgeKind, Plan};
use crate::state::State;

/// What really happened and whom it reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Every fault that has begun, in the order of the scenario, then of the injections.
    pub causes: Vec<TrueCause>,
    /// Whom it reached and when, by time, then by name.
    ///
    /// A component is affected from the end of the first of two quarter minutes in a row in which 2 % more of its
    /// requests failed than in the hour before the run, or its mean response took more than twice as long and 5 ms, or
    /// nothing came to an end.
    pub affected: Vec<(String, Timestamp)>,
    /// Who really depends on whom, sorted; what a component runs on included.
    pub edges: Vec<Dependency>,
}

/// A fault that has begun.
#[derive(Clone, Debug, PartialEq)]
pub struct TrueCause {
    /// The entity in which it lies.
    pub entity: String,
    /// What it is.
    pub fault: FaultKind,
    /// When it began.
    pub at: Timestamp,
    /// When it ended, by itself or cured; `None`: it is still there.
    pub ended: Option<Timestamp>,
    /// An instructor let it begin.
    pub injected: bool,
}

/// Returns the faults that have begun.
pub(crate) fn causes(state: &State) -> Vec<TrueCause> {
    let cause = |fault: &crate::state::FaultState| TrueCause {
        entity: faults::entity(&fault.spec).to_owned(),
        fault: fault.spec.kind,
        at: fault.began,
        ended: fault.ended,
        injected: fault.injected,
    };
    state.faults.iter().filter(|f| f.has_begun()).map(cause).collect()
}

/// Returns who depends on whom, as it is and not as it is recorded.
pub(crate) fn edges(plan: &Plan) -> Vec<Dependency> {
    let name = |component: usize| plan.components[component].name.as_str();
    let asked =
        plan.edges.iter().map(|e| Dependency::new(name(e.from), name(e.to), word(plan, e.from, e.kind)));
    let present = plan.instances.iter().filter(|i| i.present);
    let runs = present.map(|i| Dependency::new(name(i.component), &plan.hosts[i.host].name, "runs on"));
    let mut edges: Vec<Dependency> = asked.chain(runs).collect();
    edges.sort();
    edges.dedup();
    edges
}

fn word(plan: &Plan, from: usize, kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Call if plan.components[from].kind == ComponentKind::Balancer => "balances",
        EdgeKind::Call => "calls",
        EdgeKind::Read => "reads",
        EdgeKind::Write => "writes",
        EdgeKind::Lookup => "caches in",
        EdgeKind::Publish => "publishes to",
        EdgeKind::Consume => "consumes from",
    }
}
