//! Templates: what the shapes of many lines have in common, with a place for every value that differs.

mod kind;
mod pattern;

use std::collections::HashMap;

use wardroom_core::TemplateId;

pub(super) use pattern::{Pattern, Patterns, is_blanked, is_open, rest_end};

use super::shape::{ShapeId, hash_of};
use super::tokenize::{Tokens, Traits};

/// What a parameter of a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParameterKind {
    /// A number, or a list of numbers.
    Number,
    /// A length of time, with its unit in the value or right behind it.
    Duration,
    /// An amount of data, with its unit in the value or right behind it.
    Bytes,
    /// A share of one hundred.
    Percent,
    /// An address of a machine: IPv4, IPv6, with or without a port.
    Address,
    /// A name of a machine, with or without a port.
    Host,
    /// The number of a port.
    Port,
    /// A name that something was given so that it can be told apart.
    Id,
    /// A path of files or of a service.
    Path,
    /// A URL.
    Url,
    /// A point in time, or a part of one.
    Time,
    /// The name of a person or of an account.
    User,
    /// A number in hexadecimal digits.
    Hex,
    /// A version of a program.
    Version,
    /// A truth value, or nothing.
    Flag,
    /// Words.
    Text,
}

impl ParameterKind {
    /// Returns the stable word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Bytes => "bytes",
            Self::Percent => "percent",
            Self::Address => "address",
            Self::Host => "host",
            Self::Port => "port",
            Self::Id => "id",
            Self::Path => "path",
            Self::Url => "url",
            Self::Time => "time",
            Self::User => "user",
            Self::Hex => "hex",
            Self::Version => "version",
            Self::Flag => "flag",
            Self::Text => "text",
        }
    }
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TemplatePart {
    /// Text that is the same in every line; any number of blanks is one.
    Literal(String),
    /// A value that differs.
    Parameter(ParameterKind),
}

/// A template with the number of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogTemplate {
    /// Its number: [`template_id`] of its text.
    pub id: TemplateId,
    /// Its pieces in order; two literals never follow each other.
    pub parts: Vec<TemplatePart>,
    /// How many lines have it.
    pub lines: u64,
}

impl LogTemplate {
    /// Returns the text, with `<*>` for every parameter.
    pub fn text(&self) -> String {
        text_of(&self.parts)
    }

    /// Returns the kinds of its parameters, in order.
    pub fn kinds(&self) -> Vec<&'static str> {
        let kind = |part: &TemplatePart| match part {
            TemplatePart::Parameter(kind) => Some(kind.as_str()),
            TemplatePart::Literal(_) => None,
        };
        self.parts.iter().filter_map(kind).collect()
    }
}

fn text_of(parts: &[TemplatePart]) -> String {
    parts
        .iter()
        .map(|part| match part {
            TemplatePart::Literal(text) => text.as_str(),
            TemplatePart::Parameter(_) => "<*>",
        })
        .collect()
}

/// Returns the number of a template: the 64-bit FNV-1a hash of its text.
///
/// # Source
///
/// Fowler, Noll, Vo and Eastlake, *The FNV Non-Cryptographic Hash Algorithm*, IETF draft, section 2.
///
/// # Example
///
/// ```
/// // The test vector of the draft for "foobar".
/// assert_eq!(wardroom_analysis::logs::template_id("foobar").0, 0x8594_4171_f739_67e8);
/// ```
pub fn template_id(text: &str) -> TemplateId {
    const BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    TemplateId(text.bytes().fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)))
}

/// A value of a line at the place of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'l> {
    /// What the parameter is.
    pub kind: ParameterKind,
    /// The piece of the line.
    pub value: &'l str,
}

/// The templates of a miner at one moment. Every shape that it had learnt has exactly one.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    list: Vec<LogTemplate>,
    /// The patterns of all templates.
    patterns: Patterns,
    /// For every pattern its template.
    of_pattern: Vec<usize>,
    /// The patterns of a template.
    of_template: Vec<Vec<usize>>,
    by_id: Vec<u32>,
    by_hash: HashMap<u64, u32>,
}

/// A template as consolidation leaves it.
#[derive(Clone, Debug)]
pub(super) struct Consolidated {
    pub(super) pattern: Pattern,
    pub(super) traits: Vec<Traits>,
    pub(super) lines: u64,
}

