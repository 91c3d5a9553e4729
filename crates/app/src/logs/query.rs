//! What a person types to find lines: read, checked, and joined with what else was chosen.

use wardroom_core::{Compare, FieldTest, LogQuery, TextPattern};

use super::level_of;
use super::phrases;
use super::rows::{LogGrade, QueryCheck};
use crate::error::AppError;

/// Reads a query.
///
/// # Errors
///
/// `log_query` with the column, from 1.
pub(crate) fn parse(text: &str) -> Result<LogQuery, AppError> {
    LogQuery::parse(text).map_err(|problem| {
        AppError::new("log_query")
            .with("text", text)
            .with("column", column(text, problem.at) + 1)
            .with("problem", problem.kind.as_str())
    })
}

/// Says how a typed query is understood, without asking anything.
pub fn check_query(text: &str) -> QueryCheck {
    match LogQuery::parse(text) {
        Ok(query) => QueryCheck { ok: true, at: 0, problem: None, understood: query.to_string() },
        Err(problem) => QueryCheck {
            ok: false,
            at: u32::try_from(column(text, problem.at)).unwrap_or(u32::MAX),
            problem: Some(phrases::query_problem(&problem)),
            understood: String::new(),
        },
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
fn both(query: LogQuery, further: LogQuery) -> LogQuery {
    if query == LogQuery::All { further } else { LogQuery::And(vec![query, further]) }
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
    fn a_query_that_cannot_be_read_says_where() {
        let check = check_query("service : (checkout or");

        assert!(!check.ok && check.problem.is_some(), "{check:?}");
        assert_eq!(parse("service : (checkout or").unwrap_err().code, "log_query");
    }
}
