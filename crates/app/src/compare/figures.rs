//! What a method would have cost and brought, counted against what people said.

use std::collections::BTreeMap;
use std::time::Duration;

use wardroom_analysis::methods::{MethodAlarm, MethodScored};
use wardroom_analysis::preprocess::gaps;
use wardroom_core::{Samples, TimeRange, Timestamp};
use wardroom_store::SeriesRow;

use crate::feedback::{AlarmStanding, Marks, touches};

/// A week in milliseconds.
const WEEK_MS: f64 = 604_800_000.0;
/// Where the distance of samples cannot be told.
const USUAL_STEP_MS: i64 = 60_000;

/// What one method said of one series, against what people said.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    /// The alarms by time.
    pub(super) alarms: Vec<MethodAlarm>,
    /// Alarms by how they stand.
    pub(super) standings: BTreeMap<AlarmStanding, usize>,
    /// Samples in alarms: those in real windows, those in alarms that were expected, all others.
    pub(super) points: BTreeMap<AlarmStanding, usize>,
    /// How late each of the series' own windows was found, in milliseconds.
    pub(super) delays: Vec<i64>,
    /// The same of windows on all that the series belongs to, by their place among such windows.
    pub(super) shared: BTreeMap<usize, i64>,
}

impl Measured {
    /// Measures the alarms of a series with its samples.
    pub(super) fn new(row: &SeriesRow, samples: &Samples, scored: MethodScored, marks: &Marks) -> Self {
        let step_ms = gaps::typical_step_ms(samples.times()).unwrap_or(USUAL_STEP_MS);
        let standing = |alarm: &MethodAlarm| marks.standing(row, alarm.start, alarm.end, step_ms);
        let standings: Vec<AlarmStanding> = scored.alarms.iter().map(standing).collect();
        let mut measured = Self {
            delays: delays(&scored.alarms, marks.real_of(row.id)),
            shared: shared(&scored.alarms, &marks.real_around(row.id)),
            points: points(samples.times(), &scored.alarms, &standings, marks.any_real()),
            alarms: scored.alarms,
            ..Self::default()
        };
        for standing in standings {
            *measured.standings.entry(standing).or_default() += 1;
        }
        measured
    }

    /// Returns the score of the alarm that departs most; `None` without alarms.
    pub(super) fn peak(&self) -> Option<f64> {
        self.alarms.iter().map(|alarm| alarm.score).max_by(f64::total_cmp)
    }
}

/// Returns for each window that an alarm touches how long after its begin the first of them began.
fn delays(alarms: &[MethodAlarm], windows: &[TimeRange]) -> Vec<i64> {
    let delay = |window: &TimeRange| {
        let touching = alarms.iter().filter(|alarm| touches(*window, alarm.start, alarm.end));
        let first = touching.map(|alarm| alarm.start).min()?;
        Some(first.as_millis().saturating_sub(window.start().as_millis()).max(0))
    };
    windows.iter().filter_map(delay).collect()
}

/// Returns the same for windows that several series share, by their place.
fn shared(alarms: &[MethodAlarm], windows: &[(usize, TimeRange)]) -> BTreeMap<usize, i64> {
    let delay = |(place, window): &(usize, TimeRange)| Some((*place, *delays(alarms, &[*window]).first()?));
    windows.iter().filter_map(delay).collect()
}

/// Counts the samples in alarms, each once; `real` is sorted and does not overlap.
fn points(
    times: &[i64],
    alarms: &[MethodAlarm],
    standings: &[AlarmStanding],
    real: &[TimeRange],
) -> BTreeMap<AlarmStanding, usize> {
    let is_real = |time: i64| {
        let at = Timestamp::from_millis(time);
        let next = real.partition_point(|window| window.start() <= at);
        next.checked_sub(1).is_some_and(|idx| real[idx].contains(at))
    };
    let mut points = BTreeMap::new();
    let mut counted = 0;
    for (alarm, standing) in alarms.iter().zip(standings) {
        let from = times.partition_point(|&time| time < alarm.start.as_millis()).max(counted);
        let to = times.partition_point(|&time| time <= alarm.end.as_millis()).max(from);
        counted = to;
        for &time in &times[from..to] {
            let of = match standing {
                _ if is_real(time) => AlarmStanding::Real,
                AlarmStanding::Expected => AlarmStanding::Expected,
                AlarmStanding::Real | AlarmStanding::Unmarked => AlarmStanding::Unmarked,
            };
            *points.entry(of).or_default() += 1;
        }
    }
    points
}

