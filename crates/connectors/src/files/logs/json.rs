//! Reads JSON lines: what every pass needs by a scanner that looks at each byte once, the other fields by a parser.

use std::borrow::Cow;

use serde_json::Value;
use wardroom_core::LogLevel;

use super::clock::Clock;
use super::grammar::{Fields, Parsed};
use super::levels;

/// A part of a record that a key can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Time,
    Level,
    Message,
    Service,
    Host,
    Dataset,
}

impl Slot {
    /// How many there are.
    pub(super) const COUNT: usize = 6;

    pub(super) const fn idx(self) -> usize {
        self as usize
    }
}

/// The member in which Elasticsearch's hits and dumps hold the document; what stands beside it tells where it was found.
pub(super) const DOCUMENT: &str = "_source";

/// The member that every entry of `journalctl -o json` has. In an entry a list is no list of things: it holds the bytes of
/// a text, or the values of a field that came several times (systemd, *Journal JSON Format*).
const JOURNAL_TIME: &str = "__REALTIME_TIMESTAMP";

/// How deep the scanner looks into objects; deeper ones hold no part of a record.
const DEEPEST: usize = 4;

/// The rank of keys that hold numbers after OpenTelemetry.
const OTEL_NUMBER: u8 = 9;

/// Tells which part of a record a key holds, and how surely: 0 is the surest.
///
/// Names: Elastic Common Schema 8, OpenTelemetry log data model, logstash-logback-encoder, bunyan, pino, zap, zerolog,
/// serilog, GELF 1.1, systemd's `journalctl(1)`, Docker's `json-file`, Google Cloud's log entries,
/// Azure's log tables, events of Kubernetes.
pub(super) fn slot_of(path: &[u8]) -> Option<(Slot, u8)> {
    Some(match path {
        b"@timestamp" => (Slot::Time, 0),
        b"timestamp" | b"Timestamp" => (Slot::Time, 1),
        b"time" | b"Time" => (Slot::Time, 2),
        b"ts" => (Slot::Time, 3),
        b"timeUnixNano" | b"time_unix_nano" => (Slot::Time, 4),
        b"__REALTIME_TIMESTAMP" => (Slot::Time, 5),
        b"t" | b"@t" => (Slot::Time, 6),
        b"datetime" => (Slot::Time, 7),
        b"date" => (Slot::Time, 8),
        b"asctime" => (Slot::Time, 9),
        b"instant.epochSecond" => (Slot::Time, 10),
        b"timeMillis" => (Slot::Time, 11),
        b"ObservedTimestamp" | b"observedTimeUnixNano" => (Slot::Time, 12),
        b"eventTime" | b"at" => (Slot::Time, 13),
        b"TimeGenerated" => (Slot::Time, 14),
        b"lastTimestamp" => (Slot::Time, 15),
        b"log.level" => (Slot::Level, 0),
        b"level" | b"Level" => (Slot::Level, 1),
        b"severity" => (Slot::Level, 2),
        b"SeverityText" | b"severityText" | b"severity_text" => (Slot::Level, 3),
        b"levelname" => (Slot::Level, 4),
        b"loglevel" | b"logLevel" => (Slot::Level, 5),
        b"lvl" | b"@l" => (Slot::Level, 6),
        b"PRIORITY" => (Slot::Level, 7),
        b"SeverityNumber" | b"severityNumber" | b"severity_number" => (Slot::Level, OTEL_NUMBER),
        b"message" => (Slot::Message, 0),
        b"msg" => (Slot::Message, 1),
        b"Body" | b"body" => (Slot::Message, 2),
        b"body.stringValue" | b"Body.stringValue" => (Slot::Message, 3),
        b"MESSAGE" => (Slot::Message, 4),
        b"short_message" => (Slot::Message, 5),
        b"@m" | b"@mt" => (Slot::Message, 6),
        b"log" => (Slot::Message, 7),
        b"text" => (Slot::Message, 8),
        b"event" => (Slot::Message, 9),
        b"textPayload" | b"jsonPayload.message" => (Slot::Message, 10),
        b"service.name" => (Slot::Service, 0),
        b"service" => (Slot::Service, 1),
        b"Resource.service.name" | b"resource.service.name" | b"resource.attributes.service.name" => {
            (Slot::Service, 2)
        }
        b"serviceName" | b"service_name" => (Slot::Service, 3),
        b"SYSLOG_IDENTIFIER" => (Slot::Service, 4),
        b"app" => (Slot::Service, 5),
        b"application" => (Slot::Service, 6),
        b"_SYSTEMD_UNIT" => (Slot::Service, 7),
        b"kubernetes.container_name" | b"kubernetes.container.name" => (Slot::Service, 8),
        b"name" => (Slot::Service, 9),
        b"host.name" => (Slot::Host, 0),
        b"host.hostname" => (Slot::Host, 1),
        b"hostname" | b"HOSTNAME" => (Slot::Host, 2),
        b"host" => (Slot::Host, 3),
        b"_HOSTNAME" => (Slot::Host, 4),
        b"Resource.host.name" | b"resource.host.name" | b"resource.attributes.host.name" => (Slot::Host, 5),
        b"source_host" => (Slot::Host, 6),
        b"event.dataset" => (Slot::Dataset, 0),
        b"data_stream.dataset" => (Slot::Dataset, 1),
        _ => return None,
    })
}

