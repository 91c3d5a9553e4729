//! The shop as queues: how load, commits, a pool of connections and timeouts make rates, delays and failures.
//!
//! All states follow from two inputs, the load and the commit time. A service feels what it depends on a fixed lag
//! later (pools have to fill and retries to run out first); nothing else carries the fault from one to the next.

use wardroom_core::Timestamp;

use crate::demo::faults::slow_storage::SlowStorage;
use crate::demo::load::LoadCurve;
use crate::demo::scenario::{Scenario, ServiceForm};
use crate::random::Noise;

/// How long a deployment disturbs a service, in milliseconds: the processes start with cold caches.
const BLIP_MS: i64 = 60_000;

/// What one service, the pool or the database does at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct State {
    /// Requests (for pool and database: transactions) that come, per second.
    pub(crate) rate: f64,
    /// The share of them that fails.
    pub(crate) error_ratio: f64,
    /// The mean time until an answer or the timeout, in seconds.
    pub(crate) latency_s: f64,
    /// The mean time that answers would take without a timeout, in seconds; quantiles follow from it.
    pub(crate) demand_s: f64,
    /// Clients that wait for a connection (pool only).
    pub(crate) waiting: f64,
    /// The share of the connections in use, 0 to 1 (pool and database only).
    pub(crate) busy_ratio: f64,
}

/// Something that a service depends on, as position among the states.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dependency {
    on: usize,
    per_request: f64,
    fatal_ratio: f64,
    lag_ms: i64,
}

/// One service's part of the model.
#[derive(Clone, Debug, PartialEq)]
struct Service {
    peak_rps: f64,
    phase_h: f64,
    own_s: f64,
    timeout_s: f64,
    error_ratio: f64,
    dependencies: Vec<Dependency>,
    noise: Noise,
    deploys: Vec<i64>,
}

/// The shop: services first, then the pool, then the database.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    services: Vec<Service>,
    order: Vec<usize>,
    load: LoadCurve,
    load_noise: f64,
    commit_s: f64,
    commit_noise: Noise,
    connections: f64,
    client_limit: f64,
    max_connections: f64,
    pool_lag_ms: i64,
    fault: SlowStorage,
}

impl Model {
    /// Builds the model of a scenario; `deploys` holds the times of each service's deployments.
    pub(crate) fn new(
        scenario: &Scenario,
        seed: u64,
        load: LoadCurve,
        fault: SlowStorage,
        deploys: &[Vec<i64>],
    ) -> Self {
        let form = &scenario.form;
        let services = form.service.iter().zip(deploys).map(|(service, deploys)| Service {
            peak_rps: service.peak_rps,
            phase_h: service.phase_h,
            own_s: service.own_ms / 1000.0,
            timeout_s: service.timeout_ms / 1000.0,
            error_ratio: service.error_ratio,
            dependencies: dependencies(service, &form.service),
            noise: Noise::new(seed, &format!("load of {}", service.name.get_ref())),
            deploys: deploys.clone(),
        });
        Self {
            services: services.collect(),
            order: scenario.order.clone(),
            load,
            load_noise: form.load_noise_ratio,
            commit_s: form.database.commit_ms / 1000.0,
            commit_noise: Noise::new(seed, "commits"),
            connections: f64::from(form.pool.server_connections),
            client_limit: f64::from(form.pool.client_limit),
            max_connections: f64::from(form.database.max_connections),
            pool_lag_ms: form.pool.database_lag_s * 1000,
            fault,
        }
    }

    /// Returns the number of states at one time.
    pub(crate) fn n_states(&self) -> usize {
        self.services.len() + 2
    }

    /// Returns the position of the pool among the states.
    pub(crate) fn pool(&self) -> usize {
        self.services.len()
    }

    /// Returns the position of the database among the states.
    pub(crate) fn database(&self) -> usize {
        self.services.len() + 1
    }

    /// Returns how much later than the fault each part feels it, in milliseconds; `None` where it never arrives.
    pub(crate) fn arrival_lags_ms(&self) -> Vec<Option<i64>> {
        let mut lags = vec![None; self.n_states()];
        lags[self.database()] = Some(0);
        lags[self.pool()] = Some(self.pool_lag_ms);
        for &idx in &self.order {
            let dependencies = &self.services[idx].dependencies;
            lags[idx] = dependencies.iter().filter_map(|d| lags[d.on].map(|lag| lag + d.lag_ms)).min();
        }
        lags
    }

    /// Returns the states of every part at the `len` times `start`, `start + step_ms`, …: one column for each part.
    ///
    /// The same time gives the same state in whatever period it is asked for. Cost: linear in `len` and the parts.
    pub(crate) fn states(&self, start: Timestamp, step_ms: i64, len: usize) -> Vec<Vec<State>> {
        // Enough steps before the first that what the last one in the chain feels is already settled.
        let n_warm = usize::try_from(self.longest_lag_ms() / step_ms + 1).unwrap_or(0);
        let first_ms = start.as_millis() - step_ms * i64::try_from(n_warm).unwrap_or(0);
        let times: Vec<i64> = (0..).map(|i| first_ms + i * step_ms).take(n_warm + len).collect();
        let mut columns = vec![vec![State::default(); times.len()]; self.n_states()];
        for (service, column) in self.services.iter().zip(&mut columns) {
            for (state, &at_ms) in column.iter_mut().zip(&times) {
                state.rate = self.rate(service, at_ms);
            }
        }
        columns[self.database()] = times.iter().map(|&t| self.database_state(t)).collect();
        columns[self.pool()] = self.pool_column(&columns, step_ms);
        for &idx in &self.order {
            columns[idx] = self.service_column(idx, &columns, &times, step_ms);
        }
        for column in &mut columns {
            column.drain(..n_warm);
        }
        let carried: Vec<f64> = columns[self.pool()].iter().map(|s| s.rate).collect();
        let database = self.database();
        for (state, rate) in columns[database].iter_mut().zip(carried) {
            state.rate = rate;
            state.busy_ratio = (rate * state.latency_s / self.max_connections).min(1.0);
        }
        columns
    }

