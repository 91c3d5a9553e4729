//! A word about a finding as it is stored, with all that it takes to understand it later.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use wardroom_analysis::anomaly::feedback::{
    self as rule, Example, FEATURES, FindingSeen, Label, Manner, Offsets, Reach, SeriesSeen, Verdict,
};
use wardroom_core::{FactId, Labels, SeriesKey, TimeRange, Timestamp};
use wardroom_store::{FeedbackRow, FindingRow, SeriesRow};

use super::rows::{FeedbackItem, FeedbackVerdict, MaintenanceReach, WindowReach};
use crate::context::source_number;
use crate::entity::other_labels;
use crate::now::finding;
use crate::phrase::{Phrase, PhraseValue};
use crate::topology::Naming;
use crate::wire::Millis;

/// The days of the week as words of the catalogue, from Monday on.
const DAYS: [&str; 7] = [
    "weekday-monday",
    "weekday-tuesday",
    "weekday-wednesday",
    "weekday-thursday",
    "weekday-friday",
    "weekday-saturday",
    "weekday-sunday",
];
/// The table of a zone's offsets reaches to 2100-01-01T00:00:00Z, in seconds.
const LAST_S: i64 = 4_102_444_800;

/// The body of a word in the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stored {
    verdict: FeedbackVerdict,
    title: Phrase,
    /// The zone in which a weekday and a time of day are meant.
    zone: String,
    start: Millis,
    end: Option<Millis>,
    step: Millis,
    manner: String,
    source: u32,
    series: u32,
    metric: String,
    labels: Vec<(String, String)>,
    entity: String,
    first: Option<Millis>,
    last: Option<Millis>,
    /// What the supervised stage learns from; none that it knows where another program wrote it.
    #[serde(default)]
    features: Vec<f64>,
    /// On what a window is real; `None` for a word about a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<WindowReach>,
}

impl Stored {
    /// Writes down what is said of a finding of a series.
    pub(super) fn new(
        verdict: FeedbackVerdict,
        stored: &FindingRow,
        series: &SeriesRow,
        naming: &Naming,
        zone: &TimeZone,
    ) -> Self {
        let row = finding::named_row(stored, series, None, naming);
        Self {
            verdict,
            title: row.title,
            // A zone without a name cannot be written down; words are told in UTC then as well.
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            start: row.start,
            end: row.end,
            step: row.step,
            manner: Manner::of(&stored.anomaly).as_str().to_owned(),
            source: source_number(series.source),
            series: row.series,
            metric: row.metric,
            labels: series.key.labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            entity: row.entity,
            first: series.first.map(Millis::from),
            last: series.last.map(Millis::from),
            features: rule::features(&stored.anomaly).to_vec(),
            window: None,
        }
    }

    /// Writes down that a window is real on a series.
    pub(super) fn of_series(range: TimeRange, series: &SeriesRow, entity: &str, zone: &TimeZone) -> Self {
        let title = Phrase::new("feedback-window-series").text("metric", series.key.metric.clone());
        Self {
            title: title.text("entity", entity),
            source: source_number(series.source),
            series: u32::try_from(series.id.0).unwrap_or(u32::MAX),
            metric: series.key.metric.clone(),
            labels: series.key.labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            first: series.first.map(Millis::from),
            last: series.last.map(Millis::from),
            window: Some(WindowReach::Series),
            ..Self::of_entity(range, entity, zone)
        }
    }

    /// Writes down that a window is real on everything of an entity.
    pub(super) fn of_entity(range: TimeRange, entity: &str, zone: &TimeZone) -> Self {
        Self {
            verdict: FeedbackVerdict::Real,
            title: Phrase::new("feedback-window-entity").text("entity", entity),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            start: range.start().into(),
            end: Some(range.end().into()),
            step: Millis(1),
            manner: Manner::Unsettled.as_str().to_owned(),
            source: 0,
            series: 0,
            metric: String::new(),
            labels: Vec::new(),
            entity: entity.to_owned(),
            first: None,
            last: None,
            features: Vec::new(),
            window: Some(WindowReach::Entity),
        }
    }

