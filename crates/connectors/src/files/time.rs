//! Reads points in time as people and programs write them.

use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::civil::{Cursor, DAY_MS, DateOrder, days_from_civil, days_in, read_civil};
use super::{FileError, FileProblem};

/// First and last millisecond of the years 1 to 9999.
const RANGE_MS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// Numbers below this are seconds, below its thousandfold milliseconds, and so on: 10¹¹ seconds are the year 5138,
/// 10¹¹ milliseconds are March 1973.
const SECONDS_BELOW: u64 = 100_000_000_000;

/// The unit of a number that is a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnixUnit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// What a text looks like as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Date { order: DateOrder, offset_s: Option<i32> },
    Unix(UnixUnit),
}

/// Tells what a text looks like as a time; `None` when it is none.
pub(super) fn shape_of(text: &[u8]) -> Option<Shape> {
    let text = text.trim_ascii();
    if let Ok(Some((_, unit))) = read_unix(text) {
        return Some(Shape::Unix(unit));
    }
    let civil = read_civil(text, None).ok()?;
    Some(Shape::Date { order: civil.order, offset_s: civil.offset_s })
}

/// Reads a date in a given order as if it were in UTC unless it says its zone; for weighing the two orders.
pub(super) fn read_as_utc(text: &[u8], day_first: bool) -> Option<i64> {
    let civil = read_civil(text.trim_ascii(), Some(day_first)).ok()?;
    Some(civil.ms - i64::from(civil.offset_s.unwrap_or(0)) * 1000)
}

/// The zone of times that do not say theirs.
#[derive(Clone, Debug)]
enum Zone {
    Fixed { offset_ms: i64 },
    Named(TimeZone),
}

/// Reads the times of one file.
#[derive(Debug)]
pub(super) struct TimeReader {
    zone: Option<Zone>,
    day_first: Option<bool>,
    /// `YYYY-MM-DDTHH:MM` of the last fast time and its milliseconds: neighbouring rows mostly share them.
    prefix: [u8; 16],
    prefix_ms: i64,
    /// The last local minute that was resolved, its offset and whether it occurred twice.
    minute: Option<(i64, i64, bool)>,
    /// Local times that occurred twice.
    pub(super) repeated: u64,
}

impl TimeReader {
    /// Prepares for a zone (IANA name, `UTC`, `+01:00`) and an order of day and month.
    pub(super) fn new(zone: Option<&str>, day_first: Option<bool>) -> Result<Self, FileError> {
        let zone = zone.map(zone_of).transpose()?;
        Ok(Self { zone, day_first, prefix: [0; 16], prefix_ms: 0, minute: None, repeated: 0 })
    }

    /// Reads a time; parts of a millisecond are cut off. Numbers are Unix times, their size tells the unit.
    pub(super) fn read(&mut self, text: &[u8]) -> Result<i64, FileProblem> {
        if let Some(ms) = self.fast(text) {
            return Ok(ms);
        }
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(FileProblem::TimeMissing);
        }
        if let Some((ms, _)) = read_unix(text)? {
            return Ok(ms);
        }
        let civil = read_civil(text, self.day_first)?;
        if civil.order == DateOrder::Unclear && self.day_first.is_none() {
            return Err(FileProblem::DayOrMonthUnclear);
        }
        match civil.offset_s {
            Some(offset_s) => in_range(civil.ms - i64::from(offset_s) * 1000),
            None => self.local(civil.ms),
        }
    }

    /// Reads `YYYY-MM-DDTHH:MM:SS[.fff]Z`; anything else is left to the slow way.
    fn fast(&mut self, text: &[u8]) -> Option<i64> {
        let (prefix, rest) = text.split_first_chunk::<16>()?;
        let (&last, rest) = rest.split_last()?;
        if last != b'Z' || rest.len() < 3 || rest[0] != b':' {
            return None;
        }
        if *prefix != self.prefix {
            self.prefix_ms = prefix_ms(prefix)?;
            self.prefix = *prefix;
        }
        let second = two(rest[1], rest[2])?;
        let mut ms = second * 1000;
        if let Some((&point, fraction)) = rest[3..].split_first() {
            if point != b'.' || fraction.is_empty() {
                return None;
            }
            let mut scale = 100;
            for &digit in fraction {
                if !digit.is_ascii_digit() {
                    return None;
                }
                ms += i64::from(digit - b'0') * scale;
                scale /= 10;
            }
        }
        (second < 60).then_some(self.prefix_ms + ms)
    }

    /// Places a local time; of two the first is taken and counted.
    pub(super) fn local(&mut self, civil_ms: i64) -> Result<i64, FileProblem> {
        let tz = match &self.zone {
            None => return Err(FileProblem::ZoneMissing),
            Some(Zone::Fixed { offset_ms }) => return in_range(civil_ms - offset_ms),
            Some(Zone::Named(tz)) => tz,
        };
        let minute = civil_ms.div_euclid(60_000);
        let (offset_ms, twice) = match self.minute {
            Some((known, offset_ms, twice)) if known == minute => (offset_ms, twice),
            Some(_) | None => resolve(tz, civil_ms)?,
        };
        self.minute = Some((minute, offset_ms, twice));
        self.repeated += u64::from(twice);
        in_range(civil_ms - offset_ms)
    }
}

