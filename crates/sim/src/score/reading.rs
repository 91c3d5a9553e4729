//! What the decisions say, read once for all parts: first signs, beliefs, evidence that was opened.

use std::collections::BTreeSet;

use wardroom_core::Timestamp;

use super::facts::{Facts, Target};
use super::{Belief, PhaseTimes};
use crate::drill::names::same_thing;
use crate::{Decision, DecisionKind, Useful};

/// Odds from which a hypothesis counts as a statement.
pub(crate) const STATED_ODDS: f64 = 0.5;

/// The statement of a true cause that was not given up again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    /// When it was first made.
    pub(crate) at: Timestamp,
    /// How sure in the end.
    pub(crate) odds: f64,
    /// Whether the kind of fault was named as well.
    pub(crate) fault: bool,
}

/// What the decisions say.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// First acknowledgement of an alert that belongs to the trouble.
    pub(crate) acknowledged: Option<Timestamp>,
    /// First declaration or hypothesis.
    pub(crate) said: Option<Timestamp>,
    pub(crate) beliefs: Vec<Belief>,
    /// By target of the facts.
    pub(crate) standing: Vec<Option<Standing>>,
    /// By useful thing: when it was opened and could be known.
    pub(crate) opened: Vec<Option<Timestamp>>,
    /// Hints that were shown, each counted once.
    pub(crate) n_hints: u32,
}

impl Reading {
    /// Reads the decisions until the end of the drill.
    pub(crate) fn of(facts: &Facts, decisions: &[Decision]) -> Self {
        let past: Vec<&Decision> = decisions.iter().filter(|d| d.at <= facts.ended).collect();
        let zero = facts.zero();
        let said = past.iter().filter(|d| d.at >= zero).find(|d| {
            matches!(d.what, DecisionKind::Declared)
                || matches!(d.what, DecisionKind::Hypothesis { odds, .. } if odds > 0.0)
        });
        let hints: BTreeSet<u32> = past
            .iter()
            .filter_map(|d| if let DecisionKind::Hint { index } = d.what { Some(index) } else { None })
            .filter(|i| (*i as usize) < facts.brief.hints.len())
            .collect();
        let beliefs = beliefs(facts, &past);
        Self {
            acknowledged: past.iter().filter_map(|d| acknowledged(facts, d)).min(),
            said: said.map(|d| d.at),
            standing: facts.targets.iter().map(|t| standing(t, &beliefs)).collect(),
            opened: opened(facts, &past),
            n_hints: u32::try_from(hints.len()).unwrap_or(u32::MAX),
            beliefs,
        }
    }

    /// Returns the first sign of recognition: an acknowledgement that belongs, a declaration or a hypothesis.
    pub(crate) fn first_sign(&self) -> Option<Timestamp> {
        self.acknowledged.into_iter().chain(self.said).min()
    }

    /// Returns when the last of the true causes was named for good; `None` while one is not.
    pub(crate) fn localised(&self) -> Option<Timestamp> {
        let times: Option<Vec<Timestamp>> = self.standing.iter().map(|s| s.as_ref().map(|s| s.at)).collect();
        times?.into_iter().max()
    }

    /// Reports whether a true cause has been named.
    pub(crate) fn knows(&self) -> bool {
        self.standing.iter().any(Option::is_some)
    }

    /// Returns the useful thing that was of use first; of equal ones the earlier of the list.
    pub(crate) fn first_useful(&self) -> Option<(Timestamp, usize)> {
        self.opened.iter().enumerate().filter_map(|(i, at)| at.map(|at| (at, i))).min()
    }

    /// Returns the times of the trainee's phases.
    pub(crate) fn times(&self, facts: &Facts) -> PhaseTimes {
        let since = |at: Option<Timestamp>| at.map(|at| facts.since_zero(at));
        PhaseTimes {
            detect: since(self.first_sign()),
            acknowledge: since(self.acknowledged),
            localise: since(self.localised()),
            mitigate: facts.course(&facts.you).restored_s,
        }
    }
}

/// Returns since when a decision acknowledges an alert that belongs to the trouble and fires; one that was acknowledged
/// while it was pending counts from when it fires.
fn acknowledged(facts: &Facts, decision: &Decision) -> Option<Timestamp> {
    let DecisionKind::Acknowledged { alert } = &decision.what else { return None };
    let meant = facts.alerts.iter().filter(|a| a.name == *alert || a.labels == *alert);
    let known = meant.filter(|a| a.belongs && a.since <= decision.at && a.at <= facts.ended);
    known.map(|a| a.at.max(decision.at)).min()
}

/// Returns what was believed. A statement is right when a cause that has begun lies there.
fn beliefs(facts: &Facts, past: &[&Decision]) -> Vec<Belief> {
    past.iter()
        .filter_map(|decision| {
            let DecisionKind::Hypothesis { entity, fault, odds } = &decision.what else { return None };
            let at_target = facts.targets.iter().any(|t| t.at <= decision.at && t.is_at(entity));
            let elsewhere = facts.also.iter().any(|other| same_thing(other, entity));
            Some(Belief {
                at: decision.at,
                entity: entity.clone(),
                fault: fault.clone(),
                // An odds that is no number says nothing.
                odds: if odds.is_finite() { odds.clamp(0.0, 1.0) } else { 0.0 },
                right: at_target || elsewhere,
            })
        })
        .collect()
}

/// Returns the statement of a target that stands at the end.
///
/// A right statement with odds of at least a half makes it stand. It falls when the same place is doubted (lower odds),
/// or when a place where nothing is wrong is stated with odds of at least a half.
fn standing(target: &Target, beliefs: &[Belief]) -> Option<Standing> {
    let mut stands: Option<Standing> = None;
    for belief in beliefs.iter().filter(|b| b.at >= target.at) {
        if !target.is_at(&belief.entity) {
            if !belief.right && belief.odds >= STATED_ODDS {
                stands = None;
            }
        } else if belief.odds < STATED_ODDS {
            stands = None;
        } else {
            let fault = target.fault.is_empty() || target.fault == belief.fault;
            let at = stands.as_ref().map_or(belief.at, |s| s.at);
            stands = Some(Standing { at, odds: belief.odds, fault });
        }
    }
    stands
}

/// Reports whether a decision opened a useful thing: the same screen and subject, and the detail in what was looked at.
pub fn shows(useful: &Useful, what: &DecisionKind) -> bool {
    let DecisionKind::Opened { screen, subject, detail } = what else { return false };
    let detail = detail.to_lowercase();
    *screen == useful.screen
        && (useful.subject.is_empty() || same_thing(&useful.subject, subject))
        && detail.contains(&useful.detail.to_lowercase())
}

/// Returns when each useful thing was opened; what was opened before it could be known counts from when it could.
fn opened(facts: &Facts, past: &[&Decision]) -> Vec<Option<Timestamp>> {
    let when = |(i, useful): (usize, &Useful)| {
        let known = facts.knowable.get(i).copied().flatten().unwrap_or(facts.start);
        let times = past.iter().filter(|d| shows(useful, &d.what)).map(|d| d.at.max(known));
        times.min().filter(|at| *at <= facts.ended)
    };
    facts.brief.useful.iter().enumerate().map(when).collect()
}
