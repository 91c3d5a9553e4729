//! SQLite: one file per workspace, and the application database.
//!
//! A [`Workspace`] holds everything of one investigation: sources, series, samples, log records, findings and what was
//! said of them, rules, alerts, inventory, changes, check results and import records; that of a drill also what makes its
//! world and what was done in it. Samples lie in compressed chunks of one series each, after a short live tail, and log
//! records in compressed blocks with an index of their words; every fact carries when it became known beside when it
//! happened, and a correction is stored beside the old value. The format stands in `docs/WORKSPACE.md`. The [`AppDb`]
//! holds what belongs to this machine: recent workspaces, settings and results of drills.
//!
//! Deliberately *not* here: rules beyond integrity, a clock (every `known_at` is handed in), secrets, and types of the
//! interface. SQL is spoken nowhere else. Start reading at [`Workspace::open`] and [`Workspace::begin_batch`].

mod app_db;
mod arrival;
mod db;
mod error;
mod file;
mod logs;
mod samples;
mod tables;
mod workspace;

pub use app_db::drill_results::{DrillPart, DrillSummary};
pub use app_db::{AppDb, Recent};
pub use arrival::Arrival;
pub use error::StoreError;
pub use file::is_workspace;
pub use logs::intake::LogIntake;
pub use logs::sizes::LogSize;
pub use samples::batch::{BatchEnd, BatchId, BatchKind, BatchSummary, BatchWriter};
pub use tables::alerts::{Acknowledgement, AlertFilter, AlertRow};
pub use tables::changes::ChangeRow;
pub use tables::checks::{CheckOutcome, CheckRow};
pub use tables::classes::SeriesClass;
pub use tables::drills::{DrillDecision, DrillDeed, DrillOrder, DrillResult, DrillRow, NewDrill};
pub use tables::edge_versions::{EdgeTeller, EdgeVersionRow};
pub use tables::feedback::{FeedbackId, FeedbackRow};
pub use tables::findings::{Detection, DetectionChange, DetectionRun, FindingRow, Judged};
pub use tables::imports::{BadRow, ImportRecord};
pub use tables::inventory::{
    DependencyRow, EntityRow, EntityVersionRow, InventoryCounts, InventoryPart, InventoryRun, InventoryRunId,
    InventoryRunState, InventoryScope, Unseen,
};
pub use tables::log_notes::{LogDecision, LogDecisionId};
pub use tables::logs::{LogCursor, LogFilter, LogRow};
pub use tables::series::{NewSeries, SeriesFilter, SeriesId, SeriesRow};
pub use tables::sources::{NewSource, SourceId, SourceRow};
pub use tables::template_counts::{TemplateCounts, TemplateMinute};
pub use tables::templates::TemplateRow;
pub use tables::topology::{ObservedEdgeRow, SavedFilter, TopologyDecisionId, TopologyDecisionRow};
pub use workspace::check::{CheckProblem, CheckReport, Flaw};
pub use workspace::compact::CompactReport;
pub use workspace::cut::CutReport;
pub use workspace::revision::Revision;
pub use workspace::{CreateOptions, Mode, ReadOnlyReason, Stats, Workspace};
