//! Sets of files: packed and rotated ones, the index, ranges and places.

use super::*;

#[test]
fn packed_files_give_the_same_records_as_plain_ones() {
    let folder = Folder::new();
    let text = seconds(40_000);
    let half = text.len() / 2;
    let members = [gzip(&text.as_bytes()[..half]), gzip(&text.as_bytes()[half..])].concat();
    let frames = [
        zstd::encode_all(&text.as_bytes()[..half], 1).unwrap(),
        zstd::encode_all(&text.as_bytes()[half..], 1).unwrap(),
    ];
    let plain = open(&[folder.write("a.log", &text)], &utc());
    let expected = all(&plain);
    for (name, bytes, compression) in
        [("b.gz", members, Compression::Gzip), ("c.zst", frames.concat(), Compression::Zstd)]
    {
        let set = open(&[folder.write(name, bytes)], &utc());
        assert_eq!(set.files()[0].compression, compression);
        assert_eq!(set.histogram(), plain.histogram());
        assert_eq!(set.tally(), plain.tally());
        assert_eq!(all(&set), expected);
        let place = expected[30_000].place;
        assert_eq!(set.context(place, 2, 2).unwrap(), expected[29_998..30_003]);
        let range = span(NOON + 39_000_000, NOON + 39_010_000);
        assert_eq!(lines_in(&set, Some(range)), expected[39_000..39_010]);
    }
}

#[test]
fn a_file_with_several_names_is_read_once() {
    let folder = Folder::new();
    let path = folder.write("a.log", seconds(3));
    fs::create_dir(folder.path("old")).unwrap();
    let mut paths = vec![path.clone(), folder.path("old").join("..").join("a.log"), path];
    #[cfg(unix)]
    {
        let link = folder.path("latest.log");
        std::os::unix::fs::symlink("a.log", &link).unwrap();
        paths.push(link);
    }
    paths.push(folder.write("b.log", seconds(3)));

    let set = open(&paths, &utc());

    assert_eq!((set.files().len(), all(&set).len()), (2, 6));
}

