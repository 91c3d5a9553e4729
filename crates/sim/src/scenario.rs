//! A drill as a text: its TOML form, and what makes a text one that can be simulated and solved.

mod brief;
mod build;
mod edges;
mod expand;
mod form;
mod measure;
mod names;
mod number;
mod overrides;
mod place;
mod story;
#[cfg(test)]
mod tests;
mod usual;

use std::cell::RefCell;
use std::sync::Arc;

use self::form::{DrillForm, WorldForm};
use self::place::Source;
use crate::order::FaultSpec;
use crate::plan::Plan;

pub use brief::{
    Advice, Brief, Cause, Measure, Objective, Reference, ReferenceStep, RemedyOffer, Say, Screen, Text,
    Useful,
};

/// A checked drill: a world that stands, what happens in it, and what is asked of the trainee.
///
/// Every number has its unit in its key, every name that is referred to exists, whoever calls never waits for itself,
/// and every instance has the memory it needs. `docs/SCENARIOS.md` describes the form. A copy costs a few pointers.
#[derive(Clone, Debug)]
pub struct Scenario {
    plan: Arc<Plan>,
    faults: Arc<[FaultSpec]>,
    brief: Arc<Brief>,
}

/// A text that is not a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {problem}", behind_line(.key))]
pub struct ScenarioError {
    /// The line, counted from 1; of the topology's own file when the key begins with `topologies/`.
    pub line: usize,
    /// The key that cannot be used (`topologies/harbour: to` in a topology of its own file); empty when the text breaks
    /// off before a key or within the head of a table.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Returns what stands behind the line of an error.
fn behind_line(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(", {key}") }
}

impl Scenario {
    /// Reads a drill from its TOML text.
    ///
    /// `topology` hands in the text of a topology file by its name (`harbour`), or `None` when there is no such file.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`] with line and key for what is not TOML, an unknown or missing key, a value out of its range, a
    /// name that does not exist or exists twice, components that wait for each other in a circle, shares that do not add
    /// up, instances for which no host has memory, a target that a fault or remedy does not take, a time beyond the end
    /// of the run, and a reference solution that uses what is not offered.
    pub fn parse(text: &str, topology: &dyn Fn(&str) -> Option<String>) -> Result<Self, ScenarioError> {
        Self::read(Source { text, file: None, noted: None }, topology)
    }

    /// Reads a text that was taken once, by this program or an earlier one, with what would be refused in it today.
    ///
    /// What came as a check later and leaves the world as it was is noted and not refused: evidence that names an alert
    /// or a metric which there is not, and a world up to twice as large as a new one may be.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`] for everything else that [`Scenario::parse`] refuses.
    pub fn parse_stored(
        text: &str,
        topology: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Self, Vec<ScenarioError>), ScenarioError> {
        let noted = RefCell::new(Vec::new());
        let scenario = Self::read(Source { text, file: None, noted: Some(&noted) }, topology)?;
        Ok((scenario, noted.into_inner()))
    }

    fn read(own: Source<'_>, topology: &dyn Fn(&str) -> Option<String>) -> Result<Self, ScenarioError> {
        let form: DrillForm = toml::from_str(own.text).map_err(|error| own.located(&error))?;
        let mut plan = plan(own, &form, topology)?;
        story::set_plan(own, &form, &mut plan)?;
        let (faults, brief) = story::tell(own, &form, &plan)?;
        Ok(Self { plan: Arc::new(plan), faults: faults.into(), brief: Arc::new(brief) })
    }

    /// Returns what a list and a debrief show of it.
    pub fn brief(&self) -> &Brief {
        &self.brief
    }

    /// Returns what stands.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Returns what goes wrong, in the order of the text.
    pub(crate) fn faults(&self) -> &[FaultSpec] {
        &self.faults
    }
}

/// Makes the plan of the topology that a drill brings or names, with the drill's own numbers.
fn plan(
    own: Source<'_>,
    form: &DrillForm,
    topology: &dyn Fn(&str) -> Option<String>,
) -> Result<Plan, ScenarioError> {
    match (&form.topology, &form.world) {
        (Some(name), None) => {
            let missing = || own.at(name, format!("there is no topology {:?}", name.get_ref()));
            let stored = topology(name.get_ref()).ok_or_else(missing)?;
            let file = format!("topologies/{}", name.get_ref());
            let source = Source { text: &stored, file: Some(&file), noted: own.noted };
            let mut world: WorldForm = toml::from_str(&stored).map_err(|error| source.located(&error))?;
            overrides::apply(own, &mut world, &form.overrides)?;
            build::build(source, &world)
        }
        (None, Some(world)) => {
            let mut world = world.clone();
            overrides::apply(own, &mut world, &form.overrides)?;
            build::build(own, &world)
        }
        (Some(name), Some(_)) => Err(own.at(name, "say either topology or world".to_owned())),
        (None, None) => {
            Err(own.about(&form.id.span(), "topology", "say either topology or world".to_owned()))
        }
    }
}
