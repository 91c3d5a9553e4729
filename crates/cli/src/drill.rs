//! Drills and exports of simulated worlds in the terminal: the same functions as the window calls.

use std::path::Path;

use serde_json::json;
use wardroom_app::drills::rows::{AdviceMode, DebriefView, DrillOptions};
use wardroom_app::drills::sim_export::{self, SimExport};
use wardroom_app::drills::{self, read_steps};
use wardroom_app::jobs::{JobKind, JobState};
use wardroom_app::phrase::Phrase;
use wardroom_app::{App, AppError, time_expression, workspaces};
use wardroom_core::Timestamp;

use crate::arguments::{DrillCommand, DrillRun, SimExportArguments};
use crate::commands::job;
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Runs a command of `wardroom drill`.
pub(crate) async fn run(app: &App, command: &DrillCommand, output: &Output) -> Answer {
    match command {
        DrillCommand::List { trainee } => list(app, trainee.as_deref().unwrap_or_default(), output).await,
        DrillCommand::Run(run) => play(app, run, output).await,
        DrillCommand::Debrief { workspace, attempt } => debrief(app, workspace, *attempt, output).await,
    }
}

async fn list(app: &App, trainee: &str, output: &Output) -> Answer {
    let list = drills::list(app, output.words().language(), trainee).await?;
    output.say(&list.headline);
    if let Some(lead) = &list.lead {
        output.say(lead);
    }
    for tier in &list.tiers {
        output.line("");
        output.say(
            &Phrase::new("terminal-tier")
                .count("n", usize::from(tier.tier))
                .text("about", output.words().phrase(&tier.about)),
        );
        for drill in &tier.drills {
            let best = drill.best.map_or_else(|| "–".to_owned(), |best| best.to_string());
            output.line(&format!("  {:>2}  {:<22} {best:>4}  {}", drill.number, drill.id, drill.title));
        }
    }
    output.result(&list, &[]);
    Ok(0)
}

async fn play(app: &App, run: &DrillRun, output: &Output) -> Answer {
    let steps = match &run.actions {
        Some(path) => {
            let text = tokio::fs::read_to_string(path).await;
            let text = text.map_err(|e| {
                AppError::new("file_unreadable").with("path", path.display()).with("detail", e)
            })?;
            read_steps(&text)?
        }
        None => Vec::new(),
    };
    let advice = if run.advice_may_be_wrong { AdviceMode::MayBeWrong } else { AdviceMode::Normal };
    let options = DrillOptions { advice, speed: 1, coach: true };
    let trainee = run.trainee.as_deref().unwrap_or_default();
    drills::start_by_hand(app, &run.scenario, run.seed, trainee, options, run.workspace.clone()).await?;
    drills::play(app, &steps).await?;
    let view = drills::debrief(app, output.words().language(), None).await?;
    print_debrief(&view, output);
    let path = app.open()?.workspace.path().to_owned();
    output.say(&Phrase::new("terminal-drill-file").text("path", path.display().to_string()));
    output.result(&debrief_json(&view, &path, output), &[]);
    Ok(u8::from(run.fail_unpassed && !view.passed))
}

async fn debrief(app: &App, workspace: &Path, attempt: Option<u32>, output: &Output) -> Answer {
    workspaces::open_only(app, workspace).await?;
    let view = drills::debrief(app, output.words().language(), attempt).await?;
    print_debrief(&view, output);
    output.result(&debrief_json(&view, workspace, output), &[]);
    Ok(0)
}

fn print_debrief(view: &DebriefView, output: &Output) {
    let words = output.words();
    output.line(&format!("{} / 100  {}", view.points, words.phrase(&view.headline)));
    let lead: Vec<String> = view.lead.iter().map(|p| words.phrase(p)).collect();
    output.line(&lead.join(" "));
    for cause in &view.truth {
        output.say(cause);
    }
    for part in &view.parts {
        output.line("");
        let name = words.word(part_key(part.part));
        output.line(&format!("{:>2} / {}  {name}", part.points, part.of));
        for reason in &part.reasons {
            output.line(&format!("    {:>+3}  {}", reason.points, words.phrase(&reason.text)));
        }
    }
    if view.hint_cost > 0 {
        output.say(&Phrase::new("terminal-hint-cost").count("n", view.hint_cost as usize));
    }
    if !view.never_opened.is_empty() {
        output.line("");
        output.line(&words.word("terminal-never-opened"));
        for evidence in &view.never_opened {
            output.line(&format!("  {}  {}", evidence.subject, evidence.what));
        }
    }
}

fn part_key(part: wardroom_app::drills::rows::DrillPart) -> &'static str {
    use wardroom_app::drills::rows::DrillPart as P;
    match part {
        P::Detect => "drill-part-detect",
        P::Localise => "drill-part-localise",
        P::Mitigate => "drill-part-mitigate",
        P::Safety => "drill-part-safety",
        P::Communicate => "drill-part-communicate",
    }
}

fn debrief_json(view: &DebriefView, path: &Path, output: &Output) -> serde_json::Value {
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
    json!({
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
    })
}

/// Runs `wardroom sim export`.
pub(crate) async fn export(app: &App, arguments: &SimExportArguments, output: &Output) -> Answer {
    let span_ms = arguments.span.as_deref().map(span).transpose()?;
    let zero = Timestamp::from_millis(0);
    let start = arguments.start.as_deref();
    let start = start.map(|s| time_expression::parse_point(s, zero, &jiff::tz::TimeZone::UTC)).transpose()?;
    let wanted = SimExport {
        scenario: arguments.scenario.clone(),
        seed: arguments.seed,
        out: arguments.out.clone(),
        span_ms,
        start,
    };
    let task = job(app, JobKind::Export, &arguments.scenario);
    let working = task.clone();
    let done = tokio::task::spawn_blocking(move || sim_export::run(&wanted, &working)).await;
    let done = done.map_err(|e| AppError::internal(&e))?;
    task.end(match &done {
        Ok(_) => JobState::Done,
        Err(e) if e.is_cancelled() => JobState::Cancelled,
        Err(e) => JobState::Failed { error: e.clone() },
    });
    let done = done?;
    output.say(
        &Phrase::new("terminal-sim-exported")
            .count("series", usize::try_from(done.series).unwrap_or(usize::MAX))
            .count("samples", usize::try_from(done.samples).unwrap_or(usize::MAX))
            .count("lines", usize::try_from(done.logs).unwrap_or(usize::MAX))
            .text("path", done.out.display().to_string()),
    );
    output.result(&done, &[]);
    Ok(0)
}

/// Reads a length such as `3h`, `90m` or `1d`.
fn span(text: &str) -> Result<i64, AppError> {
    let refused = || AppError::new("span_unreadable").with("text", text);
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(refused)?;
    let factor = match unit {
        "d" => 86_400_000,
        "h" => 3_600_000,
        "m" => 60_000,
        _ => return Err(refused()),
    };
    let number: i64 = number.parse().map_err(|_| refused())?;
    number.checked_mul(factor).filter(|ms| *ms > 0).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_a_number_and_a_unit() {
        assert_eq!(span("3h").unwrap(), 10_800_000);
        assert_eq!(span("1d").unwrap(), 86_400_000);
        for wrong in ["", "h", "3", "-1h", "3 weeks", "9999999999999h", "3é"] {
            assert_eq!(span(wrong).unwrap_err().code, "span_unreadable", "{wrong}");
        }
    }
}
