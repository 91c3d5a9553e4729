//! The instructor: sees what is true, lets faults begin, speaks as a colleague, takes sensors away.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wardroom_core::Timestamp;
use wardroom_sim::{
    Condition, Curves, Decision, DecisionKind, FaultSpec, Onset, OrderKind, Outcome, Refused,
};

use crate::context::{App, Open, lock};
use crate::drills::catalogue::in_language;
use crate::drills::debrief::{curve, evidence_row};
use crate::drills::decide::{instructed, open_drill, running_drill};
use crate::drills::moves::{self, Seen};
use crate::drills::rows::{
    ConditionRow, CurveRow, DrillMove, DrillScreen, EvidenceRow, FailedRow, InjectionRequest,
    InstructorState, MoveKind, PreparedRow, RoleChoice, SensorRow, WaitingRow,
};
use crate::drills::running::{self, Drill, Runs};
use crate::drills::state::seed_of;
use crate::drills::{compare, kept, texts};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::phrase::Phrase;
use crate::settings::Language;
use crate::wire::Millis;

/// Real time in which an injection can be stopped.
const STOPPABLE: Duration = Duration::from_secs(10);
/// Injected faults of one drill at most: more than that is no exercise.
const MOST_INJECTED: usize = 2;
/// The longest whisper, in characters.
const LONGEST_WHISPER: usize = 500;
/// Roles that can speak, in the order in which they are offered.
const ROLES: [&str; 8] =
    ["database", "developer", "network", "security", "support", "customer", "duty_manager", "coach"];

/// An injection that can still be stopped.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    request: InjectionRequest,
    due: Instant,
}

/// Returns the instructor's panel of the open drill. Cost: at first two whole runs of the world, and one more where its
/// file was opened again.
///
/// # Errors
///
/// `no_drill`; `internal`.
pub async fn state(app: &App, language: Language) -> Result<InstructorState, AppError> {
    let (_, drill) = open_drill(app)?;
    let runs = compare::runs(&drill).await?;
    // What could be known, and what telemetry says, needs what was seen before the file was opened again.
    running::make_whole(&drill).await?;
    let inner = lock(&drill.inner).clone();
    let Looked { seen, conditions, targets, known } = look(&drill).await?;
    let brief = drill.setup.scenario.brief();
    let moves = moves::list(&drill.setup, &inner.decisions, &seen, true);
    let evidence = evidence(&drill, &inner.decisions, &known, language);
    let onset = brief.cause.as_ref().map(|c| drill.setup.start.plus_millis(c.at_s * 1000));
    let since = onset.map(|at| seen.now.as_millis() - at.as_millis()).filter(|ms| *ms >= 0);
    let away = away(&inner.decisions);
    Ok(InstructorState {
        title: in_language(&brief.title, language),
        seed: seed_of(&drill),
        trainee: drill.setup.trainee.clone(),
        headline: headline(&drill, &moves, &evidence),
        clock: drill.clock(),
        phase: inner.phase,
        since_onset: since.map(Millis),
        conditions: conditions.iter().map(|c| condition(c, &inner.decisions)).collect(),
        curve: curves(&drill, &seen, &runs),
        failed: failed(&seen.outcome, &runs),
        sensors: sensors(&drill, &conditions, &away),
        moves,
        evidence,
        roles: ROLES.iter().map(|r| RoleChoice { role: (*r).to_owned(), name: texts::role(r) }).collect(),
        prepared: prepared(&drill, language),
        faults: texts::injectable(),
        targets,
        waiting: inner.waiting.as_ref().map(waiting),
        refused: inner.refused,
        update_due: drill.due_now().update.map(Millis::from),
    })
}

/// What the panel shows of the world.
#[derive(Debug)]
struct Looked {
    seen: Seen,
    conditions: Vec<Condition>,
    /// What a fault can be injected into.
    targets: Vec<String>,
    /// When each piece of useful evidence could be known.
    known: Vec<Option<Timestamp>>,
}

/// Looks at the world as it stands. The telemetry of the whole run is read for it, so neither the clock nor an order waits.
async fn look(drill: &Drill) -> Result<Looked, AppError> {
    let (world, mut targets) = (drill.copy(), drill.setup.scenario.names());
    let looking = tokio::task::spawn_blocking(move || {
        let inventory = world.inventory();
        targets.extend(inventory.dependencies.iter().map(|d| format!("{} -> {}", d.from, d.to)));
        let known = wardroom_sim::knowable(&world);
        Looked { seen: Seen::of(&world), conditions: world.conditions(), targets, known }
    });
    looking.await.map_err(|e| AppError::internal(&e))
}

