//! What is being answered, expressions and counts, so that it can be asked to end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use tokio::sync::Notify;

use crate::context::lock;
use crate::error::AppError;

/// What is being answered in a workspace.
#[derive(Debug, Default)]
pub(crate) struct Queries(Mutex<Vec<Weak<Wish>>>);

/// The wish that something ends: a flag for work that looks, a call for work that waits.
#[derive(Debug, Default)]
struct Wish {
    flag: Arc<AtomicBool>,
    called: Notify,
}

/// One of them that is being answered. It is asked to end when this drops, so that nobody computes for no one.
#[derive(Debug)]
pub(crate) struct Running(Arc<Wish>);

impl Queries {
    /// Begins one.
    pub(crate) fn begin(&self) -> Running {
        let wish = Arc::new(Wish::default());
        let mut all = lock(&self.0);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&wish));
        Running(wish)
    }

    /// Asks all of them to end.
    pub(crate) fn end_all(&self) {
        for wish in lock(&self.0).iter().filter_map(Weak::upgrade) {
            wish.flag.store(true, Ordering::Relaxed);
            // Kept for one that does not wait yet.
            wish.called.notify_one();
        }
    }
}

impl Running {
    /// Returns the flag that blocking work looks at.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.flag)
    }

    /// Waits for an answer from outside, or fails with `cancelled` as soon as it was asked to end.
    pub(crate) async fn unless_ended<T>(
        &self,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        tokio::select! {
            answer = work => answer,
            () = self.0.called.notified() => Err(AppError::cancelled()),
        }
    }

    /// Returns `cancelled` as an error when it was asked to end.
    pub(super) fn check(&self) -> Result<(), AppError> {
        if self.0.flag.load(Ordering::Relaxed) { Err(AppError::cancelled()) } else { Ok(()) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.flag.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn all_that_run_are_asked_to_end_and_a_later_one_is_not() {
        let queries = Queries::default();
        let (first, second) = (queries.begin(), queries.begin());

        queries.end_all();
        let third = queries.begin();

        assert!(first.check().is_err() && second.check().is_err());
        assert!(third.check().is_ok());
    }

    #[tokio::test]
    async fn one_that_waits_for_outside_ends_at_once_and_one_that_was_ended_does_not_begin_to_wait() {
        let queries = Queries::default();
        let (waiting, late) = (queries.begin(), queries.begin());
        let answer = waiting.unless_ended(std::future::pending::<Result<(), AppError>>());
        tokio::pin!(answer);
        assert!(answer.as_mut().now_or_never().is_none());

        queries.end_all();

        assert!(answer.await.unwrap_err().is_cancelled());
        assert!(late.unless_ended(std::future::pending::<Result<(), AppError>>()).await.is_err());
    }

    #[test]
    fn one_that_nobody_waits_for_ends() {
        let running = Queries::default().begin();
        let flag = running.flag();

        drop(running);

        assert!(flag.load(Ordering::Relaxed));
    }
}
