//! Counts the values of a field of lines that are read, or lets the clusters of a workspace count what they find.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use wardroom_core::{LogQuery, LogRecord};

use super::feed::{Sink, feed};
use super::search::{Pattern, live_ask};
use super::{Origin, Question, Read};
use crate::context::App;
use crate::error::AppError;
use crate::logs::query;
use crate::logs::values::{CountedField, LogValuesView, ValueTally, by_clusters};

/// How long each cluster may count: nobody looks at a screen that stands still meanwhile.
const CLUSTER_LIMIT: Duration = Duration::from_mins(1);

/// Counts the values of a field.
struct Values {
    field: CountedField,
    pattern: Pattern,
    tally: ValueTally,
}

impl Sink for Values {
    fn line(&mut self, record: LogRecord) -> bool {
        if let Some(value) = self.field.of(&record) {
            self.tally.add(value, 1);
        }
        true
    }

    fn wants(&self, record: &LogRecord) -> bool {
        self.pattern.matches(record)
    }

    fn wants_stored(&self) -> LogQuery {
        self.pattern.stored()
    }
}

/// Counts the most frequent values of a field: of every line that is read, or, for a query in a cluster's own language, by
/// the clusters of the workspace.
///
/// # Errors
///
/// As for [`super::templates`]; `log_field_uncountable`; for a query in a cluster's own language `log_query_json`,
/// `log_query_raw_regex`, and those of the cluster.
pub async fn values(
    app: &App,
    question: &Question,
    field: &str,
    pattern: Pattern,
    flag: Arc<AtomicBool>,
) -> Result<(LogValuesView, Read), AppError> {
    let field = CountedField::read(field)?;
    if question.origin == Origin::Workspace && query::is_raw(&question.query) {
        if !matches!(pattern, Pattern::Any) {
            return Err(AppError::new("log_query_raw_regex"));
        }
        let (open, asked) = (app.open()?, live_ask(app, question)?);
        return Ok((by_clusters(app, &open, &asked, &field, CLUSTER_LIMIT).await?, Read::default()));
    }
    let sink = Values { field, pattern, tally: ValueTally::default() };
    let (Values { field, tally, .. }, read) = feed(app, question, sink, flag).await?;
    Ok((tally.view(&field, Vec::new()), read))
}
