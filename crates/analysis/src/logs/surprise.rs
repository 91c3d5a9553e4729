//! Surprise: which templates are new, vanished, more or fewer than expected, and which of them to look at first.
//!
//! What is expected comes from a baseline window, scaled to the length of the window that is compared. The test allows
//! for bursts: its spread is estimated from the template's own counts per bin, at every scale up to the compared
//! window, and what has happened before in the baseline is never a surprise.

mod diff;
mod tail;
#[cfg(test)]
mod tests;
mod windows;

use std::cmp::Ordering;

use wardroom_core::{FaultClass, LogLevel, TemplateId, Timestamp};

pub use diff::{CountTable, TableRow, diff};
pub use windows::{Windows, choose_windows, first_new_fault};

/// A departure this improbable is shown as *more* or *fewer*.
///
/// Ours: with a thousand templates, one in ten answers shows one by chance.
const SURE: f64 = 1e-4;
/// Silence this improbable is shown as *gone*: the template was regular.
const SURE_GONE: f64 = 1e-3;
/// Factors below this, up or down, are the same: ours, the size of daily variation.
const LEAST_FACTOR: f64 = 1.5;
/// How far the rate of anything drifts without a reason, as a share of it (ours).
const DRIFT: f64 = 0.15;
/// The spread that is taken where too few bins tell it: variance as a multiple of the mean (ours).
const UNKNOWN_DISPERSION: f64 = 3.0;
/// So many blocks are needed to tell a spread from them.
const LEAST_BLOCKS: usize = 8;
/// A rare template has at most this many lines in the baseline …
const RARE_LINES: u64 = 10;
/// … in at most this many bins …
const RARE_BINS: usize = 3;
/// … and in at most this share of them.
const RARE_SHARE: f64 = 0.1;

/// How the count of a template departs from its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It did not exist before the compared window.
    New,
    /// It was regular and is not there.
    Gone,
    /// More lines than expected.
    More,
    /// Fewer lines than expected.
    Fewer,
    /// It occurs, as it did a few times before.
    Rare,
    /// As expected.
    Same,
}

impl Change {
    /// Every change, in the order in which they are listed.
    pub const ALL: [Self; 6] = [Self::New, Self::More, Self::Gone, Self::Fewer, Self::Rare, Self::Same];

    /// Returns the stable word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::More => "more",
            Self::Fewer => "fewer",
            Self::Rare => "rare",
            Self::Same => "same",
        }
    }

    /// Reads what [`Change::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.as_str() == text)
    }
}

/// What is known of one template.
#[derive(Clone, Copy, Debug)]
pub struct TemplateCounts<'a> {
    /// Which template.
    pub id: TemplateId,
    /// Lines per bin as (start of the bin, lines), ascending, bins without lines left out. A bin counts for the window
    /// that its start lies in; bins outside both windows are left aside.
    pub bins: &'a [(Timestamp, u64)],
    /// When it was seen first, in all that is known, not only in the two windows.
    pub first_seen: Timestamp,
    /// The fault that it tells of.
    pub class: FaultClass,
    /// How serious its lines are, if they say.
    pub level: Option<LogLevel>,
}

/// How surprising a template is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surprise {
    /// Which template.
    pub id: TemplateId,
    /// How it departs.
    pub change: Change,
    /// Lines in the compared window.
    pub lines: u64,
    /// Lines in the baseline.
    pub before: u64,
    /// Lines that the baseline lets expect in the compared window.
    pub expected: f64,
    /// Lines divided by expected lines; `None` when none are expected.
    pub ratio: Option<f64>,
    /// The probability of a count at least this far off, on its side, if nothing had changed; 1 for a new template.
    pub p_value: f64,
    /// The spread that was allowed for: variance as a multiple of the mean; 1 for independent lines.
    pub dispersion: f64,
    /// How surprising: 0 (usual) to 1 (a new fault).
    pub score: f64,
    /// When it was seen first.
    pub first_seen: Timestamp,
    /// Its place among the kinds of change, the first to be shown being 0.
    tier: u8,
}

impl Surprise {
    /// Compares by what a person looks at first: new faults, what rose, what else is new, what vanished, what fell, what
    /// is rare, and the rest; within these by score, then by the first sight, then by the template's number.
    pub fn order(&self, other: &Self) -> Ordering {
        self.tier
            .cmp(&other.tier)
            .then(other.score.total_cmp(&self.score))
            .then(self.first_seen.cmp(&other.first_seen))
            .then(self.id.cmp(&other.id))
    }
}

