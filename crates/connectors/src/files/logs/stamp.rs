//! Reads times as log lines write them: one hand-written reader a layout.

use super::super::civil::{DAY_MS, days_from_civil, days_in};

/// A way of writing a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Layout {
    /// `2026-11-10T12:00:00.000+01:00`, also with blanks, slashes, points or commas.
    Iso,
    /// `20261110 12:00:00`, `20261110-12:00:00:000`, `20261110T120000`.
    Packed,
    /// `261110 120000`, `261110 12:00:00`, `26/11/10 12:00:00`.
    ShortYear,
    /// `Nov 10 12:00:00`, also with a year before or behind the time.
    Bsd,
    /// `Tue Nov 10 12:00:00.000000 2026`.
    Ctime,
    /// `10/Nov/2026:12:00:00 +0100`, `10-Nov-2026 12:00:00`, `10 Nov 2026 12:00:00`.
    DayMonth,
    /// `1110 12:00:00.000000`.
    Klog,
    /// `11-10 12:00:00.000`, `11.10 12:00:00`.
    MonthDay,
    /// `10/11/2026 12:00:00`, `10.11.2026 12:00:00`, `11/10/2026 3:00:00 PM`.
    Ordered,
    /// Seconds to nanoseconds since 1970.
    Epoch,
    /// `12:00:00.000` without a date.
    TimeOnly,
}

/// All layouts, in the order in which they are tried: stricter ones first.
pub(super) const LAYOUTS: [Layout; 11] = [
    Layout::Iso,
    Layout::Bsd,
    Layout::Ctime,
    Layout::DayMonth,
    Layout::Ordered,
    Layout::Packed,
    Layout::ShortYear,
    Layout::MonthDay,
    Layout::Klog,
    Layout::Epoch,
    Layout::TimeOnly,
];

/// A date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// Days since 1970.
    Full(i64),
    /// Without a year.
    OfYear { month: i64, day: i64 },
    /// `01/11/2026`: either; the first and the second number.
    Either { first: i64, second: i64, year: i64 },
    /// No date.
    Missing,
}

/// A time as written, before it has a place in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Milliseconds since 1970.
    Unix(i64),
    /// A date and a time of day.
    Civil {
        day: Day,
        /// Milliseconds since midnight.
        ms: i64,
        /// Seconds east of UTC, where the time says so.
        offset_s: Option<i32>,
    },
}

/// The last date of a layout with a full date: lines that follow each other mostly share it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DayCache {
    text: [u8; 10],
    days: i64,
}

impl Layout {
    /// Reads a time at the start of `text`: the time and its length.
    pub(super) fn read(self, text: &[u8], cache: &mut DayCache) -> Option<(Stamp, usize)> {
        let first = *text.first()?;
        match self {
            Self::Bsd | Self::Ctime if !first.is_ascii_alphabetic() => return None,
            Self::Bsd => return bsd(text),
            Self::Ctime => return ctime(text),
            Self::Iso
            | Self::Packed
            | Self::ShortYear
            | Self::DayMonth
            | Self::Klog
            | Self::MonthDay
            | Self::Ordered
            | Self::Epoch
            | Self::TimeOnly => {}
        }
        if !first.is_ascii_digit() {
            return None;
        }
        match self {
            Self::Iso => iso(text, cache),
            Self::Packed => packed(text),
            Self::ShortYear => short_year(text),
            Self::DayMonth => day_month(text),
            Self::Klog => klog(text),
            Self::MonthDay => month_day(text),
            Self::Ordered => ordered(text),
            Self::Epoch => epoch(text),
            Self::TimeOnly => time_only(text),
            Self::Bsd | Self::Ctime => None,
        }
    }
}

