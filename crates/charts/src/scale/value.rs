//! Numbers with their units, and value axes with steps of 1, 2 or 5.

use wardroom_core::{Timestamp, Unit};

/// Where a value axis begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foot {
    /// Zero is always shown: ratios, counters, rates.
    Zero,
    /// The axis begins near the lowest value; the chart then says so.
    Data,
}

/// One mark on a value axis.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueTick {
    /// Where it stands, in the unit's base form.
    pub value: f64,
    /// The number; the last (highest) tick of an axis also carries the unit.
    pub label: String,
}

/// A value axis: its ends and its marks, lowest first.
///
/// Invariant when made by [`ValueAxis::fit`]: `low < high`, both finite, and there are at least two ticks.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAxis {
    /// The lower end, in the unit's base form.
    pub low: f64,
    /// The upper end, in the unit's base form.
    pub high: f64,
    /// The marks, from `low` to `high`.
    pub ticks: Vec<ValueTick>,
}

/// A unit as written: what a value is divided by, and the word behind the number.
struct Scale {
    divisor: f64,
    suffix: &'static str,
}

/// Beyond this size sums of two values could overflow; larger values are drawn as this.
const LARGEST: f64 = 1e300;

impl ValueAxis {
    /// Fits an axis around values from `low` to `high`, both in the unit's base form.
    ///
    /// The step is 1, 2 or 5 times a power of ten in the unit as written (`GiB`, `ms`, `%`), the finest that needs no
    /// more than about `max_ticks` marks. Equal ends get room on both sides; ends that are not finite are taken as 0.
    #[must_use]
    pub fn fit(low: f64, high: f64, foot: Foot, unit: Unit, max_ticks: usize) -> Self {
        let (low, high) = opened(low, high, foot);
        let scale = axis_scale(unit, low.abs().max(high.abs()));
        let (low, high) = (low / scale.divisor, high / scale.divisor);
        let wanted = max_ticks.saturating_sub(1).max(1);
        let (step, exponent) = nice_step((high - low) / wanted as f64);
        let decimals = usize::try_from(-exponent).unwrap_or(0);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let mut values = vec![first * step];
        let mut count = 1.0;
        while first + count <= last && values.len() <= wanted + 2 {
            values.push((first + count) * step);
            count += 1.0;
        }
        let top = values.len() - 1;
        let label = |idx: usize, value: f64| {
            let number = axis_number(value, decimals);
            if idx == top { with_suffix(&number, scale.suffix) } else { number }
        };
        let ticks: Vec<ValueTick> = values
            .iter()
            .enumerate()
            .map(|(idx, &value)| ValueTick { value: value * scale.divisor, label: label(idx, value) })
            .collect();
        Self { low: values[0] * scale.divisor, high: values[top] * scale.divisor, ticks }
    }

