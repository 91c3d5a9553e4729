//! The requests that are made: every one only reads, or ends what a read of our own holds open.

use serde_json::{Map, Value, json};
use wardroom_core::TimeRange;

use crate::elasticsearch::dialect::{PitWay, Tie};
use crate::elasticsearch::mapping::{SortUnit, parts_of};
use crate::elasticsearch::place::{ReadPlace, View};
use crate::http::{HttpMethod, HttpRequest};
use crate::source::FieldMapping;

/// How long the source holds a view open after the last page.
pub(super) const KEEP_ALIVE: &str = "2m";

/// Returns a GET of a path with parameters.
pub(super) fn get(path: &str, params: &[(&str, &str)]) -> HttpRequest {
    HttpRequest { method: HttpMethod::Get, path: path.to_owned(), params: owned(params) }
}

/// Returns a POST of a JSON text.
pub(super) fn post(path: String, params: &[(&str, &str)], body: &Value) -> HttpRequest {
    HttpRequest { method: HttpMethod::PostJson(body.to_string().into()), path, params: owned(params) }
}

fn owned(params: &[(&str, &str)]) -> Vec<(String, String)> {
    params.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Returns the search in some indices.
pub(super) fn search(indices: &str, body: &Value) -> HttpRequest {
    post(format!("/{indices}/_search"), &[], body)
}

/// Returns the request that opens a view.
pub(super) fn open_view(indices: &str, way: PitWay) -> HttpRequest {
    let path = match way {
        PitWay::Elasticsearch => format!("/{indices}/_pit"),
        PitWay::OpenSearch => format!("/{indices}/_search/point_in_time"),
    };
    HttpRequest { method: HttpMethod::PostForm, path, params: Vec::new() }.with_keep_alive()
}

/// Returns the request that closes a view.
pub(super) fn close_view(view: &View) -> HttpRequest {
    let (path, body) = match view.way {
        PitWay::Elasticsearch => ("/_pit", json!({ "id": view.id })),
        PitWay::OpenSearch => ("/_search/point_in_time", json!({ "pit_id": [view.id] })),
    };
    HttpRequest {
        method: HttpMethod::DeleteJson(body.to_string().into()),
        path: path.to_owned(),
        params: Vec::new(),
    }
}

impl HttpRequest {
    /// The keep-alive belongs into the URL, and the body stays empty: an empty JSON text is sent.
    fn with_keep_alive(mut self) -> Self {
        self.method = HttpMethod::PostJson("".into());
        self.params = owned(&[("keep_alive", KEEP_ALIVE)]);
        self
    }
}

/// What a page is asked for with.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageAsk<'a> {
    /// The filter.
    pub(super) query: &'a Value,
    /// The field of the time.
    pub(super) time: &'a str,
    /// What is wanted of each document.
    pub(super) source: &'a Value,
    /// Documents.
    pub(super) size: usize,
}

/// Returns the search for the page behind a place.
pub(super) fn page(indices: &str, place: &ReadPlace, ask: &PageAsk<'_>) -> HttpRequest {
    let mut body = Map::new();
    body.insert("size".to_owned(), json!(ask.size));
    body.insert("track_total_hits".to_owned(), json!(false));
    body.insert("query".to_owned(), ask.query.clone());
    body.insert("sort".to_owned(), sort(ask.time, place.unit, &place.tie));
    body.insert("_source".to_owned(), ask.source.clone());
    if let Some(after) = place.search_after() {
        body.insert("search_after".to_owned(), Value::Array(after));
    }
    match &place.view {
        Some(view) => {
            body.insert("pit".to_owned(), json!({ "id": view.id, "keep_alive": KEEP_ALIVE }));
            // The view names its indices; naming them again is an error.
            post("/_search".to_owned(), &[], &Value::Object(body))
        }
        None => search(indices, &Value::Object(body)),
    }
}

/// The order of a read: by time, then by what tells documents of the same time apart.
fn sort(time: &str, unit: SortUnit, tie: &Tie) -> Value {
    let by_time = match unit {
        SortUnit::Millis => json!({ time: { "order": "asc", "unmapped_type": "date" } }),
        SortUnit::Nanos => json!({ time: { "order": "asc", "unmapped_type": "date_nanos" } }),
        // Without this, milliseconds and nanoseconds are compared as plain numbers, and no error says so.
        SortUnit::NanosAsked => {
            json!({ time: { "order": "asc", "unmapped_type": "date", "numeric_type": "date_nanos" } })
        }
    };
    match tie {
        Tie::Implicit | Tie::Time => json!([by_time]),
        Tie::ShardDoc => json!([by_time, { "_shard_doc": "asc" }]),
        Tie::Id => json!([by_time, { "_id": "asc" }]),
        Tie::Field(field) => json!([by_time, { field: { "order": "asc", "unmapped_type": "keyword" } }]),
    }
}

/// Returns the search for the documents at one end of a range.
pub(super) fn peek(query: &Value, order: &Value, source: &Value, size: usize, timeout_s: u32) -> Value {
    json!({
        "size": size,
        "track_total_hits": false,
        "timeout": format!("{}s", timeout_s.max(1)),
        "query": query,
        "sort": order,
        "_source": source
    })
}

/// The order of a list from its beginning: the first document first.
pub(super) fn oldest_first(time: &str, unit: SortUnit) -> Value {
    sort(time, unit, &Tie::Time)
}

/// The order of a sample: the last document first.
pub(super) fn newest_first(time: &str, unit: SortUnit) -> Value {
    let mut order = sort(time, unit, &Tie::Time);
    order[0][time]["order"] = json!("desc");
    order
}