/// Reads a level from a word or a number as text.
pub(super) fn level_of_text(text: &str) -> Option<LogLevel> {
    let text = text.trim();
    levels::of_word(text.as_bytes())
        .or_else(|| text.parse().ok().and_then(level_of_number))
        .or_else(|| (text.len() == 1).then(|| levels::of_letter(text.as_bytes()[0])).flatten())
}

/// Returns the text of a record without what stands around it: blanks, and the sign that RFC 7464 puts before each.
pub(super) fn bare(text: &str) -> &str {
    text.trim().trim_start_matches('\u{1e}').trim_start()
}

/// Reports whether a line begins an object.
pub(super) fn begins(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.strip_prefix(b"\x1e").unwrap_or(line).trim_ascii_start().first() == Some(&b'{')
}

/// Numbers up to seven are syslog's, larger ones bunyan's.
fn level_of_number(number: u64) -> Option<LogLevel> {
    if number <= 7 { levels::of_severity(number) } else { levels::of_bunyan(number) }
}

/// Walks over one object.
struct Scan<'j, 'c> {
    text: &'j str,
    at: usize,
    path: Vec<u8>,
    ranks: [u8; Slot::COUNT],
    parsed: Parsed<'j>,
    clock: &'c mut Clock,
}

/// Reads a line; with `fields`, everything else of it too.
///
/// A line that is not JSON to its end keeps what stood before, its message is the whole line.
pub(super) fn parse<'r>(line: &'r str, clock: &mut Clock, fields: Option<&mut Fields>) -> Parsed<'r> {
    let (parsed, ranks) = scan(line, clock);
    if let Some(fields) = fields {
        match serde_json::from_str::<Value>(bare(line)) {
            Ok(Value::Object(object)) => {
                let mut path = String::new();
                let is_entry = object.contains_key(JOURNAL_TIME);
                for (key, value) in &object {
                    if let Value::Object(document) = value
                        && key == DOCUMENT
                    {
                        for (key, value) in document {
                            flatten(key, value, &mut path, fields, ranks);
                        }
                    } else if is_entry && let Some(text) = text_of_values(value) {
                        flatten(key, &Value::String(text), &mut path, fields, ranks);
                    } else {
                        flatten(key, value, &mut path, fields, ranks);
                    }
                }
            }
            Ok(_) | Err(_) => fields.bad_json = true,
        }
    }
    parsed
}

fn scan<'r>(line: &'r str, clock: &mut Clock) -> (Parsed<'r>, [u8; Slot::COUNT]) {
    let at = line.bytes().position(|b| b == b'{').unwrap_or(line.len());
    let mut scan = Scan {
        text: line,
        at,
        path: Vec::new(),
        ranks: [u8::MAX; Slot::COUNT],
        parsed: Parsed::default(),
        clock,
    };
    // What cannot be read ends the walk; what stood before is kept.
    let whole = scan.object(0).is_some();
    let Scan { ranks, mut parsed, .. } = scan;
    if !whole || ranks[Slot::Message.idx()] == u8::MAX {
        parsed.message = Cow::Borrowed(bare(line));
    }
    (parsed, ranks)
}

