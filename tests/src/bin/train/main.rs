//! Trains the models that ship inside the program, from the texts beside them: `train faults`.
//!
//! Started by `cargo xtask train`. The same texts give the same bytes, on every machine.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wardroom_analysis::logs::classify::{FaultExample, read_corpus, train};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["faults"] => faults(),
        _ => bail!("say which model to train: `train faults`"),
    }
}

/// Reads `assets/models/faults/corpus`, writes `assets/models/faults/model.bin`, and says what came out.
fn faults() -> Result<()> {
    let folder = root()?.join("assets/models/faults");
    let examples = corpus(&folder.join("corpus"))?;
    let report = train(&examples);
    let target = folder.join("model.bin");
    fs::write(&target, &report.model).with_context(|| format!("cannot write {}", target.display()))?;
    let line = format!(
        "{} examples, {} terms, {} bytes; {:.1} % right on kinds of systems left out",
        report.examples,
        report.terms,
        report.model.len(),
        100.0 * report.left_out_accuracy
    );
    writeln!(std::io::stdout(), "{line}").context("cannot print")
}

/// Reads the files of a corpus in the order of their names.
fn corpus(folder: &Path) -> Result<Vec<FaultExample>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|e| e == "txt"));
    files.sort();
    let mut examples = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        examples.extend(read_corpus(&text).with_context(|| file.display().to_string())?);
    }
    Ok(examples)
}

/// Returns the folder of the repository.
fn root() -> Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(manifest.parent().context("the tests lie in the repository")?.to_owned())
}
