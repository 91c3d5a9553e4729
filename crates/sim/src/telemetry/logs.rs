//! What programs and machines write: everyday lines by the load, and lines that conditions of the state cause.

pub(crate) mod draw;
mod links;
mod parts;
mod render;
pub(crate) mod words;

use crate::plan::Plan;
use crate::random::Noise;
use crate::state::{Phase, State};
use crate::telemetry::tape::{Dated, Tape};
use crate::telemetry::watch::Watch;

pub(crate) use render::{dataset, render};

/// Lines that the instances of one component may write in a second; the rest is counted and summed up.
const LINES_PER_S: u32 = 20;

/// Everyday lines that one instance writes in a step at most, and all instances of a component in a minute of the history.
/// There as many again are left to what has a cause: an error of every day must be no news when the run begins.
const EVERYDAY_LINES: u32 = 60;

/// Lines of one cause and writer in one step.
const LINES_PER_CAUSE: u64 = 3;

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    /// Of a program about itself.
    Own(Own),
    /// Of a program about what it asks of another; the line's position is the edge.
    Asked(Asked),
    /// Of a database.
    Data(Data),
    /// Of a machine.
    Machine(Machine),
}

/// What a program says about itself; for servers and killed processes the line's position is the other instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Own {
    Request,
    ServerError,
    Unauthorized,
    Rejected,
    Suppressed,
    Started,
    Ready,
    Stopped,
    Crashed,
    MemoryKilled,
    NoSpace,
    CacheCold,
    ConsumerStuck,
    ConsumerResumed,
    ServerDown,
    ServerUp,
}

/// What a program says about what it asks of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asked {
    Timeout,
    PoolExhausted,
    Refused,
    Unresolved,
    BadCertificate,
    AccessDenied,
    TooManyClients,
    BadAnswer,
    BreakerOpened,
    BreakerClosed,
}

/// What a database says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Data {
    SlowQuery,
    LockWait,
    Deadlock,
    ConnectionLimit,
    ReplicationError,
    ReplicationLag,
    ReplicationResumed,
    Promoted,
}

/// What a machine says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Machine {
    Session,
    KernelKill,
    DiskFull,
    FailedLogin,
    PortDropped,
    ClockStepped,
    Booted,
    NoFork,
    LinkErrors,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Instance(usize),
    Host(usize),
}

/// One line before its text is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Line {
    /// When it arrived.
    at_ms: i64,
    /// When it was written, by the clock of the writer's host.
    pub(crate) wrote_ms: i64,
    /// Where its numbers and names come from.
    bits: u64,
    who: Who,
    code: Code,
    /// An edge, an instance, a version; by the code.
    a: usize,
    /// A number, by the code.
    x: f64,
}

impl Dated for Line {
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// All lines that were kept, and the few longer texts in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paper {
    pub(crate) lines: Tape<Line>,
    /// Versions, each with the time at which it was first written, in milliseconds.
    texts: Vec<(i64, String)>,
}

impl Paper {
    /// Forgets what arrived later than a time.
    pub(crate) fn truncate(&mut self, to_ms: i64) {
        self.lines.truncate(to_ms);
        self.texts.retain(|(at_ms, _)| *at_ms <= to_ms);
    }

    /// Returns the position of a text, which is kept from now on.
    fn keep(&mut self, at_ms: i64, text: &str) -> usize {
        let known = self.texts.iter().position(|(_, t)| t == text);
        known.unwrap_or_else(|| {
            self.texts.push((at_ms, text.to_owned()));
            self.texts.len() - 1
        })
    }

    /// Returns a kept text.
    fn text(&self, idx: usize) -> &str {
        self.texts.get(idx).map_or("", |(_, text)| text)
    }
}

/// The streams of noise of all writers.
#[derive(Clone, Debug)]
pub(crate) struct Voices {
    instances: Vec<Noise>,
    hosts: Vec<Noise>,
}

impl Voices {
    /// Creates the streams of a plan.
    pub(crate) fn new(plan: &Plan, seed: u64) -> Self {
        let voice = |name: &str| Noise::new(seed, &format!("log lines of {name}"));
        Self {
            instances: plan.instances.iter().map(|i| voice(&i.name)).collect(),
            hosts: plan.hosts.iter().map(|h| voice(&h.name)).collect(),
        }
    }
}

impl Voices {
    /// Reports whether somebody mistypes a password on a machine in a step: about once in four minutes.
    pub(crate) fn mistypes(&self, host: usize, at_ms: i64, dt_s: i64) -> bool {
        self.hosts[host].uniform(at_ms.wrapping_mul(3).wrapping_add(1)) < (dt_s as f64 / 250.0).min(1.0)
    }
}

