//! What is counted of lines while they pass: by shape at first, by template once shapes are settled.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::logs::{Miner, ShapeId, Templates};
use wardroom_core::{Labels, LogLevel, LogRecord, TemplateId, TimeRange, Timestamp};
use wardroom_store::TemplateMinute;

use super::LevelCounts;

/// Names of services and machines that are kept of a template: nobody reads more.
pub(crate) const MOST_NAMES: usize = 8;
/// The step of the counts.
pub(crate) const MINUTE_MS: i64 = 60_000;

/// A line as it is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TallyLine<'l> {
    pub(crate) at: Timestamp,
    pub(crate) level: Option<LogLevel>,
    pub(crate) service: &'l str,
    pub(crate) host: &'l str,
    pub(crate) dataset: &'l str,
    pub(crate) message: &'l str,
}

impl<'l> From<&'l LogRecord> for TallyLine<'l> {
    fn from(record: &'l LogRecord) -> Self {
        Self {
            at: record.at,
            level: record.level,
            service: &record.service,
            host: &record.host,
            dataset: &record.dataset,
            message: &record.message,
        }
    }
}

impl TallyLine<'_> {
    /// Returns the line as a record without further fields.
    fn record(&self) -> LogRecord {
        LogRecord {
            at: self.at,
            level: self.level,
            service: self.service.to_owned(),
            host: self.host.to_owned(),
            dataset: self.dataset.to_owned(),
            message: self.message.to_owned(),
            fields: Labels::default(),
        }
    }
}

/// What is known of the lines of one shape or template.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// Lines.
    pub(crate) lines: u64,
    /// The first.
    pub(crate) first: Timestamp,
    /// The last.
    pub(crate) last: Timestamp,
    /// Lines by level.
    pub(crate) levels: LevelCounts,
    /// Who wrote them.
    pub(crate) services: BTreeSet<String>,
    /// On which machines.
    pub(crate) hosts: BTreeSet<String>,
    /// Lines by minute and level.
    pub(crate) minutes: BTreeMap<(i64, Option<LogLevel>), u64>,
    /// The first line that was seen.
    pub(crate) example: LogRecord,
}

impl Facts {
    fn new(line: &TallyLine<'_>) -> Self {
        Self {
            lines: 0,
            first: line.at,
            last: line.at,
            levels: LevelCounts::new(),
            services: BTreeSet::new(),
            hosts: BTreeSet::new(),
            minutes: BTreeMap::new(),
            example: line.record(),
        }
    }

    /// Notes a line under what it belongs to.
    pub(crate) fn count<K: Ord>(all: &mut BTreeMap<K, Self>, key: K, line: &TallyLine<'_>) {
        all.entry(key).or_insert_with(|| Self::new(line)).note(line);
    }

    fn note(&mut self, line: &TallyLine<'_>) {
        self.lines += 1;
        self.first = self.first.min(line.at);
        self.last = self.last.max(line.at);
        *self.levels.entry(line.level).or_insert(0) += 1;
        let minute = line.at.floor_to(MINUTE_MS).as_millis();
        *self.minutes.entry((minute, line.level)).or_insert(0) += 1;
        keep_name(&mut self.services, line.service);
        keep_name(&mut self.hosts, line.host);
    }

    /// Takes in what is known of other lines of the same template.
    pub(crate) fn join(&mut self, other: Self) {
        // The earlier line is the better example: it is the one that a person looks for.
        if other.first < self.first {
            self.example = other.example;
        }
        self.lines += other.lines;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (level, lines) in other.levels {
            *self.levels.entry(level).or_insert(0) += lines;
        }
        for (place, lines) in other.minutes {
            *self.minutes.entry(place).or_insert(0) += lines;
        }
        for (kept, more) in [(&mut self.services, other.services), (&mut self.hosts, other.hosts)] {
            for name in more {
                keep_name(kept, &name);
            }
        }
    }

    /// Returns the level of most lines; of equal ones the more serious.
    pub(crate) fn level(&self) -> Option<LogLevel> {
        most_frequent(&self.levels)
    }

    /// Returns the lines of each minute of a period that has any; the minute in which it begins is one of them.
    pub(crate) fn within(
        &self,
        range: TimeRange,
    ) -> impl Iterator<Item = (Timestamp, Option<LogLevel>, u64)> {
        let (start, end) = (range.start().floor_to(MINUTE_MS).as_millis(), range.end().as_millis());
        let minutes = self.minutes.range((start, None)..(end, None));
        minutes.map(|((minute, level), lines)| (Timestamp::from_millis(*minute), *level, *lines))
    }

    /// Returns the lines as the store counts them.
    pub(crate) fn counts(&self, template: TemplateId) -> impl Iterator<Item = TemplateMinute> {
        self.minutes.iter().map(move |((minute, level), lines)| TemplateMinute {
            template,
            minute_start: Timestamp::from_millis(*minute),
            level: *level,
            lines: *lines,
        })
    }

    /// Returns the lines of each minute that has any, in order.
    pub(crate) fn by_minute(&self) -> Vec<(Timestamp, u64)> {
        let mut minutes: BTreeMap<Timestamp, u64> = BTreeMap::new();
        for ((minute, _), lines) in &self.minutes {
            *minutes.entry(Timestamp::from_millis(*minute)).or_insert(0) += lines;
        }
        minutes.into_iter().collect()
    }
}

