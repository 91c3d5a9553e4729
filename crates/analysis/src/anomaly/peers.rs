//! Peer outliers: one of several that do the same work leaves the others while nothing in its own past tells of it.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;
use wardroom_core::anomaly::{Anomaly, AnomalyKind, Reason, Score};
use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;
use wardroom_core::{Labels, SeriesKey};

use super::{Input, Options, Refusal, spans, values_unless};
use crate::preprocess::gaps::typical_step;
use crate::{pass, spread};

/// A group of fewer members has no middle that one of them does not move.
const LEAST_MEMBERS: usize = 4;
/// The shortest cell of the comparison, in milliseconds: what tells copies apart lasts for minutes.
const CELL_MS: i64 = 300_000;
/// History that is compared, in milliseconds: two weeks, so that every weekday was seen twice.
const LOOK_BACK_MS: i64 = 14 * 86_400_000;
/// The least history of a member, in cells: twelve hours of the shortest.
const LEAST_CELLS: usize = 144;
/// Standard deviations between the 5th and the 95th percentile of a normal sample: 2 Φ⁻¹(0.95).
const INNER_SIGMAS: f64 = 3.289_707;
/// A member is outside from this many spreads of its usual distance.
///
/// Six: one more than the method *peers* takes, because nobody asked and every group is looked at, and two more than the
/// band, which a normal series of a week at one minute leaves less than once.
const LIMIT: f64 = 6.0;
/// The least spread of the distance to the peers, on the scale of [`compressed`]: a tenth of a usual departure.
const LEAST_SIGMA: f64 = 0.1;
/// The least distance that counts, on the same scale: the middles of the group and of a member are a spread apart.
const LEAST_DISTANCE: f64 = 1.0;
/// Sizes beyond this many spreads count the same.
const MOST_SIGMAS: f64 = 50.0;
/// Cells that an outlier takes at least, and that may lie between two parts of one.
const LASTING: (usize, usize) = (3, 2);
/// An outlier that takes more than this part of the history is how the member is.
const MOST_PARTS: usize = 3;
/// At most this part of the group is outside at a time, or has findings of its own: what happens to more of them is the
/// work's and not the copy's.
const ODD_PARTS: usize = 4;
/// Another run of at least this share of the size, for as long, makes a habit of both.
const COMPARABLE: f64 = 0.5;
/// Minutes count for an outlier as this part of those of an excursion: an hour scores 0.98 of its size, a quarter 0.6.
const DURATION_PART: f64 = 0.25;

/// Labels that tell the copies of one thing apart: series that differ only in these are peers.
const COPIES: [&str; 12] = [
    "instance",
    "host",
    "hostname",
    "node",
    "nodename",
    "kubernetes_node",
    "pod",
    "pod_name",
    "kubernetes_pod_name",
    "container_id",
    "id",
    "replica",
];

/// Returns what a series has in common with its peers: the metric and all labels but those that tell copies apart.
#[must_use]
pub fn peers_of(key: &SeriesKey) -> SeriesKey {
    let is_kept = |name: &&str| !COPIES.contains(name);
    let labels = Labels::new(key.labels.iter().filter(|(name, _)| is_kept(name)));
    SeriesKey { metric: key.metric.clone(), labels }
}

/// What is known of a member of a group.
#[derive(Clone, Copy, Debug)]
pub struct PeerInput<'a> {
    /// The series as it was judged against its own past.
    pub input: Input<'a>,
    /// Which series are its peers: those of the same number.
    pub group: usize,
    /// What was found in its own past.
    pub found: &'a [Anomaly],
}

