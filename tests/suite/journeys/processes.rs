//! A planted secret does not stand in the list of processes, neither of the program nor of its token command.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::fixed::Fixed;
use super::secrets::PLANTED;
use super::{eventually, program};

/// The program in the middle of its work, which it does not survive.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn connect(program: PathBuf, home: &Path, port: u16, options: &[&str]) -> Running {
    let child = Command::new(program)
        .args(["connect", "--proxy", "none", "--url", &format!("http://127.0.0.1:{port}")])
        .arg("--workspace")
        .arg(home.join("w.wardroom"))
        .args(options)
        .env("WARDROOM_HOME", home.join("home"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    Running(child)
}

/// What everybody on the machine, or the same person, may read of a process and of all that it started: the words of
/// their commands and their environments.
fn shown(pid: u32) -> BTreeMap<u32, String> {
    let parent = |pid: u32| -> Option<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // Behind the name, which may hold anything, come the state and the parent.
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
    };
    let all: Vec<u32> = std::fs::read_dir("/proc")
        .expect("there is a /proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    let is_of = |one: u32| std::iter::successors(Some(one), |&p| parent(p)).take(20).any(|p| p == pid);
    let read = |one: u32, what: &str| {
        let bytes = std::fs::read(format!("/proc/{one}/{what}")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\0', " ")
    };
    let told = |one: u32| (one, format!("{} {}", read(one, "cmdline"), read(one, "environ")));
    all.into_iter().filter(|&one| is_of(one)).map(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_secret_stands_in_no_command_line_and_no_environment() {
    let Some(program) = program("a_typed_secret_stands_in_no_command_line") else { return };
    let home = tempfile::tempdir().unwrap();
    let server = Fixed::silent();

    let mut running = connect(program, home.path(), server.port, &["--bearer", "--secret-stdin"]);
    running.0.stdin.take().unwrap().write_all(PLANTED.as_bytes()).unwrap();
    eventually("it is on its way", async || server.heard().contains(PLANTED)).await;
    let shown = shown(running.0.id());

    let own = &shown[&running.0.id()];
    assert!(own.contains("--secret-stdin") && own.contains("WARDROOM_HOME"), "{own}");
    assert!(shown.values().all(|text| !text.contains(PLANTED)), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stands_in_no_command_line_while_its_command_runs_and_afterwards() {
    let Some(program) = program("a_token_stands_in_no_command_line") else { return };
    let home = tempfile::tempdir().unwrap();
    let server = Fixed::silent();
    let (script, printed, go) =
        (home.path().join("token.sh"), home.path().join("printed"), home.path().join("go"));
    let text = format!(
        "#!/bin/sh\necho {PLANTED}\n: > {}\nwhile [ ! -e {} ]; do sleep 0.05; done\n",
        printed.display(),
        go.display()
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();

    let command = script.display().to_string();
    let running = connect(program, home.path(), server.port, &["--token-command", &command]);
    eventually("the token is printed", async || printed.exists()).await;
    let while_it_runs = shown(running.0.id());
    std::fs::write(&go, "").unwrap();
    eventually("the token is on its way", async || server.heard().contains(PLANTED)).await;
    let afterwards = shown(running.0.id());

    let others = while_it_runs.iter().filter(|(pid, _)| **pid != running.0.id());
    assert!(others.map(|(_, text)| text).any(|text| text.contains("token.sh")), "{while_it_runs:?}");
    for shown in [while_it_runs, afterwards] {
        assert!(shown.values().all(|text| !text.contains(PLANTED)), "{shown:?}");
    }
}
