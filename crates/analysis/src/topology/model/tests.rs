//! Behaviours of the model.

use std::collections::BTreeMap;

use wardroom_core::{Dependency, Entity, EntityKind, Labels, Timestamp};

use super::{
    ConflictReason, DeclaredEdge, DoubtReason, EdgeOrigin, EdgeState, Model, ModelDecisions, ModelEdge,
    ModelInput, ObservedEdge, ObservedOrigin, StaleReason, build,
};
use crate::topology::identity::InventoryRecord;

const DAY_MS: i64 = 86_400_000;
const NOW: Timestamp = Timestamp::from_millis(1_794_924_000_000);

#[test]
fn a_thing_is_found_by_all_that_any_source_calls_it() {
    let mut input = Input::default();
    input.record(1, Entity { addresses: vec!["10.0.3.7".to_owned()], ..host("db-m1") });
    input.record(2, host("DB-M1.prod.example.net"));

    let model = input.build();

    assert_eq!(model.things.len(), 1);
    for name in [
        "db-m1",
        "DB-M1",
        "db-m1:9100",
        "db-m1.prod.example.net:5432",
        "10.0.3.7:9100",
        "10.0.3.7",
        "postgres://app@db-m1:5432/orders",
    ] {
        assert_eq!(model.index.find(name), Some(0), "{name}");
    }
    assert_eq!(model.index.find("db-m2"), None);
    assert_eq!(model.index.find(""), None);
}

#[test]
fn a_name_of_another_domain_finds_nothing() {
    let mut input = Input::default();
    input.record(1, host("api"));
    input.record(1, host("web-1.fra.example.net"));

    let index = input.build().index;

    assert_eq!(index.find("api.payments.invalid"), None);
    assert_eq!(index.find("web-1.muc.example.net"), None);
    assert_eq!(index.find("api.fra.example.net"), index.find("api"));
    assert_eq!(index.find("api.shop.svc.cluster.local:8080"), index.find("api"));
    assert!(index.find("api").is_some());
}

#[test]
fn a_person_names_the_owner_where_no_source_does() {
    let mut input = Input::default();
    input.record(1, host("db-m1"));
    input.record(1, Entity { team: "data".to_owned(), ..host("db-m2") });
    for name in ["DB-M1", "db-m2", "nothing"] {
        input.decisions.owners.insert(name.to_owned(), "platform".to_owned());
    }

    let model = input.build();

    let team = |name: &str| model.things[model.index.find(name).unwrap()].entity.team.as_str();
    assert_eq!((team("db-m1"), team("db-m2")), ("platform", "data"));
    assert!(model.conflicts.is_empty());
}

#[test]
fn things_of_one_name_get_what_tells_them_apart_behind_it() {
    let mut input = Input::default();
    for site in ["fra1", "muc2"] {
        input.record(1, Entity { key: site.to_owned(), site: site.to_owned(), ..host("web-1") });
    }

    let model = input.build();

    let names: Vec<&str> = model.things.iter().map(|thing| thing.name.as_str()).collect();
    assert_eq!(names, ["web-1 (fra1)", "web-1 (muc2)"]);
    assert_eq!(model.index.find("web-1"), None);
    assert!(model.index.is_shared("web-1"));
    assert_eq!(model.index.find("WEB-1 (muc2)"), Some(1));
}

#[test]
fn names_that_look_alike_are_told_apart_and_shown_on_one_line() {
    let mut input = Input::default();
    for (key, name) in
        [("1", "web\r\nfrontend"), ("2", "pay\u{200b}ments"), ("3", "payments"), ("4", "\u{202e}")]
    {
        input.record(1, Entity { key: key.to_owned(), ..host(name) });
    }

    let model = input.build();

    let mut names: Vec<&str> = model.things.iter().map(|thing| thing.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["4", "payments (2)", "payments (3)", "web frontend"]);
    assert!(model.index.is_shared("pay\u{200b}ments"));
    assert_eq!(model.index.find("web\r\nfrontend"), model.index.find("web frontend"));
    assert!(model.index.find("web frontend").is_some());
}

#[test]
fn a_name_with_letters_that_look_like_anothers_has_their_code_points_behind_it() {
    let mut input = Input::default();
    for name in ["web-a", "web-\u{430}", "\u{441}\u{43e}\u{440}t", "caf\u{e9}"] {
        input.record(1, host(name));
    }

    let model = input.build();

    let names: Vec<&str> = model.things.iter().map(|thing| thing.name.as_str()).collect();
    assert_eq!(names, ["web-a", "web-\u{430} (U+0430)", "\u{441}\u{43e}\u{440}t", "caf\u{e9}"]);
    for (name, thing) in [("web-a", 0), ("web-\u{430}", 1), (names[1], 1), ("cafe\u{301}", 3)] {
        assert_eq!(model.index.find(name), Some(thing), "{name}");
    }
    assert_eq!(model.duplicates.len(), 1);
}

