//! The sentence over the table of templates, and the one under it: what is new, and what to look at first.

use super::counts::Counted;
use super::decisions;
use super::rows::{LogChange, LogClass, LogGrade, TemplateRow};
use super::templates::{Asked, Known, LEAST_BASELINE_LINES};
use crate::phrase::{Phrase, PhraseValue};

/// Says what is new and which of it is to be looked at first.
pub(super) fn told(
    rows: &[TemplateRow],
    asked: &Asked,
    known: Known,
    counted: &Counted,
) -> (Option<Phrase>, Option<Phrase>) {
    if counted.total() < 0.5 && rows.is_empty() {
        return (Some(Phrase::new("logs-none")), None);
    }
    match known {
        Known::Whole => {}
        Known::TooShort => {
            let lead = Phrase::new("logroom-history-short-lead")
                .count("n", usize::try_from(LEAST_BASELINE_LINES).unwrap_or_default());
            return (Some(Phrase::new("logroom-history-short")), Some(lead));
        }
        Known::Cut => return (Some(Phrase::new("logroom-not-compared")), None),
    }
    let new: Vec<&TemplateRow> = rows.iter().filter(|row| row.change == Some(LogChange::New)).collect();
    let Some(first) = new.iter().map(|row| row.first_seen).min() else {
        return (Some(nothing_new(rows)), None);
    };
    let headline = Phrase::new("logroom-new").count("n", new.len()).with("time", PhraseValue::Time(first));
    (Some(headline), Some(lead(&new, asked)))
}

fn nothing_new(rows: &[TemplateRow]) -> Phrase {
    let changed = |wanted: LogChange| rows.iter().filter(|row| row.change == Some(wanted)).count();
    let (more, gone) = (changed(LogChange::More), changed(LogChange::Gone));
    if more + gone == 0 {
        return Phrase::new("logroom-nothing-new");
    }
    Phrase::new("logroom-nothing-new-but").count("more", more).count("gone", gone)
}

/// Speaks of the most serious of the new templates: a fault before anything else, then the first.
fn lead(new: &[&TemplateRow], asked: &Asked) -> Phrase {
    let is_fault = |row: &TemplateRow| !matches!(row.class, LogClass::None | LogClass::Unknown);
    let rank = |row: &TemplateRow| (!is_fault(row), row.level.unwrap_or(LogGrade::Trace), row.first_seen);
    let Some(row) = new.iter().min_by_key(|row| rank(row)) else { return Phrase::new("logroom-nothing-new") };
    let text = row.name.clone().unwrap_or_else(|| {
        row.parts.iter().map(|p| if p.kind.is_some() { "…" } else { p.text.as_str() }).collect()
    });
    let place = row.services.first().or_else(|| row.hosts.first()).cloned();
    let phrase = |key: &str| {
        let text = decisions::shortened(text.trim());
        Phrase::new(key).text("template", text).with("time", PhraseValue::Time(row.first_seen))
    };
    let distance = asked.first_alert.map(|at| at.as_millis() - row.first_seen.0);
    match (place, distance) {
        (Some(place), Some(ms)) if ms >= 0 => {
            phrase("logroom-lead-before-alert").text("place", place).span("span", ms)
        }
        (Some(place), Some(ms)) => phrase("logroom-lead-after-alert").text("place", place).span("span", -ms),
        (Some(place), None) => phrase("logroom-lead").text("place", place),
        (None, Some(ms)) if ms >= 0 => phrase("logroom-lead-nowhere-before-alert").span("span", ms),
        (None, Some(ms)) => phrase("logroom-lead-nowhere-after-alert").span("span", -ms),
        (None, None) => phrase("logroom-lead-nowhere"),
    }
}
