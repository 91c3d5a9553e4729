//! A real keychain: what is kept in it is there for the next run, and a locked one is refused in words.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::doors::{PASSWORD, PASSWORD_HASH};
use super::server::Server;
use super::{eventually, program, say_skipped};

/// Unlocks the keychain of the session before anybody asks for it: whoever asks first makes a locked one start.
const UNLOCK: &str =
    r#"eval "$(printf pw | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)" >/dev/null; "#;

/// Runs a script in a session of its own whose keychain lies in `home`; it ends with the session.
fn in_session(home: &Path, script: &str) -> Output {
    let runtime = home.join("run");
    std::fs::create_dir_all(&runtime).expect("the folder can be made");
    let own = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&runtime, own).expect("the folder can be closed to others");
    Command::new("dbus-run-session")
        .args(["--", "bash", "-c", script])
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("WARDROOM_HOME", home.join("wardroom"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .output()
        .expect("the session starts")
}

/// The last line of a stream that is JSON.
fn json(stream: &[u8]) -> Value {
    let text = String::from_utf8_lossy(stream);
    let found = text.lines().rev().find_map(|line| serde_json::from_str(line).ok());
    found.unwrap_or_else(|| panic!("no JSON in {text}"))
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_outlives_the_run_and_a_locked_keychain_says_what_to_do() {
    const TEST: &str = "a_secret_outlives_the_run";
    let Some(program) = program(TEST) else { return };
    if let Some(missing) = ["dbus-run-session", "gnome-keyring-daemon"].iter().find(|p| !is_there(p)) {
        say_skipped(TEST, &format!("there is no {missing}"));
        return;
    }
    let guard = format!("basic_auth_users:\n  ops: {PASSWORD_HASH}\n");
    let Some(server) = Server::start_guarded(TEST, &guard) else { return };
    let home = tempfile::tempdir().expect("a temporary folder can be made");
    let workspace = home.path().join("w.wardroom");
    let (program, workspace) = (program.display(), workspace.display());
    let connect = format!(
        "printf %s {PASSWORD} | {program} --json connect --workspace {workspace} --url {} --user ops \
         --secret-stdin --selector up --name p --proxy none",
        server.url()
    );
    let sync = format!("{program} --json sync --workspace {workspace} --range now-5m --no-detect");
    eventually("the guarded prometheus answers", async || server.is_reached().await).await;

    let kept = in_session(home.path(), &format!("{UNLOCK}{connect} && {sync}"));
    let locked = in_session(home.path(), &sync);

    assert!(kept.status.success(), "{}", String::from_utf8_lossy(&kept.stderr));
    assert_eq!(json(&kept.stdout)["command"], "sync");
    assert_eq!(locked.status.code(), Some(3));
    let said = json(&locked.stderr);
    assert_eq!(said["code"], "keychain_locked", "{said}");
    assert!(!String::from_utf8_lossy(&locked.stderr).contains(PASSWORD));
}
