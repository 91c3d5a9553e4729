//! What the shop's programs and machines write: everyday lines by the load, and lines that the states cause.
//!
//! Like the samples, the lines are a pure function of scenario, seed, end and time. Each is written within the step that
//! begins at a sample's time, and says what the states of that step make true.

use std::ops::Range;

use wardroom_core::{Labels, LogLevel, LogRecord, TimeRange, Timestamp};

use crate::demo::faults::index_lag::IndexLag;
use crate::demo::model::State;
use crate::demo::programs::Version;
use crate::demo::scenario::{Scenario, ServiceForm};
use crate::demo::timeline::{COARSE_MS, FINE_MS, Timeline};
use crate::plan::Technology;
use crate::random::Noise;
use crate::telemetry::logs::draw::{self, Draw};
use crate::telemetry::logs::{Asked, Code, Data, Machine, Own, dataset, words};

/// How long before the end of the history lines are kept: a day.
pub(crate) const BEFORE_END_MS: i64 = 24 * 3_600_000;
/// Lines about everyday requests that one instance writes in a minute at the peak of the day; the rest is not logged.
const EVERYDAY_PER_MIN: f64 = 3.0;
/// The share of failed requests that is written down: as for everyday ones, one of several …
const FAILURES_RATIO: f64 = 0.08;
/// … and lines about them that one service writes in a second; the rest is counted and summed up.
const FAILURES_PER_S: f64 = 0.6;
/// Lines of a server at its limits in a second.
const SERVER_PER_S: f64 = 0.3;
/// The database writes down commits that take longer, in seconds.
const SLOW_COMMIT_S: f64 = 0.05;
/// The pool turns clients away when this share of those who may wait do.
const FULL_RATIO: f64 = 0.98;
/// Time between two checkpoints of the database, in milliseconds.
const CHECKPOINT_MS: i64 = 300_000;
/// Time between two lines of the pool and of the indexer about themselves, in milliseconds.
const STATISTICS_MS: i64 = 60_000;
/// How long before a process starts the one before it stops, in milliseconds.
const STOP_MS: i64 = 1_900;
/// Lines that a machine writes about itself in a minute.
const MACHINE_PER_MIN: f64 = 0.1;
/// The lag of the search index when nothing is wrong, in seconds.
const INDEX_LAG_S: f64 = 52.0;

/// Who writes in the shop, and what they know of each other.
#[derive(Debug)]
pub(crate) struct Lines {
    from: Timestamp,
    services: Vec<Service>,
    pool: Server,
    client_limit: f64,
    database: Server,
    nodes: Vec<Server>,
    /// The service that keeps the index, and how far it falls behind.
    indexer: (usize, IndexLag),
    versions: Vec<Version>,
}

#[derive(Debug)]
struct Service {
    name: String,
    technology: Technology,
    host: String,
    routes: Vec<String>,
    peak_rps: f64,
    error_ratio: f64,
    timeout_ms: f64,
    uses_pool: bool,
    calls: Vec<Call>,
    instances: Vec<Instance>,
    noise: Noise,
}

#[derive(Debug)]
struct Instance {
    name: String,
    starts: Vec<i64>,
    noise: Noise,
}

#[derive(Debug)]
struct Call {
    to: usize,
    per_request: f64,
    fatal_ratio: f64,
}

/// A server or machine that exists once.
#[derive(Debug)]
struct Server {
    name: String,
    noise: Noise,
}

/// One step, and the states of all parts in it.
struct Step<'a> {
    at_ms: i64,
    step_ms: i64,
    states: &'a [State],
}

impl Step<'_> {
    fn seconds(&self) -> f64 {
        self.step_ms as f64 / 1000.0
    }

    /// Reports whether something that happens every so often happens in this step.
    const fn holds(&self, every_ms: i64) -> bool {
        self.at_ms.div_euclid(every_ms) != (self.at_ms + self.step_ms).div_euclid(every_ms)
    }

    /// Returns a whole number with the mean `expected`.
    fn count(&self, noise: Noise, expected: f64) -> i64 {
        whole(expected + noise.uniform(self.at_ms.wrapping_mul(5)))
    }

    /// Returns time and random part of a writer's line in this step.
    fn line(&self, noise: Noise, nth: i64, x: f64) -> (Timestamp, Draw) {
        let counter = self.at_ms.wrapping_mul(512).wrapping_add(nth);
        let later = noise.uniform(!counter) * self.step_ms as f64;
        (Timestamp::from_millis(self.at_ms + whole(later)), Draw { bits: noise.bits(counter), x })
    }
}

