//! What a line is said to be: its template, the verdict of the model, and what people decided instead.

use serde_json::{Value, json};
use wardroom_analysis::logs::classify::{FaultInput, FaultModel, FaultVerdict};
use wardroom_analysis::logs::{LogTemplate, template_id};
use wardroom_core::{FaultClass, LogRecord, TemplateId, Timestamp};
use wardroom_store::TemplateRow as StoredTemplate;

use super::class_out;
use super::decisions::Decisions;
use super::room::{self, Snapshot};
use super::rows::LogFault;
use super::tally::first_line;

/// The evidence of a class that a person chose.
const BY_HAND: &str = "labelled by hand";

/// The field that names who wrote a line within its program.
const LOGGER: &str = "log.logger";

/// Classifies a line by the model alone. A line whose service is not said was written by its logger.
pub(crate) fn verdict_of(record: &LogRecord) -> FaultVerdict {
    let service = Some(record.service.as_str()).filter(|service| !service.is_empty());
    FaultModel::shipped().classify(&FaultInput {
        text: &record.message,
        level: record.level,
        service: service.or_else(|| record.fields.get(LOGGER)).unwrap_or_default(),
        host: &record.host,
        dataset: &record.dataset,
    })
}

/// The class that counts, after what people decided.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) class: FaultClass,
    /// A class of a person's own, which goes before the other one.
    pub(crate) own: Option<String>,
    /// How sure it is, 0 to 1: certain by hand, likeness for a class of a person's own.
    pub(crate) confidence: f64,
    pub(crate) by_hand: bool,
    /// What speaks for it where it is not the model's.
    evidence: Vec<String>,
}

impl Said {
    /// Returns what people decided about a template or about lines like its own, else what the model says.
    pub(crate) fn of(
        decisions: &Decisions,
        id: TemplateId,
        text: &str,
        (class, confidence): (FaultClass, f64),
    ) -> Self {
        if let Some((class, own)) = decisions.labels.get(&id) {
            let evidence = vec![BY_HAND.to_owned()];
            return Self { class: *class, own: own.clone(), confidence: 1.0, by_hand: true, evidence };
        }
        let alike = decisions.own.classify(text);
        let by_model = Self { class, own: None, confidence, by_hand: false, evidence: Vec::new() };
        match alike.class {
            Some(own) => Self {
                own: Some(own),
                confidence: alike.likeness,
                evidence: alike.terms.into_iter().map(|term| term.text).collect(),
                ..by_model
            },
            None => by_model,
        }
    }

    /// Returns what is said of a template.
    pub(crate) fn of_template(decisions: &Decisions, id: TemplateId, known: &StoredTemplate) -> Self {
        Self::of(decisions, id, &known.text, (known.class, known.confidence))
    }

    /// Returns the object `{type, error_code, affected_service, confidence, evidence}`; code and service are those that
    /// the line names, whoever chose the class.
    pub(crate) fn json(&self, verdict: &FaultVerdict) -> Value {
        if self.evidence.is_empty() {
            return verdict_json(verdict);
        }
        object(
            self.own.as_deref().unwrap_or_else(|| self.class.as_str()),
            verdict,
            self.confidence,
            &self.evidence.iter().map(String::as_str).collect::<Vec<_>>(),
        )
    }
}

/// Returns a verdict as the object `{type, error_code, affected_service, confidence, evidence}`.
pub(crate) fn verdict_json(verdict: &FaultVerdict) -> Value {
    let evidence: Vec<&str> = verdict.evidence.iter().map(|e| e.text.as_str()).collect();
    object(verdict.class.as_str(), verdict, verdict.confidence, &evidence)
}

fn object(class: &str, verdict: &FaultVerdict, confidence: f64, evidence: &[&str]) -> Value {
    json!({
        "type": class,
        "error_code": verdict.error_code,
        "affected_service": verdict.affected_service,
        "confidence": (confidence * 1000.0).round() / 1000.0,
        "evidence": evidence,
    })
}

/// Judges lines of a workspace by what is known in it.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    view: Snapshot,
}

impl Judge {
    pub(crate) const fn new(view: Snapshot) -> Self {
        Self { view }
    }

    /// Returns the template of a line with its text, as people merged and split templates; nothing when none fits.
    pub(crate) fn template_of(&self, record: &LogRecord) -> Option<(TemplateId, String)> {
        let line = first_line(&record.message);
        let template = self.view.settled.all().get(self.view.settled.find(line)?)?;
        let id = self.view.end_of(template.id);
        let parts = self.view.decisions.splits.get(&id);
        let part = parts.and_then(|at| room::split_text(&self.view.settled, line, *at as usize));
        if let Some(text) = part {
            return Some((template_id(&text), text));
        }
        let text = self.view.known.get(&id).map_or_else(|| template.text(), |known| known.text.clone());
        Some((id, text))
    }

