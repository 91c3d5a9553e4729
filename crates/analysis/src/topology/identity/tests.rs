//! Behaviours of identity.

use proptest::prelude::*;
use wardroom_core::{Entity, EntityKind, Timestamp};

use super::{
    IdentityDecisions, IdentityEvidenceKind as Kind, InventoryRecord, RecordRef, Resolution, letters_apart,
    nearest, resolve,
};

#[test]
fn a_name_that_nothing_bears_has_the_one_known_name_nearest_to_it_or_none() {
    let known = ["orders-db", "payments", "gateways", "gatewayx", "db-m1"];

    let found = nearest(&["Order-db", "payment", "nobody", "gateway", "db-m2"], &known);

    // Two names are as near to the fourth, and a wrong digit is another machine.
    assert_eq!(found, [Some(0), Some(1), None, None, None]);
    assert_eq!(nearest(&["orders"], &[]), [None]);
    assert_eq!(nearest(&["w\u{435}b-a1"], &["web-a1", "web-b1"]), [Some(0)]);
}

#[test]
fn one_name_under_several_encodings_is_one_name() {
    for (a, b) in [
        ("caf\u{e9}-1", "cafe\u{301}-1"),
        ("\u{30b5}\u{30fc}\u{30d0}-1", "\u{ff7b}\u{ff70}\u{ff8a}\u{ff9e}-1"),
        ("db-m1", "db\u{2013}m1"),
    ] {
        assert_eq!(groups(&[at(1, host(a), &[]), at(2, host(b), &[])]), [vec![0, 1]], "{a} {b}");
        // One source has them for two, and a person is asked.
        let listed = [at(1, host(a), &[]), at(1, host(b), &[])];
        let resolution = resolve(&listed, &IdentityDecisions::default());
        assert_eq!(resolution.groups, [[0], [1]]);
        assert_eq!(resolution.proposals[0].for_[0].kind, Kind::SameName);
    }
}

#[test]
fn names_that_look_the_same_are_two_things_and_a_person_hears_of_their_letters() {
    let latin = at(1, host("web-a1"), &[]);
    let asked = |other: InventoryRecord| {
        let resolution = resolve(&[latin.clone(), other], &IdentityDecisions::default());
        assert_eq!(resolution.groups, [[0], [1]]);
        resolution.proposals
    };

    let elsewhere = asked(at(2, host("web-\u{430}1"), &[]));
    let beside = asked(at(1, host("web-\u{430}1.example.net"), &[]));
    let staging = Entity { environment: "staging".to_owned(), ..host("WEB-\u{410}1") };
    let apart = asked(at(2, staging, &["10.0.0.1"]));
    let plain = asked(at(2, host("web-b1"), &[]));

    assert!(elsewhere[0].score > 0.8, "{}", elsewhere[0].score);
    assert_eq!(elsewhere[0].for_[0].kind, Kind::LookalikeName);
    assert_eq!(elsewhere[0].for_[0].text, "a (U+0061) / \u{430} (U+0430)");
    assert_eq!(beside[0].for_[0].kind, Kind::LookalikeName);
    assert_eq!(beside[0].against[0].kind, Kind::SameSource);
    assert_eq!(apart[0].for_[0].text, "a (U+0061) / \u{410} (U+0410)");
    assert_eq!(plain, []);
}

#[test]
fn names_that_look_the_same_are_one_thing_with_the_same_address() {
    let records = [at(1, host("web-a1"), &["10.0.0.1"]), at(2, host("web-\u{430}1"), &["10.0.0.1"])];
    let domains = [at(1, host("web-1.example.net"), &[]), at(2, host("web-1.\u{435}xample.net"), &[])];

    assert_eq!(groups(&records), [vec![0, 1]]);
    let proposals = resolve(&domains, &IdentityDecisions::default()).proposals;
    assert_eq!(proposals[0].for_[0].text, "e (U+0065) / \u{435} (U+0435)");
}

#[test]
fn the_letters_of_two_names_are_told_only_where_the_names_look_the_same() {
    assert_eq!(letters_apart("DB-\u{412}1", "db-b1").as_deref(), Some("\u{412} (U+0412) / b (U+0062)"));
    for (a, b) in
        [("web-a", "web-b"), ("web-a", "WEB-A"), ("caf\u{e9}", "cafe\u{301}"), ("\u{430}", "\u{430}")]
    {
        assert_eq!(letters_apart(a, b), None, "{a} {b}");
    }
}

