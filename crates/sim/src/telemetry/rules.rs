//! The alert rules that people have written for such systems, and what each of them looks at.

mod table;

use wardroom_core::{Labels, Rule, RuleKind, SeriesKey};

use crate::plan::Plan;
use crate::telemetry::metrics::{Target, TargetKind, sheet};
use crate::telemetry::sheet::Signal;

pub(crate) use table::DEFINITIONS;

/// On which side of its limit a value is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    Below,
}

/// What a rule makes of the samples of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Derive {
    /// The last value, or its share of another series of the same target.
    Value { over: &'static str },
    /// The growth per second within a minute.
    Rate,
    /// The growth within so many seconds.
    Rose { within_s: i64 },
    /// Where a straight line through the last hour leads in so many seconds.
    Predict { ahead_s: f64 },
    /// The days left until the time that the value is.
    DaysLeft,
    /// The busy share of a machine, from its idle time.
    Busy,
    /// The value for each core of the machine.
    Load,
}

/// How a value is written in a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    Percent,
    Seconds,
    Number,
    PerSecond,
    Days,
    Gigabytes,
}

/// A rule as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Definition {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) metric: &'static str,
    /// A label that the series must have, with its value; empty: any.
    pub(crate) with: (&'static str, &'static str),
    pub(crate) derive: Derive,
    pub(crate) side: Side,
    pub(crate) limit: f64,
    pub(crate) hold_s: i64,
    /// Empty: by the tier of what it is about.
    pub(crate) severity: &'static str,
    /// `{subject}` and `{value}` are filled in.
    pub(crate) summary: &'static str,
    pub(crate) show: Show,
    /// Two servers evaluate it, and both send.
    pub(crate) twice: bool,
}

/// One series under one rule.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) rule: usize,
    pub(crate) signal: Signal,
    /// What the value is divided by.
    pub(crate) over: Option<Signal>,
    /// Cores of the machine where the rule is about idle time.
    pub(crate) scale: f64,
    pub(crate) limit: f64,
    /// Which of the two servers evaluates it, 0 or 1.
    pub(crate) replica: i64,
    /// What the summary is about.
    pub(crate) name: String,
    /// Labels of the alert, `alertname` included.
    pub(crate) labels: Labels,
}

/// All rules with all their subjects.
#[derive(Clone, Debug)]
pub(crate) struct RuleBook {
    pub(crate) subjects: Vec<Subject>,
    /// For each target its subjects.
    pub(crate) by_target: Vec<Vec<usize>>,
}

/// Returns the names of all alerts that the rules of simulated worlds raise.
pub(crate) fn alert_names() -> impl Iterator<Item = &'static str> {
    DEFINITIONS.iter().map(|definition| definition.name)
}

/// A loud monitor warns at this share of the daily peak.
const LOUD_RATIO: f64 = 0.8;

impl RuleBook {
    /// Finds what every rule looks at.
    pub(crate) fn new(plan: &Plan, seed: u64, targets: &[Target]) -> Self {
        let mut book = Self { subjects: Vec::new(), by_target: vec![Vec::new(); targets.len()] };
        for (t, target) in targets.iter().enumerate() {
            let lines: Vec<(SeriesKey, Signal)> = sheet(plan, seed, target.kind, "")
                .into_iter()
                .map(|(spec, signal)| (spec.key, signal))
                .collect();
            for (rule, definition) in DEFINITIONS.iter().enumerate() {
                for (key, signal) in lines.iter().filter(|(key, _)| definition.concerns(key)) {
                    let over = definition.over(&lines);
                    book.add(plan, (rule, t, target.kind), key, (*signal, over));
                }
            }
        }
        book
    }

    /// Adds a series under a rule, once or twice.
    fn add(
        &mut self,
        plan: &Plan,
        place: (usize, usize, TargetKind),
        key: &SeriesKey,
        signals: (Signal, Option<Signal>),
    ) {
        let (rule, target, kind) = place;
        let definition = &DEFINITIONS[rule];
        let Some(limit) = definition.limit_for(plan, kind) else { return };
        let replicas = if definition.twice { 2 } else { 1 };
        for replica in 0..replicas {
            let mut labels = key.labels.clone();
            labels.set("alertname", definition.name);
            labels.set("severity", definition.severity_for(plan, kind));
            labels.set("team", team(plan, kind));
            labels.set("cluster", "north-1");
            if definition.twice {
                labels.set("replica", if replica == 0 { "prometheus-0" } else { "prometheus-1" });
            }
            let scale = if let TargetKind::Host(h) = kind { plan.hosts[h].cores } else { 1.0 };
            let name = subject_name(plan, kind);
            self.by_target[target].push(self.subjects.len());
            let (signal, over) = signals;
            self.subjects.push(Subject { rule, signal, over, scale, limit, replica, name, labels });
        }
    }

    /// Returns all rules, alerting ones first.
    pub(crate) fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (idx, definition) in DEFINITIONS.iter().enumerate() {
            let mut limits: Vec<f64> = Vec::new();
            for subject in self.subjects.iter().filter(|s| s.rule == idx) {
                if !limits.iter().any(|l| l.to_bits() == subject.limit.to_bits()) {
                    limits.push(subject.limit);
                }
            }
            rules.extend(limits.iter().map(|&limit| definition.rule(limit)));
        }
        rules.extend(table::RECORDINGS.iter().map(|&(name, expression)| Rule {
            group: "recorded".to_owned(),
            name: name.to_owned(),
            kind: RuleKind::Recording,
            expression: expression.to_owned(),
            hold_s: 0.0,
            labels: Labels::default(),
            annotations: Labels::default(),
            last_error: String::new(),
        }));
        rules
    }
}

