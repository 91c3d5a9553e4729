//! A filter made ready: what chooses blocks, what chooses rows of a block, and what has to be asked of whole records.

use std::collections::BTreeSet;

use wardroom_core::log_query::LogMatcher;
use wardroom_core::{FieldTest, LogLevel, LogQuery, LogRecord, TemplateId, TextPattern, Timestamp};

use super::block::{HOST, LEVELS, SERVICE, TEMPLATE, level_number};
use super::words::{Term, each_dotted, is_word_byte, term_of, term_of_value};
use crate::tables::logs::LogFilter;

/// Templates whose blocks are looked up in the index; of more than these, some are in nearly every block.
const MOST_TEMPLATES: usize = 16;

/// Bytes of a piece of a word that is looked for on its own; shorter ones are nearly everywhere.
const SHORTEST_PIECE: usize = 3;

/// Names under which a question means a short column.
const SHORT_COLUMNS: [&str; 8] =
    ["service", "service.name", "host", "host.name", "level", "log.level", "dataset", "event.dataset"];

/// Something that has to be there.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// What the index is asked for; `None` for what it does not know.
    pub(crate) term: Option<Term>,
    /// What records are asked for.
    pub(crate) look: Look,
}

/// What of a leaf is looked for in records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Nothing: it only serves to choose blocks.
    Nowhere,
    /// A word in lower case.
    Word(String),
    /// A word in lower case, in the message.
    InMessage(String),
    /// A word in lower case, in the value of the field of a name.
    InField(String, String),
    /// A piece of a word, in lower case and ASCII, in messages, columns and values.
    Piece(String),
    /// A piece of a word, in lower case and ASCII, in messages, names and values.
    PieceOrName(String),
}

/// Which leaves have to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// None of them.
    Anything,
    Leaf(usize),
    All(Vec<Self>),
    One(Vec<Self>),
}

impl Wanted {
    /// Returns the parts that all have to be there.
    pub(crate) fn parts(&self) -> &[Self] {
        match self {
            Self::Anything => &[],
            Self::All(parts) => parts,
            Self::Leaf(_) | Self::One(_) => std::slice::from_ref(self),
        }
    }

    /// Returns its leaves.
    pub(crate) fn leaves(&self) -> Vec<usize> {
        match self {
            Self::Anything => Vec::new(),
            Self::Leaf(leaf) => vec![*leaf],
            Self::All(parts) | Self::One(parts) => parts.iter().flat_map(Self::leaves).collect(),
        }
    }

    /// Reports whether enough is there, given for each leaf whether it is.
    pub(crate) fn holds(&self, is_there: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Anything => true,
            Self::Leaf(leaf) => is_there(*leaf),
            Self::All(parts) => parts.iter().all(|part| part.holds(is_there)),
            Self::One(parts) => parts.iter().any(|part| part.holds(is_there)),
        }
    }

    fn all(parts: Vec<Self>) -> Self {
        let parts = parts.into_iter().flat_map(|part| match part {
            Self::All(parts) => parts,
            Self::Anything => Vec::new(),
            Self::Leaf(_) | Self::One(_) => vec![part],
        });
        let mut parts: Vec<Self> = parts.collect();
        match parts.len() {
            0 => Self::Anything,
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    fn one(parts: Vec<Self>) -> Self {
        if parts.contains(&Self::Anything) { Self::Anything } else { Self::One(parts) }
    }
}

/// A filter made ready.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// First and last millisecond.
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// Which levels pass, in the order of [`LEVELS`]; `None` when all do.
    pub(crate) levels: Option<[bool; 7]>,
    /// The sources as JSON text; `None` for all.
    pub(crate) sources: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) templates: Option<BTreeSet<TemplateId>>,
    pub(crate) as_of: Option<i64>,
    /// Texts that have to occur in message or fields, in lower case as far as they are ASCII.
    parts: Vec<String>,
    matcher: Option<LogMatcher>,
    /// Whether messages and fields have to be read.
    pub(crate) needs_long: bool,
    /// Whether fields have to be read.
    pub(crate) needs_fields: bool,
    pub(crate) leaves: Vec<Leaf>,
    /// What has to be in a block.
    pub(crate) in_block: Wanted,
    /// What has to be in a record.
    pub(crate) in_record: Wanted,
}

