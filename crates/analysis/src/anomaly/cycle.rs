//! A value for every part of a day, read smoothly.

/// One day in milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Values for equal cells of a day, counted backwards from the end of the data.
///
/// Counting backwards makes the newest day whole, which matters more than the oldest one.
#[derive(Clone, Debug)]
pub(super) struct Cycle {
    values: Vec<f64>,
    cell_ms: i64,
    step_ms: i64,
}

impl Cycle {
    /// Creates a cycle of cells of `cell_ms`, each the summary of steps of `step_ms`.
    ///
    /// Neighbouring cells are smoothed with the weights 1, 2, 1 (Hanning; Tukey, *Exploratory Data Analysis*, 1977).
    pub(super) fn smoothed(raw: &[f64], cell_ms: i64, step_ms: i64) -> Self {
        let n = raw.len();
        let values = (0..n).map(|i| (raw[(i + n - 1) % n] + 2.0 * raw[i] + raw[(i + 1) % n]) / 4.0).collect();
        Self { values, cell_ms: cell_ms.max(1), step_ms }
    }

    /// Returns the values, the newest cell first, and the width of a cell in milliseconds.
    pub(super) fn cells(&self) -> (&[f64], i64) {
        (&self.values, self.cell_ms)
    }

    /// Returns the value at an age, between the middles of two cells; 0 for a cycle without cells.
    pub(super) fn at(&self, age_ms: i64) -> f64 {
        let Ok(n) = i64::try_from(self.values.len()) else { return 0.0 };
        if n == 0 {
            return 0.0;
        }
        let middle = (self.cell_ms - self.step_ms) / 2;
        let position = (age_ms.rem_euclid(DAY_MS) - middle).rem_euclid(n * self.cell_ms);
        let cell = usize::try_from(position / self.cell_ms).unwrap_or(0);
        let share = (position % self.cell_ms) as f64 / self.cell_ms as f64;
        let next = self.values[(cell + 1) % self.values.len()];
        self.values[cell] + (next - self.values[cell]) * share
    }
}

/// Returns the number of cells in a day; the last may be cut short.
pub(super) fn cells_per_day(cell_ms: i64) -> usize {
    usize::try_from(DAY_MS.div_euclid(cell_ms.max(1)) + i64::from(DAY_MS % cell_ms.max(1) != 0)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_read_between_the_middles_of_its_cells() {
        let quarter = DAY_MS / 4;
        let cycle = Cycle::smoothed(&[0.0, 4.0, 0.0, 4.0], quarter, 0);

        // Smoothing gives 2 everywhere: (4 + 0 + 4) / 4 and (0 + 8 + 0) / 4.
        for age in [0, quarter / 3, quarter, 3 * quarter, DAY_MS + 7] {
            assert!((cycle.at(age) - 2.0).abs() < 1e-12);
        }
        let step = Cycle { values: vec![0.0, 4.0, 0.0, 0.0], cell_ms: quarter, step_ms: 0 };
        assert!((step.at(quarter) - 2.0).abs() < 1e-12);
        assert!((step.at(quarter + quarter / 2) - 4.0).abs() < 1e-12);
        assert!((step.at(0) - step.at(DAY_MS)).abs() < 1e-12);
    }
}
