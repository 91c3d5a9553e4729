//! Makes requests out of the mapping: placeholders, changes only, and the address of the next page.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use reqwest::Url;
use serde_json::Value;

use crate::cmdb::mapping::{Ask, Delta, PagingKind, placeholders};
use crate::cmdb::place::{InventoryPlace, Position};
use crate::http::{HttpMethod, HttpRequest};

/// What the placeholders of a request stand for.
#[derive(Debug, Default)]
pub(super) struct Fill<'a> {
    names: BTreeMap<&'static str, Value>,
    values: Option<&'a BTreeMap<String, String>>,
}

impl<'a> Fill<'a> {
    /// Returns the placeholders of a request that is not about a page.
    pub(super) fn of_values(values: &'a BTreeMap<String, String>) -> Self {
        Self { names: BTreeMap::new(), values: Some(values) }
    }

    /// Returns the placeholders of a page.
    pub(super) fn of_place(
        place: &InventoryPlace,
        ask: &Ask,
        delta: Option<(&Delta, &TimeZone)>,
        values: &'a BTreeMap<String, String>,
    ) -> Self {
        let limit = place.limit;
        let first_page = if let PagingKind::Page(first) = ask.paging.kind { first } else { 1 };
        let offset = if let Position::Offset(offset) = place.at { offset } else { 0 };
        let page = if let Position::Page(page) = place.at { page } else { first_page };
        let last = offset.saturating_add(limit).saturating_sub(1);
        let mut names = BTreeMap::from([
            ("limit", Value::from(limit)),
            ("offset", Value::from(offset)),
            ("last", Value::from(last)),
            ("page", Value::from(page)),
        ]);
        if let Some(key) = &place.each {
            // A number stays one: some servers refuse a text where they want an id.
            let number = key.parse::<u64>().ok().filter(|number| number.to_string() == *key);
            names.insert("each", number.map_or_else(|| Value::from(key.as_str()), Value::from));
        }
        if let Position::Cursor(cursor) = &place.at {
            names.insert("cursor", Value::from(cursor.as_str()));
        }
        if let (Some((delta, zone)), Some(since)) = (delta, place.since) {
            names.insert("since", Value::from(delta.format.write(since, zone)));
        }
        Self { names, values: Some(values) }
    }

    fn find(&self, name: &str) -> Option<Value> {
        match name.strip_prefix("value.") {
            Some(name) => self.values?.get(name).map(|text| Value::from(text.as_str())),
            None => self.names.get(name).cloned(),
        }
    }

