//! The inventory and its dependencies in the terminal: read, imported, asked, doubted, written.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use wardroom_app::connections::{self, HealthState, SourceRow};
use wardroom_app::export::refuse_place;
use wardroom_app::jobs::JobKind;
use wardroom_app::phrase::Phrase;
use wardroom_app::topology::{
    self, DanglingItem, EdgeStateKind, EveryDoubt, MapDirection, PathStep, PathsRequest, ReachRequest,
    TopologyExport, TopologyFormat,
};
use wardroom_app::wire::Millis;
use wardroom_app::words::Words;
use wardroom_app::{App, AppError, sync, workspaces};

use crate::arguments::{
    DirectionArgument, TopologyCommand, TopologyExportArguments, TopologyFormatArgument, TopologyFrom,
    TopologyImpact, TopologyImport, TopologyPath, TopologySync,
};
use crate::commands::{as_job, in_workspace, job};
use crate::moment::moment;
use crate::output::{Output, exit_code};
use crate::rows::for_scripts;

type Answer = Result<u8, AppError>;

/// Rows of one list in the terminal; JSON has all.
const SHOWN: usize = 30;

/// Runs a command of `wardroom topology`.
pub(crate) async fn run(app: &App, command: &TopologyCommand, output: &Output) -> Answer {
    match command {
        TopologyCommand::Sync(arguments) => sync_inventories(app, arguments, output).await,
        TopologyCommand::Import(arguments) => import(app, arguments, output).await,
        TopologyCommand::Path(arguments) => path(app, arguments, output).await,
        TopologyCommand::Impact(arguments) => impact(app, arguments, output).await,
        TopologyCommand::Doubtful(from) => doubtful(app, from, output).await,
        TopologyCommand::Export(arguments) => export(app, arguments, output).await,
    }
}

/// Opens the workspace and reads the moment that is asked about; `now` is the end of the data.
async fn open(app: &App, from: &TopologyFrom, output: &Output) -> Result<Option<Millis>, AppError> {
    workspaces::open_only(app, &from.workspace).await?;
    Ok(moment(app, from.as_of.as_deref(), output).await?.map(Millis::from))
}

async fn sync_inventories(app: &App, arguments: &TopologySync, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    let open = app.open()?;
    let rows = inventories(app, arguments.source.as_ref()).await?;
    let (mut done, mut warnings) = (Vec::new(), Vec::new());
    let mut failed: Vec<AppError> = Vec::new();
    let mut partial: BTreeSet<u32> = BTreeSet::new();
    for row in &rows {
        let task = job(app, JobKind::Sync, &row.health.name);
        let read = as_job(&task, sync::run_by_number(app, &open, row.health.id, None, &task)).await;
        let outcome = match read {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => return Err(error),
            // One source that does not answer is no reason to leave the others out.
            Err(error) => {
                warnings.push(format!("{}: {}", row.health.name, output.words().error(&error)));
                done.push(
                    json!({ "source": row.health.name, "error": for_scripts(&error, output.words())? }),
                );
                failed.push(error);
                continue;
            }
        };
        output.say(
            &Phrase::new("terminal-topology-synced")
                .text("name", row.health.name.clone())
                .text("read", outcome.series.to_string())
                .text("changed", outcome.samples.to_string())
                .text("requests", outcome.requests.to_string()),
        );
        if outcome.partial {
            partial.insert(row.health.id);
        }
        done.push(json!({ "source": row.health.name, "read": outcome.series, "changed": outcome.samples,
            "requests": outcome.requests, "partial": outcome.partial }));
    }
    if failed.len() == rows.len()
        && let Some(error) = failed.pop()
    {
        if failed.is_empty() {
            return Err(error);
        }
        // Each has its own reason, and all of them are told.
        output.result(&json!({ "sources": done }), &warnings);
        return Ok(exit_code(&error));
    }
    // What waits for a decision is partial until it is decided.
    for one in topology::held_back(app).await? {
        partial.remove(&one.source);
    }
    let held = release(app, arguments, output, &mut warnings).await?;
    let edges = topology::observe(app, &open, app.now()).await?;
    output.say(&Phrase::new("terminal-topology-observed").count("n", edges));
    let was_read = |row: &SourceRow| rows.iter().any(|read| read.health.id == row.health.id);
    for row in connections::list(app).await?.iter().filter(|row| was_read(row)) {
        // What waits for a decision is told already.
        let told = row.notices.iter().filter(|notice| notice.key != "inventory-held-back");
        warnings.extend(told.map(|notice| format!("{}: {}", row.health.name, output.words().phrase(notice))));
    }
    let waiting = for_scripts(&held, output.words())?;
    output.result(&json!({ "sources": done, "observed_edges": edges, "held_back": waiting }), &warnings);
    Ok(if held.is_empty() && failed.is_empty() && partial.is_empty() { 0 } else { 5 })
}

