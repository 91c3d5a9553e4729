//! The running world: a scenario in motion, what people do to it, and what is seen of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardroom_core::{Alert, Change, LogRecord, Rule, Samples, TimeRange, Timestamp, Topology};

use crate::demo::SeriesSpec;
use crate::faults;
use crate::order::{FaultSpec, Order, OrderKind, Refused, Remedy, RemedyKind};
use crate::outcome::{Book, Outcome};
use crate::plan::Plan;
use crate::remedies::{self, DryRun, RemedyReport};
use crate::scenario::Scenario;
use crate::state::{FaultState, State};
use crate::step::{self, Engine};
use crate::telemetry::{AlertEvent, CheckResult, Condition, Record, Watch};
use crate::truth::{self, Truth};

/// Seconds between two snapshots that are kept for going back.
const SNAPSHOT_S: i64 = 300;
/// Length of a step in the history, seconds; in the run it is one.
const HISTORY_STEP_S: i64 = 60;
/// Length of a step in the run, seconds, and of the parts of those of the history while instances are restarted on
/// purpose: one is away for half a minute, and whole steps without it are an outage of minutes (with parts of 5 s still).
const RUN_STEP_S: i64 = 1;
/// The end of the history that is passed in such parts as well, seconds: a minute of messages waits between two steps of
/// a minute, which the first seconds of the run would find as a backlog.
const SETTLING_S: i64 = 120;
/// Time between two samples in the run, milliseconds.
const SCRAPE_MS: i64 = 15_000;

/// A world that moves, breaks and can be repaired.
///
/// A pure function of scenario, seed, start and orders: moved on in any portions, it has the same state and shows the
/// same bytes. A copy shares the plan and what the monitoring has closed.
#[derive(Clone, Debug)]
pub struct World {
    scenario: Scenario,
    seed: u64,
    engine: Engine,
    watch: Watch,
    record: Record,
    book: Book,
    orders: Vec<Order>,
    snapshots: Vec<Arc<Frozen>>,
    /// The oldest time of which there is telemetry.
    recorded_from: Timestamp,
    /// Nobody looks: the world moves, and no telemetry is made of it.
    unseen: bool,
}

/// Identifies the fields of what is frozen; another number whenever they change, so that bytes with other fields are not
/// read as these. Nobody chooses it as a seed, which is what bytes without it begin with.
const LAYOUT: u64 = 0x5741_5244_0003;

/// All of a world that changes, except for what the monitoring has kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Frozen {
    layout: u64,
    seed: u64,
    start: Timestamp,
    /// How many orders had been given.
    n_orders: u64,
    state: State,
    watch: Watch,
    book: Book,
}

impl World {
    /// Creates the world and simulates its quiet history in steps of a minute; it then stands at `start`.
    ///
    /// Cost: one step for each minute of the scenario's history.
    pub fn new(scenario: &Scenario, seed: u64, start: Timestamp) -> Self {
        let mut world = Self::before(scenario, seed, start);
        world.pass_history();
        world.keep();
        world
    }

    /// Creates the world as [`World::new`] does, but as one that nobody looks at from the beginning of its history on.
    pub(crate) fn unseen(scenario: &Scenario, seed: u64, start: Timestamp) -> Self {
        let mut world = Self::before(scenario, seed, start).without_telemetry();
        world.pass_history();
        world
    }

    /// Creates the world as it stands before its history.
    fn before(scenario: &Scenario, seed: u64, start: Timestamp) -> Self {
        let plan = Arc::clone(scenario.plan());
        let brief = scenario.brief();
        let begin = start.plus_millis(-brief.history_s * 1000);
        let mut engine = Engine::new(Arc::clone(&plan), seed, start, begin);
        engine.state.faults =
            scenario.faults().iter().map(|spec| FaultState::planned(spec.clone(), start)).collect();
        Self {
            scenario: scenario.clone(),
            seed,
            watch: Watch::new(&plan, &engine.state),
            record: Record::new(&plan, seed, begin, start),
            book: Book::new(&plan, brief.objectives.len()),
            engine,
            orders: Vec::new(),
            snapshots: Vec::new(),
            recorded_from: begin,
            unseen: false,
        }
    }

