//! What a person types to find lines: read, checked, and joined with what else was chosen.

mod raw;

use wardroom_connectors::source::LogAsk;
use wardroom_core::{Compare, FieldTest, LogQuery, QueryProblem, TextPattern};

use super::level_of;
use super::phrases;
use super::rows::{LogGrade, QueryCheck};
use crate::error::AppError;
use crate::phrase::Phrase;

pub(crate) use raw::is_raw;

/// The field in which clusters have the time of a line; stored lines and files are asked for a period instead.
const TIME_FIELD: &str = "@timestamp";

/// Reads a query in our language that stored lines and files are asked.
///
/// # Errors
///
/// As for [`parse`]; `log_query` for one that asks for the time as if that were a field: it would find nothing.
pub(crate) fn parse_stored(text: &str) -> Result<LogQuery, AppError> {
    without_time(text, parse(text)?)
}

/// Reads a query in our language.
///
/// # Errors
///
/// `log_query` with the column, from 1; `log_query_raw` for one in a cluster's own language.
pub(crate) fn parse(text: &str) -> Result<LogQuery, AppError> {
    if is_raw(text) {
        return Err(AppError::new("log_query_raw"));
    }
    LogQuery::parse(text).map_err(|problem| unreadable(text, &problem))
}

fn unreadable(text: &str, problem: &QueryProblem) -> AppError {
    refusal(text, problem.at, problem.kind.as_str())
}

fn refusal(text: &str, at: usize, problem: &str) -> AppError {
    AppError::new("log_query")
        .with("text", text)
        .with("column", column(text, at) + 1)
        .with("problem", problem)
}

/// Hands a query back when it does not ask for the time as for a field.
fn without_time(text: &str, query: LogQuery) -> Result<LogQuery, AppError> {
    if query.names(TIME_FIELD) { Err(refusal(text, time_at(text), "time_field")) } else { Ok(query) }
}

/// Returns where a query names the time.
fn time_at(text: &str) -> usize {
    text.find(TIME_FIELD).unwrap_or(0)
}

/// Reads a query that a cluster is asked: in its own language when it begins with a brace, with or without ours behind
/// it, else in ours.
///
/// # Errors
///
/// `log_query` with the column; `log_query_json` with line and column, from 1.
pub(crate) fn ask(text: &str) -> Result<LogAsk, AppError> {
    if !is_raw(text) {
        return Ok(LogAsk::Query(parse(text)?));
    }
    let read = raw::read(text).map_err(|problem| problem.error(text))?;
    let is_alone = read.more == LogQuery::All;
    Ok(if is_alone { LogAsk::Raw(read.json) } else { LogAsk::Both(read.json, read.more) })
}

/// Reads a query and divides it: what only a cluster understands, and what is asked in our language.
///
/// # Errors
///
/// As for [`ask`], and for [`parse_stored`] where stored lines are asked too.
pub(crate) fn divided(text: &str) -> Result<(Option<String>, LogQuery), AppError> {
    Ok(match ask(text)? {
        LogAsk::Query(query) => (None, without_time(text, query)?),
        LogAsk::Raw(raw) => (Some(raw), LogQuery::All),
        LogAsk::Both(raw, query) => (Some(raw), query),
    })
}

/// Says how a typed query is understood, without asking anything.
pub fn check_query(text: &str) -> QueryCheck {
    let (at, problem) = if is_raw(text) {
        match raw::read(text) {
            Ok(read) => return understood(in_one(read.json, &read.more)),
            Err(problem) => (problem.at, problem.phrase()),
        }
    } else {
        match LogQuery::parse(text) {
            Ok(query) if query.names(TIME_FIELD) => (time_at(text), Phrase::new("query-time-field")),
            Ok(query) => return understood(query.to_string()),
            Err(problem) => (problem.at, phrases::query_problem(&problem)),
        }
    };
    refused(text, at, problem)
}

fn understood(understood: String) -> QueryCheck {
    QueryCheck { ok: true, at: 0, problem: None, understood }
}

fn refused(text: &str, at: usize, problem: Phrase) -> QueryCheck {
    let at = u32::try_from(column(text, at)).unwrap_or(u32::MAX);
    QueryCheck { ok: false, at, problem: Some(problem), understood: String::new() }
}

/// Writes a query in a cluster's own language with what stands behind it in ours.
fn in_one(json: String, more: &LogQuery) -> String {
    match more {
        LogQuery::All => json,
        // What is asked behind an object is one thing to it.
        LogQuery::Or(_) => format!("{json} and ({more})"),
        LogQuery::Text(_) | LogQuery::Field { .. } | LogQuery::Not(_) | LogQuery::And(_) => {
            format!("{json} and {more}")
        }
    }
}

