//! `connect`: test a Prometheus, a cluster with log lines or a CMDB, choose what to bring, save the source.

use serde_json::json;
use wardroom_app::connections::{self, ConnectionDraft, ConnectionKind, LogProbeRow, ProbeRow, ScopeRow};
use wardroom_app::phrase::Phrase;
use wardroom_app::topology::InventoryProbeItem;
use wardroom_app::wire::Millis;
use wardroom_app::{App, AppError};
use wardroom_core::{TimeRange, Unit};

use crate::arguments::{Connect, ConnectKind};
use crate::commands::in_workspace;
use crate::fields;
use crate::output::Output;
use crate::rows::for_scripts;
use crate::secret;

/// Runs `connect`.
pub(crate) async fn run(
    app: &App,
    arguments: &Connect,
    typed: Option<String>,
    output: &Output,
) -> Result<u8, AppError> {
    let mut draft = draft(arguments, typed, output)?;
    if arguments.fields.every.is_none() {
        draft.follow_every = Millis(i64::from(app.settings().follow_s) * 1000);
    }
    let probe = connections::probe(app, &draft).await?;
    print_probe(&probe, output);
    let mut warnings: Vec<String> = probe.missing.iter().map(|m| output.words().phrase(&m.lost)).collect();
    if let Some(logs) = &probe.logs {
        warnings.extend(logs.conflicts.iter().map(|p| output.words().phrase(p)));
    }
    if let Some(inventory) = &probe.inventory {
        let told = inventory.not_understood.iter().chain(&inventory.notices);
        warnings.extend(told.map(|p| output.words().phrase(p)));
    }
    let proposals = if arguments.suggest { propose(app, &mut draft, output).await? } else { Vec::new() };
    if arguments.test {
        let probe = for_scripts(&probe, output.words())?;
        output.result(&json!({ "probe": probe, "proposals": proposals }), &warnings);
        return Ok(0);
    }
    let saving = async {
        connections::require_free_name(app, &draft).await?;
        connections::save(app, &draft).await
    };
    let id = in_workspace(app, &arguments.workspace, saving).await?;
    output.say(&connections::connected(&draft, id));
    let not_kept = secret::not_kept(app, &draft.name, draft.secret.as_deref());
    warnings.extend(not_kept.map(|said| output.words().phrase(&said)));
    let probe = for_scripts(&probe, output.words())?;
    let result =
        json!({ "source": id, "probe": probe, "selectors": draft.selectors, "proposals": proposals });
    output.result(&result, &warnings);
    Ok(0)
}

fn draft(arguments: &Connect, secret: Option<String>, output: &Output) -> Result<ConnectionDraft, AppError> {
    let mut draft = connections::empty_draft();
    draft.kind = match arguments.kind {
        ConnectKind::Prometheus => ConnectionKind::Prometheus,
        ConnectKind::Elasticsearch => ConnectionKind::Elasticsearch,
        ConnectKind::Cmdb => ConnectionKind::Cmdb,
    };
    draft.secret = secret;
    draft.url.clone_from(&arguments.url);
    draft.name = arguments.name.clone().unwrap_or_else(|| host(&arguments.url));
    fields::take(&mut draft, &arguments.fields, output)?;
    Ok(draft)
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':', '?']).next().unwrap_or(rest).to_owned()
}

/// Prints what is worth watching with its cost, takes what is proposed into the draft, and returns all of it for `--json`.
async fn propose(
    app: &App,
    draft: &mut ConnectionDraft,
    output: &Output,
) -> Result<Vec<serde_json::Value>, AppError> {
    let now = app.now();
    let week = TimeRange::new(now.plus_millis(-7 * 86_400_000), now).map_err(|e| AppError::internal(&e))?;
    let rows = connections::suggest(app, draft, week).await?;
    for row in &rows {
        print_proposal(row, output);
    }
    let taken = || rows.iter().filter(|row| row.proposed);
    let sum = |of: fn(&ScopeRow) -> f64| taken().map(of).sum::<f64>();
    if taken().next().is_some() {
        let requests = taken().map(|row| row.requests).fold(0, u32::saturating_add);
        output.say(&cost("terminal-scope-total", sum(|row| row.series), sum(|row| row.bytes), requests));
    }
    draft.selectors.extend(taken().flat_map(|row| row.selectors.clone()));
    draft.selectors.sort();
    draft.selectors.dedup();
    Ok(rows.iter().map(|row| proposal_json(row, output)).collect())
}

/// Prints one proposal: what it is, what it costs for a week, and what to take instead of a label that runs away.
fn print_proposal(row: &ScopeRow, output: &Output) {
    let words = output.words();
    let mark = if row.proposed { "✓" } else { " " };
    let cost = words.phrase(&cost("terminal-scope-cost", row.series, row.bytes, row.requests));
    let (title, why) = (words.phrase(&row.title), words.phrase(&row.why));
    output.line(&format!("  {mark} {title:<24} {cost}  {why}"));
    if let Some(runaway) = &row.runaway {
        output.line(&format!("      {}", words.phrase(runaway)));
    }
    if let Some(instead) = &row.instead {
        let said = Phrase::new("terminal-scope-instead")
            .text("series", format!("{:.0}", row.instead_series.unwrap_or(1.0)))
            .text("expression", format!("{}={}", instead.name, instead.expression));
        output.line(&format!("      {}", words.phrase(&said)));
    }
}

fn cost(key: &str, series: f64, bytes: f64, requests: u32) -> Phrase {
    Phrase::new(key)
        .text("series", format!("{series:.0}"))
        .number("bytes", bytes, Unit::Bytes)
        .count("requests", requests as usize)
}

