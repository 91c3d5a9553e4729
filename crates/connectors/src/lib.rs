//! Reads the outside: Prometheus, Elasticsearch and OpenSearch, CMDB servers, files, the simulator.
//!
//! # The contract of every source
//!
//! - MUST only read; nothing here changes anything outside.
//! - MUST plan before it reads: [`source::MetricSource::plan`] says how many requests a read costs, so that progress,
//!   remaining time and load are known before the first request.
//! - MUST return what was really answered: gaps stay gaps, staleness markers stay markers, and an answer that was cut
//!   (a limit, a warning, a truncated body) carries a [`source::Notice`].
//! - MUST be cancellable between and within requests: dropping the future ends the request.
//! - MUST NOT send a secret anywhere but to the scheme, host and port that it was given for.
//! - SHOULD retry only what may pass ([`error::SourceError::is_transient`]), with a growing delay and a limit.
//! - Times are UTC milliseconds; a source's clock is compared with ours in the probe and never corrected silently.
//!
//! What is deliberately *not* here: writes to the outside, SQL, analysis.

pub mod cmdb;
pub mod config;
pub mod elasticsearch;
pub mod error;
pub mod files;
pub mod http;
#[cfg(test)]
mod loopback;
pub mod prometheus;
pub mod secret;
pub mod simulated;
pub mod source;
