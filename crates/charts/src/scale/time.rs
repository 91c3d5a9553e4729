//! Ticks at round local times, whatever the zone and its changes of the clock.

use wardroom_core::{TimeRange, Timestamp};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Steps that read as round on a clock or in a week, in milliseconds.
const STEPS: [i64; 36] = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    20 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    3 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    20 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    8 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
];

/// Steps of whole months, for ranges where days are too fine.
const MONTHS: [i64; 9] = [1, 2, 3, 6, 12, 24, 60, 120, 600];

/// Mean length of a month of the Gregorian calendar, in milliseconds: 146,097 days in 4,800 months.
const MEAN_MONTH: i64 = 146_097 * (DAY / 4800);

/// The last moment that is still put on a calendar: about the year 200,000. Beyond it ticks have no meaning.
const CALENDAR_END: i64 = 200_000 * 366 * DAY;

/// One mark on the time axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Where it stands.
    pub at: Timestamp,
    /// Its label in local time and in digits only: `14:30`, `14:30:05`, `11-21` for a midnight, `2026-11`, `2026`.
    pub label: String,
}

/// Returns ticks at round local times within a range, oldest first.
///
/// # Input
///
/// - `max_ticks`: the step is the finest round one that gives no more than about this many; `0` gives none.
/// - `offset_ms`: local time minus UTC at a UTC time, both in milliseconds. It may change within the range: each tick
///   is round on the clock of its own moment, so a step across such a change is longer or shorter than the others. A
///   repeated hour shows twice.
///
/// Ticks of 7 and 14 days fall on Mondays; longer steps fall on the first of a month.
pub fn time_ticks(range: TimeRange, max_ticks: usize, offset_ms: &dyn Fn(i64) -> i64) -> Vec<Tick> {
    let (start, end) = (range.start().as_millis(), range.end().as_millis());
    if max_ticks == 0 || start < -CALENDAR_END || end > CALENDAR_END {
        return Vec::new();
    }
    let wanted = i64::try_from(max_ticks).unwrap_or(i64::MAX);
    let width = end - start;
    if let Some(&step) = STEPS.iter().find(|&&step| width / step < wanted) {
        clock_ticks(start, end, step, offset_ms)
    } else {
        let step = MONTHS.iter().copied().find(|step| width / (step * MEAN_MONTH) < wanted).unwrap_or(1200);
        month_ticks(start, end, step, offset_ms)
    }
}

/// Walks from one round local time to the next.
fn clock_ticks(start: i64, end: i64, step: i64, offset_ms: &dyn Fn(i64) -> i64) -> Vec<Tick> {
    // Day zero was a Thursday: weeks are counted from the Monday after it.
    let origin = if step % (7 * DAY) == 0 { 4 * DAY } else { 0 };
    let local = |at: i64| at + offset_ms(at) - origin;
    let mut ticks = Vec::new();
    let mut at = start - 1;
    loop {
        let next = local(at).div_euclid(step) * step + step;
        let guess = at + (next - local(at));
        // Where the clock was changed in between, the guess is off by that change.
        let mended = guess + (next - local(guess));
        let is_better = local(guess).rem_euclid(step) != 0 && mended > at && local(mended) == next;
        at = if is_better { mended } else { guess };
        if at >= end {
            return ticks;
        }
        if local(at).rem_euclid(step) == 0 {
            ticks.push(Tick { at: Timestamp::from_millis(at), label: clock_label(at + offset_ms(at), step) });
        }
    }
}

/// Writes a local time no finer than the step needs; a midnight is written as its date.
fn clock_label(local: i64, step: i64) -> String {
    let rest = local.rem_euclid(DAY);
    if rest == 0 && step >= MINUTE || step >= DAY {
        let (_, month, day) = civil_from_days(local.div_euclid(DAY));
        return format!("{month:02}-{day:02}");
    }
    let (hours, minutes, seconds, millis) =
        (rest / HOUR, rest / MINUTE % 60, rest / SECOND % 60, rest % SECOND);
    if step >= MINUTE {
        format!("{hours:02}:{minutes:02}")
    } else if step >= SECOND {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
    }
}

/// Returns the local midnights at which every `step`-th month begins.
fn month_ticks(start: i64, end: i64, step: i64, offset_ms: &dyn Fn(i64) -> i64) -> Vec<Tick> {
    let (year, month, _) = civil_from_days((start + offset_ms(start)).div_euclid(DAY));
    let mut index = (year * 12 + month - 1).div_euclid(step) * step;
    let mut ticks = Vec::new();
    loop {
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
        let midnight = days_from_civil(year, month, 1) * DAY;
        let at = midnight - offset_ms(midnight - offset_ms(midnight));
        if at >= end {
            return ticks;
        }
        if at >= start {
            let label = if step % 12 == 0 { format!("{year:04}") } else { format!("{year:04}-{month:02}") };
            ticks.push(Tick { at: Timestamp::from_millis(at), label });
        }
        index += step;
    }
}

