//! The findings of a list in words, and the things that they lie on: a fault that touches a thousand series is one row a
//! thing.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::{FactId, Samples, TimeRange, Timestamp};
use wardroom_store::{FindingRow as Stored, SeriesId, SeriesRow};

use super::finding::{self, Index};
use super::{FindingRow, ThingRow};
use crate::context::Open;
use crate::entity::{entity_of, is_named};
use crate::error::AppError;
use crate::feedback::Sorted;
use crate::topology::Naming;

/// Findings of a list that travel to the window.
const MOST_FINDINGS: usize = 200;
/// Findings of a list that get a small line.
const MOST_SPARKS: usize = 60;
/// Things whose most surprising finding travels wherever it stands in the list.
const MOST_THINGS: usize = 200;

/// What findings are put into words with.
pub(super) struct Listing<'a> {
    pub(super) open: &'a Open,
    pub(super) sorted: &'a Sorted,
    pub(super) index: &'a Index<'a>,
    /// What a small line covers.
    pub(super) back: TimeRange,
    pub(super) naming: &'a Naming,
    pub(super) as_of: Option<Timestamp>,
}

impl Listing<'_> {
    /// Puts findings into words: the first 200, and those behind them that are among `heads` or that a person marked as
    /// real. Small lines go to the heads before the others.
    pub(super) async fn rows(
        &self,
        findings: &[&Stored],
        heads: &BTreeSet<FactId>,
    ) -> Result<Vec<FindingRow>, AppError> {
        let is_shown = |place: usize, finding: &Stored| {
            place < MOST_FINDINGS || heads.contains(&finding.id) || self.sorted.is_real(finding.id)
        };
        let mut shown: Vec<&Stored> = Vec::new();
        for (place, &finding) in findings.iter().enumerate() {
            if is_shown(place, finding) {
                shown.push(finding);
            }
        }
        let (first, then): (Vec<&Stored>, Vec<&Stored>) =
            shown.iter().copied().partition(|finding| heads.contains(&finding.id));
        let drawn: Vec<&Stored> = first.into_iter().chain(then).take(MOST_SPARKS).collect();
        let ids: Vec<SeriesId> = drawn.iter().map(|finding| finding.series).collect();
        let samples = self.open.workspace.read_many(&ids, Some(self.back), self.as_of).await?;
        let lines: BTreeMap<FactId, &Samples> =
            drawn.iter().map(|finding| finding.id).zip(&samples).collect();
        let row = |finding: &Stored| {
            let line = lines.get(&finding.id).map(|&samples| (samples, self.back));
            let series = *self.index.get(&finding.series)?;
            let row = finding::named_row(finding, series, line, self.naming);
            Some(FindingRow { feedback: self.sorted.of(finding.id), ..row })
        };
        Ok(shown.into_iter().filter_map(row).collect())
    }
}

/// What a finding lies on: what the model or the labels name, or a series of which neither says what it belongs to. Such
/// series of one metric are no thing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    Named(String),
    Alone(SeriesId),
}

impl Thing {
    /// Returns what a series lies on.
    pub(super) fn of(series: &SeriesRow, naming: &Naming) -> Self {
        let workload = naming.joined(series.id).map(|joined| joined.name(&series.key));
        let key = workload.as_ref().unwrap_or(&series.key);
        match naming.known(&key.labels) {
            Some(name) => Self::Named(name),
            None if is_named(key) => Self::Named(entity_of(key)),
            None => Self::Alone(series.id),
        }
    }
}

/// Findings by the thing that they lie on, in the order of the first of each.
pub(super) struct Folded<'a>(Vec<Vec<&'a Stored>>);

impl<'a> Folded<'a> {
    /// Folds findings that come most surprising first.
    pub(super) fn new(findings: &[&'a Stored], index: &Index<'_>, naming: &Naming) -> Self {
        let mut places: BTreeMap<Thing, usize> = BTreeMap::new();
        let mut things: Vec<Vec<&'a Stored>> = Vec::new();
        for &finding in findings {
            let Some(series) = index.get(&finding.series) else { continue };
            let place = *places.entry(Thing::of(series, naming)).or_insert(things.len());
            match things.get_mut(place) {
                Some(of) => of.push(finding),
                None => things.push(vec![finding]),
            }
        }
        Self(things)
    }

    /// Returns how many things there are.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Returns the most surprising finding of each of the first 200 things.
    pub(super) fn heads(&self) -> BTreeSet<FactId> {
        self.0.iter().take(MOST_THINGS).filter_map(|of| of.first()).map(|finding| finding.id).collect()
    }

    /// Returns the rows of the things of which a finding is listed.
    pub(super) fn rows(&self, listed: &[FindingRow]) -> Vec<ThingRow> {
        let listed: BTreeSet<&str> = listed.iter().map(|row| row.id.as_str()).collect();
        let row = |of: &Vec<&Stored>| {
            let ids = of.iter().map(|finding| finding.id.to_string());
            let findings: Vec<String> = ids.filter(|id| listed.contains(id.as_str())).collect();
            let began = of.iter().map(|finding| finding.anomaly.start).min()?;
            let count = u32::try_from(of.len()).unwrap_or(u32::MAX);
            (!findings.is_empty()).then(|| ThingRow { findings, count, began: began.into() })
        };
        self.0.iter().filter_map(row).collect()
    }
}

#[cfg(test)]
mod tests;
