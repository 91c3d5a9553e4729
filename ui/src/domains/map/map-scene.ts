// Where the parts of the map stand in one picture: phases, the chain with its onsets, then everything else in boxes.
import type { MapLayer, MapNode, MapPhase, MapView } from '$lib/ipc/bindings';
import type { Size } from './sight';

/** Room around the drawing. */
export const margin = 26;
const phases = 44;
const axis = 52;
const heading = 30;
const labels = 24;

/** The parts from top to bottom; a part that is not there is `null`. */
export interface Scene extends Size {
	/** Where the chain begins. */
	readonly top: number;
	/** Where the axis of onsets stands. */
	readonly axis: number | null;
	/** Where the words over the boxes stand. */
	readonly rest: number | null;
	/** Where the boxes begin. */
	readonly boxes: number | null;
}

/** Lays the parts out. */
export function sceneOf(view: Pick<MapView, 'width' | 'height' | 'groups' | 'groupsHeight' | 'layers' | 'nodes'>): Scene {
	const phased = view.layers.some((layer) => layer.phase !== null);
	const dated = view.layers.some((layer) => layer.from !== null);
	const top = phased ? phases : margin;
	const end = view.nodes.length === 0 ? margin : top + view.height + (dated ? axis : margin);
	const boxed = view.groups.length > 0;
	const boxes = end + heading + labels;
	const right = view.groups.reduce((most, group) => Math.max(most, group.x + group.width), view.width);
	return { width: right + 2 * margin, height: boxed ? boxes + view.groupsHeight + margin : end, top, axis: dated && view.nodes.length > 0 ? top + view.height + 16 : null, rest: boxed ? end + 14 : null, boxes: boxed ? boxes : null };
}

/** A stretch of columns with the same phase. */
export interface PhaseSpan {
	readonly phase: MapPhase;
	readonly from: number;
	readonly to: number;
}

/** The phases over the columns, neighbours with the same one as one; each ends where its widest node does. */
export function phaseSpans(layers: readonly MapLayer[], nodes: readonly MapNode[]): readonly PhaseSpan[] {
	const spans: PhaseSpan[] = [];
	for (const [at, layer] of layers.entries()) {
		if (layer.phase === null) continue;
		const half = nodes.reduce((most, node) => (node.layer === at ? Math.max(most, node.width / 2) : most), 58);
		const last = spans.at(-1);
		if (last && last.phase === layer.phase && layers[at - 1]?.phase === layer.phase) spans[spans.length - 1] = { ...last, to: layer.x + half };
		else spans.push({ phase: layer.phase, from: layer.x - half, to: layer.x + half });
	}
	return spans;
}
