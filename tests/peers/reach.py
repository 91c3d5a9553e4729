"""Prints what networkx says about the graph of the test `all_answers_agree_with_networkx`, in the order of that test.

Run with any Python that has networkx: `python3 tests/peers/reach.py`.
"""

import itertools

import networkx as nx


def tangled(seed, n, edges):
    state = seed

    def draw(below):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % below

    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    for _ in range(edges):
        a, b = draw(n), draw(n)
        edge = (max(a, b), min(a, b)) if draw(20) == 0 else (min(a, b), max(a, b))
        if a != b:
            graph.add_edge(*edge)
    return graph


def dominated(users, root):
    """Pairs (v, u): every way from u to the root leads through v."""
    above = dict(nx.immediate_dominators(users, root))
    for u in above:
        v = u
        while u != root and v != root:
            v = above[v]
            yield v, u


def sums(pairs):
    return len(pairs), sum(v for v, _ in pairs)


graph = tangled(7, 300, 700)
users = graph.reverse()
hops = [nx.single_source_shortest_path_length(users, v) for v in graph]
print("reached", sum(len(h) - 1 for h in hops), "hops", sum(sum(h.values()) for h in hops))
ways = itertools.islice(nx.shortest_simple_paths(graph, 0, 299), 12)
print("ways", [len(way) for way in ways])
each = {pair for t in range(0, 300, 17) for pair in dominated(users, t)}
print("each", sums(each))
parts = nx.condensation(graph)
ground = [v for c in parts if parts.out_degree(c) == 0 for v in parts.nodes[c]["members"]]
below = users.copy()
below.add_edges_from(("ground", v) for v in ground)
print("ground", sums({(v, u) for v, u in dominated(below, "ground") if v != "ground"}))
print("splits", sum(1 for _ in nx.articulation_points(graph.to_undirected())))