impl Lines {
    /// Creates the writers; `starts` and `versions` are those of the programs.
    pub(crate) fn new(
        scenario: &Scenario,
        seed: u64,
        end: Timestamp,
        starts: &[Vec<Vec<i64>>],
        versions: Vec<Version>,
        lag: IndexLag,
    ) -> Self {
        let form = &scenario.form;
        let voice = |name: &str| Noise::new(seed, &format!("lines of {name}"));
        let server = |name: &str| Server { name: name.to_owned(), noise: voice(name) };
        let n_nodes = usize::try_from(form.nodes).unwrap_or(1).max(1);
        let node = |idx: usize| format!("node-{:02}", idx % n_nodes + 1);
        let services = form.service.iter().zip(starts).enumerate().map(|(part, (service, starts))| {
            let name = service.name.get_ref();
            let instances = starts.iter().enumerate().map(|(idx, starts)| {
                let name = format!("{name}-{idx}");
                Instance { noise: voice(&name), name, starts: starts.clone() }
            });
            Service {
                technology: service.technology,
                host: node(part),
                routes: service.routes.clone(),
                peak_rps: service.peak_rps,
                error_ratio: service.error_ratio,
                timeout_ms: service.timeout_ms,
                uses_pool: service.transactions.is_some(),
                calls: calls(service, &form.service),
                instances: instances.collect(),
                noise: voice(name),
                name: name.clone(),
            }
        });
        let named = |s: &ServiceForm| s.name.get_ref() == form.trend.service.get_ref();
        Self {
            from: end.plus_millis(-BEFORE_END_MS).floor_to(COARSE_MS),
            services: services.collect(),
            pool: server(form.pool.name.get_ref()),
            client_limit: f64::from(form.pool.client_limit),
            database: server(form.database.name.get_ref()),
            nodes: (0..n_nodes).map(|idx| server(&node(idx))).collect(),
            indexer: (form.service.iter().position(named).unwrap_or(0), lag),
            versions,
        }
    }

    /// Returns the time of the first line.
    pub(crate) const fn from(&self) -> Timestamp {
        self.from
    }

    /// Returns the lines of a range, by time.
    pub(crate) fn read(&self, timeline: &Timeline, range: TimeRange) -> Vec<LogRecord> {
        let from_ms = range.start().max(self.from).as_millis();
        let to_ms = range.end().min(timeline.until()).as_millis();
        if to_ms <= from_ms {
            return Vec::new();
        }
        // A line lies in the step that begins at the sample before it.
        let steps_from_ms = from_ms - COARSE_MS;
        let mut times = Vec::new();
        timeline.for_each(0, steps_from_ms, to_ms, |at_ms, _| times.push(at_ms));
        let mut states = vec![State::default(); times.len() * self.n_parts()];
        for part in 0..self.n_parts() {
            let mut places = states.iter_mut().skip(part).step_by(self.n_parts());
            timeline.for_each(part, steps_from_ms, to_ms, |_, row| {
                if let Some(place) = places.next() {
                    *place = row.state;
                }
            });
        }
        let fine_from_ms = timeline.fine_from().as_millis();
        let mut records = Vec::new();
        for (&at_ms, states) in times.iter().zip(states.chunks_exact(self.n_parts())) {
            let step_ms = if at_ms < fine_from_ms { COARSE_MS } else { FINE_MS };
            self.step(&Step { at_ms, step_ms, states }, &mut records);
        }
        for service in &self.services {
            self.lives(service, from_ms..to_ms, &mut records);
        }
        records.retain(|record| (from_ms..to_ms).contains(&record.at.as_millis()));
        // Stable: what is written at one time keeps the order of its writers.
        records.sort_by_key(|record| record.at);
        records
    }

    const fn n_parts(&self) -> usize {
        self.services.len() + 2
    }

