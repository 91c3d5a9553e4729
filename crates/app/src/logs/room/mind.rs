//! What is concluded from lines: their templates, what is known of each, and which of them stand for which.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use wardroom_analysis::logs::{LogTemplate, Miner, ShapeId, TemplatePart, Templates};
use wardroom_core::{LogRecord, TemplateId, Timestamp};
use wardroom_store::{SourceId, TemplateRow as StoredTemplate};

use crate::context::Open;
use crate::error::AppError;
use crate::logs::decisions::{self, Decisions};
use crate::logs::judge::verdict_of;
use crate::logs::rows::TemplatePartRow;
use crate::logs::tally::{Facts, MOST_NAMES, Tally, first_line};
use crate::logs::{template_number, template_text};

/// Everything that is known of templates.
#[derive(Debug)]
pub(crate) struct Mind {
    miner: Miner,
    settled: Arc<Templates>,
    settled_shapes: usize,
    /// What the workspace has stored of templates, by number.
    pub(super) known: BTreeMap<TemplateId, StoredTemplate>,
    /// Templates that were made anew from more lines, and what they became.
    pub(super) became: BTreeMap<TemplateId, TemplateId>,
    pub(super) decisions: Decisions,
    /// For each template that does not stand for itself the one that does in the end.
    pub(super) ends: Arc<BTreeMap<TemplateId, TemplateId>>,
    /// The lines of a drill, which are only looked at when somebody asks.
    pub(super) lazy: Lazy,
    /// How long it took to learn all lines; `None` when some were learnt before the file was opened.
    mined_ms: Option<f64>,
}

/// Lines that were stored without a template.
#[derive(Debug, Default)]
pub(super) struct Lazy {
    pub(super) until: Option<Timestamp>,
    pub(super) facts: BTreeMap<SourceId, BTreeMap<TemplateId, Facts>>,
}

/// What came of learning some lines.
#[derive(Debug)]
pub(crate) struct Learnt {
    /// The template of each line, in order.
    pub(crate) ids: Vec<TemplateId>,
    /// The facts of these lines, by template.
    pub(crate) facts: BTreeMap<TemplateId, Facts>,
    /// Rows of templates that are to be stored.
    pub(crate) changed: Vec<StoredTemplate>,
    /// Templates that were not known, each with one of its lines.
    pub(crate) new: Vec<(TemplateId, LogRecord)>,
    /// The miner, when it has met new shapes.
    pub(crate) miner: Option<Vec<u8>>,
    /// What templates became, where any became others.
    pub(crate) renumbered: Option<Renumbered>,
}

/// What templates became that were made anew.
#[derive(Clone, Debug)]
pub(crate) struct Renumbered {
    /// The same as text, for the next time that the workspace is opened.
    pub(crate) became: String,
    /// For each template that does not stand for itself the one that does in the end.
    pub(crate) ends: Arc<BTreeMap<TemplateId, TemplateId>>,
}

/// A view of the templates at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) settled: Arc<Templates>,
    /// What is known of each template that stands for itself.
    pub(crate) known: BTreeMap<TemplateId, StoredTemplate>,
    pub(crate) decisions: Decisions,
    pub(crate) ends: Arc<BTreeMap<TemplateId, TemplateId>>,
    /// Facts of lines that were stored without a template, by source.
    pub(crate) lazy: BTreeMap<SourceId, BTreeMap<TemplateId, Facts>>,
    pub(crate) mined_lines: u64,
    pub(crate) mined_ms: Option<f64>,
}

impl Snapshot {
    /// Returns the template that one stands for in the end.
    pub(crate) fn end_of(&self, id: TemplateId) -> TemplateId {
        self.ends.get(&id).copied().unwrap_or(id)
    }
}

impl Mind {
    pub(super) async fn load(open: &Open) -> Result<Self, AppError> {
        let ws = &open.workspace;
        let bytes = ws.log_miner().await?;
        let miner = match bytes.as_deref().map(Miner::from_bytes) {
            Some(Ok(miner)) => miner,
            // What was counted stays; new lines are learnt from the beginning.
            Some(Err(error)) => {
                tracing::warn!(%error, "The dictionary of templates cannot be read and is made anew.");
                Miner::new()
            }
            None => Miner::new(),
        };
        let settled = Arc::new(miner.settle());
        let known = ws.templates().await?.into_iter().map(|row| (row.id, row)).collect();
        let mut mind = Self {
            settled_shapes: miner.shapes(),
            mined_ms: (miner.lines() == 0).then_some(0.0),
            miner,
            settled,
            known,
            became: became(open).await?,
            decisions: decisions::load(open).await?,
            ends: Arc::default(),
            lazy: Lazy::default(),
        };
        mind.settle_ends();
        Ok(mind)
    }

