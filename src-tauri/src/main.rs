//! The window of Wardroom: starts the shell.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    let started = std::time::Instant::now();
    #[cfg(target_os = "linux")]
    repair_locale();
    wardroom_desktop_lib::run(started);
}

/// Makes WebKit see a language where the environment says `C`.
///
/// WebKit takes `navigator.language` from `LC_CTYPE`; `C.UTF-8`, the default of containers, becomes the tag "C", on
/// which `Intl` throws.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the environment is changed before any other thread exists")]
fn repair_locale() {
    let current =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|k| std::env::var(k).ok().filter(|v| !v.is_empty()));
    if current.is_some_and(|v| v == "POSIX" || v == "C" || v.starts_with("C.")) {
        // SAFETY: this is the first statement of the program, no other thread exists.
        unsafe {
            std::env::remove_var("LC_ALL");
            std::env::set_var("LC_CTYPE", "en_US.UTF-8");
        }
    }
}
