//! What a word about one finding covers, counted by hand.

use proptest::prelude::*;
use wardroom_core::anomaly::{Reason, Score};
use wardroom_core::label::Labels;
use wardroom_core::series::SeriesKey;

use super::*;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Monday 2026-03-02T05:00:00Z, 06:00 in Berlin; `date -u -d 2026-03-02T05:00:00Z +%s`.
const MONDAY: i64 = 1_772_427_600_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn key(metric: &str, labels: &[(&str, &str)]) -> SeriesKey {
    SeriesKey::new(metric, Labels::new(labels.iter().copied()))
}

fn series<'a>(key: &'a SeriesKey, entity: &'a str) -> SeriesSeen<'a> {
    SeriesSeen { source: 1, key, entity, first: Some(at(0)), last: Some(at(4_000_000_000_000)) }
}

fn living<'a>(key: &'a SeriesKey, entity: &'a str, first: i64, last: i64) -> SeriesSeen<'a> {
    SeriesSeen { first: Some(at(first)), last: Some(at(last)), ..series(key, entity) }
}

fn finding(number: u64, start: i64, series: SeriesSeen<'_>) -> FindingSeen<'_> {
    FindingSeen { id: FactId::new(7, number), start: at(start), step_ms: 15_000, manner: Manner::Up, series }
}

/// Berlin in 2026: summer time from 2026-03-29T01:00Z to 2026-10-25T01:00Z; `zdump -v Europe/Berlin`.
fn berlin() -> Offsets {
    Offsets::new(HOUR, vec![(at(1_792_890_000_000), HOUR), (at(1_774_746_000_000), 2 * HOUR)])
}

fn expected_by(finding: &FindingSeen<'_>, labels: &[Label<'_>]) -> Option<usize> {
    standing(finding, labels).filter(|(_, standing)| *standing == Standing::Expected).map(|(place, _)| place)
}

fn anomaly(kind: AnomalyKind, observed: Option<f64>, slope: Option<f64>) -> Anomaly {
    Anomaly {
        kind,
        start: at(0),
        end: None,
        step_ms: 15_000,
        score: Score::new(0.9),
        reason: Reason {
            observed,
            peak: None,
            expected: Some(2.0),
            lower: None,
            upper: None,
            slope_per_hour: slope,
            rarer_than: 0.99,
            history_ms: 6_000_000,
            season_ms: None,
        },
    }
}

#[test]
fn a_finding_departs_up_down_or_in_a_way_of_its_own() {
    let of = |kind, observed, slope| Manner::of(&anomaly(kind, observed, slope));

    assert_eq!(of(AnomalyKind::Level, Some(3.0), None), Manner::Up);
    assert_eq!(of(AnomalyKind::Spike, Some(1.0), None), Manner::Down);
    assert_eq!(of(AnomalyKind::Spike, None, None), Manner::Unsettled);
    assert_eq!(of(AnomalyKind::Trend, Some(9.0), Some(-1.0)), Manner::Down);
    assert_eq!(of(AnomalyKind::Variance, Some(9.0), None), Manner::Unsettled);
    assert_eq!(of(AnomalyKind::Missing, None, None), Manner::Missing);
    assert_eq!(of(AnomalyKind::Flat, Some(2.0), None), Manner::Flat);
    for manner in [Manner::Up, Manner::Down, Manner::Unsettled, Manner::Missing, Manner::Flat] {
        assert_eq!(Manner::parse(manner.as_str()), Some(manner));
    }
}

#[test]
fn once_covers_the_marked_event_and_no_other() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);
    let disk = series(&disk, "db");
    let labels = [Label { marked: finding(1, MONDAY, disk), verdict: Verdict::Once }];

    assert_eq!(expected_by(&finding(1, MONDAY, disk), &labels), Some(0));
    // Detected again with more history: another identity, two steps of 15 s earlier.
    assert_eq!(expected_by(&finding(2, MONDAY - 30_000, disk), &labels), Some(0));
    assert_eq!(expected_by(&finding(2, MONDAY - 30_001, disk), &labels), None);
    assert_eq!(expected_by(&finding(2, MONDAY + 7 * DAY, disk), &labels), None);
    let fall = FindingSeen { manner: Manner::Down, ..finding(2, MONDAY, disk) };
    assert_eq!(expected_by(&fall, &labels), None);
}

