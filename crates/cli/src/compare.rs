//! Methods side by side, and one method alone, in the terminal.

use serde_json::json;
use wardroom_app::compare::{self, CompareRequest, CompareRow, CompareSpan, CompareView, MethodAlarmRow};
use wardroom_app::phrase::{Phrase, PhraseValue};
use wardroom_app::wire::{Millis, Span};
use wardroom_app::{App, AppError, time_expression, workspaces};
use wardroom_core::Timestamp;

use crate::arguments::Compare;
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Alarms that are printed as sentences at most.
const MOST_LINES: usize = 30;

/// Runs `wardroom compare`.
pub(crate) async fn compare_in(app: &App, arguments: &Compare, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    let request = CompareRequest {
        filter: arguments.of.filter().to_owned(),
        methods: arguments.methods.iter().filter(|word| !word.trim().is_empty()).cloned().collect(),
        range: range(app, arguments, output).await?,
        unmarked_is_false: Some(arguments.unmarked_is_false),
    };
    let view = compare::compare_methods(app, &request).await?;
    print(&view, output);
    output.result(&view_json(&view, output), &[]);
    Ok(0)
}

/// Returns the time that was asked for; what is not said is the begin or the end of the data.
async fn range(app: &App, arguments: &Compare, output: &Output) -> Result<Option<Span>, AppError> {
    if arguments.from.is_none() && arguments.to.is_none() {
        return Ok(None);
    }
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    let now: Timestamp = data.map_or_else(|| app.now(), |d| d.end.into());
    let begin: Timestamp = data.map_or(now, |d| d.start.into());
    let point = |text: &String| time_expression::parse_point(text, now, output.words().zone());
    let from = arguments.from.as_ref().map_or(Ok(begin), point)?;
    let to = arguments.to.as_ref().map_or(Ok(now), point)?;
    Ok(Some(Span { start: from.into(), end: to.into() }))
}

fn print(view: &CompareView, output: &Output) {
    output.say(&view.lead);
    output.say(
        &Phrase::new("terminal-compare-proof")
            .count("n", view.scored as usize)
            .count("of", view.series as usize)
            .span("history", view.covered.0),
    );
    for note in &view.notes {
        output.say(note);
    }
    output.say(&Phrase::new("terminal-compare-head"));
    for row in &view.rows {
        output.line(&line(row, view.marked));
    }
    for row in &view.rows {
        let (name, about) = (output.words().phrase(&row.name), about(row, output));
        output.line(&format!("  {}: {name}. {about} {}", row.method, row.source));
    }
}

fn line(row: &CompareRow, marked: u32) -> String {
    let unknown = || "–".to_owned();
    let share = |share: Option<f64>| share.map_or_else(unknown, |share| format!("{share:.2}"));
    let found = row.found.map_or_else(unknown, |found| format!("{found}/{marked}"));
    let alarms = if row.scored == 0 { unknown() } else { format!("{:.1}", row.alarms_per_week) };
    let minutes = row.median_delay.map_or_else(unknown, |delay| format!("{:.1}", delay.0 as f64 / 60_000.0));
    format!(
        "  {:<18} {found:>7} {:>6} {:>5} {:>5} {:>5} {minutes:>7} {alarms:>9} {:>7.1}",
        row.method,
        row.false_alarms.map_or_else(unknown, |n| n.to_string()),
        share(row.precision),
        share(row.recall),
        share(row.f1),
        row.took.0 as f64 / 1000.0,
    )
}

fn about(row: &CompareRow, output: &Output) -> String {
    output.words().word(&compare::about(&row.method))
}

fn time(at: Millis) -> String {
    Timestamp::from(at).to_string()
}

fn view_json(view: &CompareView, output: &Output) -> serde_json::Value {
    let span =
        |span: &CompareSpan| json!({ "start": time(span.start), "end": time(span.end), "score": span.score });
    let row = |row: &CompareRow| {
        json!({
            "method": row.method,
            "name": output.words().phrase(&row.name),
            "about": about(row, output),
            "source": row.source,
            "alarms": row.alarms,
            "alarms_per_week": row.alarms_per_week,
            "found": row.found,
            "false_alarms": row.false_alarms,
            "precision": row.precision,
            "recall": row.recall,
            "f1": row.f1,
            "median_delay_ms": row.median_delay,
            "took_ms": row.took,
            "scored": row.scored,
            "refused": row.refused,
            "spans": row.spans.iter().map(span).collect::<Vec<_>>(),
        })
    };
    json!({
        "sentence": output.words().phrase(&view.lead),
        "notes": view.notes.iter().map(|note| output.words().phrase(note)).collect::<Vec<_>>(),
        "range": { "from": time(view.range.start), "to": time(view.range.end) },
        "covered_ms": view.covered.0,
        "series": view.series,
        "scored": view.scored,
        "marked": view.marked,
        "unmarked_is_false": view.unmarked_is_false,
        "methods": view.rows.iter().map(row).collect::<Vec<_>>(),
        "sample": view.sample.as_ref().map(|sample| json!({ "series": sample.series, "name": sample.name })),
    })
}

/// Runs `wardroom detect --method`.
pub(crate) async fn detect_with(app: &App, method: &str, filter: &str, output: &Output) -> Answer {
    let view = compare::detect_with(app, method, filter).await?;
    output.say(
        &Phrase::new("terminal-detect-method")
            .word("method", view.name.key.clone())
            .count("alarms", view.alarms.len())
            .count("n", view.scored as usize)
            .count("of", view.series as usize),
    );
    for alarm in view.alarms.iter().take(MOST_LINES) {
        let start = output.words().date(alarm.start.into());
        let end = output.words().said(&PhraseValue::moment(alarm.end.into(), alarm.start.into()));
        let series = format!("{} {}{{{}}}", alarm.entity, alarm.metric, alarm.labels);
        output.line(&format!("  {:>7.2}  {start} – {end}  {series}", alarm.score));
    }
    if let Some(more) = view.alarms.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        output.say(&Phrase::new("terminal-detect-more").count("n", more));
    }
    for refused in &view.refused {
        output.line(&format!("  {}  {}", refused.count, output.words().word(&refused.reason)));
    }
    let result = json!({
        "method": view.method,
        "name": output.words().phrase(&view.name),
        "range": { "from": time(view.range.start), "to": time(view.range.end) },
        "series": view.series,
        "scored": view.scored,
        "refused": view.refused,
        "alarms": view.alarms.iter().map(alarm_json).collect::<Vec<_>>(),
        "took_ms": view.took,
    });
    output.result(&result, &[]);
    Ok(0)
}

fn alarm_json(alarm: &MethodAlarmRow) -> serde_json::Value {
    json!({
        "series": alarm.series,
        "metric": alarm.metric,
        "labels": alarm.labels,
        "entity": alarm.entity,
        "start": time(alarm.start),
        "end": time(alarm.end),
        "peak": time(alarm.peak),
        "score": alarm.score,
    })
}
