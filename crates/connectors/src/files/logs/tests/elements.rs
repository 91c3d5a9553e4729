//! JSON that is not written line by line: lists, answers of clusters, and documents over several lines.

use std::io;

use super::*;

/// What Python's `json.dumps` writes of two records, on one line and with `indent=2`.
const ON_ONE_LINE: &str = r#"[{"@timestamp": "2026-11-10T12:00:00Z", "level": "info", "message": "a, [b] {c} \"q\"", "tags": [{"k": 1}, {"k": []}]}, {"@timestamp": "2026-11-10T12:00:01Z", "level": "error", "message": "refused"}]"#;
const INDENTED: &str = r#"[
  {
    "@timestamp": "2026-11-10T12:00:00Z",
    "level": "info",
    "message": "a, [b] {c} \"q\"",
    "tags": [
      {
        "k": 1
      },
      {
        "k": []
      }
    ]
  },
  {
    "@timestamp": "2026-11-10T12:00:01Z",
    "level": "error",
    "message": "refused"
  }
]
"#;

/// An answer of Elasticsearch's search, as `?pretty` writes it.
const ANSWER: &str = r#"{
  "took" : 3,
  "_shards" : { "total" : 1, "hits" : [ { "no" : 1 } ] },
  "hits" : {
    "total" : { "value" : 2, "relation" : "eq" },
    "hits" : [
      {
        "_index" : "app-1",
        "_id" : "a",
        "_source" : { "@timestamp" : "2026-11-10T12:00:00Z", "level" : "info", "message" : "started" }
      },
      {
        "_index" : "app-1",
        "_id" : "b",
        "_source" : { "@timestamp" : "2026-11-10T12:00:01Z", "level" : "error", "message" : "refused", "n" : 7 }
      }
    ]
  },
  "aggregations" : { "by" : { "buckets" : [ { "key" : 1 } ] } }
}
"#;

/// Records of a text: read as a file, and as a stream, which have to agree.
fn read(text: &str) -> (Vec<LogLine>, Vec<LogNotice>) {
    let folder = Folder::new();
    let set = open(&[folder.write("a.json", text)], &utc());
    let lines = all(&set);
    let mut streamed = Vec::new();
    let stats = read_stream(io::Cursor::new(text.as_bytes().to_vec()), &utc(), &mut |line| {
        streamed.push(line);
        Continue::Yes
    })
    .unwrap();
    let records = |lines: &[LogLine]| lines.iter().map(|line| line.record.clone()).collect::<Vec<_>>();
    if lines.iter().all(|line| line.timed) {
        assert_eq!(records(&streamed), records(&lines));
    }
    assert_eq!(messages(&streamed), messages(&lines));
    assert_eq!(stats.notices().len(), set.notices().len());
    (lines, set.notices().into_iter().map(without_path).collect())
}

fn without_path(notice: LogNotice) -> LogNotice {
    let path = PathBuf::from("a.json");
    if let LogNotice::Elements { array, .. } = notice {
        LogNotice::Elements { path, array }
    } else if let LogNotice::BadElements { elements, first, .. } = notice {
        LogNotice::BadElements { path, elements, first }
    } else if let LogNotice::NoTimes { .. } = notice {
        LogNotice::NoTimes { path }
    } else {
        notice
    }
}

fn in_list() -> LogNotice {
    LogNotice::Elements { path: "a.json".into(), array: None }
}

fn broken(elements: u64, first: u64) -> LogNotice {
    LogNotice::BadElements { path: "a.json".into(), elements, first }
}

fn times(lines: &[LogLine]) -> Vec<i64> {
    lines.iter().map(|line| line.record.at.as_millis() - NOON).collect()
}