    /// Moves from before the history to the beginning of the run.
    fn pass_history(&mut self) {
        let mut was_fine = false;
        while self.at() < self.start() {
            let left_s = (self.start().as_millis() - self.at().as_millis()) / 1000;
            let dt_s = left_s.clamp(1, HISTORY_STEP_S);
            let changes = step::changes_within(&self.engine.plan, self.engine.start, self.at(), dt_s);
            let is_fine = changes || left_s <= SETTLING_S;
            if is_fine && !was_fine {
                self.engine.shorten_steps();
            }
            let before = self.engine.published();
            self.step_in_parts(dt_s, if is_fine { RUN_STEP_S } else { dt_s });
            let next_s = left_s - dt_s;
            let stays_fine = next_s <= SETTLING_S
                || step::changes_within(&self.engine.plan, self.engine.start, self.at(), HISTORY_STEP_S);
            if is_fine && !stays_fine {
                let after = self.engine.published();
                let within: Vec<u64> = after.iter().zip(&before).map(|(a, b)| a.saturating_sub(*b)).collect();
                self.engine.lengthen_steps(&within, HISTORY_STEP_S);
            }
            was_fine = is_fine;
        }
    }

    /// Creates the world, repeats the orders up to and including `to`, and stands there.
    ///
    /// # Errors
    ///
    /// [`Refused`] when an order is not carried out; every order that [`World::orders`] returned is.
    pub fn replay(
        scenario: &Scenario,
        seed: u64,
        start: Timestamp,
        orders: &[Order],
        to: Timestamp,
    ) -> Result<Self, Refused> {
        let mut world = Self::new(scenario, seed, start);
        for order in orders.iter().filter(|o| o.at <= to) {
            world.advance(order.at);
            world.order(order.what.clone())?;
        }
        world.advance(to);
        Ok(world)
    }

    /// Returns what cures a fault or brings relief, for the instructor who lets it begin: remedies to be ordered one
    /// after another, each when the one before has worked for some minutes.
    ///
    /// # Errors
    ///
    /// [`Refused`] when there is no such target or a parameter is impossible.
    pub fn cures(&self, spec: &FaultSpec) -> Result<Vec<Remedy>, Refused> {
        faults::check(&self.engine.plan, spec)?;
        Ok(faults::reference_remedy(&self.engine.plan, spec))
    }

    /// Returns the beginning of the run.
    pub fn start(&self) -> Timestamp {
        self.engine.start
    }

    /// Returns the time up to which the world has moved.
    pub fn at(&self) -> Timestamp {
        self.engine.state.at
    }

    /// Returns the time at which the scenario ends.
    pub fn ends(&self) -> Timestamp {
        self.start().plus_millis(self.scenario.brief().span_s * 1000)
    }

    /// Returns the seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Moves on in steps of one second to the last whole second that is not after `to`, and never beyond
    /// [`World::ends`]. A `to` in the past changes nothing.
    pub fn advance(&mut self, to: Timestamp) {
        let to = to.min(self.ends());
        while self.at().plus_millis(1000) <= to {
            self.step(1);
            let since_s = (self.at().as_millis() - self.start().as_millis()) / 1000;
            if since_s % SNAPSHOT_S == 0 && !self.unseen {
                self.keep();
            }
        }
    }

    /// Moves on by one step and takes in what is seen of it.
    fn step(&mut self, dt_s: i64) {
        self.step_in_parts(dt_s, dt_s);
    }

    /// Moves on by parts of at most `part_s` seconds, and looks once at what came of all.
    fn step_in_parts(&mut self, dt_s: i64, part_s: i64) {
        let mut left_s = dt_s;
        while left_s > 0 {
            let part_s = left_s.min(part_s.max(1));
            self.engine.advance(part_s);
            self.book.observe(&self.engine, &self.scenario.brief().objectives, part_s);
            left_s -= part_s;
        }
        if !self.unseen {
            self.record.observe(&self.engine.plan, &self.engine.state, &mut self.watch, dt_s);
        }
    }