    /// Returns where a value stands between the ends: 0 at `low`, 1 at `high`, held at the ends.
    pub fn share(&self, value: f64) -> f64 {
        let width = self.high - self.low;
        if width > 0.0 { ((value - self.low) / width).clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// Returns finite ends with room between them.
fn opened(low: f64, high: f64, foot: Foot) -> (f64, f64) {
    let finite = |value: f64| if value.is_finite() { value.clamp(-LARGEST, LARGEST) } else { 0.0 };
    let (low, high) = (finite(low).min(finite(high)), finite(low).max(finite(high)));
    let (low, high) = match foot {
        Foot::Zero => (low.min(0.0), high.max(0.0)),
        Foot::Data => (low, high),
    };
    let size = low.abs().max(high.abs());
    if size < f64::MIN_POSITIVE * 1e20 {
        (0.0, 1.0)
    } else if high - low <= size * 1e-9 {
        (low - size * 0.1, high + size * 0.1)
    } else {
        (low, high)
    }
}

/// Returns the next 1-2-5 step that is not smaller than `raw`, and the power of ten it is counted in.
fn nice_step(raw: f64) -> (f64, i32) {
    let (mantissa, exponent) = split(raw, 15);
    let (nice, exponent) = if mantissa <= 1.0 {
        (1, exponent)
    } else if mantissa <= 2.0 {
        (2, exponent)
    } else if mantissa <= 5.0 {
        (5, exponent)
    } else {
        (1, exponent + 1)
    };
    // Reading the decimal form gives the nearest number; multiplying by a power of ten would not.
    (format!("{nice}e{exponent}").parse().unwrap_or(raw), exponent)
}

/// Splits a finite number into mantissa and power of ten, rounded to `digits` digits behind the first.
fn split(value: f64, digits: usize) -> (f64, i32) {
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text.as_str(), "0"));
    (mantissa.parse().unwrap_or(1.0), exponent.parse().unwrap_or(0))
}

/// Chooses one scale for all numbers of an axis whose largest size is `size`.
fn axis_scale(unit: Unit, size: f64) -> Scale {
    match unit {
        Unit::Seconds => seconds_scale(size),
        Unit::Ratio => Scale { divisor: 0.01, suffix: "%" },
        Unit::Bytes => pick(&BYTES, size),
        Unit::BytesPerSecond => pick(&BYTES_PER_SECOND, size),
        Unit::PerSecond => pick(&PER_SECOND, size),
        Unit::Celsius => Scale { divisor: 1.0, suffix: "°C" },
        Unit::Unknown | Unit::Count => pick(&COUNT, size),
        Unit::UnixTime => Scale { divisor: 1.0, suffix: "" },
    }
}

/// Scales from the smallest to the largest: each is used from the size in its first field on.
type Scales = [(f64, f64, &'static str)];

const KIB: f64 = 1024.0;
const BYTES: [(f64, f64, &str); 6] = [
    (0.0, 1.0, "B"),
    (KIB, KIB, "KiB"),
    (KIB * KIB, KIB * KIB, "MiB"),
    (KIB * KIB * KIB, KIB * KIB * KIB, "GiB"),
    (KIB * KIB * KIB * KIB, KIB * KIB * KIB * KIB, "TiB"),
    (KIB * KIB * KIB * KIB * KIB, KIB * KIB * KIB * KIB * KIB, "PiB"),
];
const BYTES_PER_SECOND: [(f64, f64, &str); 6] = [
    (0.0, 1.0, "B/s"),
    (KIB, KIB, "KiB/s"),
    (KIB * KIB, KIB * KIB, "MiB/s"),
    (KIB * KIB * KIB, KIB * KIB * KIB, "GiB/s"),
    (KIB * KIB * KIB * KIB, KIB * KIB * KIB * KIB, "TiB/s"),
    (KIB * KIB * KIB * KIB * KIB, KIB * KIB * KIB * KIB * KIB, "PiB/s"),
];
// Numbers below a million are grouped ("1,840") and need no prefix.
const COUNT: [(f64, f64, &str); 4] = [(0.0, 1.0, ""), (1e6, 1e6, "M"), (1e9, 1e9, "G"), (1e12, 1e12, "T")];
const PER_SECOND: [(f64, f64, &str); 4] =
    [(0.0, 1.0, "/s"), (1e6, 1e6, "M/s"), (1e9, 1e9, "G/s"), (1e12, 1e12, "T/s")];
const SHORT_TIMES: [(f64, f64, &str); 4] =
    [(0.0, 1e-9, "ns"), (1e-6, 1e-6, "µs"), (1e-3, 1e-3, "ms"), (1.0, 1.0, "s")];
const LONG_TIMES: [(f64, f64, &str); 4] =
    [(0.0, 1.0, "s"), (120.0, 60.0, "min"), (7200.0, 3600.0, "h"), (172_800.0, 86_400.0, "d")];

/// Prefixes of counts, which have no unit behind them.
const PREFIXES: [&str; 3] = ["M", "G", "T"];
/// The shortest time in two parts: it rounds to a minute.
const LEAST_LONG_TIME_S: f64 = 59.95;
/// Beyond some 30,000 years the parts say nothing.
const MOST_LONG_TIME_S: f64 = 1e12;

fn pick(scales: &Scales, size: f64) -> Scale {
    let found = scales.iter().rev().find(|scale| size >= scale.0).or(scales.first());
    found.map_or(Scale { divisor: 1.0, suffix: "" }, |&(_, divisor, suffix)| Scale { divisor, suffix })
}

fn seconds_scale(size: f64) -> Scale {
    if size < 1.0 { pick(&SHORT_TIMES, size) } else { pick(&LONG_TIMES, size) }
}

/// Writes a number of an axis whose step needs `decimals` decimals.
fn axis_number(value: f64, decimals: usize) -> String {
    if decimals > 9 || value.abs() >= 1e15 {
        return plain(&format!("{value:.3e}"));
    }
    grouped(&unsigned_zero(format!("{value:.decimals$}")))
}

/// Writes a value with its unit for people: `92 ms`, `1,840`, `24 %`, `186 GiB`, `4 min 30 s`.
///
/// Three significant digits, or all digits left of the point; trailing zeros are dropped; thousands are grouped with a
/// comma and a space stands before the unit. The value is in the unit's base form (seconds, bytes, a ratio from 0 to
/// 1). Bytes use IEC prefixes, counts and rates SI prefixes from a million on, times of a minute and more two parts. A
/// share between 99 % and 100 % keeps two decimals. A point in time is RFC 3339 in UTC. A value that is not a number is
/// written as an en dash.
pub fn format_value(value: f64, unit: Unit) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    if value.is_infinite() {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}∞");
    }
    match unit {
        Unit::Seconds if value.abs() >= LEAST_LONG_TIME_S => span(value),
        Unit::Seconds if value.abs() < f64::MIN_POSITIVE => "0 s".to_owned(),
        Unit::Seconds => prefixed(value, &SHORT_TIMES),
        Unit::Ratio => share((value * 100.0).clamp(f64::MIN, f64::MAX)),
        Unit::Bytes => prefixed(value, &BYTES),
        Unit::BytesPerSecond => prefixed(value, &BYTES_PER_SECOND),
        Unit::PerSecond => prefixed(value, &PER_SECOND),
        Unit::Celsius => with_suffix(&significant(value, 3), "°C"),
        Unit::Unknown | Unit::Count => prefixed(value, &COUNT),
        Unit::UnixTime => moment(value),
    }
}

/// Returns the length of time, in milliseconds, that [`format_value`] writes in two parts; `None` for every other value.
///
/// Minutes, hours and days have words of their own in every language, so a caller with a catalogue writes them itself.
/// The smaller part is rounded as [`format_value`] rounds it.
#[expect(clippy::cast_possible_truncation, reason = "below 1e15, which both types hold exactly")]
pub fn long_time_ms(value: f64, unit: Unit) -> Option<i64> {
    if unit != Unit::Seconds || !(LEAST_LONG_TIME_S..MOST_LONG_TIME_S).contains(&value.abs()) {
        return None;
    }
    let whole = value.abs().round();
    let small = if whole < 3600.0 {
        1.0
    } else if whole < 86_400.0 {
        60.0
    } else {
        3600.0
    };
    Some(((whole / small).round() * small * 1000.0).copysign(value) as i64)
}

/// Returns the low end of a range as it is written before its high end: without its unit where both have the same.
///
/// Both are texts of [`format_value`]. A prefix alone (`1.2 M`) is part of the number and stays; so does a time in two
/// parts, and the unit of an end whose partner has another.
pub fn low_end<'a>(low: &'a str, high: &str) -> &'a str {
    let split = |text: &'a str| text.split_once(' ').filter(|(_, unit)| !unit.contains(' '));
    match (split(low), high.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other && !PREFIXES.contains(&unit) => number,
        _ => low,
    }
}

