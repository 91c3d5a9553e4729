//! One method over the stored series, for the terminal: its alarms are told and nothing is stored.

use std::collections::BTreeMap;
use std::time::Duration;

use wardroom_analysis::methods::{MethodAlarm, MethodScored};
use wardroom_core::Samples;
use wardroom_store::{SeriesId, SeriesRow};

use super::rows::{MethodAlarmRow, MethodView};
use super::scoring::{self, Plan, Scope};
use super::units::Units;
use super::{begin_only, count, method_named, millis, name, to_end};
use crate::context::App;
use crate::entity::other_labels;
use crate::error::AppError;
use crate::now::{NotScored, refusal_key};
use crate::series::filter_of;
use crate::topology::Naming;

/// Runs one method over the series that match, all of them, whole history; nothing is stored. Series that are one workload
/// are one, as for a detection.
///
/// # Errors
///
/// `no_workspace`; `method_unknown` with the known ones; `selector` with the column; `compare_no_series`; `cancelled`;
/// store failures.
pub async fn detect_with(app: &App, method: &str, filter: &str) -> Result<MethodView, AppError> {
    let method = method_named(method)?;
    let open = app.open()?;
    let parsed = filter_of(filter)?;
    let scope = Scope::read(app, &open, (&parsed, filter), None, None).await?;
    let naming = Naming::of(app, &open).await;
    let units = Units::group(&open, scope.rows).await?;
    let plan = Plan::of_one(method, units.rows(), scope.range);
    let mut alarms: Vec<(SeriesId, MethodAlarm)> = Vec::new();
    let mut refused: BTreeMap<String, u32> = scope
        .left_out
        .into_iter()
        .chain(units.not_alone())
        .map(|(why, n)| (why.to_owned(), count(n)))
        .collect();
    let (mut scored, mut took) = (0, Duration::ZERO);
    let job = begin_only(app, &open);
    let see = |_: &SeriesRow, _: &Samples, scored: MethodScored| scored.alarms;
    let work = scoring::run(&open, &plan, &units, &job, see, |said| {
        for one in said {
            took += one.took;
            match one.outcome {
                Ok(found) => {
                    scored += 1;
                    alarms.extend(found.into_iter().map(|alarm| (one.series, alarm)));
                }
                Err(reason) => *refused.entry(reason.to_owned()).or_default() += 1,
            }
        }
    });
    to_end(&open, &job, work).await?;
    alarms.sort_by(|(a_of, a), (b_of, b)| {
        b.score.total_cmp(&a.score).then(a.start.cmp(&b.start)).then(a_of.cmp(b_of))
    });
    // Under its own name where what was taken for copies of one turned out to be several.
    let all = units.series().iter().chain(&plan.rows);
    let rows: BTreeMap<SeriesId, &SeriesRow> = all.map(|row| (row.id, row)).collect();
    let row = |(series, alarm): &(SeriesId, MethodAlarm)| {
        rows.get(series).map(|row| alarm_row(row, alarm, &naming))
    };
    Ok(MethodView {
        range: plan.range.into(),
        method: method.as_str().to_owned(),
        name: name(method),
        series: count(scope.matching),
        scored,
        refused: refused
            .into_iter()
            .map(|(code, count)| NotScored { reason: refusal_key(&code), count })
            .collect(),
        alarms: alarms.iter().filter_map(row).collect(),
        took: millis(took),
    })
}

fn alarm_row(row: &SeriesRow, alarm: &MethodAlarm, naming: &Naming) -> MethodAlarmRow {
    let entity = naming.entity(&row.key);
    MethodAlarmRow {
        series: u32::try_from(row.id.0).unwrap_or(u32::MAX),
        metric: row.key.metric.clone(),
        labels: other_labels(&row.key, &entity),
        start: alarm.start.into(),
        end: alarm.end.into(),
        peak: alarm.peak.into(),
        score: alarm.score,
        entity,
    }
}
