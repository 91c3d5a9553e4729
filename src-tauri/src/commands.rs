//! The one list of commands. A line here is the adapter that the window calls, and its TypeScript wrapper.

use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use serde::Deserialize;
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::DialogExt;
use ts_rs::TS;
use wardroom_app::alerts::{AlertsRequest, AlertsView};
use wardroom_app::bill::{BillRequest, BillView, DetectorScope, KeptDetector};
use wardroom_app::changed::{ChangedRanking, ChangedRequest, ChangedRow, ChangedRowsRequest};
use wardroom_app::changes::{ChangesRequest, ChangesView};
use wardroom_app::compare::{CompareRequest, CompareView};
use wardroom_app::connections::{ConnectionDraft, PlanRow, ProbeRow, ScopeRow, SourceRow, SyncRequest};
use wardroom_app::drills::rows::{
    ActedRow, ClockWish, DebriefView, DrillBrief, DrillClock, DrillList, DrillOptions, DrillScreen,
    DrillState, DryRunRow, InjectionRequest, InstructorState, KeptResults, RemedyRow,
};
use wardroom_app::export::ExportRequest;
use wardroom_app::feedback::{FeedbackDraft, FeedbackItem, FeedbackStage, WindowDraft};
use wardroom_app::group_score::{GroupScoreRequest, GroupScoreView};
use wardroom_app::import::{ImportRequest, PreviewRow, ReadingChoice};
use wardroom_app::inventory::{ChecksRequest, ChecksView};
use wardroom_app::jobs::JobRow;
use wardroom_app::logs::{
    DecisionDraft, DecisionRow, LogCountsView, LogFilesChoice, LogFilesPreview, LogFilesRequest, LogItem,
    LogPlace, LogValuesRequest, LogValuesView, LogsRequest, LogsView, MaskingRow, QueryCheck,
    TemplateDetails, TemplateRequest, TemplatesRequest, TemplatesView,
};
use wardroom_app::now::NowView;
use wardroom_app::query::{AskedQuery, QueryRequest, QueryView};
use wardroom_app::reports::ReportRequest;
use wardroom_app::series::{
    ChartRequest, FindingsRequest, FindingsView, MetricsRequest, MetricsView, PictureRequest,
};
use wardroom_app::settings::Settings;
use wardroom_app::topology::{
    DependenciesRequest, DependenciesView, DoubtsRequest, DoubtsView, EntitiesRequest, EntitiesView,
    EntityDetails, InventoryFilePreview, InventoryImported, MapRequest, MapView, MappingCheck, NameHit,
    PathsRequest, PathsView, PresetItem, ReachRequest, ReachView, SavedFilter, SinglePointsView,
    TopologyDecision, TopologyDecisionItem, TopologyExport, VersionItem,
};
use wardroom_app::wire::{Millis, Span};
use wardroom_app::workspaces::{AppStateRow, CheckRow, CompactRow, RecentRow, WorkspaceRow};
use wardroom_app::{
    App, AppError, alerts as alert_list, bill as alarm_bill, changed as changed_series,
    changes as change_list, compare as methods, connections, detection, drills, export,
    feedback as finding_feedback, follow, group_score as together, import, inventory as synthetic,
    logs as log_room, now as now_view, query, reports, series, settings, sync as sync_sources, topology,
    workspaces,
};

use crate::Shell;
#[cfg(test)]
use crate::bindings::CommandRow;
use crate::watchdog;

/// What a system dialog is opened for.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PathPurpose {
    /// A workspace to open.
    OpenWorkspace,
    /// A workspace to make.
    NewWorkspace,
    /// Files to import.
    ImportFiles,
    /// A copy of the workspace.
    SaveCopy,
    /// A CSV to write.
    ExportCsv,
    /// A Parquet file to write.
    ExportParquet,
    /// An OpenMetrics text to write.
    ExportOpenMetrics,
    /// A picture to write.
    Picture,
    /// A report to write.
    Report,
    /// Results of drills to write.
    ExportResults,
    /// A certificate or key.
    Pem,
    /// Log files to open.
    OpenLogs,
    /// The topology to write.
    ExportTopology,
}

