//! Log lines in the terminal: templates, search, classes and differences, streaming, and nothing is stored.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use wardroom_app::logs::study::{
    self, DiffRow, EARLIEST, Found, LATEST, Origin, Pattern, Question, RankedTemplate, Read, StudyTemplate,
};
use wardroom_app::logs::{LogChange, LogFilesChoice};
use wardroom_app::phrase::Phrase;
use wardroom_app::words::Words;
use wardroom_app::{App, AppError, time_expression, workspaces};
use wardroom_core::{LogLevel, LogRecord, TimeRange, Timestamp};

use crate::arguments::{
    ClassifyBy, LogsClassify, LogsCommand, LogsDiff, LogsFrom, LogsSearch, LogsTemplates, TemplatesBy,
};
use crate::output::{Output, Stream};

type Answer = Result<u8, AppError>;

/// Characters of a template or line in a table.
const SHOWN: usize = 120;

/// Runs a command of `wardroom logs`. Ctrl-C ends the reading.
pub(crate) async fn run(app: &App, command: &LogsCommand, output: &Output) -> Answer {
    let flag = Arc::new(AtomicBool::new(false));
    let _stops = StopsOnDrop(Arc::clone(&flag));
    match command {
        LogsCommand::Templates(arguments) => templates(app, arguments, output, flag).await,
        LogsCommand::Search(arguments) => search(app, arguments, output, flag).await,
        LogsCommand::Classify(arguments) => classify(app, arguments, output, flag).await,
        LogsCommand::Diff(arguments) => diff(app, arguments, output, flag).await,
    }
}

/// Asks a reading thread to end when nobody waits for it any more.
struct StopsOnDrop(Arc<AtomicBool>);

impl Drop for StopsOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn threads(wanted: Option<usize>) -> usize {
    wanted.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).clamp(1, 64)
}

fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Returns where the lines of some files come from; standard input is one of its own.
fn origin(files: &[PathBuf]) -> Result<Origin, AppError> {
    let inputs = files.iter().filter(|path| is_input(path)).count();
    match inputs {
        0 if !files.is_empty() => Ok(Origin::Files(files.to_vec())),
        0 => Ok(Origin::Input),
        1 if files.len() == 1 => Ok(Origin::Input),
        _ => Err(AppError::new("log_mixed_input")),
    }
}

/// Makes the question that the options stand for, and opens the workspace where one is named.
async fn question(app: &App, from: &LogsFrom, output: &Output) -> Result<Question, AppError> {
    let origin = match &from.workspace {
        Some(workspace) => {
            workspaces::open_only(app, workspace).await?;
            Origin::Workspace
        }
        None => origin(&from.files)?,
    };
    question_of(app, from, origin, output).await
}

/// Makes the question that the options stand for, of lines from somewhere.
async fn question_of(
    app: &App,
    from: &LogsFrom,
    origin: Origin,
    output: &Output,
) -> Result<Question, AppError> {
    Ok(Question {
        origin,
        choice: LogFilesChoice {
            format: from.format.clone(),
            zone: from.times_in.clone(),
            year: from.year,
            day_first: from.day_first.then_some(true).or(from.month_first.then_some(false)),
        },
        range: period(app, from, output).await?,
        query: from.query.clone(),
        threads: threads(from.threads),
        mask: !from.show_secrets,
    })
}

/// Reads `--since` and `--until`; relative times count from this moment, in a workspace from the end of its data.
async fn period(app: &App, from: &LogsFrom, output: &Output) -> Result<Option<TimeRange>, AppError> {
    if from.since.is_none() && from.until.is_none() {
        return Ok(None);
    }
    let data = match app.open_or_none() {
        Some(_) => workspaces::workspace(app).await?.and_then(|w| w.data),
        None => None,
    };
    let now = data.map_or_else(|| app.now(), |d| d.end.into());
    let point = |text: &Option<String>, otherwise: Timestamp| match text {
        Some(text) => time_expression::parse_point(text, now, output.words().zone()),
        None => Ok(otherwise),
    };
    // The ends of a range of which only one end was given.
    let (start, end) = (point(&from.since, EARLIEST)?, point(&from.until, LATEST)?);
    TimeRange::new(start, end)
        .map(Some)
        .map_err(|e| AppError::new("range_reversed").with("start", e.start).with("end", e.end))
}

fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Returns the text of a template, behind the name that a person gave it.
fn shown(template: &StudyTemplate) -> String {
    match &template.name {
        Some(name) => shortened(&format!("{name}: {}", template.text)),
        None => shortened(&template.text),
    }
}

fn warnings(read: &Read, output: &Output) -> Vec<String> {
    let mut warnings: Vec<String> = read.notices.iter().map(|p| output.words().phrase(p)).collect();
    let masked: u64 = read.masked.values().sum();
    if masked > 0 {
        let rules: Vec<&str> = read.masked.keys().map(String::as_str).collect();
        let n = usize::try_from(masked).unwrap_or(usize::MAX);
        let told = Phrase::new("terminal-masked").count("n", n).text("rules", rules.join(", "));
        warnings.push(output.words().phrase(&told));
    }
    warnings
}

async fn templates(app: &App, arguments: &LogsTemplates, output: &Output, flag: Arc<AtomicBool>) -> Answer {
    let question = question(app, &arguments.from, output).await?;
    let (mut rows, read) = study::templates(app, &question, flag).await?;
    if arguments.by == TemplatesBy::Lines {
        rows.sort_by_key(|row| (std::cmp::Reverse(row.template.lines), row.template.id.clone()));
    }
    let n = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    output.say(&Phrase::new("terminal-templates").count("n", rows.len()).count("lines", n(read.matched)));
    for row in rows.iter().take(arguments.limit) {
        output.line(&template_line(row, output.words()));
    }
    if rows.len() > arguments.limit {
        output.say(&Phrase::new("terminal-more").count("n", rows.len() - arguments.limit));
    }
    let result =
        json!({ "lines": read.lines, "matched": read.matched, "masked": read.masked, "templates": rows });
    output.result(&result, &warnings(&read, output));
    Ok(0)
}

fn template_line(row: &RankedTemplate, words: &Words) -> String {
    let change =
        if row.change == LogChange::Same { String::new() } else { words.word(change_key(row.change)) };
    let template = &row.template;
    let kind = template.fault.get("type").and_then(Value::as_str).unwrap_or_default();
    let kind = if kind == "none" { "" } else { kind };
    let level = template.level.unwrap_or("–");
    format!("{change:<8} {:>9}  {level:<5}  {kind:<20}  {}", template.lines, shown(template))
}

async fn search(app: &App, arguments: &LogsSearch, output: &Output, flag: Arc<AtomicBool>) -> Answer {
    let question = question(app, &arguments.from, output).await?;
    let pattern = match &arguments.regex {
        Some(text) => study::expression(text)?,
        None => Pattern::Any,
    };
    if let Some(field) = &arguments.facet {
        return facet(app, &question, (field.as_str(), pattern), output, flag).await;
    }
    if arguments.count
        && arguments.limit.is_none()
        && let Some((found, read)) = study::counted(app, &question, &pattern).await?
    {
        return Ok(searched(found, &read, true, output));
    }
    let (stream, limit, quiet) = (output.to_stream(), arguments.limit.unwrap_or(u64::MAX), arguments.count);
    let mut shown = 0_u64;
    let show = move |found: Found| {
        shown += u64::from(found.matches);
        let goes_on = quiet || print_found(&stream, &found);
        goes_on && shown < limit
    };
    let (found, read) = study::search(app, &question, pattern, arguments.context, flag, show).await?;
    Ok(searched(found, &read, arguments.count, output))
}

/// Says how many lines were found, as such only when that was asked for; returns the exit code.
fn searched(found: u64, read: &Read, is_count: bool, output: &Output) -> u8 {
    if is_count {
        output.line(&found.to_string());
    }
    let result = json!({ "lines": read.lines, "found": found, "stopped": read.stopped });
    output.result(&result, &warnings(read, output));
    done(found > 0, read)
}