#[test]
fn an_end_that_only_looks_like_a_known_name_is_told_apart_from_it() {
    let mut input = Input::default();
    input.record(1, host("web-a"));
    input.record(1, host("orders"));
    for source in [1, 2] {
        input.declare(source, "orders", "web-\u{430}", 0);
        input.declare(source, "orders", "\u{441}\u{43e}\u{440}t", 0);
    }

    let model = input.build();

    let names: Vec<&str> = model.things.iter().skip(2).map(|thing| thing.name.as_str()).collect();
    assert_eq!(names, ["web-\u{430} (U+0430)", "\u{441}\u{43e}\u{440}t"]);
    assert_eq!((model.index.find("web-\u{430}"), model.index.find("web-a")), (Some(2), Some(0)));
    assert_eq!(model.edges.len(), 2);
    assert_eq!(alike(&model), [(0, 2, "a (U+0061) / \u{430} (U+0430)".to_owned())]);
    assert!(model.duplicates[0].score > 0.8);
    input.decisions.named_apart.push(("web-a".to_owned(), names[0].to_owned()));
    assert!(input.build().duplicates.is_empty());
}

#[test]
fn names_that_only_edges_use_and_that_look_alike_may_be_one() {
    let mut input = Input::default();
    input.record(1, host("orders"));
    input.record(1, host("\u{441}ache"));
    for name in ["w\u{435}b-\u{430}", "web-\u{430}", "cache"] {
        input.observe("orders", name, ObservedOrigin::Inferred, 0);
    }

    let model = input.build();

    let names: Vec<&str> = model.things.iter().skip(2).map(|thing| thing.name.as_str()).collect();
    assert_eq!(names, ["cache", "web-\u{430}", "w\u{435}b-\u{430} (U+0435, U+0430)"]);
    let told = alike(&model);
    let pairs: Vec<(usize, usize)> = told.iter().map(|(a, b, _)| (*a, *b)).collect();
    assert_eq!(pairs, [(1, 2), (3, 4)]);
    let same = ("web-\u{430}".to_owned(), "w\u{435}b-\u{430}".to_owned());
    input.decisions.named_same.push(same);
    let merged = input.build();
    assert_eq!((merged.things.len(), merged.edges.len(), alike(&merged).len()), (4, 2, 1));
    assert_eq!(merged.index.find("w\u{435}b-\u{430}"), merged.index.find("web-\u{430}"));
    assert!(merged.unplaced.is_empty() && merged.index.find("web-\u{430}").is_some());
}

#[test]
fn what_sources_tell_is_shown_on_one_line_and_differs_only_where_that_can_be_seen() {
    let mut input = Input::default();
    input.record(
        1,
        Entity { team: "data\nplatform".to_owned(), site: "\u{200b}".to_owned(), ..host("db-m1") },
    );
    input.record(
        2,
        Entity { team: "data \u{200b}platform".to_owned(), site: "fra1".to_owned(), ..host("db-m1") },
    );
    input.record(2, host("db-m2"));
    input.declare_how(2, "db-m1", "db-m2", "replicates\r\nto");

    let model = input.build();

    let thing = &model.things[model.index.find("db-m1").unwrap()];
    assert_eq!((thing.entity.team.as_str(), thing.entity.site.as_str()), ("data platform", "fra1"));
    assert!(model.conflicts.is_empty(), "{:?}", model.conflicts);
    assert_eq!(model.edges[0].how, "replicates to");
}

#[test]
fn labels_find_the_thing_of_the_kind_they_usually_name() {
    let mut input = Input::default();
    input.record(1, Entity { key: "a".to_owned(), ..Entity::new(EntityKind::Service, "checkout") });
    input.record(1, Entity { key: "b".to_owned(), ..Entity::new(EntityKind::System, "checkout") });
    input.record(1, Entity { addresses: vec!["10.0.0.5".to_owned()], ..host("node-5") });
    let index = input.build().index;
    let of = |pairs: &[(&str, &str)]| index.of_labels(&Labels::new(pairs.iter().copied()));

    assert_eq!(of(&[("service", "checkout"), ("instance", "10.0.0.5:8080")]), Some(0));
    assert_eq!(of(&[("job", "node"), ("instance", "10.0.0.5:9100")]), Some(2));
    assert_eq!(of(&[("pod", "checkout-7d9f8b6c5-x2x9z")]), Some(0));
    assert_eq!(of(&[("pod", "checkout-0")]), Some(0));
    assert_eq!(of(&[("job", "checkout")]), Some(0));
    assert_eq!(of(&[("service", "unheard-of"), ("mode", "idle")]), None);
}

