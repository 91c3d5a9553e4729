//! Copies: the same measurement, stored once by every replica of a collector.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::series::Samples;
use wardroom_core::time::Timestamp;

use super::{Known, Member, Workload};

/// Labels that only ever name a replica of a collector.
///
/// Sources: the defaults of the Prometheus operator, Thanos, Cortex, Mimir and `VictoriaMetrics` for deduplication.
const ALWAYS: [&str; 12] = [
    "__replica__",
    "cortex_replica",
    "ha_replica",
    "mimir_replica",
    "monitor_replica",
    "prometheus_replica",
    "receive_replica",
    "rule_replica",
    "ruler_replica",
    "thanos_replica",
    "thanos_ruler_replica",
    "vmagent_replica",
];
/// Labels that often name one, but may name a replica of what is measured: their samples decide.
const OFTEN: [&str; 4] = ["agent_replica", "collector_replica", "otelcol_replica", "replica"];
/// An external label is on this share of the series of a source.
const EXTERNAL_SHARE: f64 = 0.9;
/// Replicas of a collector are not more than this.
const MOST_REPLICAS: usize = 4;
/// Pairs of series that are looked at before another label is taken for that of a replica.
const PAIRS: usize = 16;
/// The share of samples that have to repeat.
const SAME_SHARE: f64 = 0.9;
/// Neighbouring samples of which all are off before copies are said to disagree: one or two differ at every sudden move.
const OFF_RUN: usize = 5;
/// Copies are off by more than this many times what a series usually moves within two steps.
const OFF_MOVES: f64 = 4.0;
/// Samples that are compared at most, evenly taken: a week at 15 s.
const MOST_COMPARED: usize = 40_000;

/// Series put together by the labels of replicas.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) members: Vec<Member>,
    /// The labels that were left out, with whether samples have to confirm them.
    pub(super) labels: BTreeMap<String, bool>,
}

/// A label whose values may be replicas of a collector, because every series is there once for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The label.
    pub label: String,
    /// Pairs of series that would be copies: their samples decide.
    pub pairs: Vec<(usize, usize)>,
}

/// Puts series together that differ only in the label of a replica.
pub(super) fn members(series: &[Known<'_>], copy_labels: &BTreeSet<String>) -> Members {
    let of = |place: usize| series[place];
    let mut labels: BTreeMap<String, bool> = BTreeMap::new();
    let mut copied: BTreeMap<(i64, String), Vec<usize>> = BTreeMap::new();
    let mut members: Vec<Member> = Vec::with_capacity(series.len());
    for (place, known) in series.iter().enumerate() {
        let mut is_copy = false;
        for (name, _) in known.key.labels.iter() {
            let doubt = !ALWAYS.contains(&name);
            if !doubt || OFTEN.contains(&name) || copy_labels.contains(name) {
                labels.entry(name.to_owned()).or_insert(doubt);
                is_copy = true;
            }
        }
        if is_copy {
            copied
                .entry((known.source, rest_of(known, |name| labels.contains_key(name))))
                .or_default()
                .push(place);
        } else {
            members.push(member(of, vec![place]));
        }
    }
    for copies in copied.into_values() {
        // More than replicas of a collector ever are: then the label counts something else.
        if copies.len() > MOST_REPLICAS && labels.values().any(|doubt| *doubt) {
            members.extend(copies.into_iter().map(|copy| member(of, vec![copy])));
        } else {
            members.push(member(of, copies));
        }
    }
    Members { members, labels }
}

/// Makes a member of its copies; `of` gives what is known of a series by its position.
pub(super) fn member<'k>(of: impl Fn(usize) -> Known<'k>, mut copies: Vec<usize>) -> Member {
    copies.sort_by(|&a, &b| of(a).key.cmp(of(b).key).then(a.cmp(&b)));
    let first = copies.iter().map(|&i| of(i).first).min().unwrap_or(Timestamp::from_millis(0));
    let last = copies.iter().map(|&i| of(i).last).max().unwrap_or(first);
    let step = |known: Known<'_>| {
        let gaps = i64::try_from(known.samples.saturating_sub(1)).unwrap_or(i64::MAX).max(1);
        known.last.as_millis().saturating_sub(known.first.as_millis()) / gaps
    };
    let step_ms = copies.iter().map(|&i| step(of(i))).min().unwrap_or(1).max(1);
    Member { copies, first, last, step_ms }
}