#[test]
fn a_short_name_a_full_domain_name_and_an_address_are_one_thing() {
    let records = [
        at(1, host("db-m1"), &["10.0.3.7/24"]),
        at(2, host("DB-M1.prod.example.net"), &[]),
        at(3, host("10.0.3.7:9100"), &[]),
    ];

    assert_eq!(groups(&records), [vec![0, 1, 2]]);
}

#[test]
fn an_ipv6_target_joins_the_machine_that_has_the_address() {
    let records = [at(1, host("web-1"), &["2001:db8:0:0::17"]), at(2, host("[2001:DB8::17]:9100"), &[])];

    assert_eq!(groups(&records), [vec![0, 1]]);
}

#[test]
fn a_chinese_name_in_full_width_is_the_same_name() {
    let records = [at(1, host("支付数据库-01"), &[]), at(2, host("支付数据库－０１"), &[])];

    assert_eq!(groups(&records), [vec![0, 1]]);
}

#[test]
fn primary_and_replica_are_two_things_in_any_language() {
    let records = [
        at(1, host("支付数据库主"), &[]),
        at(2, host("支付数据库从"), &[]),
        at(1, host("orders-db-m1"), &[]),
        at(2, host("orders-db-s1"), &[]),
    ];

    assert_eq!(groups(&records), [[0], [1], [2], [3]]);
}

#[test]
fn a_renamed_thing_is_found_by_the_old_name_that_one_source_keeps() {
    let renamed = Entity { aliases: vec!["srv-0042".to_owned()], ..host("payment-api-2") };
    let records = [at(1, renamed, &[]), at(2, host("SRV-0042"), &[]), at(3, host("payment-api-2"), &[])];

    assert_eq!(groups(&records), [vec![0, 1, 2]]);
}

#[test]
fn a_serial_number_outweighs_a_new_name_and_a_new_address() {
    let old = Entity { serial: "CZJ4410XY".to_owned(), ..host("old-rack-3") };
    let young = Entity { serial: "czj 4410 xy".to_owned(), ..host("web-front-9") };

    assert_eq!(groups(&[at(1, old, &["10.0.0.1"]), at(2, young, &["10.0.0.2"])]), [vec![0, 1]]);
}

#[test]
fn a_serial_number_that_nobody_filled_in_joins_nothing() {
    let first = Entity { serial: "To be filled by O.E.M.".to_owned(), ..host("web-front-1") };
    let second = Entity { serial: "To be filled by O.E.M.".to_owned(), ..host("mail-relay-2") };

    assert_eq!(groups(&[at(1, first, &[]), at(2, second, &[])]), [[0], [1]]);
}

#[test]
fn one_address_under_two_names_is_proposed_and_not_joined() {
    let records = [at(1, host("web-front-1"), &["10.0.0.1"]), at(2, host("mail-relay-2"), &["10.0.0.1"])];

    let resolution = resolve(&records, &IdentityDecisions::default());

    assert_eq!(resolution.groups, [[0], [1]]);
    let proposal = &resolution.proposals[0];
    assert_eq!((proposal.a, proposal.b), (0, 1));
    assert_eq!(proposal.for_[0].kind, Kind::SameAddress);
    assert_eq!(proposal.for_[0].text, "10.0.0.1");
    assert_eq!(proposal.against[0].kind, Kind::DifferentName);
    assert_eq!(proposal.against[0].text, "web-front-1 / mail-relay-2");
}

#[test]
fn an_address_that_two_records_of_one_source_have_joins_nothing() {
    let records = [
        at(1, host("web-front-1"), &["10.0.0.9"]),
        at(1, host("mail-relay-2"), &["10.0.0.9"]),
        at(2, host("10.0.0.9:9100"), &[]),
    ];

    assert_eq!(groups(&records), [[0], [1], [2]]);
}

