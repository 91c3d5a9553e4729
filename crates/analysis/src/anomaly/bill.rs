//! The false-alarm bill: how often the alarms of a history would have called somebody, at every sensitivity.

use wardroom_core::anomaly::Anomaly;
use wardroom_core::time::{TimeRange, Timestamp};

use super::Options;

/// The sensitivities of a bill: from 1, the least, on.
pub const SENSITIVITIES: u8 = 20;
/// The sensitivity that is proposed: a score of 0.9 and more, the highest grade.
pub const USUAL_SENSITIVITY: u8 = 4;

/// The least score at the least sensitivity …
const HIGHEST_SCORE: f64 = 0.975;
/// … and how much lower it is at each further one, down to 0.5, below which nothing is found.
const SCORE_STEP: f64 = 0.025;
/// Alarms that are raised within this time of the one before are one page, in milliseconds.
///
/// Five minutes, as *Now* groups findings: a usual interval of Alertmanager's groups.
const PAGE_MS: i64 = 300_000;
/// A week in milliseconds.
const WEEK_MS: f64 = 604_800_000.0;

/// An alarm of the past.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PastAlarm {
    /// Its first sample.
    pub start: Timestamp,
    /// The first sample that was usual again; `None` while it lasts.
    pub end: Option<Timestamp>,
    /// The distance of samples, in milliseconds.
    pub step_ms: i64,
    /// How surprising, 0 to 1, at its end.
    pub score: f64,
}

impl From<&Anomaly> for PastAlarm {
    fn from(anomaly: &Anomaly) -> Self {
        Self { start: anomaly.start, end: anomaly.end, step_ms: anomaly.step_ms, score: anomaly.score.get() }
    }
}

/// What one sensitivity would have cost and brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BillPoint {
    /// The sensitivity, 1 to [`SENSITIVITIES`].
    pub sensitivity: u8,
    /// The least score that calls somebody.
    pub least_score: f64,
    /// Alarms of all series.
    pub alarms: usize,
    /// Pages: alarms of any series that were raised together are one.
    pub pages: usize,
    /// Pages of which no alarm touches a marked window; all of them where none is marked.
    pub unmarked: usize,
    /// Pages a week of the period.
    pub pages_per_week: f64,
    /// Marked windows during which somebody would have been called.
    pub found: usize,
    /// The median time from the begin of a found window to its page, in milliseconds; `None` when none was found.
    pub median_delay_ms: Option<i64>,
}

impl BillPoint {
    /// Returns the point with its pages a week of so many milliseconds: those of the period that were sampled.
    #[must_use]
    pub fn over(self, covered_ms: i64) -> Self {
        Self { pages_per_week: self.pages as f64 * WEEK_MS / covered_ms.max(1) as f64, ..self }
    }
}

/// Returns the least score that calls somebody at a sensitivity, which is held between 1 and [`SENSITIVITIES`].
pub fn least_score(sensitivity: u8) -> f64 {
    let steps = sensitivity.clamp(1, SENSITIVITIES) - 1;
    // In thousandths, so that 0.9 is 0.9.
    ((HIGHEST_SCORE - f64::from(steps) * SCORE_STEP) * 1000.0).round() / 1000.0
}

/// Returns the least score of a method's alarms that calls somebody at a sensitivity, which is held between 1 and
/// [`SENSITIVITIES`].
///
/// Methods score 0 and more, and begin to alarm around 1: at the highest sensitivity every alarm of the method calls, at
/// half of it those that depart twice as far, and so on; at the least one 20 times. So the scale is the same for every
/// history, and a sensitivity that was kept goes on meaning one limit. Ours: in equal steps of `1 / limit`, because some
/// methods (forests) hardly score above 1.5 and others (a baseline's remainder) reach 100.
pub fn least_method_score(sensitivity: u8) -> f64 {
    let limit = f64::from(SENSITIVITIES) / f64::from(sensitivity.clamp(1, SENSITIVITIES));
    (limit * 1000.0).round() / 1000.0
}

/// An alarm of a method that scores samples, around 1 where it begins to alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredAlarm {
    /// Its first sample.
    pub start: Timestamp,
    /// Its last sample.
    pub end: Timestamp,
    /// Its samples that score more than all of its samples before them, by time.
    pub highs: Vec<(Timestamp, f64)>,
}

impl ScoredAlarm {
    /// Takes an alarm from `start` to `end` out of the scores of a series; `times` are sorted, with one score each.
    ///
    /// Cost: logarithmic, and linear in the samples of the alarm.
    pub fn new(start: Timestamp, end: Timestamp, times: &[i64], scores: &[f64]) -> Self {
        let from = times.partition_point(|&time| time < start.as_millis());
        let to = times.partition_point(|&time| time <= end.as_millis()).max(from);
        let mut highs: Vec<(Timestamp, f64)> = Vec::new();
        for (&time, &score) in times[from..to].iter().zip(scores.iter().skip(from)) {
            if highs.last().is_none_or(|(_, high)| score > *high) && !score.is_nan() {
                highs.push((Timestamp::from_millis(time), score));
            }
        }
        Self { start, end, highs }
    }

