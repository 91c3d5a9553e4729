//! The window of Wardroom: starts the shell.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    let started = std::time::Instant::now();
    #[cfg(target_os = "linux")]
    prepare_environment();
    wardroom_desktop_lib::run(started);
}

/// Prepares what WebKit takes from the environment: a language that is one, and drawing without a graphics card.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the environment is changed before any other thread exists")]
fn prepare_environment() {
    let changes = [language(), renderer()];
    for (name, value) in changes.into_iter().flatten().flatten() {
        // SAFETY: this runs in the first statement of the program, no other thread exists.
        unsafe {
            match value {
                Some(value) => std::env::set_var(name, value),
                None => std::env::remove_var(name),
            }
        }
    }
}

/// A variable to set, or to take away.
#[cfg(target_os = "linux")]
type Change = (&'static str, Option<&'static str>);

/// Returns what makes WebKit see a language where the environment says `C`.
///
/// WebKit takes `navigator.language` from `LC_CTYPE`; `C.UTF-8`, the default of containers, becomes the tag "C", on
/// which `Intl` throws.
#[cfg(target_os = "linux")]
fn language() -> Option<Vec<Change>> {
    let current = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|k| std::env::var(k).ok().filter(|v| !v.is_empty()))?;
    let is_none = current == "POSIX" || current == "C" || current.starts_with("C.");
    is_none.then(|| vec![("LC_ALL", None), ("LC_CTYPE", Some("en_US.UTF-8"))])
}

/// Returns what makes WebKit draw without OpenGL on a machine that has no graphics card.
///
/// There it would load a software OpenGL: measured on the demo workspace, 426 MB of memory (PSS) instead of 299. A test
/// driver is left alone, because its screenshots hang without compositing, and so is whoever set the variable.
#[cfg(target_os = "linux")]
fn renderer() -> Option<Vec<Change>> {
    const VARIABLE: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
    if std::env::var_os(VARIABLE).is_some() || std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
        return None;
    }
    let cards = std::fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let has_card = cards.into_iter().any(|card| card.file_name().to_string_lossy().starts_with("renderD"));
    (!has_card).then(|| vec![(VARIABLE, Some("1"))])
}