#[test]
fn sources_that_disagree_are_a_conflict_and_the_newest_word_is_believed() {
    let mut input = Input::default();
    let team = |team: &str, days: i64| Entity {
        team: team.to_owned(),
        changed_at: Some(NOW.plus_millis(-days * DAY_MS)),
        ..host("db-m1")
    };
    input.record(1, team("payments", 30));
    input.record(2, team("orders", 3));

    let newest = input.build();
    input.ranks.insert(1, 0);
    let ranked = input.build();
    input.decisions.prefer.push(("db-m1".to_owned(), "team".to_owned(), 2));
    let preferred = input.build();

    let of = |model: &Model| {
        let conflict = &model.conflicts[0];
        (model.things[0].entity.team.clone(), conflict.values[conflict.used].0, conflict.reason)
    };
    assert_eq!(of(&newest), ("orders".to_owned(), 2, ConflictReason::Newest));
    assert_eq!(of(&ranked), ("payments".to_owned(), 1, ConflictReason::Ranked));
    assert_eq!(of(&preferred), ("orders".to_owned(), 2, ConflictReason::Preferred));
    assert_eq!(newest.conflicts.len(), 1);
    assert_eq!(newest.conflicts[0].field, "team");
}

#[test]
fn what_one_source_does_not_tell_another_fills_in_without_conflict() {
    let mut input = Input::default();
    input.record(1, Entity { tier: Some(1), ..host("db-m1") });
    input.record(2, Entity { team: "orders".to_owned(), ..Entity::new(EntityKind::Other, "DB-M1") });

    let model = input.build();

    let entity = &model.things[0].entity;
    assert_eq!((entity.tier, entity.team.as_str(), entity.kind), (Some(1), "orders", EntityKind::Host));
    assert_eq!(model.conflicts, []);
}

#[test]
fn words_that_two_sources_always_use_for_each_other_are_no_conflict() {
    let mut input = Input::default();
    for number in 0..12 {
        let name = format!("web-{number}");
        input.record(1, Entity { site: "fra1".to_owned(), ..host(&name) });
        input.record(2, Entity { site: "Frankfurt 1".to_owned(), ..host(&name) });
    }
    input.record(1, Entity { site: "muc2".to_owned(), ..host("odd-1") });
    input.record(2, Entity { site: "Frankfurt 1".to_owned(), ..host("odd-1") });

    let model = input.build();

    // One of thirteen disagrees: 12 of 13 are nine of ten.
    assert_eq!(model.conflicts.len(), 1);
    assert_eq!(model.things[model.conflicts[0].thing].name, "odd-1");
}

#[test]
fn what_two_sources_or_telemetry_name_is_external_and_what_one_source_names_dangles() {
    let mut input = Input::default();
    input.record(1, host("web"));
    input.declare(1, "web", "mainframe", 1);
    input.declare(2, "web", "mainframe", 1);
    input.declare(1, "web", "ghost", 1);
    input.declare(1, "web", "web", 1);
    input.declare(1, "web", "4711", 1);
    input.declare(2, "web", "4711", 1);
    input.observe("web", "api.payments.invalid:443", ObservedOrigin::Inferred, 0);
    input.observe("web", "localhost:9090", ObservedOrigin::Inferred, 0);

    let model = input.build();

    let external: Vec<&str> = model
        .things
        .iter()
        .filter(|thing| thing.entity.kind == EntityKind::External)
        .map(|thing| thing.name.as_str())
        .collect();
    assert_eq!(external, ["api.payments.invalid", "mainframe"]);
    let dangling = [(2, "ghost"), (3, ""), (4, "4711"), (5, "4711")].map(|(at, name)| (at, name.to_owned()));
    assert_eq!(model.dangling, dangling);
    assert_eq!(model.unplaced, [(1, "localhost:9090".to_owned())]);
    assert_eq!(model.edges.len(), 2);
}

#[test]
fn an_edge_by_key_finds_the_record_of_its_own_source() {
    let mut input = Input::default();
    input.record(1, Entity { key: "17".to_owned(), ..host("web") });
    input.record(1, Entity { key: "18".to_owned(), ..host("db") });
    input.record(2, Entity { key: "17".to_owned(), ..host("mail") });
    input.declare(1, "17", "18", 1);

    let model = input.build();

    assert_eq!(pair(&model, &model.edges[0]), ("web", "db"));
}