/// Judges templates and puts the most surprising first.
///
/// The result does not depend on the order of the input. Cost: linear in the number of bins, for each scale.
///
/// # Source
///
/// The predictive distribution of a count given an earlier one is negative binomial (Poisson rate with the prior
/// Γ(½, 0): Gelman et al., *Bayesian Data Analysis*, 3rd ed. 2013, §2.6); its size is reduced so that its variance is
/// the estimated dispersion times that of independent lines (quasi-likelihood: `McCullagh` and Nelder, *Generalized Linear
/// Models*, 2nd ed. 1989, §4.5), and the drift is added to it.
pub fn rank(templates: &[TemplateCounts<'_>], windows: &Windows) -> Vec<Surprise> {
    let novelty = novelty(templates, windows);
    let mut all: Vec<Surprise> =
        templates.iter().map(|template| evidence(template, windows).judge(novelty)).collect();
    all.sort_by(Surprise::order);
    all
}

/// Returns which share of the new templates is not explained by new ones appearing all the time.
fn novelty(templates: &[TemplateCounts<'_>], windows: &Windows) -> f64 {
    let half = windows.baseline.millis() / 2;
    let since = windows.baseline.start().plus_millis(half);
    let count = |from: Timestamp, to: Timestamp| {
        templates.iter().filter(|t| from <= t.first_seen && t.first_seen < to).count() as f64
    };
    let usual = count(since, windows.baseline.end());
    let length = (windows.baseline.millis() - half).max(1);
    let expected = usual * windows.compare.millis() as f64 / length as f64;
    let observed = count(windows.compare.start(), windows.compare.end());
    if observed > 0.0 { observed / (observed + expected) } else { 1.0 }
}

/// What a judgement stands on.
struct Evidence {
    id: TemplateId,
    before: u64,
    lines: u64,
    /// The length of the compared window, divided by that of the baseline.
    scale: f64,
    dispersion: f64,
    /// Whether the baseline has it only a few times.
    is_rare: bool,
    /// Bins of the compared window with lines.
    occupied_after: usize,
    /// The most and the fewest lines of a stretch of the baseline as long as the compared window, and the number of such
    /// stretches side by side; `None` when the baseline is too short to have several.
    stretches: Option<Stretches>,
    is_new: bool,
    first_seen: Timestamp,
    severity: f64,
    is_fault: bool,
}

#[derive(Clone, Copy)]
struct Stretches {
    most: u64,
    fewest: u64,
    side_by_side: usize,
}

fn evidence(template: &TemplateCounts<'_>, windows: &Windows) -> Evidence {
    let bins = windows.baseline_bins();
    let within = |range: wardroom_core::TimeRange| {
        template.bins.iter().filter(move |(at, lines)| range.contains(*at) && *lines > 0)
    };
    let mut dense = vec![0_u64; bins.count];
    for (at, lines) in within(windows.baseline) {
        if let Some(bin) = dense.get_mut(bins.index(*at)) {
            *bin += lines;
        }
    }
    let lines = within(windows.compare).map(|(_, lines)| lines).sum();
    let before = dense.iter().sum();
    let longest = usize::try_from(windows.compare.millis() / bins.width_ms).unwrap_or(1).max(1);
    Evidence {
        id: template.id,
        before,
        lines,
        scale: windows.compare.millis() as f64 / windows.baseline.millis() as f64,
        dispersion: dispersion(&dense, longest),
        is_rare: is_rare(&dense),
        occupied_after: within(windows.compare).count(),
        stretches: stretches(&dense, longest),
        is_new: before == 0 && lines > 0 && template.first_seen >= windows.compare.start(),
        first_seen: template.first_seen,
        severity: severity(template.class, template.level),
        is_fault: is_fault(template.class, template.level),
    }
}

/// Reports whether there are only a few lines, in few bins.
fn is_rare(bins: &[u64]) -> bool {
    let occupied = bins.iter().filter(|lines| **lines > 0).count();
    bins.iter().sum::<u64>() <= RARE_LINES
        && occupied <= RARE_BINS
        && occupied as f64 <= RARE_SHARE * bins.len() as f64
}

/// Estimates the variance of counts as a multiple of their mean: the largest over blocks of 1, 2, 4, … bins, none longer
/// than the compared window, at least 1.
///
/// Bursts that span several bins show at the larger scales only.
fn dispersion(bins: &[u64], longest: usize) -> f64 {
    if bins.len() < LEAST_BLOCKS {
        return UNKNOWN_DISPERSION;
    }
    let mut largest = 1.0_f64;
    let mut size = 1;
    while size <= longest && bins.len() / size >= LEAST_BLOCKS {
        let sums: Vec<f64> = bins.chunks_exact(size).map(|block| block.iter().sum::<u64>() as f64).collect();
        let n = sums.len() as f64;
        let mean = sums.iter().sum::<f64>() / n;
        if mean > 0.0 {
            let squares: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
            largest = largest.max(squares / (n - 1.0) / mean);
        }
        size *= 2;
    }
    largest
}

/// Finds the fullest and the emptiest stretch of `length` bins.
fn stretches(bins: &[u64], length: usize) -> Option<Stretches> {
    let side_by_side = bins.len() / length;
    if side_by_side < 2 {
        return None;
    }
    let mut sum: u64 = bins[..length].iter().sum();
    let (mut most, mut fewest) = (sum, sum);
    for (entering, leaving) in bins[length..].iter().zip(bins) {
        sum = sum + entering - leaving;
        most = most.max(sum);
        fewest = fewest.min(sum);
    }
    Some(Stretches { most, fewest, side_by_side })
}

impl Evidence {
    fn expected(&self) -> f64 {
        self.before as f64 * self.scale
    }

    /// Returns the probabilities of at least and of at most so many lines.
    fn probabilities(&self) -> (f64, f64) {
        let mean = (self.before as f64 + 0.5) * self.scale;
        let variance = self.dispersion * mean * (1.0 + self.scale) + (DRIFT * mean).powi(2);
        let (mut more, mut fewer) =
            (tail::at_least(self.lines, mean, variance), tail::at_most(self.lines, mean, variance));
        if let Some(stretches) = self.stretches {
            let seen = 1.0 / (stretches.side_by_side as f64 + 1.0);
            if stretches.most >= self.lines {
                more = more.max(seen);
            }
            if stretches.fewest <= self.lines {
                fewer = fewer.max(seen);
            }
        }
        (more, fewer)
    }

    fn judge(&self, novelty: f64) -> Surprise {
        let expected = self.expected();
        let ratio = (expected > 0.0).then(|| self.lines as f64 / expected);
        let (more, fewer) = self.probabilities();
        let change = self.change(ratio, more, fewer);
        let p_value = match change {
            Change::New => 1.0,
            Change::More => more,
            Change::Gone | Change::Fewer => fewer,
            Change::Rare | Change::Same => more.min(fewer),
        };
        Surprise {
            id: self.id,
            change,
            lines: self.lines,
            before: self.before,
            expected,
            ratio,
            p_value,
            dispersion: self.dispersion,
            score: self.score(change, ratio, p_value, novelty).clamp(0.0, 1.0),
            first_seen: self.first_seen,
            tier: self.tier(change),
        }
    }

    fn change(&self, ratio: Option<f64>, more: f64, fewer: f64) -> Change {
        if self.is_new {
            return Change::New;
        }
        if self.lines == 0 {
            return if self.before > 0 && fewer <= SURE_GONE { Change::Gone } else { Change::Same };
        }
        let factor = ratio.unwrap_or(f64::INFINITY);
        if more <= SURE && factor >= LEAST_FACTOR {
            Change::More
        } else if fewer <= SURE && factor <= 1.0 / LEAST_FACTOR {
            Change::Fewer
        } else if self.is_rare {
            Change::Rare
        } else {
            Change::Same
        }
    }

    const fn tier(&self, change: Change) -> u8 {
        match change {
            Change::New if self.is_fault => 0,
            Change::More => 1,
            Change::New => 2,
            Change::Gone => 3,
            Change::Fewer => 4,
            Change::Rare => 5,
            Change::Same => 6,
        }
    }

    /// Returns how surprising the change is; the bands are ours, so that three bars mean a new fault or a great rise.
    fn score(&self, change: Change, ratio: Option<f64>, p_value: f64, novelty: f64) -> f64 {
        let sure = (-p_value.max(1e-300).log10() / 16.0).min(1.0);
        let factor = ratio.map_or(1.0, |ratio| (ratio.max(1e-3).log2().abs() / 8.0).min(1.0));
        match change {
            Change::New if self.is_fault => 0.9 + 0.09 * self.severity + 0.01 * self.returns(),
            Change::New => 0.5 + 0.25 * self.returns() * novelty + 0.05 * self.severity,
            Change::More => 0.45 + 0.3 * factor + 0.15 * sure + 0.1 * self.severity,
            Change::Gone => 0.4 + 0.4 * sure,
            Change::Fewer => 0.3 + 0.25 * factor + 0.2 * sure,
            Change::Rare => 0.15 + 0.25 * self.severity,
            Change::Same => 0.1 * (sure * 4.0).min(1.0),
        }
    }

    /// Returns the probability that a template with this many occurrences had shown in the baseline, had it been there:
    /// low for a single occurrence, close to 1 for many.
    fn returns(&self) -> f64 {
        let missed = self.scale / (1.0 + self.scale);
        1.0 - missed.powi(i32::try_from(self.occupied_after).unwrap_or(i32::MAX))
    }
}

/// Reports whether a template tells of a fault, by its class or by its level.
fn is_fault(class: FaultClass, level: Option<LogLevel>) -> bool {
    let by_class = match class {
        FaultClass::Hardware | FaultClass::Application | FaultClass::Network | FaultClass::Security => true,
        FaultClass::None | FaultClass::Unknown => false,
    };
    by_class || level.is_some_and(|level| level >= LogLevel::Warn)
}

/// Returns how serious a template is, 0 to 1: mostly by its class, in the order of the guide, then by its level.
fn severity(class: FaultClass, level: Option<LogLevel>) -> f64 {
    let by_class = match class {
        FaultClass::Hardware => 1.0,
        FaultClass::Security => 0.95,
        FaultClass::Network => 0.85,
        FaultClass::Application => 0.8,
        FaultClass::Unknown => 0.35,
        FaultClass::None => 0.0,
    };
    let by_level = match level {
        Some(LogLevel::Fatal) => 1.0,
        Some(LogLevel::Error) => 0.8,
        Some(LogLevel::Warn) => 0.5,
        None => 0.2,
        Some(LogLevel::Info | LogLevel::Debug | LogLevel::Trace) => 0.0,
    };
    0.65 * by_class + 0.35 * by_level
}
