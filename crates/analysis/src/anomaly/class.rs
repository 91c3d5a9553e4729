//! Classes of series: what kind of course a metric has, because the method of judging follows from it.

mod density;
mod measure;

use std::sync::atomic::AtomicBool;

use wardroom_core::series::{MetricKind, RegularSeries, Samples};

use super::grid::Grid;
use super::{Options, Refusal, values_unless};
use crate::pass;
use crate::preprocess::counter;
use crate::season;
use measure::Course;
pub(super) use measure::departures;

/// Seasons are searched on at most this many averaged steps: a week at five minutes.
const SEASON_CELLS: usize = 2_048;
/// Widths of the averaged steps in milliseconds, all of which divide an hour or a day.
const CELLS_MS: [i64; 9] =
    [60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000];
/// A week without a day in it repeats by so few periods that half of the movement has to.
const WEEK_LIKENESS: (i64, f64) = (604_800_000, 0.5);
/// Lengths other than hour, day and week: fewer reasons speak for them, so half of the movement has to repeat.
///
/// Measured on 71 public series: below that, lengths of 6, 23, 49 and 72 hours were found that nobody would name.
const FREE_LENGTHS: season::Search = season::Search { cells: 512, tested: 3, least: Some(0.5) };
/// The share of steps at rest from which a series is sparse or moves in steps.
///
/// Three quarters; Syntetos, Boylan and Croston (*JORS* 56, 2005) call demand intermittent from 76 % of periods with
/// demand downwards, where rest is still the smaller part.
const RESTING: f64 = 0.75;
/// Stays away from rest longer than this on average are levels and not events, in milliseconds (at least five steps).
const STAY_MS: i64 = 1_800_000;
/// A series that moves at no more than this share of its steps holds its levels.
const MOVING: f64 = 0.05;
/// Steps this many robust standard deviations away belong to a burst: one in 500 million of a normal series.
const BURST_SIGMAS: f64 = 6.0;
/// The share of such steps from which a series is bursty: an exponential one has 0.7 %, a log-normal one (σ = 1) 3 %.
const BURSTING: (f64, f64) = (0.01, 0.25);
/// Separate bursts, and eighths of the history with one, so that a single fault does not make a series bursty.
const BURSTS: (u32, u32) = (10, 4);
/// KPSS statistics above which a level (a straight line) is no longer believed, at 1 %.
///
/// Source: Kwiatkowski, Phillips, Schmidt and Shin, *Journal of Econometrics* 54 (1992), table 1.
const KPSS_LEVEL: f64 = 0.739;
/// The same for the departures from a straight line.
const KPSS_LINE: f64 = 0.216;
/// A line that explains this share of the level's movement is a trend, however its rest behaves.
const EXPLAINED: f64 = 0.75;
/// A level that moves by less than this share of the spread around it stays where it is, whatever a test says of it.
const SMALL_MOVES: f64 = 0.5;
/// A level that moves by more than this many spreads around it does not stay, even where the test has too little to say
/// so (two outages in one history).
const LARGE_MOVES: f64 = 3.0;
/// Rises from which only rising means something; sixty, an hour at a minute.
const LEAST_RISES: u32 = 60;
/// A counter resets at no more than this share of its rises.
const RESETTING: f64 = 0.1;

/// The kind of course that a series has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KpiClass {
    /// Never changes.
    Constant,
    /// Rests at one value and leaves it for short, rare events.
    Sparse,
    /// Only rises and begins again near zero.
    CounterLike,
    /// Holds a level for long and moves in steps.
    Stepped,
    /// Repeats with a fixed period.
    Seasonal,
    /// Stays near its level and bursts away from it again and again.
    Bursty,
    /// Rises or falls all along.
    Trending,
    /// Its level moves, neither back nor along a line.
    Wandering,
    /// Swings around one level.
    Stationary,
}

impl KpiClass {
    /// Every class, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::Constant,
        Self::Sparse,
        Self::CounterLike,
        Self::Stepped,
        Self::Seasonal,
        Self::Bursty,
        Self::Trending,
        Self::Wandering,
        Self::Stationary,
    ];

    /// Returns the stable word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Sparse => "sparse",
            Self::CounterLike => "counter-like",
            Self::Stepped => "stepped",
            Self::Seasonal => "seasonal",
            Self::Bursty => "bursty",
            Self::Trending => "trending",
            Self::Wandering => "wandering",
            Self::Stationary => "stationary",
        }
    }

    /// Reads what [`KpiClass::as_str`] wrote.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }
}

