//! The most frequent values of a field: counted by a cluster where its lines are not all stored here, else line by line.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_connectors::source::LogFacet;
use wardroom_core::log_query::level_named;
use wardroom_core::{LogLevel, LogRecord};
use wardroom_store::LogFilter;

use super::cluster::COUNT_LIMIT;
use super::cluster::facets::{self, Facet, FieldAsk};
use super::cluster::live::{self, LiveAsk};
use super::lines::{self, Asked, Wanted};
use super::rows::LogsRequest;
use super::{cluster, counts, files, query};
use crate::context::{App, Open};
use crate::error::AppError;
use crate::phrase::Phrase;

/// Values of one answer; a cluster makes as many buckets for it, and one more.
pub(crate) const MOST_VALUES: u32 = 50;
/// Values that are told apart where lines are counted one by one; lines with further ones are others.
const MOST_DISTINCT: usize = 20_000;
/// Stored lines of each source, and lines of each set of files, that are looked at.
const MOST_LOOKED_AT: usize = 200_000;

/// What is asked of the values of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogValuesRequest {
    /// The field: `service`, `host`, `level`, `dataset`, or a field by its own name.
    pub field: String,
    /// Which lines; where a list of them goes on and how long it is does not matter.
    pub lines: LogsRequest,
}

/// The most frequent values of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogValuesView {
    /// The field, as it was asked for.
    pub field: String,
    /// The most frequent values, the most frequent first.
    pub values: Vec<LogValueRow>,
    /// Lines with other values.
    pub other: f64,
    /// Lines that have a value.
    pub lines: f64,
    /// Values that are counted one by one at most; what they cost a cluster in buckets.
    pub at_most: u32,
    /// What makes the counts partial or doubtful.
    pub notices: Vec<Phrase>,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LogValueRow {
    /// The value.
    pub value: String,
    /// Lines with it.
    pub lines: f64,
    /// Their share of the lines that have a value, 0 to 1.
    pub share: f64,
}

/// A field whose values can be counted.
#[derive(Clone, Debug)]
pub(crate) struct CountedField(String);

impl CountedField {
    /// Reads the name of a field.
    ///
    /// # Errors
    ///
    /// `log_field_uncountable` for none, for several, and for the text of lines.
    pub(crate) fn read(name: &str) -> Result<Self, AppError> {
        if name.trim().is_empty() || name == "message" || name.contains('*') {
            return Err(AppError::new("log_field_uncountable").with("field", name));
        }
        Ok(Self(name.to_owned()))
    }

    /// Returns its name.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// Returns its value in a line; nothing when the line has none.
    pub(crate) fn of<'r>(&self, record: &'r LogRecord) -> Option<&'r str> {
        let value = match self.name() {
            "service" | "service.name" => record.service.as_str(),
            "host" | "host.name" => record.host.as_str(),
            "dataset" | "event.dataset" => record.dataset.as_str(),
            "level" | "log.level" => record.level.map(LogLevel::as_str)?,
            name => record.fields.get(name)?,
        };
        (!value.is_empty()).then_some(value)
    }

    fn is_level(&self) -> bool {
        matches!(self.name(), "level" | "log.level")
    }
}

/// Lines by value.
#[derive(Debug, Default)]
pub(crate) struct ValueTally {
    lines: BTreeMap<String, u64>,
    other: u64,
}

impl ValueTally {
    /// Adds lines with a value.
    pub(crate) fn add(&mut self, value: &str, lines: u64) {
        if let Some(n) = self.lines.get_mut(value) {
            *n += lines;
        } else if self.lines.len() < MOST_DISTINCT {
            self.lines.insert(value.to_owned(), lines);
        } else {
            self.other += lines;
        }
    }

    /// Returns the most frequent values, ties by value; the rest becomes others.
    pub(crate) fn view(self, field: &CountedField, notices: Vec<Phrase>) -> LogValuesView {
        let all = self.lines.values().sum::<u64>() + self.other;
        let mut found: Vec<(String, u64)> = self.lines.into_iter().collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(MOST_VALUES as usize);
        let shown: u64 = found.iter().map(|(_, n)| n).sum();
        let row = |(value, n): (String, u64)| LogValueRow {
            value,
            lines: n as f64,
            share: n as f64 / all.max(1) as f64,
        };
        LogValuesView {
            field: field.name().to_owned(),
            values: found.into_iter().map(row).collect(),
            other: (all - shown) as f64,
            lines: all as f64,
            at_most: MOST_VALUES,
            notices,
        }
    }
}

/// What several sources have counted.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    tally: ValueTally,
    notices: Vec<Phrase>,
    /// Lists of values that were put together.
    lists: usize,
    /// Whether a cluster has further values that it did not name.
    cut: bool,
}

