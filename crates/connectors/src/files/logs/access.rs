//! Takes apart lines of web servers: requests, and the error logs of Nginx and Apache.

use super::grammar::{Fields, Parsed};
use super::lines::{self, Habits};

/// Puts the parts of a request line into fields; `line` is the whole line, `rest` what stands behind the time.
pub(super) fn request<'r>(
    line: &'r str,
    rest: &'r str,
    parsed: &mut Parsed<'r>,
    fields: Option<&mut Fields>,
) {
    let rest = rest.strip_prefix(']').unwrap_or(rest).trim_start_matches(' ');
    parsed.message = rest.into();
    let Some(fields) = fields else { return };
    let mut head = line.split('[').next().unwrap_or_default().split(' ').filter(|token| !token.is_empty());
    let mut person = |fields: &mut Fields, name: &str| {
        if let Some(value) = head.next().filter(|value| *value != "-") {
            fields.put(name, value);
        }
    };
    person(fields, "source.address");
    person(fields, "user.id");
    person(fields, "user.name");
    let (asked, rest) = quoted(rest);
    let mut words = asked.splitn(2, ' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (target, version) = target.rsplit_once(" HTTP/").unwrap_or((target, ""));
    if !target.is_empty() {
        fields.put("http.request.method", method);
        fields.put("url.original", target);
        fields.put("http.version", version);
    }
    let mut numbers = rest.trim_start_matches(' ').splitn(3, ' ');
    put_number(fields, "http.response.status_code", numbers.next());
    put_number(fields, "http.response.body.bytes", numbers.next());
    let rest = numbers.next().unwrap_or_default();
    let (referrer, rest) = quoted(rest);
    let (agent, _) = quoted(rest);
    for (name, value) in [("http.request.referrer", referrer), ("user_agent.original", agent)] {
        if value != "-" {
            fields.put(name, value);
        }
    }
}

fn put_number(fields: &mut Fields, name: &str, value: Option<&str>) {
    let value = value.unwrap_or_default().trim_end();
    if value.bytes().all(|b| b.is_ascii_digit()) {
        fields.put(name, value);
    }
}

/// Reads `"text"` with escaped quotes inside: the text and what stands behind.
fn quoted(text: &str) -> (&str, &str) {
    let Some(inner) = text.trim_start_matches(' ').strip_prefix('"') else { return ("", text) };
    let mut escaped = false;
    for (at, b) in inner.bytes().enumerate() {
        match b {
            b'"' if !escaped => return (&inner[..at], &inner[at + 1..]),
            _ => escaped = b == b'\\' && !escaped,
        }
    }
    (inner, "")
}

/// How many quoted texts follow the numbers of a request: two are the combined format.
pub(super) fn is_combined(rest: &str) -> bool {
    let (_, rest) = quoted(rest.trim_start_matches([']', ' ']));
    rest.contains('"')
}

/// Reports whether what stands behind the time is a request.
pub(super) fn is_request(rest: &str) -> bool {
    let rest = rest.trim_start_matches([']', ' ']);
    if !rest.starts_with('"') {
        return false;
    }
    let (_, rest) = quoted(rest);
    let status = rest.trim_start_matches(' ').as_bytes();
    status.len() >= 3
        && status[..3].iter().all(u8::is_ascii_digit)
        && status.get(3).is_none_or(|&b| b == b' ')
}

/// Nginx: ` [error] 12#7: *4 text, client: 10.0.0.7, server: shop, request: "GET / HTTP/1.1", host: "shop"`.
pub(super) fn nginx_error<'r>(rest: &'r str, parsed: &mut Parsed<'r>, fields: Option<&mut Fields>) {
    const NAMES: [(&str, &str); 6] = [
        (", client: ", "source.address"),
        (", server: ", "nginx.error.server"),
        (", request: ", "nginx.error.request"),
        (", upstream: ", "nginx.error.upstream"),
        (", host: ", "url.domain"),
        (", referrer: ", "http.request.referrer"),
    ];
    let head = lines::head(rest, Habits::default());
    parsed.level = head.level;
    let (number, message) = match head.message.split_once(": ") {
        Some((number, message)) if number.contains('#') && !number.contains(' ') => (number, message),
        Some(_) | None => ("", head.message),
    };
    parsed.message = message.into();
    let Some(fields) = fields else { return };
    fields.put("process.pid", number.split('#').next().unwrap_or_default());
    for (mark, name) in NAMES {
        let Some((_, value)) = message.split_once(mark) else { continue };
        let value = if value.starts_with('"') {
            quoted(value).0
        } else {
            value.split([',', '\n']).next().unwrap_or(value)
        };
        fields.put(name, value);
    }
}

