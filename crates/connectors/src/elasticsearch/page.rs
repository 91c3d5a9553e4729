//! Reading a range page by page: a view of one moment where there is one, and no document twice or not at all.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};
use wardroom_core::{LogRecord, TimeRange, Timestamp};

use crate::elasticsearch::answer::{Completeness, decode, is_lost_view, notice};
use crate::elasticsearch::dialect::{PitWay, Tie};
use crate::elasticsearch::layout::{HitList, Layout};
use crate::elasticsearch::place::{ReadPlace, View};
use crate::elasticsearch::query::{self, Translation};
use crate::elasticsearch::record::{Hit, Reader, fnv};
use crate::elasticsearch::request::{self, PageAsk};
use crate::elasticsearch::{Elasticsearch, Refused};
use crate::error::{SettingProblem, SourceError};
use crate::source::{LogNotice, LogNoticeKind, LogPage, LogQuestion};

/// Documents in one answer: the servers' own limit (`index.max_result_window`).
pub(super) const MAX_WINDOW: usize = 10_000;

/// Requests that one page may take before it is given up.
const MAX_REQUESTS: u32 = 24;

/// An answer to a search for documents.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SearchAnswer {
    #[serde(flatten)]
    completeness: Completeness,
    pit_id: Option<String>,
    hits: HitList,
}

#[derive(Debug, Deserialize)]
struct OpenedView {
    #[serde(alias = "pit_id")]
    id: String,
    #[serde(flatten)]
    completeness: Completeness,
}

/// A view that is given up when it is dropped before it stands in a place: the next request closes it.
struct Held<'a> {
    orphans: &'a Mutex<Vec<View>>,
    view: Option<View>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(view) = self.view.take() {
            self.orphans.lock().unwrap_or_else(PoisonError::into_inner).push(view);
        }
    }
}

/// One page under way.
struct Page<'a> {
    layout: &'a Layout,
    time: &'a str,
    place: ReadPlace,
    size: usize,
    /// Whether only the sort values are asked for, because the document is too long.
    bare: bool,
    n_out_of_time: u32,
    requests: u32,
    bytes: u64,
    notices: Vec<LogNotice>,
}

impl Elasticsearch {
    /// Reads the page behind a place, or the first one.
    pub(super) async fn read_page(
        &self,
        question: &LogQuestion,
        range: TimeRange,
        after: Option<ReadPlace>,
    ) -> Result<LogPage<ReadPlace>, SourceError> {
        self.close_orphans().await;
        let layout = self.layout(question).await?;
        let time = layout.mapping.time.as_deref().ok_or_else(no_time)?;
        let number = number_of(question, range);
        let place = match after {
            Some(place) if place.question == number => place,
            Some(_) => return Err(foreign_place()),
            None => self.start(&layout, time, number).await?,
        };
        let mut held = Held { orphans: &self.orphans, view: None };
        let mut page = Page {
            layout: &layout,
            time,
            place,
            size: self.config.page(),
            bare: false,
            n_out_of_time: 0,
            requests: 0,
            bytes: 0,
            notices: layout.notices.clone(),
        };
        let (hits, more) = self.fetch(&mut page, question, range, &mut held).await?;
        if !more && let Some(view) = page.place.view.take() {
            page.requests += 1;
            self.close_view(&view).await;
        }
        held.view = None;
        Ok(self.finish(page, hits, more))
    }

    async fn start(&self, layout: &Layout, time: &str, number: u64) -> Result<ReadPlace, SourceError> {
        let server = self.server().await?;
        let ways = server.pit_ways().iter().copied().filter(|way| !self.has_refused(&Refused::View(*way)));
        let tie = self.best_tie(ways.clone().next()).await?;
        Ok(ReadPlace::start(number, tie, layout.catalog.sort_unit(time)))
    }

    async fn best_tie(&self, way: Option<PitWay>) -> Result<Tie, SourceError> {
        let ties = self.server().await?.ties(way, self.config.unique_field.as_deref());
        let mut usable = ties.into_iter().filter(|tie| !self.has_refused(&Refused::Tie(tie.clone())));
        Ok(usable.next().unwrap_or(Tie::Time))
    }