/// The numbers that decided about a class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Nothing moved.
    NeverMoved,
    /// The share of steps at rest, and the stays away from it.
    Rests {
        /// The share of steps at the resting value, 0 to 1.
        resting: f64,
        /// How often it was left.
        arrivals: u32,
    },
    /// It fell only to begin again.
    OnlyRises {
        /// Samples above the one before.
        rises: u32,
        /// Samples at less than half of the one before.
        resets: u32,
    },
    /// The share of steps that differ from the one before.
    Holds {
        /// That share, 0 to 1.
        moving: f64,
    },
    /// How alike neighbouring periods are.
    Repeats {
        /// As a correlation, above 0.3 up to 1.
        likeness: f64,
    },
    /// How often it burst.
    Bursts {
        /// Separate bursts.
        bursts: u32,
        /// The share of steps in them.
        share: f64,
    },
    /// How its level moves.
    Level {
        /// The KPSS statistic around one level; above 0.739 one level is not believed.
        kpss: f64,
        /// The share of the level's movement that a straight line explains, 0 to 1.
        explained: f64,
        /// The spread of the level in units of the spread around it, its farthest fifth left out.
        moves: f64,
    },
}

/// The class of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classified {
    /// The class.
    pub class: KpiClass,
    /// The length of the season in milliseconds; of a counter-like series that of its rate; `None` without one.
    pub period_ms: Option<i64>,
    /// What decided.
    pub why: Why,
}

/// Tells the class of a series.
///
/// A cumulative kind is classified by its rate, which is what is judged. The first rule that fits decides, in the
/// order: constant, counter-like, seasonal, sparse, stepped, bursty, then by the movement of the level trending,
/// wandering or stationary. A week's one fault decides nothing: medians, shares and separate bursts do.
///
/// # Input
///
/// Samples at any steps; values that are not finite are left out. Where the step changes, an hour weighs the same at
/// each of them. Scaling the unit changes nothing (up to rounding).
///
/// # Errors
///
/// [`Refusal::Empty`] and [`Refusal::TooShort`] as for a judgement, and [`Refusal::Cancelled`]; a constant series has a
/// class.
///
/// # Cost
///
/// Linear, plus a search for seasons on at most 2,048 averaged steps. `cancel` is looked at every few milliseconds.
///
/// # Source
///
/// Level or line by the test of Kwiatkowski, Phillips, Schmidt and Shin (1992) on 64 medians; seasons after
/// [`season::detect`].
pub fn classify(samples: &Samples, kind: MetricKind, cancel: &AtomicBool) -> Result<Classified, Refusal> {
    let judged = values_unless(samples, kind, cancel)?;
    let options = Options::standard();
    let grid = match Grid::build(&judged, &options, cancel) {
        Ok(grid) => grid,
        Err(Refusal::Constant) => {
            return Ok(Classified { class: KpiClass::Constant, period_ms: None, why: Why::NeverMoved });
        }
        Err(refusal) => return Err(refusal),
    };
    let grid = density::even(grid, &options);
    let counts = counting(&judged, kind);
    pass::go_on(cancel)?;
    if let Some(why) = counts {
        let rates = counter::rate_unless(&judged, cancel)?;
        let grid = Grid::build(&rates, &options, cancel);
        pass::go_on(cancel)?;
        let period_ms = grid.ok().and_then(|rates| season_of(&rates)).map(|season| season.length_ms);
        return Ok(Classified { class: KpiClass::CounterLike, period_ms, why });
    }
    if let Some(season) = season_of(&grid) {
        let why = Why::Repeats { likeness: season.strength };
        return Ok(Classified { class: KpiClass::Seasonal, period_ms: Some(season.length_ms), why });
    }
    let (class, why) = by_course(&Course::of(&grid), &grid);
    Ok(Classified { class, period_ms: None, why })
}

/// How a series is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Its class; `None` where too little is known.
    pub class: Option<Classified>,
    /// What its numbers are judged as: [`judged_kind`] of the class.
    pub kind: MetricKind,
}

/// Tells how a series is judged whose source says that its numbers mean `kind`.
///
/// Cost, and `cancel`: those of [`classify`], which this asks.
pub fn how_judged(samples: &Samples, kind: MetricKind, cancel: &AtomicBool) -> Told {
    let class = classify(samples, kind, cancel).ok();
    Told { class, kind: judged_kind(class.map(|told| told.class), kind) }
}

