//! What the answers promise: every row once, the product's own scores, the same bytes, and sentences for bad files.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

/// Rows of the single metric: four days at five minutes.
const N: usize = 1_152;
/// Where it departs.
const AT: usize = 900;
const METRICS: usize = 3;
/// Rows of many metrics that come before those that are asked for.
const BEFORE: usize = 600;
const ASKED: usize = 400;

#[test]
fn every_row_that_is_asked_for_is_answered_once_in_the_order_of_the_manifest() {
    let folder = folder();

    let (n, text) = answered(&folder, 1);

    assert_eq!(n, (N + ASKED + 3) as u64);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("series,index,score,is_anomaly"));
    let rows: Vec<(&str, usize)> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0], cells[1].parse().unwrap())
        })
        .collect();
    let wanted: Vec<(&str, usize)> = [("some/alone", N), ("some/together", ASKED), ("other/short", 3)]
        .iter()
        .flat_map(|&(name, n)| (0..n).map(move |i| (name, i)))
        .collect();
    assert_eq!(rows, wanted);
}

#[test]
fn the_answer_is_what_the_product_says_of_the_same_rows() {
    let folder = folder();
    let times = (0_i64..).map(|i| 1_700_000_000_000 + i * 300_000).take(N).collect();
    let samples = Samples::from_columns(times, (0..N).map(value).collect()).unwrap();
    let until = Timestamp::from_millis(samples.times()[N - 1]);
    let input = Input { samples: &samples, kind: MetricKind::Gauge, until };
    let rows_found = detect(&input, &Options::standard(), &AtomicBool::new(false)).unwrap().rows;
    let metrics: Vec<Vec<Option<f64>>> =
        (0..METRICS).map(|m| (0..BEFORE + ASKED).map(|i| metric(m, i)).collect()).collect();
    let rows: Vec<i64> = (0_i64..).map(|i| i * 60_000).take(BEFORE + ASKED).collect();
    let group = score_group(&Group { times: &rows, metrics: &metrics }, &AtomicBool::new(false)).unwrap();

    let (_, text) = answered(&folder, 1);

    let alone = of(&text, "some/alone");
    let said = rows_found.scores.iter().copied().zip(rows_found.flags.iter().copied());
    assert_eq!(alone, said.collect::<Vec<_>>());
    assert!(alone[AT].1, "the departure is no alarm");
    let together = of(&text, "some/together");
    let asked = group.scores[BEFORE..].iter().copied().zip(group.flags[BEFORE..].iter().copied());
    assert_eq!(together, asked.collect::<Vec<_>>());
    assert!(together[350].1, "the departure of all metrics is no alarm");
}

#[test]
fn a_series_that_is_refused_has_no_score_and_no_alarm() {
    let (_, text) = answered(&folder(), 1);

    assert_eq!(of(&text, "other/short"), [(0.0, false); 3]);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = folder();
    let bytes = |threads: usize| {
        answered(&folder, threads);
        std::fs::read(folder.path().join("out/anomaly.csv.gz")).unwrap()
    };

    let one = bytes(1);

    assert_eq!(one, bytes(2));
    assert_eq!(one, bytes(7));
}

#[test]
fn a_gap_is_a_row_without_a_score() {
    let folder = folder();
    let mut text = alone();
    let gap = format!("{},\n", 1_700_000_000 + N * 300);
    text.push_str(&gap);
    write_plain(&folder, "some/alone.csv", &text);

    let (_, text) = answered(&folder, 1);

    let rows = of(&text, "some/alone");
    assert_eq!(rows.len(), N + 1);
    assert_eq!(rows[N], (0.0, false));
}

#[test]
fn what_is_not_as_described_is_said_with_file_line_and_what_to_do() {
    let cases: [(&str, &str, &[&str]); 9] = [
        ("some/alone.csv", "timestamp,value\n0,1\n60,many\n", &["alone.csv, line 3", "`many`", "write one"]),
        ("some/alone.csv", "timestamp,value\n,1\n", &["alone.csv, line 2", "`timestamp`", "write one"]),
        ("some/alone.csv", "timestamp,values\n0,1\n", &["alone.csv, line 1", "`value`", "name it"]),
        ("some/alone.csv", "timestamp,value\n0,1\n60\n", &["alone.csv", "line: 3", "as many cells"]),
        ("some/alone.csv", "", &["alone.csv", "first line names the columns"]),
        ("some/before.csv", "a,b\n1,2\n", &["asked.csv.gz, line 1", "before.csv", "the same"]),
        (
            "manifest.json",
            "[{\"series\": \"a\",\n\"kind\": \"odd\"}]",
            &["manifest.json", "line 2", "correct it"],
        ),
        ("manifest.json", "[]", &["manifest.json", "no series", "add"]),
        (
            "manifest.json",
            r#"[{"series": "a", "kind": "multivariate", "file": "some/before.csv"}]"#,
            &["manifest.json", "`step_seconds` of `a`", "write it in seconds"],
        ),
    ];
    for (file, text, said) in cases {
        let folder = folder();
        write_plain(&folder, file, text);

        let error = format!("{:#}", answer(&question(&folder, 2)).expect_err("it is not as described"));

        for words in said {
            assert!(error.contains(words), "`{words}` is not in `{error}`");
        }
    }
}

