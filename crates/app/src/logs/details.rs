//! One template: its lines, its parameters and what they explain, its class with its reasons, and what stands around it.

pub(super) mod values;

use std::collections::BTreeSet;
use std::sync::Arc;

use wardroom_analysis::logs::classify::FaultVerdict;
use wardroom_core::{Labels, LogRecord, TemplateId, TimeRange, Timestamp};
use wardroom_store::{SeriesFilter, SeriesId};

use super::judge::{Said, verdict_json, verdict_of};
use super::lines::{self, Line, LineId, Wanted};
use super::room::{self, Snapshot, TemplateTest};
use super::rows::{LogBin, LogItem, TemplateDetails, TemplateRequest, TemplateRow};
use super::templates::{self, Asked, Table};
use super::{class_out, decisions, phrases, template_number};
use crate::context::{App, Open};
use crate::entity::entity_of;
use crate::error::AppError;
use crate::feedback;
use crate::metric_words::what_of;
use crate::phrase::{Phrase, PhraseValue};
use crate::topology::Naming;
use crate::wire::{Millis, Span};

use values::Profiled;

/// Lines that are shown of a template.
const EXAMPLES: usize = 20;
/// Lines around the first one, before and after it.
const AROUND: u32 = 12;
/// A finding is near a template when its beginning is within this of the template's first line.
const NEAR_MS: i64 = 30 * 60_000;

/// Describes one template as the table shows it, with everything that explains it.
///
/// Cost: that of the table; and every line of the template in both windows, up to a hundred thousand each, beyond which
/// no value is said to explain anything.
///
/// # Errors
///
/// `no_such_template`; as for the table of templates.
pub async fn template(app: &App, request: &TemplateRequest) -> Result<TemplateDetails, AppError> {
    let open = app.open()?;
    let view = room::snapshot(&open).await?;
    let id = view.end_of(template_number(&request.id)?);
    let asked = templates::ready(app, &open, &request.window, &view).await?;
    let mut table = Table::read(&open, &asked, &view).await?;
    // It is described also where it has no line in the range.
    table.mention(id);
    let missing = || AppError::new("no_such_template").with("id", &request.id);
    let judged = table.judged(&asked, &view).into_iter().find(|j| j.id == id);
    let row = match judged {
        Some(judged) => table.row(&judged, &asked, &view).ok_or_else(missing)?,
        None => return Err(missing()),
    };
    let test = Arc::new(room::test_of(&open, id).await?);
    let examples = examples(&open, &asked, &test, id).await?;
    let Profiled { rows: parameters, is_whole } = values::profile(&open, &asked, &test, &view, id).await?;
    let (around, around_of) = around(&open, &asked, &test, &row, &examples).await?;
    let verdict = verdict(&open, &view, id, &examples).await?;
    let said = view.known.get(&id).map(|known| Said::of_template(&view.decisions, id, known));
    let spark_bins = bins(&row, &asked);
    Ok(TemplateDetails {
        before_lines: table.baseline_lines as f64,
        before_span: Some(Span::from(asked.windows.baseline)).filter(|_| table.baseline_lines > 0),
        against_alerts: asked.first_alert.map(|at| against_alert(&row, at)),
        against_metrics: against_metrics(app, &open, &row).await?,
        classes: verdict.classes.iter().map(|(class, p)| (class_out(*class), *p)).collect(),
        error_code: verdict.error_code.clone(),
        affected_service: verdict.affected_service.clone(),
        evidence: verdict.evidence.iter().map(phrases::evidence).collect(),
        json: said.map_or_else(|| verdict_json(&verdict), |said| said.json(&verdict)).to_string(),
        examples: examples.into_iter().map(Line::item).collect(),
        around,
        around_of,
        parameters,
        notices: notices(&asked, &table, is_whole),
        decisions: decisions::about(&open, id).await?,
        spark_bins,
        row,
    })
}

/// Says what was not looked at.
fn notices(asked: &Asked, table: &Table, is_whole: bool) -> Vec<Phrase> {
    let values = || Phrase::new("logroom-values-partly").count("n", asked.budget.values);
    table.notices.iter().cloned().chain((!is_whole).then(values)).collect()
}

/// Reads the newest lines of a template; where none can be read any more, the ones that were kept.
async fn examples(
    open: &Arc<Open>,
    asked: &Asked,
    test: &Arc<TemplateTest>,
    id: TemplateId,
) -> Result<Vec<Line>, AppError> {
    let wanted = of_template(asked, asked.whole, test);
    let page = lines::page(open, &wanted, None, EXAMPLES).await?;
    if !page.lines.is_empty() {
        return Ok(page.lines);
    }
    let kept = open.workspace.template_examples(id).await?;
    Ok(kept.into_iter().map(|(source, record)| Line { id: LineId::Stored(source, 0), record }).collect())
}

fn of_template(asked: &Asked, range: TimeRange, test: &Arc<TemplateTest>) -> Wanted {
    Wanted { range, template: Some(Arc::clone(test)), ..asked.wanted.clone() }
}

/// Returns the lines around the first line of the template in the compared window, with that line's identity.
async fn around(
    open: &Arc<Open>,
    asked: &Asked,
    test: &Arc<TemplateTest>,
    row: &TemplateRow,
    examples: &[Line],
) -> Result<(Vec<LogItem>, String), AppError> {
    let first = Timestamp::from(row.first_seen);
    // The first of all where it lies in the range, else the first of the compared window.
    let from = if asked.whole.contains(first) { first } else { asked.windows.compare.start() };
    let minute = TimeRange::new(from, from.plus_millis(60_000));
    let found = match minute {
        Ok(range) => lines::page(open, &of_template(asked, range, test), None, 500).await?.lines,
        Err(_) => Vec::new(),
    };
    let Some(line) = found.last().or_else(|| examples.last()) else { return Ok((Vec::new(), String::new())) };
    let lines = lines::around_line(open, line.record.at, line.id, AROUND, AROUND).await?;
    Ok((lines.into_iter().map(Line::item).collect(), line.id.text()))
}

