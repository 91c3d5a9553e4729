//! The exact requests behind numbers, as curl commands without their secrets: what is said can be asked at its source.

use std::collections::BTreeMap;

use wardroom_connectors::prometheus::Prometheus;
use wardroom_connectors::secret::{Secret, SecretBinding};
use wardroom_connectors::source::{MetricSource, ReadMode, ReadRequest};
use wardroom_core::{SeriesKey, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId, SourceId, SourceRow as StoredSource};

use super::draft::{draft_of, needs_secret, parse_config};
use super::live::{self, Outside};
use super::{PROMETHEUS, is_of_files, scope_of, stored};
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::now::FindingRow;
use crate::query::{QueryRequest, QueryTimes};

/// What is shown of the time before a finding, to see what it departs from.
const BEFORE_MS: i64 = 3_600_000;

/// Returns the exact request that brings a series' samples from its source, as curl, without its secret.
///
/// # Errors
///
/// `no_such_series`; `not_a_live_source` for a file; `nothing_was_asked` for the simulator.
pub async fn explain_request(app: &App, series: u32, range: TimeRange) -> Result<String, AppError> {
    let open = app.open()?;
    let filter = SeriesFilter { ids: Some(vec![SeriesId(i64::from(series))]), ..SeriesFilter::default() };
    let rows = open.workspace.series(&filter).await?;
    let row = rows.first().ok_or_else(|| AppError::new("no_such_series").with("id", series))?;
    let source = stored(&open, source_number(row.source)).await?;
    if is_of_files(&source.kind) {
        return Err(AppError::new("not_a_live_source").with("name", &source.name));
    }
    if source.kind != PROMETHEUS {
        return Err(AppError::new("nothing_was_asked").with("name", &source.name));
    }
    let request = request(&source, &row.key, range)?;
    Ok(without_secret(&open, &source)?.as_curl(&request))
}

/// Returns for each finding the request that brings its series from an hour before it to its end, or to `until` where it
/// lasts, by the finding's identity. Nobody can be asked for what came from files or the simulator: that has none.
///
/// # Errors
///
/// Store failures; settings that cannot be read.
pub async fn explain_findings(
    app: &App,
    findings: &[FindingRow],
    until: Timestamp,
) -> Result<BTreeMap<String, String>, AppError> {
    let open = app.open()?;
    let ids = findings.iter().map(|finding| SeriesId(i64::from(finding.series))).collect();
    let filter = SeriesFilter { ids: Some(ids), ..SeriesFilter::default() };
    let rows = open.workspace.series(&filter).await?;
    let keys: BTreeMap<SeriesId, (SourceId, &SeriesKey)> =
        rows.iter().map(|row| (row.id, (row.source, &row.key))).collect();
    let mut asked = BTreeMap::new();
    for source in open.workspace.sources().await?.into_iter().filter(|s| s.kind == PROMETHEUS && !s.deleted) {
        let prometheus = without_secret(&open, &source)?;
        asked.insert(source.id, (source, prometheus));
    }
    let mut commands = BTreeMap::new();
    for finding in findings {
        let Some((source, key)) = keys.get(&SeriesId(i64::from(finding.series))) else { continue };
        let Some((source, prometheus)) = asked.get(source) else { continue };
        let start = Timestamp::from(finding.start).plus_millis(-BEFORE_MS);
        let end = finding.end.map_or(until, Timestamp::from);
        let Ok(range) = TimeRange::new(start, end.plus_millis(1)) else { continue };
        commands.insert(finding.id.clone(), prometheus.as_curl(&request(source, key, range)?));
    }
    Ok(commands)
}

/// Returns the request with which the source itself answers an expression for the same moments; `None` where nobody can be
/// asked, as for files and the simulator.
///
/// # Errors
///
/// Store failures; settings that cannot be read.
pub async fn explain_query(
    app: &App,
    request: &QueryRequest,
    source: Option<&str>,
) -> Result<Option<String>, AppError> {
    let open = app.open()?;
    let sources = open.workspace.sources().await?;
    let mut of_name = sources.iter().filter(|s| !s.deleted && Some(s.name.as_str()) == source);
    let Some(source) = of_name.next().filter(|s| s.kind == PROMETHEUS) else { return Ok(None) };
    let prometheus = without_secret(&open, source)?;
    Ok(Some(match request.times {
        QueryTimes::At { at } => prometheus.instant_as_curl(&request.expression, at.into()),
        QueryTimes::Over { from, to, step } => {
            prometheus.range_as_curl(&request.expression, from.into(), to.into(), step.0)
        }
    }))
}

/// Returns what is asked for a series: itself, or the expression that is stored under its name.
fn request(source: &StoredSource, key: &SeriesKey, range: TimeRange) -> Result<ReadRequest, AppError> {
    let (scope, step) = scope_of(source)?;
    let expression = scope.expressions.iter().find(|e| e.name == key.metric);
    let mode = match (expression, step) {
        (Some(_), step) => ReadMode::Step(step.unwrap_or(60_000)),
        (None, Some(step)) => ReadMode::Step(step),
        (None, None) => ReadMode::Raw,
    };
    Ok(ReadRequest {
        query: expression.map_or_else(|| key.to_string(), |e| e.expression.clone()),
        stored_as: expression.map(|e| e.name.clone()),
        mode,
        range,
        expected_series: 1,
    })
}

/// Returns a connection that is never used to ask: its commands name a variable instead of the secret, so they can be had
/// where there is none, as in a copied file.
fn without_secret(open: &Open, source: &StoredSource) -> Result<Prometheus, AppError> {
    let config = parse_config(source)?;
    let stand_in = if needs_secret(&draft_of(source, &config).sign_in) {
        Some(Secret::new("stand-in".to_owned(), SecretBinding::of_url(&config.url)?))
    } else {
        None
    };
    live::prometheus(Outside::of(open)?, &config, stand_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Start;
    use crate::workspaces;
    use crate::workspaces::made_demo::{DEMO_END, open_demo};

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_simulator_brought_has_no_request_to_repeat() {
        let home = tempfile::tempdir().unwrap();
        let start =
            Start { data_dir: Some(home.path().to_owned()), memory_secrets: true, ..Start::default() };
        let app = App::start(start).await.unwrap();
        open_demo(&app, home.path()).await;
        let series = app.open().unwrap().workspace.series(&SeriesFilter::default()).await.unwrap();
        let hour = TimeRange::new(DEMO_END.plus_millis(-BEFORE_MS), DEMO_END).unwrap();

        let refused = explain_request(&app, u32::try_from(series[0].id.0).unwrap(), hour).await.unwrap_err();

        assert_eq!(refused, AppError::new("nothing_was_asked").with("name", "demo"));
        workspaces::close(&app).await;
    }
}
