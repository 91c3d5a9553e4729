//! A drill played from a file: decisions with times, one JSON object a line.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;
use wardroom_sim::RemedyKind;

use crate::context::{App, lock, source_number};
use crate::detection;
use crate::drills::begin::Wanted;
use crate::drills::decide::{self, open_drill};
use crate::drills::rows::{DrillOptions, DrillScreen, RemedyRow};
use crate::drills::running::Drill;
use crate::drills::{begin, catalogue, checked, ending, older};
use crate::error::AppError;
use crate::jobs::{Job, JobKind};
use crate::workspaces;

/// Milliseconds of a minute.
const MINUTE_MS: u64 = 60_000;

/// One decision of a file of actions, with its time after the beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The line of the file, counted from 1.
    pub line: usize,
    /// Milliseconds after the beginning of the run.
    pub after_ms: i64,
    /// What is decided.
    pub what: Played,
}

/// What can be decided in a file of actions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Played {
    /// Acknowledges the newest alert of that name that fires.
    Acknowledged {
        /// The alert's name.
        alert: String,
    },
    /// Opens evidence.
    Opened {
        /// The screen (`now`, `alerts`, `metrics`, `logs`, `catalog`, `changes`, `checks`).
        screen: DrillScreen,
        /// What is looked at; may be left out.
        #[serde(default)]
        subject: String,
        /// What exactly; may be left out.
        #[serde(default)]
        detail: String,
    },
    /// States a cause.
    Hypothesis {
        /// The entity, or `none`.
        entity: String,
        /// The kind of fault; may be left out.
        #[serde(default)]
        fault: String,
        /// How sure, 0 to 1.
        odds: f64,
    },
    /// Asks what an action would do.
    DryRun {
        /// The kind (`roll_back`).
        remedy: String,
        /// What it is done to.
        target: String,
        /// How much, where the kind takes a number.
        #[serde(default)]
        amount: Option<f64>,
    },
    /// Carries an action out.
    Acted {
        /// The kind (`roll_back`).
        remedy: String,
        /// What it is done to.
        target: String,
        /// How much, where the kind takes a number.
        #[serde(default)]
        amount: Option<f64>,
    },
    /// Tells others.
    Update {
        /// The text.
        text: String,
    },
    /// Asks for the next hint.
    Hint {},
    /// Answers a suggestion.
    Advice {
        /// Which, from 0.
        index: u32,
        /// Followed, or rejected.
        followed: bool,
    },
    /// Declares an incident.
    Declared {},
    /// Declares it resolved, which ends the drill.
    Resolved {},
}

/// What a drill that is played from a file is begun with.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The drill's name, or the path of a scenario.
    pub name: String,
    /// The seed.
    pub seed: u32,
    /// Who plays; empty where nobody is named.
    pub trainee: String,
    /// Suggestions, coach and clock.
    pub options: DrillOptions,
    /// The workspace to make; `None` takes a free name in the application's folder.
    pub path: Option<PathBuf>,
}

impl Beginning {
    fn wanted(self) -> Result<Wanted, AppError> {
        let found = catalogue::with_own_name(catalogue::find_or_read(&self.name)?)?;
        begin::wanted(found, self.seed, &self.trainee, self.options, self.path)
    }
}

/// A line of the file as it is written.
#[derive(Deserialize)]
#[serde(expecting = "an object with at and kind")]
struct Line {
    at: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// Reads a file of actions: one JSON object a line, empty lines and lines that begin with `#` left out.
///
/// # Errors
///
/// `actions_line` with the line's number and what is wrong with it.
pub fn read_steps(text: &str) -> Result<Vec<Step>, AppError> {
    let mut steps = Vec::new();
    // Some editors begin a text with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let refused =
            |detail: String| AppError::new("actions_line").with("line", line).with("detail", detail);
        let (after_ms, what) = read_line(text).map_err(refused)?;
        steps.push(Step { line, after_ms, what });
    }
    // Equal times keep their order.
    steps.sort_by_key(|step| step.after_ms);
    Ok(steps)
}

