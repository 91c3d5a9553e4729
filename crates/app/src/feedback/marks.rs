//! What people said of findings, as it meets the alarms of any method: windows that are real, and what was expected.

use std::collections::BTreeMap;

use wardroom_analysis::anomaly::feedback::{self as rule, FindingSeen, Manner, Standing, Verdict};
use wardroom_core::{FactId, SeriesKey, TimeRange, Timestamp};
use wardroom_store::{SeriesId, SeriesRow};

use super::kept::Kept;
use super::rows::{FeedbackVerdict, MaintenanceReach, WindowReach};
use super::sorting::{Words, marked_series, seen};
use crate::compare::units::Units;
use crate::context::Open;
use crate::error::AppError;

/// The identity that no finding has: an alarm is none.
const NO_FINDING: FactId = FactId::new(0, 0);
/// An alarm of a method does not say how it departs, so what was said of any manner covers it.
const MANNERS: [Manner; 3] = [Manner::Unsettled, Manner::Flat, Manner::Missing];

/// How an alarm stands by what people said of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AlarmStanding {
    /// It touches a window that is real.
    Real,
    /// It is none of the real ones and was expected.
    Expected,
    /// Nothing was said.
    Unmarked,
}

/// What people said, of a choice of series.
#[derive(Debug)]
pub(crate) struct Marks {
    words: Words,
    /// Windows of findings that are real, by series; those of one series do not overlap.
    real: BTreeMap<SeriesId, Vec<TimeRange>>,
    /// Windows of findings that were expected this once, by series.
    once: BTreeMap<SeriesId, Vec<TimeRange>>,
    /// Windows that are real on everything of an entity, by entity and time.
    of_entities: Vec<TimeRange>,
    /// Which of them reach a series.
    reached: BTreeMap<SeriesId, Vec<usize>>,
    /// All real windows, joined where they overlap.
    any_real: Vec<TimeRange>,
    has_expected: bool,
    /// The series of each unit; empty where nothing was said to be expected.
    names: BTreeMap<SeriesId, Vec<SeriesRow>>,
    /// What the series belong to; empty where nothing was said to be expected.
    entities: BTreeMap<SeriesId, String>,
}

impl Marks {
    /// Reads what holds, as far as it meets the series of `units` in `range`. The last word about a finding counts; what
    /// was said of a series was said of its unit.
    ///
    /// # Errors
    ///
    /// Store failures.
    pub(crate) async fn read(
        open: &Open,
        units: &Units,
        range: TimeRange,
        entity: &(dyn Fn(&SeriesKey) -> String + Sync),
    ) -> Result<Self, AppError> {
        let series = units.series();
        let unit = |series: SeriesId| units.of().get(&series).copied().unwrap_or(series);
        let rows = open.workspace.feedback(None, false).await?;
        let words: Vec<Kept> = rows.iter().filter_map(Kept::read).collect();
        // What lasted when it was marked may have ended since.
        let findings = open.workspace.findings(None, None).await?;
        let ends: BTreeMap<FactId, Option<Timestamp>> =
            findings.iter().map(|finding| (finding.id, finding.anomaly.end)).collect();
        let by_id: BTreeMap<i64, &SeriesRow> = series.iter().map(|row| (row.id.0, row)).collect();
        let last: BTreeMap<FactId, &Kept> = words.iter().map(|word| (word.finding(), word)).collect();
        let (mut real, mut once) = (BTreeMap::new(), BTreeMap::new());
        for word in last.into_values().filter(|word| word.reach() != Some(WindowReach::Entity)) {
            let of = by_id.get(&word.series()).filter(|row| row.key == *word.key());
            let end = ends.get(&word.finding()).copied().flatten().unwrap_or(range.end());
            let window = word.window(end).filter(|window| overlap(*window, range));
            let list: &mut BTreeMap<SeriesId, Vec<TimeRange>> = match word.verdict() {
                FeedbackVerdict::Real => &mut real,
                FeedbackVerdict::ExpectedOnce => &mut once,
                FeedbackVerdict::ExpectedWeekly
                | FeedbackVerdict::ExpectedAlways
                | FeedbackVerdict::Maintenance { .. } => continue,
            };
            if let (Some(row), Some(window)) = (of, window) {
                list.entry(unit(row.id)).or_default().push(window);
            }
        }
        for windows in real.values_mut() {
            *windows = joined(std::mem::take(windows));
        }
        let mut entities: BTreeMap<SeriesId, String> =
            series.iter().map(|row| (row.id, entity(&row.key))).collect();
        let (of_entities, reached) = reached(&words, &entities, range);
        let any_real = joined(real.values().flatten().chain(&of_entities).copied().collect());
        let is_of = |word: &Kept| match word.verdict() {
            FeedbackVerdict::Real | FeedbackVerdict::ExpectedOnce => false,
            FeedbackVerdict::ExpectedWeekly | FeedbackVerdict::ExpectedAlways => {
                by_id.contains_key(&word.series())
            }
            FeedbackVerdict::Maintenance { window } => match window.reach {
                MaintenanceReach::Entity => {
                    let name = entity(word.key());
                    entities.values().any(|entity| *entity == name)
                }
                MaintenanceReach::Everything => true,
            },
        };
        let has_expected = !once.is_empty() || words.iter().any(is_of);
        let mut names: BTreeMap<SeriesId, Vec<SeriesRow>> = BTreeMap::new();
        if has_expected {
            for row in series {
                names.entry(unit(row.id)).or_default().push(row.clone());
            }
        } else {
            entities.clear();
        }
        let marked = if words.is_empty() { Vec::new() } else { marked_series(open, &words).await? };
        let words = Words::new(words, &marked, entity);
        Ok(Self { words, real, once, of_entities, reached, any_real, has_expected, names, entities })
    }

