//! Typed time expressions: `now-6h`, `now-7d to now`, `2026-11-17 14:00 to 15:00`, with or without a zone.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use wardroom_core::{TimeRange, Timestamp};

use crate::error::AppError;

/// Reads an expression as a range. A single point is the start of a range that ends at `now`.
///
/// - `now`: the anchor of relative times, normally the end of the data or this moment.
/// - `zone`: the zone of times that do not name one. `Z`, `UTC` and offsets such as `+05:45` may follow a time.
///
/// A number of nine digits and more is Unix time in seconds, as Prometheus reads and prints it, also with milliseconds.
///
/// The words `to`, `..`, `–`, `→` and `->` stand between start and end. An end with only a time takes the start's date.
/// A local time that occurs twice in a night of a daylight-saving change is taken as the first one; one that does not
/// exist is refused.
///
/// # Errors
///
/// `time_expression` with the text, the column (from 1) and what was expected; `range_reversed`.
pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<TimeRange, AppError> {
    let text_trimmed = text.trim();
    let offset = text.chars().take_while(|c| c.is_whitespace()).count();
    if text_trimmed.is_empty() {
        return Err(refuse(text, 1, "empty"));
    }
    if text_trimmed.len() > 200 {
        return Err(refuse(&text_trimmed.chars().take(40).collect::<String>(), 41, "too_long"));
    }
    let (left, right) = split(text_trimmed);
    let start = point(left, now, zone, None).map_err(|(c, why)| refuse(text, offset + c, why))?;
    let end = match right {
        None => now,
        Some((at, right)) => point(right, now, zone, Some((start, zone)))
            .map_err(|(c, why)| refuse(text, offset + at + c, why))?,
    };
    TimeRange::new(start, end)
        .map_err(|e| AppError::new("range_reversed").with("start", e.start).with("end", e.end))
}

/// Reads one point in time, as `--at` takes it.
///
/// # Errors
///
/// `time_expression` as for [`parse`].
pub fn parse_point(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, AppError> {
    point(text.trim(), now, zone, None).map_err(|(c, why)| refuse(text, c, why))
}

fn refuse(text: &str, column: usize, why: &'static str) -> AppError {
    AppError::new("time_expression").with("text", text).with("column", column).with("expected", why)
}

/// Splits at the first separator; returns the right side with its character offset.
fn split(text: &str) -> (&str, Option<(usize, &str)>) {
    for separator in [" to ", "→", "->", "..", " – ", "–", " - "] {
        if let Some(at) = text.find(separator) {
            let right = &text[at + separator.len()..];
            let before = text[..at + separator.len()].chars().count();
            return (text[..at].trim(), Some((before, right)));
        }
    }
    match text.strip_suffix(" to") {
        // The end that the word announces is missing.
        Some(left) => (left.trim(), Some((text.chars().count(), ""))),
        None => (text, None),
    }
}

type Refusal = (usize, &'static str);

fn point(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
    day_of: Option<(Timestamp, &TimeZone)>,
) -> Result<Timestamp, Refusal> {
    let lead = text.chars().take_while(|c| c.is_whitespace()).count();
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("now") {
        return relative(rest, now).map_err(|(c, why)| (lead + 3 + c, why));
    }
    if let Some(at) = unix_seconds(text) {
        return Ok(at);
    }
    let (body, zone) = take_zone(text, zone);
    let date_time = civil(body, now, &zone, day_of).ok_or((lead + 1, "time"))?;
    let resolved = zone.to_ambiguous_timestamp(date_time);
    let at = if resolved.is_ambiguous() {
        // In a gap "earlier" and "later" are both another wall time, so the time does not exist.
        let earlier = resolved.earlier().map_err(|_| (lead + 1, "time"))?;
        if earlier.to_zoned(zone.clone()).datetime() != date_time {
            return Err((lead + 1, "time_skipped"));
        }
        Ok(earlier)
    } else {
        resolved.compatible()
    };
    at.map(|t| Timestamp::from_millis(t.as_millisecond())).map_err(|_| (lead + 1, "time"))
}

/// Reads Unix time in seconds; shorter numbers would be taken for a year or a clock by who wrote them.
fn unix_seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let is_time = (9..=12).contains(&whole.len()) && (1..=3).contains(&fraction.len());
    if !is_time || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}").parse().ok()?;
    let at = whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis)?;
    // The last second of the year 9999, as for all other times.
    (at < 253_402_300_800_000).then_some(Timestamp::from_millis(at))
}

