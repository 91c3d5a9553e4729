//! The report: one HTML file with pictures, made from the findings, readable without the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_charts::{
    Band, BarFill, Caption, Dash, Fonts, Foot, Line, LineChart, NoData, OnsetChart, OnsetRow, Scene, Size,
    Span, Theme, fit_axis, time_ticks,
};
use wardroom_core::{Grade, TimeRange, Timestamp, Unit};

use crate::context::{App, Open};
use crate::error::AppError;
use crate::fonts::{MONO, SANS, SEMIBOLD, fonts, in_pixels};
use crate::metric_words::what_of;
use crate::moments;
use crate::now::{self, FindingKind, FindingRow, NowView, ThingRow, finding};
use crate::phrase::{Phrase, PhraseValue};
use crate::series::{self, Drawn};
use crate::settings::Language;
use crate::topology::Naming;
use crate::wire;
use crate::words::Words;
use crate::workspaces;

/// What is asked of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportRequest {
    /// Where to; `null` writes into the documents folder under a name with the time.
    pub path: Option<String>,
    /// The range; `null` takes the workspace's.
    pub range: Option<wire::Span>,
}

/// Things that get a chart in a report.
const CHARTS: usize = 12;
/// Things in the table of a report.
const ROWS: usize = 100;

/// Writes a report in the language of the settings and returns its path.
///
/// # Errors
///
/// `no_workspace`; `over_workspace`; `io`; store failures.
pub async fn write(app: &App, request: &ReportRequest) -> Result<String, AppError> {
    write_in(app, request, &app.words()).await
}

/// Writes a report with the given words and returns its path.
///
/// # Errors
///
/// As for the one above.
pub async fn write_in(app: &App, request: &ReportRequest, words: &Words) -> Result<String, AppError> {
    write_as_of(app, request, None, words).await
}

/// Writes a report of what was known at a moment with the given words and returns its path; `None` for what is known now.
///
/// # Errors
///
/// As for the first one.
pub async fn write_as_of(
    app: &App,
    request: &ReportRequest,
    as_of: Option<Timestamp>,
    words: &Words,
) -> Result<String, AppError> {
    let open = app.open()?;
    if let Some(path) = &request.path {
        series::refuse_workspace(Some(&open), Path::new(path))?;
    }
    let range = match (request.range, as_of) {
        (Some(span), _) => Some(TimeRange::try_from(span)?),
        (None, Some(moment)) => moments::range_at(app, moment).await?,
        (None, None) => {
            workspaces::workspace(app).await?.and_then(|w| w.range).map(TimeRange::try_from).transpose()?
        }
    };
    let view = now::now_as_of(app, range, as_of).await?;
    let range = TimeRange::try_from(view.range)?;
    let ids = charted(&view);
    let naming = Naming::at(app, &open, as_of).await;
    let drawn = series::draw(&open, &naming, &ids, range, 900, false, as_of).await?;
    let charts = drawn.iter().map(|d| chart_svg(d, range, words)).collect::<Result<Vec<_>, _>>()?;
    let html = html(app, &open, &view, range, &charts, words)?;
    let path = match &request.path {
        Some(path) => PathBuf::from(path),
        None => default_path(app, &open)?,
    };
    series::write_file(Some(&open), &path, html.as_bytes())?;
    Ok(path.display().to_string())
}

/// Returns the series that get a chart: that of the most surprising finding of each thing, then the next ones of all.
fn charted(view: &NowView) -> Vec<u32> {
    let heads = heads(&view.things, &view.findings).into_iter().map(|(_, finding)| finding);
    let mut series: Vec<u32> = Vec::new();
    for finding in heads.chain(&view.findings) {
        if series.len() < CHARTS && !series.contains(&finding.series) {
            series.push(finding.series);
        }
    }
    series
}

/// Returns each thing with the most surprising of its findings.
fn heads<'a>(things: &'a [ThingRow], findings: &'a [FindingRow]) -> Vec<(&'a ThingRow, &'a FindingRow)> {
    let by_id: BTreeMap<&str, &FindingRow> = findings.iter().map(|f| (f.id.as_str(), f)).collect();
    let head = |thing: &ThingRow| by_id.get(thing.findings.first()?.as_str()).copied();
    things.iter().filter_map(|thing| Some((thing, head(thing)?))).collect()
}

