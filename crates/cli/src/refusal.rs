//! What is said of a command line that is not understood: what is wrong, what was meant perhaps, how it is written.

use std::error::Error as _;
use std::num::{IntErrorKind, ParseIntError};

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use wardroom_app::phrase::Phrase;
use wardroom_app::words::Words;

use crate::help::in_places;

/// Returns the sentences for a refusal.
pub(crate) fn text(error: &Error, words: &Words) -> String {
    let mut out = words.phrase(&Phrase::new("refused").text("what", what(error, words)));
    for (at, tip) in tips(error, words).into_iter().enumerate() {
        out.push_str(if at == 0 { "\n\n  " } else { "\n  " });
        out.push_str(&words.phrase(&Phrase::new("refused-tip").text("tip", tip)));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let places = in_places(usage.split_once(' ').map_or("", |(_, places)| places), words);
        out.push_str("\n\n");
        out.push_str(&words.word("arguments-usage"));
        out.push_str(&places);
    }
    out.push_str("\n\n");
    out.push_str(&words.word("refused-help"));
    out
}

/// Returns what is wrong.
fn what(error: &Error, words: &Words) -> String {
    let is = |kind: ErrorKind| error.kind() == kind;
    if is(ErrorKind::MissingRequiredArgument) {
        with_lines(words.word("refused-missing"), &texts_of(error, ContextKind::InvalidArg))
    } else if is(ErrorKind::ArgumentConflict) {
        conflict(error, words)
    } else if is(ErrorKind::InvalidValue) {
        not_offered(error, words)
    } else {
        words.phrase(&in_one_line(error, words))
    }
}

/// Returns what is wrong where nothing has to be listed.
fn in_one_line(error: &Error, words: &Words) -> Phrase {
    let is = |kind: ErrorKind| error.kind() == kind;
    let of_argument = |key: &str| Phrase::new(key).text("argument", text_of(error, ContextKind::InvalidArg));
    let value = text_of(error, ContextKind::InvalidValue);
    if is(ErrorKind::UnknownArgument) {
        of_argument("refused-unknown-argument")
    } else if is(ErrorKind::InvalidSubcommand) {
        let command = text_of(error, ContextKind::InvalidSubcommand);
        Phrase::new("refused-unknown-command").text("command", command)
    } else if is(ErrorKind::ValueValidation) {
        of_argument("refused-value-because").text("value", value).text("why", why(error, words))
    } else if is(ErrorKind::TooManyValues) {
        of_argument("refused-value-too-many").text("value", value)
    } else if is(ErrorKind::InvalidUtf8) {
        Phrase::new("refused-encoding")
    } else {
        // No option of this program is refused in another way.
        let detail = error.kind().as_str().map_or_else(|| error.to_string(), str::to_owned);
        Phrase::new("refused-otherwise").text("detail", detail)
    }
}

/// Says that a value is missing, or none of those that are offered.
fn not_offered(error: &Error, words: &Words) -> String {
    let value = text_of(error, ContextKind::InvalidValue);
    let key = if value.is_empty() { "refused-no-value" } else { "refused-value" };
    let argument = text_of(error, ContextKind::InvalidArg);
    let said = words.phrase(&Phrase::new(key).text("argument", argument).text("value", value));
    let offered = texts_of(error, ContextKind::ValidValue).join(", ");
    if offered.is_empty() {
        return said;
    }
    let list = Phrase::new("arguments-value-list").text("values", offered);
    with_lines(said, &[words.phrase(&list)])
}

/// Says that arguments exclude each other, or that one is given twice.
fn conflict(error: &Error, words: &Words) -> String {
    let argument = text_of(error, ContextKind::InvalidArg);
    let of_argument = |key: &str| Phrase::new(key).text("argument", argument.clone());
    let others = texts_of(error, ContextKind::PriorArg);
    match others.as_slice() {
        [other] if *other == argument => words.phrase(&of_argument("refused-twice")),
        [other] => words.phrase(&of_argument("refused-with").text("other", other.clone())),
        _ => with_lines(words.phrase(&of_argument("refused-with-any")), &others),
    }
}

/// Says why a value is not one.
fn why(error: &Error, words: &Words) -> String {
    let Some(source) = error.source() else { return String::new() };
    let number = source.downcast_ref::<ParseIntError>().map(ParseIntError::kind);
    let known = [
        (IntErrorKind::Empty, "refused-because-empty"),
        (IntErrorKind::InvalidDigit, "refused-because-digit"),
        (IntErrorKind::PosOverflow, "refused-because-large"),
        (IntErrorKind::NegOverflow, "refused-because-small"),
    ];
    let key = known.iter().find(|(kind, _)| number == Some(kind)).map(|(_, key)| *key);
    let detail = source.to_string();
    match (key, detail.split_once(" is not in ")) {
        (Some(key), _) => words.word(key),
        (None, Some((value, range))) => {
            words.phrase(&Phrase::new("refused-because-range").text("value", value).text("range", range))
        }
        (None, None) => detail,
    }
}

/// Returns what was meant perhaps.
fn tips(error: &Error, words: &Words) -> Vec<String> {
    let quoted = |name: &String| format!("'{name}'");
    let mut tips = Vec::new();
    let commands = texts_of(error, ContextKind::SuggestedSubcommand);
    if !commands.is_empty() {
        let key = if commands.len() == 1 { "refused-tip-command" } else { "refused-tip-commands" };
        let names: Vec<String> = commands.iter().map(quoted).collect();
        tips.push(words.phrase(&Phrase::new(key).text("names", names.join(", "))));
    }
    for (kind, key) in [
        (ContextKind::SuggestedArg, "refused-tip-argument"),
        (ContextKind::SuggestedValue, "refused-tip-value"),
    ] {
        let names = texts_of(error, kind).into_iter();
        tips.extend(names.map(|name| words.phrase(&Phrase::new(key).text("name", name))));
    }
    if let Some(ContextValue::StyledStrs(others)) = error.get(ContextKind::Suggested) {
        tips.extend(others.iter().filter_map(|other| tip(&other.to_string())).map(|tip| words.phrase(&tip)));
    }
    tips
}

