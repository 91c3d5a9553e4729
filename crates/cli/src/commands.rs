//! One function a command: start the application, call the action, print the answer.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use wardroom_app::clock::FixedClock;
use wardroom_app::connections::{self, HealthState, SourceRow};
use wardroom_app::context::Start;
use wardroom_app::export::{ExportFormat, ExportRequest};
use wardroom_app::follow::FollowedAwhile;
use wardroom_app::jobs::{Job, JobKind};
use wardroom_app::reports::ReportRequest;
use wardroom_app::sync::SyncOutcome;
use wardroom_app::wire::Span;
use wardroom_app::{
    App, AppError, detection, export, follow, moments, now, reports, sync, time_expression, workspaces,
};
use wardroom_core::{TimeRange, Timestamp};

use crate::arguments::{
    Arguments, Command, Demo, Detect, Export, Format, OpenFile, Report, SimCommand, SourceCommand, Sync,
    WorkspaceCommand,
};
use crate::changed;
use crate::compare;
use crate::connect;
use crate::drill;
use crate::ending::{asked_to_end, given_up};
use crate::feedback;
use crate::findings::{self, fail_on, findings_json, print_now};
use crate::import;
use crate::logs;
use crate::moment::{self, moment};
use crate::output::{Output, READ_ONLY, exit_code};
use crate::query;
use crate::rows::for_scripts;
use crate::secret;
use crate::series;
use crate::source;
use crate::topology;

type Answer = Result<u8, AppError>;

/// Runs a command and returns its exit code. Ctrl-C asks the running job to end and then closes the workspace.
pub(crate) async fn run(arguments: &Arguments, output: &Output) -> Answer {
    if let Some(zone) = &arguments.zone {
        time_expression::zone(zone)?;
    }
    // Asked for before Ctrl-C is listened to: at a prompt it ends the program at once.
    let typed = if let Command::Connect(connect) = &arguments.command {
        secret::of_connection(connect, output)?
    } else {
        None
    };
    let app = start(arguments).await?;
    output.settle(arguments, app.settings());
    let _progress = output.follow_jobs(&app);
    let answer = match secrets(&app, &arguments.command, typed, output).await {
        Ok(typed) => tokio::select! {
            answer = dispatch(&app, arguments, typed, output) => answer,
            () = given_up(&app) => Err(AppError::cancelled()),
        },
        Err(error) => Err(error),
    };
    let answer = match answer {
        Err(error) if error.code == READ_ONLY => Err(explained(&app, error, output).await),
        answer => answer,
    };
    workspaces::close(&app).await;
    answer
}

/// Adds why the open workspace can only be read: who has it open for writing, or that a newer version wrote it.
async fn explained(app: &App, error: AppError, output: &Output) -> AppError {
    let row = workspaces::workspace(app).await.ok().flatten();
    match row.and_then(|row| row.read_only) {
        Some(why) => error.with("why", output.words().phrase(&why)),
        None => error,
    }
}

/// Brings the secrets that a command calls for, and returns the one of a connection that it makes or edits.
async fn secrets(
    app: &App,
    command: &Command,
    typed: Option<String>,
    output: &Output,
) -> Result<Option<String>, AppError> {
    secret::give(app, command, output).await?;
    if let Command::Source(SourceCommand::Edit(edit)) = command {
        return secret::of_edited(app, edit, output).await;
    }
    Ok(typed)
}

async fn start(arguments: &Arguments) -> Result<App, AppError> {
    let mut start = Start::for_user();
    if let Command::Demo(Demo { at: Some(text), .. }) = &arguments.command {
        let at = time_expression::parse_point(text, Timestamp::from_millis(0), &jiff::tz::TimeZone::UTC)?;
        start.clock = Some(Arc::new(FixedClock(at)));
    }
    App::start(start).await
}

