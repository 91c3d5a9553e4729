//! Reading an inventory page by page into the workspace: only what changed where the source can tell, going on where it
//! ended, and asking before much would be deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardroom_connectors::cmdb::InventoryPlace;
use wardroom_connectors::source::{InventoryNotice, InventoryNoticeKind, InventoryPage, InventorySource};
use wardroom_core::{Timestamp, Topology};
use wardroom_store::{
    InventoryCounts, InventoryPart, InventoryRunId, InventoryScope, SourceId, SourceRow as StoredSource,
    Unseen,
};

use super::phrases;
use crate::connections;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::Job;
use crate::phrase::Phrase;
use crate::sync::SyncOutcome;

/// A source is read whole at least this often: what is deleted without a word is only noticed then.
const WHOLE_EVERY_MS: i64 = 86_400_000;
/// And this often where something was missing: what could not be read then may be there again.
const WHOLE_AFTER_PARTIAL_MS: i64 = 3_600_000;
/// Changes are asked for from this much before the last read on: clocks differ, and writing takes time at the source.
const OVERLAP_MS: i64 = 10 * 60_000;
/// A read that was left for longer than this begins again: too much may have changed behind it.
const LEFT_FOR_MS: i64 = 12 * 3_600_000;
/// Fewer dependencies than this may go without asking.
const FEW_DEPENDENCIES: u64 = 20;
/// A class of fewer entities than this may come back empty without asking.
const FEW_ENTITIES: u64 = 5;
/// Notices that are kept of one read.
const MOST_NOTICES: usize = 50;

/// What came of reading an inventory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InventoryOutcome {
    /// What the pages did.
    pub counts: InventoryCounts,
    /// Items that were read.
    pub read: u64,
    /// Entities and dependencies that ended because the source has them no more.
    pub ended: u64,
    /// What would have ended, but waits for a person.
    pub held_back: Option<Unseen>,
    /// Whether something is missing that the source has.
    pub partial: bool,
    /// Requests made.
    pub requests: u64,
    /// Whether only changes were read.
    pub delta: bool,
}

/// What is remembered of a source between two reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct State {
    /// A hash of the settings that the times belong to; other settings begin again.
    settings: String,
    /// When the last whole read began whose deletions do not wait.
    whole_at: Option<i64>,
    /// Whether something was missing in it that the source has.
    whole_was_partial: bool,
    /// When the last read of any kind began.
    read_at: Option<i64>,
    /// The read whose deletions wait for a person.
    pub(super) held: Option<HeldRun>,
    /// The read whose missing records a person kept: they stay, and are not asked about again.
    pub(super) kept: Option<HeldRun>,
    /// The classes that the read under way has met, each with whether all of it came.
    classes: BTreeMap<String, bool>,
}

/// A read whose deletions wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeldRun {
    /// Its number.
    pub(super) run: i64,
    /// When it was read.
    pub(super) at: i64,
    /// The classes that came whole; `None` for all.
    #[serde(default)]
    pub(super) classes: Option<Vec<String>>,
}

impl State {
    /// Returns what of the records that the read under way has not met may end: nothing of a class that did not come
    /// whole, and nothing that a person kept.
    pub(super) fn scope(&self) -> InventoryScope {
        let whole = self.classes.iter().filter(|(_, is_whole)| **is_whole);
        let parts = self.is_partial().then(|| whole.map(|(class, _)| class.clone()).collect());
        InventoryScope { parts, kept: self.kept.as_ref().map(|kept| InventoryRunId(kept.run)) }
    }

    /// Returns what of the records that a read whose deletions wait has not met may end.
    pub(super) fn scope_of(&self, held: &HeldRun) -> InventoryScope {
        InventoryScope { parts: held.classes.clone(), ..self.scope() }
    }

    /// Remembers what a person said of a read whose deletions waited, so that nobody is asked about them again. It
    /// counts as read whole: changes are enough from there on.
    pub(super) fn settle(&mut self, held: HeldRun, is_kept: bool) {
        self.whole_at = Some(held.at);
        self.whole_was_partial = held.classes.is_some();
        if is_kept {
            self.kept = Some(held);
        }
    }

