//! The word that was probably meant: the nearest of those that there are.

/// Returns the word with the fewest letters to insert, leave out or exchange; of equally near ones the first.
///
/// Cost: the length of the word times the letters of all that there are.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known.min_by_key(|known| distance(word, known))
}

/// Returns how many letters have to be inserted, left out or exchanged to make one word of the other.
///
/// The method is that of Wagner and Fischer, *The String-to-String Correction Problem* (1974), with one row kept.
#[must_use]
pub fn distance(word: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in word.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], place + 1);
        for (idx, known) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *known);
            diagonal = row[idx + 1];
            row[idx + 1] = exchanged.min(diagonal + 1).min(row[idx] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        // The first pair is that of Jurafsky and Martin, Speech and Language Processing, in the chapter on minimum edit
        // distance, where every step costs 1.
        assert_eq!(distance("intention", "execution"), 5);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!((distance("", "abc"), distance("abc", ""), distance("abc", "abc")), (3, 3, 0));
    }

    #[test]
    fn the_nearest_is_the_one_that_was_meant() {
        let known = ["node_cpu_seconds_total", "node_load1", "up"];

        assert_eq!(nearest("node_cpu_second_total", known.into_iter()), Some("node_cpu_seconds_total"));
        assert_eq!(nearest("node_load", known.into_iter()), Some("node_load1"));
        assert_eq!(nearest("up", std::iter::empty()), None);
    }
}