    /// Returns the world as one that nobody looks at from here on, for runs of which only the outcome is wanted: it
    /// moves as before, and keeps neither telemetry nor snapshots. It cannot go back behind this moment.
    #[must_use]
    pub(crate) fn without_telemetry(mut self) -> Self {
        self.unseen = true;
        self.snapshots.clear();
        self
    }

    /// Does something to the world at [`World::at`] and returns the position of the order.
    ///
    /// # Errors
    ///
    /// [`Refused`] when there is no such target, the amount is impossible, or the world is in no condition for it;
    /// nothing has changed then.
    pub fn order(&mut self, what: OrderKind) -> Result<usize, Refused> {
        let (plan, state) = (&*self.engine.plan, &mut self.engine.state);
        match &what {
            OrderKind::Remedy(remedy) => {
                remedies::order(plan, state, remedy)?;
            }
            OrderKind::Inject(spec) => faults::inject(plan, state, spec, self.engine.start)?,
            OrderKind::TakeSensor(target) => take_sensor(plan, state, target)?,
            OrderKind::GiveSensor(target) => give_sensor(state, target)?,
        }
        self.orders.push(Order { at: self.at(), what });
        Ok(self.orders.len() - 1)
    }

    /// Returns the orders that were given and carried out, in their order.
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Returns the remedies that were ordered: when they work, and what came of them.
    pub fn remedies(&self) -> Vec<RemedyReport> {
        remedies::reports(&self.engine.plan, &self.engine.state)
    }

    /// Returns what a remedy would do, without doing it.
    ///
    /// # Errors
    ///
    /// [`Refused`] as [`World::order`] would return it.
    pub fn dry_run(&self, remedy: &Remedy) -> Result<DryRun, Refused> {
        remedies::dry_run(&self.engine.plan, &self.engine.state, remedy)
    }

    /// Goes back to a time, and forgets the telemetry after it and the orders given at or after it.
    ///
    /// A time before the beginning of the run means the beginning; one that has not come changes nothing. Cost: at most
    /// five minutes are simulated again (a world that was restored and goes back behind its snapshot begins anew).
    pub fn rewind(&mut self, to: Timestamp) {
        let to = to.max(self.start());
        if to > self.at() {
            return;
        }
        let kept: Vec<Order> = self.orders.iter().filter(|o| o.at < to).cloned().collect();
        self.snapshots.retain(|s| s.state.at <= to);
        if let Some(snapshot) = self.snapshots.last().cloned() {
            self.record.truncate(snapshot.state.at);
            self.engine.state = snapshot.state.clone();
            self.watch = snapshot.watch.clone();
            self.book = snapshot.book.clone();
        } else {
            *self = Self::new(&self.scenario, self.seed, self.start());
        }
        let from = self.at();
        self.orders = kept.iter().filter(|o| o.at < from).cloned().collect();
        for order in kept.into_iter().filter(|o| o.at >= from) {
            self.advance(order.at);
            // It was carried out in this very state before.
            let repeated = self.order(order.what);
            debug_assert!(repeated.is_ok(), "an order is refused at its repetition");
        }
        self.advance(to);
    }

    /// Returns the next time, at most `within_s` seconds ahead, at which an alert fires or resolves, a change happens or
    /// a remedy works. Cost: a copy is moved on to that time.
    pub fn next_event(&self, within_s: i64) -> Option<Timestamp> {
        let mut copy = self.clone();
        copy.snapshots.clear();
        let last = self.at().plus_millis(within_s.max(0) * 1000).min(self.ends());
        let n_done = copy.n_done();
        while copy.at().plus_millis(1000) <= last {
            let before = copy.at();
            copy.step(1);
            let step = TimeRange::new(before.plus_millis(1), copy.at().plus_millis(1)).ok()?;
            let seen = !copy.record.alert_events(step).is_empty() || !copy.record.changes(step).is_empty();
            if seen || copy.n_done() != n_done {
                return Some(copy.at());
            }
        }
        None
    }

