//! Places times in a zone and a year.

use super::super::civil::{DAY_MS, days_from_civil, days_in};
use super::super::time::TimeReader;
use super::problem::LogFileError;
use super::stamp::{Day, DayCache, LAYOUTS, Layout, Stamp};

/// Latest and earliest year that is looked at for a date without year: eight years hold a leap year.
const YEARS_BACK: i64 = 8;

/// A year begins at different moments in different zones; a day covers them all.
const SLACK_MS: i64 = DAY_MS;

/// Reads the times of one file; each thread has its own.
#[derive(Debug)]
pub(super) struct Clock {
    zone_name: Option<String>,
    zone: TimeReader,
    day_first: bool,
    /// The latest moment a line without year or date can have.
    latest_ms: Option<i64>,
    cache: DayCache,
    /// Local times that the clock skipped.
    pub(super) skipped: u64,
    /// What was missing in the times that were read.
    pub(super) missing: Missing,
}

/// Counts of what times did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// No zone.
    pub(super) zone: u64,
    /// No year.
    pub(super) year: u64,
    /// No date.
    pub(super) date: u64,
    /// Day or month first.
    pub(super) order: u64,
}

impl Clock {
    /// Creates a clock; without a zone, local times are taken as UTC.
    pub(super) fn new(
        zone_name: Option<&str>,
        day_first: Option<bool>,
        latest_ms: Option<i64>,
    ) -> Result<Self, LogFileError> {
        let zone = TimeReader::new(Some(zone_name.unwrap_or("UTC")), None)
            .map_err(|_| LogFileError::UnknownZone { zone: zone_name.unwrap_or_default().to_owned() })?;
        Ok(Self {
            zone_name: zone_name.map(str::to_owned),
            zone,
            day_first: day_first.unwrap_or(true),
            latest_ms,
            cache: DayCache::default(),
            skipped: 0,
            missing: Missing::default(),
        })
    }

    /// Returns another clock for another thread.
    pub(super) fn fork(&self) -> Self {
        Self::new(self.zone_name.as_deref(), Some(self.day_first), self.latest_ms)
            .expect("a zone that was found once is found again")
    }

    /// Local times that occurred twice.
    pub(super) const fn repeated(&self) -> u64 {
        self.zone.repeated
    }

    /// Reads a time at the start of `text`: its moment (`None` where the year cannot be told) and its length.
    pub(super) fn read(&mut self, layout: Layout, text: &[u8]) -> Option<(Option<i64>, usize)> {
        let (stamp, n) = layout.read(text, &mut self.cache)?;
        Some((self.place(stamp), n))
    }

    /// Reads a whole text that is a time in any layout.
    pub(super) fn read_any(&mut self, text: &[u8]) -> Option<i64> {
        let text = text.trim_ascii();
        LAYOUTS.into_iter().find_map(|layout| {
            let (at, n) = self.read(layout, text)?;
            at.filter(|_| n == text.len())
        })
    }

    /// Finds the moment of a time.
    pub(super) fn place(&mut self, stamp: Stamp) -> Option<i64> {
        let (day, ms, offset_s) = match stamp {
            Stamp::Unix(ms) => return Some(ms),
            Stamp::Civil { day, ms, offset_s } => (day, ms, offset_s),
        };
        let days = match day {
            Day::Full(days) => days,
            Day::OfYear { month, day } => {
                self.missing.year += 1;
                self.missing.zone += u64::from(offset_s.is_none());
                self.day_of_year(month, day, ms)?
            }
            Day::Either { first, second, year } => {
                self.missing.order += 1;
                let (day, month) = if self.day_first { (first, second) } else { (second, first) };
                days_from_civil(year, month, day)
            }
            Day::Missing => {
                self.missing.date += 1;
                self.missing.zone += u64::from(offset_s.is_none());
                let latest = self.latest_ms?;
                let today = latest.div_euclid(DAY_MS);
                if today * DAY_MS + ms <= latest { today } else { today - 1 }
            }
        };
        let civil = days * DAY_MS + ms;
        if let Some(seconds) = offset_s {
            return Some(civil - i64::from(seconds) * 1000);
        }
        if matches!(day, Day::Full(_) | Day::Either { .. }) {
            self.missing.zone += 1;
        }
        Some(self.local(civil))
    }

