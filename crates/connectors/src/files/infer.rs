//! Tells from the first rows of a table what its columns are, and what only a person can tell.

use std::collections::BTreeSet;

use wardroom_core::{MetricKind, Timestamp, Unit};

use super::civil::DateOrder;
use super::time::{Shape, UnixUnit, read_as_utc, shape_of};
use super::values::{clipped, read_number};
use super::{Column, DateReading, Layout, OnBad, Question, Reading, Role, Understood};

/// The first columns of a table that was written by [`super::Exporter`]; labels follow.
pub(super) const EXPORT_COLUMNS: [&str; 5] = ["time", "metric", "value", "kind", "unit"];

/// Names of columns that hold the time, lower case.
const TIME_NAMES: [&str; 14] = [
    "time",
    "timestamp",
    "ts",
    "date",
    "datetime",
    "date_time",
    "@timestamp",
    "_time",
    "t",
    "at",
    "zeit",
    "datum",
    "时间",
    "日期",
];

/// Names of columns that hold the metric's name.
const NAME_NAMES: [&str; 8] =
    ["metric", "name", "__name__", "metric_name", "measurement", "_measurement", "_field", "指标"];

/// Names of the column of values in a long table.
const VALUE_NAMES: [&str; 6] = ["value", "val", "_value", "v", "wert", "值"];

/// Names of columns that are labels although they hold numbers.
const NUMBER_LABELS: [&str; 8] = ["le", "quantile", "port", "pid", "code", "status", "id", "shard"];

/// Share of different texts from which a column would run away as a label, with at least [`FREE_TEXT_ROWS`] rows.
const FREE_TEXT_SHARE: f64 = 0.5;

/// Rows that are needed to call a column free text.
const FREE_TEXT_ROWS: usize = 20;

/// The first rows of a table as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// How columns are understood whatever their cells say; nothing for those that are told by their cells.
    pub(super) known: Vec<Option<Understood>>,
    /// So many columns are taken, and there are more.
    pub(super) cut_at: Option<usize>,
}

/// What was found out.
#[derive(Clone, Debug)]
pub(super) struct Inferred {
    pub(super) columns: Vec<Column>,
    pub(super) reading: Reading,
    pub(super) question: Option<Question>,
}

/// Reports whether a header was written by [`super::Exporter`].
pub(super) fn is_export(names: &[String]) -> bool {
    names.len() >= EXPORT_COLUMNS.len() && names.iter().zip(EXPORT_COLUMNS).all(|(name, own)| name == own)
}

/// Marks the column of a label whose name would collide with one of [`EXPORT_COLUMNS`].
const LABEL_MARK: &str = "label:";

/// Returns the name of an exported label's column.
pub(super) fn label_column(label: &str) -> String {
    let collides = EXPORT_COLUMNS.contains(&label) || label.starts_with(LABEL_MARK);
    if collides { format!("{LABEL_MARK}{label}") } else { label.to_owned() }
}

/// Returns the label that an exported column holds; undoes [`label_column`].
pub(super) fn column_label(column: &str) -> &str {
    column.strip_prefix(LABEL_MARK).unwrap_or(column)
}

/// What the cells of a column are like.
#[derive(Clone, Debug, Default)]
struct Stats {
    filled: usize,
    numbers: usize,
    dates: usize,
    unix: usize,
    /// Unix times between the years 2000 and 2100.
    plausible: usize,
    distinct: usize,
    first: String,
    first_offset_s: Option<i32>,
    unit: Option<UnixUnit>,
    day_first: usize,
    month_first: usize,
    unclear: usize,
    without_zone: usize,
}

impl Stats {
    fn of<'a>(cells: impl Iterator<Item = &'a str>, decimal_comma: bool) -> Self {
        let mut stats = Self::default();
        let mut distinct = BTreeSet::new();
        for cell in cells.filter(|cell| !cell.trim().is_empty()) {
            if stats.filled == 0 {
                stats.first = clipped(cell);
            }
            stats.filled += 1;
            distinct.insert(cell);
            stats.numbers += usize::from(read_number(cell.as_bytes(), decimal_comma).is_ok());
            stats.look_at(shape_of(cell.as_bytes()), cell);
        }
        stats.distinct = distinct.len();
        stats
    }

    fn look_at(&mut self, shape: Option<Shape>, cell: &str) {
        match shape {
            None => {}
            Some(Shape::Unix(unit)) => {
                self.unix += 1;
                self.unit = self.unit.or(Some(unit));
                // From 2000-01-01 to 2100-01-01.
                let at = read_as_unix(cell);
                self.plausible +=
                    usize::from(at.is_some_and(|ms| (946_684_800_000..4_102_444_800_000).contains(&ms)));
            }
            Some(Shape::Date { order, offset_s }) => {
                if self.dates == 0 {
                    self.first_offset_s = offset_s;
                }
                self.dates += 1;
                self.without_zone += usize::from(offset_s.is_none());
                match order {
                    DateOrder::YearFirst => {}
                    DateOrder::DayFirst => self.day_first += 1,
                    DateOrder::MonthFirst => self.month_first += 1,
                    DateOrder::Unclear => self.unclear += 1,
                }
            }
        }
    }

    /// Reports whether `n` is all of the filled cells but one in ten, or but three in a small table: a few bad rows do not
    /// change what a column is.
    fn mostly(&self, n: usize) -> bool {
        n * 2 > self.filled && self.filled - n <= (self.filled / 10).max(3)
    }

    /// Reports whether the texts would run away as a label: most differ, and they change with time. A label that only
    /// has as many values as there are rows of one time (one row a host) does not run away.
    fn is_free_text(&self, n_times: usize) -> bool {
        let differ = self.distinct as f64 > self.filled as f64 * FREE_TEXT_SHARE;
        self.filled >= FREE_TEXT_ROWS && differ && self.distinct * n_times.max(1) > self.filled * 2
    }
}

