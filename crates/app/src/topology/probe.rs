//! "Test connection" of an inventory: who answers, how much there is, and the first page beside what it is understood as.

use std::time::Instant;

use wardroom_connectors::source::{InventoryProbe, InventorySource, MissingInventoryRight};
use wardroom_core::Timestamp;

use super::phrases::{bare_dependency, bare_entity, notice};
use super::rows::InventoryProbeItem;
use crate::connections::{self, ConnectionDraft, MissingRow, ProbeRow};
use crate::context::App;
use crate::error::AppError;
use crate::phrase::Phrase;
use crate::wire::Millis;

/// Entities and dependencies of the first page that are shown.
const MOST_SHOWN: usize = 50;

/// Asks an inventory who it is.
///
/// # Errors
///
/// `mapping` with line and column; a sentence for each way in which a server can refuse.
pub(crate) async fn probe(app: &App, draft: &ConnectionDraft) -> Result<ProbeRow, AppError> {
    let source = connections::connect_cmdb(app, draft).await?;
    let begun = Instant::now();
    let probe = source.probe(app.now()).await?;
    let missing = probe.missing.iter().map(|right| MissingRow {
        path: right.path.clone(),
        status: right.status,
        lost: lost(right),
    });
    Ok(ProbeRow {
        at: app.now().into(),
        took: Millis(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX)),
        requests: probe.requests,
        product: probe.product.clone(),
        version: probe.version.clone(),
        series: None,
        rule_groups: None,
        oldest: None,
        newest: None,
        clock_offset: probe.clock_offset_ms.map(Millis),
        missing: missing.collect(),
        proxy: connections::proxy_of(draft),
        logs: None,
        inventory: Some(item(&probe, app.now())),
    })
}

/// Says what cannot be read: without a right, or where the server has no such path.
fn lost(right: &MissingInventoryRight) -> Phrase {
    let key = if right.status == 404 { "absent-inventory" } else { "missing-inventory" };
    Phrase::new(key).text("path", right.path.as_str()).text("lost", right.lost.as_str())
}

fn item(probe: &InventoryProbe, now: Timestamp) -> InventoryProbeItem {
    let counts = probe.counts.iter();
    let missing = probe.missing.iter();
    InventoryProbeItem {
        product: probe.product.clone(),
        version: probe.version.clone(),
        counts: counts
            .map(|(class, n)| (class.clone(), n.map(|n| u32::try_from(n).unwrap_or(u32::MAX))))
            .collect(),
        raw: probe.raw.clone(),
        entities: probe.mapped.entities.iter().take(MOST_SHOWN).map(bare_entity).collect(),
        dependencies: probe
            .mapped
            .dependencies
            .iter()
            .take(MOST_SHOWN)
            .map(|edge| bare_dependency(edge, now))
            .collect(),
        not_understood: probe.not_understood.iter().map(notice).collect(),
        missing: missing.map(lost).collect(),
        notices: probe.notices.iter().map(notice).collect(),
    }
}