async fn dispatch(app: &App, arguments: &Arguments, typed: Option<String>, output: &Output) -> Answer {
    match &arguments.command {
        Command::Demo(demo) => make_demo(app, demo, output).await,
        Command::Open(open) => open_file(app, open, output).await,
        Command::Connect(connect) => connect::run(app, connect, typed, output).await,
        Command::Sync(sync) => sync_sources(app, sync, output).await,
        Command::Import(arguments) => import::run(app, arguments, output).await,
        Command::Logs(command) => logs::run(app, command, output).await,
        Command::Topology(command) => topology::run(app, command, output).await,
        Command::Query(query) => query::run(app, query, output).await,
        Command::Feedback(command) => feedback::run(app, command, output).await,
        Command::Series(arguments) => series::run(app, arguments, output).await,
        Command::Changed(arguments) => changed::changed_in(app, arguments, output).await,
        Command::Bill(arguments) => changed::bill_of(app, arguments, output).await,
        Command::Compare(arguments) => compare::compare_in(app, arguments, output).await,
        Command::Detect(detect) => detect_all(app, detect, output).await,
        Command::Report(report) => write_report(app, report, output).await,
        Command::Export(export) => export_series(app, export, output).await,
        Command::Source(command) => source::run(app, command, typed, output).await,
        Command::Workspace(command) => workspace(app, command, output).await,
        Command::Drill(command) => drill::run(app, command, output).await,
        Command::Sim(SimCommand::Export(arguments)) => drill::export(app, arguments, output).await,
    }
}

pub(crate) fn job(app: &App, kind: JobKind, subject: &str) -> Job {
    app.jobs().begin(app.bus(), kind, subject, None)
}

/// Runs one piece of work as a job and tells its end.
pub(crate) async fn as_job<T>(
    job: &Job,
    work: impl Future<Output = Result<T, AppError>>,
) -> Result<T, AppError> {
    let result = work.await;
    job.end(match &result {
        Ok(_) => wardroom_app::jobs::JobState::Done,
        Err(e) if e.is_cancelled() => wardroom_app::jobs::JobState::Cancelled,
        Err(e) => wardroom_app::jobs::JobState::Failed { error: e.clone() },
    });
    result
}

async fn make_demo(app: &App, demo: &Demo, output: &Output) -> Answer {
    if let Some(path) = &demo.report {
        export::refuse_place(path, demo.force)?;
    }
    let at = app.now().floor_to(15_000);
    let task = job(app, JobKind::Demo, "demo");
    as_job(&task, workspaces::make_demo(app, &demo.workspace, demo.seed, at, &task)).await?;
    let view = now::now(app, opening_range(app).await?).await?;
    print_now(&view, output);
    let truth = workspaces::demo_truth(demo.seed, at)?;
    let mut report = None;
    if let Some(path) = &demo.report {
        let request = ReportRequest { path: Some(path.display().to_string()), range: None };
        let written = reports::write_in(app, &request, output.words()).await?;
        output.line(&written);
        report = Some(written);
    }
    let result = json!({
        "workspace": demo.workspace,
        "sentence": output.words().phrase(&view.headline),
        "verdict": view.verdict,
        "findings": findings_json(app, &view.findings, view.range.end, output).await?,
        "finding_count": view.finding_count,
        "held_count": view.held_count,
        "unusual": unusual(&view),
        "truth": truth,
        "report": report,
    });
    output.result(&result, &[]);
    Ok(fail_on(demo.fail_on, &view.findings))
}

/// Returns the range that a workspace opens with: what is not told another speaks of the same time.
async fn opening_range(app: &App) -> Result<Option<TimeRange>, AppError> {
    let row = workspaces::workspace(app).await?;
    row.and_then(|row| row.range).map(TimeRange::try_from).transpose()
}

/// Returns on how much the findings of a range lie.
fn unusual(view: &now::NowView) -> serde_json::Value {
    json!({ "services": view.unusual_services, "series": view.unusual_series })
}

/// Reads `--range`; relative times count from the end of the data.
pub(crate) async fn range(
    app: &App,
    text: Option<&str>,
    output: &Output,
) -> Result<Option<TimeRange>, AppError> {
    let Some(text) = text else { return Ok(None) };
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    let anchor = data.map_or_else(|| app.now(), |d| d.end.into());
    time_expression::parse(text, anchor, output.words().zone()).map(Some)
}

