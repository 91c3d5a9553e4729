//! Weighs what the rules found: one number for each class, and what each rule contributed.

use wardroom_core::LogLevel;

use super::rules::{Match, Rules, Verdict};
use super::words::Word;

/// How much each further rule that says the same adds, compared with the one before: evidence in one line repeats itself.
const REPEAT: f64 = 0.5;

/// The log-odds by which a line without any sign is routine rather than a software fault.
const ROUTINE: f64 = 2.5;

/// How much likelier a fault is one of software where nothing speaks of another kind.
const SOFTWARE: f64 = 2.5;

/// How much evidence of another kind makes it as likely as that.
const CLEAR: f64 = 3.0;

/// How much evidence of a fault makes topics count in full.
const FULL_TOPIC: f64 = 2.5;

/// What a single word says when it is a part of an identifier.
const IN_IDENTIFIER: f64 = 0.5;

/// How sure a graver class has to be before the lesser ones stand back.
const GRAVE: f64 = 3.5;

/// By what the lesser classes' own evidence is multiplied then.
const STAND_BACK: f64 = 0.4;

/// What one rule contributed to its class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    /// The match.
    pub(super) found: Match,
    /// What it added to the log-odds.
    pub(super) weight: f64,
}

/// The weights of all classes, and where they come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Weighed {
    /// One log-odds a class, in the order of [`super::CLASSES`].
    pub(super) classes: [f64; 5],
    /// What the topics of a line say further of the kind of a fault, given that it is one.
    pub(super) given_fault: [f64; 5],
    /// What the rules contributed, strongest first.
    pub(super) shares: Vec<Share>,
    /// What the level contributed: to a fault when positive, to routine when negative.
    pub(super) level: f64,
}

/// Weighs the matches of a line and its level.
pub(super) fn weigh(rules: &Rules, matches: &[Match], words: &[Word], level: Option<LogLevel>) -> Weighed {
    let mut shares = Vec::with_capacity(matches.len());
    let found: Vec<(Verdict, Share)> = matches.iter().map(|m| weight_of(rules, words, m)).collect();
    let sign = sum(&found, Verdict::Sign, 1.0, &mut shares);
    let benign = sum(&found, Verdict::Benign, 1.0, &mut shares);
    let mut own: [f64; 5] = std::array::from_fn(|class| match class {
        0 => 0.0,
        _ => sum(&found, Verdict::Fault(class), 1.0, &mut shares),
    });
    stand_back(&mut own);
    let strongest = own.iter().copied().fold(0.0, f64::max);
    let gate = ((sign + strongest) / FULL_TOPIC).min(1.0);
    let level = of_level(level);
    let mut classes = [ROUTINE + benign + (-level).max(0.0), 0.0, 0.0, 0.0, 0.0];
    let topics: [f64; 5] = std::array::from_fn(|class| match class {
        0 => 0.0,
        _ => sum(&found, Verdict::Topic(class), gate, &mut shares),
    });
    let full: [f64; 5] =
        std::array::from_fn(|class| if gate > 0.0 { topics[class] / gate } else { topic(&found, class) });
    for class in 1..5 {
        classes[class] = own[class] + topics[class];
    }
    let known = unless_other(&own, &topics);
    classes[2] += known;
    let mut given_fault: [f64; 5] = std::array::from_fn(|class| full[class] - topics[class]);
    given_fault[2] += unless_other(&own, &full) - known;
    for weight in classes.iter_mut().skip(1) {
        *weight += sign + level.max(0.0);
    }
    shares.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.found.first.cmp(&b.found.first)));
    Weighed { classes, given_fault, shares, level }
}

/// Returns the topics of a class in full.
fn topic(found: &[(Verdict, Share)], class: usize) -> f64 {
    if class == 0 { 0.0 } else { sum(found, Verdict::Topic(class), 1.0, &mut Vec::new()) }
}

/// Returns what speaks for software where nothing speaks of another kind.
fn unless_other(own: &[f64; 5], topics: &[f64; 5]) -> f64 {
    let other = [1, 3, 4].into_iter().map(|class: usize| own[class] + topics[class]).fold(0.0, f64::max);
    SOFTWARE * (1.0 - (other / CLEAR).min(1.0))
}

/// Returns what a match weighs by itself.
fn weight_of(rules: &Rules, words: &[Word], found: &Match) -> (Verdict, Share) {
    let rule = rules.rule(found.rule);
    let is_part = words[found.first..=found.last].iter().all(|w| w.is_hump);
    let weight = if is_part { rule.weight * IN_IDENTIFIER } else { rule.weight };
    (rule.verdict, Share { found: *found, weight })
}

/// Lets the lesser classes stand back where a graver one is sure: security, hardware, network, software.
fn stand_back(own: &mut [f64; 5]) {
    let [_, hardware, application, network, security] = own;
    if *security >= GRAVE {
        *hardware *= STAND_BACK;
    }
    if *security >= GRAVE || *hardware >= GRAVE {
        *network *= STAND_BACK;
    }
    if *security >= GRAVE || *hardware >= GRAVE || *network >= GRAVE {
        *application *= STAND_BACK;
    }
}

/// Sums the weights of one verdict, strongest first, each further one counting less.
fn sum(found: &[(Verdict, Share)], verdict: Verdict, gate: f64, shares: &mut Vec<Share>) -> f64 {
    let from = shares.len();
    shares.extend(found.iter().filter(|(v, _)| *v == verdict).map(|(_, share)| *share));
    let ours = &mut shares[from..];
    ours.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.found.first.cmp(&b.found.first)));
    let mut factor = gate;
    let mut total = 0.0;
    for share in ours {
        share.weight *= factor;
        total += share.weight;
        factor *= REPEAT;
    }
    total
}

/// What the writer's own judgement adds. It is weak: some writers call everything a warning, some nothing.
const fn of_level(level: Option<LogLevel>) -> f64 {
    match level {
        Some(LogLevel::Trace | LogLevel::Debug) => -0.8,
        Some(LogLevel::Info) => -0.5,
        None => 0.0,
        Some(LogLevel::Warn) => 0.4,
        Some(LogLevel::Error) => 1.2,
        Some(LogLevel::Fatal) => 1.5,
    }
}
