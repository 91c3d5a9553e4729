//! The typical distance of samples, which says what a gap is.

/// Returns the median distance of neighbouring times in milliseconds; `None` for fewer than two different times.
///
/// Robust: neither a long gap nor a stretch with another step moves it, as long as most distances agree. Of an even
/// number of distances the lower middle one is taken, so the answer is a distance that occurs. Equal or falling times
/// are left out.
///
/// Cost: linear, one copy of the times.
pub fn typical_step_ms(times: &[i64]) -> Option<i64> {
    let mut distances: Vec<i64> =
        times.windows(2).map(|w| w[1].saturating_sub(w[0])).filter(|&d| d > 0).collect();
    if distances.is_empty() {
        return None;
    }
    let middle = (distances.len() - 1) / 2;
    let (_, median, _) = distances.select_nth_unstable(middle);
    Some(*median)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_long_gap_does_not_move_the_step() {
        assert_eq!(typical_step_ms(&[0, 15, 30, 45, 9_000, 9_015]), Some(15));
    }

    #[test]
    fn fewer_than_two_times_have_no_step() {
        assert_eq!(typical_step_ms(&[]), None);
        assert_eq!(typical_step_ms(&[7]), None);
        assert_eq!(typical_step_ms(&[7, 7]), None);
    }

    #[test]
    fn times_at_the_ends_of_what_can_be_represented_do_not_overflow() {
        assert_eq!(typical_step_ms(&[i64::MIN, i64::MAX]), Some(i64::MAX));
    }
}