    fn step(&self, step: &Step<'_>, records: &mut Vec<LogRecord>) {
        for (part, service) in self.services.iter().enumerate() {
            Self::everyday(step, part, service, records);
            self.failures(step, part, service, records);
        }
        self.index(step, records);
        self.pool(step, records);
        self.database(step, records);
        for node in &self.nodes {
            for nth in 0..step.count(node.noise, MACHINE_PER_MIN * step.seconds() / 60.0) {
                let (at, draw) = step.line(node.noise, nth, 0.0);
                let code = Code::Machine(Machine::Session);
                let (level, _, text) = words::of(code, Technology::Go);
                let message = draw::fill(text, |name| draw.value(name).unwrap_or_default());
                records.push(LogRecord {
                    host: node.name.clone(),
                    dataset: dataset(code, Technology::Go).to_owned(),
                    ..record(at, level, message)
                });
            }
        }
    }

    /// Writes the end and the beginning of processes in a range.
    fn lives(&self, service: &Service, range_ms: Range<i64>, records: &mut Vec<LogRecord>) {
        for instance in &service.instances {
            for &start in &instance.starts {
                let bits = instance.noise.bits(start);
                let took_s = 3.0 + (bits % 900) as f64 / 100.0;
                let ready = start + whole(took_s * 1000.0);
                let written = [
                    (start - STOP_MS, Own::Stopped, 0.0),
                    (start, Own::Started, 0.0),
                    (ready, Own::Ready, took_s),
                ];
                for (at_ms, own, x) in written.into_iter().filter(|(at_ms, _, _)| range_ms.contains(at_ms)) {
                    let (at, draw) = (Timestamp::from_millis(at_ms), Draw { bits, x });
                    records.push(self.record(service, instance, at, Code::Own(own), draw, None));
                }
            }
        }
    }

    fn everyday(step: &Step<'_>, part: usize, service: &Service, records: &mut Vec<LogRecord>) {
        let state = &step.states[part];
        let busy = state.rate / service.peak_rps * (1.0 - state.error_ratio);
        for instance in &service.instances {
            for nth in 0..step.count(instance.noise, EVERYDAY_PER_MIN * busy * step.seconds() / 60.0) {
                let (at, draw) = step.line(instance.noise, nth, state.latency_s);
                records.push(service.record(instance, at, Code::Own(Own::Request), draw, ("", "")));
            }
        }
    }

    /// Writes about requests that failed, and for which of the reasons that there are.
    fn failures(&self, step: &Step<'_>, part: usize, service: &Service, records: &mut Vec<LogRecord>) {
        let state = &step.states[part];
        let all = step.count(service.noise, FAILURES_RATIO * state.rate * state.error_ratio * step.seconds());
        let most = whole(FAILURES_PER_S * step.seconds());
        for nth in 0..all.min(most) {
            let (at, draw) = step.line(service.noise, nth, state.demand_s);
            let instance = &service.instances[place(draw.number(51, service.instances.len() as u64))];
            let share = (draw.number(53, 10_000) as f64 + 0.5) / 10_000.0;
            let (code, x, to) = self.reason(step, part, share * state.error_ratio);
            let to = to.map(|to| self.name_of(to));
            records.push(self.record(service, instance, at, code, Draw { x, ..draw }, to));
        }
        if all > most {
            let (at, draw) = step.line(service.noise, most, (all - most) as f64);
            let instance = &service.instances[place(draw.number(51, service.instances.len() as u64))];
            records.push(self.record(service, instance, at, Code::Own(Own::Suppressed), draw, None));
        }
    }

    /// Returns the reason of one failed request, its number and who was asked; `share` runs from 0 to the ratio of
    /// requests that fail, over what they fail of.
    fn reason(&self, step: &Step<'_>, part: usize, share: f64) -> (Code, f64, Option<usize>) {
        let (service, state) = (&self.services[part], &step.states[part]);
        let mut left = share - service.error_ratio;
        if left < 0.0 {
            return (Code::Own(Own::ServerError), state.latency_s, None);
        }
        for call in &service.calls {
            let seen = &step.states[call.to];
            left -= call.per_request * call.fatal_ratio * seen.error_ratio;
            if left < 0.0 {
                return (Code::Asked(Asked::BadAnswer), seen.latency_s, Some(call.to));
            }
        }
        let pool = self.services.len();
        if service.uses_pool {
            return (Code::Asked(Asked::PoolExhausted), step.states[pool].waiting, Some(pool));
        }
        let slowest = |a: &&Call, b: &&Call| {
            let time = |call: &Call| call.per_request * step.states[call.to].latency_s;
            time(a).total_cmp(&time(b))
        };
        match service.calls.iter().max_by(slowest) {
            Some(call) => (Code::Asked(Asked::Timeout), step.states[call.to].latency_s, Some(call.to)),
            None => (Code::Own(Own::ServerError), state.latency_s, None),
        }
    }

