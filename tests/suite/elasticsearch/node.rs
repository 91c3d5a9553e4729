//! A real search server on a free port, shared by the tests of this process and ended with it.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A running server.
#[derive(Debug)]
pub(super) struct Node {
    address: SocketAddr,
    /// The product, as the script calls it.
    pub(super) product: &'static str,
}

type Started = OnceLock<Option<Arc<Node>>>;

impl Node {
    /// Returns the server of a product, starting it once; `None`, said loudly, where it cannot be had.
    pub(super) async fn get(product: &'static str, test: &str) -> Option<Arc<Self>> {
        static NODES: Mutex<BTreeMap<&'static str, Arc<Started>>> = Mutex::new(BTreeMap::new());
        let cell = Arc::clone(NODES.lock().unwrap().entry(product).or_default());
        // Starting takes seconds, and another test may wait for the same.
        let node = tokio::task::spawn_blocking(move || cell.get_or_init(|| start(product)).clone());
        let node = node.await.unwrap();
        if node.is_none() {
            say(&format!("*** SKIPPED {test} on {product}"));
        }
        node
    }

    /// The address of the server as a URL.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the server.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reports whether the product is OpenSearch.
    pub(super) fn is_opensearch(&self) -> bool {
        self.product.starts_with("opensearch")
    }

    /// Sends a request and returns status and body. The connector only reads, so seeding is done here.
    pub(super) async fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let kind = if path.contains("_bulk") { "application/x-ndjson" } else { "application/json" };
        let kind = if body.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{kind}");
        let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap();
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    /// Makes an index anew.
    pub(super) async fn create(&self, index: &str, shards: u32, properties: &Value) {
        self.call("DELETE", &format!("/{index}"), "").await;
        let body = serde_json::json!({
            "settings": { "number_of_shards": shards, "number_of_replicas": 0 },
            "mappings": { "properties": properties }
        });
        let (status, answer) = self.call("PUT", &format!("/{index}"), &body.to_string()).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Writes documents and makes them visible.
    pub(super) async fn write(&self, index: &str, documents: impl IntoIterator<Item = Value>) {
        let mut body = String::new();
        for document in documents {
            body.push_str("{\"create\":{}}\n");
            body.push_str(&document.to_string());
            body.push('\n');
        }
        let (status, answer) = self.call("POST", &format!("/{index}/_bulk?refresh=true"), &body).await;
        assert!(status == 200 && answer["errors"] == false, "{status} {answer}");
    }
}

fn script() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("servers/search-node.sh")
}

fn start(product: &'static str) -> Option<Arc<Node>> {
    let run = |command: &str| {
        let folder = std::env::temp_dir().join(format!("wardroom-{product}-{}", std::process::id()));
        Command::new(script())
            .args([command, product])
            .arg(folder)
            .env("NODE_OWNER", std::process::id().to_string())
            .output()
            .expect("the script can be run")
    };
    let needs = String::from_utf8_lossy(&run("needs").stdout).trim().replace('\n', ", ");
    if !needs.is_empty() {
        say(&format!("*** There is no {product}: {needs} is missing on this machine."));
        return None;
    }
    let fetched = run("fetch");
    if !fetched.status.success() {
        let why = String::from_utf8_lossy(&fetched.stderr).into_owned();
        let why: Vec<&str> = why.lines().filter(|line| line.contains("ERROR")).take(3).collect();
        say(&format!("*** There is no {product}: its packages cannot be had. {}", why.join(" ")));
        return None;
    }
    let started = run("start");
    let line = String::from_utf8_lossy(&started.stdout).into_owned();
    let errors = String::from_utf8_lossy(&started.stderr).into_owned();
    let address = line.split_whitespace().next().and_then(|url| url.strip_prefix("http://")?.parse().ok());
    // What was fetched has to start; this is no reason to skip.
    let address = address.unwrap_or_else(|| panic!("{product} does not start: {line} {errors}"));
    Some(Arc::new(Node { address, product }))
}

/// Says something on the terminal, past the test harness' capture.
fn say(words: &str) {
    // A closed terminal is no reason to fail.
    let _ = writeln!(std::io::stderr(), "\n{words}\n");
}
