//! Files written and read whole: what comes back, what is refused, what no input may break.

mod columns;
mod packed;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp, Unit};

use super::*;

/// Keeps everything that comes.
#[derive(Debug, Default)]
struct Kept {
    keys: Vec<(SeriesKey, MetricKind, Unit)>,
    samples: BTreeMap<u32, Samples>,
    fails: bool,
}

impl Sink for Kept {
    fn series(&mut self, key: &SeriesKey, kind: MetricKind, unit: Unit) -> u32 {
        self.keys.push((key.clone(), kind, unit));
        u32::try_from(self.keys.len() - 1).unwrap()
    }

    fn flush(&mut self, slot: u32, samples: Samples) -> Result<(), Box<dyn Error + Send + Sync>> {
        if self.fails {
            return Err("the disk is full".into());
        }
        self.samples.entry(slot).or_default().extend(&samples);
        Ok(())
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) {
        assert!(bytes_done <= bytes_total);
    }
}

/// What a series is, with the bits of its values.
type Known = BTreeMap<SeriesKey, (MetricKind, Unit, Vec<(i64, u64)>)>;

impl Kept {
    fn known(mut self) -> Known {
        let mut known = Known::new();
        for (slot, (key, kind, unit)) in self.keys.into_iter().enumerate() {
            let mut samples = self.samples.remove(&u32::try_from(slot).unwrap()).unwrap_or_default();
            samples.sort_and_deduplicate();
            known.insert(key, (kind, unit, bits_of(&samples)));
        }
        known
    }
}

