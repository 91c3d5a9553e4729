//! The expressions that are being answered, so that they can be asked to end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::context::lock;
use crate::error::AppError;

/// What is being answered in a workspace.
#[derive(Debug, Default)]
pub(crate) struct Queries(Mutex<Vec<Weak<AtomicBool>>>);

/// One expression that is being answered. It is asked to end when this drops, so that nobody computes for no one.
#[derive(Debug)]
pub(super) struct Running(Arc<AtomicBool>);

impl Queries {
    /// Begins one.
    pub(super) fn begin(&self) -> Running {
        let flag = Arc::new(AtomicBool::new(false));
        let mut all = lock(&self.0);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&flag));
        Running(flag)
    }

    /// Asks all of them to end.
    pub(crate) fn end_all(&self) {
        for flag in lock(&self.0).iter().filter_map(Weak::upgrade) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

impl Running {
    /// Returns the flag that blocking work looks at.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Returns `cancelled` as an error when it was asked to end.
    pub(super) fn check(&self) -> Result<(), AppError> {
        if self.0.load(Ordering::Relaxed) { Err(AppError::cancelled()) } else { Ok(()) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn one_that_nobody_waits_for_ends() {
        let running = Queries::default().begin();
        let flag = running.flag();

        drop(running);

        assert!(flag.load(Ordering::Relaxed));
    }
}
