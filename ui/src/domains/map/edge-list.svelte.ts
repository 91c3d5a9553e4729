// The edges in the list beside the map: as they are drawn, each line and bundle a row, or every one by itself.
import type { AppError, Commands, EdgeStateKind, MapEdgeList, MapEdgeRow, MapView } from '$lib/ipc/bindings';

/** Every edge by itself, asked for when the list wants it. */
export type EachState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; list: MapEdgeList } | { kind: 'failed'; error: AppError };

export class EdgeList {
	each: EachState = $state.raw({ kind: 'none' });
	readonly #commands: Pick<Commands, 'mapEdges'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'mapEdges'>) {
		this.#commands = commands;
	}

	/** Asks for all of them; what is listed stays until the answer is here. */
	load = async (asOf: number | null): Promise<void> => {
		const request = ++this.#lastRequest;
		if (this.each.kind !== 'ready') this.each = { kind: 'loading' };
		const answer = await this.#commands.mapEdges(asOf);
		// Another moment was asked for while this answer was under way.
		if (request !== this.#lastRequest) return;
		this.each = answer.status === 'ok' ? { kind: 'ready', list: answer.data } : { kind: 'failed', error: answer.error };
	};
}

/** A row of the list. */
export interface EdgeRow {
	readonly id: string;
	readonly from: string;
	readonly to: string;
	/** How; `null` where edges of several kinds are one line. */
	readonly how: string | null;
	/** Edges that it stands for. */
	readonly edges: number;
	readonly lag: number | null;
	readonly old: boolean;
	/** How it is known and how sure it is; `null` for what stands for many. */
	readonly known: Pick<MapEdgeRow, 'origin' | 'source' | 'age'> | null;
	readonly state: EdgeStateKind | null;
}

const many = { how: null, lag: null, old: false, known: null, state: null } as const;

/** What the picture shows: each line, each bundle, and what is folded within a node or a box. `label` says what a box is called. */
export function drawnRows(map: Pick<MapView, 'nodes' | 'edges' | 'groups' | 'bundles'>, label: (box: string) => string): EdgeRow[] {
	const end = (name: string, isNode: boolean) => (isNode ? name : label(name));
	const lines = map.edges.map((edge): EdgeRow => ({ id: `line ${edge.from}\u0000${edge.to}`, from: edge.from, to: edge.to, how: edge.how, edges: edge.members, lag: edge.lag, old: edge.old, known: edge, state: edge.state }));
	const bundles = map.bundles.map((bundle): EdgeRow => ({ ...many, id: `bundle ${String(bundle.fromNode)} ${bundle.from}\u0000${String(bundle.toNode)} ${bundle.to}`, from: end(bundle.from, bundle.fromNode), to: end(bundle.to, bundle.toNode), edges: bundle.edges }));
	const boxes = map.groups.filter((group) => group.inside > 0).map((group): EdgeRow => ({ ...many, id: `box ${group.id}`, from: label(group.id), to: label(group.id), edges: group.inside }));
	const nodes = map.nodes.filter((node) => node.inside > 0).map((node): EdgeRow => ({ ...many, id: `node ${node.name}`, from: node.label, to: node.label, edges: node.inside }));
	return [...lines, ...bundles, ...boxes, ...nodes];
}

/** Every edge a row. */
export function eachRows(list: MapEdgeList): EdgeRow[] {
	return list.rows.map((edge) => ({ id: `${edge.from}\u0000${edge.to}\u0000${edge.how}`, from: edge.from, to: edge.to, how: edge.how, edges: 1, lag: null, old: false, known: edge, state: edge.state }));
}
