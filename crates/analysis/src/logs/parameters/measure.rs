//! Numbers with their units, as programs write them.

use super::ParameterKind;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    /// A bare number.
    Count,
    /// A length of time, in milliseconds.
    Time,
    /// An amount of data, in bytes.
    Data,
    /// A share, in percent.
    Percent,
}

impl Dimension {
    pub(super) const ALL: [Self; 4] = [Self::Count, Self::Time, Self::Data, Self::Percent];

    /// Returns the unit in which numbers of the dimension are kept.
    pub(super) const fn unit(self) -> &'static str {
        match self {
            Self::Count => "",
            Self::Time => "ms",
            Self::Data => "B",
            Self::Percent => "%",
        }
    }
}

/// A unit: what it measures, and how many of the kept unit it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit {
    dimension: Dimension,
    factor: f64,
}

/// Units by all their names; single letters in capitals are those of memory sizes.
const UNITS: [(&[&str], Dimension, f64); 17] = [
    (&["ns", "nanos", "nanosecond", "nanoseconds"], Dimension::Time, 1e-6),
    (&["us", "µs", "μs", "usec", "usecs", "micros", "microsecond", "microseconds"], Dimension::Time, 1e-3),
    (&["ms", "msec", "msecs", "millis", "millisecond", "milliseconds"], Dimension::Time, 1.0),
    (&["s", "sec", "secs", "second", "seconds"], Dimension::Time, 1e3),
    (&["m", "min", "mins", "minute", "minutes"], Dimension::Time, 6e4),
    (&["h", "hr", "hrs", "hour", "hours"], Dimension::Time, 3.6e6),
    (&["d", "day", "days"], Dimension::Time, 8.64e7),
    (&["B", "byte", "bytes", "Bytes"], Dimension::Data, 1.0),
    (&["kB", "KB", "kb"], Dimension::Data, 1e3),
    (&["MB", "mb"], Dimension::Data, 1e6),
    (&["GB", "gb"], Dimension::Data, 1e9),
    (&["TB", "tb"], Dimension::Data, 1e12),
    (&["KiB", "K"], Dimension::Data, 1024.0),
    (&["MiB", "M"], Dimension::Data, 1_048_576.0),
    (&["GiB", "G"], Dimension::Data, 1_073_741_824.0),
    (&["TiB", "T"], Dimension::Data, 1_099_511_627_776.0),
    (&["%", "percent", "pct"], Dimension::Percent, 1.0),
];

/// Returns the unit with which a text begins, if it is one for this kind of parameter.
pub(super) fn unit_at_start(text: &str, kind: ParameterKind) -> Option<Unit> {
    let text = text.trim_start();
    let len = text.find(|c: char| !(c.is_alphabetic() || c == '%')).unwrap_or(text.len());
    // `%` may be followed by anything, a word may not go on.
    let word = if text.starts_with('%') { "%" } else { &text[..len] };
    let letter = word.chars().count() == 1 && word != "%";
    let fits = |unit: &Unit| match told_by(kind) {
        Some(dimension) => unit.dimension == dimension,
        // A lone letter behind a number of unknown kind can be any word.
        None => !letter,
    };
    unit(word).filter(fits)
}

fn unit(word: &str) -> Option<Unit> {
    UNITS
        .into_iter()
        .find(|(names, ..)| names.contains(&word))
        .map(|(_, dimension, factor)| Unit { dimension, factor })
}

/// Reads a number with or without unit, or several that add up to one duration (`1h30m`); bare numbers have `behind`.
pub(super) fn read(text: &str, behind: Option<Unit>, kind: ParameterKind) -> Option<(Dimension, f64)> {
    let text = text.trim();
    let (mut number, mut rest) = leading_number(text)?;
    if rest.is_empty() {
        return Some(match behind {
            Some(unit) => (unit.dimension, number * unit.factor),
            None => (bare_dimension(kind), number),
        });
    }
    let mut sum = 0.0;
    let mut dimension = None;
    loop {
        rest = rest.trim_start();
        let len = rest.find(|c: char| !(c.is_alphabetic() || c == '%')).unwrap_or(rest.len());
        let unit = unit(&rest[..len])?;
        if dimension.is_some_and(|known| known != unit.dimension) {
            return None;
        }
        dimension = Some(unit.dimension);
        sum += number * unit.factor;
        rest = rest[len..].trim_start();
        if rest.is_empty() {
            return Some((unit.dimension, sum));
        }
        if unit.dimension != Dimension::Time {
            return None;
        }
        (number, rest) = leading_number(rest)?;
    }
}

