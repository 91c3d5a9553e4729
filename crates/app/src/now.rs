//! *Now*: one sentence about what is wrong and since when, with the findings that it stands on.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::anomaly::Refusal;
use wardroom_core::{Grade, TimeRange, Timestamp};
use wardroom_store::{Detection, FindingRow as Stored, SeriesFilter, SeriesId, SeriesRow};

use crate::connections;
use crate::context::{App, Open};
use crate::detection::method_name;
use crate::entity::entity_of;
use crate::error::AppError;
use crate::feedback::{self, Sorted};
use crate::metric_words::what_of;
use crate::moments::{self, anchored};
use crate::phrase::{Phrase, PhraseValue};
use crate::sync;
use crate::topology::Naming;
use crate::wire::Millis;

mod calm;
pub(crate) mod finding;
mod group;
mod listed;
pub(crate) mod reach;

use finding::Index;
use listed::{Folded, Listing};
mod rows;
mod sentence;

pub(crate) use group::main_group;

use sentence::Matter;

pub use rows::{
    ChangeRow, FindingKind, FindingRow, Heat, HeatRow, NotScored, NowView, OnsetRow, Strip, ThingRow, Verdict,
};

/// What a view is made of: read once, used by every part.
struct Material {
    series: Vec<SeriesRow>,
    /// All that count, also those that do not reach the screen.
    findings: Sorted,
    /// Those of the range that reach the screen, and those that are held back.
    reached: Vec<Stored>,
    held: Vec<Stored>,
    naming: Naming,
    /// The moment of which it is; `None` for what is known now.
    as_of: Option<Timestamp>,
    /// First and last time of all data, where the range touches none of it.
    outside: Option<(Timestamp, Timestamp)>,
}

/// The hours that small lines, heat and strip show.
const LOOK_BACK_MS: i64 = 6 * 3_600_000;
/// Rows of the onset chart.
const MOST_ONSETS: usize = 12;
/// Bins of the heat.
const HEAT_BINS: i64 = 60;
/// Bins of the strip.
const STRIP_BINS: usize = 72;

/// Makes the screen *Now* for a range; `None` takes the last hour of data.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn now(app: &App, range: Option<TimeRange>) -> Result<NowView, AppError> {
    now_as_of(app, range, None).await
}

/// Makes the screen *Now* of what was known at a moment; `None` for what is known now.
///
/// A range that ends later ends with the moment. What is not kept by time is left out or stands as it is now, and the
/// sentences under the headline say so.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn now_as_of(
    app: &App,
    range: Option<TimeRange>,
    as_of: Option<Timestamp>,
) -> Result<NowView, AppError> {
    let open = app.open()?;
    let ws = &open.workspace;
    let series = ws.series(&SeriesFilter { as_of, ..SeriesFilter::default() }).await?;
    let data_end = series.iter().filter_map(|s| s.last).max();
    let present = as_of.unwrap_or_else(|| app.now());
    let range = range.map(|range| anchored(range, as_of));
    let end = range.map_or_else(|| data_end.map_or(present, |e| e.plus_millis(1)), TimeRange::end);
    let range = match range {
        Some(range) => range,
        None => TimeRange::new(end.plus_millis(-3_600_000), end).map_err(|e| AppError::internal(&e))?,
    };
    let back = TimeRange::new(end.plus_millis(-LOOK_BACK_MS), end).map_err(|e| AppError::internal(&e))?;
    let wide = wide(range, back)?;
    let findings = ws.findings(Some(reach::whole_days(wide)), as_of).await?;
    let naming = Naming::at(app, &open, as_of).await;
    let mut findings = {
        let index: Index<'_> = series.iter().map(|s| (s.id, s)).collect();
        feedback::sort(&open, findings, &index, &|key| naming.entity(key), as_of).await?
    };
    let reaching = reach::now(&open, &findings, end, as_of).await?;
    findings.counted.retain(|f| touches(f, wide));
    let outside = outside(&series, range);
    if outside.is_some() {
        // What had not ended with the data says nothing of a time without any.
        findings.counted.clear();
        findings.expected.clear();
    }
    let (reached, held) = findings.counted.iter().cloned().partition(|f| reaching.contains(&f.id));
    let material = Material { series, findings, reached, held, naming, as_of, outside };
    build(app, &open, range, back, data_end, &material).await
}

