//! A world: a scenario, a seed and an end make a history that can be read at any place, and that goes on.

use wardroom_core::{Alert, Change, LogRecord, Rule, Samples, TimeRange, Timestamp, Topology};

use crate::demo::faults::index_lag::IndexLag;
use crate::demo::faults::slow_storage::SlowStorage;
use crate::demo::inventory::{edges, inventory, names};
use crate::demo::lines::Lines;
use crate::demo::load::LoadCurve;
use crate::demo::model::Model;
use crate::demo::programs::{changes, deploys_of, minutes_before, starts, versions};
use crate::demo::scenario::{FaultKind, Scenario, TrendKind};
use crate::demo::telemetry::alerts::{CONDITIONS, Condition, LOOK_BACK_MS, rules};
use crate::demo::telemetry::metrics::{Plan, catalogue};
use crate::demo::telemetry::{Series, SeriesSpec, Target};
use crate::demo::timeline::{COARSE_MS, FINE_MS, Timeline, Totals};
use crate::demo::truth::Truth;

const HOUR_MS: i64 = 3_600_000;

/// How much history lies before the end: eight days, so that every weekday has a predecessor.
const HISTORY_MS: i64 = 8 * 24 * HOUR_MS;

/// How much of the history before the end has a sample every 15 s.
const FINE_HISTORY_MS: i64 = 6 * HOUR_MS;

/// How long a world goes on beyond its end.
const AFTER_END_MS: i64 = 31 * 24 * HOUR_MS;

/// A simulated world whose samples are a pure function of scenario, seed, end and time.
///
/// The history begins eight days before the end, with a sample each minute; from six hours before the end on, and for
/// 31 days beyond it, there is one every 15 s. Sample times are whole multiples of these steps since the epoch. Reading in
/// parts, in any order and from any number of threads gives the same samples as reading the whole.
#[derive(Debug)]
pub struct World {
    history: TimeRange,
    names: Vec<String>,
    edges: Vec<(String, String)>,
    inventory: Topology,
    timeline: Timeline,
    series: Vec<Series>,
    specs: Vec<SeriesSpec>,
    targets: Vec<Target>,
    missed_ratio: f64,
    changes: Vec<Change>,
    lines: Lines,
    fault: SlowStorage,
}

impl World {
    /// Creates the world of a scenario for a seed, with its history ending at `end`.
    ///
    /// Cost: computes the states of all services over the coarse history (about 12 × 11,000 steps); samples are made
    /// when they are read.
    ///
    /// # Panics
    ///
    /// When `end` lies within eight days of the smallest time that can be represented.
    pub fn new(scenario: &Scenario, seed: u64, end: Timestamp) -> Self {
        let form = &scenario.form;
        let start = end.plus_millis(-HISTORY_MS).floor_to(COARSE_MS);
        let history = TimeRange::new(start, end).expect("the history starts eight days before its end");
        let fault = match form.fault.kind {
            FaultKind::SlowStorage => {
                let onset = end.plus_millis(-form.fault.before_end_s * 1000).floor_to(FINE_MS);
                SlowStorage::new(onset, form.fault.extra_commit_ms / 1000.0)
            }
        };
        let trend = match form.trend.kind {
            TrendKind::IndexLag => {
                let onset = minutes_before(end, form.trend.before_end_min);
                IndexLag::new(onset, form.trend.rise_s_per_min, form.trend.limit_s)
            }
        };
        let changes = changes(scenario, end);
        let deploys: Vec<Vec<i64>> =
            form.service.iter().map(|s| deploys_of(&changes, s.name.get_ref())).collect();
        let starts = starts(scenario, end, &deploys);
        let load = LoadCurve::new(end, form.local_hour_at_end, form.night_ratio, form.weekend_ratio);
        let model = Model::new(scenario, seed, load, fault, &deploys);
        let ran = versions(scenario, &changes);
        let (series, targets) = catalogue(&Plan {
            scenario,
            seed,
            history_start_ms: start.as_millis(),
            end_ms: end.as_millis(),
            trend,
            starts: &starts,
            versions: &ran,
        });
        let lines = Lines::new(scenario, seed, end, &starts, ran, trend);
        let fine_from = end.plus_millis(-FINE_HISTORY_MS).floor_to(COARSE_MS);
        let timeline = Timeline::new(model, start, fine_from, end.plus_millis(AFTER_END_MS));
        Self {
            history,
            names: names(scenario),
            inventory: inventory(scenario, &edges(scenario), end),
            edges: edges(scenario),
            timeline,
            specs: series.iter().map(|s| s.spec.clone()).collect(),
            series,
            targets,
            missed_ratio: form.missed_scrape_ratio,
            changes,
            lines,
            fault,
        }
    }

