//! A file of actions held against its drill before the world starts: what it names, its numbers, and what it answers.

use wardroom_core::Timestamp;
use wardroom_sim::{Decision, DecisionKind, Refused, Remedy};

use crate::drills::decide::{self, Unbelievable};
use crate::drills::play::{Played, Step};
use crate::drills::rows::{DrillScreen, RemedyRow};
use crate::drills::running::Setup;
use crate::drills::texts;
use crate::error::AppError;

/// Checks the steps of a file: each name exists in the drill's world, each number lies in its range, and hints and
/// suggestions are there when they are asked for or answered.
///
/// `before` are the decisions that stand already, and `from` the moment at which playing begins: what lies before it
/// is not played, and what would come after the end is not either, so of those only names and numbers are checked.
///
/// # Errors
///
/// `actions_step` with the number of the first line, by time, that cannot be played.
pub(crate) fn check(
    setup: &Setup,
    before: &[Decision],
    from: Timestamp,
    steps: &[Step],
) -> Result<(), AppError> {
    let mut decided = before.to_vec();
    let mut ends = setup.ends();
    for step in steps {
        named(setup, step)?;
        let at = setup.start.plus_millis(step.after_ms);
        if at < from || at >= ends {
            continue;
        }
        if step.what == (Played::Resolved {}) {
            ends = at;
        }
        decided.extend(answered(setup, at, &decided, step)?);
    }
    Ok(())
}

/// Returns the decision of a step that takes a hint or answers a suggestion; `None` for others.
fn answered(
    setup: &Setup,
    at: Timestamp,
    decided: &[Decision],
    step: &Step,
) -> Result<Option<Decision>, AppError> {
    let due = || wardroom_sim::due(setup.scenario.brief(), setup.start, at, decided);
    let what = match &step.what {
        Played::Hint {} => {
            let next = due().next_hint.filter(|_| setup.coach).ok_or_else(|| refused(step, "hint"))?;
            DecisionKind::Hint { index: u32::try_from(next).unwrap_or(u32::MAX) }
        }
        Played::Advice { index, followed } => {
            let place = *index as usize;
            if !setup.shows_advice(place) || !due().advice.contains(&place) {
                return Err(refused(step, "advice").with("name", index));
            }
            DecisionKind::Advice { index: *index, followed: *followed }
        }
        Played::Acknowledged { .. }
        | Played::Opened { .. }
        | Played::Hypothesis { .. }
        | Played::DryRun { .. }
        | Played::Acted { .. }
        | Played::Update { .. }
        | Played::Declared {}
        | Played::Resolved {} => return Ok(None),
    };
    Ok(Some(Decision { at, what }))
}

/// Checks what a step names and its numbers, which does not depend on when it is played.
fn named(setup: &Setup, step: &Step) -> Result<(), AppError> {
    match &step.what {
        Played::Acknowledged { alert } if !setup.scenario.has_alert(alert) => {
            Err(refused(step, "alert").with("name", alert))
        }
        Played::Opened { screen, subject, .. } if !is_there(setup, *screen, subject) => {
            Err(refused(step, "subject").with("name", subject))
        }
        Played::Opened { screen: DrillScreen::Metrics, subject, detail } if is_name(detail) => {
            measured(setup, step, subject, detail)
        }
        Played::Hypothesis { entity, fault, odds } => {
            decide::believable(&setup.scenario, entity, fault, *odds).map(|_| ()).map_err(|why| match why {
                Unbelievable::Odds => refused(step, "odds").with("name", odds),
                Unbelievable::NoPlace => refused(step, "nothing"),
                Unbelievable::Fault => refused(step, "fault").with("name", fault),
                Unbelievable::Place => refused(step, "entity").with("name", entity),
            })
        }
        Played::DryRun { remedy, target, amount } | Played::Acted { remedy, target, amount } => {
            let row = RemedyRow { kind: remedy.clone(), target: target.clone(), amount: *amount };
            let remedy =
                texts::remedy_of(&row).map_err(|_| refused(step, "remedy").with("name", &row.kind))?;
            setup.scenario.takes(&remedy).map_err(|why| untaken(step, &remedy, &why))?;
            numbered(step, &remedy)
        }
        Played::Update { text } if text.trim().is_empty() => Err(refused(step, "update")),
        Played::Acknowledged { .. }
        | Played::Update { .. }
        | Played::Opened { .. }
        | Played::Hint {}
        | Played::Advice { .. }
        | Played::Declared {}
        | Played::Resolved {} => Ok(()),
    }
}

/// Reports whether what is looked at exists; a screen may be opened for nothing in particular.
fn is_there(setup: &Setup, screen: DrillScreen, subject: &str) -> bool {
    let scenario = &setup.scenario;
    let is_shown_there = match screen {
        DrillScreen::Checks => scenario.has_check(subject),
        DrillScreen::Now | DrillScreen::Alerts => scenario.has_alert(subject),
        DrillScreen::Metrics | DrillScreen::Logs | DrillScreen::Catalog | DrillScreen::Changes => false,
    };
    subject.is_empty() || is_shown_there || scenario.has_place(subject)
}

