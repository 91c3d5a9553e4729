//! Partial answers never become a conclusion, are told, and are read again.

use super::played::{Manner, play};
use super::*;
use crate::changed::{ChangedRequest, changed};
use crate::jobs::{JobGroupState, JobKind};
use crate::now::{FindingKind, NowView, Verdict};
use crate::settings::{Language, Settings, ZoneChoice};
use crate::wire::{Millis, Span};
use crate::words::Words;

/// When half of the answers begin to lack.
const CUT: i64 = NOW;
/// When the source is asked next.
const LATER: i64 = NOW + 30 * MINUTE;

#[tokio::test]
async fn what_a_partial_answer_lacks_is_no_finding_and_is_told() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    sync_at(&app, &follower, &clock, CUT).await;

    played.answer(Manner::Half);
    let outcome = sync_at(&app, &follower, &clock, LATER).await;
    let view = judged(&app).await;

    assert!(outcome.partial);
    assert_eq!(view.findings, []);
    assert_eq!((view.verdict, view.headline.key.as_str()), (Verdict::Unknown, "headline-calm-partial"));
    let told: Vec<String> = view.partial.iter().map(|p| english().phrase(p)).collect();
    assert!(told.len() == 1 && told[0].starts_with("queues answered in part between"), "{told:?}");
    let report = crate::reports::write_in(
        &app,
        &crate::reports::ReportRequest {
            path: Some(home.path().join("r.html").display().to_string()),
            range: None,
        },
        &english(),
    )
    .await
    .unwrap();
    assert!(std::fs::read_to_string(report).unwrap().contains(&told[0]), "the report tells it too");
}

#[tokio::test]
async fn a_selector_tells_whether_its_answers_were_whole_cut_or_never_came() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    let mut told = Vec::new();

    for (manner, at) in [(Manner::Whole, CUT), (Manner::Half, LATER), (Manner::Silent, LATER + MINUTE)] {
        played.answer(manner);
        clock.0.store(at, Ordering::SeqCst);
        let job = app.jobs().begin(app.bus(), JobKind::Sync, "queues", None);
        let ended = sync::run(&app, &follower.open, follower.source, None, app.now(), &job).await;
        let groups = job.row().groups;
        let [group] = groups.as_slice() else { panic!("one selector is one group: {groups:?}") };
        assert_eq!((group.name.as_str(), group.members), ("queue_depth", 1));
        assert_eq!(group.samples > 0, ended.is_ok(), "{group:?}");
        told.push((group.state, group.done, group.total, group.series));
    }

    let all = u32::try_from(QUEUES).unwrap();
    assert_eq!(
        told,
        [
            (JobGroupState::Done, 1, 1, all),
            (JobGroupState::Partial, 1, 1, all / 2),
            (JobGroupState::Left, 0, 1, 0)
        ]
    );
}

#[tokio::test]
async fn the_same_silence_is_a_finding_where_the_answers_were_whole() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    sync_at(&app, &follower, &clock, CUT).await;

    played.answer(Manner::HalfUntold);
    sync_at(&app, &follower, &clock, LATER).await;
    let view = judged(&app).await;

    assert_eq!((view.findings.len(), view.verdict), (QUEUES / 2, Verdict::Wrong));
    assert_eq!(view.partial, []);
}

#[tokio::test]
async fn what_a_partial_answer_lacks_did_not_change_in_a_window() {
    let mut told = Vec::new();
    for manner in [Manner::Half, Manner::HalfUntold] {
        let home = tempfile::tempdir().unwrap();
        let (app, clock, played, follower) = play(home.path()).await;
        sync_at(&app, &follower, &clock, CUT).await;
        played.answer(manner);
        sync_at(&app, &follower, &clock, LATER).await;
        let window = Span { start: Millis(CUT - 10 * MINUTE), end: Millis(LATER + 1) };
        let asked = ChangedRequest { window, limit: 40, filter: String::new(), entity: None };

        let view = changed(&app, &asked).await.unwrap();

        let rows = view.entities.iter().flat_map(|entity| &entity.rows);
        let missing = rows.filter(|row| row.kind == FindingKind::Missing).count();
        let in_part = view.refused.iter().find(|refused| refused.reason == "refusal-partial");
        told.push((missing, in_part.map(|refused| refused.count)));
    }

    let half = u32::try_from(QUEUES / 2).unwrap();
    assert_eq!(told, [(0, Some(half)), (QUEUES / 2, None)]);
}

