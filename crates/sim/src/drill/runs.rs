//! The runs that a drill is compared with: the reference solution, and nobody acting.

use wardroom_core::Timestamp;

use crate::{Order, OrderKind, Outcome, Scenario, World};

/// Moves a world on to `to` and gives it those of the orders that fall into the time until then.
///
/// `orders` are in the order of their times. One that the world refuses changes nothing, as it did the first time.
pub(crate) fn repeat<'a>(world: &mut World, orders: impl IntoIterator<Item = &'a Order>, to: Timestamp) {
    for order in orders {
        if order.at > to {
            break;
        }
        if order.at > world.at() {
            world.advance(order.at);
        }
        let _ = world.order(order.what.clone());
    }
    if to > world.at() {
        world.advance(to);
    }
}

/// Reports whether an order came from the instructor and not from the trainee.
pub(crate) const fn is_instructors(order: &Order) -> bool {
    match order.what {
        OrderKind::Inject(_) | OrderKind::TakeSensor(_) | OrderKind::GiveSensor(_) => true,
        OrderKind::Remedy(_) => false,
    }
}

/// Returns the orders of the reference solution together with those of the instructor, by time; at the same time the
/// instructor comes first.
pub(crate) fn reference_orders(scenario: &Scenario, start: Timestamp, injected: &[Order]) -> Vec<Order> {
    let mut orders: Vec<Order> = injected.iter().filter(|o| is_instructors(o)).cloned().collect();
    orders.extend(scenario.brief().reference.steps.iter().map(|step| Order {
        at: start.plus_millis(step.at_s * 1000),
        what: OrderKind::Remedy(step.remedy.clone()),
    }));
    orders.sort_by_key(|o| o.at);
    orders
}

/// Runs the reference solution to the end of the scenario and returns what it came to.
///
/// `injected` are orders of the drill; the instructor's (faults, sensors) are repeated, remedies are left out. The
/// steps of the reference cure what the scenario breaks; what an instructor adds stays uncured, for all runs alike.
/// Cost: the history and the whole span are simulated, without telemetry.
pub fn reference(scenario: &Scenario, seed: u64, start: Timestamp, injected: &[Order]) -> Outcome {
    let mut world = World::unseen(scenario, seed, start);
    let ends = world.ends();
    repeat(&mut world, &reference_orders(scenario, start, injected), ends);
    world.outcome()
}

/// Runs the drill to the end of the scenario with nobody doing anything, and returns what it came to.
///
/// `injected` as for [`reference()`]. Cost: the history and the whole span are simulated, without telemetry.
pub fn nobody(scenario: &Scenario, seed: u64, start: Timestamp, injected: &[Order]) -> Outcome {
    let mut world = World::unseen(scenario, seed, start);
    let ends = world.ends();
    repeat(&mut world, injected.iter().filter(|o| is_instructors(o)), ends);
    world.outcome()
}
