//! Drills and exports of simulated worlds in the terminal: the same functions as the window calls.

mod debrief;

use std::path::Path;

use wardroom_app::drills::rows::{AdviceMode, DrillOptions, DrillRow, KeptResults};
use wardroom_app::drills::sim_export::{self, SimExport};
use wardroom_app::drills::{self, Beginning, Step, read_moment, read_steps};
use wardroom_app::jobs::{JobKind, JobState};
use wardroom_app::phrase::Phrase;
use wardroom_app::{App, AppError, time_expression, workspaces};
use wardroom_core::Timestamp;

use crate::arguments::{DrillCommand, DrillRun, SimExportArguments};
use crate::commands::job;
use crate::output::Output;
use crate::rows::for_scripts;

type Answer = Result<u8, AppError>;

/// Runs a command of `wardroom drill`.
pub(crate) async fn run(app: &App, command: &DrillCommand, output: &Output) -> Answer {
    match command {
        DrillCommand::List { trainee } => list(app, trainee.as_deref().unwrap_or_default(), output).await,
        DrillCommand::Run(run) => play(app, run, output).await,
        DrillCommand::Debrief { workspace, attempt, journal } => {
            review(app, workspace, (*attempt, *journal), output).await
        }
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
            output.line(&row(drill));
        }
    }
    if list.tries > 0 {
        output.line("");
        output.line(&output.words().word("terminal-drill-columns"));
    }
    output.result(&for_scripts(&list, output.words())?, &[]);
    Ok(0)
}

/// Writes a drill of the list: its number, name, best points, last tries, trend and title.
fn row(drill: &DrillRow) -> String {
    let best = drill.best.map_or_else(|| "–".to_owned(), |best| best.to_string());
    let last: Vec<String> = drill.last.iter().map(u32::to_string).collect();
    let (last, trend) = (last.join(" "), trend(&drill.trend));
    format!("  {:>2}  {:<24} {best:>4}  {last:<11}  {trend:<12}  {}", drill.number, drill.id, drill.title)
}

/// Draws points of 100 as a small line of blocks, oldest first.
fn trend(points: &[u32]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let block = |points: &u32| BLOCKS.get((*points as usize * 8 / 101).min(7)).copied();
    points.iter().filter_map(block).collect()
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
    let unplayed = play_steps(app, run, &steps).await?;
    let view = drills::debrief(app, output.words().language(), None).await?;
    let rows = drills::journal(app, Some(view.attempt)).await?;
    debrief::print(&view, output);
    let path = app.open()?.workspace.path().to_owned();
    output.say(&Phrase::new("terminal-drill-file").text("path", path.display().to_string()));
    let late = (unplayed > 0).then(|| Phrase::new("terminal-drill-unplayed").count("n", unplayed));
    let warnings: Vec<String> = late.iter().map(|told| output.words().phrase(told)).collect();
    output.result(&debrief::json(&view, &rows, &path, output)?, &warnings);
    Ok(u8::from(run.fail_unpassed && !view.passed))
}

/// Plays a drill from its beginning, or from a moment of one that is kept in a file.
async fn play_steps(app: &App, run: &DrillRun, steps: &[Step]) -> Result<usize, AppError> {
    if let (Some(from), Some(at)) = (&run.from, &run.at) {
        return drills::play_branch(app, from, read_moment(at)?, steps).await;
    }
    let advice = if run.advice_may_be_wrong { AdviceMode::MayBeWrong } else { AdviceMode::Normal };
    let beginning = Beginning {
        name: run.scenario.clone().unwrap_or_default(),
        seed: run.seed.unwrap_or_default(),
        trainee: run.trainee.clone().unwrap_or_default(),
        options: DrillOptions { advice, speed: 1, coach: true },
        path: run.workspace.clone(),
    };
    drills::play_new(app, beginning, steps).await
}

async fn review(
    app: &App,
    workspace: &Path,
    (attempt, journal): (Option<u32>, bool),
    output: &Output,
) -> Answer {
    workspaces::open_only(app, workspace).await?;
    let kept = drills::kept_results(app).await?;
    if kept.why.is_some() {
        return past(app, workspace, &kept, (attempt, journal), output).await;
    }
    let view = drills::debrief(app, output.words().language(), attempt).await?;
    let rows = drills::journal(app, Some(view.attempt)).await?;
    debrief::print(&view, output);
    if journal {
        debrief::print_journal(&rows, output);
    }
    output.result(&debrief::json(&view, &rows, workspace, output)?, &[]);
    Ok(0)
}

/// Writes what a file keeps of a drill of whose text no world can be made.
async fn past(
    app: &App,
    workspace: &Path,
    kept: &KeptResults,
    (attempt, journal): (Option<u32>, bool),
    output: &Output,
) -> Answer {
    if let Some(number) = attempt.filter(|n| kept.attempts.iter().all(|row| row.number != *n)) {
        return Err(AppError::new("drill_not_over").with("attempt", number));
    }
    let rows = drills::journal(app, attempt).await?;
    debrief::print_kept(kept, attempt, output);
    if journal {
        debrief::print_journal(&rows, output);
    }
    let warnings: Vec<String> = kept.why.iter().map(|why| output.words().error(why)).collect();
    output.result(&debrief::kept_json(kept, &rows, workspace, output)?, &warnings);
    Ok(0)
}

/// Runs `wardroom sim export`.
pub(crate) async fn export(app: &App, arguments: &SimExportArguments, output: &Output) -> Answer {
    let span_ms = arguments.span.as_deref().map(span).transpose()?;
    let zero = Timestamp::from_millis(0);
    let start = arguments.start.as_deref();
    let point = |text: &str| {
        let parsed = time_expression::parse_point(text, zero, &jiff::tz::TimeZone::UTC);
        // What helps where a period of a workspace is asked for, such as now-6h, is no start of a world.
        parsed.map_err(|_| AppError::new("sim_start").with("start", text))
    };
    let start = start.map(point).transpose()?;
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
    fn a_trend_rises_with_the_points() {
        assert_eq!(trend(&[0, 50, 100]), "▁▄█");
        assert_eq!(trend(&[]), "");
    }

    #[test]
    fn a_span_has_a_number_and_a_unit() {
        assert_eq!(span("3h").unwrap(), 10_800_000);
        assert_eq!(span("1d").unwrap(), 86_400_000);
        for wrong in ["", "h", "3", "-1h", "3 weeks", "9999999999999h", "3é"] {
            assert_eq!(span(wrong).unwrap_err().code, "span_unreadable", "{wrong}");
        }
    }
}
