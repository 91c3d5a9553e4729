//! The corpus: example messages of our own, written as phrases with choices.
//!
//! ```text
//! # kind of system          a heading; all until the next one is one group, kept together when the model is tested
//! a.error could not {open|read} <path>: no such file
//! ```
//!
//! The first letter is the class (`n` none, `h` hardware, `a` application, `w` network, `s` security), behind a dot may
//! stand the level. `{a|b}` is a choice, `<word>` is filled with an example of its kind.

use wardroom_core::{FaultClass, LogLevel};

/// How many messages one phrase becomes at most.
const VARIANTS: usize = 6;

/// An example message.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultExample {
    /// What it is an example of.
    pub class: FaultClass,
    /// Its level, where one was given.
    pub level: Option<LogLevel>,
    /// The message.
    pub text: String,
    /// The kind of system that writes such messages; examples of one kind are kept together in tests.
    pub group: String,
    /// How much it counts: the variants of one phrase count as one and a bit.
    pub weight: f64,
}

/// A line of the corpus that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the corpus is not `class[.level] text`")]
pub struct BadExample {
    /// Its number, from 1.
    pub line: usize,
}

/// Reads a corpus.
///
/// # Errors
///
/// [`BadExample`] for the first line that is not as described.
pub fn read_corpus(text: &str) -> Result<Vec<FaultExample>, BadExample> {
    let mut examples = Vec::new();
    let mut group = String::new();
    for (i, line) in text.lines().enumerate() {
        if let Some(heading) = line.strip_prefix("# ") {
            heading.clone_into(&mut group);
        } else if !line.trim().is_empty() {
            let (class, level, phrase) = read_line(line).ok_or(BadExample { line: i + 1 })?;
            let texts = variants(phrase, i);
            let weight = 1.0 / (texts.len() as f64).sqrt();
            for text in texts {
                examples.push(FaultExample { class, level, text, group: group.clone(), weight });
            }
        }
    }
    Ok(examples)
}

fn read_line(line: &str) -> Option<(FaultClass, Option<LogLevel>, &str)> {
    let (head, phrase) = line.split_once(' ')?;
    let (class, level) = match head.split_once('.') {
        Some((class, level)) => (class, Some(LogLevel::parse(level)?)),
        None => (head, None),
    };
    let class = match class {
        "n" => FaultClass::None,
        "h" => FaultClass::Hardware,
        "a" => FaultClass::Application,
        "w" => FaultClass::Network,
        "s" => FaultClass::Security,
        _ => return None,
    };
    Some((class, level, phrase))
}

/// Writes out the variants of a phrase: choices move on with each variant, at different speeds.
fn variants(phrase: &str, seed: usize) -> Vec<String> {
    let most = longest_choice(phrase);
    let mut texts: Vec<String> =
        (0..most.min(VARIANTS)).map(|turn| variant(phrase, seed, turn, most)).collect();
    texts.sort();
    texts.dedup();
    texts
}

/// Returns the number of ways of the longest choice, at least 1.
fn longest_choice(phrase: &str) -> usize {
    phrase
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(c, _)| c.split('|').count())
        .max()
        .unwrap_or(1)
}

fn variant(phrase: &str, seed: usize, turn: usize, most: usize) -> String {
    let mut text = String::with_capacity(phrase.len());
    let mut rest = phrase;
    let mut nth = 0;
    while let Some(at) = rest.find(['{', '<']) {
        let close = if rest[at..].starts_with('{') { '}' } else { '>' };
        let Some(length) = rest[at..].find(close) else { break };
        text.push_str(&rest[..at]);
        let inner = &rest[at + 1..at + length];
        if close == '}' && !inner.contains('|') {
            // A brace of the message itself; what follows it is filled in as anywhere.
            text.push('{');
            rest = &rest[at + 1..];
            continue;
        }
        let filled = if close == '}' {
            let ways: Vec<&str> = inner.split('|').collect();
            // The longest choice goes through its ways in order, the others start elsewhere.
            let shift = if ways.len() == most { 0 } else { seed + nth };
            Some(ways[(turn + shift) % ways.len()])
        } else {
            filler(inner, seed * 7 + turn * 3 + nth)
        };
        match filled {
            // A way of a choice may hold kinds to be filled in itself.
            Some(way) if close == '}' => text.push_str(&variant(way, seed, turn, most)),
            Some(example) => text.push_str(example),
            None => text.push_str(&rest[at..=at + length]),
        }
        rest = &rest[at + length + 1..];
        nth += 1;
    }
    text.push_str(rest);
    text
}

