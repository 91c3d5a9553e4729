//! The order of a list: by the values of a column, numbers in names as numbers, and what has no value last.

use std::cmp::Ordering;

use crate::topology::rows::ListDirection;

/// Digits to which a number in a name is filled up, so that `app-2` stands before `app-10`.
const DIGITS: usize = 12;

/// What a row is ordered by. A column has values of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(u32),
    Text(String),
}

impl Key {
    /// Makes the value of a text.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(natural(text))
    }

    /// Makes the value of a text that may be missing.
    pub(super) fn said(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::text(text))
    }
}

/// Orders places by a value; those without one come last either way, and equal ones keep their order.
pub(super) fn ordered(
    places: Vec<usize>,
    direction: ListDirection,
    key: impl Fn(usize) -> Option<Key>,
) -> Vec<usize> {
    let mut keyed: Vec<(Option<Key>, usize)> = places.into_iter().map(|place| (key(place), place)).collect();
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => match direction {
            ListDirection::Rising => a.cmp(b),
            ListDirection::Falling => b.cmp(a),
        },
    });
    keyed.into_iter().map(|(_, place)| place).collect()
}

/// Writes a text so that comparing it as bytes orders it as people do: letter case aside, numbers as numbers.
pub(in crate::topology) fn natural(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + DIGITS);
    let mut number = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        fill(&mut out, &mut number);
        out.push(letter);
    }
    fill(&mut out, &mut number);
    out
}

/// Writes the digits read so far as a number of one width.
fn fill(out: &mut String, number: &mut String) {
    if number.is_empty() {
        return;
    }
    let bare = number.trim_start_matches('0');
    out.extend(std::iter::repeat_n('0', DIGITS.saturating_sub(bare.len())));
    out.push_str(bare);
    number.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_ordered_as_numbers_and_case_does_not_count() {
        let mut names = ["app-10", "App-2", "app-02b", "app", "web"];
        names.sort_by_key(|name| natural(name));

        assert_eq!(names, ["app", "App-2", "app-02b", "app-10", "web"]);
    }

    #[test]
    fn what_has_no_value_is_last_either_way_and_equal_ones_keep_their_order() {
        let keys = [Some(Key::Number(2)), None, Some(Key::Number(1)), Some(Key::Number(2))];
        let by = |direction| ordered(vec![0, 1, 2, 3], direction, |place| keys[place].clone());

        assert_eq!(by(ListDirection::Rising), [2, 0, 3, 1]);
        assert_eq!(by(ListDirection::Falling), [0, 3, 2, 1]);
    }
}