async fn open_file(app: &App, arguments: &OpenFile, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.file).await?;
    let row = workspaces::workspace(app).await?;
    let as_of = moment(app, arguments.as_of.as_deref(), output).await?;
    let range = match (moment::range(app, arguments.range.as_deref(), as_of, output).await?, as_of) {
        (Some(range), _) => Some(range),
        (None, Some(at)) => moments::range_at(app, at).await?,
        (None, None) => row.as_ref().and_then(|r| r.range).map(TimeRange::try_from).transpose()?,
    };
    let view = now::now_as_of(app, range, as_of).await?;
    print_now(&view, output);
    let mut warnings: Vec<String> =
        row.iter().filter_map(|r| r.read_only.as_ref()).map(|p| output.words().phrase(p)).collect();
    warnings.extend(findings::warnings(&view, output));
    warnings.extend(not_kept(as_of, output));
    let result = json!({
        "workspace": for_scripts(&row, output.words())?,
        "as_of": as_of.map(|at| at.to_string()),
        "sentence": output.words().phrase(&view.headline),
        "verdict": view.verdict,
        "findings": findings_json(app, &view.findings, view.range.end, output).await?,
        "finding_count": view.finding_count,
        "held_count": view.held_count,
        "unusual": unusual(&view),
        "expected": findings_json(app, &view.expected, view.range.end, output).await?,
        "expected_count": view.expected_count,
        "sources": for_scripts(&view.sources, output.words())?,
    });
    output.result(&result, &warnings);
    Ok(fail_on(arguments.fail_on, &view.findings))
}

/// Says in JSON what of an answer as of a moment is not of that moment; as text it stands under the sentence.
fn not_kept(as_of: Option<Timestamp>, output: &Output) -> Option<String> {
    as_of.filter(|_| output.is_json()).map(|_| output.words().phrase(&moments::not_kept()))
}

/// Opens a workspace, or makes it where there is none, and does what it is wanted for. One that was made for something
/// that is refused does not stay behind.
pub(crate) async fn in_workspace<T>(
    app: &App,
    path: &Path,
    work: impl Future<Output = Result<T, AppError>>,
) -> Result<T, AppError> {
    let is_there = workspaces::at(path).exists();
    if is_there {
        workspaces::open_only(app, path).await?;
    } else {
        workspaces::create(app, path).await?;
    }
    let done = work.await;
    // What arrived before a person stopped it is kept.
    if !is_there && done.as_ref().is_err_and(|error| !error.is_cancelled()) {
        workspaces::discard(app).await;
    }
    done
}

/// Returns the sources that a sync is to read: the named one, or all that are not paused.
pub(crate) async fn sources_to_sync(app: &App, named: Option<&String>) -> Result<Vec<SourceRow>, AppError> {
    if !app.open()?.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    let mut rows = connections::list(app).await?;
    rows.retain(|r| !connections::is_of_files(&r.kind));
    let known: Vec<String> = rows.iter().map(|r| r.health.name.clone()).collect();
    rows.retain(|r| named.is_none_or(|n| *n == r.health.name));
    let paused = rows.iter().find(|r| r.health.state == HealthState::Paused).map(|r| r.health.name.clone());
    rows.retain(|r| r.health.state != HealthState::Paused);
    match (rows.is_empty(), paused) {
        (false, _) => Ok(rows),
        (true, Some(name)) => Err(AppError::new("source_paused").with("name", name)),
        (true, None) => Err(connections::none_called(named, &known)),
    }
}

/// Reads one source.
async fn sync_one(app: &App, row: &SourceRow, range: Option<TimeRange>) -> Result<SyncOutcome, AppError> {
    let open = app.open()?;
    let task = job(app, JobKind::Sync, &row.health.name);
    as_job(&task, sync::run_by_number(app, &open, row.health.id, range, &task)).await
}