/// Returns an example of a kind; `None` for a word that is no kind.
fn filler(kind: &str, turn: usize) -> Option<&'static str> {
    let examples: &[&'static str] = match kind {
        "n" => &["3", "17", "128", "4096", "52", "1", "88213", "9"],
        "ms" => &["12", "340", "5000", "30000", "71", "1500"],
        "ip" => &["10.4.0.17", "192.0.2.44", "172.16.8.3", "198.51.100.9", "10.0.12.250", "203.0.113.77"],
        "port" => &["8080", "443", "5432", "22", "6379", "9092", "51234"],
        "host" => &["node17", "db-3", "web01.example.net", "edge-2", "rack4-n12", "mail.example.org"],
        "path" => &[
            "/var/lib/app/data",
            "/srv/export/home",
            "/etc/app/main.conf",
            "/opt/tool/bin/run",
            "/mnt/vol1/part-0003",
        ],
        "file" => &["settings.json", "index.db", "report.csv", "module.so", "input.xml", "cache.bin"],
        "user" => &["alice", "svc-backup", "root", "mwright", "guest", "deploy"],
        "svc" => &["billing", "catalog", "auth-gateway", "scheduler", "mailer", "inventory"],
        "hex" => &["0x1f", "0x80070002", "0xdeadbe00", "0x00000004", "0xffff8800"],
        "id" => &["7f3a9c21", "a91be0d4", "00d4c2f7", "5e6b11aa", "c0ffee42"],
        "uuid" => &["3b1f0c9e-7d42-4a55-9f10-2c8e61b7a001", "9a44e1d7-03bc-4f6e-8a21-5d0c7be2f913"],
        "time" => &["10:42:07", "2024-03-11T08:15:30Z", "03:00:00"],
        "dev" => &["sda", "nvme0n1", "sdc1", "md0", "dm-4"],
        "if" => &["eth0", "enp3s0", "bond1", "wlan0", "ge-0/0/3"],
        "url" => &["http://api.example.net/v1/items", "https://cdn.example.org/pkg.tgz"],
        "class" => &["com.example.store.OrderService", "org.sample.net.Channel", "io.demo.jobs.Runner"],
        "name" => &["orders", "payments-v2", "daily_report", "worker", "events", "sessions"],
        "ver" => &["2.4.1", "1.18.0", "10.3", "7.2.0-rc1"],
        "pct" => &["42%", "97%", "5%", "100%"],
        _ => return None,
    };
    Some(examples[turn % examples.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_becomes_its_variants() {
        let read = read_corpus("# storage\na.error could not {open|read} <file>\n").unwrap();

        assert_eq!(read.len(), 2);
        assert!(read.iter().all(|e| e.class == FaultClass::Application && e.level == Some(LogLevel::Error)));
        assert!(read.iter().all(|e| e.group == "storage" && !e.text.contains(['<', '{'])));
        assert!(read.iter().any(|e| e.text.starts_with("could not open ")));
    }

    #[test]
    fn braces_and_brackets_that_are_no_choice_stay() {
        let read = read_corpus("n {\"ok\": true} <end> {\n").unwrap();

        assert_eq!(read[0].text, "{\"ok\": true} <end> {");
    }

    #[test]
    fn a_line_without_a_class_is_refused_with_its_number() {
        assert_eq!(read_corpus("n fine\nz what").unwrap_err(), BadExample { line: 2 });
        assert_eq!(read_corpus("n.loud what").unwrap_err(), BadExample { line: 1 });
    }
}