    fn n_done(&self) -> usize {
        self.engine.state.remedies.iter().filter(|r| r.done).count()
    }

    /// Returns the state as bytes for [`World::restore`]; telemetry is not among them.
    pub fn snapshot(&self) -> Vec<u8> {
        // Plain data written into memory; were it to fail all the same, an empty snapshot is one that is not restored.
        postcard::to_stdvec(&self.frozen()).unwrap_or_default()
    }

    /// Creates the world that a snapshot was taken of; `None` when the bytes are not one of this scenario, seed, start
    /// and beginning of orders.
    ///
    /// Orders after the snapshot are repeated. What the monitoring had collected before it is not there:
    /// [`World::history`] begins at the snapshot. Whoever needs the whole run uses [`World::replay`].
    pub fn restore(
        scenario: &Scenario,
        seed: u64,
        start: Timestamp,
        orders: &[Order],
        snapshot: &[u8],
    ) -> Option<Self> {
        let frozen: Frozen = postcard::from_bytes(snapshot).ok()?;
        let n_orders = usize::try_from(frozen.n_orders).ok()?;
        let plan = Arc::clone(scenario.plan());
        let fits = frozen.layout == LAYOUT
            && frozen.seed == seed
            && frozen.start == start
            && n_orders <= orders.len()
            && is_of(&plan, &frozen.state)
            && frozen.book.fits(&plan, scenario.brief().objectives.len());
        if !fits {
            return None;
        }
        let at = frozen.state.at;
        let mut world = Self {
            scenario: scenario.clone(),
            seed,
            record: Record::new(&plan, seed, at, start),
            engine: Engine::at(plan, seed, start, frozen.state),
            watch: frozen.watch,
            book: frozen.book,
            orders: orders[..n_orders].to_vec(),
            snapshots: Vec::new(),
            recorded_from: at,
            unseen: false,
        };
        world.keep();
        for order in &orders[n_orders..] {
            world.advance(order.at);
            world.order(order.what.clone()).ok()?;
        }
        Some(world)
    }

    fn frozen(&self) -> Frozen {
        Frozen {
            layout: LAYOUT,
            seed: self.seed,
            start: self.start(),
            n_orders: self.orders.len() as u64,
            state: self.engine.state.clone(),
            watch: self.watch.clone(),
            book: self.book.clone(),
        }
    }

    fn keep(&mut self) {
        let frozen = Arc::new(self.frozen());
        self.snapshots.push(frozen);
    }

    /// Returns what is measured. The list grows and is never reordered.
    pub fn series(&self) -> &[SeriesSpec] {
        self.record.series()
    }

    /// Returns the samples of one series (by its position in [`World::series`]) in a range, as far as they have arrived.
    pub fn read(&self, series: usize, range: TimeRange) -> Samples {
        self.record.read(series, range, self.at())
    }

    /// Returns the range from the oldest sample to [`World::at`], at least a millisecond long.
    ///
    /// # Panics
    ///
    /// Never: the end is held behind the beginning.
    pub fn history(&self) -> TimeRange {
        let end = self.at().max(self.recorded_from.plus_millis(1));
        TimeRange::new(self.recorded_from, end)
            .expect("the end is at least a millisecond after the beginning")
    }

    /// Returns the time between two samples at a time, milliseconds.
    pub fn interval_ms(&self, at: Timestamp) -> i64 {
        if at <= self.start() { HISTORY_STEP_S * 1000 } else { SCRAPE_MS }
    }

    /// Returns the time from which log records are kept.
    pub fn logs_from(&self) -> Timestamp {
        self.record.logs_from()
    }

    /// Returns the log records of a range that have arrived; kept for the run and the last hour before it.
    pub fn logs(&self, range: TimeRange) -> Vec<LogRecord> {
        self.record.logs(range)
    }

    /// Returns the alert rules.
    pub fn rules(&self) -> Vec<Rule> {
        self.record.rules()
    }

