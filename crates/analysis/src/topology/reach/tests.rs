//! Reach, ways and single points, checked against networkx.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// 0 web, 1 gateway, 2 orders, 3 cart, 4 pgbouncer, 5 pg-main, 6 redis, 7 catalog (alone).
const SHOP: [(usize, usize); 8] = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5), (3, 6), (2, 3)];

#[test]
fn impact_walks_against_the_edges_and_upstream_along_them() {
    let graph = Graph::new(8, &SHOP);

    assert_eq!(graph.impact(5, None), [(4, 1, 5), (2, 2, 4), (3, 2, 4), (1, 3, 2), (0, 4, 1)]);
    assert_eq!(graph.impact(5, Some(2)), [(4, 1, 5), (2, 2, 4), (3, 2, 4)]);
    assert_eq!(graph.upstream(2, Some(1)), [(3, 1, 2), (4, 1, 2)]);
    assert!(graph.impact(7, None).is_empty() && graph.impact(99, None).is_empty());
    assert!(graph.impact(5, Some(0)).is_empty());
}

#[test]
fn ways_come_shortest_first_and_never_twice_through_a_node() {
    let graph = Graph::new(8, &SHOP);

    let ways = graph.paths(0, 5, 10);

    assert_eq!(ways, [vec![0, 1, 2, 4, 5], vec![0, 1, 3, 4, 5], vec![0, 1, 2, 3, 4, 5]]);
    assert_eq!(graph.paths(0, 5, 2), ways[..2]);
    assert!(graph.paths(5, 0, 3).is_empty() && graph.paths(0, 7, 3).is_empty());
    assert_eq!(graph.paths(6, 6, 3), [vec![6]]);
    assert!(graph.paths(0, 8, 3).is_empty() && graph.paths(0, 5, 0).is_empty());
}

#[test]
fn a_store_reached_by_one_way_only_makes_that_way_a_single_point() {
    let graph = Graph::new(8, &SHOP);

    // Counted by hand: all five above lose pg-main; all but pgbouncer itself lose their way to it; redis is reached
    // through cart only.
    let points = graph.single_points(Needs::Each(&[5, 6]));

    let cut: Vec<(usize, u32)> = points.iter().map(|point| (point.node, point.cut_off)).collect();
    assert_eq!(cut, [(5, 5), (4, 4), (3, 3), (6, 4), (1, 1)].into_iter().collect::<Sorted>().0);
    assert_eq!(graph.cut_off_by(3, Needs::Each(&[5, 6])), [0, 1, 2]);
}

#[test]
fn things_on_the_ground_stand_for_one_another() {
    let graph = Graph::new(8, &SHOP);

    // Cart also stands on redis, so nothing above it is lost with pgbouncer.
    let points = graph.single_points(Needs::Ground);

    let cut: Vec<(usize, u32)> =
        points.iter().filter(|point| point.cut_off > 0).map(|point| (point.node, point.cut_off)).collect();
    assert_eq!(cut, [(1, 1), (5, 1)]);
    assert_eq!(graph.articulation_points(), [1, 3, 4]);
}

#[test]
fn cycles_self_edges_repeats_and_edges_to_nowhere_are_fine() {
    let graph = Graph::new(4, &[(0, 1), (1, 2), (2, 0), (0, 0), (0, 1), (3, 9), (2, 3), (7, 7)]);

    assert_eq!(graph.impact(3, None), [(2, 1, 3), (1, 2, 2), (0, 3, 1)]);
    assert_eq!(graph.paths(0, 3, 5), [vec![0, 1, 2, 3]]);
    assert_eq!(graph.articulation_points(), [2]);
    let points = graph.single_points(Needs::Ground);
    assert_eq!(points.iter().map(|p| (p.node, p.cut_off)).collect::<Vec<_>>(), [(3, 3), (2, 2), (1, 1)]);
    assert!(
        Graph::new(0, &[]).is_empty() && Graph::new(0, &[(0, 1)]).single_points(Needs::Ground).is_empty()
    );
}