/// Finds, for each series, when it left its peers; the answers are in the order of the inputs.
///
/// Every member is taken around its own middle in its own spreads, so that copies which differ all the time, or get
/// different shares of one load, can be compared. A member is odd while it is farther from the middle of all than it usually
/// is, the others hold together, and neither it nor more than a quarter of the others has a finding of its own at that time.
///
/// # Input
///
/// Groups of at least four that moved for twelve hours; the last two weeks count, as means of five minutes.
///
/// # Errors
///
/// [`Refusal::Cancelled`] for all.
///
/// # Cost
///
/// Linear in the samples; groups are compared on all cores of the current thread pool.
///
/// # Source
///
/// The modified z-score of Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993), at every time; the parts of
/// the score are those of [`Options::standard`].
pub fn peer_outliers(
    inputs: &[PeerInput<'_>],
    options: &Options,
    cancel: &AtomicBool,
) -> Result<Vec<Vec<Anomaly>>, Refusal> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, input) in inputs.iter().enumerate() {
        groups.entry(input.group).or_default().push(place);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() >= LEAST_MEMBERS).collect();
    let found: Result<Vec<Vec<(usize, Vec<Anomaly>)>>, Refusal> =
        groups.par_iter().map(|group| of_group(inputs, group, options, cancel)).collect();
    let mut outliers = vec![Vec::new(); inputs.len()];
    for (place, anomalies) in found?.into_iter().flatten() {
        outliers[place] = anomalies;
    }
    Ok(outliers)
}

/// The cells that all members of a group share.
#[derive(Clone, Copy, Debug)]
struct Frame {
    first_ms: i64,
    cell_ms: i64,
    n: usize,
}

impl Frame {
    /// Returns the frame of some histories; `None` where they are too short.
    fn of(members: &[(usize, Samples)], cancel: &AtomicBool) -> Result<Option<Self>, Refusal> {
        let mut cell_ms = CELL_MS;
        for (_, judged) in members {
            cell_ms = cell_ms.max(typical_step(judged.times(), cancel)?.unwrap_or(1));
        }
        let ends = members.iter().filter_map(|(_, judged)| judged.times().last());
        let begins = members.iter().filter_map(|(_, judged)| judged.times().first());
        let (Some(&begin), Some(&end)) = (begins.min(), ends.max()) else { return Ok(None) };
        let begin = begin.max(end.saturating_sub(LOOK_BACK_MS));
        // Whole cells since the epoch, so that judging again with more data sees the same ones.
        let first_ms = begin.div_euclid(cell_ms).saturating_mul(cell_ms);
        let n = usize::try_from(end.saturating_sub(first_ms) / cell_ms).unwrap_or(0) + 1;
        Ok((n >= LEAST_CELLS).then_some(Self { first_ms, cell_ms, n }))
    }

    fn time_of(&self, cell: usize) -> i64 {
        self.first_ms.saturating_add(i64::try_from(cell).unwrap_or(i64::MAX).saturating_mul(self.cell_ms))
    }
}

/// A member on the frame of its group.
struct Member<'a> {
    place: usize,
    judged: &'a Samples,
    found: &'a [Anomaly],
    /// Its own middle and spread, the latter above 0.
    middle: f64,
    spread: f64,
    /// Its departure from its middle in its spreads, compressed; `None` without a sample.
    cells: Vec<Option<f64>>,
}

impl<'a> Member<'a> {
    /// Reads a member; `None` when it has too few values or does not move.
    fn of(
        (place, judged): &'a (usize, Samples),
        found: &'a [Anomaly],
        frame: Frame,
        options: &Options,
        cancel: &AtomicBool,
    ) -> Result<Option<Self>, Refusal> {
        let means = means(judged, frame, cancel)?;
        let mut known: Vec<f64> = means.iter().flatten().copied().collect();
        if known.len() < LEAST_CELLS {
            return Ok(None);
        }
        let middle = spread::median(&mut known);
        let inner = spread::quantile(&mut known, 950) / INNER_SIGMAS
            - spread::quantile(&mut known, 50) / INNER_SIGMAS;
        for value in &mut known {
            *value = (*value - middle).abs();
        }
        let robust = inner.max(spread::MAD_TO_SIGMA * spread::median(&mut known));
        if robust <= 0.0 || !(1.0 / robust).is_finite() {
            return Ok(None);
        }
        let spread = robust.max(options.floor_ratio * middle.abs());
        let cells = means.into_iter().map(|mean| mean.map(|v| compressed((v - middle) / spread))).collect();
        Ok(Some(Self { place: *place, judged, found, middle, spread, cells }))
    }