/// Reads a time that is stored as a number.
pub(super) fn unix_number(value: f64) -> Result<i64, FileProblem> {
    if !value.is_finite() {
        return Err(FileProblem::NotATime);
    }
    let scale = match unit_of(value.abs()) {
        UnixUnit::Seconds => 1000.0,
        UnixUnit::Millis => 1.0,
        UnixUnit::Micros => 1e-3,
        UnixUnit::Nanos => 1e-6,
    };
    // Seconds as a double carry less than a tenth of a millisecond of error, which rounding takes away.
    whole_millis((value * scale).round()).ok_or(FileProblem::TimeOutOfRange)
}

/// Turns whole milliseconds from a double into an integer; `None` outside of the years 1 to 9999.
#[expect(clippy::cast_possible_truncation, reason = "the bound is far below 2^53, so the value is exact")]
fn whole_millis(ms: f64) -> Option<i64> {
    if ms.abs() > 1e15 {
        return None;
    }
    let ms = ms as i64;
    RANGE_MS.contains(&ms).then_some(ms)
}

/// Tells the unit of a number by its size.
fn unit_of(size: f64) -> UnixUnit {
    let bound = SECONDS_BELOW as f64;
    if size < bound {
        UnixUnit::Seconds
    } else if size < bound * 1e3 {
        UnixUnit::Millis
    } else if size < bound * 1e6 {
        UnixUnit::Micros
    } else {
        UnixUnit::Nanos
    }
}

fn zone_of(name: &str) -> Result<Zone, FileError> {
    let name = name.trim();
    if name.eq_ignore_ascii_case("utc") || name.eq_ignore_ascii_case("z") {
        return Ok(Zone::Fixed { offset_ms: 0 });
    }
    let refused = || FileError::UnknownZone { zone: name.to_owned() };
    if name.starts_with(['+', '-']) {
        let mut cursor = Cursor { rest: name.as_bytes() };
        let offset_s = cursor.offset().map_err(|_| refused())?;
        let whole = cursor.rest.is_empty();
        return offset_s
            .filter(|_| whole)
            .map(|s| Zone::Fixed { offset_ms: i64::from(s) * 1000 })
            .ok_or_else(refused);
    }
    TimeZone::get(name).map(Zone::Named).map_err(|_| refused())
}

/// Returns the offset in milliseconds of a local time and whether that local time occurred twice.
fn resolve(tz: &TimeZone, civil_ms: i64) -> Result<(i64, bool), FileProblem> {
    let as_utc = jiff::Timestamp::from_millisecond(civil_ms).map_err(|_| FileProblem::TimeOutOfRange)?;
    let local = Offset::UTC.to_datetime(as_utc);
    let (offset, twice) = match tz.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, false),
        AmbiguousOffset::Fold { before, .. } => (before, true),
        AmbiguousOffset::Gap { .. } => return Err(FileProblem::NonexistentTime),
    };
    Ok((i64::from(offset.seconds()) * 1000, twice))
}