    /// Learns lines, makes templates anew where that is needed, and returns what is to be stored.
    pub(crate) fn learn(&mut self, records: &[LogRecord]) -> Learnt {
        let begun = Instant::now();
        let mut tally = Tally::default();
        let mut shapes: Vec<ShapeId> = Vec::with_capacity(records.len());
        for record in records {
            let shape = self.miner.learn(first_line(&record.message));
            tally.note(shape, &record.into());
            shapes.push(shape);
        }
        let learnt = self.conclude(&shapes, tally);
        self.took(begun.elapsed().as_secs_f64() * 1000.0);
        learnt
    }

    /// Takes in what another miner has learnt, of files for instance.
    pub(crate) fn adopt(&mut self, other: &Miner, tally: Tally, took_ms: f64) -> Learnt {
        let ours = self.miner.merge(other);
        let mut whole = Tally::default();
        whole.merge(tally, &ours);
        self.took(took_ms);
        self.conclude(&[], whole)
    }

    /// Adds to the time that learning took, where all of it is known.
    fn took(&mut self, ms: f64) {
        self.mined_ms = self.mined_ms.map(|before| before + ms);
    }

    fn conclude(&mut self, shapes: &[ShapeId], tally: Tally) -> Learnt {
        let has_grown = self.miner.shapes() > self.settled_shapes;
        let renumbered = has_grown && self.settle();
        let all = self.settled.all();
        let ids = shapes.iter().map(|shape| all[self.settled.of_shape(*shape)].id).collect();
        let facts = tally.by_id(&self.settled);
        let known = &self.known;
        let new = facts.iter().filter(|(id, _)| !known.contains_key(*id));
        let new = new.map(|(id, facts)| (*id, facts.example.clone())).collect();
        let changed = self.describe(&facts);
        let miner = has_grown.then(|| self.miner.to_bytes());
        let renumbered = renumbered.then(|| self.renumbered());
        Learnt { ids, facts, changed, new, miner, renumbered }
    }

    /// Returns which templates became others, and which stand for others in the end.
    pub(super) fn renumbered(&self) -> Renumbered {
        let pairs = self
            .became
            .iter()
            .map(|(from, to)| (template_text(*from), serde_json::Value::from(template_text(*to))));
        let became = serde_json::Value::Object(pairs.collect()).to_string();
        Renumbered { became, ends: Arc::clone(&self.ends) }
    }

    /// Makes the templates anew and notes which ones became others; `true` when any did.
    fn settle(&mut self) -> bool {
        let next = self.miner.settle();
        let mut votes: BTreeMap<TemplateId, BTreeMap<TemplateId, usize>> = BTreeMap::new();
        for shape in 0..self.settled_shapes {
            let shape = ShapeId(u32::try_from(shape).unwrap_or(u32::MAX));
            let old = self.settled.all()[self.settled.of_shape(shape)].id;
            let new = next.all()[next.of_shape(shape)].id;
            *votes.entry(old).or_default().entry(new).or_insert(0) += 1;
        }
        let current: BTreeSet<TemplateId> = next.all().iter().map(|t| t.id).collect();
        let before = self.became.clone();
        // What is a template again stands for itself.
        self.became.retain(|id, _| !current.contains(id));
        for (old, new) in votes {
            if current.contains(&old) {
                continue;
            }
            // Where a template came apart, most of its shapes decide; of equal ones the smaller number.
            let most = new.iter().max_by_key(|(id, n)| (**n, std::cmp::Reverse(**id)));
            if let Some((id, _)) = most {
                self.became.insert(old, *id);
            }
        }
        self.settled = Arc::new(next);
        self.settled_shapes = self.miner.shapes();
        let changed = self.became != before;
        if changed {
            self.settle_ends();
        }
        changed
    }

    /// Follows what became of templates, then what people merged, to the template that stands for each in the end.
    pub(super) fn settle_ends(&mut self) {
        let follow = |map: &BTreeMap<TemplateId, TemplateId>, id: TemplateId| {
            let mut at = id;
            for _ in 0..=map.len() {
                match map.get(&at) {
                    Some(next) if *next != id => at = *next,
                    Some(_) | None => break,
                }
            }
            at
        };
        let merged: BTreeMap<TemplateId, TemplateId> = self
            .decisions
            .merged
            .iter()
            .map(|(from, to)| (follow(&self.became, *from), follow(&self.became, *to)))
            .filter(|(from, to)| from != to)
            .collect();
        let keys: BTreeSet<TemplateId> = self.became.keys().chain(merged.keys()).copied().collect();
        let ends = keys.into_iter().map(|id| (id, follow(&merged, follow(&self.became, id))));
        self.ends = Arc::new(ends.filter(|(id, end)| id != end).collect());
    }

