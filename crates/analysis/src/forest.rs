//! Isolation forests: how few random cuts it takes to set a row apart from all others.
//!
//! [`Forest::fit`] grows trees on small random samples, [`Forest::score`] says of any rows of the same width how
//! unusual they are. With [`ForestOptions::extension`] 0 a cut looks at one feature, which makes the scores
//! independent of the features' units; with a larger one it is a hyperplane through several features in units of
//! their standard deviations.
//!
//! What is deliberately *not* here: a threshold. A score says "how unusual", never "abnormal": the fixed share of rows
//! that other programs flag (`contamination` 0.1) flags a tenth of every healthy history.
//!
//! # Source
//!
//! - Liu, Ting and Zhou, *Isolation Forest*, ICDM 2008: trees of 256 rows up to depth log₂ 256, the score 2^(−E(h)/c).
//! - Hariri, Carrasco Kind and Brunner, *Extended Isolation Forest*, IEEE TKDE 33 (2021), preprint 2018.

mod cuts;
mod descent;
mod grow;
mod numbers;
mod planes;

use std::sync::atomic::{AtomicBool, Ordering};

use cuts::Cuts;
use planes::Planes;

/// The most trees of a forest.
pub const MOST_TREES: usize = 10_000;
/// The most rows of one tree.
pub const MOST_SAMPLE: usize = 65_536;
/// The most values (trees × rows of one × features of a cut) that a forest keeps, so that no choice of options fills
/// the memory.
pub const MOST_PLACES: usize = 1 << 24;

/// How a forest is grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForestOptions {
    /// How many trees, 1 to [`MOST_TREES`]; the scores of 100 hardly move any more (Liu et al., §5.2).
    pub trees: usize,
    /// How many rows a tree is grown on, 1 to [`MOST_SAMPLE`]; all of them where there are fewer.
    pub sample: usize,
    /// How many features a cut looks at besides the first, less than the width: 0 for the plain forest.
    pub extension: usize,
    /// Where the random numbers begin: the same seed gives the same forest.
    pub seed: u64,
}

impl ForestOptions {
    /// Returns the plain forest of the paper: 100 trees of 256 rows.
    pub const fn standard() -> Self {
        Self { trees: 100, sample: 256, extension: 0, seed: 42 }
    }
}

/// Why there is no forest or no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForestRefusal {
    /// There is no row to learn from.
    #[error("there are no rows to learn from")]
    Empty,
    /// The values do not make whole rows.
    #[error("{values} values do not make rows of {width}")]
    Ragged {
        /// How many values were given.
        values: usize,
        /// How many make a row.
        width: usize,
    },
    /// The rows have another number of features than the forest was fitted with.
    #[error("the model was fitted on rows of {fitted} features, these have {given}")]
    Width {
        /// Features of the rows that it was fitted on.
        fitted: usize,
        /// Features of the rows given.
        given: usize,
    },
    /// A value is not a number, or is infinite.
    #[error("row {row} has no finite value in column {column}")]
    NotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
    },
    /// There are no trees, or too many.
    #[error("{given} trees of {sample} rows each cannot be grown")]
    Size {
        /// The trees asked for.
        given: usize,
        /// The rows of each.
        sample: usize,
    },
    /// A cut would look at more features than there are.
    #[error("a cut cannot look at {given} features besides the first in rows of {width}")]
    Extension {
        /// The extension asked for.
        given: usize,
        /// The features of a row.
        width: usize,
    },
    /// The work was cancelled.
    #[error("cancelled before the forest had its answer")]
    Cancelled,
}

