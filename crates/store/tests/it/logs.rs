//! Log records in blocks: found as they would be without, kept through sealing, limits, cuts, copies and damage.

use std::collections::BTreeMap;

use wardroom_core::{Labels, LogLevel, LogQuery, LogRecord, TemplateId, Timestamp};
use wardroom_store::{
    BatchKind, CheckProblem, Flaw, LogFilter, LogRow, SourceId, StoreError, TemplateMinute, Workspace,
};

use crate::records::record;
use crate::{add_source, at, in_memory, meddle, on_disk, protected_copy, range};

/// A record whose texts differ from line to line as those of real services do.
fn line(i: i64) -> LogRecord {
    let level = [None, Some(LogLevel::Info), Some(LogLevel::Warn), Some(LogLevel::Error)];
    let message = match i % 5 {
        0 => format!("accepted 10.0.{}.{} on port {}", i / 256 % 4, i % 256, 1000 + i % 60),
        1 => format!("job-{i} took {} ms", i % 700),
        2 => "连接池已满 Größe überschritten".to_owned(),
        3 => format!("GET /cart/{} HTTP/1.1", i % 97),
        _ => "connection pool exhausted".to_owned(),
    };
    let status = if i % 50 == 3 { "503" } else { "200" };
    LogRecord {
        at: at(i * 10),
        level: level[usize::try_from(i % 4).expect("small")],
        service: format!("svc-{}", i % 3),
        host: format!("node-{}", i % 7),
        dataset: "app".to_owned(),
        message,
        fields: if i % 5 == 3 { Labels::new([("http.status", status)]) } else { Labels::default() },
    }
}

fn template_of(i: i64) -> Option<TemplateId> {
    (i % 5 != 2).then(|| TemplateId(u64::MAX - u64::try_from(i % 5).expect("small")))
}

/// Appends the lines of a period of `line`, learnt of at `known_at`.
async fn append(workspace: &Workspace, source: SourceId, lines: std::ops::Range<i64>, known_at: i64) {
    let records: Vec<LogRecord> = lines.clone().map(line).collect();
    let templates: Vec<Option<TemplateId>> = lines.map(template_of).collect();
    workspace.append_logs(source, BatchKind::Sync, &records, &templates, at(known_at)).await.expect("stored");
}

/// All that passes, page by page, newest first.
async fn paged(workspace: &Workspace, filter: &LogFilter, limit: u32) -> Vec<LogRow> {
    let (mut all, mut behind) = (Vec::new(), None);
    loop {
        let page = workspace.logs(filter, behind, limit).await.expect("the store answers");
        let Some(last) = page.last() else { return all };
        behind = Some(last.cursor());
        all.extend(page);
    }
}

fn query(text: &str) -> LogFilter {
    LogFilter { query: LogQuery::parse(text).expect("a question"), ..LogFilter::default() }
}

/// Whether a filter should find a line, said without any index.
fn is_meant(filter: &LogFilter, i: i64, known_at: i64, source: SourceId) -> bool {
    let record = line(i);
    let text = |part: &str| {
        let part = part.to_ascii_lowercase();
        let is_in = |text: &str| text.to_ascii_lowercase().contains(&part);
        is_in(&record.message) || record.fields.iter().any(|(name, value)| is_in(name) || is_in(value))
    };
    filter.range.is_none_or(|range| range.contains(record.at))
        && filter.query.matches(&record)
        && (filter.levels.is_empty() || filter.levels.contains(&record.level))
        && filter.level_at_least.is_none_or(|least| record.level.is_some_and(|level| level >= least))
        && (filter.sources.is_empty() || filter.sources.contains(&source))
        && filter.service.as_ref().is_none_or(|name| *name == record.service)
        && filter.host.as_ref().is_none_or(|name| *name == record.host)
        && (filter.templates.is_empty() || template_of(i).is_some_and(|id| filter.templates.contains(&id)))
        && filter.words.split_whitespace().all(text)
        && filter.as_of.is_none_or(|moment| known_at <= moment.as_millis())
}