/// Defines the commands: adapters, handler and the rows of the TypeScript wrappers.
macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident ( $($arg:ident : $ty:ty),* ) -> $answer:ty, |$app:ident, $handle:ident| $body:expr;)+) => {
        $(
            $(#[doc = $doc])+
            #[tauri::command]
            pub(crate) async fn $name(shell: tauri::State<'_, Shell>, $handle: AppHandle, $($arg: $ty),*) -> Result<$answer, AppError> {
                let $app = shell.app.clone();
                // Not every command needs both.
                let _ = (&$app, &$handle);
                $body
            }
        )+

        /// Returns the handler of all commands.
        pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![chart, $($name),+]
        }

        /// Returns the rows of the TypeScript wrappers.
        #[cfg(test)]
        pub(crate) fn rows() -> Vec<CommandRow> {
            vec![$(CommandRow::new(stringify!($name), &[$($doc),+])
                $(.argument::<$ty>(stringify!($arg)))*
                .answer::<$answer>()),+]
        }
    };
}

commands! {
    /// Everything that the window needs to begin.
    app_state() -> AppStateRow, |app, handle| {
        let mut row = workspaces::app_state(&app).await?;
        row.open_first.clone_from(&handle.state::<Shell>().arguments.file);
        Ok(row)
    };
    /// Files that were open here before.
    recents() -> Vec<RecentRow>, |app, handle| workspaces::recents(&app).await;
    /// Takes a file out of the list; the file stays.
    forget_recent(path: String) -> (), |app, handle| workspaces::forget_recent(&app, &path).await;
    /// Makes the demo and opens it at the end.
    open_demo() -> JobRow, |app, handle| workspaces::open_demo(&app);
    /// Makes an empty workspace and opens it.
    new_workspace(path: String) -> WorkspaceRow, |app, handle| {
        workspaces::create(&app, Path::new(&path)).await?;
        opened(&app).await
    };
    /// Opens a workspace.
    open_workspace(path: String) -> WorkspaceRow, |app, handle| {
        workspaces::open(&app, Path::new(&path)).await?;
        opened(&app).await
    };
    /// Closes the open workspace.
    close_workspace() -> (), |app, handle| {
        workspaces::close(&app).await;
        Ok(())
    };
    /// The open workspace.
    workspace() -> Option<WorkspaceRow>, |app, handle| workspaces::workspace(&app).await;
    /// Writes a copy of the workspace.
    save_copy(path: String) -> JobRow, |app, handle| Ok(workspaces::start_copy(&app, &path));
    /// Decodes every chunk of the file.
    check_workspace() -> CheckRow, |app, handle| workspaces::check_open(&app).await;
    /// Gives space back.
    compact_workspace() -> CompactRow, |app, handle| workspaces::compact(&app).await;
    /// Changes the settings at once.
    set_settings(settings: Settings) -> Settings, |app, handle| settings::set(&app, settings).await;
    /// The system's dialog; empty when it was cancelled.
    choose_path(purpose: PathPurpose) -> Vec<String>, |app, handle| Ok(choose(&handle, purpose));
    /// The screen Now.
    now(range: Option<Span>) -> NowView, |app, handle| {
        now_view::now(&app, range.map(TryInto::try_into).transpose()?).await
    };
    /// One page of the list of Metrics.
    metrics(request: MetricsRequest) -> MetricsView, |app, handle| series::metrics(&app, &request).await;
    /// The findings of a window, those that count and those that were expected.
    findings(request: FindingsRequest) -> FindingsView, |app, handle| series::findings(&app, &request).await;
    /// Answers a PromQL expression from the stored samples.
    query(request: QueryRequest) -> QueryView, |app, handle| query::query(&app, &request).await;
    /// What was asked in PromQL before, newest first.
    asked_queries() -> Vec<AskedQuery>, |app, handle| query::asked_queries(&app).await;
    /// Keeps an expression as the newest that was asked and returns all.
    remember_query(expression: String) -> Vec<AskedQuery>, |app, handle| query::remember_query(&app, &expression).await;
    /// Ends the expressions that are being answered.
    cancel_query() -> (), |app, handle| {
        query::cancel(&app);
        Ok(())
    };
    /// Keeps what a person says of a finding and returns its number.
    mark_finding(draft: FeedbackDraft) -> u32, |app, handle| finding_feedback::mark(&app, &draft).await;
    /// Keeps that something real happened in a window and returns the number of the word.
    mark_window(draft: WindowDraft) -> u32, |app, handle| finding_feedback::mark_window(&app, &draft).await;
    /// Takes back what was said of a finding.
    undo_feedback(id: u32) -> (), |app, handle| finding_feedback::undo_feedback(&app, id).await;
    /// What was said of findings, the newest first.
    feedback() -> Vec<FeedbackItem>, |app, handle| finding_feedback::feedback(&app).await;
    /// What was learnt from it, and whether it is used.
    feedback_stage() -> FeedbackStage, |app, handle| finding_feedback::feedback_stage(&app).await;
    /// What changed in a window, the most unusual first.
    changed(request: ChangedRequest) -> ChangedRanking, |app, handle| {
        changed_series::ranked(&app, &request).await
    };
    /// Rows of such a ranking by their places.
    changed_rows(request: ChangedRowsRequest) -> Vec<ChangedRow>, |app, handle| changed_series::ranked_rows(&app, &request);
    /// Methods side by side over the stored series, measured against what people said.
    compare_methods(request: CompareRequest) -> CompareView, |app, handle| {
        methods::compare_methods(&app, &request).await
    };
    /// The series of an entity together: their scores over the whole history, the alarms, and what carries these.
    group_score(request: GroupScoreRequest) -> GroupScoreView, |app, handle| {
        together::group_score(&app, &request).await
    };
    /// What the detector would have cost and brought over the history.
    bill(request: BillRequest) -> BillView, |app, handle| alarm_bill::bill(&app, &request).await;
    /// Keeps the sensitivity of the detector in the workspace.
    set_sensitivity(sensitivity: u8) -> (), |app, handle| alarm_bill::set_sensitivity(&app, sensitivity).await;
    /// The detectors that are kept: that of the workspace, then those for choices of its series.
    kept_detectors() -> Vec<KeptDetector>, |app, handle| alarm_bill::kept_detectors(&app).await;
    /// Keeps a detector with its sensitivity for a choice of series.
    keep_detector(draft: KeptDetector) -> (), |app, handle| alarm_bill::keep_detector(&app, &draft).await;
    /// Forgets what is kept for a choice of series.
    forget_detector(scope: DetectorScope) -> (), |app, handle| alarm_bill::forget_detector(&app, &scope).await;
    /// Keeps a method as the detector of the workspace, with its sensitivity.
    set_detector(detector: Option<String>, sensitivity: u8) -> (), |app, handle| {
        alarm_bill::set_detector(&app, detector.as_deref(), sensitivity).await
    };
    /// Writes a chart and returns its path.
    save_picture(request: PictureRequest) -> String, |app, handle| {
        Ok(remember(&handle, series::save_picture(&app, &request).await?))
    };
    /// The exact request as curl, without its secret.
    explain_request(series: u32, range: Span) -> String, |app, handle| {
        series::explain_request(&app, series, range).await
    };
    /// Reads a typed expression such as `now-6h`.
    parse_time(text: String, now: Millis) -> Span, |app, handle| series::parse_time(&app, &text, now);
    /// The catalog.
    sources() -> Vec<SourceRow>, |app, handle| connections::list(&app).await;
    /// Asks a source whether it answers.
    probe_source(draft: ConnectionDraft) -> ProbeRow, |app, handle| connections::probe(&app, &draft).await;
    /// What to bring, why and at what cost.
    suggest_scope(draft: ConnectionDraft, span: Span) -> Vec<ScopeRow>, |app, handle| {
        connections::suggest(&app, &draft, span.try_into()?).await
    };
    /// What a sync would cost.
    plan_sync(draft: ConnectionDraft, span: Span) -> PlanRow, |app, handle| {
        connections::plan(&app, &draft, span.try_into()?).await
    };
    /// Stores a connection and returns its number.
    save_source(draft: ConnectionDraft) -> u32, |app, handle| connections::save(&app, &draft).await;
    /// Takes a source out.
    delete_source(id: u32, with_data: bool) -> (), |app, handle| connections::delete(&app, id, with_data).await;
    /// Pauses or resumes a source.
    pause_source(id: u32, paused: bool) -> (), |app, handle| connections::pause(&app, id, paused).await;
    /// Turns following on or off.
    follow(id: u32, on: bool) -> (), |app, handle| follow::set(&app, id, on).await;
    /// Takes a capped label up again.
    resume_label(id: u32, label: String) -> (), |app, handle| connections::resume_label(&app, id, &label).await;
    /// Reads from a source.
    sync(request: SyncRequest) -> JobRow, |app, handle| sync_sources::start(&app, &request).await;
    /// Asks a job to end.
    cancel_job(id: u32) -> bool, |app, handle| Ok(app.jobs().cancel(id));
    /// The jobs of this run, newest first.
    jobs() -> Vec<JobRow>, |app, handle| Ok(app.jobs().rows());
    /// Reads the beginning of a file; nothing is stored.
    preview_file(path: String, reading: Option<ReadingChoice>) -> PreviewRow, |app, handle| {
        import::preview(&app, &path, reading).await
    };
    /// Stores a file's samples.
    import_file(request: ImportRequest) -> JobRow, |app, handle| import::start(&app, &request);
    /// Writes series to a file.
    export_series(request: ExportRequest) -> JobRow, |app, handle| {
        remember(&handle, request.path.clone());
        export::start(&app, &request)
    };
    /// Scores the series.
    detect() -> JobRow, |app, handle| detection::start(&app);
    /// Writes the report and returns its path.
    write_report(request: ReportRequest) -> String, |app, handle| {
        Ok(remember(&handle, reports::write(&app, &request).await?))
    };
    /// The alerts.
    alerts(request: AlertsRequest) -> AlertsView, |app, handle| alert_list::list(&app, &request).await;
    /// Notes that somebody has taken note of an alert.
    acknowledge_alert(id: String, by: String) -> (), |app, handle| alert_list::acknowledge(&app, &id, &by).await;
    /// The log lines.
    logs_list(request: LogsRequest) -> LogsView, |app, handle| log_room::list(&app, &request).await;
    /// How many log lines there are, by level and over time.
    logs_counts(request: LogsRequest) -> LogCountsView, |app, handle| log_room::counts(&app, &request).await;
    /// Ends the counts of log lines that are being made.
    logs_cancel_counts() -> (), |app, handle| {
        log_room::cancel_counts(&app);
        Ok(())
    };
    /// The most frequent values of a field of the log lines.
    logs_values(request: LogValuesRequest) -> LogValuesView, |app, handle| {
        log_room::values(&app, &request).await
    };
    /// Ends the counts of values that are being made.
    logs_cancel_values() -> (), |app, handle| {
        log_room::cancel_values(&app);
        Ok(())
    };
    /// The templates, most surprising first.
    logs_templates(request: TemplatesRequest) -> TemplatesView, |app, handle| {
        log_room::templates(&app, &request).await
    };
    /// A template with everything that is known about it.
    logs_template(request: TemplateRequest) -> TemplateDetails, |app, handle| {
        log_room::template(&app, &request).await
    };
    /// The lines around a line, oldest first, with the line itself.
    logs_around(place: LogPlace, before: u32, after: u32) -> Vec<LogItem>, |app, handle| {
        log_room::around(&app, &place, before, after).await
    };
    /// Says whether a query can be read, and how it is understood.
    logs_check_query(query: String) -> QueryCheck, |app, handle| Ok(log_room::check_query(&query));
    /// Keeps a decision about templates.
    logs_decide(draft: DecisionDraft) -> DecisionRow, |app, handle| log_room::decide(&app, &draft).await;
    /// Takes a decision back.
    logs_undo(id: u32) -> (), |app, handle| log_room::undo(&app, id).await;
    /// All decisions, newest first.
    logs_decisions() -> Vec<DecisionRow>, |app, handle| log_room::decisions(&app).await;
    /// Whether secrets in lines are masked, and how many were.
    logs_masking() -> MaskingRow, |app, handle| log_room::masking(&app).await;
    /// Turns the masking of secrets on or off, for lines that arrive from then on.
    logs_set_masking(on: bool) -> (), |app, handle| log_room::set_masking(&app, on).await;
    /// Reads the beginning of log files; nothing is stored.
    log_files_preview(paths: Vec<String>, choice: LogFilesChoice) -> LogFilesPreview, |app, handle| {
        log_room::files::preview(&app, &paths, &choice).await
    };
    /// Opens log files in place as one source.
    log_files_open(request: LogFilesRequest) -> JobRow, |app, handle| {
        log_room::files::open(&app, &request).await
    };
    /// Keeps the lines of a range of a source of log files in the workspace.
    log_files_keep(source: u32, range: Span) -> JobRow, |app, handle| {
        log_room::files::keep(&app, source, range).await
    };
    /// One page of the entities that match, as they are known or were known at a moment.
    entities(request: EntitiesRequest) -> EntitiesView, |app, handle| topology::entities(&app, &request).await;
    /// One page of the edges that match, as they are known or were known at a moment.
    dependencies(request: DependenciesRequest) -> DependenciesView, |app, handle| {
        topology::dependencies(&app, &request).await
    };
    /// The few entities that typed letters may mean, the likeliest first.
    entity_names(text: String, as_of: Option<Millis>) -> Vec<NameHit>, |app, handle| {
        topology::entity_names(&app, &text, as_of).await
    };
    /// One entity with everything that is known about it.
    entity(name: String, range: Option<Span>, as_of: Option<Millis>) -> EntityDetails, |app, handle| {
        topology::entity(&app, &name, range, as_of).await
    };
    /// The map, laid out.
    map(request: MapRequest) -> MapView, |app, handle| topology::map(&app, &request).await;
    /// Every version of the edges from one entity to another.
    edge_history(from: String, to: String, as_of: Option<Millis>) -> Vec<VersionItem>, |app, handle| {
        topology::edge_history(&app, &from, &to, as_of).await
    };
    /// Every version of an entity, as each source told it.
    entity_history(name: String, as_of: Option<Millis>) -> Vec<VersionItem>, |app, handle| {
        topology::entity_history(&app, &name, as_of).await
    };
    /// Who may be affected by an entity, or what it depends on.
    reach(request: ReachRequest) -> ReachView, |app, handle| topology::reach(&app, &request).await;
    /// The ways by which one entity depends on another.
    paths(request: PathsRequest) -> PathsView, |app, handle| topology::paths(&app, &request).await;
    /// Entities without which others lose their only way, as of a moment.
    single_points(as_of: Option<Millis>) -> SinglePointsView, |app, handle| {
        topology::single_points(&app, as_of).await
    };
    /// One page of what is doubtful, with proposals and reasons.
    doubts(request: DoubtsRequest) -> DoubtsView, |app, handle| topology::doubts(&app, &request).await;
    /// Keeps a decision about the topology and returns its number.
    decide_topology(draft: TopologyDecision) -> u32, |app, handle| topology::decide(&app, &draft).await;
    /// All decisions about the topology, newest first.
    topology_decisions() -> Vec<TopologyDecisionItem>, |app, handle| topology::decisions(&app).await;
    /// Takes a decision about the topology back.
    undo_topology_decision(id: u32) -> (), |app, handle| topology::undo(&app, id).await;
    /// Decides about deletions that wait.
    release_held_back(source: u32, remove: bool) -> (), |app, handle| {
        topology::release_held_back(&app, source, remove).await
    };
    /// Keeps a search of the catalog under a name; another one of that name is replaced only when that is wished.
    save_filter(filter: SavedFilter, replace: bool) -> (), |app, handle| topology::save_filter(&app, &filter, replace).await;
    /// Forgets a search of the catalog.
    delete_filter(name: String) -> (), |app, handle| topology::delete_filter(&app, &name).await;
    /// Writes the topology to a file and returns its path.
    export_topology(request: TopologyExport) -> String, |app, handle| {
        Ok(remember(&handle, topology::export(&app, &request).await?))
    };
    /// The mappings that come with the program.
    cmdb_presets() -> Vec<PresetItem>, |app, handle| Ok(topology::presets());
    /// Says whether a mapping can be read, and where it cannot.
    check_mapping(text: String) -> MappingCheck, |app, handle| Ok(topology::check_mapping(&text));
    /// Reads the beginning of a file with an inventory; nothing is stored.
    preview_inventory(path: String) -> InventoryFilePreview, |app, handle| topology::preview(&app, &path).await;
    /// Those of some files that look like inventories.
    inventory_files(paths: Vec<String>) -> Vec<String>, |app, handle| topology::recognized(paths).await;
    /// Stores a file with an inventory.
    import_inventory(path: String, name: Option<String>) -> InventoryImported, |app, handle| {
        topology::import(&app, &path, name.as_deref()).await
    };
    /// The synthetic checks.
    checks(request: ChecksRequest) -> ChecksView, |app, handle| synthetic::checks(&app, &request).await;
    /// The changes.
    changes(request: ChangesRequest) -> ChangesView, |app, handle| change_list::list(&app, &request).await;
    /// The drills with a trainee's results; an empty name takes everyone's here.
    drill_list(trainee: String) -> DrillList, |app, handle| drills::list(&app, app.settings().language, &trainee).await;
    /// A drill before it is started.
    drill_brief(id: String) -> DrillBrief, |app, handle| drills::brief(&app, app.settings().language, &id).await;
    /// Begins a drill in a file of its own and opens it.
    start_drill(id: String, seed: u32, trainee: String, options: DrillOptions) -> DrillState, |app, handle| {
        drills::start(&app, &id, seed, &trainee, options).await?;
        drilled(&app)
    };
    /// The drill of the open workspace; `null` when it is none.
    drill_state() -> Option<DrillState>, |app, handle| {
        if app.open_or_none().is_none() { Ok(None) } else { drills::state(&app, app.settings().language) }
    };
    /// Tries at once to bring in the older history of the drill, where that has failed.
    drill_history_again() -> (), |app, handle| drills::history_again(&app);
    /// Sets the clock of the drill.
    drill_clock(wish: ClockWish) -> DrillClock, |app, handle| drills::clock(&app, wish).await;
    /// Records that a screen or a piece of evidence was opened.
    drill_opened(screen: DrillScreen, subject: String, detail: String) -> (), |app, handle| {
        drills::opened(&app, screen, &subject, &detail).await
    };
    /// States a cause.
    drill_hypothesis(entity: String, fault: String, odds: f64) -> DrillState, |app, handle| {
        drills::hypothesis(&app, &entity, &fault, odds).await?;
        drilled(&app)
    };
    /// Says what an action would do.
    drill_dry_run(remedy: RemedyRow) -> DryRunRow, |app, handle| drills::dry_run(&app, &remedy).await;
    /// Carries out an action whose plan was approved.
    drill_act(remedy: RemedyRow, plan: String, scope: Option<String>) -> ActedRow, |app, handle| {
        drills::act(&app, &remedy, &plan, scope.as_deref()).await
    };
    /// Tells others how things stand.
    drill_update(text: String) -> DrillState, |app, handle| {
        drills::update(&app, &text).await?;
        drilled(&app)
    };
    /// Asks for the next hint.
    drill_hint() -> DrillState, |app, handle| {
        drills::hint(&app).await?;
        drilled(&app)
    };
    /// Answers a suggestion.
    drill_advice(index: u32, followed: bool) -> DrillState, |app, handle| {
        drills::advice(&app, index, followed).await?;
        drilled(&app)
    };
    /// Declares an incident.
    drill_declare() -> DrillState, |app, handle| {
        drills::declare(&app).await?;
        drilled(&app)
    };
    /// Declares the drill resolved, which ends it.
    drill_resolve() -> DebriefView, |app, handle| {
        drills::resolve(&app).await?;
        drills::debrief(&app, app.settings().language, None).await
    };
    /// Ends the drill without declaring it resolved.
    end_drill() -> DebriefView, |app, handle| {
        drills::give_up(&app).await?;
        drills::debrief(&app, app.settings().language, None).await
    };
    /// Goes back to a moment and begins another attempt there.
    drill_rewind(to: Millis) -> DrillState, |app, handle| {
        drills::rewind(&app, to.into()).await?;
        drilled(&app)
    };
    /// The debrief of an attempt; `null` takes the last one that ended.
    drill_debrief(attempt: Option<u32>) -> DebriefView, |app, handle| {
        drills::debrief(&app, app.settings().language, attempt).await
    };
    /// The points that the drill's file keeps, also where no world can be made of its text.
    drill_kept() -> KeptResults, |app, handle| drills::kept_results(&app).await;
    /// Writes a trainee's results as CSV and returns the path.
    drill_results_csv(trainee: String, path: String) -> String, |app, handle| {
        drills::write_csv(&app, &trainee, Path::new(&path)).await?;
        Ok(remember(&handle, path))
    };
    /// Opens the instructor's window beside this one.
    open_instructor() -> (), |app, handle| {
        crate::window::instructor(&handle).map_err(|e| AppError::internal(&e))
    };
    /// The instructor's panel.
    instructor_state() -> InstructorState, |app, handle| {
        drills::instructor_state(&app, app.settings().language).await
    };
    /// Prepares a fault that is injected after ten seconds.
    drill_inject(request: InjectionRequest) -> InstructorState, |app, handle| {
        drills::inject(&app, &request)?;
        drills::instructor_state(&app, app.settings().language).await
    };
    /// Stops the injection that waits.
    drill_stop_injection() -> InstructorState, |app, handle| {
        drills::stop_injection(&app)?;
        drills::instructor_state(&app, app.settings().language).await
    };
    /// Speaks to the trainee as a colleague.
    drill_whisper(role: String, text: String) -> InstructorState, |app, handle| {
        drills::whisper(&app, &role, &text).await?;
        drills::instructor_state(&app, app.settings().language).await
    };
    /// Takes the telemetry of something away, or gives it back.
    drill_sensor(target: String, away: bool) -> InstructorState, |app, handle| {
        drills::sensor(&app, &target, away).await?;
        drills::instructor_state(&app, app.settings().language).await
    };
    /// Shows a written file with the system's program.
    open_path(path: String) -> (), |app, handle| show(&handle, &path);
    /// Told once, after the first screen is painted.
    painted() -> (), |app, handle| {
        let shell = handle.state::<Shell>();
        if shell.painted.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        if std::env::var_os("WARDROOM_TRACE_START").is_some() {
            watchdog::say(&format!("painted {}", shell.started.elapsed().as_millis()));
        }
        // Making the demo takes both cores; the first picture comes before it.
        if shell.arguments.demo { workspaces::open_demo(&app).map(|_| ()) } else { Ok(()) }
    };
}

