//! Seeded training worlds that behave, break and can be repaired.
//!
//! A [`Scenario`] (a TOML text) describes services, databases, caches, queues and hosts, what goes wrong, and what a
//! drill asks for. A [`World`] makes of it, for a seed and a start, a fleet that moves in steps of one second: requests
//! flow along the dependencies, every instance is a queue with workers, and what goes wrong somewhere is felt elsewhere
//! only through waiting, failing and trying again. People change it with [`Order`]s. What monitoring would show is kept
//! as samples, log records, alerts and changes; what is true is kept apart as [`Truth`].
//!
//! What is deliberately *not* here: the wall clock, files (texts are handed in), shared randomness, and any knowledge of
//! how findings are made. Scenario, seed, start and orders give the same bytes on every system and for any number of
//! threads. Start reading at [`World`]; the demo's fixed history is [`demo`].

pub mod demo;
mod drill;
mod faults;
mod load;
mod order;
mod outcome;
mod plan;
#[cfg(test)]
mod proof;
mod queue;
mod random;
mod remedies;
mod scenario;
mod score;
mod state;
mod step;
mod target;
mod telemetry;
mod truth;
mod world;

pub use demo::SeriesSpec;
pub use drill::{
    Course, Decision, DecisionKind, Due, Ending, NO_FAULT, TooEarly, course, due, ending, knowable, nobody,
    reference, same_thing,
};
pub use faults::{FaultInfo, Parameter, fault_catalogue};
pub use order::{FaultKind, FaultSpec, Onset, Order, OrderKind, Refused, Remedy, RemedyKind};
pub use outcome::Outcome;
pub use remedies::{Amount, DryRun, Effect, RemedyInfo, RemedyReport, remedy_catalogue};
pub use scenario::{
    Advice, Brief, Cause, Measure, Objective, Reference, ReferenceStep, RemedyOffer, Say, Scenario,
    ScenarioError, Screen, Text, Useful,
};
pub use score::{
    AdviceResult, Belief, Curves, Debrief, FailedTotals, HINT_POINTS, Lane, Mark, MoveEffect, PartKind,
    Phase, PhaseTimes, Reason, ScorePart, Scorecard, Times, Tone, UsefulThing, Value, Verdict, debrief,
    effects, score, shows,
};
pub use telemetry::{AlertEvent, CheckResult, Condition, metric_help};
pub use truth::{TrueCause, Truth};
pub use world::World;
