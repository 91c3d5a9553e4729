//! Texts of scenarios for the proofs, and what is read off a world again and again.

use wardroom_core::{TimeRange, Timestamp};

use crate::order::{FaultSpec, Onset};
use crate::scenario::Scenario;
use crate::world::World;

/// The topology of the shop by the harbour, as it is shipped.
pub(super) const HARBOUR: &str = include_str!("../../../../assets/scenarios/topologies/harbour.toml");

/// A Wednesday, 2026-11-18T13:00:00Z: no weekend is near.
pub(super) const START: Timestamp = Timestamp::from_millis(1_795_006_800_000);

/// Hands in the one topology that is shipped.
pub(super) fn topology(name: &str) -> Option<String> {
    (name == "harbour").then(|| HARBOUR.to_owned())
}

/// What a scenario of a proof consists of.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// The table `world` with its parts; empty: the topology `harbour`.
    pub(super) world: String,
    /// The component of the objective, and of everything else that only has to be there.
    pub(super) entry: String,
    pub(super) span_min: i64,
    pub(super) history_h: i64,
    pub(super) local_hour: f64,
    /// Lines of the table `load`.
    pub(super) load: String,
    pub(super) faults: Vec<FaultSpec>,
    /// Whole tables besides (`[[change]]`, `[[override]]`).
    pub(super) more: String,
}

impl Scene {
    /// The harbour in the early afternoon with nothing wrong, half an hour long.
    pub(super) fn harbour() -> Self {
        Self {
            world: String::new(),
            entry: first_entry(HARBOUR),
            span_min: 30,
            history_h: 6,
            local_hour: 14.0,
            load: String::new(),
            faults: Vec::new(),
            more: String::new(),
        }
    }

    /// Reads the text; panics with it when it is refused, so that a failing proof shows what it was about.
    pub(super) fn parse(&self) -> Scenario {
        let text = self.text();
        match Scenario::parse(&text, &topology) {
            Ok(scenario) => scenario,
            Err(error) => panic!("{error}\n{text}"),
        }
    }

    /// Writes the whole scenario.
    pub(super) fn text(&self) -> String {
        let Self { entry, span_min, history_h, local_hour, load, more, .. } = self;
        let words = "{ en = \"Proof\", zh-CN = \"证明\" }";
        let topology = if self.world.is_empty() { "topology = \"harbour\"\n" } else { "" };
        let (entity, fault) = match self.faults.first() {
            Some(spec) => (spec.target.as_str(), spec.kind.as_str()),
            None => ("", "none"),
        };
        let faults: String = self.faults.iter().map(fault_table).collect();
        format!(
            "id = \"proof\"\nnumber = 1\ntier = 1\ndifficulty = 1\nminutes = 10\ntitle = {words}\ntrains = {words}\n\
             briefing = {words}\ngoal = {words}\n{topology}span_min = {span_min}\nhistory_h = {history_h}\n\
             local_hour = {local_hour:?}\nhints = [{words}, {words}, {words}]\n\n[load]\n{load}\n{world}\n{more}\n{faults}\n\
             [[objective]]\ncomponent = \"{entry}\"\nsuccess_ratio = 0.99\nfor_s = 120\n\n\
             [[useful]]\nscreen = \"metrics\"\nsubject = \"{entry}\"\nwhat = {words}\ndecides = true\n\n\
             [[remedy]]\nkind = \"restart\"\ntarget = \"{entry}\"\nrisk = 1\nminutes = 1\n\n\
             [reference]\nentity = \"{entity}\"\nfault = \"{fault}\"\ndetect_s = 60\nlocalise_s = 120\n",
            world = self.world,
        )
    }
}

/// Writes a fault as a table of a scenario.
fn fault_table(spec: &FaultSpec) -> String {
    let mut text = format!(
        "[[fault]]\nkind = \"{}\"\ntarget = \"{}\"\nat_s = {}\n",
        spec.kind.as_str(),
        spec.target,
        spec.at_s
    );
    match spec.onset {
        Onset::Sudden => {}
        Onset::Ramp { over_s } => text.extend(["ramp_s = ", over_s.to_string().as_str(), "\n"]),
        Onset::Flapping { period_s } => text.extend(["flap_s = ", period_s.to_string().as_str(), "\n"]),
    }
    if let Some(for_s) = spec.for_s {
        text.extend(["for_s = ", for_s.to_string().as_str(), "\n"]);
    }
    if !spec.way.is_empty() {
        text.extend(["way = \"", spec.way.as_str(), "\"\n"]);
    }
    let values: Vec<String> = spec.values.iter().map(|(name, value)| format!("{name} = {value:?}")).collect();
    if !values.is_empty() {
        text.extend(["values = { ", values.join(", ").as_str(), " }\n"]);
    }
    text + "\n"
}

/// Returns the component of the first entry in the text of a topology.
pub(super) fn first_entry(text: &str) -> String {
    let after = text.split_once("[[entry]]").map_or("", |(_, rest)| rest);
    let value = after.split_once("component").map_or("", |(_, rest)| rest);
    value.split('"').nth(1).unwrap_or_default().to_owned()
}

/// Returns the time so many seconds after the start.
pub(super) const fn after(seconds: i64) -> Timestamp {
    START.plus_millis(seconds * 1000)
}

/// Returns the range between two seconds of the run.
pub(super) fn seconds(from: i64, to: i64) -> TimeRange {
    TimeRange::new(after(from), after(to)).expect("proofs ask for ranges that are not empty")
}

/// Returns all that the monitoring has in a range, as text in which every bit of every number shows.
pub(super) fn everything(world: &World, range: TimeRange) -> Vec<String> {
    let mut lines = Vec::new();
    for (idx, spec) in world.series().iter().enumerate() {
        lines.push(series_line(world, idx, &spec.key.to_string(), range));
    }
    lines.extend(world.logs(range).iter().map(|l| format!("log {l:?}")));
    lines.extend(world.alert_events(range).iter().map(|e| format!("alert {e:?}")));
    lines.extend(world.changes(range).iter().map(|c| format!("change {c:?}")));
    lines.extend(world.check_results(range).iter().map(|c| format!("check {c:?}")));
    lines
}

/// Returns one series as text: a short mark over times and the bits of values.
pub(super) fn series_line(world: &World, idx: usize, name: &str, range: TimeRange) -> String {
    let samples = world.read(idx, range);
    // FNV-1a over times and bits: two different courses have different marks.
    let mut mark = 0xcbf2_9ce4_8422_2325_u64;
    for (&at, value) in samples.times().iter().zip(samples.values()) {
        for part in [at.cast_unsigned(), value.to_bits()] {
            mark = (mark ^ part).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17);
        }
    }
    format!("series {name} {} {mark:016x}", samples.len())
}

/// Asserts that two lists of lines are the same, and names the first that differ.
pub(super) fn assert_same(a: &[String], b: &[String], what: &str) {
    if let Some((x, y)) = a.iter().zip(b).find(|(x, y)| x != y) {
        panic!("{what}: {x} and {y}");
    }
    assert_eq!(a.len(), b.len(), "{what}: one is longer");
}
