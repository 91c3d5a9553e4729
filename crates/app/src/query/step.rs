//! Typed steps: `30s`, `1h30m`, or seconds.

use crate::error::AppError;
use crate::wire::Millis;

/// Units in the order in which they stand, each at most once, as Prometheus reads durations.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The longest step: a century.
const LONGEST_MS: i64 = 100 * 365 * 86_400_000;

/// Reads a step: a length of time such as `30s` or `1h30m`, or seconds such as `15` or `0.5`.
///
/// # Errors
///
/// `query_step` with the text, also when it is not above zero or longer than a century.
pub fn parse_step(text: &str) -> Result<Millis, AppError> {
    let typed = text.trim();
    let read = duration(typed).or_else(|| seconds(typed)).filter(|ms| (1..=LONGEST_MS).contains(ms));
    read.map(Millis).ok_or_else(|| AppError::new("query_step").with("text", text))
}

fn duration(text: &str) -> Option<i64> {
    let (mut rest, mut next_unit, mut total) = (text, 0, 0_i64);
    while !rest.is_empty() {
        let (number, behind) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let (unit, behind) = behind.split_at(behind.bytes().take_while(u8::is_ascii_alphabetic).count());
        let place = next_unit + UNITS[next_unit..].iter().position(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(UNITS[place].1)?)?;
        (rest, next_unit) = (behind, place + 1);
    }
    Some(total)
}

#[expect(clippy::cast_possible_truncation, reason = "held within a century before")]
fn seconds(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let ms = text.parse::<f64>().ok().filter(|_| plain)? * 1000.0;
    (ms <= LONGEST_MS as f64).then_some(ms.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_of_time_and_seconds_are_steps() {
        for (text, ms) in [
            ("30s", 30_000),
            ("1h30m", 5_400_000),
            (" 5m ", 300_000),
            ("1500ms", 1500),
            ("1w2d", 777_600_000),
            ("15", 15_000),
            ("0.5", 500),
        ] {
            assert_eq!(parse_step(text).unwrap(), Millis(ms), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_text() {
        for text in
            ["", "0", "0s", "-5", "5x", "30m1h", "1m1m", "5 m", "1e3", "NaN", "inf", "99999999999999y"]
        {
            let error = parse_step(text).unwrap_err();

            assert_eq!((error.code.as_str(), error.fields["text"].as_str()), ("query_step", text));
        }
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in ".{0,20}") {
            let _ = parse_step(&text);
        }

        #[test]
        fn garbage_near_the_grammar_never_panics(text in "[0-9]{0,20}[ywdhms.]{0,3}[0-9]{0,3}[a-z]{0,2}") {
            let _ = parse_step(&text);
        }
    }
}
