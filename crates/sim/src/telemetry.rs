//! What the monitoring of a world has seen: samples, log lines, alerts, changes, checks and the inventory.
//!
//! [`Record`] keeps what has arrived; [`Watch`] is the little that the next step needs and that a snapshot holds. Both
//! are moved on by [`Record::observe`] after every step of the engine, and only read the state: telemetry never acts on
//! the world. A value that does not arrive (silent host, missed scrape, dead exporter) is a gap.

mod alerts;
mod changes;
mod columns;
mod conditions;
mod inventory;
pub(crate) mod logs;
mod metrics;
mod rules;
mod sheet;
mod tape;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_core::{Alert, Change, LogRecord, Rule, Samples, SeriesKey, TimeRange, Timestamp, Topology};

use crate::plan::{CheckKind, Plan};
use crate::state::State;

pub(crate) use crate::demo::SeriesSpec;
pub use alerts::AlertEvent;
pub use conditions::Condition;
pub use metrics::metric_help;
pub(crate) use metrics::{exposes, metrics_about};
pub(crate) use rules::alert_names;
pub(crate) use watch::Watch;

use alerts::Note;
use logs::{Paper, Voices};
use metrics::{Answer, Target, TargetKind, has_exporter};
use rules::RuleBook;
use sheet::Now;
use tape::{Dated, Tape};
use watch::Book;

/// Log lines are kept from so long before the run on, in milliseconds.
const LOGS_BEFORE_MS: i64 = 3_600_000;

/// The longest time from a line to its arrival, in milliseconds: a step of the history.
const LONGEST_STEP_MS: i64 = 60_000;

/// The outcome of a check from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckResult {
    /// When it ended.
    pub at: Timestamp,
    /// The check's name.
    pub name: String,
    /// What it does, as a stable word: `login`, `procedure`, `page`, `transaction`.
    pub kind: &'static str,
    /// The component that it asks.
    pub component: String,
    /// Whether all of it worked in time.
    pub ok: bool,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The steps of a transaction: the component asked and whether it answered; empty for other kinds.
    pub steps: Vec<(String, bool)>,
}

/// What has arrived at the monitoring. A copy is cheap: what is full is shared.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    plan: Arc<Plan>,
    seed: u64,
    run_start: Timestamp,
    series: Arc<Vec<SeriesSpec>>,
    index: Arc<BTreeMap<SeriesKey, usize>>,
    /// For each series: since when it is known (milliseconds) and the target that has it.
    homes: Arc<Vec<(i64, usize)>>,
    targets: Vec<Target>,
    book: Arc<RuleBook>,
    notes: Tape<Note>,
    voices: Arc<Voices>,
    paper: Paper,
    /// Lines are kept from here on, in milliseconds.
    logs_from_ms: i64,
    /// The largest distance between a clock and the true time so far, in milliseconds.
    skew_ms: i64,
    changes: Vec<Change>,
    checks: Tape<CheckResult>,
}

impl Dated for CheckResult {
    fn at_ms(&self) -> i64 {
        self.at.as_millis()
    }
}

impl Record {
    /// Creates an empty record; the history begins at `history_start`, the run at `run_start`.
    pub(crate) fn new(plan: &Plan, seed: u64, history_start: Timestamp, run_start: Timestamp) -> Self {
        let targets = metrics::targets(plan, seed);
        Self {
            seed,
            run_start,
            series: Arc::default(),
            index: Arc::default(),
            homes: Arc::default(),
            book: Arc::new(RuleBook::new(plan, seed, &targets)),
            targets,
            notes: Tape::default(),
            voices: Arc::new(Voices::new(plan, seed)),
            paper: Paper::default(),
            logs_from_ms: history_start.max(run_start.plus_millis(-LOGS_BEFORE_MS)).as_millis(),
            skew_ms: 0,
            changes: Vec::new(),
            checks: Tape::default(),
            plan: Arc::new(plan.clone()),
        }
    }

    /// Returns the time from which log records are kept.
    pub(crate) const fn logs_from(&self) -> Timestamp {
        Timestamp::from_millis(self.logs_from_ms)
    }

