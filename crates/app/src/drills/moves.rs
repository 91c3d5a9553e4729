//! What was done in a drill as a list, with what users saw before and after each action.

use wardroom_core::{Timestamp, Unit};
use wardroom_sim::{Decision, DecisionKind, Outcome, Remedy, World};

use crate::drills::rows::{DrillMove, MoveKind};
use crate::drills::running::Setup;
use crate::drills::texts;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// After an action works, what users see then is what came of it.
const AFTER_MS: i64 = 120_000;
/// Steps of an outcome over which a share is taken: a minute.
const MINUTE_STEPS: usize = 4;
/// A smaller difference of the share served is none.
const LEAST: f64 = 0.01;
/// Characters of an update that the list shows.
const SHORT: usize = 80;

/// What is known of the world when the list is made.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) start: Timestamp,
    pub(crate) now: Timestamp,
    pub(crate) outcome: Outcome,
    /// When each remedy works, in the order of the orders.
    pub(crate) works_at: Vec<Timestamp>,
}

impl Seen {
    pub(crate) fn of(world: &World) -> Self {
        Self {
            start: world.start(),
            now: world.at(),
            outcome: world.outcome(),
            works_at: world.remedies().iter().map(|report| report.effective).collect(),
        }
    }

    /// Returns the share of users served over the minute before a time, at the worst objective; `None` before the first.
    pub(crate) fn served(&self, at: Timestamp) -> Option<f64> {
        let step_ms = self.outcome.step_s.max(1) * 1000;
        let end = usize::try_from((at.as_millis() - self.start.as_millis()) / step_ms).ok()?;
        let shares = self.outcome.objectives.iter().filter_map(|ratios| {
            let end = end.min(ratios.len());
            let minute = &ratios[end.saturating_sub(MINUTE_STEPS)..end];
            (!minute.is_empty()).then(|| minute.iter().sum::<f64>() / minute.len() as f64)
        });
        shares.reduce(f64::min)
    }
}

/// Makes the list of a drill. `for_instructor` shows also what the instructor did and what was refused beside it.
pub(crate) fn list(
    setup: &Setup,
    decisions: &[Decision],
    seen: &Seen,
    for_instructor: bool,
) -> Vec<DrillMove> {
    let mut works_at = seen.works_at.iter().copied();
    let mut moves = Vec::new();
    for decision in decisions {
        let (kind, text) = words(setup, &decision.what);
        let works = if kind == MoveKind::Acted { works_at.next() } else { None };
        if kind == MoveKind::Instructor && !for_instructor {
            continue;
        }
        let number = u32::try_from(moves.len() + 1).unwrap_or(u32::MAX);
        moves.push(with_effect(decision.at, number, (kind, text), works, seen));
    }
    moves
}

fn with_effect(
    at: Timestamp,
    number: u32,
    (kind, text): (MoveKind, Phrase),
    works_at: Option<Timestamp>,
    seen: &Seen,
) -> DrillMove {
    let before = works_at.and_then(|_| seen.served(at));
    let after = works_at
        .filter(|works| seen.now.as_millis() - works.as_millis() >= AFTER_MS / 2)
        .and_then(|works| seen.served(seen.now.min(works.plus_millis(AFTER_MS))));
    let effect = match (before, after, works_at) {
        (Some(before), Some(after), _) => Some(change(before, after)),
        (_, None, Some(works)) if works > seen.now => Some(Phrase::new("effect-waiting").time("time", works)),
        _ => None,
    };
    DrillMove {
        number,
        at: at.into(),
        kind,
        text,
        before,
        after,
        works_at: works_at.map(Millis::from),
        effect,
        worse: before.zip(after).is_some_and(|(before, after)| after < before - LEAST),
    }
}

/// Says how the share of users served changed.
fn change(before: f64, after: f64) -> Phrase {
    let key = if after < before - LEAST {
        "effect-worse"
    } else if after > before + LEAST {
        "effect-better"
    } else {
        return Phrase::new("effect-none").number("share", after, Unit::Ratio);
    };
    Phrase::new(key).number("before", before, Unit::Ratio).number("after", after, Unit::Ratio)
}

