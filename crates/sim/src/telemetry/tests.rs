//! Whether what is shown agrees with the state, scrape by scrape; states are moved by hand here.

use wardroom_core::{AlertState, ChangeKind, LogLevel, Samples, TimeRange, Timestamp};

use super::metrics::{sheet, targets};
use super::{Record, Watch};
use crate::plan::{InventoryError, Plan, Technology, shop};
use crate::state::{BUCKETS_S, Phase, State};

/// 2026-11-17T12:00:00Z.
const START_MS: i64 = 1_794_916_800_000;

/// Requests a second of every instance that answers.
const RPS: u64 = 40;

/// A record with what it observes.
#[derive(Clone)]
struct Bench {
    plan: Plan,
    state: State,
    watch: Watch,
    record: Record,
    /// Share of the requests that fail, in percent.
    errors: u64,
}

impl Bench {
    fn new(change: impl FnOnce(&mut Plan)) -> Self {
        let mut plan = shop();
        plan.missed_scrape_ratio = 0.0;
        change(&mut plan);
        let start = Timestamp::from_millis(START_MS);
        let state = State::new(&plan, start, start);
        let watch = Watch::new(&plan, &state);
        let record = Record::new(&plan, 7, start, start);
        Self { plan, state, watch, record, errors: 0 }
    }

    /// Lets all instances that answer work for so many seconds.
    fn run(&mut self, seconds: u32) {
        for _ in 0..seconds {
            self.state.at = self.state.at.plus_millis(1000);
            for idx in 0..self.plan.instances.len() {
                if self.state.answers(&self.plan, idx) {
                    self.work(idx);
                }
            }
            self.record.observe(&self.plan, &self.state, &mut self.watch, 1);
        }
    }

    fn work(&mut self, idx: usize) {
        let instance = &mut self.state.instances[idx];
        let failed = RPS * self.errors / 100;
        instance.offered += RPS;
        instance.ok += RPS - failed;
        instance.failed += failed;
        instance.completed_rps = RPS as f64;
        instance.response_sum_s += 0.04 * RPS as f64;
        instance.response_s = 0.04;
        for (bucket, bound_s) in instance.buckets.iter_mut().zip(BUCKETS_S) {
            *bucket += RPS as f64 * (bound_s / (bound_s + 0.03));
        }
    }

    fn restart(&mut self, idx: usize) {
        let instance = &mut self.state.instances[idx];
        (instance.offered, instance.ok, instance.failed, instance.response_sum_s) = (0, 0, 0, 0.0);
        instance.buckets = Default::default();
        instance.started_at = self.state.at;
    }

    fn all(&self) -> TimeRange {
        let start = Timestamp::from_millis(START_MS);
        TimeRange::new(start, self.state.at.plus_millis(1)).unwrap()
    }

    /// Returns the positions of the series whose printed key has all of some parts.
    fn find(&self, parts: &[&str]) -> Vec<usize> {
        let series = self.record.series().iter().enumerate();
        let fits = |key: String| parts.iter().all(|part| key.contains(part));
        series.filter(|(_, spec)| fits(spec.key.to_string())).map(|(idx, _)| idx).collect()
    }

    fn read(&self, idx: usize) -> Samples {
        self.record.read(idx, self.all(), self.state.at)
    }

    /// Reads the only series that fits.
    fn one(&self, parts: &[&str]) -> Samples {
        let found = self.find(parts);
        assert_eq!(found.len(), 1, "{parts:?}: {found:?}");
        self.read(found[0])
    }

    /// Returns what fired or ended under a name: seconds from the start, and whether it fired.
    fn events(&self, name: &str) -> Vec<(i64, AlertState)> {
        let events = self.record.alert_events(self.all());
        events
            .iter()
            .filter(|e| e.alert.name == name && e.alert.labels.get("replica") != Some("prometheus-1"))
            .map(|e| ((e.at.as_millis() - START_MS) / 1000, e.state))
            .collect()
    }
}

