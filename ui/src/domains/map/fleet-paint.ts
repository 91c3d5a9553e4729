// Draws the boxes of everything else on a canvas: dashed frames, one dot a thing, bundles between them and to the nodes.
import type { MapBundle, MapDot, MapGroup, NodeState } from '$lib/ipc/bindings';
import { smooth, type Point } from './curve';
import type { Sight, Size } from './sight';
import { tiePath, type Tie } from './ties';

/** The colours of a theme, read once. */
export interface FleetColours {
	readonly line: string;
	readonly frame: string;
	readonly faint: string;
	readonly unusual: string;
	readonly warning: string;
	readonly critical: string;
	readonly silent: string;
	readonly lamp: string;
}

/** Reads the colours of the page's theme. */
export function fleetColours(): FleetColours {
	const style = getComputedStyle(document.documentElement);
	const read = (name: string) => style.getPropertyValue(name).trim() || '#888888';
	return { line: read('--line'), frame: read('--line-strong'), faint: read('--line-strong'), unusual: read('--h3'), warning: read('--h4'), critical: read('--h5'), silent: read('--fg'), lamp: read('--lamp') };
}

/** The side of a dot. */
const dot = 5;
/** A picture of more pixels than this is not kept: it would take more memory than the time that it saves is worth. */
const roomiest = 6_000_000;

/** What is painted besides the boxes. */
export interface FleetMarks {
	/** Names that are meant; `null` while all are. */
	readonly meant: ReadonlySet<string> | null;
	readonly selected: string | null;
	/** What the keyboard is on: a node or a box, whose ties stand out. */
	readonly at: string | null;
}

/** All that is painted, whatever of it is in sight; another picture is another object. */
export interface FleetPicture {
	readonly groups: readonly MapGroup[];
	readonly bundles: readonly MapBundle[];
	/** What leads from the nodes above to the boxes. */
	readonly ties: readonly Tie[];
	/** Where the boxes begin on the map. */
	readonly left: number;
	readonly top: number;
	readonly colours: FleetColours;
	readonly marks: FleetMarks;
}

/** A part of the picture, in the units of the boxes. */
interface Part {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** A picture as it was painted. */
interface Painted {
	readonly picture: FleetPicture;
	readonly scale: number;
	readonly ratio: number;
}

/** A picture of which all was painted. */
interface Kept extends Painted {
	readonly canvas: HTMLCanvasElement;
	/** What it covers. */
	readonly part: Part;
}

/**
 * Paints a picture as often as what is in sight moves. The first move paints all of it beside the window; those after it
 * copy what is in sight from there. What changes, and what is too large to be kept, is painted where it is seen.
 */
export class FleetPainter {
	readonly #canvas: () => HTMLCanvasElement;
	/** The lines of bundles and ties, read once. */
	readonly #lines = new WeakMap<object, Path2D>();
	#last: Painted | null = null;
	#kept: Kept | null = null;
	/** What is kept is painted here. */
	#beside: HTMLCanvasElement | null = null;

	constructor(canvas: () => HTMLCanvasElement = () => document.createElement('canvas')) {
		this.#canvas = canvas;
	}

