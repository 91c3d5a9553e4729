//! Which findings count, and which were expected: the one place that every screen asks.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_analysis::anomaly::feedback::{
    self as rule, FindingSeen, Label, Learned, Offsets, SeriesSeen, Stage, Standing,
};
use wardroom_core::{FactId, Score, SeriesKey, Timestamp};
use wardroom_store::{FindingRow, SeriesFilter, SeriesId, SeriesRow};

use super::kept::{Kept, offsets_of};
use super::rows::{FeedbackStanding, FindingFeedback};
use super::stage::learned;
use super::window;
use crate::context::{Open, source_number};
use crate::error::AppError;
use crate::now::finding::Index;

/// Findings by how they stand, each list in the order that they came in; where a supervised stage lowered scores, those
/// that count are in the order of theirs.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// Those that count: of which nothing was said, and those that are real.
    pub(crate) counted: Vec<FindingRow>,
    /// Those that were expected.
    pub(crate) expected: Vec<FindingRow>,
    said: BTreeMap<FactId, FindingFeedback>,
    /// Those that are real because they touch a window that is.
    around: BTreeSet<FactId>,
}

impl Sorted {
    /// Returns the word by which a finding stands as it does; `None` where nothing was said.
    pub(crate) fn of(&self, finding: FactId) -> Option<FindingFeedback> {
        self.said.get(&finding).cloned()
    }

    /// Reports whether a person said that a finding is real.
    pub(crate) fn is_real(&self, finding: FactId) -> bool {
        self.said.get(&finding).is_some_and(|said| said.standing == FeedbackStanding::Real)
    }

    /// Reports whether a person said of the finding itself that it is real. One that touches a real window may have begun
    /// long before it.
    pub(crate) fn is_real_itself(&self, finding: FactId) -> bool {
        self.is_real(finding) && !self.around.contains(&finding)
    }

    /// Lowers the scores of what counts by what was learnt; what a person marked as real keeps its own.
    fn lower(&mut self, stage: &Stage) {
        let said = &self.said;
        for finding in self.counted.iter_mut().filter(|finding| !said.contains_key(&finding.id)) {
            let score = stage.score(&rule::features(&finding.anomaly));
            finding.anomaly.score = Score::new(score);
        }
        // The order of the store: by score, start and series.
        self.counted.sort_by(|a, b| {
            let by_score = b.anomaly.score.get().total_cmp(&a.anomaly.score.get());
            by_score
                .then(a.anomaly.start.cmp(&b.anomaly.start))
                .then(a.series.cmp(&b.series))
                .then(a.id.cmp(&b.id))
        });
    }

    /// Gives up the words by finding.
    pub(crate) fn into_said(self) -> BTreeMap<FactId, FindingFeedback> {
        self.said
    }
}

/// Sorts findings by what people said: by now, or as known at `as_of`. Where that trained a supervised stage which is
/// better than the score alone, scores go by it.
///
/// `index` has the series of the findings; one whose series is not there counts. `entity` names what a series belongs to.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn sort(
    open: &Open,
    findings: Vec<FindingRow>,
    index: &Index<'_>,
    entity: &(dyn Fn(&SeriesKey) -> String + Sync),
    as_of: Option<Timestamp>,
) -> Result<Sorted, AppError> {
    let rows = open.workspace.feedback(as_of, false).await?;
    let words: Vec<Kept> = rows.iter().filter_map(Kept::read).collect();
    if words.is_empty() || findings.is_empty() {
        return Ok(Sorted { counted: findings, ..Sorted::default() });
    }
    let marked = marked_series(open, &words).await?;
    let learned = learned(open, &words, entity, as_of).await?;
    let mut sorted = Words::new(words, &marked, entity).sort(findings, index, entity);
    if let Learned::Better(stage, _) = learned {
        sorted.lower(&stage);
    }
    Ok(sorted)
}