/// Prepares a fault; it is injected after ten seconds unless it is stopped.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `no_such_fault`; `drill_refused`; `injection_waits`; `injection_most`.
pub fn inject(app: &App, request: &InjectionRequest) -> Result<(), AppError> {
    let (_, drill) = running_drill(app)?;
    let wanted = spec(&drill, request)?;
    let checked = lock(&drill.world).cures(&wanted);
    checked.map_err(|why| texts::refusal(&why))?;
    let mut inner = lock(&drill.inner);
    if inner.waiting.is_some() {
        return Err(AppError::new("injection_waits"));
    }
    let injected = inner.decisions.iter().filter(|d| matches!(d.what, DecisionKind::Injected { .. })).count();
    if injected >= MOST_INJECTED {
        return Err(AppError::new("injection_most").with("n", MOST_INJECTED));
    }
    inner.waiting = Some(Waiting { request: request.clone(), due: Instant::now() + STOPPABLE });
    inner.refused = None;
    drop(inner);
    app.bus().tell(AppEvent::DrillChanged);
    Ok(())
}

/// Stops the injection that waits; none waiting is fine.
///
/// # Errors
///
/// `no_drill`.
pub fn stop_injection(app: &App) -> Result<(), AppError> {
    let (_, drill) = open_drill(app)?;
    let mut inner = lock(&drill.inner);
    (inner.waiting, inner.refused) = (None, None);
    drop(inner);
    app.bus().tell(AppEvent::DrillChanged);
    Ok(())
}

/// Injects what waits once its time to be stopped is over. A refusal of the world ends it, and the panel shows why.
pub(crate) async fn inject_when_due(app: &App, open: &Arc<Open>, drill: &Arc<Drill>) {
    let due = {
        let mut inner = lock(&drill.inner);
        if inner.waiting.as_ref().is_none_or(|w| Instant::now() < w.due) {
            return;
        }
        inner.waiting.take()
    };
    let Some(waiting) = due else { return };
    match inject_at_once(app, open, drill, &waiting.request).await {
        Ok(None) => {}
        Ok(Some(why)) => {
            lock(&drill.inner).refused = Some(texts::refused(&why));
            app.bus().tell(AppEvent::DrillChanged);
        }
        Err(error) => {
            tracing::warn!(%error, "The fault was not injected.");
            app.bus().tell(AppEvent::DrillChanged);
        }
    }
}

async fn inject_at_once(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    request: &InjectionRequest,
) -> Result<Option<Refused>, AppError> {
    let spec = spec(drill, request)?;
    let record = DecisionKind::Injected { spec: spec.clone() };
    instructed(app, open, drill, OrderKind::Inject(spec), record).await
}

/// Makes the fault of a request; the world checks target and parameters when it takes it.
fn spec(drill: &Drill, request: &InjectionRequest) -> Result<FaultSpec, AppError> {
    let kind = texts::fault_of(&request.kind)?;
    let at_s = (drill.now().as_millis() - drill.setup.start.as_millis()) / 1000 + i64::from(request.after_s);
    Ok(FaultSpec {
        kind,
        target: request.target.trim().to_owned(),
        at_s,
        onset: Onset::Sudden,
        for_s: None,
        values: request.values.iter().cloned().collect(),
        way: request.way.clone(),
    })
}

/// Speaks to the trainee as a colleague.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `no_such_role`; `update_empty`; store failures.
pub async fn whisper(app: &App, role: &str, text: &str) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    if !ROLES.contains(&role) {
        return Err(AppError::new("no_such_role").with("role", role));
    }
    let text: String = text.trim().chars().take(LONGEST_WHISPER).collect();
    if text.is_empty() {
        return Err(AppError::new("update_empty"));
    }
    kept::decide(app, &open, &drill, DecisionKind::Whispered { role: role.to_owned(), text }).await?;
    app.bus().tell(AppEvent::DrillChanged);
    Ok(())
}

/// Takes the telemetry of a host or component away, or gives it back.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `drill_refused`; store failures.
pub async fn sensor(app: &App, target: &str, away: bool) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    let name = target.to_owned();
    let order = if away { OrderKind::TakeSensor(name.clone()) } else { OrderKind::GiveSensor(name.clone()) };
    let refused = instructed(app, &open, &drill, order, DecisionKind::Sensor { target: name, away }).await?;
    refused.map_or(Ok(()), |why| Err(texts::refusal(&why)))
}

