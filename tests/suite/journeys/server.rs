//! A real Prometheus on a free port, with a small exporter that it scrapes and with history that was there before.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wardroom_app::connections::{self, ConnectionDraft};
use wardroom_app::wire::Millis;
use wardroom_core::Timestamp;

use super::{eventually, say_skipped};

/// The history ends this long before the start, so that it does not meet what is scraped.
const HISTORY_END_MS: i64 = 3 * 3_600_000;
/// Its length.
const HISTORY_MS: i64 = 6 * 3_600_000;
/// The distance of its samples.
const HISTORY_STEP_MS: i64 = 15_000;
/// The path under which the server answers; asking beside it is a 404.
const PREFIX: &str = "/prom";

/// What the exporter shows.
#[derive(Debug, Default)]
struct Shown {
    depth_hidden: AtomicBool,
    users: AtomicU32,
    ended: AtomicBool,
}

/// A target in this process: counters with a reset, a gauge that can vanish, a histogram, a label that can run away.
#[derive(Debug)]
pub(super) struct Exporter {
    port: u16,
    shown: Arc<Shown>,
}

impl Exporter {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("the listener has an address").port();
        let shown = Arc::new(Shown::default());
        let (told, begun) = (Arc::clone(&shown), Instant::now());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if told.ended.load(Ordering::Relaxed) {
                    return;
                }
                serve(stream, &exposition(&told, begun.elapsed()));
            }
        });
        Self { port, shown }
    }

    /// Lets the gauge vanish or come back.
    pub(super) fn hide_depth(&self, hidden: bool) {
        self.shown.depth_hidden.store(hidden, Ordering::Relaxed);
    }

    /// Gives the label `user` this many values.
    pub(super) fn show_users(&self, n: u32) {
        self.shown.users.store(n, Ordering::Relaxed);
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.shown.ended.store(true, Ordering::Relaxed);
        // One last connection wakes the thread; if it fails, the thread ends with the process.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(mut stream: TcpStream, body: &str) {
    // A scrape that fails is tried again by the server a second later.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let mut request = [0_u8; 4096];
    if stream.read(&mut request).unwrap_or(0) == 0 {
        return;
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n";
    let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
}

fn exposition(shown: &Shown, up: Duration) -> String {
    let seconds = up.as_secs();
    let mut text = String::from("# HELP live_requests_total Requests.\n# TYPE live_requests_total counter\n");
    let mut line = |text_line: String| {
        text.push_str(&text_line);
        text.push('\n');
    };
    for (route, rate) in [("/", 7), ("/pay", 3)] {
        // The counter restarts every 20 s.
        line(format!("live_requests_total{{route=\"{route}\"}} {}", seconds % 20 * rate));
    }
    if !shown.depth_hidden.load(Ordering::Relaxed) {
        line("# TYPE live_depth gauge".to_owned());
        line(format!("live_depth{{queue=\"mail\"}} {}", seconds % 13));
    }
    line("# TYPE live_wait_seconds histogram".to_owned());
    for (bound, share) in [("0.1", 1), ("1", 2), ("+Inf", 3)] {
        line(format!("live_wait_seconds_bucket{{le=\"{bound}\"}} {}", seconds * share));
    }
    line(format!("live_wait_seconds_sum {}", seconds * 2));
    line(format!("live_wait_seconds_count {}", seconds * 3));
    for user in 0..shown.users.load(Ordering::Relaxed) {
        line(format!("live_logins{{user=\"u{user:05}\"}} 1"));
    }
    text
}

/// The history as OpenMetrics text: a counter with a reset, a gauge with a gap and odd values, a histogram, jitter.
fn history(start: i64) -> String {
    let mut text = String::new();
    let end = start + HISTORY_MS;
    let times = || (0..).map(move |i| start + i * HISTORY_STEP_MS).take_while(move |t| *t < end);
    text.push_str("# TYPE hist_requests counter\n");
    for (service, rate) in [("cart", 3), ("orders", 11), ("web", 40)] {
        for at in times() {
            let since = if at < start + HISTORY_MS / 2 { at - start } else { at - start - HISTORY_MS / 2 };
            add(
                &mut text,
                &format!("hist_requests_total{{service=\"{service}\"}}"),
                &(since / 1000 * rate).to_string(),
                at,
            );
        }
    }
    text.push_str("# TYPE hist_depth gauge\n");
    for (host, jitter) in [("h 1", 3), ("h\\\"2", 7)] {
        for (i, at) in times().enumerate() {
            // A gap of 20 minutes in the second hour.
            if (3_600_000..4_800_000).contains(&(at - start)) {
                continue;
            }
            let value = match i % 97 {
                5 => "NaN".to_owned(),
                6 => "+Inf".to_owned(),
                7 => "-Inf".to_owned(),
                n => (n as f64 / 7.0).to_string(),
            };
            add(&mut text, &format!("hist_depth{{host=\"{host}\",service=\"cart\"}}"), &value, at + jitter);
        }
    }
    text.push_str("# TYPE hist_wait_seconds histogram\n");
    for (bound, share) in [("0.1", 1), ("1.0", 2), ("+Inf", 3)] {
        for at in times() {
            let name = format!("hist_wait_seconds_bucket{{service=\"web\",le=\"{bound}\"}}");
            add(&mut text, &name, &((at - start) / 1000 * share).to_string(), at);
        }
    }
    text.push_str("# EOF\n");
    text
}

fn add(text: &mut String, series: &str, value: &str, at: i64) {
    writeln!(text, "{series} {value} {}.{:03}", at / 1000, at % 1000).expect("a string takes everything");
}

const RULES: &str = r#"groups:
  - name: shop
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: AlwaysFiring
        expr: up == 1
        labels: {severity: warning}
        annotations: {summary: "{{ $labels.instance }} answers"}
"#;

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is after 1970");
    i64::try_from(since.as_millis()).expect("the clock is before the year 292 million")
}