    fn is_partial(&self) -> bool {
        self.classes.values().any(|is_whole| !is_whole)
    }

    /// Notes how a page of a class came, and returns whether that says anything new.
    fn note_class(&mut self, class: &str, is_whole: bool) -> bool {
        match self.classes.get_mut(class) {
            Some(known) if *known && !is_whole => *known = false,
            Some(_) => return false,
            None => {
                self.classes.insert(class.to_owned(), is_whole);
            }
        }
        true
    }
}

pub(super) async fn state(open: &Open, source: SourceId) -> Result<State, AppError> {
    let text = open.workspace.inventory_state(source).await?;
    // What cannot be read was written by another program: the source is read whole.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

pub(super) async fn put_state(open: &Open, source: SourceId, state: &State) -> Result<(), AppError> {
    let text = serde_json::to_string(state).map_err(|e| AppError::internal(&e))?;
    open.workspace.set_inventory_state(source, &text).await?;
    Ok(())
}

/// Reads an inventory into the open workspace.
///
/// # Errors
///
/// `cancelled`; the source's failure; store failures. What arrived is kept, and the next read goes on behind it.
pub(crate) async fn run(
    app: &App,
    open: &Arc<Open>,
    row: &StoredSource,
    known_at: Timestamp,
    job: &Job,
) -> Result<SyncOutcome, AppError> {
    let connected = connections::connect_inventory(app, open, row).await?;
    let read = take(open, row, &connected, known_at, job).await;
    // Pages of a read that ended early count as well.
    open.topology.changed();
    app.bus().tell(AppEvent::TopologyChanged);
    let outcome = read?;
    Ok(SyncOutcome {
        samples: outcome.counts.fresh + outcome.counts.changed + outcome.counts.gone + outcome.ended,
        series: outcome.read,
        requests: outcome.requests,
        partial: outcome.partial || outcome.held_back.is_some(),
        complete_until: None,
    })
}

/// Everything that one read holds.
struct Reading<'a> {
    open: &'a Open,
    row: &'a StoredSource,
    source: &'a Arc<dyn InventorySource>,
    state: State,
    run: InventoryRunId,
    place: Option<InventoryPlace>,
    /// Only what changed after this is asked for.
    since: Option<Timestamp>,
    begun_at: Timestamp,
    known_at: Timestamp,
    notices: Vec<InventoryNotice>,
    outcome: InventoryOutcome,
}

/// Reads all pages of a source and ends what it has no more.
///
/// # Errors
///
/// As [`run`].
pub(crate) async fn take(
    open: &Open,
    row: &StoredSource,
    source: &Arc<dyn InventorySource>,
    known_at: Timestamp,
    job: &Job,
) -> Result<InventoryOutcome, AppError> {
    job.count_in("records");
    let mut reading = Reading::begin(open, row, source, known_at).await?;
    let ended = reading.pages(job).await;
    reading.put_notices().await?;
    ended?;
    reading.finish().await?;
    Ok(reading.outcome)
}

impl<'a> Reading<'a> {
    /// Goes on where a read was left, or begins one: of changes only where the last whole one is fresh enough.
    async fn begin(
        open: &'a Open,
        row: &'a StoredSource,
        source: &'a Arc<dyn InventorySource>,
        known_at: Timestamp,
    ) -> Result<Self, AppError> {
        let mut state = state(open, row.id).await?;
        let settings = blake3::hash(row.config.as_bytes()).to_hex().to_string();
        let is_known = state.settings == settings;
        if !is_known {
            state = State { settings, held: state.held, kept: state.kept, ..State::default() };
        }
        let ws = &open.workspace;
        // What other settings have read says nothing of what these would.
        let left = ws.open_inventory_run(row.id).await?.filter(|_| is_known).and_then(|run| {
            let place: InventoryPlace = serde_json::from_str(run.place.as_deref()?).ok()?;
            let age = known_at.as_millis() - run.begun_at.as_millis();
            (0..LEFT_FOR_MS).contains(&age).then_some((run, place))
        });
        let mut reading = Self {
            open,
            row,
            source,
            since: since(&state, known_at),
            state,
            run: InventoryRunId(0),
            place: None,
            begun_at: known_at,
            known_at,
            notices: Vec::new(),
            outcome: InventoryOutcome::default(),
        };
        if let Some((run, place)) = left {
            reading.since = if run.delta { reading.since } else { None };
            (reading.run, reading.begun_at, reading.place) = (run.id, run.begun_at, Some(place));
            reading.outcome.delta = run.delta;
            reading.outcome.partial = reading.state.is_partial();
        } else {
            reading.state.classes.clear();
        }
        Ok(reading)
    }