#[test]
fn the_elements_of_a_list_are_records() {
    let (marked, of_windows) = (format!("\u{feff}{INDENTED}"), INDENTED.replace('\n', "\r\n"));
    for text in [ON_ONE_LINE, INDENTED, marked.as_str(), of_windows.as_str()] {
        let (lines, notices) = read(text);

        assert_eq!(messages(&lines), ["a, [b] {c} \"q\"", "refused"], "{text}");
        assert_eq!(times(&lines), [0, 1000]);
        assert_eq!(lines[0].record.fields.get("tags"), Some(r#"[{"k":1},{"k":[]}]"#));
        assert_eq!(lines[1].line, 2, "the number of the element");
        assert_eq!(notices, [in_list()]);
    }
}

#[test]
fn a_place_in_a_list_is_the_place_in_the_file() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.json", INDENTED)], &utc());

    let lines = all(&set);
    let place = lines[1].place;
    let around = set.context(place, 1, 1).unwrap();

    assert_eq!(usize::try_from(place.offset).unwrap(), INDENTED.find("},\n  {\n    \"@").unwrap() + 2);
    assert_eq!(messages(&around), messages(&lines));
}

#[test]
fn the_answer_of_a_cluster_gives_its_documents() {
    let (pages, on_one_line) = (format!("{ANSWER}{ANSWER}"), ANSWER.replace('\n', " "));
    for (text, n) in [(ANSWER, 1), (pages.as_str(), 2), (on_one_line.as_str(), 1)] {
        let (lines, notices) = read(text);

        assert_eq!(messages(&lines), ["started", "refused"].repeat(n), "{text}");
        assert_eq!(times(&lines), [0, 1000].repeat(n));
        let fields: Vec<_> = lines[1].record.fields.iter().collect();
        assert_eq!(fields, [("_id", "b"), ("_index", "app-1"), ("n", "7")]);
        assert_eq!(
            notices,
            [LogNotice::Elements { path: "a.json".into(), array: Some("hits.hits".to_owned()) }]
        );
    }
}

#[test]
fn the_exports_of_clouds_are_read() {
    for (text, message) in [
        (r#"{"events":[{"timestamp":1794312000000,"message":"one"}],"nextBackwardToken":"b/1"}"#, "one"),
        (r#"{"records":[{"time":"2026-11-10T12:00:00Z","level":"Error","message":"two"}]}"#, "two"),
        (r#"[{"timestamp":"2026-11-10T12:00:00Z","severity":"ERROR","textPayload":"three"}]"#, "three"),
        (
            r#"{"kind":"List","items":[{"lastTimestamp":"2026-11-10T12:00:00Z","eventTime":null,"message":"four"}]}"#,
            "four",
        ),
        (r#"{"value":[{"TimeGenerated":"2026-11-10T12:00:00Z","Message":"five","message":"five"}]}"#, "five"),
        (
            "{\n  \"Records\": [\n    {\n      \"eventTime\": \"2026-11-10T12:00:00Z\",\n      \"eventName\": \"Get it\"\n    }\n  ]\n}\n",
            r#"{"eventTime":"2026-11-10T12:00:00Z","eventName":"Get it"}"#,
        ),
    ] {
        let (lines, _) = read(text);
        assert_eq!(messages(&lines), [message], "{text}");
        assert_eq!(times(&lines), [0], "{text}");
    }
}

#[test]
fn documents_over_several_lines_are_records() {
    let one = "{\n  \"time\": \"2026-11-10T12:00:00Z\",\n  \"msg\": \"one\"\n}\n";
    let two = one.replace("one", "two");

    let (lines, notices) = read(&format!("{one}{two}"));

    assert_eq!(messages(&lines), ["one", "two"]);
    assert_eq!(times(&lines), [0, 0]);
    assert!(notices.is_empty());
}

#[test]
fn a_dump_with_a_document_a_line_is_read() {
    let line = r#"{"_index":"app","_id":"1","_source":{"@timestamp":"2026-11-10T12:00:00Z","message":"paid","host":{"name":"web1"}}}"#;

    let (lines, notices) = read(&format!("{line}\n{line}\n"));

    assert_eq!(messages(&lines), ["paid", "paid"]);
    assert_eq!((lines[0].record.host.as_str(), times(&lines)), ("web1", vec![0, 0]));
    assert_eq!(lines[0].record.fields.iter().collect::<Vec<_>>(), [("_id", "1"), ("_index", "app")]);
    assert!(notices.is_empty());
}

#[test]
fn a_broken_element_is_named_and_the_others_are_kept() {
    // Each with what its broken elements become, and the number of the first.
    let cases: [(&str, &[&str], u64, u64); 5] = [
        (
            r#"[{"msg":"a"},{"msg":"b" ;},{"msg":"c"},nul,{"msg":"d"}]"#,
            &["a", r#"{"msg":"b" ;}"#, "c", "nul", "d"],
            2,
            2,
        ),
        (
            r#"[{"msg":"a"},{"msg":"x},{"msg":"c"},{"msg":"d"}]"#,
            &["a", r#"{"msg":"x},{"msg":"c"}"#, "d"],
            1,
            2,
        ),
        (
            "[\n{\"msg\":\"a\"},\n{\"msg\":\"b},\n{\"msg\":\"c\"},\n{\"msg\":\"d\"\n{\"msg\":\"e\"},\n{\"msg\":\"f\"}\n]\n",
            &["a", r#"{"msg":"b},"#, "c", r#"{"msg":"d" {"msg":"e"},"#, "f"],
            2,
            2,
        ),
        (
            "[\n  {\n    \"msg\": \"a\"\n  },\n  {\n    \"n\": [1,\n    \"msg\": \"b\"\n  },\n  {\n    \"msg\": \"c\"\n  }\n]",
            &["a", r#"{"n":[1,"msg":"b"}"#, "c"],
            1,
            2,
        ),
        (r#"[{"msg":"a"},{"msg":"ha"#, &["a", r#"{"msg":"ha"#], 1, 2),
    ];
    for (text, expected, n, first) in cases {
        let (lines, notices) = read(text);
        assert_eq!(messages(&lines), expected, "{text}");
        assert_eq!(
            notices,
            [in_list(), broken(n, first), LogNotice::NoTimes { path: "a.json".into() }],
            "{text}"
        );
    }
}

#[test]
fn what_only_looks_like_a_list_or_a_document_stays_lines() {
    for text in [
        "[{\"a\":1}] answered in 3 ms\n[{\"a\":2}] answered in 4 ms\n",
        "{\"time\":\"2026-11-10T12:00:00Z\",\"msg\":\"x\",\"events\":[{\"a\":1}]}\n",
        "{\"msg\":\"x\"}\n{\"events\":[{\"msg\":\"y\"}]}\n",
        "{\"events\":[{\"msg\":\"y\"}]}\n{\"msg\":\"x\"}\n",
        "[1, 2, 3]\n",
    ] {
        let (lines, notices) = read(text);
        assert_eq!(lines.len(), text.lines().count(), "{text}");
        assert!(!notices.contains(&in_list()), "{text}");
    }
    let folder = Folder::new();
    let chosen = LogReading { format: Some(LogFormat::Plain), ..utc() };
    let set = open(&[folder.write("a.json", ON_ONE_LINE)], &chosen);
    assert_eq!(messages(&all(&set)), [ON_ONE_LINE]);
}

#[test]
fn a_long_list_is_read_in_blocks_whichever_way_it_is_packed() {
    let mut text = "[\n".to_owned();
    for i in 0..40_000 {
        let at = Timestamp::from_millis(NOON + i * 1000);
        let end = if i == 39_999 { "\n]\n" } else { ",\n" };
        write!(text, "  {{\n    \"time\": \"{at}\",\n    \"msg\": \"order {i}\"\n  }}{end}").unwrap();
    }
    text = text.replacen("\"order 30000\"", "order 30000", 1);
    let folder = Folder::new();
    for path in [
        folder.write("a.json", &text),
        folder.write("b.json.gz", gzip(text.as_bytes())),
        folder.write("c.json", text.replace("\n ", " ").replace("\n]", "]")),
    ] {
        let set = open(std::slice::from_ref(&path), &utc());
        let lines = all(&set);

        assert_eq!(lines.len(), 40_000);
        assert!((0..).zip(&lines).all(|(i, line)| line.line == i + 1));
        assert_eq!(lines[39_999].record.message, "order 39999");
        let late = lines_in(&set, Some(span(NOON + 39_990_000, NOON + 50_000_000)));
        assert_eq!(messages(&late), messages(&lines[39_990..]));
        assert_eq!((set.tally().records, set.tally().bad_elements), (40_000, 1));
        assert!(set.notices().contains(&LogNotice::BadElements { path, elements: 1, first: 30_001 }));
        assert_eq!(set.context(lines[20_000].place, 0, 0).unwrap(), lines[20_000..=20_000]);
    }
}

#[test]
fn a_list_that_grows_is_followed_and_its_index_is_used_again() {
    let folder = Folder::new();
    let element = |second: u32| format!("{{\"time\":\"2026-11-10T12:00:0{second}Z\",\"msg\":\"{second}\"}}");
    let path = folder.write("a.json", format!("[{},\n{}", element(0), element(1)));
    let reading = LogReading { last_line: LastLine::Wait, ..utc() };
    let opening = Opening { cache_dir: Some(folder.path("cache")), threads: 1 };
    let opened = || {
        LogFileSet::open(std::slice::from_ref(&path), &reading, &opening, &mut |_, _| Continue::Yes).unwrap()
    };
    let mut set = opened();
    assert_eq!(messages(&all(&set)), ["0"]);
    let mut came = Vec::new();
    for added in [format!(",\n{},", element(2)), format!("\n{}\n]\n", element(3))] {
        folder.append("a.json", added);
        set.refresh(&mut (), &mut |line| {
            came.push(line.record.message);
            Continue::Yes
        })
        .unwrap();
    }

    assert_eq!(came, ["1", "2", "3"]);
    assert_eq!(messages(&all(&set)), ["0", "1", "2", "3"]);
    let again = opened();
    assert_eq!(messages(&all(&again)), ["0", "1", "2", "3"]);
    assert_eq!(again.tally().records, 4);
}

#[test]
fn a_preview_shows_the_elements_and_the_last_time() {
    let folder = Folder::new();
    let mut text = "[".to_owned();
    for i in 0..5000 {
        let at = Timestamp::from_millis(NOON + i * 1000);
        let comma = if i == 0 { "" } else { ",\n" };
        write!(
            text,
            "{comma}{{\"time\":\"{at}\",\"level\":\"info\",\"msg\":\"order {i} was taken and paid\"}}"
        )
        .unwrap();
    }
    text.push(']');
    let path = folder.write("a.json", &text);

    let view = preview(std::slice::from_ref(&path), &utc()).unwrap();

    assert_eq!(view.format, LogFormat::Json);
    assert_eq!(view.first[0].record.message, "order 0 was taken and paid");
    assert_eq!(view.files[0].last, Some(Timestamp::from_millis(NOON + 4_999_000)));
    assert_eq!(view.notices, [LogNotice::Elements { path, array: None }]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reading_and_no_byte_is_lost(text in "[\\[{][\\[\\]{}\",:a1 \\\\\n]{0,80}") {
        let folder = Folder::new();
        let path = folder.write("a.json", &text);
        // A text without any word is refused as empty or read; both are answers.
        if let Ok(set) = LogFileSet::open(&[path], &utc(), &Opening::default(), &mut |_, _| Continue::Yes) {
            let lines = all(&set);
            proptest::prop_assert_eq!(set.tally().records, wide(lines.len()));
            proptest::prop_assert_eq!(set.tally().bytes, wide(text.len()));
        }
    }
}
