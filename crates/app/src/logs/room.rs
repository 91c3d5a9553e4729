//! What the log room of an open workspace keeps in memory: the miner with its templates, and what was concluded of them.

mod mind;
mod test;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::Mutex as AsyncMutex;
use wardroom_core::{LogRecord, TemplateId, TimeRange};
use wardroom_store::{LogFilter, SourceId, TemplateRow as StoredTemplate};

use super::files::OpenSet;
use super::files::watching::Watching;
use super::{decisions, lines, template_text};
use crate::context::{Open, lock};
use crate::error::AppError;

pub(crate) use super::tally::first_line;
pub(crate) use mind::{Learnt, Mind, Renumbered, Snapshot, parts_from};
pub(crate) use test::{TemplateTest, split_text};

/// Where the numbers of templates that were made anew are kept.
pub(super) const BECAME: &str = "logs-became";
/// Lines of a drill may come late by this much.
const LATE_MS: i64 = 3_600_000;

/// The log room of an open workspace.
#[derive(Debug, Default)]
pub(crate) struct Room {
    mind: AsyncMutex<Option<Mind>>,
    /// Log files that are open in place.
    pub(super) sets: Mutex<BTreeMap<SourceId, Arc<OpenSet>>>,
    /// Whether those are looked at for new lines.
    pub(super) watching: Watching,
    /// Where their indexes are kept.
    cache_dir: OnceLock<PathBuf>,
}

impl Room {
    /// Says where indexes of log files are kept.
    pub(crate) fn keep_indexes_in(&self, dir: PathBuf) {
        // The folder is the same for the whole run.
        let _ = self.cache_dir.set(dir);
    }

    /// Reports whether the files of a source are open and looked at for new lines.
    pub(super) fn tails(&self, source: SourceId) -> bool {
        self.watching.is_on() && lock(&self.sets).contains_key(&source)
    }

    /// Returns where indexes of log files are kept; without a folder they are made anew each time.
    pub(super) fn cache_dir(&self) -> Option<PathBuf> {
        self.cache_dir.get().cloned()
    }
}

/// Works on the templates, one at a time, on a thread that may compute for long.
pub(crate) async fn with_mind<T: Send + 'static>(
    open: &Open,
    work: impl FnOnce(&mut Mind) -> T + Send + 'static,
) -> Result<T, AppError> {
    let mut held = open.logs.mind.lock().await;
    let mut mind = match held.take() {
        Some(mind) => mind,
        None => Mind::load(open).await?,
    };
    let task = tokio::task::spawn_blocking(move || {
        let answer = work(&mut mind);
        (mind, answer)
    });
    let (mind, answer) = task.await.map_err(|e| AppError::internal(&e))?;
    *held = Some(mind);
    Ok(answer)
}

/// Brings the store's list of who stands for whom in line.
async fn store_ends(open: &Open) -> Result<(), AppError> {
    let Renumbered { became, ends } = with_mind(open, |mind| mind.renumbered()).await?;
    let ws = &open.workspace;
    ws.set_meta(BECAME, &became).await?;
    let stored = ws.replaced_templates().await?;
    // First those that stand for themselves again: one left over could make a circle.
    for id in stored.iter().filter(|(id, to)| ends.get(*id) != Some(*to)).map(|(id, _)| *id) {
        ws.restore_template(id).await?;
    }
    for (id, to) in ends.iter().filter(|(id, to)| stored.get(*id) != Some(*to)) {
        ws.replace_template(*id, *to).await?;
    }
    Ok(())
}

/// Acts on a decision that was made or taken back.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn decided(open: &Open) -> Result<(), AppError> {
    let decisions = decisions::load(open).await?;
    with_mind(open, move |mind| {
        mind.decisions = decisions;
        mind.settle_ends();
    })
    .await?;
    store_ends(open).await
}

/// Returns the templates that are known already: lines of a drill that nobody asked for are not looked at for it.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn known_so_far(open: &Open) -> Result<Snapshot, AppError> {
    with_mind(open, |mind| mind.snapshot()).await
}

/// Returns the templates as they are at this moment, the lines of a drill included.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn snapshot(open: &Open) -> Result<Snapshot, AppError> {
    catch_up(open).await?;
    with_mind(open, |mind| mind.snapshot()).await
}