fn words(setup: &Setup, what: &DecisionKind) -> (MoveKind, Phrase) {
    let done = |key: &str, remedy: &Remedy| {
        Phrase::new(key).with("kind", texts::remedy_name(remedy)).text("target", remedy.target.clone())
    };
    match what {
        DecisionKind::Acknowledged { alert } => {
            (MoveKind::Acknowledged, Phrase::new("move-acknowledged").text("alert", texts::alert_name(alert)))
        }
        DecisionKind::Opened { screen, subject, detail } => {
            (MoveKind::Opened, opened(texts::screen_key(texts::screen(*screen)), subject, detail))
        }
        DecisionKind::Hypothesis { entity, fault, odds } => {
            (MoveKind::Hypothesis, hypothesis(entity, fault, *odds))
        }
        DecisionKind::DryRun { remedy } => (MoveKind::DryRun, done("move-dry-run", remedy)),
        DecisionKind::Acted { remedy, refused: None } => (MoveKind::Acted, done("move-acted", remedy)),
        DecisionKind::Acted { remedy, refused: Some(_) } => (MoveKind::Refused, done("move-refused", remedy)),
        DecisionKind::Update { text } => {
            let short: String = text.chars().take(SHORT).collect();
            (MoveKind::Update, Phrase::new("move-update").text("text", short))
        }
        DecisionKind::Hint { index } => {
            (MoveKind::Hint, Phrase::new("move-hint").count("n", *index as usize + 1))
        }
        DecisionKind::Advice { index, followed } => {
            let key = if *followed { "move-advice-followed" } else { "move-advice-rejected" };
            (MoveKind::Advice, Phrase::new(key).count("n", setup.advice_number(*index as usize)))
        }
        DecisionKind::Declared => (MoveKind::Declared, Phrase::new("move-declared")),
        DecisionKind::Resolved => (MoveKind::Resolved, Phrase::new("move-resolved")),
        DecisionKind::Whispered { role, text } => (
            MoveKind::Instructor,
            Phrase::new("move-whispered").word("role", texts::role_key(role)).text("text", text.clone()),
        ),
        DecisionKind::Injected { spec } => (
            MoveKind::Instructor,
            Phrase::new("move-injected")
                .word("fault", texts::fault_key(&texts::word_of(&spec.kind)))
                .text("target", spec.target.clone()),
        ),
        DecisionKind::Sensor { target, away } => {
            let key = if *away { "move-sensor-away" } else { "move-sensor-back" };
            (MoveKind::Instructor, Phrase::new(key).text("target", target.clone()))
        }
    }
}

fn opened(screen: String, subject: &str, detail: &str) -> Phrase {
    match (subject.is_empty(), detail.is_empty()) {
        (true, true) => Phrase::new("move-opened").word("screen", screen),
        (true, false) => Phrase::new("move-opened-subject").word("screen", screen).text("subject", detail),
        (false, true) => Phrase::new("move-opened-subject").word("screen", screen).text("subject", subject),
        (false, false) => Phrase::new("move-opened-detail")
            .word("screen", screen)
            .text("subject", subject)
            .text("detail", detail),
    }
}

fn hypothesis(entity: &str, fault: &str, odds: f64) -> Phrase {
    if entity == texts::NO_FAULT {
        return Phrase::new("move-hypothesis-none").text("odds", format!("{odds:.2}"));
    }
    let key = if fault.is_empty() { "move-hypothesis-place" } else { "move-hypothesis" };
    let phrase = Phrase::new(key).text("entity", entity).text("odds", format!("{odds:.2}"));
    if fault.is_empty() { phrase } else { phrase.word("fault", texts::fault_key(fault)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drills::rows::{AdviceMode, DrillOptions};
    use crate::drills::{begin, catalogue};

    #[test]
    fn a_suggestion_is_counted_among_those_that_were_shown() {
        // The first suggestion of this drill is planted.
        let followed = |advice: AdviceMode| {
            let found = catalogue::find("replica_lag").unwrap().clone();
            let options = DrillOptions { advice, speed: 1, coach: true };
            let setup = begin::wanted(found, 7, "", options, None).unwrap().setup();
            words(&setup, &DecisionKind::Advice { index: 1, followed: true }).1
        };

        let number = |n: usize| Phrase::new("move-advice-followed").count("n", n);
        assert_eq!(followed(AdviceMode::Normal), number(1));
        assert_eq!(followed(AdviceMode::MayBeWrong), number(2));
    }

    #[test]
    fn a_small_difference_is_none() {
        assert_eq!(change(0.5, 0.505).key, "effect-none");
        assert_eq!(change(0.78, 0.62).key, "effect-worse");
        assert_eq!(change(0.62, 0.99).key, "effect-better");
    }
}
