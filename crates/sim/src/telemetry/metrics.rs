//! Who is scraped, and what each of them exposes.

mod database;
mod exposed;
mod help;
mod host;
mod middle;
mod probe;
mod runtime;
pub(crate) mod service;

use wardroom_core::{Labels, Unit};

use crate::plan::{ComponentKind, Plan, Technology};
use crate::random::Noise;
use crate::state::{Phase, State};
use crate::telemetry::SeriesSpec;
use crate::telemetry::columns::{Columns, Layout};
use crate::telemetry::sheet::{Sheet, Signal};

pub(crate) use exposed::{exposes, metrics_about};
pub use help::metric_help;

/// Seconds between two scrapes in the run.
pub(crate) const EVERY_S: i64 = 15;

/// What is scraped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TargetKind {
    /// A process with its own metrics, or the exporter beside it (position of the instance).
    Instance(usize),
    /// The exporter of a broker's topic and consumer groups (position of the component).
    Topic(usize),
    /// The exporter of a machine.
    Host(usize),
    /// A check from outside.
    Check(usize),
    /// The look at a component's certificate.
    Certificate(usize),
    /// The recording rules about a component.
    Rules(usize),
}

/// One target with its samples.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: TargetKind,
    /// Seconds by which its scrapes are shifted.
    phase_s: i64,
    misses: Noise,
    pub(crate) columns: Columns,
}

/// How a scrape went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// There is no such target at present.
    Absent,
    /// Nothing arrives at the monitoring.
    Silent,
    /// The target was asked and did not answer.
    Down,
    /// The target answered.
    Up,
}

/// Returns all targets of a plan, without samples; their order never changes.
pub(crate) fn targets(plan: &Plan, seed: u64) -> Vec<Target> {
    kinds(plan).into_iter().map(|kind| Target::new(plan, seed, kind)).collect()
}

/// Returns what is scraped of a plan, in the order of the targets.
fn kinds(plan: &Plan) -> Vec<TargetKind> {
    let instances = (0..plan.instances.len()).map(TargetKind::Instance);
    let hosts = (0..plan.hosts.len()).map(TargetKind::Host);
    let checks = (0..plan.checks.len()).map(TargetKind::Check);
    let components = 0..plan.components.len();
    let topics = components.clone().filter(|&c| plan.components[c].broker.is_some()).map(TargetKind::Topic);
    let certificates = components
        .clone()
        .filter(|&c| plan.components[c].certificate_days.is_some())
        .map(TargetKind::Certificate);
    let rules =
        components.filter(|&c| serves(plan, c) || plan.components[c].cache.is_some()).map(TargetKind::Rules);
    instances.chain(topics).chain(hosts).chain(checks).chain(certificates).chain(rules).collect()
}

/// Reports whether a component answers requests or works on messages, so that rates are recorded for it.
pub(crate) fn serves(plan: &Plan, component: usize) -> bool {
    match plan.components[component].kind {
        ComponentKind::Service | ComponentKind::Worker | ComponentKind::Balancer => true,
        ComponentKind::Database | ComponentKind::Cache | ComponentKind::Broker => false,
    }
}

/// Returns the port at which a technology, or its exporter, is scraped.
const fn port(technology: Technology) -> u16 {
    match technology {
        Technology::Go | Technology::Java => 8080,
        Technology::Node => 3000,
        Technology::Python => 8000,
        Technology::Nginx => 9113,
        Technology::Haproxy => 9101,
        Technology::Postgres => 9187,
        Technology::Mysql => 9104,
        Technology::Redis => 9121,
        Technology::Kafka => 9308,
    }
}

/// Reports whether an exporter beside the process answers, also when the process itself does not.
pub(crate) const fn has_exporter(technology: Technology) -> bool {
    match technology {
        Technology::Go | Technology::Java | Technology::Node | Technology::Python | Technology::Kafka => {
            false
        }
        Technology::Nginx
        | Technology::Haproxy
        | Technology::Postgres
        | Technology::Mysql
        | Technology::Redis => true,
    }
}

/// Returns the name of the scrape job of a component.
pub(crate) fn job(plan: &Plan, component: usize) -> &str {
    let component = &plan.components[component];
    match component.technology {
        Technology::Go | Technology::Java | Technology::Node | Technology::Python => component.name.as_str(),
        Technology::Nginx => "nginx",
        Technology::Haproxy => "haproxy",
        Technology::Postgres => "postgres",
        Technology::Mysql => "mysql",
        Technology::Redis => "redis",
        Technology::Kafka => "kafka",
    }
}