/// Judges the line of which the template got its class, so that table and details say the same; a part of a split
/// template by the oldest of its lines that are shown.
async fn verdict(
    open: &Open,
    view: &Snapshot,
    id: TemplateId,
    examples: &[Line],
) -> Result<FaultVerdict, AppError> {
    let known = view.known.get(&id);
    let kept = match known {
        Some(_) => open.workspace.template_examples(id).await?.into_iter().next().map(|(_, record)| record),
        None => None,
    };
    let shown = kept.or_else(|| examples.last().map(|line| line.record.clone()));
    Ok(verdict_of(&shown.unwrap_or_else(|| LogRecord {
        at: Timestamp::default(),
        level: known.and_then(|row| row.level),
        service: String::new(),
        host: String::new(),
        dataset: String::new(),
        message: known.map(|row| row.text.clone()).unwrap_or_default(),
        fields: Labels::default(),
    })))
}

/// Says how the first line stands to the first alert.
fn against_alert(row: &TemplateRow, alert: Timestamp) -> Phrase {
    let ms = alert.as_millis() - row.first_seen.0;
    let key = if ms >= 0 { "logroom-before-alert" } else { "logroom-after-alert" };
    Phrase::new(key).span("span", ms.abs()).with("time", PhraseValue::Time(alert.into()))
}

/// Finds the nearest finding of a metric on a service or machine that writes the template. A line and a series may name it
/// differently: what the model knows by both names is one.
async fn against_metrics(app: &App, open: &Open, row: &TemplateRow) -> Result<Option<Phrase>, AppError> {
    let first = Timestamp::from(row.first_seen);
    let Ok(range) = TimeRange::new(first.plus_millis(-NEAR_MS), first.plus_millis(NEAR_MS)) else {
        return Ok(None);
    };
    let findings = open.workspace.findings(Some(range), None).await?;
    let near = |at: Timestamp| (at.as_millis() - first.as_millis()).abs();
    let findings: Vec<_> = findings.into_iter().filter(|f| near(f.anomaly.start) <= NEAR_MS).collect();
    let ids: Vec<SeriesId> = findings.iter().map(|f| f.series).collect();
    let filter = SeriesFilter { ids: Some(ids), ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?;
    let index = series.iter().map(|s| (s.id, s)).collect();
    let naming = Naming::of(app, open).await;
    let sorted = feedback::sort(open, findings, &index, &|key| naming.entity(key), None).await?;
    let mut findings = sorted.counted;
    findings.sort_by_key(|f| (near(f.anomaly.start), f.id));
    let known = |label: &str, name: &String| naming.known(&Labels::new([(label, name.as_str())]));
    let services = row.services.iter().filter_map(|name| known("service", name));
    let writers: BTreeSet<String> =
        services.chain(row.hosts.iter().filter_map(|name| known("host", name))).collect();
    let writes = |name: &String| row.services.contains(name) || row.hosts.contains(name);
    for finding in &findings {
        let Some(key) = series.iter().find(|s| s.id == finding.series).map(|s| &s.key) else { continue };
        let entity = naming.entity(key);
        if writers.contains(&entity) || writes(&entity) || writes(&entity_of(key)) {
            let ms = finding.anomaly.start.as_millis() - first.as_millis();
            let name = if ms >= 0 { "logroom-before-finding" } else { "logroom-after-finding" };
            let what = what_of(key, &entity);
            return Ok(Some(
                Phrase::new(name).span("span", ms.abs()).text("entity", entity).with("what", what),
            ));
        }
    }
    Ok(None)
}

/// Returns the template's lines by bin, in the colour of its level.
fn bins(row: &TemplateRow, asked: &Asked) -> Vec<LogBin> {
    use super::rows::LogGrade as G;
    let start = asked.wanted.range.start();
    let bin = |(at, lines): (usize, &f64)| {
        let offset = i64::try_from(at).unwrap_or(0) * asked.bin_ms;
        let mut bin =
            LogBin { start: Millis::from(start.plus_millis(offset)), error: 0.0, warn: 0.0, other: 0.0 };
        match row.level {
            Some(G::Fatal | G::Error) => bin.error = *lines,
            Some(G::Warn) => bin.warn = *lines,
            Some(G::Info | G::Debug | G::Trace) | None => bin.other = *lines,
        }
        bin
    };
    row.spark.iter().enumerate().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::LogGrade;

    #[test]
    fn a_line_before_the_alert_says_so() {
        let row = |first| TemplateRow { first_seen: Millis(first), ..row() };

        assert_eq!(against_alert(&row(1000), Timestamp::from_millis(13_000)).key, "logroom-before-alert");
        assert_eq!(against_alert(&row(20_000), Timestamp::from_millis(13_000)).key, "logroom-after-alert");
    }

    fn row() -> TemplateRow {
        TemplateRow {
            id: crate::logs::template_text(TemplateId(1)),
            parts: Vec::new(),
            name: None,
            change: Some(crate::logs::LogChange::New),
            ratio: None,
            surprise: 1.0,
            level: Some(LogGrade::Error),
            services: Vec::new(),
            hosts: Vec::new(),
            class: crate::logs::LogClass::Application,
            custom_class: None,
            confidence: 0.9,
            by_hand: false,
            count: 1.0,
            expected: Some(0.0),
            spark: vec![0.0, 1.0],
            first_seen: Millis(0),
            last_seen: Millis(0),
            first_in_range: true,
        }
    }
}
