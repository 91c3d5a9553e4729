//! Which field plays which part: the types of fields as the source tells them, and the schemes they are found by.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::source::{FieldConflict, FieldMapping, LogSchema};

/// The names under which one scheme keeps each part, the best first.
struct Scheme {
    schema: LogSchema,
    time: &'static [&'static str],
    message: &'static [&'static str],
    level: &'static [&'static str],
    service: &'static [&'static str],
    host: &'static [&'static str],
    dataset: &'static [&'static str],
}

/// The schemes, in the order in which gaps are filled.
///
/// Sources: the field reference of ECS 8.11; OpenTelemetry's data streams of Elasticsearch 8.16 and later; the
/// `logs-mapping` of OpenSearch's catalogue (SS4O); what Logstash's and Fluentd's own filters write.
const SCHEMES: [Scheme; 4] = [
    Scheme {
        schema: LogSchema::Ecs,
        time: &["@timestamp"],
        message: &["message"],
        level: &["log.level"],
        service: &["service.name"],
        host: &["host.name", "host.hostname"],
        dataset: &["event.dataset", "data_stream.dataset"],
    },
    Scheme {
        schema: LogSchema::OpenTelemetry,
        time: &["@timestamp"],
        message: &["body.text"],
        level: &["severity_text", "severity_number"],
        service: &["resource.attributes.service.name"],
        host: &["resource.attributes.host.name"],
        dataset: &["data_stream.dataset", "scope.name"],
    },
    Scheme {
        schema: LogSchema::Ss4o,
        time: &["@timestamp", "observedTimestamp", "time"],
        message: &["body"],
        level: &["severity.text", "severityText", "severity.number", "severityNumber"],
        service: &["resource.service.name", "resource.attributes.service@name", "serviceName"],
        host: &["resource.host.name", "resource.attributes.host@name"],
        dataset: &["attributes.data_stream.dataset", "instrumentationScope.name"],
    },
    Scheme {
        schema: LogSchema::Legacy,
        time: &["@timestamp", "timestamp", "time", "ts"],
        message: &["message", "log", "msg"],
        level: &["level", "loglevel", "log_level", "severity", "levelname", "lvl"],
        service: &[
            "service",
            "kubernetes.labels.app",
            "app",
            "application",
            "program",
            "kubernetes.container.name",
            "kubernetes.container_name",
        ],
        host: &["host", "hostname", "host.name", "beat.hostname", "kubernetes.host", "source_host"],
        dataset: &["type", "fileset.name", "kubernetes.namespace_name"],
    },
];

/// Fields whose being there decides for a scheme.
const SIGNS: [(LogSchema, &[&str]); 3] = [
    (LogSchema::OpenTelemetry, &["severity_text", "severity_number", "body.text"]),
    (
        LogSchema::Ss4o,
        &["severity.text", "severityText", "severity.number", "severityNumber", "observedTimestamp"],
    ),
    (LogSchema::Ecs, &["log.level", "service.name", "event.dataset", "ecs.version"]),
];

/// What can be done with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FieldKind {
    /// Whole values.
    Keyword,
    /// Analysed text.
    Text,
    /// A number.
    Number,
    /// A time.
    Date,
    /// True or false.
    Boolean,
    /// An address.
    Ip,
    /// A whole object in one field.
    Flat,
    /// The parent of other fields.
    Object,
    /// Several of the above, or a type that is not known here.
    Mixed,
    /// It is there, but its type is not known.
    Untold,
    /// It is not there.
    Absent,
}

/// One field: each of its types with the indices that have it (none named: all of them), and whether values can be
/// counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldTypes {
    types: BTreeMap<String, Vec<String>>,
    aggregatable: bool,
}

/// The fields that were asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Catalog {
    fields: BTreeMap<String, FieldTypes>,
    /// Whether the source told the types; otherwise the fields are the ones seen in a sample.
    told: bool,
    /// The indices that do not have a field, by field.
    unmapped: BTreeMap<String, Vec<String>>,
}