/// Refuses times outside of the years 1 to 9999.
pub(super) fn in_range(ms: i64) -> Result<i64, FileProblem> {
    if RANGE_MS.contains(&ms) { Ok(ms) } else { Err(FileProblem::TimeOutOfRange) }
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

/// Reads `YYYY-MM-DDTHH:MM` (or a space for the `T`) as UTC.
fn prefix_ms(p: &[u8; 16]) -> Option<i64> {
    if p[4] != b'-' || p[7] != b'-' || !matches!(p[10], b'T' | b't' | b' ') || p[13] != b':' {
        return None;
    }
    let year = two(p[0], p[1])? * 100 + two(p[2], p[3])?;
    let (month, day) = (two(p[5], p[6])?, two(p[8], p[9])?);
    let (hour, minute) = (two(p[11], p[12])?, two(p[14], p[15])?);
    let valid = year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    (valid && hour < 24 && minute < 60)
        .then(|| days_from_civil(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000)
}

/// Reads a number as a Unix time; `Ok(None)` when the text is not a number. Eight digits that are a date are no number.
fn read_unix(text: &[u8]) -> Result<Option<(i64, UnixUnit)>, FileProblem> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let point = digits.iter().position(|&b| b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, &[][..]),
    };
    let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return exponent(text)
            .map(|value| unix_number(value).map(|ms| (ms, unit_of(value.abs()))))
            .transpose();
    }
    if point.is_none() && !negative && is_packed_date(whole) {
        return Ok(None);
    }
    if whole.len() > 19 {
        return Err(FileProblem::TimeOutOfRange);
    }
    // Nineteen digits fit into 64 bits without sign, and a third of a thousandth is cut off towards the past.
    let size = whole.iter().fold(0_u64, |sum, b| sum * 10 + u64::from(b - b'0'));
    let thousandths =
        (0..3).fold(0_u64, |sum, i| sum * 10 + fraction.get(i).map_or(0, |b| u64::from(b - b'0')));
    let (ms, unit) = if size < SECONDS_BELOW {
        (size * 1000 + thousandths, UnixUnit::Seconds)
    } else if size < SECONDS_BELOW * 1000 {
        (size, UnixUnit::Millis)
    } else if size < SECONDS_BELOW * 1_000_000 {
        (size / 1000, UnixUnit::Micros)
    } else {
        (size / 1_000_000, UnixUnit::Nanos)
    };
    let ms = i64::try_from(ms).map_err(|_| FileProblem::TimeOutOfRange)?;
    in_range(if negative { -ms } else { ms }).map(|ms| Some((ms, unit)))
}

/// Reads a number with an exponent (`1.7e9`).
fn exponent(text: &[u8]) -> Option<f64> {
    let starts = text.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    if !starts || !text.iter().any(|b| matches!(b, b'e' | b'E')) {
        return None;
    }
    fast_float2::parse::<f64, _>(text).ok()
}

/// Reports whether eight digits are a date (`20261110`): as seconds they would be the summer of 1970.
fn is_packed_date(digits: &[u8]) -> bool {
    if digits.len() != 8 {
        return false;
    }
    let number = |part: &[u8]| part.iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
    let (year, month, day) = (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..]));
    (1900..=2100).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month)
}

#[cfg(test)]
mod tests {
    use super::super::TimePart;
    use super::*;

    fn read(text: &str, zone: Option<&str>, day_first: Option<bool>) -> Result<i64, FileProblem> {
        TimeReader::new(zone, day_first).unwrap().read(text.as_bytes())
    }

    #[test]
    fn times_with_a_zone_are_read_in_all_their_forms() {
        // Checked with `date -u -d "2026-11-10T00:00:00Z" +%s` = 1794268800.
        let at = 1_794_268_800_000;
        for text in [
            "2026-11-10T00:00:00Z",
            "2026-11-10t00:00:00z",
            "2026-11-10 00:00:00Z",
            "2026-11-10T01:00:00+01:00",
            "2026-11-10T01:00:00.000+0100",
            "2026-11-10 01:00 +01",
            "2026-11-09T18:15:00-05:45",
            "20261110T000000Z",
            "2026/11/10 00:00:00 UTC",
            "2026-11-10T01:00:00+01:00[Europe/Berlin]",
            " 1794268800 ",
            "1794268800.000",
            "1794268800000",
            "1794268800000000",
            "1794268800000000000",
            "1.7942688e9",
        ] {
            assert_eq!(read(text, None, None), Ok(at), "{text}");
        }
        assert_eq!(read("2026-11-10T00:00:00.1239Z", None, None), Ok(at + 123));
        assert_eq!(read("1794268800.12", None, None), Ok(at + 120));
        assert_eq!(read("-1.5", None, None), Ok(-1500));
    }

    #[test]
    fn parts_that_do_not_exist_are_named() {
        let part = |part, value| Err(FileProblem::TimePart { part, value });

        assert_eq!(read("2026-11-10T25:61:00+01:00", None, None), part(TimePart::Hour, 25));
        assert_eq!(read("2026-02-29T00:00:00Z", None, None), part(TimePart::Day, 29));
        assert_eq!(read("2026-13-01", Some("UTC"), None), part(TimePart::Month, 13));
        assert_eq!(read("2026-11-10T00:61:00Z", None, None), part(TimePart::Minute, 61));
        assert_eq!(read("soon", None, None), Err(FileProblem::NotATime));
        assert_eq!(read("", None, None), Err(FileProblem::TimeMissing));
        assert_eq!(read("99999999999999999999", None, None), Err(FileProblem::TimeOutOfRange));
    }

