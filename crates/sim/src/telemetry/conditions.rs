//! What is true of each part, beside what the monitoring makes one believe.

use wardroom_core::Timestamp;

use crate::plan::Plan;
use crate::state::{Phase, State};
use crate::telemetry::Record;
use crate::telemetry::rules::DEFINITIONS;
use crate::telemetry::watch::{LOOK_BACK_MS, Watch};

/// The true condition of one part, and what telemetry says of it; for instructors only.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The name of a component or host.
    pub entity: String,
    /// How bad the truth is: 0 well, 1 strained, 2 failing, 3 dead or silent.
    pub grade: u8,
    /// What is true, as a stable word with dashes (`up`, `slow`, `failing`, `down`, `disk-full`, `replica-lagging`, …).
    pub code: &'static str,
    /// Values that belong to the word, by their names with units (`lag_s`, `answering`, `used_ratio`, …).
    pub values: Vec<(&'static str, String)>,
    /// The monitoring says something else than what is true, or nothing.
    pub differs: bool,
    /// Where they differ: time and text of the last value that telemetry showed; `None`: it never showed any.
    pub seen: Option<(Timestamp, String)>,
}

/// A word with its values and how bad it is.
type Word = (&'static str, Vec<(&'static str, String)>, u8);

/// What the monitoring says of a part.
#[derive(Clone, Debug, Default)]
struct Sight {
    /// Its present word; `None`: nothing arrived lately.
    word: Option<&'static str>,
    /// The last value, with its time in milliseconds.
    last: Option<(i64, String)>,
}

/// A response time from which a component is slow: so many times its own work, and at least half a second.
const SLOW_FACTOR: f64 = 10.0;

/// Rules that say that a process answers.
const ANSWERING: [&str; 4] = ["up", "pg_up", "mysql_up", "redis_up"];

/// Rules that fire without anything being wrong at that moment.
const HARMLESS: [&str; 4] = ["TrafficHigh", "HostLoadHigh", "ProcessRestarted", "CertificateSoonExpires"];

/// A share of failures from which a component is failing.
const FAILING: f64 = 0.05;

/// Returns the condition of every component and host, in the order of the plan.
pub(crate) fn conditions(record: &Record, plan: &Plan, state: &State, watch: &Watch) -> Vec<Condition> {
    let components = (0..plan.components.len()).map(|c| {
        let seen = component_seen(record, plan, state, watch, c);
        condition(plan.components[c].name.clone(), component(plan, state, c), seen)
    });
    let hosts = (0..plan.hosts.len()).map(|h| {
        let seen = up_seen(record, state, watch, std::slice::from_ref(&plan.hosts[h].name));
        condition(plan.hosts[h].name.clone(), host(plan, state, h), seen)
    });
    components.chain(hosts).collect()
}

/// Puts truth and sight together.
fn condition(entity: String, truth: Word, sight: Sight) -> Condition {
    let (code, values, grade) = truth;
    // The monitoring has only the words `up`, `slow`, `failing` and `down`; any of the last three fits any trouble.
    let differs = match sight.word {
        None => true,
        Some("up") => grade > 0,
        Some(_) => grade == 0,
    };
    let seen = sight.last.filter(|_| differs).map(|(at_ms, text)| (Timestamp::from_millis(at_ms), text));
    Condition { entity, grade, code, values, differs, seen }
}

/// Returns the true word for a component: the worst first.
fn component(plan: &Plan, state: &State, component: usize) -> Word {
    let present: Vec<usize> = plan.components[component]
        .instances
        .clone()
        .filter(|&i| state.instances[i].phase != Phase::Absent)
        .collect();
    let answering = present.iter().filter(|&&i| state.answers(plan, i)).count();
    let all = vec![("answering", answering.to_string()), ("instances", present.len().to_string())];
    if answering == 0 {
        return ("down", all, 3);
    }
    if let Some(word) = special(plan, state, component) {
        return word;
    }
    let (mut rps, mut failed, mut time_s) = (0.0, 0.0, 0.0);
    for instance in present.iter().map(|&i| &state.instances[i]) {
        rps += instance.completed_rps;
        failed += instance.completed_rps * instance.failed_ratio;
        time_s += instance.completed_rps * instance.response_s;
    }
    let slow_s = (SLOW_FACTOR * plan.components[component].own_ms / 1000.0).max(0.5);
    if rps > 0.0 && failed / rps > FAILING {
        return ("failing", vec![("error_ratio", format!("{:.3}", failed / rps))], 2);
    }
    if rps > 0.0 && time_s / rps > slow_s {
        return ("slow", vec![("response_s", format!("{:.2}", time_s / rps))], 1);
    }
    if answering < present.len() { ("degraded", all, 1) } else { ("up", all, 0) }
}

