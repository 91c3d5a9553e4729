//! The few arguments of the window: `--demo`, `--workspace FILE`, `--size WxH`, or a file.

use std::path::Path;

/// What was asked for on the command line or by a double click.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) demo: bool,
    pub(crate) file: Option<String>,
    pub(crate) size: Option<(f64, f64)>,
}

impl Arguments {
    pub(crate) fn from_environment() -> Self {
        Self::parse(std::env::args().skip(1))
    }

    /// Unknown words are ignored: desktop environments and test drivers add their own.
    fn parse(words: impl Iterator<Item = String>) -> Self {
        let mut out = Self::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--demo" => out.demo = true,
                "--workspace" => out.file = words.next().map(|f| absolute(&f)),
                "--size" => out.size = words.next().and_then(|s| size(&s)),
                other if !other.starts_with('-') => {
                    out.file = Some(absolute(other.trim_start_matches("file://")));
                }
                _ => {}
            }
        }
        out
    }
}

fn absolute(file: &str) -> String {
    std::path::absolute(Path::new(file)).map_or_else(|_| file.to_owned(), |p| p.display().to_string())
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
        Arguments::parse(words.iter().map(|w| (*w).to_owned()))
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
}