fn read_as_unix(cell: &str) -> Option<i64> {
    let value = fast_float2::parse::<f64, _>(cell.trim()).ok()?;
    super::time::unix_number(value).ok()
}

/// Tells the columns of a table. What a person chose wins over what is seen.
pub(super) fn infer(sample: &Sample, delimiter: Option<u8>, choices: Option<&Reading>) -> Inferred {
    let fits = choices.filter(|reading| reading.roles.len() == sample.names.len());
    let decimal_comma =
        choices.map_or_else(|| has_decimal_commas(sample, delimiter), |reading| reading.decimal_comma);
    let stats: Vec<Stats> =
        (0..sample.names.len()).map(|idx| Stats::of(cells(sample, idx), decimal_comma)).collect();
    let roles = fits.map_or_else(|| read_roles_of(sample, &stats), |reading| reading.roles.clone());
    let n_values = roles.iter().filter(|&&role| role == Role::Value).count();
    let named = roles.contains(&Role::Name)
        || roles
            .iter()
            .zip(&sample.names)
            .any(|(role, name)| *role == Role::Value && is_one_of(name, &VALUE_NAMES));
    let layout = if n_values == 1 && named { Layout::Long } else { Layout::Wide };
    let time = roles.iter().position(|role| *role == Role::Time);
    let chosen_order = choices.and_then(|reading| reading.day_first);
    let day_first = chosen_order.or_else(|| time.and_then(|idx| proved_order(&stats[idx])));
    let reading = Reading {
        layout,
        roles,
        day_first,
        zone: choices.and_then(|reading| reading.zone.clone()),
        delimiter: delimiter.map(char::from),
        decimal_comma,
        on_bad: choices.map_or(OnBad::LeaveOut, |reading| reading.on_bad),
        metric_name: choices.and_then(|reading| reading.metric_name.clone()),
    };
    let question = time.and_then(|idx| question_of(sample, idx, &stats[idx], &reading));
    let columns = (0..sample.names.len())
        .map(|idx| Column {
            name: sample.names[idx].clone(),
            role: reading.roles[idx],
            understood: sample.known.get(idx).copied().flatten().unwrap_or_else(|| {
                understood(&sample.names[idx], reading.roles[idx], &stats[idx], reading.day_first)
            }),
            first_value: stats[idx].first.clone(),
        })
        .collect();
    Inferred { columns, reading, question }
}

fn cells(sample: &Sample, idx: usize) -> impl Iterator<Item = &str> {
    sample.rows.iter().filter_map(move |row| row.get(idx)).map(String::as_str)
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    let lower = name.trim().to_lowercase();
    names.contains(&lower.as_str())
}

/// Reports whether numbers with a decimal comma outnumber those with a point.
fn has_decimal_commas(sample: &Sample, delimiter: Option<u8>) -> bool {
    if delimiter.is_none_or(|b| b == b',') {
        return false;
    }
    let (mut commas, mut points) = (0_usize, 0_usize);
    for cell in sample.rows.iter().flatten() {
        let with = |sign: char, comma: bool| {
            cell.contains(sign) && matches!(read_number(cell.as_bytes(), comma), Ok(Some(_)))
        };
        commas += usize::from(with(',', true));
        points += usize::from(with('.', false));
    }
    commas > points
}

/// Tells what the columns are used as: what is not read is left out, whatever it is called.
fn read_roles_of(sample: &Sample, stats: &[Stats]) -> Vec<Role> {
    let mut roles = roles_of(sample, stats);
    for (role, known) in roles.iter_mut().zip(&sample.known) {
        if matches!(known, Some(Understood::Unread { .. })) {
            *role = Role::LeftOut;
        }
    }
    roles
}