    /// Returns when it calls somebody; `None` when it never reaches the limit.
    fn raise(&self, sensitivity: u8, least: f64) -> Option<Raised> {
        // Every alarm of the method calls at the highest sensitivity, whatever else the method looks at than its scores.
        let at = if sensitivity >= SENSITIVITIES {
            self.start
        } else {
            self.highs.iter().find(|(_, score)| *score >= least)?.0
        };
        let (start_ms, end_ms) = (self.start.as_millis(), self.end.as_millis().saturating_add(1));
        Some(Raised { at_ms: at.as_millis(), start_ms, end_ms: end_ms.max(start_ms) })
    }
}

/// Returns the bill of a method's alarms at every sensitivity, the least first; see [`bill()`] and
/// [`least_method_score`].
///
/// An alarm is raised by its first sample that reaches the limit.
pub fn bill_of_method(
    alarms: &[Vec<ScoredAlarm>],
    marked: &[TimeRange],
    period: TimeRange,
) -> Vec<BillPoint> {
    let counted: Vec<&ScoredAlarm> =
        alarms.iter().flatten().filter(|alarm| period.contains(alarm.start)).collect();
    let point_at = |sensitivity| {
        let least = least_method_score(sensitivity);
        let raised = counted.iter().filter_map(|alarm| alarm.raise(sensitivity, least)).collect();
        point(raised, marked, period, sensitivity, least)
    };
    (1..=SENSITIVITIES).map(point_at).collect()
}

/// Returns the bill of a period at every sensitivity, the least first.
///
/// # Input
///
/// - `alarms`: those of each series, in any order, found with [`Options::min_score`] of at most 0.5.
/// - `marked`: windows that people know something happened in.
/// - `period`: the history that was judged; alarms that begin outside it are left out.
///
/// # Output
///
/// An alarm is raised when it has lasted long enough for its score to reach the least one, by the part of the score that
/// grows with the duration; so a more sensitive detector is an earlier one, too. A marked window is found when an alarm
/// that is raised before its end touches it; its delay is 0 for one that was raised before it began. The judgement of the
/// alarms knew the whole history, so this is the bill of the past with what is usual known, not a replay of it.
///
/// Cost: for each sensitivity a sort of the alarms, and their number times that of the windows.
pub fn bill(
    alarms: &[Vec<PastAlarm>],
    marked: &[TimeRange],
    period: TimeRange,
    options: &Options,
) -> Vec<BillPoint> {
    let counted: Vec<&PastAlarm> =
        alarms.iter().flatten().filter(|alarm| period.contains(alarm.start)).collect();
    let point_at = |sensitivity| {
        let least = least_score(sensitivity);
        let raised = counted.iter().filter_map(|alarm| raise(alarm, least, period, options)).collect();
        point(raised, marked, period, sensitivity, least)
    };
    (1..=SENSITIVITIES).map(point_at).collect()
}

/// An alarm with the time at which it calls somebody.
#[derive(Clone, Copy, Debug)]
struct Raised {
    at_ms: i64,
    start_ms: i64,
    end_ms: i64,
}

impl Raised {
    fn touches(&self, window: TimeRange) -> bool {
        let (start, end) = (window.start().as_millis(), window.end().as_millis());
        self.start_ms < end && self.at_ms < end && self.end_ms > start
    }
}

fn point(
    mut raised: Vec<Raised>,
    marked: &[TimeRange],
    period: TimeRange,
    sensitivity: u8,
    least: f64,
) -> BillPoint {
    raised.sort_by_key(|alarm| (alarm.at_ms, alarm.start_ms, alarm.end_ms));
    let together = |a: &Raised, b: &Raised| b.at_ms.saturating_sub(a.at_ms) <= PAGE_MS;
    let pages: Vec<&[Raised]> = raised.chunk_by(together).collect();
    let is_real = |alarm: &Raised| marked.iter().any(|window| alarm.touches(*window));
    let unmarked = pages.iter().filter(|page| !page.iter().any(is_real)).count();
    let mut delays: Vec<i64> = marked.iter().filter_map(|window| delay(&raised, *window)).collect();
    delays.sort_unstable();
    BillPoint {
        sensitivity,
        least_score: least,
        alarms: raised.len(),
        pages: pages.len(),
        unmarked,
        pages_per_week: pages.len() as f64 * WEEK_MS / period.millis() as f64,
        found: delays.len(),
        median_delay_ms: median(&delays),
    }
}

