//! Log lines as a list: of the workspace and of files that are read in place, newest first.

use std::sync::Arc;

use wardroom_connectors::files::logs::LinePlace;
use wardroom_core::{LogQuery, LogRecord, TemplateId, TimeRange, Timestamp};
use wardroom_store::{LogCursor, LogFilter, LogRow, SourceId};

use super::cluster::live::{self, LiveAsk};
use super::files::{self, OpenSet};
use super::judge::Judge;
use super::room::{self, TemplateTest};
use super::rows::{LogItem, LogPlace, LogsRequest, LogsView};
use super::{cluster, item, query, template_number};
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::topology;
use crate::wire::Span;

/// Rows of one answer.
const MOST_ROWS: u32 = 500;
/// Stored lines that one answer looks at where it cannot ask for exactly those that it wants.
const MOST_LOOKED_AT: usize = 50_000;
/// Lines that are read at a time where all are wanted.
const AT_A_TIME: u32 = 5000;
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// Which lines are wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) range: TimeRange,
    pub(crate) query: LogQuery,
    /// Only these sources; empty for all.
    pub(crate) sources: Vec<u32>,
    pub(crate) template: Option<Arc<TemplateTest>>,
}

impl Wanted {
    /// Returns what the store is asked for; a template's test still has to be made where the store cannot make it.
    pub(crate) fn filter(&self) -> LogFilter {
        LogFilter {
            range: Some(self.range),
            query: self.query.clone(),
            sources: self.sources.iter().map(|id| SourceId(i64::from(*id))).collect(),
            templates: self.template.as_ref().map(|t| t.pushed()).unwrap_or_default(),
            ..LogFilter::default()
        }
    }

    /// Reports whether a stored line is of the wanted template.
    pub(crate) fn passes(&self, template: Option<TemplateId>, record: &LogRecord) -> bool {
        self.template.as_ref().is_none_or(|test| test.passes(template, &record.message))
    }
}

/// A line's identity: its number in the workspace, its place in a file, or the number of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineId {
    /// A stored line: its source and number.
    Stored(SourceId, i64),
    /// A line of a file: its source and place.
    File(SourceId, LinePlace),
    /// A line that a cluster was asked for: its source, and a number that is the same whenever it is read.
    Cluster(SourceId, u64),
}

impl LineId {
    /// Writes it as the window keeps it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Stored(source, number) => format!("s{}.{number}", source.0),
            Self::File(source, place) => format!("f{}.{}.{}", source.0, place.file, place.offset),
            Self::Cluster(source, key) => format!("c{}.{key:016x}", source.0),
        }
    }

    /// Reads it back.
    ///
    /// # Errors
    ///
    /// `no_such_line`.
    pub(crate) fn parse(text: &str) -> Result<Self, AppError> {
        Self::read(text).ok_or_else(|| AppError::new("no_such_line").with("id", text))
    }

    fn read(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        let mut parts = rest.split('.');
        let source = SourceId(parts.next()?.parse().ok()?);
        match kind {
            "s" => Some(Self::Stored(source, parts.next()?.parse().ok()?)),
            "f" => {
                let (file, offset) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                Some(Self::File(source, LinePlace { file, offset }))
            }
            "c" => Some(Self::Cluster(source, u64::from_str_radix(parts.next()?, 16).ok()?)),
            _ => None,
        }
    }

    /// Returns the source and the number of a line that a cluster was asked for.
    pub(crate) const fn in_cluster(self) -> Option<(SourceId, u64)> {
        match self {
            Self::Cluster(source, key) => Some((source, key)),
            Self::Stored(..) | Self::File(..) => None,
        }
    }

    /// Returns what stands behind all lines of one time.
    pub(crate) const fn last() -> Self {
        Self::File(SourceId(i64::MAX), LinePlace { file: 0, offset: 0 })
    }

    /// Where lines of one time stand: stored ones first, then the files by source; later ones of a source first.
    pub(crate) fn rank(self) -> (i64, std::cmp::Reverse<LinePlace>) {
        match self {
            Self::Stored(_, number) => {
                (i64::MIN, std::cmp::Reverse(LinePlace { file: 0, offset: number.cast_unsigned() }))
            }
            Self::File(source, place) => (source.0, std::cmp::Reverse(place)),
            Self::Cluster(source, key) => (source.0, std::cmp::Reverse(LinePlace { file: 0, offset: key })),
        }
    }
}

/// A line with its identity.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) id: LineId,
    pub(crate) record: LogRecord,
}

impl Line {
    pub(crate) fn item(self) -> LogItem {
        item(self.id.text(), self.record)
    }
}

/// Where a list goes on: behind a line of this time and identity.
pub(crate) type Behind = Option<(Timestamp, LineId)>;

