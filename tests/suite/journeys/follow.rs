//! *Follow* on the simulator: time goes on, and a gap that sleep or a clock jump leaves is filled.

use wardroom_app::jobs::JobKind;
use wardroom_app::{connections, follow, workspaces};
use wardroom_store::SeriesFilter;

use super::{DEMO_END, HandClock, eventually, job, newest, start_at};

const MINUTE: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_demo_goes_on_and_a_clock_jump_is_filled() {
    let home = tempfile::tempdir().unwrap();
    let clock = HandClock::at(DEMO_END);
    let app = start_at(home.path(), &clock).await;
    let task = job(&app, JobKind::Demo);
    workspaces::make_demo(&app, &home.path().join("demo.wardroom"), 7, DEMO_END, &task).await.unwrap();
    let source = connections::list(&app).await.unwrap()[0].health.id;

    let soon = DEMO_END.plus_millis(2 * MINUTE);
    clock.set(soon);
    follow::set(&app, source, true).await.unwrap();
    eventually("the demo goes on", async || {
        newest(&app).await.is_some_and(|at| at > DEMO_END.plus_millis(MINUTE))
    })
    .await;
    follow::set(&app, source, false).await.unwrap();
    let later = DEMO_END.plus_millis(40 * MINUTE);
    clock.set(later);
    follow::set(&app, source, true).await.unwrap();
    eventually("the gap is filled", async || {
        newest(&app).await.is_some_and(|at| at > later.plus_millis(-MINUTE))
    })
    .await;
    follow::set(&app, source, false).await.unwrap();

    let open = app.open().unwrap();
    let rows = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let long_lived: Vec<_> = rows.iter().filter(|r| r.last > Some(later.plus_millis(-MINUTE))).collect();
    let ids: Vec<_> = long_lived.iter().map(|r| r.id).collect();
    let after = super::range(DEMO_END, later);
    let read = open.workspace.read_many(&ids, Some(after), None).await.unwrap();
    let widest = read.iter().flat_map(|s| s.times().windows(2)).map(|w| w[1] - w[0]).max();
    // A scrape may be missed now and then; a gap of minutes would be the jump itself.
    assert!(widest.is_some_and(|ms| ms <= 2 * MINUTE), "{widest:?} ms without a sample");
    workspaces::close(&app).await;
}