/// Says what a sync brought: samples, lines of a cluster, or records of an inventory.
fn synced(row: &SourceRow, outcome: &SyncOutcome) -> wardroom_app::phrase::Phrase {
    if row.kind == connections::CMDB {
        return wardroom_app::phrase::Phrase::new("terminal-topology-synced")
            .text("name", row.health.name.clone())
            .text("read", outcome.series.to_string())
            .text("changed", outcome.samples.to_string())
            .text("requests", outcome.requests.to_string());
    }
    let is_logs = row.kind == connections::ELASTICSEARCH;
    let key = if is_logs { "terminal-synced-lines" } else { "terminal-synced" };
    let phrase = wardroom_app::phrase::Phrase::new(key)
        .text("name", row.health.name.clone())
        .text("samples", outcome.samples.to_string())
        .text("requests", outcome.requests.to_string());
    if is_logs { phrase } else { phrase.text("series", outcome.series.to_string()) }
}

fn synced_json(row: &SourceRow, outcome: &SyncOutcome) -> serde_json::Value {
    if row.kind == connections::CMDB {
        return json!({ "source": row.health.name, "read": outcome.series, "changed": outcome.samples,
            "requests": outcome.requests, "partial": outcome.partial });
    }
    if row.kind == connections::ELASTICSEARCH {
        return json!({ "source": row.health.name, "lines": outcome.samples, "requests": outcome.requests,
            "partial": outcome.partial });
    }
    json!({ "source": row.health.name, "samples": outcome.samples, "series": outcome.series,
        "requests": outcome.requests, "partial": outcome.partial })
}

/// Follows sources for a while and says how each did, by name. Ctrl-C ends it at once, also where a job is running.
async fn follow_for(
    app: &App,
    rows: &[SourceRow],
    seconds: u32,
    output: &Output,
) -> Result<Vec<(String, FollowedAwhile)>, AppError> {
    let ids: Vec<u32> = rows.iter().filter(|r| r.can_follow).map(|r| r.health.id).collect();
    let how_long = std::time::Duration::from_secs(u64::from(seconds));
    let told = tokio::select! {
        biased;
        Ok(()) = asked_to_end() => return Err(AppError::cancelled()),
        told = follow::for_a_while(app, &ids, how_long) => told?,
    };
    let name = |id: u32| rows.iter().find(|r| r.health.id == id).map(|r| r.health.name.clone());
    let named: Vec<(String, FollowedAwhile)> =
        told.into_iter().filter_map(|told| Some((name(told.id)?, told))).collect();
    for (name, told) in &named {
        let key = if told.answered.is_some() { "terminal-followed" } else { "terminal-followed-silent" };
        let phrase = wardroom_app::phrase::Phrase::new(key)
            .text("name", name.clone())
            .span("span", i64::from(seconds).saturating_mul(1000));
        output.say(&match told.answered {
            Some(at) => phrase.time("time", at),
            None => phrase,
        });
    }
    Ok(named)
}

fn followed_json(name: &str, told: &FollowedAwhile, output: &Output) -> Result<serde_json::Value, AppError> {
    let error = for_scripts(&told.error, output.words())?;
    Ok(json!({ "source": name, "answered": told.answered.map(|at| at.to_string()), "error": error }))
}

/// Says what is worth knowing of the sources that were read, with their names where they are several.
async fn worth_knowing(app: &App, read: &[SourceRow], output: &Output) -> Result<Vec<String>, AppError> {
    let listed = connections::list(app).await?;
    let mut told = Vec::new();
    for row in listed.iter().filter(|row| read.iter().any(|one| one.health.id == row.health.id)) {
        for notice in &row.notices {
            let said = output.words().phrase(notice);
            told.push(if read.len() > 1 { format!("{}: {said}", row.health.name) } else { said });
        }
    }
    Ok(told)
}

