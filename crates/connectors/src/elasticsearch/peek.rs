//! The records at one end of a range: one search, which holds nothing open at the server.

use serde::Deserialize;
use wardroom_core::{LogRecord, TimeRange};

use crate::elasticsearch::answer::{Completeness, decode, notice};
use crate::elasticsearch::layout::{HitList, Layout};
use crate::elasticsearch::mapping::SortUnit;
use crate::elasticsearch::page::{MAX_WINDOW, expands_too_far, makes_partial, no_time};
use crate::elasticsearch::record::{Hit, Reader};
use crate::elasticsearch::{Elasticsearch, Refused, request};
use crate::error::SourceError;
use crate::http::HttpAnswer;
use crate::source::{LogEnd, LogNoticeKind, LogPeek, LogQuestion};

/// An answer to a search for documents.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PeekAnswer {
    #[serde(flatten)]
    completeness: Completeness,
    hits: HitList,
}

impl Elasticsearch {
    /// Reads the records at one end of a range, at most as many as the servers give in one answer; fewer where they are
    /// so long that an answer holds no more.
    pub(super) async fn peek_at(
        &self,
        question: &LogQuestion,
        range: TimeRange,
        end: LogEnd,
        limit: u32,
    ) -> Result<LogPeek, SourceError> {
        self.close_orphans().await;
        let layout = self.layout(question).await?;
        let time = layout.mapping.time.as_deref().ok_or_else(no_time)?;
        let unit = layout.catalog.sort_unit(time);
        let order = match end {
            LogEnd::Newest => request::newest_first(time, unit),
            LogEnd::Oldest => request::oldest_first(time, unit),
        };
        let source = request::source(&layout.mapping, &self.config.scope.fields);
        let mut size = usize::try_from(limit).unwrap_or(MAX_WINDOW).clamp(1, MAX_WINDOW);
        loop {
            let query = self.filter(question, Some(range), &layout)?;
            let body = request::peek(&query, &order, &source, size, self.server_limit_s());
            match self.ask_for_counts(&request::search(&layout.path, &body)).await {
                Ok(answer) => return self.peeked(&answer, &layout, unit, size),
                Err(SourceError::AnswerTooLong { .. }) if size > 1 => size = (size / 4).max(1),
                Err(SourceError::BadQuery { detail, .. })
                    if expands_too_far(&detail) && !self.has_refused(&Refused::WideText) =>
                {
                    self.note_refused(Refused::WideText);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn peeked(
        &self,
        answer: &HttpAnswer,
        layout: &Layout,
        unit: SortUnit,
        size: usize,
    ) -> Result<LogPeek, SourceError> {
        let found: PeekAnswer = decode(answer)?;
        let mut notices = layout.notices.clone();
        notices.extend(found.completeness.notices(&layout.path));
        // What came in time is not what stands at the end of the range.
        if notices.iter().any(|notice| notice.kind == LogNoticeKind::TimedOut) {
            return Err(SourceError::QueryTimeout { query: layout.path.clone() });
        }
        if self.has_refused(&Refused::WideText) {
            notices.push(notice(LogNoticeKind::MappedFieldsOnly, &layout.path, ""));
        }
        let hits = found.hits.hits;
        let more = hits.len() >= size;
        let keys: Vec<u64> = hits.iter().map(Hit::key).collect();
        let mut reader = Reader::new(&layout.mapping, unit, self.config.scope.max_fields);
        let records: Vec<LogRecord> = hits.into_iter().map(|hit| reader.record(hit)).collect();
        notices.extend(reader.into_notices());
        let partial = notices.iter().any(|notice| makes_partial(notice.kind));
        Ok(LogPeek { records, keys, more, partial, notices })
    }
}
