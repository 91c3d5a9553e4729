//! What the preset for Backstage makes of a real catalogue. What is expected was counted by hand in
//! `tests/servers/backstage/catalog.yaml`.

use wardroom_connectors::config::AuthKind;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{InventoryNoticeKind, InventorySource};

use super::catalog::{Catalog, TOKEN};
use super::{Inventory, NOW, config, open, opened};

/// How long the catalogue may take to see a changed file: it looks for orphans every 30 s.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(4);

/// What the file has, without groups, users and domains, which are no things that can fail.
const ENTITIES: [&str; 15] = [
    "cache session-cache",
    "database orders-db",
    "database payments-db",
    "host db-m1",
    "other payments-api",
    "other shop-kit",
    "queue order-events",
    "service mailer",
    "service old-basket",
    "service orders",
    "service payments",
    "service storefront",
    "system data-platform",
    "system payments",
    "system shop",
];

#[tokio::test(flavor = "multi_thread")]
async fn testing_the_connection_names_product_and_counts_and_shows_the_first_page() {
    let Some(catalog) = Catalog::shared("testing_the_connection_names_product_and_counts").await else {
        return;
    };
    let source = open("backstage", catalog.url(), AuthKind::Bearer, Some(TOKEN));

    let probe = source.probe(NOW).await.unwrap();

    assert_eq!(probe.product, "Backstage");
    assert_eq!(probe.missing, []);
    let strange: Vec<_> =
        probe.not_understood.iter().filter(|n| n.kind != InventoryNoticeKind::NothingFound).collect();
    assert!(strange.is_empty(), "{strange:?}");
    for count in [("catalog".to_owned(), Some(12)), ("systems".to_owned(), Some(3))] {
        assert!(probe.counts.contains(&count), "{:?}", probe.counts);
    }
    assert!(!probe.mapped.entities.is_empty());
    assert!(probe.raw.contains("backstage.io/v1alpha1"), "{}", probe.raw);
    assert!(!probe.raw.contains(TOKEN) && !source.explain().contains(TOKEN), "{}", source.explain());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_entity_comes_with_its_kind_owner_and_system() {
    let Some(catalog) = Catalog::shared("every_entity_comes_with_its_kind_owner_and_system").await else {
        return;
    };
    let source = open("backstage", catalog.url(), AuthKind::Bearer, Some(TOKEN));

    let all = Inventory::read(&source, None).await.unwrap();

    assert_eq!(all.names(), ENTITIES);
    assert!(!all.partial, "{:?}", all.notices);
    let storefront = all.entity("service", "storefront");
    assert_eq!(storefront.system, "shop");
    assert_eq!(storefront.team, "Storefront team");
    assert_eq!(storefront.contact, "storefront@example.net");
    assert_eq!(storefront.environment, "production");
    assert_eq!(storefront.tier, Some(1));
    assert!(storefront.aliases.contains(&"Storefront".to_owned()), "{:?}", storefront.aliases);
    assert_eq!(storefront.links.get("Documentation"), Some("https://wiki.example.net/storefront"));
    assert_eq!(all.entity("system", "shop").domain, "commerce");
    let mailer = all.entity("service", "mailer");
    assert_eq!((mailer.team.as_str(), mailer.person.as_str()), ("", "On call for the storefront"));
    assert_eq!(mailer.contact, "storefront-duty@example.net");
    assert_eq!(all.entity("database", "orders-db").team, "Platform team");
    assert_eq!(all.entity("service", "old-basket").status, "deprecated");
}

#[tokio::test(flavor = "multi_thread")]
async fn relations_lead_from_who_depends_and_one_end_that_is_nowhere_is_kept() {
    let Some(catalog) = Catalog::shared("relations_lead_from_who_depends").await else { return };
    let source = open("backstage", catalog.url(), AuthKind::Bearer, Some(TOKEN));

    let edges = Inventory::read(&source, None).await.unwrap().edges();

    for edge in [
        "mailer depends on order-events",
        "old-basket depends on ?resource:default/basket-db",
        "orders depends on order-events",
        "orders depends on orders-db",
        "orders-db depends on db-m1",
        "payments depends on payments-db",
        "payments part of payments",
        "payments-api calls payments",
        "storefront calls payments-api",
        "storefront depends on orders",
        "storefront depends on session-cache",
    ] {
        assert!(edges.iter().any(|known| known == edge), "{edge} is not among {edges:#?}");
    }
    // Each relation stands in the catalogue twice, once at each end.
    assert!(
        !edges
            .iter()
            .any(|edge| edge == "orders depends on storefront" || edge == "db-m1 depends on orders-db")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn small_pages_bring_the_same_as_large_ones() {
    let Some(catalog) = Catalog::shared("small_pages_bring_the_same_as_large_ones").await else { return };
    let large = open("backstage", catalog.url(), AuthKind::Bearer, Some(TOKEN));
    let mut few = config("backstage", catalog.url(), AuthKind::Bearer);
    few.page_size = 2;
    let small = opened(&few, Some(TOKEN));

    let whole = Inventory::read(&large, None).await.unwrap();
    let pieces = Inventory::read(&small, None).await.unwrap();

    assert_eq!(pieces.names(), whole.names());
    assert_eq!(pieces.edges(), whole.edges());
    assert!(pieces.requests >= whole.requests + 5, "{} and {}", pieces.requests, whole.requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_refused_and_one_from_a_command_is_taken() {
    let Some(catalog) = Catalog::shared("a_wrong_token_is_refused").await else { return };
    let wrong = open("backstage", catalog.url(), AuthKind::Bearer, Some("planted-of-somebody-else"));
    let nobody = open("backstage", catalog.url(), AuthKind::None, None);
    let command = AuthKind::TokenCommand { command: vec!["printf".to_owned(), TOKEN.to_owned()] };
    let commanded = open("backstage", catalog.url(), command, None);

    let refused = wrong.probe(NOW).await.unwrap_err();
    let in_a_read = Inventory::read(&wrong, None).await.unwrap_err();
    let unknown = nobody.probe(NOW).await.unwrap_err();
    let taken = Inventory::read(&commanded, None).await.unwrap();

    for error in [refused, in_a_read, unknown] {
        assert!(matches!(error, SourceError::Denied { .. }), "{error:?}");
    }
    assert_eq!(taken.names(), ENTITIES);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_team_deletes_and_changes_is_seen_by_the_next_read() {
    let Some(catalog) = Catalog::own("what_a_team_deletes_and_changes").await else { return };
    let source = open("backstage", catalog.url(), AuthKind::Bearer, Some(TOKEN));
    let before = Inventory::read(&source, None).await.unwrap();

    catalog.change(|document| {
        let deleted = document.contains("name: mailer");
        (!deleted)
            .then(|| document.replace("resource:default/session-cache]", "resource:default/order-events]"))
    });
    // The catalogue works through a changed file piece by piece: on the way, what is only new to it may be away for a
    // moment. What counts is where it settles.
    let begun = std::time::Instant::now();
    let after = loop {
        let now = Inventory::read(&source, None).await.unwrap();
        let names = now.names();
        let gone: Vec<String> = before.names().into_iter().filter(|name| !names.contains(name)).collect();
        let edges = now.edges();
        let turned = edges.contains(&"storefront depends on order-events".to_owned())
            && !edges.contains(&"storefront depends on session-cache".to_owned());
        if gone == ["service mailer"] && turned {
            break now;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "the catalogue does not see its file: without {gone:?}, {edges:#?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    };

    // Nothing else has another identity than before.
    assert!(after.entities.iter().all(|e| before.entities.iter().any(|old| old.key == e.key)));
}