/// Reports whether a line stands behind a place of the list.
pub(crate) fn is_behind(behind: Behind, at: Timestamp, id: LineId) -> bool {
    behind.is_none_or(|(last, shown)| at < last || (at == last && id.rank() > shown.rank()))
}

/// What a request asks for.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// Lines of the workspace, of files and of clusters.
    Lines(Wanted),
    /// What clusters find by a query in their own language.
    Clusters(LiveAsk),
}

/// Reads a request for lines; whoever lists lines asks for its level as well.
///
/// # Errors
///
/// `range_reversed`; `log_query`; `log_query_json`; `log_query_raw_template`; `no_such_template`; store failures.
pub(crate) async fn asked(app: &App, open: &Arc<Open>, request: &LogsRequest) -> Result<Asked, AppError> {
    let range = range_or_last(open, request.range, HOUR_MS).await?;
    let (raw, query) = query::divided(&request.query)?;
    let query = topology::narrowed(app, open, query, request.entity.as_deref()).await?;
    let sources = request.sources.clone();
    if let Some(raw) = raw {
        if request.template.is_some() {
            return Err(AppError::new("log_query_raw_template"));
        }
        return Ok(Asked::Clusters(LiveAsk { raw, query, range, sources }));
    }
    let template = match &request.template {
        Some(id) => Some(Arc::new(room::test_of(open, template_number(id)?).await?)),
        None => None,
    };
    Ok(Asked::Lines(Wanted { range, query, sources, template }))
}

/// Lists log lines, newest first, a page at a time. How many there are is another question ([`super::counts()`]).
///
/// Each has its class, judged by its own text. Cost: a page reads about as many lines as it shows.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; `log_query`; `no_such_template`; failures of files and store; for a query in a
/// cluster's own language `log_query_json`, `log_query_raw_template`, and those of the cluster.
pub async fn list(app: &App, request: &LogsRequest) -> Result<LogsView, AppError> {
    let open = app.open()?;
    let limit = request.limit.clamp(1, MOST_ROWS) as usize;
    let (range, page) = match asked(app, &open, request).await? {
        Asked::Clusters(asked) => {
            let asked = LiveAsk { query: query::with_level(asked.query, request.level), ..asked };
            (asked.range, live::page(app, &open, &asked, request.behind.as_ref(), limit).await?)
        }
        Asked::Lines(wanted) => {
            let wanted = Wanted { query: query::with_level(wanted.query, request.level), ..wanted };
            let behind = match &request.behind {
                Some(place) => Some((Timestamp::from(place.at), LineId::parse(&place.id)?)),
                None => None,
            };
            (wanted.range, page(&open, &wanted, behind, limit).await?)
        }
    };
    let judge = Judge::new(room::known_so_far(&open).await?);
    view(&open, request, range, page, &judge).await
}

/// Returns a line with its class: also one that has only just come, and of which no template is known.
fn judged(judge: &Judge, line: Line) -> LogItem {
    let fault = judge.fault(&line.record);
    LogItem { fault: Some(fault), ..line.item() }
}

async fn view(
    open: &Open,
    request: &LogsRequest,
    range: TimeRange,
    page: Page,
    judge: &Judge,
) -> Result<LogsView, AppError> {
    let (services, hosts) = writers(open).await?;
    Ok(LogsView {
        range: range.into(),
        known: query::is_raw(&request.query)
            || !page.lines.is_empty()
            || !services.is_empty()
            || !hosts.is_empty()
            || room::knows(open).await?,
        next: page.next,
        rows: page.lines.into_iter().map(|line| judged(judge, line)).collect(),
        services,
        hosts,
        notices: page.notices,
    })
}

/// Returns the services and machines that have written lines, stored or in files, by name.
pub(crate) async fn writers(open: &Open) -> Result<(Vec<String>, Vec<String>), AppError> {
    let (services, hosts) = open.workspace.log_writers().await?;
    let (more_services, more_hosts) = room::writers(open).await?;
    let join = |a: Vec<String>, b: Vec<String>| {
        let all: std::collections::BTreeSet<String> = a.into_iter().chain(b).collect();
        all.into_iter().collect::<Vec<String>>()
    };
    Ok((join(services, more_services), join(hosts, more_hosts)))
}

