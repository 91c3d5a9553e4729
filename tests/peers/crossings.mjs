/**
 * Counts how often edges cross in dagre's drawing and in ours, by one and the same geometric count.
 *
 *     npm install && node crossings.mjs graphs.json
 *
 * The file holds a list of graphs: `{ name, nodes, edges: [[from, to], …], routes: [[[x, y], …], …] }`. `routes` are the
 * points of our drawing in the order of `edges`; without them only dagre's crossings are printed. Boxes are 116 x 48.
 * `graphs.json` holds the graphs of the test `drawings_have_fewer_crossings_than_those_of_dagre`, whose numbers are
 * printed here.
 *
 * A crossing is a point in which the polylines of two edges that share no end meet.
 */
import { readFileSync } from 'node:fs';
import dagre from '@dagrejs/dagre';

const WIDTH = 116;
const HEIGHT = 48;

/** Draws with dagre's own defaults, from left to right, with our distances. */
function drawn({ nodes, edges }) {
	const graph = new dagre.graphlib.Graph();
	graph.setGraph({ rankdir: 'LR', nodesep: 20, ranksep: 60, edgesep: 4 });
	graph.setDefaultEdgeLabel(() => ({}));
	for (let node = 0; node < nodes; node += 1) graph.setNode(String(node), { width: WIDTH, height: HEIGHT });
	for (const [from, to] of edges) graph.setEdge(String(from), String(to));
	const begun = performance.now();
	dagre.layout(graph);
	const ms = performance.now() - begun;
	const routes = edges.map(([from, to]) => {
		const { points } = graph.edge(String(from), String(to));
		const [a, b] = [graph.node(String(from)), graph.node(String(to))];
		// Dagre cuts the ends off at the borders of the boxes; from centre to centre no crossing beside a box is lost.
		return [a, ...points.slice(1, -1), b].map(({ x, y }) => [x, y]);
	});
	return { routes, ms };
}

/** Reports on which side of a line from `a` to `b` the point `c` lies. */
function side(a, b, c) {
	return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function meet(a, b, c, d) {
	return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function segments(routes) {
	return routes.flatMap((route, edge) => route.slice(1).map((end, at) => ({ edge, a: route[at], b: end })));
}

function crossings(routes, edges) {
	const all = segments(routes).map((segment) => ({
		...segment,
		low: Math.min(segment.a[0], segment.b[0]),
		high: Math.max(segment.a[0], segment.b[0]),
	}));
	all.sort((one, other) => one.low - other.low);
	let count = 0;
	for (let at = 0; at < all.length; at += 1) {
		const one = all[at];
		for (let next = at + 1; next < all.length && all[next].low <= one.high; next += 1) {
			const other = all[next];
			if (one.edge === other.edge || edges[one.edge].some((end) => edges[other.edge].includes(end))) continue;
			if (meet(one.a, one.b, other.a, other.b)) count += 1;
		}
	}
	return count;
}

let [ours, theirs] = [0, 0];
const ratios = [];
for (const graph of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
	const peer = drawn(graph);
	if (!graph.routes) {
		console.log(`${graph.name}: dagre ${crossings(peer.routes, graph.edges)}`);
		continue;
	}
	const [here, there] = [crossings(graph.routes, graph.edges), crossings(peer.routes, graph.edges)];
	[ours, theirs] = [ours + here, theirs + there];
	ratios.push((here + 1) / (there + 1));
	console.log(`${graph.name}: ${graph.nodes} nodes, ${graph.edges.length} edges, ours ${here}, dagre ${there} in ${peer.ms.toFixed(0)} ms`);
}
if (ratios.length > 0) {
	const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
	const ratio = (ours / theirs).toFixed(2);
	console.log(`all: ours ${ours}, dagre ${theirs}, ratio ${ratio}, geometric mean of the ratios ${mean.toFixed(2)}`);
}
