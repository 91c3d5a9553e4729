//! What every inventory source can be asked, and what it answers.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use wardroom_core::{Timestamp, Topology};

use crate::cmdb::InventoryPlace;
use crate::error::SourceError;

/// What "test connection" found out about an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryProbe {
    /// The product (`NetBox`, `Backstage`), as the mapping names it.
    pub product: String,
    /// Its version; empty when it does not say.
    pub version: String,
    /// Each class of the mapping with the number of its items; `None` when the source does not tell.
    pub counts: Vec<(String, Option<u64>)>,
    /// The beginning of the first page that has items, as it came, with anything that looks like a secret masked.
    pub raw: String,
    /// The same items, mapped.
    pub mapped: Topology,
    /// What of the first page was not understood.
    pub not_understood: Vec<InventoryNotice>,
    /// Rights that are missing, each with the class that is lost.
    pub missing: Vec<MissingInventoryRight>,
    /// What makes the sample partial or doubtful.
    pub notices: Vec<InventoryNotice>,
    /// Its clock minus ours in milliseconds; `None` when it sends no date.
    pub clock_offset_ms: Option<i64>,
    /// Requests made.
    pub requests: u32,
}

/// A path of an inventory that may not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInventoryRight {
    /// The path (`/api/dcim/devices/`).
    pub path: String,
    /// The status that came back (403, 404).
    pub status: u16,
    /// The class or lookup that is not read without it.
    pub lost: String,
}

/// A piece of an inventory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryPage {
    /// What the page brought. Ends of dependencies may be missing among its entities.
    pub part: Topology,
    /// The class that it is of; empty where a source has none.
    pub class: String,
    /// Keys of entities that the source says are deleted.
    pub gone: Vec<String>,
    /// Where the next page begins; `None` when all is read.
    pub next: Option<InventoryPlace>,
    /// Items read of all classes so far in this run.
    pub read: u64,
    /// Items of the classes begun so far, as far as the source told them; it may lie.
    pub of: Option<u64>,
    /// Whether the page holds only what changed since the time asked for: the source was asked and did it.
    pub delta: bool,
    /// Whether something of the class is missing that the source has. What a run with such a page has not seen of the
    /// class may still exist.
    pub partial: bool,
    /// Bytes of the bodies after unpacking.
    pub bytes: u64,
    /// Requests made.
    pub requests: u32,
    /// Why it is partial, and what else there is to know.
    pub notices: Vec<InventoryNotice>,
}

/// Something that makes an answer of an inventory partial or doubtful. The sentence is made at the edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InventoryNotice {
    /// What kind of thing.
    pub kind: InventoryNoticeKind,
    /// What it concerns: a class, or a class and a field (`devices: name`).
    pub subject: String,
    /// The value in question, the source's own words or a number; may be empty.
    pub detail: String,
}

/// Kinds of [`InventoryNotice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InventoryNoticeKind {
    /// The source ignores the filter that was sent: items came that it excludes. They were left out where they can be
    /// told; `detail` is the first one.
    FilterIgnored,
    /// The source counts another number than came; `detail` is "came/counted".
    CountDiffers,
    /// The number of items changed while they were read; `detail` is "before/after".
    ChangedWhileRead,
    /// Pages repeat what was read already, so reading of the class ended; `detail` is the number of pages.
    PagesRepeat,
    /// The class has more pages than the mapping allows; `detail` is the cap.
    PageCap,
    /// An item is longer than the cap and was left out; `detail` is its length in bytes and its beginning.
    ItemTooLong,
    /// An item is not an object or lacks a key or a name, and was left out; `detail` is its beginning.
    ItemWithoutName,
    /// A value could not be understood and was left out; `subject` names the field.
    ValueNotUnderstood,
    /// A value is no kind of entity, so `other` was taken.
    ValueNotMapped,
    /// A field of the mapping found nothing in any item of the page; `detail` is the number of items.
    NothingFound,
    /// A reference leads to something that the lookup does not have; `subject` names the lookup.
    LookupMissed,
    /// The class cannot be read: a right is missing or the path is not there. `detail` is the path.
    ClassLost,
    /// The next page was said to be at another place; the configured one was asked instead. `detail` is the other.
    PlaceRewritten,
    /// The class has no item.
    Empty,
    /// A lookup has more rows than are kept; `detail` is the cap.
    LookupCut,
    /// An item has more values in a list, or more dependencies, than are kept; `detail` is the cap.
    ListCut,
    /// The mapping was altered since the read began, so it began again.
    BegunAgain,
    /// Texts are longer than is kept and were cut; `subject` names the field, `detail` is how many on the page.
    TextCut,
}

/// A source of entities and dependencies. Two implementations from the start: [`crate::cmdb`] and
/// [`crate::simulated`].
pub trait InventorySource: Send + Sync + Debug {
    /// Asks who answers, how much there is and which rights are missing; maps the first page. Cost: one small request
    /// for the version and one for each class and lookup.
    fn probe(&self, now: Timestamp) -> BoxFuture<'_, Result<InventoryProbe, SourceError>>;

    /// Reads one page; begins at the first class, or behind `after`. With `since`, asks only for what changed after it
    /// where the source can; [`InventoryPage::delta`] says whether it did.
    ///
    /// No item comes twice within one run of the program; after a restart the last pages may repeat.
    fn read(
        &self,
        after: Option<InventoryPlace>,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<InventoryPage, SourceError>>;

    /// Returns the first request as a curl command on one line, without its secret.
    fn explain(&self) -> String;
}
