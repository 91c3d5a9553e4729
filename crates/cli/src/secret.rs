//! Passwords and tokens in the terminal: asked for, or read from standard input.

use std::io::{IsTerminal, Read};
use std::path::Path;

use wardroom_app::connections::{self, SourceRow};
use wardroom_app::phrase::Phrase;
use wardroom_app::workspaces::{self, KeychainState};
use wardroom_app::{App, AppError};

use crate::arguments::{Command, Connect, EditedSource, TopologyCommand};
use crate::commands::sources_to_sync;
use crate::output::Output;
use crate::source;
use crate::topology::inventories;

/// Longest secret that is read: tokens are a few kilobytes at most.
const LONGEST: u64 = 64 * 1024;

/// A command that asks stored sources, and what it says about their secrets.
struct Wanted<'a> {
    workspace: &'a Path,
    source: Option<&'a String>,
    from_stdin: bool,
    of: Asked,
}

/// Which of the sources a command asks.
enum Asked {
    All,
    Inventories,
    Server,
}

/// Reads the password or token that the arguments of `connect` call for; `None` when they call for none.
pub(crate) fn of_connection(arguments: &Connect, output: &Output) -> Result<Option<String>, AppError> {
    let fields = &arguments.fields;
    if !fields.names_secret() {
        return if fields.secret_stdin { Err(for_nothing(output)) } else { Ok(None) };
    }
    let secret =
        if fields.secret_stdin { from_stdin() } else { ask(&output.words().word("terminal-secret")) };
    secret.map(Some)
}

/// Refuses a secret on standard input where nothing takes one.
pub(crate) fn for_nothing(output: &Output) -> AppError {
    refused(output, &Phrase::new("terminal-secret-for-nothing"))
}

/// Reads the secret of a connection that is edited: where a way of signing in is named, or where the connection moves to a
/// place that the stored secret was not given for. `None` where the stored one stays.
pub(crate) async fn of_edited(
    app: &App,
    edit: &EditedSource,
    output: &Output,
) -> Result<Option<String>, AppError> {
    if edit.fields.secret_stdin {
        return from_stdin().map(Some);
    }
    let row = source::found(app, &edit.source).await?;
    let draft = source::edited(&row, edit, output)?;
    let named = edit.fields.names_secret();
    // A script that moves a connection is told what is missing, and goes on.
    let moved = connections::needs_other_secret(&row, &draft) && std::io::stdin().is_terminal();
    if !named && !moved {
        return Ok(None);
    }
    // Ctrl-C at a prompt ends the program at once, so the file is not open meanwhile.
    workspaces::close(app).await;
    let prompt = Phrase::new("terminal-secret-of").text("name", draft.name).text("place", draft.url);
    ask(&output.words().phrase(&prompt)).map(Some)
}

/// Says that a secret ends with this command; `None` where a keychain keeps it, or where there is none.
pub(crate) fn not_kept(app: &App, name: &str, secret: Option<&str>) -> Option<Phrase> {
    secret?;
    match app.secrets().state() {
        KeychainState::System => None,
        KeychainState::Memory => Some(Phrase::new("terminal-secret-not-kept").text("name", name)),
    }
}

/// Gives the sources that a command asks the secrets that this machine does not keep: read from standard input where the
/// command line says so, asked for where somebody sits at a terminal. Elsewhere the reading says what is missing.
pub(crate) async fn give(app: &App, command: &Command, output: &Output) -> Result<(), AppError> {
    let Some(wanted) = wanted(command) else { return Ok(()) };
    if !wanted.from_stdin && !std::io::stdin().is_terminal() {
        return Ok(());
    }
    workspaces::open_only(app, wanted.workspace).await?;
    if !app.open()?.workspace.mode().is_writable() {
        return Ok(());
    }
    let rows = sources(app, &wanted).await?;
    if wanted.from_stdin {
        return give_from_stdin(app, &rows, output).await;
    }
    let mut lacking = Vec::new();
    for row in rows {
        if connections::lacks_secret(app, &row).await {
            lacking.push(row);
        }
    }
    if lacking.is_empty() {
        return Ok(());
    }
    // Ctrl-C at a prompt ends the program at once, so the file is not open meanwhile.
    workspaces::close(app).await;
    let mut typed = Vec::new();
    for row in lacking {
        let prompt = Phrase::new("terminal-secret-of")
            .text("name", row.health.name.clone())
            .text("place", row.place.clone());
        typed.push((ask(&output.words().phrase(&prompt))?, row));
    }
    workspaces::open_only(app, wanted.workspace).await?;
    for (secret, row) in typed {
        keep(app, &row, secret).await?;
    }
    Ok(())
}