#[tokio::test]
async fn blocks_and_rows_together_answer_as_a_look_at_every_record_would() {
    let workspace = in_memory().await;
    let (first, second) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    // Blocks, rows, and blocks of another source at the same times.
    append(&workspace, first, 0..4200, 100).await;
    append(&workspace, first, 4200..4600, 200).await;
    append(&workspace, second, 1000..2500, 300).await;
    workspace.seal_logs(second).await.unwrap();
    append(&workspace, second, 2500..3000, 300).await;
    let stored = |i: i64| {
        let mut of = Vec::new();
        if i < 4600 {
            of.push((first, if i < 4200 { 100 } else { 200 }));
        }
        if (1000..3000).contains(&i) {
            of.push((second, 300));
        }
        of
    };
    let all = LogFilter::default;
    let mut filters: Vec<LogFilter> = [
        "pool",
        "POOL and svc-1",
        "\"pool exhausted\"",
        "job-3711",
        "10.0.1.44",
        "10.0.*",
        "0.1.44",
        "exhau*",
        "*hausted",
        "满",
        "größe",
        "http.status: 503",
        "http.status >= 500 and level >= warn",
        "503 or job-3711 or 97",
        "not pool and not (accepted or job*)",
        "service: svc-2 and level: error",
        "host: node-*",
        "http.status: 503 and get",
        "http.status: 200 and pool",
        "cart and http.status: 200 and not svc-1",
        "http.status: 503 or message: exhausted",
        "message: svc",
        "message: 97 and http.status: *",
        "满 and 连",
        "nowhere",
        "level: *",
        "not level: *",
    ]
    .into_iter()
    .map(query)
    .collect();
    filters.extend([
        all(),
        LogFilter { range: Some(range(40_000, 45_000)), ..all() },
        LogFilter { levels: vec![None, Some(LogLevel::Error)], ..all() },
        LogFilter { level_at_least: Some(LogLevel::Warn), host: Some("node-3".to_owned()), ..query("pool") },
        LogFilter { sources: vec![second], service: Some("svc-0".to_owned()), ..all() },
        LogFilter { templates: vec![TemplateId(u64::MAX), TemplateId(u64::MAX - 3)], ..all() },
        LogFilter { words: "ONNECTION xhaus".to_owned(), ..all() },
        LogFilter { words: "p.status".to_owned(), range: Some(range(10_000, 20_000)), ..all() },
        LogFilter { words: "已满".to_owned(), ..query("连 and svc-1") },
        LogFilter { as_of: Some(at(150)), ..query("job*") },
        LogFilter { as_of: Some(at(99)), ..all() },
    ]);

    for filter in &filters {
        let mut expected = BTreeMap::new();
        let mut by_level: BTreeMap<Option<LogLevel>, u64> = BTreeMap::new();
        for (i, (source, known)) in (0..4600).flat_map(|i| stored(i).into_iter().map(move |of| (i, of))) {
            if is_meant(filter, i, known, source) {
                expected.insert((i, source), line(i));
                *by_level.entry(line(i).level).or_default() += 1;
            }
        }
        let found = paged(&workspace, filter, 997).await;
        let keys: Vec<(i64, i64)> = found.iter().map(|row| (row.record.at.as_millis(), row.number)).collect();
        assert!(keys.is_sorted_by(|a, b| a > b), "{filter:?}");
        assert_eq!(found.len(), expected.len(), "{filter:?}");
        for row in &found {
            let i = row.record.at.as_millis() / 10;
            assert_eq!(expected.get(&(i, row.source)), Some(&row.record), "{filter:?}");
            assert_eq!(row.template, template_of(i));
        }
        assert_eq!(workspace.log_counts(filter).await.unwrap(), by_level, "{filter:?}");
        let bins = workspace.log_bins(filter, 7000).await.unwrap();
        let mut sums: BTreeMap<Option<LogLevel>, u64> = BTreeMap::new();
        for (start, counts) in &bins {
            let origin = filter.range.map_or(0, |range| range.start().as_millis());
            assert_eq!((start.as_millis() - origin) % 7000, 0);
            for (level, n) in counts {
                *sums.entry(*level).or_default() += n;
            }
        }
        assert_eq!(sums, by_level, "{filter:?}");
        assert!(bins.is_sorted_by(|a, b| a.0 < b.0));
    }
}

