//! PromQL over stored samples: a subset that gives what a real server gives, to the printed digit.
//!
//! [`parse`] reads an expression, [`needed_selectors`] says which samples it looks at, [`evaluate`] answers it. What is
//! not part of the subset is refused by name when it is read, never answered wrongly. Texts of values are those of the
//! server's HTTP API, see [`mod@print`].

mod aggregate;
mod arithmetic;
mod binary;
mod calendar;
mod error;
mod evaluate;
mod expression;
mod functions;
mod histogram;
mod lex;
mod parse;
mod pattern;
pub mod print;
mod rows;
mod select;
mod transform;
mod window;

use wardroom_core::{Samples, SeriesKey, Timestamp};

pub use error::{EvalError, Expected, ParseError, ParseErrorKind, Rule, Side, ValueType};
pub use evaluate::{VALUE_LIMIT, evaluate};
pub use expression::Expression;
pub use parse::parse;
pub use select::{Needed, needed_selectors};

/// How far back a selector looks for the newest sample when nobody says otherwise.
///
/// Source: `--query.lookback-delta` of Prometheus, whose default is five minutes.
pub const LOOKBACK_MS: i64 = 300_000;

/// By which major version of Prometheus an expression is answered.
///
/// Within the subset the versions differ in these points:
///
/// - Windows and lookback hold both of their ends in 2; in 3 the left end is left out.
/// - `avg` and `avg_over_time` divide a compensated sum in 3, and follow the mean in 2; `sum` is compensated in 3 only.
/// - `rate` and `increase` hold back at zero behind the limit of the extrapolation in 3, before it in 2.
/// - `stddev` and `stdvar` of a group that begins with an infinity or NaN are NaN in 3.
/// - `topk` and `bottomk` keep other ones of equal values.
/// - `histogram_quantile` forgives differences of a trillionth between buckets in 3.
/// - The dot of a regular expression matches a line feed in 3.
/// - A label may have any name in 3 (`count_values`, `label_replace`, `label_join`).
/// - `label_replace`, `label_join` and `-` tell series apart over the whole range in 3, `label_replace` and
///   `label_join` at each moment in 2.
///
/// Version 2 is 2.42 and version 3 is 3.1: where releases of one version differ in a last digit, these are meant.
/// What only version 3 can write (numbers as lengths of time and the other way round, quoted names) is read for both.
/// What the server answers to `timestamp(series @ moment offset length)` depends on what else the same query reads; here
/// the offset holds. `exp`, `ln` and `^` are those of the servers' builds for 64-bit PCs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Version 2.
    Two,
    /// Version 3.
    Three,
}

/// The moments that are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// One moment.
    At(Timestamp),
    /// Every `step_ms` from `start`, not after `end`.
    Range {
        /// The first moment.
        start: Timestamp,
        /// No moment is after this one.
        end: Timestamp,
        /// The distance in milliseconds, at least 1.
        step_ms: i64,
    },
}

/// How an expression is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The moments.
    pub times: Times,
    /// How far back a selector looks for the newest sample; usually [`LOOKBACK_MS`].
    pub lookback_ms: i64,
    /// Whose rules hold.
    pub dialect: Dialect,
}

/// The answer to an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A number at one moment. Alone, the HTTP API prints it without an exponent, as [`print::plain`] does.
    Scalar(Timestamp, f64),
    /// A text at one moment.
    Text(Timestamp, String),
    /// One value of each series at one moment, which [`print::value`] prints, in the order of the server; by labels where it has none.
    Vector(Timestamp, Vec<(SeriesKey, f64)>),
    /// Values of each series over time, ordered by labels.
    Matrix(Vec<(SeriesKey, Samples)>),
}

#[cfg(test)]
mod tests;