/// Says where the trainee is, and whether the deciding evidence was opened.
fn headline(drill: &Drill, moves: &[DrillMove], evidence: &[EvidenceRow]) -> Phrase {
    let last = moves.iter().rev().find(|m| m.kind == MoveKind::Opened);
    let left = evidence.iter().filter(|e| e.opened.is_none()).count();
    let trainee = drill.setup.trainee.clone();
    let screen = last.and_then(|m| m.text.values.get("screen").cloned());
    match screen {
        Some(screen) => {
            Phrase::new("instructor-at").text("trainee", trainee).with("screen", screen).count("n", left)
        }
        None => Phrase::new("instructor-nowhere").text("trainee", trainee).count("n", left),
    }
}

/// Returns the useful evidence with when it was opened, as far as can be told while the drill runs.
fn evidence(
    drill: &Drill,
    decisions: &[Decision],
    known: &[Option<Timestamp>],
    language: Language,
) -> Vec<EvidenceRow> {
    let useful = drill.setup.scenario.brief().useful.iter().enumerate();
    useful
        .map(|(i, useful)| {
            let opened = decisions.iter().find(|d| wardroom_sim::shows(useful, &d.what));
            EvidenceRow {
                knowable: known.get(i).copied().flatten().map(Millis::from),
                opened: opened.map(|d| d.at.into()),
                ..evidence_row(i, useful, language)
            }
        })
        .collect()
}

fn condition(condition: &Condition, decisions: &[Decision]) -> ConditionRow {
    let looked = decisions.iter().rev().find_map(|d| {
        let DecisionKind::Opened { screen, subject, .. } = &d.what else { return None };
        wardroom_sim::same_thing(subject, &condition.entity).then(|| (d.at, texts::screen(*screen)))
    });
    ConditionRow {
        entity: condition.entity.clone(),
        grade: condition.grade,
        truth: texts::condition(condition.code),
        detail: texts::condition_detail(&condition.values),
        seen: match (&condition.seen, condition.differs) {
            (Some((at, value)), true) => {
                Some(Phrase::new("condition-seen").time("time", *at).text("value", value.clone()))
            }
            (None, true) => Some(Phrase::new("condition-unseen")),
            (_, false) => None,
        },
        looked: looked.map(|(at, _)| at.into()),
        looked_on: looked.map(|(_, screen): (Timestamp, DrillScreen)| screen),
    }
}

fn curves(drill: &Drill, seen: &Seen, runs: &Runs) -> Option<CurveRow> {
    let line = |outcome: &Outcome| {
        outcome.objectives.first().map(|r| r.iter().map(|v| Some(*v)).collect()).unwrap_or_default()
    };
    let curves = Curves {
        step_s: seen.outcome.step_s,
        you: line(&seen.outcome),
        reference: line(&runs.reference),
        nobody: line(&runs.nobody),
    };
    drill.setup.scenario.brief().objectives.first().map(|objective| curve(drill, objective, &curves))
}

fn failed(you: &Outcome, runs: &Runs) -> FailedRow {
    let sum = |outcome: &Outcome| outcome.failed.iter().sum::<u64>() as f64;
    FailedRow { you: sum(you), reference: sum(&runs.reference), nobody: sum(&runs.nobody) }
}

/// Returns what was taken away and not given back, with since when.
fn away(decisions: &[Decision]) -> BTreeMap<String, Timestamp> {
    let mut taken = BTreeMap::new();
    for decision in decisions {
        let DecisionKind::Sensor { target, away } = &decision.what else { continue };
        if *away {
            taken.entry(target.clone()).or_insert(decision.at);
        } else {
            taken.remove(target);
        }
    }
    taken
}

fn sensors(drill: &Drill, conditions: &[Condition], away: &BTreeMap<String, Timestamp>) -> Vec<SensorRow> {
    let useful = &drill.setup.scenario.brief().useful;
    let mut names: Vec<&str> = conditions.iter().map(|c| c.entity.as_str()).collect();
    names.extend(away.keys().map(String::as_str));
    names.sort_unstable();
    names.dedup();
    let rows = names.into_iter().map(|name| SensorRow {
        target: name.to_owned(),
        away: away.get(name).copied().map(Millis::from),
        decides: useful.iter().any(|u| u.decides && u.subject == name),
    });
    rows.collect()
}

fn prepared(drill: &Drill, language: Language) -> Vec<PreparedRow> {
    let lines = drill.setup.scenario.brief().says.iter().filter(|say| say.prepared);
    lines.map(|say| PreparedRow { role: say.role.clone(), text: in_language(&say.text, language) }).collect()
}

fn waiting(waiting: &Waiting) -> WaitingRow {
    let left = waiting.due.saturating_duration_since(Instant::now());
    WaitingRow {
        name: texts::fault_name(&waiting.request.kind),
        target: waiting.request.target.clone(),
        left: Millis(i64::try_from(left.as_millis()).unwrap_or(i64::MAX)),
    }
}

#[cfg(test)]
mod tests;