/// Writes a value with the largest prefix that leaves a number of at least one.
fn prefixed(value: f64, scales: &Scales) -> String {
    let Scale { divisor, suffix } = pick(scales, value.abs());
    let number = significant(value / divisor, 3);
    // 1,023.9 KiB rounds to 1,024 KiB, which is 1 MiB.
    let next = scales.iter().find(|scale| scale.1 > divisor);
    match next {
        Some(&(from, larger, word)) if rounded(value / divisor) * divisor >= from && from > 0.0 => {
            with_suffix(&significant(value / larger, 3), word)
        }
        _ => with_suffix(&number, suffix),
    }
}

/// Returns the size of a number as [`significant`] writes it with three digits.
fn rounded(value: f64) -> f64 {
    if value.abs() >= 1000.0 {
        value.abs().round()
    } else {
        format!("{:.2e}", value.abs()).parse().unwrap_or(0.0)
    }
}

/// Writes a percentage; between 99 and 100 two decimals tell apart what three digits would not.
fn share(percent: f64) -> String {
    let digits = if percent > 99.0 && percent < 100.0 { 4 } else { 3 };
    with_suffix(&significant(percent, digits), "%")
}

/// Writes a length of time of at least a minute in two parts.
fn span(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let whole = seconds.abs().round();
    if whole >= MOST_LONG_TIME_S {
        return with_suffix(&significant(seconds, 3), "s");
    }
    let parts = [(86_400.0, "d", 3600.0, "h"), (3600.0, "h", 60.0, "min"), (60.0, "min", 1.0, "s")];
    let found = parts.iter().find(|part| whole >= part.0).unwrap_or(&parts[2]);
    let &(large, large_word, small, small_word) = found;
    // The smaller part is rounded first, so that it never reads "60 min".
    let smalls = (whole / small).round();
    let mut larges = (smalls * small / large).floor();
    let mut rest = smalls - larges * (large / small);
    if rest < 0.0 {
        (larges, rest) = (larges - 1.0, rest + large / small);
    }
    let larges = grouped(&format!("{larges:.0}"));
    if rest < 0.5 {
        format!("{sign}{larges} {large_word}")
    } else {
        format!("{sign}{larges} {large_word} {rest:.0} {small_word}")
    }
}

