//! Remedies beside the reference ones: each that is said to cure a fault leaves less damage than waiting, and those that
//! no fault asks for do what they say.

use std::collections::BTreeSet;

use crate::faults;
use crate::order::{FaultKind, OrderKind, Remedy, RemedyKind};
use crate::proof::faults::{
    Case, DATA_AND_LOAD, Measure, ONSET_S, SLOW_AND_BROKEN, USUAL, highest, over_instances,
};
use crate::proof::scene::{START, Scene, after};
use crate::world::World;

/// A remedy with its target and amount.
type Step = (RemedyKind, &'static str, Option<f64>);

/// Another way to cure a fault than the reference takes.
struct Other {
    case: Case,
    /// One after the other, `gap_s` apart.
    steps: &'static [Step],
}

const OTHERS: &[Other] = &[
    Other {
        case: Case { kind: FaultKind::ClockSkew, target: "app-1", ..USUAL },
        steps: &[(RemedyKind::Drain, "app-1", None)],
    },
    // What fills the disk goes on, and has four TiB to fill.
    Other {
        case: Case {
            kind: FaultKind::DiskFills,
            target: "data-1",
            values: &[("gib_per_hour", 5_000.0)],
            ..USUAL
        },
        steps: &[(RemedyKind::ExpandDisk, "data-1", Some(4_096.0))],
    },
    Other {
        case: Case {
            kind: FaultKind::LoadSurge,
            target: "web",
            values: &[("factor", 2.4)],
            measure: Measure::Response("web"),
            damage: 0.03,
            heal_s: 420,
            left: 0.6,
            ..USUAL
        },
        steps: &[(RemedyKind::ScaleOut, "web", Some(2.0))],
    },
    Other {
        case: Case { kind: FaultKind::LockPileUp, target: "pg-main", ..USUAL },
        steps: &[(RemedyKind::Restart, "pg-main-1", None)],
    },
    Other {
        case: Case { kind: FaultKind::LockPileUp, target: "pg-main", ..USUAL },
        steps: &[(RemedyKind::FailOver, "pg-main", None)],
    },
    // All of the traffic in one zone is too much for it in the afternoon.
    Other {
        case: Case { kind: FaultKind::NoisyNeighbour, target: "app-1", values: &[("cores", 256.0)], ..USUAL },
        steps: &[(RemedyKind::Drain, "app-1", None)],
    },
    // Nobody reaches the primary, and everybody its replicas. Five minutes after the order the last callers recover.
    Other {
        case: Case {
            kind: FaultKind::NetworkPartition,
            target: "db-1",
            damage: 0.02,
            cure_s: 120,
            left: 0.3,
            ..USUAL
        },
        steps: &[(RemedyKind::FailOver, "pg-main", None)],
    },
    // Nobody reaches one of two replicas. That all of a zone is shifted is proven in `flows`: the harbour has the replica
    // of its ledger and the cache of its catalog in south only, so that north cannot do alone.
    Other {
        case: Case {
            kind: FaultKind::NetworkPartition,
            target: "db-2",
            measure: Measure::Response("identity"),
            damage: 0.01,
            ..USUAL
        },
        steps: &[(RemedyKind::ShiftTraffic, "pg-main -> north", None)],
    },
    Other {
        case: Case {
            kind: FaultKind::PacketLoss,
            target: "db-2",
            values: &[("loss_ratio", 0.3)],
            measure: Measure::Response("identity"),
            damage: 0.01,
            ..USUAL
        },
        steps: &[(RemedyKind::Drain, "db-2", None)],
    },
    Other {
        case: Case {
            kind: FaultKind::PoolTooSmall,
            target: "orders -> pg-main",
            measure: Measure::Response("orders"),
            damage: 0.05,
            heal_s: 420,
            ..USUAL
        },
        steps: &[(RemedyKind::RollBack, "orders", None)],
    },
    Other {
        case: Case { kind: FaultKind::PrimaryCrash, target: "pg-main", damage: 0.02, cure_s: 120, ..USUAL },
        steps: &[(RemedyKind::Restart, "pg-main-1", None)],
    },
    // Nobody reads old data any more; the replica stays behind.
    Other {
        case: Case {
            kind: FaultKind::ReplicationLag,
            target: "mysql-ledger-2",
            values: &[("applied_ratio", 0.3)],
            measure: Measure::Stale,
            damage: 0.5,
            heal_s: 540,
            left: 0.4,
            ..USUAL
        },
        steps: &[(RemedyKind::Drain, "mysql-ledger-2", None)],
    },
    Other {
        case: Case {
            kind: FaultKind::ReplicationStopped,
            target: "mysql-ledger-2",
            measure: Measure::Behind("mysql-ledger-2"),
            damage: 60.0,
            heal_s: 480,
            ..USUAL
        },
        steps: &[(RemedyKind::SkipReplication, "mysql-ledger-2", None)],
    },
    // The storm lives of tries that are given up too early.
    Other {
        case: Case {
            kind: FaultKind::RetryStorm,
            target: "orders",
            cure_s: 240,
            gap_s: 0,
            heal_s: 420,
            ..USUAL
        },
        steps: &[
            (RemedyKind::ChangeTimeout, "checkout -> orders", Some(8_000.0)),
            (RemedyKind::ChangeTimeout, "api-gateway -> orders", Some(8_000.0)),
        ],
    },
    Other {
        case: Case {
            kind: FaultKind::SlowDisk,
            target: "db-2",
            values: &[("factor", 400.0)],
            measure: Measure::Response("identity"),
            damage: 0.01,
            ..USUAL
        },
        steps: &[(RemedyKind::ShiftTraffic, "pg-main -> north", None)],
    },
    Other {
        case: Case {
            kind: FaultKind::ZombieProcesses,
            target: "app-1",
            values: &[("processes_per_minute", 60_000.0)],
            ..USUAL
        },
        steps: &[(RemedyKind::Drain, "app-1", None)],
    },
];

fn order(world: &mut World, (kind, target, amount): Step) -> Result<(), String> {
    let remedy = Remedy { kind, target: target.to_owned(), amount };
    world
        .order(OrderKind::Remedy(remedy))
        .map(|_| ())
        .map_err(|why| format!("{} is refused: {why}", kind.as_str()))
}

/// Returns the harbour at the second at which faults begin.
fn harbour(seed: u64) -> World {
    let mut world = World::new(&Scene::harbour().parse(), seed, START).without_telemetry();
    world.advance(after(ONSET_S));
    world
}

fn prove_other(other: &Other, before: &World) -> Result<String, String> {
    let case = &other.case;
    let mut broken = before.clone();
    broken.order(OrderKind::Inject(case.spec())).map_err(|why| format!("refused: {why}"))?;
    broken.advance(after(ONSET_S + case.cure_s));
    let normal = case.level(before);
    let mut cured = broken.clone();
    for (n, step) in (0_i64..).zip(other.steps) {
        cured.advance(after(ONSET_S + case.cure_s + n * case.gap_s));
        order(&mut cured, *step)?;
    }
    cured.advance(after(ONSET_S + case.cure_s + case.heal_s));
    let waited = highest(case, &mut broken, case.cure_s) - normal;
    let left = case.level(&cured) - normal;
    let found = format!("{waited:.3} by waiting, {left:.3} is left ({:?})", case.measure);
    let cures = waited >= case.damage && left <= case.left * waited;
    if cures { Ok(found) } else { Err(found) }
}

#[test]
fn every_remedy_that_is_said_to_cure_leaves_less_damage_than_waiting() {
    let before = harbour(95);
    let mut wrong = Vec::new();
    for other in OTHERS {
        let by: Vec<&str> = other.steps.iter().map(|(kind, ..)| kind.as_str()).collect();
        let what = format!("{} at {} by {}", other.case.kind.as_str(), other.case.target, by.join(", "));
        match prove_other(other, &before) {
            Ok(found) => println!("{what}: {found}"),
            Err(problem) => wrong.push(format!("{what}: {problem}")),
        }
    }

    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), OTHERS.len(), wrong.join("\n"));
}

