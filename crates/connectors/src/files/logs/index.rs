//! The index of one file: blocks with their times and levels, a histogram, and counts of what was odd.

use std::collections::BTreeMap;

use wardroom_core::Timestamp;

use super::wide;

/// Widths of the histogram's bins in milliseconds: each divides the next.
const WIDTHS_MS: [i64; 12] = [
    1_000,
    5_000,
    10_000,
    30_000,
    60_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    21_600_000,
    86_400_000,
    864_000_000,
];

/// Bins of a histogram; with more, neighbours are put together.
const MOST_BINS: usize = 100_000;

/// One bin of a histogram: where it begins, and its records by level from trace to fatal, then those without.
pub type HistogramBin = (Timestamp, [u64; 7]);

/// Records by time and level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    /// Place in [`WIDTHS_MS`].
    width: usize,
    bins: BTreeMap<i64, [u64; 7]>,
}

impl Histogram {
    pub(super) fn width_ms(&self) -> i64 {
        WIDTHS_MS[self.width]
    }

    pub(super) fn bins(&self) -> impl Iterator<Item = HistogramBin> {
        self.bins.iter().map(|(&start, &counts)| (Timestamp::from_millis(start), counts))
    }

    pub(super) fn len(&self) -> usize {
        self.bins.len()
    }

    /// Adds counts at a time, which is put into its bin.
    pub(super) fn add(&mut self, at_ms: i64, counts: &[u64; 7]) {
        let width = self.width_ms();
        let bin = self.bins.entry(at_ms.div_euclid(width) * width).or_default();
        for (sum, n) in bin.iter_mut().zip(counts) {
            *sum += n;
        }
        if self.bins.len() > MOST_BINS {
            self.widen();
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        while self.width < other.width {
            self.widen();
        }
        for (&start, counts) in &other.bins {
            self.add(start, counts);
        }
    }

    pub(super) fn with_width(width_ms: i64) -> Option<Self> {
        let width = WIDTHS_MS.iter().position(|&width| width == width_ms)?;
        Some(Self { width, bins: BTreeMap::new() })
    }

    fn widen(&mut self) {
        if self.width + 1 == WIDTHS_MS.len() {
            return;
        }
        self.width += 1;
        let bins = std::mem::take(&mut self.bins);
        for (start, counts) in bins {
            self.add(start, &counts);
        }
    }
}

/// One block of a file: whole records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Its first byte in the unpacked text.
    pub(super) offset: u64,
    pub(super) bytes: u64,
    /// Lines before it in the file.
    pub(super) lines_before: u64,
    pub(super) lines: u64,
    pub(super) records: u64,
    /// The earliest and latest time of its records; `None` when none has one.
    pub(super) times: Option<(i64, i64)>,
    /// The time of the last record that has one.
    pub(super) last_at: Option<i64>,
    /// Its records without a time of their own.
    pub(super) untimed: u64,
    pub(super) levels: [u32; 7],
    /// Whether a line of it was cut.
    pub(super) cut: bool,
}

/// Counts of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Unpacked bytes.
    pub bytes: u64,
    /// Lines.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// Records that say their time.
    pub timed: u64,
    /// Records by level from trace to fatal, then those without.
    pub levels: [u64; 7],
    /// Lines with bytes that are not UTF-8.
    pub invalid_utf8: u64,
    /// Lines with NUL bytes.
    pub nul_lines: u64,
    /// Lines that were cut.
    pub long_lines: u64,
    /// The real length of the longest line that was cut.
    pub longest_line: u64,
    /// Records whose local time was skipped by the clock.
    pub skipped_times: u64,
    /// Records whose local time occurred twice.
    pub repeated_times: u64,
    /// Lines of a record that arrived after it was handed on.
    pub late_lines: u64,
    /// Elements of a document that are no JSON objects.
    pub bad_elements: u64,
    /// The number of the first of them, from 1; 0 where there is none.
    pub first_bad_element: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.records += other.records;
        self.timed += other.timed;
        for (sum, n) in self.levels.iter_mut().zip(other.levels) {
            *sum += n;
        }
        self.invalid_utf8 += other.invalid_utf8;
        self.nul_lines += other.nul_lines;
        self.long_lines += other.long_lines;
        self.longest_line = self.longest_line.max(other.longest_line);
        self.skipped_times += other.skipped_times;
        self.repeated_times += other.repeated_times;
        self.late_lines += other.late_lines;
        self.bad_elements += other.bad_elements;
        if self.first_bad_element == 0 {
            self.first_bad_element = other.first_bad_element;
        }
    }
}