    fn end_of(&self, id: TemplateId) -> TemplateId {
        self.ends.get(&id).copied().unwrap_or(id)
    }

    /// Returns the templates of lines without learning them: they were counted before.
    pub(crate) fn templates_of(&self, records: &[LogRecord]) -> Vec<Option<TemplateId>> {
        let all = self.settled.all();
        let find = |record: &LogRecord| self.settled.find(first_line(&record.message)).map(|at| all[at].id);
        records.iter().map(find).collect()
    }

    /// Joins facts with what is known of their templates, classifies those that were not known, and returns what changed.
    fn describe(&mut self, facts: &BTreeMap<TemplateId, Facts>) -> Vec<StoredTemplate> {
        let places: BTreeMap<TemplateId, usize> =
            self.settled.all().iter().enumerate().map(|(at, t)| (t.id, at)).collect();
        let mut changed = Vec::with_capacity(facts.len());
        for (id, facts) in facts {
            let Some(template) = places.get(id).and_then(|at| self.settled.all().get(*at)) else { continue };
            let row = self.known.entry(*id).or_insert_with(|| new_row(template, facts));
            join(row, facts);
            changed.push(row.clone());
        }
        changed
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let mut known: BTreeMap<TemplateId, StoredTemplate> = BTreeMap::new();
        // The template that stands for others comes first: its text and class are shown.
        let mut rows: Vec<&StoredTemplate> = self.known.values().collect();
        rows.sort_by_key(|row| (self.ends.contains_key(&row.id), row.id));
        for row in rows {
            let end = self.end_of(row.id);
            match known.get_mut(&end) {
                Some(kept) => join_rows(kept, row),
                None => {
                    known.insert(end, self.as_end(row, end));
                }
            }
        }
        Snapshot {
            settled: Arc::clone(&self.settled),
            known,
            decisions: self.decisions_at_ends(),
            ends: Arc::clone(&self.ends),
            lazy: self.lazy_at_ends(),
            mined_lines: self.miner.lines(),
            mined_ms: self.mined_ms,
        }
    }

    /// Returns a row under the number and with the text of the template that stands for it.
    fn as_end(&self, row: &StoredTemplate, end: TemplateId) -> StoredTemplate {
        let mut row = StoredTemplate { id: end, ..row.clone() };
        if let Some(template) = self.settled.all().iter().find(|t| t.id == end) {
            row.text = template.text();
            row.parts = parts_json(template);
        }
        row
    }

    /// Returns the decisions by the templates that they concern in the end.
    fn decisions_at_ends(&self) -> Decisions {
        let d = &self.decisions;
        Decisions {
            merged: d.merged.clone(),
            splits: d.splits.iter().map(|(id, p)| (self.end_of(*id), *p)).collect(),
            names: d.names.iter().map(|(id, n)| (self.end_of(*id), n.clone())).collect(),
            labels: d.labels.iter().map(|(id, l)| (self.end_of(*id), l.clone())).collect(),
            own: d.own.clone(),
        }
    }

    fn lazy_at_ends(&self) -> BTreeMap<SourceId, BTreeMap<TemplateId, Facts>> {
        let mut by_source = BTreeMap::new();
        for (source, facts) in &self.lazy.facts {
            let mut at_ends: BTreeMap<TemplateId, Facts> = BTreeMap::new();
            for (id, facts) in facts {
                let end = self.end_of(*id);
                match at_ends.get_mut(&end) {
                    Some(kept) => kept.join(facts.clone()),
                    None => {
                        at_ends.insert(end, facts.clone());
                    }
                }
            }
            by_source.insert(*source, at_ends);
        }
        by_source
    }
}

fn new_row(template: &LogTemplate, facts: &Facts) -> StoredTemplate {
    let verdict = verdict_of(&facts.example);
    StoredTemplate {
        id: template.id,
        text: template.text(),
        parts: parts_json(template),
        name: None,
        first_seen: None,
        last_seen: None,
        lines: 0,
        level: facts.level(),
        class: verdict.class,
        best_class: verdict.best,
        confidence: verdict.confidence,
        error_code: verdict.error_code,
        affected_service: verdict.affected_service,
        custom_class: None,
        by_hand: false,
        services: Vec::new(),
        hosts: Vec::new(),
    }
}

/// Adds facts of further lines to a row.
fn join(row: &mut StoredTemplate, facts: &Facts) {
    // The level of most lines needs all counts; the newer majority is close enough for a word in a table.
    if facts.lines >= row.lines {
        row.level = facts.level();
    }
    row.lines += facts.lines;
    row.first_seen = Some(row.first_seen.map_or(facts.first, |at| at.min(facts.first)));
    row.last_seen = Some(row.last_seen.map_or(facts.last, |at| at.max(facts.last)));
    add_names(&mut row.services, facts.services.iter());
    add_names(&mut row.hosts, facts.hosts.iter());
}

