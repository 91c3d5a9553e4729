//! Answers in the scorers' formats: only translated, by the functions and defaults that a person's click reaches.

pub mod anomaly;
pub mod edges;
pub mod faults;
pub mod tables;
pub mod templates;

use std::path::PathBuf;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Question {
    /// The folder with the questions.
    pub data: PathBuf,
    /// The folder for the answers.
    pub out: PathBuf,
    /// Threads at most, from 1 on. The answers are the same for any number.
    pub threads: usize,
}
