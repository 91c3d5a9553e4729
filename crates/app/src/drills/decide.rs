//! What a trainee decides during a drill: recorded with the world's time before anything follows from it.

use std::sync::Arc;

use wardroom_actions::{ActionError, Journal};
use wardroom_core::{AlertState, FactId, Timestamp};
use wardroom_sim::{DecisionKind, OrderKind, Refused, Remedy, Scenario};
use wardroom_store::AlertRow;

use crate::context::{App, Open, lock};
use crate::drills::acting::Consent;
use crate::drills::rows::{ActedRow, ClockWish, DrillClock, DrillPhase, DrillScreen, DryRunRow, RemedyRow};
use crate::drills::running::{self, Drill, Ordered, SPEEDS};
use crate::drills::{acting, journal, kept, texts};
use crate::error::AppError;
use crate::events::AppEvent;

/// The longest update, in characters.
const LONGEST_UPDATE: usize = 2000;
/// The longest texts of a search or selection that are kept.
const LONGEST_DETAIL: usize = 300;

/// Returns the open drill.
///
/// # Errors
///
/// `no_workspace`; `no_drill`.
pub(crate) fn open_drill(app: &App) -> Result<(Arc<Open>, Arc<Drill>), AppError> {
    let open = app.open()?;
    let drill = open.require_drill()?;
    Ok((open, drill))
}

/// Returns the open drill while it is under way.
///
/// # Errors
///
/// `no_workspace`; `no_drill`; `drill_over`; `workspace_read_only`.
pub(crate) fn running_drill(app: &App) -> Result<(Arc<Open>, Arc<Drill>), AppError> {
    let (open, drill) = open_drill(app)?;
    drill.require_running()?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    Ok((open, drill))
}

async fn decide(app: &App, what: DecisionKind) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    kept::decide(app, &open, &drill, what).await?;
    app.bus().tell(AppEvent::DrillChanged);
    Ok(())
}

/// Sets the clock.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `drill_speed`; store failures.
pub async fn clock(app: &App, wish: ClockWish) -> Result<DrillClock, AppError> {
    let (open, drill) = running_drill(app)?;
    match wish {
        ClockWish::Pause => lock(&drill.inner).paused = true,
        ClockWish::Resume => {
            let mut inner = lock(&drill.inner);
            (inner.paused, inner.halted) = (false, None);
        }
        ClockWish::Speed { times } => {
            if !SPEEDS.contains(&times) {
                return Err(AppError::new("drill_speed").with("speed", times));
            }
            let mut inner = lock(&drill.inner);
            inner.speed = times;
            (inner.paused, inner.halted) = (false, None);
        }
        ClockWish::NextEvent => {
            let to = running::next_event(&drill).await?;
            let _open = open.keep_open().await;
            running::advance(app, &open, &drill, to).await?;
        }
    }
    app.bus().tell(AppEvent::DrillChanged);
    Ok(drill.clock())
}

/// Moves the world on to a time, as its clock would.
///
/// # Errors
///
/// `no_drill`; `drill_over`; store failures.
pub async fn advance_to(app: &App, to: Timestamp) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    running::advance(app, &open, &drill, to.min(drill.ends())).await
}

/// Records that an alert is being acknowledged and returns the world's time; `None` outside of drills.
pub(crate) async fn before_acknowledging(
    app: &App,
    open: &Arc<Open>,
    id: FactId,
) -> Result<Option<Timestamp>, AppError> {
    if !open.is_drill() {
        return Ok(None);
    }
    let drill = open.require_drill()?;
    drill.require_running()?;
    let history = open.workspace.alert_history(id).await?;
    let last = history.last().ok_or_else(|| AppError::new("no_such_alert").with("id", id))?;
    let alert = last.alert.labels.to_string();
    kept::decide(app, open, &drill, DecisionKind::Acknowledged { alert }).await?;
    app.bus().tell(AppEvent::DrillChanged);
    Ok(Some(drill.now()))
}

