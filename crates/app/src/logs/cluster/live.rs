//! Lines that clusters find by a query in their own language: asked for while they are looked at, and stored nowhere.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wardroom_connectors::elasticsearch::ElasticsearchConfig;
use wardroom_connectors::source::{LogAsk, LogEnd, LogNotice, LogNoticeKind, LogQuestion};
use wardroom_core::{LogQuery, LogRecord, TimeRange, Timestamp};
use wardroom_store::{SourceId, SourceRow as StoredSource};

use super::{COUNT_LIMIT, ClusterCounts, is_chosen, question_of, regular};
use crate::connections;
use crate::context::{App, Open, source_number};
use crate::error::AppError;
use crate::logs::lines::{Line, LineId, Page};
use crate::logs::rows::LogPlace;
use crate::logs::{masking, phrases, query};
use crate::phrase::Phrase;

/// How far around a line its neighbours are looked for.
const DAY_MS: i64 = 86_400_000;
/// Lines of the time of a line among which it is looked for.
const SAME_TIME: u32 = 200;
/// What stands between the lines of a place.
const BESIDE: char = '+';

/// What clusters are asked.
#[derive(Clone, Debug)]
pub(crate) struct LiveAsk {
    /// The query in their own language.
    pub(crate) raw: String,
    /// What else a line has to match.
    pub(crate) query: LogQuery,
    pub(crate) range: TimeRange,
    /// Only these sources; empty for all.
    pub(crate) sources: Vec<u32>,
}

/// Where a list goes on: behind these lines of one time, and behind all that are later.
#[derive(Debug)]
struct Place {
    at: Timestamp,
    shown: BTreeSet<(SourceId, u64)>,
}

impl Place {
    fn read(place: &LogPlace) -> Result<Self, AppError> {
        let mut shown = BTreeSet::new();
        for text in place.id.split(BESIDE) {
            match LineId::parse(text)? {
                LineId::Cluster(source, key) => shown.insert((source, key)),
                LineId::Stored(..) | LineId::File(..) => {
                    return Err(AppError::new("no_such_line").with("id", text));
                }
            };
        }
        Ok(Self { at: place.at.into(), shown })
    }

    /// Returns the place behind lines that follow on another place; nothing behind no line.
    fn behind(lines: &[Line], before: Option<&Self>) -> Option<Self> {
        let at = lines.last()?.record.at;
        let last = lines.iter().rev().take_while(|line| line.record.at == at);
        let mut shown: BTreeSet<(SourceId, u64)> = last.filter_map(|line| line.id.in_cluster()).collect();
        shown.extend(before.filter(|place| place.at == at).into_iter().flat_map(|place| &place.shown));
        Some(Self { at, shown })
    }

    fn written(&self) -> LogPlace {
        let ids = self.shown.iter().map(|(source, key)| LineId::Cluster(*source, *key).text());
        LogPlace { at: self.at.into(), id: ids.collect::<Vec<_>>().join(&BESIDE.to_string()) }
    }
}

/// What one cluster has for a page.
#[derive(Debug, Default)]
struct Part {
    /// Newest first.
    lines: Vec<Line>,
    /// Whether it has more behind them.
    more: bool,
    notices: Vec<LogNotice>,
}

/// Returns the chosen clusters that may be asked.
///
/// # Errors
///
/// `log_query_elsewhere` for a file that nobody trusts here; `log_query_no_cluster` when none is left.
pub(crate) async fn askable(open: &Open, chosen: &[u32]) -> Result<Vec<StoredSource>, AppError> {
    let mut rows = super::of(open).await?;
    rows.retain(|row| is_chosen(chosen, row.id) && !row.paused);
    match rows.first() {
        None => Err(AppError::new("log_query_no_cluster")),
        Some(row) if open.from_elsewhere() => {
            Err(AppError::new("log_query_elsewhere").with("name", &row.name))
        }
        Some(_) => Ok(rows),
    }
}

