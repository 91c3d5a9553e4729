//! Files in and out: what `export` writes, `import` reads back equal, and questions are asked before anything is stored.

use std::fmt::Write;
use std::path::Path;

use wardroom_app::export::{ExportFormat, ExportRequest};
use wardroom_app::import::{ColumnRole, FileVerdict, ImportRequest, NamedColumn, ReadingChoice};
use wardroom_app::jobs::JobKind;
use wardroom_app::series::{self, PictureFormat, PictureRequest};
use wardroom_app::settings::{self, Language, Settings};
use wardroom_app::{App, connections, export, import, workspaces};
use wardroom_core::series::STALE_BITS;
use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Timestamp, Unit};
use wardroom_store::{BatchEnd, BatchKind, NewSeries, NewSource, SeriesFilter};

use super::terminal::Terminal;
use super::{contents, job, n_samples, range, sentence, start};
use crate::repository::root;

/// 2026-11-10T00:00:00Z.
const DAY: i64 = 1_794_268_800_000;

/// A series as the tests write it down: identity, kind, unit, pairs of time and value.
type Planned = (SeriesKey, MetricKind, Unit, Vec<(i64, f64)>);

fn odd_series() -> Vec<Planned> {
    let key =
        |metric: &str, labels: &[(&str, &str)]| SeriesKey::new(metric, Labels::new(labels.iter().copied()));
    let odd = vec![
        (DAY - 1, -0.0),
        (DAY, f64::NAN),
        (DAY + 15_000, f64::from_bits(STALE_BITS)),
        (DAY + 30_000, f64::INFINITY),
        (DAY + 45_001, f64::NEG_INFINITY),
        (DAY + 60_000, 0.1 + 0.2),
        (DAY + 75_000, 5e-324),
    ];
    let plain: Vec<(i64, f64)> =
        (0..500_i32).map(|i| (DAY + i64::from(i) * 15_000, f64::from(i) * 1.25)).collect();
    vec![
        (
            key("http_requests_total", &[("code", "503"), ("job", "a,\"b\"\\")]),
            MetricKind::Counter,
            Unit::Count,
            odd.clone(),
        ),
        (key("http_requests_total", &[("code", "200")]), MetricKind::Counter, Unit::Count, plain.clone()),
        (key("memory_bytes", &[("host", "ü 1")]), MetricKind::Gauge, Unit::Bytes, odd),
        (key("wait_seconds_bucket", &[("le", "0.5")]), MetricKind::Histogram, Unit::Seconds, plain),
    ]
}

/// Makes a workspace that holds the series above.
async fn filled(app: &App, path: &Path) {
    workspaces::create(app, path).await.unwrap();
    let open = app.open().unwrap();
    let at = app.now();
    let source = NewSource {
        name: "odd".to_owned(),
        kind: connections::FILE.to_owned(),
        config: r#"{"file":"odd"}"#.to_owned(),
        created_at: at,
    };
    let source = open.workspace.add_source(source).await.unwrap();
    let all = odd_series();
    let new: Vec<NewSeries> = all
        .iter()
        .map(|(key, kind, unit, _)| NewSeries { key: key.clone(), kind: *kind, unit: *unit })
        .collect();
    let ids = open.workspace.ensure_series(source, &new, at).await.unwrap();
    let rows = ids.into_iter().zip(all).map(|(id, (_, _, _, pairs))| {
        let mut samples = Samples::default();
        for (time, value) in pairs {
            samples.push(Timestamp::from_millis(time), value);
        }
        (id, samples)
    });
    let mut batch = open.workspace.begin_batch(source, BatchKind::Import, at, String::new()).await.unwrap();
    batch.append(rows.collect()).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
}

async fn write(app: &App, path: &Path, format: ExportFormat) {
    let request = ExportRequest {
        path: path.display().to_string(),
        format,
        range: None,
        filter: String::new(),
        replace: false,
    };
    let task = job(app, JobKind::Export);
    export::run(&app.open().unwrap(), &request, &task).await.unwrap();
}