    /// Takes what can be seen of a state at the end of a step of `dt_s` seconds (1 in the run, 60 in the history).
    pub(crate) fn observe(&mut self, plan: &Plan, state: &State, watch: &mut Watch, dt_s: i64) {
        let at_ms = state.at.as_millis();
        watch.timers.resize_with(self.book.subjects.len(), Default::default);
        self.accumulate(plan, state, watch, dt_s);
        for target in 0..self.targets.len() {
            if self.targets[target].due(at_ms, dt_s) {
                self.scrape(plan, state, watch, target);
            }
        }
        alerts::evaluate(&self.book, watch, at_ms, dt_s, &mut self.notes);
        for host in &state.hosts {
            self.skew_ms = self.skew_ms.max(clock_ms(host.clock_offset_s));
        }
        let paper = (at_ms > self.logs_from_ms).then_some(&mut self.paper);
        logs::observe(plan, state, watch, &self.voices, paper, dt_s);
        changes::observe(plan, state, watch, self.run_start, dt_s, &mut self.changes);
        changes::remember(watch, state);
        self.take_checks(plan, state, watch);
    }

    /// Lets the counters that only telemetry has grow.
    fn accumulate(&self, plan: &Plan, state: &State, watch: &mut Watch, dt_s: i64) {
        for (memo, now) in watch.components.iter_mut().zip(&state.components) {
            if let Some(database) = &now.database {
                memo.lock_waits += database.locked_ratio * database.write_rps * dt_s as f64;
            }
        }
        for host in 0..plan.hosts.len() {
            if self.voices.mistypes(host, state.at.as_millis(), dt_s) {
                watch.hosts[host].mistyped += 1.0;
            }
        }
    }

    /// Scrapes one target and hands its values to the rules.
    fn scrape(&mut self, plan: &Plan, state: &State, watch: &mut Watch, target: usize) {
        let at_ms = state.at.as_millis();
        match self.targets[target].answer(plan, state, plan.missed_scrape_ratio) {
            Answer::Absent => alerts::see_nothing(&self.book, target, at_ms, false, watch),
            // What was seen last stands until it is too old.
            Answer::Silent => {}
            Answer::Down => {
                self.fill(plan, state, watch, target, false);
                alerts::see_nothing(&self.book, target, at_ms, true, watch);
            }
            Answer::Up => {
                self.fill(plan, state, watch, target, true);
                if let TargetKind::Instance(instance) = self.targets[target].kind {
                    take_books(plan, state, watch, instance);
                }
                alerts::see(&self.book, target, plan, state, watch);
            }
        }
    }

    /// Adds a row to the columns of a target, whose list of series is made anew when it does not fit.
    fn fill(&mut self, plan: &Plan, state: &State, watch: &Watch, target: usize, answered: bool) {
        let at_ms = state.at.as_millis();
        let (series, index, homes) = (&mut self.series, &mut self.index, &mut self.homes);
        let mut place = |spec: SeriesSpec| {
            if let Some(&known) = index.get(&spec.key) {
                return known;
            }
            let position = series.len();
            Arc::make_mut(index).insert(spec.key.clone(), position);
            Arc::make_mut(series).push(spec);
            Arc::make_mut(homes).push((at_ms, target));
            position
        };
        let one = &mut self.targets[target];
        one.refresh(plan, state, self.seed, &mut place);
        one.columns.scrape(&Now { plan, state, watch, at_ms }, answered);
    }

    /// Keeps the outcomes of checks that ran in this step.
    fn take_checks(&mut self, plan: &Plan, state: &State, watch: &mut Watch) {
        for (k, (check, now)) in plan.checks.iter().zip(&state.checks).enumerate() {
            if watch.checks.get(k).is_some_and(|&before| before == now.ran_at) {
                continue;
            }
            let name = |c: usize| plan.components[c].name.clone();
            self.checks.push(CheckResult {
                at: now.ran_at,
                name: check.name.clone(),
                kind: check_word(check.kind),
                component: name(check.component),
                ok: now.ok,
                took_ms: now.took_ms,
                steps: now.steps.iter().map(|&(c, ok)| (name(c), ok)).collect(),
            });
        }
        watch.checks.clear();
        watch.checks.extend(state.checks.iter().map(|c| c.ran_at));
    }

    /// Forgets everything that arrived later than a time; the memory has to be that of this time again.
    pub(crate) fn truncate(&mut self, to: Timestamp) {
        let to_ms = to.as_millis();
        for target in &mut self.targets {
            target.columns.truncate(to_ms);
        }
        let kept = self.homes.partition_point(|&(since_ms, _)| since_ms <= to_ms);
        if kept < self.series.len() {
            Arc::make_mut(&mut self.index).retain(|_, position| *position < kept);
            Arc::make_mut(&mut self.series).truncate(kept);
            Arc::make_mut(&mut self.homes).truncate(kept);
        }
        self.notes.truncate(to_ms);
        self.paper.truncate(to_ms);
        self.changes.retain(|c| c.at <= to);
        self.checks.truncate(to_ms);
    }

