//! Mappings: the presets that come with the program, and whether a text is one.

use wardroom_connectors::cmdb::{Mapping, MappingProblem, MappingProblemKind};

use super::rows::{InventoryDraft, MappingCheck, PresetItem};
use crate::error::{AppError, syntax};
use crate::phrase::{Phrase, PhraseValue};

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
            sign_ins: mapping.sign_ins().iter().map(|kind| sign_in(kind).to_owned()).collect(),
            url_example: mapping.url_example().to_owned(),
            from: mapping.written_after().to_owned(),
        })
    };
    PRESETS.iter().filter_map(item).collect()
}

/// Returns the word of a connection's [`SignIn`](crate::connections::SignIn) for a way to sign in that a mapping names.
fn sign_in(kind: &str) -> &str {
    match kind {
        "api_key" => "apiKey",
        "client_certificate" => "clientCertificate",
        "token_command" => "tokenCommand",
        same => same,
    }
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
/// `mapping` with line and column, what is wrong, and with which field.
pub(crate) fn require_readable(text: &str) -> Result<(), AppError> {
    Mapping::parse(text).map(|_| ()).map_err(|problem| refused(&problem))
}

fn refused(problem: &MappingProblem) -> AppError {
    AppError::new("mapping")
        .with("line", problem.line)
        .with("column", problem.column)
        .with("problem", name_of(problem.kind))
        .with("subject", &problem.subject)
        .with("detail", &problem.detail)
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
    let key = format!("mapping-{}", name_of(problem.kind).replace('_', "-"));
    let is_syntax = problem.kind == MappingProblemKind::Syntax;
    let detail = if is_syntax { syntax(&problem.detail) } else { PhraseValue::Text(problem.detail.clone()) };
    Phrase::new(key).text("subject", problem.subject.clone()).with("detail", detail)
}

/// Returns the name of a kind of problem, by which the catalogue knows it.
const fn name_of(kind: MappingProblemKind) -> &'static str {
    match kind {
        MappingProblemKind::Syntax => "syntax",
        MappingProblemKind::UnknownField => "unknown_field",
        MappingProblemKind::MissingField => "missing_field",
        MappingProblemKind::WrongType => "wrong_type",
        MappingProblemKind::WrongValue => "wrong_value",
        MappingProblemKind::BadPath => "bad_path",
        MappingProblemKind::BadPattern => "bad_pattern",
        MappingProblemKind::UnknownLookup => "unknown_lookup",
        MappingProblemKind::UnknownPlaceholder => "unknown_placeholder",
        MappingProblemKind::ReadsNothing => "reads_nothing",
        MappingProblemKind::Twice => "twice",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::connections::SignIn;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn a_refused_mapping_says_what_is_wrong_with_which_field() {
        let kinds = [
            MappingProblemKind::Syntax,
            MappingProblemKind::UnknownField,
            MappingProblemKind::MissingField,
            MappingProblemKind::WrongType,
            MappingProblemKind::WrongValue,
            MappingProblemKind::BadPath,
            MappingProblemKind::BadPattern,
            MappingProblemKind::UnknownLookup,
            MappingProblemKind::UnknownPlaceholder,
            MappingProblemKind::ReadsNothing,
            MappingProblemKind::Twice,
        ];
        let of = |kind| MappingProblem {
            line: 7,
            column: 2,
            kind,
            subject: "class.pagng".to_owned(),
            detail: "paging".to_owned(),
        };
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);
            let said: BTreeSet<String> = kinds.iter().map(|kind| words.error(&refused(&of(*kind)))).collect();
            assert_eq!(said.len(), kinds.len(), "{said:?}");
            assert!(said.iter().all(|text| text.contains("class.pagng")), "{said:?}");
        }
        let words = Words::with(Language::En, TimeZone::UTC);
        let typed = require_readable("format = 1\nname = \"X\"\nformt = 2\n").unwrap_err();
        assert!(
            words
                .error(&typed)
                .starts_with("Line 3, column 1 of the mapping: formt is no field of the format.")
        );
        assert!(words.error(&require_readable("").unwrap_err()).contains("format is missing"));
    }

    #[test]
    fn every_preset_can_be_read_and_says_where_it_comes_from() {
        let items = presets();

        assert_eq!(items.len(), PRESETS.len());
        assert!(items.iter().all(|preset| !preset.name.is_empty() && !preset.from.is_empty()));
        assert!(items.iter().all(|preset| check(&preset.mapping).ok));
    }

    #[test]
    fn presets_name_the_ways_to_sign_in_as_connections_do() {
        let ways = [
            SignIn::None,
            SignIn::Basic { user: String::new() },
            SignIn::Bearer,
            SignIn::ApiKey,
            SignIn::ClientCertificate { cert_path: String::new(), key_path: String::new() },
            SignIn::TokenCommand { command: Vec::new() },
        ];
        let words = ways.iter().map(|way| serde_json::to_value(way).unwrap()["kind"].clone());
        let words: Vec<String> = words.map(|word| word.as_str().unwrap().to_owned()).collect();

        let items = presets();

        for item in &items {
            assert!(item.sign_ins.iter().all(|way| words.contains(way)), "{}: {:?}", item.key, item.sign_ins);
        }
        assert!(items[0].sign_ins.contains(&words[5]), "{:?}", items[0].sign_ins);
        for named in ["none", "basic", "bearer", "api_key", "client_certificate", "token_command"] {
            assert!(words.iter().any(|word| word == sign_in(named)), "{named}");
        }
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
