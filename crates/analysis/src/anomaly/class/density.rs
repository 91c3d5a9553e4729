//! How densely a history was sampled, so that its course is weighed by time and not by samples.

use crate::anomaly::Options;
use crate::anomaly::grid::Grid;
use crate::preprocess::gaps::typical_step_ms;

/// Stretches of equally many values whose step is told; as many as the medians of a course.
const STRETCHES: usize = 64;
/// A stretch has at least this many values: its step is the middle one of five distances.
const LEAST_VALUES: usize = 6;
/// The tenths of the time that are weighed alike; a stretch in which samples were lost changes nothing.
const ALIKE_TENTHS: i64 = 9;

/// Returns a grid on which an hour weighs the same wherever it lies: at the longest step at which much of the history
/// was sampled. A history whose step never changed is returned as it is, and so is one with gaps alone.
///
/// A week at five minutes that is joined by a day at 15 s has four of ten judged steps in that day: a ramp in it would
/// be the course of the whole.
///
/// Cost: linear.
pub(super) fn even(grid: Grid, options: &Options) -> Grid {
    let Some(steps) = longest_step(&grid) else { return grid };
    let even = grid.coarser(steps);
    if even.filled() < options.min_steps { grid } else { even }
}

/// Returns the step, in steps of the grid, that nine tenths of the time are sampled at or finer; `None` where nothing is
/// sampled more finely than that.
fn longest_step(grid: &Grid) -> Option<usize> {
    let filled: Vec<i64> =
        (0_i64..).zip(&grid.values).filter_map(|(idx, value)| value.map(|_| idx)).collect();
    let width = filled.len().div_ceil(STRETCHES).max(LEAST_VALUES);
    let mut stretches: Vec<(i64, i64)> = filled
        .chunks(width)
        .filter_map(|stretch| {
            // The middle distance: a gap is one distance among many.
            let step = typical_step_ms(stretch)?;
            let values = i64::try_from(stretch.len()).unwrap_or(i64::MAX);
            Some((step, step.saturating_mul(values)))
        })
        .collect();
    stretches.sort_unstable();
    let finest = stretches.first()?.0;
    let whole = stretches.iter().fold(0_i64, |sum, (_, lasts)| sum.saturating_add(*lasts));
    let mut covered = 0_i64;
    for (step, lasts) in stretches {
        covered = covered.saturating_add(lasts);
        if covered / ALIKE_TENTHS >= whole / 10 {
            return (step > finest).then(|| usize::try_from(step).ok()).flatten();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use wardroom_core::series::Samples;
    use wardroom_core::time::Timestamp;

    use super::*;

    const MINUTE: i64 = 60_000;
    const START: i64 = 1_794_000_000_000;

    /// A grid of samples at the times of each stretch: its first minute, its end, and its step in minutes.
    fn grid(stretches: &[(i64, i64, usize)]) -> Grid {
        let mut samples = Samples::default();
        for &(from, to, step) in stretches {
            for minute in (from..to).step_by(step) {
                samples.push(Timestamp::from_millis(START + minute * MINUTE), (minute % 7) as f64);
            }
        }
        Grid::build(&samples, &Options::standard(), &AtomicBool::new(false)).expect("it is long enough")
    }

    fn evened(stretches: &[(i64, i64, usize)]) -> Grid {
        even(grid(stretches), &Options::standard())
    }

    #[test]
    fn a_history_of_two_steps_is_read_at_the_longer_one() {
        let even = evened(&[(0, 2_000, 5), (2_000, 3_000, 1)]);

        // 600 steps of five minutes, and the first sample stands at the end of its own.
        assert_eq!((even.step_ms, even.filled()), (5 * MINUTE, 601));
        assert!(even.values.iter().all(Option::is_some));
    }

    #[test]
    fn one_step_with_gaps_and_a_short_loss_is_read_as_it_is() {
        for stretches in [
            &[(0, 3_000, 1)][..],
            &[(0, 1_000, 1), (9_000, 11_000, 1), (40_000, 41_000, 1)],
            &[(0, 2_000, 1), (2_000, 2_200, 2), (2_200, 4_000, 1)],
        ] {
            let before = grid(stretches);
            let (step_ms, values) = (before.step_ms, before.values.clone());

            let after = even(before, &Options::standard());

            assert_eq!((after.step_ms, after.values), (step_ms, values));
        }
    }

    #[test]
    fn a_step_at_which_too_little_is_left_is_not_taken() {
        let few = evened(&[(0, 1_440, 120), (1_440, 1_600, 1)]);

        assert_eq!(few.step_ms, MINUTE);
    }
}