/// Joins what a connection brings with what is asked.
pub(super) fn question(config: &ElasticsearchConfig, asked: &LiveAsk) -> Result<LogQuestion, AppError> {
    let mut question = question_of(config)?;
    let (raw, own) = match question.ask {
        LogAsk::Query(own) => (asked.raw.clone(), own),
        LogAsk::Raw(own) => (in_one(&own, &asked.raw), LogQuery::All),
        LogAsk::Both(own, query) => (in_one(&own, &asked.raw), query),
    };
    let query = query::both(own, asked.query.clone());
    question.ask = if query == LogQuery::All { LogAsk::Raw(raw) } else { LogAsk::Both(raw, query) };
    Ok(question)
}

/// Makes one query of two in the cluster's own language.
fn in_one(first: &str, second: &str) -> String {
    let inner = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(mut map)) => map.remove("query").unwrap_or(Value::Object(map)),
        // Both were read before; what is no object is refused with its words where it is asked.
        Ok(other) => other,
        Err(_) => Value::String(text.to_owned()),
    };
    json!({ "bool": { "filter": [inner(first), inner(second)] } }).to_string()
}

/// Reads a page of what the chosen clusters find, newest first. Nothing is held open at them in between.
///
/// # Errors
///
/// As for [`askable`]; the cluster's failure where none answers.
pub(crate) async fn page(
    app: &App,
    open: &Open,
    asked: &LiveAsk,
    behind: Option<&LogPlace>,
    limit: usize,
) -> Result<Page, AppError> {
    let place = behind.map(Place::read).transpose()?;
    let Gathered { mut lines, mut more, known_from, notices } =
        gathered(app, open, asked, place.as_ref(), limit).await?;
    lines.sort_by(|a, b| b.record.at.cmp(&a.record.at).then_with(|| a.id.rank().cmp(&b.id.rank())));
    // A cluster that has more has older lines that are not known: nothing older may be shown before them.
    lines.retain(|line| known_from.is_none_or(|from| line.record.at >= from));
    more |= lines.len() > limit;
    lines.truncate(limit);
    let next = Place::behind(&lines, place.as_ref()).filter(|_| more).map(|place| place.written());
    masked(open, &mut lines).await?;
    Ok(Page { lines, next, notices })
}

/// What all clusters have for a page.
#[derive(Debug, Default)]
struct Gathered {
    lines: Vec<Line>,
    more: bool,
    /// From when on no line is missing; nothing when all are there.
    known_from: Option<Timestamp>,
    notices: Vec<Phrase>,
}

async fn gathered(
    app: &App,
    open: &Open,
    asked: &LiveAsk,
    place: Option<&Place>,
    limit: usize,
) -> Result<Gathered, AppError> {
    let mut all = Gathered::default();
    let (mut answered, mut failed): (Vec<String>, Option<AppError>) = (Vec::new(), None);
    for row in askable(open, &asked.sources).await? {
        match part_of(app, open, &row, asked, place, limit).await {
            Ok(part) => {
                all.notices.extend(part.notices.iter().map(phrases::cluster_notice));
                if part.more {
                    all.more = true;
                    all.known_from = all.known_from.max(part.lines.last().map(|line| line.record.at));
                }
                all.lines.extend(part.lines);
                answered.push(row.name);
            }
            Err(error) => {
                tracing::warn!(source = %row.name, %error, "A cluster did not answer a query.");
                all.notices.push(Phrase::new("logroom-cluster-silent").text("name", row.name));
                failed = failed.or(Some(error));
            }
        }
    }
    match failed {
        Some(error) if answered.is_empty() => Err(error),
        Some(_) | None => {
            let told = Phrase::new("logroom-cluster-asked").text("names", answered.join(", "));
            all.notices.insert(0, told);
            Ok(all)
        }
    }
}

/// Masks the secrets of lines as those are that come in.
async fn masked(open: &Open, lines: &mut [Line]) -> Result<(), AppError> {
    if let Some(rules) = masking::rules(open).await? {
        for line in lines {
            masking::mask(&mut line.record, rules, &mut masking::Found::new());
        }
    }
    Ok(())
}

