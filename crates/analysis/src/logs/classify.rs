//! Classes of faults: what kind of trouble a log line tells of, with the code it names and who suffers.
//!
//! Two witnesses speak: expert rules (phrases with weights, `assets/models/faults/rules.tsv`) and a learned model (weights of
//! words, pairs of words and openings of words). Their log-odds are added; the sum is calibrated on kinds of systems that
//! the model was not trained on. Every verdict lists what it stands on.
//!
//! The shipped model is trained on examples written for it; `assets/models/faults/README.md` says how it is made and
//! measured. A line is judged alone, from its text and level.

mod affected;
mod codes;
mod corpus;
mod custom;
mod model;
mod rules;
mod terms;
mod train;
mod weigh;
mod words;

use std::sync::LazyLock;

use wardroom_core::{FaultClass, LogLevel};

pub use corpus::{BadExample, FaultExample, read_corpus};
pub use custom::{CustomClass, CustomClasses, CustomTerm, CustomVerdict};
pub use model::DamagedModel;
pub use train::{TrainingReport, train};

use model::Weights;
use rules::{Match, Rules, Verdict};
use terms::Term;
use words::Word;

/// The classes a line can belong to, in the order in which numbers for them are listed.
pub const CLASSES: [FaultClass; 5] = [
    FaultClass::None,
    FaultClass::Hardware,
    FaultClass::Application,
    FaultClass::Network,
    FaultClass::Security,
];

/// Below this probability nothing is claimed.
///
/// With five classes a best one under one half has more than even odds against it.
const UNSURE: f64 = 0.36;

/// From this probability of no fault on, nobody is said to suffer.
///
/// Ours, chosen on the shared lines: below it lie nine of ten faulty lines and one of twelve routine ones.
const NO_FAULT: f64 = 0.8;

/// Contributions below this do not appear as evidence.
const WORTH_TELLING: f64 = 0.15;

/// How many pieces of evidence a verdict lists at most.
const MOST_EVIDENCE: usize = 6;

/// The shipped model.
const SHIPPED: &[u8] = include_bytes!("../../../../assets/models/faults/model.bin");

/// A line to be judged, with what is known of it beside its text.
#[derive(Clone, Copy, Debug)]
pub struct FaultInput<'a> {
    /// The text, without time and level where they could be told apart.
    pub text: &'a str,
    /// How serious its writer found it; `None` when not known.
    pub level: Option<LogLevel>,
    /// Who wrote it; empty when not known.
    pub service: &'a str,
    /// On which machine; empty when not known.
    pub host: &'a str,
    /// Which log; empty when not known.
    pub dataset: &'a str,
}

/// What a piece of evidence is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// An expert rule, by its name.
    Rule(String),
    /// Words whose weight was learned.
    Term,
    /// The level that the writer gave.
    Level,
}

/// One reason for a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The words of the line it stands on; the level's word for a level.
    pub text: String,
    /// For which class it speaks.
    pub class: FaultClass,
    /// What it adds to the log-odds of that class.
    pub weight: f64,
}

/// What a line tells of.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultVerdict {
    /// The class; [`FaultClass::Unknown`] when no class is likely enough.
    pub class: FaultClass,
    /// The likeliest class, never unknown.
    pub best: FaultClass,
    /// The likeliest of the four fault classes.
    pub best_fault: FaultClass,
    /// The probability of `best`, calibrated.
    pub confidence: f64,
    /// The probabilities of all classes in the order of [`CLASSES`]; they sum to 1.
    pub classes: [(FaultClass, f64); 5],
    /// The error code that the line names, as written; `None` when it names none.
    pub error_code: Option<String>,
    /// The component or peer that suffers; `None` when a fault is unlikely (below one in five) or nobody is named.
    pub affected_service: Option<String>,
    /// What the verdict stands on, strongest first.
    pub evidence: Vec<FaultEvidence>,
}

/// Who speaks in a verdict; the product lets both, the others are for comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Witnesses {
    /// Rules and learned model.
    #[default]
    Both,
    /// The rules alone.
    Rules,
    /// The learned model alone.
    Learned,
}

