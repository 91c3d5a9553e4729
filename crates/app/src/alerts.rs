//! Alerts as a plain list: what fires, what fired, who has seen it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::{AlertState, FactId, Labels, TimeRange, Timestamp};
use wardroom_store::AlertRow;

use crate::context::{App, Open, source_number};
use crate::drills;
use crate::error::AppError;
use crate::events::AppEvent;
use crate::phrase::Phrase;
use crate::topology::{self, Naming};
use crate::wire::{Millis, Span};

/// Bins of the small chart.
const BINS: i64 = 72;
/// Rows of one answer.
const MOST_ROWS: u32 = 500;
const SIX_HOURS_MS: i64 = 6 * 3_600_000;
/// Labels that are said elsewhere in a row.
const SAID_ELSEWHERE: [&str; 2] = ["alertname", "severity"];
/// Labels that name the thing an alert is about, the best first.
const ENTITY_LABELS: [&str; 8] =
    ["service", "app", "application", "component", "deployment", "host", "instance", "job"];

/// How serious an alert says it is, from its label `severity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// `critical`, `page`, `fatal`, `error`, `disaster`.
    Critical,
    /// `warning`, `warn`, `ticket`, `high`.
    Warning,
    /// Anything else, or nothing.
    Info,
}

/// Which alerts are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlertFilter {
    /// All that were active in the range.
    All,
    /// Firing at the end of the range.
    Firing,
    /// Pending at the end of the range.
    Pending,
    /// Ended within the range.
    Ended,
    /// Firing and not acknowledged.
    Open,
}

/// What is asked of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlertsRequest {
    /// The range; `null` takes the last six hours of data.
    pub range: Option<Span>,
    /// Which.
    pub state: AlertFilter,
    /// Words that have to occur in name, labels or summary; empty for all.
    pub text: String,
    /// Only alerts on this entity; `null` for all.
    pub entity: Option<String>,
    /// Rows to leave out at the beginning.
    pub offset: u32,
    /// Rows at most, 500 at the very most.
    pub limit: u32,
}

/// The list of alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlertsView {
    /// The range.
    pub range: Span,
    /// The one sentence.
    pub headline: Phrase,
    /// Whether any source of this workspace tells of alerts at all.
    pub known: bool,
    /// Rows that match.
    pub total: u32,
    /// The rows asked for: firing first, then the latest.
    pub rows: Vec<AlertItem>,
    /// Alerts that fire at the end of the range, whatever the filter.
    pub firing: u32,
    /// Alerts that are pending then.
    pub pending: u32,
    /// Alerts that ended within the range.
    pub ended: u32,
    /// Firing ones that nobody has acknowledged.
    pub open: u32,
    /// Labels that all matching rows share, folded out of the rows.
    pub shared: Vec<(String, String)>,
    /// Rules behind the matching rows.
    pub rules: u32,
    /// Services and hosts behind them.
    pub entities: u32,
    /// Alerts that began, by bin and severity, over the range.
    pub bins: Vec<AlertBin>,
    /// Length of a bin.
    pub bin: Millis,
}

/// Alerts that began in one bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlertBin {
    /// The bin's beginning.
    pub start: Millis,
    /// Critical ones.
    pub critical: u32,
    /// Warnings.
    pub warning: u32,
    /// Others.
    pub info: u32,
}

/// An alert in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlertItem {
    /// Its identity; it stays when the state changes.
    pub id: String,
    /// The rule's name.
    pub name: String,
    /// How serious it says it is.
    pub severity: Severity,
    /// Its state at the end of the range.
    pub state: AlertItemState,
    /// Since when its condition holds.
    pub since: Millis,
    /// When it ended; `null` while it lasts.
    pub ended: Option<Millis>,
    /// When this workspace learnt of it.
    pub known_at: Millis,
    /// The service or host.
    pub entity: String,
    /// The team that has it: as its labels say (`team`, `owner`), or else as the inventory does; empty where neither does.
    pub team: String,
    /// Labels that tell it from other alerts of the list with the same name on the same thing; empty without such.
    pub apart: Vec<(String, String)>,
    /// Labels that are neither shared by all nor said elsewhere in the row; those that tell it apart stand first.
    pub differs: Vec<(String, String)>,
    /// All labels.
    pub labels: Vec<(String, String)>,
    /// What the rule says (`summary`, or else `description`); empty when it says nothing.
    pub summary: String,
    /// Further texts of the rule by name (`description`, `runbook_url`).
    pub annotations: Vec<(String, String)>,
    /// The value that the rule saw.
    pub value: Option<f64>,
    /// The rule's expression; empty when it is not known.
    pub expression: String,
    /// The source.
    pub source: u32,
    /// When it was acknowledged; `null` when it was not.
    pub acknowledged: Option<Millis>,
    /// By whom; empty when not known.
    pub acknowledged_by: String,
}