/// What one method said of all its series.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Alarms by how they stand.
    standings: BTreeMap<AlarmStanding, usize>,
    points: BTreeMap<AlarmStanding, usize>,
    delays: Vec<i64>,
    /// Of windows that several series share the shortest delay.
    shared: BTreeMap<usize, i64>,
    /// Series that it scored.
    pub(super) scored: usize,
    /// Series that it refused.
    pub(super) refused: usize,
    /// How long it took.
    pub(super) took: Duration,
}

impl Tally {
    /// Adds what was said of one series.
    pub(super) fn add(&mut self, measured: &Measured) {
        self.scored += 1;
        for (standing, n) in &measured.standings {
            *self.standings.entry(*standing).or_default() += n;
        }
        for (standing, n) in &measured.points {
            *self.points.entry(*standing).or_default() += n;
        }
        self.delays.extend(&measured.delays);
        for (place, delay) in &measured.shared {
            let first = self.shared.entry(*place).or_insert(*delay);
            *first = (*first).min(*delay);
        }
    }

    /// Returns the figures; `known` is what was said of the series, and weeks are those of so many milliseconds.
    pub(super) fn figures(&self, known: Known, covered_ms: i64) -> Figures {
        let alarms: usize = self.standings.values().sum();
        let n = |counts: &BTreeMap<AlarmStanding, usize>, of| counts.get(&of).copied().unwrap_or(0);
        let mut false_alarms = n(&self.standings, AlarmStanding::Expected);
        let right = n(&self.points, AlarmStanding::Real);
        let mut wrong = n(&self.points, AlarmStanding::Expected);
        if known.unmarked_is_false {
            false_alarms += n(&self.standings, AlarmStanding::Unmarked);
            wrong += n(&self.points, AlarmStanding::Unmarked);
        }
        let can_be_false = known.unmarked_is_false || known.has_expected;
        let mut delays: Vec<i64> = self.delays.iter().chain(self.shared.values()).copied().collect();
        let found = delays.len();
        let recall = (known.marked > 0).then(|| found as f64 / known.marked as f64);
        let counted = right + wrong;
        // Without real windows nothing could be right, and without others nothing wrong.
        let precision =
            (can_be_false && known.marked > 0 && counted > 0).then(|| right as f64 / counted as f64);
        // Who alarms nowhere finds nothing, whatever the precision of nothing is.
        let f1 = match (precision, recall) {
            (Some(precision), Some(recall)) if precision + recall > 0.0 => {
                Some(2.0 * precision * recall / (precision + recall))
            }
            (_, Some(_)) if can_be_false => Some(0.0),
            _ => None,
        };
        delays.sort_unstable();
        Figures {
            alarms,
            alarms_per_week: alarms as f64 * WEEK_MS / covered_ms.max(1) as f64,
            found: (known.marked > 0).then_some(found),
            false_alarms: can_be_false.then_some(false_alarms),
            precision,
            recall,
            f1,
            median_delay_ms: delays.len().checked_sub(1).map(|last| delays[last / 2]),
        }
    }
}

/// What was said of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Windows that are real.
    pub(super) marked: usize,
    /// Whether anything was said to be expected.
    pub(super) has_expected: bool,
    /// Whether an alarm of which nothing was said is a false one.
    pub(super) unmarked_is_false: bool,
}