/// Writes down by which labels the copies of a workload differ, and whether that has to be confirmed.
pub(super) fn name_labels(workload: &mut Workload, series: &[Known<'_>], labels: &BTreeMap<String, bool>) {
    let Some(copies) = workload.members.iter().map(|m| &m.copies).find(|copies| copies.len() > 1) else {
        return;
    };
    let value = |copy: usize, name: &str| series[copy].key.labels.get(name);
    let differs = |name: &str| copies.iter().any(|&copy| value(copy, name) != value(copies[0], name));
    workload.copied = labels.keys().filter(|name| differs(name)).cloned().collect();
    workload.is_doubtful = workload.copied.iter().any(|name| labels.get(name).is_some_and(|doubt| *doubt));
}

/// Returns metric and labels as one text, without some labels.
pub(super) fn rest_of(known: &Known<'_>, is_left_out: impl Fn(&str) -> bool) -> String {
    let mut text = known.key.metric.clone();
    for (name, value) in known.key.labels.iter().filter(|(name, _)| !is_left_out(name)) {
        // A control character cannot be part of a label's name.
        text.push('\u{1}');
        text.push_str(name);
        text.push('\u{1}');
        text.push_str(value);
    }
    text
}

/// Finds the labels that look like those of replicas without being known: on nearly every series of a source, with few
/// values, and nearly every series there once for each value. At most 16 pairs of each, evenly taken.
pub fn suspects(series: &[Known<'_>]) -> Vec<Suspect> {
    let mut sources: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (place, known) in series.iter().enumerate() {
        sources.entry(known.source).or_default().push(place);
    }
    let mut found: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for places in sources.values() {
        for label in external_labels(series, places) {
            if let Some(pairs) = pairs(series, places, label) {
                found.entry(label.to_owned()).or_default().extend(pairs);
            }
        }
    }
    found.into_iter().map(|(label, pairs)| Suspect { label, pairs }).collect()
}

/// Returns the labels that nearly every series has, with two to four values.
fn external_labels<'a>(series: &[Known<'a>], places: &[usize]) -> Vec<&'a str> {
    let mut values: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for &place in places {
        for (name, value) in series[place].key.labels.iter() {
            let entry = values.entry(name).or_default();
            entry.0 += 1;
            // One more than can be is enough to know that it is not.
            if entry.1.len() <= MOST_REPLICAS {
                entry.1.insert(value);
            }
        }
    }
    let is_external = |n: usize, values: &BTreeSet<&str>| {
        n as f64 >= places.len() as f64 * EXTERNAL_SHARE && (2..=MOST_REPLICAS).contains(&values.len())
    };
    let known = |name: &&str| ALWAYS.contains(name) || OFTEN.contains(name);
    let external = values.into_iter().filter(|(name, (n, values))| is_external(*n, values) && !known(name));
    external.map(|(name, _)| name).collect()
}

