//! How alerts come and go: values are followed scrape by scrape, and a rule fires when it has held for long enough.

use wardroom_core::{Alert, AlertState, Labels, Timestamp};

use crate::plan::Plan;
use crate::telemetry::metrics::EVERY_S;
use crate::telemetry::rules::{DEFINITIONS, Derive, RuleBook, Subject};
use crate::telemetry::sheet::Now;
use crate::telemetry::tape::{Dated, Tape};
use crate::telemetry::watch::{LOOK_BACK_MS, Timer, Watch};

/// By how much the second server evaluates later than the first, in seconds.
const SECOND_SERVER_S: i64 = 7;

/// An alert that began to fire or ended.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertEvent {
    /// When the rule was evaluated.
    pub at: Timestamp,
    /// [`AlertState::Firing`] or [`AlertState::Resolved`].
    pub state: AlertState,
    /// The alert, in that state.
    pub alert: Alert,
}

/// An event before its texts are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Note {
    at_ms: i64,
    subject: usize,
    firing: bool,
    since_ms: i64,
    value: f64,
}

impl Dated for Note {
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// Takes what a scrape of a target showed to all rules that look at it.
pub(crate) fn see(
    book: &RuleBook,
    target: usize,
    plan: &Plan,
    state: &crate::state::State,
    watch: &mut Watch,
) {
    let at_ms = state.at.as_millis();
    for &idx in &book.by_target[target] {
        let subject = &book.subjects[idx];
        let now = Now { plan, state, watch: &*watch, at_ms };
        let value = subject.signal.value(&now);
        let over = subject.over.map(|o| o.value(&now));
        watch.timers[idx].see(subject, at_ms, value, over);
    }
}

/// Takes it that a target gave nothing: only the rules about `up` have a value.
pub(crate) fn see_nothing(book: &RuleBook, target: usize, at_ms: i64, is_down: bool, watch: &mut Watch) {
    for &idx in &book.by_target[target] {
        let definition = &DEFINITIONS[book.subjects[idx].rule];
        let is_up_rule = definition.metric == "up";
        let timer = &mut watch.timers[idx];
        timer.seen = (is_up_rule && is_down).then_some(0.0);
        timer.seen_at_ms = at_ms;
        // A process that was away for some scrapes shows its new start against the one before.
        if !matches!(definition.derive, Derive::Rose { .. }) {
            timer.past.clear();
        }
    }
}

/// Evaluates the rules when it is time, and notes what began to fire or ended.
pub(crate) fn evaluate(book: &RuleBook, watch: &mut Watch, at_ms: i64, dt_s: i64, notes: &mut Tape<Note>) {
    let due = |replica: i64| {
        let at_s = at_ms.div_euclid(1000) - replica * SECOND_SERVER_S;
        at_s.div_euclid(EVERY_S) != (at_s - dt_s).div_euclid(EVERY_S)
    };
    let due = [due(0), due(1)];
    if due == [false, false] {
        return;
    }
    for (idx, (subject, timer)) in book.subjects.iter().zip(&mut watch.timers).enumerate() {
        if !due[usize::from(subject.replica == 1)] {
            continue;
        }
        if let Some((firing, since_ms, value)) = timer.evaluate(subject, at_ms) {
            notes.push(Note { at_ms, subject: idx, firing, since_ms, value });
        }
    }
}

/// Returns the alerts that are pending or firing, in the order of rules and subjects.
pub(crate) fn present(book: &RuleBook, watch: &Watch) -> Vec<Alert> {
    let mut alerts: Vec<(usize, Alert)> = Vec::new();
    for (subject, timer) in book.subjects.iter().zip(&watch.timers) {
        let (Some(since_ms), Some(value)) = (timer.since_ms, timer.seen) else { continue };
        let state = if timer.firing { AlertState::Firing } else { AlertState::Pending };
        alerts.push((subject.rule, alert(subject, state, since_ms, value)));
    }
    alerts.sort_by_key(|(rule, _)| *rule);
    alerts.into_iter().map(|(_, alert)| alert).collect()
}

/// Makes the event of a note.
pub(crate) fn event(book: &RuleBook, note: &Note) -> AlertEvent {
    let state = if note.firing { AlertState::Firing } else { AlertState::Resolved };
    let alert = alert(&book.subjects[note.subject], state, note.since_ms, note.value);
    AlertEvent { at: Timestamp::from_millis(note.at_ms), state, alert }
}

/// Writes an alert.
fn alert(subject: &Subject, state: AlertState, since_ms: i64, value: f64) -> Alert {
    let definition = &DEFINITIONS[subject.rule];
    let summary = definition.summary_of(&subject.name, value);
    Alert {
        name: definition.name.to_owned(),
        labels: subject.labels.clone(),
        annotations: Labels::new([("summary", summary.as_str())]),
        state,
        active_at: Timestamp::from_millis(since_ms),
        value: Some(value),
    }
}

impl Timer {
    /// Takes the value of a scrape; `over` is what it is divided by.
    fn see(&mut self, subject: &Subject, at_ms: i64, value: f64, over: Option<f64>) {
        self.seen_at_ms = at_ms;
        if value.is_nan() {
            self.seen = None;
            self.past.clear();
            return;
        }
        self.seen = match DEFINITIONS[subject.rule].derive {
            Derive::Value { .. } => match over {
                None => Some(value),
                Some(whole) if whole > 0.0 => Some(value / whole),
                Some(_) => None,
            },
            Derive::Load => Some(value / subject.scale),
            Derive::Rate => self.rate(at_ms, value),
            Derive::Busy => self.rate(at_ms, value).map(|idle| (1.0 - idle / subject.scale).clamp(0.0, 1.0)),
            Derive::Rose { within_s } => Some(self.rise(at_ms, value, within_s * 1000)),
            Derive::Predict { ahead_s } => self.predict(at_ms, value, ahead_s),
            Derive::DaysLeft => Some((value - at_ms as f64 / 1000.0) / 86_400.0),
        };
    }

