//! The debrief of a drill in the terminal: the points, what was done when, what was knowable, and where to try again from.

use std::path::Path;

use serde_json::{Value, json};
use wardroom_app::AppError;
use wardroom_app::drills::JournalRow;
use wardroom_app::drills::rows::{
    AdviceMode, AdviceVerdict, DebriefView, DrillPart, DrillScreen, EvidenceRow, KeptResults, LaneRow,
    MarkTone, PartRow,
};
use wardroom_app::phrase::Phrase;
use wardroom_app::wire::Millis;
use wardroom_app::words::Words;

use crate::output::Output;
use crate::rows::for_scripts;

/// Characters of the column that names whose lane it is.
const WHO: usize = 10;

/// Prints a debrief.
pub(super) fn print(view: &DebriefView, output: &Output) {
    let words = output.words();
    output.line(&format!("{} / 100  {}", view.points, words.phrase(&view.headline)));
    let lead: Vec<String> = view.lead.iter().map(|p| words.phrase(p)).collect();
    output.line(&lead.join(" "));
    for said in view.truth.iter().chain(&view.remarks) {
        output.say(said);
    }
    for part in &view.parts {
        print_part(part, output);
    }
    if view.hint_cost > 0 {
        output.say(&Phrase::new("terminal-hint-cost").count("n", view.hint_cost as usize));
    }
    print_times(view, output);
    print_lanes(view, output);
    print_evidence(view, output);
    print_beliefs(view, output);
    print_advice(view, output);
    if let Some(from) = view.again_from {
        output.line("");
        output.say(&Phrase::new("review-again").time("time", from.into()));
    }
}

/// Prints what a file keeps of the attempts of a drill that cannot be judged anew; `None` for all of them.
pub(super) fn print_kept(kept: &KeptResults, attempt: Option<u32>, output: &Output) {
    output.line(&output.words().word("drill-past"));
    if kept.attempts.is_empty() {
        output.line(&output.words().word("drill-past-none"));
    }
    for row in kept.attempts.iter().filter(|row| attempt.is_none_or(|number| row.number == number)) {
        output.line("");
        output.say(
            &Phrase::new("drill-past-attempt")
                .count("n", row.number as usize)
                .count("points", row.points as usize)
                .time("time", row.ended.into())
                .word("passed", if row.passed { "drill-past-passed" } else { "drill-past-not-passed" }),
        );
        for part in &row.parts {
            print_part(part, output);
        }
    }
}

/// Makes the JSON of what a file keeps: the attempts, why there is no more, and the journal.
///
/// # Errors
///
/// `internal` when it cannot be written, which no value of it makes so.
pub(super) fn kept_json(
    kept: &KeptResults,
    journal: &[JournalRow],
    path: &Path,
    output: &Output,
) -> Result<Value, AppError> {
    let words = output.words();
    Ok(json!({
        "workspace": path,
        "scenario": kept.id,
        "seed": kept.seed,
        "trainee": kept.trainee,
        "kept": for_scripts(kept, words)?,
        "journal": for_scripts(&journal, words)?,
    }))
}

fn title(key: &str, output: &Output) {
    output.line("");
    output.line(&output.words().word(key));
}

fn print_part(part: &PartRow, output: &Output) {
    let words = output.words();
    output.line("");
    output.line(&format!("{:>2} / {}  {}", part.points, part.of, words.word(part_key(part.part))));
    for reason in &part.reasons {
        output.line(&format!("    {:>+3}  {}", reason.points, words.phrase(&reason.text)));
    }
}

/// Prints when the phases were done, of the trainee and of the reference.
fn print_times(view: &DebriefView, output: &Output) {
    let words = output.words();
    title(if view.onset.is_some() { "review-times" } else { "review-times-start" }, output);
    let (you, reference) = (view.times.you, view.times.reference);
    let rows = [
        ("review-time-detect", you.detect, reference.detect),
        ("review-time-acknowledge", you.acknowledge, reference.acknowledge),
        ("review-time-localise", you.localise, reference.localise),
        ("review-time-mitigate", you.mitigate, reference.mitigate),
    ];
    let shown = |length: Option<Millis>| length.map_or_else(|| "–".to_owned(), |ms| words.span(ms.0));
    for (key, you, reference) in rows {
        output.say(
            &Phrase::new("terminal-time")
                .word("phase", key)
                .text("you", shown(you))
                .text("reference", shown(reference)),
        );
    }
}

