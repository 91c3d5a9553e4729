//! The bill of a method of choice: its alarms over the history stand in the place of the stored findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use wardroom_analysis::anomaly::{self, BillPoint, SENSITIVITIES, ScoredAlarm};
use wardroom_analysis::methods::{Method, MethodScored};
use wardroom_analysis::preprocess::gaps;
use wardroom_core::Samples;
use wardroom_store::SeriesRow;

use super::{BillRequest, BillView, DetectorScope, Kept, asked_windows, checked, common_notes, lead, row};
use crate::compare::scoring::{self, Plan, Scope};
use crate::compare::units::Units;
use crate::compare::{begin_only, name_key, to_end};
use crate::context::App;
use crate::covered::covered_ms;
use crate::error::AppError;
use crate::feedback::{AlarmStanding, Marks, joined};
use crate::now::refusal_key;
use crate::phrase::Phrase;
use crate::series::filter_of;
use crate::topology::Naming;
use crate::wire::Millis;

/// Where the distance of samples cannot be told.
const USUAL_STEP_MS: i64 = 60_000;

/// Returns the bill of a method; see [`super::bill()`].
pub(super) async fn bill(app: &App, request: &BillRequest, method: Method) -> Result<BillView, AppError> {
    let open = app.open()?;
    let filter = filter_of(&request.filter)?;
    let own = DetectorScope::new(&request.filter, request.entity.as_deref());
    let kept = Kept::read(&open, &own).await?;
    let stored = kept.sensitivity_for(Some(method));
    let sensitivity = request.sensitivity.map(checked).transpose()?.or(stored).unwrap_or(SENSITIVITIES);
    let scope = Scope::read(app, &open, (&filter, &request.filter), request.entity.as_deref(), None).await?;
    let covered_ms = covered_ms(&open, &scope.rows, scope.range).await?;
    let naming = Naming::of(app, &open).await;
    let units = Units::group(&open, scope.rows).await?;
    let marks = Marks::read(&open, &units, scope.range, &|key| naming.entity(key)).await?;
    let marks = Arc::new(marks);
    let mut marked = marks.any_real().to_vec();
    marked.extend(asked_windows(&open, request).await?);
    let marked = joined(marked);
    let plan = Plan::of_one(method, units.rows(), scope.range);
    let not_alone = units.not_alone();
    let alone = scope.matching - not_alone.values().sum::<usize>();
    let (mut alarms, mut refused) = (Vec::new(), scope.left_out);
    refused.extend(not_alone);
    let see = move |row: &SeriesRow, samples: &Samples, scored: MethodScored| {
        unexpected(row, samples, &scored, &marks)
    };
    let job = begin_only(app, &open);
    let work = scoring::run(&open, &plan, &units, &job, see, |said| {
        for one in said {
            match one.outcome {
                Ok(of_series) => alarms.push(of_series),
                Err(reason) => *refused.entry(reason).or_default() += 1,
            }
        }
    });
    to_end(&open, &job, work).await?;
    let points: Vec<BillPoint> = anomaly::bill_of_method(&alarms, &marked, plan.range)
        .into_iter()
        .map(|point| point.over(covered_ms))
        .collect();
    let Some(point) = points.get(usize::from(sensitivity) - 1) else {
        return Err(AppError::new("bill_sensitivity").with("most", SENSITIVITIES));
    };
    Ok(BillView {
        lead: lead(point, marked.len()),
        notes: notes(method, covered_ms, alarms.len(), &refused, kept),
        period: plan.range.into(),
        covered: Millis(covered_ms),
        series: u32::try_from(alone).unwrap_or(u32::MAX),
        marked: u32::try_from(marked.len()).unwrap_or(u32::MAX),
        detector: Some(method.as_str().to_owned()),
        sensitivity,
        stored,
        own: kept.is_own,
        chosen: row(point),
        curve: points.iter().map(row).collect(),
    })
}

/// Returns the alarms of a series without those that were expected: they call nobody.
fn unexpected(row: &SeriesRow, samples: &Samples, scored: &MethodScored, marks: &Marks) -> Vec<ScoredAlarm> {
    let times = samples.times();
    let step_ms = gaps::typical_step_ms(times).unwrap_or(USUAL_STEP_MS);
    let counted = scored
        .alarms
        .iter()
        .filter(|alarm| marks.standing(row, alarm.start, alarm.end, step_ms) != AlarmStanding::Expected);
    counted.map(|alarm| ScoredAlarm::new(alarm.start, alarm.end, times, &scored.scores)).collect()
}

fn notes(
    method: Method,
    covered_ms: i64,
    scored: usize,
    refused: &BTreeMap<&'static str, usize>,
    kept: Kept,
) -> Vec<Phrase> {
    let proof = Phrase::new("bill-proof-method")
        .word("method", name_key(method))
        .count("series", scored)
        .span("history", covered_ms);
    let mut notes = vec![proof, Phrase::new("bill-scale-method")];
    for (reason, n) in refused {
        notes.push(Phrase::new("compare-note-left-out").count("n", *n).word("reason", refusal_key(reason)));
    }
    notes.extend(common_notes(covered_ms, kept));
    notes
}
