//! What the presets make of replies of CMDBs that are not here. Those of Nautobot were recorded, the others written after
//! the vendors' documentation (`tests/fixtures/cmdb/README.md`); what is expected was read off them by hand.

use wardroom_connectors::cmdb::Cmdb;
use wardroom_connectors::config::AuthKind;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{InventoryNoticeKind, InventorySource};
use wardroom_core::Timestamp;

use super::replies::Replies;
use super::{Inventory, NOW, config, open, opened};

const SECRET: &str = "planted-5f1c";

fn user(name: &str) -> AuthKind {
    AuthKind::Basic { user: name.to_owned() }
}

/// Reads everything; every request has to have a reply.
async fn whole(source: &Cmdb, replies: &Replies) -> Inventory {
    let all =
        Inventory::read(source, None).await.unwrap_or_else(|e| panic!("{e:?} {:#?}", replies.strange()));
    assert_eq!(replies.strange(), [""; 0]);
    all
}

/// Asserts that the test of a connection says what answers and shows no secret, and that a wrong one is refused.
async fn signs_in(right: &Cmdb, wrong: &Cmdb, product: &str, version: &str) {
    let probe = right.probe(NOW).await.unwrap();
    let refused = wrong.probe(NOW).await.unwrap_err();

    assert_eq!((probe.product.as_str(), probe.version.as_str()), (product, version));
    // A field that happens to be empty in all of a small page is named as well.
    let strange: Vec<_> =
        probe.not_understood.iter().filter(|n| n.kind != InventoryNoticeKind::NothingFound).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(!probe.mapped.entities.is_empty(), "{probe:#?}");
    assert!(!probe.raw.contains(SECRET) && !right.explain().contains(SECRET), "{}", right.explain());
    assert!(matches!(refused, SourceError::Denied { .. }), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn netbox_devices_machines_and_services_are_read_with_who_answers_for_them() {
    let replies = Replies::of("netbox/4.6");
    let source = open("netbox", &replies.url(), AuthKind::Bearer, Some("nbt_key.planted-5f1c"));

    let all = whole(&source, &replies).await;

    assert_eq!(
        all.names(),
        [
            "cluster kvm-eu-1",
            "database postgresql@db-m1",
            "device sw-core-1",
            "host R6515 (104)",
            "host app-01",
            "host db-m1",
            "host web-01.prod.example.net",
            "service orders@app-01",
        ]
    );
    assert_eq!(
        all.edges(),
        ["app-01 runs on kvm-eu-1", "orders@app-01 runs on app-01", "postgresql@db-m1 runs on db-m1"]
    );
    let database_host = all.entity("host", "db-m1");
    assert_eq!(database_host.addresses, ["10.20.0.31", "2001:db8:20::31"]);
    assert_eq!((database_host.tier, database_host.serial.as_str()), (Some(1), "7C5XK93"));
    assert_eq!((database_host.team.as_str(), database_host.department.as_str()), ("Shop", "Commerce"));
    assert_eq!(database_host.person, "Platform team");
    assert_eq!(
        (database_host.environment.as_str(), database_host.site.as_str()),
        ("production", "Frankfurt 1")
    );
    assert_eq!(database_host.status, "active");
    // 2026-11-18T07:42:10.511Z; `date -u -d 2026-11-18T07:42:10Z +%s`.
    assert_eq!(database_host.changed_at, Some(Timestamp::from_millis(1_794_987_730_511)));
    assert_eq!(all.entity("device", "sw-core-1").status, "offline");
    // The server was told another name for itself by a proxy.
    assert!(all.notices.iter().any(|n| n.kind == InventoryNoticeKind::PlaceRewritten), "{:?}", all.notices);
    assert!(!all.partial, "{:?}", all.notices);
}

#[tokio::test(flavor = "multi_thread")]
async fn netbox_tokens_of_both_kinds_sign_in_and_a_403_means_that_they_were_refused() {
    let replies = Replies::of("netbox/4.6");
    let token = |text| open("netbox", &replies.url(), AuthKind::Bearer, Some(text));

    signs_in(&token("nbt_key.planted-5f1c"), &token("nbt_key.wrong"), "NetBox", "4.6.8").await;
    signs_in(&token("0123456789abcdef0123456789abcdef01234567"), &token("wrong"), "NetBox", "4.6.8").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nautobot_ids_become_names_and_relationships_become_dependencies() {
    let replies = Replies::of("nautobot/3.2");
    let source =
        open("nautobot", &replies.url(), AuthKind::Bearer, Some("0123456789abcdef0123456789abcdef01234567"));

    let all = whole(&source, &replies).await;

    assert_eq!(
        all.names(),
        [
            "cluster kvm-eu-1",
            "database db-m1",
            "device sw-core-1",
            "host app-01",
            "host web-01.prod.example.net",
        ]
    );
    assert_eq!(all.edges(), ["app-01 depends on db-m1", "app-01 runs on kvm-eu-1"]);
    let database = all.entity("database", "db-m1");
    assert_eq!(
        (database.team.as_str(), database.contact.as_str()),
        ("Platform team", "platform@example.net")
    );
    assert_eq!((database.tier, database.environment.as_str()), (Some(1), "production"));
    assert_eq!((database.site.as_str(), database.status.as_str()), ("Frankfurt 1", "active"));
    assert_eq!((database.addresses.join(" "), database.serial.as_str()), ("10.20.0.31".into(), "7C5XK93"));
    let machine = all.entity("host", "app-01");
    assert_eq!((machine.team.as_str(), machine.person.as_str()), ("Shop", "On call for the storefront"));
    assert_eq!(all.entity("device", "sw-core-1").status, "offline");
}

#[tokio::test(flavor = "multi_thread")]
async fn nautobot_signs_in_with_its_own_word_for_tokens() {
    let replies = Replies::of("nautobot/3.2");
    let token = |text| open("nautobot", &replies.url(), AuthKind::Bearer, Some(text));

    signs_in(&token("0123456789abcdef0123456789abcdef01234567"), &token("wrong"), "Nautobot", "3.2.7").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servicenow_items_and_relations_are_read_by_their_display_values() {
    let replies = Replies::of("servicenow/table-api");
    let source = open("servicenow", &replies.url(), user("reader"), Some(SECRET));

    let all = whole(&source, &replies).await;

    assert_eq!(
        all.names(),
        [
            "balancer lb-eu-1",
            "database orders-db@db-m1",
            "device sw-core-1",
            "host db-m1",
            "host web-01",
            "service orders",
            "system Web shop",
        ]
    );
    assert_eq!(
        all.edges(),
        [
            "Web shop depends on orders",
            "lb-eu-1 part of Web shop",
            "orders depends on ?00000000000000000000000000000999",
            "orders depends on orders-db@db-m1",
            "orders-db@db-m1 runs on db-m1",
            "web-01 connects to sw-core-1",
        ]
    );
    let host = all.entity("host", "db-m1");
    assert_eq!(
        (host.addresses.join(" "), host.aliases.join(" ")),
        ("10.20.0.31".into(), "db-m1.prod.example.net".into())
    );
    assert_eq!((host.team.as_str(), host.site.as_str()), ("Platform team", "Frankfurt 1"));
    assert_eq!((host.environment.as_str(), host.status.as_str()), ("Production", "operational"));
    // The value is UTC, what is displayed is in the zone of the user; `date -u -d 2026-11-17T06:30:00Z +%s`.
    assert_eq!(host.changed_at, Some(Timestamp::from_millis(1_794_897_000_000)));
    assert_eq!(all.entity("system", "Web shop").tier, Some(1));
    // Retired.
    assert_eq!(all.gone, ["00000000000000000000000000000103"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn servicenow_signs_in_with_user_and_password() {
    let replies = Replies::of("servicenow/table-api");
    let password = |text| open("servicenow", &replies.url(), user("reader"), Some(text));

    signs_in(&password(SECRET), &password("wrong"), "ServiceNow", "").await;
}

/// A connection through the gateway: the user is the code of an app, the password its secret.
fn blueking(replies: &Replies, secret: &str) -> Cmdb {
    open("blueking", &format!("{}/api/bk-cmdb/prod", replies.url()), user("wardroom"), Some(secret))
}

#[tokio::test(flavor = "multi_thread")]
async fn blueking_hosts_are_read_with_the_business_they_belong_to() {
    let replies = Replies::of("blueking/3.14");

    let all = whole(&blueking(&replies, SECRET), &replies).await;

    assert_eq!(all.names(), ["host db-m1", "host web-01", "host win-01", "system shop"]);
    assert_eq!(all.edges(), ["db-m1 part of shop", "web-01 part of shop"]);
    let host = all.entity("host", "db-m1");
    assert_eq!((host.person.as_str(), host.serial.as_str()), ("platform-duty", "7C5XK93"));
    // 14:30:00.123+08:00; `date -u -d 2026-11-17T06:30:00Z +%s`.
    assert_eq!(host.changed_at, Some(Timestamp::from_millis(1_794_897_000_123)));
    // Several addresses stand in one field.
    assert_eq!(all.entity("host", "web-01").addresses, ["10.20.0.11", "10.20.9.11"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn blueking_refuses_with_status_200_and_is_understood() {
    let replies = Replies::of("blueking/3.14");

    signs_in(&blueking(&replies, SECRET), &blueking(&replies, "wrong"), "BlueKing CMDB", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_blueking_in_the_middle_is_not_taken_for_the_end() {
    let replies = Replies::of("blueking/3.14");
    let mut settings = config("blueking", &format!("{}/api/bk-cmdb/prod", replies.url()), user("wardroom"));
    // The documentation calls the business required.
    settings.mapping = settings.mapping.replace("bk_biz_id = \"{each}\"", "bk_biz_name = \"{each}\"");

    let read = Inventory::read(&opened(&settings, Some(SECRET)), None).await;

    assert!(read.as_ref().map_or(true, |all| all.partial), "{read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn itop_objects_are_read_from_a_map_with_their_links() {
    let replies = Replies::of("itop/3.2");
    let source = open("itop", &replies.url(), user("reader"), Some(SECRET));

    let all = whole(&source, &replies).await;

    assert_eq!(
        all.names(),
        ["database PostgreSQL on db-m1", "host app-01", "host db-m1", "host kvm-eu-1", "system Web shop"]
    );
    assert_eq!(
        all.edges(),
        [
            "PostgreSQL on db-m1 runs on db-m1",
            "Web shop depends on PostgreSQL on db-m1",
            "Web shop depends on app-01",
            "app-01 runs on kvm-eu-1",
            "kvm-eu-1 runs on db-m1",
        ]
    );
    let host = all.entity("host", "db-m1");
    assert_eq!((host.tier, host.team.as_str(), host.department.as_str()), (Some(1), "Platform team", "Shop"));
    assert_eq!((host.addresses.join(" "), host.aliases.join(" ")), ("10.20.0.31".into(), "A-1001".into()));
    assert_eq!((host.serial.as_str(), host.site.as_str()), ("7C5XK93", "Frankfurt 1"));
    // Obsolete.
    assert_eq!(all.gone, ["Server::2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn itop_signs_in_by_form_and_refuses_with_status_200() {
    let replies = Replies::of("itop/3.2");
    let password = |text| open("itop", &replies.url(), user("reader"), Some(text));

    signs_in(&password(SECRET), &password("wrong"), "iTop", "1.3").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn glpi_assets_are_read_within_a_session() {
    let replies = Replies::of("glpi/10.0");
    let source = open("glpi", &replies.url(), AuthKind::Bearer, Some(SECRET));

    let all = whole(&source, &replies).await;

    assert_eq!(
        all.names(),
        [
            "cluster kvm-eu-1",
            "database orders-db",
            "device sw-core-1",
            "host db-m1",
            "host web-01",
            "system Web shop",
        ]
    );
    assert_eq!(
        all.edges(),
        [
            "Web shop depends on orders-db",
            "Web shop depends on web-01",
            "db-m1 part of kvm-eu-1",
            "orders-db runs on db-m1",
        ]
    );
    let host = all.entity("host", "db-m1");
    assert_eq!((host.team.as_str(), host.site.as_str()), ("Platform team", "Frankfurt 1"));
    assert_eq!(host.addresses, ["10.20.0.31", "2001:db8:20::31"]);
    assert_eq!((host.status.as_str(), host.serial.as_str()), ("Production", "7C5XK93"));
    // `date -u -d 2026-11-17T06:30:00Z +%s`; GLPI names no zone, the mapping says UTC.
    assert_eq!(host.changed_at, Some(Timestamp::from_millis(1_794_897_000_000)));
    assert_eq!(
        (all.entity("host", "web-01").team.as_str(), all.entity("host", "web-01").site.as_str()),
        ("", "")
    );
    // In the bin.
    assert_eq!(all.gone, ["Computer:36"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn glpi_opens_its_session_with_a_user_token() {
    let replies = Replies::of("glpi/10.0");
    let token = |text| open("glpi", &replies.url(), AuthKind::Bearer, Some(text));

    signs_in(&token(SECRET), &token("wrong"), "GLPI", "10.0.20").await;
}