/// A line of the two lanes: its time, whose lane it is, and what happened.
type LaneLine = (Millis, &'static str, String);

/// Prints both lanes as one list in the order of time.
fn print_lanes(view: &DebriefView, output: &Output) {
    let words = output.words();
    title("review-lanes", output);
    let mut lines = lane(&view.reference, "review-reference", words);
    lines.extend(lane(&view.you, "review-you", words));
    lines.sort_by_key(|(at, _, _)| at.0);
    for (at, who, what) in lines {
        let who = words.word(who);
        output.line(&format!("  {:<8}  {who:<WHO$}  {what}", words.clock(at.into())));
    }
}

fn lane(lane: &LaneRow, who: &'static str, words: &Words) -> Vec<LaneLine> {
    let phases = lane.phases.iter().map(|phase| {
        let key = if phase.done { "review-phase" } else { "review-phase-open" };
        let said = Phrase::new(key)
            .word("part", part_key(phase.part))
            .time("start", phase.start.into())
            .time("end", phase.end.into());
        (phase.start, who, words.phrase(&said))
    });
    let marks = lane.marks.iter().map(|mark| {
        let text = words.phrase(&mark.text);
        let tone = match mark.tone {
            MarkTone::Good => words.word("review-tone-good"),
            MarkTone::Bad => words.word("review-tone-bad"),
            MarkTone::Plain => return (mark.at, who, text),
        };
        (mark.at, who, format!("{text} ({tone})"))
    });
    phases.chain(marks).collect()
}

/// Prints what was knowable when with when it was opened, the first useful thing, and what was never opened.
fn print_evidence(view: &DebriefView, output: &Output) {
    let words = output.words();
    title("review-knowable", output);
    if view.knowable.is_empty() {
        return output.line(&words.word("review-knowable-none"));
    }
    for row in &view.knowable {
        let known = match row.knowable {
            Some(at) => words.phrase(&Phrase::new("review-from").time("time", at.into())),
            None => words.word("review-unknowable"),
        };
        output.line(&format!("  {known}, {}  {}", opened(row, words), what(row, words)));
    }
    match view.first_useful.as_ref().and_then(|row| Some((row, row.opened?))) {
        Some((row, at)) => {
            output.say(&Phrase::new("review-first").text("what", row.what.clone()).time("time", at.into()));
        }
        None => output.line(&words.word("review-first-none")),
    }
    title("review-never", output);
    if view.never_opened.is_empty() {
        output.line(&words.word("review-never-none"));
    }
    for row in &view.never_opened {
        output.line(&format!("  {}", what(row, words)));
    }
}

fn opened(row: &EvidenceRow, words: &Words) -> String {
    let Some(at) = row.opened else { return words.word("review-not-opened") };
    let late = row.knowable.map_or(0, |known| at.0 - known.0);
    let said = if late >= 1000 {
        Phrase::new("review-opened-after").span("span", late)
    } else {
        Phrase::new("review-opened")
    };
    words.phrase(&said.time("time", at.into()))
}

/// Names a piece of evidence and where it is seen.
fn what(row: &EvidenceRow, words: &Words) -> String {
    let parts = [row.subject.as_str(), row.detail.as_str()];
    let subject = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<&str>>().join(", ");
    let key = if subject.is_empty() { "review-where" } else { "review-where-subject" };
    let place = Phrase::new(key).word("screen", screen_key(row.screen)).text("subject", subject);
    let mut text = format!("{} ({})", row.what, words.phrase(&place));
    if row.decides {
        text = format!("{text} {}", words.word("review-decides"));
    }
    text
}

fn print_beliefs(view: &DebriefView, output: &Output) {
    let words = output.words();
    title("review-beliefs", output);
    if view.beliefs.is_empty() {
        output.line(&words.word("review-beliefs-none"));
    }
    for row in &view.beliefs {
        let key = if row.right { "review-belief-right" } else { "review-belief-wrong" };
        let odds = Phrase::new(key).text("odds", format!("{:.0} %", row.belief.odds * 100.0));
        let place = if row.belief.is_no_fault() { String::new() } else { format!("{}: ", row.belief.entity) };
        output.line(&format!(
            "  {:<8}  {place}{}  {}",
            words.clock(row.belief.at.into()),
            words.phrase(&row.belief.name),
            words.phrase(&odds)
        ));
    }
}

fn print_advice(view: &DebriefView, output: &Output) {
    let words = output.words();
    output.line("");
    let mode = match view.advice_mode {
        AdviceMode::Normal => "review-advice-normal",
        AdviceMode::MayBeWrong => "review-advice-mayBeWrong",
    };
    output.line(&format!("{} ({})", words.word("review-advice"), words.word(mode)));
    if view.advice.is_empty() {
        output.line(&words.word("review-advice-none"));
    }
    for row in &view.advice {
        output.line(&format!("  {:>+3}  {}  {}", row.points, words.word(verdict_key(row)), row.text));
        output.line(&format!("       {}", row.why));
    }
}

/// Prints what was asked of the world and done to it.
pub(super) fn print_journal(rows: &[JournalRow], output: &Output) {
    let words = output.words();
    title("journal-title", output);
    for row in rows {
        let [deed, action, outcome] = [&row.deed, &row.action, &row.outcome].map(|p| words.phrase(p));
        output.line(&format!("  {:<8}  {deed}: {action}  {outcome}", words.clock(row.at.into())));
    }
}

fn verdict_key(row: &AdviceVerdict) -> &'static str {
    match (row.wrong, row.followed) {
        (false, Some(true)) => "review-advice-right-followed",
        (false, Some(false)) => "review-advice-right-rejected",
        (false, None) => "review-advice-right-open",
        (true, Some(true)) => "review-advice-wrong-followed",
        (true, Some(false)) => "review-advice-wrong-rejected",
        (true, None) => "review-advice-wrong-open",
    }
}

