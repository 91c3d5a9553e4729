//! Reads dates and times of day as they are written, without placing them in a zone.

use super::{FileProblem, TimePart};

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Which part of a date stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateOrder {
    YearFirst,
    DayFirst,
    MonthFirst,
    /// `01/11/2026`: either.
    Unclear,
}

/// Returns the number of days of a month.
pub(super) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the day number since 1970-01-01 of a date of the proleptic Gregorian calendar.
///
/// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// A date and time of day as written.
pub(super) struct Civil {
    /// Milliseconds as if it were UTC.
    pub(super) ms: i64,
    /// Seconds east of UTC; `None` when no zone is written.
    pub(super) offset_s: Option<i32>,
    pub(super) order: DateOrder,
}

/// Reads dates with or without time of day and zone.
pub(super) fn read_civil(text: &[u8], day_first: Option<bool>) -> Result<Civil, FileProblem> {
    let mut cursor = Cursor { rest: text };
    let (date_ms, order) = cursor.date(day_first)?;
    let mut ms = date_ms;
    if matches!(cursor.rest.first(), Some(b'T' | b't' | b' ' | b'_')) {
        cursor.rest = &cursor.rest[1..];
        ms += cursor.time_of_day()?;
    }
    while cursor.eat(b' ') {}
    let offset_s = cursor.offset()?;
    if cursor.rest.first() == Some(&b'[') && cursor.rest.last() == Some(&b']') && offset_s.is_some() {
        cursor.rest = &[];
    }
    if !cursor.rest.is_empty() {
        return Err(FileProblem::NotATime);
    }
    Ok(Civil { ms, offset_s, order })
}

/// Walks over the text of a time.
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a [u8],
}

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    /// Takes up to `most` digits: their value and number.
    fn digits(&mut self, most: usize) -> Result<(u32, usize), FileProblem> {
        let n = self.rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        if n == 0 {
            return Err(FileProblem::NotATime);
        }
        let value = self.rest[..n].iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0'));
        self.rest = &self.rest[n..];
        Ok((value, n))
    }

    /// Takes a date: milliseconds at its midnight, and the order in which it is written.
    fn date(&mut self, day_first: Option<bool>) -> Result<(i64, DateOrder), FileProblem> {
        let (first, n) = self.digits(8)?;
        if n == 8 {
            let ms = date_ms(first / 10_000, first / 100 % 100, first % 100)?;
            return Ok((ms, DateOrder::YearFirst));
        }
        let separator = self.rest.first().copied().filter(|b| matches!(b, b'-' | b'/' | b'.'));
        let Some(separator) = separator else { return Err(FileProblem::NotATime) };
        self.rest = &self.rest[1..];
        let (second, _) = self.digits(2)?;
        if !self.eat(separator) {
            return Err(FileProblem::NotATime);
        }
        let (third, third_n) = self.digits(4)?;
        if n == 4 && third_n <= 2 {
            return Ok((date_ms(first, second, third)?, DateOrder::YearFirst));
        }
        if n > 2 || third_n != 4 {
            return Err(FileProblem::NotATime);
        }
        // Dates with points are written with the day first wherever they are used.
        let order = if separator == b'.' || first > 12 && second <= 12 {
            DateOrder::DayFirst
        } else if second > 12 && first <= 12 {
            DateOrder::MonthFirst
        } else {
            DateOrder::Unclear
        };
        let takes_day_first = separator == b'.' || day_first.unwrap_or(order != DateOrder::MonthFirst);
        let (day, month) = if takes_day_first { (first, second) } else { (second, first) };
        Ok((date_ms(third, month, day)?, order))
    }

    /// Takes `HH:MM[:SS[.fff]]`, `HHMM[SS[.fff]]`, each with an optional `AM` or `PM`.
    fn time_of_day(&mut self) -> Result<i64, FileProblem> {
        let (first, n) = self.digits(6)?;
        let (mut hour, minute, second) = match n {
            1 | 2 if self.eat(b':') => {
                let (minute, _) = self.digits(2)?;
                let second = if self.eat(b':') { self.digits(2)?.0 } else { 0 };
                (first, minute, second)
            }
            4 => (first / 100, first % 100, 0),
            6 => (first / 10_000, first / 100 % 100, first % 100),
            _ => return Err(FileProblem::NotATime),
        };
        let mut millis = 0;
        if matches!(self.rest.first(), Some(b'.' | b',')) {
            self.rest = &self.rest[1..];
            let n = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
            millis =
                (0..3).fold(0, |sum, i| sum * 10 + if i < n { i64::from(self.rest[i] - b'0') } else { 0 });
            self.rest = &self.rest[n..];
        }
        if let Some(afternoon) = self.half_of_day() {
            if !(1..=12).contains(&hour) {
                return Err(FileProblem::TimePart { part: TimePart::Hour, value: hour });
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        check(TimePart::Hour, hour, 0, 23)?;
        check(TimePart::Minute, minute, 0, 59)?;
        // A leap second is the first second of the next minute for every clock that counts without them.
        check(TimePart::Second, second, 0, 60)?;
        Ok(i64::from(hour) * 3_600_000 + i64::from(minute) * 60_000 + i64::from(second) * 1000 + millis)
    }

    /// Takes `AM` or `PM`; `Some(true)` for the afternoon.
    fn half_of_day(&mut self) -> Option<bool> {
        let text = self.rest.trim_ascii_start();
        let (word, rest) = text.split_at_checked(2)?;
        let afternoon = word.eq_ignore_ascii_case(b"pm");
        if !afternoon && !word.eq_ignore_ascii_case(b"am") {
            return None;
        }
        self.rest = rest;
        Some(afternoon)
    }

    /// Takes a zone: `Z`, `UTC`, `GMT`, `+01:00`, `+0100`, `+01`; `None` when there is none.
    pub(super) fn offset(&mut self) -> Result<Option<i32>, FileProblem> {
        for word in [&b"UTC"[..], b"GMT", b"Z"] {
            if self.rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
                self.rest = &self.rest[word.len()..];
                return Ok(Some(0));
            }
        }
        let sign = match self.rest.first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) | None => return Ok(None),
        };
        self.rest = &self.rest[1..];
        let (first, n) = self.digits(4)?;
        let (hours, minutes) = match n {
            4 => (first / 100, first % 100),
            1 | 2 if self.eat(b':') => (first, self.digits(2)?.0),
            1 | 2 => (first, 0),
            _ => return Err(FileProblem::NotATime),
        };
        check(TimePart::Offset, hours, 0, 25)?;
        check(TimePart::Offset, minutes, 0, 59)?;
        let seconds = i32::try_from(hours * 3600 + minutes * 60).map_err(|_| FileProblem::NotATime)?;
        Ok(Some(sign * seconds))
    }
}

fn check(part: TimePart, value: u32, least: u32, most: u32) -> Result<(), FileProblem> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(FileProblem::TimePart { part, value }) }
}

fn date_ms(year: u32, month: u32, day: u32) -> Result<i64, FileProblem> {
    check(TimePart::Year, year, 1, 9999)?;
    check(TimePart::Month, month, 1, 12)?;
    let (y, m) = (i64::from(year), i64::from(month));
    if day < 1 || i64::from(day) > days_in(y, m) {
        return Err(FileProblem::TimePart { part: TimePart::Day, value: day });
    }
    Ok(days_from_civil(y, m, i64::from(day)) * DAY_MS)
}