    /// Writes how far the search index is behind.
    fn index(&self, step: &Step<'_>, records: &mut Vec<LogRecord>) {
        let (part, lag) = &self.indexer;
        let (Some(service), true) = (self.services.get(*part), step.holds(STATISTICS_MS)) else { return };
        let (at, draw) = step.line(service.noise, 400, 0.0);
        let behind = (INDEX_LAG_S + lag.extra_lag_s(at.as_millis()))
            * (0.9 + 0.2 * service.noise.uniform(at.as_millis()));
        let instance = &service.instances[place(draw.number(51, service.instances.len() as u64))];
        records.push(LogRecord {
            message: format!(
                "[indexer] committed segment_{} with {} documents in {} ms, {behind:.0} s behind the stream of changes",
                draw.number(9, 1 << 16),
                draw.number(7, 900) + 100,
                draw.number(11, 300) + 80,
            ),
            ..service.record(instance, at, Code::Own(Own::Ready), draw, ("", ""))
        });
    }

    /// Writes what the pool says of itself, and whom it turns away.
    fn pool(&self, step: &Step<'_>, records: &mut Vec<LogRecord>) {
        let (state, pool) = (&step.states[self.services.len()], &self.pool);
        let commit_s = step.states[self.services.len() + 1].latency_s;
        let written = |at, level, message| LogRecord {
            service: pool.name.clone(),
            host: pool.name.clone(),
            dataset: "pgbouncer.log".to_owned(),
            ..record(at, level, message)
        };
        if step.holds(STATISTICS_MS) {
            let (at, draw) = step.line(pool.noise, 400, 0.0);
            let message = format!(
                "stats: {:.0} xacts/s, {:.0} queries/s, in {} B/s, out {} B/s, xact {:.0} us, query {} us, wait {:.0} us",
                state.rate,
                state.rate * 2.3,
                draw.number(11, 90_000) + 60_000,
                draw.number(13, 700_000) + 400_000,
                commit_s * 1e6,
                draw.number(7, 400) + 300,
                (state.latency_s - commit_s).max(0.0) * 1e6,
            );
            records.push(written(at, LogLevel::Info, message));
        }
        if state.waiting < FULL_RATIO * self.client_limit {
            return;
        }
        for nth in 0..step.count(pool.noise, SERVER_PER_S * step.seconds()) {
            let (at, draw) = step.line(pool.noise, nth, 0.0);
            let message = format!(
                "C-0x{:012x}: (nodb)/(nouser)@10.20.{}.{}:{} pooler error: no more connections allowed (max_client_conn)",
                draw.number(9, 1 << 48),
                draw.number(7, 10) + 1,
                draw.number(5, 200) + 10,
                draw.number(43, 28_000) + 32_768,
            );
            records.push(written(at, LogLevel::Warn, message));
        }
    }

    /// Writes the checkpoints and vacuums of the database, and the commits that take long.
    fn database(&self, step: &Step<'_>, records: &mut Vec<LogRecord>) {
        let (commit_s, database) = (step.states[self.services.len() + 1].latency_s, &self.database);
        let written = |at, level, message| LogRecord {
            service: database.name.clone(),
            host: database.name.clone(),
            dataset: "postgresql.log".to_owned(),
            ..record(at, level, message)
        };
        if step.holds(CHECKPOINT_MS) {
            let (at, draw) = step.line(database.noise, 400, 0.0);
            // A checkpoint ends with a handful of syncs, which wait for the storage as a commit does.
            let message = format!(
                "LOG:  checkpoint complete: wrote {} buffers ({}.{}%); 0 WAL file(s) added, 0 removed, {} recycled; write=269.{} s, sync={:.3} s, total=270.{} s",
                draw.number(7, 900) + 400,
                draw.number(3, 4) + 1,
                draw.number(5, 10),
                draw.number(9, 4) + 1,
                draw.number(11, 900) + 100,
                commit_s * 6.0,
                draw.number(13, 900) + 100,
            );
            records.push(written(at, LogLevel::Info, message));
            let table = draw.value("table").unwrap_or_default();
            let vacuum = format!("LOG:  automatic vacuum of table \"shop.public.{table}\": index scans: 1");
            records.push(written(at, LogLevel::Info, vacuum));
        }
        if commit_s < SLOW_COMMIT_S {
            return;
        }
        for nth in 0..step.count(database.noise, SERVER_PER_S * step.seconds()) {
            let (at, draw) = step.line(database.noise, nth, commit_s);
            let (level, _, _) = words::of(Code::Data(Data::SlowQuery), Technology::Postgres);
            let text = "LOG:  duration: <ms>.<digits> ms  execute <statement>: COMMIT";
            let message = draw::fill(text, |name| draw.value(name).unwrap_or_default());
            records.push(written(at, level, message));
        }
    }

