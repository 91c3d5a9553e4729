//! The functions of the subset, and the names of those that Prometheus has and the subset has not.

use super::error::ValueType;

/// A function of the subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Absent,
    AbsentOverTime,
    AvgOverTime,
    Ceil,
    Changes,
    Clamp,
    ClampMax,
    ClampMin,
    CountOverTime,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DaysInMonth,
    Delta,
    Deriv,
    Exp,
    Floor,
    HistogramQuantile,
    Hour,
    Idelta,
    Increase,
    Irate,
    LabelJoin,
    LabelReplace,
    LastOverTime,
    Ln,
    Log10,
    Log2,
    MaxOverTime,
    MinOverTime,
    Minute,
    Month,
    PredictLinear,
    PresentOverTime,
    QuantileOverTime,
    Rate,
    Resets,
    Round,
    Scalar,
    Sgn,
    Sort,
    SortDesc,
    Sqrt,
    StddevOverTime,
    StdvarOverTime,
    SumOverTime,
    Time,
    Timestamp,
    Vector,
    Year,
}

/// What a function takes and gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [ValueType],
    /// How many of the last arguments may be left out.
    pub(super) optional: usize,
    /// Whether the last argument may be repeated.
    pub(super) repeats: bool,
    pub(super) returns: ValueType,
}

use ValueType::{Matrix, Scalar, Text, Vector};

const fn plain(name: &'static str, arguments: &'static [ValueType]) -> Signature {
    Signature { name, arguments, optional: 0, repeats: false, returns: Vector }
}

/// A function of the moment, or of the values as moments.
const fn date(name: &'static str) -> Signature {
    Signature { name, arguments: &[Vector], optional: 1, repeats: false, returns: Vector }
}

const fn scalar(name: &'static str, arguments: &'static [ValueType]) -> Signature {
    Signature { name, arguments, optional: 0, repeats: false, returns: Scalar }
}

/// Source: `promql/parser/functions.go` of Prometheus 2.42 and 3.1, where both agree on all of these.
const ALL: [(Function, Signature); 51] = [
    (Function::Abs, plain("abs", &[Vector])),
    (Function::Absent, plain("absent", &[Vector])),
    (Function::AbsentOverTime, plain("absent_over_time", &[Matrix])),
    (Function::AvgOverTime, plain("avg_over_time", &[Matrix])),
    (Function::Ceil, plain("ceil", &[Vector])),
    (Function::Changes, plain("changes", &[Matrix])),
    (Function::Clamp, plain("clamp", &[Vector, Scalar, Scalar])),
    (Function::ClampMax, plain("clamp_max", &[Vector, Scalar])),
    (Function::ClampMin, plain("clamp_min", &[Vector, Scalar])),
    (Function::CountOverTime, plain("count_over_time", &[Matrix])),
    (Function::DayOfMonth, date("day_of_month")),
    (Function::DayOfWeek, date("day_of_week")),
    (Function::DayOfYear, date("day_of_year")),
    (Function::DaysInMonth, date("days_in_month")),
    (Function::Delta, plain("delta", &[Matrix])),
    (Function::Deriv, plain("deriv", &[Matrix])),
    (Function::Exp, plain("exp", &[Vector])),
    (Function::Floor, plain("floor", &[Vector])),
    (Function::HistogramQuantile, plain("histogram_quantile", &[Scalar, Vector])),
    (Function::Hour, date("hour")),
    (Function::Idelta, plain("idelta", &[Matrix])),
    (Function::Increase, plain("increase", &[Matrix])),
    (Function::Irate, plain("irate", &[Matrix])),
    (
        Function::LabelJoin,
        Signature {
            name: "label_join",
            arguments: &[Vector, Text, Text, Text],
            optional: 1,
            repeats: true,
            returns: Vector,
        },
    ),
    (Function::LabelReplace, plain("label_replace", &[Vector, Text, Text, Text, Text])),
    (Function::LastOverTime, plain("last_over_time", &[Matrix])),
    (Function::Ln, plain("ln", &[Vector])),
    (Function::Log10, plain("log10", &[Vector])),
    (Function::Log2, plain("log2", &[Vector])),
    (Function::MaxOverTime, plain("max_over_time", &[Matrix])),
    (Function::MinOverTime, plain("min_over_time", &[Matrix])),
    (Function::Minute, date("minute")),
    (Function::Month, date("month")),
    (Function::PredictLinear, plain("predict_linear", &[Matrix, Scalar])),
    (Function::PresentOverTime, plain("present_over_time", &[Matrix])),
    (Function::QuantileOverTime, plain("quantile_over_time", &[Scalar, Matrix])),
    (Function::Rate, plain("rate", &[Matrix])),
    (Function::Resets, plain("resets", &[Matrix])),
    (
        Function::Round,
        Signature {
            name: "round",
            arguments: &[Vector, Scalar],
            optional: 1,
            repeats: false,
            returns: Vector,
        },
    ),
    (Function::Scalar, scalar("scalar", &[Vector])),
    (Function::Sgn, plain("sgn", &[Vector])),
    (Function::Sort, plain("sort", &[Vector])),
    (Function::SortDesc, plain("sort_desc", &[Vector])),
    (Function::Sqrt, plain("sqrt", &[Vector])),
    (Function::StddevOverTime, plain("stddev_over_time", &[Matrix])),
    (Function::StdvarOverTime, plain("stdvar_over_time", &[Matrix])),
    (Function::SumOverTime, plain("sum_over_time", &[Matrix])),
    (Function::Time, scalar("time", &[])),
    (Function::Timestamp, plain("timestamp", &[Vector])),
    (Function::Vector, plain("vector", &[Scalar])),
    (Function::Year, date("year")),
];