impl Gathered {
    /// Takes what a cluster has counted; spellings of a level become one.
    pub(crate) fn take(&mut self, facet: LogFacet, field: &CountedField) {
        for (value, lines) in facet.values {
            let level = level_named(&value).filter(|_| field.is_level());
            self.tally.add(level.map_or(value.as_str(), |level| level.as_str()), lines);
        }
        self.tally.other += facet.other;
        self.lists += 1;
        self.cut |= facet.other > 0;
        if facet.low_by > 0 {
            let n = usize::try_from(facet.low_by).unwrap_or(usize::MAX);
            self.notices.push(Phrase::new("logroom-values-low").count("n", n));
        }
    }

    /// Makes the answer.
    pub(crate) fn view(mut self, field: &CountedField) -> LogValuesView {
        // What one source does not name may be frequent in another.
        if self.cut && self.lists > 1 {
            self.notices.push(Phrase::new("logroom-values-joined"));
        }
        self.tally.view(field, self.notices)
    }
}

/// Counts the most frequent values of a field.
///
/// Cost: one aggregation of a cluster whose lines are not all stored; of stored lines and of files a look at each, up to a
/// budget, beyond which a notice says so.
///
/// # Errors
///
/// `no_workspace`; `log_field_uncountable`; `cancelled`, also when the values of another field are asked for meanwhile; as
/// for [`super::list`].
pub async fn values(app: &App, request: &LogValuesRequest) -> Result<LogValuesView, AppError> {
    let open = app.open()?;
    let _open = open.keep_open().await;
    // Whoever asks for the values of a field waits for those of the one before no more.
    open.value_counts.end_all();
    let running = open.value_counts.begin();
    running.unless_ended(requested(app, &open, request)).await
}

/// Ends every count of values that is being made in the open workspace; each of them fails with `cancelled`.
pub fn cancel_values(app: &App) {
    if let Some(open) = app.open_or_none() {
        open.value_counts.end_all();
    }
}

async fn requested(
    app: &App,
    open: &Arc<Open>,
    request: &LogValuesRequest,
) -> Result<LogValuesView, AppError> {
    let field = CountedField::read(&request.field)?;
    let level = request.lines.level;
    match lines::asked(app, open, &request.lines).await? {
        Asked::Clusters(asked) => {
            let asked = LiveAsk { query: query::with_level(asked.query, level), ..asked };
            by_clusters(app, open, &asked, &field, COUNT_LIMIT).await
        }
        Asked::Lines(wanted) => {
            let wanted = Wanted { query: query::with_level(wanted.query, level), ..wanted };
            Ok(by_everybody(app, open, &wanted, &field).await?.view(&field))
        }
    }
}

/// Lets clusters count what they find by a query in their own language: all at the same time, each within the limit. One
/// that does not answer is a notice with its name.
///
/// # Errors
///
/// As for [`live::askable`]; the first cluster's failure where none answers.
pub(crate) async fn by_clusters(
    app: &App,
    open: &Open,
    asked: &LiveAsk,
    field: &CountedField,
    limit: Duration,
) -> Result<LogValuesView, AppError> {
    let (mut found, mut failed, mut answered) = (Gathered::default(), None, 0_usize);
    let rows = live::askable(open, &asked.sources).await?;
    let asking: Vec<_> =
        rows.iter().map(|row| facets::of_query(app, open, row, asked, field.name(), limit)).collect();
    for (row, answer) in rows.iter().zip(join_all(asking).await) {
        match answer {
            Ok(Facet { facet, notices }) => {
                answered += 1;
                found.notices.extend(notices);
                if let Some(facet) = facet {
                    found.take(facet, field);
                }
            }
            Err(error) => {
                tracing::warn!(source = %row.name, %error, "A cluster did not count values.");
                found.notices.push(Phrase::new("logroom-cluster-uncounted").text("name", row.name.clone()));
                failed = failed.or(Some(error));
            }
        }
    }
    match failed {
        Some(error) if answered == 0 => Err(error),
        Some(_) | None => Ok(found.view(field)),
    }
}

