//! Of which periods the lines of clusters are stored here whole: only of those something is concluded.

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::SourceRow as StoredSource;

use super::is_chosen;
use super::state::{State, state};
use crate::connections;
use crate::context::Open;
use crate::error::AppError;

/// What is stored of clusters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    clusters: Vec<OfCluster>,
}

#[derive(Clone, Debug)]
struct OfCluster {
    name: String,
    /// Periods of which every line is stored that came until they were read.
    whole: Vec<TimeRange>,
    /// Periods that were read, also those of which parts of the cluster did not answer.
    read: Vec<TimeRange>,
}

impl Stored {
    /// Looks up what is stored of the chosen clusters at a moment; none chosen takes all.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn of(open: &Open, chosen: &[u32], now: Timestamp) -> Result<Self, AppError> {
        let mut clusters = Vec::new();
        for row in super::of(open).await?.into_iter().filter(|row| is_chosen(chosen, row.id)) {
            // A connection whose settings cannot be read says so where it is asked.
            let Ok(config) = connections::parse_cluster(&row) else { continue };
            let state = kept(open, &row, &format!("{:?}", config.scope), now).await?;
            clusters.push(OfCluster {
                name: row.name,
                whole: state.whole_periods(),
                read: state.read_periods(),
            });
        }
        Ok(Self { clusters })
    }

    /// Returns the longest part of a range of which every cluster has brought all of its lines. A cluster that has brought
    /// nothing of it takes no part in what is compared, and changes nothing.
    pub(crate) fn part_of(&self, range: TimeRange) -> TimeRange {
        self.clusters.iter().fold(range, |part, cluster| longest_in(&cluster.whole, part).unwrap_or(part))
    }

    /// Returns the names of the clusters that have brought lines of some windows, but not all lines of each of them.
    pub(crate) fn lacking(&self, windows: [TimeRange; 2]) -> Vec<&str> {
        let is_lacking = |cluster: &&OfCluster| {
            windows.iter().any(|window| longest_in(&cluster.read, *window).is_some())
                && windows.iter().any(|window| longest_in(&cluster.whole, *window) != Some(*window))
        };
        self.clusters.iter().filter(is_lacking).map(|cluster| cluster.name.as_str()).collect()
    }
}

/// Returns what was read of a cluster and is still stored: what its limits took away is asked for like what never came.
pub(super) async fn kept(
    open: &Open,
    row: &StoredSource,
    scope: &str,
    now: Timestamp,
) -> Result<State, AppError> {
    let mut read = state(open, row.id, scope).await?;
    if row.retention_ms.is_some() || row.max_bytes.is_some() {
        let first = open.workspace.log_sizes().await?.get(&row.id).and_then(|size| size.first);
        if let Some(time) = taken_before(row, first, now) {
            read.forget_before(time);
        }
    }
    Ok(read)
}

/// Returns the time before which the limits of a source may have taken lines away; `first` is its first stored line.
fn taken_before(row: &StoredSource, first: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let aged = row.retention_ms.map(|keep| now.plus_millis(-keep));
    // A limit of size takes the oldest lines, whatever their age.
    if row.max_bytes.is_some() {
        return first.or(aged);
    }
    aged.map(|aged| first.map_or(aged, |first| first.min(aged)))
}

/// Returns the longest part of a range that lies in one of some periods; of equally long ones the last.
fn longest_in(periods: &[TimeRange], range: TimeRange) -> Option<TimeRange> {
    let shared = |period: &TimeRange| {
        TimeRange::new(period.start().max(range.start()), period.end().min(range.end())).ok()
    };
    periods.iter().filter_map(shared).max_by_key(|part| part.millis())
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }

    fn cluster(name: &str, whole: &[TimeRange], read: &[TimeRange]) -> OfCluster {
        OfCluster { name: name.to_owned(), whole: whole.to_vec(), read: read.to_vec() }
    }

    #[test]
    fn the_part_that_can_be_compared_is_the_longest_that_every_cluster_has_brought() {
        let a = cluster("a", &[range(0, 50), range(60, 200)], &[range(0, 200)]);
        let b = cluster("b", &[range(0, 150)], &[range(0, 150)]);
        let never_read = cluster("c", &[], &[]);

        let stored = Stored { clusters: vec![a, b, never_read] };

        assert_eq!(stored.part_of(range(0, 300)), range(60, 150));
        assert_eq!(stored.part_of(range(70, 80)), range(70, 80));
        assert_eq!(stored.part_of(range(400, 500)), range(400, 500), "nothing of it was brought");
        assert_eq!(Stored::default().part_of(range(0, 300)), range(0, 300));
    }

    #[test]
    fn a_cluster_lacks_lines_of_windows_that_it_has_brought_in_part() {
        let half = cluster("half", &[range(0, 100)], &[range(0, 200)]);
        let stored = Stored { clusters: vec![half, cluster("never read", &[], &[])] };

        assert_eq!(stored.lacking([range(0, 50), range(50, 100)]), Vec::<&str>::new());
        assert_eq!(stored.lacking([range(0, 50), range(50, 101)]), ["half"]);
        assert_eq!(stored.lacking([range(120, 150), range(150, 200)]), ["half"], "parts did not answer");
        assert_eq!(stored.lacking([range(300, 350), range(350, 400)]), Vec::<&str>::new());
    }
}