    /// Returns an upper limit of the lag from the database to the last service that feels it.
    fn longest_lag_ms(&self) -> i64 {
        let of = |s: &Service| s.dependencies.iter().map(|d| d.lag_ms).max().unwrap_or(0);
        self.pool_lag_ms + self.services.iter().map(of).sum::<i64>()
    }

    /// Returns the requests per second that a service gets.
    fn rate(&self, service: &Service, at_ms: i64) -> f64 {
        let slow = 1.5 * service.noise.drift(at_ms, 1_500_000);
        let noise = 1.0 + self.load_noise * (service.noise.bell(at_ms) + slow);
        (service.peak_rps * self.load.at(at_ms, service.phase_h) * noise).max(0.01)
    }

    /// Returns the database's state but for its load: the time of a commit.
    fn database_state(&self, at_ms: i64) -> State {
        let noise = 1.0 + 0.04 * self.commit_noise.bell(at_ms);
        let commit_s = (self.commit_s + self.fault.extra_commit_s(at_ms)) * noise;
        State { latency_s: commit_s, demand_s: commit_s, ..State::default() }
    }

    /// Returns the pool's states: a queue in front of a fixed number of connections.
    fn pool_column(&self, columns: &[Vec<State>], step_ms: i64) -> Vec<State> {
        let lag = steps(self.pool_lag_ms, step_ms);
        let pool = self.pool();
        (0..columns[pool].len())
            .map(|i| {
                let commit_s = columns[self.database()][i.saturating_sub(lag)].latency_s;
                let asked: f64 =
                    self.services.iter().zip(columns).map(|(s, c)| c[i].rate * s.per_pool(pool)).sum();
                self.pool_state(asked.max(0.01), commit_s)
            })
            .collect()
    }

    /// Returns the pool's state when `asked` transactions a second come and each holds a connection for `commit_s`.
    ///
    /// Below saturation the queue has the length of an M/M/c queue in Sakasegawa's approximation (*An approximation
    /// formula Lq ≃ α·ρ^β/(1−ρ)*, 1977); above, it fills up to the number of clients that may wait.
    fn pool_state(&self, asked: f64, commit_s: f64) -> State {
        let capacity = self.connections / commit_s;
        let load = asked / capacity;
        let waiting = if load < 1.0 {
            let exponent = (2.0 * (self.connections + 1.0)).sqrt();
            (libm::pow(load, exponent) / (1.0 - load)).min(self.client_limit)
        } else {
            self.client_limit
        };
        let rate = asked.min(capacity);
        // Little's law: those who wait, divided by those who get through each second.
        let latency_s = waiting / rate + commit_s;
        State { rate, error_ratio: 0.0, latency_s, demand_s: latency_s, waiting, busy_ratio: load.min(1.0) }
    }

    /// Returns the states of one service, from those of what it depends on.
    fn service_column(&self, idx: usize, columns: &[Vec<State>], times: &[i64], step_ms: i64) -> Vec<State> {
        let service = &self.services[idx];
        let lags: Vec<usize> = service.dependencies.iter().map(|d| steps(d.lag_ms, step_ms)).collect();
        let at = |(i, &at_ms): (usize, &i64)| {
            let cold =
                if service.deploys.iter().any(|&d| d <= at_ms && at_ms < d + BLIP_MS) { 1.3 } else { 1.0 };
            let mut demand_s = service.own_s * cold;
            let mut success = 1.0 - service.error_ratio;
            for (dependency, lag) in service.dependencies.iter().zip(&lags) {
                let seen = columns[dependency.on][i.saturating_sub(*lag)];
                demand_s += dependency.per_request * seen.latency_s;
                success *=
                    1.0 - (dependency.per_request * dependency.fatal_ratio * seen.error_ratio).min(1.0);
            }
            // Answer times are spread exponentially; those beyond the timeout fail and are cut there.
            let late = libm::exp(-service.timeout_s / demand_s);
            State {
                rate: columns[idx][i].rate,
                error_ratio: 1.0 - success * (1.0 - late),
                latency_s: demand_s * (1.0 - late),
                demand_s,
                ..State::default()
            }
        };
        times.iter().enumerate().map(at).collect()
    }
}

impl Service {
    /// Returns the transactions that one request makes through the pool.
    fn per_pool(&self, pool: usize) -> f64 {
        self.dependencies.iter().filter(|d| d.on == pool).map(|d| d.per_request).sum()
    }
}

/// Returns a lag in whole steps, rounded down.
fn steps(lag_ms: i64, step_ms: i64) -> usize {
    usize::try_from(lag_ms / step_ms).unwrap_or(0)
}

/// Returns what a service depends on; the pool stands behind the last service.
fn dependencies(service: &ServiceForm, all: &[ServiceForm]) -> Vec<Dependency> {
    let position = |name: &str| all.iter().position(|s| s.name.get_ref() == name);
    let calls = service.calls.iter().filter_map(|call| {
        Some(Dependency {
            on: position(call.to.get_ref())?,
            per_request: call.per_request,
            fatal_ratio: call.fatal_ratio,
            lag_ms: call.lag_s * 1000,
        })
    });
    let transactions = service.transactions.map(|t| Dependency {
        on: all.len(),
        per_request: t.per_request,
        fatal_ratio: 1.0,
        lag_ms: t.lag_s * 1000,
    });
    calls.chain(transactions).collect()
}