/// Returns first and last time of all data where a range touches none of it.
fn outside(series: &[SeriesRow], range: TimeRange) -> Option<(Timestamp, Timestamp)> {
    let first = series.iter().filter_map(|s| s.first).min()?;
    let last = series.iter().filter_map(|s| s.last).max()?;
    (last < range.start() || first >= range.end()).then_some((first, last))
}

/// Returns everything that a view speaks of: its range, and what is looked back at.
fn wide(range: TimeRange, back: TimeRange) -> Result<TimeRange, AppError> {
    TimeRange::new(back.start().min(range.start()), range.end()).map_err(|e| AppError::internal(&e))
}

async fn build(
    app: &App,
    open: &Open,
    range: TimeRange,
    back: TimeRange,
    data_end: Option<Timestamp>,
    material: &Material,
) -> Result<NowView, AppError> {
    let index: Index<'_> = material.series.iter().map(|s| (s.id, s)).collect();
    let findings = &material.findings;
    let in_range: Vec<&Stored> = material.reached.iter().filter(|f| touches(f, range)).collect();
    let held: Vec<&Stored> = material.held.iter().filter(|f| touches(f, range)).collect();
    let expected: Vec<&Stored> = findings.expected.iter().filter(|f| touches(f, range)).collect();
    let group = group::main_group(&material.reached, &index, range.end());
    let (naming, as_of) = (&material.naming, material.as_of);
    let listing = Listing { open, sorted: findings, index: &index, back, naming, as_of };
    let folded = Folded::new(&in_range, &index, naming);
    let rows = listing.rows(&in_range, &folded.heads()).await?;
    let expected_rows = listing.rows(&expected, &BTreeSet::new()).await?;
    let held_rows = listing.rows(&held, &BTreeSet::new()).await?;
    let group_rows: Vec<FindingRow> = group
        .iter()
        .filter_map(|f| index.get(&f.series).map(|s| finding::named_row(f, s, None, naming)))
        .collect();
    let headline_of = headline_finding(&group, &index);
    let detection = open.workspace.last_detection(as_of).await?;
    let mut stored_sources = open.workspace.sources().await?;
    stored_sources.retain(|source| as_of.is_none_or(|moment| source.created_at <= moment));
    let partial = match as_of {
        None => sync::partial_answers(open, &stored_sources, wide(range, back)?).await?,
        // What was missing then may have been read since; the sentences say that this is not kept.
        Some(_) => Vec::new(),
    };
    let data_start = material.series.iter().filter_map(|s| s.first).min();
    let matter = Matter {
        group: &group,
        rows: &group_rows,
        chosen: headline_of,
        in_range: &in_range,
        past: if group.is_empty() { past(material, &index, back) } else { None },
        blind: if group.is_empty() { blind(open, &material.series, as_of).await? } else { None },
        is_partial: !partial.is_empty(),
        back,
        data: data_start.zip(data_end),
    };
    let (headline, verdict) = match (as_of, data_end, material.outside) {
        (Some(moment), None, _) => (moments::nothing(moment), Verdict::Unknown),
        (_, _, Some((from, to))) => {
            let [from, to] = [from, to].map(|time| PhraseValue::Date(time.into()));
            (Phrase::new("headline-outside-data").with("from", from).with("to", to), Verdict::Unknown)
        }
        _ => sentence::headline(&matter, &index, detection.as_ref()),
    };
    let onsets = onset_rows(&group, &group_rows, headline_of, &index);
    let present = as_of.unwrap_or_else(|| app.now());
    let mut lead: Vec<Phrase> =
        as_of.into_iter().flat_map(|at| [moments::told(at), moments::not_kept()]).collect();
    lead.extend(sentence::lead(&matter, &onsets));
    lead.extend(sentence::age(present, data_end, open));
    if !expected.is_empty() {
        lead.push(Phrase::new("lead-expected").count("n", expected.len()));
    }
    if let (Some(detection), false) = (&detection, held.is_empty()) {
        let judged = usize::try_from(detection.judged).unwrap_or(usize::MAX);
        lead.push(Phrase::new("lead-held-back").count("n", held.len()).count("series", judged));
    }
    let entities = services(&material.series);
    let (unusual_services, unusual_series) = reaches(&in_range, &index, naming);
    let changes = changes(&material.series, back);
    Ok(NowView {
        range: range.into(),
        headline,
        verdict,
        lead,
        partial,
        proof: proof(&material.series, detection.as_ref()),
        first_entity: onsets.first().map(|o| o.entity.clone()),
        services: u32::try_from(entities).unwrap_or(u32::MAX),
        series: u32::try_from(material.series.len()).unwrap_or(u32::MAX),
        step: group.first().map(|f| Millis(f.anomaly.step_ms)),
        finding_count: u32::try_from(in_range.len()).unwrap_or(u32::MAX),
        unusual_services,
        unusual_series,
        things: folded.rows(&rows),
        thing_count: folded.count(),
        findings: rows,
        expected_count: u32::try_from(expected.len()).unwrap_or(u32::MAX),
        expected: expected_rows,
        held_count: u32::try_from(held.len()).unwrap_or(u32::MAX),
        held: held_rows,
        onset_step: group.first().map(|f| Millis(f.anomaly.step_ms)),
        onsets,
        heat: heat(material, &index, back),
        sources: stored_sources
            .iter()
            .filter(|s| !s.deleted)
            .map(|s| {
                let until = material.series.iter().filter(|r| r.source == s.id).filter_map(|r| r.last).max();
                connections::health(app, open, s, until)
            })
            .collect(),
        not_scored: not_scored(open, as_of).await?,
        strip: strip(&material.reached, &changes, back),
        changes,
        detected: detection.as_ref().map(|d| d.known_at.into()),
        detection_took: detection.as_ref().map(|d| Millis(i64::try_from(d.duration_ms).unwrap_or(i64::MAX))),
        new_findings: detection.as_ref().map_or(0, |d| {
            let new = in_range.iter().filter(|f| f.known_at == d.known_at).count();
            u32::try_from(new).unwrap_or(u32::MAX)
        }),
    })
}

