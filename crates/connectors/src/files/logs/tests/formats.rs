//! Formats: each is known by its first lines, and its records are taken apart.

use super::*;
use wardroom_core::LogLevel;

/// What one line of a format comes to.
struct Case {
    format: LogFormat,
    line: &'static str,
    level: Option<LogLevel>,
    service: &'static str,
    host: &'static str,
    message: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

const NONE: &[(&str, &str)] = &[];

const CASES: [Case; 22] = [
    Case {
        format: LogFormat::Ecs,
        line: r#"{"@timestamp":"2026-11-10T12:00:00.000Z","log.level":"ERROR","message":"no basket","service.name":"pay","host":{"name":"web1"},"ecs.version":"8.11","error":{"type":"E7"}}"#,
        level: Some(LogLevel::Error),
        service: "pay",
        host: "web1",
        message: "no basket",
        fields: &[("ecs.version", "8.11"), ("error.type", "E7")],
    },
    Case {
        format: LogFormat::OpenTelemetry,
        line: r#"{"Timestamp":1794312000000000000,"SeverityText":"WARN","SeverityNumber":13,"Body":"slow","Resource":{"service.name":"pay","host.name":"web1"},"Attributes":{"k":"v"}}"#,
        level: Some(LogLevel::Warn),
        service: "pay",
        host: "web1",
        message: "slow",
        fields: &[("Attributes.k", "v")],
    },
    Case {
        format: LogFormat::Logstash,
        line: r#"{"@timestamp":"2026-11-10T13:00:00.000+01:00","@version":"1","message":"paid","logger_name":"org.example.Pay","level":"INFO","level_value":20000}"#,
        level: Some(LogLevel::Info),
        service: "",
        host: "",
        message: "paid",
        fields: &[("logger_name", "org.example.Pay")],
    },
    Case {
        format: LogFormat::Bunyan,
        line: r#"{"level":50,"time":1794312000000,"pid":7,"hostname":"web1","name":"pay","msg":"failed","err":{"code":"E1"}}"#,
        level: Some(LogLevel::Error),
        service: "pay",
        host: "web1",
        message: "failed",
        fields: &[("err.code", "E1"), ("pid", "7")],
    },
    Case {
        format: LogFormat::DockerJson,
        line: r#"{"log":"WARN slow answer\n","stream":"stderr","time":"2026-11-10T12:00:00.000000000Z"}"#,
        level: Some(LogLevel::Warn),
        service: "",
        host: "",
        message: "WARN slow answer",
        fields: &[("stream", "stderr")],
    },
    Case {
        format: LogFormat::JournaldJson,
        line: r#"{"__REALTIME_TIMESTAMP":"1794312000000000","PRIORITY":"3","_HOSTNAME":"web1","SYSLOG_IDENTIFIER":"pay","MESSAGE":[104,195,188,255]}"#,
        level: Some(LogLevel::Error),
        service: "pay",
        host: "web1",
        message: "h\u{fc}\u{fffd}",
        fields: NONE,
    },
    Case {
        format: LogFormat::Json,
        line: r#"{"time":"2026-11-10T12:00:00Z","level":"debug","msg":"tick","n":3}"#,
        level: Some(LogLevel::Debug),
        service: "",
        host: "",
        message: "tick",
        fields: &[("n", "3")],
    },
    Case {
        format: LogFormat::Syslog5424,
        line: "<11>1 2026-11-10T12:00:00.000Z web1 pay 12 ID7 [x@1 k=\"v\"] no basket",
        level: Some(LogLevel::Error),
        service: "pay",
        host: "web1",
        message: "no basket",
        fields: &[("x@1.k", "v"), ("process.pid", "12")],
    },
    Case {
        format: LogFormat::Syslog3164,
        line: "<12>Nov 10 12:00:00 web1 sshd[24]: refused",
        level: Some(LogLevel::Warn),
        service: "sshd",
        host: "web1",
        message: "refused",
        fields: &[("process.pid", "24")],
    },
    Case {
        format: LogFormat::Syslog3164,
        line: "Nov 10 12:00:00 web1 sshd[24]: refused",
        level: None,
        service: "sshd",
        host: "web1",
        message: "refused",
        fields: &[("process.pid", "24")],
    },
    Case {
        format: LogFormat::Syslog3164,
        line: "2026-11-10T12:00:00.000000+00:00 web1 sshd[24]: refused",
        level: None,
        service: "sshd",
        host: "web1",
        message: "refused",
        fields: NONE,
    },
    Case {
        format: LogFormat::AccessCommon,
        line: "10.0.0.7 - mo [10/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 404 12",
        level: None,
        service: "",
        host: "",
        message: "\"GET /a HTTP/1.1\" 404 12",
        fields: &[("http.response.status_code", "404"), ("user.name", "mo")],
    },
    Case {
        format: LogFormat::AccessCombined,
        line: "10.0.0.7 - - [10/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 200 - \"-\" \"Agent 1\"",
        level: None,
        service: "",
        host: "",
        message: "\"GET /a HTTP/1.1\" 200 - \"-\" \"Agent 1\"",
        fields: &[("user_agent.original", "Agent 1"), ("source.address", "10.0.0.7")],
    },
    Case {
        format: LogFormat::NginxError,
        line: "2026/11/10 12:00:00 [error] 12#7: *4 open() failed, client: 10.0.0.7, server: shop",
        level: Some(LogLevel::Error),
        service: "",
        host: "",
        message: "*4 open() failed, client: 10.0.0.7, server: shop",
        fields: &[("source.address", "10.0.0.7"), ("process.pid", "12")],
    },
    Case {
        format: LogFormat::ApacheError,
        line: "[Tue Nov 10 12:00:00.000000 2026] [core:warn] [pid 12:tid 7] AH00001: slow",
        level: Some(LogLevel::Warn),
        service: "",
        host: "",
        message: "AH00001: slow",
        fields: &[("process.pid", "12"), ("apache.error.module", "core")],
    },
    Case {
        format: LogFormat::Logfmt,
        line: "time=2026-11-10T12:00:00Z level=warn msg=\"slow answer\" took=3s",
        level: Some(LogLevel::Warn),
        service: "",
        host: "",
        message: "slow answer",
        fields: &[("took", "3s")],
    },
    Case {
        format: LogFormat::Klog,
        line: "E1110 12:00:00.000000       7 main.go:12] no basket",
        level: Some(LogLevel::Error),
        service: "",
        host: "",
        message: "no basket",
        fields: &[("log.origin", "main.go:12")],
    },
    Case {
        format: LogFormat::Logcat,
        line: "11-10 12:00:00.000  17  23 W Basket: no basket",
        level: Some(LogLevel::Warn),
        service: "",
        host: "",
        message: "no basket",
        fields: &[("log.logger", "Basket"), ("process.pid", "17")],
    },
    Case {
        format: LogFormat::Cbs,
        line: "2026-11-10 12:00:00, Info                  SHOP   Loaded basket 3",
        level: Some(LogLevel::Info),
        service: "",
        host: "",
        message: "Loaded basket 3",
        fields: &[("log.logger", "SHOP")],
    },
    Case {
        format: LogFormat::Leveled,
        line: "2026-11-10 12:00:00,000 ERROR [main] org.example.Shop: no basket",
        level: Some(LogLevel::Error),
        service: "",
        host: "",
        message: "no basket",
        fields: &[("process.thread.name", "main"), ("log.logger", "org.example.Shop")],
    },
    Case {
        format: LogFormat::TimedLines,
        line: "2026-11-10T12:00:00Z the basket is empty",
        level: None,
        service: "",
        host: "",
        message: "the basket is empty",
        fields: NONE,
    },
    Case {
        format: LogFormat::EpochLines,
        line: "1794312000.000 the basket is empty",
        level: None,
        service: "",
        host: "",
        message: "the basket is empty",
        fields: NONE,
    },
];

#[test]
fn every_format_is_known_and_taken_apart() {
    let folder = Folder::new();
    for (number, case) in CASES.iter().enumerate() {
        let path = folder.write(&format!("{number}.log"), format!("{}\n{}\n", case.line, case.line));
        set_changed(&path, NOON + 3_600_000);

        let set = open(&[path], &utc());

        let lines = all(&set);
        assert_eq!(set.files()[0].format, case.format, "{}", case.line);
        assert_eq!(lines.len(), 2, "{}", case.line);
        for line in lines {
            let record = &line.record;
            assert_eq!((record.at.as_millis(), line.timed), (NOON, true), "{}", case.line);
            assert_eq!(record.level, case.level, "{}", case.line);
            let parts = (record.service.as_str(), record.host.as_str(), record.message.as_str());
            assert_eq!(parts, (case.service, case.host, case.message), "{}", case.line);
            for (name, value) in case.fields {
                assert_eq!(record.fields.get(name), Some(*value), "{name} of {}", case.line);
            }
        }
    }
}

#[test]
fn one_line_is_enough_to_know_most_formats() {
    let folder = Folder::new();
    for (number, case) in CASES.iter().enumerate() {
        let path = folder.write(&format!("{number}.log"), case.line);
        set_changed(&path, NOON);
        let view = preview(&[path], &utc()).unwrap();
        assert_eq!(view.format, case.format, "{}", case.line);
        assert_eq!(view.first.len(), 1, "{}", case.line);
    }
}

#[test]
fn a_stack_trace_is_one_record() {
    let folder = Folder::new();
    for trace in [
        "java.lang.IllegalStateException: no basket\n\tat org.example.Shop.pay(Shop.java:12)\nCaused by: x\n\t... 3 more",
        "Traceback (most recent call last):\n  File \"shop.py\", line 3, in pay\n    basket()\nValueError: no basket",
        "panic: no basket\n\ngoroutine 1 [running]:\nmain.pay(0x1)\n\t/src/main.go:12 +0x1d\nexit status 2",
        "    select *\n    from basket\n  where id = 3",
    ] {
        let text =
            format!("2026-11-10T12:00:00Z ERROR paying failed\n{trace}\n2026-11-10T12:00:01Z INFO next\n");
        let set = open(&[folder.write("trace.log", text)], &utc());
        let lines = all(&set);
        assert_eq!(lines.len(), 2, "{trace}");
        assert_eq!(lines[0].record.message, format!("paying failed\n{trace}"));
        let next_line = 2 + u64::try_from(trace.lines().count()).unwrap();
        assert_eq!((lines[1].line, lines[1].record.message.as_str()), (next_line, "next"));
    }
}

#[test]
fn traces_in_plain_text_and_json_belong_to_their_record() {
    let folder = Folder::new();
    let plain = "starting\nboom\n  at pay (shop.js:3)\n  at main (shop.js:9)\nstopping\n";
    let set = open(&[folder.write("plain.log", plain)], &utc());
    assert_eq!(
        messages(&all(&set)),
        ["starting", "boom\n  at pay (shop.js:3)\n  at main (shop.js:9)", "stopping"]
    );

    let json =
        "{\"time\":\"2026-11-10T12:00:00Z\",\"msg\":\"boom\"}\n\tat x.Y.z(Y.java:1)\nListening on 80\n";
    let set = open(&[folder.write("json.log", json)], &utc());
    let lines = all(&set);
    assert_eq!(messages(&lines), ["boom\n\tat x.Y.z(Y.java:1)", "Listening on 80"]);
    assert_eq!((lines[1].timed, lines[1].record.at.as_millis()), (false, NOON));
}

#[test]
fn entries_of_a_journal_export_are_read() {
    let folder = Folder::new();
    let mut text = Vec::new();
    for i in 0..3_u64 {
        text.extend_from_slice(
            format!("__CURSOR=s={i}\n__REALTIME_TIMESTAMP={}\n", 1_794_312_000_000_000 + i).as_bytes(),
        );
        text.extend_from_slice(b"PRIORITY=4\n_HOSTNAME=web1\n_SYSTEMD_UNIT=pay.service\nMESSAGE\n");
        text.extend_from_slice(&7_u64.to_le_bytes());
        text.extend_from_slice(b"two\nabc\n\n");
    }
    let set = open(&[folder.write("export", text)], &LogReading::default());
    let lines = all(&set);
    assert_eq!(set.files()[0].format, LogFormat::JournaldExport);
    assert_eq!(messages(&lines), ["two\nabc"; 3]);
    assert_eq!((lines[0].record.service.as_str(), lines[0].record.at.as_millis()), ("pay.service", NOON));
}

#[test]
fn a_message_of_a_journal_cannot_pretend_to_be_another_entry() {
    let folder = Folder::new();
    let forged = b"x\n\n__CURSOR=s=9\n__REALTIME_TIMESTAMP=1\nMESSAGE=forged\n";
    let mut text = Vec::new();
    for second in 0..20_000_u64 {
        let at = 1_794_312_000_000_000 + second * 1_000_000;
        text.extend_from_slice(format!("__REALTIME_TIMESTAMP={at}\nPRIORITY=4\nMESSAGE\n").as_bytes());
        text.extend_from_slice(&(forged.len() as u64).to_le_bytes());
        text.extend_from_slice(forged);
        text.extend_from_slice(b"\n\n");
    }
    let set = open(&[folder.write("export", &text)], &LogReading::default());
    let packed = open(&[folder.write("export.gz", gzip(&text))], &LogReading::default());
    let mut streamed = Vec::new();
    let stats = read_stream(std::io::Cursor::new(text), &LogReading::default(), &mut |line| {
        streamed.push(line);
        Continue::Yes
    })
    .unwrap();

    let lines = all(&set);

    assert_eq!((set.files()[0].format, lines.len()), (LogFormat::JournaldExport, 20_000));
    assert_eq!((all(&packed), &streamed), (lines.clone(), &lines));
    assert!(lines.iter().all(|line| line.record.message.ends_with("MESSAGE=forged") && line.timed));
    assert_eq!((set.notices(), stats.notices()), (Vec::new(), Vec::new()));
}

#[test]
fn a_syslog_line_whose_writer_knows_no_time_is_a_record_and_not_more_of_the_one_before() {
    let folder = Folder::new();
    let text = "<11>1 2026-11-10T12:00:00.000Z web1 pay 12 - - no basket\n\
        <12>1 - web2 - - - - clock is not set\n\
        <14>1 2026-11-10T12:00:02.000Z web1 pay 12 - - paid\n";
    let set = open(&[folder.write("a.log", text)], &LogReading::default());
    let lines = all(&set);
    assert_eq!(set.files()[0].format, LogFormat::Syslog5424);
    assert_eq!(messages(&lines), ["no basket", "clock is not set", "paid"]);
    let record = &lines[1].record;
    assert_eq!(
        (record.host.as_str(), record.level, record.service.as_str()),
        ("web2", Some(LogLevel::Warn), "")
    );
    // It takes the time of the line before.
    assert_eq!((lines[1].timed, record.at.as_millis()), (false, NOON));
}

#[test]
fn text_without_times_says_so() {
    let folder = Folder::new();
    let path = folder.write("plain.txt", "one\ntwo\nthree\n");
    set_changed(&path, NOON);
    let set = open(std::slice::from_ref(&path), &LogReading::default());
    let lines = all(&set);
    assert_eq!(set.files()[0].format, LogFormat::Plain);
    assert_eq!(messages(&lines), ["one", "two", "three"]);
    assert!(lines.iter().all(|line| !line.timed && line.record.at.as_millis() == NOON));
    assert_eq!(set.notices(), [LogNotice::NoTimes { path }]);
    assert!(set.histogram().is_empty() && set.range().is_none());
}

#[test]
fn a_time_without_zone_is_a_question_that_preselects_nothing() {
    let folder = Folder::new();
    let path = folder.write("app.log", "2026-11-10 12:00:00,000 INFO started\n");
    let reading = LogReading::default();

    let view = preview(std::slice::from_ref(&path), &reading).unwrap();
    let refused =
        LogFileSet::open(std::slice::from_ref(&path), &reading, &Opening::default(), &mut |_, _| {
            Continue::Yes
        });

    let question = LogQuestion::Zone { examples: vec!["2026-11-10 12:00:00,000".to_owned()] };
    assert_eq!(
        (view.questions.as_slice(), view.zone, view.zone_known),
        ([question.clone()].as_slice(), None, false)
    );
    assert_eq!(
        refused.err(),
        Some(LogFileError::Undecided { path: path.clone(), question: Box::new(question) })
    );
    let berlin = LogReading { zone: Some("Europe/Berlin".to_owned()), ..reading.clone() };
    assert_eq!(all(&open(std::slice::from_ref(&path), &berlin))[0].record.at.as_millis(), NOON - 3_600_000);
    let taken = LogReading { undecided: Undecided::TakeUtc, ..reading };
    let set = open(std::slice::from_ref(&path), &taken);
    assert_eq!(all(&set)[0].record.at.as_millis(), NOON);
    assert_eq!(set.notices(), [LogNotice::ZoneAssumed { path: path.clone() }]);
    let nowhere = LogReading { zone: Some("Mars/Olympus".to_owned()), ..LogReading::default() };
    assert_eq!(
        preview(&[path], &nowhere),
        Err(LogFileError::UnknownZone { zone: "Mars/Olympus".to_owned() })
    );
}

#[test]
fn a_year_is_taken_from_the_files_change_and_asked_about() {
    let folder = Folder::new();
    let path =
        folder.write("messages", "Dec 31 23:59:59 web1 sshd[1]: old\nJan  1 00:00:01 web1 sshd[1]: new\n");
    // 2026-01-01T00:00:05Z = 1767225605.
    set_changed(&path, 1_767_225_605_000);

    let view = preview(std::slice::from_ref(&path), &utc()).unwrap();
    let lines = all(&open(std::slice::from_ref(&path), &utc()));

    let examples = vec!["Dec 31 23:59:59".to_owned(), "Jan  1 00:00:01".to_owned()];
    assert_eq!(view.questions, [LogQuestion::Year { examples, taken: Some(2026) }]);
    let times: Vec<i64> = lines.iter().map(|line| line.record.at.as_millis()).collect();
    assert_eq!(times, [1_767_225_599_000, 1_767_225_601_000]);
    // Where nobody is asked, it is said what was taken.
    let unasked = LogReading { undecided: Undecided::TakeUtc, ..utc() };
    let told = open(std::slice::from_ref(&path), &unasked).notices();
    assert_eq!(told, [LogNotice::YearAssumed { path: path.clone(), year: 2026 }]);
    let answered = LogReading { year: Some(2026), ..unasked };
    assert_eq!(open(std::slice::from_ref(&path), &answered).notices(), []);
    let older = LogReading { year: Some(2020), ..utc() };
    // date -u -d 2019-12-31T23:59:59Z +%s = 1577836799.
    let times: Vec<i64> = all(&open(&[path], &older)).iter().map(|line| line.record.at.as_millis()).collect();
    assert_eq!(times, [1_577_836_799_000, 1_577_836_801_000]);
}

#[test]
fn the_order_of_day_and_month_is_asked_unless_a_day_tells_it() {
    let folder = Folder::new();
    let unclear = folder.write("a.log", "01/11/2026 12:00:00 INFO a\n02/11/2026 12:00:00 INFO b\n");
    let view = preview(std::slice::from_ref(&unclear), &utc()).unwrap();
    let [LogQuestion::DayOrMonthFirst { day_first, month_first, .. }] = view.questions.as_slice() else {
        panic!("{:?}", view.questions)
    };
    assert_eq!(
        (day_first.typical_step_ms, month_first.typical_step_ms),
        (Some(86_400_000), Some(31 * 86_400_000))
    );
    let clear = folder.write("b.log", "11/01/2026 12:00:00 INFO a\n11/13/2026 12:00:00 INFO b\n");
    let view = preview(&[clear], &utc()).unwrap();
    assert_eq!(view.questions, []);
    // date -u -d 2026-11-01T12:00:00Z +%s = 1793534400.
    assert_eq!(view.first[0].record.at.as_millis(), 1_793_534_400_000);
    let answered = LogReading { day_first: Some(true), ..utc() };
    let set = open(std::slice::from_ref(&unclear), &answered);
    assert_eq!((all(&set)[0].record.at.as_millis(), set.notices()), (1_793_534_400_000, Vec::new()));
    // Where nobody is asked, it is said what was taken.
    let taken = LogReading { undecided: Undecided::TakeUtc, ..utc() };
    let set = open(std::slice::from_ref(&unclear), &taken);
    assert_eq!(all(&set)[0].record.at.as_millis(), 1_793_534_400_000);
    assert_eq!(set.notices(), [LogNotice::DayFirstAssumed { path: unclear }]);
}

#[test]
fn colours_are_left_out() {
    let folder = Folder::new();
    let text = "\u{1b}[2m2026-11-10T12:00:00Z\u{1b}[0m \u{1b}[32m INFO\u{1b}[0m shop::pay: paid \u{1b}[1m3\u{1b}[0m\n".repeat(3);
    let lines = all(&open(&[folder.write("c.log", text)], &utc()));
    assert_eq!(messages(&lines), ["paid 3"; 3]);
    assert_eq!((lines[0].record.level, lines[0].record.at.as_millis()), (Some(LogLevel::Info), NOON));
}

#[test]
fn words_of_formats_are_read_back() {
    for format in LogFormat::ALL {
        assert_eq!(LogFormat::parse(format.as_str()), Some(format));
    }
    assert_eq!(LogFormat::parse("xml"), None);
}
