//! A value for every part of a day in two bytes, read as the baseline reads its own.

use crate::anomaly::cycle::DAY_MS;

/// The largest number that a part holds, `i16::MAX`.
const LARGEST: f64 = 32_767.0;

/// Values for equal parts of a day, counted backwards from the end of the history that they were learnt from.
///
/// Each is kept to 1/32,767 of the largest: a spread is never below 1/2,000 of the usual value, so that what is lost is
/// less than a fiftieth of a standard deviation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    parts: Box<[i16]>,
    unit: f64,
    part_ms: i64,
    step_ms: i64,
}

impl Pattern {
    /// Keeps the values of parts of `part_ms`, each the summary of steps of `step_ms`.
    pub(super) fn of(values: &[f64], part_ms: i64, step_ms: i64) -> Self {
        let largest = values.iter().map(|v| v.abs()).fold(0.0, f64::max);
        let unit = largest / LARGEST;
        #[expect(clippy::cast_possible_truncation, reason = "held within the range of the type")]
        let part = |value: &f64| {
            let share = if unit > 0.0 { (value / unit).round() } else { 0.0 };
            share.clamp(-LARGEST, LARGEST) as i16
        };
        Self { parts: values.iter().map(part).collect(), unit, part_ms: part_ms.max(1), step_ms }
    }

    /// Returns the value at an age, between the middles of two parts; 0 without parts.
    pub(super) fn at(&self, age_ms: i64) -> f64 {
        let Ok(n) = i64::try_from(self.parts.len()) else { return 0.0 };
        if n == 0 {
            return 0.0;
        }
        let middle = (self.part_ms - self.step_ms) / 2;
        let position = (age_ms.rem_euclid(DAY_MS) - middle).rem_euclid(n * self.part_ms);
        let part = usize::try_from(position / self.part_ms).unwrap_or(0);
        let share = (position % self.part_ms) as f64 / self.part_ms as f64;
        let this = f64::from(self.parts[part]);
        let next = f64::from(self.parts[(part + 1) % self.parts.len()]);
        (this + (next - this) * share) * self.unit
    }

    /// Returns the bytes outside the struct itself.
    pub(super) fn heap_bytes(&self) -> usize {
        std::mem::size_of_val::<[i16]>(&self.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anomaly::cycle::Cycle;

    #[test]
    fn a_pattern_is_read_as_the_cycle_that_it_keeps() {
        let raw: Vec<f64> = (0..288).map(|i| f64::from(i * 37 % 101) / 7.0 - 5.0).collect();
        let cycle = Cycle::smoothed(&raw, 300_000, 60_000);
        let (cells, cell_ms) = cycle.cells();

        let pattern = Pattern::of(cells, cell_ms, 60_000);

        // Half a unit is lost in each part: 10 / 32,767 / 2.
        for age in (-2 * DAY_MS..2 * DAY_MS).step_by(77_777) {
            assert!((pattern.at(age) - cycle.at(age)).abs() < 1.6e-4, "{age}");
        }
        assert_eq!(pattern.heap_bytes(), 576);
    }

    #[test]
    fn nothing_and_zeros_are_zero() {
        assert!(Pattern::of(&[], 300_000, 60_000).at(5).abs() < f64::EPSILON);
        assert!(Pattern::of(&[0.0; 24], 3_600_000, 60_000).at(5).abs() < f64::EPSILON);
        assert!(Pattern::of(&[f64::from_bits(1); 24], 3_600_000, 60_000).at(5).is_finite());
    }
}
