//! PromQL in the terminal: over the stored samples, or asked of the server.

use serde_json::json;
use wardroom_app::query::{self, AskedQuery, QueryBy, QuerySeries, QueryTimes, QueryView};
use wardroom_app::wire::Millis;
use wardroom_app::{App, AppError, connections, moments, time_expression, workspaces};
use wardroom_core::{Labels, SeriesKey, TimeRange, Timestamp};

use crate::arguments::Query;
use crate::moment::moment;
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Points of a range that are printed as lines.
const SHOWN: usize = 500;
/// Steps of a range when none is given, and the shortest one then.
const STEPS: i64 = 250;
const SHORTEST_STEP_MS: i64 = 15_000;

/// Runs `wardroom query`. Exit code 0 also where nothing matches.
pub(crate) async fn run(app: &App, arguments: &Query, output: &Output) -> Answer {
    workspaces::open_only(app, &arguments.workspace).await?;
    let Some(expression) = &arguments.expression else { return list(app, output).await };
    let as_of = moment(app, arguments.as_of.as_deref(), output).await?;
    let request = query::QueryRequest {
        expression: expression.clone(),
        times: times(app, arguments, as_of, output).await?,
        source: arguments.source.clone(),
        by: if arguments.live { QueryBy::Server } else { QueryBy::Stored },
    };
    let view = query::query_as_of(app, &request, as_of).await?;
    query::remember_query(app, expression).await?;
    print(&view, output);
    let proof = output.words().phrase(&view.proof);
    let notices: Vec<String> = view.notices.iter().map(|notice| output.words().phrase(notice)).collect();
    if output.is_json() {
        let assumed = view.assumed.then_some(proof);
        let warnings: Vec<String> = assumed.into_iter().chain(notices).collect();
        let mut result = view.to_api();
        // A server cannot be asked as of a moment, so nothing there proves what was known then.
        if as_of.is_none()
            && let Some(curl) = connections::explain_query(app, &request, view.source.as_deref()).await?
        {
            result["curl"] = curl.into();
        }
        output.result(&result, &warnings);
    } else {
        output.line("");
        for said in notices.iter().chain([&proof]) {
            output.line(said);
        }
    }
    Ok(0)
}

/// Prints what was asked before.
async fn list(app: &App, output: &Output) -> Answer {
    let asked = query::asked_queries(app).await?;
    if asked.is_empty() {
        output.line(&output.words().word("terminal-query-none-asked"));
    }
    for one in &asked {
        output.line(&format!("{}  {}", output.words().date(one.at.into()), one.expression));
    }
    let row =
        |one: &AskedQuery| json!({ "expression": one.expression, "at": Timestamp::from(one.at).to_string() });
    output.result(&asked.iter().map(row).collect::<Vec<_>>(), &[]);
    Ok(0)
}

/// Returns what `now` is in the times of an expression.
async fn anchor(app: &App, arguments: &Query, as_of: Option<Timestamp>) -> Result<Timestamp, AppError> {
    if let Some(moment) = as_of {
        return Ok(moments::data_at(app, moment).await?.map_or(moment, TimeRange::end));
    }
    // A server knows more than what is stored of it: its now is the present.
    let data = if arguments.live { None } else { workspaces::workspace(app).await?.and_then(|w| w.data) };
    Ok(data.map_or_else(|| app.now(), |d| d.end.into()))
}

async fn times(
    app: &App,
    arguments: &Query,
    as_of: Option<Timestamp>,
    output: &Output,
) -> Result<QueryTimes, AppError> {
    let now = anchor(app, arguments, as_of).await?;
    let point = |text: &str| time_expression::parse_point(text, now, output.words().zone());
    let (Some(from), Some(to)) = (&arguments.from, &arguments.to) else {
        let at = arguments.at.as_deref().map_or(Ok(now), point)?;
        return Ok(QueryTimes::At { at: at.into() });
    };
    let (from, to) = (point(from)?, point(to)?);
    if to < from {
        return Err(AppError::new("range_reversed").with("start", from).with("end", to));
    }
    let step = match &arguments.step {
        Some(text) => query::parse_step(text)?,
        None => Millis(usual_step(from, to)),
    };
    Ok(QueryTimes::Over { from: from.into(), to: to.into(), step })
}

/// Chooses a step in whole seconds.
fn usual_step(from: Timestamp, to: Timestamp) -> i64 {
    let step = to.as_millis().saturating_sub(from.as_millis()) / STEPS;
    (step / 1000 * 1000).max(SHORTEST_STEP_MS)
}

fn print(view: &QueryView, output: &Output) {
    if view.series.is_empty() {
        output.line(&output.words().word("terminal-query-empty"));
    }
    let mut lines = 0_usize;
    for series in &view.series {
        let name = if series.labels.is_empty() { String::new() } else { key(series).to_string() };
        if let ("scalar" | "string" | "vector", [value]) =
            (view.result_type.as_str(), series.values.as_slice())
        {
            output.line(format!("{name}  {value}").trim_start());
            continue;
        }
        if lines < SHOWN {
            output.line(&name);
        }
        for (at, value) in series.times.iter().zip(&series.values) {
            lines += 1;
            if lines <= SHOWN {
                output.line(&format!("  {}  {value}", Timestamp::from(*at)));
            }
        }
    }
    if lines > SHOWN {
        output.say(&wardroom_app::phrase::Phrase::new("terminal-more").count("n", lines - SHOWN));
    }
}

fn key(series: &QuerySeries) -> SeriesKey {
    SeriesKey::new("", Labels::new(series.labels.iter().cloned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_not_given_is_a_whole_number_of_seconds() {
        let from = Timestamp::from_millis(0);

        assert_eq!(usual_step(from, Timestamp::from_millis(6 * 3_600_000)), 86_000);
        assert_eq!(usual_step(from, Timestamp::from_millis(60_000)), 15_000);
    }
}