    /// Returns a compressed departure in the unit of the series; `None` when it is too large to be represented.
    fn in_unit(&self, departure: f64) -> Option<f64> {
        Some(self.middle + self.spread * departure.sinh()).filter(|value| value.is_finite())
    }

    /// Reports whether something was found in its own past at a time.
    fn has_found(&self, from_ms: i64, to_ms: i64) -> bool {
        self.found.iter().any(|anomaly| {
            anomaly.start.as_millis() <= to_ms && anomaly.end.is_none_or(|end| end.as_millis() >= from_ms)
        })
    }
}

/// Returns the mean of each cell of a frame.
fn means(judged: &Samples, frame: Frame, cancel: &AtomicBool) -> Result<Vec<Option<f64>>, Refusal> {
    let (times, values) = (judged.times(), judged.values());
    let from = times.partition_point(|&time| time < frame.first_ms);
    let mut sums = vec![(0.0_f64, 0_u32); frame.n];
    let (mut cell, mut end_ms) = (0, frame.time_of(1));
    pass::over(times.len() - from, cancel, |range| {
        for (&time, &value) in times[from..][range.clone()].iter().zip(&values[from..][range]) {
            while time >= end_ms && cell + 1 < frame.n {
                cell += 1;
                end_ms = end_ms.saturating_add(frame.cell_ms);
            }
            sums[cell].0 += value;
            sums[cell].1 += 1;
        }
    })?;
    let mean = |(sum, count): (f64, u32)| Some(sum / f64::from(count)).filter(|mean| mean.is_finite());
    Ok(sums.into_iter().map(mean).collect())
}

/// Returns a departure on a scale that is straight near 0 and logarithmic far from it.
fn compressed(spreads: f64) -> f64 {
    spreads.asinh()
}

/// How the whole group lies in each cell: its middle and the spread around it; `None` where too few have a value.
fn middles(
    members: &[Member<'_>],
    n: usize,
    cancel: &AtomicBool,
) -> Result<Vec<Option<(f64, f64)>>, Refusal> {
    let mut values = Vec::with_capacity(members.len());
    let mut all = Vec::with_capacity(n);
    for cell in 0..n {
        values.clear();
        values.extend(members.iter().filter_map(|member| member.cells[cell]));
        all.push((values.len() >= LEAST_MEMBERS).then(|| {
            let middle = spread::median(&mut values);
            for value in &mut values {
                *value = (*value - middle).abs();
            }
            (middle, spread::MAD_TO_SIGMA * spread::median(&mut values))
        }));
    }
    pass::go_on(cancel)?;
    Ok(all)
}

/// How far a member is from the middle of its group.
struct Distances {
    /// The usual distance and its spread.
    usual: f64,
    sigma: f64,
    /// The distance beyond the usual one in spreads, signed, where it counts; `None` where nothing can be compared.
    off: Vec<Option<f64>>,
}

impl Distances {
    /// Measures the distances; `None` when there are too few.
    fn of(member: &Member<'_>, middles: &[Option<(f64, f64)>]) -> Option<Self> {
        let each = || member.cells.iter().zip(middles);
        let mut sizes: Vec<f64> =
            each().filter_map(|(own, middle)| Some((*own)? - middle.as_ref()?.0)).collect();
        if sizes.len() < LEAST_CELLS {
            return None;
        }
        let usual = spread::median(&mut sizes);
        for size in &mut sizes {
            *size = (*size - usual).abs();
        }
        // Not the hundredth: an outlier of some hours must not hide itself.
        let tails = spread::NORMAL_TAILS[1..].iter();
        let sigma = tails
            .map(|&(permille, normal)| spread::quantile(&mut sizes, permille) / normal)
            .fold(LEAST_SIGMA, f64::max);
        let off = |(own, middle): (&Option<f64>, &Option<(f64, f64)>)| {
            let (middle, scatter) = (*middle)?;
            let distance = (*own)? - middle - usual;
            let counts = distance.abs() >= LEAST_DISTANCE;
            Some(if counts { (distance / sigma.max(scatter)).clamp(-MOST_SIGMAS, MOST_SIGMAS) } else { 0.0 })
        };
        Some(Self { usual, sigma, off: each().map(off).collect() })
    }

    fn is_outside(&self, cell: usize) -> bool {
        self.off[cell].is_some_and(|off| off.abs() > LIMIT)
    }
}

/// Cells in which a member is outside, one after the other.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: usize,
    last: usize,
    outside: usize,
    /// The median size of the cells outside, in spreads.
    sigmas: f64,
}

