//! What the file keeps of a drill, and how the running world comes back out of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardroom_actions::Journal;
use wardroom_core::Timestamp;
use wardroom_sim::{Decision, DecisionKind, Order, OrderKind, Scenario, World};
use wardroom_store::{DrillDeed, DrillRow, SourceId, Workspace};

use crate::connections;
use crate::context::{App, Open, lock};
use crate::drills::rows::{AdviceMode, DrillPart, DrillPhase};
use crate::drills::running::{Drill, Inner, Ordered, Setup};
use crate::drills::{catalogue, journal};
use crate::error::AppError;

/// Says in the file's own notes that the older history has arrived.
pub(crate) const HISTORY: &str = "drill.history";
/// Begins the note of the time from which an attempt branched off.
const BRANCHED: &str = "drill.branched";

/// What is kept of the judgement of an attempt; the rest is computed anew, because the world is a pure function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The world's time at which the attempt ended.
    pub(crate) at: Timestamp,
    pub(crate) resolved: bool,
    pub(crate) parts: Vec<(DrillPart, u32, u32)>,
}

/// Everything of one attempt that its judgement needs.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) orders: Vec<Order>,
    pub(crate) decisions: Vec<Decision>,
}

/// Returns the word under which the way of suggesting is stored.
pub(crate) fn advice_word(mode: AdviceMode) -> &'static str {
    match mode {
        AdviceMode::Normal => "normal",
        AdviceMode::MayBeWrong => "may_be_wrong",
    }
}

pub(crate) fn advice_mode(word: &str) -> AdviceMode {
    if word == "may_be_wrong" { AdviceMode::MayBeWrong } else { AdviceMode::Normal }
}

/// Returns the orders and decisions of an attempt.
///
/// # Errors
///
/// Store failures; `settings_unreadable` when the file holds something else.
pub(crate) async fn attempt(ws: &Workspace, number: u32) -> Result<Attempt, AppError> {
    let mut orders = Vec::new();
    for row in ws.drill_orders(number).await? {
        orders.push(Order { at: row.at, what: read::<OrderKind>(ws, &row.what)? });
    }
    let mut decisions = Vec::new();
    for row in ws.drill_decisions(number).await? {
        decisions.push(Decision { at: row.at, what: read::<DecisionKind>(ws, &row.what)? });
    }
    Ok(Attempt { orders, decisions })
}

pub(crate) fn read<T: for<'a> Deserialize<'a>>(ws: &Workspace, text: &str) -> Result<T, AppError> {
    serde_json::from_str(text)
        .map_err(|e| AppError::new("settings_unreadable").with("name", ws.name()).with("detail", e))
}

/// What the file of a drill is when it is opened.
#[derive(Debug)]
pub(crate) enum Restored {
    /// A drill whose world stands again.
    Drill(Arc<Drill>),
    /// A drill of whose text no world can be made: what it brought and how it ended can be read.
    Past(Past),
}

/// A drill that cannot be played.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// Why.
    pub(crate) why: AppError,
    /// The source of what monitoring saw.
    pub(crate) source: SourceId,
    /// The world's time that it reached.
    pub(crate) at: Timestamp,
}

/// Brings the drill of a file back; `None` when the file is none. Cost: the history of the world is simulated anew when
/// no snapshot fits.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn restore(ws: &Workspace) -> Result<Option<Restored>, AppError> {
    let Some(row) = ws.drill().await? else { return Ok(None) };
    let setup = match setup_of(&row) {
        Ok(setup) => setup,
        Err(why) => {
            let past = Past { why, source: source_of(ws).await?, at: row.reached_at };
            return Ok(Some(Restored::Past(past)));
        }
    };
    let kept = attempt(ws, row.attempt).await?;
    // After a crash more may be known than was noted.
    let known = ws.known_until().await?.unwrap_or(row.reached_at);
    let ends = row.made_of.start.plus_millis(setup.scenario.brief().span_s * 1000);
    let reached = row.reached_at.max(known).min(ends);
    let world = world_of(ws, &setup, &kept.orders, reached).await?;
    let source = source_of(ws).await?;
    let ended = judged(ws, row.attempt).await?;
    let phase = match ended.map(|j| j.resolved) {
        None => DrillPhase::Running,
        Some(true) => DrillPhase::Resolved,
        Some(false) => DrillPhase::Ended,
    };
    let inner = Inner {
        attempt: row.attempt,
        branched_at: branched_at(ws, row.attempt).await?,
        phase,
        paused: true,
        speed: 1,
        owed_ms: 0,
        decisions: kept.decisions,
        history_whole: ws.meta(HISTORY).await?.is_some(),
        older_missed: None,
        waiting: None,
        refused: None,
        halted: None,
    };
    // An unreadable one is refused where it is to be gone on with.
    let journal = journal::read(ws, row.attempt).await.ok().map(Journal::new);
    let drill = Drill::new(setup, world, source, inner, known.min(reached), journal);
    Ok(Some(Restored::Drill(Arc::new(drill))))
}

fn setup_of(row: &DrillRow) -> Result<Setup, AppError> {
    let made_of = &row.made_of;
    let topology = made_of.topology.clone();
    let (scenario, noted) = catalogue::parse_stored(&made_of.scenario, &|_| Some(topology.clone()))?;
    Ok(Setup {
        id: made_of.scenario_id.clone(),
        scenario,
        seed: made_of.seed,
        start: made_of.start,
        trainee: made_of.trainee.clone(),
        advice: advice_mode(&made_of.advice),
        coach: made_of.coach,
        noted,
    })
}

