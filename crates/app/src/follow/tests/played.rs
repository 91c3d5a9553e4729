//! A made-up source that answers as a test tells it to, and remembers what it was asked.

use std::sync::Mutex;

use wardroom_connectors::source::NoticeKind;

use super::*;

/// How the source answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// With everything.
    Whole,
    /// With half of the queues, and it says so.
    Half,
    /// With half of the queues as if these were all.
    HalfUntold,
    /// Not at all.
    Silent,
}

/// Queues with a sample every 15 s up to this moment.
#[derive(Debug)]
pub(super) struct Played {
    clock: Arc<HandClock>,
    manner: Mutex<Manner>,
    asked: Mutex<Vec<TimeRange>>,
    /// How far its own clock, which stamps its samples, is ahead.
    ahead_ms: AtomicI64,
}

impl Played {
    pub(super) fn answer(&self, manner: Manner) {
        *lock(&self.manner) = manner;
    }

    /// Puts its clock ahead of ours, or behind.
    pub(super) fn put_clock(&self, ahead_ms: i64) {
        self.ahead_ms.store(ahead_ms, Ordering::SeqCst);
    }

    /// Returns the periods that it was asked for since the last time, oldest first.
    pub(super) fn asked(&self) -> Vec<TimeRange> {
        let mut asked = std::mem::take(&mut *lock(&self.asked));
        asked.sort_by_key(|range| (range.start(), range.end()));
        asked
    }
}

impl MetricSource for Played {
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
        Box::pin(std::future::ready(Ok(Plan { requests: vec![request], ..Plan::default() })))
    }

    fn read<'a>(&'a self, request: &'a ReadRequest) -> BoxFuture<'a, Result<ReadAnswer, SourceError>> {
        lock(&self.asked).push(request.range);
        let answer = match *lock(&self.manner) {
            Manner::Silent => Err(SourceError::Timeout { limit: Duration::from_secs(30) }),
            Manner::Whole => Ok(self.samples(request.range, QUEUES)),
            Manner::HalfUntold => Ok(self.samples(request.range, QUEUES / 2)),
            Manner::Half => {
                let cut = Notice {
                    kind: NoticeKind::Truncated,
                    subject: request.query.clone(),
                    detail: String::new(),
                };
                Ok(ReadAnswer { notices: vec![cut], ..self.samples(request.range, QUEUES / 2) })
            }
        };
        Box::pin(std::future::ready(answer))
    }

    fn rules(&self, _: Timestamp) -> BoxFuture<'_, Result<RuleState, SourceError>> {
        Box::pin(std::future::ready(Ok(RuleState::default())))
    }

    fn as_curl(&self, _: &ReadRequest) -> String {
        String::new()
    }
}

impl Played {
    fn samples(&self, range: TimeRange, queues: usize) -> ReadAnswer {
        let its_now = self.clock.now().plus_millis(self.ahead_ms.load(Ordering::SeqCst));
        let end = range.end().min(its_now.plus_millis(1));
        let had = TimeRange::new(range.start(), end).ok();
        let series = had.iter().flat_map(|had| (0..queues).map(move |queue| queue_in(queue, None, *had)));
        ReadAnswer { series: series.filter(|s| !s.samples.is_empty()).collect(), ..ReadAnswer::default() }
    }
}

/// An empty workspace with the source, connected and told of as followed.
pub(super) async fn play(home: &Path) -> (App, Arc<HandClock>, Arc<Played>, Follower) {
    let (app, clock, follower) = followed(home, Fault::Fills).await;
    let played = Arc::new(Played {
        clock: Arc::clone(&clock),
        manner: Mutex::new(Manner::Whole),
        asked: Mutex::default(),
        ahead_ms: AtomicI64::new(0),
    });
    let connected: Arc<dyn MetricSource> = Arc::<Played>::clone(&played);
    lock(&follower.open.sources).insert(follower.source, connected);
    let told = Followed { stop: follower.stop.clone(), state: Arc::clone(&follower.state) };
    lock(&told.state).begun = Some(app.now());
    lock(&follower.open.followed).insert(follower.source, told);
    (app, clock, played, follower)
}
