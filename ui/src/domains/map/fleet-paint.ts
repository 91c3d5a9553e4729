// Draws the boxes of everything else on a canvas: dashed frames, one dot a thing, bundles between them and to the nodes.
import type { MapBundle, MapGroup, NodeState } from '$lib/ipc/bindings';
import { smooth } from './curve';
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
	return { line: read('--line'), frame: read('--line-strong'), faint: read('--line'), unusual: read('--h3'), warning: read('--h4'), critical: read('--h5'), silent: read('--fg'), lamp: read('--lamp') };
}

/** The side of a dot. */
const dot = 5;

/** What is painted besides the boxes. */
export interface FleetMarks {
	/** Names that are meant; `null` while all are. */
	readonly meant: ReadonlySet<string> | null;
	readonly selected: string | null;
	/** What the keyboard is on: a node or a box, whose ties stand out. */
	readonly at: string | null;
}

/** Paints what is in sight; `top` is where the boxes begin on the map, `left` how far they are from its edge. */
export function paintFleet(context: CanvasRenderingContext2D, groups: readonly MapGroup[], bundles: readonly MapBundle[], ties: readonly Tie[], sight: Sight, window: Size, ratio: number, left: number, top: number, colours: FleetColours, marks: FleetMarks): void {
	context.setTransform(1, 0, 0, 1, 0, 0);
	context.clearRect(0, 0, window.width * ratio, window.height * ratio);
	const scale = sight.scale * ratio;
	context.setTransform(scale, 0, 0, scale, (left - sight.x) * scale, (top - sight.y) * scale);
	const seen = { left: sight.x - left, top: sight.y - top, right: sight.x - left + window.width / sight.scale, bottom: sight.y - top + window.height / sight.scale };
	paintBundles(context, bundles, colours);
	paintTies(context, ties, colours, marks);
	for (const group of groups) {
		if (group.x > seen.right || group.x + group.width < seen.left || group.y > seen.bottom || group.y + group.height < seen.top) continue;
		paintBox(context, group, colours);
		paintDots(context, group, colours, marks);
	}
}

function paintBundles(context: CanvasRenderingContext2D, bundles: readonly MapBundle[], colours: FleetColours): void {
	context.setLineDash([]);
	context.strokeStyle = colours.line;
	for (const bundle of bundles) {
		if (bundle.points.length < 2) continue;
		context.lineWidth = 1.2 + 5 * Math.max(0, Math.min(1, bundle.share));
		context.stroke(new Path2D(smooth(bundle.points)));
	}
}

function paintTies(context: CanvasRenderingContext2D, ties: readonly Tie[], colours: FleetColours, marks: FleetMarks): void {
	for (const tie of ties) {
		context.strokeStyle = tie.node === marks.at || tie.box === marks.at ? colours.silent : colours.line;
		context.lineWidth = 1 + 2 * Math.max(0, Math.min(1, tie.share));
		context.stroke(new Path2D(tiePath(tie)));
	}
}

function paintBox(context: CanvasRenderingContext2D, group: MapGroup, colours: FleetColours): void {
	context.setLineDash([2, 3]);
	context.lineWidth = 1;
	context.strokeStyle = colours.frame;
	context.strokeRect(group.x + 0.5, group.y + 0.5, group.width - 1, group.height - 1);
}

function paintDots(context: CanvasRenderingContext2D, group: MapGroup, colours: FleetColours, marks: FleetMarks): void {
	const fills: Record<NodeState, string> = { unknown: colours.faint, usual: colours.line, unusual: colours.unusual, warning: colours.warning, critical: colours.critical, silent: colours.silent, stopped: colours.frame };
	context.setLineDash([]);
	for (const { name, state, x, y } of group.dots) {
		context.globalAlpha = marks.meant === null || marks.meant.has(name) ? 1 : 0.3;
		if (state === 'silent' || state === 'stopped' || state === 'unknown') {
			// What does not speak is drawn hollow, so that it is not taken for what is well.
			context.strokeStyle = fills[state];
			context.lineWidth = 1;
			context.setLineDash(state === 'unknown' ? [] : [1.5, 1.2]);
			context.beginPath();
			context.arc(x, y, dot / 2 - 0.3, 0, 2 * Math.PI);
			context.stroke();
			context.setLineDash([]);
		} else {
			context.fillStyle = fills[state];
			context.fillRect(x - dot / 2, y - dot / 2, dot, dot);
		}
		if (name === marks.selected) {
			context.strokeStyle = colours.lamp;
			context.lineWidth = 1.5;
			context.strokeRect(x - dot / 2 - 2, y - dot / 2 - 2, dot + 4, dot + 4);
		}
	}
	context.globalAlpha = 1;
}