/// Returns the kind by which a series of a class is judged: what only rises is judged by its rate.
pub const fn judged_kind(class: Option<KpiClass>, kind: MetricKind) -> MetricKind {
    match class {
        Some(KpiClass::CounterLike) if !kind.is_cumulative() => MetricKind::Counter,
        Some(
            KpiClass::Constant
            | KpiClass::Sparse
            | KpiClass::CounterLike
            | KpiClass::Stepped
            | KpiClass::Seasonal
            | KpiClass::Bursty
            | KpiClass::Trending
            | KpiClass::Wandering
            | KpiClass::Stationary,
        )
        | None => kind,
    }
}

/// Returns rises and resets when that is all a series does.
///
/// A fall to less than half is a reset: what restarted has counted less than before. A series that says it is a gauge
/// has to show one; whoever counts nothing may also rise for long.
fn counting(judged: &Samples, kind: MetricKind) -> Option<Why> {
    if kind.is_cumulative() {
        return None;
    }
    let (mut rises, mut resets) = (0_u32, 0_u32);
    for pair in judged.values().windows(2) {
        let (before, value) = (pair[0], pair[1]);
        if before < 0.0 {
            return None;
        }
        if value > before {
            rises = rises.saturating_add(1);
        } else if value < before {
            if value >= before / 2.0 || value < 0.0 {
                return None;
            }
            resets = resets.saturating_add(1);
        }
    }
    let is_told = kind != MetricKind::Gauge || resets > 0;
    let counts = rises >= LEAST_RISES && f64::from(resets) <= RESETTING * f64::from(rises);
    (is_told && counts).then_some(Why::OnlyRises { rises, resets })
}

/// Finds the season on means of a calendar width.
fn season_of(grid: &Grid) -> Option<season::Season> {
    let fits = |cell_ms: i64| {
        cell_ms >= grid.step_ms
            && cell_ms % grid.step_ms == 0
            && grid.length_ms(grid.len()) / cell_ms <= i64::try_from(SEASON_CELLS).unwrap_or(i64::MAX)
    };
    let cell_ms = [grid.step_ms].into_iter().chain(CELLS_MS).find(|&cell_ms| fits(cell_ms))?;
    let per_cell = usize::try_from(cell_ms / grid.step_ms).ok()?.max(1);
    // The newest cell is whole: what is left over is at the start.
    let from = grid.len() % per_cell;
    let values = grid.values[from..].chunks_exact(per_cell).map(mean).collect();
    let series = RegularSeries { start: grid.time_of(from), step_ms: cell_ms, values };
    let (week_ms, least) = WEEK_LIKENESS;
    season::search(&series, FREE_LENGTHS)
        .filter(|found| found.length_ms != week_ms || found.strength >= least)
}

fn mean(values: &[Option<f64>]) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0_u32);
    for value in values.iter().flatten() {
        sum += value;
        n += 1;
    }
    (n > 0).then(|| sum / f64::from(n))
}

/// Decides by rest, bursts and level.
fn by_course(course: &Course, grid: &Grid) -> (KpiClass, Why) {
    let longest_stay = (STAY_MS as f64 / grid.step_ms as f64).max(5.0);
    if course.resting >= RESTING && course.stay <= longest_stay {
        return (KpiClass::Sparse, Why::Rests { resting: course.resting, arrivals: course.arrivals });
    }
    if course.moving <= MOVING {
        return (KpiClass::Stepped, Why::Holds { moving: course.moving });
    }
    let often = course.bursts >= BURSTS.0 && course.bursting_parts >= BURSTS.1;
    if often && (BURSTING.0..=BURSTING.1).contains(&course.bursting) {
        return (KpiClass::Bursty, Why::Bursts { bursts: course.bursts, share: course.bursting });
    }
    let level = course.level();
    let why = Why::Level { kpss: level.kpss, explained: level.explained, moves: level.moves };
    let class = if level.moves <= SMALL_MOVES || (level.kpss <= KPSS_LEVEL && level.moves <= LARGE_MOVES) {
        KpiClass::Stationary
    } else if level.explained >= EXPLAINED || level.kpss_line <= KPSS_LINE {
        KpiClass::Trending
    } else {
        KpiClass::Wandering
    };
    (class, why)
}

#[cfg(test)]
mod tests;