#[test]
fn an_edge_that_nobody_confirmed_for_a_fortnight_is_stale_until_telemetry_shows_it() {
    let mut input = Input::default();
    input.record(1, host("web"));
    input.record(1, host("db"));
    input.declare(1, "web", "db", 15);

    let old = input.build();
    input.observe("web", "db:5432", ObservedOrigin::Inferred, 1);
    let seen = input.build();

    assert_eq!(old.edges[0].state, EdgeState::Stale(StaleReason::Old));
    assert_eq!(old.edges[0].origins, [EdgeOrigin::Declared { source: 1, age_ms: 15 * DAY_MS }]);
    assert_eq!(seen.edges[0].state, EdgeState::Sound);
    assert_eq!((seen.edges.len(), seen.edges[0].origins.len()), (1, 2));
}

#[test]
fn an_old_edge_of_a_source_that_was_not_read_since_is_not_stale() {
    let mut input = Input { known_at: NOW.plus_millis(-20 * DAY_MS), ..Input::default() };
    input.record(1, host("web"));
    input.record(1, host("db"));
    input.declare(1, "web", "db", 20);

    assert_eq!(input.build().edges[0].state, EdgeState::Sound);
}

#[test]
fn a_declared_call_that_the_telemetry_of_both_ends_does_not_show_is_stale() {
    let mut input = Input::default();
    for name in ["web", "basket", "pricing"] {
        input.record(1, Entity::new(EntityKind::Service, name));
    }
    input.declare(1, "web", "basket", 1);
    input.observe("web", "pricing", ObservedOrigin::Inferred, 0);
    let silent = input.build();
    input.observe("pricing", "basket", ObservedOrigin::Inferred, 0);
    let seen = input.build();

    assert_eq!(state(&silent, "web", "basket"), EdgeState::Sound);
    assert_eq!(state(&seen, "web", "basket"), EdgeState::Stale(StaleReason::Unseen));
}

#[test]
fn opposite_directions_of_two_sources_are_doubtful_and_a_cycle_of_one_source_is_not() {
    let mut input = Input::default();
    for name in ["web", "basket", "pricing"] {
        input.record(1, Entity::new(EntityKind::Service, name));
    }
    input.declare(1, "web", "basket", 1);
    input.declare(2, "basket", "web", 1);
    input.declare(1, "web", "pricing", 1);
    input.declare(1, "pricing", "web", 1);

    let model = input.build();

    assert_eq!(state(&model, "web", "basket"), EdgeState::Doubtful(DoubtReason::Reversed));
    assert_eq!(state(&model, "basket", "web"), EdgeState::Doubtful(DoubtReason::Reversed));
    assert_eq!(state(&model, "web", "pricing"), EdgeState::Sound);
    assert_eq!(state(&model, "pricing", "web"), EdgeState::Sound);
}

#[test]
fn an_edge_to_a_retired_thing_is_doubtful() {
    let mut input = Input::default();
    input.record(1, host("web"));
    input.record(1, Entity { status: "Decommissioned".to_owned(), ..host("db") });
    input.declare(1, "web", "db", 1);

    assert_eq!(input.build().edges[0].state, EdgeState::Doubtful(DoubtReason::EndRetired));
}

#[test]
fn decisions_remove_draw_and_confirm_edges_and_those_that_name_nothing_are_listed() {
    let mut input = Input::default();
    for name in ["web", "db", "cache", "mail"] {
        input.record(1, host(name));
    }
    input.declare(1, "web", "db", 1);
    input.declare(1, "web", "mail", 20);
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    input.decisions.removed.push(text("WEB", "db"));
    input.decisions.confirmed.push(text("web", "mail"));
    input.decisions.drawn.push(("web".to_owned(), "cache".to_owned(), "caches in".to_owned()));
    input.decisions.drawn.push(("web".to_owned(), "gone".to_owned(), "calls".to_owned()));

    let model = input.build();

    assert_eq!(state(&model, "web", "db"), EdgeState::Removed);
    assert_eq!(state(&model, "web", "mail"), EdgeState::Sound);
    assert_eq!(state(&model, "web", "cache"), EdgeState::Sound);
    assert_eq!(model.unheeded, [text("web", "gone")]);
    assert_eq!(model.orphans, [1]);
}