    fn zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Says what was said.
    fn phrase(&self) -> Phrase {
        match self.verdict {
            FeedbackVerdict::Real if self.window.is_some() => Phrase::new("feedback-window-real")
                .with("from", PhraseValue::Date(self.start))
                .with("to", PhraseValue::Date(self.end.unwrap_or(self.start))),
            FeedbackVerdict::Real => Phrase::new("feedback-real"),
            FeedbackVerdict::ExpectedOnce => Phrase::new("feedback-once"),
            FeedbackVerdict::ExpectedAlways => Phrase::new("feedback-always"),
            FeedbackVerdict::ExpectedWeekly => {
                let (day, time) = weekday_and_time(self.start.into(), &self.zone());
                Phrase::new("feedback-weekly")
                    .word("day", day)
                    .text("time", time)
                    .text("zone", self.zone.clone())
            }
            FeedbackVerdict::Maintenance { window } => {
                let phrase = match window.reach {
                    MaintenanceReach::Entity => {
                        Phrase::new("feedback-maintenance").text("entity", self.entity.clone())
                    }
                    MaintenanceReach::Everything => Phrase::new("feedback-maintenance-everything"),
                };
                phrase
                    .with("from", PhraseValue::Date(window.range.start))
                    .with("to", PhraseValue::Date(window.range.end))
            }
        }
    }
}

/// A word that was read from the store.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: u32,
    finding: FactId,
    at: Timestamp,
    undone: bool,
    manner: Manner,
    key: SeriesKey,
    stored: Stored,
}

impl Kept {
    /// Reads a word; one that cannot be read (a newer program wrote it) says nothing here.
    pub(super) fn read(row: &FeedbackRow) -> Option<Self> {
        let stored: Stored = serde_json::from_str(&row.body).ok()?;
        Some(Self {
            id: u32::try_from(row.id.0).ok()?,
            finding: row.finding,
            at: row.at,
            undone: row.undone_at.is_some(),
            manner: Manner::parse(&stored.manner)?,
            key: SeriesKey::new(stored.metric.clone(), Labels::new(stored.labels.iter().cloned())),
            stored,
        })
    }

    /// Returns the identity of the finding that was marked.
    pub(super) fn finding(&self) -> FactId {
        self.finding
    }

    /// Puts the word as the supervised stage learns from it; `None` for one that says nothing of how the finding looks.
    pub(super) fn example(&self) -> Option<Example> {
        let is_real = match self.stored.verdict {
            FeedbackVerdict::Real => true,
            FeedbackVerdict::ExpectedOnce
            | FeedbackVerdict::ExpectedWeekly
            | FeedbackVerdict::ExpectedAlways => false,
            FeedbackVerdict::Maintenance { .. } => return None,
        };
        let features: [f64; FEATURES] = self.stored.features.as_slice().try_into().ok()?;
        Some(Example { features, series: usize::try_from(self.stored.series).ok()?, is_real })
    }

    /// Reports whether it is about one finding and covers no other by itself.
    pub(super) fn is_of_one(&self) -> bool {
        match self.stored.verdict {
            FeedbackVerdict::Real | FeedbackVerdict::ExpectedOnce => true,
            FeedbackVerdict::ExpectedWeekly
            | FeedbackVerdict::ExpectedAlways
            | FeedbackVerdict::Maintenance { .. } => false,
        }
    }

    /// Returns on what a window is real; `None` for a word about a finding.
    pub(super) fn reach(&self) -> Option<WindowReach> {
        self.stored.window
    }

    /// Reports whether it says that a window is real on a series of an entity.
    pub(super) fn is_window_of(&self, row: &SeriesRow, entity: &str) -> bool {
        match self.stored.window {
            Some(WindowReach::Series) => self.series() == row.id.0 && self.key == row.key,
            Some(WindowReach::Entity) => self.stored.entity == entity,
            None => false,
        }
    }

    /// Returns the name of what it is about, as it was when it was said.
    pub(super) fn entity(&self) -> &str {
        &self.stored.entity
    }

    /// Returns what was said.
    pub(super) fn verdict(&self) -> FeedbackVerdict {
        self.stored.verdict
    }

    /// Returns when the finding was; one that lasted when it was marked ends at `end`.
    pub(super) fn window(&self, end: Timestamp) -> Option<TimeRange> {
        let start = Timestamp::from(self.stored.start);
        let least = start.plus_millis(self.stored.step.0.max(1));
        TimeRange::new(start, self.stored.end.map_or(end, Timestamp::from).max(least)).ok()
    }

    /// Returns the series' number.
    pub(super) fn series(&self) -> i64 {
        i64::from(self.stored.series)
    }

    /// Returns metric and labels of the series.
    pub(super) fn key(&self) -> &SeriesKey {
        &self.key
    }

    /// Says what was said.
    pub(super) fn phrase(&self) -> Phrase {
        self.stored.phrase()
    }

