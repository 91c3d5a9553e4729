//! What a run came to: users served and failed, objectives held, harm done.

mod measure;

use serde::{Deserialize, Serialize};
use wardroom_core::Timestamp;

use crate::plan::Plan;
use crate::scenario::Objective;
use crate::step::Engine;

/// Length of one step of an outcome, seconds.
const STEP_S: i64 = 15;
/// Steps over whose mean an objective is judged: a minute.
const MINUTE_STEPS: usize = 4;
/// Length of the quiet time with which a component is compared, seconds.
const USUAL_S: i64 = 3_600;

/// What a run came to, from its beginning to a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Length of one step in seconds: 15.
    pub step_s: i64,
    /// Requests of users that came to their end, by step, over all entries; the last step may be shorter.
    pub asked: Vec<u64>,
    /// Those of them that failed for their users, by step.
    pub failed: Vec<u64>,
    /// By objective of the scenario, and by step: the share that it measures ([`Measure`](crate::Measure)), 0 to 1. A
    /// step in which nothing was to be measured has the share of the step before (1 at the beginning).
    pub objectives: Vec<Vec<f64>>,
    /// Acknowledged writes that are gone.
    pub lost_writes: u64,
    /// Messages that were thrown away.
    pub lost_messages: u64,
    /// Answers that came from replicas too far behind.
    pub stale_reads: u64,
}

/// What a component did in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Course {
    ended: u64,
    failed: u64,
    /// Sum over steps of their seconds times the response time, and of the seconds.
    response: f64,
    seconds: f64,
}

impl Course {
    fn add(&mut self, (ok, failed): (u64, u64), response_s: f64, dt_s: i64) {
        self.ended += ok + failed;
        self.failed += failed;
        self.response += response_s * dt_s as f64;
        self.seconds += dt_s as f64;
    }

    fn failed_ratio(self) -> f64 {
        if self.ended > 0 { self.failed as f64 / self.ended as f64 } else { 0.0 }
    }

    fn response_s(self) -> f64 {
        if self.seconds > 0.0 { self.response / self.seconds } else { 0.0 }
    }

    /// Reports whether this is not what is usual: 2 % more fail, answers take twice as long and 5 ms more, or nothing
    /// comes to an end where something always did.
    fn is_unusual(self, usual: Self) -> bool {
        let stands_still = self.ended == 0 && usual.ended as f64 > usual.seconds * 0.2;
        stands_still
            || self.failed_ratio() > usual.failed_ratio() + 0.02
            || (self.ended > 0 && self.response_s() > 2.0 * usual.response_s() + 0.005)
    }
}

/// The books from which outcome and truth are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Book {
    asked: Vec<u64>,
    failed: Vec<u64>,
    objectives: Vec<Vec<f64>>,
    /// The step under way: users, and by objective what was as it should be and what was not.
    users: (u64, u64),
    ended: Vec<(f64, f64)>,
    /// By objective, the counter that its measure saw last.
    counted: Vec<u64>,
    /// By component: the last hour before the run, the step under way, since when it is unusual, and for good.
    usual: Vec<Course>,
    course: Vec<Course>,
    suspected: Vec<Option<Timestamp>>,
    affected: Vec<Option<Timestamp>>,
}

impl Book {
    pub(crate) fn new(plan: &Plan, n_objectives: usize) -> Self {
        let n = plan.components.len();
        Self {
            asked: Vec::new(),
            failed: Vec::new(),
            objectives: vec![Vec::new(); n_objectives],
            users: (0, 0),
            ended: vec![(0.0, 0.0); n_objectives],
            counted: vec![0; n_objectives],
            usual: vec![Course::default(); n],
            course: vec![Course::default(); n],
            suspected: vec![None; n],
            affected: vec![None; n],
        }
    }

    /// Reports whether the book belongs to such a plan (one that was read might not).
    pub(crate) fn fits(&self, plan: &Plan, n_objectives: usize) -> bool {
        self.usual.len() == plan.components.len()
            && self.objectives.len() == n_objectives
            && self.counted.len() == n_objectives
    }

    /// Takes in the step that the engine has just made.
    pub(crate) fn observe(&mut self, engine: &Engine, objectives: &[Objective], dt_s: i64) {
        let since_s = (engine.state.at.as_millis() - engine.start.as_millis()) / 1000;
        let into = if since_s <= 0 { &mut self.usual } else { &mut self.course };
        if since_s > -USUAL_S {
            for (component, course) in into.iter_mut().enumerate() {
                course.add(engine.finished(component), engine.response_s(component), dt_s);
            }
        }
        if since_s <= 0 {
            return;
        }
        let (left, failed) = engine.users();
        self.users = (self.users.0 + left, self.users.1 + failed);
        for ((sum, counted), objective) in self.ended.iter_mut().zip(&mut self.counted).zip(objectives) {
            let (good, bad) = measure::take(engine, objective, counted, dt_s as f64);
            *sum = (sum.0 + good, sum.1 + bad);
        }
        if since_s % STEP_S == 0 {
            self.close(engine.state.at);
        }
    }