    /// Returns the growth per second within a minute; `None` for the first value.
    fn rate(&mut self, at_ms: i64, value: f64) -> Option<f64> {
        if self.past.last().is_some_and(|&(_, before)| value < before) {
            self.past.clear();
        }
        self.past.retain(|&(t, _)| t >= at_ms - 60_000);
        self.past.push((at_ms, value));
        let &(first_ms, first) = self.past.first()?;
        (at_ms > first_ms).then(|| (value - first) * 1000.0 / (at_ms - first_ms) as f64)
    }

    /// Returns the growth within a window; only values that differ from the one before are kept.
    fn rise(&mut self, at_ms: i64, value: f64, within_ms: i64) -> f64 {
        match self.past.last() {
            Some(&(_, before)) if value > before => self.past.push((at_ms, value)),
            Some(&(_, before)) if value < before => {
                self.past.clear();
                self.past.push((at_ms, value));
            }
            Some(_) => {}
            None => self.past.push((at_ms, value)),
        }
        while self.past.len() > 1 && self.past[1].0 <= at_ms - within_ms {
            self.past.remove(0);
        }
        self.past.first().map_or(0.0, |&(_, first)| value - first)
    }

    /// Returns where the line of least squares through the last hour leads; `None` before there is half an hour.
    fn predict(&mut self, at_ms: i64, value: f64, ahead_s: f64) -> Option<f64> {
        self.past.retain(|&(t, _)| t >= at_ms - 3_600_000);
        if self.past.last().is_none_or(|&(t, _)| at_ms - t >= 300_000) {
            self.past.push((at_ms, value));
        }
        if self.past.len() < 6 {
            return None;
        }
        let n = self.past.len() as f64;
        let seconds = |t: i64| (t - at_ms) as f64 / 1000.0;
        let mean_t = self.past.iter().map(|&(t, _)| seconds(t)).sum::<f64>() / n;
        let mean_v = self.past.iter().map(|&(_, v)| v).sum::<f64>() / n;
        let both: f64 = self.past.iter().map(|&(t, v)| (seconds(t) - mean_t) * (v - mean_v)).sum();
        let spread: f64 = self.past.iter().map(|&(t, _)| (seconds(t) - mean_t) * (seconds(t) - mean_t)).sum();
        Some(mean_v + both / spread * (ahead_s - mean_t))
    }

    /// Judges the present value; returns what is to be noted: fires or ended, since when, with which value.
    fn evaluate(&mut self, subject: &Subject, at_ms: i64) -> Option<(bool, i64, f64)> {
        let definition = &DEFINITIONS[subject.rule];
        let fresh = self.seen.filter(|_| at_ms - self.seen_at_ms <= LOOK_BACK_MS);
        if let Some(value) = fresh.filter(|&v| definition.holds(v, subject.limit)) {
            let since_ms = *self.since_ms.get_or_insert(at_ms);
            let fires = at_ms - since_ms >= definition.hold_s * 1000;
            let began = fires && !self.firing;
            self.firing = fires;
            began.then_some((true, since_ms, value))
        } else {
            let since_ms = self.since_ms.take();
            let ended = std::mem::take(&mut self.firing);
            // An alert whose series is gone ends as well: without a value, the limit is the last thing known.
            let value = self.seen.unwrap_or(subject.limit);
            since_ms.filter(|_| ended).map(|since_ms| (false, since_ms, value))
        }
    }
}