#[test]
fn a_single_point_cuts_off_exactly_whom_it_names() {
    for seed in 0..40 {
        // Half of them without a cycle.
        let (graph, n) = (tangled(seed, 40, 70, if seed < 20 { 20 } else { 0 }), 40);
        let stores: Vec<usize> = (0..6).map(|at| at * 5 + 2).collect();
        for needs in [Needs::Each(&stores), Needs::Ground] {
            let points = graph.single_points(needs);
            for v in 0..n {
                let counted = points.iter().find(|point| point.node == v).map_or(0, |point| point.cut_off);
                let named = graph.cut_off_by(v, needs);
                assert_eq!(counted as usize, named.len(), "seed {seed}, node {v}, {needs:?}");
            }
        }
    }
}

#[test]
fn who_is_cut_off_is_told_from_both_sides_alike() {
    for seed in 0..40 {
        let (graph, n) = (tangled(seed, 40, 70, if seed < 20 { 20 } else { 0 }), 40);
        let stores: Vec<usize> = (0..6).map(|at| at * 5 + 2).collect();
        for needs in [Needs::Each(&stores), Needs::Ground] {
            let cut: Vec<Vec<usize>> = (0..n).map(|v| graph.cut_off_by(v, needs)).collect();
            for u in 0..n {
                let cutting: Vec<usize> = (0..n).filter(|&v| cut[v].contains(&u)).collect();
                assert_eq!(graph.only_ways_of(u, needs), cutting, "seed {seed}, node {u}, {needs:?}");
            }
        }
    }
    assert!(tangled(0, 4, 4, 0).only_ways_of(9, Needs::Ground).is_empty());
}

#[test]
fn more_needed_nodes_than_a_word_has_bits_are_each_counted() {
    // A node above a hundred stores, of which it reaches each by itself, and one on top that has no other way.
    let edges: Vec<(usize, usize)> = (0..100).map(|store| (100, store)).chain([(101, 100)]).collect();
    let graph = Graph::new(102, &edges);
    let stores: Vec<usize> = (0..100).collect();

    assert_eq!(graph.cut_off_by(99, Needs::Each(&stores)), [100, 101]);
    assert_eq!(graph.cut_off_by(100, Needs::Each(&stores)), [101]);
    assert_eq!(graph.only_ways_of(101, Needs::Each(&stores)), (0..=100).collect::<Vec<_>>());
    let counted: Vec<u32> =
        graph.single_points(Needs::Each(&stores)).iter().map(|point| point.cut_off).collect();
    assert_eq!(counted, [[2].repeat(100), vec![1]].concat());
}

#[test]
fn more_needed_nodes_on_one_cycle_than_a_word_has_bits_are_each_counted() {
    // A ring of 150 with a shortcut over every seventh node, a tail that reaches it, and one that it reaches.
    let ring = (0..150).map(|at| (at, (at + 1) % 150));
    let shortcuts = (0..150).step_by(7).map(|at| (at, (at + 2) % 150));
    let tails = [(150, 151), (151, 40), (99, 152)];
    let edges: Vec<(usize, usize)> = ring.chain(shortcuts).chain(tails).collect();
    let graph = Graph::new(153, &edges);
    let stores: Vec<usize> = (0..150).filter(|at| at % 7 != 1 && at % 3 != 0).chain([152]).collect();
    let needs = Needs::Each(&stores);

    let points = graph.single_points(needs);

    assert!(stores.len() > 64);
    for v in 0..153 {
        let counted = points.iter().find(|point| point.node == v).map_or(0, |point| point.cut_off);
        assert_eq!(counted as usize, graph.cut_off_by(v, needs).len(), "node {v}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn single_points_are_those_that_taking_out_each_node_finds(
        edges in prop::collection::vec((0..20_usize, 0..20_usize), 0..60),
        stores in prop::collection::btree_set(0..20_usize, 0..20),
    ) {
        let stores: Vec<usize> = stores.into_iter().collect();
        let graph = Graph::new(20, &edges);

        let points = graph.single_points(Needs::Each(&stores));

        for v in 0..20 {
            let counted = points.iter().find(|point| point.node == v).map_or(0, |point| point.cut_off);
            prop_assert_eq!(counted, lost_without(&graph, &stores, v), "node {}", v);
        }
    }
}

/// Counts by walking again without `v` who loses one of the stores.
fn lost_without(graph: &Graph, stores: &[usize], v: usize) -> u32 {
    let reaching = |t: usize, barred: Option<usize>| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = Some(t).filter(|_| barred != Some(t)).into_iter().collect();
        while let Some(node) = open.pop() {
            if seen.insert(node) {
                open.extend(graph.users.of(node).iter().copied().filter(|user| barred != Some(*user)));
            }
        }
        seen
    };
    let lost = stores.iter().flat_map(|&t| &reaching(t, None) - &reaching(t, Some(v)));
    u32::try_from(lost.filter(|&user| user != v).collect::<BTreeSet<_>>().len()).expect("few")
}