fn roles_of(sample: &Sample, stats: &[Stats]) -> Vec<Role> {
    if is_export(&sample.names) {
        let own = [Role::Time, Role::Name, Role::Value, Role::Kind, Role::Unit];
        return own.into_iter().chain(std::iter::repeat(Role::Label)).take(sample.names.len()).collect();
    }
    let names = &sample.names;
    let time = find_time(names, stats);
    let free = |idx: &usize| Some(*idx) != time;
    let n_times = time.map_or(1, |idx| stats[idx].distinct);
    let is_number = |idx: usize| stats[idx].mostly(stats[idx].numbers);
    let name =
        (0..names.len()).filter(free).find(|&idx| is_one_of(&names[idx], &NAME_NAMES) && !is_number(idx));
    let value =
        (0..names.len()).filter(free).find(|&idx| is_one_of(&names[idx], &VALUE_NAMES) && is_number(idx));
    (0..names.len())
        .map(|idx| {
            let lower = names[idx].trim().to_lowercase();
            if Some(idx) == time {
                Role::Time
            } else if Some(idx) == name {
                Role::Name
            } else if Some(idx) == value {
                Role::Value
            } else if stats[idx].filled == 0 {
                Role::LeftOut
            } else if matches!(lower.as_str(), "kind" | "type") && all_cells(sample, idx, is_kind_word) {
                Role::Kind
            } else if lower == "unit" && all_cells(sample, idx, is_unit_word) {
                Role::Unit
            } else if matches!(lower.as_str(), "labels" | "tags") {
                Role::Label
            } else if is_number(idx) && !NUMBER_LABELS.contains(&lower.as_str()) {
                match value {
                    None => Role::Value,
                    Some(_) if stats[idx].distinct * 10 <= stats[idx].filled => Role::Label,
                    Some(_) => Role::LeftOut,
                }
            } else if stats[idx].is_free_text(n_times) || stats[idx].mostly(stats[idx].dates) {
                Role::LeftOut
            } else {
                Role::Label
            }
        })
        .collect()
}

fn find_time(names: &[String], stats: &[Stats]) -> Option<usize> {
    let all = || 0..names.len();
    let is_time = |idx: usize| stats[idx].mostly(stats[idx].dates + stats[idx].unix);
    all()
        .find(|&idx| is_one_of(&names[idx], &TIME_NAMES) && is_time(idx))
        .or_else(|| all().find(|&idx| stats[idx].mostly(stats[idx].dates)))
        .or_else(|| all().find(|&idx| stats[idx].mostly(stats[idx].plausible) && stats[idx].distinct > 1))
        .or_else(|| {
            // A few good times under the right name are enough: the rest are bad rows, and shown as such.
            let some = |idx: usize| stats[idx].dates + stats[idx].unix > 0;
            all().find(|&idx| is_one_of(&names[idx], &TIME_NAMES) && some(idx))
        })
}

fn all_cells(sample: &Sample, idx: usize, holds: fn(&str) -> bool) -> bool {
    cells(sample, idx).filter(|cell| !cell.is_empty()).all(holds)
}

fn is_kind_word(cell: &str) -> bool {
    MetricKind::parse(cell).as_str() == cell
}

fn is_unit_word(cell: &str) -> bool {
    Unit::parse(cell).as_str() == cell
}

/// Returns the order of day and month that some dates prove and none contradicts.
fn proved_order(stats: &Stats) -> Option<bool> {
    match (stats.day_first > 0, stats.month_first > 0) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    }
}

fn question_of(sample: &Sample, idx: usize, stats: &Stats, reading: &Reading) -> Option<Question> {
    let examples = |wanted: fn(&Shape) -> bool| {
        let shown =
            cells(sample, idx).filter(move |cell| shape_of(cell.as_bytes()).as_ref().is_some_and(wanted));
        shown.take(3).map(clipped).collect::<Vec<_>>()
    };
    if stats.unclear > 0 && reading.day_first.is_none() {
        return Some(Question::DayOrMonthFirst {
            examples: examples(|shape| matches!(shape, Shape::Date { order: DateOrder::Unclear, .. })),
            day_first: date_reading(sample, idx, true),
            month_first: date_reading(sample, idx, false),
        });
    }
    if stats.without_zone > 0 && reading.zone.is_none() {
        let examples = examples(|shape| matches!(shape, Shape::Date { offset_s: None, .. }));
        return Some(Question::Zone { examples });
    }
    None
}

