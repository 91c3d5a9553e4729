//! The moment that is asked about: `--as-of`, and `--range` counted from it.

use wardroom_app::{App, AppError, moments, time_expression, workspaces};
use wardroom_core::{TimeRange, Timestamp};

use crate::commands;
use crate::output::Output;

/// Reads `--as-of` of the open workspace; `now` is the end of the data.
pub(crate) async fn moment(
    app: &App,
    text: Option<&str>,
    output: &Output,
) -> Result<Option<Timestamp>, AppError> {
    let Some(text) = text else { return Ok(None) };
    let data = workspaces::workspace(app).await?.and_then(|w| w.data);
    let anchor = data.map_or_else(|| app.now(), |d| d.end.into());
    time_expression::parse_point(text, anchor, output.words().zone()).map(Some)
}

/// Reads `--range`; relative times count from the end of the data, as of a moment of that which was known then.
pub(crate) async fn range(
    app: &App,
    text: Option<&str>,
    as_of: Option<Timestamp>,
    output: &Output,
) -> Result<Option<TimeRange>, AppError> {
    let (Some(text), Some(moment)) = (text, as_of) else { return commands::range(app, text, output).await };
    let end = moments::data_at(app, moment).await?.map_or(moment, TimeRange::end);
    time_expression::parse(text, end, output.words().zone()).map(Some)
}