fn part_key(part: DrillPart) -> &'static str {
    match part {
        DrillPart::Detect => "drill-part-detect",
        DrillPart::Localise => "drill-part-localise",
        DrillPart::Mitigate => "drill-part-mitigate",
        DrillPart::Safety => "drill-part-safety",
        DrillPart::Communicate => "drill-part-communicate",
    }
}

fn screen_key(screen: DrillScreen) -> &'static str {
    match screen {
        DrillScreen::Now => "review-screen-now",
        DrillScreen::Alerts => "review-screen-alerts",
        DrillScreen::Metrics => "review-screen-metrics",
        DrillScreen::Logs => "review-screen-logs",
        DrillScreen::Catalog => "review-screen-catalog",
        DrillScreen::Changes => "review-screen-changes",
        DrillScreen::Checks => "review-screen-checks",
    }
}

/// Makes the JSON of a debrief: its main values, and under `debrief` everything that the window shows, and the journal.
///
/// # Errors
///
/// `internal` when the view cannot be written, which no value of it makes so.
pub(super) fn json(
    view: &DebriefView,
    journal: &[JournalRow],
    path: &Path,
    output: &Output,
) -> Result<Value, AppError> {
    let words = output.words();
    let parts = view.parts.iter().map(|part| {
        let reasons = part.reasons.iter();
        json!({
            "part": part.part,
            "points": part.points,
            "of": part.of,
            "reasons": reasons
                .map(|r| json!({ "text": words.phrase(&r.text), "points": r.points }))
                .collect::<Vec<_>>(),
        })
    });
    Ok(json!({
        "workspace": path,
        "scenario": view.id,
        "seed": view.seed,
        "trainee": view.trainee,
        "attempt": view.attempt,
        "points": view.points,
        "passed": view.passed,
        "sentence": words.phrase(&view.headline),
        "truth": view.truth.iter().map(|p| words.phrase(p)).collect::<Vec<_>>(),
        "parts": parts.collect::<Vec<_>>(),
        "failed": view.failed,
        "hint_cost": view.hint_cost,
        "weakest": view.weakest,
        "debrief": for_scripts(view, words)?,
        "journal": for_scripts(&journal, words)?,
    }))
}
