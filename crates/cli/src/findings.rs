//! What *Now* says, and its findings, in the terminal.

use serde_json::json;
use wardroom_app::connections::{HealthState, SourceHealth};
use wardroom_app::now::{FindingRow, NowView, ThingRow};
use wardroom_app::phrase::{Phrase, PhraseValue};
use wardroom_app::wire::Millis;
use wardroom_app::words::Words;
use wardroom_app::{App, AppError, connections};
use wardroom_core::Timestamp;

use crate::arguments::Level;
use crate::output::Output;

/// Returns findings as `--json` prints them, each with the request that proves it at its source; `until` is the end of
/// what lasts. Nothing is looked up where sentences are printed.
pub(crate) async fn findings_json(
    app: &App,
    findings: &[FindingRow],
    until: Millis,
    output: &Output,
) -> Result<Vec<serde_json::Value>, AppError> {
    if !output.is_json() {
        return Ok(Vec::new());
    }
    let commands = connections::explain_findings(app, findings, until.into()).await?;
    Ok(findings.iter().map(|finding| finding_json(finding, commands.get(&finding.id), output)).collect())
}

fn finding_json(finding: &FindingRow, curl: Option<&String>, output: &Output) -> serde_json::Value {
    let said = |value: Option<&PhraseValue>| value.map(|value| output.words().said(value));
    json!({
        "id": finding.id,
        "title": output.words().phrase(&finding.title),
        "reason": output.words().phrase(&finding.reason),
        "joined": finding.joined.as_ref().map(|joined| output.words().phrase(joined)),
        "metric": finding.metric,
        "labels": finding.labels,
        "entity": finding.entity,
        "team": finding.team,
        "kind": finding.kind,
        "start": Timestamp::from(finding.start).to_string(),
        "end": finding.end.map(|e| Timestamp::from(e).to_string()),
        "score": finding.score,
        "grade": finding.grade,
        "value": said(finding.value.as_ref()),
        "expected": said(finding.expected.as_ref()),
        "normal": [said(finding.normal_low.as_ref()), said(finding.normal_high.as_ref())],
        "curl": curl,
        "feedback": finding.feedback.as_ref().map(|f| {
            json!({ "id": f.id, "standing": f.standing, "said": output.words().phrase(&f.phrase) })
        }),
    })
}

/// Returns what makes the answer partial and which sources fail, for the warnings that `--json` prints; as text it stands
/// under the sentence.
pub(crate) fn warnings(view: &NowView, output: &Output) -> Vec<String> {
    if output.is_json() {
        let partial = view.partial.iter().map(|p| output.words().phrase(p));
        partial.chain(failing(&view.sources, output.words())).collect()
    } else {
        Vec::new()
    }
}

/// Says of each source that fails why: what it did not tell is no sign of calm.
fn failing(sources: &[SourceHealth], words: &Words) -> Vec<String> {
    let said = |source: &SourceHealth| {
        let fails = matches!(source.state, HealthState::Stale | HealthState::Failed);
        let error = source.error.as_ref().filter(|_| fails)?;
        Some(format!("{}: {}", source.name, words.error(error)))
    };
    sources.iter().filter_map(said).collect()
}

/// Returns the exit code that `--fail-on` asks for.
pub(crate) fn fail_on(level: Option<Level>, findings: &[FindingRow]) -> u8 {
    let least = match level {
        None => return 0,
        Some(Level::Low) => 1,
        Some(Level::Medium) => 2,
        Some(Level::High) => 3,
    };
    u8::from(findings.iter().any(|f| f.grade >= least))
}

/// Things that are printed, a line each.
const SHOWN: usize = 20;

/// Prints *Now*: the sentence, the order of onsets, and the first twenty things with their most surprising finding.
pub(crate) fn print_now(view: &NowView, output: &Output) {
    output.say(&view.headline);
    let lead: Vec<String> = view.lead.iter().map(|p| output.words().phrase(p)).collect();
    if !lead.is_empty() {
        output.line(&lead.join(" "));
    }
    for sentence in &view.partial {
        output.say(sentence);
    }
    for line in failing(&view.sources, output.words()) {
        output.line(&line);
    }
    output.say(&view.proof);
    if !view.onsets.is_empty() {
        output.line("");
        output.line(&output.words().word("report-order"));
        for onset in &view.onsets {
            let shows = output.words().phrase(&onset.shows);
            let began = PhraseValue::moment(onset.start.into(), view.range.end.into());
            let at = output.words().said(&began);
            output.line(&format!("  {at:<9} {:<16} {} {shows}", onset.entity, bars(onset.grade)));
        }
    }
    output.line("");
    output.line(&output.words().word("report-findings"));
    if view.findings.is_empty() {
        output.line(&format!("  {}", output.words().word("report-none")));
    }
    let lines = thing_lines(&view.things, &view.findings, output.words());
    for line in &lines {
        output.line(line);
    }
    let listed = view.findings.len();
    let in_all = usize::try_from(view.finding_count).unwrap_or(usize::MAX);
    if in_all > lines.len() {
        let key = if listed < in_all { "terminal-more-than-listed" } else { "terminal-more" };
        output.say(&Phrase::new(key).count("n", in_all - lines.len()).count("listed", listed));
    }
}

