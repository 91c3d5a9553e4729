//! Common rows: the samples of several series on one step, each at the row that is nearest.

use wardroom_core::{Samples, TimeRange, Timestamp};

use super::gaps::typical_step_ms;
use super::resample;

/// The rows on which several series are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowGrid {
    start: Timestamp,
    step_ms: i64,
    rows: usize,
}

impl RowGrid {
    /// Finds the rows of series: from the first sample of any to the last of any, at the step that is usual among them.
    ///
    /// # Input
    ///
    /// Samples sorted by time; series without any are passed over.
    ///
    /// # Output
    ///
    /// The step is the median of the typical steps, of an even number the lower middle one, so neither one series that
    /// comes rarely nor one that comes often decides for all. `None` where no series has two different times.
    ///
    /// Cost: that of [`typical_step_ms`] for each series.
    pub fn of(series: &[Samples]) -> Option<Self> {
        let mut steps: Vec<i64> =
            series.iter().filter_map(|samples| typical_step_ms(samples.times())).collect();
        steps.sort_unstable();
        let step_ms = (*steps.get(steps.len().saturating_sub(1) / 2)?).max(1);
        let start = series.iter().filter_map(|samples| samples.times().first().copied()).min()?;
        let end = series.iter().filter_map(|samples| samples.times().last().copied()).max()?;
        let steps = end.saturating_sub(start).saturating_add(step_ms / 2) / step_ms;
        let rows = usize::try_from(steps).ok()?.saturating_add(1);
        Some(Self { start: Timestamp::from_millis(start), step_ms, rows })
    }

    /// Returns how many rows there are, at least one.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the distance of rows in milliseconds, at least 1.
    pub fn step_ms(&self) -> i64 {
        self.step_ms
    }

    /// Returns the time of each row in milliseconds, rising.
    pub fn times(&self) -> Vec<i64> {
        let start = self.start.as_millis();
        let time = |row: i64| start.saturating_add(row.saturating_mul(self.step_ms));
        (0_i64..).map(time).take(self.rows).collect()
    }

    /// Puts the samples of a series on the rows.
    ///
    /// # Output
    ///
    /// One value a row; `None` is a row without a sample, or one whose last sample is not finite. Sources read their
    /// series at moments of their own, and not to the millisecond: the rows of a series are counted from its own first
    /// sample, and each holds the last of the samples that lie within half a step of it. Nothing is carried forward, so a
    /// series that comes more rarely than the rows has gaps between its samples. Without samples nothing at all.
    ///
    /// Cost: linear in the rows and the samples.
    pub fn place(&self, samples: &Samples) -> Vec<Option<f64>> {
        let Some(first) = samples.times().first() else { return Vec::new() };
        let half = self.step_ms / 2;
        let later = first.saturating_sub(self.start.as_millis()).rem_euclid(self.step_ms);
        let nearest = if later > half { later - self.step_ms } else { later };
        let start = self.start.plus_millis(nearest.saturating_add(half));
        let length = i64::try_from(self.rows).unwrap_or(i64::MAX).saturating_mul(self.step_ms);
        // A range that would end behind the end of time has no rows.
        TimeRange::new(start, start.plus_millis(length))
            .map(|range| resample(samples, range, self.step_ms).values)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_on_the_same_times_are_put_together_as_they_are() {
        let all =
            [samples(&[(100, 1.0), (110, 2.0), (130, 4.0)]), samples(&[(100, 5.0), (110, 6.0), (120, 7.0)])];

        let grid = RowGrid::of(&all).unwrap();

        assert_eq!((grid.step_ms(), grid.times()), (10, vec![100, 110, 120, 130]));
        assert_eq!(grid.place(&all[0]), [Some(1.0), Some(2.0), None, Some(4.0)]);
        assert_eq!(grid.place(&all[1]), [Some(5.0), Some(6.0), Some(7.0), None]);
    }

    #[test]
    fn every_series_is_read_at_its_own_moments_and_none_to_the_millisecond() {
        let steady = samples(&[(0, 1.0), (1_000, 2.0), (2_001, 3.0), (3_000, 4.0)]);
        let later = samples(&[(400, 5.0), (1_400, 6.0), (2_398, 7.0), (3_398, 8.0)]);
        let before = samples(&[(700, 9.0), (1_700, 10.0), (2_702, 11.0)]);
        let all = [steady, later, before];

        let grid = RowGrid::of(&all).unwrap();

        assert_eq!(grid.times(), [0, 1_000, 2_000, 3_000]);
        assert_eq!(grid.place(&all[0]), [Some(1.0), Some(2.0), Some(3.0), Some(4.0)]);
        assert_eq!(grid.place(&all[1]), [Some(5.0), Some(6.0), Some(7.0), Some(8.0)]);
        assert_eq!(grid.place(&all[2]), [None, Some(9.0), Some(10.0), Some(11.0)]);
    }

    #[test]
    fn the_step_is_the_usual_one_and_a_rarer_series_has_gaps() {
        let often = samples(&[(0, 1.0), (10, 2.0), (20, 3.0), (30, 4.0), (40, 5.0)]);
        let rare = samples(&[(0, 6.0), (40, 7.0)]);
        let all = [often.clone(), often, rare];

        let grid = RowGrid::of(&all).unwrap();

        assert_eq!((grid.step_ms(), grid.rows()), (10, 5));
        assert_eq!(grid.place(&all[2]), [Some(6.0), None, None, None, Some(7.0)]);
    }

    #[test]
    fn without_two_times_there_are_no_rows() {
        assert_eq!(RowGrid::of(&[]), None);
        assert_eq!(RowGrid::of(&[Samples::default(), samples(&[(5, 1.0)])]), None);
        let grid = RowGrid::of(&[samples(&[(0, 1.0), (1, 2.0)])]).unwrap();
        assert!(grid.place(&Samples::default()).is_empty());
    }

    fn samples(pairs: &[(i64, f64)]) -> Samples {
        let mut samples = Samples::default();
        for &(time, value) in pairs {
            samples.push(Timestamp::from_millis(time), value);
        }
        samples
    }
}
