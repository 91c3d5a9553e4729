//! Following a made-up source with the clock moved by hand: what is judged, and when.

mod outage;
mod partial;
mod played;
mod simulated;
mod skewed;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::BoxFuture;
use wardroom_connectors::error::SourceError;
use wardroom_connectors::source::{
    Plan, Probe, ReadAnswer, ReadMode, ReadRequest, ReadSeries, RuleState, Scope, ScopeGroup,
};
use wardroom_core::{AnomalyKind, Labels, MetricKind, Samples, Unit};
use wardroom_store::{NewSource, SeriesFilter};

use super::*;
use crate::clock::Clock;
use crate::context::Start;

const STEP: i64 = 15_000;
const MINUTE: i64 = 60_000;
/// Monday 2026-03-02T05:00:00Z; `date -u -d 2026-03-02T05:00:00Z +%s`.
const NOW: i64 = 1_772_427_600_000;
/// When something happens to the third queue.
const FAULT: i64 = NOW + 2 * MINUTE;
const QUEUES: usize = 6;

/// A clock that the test moves.
#[derive(Debug)]
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// What happens to the third queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Fills,
    Stops,
}

/// Queues with a sample every 15 s.
#[derive(Debug)]
struct Queues(Fault);

impl MetricSource for Queues {
    fn probe(&self, _: Timestamp) -> BoxFuture<'_, Result<Probe, SourceError>> {
        Box::pin(std::future::ready(Ok(Probe::default())))
    }

    fn suggest(&self, _: Timestamp) -> BoxFuture<'_, Result<Vec<ScopeGroup>, SourceError>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn plan<'a>(
        &'a self,
        _: &'a Scope,
        range: TimeRange,
        _: Option<i64>,
    ) -> BoxFuture<'a, Result<Plan, SourceError>> {
        let query = "queue_depth".to_owned();
        let request = ReadRequest { query, stored_as: None, mode: ReadMode::Raw, range, expected_series: 6 };
        let plan = Plan { requests: vec![request], ..Plan::default() };
        Box::pin(std::future::ready(Ok(plan)))
    }

    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>> {
        let series = (0..QUEUES).map(|queue| queue_in(queue, Some(self.0), request.range)).collect();
        Box::pin(std::future::ready(Ok(ReadAnswer { series, ..ReadAnswer::default() })))
    }

    fn rules(&self, _: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>> {
        Box::pin(std::future::ready(Ok(RuleState::default())))
    }

    fn as_curl(&self, _: &ReadRequest) -> String {
        String::new()
    }
}

#[tokio::test]
async fn a_series_that_leaves_its_band_is_a_finding_before_the_next_whole_detection() {
    assert_eq!(found_between_detections(Fault::Fills).await, (FAULT, AnomalyKind::Level));
}

#[tokio::test]
async fn a_series_that_stops_is_a_finding_before_the_next_whole_detection() {
    assert_eq!(found_between_detections(Fault::Stops).await, (FAULT, AnomalyKind::Missing));
}

#[tokio::test]
async fn baselines_are_learnt_once_after_a_detection_and_take_less_than_four_kilobytes_each() {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, follower) = followed(home.path(), Fault::Fills).await;
    let mut kept = Kept::default();
    follower.tick(&mut kept).await.unwrap();
    assert_eq!(kept.watch.size().0, 0, "nothing is learnt before the first detection");

    follower.look(&mut kept).await;
    let (n, bytes) = kept.watch.size();
    assert!(n == QUEUES && bytes <= n * 4_000, "{n} baselines of {bytes} bytes");
    clock.0.store(NOW + MINUTE, Ordering::SeqCst);
    let stopped = || -> bool { panic!("nothing is due, so nothing is asked") };
    kept.watch.learn(&app.open().unwrap(), follower.source, app.now(), stopped).await.unwrap();

    assert_eq!(kept.watch.size(), (n, bytes));
}

