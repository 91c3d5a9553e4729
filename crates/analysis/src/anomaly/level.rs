//! The level of a baseline: it follows the values, slowly while they are away from it, and is there again when they are.

use super::baseline::CLIP_SIGMAS;
use super::{Options, baseline};

/// How a level follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    /// The share of a departure that the level takes over at each step, 0 to 1.
    pub(super) rate: f64,
    /// How many times smaller that share is outside the band.
    pub(super) hold: f64,
    /// Half the width of the band in standard deviations.
    pub(super) beyond: f64,
    /// After so many steps at the level that was left, what came between is over.
    pub(super) back: usize,
}

impl Pace {
    /// Returns the pace of the settings.
    pub(super) fn of(options: &Options, step_ms: i64) -> Self {
        Self {
            rate: (step_ms as f64 / options.level_ms.max(1) as f64).min(0.5),
            hold: options.hold.max(1.0),
            beyond: options.band_sigmas,
            back: baseline::merge_steps_of(step_ms, options),
        }
    }

    /// Returns the pace of a first look at a series, of which no band is known yet.
    pub(super) fn without_band(self) -> Self {
        Self { hold: 1.0, beyond: f64::INFINITY, ..self }
    }
}

/// The level that is expected of the next value, and the one to which the values may be on their way.
///
/// An outage of an hour at a thousand standard deviations would move a single level by eight per cent of it, which is
/// far outside the band: everything after the outage would be a departure for hours. So the level that was left stays
/// where it is until the values are at home at another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    home: f64,
    away: Option<f64>,
    back: usize,
}

impl Level {
    /// Begins at a level.
    pub(super) fn at(home: f64) -> Self {
        Self { home, away: None, back: 0 }
    }

    /// Returns what was expected of a value: the nearer of both.
    pub(super) fn expected(&self, value: f64) -> f64 {
        self.nearer_away(value).unwrap_or(self.home)
    }

    fn nearer_away(&self, value: f64) -> Option<f64> {
        self.away.filter(|away| (value - away).abs() <= (value - self.home).abs())
    }

    /// Returns what is expected while no value comes.
    pub(super) fn resting(&self) -> f64 {
        if self.back == 0 { self.away.unwrap_or(self.home) } else { self.home }
    }

    /// Takes a value over whose standard deviation is `sigma`.
    pub(super) fn follow(&mut self, value: f64, sigma: f64, pace: &Pace) {
        let is_away = self.nearer_away(value).is_some();
        let expected = self.expected(value);
        let departure = value - expected;
        if departure.abs() <= pace.beyond * sigma {
            let limit = CLIP_SIGMAS * sigma;
            self.home = expected + pace.rate * departure.clamp(-limit, limit);
            self.back = if is_away || self.away.is_none() { 0 } else { self.back + 1 };
            if is_away || self.back >= pace.back {
                (self.away, self.back) = (None, 0);
            }
            return;
        }
        // A value between both, or beyond the other side of home, departs anew.
        let from =
            self.away.filter(|away| (away - self.home) * (value - self.home) > 0.0).unwrap_or(self.home);
        self.away = Some(from + pace.rate / pace.hold * (value - from));
        self.back = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { rate: 0.5, hold: 10.0, beyond: 4.0, back: 3 };

    fn followed(values: &[f64]) -> Level {
        let mut level = Level::at(1.0);
        for &value in values {
            level.follow(value, 1.0, &PACE);
        }
        level
    }

    #[test]
    fn the_level_moves_slowly_outside_the_band_and_is_where_it_was_when_the_values_come_back() {
        // By hand: 1 + 0.05·1000 = 51, then 51 + 0.05·950 = 98.5.
        let away = followed(&[1_001.0, 1_001.0]);

        assert!((away.expected(1_001.0) - 98.5).abs() < 1e-9);
        assert!((away.expected(1.5) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn one_value_of_before_forgets_nothing_of_where_the_values_were_going() {
        let still = followed(&[1_001.0, 1_001.0, 1.0]);
        let over = followed(&[1_001.0, 1_001.0, 1.0, 1.0, 1.0]);

        assert!((still.expected(1_001.0) - 98.5).abs() < 1e-9);
        assert!((over.expected(1_001.0) - 1.0).abs() < 1e-9, "three steps at home end it");
    }

    #[test]
    fn values_that_stay_away_are_at_home_there_in_the_end() {
        let moved = followed(&[101.0; 80]);

        assert!((moved.expected(1.0) - 101.0).abs() < 4.0, "{moved:?}");
    }

    #[test]
    fn the_other_side_is_another_departure() {
        let below = followed(&[1_001.0, 1_001.0, -99.0]);

        // By hand: 1 − 0.05·100.
        assert!((below.expected(-99.0) + 4.0).abs() < 1e-9);
        assert!((below.expected(1_001.0) - 1.0).abs() < 1e-9);
    }
}
