// The line of an edge: a smooth curve through the points that the core gives, ending at the borders of its nodes.

/** A place on the map. */
export type Point = readonly [number, number];

/** What is needed of a node to end a line at its border. */
export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Nearer than this to a straight line up or down, a curve would only wobble. */
const upright = 4;
/** The arrow's tip stands this far before the border. */
const gap = 2;

/** Nearer than this to a border, an end stands on it already. */
const near = 1;

/** Moves an end that lies within a box to the border that looks at the next point; one that stands on a border stays on that side. */
export function atBorder(box: Box | undefined, end: Point, next: Point, distance = 0): Point {
	if (!box) return end;
	const [x, y] = [end[0] - box.x, end[1] - box.y];
	const [half, high] = [box.width / 2, box.height / 2];
	if (Math.abs(x) > half + near || Math.abs(y) > high + near) return end;
	const on = Math.abs(Math.abs(x) - half) <= near ? 'side' : Math.abs(Math.abs(y) - high) <= near ? 'level' : null;
	// What stands above or below is left through the top or the bottom, everything else at the sides.
	const through = on ?? (Math.abs(next[0] - box.x) <= half ? 'level' : 'side');
	const towards = (own: number, other: number) => Math.sign(on === null ? other : own) || 1;
	if (through === 'side') return [box.x + towards(x, next[0] - box.x) * (half + distance), end[1]];
	return [end[0], box.y + towards(y, next[1] - box.y) * (high + distance)];
}

/** The points of an edge with its ends at the borders of its nodes; the arrow is at the last. */
export function ended(points: readonly Point[], first: Box | undefined, last: Box | undefined): readonly Point[] {
	const [a, b] = [points[0], points.at(-1)];
	if (!a || !b || points.length < 2) return points;
	const second = points[1] ?? b;
	const before = points.at(-2) ?? a;
	return [atBorder(first, a, second), ...points.slice(1, -1), atBorder(last, b, before, gap)];
}

/** The path of a curve through points, level at each of them. */
export function smooth(points: readonly Point[]): string {
	const [start, ...rest] = points;
	if (!start || rest.length === 0) return '';
	let [x, y] = start;
	let path = `M${round(x)} ${round(y)}`;
	for (const [nextX, nextY] of rest) {
		const middle = (x + nextX) / 2;
		path += Math.abs(nextX - x) < upright ? `L${round(nextX)} ${round(nextY)}` : `C${round(middle)} ${round(y)} ${round(middle)} ${round(nextY)} ${round(nextX)} ${round(nextY)}`;
		[x, y] = [nextX, nextY];
	}
	return path;
}

/** The middle of a line, where its label stands. */
export function middleOf(points: readonly Point[]): Point {
	const lengths = points.slice(1).map(([x, y], at) => Math.hypot(x - (points[at]?.[0] ?? x), y - (points[at]?.[1] ?? y)));
	let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
	for (const [at, length] of lengths.entries()) {
		const [from, to] = [points[at], points[at + 1]];
		if (from && to && left <= length) {
			const share = length === 0 ? 0 : left / length;
			return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
		}
		left -= length;
	}
	return points[0] ?? [0, 0];
}

/** Half of what a short label is wide, and how high it is. */
const label = { half: 20, high: 14 };

/** Its foot above a line, and on it. */
const above = 6;
const on = 4;

/** How far from the middle of a line the foot of its label stands: above the line, or on it where a box lies above. */
export function labelFoot(middle: Point, boxes: readonly Box[]): number {
	const top = middle[1] - above - label.high;
	const taken = boxes.some((box) => Math.abs(middle[0] - box.x) < box.width / 2 + label.half && top < box.y + box.height / 2 && middle[1] - above > box.y - box.height / 2);
	return taken ? on : -above;
}

const round = (value: number) => Math.round(value * 10) / 10;