#[test]
fn a_table_that_was_cut_off_is_said() {
    let folder = folder();
    let path = folder.path().join("some/asked.csv.gz");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();

    let error = format!("{:#}", answer(&question(&folder, 1)).expect_err("it was cut off"));

    assert!(error.contains("asked.csv.gz cannot be read to its end; write it again"), "{error}");
}

#[test]
fn a_file_with_answers_and_one_outside_of_the_folder_are_not_opened() {
    for (file, said) in [
        ("some/labels/alone.csv", "may hold answers"),
        ("some/truth_alone.csv", "may hold answers"),
        ("../alone.csv", "outside of the folder"),
        ("/etc/hostname", "outside of the folder"),
    ] {
        let folder = folder();
        let manifest = format!(r#"[{{"series": "a", "kind": "univariate", "file": "{file}"}}]"#);
        write_plain(&folder, "manifest.json", &manifest);

        let error = format!("{:#}", answer(&question(&folder, 1)).expect_err("it is not opened"));

        assert!(error.contains(said), "{error}");
    }
}

/// A folder with a single metric, many metrics, and a series that is too short. The labels that the manifest names are
/// not there: whoever opened them would fail.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["some", "other", "out"] {
        std::fs::create_dir(folder.path().join(part)).unwrap();
    }
    let manifest = r#"[
{"series": "some/alone", "kind": "univariate", "n": 1152, "step_seconds": 300, "events": 1, "label_file": "labels/a.csv", "file": "some/alone.csv"},
{"series": "some/together", "kind": "multivariate", "step_seconds": 60, "train_file": "some/before.csv", "file": "some/asked.csv.gz"},
{"series": "other/short", "kind": "univariate", "step_seconds": 60, "file": "other/short.csv"}
]"#;
    write_plain(&folder, "manifest.json", manifest);
    write_plain(&folder, "some/alone.csv", &alone());
    write_plain(&folder, "some/before.csv", &together(0..BEFORE));
    write_plain(&folder, "other/short.csv", "timestamp,value\n0,1\n60,2\n120,3\n");
    let packed = std::fs::File::create(folder.path().join("some/asked.csv.gz")).unwrap();
    let mut packed = GzEncoder::new(packed, Compression::fast());
    packed.write_all(together(BEFORE..BEFORE + ASKED).as_bytes()).unwrap();
    packed.finish().unwrap();
    folder
}

fn alone() -> String {
    let mut text = String::from("timestamp,value\n");
    for i in 0..N {
        writeln!(text, "{},{}", 1_700_000_000 + i * 300, value(i)).unwrap();
    }
    text
}

fn together(rows: std::ops::Range<usize>) -> String {
    let mut text = String::from("cpu,disk,net\n");
    for i in rows {
        let cells: Vec<String> =
            (0..METRICS).map(|m| metric(m, i).map_or(String::new(), |v| v.to_string())).collect();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text
}

fn value(i: usize) -> f64 {
    let daily = (i % 288) as f64 / 288.0 * std::f64::consts::TAU;
    100.0 + 20.0 * daily.sin() + 3.0 * uneven(i) + if i == AT { 150.0 } else { 0.0 }
}

fn metric(m: usize, i: usize) -> Option<f64> {
    let departs = if (BEFORE + 348..BEFORE + 353).contains(&i) { 40.0 } else { 0.0 };
    (i != 20 + m).then_some(10.0 + uneven(i * METRICS + m) + departs)
}

/// An uneven number from −1 to 1 for every place: the fraction of its multiple of the golden ratio.
fn uneven(i: usize) -> f64 {
    let place = i as f64 * 0.618_033_988_749_894_9;
    let again = place.fract() * 997.0;
    2.0 * again.fract() - 1.0
}

fn write_plain(folder: &TempDir, file: &str, text: &str) {
    std::fs::write(folder.path().join(file), text).unwrap();
}

fn question(folder: &TempDir, threads: usize) -> Question {
    Question { data: folder.path().to_owned(), out: folder.path().join("out"), threads }
}

fn answered(folder: &TempDir, threads: usize) -> (u64, String) {
    let n = answer(&question(folder, threads)).unwrap();
    let file = std::fs::File::open(folder.path().join("out/anomaly.csv.gz")).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    (n, text)
}

/// Returns scores and flags of one series.
fn of(text: &str, series: &str) -> Vec<(f64, bool)> {
    let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(|cells| cells[0] == series)
        .map(|cells| (cells[2].parse().unwrap(), cells[3] == "1"))
        .collect()
}
