//! The values of a field as a cluster counts them: a bounded number of buckets, and only the counts travel.

use std::time::Duration;

use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{LogFacet, LogFacets, LogQuestion};
use wardroom_core::{LogQuery, TimeRange};
use wardroom_store::SourceRow as StoredSource;

use super::live::{self, LiveAsk};
use super::{COUNT_LIMIT, counts_itself, narrowed};
use crate::connections;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::logs::phrases;
use crate::logs::values::MOST_VALUES;
use crate::phrase::Phrase;

/// What a cluster has counted.
#[derive(Debug, Default)]
pub(crate) struct Facet {
    /// The values; nothing when it was not asked, did not answer, or cannot count the field.
    pub(crate) facet: Option<LogFacet>,
    /// What is to be said about it.
    pub(crate) notices: Vec<Phrase>,
}

impl From<LogFacets> for Facet {
    fn from(found: LogFacets) -> Self {
        let notices = found.notices.iter().map(phrases::cluster_notice).collect();
        Self { facet: found.facets.into_iter().next(), notices }
    }
}

/// Which values of which lines are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldAsk<'a> {
    pub(crate) range: TimeRange,
    pub(crate) query: &'a LogQuery,
    pub(crate) field: &'a str,
}

/// Asks a cluster for the values of a field where a range is not stored whole.
pub(crate) async fn of_range(app: &App, open: &Open, row: &StoredSource, ask: &FieldAsk<'_>) -> Facet {
    let asked = ask_range(app, open, row, ask);
    match tokio::time::timeout(COUNT_LIMIT, asked).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!(source = %row.name, %error, "A cluster did not count values.");
            Facet { facet: None, notices: vec![phrases::not_counted(&row.name)] }
        }
        Err(_) => Facet { facet: None, notices: vec![phrases::not_counted(&row.name)] },
    }
}

async fn ask_range(
    app: &App,
    open: &Open,
    row: &StoredSource,
    ask: &FieldAsk<'_>,
) -> Result<Facet, AppError> {
    let config = connections::parse_cluster(row)?;
    let (asks, told) = counts_itself(app, open, row, &config, ask.range, ask.query).await?;
    if !asks {
        return Ok(Facet { facet: None, notices: told });
    }
    let question = narrowed(&config, ask.query)?;
    let found = counted(app, open, row, &question, ask.range, ask.field).await?;
    Ok(Facet { notices: told.into_iter().chain(found.notices).collect(), ..found })
}

/// Asks a cluster for the values of a field among what it finds by a query in its own language.
///
/// # Errors
///
/// The cluster's failure, also when it takes longer than the limit.
pub(crate) async fn of_query(
    app: &App,
    open: &Open,
    row: &StoredSource,
    asked: &LiveAsk,
    field: &str,
    limit: Duration,
) -> Result<Facet, AppError> {
    let counting = async {
        let question = live::question(&connections::parse_cluster(row)?, asked)?;
        counted(app, open, row, &question, asked.range, field).await
    };
    match tokio::time::timeout(limit, counting).await {
        Ok(answer) => answer,
        Err(_) => Err(SourceError::Timeout { limit }.into()),
    }
}

async fn counted(
    app: &App,
    open: &Open,
    row: &StoredSource,
    question: &LogQuestion,
    range: TimeRange,
    field: &str,
) -> Result<Facet, AppError> {
    let connected = connections::connect_logs(app, open, row).await?;
    let found = connected.facets(question, range, &[field.to_owned()], MOST_VALUES).await?;
    Ok(found.into())
}