    #[test]
    fn day_and_month_are_never_guessed() {
        assert_eq!(read("01/11/2026", Some("UTC"), None), Err(FileProblem::DayOrMonthUnclear));
        // Checked with `date -u -d 2026-11-01 +%s` and `date -u -d 2026-01-11 +%s`.
        assert_eq!(read("01/11/2026", Some("UTC"), Some(true)), Ok(1_793_491_200_000));
        assert_eq!(read("01/11/2026", Some("UTC"), Some(false)), Ok(1_768_089_600_000));
        assert_eq!(read("29/03/2026", Some("UTC"), None), read("2026-03-29", Some("UTC"), None));
        assert_eq!(read("3/29/2026 1:30 PM", Some("UTC"), None), read("2026-03-29 13:30", Some("UTC"), None));
        assert_eq!(
            read("29/03/2026", Some("UTC"), Some(false)),
            Err(FileProblem::TimePart { part: TimePart::Month, value: 29 })
        );
    }

    #[test]
    fn a_local_time_needs_a_zone() {
        assert_eq!(read("2026-11-10 00:00", None, None), Err(FileProblem::ZoneMissing));
        assert_eq!(read("2026-11-10 00:00", Some("+01:00"), None), Ok(1_794_265_200_000));
        assert!(TimeReader::new(Some("Mars/Olympus"), None).is_err());
        assert!(TimeReader::new(Some("+1:0x"), None).is_err());
    }

    #[test]
    fn the_hour_that_the_clock_skips_does_not_exist() {
        // Berlin went from 02:00 to 03:00 on 2026-03-29.
        let zone = Some("Europe/Berlin");

        assert_eq!(read("2026-03-29 01:59:59", zone, None), Ok(1_774_745_999_000));
        assert_eq!(read("2026-03-29 02:30:00", zone, None), Err(FileProblem::NonexistentTime));
        assert_eq!(read("2026-03-29 03:00:00", zone, None), Ok(1_774_746_000_000));
    }

    #[test]
    fn the_hour_that_comes_twice_is_the_first_and_is_counted() {
        // Berlin went from 03:00 back to 02:00 on 2026-10-25; the first 02:30 is 00:30 UTC.
        let mut reader = TimeReader::new(Some("Europe/Berlin"), None).unwrap();

        let first = reader.read(b"2026-10-25 02:30:00");
        let again = reader.read(b"2026-10-25 02:30:01");
        let later = reader.read(b"2026-10-25 03:00:00");

        // Checked with `date -u -d "2026-10-25T00:30:00Z" +%s` = 1792888200.
        assert_eq!(first, Ok(1_792_888_200_000));
        assert_eq!(again, Ok(1_792_888_201_000));
        assert_eq!(later, Ok(1_792_893_600_000));
        assert_eq!(reader.repeated, 2);
    }

    #[test]
    fn a_zone_with_45_minutes_is_read() {
        assert_eq!(read("2026-11-10 05:45", Some("Asia/Kathmandu"), None), Ok(1_794_268_800_000));
    }

    #[test]
    fn the_fast_way_and_the_slow_way_agree() {
        let mut reader = TimeReader::new(None, None).unwrap();
        for text in ["2026-11-10T00:00:59.9Z", "2026-11-10T00:01:00Z", "1999-12-31T23:59:59.999999Z"] {
            let fast = reader.fast(text.as_bytes());
            let slow = read(&text.replace('Z', "+00:00"), None, None);
            assert_eq!(fast, slow.ok(), "{text}");
        }
        assert_eq!(reader.fast(b"2026-02-30T00:00:00Z"), None);
    }

    #[test]
    fn day_numbers_agree_with_another_calendar() {
        // Checked with Python: (datetime.date(y, m, d) - datetime.date(1970, 1, 1)).days.
        for ((y, m, d), days) in
            [((1970, 1, 1), 0), ((2000, 2, 29), 11_016), ((1, 1, 1), -719_162), ((9999, 12, 31), 2_932_896)]
        {
            assert_eq!(days_from_civil(y, m, d), days);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in ".{0,40}", zone in proptest::option::of("[A-Za-z/+:0-9-]{0,12}")) {
            if let Ok(mut reader) = TimeReader::new(zone.as_deref(), Some(true)) {
                let _ = reader.read(text.as_bytes());
            }
            let _ = shape_of(text.as_bytes());
        }
    }
}
