//! Windows that the detector missed: marked on a series or an entity, listed, undone, and followed by later results.

use wardroom_core::{Entity, EntityKind, Topology};

use super::*;
use crate::connections;
use crate::wire::Millis;

fn on_entity(entity: &str, from: i64, to: i64) -> WindowDraft {
    let of = WindowOf::Entity { entity: entity.to_owned() };
    WindowDraft { of, range: range(MONDAY + from, MONDAY + to).into() }
}

fn matching(filter: &str, from: i64, to: i64) -> WindowDraft {
    WindowDraft { of: WindowOf::Matching { filter: filter.to_owned() }, ..on_entity("", from, to) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_touches_a_real_window_is_real_until_the_window_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let before = now_view(&app).await;
    let web = before.findings.iter().find(|f| f.entity == "web").unwrap().clone();
    say(&app, &web.id, FeedbackVerdict::ExpectedAlways).await;
    assert_eq!(now_view(&app).await.expected_count, 1);

    let missed = mark_window(&app, &matching("disk_busy_ratio", -3 * HOUR, -2 * HOUR)).await.unwrap();
    let over = mark_window(&app, &on_entity("web", 10 * MINUTE, 20 * MINUTE)).await.unwrap();

    // The word about the very finding counts before the window; one about all others of its series does not.
    assert_eq!(now_view(&app).await.expected_count, 1);
    undo_feedback(&app, feedback(&app).await.unwrap()[2].id).await.unwrap();
    let after = now_view(&app).await;
    let said = |view: &NowView, entity: &str| {
        view.findings.iter().find(|f| f.entity == entity).unwrap().feedback.clone()
    };
    let word = said(&after, "web").unwrap();
    assert_eq!((word.id, word.standing), (over, FeedbackStanding::Real));
    assert_eq!(
        english(&word.phrase),
        "Real from Mon 2 Mar 2026 05:10 to Mon 2 Mar 2026 05:20, whatever was found in it."
    );
    assert!(said(&after, "db").is_none());
    let items = feedback(&app).await.unwrap();
    let told: Vec<(u32, String, Option<WindowReach>)> =
        items.iter().filter(|i| !i.undone).map(|i| (i.id, english(&i.title), i.window)).collect();
    assert_eq!(
        told,
        [
            (over, "everything on web".to_owned(), Some(WindowReach::Entity)),
            (missed, "disk_busy_ratio on db".to_owned(), Some(WindowReach::Series)),
        ]
    );

    for word in [over, missed] {
        undo_feedback(&app, word).await.unwrap();
    }

    assert_eq!(now_view(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_on_nothing_or_on_several_series_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let app = busy(home.path()).await;
    let code = async |draft: WindowDraft| mark_window(&app, &draft).await.unwrap_err().code;
    let backwards = WindowDraft {
        range: Span { start: Millis(MONDAY), end: Millis(MONDAY) },
        ..on_entity("web", 0, MINUTE)
    };
    let unknown = WindowDraft { of: WindowOf::Series { series: 99 }, ..on_entity("web", 0, MINUTE) };

    assert_eq!(code(matching("ratio", 0, MINUTE)).await, "feedback_window_series");
    assert_eq!(code(matching("nothing", 0, MINUTE)).await, "feedback_window_series");
    assert_eq!(code(on_entity("cache", 0, MINUTE)).await, "feedback_window_entity");
    assert_eq!(code(backwards).await, "range_reversed");
    // The finding on web still lasts at the end of the data; a window behind that would make it real.
    assert_eq!(code(on_entity("web", 2 * HOUR, 3 * HOUR)).await, "window_outside_data");
    assert_eq!(code(on_entity("web", -20 * DAY, -19 * DAY)).await, "window_outside_data");
    assert_eq!(code(unknown).await, "no_such_series");
    assert!(feedback(&app).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supervised_stage_learns_from_what_was_found_in_real_windows() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let (night, noon) = (MONDAY - 3 * HOUR, MONDAY + 7 * HOUR);
    let mut found = Vec::new();
    for n in 0..12 {
        let name = format!("db-{n}");
        let labels = [("service", name.as_str())];
        let series = add(ws, "disk_busy_ratio", &labels, MONDAY - 9 * DAY, MONDAY + DAY).await;
        let both = [night, noon].map(|start| finding(start, Some(start + 10 * MINUTE), 0.8));
        found.push((series, both.to_vec()));
    }
    detect(ws, found).await;
    let view = found_in(&app, MONDAY - DAY, MONDAY + DAY).await;
    for row in view.findings.iter().filter(|row| row.start.0 == night) {
        say(&app, &row.id, FeedbackVerdict::ExpectedOnce).await;
    }
    assert_eq!(feedback_stage(&app).await.unwrap().real, 0);

    for n in 0..12 {
        let entity = on_entity(&format!("db-{n}"), 6 * HOUR, 8 * HOUR);
        let series = WindowDraft {
            of: WindowOf::Matching { filter: format!("{{service=\"db-{n}\"}}") },
            ..entity.clone()
        };
        mark_window(&app, if n < 6 { &entity } else { &series }).await.unwrap();
    }

    let stage = feedback_stage(&app).await.unwrap();
    assert_eq!((stage.used, stage.real, stage.expected), (true, 12, 12));
}

/// Lets an inventory name the host that labels know by its address.
async fn name_host(open: &Open) {
    let at = Timestamp::from_millis(MONDAY - 9 * DAY);
    let (name, kind) = ("cmdb".to_owned(), connections::CMDB.to_owned());
    let new = NewSource { name, kind, config: "{}".to_owned(), created_at: at };
    let source = open.workspace.add_source(new).await.unwrap();
    let mut host = Entity::new(EntityKind::Host, "db-m1.prod.example.net");
    host.addresses.push("10.0.3.7".to_owned());
    let inventory = Topology { entities: vec![host], dependencies: Vec::new() };
    open.workspace.put_inventory(source, &inventory, at, at).await.unwrap();
    open.topology.changed();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_knows_what_was_said_of_what_the_inventory_names_otherwise() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let labels = [("instance", "10.0.3.7:9100")];
    let load = add(ws, "disk_busy_ratio", &labels, MONDAY - 9 * DAY, MONDAY + HOUR).await;
    detect(ws, vec![(load, vec![finding(MONDAY, None, 0.95)])]).await;
    name_host(&open).await;

    let draft = on_entity("db-m1.prod.example.net", 10 * MINUTE, 20 * MINUTE);
    let word = mark_window(&app, &draft).await.unwrap();

    let row = now_view(&app).await.findings[0].clone();
    let request = ChartRequest {
        series: vec![row.series],
        range: range(MONDAY - HOUR, MONDAY + HOUR).into(),
        width: 200,
        last_week: false,
    };
    let bytes = series::chart(&app, &request).await.unwrap();
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    let header: series::ChartHeader = serde_json::from_slice(&bytes[4..4 + length]).unwrap();
    let (chart, found) = (&header.series[0], &header.series[0].findings[0]);
    let drawn = found.feedback.clone();
    assert_eq!((row.entity.as_str(), drawn.as_ref()), ("db-m1.prod.example.net", row.feedback.as_ref()));
    assert_eq!((&chart.entity, &chart.labels), (&row.entity, &row.labels));
    assert_eq!((&found.entity, &found.title), (&row.entity, &row.title));
    assert_eq!(drawn.map(|said| (said.id, said.standing)), Some((word, FeedbackStanding::Real)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_range_and_the_first_page_know_what_was_said_of_what_the_inventory_names_otherwise() {
    let home = tempfile::tempdir().unwrap();
    let app = shop(home.path()).await;
    let open = app.open().unwrap();
    let ws = &open.workspace;
    let (first, last) = (MONDAY - 9 * DAY, MONDAY + HOUR);
    let disk = add(ws, "disk_busy_ratio", &[("instance", "10.0.3.7:9100")], first, last).await;
    let page = add(ws, "page_slow_ratio", &[("host", "db-m1.prod.example.net")], first, last).await;
    let (early, late) = (finding(MONDAY, None, 0.7), finding(MONDAY + 2 * MINUTE, None, 0.95));
    detect(ws, vec![(disk, vec![early]), (page, vec![late])]).await;
    name_host(&open).await;
    let told = async || {
        let onset = now::main_onset(&app, &open, Timestamp::from_millis(MONDAY + HOUR), None).await.unwrap();
        let top = now::top_finding(&app, &open).await.unwrap();
        (onset.map(Timestamp::as_millis), top.map(|row| row.metric))
    };
    let before = told().await;

    let findings = now_view(&app).await.findings;
    let disk = findings.iter().find(|row| row.metric == "disk_busy_ratio").unwrap();
    say(&app, &disk.id, maintenance(MONDAY, MONDAY + HOUR, MaintenanceReach::Entity)).await;

    assert_eq!(before, (Some(MONDAY), Some("page_slow_ratio".to_owned())));
    assert_eq!(told().await, (None, None));
}
