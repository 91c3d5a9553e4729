//! Following: what is later than the last document, and the late ones within an overlap.

use serde::Deserialize;
use serde_json::json;
use wardroom_core::{TimeRange, Timestamp};

use crate::elasticsearch::Elasticsearch;
use crate::elasticsearch::answer::{Completeness, decode};
use crate::elasticsearch::dialect::Tie;
use crate::elasticsearch::layout::{Hits, Layout};
use crate::elasticsearch::page::{makes_partial, may_come, no_time};
use crate::elasticsearch::place::{ReadPlace, TailPlace};
use crate::elasticsearch::record::{Hit, Reader};
use crate::elasticsearch::request::{self, PageAsk};
use crate::error::SourceError;
use crate::source::{LogNotice, LogPage, LogQuestion};

/// Requests for documents that one call makes at most.
const MAX_PAGES: u32 = 8;

/// How far ahead of the clock a document may be and still be read, in milliseconds.
const AHEAD_MS: i64 = 86_400_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counted {
    #[serde(flatten)]
    completeness: Completeness,
    hits: Total,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Total {
    total: TotalValue,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TotalValue {
    value: u64,
}

/// One call under way.
struct Following<'a> {
    question: &'a LogQuestion,
    layout: &'a Layout,
    time: &'a str,
    requests: u32,
    bytes: u64,
    notices: Vec<LogNotice>,
}

impl Elasticsearch {
    /// Reads what has come since a place.
    ///
    /// No view is opened, because it would hide what comes. The overlap is only counted; its documents travel when
    /// the count shows that one of them came late.
    pub(super) async fn follow(
        &self,
        question: &LogQuestion,
        mut place: TailPlace,
        now: Timestamp,
    ) -> Result<LogPage<TailPlace>, SourceError> {
        self.close_orphans().await;
        let layout = self.layout(question).await?;
        let time = layout.mapping.time.as_deref().ok_or_else(no_time)?;
        let notices = layout.notices.clone();
        let mut call = Following { question, layout: &layout, time, requests: 0, bytes: 0, notices };
        place.forget(self.config.late_ms);
        let start = self.tail_start(&mut call, &place).await?;
        let end = now.plus_millis(AHEAD_MS).max(start.plus_millis(1));
        let range = TimeRange::new(start, end).map_err(|_| no_time())?;
        let (hits, more) = self.tail_hits(&mut call, &mut place, range, now).await?;
        place.behind = more;
        let Following { requests, bytes, mut notices, .. } = call;
        let keys = hits.iter().map(Hit::key).collect();
        let unit = layout.catalog.sort_unit(time);
        let mut reader = Reader::new(&layout.mapping, unit, self.config.scope.max_fields);
        let records = hits.into_iter().map(|hit| reader.record(hit)).collect();
        notices.extend(reader.into_notices());
        let partial = notices.iter().any(|notice| makes_partial(notice.kind));
        let may_come = notices.iter().any(|notice| may_come(notice.kind));
        Ok(LogPage { records, keys, next: place, more, partial, may_come, bytes, requests, notices })
    }

    /// Returns where to begin: at the last time while there is more to read than a call takes, at the start of the
    /// overlap when something came late there, else right behind the last time.
    async fn tail_start(
        &self,
        call: &mut Following<'_>,
        place: &TailPlace,
    ) -> Result<Timestamp, SourceError> {
        let overlap = Timestamp::from_millis(place.overlap(self.config.late_ms));
        let behind = place.newest().plus_millis(1);
        if place.behind {
            return Ok(place.newest());
        }
        let Ok(range) = TimeRange::new(overlap, behind) else {
            return Ok(overlap);
        };
        let n_seen = place.seen.values().filter(|&&at| range.contains(Timestamp::from_millis(at))).count();
        let query = self.filter(call.question, Some(range), call.layout)?;
        let body = json!({ "size": 0, "track_total_hits": true, "query": query });
        call.requests += 1;
        let answer = self.ask(&request::search(&call.layout.path, &body)).await?;
        let counted: Counted = decode(&answer)?;
        call.notices.extend(counted.completeness.notices(&call.layout.path));
        Ok(if counted.hits.total.value == n_seen as u64 { behind } else { overlap })
    }

    async fn tail_hits(
        &self,
        call: &mut Following<'_>,
        place: &mut TailPlace,
        range: TimeRange,
        now: Timestamp,
    ) -> Result<(Vec<Hit>, bool), SourceError> {
        let unit = call.layout.catalog.sort_unit(call.time);
        let query = self.filter(call.question, Some(range), call.layout)?;
        let source = request::source(&call.layout.mapping, &self.config.scope.fields);
        let mut within = ReadPlace::start(0, Tie::Time, unit);
        let mut fresh = Vec::new();
        for _ in 0..MAX_PAGES {
            let size = (self.config.page() + within.seen.len()).min(super::page::MAX_WINDOW);
            let ask = PageAsk { query: &query, time: call.time, source: &source, size };
            call.requests += 1;
            let answer = self.ask(&request::page(&call.layout.path, &within, &ask)).await?;
            call.bytes += answer.body.len() as u64;
            for notice in decode::<Completeness>(&answer)?.notices(&call.layout.path) {
                if !call.notices.contains(&notice) {
                    call.notices.push(notice);
                }
            }
            let hits = decode::<Hits>(&answer)?.hits.hits;
            let more = hits.len() >= size;
            let moved = within.pass(&hits);
            for hit in hits {
                let at = hit.time().unwrap_or_default().div_euclid(unit.per_milli());
                if !place.seen.contains_key(&hit.key()) {
                    place.pass(hit.key(), at, now);
                    fresh.push(hit);
                }
            }
            if !more {
                return Ok((fresh, false));
            }
            if !moved {
                within.skip_ties();
            }
            if fresh.len() >= self.config.page() {
                break;
            }
        }
        Ok((fresh, true))
    }
}
