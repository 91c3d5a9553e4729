// Who depends on whom: edges, found and ordered by the core, read page by page.
import { OrderChoice } from '$lib/components/order.svelte';
import type { RowId } from '$lib/components/marks.svelte';
import type { Beyond } from '$lib/components/table-acts';
import type { Commands, DependenciesRequest, DependenciesView, DependencyItem, EdgeChoice, EdgeColumn, EdgeName } from '$lib/ipc/bindings';
import { everyRow, Paged, type Every, type PagedView } from '$lib/state/paged.svelte';
import { edgeId, edgeName } from './edge-words';

const every: DependenciesRequest = { text: '', choice: 'all', column: null, direction: 'rising', source: null, only: [], locate: null, offset: 0, limit: 100, asOf: null };
const columns: readonly EdgeColumn[] = ['from', 'how', 'to', 'origin', 'state', 'source', 'age'];
/** Rows of one answer when many are wanted at once. */
const most = 200;

/** The edges that match. Owned by the catalog. */
export class DependencyList {
	/** Words that all have to occur in the ends, kind or sources of an edge. */
	filter: string = $state('');
	/** Which edges: all, or those of one state, or those that a person drew. */
	choice: EdgeChoice = $state('all');
	/** Those of one entity together, until another order is chosen. */
	readonly order = new OrderChoice(columns);
	readonly pages: Paged<DependencyItem, DependenciesView>;
	/** The moment that is looked at; `null` is what is known. */
	asOf: number | null = $state(null);
	readonly #commands: Pick<Commands, 'dependencies'>;
	#asked = '';

	/** What is asked for: the filter, the choice, the order and the moment. */
	readonly wish = $derived({ asOf: this.asOf, text: this.filter, choice: this.choice, column: columns.find((column) => column === this.order.by?.key) ?? null, direction: this.order.by?.direction ?? 'rising' });

	constructor(commands: Pick<Commands, 'dependencies'>) {
		this.#commands = commands;
		this.pages = new Paged((offset, limit) => this.#ask({ offset, limit }));
	}

	get view(): PagedView<DependenciesView> {
		return this.pages.view;
	}

	/** The last answer, with counts of all edges. */
	get known(): DependenciesView | null {
		return this.view.kind === 'ready' ? this.view.answer : null;
	}

	/** As long as the list; a row that is not here yet is `undefined`. */
	get rows(): readonly (DependencyItem | undefined)[] {
		return this.pages.rows;
	}

	/** Whether the rows answer what is asked for. */
	get fresh(): boolean {
		return this.#asked === JSON.stringify(this.wish);
	}

	/** Reads what is in sight again, as of the last moment unless another is named; what is shown stays until the answer is here. */
	load = async (asOf: number | null = this.asOf): Promise<void> => {
		this.asOf = asOf;
		this.#asked = JSON.stringify(this.wish);
		await this.pages.load();
	};

	/** The way of the table to what is not here. */
	readonly beyond: Beyond<DependencyItem> = {
		ids: async (first, last) => (await this.pages.between(first, last)).map(edgeId),
		rows: (ids) => this.#named(ids.map(named)),
		place: async (id) => {
			const answer = await this.#ask({ locate: named(id), limit: 1 });
			return answer.status === 'ok' ? (answer.data.place ?? -1) : -1;
		},
	};

	#named(only: EdgeName[]): Promise<Every<DependencyItem>> {
		return everyRow(only.length, (offset) => this.#ask({ only, offset, limit: most }));
	}

	#ask(part: Partial<DependenciesRequest>): ReturnType<Commands['dependencies']> {
		return this.#commands.dependencies({ ...every, ...this.wish, ...part });
	}
}

const named = (id: RowId): EdgeName => edgeName(String(id));
