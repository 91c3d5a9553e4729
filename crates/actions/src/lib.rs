//! Changes what is outside, and only what was approved: describe, dry run, run, journal.
//!
//! An [`Action`] says what is to be done, where and how much. A [`Door`] leads to where it would be done: it answers a
//! dry run with a [`Proposal`], changing nothing, and runs the action when told to. Between the two stand the [`Guard`]
//! (may this be done here, and is it as small as it has to be) and the [`Approval`] of a role, which is for exactly one
//! proposal and for a limited time. [`execute()`] runs what was approved when nothing has changed since, and the
//! [`Journal`] keeps who did what, when, and what came back.
//!
//! Deliberately *not* here: any decision to act, a clock (times are handed in), words for people (everything is data with
//! stable codes), SQL. The one kind of door that changes something is the simulator's, so nothing real can be changed.
//! Start reading at [`propose`] and [`execute()`].

pub mod action;
pub mod approval;
pub mod execute;
pub mod guard;
pub mod journal;
pub mod recording;
pub mod simulated;

pub use action::{Action, ActionError, Begun, Beyond, Consequence, Door, Proposal, Risk};
pub use approval::Approval;
pub use execute::{execute, propose};
pub use guard::{Guard, Setting};
pub use journal::{Deed, Entry, Journal, Outcome};
pub use simulated::{SimulatedDoor, WorldHandle};