/// Returns what is wrong with a component in its own way.
fn special(plan: &Plan, state: &State, component: usize) -> Option<Word> {
    let now = &state.components[component];
    if now.certificate_until.is_some_and(|until| until <= state.at) {
        return Some(("certificate-expired", Vec::new(), 3));
    }
    if now.unresolved_ratio > 0.0 {
        return Some(("not-resolved", vec![("ratio", format!("{:.2}", now.unresolved_ratio))], 3));
    }
    if now.unauthorized_ratio > 0.0 {
        return Some(("credential-refused", vec![("ratio", format!("{:.2}", now.unauthorized_ratio))], 3));
    }
    if let Some(database) = &now.database {
        if database.primary.is_none_or(|p| !state.answers(plan, p)) {
            return Some(("no-primary", Vec::new(), 3));
        }
        if database.refused_ratio > 0.0 {
            return Some((
                "connections-full",
                vec![("connections", format!("{:.0}", database.connections))],
                3,
            ));
        }
        if database.lock_waiters > 5.0 {
            let values = vec![("transaction_s", format!("{:.0}", database.oldest_transaction_s))];
            return Some(("locked", values, 2));
        }
        if database.replicas.iter().any(|r| r.stopped) {
            return Some(("replica-stopped", Vec::new(), 2));
        }
        let lag_s = database.replicas.iter().map(|r| r.lag_s).fold(0.0, f64::max);
        if lag_s > 30.0 {
            return Some(("replica-lagging", vec![("lag_s", format!("{lag_s:.0}"))], 2));
        }
    }
    if let Some(cache) = now.cache.as_ref().filter(|c| c.warmth < 0.5) {
        return Some(("cache-cold", vec![("warmth_ratio", format!("{:.2}", cache.warmth))], 1));
    }
    if now.broker.as_ref().is_some_and(|b| b.consumers_stuck) {
        return Some(("consumers-stuck", vec![("lag", state.lag(component).to_string())], 2));
    }
    if now.balancer.as_ref().is_some_and(|b| b.ghosts > 0 || !b.in_step) {
        return Some(("registry-drifted", Vec::new(), 2));
    }
    None
}

/// Returns the true word for a host.
fn host(plan: &Plan, state: &State, host: usize) -> Word {
    let now = &state.hosts[host];
    let used = now.disk_used_gib / now.disk_size_gib.max(1e-9);
    if !now.up {
        return ("down", Vec::new(), 3);
    }
    if used > 0.98 {
        return ("disk-full", vec![("used_ratio", format!("{used:.3}"))], 3);
    }
    if now.side != 0 {
        return ("cut-off", Vec::new(), 3);
    }
    if now.cpu_pressure > 1.0 {
        return ("overloaded", vec![("pressure", format!("{:.2}", now.cpu_pressure))], 2);
    }
    if now.disk_ratio > 0.9 || now.disk_slow > 2.0 {
        return ("disk-slow", vec![("operation_ms", format!("{:.1}", now.disk_ms))], 2);
    }
    if now.memory_used_mib > 0.95 * plan.hosts[host].memory_mib {
        return ("memory-full", vec![("used_mib", format!("{:.0}", now.memory_used_mib))], 2);
    }
    if now.network_ratio > 0.9 || now.delay_ms > 0.0 {
        let used = ("used_ratio", format!("{:.2}", now.network_ratio));
        return ("link-slow", vec![used, ("delay_ms", format!("{:.0}", now.delay_ms))], 2);
    }
    if now.loss_ratio > 0.0 {
        return ("losing-packets", vec![("loss_ratio", format!("{:.3}", now.loss_ratio))], 2);
    }
    if now.clock_offset_s.abs() > 0.5 {
        return ("clock-wrong", vec![("offset_s", format!("{:.1}", now.clock_offset_s))], 1);
    }
    if now.zombies > 100.0 {
        return ("zombies", vec![("zombies", format!("{:.0}", now.zombies))], 1);
    }
    ("up", vec![("cpu_ratio", format!("{:.2}", now.cpu_ratio))], 0)
}

/// Returns what the last scrapes and the alerts of some targets said.
fn up_seen(record: &Record, state: &State, watch: &Watch, names: &[String]) -> Sight {
    let at_ms = state.at.as_millis();
    let mut sight = Sight::default();
    let mut fires = false;
    for (subject, timer) in record.book().subjects.iter().zip(&watch.timers) {
        if !names.contains(&subject.name) {
            continue;
        }
        let definition = &DEFINITIONS[subject.rule];
        fires |= timer.firing && !HARMLESS.contains(&definition.name);
        let about = ANSWERING.contains(&definition.metric);
        let Some(value) = timer.seen.filter(|_| about) else { continue };
        let text = format!("up {value:.0}");
        if sight.last.as_ref().is_none_or(|(last_ms, _)| *last_ms < timer.seen_at_ms) {
            sight.last = Some((timer.seen_at_ms, text));
        }
        if at_ms - timer.seen_at_ms < LOOK_BACK_MS / 3 && sight.word != Some("down") {
            sight.word = Some(if value < 1.0 { "down" } else { "up" });
        }
    }
    if fires && sight.word == Some("up") {
        sight.word = Some("failing");
    }
    sight
}

/// Returns what the monitoring says of a component.
fn component_seen(record: &Record, plan: &Plan, state: &State, watch: &Watch, component: usize) -> Sight {
    let planned = &plan.components[component];
    let instances = planned.instances.clone().map(|i| plan.instances[i].name.clone());
    let names: Vec<String> = instances.chain(std::iter::once(planned.name.clone())).collect();
    let at_ms = state.at.as_millis();
    let mut sight = up_seen(record, state, watch, &names);
    let rates = watch.service_rates(plan, component, at_ms).filter(|r| r.answered > 0.0);
    let (Some("up"), Some(rates)) = (sight.word, rates) else { return sight };
    let slow_s = (SLOW_FACTOR * planned.own_ms / 1000.0).max(0.5);
    let failed = rates.failed / rates.answered;
    let median_s = rates.quantile(0.5).unwrap_or(0.0);
    sight.last = Some((at_ms, format!("error ratio {failed:.3}, median {median_s:.3} s")));
    if failed > FAILING {
        sight.word = Some("failing");
    } else if median_s > slow_s {
        sight.word = Some("slow");
    }
    sight
}
