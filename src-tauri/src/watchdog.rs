//! What happens when nothing is painted: say why, try WebKit's safer renderer once, offer the terminal.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
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

/// What there is to do when the time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A picture is there.
    Rest,
    /// None is there: once more, with the safer renderer.
    TryAgain,
    /// None is there with the safer renderer either.
    OfferTerminal,
}

/// Watches for the first picture.
pub(crate) fn start(handle: &AppHandle) {
    // A test driver holds this very process; another one would leave it waiting.
    if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
        return;
    }
    let handle = handle.clone();
    std::thread::spawn(move || {
        std::thread::sleep(LIMIT);
        let is_painted = handle.state::<Shell>().painted.load(Ordering::Relaxed);
        match next(is_painted, std::env::var_os(SAFER).is_some()) {
            Step::Rest => {}
            Step::TryAgain => try_again(&handle),
            Step::OfferTerminal => offer_terminal(&handle),
        }
    });
}

/// Says what to do when the time is over: a safer renderer is tried once.
fn next(is_painted: bool, is_safer: bool) -> Step {
    match (is_painted, is_safer) {
        (true, _) => Step::Rest,
        (false, false) => Step::TryAgain,
        (false, true) => Step::OfferTerminal,
    }
}

/// Says why nothing is there, and gives the place to this program with the safer renderer.
fn try_again(handle: &AppHandle) {
    say(&words(handle).word("shell-not-painted-yet"));
    let again =
        std::env::current_exe().and_then(|program| safer(&program, std::env::args_os().skip(1)).spawn());
    match again {
        Ok(_) => handle.exit(0),
        Err(error) => {
            tracing::warn!(%error, "The window did not start again.");
            offer_terminal(handle);
        }
    }
}

/// Says that there is no picture, on stderr and in a dialog of the system, and names what works without one.
fn offer_terminal(handle: &AppHandle) {
    let text = words(handle).word("shell-not-painted");
    say(&text);
    handle.dialog().message(text).kind(MessageDialogKind::Error).title("Wardroom").show(|_| {});
}

fn words(handle: &AppHandle) -> Words {
    handle.state::<Shell>().app.words()
}

/// Returns what starts a program with the same arguments and WebKit's safer renderer.
fn safer(program: &Path, arguments: impl Iterator<Item = OsString>) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .env(SAFER, "1");
    command
}

/// Says a sentence on stderr: the one place that is left when no window can be seen.
pub(crate) fn say(text: &str) {
    // A closed stderr leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::ffi::OsStr;

    use wardroom_app::settings::{Language, Settings};

    #[test]
    fn the_safer_renderer_is_tried_once_and_only_where_nothing_is_painted() {
        let steps = [(true, false), (true, true), (false, false), (false, true)].map(|(p, s)| next(p, s));

        assert_eq!(steps, [Step::Rest, Step::Rest, Step::TryAgain, Step::OfferTerminal]);
    }

    #[test]
    fn the_second_try_is_asked_for_the_same_with_the_safer_renderer() {
        let arguments = ["--workspace", "/home/ana/shop.wardroom"].map(OsString::from);

        let command = safer(Path::new("/usr/bin/wardroom-desktop"), arguments.clone().into_iter());

        assert_eq!(command.get_program(), "/usr/bin/wardroom-desktop");
        assert_eq!(command.get_args().collect::<Vec<_>>(), arguments);
        let set: BTreeMap<&OsStr, Option<&OsStr>> = command.get_envs().collect();
        let on = Some(OsStr::new("1"));
        assert_eq!(
            set,
            BTreeMap::from([
                (OsStr::new("WARDROOM_SAFER_RENDERER"), on),
                (OsStr::new("WEBKIT_DISABLE_COMPOSITING_MODE"), on),
                (OsStr::new("WEBKIT_DISABLE_DMABUF_RENDERER"), on),
            ])
        );
    }

    #[test]
    fn what_is_said_is_a_sentence_in_both_languages_and_names_the_terminal() {
        for language in [Language::En, Language::ZhCn] {
            let words = Words::new(Settings { language, ..Settings::default() });

            let (first, second) = (words.word("shell-not-painted-yet"), words.word("shell-not-painted"));

            assert!(first.contains("WebKit") && !first.starts_with("shell-"), "{first}");
            assert!(second.contains("wardroom open") && second.contains("wardroom demo"), "{second}");
        }
    }
}