#[test]
fn a_rotated_set_is_put_in_the_order_of_its_times() {
    let folder = Folder::new();
    let text = seconds(30);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let newest = folder.write("app.log", lines[20..].concat());
    let middle = folder.write("app.log.1", lines[10..20].concat());
    let oldest = folder.write("app.log.2.gz", gzip(lines[..10].concat().as_bytes()));
    let plain_new = folder.write("plain.log", "third\n");
    let plain_old = folder.write("plain.log.2", "first\n");
    let plain_mid = folder.write("plain.log.1", "second\n");

    let view = preview(&[newest.clone(), middle.clone(), oldest.clone()], &utc()).unwrap();
    let set = open(&[newest.clone(), middle.clone(), oldest.clone(), middle.clone()], &utc());
    let plain = open(&[plain_new, plain_old, plain_mid], &utc());

    let order = vec![oldest, middle, newest];
    assert_eq!(view.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>(), order);
    assert_eq!(view.files.iter().map(|file| file.rotation).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(set.notices(), [LogNotice::Ordered { paths: order }]);
    let times: Vec<i64> = all(&set).iter().map(|line| line.record.at.as_millis()).collect();
    assert_eq!(times, (0..30).map(|i| NOON + i * 1000).collect::<Vec<_>>());
    assert_eq!(messages(&all(&plain)), ["first", "second", "third"]);
}

#[test]
fn files_that_overlap_are_named() {
    let folder = Folder::new();
    let text = seconds(20);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let a = folder.write("a.log", lines[..15].concat());
    let b = folder.write("b.log", lines[10..].concat());
    let set = open(&[a.clone(), b.clone()], &utc());
    let from = Timestamp::from_millis(NOON + 10_000);
    assert_eq!(set.notices(), [LogNotice::Overlap { first: a, second: b, from }]);
}

#[test]
fn the_histogram_counts_every_record_once_whatever_the_threads() {
    let folder = Folder::new();
    let path = folder.write("a.log", seconds(60_000));
    let sets: Vec<LogFileSet> = [1, 2, 3]
        .map(|threads| {
            let opening = Opening { cache_dir: None, threads };
            LogFileSet::open(std::slice::from_ref(&path), &utc(), &opening, &mut |_, _| Continue::Yes)
                .unwrap()
        })
        .into();
    for set in &sets {
        assert_eq!(set.bin_ms(), 1000);
        assert_eq!(set.histogram().len(), 60_000);
        assert_eq!(set.histogram()[10], (Timestamp::from_millis(NOON + 10_000), [0, 0, 0, 0, 1, 0, 0]));
        let tally = set.tally();
        assert_eq!((tally.records, tally.lines, tally.timed), (60_000, 60_000, 60_000));
        assert_eq!(tally.levels, [0, 0, 54_000, 0, 6_000, 0, 0]);
        assert_eq!(set.range(), Some(span(NOON, NOON + 59_999_001)));
    }
}

/// Remembers what it was given.
struct Memory(Vec<(LinePlace, Option<Timestamp>, String, String)>);

impl LineSink for Memory {
    fn line(&mut self, line: &SinkLine<'_>) {
        self.0.push((line.place, line.at, line.service.to_owned(), line.message.to_owned()));
    }
}

#[test]
fn sinks_see_every_record_once_with_the_place_it_has() {
    let folder = Folder::new();
    let a = folder.write("a.log", seconds(30_000));
    let b = folder
        .write("b.log", "2026-12-01T00:00:00Z web1 pay[1]: x\n  more\n2026-12-01T00:00:01Z web1 pay[1]: y\n");
    let cache_dir = Some(folder.path("cache"));
    for threads in [1, 3] {
        let opening = Opening { cache_dir: cache_dir.clone(), threads };
        let (set, sinks) = LogFileSet::open_with(
            &[a.clone(), b.clone()],
            &utc(),
            &opening,
            |_| Memory(Vec::new()),
            &mut |_, _| Continue::Yes,
        )
        .unwrap();
        assert_eq!(sinks.len(), threads);
        let mut seen: Vec<_> = sinks.into_iter().flat_map(|sink| sink.0).collect();
        seen.sort();
        let expected: Vec<_> = all(&set)
            .into_iter()
            .map(|line| (line.place, Some(line.record.at), line.record.service, line.record.message))
            .collect();
        assert_eq!(seen, expected);
        assert_eq!(seen.last().unwrap().2, "pay");
    }
}

#[test]
fn a_range_reads_only_its_blocks() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(100_000))], &utc());
    let range = span(NOON + 50_000_000, NOON + 50_003_000);
    let mut lines = Vec::new();
    let options = SearchOptions { range: Some(range), ..SearchOptions::default() };
    let stats = set
        .records(&options, &mut |line| {
            lines.push(line);
            Continue::Yes
        })
        .unwrap();
    assert_eq!(lines.iter().map(|line| line.line).collect::<Vec<_>>(), [50_001, 50_002, 50_003]);
    assert!(stats.blocks <= 2 && stats.passed_over >= 4, "{stats:?}");
}

#[test]
fn a_receiver_that_stops_ends_the_reading() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(50_000))], &utc());
    let mut n = 0;
    let stats = set
        .records(&SearchOptions::default(), &mut |_| {
            n += 1;
            if n == 3 { Continue::Stop } else { Continue::Yes }
        })
        .unwrap();
    assert_eq!((n, stats.stopped), (3, true));
    let limited = SearchOptions { limit: Some(7), ..SearchOptions::default() };
    assert_eq!(set.records(&limited, &mut |_| Continue::Yes).unwrap().records, 7);
    let flag = std::sync::atomic::AtomicBool::new(true);
    let stopped = SearchOptions { stop: Some(&flag), ..SearchOptions::default() };
    assert_eq!(set.records(&stopped, &mut |_| Continue::Yes).unwrap().records, 0);
    let opening = Opening { cache_dir: None, threads: 2 };
    let path = set.path(0).unwrap().to_owned();
    let cancelled = LogFileSet::open(&[path], &utc(), &opening, &mut |_, _| Continue::Stop);
    assert_eq!(cancelled.err(), Some(LogFileError::Cancelled));
}

