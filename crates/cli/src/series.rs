//! The series of a workspace and their classes, in the terminal.

use serde_json::json;
use wardroom_app::phrase::Phrase;
use wardroom_app::series::{self, MetricsRequest, SeriesRow};
use wardroom_app::wire::Span;
use wardroom_app::{App, AppError, workspaces};
use wardroom_core::{Labels, SeriesKey, TimeRange, Timestamp};

use crate::arguments::Series;
use crate::commands::data_range;
use crate::output::Output;

type Answer = Result<u8, AppError>;

/// Runs `wardroom series`. Exit code 0 also where nothing matches.
pub(crate) async fn run(app: &App, arguments: &Series, output: &Output) -> Answer {
    let wanted = arguments.class.as_deref().map(series::class_named).transpose()?;
    workspaces::open_only(app, &arguments.workspace).await?;
    let range = match data_range(app).await? {
        Some(range) => range,
        None => TimeRange::new(Timestamp::from_millis(0), app.now()).map_err(|e| AppError::internal(&e))?,
    };
    let request = MetricsRequest {
        filter: arguments.selector.clone(),
        entity: arguments.entity.clone(),
        class: wanted.map(str::to_owned),
        ..MetricsRequest::over(Span::from(range))
    };
    let view = series::every_series(app, &request).await?;
    for row in &view.rows {
        let class = row.class.as_deref().unwrap_or("–");
        let said = match (&row.class_phrase, &row.refused) {
            (Some(said), _) => output.words().phrase(said),
            (None, Some(word)) => output.words().word(word),
            (None, None) => String::new(),
        };
        output.line(&format!("  {class:<13} {}  {said}", key(row)));
    }
    if view.rows.is_empty() {
        output.say(&Phrase::new("terminal-series-none"));
    }
    let listed: Vec<serde_json::Value> = view.rows.iter().map(|row| row_json(row, output)).collect();
    output.result(&json!({ "series": listed, "matching": view.total, "total": view.of }), &[]);
    Ok(0)
}

fn key(row: &SeriesRow) -> SeriesKey {
    SeriesKey::new(row.metric.clone(), Labels::new(row.labels.iter().cloned()))
}

fn row_json(row: &SeriesRow, output: &Output) -> serde_json::Value {
    json!({
        "id": row.id,
        "metric": row.metric,
        "labels": row.labels.iter().cloned().collect::<std::collections::BTreeMap<String, String>>(),
        "entity": row.entity,
        "unit": row.unit,
        "kind": row.kind,
        "class": row.class,
        "class_sentence": row.class_phrase.as_ref().map(|said| output.words().phrase(said)),
        "period_ms": row.period.map(|period| period.0),
        "score": row.score,
        "refused": row.refused.as_ref().map(|word| output.words().word(word)),
    })
}
