//! Queries in a cluster's own language: JSON as a person types it, what may stand behind it in ours, and where it goes wrong.

use serde_json::Value;
use wardroom_core::{LogQuery, QueryProblem};

use crate::error::AppError;
use crate::logs::phrases;
use crate::phrase::Phrase;

/// A query in a cluster's own language.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RawQuery {
    /// The object, as it was typed.
    pub(super) json: String,
    /// What else a record has to match, in our language: what stands behind `and`.
    pub(super) more: LogQuery,
}

/// Why a text that begins with a brace is no query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RawProblem {
    /// The byte at which it goes wrong; the text's length when something is missing at its end.
    pub(super) at: usize,
    kind: RawProblemKind,
}

#[derive(Clone, Debug, PartialEq)]
enum RawProblemKind {
    /// The text ends within the object.
    Ends,
    /// What stands there is not JSON.
    NotJson,
    /// The object is empty.
    Empty,
    /// Beside the query there are other keys, which say how to search and not what for.
    Keys(String),
    /// Under `query` there is no object.
    NoObject,
    /// Behind the object there is something other than `and`.
    Behind,
    /// A regular expression stands behind the object; clusters are not asked for those.
    Regex,
    /// What stands behind `and` cannot be read.
    More(QueryProblem),
}

/// Reports whether a text is meant as a query in a cluster's own language.
pub(crate) fn is_raw(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Reads a text that begins with a brace: an object, and behind it nothing, or `and` with a query in our language.
pub(super) fn read(text: &str) -> Result<RawQuery, RawProblem> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = match values.next() {
        Some(Ok(value)) => value,
        Some(Err(error)) if error.is_eof() => return Err(problem(text.len(), RawProblemKind::Ends)),
        Some(Err(error)) => {
            return Err(problem(place(text, error.line(), error.column()), RawProblemKind::NotJson));
        }
        None => return Err(problem(text.len(), RawProblemKind::Ends)),
    };
    require_query(&value, text)?;
    let end = values.byte_offset().min(text.len());
    let json = text.get(..end).unwrap_or(text).trim().to_owned();
    Ok(RawQuery { json, more: more(text, end)? })
}

/// Refuses what is no query: searches as a whole, and objects without one.
fn require_query(value: &Value, text: &str) -> Result<(), RawProblem> {
    let begin = text.len() - text.trim_start().len();
    let Value::Object(map) = value else { return Err(problem(begin, RawProblemKind::NotJson)) };
    if map.is_empty() {
        return Err(problem(begin, RawProblemKind::Empty));
    }
    if map.len() > 1 {
        let others: Vec<&str> = map.keys().map(String::as_str).filter(|key| *key != "query").collect();
        // Where none of them is the query, the first may be it.
        let others =
            if others.len() == map.len() { others.get(1..).unwrap_or_default() } else { others.as_slice() };
        let at = others.first().and_then(|key| text.find(&format!("\"{key}\""))).unwrap_or(begin);
        return Err(problem(at, RawProblemKind::Keys(others.join(", "))));
    }
    match map.get("query") {
        None | Some(Value::Object(_)) => Ok(()),
        Some(_) => Err(problem(text.find("\"query\"").unwrap_or(begin), RawProblemKind::NoObject)),
    }
}

/// Reads what stands behind the object.
fn more(text: &str, end: usize) -> Result<LogQuery, RawProblem> {
    let rest = text.get(end..).unwrap_or_default();
    let behind = rest.trim_start();
    let at = text.len() - behind.len();
    if behind.is_empty() {
        return Ok(LogQuery::All);
    }
    let is_and = behind.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("and"));
    let query = behind.get(3..).filter(|more| is_and && more.starts_with([' ', '\t', '\n', '\r', '(']));
    let Some(query) = query else { return Err(problem(at, RawProblemKind::Behind)) };
    if query.trim().is_empty() {
        return Err(problem(text.len(), RawProblemKind::Behind));
    }
    let begin = text.len() - query.len();
    let read = LogQuery::parse(query).map_err(|found| {
        let found = QueryProblem { at: begin + found.at, ..found };
        problem(found.at, RawProblemKind::More(found))
    })?;
    if read.regex().is_some() {
        return Err(problem(begin, RawProblemKind::Regex));
    }
    Ok(read)
}

fn problem(at: usize, kind: RawProblemKind) -> RawProblem {
    RawProblem { at, kind }
}