/// Returns the inventories that are read: the named one, or all that are not paused.
pub(crate) async fn inventories(app: &App, named: Option<&String>) -> Result<Vec<SourceRow>, AppError> {
    let mut rows = connections::list(app).await?;
    // A file is read by its import; that one is named for what waits of it.
    let is_file = |row: &SourceRow| {
        row.kind == connections::INVENTORY_FILE && named.is_some_and(|name| *name == row.health.name)
    };
    if rows.iter().any(is_file) {
        return Ok(Vec::new());
    }
    rows.retain(|row| row.kind == connections::CMDB);
    let known: Vec<String> = rows.iter().map(|row| row.health.name.clone()).collect();
    rows.retain(|row| named.is_none_or(|name| *name == row.health.name));
    let paused = rows.iter().find(|r| r.health.state == HealthState::Paused).map(|r| r.health.name.clone());
    rows.retain(|row| row.health.state != HealthState::Paused);
    match (rows.is_empty(), paused, named) {
        (true, Some(name), _) => Err(AppError::new("source_paused").with("name", name)),
        (true, None, Some(_)) => Err(connections::none_called(named, &known)),
        // Without any, dependencies are read from telemetry all the same.
        (false, _, _) | (true, None, None) => Ok(rows),
    }
}

/// Decides about deletions that wait as the arguments say, those of the named source or all, and returns what still
/// waits.
async fn release(
    app: &App,
    arguments: &TopologySync,
    output: &Output,
    warnings: &mut Vec<String>,
) -> Result<Vec<topology::HeldBack>, AppError> {
    let mut held = topology::held_back(app).await?;
    if arguments.delete_missing || arguments.keep_missing {
        let is_meant =
            |one: &topology::HeldBack| arguments.source.as_ref().is_none_or(|name| *name == one.name);
        let (meant, others): (Vec<_>, Vec<_>) = held.into_iter().partition(is_meant);
        held = others;
        for one in meant {
            topology::release_held_back(app, one.source, arguments.delete_missing).await?;
            let key =
                if arguments.delete_missing { "terminal-topology-ended" } else { "terminal-topology-kept" };
            output.say(&told_of(key, &one));
        }
    }
    warnings.extend(held.iter().map(|one| output.words().phrase(&held_phrase(one))));
    Ok(held)
}

/// Says which deletions wait.
fn held_phrase(held: &topology::HeldBack) -> Phrase {
    told_of("terminal-topology-held", held)
}

fn told_of(key: &str, held: &topology::HeldBack) -> Phrase {
    Phrase::new(key)
        .text("name", held.name.clone())
        .count("n", held.entities as usize)
        .count("of", held.of_entities as usize)
        .count("dependencies", held.dependencies as usize)
}

