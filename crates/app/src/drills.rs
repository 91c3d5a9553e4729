//! Drills: a running simulated world in a workspace of its own, what is decided in it, and what came of it.
//!
//! Start reading at [`start`] and at `running`.

mod acting;
mod begin;
mod catalogue;
mod checked;
mod compare;
mod debrief;
mod decide;
mod ending;
mod instructor;
mod journal;
mod kept;
mod moves;
mod older;
mod past;
mod play;
mod results;
pub mod rows;
pub(crate) mod running;
pub mod sim_export;
mod state;
mod texts;

pub use debrief::debrief;
pub use decide::{
    acknowledge_by_name, act, act_at_once, advance_to, advice, clock, declare, dry_run, hint, hypothesis,
    opened, update,
};
pub use ending::{give_up, resolve, rewind};
pub use instructor::{inject, sensor, state as instructor_state, stop_injection, whisper};
pub use journal::{JournalRow, journal};
pub use older::history_again;
pub use past::kept_results;
pub use play::{Beginning, Played, Step, play_branch, play_new, read_moment, read_steps};
pub use results::{brief, list, write_csv};
pub use state::state;

pub(crate) use begin::{attach, resume, stop};
pub(crate) use decide::before_acknowledging;
pub(crate) use kept::{Past, Restored, restore};
#[cfg(test)]
pub(crate) use play::play;

use crate::context::App;
use crate::error::AppError;
use rows::DrillOptions;

/// Begins a drill: makes a workspace file of its own, brings the last hour in, opens it and lets its clock run.
/// The older history follows behind the open screen.
///
/// # Errors
///
/// `no_such_drill`; `drill_speed`; `trainee_name`; store failures.
pub async fn start(
    app: &App,
    id: &str,
    seed: u32,
    trainee: &str,
    options: DrillOptions,
) -> Result<(), AppError> {
    let found = catalogue::find(id)?.clone();
    let wanted = begin::wanted(found, seed, trainee, options, None)?;
    let (open, drill) = begin::begin(app, wanted).await?;
    running::start_clock(app, &open, &drill);
    older::older_history(app, &open, &drill);
    Ok(())
}

/// Begins a drill whose clock only moves when it is told to.
#[cfg(test)]
pub(crate) async fn start_by_hand(
    app: &App,
    name: &str,
    seed: u32,
    trainee: &str,
    options: DrillOptions,
    path: Option<std::path::PathBuf>,
) -> Result<(), AppError> {
    let wanted = begin::wanted(catalogue::find_or_read(name)?, seed, trainee, options, path)?;
    begin::begin(app, wanted).await.map(|_| ())
}

#[cfg(test)]
mod tests;