/// Returns the number of characters before a byte.
fn column(text: &str, at: usize) -> usize {
    text.char_indices().take_while(|(byte, _)| *byte < at).count()
}

/// Joins a query with the choice of a least level.
pub(crate) fn with_level(query: LogQuery, level: Option<LogGrade>) -> LogQuery {
    let Some(level) = level else { return query };
    let least = LogQuery::Field {
        name: "level".to_owned(),
        test: FieldTest::Compares(Compare::GreaterOrEqual, level_of(level).as_str().to_owned()),
    };
    both(query, least)
}

/// Joins two questions; one for everything adds nothing.
pub(crate) fn both(query: LogQuery, further: LogQuery) -> LogQuery {
    match (query, further) {
        (LogQuery::All, only) | (only, LogQuery::All) => only,
        (query, further) => LogQuery::And(vec![query, further]),
    }
}

/// Joins a query with the choice of some levels; none chosen takes all.
pub(crate) fn with_levels(query: LogQuery, levels: &[LogGrade]) -> LogQuery {
    let one = |level: &LogGrade| LogQuery::Field {
        name: "level".to_owned(),
        test: FieldTest::Is(TextPattern::Word(level_of(*level).as_str().to_owned())),
    };
    let chosen = match levels {
        [] => return query,
        [level] => one(level),
        levels => LogQuery::Or(levels.iter().map(one).collect()),
    };
    both(query, chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_no_field_of_stored_lines_and_still_one_of_a_cluster() {
        let text = "pool and not @timestamp > \"2026-11-17T02:00:00Z\"";

        for refused in [parse_stored(text).unwrap_err(), divided(text).unwrap_err()] {
            assert_eq!((refused.code.as_str(), refused.fields["column"].as_str()), ("log_query", "14"));
            assert_eq!(refused.fields["problem"], "time_field");
        }
        let check = check_query(text);
        assert_eq!((check.ok, check.at), (false, 13));
        assert!(ask(text).is_ok());
        assert!(parse_stored("timestamp > 7 and \"@timestamp\"").is_ok());
    }

    #[test]
    fn a_choice_of_level_stands_beside_the_query() {
        let joined =
            with_level(LogQuery::Text(TextPattern::Word("refused".to_owned())), Some(LogGrade::Warn));

        assert_eq!(joined.to_string(), "refused and level >= warn");
    }

    #[test]
    fn no_choice_of_levels_leaves_the_query_as_it_is() {
        assert_eq!(with_levels(LogQuery::All, &[]), LogQuery::All);
        assert!(matches!(with_levels(LogQuery::All, &[LogGrade::Warn, LogGrade::Error]), LogQuery::Or(_)));
    }

    #[test]
    fn a_brace_begins_a_query_of_a_clusters_own_language() {
        assert!(matches!(ask(" {\"match_all\": {}} "), Ok(LogAsk::Raw(_))));
        assert!(matches!(ask("{\"match_all\": {}} and panic"), Ok(LogAsk::Both(_, LogQuery::Text(_)))));
        assert!(matches!(ask(""), Ok(LogAsk::Query(LogQuery::All))));
        assert_eq!(ask("{\"match_all\": ").unwrap_err().code, "log_query_json");
        assert_eq!(parse("{\"match_all\": {}}").unwrap_err().code, "log_query_raw");
    }

    #[test]
    fn what_is_understood_can_be_typed_again() {
        let check = check_query("{ \"match_all\": { } } and panic or level : warn");

        assert!(check.ok, "{check:?}");
        assert!(
            check.understood.starts_with("{ \"match_all\": { } } and (panic or "),
            "{}",
            check.understood
        );
        assert_eq!(ask(&check.understood), ask("{ \"match_all\": { } } and (panic or level : warn)"));
    }

    #[test]
    fn json_that_cannot_be_read_says_at_which_character() {
        let check = check_query("{\"é\": ]}");

        assert!(!check.ok && check.at == 6, "{check:?}");
        assert_eq!(check.problem.unwrap().key, "query-json-bad");
    }

    #[test]
    fn a_query_that_cannot_be_read_says_where() {
        let check = check_query("service : (checkout or");

        assert!(!check.ok && check.problem.is_some(), "{check:?}");
        assert_eq!(parse("service : (checkout or").unwrap_err().code, "log_query");
    }
}