impl<'j> Scan<'j, '_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        loop {
            self.blanks();
            match self.byte()? {
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => self.at += 1,
                b'"' => self.member(depth)?,
                _ => return None,
            }
        }
    }

    /// Reads a key and its value.
    fn member(&mut self, depth: usize) -> Option<()> {
        let key = self.string()?;
        self.blanks();
        if self.byte()? != b':' {
            return None;
        }
        self.at += 1;
        self.blanks();
        let known = self.path.len();
        if known > 0 {
            self.path.push(b'.');
        }
        let key = &key.as_bytes()[1..key.len() - 1];
        let held = match self.byte()? {
            b'{' if depth == 0 && key == DOCUMENT.as_bytes() => self.object(depth + 1),
            b'{' if depth + 1 < DEEPEST => {
                self.path.extend_from_slice(key);
                self.object(depth + 1)
            }
            _ if known == 0 => {
                let value = self.value()?;
                self.take(key, value);
                Some(())
            }
            _ => {
                let value = self.value()?;
                self.path.extend_from_slice(key);
                let path = std::mem::take(&mut self.path);
                self.take(&path, value);
                self.path = path;
                Some(())
            }
        };
        self.path.truncate(known);
        held
    }

    /// Passes over a string: with its quotes.
    fn string(&mut self) -> Option<&'j str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Some(&self.text[start..=at]);
            }
            at += 2;
        }
    }

    /// Passes over a value.
    fn value(&mut self) -> Option<&'j str> {
        let start = self.at;
        match self.byte()? {
            b'"' => return self.string(),
            b'{' | b'[' => self.nested()?,
            _ => {
                while !matches!(self.byte()?, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r') {
                    self.at += 1;
                }
            }
        }
        Some(&self.text[start..self.at])
    }

    /// Passes over an object or a list.
    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.byte()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn take(&mut self, path: &[u8], value: &'j str) {
        let Some((slot, rank)) = slot_of(path) else { return };
        if rank >= self.ranks[slot.idx()] || value == "null" {
            return;
        }
        let taken = match slot {
            Slot::Time => self.time(value),
            Slot::Level => self.level(value, rank),
            Slot::Message => {
                self.parsed.message = message_of(value);
                true
            }
            // Objects under these names are looked into; a list that is no text says nothing.
            Slot::Service | Slot::Host | Slot::Dataset if !value.starts_with('"') => {
                let Some(text) = list_of(value).and_then(|list| text_of_bytes(&list)) else { return };
                match slot {
                    Slot::Host => self.parsed.host = Cow::Owned(text),
                    Slot::Service => self.parsed.service = Cow::Owned(text),
                    Slot::Dataset | Slot::Time | Slot::Level | Slot::Message => return,
                }
                true
            }
            Slot::Service => set(&mut self.parsed.service, value),
            Slot::Host => set(&mut self.parsed.host, value),
            Slot::Dataset => set(&mut self.parsed.dataset, value),
        };
        if taken {
            self.ranks[slot.idx()] = rank;
        }
    }

    fn time(&mut self, value: &str) -> bool {
        let text = value.trim_matches('"');
        let at = self.clock.read_any(text.as_bytes()).or_else(|| unix_float(text));
        self.parsed.at = at.or(self.parsed.at);
        at.is_some()
    }

    fn level(&mut self, value: &str, rank: u8) -> bool {
        let text = value.trim_matches('"');
        let level = if rank == OTEL_NUMBER {
            text.parse().ok().and_then(levels::of_otel)
        } else {
            level_of_text(text)
        };
        self.parsed.level = level.or(self.parsed.level);
        level.is_some()
    }
}

fn set<'j>(part: &mut Cow<'j, str>, value: &'j str) -> bool {
    *part = text_of(value);
    true
}

/// Seconds with an exponent, as some encoders write them.
fn unix_float(text: &str) -> Option<i64> {
    let value: f64 = fast_float2::parse(text).ok()?;
    let ms = super::super::time::unix_number(value).ok()?;
    // 1990 to 2100: other numbers under these names are durations and counters.
    (631_152_000_000..=4_102_444_800_000).contains(&ms).then_some(ms)
}

/// Returns the text of a string value; other values as they stand.
fn text_of(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(value);
    };
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    match serde_json::from_str::<String>(value) {
        Ok(text) => Cow::Owned(text),
        // A raw control character or half a surrogate: the text is shown as it stands.
        Err(_) => Cow::Borrowed(inner),
    }
}

fn message_of(value: &str) -> Cow<'_, str> {
    if let Some(text) = text_of_list(value) {
        return Cow::Owned(text);
    }
    match text_of(value) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\n', '\r'])),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
            Cow::Owned(text)
        }
    }
}

