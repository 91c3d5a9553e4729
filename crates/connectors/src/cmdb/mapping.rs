//! The mapping: how an inventory is asked, and what its answers mean. TOML text that a team can write itself.
//!
//! The format is described in `docs/connectors/cmdb.md`; every preset in `assets/cmdb` is written in it.

mod build;
mod expression;
mod problem;
mod requests;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_json::Value;
use toml::de::DeTable;

use crate::cmdb::date::DateFormat;
use crate::cmdb::field::{Conditions, Field};
use crate::cmdb::mapping::table::{Table, Text};
use crate::cmdb::path::Path;
use crate::http::Wear;

pub use crate::cmdb::mapping::problem::{MappingProblem, MappingProblemKind};
pub(crate) use crate::cmdb::mapping::requests::placeholders;

/// A mapping that was understood.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The name of the product.
    pub(crate) name: String,
    /// After which documentation and version it was written.
    pub(crate) from: String,
    /// The server that the tests run it against; empty when it has never met one.
    pub(crate) tried: String,
    /// An address as an example.
    pub(crate) url_example: String,
    /// How requests prove who asks.
    pub(crate) sign_in: SignIn,
    /// Where the version is found.
    pub(crate) version: Option<VersionAsk>,
    /// What tells success from failure where the status does not.
    pub(crate) success: Success,
    /// Texts that stand for `{value.…}` in requests.
    pub(crate) values: BTreeMap<String, String>,
    /// The zone of times without one.
    pub(crate) zone: TimeZone,
    /// The tables that are read before the classes.
    pub(crate) lookups: Vec<Lookup>,
    /// The classes, in the order in which they are read.
    pub(crate) classes: Vec<Class>,
    /// The caps.
    pub(crate) limits: Limits,
    /// Tells mappings apart that are not the same.
    pub(crate) fingerprint: String,
}

/// The most that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Pages of one class.
    pub(crate) pages: u64,
    /// Requests in a minute; 0 for no limit.
    pub(crate) requests_per_minute: u32,
    /// Bytes of one item as it came.
    pub(crate) item_bytes: usize,
    /// Bytes of one answer after unpacking.
    pub(crate) page_bytes: u64,
    /// Rows of one lookup that are kept.
    pub(crate) lookup_rows: usize,
}

/// How requests prove who asks, where the way of HTTP is not the source's.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignIn {
    /// The ways that the product understands, in the words of the settings (`basic`, `bearer`, …).
    pub(crate) kinds: Vec<String>,
    /// How a token travels; the first whose beginning fits.
    pub(crate) token: Vec<(String, Wear)>,
    /// How user and password travel.
    pub(crate) basic: Option<Wear>,
    /// The call that opens a session.
    pub(crate) session: Option<Session>,
}

/// A call that opens a session, whose token the further requests carry.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The call.
    pub(crate) ask: Ask,
    /// Where in its answer the token is.
    pub(crate) token: Path,
    /// How the token travels.
    pub(crate) wear: Wear,
}

/// Where the version is found.
#[derive(Clone, Debug)]
pub(crate) struct VersionAsk {
    /// The request; `None` when every answer's header tells.
    pub(crate) ask: Option<Ask>,
    /// Where in the answer.
    pub(crate) path: Option<Path>,
    /// In which header.
    pub(crate) header: String,
}

/// What tells success from failure where the status does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Success {
    /// What an answer has to say.
    pub(crate) conditions: Conditions,
    /// Where the reason is.
    pub(crate) message: Option<Path>,
    /// What says that the credentials were refused; one is enough.
    pub(crate) denied: Conditions,
    /// What says that a right is missing; one is enough.
    pub(crate) forbidden: Conditions,
}

/// A request of the mapping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    /// The path below the base address.
    pub(crate) path: String,
    /// Whether it is a POST.
    pub(crate) post: bool,
    /// The parameters in the URL; a value may hold placeholders.
    pub(crate) params: BTreeMap<String, Value>,
    /// The members of a JSON body.
    pub(crate) body: BTreeMap<String, Value>,
    /// The fields of a form; a table among them is sent as JSON text.
    pub(crate) form: BTreeMap<String, Value>,
    /// Where the items are.
    pub(crate) items: Vec<String>,
    /// How pages follow each other.
    pub(crate) paging: Paging,
}

/// How pages follow each other.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    /// The kind.
    pub(crate) kind: PagingKind,
    /// Items in one page.
    pub(crate) size: u64,
    /// Where the number of all items is.
    pub(crate) total: Option<Path>,
    /// In which header it is (`X-Total-Count`; behind the slash of `Content-Range`).
    pub(crate) total_header: String,
    /// A text in a refusal that says that the last page is behind us.
    pub(crate) past_end: String,
}

/// Kinds of paging.
#[derive(Clone, Debug)]
pub(crate) enum PagingKind {
    /// One page is all.
    None,
    /// The answer holds the URL of the next page.
    Next(Path),
    /// The request says how many items to leave out (`{offset}`, `{last}`, `{limit}`).
    Offset,
    /// The request says the number of the page (`{page}`), which begins with this one.
    Page(u64),
    /// The answer holds what the next request has to carry (`{cursor}`).
    Cursor(Path),
    /// The header `Link` holds the URL of the next page.
    Link,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            kind: PagingKind::None,
            size: 500,
            total: None,
            total_header: String::new(),
            past_end: String::new(),
        }
    }
}

/// A table that is read before the classes and kept in memory.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    /// Its name.
    pub(crate) name: String,
    /// How it is read.
    pub(crate) ask: Ask,
    /// The keys of a row.
    pub(crate) key: Field,
    /// The texts of a row by name.
    pub(crate) take: Vec<(String, Field)>,
    /// Whether a key that it does not have is worth a word.
    pub(crate) complete: bool,
}

