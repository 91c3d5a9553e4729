//! Synthetic checks: what is tried from outside, and since when it fails.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_core::Timestamp;
use wardroom_store::CheckRow;

use crate::alerts::range_or_last;
use crate::context::App;
use crate::error::AppError;
use crate::wire::{Millis, Span};

const HOUR_MS: i64 = 3_600_000;

/// What is asked of the synthetic checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChecksRequest {
    /// The range; `null` takes the last hour of data.
    pub range: Option<Span>,
}

/// The synthetic checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChecksView {
    /// The range.
    pub range: Span,
    /// The checks by name, failing ones first.
    pub checks: Vec<CheckItem>,
}

/// A synthetic check with its last results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckItem {
    /// Its name.
    pub name: String,
    /// What it does (`login`, `procedure`, `page`).
    pub kind: String,
    /// What it tries.
    pub component: String,
    /// Whether the last try succeeded.
    pub ok: bool,
    /// When it was last tried.
    pub at: Millis,
    /// How long that took.
    pub took: Millis,
    /// The steps of the last try, each with whether it succeeded.
    pub steps: Vec<(String, bool)>,
    /// Tries in the range.
    pub tries: u32,
    /// Tries of them that failed.
    pub failed: u32,
    /// When it began to fail; `null` while it succeeds.
    pub failing_since: Option<Millis>,
}

/// Returns the synthetic checks of a range, failing ones first.
///
/// # Errors
///
/// `no_workspace`; `range_reversed`; store failures.
pub async fn checks(app: &App, request: &ChecksRequest) -> Result<ChecksView, AppError> {
    let open = app.open()?;
    let range = range_or_last(&open, request.range, HOUR_MS).await?;
    let rows = open.workspace.check_results(Some(range), None).await?;
    let mut by_name: BTreeMap<(i64, &str), Vec<&CheckRow>> = BTreeMap::new();
    for row in &rows {
        by_name.entry((row.source.0, row.outcome.name.as_str())).or_default().push(row);
    }
    let mut checks: Vec<CheckItem> = by_name.into_values().filter_map(|tries| check_item(&tries)).collect();
    checks.sort_by(|a, b| (a.ok, &a.name).cmp(&(b.ok, &b.name)));
    Ok(ChecksView { range: range.into(), checks })
}

/// Makes a row of the tries of one check.
fn check_item(tries: &[&CheckRow]) -> Option<CheckItem> {
    let mut tries = tries.to_vec();
    tries.sort_by_key(|row| row.outcome.at);
    let last = &tries.last()?.outcome;
    // The tries at the end that failed without a success in between.
    let failing: Vec<Timestamp> =
        tries.iter().rev().take_while(|row| !row.outcome.ok).map(|row| row.outcome.at).collect();
    let failed = tries.iter().filter(|row| !row.outcome.ok).count();
    Some(CheckItem {
        name: last.name.clone(),
        kind: last.kind.clone(),
        component: last.component.clone(),
        ok: last.ok,
        at: last.at.into(),
        took: Millis(whole_ms(last.took_ms)),
        steps: last.steps.clone(),
        tries: u32::try_from(tries.len()).unwrap_or(u32::MAX),
        failed: u32::try_from(failed).unwrap_or(u32::MAX),
        failing_since: failing.last().copied().map(Millis::from),
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a length of time, held between none and a day")]
fn whole_ms(took: f64) -> i64 {
    took.round().clamp(0.0, 86_400_000.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_store::{CheckOutcome, SourceId};

    fn tried(at: i64, ok: bool) -> CheckRow {
        CheckRow {
            source: SourceId(1),
            outcome: CheckOutcome {
                at: Timestamp::from_millis(at),
                name: "login".to_owned(),
                kind: "login".to_owned(),
                component: "web".to_owned(),
                ok,
                took_ms: 12.4,
                steps: Vec::new(),
            },
            known_at: Timestamp::from_millis(at),
        }
    }

    #[test]
    fn a_check_fails_since_its_last_success() {
        let tries = [tried(40, false), tried(10, false), tried(20, true), tried(30, false)];

        let item = check_item(&tries.iter().collect::<Vec<_>>()).unwrap();

        assert!(!item.ok);
        assert_eq!((item.tries, item.failed, item.failing_since), (4, 3, Some(Millis(30))));
    }
}
