//! Tails log files that are open in place: looks every second whether they changed, and tells what came.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wardroom_store::SourceId;

use super::{OpenSet, look_for_changes, stored};
use crate::context::{App, Open, lock, source_number};
use crate::error::AppError;
use crate::events::AppEvent;

/// How long after a look the next one comes: a look at a file that did not change asks the system for its size only.
const EVERY: Duration = Duration::from_secs(1);

/// Whether the open files of a workspace are looked at.
#[derive(Debug, Default)]
pub(crate) struct Watching {
    stop: Mutex<Option<CancellationToken>>,
    /// Sources whose last look failed, so that a failure is written down once.
    failed: Mutex<BTreeSet<SourceId>>,
}

impl Watching {
    /// Reports whether files that are open are looked at.
    pub(crate) fn is_on(&self) -> bool {
        lock(&self.stop).is_some()
    }
}

/// Begins to look at the log files of a workspace, where there are any; looking at them already is fine.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn resume(app: &App) -> Result<(), AppError> {
    let open = app.open()?;
    if !stored(&open).await?.is_empty() {
        begin(app, &open);
    }
    Ok(())
}

/// Begins to look at the open log files of a workspace every second until [`stop`]; looking at them already is fine.
pub(crate) fn begin(app: &App, open: &Arc<Open>) {
    let mut held = lock(&open.logs.watching.stop);
    if held.is_some() {
        return;
    }
    let stop = CancellationToken::new();
    *held = Some(stop.clone());
    drop(held);
    // The loop must not keep a workspace alive that everybody else has let go.
    tokio::spawn(look_on(app.clone(), Arc::downgrade(open), stop));
}

/// Ends looking at the open log files of a workspace.
pub(crate) fn stop(open: &Open) {
    if let Some(stop) = lock(&open.logs.watching.stop).take() {
        stop.cancel();
    }
}

async fn look_on(app: App, open: Weak<Open>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let Some(open) = open.upgrade() else { return };
        let _open = open.keep_open().await;
        if stop.is_cancelled() {
            return;
        }
        look(&app, &open).await;
    }
}

/// Looks at every set of files that is open, takes in what is new and tells of it.
pub(crate) async fn look(app: &App, open: &Open) {
    let sets: Vec<Arc<OpenSet>> = lock(&open.logs.sets).values().cloned().collect();
    for set in sets {
        match look_for_changes(open, &set).await {
            Ok(()) => {
                lock(&open.logs.watching.failed).remove(&set.source);
                tell(app, &set);
            }
            // The list of lines says so in words when somebody looks at it.
            Err(error) => {
                if lock(&open.logs.watching.failed).insert(set.source) {
                    tracing::warn!(source = %set.name, %error, "Cannot look for new lines in files.");
                }
            }
        }
    }
}

/// Tells what came since the last time, whoever took it in.
fn tell(app: &App, set: &OpenSet) {
    let Some(state) = set.untold() else { return };
    app.bus().tell(AppEvent::LogsChanged);
    if let Some(last) = state.last {
        let source = source_number(set.source);
        app.bus().tell(AppEvent::LinesArrived { source, until: last.plus_millis(1).into() });
    }
}