/// Returns year, month and day for a day number since 1970-01-01.
///
/// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Returns the day number since 1970-01-01 of a date.
///
/// Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2026-11-17T00:00:00Z, from `date -u -d 2026-11-17 +%s`.
    const TUESDAY: i64 = 1_794_873_600_000;

    #[test]
    fn six_hours_in_utc_are_marked_every_hour() {
        let ticks = time_ticks(range(TUESDAY + 20 * HOUR, TUESDAY + 26 * HOUR), 8, &|_| 0);

        assert_eq!(labels(&ticks), ["20:00", "21:00", "22:00", "23:00", "11-18", "01:00"]);
    }

    #[test]
    fn a_zone_with_45_minutes_has_its_own_round_hours() {
        // Nepal: +05:45, so 18:15 UTC is midnight in Kathmandu.
        let offset = 5 * HOUR + 45 * MINUTE;

        let ticks = time_ticks(range(TUESDAY + 16 * HOUR, TUESDAY + 20 * HOUR), 5, &|_| offset);

        assert_eq!(labels(&ticks), ["22:00", "23:00", "11-18", "01:00"]);
        assert_eq!(ticks[2].at.as_millis(), TUESDAY + 18 * HOUR + 15 * MINUTE);
    }

    #[test]
    fn a_night_that_loses_an_hour_keeps_round_times() {
        // Berlin, 2026-03-29: 01:00 UTC is the change from 02:00 (+1) to 03:00 (+2).
        let change = 1_774_746_000_000;
        let offset = |at: i64| if at < change { HOUR } else { 2 * HOUR };

        let hourly = time_ticks(range(change - 2 * HOUR, change + 2 * HOUR), 6, &offset);
        let coarse = time_ticks(range(change - 2 * HOUR, change + 22 * HOUR), 5, &offset);

        assert_eq!(labels(&hourly), ["03-29", "01:00", "03:00", "04:00"]);
        assert_eq!(labels(&coarse), ["03-29", "06:00", "12:00", "18:00", "03-30"]);
    }

    #[test]
    fn a_repeated_hour_is_marked_twice() {
        // Berlin, 2026-10-25: 01:00 UTC is the change from 03:00 (+2) to 02:00 (+1).
        let change = 1_792_890_000_000;
        let offset = |at: i64| if at < change { 2 * HOUR } else { HOUR };

        let hourly = time_ticks(range(change - 2 * HOUR, change + 2 * HOUR), 6, &offset);
        let coarse = time_ticks(range(change - 3 * HOUR, change + 23 * HOUR), 6, &offset);

        assert_eq!(labels(&hourly), ["01:00", "02:00", "02:00", "03:00"]);
        assert_eq!(labels(&coarse), ["10-25", "06:00", "12:00", "18:00", "10-26"]);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let weeks = time_ticks(range(TUESDAY, TUESDAY + 42 * DAY), 7, &|_| 0);
        let months = time_ticks(range(TUESDAY, TUESDAY + 400 * DAY), 6, &|_| -5 * HOUR);
        let years = time_ticks(range(TUESDAY, TUESDAY + 4000 * DAY), 6, &|_| 0);

        assert_eq!(labels(&weeks), ["11-23", "11-30", "12-07", "12-14", "12-21", "12-28"]);
        assert_eq!(labels(&months), ["2027-01", "2027-04", "2027-07", "2027-10"]);
        assert_eq!(months[0].at.to_string(), "2027-01-01T05:00:00Z");
        assert_eq!(labels(&years), ["2028", "2030", "2032", "2034", "2036"]);
    }

    #[test]
    fn fine_steps_show_seconds_and_their_parts() {
        let seconds = time_ticks(range(TUESDAY + 5, TUESDAY + 20_005), 5, &|_| 0);
        let parts = time_ticks(range(TUESDAY, TUESDAY + 1), 5, &|_| 0);

        assert_eq!(labels(&seconds), ["00:00:05", "00:00:10", "00:00:15", "00:00:20"]);
        assert_eq!(labels(&parts), ["00:00:00.000"]);
    }

    #[test]
    fn times_beyond_any_calendar_have_no_ticks() {
        assert!(time_ticks(range(i64::MIN, i64::MAX), 10, &|_| 0).is_empty());
        assert!(time_ticks(range(0, 10), 0, &|_| 0).is_empty());
    }

    proptest! {
        #[test]
        fn ticks_ascend_lie_in_the_range_and_are_few(
            start in -4_000_000_000_000_i64..4_000_000_000_000,
            width in 1_i64..4_000_000_000_000,
            max_ticks in 1_usize..20,
            offset in -56_i64..56,
        ) {
            let period = range(start, start + width);

            let ticks = time_ticks(period, max_ticks, &|_| offset * 15 * MINUTE);

            prop_assert!(ticks.iter().all(|tick| period.contains(tick.at)));
            prop_assert!(ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
            prop_assert!(ticks.len() <= max_ticks + 2);
        }
    }

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Timestamp::from_millis(start), Timestamp::from_millis(end)).expect("a valid range")
    }
}
