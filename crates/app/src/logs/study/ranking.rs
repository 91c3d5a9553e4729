//! Puts the templates of one reading in the order in which the window shows them: what appeared or departed late in it
//! first.

use std::collections::BTreeMap;

use serde::Serialize;
use wardroom_analysis::logs::surprise::{self, Surprise, TemplateCounts, choose_windows, first_new_fault};
use wardroom_core::{FaultClass, TemplateId, TimeRange, Timestamp};

use super::StudyTemplate;
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

/// A template of a reading, before it is ranked.
pub(super) struct Candidate {
    pub(super) id: TemplateId,
    /// The kinds of its parameters, in order; none where a person divided it.
    pub(super) kinds: Vec<&'static str>,
    /// The fault that it tells of.
    pub(super) class: FaultClass,
    pub(super) facts: Facts,
    pub(super) row: StudyTemplate,
}

/// Ranks templates, the most surprising first. Where too little came before to know what is usual, nothing is called new:
/// what tells of a fault stands first then, and what is rare before what is frequent.
pub(super) fn ranked(found: Vec<Candidate>) -> Vec<RankedTemplate> {
    let judged = judged(&found);
    let before: u64 = judged.iter().map(|template| template.before).sum();
    if before >= LEAST_BASELINE_LINES {
        let place: BTreeMap<TemplateId, usize> =
            judged.iter().enumerate().map(|(at, judged)| (judged.id, at)).collect();
        let place_of = |id: TemplateId| place.get(&id).copied().unwrap_or(usize::MAX);
        let mut found = found;
        found.sort_by_key(|candidate| place_of(candidate.id));
        return found
            .into_iter()
            .map(|candidate| match judged.get(place_of(candidate.id)) {
                Some(surprise) => row(candidate, surprise),
                None => unjudged(candidate),
            })
            .collect();
    }
    let is_fault = |class: FaultClass| !matches!(class, FaultClass::None | FaultClass::Unknown);
    let mut found = found;
    found.sort_by_key(|candidate| {
        (!is_fault(candidate.class), candidate.facts.lines, candidate.row.id.clone())
    });
    found.into_iter().map(unjudged).collect()
}

/// Judges the last part of a reading by what came before; empty where it is too short to be divided.
fn judged(found: &[Candidate]) -> Vec<Surprise> {
    let first = found.iter().map(|candidate| candidate.facts.first).min();
    let last = found.iter().map(|candidate| candidate.facts.last).max();
    let Some((first, last)) = first.zip(last) else { return Vec::new() };
    let bin_ms = ((last.as_millis() - first.as_millis()) / STEPS / MINUTE_MS + 1) * MINUTE_MS;
    let range = TimeRange::new(first.floor_to(bin_ms), last.plus_millis(1));
    let Some(range) = range.ok().filter(|range| range.millis() >= LEAST_BINS * bin_ms) else {
        return Vec::new();
    };
    let bins: Vec<Vec<(Timestamp, u64)>> =
        found.iter().map(|candidate| in_bins(&candidate.facts.by_minute(), bin_ms)).collect();
    let counts: Vec<TemplateCounts<'_>> = found
        .iter()
        .zip(&bins)
        .map(|(candidate, bins)| TemplateCounts {
            id: candidate.id,
            bins,
            first_seen: candidate.facts.first,
            class: candidate.class,
            level: candidate.facts.level(),
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

fn row(candidate: Candidate, judged: &Surprise) -> RankedTemplate {
    RankedTemplate {
        change: change_of(judged.change),
        surprise: judged.score,
        expected: Some(judged.expected),
        ..unjudged(candidate)
    }
}

fn unjudged(candidate: Candidate) -> RankedTemplate {
    RankedTemplate {
        change: LogChange::Same,
        surprise: 0.0,
        expected: None,
        parameters: candidate.kinds,
        template: candidate.row,
    }
}