/// Returns when an alarm calls somebody; `None` when it never reaches the least score.
fn raise(alarm: &PastAlarm, least: f64, period: TimeRange, options: &Options) -> Option<Raised> {
    // A score that is no number reaches nothing.
    let score = Some(alarm.score).filter(|score| *score >= least)?;
    let (start_ms, end_ms) = (alarm.start.as_millis(), alarm.end.unwrap_or(period.end()).as_millis());
    let step_ms = alarm.step_ms.max(1) as f64;
    let lasted_ms = end_ms.saturating_sub(start_ms).max(alarm.step_ms.max(1)) as f64;
    // The duration is the geometric mean of steps and minutes; its part of the score at the end is known …
    let duration = (lasted_ms / step_ms * lasted_ms / 60_000.0).sqrt();
    let needed = least / score * options.duration_part(duration);
    // … and the duration at which it was just large enough for the least score follows from it.
    let enough = -options.half_duration * (1.0 - needed).max(f64::MIN_POSITIVE).log2();
    let after_ms = (enough * (step_ms * 60_000.0).sqrt()).clamp(step_ms, lasted_ms.max(step_ms));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "held between one step and how long the alarm lasted"
    )]
    let after_ms = after_ms.round() as i64;
    Some(Raised { at_ms: start_ms.saturating_add(after_ms), start_ms, end_ms: end_ms.max(start_ms) })
}

/// Returns how long after its begin a marked window would have called somebody; `None` when it would not.
fn delay(raised: &[Raised], window: TimeRange) -> Option<i64> {
    let first = raised.iter().filter(|alarm| alarm.touches(window)).map(|alarm| alarm.at_ms).min()?;
    Some(first.saturating_sub(window.start().as_millis()).max(0))
}

