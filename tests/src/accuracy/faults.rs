//! Faults: every line gets its class, the best of the four faults, and the confidence.

use anyhow::Result;
use wardroom_analysis::logs::classify::{FaultInput, FaultModel};
use wardroom_core::FaultClass;

use crate::accuracy::Question;
use crate::accuracy::tables::{Answers, rows};

/// Answers `lines.csv`; returns the number of lines.
///
/// # Errors
///
/// A table that is not as described; an answer that cannot be written.
pub fn answer(question: &Question) -> Result<u64> {
    let model = FaultModel::shipped();
    let out = question.out.join("faults.pred.csv");
    let mut answers = Answers::begin(&out, &["uid", "label", "label4", "confidence"])?;
    let n = rows(&question.data.join("lines.csv"), ["uid", "content"], |[uid, content]| {
        let line = FaultInput { text: content, level: None, service: "", host: "", dataset: "" };
        let verdict = model.classify(&line);
        let confidence = format!("{:.4}", verdict.confidence);
        answers.row(&[uid, word(verdict.class), word(verdict.best_fault), &confidence])
    })?;
    answers.end()?;
    Ok(n)
}

/// Returns the scorer's word for a class; it calls the absence of a fault normal.
const fn word(class: FaultClass) -> &'static str {
    match class {
        FaultClass::None => "normal",
        FaultClass::Hardware
        | FaultClass::Application
        | FaultClass::Network
        | FaultClass::Security
        | FaultClass::Unknown => class.as_str(),
    }
}
