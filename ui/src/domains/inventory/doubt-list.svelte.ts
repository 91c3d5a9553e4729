// What is doubtful in the inventory, as one list: possible doubles, conflicts, unsure edges, and what hangs loose. The core finds and orders it; it is read page by page.
import { OrderChoice } from '$lib/components/order.svelte';
import type { Beyond } from '$lib/components/table-acts';
import type { Commands, Doubt, DoubtColumn, DoubtKind, DoubtRow, DoubtsRequest, DoubtsView, TopologyDecision } from '$lib/ipc/bindings';
import { AskedList } from '$lib/state/asked.svelte';
import { everyRow } from '$lib/state/paged.svelte';

const every: DoubtsRequest = { choice: null, column: null, direction: 'rising', only: [], locate: null, offset: 0, limit: 100, asOf: null };
const columns: readonly DoubtColumn[] = ['kind', 'about', 'sure'];
/** Rows of one answer: each comes with its reasons, and the core gives no more. */
const most = 100;

/** The doubts and a choice among their kinds. Owned by the catalog. */
export class DoubtList extends AskedList<DoubtRow, DoubtsView> {
	/** `all`, or one kind. */
	chosen: DoubtKind | 'all' = $state('all');
	/** Kind by kind, until another order is chosen. */
	readonly order = new OrderChoice(columns);
	readonly #commands: Pick<Commands, 'doubts'>;

	/** What is asked for: the choice, the order and the moment. */
	readonly wish = $derived({ asOf: this.asOf, choice: this.chosen === 'all' ? null : this.chosen, column: columns.find((column) => column === this.order.by?.key) ?? null, direction: this.order.by?.direction ?? 'rising' });

	constructor(commands: Pick<Commands, 'doubts'>) {
		super({ most });
		this.#commands = commands;
	}

	/** How many there are of a kind, whatever is chosen. */
	count = (kind: DoubtKind | 'all'): number => (this.known?.counts ?? []).reduce((sum, row) => sum + (kind === 'all' || row.kind === kind ? row.count : 0), 0);

	/** The way of the table to what is not here. */
	readonly beyond: Beyond<DoubtRow> = {
		ids: async (first, last) => (await this.pages.between(first, last)).map((row) => row.id),
		rows: async (ids) => {
			const only = ids.map(String);
			if (only.length <= most) return everyRow(only.length, (offset) => this.ask({ only, offset, limit: most }));
			// So many identities would weigh more than the rows: the list is read to its end instead.
			const wanted = new Set(only);
			const { rows, missed } = await everyRow(this.rows.length, (offset) => this.ask({ offset, limit: most }));
			return { rows: rows.filter((row) => wanted.has(row.id)), missed };
		},
		place: async (id) => {
			const answer = await this.ask({ locate: String(id), limit: 1 });
			return answer.status === 'ok' ? (answer.data.place ?? -1) : -1;
		},
	};

	protected ask(part: Partial<DoubtsRequest>): ReturnType<Commands['doubts']> {
		return this.#commands.doubts({ ...every, ...this.wish, ...part });
	}
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
			return `${doubt.item.from} → ${doubt.item.to}`;
		case 'dangling':
			return `${doubt.item.fromName} → ${doubt.item.toName}`;
	}
}

/** How sure a proposal is; `null` where nothing is proposed. */
export function scoreOf(doubt: Doubt): number | null {
	if (doubt.kind === 'duplicate') return doubt.item.score;
	if (doubt.kind === 'unowned') return doubt.item.proposed?.share ?? null;
	return doubt.kind === 'edge' ? doubt.item.score : null;
}

/** The decision that takes what a doubt proposes; `null` where nothing is proposed or more than one answer could be meant. */
export function acceptanceOf(doubt: Doubt): TopologyDecision | null {
	switch (doubt.kind) {
		case 'duplicate':
			return { kind: 'merge', names: doubt.item.names };
		case 'edge':
			return { kind: 'confirmEdge', from: doubt.item.from, to: doubt.item.to };
		case 'dangling':
			return doubt.item.proposed === null ? null : { kind: 'alias', name: doubt.item.proposed, alias: doubt.item.missing };
		case 'unowned':
			return doubt.item.proposed === null ? null : { kind: 'own', name: doubt.item.name, team: doubt.item.proposed.team };
		case 'conflict':
		case 'held':
		case 'kept':
		case 'orphan':
			return null;
	}
}

/** The decision against a doubt: what is proposed is refused, or it is called none. */
export function refusalOf(doubt: Doubt): TopologyDecision | null {
	switch (doubt.kind) {
		case 'duplicate':
			return { kind: 'keepApart', names: doubt.item.names };
		case 'edge':
			return { kind: 'removeEdge', from: doubt.item.from, to: doubt.item.to };
		case 'dangling':
			return { kind: 'dismiss', doubt: 'dangling', name: doubt.item.from, to: doubt.item.to };
		case 'orphan':
			return { kind: 'dismiss', doubt: 'orphan', name: doubt.item.name, to: '' };
		case 'unowned':
			return { kind: 'dismiss', doubt: 'unowned', name: doubt.item.name, to: '' };
		case 'conflict':
		case 'held':
		case 'kept':
			return null;
	}
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
			return doubt.item.from;
		case 'dangling':
			return doubt.item.fromName;
		case 'orphan':
		case 'unowned':
			return doubt.item.name;
	}
}
