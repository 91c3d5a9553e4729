//! What people can do to a world: the registry of all kinds, and how remedies are ordered, take effect and harm.
//!
//! A remedy does what its name says, whether it is the right one or not: it changes settings and processes after its
//! delay, and what comes of that follows as everything else does.

use wardroom_core::Timestamp;

use crate::order::{Refused, Remedy, RemedyKind};
use crate::plan::Plan;
use crate::state::{InstanceState, Phase, RemedyState, State};
use crate::target::{Place, Target};

mod block_source;
mod change_timeout;
mod clean_disk;
mod clear_cache;
mod drain;
mod expand_disk;
mod fail_over;
mod flag_off;
mod kill_transaction;
mod purge_queue;
mod raise_pool;
mod re_register;
mod renew_credential;
mod repair_network;
mod reseed_replica;
mod restart;
mod restart_agent;
mod roll_back;
mod rotate_certificate;
mod scale_in;
mod scale_out;
mod shift_traffic;
mod silence;
mod skip_replication;
mod stop_job;
mod sync_clock;
mod throttle;

/// How long an instance may take to finish what it has before it is started anew.
const DRAIN_S: f64 = 10.0;

/// The number that a kind of remedy takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// What it means, with its unit at the end (`connections`, `timeout_ms`, `admitted_ratio`, `gib`).
    pub meaning: &'static str,
    /// The least possible number.
    pub least: f64,
    /// The greatest possible number.
    pub most: f64,
    /// The number where none is given; `None`: one has to be given.
    pub usual: Option<f64>,
    /// Whether only whole numbers are taken.
    pub whole: bool,
}

/// What a form and the documentation say about a kind of remedy.
#[derive(Clone, Debug, PartialEq)]
pub struct RemedyInfo {
    /// The kind.
    pub kind: RemedyKind,
    /// Its stable word.
    pub word: &'static str,
    /// What it takes as its target (`component`, `host`, `edge`, `component_or_instance` …).
    pub target: &'static str,
    /// The number that it takes; `None`: it takes none.
    pub amount: Option<Amount>,
    /// Seconds until it takes effect, as a rule; what it depends on is in the dry run.
    pub delay_s: i64,
    /// 1 (harmless) to 3 (can make it much worse).
    pub risk: u8,
    /// A stable word for what it does.
    pub effect: &'static str,
    /// Stable words for what it costs or breaks besides, always.
    pub side_effects: &'static [&'static str],
}

/// A consequence as data: a stable word and values. The words are made where they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The stable word.
    pub code: &'static str,
    /// Names and values, the names without doublets.
    pub values: Vec<(String, String)>,
}

/// What a remedy would do, as far as can be said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// Seconds until it takes effect.
    pub delay_s: i64,
    /// 1 (harmless) to 3 (can make it much worse).
    pub risk: u8,
    /// Names of components, instances and hosts that are changed or feel it at once.
    pub affects: Vec<String>,
    /// What it does.
    pub effects: Vec<Effect>,
    /// What it costs or breaks besides.
    pub cautions: Vec<Effect>,
}

/// What became of a remedy.
#[derive(Clone, Debug, PartialEq)]
pub struct RemedyReport {
    /// What was ordered.
    pub remedy: Remedy,
    /// When it was ordered.
    pub ordered: Timestamp,
    /// When it takes or took effect.
    pub effective: Timestamp,
    /// Whether it is finished (a rolling restart takes a while after its beginning).
    pub done: bool,
    /// A stable word and values, once it is finished.
    pub outcome: Option<(String, Vec<(String, String)>)>,
}

/// All that there is to know about a kind of remedy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) kind: RemedyKind,
    pub(crate) target: Target,
    pub(crate) amount: Option<Amount>,
    pub(crate) delay_s: i64,
    pub(crate) risk: u8,
    pub(crate) effect: &'static str,
    pub(crate) side_effects: &'static [&'static str],
    /// Whether the world is in a condition in which it can be done.
    check: Option<fn(&Plan, &State, &Remedy, &Place) -> Result<(), Refused>>,
    /// The delay where it depends on the world.
    delay: Option<fn(&Plan, &State, &Place) -> i64>,
    /// What happens when it is ordered.
    begin: Option<fn(&Plan, &mut State, &Place)>,
    /// What happens in every step until it takes effect.
    wait: Option<fn(&Plan, &mut State, &Place)>,
    /// Takes effect; called again in every step until it returns an outcome.
    finish: fn(&Plan, &mut State, &RemedyState, &Place) -> Option<Outcome>,
    /// What has to be said before, in this condition of the world.
    cautions: Option<fn(&Plan, &State, &Remedy, &Place) -> Vec<Effect>>,
}

/// What a person would read in the transcript.
type Outcome = (String, Vec<(String, String)>);

