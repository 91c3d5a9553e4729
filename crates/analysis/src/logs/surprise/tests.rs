//! Judgements on counts whose change is known, because the tests put it there.

use proptest::prelude::*;
use wardroom_core::{FaultClass, LogLevel, TemplateId, TimeRange, Timestamp};

use super::Change::{Fewer, Gone, More, New, Rare, Same};
use super::*;

const MINUTE: i64 = 60_000;
/// 2026-11-17T02:20:00Z.
const START: i64 = 1_794_882_000_000;

/// Thirty-six minutes of baseline and nine that are compared, in bins of a minute.
fn windows() -> Windows {
    windows_of(36, 9)
}

fn windows_of(baseline: i64, compare: i64) -> Windows {
    let range = |from: i64, to: i64| TimeRange::new(minute(from), minute(to)).expect("a range of the test");
    Windows { baseline: range(0, baseline), compare: range(baseline, baseline + compare), bin_ms: MINUTE }
}

fn minute(n: i64) -> Timestamp {
    Timestamp::from_millis(START + n * MINUTE)
}

/// Counts by minute, from the start of the baseline on.
fn bins(counts: impl IntoIterator<Item = u64>) -> Vec<(Timestamp, u64)> {
    (0..).map(minute).zip(counts).filter(|(_, lines)| *lines > 0).collect()
}

fn template(id: u64, bins: &[(Timestamp, u64)], class: FaultClass, level: LogLevel) -> TemplateCounts<'_> {
    let first_seen = bins.first().map_or(minute(0), |(at, _)| *at);
    TemplateCounts { id: TemplateId(id), bins, first_seen, class, level: Some(level) }
}

fn quiet(bins: &[(Timestamp, u64)]) -> TemplateCounts<'_> {
    template(1, bins, FaultClass::None, LogLevel::Info)
}

fn judge(counts: impl IntoIterator<Item = u64>) -> Surprise {
    rank(&[quiet(&bins(counts))], &windows())[0]
}

fn steady(before: u64, after: u64) -> impl Iterator<Item = u64> {
    (0..45).map(move |n| if n < 36 { before } else { after })
}

/// A number from 0 to 1 that looks random: the finaliser of `SplitMix64` (Steele et al. 2014).
fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    f64::from(u32::try_from((z ^ z >> 31) >> 32).expect("32 bits")) / f64::from(u32::MAX)
}

/// Returns a count with this mean, of independent lines: the inverse of the distribution function.
fn poisson(mean: f64, seed: u64) -> u64 {
    let (mut left, mut term, mut count) = (noise(seed), (-mean).exp(), 0);
    while left > term && count < 1000 {
        left -= term;
        count += 1;
        term *= mean / count as f64;
    }
    count
}

/// Returns how many lines come at once: 1 to 20.
fn burst(seed: u64) -> u64 {
    (1..20).filter(|n| noise(seed) > f64::from(*n) / 20.0).count() as u64 + 1
}

#[test]
fn what_was_never_there_is_new() {
    let found = judge((0..45).map(|n| u64::from(n == 40)));

    assert_eq!((found.change, found.lines, found.before, found.ratio), (Change::New, 1, 0, None));
    assert!(found.expected.abs() < 1e-12);
}

#[test]
fn what_was_seen_before_the_baseline_is_not_new() {
    let bins = bins((0..45).map(|n| u64::from(n == 40)));
    let known = TemplateCounts { first_seen: minute(-1000), ..quiet(&bins) };

    assert_eq!(rank(&[known], &windows())[0].change, Change::Rare);
}

#[test]
fn a_rise_has_its_factor_and_its_expected_count() {
    let found = judge(steady(5, 60));

    assert_eq!((found.change, found.lines, found.before), (Change::More, 540, 180));
    // 180 lines in 36 minutes are 45 in 9.
    assert!((found.expected - 45.0).abs() < 1e-9);
    assert!(found.ratio.is_some_and(|ratio| (ratio - 12.0).abs() < 1e-9));
}

