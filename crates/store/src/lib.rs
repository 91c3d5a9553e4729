//! SQLite: one file per workspace, and the application database.
//!
//! A [`Workspace`] holds everything of one investigation: sources, series, samples, findings, rules, alerts and import
//! records. Samples lie in compressed chunks of one series each, after a short live tail; every fact carries when it
//! became known beside when it happened, and a correction is stored beside the old value. The format stands in
//! `docs/WORKSPACE.md`. The [`AppDb`] holds what belongs to this machine: recent workspaces and settings.
//!
//! Deliberately *not* here: rules beyond integrity, a clock (every `known_at` is handed in), secrets, and types of the
//! interface. SQL is spoken nowhere else. Start reading at [`Workspace::open`] and [`Workspace::begin_batch`].

mod app_db;
mod db;
mod error;
mod file;
mod samples;
mod tables;
mod workspace;

pub use app_db::{AppDb, Recent};
pub use error::StoreError;
pub use samples::batch::{BatchEnd, BatchId, BatchKind, BatchSummary, BatchWriter};
pub use tables::findings::{Detection, DetectionChange, DetectionRun, FindingRow, Judged};
pub use tables::imports::{BadRow, ImportRecord};
pub use tables::rules::AlertRow;
pub use tables::series::{NewSeries, SeriesFilter, SeriesId, SeriesRow};
pub use tables::sources::{NewSource, SourceId, SourceRow};
pub use workspace::check::{CheckProblem, CheckReport};
pub use workspace::compact::CompactReport;
pub use workspace::{CreateOptions, Mode, ReadOnlyReason, Stats, Workspace};