/// Returns the range that was asked for, or so much before the end of the data, lines included.
///
/// # Errors
///
/// `range_reversed`; store failures.
pub(crate) async fn range_or_last(
    open: &Open,
    range: Option<Span>,
    millis: i64,
) -> Result<TimeRange, AppError> {
    if let Some(range) = range {
        return range.try_into();
    }
    let stats = open.workspace.stats().await?;
    let in_files = files::chosen(open, &[]).await?.iter().filter_map(|set| set.last()).max();
    // Lines decide where there are any: a series may go on for long after the last line.
    let last = stats.last_log.max(in_files).or(stats.last).unwrap_or(Timestamp::from_millis(millis));
    let end = last.plus_millis(1);
    TimeRange::new(end.plus_millis(-millis), end).map_err(|e| AppError::internal(&e))
}

/// A page of lines.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) lines: Vec<Line>,
    pub(crate) next: Option<LogPlace>,
    pub(crate) notices: Vec<Phrase>,
}

/// Reads a page of the list, newest first, stored lines and those of files merged.
pub(crate) async fn page(
    open: &Arc<Open>,
    wanted: &Wanted,
    behind: Behind,
    limit: usize,
) -> Result<Page, AppError> {
    let mut lines = Vec::new();
    let mut notices = Vec::new();
    let stored = stored_page(open, wanted, behind, limit).await?;
    lines.extend(stored.lines);
    let mut ended_early: Vec<(Timestamp, LineId)> =
        stored.next.into_iter().filter(|_| stored.looked_enough).collect();
    for set in files::chosen(open, &wanted.sources).await? {
        let (found, told) = file_page(open, &set, wanted, behind, limit).await?;
        lines.extend(found.lines);
        ended_early.extend(found.next.filter(|_| found.looked_enough));
        notices.extend(told);
    }
    lines.sort_by(|a, b| b.record.at.cmp(&a.record.at).then_with(|| a.id.rank().cmp(&b.id.rank())));
    // A part that gave up on its way has older lines that are not known: nothing older may be shown before them.
    if let Some((newest_end, _)) = ended_early.iter().max_by_key(|(at, _)| *at) {
        lines.retain(|line| line.record.at >= *newest_end);
    }
    let more = lines.len() >= limit;
    lines.truncate(limit);
    let next = if more {
        lines.last().map(|line| (line.record.at, line.id))
    } else {
        ended_early.into_iter().max_by_key(|(at, _)| *at)
    };
    let next = next.map(|(at, id)| LogPlace { at: at.into(), id: id.text() });
    Ok(Page { lines, next, notices })
}

/// A part of a page, from the store or from one set of files.
#[derive(Debug, Default)]
pub(crate) struct PartPage {
    pub(crate) lines: Vec<Line>,
    /// The last line that was looked at.
    pub(crate) next: Behind,
    /// Whether it gave up before it had enough lines.
    pub(crate) looked_enough: bool,
}

/// Reads stored lines, looking at more than it returns where the store cannot test for the template.
async fn stored_page(
    open: &Open,
    wanted: &Wanted,
    behind: Behind,
    limit: usize,
) -> Result<PartPage, AppError> {
    let mut filter = wanted.filter();
    let mut cursor = match behind {
        Some((at, LineId::Stored(_, number))) => Some(LogCursor { at, number }),
        Some((at, LineId::File(..) | LineId::Cluster(..))) => {
            // Stored lines of that time stand before those of files, so they were shown.
            match TimeRange::new(wanted.range.start(), at) {
                Ok(range) => filter.range = Some(range),
                Err(_) => return Ok(PartPage::default()),
            }
            None
        }
        None => None,
    };
    let at_once =
        u32::try_from(if wanted.template.is_some() { limit.max(500) } else { limit }).unwrap_or(500);
    let mut part = PartPage::default();
    let mut looked_at = 0;
    loop {
        let rows = open.workspace.logs(&filter, cursor, at_once).await?;
        let is_last = rows.len() < at_once as usize;
        looked_at += rows.len();
        for row in rows {
            cursor = Some(row.cursor());
            part.next = Some((row.record.at, LineId::Stored(row.source, row.number)));
            if wanted.passes(row.template, &row.record) {
                part.lines.push(line_of(row));
            }
            if part.lines.len() >= limit {
                return Ok(part);
            }
        }
        if is_last {
            return Ok(part);
        }
        if looked_at >= MOST_LOOKED_AT {
            part.looked_enough = true;
            return Ok(part);
        }
    }
}

fn line_of(row: LogRow) -> Line {
    Line { id: LineId::Stored(row.source, row.number), record: row.record }
}

async fn file_page(
    open: &Open,
    set: &Arc<OpenSet>,
    wanted: &Wanted,
    behind: Behind,
    limit: usize,
) -> Result<(PartPage, Vec<Phrase>), AppError> {
    match files::newest(open, set, wanted, behind, limit).await {
        Ok(part) => Ok((part, Vec::new())),
        // Files that went away are no reason to show nothing of the others.
        Err(error) if error.is_cancelled() => Err(error),
        Err(error) => Ok((PartPage::default(), vec![files::failed(set, &error)])),
    }
}

