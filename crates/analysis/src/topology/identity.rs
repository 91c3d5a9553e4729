//! Identity: which records of several inventories are one thing.

mod evidence;
mod facts;
mod grouping;
pub(crate) mod lookalike;
pub(crate) mod names;
mod similar;
#[cfg(test)]
mod tests;

use wardroom_core::{Entity, Timestamp};

/// One configuration item as one source tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryRecord {
    /// The source that tells it.
    pub source: u32,
    /// What the source tells.
    pub entity: Entity,
    /// When this was learnt from the source.
    pub known_at: Timestamp,
}

impl InventoryRecord {
    /// Returns the lasting name of the record: its source and the source's own key.
    pub fn reference(&self) -> RecordRef {
        RecordRef { source: self.source, key: self.entity.key.clone() }
    }
}

/// A record by source and key, which stays the same from one reading of the source to the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// The source.
    pub source: u32,
    /// The source's own key of the entity.
    pub key: String,
}

/// What people decided about identity. A reference to a record that is not there says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityDecisions {
    /// Pairs that are one thing, whatever the evidence says.
    pub same: Vec<(RecordRef, RecordRef)>,
    /// Pairs that are two things, whatever the evidence says; stronger than `same`.
    pub apart: Vec<(RecordRef, RecordRef)>,
    /// Further names of records.
    pub aliases: Vec<(RecordRef, String)>,
}

/// Which records are one thing, and which may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    /// Every record stands in exactly one group, as an index into the records; each group is sorted, and the groups
    /// are sorted by their first record.
    pub groups: Vec<Vec<usize>>,
    /// Pairs of groups that may be one thing, surest first, then by group numbers.
    pub proposals: Vec<SameProposal>,
}

/// Two groups that may be one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct SameProposal {
    /// The number of the first group.
    pub a: usize,
    /// The number of the second group; above `a`.
    pub b: usize,
    /// How sure, from 0 to 1; not a measured probability.
    pub score: f64,
    /// What speaks for one thing.
    pub for_: Vec<IdentityEvidence>,
    /// What speaks for two.
    pub against: Vec<IdentityEvidence>,
}

/// One reason for or against two records being one thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentityEvidence {
    /// What kind of reason.
    pub kind: IdentityEvidenceKind,
    /// The value or values it rests on, as the sources write them: `10.0.3.7`, `fra1 / muc2`.
    pub text: String,
}

/// Kinds of reasons for or against two records being one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityEvidenceKind {
    /// Both have this serial number.
    SameSerial,
    /// Both have this name, letter case and port aside.
    SameName,
    /// A name of one, without its domain, is a name of the other.
    SameShortName,
    /// One of them lists this name of the other as a further name.
    SameAlias,
    /// One of them is named by this address of the other.
    NameOfAddress,
    /// Both have this address.
    SameAddress,
    /// The names differ by one slip of the keys, and not in their numbers.
    SimilarName,
    /// The names look the same, and one is written with letters of another script: these.
    LookalikeName,
    /// Both are at this site.
    SameSite,
    /// The serial numbers differ.
    DifferentSerial,
    /// The names have nothing in common.
    DifferentName,
    /// The names are the same, their domains are not.
    DifferentDomain,
    /// The kinds differ.
    DifferentKind,
    /// The environments differ.
    DifferentEnvironment,
    /// The sites differ.
    DifferentSite,
    /// Both have addresses, and none in common.
    DifferentAddress,
    /// Several records of one source have this address.
    AddressReused,
    /// Several records of one source have this name.
    NameReused,
    /// Several records of one source have this serial number.
    SerialReused,
    /// Both are records of one source, which holds them for two.
    SameSource,
}

impl IdentityEvidenceKind {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameSerial => "same_serial",
            Self::SameName => "same_name",
            Self::SameShortName => "same_short_name",
            Self::SameAlias => "same_alias",
            Self::NameOfAddress => "name_of_address",
            Self::SameAddress => "same_address",
            Self::SimilarName => "similar_name",
            Self::LookalikeName => "lookalike_name",
            Self::SameSite => "same_site",
            Self::DifferentSerial => "different_serial",
            Self::DifferentName => "different_name",
            Self::DifferentDomain => "different_domain",
            Self::DifferentKind => "different_kind",
            Self::DifferentEnvironment => "different_environment",
            Self::DifferentSite => "different_site",
            Self::DifferentAddress => "different_address",
            Self::AddressReused => "address_reused",
            Self::NameReused => "name_reused",
            Self::SerialReused => "serial_reused",
            Self::SameSource => "same_source",
        }
    }
}

/// Tells which records are one thing.
///
/// Joins by itself only what is near certain: a shared serial number, name, full domain name or address that no other
/// record of either source has, with nothing strong against it. Records of one source are never joined by themselves,
/// because the source holds them for two. What is doubtful is proposed, with its reasons; so is every pair of names that
/// look the same and are not.
///
/// # Cost
///
/// Near linear in the records: 20,000 of three sources take well below a second.
pub fn resolve(records: &[InventoryRecord], decisions: &IdentityDecisions) -> Resolution {
    grouping::resolve(records, decisions)
}

/// Proposes two things of which nothing is known but their names, which look the same. The first one's number is the
/// smaller.
pub(crate) fn alike_by_name(a: usize, b: usize, names: [&str; 2]) -> SameProposal {
    let text = lookalike::letters(names[0], names[1]);
    let letters = IdentityEvidence { kind: IdentityEvidenceKind::LookalikeName, text };
    SameProposal { a, b, score: evidence::lookalike_score(), for_: vec![letters], against: Vec::new() }
}

/// Returns for each of some names that no thing bears the only known one from which it differs by a slip of the keys or by
/// letters that look the same, as its index; `None` where there is none, or more than one. A wrong digit is another thing
/// and no slip.
///
/// # Cost
///
/// Near linear in the names.
pub fn nearest(missing: &[&str], known: &[&str]) -> Vec<Option<usize>> {
    let folded: Vec<String> = missing.iter().chain(known).map(|name| names::folded(name)).collect();
    let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
    let looks: Vec<Option<String>> = missing
        .iter()
        .chain(known)
        .zip(&folded)
        .map(|(name, folded)| lookalike::look(name, folded))
        .collect();
    let looks: Vec<(&str, &str)> =
        folded.iter().zip(&looks).map(|(&name, look)| (name, look.as_deref().unwrap_or(name))).collect();
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); missing.len()];
    for (a, b) in similar::pairs(&folded).into_iter().chain(lookalike::pairs(&looks)) {
        let (Ok(a), Ok(b)) = (usize::try_from(a), usize::try_from(b)) else { continue };
        // Pairs are sorted, and the missing names stand first.
        if let (Some(near), Some(place)) = (found.get_mut(a), b.checked_sub(missing.len())) {
            near.push(place);
        }
    }
    found.into_iter().map(|near| if let [only] = near[..] { Some(only) } else { None }).collect()
}

/// Returns the letters by which two names differ that look the same, with their code points: `\u{430} (U+0430) / a
/// (U+0061)`. `None` for names that look different, and for those that count as one.
pub fn letters_apart(a: &str, b: &str) -> Option<String> {
    let folded = [a, b].map(names::folded);
    let [of_a, of_b] = [(a, &folded[0]), (b, &folded[1])].map(|(name, folded)| lookalike::look(name, folded));
    let looks = (of_a.as_ref().unwrap_or(&folded[0]), of_b.as_ref().unwrap_or(&folded[1]));
    (folded[0] != folded[1] && looks.0 == looks.1).then(|| lookalike::letters(a, b))
}
