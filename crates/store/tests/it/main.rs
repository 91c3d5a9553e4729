//! The store against real files: what is written comes back, and nothing is lost or touched that should not be.

mod classes;
mod damage;
mod decisions;
mod drills;
mod facts;
mod feedback;
mod inventory;
mod lifecycle;
mod logs;
mod moments;
mod records;
mod samples;
mod templates;

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, TimeRange, Timestamp, Unit};
use wardroom_store::{
    BatchEnd, BatchKind, BatchSummary, CreateOptions, NewSeries, NewSource, SeriesId, SourceId, Workspace,
};

/// Shortens a time in the tests.
fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn range(start: i64, end: i64) -> TimeRange {
    TimeRange::new(at(start), at(end)).expect("the test's range is not empty")
}

fn options() -> CreateOptions {
    CreateOptions { writer: 7, name: "shop".to_owned(), origin: "new".to_owned(), created_at: at(0) }
}

/// Samples from pairs of time and value.
fn samples(pairs: &[(i64, f64)]) -> Samples {
    let (times, values) = pairs.iter().copied().unzip();
    Samples::from_columns(times, values).expect("pairs give columns of one length")
}

/// The value bits, so that `NaN` payloads can be compared.
fn bits(samples: &Samples) -> Vec<(i64, u64)> {
    samples.times().iter().copied().zip(samples.values().iter().map(|v| v.to_bits())).collect()
}

async fn in_memory() -> Workspace {
    Workspace::in_memory(options()).await.expect("a database in memory opens")
}

async fn on_disk() -> (TempDir, PathBuf, Workspace) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("shop.wardroom");
    let workspace = Workspace::create(&path, options()).await.expect("a workspace can be made");
    (folder, path, workspace)
}

async fn add_source(workspace: &Workspace, name: &str) -> SourceId {
    let new = NewSource {
        name: name.to_owned(),
        kind: "prometheus".to_owned(),
        config: "{}".to_owned(),
        created_at: at(0),
    };
    workspace.add_source(new).await.expect("a source can be added")
}

fn new_series(metric: &str, instance: &str) -> NewSeries {
    NewSeries {
        key: SeriesKey::new(metric, Labels::new([("instance", instance)])),
        kind: MetricKind::Unknown,
        unit: Unit::Unknown,
    }
}

/// Adds `n` series of one metric to a source.
async fn add_series(workspace: &Workspace, source: SourceId, n: usize) -> Vec<SeriesId> {
    let wanted: Vec<NewSeries> = (0..n).map(|i| new_series("up", &format!("host{i:04}"))).collect();
    workspace.ensure_series(source, &wanted, at(0)).await.expect("series can be added")
}

/// Stores samples of one series as one complete sync.
async fn sync(
    workspace: &Workspace,
    source: SourceId,
    series: SeriesId,
    known_at: i64,
    pairs: &[(i64, f64)],
) -> BatchSummary {
    let begun = workspace.begin_batch(source, BatchKind::Sync, at(known_at), String::new()).await;
    let mut batch = begun.expect("a batch begins");
    batch.append(vec![(series, samples(pairs))]).await.expect("samples are appended");
    batch.finish(BatchEnd::Complete).await.expect("a batch finishes")
}

/// Copies a workspace beside itself, where nobody may write it.
fn protected_copy(path: &Path) -> PathBuf {
    let protected = path.with_file_name("protected.wardroom");
    std::fs::copy(path, &protected).expect("the file can be copied");
    let mut permissions = std::fs::metadata(&protected).expect("the copy is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&protected, permissions).expect("its owner may protect it");
    protected
}

/// Runs one statement on a file behind the store's back.
async fn meddle(path: &Path, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("the file opens");
    sqlx::query(statement).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("the file closes");
}
