//! What every preset has to keep, whatever its product: the size of pages changes nothing, no failure is taken for the
//! end, and a read that was cut off goes on where it stood.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::{Dependency, Entity, EntityKind};

use super::server::{PRODUCTS, Product, Server, Trouble};
use super::*;
use crate::simulated::SimulatedInventory;

/// Longer than any test takes.
const PATIENT: Duration = Duration::from_secs(30);

/// What a read brought, in an order that does not depend on pages.
#[derive(Debug, Default, PartialEq)]
struct Brought {
    entities: BTreeMap<String, Entity>,
    dependencies: BTreeSet<Dependency>,
    gone: BTreeSet<String>,
}

impl Brought {
    fn take(&mut self, page: &InventoryPage) {
        let keyed = page.part.entities.iter().map(|entity| (entity.key.clone(), entity.clone()));
        self.entities.extend(keyed);
        self.dependencies.extend(page.part.dependencies.iter().cloned());
        self.gone.extend(page.gone.iter().cloned());
    }
}

/// Reads to the end, beside what was brought already; returns whether something is missing, and the number of pages.
async fn rest(
    source: &dyn InventorySource,
    mut after: Option<InventoryPlace>,
    brought: &mut Brought,
) -> (bool, usize) {
    let mut partial = false;
    for pages in 1..500 {
        let page = source.read(after.take(), None, NOW).await.unwrap();
        brought.take(&page);
        partial |= page.partial;
        let Some(next) = page.next else { return (partial, pages) };
        after = Some(next);
    }
    panic!("the read does not end");
}

/// Reads everything in pages of a size; 0 is the size of the preset.
async fn all(server: &Server, page_size: u32) -> (Brought, usize) {
    let mut brought = Brought::default();
    let (partial, pages) = rest(&server.open(page_size, PATIENT), None, &mut brought).await;
    assert!(!partial);
    (brought, pages)
}

