//! The table: what was measured beside its floor and its aim, printed and written as Markdown.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// One figure.
#[derive(Debug)]
pub(crate) struct Row {
    what: &'static str,
    value: f64,
    unit: &'static str,
    limits: Option<Limits>,
    note: String,
}

/// What a figure has to reach and should reach.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limits {
    /// Less is better: floor, aim.
    AtMost(f64, f64),
    /// More is better: floor, aim.
    AtLeast(f64, f64),
}

impl Row {
    /// Creates a figure that has limits.
    pub(crate) fn new(what: &'static str, value: f64, unit: &'static str, limits: Limits) -> Self {
        Self { what, value, unit, limits: Some(limits), note: String::new() }
    }

    /// Creates a figure that only stands beside another one.
    pub(crate) fn beside(what: &'static str, value: f64, unit: &'static str) -> Self {
        Self { what, value, unit, limits: None, note: String::new() }
    }

    /// Adds how it was measured.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    fn verdict(&self) -> &'static str {
        match self.limits {
            None => "",
            Some(Limits::AtMost(floor, aim)) => grade(self.value <= aim, self.value <= floor),
            Some(Limits::AtLeast(floor, aim)) => grade(self.value >= aim, self.value >= floor),
        }
    }

    fn cells(&self) -> [String; 6] {
        let (floor, aim) = match self.limits {
            None => (String::new(), String::new()),
            Some(Limits::AtMost(floor, aim) | Limits::AtLeast(floor, aim)) => (short(floor), short(aim)),
        };
        let value = format!("{} {}", short(self.value), self.unit);
        [self.what.to_owned(), value, floor, aim, self.verdict().to_owned(), self.note.clone()]
    }
}

fn grade(reaches_aim: bool, reaches_floor: bool) -> &'static str {
    match (reaches_aim, reaches_floor) {
        (true, _) => "aim",
        (false, true) => "floor",
        (false, false) => "missed",
    }
}

/// Returns a number with about three digits.
fn short(value: f64) -> String {
    match value.abs() {
        x if x >= 100.0 => format!("{value:.0}"),
        x if x >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    failures: Vec<String>,
}

/// Where the last run stands in the page.
const BEGIN: &str = "<!-- the last run of cargo xtask bench -->";
const END: &str = "<!-- the end of the last run -->";

const HEAD: [&str; 6] = ["what", "measured", "floor", "aim", "reaches", "how"];

impl Table {
    /// Adds figures.
    pub(crate) fn add(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
    }

    /// Keeps that a part could not be measured.
    pub(crate) fn failed(&mut self, part: &str, why: &str) {
        say(&format!("could not measure {part}: {why}"));
        self.failures.push(format!("{part}: {why}"));
    }

    /// Prints the table for a terminal.
    pub(crate) fn print(&self) {
        for row in &self.rows {
            let [what, value, floor, aim, verdict, note] = row.cells();
            say(&format!("{what:<58} {value:>14} {floor:>8} {aim:>8} {verdict:<7} {note}"));
        }
        for failure in &self.failures {
            say(&format!("not measured: {failure}"));
        }
    }

    /// Writes the table as Markdown, with the machine and the date, in the place that the page keeps for it; what people
    /// wrote around it stays.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let page = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
        let page = within_marks(&page, &self.markdown()?).with_context(|| {
            format!(
                "{} has no place for the table: put the lines “{BEGIN}” and “{END}” there",
                path.display()
            )
        })?;
        std::fs::write(path, page)?;
        say(&format!("written: {}", path.display()));
        Ok(())
    }

    fn markdown(&self) -> Result<String> {
        let mut text = String::new();
        writeln!(text, "{}, on {}.\n", date(), machine())?;
        writeln!(text, "| {} |\n|---|---|---|---|---|---|", HEAD.join(" | "))?;
        for row in &self.rows {
            writeln!(text, "| {} |", row.cells().join(" | "))?;
        }
        if !self.failures.is_empty() {
            writeln!(text, "\nNot measured in this run:\n")?;
            for failure in &self.failures {
                writeln!(text, "- {}", failure.lines().next().unwrap_or_default())?;
            }
        }
        Ok(text)
    }
}

/// Puts a text between the marks of a page; `None` where the page has none.
fn within_marks(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, behind) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{text}\n{END}{behind}"))
}

/// Prints one line.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn date() -> String {
    let output = std::process::Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// Returns cores, memory and processor in words.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let kib: f64 = field(&read("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0.0);
    let model = field(&read("/proc/cpuinfo"), "model name");
    format!("{cores} cores, {:.0} GiB, {model}, {}", kib / 1_048_576.0, std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_run_replaces_the_one_before_and_nothing_else() {
        let page = format!("# Figures\n\n{BEGIN}\n\nold\n{END}\n\n## By hand\n");

        let once = within_marks(&page, "new\n").unwrap();

        assert_eq!(once, format!("# Figures\n\n{BEGIN}\n\nnew\n\n{END}\n\n## By hand\n"));
        assert_eq!(within_marks(&once, "new\n").unwrap(), once);
        assert_eq!(within_marks("# Figures\n", "new\n"), None);
    }

    #[test]
    fn the_page_of_figures_has_a_place_for_the_last_run() {
        let page =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/BENCHMARKS.md"));

        assert!(within_marks(&page.unwrap(), "").is_some());
    }
}
