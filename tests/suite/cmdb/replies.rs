//! A server on loopback that answers from files: the replies of one CMDB that is not here, as its documentation has them.
//!
//! `exchanges.json` beside the replies says which request gets which; what it does not name is answered with 404 and a
//! page for people, as web servers do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;

use crate::repository::{root, text};

/// A running server; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Replies {
    address: SocketAddr,
    strange: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What came.
#[derive(Debug, Default)]
struct Asked {
    method: String,
    path: String,
    parameters: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    /// Without blanks and decoded, so that a form and JSON are looked through alike.
    body: String,
}

impl Replies {
    /// Serves the replies of a folder below `tests/fixtures/cmdb`.
    pub(super) fn of(folder: &str) -> Self {
        let folder = format!("tests/fixtures/cmdb/{folder}");
        let script: Value = serde_json::from_str(&text(&format!("{folder}/exchanges.json"))).unwrap();
        let script = Arc::new(script);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (strange, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (log, end) = (Arc::clone(&strange), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (script, folder, log) = (Arc::clone(&script), folder.clone(), Arc::clone(&log));
                // A client may open a connection and not use it, or go away: neither is a failure of the server.
                std::thread::spawn(move || {
                    if let Some(asked) = read(&connection) {
                        answer(&connection, &asked, &script, &folder, &log).ok();
                    }
                });
            }
        });
        Self { address, strange, stop, thread: Some(thread) }
    }

    /// Returns `http://127.0.0.1:port`.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests for which there is no reply.
    pub(super) fn strange(&self) -> Vec<String> {
        self.strange.lock().unwrap().clone()
    }
}

impl Drop for Replies {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for a connection.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn read(connection: &TcpStream) -> Option<Asked> {
    connection.set_read_timeout(Some(std::time::Duration::from_secs(5))).ok()?;
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 || line == "\r\n" {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut body = String::from_utf8(body).ok()?;
    if headers.get("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        body = decoded(&body);
    }
    body.retain(|c| !c.is_whitespace());
    let (path, parameters) = target.split_once('?').unwrap_or((&target, ""));
    let pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    let parameters = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    Some(Asked { method, path: path.to_owned(), parameters, headers, body })
}

fn answer(
    mut out: &TcpStream,
    asked: &Asked,
    script: &Value,
    folder: &str,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let reply = if signed_in(asked, script) {
        let all = script["exchanges"].as_array().into_iter().flatten();
        all.clone().find(|exchange| matches(asked, exchange)).cloned()
    } else {
        Some(script["refusal"].clone())
    };
    let (status, kind, headers, body) = if let Some(reply) = reply {
        let file = root().join(folder).join(reply["file"].as_str().unwrap());
        let status = reply["status"].as_u64().unwrap_or(200);
        (status, "application/json", reply["headers"].clone(), std::fs::read_to_string(file).unwrap())
    } else {
        log.lock()
            .unwrap()
            .push(format!("{} {} {:?} {}", asked.method, asked.path, asked.parameters, asked.body));
        (404, "text/html", Value::Null, "<!doctype html><title>Page Not Found</title>".to_owned())
    };
    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nConnection: close\r\n");
    for (name, value) in headers.as_object().into_iter().flatten() {
        write!(head, "{name}: {}\r\n", value.as_str().unwrap()).unwrap();
    }
    out.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
}

/// Reports whether the request carries one of the accepted sign-ins, or is the one by which a session begins.
fn signed_in(asked: &Asked, script: &Value) -> bool {
    let gate = &script["gate"];
    let texts = |name: &str| gate[name].as_array().cloned().unwrap_or_default();
    if texts("open").iter().any(|path| asked.path.ends_with(path.as_str().unwrap())) {
        return true;
    }
    if let Some(header) = gate["header"].as_str() {
        return texts("values")
            .iter()
            .any(|value| asked.headers.get(header).map(String::as_str) == value.as_str());
    }
    texts("body").iter().all(|part| asked.body.contains(part.as_str().unwrap()))
}

fn matches(asked: &Asked, exchange: &Value) -> bool {
    let path = exchange["path"].as_str().unwrap();
    let there =
        if exchange["prefix"] == true { asked.path.starts_with(path) } else { asked.path.ends_with(path) };
    let object = |name: &str| exchange[name].as_object().cloned().unwrap_or_default();
    let list = |name: &str| exchange[name].as_array().cloned().unwrap_or_default();
    there
        && exchange["method"].as_str().is_none_or(|method| method == asked.method)
        && object("query")
            .iter()
            .all(|(name, value)| asked.parameters.get(name).map(String::as_str) == value.as_str())
        && object("headers_asked")
            .iter()
            .all(|(name, value)| asked.headers.get(name).map(String::as_str) == value.as_str())
        && list("without").iter().all(|name| !asked.parameters.contains_key(name.as_str().unwrap()))
        && list("body").iter().all(|part| asked.body.contains(part.as_str().unwrap()))
}

/// Undoes percent-encoding and `+`; what is not encoded correctly stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