/// Writes the lines of one step.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    plan: &'a Plan,
    state: &'a State,
    voices: &'a Voices,
    paper: &'a mut Paper,
    dt_s: i64,
    /// Lines of the present writer in this step.
    count: i64,
}

/// Writes what the last step gave cause to, and remembers the state; without paper it only remembers.
pub(crate) fn observe(
    plan: &Plan,
    state: &State,
    watch: &mut Watch,
    voices: &Voices,
    paper: Option<&mut Paper>,
    dt_s: i64,
) {
    if let Some(paper) = paper {
        let mut writer = Writer { plan, state, voices, paper, dt_s, count: 0 };
        for instance in 0..plan.instances.len() {
            writer.instance(watch, instance);
        }
        for component in 0..plan.components.len() {
            parts::component(&mut writer, watch, component);
        }
        for host in 0..plan.hosts.len() {
            parts::host(&mut writer, watch, host);
        }
    }
    remember(watch, plan, state);
}

/// Returns a small number for a phase, so that the memory is plain data.
const fn phase_number(phase: Phase) -> u8 {
    match phase {
        Phase::Absent => 0,
        Phase::Starting(_) => 1,
        Phase::Up => 2,
        Phase::Draining => 3,
        Phase::Hanging => 4,
        Phase::Crashed => 5,
    }
}

/// Remembers what the lines of the next step are compared with.
pub(crate) fn remember(watch: &mut Watch, plan: &Plan, state: &State) {
    for (memo, instance) in watch.instances.iter_mut().zip(&state.instances) {
        memo.phase = phase_number(instance.phase);
        memo.started_at = instance.started_at;
        memo.killed = instance.killed_for_memory;
        (memo.refused, memo.failed) = (instance.refused, instance.failed);
        (memo.unauthorized, memo.timed_out) = (instance.unauthorized, instance.timed_out);
    }
    for (memo, link) in watch.links.iter_mut().zip(&state.links) {
        memo.failed_tries = link.failed_tries;
        memo.open = link.open_until.is_some_and(|until| until > state.at);
    }
    for component in 0..plan.components.len() {
        parts::remember_component(watch, state, component);
    }
    for (memo, host) in watch.hosts.iter_mut().zip(&state.hosts) {
        (memo.up, memo.started_at) = (host.up, host.started_at);
        memo.full = host.disk_used_gib >= host.disk_size_gib * 0.999;
        memo.clock_offset_s = host.clock_offset_s;
        (memo.refused_connections, memo.failed_logins) = (host.refused_connections, host.failed_logins);
    }
}