/// Returns pairs of series that differ only in one label; `None` when most have no such other.
fn pairs(series: &[Known<'_>], places: &[usize], label: &str) -> Option<Vec<(usize, usize)>> {
    let mut rests: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &place in places {
        rests.entry(rest_of(&series[place], |name| name == label)).or_default().push(place);
    }
    let paired: Vec<(usize, usize)> = rests
        .values()
        .filter(|rest| rest.len() > 1)
        .map(|rest| (rest[0], rest[1]))
        .filter(|&(a, b)| series[a].first <= series[b].last && series[b].first <= series[a].last)
        .collect();
    if paired.is_empty() || (paired.len() as f64) < rests.len() as f64 * EXTERNAL_SHARE {
        return None;
    }
    let each = paired.len().div_ceil(PAIRS);
    Some(paired.into_iter().step_by(each).collect())
}

/// Reports whether two series carry the same samples, within rounding and the offset of two scrapes; `None` when that
/// cannot be seen, because they hardly change or share no time.
///
/// A value counts as the same when it lies between the two samples of the other series around its time.
pub fn are_copies(a: &Samples, b: &Samples) -> Option<bool> {
    let (mut compared, mut same, mut moved) = (0_usize, 0_usize, 0_usize);
    let mut before = None;
    for (at, value) in finite(b) {
        let next = a.times().partition_point(|&time| time < at);
        let around = |i: usize| a.values().get(i).copied().filter(|value| value.is_finite());
        let Some((left, right)) = around(next.wrapping_sub(1)).or(around(next)).zip(around(next)) else {
            continue;
        };
        compared += 1;
        moved += usize::from(before.is_some_and(|before: f64| before.total_cmp(&value).is_ne()));
        before = Some(value);
        let slack = 1e-6 * left.abs().max(right.abs());
        same += usize::from(value >= left.min(right) - slack && value <= left.max(right) + slack);
    }
    (compared >= 10 && moved >= 3).then_some(same as f64 >= compared as f64 * SAME_SHARE)
}

/// Reports whether what is judged of two series that were taken for copies contradicts that: another level, or five
/// neighbouring samples that are all off to one side by more than such a series moves.
pub fn disagree(a: &Samples, b: &Samples) -> bool {
    let (sparse, dense) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let each = sparse.len().div_ceil(MOST_COMPARED).max(1);
    let mut moves: Vec<f64> = finite(sparse)
        .zip(finite(sparse).skip(2))
        .step_by(each)
        .map(|((_, before), (_, after))| (after - before).abs())
        .collect();
    if moves.is_empty() {
        return false;
    }
    let usual = *quantile(&mut moves, 0.9);
    let offs: Vec<f64> = finite(sparse)
        .filter_map(|(at, value)| {
            let other = nearest(dense, at, a, b)?;
            Some(value - other).filter(|off| off.is_finite())
        })
        .collect();
    let mut values: Vec<f64> = finite(sparse).map(|(_, value)| value.abs()).collect();
    let rounding = 1e-9 * *quantile(&mut values, 0.5);
    let is_off = |off: f64| off.abs() > OFF_MOVES * usual + rounding;
    let mut run = (0_usize, false);
    let is_lasting = offs.iter().any(|&off| {
        let side = off > 0.0;
        let goes_on = is_off(off) && run.0 > 0 && run.1 == side;
        run = (if goes_on { run.0 + 1 } else { usize::from(is_off(off)) }, side);
        run.0 >= OFF_RUN
    });
    let mut sizes: Vec<f64> = offs.iter().map(|off| off.abs()).collect();
    is_lasting || (!sizes.is_empty() && *quantile(&mut sizes, 0.5) > usual + rounding)
}

/// Returns the value nearest in time, if it is not further than the steps of both series.
fn nearest(dense: &Samples, at: i64, a: &Samples, b: &Samples) -> Option<f64> {
    let step = |samples: &Samples| {
        let whole = samples.times().last()?.saturating_sub(*samples.times().first()?);
        i64::try_from(samples.len()).ok().map(|n| whole / n.saturating_sub(1).max(1))
    };
    let next = dense.times().partition_point(|&time| time < at);
    let distance = |i: usize| dense.times().get(i).map(|time| time.abs_diff(at));
    let best = [next.wrapping_sub(1), next].into_iter().filter(|&i| distance(i).is_some());
    let best = best.min_by_key(|&i| distance(i))?;
    let most = step(a)?.max(step(b)?).unsigned_abs().max(1);
    distance(best).filter(|&away| away <= most).map(|_| dense.values()[best])
}

fn finite(samples: &Samples) -> impl Iterator<Item = (i64, f64)> {
    samples
        .times()
        .iter()
        .copied()
        .zip(samples.values().iter().copied())
        .filter(|(_, value)| value.is_finite())
}

/// Returns the value that a share of all lies below; the values are not empty.
fn quantile(values: &mut [f64], share: f64) -> &f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    let place = ((values.len() - 1) as f64 * share) as usize;
    values.select_nth_unstable_by(place, f64::total_cmp).1
}
