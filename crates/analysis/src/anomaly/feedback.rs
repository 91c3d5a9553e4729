//! Feedback: which findings the word of a person about one of them covers.
//!
//! A word about exactly this finding decides, the last one of several. Without one, the last word that was said about
//! findings like it does: the same weekday and time of day, the same series, a maintenance. Nothing is guessed beyond
//! what was said, and a word never makes a finding disappear: it says how the finding stands.

mod learn;
mod series;

use wardroom_core::anomaly::{Anomaly, AnomalyKind};
use wardroom_core::id::FactId;
use wardroom_core::time::{TimeRange, Timestamp};

pub use learn::{Example, FEATURES, LEAST_LABELS, LEAST_SERIES, Learned, Stage, Trial, features, learn};
pub use series::SeriesSeen;

/// How far from the weekday and time of day of the marked finding another one may begin, in milliseconds.
///
/// Ours: half the distance of two jobs that run at full hours, so that the one before or after is not covered.
const WEEKLY_MS: i64 = 30 * 60_000;
/// Steps within which two starts on one series are one finding, as in the store: more history may move an onset so far.
const SAME_START_STEPS: i64 = 2;
/// A week in milliseconds.
const WEEK_MS: i64 = 7 * 86_400_000;

/// How a finding departs, as far as feedback tells findings of one series apart.
///
/// One event may be called a spike or a change of level by how much of it was seen, so the kinds themselves are not kept
/// apart; a rise that is expected does not make a fall expected, nor silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manner {
    /// Above what was expected.
    Up,
    /// Below what was expected.
    Down,
    /// Another spread, or a departure whose direction is not known.
    Unsettled,
    /// No samples.
    Missing,
    /// Stands still.
    Flat,
}

impl Manner {
    /// Returns how a finding departs.
    pub fn of(anomaly: &Anomaly) -> Self {
        let reason = &anomaly.reason;
        let rises = match anomaly.kind {
            AnomalyKind::Missing => return Self::Missing,
            AnomalyKind::Flat => return Self::Flat,
            AnomalyKind::Variance | AnomalyKind::SeasonBreak | AnomalyKind::ResetStorm => None,
            AnomalyKind::Trend => reason.slope_per_hour.map(|slope| slope >= 0.0),
            AnomalyKind::Level | AnomalyKind::Spike | AnomalyKind::Dip | AnomalyKind::PeerOutlier => {
                reason.observed.or(reason.peak).zip(reason.expected).map(|(seen, usual)| seen >= usual)
            }
        };
        rises.map_or(Self::Unsettled, |rises| if rises { Self::Up } else { Self::Down })
    }

    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Unsettled => "unsettled",
            Self::Missing => "missing",
            Self::Flat => "flat",
        }
    }

    /// Reads what [`Manner::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Up, Self::Down, Self::Unsettled, Self::Missing, Self::Flat]
            .into_iter()
            .find(|manner| manner.as_str() == text)
    }

    /// Reports whether two findings may show the same: an unsettled one may have gone either way.
    const fn agrees(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Up | Self::Unsettled, Self::Up | Self::Unsettled)
                | (Self::Down | Self::Unsettled, Self::Down | Self::Unsettled)
                | (Self::Missing, Self::Missing)
                | (Self::Flat, Self::Flat)
        )
    }
}

/// The offsets of a zone from UTC over time: the wall clock in which a weekday and a time of day are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offsets {
    /// What holds before the first change, in milliseconds east of UTC.
    first_ms: i64,
    /// When another offset begins, ascending, with it.
    changes: Vec<(Timestamp, i64)>,
}

impl Offsets {
    /// Creates a table: `first_ms` (milliseconds east of UTC) holds until the first of `changes`, each with what holds
    /// from then on. The order of `changes` does not matter. The default is UTC.
    pub fn new(first_ms: i64, mut changes: Vec<(Timestamp, i64)>) -> Self {
        changes.sort_unstable();
        Self { first_ms, changes }
    }

    /// Returns the offset at a moment, in milliseconds east of UTC. Cost: logarithmic.
    pub fn at(&self, moment: Timestamp) -> i64 {
        let before = self.changes.partition_point(|(from, _)| *from <= moment);
        before.checked_sub(1).map_or(self.first_ms, |last| self.changes[last].1)
    }

