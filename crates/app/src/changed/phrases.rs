//! A change in words.

use wardroom_analysis::anomaly::{Against, WindowChange};
use wardroom_core::{AnomalyKind, Grade, Score, Unit};
use wardroom_store::SeriesRow;

use super::{FEW, Found};
use crate::metric_words::what_of;
use crate::now::finding::judged_unit;
use crate::phrase::{Phrase, PhraseValue};
use crate::topology::Naming;

/// Says in one sentence what changed; `found` is ranked, and `changed` of them stand out.
pub(super) fn lead(found: &[Found], changed: usize, series: usize, naming: &Naming) -> Phrase {
    let Some(first) = found.first() else {
        let key = if series == 0 { "changed-lead-no-series" } else { "changed-lead-not-judged" };
        return Phrase::new(key).count("n", series);
    };
    if changed == 0 {
        return Phrase::new("changed-lead-nothing").count("n", found.len());
    }
    let place = naming.place(&first.row);
    let is_little =
        Score::new(first.change.score).grade() < Grade::High && changed * FEW <= found.len().max(FEW);
    Phrase::new(if is_little { "changed-lead-little" } else { "changed-lead" })
        .count("n", changed)
        .count("of", found.len())
        .with("what", what_of(&first.row.key, &place))
        .text("entity", place)
}

/// Says how a series changed.
pub(super) fn of_change(change: &WindowChange, row: &SeriesRow, entity: &str) -> Phrase {
    let rose = change.seen >= change.usual;
    let is_told = Score::new(change.score).grade() >= Grade::Medium;
    let key = match (change.kind, change.against) {
        (_, Against::Peers) if rose => "changed-above-peers",
        (_, Against::Peers) => "changed-below-peers",
        (AnomalyKind::Level | AnomalyKind::Trend, Against::Past) if !is_told => "changed-near",
        (AnomalyKind::Level, Against::Past) if rose => "changed-rose",
        (AnomalyKind::Level, Against::Past) => "changed-fell",
        (AnomalyKind::Spike | AnomalyKind::Dip, Against::Past) if rose => "changed-spike",
        (AnomalyKind::Spike | AnomalyKind::Dip, Against::Past) => "changed-dip",
        (AnomalyKind::Trend, Against::Past) if rose => "changed-trend-up",
        (AnomalyKind::Trend, Against::Past) => "changed-trend-down",
        // A window is too short for a day's pattern; resets and copies are no kind of its ranking.
        (
            AnomalyKind::Variance
            | AnomalyKind::SeasonBreak
            | AnomalyKind::ResetStorm
            | AnomalyKind::PeerOutlier,
            Against::Past,
        ) => "changed-swings",
        (AnomalyKind::Missing, Against::Past) => "changed-missing",
        (AnomalyKind::Flat, Against::Past) => "changed-flat",
    };
    let unit = judged_unit(row);
    let lasts = match (change.kind, change.against, change.start) {
        (AnomalyKind::Level | AnomalyKind::Trend | AnomalyKind::Missing, Against::Past, None) if is_told => {
            "changed-before"
        }
        _ => "changed-within",
    };
    Phrase::new(key)
        .with("what", what_of(&row.key, entity))
        .with("usual", value(change.usual, change, unit))
        .with("seen", value(change.seen, change, unit))
        .word("since", lasts)
}

/// Returns what was expected or seen: a number of steps for missing data, otherwise in the unit of the series.
pub(super) fn value(value: f64, change: &WindowChange, unit: Unit) -> PhraseValue {
    let unit = match change.kind {
        AnomalyKind::Missing => Unit::Count,
        AnomalyKind::Level
        | AnomalyKind::Spike
        | AnomalyKind::Trend
        | AnomalyKind::Variance
        | AnomalyKind::Flat
        | AnomalyKind::Dip
        | AnomalyKind::SeasonBreak
        | AnomalyKind::ResetStorm
        | AnomalyKind::PeerOutlier => unit,
    };
    PhraseValue::measured(value, unit)
}