/// Reads the rest behind `now`: nothing, or signed amounts with a unit (`-6h`, `-1d12h`).
fn relative(rest: &str, now: Timestamp) -> Result<Timestamp, Refusal> {
    let mut at = now.as_millis();
    let mut chars = rest.char_indices().filter(|(_, c)| !c.is_whitespace()).peekable();
    let mut sign = 0_i64;
    while let Some(&(i, c)) = chars.peek() {
        if c == '-' || c == '+' {
            sign = if c == '-' { -1 } else { 1 };
            chars.next();
        } else if sign == 0 {
            return Err((i + 1, "sign"));
        }
        let mut amount: i64 = 0;
        let mut digits = 0;
        while let Some(&(_, d)) = chars.peek() {
            let Some(value) = d.to_digit(10) else { break };
            amount = amount
                .checked_mul(10)
                .and_then(|a| a.checked_add(i64::from(value)))
                .ok_or((i + 1, "number"))?;
            digits += 1;
            chars.next();
        }
        if digits == 0 {
            return Err((chars.peek().map_or(rest.len(), |(i, _)| *i) + 1, "number"));
        }
        let (at_unit, unit) = chars.next().ok_or((rest.len() + 1, "unit"))?;
        let mut length = match unit {
            's' => 1000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            'w' => 7 * 86_400_000,
            _ => return Err((at_unit + 1, "unit")),
        };
        if unit == 'm' && chars.peek().is_some_and(|(_, c)| *c == 's') {
            chars.next();
            length = 1;
        }
        let moved = amount.checked_mul(length).and_then(|ms| at.checked_add(sign * ms));
        at = moved.filter(|t| t.abs() < 253_402_300_800_000).ok_or((i + 1, "number"))?;
    }
    Ok(Timestamp::from_millis(at))
}

/// Takes `Z`, `UTC` or an offset from the end of the text.
fn take_zone<'a>(text: &'a str, zone: &TimeZone) -> (&'a str, TimeZone) {
    for word in ["Z", " UTC", " utc", "z"] {
        if let Some(body) = text.strip_suffix(word)
            && body.ends_with(|c: char| c.is_ascii_digit())
        {
            return (body.trim(), TimeZone::UTC);
        }
    }
    if text.len() >= 6 && text.is_char_boundary(text.len() - 6) {
        let (body, tail) = text.split_at(text.len() - 6);
        if body.contains(':')
            && let Some(offset) = fixed_zone(tail)
        {
            return (body.trim(), offset);
        }
    }
    (text, zone.clone())
}

/// Reads `+05:45`.
fn fixed_zone(text: &str) -> Option<TimeZone> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let part = |text: &str, below: i32| {
        let is_number = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i32>().ok().filter(|number| is_number && *number < below)
    };
    let seconds = part(hours, 24)? * 3600 + part(minutes, 60)? * 60;
    Some(TimeZone::fixed(jiff::tz::Offset::from_seconds(sign * seconds).ok()?))
}

/// Returns the zone of a name such as `Europe/Berlin`, `UTC` or `+05:45`.
///
/// # Errors
///
/// `unknown_zone`.
pub fn zone(name: &str) -> Result<TimeZone, AppError> {
    let unknown = || AppError::new("unknown_zone").with("zone", name);
    fixed_zone(name).or_else(|| TimeZone::get(name).ok()).ok_or_else(unknown)
}

fn civil(
    body: &str,
    now: Timestamp,
    zone: &TimeZone,
    day_of: Option<(Timestamp, &TimeZone)>,
) -> Option<DateTime> {
    let (day, clock) = match body.split_once(['T', ' ']) {
        Some((day, clock)) => (Some(day), Some(clock.trim())),
        None if body.contains(':') => (None, Some(body)),
        None => (Some(body), None),
    };
    let date = if let Some(day) = day {
        parse_date(day)?
    } else {
        let (at, zone) = day_of.map_or((now, zone), |(at, zone)| (at, zone));
        jiff::Timestamp::from_millisecond(at.as_millis()).ok()?.to_zoned(zone.clone()).date()
    };
    let time = clock.map_or(Some(Time::midnight()), parse_clock)?;
    Some(date.to_datetime(time))
}

fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || y.len() != 4 {
        return None;
    }
    Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()
}