    /// Returns the period that counts as the past: from the first sample to the end that the world was made for.
    pub fn history(&self) -> TimeRange {
        self.history
    }

    /// Returns the end of the world: 31 days after its history, no sample is at this time or later.
    pub fn until(&self) -> Timestamp {
        self.timeline.until()
    }

    /// Returns all series, ordered by key.
    pub fn series(&self) -> &[SeriesSpec] {
        &self.specs
    }

    /// Returns the names of all services, those closest to the customer first; the pool and the database come last.
    pub fn services(&self) -> &[String] {
        &self.names
    }

    /// Returns who depends on whom: pairs of a service and what it asks.
    pub fn depends_on(&self) -> &[(String, String)] {
        &self.edges
    }

    /// Returns what the inventory of the shop says, as wrong as inventories are.
    pub fn inventory(&self) -> &Topology {
        &self.inventory
    }

    /// Returns the time of the last sample that is not after `now`; `None` before the first one.
    pub fn newest(&self, now: Timestamp) -> Option<Timestamp> {
        let step_ms = if now < self.timeline.fine_from() { COARSE_MS } else { FINE_MS };
        let last = now.min(self.until().plus_millis(-1)).floor_to(step_ms);
        (last >= self.history.start()).then_some(last)
    }

    /// Returns how many times of the grid lie in a range: the samples of one series without a gap.
    pub fn grid_len(&self, range: TimeRange) -> u64 {
        let from = range.start().max(self.history.start());
        let to = range.end().min(self.until());
        let border = self.timeline.fine_from().clamp(from, to.max(from));
        // Times of a grid before a point: the multiples of the step below it, rounded up.
        let n = |from: Timestamp, to: Timestamp, step_ms: i64| {
            let before = |at: Timestamp| at.plus_millis(step_ms - 1).as_millis().div_euclid(step_ms);
            u64::try_from(before(to) - before(from)).unwrap_or(0)
        };
        n(from, border, COARSE_MS) + n(border, to, FINE_MS)
    }

    /// Returns the samples of one series in a range, oldest first, each time once.
    ///
    /// Empty for an index beyond [`World::series`] and where the series does not exist. A failed scrape leaves a gap.
    /// Cost: linear in the samples, about 20 ns each; what lies beyond the end is computed block by block from there.
    pub fn read(&self, series_idx: usize, range: TimeRange) -> Samples {
        let Some(series) = self.series.get(series_idx) else {
            return Samples::default();
        };
        let from_ms = range.start().as_millis().max(series.life.0).max(self.history.start().as_millis());
        let to_ms = range.end().as_millis().min(series.life.1).min(self.until().as_millis());
        if to_ms <= from_ms {
            return Samples::default();
        }
        let target = &self.targets[series.target];
        let mut process = self.process_at(series, from_ms);
        let at_most = usize::try_from((to_ms - from_ms) / FINE_MS + 1).unwrap_or(0);
        let mut samples = Samples::with_capacity(at_most.min(1 << 14));
        self.timeline.for_each(series.part, from_ms, to_ms, |at_ms, row| {
            if target.missed(at_ms, self.missed_ratio) {
                return;
            }
            if at_ms >= process.ends_ms {
                process = self.process_at(series, at_ms);
            }
            let value = series.signal.value(series.noise, at_ms, row, process.started_ms, process.base);
            samples.push(Timestamp::from_millis(at_ms), value);
        });
        samples
    }

    /// Returns the time of the first log line: a day before the end.
    pub fn lines_from(&self) -> Timestamp {
        self.lines.from()
    }

