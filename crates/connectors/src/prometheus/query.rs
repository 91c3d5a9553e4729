//! What is asked for: forms of the query API, and the split of a range into requests.

use promql_parser::parser::{self, Expr};
use wardroom_core::{TimeRange, Timestamp};

use crate::error::SourceError;
use crate::http::{HttpMethod, HttpRequest};
use crate::source::{ReadMode, ReadRequest};

/// Steps of one range query; the server's own limit is 11,000 intervals (`web/api/v1/api.go` of Prometheus).
pub(super) const MAX_POINTS: i64 = 10_000;

/// A range is never split into more requests than this, however small the budget.
const MAX_PIECES: i64 = 100_000;

/// The shortest raw range that is still split.
pub(super) const SHORTEST_RAW_MS: i64 = 60_000;

/// Returns a GET of a path without parameters.
pub(super) fn get(path: &str) -> HttpRequest {
    HttpRequest { method: HttpMethod::Get, path: path.to_owned(), params: Vec::new() }
}

/// Returns an instant query at a time; the server gives up after `timeout_s`.
pub(super) fn instant(query: &str, at: Timestamp, timeout_s: u32) -> HttpRequest {
    let (time, timeout) = (seconds(at.as_millis()), limit(timeout_s));
    post("/api/v1/query", &[("query", query), ("time", time.as_str()), ("timeout", timeout.as_str())])
}

/// Returns a range query; `first` and `last` are multiples of the step and both asked for.
pub(super) fn range(query: &str, first: i64, last: i64, step_ms: i64, timeout_s: u32) -> HttpRequest {
    let (start, end, step) = (seconds(first), seconds(last), seconds(step_ms));
    let timeout = limit(timeout_s);
    let period = [("start", start.as_str()), ("end", end.as_str()), ("step", step.as_str())];
    post(
        "/api/v1/query_range",
        &[("query", query), period[0], period[1], period[2], ("timeout", timeout.as_str())],
    )
}

/// Returns the request for the label sets of the series that a selector matched within a range.
pub(super) fn series(selector: &str, range: TimeRange) -> HttpRequest {
    let (start, end) = (seconds(range.start().as_millis()), seconds(range.end().as_millis() - 1));
    post("/api/v1/series", &[("match[]", selector), ("start", start.as_str()), ("end", end.as_str())])
}

fn post(path: &str, params: &[(&str, &str)]) -> HttpRequest {
    HttpRequest {
        method: HttpMethod::PostForm,
        path: path.to_owned(),
        params: params.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
    }
}

/// Returns the same request as a GET, with its parameters in the URL.
pub(super) fn as_get(request: &HttpRequest) -> HttpRequest {
    HttpRequest { method: HttpMethod::Get, ..request.clone() }
}

fn limit(timeout_s: u32) -> String {
    format!("{}s", timeout_s.max(1))
}

/// Writes milliseconds as the seconds that the API reads, exactly.
pub(super) fn seconds(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let magnitude = millis.unsigned_abs();
    format!("{sign}{}.{:03}", magnitude / 1000, magnitude % 1000)
}

/// Returns the request for one piece of a read; `None` when no step falls into the piece.
///
/// Raw samples are asked for by a range selector at the last millisecond of the piece, as long as the piece: servers
/// from version 3 on leave out its left end and answer exactly the piece, older ones add one millisecond before it,
/// which the reader drops.
pub(super) fn piece_request(
    request: &ReadRequest,
    piece: TimeRange,
    timeout_s: u32,
) -> Result<Option<HttpRequest>, SourceError> {
    let last_instant = piece.end().plus_millis(-1);
    match request.mode {
        ReadMode::Raw => {
            let query = format!("{}[{}ms]", request.query.trim(), piece.millis());
            require_selector(&request.query, &query)?;
            Ok(Some(instant(&query, last_instant, timeout_s)))
        }
        ReadMode::Step(step_ms) => {
            let step_ms = step_ms.max(1);
            let last = last_instant.floor_to(step_ms).as_millis();
            let first = piece.start().plus_millis(-1).floor_to(step_ms).plus_millis(step_ms).as_millis();
            if first > last {
                return Ok(None);
            }
            Ok(Some(range(&request.query, first, last, step_ms, timeout_s)))
        }
    }
}

/// Refuses what would turn into another query when `[…ms]` is put behind it: an expression, a modifier, a comment.
///
/// A text that our parser does not know (syntax of a later server) is left for the server to judge.
fn require_selector(text: &str, with_range: &str) -> Result<(), SourceError> {
    let refuse =
        |detail: &str| Err(SourceError::BadQuery { query: text.to_owned(), detail: detail.to_owned() });
    match (parser::parse(text), parser::parse(with_range)) {
        (Ok(Expr::VectorSelector(selector)), _) if selector.offset.is_some() || selector.at.is_some() => {
            refuse("a selector without offset or @ is expected")
        }
        (Ok(Expr::VectorSelector(_)), Ok(Expr::MatrixSelector(_))) | (Err(_), _) => Ok(()),
        (Ok(_), _) => refuse("a selector is expected, not an expression"),
    }
}

