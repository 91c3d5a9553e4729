//! When facts that are handed in together became known: all of them at once, or each as it happened.

use wardroom_core::Timestamp;

/// When facts that are handed in together became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// All of them at one moment.
    Together(Timestamp),
    /// Each at the end of the period in which it happened, as somebody who was there all the time learnt of it.
    AsItHappened {
        /// Length of a period in milliseconds; periods are counted from the epoch, and what happens at the very end of
        /// one belongs to it. Below 1 each fact became known when it happened.
        period_ms: i64,
        /// Nothing became known later than this.
        until: Timestamp,
    },
}

impl Arrival {
    /// Returns when a fact of a time became known.
    #[must_use]
    pub fn of(self, time: Timestamp) -> Timestamp {
        match self {
            Self::Together(moment) => moment,
            Self::AsItHappened { period_ms, until } => {
                let begun = time.floor_to(period_ms);
                let end = if begun == time { time } else { begun.plus_millis(period_ms) };
                end.min(until)
            }
        }
    }
}

impl From<Timestamp> for Arrival {
    fn from(moment: Timestamp) -> Self {
        Self::Together(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_known_at_the_end_of_its_period_and_not_after_the_last_moment() {
        let at = Timestamp::from_millis;
        let arrival = Arrival::AsItHappened { period_ms: 10, until: at(35) };

        let known = [-11, -10, 0, 1, 10, 11, 30, 31, 35, 99].map(|time| arrival.of(at(time)).as_millis());

        assert_eq!(known, [-10, -10, 0, 10, 10, 20, 30, 35, 35, 35]);
        assert_eq!(Arrival::from(at(7)).of(at(3)), at(7));
    }
}
