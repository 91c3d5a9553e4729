//! A comparison in words.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::methods::Method;
use wardroom_store::SeriesId;

use super::rows::CompareRow;
use crate::now::refusal_key;
use crate::phrase::Phrase;

/// Returns the name of a method as a word of the catalogue.
pub(crate) fn name(method: Method) -> Phrase {
    Phrase::new(name_key(method))
}

/// Returns what a method is good at and where it fails, as a word of the catalogue.
pub fn about(method: &str) -> String {
    format!("method-{method}-about")
}

pub(crate) fn name_key(method: Method) -> String {
    format!("method-{}", method.as_str())
}

/// Says in one sentence which method does best, as far as that can be told.
pub(super) fn lead(rows: &[CompareRow], scored: usize, marked: usize) -> Phrase {
    // Who can judge nothing is not quiet.
    let rows: Vec<&CompareRow> = rows.iter().filter(|row| row.scored > 0).collect();
    let best = |better: &dyn Fn(&CompareRow, &CompareRow) -> bool| {
        rows.iter().copied().reduce(|best, row| if better(row, best) { row } else { best })
    };
    let is_quieter = |a: &CompareRow, b: &CompareRow| a.alarms < b.alarms;
    let by_f1 = |a: &CompareRow, b: &CompareRow| match a.f1.unwrap_or(-1.0).total_cmp(&b.f1.unwrap_or(-1.0)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => is_quieter(a, b),
        std::cmp::Ordering::Less => false,
    };
    let by_found =
        |a: &CompareRow, b: &CompareRow| a.found > b.found || (a.found == b.found && is_quieter(a, b));
    if rows.is_empty() {
        return Phrase::new("compare-lead-not-scored");
    }
    if marked == 0 && rows.iter().all(|row| row.alarms == 0) {
        return Phrase::new("compare-lead-silent").count("n", rows.len()).count("series", scored);
    }
    let has_f1 = rows.iter().any(|row| row.f1.is_some());
    let (key, chosen) = if marked == 0 {
        ("compare-lead-unmarked", best(&is_quieter))
    } else if has_f1 {
        ("compare-lead-best", best(&by_f1))
    } else {
        ("compare-lead-found", best(&by_found))
    };
    let Some(row) = chosen else { return Phrase::new("compare-lead-not-scored") };
    if marked > 0 && row.found == Some(0) {
        return Phrase::new("compare-lead-none-found").count("marked", marked).count("n", rows.len());
    }
    let phrase = Phrase::new(key).word("method", row.name.key.clone());
    // None at all is a word; a rate below one a week is not rounded to it.
    let phrase = match row.alarms {
        0 => phrase.count("alarms", 0),
        _ => phrase.text("alarms", a_week(row.alarms_per_week)),
    };
    if marked == 0 {
        let most = rows.iter().map(|row| row.alarms_per_week).fold(0.0, f64::max);
        return phrase.count("n", rows.len()).count("series", scored).text("most", a_week(most));
    }
    let phrase = phrase.text("found", row.found.unwrap_or(0).to_string()).count("marked", marked);
    match row.precision {
        Some(precision) => phrase.text("precision", format!("{:.0}", precision * 100.0)),
        None => phrase,
    }
}

/// Writes a rate to a tenth, or to a hundredth where a tenth would be nothing.
fn a_week(rate: f64) -> String {
    if rate < 0.1 { format!("{rate:.2}") } else { format!("{rate:.1}") }
}

/// What the notes tell of.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) marked: usize,
    pub(super) has_expected: bool,
    pub(super) unmarked_is_false: bool,
    /// Series that were to be scored.
    pub(super) series: usize,
    /// Slow methods that were asked about fewer, by how many.
    pub(super) capped: &'a BTreeMap<usize, Vec<Method>>,
    /// Series that a method refused, by reason.
    pub(super) refused: &'a BTreeMap<&'static str, BTreeSet<SeriesId>>,
    /// Series that no method was asked about, by reason.
    pub(super) left_out: &'a BTreeMap<&'static str, usize>,
}

/// Says how the comparison was made, and what it does not know.
pub(super) fn notes(told: &Told<'_>) -> Vec<Phrase> {
    let mut notes = vec![Phrase::new("compare-note-limits")];
    if told.marked > 0 {
        notes.push(Phrase::new("compare-note-marks"));
    }
    if told.unmarked_is_false {
        notes.push(Phrase::new("compare-note-unmarked-false"));
    } else if told.marked > 0 && told.has_expected {
        notes.push(Phrase::new("compare-note-unmarked-left"));
    } else if told.marked > 0 {
        notes.push(Phrase::new("compare-note-no-expected"));
    }
    for (most, methods) in told.capped {
        let words: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
        notes.push(
            Phrase::new("compare-note-slow")
                .text("methods", words.join(", "))
                .count("n", *most)
                .count("of", told.series),
        );
    }
    let refused = told.refused.iter().map(|(reason, series)| (*reason, series.len()));
    for (reason, n) in refused {
        notes.push(Phrase::new("compare-note-refused").count("n", n).word("reason", refusal_key(reason)));
    }
    for (reason, n) in told.left_out {
        notes.push(Phrase::new("compare-note-left-out").count("n", *n).word("reason", refusal_key(reason)));
    }
    notes
}
