// The part of the map that is in sight: where it begins and how large it is drawn.

/** What is in sight: the window's corner in the map's own units, and pixels a unit. */
export interface Sight {
	readonly x: number;
	readonly y: number;
	readonly scale: number;
}

export interface Size {
	readonly width: number;
	readonly height: number;
}

const smallest = 0.15;
const largest = 3;
/** A step of the keys, as a share of what is in sight. */
const step = 0.15;
/** What a zoom by one press multiplies. */
export const zoomStep = 1.25;

const held = (scale: number) => Math.min(largest, Math.max(smallest, scale));

/** Shows all of the map where it fits in a size that can be read; otherwise its upper left. */
export function whole(map: Size, window: Size): Sight {
	const fits = Math.min(1, window.width / Math.max(1, map.width));
	const scale = held(Math.max(0.5, fits));
	return { x: 0, y: 0, scale };
}

/** Keeps some of the map in sight, however far it is moved. */
export function bounded(sight: Sight, map: Size, window: Size): Sight {
	const [wide, high] = [window.width / sight.scale, window.height / sight.scale];
	const clamp = (value: number, length: number, seen: number) => (length <= seen ? Math.min(0, Math.max(length - seen, value)) : Math.min(length - seen * 0.25, Math.max(-seen * 0.25, value)));
	return { x: clamp(sight.x, map.width, wide), y: clamp(sight.y, map.height, high), scale: sight.scale };
}

/** Moves what is in sight by a share of it. */
export function panned(sight: Sight, dx: number, dy: number, window: Size): Sight {
	return { ...sight, x: sight.x + (dx * step * window.width) / sight.scale, y: sight.y + (dy * step * window.height) / sight.scale };
}

/** Draws larger (above 1) or smaller; the place under a pixel stays there. */
export function zoomed(sight: Sight, factor: number, pixel: readonly [number, number]): Sight {
	const scale = held(sight.scale * factor);
	return { x: sight.x + pixel[0] / sight.scale - pixel[0] / scale, y: sight.y + pixel[1] / sight.scale - pixel[1] / scale, scale };
}

/** Moves just so far that a box is in sight. */
export function showing(sight: Sight, box: { x: number; y: number; width: number; height: number }, window: Size): Sight {
	const margin = 24 / sight.scale;
	const into = (from: number, length: number, at: number, size: number) => (at - size / 2 - margin < from ? at - size / 2 - margin : at + size / 2 + margin > from + length ? at + size / 2 + margin - length : from);
	return { ...sight, x: into(sight.x, window.width / sight.scale, box.x, box.width), y: into(sight.y, window.height / sight.scale, box.y, box.height) };
}