    /// Returns the alerts that are pending or firing at [`World::at`], duplicates included.
    pub fn alerts(&self) -> Vec<Alert> {
        self.record.alerts(&self.watch)
    }

    /// Returns when alerts fired and resolved in a range, by time.
    pub fn alert_events(&self, range: TimeRange) -> Vec<AlertEvent> {
        self.record.alert_events(range)
    }

    /// Returns the changes of a range, by time.
    pub fn changes(&self, range: TimeRange) -> Vec<Change> {
        self.record.changes(range)
    }

    /// Returns what the inventory says, with what is stale or missing in it.
    pub fn inventory(&self) -> Topology {
        Record::inventory(&self.engine.plan, &self.engine.state)
    }

    /// Returns the results of checks in a range, by time.
    pub fn check_results(&self, range: TimeRange) -> Vec<CheckResult> {
        self.record.check_results(range)
    }

    /// Returns the names of the alerts that are silenced, in the order of their silences.
    pub fn silenced(&self) -> Vec<String> {
        let done =
            self.engine.state.remedies.iter().filter(|r| r.done && r.remedy.kind == RemedyKind::Silence);
        let mut names: Vec<String> = Vec::new();
        for silence in done {
            if !names.contains(&silence.remedy.target) {
                names.push(silence.remedy.target.clone());
            }
        }
        names
    }

    /// Returns what is true: causes, whom they reached, who depends on whom.
    pub fn truth(&self) -> Truth {
        Truth {
            causes: truth::causes(&self.engine.state),
            affected: self.book.affected(&self.engine.plan),
            edges: truth::edges(&self.engine.plan),
        }
    }

    /// Returns the true condition of everything beside what is seen of it, for the instructor.
    pub fn conditions(&self) -> Vec<Condition> {
        self.record.conditions(&self.engine.plan, &self.engine.state, &self.watch)
    }

    /// Returns what the run came to, from [`World::start`] to [`World::at`].
    pub fn outcome(&self) -> Outcome {
        self.book.outcome(&self.engine)
    }

    /// Returns since when all objectives have held without a break, if each has for as long as it asks.
    ///
    /// An objective holds at a quarter minute by the mean over the minute that ends with it.
    pub fn objectives_met(&self) -> Option<Timestamp> {
        self.book.met_since(self.start(), &self.scenario.brief().objectives)
    }

    /// Returns what stands.
    #[cfg(test)]
    pub(crate) fn plan(&self) -> &Plan {
        &self.engine.plan
    }

    /// Returns all that changes.
    #[cfg(test)]
    pub(crate) fn state(&self) -> &State {
        &self.engine.state
    }
}

/// Reports whether a state has the shape that a plan asks for.
fn is_of(plan: &Plan, state: &State) -> bool {
    state.hosts.len() == plan.hosts.len()
        && state.components.len() == plan.components.len()
        && state.instances.len() == plan.instances.len()
        && state.edges.len() == plan.edges.len()
        && state.links.len() == plan.n_links
        && state.entries.len() == plan.load.entries.len()
        && state.checks.len() == plan.checks.len()
}

/// Takes the telemetry of a host, a component or an instance away.
fn take_sensor(plan: &Plan, state: &mut State, target: &str) -> Result<(), Refused> {
    let exists =
        plan.host(target).is_some() || plan.component(target).is_some() || plan.instance(target).is_some();
    if !exists {
        return Err(Refused::NoSuchTarget { wanted: "host", target: target.to_owned() });
    }
    if state.sensors_away.iter().any(|name| name == target) {
        return Err(Refused::Condition { reason: "already_away" });
    }
    state.sensors_away.push(target.to_owned());
    Ok(())
}

/// Gives telemetry back that was taken away.
fn give_sensor(state: &mut State, target: &str) -> Result<(), Refused> {
    let Some(place) = state.sensors_away.iter().position(|name| name == target) else {
        return Err(Refused::Condition { reason: "not_away" });
    };
    state.sensors_away.remove(place);
    Ok(())
}