/// Finds a program by a variable or in the search path.
fn find(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable).map(PathBuf::from).filter(|p| p.is_file()) {
        return Some(named);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file())
}

/// A running Prometheus. It ends when this value drops.
#[derive(Debug)]
pub(super) struct Server {
    program: PathBuf,
    folder: TempDir,
    port: u16,
    /// What guards it (`--web.config.file`).
    guard: Option<PathBuf>,
    child: Option<Child>,
    /// The target that it scrapes every second.
    pub(super) exporter: Exporter,
    /// Start of the history.
    pub(super) history_start: Timestamp,
    /// End of the history, exclusive.
    pub(super) history_end: Timestamp,
}

impl Server {
    /// Starts a server; `None`, said loudly, where the program cannot be had.
    pub(super) async fn start(test: &str) -> Option<Self> {
        let mut server = Self::prepared(test)?;
        server.run();
        server.until_ready().await;
        Some(server)
    }

    /// Starts a server that only answers over TLS, to whom `guard` (the text of its web configuration) lets in. The
    /// caller waits until it answers. `None`, said loudly, where the program cannot be had.
    pub(super) fn start_guarded(test: &str, guard: &str) -> Option<Self> {
        let mut server = Self::prepared(test)?;
        let file = server.folder.path().join("web.yml");
        std::fs::write(&file, guard).expect("the web configuration is written");
        server.guard = Some(file);
        server.run();
        Some(server)
    }

    /// Prepares a server with its history; it is not started.
    fn prepared(test: &str) -> Option<Self> {
        let Some(program) = find("WARDROOM_PROMETHEUS", "prometheus") else {
            say_skipped(
                test,
                "there is no prometheus in the PATH, and WARDROOM_PROMETHEUS does not name one",
            );
            return None;
        };
        let beside = program.parent().map(|p| p.join("promtool")).filter(|p| p.is_file());
        let Some(promtool) = beside.or_else(|| find("WARDROOM_PROMTOOL", "promtool")) else {
            say_skipped(test, "there is no promtool beside prometheus or in the PATH");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let exporter = Exporter::start();
        let start = (now_ms() - HISTORY_END_MS - HISTORY_MS) / HISTORY_STEP_MS * HISTORY_STEP_MS;
        prepare(folder.path(), &promtool, exporter.port, start);
        let port = free_port();
        Some(Self {
            program,
            folder,
            port,
            guard: None,
            child: None,
            exporter,
            history_start: Timestamp::from_millis(start),
            history_end: Timestamp::from_millis(start + HISTORY_MS),
        })
    }

    /// Starts the program on the same data and port, as after a crash.
    pub(super) fn run(&mut self) {
        let folder = self.folder.path();
        let child = Command::new(&self.program)
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{}", self.port))
            .arg(format!("--web.external-url=http://127.0.0.1:{}{PREFIX}", self.port))
            .arg(format!("--web.route-prefix={PREFIX}"))
            .arg("--log.level=error")
            .args(self.guard.iter().map(|file| format!("--web.config.file={}", file.display())))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus starts");
        self.child = Some(child);
    }

    /// Ends the program at once.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    async fn until_ready(&self) {
        eventually("prometheus is ready", async || {
            self.get("/-/ready").await.is_some_and(|(status, _)| status == 200)
        })
        .await;
        eventually("prometheus has scraped and judged its rules", async || {
            let (seen, rule) = (self.count("live_requests_total").await, self.count("job:up:sum").await);
            seen > 0.0 && rule > 0.0
        })
        .await;
    }

