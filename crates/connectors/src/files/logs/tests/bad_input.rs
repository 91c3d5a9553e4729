//! Bad input: nothing panics, nothing hangs, and what happened is said.

use super::super::super::ForeignKind;
use super::*;

fn refused(path: PathBuf) -> LogFileError {
    LogFileSet::open(&[path], &utc(), &Opening::default(), &mut |_, _| Continue::Yes).unwrap_err()
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let folder = Folder::new();
    let missing = folder.path("none.log");
    assert_eq!(refused(missing.clone()), LogFileError::Missing { path: missing.clone() });
    let dir = folder.dir.path().to_owned();
    assert_eq!(refused(dir.clone()), LogFileError::Folder { path: dir });
    for text in ["", "\n \n", "\u{feff}", "\u{feff}\n"] {
        let empty = folder.write("empty.log", text);
        assert_eq!(refused(empty.clone()), LogFileError::Empty { path: empty });
    }
    for (bytes, kind) in [
        (&b"\x7fELF\x02\x01\x01\0\0\0"[..], ForeignKind::Binary),
        (b"PK\x03\x04abc", ForeignKind::Compressed),
        (b"SQLite format 3\0", ForeignKind::Database),
        (b"\x01\x02\x03\x04\x05 text\n\x02\x03", ForeignKind::Binary),
        (b"\xff\xfe2\x000\x002\x006\x00\r\x00\n\x00", ForeignKind::Utf16Le),
        (b"\xfe\xff\x002\x000\x002\x006\x00\n", ForeignKind::Utf16Be),
        (b"d\0i\0s\0k\0 \0f\0u\0l\0l\0\r\0\n\0", ForeignKind::Utf16Le),
    ] {
        let path = folder.write("foreign", bytes);
        assert_eq!(refused(path.clone()), LogFileError::Foreign { path, kind });
    }
    let none = LogFileSet::open(&[], &utc(), &Opening::default(), &mut |_, _| Continue::Yes);
    assert_eq!(none.err(), Some(LogFileError::NoFiles));
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_and_a_pipe_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.write("a.log", "x\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything reads this too.
    if fs::File::open(&path).is_err() {
        assert_eq!(refused(path.clone()), LogFileError::Denied { path });
    }
    let device = PathBuf::from("/dev/null");
    assert!(matches!(refused(device), LogFileError::Unreadable { .. }));
}

#[test]
fn one_bad_file_among_good_ones_is_left_out() {
    let folder = Folder::new();
    let good = folder.write("a.log", seconds(3));
    let missing = folder.path("b.log");
    let set = open(&[missing.clone(), good.clone()], &utc());
    let error = LogFileError::Missing { path: missing.clone() };
    assert_eq!(set.notices(), [LogNotice::LeftOut { error: error.clone() }]);
    let view = preview(&[missing, good], &utc()).unwrap();
    assert_eq!((view.files.len(), &view.files[1].problem), (2, &Some(error)));
}

#[test]
fn bytes_that_are_not_text_are_replaced_and_counted() {
    let folder = Folder::new();
    let text =
        b"2026-11-10T12:00:00Z caf\xe9 \xff open\n2026-11-10T12:00:01Z a\0b\n2026-11-10T12:00:02Z fine\n";
    let path = folder.write("a.log", text);
    let set = open(std::slice::from_ref(&path), &utc());
    let lines = all(&set);
    assert_eq!(messages(&lines), ["caf\u{fffd} \u{fffd} open", "a\u{fffd}b", "fine"]);
    assert_eq!(lines[1].record.at.as_millis(), NOON + 1000);
    assert_eq!(
        set.notices(),
        [LogNotice::InvalidUtf8 { path: path.clone(), lines: 1 }, LogNotice::NulBytes { path, lines: 1 }]
    );
}

#[test]
fn a_hundred_megabytes_on_one_line_are_cut() {
    let folder = Folder::new();
    let path = folder.path("long.log");
    let mut file = fs::File::create(&path).unwrap();
    let piece = vec![b'x'; 1_000_000];
    file.write_all(b"2026-11-10T12:00:00Z INFO first\n2026-11-10T12:00:01Z ERROR ").unwrap();
    for _ in 0..100 {
        file.write_all(&piece).unwrap();
    }
    file.write_all(b"\n2026-11-10T12:00:02Z INFO last\n").unwrap();
    drop(file);

    let set = open(std::slice::from_ref(&path), &utc());

    let lines = all(&set);
    assert_eq!(lines.len(), 3);
    assert!(lines[1].record.message.len() <= LONGEST_LINE_BYTES);
    assert!(lines[1].record.message.starts_with("xxx"));
    assert_eq!((lines[2].record.message.as_str(), lines[2].line), ("last", 3));
    let longest_bytes = 100_000_000 + 27;
    assert_eq!(set.notices(), [LogNotice::LongLines { path, lines: 1, longest_bytes }]);
    assert_eq!(lines[2].place.offset, 32 + longest_bytes + 1);
    assert_eq!(set.context(lines[2].place, 1, 0).unwrap(), lines[1..]);
    assert_eq!(set.tally().bytes, 32 + longest_bytes + 1 + 31);
    let last = LineSearch::Regex { pattern: "last".to_owned(), ignore_case: false };
    assert_eq!(set.count(&last, &SearchOptions::default()).unwrap().lines, 1);
}

#[test]
fn a_record_without_end_is_divided_and_every_line_is_counted() {
    let folder = Folder::new();
    let mut text = "2026-11-10T12:00:00Z ERROR dump\n".to_owned();
    text.push_str(&"  0000 ffff 0000 ffff\n".repeat(500_000));
    text.push_str("2026-11-10T12:00:01Z INFO after\n");
    let set = open(&[folder.write("a.log", text)], &utc());
    assert_eq!(set.tally().lines, 500_002);
    let lines = all(&set);
    assert!(lines.len() < 6);
    assert!(lines.iter().all(|line| line.record.message.len() <= LONGEST_LINE_BYTES));
    assert_eq!(lines.last().map(|line| (line.line, line.record.message.as_str())), Some((500_002, "after")));
}

#[test]
fn a_truncated_packed_file_keeps_what_arrived() {
    let folder = Folder::new();
    let text = seconds(20_000);
    for (name, packed) in
        [("a.gz", gzip(text.as_bytes())), ("a.zst", zstd::encode_all(text.as_bytes(), 1).unwrap())]
    {
        let path = folder.write(name, &packed[..packed.len() / 2]);
        let set = open(std::slice::from_ref(&path), &utc());
        let lines = all(&set);
        assert!(lines.len() > 1000 && lines.len() < 20_000, "{name}: {}", lines.len());
        let notices = set.notices();
        assert_eq!(notices, [LogNotice::Truncated { path, bytes: set.tally().bytes }]);
    }
}

#[test]
fn damage_and_foreign_bytes_in_packed_files_are_named() {
    let folder = Folder::new();
    let text = seconds(20_000);
    let mut packed = gzip(text.as_bytes());
    let n = u64::try_from(packed.len()).unwrap();
    let trailing = folder.write("a.gz", [packed.clone(), b"garbage".to_vec()].concat());
    let set = open(std::slice::from_ref(&trailing), &utc());
    assert_eq!(set.notices(), [LogNotice::TrailingBytes { path: trailing, at: n }]);
    assert_eq!(set.tally().records, 20_000);
    let zeros = folder.write("z.gz", [packed.clone(), vec![0; 512]].concat());
    assert_eq!(open(&[zeros], &utc()).notices(), []);
    let middle = packed.len() / 2;
    packed[middle..middle + 64].fill(0xff);
    let damaged = folder.write("b.gz", packed);
    let set = open(&[damaged], &utc());
    assert!(set.tally().records > 0);
    assert!(matches!(set.notices().as_slice(), [LogNotice::Damaged { .. }, ..]), "{:?}", set.notices());
    let header_only = folder.write("c.gz", &gzip(b"x")[..6]);
    let set = LogFileSet::open(&[header_only], &utc(), &Opening::default(), &mut |_, _| Continue::Yes);
    assert!(set.is_ok_and(|set| matches!(set.notices().as_slice(), [LogNotice::Truncated { bytes: 0, .. }])));
}

/// Text that is a bomb when it is packed: behind some lines the same byte, without a line end.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut text = seconds(100).into_bytes();
    text.resize(bytes, b'x');
    zstd::encode_all(text.as_slice(), 1).unwrap()
}