    /// Asks until there is something that was not read before, or the end.
    async fn fetch(
        &self,
        page: &mut Page<'_>,
        question: &LogQuestion,
        range: TimeRange,
        held: &mut Held<'_>,
    ) -> Result<(Vec<Hit>, bool), SourceError> {
        loop {
            if page.requests >= MAX_REQUESTS {
                return Err(SourceError::TooLarge {
                    query: page.layout.path.clone(),
                    detail: format!("no page after {MAX_REQUESTS} requests"),
                });
            }
            self.ensure_view(page, held).await?;
            let size = page.window();
            let mapped_only = self.has_refused(&Refused::WideText);
            let with =
                Translation { mapping: &page.layout.mapping, catalog: &page.layout.catalog, mapped_only };
            let filter = query::filter(&question.ask, Some(range), &with)?;
            let whole = || request::source(&page.layout.mapping, &self.config.scope.fields);
            let wanted = if page.bare { json!(false) } else { whole() };
            let ask = PageAsk { query: &filter, time: page.time, source: &wanted, size };
            page.requests += 1;
            let sent = self.ask(&request::page(&page.layout.path, &page.place, &ask)).await;
            let answer = match sent {
                Ok(answer) => answer,
                Err(error) => {
                    self.recover(page, error).await?;
                    continue;
                }
            };
            page.bytes += answer.body.len() as u64;
            let found: SearchAnswer = decode(&answer)?;
            if let Some((hits, more)) = page.take(found, size, held)? {
                return Ok((hits, more));
            }
        }
    }

    /// Opens a view where the server has them and the place holds none.
    async fn ensure_view(&self, page: &mut Page<'_>, held: &mut Held<'_>) -> Result<(), SourceError> {
        if page.place.view.is_some() {
            return Ok(());
        }
        // A read that goes on without its view begins at the last time again.
        let lived_in_view = matches!(page.place.tie, Tie::Implicit | Tie::ShardDoc);
        if lived_in_view && !page.place.after.is_empty() && !page.place.rewound {
            page.place.rewind();
        }
        if page.place.rewound && page.place.seen_is_cut {
            page.place.seen_is_cut = false;
            page.notices.push(notice(LogNoticeKind::MayRepeat, &page.layout.path, ""));
        }
        let view = self.open_view(page).await?;
        let way = view.as_ref().map(|view| view.way);
        held.view.clone_from(&view);
        page.place.view = view;
        if way.is_none() {
            page.notices.retain(|notice| notice.kind != LogNoticeKind::NoPointInTime);
            page.notices.push(notice(LogNoticeKind::NoPointInTime, &page.layout.path, ""));
        }
        if !is_possible(&page.place.tie, way) {
            self.change_tie(page, way).await?;
        }
        Ok(())
    }

    async fn change_tie(&self, page: &mut Page<'_>, way: Option<PitWay>) -> Result<(), SourceError> {
        page.place.tie = self.best_tie(way).await?;
        page.place.rewind();
        // Behind every id of the unit before the last time there is nothing that could be named; the time alone with
        // the known documents is exact.
        if page.place.last.is_some() && page.place.tie.outlives_view() {
            page.place.tie = Tie::Time;
            page.place.rewind();
        }
        Ok(())
    }

