//! Puts the templates of one reading in the order in which the window shows them: what appeared or departed late in it
//! first.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use wardroom_analysis::logs::surprise::{self, Surprise, TemplateCounts, choose_windows, first_new_fault};
use wardroom_analysis::logs::{TemplatePart, Templates};
use wardroom_core::{TimeRange, Timestamp};

use super::{StudyTemplate, study_row, verdict_of};
use crate::logs::rows::LogChange;
use crate::logs::tally::{Facts, MINUTE_MS};
use crate::logs::templates::{LEAST_BASELINE_LINES, change_of};

/// Steps of time in which lines are counted at most, for telling the two windows and bursts from rises.
const STEPS: i64 = 720;
/// A reading of fewer steps is not divided: its last part would be one step.
const LEAST_BINS: i64 = 10;

/// A template with its place among those of the same reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedTemplate {
    /// How it departs in the last part of the reading from the part before: where the first new faults appear, else in its
    /// last fifth.
    pub change: LogChange,
    /// Surprise, 0 to 1.
    pub surprise: f64,
    /// Lines expected in the last part; nothing where too little came before.
    pub expected: Option<f64>,
    /// The kinds of its parameters, in order.
    pub parameters: Vec<&'static str>,
    /// The template.
    #[serde(flatten)]
    pub template: StudyTemplate,
}

/// Ranks templates, the most surprising first. Where too little came before to know what is usual, nothing is called new:
/// what tells of a fault stands first then, and what is rare before what is frequent.
pub(super) fn ranked(settled: &Templates, facts: &BTreeMap<usize, Facts>) -> Vec<RankedTemplate> {
    let judged = judged(settled, facts);
    let before: u64 = judged.iter().map(|template| template.before).sum();
    if before >= LEAST_BASELINE_LINES {
        return judged.iter().filter_map(|judged| row(settled, facts, judged)).collect();
    }
    let mut rows: Vec<RankedTemplate> =
        facts.iter().filter_map(|(at, f)| unjudged(settled, *at, f)).collect();
    let is_fault = |row: &RankedTemplate| {
        !matches!(row.template.fault.get("type").and_then(Value::as_str), Some("none" | "unknown") | None)
    };
    rows.sort_by_key(|row| (!is_fault(row), row.template.lines, row.template.id.clone()));
    rows
}

/// Judges the last part of a reading by what came before; empty where it is too short to be divided.
fn judged(settled: &Templates, facts: &BTreeMap<usize, Facts>) -> Vec<Surprise> {
    let first = facts.values().map(|facts| facts.first).min();
    let last = facts.values().map(|facts| facts.last).max();
    let Some((first, last)) = first.zip(last) else { return Vec::new() };
    let bin_ms = ((last.as_millis() - first.as_millis()) / STEPS / MINUTE_MS + 1) * MINUTE_MS;
    let range = TimeRange::new(first.floor_to(bin_ms), last.plus_millis(1));
    let Some(range) = range.ok().filter(|range| range.millis() >= LEAST_BINS * bin_ms) else {
        return Vec::new();
    };
    let bins: Vec<(usize, Vec<(Timestamp, u64)>)> =
        facts.iter().map(|(at, facts)| (*at, in_bins(&facts.by_minute(), bin_ms))).collect();
    let counts: Vec<TemplateCounts<'_>> = bins
        .iter()
        .filter_map(|(at, bins)| {
            let (template, facts) = (settled.all().get(*at)?, facts.get(at)?);
            let class = verdict_of(&facts.example).class;
            let level = facts.level();
            Some(TemplateCounts { id: template.id, bins, first_seen: facts.first, class, level })
        })
        .collect();
    let mark = first_new_fault(&counts, range, None);
    surprise::rank(&counts, &choose_windows(range, bin_ms, mark, None))
}

/// Adds lines of minutes up to wider steps.
fn in_bins(minutes: &[(Timestamp, u64)], bin_ms: i64) -> Vec<(Timestamp, u64)> {
    let mut bins: BTreeMap<Timestamp, u64> = BTreeMap::new();
    for (minute, lines) in minutes {
        *bins.entry(minute.floor_to(bin_ms)).or_insert(0) += lines;
    }
    bins.into_iter().collect()
}

fn row(settled: &Templates, facts: &BTreeMap<usize, Facts>, judged: &Surprise) -> Option<RankedTemplate> {
    let at = settled.all().iter().position(|template| template.id == judged.id)?;
    Some(RankedTemplate {
        change: change_of(judged.change),
        surprise: judged.score,
        expected: Some(judged.expected),
        ..unjudged(settled, at, facts.get(&at)?)?
    })
}

fn unjudged(settled: &Templates, at: usize, facts: &Facts) -> Option<RankedTemplate> {
    let template = settled.all().get(at)?;
    let kinds = template.parts.iter().filter_map(|part| match part {
        TemplatePart::Parameter(kind) => Some(kind.as_str()),
        TemplatePart::Literal(_) => None,
    });
    Some(RankedTemplate {
        change: LogChange::Same,
        surprise: 0.0,
        expected: None,
        parameters: kinds.collect(),
        template: study_row(template, facts),
    })
}
