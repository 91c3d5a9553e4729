//! Stored lines as the terminal asks for them: what the file answers by itself is what a look at every line would say.

use std::sync::Mutex;

use wardroom_core::TimeRange;

use super::study::{Pattern, Read};
use super::*;

fn question(query: &str, minutes: Option<(i64, i64)>) -> Question {
    let at = |minute: i64| Timestamp::from_millis(BEGIN + minute * MINUTE);
    Question {
        origin: Origin::Workspace,
        choice: LogFilesChoice::default(),
        range: minutes.map(|(from, to)| TimeRange::new(at(from), at(to)).unwrap()),
        query: query.to_owned(),
        threads: 1,
        mask: true,
    }
}

fn pattern(regex: Option<&str>) -> Pattern {
    regex.map_or(Pattern::Any, |regex| study::expression(regex).unwrap())
}

/// Searches, and returns what was shown, whether it matches, and what was read.
async fn searched(
    app: &App,
    asked: (&Question, Option<&str>),
    around: usize,
    limit: usize,
) -> (Vec<(String, bool)>, u64, Read) {
    let shown = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&shown);
    let show = move |found: study::Found| {
        let mut told = told.lock().unwrap();
        told.push((found.record.message, found.matches));
        told.len() < limit
    };
    let (found, read) =
        study::search(app, asked.0, pattern(asked.1), around, Arc::default(), show).await.unwrap();
    let shown = shown.lock().unwrap().clone();
    (shown, found, read)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_answers_as_a_look_at_every_line_would() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    for (query, regex, minutes) in [
        ("pool and service: orders", None, None),
        ("level >= error", None, Some((51, 53))),
        ("not pool", Some("answered in [0-3] ms$"), None),
        ("", Some("after 30\\d ms"), None),
        ("", None, Some((0, 1))),
        ("nowhere", None, None),
    ] {
        let asked = question(query, minutes);
        let matcher = wardroom_core::LogQuery::parse(query).unwrap().matcher();
        let in_range = |line: &&LogRecord| asked.range.is_none_or(|range: TimeRange| range.contains(line.at));
        let expression = regex.map(|regex| regex::Regex::new(regex).unwrap());
        let is_wanted = |line: &&LogRecord| {
            matcher.matches(line) && expression.as_ref().is_none_or(|e| e.is_match(&line.message))
        };
        let hour = an_hour();
        let looked_at = hour.iter().filter(in_range).count() as u64;
        let expected: Vec<(String, bool)> =
            hour.iter().filter(in_range).filter(is_wanted).map(|line| (line.message.clone(), true)).collect();

        let (shown, found, read) = searched(&app, (&asked, regex), 0, usize::MAX).await;
        let counted = study::counted(&app, &asked, &pattern(regex)).await.unwrap();

        assert_eq!((shown, found), (expected.clone(), expected.len() as u64), "{query} {regex:?}");
        assert_eq!((read.lines, read.stopped), (looked_at, false), "{query} {regex:?}");
        let counted = counted.map(|(found, read)| (found, read.lines));
        assert_eq!(counted, Some((found, looked_at)), "{query} {regex:?}");
    }
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_enough_says_how_far_it_looked() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    filled(&open).await;

    let (shown, found, read) = searched(&app, (&question("pool", None), None), 0, 2).await;
    let (near, _, _) = searched(&app, (&question("pool", None), None), 1, 3).await;

    // The second of them stands behind 3,011 requests.
    assert_eq!((shown.len(), found, read.lines, read.stopped), (2, 2, 3013, true));
    let matches: Vec<bool> = near.iter().map(|(_, matches)| *matches).collect();
    assert_eq!(matches[..3], [false, true, false], "{near:?}");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_found_by_its_secret_and_shown_without_it() {
    let home = tempfile::tempdir().unwrap();
    let (app, open) = workspace(home.path()).await;
    let source = source(&open, connections::SIMULATED).await;
    let leaked = line(BEGIN, LogLevel::Info, "web", "login with password=tr0ub4dor refused");
    // As a person stores it who has decided to keep secrets.
    let known_at = Timestamp::from_millis(BEGIN);
    open.workspace.append_logs(source, BatchKind::Sync, &[leaked], &[], known_at).await.unwrap();

    for (query, regex) in [("tr0ub4dor", None), ("", Some("tr0ub4d.r"))] {
        let (shown, found, read) = searched(&app, (&question(query, None), regex), 0, 9).await;

        assert_eq!(found, 1, "{query} {regex:?}");
        assert!(shown[0].0.contains("refused") && !shown[0].0.contains("tr0ub4dor"), "{shown:?}");
        assert_eq!(read.masked.values().sum::<u64>(), 1);
    }
    workspaces::close(&app).await;
}
