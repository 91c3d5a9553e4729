//! Puts the alarms of the rows and the findings of the baseline together.

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Score};
use wardroom_core::series::Samples;

use super::lone;
use crate::anomaly::baseline::Model;
use crate::anomaly::cycle::DAY_MS;
use crate::anomaly::excursion::{self, Run};
use crate::anomaly::score::{Alarm, Aspect};
use crate::anomaly::{Options, Refusal};
use crate::pass::go_on;

/// A series that alarms more often than this a day …
///
/// Ours: of 71 public series the one that alarms most does so 3.2 times a day.
const OFTEN_A_DAY: f64 = 4.0;
/// … on this share of its days …
const ON_DAYS: f64 = 0.75;
/// … of at least so many does so usually: a fault that flaps for a day is no habit.
const LEAST_DAYS: f64 = 3.0;
/// An alarm is as large as another from this part of its score on.
const COMPARABLE: f64 = 0.5;

/// A series with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) judged: &'a Samples,
    pub(super) model: &'a Model,
    pub(super) options: &'a Options,
    pub(super) alarms: &'a [Alarm<Aspect>],
}

/// What came of alarms and findings together.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// The findings in no particular order.
    pub(super) anomalies: Vec<Anomaly>,
    /// Those of them that no alarm stands behind.
    pub(super) alone: Vec<Anomaly>,
    /// The positions of alarms of which there is nothing to tell.
    pub(super) idle: Vec<usize>,
}

impl Seen<'_> {
    /// Puts both together.
    ///
    /// `found` is what the baseline says, `runs` are all its excursions, also those too weak for a finding.
    pub(super) fn together(
        &self,
        found: Vec<Anomaly>,
        runs: &[Run],
        cancel: &AtomicBool,
    ) -> Result<Together, Refusal> {
        let near_ms = self.near_ms();
        let mut explained = vec![false; self.alarms.len()];
        let mut all = Together::default();
        for anomaly in found {
            let mut confirmed = false;
            for (alarm, explained) in self.alarms.iter().zip(&mut explained) {
                if touches(&anomaly, alarm, near_ms) {
                    confirmed = true;
                    *explained = true;
                }
            }
            if confirmed {
                all.anomalies.push(anomaly);
            } else if self.stands_alone(&anomaly) {
                all.alone.push(anomaly.clone());
                all.anomalies.push(anomaly);
            }
        }
        let habit = Habit::of(self.alarms, self.model.history_ms());
        let mut described = vec![false; runs.len()];
        for (idx, alarm) in self.alarms.iter().enumerate().filter(|(idx, _)| !explained[*idx]) {
            go_on(cancel)?;
            let part = habit.part(alarm, self.options);
            let told = match self.run_of(alarm, runs) {
                Some(run) if described[run] => continue,
                Some(run) => {
                    described[run] = true;
                    let anomaly = self.by_run(&runs[run], alarm, part);
                    // An alarm on a stray before an excursion that is a finding already says nothing more.
                    let is_same = |told: &Anomaly| told.kind == anomaly.kind && told.start == anomaly.start;
                    if all.anomalies.iter().any(is_same) {
                        continue;
                    }
                    Some(anomaly)
                }
                None => lone::describe(alarm, self.judged, self.model, self.options).map(|anomaly| {
                    let score = Score::new(part * anomaly.score.get());
                    Anomaly { score, ..anomaly }
                }),
            };
            match told.filter(|told| part >= 1.0 || told.score.get() >= self.options.min_score) {
                Some(anomaly) => all.anomalies.push(anomaly),
                None => all.idle.push(idx),
            }
        }
        Ok(all)
    }

    /// Reports whether the baseline alone is enough: for what rows cannot show, and for what is very surprising.
    fn stands_alone(&self, anomaly: &Anomaly) -> bool {
        match anomaly.kind {
            AnomalyKind::Missing
            | AnomalyKind::Flat
            | AnomalyKind::SeasonBreak
            | AnomalyKind::ResetStorm
            | AnomalyKind::PeerOutlier => true,
            AnomalyKind::Level
            | AnomalyKind::Spike
            | AnomalyKind::Dip
            | AnomalyKind::Trend
            | AnomalyKind::Variance => anomaly.score.get() >= self.options.alone_score,
        }
    }

    /// Returns the largest excursion under an alarm that the baseline made no finding of.
    fn run_of(&self, alarm: &Alarm<Aspect>, runs: &[Run]) -> Option<usize> {
        let near_ms = self.near_ms();
        let time = |idx: usize| self.model.grid.time_of(idx).as_millis();
        let under = |run: &Run| {
            let begin = time(run.first).saturating_sub(self.model.grid.step_ms);
            begin <= alarm.end.as_millis().saturating_add(near_ms)
                && time(run.last) >= alarm.start.as_millis().saturating_sub(near_ms)
        };
        let mass = |run: &Run| run.sigmas * run.duration;
        (0..runs.len())
            .filter(|&idx| under(&runs[idx]))
            .max_by(|&a, &b| mass(&runs[a]).total_cmp(&mass(&runs[b])).then(b.cmp(&a)))
    }

    /// Describes an excursion that an alarm makes a finding of; `part` of what the alarm says of it counts.
    fn by_run(&self, run: &Run, alarm: &Alarm<Aspect>, part: f64) -> Anomaly {
        let anomaly = excursion::describe_one(run, self.judged, self.model, self.options);
        let score = anomaly.score.get().max(part * lone::surprise(alarm, self.model, self.options));
        Anomaly { score: Score::new(score), ..anomaly }
    }

    /// How far an alarm and a finding may lie apart and still be the same, in milliseconds.
    fn near_ms(&self) -> i64 {
        self.options.merge_ms.max(self.model.grid.length_ms(2))
    }
}

/// How large the alarms of a series are that alarms several times nearly every day, rising; none of any other series.
struct Habit(Vec<f64>);

impl Habit {
    /// Learns from the alarms of a history, which come by time.
    fn of(alarms: &[Alarm<Aspect>], history_ms: i64) -> Self {
        let days = history_ms as f64 / DAY_MS as f64;
        let mut on: Vec<i64> =
            alarms.iter().map(|alarm| alarm.start.as_millis().div_euclid(DAY_MS)).collect();
        on.dedup();
        let is_often = alarms.len() as f64 > OFTEN_A_DAY * days && on.len() as f64 >= ON_DAYS * days;
        if days < LEAST_DAYS || !is_often {
            return Self(Vec::new());
        }
        let mut sizes: Vec<f64> = alarms.iter().map(|alarm| alarm.score).collect();
        sizes.sort_by(f64::total_cmp);
        Self(sizes)
    }

    /// Returns how much of an alarm counts, 0 to 1: less with every other one that is as large.
    fn part(&self, alarm: &Alarm<Aspect>, options: &Options) -> f64 {
        let smaller = self.0.partition_point(|&size| size < COMPARABLE * alarm.score);
        options.repetition_part((self.0.len() - smaller).saturating_sub(1))
    }
}

fn touches(anomaly: &Anomaly, alarm: &Alarm<Aspect>, near_ms: i64) -> bool {
    let begins = anomaly.start.as_millis() <= alarm.end.as_millis().saturating_add(near_ms);
    let from = alarm.start.as_millis().saturating_sub(near_ms);
    begins && anomaly.end.is_none_or(|end| end.as_millis() >= from)
}
