//! Caps labels that run away: a label of a metric with more values than agreed brings no further series.

use std::collections::{BTreeMap, BTreeSet};

use wardroom_core::SeriesKey;

use crate::source::{Notice, NoticeKind};

/// The values seen so far by metric and label. Kept over a source's life, so that the same series stay in.
#[derive(Clone, Default)]
pub(super) struct LabelCaps {
    seen: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

/// How many values a label may have, and which labels are free.
pub(super) struct CapRule<'a> {
    /// Values of one label of one metric.
    pub(super) cap: usize,
    /// Labels without a cap, as `metric.label`.
    pub(super) free: &'a [String],
}

/// The series that one answer lost, by `metric.label`.
#[derive(Default)]
pub(super) struct Dropped(BTreeMap<String, u64>);

impl Dropped {
    /// Turns the counts into notices; the detail is the number of series left out.
    pub(super) fn into_notices(self) -> Vec<Notice> {
        let notice = |(subject, n_series): (String, u64)| Notice {
            kind: NoticeKind::LabelRunsAway,
            subject,
            detail: n_series.to_string(),
        };
        self.0.into_iter().map(notice).collect()
    }
}

impl LabelCaps {
    /// Decides whether a series is taken. A series whose every label value is known or has room is remembered.
    pub(super) fn admit(&mut self, key: &SeriesKey, rule: &CapRule<'_>, dropped: &mut Dropped) -> bool {
        let of_metric = self.seen.entry(key.metric.clone()).or_default();
        let is_full = |(label, value): &(&str, &str)| {
            of_metric.get(*label).is_some_and(|values| values.len() >= rule.cap && !values.contains(*value))
                && !rule.free.contains(&format!("{}.{label}", key.metric))
        };
        if let Some((label, _)) = key.labels.iter().find(is_full) {
            *dropped.0.entry(format!("{}.{label}", key.metric)).or_default() += 1;
            return false;
        }
        for (label, value) in key.labels.iter() {
            let values = of_metric.entry(label.to_owned()).or_default();
            if !values.contains(value) {
                values.insert(value.to_owned());
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use wardroom_core::Labels;

    use super::*;

    #[test]
    fn series_beyond_the_cap_are_left_out_and_counted_and_known_ones_stay() {
        let rule = CapRule { cap: 3, free: &[] };
        let mut caps = LabelCaps::default();
        let mut dropped = Dropped::default();

        let taken = (0..10).filter(|i| caps.admit(&series("hits", *i), &rule, &mut dropped)).count();
        let again = caps.admit(&series("hits", 1), &rule, &mut dropped);

        assert_eq!(taken, 3);
        assert!(again);
        let notices = dropped.into_notices();
        assert_eq!(notices.len(), 1);
        assert_eq!((notices[0].subject.as_str(), notices[0].detail.as_str()), ("hits.path", "7"));
    }

    #[test]
    fn a_freed_label_and_another_metric_are_not_capped() {
        let free = ["hits.path".to_owned()];
        let rule = CapRule { cap: 3, free: &free };
        let mut caps = LabelCaps::default();
        let mut dropped = Dropped::default();

        let hits = (0..10).filter(|i| caps.admit(&series("hits", *i), &rule, &mut dropped)).count();
        let bytes = (0..10).filter(|i| caps.admit(&series("bytes", *i), &rule, &mut dropped)).count();

        assert_eq!((hits, bytes), (10, 3));
    }

    fn series(metric: &str, path: u32) -> SeriesKey {
        SeriesKey::new(metric, Labels::new([("job", "shop".to_owned()), ("path", format!("/{path}"))]))
    }
}
