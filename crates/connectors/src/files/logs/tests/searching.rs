//! Searching: against a walk over all lines.

use super::*;
use wardroom_core::LogQuery;

fn regex(pattern: &str) -> LineSearch {
    LineSearch::Regex { pattern: pattern.to_owned(), ignore_case: false }
}

fn search(set: &LogFileSet, what: &LineSearch, options: &SearchOptions<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    set.search(what, options, &mut |hit| {
        found.push(hit);
        Continue::Yes
    })
    .unwrap();
    found
}

fn texts(found: &[Found]) -> Vec<&str> {
    found.iter().map(|hit| hit.line.record.message.as_str()).collect()
}

#[test]
fn expressions_find_the_lines_that_a_walk_over_all_lines_finds() {
    let folder = Folder::new();
    let text = seconds(30_000);
    let set = open(&[folder.write("a.log", &text)], &utc());
    for pattern in [
        "order 77",
        "took 9\\d\\d ms$",
        "^2026-11-10T12:00:0",
        "ERROR.*worker-2",
        "\\A2026-11-10T13",
        "x*",
        "nothing",
    ] {
        let line_regex = ::regex::Regex::new(pattern).unwrap();
        let expected: Vec<u64> =
            (1..).zip(text.lines()).filter(|(_, line)| line_regex.is_match(line)).map(|(n, _)| n).collect();
        let found = search(&set, &regex(pattern), &SearchOptions::default());
        assert_eq!(found.iter().map(|hit| hit.line.line).collect::<Vec<_>>(), expected, "{pattern}");
        let counted = set.count(&regex(pattern), &SearchOptions::default()).unwrap();
        let n = u64::try_from(expected.len()).unwrap();
        assert_eq!(counted, Counted { lines: n, records: n, stopped: false }, "{pattern}");
    }
}

#[test]
fn a_match_stays_within_its_line() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", "alpha one\nbeta two\r\nalpha three\n")], &utc());
    for (pattern, expected) in [
        ("one\\s+beta", vec![]),
        ("alpha[^x]*two", vec![]),
        ("[^x]+", vec!["alpha one", "beta two", "alpha three"]),
        ("two$", vec!["beta two"]),
        ("\\s", vec!["alpha one", "beta two", "alpha three"]),
    ] {
        let found = search(&set, &regex(pattern), &SearchOptions::default());
        assert_eq!(texts(&found), expected, "{pattern}");
    }
}

#[test]
fn a_line_of_a_trace_finds_its_whole_record_once() {
    let folder = Folder::new();
    let text = "2026-11-10T12:00:00Z ERROR boom\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n2026-11-10T12:00:01Z INFO ok\n";
    let set = open(&[folder.write("a.log", text)], &utc());
    let found = search(&set, &regex("B\\.java"), &SearchOptions::default());
    assert_eq!(texts(&found), ["boom\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)"]);
    assert_eq!(found[0].line.line, 1);
    let counted = set.count(&regex("B\\.java"), &SearchOptions::default()).unwrap();
    assert_eq!(counted, Counted { lines: 2, records: 1, stopped: false });
}

#[test]
fn words_are_whole_and_all_of_them_are_needed() {
    let folder = Folder::new();
    let text = "Disk sda1 full\ndisk sda10 full\nfull of disks\nthe DISK is Full\n";
    let set = open(&[folder.write("a.log", text)], &utc());
    let words = |words: &[&str]| LineSearch::Words(words.iter().map(|&word| word.to_owned()).collect());
    let found = search(&set, &words(&["disk", "full"]), &SearchOptions::default());
    assert_eq!(texts(&found), ["Disk sda1 full", "disk sda10 full", "the DISK is Full"]);
    let found = search(&set, &words(&["sda1"]), &SearchOptions::default());
    assert_eq!(texts(&found), ["Disk sda1 full"]);
    assert_eq!(set.count(&words(&["full"]), &SearchOptions::default()).unwrap().records, 4);
    let empty = set.count(&words(&[" "]), &SearchOptions::default());
    assert_eq!(empty.err(), Some(LogFileError::Pattern { problem: PatternProblem::Empty }));
}