#[test]
fn a_fall_and_a_silence_are_told_apart() {
    assert_eq!(judge(steady(40, 2)).change, Change::Fewer);
    assert_eq!(judge(steady(10, 0)).change, Change::Gone);
    assert_eq!(judge(steady(40, 40)).change, Change::Same);
}

#[test]
fn the_silence_of_what_was_never_regular_is_no_news() {
    assert_eq!(judge((0..45).map(|n| u64::from(n == 3) * 4)).change, Change::Same);
    assert_eq!(judge((0..45).map(|n| u64::from(n % 17 == 0 && n < 36))).change, Change::Same);
}

#[test]
fn a_few_occurrences_as_before_are_rare() {
    assert_eq!(judge((0..45).map(|n| u64::from(n == 3 || n == 40))).change, Change::Rare);
}

#[test]
fn a_burst_like_the_earlier_ones_is_no_rise() {
    // Every 15 minutes a job writes 300 lines.
    let found = judge((0..45).map(|n| if n % 15 == 8 { 300 } else { 0 }));
    assert_eq!(found.change, Change::Same, "{found:?}");
    // The same with a second run in the compared window.
    let found = judge((0..45).map(|n| if n % 15 == 8 || n == 41 { 300 } else { 0 }));
    assert_eq!(found.change, Change::Same, "{found:?}");
}

#[test]
fn the_same_total_without_bursts_is_a_rise() {
    let bursts = judge((0..45).map(|n| if n % 12 == 8 { 60 } else { 0 } + u64::from(n > 35) * 40));
    let even = judge(steady(5, 45));

    assert_eq!(even.change, Change::More);
    assert!(bursts.dispersion > 20.0 && even.dispersion < 1.5, "{bursts:?} {even:?}");
    assert!(bursts.p_value > even.p_value);
}

#[test]
fn an_unchanged_rate_is_rarely_called_changed() {
    // 1,200 templates of independent lines and 1,200 with bursts, all with the same rate in both windows.
    let mut wrong = 0;
    for id in 0..1200 {
        let mean = 0.05 * 1.008_f64.powf(id as f64 / 1.5);
        let even: Vec<u64> = (0..45).map(|n| poisson(mean, id * 1000 + n)).collect();
        let bursts: Vec<u64> =
            (0..45).map(|n| poisson(mean, id * 1000 + 100 + n) * burst(id * 77 + n)).collect();
        for counts in [even, bursts] {
            wrong += u32::from(matches!(judge(counts).change, Change::More | Change::Fewer | Change::Gone));
        }
    }

    assert!(wrong <= 12, "{wrong} of 2400");
}

#[test]
fn a_rise_by_a_factor_is_found_as_soon_as_there_are_enough_lines() {
    // Independent lines at 2 a minute that become 8 a minute for 9 minutes: 72 where 18 are expected.
    let found = (0..200).filter(|id| {
        let counts = (0..45).map(|n| poisson(if n < 36 { 2.0 } else { 8.0 }, id * 1000 + n));
        judge(counts).change == Change::More
    });

    assert!(found.count() >= 190);
}