fn default_path(app: &App, open: &Open) -> Result<PathBuf, AppError> {
    let folder = directories::UserDirs::new()
        .and_then(|d| d.document_dir().map(ToOwned::to_owned))
        .filter(|d| d.is_dir())
        .unwrap_or_else(|| app.data_dir().to_owned());
    let stamp =
        jiff::Timestamp::from_millisecond(app.now().as_millis()).map_err(|e| AppError::internal(&e))?;
    Ok(folder.join(format!("{}-{}.html", open.workspace.name(), stamp.strftime("%Y%m%d-%H%M%S"))))
}

fn ticks(range: TimeRange, words: &Words) -> Vec<wardroom_charts::Tick> {
    let zone = words.zone().clone();
    let offset = move |millis: i64| {
        jiff::Timestamp::from_millisecond(millis).map_or(0, |t| i64::from(zone.to_offset(t).seconds()) * 1000)
    };
    time_ticks(range, 8, &offset)
}

fn scene(drawn: &Drawn, range: TimeRange, words: &Words, fonts: &Fonts) -> (Scene, Caption) {
    let unit = finding::judged_unit(&drawn.series);
    let what = what_of(&drawn.series.key, &drawn.entity);
    let title = words.phrase(&Phrase::new("report-chart").with("what", what).text("entity", &drawn.entity));
    let lines =
        vec![Line { label: String::new(), points: drawn.points.clone(), color: 0, dash: Dash::Solid }];
    let band = drawn.band.as_ref().map(|b| Band {
        times: (0..b.lower.len())
            .map(|i| b.start.as_millis() + b.step_ms * i64::try_from(i).unwrap_or(0))
            .collect(),
        lower: b.lower.clone(),
        upper: b.upper.clone(),
        color: 0,
    });
    let ghost = (!drawn.ghost.is_empty()).then(|| drawn.ghost.clone());
    let foot = match unit {
        Unit::Ratio | Unit::Count | Unit::PerSecond | Unit::BytesPerSecond | Unit::Seconds => Foot::Zero,
        Unit::Unknown | Unit::Bytes | Unit::Celsius | Unit::UnixTime => Foot::Data,
    };
    let axis = fit_axis(unit, foot, 5, &lines, band.as_ref(), ghost.as_ref(), &[]);
    let spans = drawn.findings.iter().map(|f| Span {
        start: f.anomaly.start,
        end: f.anomaly.end.unwrap_or(range.end()),
        grade: f.anomaly.score.grade(),
        label: words.word(&format!("kind-{}", f.anomaly.kind.as_str())),
    });
    let label = words.word("report-no-data");
    let chart = LineChart {
        title: title.clone(),
        range,
        ticks: ticks(range, words),
        axis,
        axis_note: None,
        series: lines,
        band,
        ghost,
        thresholds: Vec::new(),
        spans: spans.collect(),
        marks: Vec::new(),
        no_data: drawn.gaps.iter().map(|g| NoData { range: *g, label: label.clone() }).collect(),
    };
    let description =
        drawn.findings.first().map(|f| words.phrase(&finding::row(f, &drawn.series, None).reason));
    let caption = Caption { title, description: description.unwrap_or_default() };
    (chart.draw(Size { width: 900, height: 240 }, fonts), caption)
}

/// Draws one series as SVG on paper.
pub(crate) fn chart_svg(drawn: &Drawn, range: TimeRange, words: &Words) -> Result<String, AppError> {
    let (scene, caption) = scene(drawn, range, words, &fonts()?);
    Ok(scene.svg(Theme::Light, &caption))
}

/// Draws one series as PNG on paper, at twice its size.
pub(crate) fn chart_png(drawn: &Drawn, range: TimeRange, words: &Words) -> Result<Vec<u8>, AppError> {
    in_pixels(|fonts| scene(drawn, range, words, fonts).0.png(Theme::Light, fonts))
}