    /// Returns the name of the zone whose offsets decide; `None` for a word in which no time of day is meant.
    pub(super) fn zone(&self) -> Option<&str> {
        (self.stored.verdict == FeedbackVerdict::ExpectedWeekly).then_some(self.stored.zone.as_str())
    }

    /// Puts the word as the rule takes it. `row` is the series as it is known, where it still is; `entity` what it belongs
    /// to by the names of today. A window is about no finding: `None`.
    pub(super) fn label<'a>(
        &'a self,
        row: Option<&SeriesRow>,
        entity: &'a str,
        zone: &'a Offsets,
    ) -> Option<Label<'a>> {
        if self.stored.window.is_some() {
            return None;
        }
        let verdict = match self.stored.verdict {
            FeedbackVerdict::Real => Verdict::Real,
            FeedbackVerdict::ExpectedOnce => Verdict::Once,
            FeedbackVerdict::ExpectedWeekly => Verdict::Weekly(zone),
            FeedbackVerdict::ExpectedAlways => Verdict::Always,
            FeedbackVerdict::Maintenance { window } => Verdict::Maintenance {
                window: TimeRange::try_from(window.range).ok()?,
                reach: match window.reach {
                    MaintenanceReach::Entity => Reach::Entity,
                    MaintenanceReach::Everything => Reach::Everything,
                },
            },
        };
        let time = |at: Option<Millis>| at.map(Timestamp::from);
        let series = SeriesSeen {
            source: self.stored.source,
            key: &self.key,
            entity,
            first: row.map_or_else(|| time(self.stored.first), |row| row.first),
            last: row.map_or_else(|| time(self.stored.last), |row| row.last),
        };
        let marked = FindingSeen {
            id: self.finding,
            start: self.stored.start.into(),
            step_ms: self.stored.step.0,
            manner: self.manner,
            series,
        };
        Some(Label { marked, verdict })
    }

    /// Puts the word as the interface gets it.
    pub(super) fn into_item(self) -> FeedbackItem {
        FeedbackItem {
            id: self.id,
            phrase: self.stored.phrase(),
            finding: self.finding.to_string(),
            labels: other_labels(&self.key, &self.stored.entity),
            title: self.stored.title,
            start: self.stored.start,
            end: self.stored.end,
            series: self.stored.series,
            metric: self.stored.metric,
            entity: self.stored.entity,
            verdict: self.stored.verdict,
            window: self.stored.window,
            at: self.at.into(),
            undone: self.undone,
        }
    }
}

/// Returns weekday (the key of a word) and time of day of a moment in a zone.
fn weekday_and_time(at: Timestamp, zone: &TimeZone) -> (&'static str, String) {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else { return (DAYS[0], at.to_string()) };
    let local = at.to_zoned(zone.clone());
    let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
    (DAYS[day % DAYS.len()], local.strftime("%H:%M").to_string())
}

/// Returns the offsets of a zone from 1970 up to 2100; those of UTC for one that this machine does not know.
pub(super) fn offsets_of(name: &str) -> Offsets {
    let zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
    let begin = jiff::Timestamp::UNIX_EPOCH;
    let millis = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * 1000;
    let changes = zone
        .following(begin)
        .take_while(|change| change.timestamp().as_second() < LAST_S)
        .map(|change| (Timestamp::from_millis(change.timestamp().as_millisecond()), millis(change.offset())))
        .collect();
    Offsets::new(millis(zone.to_offset(begin)), changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offsets_of_a_zone_are_those_of_its_clocks() {
        let berlin = offsets_of("Europe/Berlin");
        let hours = |seconds: i64| berlin.at(Timestamp::from_millis(seconds * 1000)) / 3_600_000;

        // `zdump -v Europe/Berlin`: summer time from 2026-03-29T01:00Z to 2026-10-25T01:00Z.
        assert_eq!((hours(1_774_745_999), hours(1_774_746_000)), (1, 2));
        assert_eq!((hours(1_792_889_999), hours(1_792_890_000)), (2, 1));
        assert_eq!(hours(0), 1);
        assert_eq!(offsets_of("Nowhere/Nothing"), Offsets::default());
    }

    #[test]
    fn a_moment_has_another_weekday_where_it_is_already_tomorrow() {
        let at = Timestamp::from_millis(1_794_956_400_000);

        // 2026-11-17T23:00:00Z, a Tuesday; checked with `TZ=Asia/Kathmandu date -d @1794956400`.
        assert_eq!(weekday_and_time(at, &TimeZone::UTC), ("weekday-tuesday", "23:00".to_owned()));
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        assert_eq!(weekday_and_time(at, &zone), ("weekday-wednesday", "04:45".to_owned()));
    }
}