/// Counts the services; where nothing names a service, everything that series belong to.
fn services(series: &[SeriesRow]) -> usize {
    let named: BTreeSet<&str> = series.iter().filter_map(|s| s.key.labels.get("service")).collect();
    if named.is_empty() {
        series.iter().map(|s| entity_of(&s.key)).collect::<BTreeSet<_>>().len()
    } else {
        named.len()
    }
}

/// Counts the services and the series on which findings lie.
fn reaches(findings: &[&Stored], index: &Index<'_>, naming: &Naming) -> (u32, u32) {
    let series: BTreeSet<SeriesId> = findings.iter().map(|f| f.series).collect();
    let rows = series.iter().filter_map(|id| index.get(id));
    let services: BTreeSet<String> = rows.map(|row| finding::entity(row, naming)).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (count(services.len()), count(series.len()))
}

/// Returns the most surprising finding of a range that is over and was more than a weak one, in words.
fn past(material: &Material, index: &Index<'_>, range: TimeRange) -> Option<FindingRow> {
    let is_over = |f: &&Stored| {
        f.anomaly.end.is_some() && f.anomaly.score.grade() >= Grade::Medium && touches(f, range)
    };
    let most = material.reached.iter().filter(is_over).max_by(|a, b| {
        let by_score = a.anomaly.score.get().total_cmp(&b.anomaly.score.get());
        by_score.then_with(|| (b.anomaly.start, b.series).cmp(&(a.anomaly.start, a.series)))
    })?;
    index.get(&most.series).map(|series| finding::named_row(most, series, None, &material.naming))
}

