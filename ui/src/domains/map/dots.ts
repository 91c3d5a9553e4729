// Finding the dot under the pointer among thousands: they are sorted into a grid of squares once.
import type { MapDot, MapGroup } from '$lib/ipc/bindings';

/** A dot with its box. */
export interface Found {
	readonly dot: MapDot;
	readonly group: MapGroup;
}

/** The side of a square of the grid. */
const side = 20;
/** Farther than this from its centre a dot is not meant. */
const reach = 4.5;

/** The dots of a map by place. */
export class DotGrid {
	readonly #squares = new Map<string, Found[]>();

	constructor(groups: readonly MapGroup[]) {
		for (const group of groups) for (const dot of group.dots) this.#add({ dot, group });
	}

	/** The nearest dot at a place; `null` when none is near. */
	at(x: number, y: number): Found | null {
		let best: Found | null = null;
		let least = reach;
		for (const dx of [-1, 0, 1]) {
			for (const dy of [-1, 0, 1]) {
				for (const found of this.#squares.get(key(Math.floor(x / side) + dx, Math.floor(y / side) + dy)) ?? []) {
					const far = Math.hypot(found.dot.x - x, found.dot.y - y);
					if (far <= least) [best, least] = [found, far];
				}
			}
		}
		return best;
	}

	#add(found: Found): void {
		const square = key(Math.floor(found.dot.x / side), Math.floor(found.dot.y / side));
		const others = this.#squares.get(square);
		if (others) others.push(found);
		else this.#squares.set(square, [found]);
	}
}

const key = (column: number, row: number) => `${column} ${row}`;
