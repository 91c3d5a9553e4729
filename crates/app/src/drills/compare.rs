//! The runs that a drill is compared with: the reference solution, and nobody acting.

use std::sync::Arc;

use wardroom_sim::{Order, OrderKind, Outcome};

use crate::context::lock;
use crate::drills::running::{Drill, Runs};
use crate::error::AppError;

/// Returns the runs for what the instructor has done so far. Cost: two whole runs where they are not known yet.
///
/// # Errors
///
/// `internal` when the computation ended early.
pub(crate) async fn runs(drill: &Arc<Drill>) -> Result<Arc<Runs>, AppError> {
    let orders = lock(&drill.world).orders().to_vec();
    runs_for(drill, &orders).await
}

/// Returns the runs for the instructor's orders among these.
///
/// # Errors
///
/// `internal` when the computation ended early.
pub(crate) async fn runs_for(drill: &Arc<Drill>, orders: &[Order]) -> Result<Arc<Runs>, AppError> {
    let injected: Vec<Order> = orders.iter().filter(|o| is_instructors(o)).cloned().collect();
    let mut kept = drill.runs.lock().await;
    if let Some(runs) = kept.as_ref().filter(|runs| runs.injected == injected) {
        return Ok(Arc::clone(runs));
    }
    let (reference, nobody) = tokio::try_join!(
        run(drill, &injected, wardroom_sim::reference),
        run(drill, &injected, wardroom_sim::nobody)
    )?;
    let runs = Arc::new(Runs { injected, reference, nobody });
    *kept = Some(Arc::clone(&runs));
    Ok(runs)
}

type Course = fn(&wardroom_sim::Scenario, u64, wardroom_core::Timestamp, &[Order]) -> Outcome;

async fn run(drill: &Arc<Drill>, injected: &[Order], course: Course) -> Result<Outcome, AppError> {
    let (drill, injected) = (Arc::clone(drill), injected.to_vec());
    let work = tokio::task::spawn_blocking(move || {
        let setup = &drill.setup;
        course(&setup.scenario, setup.seed, setup.start, &injected)
    });
    work.await.map_err(|e| AppError::internal(&e))
}

/// Reports whether an order came from the instructor.
pub(crate) fn is_instructors(order: &Order) -> bool {
    match order.what {
        OrderKind::Inject(_) | OrderKind::TakeSensor(_) | OrderKind::GiveSensor(_) => true,
        OrderKind::Remedy(_) => false,
    }
}
