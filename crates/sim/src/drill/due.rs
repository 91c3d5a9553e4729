//! What is due at a moment of a drill: what colleagues have said, advice that waits for an answer, hints, the next update.

use std::collections::BTreeSet;

use wardroom_core::Timestamp;

use super::{Decision, DecisionKind};
use crate::Brief;

/// Time from the first sign of recognition until the first update is due.
pub(crate) const FIRST_UPDATE_S: i64 = 300;

/// Time from one update until the next is due.
pub(crate) const UPDATE_EVERY_S: i64 = 600;

/// What is due at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Colleagues' lines that have been said, as positions in the brief; prepared lines are never among them.
    pub said: Vec<usize>,
    /// Advice that has been given and not been answered, as positions in the brief.
    pub advice: Vec<usize>,
    /// The hint that would be shown next, as position in the brief; `None`: all have been shown.
    pub next_hint: Option<usize>,
    /// Hints that are left.
    pub hints_left: usize,
    /// When the next update is due (may have passed); `None`: nothing has been recognised, or the drill has ended.
    pub update: Option<Timestamp>,
    /// The next time at which somebody speaks or advice is given; `None`: no more.
    pub next: Option<Timestamp>,
}

/// Returns what is due at `at` in a drill that began at `start`.
pub fn due(brief: &Brief, start: Timestamp, at: Timestamp, decisions: &[Decision]) -> Due {
    let begins = |after_s: i64| start.plus_millis(after_s * 1000);
    let past = decisions.iter().take_while(|d| d.at <= at);
    let (mut hints, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for decision in past {
        if let DecisionKind::Hint { index } = decision.what {
            hints.insert(index as usize);
        } else if let DecisionKind::Advice { index, .. } = decision.what {
            answered.insert(index as usize);
        }
    }
    let spoken = brief.says.iter().enumerate().filter(|(_, s)| !s.prepared);
    let mut left = (0..brief.hints.len()).filter(|i| !hints.contains(i));
    let times = brief.says.iter().filter(|s| !s.prepared).map(|s| s.after_s);
    let times = times.chain(brief.advice.iter().map(|a| a.after_s)).map(begins);
    Due {
        said: spoken.filter(|(_, s)| begins(s.after_s) <= at).map(|(i, _)| i).collect(),
        advice: (0..brief.advice.len())
            .filter(|i| begins(brief.advice[*i].after_s) <= at && !answered.contains(i))
            .collect(),
        next_hint: left.next(),
        hints_left: (0..brief.hints.len()).filter(|i| !hints.contains(i)).count(),
        update: update_due(decisions, at),
        next: times.filter(|t| *t > at).min(),
    }
}

/// Returns when the next update is due, from the signs of recognition and the updates until `at`.
fn update_due(decisions: &[Decision], at: Timestamp) -> Option<Timestamp> {
    let mut recognised = None;
    let mut updated = None;
    for decision in decisions.iter().take_while(|d| d.at <= at) {
        match &decision.what {
            DecisionKind::Acknowledged { .. } | DecisionKind::Hypothesis { .. } | DecisionKind::Declared => {
                recognised = recognised.or(Some(decision.at));
            }
            DecisionKind::Update { text } if !text.trim().is_empty() => updated = Some(decision.at),
            DecisionKind::Resolved => return None,
            DecisionKind::Update { .. }
            | DecisionKind::Opened { .. }
            | DecisionKind::DryRun { .. }
            | DecisionKind::Acted { .. }
            | DecisionKind::Hint { .. }
            | DecisionKind::Advice { .. }
            | DecisionKind::Whispered { .. }
            | DecisionKind::Injected { .. }
            | DecisionKind::Sensor { .. } => {}
        }
    }
    let first = recognised.map(|t: Timestamp| t.plus_millis(FIRST_UPDATE_S * 1000));
    updated.map(|t: Timestamp| t.plus_millis(UPDATE_EVERY_S * 1000)).or(first)
}
