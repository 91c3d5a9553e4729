//! Figures of the window on a display without a screen: until it is painted, memory, idle processor time.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::table::{Limits, Row, say};
use crate::{Bench, child, inputs, median};

/// How long a window may take to paint before the measurement is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// Clock ticks a second of the times in /proc; fixed to 100 on Linux (`sysconf(_SC_CLK_TCK)`).
const TICKS: f64 = 100.0;

/// What one start of the window took.
#[derive(Clone, Copy, Debug)]
struct Start {
    painted_s: f64,
    memory_mb: f64,
    idle_percent: Option<f64>,
}

/// Measures the window on the demo and on the big workspace.
pub(crate) fn window(bench: &Bench) -> Result<Vec<Row>> {
    let display = Display::start()?;
    let demo = bench.folder.join("window.wardroom");
    let _ = fs::remove_file(&demo);
    let home = bench.folder.join("home");
    let path = demo.to_string_lossy();
    child::run(&bench.cli, &["demo", "--workspace", &*path], &home, &[0, 1])?;
    let big = bench.folder.join("big.wardroom");
    if !big.is_file() {
        make_big(bench, &big, &home)?;
    }
    let mut rows = figures(
        &starts(bench, &display.name, &demo)?,
        [
            "window: start to painted, demo",
            "memory of all processes (PSS), demo",
            "idle processor of one core, demo",
        ],
        [Limits::AtMost(2.5, 1.0), Limits::AtMost(400.0, 250.0)],
    );
    rows.extend(figures(
        &starts(bench, &display.name, &big)?,
        [
            "window: start to painted, big",
            "memory of all processes (PSS), big",
            "idle processor of one core, big",
        ],
        [Limits::AtMost(3.0, 1.2), Limits::AtMost(500.0, 300.0)],
    ));
    Ok(rows)
}

fn make_big(bench: &Bench, big: &Path, home: &Path) -> Result<()> {
    say("making the big workspace (50M samples)");
    let part = bench.folder.join("part.wardroom");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(inputs::big(&part))?;
    let path = part.to_string_lossy();
    let detect = child::run(&bench.cli, &["--json", "detect", "--workspace", &*path], home, &[0, 1])?;
    let answer: serde_json::Value = serde_json::from_str(&detect.stdout)?;
    let found = answer["result"]["finding_count"].as_u64().unwrap_or(0);
    say(&format!("scored 50M samples in {:.1} s, {found} findings", detect.time.as_secs_f64()));
    fs::rename(&part, big)?;
    Ok(())
}

fn figures(starts: &[Start], names: [&'static str; 3], limits: [Limits; 2]) -> Vec<Row> {
    let of = |field: fn(&Start) -> f64| median(starts.iter().map(field).collect()).unwrap_or_default();
    let n = format!("median of {}, Xvfb, software rendering", starts.len());
    let [painted, memory, idle] = names;
    let mut rows = vec![
        Row::new(painted, of(|s| s.painted_s), "s", limits[0]).note(n),
        Row::new(memory, of(|s| s.memory_mb), "MB", limits[1]).note("10 s after painting"),
    ];
    if let Some(percent) = starts.iter().find_map(|s| s.idle_percent) {
        rows.push(Row::new(idle, percent, "%", Limits::AtMost(2.0, 0.5)).note("60 s, not following"));
    }
    rows
}

/// Starts the window five times; the last time it is left alone for a minute.
fn starts(bench: &Bench, display: &str, workspace: &Path) -> Result<Vec<Start>> {
    (1..=5).map(|n| start(bench, display, workspace, (n == 5).then_some(Duration::from_mins(1)))).collect()
}

fn start(bench: &Bench, display: &str, workspace: &Path, idle: Option<Duration>) -> Result<Start> {
    let home = bench.folder.join("window-home");
    fs::create_dir_all(&home)?;
    let begun = Instant::now();
    let mut child = Command::new(&bench.desktop)
        .args(["--size", "1440x900", "--workspace"])
        .arg(workspace)
        .envs([("DISPLAY", display), ("GDK_BACKEND", "x11"), ("LANG", "en_US.UTF-8"), ("NO_AT_BRIDGE", "1")])
        .envs([("WARDROOM_TRACE_START", "1"), ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")])
        .env("HOME", &home)
        .env("WARDROOM_HOME", &home)
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("LC_ALL")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {}", bench.desktop.display()))?;
    let err = child.stderr.take().context("the error output is piped")?;
    let group = Group(child);
    let painted = painted(err, begun)?;
    thread::sleep(Duration::from_secs(10));
    let memory_mb = group.members().iter().map(|pid| pss_kib(*pid)).sum::<f64>() * 1024.0 / 1e6;
    let idle_percent = idle.map(|time| {
        let before = group.ticks();
        thread::sleep(time);
        (group.ticks() - before) / TICKS / time.as_secs_f64() * 100.0
    });
    Ok(Start { painted_s: painted.as_secs_f64(), memory_mb, idle_percent })
}

/// Waits for the line `painted N`.
fn painted(err: impl Read + Send + 'static, begun: Instant) -> Result<Duration> {
    let (tell, hear) = mpsc::channel();
    thread::spawn(move || {
        // Read to the end, or the program would be stopped by a full pipe.
        for line in BufReader::new(err).lines().map_while(Result::ok) {
            if line.starts_with("painted ") {
                let _ = tell.send(begun.elapsed());
            }
        }
    });
    hear.recv_timeout(PATIENCE).context("the window did not say that it had painted")
}

/// A program with the processes that it started, ended together.
struct Group(Child);

impl Group {
    /// Returns the processes of the group.
    fn members(&self) -> Vec<u32> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let all = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
        all.filter(|pid| fields(*pid).and_then(|f| f.get(2)?.parse::<u32>().ok()) == Some(self.0.id()))
            .collect()
    }

    /// Returns the processor time of all in clock ticks.
    fn ticks(&self) -> f64 {
        let of = |pid: &u32| {
            let fields = fields(*pid).unwrap_or_default();
            let field = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
            field(11) + field(12)
        };
        self.members().iter().map(of).sum()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for signal in ["-TERM", "-KILL"] {
            let group = format!("-{}", self.0.id());
            let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
            thread::sleep(Duration::from_millis(300));
        }
        let _ = self.0.wait();
    }
}

/// Returns the fields of /proc/PID/stat behind the name: state, parent, group, …
fn fields(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().map(ToOwned::to_owned).collect())
}

fn pss_kib(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0)
}

/// A display without a screen.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let out = server.stdout.take().context("the output is piped")?;
        let mut number = String::new();
        BufReader::new(out).read_line(&mut number)?;
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