#[test]
fn weekly_covers_half_an_hour_around_the_weekday_and_time_of_day() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);
    let disk = series(&disk, "db");
    let utc = Offsets::default();
    let labels = [Label { marked: finding(1, MONDAY, disk), verdict: Verdict::Weekly(&utc) }];
    let covered = |start: i64| expected_by(&finding(2, start, disk), &labels).is_some();

    assert!(covered(MONDAY + 7 * DAY));
    assert!(covered(MONDAY + 7 * DAY + 30 * MINUTE) && covered(MONDAY + 7 * DAY - 30 * MINUTE));
    assert!(!covered(MONDAY + 7 * DAY + 30 * MINUTE + 1) && !covered(MONDAY + 7 * DAY - 30 * MINUTE - 1));
    assert!(!covered(MONDAY + DAY) && !covered(MONDAY + 7 * DAY + 12 * HOUR));
    // Mondays before the word was said are Mondays as well.
    assert!(covered(MONDAY - 14 * DAY));
    // One hour after the weekly job, another series, a fall, silence: none of these was said.
    assert!(!covered(MONDAY + 7 * DAY + HOUR));
    let other = key("disk_busy_ratio", &[("service", "web")]);
    assert_eq!(expected_by(&finding(2, MONDAY + 7 * DAY, series(&other, "web")), &labels), None);
    for manner in [Manner::Down, Manner::Missing, Manner::Flat] {
        let finding = FindingSeen { manner, ..finding(2, MONDAY + 7 * DAY, disk) };
        assert_eq!(expected_by(&finding, &labels), None, "{manner:?}");
    }
    let wild = FindingSeen { manner: Manner::Unsettled, ..finding(2, MONDAY + 7 * DAY, disk) };
    assert_eq!(expected_by(&wild, &labels), Some(0));
}

#[test]
fn the_end_of_a_week_is_next_to_its_beginning() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);
    let disk = series(&disk, "db");
    let utc = Offsets::default();
    // Weeks are counted from the epoch, a Thursday: five minutes past its midnight, and ten minutes before it.
    let labels = [Label { marked: finding(1, 5 * MINUTE, disk), verdict: Verdict::Weekly(&utc) }];

    assert_eq!(expected_by(&finding(2, 7 * DAY - 10 * MINUTE, disk), &labels), Some(0));
    assert_eq!(expected_by(&finding(2, 7 * DAY - 26 * MINUTE, disk), &labels), None);
}

#[test]
fn a_weekday_and_time_of_day_stay_what_they_are_over_a_change_of_the_clock() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);
    let disk = series(&disk, "db");
    let (local, utc) = (berlin(), Offsets::default());
    let marked = finding(1, MONDAY, disk);
    let by_clock = [Label { marked, verdict: Verdict::Weekly(&local) }];
    let by_utc = [Label { marked, verdict: Verdict::Weekly(&utc) }];
    // Five Mondays later, in summer time: 06:00 in Berlin is 04:00Z, 05:00Z is 07:00 there.
    let (six, seven) = (MONDAY + 35 * DAY - HOUR, MONDAY + 35 * DAY);

    assert_eq!(local.at(at(six)), 2 * HOUR);
    assert_eq!(expected_by(&finding(2, six, disk), &by_clock), Some(0));
    assert_eq!(expected_by(&finding(2, seven, disk), &by_clock), None);
    assert_eq!(expected_by(&finding(2, six, disk), &by_utc), None);
    assert_eq!(expected_by(&finding(2, seven, disk), &by_utc), Some(0));
    // Behind the change in autumn it is winter time again.
    assert_eq!(expected_by(&finding(2, MONDAY + 35 * 7 * DAY, disk), &by_clock), Some(0));
}