impl TargetKind {
    /// Returns the position of the host on which the target runs; `None`: it is part of the monitoring.
    pub(crate) fn host(self, plan: &Plan) -> Option<usize> {
        match self {
            Self::Instance(i) => Some(plan.instances[i].host),
            Self::Topic(c) => plan.components[c].instances.clone().next().map(|i| plan.instances[i].host),
            Self::Host(h) => Some(h),
            Self::Check(_) | Self::Certificate(_) | Self::Rules(_) => None,
        }
    }

    /// Returns what the target is about: the value of `instance`.
    pub(crate) fn address(self, plan: &Plan) -> String {
        match self {
            Self::Instance(i) => {
                let instance = &plan.instances[i];
                format!("{}:{}", instance.name, port(plan.components[instance.component].technology))
            }
            Self::Topic(c) => format!("{}-exporter:9308", plan.components[c].name),
            Self::Host(h) => format!("{}:9100", plan.hosts[h].name),
            Self::Check(k) => format!(
                "https://{}.example.net/{}",
                plan.components[plan.checks[k].component].name, plan.checks[k].name
            ),
            Self::Certificate(c) => format!("{}.example.net:443", plan.components[c].name),
            Self::Rules(c) => plan.components[c].name.clone(),
        }
    }
}

impl Target {
    /// Creates a target without samples.
    fn new(plan: &Plan, seed: u64, kind: TargetKind) -> Self {
        let address = kind.address(plan);
        let phase = Noise::new(0, &format!("phase of {address}")).bits(0) % EVERY_S.unsigned_abs();
        // Recording rules are evaluated when the alert rules are.
        let phase_s =
            if matches!(kind, TargetKind::Rules(_)) { 0 } else { i64::try_from(phase).unwrap_or(0) };
        let misses = Noise::new(seed, &format!("missed scrapes of {address}"));
        Self { kind, phase_s, misses, columns: Columns::default() }
    }

    /// Reports whether a scrape falls into the step that ended now.
    pub(crate) fn due(&self, at_ms: i64, dt_s: i64) -> bool {
        let at_s = at_ms.div_euclid(1000) + self.phase_s;
        at_s.div_euclid(EVERY_S) != (at_s - dt_s).div_euclid(EVERY_S)
    }

    /// Returns how a scrape at this moment goes; `miss_ratio` of them fail for no reason that matters.
    pub(crate) fn answer(&self, plan: &Plan, state: &State, miss_ratio: f64) -> Answer {
        if let TargetKind::Instance(i) = self.kind
            && state.instances[i].phase == Phase::Absent
        {
            return Answer::Absent;
        }
        if self.is_silent(plan, state) {
            return Answer::Silent;
        }
        let scraped = !matches!(self.kind, TargetKind::Rules(_));
        if scraped && miss_ratio > 0.0 && self.misses.uniform(state.at.as_millis()) < miss_ratio {
            return Answer::Silent;
        }
        let host_up = self.kind.host(plan).is_none_or(|h| state.hosts[h].up);
        let process_up = match self.kind {
            TargetKind::Instance(i) => {
                has_exporter(plan.components[plan.instances[i].component].technology)
                    || state.answers(plan, i)
            }
            TargetKind::Topic(_)
            | TargetKind::Host(_)
            | TargetKind::Check(_)
            | TargetKind::Certificate(_)
            | TargetKind::Rules(_) => true,
        };
        if host_up && process_up { Answer::Up } else { Answer::Down }
    }

    /// Reports whether nothing of the target arrives: its host is silent, or its sensor was taken away.
    fn is_silent(&self, plan: &Plan, state: &State) -> bool {
        let host = self.kind.host(plan);
        if host.is_some_and(|h| state.hosts[h].silent) {
            return true;
        }
        if state.sensors_away.is_empty() {
            return false;
        }
        let away = |name: &str| state.sensors_away.iter().any(|s| s == name);
        let of_component = |c: usize| away(&plan.components[c].name);
        host.is_some_and(|h| away(&plan.hosts[h].name))
            || match self.kind {
                TargetKind::Instance(i) => {
                    away(&plan.instances[i].name) || of_component(plan.instances[i].component)
                }
                TargetKind::Topic(c) | TargetKind::Certificate(c) => of_component(c),
                TargetKind::Check(k) => of_component(plan.checks[k].component),
                TargetKind::Host(_) | TargetKind::Rules(_) => false,
            }
    }