/// Acknowledges the newest alert of a name that fires, for those who cannot point at a row; one that nobody has
/// acknowledged yet before those that are.
///
/// # Errors
///
/// `no_drill`; `no_such_alert`; store failures.
pub async fn acknowledge_by_name(app: &App, name: &str) -> Result<(), AppError> {
    let (open, drill) = running_drill(app)?;
    let alerts = open.workspace.alerts(None, None).await?;
    // One that is pending has not fired yet, and may never do.
    let fires =
        |a: &&AlertRow| a.alert.name == name && a.ended.is_none() && a.alert.state == AlertState::Firing;
    // The first of equal ones is the newest.
    let found = alerts.iter().filter(fires).min_by_key(|a| a.acknowledged.is_some());
    let id = found.map(|a| a.id).ok_or_else(|| AppError::new("no_such_alert").with("id", name))?;
    crate::alerts::acknowledge(app, &id.to_string(), &drill.setup.trainee).await
}

/// Records that a screen or a piece of evidence was opened. Once the drill is over nothing is recorded.
///
/// # Errors
///
/// `no_drill`; store failures.
pub async fn opened(app: &App, screen: DrillScreen, subject: &str, detail: &str) -> Result<(), AppError> {
    let (open, drill) = open_drill(app)?;
    if lock(&drill.inner).phase != DrillPhase::Running || !open.workspace.mode().is_writable() {
        return Ok(());
    }
    let short = |text: &str| text.chars().take(LONGEST_DETAIL).collect::<String>();
    let what = DecisionKind::Opened {
        screen: texts::screen_of(screen),
        subject: short(subject),
        detail: short(detail),
    };
    // Looking at the same thing again says nothing new.
    let is_again = lock(&drill.inner).decisions.last().is_some_and(|last| last.what == what);
    if is_again {
        return Ok(());
    }
    kept::decide(app, &open, &drill, what).await?;
    app.bus().tell(AppEvent::DrillChanged);
    Ok(())
}

/// Why a hypothesis cannot be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unbelievable {
    /// The odds are none.
    Odds,
    /// No place is named.
    NoPlace,
    /// There is no such kind of fault.
    Fault,
    /// There is no such place in the drill's world.
    Place,
}

/// Returns the place that a hypothesis is about, `none` where nothing is thought to be broken.
///
/// # Errors
///
/// [`Unbelievable`], the odds first.
pub(crate) fn believable(
    scenario: &Scenario,
    entity: &str,
    fault: &str,
    odds: f64,
) -> Result<String, Unbelievable> {
    if !(0.0..=1.0).contains(&odds) {
        return Err(Unbelievable::Odds);
    }
    if !fault.is_empty() && fault != texts::NO_FAULT && texts::fault_of(fault).is_err() {
        return Err(Unbelievable::Fault);
    }
    let entity = entity.trim();
    if fault == texts::NO_FAULT || entity == texts::NO_FAULT {
        Ok(texts::NO_FAULT.to_owned())
    } else if entity.is_empty() {
        Err(Unbelievable::NoPlace)
    } else if scenario.has_place(entity) {
        Ok(entity.to_owned())
    } else {
        Err(Unbelievable::Place)
    }
}

/// States what is believed to be the cause.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `hypothesis_odds`; `no_such_fault`; `hypothesis_entity`; `hypothesis_unknown`; store
/// failures.
pub async fn hypothesis(app: &App, entity: &str, fault: &str, odds: f64) -> Result<(), AppError> {
    let (_, drill) = running_drill(app)?;
    let entity = believable(&drill.setup.scenario, entity, fault, odds).map_err(|why| match why {
        Unbelievable::Odds => AppError::new("hypothesis_odds").with("odds", odds),
        Unbelievable::NoPlace => AppError::new("hypothesis_entity"),
        Unbelievable::Fault => AppError::new("no_such_fault").with("kind", fault),
        Unbelievable::Place => AppError::new("hypothesis_unknown").with("entity", entity.trim()),
    })?;
    decide(app, DecisionKind::Hypothesis { entity, fault: fault.to_owned(), odds }).await
}