async fn part_of(
    app: &App,
    open: &Open,
    row: &StoredSource,
    asked: &LiveAsk,
    place: Option<&Place>,
    limit: usize,
) -> Result<Part, AppError> {
    let question = question(&connections::parse_cluster(row)?, asked)?;
    let connected = connections::connect_logs(app, open, row).await?;
    let is_shown = |key: u64| place.is_some_and(|place| place.shown.contains(&(row.id, key)));
    let n_shown = place.map_or(0, |place| place.shown.iter().filter(|(of, _)| *of == row.id).count());
    let wanted = u32::try_from(limit.saturating_add(n_shown)).unwrap_or(u32::MAX);
    let up_to = |end: Timestamp| TimeRange::new(asked.range.start(), end.min(asked.range.end())).ok();
    // The last time once more, without what was shown of it; when that is all that an answer holds, what is before it.
    let parts = match place {
        None => [Some(asked.range), None],
        Some(place) => [up_to(place.at.plus_millis(1)), up_to(place.at)],
    };
    let mut notices = Vec::new();
    for part in parts.into_iter().flatten() {
        let found = connected.peek(&question, part, LogEnd::Newest, wanted).await?;
        notices.extend(found.notices);
        let fresh = found.records.into_iter().zip(found.keys).filter(|(_, key)| !is_shown(*key));
        let lines: Vec<Line> = fresh.map(|(record, key)| line(row.id, key, record)).collect();
        if !lines.is_empty() || !found.more {
            return Ok(Part { lines, more: found.more, notices });
        }
        let at = place.map(|place| place.at.to_string()).unwrap_or_default();
        notices.push(LogNotice {
            kind: LogNoticeKind::TiesLeftOut,
            subject: at,
            detail: n_shown.to_string(),
        });
    }
    Ok(Part { notices, ..Part::default() })
}

fn line(source: SourceId, key: u64, record: LogRecord) -> Line {
    Line { id: LineId::Cluster(source, key), record }
}

/// Lets a cluster count the lines of a range that it finds.
pub(crate) async fn counts(
    app: &App,
    open: &Open,
    row: &StoredSource,
    asked: &LiveAsk,
    bin_ms: i64,
) -> ClusterCounts {
    let counting = async {
        let question = question(&connections::parse_cluster(row)?, asked)?;
        let connected = connections::connect_logs(app, open, row).await?;
        Ok::<_, AppError>(connected.count(&question, asked.range, bin_ms).await?)
    };
    match tokio::time::timeout(COUNT_LIMIT, counting).await {
        Ok(Ok(counted)) => {
            let notices = counted.notices.iter().map(phrases::cluster_notice).collect();
            ClusterCounts { bins: Some(regular(counted, asked.range, bin_ms)), notices }
        }
        Ok(Err(error)) => {
            tracing::warn!(source = %row.name, %error, "A cluster did not count what it finds.");
            not_counted(row)
        }
        Err(_) => not_counted(row),
    }
}

fn not_counted(row: &StoredSource) -> ClusterCounts {
    let told = Phrase::new("logroom-cluster-uncounted").text("name", row.name.clone());
    ClusterCounts { bins: None, notices: vec![told] }
}

/// Reads the lines around one that a cluster has found, oldest first: of all that its connection brings.
///
/// # Errors
///
/// As for [`askable`]; `no_such_line` when it is not there any more; the cluster's failure.
pub(crate) async fn around(
    app: &App,
    open: &Open,
    (source, key): (SourceId, u64),
    at: Timestamp,
    before: u32,
    after: u32,
) -> Result<Vec<Line>, AppError> {
    let rows = askable(open, &[source_number(source)]).await?;
    let row = rows.first().ok_or_else(|| AppError::new("log_query_no_cluster"))?;
    let question = question_of(&connections::parse_cluster(row)?)?;
    let connected = connections::connect_logs(app, open, row).await?;
    let span = |from: i64, to: i64| {
        TimeRange::new(at.plus_millis(from), at.plus_millis(to)).map_err(|e| AppError::internal(&e))
    };
    let most = before.saturating_add(SAME_TIME);
    let older = connected.peek(&question, span(-DAY_MS, 1)?, LogEnd::Newest, most).await?;
    let newer = connected.peek(&question, span(1, DAY_MS)?, LogEnd::Oldest, after.max(1)).await?;
    let mut lines: Vec<Line> =
        older.records.into_iter().zip(older.keys).map(|(record, key)| line(source, key, record)).collect();
    let id = LineId::Cluster(source, key);
    let own = lines.iter().position(|line| line.id == id);
    let own = own.ok_or_else(|| AppError::new("no_such_line").with("id", id.text()))?;
    let own = lines.remove(own);
    lines.truncate(before as usize);
    lines.reverse();
    lines.push(own);
    let newer = newer.records.into_iter().zip(newer.keys).take(after as usize);
    lines.extend(newer.map(|(record, key)| line(source, key, record)));
    masked(open, &mut lines).await?;
    Ok(lines)
}

