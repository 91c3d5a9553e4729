//! Batches of the OpenTelemetry Collector: many records on a line, each with its own place.

use std::io;

use super::*;
use wardroom_core::{LogLevel, LogQuery};

/// Two resources, three records, as the collector's file exporter writes them.
const BATCH: &str = concat!(
    r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}},"#,
    r#"{"key":"host.name","value":{"stringValue":"web1"}},{"key":"process.pid","value":{"intValue":"7"}}]},"#,
    r#""scopeLogs":[{"scope":{"name":"org.example.Pay","version":"1.2"},"logRecords":["#,
    r#"{"timeUnixNano":"1794312000000000000","observedTimeUnixNano":"1794312000500000000","severityNumber":17,"#,
    r#""severityText":"ERROR","body":{"stringValue":"refused, [x] {y} \"q\""},"#,
    r#""attributes":[{"key":"http.status","value":{"intValue":"502"}}],"flags":0,"#,
    r#""traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"},"#,
    r#"{"timeUnixNano":"0","observedTimeUnixNano":"1794312001000000000","severityNumber":9,"#,
    r#""body":{"stringValue":"paid"},"traceId":"","spanId":""}]}]},"#,
    r#"{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"basket"}}]},"#,
    r#""scopeLogs":[{"scope":{},"logRecords":["#,
    r#"{"timeUnixNano":"1794312002000000000","severityText":"Warning","body":{"stringValue":"slow"}}"#,
    r#"]}]}]}"#
);

/// A batch of one service with an order a second.
fn orders(service: &str, from: i64, n: i64) -> String {
    let mut text = format!(
        r#"{{"resourceLogs":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeLogs":[{{"scope":{{}},"logRecords":["#
    );
    for i in from..from + n {
        let (comma, at) = (if i == from { "" } else { "," }, (NOON + i * 1000) * 1_000_000);
        let filling = "x".repeat(200);
        write!(
            text,
            r#"{comma}{{"timeUnixNano":"{at}","severityNumber":9,"body":{{"stringValue":"order {i} {filling}"}}}}"#
        )
        .unwrap();
    }
    text.push_str("]}]}]}\n");
    text
}

/// Records of a text: read as a file, and as a stream, which have to agree.
fn read(text: &str) -> Vec<LogLine> {
    let folder = Folder::new();
    let lines = all(&open(&[folder.write("a.json", text)], &utc()));
    let mut streamed = Vec::new();
    read_stream(io::Cursor::new(text.as_bytes().to_vec()), &utc(), &mut |line| {
        streamed.push(line);
        Continue::Yes
    })
    .unwrap();
    let records = |lines: &[LogLine]| lines.iter().map(|line| line.record.clone()).collect::<Vec<_>>();
    if lines.iter().all(|line| line.timed) {
        assert_eq!(records(&streamed), records(&lines));
    }
    assert_eq!(messages(&streamed), messages(&lines));
    lines
}

fn offset(text: &str, of: &str) -> u64 {
    wide(text.find(of).unwrap())
}

#[test]
fn each_record_of_a_batch_is_a_line_with_what_it_comes_from() {
    let (text, marked) = (format!("{BATCH}\n{BATCH}\n"), format!("\u{feff}{BATCH}"));
    for (text, n) in [(text.as_str(), 2), (BATCH, 1), (marked.as_str(), 1)] {
        let lines = read(text);

        assert_eq!(messages(&lines), ["refused, [x] {y} \"q\"", "paid", "slow"].repeat(n));
        let [first, second, third] = [0, 1, 2].map(|i| &lines[i].record);
        let times = [first, second, third].map(|record| record.at.as_millis() - NOON);
        assert_eq!(times, [0, 1000, 2000]);
        let levels = [first, second, third].map(|record| record.level);
        assert_eq!(levels, [Some(LogLevel::Error), Some(LogLevel::Info), Some(LogLevel::Warn)]);
        let services = [first, second, third].map(|record| record.service.as_str());
        assert_eq!(services, ["pay", "pay", "basket"]);
        assert_eq!([first, third].map(|record| record.host.as_str()), ["web1", ""]);
        assert_eq!(
            first.fields.iter().collect::<Vec<_>>(),
            [
                ("attributes.http.status", "502"),
                ("observedTimeUnixNano", "1794312000500000000"),
                ("resource.attributes.process.pid", "7"),
                ("scope.name", "org.example.Pay"),
                ("scope.version", "1.2"),
                ("severityNumber", "17"),
                ("spanId", "b7ad6b7169203331"),
                ("traceId", "0af7651916cd43dd8448eb211c80319c"),
            ]
        );
        assert_eq!(third.fields.len(), 0);
        assert_eq!(lines.last().map(|line| line.line), Some(wide(n)), "the number of the line in the file");
    }
}