/// Returns the text of a list of bytes: journald writes texts that are not UTF-8 so. `None` for other values.
fn text_of_bytes(value: &Value) -> Option<String> {
    let byte = |item: &Value| item.as_u64().and_then(|n| u8::try_from(n).ok());
    let bytes: Vec<u8> = value.as_array()?.iter().map(byte).collect::<Option<_>>()?;
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}"))
}

/// Returns the value of a list; `None` for other values and for what is no JSON.
fn list_of(value: &str) -> Option<Value> {
    value.starts_with('[').then(|| serde_json::from_str(value).ok()).flatten()
}

/// Returns the text of a message that is a list: of bytes, or of texts where it came several times.
fn text_of_list(value: &str) -> Option<String> {
    let joined = text_of_values(&list_of(value)?)?;
    Some(joined.trim_end_matches(['\n', '\r']).to_owned()).filter(|text| !text.is_empty())
}

/// Returns the text of a list of bytes, or of several values, each on a line; `None` for other lists and values.
fn text_of_values(list: &Value) -> Option<String> {
    let text = |item: &Value| item.as_str().map(str::to_owned).or_else(|| text_of_bytes(item));
    let texts = || list.as_array()?.iter().map(text).collect::<Option<Vec<String>>>();
    text_of_bytes(list).or_else(|| texts().map(|texts| texts.join("\n")))
}

/// Puts a value and what stands inside it into fields, under names joined with dots.
fn flatten(key: &str, value: &Value, path: &mut String, fields: &mut Fields, ranks: [u8; Slot::COUNT]) {
    let known = path.len();
    if known > 0 {
        path.push('.');
    }
    path.push_str(key);
    let used = slot_of(path.as_bytes()).is_some_and(|(slot, rank)| ranks[slot.idx()] == rank);
    match value {
        Value::Object(inner) => {
            for (key, value) in inner {
                flatten(key, value, path, fields, ranks);
            }
        }
        Value::Null => {}
        _ if used => {}
        Value::String(text) => fields.put(path, text),
        Value::Array(items) if pairs(items, path, fields) => {}
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => fields.put(path, &value.to_string()),
    }
    path.truncate(known);
}

