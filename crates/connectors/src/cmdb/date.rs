//! Times as inventories write them: five formats, told apart by their shape.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{Offset, TimeZone};
use wardroom_core::Timestamp;

/// Numbers below are seconds (until the year 5138), up to its thousandfold milliseconds, and so on.
const SECONDS_BELOW: i64 = 100_000_000_000;

/// How a time is written into a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// `2026-11-17T14:53:00Z`.
    Iso,
    /// `2026-11-17 14:53:00`, in the mapping's zone.
    Plain,
    /// Seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
}

impl DateFormat {
    /// The words of a mapping.
    pub(crate) const WORDS: [&'static str; 4] = ["iso", "plain", "epoch_s", "epoch_ms"];

    /// Reads a word of a mapping.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let all = [Self::Iso, Self::Plain, Self::EpochSeconds, Self::EpochMillis];
        Self::WORDS.iter().position(|&known| known == word).map(|at| all[at])
    }

    /// Writes a time. Parts of a second are cut off, so that a filter "since" includes the second.
    pub(crate) fn write(self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.floor_to(1000);
        match self {
            Self::Iso => at.to_string(),
            Self::EpochSeconds => at.as_millis().div_euclid(1000).to_string(),
            Self::EpochMillis => at.as_millis().to_string(),
            Self::Plain => jiff::Timestamp::from_millisecond(at.as_millis()).map_or_else(
                |_| at.to_string(),
                |at| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
            ),
        }
    }
}

/// Reads the zone of local times: a name of the time zone database, `UTC`, or an offset such as `+08:00`.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    if name.eq_ignore_ascii_case("utc") {
        return Some(TimeZone::UTC);
    }
    if let Some(sign) = name.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let (hours, minutes) = name[1..].split_once(':')?;
        let hours: i32 = hours.parse().ok().filter(|h| (0..=14).contains(h))?;
        let minutes: i32 = minutes.parse().ok().filter(|m| (0..60).contains(m))?;
        let seconds = (hours * 60 + minutes) * 60;
        let offset = Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok()?;
        return Some(TimeZone::fixed(offset));
    }
    TimeZone::get(name).ok()
}

/// Reads a time: ISO 8601 with a zone, Unix seconds, milliseconds, microseconds or nanoseconds, `YYYY-MM-DD HH:MM:SS`
/// or a date alone in `zone`, or RFC 2822. `None` when it is none of these, or before 1971, which only stands for
/// "never".
pub(crate) fn read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let millis = of_number(text).or_else(|| of_text(text, zone))?;
    (millis >= 31_536_000_000).then(|| Timestamp::from_millis(millis))
}

fn of_number(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    if whole < SECONDS_BELOW {
        let thousandths = format!("{fraction:0<3}");
        return Some(whole * 1000 + thousandths.get(..3)?.parse::<i64>().ok()?);
    }
    let parts_of_a_milli = [1, 1_000, 1_000_000];
    let bounds = [1_000, 1_000_000, 1_000_000_000].map(|factor| SECONDS_BELOW.saturating_mul(factor));
    bounds.iter().zip(parts_of_a_milli).find(|(bound, _)| whole < **bound).map(|(_, parts)| whole / parts)
}

fn of_text(text: &str, zone: &TimeZone) -> Option<i64> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    if let Ok(at) = PARSER.parse_timestamp(text) {
        return Some(at.as_millisecond());
    }
    if let Ok(at) = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text) {
        return Some(at.as_millisecond());
    }
    // Offsets without a colon are what Java and PHP write.
    if let Ok(at) = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text) {
        return Some(at.as_millisecond());
    }
    let local: DateTime = PARSER.parse_datetime(text).ok()?;
    let at = local.to_zoned(zone.clone()).ok()?;
    Some(at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `date -u -d "2026-11-17T14:53:00Z" +%s` = 1794927180.
    const AT: Timestamp = Timestamp::from_millis(1_794_927_180_000);

    #[test]
    fn five_formats_tell_the_same_moment() {
        for text in [
            "2026-11-17T14:53:00Z",
            "2026-11-17T14:53:00.000000Z",
            "2026-11-17T22:53:00+08:00",
            "2026-11-17T22:53:00+0800",
            "1794927180",
            "1794927180.0",
            "1794927180000",
            "1794927180000000",
            "1794927180000000000",
            "2026-11-17 14:53:00",
            "Tue, 17 Nov 2026 14:53:00 GMT",
            "Tue, 17 Nov 2026 15:53:00 +0100",
        ] {
            assert_eq!(read(text, &TimeZone::UTC), Some(AT), "{text}");
        }
    }

    #[test]
    fn a_local_time_is_placed_in_the_zone_of_the_mapping() {
        let shanghai = zone("+08:00").unwrap();

        assert_eq!(read("2026-11-17 22:53:00", &shanghai), Some(AT));
        assert_eq!(DateFormat::Plain.write(AT, &shanghai), "2026-11-17 22:53:00");
    }

    #[test]
    fn what_is_no_time_or_stands_for_never_is_none() {
        for text in [
            "",
            "soon",
            "0",
            "0000-00-00 00:00:00",
            "1970-01-01T00:00:00Z",
            "2026-02-30",
            "12.3.4",
            "99999999999999999999",
        ] {
            assert_eq!(read(text, &TimeZone::UTC), None, "{text}");
        }
    }

    #[test]
    fn a_filter_carries_whole_seconds() {
        let at = AT.plus_millis(999);

        assert_eq!(DateFormat::Iso.write(at, &TimeZone::UTC), "2026-11-17T14:53:00Z");
        assert_eq!(DateFormat::EpochSeconds.write(at, &TimeZone::UTC), "1794927180");
        assert_eq!(DateFormat::EpochMillis.write(at, &TimeZone::UTC), "1794927180000");
    }
}
