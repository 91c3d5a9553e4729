//! Counts tests by what their runners print: cargo, vitest, node.

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests and checks that passed.
    pub(crate) passed: usize,
    /// Tests and checks that failed.
    pub(crate) failed: usize,
}

impl Tally {
    /// Adds another count.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Returns what a line of a runner's summary counts; `None` for any other line.
pub(crate) fn count(line: &str) -> Option<Tally> {
    let plain = without_colour(line);
    let text = plain.trim();
    if let Some(rest) = text.strip_prefix("test result: ") {
        return Some(words(rest));
    }
    if text.starts_with("Tests ") {
        return Some(words(text));
    }
    // node prints one line for each number, after `#` or an information sign.
    let rest = text.strip_prefix(['#', 'ℹ'])?;
    let (name, number) = rest.trim().split_once(' ')?;
    let number = number.trim().parse().ok()?;
    match name {
        "pass" => Some(Tally { passed: number, failed: 0 }),
        "fail" => Some(Tally { passed: 0, failed: number }),
        _ => None,
    }
}

/// Reads numbers that stand before the words `passed` and `failed`.
fn words(text: &str) -> Tally {
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let before = |word: &str| {
        let numbers = parts.windows(2).filter(|pair| pair[1] == word);
        numbers.filter_map(|pair| pair[0].parse::<usize>().ok()).sum::<usize>()
    };
    Tally { passed: before("passed"), failed: before("failed") }
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut inside = false;
    for c in line.chars() {
        match (inside, c) {
            (false, '\u{1b}') => inside = true,
            (false, _) => plain.push(c),
            (true, _) => inside = c != 'm',
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: usize, failed: usize) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn the_summaries_of_all_three_runners_are_counted() {
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.02s";

        assert_eq!(count(cargo), Some(tally(12, 3)));
        assert_eq!(count("      Tests  1 failed | 41 passed (42)"), Some(tally(41, 1)));
        assert_eq!(
            count("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m7 passed\u{1b}[39m (7)"),
            Some(tally(7, 0))
        );
        assert_eq!(count("ℹ pass 8"), Some(tally(8, 0)));
        assert_eq!(count("# fail 2"), Some(tally(0, 2)));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            " Test Files  2 passed (2)",
            "test demo ... ok",
            "ℹ tests 8",
            "ℹ duration_ms 12.5",
            "# Subtest: x",
        ] {
            assert_eq!(count(line), None, "{line}");
        }
    }
}