#[test]
fn always_covers_whatever_the_series_shows() {
    let (disk, other) =
        (key("disk_busy_ratio", &[("service", "db")]), key("disk_free_bytes", &[("service", "db")]));
    let seen = series(&disk, "db");
    let labels = [Label { marked: finding(1, MONDAY, seen), verdict: Verdict::Always }];

    let silent = FindingSeen { manner: Manner::Missing, ..finding(2, MONDAY + 3 * DAY, seen) };
    assert_eq!(expected_by(&silent, &labels), Some(0));
    assert_eq!(expected_by(&finding(3, MONDAY, series(&other, "db")), &labels), None);
    let elsewhere = SeriesSeen { source: 2, ..seen };
    assert_eq!(expected_by(&finding(3, MONDAY, elsewhere), &labels), None);
}

#[test]
fn a_word_about_a_pod_goes_on_with_the_pod_that_takes_its_place() {
    let pod = |name: &str, node: &str| {
        key("queue_length", &[("service", "orders"), ("pod", name), ("node", node), ("container", "app")])
    };
    let (old, next) = (pod("orders-7d9c5b8f6d-x2b4q", "n1"), pod("orders-5f6b9c7d8d-q4v7z", "n2"));
    let other = pod("orders-worker-5f6b9c7d8d-q4v7z", "n2");
    let begins = 10 * DAY;
    let marked = finding(1, 9 * DAY, living(&old, "orders", 0, begins + HOUR));
    let labels = [Label { marked, verdict: Verdict::Always }];
    let covered = |key: &SeriesKey, first: i64| {
        let later = finding(2, 12 * DAY, living(key, "orders", first, 20 * DAY));
        expected_by(&later, &labels).is_some()
    };

    // The old one went on for exactly the hour of a handover.
    assert!(covered(&next, begins));
    // Longer side by side: a replica, of which nothing was said. Another workload of the service as little.
    assert!(!covered(&next, begins - 1));
    assert!(!covered(&other, begins));
    let elsewhere = finding(2, 12 * DAY, living(&next, "payments", begins, 20 * DAY));
    assert_eq!(expected_by(&elsewhere, &labels), None);
    // A word about the pod of today speaks of that of yesterday, too: bills look back.
    let marked = finding(1, 12 * DAY, living(&next, "orders", begins, 20 * DAY));
    let labels = [Label { marked, verdict: Verdict::Always }];
    let earlier = finding(2, 9 * DAY, living(&old, "orders", 0, begins + HOUR));
    assert_eq!(expected_by(&earlier, &labels), Some(0));
}

#[test]
fn two_collectors_that_see_one_series_show_one_event() {
    let seen_by = |replica: &str| key("up", &[("job", "db"), ("prometheus_replica", replica)]);
    let (a, b) = (seen_by("a"), seen_by("b"));
    let marked = finding(1, MONDAY, series(&a, "db"));

    let twin = finding(2, MONDAY + 15_000, series(&b, "db"));

    assert_eq!(standing(&twin, &[Label { marked, verdict: Verdict::Real }]), Some((0, Standing::Real)));
    assert_eq!(expected_by(&twin, &[Label { marked, verdict: Verdict::Once }]), Some(0));
    assert_eq!(expected_by(&twin, &[Label { marked, verdict: Verdict::Always }]), Some(0));
}

#[test]
fn a_maintenance_covers_what_begins_in_it_on_its_entity_or_everywhere() {
    let (disk, web) =
        (key("disk_busy_ratio", &[("service", "db")]), key("errors_ratio", &[("service", "web")]));
    let window = TimeRange::new(at(MONDAY), at(MONDAY + HOUR)).unwrap();
    let marked = finding(1, MONDAY + MINUTE, series(&disk, "db"));
    let of = |reach| [Label { marked, verdict: Verdict::Maintenance { window, reach } }];
    let covered = |labels: &[Label<'_>], key, entity, start| {
        expected_by(&finding(2, start, series(key, entity)), labels).is_some()
    };
    let (entity, all) = (of(Reach::Entity), of(Reach::Everything));

    assert!(covered(&entity, &disk, "db", MONDAY) && covered(&entity, &web, "db", MONDAY + 59 * MINUTE));
    assert!(!covered(&entity, &web, "web", MONDAY + MINUTE));
    assert!(covered(&all, &web, "web", MONDAY + MINUTE));
    // A start is known to one step of 15 s; what began before that, and at the end of the window, is not covered.
    assert!(covered(&all, &web, "web", MONDAY - 15_000));
    assert!(!covered(&all, &web, "web", MONDAY - 15_001));
    assert!(!covered(&all, &web, "web", MONDAY + HOUR));
}