    /// Returns the kinds of a template's parameters, in order; none for one that a person divided.
    pub(crate) fn kinds_of(&self, id: TemplateId) -> Vec<&'static str> {
        let template = self.view.settled.all().iter().find(|template| template.id == id);
        template.map_or_else(Vec::new, LogTemplate::kinds)
    }

    /// Returns the name that a person gave a template.
    pub(crate) fn name_of(&self, id: TemplateId) -> Option<&str> {
        self.view.decisions.names.get(&id).map(String::as_str)
    }

    /// Returns when the first line of a template was written; nothing when that is not known.
    pub(crate) fn first_seen(&self, id: TemplateId) -> Option<Timestamp> {
        self.view.known.get(&id)?.first_seen
    }

    /// Returns what is said of a line, as the window gets it.
    pub(crate) fn fault(&self, record: &LogRecord) -> LogFault {
        let (_, said) = self.judge(record);
        LogFault {
            class: class_out(said.class),
            custom_class: said.own,
            confidence: said.confidence,
            by_hand: said.by_hand,
        }
    }

    /// Returns the verdict on a line, and what is said of it.
    pub(crate) fn judge(&self, record: &LogRecord) -> (FaultVerdict, Said) {
        let verdict = verdict_of(record);
        let (id, text) = self
            .template_of(record)
            .unwrap_or_else(|| (TemplateId(0), first_line(&record.message).to_owned()));
        let said = Said::of(&self.view.decisions, id, &text, (verdict.class, verdict.confidence));
        (verdict, said)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use wardroom_analysis::logs::classify::CustomClasses;
    use wardroom_core::{Labels, LogLevel};

    use super::*;

    const TEXT: &str = "nightly backup of volume <*> finished";

    fn said(decisions: &Decisions) -> Said {
        Said::of(decisions, TemplateId(7), TEXT, (FaultClass::Application, 0.8))
    }

    fn verdict() -> FaultVerdict {
        verdict_of(&LogRecord {
            at: Timestamp::from_millis(0),
            level: Some(LogLevel::Error),
            service: "backup".to_owned(),
            host: String::new(),
            dataset: String::new(),
            message: "nightly backup of volume 3 failed with EIO".to_owned(),
            fields: Labels::default(),
        })
    }

    #[test]
    fn a_line_without_a_service_was_written_by_its_logger() {
        let suffers = |service: &str| {
            let record = LogRecord {
                at: Timestamp::from_millis(0),
                level: None,
                service: service.to_owned(),
                host: String::new(),
                dataset: String::new(),
                message: "program interrupt".to_owned(),
                fields: Labels::new([(LOGGER, "worker")]),
            };
            verdict_of(&record).affected_service
        };

        assert_eq!(suffers("").as_deref(), Some("worker"));
        assert_eq!(suffers("shop").as_deref(), Some("shop"));
    }

    #[test]
    fn a_label_goes_before_the_model_and_says_who_chose_it() {
        let label = |own: Option<&str>| Decisions {
            labels: BTreeMap::from([(TemplateId(7), (FaultClass::Hardware, own.map(str::to_owned)))]),
            ..Decisions::default()
        };

        let json = said(&label(None)).json(&verdict());
        assert_eq!(json["type"], FaultClass::Hardware.as_str());
        assert_eq!((json["confidence"].as_f64(), &json["evidence"]), (Some(1.0), &json!([BY_HAND])));
        assert_eq!(json["error_code"], json!("EIO"));
        assert_eq!(said(&label(Some("backup"))).json(&verdict())["type"], "backup");
    }

    #[test]
    fn lines_like_labelled_ones_have_the_class_of_ones_own_and_others_the_models() {
        let own = CustomClasses::new(&[("nightly backup of volume 3 finished", "backup")]);
        let decisions = Decisions { own, ..Decisions::default() };

        let alike = said(&decisions);
        assert_eq!((alike.own.as_deref(), alike.by_hand), (Some("backup"), false));
        assert_eq!(alike.json(&verdict())["type"], "backup");

        let other = said(&Decisions::default());
        assert_eq!((other.class, other.own.as_deref()), (FaultClass::Application, None));
        assert_eq!(other.json(&verdict()), verdict_json(&verdict()));
    }
}
