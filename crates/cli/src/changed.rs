//! What changed in a window, and what the detector would have cost, in the terminal.

use serde_json::json;
use wardroom_app::bill::{self, BillRequest, BillRow, DetectorScope, KeptDetector};
use wardroom_app::changed::{self, BegunRow, ChangedRequest, ChangedRow, ChangedView};
use wardroom_app::phrase::{Phrase, PhraseValue};
use wardroom_app::wire::Span;
use wardroom_app::{App, AppError, time_expression, workspaces};
use wardroom_core::{TimeRange, Timestamp};

use crate::arguments::{Bill, Changed};
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Runs `wardroom changed`.
pub(crate) async fn changed_in(app: &App, arguments: &Changed, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    let now: Timestamp = data.map_or_else(|| app.now(), |d| d.end.into());
    let point = |text: &str| time_expression::parse_point(text, now, output.words().zone());
    let from = point(&arguments.from)?;
    let to = arguments.to.as_deref().map_or(Ok(now), point)?;
    let request = ChangedRequest {
        window: Span { start: from.into(), end: to.into() },
        limit: arguments.limit,
        filter: arguments.selector.clone(),
        entity: arguments.entity.clone(),
    };
    let view = changed::changed(app, &request).await?;
    print(&view, output);
    output.result(&view_json(&view, output), &[]);
    Ok(0)
}

fn print(view: &ChangedView, output: &Output) {
    output.say(&view.lead);
    for group in &view.entities {
        output.line(&format!("  {}", group.entity));
        for row in &group.rows {
            let at = row.start.map(|at| PhraseValue::moment(at.into(), view.window.end.into()));
            let at = at.map(|at| output.words().said(&at)).unwrap_or_default();
            let sentence = output.words().phrase(&row.sentence);
            output.line(&format!("    {:.2}  {at:<8} {sentence}{}", row.score, apart(row, &group.rows)));
        }
    }
    if !view.begun.is_empty() {
        output.say(&Phrase::new("terminal-changed-begun").count("n", view.begun_count as usize));
    }
    for row in &view.begun {
        output.line(&format!("    {}", output.words().phrase(&row.sentence)));
    }
    output.say(
        &Phrase::new("terminal-changed-proof")
            .count("n", view.judged as usize)
            .count("of", view.series as usize)
            .span("took", view.took.0),
    );
    for refused in &view.refused {
        output.line(&format!("  {}  {}", refused.count, output.words().word(&refused.reason)));
    }
}

/// Returns the labels of a row of which another one of its group says the same: those of two replicas.
fn apart(row: &ChangedRow, group: &[ChangedRow]) -> String {
    let what = |row: &ChangedRow| row.sentence.values.get("what").cloned();
    let alike = |other: &&ChangedRow| other.metric == row.metric && what(other) == what(row);
    if row.labels.is_empty() || group.iter().filter(alike).count() < 2 {
        return String::new();
    }
    format!("  {{{}}}", row.labels)
}

fn view_json(view: &ChangedView, output: &Output) -> serde_json::Value {
    let entity = |group: &changed::ChangedEntity| {
        let rows: Vec<_> = group.rows.iter().map(|row| row_json(row, output)).collect();
        json!({ "entity": group.entity, "score": group.score, "rows": rows })
    };
    json!({
        "window": { "from": Timestamp::from(view.window.start).to_string(),
            "to": Timestamp::from(view.window.end).to_string() },
        "sentence": output.words().phrase(&view.lead),
        "entities": view.entities.iter().map(entity).collect::<Vec<_>>(),
        "changed": view.changed,
        "judged": view.judged,
        "series": view.series,
        "refused": view.refused,
        "begun": view.begun.iter().map(|row| begun_json(row, output)).collect::<Vec<_>>(),
        "begun_count": view.begun_count,
        "took_ms": view.took,
    })
}

fn begun_json(row: &BegunRow, output: &Output) -> serde_json::Value {
    json!({
        "series": row.series,
        "metric": row.metric,
        "labels": row.labels,
        "entity": row.entity,
        "start": Timestamp::from(row.start).to_string(),
        "sentence": output.words().phrase(&row.sentence),
    })
}

fn row_json(row: &ChangedRow, output: &Output) -> serde_json::Value {
    json!({
        "series": row.series,
        "metric": row.metric,
        "labels": row.labels,
        "entity": row.entity,
        "score": row.score,
        "grade": row.grade,
        "kind": row.kind,
        "by_peers": row.by_peers,
        "sentence": output.words().phrase(&row.sentence),
        "usual": output.words().said(&row.usual),
        "seen": output.words().said(&row.seen),
        "unit": row.unit,
        "start": row.start.map(|at| Timestamp::from(at).to_string()),
        "against_peers": row.against_peers,
    })
}