/// What a kind is like where its file says nothing else.
const PLAIN: About = About {
    kind: RemedyKind::Restart,
    target: Target::Component,
    amount: None,
    delay_s: 10,
    risk: 1,
    effect: "",
    side_effects: &[],
    check: None,
    delay: None,
    begin: None,
    wait: None,
    finish: |_, _, _, _| Some(said("done", &[])),
    cautions: None,
};

/// All kinds, in the order in which they are declared.
pub(crate) const ALL: &[RemedyKind] = &[
    RemedyKind::Restart,
    RemedyKind::ScaleOut,
    RemedyKind::ScaleIn,
    RemedyKind::RollBack,
    RemedyKind::FailOver,
    RemedyKind::Drain,
    RemedyKind::ShiftTraffic,
    RemedyKind::ClearCache,
    RemedyKind::RaisePool,
    RemedyKind::ChangeTimeout,
    RemedyKind::KillTransaction,
    RemedyKind::SkipReplication,
    RemedyKind::ReseedReplica,
    RemedyKind::ExpandDisk,
    RemedyKind::CleanDisk,
    RemedyKind::RotateCertificate,
    RemedyKind::RenewCredential,
    RemedyKind::PurgeQueue,
    RemedyKind::ReRegister,
    RemedyKind::Throttle,
    RemedyKind::FlagOff,
    RemedyKind::Silence,
    RemedyKind::StopJob,
    RemedyKind::RestartAgent,
    RemedyKind::SyncClock,
    RemedyKind::BlockSource,
    RemedyKind::RepairNetwork,
];

/// Returns what there is to know about a kind.
pub(crate) fn about(kind: RemedyKind) -> &'static About {
    match kind {
        RemedyKind::Restart => &restart::ABOUT,
        RemedyKind::ScaleOut => &scale_out::ABOUT,
        RemedyKind::ScaleIn => &scale_in::ABOUT,
        RemedyKind::RollBack => &roll_back::ABOUT,
        RemedyKind::FailOver => &fail_over::ABOUT,
        RemedyKind::Drain => &drain::ABOUT,
        RemedyKind::ShiftTraffic => &shift_traffic::ABOUT,
        RemedyKind::ClearCache => &clear_cache::ABOUT,
        RemedyKind::RaisePool => &raise_pool::ABOUT,
        RemedyKind::ChangeTimeout => &change_timeout::ABOUT,
        RemedyKind::KillTransaction => &kill_transaction::ABOUT,
        RemedyKind::SkipReplication => &skip_replication::ABOUT,
        RemedyKind::ReseedReplica => &reseed_replica::ABOUT,
        RemedyKind::ExpandDisk => &expand_disk::ABOUT,
        RemedyKind::CleanDisk => &clean_disk::ABOUT,
        RemedyKind::RotateCertificate => &rotate_certificate::ABOUT,
        RemedyKind::RenewCredential => &renew_credential::ABOUT,
        RemedyKind::PurgeQueue => &purge_queue::ABOUT,
        RemedyKind::ReRegister => &re_register::ABOUT,
        RemedyKind::Throttle => &throttle::ABOUT,
        RemedyKind::FlagOff => &flag_off::ABOUT,
        RemedyKind::Silence => &silence::ABOUT,
        RemedyKind::StopJob => &stop_job::ABOUT,
        RemedyKind::RestartAgent => &restart_agent::ABOUT,
        RemedyKind::SyncClock => &sync_clock::ABOUT,
        RemedyKind::BlockSource => &block_source::ABOUT,
        RemedyKind::RepairNetwork => &repair_network::ABOUT,
    }
}

impl RemedyKind {
    /// Returns its stable word: its name in scenarios, files and catalogues of texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::ScaleOut => "scale_out",
            Self::ScaleIn => "scale_in",
            Self::RollBack => "roll_back",
            Self::FailOver => "fail_over",
            Self::Drain => "drain",
            Self::ShiftTraffic => "shift_traffic",
            Self::ClearCache => "clear_cache",
            Self::RaisePool => "raise_pool",
            Self::ChangeTimeout => "change_timeout",
            Self::KillTransaction => "kill_transaction",
            Self::SkipReplication => "skip_replication",
            Self::ReseedReplica => "reseed_replica",
            Self::ExpandDisk => "expand_disk",
            Self::CleanDisk => "clean_disk",
            Self::RotateCertificate => "rotate_certificate",
            Self::RenewCredential => "renew_credential",
            Self::PurgeQueue => "purge_queue",
            Self::ReRegister => "re_register",
            Self::Throttle => "throttle",
            Self::FlagOff => "flag_off",
            Self::Silence => "silence",
            Self::StopJob => "stop_job",
            Self::RestartAgent => "restart_agent",
            Self::SyncClock => "sync_clock",
            Self::BlockSource => "block_source",
            Self::RepairNetwork => "repair_network",
        }
    }

    /// Returns the kind of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// Returns what a form or a document says about every kind, in the order of their declaration.