/// The unit of a time's sort value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) enum SortUnit {
    /// Milliseconds: every index has `date`.
    #[serde(rename = "ms")]
    Millis,
    /// Nanoseconds: every index has `date_nanos`.
    #[serde(rename = "ns")]
    Nanos,
    /// Nanoseconds, because the server was told to use them: both types occur, or the types are not known.
    #[serde(rename = "ns_asked")]
    NanosAsked,
}

impl SortUnit {
    /// Sort values in a millisecond.
    pub(super) const fn per_milli(self) -> i64 {
        match self {
            Self::Millis => 1,
            Self::Nanos | Self::NanosAsked => 1_000_000,
        }
    }
}

impl Catalog {
    /// Reads the `fields` of an answer to `_field_caps` into the catalogue.
    pub(super) fn add(&mut self, answer: &Value) {
        self.told = true;
        for (name, types) in answer["fields"].as_object().into_iter().flatten() {
            for (kind, capability) in types.as_object().into_iter().flatten() {
                let named = capability["indices"].as_array().into_iter().flatten();
                let mut indices: Vec<String> = named.filter_map(|n| n.as_str().map(str::to_owned)).collect();
                indices.sort();
                if kind == "unmapped" {
                    self.unmapped.insert(name.clone(), indices);
                    continue;
                }
                let entry = self.fields.entry(name.clone()).or_default();
                entry.aggregatable |= capability["aggregatable"].as_bool().unwrap_or_default();
                entry.types.insert(kind.clone(), indices);
            }
        }
    }

    /// Makes a catalogue without types from the names of fields that were seen.
    pub(super) fn of_names(names: impl IntoIterator<Item = String>) -> Self {
        let fields = names.into_iter().map(|name| (name, FieldTypes::default())).collect();
        Self { fields, told: false, unmapped: BTreeMap::new() }
    }

    /// Returns what can be done with a field.
    pub(super) fn kind(&self, name: &str) -> FieldKind {
        let Some(field) = self.fields.get(name) else {
            // A field that no sample happened to have may be there all the same.
            return if self.told { FieldKind::Absent } else { FieldKind::Untold };
        };
        let kinds: BTreeSet<FieldKind> = field.types.keys().map(|kind| kind_of(kind)).collect();
        match (kinds.len(), kinds.first()) {
            (0, _) | (_, None) => FieldKind::Untold,
            (1, Some(&kind)) => kind,
            (_, Some(_)) => FieldKind::Mixed,
        }
    }

    /// Returns the names that a pattern with `*` covers, without parents of other fields.
    pub(super) fn matching(&self, pattern: &str) -> Vec<&str> {
        let named = self.fields.keys().map(String::as_str);
        named.filter(|name| covers(pattern, name) && self.kind(name) != FieldKind::Object).collect()
    }

    /// Returns the field by which values are counted: itself, its `.keyword` beside a text, or `None`.
    pub(super) fn countable(&self, name: &str) -> Option<String> {
        let can = |name: &str| {
            self.fields.get(name).is_some_and(|field| field.aggregatable)
                && matches!(
                    self.kind(name),
                    FieldKind::Keyword | FieldKind::Number | FieldKind::Ip | FieldKind::Boolean
                )
        };
        if can(name) {
            return Some(name.to_owned());
        }
        let beside = keyword_beside(name);
        if can(&beside) {
            return Some(beside);
        }
        // Without types it is worth a try; the server refuses a text.
        (!self.told && self.fields.contains_key(name)).then(|| name.to_owned())
    }

    /// Returns the unit of the sort values of a time.
    pub(super) fn sort_unit(&self, time: &str) -> SortUnit {
        let types = self.fields.get(time).map(|field| &field.types);
        let has = |kind: &str| types.is_some_and(|types| types.contains_key(kind));
        match (has("date"), has("date_nanos")) {
            (true, false) => SortUnit::Millis,
            (false, true) => SortUnit::Nanos,
            (false, false) if self.told => SortUnit::Millis,
            (true, true) | (false, false) => SortUnit::NanosAsked,
        }
    }