impl ForestRefusal {
    /// Returns the stable word: `empty`, `ragged`, `width`, `not_finite`, `size`, `extension` or `cancelled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Ragged { .. } => "ragged",
            Self::Width { .. } => "width",
            Self::NotFinite { .. } => "not_finite",
            Self::Size { .. } => "size",
            Self::Extension { .. } => "extension",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A fitted forest.
#[derive(Clone, Debug)]
pub struct Forest {
    width: usize,
    trees: usize,
    /// How long the path to a row of a sample is on average.
    usual_path: f64,
    wood: Wood,
}

/// The trees, by kind of cut.
#[derive(Clone, Debug)]
enum Wood {
    Cuts(Cuts),
    Planes(Planes),
}

impl Forest {
    /// Grows a forest on all cores.
    ///
    /// # Input
    ///
    /// - `rows`: `n × width` finite values, row after row, `n` at least 1. Features that never move are never cut; one
    ///   row alone, or copies of one row, give a forest whose every score is 0.5.
    /// - `width`: features of a row, at least 1.
    /// - `cancel`: looked at before each tree.
    ///
    /// # Errors
    ///
    /// Every [`ForestRefusal`] but [`ForestRefusal::Width`].
    ///
    /// # Cost
    ///
    /// One pass over the rows (two more with an extension), and `trees · sample · log₂ sample` after it.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::atomic::AtomicBool;
    /// use wardroom_analysis::forest::{Forest, ForestOptions};
    ///
    /// let cancel = AtomicBool::new(false);
    /// let mut rows: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
    /// rows.extend([90.0, -70.0]);
    /// let forest = Forest::fit(&rows, 2, &ForestOptions::standard(), &cancel)?;
    /// let scores = forest.score(&rows, 2, &cancel)?;
    /// assert_eq!(scores.len(), 201);
    /// assert!(scores[..200].iter().all(|&usual| usual < scores[200]));
    /// # Ok::<(), wardroom_analysis::forest::ForestRefusal>(())
    /// ```
    pub fn fit(
        rows: &[f64],
        width: usize,
        options: &ForestOptions,
        cancel: &AtomicBool,
    ) -> Result<Self, ForestRefusal> {
        let n = whole_rows(rows, width)?;
        if n == 0 {
            return Err(ForestRefusal::Empty);
        }
        let ForestOptions { trees, sample, extension, seed: _ } = *options;
        let allowed = (1..=MOST_TREES).contains(&trees) && (1..=MOST_SAMPLE).contains(&sample);
        if extension >= width {
            return Err(ForestRefusal::Extension { given: extension, width });
        }
        if !allowed || trees.saturating_mul(sample).saturating_mul(extension + 1) > MOST_PLACES {
            return Err(ForestRefusal::Size { given: trees, sample });
        }
        finite(rows, width, cancel)?;
        let options = ForestOptions { sample: sample.min(n), ..*options };
        let wood = if extension == 0 {
            Wood::Cuts(Cuts::grow(rows, width, &options, cancel)?)
        } else {
            Wood::Planes(Planes::grow(rows, width, &options, cancel)?)
        };
        Ok(Self { width, trees, usual_path: usual_path(options.sample), wood })
    }

    /// Returns how many features a row has.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Scores rows on all cores: the paper's 2^(−E(h)/c), from 0 to 1.
    ///
    /// About 0.5 is as usual as a row can be told to be, near 1 is set apart by very few cuts. The same bytes come out
    /// on any number of threads.
    ///
    /// # Input
    ///
    /// - `rows`: `n × width` finite values, row after row; `n` may be 0.
    /// - `width`: must be that of the rows that the forest was fitted on.
    /// - `cancel`: looked at before each tree of each block of rows.
    ///
    /// # Output
    ///
    /// `n` scores in the order of the rows.
    ///
    /// # Errors
    ///
    /// [`ForestRefusal::Width`], [`ForestRefusal::Ragged`], [`ForestRefusal::NotFinite`],
    /// [`ForestRefusal::Cancelled`].
    pub fn score(&self, rows: &[f64], width: usize, cancel: &AtomicBool) -> Result<Vec<f64>, ForestRefusal> {
        if width != self.width {
            return Err(ForestRefusal::Width { fitted: self.width, given: width });
        }
        whole_rows(rows, width)?;
        finite(rows, width, cancel)?;
        let mut scores = match &self.wood {
            Wood::Cuts(cuts) => cuts.paths(rows, width, cancel),
            Wood::Planes(planes) => planes.paths(rows, width, cancel),
        }?;
        let whole = self.usual_path * self.trees as f64;
        for score in &mut scores {
            // A tree of one row tells nothing: its path and the usual one are both empty.
            *score = if whole > 0.0 { (-*score / whole).exp2() } else { 0.5 };
        }
        Ok(scores)
    }
}

/// Returns the average path to a row in a tree of `n` rows: c(n) of the paper, equation 1.
fn usual_path(n: usize) -> f64 {
    /// Euler's constant γ (OEIS A001620).
    const EULER: f64 = 0.577_215_664_901_532_9;
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let n = n as f64;
            2.0 * ((n - 1.0).ln() + EULER) - 2.0 * (n - 1.0) / n
        }
    }
}

/// Returns how many rows the values make.
fn whole_rows(rows: &[f64], width: usize) -> Result<usize, ForestRefusal> {
    if width == 0 || !rows.len().is_multiple_of(width) {
        return Err(ForestRefusal::Ragged { values: rows.len(), width });
    }
    Ok(rows.len() / width)
}

/// Refuses rows with a value that is not finite.
fn finite(rows: &[f64], width: usize, cancel: &AtomicBool) -> Result<(), ForestRefusal> {
    const PART: usize = 1 << 20;
    for (part, values) in rows.chunks(PART).enumerate() {
        go_on(cancel)?;
        // Without an early end the compiler checks several values at once; the place is looked up only if needed.
        if values.iter().fold(true, |all, value| all & value.is_finite()) {
            continue;
        }
        let at = part * PART + values.iter().position(|value| !value.is_finite()).unwrap_or(0);
        return Err(ForestRefusal::NotFinite { row: at / width, column: at % width });
    }
    Ok(())
}

/// Ends the work once it is cancelled.
fn go_on(cancel: &AtomicBool) -> Result<(), ForestRefusal> {
    if cancel.load(Ordering::Relaxed) { Err(ForestRefusal::Cancelled) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