fn request(path: &Path, reading: Option<ReadingChoice>) -> ImportRequest {
    ImportRequest { path: path.display().to_string(), reading, source_name: "again".to_owned() }
}

async fn assert_round_trip(format: ExportFormat, ending: &str) {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    filled(&app, &home.path().join("one.wardroom")).await;
    let (first, second) = (home.path().join(format!("1.{ending}")), home.path().join(format!("2.{ending}")));
    let before = contents(&app).await;
    write(&app, &first, format).await;

    workspaces::create(&app, &home.path().join("two.wardroom")).await.unwrap();
    let task = job(&app, JobKind::Import);
    let outcome = import::run(&app, &app.open().unwrap(), &request(&first, None), &task).await.unwrap();
    write(&app, &second, format).await;

    assert_eq!(outcome.bad_row_count, 0);
    assert_eq!(contents(&app).await, before);
    assert_eq!(
        std::fs::read(&first).unwrap(),
        std::fs::read(&second).unwrap(),
        "the second file is the first again"
    );
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_there_is_replaced_only_where_that_was_allowed() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    filled(&app, &home.path().join("one.wardroom")).await;
    let path = home.path().join("taken.csv");
    std::fs::write(&path, "mine").unwrap();
    let mut request = ExportRequest {
        path: path.display().to_string(),
        format: ExportFormat::Csv,
        range: None,
        filter: String::new(),
        replace: false,
    };

    let refused = export::run(&app.open().unwrap(), &request, &job(&app, JobKind::Export)).await.unwrap_err();
    assert_eq!(refused.code, "file_exists");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");

    request.replace = true;
    export::run(&app.open().unwrap(), &request, &job(&app, JobKind::Export)).await.unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("time"));
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_goes_out_and_comes_back_equal() {
    assert_round_trip(ExportFormat::Csv, "csv").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_goes_out_and_comes_back_equal() {
    assert_round_trip(ExportFormat::Parquet, "parquet").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openmetrics_goes_out_and_comes_back_equal() {
    assert_round_trip(ExportFormat::OpenMetrics, "om").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_before_anything_is_stored_and_its_answer_is_kept_to() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let file = root().join("tests/fixtures/files/ambiguous_dates.csv");

    let preview = import::preview(&app, &file.display().to_string(), None).await.unwrap();
    let task = job(&app, JobKind::Import);
    let unanswered = import::run(&app, &open, &request(&file, None), &task).await.unwrap_err();
    let stored_before = n_samples(&app).await;
    let mut reading = preview.reading.clone().unwrap();
    reading.day_first = Some(true);
    // The times of the file name no zone either, and no guess is made.
    reading.zone = Some("UTC".to_owned());
    let task = job(&app, JobKind::Import);
    import::run(&app, &open, &request(&file, Some(reading)), &task).await.unwrap();

    assert_eq!(preview.verdict, FileVerdict::Asking);
    assert_eq!(unanswered.code, "question_open");
    assert!(sentence(&unanswered).contains("day or month first"), "{}", sentence(&unanswered));
    assert_eq!(stored_before, 0);
    let times: Vec<i64> = contents(&app).await[0].3.iter().map(|(time, _)| *time).collect();
    // 2026-02-01T00:00:00Z and 2026-02-02T00:00:00Z; `date -u -d 2026-02-01 +%s`.
    assert_eq!(times, [1_769_904_000_000, 1_769_990_400_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_left_out_with_their_places_or_the_whole_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let file = root().join("tests/fixtures/files/long_with_bad_rows.csv");
    let preview = import::preview(&app, &file.display().to_string(), None).await.unwrap();
    let mut strict = preview.reading.clone().unwrap();
    strict.refuse_bad = true;

    let task = job(&app, JobKind::Import);
    let refused = import::run(&app, &open, &request(&file, Some(strict)), &task).await.unwrap_err();
    let after_refusal = n_samples(&app).await;
    let task = job(&app, JobKind::Import);
    let outcome = import::run(&app, &open, &request(&file, None), &task).await.unwrap();

    assert_eq!(refused.code, "file_bad_row");
    assert_eq!(refused.fields["line"], "3");
    assert_eq!(after_refusal, 0);
    assert_eq!((outcome.samples, outcome.bad_row_count), (3, 2));
    let lines: Vec<u64> = outcome.bad_rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 5]);
}

#[test]
fn an_import_that_is_refused_leaves_no_workspace_behind_and_says_why() {
    let Some(terminal) = Terminal::empty("an_import_that_is_refused_leaves_no_workspace_behind_and_says_why")
    else {
        return;
    };
    let bad = root().join("tests/fixtures/files/long_with_bad_rows.csv").display().to_string();
    let unclear = root().join("tests/fixtures/files/ambiguous_dates.csv").display().to_string();
    let workspace = terminal.workspace();
    let import = |options: &[&str]| terminal.run(&[&["import", "--workspace", &workspace], options].concat());

    let (strict, _, said) = import(&["--strict", &bad]);
    let after_strict = Path::new(&workspace).exists();
    let (asked, ..) = import(&[&unclear]);
    let after_question = Path::new(&workspace).exists();
    let (in_part, ..) = import(&[&bad]);
    let (again, ..) = import(&["--strict", "--name", "again", &bad]);

    assert_eq!((strict, asked, in_part, again), (4, 4, 5, 4));
    assert!(said.contains("Without --strict"), "{said}");
    assert!(!after_strict && !after_question);
    assert!(Path::new(&workspace).exists(), "what was there before the refusal stays");
}

#[test]
fn a_workspace_that_was_made_without_its_ending_is_found_again_without_it() {
    let Some(terminal) =
        Terminal::empty("a_workspace_that_was_made_without_its_ending_is_found_again_without_it")
    else {
        return;
    };
    let file = terminal.file("load.csv", "time,load\n2026-11-10T00:00:00Z,1\n2026-11-10T00:01:00Z,2\n");
    let bare = terminal.path("shop");
    let import =
        |name: &str| terminal.run(&["import", "--workspace", &bare, "--no-detect", "--name", name, &file]);

    let (made, _, said) = import("first");
    let (again, _, said_again) = import("second");
    let (opened, ..) = terminal.run(&["open", &bare]);
    let (checked, ..) = terminal.run(&["workspace", "check", &bare]);

    assert_eq!((made, again, opened, checked), (0, 0, 0, 0), "{said}{said_again}");
    assert!(Path::new(&terminal.path("shop.wardroom")).exists() && !Path::new(&bare).exists());
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_a_full_disk_swallows_is_a_failure() {
    let Some(terminal) = Terminal::empty("output_that_a_full_disk_swallows_is_a_failure") else {
        return;
    };
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();

    let (sentences, _, said) = terminal.run_into(&["drill", "list"], full());
    let (object, _, told) = terminal.run_into(&["drill", "list", "--json"], full());

    assert_eq!((sentences, object), (4, 4), "{said}{told}");
    assert!(said.contains("could not be written whole"), "{said}");
    assert!(told.contains("\"code\":\"output_lost\""), "{told}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_of_which_no_row_can_be_read_is_refused_and_times_of_1970_are_pointed_at() {
    let Some(terminal) =
        Terminal::empty("a_file_of_which_no_row_can_be_read_is_refused_and_times_of_1970_are_pointed_at")
    else {
        return;
    };
    let bad = terminal.file("bad.csv", "time,load\nx,1\ny,2\n2026-11-10T00:00:00Z,z\n");
    let days = terminal.file("days.csv", "time,load\n45971.5,1\n45972.5,2\n");
    let workspace = terminal.workspace();
    let import = |file: &str| terminal.run(&["import", "--workspace", &workspace, "--no-detect", file]);

    let (piped, _, not_saved) = terminal.run_fed(
        &["import", "--workspace", &workspace, "--no-detect", "/dev/stdin"],
        "time,load\n2026-11-10T00:00:00Z,1\n",
    );
    let (refused, _, why) = import(&bad);
    let after_refusal = Path::new(&workspace).exists();
    let (stored, said, warned) = import(&days);

    assert_eq!((piped, refused, stored), (4, 4, 0), "{why}{warned}");
    assert!(not_saved.contains("/dev/stdin is not read: it is a pipe or a device."), "{not_saved}");
    assert!(why.contains("none of its 3 rows can be read, the first of them in line 2: “x”"), "{why}");
    assert!(!after_refusal);
    assert!(said.contains("From Thu 1 Jan 1970 12:46 to Thu 1 Jan 1970 12:46."), "{said}");
    assert!(warned.contains("The times reach from Thu 1 Jan 1970"), "{warned}");
}

#[test]
fn the_same_file_again_is_not_counted_double_and_another_of_its_name_is_told_apart() {
    let Some(terminal) =
        Terminal::empty("the_same_file_again_is_not_counted_double_and_another_of_its_name_is_told_apart")
    else {
        return;
    };
    let table = |load: i32| format!("time,load\n2026-11-10T00:00:00Z,{load}\n2026-11-10T00:01:00Z,2\n");
    let workspace = terminal.workspace();
    let import = |load: i32| {
        let file = terminal.file("load.csv", &table(load));
        let run = ["import", "--workspace", &workspace, "--no-detect", "--json", &file];
        let (code, answer, said) = terminal.run(&run);
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()["result"].clone()
    };
    let exported = || {
        let out = terminal.path("out.csv");
        let (code, _, said) = terminal.run(&["export", "--workspace", &workspace, "--force", "--out", &out]);
        assert_eq!(code, 0, "{said}");
        std::fs::read_to_string(out).unwrap().lines().count() - 1
    };

    let first = import(1);
    let again = import(1);
    let after_again = exported();
    let other = import(7);
    let other_again = import(7);

    assert_eq!((first["name"].as_str(), first["again"].as_bool()), (Some("load.csv"), Some(false)));
    assert_eq!((&again["source"], again["again"].as_bool()), (&first["source"], Some(true)));
    assert_eq!(after_again, 2);
    assert_eq!(other["name"].as_str(), Some("load.csv (2)"));
    assert_eq!(other_again["source"], other["source"]);
    assert_eq!(exported(), 4);
}

#[test]
fn columns_are_named_in_the_terminal_and_the_preview_shows_them_without_storing() {
    let Some(terminal) =
        Terminal::empty("columns_are_named_in_the_terminal_and_the_preview_shows_them_without_storing")
    else {
        return;
    };
    let file = terminal.file(
        "two.csv",
        "asked,answered,host,first,last\n2026-11-10T00:00:00Z,2026-11-10T00:00:30Z,a,1,5\n\
         2026-11-10T00:01:00Z,2026-11-10T00:01:30Z,b,2,6\n",
    );
    let workspace = terminal.workspace();
    let import = |options: &[&str]| {
        terminal.run(&[&["import", "--workspace", &workspace, "--no-detect", &file], options].concat())
    };
    let chosen = ["--time", "answered", "--value", "last", "--ignore", "host"];

    let (unknown, _, said) = import(&["--time", "replied"]);
    let (twice, ..) = import(&["--time", "first", "--label", "first"]);
    let (previewed, shown, _) = import(&[&chosen[..], &["--preview"]].concat());
    let after_preview = Path::new(&workspace).exists();
    let (stored, answer, _) = import(&[&chosen[..], &["--json"]].concat());

    assert_eq!((unknown, twice, previewed, stored), (2, 2, 0, 0));
    assert!(said.contains("Its columns: asked, answered, host, first, last."), "{said}");
    let roles =
        |role: &str| shown.lines().filter(|line| line.split_whitespace().nth(1) == Some(role)).count();
    assert_eq!((roles("time"), roles("value"), roles("label"), roles("left")), (1, 1, 0, 3), "{shown}");
    assert!(!after_preview, "a preview stores nothing");
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&answer["result"]["series"], &answer["result"]["samples"]), (&1.into(), &2.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_column_of_times_is_read_in_its_own_order_of_day_and_month() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let file = home.path().join("orders.csv");
    std::fs::write(&file, "planned,done,load\n03/04/2026,04/13/2026,1\n04/04/2026,04/14/2026,2\n").unwrap();
    let preview = import::preview(&app, &file.display().to_string(), None).await.unwrap();
    let done = NamedColumn { name: "done".to_owned(), role: ColumnRole::Time };
    let mut reading = import::with_columns(&preview, &[done]).unwrap();
    reading.zone = Some("UTC".to_owned());

    let task = job(&app, JobKind::Import);
    let outcome = import::run(&app, &open, &request(&file, Some(reading)), &task).await.unwrap();

    assert_eq!(preview.verdict, FileVerdict::Asking);
    assert_eq!((outcome.samples, outcome.bad_row_count), (2, 0));
    let times: Vec<i64> = contents(&app).await[0].3.iter().map(|(time, _)| *time).collect();
    // 2026-04-13T00:00:00Z and a day later; `date -u -d 2026-04-13 +%s`.
    assert_eq!(times, [1_776_038_400_000, 1_776_124_800_000]);
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_times_is_refused_with_what_to_write_into_it() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    let file = home.path().join("plain.csv");
    std::fs::write(&file, "colour,load\nred,x\nblue,y\n").unwrap();

    let refusal = import::preview(&app, &file.display().to_string(), None).await.unwrap().refusal.unwrap();

    assert_eq!(refusal.code, "file_no_time");
    assert!(sentence(&refusal).contains("ISO times such as 2026-11-17T14:00:00Z"), "{}", sentence(&refusal));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_import_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let file = home.path().join("long.csv");
    let mut text = String::from("time,metric,value\n");
    for i in 0..200_000_i64 {
        writeln!(text, "{},busy,{i}", DAY / 1000 + i).unwrap();
    }
    std::fs::write(&file, text).unwrap();
    let task = job(&app, JobKind::Import);
    task.cancel();

    let ended = import::run(&app, &open, &request(&file, None), &task).await.unwrap_err();

    assert!(ended.is_cancelled());
    assert_eq!(n_samples(&app).await, 0);
    assert_eq!(connections::list(&app).await.unwrap(), []);
}

/// Saves a PNG of the first series in a language, and returns the path that was written.
async fn picture_in(language: Language, home: &Path) -> String {
    let app = start(home).await;
    settings::set(&app, Settings { language, ..app.settings() }).await.unwrap();
    filled(&app, &home.join("pictures.wardroom")).await;
    let open = app.open().unwrap();
    let row = open.workspace.series(&SeriesFilter::default()).await.unwrap().remove(0);
    let request = PictureRequest {
        series: u32::try_from(row.id.0).unwrap(),
        range: range(row.first.unwrap(), row.last.unwrap().plus_millis(60_000)).into(),
        last_week: false,
        format: PictureFormat::Png,
        path: home.join("chart.png").display().to_string(),
    };
    let written = series::save_picture(&app, &request).await.unwrap();
    workspaces::close(&app).await;
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_chinese_is_a_png_where_there_is_a_font_and_an_svg_where_there_is_none() {
    let home = tempfile::tempdir().unwrap();

    let english = picture_in(Language::En, &home.path().join("en")).await;
    let chinese = picture_in(Language::ZhCn, &home.path().join("zh")).await;

    let begins_as_png = |path: &str| std::fs::read(path).unwrap().starts_with(b"\x89PNG");
    assert!(begins_as_png(&english));
    if Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() {
        assert!(begins_as_png(&chinese), "{chinese}");
        assert!(std::fs::metadata(&chinese).unwrap().len() > 10_000);
    } else if Path::new(&chinese).extension().is_some_and(|ending| ending == "svg") {
        assert!(std::fs::read_to_string(&chinese).unwrap().contains("<svg"));
    } else {
        assert!(begins_as_png(&chinese), "another font of this machine has the characters");
    }
}

#[test]
fn an_export_counts_the_series_that_are_in_the_file() {
    let name = "an_export_counts_the_series_that_are_in_the_file";
    let table = "time,metric,value\n1794268800,load,1\n1794268860,heat,2\n";
    let Some(terminal) = Terminal::with_file(name, table, &["--no-detect"]) else { return };
    let out = terminal.path("late.csv");
    let workspace = terminal.workspace();

    let late = ["export", "--workspace", &workspace, "--out", &out, "--range", "now-30s"];
    let (code, said, failed) = terminal.run(&late);

    assert_eq!(code, 0, "{failed}");
    assert!(said.starts_with("One sample of 1 series written to "), "{said}");
    assert_eq!(std::fs::read_to_string(out).unwrap().lines().count(), 2);
}

#[test]
fn what_the_terminal_writes_replaces_a_file_only_where_that_is_said() {
    let name = "what_the_terminal_writes_replaces_a_file_only_where_that_is_said";
    let table = "time,metric,value\n1794268800,load,1\n";
    let Some(terminal) = Terminal::with_file(name, table, &["--no-detect"]) else { return };
    let (workspace, made) = (terminal.workspace(), terminal.path("made.wardroom"));
    let out = terminal.file("mine.csv", "mine");
    let writing: [&[&str]; 3] = [
        &["export", "--workspace", &workspace, "--out", &out],
        &["report", "--workspace", &workspace, "--out", &out],
        &["topology", "export", "--workspace", &workspace, "--format", "json", "--out", &out],
    ];
    let demo: &[&str] = &["demo", "--workspace", &made, "--report", &out];
    let nowhere = terminal.path("nowhere/report.html");
    let lost: &[&str] = &["demo", "--workspace", &made, "--report", &nowhere];
    let over: &[&str] = &["report", "--workspace", &workspace, "--force", "--out", &workspace];

    for command in writing.into_iter().chain([demo]) {
        let (code, _, said) = terminal.run(command);

        assert_eq!(code, 4, "{said}");
        assert!(said.contains("exists already") && said.contains("--force"), "{said}");
        assert_eq!(std::fs::read(&out).unwrap(), b"mine", "{command:?}");
    }
    let (code, _, said) = terminal.run(lost);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("Nothing is at ") && said.contains("nowhere"), "{said}");
    assert!(!Path::new(&made).exists(), "no demo is made whose report would not be written");
    for command in writing {
        std::fs::write(&out, "mine").unwrap();
        let (code, _, said) = terminal.run(&[command, &["--force"]].concat());

        assert_eq!(code, 0, "{said}");
        assert_ne!(std::fs::read(&out).unwrap(), b"mine", "{command:?}");
    }
    let (code, _, said) = terminal.run(over);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("is a workspace"), "{said}");
    std::fs::write(&out, "").unwrap();
    let beside = Path::new(&workspace).with_extension("html");
    std::fs::write(&beside, "an older one").unwrap();
    let renewed: [&[&str]; 2] = [writing[0], &["report", "--workspace", &workspace]];
    for command in renewed {
        let (code, _, said) = terminal.run(command);
        assert_eq!(code, 0, "nothing is lost: {command:?}: {said}");
    }
    assert!(std::fs::read_to_string(beside).unwrap().starts_with("<!doctype html>"));
}