fn onset_svg(view: &NowView, words: &Words) -> Result<String, AppError> {
    let (Some(first), Some(last)) = (view.onsets.first(), view.onsets.iter().map(|o| o.start).max()) else {
        return Ok(String::new());
    };
    let (start, end) = (Timestamp::from(first.start), Timestamp::from(last));
    let lead = ((end.as_millis() - start.as_millis()) / 8).max(30_000);
    let range = TimeRange::new(start.plus_millis(-lead), end.plus_millis(lead * 5))
        .map_err(|e| AppError::internal(&e))?;
    let row = |o: &now::OnsetRow| OnsetRow {
        label: o.entity.clone(),
        start: o.start.into(),
        end: None,
        text_left: if o.after_first.0 == 0 { words.clock(start) } else { words.lag(o.after_first.0) },
        text_right: words.phrase(&o.shows),
        grade: match o.grade {
            3 => Grade::High,
            2 => Grade::Medium,
            _ => Grade::Low,
        },
        fill: if o.shows.key == "onset-missing" { BarFill::Hatch } else { BarFill::Solid },
    };
    let chart = OnsetChart {
        // The heading above says it.
        title: String::new(),
        range,
        ticks: ticks(range, words),
        rows: view.onsets.iter().map(row).collect(),
        marks: Vec::new(),
        rest: String::new(),
    };
    let caption = Caption { title: words.word("report-order"), description: words.phrase(&view.headline) };
    let size = Size { width: 900, height: chart.height() };
    Ok(chart.draw(size, &fonts()?).svg(Theme::Light, &caption))
}

fn html(
    app: &App,
    open: &Open,
    view: &NowView,
    range: TimeRange,
    charts: &[String],
    words: &Words,
) -> Result<String, AppError> {
    let mut environment = minijinja::Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment
        .add_template("report.html", include_str!("../../../assets/report.html"))
        .map_err(|e| AppError::internal(&e))?;
    let base64 = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let headings = [
        "order",
        "findings",
        "changes",
        "changes-none",
        "sources",
        "not-scored",
        "not-scored-none",
        "method",
        "method-text",
        "column-what",
        "column-began",
        "column-kind",
        "column-surprise",
        "column-normal",
        "column-now",
        "column-why",
        "none",
        "simulated",
        "lasts",
    ];
    let word: BTreeMap<String, String> =
        headings.iter().map(|h| (h.replace('-', "_"), words.word(&format!("report-{h}")))).collect();
    let made = Phrase::new("report-made")
        .with("date", PhraseValue::Date(app.now().into()))
        .text("zone", words.zone_name())
        .text("version", env!("CARGO_PKG_VERSION"));
    let span = Phrase::new("report-range")
        .with("from", PhraseValue::Date(range.start().into()))
        .with("to", PhraseValue::Date(range.end().into()))
        .text("zone", words.zone_name());
    let rows: Vec<minijinja::Value> = heads(&view.things, &view.findings)
        .into_iter()
        .take(ROWS)
        .map(|(thing, finding)| finding_value(thing, finding, words))
        .collect();
    let shown = Phrase::new("report-shown")
        .count("shown", rows.len())
        .with("things", PhraseValue::Count(view.thing_count))
        .with("total", PhraseValue::Count(view.finding_count));
    let context = minijinja::context! {
        language => if words.language() == Language::ZhCn { "zh-CN" } else { "en" },
        title => words.phrase(&Phrase::new("report-title").text("name", open.workspace.name())),
        made => words.phrase(&made),
        simulated => open.simulated,
        range => words.phrase(&span),
        headline => words.phrase(&view.headline),
        lead => view.lead.iter().map(|p| words.phrase(p)).collect::<Vec<_>>(),
        partial => view.partial.iter().map(|p| words.phrase(p)).collect::<Vec<_>>(),
        proof => words.phrase(&view.proof),
        onsets => onset_svg(view, words)?,
        charts => charts.to_vec(),
        findings => rows,
        shown => words.phrase(&shown),
        changes => view.changes.iter().map(|c| minijinja::context! {
            at => words.date(c.at.into()), subject => c.subject.clone(), version => c.version.clone()
        }).collect::<Vec<_>>(),
        sources => view.sources.iter().map(|s| minijinja::context! {
            name => s.name.clone(),
            until => s.until.map(|u| words.phrase(&Phrase::new("report-source-until").with("date", PhraseValue::Date(u)))),
        }).collect::<Vec<_>>(),
        not_scored => view.not_scored.iter().map(|n| minijinja::context! {
            reason => words.word(&n.reason), count => n.count
        }).collect::<Vec<_>>(),
        unscored => view.detected.is_none().then(|| words.word("headline-not-scored")),
        word => word,
        sans => base64(SANS),
        semibold => base64(SEMIBOLD),
        mono => base64(MONO),
    };
    let template = environment.get_template("report.html").map_err(|e| AppError::internal(&e))?;
    template.render(context).map_err(|e| AppError::internal(&e))
}