/// Apache: `] [core:error] [pid 12:tid 7] [client 10.0.0.7:1234] AH00001: text`.
pub(super) fn apache_error<'r>(rest: &'r str, parsed: &mut Parsed<'r>, mut fields: Option<&mut Fields>) {
    let mut rest = rest.strip_prefix(']').unwrap_or(rest).trim_start_matches(' ');
    while let Some((group, behind)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        if group.len() > 120 {
            break;
        }
        let word = group.rsplit(':').next().unwrap_or(group);
        if parsed.level.is_none()
            && let Some(level) = super::levels::of_word(word.as_bytes())
        {
            parsed.level = Some(level);
            if let (Some(fields), Some((module, _))) = (&mut fields, group.rsplit_once(':')) {
                fields.put("apache.error.module", module);
            }
        } else if let Some(fields) = &mut fields {
            if let Some(pid) = group.strip_prefix("pid ") {
                let (pid, tid) = pid.split_once(":tid ").unwrap_or((pid, ""));
                fields.put("process.pid", pid);
                fields.put("process.thread.id", tid);
            } else if let Some(client) = group.strip_prefix("client ") {
                fields.put("source.address", client);
            } else {
                fields.put("log.origin", group);
            }
        }
        rest = behind.trim_start_matches(' ');
    }
    parsed.message = rest.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_apart() {
        let line = r#"10.0.0.7 - mo [10/Nov/2026:12:00:00 +0000] "GET /a?b=\"c\" HTTP/1.1" 404 12 "http://x/" "Agent 1.0""#;
        let rest = line.split_once("+0000").unwrap().1;
        let (mut parsed, mut fields) = (Parsed::default(), Fields::default());

        request(line, rest, &mut parsed, Some(&mut fields));

        assert!(parsed.message.starts_with("\"GET /a"));
        assert!(is_request(rest) && is_combined(rest));
        let labels = fields.into_labels();
        for (name, value) in [
            ("source.address", "10.0.0.7"),
            ("user.name", "mo"),
            ("http.request.method", "GET"),
            ("url.original", "/a?b=\\\"c\\\""),
            ("http.version", "1.1"),
            ("http.response.status_code", "404"),
            ("http.response.body.bytes", "12"),
            ("http.request.referrer", "http://x/"),
            ("user_agent.original", "Agent 1.0"),
        ] {
            assert_eq!(labels.get(name), Some(value), "{name}");
        }
    }

    #[test]
    fn error_logs_of_web_servers_give_level_and_client() {
        use wardroom_core::LogLevel;
        let (mut parsed, mut fields) = (Parsed::default(), Fields::default());
        nginx_error(
            " [error] 12#7: *4 open() failed, client: 10.0.0.7, server: shop, request: \"GET / HTTP/1.1\", host: \"shop\"",
            &mut parsed,
            Some(&mut fields),
        );
        assert_eq!(parsed.level, Some(LogLevel::Error));
        assert!(parsed.message.starts_with("*4 open() failed"));
        let labels = fields.into_labels();
        assert_eq!(labels.get("source.address"), Some("10.0.0.7"));
        assert_eq!(labels.get("url.domain"), Some("shop"));
        assert_eq!(labels.get("process.pid"), Some("12"));

        let (mut parsed, mut fields) = (Parsed::default(), Fields::default());
        apache_error(
            "] [core:warn] [pid 12:tid 7] [client 10.0.0.7:99] AH00001: slow",
            &mut parsed,
            Some(&mut fields),
        );
        assert_eq!((parsed.level, &*parsed.message), (Some(LogLevel::Warn), "AH00001: slow"));
        assert_eq!(fields.into_labels().get("source.address"), Some("10.0.0.7:99"));
    }
}
