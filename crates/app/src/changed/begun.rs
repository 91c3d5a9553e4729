//! Series that begin in a window: nothing is usual for them yet, so they are listed beside the ranking and not ranked.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::anomaly::{self, Options, Refusal, WindowChange};
use wardroom_core::{SeriesKey, TimeRange, Timestamp};
use wardroom_store::{SeriesRow, SourceId};

use super::rows::BegunRow;
use crate::context::source_number;
use crate::entity::other_labels;
use crate::metric_words::what_of;
use crate::now::finding::judged_unit;
use crate::phrase::{Phrase, PhraseValue};
use crate::topology::Naming;
use crate::workloads::History;

/// Rows in one answer at most: a deployment that brings more is told by their number.
const MOST_ROWS: usize = 20;
/// The word for why such a series is not ranked.
pub(super) const BEGINS: &str = "begins";

/// A series that has no sample before the window.
pub(super) struct Begun {
    /// The series, with the name of its workload.
    pub(super) row: SeriesRow,
    /// When and with what it begins.
    pub(super) seen: Seen,
}

/// What is known of a series that has no sample before the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    /// The first sample.
    at: Timestamp,
    /// The last value in the window of what is judged.
    last: f64,
}

/// Returns when and with what a history begins that was refused because it has none before the window; `None` for any
/// other, and for one of which no value can be told (a counter with one sample).
pub(super) fn seen(
    rows: &[SeriesRow],
    history: &History,
    window: TimeRange,
    change: &Result<WindowChange, Refusal>,
) -> Option<Seen> {
    if !matches!(change, Err(Refusal::TooShort { .. })) {
        return None;
    }
    let series = history.workload.members.iter().flat_map(|member| &member.copies);
    let at = series.filter_map(|&place| rows[place].first).min()?;
    if !window.contains(at) {
        return None;
    }
    let judged = anomaly::values_judged(&history.samples, history.kind);
    let inside = judged.times().partition_point(|&time| time < window.end().as_millis());
    let last = judged.values()[..inside].last().copied()?;
    Some(Seen { at, last })
}

/// Keeps those that are something new, the first first: the source had told of other series for long enough to judge them,
/// and it had none that differs only in what tells copies apart. Another copy, or a pod that was renamed, is nothing new.
pub(super) fn new_ones(begun: Vec<Begun>, all: &[SeriesRow], window: TimeRange) -> Vec<Begun> {
    if begun.is_empty() {
        return begun;
    }
    let (mut since, mut known): (BTreeMap<SourceId, Timestamp>, BTreeSet<(SourceId, SeriesKey)>) =
        (BTreeMap::new(), BTreeSet::new());
    let wanted: BTreeSet<&str> = begun.iter().map(|one| one.row.key.metric.as_str()).collect();
    for row in all {
        let Some(first) = row.first.filter(|first| *first < window.start()) else { continue };
        let earliest = since.entry(row.source).or_insert(first);
        *earliest = first.min(*earliest);
        if wanted.contains(row.key.metric.as_str()) {
            known.insert((row.source, anomaly::peers_of(&row.key)));
        }
    }
    let least_ms = Options::standard().min_history_ms.max(window.millis());
    let long_before = window.start().plus_millis(-least_ms);
    let is_new = |one: &Begun| {
        since.get(&one.row.source).is_some_and(|first| *first <= long_before)
            && !known.contains(&(one.row.source, anomaly::peers_of(&one.row.key)))
    };
    let mut new: Vec<Begun> = begun.into_iter().filter(is_new).collect();
    new.sort_by(|a, b| (a.seen.at, &a.row.key, a.row.id).cmp(&(b.seen.at, &b.row.key, b.row.id)));
    new
}

/// Puts the first of them into words.
pub(super) fn rows(begun: &[Begun], window: TimeRange, naming: &Naming) -> Vec<BegunRow> {
    begun.iter().take(MOST_ROWS).map(|one| row(one, window, naming)).collect()
}

fn row(begun: &Begun, window: TimeRange, naming: &Naming) -> BegunRow {
    let Begun { row, seen } = begun;
    let (entity, place) = (naming.entity(&row.key), naming.place(row));
    let sentence = Phrase::new("changed-begins")
        .with("what", what_of(&row.key, &place))
        .text("entity", place)
        .with("time", PhraseValue::moment(seen.at, window.end()))
        .with("seen", PhraseValue::measured(seen.last, judged_unit(row)));
    BegunRow {
        series: u32::try_from(row.id.0).unwrap_or(u32::MAX),
        source: source_number(row.source),
        metric: row.key.metric.clone(),
        labels: other_labels(&row.key, &entity),
        start: seen.at.into(),
        sentence,
        entity,
    }
}
