//! What an objective measures: its word, its limit, and whether there is such a thing to be measured.

use super::ScenarioError;
use super::brief::Measure;
use super::build;
use super::form::ObjectiveForm;
use super::place::Source;
use crate::plan::{ComponentPlan, Plan};

/// All words, as an error lists them.
const WORDS: &str = "success, fast, fresh, following, keeping_up, reporting, unattacked, room, lean";

/// Reads what is measured, and refuses a place where there is no such thing and a limit that is missing or too much.
pub(super) fn read(source: Source<'_>, plan: &Plan, form: &ObjectiveForm) -> Result<Measure, ScenarioError> {
    let span = form.measure.as_ref().map_or_else(|| form.component.span(), toml::Spanned::span);
    let word = form.measure.as_ref().map_or("success", |w| w.get_ref().as_str());
    let about = |problem: String| source.about(&span, "measure", problem);
    let missing = |key: &str| about(format!("{word} needs {key}"));
    let limit_ms = || form.limit_ms.map(|n| n.0).ok_or_else(|| missing("limit_ms"));
    let limit_s = || form.limit_s.map(|n| n.0).ok_or_else(|| missing("limit_s"));
    let limit_ratio = || form.limit_ratio.map(|n| n.0).ok_or_else(|| missing("limit_ratio"));
    let (measure, n_limits) = match word {
        "success" => (Measure::Success, 0),
        "fast" => (Measure::Fast { limit_ms: limit_ms()? }, 1),
        "fresh" => (Measure::Fresh, 0),
        "following" => (Measure::Following { limit_s: limit_s()? }, 1),
        "keeping_up" => (Measure::KeepingUp { limit_s: limit_s()? }, 1),
        "reporting" => (Measure::Reporting, 0),
        "unattacked" => (Measure::Unattacked, 0),
        "room" => (Measure::Room { limit_ratio: limit_ratio()? }, 1),
        "lean" => (Measure::Lean { limit_ratio: limit_ratio()? }, 1),
        _ => return Err(about(format!("{word:?} is no measure; measures: {WORDS}"))),
    };
    let given = [form.limit_ms.is_some(), form.limit_s.is_some(), form.limit_ratio.is_some()];
    if given.iter().filter(|g| **g).count() > n_limits {
        return Err(about(format!("{word} does not take this limit")));
    }
    place(source, plan, form, measure)?;
    Ok(measure)
}

/// Refuses a component, or host, of which the measure says nothing.
fn place(
    source: Source<'_>,
    plan: &Plan,
    form: &ObjectiveForm,
    measure: Measure,
) -> Result<(), ScenarioError> {
    let of_host = matches!(measure, Measure::Reporting | Measure::Room { .. });
    if of_host && plan.host(form.component.get_ref()).is_some() {
        return Ok(());
    }
    let component = &plan.components[build::find(source, plan, &form.component)?];
    let fits = |component: &ComponentPlan| match measure {
        Measure::Fresh | Measure::Following { .. } => component.database.is_some(),
        Measure::KeepingUp { .. } => component.broker.is_some(),
        Measure::Success
        | Measure::Fast { .. }
        | Measure::Reporting
        | Measure::Unattacked
        | Measure::Room { .. }
        | Measure::Lean { .. } => true,
    };
    if fits(component) {
        return Ok(());
    }
    let problem = format!("{} is not measured at {}", measure.as_str(), component.name);
    Err(source.at(&form.component, problem))
}