/// Reads two digits.
fn two(text: &[u8], at: usize) -> Option<i64> {
    let &[tens, ones] = text.get(at..at + 2)? else { return None };
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

fn four(text: &[u8], at: usize) -> Option<i64> {
    Some(two(text, at)? * 100 + two(text, at + 2)?)
}

/// Reads one or two digits (a blank may stand for the first): the value and the place behind.
fn one_or_two(text: &[u8], mut at: usize) -> Option<(i64, usize)> {
    if text.get(at) == Some(&b' ') {
        at += 1;
    }
    let first = text.get(at).filter(|b| b.is_ascii_digit())?;
    let value = i64::from(first - b'0');
    Some(match text.get(at + 1) {
        Some(second) if second.is_ascii_digit() => (value * 10 + i64::from(second - b'0'), at + 2),
        Some(_) | None => (value, at + 1),
    })
}

fn full_day(year: i64, month: i64, day: i64) -> Option<Day> {
    let valid =
        (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    valid.then(|| Day::Full(days_from_civil(year, month, day)))
}

fn day_of_year(month: i64, day: i64) -> Option<Day> {
    // The year is not known here: 29 February may exist.
    let valid = (1..=12).contains(&month) && day >= 1 && day <= days_in(2000, month);
    valid.then_some(Day::OfYear { month, day })
}

fn of_clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    // A leap second is the first second of the next minute for every clock that counts without them.
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3_600_000 + minute * 60_000 + second * 1000)
}

/// Reads `HH:MM:SS[.fff]` (also with points or single digits): milliseconds of the day and the place behind.
fn clock(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let (hour, next) = one_or_two(text, at)?;
    let separator = *text.get(next).filter(|b| matches!(b, b':' | b'.'))?;
    let (minute, next) = one_or_two(text, next + 1)?;
    if text.get(next) != Some(&separator) {
        return None;
    }
    let (second, next) = one_or_two(text, next + 1)?;
    let ms = of_clock(hour, minute, second)?;
    let (fraction, next) = fraction(text, next);
    if text.get(next).is_some_and(u8::is_ascii_alphanumeric) && !ends_with_zone(text, next) {
        return None;
    }
    Some((ms + fraction, next))
}

/// Reports whether a letter right behind a time is `Z` or a word of a zone or of a half of the day.
fn ends_with_zone(text: &[u8], at: usize) -> bool {
    let word = text[at..].iter().take(5).take_while(|b| b.is_ascii_alphabetic()).count();
    let ends = text.get(at + word).is_none_or(|b| !b.is_ascii_alphanumeric());
    ends && matches!(&text[at..at + word], b"Z" | b"z" | b"UTC" | b"GMT" | b"AM" | b"PM" | b"am" | b"pm")
}

/// Reads a decimal fraction of a second: milliseconds (the rest is cut off) and the place behind.
fn fraction(text: &[u8], at: usize) -> (i64, usize) {
    let Some(&mark @ (b'.' | b',' | b':')) = text.get(at) else { return (0, at) };
    let digits = text[at + 1..].iter().take(12).take_while(|b| b.is_ascii_digit()).count();
    // A comma or colon before other things than a fraction belongs to the text behind the time.
    if digits == 0 || (mark == b':' && digits > 3) {
        return (0, at);
    }
    // Behind a colon stand milliseconds, which some writers do not fill up with zeros.
    let places = if mark == b':' { digits } else { 3 };
    let ms = (0..places)
        .fold(0, |sum, i| sum * 10 + if i < digits { i64::from(text[at + 1 + i] - b'0') } else { 0 });
    (ms, at + 1 + digits)
}

/// Reads `Z`, `+01:00`, `+0100`, `+01`, `UTC`, each also behind a blank: seconds east of UTC and the place behind.
///
/// Other abbreviations of zones mean different zones in different countries; they are passed over and not used.
fn zone(text: &[u8], at: usize) -> (Option<i32>, usize) {
    let spaced = text.get(at) == Some(&b' ');
    let start = at + usize::from(spaced);
    match text.get(start) {
        Some(b'Z' | b'z') if !spaced && text.get(start + 1).is_none_or(|b| !b.is_ascii_alphanumeric()) => {
            (Some(0), start + 1)
        }
        Some(&sign @ (b'+' | b'-')) => numeric_zone(text, start, spaced)
            .map_or((None, at), |(seconds, next)| {
                (Some(if sign == b'-' { -seconds } else { seconds }), next)
            }),
        Some(b'A'..=b'Z') => named_zone(text, start).unwrap_or((None, at)),
        Some(_) | None => (None, at),
    }
}