/// Returns the series of which something was said, as far as they still are.
pub(super) async fn marked_series(open: &Open, words: &[Kept]) -> Result<Vec<SeriesRow>, AppError> {
    let ids = words.iter().map(|word| SeriesId(word.series())).collect();
    let filter = SeriesFilter { ids: Some(ids), ..SeriesFilter::default() };
    Ok(open.workspace.series(&filter).await?)
}

/// What was said, with what the rule needs to know of it.
#[derive(Debug)]
pub(super) struct Words {
    words: Vec<Kept>,
    rows: Vec<Option<SeriesRow>>,
    entities: Vec<String>,
    zones: BTreeMap<String, Offsets>,
    utc: Offsets,
}

impl Words {
    pub(super) fn new(words: Vec<Kept>, marked: &[SeriesRow], entity: &dyn Fn(&SeriesKey) -> String) -> Self {
        // A file may have another series under the number of one that went with its source.
        let is_of = |word: &Kept, row: &SeriesRow| row.id.0 == word.series() && row.key == *word.key();
        let rows = words.iter().map(|word| marked.iter().find(|row| is_of(word, row)).cloned()).collect();
        let entities = words.iter().map(|word| entity(word.key())).collect();
        let named: Vec<&str> = words.iter().filter_map(Kept::zone).collect();
        let mut zones: BTreeMap<String, Offsets> = BTreeMap::new();
        for name in named {
            if !zones.contains_key(name) {
                zones.insert(name.to_owned(), offsets_of(name));
            }
        }
        Self { words, rows, entities, zones, utc: Offsets::default() }
    }

    /// Returns the words as the rule takes them, each with what was kept of it.
    pub(super) fn labels(&self) -> (Vec<Label<'_>>, Vec<&Kept>) {
        let (mut labels, mut of): (Vec<Label<'_>>, Vec<&Kept>) = (Vec::new(), Vec::new());
        for ((word, row), entity) in self.words.iter().zip(&self.rows).zip(&self.entities) {
            let zone = word.zone().and_then(|name| self.zones.get(name)).unwrap_or(&self.utc);
            if let Some(label) = word.label(row.as_ref(), entity, zone) {
                labels.push(label);
                of.push(word);
            }
        }
        (labels, of)
    }

    fn sort(
        &self,
        findings: Vec<FindingRow>,
        index: &Index<'_>,
        entity: &dyn Fn(&SeriesKey) -> String,
    ) -> Sorted {
        let (labels, of) = self.labels();
        let mut sorted = Sorted::default();
        for finding in findings {
            let standing = index.get(&finding.series).and_then(|row| {
                let entity = entity(&row.key);
                let seen = FindingSeen::new(finding.id, &finding.anomaly, seen(row, &entity));
                let said = rule::standing(&seen, &labels).map(|(place, standing)| (of[place], standing));
                match said {
                    // What was said of the very finding counts before a window, a window before what was said of others.
                    Some((word, _)) if word.is_of_one() || word.finding() == finding.id => said,
                    _ => window::around(&self.words, &finding, row, &entity)
                        .map(|word| (word, Standing::Real))
                        .or(said),
                }
            });
            let Some((word, standing)) = standing else {
                sorted.counted.push(finding);
                continue;
            };
            let (list, standing) = match standing {
                Standing::Expected => (&mut sorted.expected, FeedbackStanding::Expected),
                Standing::Real => (&mut sorted.counted, FeedbackStanding::Real),
            };
            if word.reach().is_some() {
                sorted.around.insert(finding.id);
            }
            sorted.said.insert(finding.id, FindingFeedback { id: word.id, standing, phrase: word.phrase() });
            list.push(finding);
        }
        sorted
    }
}

pub(super) fn seen<'a>(row: &'a SeriesRow, entity: &'a str) -> SeriesSeen<'a> {
    SeriesSeen { source: source_number(row.source), key: &row.key, entity, first: row.first, last: row.last }
}
