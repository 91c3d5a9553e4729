// How the states of a node look: by shape first, so that nothing rests on colour.
import type { EdgeStateKind, MapEdge, MapNode, NodeState } from '$lib/ipc/bindings';

/** The glyph of a state. */
export const glyphs = { unknown: 'unk', usual: 'ok', unusual: 'info', warning: 'warn', silent: 'silent', stopped: 'unk', critical: 'crit' } as const satisfies Record<NodeState, string>;

/** Reports whether a node stands for what is in it: many things, or a domain or system, which is no entity even with one. */
export const isGroup = (node: Pick<MapNode, 'kind' | 'name' | 'members'>): boolean => node.members > 1 || ((node.kind === 'domain' || node.kind === 'system') && node.name.startsWith(`${node.kind}:`));

/** The filter of the catalog that finds what a domain or system is made of; empty for what names none. */
export const filterOf = (node: Pick<MapNode, 'kind' | 'label'>): string => (node.label === '' ? '' : `${node.kind}:"${node.label.replaceAll('"', '')}"`);

/** The words of other parts: how an entity depends, how an edge is known, how sure it is, what kind an entity is. */
export interface EdgeWords {
	readonly how: (how: string) => string;
	readonly origin: (edge: Pick<MapEdge, 'origin' | 'source' | 'age'>) => string;
	readonly state: (edge: { readonly old: boolean; readonly state: EdgeStateKind }) => string;
	readonly kind: (kind: string) => string;
}

/** How the line of an edge is broken: whole, only declared, a replica, or only proposed. */
export type LineKind = 'whole' | 'declared' | 'replica' | 'proposed';

export function lineKind(edge: Pick<MapEdge, 'how' | 'origin' | 'state'>): LineKind {
	if (edge.how === 'replicates to') return 'replica';
	if (edge.origin === 'proposed' || edge.state === 'proposed') return 'proposed';
	return edge.origin === 'declared' ? 'declared' : 'whole';
}

export const dashes: Record<LineKind, string | undefined> = { whole: undefined, declared: '5 3', replica: '1 3', proposed: '2 4' };

/** How thick a line is drawn. */
export function thickness(edge: Pick<MapEdge, 'weight' | 'onPath'>): number {
	return edge.onPath ? 2.4 : 1.3 + 1.1 * Math.max(0, Math.min(1, edge.weight)) * 0.9;
}