fn read_line(line: &str) -> Result<(i64, Played), String> {
    let line: Line = serde_json::from_str(line).map_err(|e| {
        let said = e.to_string();
        // The parser counts lines from the beginning of this one, which would stand beside the line of the file.
        said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what).to_owned()
    })?;
    let after_ms = after(&line.at).ok_or_else(|| {
        format!("at: {:?} is no time after the beginning, such as +4m, +90s or +1h10m", line.at)
    })?;
    let what: Played =
        serde_json::from_value(serde_json::Value::Object(line.rest)).map_err(|e| e.to_string())?;
    if let Played::DryRun { remedy, .. } | Played::Acted { remedy, .. } = &what {
        serde_json::from_value::<RemedyKind>(serde_json::Value::String(remedy.clone()))
            .map_err(|e| format!("remedy: {e}"))?;
    }
    Ok((after_ms, what))
}

/// Reads a time after the beginning such as `+4m30s`, in milliseconds.
///
/// # Errors
///
/// `drill_moment`.
pub fn read_moment(text: &str) -> Result<i64, AppError> {
    after(text).ok_or_else(|| AppError::new("drill_moment").with("text", text))
}

/// Reads a time after the beginning: `+4m30s`, `+90s`, `+1h`.
fn after(text: &str) -> Option<i64> {
    let mut rest = text.trim().strip_prefix('+')?;
    let mut total = 0_i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        let unit = rest.get(digits..digits + 1)?;
        let millis = match unit {
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1000,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(millis)?)?;
        rest = &rest[digits + 1..];
    }
    Some(total)
}

/// Writes a time after the beginning as it is read: `+4m30s`, `+1h`.
pub(crate) fn moment(after_ms: i64) -> String {
    let seconds = after_ms / 1000;
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let told = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}"));
    let told = told.collect::<Vec<String>>().concat();
    if told.is_empty() { "+0s".to_owned() } else { format!("+{told}") }
}

/// Begins a drill whose clock only moves when it is told to, and plays the steps in it. The file that it leaves has the
/// older history too and was looked at until its end, as one that was played in the window. A run that is refused, also
/// in the middle of it, leaves no file behind.
///
/// Returns how many steps were not played because the drill was over before their time.
///
/// # Errors
///
/// `no_such_drill`; `file_unreadable`; `scenario_unreadable`; `trainee_name`; `actions_step` before the world starts, or
/// when an alert that is acknowledged does not fire then; `workspace_exists`; store failures.
pub async fn play_new(app: &App, beginning: Beginning, steps: &[Step]) -> Result<usize, AppError> {
    let wanted = beginning.wanted()?;
    let setup = wanted.setup();
    checked::check(&setup, &[], setup.start, steps)?;
    begin::begin(app, wanted).await?;
    let played = play(app, steps).await;
    if played.as_ref().is_err_and(|error| !error.is_cancelled()) {
        workspaces::discard(app).await;
    }
    let waiting = played?;
    let (open, drill) = open_drill(app)?;
    older::bring_older(app, &open, &drill).await?;
    // What was seen since the last detection would not be judged otherwise.
    detection::run_in_job(app, &open).await?;
    Ok(waiting)
}

/// Opens the file of a drill, begins another attempt at a moment of it and plays the steps that lie after that moment;
/// its clock only moves when it is told to. Returns as [`play_new`] does.
///
/// # Errors
///
/// `no_drill`; `actions_step` before the attempt begins, or when an alert that is acknowledged does not fire then;
/// `rewind_outside`; `workspace_read_only`; failures of the file.
pub async fn play_branch(app: &App, path: &Path, after_ms: i64, steps: &[Step]) -> Result<usize, AppError> {
    workspaces::open_only(app, path).await?;
    let (open, drill) = open_drill(app)?;
    let moment = drill.setup.start.plus_millis(after_ms);
    let before: Vec<_> = lock(&drill.inner).decisions.iter().filter(|d| d.at < moment).cloned().collect();
    checked::check(&drill.setup, &before, moment, steps)?;
    let is_whole = lock(&drill.inner).history_whole;
    // Going back cuts by what was known when, so everything has to be there before.
    if !is_whole {
        older::bring_older(app, &open, &drill).await?;
    }
    ending::rewind(app, moment).await?;
    let waiting = play(app, steps).await?;
    // What was seen since the last detection would not be judged otherwise.
    detection::run_in_job(app, &open).await?;
    Ok(waiting)
}

