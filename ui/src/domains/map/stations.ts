// Where the keyboard can be on the map, and where a step leads: over nodes along their edges, down to the boxes, along their bundles, and into a box over its dots.
import type { MapGroup, MapView } from '$lib/ipc/bindings';
import { begin, walk, type Direction, type Line, type Place } from './walk';

/** On a node where `box` is `null`, on a box where `name` is `null`, otherwise on a dot in a box. */
export interface Station {
	readonly box: string | null;
	readonly name: string | null;
}

/** What there is to stand on. */
export type Stage = Pick<MapView, 'nodes' | 'edges' | 'groups' | 'bundles'>;

/** The station that one step leads to; the same one where there is nothing on that side. `null` begins at the first. */
export function stepped(map: Stage, at: Station | null, direction: Direction): Station | null {
	if (at === null || !stands(map, at)) return first(map);
	if (at.box === null) return fromNode(map, at, direction);
	const group = map.groups.find((other) => other.id === at.box);
	if (!group) return first(map);
	if (at.name !== null) {
		const next = walk(group.dots, [], at.name, direction);
		if (next !== at.name) return { box: group.id, name: next };
	}
	return fromBox(map, group, direction);
}

/** Where the keyboard begins: at the first node, else at the first box. */
export function first(map: Stage): Station | null {
	const name = begin(map.nodes);
	if (name !== null) return { box: null, name };
	const box = begin(map.groups.map(placed));
	return box === null ? null : { box, name: null };
}

/** Into a box, at its first dot; `null` where there is no box to go into. */
export function into(map: Stage, at: Station | null): Station | null {
	const group = at?.name === null ? map.groups.find((other) => other.id === at.box) : undefined;
	const dot = group?.dots[0];
	return group && dot ? { box: group.id, name: dot.name } : null;
}

/** Whether a station is on the map. */
export function stands(map: Stage, at: Station): boolean {
	if (at.box === null) return map.nodes.some((node) => node.name === at.name);
	const group = map.groups.find((other) => other.id === at.box);
	return group !== undefined && (at.name === null || group.dots.some((dot) => dot.name === at.name));
}

/** Boxes stand below the nodes: who goes down from the lowest of them comes to the box that is nearest. */
function fromNode(map: Stage, at: Station, direction: Direction): Station {
	const name = walk(map.nodes, map.edges, at.name, direction);
	if (name !== at.name || direction !== 'down') return { box: null, name };
	const x = map.nodes.find((node) => node.name === name)?.x ?? 0;
	const box = nearestTo(x, map.groups.map(placed), (place) => place.y);
	return box === null ? at : { box, name: null };
}

function fromBox(map: Stage, group: MapGroup, direction: Direction): Station {
	const lines: Line[] = map.bundles.filter((bundle) => !bundle.fromNode && !bundle.toNode).map(({ from, to }) => ({ from, to, onPath: false }));
	const box = walk(map.groups.map(placed), lines, group.id, direction);
	if (box !== group.id || direction !== 'up') return { box, name: null };
	const name = nearestTo(placed(group).x, map.nodes, (place) => -place.y);
	return name === null ? { box, name: null } : { box: null, name };
}

/** The place that is nearest to the side, of several the one that comes first. */
function nearestTo(x: number, places: readonly Place[], height: (place: Place) => number): string | null {
	return [...places].sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x) || height(a) - height(b))[0]?.name ?? null;
}

const placed = (group: MapGroup): Place => ({ name: group.id, x: group.x + group.width / 2, y: group.y + group.height / 2 });