/// Hands every line on that the chosen clusters find, cluster by cluster, oldest first, until `take` says `false`;
/// returns what is worth knowing of the answers.
///
/// # Errors
///
/// As for [`askable`]; the cluster's failure.
pub(crate) async fn each(
    app: &App,
    open: &Open,
    asked: &LiveAsk,
    take: &mut (dyn FnMut(LogRecord) -> bool + Send),
) -> Result<Vec<Phrase>, AppError> {
    let mut told: Vec<LogNotice> = Vec::new();
    let mut goes_on = true;
    for row in askable(open, &asked.sources).await? {
        if !goes_on {
            break;
        }
        let question = question(&connections::parse_cluster(&row)?, asked)?;
        let connected = connections::connect_logs(app, open, &row).await?;
        let mut place = None;
        while goes_on {
            let page = connected.read(&question, asked.range, place.take()).await?;
            for notice in page.notices {
                if !told.contains(&notice) {
                    told.push(notice);
                }
            }
            goes_on = page.records.into_iter().all(&mut *take);
            if !page.more {
                break;
            }
            if !goes_on {
                connected.close(&page.next).await;
            }
            place = Some(page.next);
        }
    }
    Ok(told.iter().map(phrases::cluster_notice).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_connection_brings_stays_a_condition() {
        let mut config = ElasticsearchConfig::default();
        config.scope.query = r#"{"query":{"term":{"env":"prod"}}}"#.to_owned();
        let range = TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(1)).unwrap();
        let raw = r#"{"match_all":{}}"#.to_owned();
        let asked = LiveAsk { raw, query: LogQuery::All, range, sources: Vec::new() };

        let joined = question(&config, &asked).unwrap().ask;
        config.scope.query = "level : error".to_owned();
        let both = question(&config, &asked).unwrap().ask;

        let wanted = r#"{"bool":{"filter":[{"term":{"env":"prod"}},{"match_all":{}}]}}"#;
        assert_eq!(joined, LogAsk::Raw(wanted.to_owned()));
        assert_eq!(both, LogAsk::Both(asked.raw, LogQuery::parse("level : error").unwrap()));
    }

    #[test]
    fn a_place_keeps_all_lines_of_its_time_that_were_shown() {
        let record = |at: i64| LogRecord {
            at: Timestamp::from_millis(at),
            level: None,
            service: String::new(),
            host: String::new(),
            dataset: String::new(),
            message: String::new(),
            fields: wardroom_core::Labels::default(),
        };
        let of = |at, key| line(SourceId(3), key, record(at));

        let first = Place::behind(&[of(9, 1), of(7, 2), of(7, 3)], None).unwrap();
        let again = Place::read(&first.written()).unwrap();
        let second = Place::behind(&[of(7, 4)], Some(&again)).unwrap();
        let third = Place::behind(&[of(7, 5), of(6, 6)], Some(&second)).unwrap();

        let keys = |place: &Place| place.shown.iter().map(|(_, key)| *key).collect::<Vec<_>>();
        assert_eq!((keys(&again), again.at.as_millis()), (vec![2, 3], 7));
        assert_eq!(keys(&second), [2, 3, 4]);
        assert_eq!((keys(&third), third.at.as_millis()), (vec![6], 6));
        let foreign = LogPlace { id: "s1.2".to_owned(), ..first.written() };
        assert_eq!(Place::read(&foreign).unwrap_err().code, "no_such_line");
    }
}
