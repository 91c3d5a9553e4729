//! How much the shop's customers ask for at each hour of the day and week.

use wardroom_core::Timestamp;

use crate::load::weekend_share;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The daily and weekly course of the load, as a share of the peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LoadCurve {
    /// The shop's local time minus UTC.
    offset_ms: i64,
    night_ratio: f64,
    weekend_ratio: f64,
}

impl LoadCurve {
    /// Creates the course; the shop's clock is set so that `end` falls on `local_hour_at_end`.
    ///
    /// The demo therefore tells the same story at whatever time it is made: the fault always meets a busy shop.
    pub(crate) fn new(end: Timestamp, local_hour_at_end: f64, night_ratio: f64, weekend_ratio: f64) -> Self {
        let minutes = hours_to_minutes(local_hour_at_end);
        let of_day = end.floor_to(60_000).as_millis().rem_euclid(DAY_MS);
        let forward = (minutes * 60_000 - of_day).rem_euclid(DAY_MS);
        // Clocks on earth are at most half a day apart from UTC, so that weekdays stay believable.
        let offset_ms = if forward > DAY_MS / 2 { forward - DAY_MS } else { forward };
        Self { offset_ms, night_ratio, weekend_ratio }
    }

    /// Returns the share of the peak at a time, for something that peaks `phase_h` hours later than the shop.
    pub(crate) fn at(&self, at_ms: i64, phase_h: f64) -> f64 {
        let local = at_ms + self.offset_ms;
        let hour = local.rem_euclid(DAY_MS) as f64 / HOUR_MS as f64;
        // One cosine over the day: least at 4 in the morning, most at 16.
        let wave = 0.5 - 0.5 * libm::cos(std::f64::consts::TAU * (hour - phase_h - 4.0) / 24.0);
        let day = self.night_ratio + (1.0 - self.night_ratio) * wave;
        day * (1.0 - (1.0 - self.weekend_ratio) * weekend_share(local))
    }
}

/// Returns whole minutes of an hour of the day.
#[expect(clippy::cast_possible_truncation, reason = "the scenario holds the hour between 0 and 24")]
fn hours_to_minutes(hour: f64) -> i64 {
    (hour * 60.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-17T15:02:04Z, a Tuesday (checked with `date -u -d @1794927724`).
    const END: Timestamp = Timestamp::from_millis(1_794_927_724_000);

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn the_end_falls_on_the_hour_that_was_asked_for() {
        for shift_h in 0..24 {
            let end = END.plus_millis(shift_h * HOUR_MS);
            let curve = LoadCurve::new(end, 16.0, 0.2, 1.0);

            let share = curve.at(end.floor_to(60_000).as_millis(), 0.0);

            assert!(near(share, 1.0), "shift {shift_h}: {share}");
        }
    }

    #[test]
    fn nights_are_quiet_and_weekends_are_quieter() {
        let curve = LoadCurve::new(END, 15.0, 0.25, 0.8);
        let end = END.floor_to(60_000).as_millis();

        let night = curve.at(end - 11 * HOUR_MS, 0.0);
        let tuesday = curve.at(end, 0.0);
        let sunday = curve.at(end - 2 * DAY_MS, 0.0);

        assert!(near(night, 0.25), "{night}");
        assert!(near(sunday, tuesday * 0.8), "{sunday}");
    }

    #[test]
    fn the_week_has_no_jump() {
        let curve = LoadCurve::new(END, 15.0, 0.25, 0.8);
        let values: Vec<f64> = (0..10_080).map(|i| curve.at(END.as_millis() - i * 60_000, 0.0)).collect();

        assert!(values.windows(2).all(|w| (w[1] - w[0]).abs() < 0.006));
    }
}