    /// Returns the log lines of a range, by time; there are none before [`World::lines_from`].
    ///
    /// Cost: linear in the range, about 40 ms for a day.
    pub fn lines(&self, range: TimeRange) -> Vec<LogRecord> {
        self.lines.read(&self.timeline, range)
    }

    /// Returns the deployments in a range, oldest first.
    pub fn changes(&self, range: TimeRange) -> Vec<Change> {
        self.changes.iter().filter(|c| range.contains(c.at)).cloned().collect()
    }

    /// Returns the rules that are written in this world.
    pub fn rules(&self) -> Vec<Rule> {
        rules()
    }

    /// Returns the alerts that are pending or firing at a time, by rule and then by series.
    ///
    /// Each follows from the samples of its series: active since the first one of the last run beyond the limit.
    pub fn alerts(&self, at: Timestamp) -> Vec<Alert> {
        let mut alerts = Vec::new();
        for condition in &CONDITIONS {
            for (idx, spec) in self.specs.iter().enumerate() {
                if condition.concerns(&spec.key) {
                    alerts.extend(self.alert(condition, idx, at));
                }
            }
        }
        alerts
    }

    /// Returns the alert of one condition on one series, looking back as far as the condition holds.
    fn alert(&self, condition: &Condition, idx: usize, at: Timestamp) -> Option<Alert> {
        let mut back_ms = LOOK_BACK_MS;
        loop {
            let from = at.plus_millis(-back_ms);
            let range = TimeRange::new(from, at.plus_millis(1)).ok()?;
            let samples = self.read(idx, range);
            let alert = condition.alert(&self.specs[idx].key, &samples)?;
            let held_all_along = samples.times().first() == Some(&alert.active_at.as_millis());
            if !held_all_along || from <= self.history.start() {
                return Some(alert);
            }
            back_ms *= 4;
        }
    }

    /// Returns what really happens in this world.
    pub fn truth(&self) -> Truth {
        let model = self.timeline.model();
        let onset = self.fault.onset();
        let lags = model.arrival_lags_ms();
        let mut affected: Vec<(Timestamp, String)> = lags
            .iter()
            .zip(&self.names)
            .filter_map(|(lag, name)| lag.map(|lag| (onset.plus_millis(lag), name.clone())))
            .collect();
        affected.sort();
        Truth {
            cause: self.names[model.database()].clone(),
            fault: SlowStorage::WORD.to_owned(),
            onset,
            affected: affected.into_iter().map(|(at, name)| (name, at)).collect(),
        }
    }

    /// Returns the run of a series' process that covers a time.
    fn process_at(&self, series: &Series, at_ms: i64) -> Process {
        let starts = &self.targets[series.target].starts;
        let n_started = starts.partition_point(|&s| s <= at_ms).max(1);
        let started_ms = starts[n_started - 1];
        let ends_ms = starts.get(n_started).copied().unwrap_or(i64::MAX);
        let start_ms = self.history.start().as_millis();
        let base = if started_ms >= start_ms {
            self.timeline.totals_at(series.part, started_ms)
        } else {
            // Before the history the process is taken to have met the load of its first minute.
            let mut base = self.timeline.totals_at(series.part, start_ms);
            self.timeline.for_each(series.part, start_ms, start_ms + 1, |_, row| {
                base = base.before(&row.state, start_ms - started_ms);
            });
            base
        };
        Process { started_ms, ends_ms, base }
    }
}

/// One run of a process, from its start to its restart.
#[derive(Clone, Copy, Debug)]
struct Process {
    started_ms: i64,
    ends_ms: i64,
    base: Totals,
}

#[cfg(test)]
mod tests {
    use wardroom_core::MetricKind;

    use super::*;

    const DEMO: &str = include_str!("../../../../assets/scenarios/demo.toml");

    /// 2026-11-17T15:02:04Z, a Tuesday.
    const END: Timestamp = Timestamp::from_millis(1_794_927_724_000);

    #[test]
    fn the_same_seed_and_end_give_the_same_bytes_and_another_seed_does_not() {
        let whole = |seed| digest(&demo(seed));

        let first = whole(7);

        assert_eq!(first, whole(7));
        assert_ne!(first, whole(8));
    }