/// Reports whether words may be the name of a metric, and are neither an expression nor a search.
fn is_name(words: &str) -> bool {
    !words.is_empty() && words.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// Refuses a metric that is not measured of what is looked at: it would count as nothing that was seen.
fn measured(setup: &Setup, step: &Step, subject: &str, metric: &str) -> Result<(), AppError> {
    match setup.scenario.metric_like(subject, metric) {
        Some(nearest) if !nearest.eq_ignore_ascii_case(metric) => {
            let refused = refused(step, "metric").with("name", metric);
            Err(refused.with("subject", subject).with("nearest", nearest))
        }
        // Of nothing in particular any metric may be looked at.
        Some(_) | None => Ok(()),
    }
}

/// Refuses a number where a kind of action takes none: it would be left out without a word.
fn numbered(step: &Step, remedy: &Remedy) -> Result<(), AppError> {
    let takes = wardroom_sim::remedy_catalogue().into_iter().find(|info| info.kind == remedy.kind);
    match remedy.amount {
        Some(amount) if takes.is_some_and(|info| info.amount.is_none()) => {
            Err(refused(step, "untaken").with("name", amount).with("remedy", remedy.kind.as_str()))
        }
        Some(_) | None => Ok(()),
    }
}

/// Says why a remedy cannot be carried out in this world at any time.
fn untaken(step: &Step, remedy: &Remedy, why: &Refused) -> AppError {
    let told = match why {
        Refused::Amount { what, given, range } => {
            let refused = refused(step, if given.is_empty() { "no_amount" } else { "amount" });
            refused.with("what", what).with("name", given).with("range", range)
        }
        Refused::NoSuchTarget { .. } | Refused::Condition { .. } => {
            refused(step, "target").with("name", &remedy.target)
        }
    };
    told.with("remedy", remedy.kind.as_str())
}

/// Gives a failure in the middle of a run its line, where the file is to blame: whether an alert fires at a moment shows
/// only then.
pub(crate) fn in_the_run(error: AppError, step: &Step) -> AppError {
    let Played::Acknowledged { alert } = &step.what else { return error };
    if error.code == "no_such_alert" { refused(step, "quiet").with("name", alert) } else { error }
}

fn refused(step: &Step, problem: &str) -> AppError {
    AppError::new("actions_step").with("line", step.line).with("problem", problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drills::play::read_steps;
    use crate::drills::rows::{AdviceMode, DrillOptions};
    use crate::drills::{begin, catalogue};

    fn setup(advice: AdviceMode, coach: bool) -> Setup {
        let options = DrillOptions { advice, speed: 1, coach };
        let found = catalogue::find("replica_lag").unwrap().clone();
        begin::wanted(found, 7, "", options, None).unwrap().setup()
    }

    /// Checks a file whose first line is a comment.
    fn checked(setup: &Setup, lines: &[&str]) -> Result<(), AppError> {
        let text = format!("# A comment.\n{}", lines.join("\n"));
        check(setup, &[], setup.start, &read_steps(&text).unwrap())
    }

    #[test]
    fn what_can_never_be_played_is_refused_with_its_line() {
        let setup = setup(AdviceMode::Normal, true);
        let cases = [
            ("alert", r#""kind": "acknowledged", "alert": "MysqlReplicationLags""#),
            ("fault", r#""kind": "hypothesis", "entity": "mysql-ledger-2", "fault": "lag", "odds": 0.9"#),
            ("entity", r#""kind": "hypothesis", "entity": "mysql-ledgr", "odds": 0.9"#),
            ("nothing", r#""kind": "hypothesis", "entity": " ", "odds": 0.9"#),
            ("odds", r#""kind": "hypothesis", "entity": "mysql-ledger-2", "odds": 9"#),
            ("target", r#""kind": "dry_run", "remedy": "drain", "target": "mysql-ledger-9""#),
            ("target", r#""kind": "acted", "remedy": "restart", "target": "paymnets""#),
            ("amount", r#""kind": "acted", "remedy": "drain", "target": "mysql-ledger-2", "amount": 7"#),
            (
                "no_amount",
                r#""kind": "acted", "remedy": "change_timeout", "target": "payments -> mysql-ledger""#,
            ),
            ("untaken", r#""kind": "dry_run", "remedy": "restart", "target": "payments", "amount": 3"#),
            ("subject", r#""kind": "opened", "screen": "metrics", "subject": "mysql-ledgr-2""#),
            (
                "metric",
                r#""kind": "opened", "screen": "metrics", "subject": "mysql-ledger-2", "detail": "mysql_upp""#,
            ),
            ("update", r#""kind": "update", "text": "  ""#),
            ("advice", r#""kind": "advice", "index": 7, "followed": true"#),
        ];

        for (problem, step) in cases {
            let good = r#"{"at": "+1m", "kind": "declared"}"#;
            let bad = format!(r#"{{"at": "+10m", {step}}}"#);
            let error = checked(&setup, &[good, &bad]).unwrap_err();

            assert_eq!(error.code, "actions_step", "{step}");
            assert_eq!((error.fields["line"].as_str(), error.fields["problem"].as_str()), ("3", problem));
        }
    }

    #[test]
    fn places_may_be_instances_calls_and_nothing_at_all() {
        let setup = setup(AdviceMode::Normal, true);

        for entity in ["mysql-ledger-2", "mysql-ledger", "payments -> mysql-ledger", "none"] {
            let line = format!(r#"{{"at": "+1m", "kind": "hypothesis", "entity": "{entity}", "odds": 0.5}}"#);
            assert_eq!(checked(&setup, &[&line]), Ok(()), "{entity}");
        }
    }

    #[test]
    fn a_screen_is_opened_for_a_place_or_for_nothing() {
        let setup = setup(AdviceMode::Normal, true);

        let opened = |screen: &str, subject: &str| {
            let step =
                format!(r#"{{"at": "+1m", "kind": "opened", "screen": "{screen}", "subject": "{subject}"}}"#);
            checked(&setup, &[&step])
        };

        for subject in ["mysql-ledger-2", "payments -> mysql-ledger", ""] {
            assert_eq!(opened("metrics", subject), Ok(()), "{subject}");
        }
        assert_eq!(opened("alerts", "MysqlReplicationLag"), Ok(()));
        assert_eq!(opened("checks", "front-page"), Ok(()));
        assert!(opened("metrics", "front-page").is_err());
    }

    #[test]
    fn what_is_searched_for_need_not_be_the_name_of_a_metric() {
        let setup = setup(AdviceMode::Normal, true);

        for detail in ["mysql_up", "MySQL_Up", "", "rate(mysql_up[1m])", "lag of the replica"] {
            let seen = format!(r#""screen": "metrics", "subject": "mysql-ledger-2", "detail": "{detail}""#);
            let step = format!(r#"{{"at": "+1m", "kind": "opened", {seen}}}"#);
            assert_eq!(checked(&setup, &[&step]), Ok(()), "{detail}");
        }
    }

    #[test]
    fn a_suggestion_is_answered_once_and_when_it_has_been_made() {
        let mode = AdviceMode::MayBeWrong;
        let answer =
            |at: &str| format!(r#"{{"at": "{at}", "kind": "advice", "index": 0, "followed": false}}"#);
        let problem = |setup: &Setup, lines: &[&str]| {
            checked(setup, lines).map_err(|e| (e.fields["line"].clone(), e.fields["problem"].clone()))
        };
        let refused = |line: &str| Err((line.to_owned(), "advice".to_owned()));

        assert_eq!(problem(&setup(mode, true), &[&answer("+5m")]), Ok(()));
        assert_eq!(problem(&setup(mode, true), &[&answer("+5m"), &answer("+6m")]), refused("3"));
        assert_eq!(problem(&setup(mode, true), &[&answer("+5s")]), refused("2"));
        // The first suggestion of this drill is planted.
        assert_eq!(problem(&setup(AdviceMode::Normal, true), &[&answer("+5m")]), refused("2"));
    }

    #[test]
    fn hints_end_and_need_the_coach() {
        let hint = r#"{"at": "+1m", "kind": "hint"}"#;

        assert_eq!(checked(&setup(AdviceMode::Normal, true), &[hint; 3]), Ok(()));
        let fourth = checked(&setup(AdviceMode::Normal, true), &[hint; 4]).unwrap_err();
        let alone = checked(&setup(AdviceMode::Normal, false), &[hint]).unwrap_err();

        assert_eq!((fourth.fields["line"].as_str(), fourth.fields["problem"].as_str()), ("5", "hint"));
        assert_eq!((alone.fields["line"].as_str(), alone.fields["problem"].as_str()), ("2", "hint"));
    }

    #[test]
    fn what_is_not_played_any_more_only_has_to_make_sense() {
        let setup = setup(AdviceMode::Normal, true);
        let late = r#"{"at": "+6m", "kind": "advice", "index": 0, "followed": true}"#;
        let wrong = r#"{"at": "+6m", "kind": "update", "text": ""}"#;
        let over = r#"{"at": "+5m", "kind": "resolved"}"#;

        assert_eq!(checked(&setup, &[over, late]), Ok(()));
        assert_eq!(checked(&setup, &[over, wrong]).unwrap_err().fields["line"], "3");
        // A branch that begins after the answer leaves it out.
        let steps = read_steps(late).unwrap();
        assert_eq!(check(&setup, &[], setup.start.plus_millis(400_000), &steps), Ok(()));
    }
}
