//! Anomalies: departures from the baseline.

use crate::time::Timestamp;

/// How surprising a finding is: 0 (usual) to 1 (never seen).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// Creates a score; values outside 0…1 are held at the ends, `NaN` becomes 0.
    pub const fn new(value: f64) -> Self {
        if value > 1.0 {
            Self(1.0)
        } else if value > 0.0 {
            Self(value)
        } else {
            Self(0.0)
        }
    }

    /// Returns the number, 0 to 1.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Returns the grade that is drawn: three bars, two or one.
    ///
    /// The limits are ours: 0.9 and 0.6 split the demo's findings into the fault, its echoes and the rest.
    pub const fn grade(self) -> Grade {
        if self.0 >= 0.9 {
            Grade::High
        } else if self.0 >= 0.6 {
            Grade::Medium
        } else {
            Grade::Low
        }
    }
}

/// A finding's grade, for drawing and for `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Below 0.6.
    Low,
    /// 0.6 up to 0.9.
    Medium,
    /// 0.9 and more.
    High,
}

/// How a series departs from its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnomalyKind {
    /// A lasting change of the level.
    Level,
    /// A short excursion upwards that came back.
    Spike,
    /// A short excursion downwards that came back.
    Dip,
    /// A lasting rise or fall.
    Trend,
    /// The spread around the usual value changed.
    Variance,
    /// Samples stopped coming.
    Missing,
    /// A series that usually moves stands still.
    Flat,
    /// The pattern of the day is gone or elsewhere while the level is usual.
    SeasonBreak,
    /// A counter begins again many times in a short while.
    ResetStorm,
    /// A series parts from the copies that do the same work.
    PeerOutlier,
}

impl AnomalyKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 10] = [
        Self::Level,
        Self::Spike,
        Self::Dip,
        Self::Trend,
        Self::Variance,
        Self::Missing,
        Self::Flat,
        Self::SeasonBreak,
        Self::ResetStorm,
        Self::PeerOutlier,
    ];

    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Spike => "spike",
            Self::Dip => "dip",
            Self::Trend => "trend",
            Self::Variance => "variance",
            Self::Missing => "missing",
            Self::Flat => "flat",
            Self::SeasonBreak => "season-break",
            Self::ResetStorm => "reset-storm",
            Self::PeerOutlier => "peer-outlier",
        }
    }

    /// Reads what [`AnomalyKind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "level" => Some(Self::Level),
            "spike" => Some(Self::Spike),
            "dip" => Some(Self::Dip),
            "trend" => Some(Self::Trend),
            "variance" => Some(Self::Variance),
            "missing" => Some(Self::Missing),
            "flat" => Some(Self::Flat),
            "season-break" => Some(Self::SeasonBreak),
            "reset-storm" => Some(Self::ResetStorm),
            "peer-outlier" => Some(Self::PeerOutlier),
            _ => None,
        }
    }
}

/// Why a finding is one, as data; the sentence is made at the edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The value that is typical of the finding (median over it); `None` for missing data.
    pub observed: Option<f64>,
    /// The most extreme value within the finding; `None` for missing data.
    pub peak: Option<f64>,
    /// What was expected at the same time.
    pub expected: Option<f64>,
    /// The lower end of the expected band.
    pub lower: Option<f64>,
    /// The upper end of the expected band.
    pub upper: Option<f64>,
    /// The change per hour, for a trend.
    pub slope_per_hour: Option<f64>,
    /// The share of the history whose departure was smaller than this one, 0 to 1.
    pub rarer_than: f64,
    /// The history that was looked at, gaps left out, in milliseconds.
    pub history_ms: i64,
    /// The length of the season that was used, in milliseconds; `None` when none was found.
    pub season_ms: Option<i64>,
}

/// A departure of one series from its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Anomaly {
    /// How it departs.
    pub kind: AnomalyKind,
    /// The first sample outside the band (or the first missing step).
    pub start: Timestamp,
    /// The first sample back inside; `None` while it lasts.
    pub end: Option<Timestamp>,
    /// The resolution of `start` in milliseconds: the step of the data there, or of the cells that were compared.
    pub step_ms: i64,
    /// How surprising.
    pub score: Score,
    /// Why.
    pub reason: Reason,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_held_between_zero_and_one() {
        assert!((Score::new(7.0).get() - 1.0).abs() < f64::EPSILON);
        assert!(Score::new(f64::NAN).get().abs() < f64::EPSILON);
        assert_eq!(Score::new(0.95).grade(), Grade::High);
    }

    #[test]
    fn the_words_of_kinds_are_read_back() {
        for kind in AnomalyKind::ALL {
            assert_eq!(AnomalyKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(AnomalyKind::parse("odd"), None);
    }
}