/// Plays the steps in the open drill, and runs it to its end when none of them ends it. In an attempt that branched off
/// another, the steps before its beginning are left out: what was decided until then stands in it already. Returns how
/// many steps were not played because the drill was over before their time.
///
/// # Errors
///
/// `no_drill`; `actions_step` when an alert that is acknowledged does not fire then; what else a step is refused with, as
/// in the window; `cancelled` by its job, after which the drill is under way still. What the world refuses is recorded
/// and does not end it.
pub(crate) async fn play(app: &App, steps: &[Step]) -> Result<usize, AppError> {
    let (open, drill) = open_drill(app)?;
    let (name, source) = (open.workspace.name(), source_number(drill.source));
    let job = app.jobs().begin(app.bus(), JobKind::Drill, name, Some(source));
    let played = play_in(app, &drill, steps, &job).await;
    job.end(workspaces::end_state(played.as_ref().map(|_| ()).map_err(Clone::clone)));
    played
}

async fn play_in(app: &App, drill: &Drill, steps: &[Step], job: &Job) -> Result<usize, AppError> {
    let begun = drill.now();
    let mut waiting = steps.len();
    for step in steps {
        if drill.setup.start.plus_millis(step.after_ms) < begun {
            waiting -= 1;
            continue;
        }
        if drill.require_running().is_err() {
            break;
        }
        let at = drill.setup.start.plus_millis(step.after_ms);
        go_to(app, drill, (begun, at), job).await?;
        if drill.require_running().is_err() {
            break;
        }
        decide_one(app, &step.what).await.map_err(|error| checked::in_the_run(error, step))?;
        waiting -= 1;
    }
    if drill.require_running().is_ok() {
        go_to(app, drill, (begun, drill.ends()), job).await?;
    }
    Ok(waiting)
}

/// Moves the world on in parts of a minute, so that anomalies are looked for as often as in the window, and tells how many
/// minutes since the beginning of the run are over.
async fn go_to(
    app: &App,
    drill: &Drill,
    (begun, to): (Timestamp, Timestamp),
    job: &Job,
) -> Result<(), AppError> {
    let minutes = |at: Timestamp| (at.as_millis() - begun.as_millis()).max(0).unsigned_abs() / MINUTE_MS;
    while drill.now() < to && drill.require_running().is_ok() {
        job.check()?;
        decide::advance_to(app, drill.now().plus_millis(60_000).min(to)).await?;
        job.progress(minutes(drill.now()), minutes(drill.ends()), 0);
    }
    Ok(())
}