/// Writes a line for each of the first things: its most surprising finding, and how many more there are since when.
fn thing_lines(things: &[ThingRow], findings: &[FindingRow], words: &Words) -> Vec<String> {
    let line = |thing: &ThingRow| {
        let first = thing.findings.first()?;
        let finding = findings.iter().find(|finding| finding.id == *first)?;
        let title = words.phrase(&finding.title);
        let at = words.date(finding.start.into());
        let mut line = format!("  {} {:.2}  {title}  ({at})", bars(finding.grade), finding.score);
        if let Some(team) = &finding.team {
            line = format!("{line}  {team}");
        }
        if thing.count > 1 {
            let since = PhraseValue::Date(thing.began);
            let n = PhraseValue::Count(thing.count - 1);
            let more = Phrase::new("report-thing-more").with("n", n).with("since", since);
            line = format!("{line}  {}", words.phrase(&more));
        }
        Some(line)
    };
    things.iter().take(SHOWN).filter_map(line).collect()
}

fn bars(grade: u8) -> &'static str {
    match grade {
        3 => "▂▅█",
        2 => "▂▅ ",
        _ => "▂  ",
    }
}

#[cfg(test)]
mod tests {
    use wardroom_app::settings::Language;

    use super::*;

    /// 2026-11-17T14:53:00Z.
    const START: i64 = 1_794_927_180_000;

    fn finding(id: &str) -> FindingRow {
        let title =
            Phrase::new("finding-rose").text("what", "errors").text("entity", id).text("value", "4 %");
        let row = json!({
            "id": id, "series": 1, "title": title, "reason": Phrase::new("onset-missing"), "metric": "errors",
            "labels": "", "entity": id, "kind": "level", "start": START, "step": 15_000, "score": 0.9,
            "grade": 3, "knownAt": START, "spark": [],
        });
        serde_json::from_value(row).unwrap()
    }

    fn thing(ids: &[&str], count: u32) -> ThingRow {
        let findings = ids.iter().map(|id| (*id).to_owned()).collect();
        ThingRow { findings, count, began: Millis(START - 120_000) }
    }

    #[test]
    fn a_thing_is_one_line_with_the_number_of_its_further_findings() {
        let words = Words::with(Language::En, jiff::tz::TimeZone::UTC);
        let owned = FindingRow { team: Some("team-data".to_owned()), ..finding("db") };
        let findings = [finding("web"), owned, finding("cart")];
        let things = [thing(&["web"], 1), thing(&["db", "cart"], 2), thing(&["cart"], 13)];

        let lines = thing_lines(&things, &findings, &words);

        let title = |entity: &str| words.phrase(&finding(entity).title);
        let one = |entity: &str| format!("  ▂▅█ 0.90  {}  (Tue 17 Nov 2026 14:53)", title(entity));
        assert_eq!(
            lines,
            [
                one("web"),
                format!("{}  team-data  with one more since Tue 17 Nov 2026 14:51", one("db")),
                format!("{}  with 12 more since Tue 17 Nov 2026 14:51", one("cart")),
            ]
        );
    }

    #[test]
    fn a_source_that_fails_is_told_with_its_reason_and_a_paused_one_is_not() {
        let words = Words::with(Language::En, jiff::tz::TimeZone::UTC);
        let source = |name: &str, state: &str| -> SourceHealth {
            let error = json!({ "code": "source_unknown_host", "fields": { "host": "p.invalid" } });
            let row = json!({ "id": 1, "name": name, "state": state, "until": null, "answered": null,
                "nextTry": null, "every": null, "silent": null, "error": error });
            serde_json::from_value(row).unwrap()
        };

        let told =
            failing(&[source("eu", "failed"), source("us", "paused"), source("asia", "stale")], &words);

        let why = "No address is known for p.invalid. Check the name, or the network.";
        assert_eq!(told, [format!("eu: {why}"), format!("asia: {why}")]);
    }
}