impl Plan {
    /// Prepares a filter; `templates` are those of the filter with all that stand for them.
    pub(crate) fn new(filter: &LogFilter, templates: BTreeSet<TemplateId>) -> Self {
        let mut leaves = Vec::new();
        let parts: Vec<String> = filter.words.split_whitespace().map(str::to_ascii_lowercase).collect();
        let mut in_record = vec![wanted(&filter.query, &mut leaves)];
        for run in parts.iter().flat_map(|part| runs(part)) {
            in_record.push(leaf(&mut leaves, None, Look::PieceOrName(run.to_owned())));
        }
        let in_record = Wanted::all(in_record);
        let mut value =
            |column: u8, bytes: &[u8]| leaf(&mut leaves, Some(term_of_value(column, bytes)), Look::Nowhere);
        let mut in_block = vec![in_record.clone()];
        in_block.extend(filter.service.as_ref().map(|name| value(SERVICE, name.as_bytes())));
        in_block.extend(filter.host.as_ref().map(|name| value(HOST, name.as_bytes())));
        if (1..=MOST_TEMPLATES).contains(&templates.len()) {
            let each = templates.iter().map(|template| value(TEMPLATE, &template.0.to_le_bytes()));
            in_block.push(Wanted::one(each.collect()));
        }
        let asks = filter.query != LogQuery::All;
        let sources = filter.sources.iter().map(|source| source.0);
        Self {
            first: filter.range.map_or(i64::MIN, |range| range.start().as_millis()),
            last: filter.range.map_or(i64::MAX, |range| range.end().as_millis().saturating_sub(1)),
            levels: levels_of(filter),
            sources: (!filter.sources.is_empty()).then(|| sources.collect::<serde_json::Value>().to_string()),
            service: filter.service.clone(),
            host: filter.host.clone(),
            templates: (!filter.templates.is_empty()).then_some(templates),
            as_of: filter.as_of.map(Timestamp::as_millis),
            needs_long: !parts.is_empty() || (asks && needs_long(&filter.query)),
            needs_fields: !parts.is_empty() || (asks && needs_fields(&filter.query)),
            parts,
            matcher: asks.then(|| filter.query.matcher()),
            leaves,
            in_block: Wanted::all(in_block),
            in_record,
        }
    }

    /// Reports whether whole records have to be asked.
    pub(crate) fn asks_records(&self) -> bool {
        self.matcher.is_some() || !self.parts.is_empty()
    }

    /// Reports whether anything but time, level and source decides.
    pub(crate) fn looks_at_rows(&self) -> bool {
        self.asks_records() || self.service.is_some() || self.host.is_some() || self.templates.is_some()
    }

    /// Reports whether records of a level pass.
    pub(crate) fn passes_level(&self, level: u8) -> bool {
        self.levels.is_none_or(|levels| levels.get(usize::from(level)).copied().unwrap_or(false))
    }

    /// Asks a record; service, host, level and template were looked at before.
    pub(crate) fn passes_record(&self, record: &LogRecord) -> bool {
        self.parts.iter().all(|part| occurs(part, record))
            && self.matcher.as_ref().is_none_or(|matcher| matcher.matches(record))
    }

    /// Asks a record that stands by itself, whose time and source were looked at before.
    pub(crate) fn passes(&self, record: &LogRecord, template: Option<TemplateId>) -> bool {
        self.passes_level(level_number(record.level))
            && self.service.as_ref().is_none_or(|name| *name == record.service)
            && self.host.as_ref().is_none_or(|name| *name == record.host)
            && self.templates.as_ref().is_none_or(|set| template.is_some_and(|id| set.contains(&id)))
            && self.passes_record(record)
    }
}

/// Reports whether a text occurs in the message, or in the name or value of a field.
fn occurs(part: &str, record: &LogRecord) -> bool {
    let is_in = |text: &str| text.to_ascii_lowercase().contains(part);
    is_in(&record.message) || record.fields.iter().any(|(name, value)| is_in(name) || is_in(value))
}

fn levels_of(filter: &LogFilter) -> Option<[bool; 7]> {
    if filter.levels.is_empty() && filter.level_at_least.is_none() {
        return None;
    }
    Some(LEVELS.map(|level: Option<LogLevel>| {
        (filter.levels.is_empty() || filter.levels.contains(&level))
            && filter.level_at_least.is_none_or(|least| level.is_some_and(|level| level >= least))
    }))
}

fn leaf(leaves: &mut Vec<Leaf>, term: Option<Term>, look: Look) -> Wanted {
    leaves.push(Leaf { term, look });
    Wanted::Leaf(leaves.len() - 1)
}

/// Returns the words without which a question finds nothing, alternatives as such.
fn wanted(query: &LogQuery, leaves: &mut Vec<Leaf>) -> Wanted {
    let word_look = |word: String| match query {
        LogQuery::Field { name, .. } if name == "message" => Look::InMessage(word),
        LogQuery::Field { name, .. } if is_attribute(name) => Look::InField(name.clone(), word),
        LogQuery::All
        | LogQuery::Text(_)
        | LogQuery::Field { .. }
        | LogQuery::Not(_)
        | LogQuery::And(_)
        | LogQuery::Or(_) => Look::Word(word),
    };
    let pattern = match query {
        LogQuery::And(all) => return Wanted::all(all.iter().map(|part| wanted(part, leaves)).collect()),
        LogQuery::Or(any) => return Wanted::one(any.iter().map(|part| wanted(part, leaves)).collect()),
        LogQuery::Text(pattern) => Some(pattern),
        LogQuery::Field { name, test: FieldTest::Is(pattern) } if !may_mean_level(name) => Some(pattern),
        LogQuery::All | LogQuery::Field { .. } | LogQuery::Not(_) => None,
    };
    let mut parts = Vec::new();
    for word in query.needed_words() {
        parts.push(leaf(leaves, Some(term_of(&word)), word_look(word)));
    }
    match pattern {
        Some(TextPattern::Word(text)) if text.contains('*') => {
            for run in text.split('*').flat_map(runs) {
                parts.push(leaf(leaves, None, Look::Piece(run.to_ascii_lowercase())));
            }
        }
        Some(TextPattern::Word(text) | TextPattern::Phrase(text)) => {
            let mut triples = Vec::new();
            each_dotted(text, &mut |term| triples.push(term));
            for term in triples {
                parts.push(leaf(leaves, Some(term), Look::Nowhere));
            }
        }
        // No word of an expression has to stand anywhere: every record is looked at.
        Some(TextPattern::Regex(_)) | None => {}
    }
    Wanted::all(parts)
}

