//! The series of an entity together, in the terminal.

use serde_json::json;
use wardroom_app::group_score::{self, GroupAlarm, GroupPart, GroupScoreRequest, GroupScoreView};
use wardroom_app::phrase::{Phrase, PhraseValue};
use wardroom_app::wire::Millis;
use wardroom_app::{App, AppError};
use wardroom_core::Timestamp;

use crate::output::Output;

/// Alarms that are printed as sentences at most.
const MOST_LINES: usize = 30;

/// Runs `wardroom detect --together`.
pub(crate) async fn together(app: &App, entity: &str, filter: &str, output: &Output) -> Result<u8, AppError> {
    let request = GroupScoreRequest { entity: entity.to_owned(), filter: filter.to_owned(), columns: None };
    let view = group_score::group_score(app, &request).await?;
    print(&view, output);
    output.result(&view_json(&view, output), &[]);
    Ok(0)
}

fn print(view: &GroupScoreView, output: &Output) {
    output.say(&view.lead);
    output.say(
        &Phrase::new("terminal-together-proof")
            .count("n", view.scored as usize)
            .count("of", view.series as usize)
            .count("rows", view.rows as usize)
            .span("history", view.range.end.0 - view.range.start.0)
            .span("took", view.took.0),
    );
    for note in &view.notes {
        output.say(note);
    }
    for alarm in view.alarms.iter().take(MOST_LINES) {
        let start = output.words().date(alarm.start.into());
        let end = output.words().said(&PhraseValue::moment(alarm.end.into(), alarm.start.into()));
        let sentence = output.words().phrase(&alarm.sentence);
        output.line(&format!("  {:>7.2}  {start} – {end}  {sentence}", alarm.score));
    }
    if let Some(more) = view.alarms.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        output.say(&Phrase::new("terminal-detect-more").count("n", more));
    }
    for refused in &view.refused {
        output.line(&format!("  {}  {}", refused.count, output.words().word(&refused.reason)));
    }
}

fn time(at: Millis) -> String {
    Timestamp::from(at).to_string()
}

fn view_json(view: &GroupScoreView, output: &Output) -> serde_json::Value {
    json!({
        "entity": view.entity,
        "sentence": output.words().phrase(&view.lead),
        "notes": view.notes.iter().map(|note| output.words().phrase(note)).collect::<Vec<_>>(),
        "range": { "from": time(view.range.start), "to": time(view.range.end) },
        "step_ms": view.step,
        "series": view.series,
        "scored": view.scored,
        "refused": view.refused,
        "alarms": view.alarms.iter().map(|alarm| alarm_json(alarm, output)).collect::<Vec<_>>(),
        "alarm_count": view.alarm_count,
        "times_ms": view.times,
        "scores": view.scores,
        "flagged_ms": view.flagged,
        "took_ms": view.took,
    })
}

fn alarm_json(alarm: &GroupAlarm, output: &Output) -> serde_json::Value {
    let part = |part: &GroupPart| {
        json!({
            "series": part.series,
            "metric": part.metric,
            "labels": part.labels,
            "share": part.share,
        })
    };
    json!({
        "start": time(alarm.start),
        "end": time(alarm.end),
        "peak": time(alarm.peak),
        "score": alarm.score,
        "sentence": output.words().phrase(&alarm.sentence),
        "parts": alarm.parts.iter().map(part).collect::<Vec<_>>(),
    })
}