	/** Paints what is in sight. */
	paint(context: CanvasRenderingContext2D, picture: FleetPicture, sight: Sight, window: Size, ratio: number): void {
		const scale = sight.scale * ratio;
		const is = (painted: Painted | null) => painted?.picture === picture && painted.scale === sight.scale && painted.ratio === ratio;
		if (!is(this.#kept)) this.#kept = is(this.#last) ? this.#whole(picture, sight.scale, ratio) : null;
		this.#last = { picture, scale: sight.scale, ratio };
		context.setTransform(1, 0, 0, 1, 0, 0);
		context.clearRect(0, 0, window.width * ratio, window.height * ratio);
		const [x, y] = [sight.x - picture.left, sight.y - picture.top];
		const kept = this.#kept;
		if (kept) {
			// Whole pixels stay sharp.
			context.drawImage(kept.canvas, Math.round((kept.part.left - x) * scale), Math.round((kept.part.top - y) * scale));
			return;
		}
		context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
		this.#part(context, picture, { left: x, top: y, right: x + window.width / sight.scale, bottom: y + window.height / sight.scale });
	}

	/** Paints all of a picture beside the window; `null` where that takes too much. */
	#whole(picture: FleetPicture, by: number, ratio: number): Kept | null {
		const part = coverOf(picture);
		const scale = by * ratio;
		const [width, height] = [Math.ceil((part.right - part.left) * scale), Math.ceil((part.bottom - part.top) * scale)];
		if (!(width > 0 && height > 0 && width * height <= roomiest)) return null;
		const canvas = (this.#beside ??= this.#canvas());
		// A size that is set clears what was there.
		canvas.width = width;
		canvas.height = height;
		const context = canvas.getContext('2d');
		if (!context) return null;
		context.setTransform(scale, 0, 0, scale, -part.left * scale, -part.top * scale);
		this.#part(context, picture, part);
		return { picture, scale: by, ratio, canvas, part };
	}

	#part(context: CanvasRenderingContext2D, { groups, bundles, ties, colours, marks }: FleetPicture, seen: Part): void {
		context.setLineDash([]);
		context.strokeStyle = colours.line;
		for (const bundle of bundles) {
			if (bundle.points.length < 2 || !meet(around(bundle.points, widest), seen)) continue;
			context.lineWidth = 1.2 + 5 * Math.max(0, Math.min(1, bundle.share));
			context.stroke(this.#line(bundle, () => smooth(bundle.points)));
		}
		for (const tie of ties) {
			if (!meet(around([tie.from, tie.to], widest), seen)) continue;
			context.strokeStyle = tie.node === marks.at || tie.box === marks.at ? colours.silent : colours.line;
			context.lineWidth = 1 + 2 * Math.max(0, Math.min(1, tie.share));
			context.stroke(this.#line(tie, () => tiePath(tie)));
		}
		for (const group of groups) {
			if (!meet(boxOf(group), seen)) continue;
			paintBox(context, group, colours);
			paintDots(context, group, colours, marks);
		}
	}

	#line(of: object, path: () => string): Path2D {
		const known = this.#lines.get(of);
		if (known) return known;
		const line = new Path2D(path());
		this.#lines.set(of, line);
		return line;
	}
}

/** Half of the thickest line, with the mark around a dot. */
const widest = 4;

/** What lies between points, with some room around it; a curve stays within its points. */
function around(points: readonly Point[], room: number): Part {
	const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
	return { left: Math.min(...xs) - room, top: Math.min(...ys) - room, right: Math.max(...xs) + room, bottom: Math.max(...ys) + room };
}

const boxOf = (group: MapGroup): Part => around([[group.x, group.y], [group.x + group.width, group.y + group.height]], widest);

const meet = (a: Part, b: Part) => a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;

/** What all of a picture covers. */
function coverOf({ groups, bundles, ties }: FleetPicture): Part {
	const parts = [...groups.map(boxOf), ...bundles.filter((bundle) => bundle.points.length > 1).map((bundle) => around(bundle.points, widest)), ...ties.map((tie) => around([tie.from, tie.to], widest))];
	return parts.reduce((all, part) => ({ left: Math.min(all.left, part.left), top: Math.min(all.top, part.top), right: Math.max(all.right, part.right), bottom: Math.max(all.bottom, part.bottom) }), { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity });
}

function paintBox(context: CanvasRenderingContext2D, group: MapGroup, colours: FleetColours): void {
	context.setLineDash([2, 3]);
	context.lineWidth = 1;
	context.strokeStyle = colours.frame;
	context.strokeRect(group.x + 0.5, group.y + 0.5, group.width - 1, group.height - 1);
}

/** Paints the dots of a box, those of one look together: a change of style or a line of its own costs more than a dot. */
function paintDots(context: CanvasRenderingContext2D, group: MapGroup, colours: FleetColours, marks: FleetMarks): void {
	const fills: Record<NodeState, string> = { unknown: colours.faint, usual: colours.line, unusual: colours.unusual, warning: colours.warning, critical: colours.critical, silent: colours.silent, stopped: colours.frame };
	const alike = new Map<string, MapDot[]>();
	for (const each of group.dots) {
		const look = `${each.state} ${marks.meant === null || marks.meant.has(each.name) ? '' : 'faint'}`;
		const others = alike.get(look);
		if (others) others.push(each);
		else alike.set(look, [each]);
	}
	for (const [look, dots] of alike) {
		const state = dots[0]?.state ?? 'unknown';
		context.globalAlpha = look.endsWith('faint') ? 0.3 : 1;
		if (state === 'silent' || state === 'stopped' || state === 'unknown') {
			// What does not speak is drawn hollow, so that it is not taken for what is well.
			context.strokeStyle = fills[state];
			context.lineWidth = 1;
			context.setLineDash(state === 'unknown' ? [] : [1.5, 1.2]);
			context.beginPath();
			for (const { x, y } of dots) {
				context.moveTo(x + dot / 2 - 0.3, y);
				context.arc(x, y, dot / 2 - 0.3, 0, 2 * Math.PI);
			}
			context.stroke();
		} else {
			context.fillStyle = fills[state];
			for (const { x, y } of dots) context.fillRect(x - dot / 2, y - dot / 2, dot, dot);
		}
	}
	context.setLineDash([]);
	const chosen = marks.selected === null ? undefined : group.dots.find((each) => each.name === marks.selected);
	if (chosen) {
		context.globalAlpha = marks.meant === null || marks.meant.has(chosen.name) ? 1 : 0.3;
		context.strokeStyle = colours.lamp;
		context.lineWidth = 1.5;
		context.strokeRect(chosen.x - dot / 2 - 2, chosen.y - dot / 2 - 2, dot + 4, dot + 4);
	}
	context.globalAlpha = 1;
}