fn bits_of(samples: &Samples) -> Vec<(i64, u64)> {
    samples.times().iter().copied().zip(samples.values().iter().map(|value| value.to_bits())).collect()
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn imported(path: &Path, reading: &Reading) -> (Result<Imported, FileError>, Known) {
    let mut kept = Kept::default();
    let result = import(path, reading, &mut kept, &AtomicBool::new(false));
    (result, kept.known())
}

fn previewed_and_imported(path: &Path) -> (Preview, Imported, Known) {
    let preview = preview(path, None).unwrap();
    assert_eq!(preview.refusal, None);
    assert_eq!(preview.question, None);
    let (result, known) = imported(path, &preview.reading());
    (preview, result.unwrap(), known)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn key(metric: &str, labels: &[(&str, &str)]) -> SeriesKey {
    SeriesKey::new(metric, Labels::new(labels.iter().copied()))
}

fn samples(pairs: &[(i64, f64)]) -> Samples {
    let mut samples = Samples::default();
    for &(at, value) in pairs {
        samples.push(Timestamp::from_millis(at), value);
    }
    samples
}

/// 2026-11-10T00:00:00Z.
const DAY: i64 = 1_794_268_800_000;

fn many_kinds() -> Vec<(SeriesKey, MetricKind, Unit, Samples)> {
    let stale = f64::from_bits(0x7ff0_0000_0000_0002);
    let odd = [(DAY - 1, -0.0), (DAY, 0.1), (DAY + 1, f64::NAN), (DAY + 2, stale), (DAY + 3, f64::INFINITY)];
    let even = [(-1, 1e300), (0, f64::NEG_INFINITY), (DAY, 5e-324), (DAY + 999, 123_456_789.125)];
    vec![
        (key("requests_total", &[("job", "a")]), MetricKind::Counter, Unit::Count, samples(&odd)),
        (
            key("requests_total", &[("job", "b,\"c\"\r\nd\\"), ("é", " x ")]),
            MetricKind::Counter,
            Unit::Count,
            samples(&even),
        ),
        (key("requests", &[]), MetricKind::Gauge, Unit::PerSecond, samples(&even)),
        (key("size_bytes", &[("time", "1"), ("value", "{}")]), MetricKind::Gauge, Unit::Bytes, samples(&odd)),
        (key("busy", &[]), MetricKind::Counter, Unit::Seconds, samples(&odd)),
        (key("wait_seconds_bucket", &[("le", "0.5")]), MetricKind::Histogram, Unit::Seconds, samples(&even)),
        (key("my.metric", &[("a.b", "1")]), MetricKind::Unknown, Unit::Celsius, samples(&odd)),
        (key("", &[("a", "1")]), MetricKind::Summary, Unit::Unknown, samples(&even)),
    ]
}

fn exported(path: &Path, format: FileFormat, all: &[(SeriesKey, MetricKind, Unit, Samples)]) -> Exported {
    let mut exporter = Exporter::create(path, format).unwrap();
    for (key, kind, unit, samples) in all {
        exporter.series(key, *kind, *unit, samples).unwrap();
    }
    exporter.finish().unwrap()
}

fn assert_round_trip(format: FileFormat, name: &str) {
    let folder = folder();
    let path = folder.path().join(name);
    let all = many_kinds();

    let exported = exported(&path, format, &all);
    let (preview, imported, known) = previewed_and_imported(&path);

    assert_eq!(preview.format, format);
    assert_eq!(imported.bad_rows, []);
    assert_eq!((exported.series, exported.samples), (imported.series, imported.samples));
    assert_eq!((preview.series, preview.samples), (imported.series, imported.samples));
    for (key, kind, unit, samples) in &all {
        assert_eq!(known.get(key), Some(&(*kind, *unit, bits_of(samples))), "{key}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_csv_export_reads_back_equal() {
    assert_round_trip(FileFormat::Csv, "all.csv");
}

#[test]
fn an_openmetrics_export_reads_back_equal() {
    assert_round_trip(FileFormat::OpenMetrics, "all.om");
}

#[test]
fn a_parquet_export_reads_back_equal() {
    assert_round_trip(FileFormat::Parquet, "all.parquet");
}

#[test]
fn a_series_may_be_exported_in_pieces_and_an_unfinished_export_leaves_nothing() {
    let folder = folder();
    let path = folder.path().join("pieces.csv");
    let up = key("up", &[]);
    let mut exporter = Exporter::create(&path, FileFormat::Csv).unwrap();
    exporter.series(&up, MetricKind::Gauge, Unit::Unknown, &samples(&[(DAY, 1.0)])).unwrap();
    exporter.series(&key("down", &[]), MetricKind::Gauge, Unit::Unknown, &samples(&[(DAY, 0.0)])).unwrap();
    exporter.series(&up, MetricKind::Gauge, Unit::Unknown, &samples(&[(DAY + 1, 2.0)])).unwrap();
    exporter.finish().unwrap();

    let dropped = Exporter::create(&folder.path().join("never.csv"), FileFormat::Csv).unwrap();
    drop(dropped);

    let (_, _, known) = previewed_and_imported(&path);
    assert_eq!(known[&up].2, [(DAY, 1.0_f64.to_bits()), (DAY + 1, 2.0_f64.to_bits())]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_long_csv_is_previewed_with_its_bad_rows_and_imported_without_them() {
    let folder = folder();
    let text = "ts,metric,host,value\n\
        2026-11-10T00:00:00+01:00,latency_seconds,web-1,0.5\n\
        2026-11-10T25:00:00+01:00,latency_seconds,web-1,0.5\n\
        2026-11-10T00:01:00+01:00,latency_seconds,web-1,\"1,2.4\"\n\
        2026-11-10T00:01:00+01:00,latency\n\
        2026-11-10T00:01:00+01:00,latency_seconds,web-2,\n\
        2026-11-10T00:02:00+01:00,latency_seconds,web-1,0.75\n";
    let path = written(folder.path(), "long.csv", text.as_bytes());

    let (preview, imported, known) = previewed_and_imported(&path);

    assert_eq!(preview.layout, Layout::Long);
    assert_eq!(preview.rows, Some(6));
    assert_eq!(preview.bad_rows, imported.bad_rows);
    let places: Vec<(u64, u64)> = imported.bad_rows.iter().map(|row| (row.line, row.column)).collect();
    assert_eq!(places, [(3, 1), (4, 4), (5, 2)]);
    assert_eq!(imported.bad_rows[0].problem, FileProblem::TimePart { part: TimePart::Hour, value: 25 });
    assert_eq!(imported.bad_rows[1].problem, FileProblem::UnclearSeparators);
    assert_eq!(imported.bad_rows[1].text, "1,2.4");
    assert_eq!(imported.bad_rows[2].problem, FileProblem::TooFewColumns { got: 2, expected: 4 });
    let web = &known[&key("latency_seconds", &[("host", "web-1")])];
    assert_eq!(web.1, Unit::Seconds);
    assert_eq!(web.2, [(DAY - 3_600_000, 0.5_f64.to_bits()), (DAY - 3_480_000, 0.75_f64.to_bits())]);
}

#[test]
fn a_file_is_refused_at_its_first_bad_row_when_that_was_chosen() {
    let folder = folder();
    let text = "time,cpu\n2026-11-10T00:00:00Z,1\nsoon,2\n2026-11-10T00:02:00Z,3\n";
    let path = written(folder.path(), "bad.csv", text.as_bytes());
    let reading = Reading { on_bad: OnBad::Refuse, ..preview(&path, None).unwrap().reading() };

    let (result, _) = imported(&path, &reading);

    let row = BadRow { line: 3, column: 1, text: "soon".to_owned(), problem: FileProblem::NotATime };
    assert_eq!(result, Err(FileError::BadRow { path, row }));
}

#[test]
fn a_wide_csv_with_decimal_commas_waits_for_its_answers() {
    let folder = folder();
    let text = "Datum;cpu;\"mem{host=\"\"a\"\"}\"\n01/11/2026;71,2;1.234,5\n02/11/2026;71,9;\n";
    let path = written(folder.path(), "wide.csv", text.as_bytes());
    let first = preview(&path, None).unwrap();
    assert_eq!((first.delimiter, first.decimal_comma, first.layout), (Some(';'), true, Layout::Wide));
    assert!(matches!(first.question, Some(Question::DayOrMonthFirst { .. })));
    let question = QuestionKind::DayOrMonthFirst;
    assert_eq!(
        imported(&path, &first.reading()).0,
        Err(FileError::Undecided { path: path.clone(), question })
    );

    let ordered = Reading { day_first: Some(true), ..first.reading() };
    let second = preview(&path, Some(&ordered)).unwrap();
    assert!(matches!(second.question, Some(Question::Zone { .. })));
    let answered = Reading { zone: Some("Europe/Berlin".to_owned()), ..ordered };
    let (result, known) = imported(&path, &answered);

    assert_eq!(result.unwrap().samples, 3);
    // 2026-10-31T23:00:00Z; checked with `date -u -d 2026-10-31T23:00:00Z +%s`.
    assert_eq!(known[&key("mem", &[("host", "a")])].2, [(1_793_487_600_000, 1234.5_f64.to_bits())]);
}

#[test]
fn the_encoding_does_not_matter() {
    let folder = folder();
    let text = "time,ort,value\n2026-11-10T00:00:00Z,Zürich,1\n2026-11-10T00:01:00Z,Zürich,2\n";
    let utf16 = |big: bool| {
        let mark = if big { [0xfe, 0xff] } else { [0xff, 0xfe] };
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    let files = [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat()),
        ("UTF-16LE", utf16(false)),
        ("UTF-16BE", utf16(true)),
        ("windows-1252", text.chars().map(|c| u8::try_from(c).unwrap()).collect()),
    ];

    for (encoding, bytes) in files {
        let path = written(folder.path(), "encoded.csv", &bytes);
        let (preview, imported, known) = previewed_and_imported(&path);
        assert_eq!(preview.encoding, encoding);
        assert_eq!(imported.samples, 2, "{encoding}");
        assert!(known.contains_key(&key("value", &[("ort", "Zürich")])), "{encoding}");
    }
}

#[test]
fn a_quote_that_is_not_closed_costs_one_row() {
    let folder = folder();
    let mut text = String::from("time,host,value\n2026-11-10T00:00:00Z,\"web,1\n");
    for second in 1..60 {
        writeln!(text, "2026-11-10T00:00:{second:02}Z,\"two\nlines\",1").unwrap();
    }
    let path = written(folder.path(), "quote.csv", text.as_bytes());

    let preview = preview(&path, None).unwrap();
    let (result, known) = imported(&path, &preview.reading());

    // The open quote ends at the next one, so its row swallows a line; what follows is read.
    let imported = result.unwrap();
    assert!(imported.bad_row_count <= 3, "{imported:?}");
    assert!(known[&key("value", &[("host", "two\nlines")])].2.len() >= 57);
}

#[test]
fn the_last_of_equal_times_wins_and_order_does_not_matter() {
    let folder = folder();
    let text = "time,metric,value\n1794268860,up,2\n1794268800,up,1\n1794268860,up,3\n";
    let path = written(folder.path(), "order.csv", text.as_bytes());

    let (preview, _, known) = previewed_and_imported(&path);

    assert_eq!(preview.columns[0].understood, Understood::UnixSeconds);
    assert_eq!(known[&key("up", &[])].2, [(DAY, 1.0_f64.to_bits()), (DAY + 60_000, 3.0_f64.to_bits())]);
}

#[test]
fn json_lines_are_read_with_nested_labels() {
    let folder = folder();
    let text = concat!(
        r#"{"time":"2026-11-10T00:00:00Z","metric":"up","labels":{"job":"a"},"value":1}"#,
        "\n",
        r#"{"time":1794268860.5,"metric":"up","labels":{"job":"a"},"value":"2.5"}"#,
        "\n",
        "not json\n",
        r#"{"time":"2026-11-10T00:02:00Z","metric":"up","labels":{"job":"b","dc":"x"},"value":null}"#,
        "\n",
        r#"{"time":"2026-11-10T00:02:00Z","metric":"up","labels":{"job":"b","dc":"x"},"value":7}"#,
        "\n",
    );
    let path = written(folder.path(), "some.jsonl", text.as_bytes());

    let (preview, imported, known) = previewed_and_imported(&path);

    assert_eq!(preview.format, FileFormat::JsonLines);
    assert_eq!((imported.rows, imported.samples, imported.bad_row_count), (5, 3, 1));
    assert_eq!(imported.bad_rows[0].line, 3);
    assert_eq!(known[&key("up", &[("job", "a")])].2[1], (DAY + 60_500, 2.5_f64.to_bits()));
    assert!(known.contains_key(&key("up", &[("job", "b"), ("dc", "x")])));
}

#[test]
fn openmetrics_is_read_by_its_rules() {
    let folder = folder();
    let text = "# TYPE a counter\n# HELP a help\na_total{x=\"1\"} 5 1794268800.5 # {trace=\"1\"} 1\na_created 1 1\n\
        # TYPE b gauge\nb 1 1\nb 2 x\nb{x=\"1\",x=\"2\"} 1 1\n\nb_total 1 1\n\
        # TYPE h histogram\n# UNIT h seconds\nh_bucket 1 1\nh_sum 4 1\n\
        # TYPE a counter\n# EOF\nlate 1 1\n";
    let path = written(folder.path(), "rules.om", text.as_bytes());

    let (_, imported, known) = previewed_and_imported(&path);

    let found: Vec<(u64, FileProblem)> =
        imported.bad_rows.iter().map(|row| (row.line, row.problem.clone())).collect();
    let rule = |line, rule| (line, FileProblem::Rule { rule });
    assert_eq!(
        found,
        [
            (7, FileProblem::NotATime),
            rule(8, OpenMetricsRule::RepeatedLabel),
            rule(9, OpenMetricsRule::EmptyLine),
            rule(10, OpenMetricsRule::SuffixNotAllowed),
            rule(12, OpenMetricsRule::UnitNotInName),
            rule(13, OpenMetricsRule::LimitMissing),
            rule(15, OpenMetricsRule::FamilyInterleaved),
            rule(17, OpenMetricsRule::AfterEof),
        ]
    );
    let a = &known[&key("a_total", &[("x", "1")])];
    assert_eq!((a.0, a.2.as_slice()), (MetricKind::Counter, &[(DAY + 500, 5.0_f64.to_bits())][..]));
    assert_eq!(known[&key("a_created", &[])].0, MetricKind::Gauge);
    assert_eq!(known[&key("h_sum", &[])].0, MetricKind::Histogram);
}

#[test]
fn openmetrics_that_was_cut_off_is_kept_and_said() {
    let folder = folder();
    let path = written(folder.path(), "cut.om", b"# TYPE b gauge\nb 1 1794268800.000\nb 2 1794268801.000\n");

    let (_, imported, known) = previewed_and_imported(&path);

    assert_eq!(imported.bad_rows[0].problem, FileProblem::Rule { rule: OpenMetricsRule::EofMissing });
    assert_eq!(known[&key("b", &[])].2.len(), 2);
}

#[test]
fn samples_of_one_time_are_counted_and_the_later_one_is_taken() {
    let folder = folder();
    let text =
        "time,metric,value\n2026-11-10T00:00:00Z,a,1\n2026-11-10T00:00:00Z,a,2\n2026-11-10T00:01:00Z,a,3\n";
    let path = written(folder.path(), "twice.csv", text.as_bytes());

    let (_, imported, known) = previewed_and_imported(&path);

    assert_eq!((imported.samples, imported.overwritten), (2, 1));
    assert_eq!(known[&key("a", &[])].2[0], (DAY, 2.0_f64.to_bits()));
}

#[test]
fn what_is_no_json_is_told_without_a_second_line_number() {
    let folder = folder();
    let text = "{\"time\":\"2026-11-10T00:00:00Z\",\"metric\":\"a\",\"value\":1}\nnotjson\n";
    let path = written(folder.path(), "lines.jsonl", text.as_bytes());

    let (_, imported, _) = previewed_and_imported(&path);

    let problem = FileProblem::NotJson { detail: "expected ident".to_owned() };
    let bad: Vec<(u64, &FileProblem)> =
        imported.bad_rows.iter().map(|row| (row.line, &row.problem)).collect();
    assert_eq!(bad, [(2, &problem)]);
    assert!((1..=7).contains(&imported.bad_rows[0].column), "{:?}", imported.bad_rows);
}

#[test]
fn whole_seconds_are_not_taken_for_milliseconds_where_the_end_is_missing() {
    let folder = folder();
    let path = written(folder.path(), "cut.om", b"# TYPE b gauge\nb 1 1794268800\nb 2 1794268860\n");

    let (_, imported, known) = previewed_and_imported(&path);

    let times: Vec<i64> = known[&key("b", &[])].2.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [DAY, DAY + 60_000]);
    let last = imported.bad_rows.last().unwrap();
    assert_eq!(last.problem, FileProblem::Rule { rule: OpenMetricsRule::EofMissing });
}

#[test]
fn a_sample_that_was_cut_in_its_number_is_left_out() {
    let folder = folder();
    let path = written(folder.path(), "half.om", b"# TYPE b gauge\nb 1 1794268800.000\nb 12 17942688");

    let (_, imported, known) = previewed_and_imported(&path);

    assert_eq!(known[&key("b", &[])].2, [(DAY, 1.0_f64.to_bits())]);
    let bad: Vec<(u64, &str)> = imported.bad_rows.iter().map(|row| (row.line, row.text.as_str())).collect();
    assert_eq!(bad, [(3, "b 12 17942688")]);
}

#[test]
fn the_older_prometheus_text_is_read_with_milliseconds_or_the_time_of_the_file() {
    let folder = folder();
    let text = "# HELP x_total Some help.\n# TYPE x_total counter\n# A free comment.\n\n\
        x_total{a=\"b\",} 3 1794268800000\nfree_bytes 1e9\n";
    let path = written(folder.path(), "old.prom", text.as_bytes());

    let (_, imported, known) = previewed_and_imported(&path);

    assert_eq!(imported.bad_rows, []);
    let counter = &known[&key("x_total", &[("a", "b")])];
    assert_eq!((counter.0, counter.2[0].0), (MetricKind::Counter, DAY));
    let changed =
        fs::metadata(&path).unwrap().modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    let at = known[&key("free_bytes", &[])].2[0].0;
    assert_eq!(at, i64::try_from(changed.as_millis()).unwrap());
}

#[test]
fn other_kinds_of_files_are_refused_by_name() {
    let folder = folder();
    let files: [(&[u8], ForeignKind); 5] = [
        (b"PK\x03\x04....[Content_Types].xml....", ForeignKind::Spreadsheet),
        (b"BZh91AY&SY", ForeignKind::Compressed),
        (b"%PDF-1.7\n", ForeignKind::Pdf),
        (b"a\0b\0c\0", ForeignKind::Binary),
        (b"[\n{\"a\":1}\n]\n", ForeignKind::JsonDocument),
    ];

    for (bytes, kind) in files {
        let path = written(folder.path(), "q3-review.xlsx", bytes);
        let refusal = FileError::Foreign { path: path.clone(), kind };
        assert_eq!(preview(&path, None).unwrap().refusal, Some(refusal));
    }
    let empty = written(folder.path(), "empty.csv", b"");
    assert_eq!(preview(&empty, None).unwrap().refusal, Some(FileError::Empty { path: empty.clone() }));
    let none = folder.path().join("none.csv");
    assert_eq!(preview(&none, None).unwrap_err(), FileError::NotFound { path: none });
    #[cfg(unix)]
    {
        let pipe = folder.path().join("pipe.csv");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let refusal = FileError::Foreign { path: pipe.clone(), kind: ForeignKind::Pipe };
        assert_eq!(preview(&pipe, None).unwrap().refusal, Some(refusal));
    }
}

#[test]
fn a_table_without_times_or_numbers_is_refused() {
    let folder = folder();
    let no_time = written(folder.path(), "a.csv", b"host,value\nweb,1\ndb,2\n");
    let no_value = written(folder.path(), "b.csv", b"time,host\n2026-11-10T00:00:00Z,web\n");

    let no_rows = written(folder.path(), "c.csv", b"time,metric,host,value\n");

    let refusals = [&no_time, &no_value, &no_rows].map(|path| preview(path, None).unwrap().refusal);

    assert_eq!(
        refusals,
        [
            Some(FileError::NoTime { path: no_time }),
            Some(FileError::NoValues { path: no_value }),
            Some(FileError::NoRows { path: no_rows }),
        ]
    );
}

#[test]
fn an_import_ends_when_it_is_cancelled_or_its_sink_fails() {
    let folder = folder();
    let path = written(folder.path(), "a.csv", b"time,cpu\n2026-11-10T00:00:00Z,1\n2026-11-10T00:00:01Z,2\n");
    let reading = preview(&path, None).unwrap().reading();

    let cancelled = import(&path, &reading, &mut Kept::default(), &AtomicBool::new(true));
    let mut failing = Kept { fails: true, ..Kept::default() };
    let failed = import(&path, &reading, &mut failing, &AtomicBool::new(false));

    assert_eq!(cancelled, Err(FileError::Cancelled { path: path.clone() }));
    assert_eq!(failed, Err(FileError::Sink { path, detail: "the disk is full".to_owned() }));
}

/// Previews and imports whatever stands there; only its not breaking is looked at.
fn survives(path: &Path) {
    let Ok(preview) = preview(path, None) else { return };
    let zoned = Reading { zone: Some("UTC".to_owned()), day_first: Some(true), ..preview.reading() };
    let (result, known) = imported(path, &zoned);
    if let Ok(imported) = result {
        let kept: usize = known.values().map(|(_, _, samples)| samples.len()).sum();
        assert!(kept as u64 <= imported.samples);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_never_breaks_a_reader(bytes in prop::collection::vec(any::<u8>(), 0..600), ending in 0_usize..4) {
        let folder = folder();
        let name = ["a.csv", "a.jsonl", "a.om", "a"][ending];
        survives(&written(folder.path(), name, &bytes));
    }

    #[test]
    fn text_that_is_nearly_a_table_never_breaks_a_reader(text in "([0-9T:Ze+.,;\"\n{}=#a -]|nan|inf){0,300}", ending in 0_usize..4) {
        let folder = folder();
        let name = ["a.csv", "a.jsonl", "a.om", "a"][ending];
        survives(&written(folder.path(), name, text.as_bytes()));
    }

    #[test]
    fn a_truncated_file_keeps_what_was_good(share in 0.0_f64..1.0, format in 0_usize..2) {
        let folder = folder();
        let (format, name) = [(FileFormat::Csv, "a.csv"), (FileFormat::OpenMetrics, "a.om")][format];
        let path = folder.path().join(name);
        let times: Vec<(i64, f64)> = (0..200).map(|i| (DAY + i * 1000, 1.0)).collect();
        exported(&path, format, &[(key("up", &[("job", "a")]), MetricKind::Gauge, Unit::Unknown, samples(&times))]);
        let whole = fs::read(&path).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is one")]
        let n = (whole.len() as f64 * share) as usize;
        fs::write(&path, &whole[..n]).unwrap();

        let Ok(preview) = preview(&path, None) else { return Ok(()) };
        let reading = Reading { zone: Some("UTC".to_owned()), ..preview.reading() };
        let (result, known) = imported(&path, &reading);

        if let Ok(imported) = result {
            // All rows but the cut one are kept, and the cut one is counted when it cannot be read.
            let kept: usize = known.values().map(|(_, _, samples)| samples.len()).sum();
            assert!(imported.rows <= kept as u64 + imported.bad_row_count + 1);
            assert!(imported.bad_row_count <= 2);
        }
    }

    #[test]
    fn a_truncated_parquet_is_refused(share in 0.0_f64..1.0) {
        let folder = folder();
        let path = folder.path().join("a.parquet");
        exported(&path, FileFormat::Parquet, &many_kinds());
        let whole = fs::read(&path).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is one")]
        let n = (whole.len() as f64 * share) as usize;
        fs::write(&path, &whole[..n]).unwrap();

        let preview = preview(&path, None).unwrap();

        assert!(preview.refusal.is_some());
    }

    #[test]
    fn any_samples_survive_every_format(
        pairs in prop::collection::btree_map(-62_135_596_800_000_i64..253_402_300_800_000, any::<u64>(), 1..40),
        name in "[a-z][a-z0-9_.]{0,12}",
        value in "[^\0-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{7f}-\u{9f}]{0,12}",
        format in 0_usize..3,
    ) {
        let folder = folder();
        let formats = [(FileFormat::Csv, "a.csv"), (FileFormat::OpenMetrics, "a.om"), (FileFormat::Parquet, "a.parquet")];
        let (format, file) = formats[format];
        let path = folder.path().join(file);
        let pairs: Vec<(i64, f64)> = pairs.into_iter().map(|(at, bits)| (at, f64::from_bits(bits))).collect();
        let written = samples(&pairs);
        let key = key(&name, &[("label", value.as_str())]);
        exported(&path, format, &[(key.clone(), MetricKind::Gauge, Unit::Ratio, written.clone())]);

        let (_, _, known) = previewed_and_imported(&path);

        assert_eq!(known.get(&key), Some(&(MetricKind::Gauge, Unit::Ratio, bits_of(&written))));
    }
}