fn proposal_json(row: &ScopeRow, output: &Output) -> serde_json::Value {
    json!({
        "key": row.key,
        "title": output.words().phrase(&row.title),
        "why": output.words().phrase(&row.why),
        "selectors": row.selectors,
        "series": row.series,
        "samples": row.samples,
        "bytes": row.bytes,
        "requests": row.requests,
        "proposed": row.proposed,
        "runaway": row.runaway.as_ref().map(|phrase| output.words().phrase(phrase)),
        "instead": row.instead,
    })
}

fn print_probe(probe: &ProbeRow, output: &Output) {
    if let Some(logs) = &probe.logs {
        return print_cluster(probe, logs, output);
    }
    if let Some(inventory) = &probe.inventory {
        return print_inventory(probe, inventory, output);
    }
    // Not every product tells its version.
    let product = format!("{} {}", probe.product, probe.version);
    let mut phrase = Phrase::new("terminal-probe")
        .text("product", product.trim_end())
        .span("took", probe.took.0)
        .count("requests", probe.requests as usize);
    phrase = phrase.text("series", probe.series.map_or_else(|| "?".to_owned(), |n| format!("{n:.0}")));
    output.say(&phrase);
    print_period(probe, output);
}

/// Prints what a cluster answered: who it is, what can be read, and how its lines are understood.
fn print_cluster(probe: &ProbeRow, logs: &LogProbeRow, output: &Output) {
    output.say(
        &Phrase::new("terminal-probe-cluster")
            .text("product", logs.product.clone())
            .text("version", logs.version.clone())
            .count("requests", probe.requests as usize)
            .span("took", probe.took.0),
    );
    print_period(probe, output);
    for index in logs.indices.iter().take(20) {
        let documents = index.documents.map_or_else(|| "?".to_owned(), |n| format!("{n:.0}"));
        output.line(&format!("  {documents:>12}  {}", index.name));
    }
    if logs.indices.len() > 20 {
        output.say(&Phrase::new("terminal-more").count("n", logs.indices.len() - 20));
    }
    let m = &logs.mapping;
    let parts = [
        ("time", &m.time),
        ("message", &m.message),
        ("level", &m.level),
        ("service", &m.service),
        ("host", &m.host),
        ("dataset", &m.dataset),
    ];
    let named = parts.into_iter().map(|(part, field)| format!("{part}={}", field.as_deref().unwrap_or("–")));
    output.say(
        &Phrase::new("terminal-probe-mapping")
            .text("schema", logs.schema.clone())
            .text("fields", named.collect::<Vec<_>>().join(", ")),
    );
    for line in &logs.sample {
        let at = output.words().date(line.at.into());
        output.line(&format!("  {at}  {} {}", line.service, line.message));
    }
}

/// Prints what an inventory answered: who it is, how much it holds, and how the first page is understood.
fn print_inventory(probe: &ProbeRow, inventory: &InventoryProbeItem, output: &Output) {
    output.say(
        &Phrase::new("terminal-probe-cluster")
            .text("product", inventory.product.clone())
            .text("version", inventory.version.clone())
            .count("requests", probe.requests as usize)
            .span("took", probe.took.0),
    );
    print_period(probe, output);
    for (class, items) in &inventory.counts {
        output.line(&format!("  {:>12}  {class}", items.map_or_else(|| "?".to_owned(), |n| n.to_string())));
    }
    for entity in inventory.entities.iter().take(10) {
        output.line(&format!("  {:<10} {:<28} {}", entity.kind, entity.name, entity.team));
    }
    for edge in inventory.dependencies.iter().take(10) {
        output.line(&format!("  {} {}→ {}", edge.from, edge.how, edge.to));
    }
}

/// Prints from when to when there is data, and how far off the clock is.
fn print_period(probe: &ProbeRow, output: &Output) {
    if let (Some(oldest), Some(newest)) = (probe.oldest, probe.newest) {
        let date = |at| wardroom_app::phrase::PhraseValue::Date(at);
        output.say(
            &Phrase::new("terminal-probe-data").with("oldest", date(oldest)).with("newest", date(newest)),
        );
    }
    if let Some(offset) = probe.clock_offset.filter(|o| o.0.abs() > 5000) {
        output.say(&Phrase::new("terminal-probe-clock").span("offset", offset.0.abs()));
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use wardroom_app::connections::ExpressionRow;

    use super::*;
    use crate::arguments::Arguments;

    #[test]
    fn a_proposal_is_told_with_its_cost_and_what_to_take_instead() {
        let output = Output::new(&Arguments::parse_from(["wardroom", "--language", "en", "open", "x"]));
        let instead = ExpressionRow { name: "hits".to_owned(), expression: "sum(hits_total)".to_owned() };
        let row = ScopeRow {
            key: "targets".to_owned(),
            title: Phrase::new("scope-targets"),
            why: Phrase::new("why-targets").count("n", 3),
            selectors: vec!["up".to_owned()],
            series: 3.0,
            samples: 120_960.0,
            bytes: 181_440.0,
            requests: 1,
            proposed: true,
            runaway: None,
            instead: Some(instead),
            instead_series: Some(1.0),
        };

        let told = cost("terminal-scope-cost", row.series, row.bytes, row.requests);
        let json = proposal_json(&row, &output);

        assert_eq!(output.words().phrase(&told), "3 series, 177 KiB and one request for seven days");
        assert_eq!(json["why"], output.words().phrase(&row.why));
        assert_eq!(json["instead"]["expression"], "sum(hits_total)");
    }
}