/// Returns the median of sorted delays, the lower middle one of an even number: a delay that occurred.
fn median(sorted: &[i64]) -> Option<i64> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const WEEK: i64 = 7 * 24 * HOUR;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn span(from: i64, to: i64) -> TimeRange {
        TimeRange::new(at(from), at(to)).unwrap()
    }

    fn alarm(from: i64, minutes: i64, score: f64) -> PastAlarm {
        PastAlarm { start: at(from), end: Some(at(from + minutes * MINUTE)), step_ms: MINUTE, score }
    }

    fn two_weeks(alarms: &[Vec<PastAlarm>], marked: &[TimeRange]) -> Vec<BillPoint> {
        bill(alarms, marked, span(0, 2 * WEEK), &Options::standard())
    }

    #[test]
    fn the_scale_goes_from_hardly_anything_to_everything_that_is_found() {
        assert!((least_score(1) - 0.975).abs() < 1e-12);
        assert!((least_score(USUAL_SENSITIVITY) - 0.9).abs() < 1e-12);
        assert!((least_score(SENSITIVITIES) - Options::standard().min_score).abs() < 1e-12);
        assert!((least_score(0) - least_score(1)).abs() < 1e-12);
        assert!((least_score(200) - least_score(20)).abs() < 1e-12);
    }

    #[test]
    fn pages_are_counted_by_week_and_alarms_raised_together_are_one() {
        // By hand: three of 0.95 in two weeks, of which two begin a minute apart on two series, and one of 0.6.
        let alarms = [
            vec![alarm(HOUR, 30, 0.95), alarm(50 * HOUR, 30, 0.6)],
            vec![alarm(HOUR + MINUTE, 30, 0.95), alarm(100 * HOUR, 30, 0.95)],
        ];

        let points = two_weeks(&alarms, &[]);

        let told: Vec<(usize, usize, f64)> = [1, 2, 4, 16, 20]
            .map(|s: usize| (points[s - 1].alarms, points[s - 1].pages, points[s - 1].pages_per_week))
            .to_vec();
        // 0.975: none; 0.95 and 0.9: three alarms, two pages; 0.6 and 0.5: four and three.
        assert_eq!(told, [(0, 0, 0.0), (3, 2, 1.0), (3, 2, 1.0), (4, 3, 1.5), (4, 3, 1.5)]);
        assert!(points.iter().all(|p| p.found == 0 && p.median_delay_ms.is_none() && p.unmarked == p.pages));
    }

    #[test]
    fn marked_windows_are_found_with_their_delays() {
        let (first, second, third) = (10 * HOUR, 60 * HOUR, 110 * HOUR);
        // The first is found, the second only by what scores 0.6, the third by nothing.
        let alarms =
            [vec![alarm(first, 60, 0.95), alarm(second + 2 * MINUTE, 60, 0.6), alarm(200 * HOUR, 60, 0.95)]];
        let marked = [span(first, first + HOUR), span(second, second + HOUR), span(third, third + HOUR)];

        let points = two_weeks(&alarms, &marked);

        let usual = &points[usize::from(USUAL_SENSITIVITY) - 1];
        assert_eq!((usual.found, usual.pages, usual.unmarked), (1, 2, 1));
        // By hand: an hour at one minute is a duration of 60, whose part is 1 − 0.5^48 = 1, so a part of 0.9 / 0.95 is
        // needed: 1.25 · log2(1 / (1 − 0.947368)) = 1.25 · 4.2479 = 5.3099 minutes.
        assert_eq!(usual.median_delay_ms, Some(318_595));
        let all = &points[19];
        assert_eq!((all.found, all.pages, all.unmarked), (2, 3, 1));
        // The first after 1.25 · log2(1 / (1 − 0.5 / 0.95)) = 1.3475 min, the second 2 min later than its window after
        // 1.25 · log2(1 / (1 − 0.5 / 0.6)) = 3.2312 min; of two the lower one is told.
        assert_eq!(all.median_delay_ms, Some(80_850));
    }

    #[test]
    fn an_alarm_from_before_the_window_has_no_delay_and_one_after_it_does_not_find_it() {
        let window = span(20 * HOUR, 21 * HOUR);

        let before = two_weeks(&[vec![alarm(19 * HOUR, 90, 0.95)]], &[window]);
        let after = two_weeks(&[vec![alarm(21 * HOUR, 90, 0.95)]], &[window]);
        let too_late = two_weeks(&[vec![alarm(21 * HOUR - 2 * MINUTE, 90, 0.95)]], &[window]);

        assert_eq!(before[3].median_delay_ms, Some(0));
        assert_eq!((after[3].found, after[3].unmarked), (0, 1));
        // It begins within the window, but reaches 0.9 only after it.
        assert_eq!(too_late[3].found, 0);
    }

    #[test]
    fn a_more_sensitive_detector_costs_more_alarms_and_is_never_later() {
        let alarms: Vec<Vec<PastAlarm>> = (0..30)
            .map(|i| {
                (0..20)
                    .map(|j| {
                        alarm(
                            i * 7 * HOUR + j * 3 * HOUR,
                            3 + (i * j) % 70,
                            0.5 + 0.02 * f64::from(u8::try_from((i * 5 + j * 7) % 25).unwrap()),
                        )
                    })
                    .collect()
            })
            .collect();
        let marked: Vec<TimeRange> = (0..8).map(|i| span(i * 30 * HOUR, i * 30 * HOUR + HOUR)).collect();

        let points = two_weeks(&alarms, &marked);

        assert_eq!(points.len(), usize::from(SENSITIVITIES));
        for pair in points.windows(2) {
            assert!(pair[1].alarms >= pair[0].alarms && pair[1].found >= pair[0].found, "{pair:?}");
        }
        assert!(points[19].alarms == 600, "{:?}", points[19]);
    }

    #[test]
    fn a_methods_alarms_call_when_their_scores_reach_the_limit() {
        let times: Vec<i64> = (0..6).map(|i| HOUR + i * MINUTE).collect();
        // By hand: limits are 20 / sensitivity; the alarm from the second to the fifth sample reaches 1, 2 and 4.
        let alarm = ScoredAlarm::new(at(times[1]), at(times[4]), &times, &[9.0, 1.0, 0.5, 2.5, 4.0, 9.0]);
        let marked = [span(HOUR, 2 * HOUR)];

        let points = bill_of_method(&[vec![alarm.clone()]], &marked, span(0, WEEK));

        let highs: Vec<f64> = alarm.highs.iter().map(|(_, score)| *score).collect();
        assert_eq!(highs, [1.0, 2.5, 4.0]);
        let delay = |s: usize| points[s - 1].median_delay_ms;
        // 20 / 20 = 1: with its first sample; 20 / 10 = 2: with its third; 20 / 5 = 4: with its last; 20 / 4 = 5: never.
        assert_eq!(
            [delay(20), delay(10), delay(5), delay(4)],
            [Some(MINUTE), Some(3 * MINUTE), Some(4 * MINUTE), None]
        );
        assert_eq!((points[4].pages, points[3].pages, points[19].unmarked), (1, 0, 0));
        assert!((points[9].least_score - 2.0).abs() < 1e-12 && (least_method_score(0) - 20.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_costs_nothing_and_odd_alarms_do_not_panic() {
        let odd = PastAlarm { start: at(5), end: Some(at(i64::MIN)), step_ms: 0, score: f64::NAN };
        let far = PastAlarm { start: at(5), end: None, step_ms: i64::MAX, score: 1.0 };

        assert!(two_weeks(&[], &[]).iter().all(|p| p.pages == 0 && p.pages_per_week <= 0.0));
        assert!(two_weeks(&[vec![odd]], &[]).iter().all(|p| p.alarms == 0));
        assert!(two_weeks(&[vec![far]], &[span(0, 9)]).iter().all(|p| p.alarms == 1));
    }
}