    /// Returns how far into the week of the wall clock a moment lies, in milliseconds; weeks are counted from the epoch.
    fn in_week(&self, moment: Timestamp) -> i64 {
        moment.as_millis().saturating_add(self.at(moment)).rem_euclid(WEEK_MS)
    }
}

/// What a maintenance covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// The service, host or other thing of the marked finding.
    Entity,
    /// Everything.
    Everything,
}

/// What a person said of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It is real: no word about other findings covers it.
    Real,
    /// It was expected, this once.
    Once,
    /// It is expected at its weekday and time of day, by the wall clock of these offsets.
    Weekly(&'a Offsets),
    /// Whatever its series shows is expected.
    Always,
    /// Whatever begins in the window on what the maintenance reaches is expected.
    Maintenance {
        /// From when to when.
        window: TimeRange,
        /// On what.
        reach: Reach,
    },
}

/// A finding as feedback sees it.
#[derive(Clone, Copy, Debug)]
pub struct FindingSeen<'a> {
    /// Its identity.
    pub id: FactId,
    /// When it began.
    pub start: Timestamp,
    /// The resolution of the start, in milliseconds.
    pub step_ms: i64,
    /// How it departs.
    pub manner: Manner,
    /// On which series.
    pub series: SeriesSeen<'a>,
}

impl<'a> FindingSeen<'a> {
    /// Takes of an anomaly of a series what feedback looks at.
    pub fn new(id: FactId, anomaly: &Anomaly, series: SeriesSeen<'a>) -> Self {
        let (start, step_ms) = (anomaly.start, anomaly.step_ms);
        Self { id, start, step_ms, manner: Manner::of(anomaly), series }
    }

    /// Reports whether both are one event: one identity, or the same departure told again after a detection with more
    /// history, or by another collector.
    fn is_event(&self, other: &Self) -> bool {
        self.id == other.id
            || self.series.is_same(&other.series)
                && self.manner.agrees(other.manner)
                && self.start.as_millis().abs_diff(other.start.as_millis())
                    <= SAME_START_STEPS.saturating_mul(self.step_ms.max(other.step_ms)).unsigned_abs()
    }
}

/// A word about a finding that holds.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// The finding that was marked, as it was then.
    pub marked: FindingSeen<'a>,
    /// What was said of it.
    pub verdict: Verdict<'a>,
}

impl Label<'_> {
    /// Reports whether it says of another finding that it is expected.
    fn covers(&self, finding: &FindingSeen<'_>) -> bool {
        let marked = &self.marked;
        match self.verdict {
            Verdict::Real | Verdict::Once => false,
            Verdict::Weekly(zone) => {
                let apart = (zone.in_week(finding.start) - zone.in_week(marked.start)).rem_euclid(WEEK_MS);
                apart.min(WEEK_MS - apart) <= WEEKLY_MS
                    && marked.manner.agrees(finding.manner)
                    && marked.series.is_same_history(&finding.series)
            }
            Verdict::Always => marked.series.is_same_history(&finding.series),
            Verdict::Maintenance { window, reach } => {
                // A start is known up to its step, so what began with the window may be told as begun a step before it.
                let begins = window.contains(finding.start)
                    || window.contains(finding.start.plus_millis(finding.step_ms.max(0)));
                begins
                    && match reach {
                        Reach::Entity => marked.series.entity == finding.series.entity,
                        Reach::Everything => true,
                    }
            }
        }
    }
}

/// How a finding stands by what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It was expected.
    Expected,
    /// It is real.
    Real,
}

/// Says how a finding stands, and by which of `labels` (its position); `None` when nothing was said that covers it.
///
/// # Input
///
/// `labels` that hold, in the order in which they were given: the last one counts. One about exactly this finding counts
/// before any about others, so a finding that was marked real stays real in a maintenance and on a series of which
/// everything is expected, until it is marked otherwise itself.
///
/// # Cost
///
/// Linear in the labels; two names of a metric that differ end the look at a label.
pub fn standing(finding: &FindingSeen<'_>, labels: &[Label<'_>]) -> Option<(usize, Standing)> {
    let direct = labels.iter().rposition(|label| label.marked.is_event(finding));
    let place = direct.or_else(|| labels.iter().rposition(|label| label.covers(finding)))?;
    let standing = if labels[place].verdict == Verdict::Real { Standing::Real } else { Standing::Expected };
    Some((place, standing))
}

#[cfg(test)]
mod tests;
