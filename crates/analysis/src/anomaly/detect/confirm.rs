//! Puts the alarms of the rows and the findings of the baseline together.

use std::sync::atomic::AtomicBool;

use wardroom_core::anomaly::{Anomaly, AnomalyKind, Score};
use wardroom_core::series::Samples;

use super::lone;
use crate::anomaly::baseline::Model;
use crate::anomaly::excursion::{self, Run};
use crate::anomaly::score::{Alarm, Aspect};
use crate::anomaly::{Options, Refusal};
use crate::pass::go_on;

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
        let mut described = vec![false; runs.len()];
        for (idx, alarm) in self.alarms.iter().enumerate().filter(|(idx, _)| !explained[*idx]) {
            go_on(cancel)?;
            match self.run_of(alarm, runs) {
                Some(run) if described[run] => {}
                Some(run) => {
                    described[run] = true;
                    let anomaly = self.by_run(&runs[run], alarm);
                    // An alarm on a stray before an excursion that is a finding already says nothing more.
                    let is_same = |told: &Anomaly| told.kind == anomaly.kind && told.start == anomaly.start;
                    if !all.anomalies.iter().any(is_same) {
                        all.anomalies.push(anomaly);
                    }
                }
                None => match lone::describe(alarm, self.judged, self.model, self.options) {
                    Some(anomaly) => all.anomalies.push(anomaly),
                    None => all.idle.push(idx),
                },
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

    /// Describes an excursion that an alarm makes a finding of.
    fn by_run(&self, run: &Run, alarm: &Alarm<Aspect>) -> Anomaly {
        let anomaly = excursion::describe_one(run, self.judged, self.model, self.options);
        let score = anomaly.score.get().max(lone::surprise(alarm, self.model, self.options));
        Anomaly { score: Score::new(score), ..anomaly }
    }

    /// How far an alarm and a finding may lie apart and still be the same, in milliseconds.
    fn near_ms(&self) -> i64 {
        self.options.merge_ms.max(self.model.grid.length_ms(2))
    }
}

fn touches(anomaly: &Anomaly, alarm: &Alarm<Aspect>, near_ms: i64) -> bool {
    let begins = anomaly.start.as_millis() <= alarm.end.as_millis().saturating_add(near_ms);
    let from = alarm.start.as_millis().saturating_sub(near_ms);
    begins && anomaly.end.is_none_or(|end| end.as_millis() >= from)
}