/// Runs `wardroom bill`.
pub(crate) async fn bill_of(app: &App, arguments: &Bill, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    let now: Timestamp = data.map_or_else(|| app.now(), |d| d.end.into());
    let mut marked = Vec::with_capacity(arguments.real.len());
    for text in &arguments.real {
        let window: TimeRange = time_expression::parse(text, now, output.words().zone())?;
        marked.push(Span::from(window));
    }
    if arguments.kept {
        return kept(app, output).await;
    }
    let scope = DetectorScope { filter: arguments.selector.clone(), entity: arguments.entity.clone() };
    let request = BillRequest {
        filter: arguments.selector.clone(),
        entity: arguments.entity.clone(),
        sensitivity: arguments.sensitivity,
        marked,
        detector: arguments.detector.clone(),
    };
    let view = if let (true, Some(sensitivity)) = (arguments.keep, arguments.sensitivity) {
        let draft = KeptDetector { scope, detector: arguments.detector.clone(), sensitivity };
        bill::keep_billed(app, &draft, &request).await?
    } else {
        if arguments.forget {
            bill::forget_detector(app, &scope).await?;
        }
        bill::bill(app, &request).await?
    };
    output.say(&view.lead);
    for note in &view.notes {
        output.say(note);
    }
    output.say(&Phrase::new("terminal-bill-head"));
    for row in &view.curve {
        output.line(&curve_line(row, view.marked, row.sensitivity == view.sensitivity));
    }
    let curve: Vec<_> = view.curve.iter().map(bill_json).collect();
    let result = json!({
        "sentence": output.words().phrase(&view.lead),
        "notes": view.notes.iter().map(|note| output.words().phrase(note)).collect::<Vec<_>>(),
        "period": { "from": Timestamp::from(view.period.start).to_string(),
            "to": Timestamp::from(view.period.end).to_string() },
        "covered_ms": view.covered.0,
        "series": view.series,
        "marked": view.marked,
        "detector": view.detector,
        "sensitivity": view.sensitivity,
        "kept": view.stored,
        "chosen": bill_json(&view.chosen),
        "curve": curve,
    });
    output.result(&result, &[]);
    Ok(0)
}

/// Prints the detectors that are kept.
async fn kept(app: &App, output: &Output) -> Answer {
    let all = bill::kept_detectors(app).await?;
    if all.is_empty() {
        output.line(&output.words().word("terminal-bill-none-kept"));
    }
    for one in &all {
        let parts = [one.scope.entity.as_deref(), Some(one.scope.filter.as_str())];
        let named: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let scope = if named.is_empty() { output.words().word("terminal-bill-all") } else { named.join(" ") };
        let detector = one.detector.as_deref().unwrap_or("standard");
        output.line(&format!("{:>2}  {detector:<18} {scope}", one.sensitivity));
    }
    output.result(&json!({ "kept": all }), &[]);
    Ok(0)
}

fn curve_line(row: &BillRow, marked: u32, is_chosen: bool) -> String {
    let mark = if is_chosen { ">" } else { " " };
    let minutes =
        row.median_delay.map_or_else(|| "–".to_owned(), |d| format!("{:.1}", d.0 as f64 / 60_000.0));
    format!(
        "{mark} {:>2}  {:>5.3}  {:>8.1}  {:>3}/{marked:<3}  {minutes:>6}",
        row.sensitivity, row.least_score, row.pages_per_week, row.found
    )
}

fn bill_json(row: &BillRow) -> serde_json::Value {
    json!({
        "sensitivity": row.sensitivity,
        "least_score": row.least_score,
        "alarms": row.alarms,
        "pages": row.pages,
        "unmarked": row.unmarked,
        "pages_per_week": row.pages_per_week,
        "found": row.found,
        "median_delay_ms": row.median_delay,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_where_two_rows_would_read_alike() {
        let row = |metric: &str, instance: &str| -> ChangedRow {
            let sentence = Phrase::new("changed-rose").text("what", "requests in flight");
            let row = json!({
                "series": 1, "source": 1, "metric": metric, "labels": format!("instance=\"{instance}\""),
                "entity": "web", "score": 1.0, "grade": 3, "kind": "level", "byPeers": false,
                "sentence": sentence, "usual": PhraseValue::Count(1), "seen": PhraseValue::Count(9),
                "unit": "count", "start": null, "againstPeers": null,
            });
            serde_json::from_value(row).unwrap()
        };
        let group = [row("in_flight", "a:1"), row("in_flight", "b:1"), row("queued", "a:1")];

        let told: Vec<String> = group.iter().map(|row| apart(row, &group)).collect();

        assert_eq!(told, ["  {instance=\"a:1\"}", "  {instance=\"b:1\"}", ""]);
    }
}