/// A judge of log lines: rules, learned weights, and how they are put together.
#[derive(Clone, Debug)]
pub struct FaultModel {
    rules: &'static Rules,
    weights: Weights,
}

/// Space that is used again for every line.
#[derive(Debug, Default)]
struct Scratch {
    words: Vec<Word>,
    matches: Vec<Match>,
    terms: Vec<Term>,
}

/// The log-odds of a line, and where they come from.
struct Judged {
    logits: [f64; 5],
    weighed: weigh::Weighed,
    /// By what a term's learned weight was multiplied.
    per_term: f64,
    /// By what the rules' weights were multiplied.
    per_rule: f64,
}

impl FaultModel {
    /// Returns the model that ships with the program.
    pub fn shipped() -> &'static Self {
        static MODEL: LazyLock<FaultModel> =
            LazyLock::new(|| FaultModel::from_bytes(SHIPPED).expect("the shipped model is whole"));
        &MODEL
    }

    /// Reads a model that [`train`] wrote.
    ///
    /// # Errors
    ///
    /// [`DamagedModel`] when the bytes are not a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DamagedModel> {
        Ok(Self { rules: Rules::shipped(), weights: Weights::from_bytes(bytes)? })
    }

    /// Returns the number of learned terms.
    pub fn terms(&self) -> usize {
        self.weights.terms()
    }

    /// Judges a line.
    pub fn classify(&self, line: &FaultInput<'_>) -> FaultVerdict {
        self.classify_by(line, Witnesses::Both)
    }

    /// Judges a line by some of the witnesses.
    pub fn classify_by(&self, line: &FaultInput<'_>, witnesses: Witnesses) -> FaultVerdict {
        let mut scratch = Scratch::default();
        let judged = self.judge(line, witnesses, &mut scratch);
        let probabilities = softmax(&judged.logits);
        let best = largest(&probabilities, 0);
        // The topics of a line count in full for the kind of a fault, however little says that it is one.
        let kinds =
            std::array::from_fn(|i| judged.logits[i] + judged.per_rule * judged.weighed.given_fault[i]);
        let best_fault = CLASSES[if best == 0 { largest(&kinds, 1) } else { best }];
        let confidence = probabilities[best];
        let class = if confidence < UNSURE { FaultClass::Unknown } else { CLASSES[best] };
        let (error_code, named) = name_code_and_service(line, CLASSES[best]);
        // The likeliest class may be none while a fault is likely enough to say who would suffer from it.
        let is_open = best == 0 && confidence < NO_FAULT;
        let affected_service = if is_open { affected::find(line, best_fault) } else { named };
        FaultVerdict {
            class,
            best: CLASSES[best],
            best_fault,
            confidence,
            classes: std::array::from_fn(|i| (CLASSES[i], probabilities[i])),
            error_code,
            affected_service,
            evidence: self.evidence(line, best, &judged, &scratch),
        }
    }

    fn judge(&self, line: &FaultInput<'_>, witnesses: Witnesses, scratch: &mut Scratch) -> Judged {
        words::read(line.text, &mut scratch.words);
        self.rules.find(&scratch.words, &mut scratch.matches);
        let quiet = terms::quiet_words(self.rules, &scratch.matches);
        terms::collect(&scratch.words, quiet, &mut scratch.terms);
        let weighed = weigh::weigh(self.rules, &scratch.matches, &scratch.words, line.level);
        let weights = &self.weights;
        let blend = match witnesses {
            Witnesses::Both => weights.blends[0],
            Witnesses::Rules => weights.blends[1],
            Witnesses::Learned => weights.blends[2],
        };
        let per_term = f64::from(blend.terms) * terms::norm(scratch.terms.len());
        let mut logits: [f64; 5] = std::array::from_fn(|i| f64::from(blend.biases[i]));
        for (logit, rules) in logits.iter_mut().zip(weighed.classes) {
            *logit += f64::from(blend.rules) * rules;
        }
        for row in scratch.terms.iter().filter_map(|t| weights.of(t.number)) {
            for (logit, weight) in logits.iter_mut().zip(row) {
                *logit += per_term * weight;
            }
        }
        Judged { logits, weighed, per_term, per_rule: f64::from(blend.rules) }
    }

    /// Lists what speaks for a class, strongest first.
    fn evidence(
        &self,
        line: &FaultInput<'_>,
        class: usize,
        judged: &Judged,
        scratch: &Scratch,
    ) -> Vec<FaultEvidence> {
        let mut evidence = Vec::new();
        let share = judged.per_rule;
        for found in &judged.weighed.shares {
            let rule = self.rules.rule(found.found.rule);
            let speaks = match rule.verdict {
                Verdict::Fault(c) | Verdict::Topic(c) => c == class,
                Verdict::Sign => class != 0,
                Verdict::Benign => class == 0,
                Verdict::Silent => false,
            };
            if speaks {
                let text = between(line.text, &scratch.words, found.found.first, found.found.last);
                let kind = EvidenceKind::Rule(rule.name.clone());
                evidence.push(FaultEvidence {
                    kind,
                    text,
                    class: CLASSES[class],
                    weight: found.weight * share,
                });
            }
        }
        let level = if class == 0 { -judged.weighed.level } else { judged.weighed.level };
        if let Some(word) = line.level.filter(|_| level > 0.0) {
            let text = word.as_str().to_owned();
            let weight = level * share;
            evidence.push(FaultEvidence { kind: EvidenceKind::Level, text, class: CLASSES[class], weight });
        }
        self.add_terms(line, class, judged.per_term, scratch, &mut evidence);
        evidence.retain(|e| e.weight >= WORTH_TELLING);
        evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.text.cmp(&b.text)));
        evidence.truncate(MOST_EVIDENCE);
        evidence
    }

    /// Adds the learned terms, each by how much more it speaks for this class than for all on average.
    fn add_terms(
        &self,
        line: &FaultInput<'_>,
        class: usize,
        per_term: f64,
        scratch: &Scratch,
        evidence: &mut Vec<FaultEvidence>,
    ) {
        for term in &scratch.terms {
            let Some(row) = self.weights.of(term.number) else { continue };
            let mean = row.iter().sum::<f64>() / 5.0;
            let weight = (row[class] - mean) * per_term;
            if weight >= WORTH_TELLING {
                let text = between(line.text, &scratch.words, term.first, term.last);
                evidence.push(FaultEvidence {
                    kind: EvidenceKind::Term,
                    text,
                    class: CLASSES[class],
                    weight,
                });
            }
        }
    }
}