    /// Returns the indices in which a time is not a time, each with its type; they cannot be read by time.
    pub(super) fn not_dates(&self, time: &str) -> Vec<(String, String)> {
        let Some(field) = self.fields.get(time) else {
            return Vec::new();
        };
        let others = field.types.iter().filter(|(kind, _)| kind_of(kind) != FieldKind::Date);
        others.flat_map(|(kind, indices)| indices.iter().map(move |i| (i.clone(), kind.clone()))).collect()
    }

    /// Returns the indices that do not have a field which others have.
    pub(super) fn lacking(&self, name: &str) -> &[String] {
        self.unmapped.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the types of a field where it has several.
    pub(super) fn conflict(&self, name: &str) -> Option<FieldConflict> {
        let field = self.fields.get(name)?;
        let types = || field.types.iter().map(|(kind, indices)| (kind.clone(), indices.clone())).collect();
        (field.types.len() > 1).then(|| FieldConflict { field: name.to_owned(), types: types() })
    }

    fn is_there(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }
}

/// The field in which the usual mapping keeps the whole value of a text.
pub(super) fn keyword_beside(name: &str) -> String {
    format!("{name}.keyword")
}

fn kind_of(type_name: &str) -> FieldKind {
    match type_name {
        "keyword" | "constant_keyword" | "wildcard" | "version" => FieldKind::Keyword,
        "text" | "match_only_text" | "search_as_you_type" | "annotated_text" | "pattern_text" => {
            FieldKind::Text
        }
        "long" | "integer" | "short" | "byte" | "double" | "float" | "half_float" | "scaled_float"
        | "unsigned_long" => FieldKind::Number,
        "date" | "date_nanos" => FieldKind::Date,
        "boolean" => FieldKind::Boolean,
        "ip" => FieldKind::Ip,
        "flattened" | "flat_object" => FieldKind::Flat,
        "object" | "nested" | "passthrough" => FieldKind::Object,
        _ => FieldKind::Mixed,
    }
}

/// Reports whether a pattern, in which `*` stands for any run of characters, covers a name.
pub(super) fn covers(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Returns the names that have to be asked about so that [`detect`] can decide: sorted, each once.
pub(super) fn candidates(by_hand: &FieldMapping) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for scheme in &SCHEMES {
        names.extend(scheme.time.iter().chain(scheme.message).map(|&name| name.to_owned()));
        for &name in scheme.level.iter().chain(scheme.service).chain(scheme.host).chain(scheme.dataset) {
            names.extend([name.to_owned(), keyword_beside(name)]);
        }
    }
    names.extend(SIGNS.iter().flat_map(|(_, fields)| fields.iter().map(|&name| name.to_owned())));
    for name in parts_of(by_hand).into_iter().flatten() {
        names.extend([name.to_owned(), keyword_beside(name)]);
    }
    names
}

/// The fields of a mapping in their order: time, message, level, service, host, dataset.
pub(super) fn parts_of(mapping: &FieldMapping) -> [Option<&str>; 6] {
    [&mapping.time, &mapping.message, &mapping.level, &mapping.service, &mapping.host, &mapping.dataset]
        .map(Option::as_deref)
}

/// One part of a record that a field can play; the time comes from the sort value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The text.
    Message,
    /// How serious.
    Level,
    /// Who wrote it.
    Service,
    /// On which machine.
    Host,
    /// Which log.
    Dataset,
}

impl Part {
    /// Returns the field that a mapping names for the part.
    pub(super) fn field(self, mapping: &FieldMapping) -> Option<&str> {
        match self {
            Self::Message => mapping.message.as_deref(),
            Self::Level => mapping.level.as_deref(),
            Self::Service => mapping.service.as_deref(),
            Self::Host => mapping.host.as_deref(),
            Self::Dataset => mapping.dataset.as_deref(),
        }
    }

