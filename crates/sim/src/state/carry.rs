//! Whole numbers that grow by fractions: what is left over is carried, never dropped.

use serde::{Deserialize, Serialize};

/// A whole number that grows by fractions: what is left over is carried, never dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Carry(pub(crate) f64);

impl Carry {
    /// A beginning from which the whole parts are rounded and not cut off.
    pub(crate) const HALF: Self = Self(0.5);

    /// Adds a non-negative amount and returns the whole part, keeping the rest for the next time.
    pub(crate) fn take(&mut self, amount: f64) -> u64 {
        self.take_at_most(amount, u64::MAX)
    }

    /// Adds a non-negative amount and returns as much of the whole part as there is room for, keeping all of the rest.
    ///
    /// For the parts of something that is itself counted in whole numbers, which may be one behind its parts.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "amounts are finite, not negative and far below 2^53"
    )]
    pub(crate) fn take_at_most(&mut self, amount: f64, most: u64) -> u64 {
        let all = self.0 + amount.max(0.0);
        let taken = (all.floor() as u64).min(most);
        self.0 = (all - taken as f64).max(0.0);
        taken
    }
}
