//! What happens when nothing is painted: say why, try WebKit's safer renderer once, offer the terminal.

use std::io::Write;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use wardroom_app::words::Words;

use crate::Shell;

/// A first picture takes about a second with software rendering; five mean that none will come.
const LIMIT: Duration = Duration::from_secs(5);
/// Set for the second try.
const SAFER: &str = "WARDROOM_SAFER_RENDERER";

/// Watches for the first picture.
pub(crate) fn start(handle: &AppHandle) {
    // A test driver holds this very process; another one would leave it waiting.
    if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
        return;
    }
    let handle = handle.clone();
    std::thread::spawn(move || {
        std::thread::sleep(LIMIT);
        if handle.state::<Shell>().painted.load(Ordering::Relaxed) {
            return;
        }
        if std::env::var_os(SAFER).is_none() {
            say(&words(&handle).word("shell-not-painted-yet"));
            if again() {
                handle.exit(0);
                return;
            }
        }
        let text = words(&handle).word("shell-not-painted");
        say(&text);
        handle.dialog().message(text).kind(MessageDialogKind::Error).title("Wardroom").show(|_| {});
    });
}

fn words(handle: &AppHandle) -> Words {
    handle.state::<Shell>().app.words()
}

/// Starts this program again with the safer renderer; `false` when that failed.
fn again() -> bool {
    let Ok(program) = std::env::current_exe() else { return false };
    Command::new(program)
        .args(std::env::args_os().skip(1))
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env(SAFER, "1")
        .spawn()
        .is_ok()
}

/// Says a sentence on stderr: the one place that is left when no window can be seen.
pub(crate) fn say(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}
