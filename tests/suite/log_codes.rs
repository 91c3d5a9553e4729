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
    let (mut given, mut whole) = (Right::default(), Right::default());
    for label in labels.lines().skip(1) {
        let fields: Vec<&str> = label.split('\t').collect();
        let line = &lines[fields[0]];
        let input = FaultInput { text: &line.content, level: None, service: WRITER, host: "", dataset: "" };
        given.count(name_code_and_service(&input, line.class), fields[1], fields[2]);
        let verdict = FaultModel::shipped().classify(&input);
        whole.count((verdict.error_code, verdict.affected_service), fields[1], fields[2]);
    }
    // Past the capture of the harness; a closed pipe is the reader's own choice.
    let _ = writeln!(std::io::stderr(), "{}; {}", given.figures("class given"), whole.figures("end to end"));

    for (right, what) in [(given, "class given"), (whole, "end to end")] {
        let (codes, services) = right.shares();
        assert!(codes >= 0.85 && services >= 0.85, "{}", right.figures(what));
    }
}

/// How many answers were those of a reader.
#[derive(Clone, Copy, Debug, Default)]
struct Right {
    lines: f64,
    codes: f64,
    services: f64,
}

impl Right {
    fn count(&mut self, (code, service): (Option<String>, Option<String>), wanted: &str, suffers: &str) {
        self.lines += 1.0;
        self.codes += f64::from(u8::from(code.unwrap_or_default() == wanted));
        self.services += f64::from(u8::from(service.unwrap_or_default() == suffers));
    }

    fn shares(&self) -> (f64, f64) {
        (self.codes / self.lines, self.services / self.lines)
    }

    fn figures(&self, what: &str) -> String {
        let (codes, services) = self.shares();
        format!("codes and services of {} lines, {what}: code {codes:.3}, service {services:.3}", self.lines)
    }
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