/// Reads a tip that clap has only as a sentence; `None` when it is of no kind that is known.
fn tip(sentence: &str) -> Option<Phrase> {
    let inner = sentence.strip_suffix('\'');
    if let Some((given, written)) =
        inner.and_then(|inner| inner.strip_prefix("to pass '")?.split_once("' as a value, use '"))
    {
        return Some(Phrase::new("refused-tip-as-value").text("given", given).text("written", written));
    }
    if let Some((name, _)) =
        sentence.strip_prefix("subcommand '").and_then(|rest| rest.split_once("' exists; to use it"))
    {
        return Some(Phrase::new("refused-tip-dashes").text("name", name));
    }
    let name = sentence.strip_prefix('\'')?.strip_suffix("' exists")?;
    Some(Phrase::new("refused-tip-there").text("name", name))
}

fn with_lines(mut said: String, lines: &[String]) -> String {
    for line in lines {
        said.push_str("\n  ");
        said.push_str(line);
    }
    said
}

/// Returns a part of a refusal that is one text; empty when it has none.
fn text_of(error: &Error, kind: ContextKind) -> String {
    texts_of(error, kind).join(", ")
}

fn texts_of(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use wardroom_app::settings::Language;

    use super::*;
    use crate::help::{command, english_in};

    /// Command lines of every kind that is refused.
    const REFUSED: [&[&str]; 23] = [
        &["open", "a", "--nonsense"],
        &["open", "a", "--rang", "now-1h"],
        &["open"],
        &["open", "a", "--range"],
        &["open", "a", "--fail-on", "hihg"],
        &["open", "a", "--fail-on"],
        &["opne"],
        &["logs", "serch"],
        &["import", "--workspace", "w"],
        &["import", "--workspace", "w", "f", "--day-first", "--month-first"],
        &["connect", "--workspace", "w", "--url", "u", "--user", "me", "--bearer", "--api-key"],
        &["open", "a", "--range", "x", "--range", "y"],
        &["open", "a", "--json=1"],
        &["demo", "--seed", "seven"],
        &["demo", "--seed", "99999999999999999999"],
        &["bill", "--workspace", "w", "--sensitivity", "300"],
        &["topology", "path", "a", "b", "c", "--workspace", "w"],
        &["logs", "search", "--limit", "0"],
        &["logs", "templates", "--limit", "0"],
        &["logs", "diff", "--limit", "0"],
        &["changed", "--limit", "0"],
        &["topology", "path", "--limit", "0"],
        &["topology", "impact", "--hops", "0"],
    ];

    fn refusals(language: Language) -> Vec<(String, String)> {
        let words = Words::with(language, TimeZone::UTC);
        let refused = |arguments: &&[&str]| {
            let line = [&["wardroom"], *arguments].concat();
            command(&words).try_get_matches_from(line).unwrap_err()
        };
        REFUSED.iter().map(refused).map(|error| (error.to_string(), text(&error, &words))).collect()
    }

    #[test]
    fn in_english_a_refusal_has_claps_own_words() {
        for (by_clap, said) in refusals(Language::En) {
            assert_eq!(said.trim_end(), by_clap.trim_end());
        }
    }

    #[test]
    fn in_chinese_nothing_of_a_refusal_is_english_but_names() {
        for (by_clap, said) in refusals(Language::ZhCn) {
            assert!(english_in(&said).is_empty(), "{said}\n\n{by_clap}");
        }
    }

    #[test]
    fn a_value_that_is_not_offered_is_refused_with_those_that_are() {
        let (_, said) = &refusals(Language::ZhCn)[4];

        assert_eq!(
            said,
            "错误：“--fail-on <FAIL_ON>”的值“hihg”无效\n  [可选值：low, medium, high]\n\n  提示：有相近的值“high”\n\n\
            更多信息请用“--help”查看。"
        );
    }

    #[test]
    fn a_list_of_at_most_nothing_is_refused() {
        for (by_clap, said) in refusals(Language::ZhCn).iter().skip(17).take(5) {
            assert!(by_clap.contains("'--limit <LIMIT>': 0 is not in 1.."), "{by_clap}");
            assert!(said.contains("0 不在 1.."), "{said}");
        }
    }

    #[test]
    fn a_reach_of_no_edge_is_refused() {
        let (by_clap, said) = &refusals(Language::ZhCn)[22];

        assert!(by_clap.contains("'--hops <HOPS>': 0 is not in 1.."), "{by_clap}");
        assert!(said.contains("0 不在 1.."), "{said}");
    }

    #[test]
    fn tips_that_clap_has_as_sentences_are_read() {
        let words = Words::with(Language::En, TimeZone::UTC);
        for sentence in [
            "to pass '--x' as a value, use '-- --x'",
            "'logs search --regex' exists",
            "subcommand 'open' exists; to use it, remove the '--' before it",
        ] {
            assert_eq!(tip(sentence).map(|tip| words.phrase(&tip)).as_deref(), Some(sentence));
        }
        assert_eq!(tip("another kind"), None);
    }
}
