//! A small HTTP server on the loopback address for the tests: it answers as told and remembers what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// How a request is answered.
pub(crate) enum Reply {
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// A head without a length, then bytes until the other side has had enough.
    Endless,
    /// Nothing, until the other side gives up.
    Silence,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The request line and headers.
    pub(crate) head: String,
    /// The body, with the form still encoded.
    pub(crate) body: String,
}

impl Seen {
    /// Reports whether the request was for a path (ignoring what stands before it and its parameters).
    pub(crate) fn is_for(&self, path: &str) -> bool {
        let target = self.head.split(' ').nth(1).unwrap_or_default();
        target.split('?').next().unwrap_or_default().ends_with(path)
    }
}

/// The server; it ends when it is dropped.
pub(crate) struct Loopback {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Loopback {
    /// Starts a server that answers each request, one after the other, as `answer` says.
    pub(crate) fn start(answer: impl Fn(&Seen) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (log, ended) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                if let Ok(connection) = connection {
                    serve(&connection, &answer, &log);
                }
            }
        });
        Self { address, seen, stop, thread: Some(thread) }
    }

    /// Returns `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns what was sent so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for a connection.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// A broken connection is the other side's choice in these tests, so errors just end it.
fn serve(connection: &TcpStream, answer: &impl Fn(&Seen) -> Reply, log: &Mutex<Vec<Seen>>) {
    // The client's connection may outlive its request; a test must not wait for it.
    let limit = Some(std::time::Duration::from_secs(2));
    connection.set_read_timeout(limit).ok();
    connection.set_write_timeout(limit).ok();
    let Some(seen) = read_request(connection) else {
        return;
    };
    log.lock().unwrap().push(seen.clone());
    let mut out = connection;
    match answer(&seen) {
        Reply::Raw(bytes) => {
            out.write_all(&bytes).ok();
        }
        Reply::Endless => {
            let mut going =
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").is_ok();
            while going {
                going = out.write_all(&[b' '; 4096]).is_ok();
            }
        }
        Reply::Silence => {
            // Whatever comes, or the end: either way the other side has given up.
            let _ended: usize = out.read(&mut [0; 16]).unwrap_or_default();
        }
    }
}

fn read_request(connection: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length.unwrap_or_default()];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { head, body: String::from_utf8_lossy(&body).into_owned() })
}

/// Returns an answer of a status with a content type.
pub(crate) fn answer(status: u16, kind: &str, body: &str) -> Reply {
    answer_with(status, kind, "", body)
}

/// Returns an answer with further header lines, each ended by a line feed pair.
pub(crate) fn answer_with(status: u16, kind: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n");
    Reply::Raw(format!("{head}Connection: close\r\n{headers}\r\n{body}").into_bytes())
}

/// Returns a JSON answer of status 200.
pub(crate) fn json(body: &str) -> Reply {
    answer(200, "application/json", body)
}