/// The state of an alert in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AlertItemState {
    /// Fires.
    Firing,
    /// Its condition holds, but not yet for long enough.
    Pending,
    /// Has ended.
    Ended,
}

/// Lists the alerts of a range: firing first, then pending, then ended; within each the most severe first, and of
/// these the latest.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; store failures.
pub async fn list(app: &App, request: &AlertsRequest) -> Result<AlertsView, AppError> {
    let open = app.open()?;
    let range = range_or_last(&open, request.range, SIX_HOURS_MS).await?;
    let mut stored = open.workspace.alerts(Some(range), None).await?;
    let fires = |row: &&AlertRow| state_at(row, range.end()) == AlertItemState::Firing;
    let everywhere = stored.iter().filter(fires).count();
    let chosen = topology::choose(app, &open, request.entity.as_deref()).await?;
    if let Some(chosen) = &chosen {
        stored.retain(|row| chosen.has_labels(&row.alert.labels));
    }
    // What fires elsewhere is only told apart where the list is narrowed.
    let elsewhere = chosen.is_some().then(|| everywhere - stored.iter().filter(fires).count());
    let naming = Naming::of(app, &open).await;
    let rules = open.workspace.rules(None, None).await?;
    let expressions: BTreeMap<&str, &str> =
        rules.iter().map(|(_, rule)| (rule.name.as_str(), rule.expression.as_str())).collect();
    let text = request.text.to_lowercase();
    let state = |row: &AlertRow| state_at(row, range.end());
    let mut wanted: Vec<&AlertRow> = stored
        .iter()
        .filter(|row| passes(request.state, state(row), row.acknowledged.is_some()) && says(row, &text))
        .collect();
    wanted.sort_by_key(|row| in_order(row, state(row)));
    let shared = shared_labels(&wanted);
    let telling = telling_labels(&wanted);
    let page = wanted.iter().skip(request.offset as usize).take(request.limit.clamp(1, MOST_ROWS) as usize);
    let rows = page
        .map(|row| {
            let expression = expressions.get(row.alert.name.as_str()).copied();
            item(row, state(row), expression, (&shared, &telling), &naming)
        })
        .collect();
    let names: BTreeSet<&str> = wanted.iter().map(|row| row.alert.name.as_str()).collect();
    let entities: BTreeSet<&str> = wanted.iter().map(|row| entity_of(&row.alert.labels)).collect();
    let n = |wanted: AlertItemState| count(stored.iter().filter(|row| state(row) == wanted).count());
    let is_open = |row: &&AlertRow| state(row) == AlertItemState::Firing && row.acknowledged.is_none();
    let firing = n(AlertItemState::Firing);
    let bin_ms = (range.millis() / BINS).max(1000);
    Ok(AlertsView {
        range: range.into(),
        headline: headline(&stored, firing, range, elsewhere),
        known: !rules.is_empty() || !stored.is_empty(),
        total: count(wanted.len()),
        rows,
        firing,
        pending: n(AlertItemState::Pending),
        ended: n(AlertItemState::Ended),
        open: count(stored.iter().filter(is_open).count()),
        rules: count(names.len()),
        entities: count(entities.len()),
        shared,
        bins: bins(&wanted, range, bin_ms),
        bin: Millis(bin_ms),
    })
}

/// Notes that a role has taken note of an alert. In a drill it is a decision as well.
///
/// # Errors
///
/// `no_workspace`; `no_such_alert`; `drill_over`; read-only workspaces; store failures.
pub async fn acknowledge(app: &App, id: &str, by: &str) -> Result<(), AppError> {
    let open = app.open()?;
    let fact: FactId = id.parse().map_err(|_| AppError::new("no_such_alert").with("id", id))?;
    let at = drills::before_acknowledging(app, &open, fact).await?.unwrap_or_else(|| app.now());
    if !open.workspace.acknowledge_alert(fact, by, at).await? {
        return Err(AppError::new("no_such_alert").with("id", id));
    }
    app.bus().tell(AppEvent::AlertsChanged);
    Ok(())
}