#[test]
fn every_target_is_scraped_every_fifteen_seconds_and_not_all_at_once() {
    let mut bench = Bench::new(|_| {});
    bench.run(150);

    let up = bench.find(&["up{"]);
    let times: Vec<i64> = up.iter().map(|&idx| bench.read(idx).times()[0]).collect();

    assert!(up.len() > 20, "{}", up.len());
    assert!(up.iter().all(|&idx| bench.read(idx).times().windows(2).all(|w| w[1] - w[0] == 15_000)));
    assert!(up.iter().all(|&idx| bench.read(idx).len() == 10));
    assert!(times.iter().any(|&t| t != times[0]));
}

#[test]
fn counters_fall_only_where_a_process_began_anew() {
    let mut bench = Bench::new(|_| {});
    bench.errors = 3;
    bench.run(200);
    let checkout = bench.plan.instance("checkout-0").unwrap();
    bench.restart(checkout);
    bench.run(200);

    let mut falls = Vec::new();
    for (idx, spec) in bench.record.series().iter().enumerate() {
        let samples = bench.read(idx);
        if spec.kind.is_cumulative() && samples.values().windows(2).any(|w| w[1] < w[0]) {
            falls.push(spec.key.labels.get("instance").unwrap_or_default().to_owned());
        }
    }

    assert!(!falls.is_empty());
    assert!(falls.iter().all(|instance| instance == "checkout-0:8080"), "{falls:?}");
}

#[test]
fn buckets_are_ordered_and_the_last_one_is_the_count() {
    let mut bench = Bench::new(|_| {});
    bench.run(60);

    let bucket = |le: &str| {
        let le = format!("le=\"{le}\"");
        bench.one(&["http_request_duration_seconds_bucket", "web-0:", &le]).values().to_vec()
    };
    let bounds: Vec<Vec<f64>> = BUCKETS_S.iter().map(|b| bucket(&b.to_string())).collect();
    let count = bench.one(&["http_request_duration_seconds_count", "web-0:"]);

    assert!(bounds.windows(2).all(|w| w[0].iter().zip(&w[1]).all(|(low, high)| low <= high)));
    assert_eq!(bucket("+Inf"), count.values());
    assert!(bounds[10].iter().zip(count.values()).all(|(last, all)| last <= all));
    assert!(count.values()[0] > 0.0);
}

#[test]
fn the_rate_of_the_counters_is_that_of_the_state() {
    let mut bench = Bench::new(|_| {});
    bench.errors = 10;
    bench.run(300);

    let total: f64 = bench
        .find(&["http_requests_total{", "web-1:"])
        .iter()
        .map(|&idx| {
            let samples = bench.read(idx);
            let (first, last) = (samples.values()[0], samples.values()[samples.len() - 1]);
            (last - first) * 1000.0 / (samples.times()[samples.len() - 1] - samples.times()[0]) as f64
        })
        .sum();
    let recorded = bench.one(&["service:http_requests:rate1m", "service=\"web\""]);
    let errors = bench.one(&["service:http_errors:ratio1m", "service=\"web\""]);

    // Rounding down of ten series costs less than one request each.
    assert!((total - RPS as f64).abs() < 0.1, "{total}");
    let last = recorded.values()[recorded.len() - 1];
    assert!((last - 2.0 * RPS as f64).abs() < 1e-9, "{last}");
    assert!((errors.values()[errors.len() - 1] - 0.1).abs() < 1e-9);
}

