//! How a drill ends, is judged, and begins again from a moment.

use std::sync::Arc;

use wardroom_core::Timestamp;
use wardroom_sim::{Debrief, Decision, DecisionKind, World};
use wardroom_store::{DrillPart as StoredPart, DrillResult, DrillSummary};

use crate::context::{App, Open, lock};
use crate::drills::decide::{open_drill, running_drill};
use crate::drills::kept::{self, Judged};
use crate::drills::rows::DrillPhase;
use crate::drills::running::{self, Drill, Ordered, Runs};
use crate::drills::{compare, journal, play, texts};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::logs::room;

/// An attempt that has ended, with everything that its debrief needs.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) number: u32,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) debrief: Debrief,
}

/// Declares the drill resolved and ends it.
///
/// # Errors
///
/// `no_drill`; `drill_over`; store failures.
pub async fn resolve(app: &App) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    let _open = open.keep_open().await;
    kept::decide(app, &open, &drill, DecisionKind::Resolved).await?;
    end(app, &open, &drill, DrillPhase::Resolved).await
}

/// Ends the drill without declaring it resolved.
///
/// # Errors
///
/// `no_drill`; `drill_over`; store failures.
pub async fn give_up(app: &App) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    let _open = open.keep_open().await;
    end(app, &open, &drill, DrillPhase::Ended).await
}

/// Stops the clock, judges the attempt and keeps what came of it, in the file and on this machine. The caller keeps the
/// file open meanwhile.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn end(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    phase: DrillPhase,
) -> Result<(), AppError> {
    let number = {
        let mut inner = lock(&drill.inner);
        inner.phase = phase;
        inner.paused = true;
        inner.waiting = None;
        inner.refused = None;
        inner.halted = None;
        inner.attempt
    };
    app.bus().tell(AppEvent::DrillChanged);
    running::deliver(app, open, drill).await?;
    let ended = judge_current(drill).await?;
    keep(app, open, drill, number, phase, &ended.debrief).await?;
    app.bus().tell(AppEvent::DrillChanged);
    running::detect_at_end(app, open, drill).await;
    Ok(())
}

async fn keep(
    app: &App,
    open: &Open,
    drill: &Drill,
    attempt: u32,
    phase: DrillPhase,
    debrief: &Debrief,
) -> Result<(), AppError> {
    let card = &debrief.card;
    let parts: Vec<_> = card.parts.iter().map(|p| (texts::part(p.kind), p.points, p.of)).collect();
    let judged = Judged { at: drill.now(), resolved: phase == DrillPhase::Resolved, parts: parts.clone() };
    let result = serde_json::to_string(&judged).map_err(|e| AppError::internal(&e))?;
    let at = app.wall();
    open.workspace
        .put_drill_result(&DrillResult { attempt, at, points: card.points, passed: card.passed, result })
        .await?;
    let parts = parts.into_iter().map(|(part, points, of)| StoredPart {
        part: texts::part_word(part).to_owned(),
        points,
        of,
    });
    app.app_db()
        .put_drill_summary(&DrillSummary {
            workspace: open.workspace.path().to_owned(),
            attempt,
            scenario: drill.setup.id.clone(),
            seed: drill.setup.seed,
            trainee: drill.setup.trainee.clone(),
            points: card.points,
            passed: card.passed,
            parts: parts.collect(),
            advice: kept::advice_word(drill.setup.advice).to_owned(),
            at,
        })
        .await?;
    Ok(())
}

/// Judges the attempt that stands in memory.
async fn judge_current(drill: &Arc<Drill>) -> Result<Ended, AppError> {
    let runs = compare::runs(drill).await?;
    // Judging reads the telemetry of the whole run.
    running::make_whole(drill).await?;
    let (number, decisions) = {
        let inner = lock(&drill.inner);
        (inner.attempt, inner.decisions.clone())
    };
    let world = drill.copy();
    judge(number, world, decisions, runs).await
}

async fn judge(
    number: u32,
    world: World,
    decisions: Vec<Decision>,
    runs: Arc<Runs>,
) -> Result<Ended, AppError> {
    let work = tokio::task::spawn_blocking(move || {
        let debrief = wardroom_sim::debrief(&world, &decisions, &runs.reference, &runs.nobody);
        Ended { number, decisions, debrief }
    });
    work.await.map_err(|e| AppError::internal(&e))
}