/// A header and typed arrays; see `decodeChart`.
#[tauri::command]
pub(crate) async fn chart(
    shell: tauri::State<'_, Shell>,
    request: ChartRequest,
) -> Result<tauri::ipc::Response, AppError> {
    series::chart(&shell.app, &request).await.map(tauri::ipc::Response::new)
}

fn drilled(app: &App) -> Result<DrillState, AppError> {
    drills::state(app, app.settings().language)?.ok_or_else(|| AppError::new("no_drill"))
}

async fn opened(app: &App) -> Result<WorkspaceRow, AppError> {
    workspaces::workspace(app).await?.ok_or_else(|| AppError::new("no_workspace"))
}

fn remember(handle: &AppHandle, path: String) -> String {
    let shell = handle.state::<Shell>();
    shell.written.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
    path
}

/// Shows a file that this run wrote; any other is refused, whoever asks.
fn show(handle: &AppHandle, path: &str) -> Result<(), AppError> {
    let shell = handle.state::<Shell>();
    if !shell.written.lock().unwrap_or_else(PoisonError::into_inner).contains(path) {
        return Err(AppError::new("no_permission").with("path", path));
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    std::process::Command::new(program)
        .arg(path)
        .spawn()
        .map(|_| ())
        .map_err(|e| AppError::new("io").with("path", path).with("detail", e))
}

fn choose(handle: &AppHandle, purpose: PathPurpose) -> Vec<String> {
    // A native dialog cannot be driven by a test; builds for people do not have this way around it.
    #[cfg(debug_assertions)]
    if let Some(path) = std::env::var_os("WARDROOM_CHOOSE") {
        return vec![path.to_string_lossy().into_owned()];
    }
    let dialog = handle.dialog().file();
    let one = |path: Option<tauri_plugin_dialog::FilePath>| path.map(|p| p.to_string()).into_iter().collect();
    let save = |dialog: tauri_plugin_dialog::FileDialogBuilder<tauri::Wry>, ending: &str| {
        one(dialog
            .add_filter(ending, &[ending])
            .set_file_name(format!("wardroom.{ending}"))
            .blocking_save_file())
    };
    match purpose {
        PathPurpose::OpenWorkspace => one(dialog
            .add_filter("Wardroom", &["wardroom"])
            .add_filter(
                "CSV, Parquet, JSON lines, OpenMetrics",
                &["csv", "tsv", "parquet", "jsonl", "ndjson", "json", "om", "prom", "txt", "gz", "zst"],
            )
            .blocking_pick_file()),
        PathPurpose::ImportFiles | PathPurpose::OpenLogs => dialog
            .blocking_pick_files()
            .map(|paths| paths.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        PathPurpose::ExportTopology => one(dialog
            .add_filter(
                "JSON, DOT, GraphML, Cypher, SVG, PNG",
                &["json", "dot", "graphml", "cypher", "svg", "png"],
            )
            .set_file_name("topology.json")
            .blocking_save_file()),
        PathPurpose::Pem => one(dialog.blocking_pick_file()),
        PathPurpose::NewWorkspace | PathPurpose::SaveCopy => save(dialog, "wardroom"),
        PathPurpose::ExportCsv | PathPurpose::ExportResults => save(dialog, "csv"),
        PathPurpose::ExportParquet => save(dialog, "parquet"),
        PathPurpose::ExportOpenMetrics => save(dialog, "om"),
        PathPurpose::Picture => one(dialog.add_filter("SVG, PNG", &["svg", "png"]).blocking_save_file()),
        PathPurpose::Report => save(dialog, "html"),
    }
}
