//! A metric's name taken apart: what is measured and how it is summed up, as exporters and recording rules name it.

/// Labels over which rules aggregate: before the last part of a rule's name they say nothing of what is measured.
const LEVELS: [&str; 26] = [
    "app",
    "az",
    "cluster",
    "code",
    "component",
    "container",
    "deployment",
    "device",
    "env",
    "environment",
    "handler",
    "host",
    "instance",
    "job",
    "method",
    "namespace",
    "node",
    "path",
    "pod",
    "region",
    "route",
    "service",
    "status",
    "team",
    "verb",
    "zone",
];
/// Endings that say in which unit the numbers are: it stands behind each of them.
const UNITS: [&str; 6] = ["seconds", "milliseconds", "microseconds", "ms", "bytes", "celsius"];
/// What is observed of a thing, by which histograms and summaries are named: their counts are those of the things.
const OBSERVED: [&str; 4] = ["duration", "latency", "size", "time"];

/// A metric's name, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// The words of what is measured as they are written, and behind them what a rule makes of it.
    pub(super) words: Vec<&'a str>,
    /// The message of what stands before them: of several values the average, the highest, the lowest or the sum.
    pub(super) first: Option<&'static str>,
    /// The quantile that a rule takes, as it is written (`p95`).
    pub(super) quantile: Option<&'a str>,
    /// How far a rule looks back, as it is written (`5m`).
    pub(super) window: Option<&'a str>,
    /// Whether it counts what lies below a limit.
    pub(super) is_bucket: bool,
    /// What a rule makes of it: a ratio, a rate or an increase.
    form: Option<&'static str>,
    /// Whether it counts how often something was observed.
    is_count: bool,
}

impl<'a> Name<'a> {
    /// Takes a name apart.
    ///
    /// # Source
    ///
    /// Prometheus documentation, *Metric and label naming* (endings) and *Recording rules* (`level:metric:operations`).
    pub(super) fn of(metric: &'a str) -> Self {
        let mut parts: Vec<&'a str> = metric.split(':').filter(|part| !part.is_empty()).collect();
        let is_rule = parts.len() > 1;
        let made = if is_rule { parts.last().copied().and_then(Self::operations) } else { None };
        if made.is_some() {
            parts.pop();
        }
        let mut name = made.unwrap_or_default();
        name.words = measured(&parts);
        name.take_window(is_rule);
        name.drop_endings();
        name.words.extend(name.form);
        if name.is_count {
            name.words.push("count");
        }
        name
    }

    /// Reads the last part of a rule's name; `None` where it says more than what the rule makes.
    fn operations(text: &'a str) -> Option<Self> {
        let mut made = Self::default();
        for token in text.split('_') {
            let (word, window) = split_window(token);
            made.window = window.or(made.window);
            if !word.is_empty() && !made.take(word) {
                return None;
            }
        }
        Some(made)
    }

    /// Notes one word of what a rule makes; `false` when it is none.
    fn take(&mut self, word: &'a str) -> bool {
        match word {
            // Sums of rates and ratios of sums are what is meant anyway.
            "sum" | "histogram" | "quantile" => {}
            "ratio" => self.form = Some("ratio"),
            "increase" | "delta" => self.form = self.form.or(Some("increase")),
            "rate" | "irate" => self.form = self.form.or(Some("rate")),
            "count" => self.is_count = true,
            "average" | "avg" | "mean" => self.first = Some("average"),
            "max" => self.first = Some("highest"),
            "min" => self.first = Some("lowest"),
            _ if is_quantile(word) => self.quantile = Some(word),
            _ => return false,
        }
        true
    }

    /// Takes the window off the last word: of a rule whatever that is, otherwise of what rules make.
    fn take_window(&mut self, is_rule: bool) {
        let (word, window) = split_window(self.words.last().copied().unwrap_or_default());
        let is_one = is_rule || word.is_empty() || Self::default().take(word);
        if window.is_none() || !is_one || (word.is_empty() && self.words.len() == 1) {
            return;
        }
        self.window = window;
        self.words.pop();
        if !word.is_empty() {
            self.words.push(word);
        }
    }

    /// Takes the endings off that say of what kind the numbers are and in which unit.
    fn drop_endings(&mut self) {
        self.drop_ending(&["total"]);
        if self.drop_ending(&["sum"]) {
            if self.is_observed() {
                self.first = Some("sum");
            }
        } else if self.drop_ending(&["count"]) {
            if self.is_observed() {
                self.is_count = true;
                while self.drop_ending(&UNITS) || self.drop_ending(&OBSERVED) {}
            }
        } else if self.drop_ending(&["bucket"]) {
            self.is_bucket = true;
        }
        self.drop_ending(&UNITS);
    }

    /// Reports whether the words end with what is observed of a thing, or with its unit.
    fn is_observed(&self) -> bool {
        self.ends_with(&UNITS) || self.ends_with(&OBSERVED)
    }

    /// Takes the last word off if it is one of these and not the only one.
    fn drop_ending(&mut self, endings: &[&str]) -> bool {
        let is_dropped = self.words.len() > 1 && self.ends_with(endings);
        if is_dropped {
            self.words.pop();
        }
        is_dropped
    }

    fn ends_with(&self, endings: &[&str]) -> bool {
        let last = self.words.last();
        last.is_some_and(|last| endings.iter().any(|ending| last.eq_ignore_ascii_case(ending)))
    }
}

/// Returns the words of the parts of a name; what only names labels before the last part is left out.
fn measured<'a>(parts: &[&'a str]) -> Vec<&'a str> {
    let last = parts.len().saturating_sub(1);
    let mut words = Vec::new();
    for (place, part) in parts.iter().copied().enumerate() {
        words.extend(words_of(part).filter(|word| place == last || !is_level(word)));
    }
    words
}

fn is_level(word: &str) -> bool {
    LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level))
}

/// Returns the words of a part of a name: `MemAvailable_bytes` has three.
fn words_of(part: &str) -> impl Iterator<Item = &str> {
    part.split(['_', '.', '-', '/', ' ']).filter(|word| !word.is_empty()).flat_map(humps)
}

/// Splits a word before capitals that follow a small letter or a digit.
fn humps(word: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut begin, mut before) = (0, ' ');
    for (at, letter) in word.char_indices() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            words.push(&word[begin..at]);
            begin = at;
        }
        before = letter;
    }
    words.push(&word[begin..]);
    words
}

/// Splits a word from the window that it ends with: `rate5m` is "rate" over `5m`.
fn split_window(token: &str) -> (&str, Option<&str>) {
    let Some(number) = token.strip_suffix(['s', 'm', 'h', 'd', 'w']) else { return (token, None) };
    let word = number.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if word.len() == number.len() { (token, None) } else { (word, Some(&token[word.len()..])) }
}

fn is_quantile(word: &str) -> bool {
    word.strip_prefix('p').is_some_and(|n| !n.is_empty() && n.bytes().all(|digit| digit.is_ascii_digit()))
}