async fn import(app: &App, arguments: &TopologyImport, output: &Output) -> Answer {
    let file = arguments.file.display().to_string();
    let preview = topology::preview(app, &file).await?;
    let mut warnings: Vec<String> = preview.problems.iter().map(|p| output.words().phrase(p)).collect();
    if arguments.preview {
        output.say(
            &Phrase::new("terminal-topology-preview")
                .text("format", preview.format.clone())
                .count("entities", preview.entities as usize)
                .count("dependencies", preview.dependencies as usize)
                .count("bad", preview.bad as usize),
        );
        for (column, field) in &preview.columns {
            output.line(&format!("  {column:<24} {}", field.as_deref().unwrap_or("–")));
        }
        output.result(&for_scripts(&preview, output.words())?, &warnings);
        return Ok(0);
    }
    let importing = topology::import_in(app, &file, arguments.name.as_deref(), output.words());
    let imported = in_workspace(app, &arguments.workspace, importing).await?;
    output.say(
        &Phrase::new("terminal-topology-imported")
            .count("fresh", imported.fresh as usize)
            .count("changed", imported.changed as usize)
            .count("same", imported.same as usize)
            .count("gone", imported.gone as usize)
            .count("bad", imported.bad as usize),
    );
    let (loops, loose): (Vec<DanglingItem>, Vec<DanglingItem>) =
        topology::loose_ends(app, imported.source).await?.into_iter().partition(|e| e.missing.is_empty());
    for (key, edges) in [("terminal-topology-loose", loose), ("terminal-topology-loops", loops)] {
        let Some(first) = edges.first() else { continue };
        let told = Phrase::new(key)
            .count("n", edges.len())
            .text("from", first.from_name.clone())
            .text("to", first.to_name.clone())
            .text("reason", output.words().phrase(&first.reason));
        warnings.push(output.words().phrase(&told));
    }
    // A file that lacks most of what it had deletes nothing until a person says so.
    let held = topology::held_back(app).await?.into_iter().find(|held| held.source == imported.source);
    warnings.extend(held.iter().map(|held| output.words().phrase(&held_phrase(held))));
    output.result(&for_scripts(&imported, output.words())?, &warnings);
    Ok(if imported.bad > 0 || held.is_some() { 5 } else { 0 })
}

async fn path(app: &App, arguments: &TopologyPath, output: &Output) -> Answer {
    let as_of = open(app, &arguments.of, output).await?;
    let request = PathsRequest {
        from: arguments.from.clone(),
        to: arguments.to.clone(),
        limit: arguments.limit,
        as_of,
    };
    let view = topology::paths(app, &request).await?;
    let told =
        |key: &str| Phrase::new(key).text("from", arguments.from.clone()).text("to", arguments.to.clone());
    if view.paths.is_empty() {
        output.say(&told("terminal-topology-no-path"));
    } else if view.reversed {
        output.say(&told("terminal-topology-path-reversed"));
    }
    for way in &view.paths {
        if way.len() == 1 {
            output.say(&told("terminal-topology-path-same"));
        } else {
            output.line(&format!("  {}", way_text(way, output.words())));
        }
    }
    output.result(&for_scripts(&view, output.words())?, &[]);
    Ok(u8::from(view.paths.is_empty()))
}

/// Writes a way: `web calls→ orders reads→ orders-db`; a question mark stands at an edge that is not sure.
fn way_text(way: &[PathStep], words: &Words) -> String {
    let mut out = String::new();
    for (place, step) in way.iter().enumerate() {
        out.push_str(&step.name);
        if place + 1 < way.len() {
            let doubt = if step.state == EdgeStateKind::Sound { "" } else { "?" };
            // Writing to a string cannot fail.
            let _ = write!(out, " {}{doubt}→ ", how_word(&step.how, words));
        }
    }
    out
}

/// Says how one thing depends on another; what the catalogue has no word for stays as the source says it.
fn how_word(how: &str, words: &Words) -> String {
    words.find(&format!("edge-how-{}", how.replace(' ', "-"))).unwrap_or_else(|| how.to_owned())
}

/// Says what kind of thing something is.
fn kind_word(kind: &str, words: &Words) -> String {
    words.find(&format!("entities-kind-{kind}")).unwrap_or_else(|| kind.to_owned())
}

async fn impact(app: &App, arguments: &TopologyImpact, output: &Output) -> Answer {
    let as_of = open(app, &arguments.of, output).await?;
    let request = ReachRequest {
        name: arguments.name.clone(),
        direction: match arguments.direction {
            DirectionArgument::Down => MapDirection::Down,
            DirectionArgument::Up => MapDirection::Up,
        },
        hops: arguments.hops,
        as_of,
    };
    let view = topology::reach(app, &request).await?;
    output.say(&view.lead);
    if !view.rows.is_empty() {
        output.say(&Phrase::new("terminal-topology-reach-key"));
    }
    for row in view.rows.iter().take(SHOWN) {
        let tier = row.tier.map_or_else(|| "–".to_owned(), |tier| tier.to_string());
        let alone = if row.single_point { "!" } else { " " };
        let doubt = if row.weakest == EdgeStateKind::Sound { " " } else { "?" };
        output.line(&format!(
            "  {:>2} {alone}{doubt} {:<28} {:<10} {tier:<2} {:<20} {}",
            row.hops,
            row.name,
            kind_word(&row.kind, output.words()),
            row.team,
            row.contact
        ));
    }
    more(view.rows.len(), output);
    output.result(&for_scripts(&view, output.words())?, &[]);
    Ok(0)
}

