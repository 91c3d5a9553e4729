//! Counting by value: the most frequent services, machines, levels.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use wardroom_core::TimeRange;

use crate::elasticsearch::answer::{Completeness, decode, notice};
use crate::elasticsearch::page::makes_partial;
use crate::elasticsearch::{Elasticsearch, query, request};
use crate::error::SourceError;
use crate::source::{LogAsk, LogFacet, LogFacets, LogNoticeKind, LogQuestion};

/// Values of one field.
const MAX_VALUES: u32 = 200;

/// Fields of one request.
const MAX_FIELDS: usize = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FacetAnswer {
    #[serde(flatten)]
    completeness: Completeness,
    aggregations: BTreeMap<String, Values>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Values {
    sum_other_doc_count: u64,
    /// Below zero where the server does not know it.
    doc_count_error_upper_bound: i64,
    buckets: Vec<ValueCount>,
}

#[derive(Debug, Deserialize)]
struct ValueCount {
    key: Value,
    key_as_string: Option<String>,
    doc_count: u64,
}

impl Elasticsearch {
    /// Counts the values of at most ten fields.
    pub(super) async fn count_values(
        &self,
        question: &LogQuestion,
        range: TimeRange,
        fields: &[String],
        limit: u32,
    ) -> Result<LogFacets, SourceError> {
        self.close_orphans().await;
        let layout = self.layout(&with_fields(question, fields)).await?;
        let mut notices = layout.notices.clone();
        let mut countable = Vec::new();
        for field in fields.iter().take(MAX_FIELDS) {
            match layout.catalog.countable(&query::field_of(field, &layout.mapping)) {
                Some(name) => countable.push((field.clone(), name)),
                None => notices.push(notice(LogNoticeKind::NotCountable, field, "")),
            }
        }
        if countable.is_empty() {
            let partial = notices.iter().any(|notice| makes_partial(notice.kind));
            return Ok(LogFacets { facets: Vec::new(), partial, notices });
        }
        let query = self.filter(question, Some(range), &layout)?;
        let limit = limit.clamp(1, MAX_VALUES);
        let body = request::facets(&query, &countable, limit, self.server_limit_s());
        let answer = self.ask_for_counts(&request::search(&layout.path, &body)).await?;
        let mut found: FacetAnswer = decode(&answer)?;
        notices.extend(found.completeness.notices(&layout.path));
        let facets = countable.into_iter().enumerate().map(|(i, (field, _))| {
            let values = found.aggregations.remove(&format!("f{i}")).unwrap_or_default();
            facet_of(field, values)
        });
        let facets = facets.collect();
        let partial = notices.iter().any(|notice| makes_partial(notice.kind));
        Ok(LogFacets { facets, partial, notices })
    }
}

fn facet_of(field: String, values: Values) -> LogFacet {
    let text = |key: Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
    let counted =
        values.buckets.into_iter().map(|v| (v.key_as_string.unwrap_or_else(|| text(v.key)), v.doc_count));
    let mut counted: Vec<(String, u64)> = counted.collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let low_by = u64::try_from(values.doc_count_error_upper_bound).unwrap_or_default();
    LogFacet { field, values: counted, other: values.sum_other_doc_count, low_by }
}

/// The same question, with the fields among the names whose types are looked up.
fn with_fields(question: &LogQuestion, fields: &[String]) -> LogQuestion {
    use wardroom_core::{FieldTest, LogQuery};
    let mut named: Vec<LogQuery> = fields
        .iter()
        .take(MAX_FIELDS)
        .map(|name| LogQuery::Field { name: name.clone(), test: FieldTest::Exists })
        .collect();
    match &question.ask {
        LogAsk::Query(query) | LogAsk::Both(_, query) => named.push(query.clone()),
        LogAsk::Raw(_) => {}
    }
    LogQuestion { indices: question.indices.clone(), ask: LogAsk::Query(LogQuery::Or(named)) }
}
