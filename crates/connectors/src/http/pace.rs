//! Spreads requests over time, so that a source sees no more of them in a minute than was agreed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The pace of one source: a quarter of a minute's requests may come at once, the rest evenly.
///
/// Source: the generic cell rate algorithm, ITU-T I.371, annex A, as the virtual scheduling variant.
pub(super) struct Pace {
    interval: Option<Duration>,
    burst: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Creates the pace for so many requests in a minute; 0 for no limit.
    pub(super) fn new(requests_per_minute: u32) -> Self {
        let interval = Duration::from_mins(1).checked_div(requests_per_minute);
        let burst = interval.unwrap_or_default().saturating_mul((requests_per_minute / 4).saturating_sub(1));
        Self { interval, burst, next: Mutex::new(None) }
    }

    /// Waits until the next request may leave, in the order of the calls.
    pub(super) async fn wait(&self) {
        if let Some(at) = self.reserve(Instant::now()) {
            tokio::time::sleep_until(at).await;
        }
    }

    /// Takes the next place and returns when it is due; `None` when at once.
    fn reserve(&self, now: Instant) -> Option<Instant> {
        let interval = self.interval?;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let due = next.map_or(now, |next| next.max(now));
        *next = Some(due + interval);
        let early = due.checked_sub(self.burst).unwrap_or(now);
        (early > now).then_some(early)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_a_minutes_requests_leaves_at_once_and_the_rest_at_the_interval() {
        let pace = Pace::new(120);
        let now = Instant::now();

        let at_once = (0..30).filter(|_| pace.reserve(now).is_none()).count();
        let later = [pace.reserve(now), pace.reserve(now)];

        assert_eq!(at_once, 30);
        assert_eq!(later, [Some(now + Duration::from_millis(500)), Some(now + Duration::from_secs(1))]);
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let pace = Pace::new(0);

        assert!((0..1000).all(|_| pace.reserve(Instant::now()).is_none()));
    }
}
