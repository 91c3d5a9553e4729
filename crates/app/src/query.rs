//! PromQL over the stored samples of the open workspace: read by matchers and time, answered without the server.

mod history;
mod live;
mod problems;
mod read;
mod rows;
mod running;
mod source;
mod step;
#[cfg(test)]
mod tests;

use std::sync::atomic::Ordering;
use std::time::Instant;

use wardroom_analysis::promql::{self, Answer, Dialect, Expected, Options, ParseErrorKind, Times, print};
use wardroom_core::{Samples, SeriesKey, Timestamp};

use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::{Phrase, PhraseValue};
use crate::series::filter_of;
use crate::wire::Millis;

pub use history::{AskedQuery, asked_queries, remember_query};
pub use rows::{QueryBy, QueryRequest, QuerySeries, QueryTimes, QueryView};
pub(crate) use running::Queries;
pub use step::parse_step;

use running::Running;

/// Steps of a range that are answered: the server's own limit.
const MOST_STEPS: i64 = 11_000;

/// Answers an expression from the stored samples of one source, as a Prometheus of that source's major version would,
/// or lets the server of a source answer it.
///
/// The answer from stored samples is about what is stored: what a sync did not bring is not there, and neither are the
/// staleness markers that the query API keeps to itself.
///
/// # Errors
///
/// `no_workspace`; `query_…` for an expression that cannot be read, is not answered or has no answer, each with what
/// and where; `query_sources` where several sources have what is asked for; `too_many_steps`; `cancelled`; store
/// failures. Of a server `query_live_…` where none may be asked, and `source_…` with its own words.
pub async fn query(app: &App, request: &QueryRequest) -> Result<QueryView, AppError> {
    query_as_of(app, request, None).await
}

/// Answers an expression from the stored samples that were known at a moment; `None` for what is known now.
///
/// # Errors
///
/// As for [`query`]; `query_live_as_of` where a server is to answer, which knows the present only.
pub async fn query_as_of(
    app: &App,
    request: &QueryRequest,
    as_of: Option<Timestamp>,
) -> Result<QueryView, AppError> {
    let open = app.open()?;
    let _open = open.keep_open().await;
    let running = open.queries.begin();
    require_few_steps(request.times)?;
    match (request.by, as_of) {
        (QueryBy::Stored, _) => from_stored(&open, request, as_of, &running).await,
        (QueryBy::Server, None) => live::ask(app, &open, request, &running).await,
        (QueryBy::Server, Some(_)) => Err(AppError::new("query_live_as_of")),
    }
}

/// Refuses a selector that no server can read, before one is asked for it again and again. A function or a pattern that is
/// not known here is left for the server to judge.
///
/// # Errors
///
/// `selector`, or `query_…` with what is wrong in an expression; both with the column.
pub(crate) fn require_selector(text: &str) -> Result<(), AppError> {
    let Err(error) = promql::parse(text) else { return Ok(()) };
    if !matches!(error.kind, ParseErrorKind::Syntax { .. } | ParseErrorKind::Ends { .. }) {
        return Ok(());
    }
    filter_of(text)?;
    Err(problems::of_reading(error))
}

/// Refuses an expression that leaves something open or closes what it has not opened: beside others in one request it
/// would take their text for its own. What else is wrong is left for the server, which may know more than PromQL.
///
/// # Errors
///
/// `query_…` with the column.
pub(crate) fn require_expression(text: &str) -> Result<(), AppError> {
    let Err(error) = promql::parse(text) else { return Ok(()) };
    let is_open = matches!(error.kind, ParseErrorKind::Ends { .. });
    let is_closed =
        matches!(&error.kind, ParseErrorKind::Syntax { found, expected: Expected::Operator } if found == ")");
    if is_open || is_closed { Err(problems::of_reading(error)) } else { Ok(()) }
}