#[test]
fn single_points_are_the_same_on_any_number_of_threads() {
    let graph = tangled(11, 400, 1_200, 20);
    let stores: Vec<usize> = (0..400).step_by(3).collect();
    let counted = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| graph.single_points(Needs::Each(&stores)))
    };

    assert_eq!(counted(1), counted(4));
}

#[test]
fn all_answers_agree_with_networkx() {
    // networkx 3.6.1, printed by tests/peers/reach.py for the same graph: shortest path lengths, shortest simple
    // paths, immediate dominators on the reversed graph, articulation points.
    let graph = tangled(7, 300, 700, 20);

    let reach: usize = (0..300).map(|v| graph.impact(v, None).len()).sum();
    let hops: u32 = (0..300).flat_map(|v| graph.impact(v, None)).map(|reached| reached.1).sum();
    let lengths: Vec<usize> = graph.paths(0, 299, 12).iter().map(Vec::len).collect();
    let stores: Vec<usize> = (0..300).step_by(17).collect();
    let sums = |needs| {
        let points = graph.single_points(needs);
        let all: u32 = points.iter().map(|point| point.cut_off).sum();
        let weighed: usize = points.iter().map(|point| point.node * point.cut_off as usize).sum();
        (all, weighed)
    };
    assert_eq!((reach, hops), (12_226, 73_342));
    assert_eq!(lengths, [4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 8]);
    assert_eq!(sums(Needs::Each(&stores)), (2_139, 376_837));
    assert_eq!(sums(Needs::Ground), (84, 18_279));
    assert_eq!(graph.articulation_points().len(), 12);
    let distinct: BTreeSet<Vec<usize>> = graph.paths(0, 299, 12).into_iter().collect();
    assert_eq!(distinct.len(), lengths.len());
}

struct Sorted(Vec<(usize, u32)>);

impl FromIterator<(usize, u32)> for Sorted {
    fn from_iter<T: IntoIterator<Item = (usize, u32)>>(pairs: T) -> Self {
        let mut pairs: Vec<(usize, u32)> = pairs.into_iter().collect();
        pairs.sort_by_key(|&(node, cut)| (std::cmp::Reverse(cut), node));
        Self(pairs)
    }
}

/// A graph from a fixed generator (Knuth's MMIX constants), the same as in the script: of `back_in` edges about one
/// leads backwards, none when it is 0.
fn tangled(seed: u64, n: usize, edges: usize, back_in: usize) -> Graph {
    let mut state = seed;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let list: Vec<(usize, usize)> = (0..edges)
        .map(|_| {
            let (a, b) = (draw(n), draw(n));
            if back_in > 0 && draw(back_in) == 0 { (a.max(b), a.min(b)) } else { (a.min(b), a.max(b)) }
        })
        .collect();
    Graph::new(n, &list)
}
