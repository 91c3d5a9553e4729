//! The inventory of a simulated world through the door that CMDB servers use: stale and missing things included.

use std::sync::PoisonError;

use futures_util::future::BoxFuture;
use wardroom_core::{Timestamp, Topology};

use super::WorldHandle;
use crate::cmdb::InventoryPlace;
use crate::error::SourceError;
use crate::source::{InventoryPage, InventoryProbe, InventorySource};

/// Entries in one page.
const PAGE: usize = 200;

/// Entries of either kind in a probe.
const SAMPLE: usize = 20;

/// Tells places of a world's inventory from those of a mapping.
const FINGERPRINT: &str = "simulated";

/// The inventory of a simulated world as a source. Asks nothing of any network.
#[derive(Clone, Debug)]
pub struct SimulatedInventory {
    of: Origin,
}

/// Whose inventory it is.
#[derive(Clone, Debug)]
enum Origin {
    /// A running world's, asked anew for each page.
    Running(WorldHandle),
    /// A world's that does not change.
    Fixed(Topology),
}

impl SimulatedInventory {
    /// Creates the source of a world that others hold as well.
    pub fn new(world: WorldHandle) -> Self {
        Self { of: Origin::Running(world) }
    }

    /// Creates the source of an inventory that does not change.
    pub fn fixed(inventory: Topology) -> Self {
        Self { of: Origin::Fixed(inventory) }
    }

    fn inventory(&self) -> Topology {
        match &self.of {
            // A world is only changed by calls that leave it whole, so one that panicked elsewhere can still be read.
            Origin::Running(world) => world.lock().unwrap_or_else(PoisonError::into_inner).inventory(),
            Origin::Fixed(inventory) => inventory.clone(),
        }
    }
}

impl InventorySource for SimulatedInventory {
    fn probe(&self, _now: Timestamp) -> BoxFuture<'_, Result<InventoryProbe, SourceError>> {
        Box::pin(async move { Ok(probe(self.inventory())) })
    }

    fn read(
        &self,
        after: Option<InventoryPlace>,
        since: Option<Timestamp>,
        _now: Timestamp,
    ) -> BoxFuture<'_, Result<InventoryPage, SourceError>> {
        Box::pin(async move { page(&self.inventory(), after.as_ref(), since) })
    }

    fn explain(&self) -> String {
        "# simulated source, no request".to_owned()
    }
}

/// Returns what "test connection" tells.
fn probe(inventory: Topology) -> InventoryProbe {
    let counts = vec![
        ("entities".to_owned(), Some(inventory.entities.len() as u64)),
        ("dependencies".to_owned(), Some(inventory.dependencies.len() as u64)),
    ];
    let mut mapped = inventory;
    mapped.entities.truncate(SAMPLE);
    mapped.dependencies.truncate(SAMPLE);
    InventoryProbe { product: "Simulator".to_owned(), counts, mapped, ..InventoryProbe::default() }
}

/// Returns the page behind a place.
///
/// The world is asked anew for each page, as a server is: what changes meanwhile can come twice or not at all, as there.
fn page(
    inventory: &Topology,
    after: Option<&InventoryPlace>,
    since: Option<Timestamp>,
) -> Result<InventoryPage, SourceError> {
    let all = (inventory.entities.len() + inventory.dependencies.len()) as u64;
    let start = match after {
        None => 0,
        Some(place) => place.offset_of(FINGERPRINT).ok_or_else(|| SourceError::BadQuery {
            query: "inventory".to_owned(),
            detail: "the place belongs to another source".to_owned(),
        })?,
    };
    // Dependencies follow the entities; both are sorted, so a position means the same on every page.
    let n = inventory.entities.len();
    let end = start.saturating_add(PAGE);
    let entities = inventory.entities.iter().skip(start).take(PAGE).cloned().collect();
    let (first, last) = (start.saturating_sub(n), end.saturating_sub(n));
    let dependencies = inventory.dependencies.iter().skip(first).take(last - first).cloned().collect();
    let read = (end as u64).min(all);
    let next = (read < all).then(|| InventoryPlace::of_offset(FINGERPRINT, since, end));
    Ok(InventoryPage {
        part: Topology { entities, dependencies },
        next,
        read,
        of: Some(all),
        ..InventoryPage::default()
    })
}

#[cfg(test)]
mod tests {
    use wardroom_core::{Dependency, Entity, EntityKind};

    use super::*;

    #[test]
    fn pages_bring_every_entry_once_and_a_foreign_place_is_refused() {
        let entities: Vec<Entity> =
            (0..450).map(|i| Entity::new(EntityKind::Host, &format!("host-{i:03}"))).collect();
        let dependencies: Vec<Dependency> =
            (0..70).map(|i| Dependency::new("host-000", &format!("host-{i:03}"), "calls")).collect();
        let all = Topology { entities, dependencies };

        let mut after = None;
        let mut read = Topology::default();
        let mut pages = 0;
        loop {
            let page = page(&all, after.as_ref(), None).unwrap();
            read.entities.extend(page.part.entities);
            read.dependencies.extend(page.part.dependencies);
            pages += 1;
            assert_eq!(page.of, Some(520));
            after = page.next;
            if after.is_none() {
                break;
            }
        }

        assert_eq!((read, pages), (all.clone(), 3));
        let foreign = InventoryPlace::of_offset("other", None, 1);
        assert!(matches!(page(&all, Some(&foreign), None), Err(SourceError::BadQuery { .. })));
    }
}