/// Functions and aggregations of some version of Prometheus that are not part of the subset.
///
/// Source: the same file and `promql/parser/lex.go` of 2.42 and 3.1, and the documentation of later versions.
const REFUSED: [&str; 37] = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cos",
    "cosh",
    "count_scalar",
    "deg",
    "double_exponential_smoothing",
    "drop_common_labels",
    "first_over_time",
    "histogram_avg",
    "histogram_count",
    "histogram_fraction",
    "histogram_quantiles",
    "histogram_stddev",
    "histogram_stdvar",
    "histogram_sum",
    "holt_winters",
    "info",
    "limit_ratio",
    "limitk",
    "mad_over_time",
    "pi",
    "rad",
    "sin",
    "sinh",
    "sort_by_label",
    "sort_by_label_desc",
    "tan",
    "tanh",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
];

impl Function {
    /// Reads a name exactly.
    pub(super) fn parse(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, signature)| signature.name == name).map(|(function, _)| *function)
    }

    pub(super) fn signature(self) -> Signature {
        ALL.iter()
            .find(|(function, _)| *function == self)
            .map(|(_, signature)| *signature)
            .expect("every function has a signature")
    }
}

/// Reports whether some version of Prometheus knows the name.
pub(super) fn is_refused(name: &str) -> bool {
    REFUSED.contains(&name)
}

impl Signature {
    /// Returns how many arguments it takes at least and at most; `None` for as many as there are.
    pub(super) fn wanted(&self) -> (usize, Option<usize>) {
        let (most, least) = (self.arguments.len(), self.arguments.len() - self.optional);
        (least, (!self.repeats).then_some(most))
    }

    pub(super) fn takes(&self, n: usize) -> bool {
        n >= self.arguments.len() - self.optional && (self.repeats || n <= self.arguments.len())
    }

    /// Returns the type of argument `idx`.
    pub(super) fn argument(&self, idx: usize) -> Option<ValueType> {
        self.arguments.get(idx).or_else(|| self.arguments.last().filter(|_| self.repeats)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_found_by_its_name_and_none_is_refused() {
        for (function, signature) in ALL {
            assert_eq!(Function::parse(signature.name), Some(function));
            assert_eq!(function.signature().name, signature.name);
            assert!(!is_refused(signature.name), "{}", signature.name);
        }
    }
}