/// Says what an action would do, without doing it.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `no_such_remedy`; store failures.
pub async fn dry_run(app: &App, remedy: &RemedyRow) -> Result<DryRunRow, AppError> {
    let (open, drill) = running_drill(app)?;
    let remedy = texts::remedy_of(remedy)?;
    let mut ordered = drill.still.lock().await;
    drill.require_running()?;
    let mut journal = journal_of(&open, &drill, &ordered).await?;
    let said = acting::dry_run(&drill, &remedy, &mut journal);
    kept::deed(app, &open, &drill, &mut ordered, DecisionKind::DryRun { remedy }, Some(journal)).await?;
    drop(ordered);
    app.bus().tell(AppEvent::DrillChanged);
    said
}

/// Returns the journal of the attempt that stands.
async fn journal_of(open: &Open, drill: &Drill, ordered: &Ordered) -> Result<Journal, AppError> {
    let attempt = lock(&drill.inner).attempt;
    journal::of_attempt(open, attempt, ordered.journal.as_ref()).await
}

/// Carries an action out whose plan was approved; `scope` is what was typed where the dry run asked for it.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `no_such_remedy`; `plan_changed`; `scope_not_typed`; store failures.
pub async fn act(
    app: &App,
    remedy: &RemedyRow,
    plan: &str,
    scope: Option<&str>,
) -> Result<ActedRow, AppError> {
    let (open, drill) = running_drill(app)?;
    let remedy = texts::remedy_of(remedy)?;
    acted(app, &open, &drill, remedy, Consent::Shown { plan, scope }).await
}

/// Carries an action out without a dry run before it.
///
/// # Errors
///
/// As for [`act`].
pub async fn act_at_once(app: &App, remedy: &RemedyRow) -> Result<ActedRow, AppError> {
    let (open, drill) = running_drill(app)?;
    let remedy = texts::remedy_of(remedy)?;
    acted(app, &open, &drill, remedy, Consent::Written).await
}

async fn acted(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    remedy: Remedy,
    consent: Consent<'_>,
) -> Result<ActedRow, AppError> {
    // Nothing moves between the order and its record; what was seen may be on its way into the file meanwhile.
    let mut ordered = drill.still.lock().await;
    drill.require_running()?;
    let mut journal = journal_of(open, drill, &ordered).await?;
    let done = match acting::act(drill, &remedy, consent, &mut journal) {
        Ok(done) => done,
        Err(error) => {
            let attempt = lock(&drill.inner).attempt;
            journal::keep(open, attempt, journal.entries()).await?;
            ordered.journal = Some(journal);
            return Err(error);
        }
    };
    let refused = done.refused.as_ref().map(|why| ActionError::from(why.clone()).code().to_owned());
    let what = DecisionKind::Acted { remedy, refused };
    kept::deed(app, open, drill, &mut ordered, what, Some(journal)).await?;
    drop(ordered);
    app.bus().tell(AppEvent::DrillChanged);
    app.bus().tell(AppEvent::AlertsChanged);
    Ok(ActedRow {
        refused: done.refused.as_ref().map(texts::refused),
        works_at: done.works_at.map(Into::into),
    })
}

/// Tells others how things stand.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `update_empty`; store failures.
pub async fn update(app: &App, text: &str) -> Result<(), AppError> {
    let text: String = text.trim().chars().take(LONGEST_UPDATE).collect();
    if text.is_empty() {
        return Err(AppError::new("update_empty"));
    }
    decide(app, DecisionKind::Update { text }).await
}

/// Asks for the next hint.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `no_more_hints`; store failures.
pub async fn hint(app: &App) -> Result<(), AppError> {
    let (_, drill) = running_drill(app)?;
    let due = drill.due_now();
    let index = due.next_hint.filter(|_| drill.setup.coach).ok_or_else(|| AppError::new("no_more_hints"))?;
    decide(app, DecisionKind::Hint { index: u32::try_from(index).unwrap_or(u32::MAX) }).await
}

