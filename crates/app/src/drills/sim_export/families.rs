//! The families of an OpenMetrics file: which series share a type, and in what order their samples stand.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use wardroom_core::{Labels, MetricKind, Samples, SeriesKey};

/// Units that may end the name of a family.
const UNITS: [&str; 3] = ["bytes", "ratio", "seconds"];

/// Series that share a name and a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) name: String,
    /// The type, as the format calls it.
    pub(super) word: &'static str,
    /// Positions of the series. Those of one group are the parts of one histogram or summary, in their order; every
    /// other series is a group of its own.
    pub(super) groups: Vec<Vec<usize>>,
}

/// Returns the families in the order of their names, for series that are given with their kinds.
///
/// A counter whose name does not end in `_total` is `unknown`, as the format wants it. The parts of a histogram are
/// `histogram` where there are buckets, and otherwise `summary`.
pub(super) fn families(series: &[(&SeriesKey, MetricKind)]) -> Vec<Family> {
    let parts = series.iter().filter(|(_, kind)| *kind == MetricKind::Histogram);
    let bucketed: BTreeSet<&str> = parts.filter_map(|(key, _)| key.metric.strip_suffix("_bucket")).collect();
    let mut found: BTreeMap<(&str, &'static str), BTreeMap<Labels, Vec<usize>>> = BTreeMap::new();
    for (place, (key, kind)) in series.iter().enumerate() {
        let named = named(&key.metric, *kind, &bucketed);
        let mut labels = key.labels.clone();
        if named.1 == "histogram" {
            labels.remove("le");
        }
        found.entry(named).or_default().entry(labels).or_default().push(place);
    }
    found
        .into_iter()
        .map(|((name, word), groups)| {
            let ordered = |mut group: Vec<usize>| {
                group.sort_by(|a, b| {
                    order(series[*a].0).partial_cmp(&order(series[*b].0)).unwrap_or(a.cmp(b))
                });
                group
            };
            Family { name: name.to_owned(), word, groups: groups.into_values().map(ordered).collect() }
        })
        .collect()
}

/// Returns the name of a metric's family and its type.
fn named<'a>(metric: &'a str, kind: MetricKind, bucketed: &BTreeSet<&str>) -> (&'a str, &'static str) {
    let stem = ["_bucket", "_count", "_sum"].iter().find_map(|part| metric.strip_suffix(part));
    match (kind, metric.strip_suffix("_total"), stem) {
        (MetricKind::Counter, Some(stem), _) => (stem, "counter"),
        (MetricKind::Gauge, _, _) => (metric, "gauge"),
        (MetricKind::Histogram, _, Some(stem)) if bucketed.contains(stem) => (stem, "histogram"),
        (MetricKind::Histogram, _, Some(stem)) => (stem, "summary"),
        (MetricKind::Counter | MetricKind::Unknown | MetricKind::Histogram | MetricKind::Summary, _, _) => {
            (metric, "unknown")
        }
    }
}

/// Returns where a series stands within its group: buckets by their limits, then count, then sum.
fn order(key: &SeriesKey) -> (u8, f64) {
    let part = if key.metric.ends_with("_bucket") {
        0
    } else if key.metric.ends_with("_count") {
        1
    } else {
        2
    };
    (part, key.labels.get("le").and_then(|le| le.parse().ok()).unwrap_or(f64::INFINITY))
}

/// Writes what stands before the samples of a family: its type, its unit where its name ends in one, and what it
/// measures.
pub(super) fn write_head(out: &mut dyn Write, family: &Family) -> io::Result<()> {
    let Family { name, word, .. } = family;
    writeln!(out, "# TYPE {name} {word}")?;
    let is_unit = |unit: &&str| name.strip_suffix(*unit).is_some_and(|stem| stem.ends_with('_'));
    if let Some(unit) = UNITS.into_iter().find(is_unit) {
        writeln!(out, "# UNIT {name} {unit}")?;
    }
    if let Some(help) = wardroom_sim::metric_help(name) {
        writeln!(out, "# HELP {name} {help}")?;
    }
    Ok(())
}