/// Returns the level of most lines; of equal ones the more serious, and any before none.
pub(crate) fn most_frequent(levels: &LevelCounts) -> Option<LogLevel> {
    levels.iter().max_by_key(|(level, lines)| (**lines, **level)).and_then(|(level, _)| *level)
}

fn keep_name(kept: &mut BTreeSet<String>, name: &str) {
    if !name.is_empty() && kept.len() < MOST_NAMES && !kept.contains(name) {
        kept.insert(name.to_owned());
    }
}

/// The facts of every shape that a miner met.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    shapes: BTreeMap<u32, Facts>,
}

impl Tally {
    /// Notes a line of a shape.
    pub(crate) fn note(&mut self, shape: ShapeId, line: &TallyLine<'_>) {
        self.shapes.entry(shape.0).or_insert_with(|| Facts::new(line)).note(line);
    }

    /// Takes in the tally of another miner, whose shapes have the given numbers in ours.
    pub(crate) fn merge(&mut self, other: Self, ours: &[ShapeId]) {
        for (shape, facts) in other.shapes {
            let Some(shape) = usize::try_from(shape).ok().and_then(|at| ours.get(at)) else { continue };
            match self.shapes.get_mut(&shape.0) {
                Some(known) => known.join(facts),
                None => {
                    self.shapes.insert(shape.0, facts);
                }
            }
        }
    }

    /// Returns the facts by template: its place among the templates.
    pub(crate) fn by_template(self, templates: &Templates) -> BTreeMap<usize, Facts> {
        let mut by: BTreeMap<usize, Facts> = BTreeMap::new();
        for (shape, facts) in self.shapes {
            let template = templates.of_shape(ShapeId(shape));
            match by.get_mut(&template) {
                Some(known) => known.join(facts),
                None => {
                    by.insert(template, facts);
                }
            }
        }
        by
    }

    /// Returns the facts by the templates' numbers.
    pub(crate) fn by_id(self, templates: &Templates) -> BTreeMap<TemplateId, Facts> {
        let all = templates.all();
        let by = self.by_template(templates).into_iter();
        by.filter_map(|(at, facts)| Some((all.get(at)?.id, facts))).collect()
    }
}

/// Returns the first line of a message: what templates are made of. The others are those of a stack trace.
pub(crate) fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// A miner with the tally of its shapes.
#[derive(Debug)]
pub(crate) struct Mined {
    /// The miner.
    pub(crate) miner: Miner,
    /// Its tally.
    pub(crate) tally: Tally,
}

impl Mined {
    pub(crate) fn new() -> Self {
        Self { miner: Miner::new(), tally: Tally::default() }
    }

    /// Learns a line.
    pub(crate) fn learn(&mut self, line: &TallyLine<'_>) {
        let shape = self.miner.learn(first_line(line.message));
        self.tally.note(shape, line);
    }

    /// Takes in what another one learnt.
    pub(crate) fn merge(&mut self, other: Self) {
        let ours = self.miner.merge(&other.miner);
        self.tally.merge(other.tally, &ours);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: i64, level: Option<LogLevel>, host: &str) -> LogRecord {
        LogRecord {
            at: Timestamp::from_millis(at),
            level,
            service: "orders".to_owned(),
            host: host.to_owned(),
            dataset: String::new(),
            message: "started worker 7".to_owned(),
            fields: Labels::default(),
        }
    }

    fn facts(lines: &[LogRecord]) -> Facts {
        let mut facts = Facts::new(&TallyLine::from(&lines[0]));
        for line in lines {
            facts.note(&line.into());
        }
        facts
    }

    #[test]
    fn facts_do_not_depend_on_how_lines_were_split() {
        let lines: Vec<LogRecord> = (0..20)
            .map(|n| line(n * 30_000, (n % 3 == 0).then_some(LogLevel::Warn), &format!("host-{}", n % 5)))
            .collect();
        let whole = facts(&lines);

        let mut joined = facts(&lines[13..]);
        joined.join(facts(&lines[..13]));

        assert_eq!((joined.lines, joined.first, joined.last), (whole.lines, whole.first, whole.last));
        assert_eq!((&joined.levels, &joined.minutes), (&whole.levels, &whole.minutes));
        assert_eq!((joined.hosts, joined.example.at), (whole.hosts, whole.example.at));
    }

    #[test]
    fn of_equally_frequent_levels_the_more_serious_counts() {
        let levels = LevelCounts::from([(None, 2), (Some(LogLevel::Info), 2), (Some(LogLevel::Error), 2)]);

        assert_eq!(most_frequent(&levels), Some(LogLevel::Error));
        assert_eq!(most_frequent(&LevelCounts::new()), None);
    }

    #[test]
    fn lines_of_a_period_are_counted_by_whole_minutes() {
        let counted = facts(&[line(0, None, ""), line(59_999, None, ""), line(60_000, None, "")]);
        let range = |a, b| TimeRange::new(Timestamp::from_millis(a), Timestamp::from_millis(b)).unwrap();

        let lines = |range| counted.within(range).map(|(_, _, n)| n).sum::<u64>();
        assert_eq!(lines(range(0, 60_000)), 2);
        assert_eq!(lines(range(60_000, 120_000)), 1);
        assert_eq!(counted.by_minute().iter().map(|(_, n)| *n).collect::<Vec<u64>>(), [2, 1]);
    }
}
