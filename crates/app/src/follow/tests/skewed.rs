//! A source whose clock is not ours: nothing of it is lost.

use super::played::play;
use super::*;

const OFF: i64 = 90_000;

#[tokio::test]
async fn a_source_whose_clock_is_behind_loses_nothing() {
    // What it stamps 90 s ago has only just happened.
    assert_eq!(newest_after_five_minutes(-OFF).await, NOW + 5 * MINUTE - OFF);
}

#[tokio::test]
async fn a_source_whose_clock_is_ahead_loses_nothing() {
    // What it stamps later than our clock is read once our clock is there.
    assert_eq!(newest_after_five_minutes(OFF).await, NOW + 5 * MINUTE);
}

/// Syncs and follows a source with such a clock; returns the newest stored sample, before which none is missing.
async fn newest_after_five_minutes(ahead_ms: i64) -> i64 {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    played.put_clock(ahead_ms);
    let mut kept = Kept::default();
    for at in (NOW..=NOW + 5 * MINUTE).step_by(usize::try_from(STEP).unwrap()) {
        clock.0.store(at, Ordering::SeqCst);
        follower.tick(&mut kept).await.unwrap();
    }
    let open = app.open().unwrap();
    let rows = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), QUEUES);
    let read = open.workspace.read_many(&ids, None, None).await.unwrap();
    assert!(read.iter().all(|samples| samples.times().windows(2).all(|two| two[1] - two[0] == STEP)));
    let newest: Vec<i64> = read.iter().filter_map(Samples::last_time).map(Timestamp::as_millis).collect();
    assert!(newest.iter().all(|at| *at == newest[0]));
    newest[0]
}
