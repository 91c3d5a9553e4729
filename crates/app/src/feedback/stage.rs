//! The supervised stage: what the labels of this workspace taught, and whether it helps.

use std::collections::BTreeMap;

use wardroom_analysis::anomaly::feedback::{
    self as rule, Example, LEAST_LABELS, LEAST_SERIES, Learned, Trial,
};
use wardroom_core::FactId;

use super::kept::Kept;
use super::rows::FeedbackStage;
use crate::context::App;
use crate::error::AppError;
use crate::phrase::Phrase;

/// Learns from what was said; the last word about a finding counts.
pub(super) fn learned(words: &[Kept]) -> Learned {
    rule::learn(&examples(words))
}

fn examples(words: &[Kept]) -> Vec<Example> {
    let last: BTreeMap<FactId, &Kept> = words.iter().map(|word| (word.finding(), word)).collect();
    last.into_values().filter_map(Kept::example).collect()
}

/// Says what the labels of the workspace taught, and whether it is used.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn feedback_stage(app: &App) -> Result<FeedbackStage, AppError> {
    let open = app.open()?;
    let rows = open.workspace.feedback(None, false).await?;
    let words: Vec<Kept> = rows.iter().filter_map(Kept::read).collect();
    let examples = examples(&words);
    let real = examples.iter().filter(|example| example.is_real).count();
    let expected = examples.len() - real;
    let (key, trial) = match rule::learn(&examples) {
        Learned::TooFew => ("feedback-stage-too-few", None),
        Learned::NotBetter(trial) => ("feedback-stage-not-better", Some(trial)),
        Learned::Better(_, trial) => ("feedback-stage-better", Some(trial)),
    };
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(FeedbackStage {
        used: key == "feedback-stage-better",
        real: count(real),
        expected: count(expected),
        plain: trial.map(|trial| trial.plain),
        staged: trial.map(|trial| trial.staged),
        phrase: words_of(key, trial, real, expected),
    })
}

fn words_of(key: &str, trial: Option<Trial>, real: usize, expected: usize) -> Phrase {
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let phrase = Phrase::new(key);
    match trial {
        None => phrase
            .count("real", real)
            .count("expected", expected)
            .count("least", LEAST_LABELS)
            .count("series", LEAST_SERIES),
        Some(trial) => phrase
            .count("labels", real + expected)
            .text("plain", percent(trial.plain))
            .text("staged", percent(trial.staged)),
    }
}