fn wanted(command: &Command) -> Option<Wanted<'_>> {
    let (workspace, source, from_stdin, of) = if let Command::Sync(sync) = command {
        (&sync.workspace, &sync.source, sync.secret_stdin, Asked::All)
    } else if let Command::Topology(topology) = command
        && let TopologyCommand::Sync(sync) = &**topology
    {
        (&sync.workspace, &sync.source, sync.secret_stdin, Asked::Inventories)
    } else if let Command::Query(query) = command
        && query.live
    {
        (&query.workspace, &query.source, query.secret_stdin, Asked::Server)
    } else {
        return None;
    };
    Some(Wanted { workspace, source: source.as_ref(), from_stdin, of })
}

async fn sources(app: &App, wanted: &Wanted<'_>) -> Result<Vec<SourceRow>, AppError> {
    match wanted.of {
        Asked::All => sources_to_sync(app, wanted.source).await,
        Asked::Inventories => inventories(app, wanted.source).await,
        Asked::Server => {
            let mut rows = connections::list(app).await?;
            rows.retain(|row| {
                row.kind == connections::PROMETHEUS
                    && wanted.source.is_none_or(|name| *name == row.health.name)
            });
            // Which of several is meant, and that a file from elsewhere is not trusted, is told by the query.
            let is_asked = workspaces::workspace(app).await?.is_some_and(|w| !w.from_elsewhere);
            rows.truncate(usize::from(is_asked && rows.len() == 1));
            Ok(rows)
        }
    }
}

/// Reads one secret and gives it to the one source that takes one: it never reaches a source that it may not be for.
async fn give_from_stdin(app: &App, rows: &[SourceRow], output: &Output) -> Result<(), AppError> {
    let taking: Vec<&SourceRow> = rows.iter().filter(|row| connections::takes_secret(row)).collect();
    match taking.as_slice() {
        [] => Ok(()),
        [row] => keep(app, row, from_stdin()?).await,
        several => {
            let names: Vec<&str> = several.iter().map(|row| row.health.name.as_str()).collect();
            Err(refused(output, &Phrase::new("terminal-secret-several").text("names", names.join(", "))))
        }
    }
}

async fn keep(app: &App, row: &SourceRow, secret: String) -> Result<(), AppError> {
    let Some(mut draft) = row.draft.clone() else { return Ok(()) };
    draft.secret = Some(secret);
    connections::save(app, &draft).await.map(|_| ())
}

/// Reads one secret from standard input; the line end is not part of it.
fn from_stdin() -> Result<String, AppError> {
    let mut text = String::new();
    std::io::stdin().take(LONGEST).read_to_string(&mut text).map_err(|_| AppError::new("secret_input"))?;
    let secret = text.trim_end_matches(['\r', '\n']).to_owned();
    if secret.is_empty() { Err(AppError::new("secret_input")) } else { Ok(secret) }
}

fn ask(prompt: &str) -> Result<String, AppError> {
    if !std::io::stdin().is_terminal() {
        return Err(AppError::new("secret_input"));
    }
    rpassword::prompt_password(prompt).map_err(|_| AppError::new("secret_input"))
}

fn refused(output: &Output, phrase: &Phrase) -> AppError {
    AppError::new("usage").with("detail", output.words().phrase(phrase))
}