#[test]
fn a_place_in_a_batch_is_the_place_of_the_record_in_the_file() {
    let folder = Folder::new();
    let text = format!("{BATCH}\n{BATCH}\n");
    for path in [folder.write("a.json", &text), folder.write("b.json.gz", gzip(text.as_bytes()))] {
        let set = open(&[path], &utc());
        let lines = all(&set);

        assert_eq!(set.files()[0].format, LogFormat::OpenTelemetry);
        assert_eq!((set.tally().records, set.tally().lines), (6, 2));
        assert_eq!(set.notices(), []);
        assert_eq!(lines[1].place.offset, offset(&text, "{\"timeUnixNano\":\"0\""));
        for (i, line) in lines.iter().enumerate() {
            assert_eq!(set.context(line.place, 1, 0).unwrap(), lines[i.saturating_sub(1)..=i]);
        }
    }
}

#[test]
fn bodies_of_every_kind_are_messages() {
    let cases = [
        (r#""body":{"intValue":"-7"}"#, "-7"),
        (r#""body":{"doubleValue":0.5}"#, "0.5"),
        (r#""body":{"boolValue":true}"#, "true"),
        (r#""body":{"bytesValue":"aGk="}"#, "aGk="),
        (
            r#""body":{"kvlistValue":{"values":[{"key":"m","value":{"stringValue":"x"}},{"key":"n","value":{"intValue":"2"}}]}}"#,
            r#"{"m":"x","n":2}"#,
        ),
        (
            r#""body":{"arrayValue":{"values":[{"stringValue":"a"},{"arrayValue":{"values":[]}},{}]}}"#,
            r#"["a",[],null]"#,
        ),
        (r#""eventName":"started""#, r#"{"timeUnixNano":"1794312000000000000","eventName":"started"}"#),
    ];
    for (body, message) in cases {
        // Writers are free to put what the records come from behind them.
        let text = format!(
            r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"timeUnixNano":"1794312000000000000",{body}}}],"scope":{{"name":"s"}}}}],"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"pay"}}}}]}}}}]}}"#
        );
        let lines = read(&text);
        assert_eq!(messages(&lines), [message], "{body}");
        assert_eq!(
            (lines[0].record.service.as_str(), lines[0].record.fields.get("scope.name")),
            ("pay", Some("s"))
        );
        assert_eq!(lines[0].record.at.as_millis(), NOON);
    }
}

#[test]
fn long_batches_are_read_whole_searched_and_found_again() {
    let text = [orders("pay", 0, 6000), orders("basket", 6000, 6000), orders("pay", 12_000, 6000)].concat();
    assert!(text.lines().all(|line| line.len() > LONGEST_LINE_BYTES));
    let folder = Folder::new();
    let opening = Opening { cache_dir: Some(folder.path("cache")), threads: 2 };
    for path in [folder.write("a.json", &text), folder.write("b.json.gz", gzip(text.as_bytes()))] {
        let opened = || {
            LogFileSet::open(std::slice::from_ref(&path), &utc(), &opening, &mut |_, _| Continue::Yes)
                .unwrap()
        };
        for set in [opened(), opened()] {
            let lines = all(&set);
            assert_eq!((set.tally().records, set.tally().bytes), (18_000, wide(text.len())));
            assert_eq!(set.notices(), []);
            assert!((0..).zip(&lines).all(|(i, line)| {
                let service = if (6000..12_000).contains(&i) { "basket" } else { "pay" };
                line.record.at.as_millis() == NOON + i * 1000 && line.record.service == service
            }));
            assert_eq!(set.context(lines[9000].place, 1, 1).unwrap(), lines[8999..=9001]);
            let late = lines_in(&set, Some(span(NOON + 17_990_000, NOON + 18_000_000)));
            assert_eq!(late, lines[17_990..]);
            assert_found(&set, &lines);
        }
    }
    let streamed = read(&text);
    assert_eq!(streamed.len(), 18_000);
}

/// Searches agree with a look at every record.
fn assert_found(set: &LogFileSet, lines: &[LogLine]) {
    let regex = LineSearch::Regex { pattern: "order 77\\d? ".to_owned(), ignore_case: false };
    let words = LineSearch::Words(vec!["basket".to_owned(), "6007".to_owned()]);
    let query = LineSearch::Query(LogQuery::parse("service : basket and 7777").unwrap());
    for (what, expected) in [
        (regex, vec![77, 770, 771, 772, 773, 774, 775, 776, 777, 778, 779]),
        (words, vec![6007]),
        (query, vec![7777]),
    ] {
        let mut found = Vec::new();
        let options = SearchOptions { before: 1, behind: 1, ..SearchOptions::default() };
        set.search(&what, &options, &mut |hit| {
            found.push(hit);
            Continue::Yes
        })
        .unwrap();
        let n = wide(expected.len());
        for (hit, i) in found.iter().zip(expected) {
            assert_eq!(hit.line, lines[i], "{what:?}");
            assert_eq!(
                (hit.before.as_slice(), hit.behind.as_slice()),
                (&lines[i - 1..i], &lines[i + 1..i + 2])
            );
        }
        let counted = set.count(&what, &SearchOptions::default()).unwrap();
        assert_eq!((wide(found.len()), counted.records), (n, n), "{what:?}");
    }
}

