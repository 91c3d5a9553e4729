//! A server that gives one answer to everything, or none, and remembers what it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A server that gives every request the same answer and keeps what it was sent.
pub(super) struct Fixed {
    /// Where it listens, on the loopback.
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Fixed {
    /// Starts it; `answer` is the whole answer with its head.
    pub(super) fn start(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("the listener has an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        // The thread ends with the process; it holds nothing but its port.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                respond(stream, &answer, &kept);
            }
        });
        Self { port, heard }
    }

    /// Starts one that reads every request and never answers.
    #[cfg(target_os = "linux")]
    pub(super) fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("the listener has an address").port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        thread::spawn(move || {
            let mut held = Vec::new();
            for mut stream in listener.incoming().flatten() {
                read(&mut stream, &kept);
                held.push(stream);
            }
        });
        Self { port, heard }
    }

    /// Returns everything that it was sent.
    pub(super) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

fn respond(mut stream: TcpStream, answer: &str, kept: &Mutex<Vec<u8>>) {
    read(&mut stream, kept);
    let _ = stream.write_all(answer.as_bytes());
}

fn read(stream: &mut TcpStream, kept: &Mutex<Vec<u8>>) {
    // A client that hangs is cut off; the test fails by what is missing then.
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let mut buffer = [0_u8; 8192];
    let mut request = Vec::new();
    // All of it is read, because closing with unread bytes would reset the connection before the answer is seen.
    while !is_whole(&request) {
        match stream.read(&mut buffer) {
            Ok(n) if n > 0 => request.extend_from_slice(&buffer[..n]),
            _ => break,
        }
    }
    kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&request);
}

/// Reports whether head and body of a request are there.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
    body.len() >= length
}