#[test]
fn a_silent_host_leaves_gaps_and_a_dead_process_leaves_up_at_zero() {
    let mut bench = Bench::new(|_| {});
    bench.run(60);
    let host = bench.plan.host("host-2").unwrap();
    bench.state.hosts[host].silent = true;
    let dead = bench.plan.instance("catalog-0").unwrap();
    bench.state.instances[dead].phase = Phase::Crashed;
    bench.run(60);

    assert_eq!(bench.one(&["node_load1{", "host-2:"]).len(), 4);
    assert_eq!(bench.one(&["up{", "host-2:"]).len(), 4);
    assert_eq!(bench.one(&["up{", "catalog-0:"]).values(), [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(bench.one(&["go_goroutines{", "catalog-0:"]).len(), 4);
    let after = TimeRange::new(bench.state.at.plus_millis(-59_000), bench.state.at).unwrap();
    assert!(bench.record.logs(after).iter().all(|line| line.host != "host-2"));
}

#[test]
fn a_rule_fires_after_it_has_held_for_long_enough_and_ends_with_its_cause() {
    let mut bench = Bench::new(|_| {});
    bench.run(120);
    assert!(bench.events("ServiceErrorsHigh").is_empty());
    bench.errors = 50;
    bench.run(180);
    bench.errors = 0;
    bench.run(180);

    let events: Vec<(i64, AlertState)> = bench.events("ServiceErrorsHigh");
    let fired = events.iter().find(|(_, state)| *state == AlertState::Firing).unwrap().0;
    let ended = events.iter().find(|(_, state)| *state == AlertState::Resolved).unwrap().0;

    // The condition is seen one or two scrapes after the onset and has to hold for 60 s; the rate looks back for 60 s.
    assert!((180..=225).contains(&fired), "{events:?}");
    assert!((330..=390).contains(&ended), "{events:?}");
    let both = bench.record.alert_events(bench.all());
    let of_web = both
        .iter()
        .filter(|e| e.alert.name == "ServiceErrorsHigh" && e.alert.labels.get("service") == Some("web"));
    assert_eq!(of_web.count(), 4);
}

#[test]
fn a_stopped_mysql_replica_has_no_lag_but_an_alert() {
    let mut bench = Bench::new(|plan| plan.components[7].technology = Technology::Mysql);
    let database = bench.state.components[7].database.as_mut().unwrap();
    database.replicas[1].lag_s = 400.0;
    bench.run(120);
    let lag = bench.one(&["seconds_behind_master", "orders-db-1:"]);
    assert_eq!((lag.len(), lag.values()[0]), (8, 400.0));
    assert_eq!(bench.one(&["seconds_behind_master", "orders-db-0:"]).len(), 0);

    let database = bench.state.components[7].database.as_mut().unwrap();
    (database.replicas[1].stopped, database.replicas[1].error) = (true, 1062);
    bench.run(120);

    assert_eq!(bench.one(&["seconds_behind_master", "orders-db-1:"]).len(), 8);
    assert_eq!(bench.events("MysqlReplicationStopped").len(), 1);
    assert_eq!(bench.events("MysqlReplicationLag").last().map(|e| e.1), Some(AlertState::Resolved));
    let lines = bench.record.logs(bench.all());
    assert!(lines.iter().any(|l| l.message.contains("Error_code: 1062") && l.level == Some(LogLevel::Error)));
}

#[test]
fn what_is_forgotten_and_seen_again_is_the_same() {
    let mut bench = Bench::new(|_| {});
    bench.errors = 20;
    bench.run(100);
    let before = bench.clone();
    let go_on = |bench: &mut Bench| {
        bench.state.components[2].version = "1.5.0".to_owned();
        for idx in bench.plan.components[2].instances.clone() {
            bench.state.instances[idx].version = "1.5.0".to_owned();
        }
        bench.run(700);
    };
    go_on(&mut bench);
    let first = bench.clone();

    bench.record.truncate(before.state.at);
    (bench.state, bench.watch) = (before.state.clone(), before.watch.clone());
    assert_eq!(bench.record.series(), before.record.series());
    go_on(&mut bench);

    assert_eq!(bench.record.series(), first.record.series());
    assert!(bench.record.series().len() > before.record.series().len());
    for idx in 0..first.record.series().len() {
        assert_eq!(bench.read(idx), first.read(idx));
    }
    assert_eq!(bench.record.logs(bench.all()), first.record.logs(first.all()));
    assert_eq!(bench.record.alert_events(bench.all()), first.record.alert_events(first.all()));
    assert_eq!(bench.record.changes(bench.all()), first.record.changes(first.all()));
    assert_eq!(bench.watch, first.watch);
}

#[test]
fn a_version_that_is_rolled_out_is_a_change_and_another_series() {
    let mut bench = Bench::new(|_| {});
    bench.run(30);
    bench.state.components[1].version = "2.0.0".to_owned();
    let web = bench.plan.instance("web-0").unwrap();
    bench.state.instances[web].version = "2.0.0".to_owned();
    bench.run(30);

    let changes = bench.record.changes(bench.all());

    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].subject.as_str(), changes[0].what.as_str()), ("web", "2.0.0"));
    assert_eq!(changes[0].kind, ChangeKind::Deployment);
    assert_eq!(bench.one(&["web_build_info", "web-0:", "2.0.0"]).len(), 2);
    assert_eq!(bench.one(&["web_build_info", "web-0:", "1.4.0"]).len(), 2);
}