fn numeric_zone(text: &[u8], sign_at: usize, spaced: bool) -> Option<(i32, usize)> {
    let hours = two(text, sign_at + 1)?;
    let mut next = sign_at + 3;
    let mut minutes = 0;
    if text.get(next) == Some(&b':') {
        minutes = two(text, next + 1)?;
        next += 3;
    } else if let Some(value) = two(text, next) {
        minutes = value;
        next += 2;
    } else if spaced {
        // ` -12 items` is text.
        return None;
    }
    if hours > 25 || minutes > 59 || text.get(next).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    i32::try_from(hours * 3600 + minutes * 60).ok().map(|seconds| (seconds, next))
}

fn named_zone(text: &[u8], at: usize) -> Option<(Option<i32>, usize)> {
    const PASSED_OVER: [&[u8]; 27] = [
        b"CET", b"CEST", b"EET", b"EEST", b"WET", b"WEST", b"BST", b"IST", b"MSK", b"EST", b"EDT", b"CST",
        b"CDT", b"MST", b"MDT", b"PST", b"PDT", b"AKST", b"AKDT", b"HST", b"JST", b"KST", b"HKT", b"SGT",
        b"AEST", b"AEDT", b"NZST",
    ];
    let n = text[at..].iter().take(6).take_while(|b| b.is_ascii_uppercase()).count();
    if text.get(at + n).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let word = &text[at..at + n];
    if matches!(word, b"UTC" | b"GMT") {
        return Some((Some(0), at + n));
    }
    PASSED_OVER.contains(&word).then_some((None, at + n))
}