#[test]
fn an_unnamed_target_whose_address_two_things_claim_joins_neither_and_both_are_proposed() {
    let records = [
        at(1, host("web-front-1"), &["10.0.0.9"]),
        at(2, host("mail-relay-2"), &["10.0.0.9"]),
        at(3, host("10.0.0.9:9100"), &[]),
    ];

    let resolution = resolve(&records, &IdentityDecisions::default());

    assert_eq!(resolution.groups, [[0], [1], [2]]);
    let pairs: Vec<(usize, usize)> = resolution.proposals.iter().map(|p| (p.a, p.b)).collect();
    assert!(pairs.contains(&(0, 2)) && pairs.contains(&(1, 2)), "{pairs:?}");
}

#[test]
fn two_records_of_one_source_are_proposed_and_never_joined() {
    let mut twice = host("web-front-1");
    twice.key = "17".to_owned();
    let records = [at(1, host("web-front-1"), &["10.0.0.1"]), at(1, twice, &["10.0.0.1"])];

    let resolution = resolve(&records, &IdentityDecisions::default());

    assert_eq!(resolution.groups, [[0], [1]]);
    assert!(resolution.proposals[0].score > 0.9);
    assert!(resolution.proposals[0].against.iter().any(|e| e.kind == Kind::SameSource));
}

#[test]
fn the_same_service_in_two_environments_is_two_things() {
    let of = |environment: &str| Entity {
        environment: environment.to_owned(),
        ..Entity::new(EntityKind::Service, "checkout-api")
    };
    let keyed = |key: &str, environment: &str| Entity { key: key.to_owned(), ..of(environment) };
    let records = [
        at(1, keyed("1", "production"), &[]),
        at(1, keyed("2", "staging"), &[]),
        at(2, keyed("3", "PROD"), &[]),
        at(2, keyed("4", "stg"), &[]),
    ];

    let resolution = resolve(&records, &IdentityDecisions::default());

    assert!(resolution.groups.iter().all(|group| !group.contains(&0) || !group.contains(&3)));
    assert!(resolution.groups.iter().all(|group| !group.contains(&1) || !group.contains(&2)));
}

#[test]
fn the_same_name_in_two_domains_is_two_machines() {
    let records = [at(1, host("web-1.fra.example.net"), &[]), at(2, host("web-1.muc.example.net"), &[])];

    assert_eq!(groups(&records), [[0], [1]]);
}

#[test]
fn a_service_and_the_machine_of_its_name_are_two_things() {
    let records = [at(1, Entity::new(EntityKind::Service, "checkout"), &[]), at(2, host("checkout"), &[])];

    assert_eq!(groups(&records), [[0], [1]]);
}

#[test]
fn a_slip_of_the_keys_joins_where_the_address_agrees_and_another_number_does_not() {
    let slip = [at(1, host("chekout-node"), &["10.0.0.1"]), at(2, host("checkout-node"), &["10.0.0.1"])];
    let number = [at(1, host("checkout-12"), &["10.0.0.1"]), at(2, host("checkout-13"), &["10.0.0.1"])];

    assert_eq!(groups(&slip), [vec![0, 1]]);
    assert_eq!(groups(&number), [[0], [1]]);
}

#[test]
fn a_slip_joins_without_an_address_when_two_other_sources_agree_on_the_spelling() {
    let records = [
        at(1, host("supplier-gateway"), &[]),
        at(2, host("supplier-gateway"), &[]),
        at(3, host("suplier-gateway"), &[]),
    ];

    assert_eq!(groups(&records), [vec![0, 1, 2]]);
    assert_eq!(groups(&records[1..]), [[0], [1]]);
}

#[test]
fn people_join_what_has_no_evidence_and_part_what_has_all() {
    let records = [
        at(1, host("alpha"), &[]),
        at(2, host("beta"), &[]),
        at(1, host("gamma-1"), &["10.0.0.1"]),
        at(2, host("gamma-1"), &["10.0.0.1"]),
    ];
    let reference = |at: usize| records[at].reference();
    let decisions = IdentityDecisions {
        same: vec![(reference(0), reference(1))],
        apart: vec![(reference(2), reference(3))],
        aliases: Vec::new(),
    };

    let resolution = resolve(&records, &decisions);

    assert_eq!(resolution.groups, [vec![0, 1], vec![2], vec![3]]);
    assert_eq!(resolution.proposals, []);
}