/// Returns what a parameter measures, when its kind says it.
fn told_by(kind: ParameterKind) -> Option<Dimension> {
    [
        (ParameterKind::Duration, Dimension::Time),
        (ParameterKind::Bytes, Dimension::Data),
        (ParameterKind::Percent, Dimension::Percent),
    ]
    .into_iter()
    .find_map(|(known, dimension)| (known == kind).then_some(dimension))
}

/// Returns what a bare number measures: durations and sizes without a unit are compared as they are.
fn bare_dimension(kind: ParameterKind) -> Dimension {
    if kind == ParameterKind::Percent { Dimension::Percent } else { Dimension::Count }
}

/// Reads the decimal number at the start of a text (`-1,234.5e3`), and returns what is behind it.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let bytes = text.as_bytes();
    let digits =
        |at: usize| bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let first = digits(sign);
    let mut end = sign + first;
    let grouped = (1..=3).contains(&first);
    while grouped && bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
        end += 4;
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if first + fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    } else if first == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + signed);
        end += if exponent > 0 { 1 + signed + exponent } else { 0 };
    }
    let number: f64 = text[..end].replace(',', "").parse().ok()?;
    number.is_finite().then_some((number, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_units() {
        let cases = [
            ("30 s", Dimension::Time, 30_000.0),
            ("12ms", Dimension::Time, 12.0),
            ("1h30m", Dimension::Time, 5_400_000.0),
            ("2m 3.5s", Dimension::Time, 123_500.0),
            ("250µs", Dimension::Time, 0.25),
            ("4.2 MiB", Dimension::Data, 4_404_019.2),
            ("512K", Dimension::Data, 524_288.0),
            ("3 GB", Dimension::Data, 3e9),
            ("93 %", Dimension::Percent, 93.0),
            ("-7", Dimension::Count, -7.0),
            ("1,234,567", Dimension::Count, 1_234_567.0),
            (".5", Dimension::Count, 0.5),
            ("1.5e3", Dimension::Count, 1500.0),
        ];
        for (text, dimension, expected) in cases {
            let (found, number) = read(text, None, ParameterKind::Number).expect(text);
            assert_eq!(found, dimension, "{text}");
            assert!((number - expected).abs() <= expected.abs() * 1e-12, "{text}: {number}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in [
            "",
            "x",
            "-",
            ".",
            "12 parsecs",
            "1 2",
            "10.0.0.1",
            "0x1f",
            "1 MiB 3 s",
            "1,2,3",
            "inf",
            "nan",
            "1e999",
            "5 s 3",
        ] {
            assert_eq!(read(text, None, ParameterKind::Number), None, "{text}");
        }
    }

    #[test]
    fn a_unit_behind_the_parameter_is_that_of_bare_numbers() {
        let unit = unit_at_start(" ms, heap ", ParameterKind::Number);

        assert_eq!(read("30000", unit, ParameterKind::Number), Some((Dimension::Time, 30_000.0)));
        assert_eq!(read("3 s", unit, ParameterKind::Number), Some((Dimension::Time, 3000.0)));
        assert_eq!(
            unit_at_start("% of quota", ParameterKind::Number).map(|u| u.dimension),
            Some(Dimension::Percent)
        );
        assert_eq!(unit_at_start(" s", ParameterKind::Number), None);
        assert!(unit_at_start("s", ParameterKind::Duration).is_some());
        assert_eq!(unit_at_start(" failures", ParameterKind::Number), None);
    }
}
