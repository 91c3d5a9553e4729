//! The sources of a workspace in the terminal: listed, paused, resumed, deleted.

use serde_json::json;
use wardroom_app::connections::{self, HealthState, SourceRow};
use wardroom_app::phrase::Phrase;
use wardroom_app::wire::Millis;
use wardroom_app::{App, AppError, workspaces};
use wardroom_core::Timestamp;

use crate::arguments::{DeletedSource, OneSource, SourceCommand};
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Runs a command of `wardroom source`.
pub(crate) async fn run(app: &App, command: &SourceCommand, output: &Output) -> Answer {
    match command {
        SourceCommand::List { workspace } => {
            workspaces::open_only(app, workspace).await?;
            list(&connections::list(app).await?, output);
        }
        SourceCommand::Pause(one) => pause(app, one, true, output).await?,
        SourceCommand::Resume(one) => pause(app, one, false, output).await?,
        SourceCommand::Delete(deleted) => delete(app, deleted, output).await?,
    }
    Ok(0)
}

fn list(rows: &[SourceRow], output: &Output) {
    if rows.is_empty() {
        output.say(&Phrase::new("terminal-source-none"));
    }
    for row in rows {
        let said = match &row.health.error {
            _ if row.health.state == HealthState::Paused => output.words().word("terminal-source-is-paused"),
            Some(error) => output.words().error(error),
            None => String::new(),
        };
        let line =
            format!("{:>4}  {:<24} {:<14} {}  {said}", row.health.id, row.health.name, row.kind, row.place);
        output.line(line.trim_end());
    }
    output.result(&rows.iter().map(row_json).collect::<Vec<_>>(), &[]);
}

fn row_json(row: &SourceRow) -> serde_json::Value {
    let moment = |at: Millis| Timestamp::from(at).to_string();
    json!({
        "id": row.health.id,
        "name": row.health.name,
        "kind": row.kind,
        "place": row.place,
        "state": row.health.state,
        "error": row.health.error,
        "series": row.series,
        "samples": row.samples,
        "first": row.data.map(|data| moment(data.start)),
        "last": row.data.map(|data| moment(data.end)),
    })
}

async fn pause(app: &App, one: &OneSource, is_paused: bool, output: &Output) -> Result<(), AppError> {
    let name = name_of(app, one).await?;
    connections::pause(app, one.number, is_paused).await?;
    let key = if is_paused { "terminal-source-paused" } else { "terminal-source-resumed" };
    output.say(&Phrase::new(key).text("name", name.clone()));
    output.result(&json!({ "id": one.number, "name": name, "paused": is_paused }), &[]);
    Ok(())
}

async fn delete(app: &App, deleted: &DeletedSource, output: &Output) -> Result<(), AppError> {
    let DeletedSource { source, with_data } = deleted;
    let name = name_of(app, source).await?;
    connections::delete(app, source.number, *with_data).await?;
    let key = if *with_data { "terminal-source-deleted-data" } else { "terminal-source-deleted" };
    output.say(&Phrase::new(key).text("name", name.clone()));
    output.result(&json!({ "id": source.number, "name": name, "with_data": with_data }), &[]);
    Ok(())
}

/// Opens the workspace and returns the name of the source that is meant.
async fn name_of(app: &App, one: &OneSource) -> Result<String, AppError> {
    workspaces::open_only(app, &one.workspace).await?;
    let rows = connections::list(app).await?;
    let found = rows.into_iter().find(|row| row.health.id == one.number);
    found.map(|row| row.health.name).ok_or_else(|| AppError::new("no_such_source").with("id", one.number))
}
