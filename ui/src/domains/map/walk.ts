// Walking over the map by keyboard: along edges where there are some, otherwise to what lies nearest in that direction.
import type { MapEdge, MapNode } from '$lib/ipc/bindings';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Where a node stands. */
export type Place = Pick<MapNode, 'name' | 'x' | 'y'>;
/** What a line joins; it is drawn from `to`, on the left, to `from`. */
export type Line = Pick<MapEdge, 'from' | 'to' | 'onPath'>;

/** Below this a distance to the side is none. */
const level = 1;

/** The node that one step leads to; the node itself where there is nothing on that side. `null` begins at the first. */
export function walk(nodes: readonly Place[], lines: readonly Line[], at: string | null, direction: Direction): string | null {
	const here = nodes.find((node) => node.name === at);
	if (!here) return begin(nodes);
	const places = new Map(nodes.map((node) => [node.name, node]));
	const along = direction === 'left' || direction === 'right' ? neighbours(lines, here.name, places).filter(({ place }) => lies(here, place, direction)) : [];
	if (along.length > 0) {
		along.sort((a, b) => Number(b.onPath) - Number(a.onPath) || Math.abs(a.place.y - here.y) - Math.abs(b.place.y - here.y) || a.place.y - b.place.y || compare(a.place.name, b.place.name));
		return along[0]?.place.name ?? here.name;
	}
	return nearest(nodes, here, direction)?.name ?? here.name;
}

/** The node on the left, the upper one of several. */
export function begin(nodes: readonly Place[]): string | null {
	return [...nodes].sort((a, b) => a.x - b.x || a.y - b.y || compare(a.name, b.name))[0]?.name ?? null;
}

function neighbours(lines: readonly Line[], name: string, places: ReadonlyMap<string, Place>): { place: Place; onPath: boolean }[] {
	return lines.flatMap((line) => {
		const other = line.from === name ? line.to : line.to === name ? line.from : null;
		const place = other === null || other === name ? undefined : places.get(other);
		return place ? [{ place, onPath: line.onPath }] : [];
	});
}

function lies(here: Place, other: Place, direction: Direction): boolean {
	if (direction === 'left') return other.x < here.x - level;
	if (direction === 'right') return other.x > here.x + level;
	return direction === 'up' ? other.y < here.y - level : other.y > here.y + level;
}

function nearest(nodes: readonly Place[], here: Place, direction: Direction): Place | null {
	const sideways = direction === 'left' || direction === 'right';
	// Who goes up or down stays in the column as long as it goes.
	const far = (other: Place) => {
		const [dx, dy] = [Math.abs(other.x - here.x), Math.abs(other.y - here.y)];
		return sideways ? dx + 2 * dy : dy + 6 * dx;
	};
	let best: Place | null = null;
	for (const node of nodes) {
		if (node.name === here.name || !lies(here, node, direction)) continue;
		if (best === null || far(node) < far(best) || (far(node) === far(best) && compare(node.name, best.name) < 0)) best = node;
	}
	return best;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