/// Says which values a field has most often in the lines found.
async fn facet(
    app: &App,
    question: &Question,
    (field, pattern): (&str, Pattern),
    output: &Output,
    flag: Arc<AtomicBool>,
) -> Answer {
    let (found, read) = study::values(app, question, field, pattern, flag).await?;
    let lines = |phrase: Phrase, lines: f64| phrase.text("lines", format!("{lines:.0}"));
    let lead = if found.values.is_empty() { "terminal-values-none" } else { "terminal-values" };
    output.say(&lines(Phrase::new(lead).text("field", field), found.lines));
    for row in &found.values {
        output.line(&format!("{:>9}  {:>5.1} %  {}", row.lines, row.share * 100.0, shortened(&row.value)));
    }
    if found.other > 0.0 {
        output.say(&lines(Phrase::new("terminal-values-other"), found.other));
    }
    let told = Read { notices: found.notices.iter().chain(&read.notices).cloned().collect(), ..read };
    let result = json!({ "lines": told.lines, "matched": told.matched, "facet": found });
    output.result(&result, &warnings(&told, output));
    Ok(done(!found.values.is_empty(), &told))
}

/// Returns the exit code of a search: a cluster that answered in part, or not, leaves open what else there is.
fn done(is_found: bool, read: &Read) -> u8 {
    let partial =
        ["log-notice-shards", "log-notice-timed-out", "logroom-cluster-silent", "logroom-not-counted"];
    if read.notices.iter().any(|notice| partial.contains(&notice.key.as_str())) {
        return 5;
    }
    u8::from(!is_found)
}

fn print_found(stream: &Stream, found: &Found) -> bool {
    if stream.is_json() {
        return stream.print(&record_json(&found.record, found.matches).to_string());
    }
    if found.gap && !stream.print("--") {
        return false;
    }
    stream.print(&text_line(&found.record, stream.words()))
}

fn record_json(record: &LogRecord, matches: bool) -> Value {
    let fields: serde_json::Map<String, Value> =
        record.fields.iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    json!({
        "at": record.at.to_string(),
        "level": record.level.map(LogLevel::as_str),
        "service": record.service,
        "host": record.host,
        "dataset": record.dataset,
        "message": record.message,
        "fields": fields,
        "matches": matches,
    })
}

fn text_line(record: &LogRecord, words: &Words) -> String {
    let at = words.clock_with_date(record.at);
    let level = record.level.map_or("–", LogLevel::as_str);
    let who: Vec<&str> =
        [&record.host, &record.service].into_iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
    let gap = if who.is_empty() { "" } else { "  " };
    format!("{at}  {level:<5}  {}{gap}{}", who.join(" "), record.message)
}

async fn classify(app: &App, arguments: &LogsClassify, output: &Output, flag: Arc<AtomicBool>) -> Answer {
    let question = question(app, &arguments.from, output).await?;
    let faults_only = arguments.faults_only;
    let stream = output.to_stream();
    if arguments.by == ClassifyBy::Template {
        let (rows, read) = study::templates(app, &question, flag).await?;
        let rows: Vec<StudyTemplate> = rows.into_iter().map(|row| row.template).collect();
        for row in rows.iter().filter(|r| !faults_only || is_fault(&r.fault)) {
            let mut object = row.fault.clone();
            object["template"] = row.text.clone().into();
            object["lines"] = row.lines.into();
            if !stream.print(&object.to_string()) {
                break;
            }
        }
        output.result(&json!({ "lines": read.lines, "templates": rows.len() }), &warnings(&read, output));
        return Ok(0);
    }
    let with_line = output.is_json();
    let show = move |record: LogRecord, mut verdict: Value| {
        if faults_only && !is_fault(&verdict) {
            return true;
        }
        if with_line {
            verdict["at"] = record.at.to_string().into();
            verdict["message"] = record.message.into();
        }
        stream.print(&verdict.to_string())
    };
    let read = study::classify(app, &question, flag, show).await?;
    output.result(&json!({ "lines": read.lines, "classified": read.matched }), &warnings(&read, output));
    Ok(0)
}

fn is_fault(verdict: &Value) -> bool {
    !matches!(verdict.get("type").and_then(Value::as_str), Some("none" | "unknown") | None)
}

