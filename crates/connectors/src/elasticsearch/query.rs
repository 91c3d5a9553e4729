//! Our question in the language of the source: each test as the type of its field allows, everything in filters.

use serde_json::{Map, Value, json};
use wardroom_core::{Compare, FieldTest, LogLevel, LogQuery, TextPattern, TimeRange};

use crate::elasticsearch::levels::{self, LEVELS, Scale};
use crate::elasticsearch::mapping::{Catalog, FieldKind, keyword_beside};
use crate::error::SourceError;
use crate::source::{FieldMapping, LogAsk};

/// Fields that one name with `*` may stand for; each becomes a clause, of which the servers allow 1,024.
const MAX_PATTERN_FIELDS: usize = 64;

/// What a translation is made with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Translation<'a> {
    /// The fields of the parts.
    pub(super) mapping: &'a FieldMapping,
    /// The types of the fields.
    pub(super) catalog: &'a Catalog,
    /// Whether text is looked for in the mapped fields only, because the source has too many for one query.
    pub(super) mapped_only: bool,
}

/// Returns the fields that a question names, as the source calls them, for looking up their types.
pub(super) fn names(ask: &LogAsk, mapping: &FieldMapping) -> Vec<String> {
    let mut found = Vec::new();
    match ask {
        LogAsk::Query(query) | LogAsk::Both(_, query) => collect(query, mapping, &mut found),
        LogAsk::Raw(_) => {}
    }
    found.sort();
    found.dedup();
    found
}

fn collect(query: &LogQuery, mapping: &FieldMapping, into: &mut Vec<String>) {
    match query {
        LogQuery::All | LogQuery::Text(_) => {}
        LogQuery::Field { name, .. } => {
            let field = field_of(name, mapping);
            into.extend([keyword_beside(&field), field]);
        }
        LogQuery::Not(inner) => collect(inner, mapping, into),
        LogQuery::And(all) | LogQuery::Or(all) => all.iter().for_each(|inner| collect(inner, mapping, into)),
    }
}

/// Returns the source's name for a field: a column of ours by the mapping, any other as it stands.
pub(super) fn field_of(name: &str, mapping: &FieldMapping) -> String {
    let mapped = match name {
        "message" => &mapping.message,
        "level" | "log.level" => &mapping.level,
        "service" | "service.name" => &mapping.service,
        "host" | "host.name" => &mapping.host,
        "dataset" | "event.dataset" => &mapping.dataset,
        _ => &None,
    };
    mapped.clone().unwrap_or_else(|| name.to_owned())
}

/// Makes the `query` of a search: the range and the question, as filters.
///
/// # Errors
///
/// [`SourceError::BadQuery`] for what only stored records have, and for raw JSON that is no object.
pub(super) fn filter(
    ask: &LogAsk,
    range: Option<TimeRange>,
    with: &Translation<'_>,
) -> Result<Value, SourceError> {
    let mut filters = Vec::new();
    if let (Some(range), Some(time)) = (range, &with.mapping.time) {
        filters.push(json!({ "range": { time: {
            "gte": range.start().as_millis(), "lt": range.end().as_millis(), "format": "epoch_millis"
        } } }));
    }
    match ask {
        LogAsk::Query(LogQuery::All) => {}
        LogAsk::Query(query) => {
            require_words(query)?;
            filters.push(with.translate(query)?);
        }
        LogAsk::Raw(text) => filters.push(raw(text)?),
        LogAsk::Both(text, query) => {
            require_words(query)?;
            filters.extend([raw(text)?, with.translate(query)?]);
        }
    }
    Ok(json!({ "bool": { "filter": filters } }))
}

/// Refuses regular expressions: the source applies them to single words of a text, in a syntax of its own, so that the
/// answer would be another one than that of stored lines.
fn require_words(query: &LogQuery) -> Result<(), SourceError> {
    match query.regex() {
        None => Ok(()),
        Some(text) => {
            let detail = "regular expressions are looked for in stored lines and in files only".to_owned();
            Err(SourceError::BadQuery { query: format!("/{text}/"), detail })
        }
    }
}

/// Reads a query in the source's own language: an object with one key, or one that has it under `query`.
pub(super) fn raw(text: &str) -> Result<Value, SourceError> {
    let refuse = |detail: String| SourceError::BadQuery { query: text.chars().take(200).collect(), detail };
    let value: Value = serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
    let Value::Object(mut map) = value else {
        return Err(refuse("a JSON object is expected".to_owned()));
    };
    if map.len() != 1 {
        return Err(refuse(format!("one key is expected, such as \"bool\"; there are {}", map.len())));
    }
    match map.remove("query") {
        Some(inner @ Value::Object(_)) => Ok(inner),
        Some(_) => Err(refuse("\"query\" is expected to hold an object".to_owned())),
        None => Ok(Value::Object(map)),
    }
}

