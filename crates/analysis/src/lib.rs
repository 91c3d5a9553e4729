//! Pure findings: preprocessing, seasons, baselines, anomalies and PromQL over samples.
//!
//! Every function takes values and returns values: the same input gives the same output, byte for byte, on any number
//! of threads. What is deliberately *not* here: input and output, a clock, randomness, and sentences (a finding says
//! why as data; words are made at the edge).
//! Start reading at [`anomaly`] (what is found) and [`preprocess`] (what happens to samples before).

pub mod anomaly;
pub mod forest;
pub mod logs;
pub mod methods;
mod pass;
pub mod preprocess;
pub mod promql;
pub mod season;
mod spread;
pub mod topology;
