//! Of which periods the lines of clusters are stored here whole: only of those something is concluded.

use wardroom_core::{TimeRange, Timestamp};
use wardroom_store::{SourceId, SourceRow as StoredSource};

use super::is_chosen;
use super::state::{State, state};
use crate::connections;
use crate::context::Open;
use crate::error::AppError;

/// What is stored of clusters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    clusters: Vec<OfCluster>,
    /// Whether other sources have lines too, such as files.
    beside_others: bool,
}

#[derive(Clone, Debug)]
struct OfCluster {
    source: SourceId,
    name: String,
    /// Lines after this may still come late: they lack nowhere.
    settled: Timestamp,
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
        let sizes = open.workspace.log_sizes().await?;
        let (mut clusters, mut beside_others) = (Vec::new(), false);
        for row in open.workspace.sources().await? {
            if row.deleted || !is_chosen(chosen, row.id) {
                continue;
            }
            if row.kind != connections::ELASTICSEARCH {
                beside_others |= row.kind == connections::LOG_FILES || sizes.contains_key(&row.id);
                continue;
            }
            // A connection whose settings cannot be read says so where it is asked.
            let Ok(config) = connections::parse_cluster(&row) else { continue };
            let state = kept(open, &row, &format!("{:?}", config.scope), now).await?;
            clusters.push(OfCluster {
                source: row.id,
                name: row.name,
                settled: now.plus_millis(-config.late_ms - row.follow_step_ms),
                whole: state.whole_periods(),
                read: state.read_periods(),
            });
        }
        Ok(Self { clusters, beside_others })
    }

    /// Returns the part of a range in which windows are chosen: the longest that a cluster has brought whole, of several
    /// clusters the one that reaches furthest. Where no cluster has brought any of it, or other sources have lines too, it
    /// is the range.
    pub(crate) fn part_of(&self, range: TimeRange) -> TimeRange {
        let parts = self.clusters.iter().filter_map(|cluster| longest_in(&cluster.whole, range));
        let furthest = parts.max_by_key(|part| (part.end(), part.millis()));
        furthest.filter(|_| !self.beside_others).unwrap_or(range)
    }

    /// Returns the clusters that have brought lines of some windows, but not all lines of each of them, with their names.
    pub(crate) fn lacking(&self, windows: [TimeRange; 2]) -> Vec<(SourceId, &str)> {
        let lacking =
            self.clusters.iter().filter(|cluster| cluster.is_read(windows) && !cluster.is_whole(windows));
        lacking.map(|cluster| (cluster.source, cluster.name.as_str())).collect()
    }

    /// Reports whether all that is stored of some windows are lines of clusters that lack others of them.
    pub(crate) fn lacks_everywhere(&self, windows: [TimeRange; 2]) -> bool {
        let mut read = self.clusters.iter().filter(|cluster| cluster.is_read(windows)).peekable();
        !self.beside_others && read.peek().is_some() && read.all(|cluster| !cluster.is_whole(windows))
    }
}

impl OfCluster {
    fn is_read(&self, windows: [TimeRange; 2]) -> bool {
        windows.iter().any(|window| longest_in(&self.read, *window).is_some())
    }

    fn is_whole(&self, windows: [TimeRange; 2]) -> bool {
        windows.iter().all(|window| {
            let Ok(needed) = TimeRange::new(window.start(), window.end().min(self.settled)) else {
                return true;
            };
            longest_in(&self.whole, needed) == Some(needed)
        })
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

    fn cluster(source: i64, whole: &[TimeRange], read: &[TimeRange]) -> OfCluster {
        OfCluster {
            source: SourceId(source),
            name: format!("cluster {source}"),
            settled: Timestamp::from_millis(1000),
            whole: whole.to_vec(),
            read: read.to_vec(),
        }
    }

    #[test]
    fn windows_are_chosen_where_a_cluster_has_brought_every_line() {
        let a = cluster(1, &[range(0, 50), range(60, 200)], &[range(0, 200)]);
        let b = cluster(2, &[range(0, 150)], &[range(0, 150)]);
        let never_read = cluster(3, &[], &[]);

        let stored = Stored { clusters: vec![b, a, never_read], beside_others: false };

        assert_eq!(stored.part_of(range(0, 300)), range(60, 200));
        assert_eq!(stored.part_of(range(70, 80)), range(70, 80));
        assert_eq!(stored.part_of(range(400, 500)), range(400, 500), "nothing of it was brought");
        let beside_files = Stored { beside_others: true, ..stored };
        assert_eq!(beside_files.part_of(range(0, 300)), range(0, 300));
    }

    #[test]
    fn a_cluster_lacks_lines_of_windows_that_it_has_brought_in_part() {
        let half = cluster(1, &[range(0, 100)], &[range(0, 200)]);
        let stored = Stored { clusters: vec![half, cluster(2, &[], &[])], beside_others: false };

        assert!(stored.lacking([range(0, 50), range(50, 100)]).is_empty());
        let beyond = [range(0, 50), range(50, 101)];
        assert_eq!(stored.lacking(beyond), [(SourceId(1), "cluster 1")]);
        assert!(stored.lacks_everywhere(beyond) && !stored.lacks_everywhere([range(0, 50), range(50, 100)]));
        assert_eq!(stored.lacking([range(120, 150), range(150, 200)]).len(), 1, "parts did not answer");
        assert!(stored.lacking([range(300, 350), range(350, 400)]).is_empty());
        assert!(!stored.lacks_everywhere([range(300, 350), range(350, 400)]));
        let beside_files = Stored { beside_others: true, ..stored };
        assert!(!beside_files.lacks_everywhere(beyond));
    }

    #[test]
    fn what_may_still_come_late_lacks_nowhere() {
        let behind = cluster(1, &[range(0, 990)], &[range(0, 990)]);
        let live = cluster(2, &[range(0, 1010)], &[range(0, 1010)]);
        let stored = Stored { clusters: vec![behind, live], beside_others: false };

        // Everything up to 1000 is settled, and the first cluster was read to 990.
        assert!(stored.lacking([range(0, 500), range(500, 990)]).is_empty());
        assert_eq!(stored.lacking([range(0, 500), range(500, 1010)]).len(), 1);
        let stored = Stored { clusters: vec![cluster(1, &[range(0, 1000)], &[range(0, 1000)])], ..stored };
        assert!(stored.lacking([range(0, 500), range(500, 1010)]).is_empty());
    }
}