fn parse_clock(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':');
    let h: i8 = parts.next()?.parse().ok()?;
    let m: i8 = parts.next()?.parse().ok()?;
    let s: i8 = parts.next().map_or(Some(0), |s| s.parse().ok())?;
    if parts.next().is_some() || fraction.len() > 3 {
        return None;
    }
    let millis: i32 = if fraction.is_empty() { 0 } else { format!("{fraction:0<3}").parse().ok()? };
    Time::new(h, m, s, millis * 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-11-17T14:53:00Z.
    const NOW: Timestamp = Timestamp::from_millis(1_794_927_180_000);

    fn text(range: Result<TimeRange, AppError>) -> String {
        let range = range.unwrap();
        format!("{} {}", range.start(), range.end())
    }

    #[test]
    fn relative_and_absolute_expressions_are_read() {
        let utc = TimeZone::UTC;

        assert_eq!(text(parse("now-6h", NOW, &utc)), "2026-11-17T08:53:00Z 2026-11-17T14:53:00Z");
        assert_eq!(
            text(parse(" now-7d to now-1d12h", NOW, &utc)),
            "2026-11-10T14:53:00Z 2026-11-16T02:53:00Z"
        );
        assert_eq!(
            text(parse("2026-11-17 14:00 to 15:30", NOW, &utc)),
            "2026-11-17T14:00:00Z 2026-11-17T15:30:00Z"
        );
        assert_eq!(text(parse("14:38 → 14:52:30", NOW, &utc)), "2026-11-17T14:38:00Z 2026-11-17T14:52:30Z");
        assert_eq!(
            text(parse("2026-11-17T20:37:00+05:45 to now", NOW, &utc)),
            "2026-11-17T14:52:00Z 2026-11-17T14:53:00Z"
        );
    }

    #[test]
    fn unix_time_is_read_in_seconds_and_nothing_shorter_is_taken_for_it() {
        let at = |text: &str| parse_point(text, NOW, &TimeZone::UTC).map(Timestamp::as_millis);

        // `date -u -d @1794927180 +%FT%TZ`: 2026-11-17T14:53:00Z.
        assert_eq!(at("1794927180").unwrap(), NOW.as_millis());
        assert_eq!(at(" 1794927180.5 ").unwrap(), NOW.as_millis() + 500);
        assert_eq!(at("1794927180.123").unwrap(), NOW.as_millis() + 123);
        assert_eq!(
            text(parse("1794923580 to 1794927180", NOW, &TimeZone::UTC)),
            "2026-11-17T13:53:00Z 2026-11-17T14:53:00Z"
        );
        for wrong in ["2026", "20261117", "1794927180.", "1794927180.1234", "1794927180s", "999999999999"] {
            assert_eq!(at(wrong).unwrap_err().code, "time_expression", "{wrong}");
        }
    }

    #[test]
    fn a_refusal_names_the_column() {
        let error = parse("now-6x", NOW, &TimeZone::UTC).unwrap_err();

        assert_eq!(error.fields["column"], "6");
        assert_eq!(error.fields["expected"], "unit");
    }

    #[test]
    fn an_end_that_is_announced_and_missing_is_asked_for_where_it_would_stand() {
        for (text, column) in [("now-1h to", "10"), ("now-1h to ", "10"), ("now-1h ..", "10")] {
            let error = parse(text, NOW, &TimeZone::UTC).unwrap_err();

            assert_eq!(
                (error.fields["column"].as_str(), error.fields["expected"].as_str()),
                (column, "time")
            );
        }
    }

    #[test]
    fn a_zone_is_a_name_or_an_offset() {
        let offset = |name: &str| {
            let zone = zone(name).ok()?;
            Some(zone.to_offset(jiff::Timestamp::UNIX_EPOCH).seconds())
        };

        assert_eq!(offset("+05:45"), Some(20_700));
        assert_eq!(offset("-03:30"), Some(-12_600));
        assert_eq!(offset("UTC"), Some(0));
        for name in ["", "Mars/X", "+5:45", "+24:00", "+01:60", "+-1:00", "é+1:00"] {
            assert_eq!(offset(name), None, "{name}");
        }
        assert_eq!(zone("Mars/X").unwrap_err().code, "unknown_zone");
    }

    #[test]
    fn a_zone_of_45_minutes_moves_the_times() {
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();

        assert_eq!(
            text(parse("2026-11-17 20:38 to 20:39", NOW, &zone)),
            "2026-11-17T14:53:00Z 2026-11-17T14:54:00Z"
        );
    }

    #[test]
    fn both_nights_of_a_daylight_saving_change_are_handled() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();

        // 2026-03-29 02:30 does not exist; 2026-10-25 02:30 occurs twice, first at 00:30 UTC.
        let skipped = parse("2026-03-29 02:30 to now", NOW, &zone).unwrap_err();
        let twice = text(parse("2026-10-25 02:30 to 2026-10-25 04:00", NOW, &zone));

        assert_eq!(skipped.fields["expected"], "time_skipped");
        assert_eq!(twice, "2026-10-25T00:30:00Z 2026-10-25T03:00:00Z");
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in ".{0,60}") {
            let _ = parse(&text, NOW, &TimeZone::UTC);
        }

        #[test]
        fn garbage_near_the_grammar_never_panics(text in "(now)?[-+ 0-9:TZsmhdw.]{0,30}( to )?[-+ 0-9:TZ.]{0,20}") {
            let _ = parse(&text, NOW, &TimeZone::UTC);
        }
    }
}
