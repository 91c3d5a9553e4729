//! What methods score: workloads, each once, whatever its series are called and however often it is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wardroom_analysis::anomaly::workload::Workload;
use wardroom_core::{MetricKind, Samples, TimeRange};
use wardroom_store::{SeriesId, SeriesRow};

use crate::context::Open;
use crate::error::AppError;
use crate::workloads::{self, COPY, History, JOINED, Joined};

/// The workloads of a choice of series, each by the series that has its newest name.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    series: Arc<Vec<SeriesRow>>,
    workloads: BTreeMap<SeriesId, Workload>,
    /// The unit of every series.
    of: BTreeMap<SeriesId, SeriesId>,
}

/// One history to score.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    /// The unit that it belongs to.
    pub(super) unit: SeriesId,
    /// The unit, or the series where what was taken for copies of one turned out to be several.
    pub(crate) row: SeriesRow,
    pub(super) samples: Samples,
    /// What the samples are.
    pub(super) kind: MetricKind,
    /// Whether it is one series, as stored; of several it is what is judged of them.
    pub(super) is_alone: bool,
}

impl Units {
    /// Groups series, each of which has samples, as a detection does.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn group(open: &Open, rows: Vec<SeriesRow>) -> Result<Self, AppError> {
        let series = Arc::new(rows);
        let (mut by_unit, mut of) = (BTreeMap::new(), BTreeMap::new());
        for workload in workloads::group(open, &series, None).await? {
            let unit = newest(&series, &workload).id;
            of.extend(places(&workload).map(|place| (series[place].id, unit)));
            by_unit.insert(unit, workload);
        }
        Ok(Self { series, workloads: by_unit, of })
    }

    /// Returns all series.
    pub(crate) fn series(&self) -> &[SeriesRow] {
        &self.series
    }

    /// Returns the unit of every series.
    pub(crate) fn of(&self) -> &BTreeMap<SeriesId, SeriesId> {
        &self.of
    }

    /// Returns a row for each unit by number: named by what does not change, over the time and with the samples of all.
    pub(crate) fn rows(&self) -> Vec<SeriesRow> {
        self.workloads.values().map(|workload| row_of(&self.series, workload)).collect()
    }

    /// Returns how many series are not scored by themselves, by reason.
    pub(crate) fn not_alone(&self) -> BTreeMap<&'static str, usize> {
        let names = |workload: &Workload| workload.members.len() - 1;
        let copies = |workload: &Workload| workload.series() - workload.members.len();
        let n = |count: &dyn Fn(&Workload) -> usize| self.workloads.values().map(count).sum::<usize>();
        let both = [(JOINED, n(&names)), (COPY, n(&copies))];
        both.into_iter().filter(|(_, n)| *n > 0).collect()
    }

    /// Reads the histories of units within a range.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn read(
        &self,
        open: &Open,
        units: &[SeriesId],
        range: TimeRange,
    ) -> Result<Vec<Scored>, AppError> {
        let asked = units.iter().filter_map(|unit| self.workloads.get(unit)).cloned().collect();
        let histories = workloads::histories(open, &self.series, asked, Some(range), None).await?;
        Ok(histories.into_iter().map(|history| self.scored(history)).collect())
    }

    fn scored(&self, history: History) -> Scored {
        let row = row_of(&self.series, &history.workload);
        let unit = self.of.get(&row.id).copied().unwrap_or(row.id);
        let is_alone = history.workload.is_single();
        Scored { unit, row, samples: history.samples, kind: history.kind, is_alone }
    }
}

fn newest<'a>(series: &'a [SeriesRow], workload: &Workload) -> &'a SeriesRow {
    &series[workload.members[workload.newest()].copies[0]]
}

fn places(workload: &Workload) -> impl Iterator<Item = usize> + '_ {
    workload.members.iter().flat_map(|member| member.copies.iter().copied())
}

fn row_of(series: &[SeriesRow], workload: &Workload) -> SeriesRow {
    let row = newest(series, workload).clone();
    let Some(joined) = Joined::of(workload) else { return row };
    let all: BTreeSet<usize> = places(workload).collect();
    SeriesRow {
        key: joined.name(&row.key),
        first: all.iter().filter_map(|place| series[*place].first).min(),
        last: all.iter().filter_map(|place| series[*place].last).max(),
        samples: all.iter().map(|place| series[*place].samples).sum(),
        ..row
    }
}
