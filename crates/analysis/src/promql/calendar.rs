//! Days and hours of a moment, in UTC.

use super::arithmetic::INTEGERS_END;
use super::functions::Function;

/// Seconds from the first of January of the year below to 1970, as Go counts them.
const EPOCH: i64 = 9_223_372_028_715_321_600;
/// The first year that Go's clock reaches. It is one more than a multiple of 400, and begins on a Monday.
const FIRST_YEAR: i64 = -292_277_022_399;

/// Returns a part of the moment `seconds` after 1970; what is beyond 64 bits wraps as it does in the server.
pub(super) fn part(function: Function, seconds: f64) -> f64 {
    let seconds = if (-INTEGERS_END..INTEGERS_END).contains(&seconds) {
        #[expect(clippy::cast_possible_truncation, reason = "within the bounds of i64")]
        let whole = seconds as i64;
        whole
    } else {
        i64::MIN
    };
    let moment = seconds.wrapping_add(EPOCH).cast_unsigned();
    let days = moment / 86_400;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other functions are not of the calendar")]
    let number = match function {
        Function::Minute => moment / 60 % 60,
        Function::Hour => moment / 3600 % 24,
        // Sunday is 0, and day 0 is a Monday.
        Function::DayOfWeek => (days + 1) % 7,
        _ => return date(function, days) as f64,
    };
    number as f64
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other functions are not of the calendar")]
fn date(function: Function, days: u64) -> i64 {
    let (year, day_of_year) = year(days);
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let february = if is_leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut month, mut day) = (1, day_of_year);
    let mut length = 31;
    for n in lengths {
        length = n;
        if day < n {
            break;
        }
        day -= n;
        month += 1;
    }
    match function {
        Function::Year => year,
        Function::Month => month,
        Function::DayOfMonth => day + 1,
        Function::DayOfYear => day_of_year + 1,
        _ => length,
    }
}

/// Returns the year and the day in it, from 0, of a number of days since the first year.
fn year(days: u64) -> (i64, i64) {
    let (cycles, mut rest) = (days / 146_097, days % 146_097);
    // The last day of four centuries, and of four years, belongs to the last year.
    let centuries = (rest / 36_524).min(3);
    rest -= centuries * 36_524;
    let (fours, mut rest) = (rest / 1461, rest % 1461);
    let years = (rest / 365).min(3);
    rest -= years * 365;
    let passed = (cycles * 400 + centuries * 100 + fours * 4 + years).cast_signed();
    (passed.wrapping_add(FIRST_YEAR), rest.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_moment_are_those_of_the_calendar() {
        // `date -u -d @951826245`: Tue 29 Feb 2000 12:10:45; day 060.
        let parts = [
            (Function::Year, 2000.0),
            (Function::Month, 2.0),
            (Function::DayOfMonth, 29.0),
            (Function::DayOfYear, 60.0),
            (Function::DayOfWeek, 2.0),
            (Function::DaysInMonth, 29.0),
            (Function::Hour, 12.0),
            (Function::Minute, 10.0),
        ];
        for (function, expected) in parts {
            assert!((part(function, 951_826_245.0) - expected).abs() < 1e-9, "{function:?}");
        }
    }

    #[test]
    fn moments_before_1970_count_backwards() {
        // `date -u -d @-1`: Wed 31 Dec 1969 23:59:59; day 365.
        assert!((part(Function::Year, -1.0) - 1969.0).abs() < 1e-9);
        assert!((part(Function::DayOfYear, -1.0) - 365.0).abs() < 1e-9);
        assert!((part(Function::DayOfWeek, -1.0) - 3.0).abs() < 1e-9);
    }
}