async fn sync_sources(app: &App, arguments: &Sync, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    let open = app.open()?;
    // Unlike elsewhere `now` is this moment: what a sync is for lies behind the end of the data.
    let zone = output.words().zone();
    let typed = arguments.range.as_deref().map(|text| time_expression::parse(text, app.now(), zone));
    let range = typed.transpose()?;
    let rows = sources_to_sync(app, arguments.source.as_ref()).await?;
    let mut done = Vec::new();
    let mut warnings = Vec::new();
    let mut partial = false;
    let mut failed = Vec::new();
    for row in &rows {
        let outcome = match sync_one(app, row, range).await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => return Err(error),
            // One source that does not answer is no reason to leave the others out.
            Err(error) => {
                warnings.push(format!("{}: {}", row.health.name, output.words().error(&error)));
                done.push(
                    json!({ "source": row.health.name, "error": for_scripts(&error, output.words())? }),
                );
                failed.push(error);
                continue;
            }
        };
        partial |= outcome.partial;
        output.say(&synced(row, &outcome));
        done.push(synced_json(row, &outcome));
    }
    if failed.len() == rows.len()
        && let Some(error) = failed.pop()
    {
        if failed.is_empty() {
            return Err(error);
        }
        // Each has its own reason, and all of them are told.
        output.result(&json!({ "sources": done }), &warnings);
        return Ok(exit_code(&error));
    }
    let mut followed = None;
    if let Some(seconds) = arguments.follow {
        let told = follow_for(app, &rows, seconds, output).await?;
        for (name, error) in told.iter().filter_map(|(name, told)| Some((name, told.error.as_ref()?))) {
            warnings.push(format!("{name}: {}", output.words().error(error)));
            failed.push(error.clone());
        }
        let each = told.iter().map(|(name, told)| followed_json(name, told, output));
        followed = Some(each.collect::<Result<Vec<_>, _>>()?);
    }
    if !arguments.no_detect {
        let task = job(app, JobKind::Detect, "");
        as_job(&task, detection::run(app, &open, app.now(), &task)).await?;
    }
    warnings.extend(worth_knowing(app, &rows, output).await?);
    output.result(&json!({ "sources": done, "followed": followed }), &warnings);
    Ok(if partial || !failed.is_empty() { 5 } else { 0 })
}

/// Returns the whole period with data: what a detection speaks of.
pub(crate) async fn data_range(app: &App) -> Result<Option<TimeRange>, AppError> {
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    data.map(TimeRange::try_from).transpose()
}

async fn detect_all(app: &App, arguments: &Detect, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    if let Some(method) = &arguments.method {
        return compare::detect_with(app, method, arguments.of.filter(), output).await;
    }
    if let Some(entity) = &arguments.together {
        return crate::group::together(app, entity, arguments.of.filter(), output).await;
    }
    if !arguments.of.filter().is_empty() {
        let detail = output.words().word("terminal-detect-selector");
        return Err(AppError::new("usage").with("detail", detail));
    }
    let open = app.open()?;
    let task = job(app, JobKind::Detect, "");
    let outcome = as_job(&task, detection::run(app, &open, app.now(), &task)).await?;
    let view = now::now(app, data_range(app).await?).await?;
    print_now(&view, output);
    let result = json!({ "scored": outcome.scored, "refused": outcome.refused, "new": outcome.new,
        "updated": outcome.updated, "sentence": output.words().phrase(&view.headline),
        "findings": findings_json(app, &view.findings, view.range.end, output).await?,
        "finding_count": view.finding_count,
        "unusual": unusual(&view),
        "held": findings_json(app, &view.held, view.range.end, output).await?,
        "held_count": view.held_count });
    output.result(&result, &findings::warnings(&view, output));
    Ok(fail_on(arguments.fail_on, &view.findings))
}

async fn write_report(app: &App, arguments: &Report, output: &Output) -> Answer {
    let path = arguments.out.clone().unwrap_or_else(|| arguments.workspace.with_extension("html"));
    // The report beside a workspace bears its name: it is ours, and written anew.
    export::refuse_place(&path, arguments.force || arguments.out.is_none())?;
    workspaces::open_only(app, &arguments.workspace).await?;
    let as_of = moment(app, arguments.as_of.as_deref(), output).await?;
    let range = moment::range(app, arguments.range.as_deref(), as_of, output).await?;
    let request = ReportRequest { path: Some(path.display().to_string()), range: range.map(Span::from) };
    let written = reports::write_as_of(app, &request, as_of, output.words()).await?;
    output.line(&written);
    let warnings: Vec<String> = not_kept(as_of, output).into_iter().collect();
    output.result(&json!({ "report": written, "as_of": as_of.map(|at| at.to_string()) }), &warnings);
    Ok(0)
}

