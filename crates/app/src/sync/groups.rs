//! How far each selector or expression of a sync is: its requests, series, samples and rate.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wardroom_connectors::source::{ReadAnswer, ReadRequest};
use wardroom_core::SeriesKey;
use wardroom_store::SeriesId;

use super::{IN_FLIGHT, is_loss};
use crate::jobs::{JobGroup, JobGroupState};

/// Groups that are told; those beyond are told together, because every answer of a sync sends all of them.
const MOST_GROUPS: usize = 40;

/// Characters of a name that are told: one selector may join hundreds of names.
const MOST_CHARACTERS: usize = 160;

/// The selectors and expressions of a sync, in the order in which their first requests are made.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The place of each request's group.
    of: Vec<usize>,
    groups: Vec<Group>,
    /// Requests that were answered.
    answered: usize,
    /// Whether no further request is made.
    ended: bool,
}

#[derive(Debug, Default)]
struct Group {
    /// Empty where several selectors are told together.
    name: String,
    members: usize,
    /// The place of its first request among all.
    first: usize,
    done: usize,
    total: usize,
    series: BTreeSet<SeriesId>,
    samples: u64,
    per_second: f64,
    partial: bool,
}

impl Groups {
    /// Sorts requests into groups. At most [`MOST_GROUPS`] come of it, the last without a name where there are more.
    pub(super) fn of(requests: &[ReadRequest]) -> Self {
        let distinct: BTreeSet<&str> = requests.iter().map(ReadRequest::subject).collect();
        let named = if distinct.len() > MOST_GROUPS { MOST_GROUPS - 1 } else { distinct.len() };
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups = Self::default();
        for (idx, request) in requests.iter().enumerate() {
            let known = places.get(request.subject()).copied();
            let place = known.unwrap_or(places.len().min(named));
            if place == groups.groups.len() {
                let name = if place < named { shortened(request.subject()) } else { String::new() };
                groups.groups.push(Group { name, first: idx, ..Group::default() });
            }
            if let Some(group) = groups.groups.get_mut(place) {
                group.total += 1;
                group.members += usize::from(known.is_none());
            }
            places.entry(request.subject()).or_insert(place);
            groups.of.push(place);
        }
        groups
    }

    /// Takes the answer to a request.
    pub(super) fn answered(
        &mut self,
        idx: usize,
        answer: &ReadAnswer,
        ids: &BTreeMap<SeriesKey, SeriesId>,
        elapsed: Duration,
    ) {
        self.answered += 1;
        let Some(group) = self.of.get(idx).and_then(|&place| self.groups.get_mut(place)) else { return };
        group.done += 1;
        group.partial |= answer.notices.iter().any(is_loss);
        group.series.extend(answer.series.iter().filter_map(|series| ids.get(&series.key)));
        group.samples += answer.series.iter().map(|series| series.samples.len() as u64).sum::<u64>();
        group.per_second = group.samples as f64 / elapsed.as_secs_f64().max(0.001);
    }

    /// Takes that no further request is made.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Returns the groups as the interface gets them.
    pub(super) fn rows(&self) -> Vec<JobGroup> {
        self.groups.iter().map(|group| self.row(group)).collect()
    }

    fn row(&self, group: &Group) -> JobGroup {
        JobGroup {
            name: group.name.clone(),
            members: small(group.members as u64),
            state: self.state(group),
            done: small(group.done as u64),
            total: small(group.total as u64),
            series: small(group.series.len() as u64),
            samples: small(group.samples),
            samples_per_second: group.per_second,
        }
    }

