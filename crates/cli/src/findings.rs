//! What *Now* says, and its findings, in the terminal.

use serde_json::json;
use wardroom_app::now::{FindingRow, NowView};
use wardroom_app::phrase::{Phrase, PhraseValue};
use wardroom_app::wire::Millis;
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

/// Returns what makes the answer partial, for the warnings that `--json` prints; as text it stands under the sentence.
pub(crate) fn warnings(view: &NowView, output: &Output) -> Vec<String> {
    if output.is_json() {
        view.partial.iter().map(|p| output.words().phrase(p)).collect()
    } else {
        Vec::new()
    }
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

/// Prints *Now*: the sentence, the order of onsets, and the first twenty findings.
pub(crate) fn print_now(view: &NowView, output: &Output) {
    output.say(&view.headline);
    let lead: Vec<String> = view.lead.iter().map(|p| output.words().phrase(p)).collect();
    if !lead.is_empty() {
        output.line(&lead.join(" "));
    }
    for sentence in &view.partial {
        output.say(sentence);
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
    for finding in view.findings.iter().take(20) {
        let title = output.words().phrase(&finding.title);
        let at = output.words().date(finding.start.into());
        output.line(&format!("  {} {:.2}  {title}  ({at})", bars(finding.grade), finding.score));
    }
    let listed = view.findings.len();
    if view.finding_count > 20 {
        let in_all = usize::try_from(view.finding_count).unwrap_or(usize::MAX);
        let key = if listed < in_all { "terminal-more-than-listed" } else { "terminal-more" };
        output.say(&Phrase::new(key).count("n", in_all.saturating_sub(20)).count("listed", listed));
    }
}

fn bars(grade: u8) -> &'static str {
    match grade {
        3 => "▂▅█",
        2 => "▂▅ ",
        _ => "▂  ",
    }
}