impl Templates {
    /// Puts consolidated patterns in order: the most lines first, then by text.
    ///
    /// `by_id` says for every shape number which of the patterns it has; `hashes` are those of the learnt shapes.
    pub(super) fn new(found: Vec<Consolidated>, by_id: &[usize], hashes: &[(u64, usize)]) -> Self {
        let mut by_text: HashMap<String, usize> = HashMap::new();
        let mut list: Vec<LogTemplate> = Vec::new();
        let mut template_of = Vec::with_capacity(found.len());
        for one in &found {
            let parts = one.pattern.parts(&one.traits);
            let place = *by_text.entry(text_of(&parts)).or_insert_with_key(|text| {
                list.push(LogTemplate { id: template_id(text), parts, lines: 0 });
                list.len() - 1
            });
            list[place].lines += one.lines;
            template_of.push(place);
        }
        let rank = ranks(&list);
        for place in &mut template_of {
            *place = rank[*place];
        }
        let mut ordered: Vec<(usize, LogTemplate)> = rank.into_iter().zip(list).collect();
        ordered.sort_unstable_by_key(|(rank, _)| *rank);
        let list: Vec<LogTemplate> = ordered.into_iter().map(|(_, template)| template).collect();
        let short = |pattern: usize| {
            u32::try_from(template_of[pattern]).expect("there are fewer templates than shapes")
        };
        let by_id = by_id.iter().map(|pattern| short(*pattern)).collect();
        let by_hash = hashes.iter().map(|(hash, pattern)| (*hash, short(*pattern))).collect();
        let mut of_template = vec![Vec::new(); list.len()];
        let patterns = Patterns::new(found.into_iter().map(|one| one.pattern).zip(template_of).collect());
        let of_pattern: Vec<usize> = patterns.owners().collect();
        for (pattern, template) in of_pattern.iter().enumerate() {
            of_template[*template].push(pattern);
        }
        Self { list, patterns, of_pattern, of_template, by_id, by_hash }
    }

    /// Returns the templates, the most lines first; equal counts by text.
    pub fn all(&self) -> &[LogTemplate] {
        &self.list
    }

    /// Returns the place in [`Templates::all`] of the template that a shape has.
    ///
    /// # Panics
    ///
    /// When the shape is of another miner, or was learnt after [`super::Miner::settle`].
    pub fn of_shape(&self, shape: ShapeId) -> usize {
        self.by_id[shape.0 as usize] as usize
    }

    /// Returns the place in [`Templates::all`] of the template that fits a line, learnt or not.
    pub fn find(&self, line: &str) -> Option<usize> {
        let mut tokens = Tokens::<false>::new();
        tokens.read(line);
        if let Some(template) = self.by_hash.get(&hash_of(&tokens.shape)) {
            return Some(*template as usize);
        }
        self.patterns.fitting(&tokens.shape).map(|pattern| self.of_pattern[pattern])
    }

    /// Returns the values of a line in the order of the template's parameters.
    ///
    /// A line that the template does not fit has none. A value that is cut off where the miner stops reading a very
    /// long line is given up to there.
    pub fn parameters<'l>(&self, template: usize, line: &'l str) -> Vec<Parameter<'l>> {
        let Some(places) = self.of_template.get(template) else { return Vec::new() };
        let mut tokens = Tokens::<true>::new();
        tokens.read(line);
        let Some(spans) = places.iter().find_map(|place| self.patterns.spans(*place, &tokens.shape)) else {
            return Vec::new();
        };
        let kinds = self.list[template].parts.iter().filter_map(|part| match part {
            TemplatePart::Literal(_) => None,
            TemplatePart::Parameter(kind) => Some(*kind),
        });
        let value = |(from, to)| line.get(tokens.in_line(from, to)).unwrap_or_default();
        kinds.zip(spans).map(|(kind, span)| Parameter { kind, value: value(span) }).collect()
    }
}

/// Returns for every template its place in the order: the most lines first, then by text.
fn ranks(list: &[LogTemplate]) -> Vec<usize> {
    let texts: Vec<String> = list.iter().map(LogTemplate::text).collect();
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|a, b| list[*b].lines.cmp(&list[*a].lines).then_with(|| texts[*a].cmp(&texts[*b])));
    let mut rank = vec![0; list.len()];
    for (to, from) in order.into_iter().enumerate() {
        rank[from] = to;
    }
    rank
}
