// The words for an edge: how it is known, how sure it is, how old.
import type { DependencyItem, EdgeName, EdgeOriginKind, EdgeStateKind } from '$lib/ipc/bindings';
import type { Words } from '$lib/words';

/** What is needed of the words. */
export type EdgeWords = Pick<Words, 't' | 'has' | 'span'>;

/** How an entity depends on another, in words; what the catalogue does not know is said as the source says it. */
export function howText(words: EdgeWords, how: string): string {
	const key = `edge-how-${how.replaceAll(' ', '-')}`;
	return words.has(key) ? words.t(key) : how;
}

/** The kind of an entity, in words. */
export function kindText(words: Pick<Words, 't' | 'has'>, kind: string): string {
	return words.has(`entities-kind-${kind}`) ? words.t(`entities-kind-${kind}`) : kind;
}

/** How an edge is known, in words. */
export function originText(words: Pick<Words, 't'>, origin: EdgeOriginKind): string {
	return words.t(`edge-origin-${origin}`);
}

/** How sure an edge is, in words. */
export function stateText(words: Pick<Words, 't'>, state: EdgeStateKind): string {
	return words.t(`edge-state-${state}`);
}

/** The one line under an edge: how it is known, by whom, and how old. */
export function aboutEdge(words: EdgeWords, edge: Pick<DependencyItem, 'origin' | 'sources' | 'age'>): string {
	const who = edge.sources.length > 0 ? words.t('edge-by', { origin: originText(words, edge.origin), sources: edge.sources.join(', ') }) : originText(words, edge.origin);
	return edge.age === null ? who : words.t('edge-aged', { who, span: words.span(edge.age) });
}

/** What tells an edge from every other. */
export function edgeId(edge: Pick<DependencyItem, 'from' | 'to' | 'how'>): string {
	return `${edge.from}\u0000${edge.to}\u0000${edge.how}`;
}

/** The edge that an identity is of. */
export function edgeName(id: string): EdgeName {
	const [from = '', to = '', how = ''] = id.split('\u0000');
	return { from, to, how };
}
