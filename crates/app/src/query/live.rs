//! The same expression asked of the server itself: what it answers, in its own digits, and nothing is stored.

use std::sync::Arc;
use std::time::Instant;

use wardroom_connectors::source::{EvaluatedRow, Evaluation, MetricSource, Moments, SourceVersion};
use wardroom_core::Timestamp;
use wardroom_store::SourceRow;

use super::rows::{QueryRequest, QuerySeries, QueryTimes, QueryView};
use super::running::Running;
use super::source;
use crate::connections;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};
use crate::sync;
use crate::wire::Millis;

/// Lets the server of a source answer.
///
/// # Errors
///
/// `query_live_…` where there is no server that may be asked; `source_…` with the server's own words; `cancelled`.
pub(super) async fn ask(
    app: &App,
    open: &Open,
    request: &QueryRequest,
    running: &Running,
) -> Result<QueryView, AppError> {
    let begun = Instant::now();
    open.refuse_in_drill()?;
    let moments = moments(request.times)?;
    let sources = open.workspace.sources().await?;
    let server = choose(&sources, request.source.as_deref())?;
    require_askable(open, server)?;
    let work = async {
        let connected = connections::connect(app, open, server).await?;
        let told = sync::known_version(open, server.id, &connected, app.now()).await?;
        let evaluation = evaluate(&connected, &request.expression, moments, server).await?;
        Ok((told, evaluation))
    };
    let (told, evaluation) = running.unless_ended(work).await?;
    let major = told.as_ref().and_then(source::major_of);
    Ok(QueryView {
        result_type: evaluation.kind.as_str().to_owned(),
        samples: u32::try_from(evaluation.rows.iter().map(|row| row.values.len()).sum::<usize>())
            .unwrap_or(u32::MAX),
        proof: proof(server, told.as_ref(), app.now()),
        notices: evaluation.notices.iter().map(connections::notice_phrase).collect(),
        series: evaluation.rows.into_iter().map(series).collect(),
        assumed: major.is_none(),
        major: major.unwrap_or(source::NEWEST_MAJOR),
        source: Some(server.name.clone()),
        took_ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
    })
}

async fn evaluate(
    connected: &Arc<dyn MetricSource>,
    expression: &str,
    moments: Moments,
    server: &SourceRow,
) -> Result<Evaluation, AppError> {
    let Some(asked) = connected.evaluate(expression, moments) else { return Err(no_server(server)) };
    Ok(asked.await?)
}

fn moments(times: QueryTimes) -> Result<Moments, AppError> {
    match times {
        QueryTimes::At { at } => Ok(Moments::At(at.into())),
        QueryTimes::Over { from, to, step } if step.0 > 0 && from.0 <= to.0 => {
            Ok(Moments::Steps { first: from.into(), last: to.into(), step_ms: step.0 })
        }
        QueryTimes::Over { .. } => Err(AppError::new("query_no_steps")),
    }
}

/// Chooses the server: of the named source, or of the only one that has one.
fn choose<'a>(sources: &'a [SourceRow], named: Option<&str>) -> Result<&'a SourceRow, AppError> {
    let meant: Vec<&SourceRow> = sources
        .iter()
        .filter(|s| !s.deleted && source::has_samples(&s.kind) && named.is_none_or(|name| s.name == name))
        .collect();
    if let Some(name) = named.filter(|_| meant.is_empty()) {
        return Err(AppError::new("query_no_source").with("name", name));
    }
    let servers: Vec<&SourceRow> =
        meant.iter().copied().filter(|s| s.kind == connections::PROMETHEUS).collect();
    match (servers.as_slice(), meant.first()) {
        ([only], _) => Ok(only),
        ([], Some(first)) => Err(no_server(first)),
        ([], None) => Err(AppError::new("query_live_nobody")),
        (several, _) => {
            let names: Vec<&str> = several.iter().map(|s| s.name.as_str()).collect();
            Err(AppError::new("query_live_sources").with("names", names.join(", ")))
        }
    }
}

/// Says why a source cannot be asked: nobody answers for a file or for a simulated world.
fn no_server(source: &SourceRow) -> AppError {
    let code = if source.kind == connections::SIMULATED { "query_live_simulated" } else { "query_live_file" };
    AppError::new(code).with("name", &source.name)
}

