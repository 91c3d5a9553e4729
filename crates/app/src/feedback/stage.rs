//! The supervised stage: what the labels of this workspace taught, and whether it helps.

use std::collections::BTreeMap;

use wardroom_analysis::anomaly::feedback::{
    self as rule, Example, LEAST_LABELS, LEAST_SERIES, Learned, Trial,
};
use wardroom_core::{FactId, SeriesKey, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SeriesRow};

use super::kept::Kept;
use super::rows::FeedbackStage;
use super::window;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::topology::Naming;

/// Learns from what was said; the last word about a finding counts. Findings in a window that is real are real.
///
/// # Errors
///
/// Store failures.
pub(super) async fn learned(
    open: &Open,
    words: &[Kept],
    entity: &(dyn Fn(&SeriesKey) -> String + Sync),
    as_of: Option<Timestamp>,
) -> Result<Learned, AppError> {
    Ok(rule::learn(&examples(open, words, entity, as_of).await?))
}

async fn examples(
    open: &Open,
    words: &[Kept],
    entity: &(dyn Fn(&SeriesKey) -> String + Sync),
    as_of: Option<Timestamp>,
) -> Result<Vec<Example>, AppError> {
    let last: BTreeMap<FactId, &Kept> = words.iter().map(|word| (word.finding(), word)).collect();
    let mut examples: Vec<Example> = last.values().filter_map(|word| word.example()).collect();
    if words.iter().all(|word| word.reach().is_none()) {
        return Ok(examples);
    }
    let mut found = open.workspace.findings(None, as_of).await?;
    found.retain(|finding| !last.contains_key(&finding.id));
    let ids = found.iter().map(|finding| finding.series).collect();
    let rows = open.workspace.series(&SeriesFilter { ids: Some(ids), ..SeriesFilter::default() }).await?;
    let rows: BTreeMap<SeriesId, &SeriesRow> = rows.iter().map(|row| (row.id, row)).collect();
    let in_windows = found.iter().filter_map(|finding| {
        let row = rows.get(&finding.series)?;
        window::around(words, finding, row, &entity(&row.key))?;
        let series = usize::try_from(finding.series.0).ok()?;
        Some(Example { features: rule::features(&finding.anomaly), series, is_real: true })
    });
    examples.extend(in_windows);
    Ok(examples)
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
    let naming = Naming::of(app, &open).await;
    let examples = examples(&open, &words, &|key| naming.entity(key), None).await?;
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
