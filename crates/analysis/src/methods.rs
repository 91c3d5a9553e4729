//! Methods to choose from: eleven ways to score one history, each under the same roof and with its source.
//!
//! [`score`] is the door. Every method takes the same samples and gives a score per sample, 0 and more, and alarms
//! where the score exceeds about 1. The limit is fixed without labels by one rule for all raw scores (`tail`), but for
//! the default detector and the seasonal baseline, which bring their own.

mod baseline;
mod change;
mod density;
mod grid;
mod isolation;
mod local;
mod nearest;
mod neighbours;
mod peers;
mod profile;
mod remainder;
mod standard;
mod tail;

use std::sync::atomic::AtomicBool;

use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use crate::anomaly::Refusal;
use crate::pass;

/// A way to find what is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The product's default: a row seen from many sides, each in its own robust spread.
    Standard,
    /// A level that follows slowly, a daily profile and a band around both.
    SeasonalBaseline,
    /// Isolation forest on the value and its recent means and spread.
    Forest,
    /// The same with slanted cuts.
    ExtendedForest,
    /// Local outlier factor: density against that of the neighbours.
    LocalOutlier,
    /// DBSCAN: rows that belong to no dense region.
    Density,
    /// Distance to the k-th nearest neighbour.
    Neighbours,
    /// Shapes that occur nowhere else in the history.
    MatrixProfile,
    /// Changes of level.
    ChangePoints,
    /// What is left after trend, day and week.
    Remainder,
    /// Departure from the other copies of the same metric.
    Peers,
}

impl Method {
    /// Every method, the default first.
    pub const ALL: [Self; 11] = [
        Self::Standard,
        Self::SeasonalBaseline,
        Self::Forest,
        Self::ExtendedForest,
        Self::LocalOutlier,
        Self::Density,
        Self::Neighbours,
        Self::MatrixProfile,
        Self::ChangePoints,
        Self::Remainder,
        Self::Peers,
    ];

    /// Returns the stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::SeasonalBaseline => "seasonal-baseline",
            Self::Forest => "forest",
            Self::ExtendedForest => "extended-forest",
            Self::LocalOutlier => "lof",
            Self::Density => "dbscan",
            Self::Neighbours => "knn",
            Self::MatrixProfile => "matrix-profile",
            Self::ChangePoints => "change-points",
            Self::Remainder => "mstl",
            Self::Peers => "peers",
        }
    }

    /// Reads what [`Method::as_str`] wrote.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// Returns where the method is from: authors, title, year.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Standard => {
                "Rousseeuw and Hubert, Robust statistics for outlier detection, 2011; sides and limits measured here"
            }
            Self::SeasonalBaseline => {
                "Gelper, Fried and Croux, Robust forecasting with exponential and Holt-Winters smoothing, 2010"
            }
            Self::Forest => "Liu, Ting and Zhou, Isolation Forest, 2008",
            Self::ExtendedForest => "Hariri, Carrasco Kind and Brunner, Extended Isolation Forest, 2019",
            Self::LocalOutlier => {
                "Breunig, Kriegel, Ng and Sander, LOF: Identifying Density-Based Local Outliers, 2000"
            }
            Self::Density => {
                "Ester, Kriegel, Sander and Xu, A Density-Based Algorithm for Discovering Clusters, 1996"
            }
            Self::Neighbours => {
                "Ramaswamy, Rastogi and Shim, Efficient Algorithms for Mining Outliers from Large Data Sets, 2000"
            }
            Self::MatrixProfile => {
                "Zhu et al., Matrix Profile II, 2016; De Paepe et al., Eliminating Noise in the Matrix Profile, 2019"
            }
            Self::ChangePoints => {
                "Killick, Fearnhead and Eckley, Optimal Detection of Changepoints With a Linear Computational Cost, 2012"
            }
            Self::Remainder => {
                "Bandara, Hyndman and Bergmeir, MSTL: A Seasonal-Trend Decomposition Algorithm, 2021"
            }
            Self::Peers => "Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993",
        }
    }
}

/// What a method looks at.
#[derive(Clone, Copy, Debug)]
pub struct MethodInput<'a> {
    /// Gauges, or rates of cumulative kinds, as [`crate::anomaly::values_judged`] makes them; in any order.
    pub samples: &'a Samples,
    /// Other copies of the same metric; only [`Method::Peers`] looks at them.
    pub peers: &'a [&'a Samples],
}

/// A stretch that departs more than the history is used to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MethodAlarm {
    /// The time of the first sample.
    pub start: Timestamp,
    /// The time of the last sample; not before `start`.
    pub end: Timestamp,
    /// The time of the sample that departs most.
    pub peak: Timestamp,
    /// The score of that sample.
    pub score: f64,
}

/// What a method says about one history.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodScored {
    /// One score per sample in the order of the input, 0 and more; around 1 alarms begin. 0 for a value that is not
    /// finite.
    pub scores: Vec<f64>,
    /// The alarms by time.
    pub alarms: Vec<MethodAlarm>,
}

/// Scores one history with one method.
///
/// # Input
///
/// At least 30 finite values, some methods need more; times at any, even mixed, steps. Longer histories than a method
/// can afford are averaged to a coarser step first, which each method says; one score is then shared by the samples of
/// a step.
///
/// # Output
///
/// The same input gives the same output on any number of threads. Scaling or moving the unit changes nothing (up to
/// rounding).
///
/// # Errors
///
/// [`Refusal`]: empty, too short, constant, cancelled, and without peers for [`Method::Peers`].
///
/// # Cost
///
/// That of each method's module; from the step on at which a history is averaged it grows linearly. `cancel` is looked
/// at every few milliseconds.
///
/// # Source
///
/// [`Method::source`]; each method's module names its constants' sources.
pub fn score(method: Method, input: &MethodInput<'_>, cancel: &AtomicBool) -> Result<MethodScored, Refusal> {
    pass::go_on(cancel)?;
    match method {
        Method::Standard => standard::score(input.samples, cancel),
        Method::SeasonalBaseline => baseline::score(input.samples, cancel),
        Method::Neighbours => neighbours::score(input.samples, cancel),
        Method::LocalOutlier => local::score(input.samples, cancel),
        Method::Density => density::score(input.samples, cancel),
        Method::MatrixProfile => profile::score(input.samples, cancel),
        Method::ChangePoints => change::score(input.samples, cancel),
        Method::Peers => peers::score(input.samples, input.peers, cancel),
        Method::Remainder => remainder::score(input.samples, cancel),
        Method::Forest => isolation::score(input.samples, 0, cancel),
        Method::ExtendedForest => isolation::score(input.samples, 3, cancel),
    }
}

#[cfg(test)]
mod tests;