impl Writer<'_> {
    /// Begins the lines of another writer.
    const fn turn(&mut self) {
        self.count = 0;
    }

    /// Reports whether the lines of an instance arrive.
    fn is_heard(&self, who: Who) -> bool {
        let host = match who {
            Who::Instance(i) => self.plan.instances[i].host,
            Who::Host(h) => h,
        };
        if self.state.hosts[host].silent {
            return false;
        }
        let away = |name: &str| self.state.sensors_away.iter().any(|s| s == name);
        if self.state.sensors_away.is_empty() {
            return true;
        }
        let of_instance = match who {
            Who::Instance(i) => {
                let place = &self.plan.instances[i];
                away(&place.name) || away(&self.plan.components[place.component].name)
            }
            Who::Host(_) => false,
        };
        !(of_instance || away(&self.plan.hosts[host].name))
    }

    /// Appends one line without asking how many there are already.
    fn push(&mut self, who: Who, code: Code, a: usize, x: f64) {
        if !self.is_heard(who) {
            return;
        }
        let (voice, host) = match who {
            Who::Instance(i) => (self.voices.instances[i], self.plan.instances[i].host),
            Who::Host(h) => (self.voices.hosts[h], h),
        };
        let at_ms = self.state.at.as_millis();
        let counter = at_ms.wrapping_mul(256).wrapping_add(self.count);
        self.count += 1;
        let back_ms = voice.uniform(!counter) * self.dt_s as f64 * 1000.0;
        let offset_ms = self.state.hosts[host].clock_offset_s * 1000.0;
        let wrote_ms = at_ms + millis(offset_ms - back_ms);
        self.paper.lines.push(Line { at_ms, wrote_ms, bits: voice.bits(counter), who, code, a, x });
    }

    /// Writes a line of an instance if its component may still write in this second.
    fn write(&mut self, watch: &mut Watch, instance: usize, code: Code, a: usize, x: f64) {
        let component = self.plan.instances[instance].component;
        let second = self.state.at.as_millis().div_euclid(1000);
        let memo = &mut watch.components[component];
        if memo.second != second {
            let suppressed = std::mem::take(&mut memo.suppressed);
            (memo.second, memo.written) = (second, 0);
            if suppressed > 0 {
                self.push(Who::Instance(instance), Code::Own(Own::Suppressed), 0, f64::from(suppressed));
            }
        }
        let memo = &mut watch.components[component];
        // A step of the history is a minute long, and its lines are those of that minute.
        let most = if self.dt_s > 1 { 2 * EVERYDAY_LINES } else { LINES_PER_S };
        if memo.written >= most {
            memo.suppressed += 1;
            return;
        }
        memo.written += 1;
        self.push(Who::Instance(instance), code, a, x);
    }

    /// Writes some lines of one cause and counts the rest.
    fn repeat(&mut self, watch: &mut Watch, instance: usize, cause: (Code, usize, f64), times: u64) {
        let (code, a, x) = cause;
        for _ in 0..times.min(LINES_PER_CAUSE) {
            self.write(watch, instance, code, a, x);
        }
        let rest = u32::try_from(times.saturating_sub(LINES_PER_CAUSE)).unwrap_or(u32::MAX);
        let memo = &mut watch.components[self.plan.instances[instance].component];
        memo.suppressed = memo.suppressed.saturating_add(rest);
    }

    /// Writes what one instance has to say.
    fn instance(&mut self, watch: &mut Watch, instance: usize) {
        self.turn();
        let now = &self.state.instances[instance];
        self.life(watch, instance);
        if !self.state.answers(self.plan, instance) {
            watch.instances[instance].owed = 0.0;
            return;
        }
        let component = &self.plan.components[self.plan.instances[instance].component];
        let memo = &mut watch.instances[instance];
        memo.owed += now.completed_rps * self.dt_s as f64 * component.lines_per_request;
        let writers = if self.dt_s > 1 { component.instances.len() as f64 } else { 1.0 };
        let everyday = whole(memo.owed.min((f64::from(EVERYDAY_LINES) / writers).max(1.0)));
        memo.owed = (memo.owed - everyday as f64).clamp(0.0, 1.0);
        for _ in 0..everyday {
            self.write(watch, instance, Code::Own(Own::Request), 0, now.response_s);
        }
        let memo = &watch.instances[instance];
        let unauthorized = now.unauthorized.saturating_sub(memo.unauthorized);
        let timed_out = now.timed_out.saturating_sub(memo.timed_out);
        let failed = now.failed.saturating_sub(memo.failed);
        let rejected = now.refused.saturating_sub(memo.refused);
        let errors = failed.saturating_sub(unauthorized).saturating_sub(timed_out);
        self.repeat(watch, instance, (Code::Own(Own::ServerError), 0, now.response_s), errors);
        self.repeat(watch, instance, (Code::Own(Own::Unauthorized), 0, 0.0), unauthorized);
        self.repeat(watch, instance, (Code::Own(Own::Rejected), 0, now.inside as f64), rejected);
        links::write(self, watch, instance);
    }

    /// Writes the beginning and the end of a process.
    fn life(&mut self, watch: &mut Watch, instance: usize) {
        let now = &self.state.instances[instance];
        let memo = &watch.instances[instance];
        let (before, after) = (memo.phase, phase_number(now.phase));
        let killed = now.killed_for_memory > memo.killed;
        let anew = now.started_at != memo.started_at;
        if killed {
            self.push(Who::Instance(instance), Code::Own(Own::MemoryKilled), 0, now.memory_mib);
            self.push(
                Who::Host(self.plan.instances[instance].host),
                Code::Machine(Machine::KernelKill),
                instance,
                now.memory_mib,
            );
        } else if after == 5 && before != 5 {
            self.push(Who::Instance(instance), Code::Own(Own::Crashed), 0, 0.0);
        } else if after == 0 && before != 0 {
            self.push(Who::Instance(instance), Code::Own(Own::Stopped), 0, 0.0);
        }
        if anew && after != 0 && after != 5 {
            if before == 2 || before == 3 {
                self.push(Who::Instance(instance), Code::Own(Own::Stopped), 0, 0.0);
            }
            let version = self.paper.keep(self.state.at.as_millis(), &now.version);
            self.push(Who::Instance(instance), Code::Own(Own::Started), version, 0.0);
        }
        if after == 2 && (before == 1 || anew) {
            let took_s = (self.state.at.as_millis() - now.started_at.as_millis()) as f64 / 1000.0;
            self.push(Who::Instance(instance), Code::Own(Own::Ready), 0, took_s);
        }
    }
}

/// Returns the whole part of a small number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "callers hand in numbers from 0 to some thousands"
)]
fn whole(value: f64) -> u64 {
    value.floor() as u64
}

/// Returns milliseconds as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "offsets of clocks are far below 2^53 milliseconds")]
fn millis(value: f64) -> i64 {
    value as i64
}
