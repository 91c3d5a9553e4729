//! "Test connection": who answers, which indices there are, how their fields are named, and which rights are missing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;
use wardroom_core::Timestamp;

use crate::elasticsearch::answer::{self, Completeness, decode};
use crate::elasticsearch::config::index_path;
use crate::elasticsearch::dialect::Server;
use crate::elasticsearch::layout::{HitList, Layout};
use crate::elasticsearch::mapping::parts_of;
use crate::elasticsearch::record::Reader;
use crate::elasticsearch::{Elasticsearch, may_not, request};
use crate::error::SourceError;
use crate::http::HttpAnswer;
use crate::source::{LogIndex, LogIndexKind, LogProbe, LogQuestion, LostLogAbility, MissingLogRight};

/// Documents of the sample.
const SAMPLE: u32 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resolved {
    indices: Vec<ResolvedIndex>,
    aliases: Vec<ResolvedAlias>,
    data_streams: Vec<ResolvedStream>,
}

#[derive(Debug, Deserialize)]
struct ResolvedIndex {
    name: String,
    #[serde(default)]
    attributes: Vec<String>,
    /// Set for what lies behind a data stream, which is listed by the stream's name.
    data_stream: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ResolvedAlias {
    name: String,
    #[serde(default)]
    indices: Names,
}

#[derive(Debug, Deserialize)]
struct ResolvedStream {
    name: String,
    #[serde(default)]
    backing_indices: Names,
}

/// A list of names; a single one may come alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    Many(Vec<String>),
    One(String),
}

impl Default for Names {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Names {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::Many(names) => names,
            Self::One(name) => std::slice::from_ref(name),
        }
    }
}