#[test]
fn a_packed_file_that_is_made_to_fill_a_machine_is_not_read_to_its_end() {
    const MEGABYTE: u64 = 1024 * 1024;
    let folder = Folder::new();
    let path = folder.write("bomb.log.zst", bomb(96 * 1024 * 1024));
    let opening = Opening { cache_dir: Some(folder.path("cache")), threads: 2 };
    for _ in 0..2 {
        let paths = std::slice::from_ref(&path);
        let set = LogFileSet::open(paths, &utc(), &opening, &mut |_, _| Continue::Yes).unwrap();

        let lines = all(&set);
        assert_eq!(lines.len(), 100);
        assert!(lines[99].record.message.starts_with("order 99 took 693 ms\nxxx"));
        let notices = set.notices();
        let dense = notices.iter().find_map(|notice| {
            if let LogNotice::TooDense { bytes, .. } = notice { Some(*bytes) } else { None }
        });
        assert!(dense.is_some_and(|n| (64 * MEGABYTE..72 * MEGABYTE).contains(&n)), "{notices:?}");
        assert_eq!(set.tally().bytes, dense.unwrap());
        assert_eq!(set.context(lines[99].place, 0, 0).unwrap(), lines[99..=99]);
    }
    let mut streamed = 0;
    let packed = std::io::Cursor::new(bomb(96 * 1024 * 1024));
    let stats = read_stream(packed, &utc(), &mut |_| {
        streamed += 1;
        Continue::Yes
    })
    .unwrap();
    assert!(streamed >= 100 && stats.too_dense.is_some() && stats.bytes < 72 * MEGABYTE);
    assert!(stats.notices().iter().any(|notice| matches!(notice, LogNotice::TooDense { .. })));
}