/// Makes the two questions of a comparison: two files, or two windows of the same lines.
async fn two_questions(
    app: &App,
    arguments: &LogsDiff,
    output: &Output,
) -> Result<(Question, Question), AppError> {
    let from = &arguments.from;
    match (from.files.as_slice(), &arguments.baseline, &arguments.compare) {
        (_, Some(baseline), Some(compare)) => {
            let (mut before, mut after) = {
                let whole = question(app, from, output).await?;
                (whole.clone(), whole)
            };
            let (usual, compared) =
                (window(app, baseline, output).await?, window(app, compare, output).await?);
            // What is new in the time that both have would count as known.
            if usual.start() < compared.end() && compared.start() < usual.end() {
                return Err(AppError::new("log_diff_overlap"));
            }
            (before.range, after.range) = (Some(usual), Some(compared));
            Ok((before, after))
        }
        ([first, second], None, None) if !(is_input(first) && is_input(second)) => {
            let (first, second) = (std::slice::from_ref(first), std::slice::from_ref(second));
            let before = question_of(app, from, origin(first)?, output).await?;
            Ok((before.clone(), Question { origin: origin(second)?, ..before }))
        }
        _ => Err(AppError::new("log_diff_inputs")),
    }
}

async fn window(app: &App, text: &str, output: &Output) -> Result<TimeRange, AppError> {
    if app.open_or_none().is_some() {
        let range = crate::commands::range(app, Some(text), output).await?;
        return range.ok_or_else(|| AppError::new("log_diff_inputs"));
    }
    time_expression::parse(text, app.now(), output.words().zone())
}

async fn diff(app: &App, arguments: &LogsDiff, output: &Output, flag: Arc<AtomicBool>) -> Answer {
    let (before, after) = two_questions(app, arguments, output).await?;
    let (rows, read_before, read_after) = study::diff(app, &before, &after, flag).await?;
    // What is as rare as it was has not changed.
    let is_as_ever = |row: &DiffRow| matches!(row.change, LogChange::Same | LogChange::Rare);
    let changed: Vec<&DiffRow> = rows.iter().filter(|row| !is_as_ever(row)).collect();
    let new = rows.iter().filter(|r| r.change == LogChange::New).count();
    let gone = rows.iter().filter(|r| r.change == LogChange::Gone).count();
    output.say(&Phrase::new("terminal-diff").count("n", changed.len()).count("new", new).count("gone", gone));
    for row in changed.iter().take(arguments.limit) {
        output.line(&diff_line(row, output.words()));
    }
    if changed.len() > arguments.limit {
        output.say(&Phrase::new("terminal-more").count("n", changed.len() - arguments.limit));
    }
    let is_one_reading = before.origin == Origin::Input && after.origin == Origin::Input;
    let told = if is_one_reading { read_after.clone() } else { both(&read_before, &read_after) };
    let result = json!({ "before": read_before, "after": read_after, "rows": rows });
    output.result(&result, &warnings(&told, output));
    Ok(u8::from(arguments.fail_new && new > 0))
}

/// Returns what is worth knowing of two readings, what holds for both of them once.
fn both(before: &Read, after: &Read) -> Read {
    let mut told = before.clone();
    told.notices.extend(after.notices.iter().filter(|notice| !before.notices.contains(notice)).cloned());
    for (rule, n) in &after.masked {
        *told.masked.entry(rule.clone()).or_default() += n;
    }
    told
}

fn change_key(change: LogChange) -> &'static str {
    match change {
        LogChange::New => "log-change-new",
        LogChange::Gone => "log-change-gone",
        LogChange::More => "log-change-more",
        LogChange::Fewer => "log-change-fewer",
        LogChange::Rare => "log-change-rare",
        LogChange::Same => "log-change-same",
    }
}

fn diff_line(row: &DiffRow, words: &Words) -> String {
    let change = words.word(change_key(row.change));
    // What is gone says so already.
    let ratio = row.ratio.filter(|r| *r > 0.0).map_or_else(String::new, |r| format!("× {r:.1}"));
    format!("{change:<8} {:>8} → {:<8} {ratio:<8} {}", row.before, row.after, shown(&row.template))
}
