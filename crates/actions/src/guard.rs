//! The guard: may this be done here at all, and is it as small as it has to be?

use crate::action::{ActionError, Beyond, Door, Proposal};

/// What is going on while somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// A drill: nothing real is touched.
    Drill,
    /// Real work.
    Work,
}

/// Preconditions and the limit of the blast radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// What is going on.
    pub setting: Setting,
    /// How many things one action may touch.
    pub most_touched: usize,
}

impl Guard {
    /// Checks that nothing real is touched in a drill.
    ///
    /// # Errors
    ///
    /// [`ActionError::NotSimulated`].
    pub fn check_door(&self, door: &dyn Door) -> Result<(), ActionError> {
        match (self.setting, door.beyond()) {
            (Setting::Drill, Beyond::Real) => Err(ActionError::NotSimulated),
            (Setting::Drill, Beyond::Simulated) | (Setting::Work, Beyond::Simulated | Beyond::Real) => Ok(()),
        }
    }

    /// Checks how much an action touches.
    ///
    /// # Errors
    ///
    /// [`ActionError::TooWide`].
    pub fn check_reach(&self, proposal: &Proposal) -> Result<(), ActionError> {
        let touched = proposal.touches.len();
        if touched > self.most_touched {
            return Err(ActionError::TooWide { touched, limit: self.most_touched });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Recording, proposal};

    #[test]
    fn a_drill_touches_nothing_real() {
        let guard = |setting| Guard { setting, most_touched: 9 };
        let (real, simulated) = (Recording::new(Beyond::Real), Recording::new(Beyond::Simulated));

        assert_eq!(guard(Setting::Drill).check_door(&real), Err(ActionError::NotSimulated));
        assert_eq!(guard(Setting::Drill).check_door(&simulated), Ok(()));
        assert_eq!(guard(Setting::Work).check_door(&real), Ok(()));
    }

    #[test]
    fn an_action_that_touches_too_much_is_stopped() {
        let guard = Guard { setting: Setting::Drill, most_touched: 3 };

        assert_eq!(guard.check_reach(&proposal("page", 1, 3)), Ok(()));
        let expected = Err(ActionError::TooWide { touched: 4, limit: 3 });
        assert_eq!(guard.check_reach(&proposal("page", 1, 4)), expected);
    }
}