    #[test]
    fn reading_in_parts_and_out_of_order_is_reading_the_whole() {
        let (world, other) = (demo(7), demo(7));
        let start = world.history().start();
        let beyond = END.plus_millis(9 * HOUR_MS);
        let cuts = [start, start.plus_millis(3 * 24 * HOUR_MS + 7), END.plus_millis(-HOUR_MS), beyond];
        for idx in (0..world.series().len()).step_by(23) {
            let whole = world.read(idx, TimeRange::new(cuts[0], cuts[3]).unwrap());
            // The last part first, so that no part depends on what was read before it.
            let last = other.read(idx, TimeRange::new(cuts[2], cuts[3]).unwrap());
            let mut parts = other.read(idx, TimeRange::new(cuts[0], cuts[1]).unwrap());
            parts.extend(&other.read(idx, TimeRange::new(cuts[1], cuts[2]).unwrap()));
            parts.extend(&last);

            assert_eq!(parts, whole, "{}", world.series()[idx].key);
        }
    }

    #[test]
    fn the_demo_has_the_number_of_series_that_was_planned_each_once() {
        let world = demo(7);
        let n = world.series().len();

        assert!((1_000..=1_250).contains(&n), "{n} series");
        assert!(world.series().windows(2).all(|w| w[0].key < w[1].key));
        assert_eq!(world.services().len(), 12);
    }

    #[test]
    fn samples_lie_on_the_grid_within_the_range_and_are_finite() {
        let world = demo(7);
        let fine_from = END.plus_millis(-FINE_HISTORY_MS).floor_to(COARSE_MS).as_millis();
        for idx in (0..world.series().len()).step_by(5) {
            let samples = world.read(idx, world.history());
            let step = |t: i64| if t < fine_from { COARSE_MS } else { FINE_MS };

            assert!(samples.times().iter().all(|&t| t % step(t) == 0));
            assert!(samples.times().windows(2).all(|w| w[0] < w[1]));
            assert!(samples.times().iter().all(|&t| world.history().contains(Timestamp::from_millis(t))));
            assert!(
                samples.values().iter().all(|v| v.is_finite() && *v >= 0.0),
                "{}",
                world.series()[idx].key
            );
        }
    }

    #[test]
    fn counters_fall_only_where_their_process_restarted() {
        let world = demo(7);
        for (idx, series) in world.series.iter().enumerate().step_by(3) {
            if series.spec.kind != MetricKind::Counter {
                continue;
            }
            let samples = world.read(idx, world.history());
            let starts = &world.targets[series.target].starts;
            for (times, values) in samples.times().windows(2).zip(samples.values().windows(2)) {
                let restarted = starts.iter().any(|&s| times[0] < s && s <= times[1]);
                assert!(values[1] >= values[0] || restarted, "{} at {}", series.spec.key, times[1]);
            }
        }
    }

    #[test]
    fn a_restart_takes_a_counter_back_to_its_beginning() {
        let world = demo(7);
        let key = r#"process_cpu_seconds_total{instance="search-0:9100",job="shop",service="search"}"#;
        let at = world.changes(world.history()).iter().rfind(|c| c.subject == "search").unwrap().at;

        let before = value_at(&world, key, at.plus_millis(-60_000));
        let after = value_at(&world, key, at.plus_millis(60_000));

        assert!(after < before / 10.0, "{before} to {after}");
    }

