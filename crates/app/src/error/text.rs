//! Understands what the readers of JSON and TOML say of a text, so that it can be said in every language.

/// The failures whose detail may be the words of such a reader.
const READ: [&str; 5] =
    ["actions_line", "mapping", "scenario_unreadable", "settings_unreadable", "source_malformed"];

/// How `serde_json` begins the place at which it stopped, at the end of its words.
const PLACE: &str = " at line ";

/// What the readers say of text that is not JSON or not TOML, by its beginning; the first that fits counts. As
/// `serde_json` 1.0 and `toml_parser` 1.1 write it.
const SAID: [(&str, &str); 48] = [
    ("EOF while parsing", "text-ends"),
    ("expected `:`", "text-colon"),
    ("expected `,` or `]`", "text-list"),
    ("expected `,` or `}`", "text-object"),
    ("expected ident", "text-word"),
    ("expected value", "text-value"),
    ("expected `\"`", "text-name"),
    ("key must be a string", "text-name"),
    ("invalid escape", "text-escape"),
    ("lone leading surrogate", "text-escape"),
    ("unexpected end of hex escape", "text-escape"),
    ("invalid unicode code point", "text-escape"),
    ("missing escaped value", "text-escape"),
    ("invalid number", "text-number"),
    ("number out of range", "text-number-large"),
    ("control character", "text-control"),
    ("trailing comma", "text-comma"),
    ("trailing characters", "text-behind"),
    ("recursion limit exceeded", "text-deep"),
    ("cannot recurse further", "text-deep"),
    ("duplicate key", "text-twice"),
    ("cannot extend value", "text-twice"),
    ("key with no value", "text-equals"),
    ("missing assignment", "text-equals"),
    ("missing value", "text-value"),
    ("string values must be quoted", "text-quotes"),
    ("missing opening quote", "text-quotes"),
    ("invalid basic string", "text-string"),
    ("invalid literal string", "text-string"),
    ("invalid multi-line", "text-string"),
    ("unclosed array table", "text-head"),
    ("unclosed table", "text-head"),
    ("unclosed array", "text-list"),
    ("missing comma between array elements", "text-list"),
    ("unclosed inline table", "text-object"),
    ("missing comma between key-value pairs", "text-object"),
    ("extra comma in", "text-comma"),
    ("invalid key", "text-key"),
    ("invalid table", "text-key"),
    ("missing key", "text-key"),
    ("unquoted keys cannot be empty", "text-key"),
    ("unexpected key or value", "text-line"),
    ("unexpected content", "text-line"),
    ("unexpected leading zero", "text-number"),
    ("invalid integer", "text-number"),
    ("invalid float", "text-number"),
    ("invalid boolean", "text-word"),
    ("invalid date-time", "text-time"),
];

/// The messages for a text that can be read and says what it should not. All have values.
#[cfg(test)]
const MEANT: [&str; 8] = [
    "text-missing",
    "text-field-twice",
    "text-field",
    "text-choice",
    "text-type",
    "text-impossible",
    "text-range",
    "text-moment",
];

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    /// The message of the catalogue is `cause-` and this.
    pub(super) cause: &'static str,
    /// The values of the message.
    pub(super) values: Vec<(&'static str, String)>,
    /// The line and column at which the reader stopped, where it says so.
    pub(super) place: Option<(String, String)>,
}

/// Returns why a text cannot be read that a failure is about; `None` where somebody else speaks.
pub(super) fn of_failure(code: &str, words: &str) -> Option<Unread> {
    let unread = of(words)?;
    // A refused question may be refused by the source, in its own words; only the reader here says line and column.
    let is_read = READ.contains(&code) || code == "source_bad_query" && unread.place.is_some();
    is_read.then_some(unread)
}

/// Returns why a text cannot be read; `None` for words that no reader of JSON or TOML writes.
pub(super) fn of(words: &str) -> Option<Unread> {
    let (said, place) = without_place(words);
    let syntax = SAID.iter().find(|(begin, _)| said.starts_with(*begin));
    let (cause, values) = match syntax {
        Some((_, cause)) => (*cause, Vec::new()),
        None => meant(said.strip_prefix("remedy: ").unwrap_or(said))?,
    };
    Some(Unread { cause, values, place })
}

