//! The test of lines for one template.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_analysis::logs::{TemplatePart, Templates, template_id};
use wardroom_core::TemplateId;

use crate::logs::tally::first_line;

/// Words shorter than this find nearly every line.
const SHORTEST_WORD: usize = 3;

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

    /// Returns letters and digits one of which every line of the template holds as it stands in its file; nothing where
    /// none is known. What masking writes stands in no file.
    pub(crate) fn words(&self) -> Option<Vec<String>> {
        let is_meant = |id: TemplateId| {
            let end = self.ends.get(&id).copied().unwrap_or(id);
            if self.splits.is_empty() {
                end == self.wanted
            } else {
                self.splits.iter().any(|(s, _)| *s == end)
            }
        };
        let meant = self.settled.all().iter().filter(|template| is_meant(template.id));
        let words: Vec<String> =
            meant.map(|template| longest_word(&template.parts)).collect::<Option<_>>()?;
        (!words.is_empty()).then_some(words)
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

/// Returns the longest run of letters and digits in the literal parts of a template.
fn longest_word(parts: &[TemplatePart]) -> Option<String> {
    let literals = parts.iter().filter_map(|part| match part {
        TemplatePart::Literal(text) if !text.contains("<masked:") => Some(text),
        TemplatePart::Literal(_) | TemplatePart::Parameter(_) => None,
    });
    let words = literals.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| word.len() >= SHORTEST_WORD).max_by_key(|word| word.len()).map(str::to_owned)
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

#[cfg(test)]
mod tests {
    use wardroom_analysis::logs::ParameterKind;

    use super::*;

    #[test]
    fn the_longest_word_of_a_template_is_one_that_stands_in_its_lines() {
        let literal = |text: &str| TemplatePart::Literal(text.to_owned());
        let number = || TemplatePart::Parameter(ParameterKind::Number);

        let parts = [literal("pool of "), number(), literal(" exhausted, token=<masked:generic_secret>")];

        assert_eq!(longest_word(&parts).as_deref(), Some("pool"));
        assert_eq!(
            longest_word(&[literal("pool of "), number(), literal(" exhausted")]).unwrap(),
            "exhausted"
        );
        assert_eq!(longest_word(&[literal("a-"), number()]), None);
    }
}