/// Returns an attempt that has ended; `None` takes the last one that has.
///
/// Cost: an attempt that is not the current one is computed anew from its orders.
///
/// # Errors
///
/// `no_drill`; `drill_not_over` when it has not ended; store failures.
pub(crate) async fn ended(app: &App, attempt: Option<u32>) -> Result<Ended, AppError> {
    let (open, drill) = open_drill(app)?;
    let results = open.workspace.drill_results().await?;
    let (current, phase) = {
        let inner = lock(&drill.inner);
        (inner.attempt, inner.phase)
    };
    let number = attempt.or_else(|| results.last().map(|r| r.attempt)).unwrap_or(current);
    let judged = kept::judged(&open.workspace, number).await?;
    let judged = judged.ok_or_else(|| AppError::new("drill_not_over").with("attempt", number))?;
    if number == current && phase != DrillPhase::Running {
        return judge_current(&drill).await;
    }
    let attempt = kept::attempt(&open.workspace, number).await?;
    let runs = compare::runs_for(&drill, &attempt.orders).await?;
    let world = kept::again(&drill, attempt.orders, judged.at).await?;
    judge(number, world, attempt.decisions, runs).await
}

/// Goes back to a moment: what came later is forgotten, and another attempt begins there. The clock stands.
///
/// # Errors
///
/// `no_drill`; `rewind_outside`; `workspace_read_only`; store failures.
pub async fn rewind(app: &App, to: Timestamp) -> Result<(), AppError> {
    let (open, drill) = open_drill(app)?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    // What was known at the very moment goes as well, so the beginning itself, with the history, has to lie before it.
    let to = to.floor_to(1000).max(drill.setup.start.plus_millis(1000));
    if to >= drill.now() {
        let reached_ms = drill.now().as_millis() - drill.setup.start.as_millis();
        return Err(AppError::new("rewind_outside").with("to", play::moment(reached_ms)));
    }
    // A late part of the history would be cut with what came after it.
    let (is_whole, has_failed) = {
        let inner = lock(&drill.inner);
        (inner.history_whole, inner.older_missed.is_some())
    };
    if !is_whole {
        let code = if has_failed { "drill_history_missed" } else { "drill_history_loading" };
        return Err(AppError::new(code));
    }
    let _open = open.keep_open().await;
    let mut written = drill.stepping.lock().await;
    let mut ordered = drill.still.lock().await;
    // The world forgets what was ordered at the moment itself.
    let report = open.workspace.cut_after(to.plus_millis(-1)).await?;
    open.topology.changed();
    room::look_again(&open).await;
    let world = Arc::clone(&drill.world);
    let going = tokio::task::spawn_blocking(move || lock(&world).rewind(to));
    going.await.map_err(|e| AppError::internal(&e))?;
    drill.set_now(to);
    kept::set_branched(&open.workspace, report.attempt, to).await?;
    let from = lock(&drill.inner).attempt;
    let journal = journal::branch(&open, from, report.attempt, to).await?;
    *ordered = Ordered { in_file: lock(&drill.world).orders().len(), journal: Some(journal) };
    written.restart(report.known_until.unwrap_or(drill.setup.start));
    // What comes to pass between two deliveries is known with the later one.
    running::write(app, &open, &drill, &mut written, to.floor_to(running::DELIVERY_MS)).await?;
    {
        let mut inner = lock(&drill.inner);
        inner.attempt = report.attempt;
        inner.branched_at = Some(to);
        inner.phase = DrillPhase::Running;
        inner.paused = true;
        inner.owed_ms = 0;
        inner.waiting = None;
        inner.refused = None;
        inner.halted = None;
        inner.decisions.retain(|d| d.at < to);
    }
    drop(ordered);
    drop(written);
    for event in [AppEvent::WorkspaceChanged, AppEvent::FindingsChanged, AppEvent::AlertsChanged] {
        app.bus().tell(event);
    }
    app.bus().tell(AppEvent::DrillChanged);
    Ok(())
}
