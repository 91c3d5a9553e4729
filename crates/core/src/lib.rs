//! The vocabulary of Wardroom: plain data with invariants.
//!
//! Every other crate speaks in these words (the glossary in `ARCHITECTURE.md` defines them). What is deliberately
//! *not* here: input and output, async, a clock, randomness, SQL, and serde attributes for any wire.
//! Start reading at [`series`] (what is measured), [`anomaly`] (what was found) and [`time`].

pub mod alert;
pub mod anomaly;
pub mod change;
pub mod entity;
pub mod id;
pub mod label;
pub mod log;
pub mod log_query;
pub mod name;
pub mod nearest;
pub mod series;
pub mod time;
pub mod topology;
pub mod unit;

pub use alert::{Alert, AlertState, Rule, RuleKind};
pub use anomaly::{Anomaly, AnomalyKind, Grade, Reason, Score};
pub use change::{Change, ChangeKind};
pub use entity::{Entity, EntityKind};
pub use id::FactId;
pub use label::{InvalidMatcher, Labels, MatchOp, Matcher};
pub use log::{FaultClass, LogLevel, LogRecord, TemplateId};
pub use log_query::{Compare, FieldTest, LogMatcher, LogQuery, QueryProblem, QueryProblemKind, TextPattern};
pub use series::{MetricKind, RegularSeries, Samples, SeriesKey};
pub use time::{InvalidRange, TimeRange, Timestamp};
pub use topology::{Dependency, Topology};
pub use unit::Unit;