async fn export_series(app: &App, arguments: &Export, output: &Output) -> Answer {
    let format = arguments.format.or_else(|| format_of(&arguments.out)).ok_or_else(|| {
        AppError::new("usage").with("detail", output.words().word("terminal-format-unclear"))
    })?;
    export::refuse_place(&arguments.out, arguments.force)?;
    workspaces::open_only(app, &arguments.workspace).await?;
    let open = app.open()?;
    let as_of = moment(app, arguments.as_of.as_deref(), output).await?;
    let request = ExportRequest {
        path: arguments.out.display().to_string(),
        format: match format {
            Format::Csv => ExportFormat::Csv,
            Format::Parquet => ExportFormat::Parquet,
            Format::Openmetrics => ExportFormat::OpenMetrics,
        },
        range: moment::range(app, arguments.range.as_deref(), as_of, output).await?.map(Span::from),
        filter: arguments.select.clone(),
        replace: arguments.force,
    };
    let task = job(app, JobKind::Export, &request.path);
    let outcome = as_job(&task, export::run_as_of(&open, &request, as_of, &task)).await?;
    output.say(
        &wardroom_app::phrase::Phrase::new("terminal-exported")
            .text("samples", outcome.samples.to_string())
            .text("series", outcome.series.to_string())
            .text("path", request.path.clone()),
    );
    let known = as_of.map(|at| output.words().phrase(&export::known_at(at)));
    if let Some(sentence) = &known {
        output.line(sentence);
    }
    let warnings: Vec<String> = known.into_iter().collect();
    let result = json!({ "path": request.path, "series": outcome.series, "samples": outcome.samples,
        "as_of": as_of.map(|at| at.to_string()) });
    output.result(&result, &warnings);
    Ok(0)
}

fn format_of(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "parquet" => Some(Format::Parquet),
        "om" | "txt" | "prom" => Some(Format::Openmetrics),
        _ => None,
    }
}

async fn workspace(app: &App, command: &WorkspaceCommand, output: &Output) -> Answer {
    match command {
        WorkspaceCommand::New { file } => {
            workspaces::create(app, file).await?;
            let row = workspaces::workspace(app).await?;
            output.line(&row.as_ref().map(|r| r.path.clone()).unwrap_or_default());
            output.result(&for_scripts(&row, output.words())?, &[]);
            Ok(0)
        }
        WorkspaceCommand::Check { file } => {
            let row = workspaces::check(file).await?;
            let key = if row.sound { "terminal-sound" } else { "terminal-not-sound" };
            output.say(
                &wardroom_app::phrase::Phrase::new(key)
                    .count("chunks", row.chunks as usize)
                    .text("samples", format!("{:.0}", row.samples)),
            );
            let mut problems = Vec::new();
            for problem in &row.problems {
                let message = output.words().phrase(&problem.says);
                output.line(&format!("  {message}"));
                problems.push(json!({ "code": problem.code, "fields": problem.fields, "message": message }));
            }
            let result = json!({ "sound": row.sound, "chunks": row.chunks, "samples": row.samples,
                "problems": problems });
            output.result(&result, &[]);
            Ok(if row.sound { 0 } else { 4 })
        }
        WorkspaceCommand::Compact { file } => {
            workspaces::open_only(app, file).await?;
            let row = workspaces::compact(app).await?;
            output.say(
                &wardroom_app::phrase::Phrase::new("terminal-compacted")
                    .text("before", format!("{:.1}", row.bytes_before / 1e6))
                    .text("after", format!("{:.1}", row.bytes_after / 1e6)),
            );
            if let Some(dropped) = row.dropped() {
                output.say(&dropped);
            }
            output.result(&for_scripts(&row, output.words())?, &[]);
            Ok(0)
        }
        WorkspaceCommand::Copy { file, to } => {
            workspaces::open_only(app, file).await?;
            let path: PathBuf = workspaces::save_copy(app, to).await?;
            output.line(&path.display().to_string());
            output.result(&json!({ "path": path }), &[]);
            Ok(0)
        }
    }
}