pub fn remedy_catalogue() -> Vec<RemedyInfo> {
    let info = |&kind: &RemedyKind| {
        let about = about(kind);
        RemedyInfo {
            kind: about.kind,
            word: kind.as_str(),
            target: about.target.as_str(),
            amount: about.amount,
            delay_s: about.delay_s,
            risk: about.risk,
            effect: about.effect,
            side_effects: about.side_effects,
        }
    };
    ALL.iter().map(info).collect()
}

/// Takes a remedy up; it takes effect after its delay. Returns its position among the remedies.
pub(crate) fn order(plan: &Plan, state: &mut State, remedy: &Remedy) -> Result<usize, Refused> {
    let place = check(plan, state, remedy)?;
    let about = about(remedy.kind);
    let effective = state.at.plus_millis(delay_s(plan, state, about, &place).saturating_mul(1000));
    if let Some(begin) = about.begin {
        begin(plan, state, &place);
    }
    let ordered = state.at;
    state.remedies.push(RemedyState {
        remedy: remedy.clone(),
        ordered,
        effective,
        done: false,
        outcome: None,
    });
    Ok(state.remedies.len() - 1)
}

/// Lets the remedies take effect whose time has come, and goes on with those that take longer.
pub(crate) fn finish_due(plan: &Plan, state: &mut State, _start: Timestamp) {
    for idx in 0..state.remedies.len() {
        if state.remedies[idx].done {
            continue;
        }
        let remedy = state.remedies[idx].clone();
        let about = about(remedy.remedy.kind);
        let Ok(place) = about.target.find(plan, &remedy.remedy.target) else { continue };
        if state.at < remedy.effective {
            if let Some(wait) = about.wait {
                wait(plan, state, &place);
            }
        } else if let Some(outcome) = (about.finish)(plan, state, &remedy, &place) {
            state.remedies[idx].done = true;
            state.remedies[idx].outcome = Some(outcome);
        }
    }
}

/// Returns what a remedy would do, without doing it; refused as an order would be.
pub(crate) fn dry_run(plan: &Plan, state: &State, remedy: &Remedy) -> Result<DryRun, Refused> {
    let place = check(plan, state, remedy)?;
    let about = about(remedy.kind);
    let mut values = vec![("target".to_owned(), remedy.target.clone())];
    if let (Some(taken), Some(amount)) = (about.amount, amount(remedy)) {
        values.push((taken.meaning.to_owned(), amount.to_string()));
    }
    let always = |&code: &&'static str| effect(code, &[("target", remedy.target.as_str())]);
    let mut cautions: Vec<Effect> = about.side_effects.iter().map(always).collect();
    if let Some(more) = about.cautions {
        cautions.extend(more(plan, state, remedy, &place));
    }
    Ok(DryRun {
        delay_s: delay_s(plan, state, about, &place),
        risk: about.risk,
        affects: place.affects(plan),
        effects: vec![Effect { code: about.effect, values }],
        cautions,
    })
}

/// Returns what became of all remedies, in the order in which they were ordered.
pub(crate) fn reports(_plan: &Plan, state: &State) -> Vec<RemedyReport> {
    let report = |r: &RemedyState| RemedyReport {
        remedy: r.remedy.clone(),
        ordered: r.ordered,
        effective: r.effective,
        done: r.done,
        outcome: r.outcome.clone(),
    };
    state.remedies.iter().map(report).collect()
}

/// Restarts the next instance of a component that still has to go, unless one is just starting.
///
/// Reports whether none is left.
fn roll(
    plan: &Plan,
    state: &mut State,
    component: usize,
    has_to_go: &dyn Fn(&InstanceState) -> bool,
) -> bool {
    let instances = plan.components[component].instances.clone();
    if instances.clone().any(|i| matches!(state.instances[i].phase, Phase::Starting(_))) {
        return false;
    }
    let next = instances
        .clone()
        .find(|&i| state.instances[i].phase != Phase::Absent && has_to_go(&state.instances[i]));
    if let Some(i) = next {
        renew(plan, state, i);
    }
    next.is_none()
}

