//! What is measured from outside, and what is computed from measured values.

use wardroom_core::Unit;

use crate::plan::Plan;
use crate::telemetry::metrics::serves;
use crate::telemetry::sheet::{GAP, Now, Sheet, Signal, flag, micros};
use crate::telemetry::watch::Rates;

/// Adds the outcome of a check.
pub(super) fn check(sheet: &mut Sheet, plan: &Plan, check: usize) {
    let at = (check, 0, 0.0);
    sheet.gauge("probe_success", &[], Unit::Unknown, |n, s| flag(n.state.checks[s.a].ok), at);
    let took = |n: &Now<'_>, s: &Signal| micros(n.state.checks[s.a].took_ms / 1000.0);
    sheet.gauge("probe_duration_seconds", &[], Unit::Seconds, took, at);
    sheet.constant("probe_limit_seconds", &[], Unit::Seconds, plan.checks[check].limit_ms / 1000.0);
}

/// Adds the end of a component's certificate.
pub(super) fn certificate(sheet: &mut Sheet, component: usize) {
    let until = |n: &Now<'_>, s: &Signal| {
        n.state.components[s.a].certificate_until.map_or(GAP, |t| (t.as_millis() as f64 / 1000.0).floor())
    };
    sheet.gauge("probe_ssl_earliest_cert_expiry", &[], Unit::UnixTime, until, (component, 0, 0.0));
}

/// Returns the growth of a service's books.
fn rates(now: &Now<'_>, signal: &Signal) -> Option<Rates> {
    now.watch.service_rates(now.plan, signal.a, now.at_ms)
}

/// Adds the recording rules about a component.
pub(super) fn recorded(sheet: &mut Sheet, plan: &Plan, component: usize) {
    let at = (component, 0, 0.0);
    if serves(plan, component) {
        let rate = |n: &Now<'_>, s: &Signal| rates(n, s).map_or(GAP, |r| r.answered);
        sheet.gauge("service:http_requests:rate1m", &[], Unit::PerSecond, rate, at);
        let errors = |n: &Now<'_>, s: &Signal| {
            rates(n, s).filter(|r| r.answered > 0.0).map_or(GAP, |r| r.failed / r.answered)
        };
        sheet.gauge("service:http_errors:ratio1m", &[], Unit::Ratio, errors, at);
        let p95 = |n: &Now<'_>, s: &Signal| rates(n, s).and_then(|r| r.quantile(0.95)).unwrap_or(GAP);
        sheet.gauge("service:http_latency:p95_1m", &[], Unit::Seconds, p95, at);
    }
    if plan.components[component].cache.is_some() {
        let hits = |n: &Now<'_>, s: &Signal| {
            let ring = n.watch.caches[s.a].rates(n.at_ms);
            ring.filter(|r| r.answered > 0.0).map_or(GAP, |r| 1.0 - r.failed / r.answered)
        };
        sheet.gauge("cache:hit_ratio:1m", &[], Unit::Ratio, hits, at);
    }
}
