//! The samples of one target: rows that share their scrape times, in blocks that copies share.

use std::sync::Arc;

use wardroom_core::Samples;

use crate::telemetry::sheet::{GAP, Now, Signal};

/// Scrapes of one block. Copies share what is closed, so a small block keeps a copy of the world cheap.
const ROWS: usize = 32;

/// What a target exposes from a time on: the series' positions and where their values come from.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// When it came into force, in milliseconds.
    pub(crate) since_ms: i64,
    /// The version of the program; another one gives another layout.
    pub(crate) version: String,
    pub(crate) lines: Vec<(usize, Signal)>,
}

/// Scrapes with one layout, row after row.
#[derive(Clone, Debug, Default)]
struct Block {
    layout: usize,
    times: Vec<i64>,
    values: Vec<f64>,
}

/// All samples of one target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    layouts: Vec<Arc<Layout>>,
    closed: Vec<Arc<Block>>,
    open: Block,
}

impl Columns {
    /// Returns the version for which the present layout was made; `None`: there is no layout.
    pub(crate) fn version(&self) -> Option<&str> {
        self.layouts.last().map(|l| l.version.as_str())
    }

    /// Lets another layout come into force.
    pub(crate) fn begin(&mut self, layout: Layout) {
        self.layouts.push(Arc::new(layout));
    }

    /// Adds one row; a scrape that was not answered leaves only the first value, which is then 0.
    pub(crate) fn scrape(&mut self, now: &Now<'_>, answered: bool) {
        let Some(current) = self.layouts.len().checked_sub(1) else { return };
        let layout = Arc::clone(&self.layouts[current]);
        if self.open.times.len() >= ROWS || self.open.layout != current || self.open.times.is_empty() {
            self.close(current, layout.lines.len());
        }
        self.open.times.push(now.at_ms);
        if answered {
            self.open.values.extend(layout.lines.iter().map(|(_, signal)| signal.value(now)));
        } else {
            self.open.values.push(0.0);
            self.open.values.extend(std::iter::repeat_n(GAP, layout.lines.len().saturating_sub(1)));
        }
    }

    /// Begins a block.
    fn close(&mut self, layout: usize, width: usize) {
        let times = Vec::with_capacity(ROWS);
        let fresh = Block { layout, times, values: Vec::with_capacity(ROWS * width) };
        let full = std::mem::replace(&mut self.open, fresh);
        if !full.times.is_empty() {
            self.closed.push(Arc::new(full));
        }
    }

    /// Appends the samples of one series with times in `from..to` (milliseconds).
    pub(crate) fn read(&self, series: usize, from_ms: i64, to_ms: i64, into: &mut Samples) {
        // The layout of the block before, and the series' place in it.
        let mut known: Option<(usize, Option<usize>)> = None;
        for block in self.closed.iter().map(Arc::as_ref).chain(std::iter::once(&self.open)) {
            let (Some(&first), Some(&last)) = (block.times.first(), block.times.last()) else { continue };
            if last < from_ms || first >= to_ms {
                continue;
            }
            let place = match known {
                Some((layout, place)) if layout == block.layout => place,
                _ => self.layouts[block.layout].lines.iter().position(|(s, _)| *s == series),
            };
            known = Some((block.layout, place));
            let Some(column) = place else { continue };
            let width = block.values.len() / block.times.len();
            let from = block.times.partition_point(|&t| t < from_ms);
            let to = block.times.partition_point(|&t| t < to_ms);
            for row in from..to {
                let value = block.values[row * width + column];
                if !value.is_nan() {
                    into.push(wardroom_core::Timestamp::from_millis(block.times[row]), value);
                }
            }
        }
    }

    /// Forgets what was scraped later than a time.
    pub(crate) fn truncate(&mut self, to_ms: i64) {
        loop {
            let keep = self.open.times.partition_point(|&t| t <= to_ms);
            if keep < self.open.times.len() {
                let width = self.open.values.len() / self.open.times.len();
                self.open.times.truncate(keep);
                self.open.values.truncate(keep * width);
            }
            if keep > 0 {
                break;
            }
            let Some(block) = self.closed.pop() else { break };
            self.open = Arc::unwrap_or_clone(block);
        }
        while self.layouts.last().is_some_and(|l| l.since_ms > to_ms) {
            self.layouts.pop();
        }
    }
}