async fn from_stored(
    open: &Open,
    request: &QueryRequest,
    as_of: Option<Timestamp>,
    running: &Running,
) -> Result<QueryView, AppError> {
    let begun = Instant::now();
    let expression = promql::parse(&request.expression).map_err(problems::of_reading)?;
    // Which series are meant does not depend on the version; how far back a window reaches may.
    let needed = promql::needed_selectors(&expression, &options(request.times, Dialect::Three));
    let found = read::find(open, &needed, as_of).await?;
    let sources = open.workspace.sources().await?;
    let chosen = source::choose(&sources, &found.by_selector(), request.source.as_deref())?;
    let rules = source::rules(open, chosen).await?;
    let options = options(request.times, rules.dialect);
    let needed = promql::needed_selectors(&expression, &options);
    let is_chosen = |row: &wardroom_store::SeriesRow| chosen.is_some_and(|source| source.id == row.source);
    let data = read::read(open, &found, &needed, is_chosen, running).await?;
    let (series, samples) = (data.len(), data.iter().map(|(_, samples)| samples.len()).sum());
    let flag = running.flag();
    let work = move || promql::evaluate(&expression, &data, &options, &|| flag.load(Ordering::Relaxed));
    let answer = tokio::task::spawn_blocking(work).await.map_err(|e| AppError::internal(&e))?;
    let answer = answer.map_err(problems::of_answering)?;
    let name = chosen.map(|source| source.name.clone());
    let (result_type, rows) = in_words(answer);
    Ok(QueryView {
        result_type: result_type.to_owned(),
        series: rows,
        proof: rules.proof(name.as_deref(), samples, series),
        notices: as_of.map(known_at).into_iter().collect(),
        assumed: samples > 0 && rules.are_assumed(),
        major: rules.major(),
        source: name.filter(|_| samples > 0),
        samples: u32::try_from(samples).unwrap_or(u32::MAX),
        took_ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
    })
}

/// Says of which moment an answer is, and what in it is not.
fn known_at(moment: Timestamp) -> Phrase {
    Phrase::new("query-as-of").with("date", PhraseValue::Date(moment.into()))
}

/// Ends every expression that is being answered in the open workspace; each of them fails with `cancelled`.
pub fn cancel(app: &App) {
    if let Some(open) = app.open_or_none() {
        open.queries.end_all();
    }
}

fn require_few_steps(times: QueryTimes) -> Result<(), AppError> {
    let QueryTimes::Over { from, to, step } = times else { return Ok(()) };
    // The evaluation says what is wrong with a step that leads nowhere.
    if step.0 <= 0 {
        return Ok(());
    }
    let steps = to.0.saturating_sub(from.0) / step.0;
    if steps > MOST_STEPS { Err(AppError::new("too_many_steps").with("steps", steps)) } else { Ok(()) }
}

fn options(times: QueryTimes, dialect: Dialect) -> Options {
    let times = match times {
        QueryTimes::At { at } => Times::At(at.into()),
        QueryTimes::Over { from, to, step } => {
            Times::Range { start: from.into(), end: to.into(), step_ms: step.0 }
        }
    };
    Options { times, lookback_ms: promql::LOOKBACK_MS, dialect }
}

/// Writes an answer as the query API does: what it is, and its series with printed values.
fn in_words(answer: Answer) -> (&'static str, Vec<QuerySeries>) {
    let only = |at: Timestamp, value: String| {
        vec![QuerySeries { labels: Vec::new(), times: vec![at.into()], values: vec![value] }]
    };
    match answer {
        // A lone number comes without an exponent, unlike the values of series.
        Answer::Scalar(at, value) => ("scalar", only(at, print::plain(value))),
        Answer::Text(at, text) => ("string", only(at, text)),
        Answer::Vector(at, rows) => {
            let row = |(key, value): (SeriesKey, f64)| QuerySeries {
                labels: labels(&key),
                times: vec![at.into()],
                values: vec![print::value(value)],
            };
            ("vector", rows.into_iter().map(row).collect())
        }
        Answer::Matrix(rows) => ("matrix", rows.iter().map(|(key, samples)| series(key, samples)).collect()),
    }
}

fn series(key: &SeriesKey, samples: &Samples) -> QuerySeries {
    QuerySeries {
        labels: labels(key),
        times: samples.times().iter().copied().map(Millis).collect(),
        values: samples.values().iter().copied().map(print::value).collect(),
    }
}

fn labels(key: &SeriesKey) -> Vec<(String, String)> {
    let name = (!key.metric.is_empty()).then_some(("__name__", key.metric.as_str()));
    let mut pairs: Vec<(&str, &str)> = name.into_iter().chain(key.labels.iter()).collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
