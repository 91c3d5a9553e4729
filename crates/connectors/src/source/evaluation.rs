//! What a source makes of an expression in its own language, with the digits that it prints.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use wardroom_core::Timestamp;

use crate::error::SourceError;
use crate::source::Notice;

/// An evaluation under way.
pub type Evaluating<'a> = BoxFuture<'a, Result<Evaluation, SourceError>>;

/// The moments for which an expression is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moments {
    /// One moment.
    At(Timestamp),
    /// Every step from the first moment to the last, both included where a step falls on them.
    Steps {
        /// The first moment.
        first: Timestamp,
        /// The last moment.
        last: Timestamp,
        /// The distance of two moments in milliseconds.
        step_ms: i64,
    },
}

/// What an expression came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// What the result is.
    pub kind: EvaluationKind,
    /// The series, in the order of the source; a scalar and a text are one without labels.
    pub rows: Vec<EvaluatedRow>,
    /// What makes the answer partial or doubtful.
    pub notices: Vec<Notice>,
}

/// Kinds of results, as the query API of Prometheus tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvaluationKind {
    /// Series over time.
    Matrix,
    /// Series at one moment.
    Vector,
    /// A number.
    Scalar,
    /// A text.
    Text,
}

impl EvaluationKind {
    /// Returns the word of the query API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Vector => "vector",
            Self::Scalar => "scalar",
            Self::Text => "string",
        }
    }
}

/// One series of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluatedRow {
    /// All labels, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// The times of its values.
    pub times: Vec<Timestamp>,
    /// Its values, as the source prints them; as many as there are times.
    pub values: Vec<String>,
}
