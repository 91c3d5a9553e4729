//! "Test connection", what to bring, and what a sync would cost.

use std::time::Instant;

use wardroom_connectors::secret::SecretBinding;
use wardroom_connectors::source::{
    LostAbility, MetricSource, MissingRight, NamedExpression, Scope, ScopeGroup, ScopeReason,
};
use wardroom_core::TimeRange;

use super::draft::connect_draft;
use super::rows::{ConnectionDraft, ConnectionKind, ExpressionRow, MissingRow, PlanRow, ProbeRow, ScopeRow};
use super::state::notice_phrase;
use crate::context::App;
use crate::error::AppError;
use crate::logs::cluster;
use crate::phrase::Phrase;
use crate::topology;
use crate::wire::Millis;

/// Bytes a sample takes where this workspace has not measured it yet: the aim of the store's format.
const BYTES_PER_SAMPLE: f64 = 1.5;

/// "Test connection": the same requests that the connector makes later.
///
/// # Errors
///
/// A sentence for each way in which a source can refuse.
pub async fn probe(app: &App, draft: &ConnectionDraft) -> Result<ProbeRow, AppError> {
    match draft.kind {
        ConnectionKind::Prometheus => probe_metrics(app, draft).await,
        ConnectionKind::Elasticsearch => cluster::probe(app, draft).await,
        ConnectionKind::Cmdb => topology::probe(app, draft).await,
    }
}

async fn probe_metrics(app: &App, draft: &ConnectionDraft) -> Result<ProbeRow, AppError> {
    let source = connect_draft(app, draft).await?;
    let begun = Instant::now();
    let probe = source.probe(app.now()).await?;
    let missing = probe
        .missing
        .iter()
        .map(|m| MissingRow { path: m.path.clone(), status: m.status, lost: lost_phrase(m) })
        .collect();
    Ok(ProbeRow {
        at: app.now().into(),
        took: Millis(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX)),
        requests: probe.requests,
        product: probe.product,
        version: probe.version,
        series: probe.series.map(|n| n as f64),
        rule_groups: probe.rule_groups,
        oldest: probe.oldest.map(Millis::from),
        newest: probe.newest.map(Millis::from),
        clock_offset: probe.clock_offset_ms.map(Millis),
        missing,
        proxy: proxy_of(draft),
        logs: None,
        inventory: None,
    })
}

/// Returns the proxy that a connection goes through, for showing.
pub(crate) fn proxy_of(draft: &ConnectionDraft) -> Option<String> {
    draft.proxy.clone().or_else(|| environment_proxy(&draft.url))
}

/// Returns the proxy that the environment names for a URL, without user and password.
fn environment_proxy(url: &str) -> Option<String> {
    let name = if url.trim_start().starts_with("https") {
        ["HTTPS_PROXY", "https_proxy"]
    } else {
        ["HTTP_PROXY", "http_proxy"]
    };
    let value = name.iter().find_map(|n| std::env::var(n).ok()).filter(|v| !v.is_empty())?;
    let host = SecretBinding::of_url(url.trim()).ok()?.host;
    let except = ["NO_PROXY", "no_proxy"].iter().find_map(|n| std::env::var(n).ok()).unwrap_or_default();
    let excepted = except
        .split(',')
        .map(|e| e.trim().trim_start_matches('.'))
        .filter(|e| !e.is_empty())
        .any(|e| e == "*" || host == e || host.ends_with(&format!(".{e}")));
    let shown = value.rsplit_once('@').map_or(value.as_str(), |(_, place)| place).to_owned();
    (!excepted).then_some(shown)
}

/// Says what is lost: without a right, or where the source has no such path, as products without rules or status have none.
fn lost_phrase(missing: &MissingRight) -> Phrase {
    let key = match (missing.lost, missing.status) {
        (LostAbility::Metadata, 403) => "missing-metadata",
        (LostAbility::Metadata, _) => "absent-metadata",
        (LostAbility::ServerStatus, 403) => "missing-server-status",
        (LostAbility::ServerStatus, _) => "absent-server-status",
        (LostAbility::Rules, 403) => "missing-rules",
        (LostAbility::Rules, _) => "absent-rules",
        (LostAbility::Alerts, 403) => "missing-alerts",
        (LostAbility::Alerts, _) => "absent-alerts",
        (LostAbility::BuildInfo, 403) => "missing-build-info",
        (LostAbility::BuildInfo, _) => "absent-build-info",
        (LostAbility::Query, _) => "missing-query",
    };
    Phrase::new(key).text("path", missing.path.clone()).text("status", missing.status.to_string())
}

/// *Suggest scope*: what is worth watching, why, and at what cost over `range`.
///
/// # Errors
///
/// A sentence for each way in which a source can refuse.
pub async fn suggest(
    app: &App,
    draft: &ConnectionDraft,
    range: TimeRange,
) -> Result<Vec<ScopeRow>, AppError> {
    match draft.kind {
        ConnectionKind::Prometheus => {}
        // A cluster's scope is its indices, an inventory's is its mapping: the test of the connection lists both.
        ConnectionKind::Elasticsearch | ConnectionKind::Cmdb => return Ok(Vec::new()),
    }
    let source = connect_draft(app, draft).await?;
    let groups = source.suggest(app.now()).await?;
    let per_sample = bytes_per_sample(app).await;
    let step = draft.step.map_or(15_000, |s| s.0).max(1000);
    Ok(groups.iter().map(|g| scope_row(g, range, step, per_sample)).collect())
}