fn more(rows: usize, output: &Output) {
    if rows > SHOWN {
        output.say(&Phrase::new("terminal-more").count("n", rows - SHOWN));
    }
}

async fn doubtful(app: &App, from: &TopologyFrom, output: &Output) -> Answer {
    let as_of = open(app, from, output).await?;
    let view = topology::every_doubt(app, as_of).await?;
    output.say(
        &Phrase::new("terminal-topology-doubts")
            .count("duplicates", view.duplicates.len())
            .count("conflicts", view.conflicts.len())
            .count("edges", view.edges.len())
            .count("dangling", view.dangling.len())
            .count("orphans", view.orphans.len())
            .count("unowned", view.unowned.len()),
    );
    print_doubts(&view, output);
    output.result(&for_scripts(&view, output.words())?, &[]);
    Ok(0)
}

fn print_doubts(view: &EveryDoubt, output: &Output) {
    let words = output.words();
    for held in &view.held_back {
        output.say(&held_phrase(held));
    }
    print_list("terminal-topology-duplicates", &view.duplicates, output, |pair| {
        let told = pair.for_.iter().map(|e| format!("{}: {}", words.phrase(&e.phrase), e.detail));
        let why: Vec<String> = told.collect();
        format!("{:.2}  {}  ({})", pair.score, pair.names.join(" = "), why.join("; "))
    });
    print_list("terminal-topology-conflicts", &view.conflicts, output, |conflict| {
        let said = conflict.values.iter().map(|claim| format!("{}: {}", claim.name, claim.value));
        let said: Vec<String> = said.collect();
        format!("{} {}  {}", conflict.entity, conflict.field, said.join(", "))
    });
    print_list("terminal-topology-edges", &view.edges, output, |edge| {
        let why = edge.reason.as_ref().map(|p| words.phrase(p)).unwrap_or_default();
        format!("{} {}→ {}  ({why})", edge.from, how_word(&edge.how, words), edge.to)
    });
    print_list("terminal-topology-dangling", &view.dangling, output, |edge| {
        let how = how_word(&edge.how, words);
        format!("{} {how}→ {}  ({})", edge.from_name, edge.to_name, words.phrase(&edge.reason))
    });
    print_list("terminal-topology-orphans", &view.orphans, output, |thing| {
        format!("{} {}  ({})", kind_word(&thing.kind, words), thing.name, words.phrase(&thing.advice))
    });
    print_list("terminal-topology-unowned", &view.unowned, output, |thing| {
        let proposed = thing.proposed.as_ref();
        let why = proposed.map(|owner| format!("  → {}  ({})", owner.team, words.phrase(&owner.reason)));
        format!("{} {}{}", kind_word(&thing.kind, words), thing.name, why.unwrap_or_default())
    });
}

/// Prints the first rows of a list under its name, and how many more there are.
fn print_list<T>(heading: &str, rows: &[T], output: &Output, line: impl Fn(&T) -> String) {
    if rows.is_empty() {
        return;
    }
    output.line("");
    output.line(&output.words().word(heading));
    for row in rows.iter().take(SHOWN) {
        output.line(&format!("  {}", line(row)));
    }
    more(rows.len(), output);
}

async fn export(app: &App, arguments: &TopologyExportArguments, output: &Output) -> Answer {
    if let Some(path) = &arguments.out {
        refuse_place(path, arguments.force)?;
    }
    let as_of = open(app, &arguments.of, output).await?;
    let format = match arguments.format {
        TopologyFormatArgument::Json => TopologyFormat::Json,
        TopologyFormatArgument::Dot => TopologyFormat::Dot,
        TopologyFormatArgument::Graphml => TopologyFormat::Graphml,
        TopologyFormatArgument::Cypher => TopologyFormat::Cypher,
    };
    let Some(path) = &arguments.out else {
        let text = topology::export_text(app, format, as_of).await?;
        // The text is the answer, for scripts as well.
        output.to_stream().print(text.trim_end());
        return Ok(0);
    };
    let path = topology::export(app, &TopologyExport { path: name(path), format, as_of, map: None }).await?;
    output.line(&path);
    output.result(&json!({ "path": path }), &[]);
    Ok(0)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