/// The figures of one method.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) alarms: usize,
    pub(super) alarms_per_week: f64,
    pub(super) found: Option<usize>,
    pub(super) false_alarms: Option<usize>,
    pub(super) precision: Option<f64>,
    pub(super) recall: Option<f64>,
    pub(super) f1: Option<f64>,
    /// The lower middle one of an even number: a delay that occurred.
    pub(super) median_delay_ms: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * MINUTE)
    }

    fn window(from: i64, to: i64) -> TimeRange {
        TimeRange::new(at(from), at(to)).unwrap()
    }

    fn alarm(from: i64, to: i64) -> MethodAlarm {
        MethodAlarm { start: at(from), end: at(to), peak: at(from), score: 2.0 }
    }

    #[test]
    fn samples_in_alarms_are_counted_once_by_window_and_by_what_was_said() {
        let times: Vec<i64> = (0..100).map(|i| i * MINUTE).collect();
        let alarms = [alarm(8, 14), alarm(12, 16), alarm(40, 44), alarm(60, 60)];
        let standings =
            [AlarmStanding::Real, AlarmStanding::Real, AlarmStanding::Expected, AlarmStanding::Unmarked];

        let points = points(&times, &alarms, &standings, &[window(10, 15)]);

        // By hand: minutes 8 to 16 are nine samples, of which 10 to 14 lie in the window; 40 to 44 are five; 60 is one.
        let expected = [(AlarmStanding::Real, 5), (AlarmStanding::Expected, 5), (AlarmStanding::Unmarked, 5)];
        assert_eq!(points, BTreeMap::from(expected));
    }

    #[test]
    fn a_window_is_found_by_the_first_alarm_that_touches_it() {
        let alarms = [alarm(8, 11), alarm(12, 20), alarm(34, 36), alarm(50, 51)];

        let delays = delays(&alarms, &[window(10, 15), window(30, 40), window(52, 60)]);

        // The first began before its window, the second four minutes into it; the last alarm ended before its window.
        assert_eq!(delays, [0, 4 * MINUTE]);
    }

    #[test]
    fn figures_are_those_of_a_hand_count() {
        let mut tally = Tally::default();
        tally.add(&Measured {
            standings: [(AlarmStanding::Real, 3), (AlarmStanding::Expected, 2), (AlarmStanding::Unmarked, 5)]
                .into(),
            points: [(AlarmStanding::Real, 12), (AlarmStanding::Expected, 4), (AlarmStanding::Unmarked, 8)]
                .into(),
            delays: vec![9, 1, 5, 7],
            ..Measured::default()
        });
        let known = Known { marked: 5, has_expected: true, unmarked_is_false: false };
        let two_weeks = 14 * 24 * 60 * MINUTE;

        let of_said = tally.figures(known, two_weeks);
        let all = tally.figures(Known { unmarked_is_false: true, ..known }, two_weeks);
        let only_real = tally.figures(Known { has_expected: false, ..known }, two_weeks);
        let nothing =
            tally.figures(Known { marked: 0, has_expected: false, unmarked_is_false: false }, two_weeks);

        // Ten alarms in two weeks; 4 of 5 windows; 12 of 16 samples, or of 24 when the others are false.
        assert_eq!((of_said.alarms, of_said.found, of_said.false_alarms), (10, Some(4), Some(2)));
        assert!((of_said.alarms_per_week - 5.0).abs() < 1e-12);
        assert_eq!((of_said.precision, of_said.recall), (Some(0.75), Some(0.8)));
        // 2 · 0.75 · 0.8 / 1.55
        assert!((of_said.f1.unwrap() - 0.774_193_548_387_096_8).abs() < 1e-12);
        assert_eq!(of_said.median_delay_ms, Some(5));
        assert_eq!((all.false_alarms, all.precision), (Some(7), Some(0.5)));
        assert_eq!((only_real.found, only_real.false_alarms, only_real.precision), (Some(4), None, None));
        assert_eq!((nothing.found, nothing.recall, nothing.f1), (None, None, None));
        assert_eq!(nothing.alarms, 10);
    }

    #[test]
    fn a_window_that_several_series_share_is_found_once_and_by_the_first_of_them() {
        let windows = [(0, window(10, 15)), (3, window(30, 40))];
        let of =
            |alarms: &[MethodAlarm]| Measured { shared: shared(alarms, &windows), ..Measured::default() };
        let mut tally = Tally::default();

        tally.add(&of(&[alarm(14, 16)]));
        tally.add(&of(&[alarm(11, 12)]));
        tally.add(&of(&[alarm(50, 51)]));
        let known = Known { marked: 2, has_expected: false, unmarked_is_false: false };
        let figures = tally.figures(known, 60 * MINUTE);

        assert_eq!((figures.found, figures.recall), (Some(1), Some(0.5)));
        assert_eq!(figures.median_delay_ms, Some(MINUTE));
    }

    #[test]
    fn a_method_without_alarms_finds_nothing_and_has_no_precision() {
        let known = Known { marked: 2, has_expected: true, unmarked_is_false: false };

        let figures = Tally::default().figures(known, 60 * MINUTE);

        assert_eq!((figures.alarms, figures.found, figures.false_alarms), (0, Some(0), Some(0)));
        assert_eq!((figures.precision, figures.recall, figures.f1), (None, Some(0.0), Some(0.0)));
        assert_eq!(figures.median_delay_ms, None);
    }
}