fn month_of(text: &[u8], at: usize) -> Option<i64> {
    const NAMES: [&[u8; 3]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let word = text.get(at..at + 3)?;
    let idx = NAMES.iter().position(|name| word.eq_ignore_ascii_case(*name))?;
    i64::try_from(idx + 1).ok()
}

fn iso(text: &[u8], cache: &mut DayCache) -> Option<(Stamp, usize)> {
    let date: &[u8; 10] = text.first_chunk()?;
    if *date != cache.text {
        let separator = date[4];
        if !matches!(separator, b'-' | b'/' | b'.') || date[7] != separator {
            return None;
        }
        let Day::Full(days) = full_day(four(date, 0)?, two(date, 5)?, two(date, 8)?)? else { return None };
        *cache = DayCache { text: *date, days };
    }
    if !matches!(text.get(10), Some(b'T' | b't' | b' ' | b'_' | b'-' | b':')) {
        return None;
    }
    let (ms, next) = clock(text, 11)?;
    let (offset_s, next) = zone(text, next);
    Some((Stamp::Civil { day: Day::Full(cache.days), ms, offset_s }, next))
}

/// Reads a time of day written together (`120000`, `1200`).
fn packed_clock(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let ms = of_clock(two(text, at)?, two(text, at + 2)?, two(text, at + 4)?)?;
    let (fraction, next) = fraction(text, at + 6);
    if text.get(next).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some((ms + fraction, next))
}

fn packed(text: &[u8]) -> Option<(Stamp, usize)> {
    let day = full_day(four(text, 0)?, two(text, 4)?, two(text, 6)?)?;
    if !matches!(text.get(8), Some(b'T' | b' ' | b'-' | b'_')) || !(1970..=2100).contains(&four(text, 0)?) {
        return None;
    }
    let (ms, next) = packed_clock(text, 9).or_else(|| clock(text, 9))?;
    let (offset_s, next) = zone(text, next);
    Some((Stamp::Civil { day, ms, offset_s }, next))
}

fn short_year(text: &[u8]) -> Option<(Stamp, usize)> {
    let slashed = text.get(2) == Some(&b'/');
    let (month_at, day_at, end) = if slashed { (3, 6, 8) } else { (2, 4, 6) };
    if slashed && text.get(5) != Some(&b'/') || text.get(end) != Some(&b' ') {
        return None;
    }
    let day = full_day(2000 + two(text, 0)?, two(text, month_at)?, two(text, day_at)?)?;
    let (ms, next) = packed_clock(text, end + 1).or_else(|| clock(text, end + 1))?;
    let (offset_s, next) = zone(text, next);
    Some((Stamp::Civil { day, ms, offset_s }, next))
}

fn bsd(text: &[u8]) -> Option<(Stamp, usize)> {
    let month = month_of(text, 0)?;
    if text.get(3) != Some(&b' ') {
        return None;
    }
    let (day, mut next) = one_or_two(text, 4)?;
    let mut year = None;
    if text.get(next) == Some(&b',') {
        next += 1;
    }
    if text.get(next) != Some(&b' ') {
        return None;
    }
    next += 1;
    if let Some(value) = four(text, next).filter(|_| text.get(next + 4) == Some(&b' ')) {
        year = Some(value);
        next += 5;
    }
    let (mut ms, mut next) = clock(text, next)?;
    (ms, next) = half_of_day(text, next, ms)?;
    let (offset_s, next) = zone(text, next);
    let day = match year {
        Some(year) => full_day(year, month, day)?,
        None => day_of_year(month, day)?,
    };
    Some((Stamp::Civil { day, ms, offset_s }, next))
}

fn ctime(text: &[u8]) -> Option<(Stamp, usize)> {
    const DAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
    let word = text.get(..3)?;
    if !DAYS.iter().any(|name| word.eq_ignore_ascii_case(*name)) {
        return None;
    }
    let at = match text.get(3..)? {
        [b' ', ..] => 4,
        [b',', b' ', ..] => 5,
        _ => return None,
    };
    if text.get(at).is_some_and(u8::is_ascii_digit) {
        let (stamp, n) = day_month(&text[at..])?;
        return Some((stamp, at + n));
    }
    let month = month_of(text, at)?;
    let (day, next) = one_or_two(text, at + 4)?;
    let (ms, next) = clock(text, next + 1)?;
    let (offset_s, next) = zone(text, next);
    if text.get(next) != Some(&b' ') {
        return None;
    }
    let year = four(text, next + 1)?;
    Some((Stamp::Civil { day: full_day(year, month, day)?, ms, offset_s }, next + 5))
}

fn day_month(text: &[u8]) -> Option<(Stamp, usize)> {
    let (day, next) = one_or_two(text, 0)?;
    let separator = *text.get(next).filter(|b| matches!(b, b'/' | b'-' | b' '))?;
    let month = month_of(text, next + 1)?;
    if text.get(next + 4) != Some(&separator) {
        return None;
    }
    let year = four(text, next + 5)?;
    let at = next + 9;
    if !matches!(text.get(at), Some(b':' | b' ' | b'T')) {
        return None;
    }
    let (mut ms, mut next) = clock(text, at + 1)?;
    (ms, next) = half_of_day(text, next, ms)?;
    let (offset_s, next) = zone(text, next);
    Some((Stamp::Civil { day: full_day(year, month, day)?, ms, offset_s }, next))
}

fn klog(text: &[u8]) -> Option<(Stamp, usize)> {
    let day = day_of_year(two(text, 0)?, two(text, 2)?)?;
    if text.get(4) != Some(&b' ') {
        return None;
    }
    let (ms, next) = clock(text, 5)?;
    Some((Stamp::Civil { day, ms, offset_s: None }, next))
}

fn month_day(text: &[u8]) -> Option<(Stamp, usize)> {
    let day = day_of_year(two(text, 0)?, two(text, 3)?)?;
    if !matches!(text.get(2), Some(b'-' | b'.' | b'/')) || text.get(5) != Some(&b' ') {
        return None;
    }
    let (ms, next) = clock(text, 6)?;
    Some((Stamp::Civil { day, ms, offset_s: None }, next))
}

fn ordered(text: &[u8]) -> Option<(Stamp, usize)> {
    let (first, next) = one_or_two(text, 0)?;
    let separator = *text.get(next).filter(|b| matches!(b, b'/' | b'.' | b'-'))?;
    let (second, next) = one_or_two(text, next + 1)?;
    if text.get(next) != Some(&separator) {
        return None;
    }
    let year = four(text, next + 1)?;
    let mut at = next + 5;
    if text.get(at) == Some(&b',') {
        at += 1;
    }
    if !matches!(text.get(at), Some(b' ' | b'T' | b':')) {
        return None;
    }
    let (ms, next) = clock(text, at + 1)?;
    let (ms, next) = half_of_day(text, next, ms)?;
    let (offset_s, next) = zone(text, next);
    // Dates with points are written with the day first wherever they are used.
    let day = if separator == b'.' || first > 12 {
        full_day(year, second, first)?
    } else if second > 12 || first == second {
        full_day(year, first, second)?
    } else {
        full_day(year, first, second).map(|_| Day::Either { first, second, year })?
    };
    Some((Stamp::Civil { day, ms, offset_s }, next))
}

/// Reads `AM` or `PM` behind a time of day, where it stands there.
fn half_of_day(text: &[u8], at: usize, ms: i64) -> Option<(i64, usize)> {
    let start = at + usize::from(text.get(at) == Some(&b' '));
    let word = text.get(start..start + 2).unwrap_or_default();
    let ends = text.get(start + 2).is_none_or(|b| !b.is_ascii_alphanumeric());
    let afternoon = word.eq_ignore_ascii_case(b"pm");
    if !ends || !(afternoon || word.eq_ignore_ascii_case(b"am")) {
        return Some((ms, at));
    }
    let half = DAY_MS / 2;
    // Twelve o'clock is the first hour of each half.
    let base = if ms >= half { ms - half } else { ms };
    (ms < half + 3_600_000).then_some((base + if afternoon { half } else { 0 }, start + 2))
}

/// Bounds of Unix times in seconds, 1990 to 2100: shorter and longer numbers are something else.
const UNIX_SECONDS: std::ops::RangeInclusive<i64> = 631_152_000..=4_102_444_800;

fn epoch(text: &[u8]) -> Option<(Stamp, usize)> {
    let n = text.iter().take(20).take_while(|b| b.is_ascii_digit()).count();
    let (scale, divided_by) = match n {
        9 | 10 => (1000, 1),
        12 | 13 => (1, 1),
        15 | 16 => (1, 1000),
        18 | 19 => (1, 1_000_000),
        _ => return None,
    };
    let value = text[..n].iter().fold(0_i64, |sum, b| sum.wrapping_mul(10).wrapping_add(i64::from(b - b'0')));
    let mut ms = value / divided_by * scale;
    let mut next = n;
    if let Some(b'.' | b',') = text.get(n) {
        let (fraction, behind) = fraction(text, n);
        if behind > n {
            ms += if scale == 1000 { fraction } else { 0 };
            next = behind;
        }
    }
    let ends =
        text.get(next).is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'.' | b'-' | b'_' | b'/'));
    (ends && UNIX_SECONDS.contains(&(ms / 1000))).then_some((Stamp::Unix(ms), next))
}