#[tokio::test]
async fn a_bin_has_the_records_of_its_time() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    append(&workspace, source, 0..5000, 1).await;

    let filter = LogFilter { range: Some(range(5, 50_000)), ..LogFilter::default() };

    let bins = workspace.log_bins(&filter, 10_000).await.unwrap();

    let sizes: Vec<(i64, u64)> = bins.iter().map(|(at, n)| (at.as_millis(), n.values().sum())).collect();
    assert_eq!(sizes, [(5, 1000), (10_005, 1000), (20_005, 1000), (30_005, 1000), (40_005, 999)]);
}

#[tokio::test]
async fn a_record_keeps_its_number_when_it_is_sealed() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    for tick in 0..30 {
        append(&workspace, source, tick * 20..(tick + 1) * 20, tick).await;
    }
    let before = paged(&workspace, &LogFilter::default(), 50).await;
    let middle = before[299].cursor();

    let sealed = workspace.seal_logs(source).await.unwrap();

    assert_eq!(sealed, 600);
    assert_eq!(paged(&workspace, &LogFilter::default(), 50).await, before);
    let rest = workspace.logs(&LogFilter::default(), Some(middle), 1000).await.unwrap();
    assert_eq!(rest, before[300..]);
    append(&workspace, source, 600..610, 99).await;
    let newest = workspace.logs(&LogFilter::default(), None, 10).await.unwrap();
    assert!(newest.iter().all(|row| before.iter().all(|other| other.number < row.number)));
}

#[tokio::test]
async fn a_long_tail_is_sealed_and_keeps_its_newest_rows() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    for part in 0..11 {
        append(&workspace, source, part * 1000..(part + 1) * 1000, part).await;
    }

    let size = workspace.log_sizes().await.unwrap()[&source];

    assert_eq!((size.records, size.tail_records, size.blocks), (11_000, 2048, 2));
    assert_eq!((size.first, size.last), (Some(at(0)), Some(at(109_990))));
    let stats = workspace.stats().await.unwrap();
    assert_eq!((stats.logs, stats.tail_logs, stats.log_blocks), (11_000, 2048, 2));
    assert_eq!(paged(&workspace, &LogFilter::default(), 500).await.len(), 11_000);
}

#[tokio::test]
async fn many_blocks_share_pages_of_their_words() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    // More blocks than one group has places.
    let words = ["oak", "elm", "ash"];
    for part in 0..70_i64 {
        let word = words[usize::try_from(part % 3).unwrap()];
        let records: Vec<LogRecord> = (0..40)
            .map(|i| record((part * 40 + i) * 10, LogLevel::Info, &format!("{word}{part} {}", i % 9)))
            .collect();
        workspace.append_logs(source, BatchKind::Sync, &records, &[], at(part)).await.unwrap();
        workspace.seal_logs(source).await.unwrap();
    }

    for part in [0, 5, 63, 64, 69] {
        let word = format!("{}{part}", words[usize::try_from(part % 3).unwrap()]);
        let counts = workspace.log_counts(&query(&word)).await.unwrap();
        assert_eq!(counts, BTreeMap::from([(Some(LogLevel::Info), 40)]), "{word}");
    }
    let both = workspace.log_counts(&query("oak3 or elm64")).await.unwrap();
    assert_eq!(both.values().sum::<u64>(), 80);
    assert!(workspace.logs(&query("birch"), None, 5).await.unwrap().is_empty());
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());

    // Without its index the same is found, only slower.
    meddle(&path, "DELETE FROM log_term_pages WHERE id % 2 = 0").await;
    meddle(&path, "UPDATE log_term_pages SET bytes = x'0102'").await;
    meddle(&path, "DELETE FROM log_terms").await;
    let report = Workspace::check(&path).await.unwrap();
    let of_the_index = |problem: &CheckProblem| {
        matches!(problem, CheckProblem::LogIndex { .. } | CheckProblem::LogIndexLacks { .. })
    };
    assert!(report.problems.iter().all(of_the_index));
    assert!(!report.is_sound());
    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let found = workspace.logs(&query("oak3"), None, 5000).await.unwrap();
    assert_eq!(found.len(), 40);
}