/// Returns the world as it stood at `to`: from the newest snapshot that fits, otherwise from the beginning.
async fn world_of(ws: &Workspace, setup: &Setup, orders: &[Order], to: Timestamp) -> Result<World, AppError> {
    // A world out of a snapshot has no history any more; where that is not stored yet, the whole run is needed.
    let whole = ws.meta(HISTORY).await?.is_some();
    let snapshot = if whole { ws.drill_snapshot(to).await? } else { None };
    let (scenario, seed, start, orders) = (setup.scenario.clone(), setup.seed, setup.start, orders.to_vec());
    let work = tokio::task::spawn_blocking(move || {
        let restored =
            snapshot.and_then(|(_, bytes)| World::restore(&scenario, seed, start, &orders, &bytes));
        if let Some(mut world) = restored {
            world.advance(to);
            return world;
        }
        run(&scenario, seed, start, &orders, to)
    });
    work.await.map_err(|e| AppError::internal(&e))
}

/// Runs a world from its beginning with these orders.
fn run(scenario: &Scenario, seed: u64, start: Timestamp, orders: &[Order], to: Timestamp) -> World {
    let mut world = World::new(scenario, seed, start);
    for order in orders.iter().filter(|o| o.at <= to) {
        world.advance(order.at);
        // The world took it once in this very state, so it takes it again.
        if let Err(refused) = world.order(order.what.clone()) {
            tracing::warn!(%refused, "An order of the drill is not taken again.");
        }
    }
    world.advance(to);
    world
}

/// Runs the world of a drill once more from its beginning, beside the one that runs.
///
/// # Errors
///
/// `internal`.
pub(crate) async fn again(drill: &Drill, orders: Vec<Order>, to: Timestamp) -> Result<World, AppError> {
    let setup = drill.setup.clone();
    let running =
        tokio::task::spawn_blocking(move || run(&setup.scenario, setup.seed, setup.start, &orders, to));
    running.await.map_err(|e| AppError::internal(&e))
}

async fn source_of(ws: &Workspace) -> Result<SourceId, AppError> {
    let sources = ws.sources().await?;
    let source = sources.iter().find(|s| s.kind == connections::SIMULATED && !s.deleted);
    source.map(|s| s.id).ok_or_else(|| AppError::new("no_such_source").with("id", "simulated"))
}

/// Stores the orders that could not be stored when they were given: the world has them.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn record_missed(open: &Open, drill: &Drill) -> Result<(), AppError> {
    let mut ordered = drill.still.lock().await;
    for (at, what) in since(drill, ordered.in_file)? {
        open.workspace.append_drill_order(at, &what).await?;
        ordered.in_file += 1;
    }
    Ok(())
}

/// Returns the world's orders from a position on, as they are stored.
fn since(drill: &Drill, position: usize) -> Result<Vec<(Timestamp, String)>, AppError> {
    let world = lock(&drill.world);
    let orders = world.orders().iter().skip(position);
    let told = orders.map(|order| serde_json::to_string(&order.what).map(|what| (order.at, what)));
    told.collect::<Result<_, _>>().map_err(|e| AppError::internal(&e))
}

/// Records a decision together with the orders that follow from it and, where there is one, the journal that tells of
/// it. The caller holds the world still from before the order on.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn deed(
    app: &App,
    open: &Open,
    drill: &Drill,
    ordered: &mut Ordered,
    what: DecisionKind,
    journal: Option<Journal>,
) -> Result<(), AppError> {
    let at = drill.now();
    let attempt = lock(&drill.inner).attempt;
    let orders = since(drill, ordered.in_file)?;
    let deed = DrillDeed {
        at,
        real_at: app.wall(),
        decision: serde_json::to_string(&what).map_err(|e| AppError::internal(&e))?,
        note: journal.as_ref().map(|journal| journal::note(attempt, journal.entries())).transpose()?,
        orders,
    };
    open.workspace.append_drill_deed(&deed).await?;
    ordered.in_file += deed.orders.len();
    if journal.is_some() {
        ordered.journal = journal;
    }
    lock(&drill.inner).decisions.push(Decision { at, what });
    Ok(())
}

/// Records a decision, in the file first.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn decide(
    app: &App,
    open: &Open,
    drill: &Drill,
    what: DecisionKind,
) -> Result<(), AppError> {
    let text = serde_json::to_string(&what).map_err(|e| AppError::internal(&e))?;
    let at = drill.now();
    open.workspace.append_drill_decision(at, app.wall(), &text).await?;
    lock(&drill.inner).decisions.push(Decision { at, what });
    Ok(())
}

/// Returns the judgement of an attempt; `None` while it is not ended.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn judged(ws: &Workspace, attempt: u32) -> Result<Option<Judged>, AppError> {
    let results = ws.drill_results().await?;
    results.iter().find(|r| r.attempt == attempt).map(|r| read::<Judged>(ws, &r.result)).transpose()
}

/// Returns from where an attempt branched off; `None` for the first.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn branched_at(ws: &Workspace, attempt: u32) -> Result<Option<Timestamp>, AppError> {
    let text = ws.meta(&format!("{BRANCHED}:{attempt}")).await?;
    Ok(text.and_then(|t| t.parse().ok()).map(Timestamp::from_millis))
}

/// Notes from where an attempt branched off.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn set_branched(ws: &Workspace, attempt: u32, at: Timestamp) -> Result<(), AppError> {
    Ok(ws.set_meta(&format!("{BRANCHED}:{attempt}"), &at.as_millis().to_string()).await?)
}
