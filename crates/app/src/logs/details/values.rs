//! The values of a template's parameters in both windows, and which of them explains a rise.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_analysis::logs::parameters::{Explained, Explanation, ParameterProfile, Window};
use wardroom_analysis::logs::{LogTemplate, TemplatePart};
use wardroom_core::{LogRecord, TemplateId};

use super::of_template;
use crate::context::Open;
use crate::error::AppError;
use crate::logs::room::{self, Snapshot, TemplateTest};
use crate::logs::rows::{NumberSpread, ParameterRow, ParameterValue};
use crate::logs::templates::Asked;
use crate::logs::{decisions, files, lines};
use crate::phrase::Phrase;

/// Values of a parameter that are shown.
const MOST_VALUES: usize = 8;

/// A parameter: the template that it stands in by its place among all, and its own place there.
type Place = (usize, usize);
/// The values of each parameter. Templates that were merged have their own: their places mean different things.
type Profiles = BTreeMap<Place, ParameterProfile>;

/// What the values of the parameters came to.
#[derive(Debug)]
pub(in crate::logs) struct Profiled {
    pub(in crate::logs) rows: Vec<ParameterRow>,
    /// Whether every line of both windows was looked at.
    pub(in crate::logs) is_whole: bool,
}

/// Looks at the values of the parameters in both windows. Where not every line is looked at, or not every one is stored, no
/// value explains anything: the lines that are left out may be all of one kind.
///
/// # Errors
///
/// Failures of files and store.
pub(in crate::logs) async fn profile(
    open: &Arc<Open>,
    asked: &Asked,
    test: &Arc<TemplateTest>,
    view: &Snapshot,
    id: TemplateId,
) -> Result<Profiled, AppError> {
    let mut profiles = Profiles::new();
    let mut is_whole = true;
    for (range, window) in
        [(asked.windows.baseline, Window::Baseline), (asked.windows.compare, Window::Compare)]
    {
        let wanted = of_template(asked, range, test);
        is_whole &= lines::each_newest(open, &wanted.filter(), asked.budget.values, &mut |row| {
            if wanted.passes(row.template, &row.record) {
                add(&mut profiles, view, &row.record, window);
            }
        })
        .await?;
        for set in files::chosen(open, &wanted.sources).await? {
            let line = |record: &LogRecord| Some(record.clone());
            let (found, all) = files::picked(open, &set, &wanted, asked.budget.values, line).await?;
            for record in &found {
                add(&mut profiles, view, record, window);
            }
            is_whole &= all;
        }
    }
    let scale = asked.windows.compare.millis() as f64 / asked.windows.baseline.millis() as f64;
    let scale = Some(scale).filter(|_| is_whole && asked.lacking.is_empty());
    Ok(Profiled { rows: rows(&profiles, view, id, scale), is_whole })
}

/// Returns the parameters of the template itself, then those of templates that were merged into it.
fn rows(profiles: &Profiles, view: &Snapshot, id: TemplateId, scale: Option<f64>) -> Vec<ParameterRow> {
    let all = view.settled.all();
    // A part of a template that was split has that one's parameters.
    let own = all.iter().position(|t| t.id == id).or_else(|| profiles.keys().next().map(|place| place.0));
    let text = |template: usize| all.get(template).filter(|_| Some(template) != own).map(LogTemplate::text);
    let mut rows: Vec<ParameterRow> =
        profiles.iter().map(|(place, profile)| row(*place, text(place.0), profile, scale)).collect();
    rows.sort_by(|a, b| (&a.merged, a.index).cmp(&(&b.merged, b.index)));
    rows
}

/// Adds the values of one line.
fn add(profiles: &mut Profiles, view: &Snapshot, record: &LogRecord, window: Window) {
    let line = room::first_line(&record.message);
    let Some(template) = view.settled.find(line) else { return };
    for (at, parameter) in view.settled.parameters(template, line).iter().enumerate() {
        let profile = profiles.entry((template, at)).or_insert_with(|| {
            let behind = text_behind(&view.settled.all()[template].parts, at);
            ParameterProfile::new(parameter.kind, &behind)
        });
        profile.add(parameter.value, window);
    }
}

/// Returns the text behind a parameter of a template, where its unit may stand.
fn text_behind(parts: &[TemplatePart], parameter: usize) -> String {
    let places = parts.iter().enumerate().filter(|(_, p)| matches!(p, TemplatePart::Parameter(_)));
    let place = places.map(|(place, _)| place).nth(parameter);
    match place.and_then(|place| parts.get(place + 1)) {
        Some(TemplatePart::Literal(text)) => text.clone(),
        Some(TemplatePart::Parameter(_)) | None => String::new(),
    }
}

fn row(place: Place, merged: Option<String>, profile: &ParameterProfile, scale: Option<f64>) -> ParameterRow {
    let top = profile.top(MOST_VALUES).into_iter().map(|value| ParameterValue {
        value: value.value,
        baseline: value.counts.baseline as f64,
        compare: value.counts.compare as f64,
    });
    ParameterRow {
        index: u32::try_from(place.1).unwrap_or(u32::MAX),
        merged,
        kind: profile.kind().as_str().to_owned(),
        distinct: u32::try_from(profile.distinct()).unwrap_or(u32::MAX),
        distinct_more: profile.distinct_more(),
        top: top.collect(),
        numbers: profile.numbers().map(|numbers| NumberSpread {
            low: numbers.low,
            high: numbers.high,
            median: numbers.median,
            unit: numbers.unit.to_owned(),
            bins: numbers.bins.iter().map(|bin| (bin.start, bin.counts.compare as f64)).collect(),
            bin: numbers.bin,
        }),
        explains: scale.and_then(|scale| profile.explains(scale)).map(|explanation| explains(&explanation)),
    }
}

/// Says which value, or which range of numbers, explains that there are more lines.
fn explains(explanation: &Explanation) -> Phrase {
    let percent = |share: f64| format!("{:.0}", (share * 100.0).clamp(0.0, 100.0));
    let value = match &explanation.what {
        Explained::Value(value) => decisions::shortened(value),
        Explained::Range { low, high, unit } => format!("{} – {} {unit}", short(*low), short(*high)),
    };
    let phrase = |key: &str| {
        Phrase::new(key)
            .text("value", value.trim())
            .text("increase", percent(explanation.share_of_increase))
            .text("after", percent(explanation.share_after))
    };
    match explanation.share_before {
        Some(before) => phrase("logroom-explains").text("before", percent(before)),
        None => phrase("logroom-explains-new"),
    }
}

/// Writes a number with three digits at most behind the point.
fn short(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_a_parameter_may_stand_in_the_text_behind_it() {
        let parts = [
            TemplatePart::Literal("took ".to_owned()),
            TemplatePart::Parameter(wardroom_analysis::logs::ParameterKind::Number),
            TemplatePart::Literal(" ms".to_owned()),
        ];

        assert_eq!(text_behind(&parts, 0), " ms");
        assert_eq!(text_behind(&parts, 1), "");
        assert_eq!(short(2.5), "2.5");
        assert_eq!(short(4000.0), "4000");
    }
}
