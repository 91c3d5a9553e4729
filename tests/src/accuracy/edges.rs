//! Edges: which alarm types bring about which, learnt from a set of alarms alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wardroom_analysis::topology::propose::{DEFAULT_THRESHOLD, Event, causal_edges};
use wardroom_core::Timestamp;

use crate::accuracy::Question;
use crate::accuracy::tables::{Answers, rows};

/// Numbers for names, in the order in which the names are met.
#[derive(Debug, Default)]
struct Numbers {
    of: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Numbers {
    fn number(&mut self, name: &str) -> Result<u32> {
        if let Some(&number) = self.of.get(name) {
            return Ok(number);
        }
        let number = u32::try_from(self.names.len()).context("there are too many names")?;
        self.of.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        Ok(number)
    }
}

/// Answers `alarms.csv` with `topology.csv` where there is one; returns the number of alarms.
///
/// # Errors
///
/// A table that is not as described; an answer that cannot be written.
pub fn answer(question: &Question) -> Result<u64> {
    let (mut types, mut devices) = (Numbers::default(), Numbers::default());
    let mut events = Vec::new();
    let alarms = table(&question.data, "alarms").context("the folder has no alarms.csv or alarms.csv.gz")?;
    let names = ["alarm_id", "device_id", "start_timestamp", "end_timestamp"];
    let n = rows(&alarms, names, |[alarm, device, start, end]| {
        events.push(Event {
            what: types.number(alarm)?,
            place: devices.number(device)?,
            start: time(start)
                .with_context(|| format!("the start of an alarm, `{start}`, is not a number of seconds"))?,
            end: time(end),
        });
        Ok(())
    })?;
    let mut neighbours = Vec::new();
    let topology = table(&question.data, "topology");
    if let Some(path) = &topology {
        rows(path, ["device_a", "device_b"], |[a, b]| {
            neighbours.push((devices.number(a)?, devices.number(b)?));
            Ok(())
        })?;
    }
    let neighbours = topology.is_some().then_some(neighbours.as_slice());
    let mut answers = Answers::begin(&question.out.join("edges.csv"), &["cause_alarm", "effect_alarm"])?;
    for edge in causal_edges(&events, neighbours, types.names.len()) {
        if edge.score >= DEFAULT_THRESHOLD {
            answers.row(&[&types.names[edge.cause as usize], &types.names[edge.effect as usize]])?;
        }
    }
    answers.end()?;
    Ok(n)
}

/// Returns the path of a table that is there, plain or packed.
fn table(folder: &Path, name: &str) -> Option<PathBuf> {
    [".csv", ".csv.gz"].iter().map(|end| folder.join(format!("{name}{end}"))).find(|path| path.is_file())
}

/// Reads seconds since the epoch, whole or not.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a time beyond what can be represented is held at its end"
)]
fn time(text: &str) -> Option<Timestamp> {
    let seconds: f64 = text.trim().parse().ok()?;
    seconds.is_finite().then(|| Timestamp::from_millis((seconds * 1000.0).round() as i64))
}
