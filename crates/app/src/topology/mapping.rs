//! Mappings: the presets that come with the program, and whether a text is one.

use wardroom_connectors::cmdb::{Mapping, MappingProblem, MappingProblemKind};

use super::rows::{InventoryDraft, MappingCheck, PresetItem};
use crate::error::AppError;
use crate::phrase::Phrase;

/// The key of a mapping of one's own.
const OWN: &str = "own";
/// The presets by key, in the order in which they are offered.
const PRESETS: [(&str, &str); 7] = [
    ("netbox", include_str!("../../../../assets/cmdb/netbox.toml")),
    ("nautobot", include_str!("../../../../assets/cmdb/nautobot.toml")),
    ("backstage", include_str!("../../../../assets/cmdb/backstage.toml")),
    ("servicenow", include_str!("../../../../assets/cmdb/servicenow.toml")),
    ("blueking", include_str!("../../../../assets/cmdb/blueking.toml")),
    ("itop", include_str!("../../../../assets/cmdb/itop.toml")),
    ("glpi", include_str!("../../../../assets/cmdb/glpi.toml")),
];

/// Lists the mappings that come with the program; one that cannot be read is left out, which a test rules out.
pub fn presets() -> Vec<PresetItem> {
    let item = |(key, text): &(&str, &str)| {
        let mapping = Mapping::parse(text).ok()?;
        Some(PresetItem {
            key: (*key).to_owned(),
            name: mapping.name().to_owned(),
            tried: !mapping.tried().is_empty(),
            mapping: (*text).to_owned(),
            sign_ins: mapping.sign_ins().to_vec(),
            url_example: mapping.url_example().to_owned(),
            from: mapping.written_after().to_owned(),
        })
    };
    PRESETS.iter().filter_map(item).collect()
}

/// Returns the text of the mapping that a draft means: its own, or else its preset's; empty where there is neither.
pub(crate) fn text_of(draft: &InventoryDraft) -> String {
    let own = draft.mapping.trim();
    if !own.is_empty() || draft.preset == OWN {
        return draft.mapping.clone();
    }
    let preset = PRESETS.iter().find(|(key, _)| *key == draft.preset);
    preset.map(|(_, text)| (*text).to_owned()).unwrap_or_default()
}

/// Refuses a text that is no mapping.
///
/// # Errors
///
/// `mapping` with line and column.
pub(crate) fn require_readable(text: &str) -> Result<(), AppError> {
    let refused = |problem: MappingProblem| {
        AppError::new("mapping")
            .with("line", problem.line)
            .with("column", problem.column)
            .with("detail", format!("{} {}", problem.subject, problem.detail).trim())
    };
    Mapping::parse(text).map(|_| ()).map_err(refused)
}

/// Says whether a mapping can be read, and where it cannot.
pub fn check(text: &str) -> MappingCheck {
    match Mapping::parse(text) {
        Ok(mapping) => MappingCheck {
            ok: true,
            line: 0,
            column: 0,
            problem: None,
            classes: mapping.classes().into_iter().map(str::to_owned).collect(),
        },
        Err(problem) => MappingCheck {
            ok: false,
            line: problem.line,
            column: problem.column,
            problem: Some(words(&problem)),
            classes: Vec::new(),
        },
    }
}

fn words(problem: &MappingProblem) -> Phrase {
    let key = match problem.kind {
        MappingProblemKind::Syntax => "mapping-syntax",
        MappingProblemKind::UnknownField => "mapping-unknown-field",
        MappingProblemKind::MissingField => "mapping-missing-field",
        MappingProblemKind::WrongType => "mapping-wrong-type",
        MappingProblemKind::WrongValue => "mapping-wrong-value",
        MappingProblemKind::BadPath => "mapping-bad-path",
        MappingProblemKind::BadPattern => "mapping-bad-pattern",
        MappingProblemKind::UnknownLookup => "mapping-unknown-lookup",
        MappingProblemKind::UnknownPlaceholder => "mapping-unknown-placeholder",
        MappingProblemKind::ReadsNothing => "mapping-reads-nothing",
        MappingProblemKind::Twice => "mapping-twice",
    };
    Phrase::new(key).text("subject", problem.subject.clone()).text("detail", problem.detail.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_read_and_says_where_it_comes_from() {
        let items = presets();

        assert_eq!(items.len(), PRESETS.len());
        assert!(items.iter().all(|preset| !preset.name.is_empty() && !preset.from.is_empty()));
        assert!(items.iter().all(|preset| check(&preset.mapping).ok));
    }

    #[test]
    fn a_mapping_that_is_not_toml_says_where() {
        let check = check("format = 1\nname = \n");

        assert!(!check.ok);
        assert_eq!(check.line, 2);
        assert_eq!(check.problem.unwrap().key, "mapping-syntax");
    }

    #[test]
    fn an_empty_mapping_means_the_presets_and_one_of_ones_own_stays_empty() {
        let draft = |preset: &str| InventoryDraft { preset: preset.to_owned(), mapping: String::new() };

        assert_eq!(text_of(&draft("netbox")), PRESETS[0].1);
        assert_eq!(text_of(&draft(OWN)), "");
    }
}