/// Writes the samples of a group by time, which the format asks of the parts of one histogram; returns how many.
///
/// Each member is a series as it is written, with its samples in the order of their times.
pub(super) fn write_group(
    out: &mut dyn Write,
    members: &[(String, Samples)],
    line: &dyn Fn(&str, i64, f64) -> String,
) -> io::Result<u64> {
    let mut next = vec![0_usize; members.len()];
    let mut written = 0;
    loop {
        let times = members.iter().zip(&next).filter_map(|((_, read), i)| read.times().get(*i));
        let Some(&at) = times.min() else { return Ok(written) };
        for ((name, read), i) in members.iter().zip(&mut next) {
            if read.times().get(*i) != Some(&at) {
                continue;
            }
            let Some(value) = read.values().get(*i) else { continue };
            writeln!(out, "{}", line(name, at, *value))?;
            *i += 1;
            written += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(metric: &str, labels: &[(&str, &str)]) -> SeriesKey {
        SeriesKey::new(metric, Labels::new(labels.iter().copied()))
    }

    #[test]
    fn the_parts_of_a_histogram_stand_together_by_their_limits() {
        let a = ("instance", "a");
        let keys = [
            (key("took_seconds_sum", &[a]), MetricKind::Histogram),
            (key("took_seconds_bucket", &[a, ("le", "+Inf")]), MetricKind::Histogram),
            (key("took_seconds_bucket", &[a, ("le", "10")]), MetricKind::Histogram),
            (key("took_seconds_bucket", &[a, ("le", "2.5")]), MetricKind::Histogram),
            (key("took_seconds_bucket", &[("instance", "b"), ("le", "+Inf")]), MetricKind::Histogram),
            (key("took_seconds_count", &[a]), MetricKind::Histogram),
            (key("gc_seconds_sum", &[a]), MetricKind::Histogram),
            (key("gc_seconds_count", &[a]), MetricKind::Histogram),
            (key("requests_total", &[a]), MetricKind::Counter),
            (key("requests_total", &[("instance", "b")]), MetricKind::Counter),
            (key("queries", &[a]), MetricKind::Counter),
            (key("load1", &[a]), MetricKind::Gauge),
        ];
        let series: Vec<_> = keys.iter().map(|(key, kind)| (key, *kind)).collect();

        let found = families(&series);

        let told: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.word, f.groups.clone())).collect();
        assert_eq!(
            told,
            [
                ("gc_seconds", "summary", vec![vec![7, 6]]),
                ("load1", "gauge", vec![vec![11]]),
                ("queries", "unknown", vec![vec![10]]),
                ("requests", "counter", vec![vec![8], vec![9]]),
                ("took_seconds", "histogram", vec![vec![3, 2, 1, 5, 0], vec![4]]),
            ]
        );
    }

    #[test]
    fn a_family_begins_with_its_type_its_unit_and_what_it_measures() {
        let head = |name: &str, word| {
            let mut out = Vec::new();
            write_head(&mut out, &Family { name: name.to_owned(), word, groups: Vec::new() }).unwrap();
            String::from_utf8(out).unwrap()
        };

        assert_eq!(
            head("node_cpu_seconds", "counter"),
            "# TYPE node_cpu_seconds counter\n# UNIT node_cpu_seconds seconds\n\
             # HELP node_cpu_seconds Time that the cores spent in each mode, in seconds.\n"
        );
        assert_eq!(
            head("haproxy_backend_bytes_out", "counter"),
            "# TYPE haproxy_backend_bytes_out counter\n\
             # HELP haproxy_backend_bytes_out Bytes that were sent to clients.\n"
        );
    }

    #[test]
    fn samples_of_a_group_are_written_by_time() {
        let samples = |times: &[i64]| Samples::from_columns(times.to_vec(), vec![1.0; times.len()]).unwrap();
        let members = [("a".to_owned(), samples(&[10, 30])), ("b".to_owned(), samples(&[10, 20, 30, 40]))];
        let mut out = Vec::new();

        let written = write_group(&mut out, &members, &|name, at, _| format!("{name}{at}")).unwrap();

        assert_eq!(String::from_utf8(out).unwrap(), "a10\nb10\nb20\na30\nb30\nb40\n");
        assert_eq!(written, 6);
    }
}