/// Splits a range into pieces of at most `longest_ms`, in order and without overlap.
///
/// At a fixed step the cuts lie on multiples of the step and no piece has more than [`MAX_POINTS`] steps.
pub(super) fn split(range: TimeRange, mode: ReadMode, longest_ms: i64) -> Vec<TimeRange> {
    let (unit, most) = match mode {
        ReadMode::Raw => (1, i64::MAX),
        ReadMode::Step(step_ms) => (step_ms.max(1), step_ms.max(1).saturating_mul(MAX_POINTS)),
    };
    let mut longest = longest_ms.clamp(unit, most);
    if mode == ReadMode::Raw {
        longest = longest.max(range.millis() / MAX_PIECES);
    }
    longest -= longest % unit;
    let mut pieces = Vec::new();
    let mut start = range.start();
    while start < range.end() {
        let cut = start.floor_to(unit).plus_millis(longest).min(range.end());
        match TimeRange::new(start, cut) {
            Ok(piece) => pieces.push(piece),
            Err(_) => break,
        }
        start = cut;
    }
    pieces
}

/// Cuts a piece in two for an answer that was too large; `None` when it cannot be cut further.
pub(super) fn halves(piece: TimeRange, mode: ReadMode) -> Option<[TimeRange; 2]> {
    let (unit, shortest) = match mode {
        ReadMode::Raw => (1, SHORTEST_RAW_MS),
        ReadMode::Step(step_ms) => (step_ms.max(1), step_ms.max(1)),
    };
    if piece.millis() < shortest.saturating_mul(2) {
        return None;
    }
    let middle = piece.start().plus_millis(piece.millis() / 2).floor_to(unit);
    let first = TimeRange::new(piece.start(), middle).ok()?;
    let second = TimeRange::new(middle, piece.end()).ok()?;
    Some([first, second])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::AuthKind;
    use crate::http::curl;
    use crate::prometheus::config::PrometheusConfig;

    #[test]
    fn times_are_written_exactly() {
        assert_eq!(seconds(1_795_268_040_507), "1795268040.507");
        assert_eq!(seconds(-1500), "-1.500");
        assert_eq!(seconds(7), "0.007");
    }

    #[test]
    fn raw_samples_are_asked_for_so_that_an_open_left_end_loses_nothing() {
        let request = read("up{job=\"node\"}", ReadMode::Raw);

        let http = piece_request(&request, between(10_000, 20_000), 30).unwrap().unwrap();

        assert_eq!(http.params[0].1, "up{job=\"node\"}[10000ms]");
        assert_eq!(http.params[1].1, "19.999");
    }

    #[test]
    fn steps_are_multiples_of_the_step_within_the_range() {
        let request = read("up", ReadMode::Step(15_000));

        let http = piece_request(&request, between(15_001, 45_001), 30).unwrap().unwrap();
        let none = piece_request(&request, between(15_001, 29_000), 30).unwrap();

        assert_eq!((http.params[1].1.as_str(), http.params[2].1.as_str()), ("30.000", "45.000"));
        assert_eq!(none, None);
    }

    #[test]
    fn an_expression_a_modifier_and_a_comment_are_not_selectors() {
        for text in ["rate(up[5m])", "up offset 5m", "up @ 0", "up # why", "up[5m]"] {
            let result = piece_request(&read(text, ReadMode::Raw), between(0, 60_000), 30);

            assert!(matches!(result, Err(SourceError::BadQuery { .. })), "{text}");
        }
    }

    #[test]
    fn a_curl_command_quotes_its_parts_and_holds_no_secret() {
        let config = PrometheusConfig {
            auth: AuthKind::Basic { user: "o'neil".to_owned() },
            headers: vec![("X-Scope-OrgID".to_owned(), "a|b".to_owned())],
            ..PrometheusConfig::default()
        };
        let request = instant("up{job='x'}", Timestamp::from_millis(1500), 30);

        let command = curl("http://localhost:9090/api/v1/query", &request, &config.http_settings());

        assert_eq!(
            command,
            r#"curl -sS --compressed -u 'o'\''neil':"$PASSWORD" -H 'X-Scope-OrgID: a|b' 'http://localhost:9090/api/v1/query' --data-urlencode 'query=up{job='\''x'\''}' --data-urlencode 'time=1.500' --data-urlencode 'timeout=30s'"#
        );
    }

    proptest! {
        #[test]
        fn pieces_cover_the_range_without_overlap(
            start in -1_000_000_i64..1_000_000_000_000,
            millis in 1_i64..10_000_000_000,
            step in 1_000_i64..100_000,
            longest in 1_i64..1_000_000_000,
            raw in any::<bool>(),
        ) {
            let range = between(start, start + millis);
            let mode = if raw { ReadMode::Raw } else { ReadMode::Step(step) };
            let longest = if raw { longest.max(100_000) } else { longest.max(step * 100) };

            let pieces = split(range, mode, longest);

            prop_assert_eq!(pieces[0].start(), range.start());
            prop_assert_eq!(pieces[pieces.len() - 1].end(), range.end());
            prop_assert!(pieces.windows(2).all(|two| two[0].end() == two[1].start()));
            prop_assert!(raw || pieces.iter().all(|piece| piece.millis() <= step * MAX_POINTS));
        }

        #[test]
        fn halves_join_to_the_whole(start in 0_i64..1_000_000_000, millis in 1_i64..100_000_000, step in 1_i64..600_000) {
            let piece = between(start, start + millis);
            for mode in [ReadMode::Raw, ReadMode::Step(step)] {
                if let Some([first, second]) = halves(piece, mode) {
                    prop_assert_eq!((first.start(), second.end()), (piece.start(), piece.end()));
                    prop_assert_eq!(first.end(), second.start());
                }
            }
        }
    }

    fn read(query: &str, mode: ReadMode) -> ReadRequest {
        ReadRequest {
            query: query.to_owned(),
            stored_as: None,
            mode,
            range: between(0, 60_000),
            expected_series: 1,
        }
    }

    fn between(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).unwrap()
    }
}
