//! Reasons that add up to the points of a part.

use super::{PART_POINTS, PartKind, Reason, ScorePart, Value};

/// The reasons of one part while it is judged.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    reasons: Vec<Reason>,
}

impl Ledger {
    /// Gives or takes points, rounded to whole ones.
    pub(crate) fn add(&mut self, code: &'static str, points: f64, values: Vec<(&'static str, Value)>) {
        self.reasons.push(Reason { code, values, points: whole(points) });
    }

    /// Closes the part.
    pub(crate) fn part(self, kind: PartKind) -> ScorePart {
        let sum: i32 = self.reasons.iter().map(|r| r.points).sum();
        let points = u32::try_from(sum).unwrap_or(0).min(PART_POINTS);
        ScorePart { kind, points, of: PART_POINTS, reasons: self.reasons }
    }
}

/// Rounds to whole points.
#[expect(clippy::cast_possible_truncation, reason = "held within ±100 before it is cut")]
fn whole(points: f64) -> i32 {
    points.clamp(-100.0, 100.0).round() as i32
}

/// Returns 1 up to `free` seconds too late, 0 from `none` seconds on, and evenly less between.
pub(crate) fn in_time(late_s: i64, free: i64, none: i64) -> f64 {
    let left = (none - late_s) as f64 / (none - free).max(1) as f64;
    left.clamp(0.0, 1.0)
}

/// Returns a duration as a value; an absent one is the word `never`.
pub(crate) fn seconds(value: Option<i64>) -> Value {
    value.map_or_else(|| Value::Text("never".to_owned()), Value::Seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_sum_of_its_reasons_between_its_bounds() {
        let mut low = Ledger::default();
        low.add("a", 3.0, Vec::new());
        low.add("b", -5.0, Vec::new());
        let mut high = Ledger::default();
        high.add("a", 19.4, Vec::new());
        high.add("b", 2.0, Vec::new());

        assert_eq!(low.part(PartKind::Safety).points, 0);
        assert_eq!(high.part(PartKind::Safety).points, 20);
    }

    #[test]
    fn points_for_time_fall_evenly() {
        assert!((in_time(60, 60, 660) - 1.0).abs() < 1e-12);
        assert!((in_time(360, 60, 660) - 0.5).abs() < 1e-12);
        assert!(in_time(660, 60, 660).abs() < 1e-12);
        assert!((in_time(-600, 60, 660) - 1.0).abs() < 1e-12);
    }
}