fn time_only(text: &[u8]) -> Option<(Stamp, usize)> {
    // Two digits of an hour: `1:2:3` may be anything.
    two(text, 0)?;
    if text.get(2) != Some(&b':') {
        return None;
    }
    let (ms, next) = clock(text, 0)?;
    let (offset_s, next) = zone(text, next);
    Some((Stamp::Civil { day: Day::Missing, ms, offset_s }, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(layout: Layout, text: &str) -> Option<(Stamp, usize)> {
        layout.read(text.as_bytes(), &mut DayCache::default())
    }

    #[test]
    fn every_layout_reads_the_same_moment() {
        // date -u -d 2026-11-10T12:34:56Z +%s = 1794314096; days since 1970: 20767.
        let ms = 45_296_000;
        let full = Day::Full(20_767);
        let short = Day::OfYear { month: 11, day: 10 };
        for (layout, text, day) in [
            (Layout::Iso, "2026-11-10T12:34:56", full),
            (Layout::Iso, "2026/11/10 12:34:56", full),
            (Layout::Iso, "2026.11.10-12.34.56", full),
            (Layout::Packed, "20261110-12:34:56", full),
            (Layout::Packed, "20261110T123456", full),
            (Layout::ShortYear, "261110 123456", full),
            (Layout::ShortYear, "26/11/10 12:34:56", full),
            (Layout::Bsd, "Nov 10 12:34:56", short),
            (Layout::Bsd, "Nov 10 2026 12:34:56", full),
            (Layout::Bsd, "Nov 10, 2026 12:34:56 PM", full),
            (Layout::Ctime, "Tue Nov 10 12:34:56 2026", full),
            (Layout::Ctime, "Tue, 10 Nov 2026 12:34:56", full),
            (Layout::DayMonth, "10/Nov/2026:12:34:56", full),
            (Layout::DayMonth, "10-Nov-2026 12:34:56", full),
            (Layout::Klog, "1110 12:34:56", short),
            (Layout::MonthDay, "11-10 12:34:56", short),
            (Layout::Ordered, "10.11.2026 12:34:56", full),
            (Layout::Ordered, "11/10/2026 12:34:56", Day::Either { first: 11, second: 10, year: 2026 }),
            (Layout::TimeOnly, "12:34:56", Day::Missing),
        ] {
            let expected = Some((Stamp::Civil { day, ms, offset_s: None }, text.len()));
            assert_eq!(read(layout, text), expected, "{text}");
        }
        for text in
            ["1794314096", "1794314096.000", "1794314096000", "1794314096000000", "1794314096000000000"]
        {
            assert_eq!(
                read(Layout::Epoch, text),
                Some((Stamp::Unix(1_794_314_096_000), text.len())),
                "{text}"
            );
        }
    }

    #[test]
    fn fractions_and_zones_belong_to_the_time() {
        for (text, fraction, offset_s, length) in [
            ("2026-11-10T12:00:00.1239Z", 123, Some(0), 25),
            ("2026-11-10 12:00:00,5 - text", 500, None, 21),
            ("2026-11-10 12:00:00, Info", 0, None, 19),
            ("2026-11-10 12:00:00 +0100 text", 0, Some(3600), 25),
            ("2026-11-10 12:00:00-05:45", 0, Some(-20_700), 25),
            ("2026-11-10 12:00:00 -12 items", 0, None, 19),
            ("2026-11-10 12:00:00.000 UTC [7]", 0, Some(0), 27),
            ("2026-11-10 12:00:00.000 CET [7]", 0, None, 27),
            ("2026-11-10 12:00:00 ERROR", 0, None, 19),
        ] {
            let Some((Stamp::Civil { ms, offset_s: got, .. }, n)) = read(Layout::Iso, text) else {
                panic!("{text}")
            };
            assert_eq!((ms - 43_200_000, got, n), (fraction, offset_s, length), "{text}");
        }
        assert_eq!(read(Layout::Packed, "20261110-22:15:29:606|x").map(|(_, n)| n), Some(21));
    }

    #[test]
    fn times_that_do_not_exist_are_no_times() {
        for text in
            ["2026-02-30 00:00:00", "2026-13-01 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:61:00"]
        {
            assert_eq!(read(Layout::Iso, text), None, "{text}");
        }
        assert_eq!(read(Layout::Epoch, "17943140961"), None);
        assert_eq!(read(Layout::Epoch, "1794314096abc"), None);
        assert_eq!(read(Layout::Ordered, "11/10/2026 1:00:00 PM").map(|(_, n)| n), Some(21));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_a_layout(text in ".{0,40}", digits in "[0-9:/ .,+TZ-]{0,40}") {
            for layout in LAYOUTS {
                for text in [&text, &digits] {
                    if let Some((_, n)) = read(layout, text) {
                        proptest::prop_assert!(n <= text.len());
                    }
                }
            }
        }
    }
}
