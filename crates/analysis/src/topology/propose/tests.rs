//! What proposals have to find, and not to find.

use std::collections::BTreeSet;

use proptest::prelude::*;
use wardroom_core::Timestamp;

use super::generated::{Network, Recipe, network};
use super::{CausalEdge, DEFAULT_THRESHOLD, Event, causal_edges};

fn event(what: u32, place: u32, at_s: i64) -> Event {
    Event { what, place, start: Timestamp::from_millis(at_s * 1000), end: None }
}

/// The scorer's measure.
fn f1(edges: &[CausalEdge], truth: &[(u32, u32)]) -> f64 {
    let truth: BTreeSet<_> = truth.iter().copied().collect();
    let shown: BTreeSet<_> =
        edges.iter().filter(|e| e.score >= DEFAULT_THRESHOLD).map(|e| (e.cause, e.effect)).collect();
    2.0 * shown.intersection(&truth).count() as f64 / (shown.len() + truth.len()).max(1) as f64
}

fn networks(causes: f64, hard: bool) -> Vec<Network> {
    [(10, 40), (18, 55), (24, 150), (30, 100), (40, 200)]
        .into_iter()
        .zip(1..)
        .map(|((types, devices), seed)| network(Recipe { seed, types, devices, causes, hard }))
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Adds what an effect brings about to what its cause brings about.
fn with_indirect(truth: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut all: BTreeSet<(u32, u32)> = truth.iter().copied().collect();
    loop {
        let more: Vec<(u32, u32)> = all
            .iter()
            .flat_map(|&(a, b)| truth.iter().filter(move |e| e.0 == b).map(move |e| (a, e.1)))
            .filter(|e| !all.contains(e))
            .collect();
        if more.is_empty() {
            return all.into_iter().collect();
        }
        all.extend(more);
    }
}

#[test]
fn generated_networks_are_found_with_and_without_their_graph() {
    for (causes, hard) in [(1.5, false), (1.5, true), (3.0, false), (3.0, true)] {
        let mut figures = [(); 4].map(|()| Vec::new());
        for n in networks(causes, hard) {
            let (alone, graph) =
                (causal_edges(&n.events, None, 40), causal_edges(&n.events, Some(&n.neighbours), 40));
            let all = with_indirect(&n.truth);
            figures[0].push(f1(&alone, &n.truth));
            figures[1].push(f1(&graph, &n.truth));
            figures[2].push(f1(&alone, &all));
            figures[3].push(f1(&graph, &all));
        }
        println!("causes {causes} hard {hard}: {figures:.2?}");
        let [direct, direct_graph, all, all_graph] = figures.map(|f| mean(&f));
        // Measured: 0.60 to 0.71 of the direct ones, 0.75 to 0.86 of all. Indirect effects are shown as well: what
        // people call a cause reaches far, and on records alone the two are hard to tell apart.
        assert!(direct > 0.58 && direct_graph > 0.58, "direct effects: {direct:.3} and {direct_graph:.3}");
        assert!(all > 0.7 && all_graph > 0.7, "all effects: {all:.3} and {all_graph:.3}");
    }
}

#[test]
fn the_cause_is_what_comes_first() {
    let events: Vec<Event> = (0..60)
        .flat_map(|i| [event(1, i % 4, i64::from(i) * 50_000), event(0, i % 4, i64::from(i) * 50_000 + 20)])
        .collect();

    let edges = causal_edges(&events, None, 2);

    assert_eq!(edges.len(), 1);
    assert_eq!((edges[0].cause, edges[0].effect, edges[0].support, edges[0].lag_ms), (1, 0, 60, 20_000));
    assert!(edges[0].score >= DEFAULT_THRESHOLD);
}

#[test]
fn an_effect_on_a_neighbour_needs_the_graph() {
    let events: Vec<Event> = (0..60)
        .flat_map(|i| {
            [
                event(0, 2 * (i % 5), i64::from(i) * 50_000),
                event(1, 2 * (i % 5) + 1, i64::from(i) * 50_000 + 9),
            ]
        })
        .collect();
    let pairs: Vec<(u32, u32)> = (0..5).map(|i| (2 * i + 1, 2 * i)).collect();

    assert_eq!(causal_edges(&events, None, 2), []);
    let edges = causal_edges(&events, Some(&pairs), 2);
    assert_eq!((edges[0].cause, edges[0].effect), (0, 1));
}

#[test]
fn what_has_nothing_to_do_with_each_other_is_not_joined() {
    // Two kinds, each every 5 hours on its own, 2 hours apart.
    let events: Vec<Event> =
        (0..200).flat_map(|i| [event(0, 0, i * 18_000), event(1, 0, i * 18_000 + 7_200)]).collect();

    assert_eq!(causal_edges(&events, None, 2), []);
}

#[test]
fn nothing_and_extremes_give_no_edges() {
    assert_eq!(causal_edges(&[], None, 0), []);
    assert_eq!(causal_edges(&[event(7, 0, 0)], Some(&[(0, 0), (3, 9)]), 2), []);
    let far = |at| Event { what: 0, place: 0, start: Timestamp::from_millis(at), end: None };
    assert_eq!(causal_edges(&[far(i64::MIN), far(i64::MAX)], None, 1), []);
}

proptest! {
    #[test]
    fn the_order_of_events_does_not_matter_and_no_circle_is_returned(
        picks in proptest::collection::vec((0_u32..6, 0_u32..3, 0_i64..20_000), 0..200)
    ) {
        let mut events: Vec<Event> = picks.iter().map(|&(what, place, at)| event(what, place, at)).collect();
        let edges = causal_edges(&events, Some(&[(0, 1)]), 6);
        events.reverse();
        prop_assert_eq!(&edges, &causal_edges(&events, Some(&[(1, 0)]), 6));
        // In a graph without circles some kind has no cause left, again and again.
        let mut left: Vec<(u32, u32)> = edges.iter().map(|e| (e.cause, e.effect)).collect();
        while !left.is_empty() {
            let effects: BTreeSet<u32> = left.iter().map(|e| e.1).collect();
            let before = left.len();
            left.retain(|e| effects.contains(&e.0));
            prop_assert!(left.len() < before);
        }
    }
}
