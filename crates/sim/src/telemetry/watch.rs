//! What telemetry remembers from one step to the next: small, and part of a snapshot.

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

use crate::plan::Plan;
use crate::state::{BUCKETS_S, InstanceState, N_BUCKETS, State};

/// How long a value counts as the present one, in milliseconds: the look-back of Prometheus.
pub(crate) const LOOK_BACK_MS: i64 = 300_000;

/// The window of the recorded rates, in milliseconds.
const WINDOW_MS: i64 = 60_000;

/// The memory of the telemetry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Watch {
    /// For each instance, what the last scrapes saw of its books.
    pub(crate) rings: Vec<Ring>,
    /// For each component, what the last scrapes saw of its cache.
    pub(crate) caches: Vec<Ring>,
    /// For each subject of each alert rule.
    pub(crate) timers: Vec<Timer>,
    pub(crate) instances: Vec<InstanceMemo>,
    pub(crate) links: Vec<LinkMemo>,
    pub(crate) components: Vec<ComponentMemo>,
    pub(crate) hosts: Vec<HostMemo>,
    /// For each edge its settings: timeout, retries, pool.
    pub(crate) edges: Vec<(f64, u32, Option<u32>)>,
    /// For each check, when it ran last.
    pub(crate) checks: Vec<Timestamp>,
    /// For each remedy, whether it was done.
    pub(crate) remedies: Vec<bool>,
}

/// The books of one instance as the last scrapes saw them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ring {
    books: Vec<Book>,
}

/// Books at one scrape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) at_ms: i64,
    /// Everything that got an answer, refusals included.
    pub(crate) answered: f64,
    /// What was the program's fault.
    pub(crate) failed: f64,
    /// What the duration histogram counted.
    pub(crate) completed: f64,
    pub(crate) buckets: [f64; N_BUCKETS],
}

/// Growth per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rates {
    pub(crate) answered: f64,
    pub(crate) failed: f64,
    pub(crate) completed: f64,
    pub(crate) buckets: [f64; N_BUCKETS],
}

/// How far a rule has come with one of its subjects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timer {
    /// The value at the last scrape; `None`: not seen, or gone.
    pub(crate) seen: Option<f64>,
    pub(crate) seen_at_ms: i64,
    /// Earlier values, where the rule looks at growth: times in milliseconds and values, oldest first.
    pub(crate) past: Vec<(i64, f64)>,
    /// Since when the condition holds.
    pub(crate) since_ms: Option<i64>,
    pub(crate) firing: bool,
}

/// What was known of an instance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct InstanceMemo {
    /// A word for the phase, 0 to 5.
    pub(crate) phase: u8,
    pub(crate) started_at: Timestamp,
    pub(crate) killed: u32,
    pub(crate) refused: u64,
    pub(crate) failed: u64,
    pub(crate) unauthorized: u64,
    pub(crate) timed_out: u64,
    /// Log lines owed, in fractions.
    pub(crate) owed: f64,
}

/// What was known of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LinkMemo {
    pub(crate) failed_tries: u64,
    pub(crate) open: bool,
}

/// What was known of a component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ComponentMemo {
    pub(crate) version: String,
    pub(crate) bad_configuration: bool,
    pub(crate) certificate_until: Option<Timestamp>,
    pub(crate) flag_on: bool,
    pub(crate) max_connections: u32,
    pub(crate) deadlocks: f64,
    pub(crate) primary: Option<usize>,
    /// Replicas that had stopped, one for each instance.
    pub(crate) stopped: Vec<bool>,
    pub(crate) stuck: bool,
    pub(crate) cold: bool,
    /// Registered and healthy, one for each instance behind a balancer.
    pub(crate) served: Vec<bool>,
    /// Lock waits since the beginning, in fractions.
    pub(crate) lock_waits: f64,
    /// The second for which lines are counted, how many were written and how many were not.
    pub(crate) second: i64,
    pub(crate) written: u32,
    pub(crate) suppressed: u32,
}

/// What was known of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct HostMemo {
    pub(crate) up: bool,
    pub(crate) started_at: Timestamp,
    pub(crate) full: bool,
    pub(crate) clock_offset_s: f64,
    pub(crate) refused_connections: f64,
    pub(crate) failed_logins: f64,
    /// Failed sign-ins of everyday life, in fractions.
    pub(crate) mistyped: f64,
}

impl Watch {
    /// Remembers a state, so that the next step is compared with it.
    pub(crate) fn new(plan: &Plan, state: &State) -> Self {
        let mut watch = Self {
            rings: vec![Ring::default(); plan.instances.len()],
            caches: vec![Ring::default(); plan.components.len()],
            timers: Vec::new(),
            instances: vec![InstanceMemo::default(); plan.instances.len()],
            links: vec![LinkMemo::default(); plan.n_links],
            components: vec![ComponentMemo::default(); plan.components.len()],
            hosts: vec![HostMemo::default(); plan.hosts.len()],
            edges: vec![(0.0, 0, None); plan.edges.len()],
            checks: vec![Timestamp::default(); plan.checks.len()],
            remedies: Vec::new(),
        };
        crate::telemetry::changes::remember(&mut watch, state);
        crate::telemetry::logs::remember(&mut watch, plan, state);
        watch.checks = state.checks.iter().map(|c| c.ran_at).collect();
        watch
    }