    /// Ends a step.
    fn close(&mut self, at: Timestamp) {
        self.asked.push(self.users.0);
        self.failed.push(self.users.1);
        for (ratios, sum) in self.objectives.iter_mut().zip(&mut self.ended) {
            let ratio = ratio(*sum, ratios);
            ratios.push(ratio);
            *sum = (0.0, 0.0);
        }
        self.users = (0, 0);
        for k in 0..self.course.len() {
            let unusual = self.course[k].is_unusual(self.usual[k]);
            self.course[k] = Course::default();
            // A single step may be chance; the second one says that the first was not.
            let since = if unusual { self.suspected[k].or(Some(at)) } else { None };
            if self.affected[k].is_none() && self.suspected[k].is_some() {
                self.affected[k] = since;
            }
            self.suspected[k] = since;
        }
    }

    /// Returns what the run came to; losses are the state's.
    pub(crate) fn outcome(&self, engine: &Engine) -> Outcome {
        let harm = &engine.state.harm;
        let mut outcome = Outcome {
            step_s: STEP_S,
            asked: self.asked.clone(),
            failed: self.failed.clone(),
            objectives: self.objectives.clone(),
            lost_writes: harm.lost_writes,
            lost_messages: harm.lost_messages,
            stale_reads: harm.stale_reads,
        };
        let since_s = (engine.state.at.as_millis() - engine.start.as_millis()) / 1000;
        if since_s % STEP_S != 0 {
            outcome.asked.push(self.users.0);
            outcome.failed.push(self.users.1);
            for (ratios, sum) in outcome.objectives.iter_mut().zip(&self.ended) {
                let ratio = ratio(*sum, ratios);
                ratios.push(ratio);
            }
        }
        outcome
    }

    /// Returns since when all objectives have held without a break, if each has for as long as it asks.
    pub(crate) fn met_since(&self, start: Timestamp, objectives: &[Objective]) -> Option<Timestamp> {
        let mut latest = start;
        for (objective, ratios) in objectives.iter().zip(&self.objectives) {
            let holds = |&step: &usize| minute(ratios, step) >= objective.success_ratio;
            let held = (0..ratios.len()).rev().take_while(holds).count();
            let since = start.plus_millis(length_s(ratios.len() - held) * 1000);
            if held == 0 || length_s(held) < objective.for_s {
                return None;
            }
            latest = latest.max(since);
        }
        Some(latest)
    }

    /// Returns the components that were affected and since when, by time and then by name.
    pub(crate) fn affected(&self, plan: &Plan) -> Vec<(String, Timestamp)> {
        let named = self.affected.iter().zip(&plan.components);
        let mut found: Vec<(String, Timestamp)> =
            named.filter_map(|(at, c)| at.map(|at| (c.name.clone(), at))).collect();
        found.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        found
    }
}

fn ratio((good, bad): (f64, f64), before: &[f64]) -> f64 {
    if good + bad > 0.0 { good / (good + bad) } else { before.last().copied().unwrap_or(1.0) }
}

/// Returns the mean of the minute that ends with a step.
fn minute(ratios: &[f64], step: usize) -> f64 {
    let minute = &ratios[(step + 1).saturating_sub(MINUTE_STEPS)..=step];
    minute.iter().sum::<f64>() / minute.len() as f64
}

fn length_s(steps: usize) -> i64 {
    i64::try_from(steps).unwrap_or(i64::MAX / STEP_S / 1000).saturating_mul(STEP_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::shop;
    use crate::scenario::Measure;

    const START: Timestamp = Timestamp::from_millis(1_794_927_720_000);

    #[test]
    fn objectives_are_met_since_the_last_bad_minute_and_only_when_they_last() {
        let objectives = [objective(300)];
        // Ten bad steps, then 30 good ones: three more are bad by the mean of their minute.
        let book = book([vec![0.5; 10], vec![1.0; 30]].concat());

        let since = book.met_since(START, &objectives);

        assert_eq!(since, Some(START.plus_millis(13 * 15_000)));
        assert_eq!(book.met_since(START, &[objective(27 * 15)]), since);
        assert_eq!(book.met_since(START, &[objective(28 * 15)]), None);
    }

    #[test]
    fn an_objective_that_does_not_hold_at_the_end_is_not_met() {
        let book = book([vec![1.0; 30], vec![0.5; 1]].concat());

        assert_eq!(book.met_since(START, &[objective(15)]), None);
    }

    #[test]
    fn a_component_is_unusual_when_more_fails_or_it_takes_longer_or_it_stands_still() {
        let course = |ended, failed, response_s: f64| Course {
            ended,
            failed,
            response: response_s * 15.0,
            seconds: 15.0,
        };
        let usual = course(1_500, 3, 0.05);

        assert!(!course(1_500, 30, 0.1).is_unusual(usual));
        assert!(course(1_500, 40, 0.05).is_unusual(usual));
        assert!(course(1_500, 3, 0.106).is_unusual(usual));
        assert!(course(0, 0, 0.05).is_unusual(usual));
        assert!(!course(0, 0, 0.05).is_unusual(Course::default()));
    }

    #[test]
    fn a_step_without_requests_has_the_ratio_of_the_one_before() {
        assert!((ratio((0.0, 0.0), &[]) - 1.0).abs() < 1e-12);
        assert!((ratio((0.0, 0.0), &[0.25]) - 0.25).abs() < 1e-12);
        assert!((ratio((3.0, 1.0), &[0.25]) - 0.75).abs() < 1e-12);
    }

    fn objective(for_s: i64) -> Objective {
        Objective { component: "edge".to_owned(), measure: Measure::Success, success_ratio: 0.95, for_s }
    }

    fn book(ratios: Vec<f64>) -> Book {
        let mut book = Book::new(&shop(), 1);
        book.objectives = vec![ratios];
        book
    }
}