/// Returns the key of the most frequent reason where no series can be judged: then nothing is known of any. One that
/// never changes is known to have done so.
async fn blind(
    open: &Open,
    series: &[SeriesRow],
    as_of: Option<Timestamp>,
) -> Result<Option<String>, AppError> {
    let refused = open.workspace.refused_series(as_of).await?;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for row in series {
        match refused.get(&row.id).map(String::as_str) {
            Some(code) if code != Refusal::Constant.as_str() => *reasons.entry(code).or_default() += 1,
            Some(_) | None => return Ok(None),
        }
    }
    Ok(reasons.into_iter().max_by_key(|(_, n)| *n).map(|(code, _)| refusal_key(code)))
}

/// Reports whether a finding lies in a range at least in part.
pub(crate) fn touches(finding: &Stored, range: TimeRange) -> bool {
    finding.anomaly.start < range.end() && finding.anomaly.end.is_none_or(|e| e > range.start())
}

/// Returns where the group that is present at `end` began, as known now or at `as_of`, for the range to begin with.
pub(crate) async fn main_onset(
    app: &App,
    open: &Open,
    end: Timestamp,
    as_of: Option<Timestamp>,
) -> Result<Option<Timestamp>, AppError> {
    // Asked for with every reload, so only the day is read that what the group can be made of is weighed with.
    let present = TimeRange::new(end.plus_millis(-group::PRESENT_MS), end);
    let present = present.map_err(|e| AppError::internal(&e))?;
    let findings = open.workspace.findings(Some(reach::whole_days(present)), as_of).await?;
    let ids: BTreeSet<SeriesId> = findings.iter().map(|f| f.series).collect();
    let filter = SeriesFilter { ids: Some(ids.into_iter().collect()), as_of, ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?;
    let index: Index<'_> = series.iter().map(|s| (s.id, s)).collect();
    let naming = feedback::naming(app, open, as_of).await?;
    let mut sorted = feedback::sort(open, findings, &index, &|key| naming.entity(key), as_of).await?;
    let reaching = reach::now(open, &sorted, end, as_of).await?;
    sorted.counted.retain(|f| reaching.contains(&f.id));
    Ok(group::main_group(&sorted.counted, &index, end).first().map(|f| f.anomaly.start))
}

/// Returns the most surprising finding that reaches *Now*, for the first page.
pub(crate) async fn top_finding(app: &App, open: &Open) -> Result<Option<FindingRow>, AppError> {
    let findings = open.workspace.findings(None, None).await?;
    let ids: BTreeSet<SeriesId> = findings.iter().map(|f| f.series).collect();
    let filter = SeriesFilter { ids: Some(ids.into_iter().collect()), ..SeriesFilter::default() };
    let series = open.workspace.series(&filter).await?;
    let index: Index<'_> = series.iter().map(|s| (s.id, s)).collect();
    let end = findings
        .iter()
        .map(|f| f.anomaly.start)
        .max()
        .map_or(Timestamp::from_millis(0), |t| t.plus_millis(1));
    let naming = feedback::naming(app, open, None).await?;
    let sorted = feedback::sort(open, findings, &index, &|key| naming.entity(key), None).await?;
    let reaching = reach::now(open, &sorted, end, None).await?;
    let top = sorted.counted.iter().find(|f| reaching.contains(&f.id));
    let top = top.and_then(|top| index.get(&top.series).map(|s| (top, s)));
    let naming = Naming::by_labels(open).await;
    Ok(top.map(|(top, series)| finding::named_row(top, series, None, &naming)))
}

/// Chooses what the sentence speaks of: the largest failing share, otherwise the most surprising of the group.
fn headline_finding(group: &[&Stored], index: &Index<'_>) -> Option<usize> {
    let share = |f: &Stored| group::failing(f, index).map(|x| x.share);
    let failing = (0..group.len()).filter(|&i| share(group[i]).is_some()).max_by(|&a, &b| {
        share(group[a]).partial_cmp(&share(group[b])).unwrap_or(std::cmp::Ordering::Equal).then(b.cmp(&a))
    });
    failing.or_else(|| {
        (0..group.len()).max_by(|&a, &b| {
            let score = |i: usize| group[i].anomaly.score.get();
            score(a).partial_cmp(&score(b)).unwrap_or(std::cmp::Ordering::Equal).then(b.cmp(&a))
        })
    })
}

fn onset_rows(
    group: &[&Stored],
    rows: &[FindingRow],
    chosen: Option<usize>,
    index: &Index<'_>,
) -> Vec<OnsetRow> {
    let Some(first) = group.first().map(|f| f.anomaly.start) else { return Vec::new() };
    let mut out: Vec<OnsetRow> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, (finding, row)) in group.iter().zip(rows).enumerate() {
        let headline = chosen == Some(i);
        if let Some(&at) = place.get(row.entity.as_str()) {
            out[at].headline |= headline;
            continue;
        }
        place.insert(&row.entity, out.len());
        let shows = index.get(&finding.series).map(|s| onset_fact(finding, s, &row.entity));
        let shows = shows.unwrap_or_else(|| Phrase::new("onset-missing").text("what", ""));
        out.push(OnsetRow {
            entity: row.entity.clone(),
            start: finding.anomaly.start.into(),
            after_first: Millis(finding.anomaly.start.as_millis() - first.as_millis()),
            shows,
            grade: row.grade,
            finding: row.id.clone(),
            headline,
        });
    }
    out.truncate(MOST_ONSETS);
    out
}