/// A class of items.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: String,
    /// How it is read.
    pub(crate) ask: Ask,
    /// The lookup for each of whose keys it is read.
    pub(crate) each: Option<usize>,
    /// How changes are asked for.
    pub(crate) delta: Option<Delta>,
    /// What an item has to say to be taken; it is left out in silence otherwise.
    pub(crate) only: Conditions,
    /// What lets an item be left out; one is enough.
    pub(crate) skip: Conditions,
    /// What every item says because the source was asked for it; one that says otherwise shows that it was not heard.
    pub(crate) expect: Conditions,
    /// What says that an item is deleted; one is enough.
    pub(crate) gone: Conditions,
    /// The entity that an item is.
    pub(crate) entity: Option<EntityFields>,
    /// The dependencies that an item tells.
    pub(crate) relations: Vec<RelationFields>,
}

/// How changes are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Delta {
    /// Parameters that replace or join the ones of the class; `{since}` is the time.
    pub(crate) params: BTreeMap<String, Value>,
    /// Members of the body that replace or join the ones of the class.
    pub(crate) body: BTreeMap<String, Value>,
    /// How the time is written.
    pub(crate) format: DateFormat,
    /// Where an item tells when it was changed, to see whether the source did what it was asked for.
    pub(crate) changed: Path,
}

/// The fields of an entity.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntityFields {
    /// The kind; its values are words of [`wardroom_core::EntityKind`].
    pub(crate) kind: Field,
    /// The key; the name where it is not set.
    pub(crate) key: Field,
    /// The fields with one text, by their name.
    pub(crate) texts: Vec<(&'static str, Field)>,
    /// The fields with several texts: `aliases`, `addresses`.
    pub(crate) lists: Vec<(&'static str, Field)>,
    /// Tags by name.
    pub(crate) tags: Vec<(String, Field)>,
    /// Paths to maps whose members are tags.
    pub(crate) tags_from: Vec<Path>,
    /// Links by title.
    pub(crate) links: Vec<(String, Field)>,
    /// When the source changed it.
    pub(crate) changed: Field,
}

/// A dependency that an item tells.
#[derive(Clone, Debug)]
pub(crate) struct RelationFields {
    /// Parts of the item, each with a dependency; `None` for the item itself.
    pub(crate) each: Option<Path>,
    /// What a part has to say to be taken.
    pub(crate) only: Conditions,
    /// Who depends; the item's own key where it is not set.
    pub(crate) from: Field,
    /// On whom; the item's own key where it is not set.
    pub(crate) to: Field,
    /// How; a word that begins with `<` turns the dependency round.
    pub(crate) how: Field,
    /// When the source changed it.
    pub(crate) changed: Field,
}

impl EntityFields {
    fn needs_one_of(&self, lookups: &BTreeSet<usize>) -> bool {
        let texts = self.texts.iter().chain(&self.lists).map(|(_, field)| field);
        let named = self.tags.iter().chain(&self.links).map(|(_, field)| field);
        let mut all = [&self.kind, &self.key].into_iter().chain(texts).chain(named);
        all.any(|field| field.needs_one_of(lookups))
    }
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its line and column.
    pub fn parse(text: &str) -> Result<Self, MappingProblem> {
        let source = Text(text);
        let document = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            source.problem(at, MappingProblemKind::Syntax, "", error.message())
        })?;
        let fingerprint = blake3::hash(text.as_bytes()).to_hex()[..16].to_owned();
        build::mapping(Table::document(source, document.get_ref()), fingerprint)
    }

    /// Returns the name of the product.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns after which documentation and version it was written.
    pub fn written_after(&self) -> &str {
        &self.from
    }

    /// Returns the server that the project's tests run it against; empty when it has never met one.
    pub fn tried(&self) -> &str {
        &self.tried
    }

    /// Returns an address as an example.
    pub fn url_example(&self) -> &str {
        &self.url_example
    }

    /// Returns the ways to sign in that the product understands, in the words of the settings.
    pub fn sign_ins(&self) -> &[String] {
        &self.sign_in.kinds
    }

    /// Returns the names of the classes, in the order in which they are read.
    pub fn classes(&self) -> Vec<&str> {
        self.classes.iter().map(|class| class.name.as_str()).collect()
    }
}

impl Lookup {
    /// Reports whether its rows are filled from one of these lookups.
    pub(crate) fn needs_one_of(&self, lookups: &BTreeSet<usize>) -> bool {
        self.key.needs_one_of(lookups) || self.take.iter().any(|(_, field)| field.needs_one_of(lookups))
    }
}

impl Class {
    /// Reports whether it is read for the keys of one of these lookups, or its entities and dependencies are filled
    /// from one.
    pub(crate) fn needs_one_of(&self, lookups: &BTreeSet<usize>) -> bool {
        let of_relation = |relation: &RelationFields| {
            [&relation.from, &relation.to, &relation.how].into_iter().any(|field| field.needs_one_of(lookups))
        };
        self.each.is_some_and(|lookup| lookups.contains(&lookup))
            || self.entity.as_ref().is_some_and(|entity| entity.needs_one_of(lookups))
            || self.relations.iter().any(of_relation)
    }

    /// Returns a class that is walked like a lookup and makes nothing.
    pub(crate) fn of_lookup(lookup: &Lookup) -> Self {
        Self {
            name: lookup.name.clone(),
            ask: lookup.ask.clone(),
            each: None,
            delta: None,
            only: Conditions::new(),
            skip: Conditions::new(),
            expect: Conditions::new(),
            gone: Conditions::new(),
            entity: None,
            relations: Vec::new(),
        }
    }
}
