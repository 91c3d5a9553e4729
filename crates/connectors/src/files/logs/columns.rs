//! Finds where on a line the time stands, and passes over blank-separated columns.

use super::stamp::{DayCache, LAYOUTS, Layout, Stamp};

/// Columns that may stand before the time.
const MOST_TOKENS: u8 = 6;

/// Bytes in which the time has to begin.
const MOST_BYTES: usize = 240;

/// Where on a line the time begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    /// At the start, perhaps in brackets.
    Start,
    /// Behind syslog's priority (`<34>`), with its version where there is one.
    Priority,
    /// Behind a letter for the level (`I1110 …`).
    Letter,
    /// Behind that many columns, perhaps in brackets.
    Token(u8),
    /// Behind the first bracket: the columns before it may hold blanks.
    Bracket,
}

/// A place and a way of writing a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TimeSpec {
    pub(super) column: Column,
    pub(super) layout: Layout,
}

impl Column {
    /// Returns where the time has to begin on this line.
    pub(super) fn offset(self, line: &[u8]) -> Option<usize> {
        match self {
            Self::Start => Some(open_bracket(line, 0)),
            Self::Letter => line.first().is_some_and(u8::is_ascii_uppercase).then_some(1),
            Self::Priority => {
                let (_, at) = priority(line)?;
                let versioned = line.get(at..at + 2) == Some(b"1 ");
                Some(at + if versioned { 2 } else { 0 })
            }
            Self::Token(tokens) => {
                let mut at = 0;
                for _ in 0..tokens {
                    at = next_token(line, at)?;
                }
                Some(open_bracket(line, at))
            }
            Self::Bracket => memchr::memchr(b'[', line.get(..MOST_BYTES).unwrap_or(line)).map(|at| at + 1),
        }
    }
}

/// Reads `<34>`: the number and the place behind.
pub(super) fn priority(line: &[u8]) -> Option<(u64, usize)> {
    if line.first() != Some(&b'<') {
        return None;
    }
    let n = line[1..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
    if !(1..=3).contains(&n) || line.get(n + 1) != Some(&b'>') {
        return None;
    }
    let value = line[1..=n].iter().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
    // 23 facilities of 8 severities (RFC 5424, 6.2.1).
    (value <= 191).then_some((value, n + 2))
}

/// Returns the place of the next column.
fn next_token(line: &[u8], at: usize) -> Option<usize> {
    let rest = line.get(at..(at + MOST_BYTES).min(line.len()))?;
    let blank = rest.iter().position(|&b| matches!(b, b' ' | b'\t'))?;
    let behind = rest[blank..].iter().position(|&b| !matches!(b, b' ' | b'\t'))?;
    Some(at + blank + behind)
}

fn open_bracket(line: &[u8], at: usize) -> usize {
    at + usize::from(matches!(line.get(at), Some(b'[' | b'(' | b'"' | b'{' | b'<')))
}

/// Finds the time on a line in any place and layout.
pub(super) fn find_time(line: &[u8]) -> Option<(TimeSpec, Stamp, usize)> {
    let looked = &line[..line.len().min(MOST_BYTES + 64)];
    let mut cache = DayCache::default();
    if looked.first().is_some_and(|b| matches!(b, b'I' | b'W' | b'E' | b'F' | b'D'))
        && let Some((stamp, n)) = Layout::Klog.read(&looked[1..], &mut cache)
    {
        return Some((TimeSpec { column: Column::Letter, layout: Layout::Klog }, stamp, 1 + n));
    }
    let tokens = (1..=MOST_TOKENS).map(Column::Token);
    [Column::Priority, Column::Start].into_iter().chain(tokens).chain([Column::Bracket]).find_map(|column| {
        let at = column.offset(looked).filter(|&at| at < looked.len())?;
        LAYOUTS.into_iter().find_map(|layout| {
            // A day without year and a number say little: only at the start of a line are they a time.
            if matches!(layout, Layout::Klog | Layout::TimeOnly) && column != Column::Start
                || matches!(layout, Layout::Klog)
                || matches!(layout, Layout::Epoch | Layout::MonthDay | Layout::ShortYear)
                    && !matches!(column, Column::Start | Column::Token(1 | 2))
            {
                return None;
            }
            let (stamp, n) = layout.read(&looked[at..], &mut cache)?;
            Some((TimeSpec { column, layout }, stamp, at + n))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_wherever_writers_put_them() {
        for (line, column, layout) in [
            ("2026-11-10 12:00:00,123 INFO text", Column::Start, Layout::Iso),
            ("[2026-11-10T12:00:00Z] text", Column::Start, Layout::Iso),
            ("<34>Nov 10 12:00:00 web1 su: text", Column::Priority, Layout::Bsd),
            ("<34>1 2026-11-10T12:00:00Z web1 su - - - text", Column::Priority, Layout::Iso),
            ("I1110 12:00:00.000000  7 main.go:1] text", Column::Letter, Layout::Klog),
            ("INFO 2026-11-10 12:00:00 text", Column::Token(1), Layout::Iso),
            (
                "10.0.0.7 - - [10/Nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
                Column::Token(3),
                Layout::DayMonth,
            ),
            ("10.0.0.7 - a b c d e [10/Nov/2026:12:00:00 +0000] \"GET", Column::Bracket, Layout::DayMonth),
            ("1794314096 text", Column::Start, Layout::Epoch),
            ("12:00:00.123 [main] INFO text", Column::Start, Layout::TimeOnly),
        ] {
            let found = find_time(line.as_bytes()).map(|(spec, ..)| spec);
            assert_eq!(found, Some(TimeSpec { column, layout }), "{line}");
        }
        assert_eq!(find_time(b"nothing here at 3 o'clock"), None);
    }
}