/// Returns what is wanted of each document: the mapped and the named fields, or everything but what repeats the text.
pub(super) fn source(mapping: &FieldMapping, fields: &[String]) -> Value {
    if fields.is_empty() {
        let repeated = "event.original";
        let is_text = mapping.message.as_deref() == Some(repeated);
        return if is_text { json!(true) } else { json!({ "excludes": [repeated] }) };
    }
    let mapped = parts_of(mapping).into_iter().flatten().map(str::to_owned);
    let mut includes: Vec<String> = mapped.chain(fields.iter().cloned()).collect();
    includes.sort();
    includes.dedup();
    json!({ "includes": includes })
}

/// Returns the body that counts by time, and by level where a field for it can be counted.
pub(super) fn histogram(
    query: &Value,
    time: &str,
    range: TimeRange,
    bin_ms: i64,
    level: Option<(&str, usize)>,
    timeout_s: u32,
) -> Value {
    // The servers round the upper bound down to the start of its bin and leave that bin out (measured on OpenSearch
    // 2.19 and 3.8 and Elasticsearch 7.10), so the bound is the start of the bin behind the last one.
    let behind = range.end().plus_millis(-1).floor_to(bin_ms).plus_millis(bin_ms);
    let mut bins = json!({ "date_histogram": {
        "field": time,
        "fixed_interval": format!("{bin_ms}ms"),
        "hard_bounds": { "min": range.start().floor_to(bin_ms).as_millis(), "max": behind.as_millis() },
        // The server's own default is 0: it would build every empty bin first and count them afterwards.
        "min_doc_count": 1
    } });
    if let Some((field, size)) = level {
        bins["aggs"] = json!({ "levels": { "terms": { "field": field, "size": size } } });
    }
    json!({
        "size": 0,
        "track_total_hits": true,
        "timeout": format!("{}s", timeout_s.max(1)),
        "query": query,
        "aggs": { "bins": bins }
    })
}

/// Returns the body that counts the most frequent values of fields.
pub(super) fn facets(query: &Value, fields: &[(String, String)], limit: u32, timeout_s: u32) -> Value {
    let mut aggs = Map::new();
    for (i, (_, field)) in fields.iter().enumerate() {
        aggs.insert(format!("f{i}"), json!({ "terms": { "field": field, "size": limit } }));
    }
    json!({
        "size": 0,
        "track_total_hits": false,
        "timeout": format!("{}s", timeout_s.max(1)),
        "query": query,
        "aggs": aggs
    })
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;

    fn body(request: &HttpRequest) -> Value {
        match &request.method {
            HttpMethod::PostJson(text) | HttpMethod::DeleteJson(text) => serde_json::from_str(text).unwrap(),
            HttpMethod::Get | HttpMethod::PostForm => Value::Null,
        }
    }

    #[test]
    fn a_page_within_a_view_names_no_index_and_one_without_does() {
        let query = json!({ "match_all": {} });
        let ask = PageAsk { query: &query, time: "@timestamp", source: &json!(true), size: 10 };
        let mut place = ReadPlace::start(1, Tie::ShardDoc, SortUnit::NanosAsked);

        let without = page("logs-*", &place, &ask);
        place.view = Some(View { id: "v".to_owned(), way: PitWay::OpenSearch, missing: String::new() });
        let within = page("logs-*", &place, &ask);

        assert_eq!((without.path.as_str(), within.path.as_str()), ("/logs-*/_search", "/_search"));
        assert_eq!(body(&within)["pit"], json!({ "id": "v", "keep_alive": "2m" }));
        assert_eq!(
            body(&within)["sort"],
            json!([
                { "@timestamp": { "order": "asc", "unmapped_type": "date", "numeric_type": "date_nanos" } },
                { "_shard_doc": "asc" }
            ])
        );
    }

    /// Elasticsearch API reference 8.15, "Close point in time"; OpenSearch documentation 2.19, "Point in Time API".
    #[test]
    fn a_view_is_closed_as_each_product_wants_it() {
        let view = |way| View { id: "v".to_owned(), way, missing: String::new() };

        let elastic = close_view(&view(PitWay::Elasticsearch));
        let open = close_view(&view(PitWay::OpenSearch));

        assert_eq!((elastic.path.as_str(), body(&elastic)), ("/_pit", json!({ "id": "v" })));
        assert_eq!((open.path.as_str(), body(&open)), ("/_search/point_in_time", json!({ "pit_id": ["v"] })));
    }

    #[test]
    fn only_what_is_needed_travels() {
        let mapping = FieldMapping { message: Some("message".to_owned()), ..FieldMapping::default() };

        assert_eq!(source(&mapping, &[]), json!({ "excludes": ["event.original"] }));
        assert_eq!(source(&mapping, &["error.*".to_owned()]), json!({ "includes": ["error.*", "message"] }));
    }

    #[test]
    fn counting_asks_for_no_empty_bins() {
        let range = TimeRange::new(Timestamp::from_millis(1_100), Timestamp::from_millis(9_000)).unwrap();

        let body = histogram(&json!({}), "@timestamp", range, 1_000, Some(("log.level", 9)), 30);

        let bins = &body["aggs"]["bins"]["date_histogram"];
        assert_eq!(bins["min_doc_count"], json!(1));
        assert_eq!(bins["hard_bounds"], json!({ "min": 1_000, "max": 9_000 }));
        assert_eq!(body["timeout"], json!("30s"));
    }
}