    fn state(&self, group: &Group) -> JobGroupState {
        if group.done == group.total {
            return if group.partial { JobGroupState::Partial } else { JobGroupState::Done };
        }
        if self.ended {
            return JobGroupState::Left;
        }
        // Requests are made in their order, so many at a time.
        let is_asked = group.done > 0 || group.first < self.answered + IN_FLIGHT;
        if is_asked { JobGroupState::Running } else { JobGroupState::Waiting }
    }
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

fn small(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardroom_connectors::source::{Notice, NoticeKind, ReadMode, ReadSeries};
    use wardroom_core::{Labels, MetricKind, Samples, TimeRange, Timestamp, Unit};

    #[test]
    fn each_selector_is_told_by_itself_and_parts_of_one_are_told_together() {
        let asked =
            [request("up"), request("node_load1 # series 0..100"), request("node_load1 # series 100..164")];
        let named = ReadRequest { stored_as: Some("job:errors".to_owned()), ..request("sum(rate(e[5m]))") };

        let groups = Groups::of(&[asked.as_slice(), &[named]].concat());

        let told: Vec<_> = groups.rows().into_iter().map(|g| (g.name, g.members, g.done, g.total)).collect();
        let wanted = [("up", 1, 0, 1), ("node_load1", 1, 0, 2), ("job:errors", 1, 0, 1)];
        assert_eq!(told, wanted.map(|(name, members, done, total)| (name.to_owned(), members, done, total)));
    }

    #[test]
    fn a_group_counts_its_own_answers_series_and_samples() {
        let mut groups = Groups::of(&[request("up"), request("load"), request("up")]);
        let ids = BTreeMap::from([(key("up"), SeriesId(1)), (key("load"), SeriesId(2))]);

        groups.answered(0, &answer("up", 30), &ids, Duration::from_secs(2));
        groups.answered(2, &answer("up", 10), &ids, Duration::from_secs(4));

        let [up, load]: [JobGroup; 2] = groups.rows().try_into().unwrap();
        assert_eq!((up.done, up.total, up.series, up.samples), (2, 2, 1, 40));
        assert_eq!(up.state, JobGroupState::Done);
        assert!((up.samples_per_second - 10.0).abs() < 1e-9, "{}", up.samples_per_second);
        assert_eq!((load.done, load.total, load.series, load.samples), (0, 1, 0, 0));
        assert_eq!(load.state, JobGroupState::Running);
    }

    #[test]
    fn a_group_waits_until_its_turn_and_is_left_where_the_sync_ends_before_it() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut groups = Groups::of(&names.map(request));
        let states = |groups: &Groups| groups.rows().iter().map(|g| g.state).collect::<Vec<_>>();
        let (running, waiting) = (JobGroupState::Running, JobGroupState::Waiting);
        assert_eq!(states(&groups), [running, running, running, running, waiting, waiting]);

        let cut = Notice { kind: NoticeKind::Truncated, subject: "b".to_owned(), detail: String::new() };
        let cut = ReadAnswer { notices: vec![cut], ..ReadAnswer::default() };
        groups.answered(1, &cut, &BTreeMap::new(), Duration::from_secs(1));
        assert_eq!(
            states(&groups),
            [running, JobGroupState::Partial, running, running, running, waiting],
            "one answer makes room for one request"
        );
        groups.end();

        let left = JobGroupState::Left;
        assert_eq!(states(&groups), [left, JobGroupState::Partial, left, left, left, left]);
    }

    #[test]
    fn no_more_groups_are_told_than_fit_a_message_and_none_is_lost() {
        let names: Vec<String> = (0..500).map(|n| format!("metric_{n}")).collect();
        let requests: Vec<ReadRequest> = names.iter().chain(&names).map(|name| request(name)).collect();

        let rows = Groups::of(&requests).rows();

        assert_eq!(rows.len(), MOST_GROUPS);
        assert_eq!(rows.iter().map(|row| row.members).sum::<u32>(), 500);
        assert_eq!(rows.iter().map(|row| row.total).sum::<u32>(), 1000);
        let last = rows.last().unwrap();
        assert_eq!((last.name.as_str(), last.members), ("", 461));
    }

    #[test]
    fn a_long_selector_is_shortened_between_characters() {
        let long = format!("{{job=\"{}\"}}", "ö".repeat(400));

        let told = Groups::of(&[request(&long)]).rows().remove(0).name;

        assert_eq!(told.chars().count(), MOST_CHARACTERS + 1);
        assert!(told.ends_with("ö…"));
    }

    fn request(query: &str) -> ReadRequest {
        let range = TimeRange::new(Timestamp::from_millis(0), Timestamp::from_millis(60_000)).unwrap();
        ReadRequest {
            query: query.to_owned(),
            stored_as: None,
            mode: ReadMode::Raw,
            range,
            expected_series: 0,
        }
    }

    fn key(metric: &str) -> SeriesKey {
        SeriesKey::new(metric, Labels::default())
    }

    fn answer(metric: &str, samples: i64) -> ReadAnswer {
        let mut arrived = Samples::default();
        for at in 0..samples {
            arrived.push(Timestamp::from_millis(at), 1.0);
        }
        let series =
            ReadSeries { key: key(metric), kind: MetricKind::Gauge, unit: Unit::Count, samples: arrived };
        ReadAnswer { series: vec![series], ..ReadAnswer::default() }
    }
}