/// Says what follows from one order of day and month.
fn date_reading(sample: &Sample, idx: usize, day_first: bool) -> DateReading {
    let read: Vec<Option<i64>> = cells(sample, idx)
        .filter(|cell| !cell.trim().is_empty())
        .map(|cell| read_as_utc(cell.as_bytes(), day_first))
        .collect();
    let times: Vec<i64> = read.iter().copied().flatten().collect();
    let mut steps: Vec<i64> =
        times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step != 0).collect();
    steps.sort_unstable();
    DateReading {
        first: read.first().copied().flatten().map(Timestamp::from_millis),
        last: read.last().copied().flatten().map(Timestamp::from_millis),
        typical_step_ms: steps.get(steps.len() / 2).copied(),
        impossible: (read.len() - times.len()) as u64,
    }
}

fn understood(name: &str, role: Role, stats: &Stats, day_first: Option<bool>) -> Understood {
    if stats.filled == 0 {
        return Understood::Empty;
    }
    match role {
        Role::Time => time_understood(stats, day_first),
        Role::Value => Understood::Number { unit: Unit::from_metric_name(name) },
        Role::LeftOut if stats.is_free_text(stats.filled) && !stats.mostly(stats.numbers) => {
            Understood::FreeText { distinct_share: stats.distinct as f64 / stats.filled as f64 }
        }
        Role::LeftOut if stats.mostly(stats.numbers) => {
            Understood::Number { unit: Unit::from_metric_name(name) }
        }
        Role::Name | Role::Label | Role::Kind | Role::Unit | Role::LeftOut => {
            Understood::Values { distinct: stats.distinct as u64 }
        }
    }
}

fn time_understood(stats: &Stats, day_first: Option<bool>) -> Understood {
    if stats.unix > stats.dates {
        return match stats.unit {
            Some(UnixUnit::Millis) => Understood::UnixMillis,
            Some(UnixUnit::Micros) => Understood::UnixMicros,
            Some(UnixUnit::Nanos) => Understood::UnixNanos,
            Some(UnixUnit::Seconds) | None => Understood::UnixSeconds,
        };
    }
    if stats.day_first + stats.month_first + stats.unclear == 0 {
        return Understood::TimeIso { offset_minutes: stats.first_offset_s.map(|s| s / 60) };
    }
    day_first.map_or(Understood::AmbiguousDate, |day_first| Understood::OrderedDate { day_first })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(names: &[&str], rows: &[&[&str]]) -> Sample {
        let owned = |row: &&[&str]| -> Vec<String> { row.iter().map(|&cell| cell.to_owned()).collect() };
        Sample { names: owned(&names), rows: rows.iter().map(owned).collect(), ..Sample::default() }
    }

    #[test]
    fn a_long_table_is_told_by_its_names_and_cells() {
        let rows: Vec<Vec<String>> = (0..40)
            .map(|i| {
                let (host, note) = (format!("web-{}", i % 4), format!("note {i}"));
                let at = format!("2026-11-10T00:{:02}:00+01:00", i / 4);
                vec![at, "up".to_owned(), host, "1".to_owned(), note]
            })
            .collect();
        let names = ["ts", "metric", "host", "value", "note"].map(str::to_owned).to_vec();

        let inferred = infer(&Sample { names, rows, ..Sample::default() }, Some(b','), None);

        assert_eq!(inferred.reading.roles, [Role::Time, Role::Name, Role::Label, Role::Value, Role::LeftOut]);
        assert_eq!(inferred.reading.layout, Layout::Long);
        assert_eq!(inferred.columns[0].understood, Understood::TimeIso { offset_minutes: Some(60) });
        assert_eq!(inferred.columns[4].understood, Understood::FreeText { distinct_share: 1.0 });
        assert_eq!(inferred.question, None);
    }

    #[test]
    fn dates_that_can_be_read_in_two_ways_become_a_question_with_both_answers() {
        let rows: [&[&str]; 3] = [&["01/11/2026", "71,2"], &["02/11/2026", "71,9"], &["03/11/2026", "72,5"]];

        let inferred = infer(&sample(&["date", "cpu"], &rows), Some(b';'), None);

        assert!(inferred.reading.decimal_comma);
        assert_eq!(inferred.columns[0].understood, Understood::AmbiguousDate);
        let Some(Question::DayOrMonthFirst { examples, day_first, month_first }) = inferred.question else {
            panic!("no question");
        };
        assert_eq!(examples, ["01/11/2026", "02/11/2026", "03/11/2026"]);
        assert_eq!(day_first.typical_step_ms, Some(86_400_000));
        // 11 January to 11 February are 31 days, to 11 March another 28.
        assert_eq!(month_first.typical_step_ms, Some(31 * 86_400_000));
    }

    #[test]
    fn one_date_beyond_the_twelfth_answers_the_question() {
        let rows: [&[&str]; 2] = [&["12/11/2026 00:00", "1"], &["13/11/2026 00:00", "2"]];

        let inferred = infer(&sample(&["date", "cpu"], &rows), Some(b','), None);

        assert_eq!(inferred.reading.day_first, Some(true));
        assert!(matches!(inferred.question, Some(Question::Zone { .. })));
    }
}