#[tokio::test]
async fn the_next_sync_asks_for_what_was_cut_and_only_for_that() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    sync_at(&app, &follower, &clock, CUT).await;
    played.answer(Manner::Half);
    played.asked();
    sync_at(&app, &follower, &clock, LATER).await;
    let in_part = played.asked();

    played.answer(Manner::Whole);
    let minute_after = LATER + MINUTE;
    let outcome = sync_at(&app, &follower, &clock, minute_after).await;
    let again = played.asked();
    sync_at(&app, &follower, &clock, minute_after + MINUTE).await;
    let then = played.asked();
    let view = judged(&app).await;

    let range = |from: i64, to: i64| {
        TimeRange::new(Timestamp::from_millis(from), Timestamp::from_millis(to)).unwrap()
    };
    let overlap = crate::sync::OVERLAP_MS;
    assert_eq!(in_part, [range(CUT + 1 - overlap, LATER + 1)]);
    assert_eq!(again, [range(CUT + 1 - overlap, minute_after + 1)]);
    assert_eq!(then, [range(minute_after + 1 - overlap, minute_after + MINUTE + 1)]);
    assert!(!outcome.partial);
    assert_eq!((view.verdict, view.findings.len(), view.partial.len()), (Verdict::Calm, 0, 0));
    assert_eq!(stored_since_cut(&app).await, [32 * MINUTE / STEP + 1; QUEUES], "nothing is missing");
}

#[tokio::test]
async fn following_reads_what_was_cut_again_once_the_source_is_whole() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    let mut kept = Kept::default();
    follower.tick(&mut kept).await.unwrap();
    played.answer(Manner::Half);
    for at in (CUT + STEP..=CUT + 4 * MINUTE).step_by(usize::try_from(STEP).unwrap()) {
        clock.0.store(at, Ordering::SeqCst);
        follower.tick(&mut kept).await.unwrap();
    }
    let half = stored_since_cut(&app).await;

    played.answer(Manner::Whole);
    clock.0.store(CUT + 5 * MINUTE, Ordering::SeqCst);
    follower.tick(&mut kept).await.unwrap();

    assert_eq!(half[QUEUES - 1], 1, "what came before the cut");
    assert_eq!(stored_since_cut(&app).await, [5 * MINUTE / STEP + 1; QUEUES]);
    assert!(crate::sync::Holes::of(&follower.open, follower.source).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_source_that_stays_in_part_is_not_asked_for_everything_at_each_tick() {
    let home = tempfile::tempdir().unwrap();
    let (_app, clock, played, follower) = play(home.path()).await;
    let mut kept = Kept::default();
    played.answer(Manner::Half);
    follower.tick(&mut kept).await.unwrap();
    played.asked();

    clock.0.store(NOW + STEP, Ordering::SeqCst);
    follower.tick(&mut kept).await.unwrap();

    let longest = played.asked().iter().map(|range| range.millis()).max();
    assert!(longest.is_some_and(|ms| ms <= crate::sync::OVERLAP_MS + STEP), "{longest:?}");
}

/// Syncs what is new at a moment.
async fn sync_at(app: &App, follower: &Follower, clock: &HandClock, at: i64) -> sync::SyncOutcome {
    clock.0.store(at, Ordering::SeqCst);
    let job = app.jobs().begin(app.bus(), JobKind::Sync, "queues", None);
    sync::run(app, &follower.open, follower.source, None, app.now(), &job).await.unwrap()
}

/// Detects, and makes *Now* of the last hour.
async fn judged(app: &App) -> NowView {
    let job = app.jobs().begin(app.bus(), JobKind::Detect, "queues", None);
    detection::run(app, &app.open().unwrap(), app.now(), &job).await.unwrap();
    crate::now::now(app, None).await.unwrap()
}

/// Counts the stored samples of each queue since the cut.
async fn stored_since_cut(app: &App) -> Vec<i64> {
    let open = app.open().unwrap();
    let mut rows = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let since = TimeRange::new(Timestamp::from_millis(CUT), app.now().plus_millis(1)).unwrap();
    let read = open.workspace.read_many(&ids, Some(since), None).await.unwrap();
    read.iter().map(|samples| i64::try_from(samples.len()).unwrap()).collect()
}

fn english() -> Words {
    Words::new(Settings { language: Language::En, zone: ZoneChoice::Utc, ..Settings::default() })
}