#[test]
fn every_cure_that_is_named_is_proven() {
    let world = harbour(96);
    let mut proven = BTreeSet::new();
    for case in SLOW_AND_BROKEN.iter().chain(DATA_AND_LOAD) {
        let remedies = world.cures(&case.spec()).expect("the case is one of the harbour");
        proven.extend(remedies.iter().map(|remedy| (case.kind, remedy.kind)));
    }
    for other in OTHERS {
        proven.extend(other.steps.iter().map(|(remedy, ..)| (other.case.kind, *remedy)));
    }

    let named =
        faults::ALL.iter().flat_map(|&kind| faults::about(kind).cures.iter().map(move |&c| (kind, c)));
    let unproven: Vec<_> = named.filter(|pair| !proven.contains(pair)).collect();

    assert!(unproven.is_empty(), "{unproven:?}");
}

/// Lets a harbour in which nothing is wrong run for so long, with and without a remedy.
fn with_and_without(step: Step, for_s: i64) -> (World, World) {
    let mut without = harbour(97);
    let mut with = without.clone();
    order(&mut with, step).expect("it can be done");
    for world in [&mut with, &mut without] {
        world.advance(after(ONSET_S + for_s));
    }
    (with, without)
}

fn offered_rps(world: &World, name: &str) -> f64 {
    over_instances(world, world.plan().component(name).expect("the harbour has it"), |i| i.offered_rps)
}