#[test]
fn new_faults_come_first_and_the_same_last() {
    let counts = [
        bins((0..45).map(|n| u64::from(n == 37))),
        bins((0..45).map(|n| if n >= 37 { 800 } else { 0 })),
        bins((0..45).map(|n| if n >= 38 { 2000 } else { 0 })),
        bins((0..45).map(|n| if n >= 38 { 5 } else { 0 })),
        bins(steady(5, 1040)),
        bins(steady(60, 2500)),
        bins((0..45).map(|n| u64::from(n > 37))),
        bins(steady(10, 0)),
        bins(steady(200, 8)),
        bins((0..45).map(|n| u64::from(n == 3 || n == 40))),
        bins(steady(130, 130)),
    ];
    let kinds = [
        (FaultClass::Hardware, LogLevel::Fatal),
        (FaultClass::Network, LogLevel::Error),
        (FaultClass::Application, LogLevel::Error),
        (FaultClass::Application, LogLevel::Warn),
        (FaultClass::Application, LogLevel::Error),
        (FaultClass::Application, LogLevel::Warn),
        (FaultClass::None, LogLevel::Info),
        (FaultClass::None, LogLevel::Info),
        (FaultClass::None, LogLevel::Info),
        (FaultClass::None, LogLevel::Info),
        (FaultClass::None, LogLevel::Info),
    ];
    let mut templates: Vec<TemplateCounts<'_>> = (0..)
        .zip(&counts)
        .zip(kinds)
        .map(|((id, bins), (class, level))| template(id, bins, class, level))
        .collect();

    let ranked = rank(&templates, &windows());
    templates.reverse();
    let reversed = rank(&templates, &windows());

    let ids: Vec<u64> = ranked.iter().map(|found| found.id.0).collect();
    assert_eq!(ids, (0..11).collect::<Vec<u64>>(), "{ranked:#?}");
    assert_eq!(ranked, reversed);
    let changes: Vec<Change> = ranked.iter().map(|found| found.change).collect();
    assert_eq!(changes, [New, New, New, New, More, More, New, Gone, Fewer, Rare, Same]);
}

#[test]
fn equals_are_ordered_by_first_sight_and_then_by_number() {
    let late = bins((0..45).map(|n| u64::from(n == 42)));
    let early = bins((0..45).map(|n| u64::from(n == 38)));
    let fault = |id, bins| template(id, bins, FaultClass::Application, LogLevel::Error);

    let ranked = rank(&[fault(1, &late), fault(3, &early), fault(2, &early)], &windows());

    assert_eq!(ranked.iter().map(|found| found.id.0).collect::<Vec<_>>(), [2, 3, 1]);
}

#[test]
fn templates_that_appear_all_the_time_make_new_ones_less_surprising() {
    let at: Vec<Vec<(Timestamp, u64)>> =
        (0..45).map(|n| bins((0..45).map(move |m| u64::from(m == n)))).collect();
    let streaming: Vec<TemplateCounts<'_>> =
        (0..).zip(&at).map(|(id, bins)| template(id, bins, FaultClass::None, LogLevel::Info)).collect();
    let alone = [streaming[40]];

    let among = rank(&streaming, &windows());
    let among = among.iter().find(|found| found.id.0 == 40).expect("it is there");

    assert!(among.score < rank(&alone, &windows())[0].score);
}

#[test]
fn two_tables_are_compared_without_times() {
    let table = |exposure, lines: &[u64]| CountTable {
        exposure,
        templates: (0..)
            .map(TemplateId)
            .zip(lines)
            .filter(|(_, lines)| **lines > 0)
            .map(|(id, &lines)| (id, TableRow { lines, class: FaultClass::None, level: None }))
            .collect(),
    };
    let before = table(0.0, &[1000, 800, 900, 400, 300, 250, 220, 210, 205, 500, 40, 0, 2]);
    let after = table(0.0, &[1010, 805, 880, 410, 295, 248, 230, 207, 201, 0, 400, 7, 2]);

    let found = diff(&before, &after);

    let change = |id: u64| found.iter().find(|f| f.id.0 == id).map(|f| f.change);
    assert_eq!(
        (change(9), change(10), change(11), change(12)),
        (Some(Change::Gone), Some(Change::More), Some(Change::New), Some(Change::Rare))
    );
    assert!((0..9).all(|id| change(id) == Some(Change::Same)), "{found:#?}");
    assert_eq!(found[0].id.0, 10);
    // Twice as much looked at, twice as many lines: nothing changed.
    let double = table(2.0, &[2000, 1600, 1800, 800, 600, 500, 440, 420, 410, 1000, 80, 0, 4]);
    assert!(
        diff(&CountTable { exposure: 1.0, ..before }, &double)
            .iter()
            .all(|f| { matches!(f.change, Change::Same | Change::Rare) })
    );
    assert!(diff(&CountTable::default(), &CountTable::default()).is_empty());
    // Of one table it is known how long was looked at, of the other it is not: lines are held against lines.
    for (hours, nothing) in [(3_600_000.0, 0.0), (0.0, 3_600_000.0)] {
        let same = [1000, 800, 900, 400, 300, 250, 220, 210, 205, 500, 40];
        let found = diff(&table(hours, &same), &table(nothing, &same));
        assert!(found.iter().all(|f| f.change == Change::Same), "{found:#?}");
    }
}