/// Returns the lines around one, oldest first, with the line itself.
///
/// # Errors
///
/// `no_workspace`; `no_such_line`; failures of files and store.
pub async fn around(app: &App, place: &LogPlace, before: u32, after: u32) -> Result<Vec<LogItem>, AppError> {
    let open = app.open()?;
    let (before, after) = (before.min(MOST_ROWS), after.min(MOST_ROWS));
    let (at, id) = (Timestamp::from(place.at), LineId::parse(&place.id)?);
    let lines = match id.in_cluster() {
        Some(line) => live::around(app, &open, line, at, before, after).await?,
        None => around_line(&open, at, id, before, after).await?,
    };
    Ok(lines.into_iter().map(Line::item).collect())
}

/// Returns the lines around one, oldest first.
pub(crate) async fn around_line(
    open: &Arc<Open>,
    at: Timestamp,
    id: LineId,
    before: u32,
    after: u32,
) -> Result<Vec<Line>, AppError> {
    match id {
        LineId::Stored(source, number) => {
            let rows = open.workspace.log_around(source, LogCursor { at, number }, before, after).await?;
            Ok(rows.into_iter().map(line_of).collect())
        }
        LineId::File(source, place) => files::around(open, source, place, before, after).await,
        LineId::Cluster(..) => Err(AppError::new("no_such_line").with("id", id.text())),
    }
}

/// Hands every stored line that passes a filter on, oldest first, until `take` says `false`.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn each(
    open: &Open,
    filter: &LogFilter,
    take: &mut (dyn FnMut(LogRecord) -> bool + Send),
) -> Result<(), AppError> {
    let mut behind = None;
    loop {
        let rows = open.workspace.logs_oldest_first(filter, behind, AT_A_TIME).await?;
        let is_last = rows.len() < AT_A_TIME as usize;
        behind = rows.last().map(LogRow::cursor);
        for row in rows {
            if !take(row.record) {
                return Ok(());
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Counts the stored lines of a period; blocks that lie whole in it are not opened.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn count(open: &Open, range: Option<TimeRange>) -> Result<u64, AppError> {
    let filter = LogFilter { range, ..LogFilter::default() };
    Ok(open.workspace.log_counts(&filter).await?.values().sum())
}

/// Hands stored lines on, newest first, at most `most` of them; returns whether all were seen.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn each_newest(
    open: &Open,
    filter: &LogFilter,
    most: usize,
    take: &mut (dyn FnMut(LogRow) + Send),
) -> Result<bool, AppError> {
    let mut behind = None;
    let mut seen = 0;
    loop {
        let rows = open.workspace.logs(filter, behind, AT_A_TIME).await?;
        let is_last = rows.len() < AT_A_TIME as usize;
        behind = rows.last().map(LogRow::cursor);
        for row in rows {
            if seen >= most {
                return Ok(false);
            }
            seen += 1;
            take(row);
        }
        if is_last {
            return Ok(true);
        }
    }
}

/// Reports whether a source is followed at the moment.
pub(crate) fn is_live(open: &Open, source: SourceId) -> bool {
    lock(&open.followed).contains_key(&source)
        || open.logs.tails(source)
        || open.drill.as_ref().is_some_and(|drill| source_number(drill.source) == source_number(source))
}

/// Reports whether a cluster is among the chosen sources.
pub(crate) fn is_wanted(wanted: &Wanted, source: SourceId) -> bool {
    cluster::is_chosen(&wanted.sources, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_back() {
        let ids = [
            LineId::Stored(SourceId(3), 77),
            LineId::File(SourceId(4), LinePlace { file: 2, offset: 1 << 40 }),
            LineId::Cluster(SourceId(5), u64::MAX),
        ];

        for id in ids {
            assert_eq!(LineId::parse(&id.text()).unwrap(), id);
        }
        assert_eq!(LineId::parse("77").unwrap_err().code, "no_such_line");
    }

    #[test]
    fn of_one_time_stored_lines_stand_before_those_of_files_and_later_ones_first() {
        let file = |source, offset| LineId::File(SourceId(source), LinePlace { file: 0, offset });
        let mut ids = vec![
            file(2, 5),
            file(1, 9),
            LineId::Stored(SourceId(9), 4),
            LineId::Stored(SourceId(9), 7),
            file(1, 12),
        ];

        ids.sort_by_key(|id| id.rank());

        let wanted = [
            LineId::Stored(SourceId(9), 7),
            LineId::Stored(SourceId(9), 4),
            file(1, 12),
            file(1, 9),
            file(2, 5),
        ];
        assert_eq!(ids, wanted);
    }
}