/// The index of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) blocks: Vec<Block>,
    pub(super) histogram: Histogram,
    pub(super) tally: Tally,
    /// Places where a packed file can be entered.
    pub(super) restarts: Vec<super::super::packed::Restart>,
    pub(super) oddity: Option<super::super::packed::Oddity>,
}

impl Index {
    /// Returns the earliest and latest time.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let low = self.blocks.iter().filter_map(|block| block.times).map(|(low, _)| low).min()?;
        let high = self.blocks.iter().filter_map(|block| block.times).map(|(_, high)| high).max()?;
        Some((low, high))
    }

    /// Adds a block behind the others.
    pub(super) fn take(&mut self, indexed: &super::pass::Indexed) {
        let mut block = indexed.block;
        block.lines_before = self.blocks.last().map_or(0, |block| block.lines_before + block.lines);
        for (second, counts) in &indexed.seconds {
            self.histogram.add(second * 1000, counts);
        }
        let mut tally = indexed.tally;
        if tally.first_bad_element > 0 {
            // It was counted from the first record of the block.
            tally.first_bad_element += self.tally.records;
        }
        self.tally.add(&tally);
        self.blocks.push(block);
    }

    /// Adds what was read behind the last block, as a part of it while it is small.
    pub(super) fn append(&mut self, indexed: &super::pass::Indexed) {
        self.take(indexed);
        let [.., last, added] = self.blocks.as_mut_slice() else { return };
        if last.bytes + added.bytes > wide(super::chunk::PIECE_BYTES) {
            return;
        }
        last.bytes += added.bytes;
        last.lines += added.lines;
        last.records += added.records;
        last.untimed += added.untimed;
        last.cut |= added.cut;
        last.last_at = added.last_at.or(last.last_at);
        last.times = match (last.times, added.times) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (known, None) | (None, known) => known,
        };
        for (sum, n) in last.levels.iter_mut().zip(added.levels) {
            *sum += n;
        }
        self.blocks.pop();
    }

    /// Returns the byte behind what is indexed.
    pub(super) fn end(&self) -> u64 {
        self.blocks.last().map_or(0, |block| block.offset + block.bytes)
    }

    /// Returns the number of the block that holds a byte.
    pub(super) fn block_of(&self, offset: u64) -> Option<usize> {
        let behind = self.blocks.partition_point(|block| block.offset <= offset);
        let idx = behind.checked_sub(1)?;
        (offset < self.blocks[idx].offset + self.blocks[idx].bytes).then_some(idx)
    }

    /// Returns the time of the last record before a block that has one.
    pub(super) fn carried(&self, block: usize) -> Option<i64> {
        self.blocks[..block].iter().rev().find_map(|block| block.last_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_bins_are_put_together_without_losing_a_record() {
        let mut histogram = Histogram::default();
        for second in 0..250_000 {
            histogram.add(second * 1000, &[0, 0, 1, 0, 0, 0, 0]);
        }
        assert_eq!(histogram.width_ms(), 5_000);
        assert_eq!(histogram.len(), 50_000);
        assert_eq!(histogram.bins().map(|(_, counts)| counts[2]).sum::<u64>(), 250_000);
    }

    #[test]
    fn histograms_of_different_widths_are_merged() {
        let (mut fine, mut coarse) = (Histogram::default(), Histogram::with_width(60_000).unwrap());
        fine.add(61_000, &[1; 7]);
        coarse.add(61_000, &[1; 7]);
        fine.merge(&coarse);
        assert_eq!(fine.bins().collect::<Vec<_>>(), [(Timestamp::from_millis(60_000), [2; 7])]);
        assert_eq!(Histogram::with_width(7), None);
    }
}