fn without_place(words: &str) -> (&str, Option<(String, String)>) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let found = words.rsplit_once(PLACE).and_then(|(said, place)| {
        let (line, column) = place.split_once(" column ")?;
        (is_number(line) && is_number(column)).then(|| (said, (line.to_owned(), column.to_owned())))
    });
    found.map_or((words, None), |(said, place)| (said, Some(place)))
}

/// Reads what serde says of a text that is JSON or TOML and means nothing here.
fn meant(said: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let name = |text: &str| ("cause_name", text.to_owned());
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    if let Some(rest) = said.strip_prefix("missing field ") {
        return Some(("text-missing", vec![name(&quoted(rest)?)]));
    }
    if let Some(rest) = said.strip_prefix("duplicate field ") {
        return Some(("text-field-twice", vec![name(&quoted(rest)?)]));
    }
    for (begin, cause) in [("unknown field ", "text-field"), ("unknown variant ", "text-choice")] {
        if let Some(rest) = said.strip_prefix(begin) {
            // What is between backticks: first the word that was found, then those that there are.
            let mut words = rest.split('`').skip(1).step_by(2);
            let found = words.next()?;
            let known: Vec<&str> = words.collect();
            let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
            return Some((cause, vec![name(found), ("cause_known", known)]));
        }
    }
    if let Some(rest) = said.strip_prefix("invalid type: ") {
        let (found, wanted) = rest.rsplit_once(", expected ")?;
        let mut values = vec![("cause_found", kind_found(found).to_owned())];
        values.extend(kind_wanted(wanted));
        return Some(("text-type", values));
    }
    if let Some(rest) = said.strip_prefix("invalid value: ") {
        let (found, wanted) = rest.rsplit_once(", expected ")?;
        let value = quoted(found).or_else(|| found.split('"').nth(1).map(str::to_owned))?;
        let mut values = vec![name(&value)];
        values.extend(kind_wanted(wanted));
        return Some(("text-impossible", values));
    }
    if let Some((value, range)) = said.split_once(" is not between ") {
        let (low, high) = range.split_once(" and ")?;
        value.parse::<f64>().ok()?;
        let bounds = [("cause_low", low.to_owned()), ("cause_high", high.to_owned())];
        return Some(("text-range", [name(value)].into_iter().chain(bounds).collect()));
    }
    let (moment, _) = said.strip_prefix("at: ")?.split_once(" is no time after the beginning")?;
    Some(("text-moment", vec![name(moment.trim_matches('"'))]))
}

/// Returns the word for the kind of value that stands there.
fn kind_found(said: &str) -> &'static str {
    match said.split([' ', '`', '"']).next().unwrap_or_default() {
        "string" | "character" => "text",
        "integer" | "floating" => "number",
        "boolean" => "flag",
        "sequence" => "list",
        "map" => "object",
        "null" | "unit" => "nothing",
        _ => "other",
    }
}