    /// Returns all series known so far; the list grows and is never reordered.
    pub(crate) fn series(&self) -> &[SeriesSpec] {
        &self.series
    }

    /// Returns the samples of a series in a range that arrived by `at`, sorted; empty for a position that does not exist.
    pub(crate) fn read(&self, series: usize, range: TimeRange, at: Timestamp) -> Samples {
        let mut samples = Samples::default();
        if let Some(&(_, target)) = self.homes.get(series) {
            let from_ms = range.start().as_millis();
            let to_ms = range.end().min(at.plus_millis(1)).as_millis();
            self.targets[target].columns.read(series, from_ms, to_ms, &mut samples);
        }
        samples
    }

    /// Returns the log records with times (as written) in a range, sorted by them.
    pub(crate) fn logs(&self, range: TimeRange) -> Vec<LogRecord> {
        // A line arrives up to a step after it was written, and its clock may be wrong.
        let from_ms = range.start().as_millis().saturating_sub(self.skew_ms);
        let to_ms = range.end().as_millis().saturating_add(self.skew_ms + LONGEST_STEP_MS);
        let mut lines: Vec<_> = self
            .paper
            .lines
            .between(from_ms, to_ms)
            .filter(|line| range.contains(Timestamp::from_millis(line.wrote_ms)))
            .collect();
        lines.sort_by_key(|line| line.wrote_ms);
        lines.into_iter().map(|line| logs::render(&self.plan, &self.paper, line)).collect()
    }

    /// Returns all rules, alerting ones first.
    pub(crate) fn rules(&self) -> Vec<Rule> {
        self.book.rules()
    }

    /// Returns the alerts that are pending or firing, duplicates of a second server included.
    pub(crate) fn alerts(&self, watch: &Watch) -> Vec<Alert> {
        alerts::present(&self.book, watch)
    }

    /// Returns what began to fire or ended in a range, oldest first.
    pub(crate) fn alert_events(&self, range: TimeRange) -> Vec<AlertEvent> {
        let notes = self.notes.between(range.start().as_millis(), range.end().as_millis());
        notes.map(|note| alerts::event(&self.book, note)).collect()
    }

    /// Returns what was altered in a range, oldest first.
    pub(crate) fn changes(&self, range: TimeRange) -> Vec<Change> {
        let mut changes: Vec<Change> =
            self.changes.iter().filter(|c| range.contains(c.at)).cloned().collect();
        changes.sort();
        changes
    }

    /// Returns the outcomes of checks in a range, oldest first.
    pub(crate) fn check_results(&self, range: TimeRange) -> Vec<CheckResult> {
        self.checks.between(range.start().as_millis(), range.end().as_millis()).cloned().collect()
    }

    /// Returns what the inventory says at a moment, stale and missing things included.
    pub(crate) fn inventory(plan: &Plan, state: &State) -> Topology {
        inventory::inventory(plan, state)
    }

    /// Returns what is true of every component and host, beside what the monitoring says.
    pub(crate) fn conditions(&self, plan: &Plan, state: &State, watch: &Watch) -> Vec<Condition> {
        conditions::conditions(self, plan, state, watch)
    }

    /// Returns the rules with their subjects.
    pub(crate) fn book(&self) -> &RuleBook {
        &self.book
    }
}

/// Takes the books of an instance, as its scrape shows them, for the recorded rates.
fn take_books(plan: &Plan, state: &State, watch: &mut Watch, instance: usize) {
    let component = plan.instances[instance].component;
    let answers = state.answers(plan, instance) || !has_exporter(plan.components[component].technology);
    if !answers {
        return;
    }
    let at_ms = state.at.as_millis();
    watch.rings[instance].push(Book::of(&state.instances[instance], at_ms));
    if let Some(cache) = state.components[component].cache.as_ref()
        && instance == plan.components[component].instances.start
    {
        let (hits, misses) = (cache.hits.floor(), cache.misses.floor());
        let book = Book { at_ms, answered: hits + misses, failed: misses, ..Book::default() };
        watch.caches[component].push(book);
    }
}

/// Returns the stable word of a kind of check.
const fn check_word(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Login => "login",
        CheckKind::Procedure => "procedure",
        CheckKind::Page => "page",
        CheckKind::Transaction => "transaction",
    }
}

/// Returns the size of a clock's offset in whole milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "offsets of clocks are far below 2^53 milliseconds")]
fn clock_ms(offset_s: f64) -> i64 {
    (offset_s.abs() * 1000.0).ceil() as i64
}