#[test]
fn questions_find_what_they_find_record_by_record() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(20_000))], &utc());
    let lines = all(&set);
    for text in [
        "level >= error",
        "order and 777",
        "process.thread.name : worker-3 and not level : error",
        "\"took 7 ms\"",
        "",
    ] {
        let query = LogQuery::parse(text).unwrap();
        let expected: Vec<u64> =
            lines.iter().filter(|line| query.matches(&line.record)).map(|line| line.line).collect();
        let found = search(&set, &LineSearch::Query(query.clone()), &SearchOptions::default());
        assert_eq!(found.iter().map(|hit| hit.line.line).collect::<Vec<_>>(), expected, "{text}");
        let counted = set.count(&LineSearch::Query(query), &SearchOptions::default()).unwrap();
        assert_eq!(counted.records, u64::try_from(expected.len()).unwrap());
    }
}

#[test]
fn surroundings_reach_over_blocks() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(60_000))], &utc());
    let lines = all(&set);
    let options = SearchOptions { before: 3, behind: 2, ..SearchOptions::default() };
    let found = search(&set, &regex("order \\d*[05] "), &options);
    assert_eq!(found.len(), 12_000);
    for hit in found {
        let at = usize::try_from(hit.line.line - 1).unwrap();
        assert_eq!(hit.before, lines[at.saturating_sub(3)..at]);
        assert_eq!(hit.behind, lines[at + 1..(at + 3).min(lines.len())]);
    }
}

#[test]
fn ranges_limits_and_stops_hold_for_searches() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(60_000))], &utc());
    let range = span(NOON + 30_000_000, NOON + 30_100_000);
    let options = SearchOptions { range: Some(range), ..SearchOptions::default() };
    assert_eq!(search(&set, &regex("ERROR"), &options).len(), 10);
    assert_eq!(set.count(&regex("ERROR"), &options).unwrap().lines, 10);
    let limited = SearchOptions { limit: Some(5), before: 1, behind: 1, ..SearchOptions::default() };
    assert_eq!(search(&set, &regex("ERROR"), &limited).len(), 5);
    let mut n = 0;
    let stats = set
        .search(&regex("order"), &SearchOptions::default(), &mut |_| {
            n += 1;
            if n == 2 { Continue::Stop } else { Continue::Yes }
        })
        .unwrap();
    assert_eq!((n, stats.records, stats.stopped), (2, 2, true));
    let flag = std::sync::atomic::AtomicBool::new(true);
    let stopped = SearchOptions { stop: Some(&flag), ..SearchOptions::default() };
    assert!(set.count(&regex("order"), &stopped).unwrap().stopped);
}

#[test]
fn records_without_a_time_keep_the_one_before_them() {
    let folder = Folder::new();
    let text = "{\"time\":\"2026-11-10T12:00:00Z\",\"msg\":\"a\"}\nlisten 80\nlisten 81\n{\"time\":\"2026-11-10T12:00:09Z\",\"msg\":\"b\"}\n";
    let set = open(&[folder.write("a.log", text)], &utc());
    let found = search(&set, &regex("listen 81"), &SearchOptions::default());
    assert_eq!((found[0].line.timed, found[0].line.record.at.as_millis()), (false, NOON));
    let options = SearchOptions { range: Some(span(NOON, NOON + 1)), ..SearchOptions::default() };
    assert_eq!(search(&set, &regex("listen"), &options).len(), 2);
    assert_eq!(messages(&lines_in(&set, Some(span(NOON, NOON + 1)))), ["a", "listen 80", "listen 81"]);
}

#[test]
fn patterns_that_cannot_be_used_say_why() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(3))], &utc());
    let problem = |pattern: &str| match set.count(&regex(pattern), &SearchOptions::default()) {
        Err(LogFileError::Pattern { problem }) => problem,
        other => panic!("{other:?}"),
    };
    assert_eq!(problem(""), PatternProblem::Empty);
    assert!(matches!(problem("a("), PatternProblem::Syntax { .. }));
    assert!(matches!(problem("(\\w{500}){500}"), PatternProblem::TooLarge { .. }));
}
