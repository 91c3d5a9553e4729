//! "Test connection" of a cluster, and what a sync of it would cost.

use std::collections::BTreeSet;
use std::time::Instant;

use wardroom_analysis::logs::secrets::SecretRules;
use wardroom_connectors::elasticsearch::ElasticsearchConfig;
use wardroom_connectors::source::{LogIndexKind, LogProbe, LogQuestion, LogSchema, LogSource};
use wardroom_core::{LogRecord, TimeRange};

use crate::connections::{
    self, ConnectionDraft, IndexKind, IndexRow, LogProbeRow, MissingRow, PlanRow, ProbeRow,
};
use crate::context::App;
use crate::error::AppError;
use crate::logs::rows::LogItem;
use crate::logs::{item, masking, phrases, query};
use crate::wire::Millis;

/// Bytes a stored line takes with its index, before this workspace has measured it: the store's aim for lines of 200 bytes.
const BYTES_PER_LINE: f64 = 40.0;

/// "Test connection" of a cluster.
///
/// # Errors
///
/// A sentence for each way in which a cluster can refuse.
pub(crate) async fn probe(app: &App, draft: &ConnectionDraft) -> Result<ProbeRow, AppError> {
    let query = draft.logs.as_ref().map(|l| l.query.clone()).unwrap_or_default();
    let question = LogQuestion { indices: Vec::new(), ask: query::ask(&query)? };
    let source = connections::connect_cluster(app, draft).await?;
    let begun = Instant::now();
    let probe = source.probe(app.now()).await?;
    if !query.trim().is_empty() {
        source.check(&question).await?;
    }
    let missing = probe.missing.iter().map(|m| MissingRow {
        path: m.path.clone(),
        status: m.status,
        lost: phrases::lost(m),
    });
    Ok(ProbeRow {
        at: app.now().into(),
        took: Millis(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX)),
        requests: probe.requests,
        product: probe.product.clone(),
        version: probe.version.clone(),
        series: None,
        rule_groups: None,
        oldest: probe.oldest.map(Millis::from),
        newest: probe.newest.map(Millis::from),
        clock_offset: probe.clock_offset_ms.map(Millis),
        missing: missing.collect(),
        proxy: connections::proxy_of(draft),
        logs: Some(probe_row(probe)),
        inventory: None,
    })
}

fn probe_row(probe: LogProbe) -> LogProbeRow {
    let kind = |kind: LogIndexKind| match kind {
        LogIndexKind::Index => IndexKind::Index,
        LogIndexKind::Alias => IndexKind::Alias,
        LogIndexKind::DataStream => IndexKind::DataStream,
    };
    let indices = probe.indices.iter().filter(|i| i.open).map(|i| IndexRow {
        name: i.name.clone(),
        kind: kind(i.kind),
        documents: i.documents.map(|n| n as f64),
        bytes: i.bytes.map(|n| n as f64),
    });
    let schema = match probe.schema {
        LogSchema::Ecs => "ecs",
        LogSchema::OpenTelemetry => "otel",
        LogSchema::Ss4o => "ss4o",
        LogSchema::Legacy => "legacy",
        // Where no schema is known a person names the fields.
        LogSchema::ByHand | LogSchema::Unknown => "by_hand",
    };
    let conflicts = probe.conflicts.iter().map(phrases::field_conflict);
    LogProbeRow {
        indices: indices.collect(),
        fields: fields_of(&probe),
        mapping: connections::mapping_out(&probe.mapping),
        schema: schema.to_owned(),
        conflicts: conflicts.chain(probe.notices.iter().map(phrases::cluster_notice)).collect(),
        sample: sample(probe.sample),
        product: probe.product,
        version: probe.version,
    }
}

/// Returns the names of the fields that are used or were seen, in order.
fn fields_of(probe: &LogProbe) -> Vec<String> {
    let m = &probe.mapping;
    let used = [&m.time, &m.message, &m.level, &m.service, &m.host, &m.dataset];
    let mut names: BTreeSet<String> = used.into_iter().flatten().cloned().collect();
    names.extend(probe.sample.iter().flat_map(|r| r.fields.iter().map(|(name, _)| name.to_owned())));
    names.into_iter().collect()
}

/// Shows records before there is a workspace that could say otherwise: masked.
fn sample(mut records: Vec<LogRecord>) -> Vec<LogItem> {
    for record in &mut records {
        masking::mask(record, SecretRules::all(), &mut masking::Found::new());
    }
    records.into_iter().enumerate().map(|(at, record)| item(format!("sample-{at}"), record)).collect()
}

/// Counts what a sync of a cluster over a range would cost.
///
/// # Errors
///
/// A sentence for each way in which a cluster can refuse.
pub(crate) async fn plan(app: &App, draft: &ConnectionDraft, range: TimeRange) -> Result<PlanRow, AppError> {
    let query = draft.logs.as_ref().map(|l| l.query.clone()).unwrap_or_default();
    let question = LogQuestion { indices: Vec::new(), ask: query::ask(&query)? };
    let source = connections::connect_cluster(app, draft).await?;
    let counted = source.count(&question, range, range.millis()).await?;
    let pages = counted.total / u64::from(ElasticsearchConfig::default().page_size) + 1;
    let requests = u32::try_from(pages).unwrap_or(u32::MAX);
    // Without a limit the cluster's own speed decides; ten a second is what a near one does.
    let per_minute = if draft.requests_per_minute == 0 { 600 } else { draft.requests_per_minute };
    Ok(PlanRow {
        series: 0.0,
        samples: counted.total as f64,
        bytes: counted.total as f64 * BYTES_PER_LINE,
        requests,
        takes: Millis(i64::from(requests) * 60_000 / i64::from(per_minute)),
        notices: counted.notices.iter().map(phrases::cluster_notice).collect(),
    })
}