#[test]
fn kept_apart_holds_through_a_third_record() {
    let records = [at(1, host("gamma-1"), &[]), at(2, host("gamma-1"), &[]), at(3, host("gamma-1"), &[])];
    let apart = vec![(records[0].reference(), records[1].reference())];

    let resolution = resolve(&records, &IdentityDecisions { apart, ..IdentityDecisions::default() });

    assert!(resolution.groups.iter().all(|group| !(group.contains(&0) && group.contains(&1))));
}

#[test]
fn an_alias_that_people_gave_joins() {
    let records = [at(1, host("db-m1"), &[]), at(2, host("orders-primary"), &[])];
    let aliases = vec![(RecordRef { source: 1, key: "db-m1".to_owned() }, "orders-primary".to_owned())];

    let resolution = resolve(&records, &IdentityDecisions { aliases, ..IdentityDecisions::default() });

    assert_eq!(resolution.groups, [vec![0, 1]]);
}

#[test]
fn decisions_on_records_that_are_gone_say_nothing() {
    let gone = |key: &str| RecordRef { source: 9, key: key.to_owned() };
    let decisions = IdentityDecisions { same: vec![(gone("a"), gone("b"))], ..IdentityDecisions::default() };

    assert_eq!(resolve(&[], &decisions), Resolution::default());
}

#[test]
fn ten_thousand_records_of_one_name_stay_apart_quickly() {
    let named = |number: u32| Entity { key: number.to_string(), ..host("localhost") };
    let records: Vec<InventoryRecord> =
        (0..10_000).map(|number| at(1 + number % 2, named(number), &["127.0.0.1"])).collect();

    assert_eq!(resolve(&records, &IdentityDecisions::default()).groups.len(), 10_000);
}

proptest! {
    #[test]
    fn every_record_is_in_one_group_and_no_group_has_two_of_a_source(
        told in prop::collection::vec((1_u32..4, "(web|db|支付)-[0-3](\\.example\\.net)?", 0_u8..6), 0..40)
    ) {
        let records: Vec<InventoryRecord> = told
            .iter()
            .enumerate()
            .map(|(number, (source, name, address))| {
                let entity = Entity { key: number.to_string(), ..host(name) };
                at(*source, entity, &[&format!("10.0.0.{address}")])
            })
            .collect();

        let resolution = resolve(&records, &IdentityDecisions::default());

        let mut seen: Vec<usize> = resolution.groups.iter().flatten().copied().collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..records.len()).collect::<Vec<_>>());
        for group in &resolution.groups {
            let mut sources: Vec<u32> = group.iter().map(|&record| records[record].source).collect();
            sources.sort_unstable();
            sources.dedup();
            prop_assert_eq!(sources.len(), group.len());
        }
        for pair in resolution.proposals.windows(2) {
            prop_assert!(pair[0].score >= pair[1].score);
        }
    }

    #[test]
    fn the_order_of_the_records_changes_no_group(seed in 0_usize..1_000) {
        let records = [
            at(1, host("web-1"), &["10.0.0.1"]),
            at(2, host("web-1.example.net"), &[]),
            at(3, host("10.0.0.1:9100"), &[]),
            at(1, host("web-2"), &["10.0.0.2"]),
            at(2, host("WEB-2"), &["10.0.0.1"]),
        ];
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.rotate_left(seed % records.len());
        if seed % 2 == 1 {
            order.reverse();
        }
        let turned: Vec<InventoryRecord> = order.iter().map(|&at| records[at].clone()).collect();

        let mut found: Vec<Vec<usize>> = groups(&turned)
            .into_iter()
            .map(|group| {
                let mut group: Vec<usize> = group.into_iter().map(|at| order[at]).collect();
                group.sort_unstable();
                group
            })
            .collect();
        found.sort();

        prop_assert_eq!(found, groups(&records));
    }
}

fn groups(records: &[InventoryRecord]) -> Vec<Vec<usize>> {
    resolve(records, &IdentityDecisions::default()).groups
}

fn host(name: &str) -> Entity {
    Entity::new(EntityKind::Host, name)
}

fn at(source: u32, entity: Entity, addresses: &[&str]) -> InventoryRecord {
    let addresses = addresses.iter().map(|&address| address.to_owned()).collect();
    InventoryRecord { source, entity: Entity { addresses, ..entity }, known_at: Timestamp::from_millis(0) }
}