/// Follows the queues through a fault between two whole detections; returns start and kind of the one finding.
async fn found_between_detections(fault: Fault) -> (i64, AnomalyKind) {
    let home = tempfile::tempdir().unwrap();
    let (app, clock, follower) = followed(home.path(), fault).await;
    let open = app.open().unwrap();
    let mut kept = Kept::default();
    follower.tick(&mut kept).await.unwrap();
    follower.look(&mut kept).await;
    let whole = open.workspace.last_detection(None).await.unwrap().unwrap();
    assert_eq!((whole.judged, whole.refused), (QUEUES as u64, 0));
    assert_eq!(open.workspace.findings(None, None).await.unwrap(), []);
    // Nothing whole is due again within this test, however slow the machine is.
    kept.detected = Some((Instant::now(), Duration::from_hours(1)));

    let mut seen = None;
    for at in (NOW + STEP..=FAULT + 5 * MINUTE).step_by(usize::try_from(STEP).unwrap()) {
        clock.0.store(at, Ordering::SeqCst);
        follower.tick(&mut kept).await.unwrap();
        follower.look(&mut kept).await;
        let found = open.workspace.findings(None, None).await.unwrap();
        if let (None, [finding]) = (&seen, &found[..]) {
            seen = Some((at, finding.clone()));
        }
    }

    let (at, finding) = seen.expect("one finding");
    let rows = open.workspace.series(&SeriesFilter::default()).await.unwrap();
    let row = rows.iter().find(|row| row.id == finding.series).unwrap();
    assert_eq!(row.key.to_string(), r#"queue_depth{queue="2"}"#);
    assert!(at - FAULT <= 3 * MINUTE, "{} ms after the begin", at - FAULT);
    // The last whole detection stays the one that judged everything.
    assert_eq!(open.workspace.last_detection(None).await.unwrap(), Some(whole));
    assert_eq!(open.workspace.findings(None, None).await.unwrap().len(), 1);
    (finding.anomaly.start.as_millis(), finding.anomaly.kind)
}

/// An empty workspace with the made-up source, connected.
async fn followed(home: &Path, fault: Fault) -> (App, Arc<HandClock>, Follower) {
    let clock = Arc::new(HandClock(AtomicI64::new(NOW)));
    let start = Start {
        data_dir: Some(home.to_owned()),
        clock: Some(Arc::clone(&clock) as Arc<dyn Clock>),
        memory_secrets: true,
    };
    let app = App::start(start).await.unwrap();
    workspaces::create(&app, &home.join("queues.wardroom")).await.unwrap();
    let open = app.open().unwrap();
    let new = NewSource {
        name: "queues".to_owned(),
        kind: connections::SIMULATED.to_owned(),
        config: "{}".to_owned(),
        created_at: Timestamp::from_millis(NOW),
    };
    let source = open.workspace.add_source(new).await.unwrap();
    let connected: Arc<dyn MetricSource> = Arc::new(Queues(fault));
    lock(&open.sources).insert(source, connected);
    let state = Arc::default();
    let follower = Follower { app: app.clone(), open, source, state, stop: CancellationToken::new() };
    (app, clock, follower)
}

/// The samples of a queue: a depth of about 20 with small waves; something may happen to the third one.
fn queue_in(queue: usize, fault: Option<Fault>, range: TimeRange) -> ReadSeries {
    let mut samples = Samples::default();
    let first = range.start().as_millis().div_euclid(STEP) * STEP;
    for at in (first..range.end().as_millis()).step_by(usize::try_from(STEP).unwrap()) {
        let at = Timestamp::from_millis(at);
        let happens = fault.is_some() && queue == 2 && at.as_millis() >= FAULT;
        if range.contains(at) && !(happens && fault == Some(Fault::Stops)) {
            let place = (at.as_millis() / STEP) as f64 + 7.0 * queue as f64;
            let filling = if happens { 30.0 } else { 0.0 };
            samples.push(at, 20.0 + (place * 2.4).sin() + (place * 1.1).cos() + filling);
        }
    }
    let key = SeriesKey::new("queue_depth", Labels::new([("queue", queue.to_string())]));
    ReadSeries { key, kind: MetricKind::Gauge, unit: Unit::Unknown, samples }
}
