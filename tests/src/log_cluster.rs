//! A cluster of log lines on loopback: it speaks as `OpenSearch` does as far as reading goes, remembers how much it sent,
//! and can lose half of its data or have an index whose time is a word.
//!
//! Only the standard library and `serde_json` stand behind it, because unit tests of other crates read this file too. There
//! are no points in time, as at a user who may not open any: pages go on behind the last sort values.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde_json::{Value, json};

/// Recorded from `OpenSearch` 2.19.1, shortened.
const ROOT: &str = r#"{"name":"Node 1","version":{"distribution":"opensearch","number":"2.19.1","build_type":"unknown"},"tagline":"The OpenSearch Project: https://opensearch.org/"}"#;

/// What servers without points in time answer to the request for one; recorded from Elasticsearch 7.10.2.
const NO_VIEWS: &str =
    r#"{"error":"no handler found for uri [/logs/_search/point_in_time] and method [POST]"}"#;

/// One line: its time in milliseconds and its text. Its place in the list is its id.
type Line = (i64, String);

#[derive(Debug, Default)]
struct Shared {
    lines: Mutex<Vec<Line>>,
    /// Whether every other line lies in a part that does not answer.
    half_away: AtomicBool,
    /// Whether one of the indices has a word where the time is.
    clash: AtomicBool,
    /// Whether searches that count wait until whoever asked goes away.
    holds_counts: AtomicBool,
    /// How many of them have come, and of how many whoever asked went away.
    held: AtomicU64,
    let_go: AtomicU64,
    searches: AtomicU64,
    sent: AtomicU64,
}

/// A running cluster; it ends when it is dropped.
#[derive(Debug)]
pub struct LogCluster {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl LogCluster {
    /// Starts a cluster without lines.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (shared, stop) = (Arc::new(Shared::default()), Arc::new(AtomicBool::new(false)));
        let (held, end) = (Arc::clone(&shared), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(connection), held) = (connection, Arc::clone(&held)) else { continue };
                // A client that goes away ends its own connection only.
                std::thread::spawn(move || serve(&connection, &held).ok());
            }
        });
        Ok(Self { address, shared, stop, thread: Some(thread) })
    }

    /// Returns `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds lines: times in milliseconds, with texts.
    pub fn add(&self, lines: impl IntoIterator<Item = (i64, String)>) {
        self.shared.lines.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
    }

    /// Lets every other line lie in a part that does not answer, or brings that part back.
    pub fn lose_half(&self, away: bool) {
        self.shared.half_away.store(away, Ordering::SeqCst);
    }

    /// Lets one of the indices have a word where the others have the time.
    pub fn clash(&self) {
        self.shared.clash.store(true, Ordering::SeqCst);
    }

    /// Lets searches that count take as long as whoever asked waits.
    pub fn hold_counts(&self) {
        self.shared.holds_counts.store(true, Ordering::SeqCst);
    }

    /// Returns how many counts were held so far, and of how many whoever asked went away, which ends them in a cluster.
    pub fn held(&self) -> (u64, u64) {
        (self.shared.held.load(Ordering::SeqCst), self.shared.let_go.load(Ordering::SeqCst))
    }

    /// Returns how many searches were answered so far.
    pub fn searches(&self) -> u64 {
        self.shared.searches.load(Ordering::SeqCst)
    }

    /// Returns how many lines were sent so far, each as often as it was.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }
}