/// Answers a suggestion. Following it is not yet doing it.
///
/// # Errors
///
/// `no_drill`; `drill_over`; `no_such_advice`; store failures.
pub async fn advice(app: &App, index: u32, followed: bool) -> Result<(), AppError> {
    let (_, drill) = running_drill(app)?;
    let place = index as usize;
    if !drill.shows_advice(place) || !drill.due_now().advice.contains(&place) {
        return Err(AppError::new("no_such_advice").with("index", index));
    }
    decide(app, DecisionKind::Advice { index, followed }).await
}

/// Declares an incident.
///
/// # Errors
///
/// `no_drill`; `drill_over`; store failures.
pub async fn declare(app: &App) -> Result<(), AppError> {
    decide(app, DecisionKind::Declared).await
}

/// Gives an order of the instructor and records it; returns why the world does not take it.
pub(crate) async fn instructed(
    app: &App,
    open: &Arc<Open>,
    drill: &Arc<Drill>,
    order: OrderKind,
    record: DecisionKind,
) -> Result<Option<Refused>, AppError> {
    let mut ordered = drill.still.lock().await;
    drill.require_running()?;
    let result = lock(&drill.world).order(order);
    if let Err(why) = result {
        return Ok(Some(why));
    }
    kept::deed(app, open, drill, &mut ordered, record, None).await?;
    drop(ordered);
    app.bus().tell(AppEvent::DrillChanged);
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drills::tests::{MINUTE, app, beginning, by_hand};
    use crate::workspaces;

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_pauses_is_not_overtaken_by_what_a_fast_clock_owes() {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        by_hand(&app, home.path()).await;
        let far = beginning(&app).plus_millis(10 * MINUTE);
        let mut heard = app.bus().listen();

        let pause = async {
            while !matches!(heard.recv().await, Ok(AppEvent::DrillTicked { .. })) {}
            clock(&app, ClockWish::Pause).await
        };
        let (moved, paused) = tokio::join!(advance_to(&app, far), pause);
        let stood = app.now();
        clock(&app, ClockWish::NextEvent).await.unwrap();

        assert_eq!((moved, paused.map(|clock| clock.paused)), (Ok(()), Ok(true)));
        assert!(stood < far);
        // A world that stands is moved by a wish all the same.
        assert!(app.now() > stood);
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_alert_that_is_pending_is_not_acknowledged_by_its_name() {
        const LAG: &str = "MysqlReplicationLag";
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        by_hand(&app, home.path()).await;
        let start = beginning(&app);
        advance_to(&app, start.plus_millis(40_000)).await.unwrap();
        let alerts = app.open().unwrap().workspace.alerts(None, None).await.unwrap();
        let mut of_lag = alerts.iter().filter(|a| a.alert.name == LAG);
        assert!(of_lag.any(|a| a.alert.state == AlertState::Pending), "{alerts:?}");

        let early = acknowledge_by_name(&app, LAG).await.unwrap_err();
        advance_to(&app, start.plus_millis(2 * MINUTE)).await.unwrap();
        acknowledge_by_name(&app, LAG).await.unwrap();

        assert_eq!(early.code, "no_such_alert");
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_arrived_ends_behind_its_delivery() {
        let home = tempfile::tempdir().unwrap();
        let app = app(home.path()).await;
        by_hand(&app, home.path()).await;
        let to = beginning(&app).plus_millis(running::DELIVERY_MS);
        let mut heard = app.bus().listen();

        advance_to(&app, to).await.unwrap();

        let mut ends = Vec::new();
        while let Ok(event) = heard.try_recv() {
            if let AppEvent::SamplesArrived { until, .. } = event {
                ends.push(Timestamp::from(until));
            }
        }
        assert_eq!(ends, [to.plus_millis(1)]);
        workspaces::close(&app).await;
    }
}