/// Returns the range that was asked for, or so much before the end of the data.
///
/// # Errors
///
/// `range_reversed`; store failures.
pub(crate) async fn range_or_last(
    open: &Open,
    range: Option<Span>,
    millis: i64,
) -> Result<TimeRange, AppError> {
    if let Some(range) = range {
        return range.try_into();
    }
    let last = open.workspace.stats().await?.last.unwrap_or(Timestamp::from_millis(millis));
    let end = last.plus_millis(1);
    TimeRange::new(end.plus_millis(-millis), end).map_err(|e| AppError::internal(&e))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Returns the state of an alert at a moment, from its last version.
fn state_at(row: &AlertRow, end: Timestamp) -> AlertItemState {
    match (row.alert.state, row.ended) {
        (AlertState::Pending, _) => AlertItemState::Pending,
        // It ended later than the range: within it, it fired.
        (AlertState::Resolved, Some(ended)) if ended >= end => AlertItemState::Firing,
        (AlertState::Resolved, _) => AlertItemState::Ended,
        (AlertState::Firing, _) => AlertItemState::Firing,
    }
}

fn passes(wanted: AlertFilter, state: AlertItemState, acknowledged: bool) -> bool {
    match wanted {
        AlertFilter::All => true,
        AlertFilter::Firing => state == AlertItemState::Firing,
        AlertFilter::Pending => state == AlertItemState::Pending,
        AlertFilter::Ended => state == AlertItemState::Ended,
        AlertFilter::Open => state == AlertItemState::Firing && !acknowledged,
    }
}

/// Reports whether every word occurs in the texts of an alert.
fn says(row: &AlertRow, text: &str) -> bool {
    let all = format!("{} {} {}", row.alert.name, row.alert.labels, row.alert.annotations).to_lowercase();
    text.split_whitespace().all(|word| all.contains(word))
}

/// Returns what alerts are ordered by: whoever opens the list at night reads from the top.
fn in_order(row: &AlertRow, state: AlertItemState) -> (AlertItemState, Severity, Reverse<Timestamp>, FactId) {
    (state, severity_of(&row.alert.labels), Reverse(row.alert.active_at), row.id)
}

/// Returns how serious an alert says it is.
pub(crate) fn severity_of(labels: &Labels) -> Severity {
    let word = labels.get("severity").or_else(|| labels.get("priority")).unwrap_or_default();
    match word.to_lowercase().as_str() {
        "critical" | "page" | "fatal" | "error" | "disaster" | "p1" => Severity::Critical,
        "warning" | "warn" | "ticket" | "high" | "average" | "p2" => Severity::Warning,
        _ => Severity::Info,
    }
}

fn team_of(labels: &Labels) -> Option<&str> {
    ["team", "owner"].iter().find_map(|name| labels.get(name).filter(|value| !value.is_empty()))
}

fn entity_of(labels: &Labels) -> &str {
    let named = ENTITY_LABELS.iter().find_map(|name| labels.get(name).map(|value| (*name, value)));
    match named {
        Some(("instance", value)) => value.rsplit_once(':').map_or(value, |(host, _)| host),
        Some((_, value)) => value,
        None => "",
    }
}

/// Returns the labels that all rows have with the same value; none for a single row.
fn shared_labels(rows: &[&AlertRow]) -> Vec<(String, String)> {
    let Some((first, rest)) = rows.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Vec::new();
    };
    let is_shared = |name: &str, value: &str| rest.iter().all(|r| r.alert.labels.get(name) == Some(value));
    first
        .alert
        .labels
        .iter()
        .filter(|(name, value)| !SAID_ELSEWHERE.contains(name) && is_shared(name, value))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// By an alert's name and what it is about, the labels that tell alerts from each other which have both in common.
type Telling<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>;

/// Returns which labels tell alerts of one name about one thing apart: replicas of what watches, or parts of the thing.
fn telling_labels<'a>(rows: &[&'a AlertRow]) -> Telling<'a> {
    let mut twins: BTreeMap<(&str, &str), Vec<&'a Labels>> = BTreeMap::new();
    for row in rows {
        let labels = &row.alert.labels;
        twins.entry((row.alert.name.as_str(), entity_of(labels))).or_default().push(labels);
    }
    let apart = |twins: Vec<&'a Labels>| -> BTreeSet<&'a str> {
        let names: BTreeSet<&str> =
            twins.iter().copied().flat_map(Labels::iter).map(|(name, _)| name).collect();
        let differs = |name: &&str| twins.windows(2).any(|pair| pair[0].get(name) != pair[1].get(name));
        names.into_iter().filter(differs).filter(|name| !SAID_ELSEWHERE.contains(name)).collect()
    };
    twins.into_iter().map(|(of, twins)| (of, apart(twins))).collect()
}

