//! *Would this have woken me?*: what the detector would have cost and brought over a person's own history.

mod kept;
mod method;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use wardroom_analysis::anomaly::{self, BillPoint, Options, PastAlarm, SENSITIVITIES, USUAL_SENSITIVITY};
use wardroom_core::TimeRange;
use wardroom_store::{Detection, FindingRow, SeriesFilter, SeriesId, SeriesRow};

use crate::compare::scoring::nothing_chosen;
use crate::compare::{method_named, name_key};
use crate::context::{App, Open};
use crate::covered::covered_ms;
use crate::detection::method_name;
use crate::error::AppError;
use crate::feedback::{self, joined};
use crate::now::finding::Index;
use crate::phrase::Phrase;
use crate::series::filter_of;
use crate::topology::{self, Naming};
use crate::wire::Millis;
use crate::workloads;

pub use kept::{DetectorScope, KeptDetector, forget_detector, keep_billed, keep_detector, kept_detectors};
pub use rows::{BillRequest, BillRow, BillView};

use kept::Kept;

/// From a shorter history pages a week are only extrapolated.
const WEEK_MS: i64 = 7 * 86_400_000;

/// Returns the bill of the stored findings, or of a method: pages a week at every sensitivity, marked windows found,
/// their delay.
///
/// Weeks are those that samples cover: a gap of days, or one sample of another year, makes no detector quieter.
///
/// The alarms are the findings of the last detection without those that people said were expected; the marked windows
/// are the findings that they said are real, windows that they said are, and those of the request. A fast call: nothing
/// is judged again.
///
/// With a detector its alarms stand in the place of the findings: the method runs over the series as a job, which ends
/// with its caller, and nothing is stored. Its sensitivities are limits of its own score
/// ([`anomaly::least_method_score`]): at the highest one every alarm of the method calls, which is also what is told when
/// none is asked for or kept for it.
///
/// # Errors
///
/// `no_workspace`; `selector` with the column; `range_reversed` and `window_outside_data` for a window of the request;
/// `bill_not_scored` before the first detection;
/// `bill_no_series` when nothing matches; `bill_sensitivity`; `method_unknown` with the known ones; `compare_no_series`
/// and `cancelled` for a method; store failures.
pub async fn bill(app: &App, request: &BillRequest) -> Result<BillView, AppError> {
    match request.detector.as_deref().map(str::trim).filter(|word| !word.is_empty()) {
        Some(word) => method::bill(app, request, method_named(word)?).await,
        None => of_findings(app, request).await,
    }
}

async fn of_findings(app: &App, request: &BillRequest) -> Result<BillView, AppError> {
    let open = app.open()?;
    let filter = filter_of(&request.filter)?;
    let detection =
        open.workspace.last_detection(None).await?.ok_or_else(|| AppError::new("bill_not_scored"))?;
    let chosen = topology::choose(app, &open, request.entity.as_deref()).await?;
    let mut series = open.workspace.series(&SeriesFilter::default()).await?;
    series.retain(|row| {
        filter.matches(&row.key) && chosen.as_ref().is_none_or(|chosen| chosen.has_series(&row.key))
    });
    let period = period(&series)
        .ok_or_else(|| nothing_chosen("bill_no_series", &request.filter, request.entity.as_deref()))?;
    let judged = judged_alone(&open, &series).await?;
    let scope = DetectorScope::new(&request.filter, request.entity.as_deref());
    let kept = Kept::read(&open, &scope).await?;
    let stored = kept.sensitivity_for(None);
    let sensitivity = match request.sensitivity {
        Some(asked) => checked(asked)?,
        None => stored.unwrap_or(USUAL_SENSITIVITY),
    };
    let naming = Naming::of(app, &open).await;
    let (findings, real) = findings(&open, &series, &naming).await?;
    let mut marked = windows(&real, period);
    marked.extend(feedback::real_windows(&open, &series, &|key| naming.entity(key)).await?);
    marked.extend(asked_windows(&open, request).await?);
    let marked = joined(marked);
    let alarms: Vec<PastAlarm> = findings.iter().map(|finding| PastAlarm::from(&finding.anomaly)).collect();
    let covered_ms = covered_ms(&open, &series, period).await?;
    let points: Vec<BillPoint> = anomaly::bill(&[alarms], &marked, period, &Options::standard())
        .into_iter()
        .map(|point| point.over(covered_ms))
        .collect();
    let Some(point) = points.get(usize::from(sensitivity) - 1) else {
        return Err(AppError::new("bill_sensitivity").with("most", SENSITIVITIES));
    };
    Ok(BillView {
        lead: lead(point, marked.len()),
        notes: notes(covered_ms, &detection, judged, kept),
        period: period.into(),
        covered: Millis(covered_ms),
        series: u32::try_from(judged).unwrap_or(u32::MAX),
        marked: u32::try_from(marked.len()).unwrap_or(u32::MAX),
        detector: None,
        sensitivity,
        stored,
        own: kept.is_own,
        chosen: row(point),
        curve: points.iter().map(row).collect(),
    })
}

/// Keeps the sensitivity in the workspace, and that the detection whose findings are stored is the detector.
///
/// # Errors
///
/// As for [`keep_detector`].
pub async fn set_sensitivity(app: &App, sensitivity: u8) -> Result<(), AppError> {
    set_detector(app, None, sensitivity).await
}