/// Says how many findings of a thing there are beside the most surprising one, and since when; `None` for no other.
fn more(thing: &ThingRow, words: &Words) -> Option<String> {
    let others = thing.count.checked_sub(1).filter(|n| *n > 0)?;
    let phrase = Phrase::new("report-thing-more")
        .with("n", PhraseValue::Count(others))
        .with("since", PhraseValue::Date(thing.began));
    Some(words.phrase(&phrase))
}

fn finding_value(thing: &ThingRow, finding: &FindingRow, words: &Words) -> minijinja::Value {
    let normal = finding
        .normal_low
        .as_ref()
        .zip(finding.normal_high.as_ref())
        .map(|(low, high)| words.phrase(&Phrase::new("report-normal").ends(low.clone(), high.clone())));
    let kind = match finding.kind {
        FindingKind::Level => "kind-level",
        FindingKind::Spike => "kind-spike",
        FindingKind::Trend => "kind-trend",
        FindingKind::Variance => "kind-variance",
        FindingKind::Missing => "kind-missing",
        FindingKind::Flat => "kind-flat",
        FindingKind::Dip => "kind-dip",
        FindingKind::SeasonBreak => "kind-season-break",
        FindingKind::ResetStorm => "kind-reset-storm",
        FindingKind::PeerOutlier => "kind-peer-outlier",
    };
    let end = finding.end.map_or_else(
        || words.word("report-lasts"),
        |end| {
            let until = PhraseValue::moment(end.into(), finding.start.into());
            words.phrase(&Phrase::new("report-until").with("time", until))
        },
    );
    minijinja::context! {
        title => words.phrase(&finding.title),
        metric => finding.metric.clone(),
        labels => finding.labels.clone(),
        team => finding.team.as_ref().map(|team| words.phrase(&Phrase::new("report-team").text("team", team))),
        more => more(thing, words),
        began => words.date(finding.start.into()),
        end => end,
        kind => words.word(kind),
        score => format!("{:.2}", finding.score),
        grade => finding.grade,
        normal => normal,
        value => finding.value.as_ref().map(|value| words.said(value)),
        why => words.phrase(&finding.reason),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::wire::Millis;

    const TEMPLATE: &str = include_str!("../../../assets/report.html");

    #[test]
    fn the_report_asks_for_nothing_from_elsewhere() {
        for asks in ["http:", "https:", "src=", "href=", "@import", "<script", "<link"] {
            assert!(!TEMPLATE.contains(asks), "{asks}");
        }
    }

    #[test]
    fn a_long_name_breaks_and_does_not_push_the_table_off_the_paper() {
        let rule =
            TEMPLATE.split("overflow-wrap:anywhere").next().and_then(|before| before.rsplit('}').next());

        assert_eq!(rule, Some("h1,p,code{"));
    }

    #[test]
    fn a_thing_is_one_row_that_tells_of_its_further_findings() {
        let words = Words::with(Language::En, TimeZone::UTC);
        // 2026-11-17T14:53:00Z.
        let start = 1_794_927_180_000_i64;
        let finding = |id: &str, series: u32| -> FindingRow {
            let row = json!({
                "id": id, "series": series, "title": Phrase::new("report-none"),
                "reason": Phrase::new("onset-missing"), "metric": "errors", "labels": "", "entity": id,
                "kind": "level", "start": start, "step": 15_000, "score": 0.9, "grade": 3, "knownAt": start,
                "spark": [],
            });
            serde_json::from_value(row).unwrap()
        };
        let thing = |ids: &[&str], count: u32| ThingRow {
            findings: ids.iter().map(|id| (*id).to_owned()).collect(),
            count,
            began: Millis(start - 120_000),
        };
        let findings = [finding("a", 1), finding("b", 2), finding("c", 3)];
        let things = [thing(&["a", "b"], 13), thing(&["c"], 1), thing(&["not listed"], 2)];

        let rows = heads(&things, &findings);

        let told: Vec<(&str, Option<String>)> =
            rows.iter().map(|(thing, finding)| (finding.id.as_str(), more(thing, &words))).collect();
        let more_of_a = "with 12 more since Tue 17 Nov 2026 14:51".to_owned();
        assert_eq!(told, [("a", Some(more_of_a)), ("c", None)]);
        let owned = FindingRow { team: Some("team-data".to_owned()), ..finding("a", 1) };
        let team =
            |finding: &FindingRow| finding_value(&things[0], finding, &words).get_attr("team").unwrap();
        assert_eq!(team(&owned).as_str(), Some("Team: team-data"));
        assert!(team(&findings[0]).is_none(), "nothing is said of what nobody owns");
    }
}