#[test]
fn a_call_that_fails_names_whom_it_asked_and_floods_are_cut() {
    let mut bench = Bench::new(|_| {});
    let edge = bench.plan.edge(1, 2).unwrap();
    bench.state.edges[edge].cut = true;
    for _ in 0..20 {
        for link in bench.plan.links(edge) {
            bench.state.links[link].tries += 500;
            bench.state.links[link].failed_tries += 500;
        }
        bench.run(1);
    }

    let lines = bench.record.logs(bench.all());
    let failed: Vec<_> = lines.iter().filter(|l| l.message.contains("ETIMEDOUT")).collect();

    assert!(!failed.is_empty());
    assert!(failed.iter().all(|l| l.service == "web" && l.message.contains("checkout")));
    assert!(failed.len() <= 20 * 9, "{}", failed.len());
    assert!(lines.iter().any(|l| l.message.starts_with("suppressed ")));
    assert!(lines.windows(2).all(|w| w[0].at <= w[1].at));
}

#[test]
fn a_wrong_clock_shows_in_the_times_of_the_lines() {
    let mut bench = Bench::new(|_| {});
    let host = bench.plan.host("host-1").unwrap();
    bench.state.hosts[host].clock_offset_s = -90.0;
    bench.run(120);

    let range = TimeRange::new(Timestamp::from_millis(START_MS - 200_000), bench.state.at).unwrap();
    let lines = bench.record.logs(range);
    let last = |host: &str| lines.iter().filter(|l| l.host == host).map(|l| l.at).max().unwrap();

    assert!(last("host-1") <= bench.state.at.plus_millis(-90_000));
    assert!(last("host-4") > bench.state.at.plus_millis(-30_000));
}

#[test]
fn no_two_series_share_a_key() {
    let plan = shop();

    let mut keys: Vec<String> = Vec::new();
    for target in targets(&plan, 7) {
        keys.extend(sheet(&plan, 7, target.kind, "1.4.0").iter().map(|(spec, _)| spec.key.to_string()));
    }
    let n = keys.len();
    keys.sort();
    keys.dedup();

    assert_eq!(keys.len(), n);
    assert!(n > 400, "{n}");
}

#[test]
fn the_inventory_repeats_its_errors() {
    let bench = Bench::new(|plan| {
        plan.inventory_errors = vec![
            InventoryError::StaleEdge(4, 5),
            InventoryError::StaleOwner(2, "team-legacy".to_owned()),
            InventoryError::Missing(6),
        ];
    });

    let topology = Record::inventory(&bench.plan, &bench.state);

    let entity = |name: &str| topology.entities.iter().find(|e| e.name == name);
    assert_eq!(entity("checkout").unwrap().contact, "team-legacy@example.net");
    assert!(entity("events").is_none());
    let edge = |from: &str, to: &str| topology.dependencies.iter().any(|d| d.from == from && d.to == to);
    assert!(edge("mailer", "cache"));
    assert!(!edge("checkout", "events"));
    assert!(edge("edge", "web"));
}

#[test]
fn the_instructor_sees_where_telemetry_is_wrong() {
    let mut bench = Bench::new(|_| {});
    bench.run(60);
    assert!(bench.record.conditions(&bench.plan, &bench.state, &bench.watch).iter().all(|c| !c.differs));
    let host = bench.plan.host("host-4").unwrap();
    bench.state.hosts[host].silent = true;
    bench.state.hosts[host].disk_used_gib = 199.9;
    bench.run(180);

    let conditions = bench.record.conditions(&bench.plan, &bench.state, &bench.watch);
    let of_host = conditions.iter().find(|c| c.entity == "host-4").unwrap();

    assert_eq!((of_host.code, of_host.grade, of_host.differs), ("disk-full", 3, true));
    let seen = of_host.seen.clone().unwrap();
    assert!(seen.0 <= bench.state.at.plus_millis(-180_000));
}