/// Returns the runs of letters, digits and underscores of a text that are worth looking for; none with other characters
/// than ASCII.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let others = |c: char| c.is_ascii() && !u8::try_from(c).is_ok_and(is_word_byte);
    text.split(others).filter(|run| run.len() >= SHORTEST_PIECE && run.is_ascii())
}

/// Reports whether a name, which may hold stars, may mean the level, whose words no block counts as its own.
fn may_mean_level(name: &str) -> bool {
    name.contains('*') || name == "level" || name == "log.level"
}

/// Reports whether a name means one field, and no column.
fn is_attribute(name: &str) -> bool {
    !name.contains('*') && name != "message" && !SHORT_COLUMNS.contains(&name)
}

/// Reports whether a question looks at messages or fields.
fn needs_long(query: &LogQuery) -> bool {
    match query {
        LogQuery::All => false,
        LogQuery::Text(_) => true,
        LogQuery::Field { name, .. } => !SHORT_COLUMNS.contains(&name.as_str()),
        LogQuery::Not(inner) => needs_long(inner),
        LogQuery::And(parts) | LogQuery::Or(parts) => parts.iter().any(needs_long),
    }
}

/// Reports whether a question looks at fields.
fn needs_fields(query: &LogQuery) -> bool {
    match query {
        LogQuery::All => false,
        LogQuery::Text(_) => true,
        LogQuery::Field { name, .. } => name != "message" && !SHORT_COLUMNS.contains(&name.as_str()),
        LogQuery::Not(inner) => needs_fields(inner),
        LogQuery::And(parts) | LogQuery::Or(parts) => parts.iter().any(needs_fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(query: &str) -> Plan {
        let query = LogQuery::parse(query).expect("a question of the test");
        Plan::new(&LogFilter { query, ..LogFilter::default() }, BTreeSet::new())
    }

    #[test]
    fn alternatives_stay_alternatives() {
        let plan = plan("pool and (timeout or full)");
        let looks: Vec<Look> = plan.leaves.iter().map(|leaf| leaf.look.clone()).collect();

        assert_eq!(looks, ["pool", "timeout", "full"].map(|word| Look::Word(word.to_owned())));
        assert!(plan.in_block.holds(&|leaf| leaf != 1));
        assert!(!plan.in_block.holds(&|leaf| leaf == 0));
    }

    #[test]
    fn what_stands_beside_a_star_is_a_piece_and_an_address_is_asked_for_as_a_whole() {
        let star = plan("host: web-abc* and x");
        let looks: Vec<Look> = star.leaves.iter().map(|leaf| leaf.look.clone()).collect();
        let address = plan("10.1.7.200");

        let word = |word: &str| Look::Word(word.to_owned());
        let piece = |piece: &str| Look::Piece(piece.to_owned());
        assert_eq!(looks, [word("web"), piece("web"), piece("abc"), word("x")]);
        assert_eq!(address.leaves.iter().filter(|leaf| leaf.look == Look::Nowhere).count(), 2);
    }

    #[test]
    fn a_question_about_a_field_looks_there_only() {
        let plan = plan("http.status : 503 and message: pool and service: web and refunds");
        let looks: Vec<Look> = plan.leaves.iter().map(|leaf| leaf.look.clone()).collect();

        let expected = [
            Look::InField("http.status".to_owned(), "503".to_owned()),
            Look::InMessage("pool".to_owned()),
            Look::Word("web".to_owned()),
            Look::Word("refunds".to_owned()),
        ];
        assert_eq!(looks, expected);
        assert_eq!(plan.in_record.parts().len(), 4);
    }

    #[test]
    fn a_question_about_short_columns_reads_no_messages() {
        assert!(!plan("service: web and level >= warn").needs_long);
        assert!(plan("service: web or pool").needs_long);
        assert!(plan("s*: web").needs_long);
        assert!(plan("message: /poo+l/ and not service: web").needs_long);
        assert!(!plan("message: /poo+l/ and not service: web").needs_fields);
        assert!(plan("message: pool or status: 503").needs_fields);
    }

    #[test]
    fn a_level_that_was_not_said_is_not_at_least_anything() {
        let filter = LogFilter { level_at_least: Some(LogLevel::Trace), ..LogFilter::default() };

        let plan = Plan::new(&filter, BTreeSet::new());

        assert!(!plan.passes_level(0));
        assert!((1..7).all(|level| plan.passes_level(level)));
    }
}