    async fn open_view(&self, page: &mut Page<'_>) -> Result<Option<View>, SourceError> {
        for &way in self.server().await?.pit_ways() {
            if self.has_refused(&Refused::View(way)) {
                continue;
            }
            page.requests += 1;
            match self.ask(&request::open_view(&page.layout.path, way)).await {
                Ok(answer) => {
                    let opened: OpenedView = decode(&answer)?;
                    let missing = opened.completeness.notices(&page.layout.path);
                    let missing = missing.into_iter().next().map(|notice| notice.detail).unwrap_or_default();
                    return Ok(Some(View { id: opened.id, way, missing }));
                }
                Err(error) if is_unsupported(&error) => self.note_refused(Refused::View(way)),
                // No index behind a pattern, or parts of the data away: the search itself says which.
                Err(SourceError::BadQuery { detail, .. }) if detail.contains("invalid id") => {
                    return Ok(None);
                }
                Err(SourceError::ServerFailed { status: 503, .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Finds another way after a refusal, or gives the refusal back.
    async fn recover(&self, page: &mut Page<'_>, error: SourceError) -> Result<(), SourceError> {
        if is_lost_view(&error) && page.place.view.is_some() {
            page.place.lose_view();
            return Ok(());
        }
        if matches!(error, SourceError::AnswerTooLong { .. }) && !page.bare {
            // One document alone is too long: its text stays behind.
            page.bare = page.size == 1 && !page.place.rewound;
            page.place.rewound &= page.size > 1;
            page.size = (page.size / 4).max(1);
            return Ok(());
        }
        let SourceError::BadQuery { detail, .. } = &error else {
            return Err(error);
        };
        if refuses_tie(&page.place.tie, detail) {
            self.note_refused(Refused::Tie(page.place.tie.clone()));
            let way = page.place.view.as_ref().map(|view| view.way);
            return self.change_tie(page, way).await;
        }
        if expands_too_far(detail) && !self.has_refused(&Refused::WideText) {
            self.note_refused(Refused::WideText);
            return Ok(());
        }
        Err(error)
    }

    fn finish(&self, page: Page<'_>, hits: Vec<Hit>, more: bool) -> LogPage<ReadPlace> {
        let Page { layout, mut place, mut notices, requests, bytes, bare, .. } = page;
        if self.has_refused(&Refused::WideText) {
            notices.push(notice(LogNoticeKind::MappedFieldsOnly, &layout.path, ""));
        }
        let mut reader = Reader::new(&layout.mapping, place.unit, self.config.scope.max_fields);
        if bare {
            reader.expect_no_content();
            let long = hits.iter().map(|hit| notice(LogNoticeKind::RecordTooLong, &hit.index, &hit.id));
            notices.extend(long);
        }
        let keys: Vec<u64> = hits.iter().map(Hit::key).collect();
        let records: Vec<LogRecord> = hits.into_iter().map(|hit| reader.record(hit)).collect();
        notices.extend(reader.into_notices());
        place.read += records.len() as u64;
        let partial = notices.iter().any(|notice| makes_partial(notice.kind));
        let may_come = notices.iter().any(|notice| may_come(notice.kind));
        LogPage { records, keys, next: place, more, partial, may_come, bytes, requests, notices }
    }

    /// Closes a view; a failure does no harm, because the server gives it up by itself.
    pub(super) async fn close_view(&self, view: &View) {
        let request = request::close_view(view);
        if let Err(error) = self.http.ask_once(&request, crate::elasticsearch::answer::judge).await {
            tracing::debug!(%error, "Left a point in time to expire.");
        }
    }

    /// Closes the views of reads that were dropped while they opened one.
    pub(super) async fn close_orphans(&self) {
        let orphans = std::mem::take(&mut *self.orphans.lock().unwrap_or_else(PoisonError::into_inner));
        for view in orphans {
            self.close_view(&view).await;
        }
    }
}

impl Page<'_> {
    /// Documents to ask for: a page, and what comes once more.
    fn window(&self) -> usize {
        let again = if self.place.rewound { self.place.seen.len() } else { 0 };
        (self.size + again).min(MAX_WINDOW)
    }

    /// Takes what an answer brought; `None` when it has to be asked again.
    fn take(
        &mut self,
        found: SearchAnswer,
        size: usize,
        held: &mut Held<'_>,
    ) -> Result<Option<(Vec<Hit>, bool)>, SourceError> {
        let SearchAnswer { completeness, pit_id, hits } = found;
        if let (Some(id), Some(view)) = (pit_id, &mut self.place.view) {
            view.id = id;
            if held.view.is_some() {
                held.view = Some(view.clone());
            }
        }
        let mut incomplete = completeness.notices(&self.layout.path);
        // What came in time is not the beginning of the page, so going on behind it would skip documents.
        if incomplete.iter().any(|notice| notice.kind == LogNoticeKind::TimedOut) {
            self.n_out_of_time += 1;
            self.size = (self.size / 4).max(1);
            if self.n_out_of_time < 4 {
                return Ok(None);
            }
            return Err(SourceError::QueryTimeout { query: self.layout.path.clone() });
        }
        if let Some(view) = self.place.view.as_ref().filter(|view| !view.missing.is_empty()) {
            incomplete.push(notice(LogNoticeKind::ShardsMissing, &self.layout.path, &view.missing));
        }
        incomplete.retain(|notice| !self.notices.contains(notice));
        self.notices.extend(incomplete);
        let hits = hits.hits;
        let more = hits.len() >= size;
        let known: BTreeSet<usize> =
            hits.iter().enumerate().filter(|(_, hit)| self.place.is_known(hit)).map(|(i, _)| i).collect();
        let moved = self.place.pass(&hits);
        if more && !moved {
            self.pass_ties();
        }
        let fresh = hits.into_iter().enumerate().filter(|(i, _)| !known.contains(i)).map(|(_, hit)| hit);
        let fresh: Vec<Hit> = fresh.collect();
        if fresh.is_empty() && more {
            return Ok(None);
        }
        Ok(Some((fresh, more)))
    }

    /// The window holds nothing but one time: goes on behind it, and says so.
    fn pass_ties(&mut self) {
        let at = self.place.time().map(Timestamp::as_millis).unwrap_or_default().to_string();
        self.notices.push(notice(LogNoticeKind::TiesLeftOut, &at, &MAX_WINDOW.to_string()));
        self.place.skip_ties();
    }
}

/// Reports whether a kind of notice means that records are missing.
pub(super) fn makes_partial(kind: LogNoticeKind) -> bool {
    match kind {
        LogNoticeKind::ShardsMissing
        | LogNoticeKind::TimedOut
        | LogNoticeKind::FieldConflict
        | LogNoticeKind::RecordTooLong
        | LogNoticeKind::NoContent
        | LogNoticeKind::TiesLeftOut => true,
        LogNoticeKind::FieldsLeftOut
        | LogNoticeKind::NoTimeField
        | LogNoticeKind::ValueCut
        | LogNoticeKind::MayRepeat
        | LogNoticeKind::NoPointInTime
        | LogNoticeKind::Coarser
        | LogNoticeKind::NotCountable
        | LogNoticeKind::MappedFieldsOnly => false,
    }
}

/// Reports whether what a kind of notice says is missing may come when the same is read again: parts of the data that
/// did not answer, or not in time. What a field, a length or a time keeps out stays out however often it is read.
pub(super) fn may_come(kind: LogNoticeKind) -> bool {
    match kind {
        LogNoticeKind::ShardsMissing | LogNoticeKind::TimedOut => true,
        LogNoticeKind::FieldConflict
        | LogNoticeKind::RecordTooLong
        | LogNoticeKind::NoContent
        | LogNoticeKind::NoTimeField
        | LogNoticeKind::TiesLeftOut
        | LogNoticeKind::FieldsLeftOut
        | LogNoticeKind::ValueCut
        | LogNoticeKind::MayRepeat
        | LogNoticeKind::NoPointInTime
        | LogNoticeKind::Coarser
        | LogNoticeKind::NotCountable
        | LogNoticeKind::MappedFieldsOnly => false,
    }
}

/// Reports whether a refusal says that a product, a version or a user has no views.
fn is_unsupported(error: &SourceError) -> bool {
    if let SourceError::BadQuery { detail, .. } = error {
        // Elasticsearch 7.10 without x-pack takes the path for the name of an index.
        return detail.contains("request body is required");
    }
    matches!(error, SourceError::NotFound { .. } | SourceError::Forbidden { .. })
}

/// Reports whether a tiebreaker works with a way to open a view, or without one.
const fn is_possible(tie: &Tie, way: Option<PitWay>) -> bool {
    match tie {
        Tie::Implicit => matches!(way, Some(PitWay::Elasticsearch)),
        Tie::ShardDoc => matches!(way, Some(PitWay::OpenSearch)),
        Tie::Field(_) | Tie::Id | Tie::Time => true,
    }
}

/// Reports whether the words of a refusal are about the tiebreaker.
fn refuses_tie(tie: &Tie, words: &str) -> bool {
    match tie {
        Tie::ShardDoc => words.contains("_shard_doc"),
        // `indices.id_field_data.enabled: false`, the default of hosted Elasticsearch.
        Tie::Id => words.contains("_id field is disallowed"),
        Tie::Implicit | Tie::Field(_) | Tie::Time => false,
    }
}

/// Reports whether a text was looked for in more fields than the server allows.
pub(super) fn expands_too_far(words: &str) -> bool {
    ["field expansion", "too many fields", "maxClauseCount", "too_many_clauses", "too_many_nested_clauses"]
        .iter()
        .any(|mark| words.contains(mark))
}

pub(super) fn no_time() -> SourceError {
    SourceError::Settings { field: "mapping", problem: SettingProblem::NoTimeField }
}

fn foreign_place() -> SourceError {
    SourceError::Settings { field: "place", problem: SettingProblem::OtherQuestion }
}

/// A number for indices, question and start, by which a place is known to belong to them.
fn number_of(question: &LogQuestion, range: TimeRange) -> u64 {
    let ask: Value = json!([question.indices, format!("{:?}", question.ask), range.start().as_millis()]);
    fnv(&[ask.to_string().as_bytes()])
}