/// Says in one line what a finding shows ("commit 4 → 92 ms").
pub(crate) fn onset_fact(finding: &Stored, series: &SeriesRow, entity: &str) -> Phrase {
    fact(finding, series, entity, "onset-change")
}

/// Says the same where there is little room: first what moves, then its name.
pub(crate) fn short_fact(finding: &Stored, series: &SeriesRow, entity: &str) -> Phrase {
    fact(finding, series, entity, "onset-change-first")
}

fn fact(finding: &Stored, series: &SeriesRow, entity: &str, change: &str) -> Phrase {
    let what = what_of(&series.key, entity);
    let unit = finding::unit_of(finding.anomaly.kind, series);
    let reason = &finding.anomaly.reason;
    match (reason.expected, reason.observed.or(reason.peak)) {
        (Some(from), Some(to)) => {
            Phrase::new(change).with("what", what).number("from", from, unit).number("to", to, unit)
        }
        _ => Phrase::new("onset-missing").with("what", what),
    }
}

fn proof(series: &[SeriesRow], detection: Option<&Detection>) -> Phrase {
    let Some(detection) = detection else { return Phrase::new("proof-none") };
    let first = series.iter().filter_map(|s| s.first).min();
    let last = series.iter().filter_map(|s| s.last).max();
    let history = first.zip(last).map_or(0, |(a, b)| b.as_millis() - a.as_millis());
    Phrase::new("proof")
        .with("method", method_name(&detection.method))
        .count("series", series.len())
        .span("history", history)
        .time("time", detection.known_at)
        .span("took", i64::try_from(detection.duration_ms).unwrap_or(i64::MAX))
}

