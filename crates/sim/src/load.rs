//! How much users ask for at each moment: day and week, growth, campaigns and the slow noise around them.

use wardroom_core::Timestamp;

use crate::plan::{EntryPlan, LoadPlan};
use crate::random::Noise;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;
/// How long the load stays above or below its course before it turns.
const DRIFT_MS: i64 = 600_000;
/// How long a mood lasts: a sale that is talked about, a match on television.
const MOOD_MS: i64 = 1_500_000;
/// No day is like the other: how long it is more or less of one.
const DAYS_DIFFER_MS: i64 = 7_200_000;
/// Nor does every day begin at the same time: how long it is ahead or behind, and by how many hours for each part of
/// the noise (2 % make two and a half hours at the most).
const EARLY_OR_LATE_MS: i64 = 36_000_000;
const EARLY_OR_LATE_H: f64 = 125.0;

/// Returns the requests a second that users of an entry begin in the mean at a time, without surges and reloads.
pub(crate) fn rate(load: &LoadPlan, entry: &EntryPlan, drift: Noise, start: Timestamp, at: Timestamp) -> f64 {
    let since_ms = at.as_millis() - start.as_millis();
    let local_ms = at.as_millis() + offset_ms(start, load.local_hour_at_start);
    let grown = (1.0 + load.growth_per_day * since_ms as f64 / DAY_MS as f64).max(0.0);
    // Every time scale has its part, as in real rates: minutes, moods, days.
    let wander = drift.drift(at.as_millis(), DRIFT_MS)
        + 2.5 * drift.drift(at.as_millis(), MOOD_MS)
        + 3.0 * drift.drift(at.as_millis(), DAYS_DIFFER_MS);
    let noise = 1.0 + load.noise_ratio * wander;
    let early_h = load.noise_ratio * EARLY_OR_LATE_H * drift.drift(at.as_millis(), EARLY_OR_LATE_MS);
    entry.peak_rps
        * course(load, local_ms, entry.phase_h + early_h)
        * grown
        * campaigns(load, since_ms)
        * noise.max(0.0)
}

/// Returns the share of the peak by day and week.
fn course(load: &LoadPlan, local_ms: i64, phase_h: f64) -> f64 {
    let hour = local_ms.rem_euclid(DAY_MS) as f64 / HOUR_MS as f64;
    // One cosine over the day: least at 4 in the morning, most at 16.
    let wave = 0.5 - 0.5 * libm::cos(std::f64::consts::TAU * (hour - phase_h - 4.0) / 24.0);
    let day = load.night_ratio + (1.0 - load.night_ratio) * wave;
    day * (1.0 - (1.0 - load.weekend_ratio) * weekend_share(local_ms))
}

/// Returns the local time minus UTC with which the run begins at its local hour.
fn offset_ms(start: Timestamp, local_hour: f64) -> i64 {
    let wanted = whole_minutes(local_hour) * 60_000;
    let forward = (wanted - start.as_millis().rem_euclid(DAY_MS)).rem_euclid(DAY_MS);
    // Clocks on earth are at most half a day apart from UTC, so that weekdays stay believable.
    if forward > DAY_MS / 2 { forward - DAY_MS } else { forward }
}

#[expect(clippy::cast_possible_truncation, reason = "the plan holds the hour between 0 and 24")]
fn whole_minutes(hour: f64) -> i64 {
    (hour * 60.0) as i64
}

/// Returns the product of the campaigns under way.
fn campaigns(load: &LoadPlan, since_ms: i64) -> f64 {
    let under_way = |from_s: i64, for_s: i64| (from_s * 1000..(from_s + for_s) * 1000).contains(&since_ms);
    load.campaigns.iter().filter(|c| under_way(c.from_s, c.for_s)).map(|c| c.factor).product()
}

/// Returns 1 at the weekend, 0 on working days, and a smooth way of two hours between them.
pub(crate) fn weekend_share(local_ms: i64) -> f64 {
    // 1970-01-01 was a Thursday: three days after a Monday. Saturday begins at hour 120.
    let hour = (local_ms + 3 * DAY_MS).rem_euclid(WEEK_MS) as f64 / HOUR_MS as f64;
    let smooth = |x: f64| {
        let x = x.clamp(0.0, 1.0);
        x * x * (3.0 - 2.0 * x)
    };
    let begun = smooth((hour - 119.0) / 2.0);
    // The way back lies on both sides of the midnight at which the week is counted anew.
    let over = smooth((hour - 167.0) / 2.0);
    let still = 1.0 - smooth(f64::midpoint(hour, 1.0));
    begun - over + still
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{CampaignPlan, shop};

    /// 2026-11-17T15:02:00Z, a Tuesday (checked with `date -u -d @1794927720`).
    const START: Timestamp = Timestamp::from_millis(1_794_927_720_000);

    #[test]
    fn the_run_begins_at_its_local_hour_wherever_the_clock_stands() {
        for shift_h in 0..24 {
            let load = quiet(16.0);
            let start = START.plus_millis(shift_h * HOUR_MS);

            let share = share(&load, start, 0);

            // 16 h is the peak of the day; weekends weigh the same in this load.
            assert!((share - 1.0).abs() < 1e-9, "shift {shift_h}: {share}");
        }
    }

    #[test]
    fn nights_and_weekends_are_quieter() {
        let mut load = quiet(15.0);
        (load.night_ratio, load.weekend_ratio) = (0.25, 0.8);

        // By hand: 11 hours before 15 h it is 4 h; two days before a Tuesday it is Sunday.
        assert!((share(&load, START, -11 * HOUR_MS) - 0.25).abs() < 1e-9);
        let sunday_over_tuesday = share(&load, START, -2 * DAY_MS) / share(&load, START, 0);
        assert!((sunday_over_tuesday - 0.8).abs() < 1e-9);
    }

    #[test]
    fn a_campaign_multiplies_the_load_from_its_first_to_its_last_second() {
        let mut load = quiet(16.0);
        load.campaigns = vec![CampaignPlan { from_s: 60, for_s: 30, factor: 3.0 }];

        let before = share(&load, START, 59_000);
        let first = share(&load, START, 60_000);
        let last = share(&load, START, 89_000);
        let after = share(&load, START, 90_000);

        assert!(before < 1.1 && after < 1.1, "{before} {after}");
        assert!(first > 2.9 && last > 2.9, "{first} {last}");
    }

    #[test]
    fn the_week_has_no_jump() {
        let mut load = quiet(15.0);
        load.weekend_ratio = 0.8;
        let values: Vec<f64> = (0..10_080).map(|i| share(&load, START, -i * 60_000)).collect();

        assert!(values.windows(2).all(|w| (w[1] - w[0]).abs() < 0.006));
    }

    /// A load without noise, in which every day of the week is the same.
    fn quiet(local_hour: f64) -> LoadPlan {
        let mut load = shop().load;
        (load.local_hour_at_start, load.night_ratio, load.weekend_ratio) = (local_hour, 0.2, 1.0);
        load.noise_ratio = 0.0;
        load
    }

    fn share(load: &LoadPlan, start: Timestamp, since_ms: i64) -> f64 {
        let entry = &load.entries[0];
        rate(load, entry, Noise::new(1, "load"), start, start.plus_millis(since_ms)) / entry.peak_rps
    }
}
