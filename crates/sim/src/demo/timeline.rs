//! The model's states and running totals on the grid of samples, block after block.
//!
//! Counters need sums from the beginning. They are kept beside the states, and later blocks are computed when they are
//! first asked for; each is a function of the one before it, so that the order of reading does not matter.

use std::sync::OnceLock;

use wardroom_core::Timestamp;

use crate::demo::model::{Model, State};

/// The distance of samples in the older history, in milliseconds.
pub(crate) const COARSE_MS: i64 = 60_000;

/// The distance of samples in the last hours and beyond the end, in milliseconds.
pub(crate) const FINE_MS: i64 = 15_000;

/// Steps of one later block: six hours.
const BLOCK_STEPS: usize = 1_440;

/// What has come together since the history's start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// Requests (or transactions).
    pub(crate) requests: f64,
    /// Those that failed.
    pub(crate) errors: f64,
    /// Seconds that all answers took together.
    pub(crate) busy_s: f64,
    /// Seconds that passed.
    pub(crate) elapsed_s: f64,
}

impl Totals {
    /// Returns these totals after `gap_ms` in the given state.
    fn after(self, state: &State, gap_ms: i64) -> Self {
        let seconds = gap_ms as f64 / 1000.0;
        let requests = state.rate * seconds;
        Self {
            requests: self.requests + requests,
            errors: self.errors + requests * state.error_ratio,
            busy_s: self.busy_s + requests * state.latency_s,
            elapsed_s: self.elapsed_s + seconds,
        }
    }

    /// Returns the totals `gap_ms` before these, if the given state had lasted all the time.
    pub(crate) fn before(self, state: &State, gap_ms: i64) -> Self {
        self.after(state, -gap_ms)
    }

    /// Returns what has come together since `earlier`.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            requests: self.requests - earlier.requests,
            errors: self.errors - earlier.errors,
            busy_s: self.busy_s - earlier.busy_s,
            elapsed_s: self.elapsed_s - earlier.elapsed_s,
        }
    }
}

/// State and totals of one part at one time; the totals include the step that ends there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) state: State,
    pub(crate) totals: Totals,
}

/// A period at a fixed step, with the period behind it as soon as that was asked for.
#[derive(Debug)]
struct Block {
    start_ms: i64,
    step_ms: i64,
    /// One column of rows for each part of the model, all of one length.
    columns: Vec<Vec<Row>>,
    next: OnceLock<Box<Block>>,
}

impl Block {
    /// Computes the `len` steps from `start_ms` on, `gap_ms` after the rows `before`.
    fn new(model: &Model, start_ms: i64, step_ms: i64, len: usize, before: &[Totals], gap_ms: i64) -> Self {
        let states = model.states(Timestamp::from_millis(start_ms), step_ms, len);
        let columns = states.into_iter().zip(before).map(|(states, &before)| {
            let mut totals = before;
            let row = |(i, state): (usize, State)| {
                totals = totals.after(&state, if i == 0 { gap_ms } else { step_ms });
                Row { state, totals }
            };
            states.into_iter().enumerate().map(row).collect()
        });
        Self { start_ms, step_ms, columns: columns.collect(), next: OnceLock::new() }
    }

    /// Returns the number of steps.
    fn len(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Returns the time of the first step behind this block.
    fn end_ms(&self) -> i64 {
        self.start_ms + self.step_ms * i64::try_from(self.len()).unwrap_or(0)
    }

    /// Returns the totals of each part at the last step.
    fn last_totals(&self) -> Vec<Totals> {
        self.columns.iter().map(|c| c.last().map_or_else(Totals::default, |row| row.totals)).collect()
    }

    /// Returns the position of the first step that is not before `at_ms`, at most the number of steps.
    fn position(&self, at_ms: i64) -> usize {
        let ahead = (at_ms - self.start_ms + self.step_ms - 1).div_euclid(self.step_ms);
        usize::try_from(ahead).unwrap_or(0).min(self.len())
    }
}

/// The model over time, from the history's start on.
#[derive(Debug)]
pub(crate) struct Timeline {
    model: Model,
    first: Block,
    /// Nothing is known at this time and later.
    until_ms: i64,
}

impl Timeline {
    /// Computes the coarse history `start..fine_from`; the rest follows when it is asked for.
    ///
    /// `start` and `fine_from` are multiples of [`COARSE_MS`], with `start < fine_from < until`.
    pub(crate) fn new(model: Model, start: Timestamp, fine_from: Timestamp, until: Timestamp) -> Self {
        let steps = (fine_from.as_millis() - start.as_millis()) / COARSE_MS;
        let len = usize::try_from(steps).unwrap_or(0);
        let nothing = vec![Totals::default(); model.n_states()];
        let first = Block::new(&model, start.as_millis(), COARSE_MS, len, &nothing, 0);
        Self { model, first, until_ms: until.as_millis() }
    }

    /// Returns the model.
    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    /// Returns from when on there is a sample every [`FINE_MS`].
    pub(crate) fn fine_from(&self) -> Timestamp {
        Timestamp::from_millis(self.first.end_ms())
    }

    /// Returns the end of what is simulated.
    pub(crate) fn until(&self) -> Timestamp {
        Timestamp::from_millis(self.until_ms)
    }

    /// Returns the block behind `block`, computing it when it is asked for the first time.
    fn after<'a>(&'a self, block: &'a Block) -> &'a Block {
        block.next.get_or_init(|| {
            let before = block.last_totals();
            let start_ms = block.end_ms();
            // The first fine sample is a coarse step behind the last coarse one.
            Box::new(Block::new(&self.model, start_ms, FINE_MS, BLOCK_STEPS, &before, block.step_ms))
        })
    }

    /// Calls `see` with time and row of one part for each step in `from_ms..to_ms`, oldest first.
    pub(crate) fn for_each(&self, part: usize, from_ms: i64, to_ms: i64, mut see: impl FnMut(i64, &Row)) {
        let to_ms = to_ms.min(self.until_ms);
        let mut block = &self.first;
        loop {
            let (from, to) = (block.position(from_ms), block.position(to_ms));
            if from < to {
                let mut at_ms = block.start_ms + block.step_ms * i64::try_from(from).unwrap_or(0);
                for row in &block.columns[part][from..to] {
                    see(at_ms, row);
                    at_ms += block.step_ms;
                }
            }
            if block.end_ms() >= to_ms {
                return;
            }
            block = self.after(block);
        }
    }

    /// Returns the totals of one part at the last step that is not after `at_ms`; none before the start.
    pub(crate) fn totals_at(&self, part: usize, at_ms: i64) -> Totals {
        let mut block = &self.first;
        while block.end_ms() <= at_ms && block.end_ms() < self.until_ms {
            block = self.after(block);
        }
        let position = block.position(at_ms + 1);
        position.checked_sub(1).map_or_else(Totals::default, |i| block.columns[part][i].totals)
    }
}
