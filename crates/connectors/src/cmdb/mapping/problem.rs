//! What can be wrong with a mapping, as data with line and column; the sentences are made at the edge.

use std::fmt;

/// The first thing that is wrong with a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingProblem {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// What kind of thing.
    pub kind: MappingProblemKind,
    /// The field, with the tables it stands in (`class.entity.name`); empty for the text as a whole.
    pub subject: String,
    /// What was found or what would do, in the words of the format; may be empty.
    pub detail: String,
}

/// Kinds of [`MappingProblem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MappingProblemKind {
    /// The text is not TOML; `detail` is the parser's word.
    Syntax,
    /// The table has no field of this name; `detail` is the most similar one, or all.
    UnknownField,
    /// The table lacks a field that it needs.
    MissingField,
    /// The value is of another type; `detail` is the one that is expected.
    WrongType,
    /// The value is none of those that can stand here; `detail` lists them.
    WrongValue,
    /// The path cannot be read; `detail` says what is expected.
    BadPath,
    /// The pattern is not a regular expression; `detail` is the parser's word.
    BadPattern,
    /// There is no lookup of this name before this place; `detail` lists the ones there are.
    UnknownLookup,
    /// There is no such placeholder; `detail` lists the ones there are.
    UnknownPlaceholder,
    /// The mapping reads nothing: there is no class, or a class has neither entity nor relation.
    ReadsNothing,
    /// The name is used twice.
    Twice,
}

impl fmt::Display for MappingProblem {
    /// Writes a line for a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.subject.is_empty() {
            write!(f, "{}: ", self.subject)?;
        }
        let what = match self.kind {
            MappingProblemKind::Syntax => "this is not TOML",
            MappingProblemKind::UnknownField => "there is no such field",
            MappingProblemKind::MissingField => "the field is missing",
            MappingProblemKind::WrongType => "the value is of another type",
            MappingProblemKind::WrongValue => "the value is not among the possible ones",
            MappingProblemKind::BadPath => "the path cannot be read",
            MappingProblemKind::BadPattern => "the pattern cannot be read",
            MappingProblemKind::UnknownLookup => "there is no such lookup",
            MappingProblemKind::UnknownPlaceholder => "there is no such placeholder",
            MappingProblemKind::ReadsNothing => "nothing is read",
            MappingProblemKind::Twice => "the name is used twice",
        };
        f.write_str(what)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.detail) }
    }
}

impl std::error::Error for MappingProblem {}