/// Adds what is known of a template that another one stands for.
fn join_rows(kept: &mut StoredTemplate, other: &StoredTemplate) {
    kept.lines += other.lines;
    kept.first_seen = [kept.first_seen, other.first_seen].into_iter().flatten().min();
    kept.last_seen = [kept.last_seen, other.last_seen].into_iter().flatten().max();
    add_names(&mut kept.services, other.services.iter());
    add_names(&mut kept.hosts, other.hosts.iter());
}

fn add_names<'n>(kept: &mut Vec<String>, more: impl Iterator<Item = &'n String>) {
    for name in more {
        if kept.len() < MOST_NAMES && !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    kept.sort();
}

/// Returns the parts of a template as the window gets them.
fn parts_of(template: &LogTemplate) -> Vec<TemplatePartRow> {
    template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Literal(text) => TemplatePartRow { text: text.clone(), kind: None },
            TemplatePart::Parameter(kind) => {
                TemplatePartRow { text: kind.as_str().to_owned(), kind: Some(kind.as_str().to_owned()) }
            }
        })
        .collect()
}

fn parts_json(template: &LogTemplate) -> String {
    serde_json::to_string(&parts_of(template)).unwrap_or_default()
}

/// Reads the parts that were stored; a text that cannot be read is one literal.
pub(crate) fn parts_from(row: &StoredTemplate) -> Vec<TemplatePartRow> {
    serde_json::from_str(&row.parts)
        .unwrap_or_else(|_| vec![TemplatePartRow { text: row.text.clone(), kind: None }])
}

pub(super) async fn became(open: &Open) -> Result<BTreeMap<TemplateId, TemplateId>, AppError> {
    let text = open.workspace.meta(super::BECAME).await?.unwrap_or_default();
    let pairs: BTreeMap<String, String> = serde_json::from_str(&text).unwrap_or_default();
    let read =
        |(from, to): (String, String)| Some((template_number(&from).ok()?, template_number(&to).ok()?));
    Ok(pairs.into_iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_core::{Labels, LogLevel};

    fn mind() -> Mind {
        let miner = Miner::new();
        Mind {
            settled: Arc::new(miner.settle()),
            settled_shapes: 0,
            miner,
            known: BTreeMap::new(),
            became: BTreeMap::new(),
            decisions: Decisions::default(),
            ends: Arc::default(),
            lazy: Lazy::default(),
            mined_ms: Some(0.0),
        }
    }

    fn lines(texts: &[&str]) -> Vec<LogRecord> {
        let line = |(at, text): (usize, &&str)| LogRecord {
            at: Timestamp::from_millis(i64::try_from(at).unwrap() * 1000),
            level: Some(LogLevel::Info),
            service: "orders".to_owned(),
            host: "host-1".to_owned(),
            dataset: String::new(),
            message: (*text).to_owned(),
            fields: Labels::default(),
        };
        texts.iter().enumerate().map(line).collect()
    }

    #[test]
    fn what_is_known_of_a_template_grows_with_its_lines() {
        let mut mind = mind();

        let first = mind.learn(&lines(&["worker 1 started", "worker 2 started", "queue is empty"]));
        let second = mind.learn(&lines(&["worker 3 started"]));

        assert_eq!(first.ids.len(), 3);
        assert_eq!(first.ids[0], first.ids[1]);
        let view = mind.snapshot();
        let worker = &view.known[&view.end_of(second.ids[0])];
        assert_eq!(worker.lines, 3);
        assert_eq!(worker.services, ["orders"]);
        assert!(second.miner.is_none(), "a line of a known shape leaves the miner as it was stored");
    }

    #[test]
    fn only_the_first_line_of_a_stack_trace_makes_the_template() {
        let mut mind = mind();

        let learnt =
            mind.learn(&lines(&["job 7 failed\n  at a.b(C.java:7)", "job 8 failed\n  at x.y(Z.java:9)"]));

        assert_eq!(learnt.ids[0], learnt.ids[1]);
    }

    #[test]
    fn merged_templates_are_shown_as_the_one_that_was_kept() {
        let mut mind = mind();
        let learnt = mind.learn(&lines(&["worker 1 started", "queue is empty"]));
        let (kept, other) = (learnt.ids[0], learnt.ids[1]);

        mind.decisions.merged.insert(other, kept);
        mind.settle_ends();

        let view = mind.snapshot();
        assert_eq!(view.end_of(other), kept);
        assert_eq!(view.known.len(), 1);
        assert_eq!(view.known[&kept].lines, 2);
    }
}