    /// Fills a value; `None` when something that it names is not known on this page.
    fn value(&self, template: &Value) -> Option<Value> {
        match template {
            Value::String(text) => self.text(text),
            Value::Array(list) => {
                Some(Value::Array(list.iter().filter_map(|value| self.value(value)).collect()))
            }
            Value::Object(map) => {
                let members = map.iter().filter_map(|(name, value)| Some((name.clone(), self.value(value)?)));
                Some(Value::Object(members.collect()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Some(template.clone()),
        }
    }

    /// Fills a text; one that is nothing but a placeholder keeps the number that it stands for.
    fn text(&self, template: &str) -> Option<Value> {
        let mut text = String::with_capacity(template.len());
        let mut from = 0;
        for (at, name) in placeholders(template) {
            let value = self.find(name)?;
            let end = at + name.len() + 2;
            if at == 0 && end == template.len() {
                return Some(value);
            }
            text.push_str(&template[from..at]);
            text.push_str(&plain(&value));
            from = end;
        }
        text.push_str(&template[from..]);
        Some(Value::String(text))
    }

    fn pairs(&self, members: &BTreeMap<String, Value>, lists_repeat: bool) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (name, template) in members {
            match self.value(template) {
                Some(Value::Array(list)) if lists_repeat => {
                    pairs.extend(list.iter().map(|value| (name.clone(), plain(value))));
                }
                Some(value) => pairs.push((name.clone(), plain(&value))),
                None => {}
            }
        }
        pairs
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Makes a request.
pub(super) fn request(ask: &Ask, fill: &Fill<'_>) -> HttpRequest {
    let path = fill.text(&ask.path).map_or_else(|| ask.path.clone(), |path| plain(&path));
    if !ask.form.is_empty() {
        let mut params = fill.pairs(&ask.params, true);
        params.extend(fill.pairs(&ask.form, false));
        return HttpRequest { method: HttpMethod::PostForm, path, params };
    }
    let method = if ask.post {
        let body: serde_json::Map<String, Value> =
            ask.body.iter().filter_map(|(name, value)| Some((name.clone(), fill.value(value)?))).collect();
        HttpMethod::PostJson(Value::Object(body).to_string().into())
    } else {
        HttpMethod::Get
    };
    HttpRequest { method, path, params: fill.pairs(&ask.params, true) }
}

/// Returns a request for the page at a path with parameters.
pub(super) fn of_target(target: &str) -> HttpRequest {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // The parser of URLs undoes the encoding; the client does it again.
    let params = Url::parse(&format!("http://localhost/?{query}"))
        .map(|url| url.query_pairs().into_owned().collect())
        .unwrap_or_default();
    HttpRequest { method: HttpMethod::Get, path: path.to_owned(), params }
}

/// Brings the URL of a next page to the configured place: its path below the base, and its parameters.
///
/// The host of such a URL is what a proxy in front of the server told it, and a gateway's path may be missing in it. The
/// second value names the other place when it was not the configured one.
pub(super) fn rewritten(next: &str, base: &Url, class_path: &str) -> Option<(String, Option<String>)> {
    let asked = base.join(class_path.trim_start_matches('/')).ok()?;
    let url = asked.join(next).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let other = (url.origin() != base.origin()).then(|| url.origin().ascii_serialization());
    let prefix = base.path().trim_end_matches('/');
    let path = if url.path().trim_end_matches('/').ends_with(class_path.trim_end_matches('/')) {
        class_path
    } else {
        url.path().strip_prefix(prefix).filter(|path| path.starts_with('/')).unwrap_or(url.path())
    };
    let target = url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    Some((target, other))
}

/// Returns the URL of the next page out of a header `Link` (RFC 8288).
pub(super) fn next_link(header: &str) -> Option<&str> {
    header.split(',').find_map(|link| {
        let (url, params) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = params.split(';').any(|param| {
            let (name, value) = param.split_once('=').unwrap_or((param, ""));
            let mut relations = value.trim().trim_matches('"').split_whitespace();
            name.trim().eq_ignore_ascii_case("rel") && relations.any(|r| r.eq_ignore_ascii_case("next"))
        });
        is_next.then_some(url)
    })
}

/// Returns the number of all items out of a header: a number, or what stands behind the slash of `Content-Range`.
pub(super) fn total_of_header(text: &str) -> Option<u64> {
    text.rsplit('/').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_asked_for_at_the_configured_place() {
        let base = Url::parse("https://cmdb.example.net/netbox/").unwrap();
        let path = "/api/dcim/devices/";
        let same =
            rewritten("https://cmdb.example.net/netbox/api/dcim/devices/?limit=5&offset=5", &base, path);
        let inside = rewritten("http://10.0.0.9:8080/api/dcim/devices/?limit=5&offset=5", &base, path);
        let relative = rewritten("?limit=5&offset=5", &base, path);

        let target = "/api/dcim/devices/?limit=5&offset=5".to_owned();
        assert_eq!(same, Some((target.clone(), None)));
        assert_eq!(inside, Some((target.clone(), Some("http://10.0.0.9:8080".to_owned()))));
        assert_eq!(relative, Some((target, None)));
        assert_eq!(rewritten("file:///etc/passwd", &base, path), None);
    }

    #[test]
    fn the_next_page_is_read_out_of_a_link_header() {
        let header = r#"<https://a/x?o=0>;rel="first",<https://a/x?o=9&q=a%2Cb>;rel="next",<https://a/x?o=99>;rel="last""#;

        assert_eq!(next_link(header), Some("https://a/x?o=9&q=a%2Cb"));
        assert_eq!(next_link(r#"<https://a/x>; rel="prev""#), None);
        assert_eq!(next_link(""), None);
    }

    #[test]
    fn a_total_stands_alone_or_behind_a_slash() {
        assert_eq!(total_of_header("1234"), Some(1234));
        assert_eq!(total_of_header("0-49/200"), Some(200));
        assert_eq!(total_of_header("0-49/*"), None);
        assert_eq!(total_of_header(""), None);
    }
}
