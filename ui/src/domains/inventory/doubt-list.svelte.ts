// What is doubtful in the inventory, as one list: possible doubles, conflicts, unsure edges, and what hangs loose.
import { Order } from '$lib/components/order.svelte';
import type { AppError, Commands, ConflictItem, DanglingItem, DependencyItem, DoubtsView, DuplicateItem, HeldBack, OrphanItem, UnownedItem } from '$lib/ipc/bindings';
import { edgeId } from './edge-words';

/** What the list shows. The last answer stays while the next one is under way. */
export type DoubtListView = { kind: 'loading' } | { kind: 'ready'; doubts: DoubtsView } | { kind: 'failed'; error: AppError };

/** A kind of doubt, in the order in which they are listed. */
export const doubtKinds = ['held', 'duplicate', 'conflict', 'edge', 'dangling', 'orphan', 'unowned', 'kept'] as const;
export type DoubtKind = (typeof doubtKinds)[number];

/** One doubt. */
export type Doubt =
	| { kind: 'held'; id: string; item: HeldBack }
	| { kind: 'kept'; id: string; item: HeldBack }
	| { kind: 'duplicate'; id: string; item: DuplicateItem }
	| { kind: 'conflict'; id: string; item: ConflictItem }
	| { kind: 'edge'; id: string; item: DependencyItem }
	| { kind: 'dangling'; id: string; item: DanglingItem }
	| { kind: 'orphan'; id: string; item: OrphanItem }
	| { kind: 'unowned'; id: string; item: UnownedItem };

/** The doubts and a choice among their kinds. Owned by the catalog. */
export class DoubtList {
	view: DoubtListView = $state.raw({ kind: 'loading' });
	/** `all`, or one kind. */
	chosen: DoubtKind | 'all' = $state('all');
	readonly doubts: DoubtsView | null = $derived(this.view.kind === 'ready' ? this.view.doubts : null);
	readonly all: readonly Doubt[] = $derived(this.doubts ? listed(this.doubts) : []);
	readonly order = new Order<Doubt>({ kind: (row) => doubtKinds.indexOf(row.kind), about: (row) => subjectOf(row), sure: (row) => scoreOf(row) });
	readonly rows: readonly Doubt[] = $derived(this.order.sorted(this.all.filter((row) => this.chosen === 'all' || row.kind === this.chosen)));
	readonly #commands: Pick<Commands, 'doubts'>;
	#lastRequest = 0;
	#asOf: number | null = null;

	constructor(commands: Pick<Commands, 'doubts'>) {
		this.#commands = commands;
	}

	/** Reads the doubts again, as of the last moment unless another is named; what is shown stays until the answer is here. */
	load = async (asOf: number | null = this.#asOf): Promise<void> => {
		const request = ++this.#lastRequest;
		this.#asOf = asOf;
		const answer = await this.#commands.doubts(asOf);
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', doubts: answer.data } : { kind: 'failed', error: answer.error };
	};

	/** How many there are of a kind. */
	count = (kind: DoubtKind | 'all'): number => (kind === 'all' ? this.all.length : this.all.filter((row) => row.kind === kind).length);
}

/** All doubts as one list: what waits for an answer first, then the surest. */
export function listed(doubts: DoubtsView): Doubt[] {
	return [
		...doubts.heldBack.map((item): Doubt => ({ kind: 'held', id: `held ${item.source}`, item })),
		...doubts.duplicates.map((item): Doubt => ({ kind: 'duplicate', id: `duplicate ${item.names.join(' ')}`, item })),
		...doubts.conflicts.map((item): Doubt => ({ kind: 'conflict', id: `conflict ${item.entity} ${item.field}`, item })),
		...doubts.edges.map((item): Doubt => ({ kind: 'edge', id: `edge ${edgeId(item)}`, item })),
		...doubts.dangling.map((item, at): Doubt => ({ kind: 'dangling', id: `dangling ${at} ${item.from} ${item.to}`, item })),
		...doubts.orphans.map((item): Doubt => ({ kind: 'orphan', id: `orphan ${item.name}`, item })),
		...doubts.unowned.map((item): Doubt => ({ kind: 'unowned', id: `unowned ${item.name}`, item })),
		...doubts.keptBack.map((item): Doubt => ({ kind: 'kept', id: `kept ${item.source}`, item })),
	];
}

/** What a doubt is about, in names. */
export function subjectOf(doubt: Doubt): string {
	switch (doubt.kind) {
		case 'held':
		case 'kept':
		case 'orphan':
		case 'unowned':
			return doubt.item.name;
		case 'duplicate':
			return doubt.item.names.join(', ');
		case 'conflict':
			return doubt.item.entity;
		case 'edge':
		case 'dangling':
			return `${doubt.item.from} → ${doubt.item.to}`;
	}
}

/** How sure a proposal is; `null` where nothing is proposed. */
export function scoreOf(doubt: Doubt): number | null {
	if (doubt.kind === 'duplicate') return doubt.item.score;
	if (doubt.kind === 'unowned') return doubt.item.proposed?.share ?? null;
	return doubt.kind === 'edge' ? doubt.item.score : null;
}

/** The entity that a doubt leads to; `null` where there is none. */
export function entityOf(doubt: Doubt): string | null {
	switch (doubt.kind) {
		case 'held':
		case 'kept':
			return null;
		case 'duplicate':
			return doubt.item.names[0] ?? null;
		case 'conflict':
			return doubt.item.entity;
		case 'edge':
		case 'dangling':
			return doubt.item.from;
		case 'orphan':
		case 'unowned':
			return doubt.item.name;
	}
}