/// Puts OpenTelemetry's lists of `{"key": …, "value": {"stringValue": …}}` into fields; `false` for other lists.
fn pairs(items: &[Value], path: &str, fields: &mut Fields) -> bool {
    fn pair(item: &Value) -> Option<(&str, &Value)> {
        let inner = item.get("value")?.as_object().filter(|inner| inner.len() == 1)?;
        Some((item.get("key")?.as_str()?, inner.values().next()?))
    }
    if items.is_empty() || !items.iter().all(|item| pair(item).is_some()) {
        return false;
    }
    for (key, value) in items.iter().filter_map(pair) {
        let text = value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
        fields.put(&format!("{path}.{key}"), &text);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (Parsed<'_>, wardroom_core::Labels, bool) {
        let mut clock = Clock::new(None, None, None).unwrap();
        let mut fields = Fields::default();
        let parsed = parse(line, &mut clock, Some(&mut fields));
        let bad = fields.bad_json;
        (parsed, fields.into_labels(), bad)
    }

    #[test]
    fn records_of_many_encoders_give_the_same_parts() {
        // date -u -d 2026-11-10T12:00:00Z +%s = 1794312000.
        for line in [
            r#"{"@timestamp":"2026-11-10T12:00:00.000Z","log":{"level":"WARN"},"message":"slow \"pay\"","service":{"name":"pay"},"host":{"name":"web1"}}"#,
            r#"{"@timestamp":"2026-11-10T12:00:00Z","log.level":"warn","message":"slow \"pay\"","service.name":"pay","host.name":"web1"}"#,
            r#"{"name":"pay","hostname":"web1","level":40,"msg":"slow \"pay\"","time":"2026-11-10T12:00:00.000Z","v":0}"#,
            r#"{"level":40,"time":1794312000000,"hostname":"web1","name":"pay","msg":"slow \"pay\""}"#,
            r#"{"Timestamp":"1794312000000000000","SeverityNumber":13,"Body":"slow \"pay\"","Resource":{"service.name":"pay","host.name":"web1"}}"#,
            r#"{"__REALTIME_TIMESTAMP":"1794312000000000","PRIORITY":"4","MESSAGE":"slow \"pay\"","SYSLOG_IDENTIFIER":"pay","_HOSTNAME":"web1"}"#,
            r#"{"ts":1.794312e9,"level":"warn","msg":"slow \"pay\"","service":"pay","host":"web1"}"#,
        ] {
            let (parsed, _, bad) = read(line);
            assert_eq!(parsed.at, Some(1_794_312_000_000), "{line}");
            assert_eq!(parsed.level, Some(LogLevel::Warn), "{line}");
            assert_eq!(
                (&*parsed.message, &*parsed.service, &*parsed.host),
                ("slow \"pay\"", "pay", "web1"),
                "{line}"
            );
            assert!(!bad);
        }
    }

    #[test]
    fn the_rest_becomes_fields_with_dots() {
        let (_, labels, _) = read(
            r#"{"msg":"x","http":{"status":200,"tags":["a","b"],"none":null},"ok":true,"attributes":[{"key":"k","value":{"intValue":"7"}}]}"#,
        );
        assert_eq!(
            labels.iter().collect::<Vec<_>>(),
            [("attributes.k", "7"), ("http.status", "200"), ("http.tags", r#"["a","b"]"#), ("ok", "true")]
        );
    }

    #[test]
    fn lists_of_journald_are_texts_and_the_sign_of_sequences_is_none() {
        let (parsed, labels, bad) = read(
            "\u{1e}{\"__REALTIME_TIMESTAMP\":\"1794312000000000\",\"MESSAGE\":[[104,10,255],\"two\"],\"SYSLOG_IDENTIFIER\":[112,97,121],\"host\":[1.5]}",
        );
        assert_eq!((&*parsed.message, &*parsed.service, &*parsed.host), ("h\n\u{fffd}\ntwo", "pay", ""));
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("host", "[1.5]")]);
        assert!(!bad && begins(b"\x1e{\"a\":1}"));
    }

    #[test]
    fn lists_of_a_journals_other_fields_are_texts_too() {
        let entry = "{\"__REALTIME_TIMESTAMP\":\"1794312000000000\",\"MESSAGE\":\"m\",\"_CMDLINE\":[99,97,102,233,0],\"TAG\":[\"a\",[98,255]],\"ODD\":[1,null],\"NONE\":[]}";
        let (_, labels, bad) = read(entry);
        assert_eq!(
            labels.iter().collect::<Vec<_>>(),
            [("ODD", "[1,null]"), ("TAG", "a\nb\u{fffd}"), ("_CMDLINE", "caf\u{fffd}\u{fffd}")]
        );
        assert!(!bad);
        // Elsewhere a list of small numbers is one.
        let (_, labels, _) = read(r#"{"msg":"m","ports":[80,443]}"#);
        assert_eq!(labels.get("ports"), Some("[80,443]"));
    }

    #[test]
    fn docker_lines_lose_their_line_end() {
        let (parsed, labels, _) =
            read(r#"{"log":"paid\n","stream":"stdout","time":"2026-11-10T12:00:00.5Z"}"#);
        assert_eq!((&*parsed.message, parsed.at), ("paid", Some(1_794_312_000_500)));
        assert_eq!(labels.get("stream"), Some("stdout"));
    }

    #[test]
    fn half_an_object_keeps_what_stood_before() {
        let line = r#"{"time":"2026-11-10T12:00:00Z","level":"error","msg":"cu"#;
        let (parsed, _, bad) = read(line);
        assert_eq!((parsed.at, parsed.level), (Some(1_794_312_000_000), Some(LogLevel::Error)));
        assert_eq!(&*parsed.message, line);
        assert!(bad);
    }

    #[test]
    fn ten_thousand_fields_are_the_limit() {
        let members: Vec<String> = (0..12_000).map(|i| format!("\"k{i:05}\":{i}")).collect();
        let line = format!("{{{}}}", members.join(","));
        let mut clock = Clock::new(None, None, None).unwrap();
        let mut fields = Fields::default();
        parse(&line, &mut clock, Some(&mut fields));
        assert!(fields.cut);
        assert_eq!(fields.into_labels().len(), 10_000);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_scanner(text in "[{}\\[\\]\",:a-z0-9\\\\ \u{e9}]{0,60}") {
            let (_, _, _) = read(&format!("{{{text}"));
        }
    }
}