#[test]
fn what_is_broken_in_a_batch_is_kept_as_text() {
    let record =
        |text: &str| format!(r#"{{"timeUnixNano":"1794312000000000000","body":{{"stringValue":"{text}"}}}}"#);
    let head = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":["#;
    let half = &record("b")[..40];
    for (line, expected) in [
        (format!("{head}{},{half}", record("a")), vec!["a", half]),
        (format!("{head}{},7,{}]}}]}}]}}", record("a"), record("b")), vec!["a", "7,REST"]),
        (head.to_owned(), vec![head]),
        (r#"{"resourceLogs":7}"#.to_owned(), vec![r#"{"resourceLogs":7}"#]),
        (r#"{"resourceLogs":[]}"#.to_owned(), vec![]),
        (format!("{head}{}]}}]}}]}} text", record("a")), vec!["a", "text"]),
    ] {
        let lines = read(&format!("{BATCH}\n{line}\n"));
        let rest = format!("7,{}]}}]}}]}}", record("b"));
        let expected = expected.into_iter().map(|text| if text == "7,REST" { rest.as_str() } else { text });
        assert_eq!(messages(&lines[3..]), expected.collect::<Vec<_>>(), "{line}");
    }
}

#[test]
fn a_batch_over_several_lines_is_read() {
    let spread =
        BATCH.replace("{\"timeUnixNano\"", "{\n  \"timeUnixNano\"").replace("\"body\":{", "\"body\": {\n");
    let long = orders("pay", 0, 2000).replace("\"body\":{", "\n\"body\":{");
    assert_eq!(messages(&read(&spread)), ["refused, [x] {y} \"q\"", "paid", "slow"]);
    let lines = read(&long);
    assert_eq!((lines.len(), lines[1999].record.service.as_str()), (2000, "pay"));
}

#[test]
fn a_file_of_batches_is_followed_line_by_line() {
    let folder = Folder::new();
    let path = folder.write("a.json", orders("pay", 0, 2));
    let reading = LogReading { last_line: LastLine::Wait, ..utc() };
    let mut set = open(&[path], &reading);
    folder.append("a.json", orders("basket", 2, 3) + &orders("pay", 5, 1));
    let half = orders("pay", 6, 2);
    folder.append("a.json", &half[..half.len() / 2]);
    let (mut came, mut stops) = (Vec::new(), vec![Continue::Stop]);
    let mut look = |set: &mut LogFileSet| {
        let done = set.refresh(&mut (), &mut |line| {
            came.push((line.record.at.as_millis() - NOON) / 1000);
            stops.pop().unwrap_or(Continue::Yes)
        });
        (std::mem::take(&mut came), done.unwrap().stopped)
    };

    assert_eq!(look(&mut set), (vec![2, 3, 4], true));
    assert_eq!(look(&mut set), (vec![5], false));
    folder.append("a.json", &half[half.len() / 2..]);
    assert_eq!(look(&mut set), (vec![6, 7], false));
    assert_eq!(all(&set).len(), 8);
}

#[test]
fn a_preview_shows_the_records_of_a_batch_longer_than_the_sample() {
    let folder = Folder::new();
    let view = preview(&[folder.write("a.json", orders("pay", 0, 2000))], &utc()).unwrap();

    assert_eq!(view.format, LogFormat::OpenTelemetry);
    assert!(view.first[19].record.message.starts_with("order 19 x"));
    assert_eq!((view.first[19].record.service.as_str(), view.notices.len()), ("pay", 0));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_walk(inner in "[{}\\[\\]\",:a1 \\\\]{0,60}", at in 0_usize..700) {
        let folder = Folder::new();
        let mut text = BATCH.to_owned();
        text.insert_str(at, &inner);
        let path = folder.write("a.json", format!("{text}\n{BATCH}\n"));
        if let Ok(set) = LogFileSet::open(&[path], &utc(), &Opening::default(), &mut |_, _| Continue::Yes) {
            let lines = all(&set);
            proptest::prop_assert_eq!(set.tally().records, wide(lines.len()));
            for line in &lines {
                proptest::prop_assert_eq!(&set.context(line.place, 0, 0).unwrap()[..], std::slice::from_ref(line));
            }
        }
    }
}
