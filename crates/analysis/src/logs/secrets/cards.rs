//! Numbers of payment cards: the right length for their issuer, a right check digit, and no sign of being an id.

use super::keys;
use super::{Secret, SecretRule};

/// The groups in which cards print their numbers.
const GROUPS: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3]];

/// Reports whether the digits from `at` on are as many as a card or its first group has.
#[inline]
pub(super) fn is_long(bytes: &[u8], at: usize) -> bool {
    match digits_from(bytes, at) {
        4 => {
            matches!(bytes.get(at + 4), Some(b' ' | b'-'))
                && bytes.get(at + 8).is_some_and(u8::is_ascii_digit)
        }
        14..=19 => true,
        _ => false,
    }
}

/// Looks at the digits from `at` on, the first of their number.
pub(super) fn at_digits(bytes: &[u8], at: usize) -> Option<Secret> {
    let run = digits_from(bytes, at);
    let before = if at == 0 { b' ' } else { bytes[at - 1] };
    if before.is_ascii_alphanumeric() || b"_-./#+@%".contains(&before) {
        return None;
    }
    if run == 4 { grouped(bytes, at) } else { plain(bytes, at, at + run) }
}

fn plain(bytes: &[u8], start: usize, end: usize) -> Option<Secret> {
    let mut number = Number::default();
    number.extend(&bytes[start..end]);
    let ends = ends_number(bytes, end);
    let fits = ends && number.is_issued(false) && number.has_right_check();
    (fits && !is_counted(bytes, start)).then_some(Secret { start, end, rule: SecretRule::CardNumber })
}

fn grouped(bytes: &[u8], start: usize) -> Option<Secret> {
    let sign = *bytes.get(start + 4).filter(|b| matches!(b, b' ' | b'-'))?;
    GROUPS.into_iter().find_map(|groups| {
        let mut number = Number::default();
        let mut at = start;
        for (idx, &len) in groups.iter().enumerate() {
            if idx > 0 {
                if bytes.get(at) != Some(&sign) {
                    return None;
                }
                at += 1;
            }
            if digits_from(bytes, at) != len {
                return None;
            }
            number.extend(&bytes[at..at + len]);
            at += len;
        }
        let ends =
            ends_number(bytes, at) && !(bytes.get(at) == Some(&sign) && digits_from(bytes, at + 1) > 0);
        let fits = ends && number.is_issued(true) && number.has_right_check();
        fits.then_some(Secret { start, end: at, rule: SecretRule::CardNumber })
    })
}

/// Reports whether nothing goes on with the number behind it.
fn ends_number(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end) {
        Some(b'.' | b',') => digits_from(bytes, end + 1) == 0,
        Some(b) => !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'-' | b':' | b'/'),
        None => true,
    }
}

/// Reports whether the key or word before a number says that it counts or names something.
fn is_counted(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[..start];
    let signs = before.iter().rev().take(4).take_while(|b| b" \"'=:(".contains(b)).count();
    keys::counts(keys::before(bytes, start - signs))
}

#[inline]
pub(super) fn digits_from(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count())
}

/// The digits of a number, at most 19.
#[derive(Default)]
struct Number {
    digits: [u8; 19],
    len: usize,
}

impl Number {
    fn extend(&mut self, ascii: &[u8]) {
        for byte in ascii {
            if let Some(place) = self.digits.get_mut(self.len) {
                *place = byte - b'0';
                self.len += 1;
            }
        }
    }

    /// Returns the first `n` digits as a number.
    fn prefix(&self, n: usize) -> u32 {
        self.digits[..n].iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit))
    }

    /// Reports whether an issuer gives out numbers that begin so and are this long.
    ///
    /// Ungrouped numbers of 14 digits look like compact times, so they have to be grouped.
    ///
    /// Source: ISO/IEC 7812 ranges as the schemes publish them (Visa, Mastercard, American Express, Diners Club, Discover,
    /// JCB, `UnionPay`, Mir).
    fn is_issued(&self, grouped: bool) -> bool {
        match self.len {
            14 => grouped && (matches!(self.prefix(3), 300..=305) || matches!(self.prefix(2), 36 | 38 | 39)),
            15 => matches!(self.prefix(2), 34 | 37),
            16 => {
                matches!(self.prefix(1), 4)
                    || matches!(self.prefix(2), 51..=55 | 62 | 65)
                    || matches!(self.prefix(3), 644..=649)
                    || matches!(self.prefix(4), 2200..=2204 | 2221..=2720 | 3528..=3589 | 6011)
            }
            17 | 18 => self.prefix(2) == 62,
            19 => self.prefix(2) == 62 || (grouped && self.prefix(1) == 4),
            _ => false,
        }
    }

    /// Reports whether the last digit is the check digit of the others.
    ///
    /// Source: ISO/IEC 7812-1, annex B (the Luhn formula).
    fn has_right_check(&self) -> bool {
        let sum: u32 = self.digits[..self.len]
            .iter()
            .rev()
            .enumerate()
            .map(|(idx, &digit)| {
                let doubled = u32::from(digit) * if idx % 2 == 1 { 2 } else { 1 };
                doubled / 10 + doubled % 10
            })
            .sum();
        sum.is_multiple_of(10)
    }
}