/// Finds the outliers of one group: the place of each member that has some, with them.
fn of_group(
    inputs: &[PeerInput<'_>],
    group: &[usize],
    options: &Options,
    cancel: &AtomicBool,
) -> Result<Vec<(usize, Vec<Anomaly>)>, Refusal> {
    let mut histories = Vec::with_capacity(group.len());
    for &place in group {
        let input = &inputs[place].input;
        histories.push((place, values_unless(input.samples, input.kind, cancel)?));
    }
    let Some(frame) = Frame::of(&histories, cancel)? else { return Ok(Vec::new()) };
    let mut members = Vec::with_capacity(group.len());
    for history in &histories {
        members.extend(Member::of(history, inputs[history.0].found, frame, options, cancel)?);
    }
    if members.len() < LEAST_MEMBERS {
        return Ok(Vec::new());
    }
    let middles = middles(&members, frame.n, cancel)?;
    let distances: Vec<Option<Distances>> =
        members.iter().map(|member| Distances::of(member, &middles)).collect();
    let compared = Compared { frame, members: &members, middles: &middles, distances: &distances };
    let mut found = Vec::new();
    for (at, member) in members.iter().enumerate() {
        pass::go_on(cancel)?;
        let anomalies = compared.outliers(at, options);
        if !anomalies.is_empty() {
            found.push((member.place, anomalies));
        }
    }
    Ok(found)
}

/// A group with all that is known of it.
struct Compared<'a> {
    frame: Frame,
    members: &'a [Member<'a>],
    middles: &'a [Option<(f64, f64)>],
    distances: &'a [Option<Distances>],
}