/// Gives the next instance of a component the component's version: it finishes what it has and is started anew.
///
/// Where nobody could stand in, and for databases, the version is changed without an interruption. Reports whether
/// every instance has the version and none is just starting.
pub(crate) fn roll_out(plan: &Plan, state: &mut State, component: usize) -> bool {
    let version = state.components[component].version.clone();
    let all = plan.components[component].instances.clone();
    let exists = |i: &usize| state.instances[*i].phase != Phase::Absent;
    let instances: Vec<usize> = all.filter(exists).collect();
    if instances.len() < 2 || plan.components[component].database.is_some() {
        for i in instances {
            if state.instances[i].version != version {
                state.instances[i].version.clone_from(&version);
                state.instances[i].leaked_mib = 0.0;
            }
        }
        return true;
    }
    if instances.iter().any(|&i| matches!(state.instances[i].phase, Phase::Starting(_))) {
        return false;
    }
    let Some(&next) = instances.iter().find(|&&i| state.instances[i].version != version) else { return true };
    let others_up = instances.iter().any(|&i| i != next && state.instances[i].phase == Phase::Up);
    let is_finishing = state.instances[next].inside > 0 && state.instances[next].unseen_s < DRAIN_S;
    match state.instances[next].phase {
        Phase::Up if others_up => state.instances[next].phase = Phase::Draining,
        Phase::Draining if is_finishing => {}
        Phase::Up
        | Phase::Draining
        | Phase::Absent
        | Phase::Starting(_)
        | Phase::Hanging
        | Phase::Crashed => {
            renew(plan, state, next);
        }
    }
    false
}

/// Starts a process anew, with the version that its component is to have.
fn renew(plan: &Plan, state: &mut State, instance: usize) {
    crate::step::restart(plan, state, instance);
    let version = state.components[plan.instances[instance].component].version.clone();
    state.instances[instance].version = version;
}

/// Checks a remedy against plan and state, and returns the place that it is done to.
fn check(plan: &Plan, state: &State, remedy: &Remedy) -> Result<Place, Refused> {
    let place = fits(plan, remedy)?;
    let about = about(remedy.kind);
    let same = |r: &RemedyState| !r.done && r.remedy.kind == remedy.kind && r.remedy.target == remedy.target;
    if state.remedies.iter().any(same) {
        return Err(Refused::Condition { reason: "already_running" });
    }
    if let Some(check) = about.check {
        check(plan, state, remedy, &place)?;
    }
    Ok(place)
}

/// Returns what a remedy is done to, when there is such a thing and its number is one that its kind takes.
pub(crate) fn fits(plan: &Plan, remedy: &Remedy) -> Result<Place, Refused> {
    let about = about(remedy.kind);
    let place = about.target.find(plan, &remedy.target)?;
    check_amount(about.amount, remedy.amount)?;
    Ok(place)
}

fn check_amount(taken: Option<Amount>, given: Option<f64>) -> Result<(), Refused> {
    // A number that a kind does not take means nothing and does no harm.
    let Some(taken) = taken else { return Ok(()) };
    let range = || {
        let whole = if taken.whole { ", whole" } else { "" };
        format!("{} to {}{whole}", taken.least, taken.most)
    };
    match given {
        None if taken.usual.is_some() => Ok(()),
        None => Err(Refused::Amount { what: taken.meaning, given: String::new(), range: range() }),
        Some(n) if (taken.least..=taken.most).contains(&n) && (!taken.whole || n.fract().abs() < 1e-9) => {
            Ok(())
        }
        Some(n) => Err(Refused::Amount { what: taken.meaning, given: n.to_string(), range: range() }),
    }
}

/// Returns the number of a remedy, or the usual one of its kind.
fn amount(remedy: &Remedy) -> Option<f64> {
    remedy.amount.or_else(|| about(remedy.kind).amount.and_then(|a| a.usual))
}

/// Returns the number of a remedy as a count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "amounts are checked to be small, whole and not negative"
)]
fn count(remedy: &Remedy) -> u32 {
    amount(remedy).unwrap_or(0.0).max(0.0) as u32
}

/// Returns whole seconds, rounded up.
#[expect(clippy::cast_possible_truncation, reason = "delays are some thousand seconds at most")]
fn whole_s(seconds: f64) -> i64 {
    seconds.max(0.0).ceil() as i64
}

fn delay_s(plan: &Plan, state: &State, about: &About, place: &Place) -> i64 {
    about.delay.map_or(about.delay_s, |delay| delay(plan, state, place))
}

fn said(word: &str, values: &[(&str, String)]) -> Outcome {
    (word.to_owned(), values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

fn effect(code: &'static str, values: &[(&str, &str)]) -> Effect {
    let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    Effect { code, values: values.iter().map(owned).collect() }
}

/// Ends the faults of a target whose source the remedy takes away, and says how many there were.
fn remove_source(plan: &Plan, state: &mut State, remedy: &Remedy) -> usize {
    crate::faults::remove(plan, state, remedy.kind, &|spec| spec.target == remedy.target)
}

fn host_of(place: &Place) -> Option<usize> {
    match place {
        Place::Host(h) => Some(*h),
        Place::Component(_)
        | Place::Instance(_)
        | Place::Zone(_)
        | Place::Edges(_)
        | Place::Route(..)
        | Place::Alert => None,
    }
}

#[cfg(test)]
mod tests;