impl Drop for LogCluster {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for a connection.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Answers the requests of one connection until it ends.
fn serve(connection: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some((target, body)) = request(&mut reader)? {
        if shared.holds_counts.load(Ordering::SeqCst) && counts(&body) {
            shared.held.fetch_add(1, Ordering::SeqCst);
            // Nothing comes behind a request that waits for its answer but the end of the connection.
            reader.read_line(&mut String::new()).ok();
            shared.let_go.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        let (status, text) = answer(&target, &body, shared);
        let mut out = connection;
        write!(
            out,
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        )?;
    }
    Ok(())
}

/// Reads a request and returns its target and its body; `None` at the end of the connection.
fn request(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<(String, String)>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body)?;
    Ok(Some((target, body)))
}

/// Reports whether a search counts.
fn counts(body: &str) -> bool {
    serde_json::from_str::<Value>(body).is_ok_and(|ask| ask["aggs"].is_object())
}

fn answer(target: &str, body: &str, shared: &Shared) -> (u16, String) {
    let path = target.split('?').next().unwrap_or_default();
    if path == "/" {
        return (200, ROOT.to_owned());
    }
    if path.ends_with("/_field_caps") {
        return (200, fields(shared.clash.load(Ordering::SeqCst)).to_string());
    }
    if path.ends_with("/_search") {
        shared.searches.fetch_add(1, Ordering::SeqCst);
        return (200, found(&serde_json::from_str(body).unwrap_or_default(), shared));
    }
    (400, NO_VIEWS.to_owned())
}

/// The types of the fields, as `OpenSearch` 2.19 tells them.
fn fields(clash: bool) -> Value {
    let of = |kind: &str, aggregatable: bool| json!({ "type": kind, "searchable": true, "aggregatable": aggregatable });
    let mut time = json!({ "date": of("date", true) });
    if clash {
        time["date"]["indices"] = json!(["logs-good"]);
        time["keyword"] = of("keyword", true);
        time["keyword"]["indices"] = json!(["logs-bad"]);
    }
    json!({ "indices": ["logs-bad", "logs-good"], "fields": {
        "@timestamp": time,
        "message": { "text": of("text", false) },
        // The first word of each line, which no document brings along.
        "kind": { "keyword": of("keyword", true) }
    } })
}

/// Reports whether a line has the words of every further filter: those of `match_phrase`, the one query that is known.
fn has_words(ask: &Value, text: &str) -> bool {
    let filters = ask["query"]["bool"]["filter"].as_array().into_iter().flatten();
    let mut words = filters.filter_map(|filter| filter["match_phrase"]["message"].as_str());
    words.all(|words| text.contains(words))
}

/// Counts lines by time where that was asked for.
fn bins(ask: &Value, times: impl Iterator<Item = i64>) -> Value {
    let asked = &ask["aggs"]["bins"]["date_histogram"]["fixed_interval"];
    let width = asked.as_str().and_then(|text| text.strip_suffix("ms")?.parse::<i64>().ok());
    let Some(width) = width.filter(|width| *width > 0) else { return json!([]) };
    let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
    for at in times {
        *counts.entry(at.div_euclid(width) * width).or_default() += 1;
    }
    counts.into_iter().map(|(key, n)| json!({ "key": key, "doc_count": n })).collect()
}

/// Counts lines by their first word where that was asked for, as many words as were wanted; with the lines of all others.
fn kinds<'t>(ask: &Value, texts: impl Iterator<Item = &'t str>) -> (Value, u64) {
    let terms = &ask["aggs"]["f0"]["terms"];
    if terms["field"] != "kind" {
        return (json!([]), 0);
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for text in texts {
        *counts.entry(text.split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(word, n)| (std::cmp::Reverse(*n), *word));
    let size = usize::try_from(terms["size"].as_u64().unwrap_or(10)).unwrap_or(usize::MAX);
    let other = counts.iter().skip(size).map(|(_, n)| n).sum();
    let named = counts.iter().take(size).map(|(word, n)| json!({ "key": word, "doc_count": n }));
    (named.collect(), other)
}

/// Answers a search: a count, or the lines of a range behind a place, by time and id.
fn found(ask: &Value, shared: &Shared) -> String {
    let range = &ask["query"]["bool"]["filter"][0]["range"]["@timestamp"];
    let (from, to) = (range["gte"].as_i64().unwrap_or(i64::MIN), range["lt"].as_i64().unwrap_or(i64::MAX));
    let size = usize::try_from(ask["size"].as_u64().unwrap_or(10)).unwrap_or(usize::MAX);
    let by_id = ask["sort"].as_array().is_some_and(|sort| sort.len() > 1);
    let away = shared.half_away.load(Ordering::SeqCst);
    let lines = shared.lines.lock().unwrap_or_else(PoisonError::into_inner);
    let is_there = |(id, (at, text)): &(usize, &Line)| {
        (from..to).contains(at) && !(away && id % 2 == 1) && has_words(ask, text)
    };
    let mut within: Vec<(i64, String, &str)> = lines
        .iter()
        .enumerate()
        .filter(is_there)
        .map(|(id, (at, text))| (*at, format!("d{id:08}"), text.as_str()))
        .collect();
    let total = within.len();
    let bins = bins(ask, within.iter().map(|line| line.0));
    let (kinds, other) = kinds(ask, within.iter().map(|line| line.2));
    within.sort_unstable();
    if ask["sort"][0]["@timestamp"]["order"] == "desc" {
        within.reverse();
    }
    if let Some(after) = ask["search_after"].as_array() {
        let time = after.first().and_then(Value::as_i64).unwrap_or(i64::MIN);
        let id = after.get(1).and_then(Value::as_str);
        within.retain(|line| (line.0, id.map(|_| line.1.as_str())) > (time, id));
    }
    within.truncate(size);
    shared.sent.fetch_add(within.len() as u64, Ordering::SeqCst);
    let mut hits = String::new();
    for (at, id, text) in &within {
        let sort = if by_id { json!([at, id]) } else { json!([at]) };
        let hit = json!({ "_index": "logs-good", "_id": id, "_source": { "message": text }, "sort": sort });
        // A string takes everything.
        let _ = write!(hits, "{}{hit}", if hits.is_empty() { "" } else { "," });
    }
    let answered = if away { 1 } else { 2 };
    format!(
        r#"{{"took":1,"timed_out":false,"_shards":{{"total":2,"successful":{answered},"skipped":0,"failed":0}},"hits":{{"total":{{"value":{total},"relation":"eq"}},"hits":[{hits}]}},"aggregations":{{"bins":{{"buckets":{bins}}},"f0":{{"sum_other_doc_count":{other},"doc_count_error_upper_bound":0,"buckets":{kinds}}}}}}}"#
    )
}