fn item(
    row: &AlertRow,
    state: AlertItemState,
    expression: Option<&str>,
    (shared, telling): (&[(String, String)], &Telling<'_>),
    naming: &Naming,
) -> AlertItem {
    let alert = &row.alert;
    let entity = entity_of(&alert.labels);
    let pairs =
        |labels: &Labels| labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Vec<_>>();
    let labels = pairs(&alert.labels);
    let is_said = |name: &str, value: &str| {
        SAID_ELSEWHERE.contains(&name) || value == entity || shared.iter().any(|(n, _)| n == name)
    };
    let telling = telling.get(&(alert.name.as_str(), entity));
    let is_telling = |name: &str| telling.is_some_and(|names| names.contains(name));
    let (mut differs, others): (Vec<_>, Vec<_>) =
        labels.iter().filter(|(n, v)| !is_said(n, v)).cloned().partition(|(name, _)| is_telling(name));
    differs.extend(others);
    let summary = alert.annotations.get("summary").or_else(|| alert.annotations.get("description"));
    AlertItem {
        id: row.id.to_string(),
        name: alert.name.clone(),
        severity: severity_of(&alert.labels),
        state,
        since: alert.active_at.into(),
        ended: if state == AlertItemState::Ended { row.ended.map(Millis::from) } else { None },
        known_at: row.known_at.into(),
        entity: naming.known(&alert.labels).unwrap_or_else(|| entity.to_owned()),
        team: team_of(&alert.labels).or_else(|| naming.team(&alert.labels)).unwrap_or_default().to_owned(),
        apart: labels.iter().filter(|(name, _)| is_telling(name)).cloned().collect(),
        differs,
        labels,
        summary: summary.unwrap_or_default().to_owned(),
        annotations: pairs(&alert.annotations).into_iter().filter(|(name, _)| name != "summary").collect(),
        value: alert.value.filter(|v| v.is_finite()),
        expression: expression.unwrap_or_default().to_owned(),
        source: source_number(row.source),
        acknowledged: row.acknowledged.as_ref().map(|a| a.at.into()),
        acknowledged_by: row.acknowledged.as_ref().map(|a| a.role.clone()).unwrap_or_default(),
    }
}

/// Says what fires; `elsewhere` is how much does where the list is not narrowed to, `None` where it is not narrowed.
fn headline(rows: &[AlertRow], firing: u32, range: TimeRange, elsewhere: Option<usize>) -> Phrase {
    let firing_rows: Vec<&AlertRow> =
        rows.iter().filter(|row| state_at(row, range.end()) == AlertItemState::Firing).collect();
    let Some(first) = firing_rows.iter().map(|row| row.alert.active_at).min() else {
        let none = match elsewhere {
            Some(n) => Phrase::new("alerts-none-here").count("elsewhere", n),
            None => Phrase::new("alerts-none"),
        };
        return none.span("span", range.millis());
    };
    let names: BTreeSet<&str> = firing_rows.iter().map(|row| row.alert.name.as_str()).collect();
    let entities: BTreeSet<&str> = firing_rows.iter().map(|row| entity_of(&row.alert.labels)).collect();
    Phrase::new("alerts-firing")
        .count("n", firing as usize)
        .count("rules", names.len())
        .count("entities", entities.len())
        .time("time", first)
}

fn bins(rows: &[&AlertRow], range: TimeRange, bin_ms: i64) -> Vec<AlertBin> {
    let n = (range.millis() + bin_ms - 1) / bin_ms;
    let empty = |i| AlertBin {
        start: range.start().plus_millis(i * bin_ms).into(),
        critical: 0,
        warning: 0,
        info: 0,
    };
    let mut bins: Vec<AlertBin> = (0..n).map(empty).collect();
    for row in rows {
        let place = (row.alert.active_at.as_millis() - range.start().as_millis()).div_euclid(bin_ms);
        let Some(bin) = usize::try_from(place).ok().and_then(|place| bins.get_mut(place)) else { continue };
        match severity_of(&row.alert.labels) {
            Severity::Critical => bin.critical += 1,
            Severity::Warning => bin.warning += 1,
            Severity::Info => bin.info += 1,
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_core::Alert;
    use wardroom_store::SourceId;

    fn row(labels: &[(&str, &str)], state: AlertState, active_at: i64, ended: Option<i64>) -> AlertRow {
        AlertRow {
            id: FactId::new(1, active_at.unsigned_abs()),
            source: SourceId(1),
            alert: Alert {
                name: "TooSlow".to_owned(),
                labels: Labels::new(labels.iter().copied()),
                annotations: Labels::default(),
                state,
                active_at: Timestamp::from_millis(active_at),
                value: Some(2.0),
            },
            ended: ended.map(Timestamp::from_millis),
            known_at: Timestamp::from_millis(active_at),
            acknowledged: None,
        }
    }

    #[test]
    fn an_alert_that_ended_after_the_range_fired_within_it() {
        let ended = row(&[], AlertState::Resolved, 10, Some(50));

        assert_eq!(state_at(&ended, Timestamp::from_millis(40)), AlertItemState::Firing);
        assert_eq!(state_at(&ended, Timestamp::from_millis(60)), AlertItemState::Ended);
    }

    #[test]
    fn labels_that_all_rows_share_are_folded() {
        let a = row(&[("env", "prod"), ("service", "web"), ("zone", "a")], AlertState::Firing, 10, None);
        let b = row(&[("env", "prod"), ("service", "cart"), ("zone", "b")], AlertState::Firing, 20, None);

        let shared = shared_labels(&[&a, &b]);
        let telling = telling_labels(&[&a, &b]);
        let item = item(&a, AlertItemState::Firing, Some("x > 1"), (&shared, &telling), &Naming::default());

        assert_eq!(shared, [("env".to_owned(), "prod".to_owned())]);
        assert_eq!(item.entity, "web");
        assert_eq!(item.differs, [("zone".to_owned(), "a".to_owned())]);
        assert!(item.apart.is_empty());
    }

    #[test]
    fn alerts_that_look_alike_are_told_apart_by_the_label_that_differs() {
        let labels = |replica| [("pool", "a"), ("service", "web"), ("team", "x"), ("replica", replica)];
        let [a, b] = ["p-0", "p-1"].map(|replica| row(&labels(replica), AlertState::Firing, 10, None));
        let other = row(&[("service", "cart"), ("team", "y")], AlertState::Firing, 20, None);

        let telling = telling_labels(&[&a, &b, &other]);
        let told = [&a, &b, &other]
            .map(|row| item(row, AlertItemState::Firing, None, (&[], &telling), &Naming::default()));

        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(told[0].apart, [pair("replica", "p-0")]);
        assert_eq!(told[1].apart, [pair("replica", "p-1")]);
        assert!(told[2].apart.is_empty());
        assert_eq!(told.each_ref().map(|item| item.team.as_str()), ["x", "x", "y"]);
        // Where there is little room the first labels are read.
        let differs = [pair("replica", "p-0"), pair("pool", "a"), pair("team", "x")];
        assert_eq!(told[0].differs, differs);
    }

    #[test]
    fn the_most_severe_stands_first_and_of_these_the_latest() {
        let of = |word, at| row(&[("severity", word)], AlertState::Firing, at, None);
        let rows = [of("warning", 1_900), of("page", 1_000), of("critical", 1_500), of("info", 2_000)];
        let mut order: Vec<&AlertRow> = rows.iter().collect();

        order.sort_by_key(|row| in_order(row, AlertItemState::Firing));

        let began: Vec<i64> = order.iter().map(|row| row.alert.active_at.as_millis()).collect();
        assert_eq!(began, [1_500, 1_000, 1_900, 2_000]);
    }

    #[test]
    fn a_bin_counts_the_alerts_that_began_in_it() {
        let a = row(&[("severity", "page")], AlertState::Firing, 1_500, None);
        let b = row(&[("severity", "warning")], AlertState::Firing, 1_900, None);
        let range = TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(3_000)).unwrap();

        let bins = bins(&[&a, &b], range, 1000);

        let counts: Vec<(u32, u32)> = bins.iter().map(|b| (b.critical, b.warning)).collect();
        assert_eq!(counts, [(0, 0), (1, 1), (0, 0)]);
    }
}