/// A row of `_cat/indices`: numbers are texts, or `null` for an index that is closed or cannot be reached.
#[derive(Debug, Deserialize)]
struct CatRow {
    index: String,
    #[serde(rename = "docs.count")]
    documents: Option<String>,
    #[serde(rename = "store.size")]
    bytes: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SampleAnswer {
    #[serde(flatten)]
    completeness: Completeness,
    hits: HitList,
    aggregations: SampleRange,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SampleRange {
    oldest: Extreme,
    newest: Extreme,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Extreme {
    value: Option<f64>,
}

impl Elasticsearch {
    /// Asks at most ten small requests.
    pub(super) async fn probe_all(&self, now: Timestamp) -> Result<LogProbe, SourceError> {
        self.close_orphans().await;
        let mut probe = LogProbe::default();
        let refused = self.probe_root(now, &mut probe).await?;
        let path = index_path(&[], &self.config.scope.indices)?;
        self.probe_indices(&path, &mut probe).await?;
        let layout = match self.layout(&LogQuestion::default()).await {
            Ok(layout) => layout,
            // Nothing but the refusal of everything is left to tell.
            Err(error) if may_not(&error) => return nothing_readable(probe, refused.as_ref(), &error, &path),
            Err(error) => return Err(error),
        };
        probe.requests += layout.requests;
        if let Some(error) = &layout.refused {
            let path = format!("/{path}/_field_caps");
            probe.missing.extend(missing(error, &path, LostLogAbility::Fields));
        }
        probe.mapping = layout.mapping.clone();
        probe.schema = layout.schema;
        probe.notices.clone_from(&layout.notices);
        let named = parts_of(&layout.mapping).into_iter().flatten();
        probe.conflicts = named.filter_map(|name| layout.catalog.conflict(name)).collect();
        match self.probe_sample(&layout, &mut probe).await {
            Ok(()) => Ok(probe),
            Err(error) if may_not(&error) => nothing_readable(probe, refused.as_ref(), &error, &layout.path),
            Err(error) => Err(error),
        }
    }

    /// Asks who answers; a refusal is kept, because it may be about this one path or about everything.
    async fn probe_root(
        &self,
        now: Timestamp,
        probe: &mut LogProbe,
    ) -> Result<Option<SourceError>, SourceError> {
        let began = Instant::now();
        probe.requests += 1;
        let (server, refused) = match self.ask(&request::get("/", &[])).await {
            Ok(found) => {
                let passed_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
                probe.clock_offset_ms = clock_offset_ms(&found, now.plus_millis(passed_ms));
                (Server::of_root(&found).ok_or_else(|| answer::not_elasticsearch(&found))?, None)
            }
            Err(error) if may_not(&error) => {
                probe.missing.extend(missing(&error, "/", LostLogAbility::Product));
                (Server::unasked(self.config.product), Some(error))
            }
            Err(error) => return Err(error),
        };
        server.name().clone_into(&mut probe.product);
        probe.version.clone_from(&server.version);
        probe.distribution.clone_from(&server.distribution);
        // A probe by the same connection may have been first; it found the same.
        self.server.set(server).ok();
        Ok(refused)
    }

    async fn probe_indices(&self, path: &str, probe: &mut LogProbe) -> Result<(), SourceError> {
        probe.requests += 1;
        let resolve = request::get(&format!("/_resolve/index/{path}"), &[]);
        let resolved: Resolved = match self.ask(&resolve).await {
            Ok(found) => decode(&found)?,
            Err(error) if may_not(&error) => {
                probe.missing.extend(missing(&error, "/_resolve/index", LostLogAbility::Indices));
                Resolved::default()
            }
            Err(error) => return Err(error),
        };
        probe.requests += 1;
        let columns = [
            ("format", "json"),
            ("bytes", "b"),
            ("h", "index,docs.count,store.size"),
            ("expand_wildcards", "open,closed,hidden"),
        ];
        let sizes: Vec<CatRow> =
            match self.ask(&request::get(&format!("/_cat/indices/{path}"), &columns)).await {
                Ok(found) => decode(&found)?,
                Err(error) if may_not(&error) => {
                    probe.missing.extend(missing(&error, "/_cat/indices", LostLogAbility::Sizes));
                    Vec::new()
                }
                Err(error) => return Err(error),
            };
        probe.indices = list(resolved, &sizes);
        Ok(())
    }

    /// Reads the last documents, and the ends of the whole range.
    async fn probe_sample(&self, layout: &Layout, probe: &mut LogProbe) -> Result<(), SourceError> {
        let mut body = json!({ "size": SAMPLE, "track_total_hits": true, "timeout": "10s" });
        let unit = layout.mapping.time.as_deref().map(|time| layout.catalog.sort_unit(time));
        if let (Some(time), Some(unit)) = (&layout.mapping.time, unit) {
            body["sort"] = request::newest_first(time, unit);
            body["aggs"] = json!({
                "oldest": { "min": { "field": time } }, "newest": { "max": { "field": time } }
            });
            body["query"] = json!({ "bool": { "filter": [{ "exists": { "field": time } }] } });
        }
        probe.requests += 1;
        let answer = self.ask_for_counts(&request::search(&layout.path, &body)).await?;
        let found: SampleAnswer = decode(&answer)?;
        probe.notices.extend(found.completeness.notices(&layout.path));
        probe.records = found.hits.total();
        let at = |extreme: Extreme| extreme.value.and_then(millis).map(Timestamp::from_millis);
        (probe.oldest, probe.newest) = (at(found.aggregations.oldest), at(found.aggregations.newest));
        let unit = unit.unwrap_or(crate::elasticsearch::mapping::SortUnit::Millis);
        let mut reader = Reader::new(&layout.mapping, unit, self.config.scope.max_fields);
        probe.sample = found.hits.hits.into_iter().rev().map(|hit| reader.record(hit)).collect();
        probe.notices.extend(reader.into_notices());
        Ok(())
    }
}

/// Ends a probe that could not read: with an error when the user was refused at every turn, else with what is known.
fn nothing_readable(
    mut probe: LogProbe,
    refused: Option<&SourceError>,
    error: &SourceError,
    path: &str,
) -> Result<LogProbe, SourceError> {
    if let (Some(SourceError::Denied { wants }), SourceError::Denied { .. }) = (refused, error) {
        return Err(SourceError::Denied { wants: wants.clone() });
    }
    if let (Some(SourceError::NotFound { path }), SourceError::NotFound { .. }) = (refused, error) {
        return Err(SourceError::NotFound { path: path.clone() });
    }
    probe.missing.extend(missing(error, &format!("/{path}/_search"), LostLogAbility::Search));
    Ok(probe)
}

/// Turns a refusal into the right that is missing.
fn missing(error: &SourceError, path: &str, lost: LostLogAbility) -> Option<MissingLogRight> {
    let status = match error {
        SourceError::Denied { .. } => 401,
        SourceError::Forbidden { .. } => 403,
        SourceError::NotFound { .. } => 404,
        SourceError::Settings { .. }
        | SourceError::UnknownHost { .. }
        | SourceError::Unreachable { .. }
        | SourceError::Tls { .. }
        | SourceError::ShutOut { .. }
        | SourceError::NeedsHttps { .. }
        | SourceError::Timeout { .. }
        | SourceError::QueryTimeout { .. }
        | SourceError::NoTenant
        | SourceError::Redirected { .. }
        | SourceError::NotPrometheus { .. }
        | SourceError::NotElasticsearch { .. }
        | SourceError::NotInventory { .. }
        | SourceError::BadQuery { .. }
        | SourceError::TooLarge { .. }
        | SourceError::AnswerTooLong { .. }
        | SourceError::Truncated { .. }
        | SourceError::Malformed { .. }
        | SourceError::Busy { .. }
        | SourceError::ServerFailed { .. }
        | SourceError::TokenCommand { .. } => return None,
    };
    Some(MissingLogRight { path: path.to_owned(), status, lost })
}

/// Joins names and sizes: of a stream or alias, the sum of what lies behind it.
fn list(resolved: Resolved, sizes: &[CatRow]) -> Vec<LogIndex> {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
    let by_name: BTreeMap<&str, (Option<u64>, Option<u64>)> =
        sizes.iter().map(|row| (row.index.as_str(), (number(&row.documents), number(&row.bytes)))).collect();
    let sum = |names: &[String]| {
        let sizes = || names.iter().map(|name| by_name.get(name.as_str()).copied().unwrap_or_default());
        let documents: Option<u64> = sizes().map(|size| size.0).sum();
        let bytes: Option<u64> = sizes().map(|size| size.1).sum();
        if names.is_empty() { (None, None) } else { (documents, bytes) }
    };
    let mut listed = Vec::new();
    let mut add = |name: String, kind, (documents, bytes), open| {
        listed.push(LogIndex { name, kind, documents, bytes, open });
    };
    for stream in resolved.data_streams {
        let size = sum(stream.backing_indices.as_slice());
        add(stream.name, LogIndexKind::DataStream, size, true);
    }
    for alias in resolved.aliases {
        let size = sum(alias.indices.as_slice());
        add(alias.name, LogIndexKind::Alias, size, true);
    }
    for index in resolved.indices.into_iter().filter(|index| index.data_stream.is_none()) {
        let size = sum(std::slice::from_ref(&index.name));
        let open = !index.attributes.iter().any(|attribute| attribute == "closed");
        add(index.name, LogIndexKind::Index, size, open);
    }
    // Without the right to list, the sizes tell the names too.
    if listed.is_empty() {
        for row in sizes {
            let size = (number(&row.documents), number(&row.bytes));
            listed.push(LogIndex {
                name: row.index.clone(),
                kind: LogIndexKind::Index,
                documents: size.0,
                bytes: size.1,
                open: size.0.is_some(),
            });
        }
    }
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed
}

/// Reads milliseconds that an aggregation gave as a floating-point number.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked, and whole milliseconds fit")]
fn millis(value: f64) -> Option<i64> {
    (-9.0e15..9.0e15).contains(&value).then_some(value as i64)
}

/// Returns the source's clock minus ours. The header has whole seconds, cut off, so half a second is added. The
/// products send no date themselves; gateways before them do.
fn clock_offset_ms(answer: &HttpAnswer, ours: Timestamp) -> Option<i64> {
    static PARSER: jiff::fmt::rfc2822::DateTimeParser = jiff::fmt::rfc2822::DateTimeParser::new();
    let theirs = PARSER.parse_timestamp(answer.header("date")).ok()?;
    Some(theirs.as_millisecond().saturating_add(500).saturating_sub(ours.as_millis()))
}

impl HitList {
    /// Returns the number of documents that were found, where it is exact.
    fn total(&self) -> Option<u64> {
        let exact = self.total["relation"].as_str() == Some("eq");
        self.total["value"].as_u64().filter(|_| exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from OpenSearch 2.19.1, shortened; the backing index is hidden.
    #[test]
    fn streams_and_aliases_have_the_size_of_what_lies_behind_them() {
        let resolved: Resolved = serde_json::from_str(
            r#"{"indices":[{"name":".ds-logs-app-prod-000001","attributes":["open"],"data_stream":"logs-app-prod"},
            {"name":"old","attributes":["closed"]},{"name":"web-1","aliases":["web"],"attributes":["open"]}],
            "aliases":[{"name":"web","indices":["web-1"]}],
            "data_streams":[{"name":"logs-app-prod","backing_indices":[".ds-logs-app-prod-000001"],"timestamp_field":"@timestamp"}]}"#,
        )
        .unwrap();
        let sizes: Vec<CatRow> = serde_json::from_str(
            r#"[{"index":"web-1","docs.count":"30","store.size":"6583"},{"index":"old","docs.count":null,"store.size":null},
            {"index":".ds-logs-app-prod-000001","docs.count":"12","store.size":"4000"}]"#,
        )
        .unwrap();

        let listed = list(resolved, &sizes);

        let shown: Vec<_> = listed.iter().map(|i| (i.name.as_str(), i.kind, i.documents, i.open)).collect();
        assert_eq!(
            shown,
            [
                ("logs-app-prod", LogIndexKind::DataStream, Some(12), true),
                ("old", LogIndexKind::Index, None, false),
                ("web", LogIndexKind::Alias, Some(30), true),
                ("web-1", LogIndexKind::Index, Some(30), true),
            ]
        );
    }
}
