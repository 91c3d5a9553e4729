//! From an action to its dry run, and from an approved dry run to the deed: one at a time, and nothing in doubt.

use wardroom_core::Timestamp;

use crate::action::{Action, ActionError, Begun, Door, Proposal};
use crate::approval::Approval;
use crate::guard::Guard;
use crate::journal::{Deed, Entry, Journal, Outcome};

/// Says what an action would do, and notes in the journal that a role asked. Changes nothing outside.
///
/// # Errors
///
/// [`ActionError::NotSimulated`] and [`ActionError::TooWide`] of the guard; [`ActionError::Refused`].
pub fn propose(
    door: &dyn Door,
    guard: &Guard,
    action: &Action,
    role: &str,
    now: Timestamp,
    journal: &mut Journal,
) -> Result<Proposal, ActionError> {
    let result = look(door, guard, action);
    journal.write(Entry {
        at: now,
        role: role.to_owned(),
        deed: Deed::DryRun,
        action: action.clone(),
        outcome: Outcome::of_dry_run(&result),
    });
    result
}

/// Runs what was approved, when a fresh dry run says the same as the approved one; notes in the journal what came of it.
///
/// `approved` is the proposal that was shown. Between the fresh dry run and the deed nothing else may change what lies
/// beyond the door: the caller moves its clock and is one.
///
/// # Errors
///
/// Those of [`propose`] and of [`Approval::check`]; [`ActionError::Changed`] when the fresh dry run says something else.
/// Nothing was changed outside then.
pub fn execute(
    door: &dyn Door,
    guard: &Guard,
    approved: &Proposal,
    approval: &Approval,
    now: Timestamp,
    journal: &mut Journal,
) -> Result<Begun, ActionError> {
    let result = attempt(door, guard, approved, approval, now);
    journal.write(Entry {
        at: now,
        role: approval.role.clone(),
        deed: Deed::Run,
        action: approved.action.clone(),
        outcome: Outcome::of_run(approved, &result),
    });
    result
}

fn look(door: &dyn Door, guard: &Guard, action: &Action) -> Result<Proposal, ActionError> {
    guard.check_door(door)?;
    let proposal = door.dry_run(action)?;
    guard.check_reach(&proposal)?;
    Ok(proposal)
}

fn attempt(
    door: &dyn Door,
    guard: &Guard,
    approved: &Proposal,
    approval: &Approval,
    now: Timestamp,
) -> Result<Begun, ActionError> {
    let fresh = look(door, guard, &approved.action)?;
    // The approval is held against what would be done, not against what the caller says was approved.
    approval.check(&fresh, now)?;
    door.run(&fresh.action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Beyond;
    use crate::guard::Setting;
    use crate::recording::{Recording, proposal};

    const NOW: Timestamp = Timestamp::from_millis(1_000);
    const GUARD: Guard = Guard { setting: Setting::Drill, most_touched: 5 };

    fn approval(plan: &Proposal) -> Approval {
        Approval {
            plan: plan.text(),
            role: "on-call".to_owned(),
            given_at: NOW,
            until: NOW.plus_millis(60_000),
            typed_scope: None,
        }
    }

    #[test]
    fn what_was_approved_is_run_once_and_stands_in_the_journal() {
        let door = Recording::new(Beyond::Simulated);
        let mut journal = Journal::default();
        door.says(Ok(proposal("page", 2, 1)));

        let shown =
            propose(&door, &GUARD, &proposal("page", 2, 1).action, "on-call", NOW, &mut journal).unwrap();
        assert!(door.ran().is_empty());
        let begun = execute(&door, &GUARD, &shown, &approval(&shown), NOW, &mut journal).unwrap();

        assert_eq!(door.ran(), std::slice::from_ref(&shown.action));
        let deeds: Vec<Deed> = journal.entries().iter().map(|entry| entry.deed).collect();
        assert_eq!(deeds, [Deed::DryRun, Deed::Run]);
        assert_eq!(journal.entries()[0].outcome, Outcome::Proposed(shown.clone()));
        let expected = Outcome::Begun { proposal: shown, works_at: begun.works_at };
        assert_eq!(journal.entries()[1].outcome, expected);
        assert_eq!((journal.entries()[1].role.as_str(), journal.entries()[1].at), ("on-call", NOW));
    }

    #[test]
    fn a_plan_that_changed_after_its_approval_is_not_run() {
        let door = Recording::new(Beyond::Simulated);
        let mut journal = Journal::default();
        let shown = proposal("page", 2, 1);
        door.says(Ok(proposal("page", 2, 2)));

        let refused = execute(&door, &GUARD, &shown, &approval(&shown), NOW, &mut journal);

        assert_eq!(refused, Err(ActionError::Changed));
        assert!(door.ran().is_empty());
        let outcome = &journal.entries()[0].outcome;
        assert!(matches!(outcome, Outcome::Refused { code, .. } if code == "changed"), "{outcome:?}");
    }

    #[test]
    fn an_approval_for_another_plan_or_time_runs_nothing() {
        let door = Recording::new(Beyond::Simulated);
        let mut journal = Journal::default();
        let shown = proposal("page", 2, 1);
        door.says(Ok(shown.clone()));
        let late = NOW.plus_millis(60_001);

        let other = execute(&door, &GUARD, &shown, &approval(&proposal("cart", 2, 1)), NOW, &mut journal);
        let expired = execute(&door, &GUARD, &shown, &approval(&shown), late, &mut journal);

        assert_eq!(other, Err(ActionError::Changed));
        assert!(matches!(expired, Err(ActionError::OutOfTime { .. })));
        assert!(door.ran().is_empty());
    }

    #[test]
    fn the_guard_stands_before_the_dry_run_and_before_the_deed() {
        let real = Recording::new(Beyond::Real);
        let mut journal = Journal::default();
        let shown = proposal("page", 2, 6);
        real.says(Ok(shown.clone()));
        let wide = Recording::new(Beyond::Simulated);
        wide.says(Ok(shown.clone()));

        let proposed = propose(&real, &GUARD, &shown.action, "on-call", NOW, &mut journal);
        let executed = execute(&real, &GUARD, &shown, &approval(&shown), NOW, &mut journal);
        let too_wide = execute(&wide, &GUARD, &shown, &approval(&shown), NOW, &mut journal);

        assert_eq!(proposed, Err(ActionError::NotSimulated));
        assert_eq!(executed, Err(ActionError::NotSimulated));
        assert_eq!(too_wide, Err(ActionError::TooWide { touched: 6, limit: 5 }));
        assert_eq!(real.asked(), 0);
        assert!(real.ran().is_empty() && wide.ran().is_empty());
    }
}