    /// Reads page after page and stores each with the place behind it.
    async fn pages(&mut self, job: &Job) -> Result<(), AppError> {
        loop {
            let asking = self.source.read(self.place.clone(), self.since, self.known_at);
            let page = tokio::select! {
                page = asking => page?,
                () = job.token().cancelled_owned() => return Err(AppError::cancelled()),
            };
            self.store(&page).await?;
            let of = page.of.unwrap_or(0).max(page.read);
            job.progress(page.read, of, self.outcome.counts.fresh + self.outcome.counts.changed);
            self.outcome.read = page.read;
            let next = page.next;
            if next.is_some() && next == self.place {
                // The connector sees to it that pages end; a place that does not move would never.
                return Err(AppError::new("inventory_stands_still").with("name", &self.row.name));
            }
            self.place = next;
            if self.place.is_none() {
                return Ok(());
            }
        }
    }

    async fn store(&mut self, page: &InventoryPage) -> Result<(), AppError> {
        let ws = &self.open.workspace;
        if self.run.0 == 0 {
            // Whether the source told only changes is known with the first page.
            self.outcome.delta = self.since.is_some() && page.delta;
            self.run = ws.begin_inventory(self.row.id, self.known_at, self.outcome.delta).await?;
        }
        let place = match &page.next {
            Some(next) => Some(serde_json::to_string(next).map_err(|e| AppError::internal(&e))?),
            None => None,
        };
        // What a class lacks is remembered before its page is: a read that goes on later has to know it.
        if self.state.note_class(&page.class, !page.partial) {
            put_state(self.open, self.row.id, &self.state).await?;
        }
        let part = InventoryPart { name: &page.class, told: &page.part, gone: &page.gone };
        let counts =
            ws.put_inventory_page(self.run, part, place.as_deref(), self.begun_at, self.known_at).await?;
        let sum = &mut self.outcome.counts;
        sum.fresh += counts.fresh;
        sum.changed += counts.changed;
        sum.same += counts.same;
        sum.gone += counts.gone;
        self.outcome.requests += u64::from(page.requests);
        self.outcome.partial |= page.partial;
        page.notices.iter().for_each(|notice| gather(&mut self.notices, notice));
        Ok(())
    }

    /// Ends what the source has no more, or asks when that is much.
    async fn finish(&mut self) -> Result<(), AppError> {
        let ws = &self.open.workspace;
        let begun = self.begun_at.as_millis();
        self.state.read_at = Some(begun);
        if self.outcome.delta {
            ws.finish_inventory(self.run, false, self.known_at).await?;
            return put_state(self.open, self.row.id, &self.state).await;
        }
        // Of a class in which something is missing nobody knows what is deleted: all of it stays, and nobody is asked.
        let scope = self.state.scope();
        let unseen = ws.unseen_within(self.run, &scope).await?;
        self.state.held = None;
        if is_much(&unseen, self.outcome.read) || self.is_emptied(&scope, &unseen).await? {
            ws.finish_inventory(self.run, false, self.known_at).await?;
            self.outcome.held_back = Some(unseen);
            self.state.held = Some(HeldRun { run: self.run.0, at: begun, classes: scope.parts });
            self.put_notices().await?;
        } else {
            ws.finish_inventory_within(self.run, &scope, self.known_at).await?;
            self.outcome.ended = unseen.entities + unseen.dependencies;
            self.state.whole_at = Some(begun);
            self.state.whole_was_partial = self.outcome.partial;
        }
        put_state(self.open, self.row.id, &self.state).await
    }

