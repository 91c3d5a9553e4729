//! Approvals: which role, until when, for exactly which plan.

use wardroom_core::Timestamp;

use crate::action::{ActionError, Proposal, Risk};

/// A role's consent to one proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The proposal's text as it was shown ([`Proposal::text`]).
    pub plan: String,
    /// The role that consents.
    pub role: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// Until when it holds (inclusive).
    pub until: Timestamp,
    /// What the person typed as the scope; needed for what is risky.
    pub typed_scope: Option<String>,
}

impl Approval {
    /// Checks that it is for this proposal and for this time.
    ///
    /// # Errors
    ///
    /// [`ActionError::Changed`] when it is for another plan; [`ActionError::OutOfTime`] before it was given (time went
    /// back) and after it ended; [`ActionError::ScopeNotTyped`] when the risk is high and the typed scope is not the
    /// action's target.
    pub fn check(&self, proposal: &Proposal, now: Timestamp) -> Result<(), ActionError> {
        if self.plan != proposal.text() {
            return Err(ActionError::Changed);
        }
        if now < self.given_at || self.until < now {
            return Err(ActionError::OutOfTime { from: self.given_at, until: self.until });
        }
        let wanted = &proposal.action.remedy.target;
        if proposal.risk == Risk::High && self.typed_scope.as_ref() != Some(wanted) {
            return Err(ActionError::ScopeNotTyped { wanted: wanted.clone() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::proposal;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn approval(proposal: &Proposal) -> Approval {
        Approval {
            plan: proposal.text(),
            role: "on-call".to_owned(),
            given_at: at(100),
            until: at(200),
            typed_scope: None,
        }
    }

    #[test]
    fn it_holds_from_when_it_was_given_until_its_end() {
        let plan = proposal("page", 2, 1);
        let approval = approval(&plan);

        assert_eq!(approval.check(&plan, at(100)), Ok(()));
        assert_eq!(approval.check(&plan, at(200)), Ok(()));
        for time in [99, 201] {
            let expected = Err(ActionError::OutOfTime { from: at(100), until: at(200) });
            assert_eq!(approval.check(&plan, at(time)), expected);
        }
    }

    #[test]
    fn it_is_for_one_plan_only() {
        let approval = approval(&proposal("page", 2, 1));

        assert_eq!(approval.check(&proposal("page", 2, 2), at(150)), Err(ActionError::Changed));
    }

    #[test]
    fn what_is_risky_needs_its_scope_typed() {
        let plan = proposal("page", 3, 1);
        let typed = |scope: &str| Approval { typed_scope: Some(scope.to_owned()), ..approval(&plan) };
        let refused = Err(ActionError::ScopeNotTyped { wanted: "page".to_owned() });

        assert_eq!(approval(&plan).check(&plan, at(150)), refused);
        assert_eq!(typed("Page").check(&plan, at(150)), refused);
        assert_eq!(typed("page").check(&plan, at(150)), Ok(()));
    }
}
