//! Figures of the log room: mining templates, opening and searching a large file, what stored lines take and how soon
//! they are found. Peers run beside it where they are installed: drain3 (`WARDROOM_PEERS` names a Python that has it),
//! lnav and ripgrep.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use tokio::runtime::Runtime;
use wardroom_analysis::logs::Miner;
use wardroom_app::context::{Open, Start};
use wardroom_app::jobs::JobKind;
use wardroom_app::logs::study::{self, Origin, Question};
use wardroom_app::logs::{LogFilesChoice, LogFilesRequest, TemplatesRequest, files, templates};
use wardroom_app::{App, AppError, workspaces};
use wardroom_connectors::files::logs::{Continue, LogFileSet, LogReading, Opening, Undecided};
use wardroom_core::{LogQuery, TimeRange, Timestamp};
use wardroom_store::{LogFilter, Workspace};
use wardroom_tests::accuracy::tables;
use wardroom_tests::measure::cpu_seconds;

use crate::child;
use crate::inputs::START_MS;
use crate::table::{Limits, Row};
use crate::{Bench, median_of_five};

/// The word by which the bench program is told to be the process that opens log files.
pub(crate) const OPEN: &str = "open-logs";

/// Lines of the large file.
const LINES: u64 = 10_000_000;
/// How often the large file is opened at once for the largest figure.
const COPIES: usize = 6;
/// How often the mixed lines are mined: a server says the same things all day.
const TIMES: usize = 60;
/// What is searched: rare, with alternatives and a class.
const PATTERN: &str = r"(POST|PUT) /api/v[0-9]/refunds/[0-9]+ HTTP/1\.1. 50[0-9]";

/// Measures the log room.
pub(crate) fn logs(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = mining(bench)?;
    let file = bench.folder.join("access.log");
    if std::fs::metadata(&file).map_or(0, |m| m.len()) == 0 {
        write_access_log(&file)?;
    }
    rows.extend(opening(bench, &file)?);
    rows.extend(storing(bench, &file)?);
    std::fs::remove_file(&file)?;
    Ok(rows)
}

/// Lines of several systems mixed: the public sets where their folder is named, else those of the access log.
fn mixed_lines() -> Result<(Vec<String>, &'static str)> {
    let Some(data) = std::env::var_os("WARDROOM_DATA") else {
        return Ok(((0..40_000).map(access_line).collect(), "lines of an access log"));
    };
    let mut systems = Vec::new();
    for (_, path) in tables::sets(&PathBuf::from(data).join("logs_templates"))? {
        let mut lines = Vec::new();
        tables::rows(&path, ["content"], |[content]| {
            lines.push(content.to_owned());
            Ok(())
        })?;
        systems.push(lines);
    }
    let longest = systems.iter().map(Vec::len).max().unwrap_or_default();
    let mixed = (0..longest).flat_map(|i| systems.iter().filter_map(move |lines| lines.get(i).cloned()));
    Ok((mixed.collect(), "public sets of eight systems, mixed"))
}

fn mining(bench: &Bench) -> Result<Vec<Row>> {
    let (lines, of) = mixed_lines()?;
    let (rate, templates) = mined(&lines, Passes::OneDictionary)?;
    let (cold, _) = mined(&lines, Passes::AnewEachTime)?;
    let note = format!("{of}, {} lines {TIMES} times, {templates} templates", lines.len());
    let what = "template mining: lines a CPU second";
    // The promise is of mixed systems; the lines of one log, three times as long, say nothing of it.
    let row = if std::env::var_os("WARDROOM_DATA").is_some() {
        Row::new(what, rate / 1e6, "M/s", Limits::AtLeast(1.0, 2.0))
    } else {
        Row::beside(what, rate / 1e6, "M/s")
    };
    let mut rows =
        vec![row.note(note), Row::beside("the same with an empty dictionary each time", cold / 1e6, "M/s")];
    if let Some(python) = std::env::var_os("WARDROOM_PEERS") {
        let sample = bench.folder.join("mixed.txt");
        std::fs::write(&sample, lines.join("\n"))?;
        for (what, ours, times) in [
            ("template mining against drain3, the same lines as often", rate, TIMES),
            ("the same, each line once into an empty dictionary", cold, 1),
        ] {
            let peer = drain3(Path::new(&python), &sample, times)?;
            let note = format!("drain3 without masks, {times} times: {peer:.0} lines a CPU second");
            rows.push(Row::new(what, ours / peer, "x", Limits::AtLeast(25.0, 50.0)).note(note));
        }
    }
    Ok(rows)
}