    /// Returns the name of a part.
    fn name_of(&self, part: usize) -> &str {
        self.services.get(part).map_or(self.pool.name.as_str(), |service| service.name.as_str())
    }

    /// Returns a record of an instance; `to` is whom it asked.
    fn record(
        &self,
        service: &Service,
        instance: &Instance,
        at: Timestamp,
        code: Code,
        draw: Draw,
        to: Option<&str>,
    ) -> LogRecord {
        let ran = |v: &&Version| v.service == service.name && (v.from_ms..v.to_ms).contains(&at.as_millis());
        let version = self.versions.iter().find(ran).map_or("", |v| v.version.as_str());
        let mut record = service.record(instance, at, code, draw, (to.unwrap_or_default(), version));
        if let Some(to) = to {
            record.fields.set("destination.address", to);
            record.fields.set("trace.id", format!("{:016x}", draw.bits));
        }
        record
    }
}

impl Service {
    /// Returns a record of an instance; `to` is whom it asked, if anybody, and `version` what runs.
    fn record(
        &self,
        instance: &Instance,
        at: Timestamp,
        code: Code,
        draw: Draw,
        (to, version): (&str, &str),
    ) -> LogRecord {
        let (level, kind, text) = words::of(code, self.technology);
        let value = |name: &str| match name {
            "service" => self.name.clone(),
            "name" | "server" => instance.name.clone(),
            "version" => version.to_owned(),
            "to" => to.to_owned(),
            "method" => if draw.number(49, 4) == 0 { "POST" } else { "GET" }.to_owned(),
            "path" => {
                let route = &self.routes[place(draw.number(47, self.routes.len() as u64))];
                route.replace(":id", &draw.number(21, 90_000).saturating_add(10_000).to_string())
            }
            "limit" | "wait" => format!("{:.0}", self.timeout_ms),
            "limit_s" | "wait_s" => format!("{:.1}", self.timeout_ms / 1000.0),
            "size" => "20".to_owned(),
            other => draw.value(other).unwrap_or_default(),
        };
        let mut fields = Labels::new([("service.node.name", instance.name.as_str())]);
        fields.set("error.type", draw::fill(kind, value));
        LogRecord {
            service: self.name.clone(),
            host: self.host.clone(),
            dataset: dataset(code, self.technology).to_owned(),
            fields,
            ..record(at, level, draw::fill(text, value))
        }
    }
}

fn calls(service: &ServiceForm, all: &[ServiceForm]) -> Vec<Call> {
    let position = |name: &str| all.iter().position(|s| s.name.get_ref() == name);
    let call = |call: &crate::demo::scenario::CallForm| {
        let to = position(call.to.get_ref())?;
        Some(Call { to, per_request: call.per_request, fatal_ratio: call.fatal_ratio })
    };
    service.calls.iter().filter_map(call).collect()
}

fn record(at: Timestamp, level: LogLevel, message: String) -> LogRecord {
    LogRecord {
        at,
        level: Some(level),
        service: String::new(),
        host: String::new(),
        dataset: String::new(),
        message,
        fields: Labels::default(),
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// Returns the whole part of a number that is not negative.
#[expect(clippy::cast_possible_truncation, reason = "callers hand in numbers from 0 to some millions")]
fn whole(value: f64) -> i64 {
    value.floor() as i64
}

#[cfg(test)]
mod tests;