    /// Returns the real windows of a series, by time.
    pub(crate) fn real_of(&self, series: SeriesId) -> &[TimeRange] {
        self.real.get(&series).map_or(&[], Vec::as_slice)
    }

    /// Returns the windows that are real on everything that a series belongs to, each with its place among all such
    /// windows: what one series finds, all of them have found.
    pub(crate) fn real_around(&self, series: SeriesId) -> Vec<(usize, TimeRange)> {
        let places = self.reached.get(&series).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&place| Some((place, *self.of_entities.get(place)?))).collect()
    }

    /// Returns how many windows are real.
    pub(crate) fn n_real(&self) -> usize {
        self.real.values().map(Vec::len).sum::<usize>() + self.of_entities.len()
    }

    /// Returns the real windows of all series by time; those that overlap are one.
    pub(crate) fn any_real(&self) -> &[TimeRange] {
        &self.any_real
    }

    /// Reports whether a series has a window of its own, real or expected.
    pub(crate) fn is_marked(&self, series: SeriesId) -> bool {
        self.real.contains_key(&series) || self.once.contains_key(&series)
    }

    /// Reports whether anything was said to be expected.
    pub(crate) fn has_expected(&self) -> bool {
        self.has_expected
    }

    /// Returns how an alarm from `start` to `end` (its last sample) of a series stands. One that touches a
    /// real window of any of the series is real, because one event is seen on many of them.
    pub(crate) fn standing(
        &self,
        row: &SeriesRow,
        start: Timestamp,
        end: Timestamp,
        step_ms: i64,
    ) -> AlarmStanding {
        let touches = |window: &TimeRange| touches(*window, start, end);
        if self.any_real.iter().any(touches) {
            return AlarmStanding::Real;
        }
        let is_once = self.once.get(&row.id).is_some_and(|windows| windows.iter().any(touches));
        if is_once || (self.has_expected && self.is_expected(row, start, step_ms)) {
            return AlarmStanding::Expected;
        }
        AlarmStanding::Unmarked
    }

    /// Reports whether what was said about findings like it covers an alarm: under any name that the unit had then.
    fn is_expected(&self, row: &SeriesRow, start: Timestamp, step_ms: i64) -> bool {
        let (mut labels, _) = self.words.labels();
        // Those are about one finding each, whose windows are compared instead.
        labels.retain(|label| !matches!(label.verdict, Verdict::Real | Verdict::Once));
        let names = self.names.get(&row.id).map_or(std::slice::from_ref(row), Vec::as_slice);
        let lived = |name: &&SeriesRow| {
            names.len() == 1 || (name.first <= Some(start) && name.last.is_none_or(|last| start <= last))
        };
        names.iter().filter(lived).any(|name| {
            let entity = self.entities.get(&name.id).map_or("", String::as_str);
            MANNERS.into_iter().any(|manner| {
                let alarm =
                    FindingSeen { id: NO_FINDING, start, step_ms, manner, series: seen(name, entity) };
                rule::standing(&alarm, &labels).is_some_and(|(_, standing)| standing == Standing::Expected)
            })
        })
    }
}

/// Returns the windows within `range` that are real on everything of an entity of the series, and for each series the
/// places of those that reach it. Windows of one entity that overlap are one.
fn reached(
    words: &[Kept],
    entities: &BTreeMap<SeriesId, String>,
    range: TimeRange,
) -> (Vec<TimeRange>, BTreeMap<SeriesId, Vec<usize>>) {
    let mut by_entity: BTreeMap<&str, Vec<TimeRange>> = BTreeMap::new();
    for word in words.iter().filter(|word| word.reach() == Some(WindowReach::Entity)) {
        let window = word.window(range.end()).filter(|window| overlap(*window, range));
        by_entity.entry(word.entity()).or_default().extend(window);
    }
    by_entity.retain(|name, _| entities.values().any(|entity| entity == name));
    let (mut windows, mut reached) = (Vec::new(), BTreeMap::new());
    for (name, of_it) in by_entity {
        let first = windows.len();
        windows.extend(joined(of_it));
        let places: Vec<usize> = (first..windows.len()).collect();
        for (series, _) in entities.iter().filter(|(_, entity)| *entity == name) {
            reached.insert(*series, places.clone());
        }
    }
    (windows, reached)
}

/// Reports whether an alarm from `start` to `end`, its last sample, touches a window.
pub(crate) fn touches(window: TimeRange, start: Timestamp, end: Timestamp) -> bool {
    start < window.end() && end >= window.start()
}

/// Reports whether two windows have a moment in common.
pub(super) fn overlap(a: TimeRange, b: TimeRange) -> bool {
    a.start() < b.end() && b.start() < a.end()
}

/// Joins windows that overlap: what several series showed at one time happened once.
pub(crate) fn joined(mut windows: Vec<TimeRange>) -> Vec<TimeRange> {
    windows.sort_by_key(|window| (window.start(), window.end()));
    let mut joined: Vec<TimeRange> = Vec::new();
    for window in windows {
        if let Some(last) = joined.last_mut()
            && window.start() < last.end()
            && let Ok(whole) = TimeRange::new(last.start(), last.end().max(window.end()))
        {
            *last = whole;
        } else {
            joined.push(window);
        }
    }
    joined
}
