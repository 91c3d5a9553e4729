//! What changed, on the demo and on a workspace that is not scored.

use std::path::Path;

use wardroom_core::{Labels, MetricKind, Samples, SeriesKey, Unit};
use wardroom_store::{BatchEnd, BatchKind, NewSeries, NewSource};

use super::*;
use crate::context::Start;
use crate::jobs::JobState;
use crate::phrase::PhraseValue;
use crate::settings::Language;
use crate::wire::Span;
use crate::words::Words;
use crate::workspaces;
use crate::workspaces::made_demo::{DEMO_END, open_demo};

const MINUTE: i64 = 60_000;
const END: i64 = DEMO_END.as_millis();

async fn start(home: &Path) -> App {
    let start = Start { data_dir: Some(home.to_owned()), memory_secrets: true, ..Start::default() };
    App::start(start).await.unwrap()
}

async fn demo(home: &Path) -> App {
    let app = start(home).await;
    open_demo(&app, home).await;
    app
}

fn window(from: i64, to: i64) -> ChangedRequest {
    let window = Span { start: Millis(from), end: Millis(to) };
    ChangedRequest { window, limit: 40, filter: String::new(), entity: None }
}

fn english(phrase: &crate::phrase::Phrase) -> String {
    Words::with(Language::En, jiff::tz::TimeZone::UTC).phrase(phrase)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fault_of_the_demo_ranks_its_cause_first_and_a_healthy_window_has_nothing_much() {
    let home = tempfile::tempdir().unwrap();
    let app = demo(home.path()).await;
    let truth = workspaces::demo_truth(workspaces::DEMO_SEED, Timestamp::from_millis(END)).unwrap();

    let fault = changed(&app, &window(END - 15 * MINUTE, END)).await.unwrap();
    // A day and an hour before: nothing is wrong then, and nothing is deployed.
    let quiet = END - 25 * 60 * MINUTE;
    let healthy = changed(&app, &window(quiet, quiet + 15 * MINUTE)).await.unwrap();

    let first = &fault.entities[0];
    assert_eq!(first.entity, truth.cause, "{:#?}", fault.entities);
    assert_eq!(first.rows[0].grade, 3);
    let began = first.rows[0].start.expect("it began within the window").0;
    assert!((began - truth.onset.0).abs() <= 60_000, "{began} against {}", truth.onset.0);
    assert_eq!(fault.lead.key, "changed-lead", "{}", english(&fault.lead));
    assert!(english(&fault.lead).contains(&truth.cause), "{}", english(&fault.lead));
    let named: Vec<&str> = fault.entities.iter().map(|entity| entity.entity.as_str()).collect();
    assert!(truth.affected.iter().take(3).all(|(name, _)| named.contains(&name.as_str())), "{named:?}");
    let sentence = english(&first.rows[0].sentence);
    let seen = Words::with(Language::En, jiff::tz::TimeZone::UTC).said(&first.rows[0].seen);
    assert!(sentence.contains(&seen) && !sentence.contains('{'), "{sentence}");

    let told = english(&healthy.lead);
    let calm = ["changed-lead-nothing", "changed-lead-little"];
    assert!(calm.contains(&healthy.lead.key.as_str()), "{told}: {:#?}", healthy.entities);
    assert!(healthy.changed * 10 < fault.changed, "{} against {}", healthy.changed, fault.changed);
    for view in [&fault, &healthy] {
        let refused: u32 = view.refused.iter().map(|refused| refused.count).sum();
        assert_eq!(view.judged + refused, view.series);
        assert!(view.judged > 0 && view.shown <= 40);
    }
    assert_eq!(app.jobs().rows()[0].kind, JobKind::Changed);
    assert_eq!(app.jobs().rows()[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_narrowed_limited_and_stand_in_the_order_of_their_scores() {
    let home = tempfile::tempdir().unwrap();
    let app = demo(home.path()).await;
    let all = changed(&app, &window(END - 15 * MINUTE, END)).await.unwrap();
    let cause = all.entities[0].entity.clone();

    let of_one = ChangedRequest { entity: Some(cause.clone()), ..window(END - 15 * MINUTE, END) };
    let of_one = changed(&app, &of_one).await.unwrap();
    let few = ChangedRequest { limit: 3, filter: "seconds".to_owned(), ..window(END - 15 * MINUTE, END) };
    let few = changed(&app, &few).await.unwrap();

    assert!(of_one.entities.iter().all(|entity| entity.entity == cause) && of_one.series < all.series);
    assert_eq!(few.shown, 3);
    assert!(few.entities.iter().flat_map(|entity| &entity.rows).all(|row| row.metric.contains("seconds")));
    for entity in &all.entities {
        let rows = entity.rows.windows(2);
        assert!(rows.into_iter().all(|pair| pair[0].score >= pair[1].score - 0.01), "{entity:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_gets_every_place_at_once_and_the_rows_by_their_places() {
    let home = tempfile::tempdir().unwrap();
    let app = demo(home.path()).await;
    let whole = changed(&app, &window(END - 15 * MINUTE, END)).await.unwrap();
    let whole: Vec<ChangedRow> = whole.entities.into_iter().flat_map(|entity| entity.rows).collect();

    let ranked = ranked(&app, &window(END - 15 * MINUTE, END)).await.unwrap();
    let ask = |ranking: u32, offset: u32, limit: u32| {
        ranked_rows(&app, &ChangedRowsRequest { ranking, offset, limit })
    };

    let places: Vec<u32> = ranked.entities.iter().flat_map(|e| &e.rows).map(|place| place.series).collect();
    assert_eq!(places, whole.iter().map(|row| row.series).collect::<Vec<_>>());
    assert_eq!((ranked.rows.as_slice(), ranked.shown as usize), (whole.as_slice(), whole.len()));
    assert_eq!(ask(ranked.ranking, 1, 2).unwrap(), whole[1..3]);
    assert_eq!(ask(ranked.ranking, 2, 100).unwrap(), whole[2..]);
    assert!(ask(ranked.ranking, ranked.shown, 1).unwrap().is_empty());
    let later = super::ranked(&app, &window(END - 30 * MINUTE, END)).await.unwrap();
    assert_eq!(ask(ranked.ranking, 0, 5).unwrap_err().code, "cancelled");
    assert_eq!(ask(later.ranking, 0, 100).unwrap(), later.rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_behind_the_data_and_one_that_is_reversed_are_answered() {
    let home = tempfile::tempdir().unwrap();
    let app = demo(home.path()).await;

    let behind = changed(&app, &window(END + 60 * MINUTE, END + 90 * MINUTE)).await.unwrap();
    let reversed = changed(&app, &window(END, END - MINUTE)).await.unwrap_err();
    let filter = ChangedRequest { filter: "{".to_owned(), ..window(END - MINUTE, END) };
    let unreadable = changed(&app, &filter).await.unwrap_err();
    let none = ChangedRequest { filter: "no_such_metric".to_owned(), ..window(END - MINUTE, END) };
    let none = changed(&app, &none).await.unwrap();

    assert_eq!((behind.judged, behind.lead.key.as_str()), (0, "changed-lead-not-judged"));
    assert_eq!(reversed.code, "range_reversed");
    assert_eq!(unreadable.code, "selector");
    assert_eq!((none.series, none.lead.key.as_str()), (0, "changed-lead-no-series"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_window_that_the_source_has_not_answered_is_not_missing() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    for (name, until) in [("current", 600), ("older", 540)] {
        add_series(&open, name, until).await;
    }

    let view = changed(&app, &window(END - 120 * MINUTE, END)).await.unwrap();

    // One source ends an hour before the other: both are judged as far as they go, and neither changed.
    assert_eq!((view.judged, view.changed), (2, 0), "{:#?}", view.entities);
    let Some(PhraseValue::Count(n)) = view.lead.values.get("n") else { panic!("{:?}", view.lead) };
    assert_eq!(*n, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_series_is_listed_with_its_begin_and_another_copy_of_what_was_there_is_not() {
    let home = tempfile::tempdir().unwrap();
    let app = start(home.path()).await;
    workspaces::create(&app, &home.path().join("w.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let source = add_source(&open, "shop").await;
    add_to(&open, source, ("load", "web-1"), 0, 600).await;
    add_to(&open, source, ("load", "web-2"), 570, 600).await;
    add_to(&open, source, ("request_errors", "web-1"), 580, 600).await;

    let view = changed(&app, &window(END - 60 * MINUTE, END)).await.unwrap();
    let all_new = changed(&app, &window(END - 600 * MINUTE, END)).await.unwrap();

    let told: Vec<(&str, &str, i64)> =
        view.begun.iter().map(|row| (row.metric.as_str(), row.entity.as_str(), row.start.0)).collect();
    assert_eq!(told, [("request_errors", "web-1", END - 20 * MINUTE)]);
    let sentence = english(&view.begun[0].sentence);
    assert!(sentence.contains("web-1 begins in this window, at ") && !sentence.contains('{'), "{sentence}");
    let refused: Vec<(&str, u32)> = view.refused.iter().map(|one| (one.reason.as_str(), one.count)).collect();
    assert_eq!(refused, [("refusal-begins", 1), ("refusal-too-short", 1)]);
    assert_eq!((view.judged, view.begun_count, view.series), (1, 1, 3));
    assert!(view.entities.iter().flat_map(|entity| &entity.rows).all(|row| row.metric == "load"));
    // Where the source itself has nothing before the window, all of its series begin there.
    assert_eq!((all_new.begun_count, all_new.judged), (0, 0), "{:?}", all_new.refused);
}

/// Adds a source with one series of so many minutes, from ten hours before the end on.
async fn add_series(open: &Open, name: &str, minutes: i64) {
    let source = add_source(open, name).await;
    add_to(open, source, ("load", name), 0, minutes).await;
}

async fn add_source(open: &Open, name: &str) -> SourceId {
    let new = NewSource {
        name: name.to_owned(),
        kind: "file".to_owned(),
        config: "{}".to_owned(),
        created_at: Timestamp::from_millis(END - 600 * MINUTE),
    };
    open.workspace.add_source(new).await.unwrap()
}

/// Adds a series of an instance, from minute to minute after ten hours before the end.
async fn add_to(open: &Open, source: SourceId, (metric, instance): (&str, &str), from: i64, to: i64) {
    let begin = Timestamp::from_millis(END - 600 * MINUTE);
    let key = SeriesKey::new(metric, Labels::new([("instance", instance)]));
    let series = NewSeries { key, kind: MetricKind::Gauge, unit: Unit::Unknown };
    let ids = open.workspace.ensure_series(source, &[series], begin).await.unwrap();
    let mut samples = Samples::default();
    for i in from..=to {
        samples.push(begin.plus_millis(i * MINUTE), 10.0 + (((i + from) * 7919) % 101) as f64 / 100.0);
    }
    let known = Timestamp::from_millis(END);
    let mut batch =
        open.workspace.begin_batch(source, BatchKind::Sync, known, "test".to_owned()).await.unwrap();
    batch.append(vec![(ids[0], samples)]).await.unwrap();
    batch.finish(BatchEnd::Complete).await.unwrap();
}