    fn local(&mut self, civil_ms: i64) -> i64 {
        if let Ok(ms) = self.zone.local(civil_ms) {
            return ms;
        }
        // Clocks are put forward by an hour nearly everywhere; behind the gap the time exists.
        self.skipped += 1;
        self.zone.local(civil_ms + 3_600_000).unwrap_or(civil_ms)
    }

    /// Returns the last such day that is not after the latest moment.
    fn day_of_year(&self, month: i64, day: i64, ms: i64) -> Option<i64> {
        let latest = self.latest_ms?.saturating_add(SLACK_MS);
        let newest = year_of(latest);
        (0..=YEARS_BACK).map(|back| newest - back).find_map(|year| {
            let days = days_from_civil(year, month, day);
            (day <= days_in(year, month) && days * DAY_MS + ms <= latest).then_some(days)
        })
    }
}

/// Returns the year of a moment in UTC.
pub(super) fn year_of(ms: i64) -> i64 {
    let days = ms.div_euclid(DAY_MS);
    // 365.2425 days a year; the estimate is off by at most one.
    let mut year = 1970 + days * 10_000 / 3_652_425;
    while days_from_civil(year + 1, 1, 1) <= days {
        year += 1;
    }
    while days_from_civil(year, 1, 1) > days {
        year -= 1;
    }
    year
}

/// Returns the last moment of a year, as UTC.
pub(super) fn end_of_year(year: i64) -> i64 {
    days_from_civil(year + 1, 1, 1) * DAY_MS - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(clock: &mut Clock, layout: Layout, text: &str) -> Option<i64> {
        clock.read(layout, text.as_bytes()).and_then(|(at, _)| at)
    }

    #[test]
    fn a_date_without_year_is_the_last_one_before_the_files_change() {
        // date -u -d "2026-01-03T00:00:00Z" +%s = 1767398400.
        let mut clock = Clock::new(Some("UTC"), None, Some(1_767_398_400_000)).unwrap();

        // date -u -d "2025-12-31T23:59:59Z" +%s = 1767225599; "2026-01-02T00:00:00Z" = 1767312000.
        assert_eq!(at(&mut clock, Layout::Bsd, "Dec 31 23:59:59"), Some(1_767_225_599_000));
        assert_eq!(at(&mut clock, Layout::Bsd, "Jan  2 00:00:00"), Some(1_767_312_000_000));
        // The last 29 February before 2026 was in 2024: 1709164800.
        assert_eq!(at(&mut clock, Layout::Klog, "0229 00:00:00"), Some(1_709_164_800_000));
    }

    #[test]
    fn without_a_latest_moment_a_date_without_year_has_no_moment() {
        let mut clock = Clock::new(None, None, None).unwrap();

        assert_eq!(clock.read(Layout::Bsd, b"Dec 31 23:59:59"), Some((None, 15)));
    }

    #[test]
    fn a_skipped_local_time_is_moved_forward_and_counted() {
        // Berlin went from 02:00 to 03:00 on 2026-03-29: 02:30 becomes 03:30, 01:30 UTC (1774747800).
        let mut clock = Clock::new(Some("Europe/Berlin"), None, None).unwrap();

        assert_eq!(at(&mut clock, Layout::Iso, "2026-03-29 02:30:00"), Some(1_774_747_800_000));
        assert_eq!(clock.skipped, 1);
    }

    #[test]
    fn years_begin_where_the_calendar_says() {
        // date -u -d 2000-01-01 +%s = 946684800.
        assert_eq!(year_of(946_684_800_000), 2000);
        assert_eq!(year_of(946_684_799_999), 1999);
        assert_eq!(year_of(-1), 1969);
        assert_eq!(end_of_year(1999), 946_684_799_999);
    }
}