    /// Reports whether a class that came whole has nothing left of what it told: where a right was taken away, many
    /// servers answer with an empty list.
    async fn is_emptied(&self, scope: &InventoryScope, unseen: &Unseen) -> Result<bool, AppError> {
        if unseen.entities < FEW_ENTITIES {
            return Ok(false);
        }
        for (class, _) in self.state.classes.iter().filter(|(_, is_whole)| **is_whole) {
            let alone = InventoryScope { parts: Some(vec![class.clone()]), kept: scope.kept };
            let of_it = self.open.workspace.unseen_within(self.run, &alone).await?;
            if of_it.entities >= FEW_ENTITIES && of_it.entities == of_it.of_entities {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn put_notices(&self) -> Result<(), AppError> {
        let mut told: Vec<Phrase> = self.outcome.held_back.iter().map(held_notice).collect();
        for notice in &self.notices {
            connections::add_notice(&mut told, phrases::notice(notice));
        }
        connections::set_notices(self.open, self.row.id, &told).await
    }
}

/// Says what would have been deleted.
fn held_notice(unseen: &Unseen) -> Phrase {
    let n = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Phrase::new("inventory-held-back")
        .count("n", n(unseen.entities))
        .count("of", n(unseen.of_entities))
        .count("dependencies", n(unseen.dependencies))
}

/// Remembers a read whose deletions wait, or that none does.
pub(super) async fn hold(
    open: &Open,
    source: SourceId,
    held: Option<(InventoryRunId, Unseen)>,
    at: Timestamp,
) -> Result<(), AppError> {
    let mut kept = state(open, source).await?;
    let told: Vec<Phrase> = held.iter().map(|(_, unseen)| held_notice(unseen)).collect();
    kept.held = held.map(|(run, _)| HeldRun { run: run.0, at: at.as_millis(), classes: None });
    put_state(open, source, &kept).await?;
    connections::set_notices(open, source, &told).await
}

/// Returns since when changes are asked for; `None` for everything.
fn since(state: &State, now: Timestamp) -> Option<Timestamp> {
    let (whole_at, read_at) = (state.whole_at?, state.read_at?);
    let every = if state.whole_was_partial { WHOLE_AFTER_PARTIAL_MS } else { WHOLE_EVERY_MS };
    let is_fresh = (0..every).contains(&(now.as_millis() - whole_at));
    (is_fresh && state.held.is_none()).then(|| Timestamp::from_millis(read_at - OVERLAP_MS))
}

/// Reports whether so much would end that a person is asked: all of it, or more than half.
pub(super) fn is_much(unseen: &Unseen, read: u64) -> bool {
    let is_empty = read == 0 && unseen.entities + unseen.dependencies > 0;
    let entities = unseen.entities * 2 > unseen.of_entities;
    let dependencies =
        unseen.of_dependencies >= FEW_DEPENDENCIES && unseen.dependencies * 2 > unseen.of_dependencies;
    is_empty || entities || dependencies
}

/// Reads everything that an inventory tells, for one that lies in memory.
///
/// # Errors
///
/// The source's failure.
pub(crate) async fn whole(source: &dyn InventorySource, now: Timestamp) -> Result<Topology, AppError> {
    let mut all = Topology::default();
    let mut place = None;
    loop {
        let page = source.read(place, None, now).await?;
        all.entities.extend(page.part.entities);
        all.dependencies.extend(page.part.dependencies);
        place = page.next;
        if place.is_none() {
            return Ok(all);
        }
    }
}

/// Takes in the notice of a page. What is counted page by page is one number for the whole read.
fn gather(known: &mut Vec<InventoryNotice>, notice: &InventoryNotice) {
    let count = |of: &InventoryNotice| of.detail.parse::<u64>().unwrap_or_default();
    let is_counted = notice.kind == InventoryNoticeKind::TextCut;
    let of_it = |before: &&mut InventoryNotice| {
        is_counted && (before.kind, &before.subject) == (notice.kind, &notice.subject)
    };
    if let Some(before) = known.iter_mut().find(of_it) {
        before.detail = count(before).saturating_add(count(notice)).to_string();
    } else if known.len() < MOST_NOTICES && !known.contains(notice) {
        known.push(notice.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unseen(entities: u64, of_entities: u64, dependencies: u64, of_dependencies: u64) -> Unseen {
        Unseen { entities, of_entities, dependencies, of_dependencies }
    }

    #[test]
    fn texts_that_were_cut_on_several_pages_are_one_number() {
        let notice = |kind, subject: &str, detail: &str| InventoryNotice {
            kind,
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        };
        let cut = |subject: &str, n: &str| notice(InventoryNoticeKind::TextCut, subject, n);
        let empty = notice(InventoryNoticeKind::Empty, "racks", "");
        let mut known = Vec::new();

        let (key, team, more) = (cut("hosts: key", "1"), cut("hosts: team", "2"), cut("hosts: key", "3"));
        for told in [&key, &empty, &team, &more, &empty] {
            gather(&mut known, told);
        }

        assert_eq!(known, [cut("hosts: key", "4"), empty, cut("hosts: team", "2")]);
    }

    #[test]
    fn losing_more_than_half_is_asked_about() {
        assert!(!is_much(&unseen(5, 10, 0, 0), 5));
        assert!(is_much(&unseen(6, 10, 0, 0), 4));
        assert!(is_much(&unseen(0, 10, 11, 20), 10));
        assert!(!is_much(&unseen(0, 10, 3, 3), 10));
    }

    #[test]
    fn a_source_that_comes_back_empty_is_asked_about() {
        assert!(is_much(&unseen(1, 1, 0, 0), 0));
        assert!(!is_much(&unseen(0, 0, 0, 0), 0));
    }

    #[test]
    fn changes_are_asked_for_while_the_last_whole_read_is_fresh() {
        let hour = 3_600_000;
        let now = Timestamp::from_millis(100 * hour);
        let state = |whole: i64, read: i64| State {
            whole_at: Some(whole * hour),
            read_at: Some(read * hour),
            ..State::default()
        };

        assert_eq!(since(&state(90, 99), now), Some(Timestamp::from_millis(99 * hour - OVERLAP_MS)));
        assert_eq!(since(&state(70, 99), now), None);
        assert_eq!(since(&State::default(), now), None);
    }

    #[test]
    fn what_was_missing_is_looked_for_again_within_the_hour() {
        let hour = 3_600_000;
        let state = |whole_was_partial: bool| State {
            whole_at: Some(99 * hour),
            read_at: Some(99 * hour),
            whole_was_partial,
            ..State::default()
        };

        assert_eq!(since(&state(true), Timestamp::from_millis(100 * hour)), None);
        assert!(since(&state(true), Timestamp::from_millis(100 * hour - 1)).is_some());
        assert!(since(&state(false), Timestamp::from_millis(100 * hour)).is_some());
    }

    #[test]
    fn only_classes_that_came_whole_end_anything() {
        let mut state = State::default();

        let told = [("devices", true), ("devices", true), ("circuits", false), ("devices", true)];
        let news = told.map(|(class, is_whole)| state.note_class(class, is_whole));

        assert_eq!(news, [true, false, true, false]);
        assert_eq!(state.scope().parts, Some(vec!["devices".to_owned()]));
        assert!(state.note_class("devices", false) && !state.note_class("devices", true));
        assert_eq!(state.scope().parts, Some(Vec::new()));
        assert_eq!(State::default().scope(), InventoryScope::default());
    }

    #[test]
    fn while_deletions_wait_everything_is_read() {
        let held = State {
            whole_at: Some(0),
            read_at: Some(0),
            held: Some(HeldRun { run: 3, at: 0, classes: None }),
            ..State::default()
        };

        assert_eq!(since(&held, Timestamp::from_millis(1000)), None);
    }
}