impl Translation<'_> {
    fn translate(&self, query: &LogQuery) -> Result<Value, SourceError> {
        let all =
            |list: &[LogQuery]| list.iter().map(|inner| self.translate(inner)).collect::<Result<Vec<_>, _>>();
        Ok(match query {
            LogQuery::All => json!({ "match_all": {} }),
            LogQuery::Text(pattern) => self.text(pattern),
            LogQuery::Field { name, test } => self.field(name, test)?,
            LogQuery::Not(inner) => not(&self.translate(inner)?),
            LogQuery::And(list) => json!({ "bool": { "filter": all(list)? } }),
            LogQuery::Or(list) => any(&all(list)?),
        })
    }

    /// Looks for a text in every field that the index searches by default, as Kibana does, and in the text of the
    /// record in any case.
    fn text(&self, pattern: &TextPattern) -> Value {
        let message = self.mapping.message.as_deref();
        let mapped = || -> Vec<&str> {
            let m = self.mapping;
            [&m.message, &m.service, &m.host, &m.dataset].into_iter().filter_map(|f| f.as_deref()).collect()
        };
        let everywhere = match pattern {
            TextPattern::Word(word) if word.contains('*') => {
                let mut query = Map::new();
                query.insert("query".to_owned(), json!(escaped(word)));
                query.insert("lenient".to_owned(), json!(true));
                query.insert("default_operator".to_owned(), json!("and"));
                if self.mapped_only {
                    query.insert("fields".to_owned(), json!(mapped()));
                }
                json!({ "query_string": query })
            }
            TextPattern::Word(text) | TextPattern::Phrase(text) | TextPattern::Regex(text) => {
                let fields = self.mapped_only.then(mapped);
                phrase_in(fields.as_deref(), text)
            }
        };
        match message {
            Some(message) if !self.mapped_only => any(&[everywhere, self.is_like(message, pattern)]),
            Some(_) | None => everywhere,
        }
    }

    fn field(&self, name: &str, test: &FieldTest) -> Result<Value, SourceError> {
        if matches!(name, "template" | "source") {
            let detail = format!("{name} is known of stored records only");
            return Err(SourceError::BadQuery { query: name.to_owned(), detail });
        }
        let field = field_of(name, self.mapping);
        if field.contains('*') {
            return Ok(self.pattern(&field, test));
        }
        Ok(self.test(&field, test))
    }

    fn test(&self, field: &str, test: &FieldTest) -> Value {
        if self.mapping.level.as_deref() == Some(field)
            && let Some(query) = self.level(field, test)
        {
            return query;
        }
        match test {
            FieldTest::Exists => self.exists(field),
            FieldTest::Is(pattern) => self.is_like(field, pattern),
            FieldTest::Compares(compare, bound) => self.compares(field, *compare, bound),
        }
    }

    /// A name with `*` stands for the fields that it covers, as far as they are known and not too many.
    fn pattern(&self, pattern: &str, test: &FieldTest) -> Value {
        let fields = self.catalog.matching(pattern);
        if !fields.is_empty() && fields.len() <= MAX_PATTERN_FIELDS {
            let tests: Vec<Value> = fields.iter().map(|field| self.test(field, test)).collect();
            return any(&tests);
        }
        match test {
            // `exists` takes a pattern itself.
            FieldTest::Exists => json!({ "exists": { "field": pattern } }),
            FieldTest::Is(TextPattern::Word(text) | TextPattern::Phrase(text) | TextPattern::Regex(text)) => {
                phrase_in(Some(&[pattern]), text)
            }
            FieldTest::Compares(..) => none(),
        }
    }

    /// The field is there and not empty.
    fn exists(&self, field: &str) -> Value {
        let there = json!({ "exists": { "field": field } });
        if self.catalog.kind(field) != FieldKind::Keyword {
            return there;
        }
        json!({ "bool": { "filter": [there], "must_not": [{ "term": { field: "" } }] } })
    }

    /// The value of a short field is compared whole, of a text in part, always without regard to case.
    fn is_like(&self, field: &str, pattern: &TextPattern) -> Value {
        let (text, has_star) = match pattern {
            TextPattern::Word(word) => (word.as_str(), word.contains('*')),
            TextPattern::Phrase(text) | TextPattern::Regex(text) => (text.as_str(), false),
        };
        let wildcard = |field: &str| json!({ "wildcard": { field: { "value": wildcard_value(text), "case_insensitive": true } } });
        let is_message = self.mapping.message.as_deref() == Some(field);
        let beside = keyword_beside(field);
        match self.catalog.kind(field) {
            FieldKind::Keyword if has_star => wildcard(field),
            FieldKind::Keyword => json!({ "term": { field: { "value": text, "case_insensitive": true } } }),
            // A text that is not the record's own is short: its whole value lies beside it.
            FieldKind::Text if !is_message && self.catalog.kind(&beside) == FieldKind::Keyword => {
                self.is_like(&beside, pattern)
            }
            FieldKind::Text if has_star => wildcard(field),
            FieldKind::Text => json!({ "match_phrase": { field: text } }),
            FieldKind::Number if text.parse::<f64>().is_ok_and(f64::is_finite) => {
                json!({ "term": { field: text } })
            }
            FieldKind::Boolean if matches!(text, "true" | "false") => json!({ "term": { field: text } }),
            FieldKind::Number | FieldKind::Boolean if text == "*" => json!({ "exists": { "field": field } }),
            FieldKind::Number | FieldKind::Boolean | FieldKind::Object | FieldKind::Absent => none(),
            FieldKind::Flat => json!({ "term": { field: text } }),
            FieldKind::Mixed | FieldKind::Untold if has_star => {
                let query = json!({ "query": escaped(text), "fields": [field], "lenient": true });
                json!({ "query_string": query })
            }
            FieldKind::Ip | FieldKind::Date | FieldKind::Mixed | FieldKind::Untold => {
                phrase_in(Some(&[field]), text)
            }
        }
    }

    fn compares(&self, field: &str, compare: Compare, bound: &str) -> Value {
        let word = match compare {
            Compare::Less => "lt",
            Compare::LessOrEqual => "lte",
            Compare::Greater => "gt",
            Compare::GreaterOrEqual => "gte",
        };
        let beside = keyword_beside(field);
        let field = match self.catalog.kind(field) {
            FieldKind::Text if self.catalog.kind(&beside) == FieldKind::Keyword => beside.as_str(),
            FieldKind::Number if !bound.parse::<f64>().is_ok_and(f64::is_finite) => return none(),
            FieldKind::Object | FieldKind::Absent => return none(),
            FieldKind::Number
            | FieldKind::Text
            | FieldKind::Keyword
            | FieldKind::Date
            | FieldKind::Boolean
            | FieldKind::Ip
            | FieldKind::Flat
            | FieldKind::Mixed
            | FieldKind::Untold => field,
        };
        json!({ "range": { field: { word: bound } } })
    }

    /// A level is asked for by every word and number that stands for it; `None` for a word that is no level.
    fn level(&self, field: &str, test: &FieldTest) -> Option<Value> {
        let scale = Scale::of_field(field);
        let wanted: Vec<LogLevel> = match test {
            FieldTest::Exists => return None,
            FieldTest::Is(TextPattern::Word(word) | TextPattern::Phrase(word) | TextPattern::Regex(word)) => {
                vec![levels::read(word, scale)?]
            }
            FieldTest::Compares(compare, bound) => {
                let bound = levels::read(bound, scale)?;
                LEVELS.into_iter().filter(|level| holds(*level, *compare, bound)).collect()
            }
        };
        if wanted.is_empty() {
            return Some(none());
        }
        let beside = keyword_beside(field);
        let numbers = || wanted.iter().flat_map(|&level| levels::numbers(level, scale)).collect::<Vec<_>>();
        let spellings = || levels::spellings(&wanted, scale);
        Some(match self.catalog.kind(field) {
            FieldKind::Number => json!({ "terms": { field: numbers() } }),
            FieldKind::Text if self.catalog.kind(&beside) == FieldKind::Keyword => {
                json!({ "terms": { beside: spellings() } })
            }
            FieldKind::Text => {
                // An analysed text holds its words in lower case.
                let words: Vec<String> = spellings().into_iter().filter(|w| w.to_lowercase() == *w).collect();
                json!({ "terms": { field: words } })
            }
            FieldKind::Keyword | FieldKind::Flat | FieldKind::Untold => {
                json!({ "terms": { field: spellings() } })
            }
            // Numbers in one index and words in another: each word is tried where it can be.
            FieldKind::Mixed => {
                let words: Vec<Value> =
                    spellings().iter().map(|word| phrase_in(Some(&[field]), word)).collect();
                any(&words)
            }
            FieldKind::Date | FieldKind::Boolean | FieldKind::Ip | FieldKind::Object | FieldKind::Absent => {
                none()
            }
        })
    }
}

