//! Two tables of counts compared, where no counts over time are known.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::{FaultClass, LogLevel, TemplateId, Timestamp};

use super::{Evidence, LEAST_BLOCKS, Surprise, UNKNOWN_DISPERSION, is_fault, severity};

/// The median of the square of a standard normal variable.
///
/// Source: `scipy.stats.chi2.median(1)`, 1.17.1.
const MEDIAN_SQUARE: f64 = 0.454_936_423_119_572_8;
/// Templates with at least this many lines in both tables together tell how far counts scatter.
const TELLING_LINES: u64 = 10;
/// Without bins, a template with at most this many lines before is rare.
const RARE_LINES: u64 = 3;

/// How often each template occurs in one window, file or stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CountTable {
    /// How much was looked at, in the same unit for both tables; nothing where that is not known.
    pub exposure: f64,
    /// The templates that occur.
    pub templates: BTreeMap<TemplateId, TableRow>,
}

/// One template of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Its lines.
    pub lines: u64,
    /// The fault that it tells of.
    pub class: FaultClass,
    /// How serious its lines are, if they say.
    pub level: Option<LogLevel>,
}

/// Compares two tables, the most surprising template first.
///
/// Without counts over time, the spread is taken from the templates themselves: most of them have not changed, so that the
/// median of their squared departures tells how far counts scatter. Where an exposure is not positive, both are replaced by
/// the number of lines: lines of one table say nothing beside hours of the other. A template that is not in the first table is new.
pub fn diff(before: &CountTable, after: &CountTable) -> Vec<Surprise> {
    let scale = scale(before, after);
    let ids: BTreeSet<TemplateId> = before.templates.keys().chain(after.templates.keys()).copied().collect();
    let lines = |table: &CountTable, id| table.templates.get(&id).map_or(0, |row| row.lines);
    let pairs: Vec<(u64, u64)> = ids.iter().map(|id| (lines(before, *id), lines(after, *id))).collect();
    let dispersion = common_dispersion(&pairs, scale);
    let mut all: Vec<Surprise> = ids
        .into_iter()
        .zip(pairs)
        .filter_map(|(id, (was, is))| {
            let row = after.templates.get(&id).or_else(|| before.templates.get(&id))?;
            Some(evidence(id, *row, (was, is), scale, dispersion).judge(1.0))
        })
        .collect();
    all.sort_by(Surprise::order);
    all
}

fn evidence(
    id: TemplateId,
    row: TableRow,
    (before, lines): (u64, u64),
    scale: f64,
    dispersion: f64,
) -> Evidence {
    Evidence {
        id,
        before,
        lines,
        scale,
        dispersion,
        is_rare: before <= RARE_LINES,
        occupied_after: usize::try_from(lines).unwrap_or(usize::MAX),
        stretches: None,
        is_new: before == 0 && lines > 0,
        first_seen: Timestamp::default(),
        severity: severity(row.class, row.level),
        is_fault: is_fault(row.class, row.level),
    }
}

/// Returns how much more was looked at for the second table than for the first.
fn scale(before: &CountTable, after: &CountTable) -> f64 {
    let is_known = |table: &CountTable| table.exposure.is_finite() && table.exposure > 0.0;
    if is_known(before) && is_known(after) {
        return after.exposure / before.exposure;
    }
    let lines = |table: &CountTable| table.templates.values().map(|row| row.lines).sum::<u64>().max(1) as f64;
    lines(after) / lines(before)
}

/// Estimates the spread that all templates share, at least 1.
fn common_dispersion(pairs: &[(u64, u64)], scale: f64) -> f64 {
    let mut squares: Vec<f64> = pairs
        .iter()
        .filter(|(before, after)| before.saturating_add(*after) >= TELLING_LINES && *before > 0 && *after > 0)
        .map(|(before, after)| {
            // Given their sum, independent counts are binomial with this chance for the second.
            let (sum, chance) = ((*before + *after) as f64, scale / (1.0 + scale));
            (*after as f64 - sum * chance).powi(2) / (sum * chance * (1.0 - chance))
        })
        .collect();
    if squares.len() < LEAST_BLOCKS {
        return UNKNOWN_DISPERSION;
    }
    (crate::spread::median(&mut squares) / MEDIAN_SQUARE).max(1.0)
}