/// Looks at the lines of a drill that nobody has looked at yet. A drill brings lines twice a second, and before it opens
/// a whole history: making templates of them waits until somebody asks for templates.
async fn catch_up(open: &Open) -> Result<(), AppError> {
    let Some((source, now)) = open.drilled() else { return Ok(()) };
    let until = with_mind(open, |mind| mind.lazy.until).await?;
    if until == Some(now) {
        return Ok(());
    }
    let range = until.and_then(|at| TimeRange::new(at.plus_millis(-LATE_MS), now.plus_millis(1)).ok());
    let filter = LogFilter { range, sources: vec![source], ..LogFilter::default() };
    let mut new: Vec<LogRecord> = Vec::new();
    lines::each_newest(open, &filter, usize::MAX, &mut |row| {
        if until.is_none_or(|at| row.known_at > at) {
            new.push(row.record);
        }
    })
    .await?;
    with_mind(open, move |mind| {
        let learnt = mind.learn(&new);
        let facts = mind.lazy.facts.entry(source).or_default();
        for (id, more) in learnt.facts {
            match facts.get_mut(&id) {
                Some(kept) => kept.join(more),
                None => {
                    facts.insert(id, more);
                }
            }
        }
        mind.lazy.until = Some(now);
    })
    .await
}

/// Forgets what was concluded and is only in memory: older lines of a drill came in, it went back to an earlier moment, or
/// the file did not take it.
pub(crate) async fn look_again(open: &Open) {
    *open.logs.mind.lock().await = None;
}

/// Reports whether anything is known of templates.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn knows(open: &Open) -> Result<bool, AppError> {
    with_mind(open, |mind| !mind.known.is_empty()).await
}

/// Returns the services and machines that have written lines of any template.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn writers(open: &Open) -> Result<(Vec<String>, Vec<String>), AppError> {
    with_mind(open, |mind| {
        let names = |of: fn(&StoredTemplate) -> &Vec<String>| {
            let all: BTreeSet<String> = mind.known.values().flat_map(|row| of(row).iter().cloned()).collect();
            all.into_iter().collect::<Vec<String>>()
        };
        (names(|row| &row.services), names(|row| &row.hosts))
    })
    .await
}

/// Returns the text of a template and one of its lines; nothing when there is no such template.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn describe(open: &Open, id: TemplateId) -> Result<Option<(String, String)>, AppError> {
    let view = snapshot(open).await?;
    let id = view.end_of(id);
    let Some(row) = view.known.get(&id) else { return Ok(None) };
    let examples = open.workspace.template_examples(id).await?;
    let lazy = view.lazy.values().find_map(|facts| facts.get(&id)).map(|f| f.example.message.clone());
    let example = examples.into_iter().next().map(|(_, record)| record.message).or(lazy);
    Ok(Some((row.text.clone(), example.unwrap_or_else(|| row.text.clone()))))
}

/// Returns how many parameters a template has.
///
/// # Errors
///
/// `no_such_template`; store failures.
pub(crate) async fn parameters_of(open: &Open, id: TemplateId) -> Result<u32, AppError> {
    let view = snapshot(open).await?;
    let row = view.known.get(&view.end_of(id));
    let row = row.ok_or_else(|| AppError::new("no_such_template").with("id", template_text(id)))?;
    let parameters = parts_from(row).iter().filter(|part| part.kind.is_some()).count();
    Ok(u32::try_from(parameters).unwrap_or(u32::MAX))
}

/// Makes the test for a template.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn test_of(open: &Open, id: TemplateId) -> Result<TemplateTest, AppError> {
    let view = snapshot(open).await?;
    let wanted = view.end_of(id);
    let is_known = view.known.contains_key(&wanted);
    let splits = view.decisions.splits.iter().map(|(id, at)| (*id, *at as usize));
    Ok(TemplateTest {
        wanted,
        settled: Arc::clone(&view.settled),
        ends: Arc::clone(&view.ends),
        splits: if is_known { Vec::new() } else { splits.collect() },
        is_lazy: open.is_drill(),
    })
}

/// Takes the sets of open files of a source away.
pub(crate) fn forget_set(open: &Open, source: SourceId) {
    lock(&open.logs.sets).remove(&source);
}
