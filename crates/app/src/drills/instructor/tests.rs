//! Tests of what an instructor does to a running drill: taken, refused, recorded, and seen again.

use super::*;
use crate::drills::older;
use crate::drills::tests::{MINUTE, app, beginning, by_hand};
use crate::workspaces;

fn request(kind: &str, target: &str, after_s: u32) -> InjectionRequest {
    let (kind, target) = (kind.to_owned(), target.to_owned());
    InjectionRequest { kind, target, way: String::new(), values: Vec::new(), after_s }
}

/// Lets the ten seconds pass in which an injection can be stopped.
async fn when_due(app: &App) {
    let (open, drill) = open_drill(app).unwrap();
    if let Some(waiting) = &mut lock(&drill.inner).waiting {
        waiting.due = Instant::now();
    }
    inject_when_due(app, &open, &drill).await;
}

async fn panel(app: &App) -> InstructorState {
    state(app, Language::En).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_injection_can_be_stopped_begins_at_its_time_and_is_refused_in_sight() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let start = beginning(&app);
    let crash = request("primary_crash", "pg-main", 30);

    inject(&app, &crash).unwrap();
    assert_eq!(inject(&app, &crash).unwrap_err().code, "injection_waits");
    assert!(panel(&app).await.waiting.is_some());
    stop_injection(&app).unwrap();
    when_due(&app).await;
    assert!(panel(&app).await.moves.is_empty(), "what was stopped does not happen");
    inject(&app, &crash).unwrap();
    when_due(&app).await;
    let injected = || {
        let causes = lock(&open_drill(&app).unwrap().1.world).truth().causes;
        causes.into_iter().find(|cause| cause.injected).map(|cause| cause.at)
    };
    assert_eq!(injected(), None, "it begins 30 s later");
    crate::drills::advance_to(&app, start.plus_millis(MINUTE)).await.unwrap();
    assert_eq!(injected(), Some(start.plus_millis(30_000)));

    inject(&app, &crash).unwrap();
    when_due(&app).await;
    let refused = panel(&app).await;

    assert_eq!(refused.refused.map(|why| why.key).as_deref(), Some("refused-now-already-running"));
    assert_eq!(refused.moves.iter().filter(|m| m.kind == MoveKind::Instructor).count(), 1);
    stop_injection(&app).unwrap();
    assert!(panel(&app).await.refused.is_none());
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_cannot_be_is_refused_before_it_waits() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let mut odd = request("noisy_neighbour", "app-1", 0);
    odd.values = vec![("cores".to_owned(), -1.0)];

    let codes = [
        inject(&app, &request("gremlins", "pg-main", 0)).unwrap_err().code,
        inject(&app, &request("primary_crash", "nowhere", 0)).unwrap_err().code,
        inject(&app, &odd).unwrap_err().code,
    ];
    for target in ["app-1", "app-2"] {
        inject(&app, &request("noisy_neighbour", target, 0)).unwrap();
        when_due(&app).await;
    }
    let third = inject(&app, &request("noisy_neighbour", "app-3", 0)).unwrap_err();

    assert_eq!(codes, ["no_such_fault", "drill_refused", "drill_refused"]);
    assert_eq!(third.code, "injection_most");
    workspaces::close(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_instructor_says_is_heard_and_what_is_taken_away_is_silent() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let start = beginning(&app);

    whisper(&app, "database", " The replica was slow in the morning already. ").await.unwrap();
    sensor(&app, "mysql-ledger-2", true).await.unwrap();
    let wrong = [
        whisper(&app, "king", "Off with it.").await.unwrap_err().code,
        whisper(&app, "database", "  ").await.unwrap_err().code,
        sensor(&app, "mysql-ledger-2", true).await.unwrap_err().code,
        sensor(&app, "nowhere", true).await.unwrap_err().code,
    ];
    crate::drills::advance_to(&app, start.plus_millis(2 * MINUTE)).await.unwrap();
    let heard = crate::drills::state(&app, Language::En).unwrap().unwrap().team;
    let away = panel(&app).await;
    sensor(&app, "mysql-ledger-2", false).await.unwrap();
    let back = panel(&app).await;

    assert_eq!(wrong, ["no_such_role", "update_empty", "drill_refused", "drill_refused"]);
    let said = heard.iter().find(|row| row.whispered).unwrap();
    assert_eq!(said.text, "The replica was slow in the morning already.");
    let row = |panel: &InstructorState| {
        panel.sensors.iter().find(|s| s.target == "mysql-ledger-2").and_then(|s| s.away)
    };
    assert_eq!(row(&away).map(Timestamp::from), Some(start));
    assert_eq!(row(&back), None);
    // It is given back at the very end: until then nothing came.
    let lag = "mysql_slave_status_seconds_behind_master";
    assert_eq!(samples_of(&app, lag, "mysql-ledger-2"), 0, "nothing of it is measured any more");
    workspaces::close(&app).await;
}

/// How many samples of a metric of an instance the world shows since the beginning.
fn samples_of(app: &App, metric: &str, instance: &str) -> usize {
    let (_, drill) = open_drill(app).unwrap();
    let world = lock(&drill.world);
    let start = world.start().plus_millis(1);
    let range = wardroom_core::TimeRange::new(start, world.at().plus_millis(1)).unwrap();
    let series = world.series().iter().enumerate();
    let own = series.filter(|(_, s)| s.key.metric == metric && s.key.labels.to_string().contains(instance));
    own.map(|(idx, _)| world.read(idx, range).len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_be_known_is_the_same_after_the_file_is_opened_again() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path()).await;
    by_hand(&app, home.path()).await;
    let start = beginning(&app);
    let (open, drill) = open_drill(&app).unwrap();
    older::bring_older(&app, &open, &drill).await.unwrap();
    drop((open, drill));
    crate::drills::advance_to(&app, start.plus_millis(5 * MINUTE)).await.unwrap();
    let before = panel(&app).await;
    workspaces::close(&app).await;

    workspaces::open_only(&app, &home.path().join("drill.wardroom")).await.unwrap();
    let (_, drill) = open_drill(&app).unwrap();
    assert!(lock(&drill.world).history().start() > start, "it comes out of a snapshot");
    let after = panel(&app).await;

    assert!(before.evidence.iter().any(|row| row.knowable.is_some()), "{:?}", before.evidence);
    assert_eq!(after.evidence, before.evidence);
    assert_eq!(after.conditions, before.conditions);
    assert_eq!(after.headline, before.headline);
    workspaces::close(&app).await;
}
