//! Journeys on real files: the functions that a person's click runs, from connecting to reopening.

mod changed;
mod crash;
mod demo;
mod doors;
mod drills;
mod feedback;
mod fixed;
mod follow;
mod help;
mod import_export;
#[cfg(target_os = "linux")]
mod keychain;
mod logs;
mod moments;
#[cfg(target_os = "linux")]
mod processes;
mod prometheus;
mod promql;
mod queries;
mod scripts;
mod secrets;
mod server;
mod terminal;
mod topology;
mod workspace;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use wardroom_app::App;
use wardroom_app::clock::Clock;
use wardroom_app::context::Start;
use wardroom_app::error::AppError;
use wardroom_app::jobs::{Job, JobKind};
use wardroom_app::settings::{Language, Settings, ZoneChoice};
use wardroom_app::words::Words;
use wardroom_core::{MetricKind, SeriesKey, TimeRange, Timestamp, Unit};
use wardroom_store::{SeriesFilter, SeriesId};

/// How long something may take that another process or thread does: generous, because machines are shared.
const PATIENCE: Duration = Duration::from_mins(1);

/// 2026-11-17T15:02:00Z; `date -u -d 2026-11-17T15:02:00Z +%s`.
const DEMO_END: Timestamp = Timestamp::from_millis(1_794_927_720_000);

/// A clock that a test moves.
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub(crate) fn at(at: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(at.as_millis())))
    }

    fn set(&self, at: Timestamp) {
        self.0.store(at.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Starts the application with its own files in `home` and secrets in memory.
async fn start(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), clock: None, memory_secrets: true };
    App::start(start).await.expect("the application starts")
}

/// Starts the application with a clock that the test moves.
pub(crate) async fn start_at(home: &Path, clock: &HandClock) -> App {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let start = Start { data_dir: Some(home.to_owned()), clock: Some(clock), memory_secrets: true };
    App::start(start).await.expect("the application starts")
}

/// The program as it was built; `cargo xtask test` names it.
fn program(test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("WARDROOM_CLI").map(PathBuf::from).filter(|p| p.is_file());
    if path.is_none() {
        say_skipped(test, "WARDROOM_CLI does not name the built program; `cargo xtask test` sets it");
    }
    path
}

pub(crate) fn job(app: &App, kind: JobKind) -> Job {
    app.jobs().begin(app.bus(), kind, "test", None)
}

fn range(start: Timestamp, end: Timestamp) -> TimeRange {
    TimeRange::new(start, end).expect("the test's range is not empty")
}

/// The English sentence of a failure.
fn sentence(error: &AppError) -> String {
    let settings = Settings { language: Language::En, zone: ZoneChoice::Utc, ..Settings::default() };
    Words::new(settings).error(error)
}

/// A series with everything that is stored of it; values as bits, so that every `NaN` counts.
type Content = (SeriesKey, MetricKind, Unit, Vec<(i64, u64)>);

/// Everything that is stored in the open workspace, in the order of the keys.
async fn contents(app: &App) -> Vec<Content> {
    let open = app.open().expect("a workspace is open");
    let mut rows = open.workspace.series(&SeriesFilter::default()).await.expect("the series can be listed");
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let ids: Vec<SeriesId> = rows.iter().map(|r| r.id).collect();
    let samples = open.workspace.read_many(&ids, None, None).await.expect("the samples can be read");
    let content = |(row, samples): (wardroom_store::SeriesRow, wardroom_core::Samples)| {
        let bits: Vec<(i64, u64)> =
            samples.times().iter().copied().zip(samples.values().iter().map(|v| v.to_bits())).collect();
        (row.key, row.kind, row.unit, bits)
    };
    rows.into_iter().zip(samples).map(content).collect()
}

/// Number of all stored samples, as [`contents`] reads them.
async fn n_samples(app: &App) -> usize {
    contents(app).await.iter().map(|c| c.3.len()).sum()
}

/// Time of the newest stored sample.
async fn newest(app: &App) -> Option<Timestamp> {
    let open = app.open().expect("a workspace is open");
    let rows = open.workspace.series(&SeriesFilter::default()).await.expect("the series can be listed");
    rows.iter().filter_map(|r| r.last).max()
}

/// Waits until something is true that another thread or process brings about.
async fn eventually(what: &str, mut check: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !check().await {
        assert!(begun.elapsed() < PATIENCE, "not within {} s: {what}", PATIENCE.as_secs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Says on the terminal, past the test harness' capture, that a test could not be run.
pub(crate) fn say_skipped(test: &str, why: &str) {
    // A closed terminal is no reason to fail.
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED {test}: {why}\n");
}

/// Numbers that differ and are the same in every run: xorshift64* (Vigna 2016).
struct Random(u64);

impl Random {
    fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }
}