    #[test]
    fn the_fault_shows_in_the_order_of_its_spread_exact_to_the_sample() {
        let world = demo(7);
        let onset = END.plus_millis(-650_000).floor_to(FINE_MS);
        let p99 = |service: &str| {
            format!(r#"http_request_duration_seconds{{job="mesh",quantile="0.99",service="{service}"}}"#)
        };
        let errors = |service: &str| format!(r#"service:http_errors:ratio1m{{service="{service}"}}"#);
        let page = r#"web_page_load_seconds{job="mesh",quantile="0.95",service="web"}"#.to_owned();
        let commit =
            r#"pg_commit_seconds{instance="pg-main:9187",job="postgres",quantile="0.95",service="pg-main"}"#;
        let waiting =
            r#"pgbouncer_waiting_clients{instance="pgbouncer:9127",job="pgbouncer",service="pgbouncer"}"#;
        let success = r#"checkout_success_ratio{job="mesh",service="checkout"}"#;
        let expected = [
            (commit.to_owned(), 0.02, 0),
            (waiting.to_owned(), 20.0, 15),
            (p99("orders"), 1.0, 45),
            (p99("payments"), 1.0, 45),
            (errors("cart"), 0.03, 60),
            (success.to_owned(), 0.9, 105),
            (errors("api-gateway"), 0.05, 105),
            (page, 2.0, 135),
            (errors("mobile-bff"), 0.03, 135),
        ];
        for (key, limit, lag_s) in expected {
            let first = first_crossing(&world, &key, limit);

            assert_eq!(first, Some(onset.plus_millis(lag_s * 1000)), "{key}");
        }
    }

    #[test]
    fn the_truth_names_the_cause_and_all_nine_in_order() {
        let world = demo(7);
        let truth = world.truth();

        assert_eq!((truth.cause.as_str(), truth.fault.as_str()), ("pg-main", "slow_storage"));
        assert_eq!(truth.onset, END.plus_millis(-650_000).floor_to(FINE_MS));
        let lags: Vec<(&str, i64)> = truth
            .affected
            .iter()
            .map(|(name, at)| (name.as_str(), (at.as_millis() - truth.onset.as_millis()) / 1000))
            .collect();
        let expected = [
            ("pg-main", 0),
            ("pgbouncer", 15),
            ("orders", 45),
            ("payments", 45),
            ("cart", 60),
            ("api-gateway", 105),
            ("checkout", 105),
            ("mobile-bff", 135),
            ("web", 135),
        ];
        assert_eq!(lags, expected);
    }

    #[test]
    fn the_numbers_of_the_fault_follow_from_the_queues() {
        let world = demo(7);
        let at = END.plus_millis(-60_000).floor_to(FINE_MS);
        let near = |key: &str, value: f64, tolerance: f64| {
            let found = value_at(&world, key, at);
            assert!((found - value).abs() <= value * tolerance, "{key}: {found}, not {value}");
        };

        // By hand, with 92 ms a commit: 20 connections carry 217 transactions a second of the 338 asked for, so 180 wait
        // for 0.83 s; an order makes three, takes 2.9 s in the mean, and its p99 is 2.1 times that.
        near(
            r#"pgbouncer_waiting_clients{instance="pgbouncer:9127",job="pgbouncer",service="pgbouncer"}"#,
            178.0,
            0.03,
        );
        near(
            r#"pg_commit_seconds{instance="pg-main:9187",job="postgres",quantile="0.95",service="pg-main"}"#,
            0.092,
            0.25,
        );
        near(r#"http_request_duration_seconds{job="mesh",quantile="0.99",service="orders"}"#, 6.07, 0.25);
        near(r#"checkout_success_ratio{job="mesh",service="checkout"}"#, 0.61, 0.15);
    }

    #[test]
    fn weekends_are_quieter_than_working_days() {
        let world = demo(7);
        let key = r#"service:http_requests:rate1m{service="web"}"#;
        let mean = |days: i64| {
            let end = END.plus_millis(-days * 24 * HOUR_MS);
            let values = read(&world, key, end.plus_millis(-HOUR_MS), end).into_columns().1;
            values.iter().sum::<f64>() / values.len() as f64
        };

        // 15 November 2026 was a Sunday, the 16th a Monday.
        let (sunday, monday) = (mean(2), mean(1));

        assert!((sunday / monday - 0.85).abs() < 0.05, "{sunday} and {monday}");
    }

    #[test]
    fn the_search_index_falls_behind_by_two_seconds_a_minute() {
        let world = demo(7);
        let key = r#"search_index_lag_seconds{job="mesh",service="search"}"#;
        let mean = |before_min: i64| {
            let end = END.plus_millis(-before_min * 60_000);
            let values = read(&world, key, end.plus_millis(-600_000), end).into_columns().1;
            values.iter().sum::<f64>() / values.len() as f64
        };

        let slope = (mean(0) - mean(60)) / 60.0;

        assert!((slope - 2.0).abs() < 0.3, "{slope}");
        assert!((20.0..90.0).contains(&mean(180)));
    }

    #[test]
    fn a_version_changes_its_build_info_at_the_deployment() {
        let world = demo(7);
        let changes = world.changes(TimeRange::new(END.plus_millis(-FINE_HISTORY_MS), END).unwrap());
        let named: Vec<(&str, &str)> =
            changes.iter().map(|c| (c.subject.as_str(), c.what.as_str())).collect();

        assert_eq!(named, [("search", "9.2.0"), ("web", "7.3.0"), ("orders", "4.18.2")]);
        for change in &changes {
            let key = format!(
                r#"shop_build_info{{job="mesh",service="{}",version="{}"}}"#,
                change.subject, change.what
            );
            let samples = read(&world, &key, world.history().start(), END);
            let first = samples.times()[0] - change.at.as_millis();
            assert!((0..=60_000).contains(&first), "{key} begins {first} ms later");
        }
    }

    #[test]
    fn the_alerts_of_the_fault_fire_at_the_end_and_not_before_it() {
        let world = demo(7);
        let names = |at| world.alerts(at).into_iter().map(|a| a.name).collect::<Vec<String>>();

        assert!(names(END.plus_millis(-HOUR_MS)).is_empty());
        for name in ["CheckoutFailing", "PgCommitSlow", "PgBouncerClientsWaiting", "ServiceErrorsHigh"] {
            assert!(names(END).contains(&name.to_owned()), "{name}");
        }
    }

    #[test]
    fn the_world_goes_on_beyond_its_end_and_then_stops() {
        let world = demo(7);
        let key = r#"service:http_requests:rate1m{service="web"}"#;

        let next = read(&world, key, END, END.plus_millis(60_000));
        let beyond = read(&world, key, world.until(), world.until().plus_millis(HOUR_MS));

        assert_eq!(next.len(), 4);
        assert!(beyond.is_empty());
        assert_eq!(world.newest(END), Some(END.floor_to(FINE_MS)));
    }

    #[test]
    fn few_scrapes_fail() {
        let world = demo(7);
        let key = r#"up{instance="web-0:9100",job="shop",service="web"}"#;
        // 8 days less 6 hours by minute and 6 hours and 4 s by 15 s.
        let full = 186 * 60 + 6 * 240 + 1;

        let n = read(&world, key, world.history().start(), END).len();

        assert_eq!(world.grid_len(world.history()), 12_601);
        assert!(n <= full && n > full - 20, "{n} of {full}");
    }

    fn demo(seed: u64) -> World {
        World::new(&Scenario::parse(DEMO).unwrap(), seed, END)
    }

    fn read(world: &World, key: &str, from: Timestamp, to: Timestamp) -> Samples {
        let idx = world.series().iter().position(|s| s.key.to_string() == key);
        world.read(idx.unwrap_or_else(|| panic!("no series {key}")), TimeRange::new(from, to).unwrap())
    }

    fn value_at(world: &World, key: &str, at: Timestamp) -> f64 {
        let samples = read(world, key, at.plus_millis(-120_000), at.plus_millis(1));
        *samples.values().last().unwrap()
    }

    /// Returns the first time in the last hour at which a series is on another side of a limit than an hour ago.
    fn first_crossing(world: &World, key: &str, limit: f64) -> Option<Timestamp> {
        let samples = read(world, key, END.plus_millis(-HOUR_MS), END);
        let side = samples.values()[0] > limit;
        let idx = samples.values().iter().position(|&v| (v > limit) != side)?;
        Some(Timestamp::from_millis(samples.times()[idx]))
    }

    /// Returns FNV-1a over times and value bits of every eleventh series.
    fn digest(world: &World) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |bits: u64| {
            for byte in bits.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        };
        for idx in (0..world.series().len()).step_by(11) {
            let samples = world.read(idx, world.history());
            for (at_ms, value) in samples.times().iter().zip(samples.values()) {
                add(at_ms.cast_unsigned());
                add(value.to_bits());
            }
        }
        hash
    }
}