fn holds(level: LogLevel, compare: Compare, bound: LogLevel) -> bool {
    match compare {
        Compare::Less => level < bound,
        Compare::LessOrEqual => level <= bound,
        Compare::Greater => level > bound,
        Compare::GreaterOrEqual => level >= bound,
    }
}

/// Words in their order, in fields of any type; what a field cannot hold is no mistake.
fn phrase_in(fields: Option<&[&str]>, text: &str) -> Value {
    let mut query = Map::new();
    query.insert("query".to_owned(), json!(text));
    query.insert("type".to_owned(), json!("phrase"));
    query.insert("lenient".to_owned(), json!(true));
    if let Some(fields) = fields {
        query.insert("fields".to_owned(), json!(fields));
    }
    json!({ "multi_match": query })
}

fn any(list: &[Value]) -> Value {
    json!({ "bool": { "should": list, "minimum_should_match": 1 } })
}

fn not(query: &Value) -> Value {
    json!({ "bool": { "must_not": [query] } })
}

fn none() -> Value {
    json!({ "match_none": {} })
}

/// Keeps `*` and takes their meaning from the other characters that the `wildcard` query knows.
fn wildcard_value(text: &str) -> String {
    text.replace('\\', r"\\").replace('?', r"\?")
}

/// Keeps `*` and takes their meaning from the other characters that `query_string` knows; `<` and `>` cannot be
/// written there at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' | '>' => out.push(' '),
            '+' | '-' | '=' | '&' | '|' | '!' | '(' | ')' | '{' | '}' | '[' | ']' | '^' | '"' | '~' | '?'
            | ':' | '\\' | '/' | ' ' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;

    use super::*;

    fn catalog() -> Catalog {
        let mut catalog = Catalog::default();
        for (name, kind) in [
            ("log.level", "keyword"),
            ("service.name", "keyword"),
            ("message", "text"),
            ("status", "long"),
            ("client.ip", "ip"),
            ("user", "text"),
            ("user.keyword", "keyword"),
            ("tags.a", "keyword"),
            ("tags.b", "text"),
        ] {
            catalog.add(&json!({ "fields": { name: { kind: { "type": kind, "aggregatable": true } } } }));
        }
        catalog
    }

    fn mapping() -> FieldMapping {
        let name = |name: &str| Some(name.to_owned());
        FieldMapping {
            time: name("@timestamp"),
            message: name("message"),
            level: name("log.level"),
            service: name("service.name"),
            ..FieldMapping::default()
        }
    }

    fn translated(query: &LogQuery) -> Value {
        let (mapping, catalog) = (mapping(), catalog());
        Translation { mapping: &mapping, catalog: &catalog, mapped_only: false }.translate(query).unwrap()
    }

    fn is(name: &str, word: &str) -> LogQuery {
        let test = FieldTest::Is(TextPattern::Word(word.to_owned()));
        LogQuery::Field { name: name.to_owned(), test }
    }

    fn compares(name: &str, compare: Compare, bound: &str) -> LogQuery {
        LogQuery::Field { name: name.to_owned(), test: FieldTest::Compares(compare, bound.to_owned()) }
    }

    #[test]
    fn regular_expressions_are_refused_wherever_they_stand() {
        let (mapping, catalog) = (mapping(), catalog());
        let with = Translation { mapping: &mapping, catalog: &catalog, mapped_only: false };
        let query = LogQuery::parse("service: web and not message: /took \\d+/").unwrap();

        for ask in [LogAsk::Query(query.clone()), LogAsk::Both("{\"match_all\":{}}".to_owned(), query)] {
            let refused = filter(&ask, None, &with).unwrap_err();
            assert!(
                matches!(&refused, SourceError::BadQuery { query, .. } if query == "/took \\d+/"),
                "{refused}"
            );
        }
    }

    #[test]
    fn a_raw_query_is_narrowed_by_a_question_of_ours() {
        let (mapping, catalog) = (mapping(), catalog());
        let with = Translation { mapping: &mapping, catalog: &catalog, mapped_only: false };
        let own = "{\"query\":{\"term\":{\"env\":\"prod\"}}}".to_owned();

        let both = filter(&LogAsk::Both(own, is("service", "Checkout")), None, &with).unwrap();

        let service = json!({"term":{"service.name":{"value":"Checkout","case_insensitive":true}}});
        assert_eq!(both, json!({"bool":{"filter":[{"term":{"env":"prod"}}, service]}}));
    }

    #[test]
    fn each_type_is_asked_in_its_way() {
        for (query, expected) in [
            (
                is("service", "Checkout"),
                json!({"term":{"service.name":{"value":"Checkout","case_insensitive":true}}}),
            ),
            (
                is("service", "check*"),
                json!({"wildcard":{"service.name":{"value":"check*","case_insensitive":true}}}),
            ),
            (is("message", "declined"), json!({"match_phrase":{"message":"declined"}})),
            (is("status", "500"), json!({"term":{"status":"500"}})),
            (is("status", "many"), json!({"match_none":{}})),
            (is("user", "Ann"), json!({"term":{"user.keyword":{"value":"Ann","case_insensitive":true}}})),
            (
                is("client.ip", "10.0.0.0/8"),
                json!({"multi_match":{"query":"10.0.0.0/8","type":"phrase","lenient":true,"fields":["client.ip"]}}),
            ),
            (is("nowhere", "x"), json!({"match_none":{}})),
            (compares("status", Compare::GreaterOrEqual, "500"), json!({"range":{"status":{"gte":"500"}}})),
            (compares("status", Compare::Less, "many"), json!({"match_none":{}})),
        ] {
            assert_eq!(translated(&query), expected, "{query:?}");
        }
    }

    #[test]
    fn a_level_is_asked_for_by_every_spelling() {
        let query = translated(&compares("level", Compare::GreaterOrEqual, "warn"));

        let words = query["terms"]["log.level"].as_array().unwrap();
        for word in ["WARN", "Warning", "W", "4", "error", "SEVERE", "CRITICAL", "0"] {
            assert!(words.contains(&json!(word)), "{word}");
        }
        assert!(!words.contains(&json!("info")));
    }

    #[test]
    fn a_word_that_is_no_level_is_compared_as_it_stands() {
        let query = translated(&is("level", "audit"));

        assert_eq!(query, json!({"term":{"log.level":{"value":"audit","case_insensitive":true}}}));
    }

    #[test]
    fn and_or_not_and_a_range_become_filters() {
        let ask = LogAsk::Query(LogQuery::And(vec![
            LogQuery::Not(Box::new(is("service", "a"))),
            LogQuery::Or(vec![is("status", "1"), is("status", "2")]),
        ]));
        let range = TimeRange::new(Timestamp::from_millis(10), Timestamp::from_millis(20)).unwrap();
        let (mapping, catalog) = (mapping(), catalog());
        let with = Translation { mapping: &mapping, catalog: &catalog, mapped_only: false };

        let query = filter(&ask, Some(range), &with).unwrap();

        assert_eq!(
            query,
            json!({"bool":{"filter":[
                {"range":{"@timestamp":{"gte":10,"lt":20,"format":"epoch_millis"}}},
                {"bool":{"filter":[
                    {"bool":{"must_not":[{"term":{"service.name":{"value":"a","case_insensitive":true}}}]}},
                    {"bool":{"should":[{"term":{"status":"1"}},{"term":{"status":"2"}}],"minimum_should_match":1}}
                ]}}
            ]}})
        );
    }

    #[test]
    fn a_name_with_a_star_stands_for_the_fields_it_covers() {
        let query = translated(&is("tags.*", "x"));

        assert_eq!(
            query,
            json!({"bool":{"should":[
                {"term":{"tags.a":{"value":"x","case_insensitive":true}}},
                {"match_phrase":{"tags.b":"x"}}
            ],"minimum_should_match":1}})
        );
    }

    #[test]
    fn text_with_signs_is_only_text() {
        let query = translated(&LogQuery::Text(TextPattern::Word("a:b(*/\"".to_owned())));

        assert_eq!(query["bool"]["should"][0]["query_string"]["query"], json!("a\\:b\\(*\\/\\\""));
    }

    #[test]
    fn a_raw_query_is_one_object_with_one_key() {
        assert_eq!(raw(r#"{"term":{"a":1}}"#).unwrap(), json!({"term":{"a":1}}));
        assert_eq!(raw(r#"{"query":{"term":{"a":1}}}"#).unwrap(), json!({"term":{"a":1}}));
        for text in ["", "[]", "{}", r#"{"query":1}"#, r#"{"a":1,"b":2}"#, "{\"a\":"] {
            assert!(matches!(raw(text), Err(SourceError::BadQuery { .. })), "{text}");
        }
    }

    #[test]
    fn what_only_stored_records_have_is_refused_with_its_name() {
        let (mapping, catalog) = (mapping(), catalog());
        let with = Translation { mapping: &mapping, catalog: &catalog, mapped_only: false };

        let error = with.translate(&is("template", "1")).unwrap_err();

        assert!(matches!(error, SourceError::BadQuery { query, .. } if query == "template"));
    }
}