/// Returns the error code that a line names, and the component or peer that suffers, given what the line tells of.
///
/// A line that tells of no fault has no service that suffers.
pub fn name_code_and_service(line: &FaultInput<'_>, class: FaultClass) -> (Option<String>, Option<String>) {
    let code = codes::find(line.text, class);
    match class {
        FaultClass::None => (code, None),
        FaultClass::Hardware
        | FaultClass::Application
        | FaultClass::Network
        | FaultClass::Security
        | FaultClass::Unknown => (code, affected::find(line, class)),
    }
}

/// Returns the text from one word to another.
fn between(line: &str, words: &[Word], first: usize, last: usize) -> String {
    match (words.get(first), words.get(last)) {
        (Some(first), Some(last)) => line.get(first.start..last.end).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// Turns log-odds into probabilities.
fn softmax(logits: &[f64; 5]) -> [f64; 5] {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shares = logits.map(|l| (l - most).exp());
    let sum: f64 = shares.iter().sum();
    shares.map(|s| s / sum)
}

/// Returns the position of the largest value from a position on, the first of equals.
fn largest(values: &[f64; 5], from: usize) -> usize {
    (from..values.len()).fold(from, |best, i| if values[i] > values[best] { i } else { best })
}

#[cfg(test)]
mod tests;