    /// Returns the names of the part in every scheme: a pattern of indices often joins several schemes.
    pub(super) fn usual_names(self) -> impl Iterator<Item = &'static str> + use<> {
        SCHEMES.iter().flat_map(move |scheme| {
            let names = match self {
                Self::Message => scheme.message,
                Self::Level => scheme.level,
                Self::Service => scheme.service,
                Self::Host => scheme.host,
                Self::Dataset => scheme.dataset,
            };
            names.iter().copied()
        })
    }
}

/// Finds the field of each part; what a person named stands.
pub(super) fn detect(catalog: &Catalog, by_hand: &FieldMapping) -> (FieldMapping, LogSchema) {
    let schema = schema_of(catalog, by_hand);
    let mut schemes: Vec<&Scheme> = SCHEMES.iter().collect();
    // The stable sort keeps the order of the others.
    schemes.sort_by_key(|scheme| scheme.schema != schema);
    let find =
        |said: &Option<String>, names: fn(&Scheme) -> &'static [&'static str], may: fn(FieldKind) -> bool| {
            let said = said.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
            let found = schemes.iter().flat_map(|scheme| names(scheme)).copied();
            said.or_else(|| {
                let mut usable = found.filter(|name| catalog.is_there(name) && may(catalog.kind(name)));
                usable.next().map(str::to_owned)
            })
        };
    let has_values =
        |kind: FieldKind| !matches!(kind, FieldKind::Object | FieldKind::Date | FieldKind::Absent);
    let is_time = |kind: FieldKind| matches!(kind, FieldKind::Date | FieldKind::Mixed | FieldKind::Untold);
    let mapping = FieldMapping {
        time: find(&by_hand.time, |scheme| scheme.time, is_time),
        message: find(&by_hand.message, |scheme| scheme.message, has_values),
        level: find(&by_hand.level, |scheme| scheme.level, has_values),
        service: find(&by_hand.service, |scheme| scheme.service, has_values),
        host: find(&by_hand.host, |scheme| scheme.host, has_values),
        dataset: find(&by_hand.dataset, |scheme| scheme.dataset, has_values),
    };
    (mapping, schema)
}