    /// Returns the version for which the target's series are made; empty where they do not depend on one.
    fn version<'a>(&self, state: &'a State) -> &'a str {
        match self.kind {
            TargetKind::Instance(i) => state.instances[i].version.as_str(),
            TargetKind::Topic(_)
            | TargetKind::Host(_)
            | TargetKind::Check(_)
            | TargetKind::Certificate(_)
            | TargetKind::Rules(_) => "",
        }
    }

    /// Makes the list of series anew when it does not fit any more; `place` gives every series its position.
    pub(crate) fn refresh(
        &mut self,
        plan: &Plan,
        state: &State,
        seed: u64,
        place: &mut dyn FnMut(SeriesSpec) -> usize,
    ) {
        let version = self.version(state);
        if self.columns.version() == Some(version) {
            return;
        }
        let lines = sheet(plan, seed, self.kind, version);
        let lines: Vec<(usize, Signal)> =
            lines.into_iter().map(|(spec, signal)| (place(spec), signal)).collect();
        self.columns.begin(Layout { since_ms: state.at.as_millis(), version: version.to_owned(), lines });
    }
}

/// Returns everything that a target exposes; `up` stands first unless the values are computed and not scraped.
pub(crate) fn sheet(plan: &Plan, seed: u64, kind: TargetKind, version: &str) -> Vec<(SeriesSpec, Signal)> {
    let mut sheet = Sheet::new(seed, shared_labels(plan, kind));
    if !matches!(kind, TargetKind::Rules(_)) {
        sheet.constant("up", &[], Unit::Unknown, 1.0);
    }
    match kind {
        TargetKind::Instance(i) => instance_series(&mut sheet, plan, i, version),
        TargetKind::Topic(c) => middle::topic(&mut sheet, plan, c),
        TargetKind::Host(h) => host::series(&mut sheet, plan, h),
        TargetKind::Check(k) => probe::check(&mut sheet, plan, k),
        TargetKind::Certificate(c) => probe::certificate(&mut sheet, c),
        TargetKind::Rules(c) => probe::recorded(&mut sheet, plan, c),
    }
    sheet.into_lines()
}

/// Returns the labels that all series of a target carry.
fn shared_labels(plan: &Plan, kind: TargetKind) -> Labels {
    let address = kind.address(plan);
    let address = address.as_str();
    match kind {
        TargetKind::Instance(i) => {
            let instance = &plan.instances[i];
            let service = plan.components[instance.component].name.as_str();
            let host = plan.hosts[instance.host].name.as_str();
            let job = job(plan, instance.component);
            Labels::new([("job", job), ("instance", address), ("service", service), ("node", host)])
        }
        TargetKind::Topic(c) => Labels::new([
            ("job", "kafka-exporter"),
            ("instance", address),
            ("service", plan.components[c].name.as_str()),
        ]),
        TargetKind::Host(h) => {
            Labels::new([("job", "node"), ("instance", address), ("zone", plan.hosts[h].zone.as_str())])
        }
        TargetKind::Check(k) => {
            let service = plan.components[plan.checks[k].component].name.as_str();
            let name = plan.checks[k].name.as_str();
            Labels::new([("job", "blackbox"), ("instance", address), ("service", service), ("check", name)])
        }
        TargetKind::Certificate(c) => {
            let service = plan.components[c].name.as_str();
            Labels::new([("job", "blackbox-tls"), ("instance", address), ("service", service)])
        }
        TargetKind::Rules(c) => Labels::new([("service", plan.components[c].name.as_str())]),
    }
}

/// Adds what one instance exposes, by its technology.
fn instance_series(sheet: &mut Sheet, plan: &Plan, instance: usize, version: &str) {
    let component = plan.instances[instance].component;
    let technology = plan.components[component].technology;
    match technology {
        Technology::Go | Technology::Java | Technology::Node | Technology::Python => {
            service::series(sheet, plan, instance);
            runtime::series(sheet, plan, instance, version);
        }
        Technology::Nginx => {
            middle::nginx(sheet, plan, instance);
            service::calls(sheet, plan, instance);
        }
        Technology::Haproxy => middle::haproxy(sheet, plan, instance),
        Technology::Postgres => database::postgres(sheet, plan, instance, version),
        Technology::Mysql => database::mysql(sheet, plan, instance, version),
        Technology::Redis => middle::redis(sheet, plan, instance, version),
        Technology::Kafka => middle::kafka(sheet, instance, version),
    }
}
