//! A source that stops answering is stale, then failed, and recovers by itself.

use super::played::{Manner, play};
use super::*;
use crate::connections::HealthState;

#[tokio::test]
async fn a_source_that_stays_silent_turns_stale_then_failed_and_recovers_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    let mut kept = Kept::default();
    let health = async || connections::list(&app).await.unwrap().remove(0).health;
    tick(&follower, &mut kept).await;
    let before = health().await;

    played.answer(Manner::Silent);
    clock.0.store(NOW + MINUTE, Ordering::SeqCst);
    tick(&follower, &mut kept).await;
    let soon = health().await;
    clock.0.store(NOW + 6 * MINUTE, Ordering::SeqCst);
    tick(&follower, &mut kept).await;
    let later = health().await;
    played.answer(Manner::Whole);
    tick(&follower, &mut kept).await;
    let after = health().await;

    assert_eq!((before.state, before.silent), (HealthState::Fresh, None));
    assert_eq!((soon.state, soon.silent), (HealthState::Stale, None));
    assert_eq!((later.state, later.silent), (HealthState::Failed, Some(crate::wire::Millis(6 * MINUTE))));
    assert_eq!(later.error.map(|e| e.code), Some("source_timeout".to_owned()));
    assert!(later.next_try.is_some_and(|at| at.0 > NOW + 6 * MINUTE), "it is asked again all the same");
    assert_eq!((after.state, after.silent, after.error), (HealthState::Fresh, None, None));
    // What happened in the meantime has come with it.
    let open = app.open().unwrap();
    let rows = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let minutes = TimeRange::new(Timestamp::from_millis(NOW), Timestamp::from_millis(NOW + 6 * MINUTE));
    let read = open.workspace.read_many(&[rows[0].id], Some(minutes.unwrap()), None).await.unwrap();
    assert_eq!(i64::try_from(read[0].len()).unwrap(), 6 * MINUTE / STEP);
}

#[tokio::test]
async fn a_source_that_never_answers_fails_as_well() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, played, follower) = play(home.path()).await;
    let mut kept = Kept::default();
    played.answer(Manner::Silent);

    clock.0.store(NOW + 6 * MINUTE, Ordering::SeqCst);
    tick(&follower, &mut kept).await;

    let health = connections::list(&app).await.unwrap().remove(0).health;
    assert_eq!((health.state, health.answered), (HealthState::Failed, None));
}

/// One turn of following: what is told of it is noted.
async fn tick(follower: &Follower, kept: &mut Kept) {
    let result = follower.tick(kept).await;
    follower.note(&result, Duration::from_secs(15));
}

#[test]
fn a_busy_source_is_left_alone_for_as_long_as_it_asks() {
    let busy = |seconds: Option<u64>| {
        AppError::from(SourceError::Busy { status: 503, retry_after: seconds.map(Duration::from_secs) })
    };
    let silent = AppError::from(SourceError::Timeout { limit: Duration::from_secs(30) });

    assert_eq!(asked_to_wait(&busy(Some(90))), Duration::from_secs(90));
    assert_eq!(asked_to_wait(&busy(Some(86_400))), LONGEST_ASKED);
    assert_eq!([asked_to_wait(&busy(None)), asked_to_wait(&silent)], [Duration::ZERO; 2]);
}

#[test]
fn a_proxy_that_refuses_the_kind_of_request_does_not_pass_by_itself() {
    let failed = |status| AppError::from(SourceError::ServerFailed { status, detail: String::new() });

    assert!(passes_by_itself(&failed(502)));
    assert!(!passes_by_itself(&failed(405)) && !passes_by_itself(&failed(501)));
}