fn schema_of(catalog: &Catalog, by_hand: &FieldMapping) -> LogSchema {
    if parts_of(by_hand).into_iter().flatten().any(|name| !name.trim().is_empty()) {
        return LogSchema::ByHand;
    }
    let sign = SIGNS.iter().find(|(_, fields)| fields.iter().any(|name| catalog.is_there(name)));
    if let Some((schema, _)) = sign {
        return *schema;
    }
    let legacy = &SCHEMES[3];
    let is_legacy = legacy.message.iter().chain(legacy.level).any(|name| catalog.is_there(name));
    if is_legacy { LogSchema::Legacy } else { LogSchema::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(fields: &[(&str, &str)]) -> Catalog {
        let mut catalog = Catalog::default();
        for (name, kind) in fields {
            let capability = serde_json::json!({ "type": kind, "aggregatable": *kind != "text" });
            catalog.add(&serde_json::json!({ "fields": { *name: { *kind: capability } } }));
        }
        catalog
    }

    fn found(fields: &[(&str, &str)]) -> (Vec<String>, LogSchema) {
        let (mapping, schema) = detect(&catalog(fields), &FieldMapping::default());
        (parts_of(&mapping).map(|name| name.unwrap_or("-").to_owned()).to_vec(), schema)
    }

    #[test]
    fn ecs_is_found() {
        let fields = [
            ("@timestamp", "date"),
            ("message", "match_only_text"),
            ("log.level", "keyword"),
            ("service.name", "keyword"),
            ("host", "object"),
            ("host.name", "keyword"),
            ("event.dataset", "keyword"),
        ];

        let (parts, schema) = found(&fields);

        assert_eq!(
            parts,
            ["@timestamp", "message", "log.level", "service.name", "host.name", "event.dataset"]
        );
        assert_eq!(schema, LogSchema::Ecs);
    }

    /// Elasticsearch adds aliases of ECS to these data streams; the native names are taken.
    #[test]
    fn opentelemetry_is_found_beside_its_aliases() {
        let fields = [
            ("@timestamp", "date_nanos"),
            ("message", "match_only_text"),
            ("body.text", "match_only_text"),
            ("severity_text", "keyword"),
            ("log.level", "keyword"),
            ("resource.attributes.service.name", "keyword"),
            ("service.name", "keyword"),
            ("resource.attributes.host.name", "keyword"),
            ("data_stream.dataset", "constant_keyword"),
        ];

        let (parts, schema) = found(&fields);

        assert_eq!(
            parts,
            [
                "@timestamp",
                "body.text",
                "severity_text",
                "resource.attributes.service.name",
                "resource.attributes.host.name",
                "data_stream.dataset"
            ]
        );
        assert_eq!(schema, LogSchema::OpenTelemetry);
    }

    #[test]
    fn the_simple_schema_and_what_grew_by_itself_are_found() {
        let simple = [
            ("@timestamp", "date"),
            ("body", "text"),
            ("severity.text", "keyword"),
            ("serviceName", "keyword"),
        ];
        let grown = [
            ("@timestamp", "date"),
            ("log", "text"),
            ("loglevel", "text"),
            ("host", "keyword"),
            ("app", "keyword"),
        ];

        assert_eq!(found(&simple).1, LogSchema::Ss4o);
        assert_eq!(found(&simple).0[1..4], ["body", "severity.text", "serviceName"]);
        assert_eq!(found(&grown).1, LogSchema::Legacy);
        assert_eq!(found(&grown).0[1..5], ["log", "loglevel", "app", "host"]);
    }

    #[test]
    fn what_a_person_named_stands_and_gaps_are_filled() {
        let by_hand = FieldMapping { message: Some("raw".to_owned()), ..FieldMapping::default() };

        let (mapping, schema) = detect(&catalog(&[("@timestamp", "date"), ("level", "keyword")]), &by_hand);

        assert_eq!(mapping.message.as_deref(), Some("raw"));
        assert_eq!(mapping.level.as_deref(), Some("level"));
        assert_eq!(schema, LogSchema::ByHand);
    }

    /// Recorded from OpenSearch 2.19.1, shortened: the same field in three mappings.
    #[test]
    fn a_conflict_names_its_indices_and_the_indices_without_a_time_are_known() {
        let mut catalog = Catalog::default();
        catalog.add(&serde_json::json!({"fields":{"@timestamp":{
            "date":{"type":"date","searchable":true,"aggregatable":true,"indices":["x-a","x-b"]},
            "date_nanos":{"type":"date_nanos","searchable":true,"aggregatable":true,"indices":["x-nano"]},
            "keyword":{"type":"keyword","searchable":true,"aggregatable":true,"indices":["x-bad"]}}}}));

        let conflict = catalog.conflict("@timestamp").unwrap();

        assert_eq!(conflict.types[0], ("date".to_owned(), vec!["x-a".to_owned(), "x-b".to_owned()]));
        assert_eq!(catalog.not_dates("@timestamp"), [("x-bad".to_owned(), "keyword".to_owned())]);
        assert_eq!(catalog.sort_unit("@timestamp"), SortUnit::NanosAsked);
        assert_eq!(catalog.kind("@timestamp"), FieldKind::Mixed);
    }

    #[test]
    fn a_text_is_counted_by_the_keyword_beside_it() {
        let catalog = catalog(&[("level", "text"), ("level.keyword", "keyword"), ("message", "text")]);

        assert_eq!(catalog.countable("level").as_deref(), Some("level.keyword"));
        assert_eq!(catalog.countable("message"), None);
        assert_eq!(catalog.countable("absent"), None);
    }

    #[test]
    fn a_star_covers_any_run_of_characters() {
        for (pattern, name, is_covered) in [
            ("kubernetes.*", "kubernetes.pod.name", true),
            ("*.name", "host.name", true),
            ("*.name", "name", false),
            ("a*b*c", "a-bb-c", true),
            ("a*b*c", "a-c-b", false),
            ("plain", "plain", true),
            ("plain", "plainer", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(covers(pattern, name), is_covered, "{pattern} {name}");
        }
    }
}