    /// Returns the growth per second of all instances of a component that were seen lately.
    ///
    /// `None` when none of them was.
    pub(crate) fn service_rates(&self, plan: &Plan, component: usize, now_ms: i64) -> Option<Rates> {
        let mut total: Option<Rates> = None;
        for idx in plan.components[component].instances.clone() {
            if let Some(rates) = self.rings.get(idx).and_then(|ring| ring.rates(now_ms)) {
                total.get_or_insert_default().add(&rates);
            }
        }
        total
    }
}

impl Ring {
    /// Adds the books of a scrape; after a restart the older ones no longer count.
    pub(crate) fn push(&mut self, book: Book) {
        if self.books.last().is_some_and(|last| last.answered > book.answered) {
            self.books.clear();
        }
        self.books.retain(|b| b.at_ms >= book.at_ms - WINDOW_MS);
        self.books.push(book);
    }

    /// Returns the growth per second within the window; `None`: fewer than two scrapes, or none lately.
    pub(crate) fn rates(&self, now_ms: i64) -> Option<Rates> {
        let (first, last) = (self.books.first()?, self.books.last()?);
        if last.at_ms <= first.at_ms || last.at_ms < now_ms - 2 * WINDOW_MS {
            return None;
        }
        let per_s = 1000.0 / (last.at_ms - first.at_ms) as f64;
        let mut buckets = [0.0; N_BUCKETS];
        for (k, bucket) in buckets.iter_mut().enumerate() {
            *bucket = (last.buckets[k] - first.buckets[k]) * per_s;
        }
        Some(Rates {
            answered: (last.answered - first.answered) * per_s,
            failed: (last.failed - first.failed) * per_s,
            completed: (last.completed - first.completed) * per_s,
            buckets,
        })
    }
}

impl Book {
    /// Returns the books of an instance as its counters show them.
    pub(crate) fn of(instance: &InstanceState, at_ms: i64) -> Self {
        let completed = (instance.ok + instance.failed) as f64;
        Self {
            at_ms,
            answered: completed + instance.refused as f64,
            failed: (instance.failed.saturating_sub(instance.unauthorized) + instance.refused) as f64,
            completed,
            buckets: instance.buckets.map(|b| b.floor().min(completed)),
        }
    }
}

impl Rates {
    /// Adds the growth of another instance.
    fn add(&mut self, other: &Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.completed += other.completed;
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
    }

    /// Returns a quantile of the durations in seconds, evenly spread within a bucket; `None`: nothing was completed.
    ///
    /// Source: Prometheus documentation, *Query functions*, `histogram_quantile` (the last bound stands for all above it).
    pub(crate) fn quantile(&self, q: f64) -> Option<f64> {
        if self.completed <= 0.0 {
            return None;
        }
        let rank = q * self.completed;
        let (mut low_s, mut below) = (0.0, 0.0);
        for (&bound_s, &count) in BUCKETS_S.iter().zip(&self.buckets) {
            if count >= rank && count > below {
                return Some(low_s + (bound_s - low_s) * (rank - below) / (count - below));
            }
            (low_s, below) = (bound_s, count);
        }
        Some(low_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(at_ms: i64, answered: f64) -> Book {
        Book { at_ms, answered, completed: answered, ..Book::default() }
    }

    #[test]
    fn a_rate_is_the_growth_within_a_minute() {
        let mut ring = Ring::default();
        for i in 0..9_i32 {
            ring.push(book(i64::from(i) * 15_000, f64::from(i * i)));
        }

        // The window holds the scrapes at 60 s (16) and 120 s (64): 48 in 60 s.
        let rates = ring.rates(120_000).unwrap();
        assert!((rates.answered - 0.8).abs() < 1e-12, "{rates:?}");
        assert_eq!(ring.rates(500_000), None);
    }

    #[test]
    fn a_restart_begins_the_window_anew() {
        let mut ring = Ring::default();
        ring.push(book(0, 100.0));
        ring.push(book(15_000, 10.0));
        assert_eq!(ring.rates(15_000), None);

        ring.push(book(30_000, 25.0));

        assert!((ring.rates(30_000).unwrap().answered - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_quantile_lies_within_its_bucket() {
        let mut rates = Rates { completed: 100.0, ..Rates::default() };
        rates.buckets = [0.0, 0.0, 0.0, 50.0, 90.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0];

        // By hand: rank 95 lies half-way between 90 (at 0.1 s) and 100 (at 0.25 s).
        assert!((rates.quantile(0.95).unwrap() - 0.175).abs() < 1e-12);
        assert_eq!(Rates::default().quantile(0.5), None);
    }
}