/// Counts by clusters, stored lines and files, each line by one of them.
async fn by_everybody(
    app: &App,
    open: &Arc<Open>,
    wanted: &Wanted,
    field: &CountedField,
) -> Result<Gathered, AppError> {
    let (mut found, mut done) = (Gathered::default(), Vec::new());
    if wanted.template.is_none() {
        let mut rows = cluster::of(open).await?;
        rows.retain(|row| lines::is_wanted(wanted, row.id));
        let ask = FieldAsk { range: wanted.range, query: &wanted.query, field: field.name() };
        let asking: Vec<_> = rows.iter().map(|row| facets::of_range(app, open, row, &ask)).collect();
        for (row, answer) in rows.iter().zip(join_all(asking).await) {
            let Facet { facet, notices } = answer;
            found.notices.extend(notices);
            if let Some(facet) = facet {
                found.take(facet, field);
                done.push(row.id);
            }
        }
    }
    let mut is_whole = true;
    for row in open.workspace.sources().await? {
        let is_counted_here = !row.deleted && counts::holds_lines(&row.kind) && !done.contains(&row.id);
        if !is_counted_here || !lines::is_wanted(wanted, row.id) {
            continue;
        }
        let filter = LogFilter { sources: vec![row.id], ..wanted.filter() };
        let mut n = 0_u64;
        is_whole &= lines::each_newest(open, &filter, MOST_LOOKED_AT, &mut |row| {
            if wanted.passes(row.template, &row.record)
                && let Some(value) = field.of(&row.record)
            {
                found.tally.add(value, 1);
                n += 1;
            }
        })
        .await?;
        found.lists += usize::from(n > 0);
    }
    if !is_whole {
        found.notices.push(Phrase::new("logroom-looked-at-partly").count("n", MOST_LOOKED_AT));
    }
    of_files(open, wanted, field, &mut found).await?;
    Ok(found)
}

async fn of_files(
    open: &Arc<Open>,
    wanted: &Wanted,
    field: &CountedField,
    found: &mut Gathered,
) -> Result<(), AppError> {
    for set in files::chosen(open, &wanted.sources).await? {
        let counted = field.clone();
        let pick = move |record: &LogRecord| counted.of(record).map(str::to_owned);
        match files::picked(open, &set, wanted, MOST_LOOKED_AT, pick).await {
            Ok((values, is_whole)) => {
                found.lists += usize::from(!values.is_empty());
                for value in values {
                    found.tally.add(&value, 1);
                }
                if !is_whole {
                    let told = Phrase::new("logroom-counted-partly").text("name", set.name());
                    found.notices.push(told);
                }
            }
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => found.notices.push(files::failed(&set, &error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> CountedField {
        CountedField::read(name).unwrap()
    }

    #[test]
    fn beyond_the_values_that_are_shown_lines_are_others() {
        let mut tally = ValueTally::default();
        for n in 0..60_u64 {
            tally.add(&format!("v{n:02}"), 100 - n);
        }
        tally.add("v59", 1000);

        let view = tally.view(&field("user"), Vec::new());

        assert_eq!(view.values.len(), 50);
        assert_eq!((view.values[0].value.as_str(), view.values[0].lines), ("v59", 1041.0));
        assert_eq!(view.values[1].value, "v00");
        let all: f64 = view.values.iter().map(|row| row.lines).sum::<f64>() + view.other;
        assert!((all - view.lines).abs() < 1e-9, "{all} of {}", view.lines);
        let shares: f64 = view.values.iter().map(|row| row.share).sum();
        assert!((shares - (view.lines - view.other) / view.lines).abs() < 1e-9);
    }

    #[test]
    fn spellings_of_a_level_are_one_and_those_of_other_fields_are_not() {
        let counted = |name: &str| {
            let values = vec![("INFO".to_owned(), 5), ("info".to_owned(), 3), ("loud".to_owned(), 1)];
            let facet = LogFacet { field: name.to_owned(), values, other: 0, low_by: 0 };
            let mut found = Gathered::default();
            found.take(facet, &field(name));
            let view = found.view(&field(name));
            view.values.into_iter().map(|row| (row.value, row.lines)).collect::<Vec<_>>()
        };

        assert_eq!(counted("level"), [("info".to_owned(), 8.0), ("loud".to_owned(), 1.0)]);
        assert_eq!(counted("shift").len(), 3);
    }

    #[test]
    fn lists_that_were_cut_are_not_put_together_in_silence() {
        let facet =
            LogFacet { field: "user".to_owned(), values: vec![("a".to_owned(), 5)], other: 7, low_by: 2 };
        let mut one = Gathered::default();
        one.take(facet.clone(), &field("user"));
        let mut two = Gathered::default();
        two.take(facet.clone(), &field("user"));
        two.take(facet, &field("user"));

        let keys = |view: &LogValuesView| view.notices.iter().map(|n| n.key.clone()).collect::<Vec<_>>();
        let (one, two) = (one.view(&field("user")), two.view(&field("user")));
        assert_eq!(keys(&one), ["logroom-values-low"]);
        assert_eq!(keys(&two), ["logroom-values-low", "logroom-values-low", "logroom-values-joined"]);
        assert_eq!((two.values[0].lines, two.other, two.lines), (10.0, 14.0, 24.0));
    }

    #[test]
    fn the_text_of_lines_is_no_field_to_count() {
        for name in ["", "message", "http.*"] {
            assert_eq!(CountedField::read(name).unwrap_err().code, "log_field_uncountable");
        }
    }
}
