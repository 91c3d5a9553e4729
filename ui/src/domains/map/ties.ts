// The lines between nodes that are drawn and the boxes in which what they depend on, or what depends on them, is folded.
import type { MapView } from '$lib/ipc/bindings';
import type { Point } from './curve';

/** A line between a node and a box, in the units of the boxes. */
export interface Tie {
	readonly node: string;
	readonly box: string;
	/** Where the line leaves the node, below it. */
	readonly from: Point;
	/** Where it reaches the box, above it. */
	readonly to: Point;
	/** How much of the thickest bundle it stands for. */
	readonly share: number;
}

/** The ties of a map whose nodes begin `lift` above its boxes. */
export function tiesOf(map: Pick<MapView, 'nodes' | 'groups' | 'bundles'>, lift: number): readonly Tie[] {
	const nodes = new Map(map.nodes.map((node) => [node.name, node]));
	const boxes = new Map(map.groups.map((group) => [group.id, group]));
	return map.bundles.flatMap((bundle): Tie[] => {
		if (bundle.fromNode === bundle.toNode) return [];
		const [name, id] = bundle.fromNode ? [bundle.from, bundle.to] : [bundle.to, bundle.from];
		const [node, box] = [nodes.get(name), boxes.get(id)];
		return node && box ? [{ node: name, box: id, from: [node.x, node.y + node.height / 2 - lift], to: [box.x + box.width / 2, box.y], share: bundle.share }] : [];
	});
}

/** The path of a tie: it leaves downwards and arrives downwards. */
export function tiePath(tie: Pick<Tie, 'from' | 'to'>): string {
	const [[x, y], [right, below]] = [tie.from, tie.to];
	const half = (y + below) / 2;
	return `M${x} ${y}C${x} ${half} ${right} ${half} ${right} ${below}`;
}
