//! A gate before a server that has no doors of its own: TLS with a certificate made on the spot, sign-in, and faults.
//!
//! It speaks just enough HTTP/1.1 for tests: one request on each connection, bodies with a length.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

use crate::authority::Authority;

/// What is asked of the gate.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// Path and parameters.
    pub path: String,
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What the gate does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes through.
    Pass,
    /// It goes through, and the answer is cut after so many bytes.
    CutAfter(usize),
    /// It is answered here: a status, further header lines, a JSON body.
    Answer(u16, &'static str, String),
    /// It is never answered.
    Silence,
}

type Judge = dyn Fn(&Asked) -> Verdict + Send + Sync;

/// A running gate; it ends when it is dropped.
pub struct Gate {
    address: SocketAddr,
    ca_pem: String,
    seen: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Gate {
    /// Starts a gate before a server; `judge` decides about every request.
    ///
    /// # Errors
    ///
    /// When no certificate can be made or no port is free.
    pub async fn start(
        server: SocketAddr,
        judge: impl Fn(&Asked) -> Verdict + Send + Sync + 'static,
    ) -> Result<Self> {
        let (config, ca_pem) = certificate()?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, judge): (_, Arc<Judge>) = (Arc::clone(&seen), Arc::new(judge));
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (acceptor, judge, log) = (acceptor.clone(), Arc::clone(&judge), Arc::clone(&log));
                tokio::spawn(async move {
                    // A client that does not trust the certificate, or goes away, is part of the tests.
                    if let Ok(stream) = acceptor.accept(connection).await {
                        serve(stream, server, &*judge, &log).await.ok();
                    }
                });
            }
        });
        Ok(Self { address, ca_pem, seen, task })
    }

    /// Returns `https://localhost:port`.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// Returns the certificate of the authority, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Returns every request that came, in order.
    pub fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Refuses whoever does not send exactly this `Authorization`, in the words of Elasticsearch.
pub fn signed_in(asked: &Asked, authorization: &str) -> Option<Verdict> {
    if asked.authorization.as_deref() == Some(authorization) {
        return None;
    }
    let words = "unable to authenticate user for REST request";
    let body = format!(
        r#"{{"error":{{"root_cause":[{{"type":"security_exception","reason":"{words}"}}],"type":"security_exception","reason":"{words}"}},"status":401}}"#
    );
    Some(Verdict::Answer(401, "WWW-Authenticate: Basic realm=\"security\"\r\n", body))
}

/// Refuses a path, in the words of Elasticsearch.
pub fn forbidden(asked: &Asked) -> Verdict {
    let words = format!("action is unauthorized for {} {}", asked.method, asked.path.replace('"', ""));
    let body = format!(
        r#"{{"error":{{"root_cause":[{{"type":"security_exception","reason":"{words}"}}],"type":"security_exception","reason":"{words}"}},"status":403}}"#
    );
    Verdict::Answer(403, "", body)
}

/// Makes an authority and a certificate of it for this machine.
fn certificate() -> Result<(ServerConfig, String)> {
    let authority = Authority::new()?;
    let issued = authority.issue(&["localhost", "127.0.0.1"])?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.key_der));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(issued.der)], key)?;
    Ok((config, authority.pem()))
}

async fn serve(
    stream: TlsStream<TcpStream>,
    server: SocketAddr,
    judge: &Judge,
    log: &Mutex<Vec<Asked>>,
) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let (asked, head) = request(&mut stream).await?;
    let verdict = judge(&asked);
    let body = asked.body.clone();
    log.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    let mut client = stream.into_inner();
    match verdict {
        Verdict::Pass => relay(&mut client, server, &head, &body, usize::MAX).await?,
        Verdict::CutAfter(bytes) => relay(&mut client, server, &head, &body, bytes).await?,
        Verdict::Silence => {
            // Until the client has had enough.
            while client.read(&mut [0; 16]).await? > 0 {}
        }
        Verdict::Answer(status, headers, body) => {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}");
            let rest = format!("Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            client.write_all(format!("{head}{rest}").as_bytes()).await?;
        }
    }
    client.shutdown().await?;
    Ok(())
}

/// Reads a request; returns it, and its head as it goes on to the server.
async fn request(stream: &mut BufReader<TlsStream<TcpStream>>) -> Result<(Asked, String)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split(' ');
    let method = words.next().context("a method")?.to_owned();
    let path = words.next().context("a path")?.to_owned();
    let mut head = line.clone();
    let (mut length, mut authorization) = (0, None);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            bail!("the request ended in its head");
        }
        if line == "\r\n" {
            break;
        }
        let (name, value) = line.split_once(':').context("a header")?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse()?,
            // The server behind knows nothing of users, and one connection serves one request.
            "authorization" => {
                authorization = Some(value.trim().to_owned());
                continue;
            }
            "connection" => continue,
            _ => {}
        }
        head.push_str(&line);
    }
    head.push_str("Connection: close\r\n\r\n");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((Asked { method, path, authorization, body }, head))
}

/// Sends a request on and brings the answer back. Ends with the client, so that the server sees it go.
async fn relay(
    client: &mut TlsStream<TcpStream>,
    server: SocketAddr,
    head: &str,
    body: &[u8],
    most: usize,
) -> Result<()> {
    let mut behind = TcpStream::connect(server).await?;
    behind.write_all(head.as_bytes()).await?;
    behind.write_all(body).await?;
    let mut behind = BufReader::new(behind);
    let (mut left, mut piece, mut gone) = (most, vec![0; 64 << 10], [0; 16]);
    let mut status = String::new();
    tokio::select! {
        read = behind.read_line(&mut status) => read?,
        _ = client.read(&mut gone) => bail!("the client went away"),
    };
    // The servers do not repeat that the connection ends here, and the client would use it again.
    client.write_all(format!("{status}Connection: close\r\n").as_bytes()).await?;
    while left > 0 {
        let n = tokio::select! {
            read = behind.read(&mut piece) => read?,
            _ = client.read(&mut gone) => bail!("the client went away"),
        };
        if n == 0 {
            return Ok(());
        }
        let n = n.min(left);
        left -= n;
        tokio::time::timeout(Duration::from_secs(30), client.write_all(&piece[..n])).await??;
    }
    Ok(())
}