/// Returns the word for the kind of value that is expected, and how the reader calls it, which is shown for a rare one.
fn kind_wanted(said: &str) -> [(&'static str, String); 2] {
    let kind = match said {
        "a string" | "a borrowed string" | "string" => "text",
        "a boolean" => "flag",
        "a map" | "a table" => "object",
        "a sequence" | "an array" => "list",
        "u8" | "u16" | "u32" | "u64" | "usize" => "natural",
        "i8" | "i16" | "i32" | "i64" | "a whole number" => "whole",
        "f32" | "f64" | "a number" => "number",
        _ if said.starts_with("struct ") => "object",
        _ => "other",
    };
    [("cause_wanted", kind.to_owned()), ("cause_known", said.to_owned())]
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde::Deserialize;

    use super::*;
    use crate::error::AppError;
    use crate::settings::Language;
    use crate::words::Words;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Form {
        #[serde(rename = "count")]
        _count: u32,
        #[serde(rename = "kind")]
        _kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Long,
        Wide,
    }

    fn refused(text: &str) -> String {
        serde_json::from_str::<Form>(text).map(|_| ()).unwrap_err().to_string()
    }

    fn said(language: Language, code: &str, detail: &str) -> String {
        let error = AppError::new(code).with("name", "shop").with("line", 2);
        let error = if code == "source_malformed" { error.with("offset", 7) } else { error };
        Words::with(language, TimeZone::UTC).error(&error.with("detail", detail))
    }

    #[test]
    fn every_reason_has_its_words_in_both_languages() {
        let causes: Vec<&str> = SAID.iter().map(|(_, cause)| *cause).chain(MEANT).collect();
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);

            let lacking: Vec<&&str> =
                causes.iter().filter(|cause| words.find(&format!("cause-{cause}")).is_none()).collect();

            assert!(lacking.is_empty(), "{language:?}: {lacking:?}");
        }
    }

    #[test]
    fn what_the_reader_of_json_says_is_understood() {
        let cause = |text: &str| of(&refused(text)).map(|unread| unread.cause);

        assert_eq!(cause("{\"count\": 1"), Some("text-ends"));
        assert_eq!(cause("{\"count\" 1}"), Some("text-colon"));
        assert_eq!(cause("{\"count\": }"), Some("text-value"));
        assert_eq!(cause("{count: 1}"), Some("text-name"));
        assert_eq!(cause("{\"count\": 1,}"), Some("text-comma"));
        assert_eq!(cause("{\"count\": 1, \"kind\": \"long\"} x"), Some("text-behind"));
        assert_eq!(cause("{\"count\": 1}"), Some("text-missing"));
        assert_eq!(cause("{\"count\": 1, \"count\": 2}"), Some("text-field-twice"));
        assert_eq!(cause("{\"counts\": 1}"), Some("text-field"));
        assert_eq!(cause("{\"count\": 1, \"kind\": \"tall\"}"), Some("text-choice"));
        assert_eq!(cause("{\"count\": \"1\"}"), Some("text-type"));
        assert_eq!(cause("{\"count\": -1}"), Some("text-impossible"));
        assert_eq!(of("the answer has no data"), None);
    }

    #[test]
    fn a_refused_text_is_told_in_the_language_with_its_place() {
        let of_settings = |language, text: &str| said(language, "settings_unreadable", &refused(text));

        assert_eq!(
            of_settings(Language::En, "{\"count\": \"many\"}"),
            "The settings of shop cannot be read: a whole number from 0 is expected, and a text stands there \
             (line 1, column 16). Edit the source."
        );
        assert_eq!(
            of_settings(Language::ZhCn, "{\"count\": \"many\"}"),
            "shop 的设置无法读取：应为不小于 0 的整数，却是文本（第 1 行，第 16 列）。请编辑该数据源。"
        );
        assert_eq!(
            of_settings(Language::ZhCn, "{\"count\": 1, \"kind\": \"tall\"}"),
            "shop 的设置无法读取：“tall”不是可用的词，可用：long, wide（第 1 行，第 27 列）。请编辑该数据源。"
        );
    }

    #[test]
    fn a_rare_kind_keeps_the_words_of_its_reader_and_a_range_its_ends() {
        let chinese = |detail: &str| said(Language::ZhCn, "settings_unreadable", detail);

        let rare = chinese("invalid type: integer `5`, expected a series, or the parts of a scalar");
        assert!(rare.contains("应为 a series, or the parts of a scalar，却是数字。"), "{rare}");
        let range = chinese("900 is not between 0.1 and 512");
        assert!(range.contains("900 不在 0.1 到 512 之间。"), "{range}");
        assert_eq!(of("nothing is not between here and there"), None);
    }

    #[test]
    fn a_place_that_the_sentence_names_already_is_not_named_twice() {
        let words = refused("{\"count\": }");

        assert_eq!(
            said(Language::En, "source_malformed", &words),
            "The answer cannot be read at byte 7: a value is expected."
        );
        assert_eq!(said(Language::ZhCn, "source_malformed", &words), "应答在第 7 字节无法识别：应为一个值。");
    }

    #[test]
    fn what_a_source_says_of_a_question_is_left_in_its_words() {
        let own = "expected value at line 1 column 3";

        assert_eq!(of_failure("source_bad_query", own).map(|unread| unread.cause), Some("text-value"));
        assert_eq!(of_failure("source_bad_query", "missing value in the selector"), None);
        assert_eq!(of_failure("source_server_failed", own), None);
    }

    #[test]
    fn what_is_wrong_with_a_line_of_actions_is_told_in_the_language() {
        let chinese = |detail: &str| said(Language::ZhCn, "actions_line", detail);

        let moment = chinese("at: \"4m\" is no time after the beginning, such as +4m, +90s or +1h10m");
        assert!(moment.contains("“4m”不是开始后的时间"), "{moment}");
        let remedy = chinese("remedy: unknown variant `dance`, expected one of `roll_back`, `restart`");
        assert!(remedy.contains("“dance”不是可用的词，可用：roll_back, restart"), "{remedy}");
    }
}