/// Writes a point in time given in seconds since the epoch.
fn moment(seconds: f64) -> String {
    let millis = (seconds * 1000.0).round();
    // Beyond about the year 10,000 the number is no date.
    if millis.abs() > 253e12 {
        return significant(seconds, 3);
    }
    format!("{millis:.0}")
        .parse::<i64>()
        .map_or_else(|_| significant(seconds, 3), |at| Timestamp::from_millis(at).to_string())
}

/// Writes a number with `digits` significant digits, but never fewer than it has left of the point.
fn significant(value: f64, digits: usize) -> String {
    let behind_first = digits.saturating_sub(1);
    let (_, exponent) = split(value, behind_first);
    if !(-6..15).contains(&exponent) {
        return plain(&format!("{value:.behind_first$e}"));
    }
    let decimals = behind_first.saturating_sub(usize::try_from(exponent).unwrap_or(0))
        + usize::try_from(-exponent).unwrap_or(0);
    let text = unsigned_zero(format!("{value:.decimals$}"));
    let trimmed =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text.as_str() };
    grouped(trimmed)
}

/// Drops the zeros of a mantissa: `4.20e-7` is `4.2e-7`, `0.00e0` is `0`.
fn plain(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let mantissa =
        if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    match (mantissa, exponent) {
        ("0" | "-0", _) => "0".to_owned(),
        (_, "0") => mantissa.to_owned(),
        _ => format!("{mantissa}e{exponent}"),
    }
}

/// Takes the sign from a number that was rounded to zero.
fn unsigned_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| byte == b'0' || byte == b'.') => rest.to_owned(),
        _ => text,
    }
}