async fn decide_one(app: &App, what: &Played) -> Result<(), AppError> {
    let row = |remedy: &str, target: &str, amount: Option<f64>| RemedyRow {
        kind: remedy.to_owned(),
        target: target.to_owned(),
        amount,
    };
    match what {
        Played::Acknowledged { alert } => decide::acknowledge_by_name(app, alert).await,
        Played::Opened { screen, subject, detail } => decide::opened(app, *screen, subject, detail).await,
        Played::Hypothesis { entity, fault, odds } => decide::hypothesis(app, entity, fault, *odds).await,
        Played::DryRun { remedy, target, amount } => {
            decide::dry_run(app, &row(remedy, target, *amount)).await.map(|_| ())
        }
        Played::Acted { remedy, target, amount } => {
            decide::act_at_once(app, &row(remedy, target, *amount)).await.map(|_| ())
        }
        Played::Update { text } => decide::update(app, text).await,
        Played::Hint {} => decide::hint(app).await,
        Played::Advice { index, followed } => decide::advice(app, *index, *followed).await,
        Played::Declared {} => decide::declare(app).await,
        Played::Resolved {} => ending::resolve(app).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drills::tests::{app, by_hand};

    #[test]
    fn times_are_counted_from_the_beginning() {
        assert_eq!(after("+4m30s"), Some(270_000));
        assert_eq!(after("+1h"), Some(3_600_000));
        assert_eq!(after("4m"), None);
        assert_eq!(after("+"), None);
        assert_eq!(after("+5"), None);
        assert_eq!(after("+5x"), None);
    }

    #[test]
    fn times_are_written_as_they_are_read() {
        for ms in [0, 15_000, 270_000, 3_600_000, 3_690_000] {
            assert_eq!(after(&moment(ms)), Some(ms), "{}", moment(ms));
        }
        assert_eq!(moment(270_000), "+4m30s");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_run_that_is_stopped_leaves_the_drill_under_way() {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        by_hand(&app, home.path()).await;
        let (_, drill) = open_drill(&app).unwrap();
        let (start, minute) = (drill.now(), drill.now().plus_millis(60_000));
        let job = app.jobs().begin(app.bus(), JobKind::Drill, "drill", None);

        go_to(&app, &drill, (start, minute), &job).await.unwrap();
        let told = job.row();
        app.jobs().cancel_all();
        let stopped = go_to(&app, &drill, (start, drill.ends()), &job).await;

        assert_eq!((told.done, told.total), (1, 30));
        assert!(stopped.is_err_and(|error| error.is_cancelled()));
        assert_eq!((drill.now(), drill.require_running()), (minute, Ok(())));
        job.end(workspaces::end_state(Err(AppError::cancelled())));
        drop(drill);
        workspaces::close(&app).await;
    }

    #[test]
    fn a_file_is_read_in_the_order_of_its_times() {
        let text = "# a comment\n{\"at\": \"+2m\", \"kind\": \"declared\"}\n\n\
            {\"at\": \"+30s\", \"kind\": \"opened\", \"screen\": \"alerts\"}\n";

        let steps = read_steps(text).unwrap();

        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].after_ms, 30_000);
        assert_eq!(steps[1].what, Played::Declared {});
    }

    #[test]
    fn a_line_that_is_wrong_is_named() {
        let error = read_steps("{\"at\": \"+1m\", \"kind\": \"dance\"}").unwrap_err();

        assert_eq!((error.code.as_str(), error.fields["line"].as_str()), ("actions_line", "1"));

        for kind in ["dry_run", "acted"] {
            let step = |remedy: &str| {
                format!(r#"{{"at": "+1m", "kind": "{kind}", "remedy": "{remedy}", "target": "orders-db"}}"#)
            };
            let error = read_steps(&format!("# a comment\n{}", step("dance"))).unwrap_err();

            assert_eq!((error.code.as_str(), error.fields["line"].as_str()), ("actions_line", "2"), "{kind}");
            assert!(error.fields["detail"].starts_with("remedy: unknown variant `dance`"), "{error:?}");
            assert!(read_steps(&step("roll_back")).is_ok(), "{kind}");
        }

        let error = read_steps("# a comment\ndance\n").unwrap_err();

        assert_eq!((error.fields["line"].as_str(), error.fields["detail"].as_str()), ("2", "expected value"));

        for (line, said) in [
            (r#"{"at": "4m", "kind": "declared"}"#, "at: \"4m\" is no time after the beginning"),
            ("[]", "invalid type: sequence, expected an object with at and kind"),
        ] {
            let error = read_steps(line).unwrap_err();

            assert!(error.fields["detail"].starts_with(said), "{error:?}");
        }
    }

    #[test]
    fn a_mark_of_the_encoding_is_no_part_of_the_first_line() {
        let steps = read_steps("\u{feff}{\"at\": \"+2m\", \"kind\": \"declared\"}\r\n").unwrap();

        assert_eq!(steps.len(), 1);
    }
}