/// Whether a dictionary that has met the lines meets them again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Passes {
    OneDictionary,
    AnewEachTime,
}

/// Mines the lines [`TIMES`] times; returns lines a CPU second and the number of templates.
fn mined(lines: &[String], passes: Passes) -> Result<(f64, usize)> {
    let begun = cpu_seconds()?;
    let mut miner = Miner::new();
    let mut templates = 0;
    for time in 1..=TIMES {
        for line in lines {
            miner.learn(line);
        }
        if passes == Passes::AnewEachTime || time == TIMES {
            templates = miner.settle().all().len();
        }
        if passes == Passes::AnewEachTime {
            miner = Miner::new();
        }
    }
    Ok(((lines.len() * TIMES) as f64 / (cpu_seconds()? - begun), templates))
}

/// Lets drain3 mine a file so many times into one dictionary; returns lines a CPU second.
fn drain3(python: &Path, lines: &Path, times: usize) -> Result<f64> {
    let script = "import sys,time,logging; logging.disable(50); from drain3 import TemplateMiner; m=TemplateMiner()\n\
        L=open(sys.argv[1],encoding='utf-8',errors='replace').read().split('\\n'); n=int(sys.argv[2])\n\
        t=time.process_time()\nfor _ in range(n):\n  for l in L: m.add_log_message(l)\n\
        print(n*len(L)/(time.process_time()-t))";
    let output = Command::new(python).args(["-c", script]).arg(lines).arg(times.to_string()).output()?;
    anyhow::ensure!(output.status.success(), "drain3: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

/// The program without a window, with a workspace of its own.
struct Desk {
    runtime: Runtime,
    app: App,
    open: Arc<Open>,
    place: PathBuf,
}

impl Desk {
    fn set_up(bench: &Bench, name: &str) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let home = bench.folder.join(format!("{name}-home"));
        let place = bench.folder.join(format!("{name}.wardroom"));
        let (app, open) = runtime.block_on(async {
            let start = Start { data_dir: Some(home), memory_secrets: true, ..Start::default() };
            let app = App::start(start).await?;
            workspaces::create(&app, &place).await?;
            let open = app.open()?;
            Ok::<_, AppError>((app, open))
        })?;
        Ok(Self { runtime, app, open, place })
    }

    /// Opens log files as a click does: index, templates, secrets masked, counts stored; and asks for the table with its
    /// histogram. Returns the number of the source and of the bins.
    fn open_files(&self, paths: &[PathBuf]) -> Result<(u32, usize)> {
        let request = LogFilesRequest {
            paths: paths.iter().map(|path| path.display().to_string()).collect(),
            name: "access".to_owned(),
            choice: LogFilesChoice::default(),
        };
        let job = self.app.jobs().begin(self.app.bus(), JobKind::OpenLogs, "access", None);
        let answered = self.runtime.block_on(async {
            let source = files::run(&self.app, &self.open, &request, &job).await?;
            let view = templates(&self.app, &TemplatesRequest::default()).await?;
            Ok::<_, AppError>((source, view.bins.len()))
        });
        Ok(answered?)
    }

    /// Closes the workspace and returns where its file is.
    fn close(self) -> PathBuf {
        let Self { runtime, app, open, place } = self;
        drop(open);
        runtime.block_on(workspaces::close(&app));
        place
    }
}

fn opening(bench: &Bench, file: &Path) -> Result<Vec<Row>> {
    let gigabytes = std::fs::metadata(file)?.len() as f64 / 1e9;
    let (took, bins, peak) = opened_alone(bench, "opening", &[file.to_owned()])?;
    let note = format!(
        "{gigabytes:.1} GB, 10 M lines, {bins} bins, peak {peak:.0} MB, no index at hand; with templates, masked secrets \
         and counts"
    );
    let mut rows =
        vec![Row::beside("open a large log file until its histogram stands", took, "s").note(note)];
    if let Some((seconds, mb)) = timed("lnav", &["-n", "-c", ";SELECT count(*) FROM access_log"], Some(file))?
    {
        rows.push(
            Row::new("the same, time against lnav", took / seconds, "x", Limits::AtMost(1.0, 0.5))
                .note(format!("lnav {seconds:.1} s")),
        );
        rows.push(
            Row::new("the same, memory against lnav", peak / mb, "x", Limits::AtMost(1.0, 0.5))
                .note(format!("lnav {mb:.0} MB")),
        );
    }
    rows.push(index_alone(file)?);
    // In the same home, where the index is at hand.
    let desk = Desk::set_up(bench, "opening")?;
    rows.extend(searching(&desk, file)?);
    std::fs::remove_file(desk.close())?;
    rows.push(many_open(bench, file, gigabytes)?);
    Ok(rows)
}

/// Opens log files in a process of its own, which has no memory of what was measured before; returns the seconds, the
/// number of bins and the largest resident memory in MiB.
fn opened_alone(bench: &Bench, name: &str, files: &[PathBuf]) -> Result<(f64, usize, f64)> {
    let mut words: Vec<&OsStr> = vec![OPEN.as_ref(), name.as_ref()];
    words.extend(files.iter().map(|file| file.as_os_str()));
    let done = child::run(&std::env::current_exe()?, &words, &bench.folder, &[0])?;
    let said: Vec<&str> = done.stdout.split_whitespace().collect();
    let [seconds, bins] = said[..] else { anyhow::bail!("{OPEN} printed {:?}", done.stdout) };
    Ok((seconds.parse()?, bins.parse()?, done.peak_bytes / 1_048_576.0))
}

/// Opens log files in a fresh workspace; prints the seconds and the number of bins. The process of [`opened_alone`].
pub(crate) fn open_once(bench: &Bench, name: &str, files: &[PathBuf]) -> Result<()> {
    let desk = Desk::set_up(bench, name)?;
    let begun = Instant::now();
    let (_, bins) = desk.open_files(files)?;
    crate::table::say(&format!("{} {bins}", begun.elapsed().as_secs_f64()));
    Ok(std::fs::remove_file(desk.close())?)
}

/// Measures the part of opening that no template is made in.
fn index_alone(file: &Path) -> Result<Row> {
    let begun = Instant::now();
    let opening = Opening { cache_dir: None, threads: 0 };
    let reading = LogReading { undecided: Undecided::TakeUtc, ..LogReading::default() };
    let set = LogFileSet::open(&[file.to_owned()], &reading, &opening, &mut |_, _| Continue::Yes)?;
    let took = begun.elapsed().as_secs_f64();
    Ok(Row::beside("of that: the index alone", took, "s").note(format!("{} bins", set.histogram().len())))
}

/// Searches the file as `wardroom logs search --regex` does.
fn searching(desk: &Desk, file: &Path) -> Result<Vec<Row>> {
    let question = Question {
        origin: Origin::Files(vec![file.to_owned()]),
        choice: LogFilesChoice::default(),
        range: None,
        query: String::new(),
        threads: 1,
        mask: true,
    };
    let mut found = 0;
    let took = median_of_five(|| {
        let pattern = study::expression(PATTERN)?;
        let search = study::search(&desk.app, &question, pattern, 0, Arc::default(), |_| true);
        found = desk.runtime.block_on(search)?.0;
        Ok(())
    })?;
    let took = took.as_secs_f64();
    let note = format!("{found} lines of {PATTERN}, as the terminal does, index at hand");
    let mut rows = vec![Row::beside("regex search over it", took, "s").note(note)];
    if let Some((seconds, _)) = timed("rg", &["-c", PATTERN], Some(file))? {
        rows.push(
            Row::new("the same, time against ripgrep", took / seconds, "x", Limits::AtMost(1.5, 1.0))
                .note(format!("ripgrep {seconds:.2} s, its second run")),
        );
    }
    Ok(rows)
}

fn many_open(bench: &Bench, file: &Path, gigabytes: f64) -> Result<Row> {
    let copies: Vec<PathBuf> = (0..COPIES).map(|i| bench.folder.join(format!("copy-{i}.log"))).collect();
    for copy in &copies {
        // One file under several names: the disk need not hold it so often.
        std::fs::hard_link(file, copy).or_else(|_| std::fs::copy(file, copy).map(|_| ()))?;
    }
    let (_, bins, peak) = opened_alone(bench, "many", &copies)?;
    for copy in copies {
        std::fs::remove_file(copy)?;
    }
    let note = format!(
        "{:.1} GB in {COPIES} names of one file, {bins} bins, the opening with templates included",
        gigabytes * COPIES as f64
    );
    let what = "memory while 20 GB of files are open";
    Ok(Row::new(what, peak, "MB", Limits::AtMost(500.0, 300.0)).note(note))
}

fn storing(bench: &Bench, file: &Path) -> Result<Vec<Row>> {
    let desk = Desk::set_up(bench, "logs")?;
    let (source, _) = desk.open_files(&[file.to_owned()])?;
    let always = TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(START_MS * 2))?;
    let job = desk.app.jobs().begin(desk.app.bus(), JobKind::KeepLogs, "access", Some(source));
    let begun = Instant::now();
    let keeping = files::run_keep(&desk.app, &desk.open, source, always, &job);
    let kept = desk.runtime.block_on(keeping)?;
    anyhow::ensure!(kept == LINES, "{kept} of {LINES} lines are stored");
    let rate = LINES as f64 / begun.elapsed().as_secs_f64() / 1e3;
    let place = desk.close();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let bytes = std::fs::metadata(&place)?.len() as f64 / std::fs::metadata(file)?.len() as f64;
    let workspace = runtime.block_on(Workspace::open(&place, Timestamp::from_millis(START_MS)))?;
    let mut rows = vec![
        Row::new("stored size a raw byte, with index", bytes, "B", Limits::AtMost(0.2, 0.1))
            .note(format!("10 M lines of an access log with templates, {rate:.0} thousand stored a second")),
    ];
    for (what, query) in [
        ("a word that one line has", "ffffff9000001"),
        ("two words, some hundred lines", "refunds and 503"),
        ("a field", "http.response.status_code : 503 and refunds"),
    ] {
        let query = LogQuery::parse(query).map_err(|e| anyhow::anyhow!("{e:?}"))?;
        let filter = LogFilter { query, ..LogFilter::default() };
        let mut n = 0;
        let took = median_of_five(|| {
            n = runtime.block_on(workspace.logs(&filter, None, 100))?.len();
            Ok(())
        })?;
        rows.push(
            Row::new(
                "full-text query over 10 M stored records, first page",
                took.as_secs_f64() * 1000.0,
                "ms",
                Limits::AtMost(300.0, 50.0),
            )
            .note(format!("{what}: {n} rows; median of 5, all read")),
        );
    }
    runtime.block_on(workspace.close())?;
    std::fs::remove_file(&place)?;
    Ok(rows)
}

