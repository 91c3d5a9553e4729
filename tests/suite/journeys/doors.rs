//! The doors of a real Prometheus: TLS with a private authority, a client certificate, a password, and a proxy before it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use wardroom_app::connections::{self, ConnectionDraft, SignIn};
use wardroom_app::jobs::JobKind;
use wardroom_app::{App, AppError, sync, workspaces};
use wardroom_tests::authority::Authority;

use super::server::Server;
use super::{eventually, job, program, range, sentence, start};

pub(super) const PASSWORD: &str = "opens-nothing-else";
/// Of [`PASSWORD`], made with the Python package `bcrypt`: `bcrypt.hashpw(b"opens-nothing-else", bcrypt.gensalt(6))`.
pub(super) const PASSWORD_HASH: &str = "$2b$06$nzKKewJpHZzUoTXsXjhscefRsG98JWbF1m2EW2klUV9SQyNGDQLa6";

/// The certificates of a guarded server and of one who may enter.
struct Keys {
    folder: TempDir,
}

impl Keys {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let authority = Authority::new().expect("an authority can be made");
        let stranger = Authority::new().expect("an authority can be made");
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a key is written");
        write("ca.pem", &authority.pem());
        write("other-ca.pem", &stranger.pem());
        let issued = [
            ("server", authority.issue(&["localhost", "127.0.0.1"])),
            ("client", authority.issue(&["ops.example.net"])),
            ("stranger", stranger.issue(&["ops.example.net"])),
        ];
        for (name, issued) in issued {
            let issued = issued.expect("a certificate can be issued");
            write(&format!("{name}.pem"), &issued.pem);
            write(&format!("{name}-key.pem"), &issued.key_pem);
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The web configuration of a server with these certificates.
    fn guard(&self, further: &str) -> String {
        let (server, key) = (self.path("server.pem"), self.path("server-key.pem"));
        format!("tls_server_config:\n  cert_file: {server}\n  key_file: {key}\n{further}")
    }

    /// The same, for clients whose certificate is of this authority.
    fn guard_by_certificate(&self) -> String {
        let ca = self.path("ca.pem");
        self.guard(&format!("  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: {ca}\n"))
    }

    /// A connection with the certificate and key of this name.
    fn draft(&self, server: &Server, who: &str) -> ConnectionDraft {
        ConnectionDraft {
            url: server.guarded_url(),
            ca_path: Some(self.path("ca.pem")),
            sign_in: SignIn::ClientCertificate {
                cert_path: self.path(&format!("{who}.pem")),
                key_path: self.path(&format!("{who}-key.pem")),
            },
            ..server.draft(&[r#"{__name__=~"hist_.+"}"#])
        }
    }
}

/// A proxy that tunnels to wherever it is told and remembers where that was.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("the listener has an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A tunnel ends with either side; how it ended is the client's matter.
                tokio::spawn(tunnel(client, Arc::clone(&log)));
            }
        });
        Self { port, asked }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn tunnel(mut client: TcpStream, log: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    log.lock().unwrap_or_else(PoisonError::into_inner).push(target.to_owned());
    let mut server = TcpStream::connect(target).await?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn open_new(home: &Path) -> App {
    let app = start(&home.join("app")).await;
    workspaces::create(&app, &home.join("w.wardroom")).await.unwrap();
    app
}

/// Waits until a guarded server lets somebody in.
async fn until_open(app: &App, draft: &ConnectionDraft) {
    eventually("the guarded prometheus answers", async || connections::probe(app, draft).await.is_ok()).await;
}

async fn refused(app: &App, draft: &ConnectionDraft) -> AppError {
    connections::probe(app, draft).await.expect_err("the server refuses")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_certificate_opens_a_server_that_asks_for_one_and_another_does_not() {
    let keys = Keys::make();
    let Some(server) = Server::start_guarded("a_client_certificate_opens", &keys.guard_by_certificate())
    else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let draft = keys.draft(&server, "client");
    until_open(&app, &draft).await;

    let id = connections::save(&app, &draft).await.unwrap();
    let history = range(server.history_start, server.history_end);
    let task = job(&app, JobKind::Sync);
    let outcome = sync::run_by_number(&app, &app.open().unwrap(), id, Some(history), &task).await.unwrap();
    let stranger = refused(&app, &keys.draft(&server, "stranger")).await;
    let nobody = refused(&app, &ConnectionDraft { sign_in: SignIn::None, ..draft.clone() }).await;
    let unknown_ca =
        refused(&app, &ConnectionDraft { ca_path: Some(keys.path("other-ca.pem")), ..draft.clone() }).await;
    let no_ca = refused(&app, &ConnectionDraft { ca_path: None, ..draft }).await;

    assert!(outcome.samples > 1_000, "{outcome:?}");
    // Whether the alert or the end of the connection is read first is not ours to say: both name the certificate.
    for error in [&stranger, &nobody] {
        assert!(["source_tls", "source_shut_out"].contains(&error.code.as_str()), "{error:?}");
        assert!(sentence(error).contains("certificate"), "{}", sentence(error));
    }
    for error in [&unknown_ca, &no_ca] {
        assert_eq!(error.code, "source_tls", "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_over_tls_opens_and_a_wrong_one_is_refused_in_words() {
    let keys = Keys::make();
    let guard = keys.guard(&format!("basic_auth_users:\n  ops: {PASSWORD_HASH}\n"));
    let Some(server) = Server::start_guarded("a_password_over_tls_opens", &guard) else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let draft = ConnectionDraft {
        sign_in: SignIn::Basic { user: "ops".to_owned() },
        secret: Some(PASSWORD.to_owned()),
        ..keys.draft(&server, "client")
    };
    until_open(&app, &draft).await;

    let wrong = ConnectionDraft { secret: Some("wrong".to_owned()), ..draft };
    let error = refused(&app, &wrong).await;

    assert_eq!(error.code, "source_denied", "{error:?}");
    assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_used_when_it_is_named_and_left_out_when_it_is_switched_off() {
    let keys = Keys::make();
    let Some(server) = Server::start_guarded("a_proxy_is_used", &keys.guard_by_certificate()) else { return };
    let home = tempfile::tempdir().unwrap();
    let app = open_new(home.path()).await;
    let direct = keys.draft(&server, "client");
    until_open(&app, &direct).await;
    let proxy = Proxy::start().await;

    let through = ConnectionDraft { proxy: Some(proxy.url()), ..direct };
    connections::probe(&app, &through).await.unwrap();
    let asked = proxy.asked();
    let dead = ConnectionDraft { proxy: Some("http://127.0.0.1:9".to_owned()), ..through };
    let error = refused(&app, &dead).await;

    let target = server.guarded_url().replace("https://", "").replace("/prom", "");
    assert!(!asked.is_empty() && asked.iter().all(|to| *to == target), "{asked:?}");
    assert_eq!(error.code, "source_unreachable", "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_takes_the_proxy_of_the_environment_unless_the_host_is_excepted() {
    const TEST: &str = "the_terminal_takes_the_proxy_of_the_environment";
    let keys = Keys::make();
    let Some(program) = program(TEST) else { return };
    let Some(server) = Server::start_guarded(TEST, &keys.guard_by_certificate()) else { return };
    let home = tempfile::tempdir().unwrap();
    until_open(&open_new(home.path()).await, &keys.draft(&server, "client")).await;
    let proxy = Proxy::start().await;
    let run = async |except: &str| {
        let mut command = Command::new(&program);
        command
            .args([
                "--json",
                "connect",
                "--test",
                "--workspace",
                &home.path().join("t.wardroom").display().to_string(),
            ])
            .args(["--url", &server.guarded_url(), "--ca", &keys.path("ca.pem")])
            .args(["--cert", &keys.path("client.pem"), "--key", &keys.path("client-key.pem")])
            .env("WARDROOM_HOME", home.path().join("cli"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("HTTPS_PROXY", proxy.url())
            .env_remove("https_proxy")
            .env_remove("no_proxy")
            .env("NO_PROXY", except)
            .stdin(Stdio::null());
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().expect("the program starts")
    };

    let direct = run("127.0.0.1").await;
    let asked_directly = proxy.asked().len();
    let through = run("").await;

    for output in [&direct, &through] {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(asked_directly, 0);
    assert!(!proxy.asked().is_empty());
}