#[tokio::test]
async fn what_stands_around_a_record_comes_from_its_source_in_order() {
    let workspace = in_memory().await;
    let (source, other) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    append(&workspace, source, 0..5000, 1).await;
    append(&workspace, source, 5000..5100, 2).await;
    append(&workspace, other, 4900..5100, 3).await;
    let filter = LogFilter { sources: vec![source], ..query("job-4996") };
    let place = workspace.logs(&filter, None, 1).await.unwrap()[0].cursor();

    let around = workspace.log_around(source, place, 3, 6).await.unwrap();

    let times: Vec<i64> = around.iter().map(|row| row.record.at.as_millis() / 10).collect();
    assert_eq!(times, [4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000, 5001, 5002]);
    assert!(around.iter().all(|row| row.source == source));
    let nowhere = wardroom_store::LogCursor { number: i64::MAX, ..place };
    let around = workspace.log_around(source, nowhere, 1, 1).await.unwrap();
    let times: Vec<i64> = around.iter().map(|row| row.record.at.as_millis() / 10).collect();
    assert_eq!(times, [4996, 4997]);
}

#[tokio::test]
async fn limits_take_the_oldest_records_and_small_blocks_come_together() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    append(&workspace, source, 0..9000, 1).await;
    for part in 0..4 {
        append(&workspace, source, 9000 + part * 100..9100 + part * 100, 2).await;
        workspace.seal_logs(source).await.unwrap();
    }
    workspace.add_template_counts(source, &[minute(7, 0, 3), minute(7, 3_700_000, 4)]).await.unwrap();
    let mut row = workspace.source(source).await.unwrap().unwrap();
    row.retention_ms = Some(70_000);
    workspace.update_source(&row).await.unwrap();

    // Whole blocks first: that of 0..4500 ends before the limit, that of 4500..9000 reaches over it.
    let dropped = workspace.apply_limits(source, at(120_000)).await.unwrap();
    let left = paged(&workspace, &LogFilter::default(), 2000).await;
    let report = workspace.compact(at(120_000)).await.unwrap();

    assert_eq!((dropped, left.len()), (4500, 4900));
    assert_eq!((report.logs_dropped, report.log_blocks_merged), (500, 5));
    let exact = paged(&workspace, &LogFilter::default(), 2000).await;
    assert_eq!(exact, left[..4400]);
    assert_eq!(exact.last().unwrap().record.at, at(50_000));
    row.max_bytes = Some(1);
    workspace.update_source(&row).await.unwrap();
    assert_eq!(workspace.apply_limits(source, at(120_000)).await.unwrap(), 4400);
    assert!(workspace.logs(&LogFilter::default(), None, 1).await.unwrap().is_empty());
    workspace.compact(at(120_000)).await.unwrap();
    assert_eq!(workspace.log_writers().await.unwrap(), (Vec::new(), Vec::new()));
    // The first hour of the counts ended longer ago than is kept only later.
    workspace.apply_limits(source, at(3_600_000 + 70_000)).await.unwrap();
    assert_eq!(workspace.template_lines().await.unwrap(), [(source, TemplateId(7), 4)]);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_deleted_source_takes_its_blocks_counts_and_examples_with_it() {
    let (_folder, path, workspace) = on_disk().await;
    let (gone, kept) = (add_source(&workspace, "a").await, add_source(&workspace, "b").await);
    for source in [gone, kept] {
        append(&workspace, source, 0..5000, 1).await;
        append(&workspace, source, 5000..5010, 2).await;
        workspace.add_log_masked(source, &[("token", 2)]).await.unwrap();
    }
    workspace.put_templates(&[crate::templates::row(1), crate::templates::row(2)]).await.unwrap();
    workspace.add_template_counts(gone, &[minute(1, 0, 5), minute(2, 0, 5)]).await.unwrap();
    workspace.add_template_counts(kept, &[minute(2, 0, 6)]).await.unwrap();
    workspace.put_template_examples(TemplateId(2), &[(gone, line(1)), (kept, line(2))]).await.unwrap();

    workspace.delete_source(gone, true).await.unwrap();

    let rows = paged(&workspace, &LogFilter::default(), 1000).await;
    assert_eq!(rows.len(), 5010);
    assert!(rows.iter().all(|row| row.source == kept));
    let templates = workspace.templates().await.unwrap();
    assert_eq!(templates.iter().map(|row| (row.id.0, row.lines)).collect::<Vec<_>>(), [(2, 6)]);
    assert_eq!(workspace.template_examples(TemplateId(2)).await.unwrap(), [(kept, line(2))]);
    assert_eq!(workspace.log_masked().await.unwrap(), [(kept, "token".to_owned(), 2)]);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn damage_in_a_block_is_named_and_nothing_wrong_is_shown() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    append(&workspace, source, 0..5000, 1).await;
    workspace.close().await.unwrap();
    meddle(&path, "UPDATE log_parts SET messages = CAST(substr(messages, 1, 50) || x'ff' || substr(messages, 52) AS BLOB)").await;

    let report = Workspace::check(&path).await.unwrap();
    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let listed = workspace.logs(&LogFilter::default(), None, 10).await;

    assert!(
        matches!(&report.problems[..], [CheckProblem::LogBlock { source: of, flaw: Flaw::Checksum, .. }] if *of == source)
    );
    let Err(StoreError::Damaged { path: named, detail }) = listed else { panic!("{listed:?}") };
    assert!(detail.contains("block 1 of log records"), "{detail}");
    assert_eq!(named, path.canonicalize().unwrap());
    // What needs no messages is still answered.
    assert_eq!(workspace.log_counts(&LogFilter::default()).await.unwrap().values().sum::<u64>(), 5000);
}