#[test]
fn a_finding_that_was_marked_real_stays_so_whatever_is_said_of_others() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);
    let disk = series(&disk, "db");
    let window = TimeRange::new(at(MONDAY - DAY), at(MONDAY + 30 * DAY)).unwrap();
    let real = finding(1, MONDAY, disk);
    let other = finding(2, MONDAY + 7 * DAY, disk);
    let labels = [
        Label { marked: real, verdict: Verdict::Real },
        Label { marked: other, verdict: Verdict::Always },
        Label { marked: other, verdict: Verdict::Maintenance { window, reach: Reach::Everything } },
    ];

    assert_eq!(standing(&real, &labels), Some((0, Standing::Real)));
    assert_eq!(standing(&other, &labels), Some((2, Standing::Expected)));
    assert_eq!(standing(&finding(3, MONDAY + DAY, disk), &labels), Some((2, Standing::Expected)));
    assert_eq!(standing(&finding(3, MONDAY + 40 * DAY, disk), &labels), Some((1, Standing::Expected)));
    // Until it is itself marked otherwise.
    let later = [labels[0], Label { marked: real, verdict: Verdict::Once }];
    assert_eq!(standing(&real, &later), Some((1, Standing::Expected)));
    assert_eq!(standing(&real, &[later[1], later[0]]), Some((1, Standing::Real)));
}

#[test]
fn nothing_is_said_without_words() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);

    assert_eq!(standing(&finding(1, MONDAY, series(&disk, "db")), &[]), None);
}

#[test]
fn times_at_the_ends_of_what_can_be_written_are_taken_as_they_are() {
    let disk = key("disk_busy_ratio", &[("service", "db")]);
    let disk = series(&disk, "db");
    let zone = Offsets::new(i64::MAX, vec![(at(i64::MIN), i64::MIN)]);
    for verdict in [Verdict::Once, Verdict::Weekly(&zone), Verdict::Always] {
        for (a, b) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)] {
            let wide = FindingSeen { step_ms: i64::MAX, ..finding(2, b, disk) };

            let told = standing(&wide, &[Label { marked: finding(1, a, disk), verdict }]);

            assert!(told.is_none_or(|(place, _)| place == 0));
        }
    }
}

proptest! {
    #[test]
    fn a_word_covers_the_finding_that_it_is_about(start in 0_i64..4_000_000_000_000, step in 1_i64..HOUR) {
        let disk = key("disk_busy_ratio", &[("service", "db")]);
        let marked = FindingSeen { step_ms: step, ..finding(1, start, series(&disk, "db")) };
        let zone = berlin();
        let window = TimeRange::new(at(start), at(start + 1)).unwrap();
        let expected = [
            Verdict::Once,
            Verdict::Weekly(&zone),
            Verdict::Always,
            Verdict::Maintenance { window, reach: Reach::Entity },
        ];

        for verdict in expected {
            prop_assert_eq!(standing(&marked, &[Label { marked, verdict }]), Some((0, Standing::Expected)));
        }
    }

    #[test]
    fn weekly_is_mutual(a in 0_i64..2_000_000_000_000, b in 0_i64..2_000_000_000_000) {
        let disk = key("disk_busy_ratio", &[("service", "db")]);
        let disk = series(&disk, "db");
        let zone = berlin();
        let (first, second) = (finding(1, a, disk), finding(2, b, disk));

        let forth = standing(&second, &[Label { marked: first, verdict: Verdict::Weekly(&zone) }]);
        let back = standing(&first, &[Label { marked: second, verdict: Verdict::Weekly(&zone) }]);

        prop_assert_eq!(forth.is_some(), back.is_some());
    }
}