/// Returns the byte that a line and a column, both from 1 and counted in bytes, stand for.
fn place(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = (before + column.saturating_sub(1)).min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

impl RawProblem {
    /// Returns the line and the column in characters, both from 1.
    fn line_and_column(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.at).unwrap_or(text);
        let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        (line, before.get(begin..).unwrap_or_default().chars().count() + 1)
    }

    /// Makes the failure of it.
    pub(super) fn error(&self, text: &str) -> AppError {
        let (line, column) = self.line_and_column(text);
        if let RawProblemKind::More(found) = &self.kind {
            return super::unreadable(text, found);
        }
        let error = AppError::new("log_query_json").with("line", line).with("column", column);
        let (name, keys) = match &self.kind {
            RawProblemKind::Ends => ("ends", ""),
            RawProblemKind::NotJson | RawProblemKind::More(_) => ("not_json", ""),
            RawProblemKind::Empty => ("empty", ""),
            RawProblemKind::Keys(keys) => ("keys", keys.as_str()),
            RawProblemKind::NoObject => ("no_object", ""),
            RawProblemKind::Behind => ("behind", ""),
            RawProblemKind::Regex => ("regex", ""),
        };
        error.with("problem", name).with("keys", keys)
    }

    /// Says what is wrong, for whoever shows the place beside it.
    pub(super) fn phrase(&self) -> Phrase {
        match &self.kind {
            RawProblemKind::Ends => Phrase::new("query-json-ends"),
            RawProblemKind::NotJson => Phrase::new("query-json-bad"),
            RawProblemKind::Empty => Phrase::new("query-json-empty"),
            RawProblemKind::Keys(keys) => Phrase::new("query-json-keys").text("keys", keys.clone()),
            RawProblemKind::NoObject => Phrase::new("query-json-no-object"),
            RawProblemKind::Behind => Phrase::new("query-json-behind"),
            RawProblemKind::Regex => Phrase::new("query-json-regex"),
            RawProblemKind::More(found) => phrases::query_problem(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> (usize, String) {
        let found = read(text).unwrap_err();
        (found.at, found.phrase().key)
    }

    #[test]
    fn an_object_is_a_query_alone_and_with_ours_behind_it() {
        let alone = read(" { \"match_all\" : { } } ").unwrap();
        let both = read("{\"query\":{\"match_all\":{}}}\nAND (level >= warn or panic)").unwrap();

        assert_eq!(alone, RawQuery { json: r#"{ "match_all" : { } }"#.to_owned(), more: LogQuery::All });
        assert_eq!(both.json, r#"{"query":{"match_all":{}}}"#);
        assert_eq!(both.more, LogQuery::parse("level >= warn or panic").unwrap());
        assert!(is_raw(" {") && !is_raw("a {"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(wrong("{\"match_all\": "), (14, "query-json-ends".to_owned()));
        assert_eq!(wrong("{\"match_all\": }"), (14, "query-json-bad".to_owned()));
        assert_eq!(wrong("{\"a\": 1,\n \"b\" 2}").0, 14);
        assert_eq!(wrong(" {}"), (1, "query-json-empty".to_owned()));
        assert_eq!(wrong("{\"query\": 7}"), (1, "query-json-no-object".to_owned()));
        assert_eq!(wrong("{\"match_all\": {}} level : warn"), (18, "query-json-behind".to_owned()));
        assert_eq!(wrong("{\"match_all\": {}} and "), (22, "query-json-behind".to_owned()));
        assert_eq!(wrong("{\"match_all\": {}} and /a+/").1, "query-json-regex");
        assert_eq!(wrong("{\"match_all\": {}} and (a"), (22, "query-unclosed-parenthesis".to_owned()));
    }

    #[test]
    fn a_whole_search_is_refused_with_what_does_not_belong_there() {
        let found = read(r#"{"query":{"match_all":{}},"size":5,"aggs":{}}"#).unwrap_err();
        let two = read(r#"{"match":{"a":1},"term":{"b":2}}"#).unwrap_err();

        // The keys of an object come by name.
        assert_eq!(found.error("").fields["keys"], "aggs, size");
        assert_eq!(two.error("").fields["keys"], "term");
        assert_eq!(two.at, 17);
    }

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = "{\n  \"é\": ]";
        let error = read(text).unwrap_err().error(text);

        assert_eq!((error.fields["line"].as_str(), error.fields["column"].as_str()), ("2", "8"));
        assert_eq!((error.code.as_str(), error.fields["problem"].as_str()), ("log_query_json", "not_json"));
    }
}