fn require_askable(open: &Open, server: &SourceRow) -> Result<(), AppError> {
    // A file from elsewhere may name any server; nobody is asked by its word alone.
    if open.from_elsewhere() {
        return Err(AppError::new("query_live_elsewhere").with("name", &server.name));
    }
    if server.paused {
        return Err(AppError::new("source_paused").with("name", &server.name));
    }
    Ok(())
}

/// Says who answered, as which version, and when.
fn proof(server: &SourceRow, told: Option<&SourceVersion>, at: Timestamp) -> Phrase {
    let place = connections::server_of(server).unwrap_or_default();
    let phrase = match told.filter(|told| !told.product.is_empty()) {
        Some(told) => {
            let said = format!("{} {}", told.product, told.version);
            Phrase::new("query-proof-live").text("told", said.trim_end())
        }
        None => Phrase::new("query-proof-live-unnamed"),
    };
    phrase.text("source", &server.name).text("server", place).with("at", PhraseValue::Date(at.into()))
}

fn series(row: EvaluatedRow) -> QuerySeries {
    QuerySeries {
        labels: row.labels.into_iter().collect(),
        times: row.times.into_iter().map(Millis::from).collect(),
        values: row.values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::tests::{at, fill, over, sentence, source, workspace};
    use crate::query::{QueryBy, query};
    use crate::workspaces;

    fn live(request: QueryRequest) -> QueryRequest {
        QueryRequest { by: QueryBy::Server, ..request }
    }

    fn named(name: &str) -> QueryRequest {
        QueryRequest { source: Some(name.to_owned()), ..live(at("load", 1)) }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_cannot_be_asked_is_refused_with_the_reason() {
        let home = tempfile::tempdir().unwrap();
        let (app, open) = workspace(home.path()).await;
        let nobody = query(&app, &live(at("load", 1))).await.unwrap_err();
        let file = source(&open, "table", connections::FILE).await;
        fill(&open, file, "load", &[], &[(0, 1.0)]).await;
        source(&open, "world", connections::SIMULATED).await;
        let said = async |request: QueryRequest| sentence(&query(&app, &request).await.unwrap_err());

        assert_eq!(nobody.code, "query_live_nobody");
        assert!(said(named("table")).await.starts_with("table is a file: "));
        assert!(said(named("world")).await.starts_with("world is simulated: "));
        assert_eq!(said(named("nobody")).await, "There is no source of metrics called nobody.");
        assert!(said(live(at("load", 1))).await.starts_with("table is a file: "));
        for name in ["one", "two"] {
            source(&open, name, connections::PROMETHEUS).await;
        }
        assert_eq!(said(live(at("load", 1))).await, "Several servers could be asked: one, two. Name one.");
        let mut paused =
            open.workspace.sources().await.unwrap().into_iter().find(|s| s.name == "two").unwrap();
        paused.paused = true;
        open.workspace.update_source(&paused).await.unwrap();
        assert_eq!(said(named("two")).await, "two is paused. Resume it first.");
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_from_elsewhere_sends_nothing_by_its_word_alone() {
        let home = tempfile::tempdir().unwrap();
        let (app, open) = workspace(home.path()).await;
        source(&open, "prom", connections::PROMETHEUS).await;
        let copied = crate::context::Open::new(open.workspace.clone(), true, false);
        let row = open.workspace.sources().await.unwrap().remove(0);

        let error = require_askable(&copied, &row).unwrap_err();

        assert!(
            sentence(&error).starts_with("This workspace comes from another machine or place"),
            "{error}"
        );
        assert!(require_askable(&open, &row).is_ok());
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn steps_that_lead_nowhere_are_refused_before_anybody_is_asked() {
        let home = tempfile::tempdir().unwrap();
        let (app, _open) = workspace(home.path()).await;

        let backwards = query(&app, &live(over("load", 1, 0, 1))).await.unwrap_err();
        let more = query(&app, &live(over("load", 0, 11_001, 1))).await.unwrap_err();

        assert_eq!((backwards.code.as_str(), more.code.as_str()), ("query_no_steps", "too_many_steps"));
        workspaces::close(&app).await;
    }
}
