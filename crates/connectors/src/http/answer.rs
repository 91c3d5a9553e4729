//! An answer: status, headers and body, and what can be said of it at a glance.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderMap;

/// What came back: status, headers and the unpacked body, within the size cap.
#[derive(Clone, Debug)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// Host and port of the source.
    pub address: String,
    /// The unpacked body. Where the status is not 200, or it is a web page, the secret is taken out of it.
    pub body: Vec<u8>,
    pub(super) headers: HeaderMap,
}

impl HttpAnswer {
    /// Returns an answer that says nothing, for what lies behind the end.
    pub(crate) fn empty() -> Self {
        Self { status: 204, address: String::new(), body: Vec::new(), headers: HeaderMap::new() }
    }

    /// Returns a header's text; empty when it is absent or not text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns how long the source asks to wait, when it says so in seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after").trim().parse().ok().map(Duration::from_secs)
    }

    /// Returns the first words of the body on one line, without control characters, for a message; of a web page those
    /// that it shows.
    pub fn first_words(&self) -> String {
        let is_page = self.header("content-type").to_ascii_lowercase().contains("text/html");
        let looked_at = if is_page { 8_000 } else { 400 };
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(looked_at)]);
        let shown = if is_page { shown_on(&text) } else { String::new() };
        let words: &str = if shown.trim().is_empty() { &text } else { &shown };
        let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect()
    }

    /// Reports whether the body is JSON: by its content type (`application/json`, Elasticsearch's
    /// `application/vnd.elasticsearch+json`), or where there is none by its first byte.
    pub fn is_json(&self) -> bool {
        let kind = self.header("content-type").to_ascii_lowercase();
        if kind.is_empty() {
            let first = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
            return matches!(first, Some(b'{' | b'['));
        }
        kind.contains("json")
    }

    /// Reports whether a TLS port complained about plain HTTP: Go's server and nginx. Others just close the connection.
    pub fn speaks_https(&self) -> bool {
        let body = String::from_utf8_lossy(&self.body);
        body.contains("HTTP request to an HTTPS server")
            || body.contains("plain HTTP request was sent to HTTPS port")
    }

    /// Returns the first word of `WWW-Authenticate`, when it is a plain word; else nothing.
    pub fn scheme_wanted(&self) -> String {
        let first = self.header("www-authenticate").split([' ', ',']).next().unwrap_or_default();
        let is_word =
            first.len() <= 32 && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_word { first.to_owned() } else { String::new() }
    }

    /// Says what an answer is that is none of the expected: its status, content type and first words.
    pub fn in_short(&self) -> String {
        let kind = self.header("content-type");
        let kind = if kind.is_empty() { "no content type" } else { kind };
        format!("{} {kind}: {}", self.status, self.first_words())
    }

    /// Returns where a redirect leads; `None` when the answer is none.
    pub(super) fn redirect_target(&self, from: &Url) -> Option<Url> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        from.join(self.header("location")).ok()
    }
}

/// Returns roughly what a web page shows: what stands outside of tags, scripts and styles.
fn shown_on(page: &str) -> String {
    let mut shown = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        shown.push_str(before);
        shown.push(' ');
        let begins =
            |name: &&str| tag.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
        let end = match ["script", "style"].into_iter().find(begins) {
            Some(name) => {
                let closing = format!("</{name}");
                tag.to_ascii_lowercase().find(&closing).map_or("", |at| &tag[at..])
            }
            None => tag,
        };
        rest = end.split_once('>').map_or("", |(_, rest)| rest);
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(kind: &str, body: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", kind.parse().unwrap());
        let answer = HttpAnswer { status: 200, address: String::new(), body: body.into(), headers };
        answer.first_words()
    }

    #[test]
    fn of_a_web_page_the_words_are_those_that_it_shows() {
        let page = "<!DOCTYPE html>\n<html><head><SCRIPT>var a = 1 < 2;</SCRIPT><style>b { c: d }</style>\n\
            <title>Sign in</title></head><body class=\"x\">Shop &amp; Co</body>";

        assert_eq!(words("text/html; charset=utf-8", page), "Sign in Shop &amp; Co");
        assert_eq!(words("text/plain", "<b>no\n org</b>"), "<b>no org</b>");
        assert_eq!(words("text/html", "<script>cut off"), "<script>cut off");
    }
}
