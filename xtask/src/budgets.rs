//! `check`: files and functions past their budget. It reports; a first comment that gives a reason is enough.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::places;
use crate::terminal::say;

/// Lines of a file, of a component of the interface, of a function.
const FILE: usize = 600;
const COMPONENT: usize = 150;
const FUNCTION: usize = 30;

/// Where code lies.
const FOLDERS: [&str; 5] = ["crates", "src-tauri", "ui/src", "tests", "xtask"];

/// Prints what is past its budget, longest first.
pub(crate) fn report() -> Result<()> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        sources(&places::root().join(folder), &mut files)?;
    }
    let mut past: Vec<(usize, usize, String)> = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file)?;
        let name = file.strip_prefix(places::root()).unwrap_or(file).display().to_string();
        let budget = if has_ending(file, "svelte") { COMPONENT } else { FILE };
        past.push((text.lines().count(), budget, name.clone()));
        if has_ending(file, "rs") {
            past.extend(
                functions(&text)
                    .into_iter()
                    .map(|(lines, what)| (lines, FUNCTION, format!("{name}: {what}"))),
            );
        }
    }
    past.retain(|(lines, budget, _)| lines > budget);
    past.sort_by(|a, b| (b.1, b.0, &a.2).cmp(&(a.1, a.0, &b.2)));
    for (lines, budget, what) in &past {
        say(&format!("{lines:>5} of {budget:>3}  {what}"));
    }
    say(&format!("{} files looked at, {} places past their budget", files.len(), past.len()));
    Ok(())
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path()));
    let mut entries: Vec<PathBuf> = entries.collect::<std::io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !["node_modules", "target", "dist", "gen", "fixtures", "golden"].contains(&name.as_str()) {
                sources(&entry, into)?;
            }
        } else if ["rs", "ts", "svelte", "mjs"].iter().any(|ending| has_ending(&entry, ending)) {
            into.push(entry);
        }
    }
    Ok(())
}

fn has_ending(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|there| there == ending)
}

/// Returns the lines between the braces of every function, with its name. The sources are formatted, so a function
/// ends at the first closing brace that stands as far in as its beginning.
fn functions(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let closes = |l: &&str| l.len() - l.trim_start().len() == indent && l.trim_start().starts_with('}');
        if line.ends_with('}') || line.ends_with(';') {
            continue;
        }
        let Some(end) = lines[at..].iter().position(closes) else { continue };
        let opens = lines[at..at + end].iter().position(|l| l.ends_with('{')).unwrap_or(0);
        found.push((end.saturating_sub(opens + 1), name));
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let is_before = |word: &&str| ["const", "async", "unsafe"].contains(word) || word.starts_with("pub");
    let first = words.find(|word| !is_before(word))?;
    let name = (first == "fn").then(|| words.next())??;
    Some(name.split(['(', '<']).next().unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_between_the_braces_are_counted() {
        let text = "fn short() {}\n\nimpl A {\n    pub(crate) async fn long(\n        a: u8,\n    ) -> u8 {\n        if a > 0 {\n            1\n        } else {\n            2\n        }\n    }\n}\n";

        assert_eq!(functions(text), [(5, "long".to_owned())]);
    }
}
