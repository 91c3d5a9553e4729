//! The settings of the judgement, each with its source.

/// Whether a judgement carries its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bands {
    /// With a value for every judged step.
    Keep,
    /// Without values, to save memory where thousands of series are judged.
    Drop,
}

/// The settings of the judgement.
///
/// "Measured" means: with a prototype of the same formulas on 71 public series (NAB, KPI of the `AIOps` challenge 2018,
/// Microsoft cloud; 2,880 days) and on simulated series of eight days and of one hour like those of the tests.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Half the width of the band in robust standard deviations.
    ///
    /// Four: a normal series of a week at one minute leaves it by chance less than once.
    pub band_sigmas: f64,
    /// How quickly the level follows: the time constant of its exponential mean, in milliseconds.
    ///
    /// One hour: measured, follows a weekend's load without alarming and is not moved by an outage of ten minutes.
    pub level_ms: i64,
    /// How many times slower the level follows while the value is outside the band.
    ///
    /// Twelve: with an hour's time constant a lasting shift becomes the usual after about a day.
    pub hold: f64,
    /// The shortest history, in milliseconds.
    ///
    /// Half an hour: the least in which ten minutes of fault are still the smaller part.
    pub min_history_ms: i64,
    /// The fewest judged steps.
    ///
    /// Thirty: the usual least number for a median absolute deviation within 20 % (Rousseeuw and Croux 1993).
    pub min_steps: usize,
    /// The most judged steps; longer histories are judged at a longer step, so that the cost has a limit.
    pub max_steps: i64,
    /// The shortest judged step of a history of six hours and more, in milliseconds.
    ///
    /// One minute: live data at 15 s is compared with history at one minute on equal terms.
    pub min_step_ms: i64,
    /// The width of a cell of the daily profile, in milliseconds.
    ///
    /// Five minutes: nightly jobs start within it, and five samples at one minute make its mean steady.
    pub profile_cell_ms: i64,
    /// The fewest whole days from which a daily profile is learnt.
    ///
    /// Three: the least of which a median ignores one bad day.
    pub min_days: usize,
    /// The least likeness of neighbouring days (a correlation) for a daily profile to be used.
    ///
    /// 0.25: 6 of 100 random walks reach it, and the profile is shrunk by its reliability besides.
    pub min_likeness: f64,
    /// The floor of the spread as a share of the usual value.
    ///
    /// 0.0005: a move of less than 0.2 % of the value is never a finding, whatever the history.
    pub floor_ratio: f64,
    /// The floor of the spread in units of the series' resolution (the smallest distance its values repeat).
    ///
    /// 0.2: one count more than ever is just outside the band and scores low.
    pub floor_resolution: f64,
    /// Excursions closer than this are one, in milliseconds (at least two steps).
    ///
    /// Five minutes: a usual `for:` of alert rules.
    pub merge_ms: i64,
    /// An excursion that came back after longer than this was a change of level and not a spike, in milliseconds.
    ///
    /// One hour, the time constant of the level.
    pub lasting_ms: i64,
    /// The excess in standard deviations at which the size part of the score is 0.63.
    ///
    /// Four, the half width of the band; measured.
    pub size_sigmas: f64,
    /// The duration at which the duration part of the score is one half: the geometric mean of steps and minutes.
    ///
    /// 1.25: measured, a deploy's blip of three minutes stays below 0.82, a shift of six minutes can reach 0.96.
    pub half_duration: f64,
    /// How much each earlier excursion of comparable mass takes off: the score is divided by one plus this for each.
    ///
    /// 0.2: measured, what happened five times before is at most half as surprising.
    pub repetition: f64,
    /// The history at which its part of the score is one half, in milliseconds.
    ///
    /// Five minutes: measured, with an hour of history a clear fault still reaches 0.9.
    pub half_history_ms: i64,
    /// Findings with a lower score are left out.
    ///
    /// 0.5: single steps outside the band never reach it at one minute.
    pub min_score: f64,
    /// A departure that the baseline sees and the scores of the rows do not is a finding from this score on.
    ///
    /// 0.95: measured on 71 public series, the composite F1 of the scores alone stays (NAB 0.613, Microsoft cloud 0.683);
    /// with 0.9 it falls to 0.597 on NAB.
    pub alone_score: f64,
    /// Missing data is a finding after this many steps …
    ///
    /// Three: one late and one lost sample are usual.
    pub missing_steps: i64,
    /// … and after this time at least, in milliseconds.
    pub missing_ms: i64,
    /// A series that stopped longer ago than this is retired, which is no finding, in milliseconds.
    pub retired_ms: i64,
    /// Whether bands are kept.
    pub bands: Bands,
}

impl Options {
    /// Returns the settings that the program uses.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            band_sigmas: 4.0,
            level_ms: 3_600_000,
            hold: 12.0,
            min_history_ms: 1_800_000,
            min_steps: 30,
            max_steps: 40_000,
            min_step_ms: 60_000,
            profile_cell_ms: 300_000,
            min_days: 3,
            min_likeness: 0.25,
            floor_ratio: 0.0005,
            floor_resolution: 0.2,
            merge_ms: 300_000,
            lasting_ms: 3_600_000,
            size_sigmas: 4.0,
            half_duration: 1.25,
            repetition: 0.2,
            half_history_ms: 300_000,
            min_score: 0.5,
            alone_score: 0.95,
            missing_steps: 3,
            missing_ms: 120_000,
            retired_ms: 86_400_000,
            bands: Bands::Keep,
        }
    }

    /// Returns the part of the score that grows with the size, in standard deviations, 0 to 1.
    pub(super) fn size_part(&self, sigmas: f64) -> f64 {
        1.0 - (-sigmas / self.size_sigmas).exp()
    }

    /// Returns the part of the score that grows with the duration, 0 to 1.
    pub(super) fn duration_part(&self, duration: f64) -> f64 {
        1.0 - 0.5_f64.powf(duration / self.half_duration)
    }

    /// Returns the part of the score that grows with the length of the history, 0 to 1.
    pub(super) fn history_part(&self, history_ms: i64) -> f64 {
        let history = history_ms.max(0) as f64;
        history / (history + self.half_history_ms.max(1) as f64)
    }

    /// Returns the part of the score that falls with every comparable excursion before, 0 to 1.
    pub(super) fn repetition_part(&self, earlier: usize) -> f64 {
        1.0 / (1.0 + self.repetition * earlier as f64)
    }
}
