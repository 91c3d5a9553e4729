// Moves the columns of the chain together or apart and its rows apart, so that it fills the window in a size that can be read.
import type { MapEdge, MapGroup, MapLayer, MapNode, MapView } from '$lib/ipc/bindings';
import type { Point } from './curve';
import type { Size } from './sight';

/** Between two columns there is room for the lag beside an arrow, and never so much that the eye loses the line. */
const narrowest = 40;
const widest = 132;
/** Rows are moved apart up to this many times their distance. */
const tallest = 1.7;
/** What stands above and below the chain: phases, onsets, and the words over the boxes. */
const around = 196;
/** Boxes that take more of the window than this share begin below the fold anyway. */
const boxShare = 0.35;
/** A node with one line of facts; it has three or two where the rows leave them the room. */
const oneLine = 48;
const taller: readonly number[] = [76, 60];
/** Between two nodes of a column. */
const apart = 10;

/** The part of the map that is drawn in the scene. */
export type Spread = Pick<MapView, 'nodes' | 'edges' | 'layers' | 'width' | 'height' | 'groups' | 'groupsHeight'>;

/** A column: where it stands and how far its nodes reach to either side. */
interface Column {
	readonly x: number;
	readonly half: number;
}

function columnsOf(map: Spread): readonly Column[] {
	return map.layers.map((layer, at) => ({ x: layer.x, half: map.nodes.reduce((most, node) => (node.layer === at ? Math.max(most, node.width / 2) : most), 0) }));
}

/** Returns where each column goes: the nodes keep their width, only what is between them changes. */
function spreadColumns(columns: readonly Column[], width: number): readonly number[] {
	const gaps = columns.slice(1).map((column, at) => column.x - column.half - ((columns[at]?.x ?? 0) + (columns[at]?.half ?? 0)));
	const free = gaps.reduce((sum, gap) => sum + Math.max(0, gap), 0);
	const wanted = free + width;
	const by = free > 0 ? wanted / free : 1;
	let moved = 0;
	return columns.map((column, at) => {
		const gap = gaps[at - 1];
		if (gap !== undefined && gap > 0) moved += Math.min(Math.max(widest, gap), Math.max(Math.min(narrowest, gap), gap * by)) - gap;
		return column.x + moved;
	});
}

/** Returns a function that moves a place between two columns in step with them. */
function between(columns: readonly Column[], to: readonly number[]): (x: number) => number {
	return (x) => {
		const after = columns.findIndex((column) => column.x - column.half > x);
		const at = after < 0 ? columns.length - 1 : after - 1;
		const [before, next] = [columns[at], columns[at + 1]];
		if (!before) return x;
		const moved = (to[at] ?? before.x) - before.x;
		const from = before.x + before.half;
		if (!next || x <= from) return x + moved;
		const until = next.x - next.half;
		const share = until > from ? Math.min(1, (x - from) / (until - from)) : 0;
		return x + moved + share * ((to[at + 1] ?? next.x) - next.x - moved);
	};
}

/** The smallest distance of two neighbours in a column, from middle to middle. */
function closest(nodes: readonly MapNode[]): number {
	const columns = new Map<number, number[]>();
	for (const node of nodes) columns.set(node.layer, [...(columns.get(node.layer) ?? []), node.y]);
	return Math.min(Infinity, ...[...columns.values()].flatMap((ys) => ys.sort((a, b) => a - b).slice(1).map((y, at) => y - (ys[at] ?? y))));
}

/** Spreads the chain over a window. What belongs to a node, such as the end of a line, moves with it. */
export function spread<Drawn extends Spread>(map: Drawn, window: Size, margin: number): Drawn {
	if (map.nodes.length === 0 || map.layers.length === 0 || window.width <= 0) return map;
	const columns = columnsOf(map);
	const to = spreadColumns(columns, window.width - 2 * margin - map.width);
	const across = between(columns, to);
	const down = Math.max(1, Math.min(tallest, (window.height - around - (map.groupsHeight <= boxShare * window.height ? map.groupsHeight : 0)) / map.height));
	const row = closest(map.nodes) * down;
	const tall = taller.find((height) => row >= height + apart) ?? oneLine;
	// What grows at the top needs as much room there as what grows at the bottom.
	const lift = (tall - oneLine) / 2;
	const nodes: MapNode[] = map.nodes.map((node) => ({ ...node, x: node.x + (to[node.layer] ?? 0) - (columns[node.layer]?.x ?? 0), y: node.y * down + lift, height: node.fact === null ? node.height : Math.max(tall, node.height) }));
	const before = new Map(map.nodes.map((node) => [node.name, node]));
	const after = new Map(nodes.map((node) => [node.name, node]));
	const end = (name: string, [x, y]: Point): [number, number] => {
		const [from, now] = [before.get(name), after.get(name)];
		return from && now ? [x - from.x + now.x, y - from.y + now.y] : [across(x), y * down + lift];
	};
	const edges: MapEdge[] = map.edges.map((edge) => ({ ...edge, points: edge.points.map((point, at): [number, number] => (at === 0 ? end(edge.to, point) : at === edge.points.length - 1 ? end(edge.from, point) : [across(point[0]), point[1] * down + lift])) }));
	const layers: MapLayer[] = map.layers.map((layer, at) => ({ ...layer, x: to[at] ?? layer.x }));
	const width = across(map.width);
	return { ...map, nodes, edges, layers, width, height: map.height * down + 2 * lift, groups: map.groups.map((group) => within(group, Math.max(width, window.width - 2 * margin))) };
}

/** A box that stretches beyond an edge ends there, if its dots do. */
function within(group: MapGroup, edge: number): MapGroup {
	const dots = group.dots.reduce((most, dot) => Math.max(most, dot.x + 10), group.x + 120);
	return group.x + group.width > edge && dots <= edge ? { ...group, width: edge - group.x } : group;
}