fn scope_row(group: &ScopeGroup, range: TimeRange, step_ms: i64, per_sample: f64) -> ScopeRow {
    let samples = group.series as f64 * (range.millis() / step_ms) as f64;
    let title = match group.key.as_str() {
        "alert_rules" | "recording_rules" | "targets" => {
            Phrase::new(format!("scope-{}", group.key.replace('_', "-")))
        }
        other => Phrase::new("scope-named").text("name", other),
    };
    let why = match group.why {
        ScopeReason::AlertRules(n) => Phrase::new("why-alert-rules").count("n", n as usize),
        ScopeReason::RecordingRules(n) => Phrase::new("why-recording-rules").count("n", n as usize),
        ScopeReason::Targets(n) => Phrase::new("why-targets").count("n", n as usize),
        ScopeReason::Exporter(n) => Phrase::new("why-exporter").count("n", n as usize),
        ScopeReason::Other => Phrase::new("why-other"),
    };
    ScopeRow {
        key: group.key.clone(),
        title,
        why,
        selectors: group.selectors.clone(),
        series: group.series as f64,
        samples,
        bytes: samples * per_sample,
        requests: requests_for(samples),
        proposed: group.proposed,
        runaway: group.runaway.as_ref().map(|(label, values)| {
            Phrase::new("why-runaway").text("label", label.clone()).number(
                "values",
                *values as f64,
                wardroom_core::Unit::Count,
            )
        }),
        instead: group
            .instead
            .as_ref()
            .map(|e| ExpressionRow { name: e.name.clone(), expression: e.expression.clone() }),
        instead_series: group.instead.as_ref().map(|_| group.instead_series as f64),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held between 1 and a million before"
)]
fn requests_for(samples: f64) -> u32 {
    // A request brings up to half a million samples: the connector's own limit.
    (samples / 5e5).ceil().clamp(1.0, 1e6) as u32
}

async fn bytes_per_sample(app: &App) -> f64 {
    let Ok(open) = app.open() else { return BYTES_PER_SAMPLE };
    match open.workspace.stats().await {
        Ok(stats) if stats.samples > 100_000 => stats.chunk_bytes as f64 / stats.samples as f64,
        _ => BYTES_PER_SAMPLE,
    }
}

/// Counts what a sync of this connection over `range` would cost.
///
/// # Errors
///
/// A sentence for each way in which a source can refuse.
pub async fn plan(app: &App, draft: &ConnectionDraft, range: TimeRange) -> Result<PlanRow, AppError> {
    match draft.kind {
        ConnectionKind::Prometheus => {}
        ConnectionKind::Elasticsearch => return cluster::plan(app, draft, range).await,
        ConnectionKind::Cmdb => return Ok(inventory_plan()),
    }
    let source = connect_draft(app, draft).await?;
    let expressions = draft.expressions.iter();
    let scope = Scope {
        selectors: draft.selectors.clone(),
        expressions: expressions
            .map(|e| NamedExpression { name: e.name.clone(), expression: e.expression.clone() })
            .collect(),
    };
    let plan = source.plan(&scope, range, draft.step.map(|s| s.0)).await?;
    let requests = u32::try_from(plan.requests.len()).unwrap_or(u32::MAX);
    // Without a limit the source's own speed decides; ten a second is what a near one does.
    let per_minute = if draft.requests_per_minute == 0 { 600 } else { draft.requests_per_minute };
    Ok(PlanRow {
        series: plan.series as f64,
        samples: plan.samples as f64,
        bytes: plan.samples as f64 * bytes_per_sample(app).await,
        requests,
        takes: Millis(i64::from(requests) * 60_000 / i64::from(per_minute)),
        notices: plan.notices.iter().map(notice_phrase).collect(),
    })
}

/// The plan of an inventory: what it holds is told by the test of its connection, and time does not divide it.
fn inventory_plan() -> PlanRow {
    PlanRow { series: 0.0, samples: 0.0, bytes: 0.0, requests: 0, takes: Millis(0), notices: Vec::new() }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn what_a_source_does_not_have_is_no_missing_right() {
        let path = "/api/v1/rules".to_owned();
        let said = |status, language| {
            let missing = MissingRight { path: path.clone(), status, lost: LostAbility::Rules };
            Words::with(language, TimeZone::UTC).phrase(&lost_phrase(&missing))
        };

        assert!(said(403, Language::En).ends_with("Allow /api/v1/rules."), "{}", said(403, Language::En));
        assert_eq!(
            said(404, Language::En),
            "It gives no rules (/api/v1/rules: 404): nothing is suggested from them and none is kept."
        );
        assert_eq!(
            said(404, Language::ZhCn),
            "它不提供规则（/api/v1/rules：404）：无法据此建议，也不会保存。"
        );
    }

    #[test]
    fn everything_that_may_be_lost_has_its_words() {
        let all = [
            LostAbility::Metadata,
            LostAbility::ServerStatus,
            LostAbility::Rules,
            LostAbility::Alerts,
            LostAbility::BuildInfo,
            LostAbility::Query,
        ];
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);
            for (lost, status) in all.into_iter().flat_map(|lost| [(lost, 403), (lost, 404)]) {
                let phrase = lost_phrase(&MissingRight { path: "/a".to_owned(), status, lost });

                assert_ne!(words.phrase(&phrase), phrase.key);
            }
        }
    }
}
