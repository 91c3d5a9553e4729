//! Lines about what an instance asks of others and does not get.

use super::{Asked, Code, Writer};
use crate::plan::EdgeKind;
use crate::state::LinkState;
use crate::telemetry::watch::Watch;

/// Share of the longest wait from which a pool counts as exhausted.
const EXHAUSTED_RATIO: f64 = 0.3;

/// Writes the lines about all links of an instance.
pub(super) fn write(writer: &mut Writer<'_>, watch: &mut Watch, instance: usize) {
    let place = &writer.plan.instances[instance];
    let component = &writer.plan.components[place.component];
    let offset = instance - component.instances.start;
    for edge in component.edges.clone() {
        let link = writer.plan.first_link[edge] + offset;
        let now = &writer.state.links[link];
        let memo = watch.links[link];
        let failed = now.failed_tries.saturating_sub(memo.failed_tries);
        if failed > 0 {
            let asked = cause(writer, edge, now);
            let shown = if asked == Asked::PoolExhausted { now.waiting } else { now.try_s };
            writer.repeat(watch, instance, (Code::Asked(asked), edge, shown), failed);
        }
        let open = now.open_until.is_some_and(|until| until > writer.state.at);
        if open != memo.open {
            let code = if open { Asked::BreakerOpened } else { Asked::BreakerClosed };
            writer.write(watch, instance, Code::Asked(code), edge, now.try_failed_ratio);
        }
    }
}

/// Returns why the calls of a link fail, as its caller gets to know it.
fn cause(writer: &Writer<'_>, edge: usize, link: &LinkState) -> Asked {
    let (planned, settings) = (&writer.plan.edges[edge], &writer.state.edges[edge]);
    let callee = &writer.state.components[planned.to];
    let ended = callee.certificate_until.is_some_and(|until| until <= writer.state.at);
    let pool_wait_s = planned.pool.map_or(f64::INFINITY, |p| p.wait_ms / 1000.0);
    let nobody =
        !writer.plan.components[planned.to].instances.clone().any(|i| writer.state.answers(writer.plan, i));
    let full = callee.database.as_ref().is_some_and(|d| d.refused_ratio > 0.05);
    let asked = matches!(planned.kind, EdgeKind::Call | EdgeKind::Read | EdgeKind::Write);
    if planned.resolves && callee.unresolved_ratio > 0.0 {
        Asked::Unresolved
    } else if planned.encrypted && ended {
        Asked::BadCertificate
    } else if planned.authenticated && callee.unauthorized_ratio > 0.0 {
        Asked::AccessDenied
    } else if settings.cut {
        Asked::Timeout
    } else if link.waiting >= 1.0 && link.wait_s >= EXHAUSTED_RATIO * pool_wait_s {
        Asked::PoolExhausted
    } else if full {
        Asked::TooManyClients
    } else if link.timed_out_ratio >= 0.5 * link.try_failed_ratio && link.timed_out_ratio > 0.0 {
        Asked::Timeout
    } else if nobody || (settings.failing_ratio > 0.0 && asked) {
        Asked::Refused
    } else {
        Asked::BadAnswer
    }
}