fn heat(material: &Material, index: &Index<'_>, back: TimeRange) -> Heat {
    let Material { series, reached, naming, .. } = material;
    let bin_ms = back.millis() / HEAT_BINS;
    let mut entities: BTreeMap<String, Vec<&SeriesRow>> = BTreeMap::new();
    for row in series {
        entities.entry(naming.entity(&row.key)).or_default().push(row);
    }
    let number: BTreeMap<&str, usize> = entities.keys().enumerate().map(|(i, e)| (e.as_str(), i)).collect();
    let mut outside: BTreeMap<(usize, i64), BTreeSet<SeriesId>> = BTreeMap::new();
    for finding in reached {
        let entity = index.get(&finding.series).map(|row| naming.entity(&row.key)).unwrap_or_default();
        let Some(&entity) = number.get(entity.as_str()) else { continue };
        let from = (finding.anomaly.start.as_millis() - back.start().as_millis()).div_euclid(bin_ms).max(0);
        let until = finding.anomaly.end.unwrap_or(back.end()).as_millis() - 1;
        let to = (until - back.start().as_millis()).div_euclid(bin_ms).min(HEAT_BINS - 1);
        for bin in from..=to {
            outside.entry((entity, bin)).or_default().insert(finding.series);
        }
    }
    let mut rows: Vec<HeatRow> = entities
        .into_iter()
        .enumerate()
        .map(|(number, (entity, members))| {
            let share = |bin: i64| {
                let at = back.start().plus_millis(bin * bin_ms);
                let live = members.iter().filter(|m| {
                    m.first.is_some_and(|f| f < at.plus_millis(bin_ms)) && m.last.is_some_and(|l| l >= at)
                });
                let n = live.count();
                let out = outside.get(&(number, bin)).map_or(0, BTreeSet::len);
                (n > 0).then(|| (out as f64 / n as f64).min(1.0))
            };
            HeatRow { shares: (0..HEAT_BINS).map(share).collect(), entity }
        })
        .collect();
    let weight = |r: &HeatRow| r.shares.iter().flatten().sum::<f64>();
    rows.sort_by(|a, b| {
        weight(b)
            .partial_cmp(&weight(a))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then_with(|| a.entity.cmp(&b.entity))
    });
    rows.truncate(12);
    Heat { start: Some(back.start().into()), bin: Some(Millis(bin_ms)), rows }
}

/// Finds changes of version: a series of a `…_info` metric with a `version` label that began within the range.
fn changes(series: &[SeriesRow], range: TimeRange) -> Vec<ChangeRow> {
    let oldest = series.iter().filter_map(|s| s.first).min();
    let mut rows: BTreeSet<(Timestamp, String, String)> = BTreeSet::new();
    for row in series.iter().filter(|s| s.key.metric.ends_with("_info")) {
        let (Some(version), Some(first)) = (row.key.labels.get("version"), row.first) else { continue };
        // What was there from the beginning of the data did not change.
        let began = oldest.is_some_and(|o| first.as_millis() - o.as_millis() > 600_000);
        if began && range.contains(first) {
            rows.insert((first, entity_of(&row.key), version.to_owned()));
        }
    }
    let rows: BTreeMap<(String, String), Timestamp> =
        rows.into_iter().rev().map(|(at, s, v)| ((s, v), at)).collect();
    let mut out: Vec<ChangeRow> = rows
        .into_iter()
        .map(|((subject, version), at)| ChangeRow { at: at.into(), subject, version })
        .collect();
    out.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.subject.cmp(&b.subject)));
    out
}

async fn not_scored(open: &Open, as_of: Option<Timestamp>) -> Result<Vec<NotScored>, AppError> {
    let rows = open.workspace.refusals(as_of).await?;
    Ok(rows.into_iter().map(|(code, count)| NotScored { reason: refusal_key(&code), count }).collect())
}

/// Returns the key of the word for a refusal's code.
pub(crate) fn refusal_key(code: &str) -> String {
    format!("refusal-{}", code.replace('_', "-"))
}

fn strip(findings: &[Stored], changes: &[ChangeRow], back: TimeRange) -> Strip {
    let bin_ms = back.millis() / i64::try_from(STRIP_BINS).unwrap_or(1);
    let mut counts = vec![[0_u32; 3]; STRIP_BINS];
    for finding in findings {
        let bin = (finding.anomaly.start.as_millis() - back.start().as_millis()).div_euclid(bin_ms);
        if let Some(slot) = usize::try_from(bin).ok().and_then(|i| counts.get_mut(i)) {
            slot[usize::from(finding::grade_number(finding.anomaly.score.grade()) - 1)] += 1;
        }
    }
    Strip { range: back.into(), bin: Millis(bin_ms), counts, events: changes.to_vec() }
}