/// Returns the component that a target is about.
fn component_of(plan: &Plan, kind: TargetKind) -> Option<usize> {
    match kind {
        TargetKind::Instance(i) => Some(plan.instances[i].component),
        TargetKind::Check(k) => Some(plan.checks[k].component),
        TargetKind::Topic(c) | TargetKind::Certificate(c) | TargetKind::Rules(c) => Some(c),
        TargetKind::Host(_) => None,
    }
}

/// Returns the team that gets the alerts about a target.
fn team(plan: &Plan, kind: TargetKind) -> &str {
    component_of(plan, kind).map_or("team-platform", |c| plan.components[c].team.as_str())
}

/// Returns what a summary calls a target.
fn subject_name(plan: &Plan, kind: TargetKind) -> String {
    match kind {
        TargetKind::Instance(i) => plan.instances[i].name.clone(),
        TargetKind::Host(h) => plan.hosts[h].name.clone(),
        TargetKind::Check(k) => plan.checks[k].name.clone(),
        TargetKind::Topic(c) | TargetKind::Certificate(c) | TargetKind::Rules(c) => {
            plan.components[c].name.clone()
        }
    }
}

impl Definition {
    /// Reports whether the rule looks at a series.
    fn concerns(&self, key: &SeriesKey) -> bool {
        key.metric == self.metric
            && (self.with.0.is_empty() || key.labels.get(self.with.0) == Some(self.with.1))
    }

    /// Finds the series by which values are divided.
    fn over(&self, lines: &[(SeriesKey, Signal)]) -> Option<Signal> {
        let Derive::Value { over } = self.derive else { return None };
        lines.iter().find(|(key, _)| key.metric == over).map(|(_, signal)| *signal)
    }

    /// Reports whether this is the monitor that is set too low for the daily peak.
    fn is_loud(&self) -> bool {
        self.name == "TrafficHigh"
    }

    /// Returns the limit for a target; `None`: the rule does not look at it.
    fn limit_for(&self, plan: &Plan, kind: TargetKind) -> Option<f64> {
        if !self.is_loud() {
            return Some(self.limit);
        }
        let entry = plan.load.entries.iter().find(|e| Some(e.component) == component_of(plan, kind))?;
        Some((entry.peak_rps * LOUD_RATIO).round())
    }

    /// Returns the severity for a target.
    fn severity_for(&self, plan: &Plan, kind: TargetKind) -> &'static str {
        let important = component_of(plan, kind).is_some_and(|c| plan.components[c].tier == 1);
        match (self.severity, important) {
            ("", true) => "critical",
            ("", false) => "warning",
            (severity, _) => severity,
        }
    }

    /// Reports whether a value is on the bad side.
    pub(crate) fn holds(&self, value: f64, limit: f64) -> bool {
        match self.side {
            Side::Above => value > limit,
            Side::Below => value < limit,
        }
    }

    /// Returns the expression in PromQL.
    fn expression(&self, limit: f64) -> String {
        let sign = match self.side {
            Side::Above => '>',
            Side::Below => '<',
        };
        let selector = |range: &str| {
            if self.with.0.is_empty() {
                format!("{}{range}", self.metric)
            } else {
                format!("{}{{{}=\"{}\"}}{range}", self.metric, self.with.0, self.with.1)
            }
        };
        let left = match self.derive {
            Derive::Value { over: "" } => selector(""),
            Derive::Value { over } => format!("{} / {over}", selector("")),
            Derive::Rate => format!("rate({})", selector("[1m]")),
            Derive::Rose { within_s } => format!("increase({})", selector(&format!("[{}m]", within_s / 60))),
            Derive::Predict { ahead_s } => format!("predict_linear({}, {ahead_s})", selector("[1h]")),
            Derive::DaysLeft => format!("({} - time()) / 86400", selector("")),
            Derive::Busy => format!(
                "1 - sum by (instance) (rate({})) / on (instance) machine_cpu_cores",
                selector("[1m]")
            ),
            Derive::Load => format!("{} / on (instance) machine_cpu_cores", selector("")),
        };
        format!("{left} {sign} {limit}")
    }

    /// Returns the rule as a server would list it.
    fn rule(&self, limit: f64) -> Rule {
        let severity = if self.severity.is_empty() { "critical" } else { self.severity };
        let summary =
            self.summary.replace("{subject}", "{{ $labels.instance }}").replace("{value}", "{{ $value }}");
        Rule {
            group: self.group.to_owned(),
            name: self.name.to_owned(),
            kind: RuleKind::Alerting,
            expression: self.expression(limit),
            hold_s: self.hold_s as f64,
            labels: Labels::new([("severity", severity)]),
            annotations: Labels::new([("summary", summary.as_str())]),
            last_error: String::new(),
        }
    }

    /// Returns the text of an alert about a subject.
    pub(crate) fn summary_of(&self, subject: &str, value: f64) -> String {
        self.summary.replace("{subject}", subject).replace("{value}", &self.show.write(value))
    }
}

impl Show {
    /// Writes a value as people say it.
    fn write(self, value: f64) -> String {
        match self {
            Self::Percent => format!("{:.1} %", value * 100.0),
            Self::Seconds if value < 10.0 => format!("{value:.2} s"),
            Self::Seconds => format!("{value:.0} s"),
            Self::Number => format!("{value:.0}"),
            Self::PerSecond => format!("{value:.1}/s"),
            Self::Days => format!("{value:.1} days"),
            Self::Gigabytes => format!("{:.1} GB", value / 1e9),
        }
    }
}