#[test]
fn progress_ends_with_the_size_of_all_files() {
    let folder = Folder::new();
    let paths =
        [folder.write("a.log", seconds(20_000)), folder.write("b.gz", gzip(seconds(20_000).as_bytes()))];
    let total: u64 = paths.iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    let mut last = (0, 0);
    LogFileSet::open(&paths, &utc(), &Opening { cache_dir: None, threads: 2 }, &mut |done, all| {
        assert!(done >= last.0 && all == total);
        last = (done, all);
        Continue::Yes
    })
    .unwrap();
    assert_eq!(last, (total, total));
}

#[test]
fn an_index_at_hand_is_used_and_holds_no_text() {
    let folder = Folder::new();
    let path = folder.write("a.log", seconds(20_000));
    let opening = Opening { cache_dir: Some(folder.path("cache")), threads: 2 };
    let open = |passes: &mut u32| {
        LogFileSet::open(std::slice::from_ref(&path), &utc(), &opening, &mut |_, _| {
            *passes += 1;
            Continue::Yes
        })
        .unwrap()
    };
    let (mut first, mut second, mut third) = (0, 0, 0);
    let a = open(&mut first);
    let b = open(&mut second);
    assert!(first > 0);
    assert_eq!(second, 0);
    assert_eq!((a.histogram(), a.tally(), all(&a)), (b.histogram(), b.tally(), all(&b)));
    let kept: Vec<PathBuf> =
        fs::read_dir(folder.path("cache")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1);
    let bytes = fs::read(&kept[0]).unwrap();
    assert!(!bytes.windows(5).any(|part| part == b"order"));
    fs::write(&kept[0], &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(open(&mut third).tally(), a.tally());
    assert_eq!(third, first);
}

#[test]
fn only_what_was_added_is_passed_over_again() {
    let folder = Folder::new();
    let text = seconds(20_000);
    let cut = text.len() / 2;
    let path = folder.write("a.log", &text[..cut]);
    let opening = Opening { cache_dir: Some(folder.path("cache")), threads: 1 };
    let reading = LogReading { last_line: LastLine::Wait, ..utc() };
    let open = |passes: &mut u32| {
        LogFileSet::open(std::slice::from_ref(&path), &reading, &opening, &mut |_, _| {
            *passes += 1;
            Continue::Yes
        })
        .unwrap()
    };
    let (mut first, mut second) = (0, 0);
    open(&mut first);
    folder.append("a.log", &text[cut..]);
    let set = open(&mut second);
    assert_eq!(set.tally().records, 20_000);
    assert!(second <= first);
    // Written anew with the same length: nothing of the old index holds.
    fs::write(&path, text.replace("order", "basket")).unwrap();
    assert_eq!(open(&mut 0).tally().records, 20_000);
    assert!(messages(&all(&open(&mut 0))).iter().all(|message| message.starts_with("basket")));
}

#[test]
fn a_folder_that_cannot_be_written_is_only_a_notice() {
    let folder = Folder::new();
    let path = folder.write("a.log", seconds(10));
    let not_a_folder = folder.write("file", "x");
    let opening = Opening { cache_dir: Some(not_a_folder), threads: 1 };
    let set = LogFileSet::open(&[path], &utc(), &opening, &mut |_, _| Continue::Yes).unwrap();
    assert!(matches!(set.notices().as_slice(), [LogNotice::IndexNotKept { .. }]));
    assert_eq!(set.tally().records, 10);
}

#[test]
fn context_reaches_over_blocks_and_ends_with_the_file() {
    let folder = Folder::new();
    let set = open(&[folder.write("a.log", seconds(60_000))], &utc());
    let lines = all(&set);
    for at in [0, 1, 20_000, 59_999] {
        let around = set.context(lines[at].place, 15_000, 15_000).unwrap();
        let from = at.saturating_sub(15_000);
        let to = (at + 15_001).min(60_000);
        assert_eq!(around.len(), to - from);
        assert_eq!((&around[0], around.last()), (&lines[from], lines.get(to - 1)));
    }
    assert_eq!(set.context(LinePlace { file: 7, offset: 0 }, 1, 1), Ok(Vec::new()));
    assert_eq!(set.context(LinePlace { file: 0, offset: u64::MAX }, 1, 1), Ok(Vec::new()));
}
