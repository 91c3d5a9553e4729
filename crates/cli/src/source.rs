//! The sources of a workspace in the terminal: listed, edited, paused, resumed, deleted.

use serde_json::json;
use wardroom_app::connections::{self, ConnectionDraft, HealthState, SourceRow};
use wardroom_app::phrase::Phrase;
use wardroom_app::wire::Millis;
use wardroom_app::words::Words;
use wardroom_app::{App, AppError, follow, workspaces};
use wardroom_core::Timestamp;

use crate::arguments::{DeletedSource, EditedSource, OneSource, SourceCommand};
use crate::fields;
use crate::output::Output;
use crate::rows::for_scripts;
use crate::secret;

type Answer = Result<u8, AppError>;

/// Runs a command of `wardroom source`; `typed` is the secret that an edited one gets.
pub(crate) async fn run(
    app: &App,
    command: &SourceCommand,
    typed: Option<String>,
    output: &Output,
) -> Answer {
    match command {
        SourceCommand::List { workspace } => {
            workspaces::open_only(app, workspace).await?;
            list(&connections::list(app).await?, output)?;
        }
        SourceCommand::Edit(edit) => self::edit(app, edit, typed, output).await?,
        SourceCommand::Pause(one) => pause(app, one, true, output).await?,
        SourceCommand::Resume(one) => pause(app, one, false, output).await?,
        SourceCommand::Delete(deleted) => delete(app, deleted, output).await?,
    }
    Ok(0)
}

fn list(rows: &[SourceRow], output: &Output) -> Result<(), AppError> {
    if rows.is_empty() {
        output.say(&Phrase::new("terminal-source-none"));
    }
    for row in rows {
        let said = match &row.health.error {
            _ if row.health.state == HealthState::Paused => output.words().word("terminal-source-is-paused"),
            Some(error) => output.words().error(error),
            None => String::new(),
        };
        let kind = output.words().find(&format!("terminal-kind-{}", row.kind.replace('_', "-")));
        let kind = kind.as_deref().unwrap_or(&row.kind);
        let line = format!("{:>4}  {:<24} {kind:<14} {}  {said}", row.health.id, row.health.name, row.place);
        output.line(line.trim_end());
    }
    let rows = rows.iter().map(|row| row_json(row, output.words()));
    output.result(&rows.collect::<Result<Vec<_>, _>>()?, &[]);
    Ok(())
}

fn row_json(row: &SourceRow, words: &Words) -> Result<serde_json::Value, AppError> {
    let moment = |at: Millis| Timestamp::from(at).to_string();
    Ok(json!({
        "id": row.health.id,
        "name": row.health.name,
        "kind": row.kind,
        "place": row.place,
        "state": row.health.state,
        "error": for_scripts(&row.health.error, words)?,
        "series": row.series,
        "samples": row.samples,
        "first": row.data.map(|data| moment(data.start)),
        "last": row.data.map(|data| moment(Millis(data.end.0 - 1))),
        "notices": for_scripts(&row.notices, words)?,
        "capped": row.capped,
        "settings": for_scripts(&row.draft, words)?,
    }))
}

/// Returns the settings of a connection as the command line changes them.
pub(crate) fn edited(
    row: &SourceRow,
    edit: &EditedSource,
    output: &Output,
) -> Result<ConnectionDraft, AppError> {
    let fixed = || AppError::new("not_a_connection").with("name", &row.health.name);
    let before = row.draft.as_ref().ok_or_else(fixed)?;
    let mut draft = before.clone();
    fields::leave_out(&mut draft, &edit.without);
    fields::take(&mut draft, &edit.fields, output)?;
    if let Some(name) = &edit.name {
        draft.name.clone_from(name);
    }
    if let Some(url) = &edit.url {
        draft.url.clone_from(url);
    }
    Ok(draft)
}

async fn edit(
    app: &App,
    edit: &EditedSource,
    typed: Option<String>,
    output: &Output,
) -> Result<(), AppError> {
    let row = found(app, &edit.source).await?;
    let mut draft = edited(&row, edit, output)?;
    if typed.is_some() && !connections::needs_secret(&draft.sign_in) {
        return Err(secret::for_nothing(output));
    }
    draft.secret = typed;
    let was_elsewhere = app.open()?.from_elsewhere();
    let is_changed = row.draft.as_ref() != Some(&draft);
    if is_changed {
        if draft.name.trim() != row.health.name {
            connections::require_free_name(app, &draft).await?;
        }
        connections::save(app, &draft).await?;
    }
    if edit.fields.token_command.is_some() {
        // A file from elsewhere runs no program by its word alone; this one was named here.
        follow::trust(app).await?;
    }
    let is_trusted = was_elsewhere && !app.open()?.from_elsewhere();
    say_edited(draft.name.trim(), is_changed, is_trusted, output);
    let lacking = connections::lost_secret(app, &row, &draft).await;
    let not_kept = secret::not_kept(app, draft.name.trim(), draft.secret.as_deref());
    let warnings: Vec<String> =
        lacking.into_iter().chain(not_kept).map(|said| output.words().phrase(&said)).collect();
    let (name, place) = (draft.name.trim(), draft.url.trim());
    let result = json!({ "id": row.health.id, "name": name, "place": place, "changed": is_changed,
        "trusted": is_trusted });
    output.result(&result, &warnings);
    Ok(())
}

/// Says what came of an edit: other settings, a file from elsewhere that is trusted by it, or nothing.
fn say_edited(name: &str, is_changed: bool, is_trusted: bool, output: &Output) {
    let trusted = is_trusted.then_some("terminal-source-trusted");
    let edited = is_changed.then_some("terminal-source-edited");
    let unchanged = (!is_changed && !is_trusted).then_some("terminal-source-unchanged");
    for key in [trusted, edited, unchanged].into_iter().flatten() {
        output.say(&Phrase::new(key).text("name", name));
    }
}

async fn pause(app: &App, one: &OneSource, is_paused: bool, output: &Output) -> Result<(), AppError> {
    let health = found(app, one).await?.health;
    connections::pause(app, health.id, is_paused).await?;
    let key = if is_paused { "terminal-source-paused" } else { "terminal-source-resumed" };
    output.say(&Phrase::new(key).text("name", health.name.clone()));
    output.result(&json!({ "id": health.id, "name": health.name, "paused": is_paused }), &[]);
    Ok(())
}

async fn delete(app: &App, deleted: &DeletedSource, output: &Output) -> Result<(), AppError> {
    let DeletedSource { source, with_data } = deleted;
    let health = found(app, source).await?.health;
    connections::delete(app, health.id, *with_data).await?;
    let key = if *with_data { "terminal-source-deleted-data" } else { "terminal-source-deleted" };
    output.say(&Phrase::new(key).text("name", health.name.clone()));
    output.result(&json!({ "id": health.id, "name": health.name, "with_data": with_data }), &[]);
    Ok(())
}

/// Opens the workspace and returns the source that is meant.
pub(crate) async fn found(app: &App, one: &OneSource) -> Result<SourceRow, AppError> {
    workspaces::open_only(app, &one.workspace).await?;
    connections::find(app, &one.which).await
}
