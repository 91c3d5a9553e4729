//! The older history of a drill: brought in behind the open screen, and again after a while where that fails.

use std::sync::Arc;
use std::time::Duration;

use wardroom_core::{TimeRange, Timestamp};

use crate::context::{App, Open, lock, source_number};
use crate::detection;
use crate::drills::begin::{FIRST_HISTORY_MS, FIRST_LINES_MS};
use crate::drills::decide::open_drill;
use crate::drills::rows::HistoryMissed;
use crate::drills::running::{self, Drill};
use crate::drills::{compare, kept};
use crate::error::AppError;
use crate::events::AppEvent;
use crate::jobs::{Job, JobKind};
use crate::logs::{ingest, room};
use crate::sync;
use crate::workspaces;

/// How long after a first failure it is tried again.
const FIRST_WAIT: Duration = Duration::from_secs(15);
/// The longest time between two tries.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// Brings what is older in behind the open screen, then scores the series and computes the runs to compare with.
pub(crate) fn older_history(app: &App, open: &Arc<Open>, drill: &Arc<Drill>) {
    let (app, open, drill) = (app.clone(), Arc::clone(open), Arc::clone(drill));
    tokio::spawn(async move {
        if !until_there(&app, &open, &drill).await {
            return;
        }
        let _open = open.keep_open().await;
        // Who puts a drill away wants the next one to have the machine.
        if drill.stop.is_cancelled() {
            return;
        }
        detection::run_quietly(&app, &open).await;
        if drill.stop.is_cancelled() {
            return;
        }
        if let Err(error) = compare::runs(&drill).await {
            tracing::warn!(%error, "The runs to compare with are computed at the debrief.");
        }
    });
}

/// Tries until the older history is there, later and later or as soon as somebody asks; `false` when the drill is put away
/// before. What a person stopped is tried again only when it is asked for.
async fn until_there(app: &App, open: &Arc<Open>, drill: &Arc<Drill>) -> bool {
    let mut failures = 0;
    loop {
        // Nobody who closes the file waits for the next try.
        let kept_open = open.keep_open().await;
        if drill.stop.is_cancelled() {
            return false;
        }
        let done = bring_older(app, open, drill).await;
        drop(kept_open);
        let Err(error) = done else { return true };
        if drill.stop.is_cancelled() {
            return false;
        }
        failures += 1;
        let wait = wait_after(failures);
        let by_itself = !error.is_cancelled();
        let next = by_itself.then(|| app.wall().plus_millis(i64::try_from(wait.as_millis()).unwrap_or(0)));
        note(app, drill, Some(HistoryMissed { error, next: next.map(Into::into), trying: false }));
        tokio::select! {
            () = drill.stop.cancelled() => return false,
            () = drill.again.notified() => failures = 0,
            () = tokio::time::sleep(wait), if by_itself => {}
        }
        let missed = lock(&drill.inner).older_missed.clone();
        note(app, drill, missed.map(|missed| HistoryMissed { next: None, trying: true, ..missed }));
    }
}

/// Returns how long is waited after so many failures in a row.
fn wait_after(failures: u32) -> Duration {
    (FIRST_WAIT * 2_u32.pow(failures.clamp(1, 10) - 1)).min(LONGEST_WAIT)
}

fn note(app: &App, drill: &Drill, missed: Option<HistoryMissed>) {
    lock(&drill.inner).older_missed = missed;
    app.bus().tell(AppEvent::DrillChanged);
}

/// Tries at once to bring the older history in, where that has failed.
///
/// # Errors
///
/// `no_drill`; `workspace_read_only`.
pub fn history_again(app: &App) -> Result<(), AppError> {
    let (open, drill) = open_drill(app)?;
    if !open.workspace.mode().is_writable() {
        return Err(AppError::new("workspace_read_only"));
    }
    if lock(&drill.inner).older_missed.as_ref().is_some_and(|missed| !missed.trying) {
        drill.again.notify_one();
    }
    Ok(())
}

/// Brings in what is older than the first hour, and says in the file that its history is whole.
///
/// # Errors
///
/// `cancelled`; store failures.
pub(crate) async fn bring_older(app: &App, open: &Arc<Open>, drill: &Drill) -> Result<(), AppError> {
    let name = open.workspace.name();
    let job = app.jobs().begin(app.bus(), JobKind::Drill, name, Some(source_number(drill.source)));
    let done = older(app, open, drill, &job).await;
    job.end(workspaces::end_state(done.clone()));
    done?;
    lock(&drill.inner).history_whole = true;
    note(app, drill, None);
    Ok(())
}

