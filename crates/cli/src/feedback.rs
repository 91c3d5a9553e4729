//! Feedback on findings in the terminal: listed, given, taken back.

use serde_json::json;
use wardroom_app::feedback::{
    self, FeedbackDraft, FeedbackItem, FeedbackVerdict, MaintenanceReach, MaintenanceWindow, WindowDraft,
    WindowOf,
};
use wardroom_app::phrase::Phrase;
use wardroom_app::wire::Span;
use wardroom_app::{App, AppError, time_expression, workspaces};
use wardroom_core::Timestamp;

use crate::arguments::{FeedbackAs, FeedbackCommand, FeedbackMark};
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Runs a command of `wardroom feedback`.
pub(crate) async fn run(app: &App, command: &FeedbackCommand, output: &Output) -> Answer {
    match command {
        FeedbackCommand::List { workspace } => {
            workspaces::open_only(app, workspace).await?;
            let items = feedback::feedback(app).await?;
            let stage = feedback::feedback_stage(app).await?;
            print_list(&items, output);
            output.say(&stage.phrase);
            let items: Vec<_> = items.iter().map(|item| item_json(item, output)).collect();
            let stage = json!({ "used": stage.used, "real": stage.real, "expected": stage.expected,
                "plain": stage.plain, "staged": stage.staged, "said": output.words().phrase(&stage.phrase) });
            output.result(&json!({ "items": items, "stage": stage }), &[]);
        }
        FeedbackCommand::Mark(arguments) => mark(app, arguments, output).await?,
        FeedbackCommand::Undo { id, workspace } => {
            workspaces::open_only(app, workspace).await?;
            feedback::undo_feedback(app, *id).await?;
            output.say(&Phrase::new("terminal-feedback-undone").text("id", id.to_string()));
            output.result(&json!({ "id": id }), &[]);
        }
    }
    Ok(0)
}

async fn mark(app: &App, arguments: &FeedbackMark, output: &Output) -> Result<(), AppError> {
    workspaces::open_only(app, &arguments.workspace).await?;
    let id = match (&arguments.finding, arguments.verdict) {
        (Some(finding), Some(said)) => {
            let verdict = verdict(app, arguments, said, output).await?;
            let draft = FeedbackDraft { finding: finding.clone(), verdict };
            feedback::mark_in(app, &draft, output.words().zone()).await?
        }
        _ => feedback::mark_window(app, &window(app, arguments, output).await?).await?,
    };
    let items = feedback::feedback(app).await?;
    let Some(item) = items.iter().find(|item| item.id == id) else {
        return Err(AppError::new("no_such_feedback").with("id", id));
    };
    output.say(
        &Phrase::new("terminal-feedback-marked")
            .text("id", id.to_string())
            .text("phrase", output.words().phrase(&item.phrase)),
    );
    output.result(&item_json(item, output), &[]);
    Ok(())
}

/// Reads --from and --to; `None` without them.
async fn span(app: &App, arguments: &FeedbackMark, output: &Output) -> Result<Option<Span>, AppError> {
    let Some((from, to)) = arguments.from.as_ref().zip(arguments.to.as_ref()) else { return Ok(None) };
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    let now: Timestamp = data.map_or_else(|| app.now(), |d| d.end.into());
    let point = |text: &str| time_expression::parse_point(text, now, output.words().zone());
    Ok(Some(Span { start: point(from)?.into(), end: point(to)?.into() }))
}

/// Reads a window that is real; anything else said of it has no meaning.
async fn window(app: &App, arguments: &FeedbackMark, output: &Output) -> Result<WindowDraft, AppError> {
    let usage = |key: &str| AppError::new("usage").with("detail", output.words().word(key));
    if arguments.verdict.is_some_and(|said| said != FeedbackAs::Real) {
        return Err(usage("terminal-feedback-window-real"));
    }
    let range = span(app, arguments, output).await?;
    let range = range.ok_or_else(|| usage("terminal-feedback-window-only"))?;
    let of = match (&arguments.series, &arguments.entity) {
        (_, Some(entity)) => WindowOf::Entity { entity: entity.clone() },
        (filter, None) => WindowOf::Matching { filter: filter.clone().unwrap_or_default() },
    };
    Ok(WindowDraft { of, range })
}

async fn verdict(
    app: &App,
    arguments: &FeedbackMark,
    said: FeedbackAs,
    output: &Output,
) -> Result<FeedbackVerdict, AppError> {
    Ok(match (said, span(app, arguments, output).await?) {
        (FeedbackAs::Maintenance, Some(range)) => {
            let reach =
                if arguments.everything { MaintenanceReach::Everything } else { MaintenanceReach::Entity };
            FeedbackVerdict::Maintenance { window: MaintenanceWindow { range, reach } }
        }
        (FeedbackAs::Maintenance, None) | (_, Some(_)) => {
            let detail = output.words().word("terminal-feedback-window-only");
            return Err(AppError::new("usage").with("detail", detail));
        }
        (FeedbackAs::Real, None) => FeedbackVerdict::Real,
        (FeedbackAs::Once, None) => FeedbackVerdict::ExpectedOnce,
        (FeedbackAs::Weekly, None) => FeedbackVerdict::ExpectedWeekly,
        (FeedbackAs::Always, None) => FeedbackVerdict::ExpectedAlways,
    })
}

fn print_list(items: &[FeedbackItem], output: &Output) {
    let words = output.words();
    if items.is_empty() {
        output.line(&words.word("terminal-feedback-none"));
    }
    for item in items {
        let undone = if item.undone {
            format!(" [{}]", words.word("terminal-feedback-was-undone"))
        } else {
            String::new()
        };
        let (said, title) = (words.phrase(&item.phrase), words.phrase(&item.title));
        output.line(&format!("{:>4}  {}  {said}{undone}", item.id, words.date(item.at.into())));
        output.line(&format!("      {title}  ({})", words.date(item.start.into())));
    }
}

fn item_json(item: &FeedbackItem, output: &Output) -> serde_json::Value {
    json!({
        "id": item.id,
        "said": output.words().phrase(&item.phrase),
        "verdict": item.verdict,
        "window": item.window,
        "finding": item.finding,
        "title": output.words().phrase(&item.title),
        "start": Timestamp::from(item.start).to_string(),
        "end": item.end.map(|end| Timestamp::from(end).to_string()),
        "metric": item.metric,
        "labels": item.labels,
        "entity": item.entity,
        "at": Timestamp::from(item.at).to_string(),
        "undone": item.undone,
    })
}