/// Writes a place to a file and reads it, as a program does that ended in between.
fn stored(place: Option<InventoryPlace>) -> InventoryPlace {
    let text = serde_json::to_string(&place.unwrap()).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Reads one page, meets trouble, and goes on as another program when it is over; the failure is returned.
async fn meets_half_way(product: Product, trouble: Trouble, timeout: Duration) -> SourceError {
    let server = Server::of(product);
    let (whole, _) = all(&server, 0).await;
    let mut brought = Brought::default();
    let first = server.open(1, PATIENT).read(None, None, NOW).await.unwrap();
    brought.take(&first);
    let place = stored(first.next);

    server.has(trouble);
    let failed = server.open(1, timeout).read(Some(place.clone()), None, NOW).await.unwrap_err();
    server.has(Trouble::None);
    rest(&server.open(1, PATIENT), Some(place), &mut brought).await;

    assert_eq!(brought, whole, "{} {trouble:?}", product.key);
    failed
}

#[tokio::test]
async fn small_pages_bring_what_large_pages_bring() {
    for product in PRODUCTS {
        let server = Server::of(product);

        let (large, few) = all(&server, 0).await;
        let (pairs, _) = all(&server, 2).await;
        let (single, many) = all(&server, 1).await;

        assert!(!large.entities.is_empty() && !large.dependencies.is_empty(), "{}", product.key);
        assert_eq!(pairs, large, "{}", product.key);
        assert_eq!(single, large, "{}", product.key);
        assert!(many > few, "{}: {many} pages, {few} large ones", product.key);
    }
}

#[tokio::test]
async fn refused_credentials_are_told_as_such() {
    for product in PRODUCTS {
        let server = Server::of(product);
        server.has(Trouble::Refuses);
        let source = server.open(0, PATIENT);

        let tested = source.probe(NOW).await.unwrap_err();
        let read = source.read(None, None, NOW).await.unwrap_err();

        assert!(matches!(tested, SourceError::Denied { .. }), "{}: {tested:?}", product.key);
        assert!(matches!(read, SourceError::Denied { .. }), "{}: {read:?}", product.key);
    }
}

#[tokio::test]
async fn credentials_that_are_refused_half_way_end_nothing() {
    for product in PRODUCTS {
        let failed = meets_half_way(product, Trouble::Refuses, PATIENT).await;

        assert!(matches!(failed, SourceError::Denied { .. }), "{}: {failed:?}", product.key);
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_no_page() {
    for product in PRODUCTS {
        let failed = meets_half_way(product, Trouble::CutsOff, PATIENT).await;

        assert!(matches!(failed, SourceError::Truncated { .. }), "{}: {failed:?}", product.key);
    }
}

#[tokio::test]
async fn a_page_for_people_is_no_page_of_items() {
    for product in PRODUCTS {
        let failed = meets_half_way(product, Trouble::ShowsPage, PATIENT).await;

        assert!(matches!(failed, SourceError::NotInventory { .. }), "{}: {failed:?}", product.key);
    }
}

#[tokio::test]
async fn a_server_that_has_none_of_the_paths_is_a_failure_and_no_empty_inventory() {
    for product in PRODUCTS {
        let server = Server::of(product);
        server.has(Trouble::IsNotThere);
        let source = server.open(0, PATIENT);

        let mut after = None;
        let failed = loop {
            match source.read(after, None, NOW).await {
                Ok(page) => {
                    assert!(page.partial && page.part.entities.is_empty(), "{}: {page:?}", product.key);
                    after = page.next;
                    assert!(after.is_some(), "{} ended", product.key);
                }
                Err(error) => break error,
            }
        };

        assert!(matches!(failed, SourceError::NotFound { .. }), "{}: {failed:?}", product.key);
    }
}

#[tokio::test]
async fn an_inventory_without_items_is_read_as_one_and_said_to_be_empty() {
    for product in PRODUCTS {
        let server = Server::of(product);
        server.has(Trouble::IsEmpty);
        let source = server.open(0, PATIENT);

        let whole = read_all(&source).await;

        assert_eq!((whole.part, whole.partial), (Topology::default(), false), "{}", product.key);
        assert!(whole.kinds.contains(&InventoryNoticeKind::Empty), "{}: {:?}", product.key, whole.kinds);
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_waited_for_and_not_taken_for_the_end() {
    for product in PRODUCTS {
        let failed = meets_half_way(product, Trouble::IsSilent, Duration::from_millis(100)).await;

        assert!(matches!(failed, SourceError::Timeout { .. }), "{}: {failed:?}", product.key);
    }
}

#[tokio::test]
async fn a_read_that_is_cancelled_goes_on_by_the_same_connection() {
    for product in PRODUCTS {
        let server = Server::of(product);
        let (whole, _) = all(&server, 0).await;
        let source = server.open(1, PATIENT);
        let mut brought = Brought::default();
        let first = source.read(None, None, NOW).await.unwrap();
        brought.take(&first);

        server.has(Trouble::IsSilent);
        let waiting = source.read(first.next.clone(), None, NOW);
        let cancelled = tokio::time::timeout(Duration::from_millis(50), waiting).await;
        server.has(Trouble::None);
        rest(&source, first.next, &mut brought).await;

        assert!(cancelled.is_err(), "{}", product.key);
        assert_eq!(brought, whole, "{}", product.key);
    }
}

#[tokio::test]
async fn the_simulator_goes_on_where_it_stood_like_any_other() {
    let hosts = (0..450).map(|n| Entity::new(EntityKind::Host, &format!("host-{n:03}"))).collect();
    let edges = (1..450).map(|n| Dependency::new("host-000", &format!("host-{n:03}"), "calls")).collect();
    let source = SimulatedInventory::fixed(Topology { entities: hosts, dependencies: edges });
    let mut whole = Brought::default();
    let (partial, pages) = rest(&source, None, &mut whole).await;

    let mut brought = Brought::default();
    let first = source.read(None, None, NOW).await.unwrap();
    brought.take(&first);
    let (_, further) = rest(&source.clone(), Some(stored(first.next)), &mut brought).await;

    assert_eq!((whole.entities.len(), whole.dependencies.len(), partial), (450, 449, false));
    assert_eq!(brought, whole);
    assert_eq!(further + 1, pages);
}
