//! Action cards: described, tried dry, approved and run through the one door to the simulated world, with a journal.

use std::sync::Arc;

use wardroom_actions::{
    Action, ActionError, Approval, Guard, Journal, Proposal, Risk, Setting, SimulatedDoor, execute, propose,
};
use wardroom_core::Timestamp;
use wardroom_sim::{Refused, Remedy};

use crate::drills::rows::DryRunRow;
use crate::drills::running::Drill;
use crate::drills::texts;
use crate::error::AppError;

/// A drill's actions may reach as far as its world goes: judging that is part of the training.
const GUARD: Guard = Guard { setting: Setting::Drill, most_touched: usize::MAX };
/// An approval holds for so long in the world's time.
const APPROVED_MS: i64 = 600_000;

/// What came of an order.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) refused: Option<Refused>,
    pub(crate) works_at: Option<Timestamp>,
}

/// What approves an action.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Consent<'a> {
    /// The plan of a dry run as it was shown, and the scope as a person typed it.
    Shown {
        /// The plan.
        plan: &'a str,
        /// What was typed.
        scope: Option<&'a str>,
    },
    /// Whatever the plan is: a script says what it wants.
    Written,
}

/// Says what an action would do, without doing it, and notes it in the journal.
///
/// # Errors
///
/// `internal` when a guard refuses what no drill can ask for.
pub(crate) fn dry_run(
    drill: &Arc<Drill>,
    remedy: &Remedy,
    journal: &mut Journal,
) -> Result<DryRunRow, AppError> {
    let action = Action { remedy: remedy.clone() };
    let door = SimulatedDoor::new(Arc::clone(&drill.world));
    let now = drill.now();
    match propose(&door, &GUARD, &action, &drill.setup.trainee, now, journal) {
        Ok(proposal) => Ok(proposed(&proposal, now)),
        Err(ActionError::Refused(why)) => Ok(DryRunRow {
            plan: String::new(),
            title: texts::remedy(remedy),
            refused: Some(texts::refused(&why)),
            steps: Vec::new(),
            touches: Vec::new(),
            risk: offered_risk(drill, remedy),
            works_at: None,
            scope: None,
        }),
        Err(error) => Err(failure(&error)),
    }
}

fn proposed(proposal: &Proposal, now: Timestamp) -> DryRunRow {
    let steps = proposal.effects.iter().chain(&proposal.cautions);
    let remedy = &proposal.action.remedy;
    DryRunRow {
        plan: proposal.text(),
        title: texts::remedy(remedy),
        refused: None,
        steps: steps.map(texts::consequence).collect(),
        touches: proposal.touches.clone(),
        risk: proposal.risk.level(),
        works_at: Some(now.plus_millis(proposal.delay_s.saturating_mul(1000)).into()),
        scope: (proposal.risk == Risk::High).then(|| remedy.target.clone()),
    }
}

fn offered_risk(drill: &Drill, remedy: &Remedy) -> u8 {
    let offers = &drill.setup.scenario.brief().remedies;
    offers.iter().find(|offer| offer.remedy == *remedy).map_or(2, |offer| offer.risk)
}

/// Carries out what was approved, when a fresh dry run says the same, and notes it in the journal.
///
/// # Errors
///
/// `plan_changed`; `scope_not_typed`.
pub(crate) fn act(
    drill: &Arc<Drill>,
    remedy: &Remedy,
    consent: Consent<'_>,
    journal: &mut Journal,
) -> Result<Done, AppError> {
    match attempt(drill, remedy, consent, journal) {
        Ok(works_at) => Ok(Done { refused: None, works_at: Some(works_at) }),
        Err(ActionError::Refused(why)) => Ok(Done { refused: Some(why), works_at: None }),
        Err(error) => Err(failure(&error)),
    }
}

fn attempt(
    drill: &Arc<Drill>,
    remedy: &Remedy,
    consent: Consent<'_>,
    journal: &mut Journal,
) -> Result<Timestamp, ActionError> {
    let door = SimulatedDoor::new(Arc::clone(&drill.world));
    let (now, role) = (drill.now(), &drill.setup.trainee);
    let action = Action { remedy: remedy.clone() };
    let proposal = propose(&door, &GUARD, &action, role, now, journal)?;
    let (plan, typed_scope) = match consent {
        Consent::Shown { plan, scope } => (plan.to_owned(), scope.map(str::to_owned)),
        Consent::Written => (proposal.text(), Some(remedy.target.clone())),
    };
    let approval = Approval {
        plan,
        role: role.clone(),
        given_at: now,
        until: now.plus_millis(APPROVED_MS),
        typed_scope,
    };
    Ok(execute(&door, &GUARD, &proposal, &approval, now, journal)?.works_at)
}

fn failure(error: &ActionError) -> AppError {
    match error {
        ActionError::Changed | ActionError::OutOfTime { .. } => AppError::new("plan_changed"),
        ActionError::ScopeNotTyped { wanted } => AppError::new("scope_not_typed").with("scope", wanted),
        ActionError::Refused(_) | ActionError::NotSimulated | ActionError::TooWide { .. } => {
            AppError::internal(error)
        }
    }
}