#[test]
fn a_log_that_packs_well_is_read_to_its_end() {
    // One line over and over behind its time: hardly anything of a real log packs better.
    let mut text = String::new();
    let filling = "connection refused by the server of the baskets ".repeat(40);
    for i in 0..40_000 {
        let at = Timestamp::from_millis(NOON + i * 1000);
        writeln!(text, "{at} ERROR {filling}").unwrap();
    }
    assert!(text.len() > 70 * 1024 * 1024);
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    assert!(text.len() / packed.len() > 50, "{}", text.len() / packed.len());
    let folder = Folder::new();
    let set = open(&[folder.write("a.log.zst", packed)], &utc());
    assert_eq!((set.tally().records, set.notices()), (40_000, vec![]));
}

#[test]
fn ten_thousand_fields_are_kept_and_the_rest_is_said() {
    let folder = Folder::new();
    let members: Vec<String> = (0..12_000).map(|i| format!("\"k{i}\":{i}")).collect();
    let line = format!(
        "{{\"time\":\"2026-11-10T12:00:00Z\",\"msg\":\"wide\",{}}}\n{{\"broken\":\n",
        members.join(",")
    );
    let path = folder.write("a.log", line);
    let set = open(std::slice::from_ref(&path), &utc());
    let mut lines = Vec::new();
    let stats = set
        .records(&SearchOptions::default(), &mut |line| {
            lines.push(line);
            Continue::Yes
        })
        .unwrap();
    assert_eq!((lines[0].record.fields.len(), lines[0].record.message.as_str()), (10_000, "wide"));
    assert_eq!(lines[1].record.message, "{\"broken\":");
    assert_eq!(
        stats.notices,
        [LogNotice::BadJson { path: path.clone(), lines: 1 }, LogNotice::ManyFields { path, records: 1 }]
    );
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", format!("\u{feff}{}", seconds(3)))], &utc());
    let lines = all(&set);
    assert_eq!((lines.len(), lines[0].place.offset, lines[0].timed), (3, 3, true));
    assert_eq!(set.context(lines[0].place, 0, 2).unwrap(), lines);
    // Also where only its own line has an end.
    let two = format!("\u{feff}{}", seconds(2).trim_end());
    let set = open(&[folder.write("b.log", two)], &utc());
    assert_eq!(all(&set).iter().map(|line| line.timed).collect::<Vec<_>>(), [true, true]);
}

#[test]
fn a_file_that_shrinks_under_an_open_set_is_named() {
    let folder = Folder::new();
    let path = folder.write("a.log", seconds(1000));
    let set = open(std::slice::from_ref(&path), &utc());
    fs::write(&path, "short\n").unwrap();
    let result = set.records(&SearchOptions::default(), &mut |_| Continue::Yes);
    assert_eq!(result.err(), Some(LogFileError::Changed { path }));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_break_the_reading(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), lines in "([ -~]{0,30}\n){0,12}") {
        let folder = Folder::new();
        for (name, content) in [("bytes", bytes), ("lines", lines.into_bytes())] {
            let path = folder.write(name, &content);
            let reading = LogReading { undecided: Undecided::TakeUtc, ..LogReading::default() };
            let opened = LogFileSet::open(&[path], &reading, &Opening { cache_dir: None, threads: 1 }, &mut |_, _| Continue::Yes);
            if let Ok(set) = opened {
                let read = u64::try_from(all(&set).len()).unwrap();
                proptest::prop_assert_eq!(read, set.tally().records);
            }
        }
    }
}