#[test]
fn a_word_that_tells_more_takes_in_one_that_tells_less() {
    let mut input = Input::default();
    input.record(1, host("web"));
    input.record(1, host("db"));
    for how in ["reads", "writes", "depends on", "runs on"] {
        input.declare_how(1, "web", "db", how);
    }
    input.observe("web", "db", ObservedOrigin::Inferred, 0);

    let model = input.build();

    let told: Vec<(&str, usize)> = model.edges.iter().map(|e| (e.how.as_str(), e.origins.len())).collect();
    assert_eq!(told, [("reads", 2), ("runs on", 1), ("writes", 2)]);
}

#[test]
fn a_guess_stays_a_guess_until_a_person_confirms_it() {
    let mut input = Input::default();
    input.record(1, host("web"));
    input.record(1, host("db"));
    input.observe("web", "db", ObservedOrigin::Proposed, 0);

    let guessed = input.build();
    input.decisions.confirmed.push(("web".to_owned(), "db".to_owned()));
    let confirmed = input.build();

    assert_eq!(guessed.edges[0].state, EdgeState::Proposed);
    assert_eq!(guessed.orphans, [0, 1]);
    assert_eq!(confirmed.edges[0].state, EdgeState::Sound);
}

#[test]
fn every_thing_is_found_by_its_name_among_ten_thousand_of_one_name() {
    let mut input = Input::default();
    for number in 0..10_000 {
        input.record(1, Entity { key: number.to_string(), ..host("web") });
    }

    let model = input.build();

    assert_eq!(model.things.len(), 10_000);
    for (number, thing) in model.things.iter().enumerate() {
        assert_eq!(model.index.find(&thing.name), Some(number));
    }
}

#[test]
fn notes_stand_at_their_thing() {
    let mut input = Input::default();
    input.record(1, host("web"));
    input.decisions.notes.insert("WEB:9100".to_owned(), "moves in May".to_owned());

    assert_eq!(input.build().things[0].note, "moves in May");
}

/// What a model is made of, written down by tests.
struct Input {
    records: Vec<InventoryRecord>,
    declared: Vec<DeclaredEdge>,
    observed: Vec<ObservedEdge>,
    decisions: ModelDecisions,
    ranks: BTreeMap<u32, u32>,
    known_at: Timestamp,
}

impl Default for Input {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            declared: Vec::new(),
            observed: Vec::new(),
            decisions: ModelDecisions::default(),
            ranks: BTreeMap::new(),
            known_at: NOW,
        }
    }
}

impl Input {
    fn record(&mut self, source: u32, entity: Entity) {
        self.records.push(InventoryRecord { source, entity, known_at: self.known_at });
    }

    fn declare(&mut self, source: u32, from: &str, to: &str, days: i64) {
        self.declare_how(source, from, to, "calls");
        if let Some(last) = self.declared.last_mut() {
            last.event_at = NOW.plus_millis(-days * DAY_MS);
        }
    }

    fn declare_how(&mut self, source: u32, from: &str, to: &str, how: &str) {
        let edge = Dependency::new(from, to, how);
        self.declared.push(DeclaredEdge { source, edge, event_at: self.known_at, known_at: self.known_at });
    }

    fn observe(&mut self, from: &str, to: &str, origin: ObservedOrigin, days: i64) {
        let at = NOW.plus_millis(-days * DAY_MS);
        self.observed.push(ObservedEdge {
            from: from.to_owned(),
            to: to.to_owned(),
            how: "calls".to_owned(),
            origin,
            rule: "peer".to_owned(),
            evidence: vec!["http_client_requests_total".to_owned()],
            score: 0.5,
            first_at: at,
            last_at: at,
        });
    }

    fn build(&self) -> Model {
        build(&ModelInput {
            records: &self.records,
            declared: &self.declared,
            observed: &self.observed,
            decisions: &self.decisions,
            now: NOW,
            ranks: &self.ranks,
        })
    }
}

/// What may be one thing, with the letters by which the names differ.
fn alike(model: &Model) -> Vec<(usize, usize, String)> {
    model.duplicates.iter().map(|pair| (pair.a, pair.b, pair.for_[0].text.clone())).collect()
}

fn host(name: &str) -> Entity {
    Entity::new(EntityKind::Host, name)
}

fn pair<'a>(model: &'a Model, edge: &ModelEdge) -> (&'a str, &'a str) {
    (&model.things[edge.from].name, &model.things[edge.to].name)
}

fn state(model: &Model, from: &str, to: &str) -> EdgeState {
    let edge = model.edges.iter().find(|edge| pair(model, edge) == (from, to)).expect("the edge is there");
    edge.state
}