async fn older(app: &App, open: &Arc<Open>, drill: &Drill, job: &Job) -> Result<(), AppError> {
    let oldest = lock(&drill.world).history().start();
    // The world may have no older history.
    if let Ok(range) = TimeRange::new(oldest, drill.setup.start.plus_millis(-FIRST_HISTORY_MS)) {
        sync::run(app, open, drill.source, Some(range), drill.setup.start, job).await?;
        let checks = running::check_outcomes(&drill.copy(), range);
        open.workspace.put_check_results(drill.source, &checks, drill.history_arrival()).await?;
    }
    older_lines(open, drill, oldest).await?;
    Ok(open.workspace.set_meta(kept::HISTORY, "whole").await?)
}

/// Brings the log lines in that are older than the first ones, unless they came before the program ended.
async fn older_lines(open: &Open, drill: &Drill, oldest: Timestamp) -> Result<(), AppError> {
    let border = drill.setup.start.plus_millis(-FIRST_LINES_MS);
    let Ok(range) = TimeRange::new(oldest, border) else { return Ok(()) };
    // They are stored all at once, and the store takes equal lines for two.
    if open.workspace.stats().await?.first_log.is_some_and(|first| first < border) {
        return Ok(());
    }
    let world = drill.copy();
    let lines = tokio::task::spawn_blocking(move || world.logs(range)).await;
    let lines = lines.map_err(|e| AppError::internal(&e))?;
    ingest::history(open, drill.source, &lines, drill.history_arrival()).await?;
    // They are older than what templates may have been made of already.
    room::look_again(open).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drills::rows::DrillState;
    use crate::drills::{begin, start_by_hand, state, tests};
    use crate::settings::Language;

    fn shown(app: &App) -> DrillState {
        state(app, Language::En).unwrap().unwrap()
    }

    /// Waits until the drill is told to be so. Only a drill that never is so meets the limit.
    async fn told(app: &App, is_so: impl Fn(&DrillState) -> bool) {
        let mut heard = app.bus().listen();
        let waiting = async {
            while !is_so(&shown(app)) {
                // Who hears too late asks once more.
                let _ = heard.recv().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(5), waiting).await.expect("it is never told");
    }

    /// A drill whose world is not connected, so that nothing can be read from it, and the tries to read it.
    async fn begun(app: &App, home: &std::path::Path) -> (Arc<Drill>, tokio::task::JoinHandle<bool>) {
        let (name, path) = (tests::small_scenario(home), home.join("drill.wardroom"));
        start_by_hand(app, &name, 7, "", tests::options(), Some(path)).await.unwrap();
        let open = app.open().unwrap();
        let drill = open.drill.clone().unwrap();
        lock(&open.sources).clear();
        let (trying, app) = (Arc::clone(&drill), app.clone());
        (drill, tokio::spawn(async move { until_there(&app, &open, &trying).await }))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn older_history_that_failed_is_tried_again_when_it_is_asked_for() {
        let home = tempfile::tempdir().unwrap();
        let app = tests::app(home.path()).await;
        let (_drill, trying) = begun(&app, home.path()).await;

        told(&app, |state| state.history_missed.as_ref().is_some_and(|missed| !missed.trying)).await;
        let missed = shown(&app).history_missed.unwrap();
        begin::attach(&app.open().unwrap());
        history_again(&app).unwrap();
        told(&app, |state| state.history_whole).await;

        assert_eq!(missed.error.code, "drill_no_real_sources");
        assert!(missed.next.is_some());
        assert!(trying.await.unwrap());
        assert_eq!(shown(&app).history_missed, None);
        workspaces::close(&app).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_puts_a_drill_away_ends_the_waiting_for_the_next_try() {
        let home = tempfile::tempdir().unwrap();
        let app = tests::app(home.path()).await;
        let (drill, trying) = begun(&app, home.path()).await;
        told(&app, |state| state.history_missed.is_some()).await;

        workspaces::close(&app).await;

        assert!(!trying.await.unwrap());
        assert!(!lock(&drill.inner).history_whole);
    }

    #[test]
    fn the_waits_grow_up_to_five_minutes() {
        let seconds: Vec<u64> = (1..=8).map(|failures| wait_after(failures).as_secs()).collect();

        assert_eq!(seconds, [15, 30, 60, 120, 240, 300, 300, 300]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }
}
