//! The door to a simulated world: what people order there is done there, and nowhere else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wardroom_sim::{Effect, OrderKind, World};

use crate::action::{Action, ActionError, Begun, Beyond, Consequence, Door, Proposal, Risk};

/// A running world that those who read it, act on it and move its clock hold together.
pub type WorldHandle = Arc<Mutex<World>>;

/// The door to a running world.
#[derive(Clone, Debug)]
pub struct SimulatedDoor {
    world: WorldHandle,
}

impl SimulatedDoor {
    /// Creates the door to a world that others hold as well.
    pub fn new(world: WorldHandle) -> Self {
        Self { world }
    }

    fn locked(&self) -> MutexGuard<'_, World> {
        // A world is only changed by calls that leave it whole, so one that panicked elsewhere can still be used.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Door for SimulatedDoor {
    fn beyond(&self) -> Beyond {
        Beyond::Simulated
    }

    fn dry_run(&self, action: &Action) -> Result<Proposal, ActionError> {
        let said = self.locked().dry_run(&action.remedy)?;
        Ok(Proposal {
            action: action.clone(),
            delay_s: said.delay_s,
            risk: Risk::from_level(said.risk),
            touches: said.affects,
            effects: consequences(said.effects),
            cautions: consequences(said.cautions),
        })
    }

    fn run(&self, action: &Action) -> Result<Begun, ActionError> {
        let mut world = self.locked();
        let delay_s = world.dry_run(&action.remedy)?.delay_s;
        let at = world.at();
        let position = world.order(OrderKind::Remedy(action.remedy.clone()))?;
        Ok(Begun { at, works_at: at.plus_millis(delay_s.saturating_mul(1000)), position })
    }
}

fn consequences(effects: Vec<Effect>) -> Vec<Consequence> {
    let each = effects.into_iter();
    each.map(|effect| Consequence { code: effect.code.to_owned(), values: effect.values }).collect()
}

#[cfg(test)]
mod tests {
    use wardroom_core::Timestamp;
    use wardroom_sim::{Refused, Remedy, RemedyKind, Scenario};

    use super::*;
    use crate::approval::Approval;
    use crate::execute::{execute, propose};
    use crate::guard::{Guard, Setting};
    use crate::journal::Journal;

    /// A page and its cart, in which nothing goes wrong.
    const QUIET: &str = include_str!("../../connectors/src/simulated/quiet.toml");

    /// Monday 2026-11-16T02:00:00Z.
    const START: Timestamp = Timestamp::from_millis(1_794_794_400_000);

    const GUARD: Guard = Guard { setting: Setting::Drill, most_touched: 20 };

    fn world() -> WorldHandle {
        let scenario = Scenario::parse(QUIET, &|_| None).expect("the text is a scenario");
        Arc::new(Mutex::new(World::new(&scenario, 7, START)))
    }

    fn restart(target: &str) -> Action {
        Action { remedy: Remedy { kind: RemedyKind::Restart, target: target.to_owned(), amount: None } }
    }

    #[test]
    fn a_dry_run_leaves_the_world_as_it_is_and_the_deed_is_an_order_of_it() {
        let world = world();
        let door = SimulatedDoor::new(Arc::clone(&world));
        let mut journal = Journal::default();
        let before = world.lock().unwrap().snapshot();

        let shown = propose(&door, &GUARD, &restart("page"), "on-call", START, &mut journal).unwrap();
        assert_eq!(world.lock().unwrap().snapshot(), before);
        let approval = Approval {
            plan: shown.text(),
            role: "on-call".to_owned(),
            given_at: START,
            until: START.plus_millis(60_000),
            typed_scope: Some("page".to_owned()),
        };
        let begun = execute(&door, &GUARD, &shown, &approval, START, &mut journal).unwrap();

        assert!(!shown.touches.is_empty());
        assert!(shown.text().starts_with("restart page; risk "), "{}", shown.text());
        let orders = world.lock().unwrap().orders().to_vec();
        assert_eq!((orders.len(), begun.position, begun.at), (1, 0, START));
        assert_eq!(orders[0].what, OrderKind::Remedy(restart("page").remedy));
        assert!(begun.works_at >= START);
        assert_eq!(journal.entries().len(), 2);
    }

    #[test]
    fn what_is_not_there_is_refused_and_nothing_is_ordered() {
        let world = world();
        let door = SimulatedDoor::new(Arc::clone(&world));

        let refused = propose(&door, &GUARD, &restart("nowhere"), "on-call", START, &mut Journal::default());

        assert!(matches!(refused, Err(ActionError::Refused(Refused::NoSuchTarget { .. }))), "{refused:?}");
        assert!(world.lock().unwrap().orders().is_empty());
    }
}
