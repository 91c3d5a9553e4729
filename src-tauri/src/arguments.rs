//! The few arguments of the window: `--demo`, `--workspace FILE`, `--size WxH`, a file, or a question about the program.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What was asked for on the command line or by a double click.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) demo: bool,
    pub(crate) file: Option<String>,
    pub(crate) size: Option<(f64, f64)>,
    pub(crate) question: Option<Question>,
}

/// What is answered in the terminal instead of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// What the program can be started with.
    Help,
    /// Which version it is.
    Version,
}

impl Arguments {
    pub(crate) fn from_environment() -> Self {
        Self::parse(std::env::args_os().skip(1))
    }

    /// Unknown words are ignored: desktop environments and test drivers add their own.
    fn parse(mut words: impl Iterator<Item = OsString>) -> Self {
        let mut out = Self::default();
        while let Some(word) = words.next() {
            // A name of a file may hold any bytes; what cannot be read of it is shown as such in the refusal.
            match word.to_string_lossy().as_ref() {
                "--demo" => out.demo = true,
                "--help" | "-h" => out.question = Some(Question::Help),
                "--version" | "-V" => out.question = Some(Question::Version),
                "--workspace" => out.file = words.next().map(|file| absolute(&file)),
                "--size" => out.size = words.next().and_then(|word| size(&word.to_string_lossy())),
                other if other.starts_with("file://") => out.file = Some(absolute(&from_address(other))),
                other if !other.starts_with('-') => out.file = Some(absolute(&word)),
                _ => {}
            }
        }
        out
    }
}

fn absolute(file: &OsStr) -> String {
    std::path::absolute(Path::new(file)).as_deref().unwrap_or(Path::new(file)).display().to_string()
}

/// Returns the path of a `file://` address (RFC 8089): without its host, and with what `%` stands for.
fn from_address(address: &str) -> OsString {
    let rest = address.trim_start_matches("file://");
    let path = rest.find('/').map_or(rest, |start| &rest[start..]);
    let mut bytes = Vec::with_capacity(path.len());
    let mut left = path.as_bytes();
    while let Some((&first, after)) = left.split_first() {
        let meant = (first == b'%').then(|| after.split_at_checked(2)).flatten();
        let meant = meant.and_then(|(two, behind)| Some((hex(two)?, behind)));
        let (byte, behind) = meant.unwrap_or((first, after));
        bytes.push(byte);
        left = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

fn hex(two: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(two).ok().filter(|_| two.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(text, 16).ok()
}

fn size(text: &str) -> Option<(f64, f64)> {
    let (width, height) = text.split_once('x')?;
    let (width, height): (f64, f64) = (width.parse().ok()?, height.parse().ok()?);
    ((200.0..=10_000.0).contains(&width) && (200.0..=10_000.0).contains(&height)).then_some((width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Arguments {
        Arguments::parse(words.iter().map(OsString::from))
    }

    #[test]
    fn a_file_is_opened_with_or_without_the_option() {
        assert_eq!(parse(&["/tmp/a.wardroom"]).file.as_deref(), Some("/tmp/a.wardroom"));
        assert_eq!(parse(&["--workspace", "/tmp/a.wardroom"]).file.as_deref(), Some("/tmp/a.wardroom"));
    }

    #[test]
    fn unknown_words_and_bad_sizes_are_ignored() {
        assert_eq!(
            parse(&["--demo", "--what", "--size", "big"]),
            Arguments { demo: true, ..Arguments::default() }
        );
        assert_eq!(parse(&["--size", "1100x700"]).size, Some((1100.0, 700.0)));
    }
    #[test]
    fn an_address_is_a_path_with_what_its_percent_signs_stand_for() {
        let file = |word| parse(&[word]).file.unwrap_or_default();

        assert_eq!(file("file:///tmp/caf%C3%A9%20one.wardroom"), "/tmp/café one.wardroom");
        assert_eq!(file("file://localhost/tmp/a.wardroom"), "/tmp/a.wardroom");
        assert_eq!(file("file:///tmp/100%.wardroom"), "/tmp/100%.wardroom");
        assert_eq!(file("file:///tmp/%+1%zz.wardroom"), "/tmp/%+1%zz.wardroom");
        assert_eq!(file("/tmp/100%25.wardroom"), "/tmp/100%25.wardroom", "a path is taken as it is");
    }

    #[test]
    fn questions_are_understood_wherever_they_stand() {
        assert_eq!(parse(&["--demo", "--help"]).question, Some(Question::Help));
        assert_eq!(parse(&["-V"]).question, Some(Question::Version));
        assert_eq!(parse(&["--demo"]).question, None);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_no_reason_to_stop() {
        use std::os::unix::ffi::OsStringExt;

        let words = [OsString::from_vec(b"/tmp/caf\xe9.wardroom".to_vec())];

        assert_eq!(Arguments::parse(words.into_iter()).file.as_deref(), Some("/tmp/caf\u{fffd}.wardroom"));
    }
}