/// Writes the large file: requests of a shop in the combined format, about 330 bytes a line.
fn write_access_log(path: &Path) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    for n in 0..LINES {
        out.write_all(access_line(n).as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Returns the line with a number: the same for the same number.
fn access_line(n: u64) -> String {
    const AREAS: [&str; 8] = ["cart", "orders", "refunds", "products", "search", "users", "prices", "images"];
    const AGENTS: [&str; 4] = [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
        "okhttp/5.1.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    ];
    // SplitMix64 (Steele and others 2014): numbers that differ and are the same in every run.
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let pick = |shift: u32, below: u64| (z >> shift) % below;
    let second = n / 120;
    let (day, hour, minute) = (10 + second / 86_400, second / 3600 % 24, second / 60 % 60);
    let area = AREAS[usize::try_from(pick(3, 8)).unwrap_or_default()];
    let method = ["GET", "GET", "GET", "POST", "PUT"][usize::try_from(pick(7, 5)).unwrap_or_default()];
    let status = match pick(11, 4000) {
        0 => 503,
        1..=3 => 500,
        4..=80 => 404,
        _ => 200,
    };
    let agent = AGENTS[usize::try_from(pick(23, 4)).unwrap_or_default()];
    let mut line = String::with_capacity(360);
    let _ = write!(
        line,
        "10.{}.{}.{} - user{} [{day:02}/Nov/2026:{hour:02}:{minute:02}:{:02} +0000] \"{method} /api/v2/{area}/{} HTTP/1.1\" {status} {} \
         \"https://shop.example.net/{area}?session={:012x}&page={}\" \"{agent}\" rt={}.{:03} id=ffffff{n}",
        pick(5, 40),
        pick(13, 250),
        pick(17, 250),
        pick(19, 50_000),
        second % 60,
        pick(29, 900_000),
        pick(31, 40_000),
        z & 0xffff_ffff_ffff,
        pick(37, 30),
        pick(41, 3),
        pick(43, 1000),
    );
    line
}

/// Runs a peer twice, the second time with what it reads in memory; returns seconds and peak megabytes, `None` where it
/// is not installed.
fn timed(program: &str, arguments: &[&str], file: Option<&Path>) -> Result<Option<(f64, f64)>> {
    let mut last = None;
    for _ in 0..2 {
        let output =
            Command::new("/usr/bin/time").args(["-f", "%e %M", program]).args(arguments).args(file).output();
        let Ok(output) = output else { return Ok(None) };
        if !output.status.success() {
            return Ok(None);
        }
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = words.lines().last().context("time prints a line")?.to_owned();
        let (seconds, kib) = line.split_once(' ').context("time prints two numbers")?;
        last = Some((seconds.parse()?, kib.parse::<f64>()? / 1024.0));
    }
    Ok(last)
}