/// Keeps a method (by its word; `None` for the detection whose findings are stored) as the detector of the workspace,
/// and its sensitivity.
///
/// # Errors
///
/// As for [`keep_detector`].
pub async fn set_detector(app: &App, detector: Option<&str>, sensitivity: u8) -> Result<(), AppError> {
    let detector = detector.map(str::to_owned);
    keep_detector(app, &KeptDetector { scope: DetectorScope::default(), detector, sensitivity }).await
}

/// Reads the windows of a request.
async fn asked_windows(open: &Open, request: &BillRequest) -> Result<Vec<TimeRange>, AppError> {
    let mut windows = Vec::with_capacity(request.marked.len());
    for span in &request.marked {
        let window = TimeRange::try_from(*span)?;
        feedback::require_data(open, window).await?;
        windows.push(window);
    }
    Ok(windows)
}

fn checked(sensitivity: u8) -> Result<u8, AppError> {
    if (1..=SENSITIVITIES).contains(&sensitivity) {
        Ok(sensitivity)
    } else {
        Err(AppError::new("bill_sensitivity").with("most", SENSITIVITIES))
    }
}

/// Counts the series without those that are judged as part of another: a workload is one, whatever its names.
async fn judged_alone(open: &Open, series: &[SeriesRow]) -> Result<usize, AppError> {
    let refused = open.workspace.refused_series(None).await?;
    let is_part = |row: &&SeriesRow| {
        refused.get(&row.id).is_some_and(|code| code == workloads::JOINED || code == workloads::COPY)
    };
    Ok(series.len() - series.iter().filter(is_part).count())
}

/// Returns the period with data; `None` without any.
fn period(series: &[SeriesRow]) -> Option<TimeRange> {
    let first = series.iter().filter_map(|row| row.first).min()?;
    let last = series.iter().filter_map(|row| row.last).max()?;
    TimeRange::new(first, last.plus_millis(1)).ok()
}

/// Returns the findings that count, and those of them of which people said that they are real.
async fn findings(
    open: &Open,
    series: &[SeriesRow],
    naming: &Naming,
) -> Result<(Vec<FindingRow>, Vec<FindingRow>), AppError> {
    let ids: BTreeSet<SeriesId> = series.iter().map(|row| row.id).collect();
    let mut findings = open.workspace.findings(None, None).await?;
    findings.retain(|finding| ids.contains(&finding.series));
    let index: Index<'_> = series.iter().map(|row| (row.id, row)).collect();
    let sorted = feedback::sort(open, findings, &index, &|key| naming.entity(key), None).await?;
    let real = sorted.counted.iter().filter(|finding| sorted.is_real_itself(finding.id)).cloned().collect();
    Ok((sorted.counted, real))
}

/// Returns when findings were; one that lasts ends with the data.
fn windows(findings: &[FindingRow], period: TimeRange) -> Vec<TimeRange> {
    let window = |finding: &FindingRow| {
        let anomaly = &finding.anomaly;
        let end = anomaly.end.unwrap_or(period.end()).max(anomaly.start.plus_millis(anomaly.step_ms.max(1)));
        TimeRange::new(anomaly.start, end).ok()
    };
    findings.iter().filter_map(window).collect()
}

fn row(point: &BillPoint) -> BillRow {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    BillRow {
        sensitivity: point.sensitivity,
        least_score: point.least_score,
        alarms: count(point.alarms),
        pages: count(point.pages),
        unmarked: count(point.unmarked),
        pages_per_week: point.pages_per_week,
        found: count(point.found),
        median_delay: point.median_delay_ms.map(Millis),
    }
}

fn lead(point: &BillPoint, marked: usize) -> Phrase {
    let phrase = match (marked, point.median_delay_ms) {
        (0, _) => Phrase::new("bill-lead"),
        (_, None) => Phrase::new("bill-lead-none-found").count("marked", marked),
        (_, Some(delay)) => {
            let found = Phrase::new("bill-lead-found").text("found", point.found.to_string());
            found.count("marked", marked).span("delay", delay)
        }
    };
    phrase.text("pages", format!("{:.1}", point.pages_per_week))
}

/// Says how the bill was made, and what it does not know.
fn notes(covered_ms: i64, detection: &Detection, series: usize, kept: Kept) -> Vec<Phrase> {
    let proof = Phrase::new("bill-proof")
        .with("method", method_name(&detection.method))
        .count("series", series)
        .span("history", covered_ms)
        .time("time", detection.known_at);
    let mut notes = vec![proof];
    notes.extend(common_notes(covered_ms, kept));
    notes
}

/// Says what holds for every detector: how long the history is, and which detector the workspace keeps.
fn common_notes(covered_ms: i64, kept: Kept) -> Vec<Phrase> {
    let mut notes = Vec::new();
    if covered_ms < WEEK_MS {
        notes.push(Phrase::new("bill-short").span("history", covered_ms));
    }
    if let Some(sensitivity) = kept.sensitivity {
        let note = match (kept.method, kept.is_own) {
            (Some(method), false) => Some(Phrase::new("bill-kept").word("method", name_key(method))),
            (Some(method), true) => {
                Some(Phrase::new("bill-kept-here-method").word("method", name_key(method)))
            }
            (None, true) => Some(Phrase::new("bill-kept-here")),
            (None, false) => None,
        };
        notes.extend(note.map(|note| note.text("sensitivity", sensitivity.to_string())));
    }
    notes
}
