//! Error codes and affected services against labels made by hand, and the shipped fault model against its corpus.
//!
//! How the labels were made: `tests/fixtures/logs/guide.md`. The lines are not part of the repository.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use wardroom_analysis::logs::classify::{FaultInput, FaultModel, name_code_and_service, read_corpus, train};
use wardroom_core::FaultClass;
use wardroom_tests::accuracy::tables::columns;

use crate::journeys::say_skipped;
use crate::repository::{files, root, text};

/// What stands for the writer in the labels: it is not named in the text.
const WRITER: &str = "<writer>";

/// A line with what it tells of.
struct Line {
    content: String,
    class: FaultClass,
}

#[test]
fn codes_and_services_are_those_that_a_reader_finds() {
    let Some(data) = std::env::var_os("WARDROOM_DATA") else {
        say_skipped("codes and services", "WARDROOM_DATA does not name the folder of the public sets");
        return;
    };
    let folder = PathBuf::from(data).join("logs_faults");
    if !folder.is_dir() {
        say_skipped("codes and services", &format!("{} is not there", folder.display()));
        return;
    }
    let lines = lines(&folder);
    let labels = text("tests/fixtures/logs/codes_and_services.tsv");
    let (mut n, mut codes, mut services, mut both) = (0.0, 0.0, 0.0, 0.0);
    for label in labels.lines().skip(1) {
        let fields: Vec<&str> = label.split('\t').collect();
        let line = &lines[fields[0]];
        let input = FaultInput { text: &line.content, level: None, service: WRITER, host: "", dataset: "" };
        let (code, service) = name_code_and_service(&input, line.class);
        let is_code = code.unwrap_or_default() == fields[1];
        let is_service = service.unwrap_or_default() == fields[2];
        n += 1.0;
        codes += f64::from(u8::from(is_code));
        services += f64::from(u8::from(is_service));
        both += f64::from(u8::from(is_code && is_service));
    }
    let figures = format!(
        "codes and services of {n} lines: code {:.3}, service {:.3}, both {:.3}",
        codes / n,
        services / n,
        both / n
    );
    // Past the capture of the harness; a closed pipe is the reader's own choice.
    let _ = writeln!(std::io::stderr(), "{figures}");

    assert!(codes / n >= 0.85 && services / n >= 0.85, "{figures}");
}

/// Reads the lines with the class that a reader gave them, so that only the extraction is judged.
fn lines(folder: &std::path::Path) -> BTreeMap<String, Line> {
    let mut classes = BTreeMap::new();
    columns(&folder.join("labels.csv"), ["uid", "label"], |[uid, label]| {
        classes.insert(uid.to_owned(), FaultClass::parse(label).unwrap_or(FaultClass::None));
        Ok(())
    })
    .unwrap();
    let mut lines = BTreeMap::new();
    columns(&folder.join("lines.csv"), ["uid", "content"], |[uid, content]| {
        let class = classes.get(uid).copied().unwrap_or(FaultClass::None);
        lines.insert(uid.to_owned(), Line { content: content.to_owned(), class });
        Ok(())
    })
    .unwrap();
    lines
}

#[test]
fn the_shipped_fault_model_is_what_its_corpus_gives() {
    let mut examples = Vec::new();
    for file in files("assets/models/faults/corpus", &[".txt"]) {
        examples.extend(read_corpus(&text(&file)).unwrap());
    }
    let shipped = std::fs::read(root().join("assets/models/faults/model.bin")).unwrap();

    let report = train(&examples);

    assert!(report.model == shipped, "run `cargo xtask train` and commit the model");
    assert!(report.left_out_accuracy > 0.85, "{}", report.left_out_accuracy);
    assert!(shipped.len() < 1 << 20 && FaultModel::shipped().terms() == report.terms);
}