#[test]
fn clearing_a_cache_sends_all_to_the_database() {
    let (with, without) = with_and_without((RemedyKind::ClearCache, "redis-catalog", None), 15);
    let cold = Case { measure: Measure::Cold("redis-catalog"), ..USUAL };

    assert!(cold.level(&with) > 0.5 && cold.level(&without) < 0.1, "{}", cold.level(&with));
    let (asked, usual) = (offered_rps(&with, "pg-main"), offered_rps(&without, "pg-main"));
    assert!(asked > 1.1 * usual, "{asked} instead of {usual} requests a second");
    let response = Case { measure: Measure::Response("catalog"), ..USUAL };
    let (waits, waited) = (response.level(&with), response.level(&without));
    assert!(waits > waited, "{waits} instead of {waited} s");
}

#[test]
fn a_feature_that_is_off_asks_for_nothing_and_spares_work() {
    let (with, without) = with_and_without((RemedyKind::FlagOff, "api-gateway", None), 120);
    let (spared, usual) = with_and_without((RemedyKind::FlagOff, "catalog", None), 120);

    let asked = offered_rps(&with, "search") / offered_rps(&without, "search");
    assert!(asked < 0.01, "search is still asked {asked} of what it was");
    let users = (with.outcome().failed.iter().sum::<u64>(), without.outcome().failed.iter().sum::<u64>());
    assert!(users.0 <= users.1 + 10, "users do without, and nobody fails: {users:?}");
    let response = Case { measure: Measure::Response("catalog"), ..USUAL };
    assert!(response.level(&spared) < 0.9 * response.level(&usual));
}

#[test]
fn a_larger_disk_has_the_space_that_was_added() {
    let (with, without) = with_and_without((RemedyKind::ExpandDisk, "db-1", Some(300.0)), 130);
    let host = with.plan().host("db-1").expect("the harbour has it");
    let free = |world: &World| {
        let own = &world.state().hosts[host];
        own.disk_size_gib - own.disk_used_gib
    };

    assert!((free(&with) - free(&without) - 300.0).abs() < 1e-6);
}

#[test]
fn a_timeout_below_the_usual_answer_fails_the_calls_and_a_generous_one_does_not() {
    let (hasty, usual) =
        with_and_without((RemedyKind::ChangeTimeout, "checkout -> payments", Some(20.0)), 240);
    let (patient, _) =
        with_and_without((RemedyKind::ChangeTimeout, "checkout -> payments", Some(9_000.0)), 240);
    let failed = |world: &World| Case { ..USUAL }.level(world);

    assert!(failed(&hasty) > failed(&usual) + 0.02, "{} and {}", failed(&hasty), failed(&usual));
    assert!(failed(&patient) <= failed(&usual) + 0.002, "{} and {}", failed(&patient), failed(&usual));
}