    /// Reports whether somebody answers, be it with a refusal.
    pub(super) async fn is_reached(&self) -> bool {
        self.get("/-/ready").await.is_some()
    }

    /// The address that a person types.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PREFIX}", self.port)
    }

    /// The address of a guarded server.
    pub(super) fn guarded_url(&self) -> String {
        format!("https://127.0.0.1:{}{PREFIX}", self.port)
    }

    /// The address without its path.
    pub(super) fn root_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A connection to this server that reads the given selectors.
    pub(super) fn draft(&self, selectors: &[&str]) -> ConnectionDraft {
        let mut draft = connections::empty_draft();
        "prom".clone_into(&mut draft.name);
        draft.url = self.url();
        draft.requests_per_minute = 0;
        draft.proxy = Some("none".to_owned());
        draft.follow_every = Millis(1000);
        draft.selectors = selectors.iter().map(|s| (*s).to_owned()).collect();
        draft
    }

    /// Evaluates an expression at this moment and returns its one number; 0 where there is none.
    pub(super) async fn number(&self, expression: &str) -> f64 {
        let Some((200, body)) = self.get(&format!("/api/v1/query?query={}", encoded(expression))).await
        else {
            return 0.0;
        };
        let answer: Value = serde_json::from_str(&body).expect("the server answers JSON");
        let text = answer["data"]["result"][0]["value"][1].as_str().unwrap_or("0");
        text.parse().unwrap_or(0.0)
    }

    /// Counts the series of a selector that have a sample at this moment.
    pub(super) async fn count(&self, selector: &str) -> f64 {
        self.number(&format!("count({selector})")).await
    }

    /// Asks the API and returns the result of the answer.
    pub(super) async fn result(&self, path_and_query: &str) -> Vec<Value> {
        let (status, body) = self.get(path_and_query).await.expect("the server answers");
        let answer: Value = serde_json::from_str(&body).expect("the server answers JSON");
        assert_eq!(status, 200, "{path_and_query}: {body}");
        answer["data"]["result"].as_array().expect("the answer has a result").clone()
    }

    /// Asks the API and returns the status with the answer.
    pub(super) async fn answer(&self, path_and_query: &str) -> (u16, Value) {
        let (status, body) = self.get(path_and_query).await.expect("the server answers");
        (status, serde_json::from_str(&body).expect("the server answers JSON"))
    }

    /// Makes a GET below the prefix; `None` where nothing answers. HTTP/1.0 spares us chunks.
    async fn get(&self, path_and_query: &str) -> Option<(u16, String)> {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let request = format!("GET {PREFIX}{path_and_query} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, body.to_owned()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Writes configuration and rules, and puts the history into blocks.
fn prepare(folder: &Path, promtool: &Path, target: u16, start: i64) {
    let config = format!(
        "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\nrule_files: [rules.yml]\nscrape_configs:\n  \
         - job_name: test\n    static_configs: [{{targets: ['127.0.0.1:{target}']}}]\n"
    );
    std::fs::write(folder.join("prometheus.yml"), config).expect("the configuration is written");
    std::fs::write(folder.join("rules.yml"), RULES).expect("the rules are written");
    let text = folder.join("history.om");
    std::fs::write(&text, history(start)).expect("the history is written");
    let output = Command::new(promtool)
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .arg(&text)
        .arg(folder.join("data"))
        .output()
        .expect("promtool starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("the listener has an address").port()
}

/// Encodes a text for a query string.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
    }
    out
}