impl Compared<'_> {
    /// Returns the outliers of one member by time; those below [`Options::min_score`] are left out.
    fn outliers(&self, at: usize, options: &Options) -> Vec<Anomaly> {
        let Some(own) = &self.distances[at] else { return Vec::new() };
        let runs = runs(own, self.frame.n);
        let is_habit = |run: &Run| {
            let alike = |other: &&Run| {
                other.first != run.first
                    && other.sigmas >= COMPARABLE * run.sigmas
                    && other.outside as f64 >= COMPARABLE * run.outside as f64
            };
            runs.iter().any(|other| alike(&other))
        };
        runs.iter()
            .filter(|run| !is_habit(run) && self.is_odd(at, run))
            .map(|run| self.describe(at, own, run, options))
            .filter(|anomaly| anomaly.score.get() >= options.min_score)
            .collect()
    }

    /// Reports whether a run is this member's alone and not known from its own past.
    fn is_odd(&self, at: usize, run: &Run) -> bool {
        let most = (self.members.len() / ODD_PARTS).max(1);
        let (from, to) = (self.frame.time_of(run.first), self.frame.time_of(run.last + 1));
        let around = (from.saturating_sub(self.frame.cell_ms), to.saturating_add(self.frame.cell_ms));
        if self.members[at].has_found(around.0, around.1) {
            return false;
        }
        let others = self.members.iter().enumerate().filter(|(other, _)| *other != at);
        if others.filter(|(_, member)| member.has_found(from, to)).count() > most {
            return false;
        }
        let outside = |cell: usize| {
            self.distances.iter().flatten().filter(|distances| distances.is_outside(cell)).count()
        };
        let alone = (run.first..=run.last).filter(|&cell| outside(cell) <= most).count();
        2 * alone > run.last - run.first
    }

    /// Makes a finding of a run.
    fn describe(&self, at: usize, own: &Distances, run: &Run, options: &Options) -> Anomaly {
        let member = &self.members[at];
        let times = member.judged.times();
        let last_row = times.len().saturating_sub(1);
        let start = times.partition_point(|&t| t < self.frame.time_of(run.first)).min(last_row);
        let behind = self.frame.time_of(run.last + 1);
        let after = times.partition_point(|&t| t < behind);
        let lasts = run.last + LASTING.1 >= self.frame.n - 1;
        let cells = run.first..=run.last;
        let mut seen: Vec<f64> = cells.clone().filter_map(|cell| member.cells[cell]).collect();
        let mut peers: Vec<f64> = cells.filter_map(|cell| Some(self.middles[cell]?.0 + own.usual)).collect();
        let (seen_middle, expected) = (spread::median(&mut seen), spread::median(&mut peers));
        let farthest =
            seen.iter().copied().max_by(|a, b| (a - expected).abs().total_cmp(&(b - expected).abs()));
        let smaller = own.off.iter().flatten().filter(|off| off.abs() < run.sigmas).count();
        let known = own.off.iter().flatten().count();
        let half = LIMIT * own.sigma;
        Anomaly {
            kind: AnomalyKind::PeerOutlier,
            start: Timestamp::from_millis(times.get(start).copied().unwrap_or_default()),
            // A copy that is gone while the others go on has no sample that is back: it ends with its last cell.
            end: (!lasts).then(|| Timestamp::from_millis(times.get(after).copied().unwrap_or(behind))),
            // Copies are compared cell by cell, so the begin is known to no more than one.
            step_ms: self.frame.cell_ms,
            score: Score::new(self.score(run, known, options)),
            reason: Reason {
                observed: member.in_unit(seen_middle),
                peak: farthest.and_then(|value| member.in_unit(value)),
                expected: member.in_unit(expected),
                lower: member.in_unit(expected - half),
                upper: member.in_unit(expected + half),
                slope_per_hour: None,
                rarer_than: smaller as f64 / known.max(1) as f64,
                history_ms: times
                    .last()
                    .zip(times.first())
                    .map_or(0, |(last, first)| last.saturating_sub(*first)),
                season_ms: None,
            },
        }
    }

    /// Returns how surprising a run is: size, duration and length of the history, each 0 to 1.
    fn score(&self, run: &Run, known: usize, options: &Options) -> f64 {
        let length_ms =
            |cells: usize| i64::try_from(cells).unwrap_or(i64::MAX).saturating_mul(self.frame.cell_ms);
        let minutes = length_ms(run.outside) as f64 / 60_000.0;
        options.size_part(run.sigmas - LIMIT / 2.0)
            * options.duration_part(DURATION_PART * (run.outside as f64 * minutes).sqrt())
            * options.history_part(length_ms(known))
    }
}

/// Finds the runs to one side that last long enough, but not for so long that they are how the member is.
fn runs(own: &Distances, n: usize) -> Vec<Run> {
    let (least, merge) = LASTING;
    let run = |(first, last): (usize, usize)| {
        let mut off: Vec<f64> =
            (first..=last).filter(|&cell| own.is_outside(cell)).filter_map(|cell| own.off[cell]).collect();
        let above = off.iter().filter(|off| **off > 0.0).count();
        let is_one_sided = above == 0 || above == off.len();
        let fits = off.len() >= least && (last - first + 1) * MOST_PARTS <= n;
        let outside = off.len();
        (is_one_sided && fits).then(|| Run { first, last, outside, sigmas: spread::median(&mut off).abs() })
    };
    spans::merged(n, merge, |cell| own.is_outside(cell)).into_iter().filter_map(run).collect()
}

#[cfg(test)]
mod tests;
