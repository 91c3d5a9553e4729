//! The test of lines for one template.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_analysis::logs::{TemplatePart, Templates, template_id};
use wardroom_core::TemplateId;

use crate::logs::tally::first_line;

/// A test of lines for one template.
#[derive(Clone, Debug)]
pub(crate) struct TemplateTest {
    pub(super) wanted: TemplateId,
    pub(super) settled: Arc<Templates>,
    pub(super) ends: Arc<BTreeMap<TemplateId, TemplateId>>,
    /// Templates of which each value of a parameter is one of its own; the wanted one is among those.
    pub(super) splits: Vec<(TemplateId, usize)>,
    /// Whether lines are stored without their templates.
    pub(super) is_lazy: bool,
}

impl TemplateTest {
    /// Returns the templates that the store is to ask for; empty when it cannot.
    pub(crate) fn pushed(&self) -> Vec<TemplateId> {
        if self.is_lazy {
            return Vec::new();
        }
        if self.splits.is_empty() {
            vec![self.wanted]
        } else {
            self.splits.iter().map(|(id, _)| *id).collect()
        }
    }

    /// Reports whether the store's own test for templates is all that is needed.
    pub(crate) fn is_pushed(&self) -> bool {
        !self.is_lazy && self.splits.is_empty()
    }

    /// Reports whether a line is of the template.
    pub(crate) fn passes(&self, template: Option<TemplateId>, message: &str) -> bool {
        let line = first_line(message);
        let found = template.or_else(|| self.settled.find(line).map(|at| self.settled.all()[at].id));
        let Some(id) = found.map(|id| self.ends.get(&id).copied().unwrap_or(id)) else { return false };
        if self.splits.is_empty() {
            return id == self.wanted;
        }
        let split = self.splits.iter().find(|(parent, _)| *parent == id);
        split.is_some_and(|(_, parameter)| {
            split_text(&self.settled, line, *parameter).is_some_and(|text| template_id(&text) == self.wanted)
        })
    }
}

/// Returns the text of the template that a line has once the value of a parameter is put in.
pub(crate) fn split_text(settled: &Templates, line: &str, parameter: usize) -> Option<String> {
    let at = settled.find(line)?;
    let values = settled.parameters(at, line);
    let value = values.get(parameter)?.value;
    let mut seen = 0;
    let mut text = String::new();
    for part in &settled.all().get(at)?.parts {
        match part {
            TemplatePart::Literal(literal) => text.push_str(literal),
            TemplatePart::Parameter(_) => {
                text.push_str(if seen == parameter { value } else { "<*>" });
                seen += 1;
            }
        }
    }
    Some(text)
}