#[test]
fn windows_begin_shortly_before_the_first_sign() {
    let range = TimeRange::new(minute(0), minute(45)).expect("a range");
    let panic = minute(37).plus_millis(38_412);
    let alert = minute(38).plus_millis(55_000);

    let chosen = choose_windows(range, MINUTE, Some(panic), Some(alert));

    assert_eq!((chosen.compare.start(), chosen.compare.end()), (minute(36), minute(45)));
    assert_eq!((chosen.baseline.start(), chosen.baseline.end()), (minute(0), minute(36)));
    assert_eq!(choose_windows(range, MINUTE, None, Some(alert)).compare.start(), minute(37));
    assert_eq!(choose_windows(range, MINUTE, None, None).compare.start(), minute(36));
    // An alert that fires from the start leaves no baseline before it.
    assert_eq!(choose_windows(range, MINUTE, None, Some(minute(1))).compare.start(), minute(36));
    assert_eq!(choose_windows(range, MINUTE, Some(minute(99)), None).compare.start(), minute(36));
}

#[test]
fn any_range_can_be_cut() {
    for millis in [1, 2, 3, 10, 59_999, 60_000, 120_000] {
        let range = TimeRange::new(minute(0), minute(0).plus_millis(millis)).expect("a range");

        let chosen = choose_windows(range, MINUTE, None, None);

        assert!(chosen.baseline.end() <= chosen.compare.start(), "{millis}");
        assert_eq!(chosen.compare.end(), range.end());
    }
}

#[test]
fn the_first_new_fault_is_looked_for_where_it_matters() {
    let range = TimeRange::new(minute(0), minute(45)).expect("a range");
    let seen = |id: u64, at: i64, class, level| TemplateCounts {
        first_seen: minute(at),
        ..template(id, &[], class, level)
    };
    let templates = [
        seen(1, 2, FaultClass::Application, LogLevel::Error),
        seen(2, 15, FaultClass::Application, LogLevel::Warn),
        seen(3, 37, FaultClass::Hardware, LogLevel::Fatal),
        seen(4, 38, FaultClass::Network, LogLevel::Error),
        seen(5, 36, FaultClass::None, LogLevel::Info),
    ];

    assert_eq!(first_new_fault(&templates, range, None), Some(minute(37)));
    assert_eq!(first_new_fault(&templates, range, Some(minute(39))), Some(minute(37)));
    assert_eq!(first_new_fault(&templates, range, Some(minute(16))), Some(minute(15)));
    assert_eq!(first_new_fault(&templates[4..], range, None), None);
}

#[test]
fn a_change_survives_its_word() {
    for change in Change::ALL {
        assert_eq!(Change::parse(change.as_str()), Some(change));
    }
}

proptest! {
    #[test]
    fn any_counts_give_a_judgement_within_bounds(
        counts in proptest::collection::vec(prop_oneof![Just(0), 0..5_u64, 0..u64::from(u32::MAX)], 0..60),
        baseline in 1..50_i64,
        compare in 1..50_i64,
    ) {
        let bins = bins(counts);
        let found = rank(&[quiet(&bins)], &windows_of(baseline, compare))[0];

        prop_assert!((0.0..=1.0).contains(&found.score), "{:?}", found);
        prop_assert!((0.0..=1.0).contains(&found.p_value), "{:?}", found);
        prop_assert!(found.dispersion >= 1.0 && found.expected.is_finite());
    }

    #[test]
    fn more_lines_are_never_less_of_a_rise(before in 0..200_u64, after in 0..2000_u64) {
        let (less, more) = (judge(steady(before, after)), judge(steady(before, after + 50)));

        prop_assert!(less.change != Change::More || more.change == Change::More);
    }
}