#[tokio::test]
async fn a_file_from_before_blocks_keeps_its_records() {
    let (_folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    let records = [record(10, LogLevel::Info, "one"), record(20, LogLevel::Error, "two")];
    workspace.append_logs(source, BatchKind::Sync, &records, &[], at(30)).await.unwrap();
    workspace.close().await.unwrap();
    // The table as it was, and nothing of what came later.
    for statement in [
        "CREATE TABLE old (id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batches (id), \
         event_at INTEGER NOT NULL, \
         level TEXT NOT NULL CHECK (level IN ('trace', 'debug', 'info', 'warn', 'error', 'fatal')), \
         service TEXT NOT NULL, host TEXT NOT NULL, dataset TEXT NOT NULL, message TEXT NOT NULL, \
         fields TEXT NOT NULL) STRICT",
        "INSERT INTO old SELECT id, batch, event_at, level, service, host, dataset, message, fields FROM log_records",
        "DROP TABLE log_records",
        "ALTER TABLE old RENAME TO log_records",
        "CREATE INDEX log_records_by_time ON log_records (event_at, level)",
        "CREATE INDEX log_records_by_batch ON log_records (batch)",
        "DROP TABLE log_parts",
        "DROP TABLE log_terms",
        "DROP TABLE log_term_pages",
        "DROP TABLE log_writers",
        "DROP TABLE log_blocks",
        "DROP TABLE log_templates",
        "DROP TABLE log_template_aliases",
        "DROP TABLE log_template_examples",
        "DROP TABLE log_template_hours",
        "DROP TABLE log_miner",
        "DROP TABLE log_decisions",
        "DROP TABLE log_masked",
        "DELETE FROM meta WHERE key = 'store.log_number'",
        "DELETE FROM _sqlx_migrations WHERE version >= 20261121220000",
    ]
    .into_iter()
    .chain(crate::inventory::WITHOUT_RUNS)
    .chain(crate::inventory::WITHOUT_COLUMNS)
    {
        meddle(&path, statement).await;
    }
    let checked = Workspace::check(&path).await.unwrap();
    let protected = protected_copy(&path);
    let readable = Workspace::open(&protected, at(0)).await.unwrap().stats().await;

    let workspace = Workspace::open(&path, at(0)).await.unwrap();
    let unsaid = LogRecord { level: None, ..record(30, LogLevel::Info, "three") };
    workspace.append_logs(source, BatchKind::Sync, &[unsaid], &[], at(40)).await.unwrap();

    assert!(checked.is_sound());
    assert!(readable.is_ok());
    let rows = workspace.logs(&LogFilter::default(), None, 10).await.unwrap();
    let seen: Vec<(i64, &str, Option<LogLevel>)> =
        rows.iter().map(|row| (row.number, row.record.message.as_str(), row.record.level)).collect();
    let expected = [(3, "three", None), (2, "two", Some(LogLevel::Error)), (1, "one", Some(LogLevel::Info))];
    assert_eq!(seen, expected);
    assert_eq!(workspace.seal_logs(source).await.unwrap(), 3);
    assert_eq!(workspace.logs(&LogFilter::default(), None, 10).await.unwrap(), rows);
    workspace.close().await.unwrap();
    assert!(Workspace::check(&path).await.unwrap().is_sound());
}

#[tokio::test]
async fn a_copy_has_the_blocks_and_a_reader_sees_what_is_sealed_meanwhile() {
    let (folder, path, workspace) = on_disk().await;
    let source = add_source(&workspace, "p").await;
    append(&workspace, source, 0..5000, 1).await;
    append(&workspace, source, 5000..6000, 2).await;
    let before = paged(&workspace, &LogFilter::default(), 900).await;
    let reader = Workspace::open(&path, at(0)).await.unwrap();

    workspace.seal_logs(source).await.unwrap();
    let copy = folder.path().join("copy.wardroom");
    workspace.save_copy(&copy).await.unwrap();

    assert_eq!(paged(&reader, &LogFilter::default(), 900).await, before);
    assert_eq!(reader.seal_logs(source).await, Err(StoreError::ReadOnly));
    let copied = Workspace::open(&copy, at(0)).await.unwrap();
    assert_eq!(paged(&copied, &LogFilter::default(), 900).await, before);
}

#[tokio::test]
async fn templates_that_do_not_match_the_records_are_refused() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;

    let refused = workspace.append_logs(source, BatchKind::Sync, &[line(1)], &[None, None], at(1)).await;

    assert!(matches!(refused, Err(StoreError::Internal { .. })));
    assert!(workspace.logs(&LogFilter::default(), None, 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_word_beside_signs_that_are_not_ascii_is_found_among_plain_lines() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    // In the second block a variable holds a whole word: dashes and quotes are not ASCII, and a digit stands behind them.
    for messages in [["refused 1", "fine 2", "nul\0refused"], ["refused 1", "“refused”—503", "fine 4"]]
    {
        let records: Vec<LogRecord> =
            messages.iter().zip(1..).map(|(text, i)| record(i, LogLevel::Info, text)).collect();
        workspace.append_logs(source, BatchKind::Sync, &records, &[], at(9)).await.unwrap();
        workspace.seal_logs(source).await.unwrap();
    }

    assert_eq!(workspace.stats().await.unwrap().log_blocks, 2);
    for (text, expected) in [("refused", 4), ("message: refused", 4), ("refused and 503", 1), ("fine", 2)] {
        assert_eq!(paged(&workspace, &query(text), 10).await.len(), expected, "{text}");
    }
}

#[tokio::test]
async fn odd_records_come_back_from_a_block() {
    let workspace = in_memory().await;
    let source = add_source(&workspace, "p").await;
    let empty = LogRecord {
        at: Timestamp::from_millis(i64::MIN),
        level: None,
        service: String::new(),
        host: String::new(),
        dataset: String::new(),
        message: String::new(),
        fields: Labels::default(),
    };
    let wide = Labels::new((0..3000).map(|i| (format!("field.{i}"), format!("value {i}"))));
    let odd = vec![
        empty.clone(),
        LogRecord {
            at: Timestamp::from_millis(i64::MAX),
            message: "nul \0 1 \0\0".to_owned(),
            ..empty.clone()
        },
        LogRecord { at: at(1), message: "x1 ".repeat(400_000), fields: wide, ..empty },
    ];
    workspace.append_logs(source, BatchKind::Sync, &odd, &[], at(1)).await.unwrap();

    workspace.seal_logs(source).await.unwrap();

    let rows = paged(&workspace, &LogFilter::default(), 2).await;
    let back: Vec<&LogRecord> = rows.iter().map(|row| &row.record).collect();
    assert_eq!(back, [&odd[1], &odd[2], &odd[0]]);
    assert_eq!(workspace.logs(&query("nul"), None, 9).await.unwrap().len(), 1);
    assert_eq!(workspace.log_counts(&query("\"value 2999\"")).await.unwrap().len(), 1);
    assert_eq!(workspace.log_bins(&LogFilter::default(), 1000).await.unwrap().len(), 3);
}

fn minute(template: u64, start: i64, lines: u64) -> TemplateMinute {
    TemplateMinute {
        template: TemplateId(template),
        minute_start: at(start),
        level: Some(LogLevel::Info),
        lines,
    }
}