/// Puts a comma between groups of three digits left of the point.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    let mut out = String::from(sign);
    for (idx, digit) in whole.chars().enumerate() {
        if idx > 0 && (whole.len() - idx) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn with_suffix(number: &str, suffix: &str) -> String {
    if suffix.is_empty() { number.to_owned() } else { format!("{number} {suffix}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        let written = [
            (0.092, Unit::Seconds, "92 ms"),
            (0.000_25, Unit::Seconds, "250 µs"),
            (0.0, Unit::Seconds, "0 s"),
            (1.5, Unit::Seconds, "1.5 s"),
            (270.0, Unit::Seconds, "4 min 30 s"),
            (59.97, Unit::Seconds, "1 min"),
            (6600.0, Unit::Seconds, "1 h 50 min"),
            (7199.0, Unit::Seconds, "2 h"),
            (277_200.0, Unit::Seconds, "3 d 5 h"),
            (-90.0, Unit::Seconds, "-1 min 30 s"),
            (1840.0, Unit::Count, "1,840"),
            (1_234_567.0, Unit::Count, "1.23 M"),
            (999_999.9, Unit::Count, "1 M"),
            (0.24, Unit::Ratio, "24 %"),
            (0.9995, Unit::Ratio, "99.95 %"),
            (1.0, Unit::Ratio, "100 %"),
            (199_715_979_264.0, Unit::Bytes, "186 GiB"),
            (1_048_575.0, Unit::Bytes, "1 MiB"),
            (0.0, Unit::Bytes, "0 B"),
            (1500.0, Unit::PerSecond, "1,500 /s"),
            (12.0 * 1024.0 * 1024.0, Unit::BytesPerSecond, "12 MiB/s"),
            (41.52, Unit::Celsius, "41.5 °C"),
            (1_794_927_180.0, Unit::UnixTime, "2026-11-17T14:53:00Z"),
            (7.1234, Unit::Unknown, "7.12"),
            (0.000_42, Unit::Unknown, "0.00042"),
            (4.2e-9, Unit::Unknown, "4.2e-9"),
            (-0.0, Unit::Unknown, "0"),
            (-1840.4, Unit::Unknown, "-1,840"),
        ];

        for (value, unit, text) in written {
            assert_eq!(format_value(value, unit), text);
        }
    }

    #[test]
    fn long_times_are_the_lengths_that_are_written() {
        assert_eq!(long_time_ms(59.97, Unit::Seconds), Some(60_000));
        assert_eq!(long_time_ms(61.2, Unit::Seconds), Some(61_000));
        assert_eq!(long_time_ms(-7199.0, Unit::Seconds), Some(-7_200_000));
        assert_eq!(long_time_ms(277_300.0, Unit::Seconds), Some(277_200_000));
        for (value, unit) in [(59.9, Unit::Seconds), (1e12, Unit::Seconds), (61.0, Unit::Count)] {
            assert_eq!(long_time_ms(value, unit), None, "{value} {unit:?}");
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(long_time_ms(value, Unit::Seconds), None, "{value}");
        }
    }

    #[test]
    fn a_unit_that_both_ends_share_is_written_once() {
        let written = [
            ("0.0869 %", "0.153 %", "0.0869"),
            ("0 s", "16.5 ms", "0 s"),
            ("980 KiB/s", "990 KiB/s", "980"),
            ("1.2 M", "3 M", "1.2 M"),
            ("1 min", "2 min", "1"),
            ("1 min", "1 min 30 s", "1 min"),
            ("1 min 1 s", "2 min 1 s", "1 min 1 s"),
            ("0", "2", "0"),
            ("-∞", "5 s", "-∞"),
        ];

        for (low, high, text) in written {
            assert_eq!(low_end(low, high), text, "{low} to {high}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_never_written_as_one() {
        assert_eq!(format_value(f64::NAN, Unit::Bytes), "–");
        assert_eq!(format_value(f64::NEG_INFINITY, Unit::Seconds), "-∞");
    }

    #[test]
    fn only_the_top_tick_carries_the_unit() {
        let axis = ValueAxis::fit(0.0, 0.97, Foot::Zero, Unit::Ratio, 5);

        assert_eq!(labels(&axis), ["0", "50", "100 %"]);
        assert!((axis.high - 1.0).abs() < 1e-12);
    }

    #[test]
    fn steps_are_one_two_or_five_in_the_unit_as_written() {
        let memory = ValueAxis::fit(0.0, 6.5 * 1024.0 * 1024.0 * 1024.0, Foot::Zero, Unit::Bytes, 5);
        let latency = ValueAxis::fit(0.010, 0.092, Foot::Zero, Unit::Seconds, 6);
        let gauge = ValueAxis::fit(163.0, 171.0, Foot::Data, Unit::Count, 5);
        let small = ValueAxis::fit(0.1, 0.34, Foot::Data, Unit::Unknown, 5);

        assert_eq!(labels(&memory), ["0", "2", "4", "6", "8 GiB"]);
        assert_eq!(labels(&latency), ["0", "20", "40", "60", "80", "100 ms"]);
        assert_eq!(labels(&gauge), ["162", "164", "166", "168", "170", "172"]);
        assert_eq!(labels(&small), ["0.1", "0.2", "0.3", "0.4"]);
    }

    #[test]
    fn flat_and_empty_data_get_an_axis() {
        assert_eq!(labels(&ValueAxis::fit(0.0, 0.0, Foot::Data, Unit::Count, 3)), ["0.0", "0.5", "1.0"]);
        assert_eq!(labels(&ValueAxis::fit(f64::NAN, f64::INFINITY, Foot::Zero, Unit::Count, 3)).len(), 3);
        let flat = ValueAxis::fit(50.0, 50.0, Foot::Data, Unit::Count, 4);
        assert!(flat.low < 50.0 && flat.high > 50.0);
    }

    #[test]
    fn a_value_has_its_place_on_the_axis() {
        let axis = ValueAxis::fit(0.0, 10.0, Foot::Zero, Unit::Count, 3);

        assert!((axis.share(5.0) - 0.5).abs() < 1e-12);
        assert!(axis.share(-4.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn every_axis_encloses_its_values(
            low in any::<f64>(),
            high in any::<f64>(),
            max_ticks in 0_usize..12,
            zero in any::<bool>(),
        ) {
            let foot = if zero { Foot::Zero } else { Foot::Data };

            for unit in [Unit::Unknown, Unit::Seconds, Unit::Bytes, Unit::Ratio, Unit::PerSecond] {
                let axis = ValueAxis::fit(low, high, foot, unit, max_ticks);

                prop_assert!(axis.low.is_finite() && axis.high.is_finite() && axis.low < axis.high);
                prop_assert!(axis.ticks.len() >= 2 && axis.ticks.len() <= max_ticks.max(2) + 3);
                prop_assert!(axis.ticks.windows(2).all(|pair| pair[0].value < pair[1].value));
                for value in [low, high] {
                    if value.is_finite() && value.abs() < LARGEST {
                        let slack = 1e-6 * (axis.high - axis.low);
                        prop_assert!(axis.low - slack <= value && value <= axis.high + slack);
                    }
                }
            }
        }

        #[test]
        fn every_value_can_be_written(bits in any::<u64>()) {
            let value = f64::from_bits(bits);

            for unit in [Unit::Unknown, Unit::Seconds, Unit::Bytes, Unit::Ratio, Unit::UnixTime, Unit::Celsius] {
                let text = format_value(value, unit);
                prop_assert!(!text.is_empty() && text.chars().count() < 40);
            }
        }
    }

    fn labels(axis: &ValueAxis) -> Vec<&str> {
        axis.ticks.iter().map(|tick| tick.label.as_str()).collect()
    }
}
