// Who depends on whom: edges, found and ordered by the core, read page by page.
import { OrderChoice } from '$lib/components/order.svelte';
import type { RowId } from '$lib/components/marks.svelte';
import type { Beyond } from '$lib/components/table-acts';
import type { Commands, DependenciesRequest, DependenciesView, DependencyItem, EdgeChoice, EdgeColumn, EdgeName } from '$lib/ipc/bindings';
import { AskedList } from '$lib/state/asked.svelte';
import { everyRow, type Every } from '$lib/state/paged.svelte';
import { edgeId, edgeName } from './edge-words';

const every: DependenciesRequest = { text: '', choice: 'all', column: null, direction: 'rising', source: null, only: [], locate: null, offset: 0, limit: 100, asOf: null };
const columns: readonly EdgeColumn[] = ['from', 'how', 'to', 'origin', 'state', 'source', 'age'];
/** Rows of one answer when many are wanted at once. */
const most = 200;

/** The edges that match. Owned by the catalog. */
export class DependencyList extends AskedList<DependencyItem, DependenciesView> {
	/** Words that all have to occur in the ends, kind or sources of an edge. */
	filter: string = $state('');
	/** Which edges: all, or those of one state, or those that a person drew. */
	choice: EdgeChoice = $state('all');
	/** Those of one entity together, until another order is chosen. */
	readonly order = new OrderChoice(columns);
	readonly #commands: Pick<Commands, 'dependencies'>;

	/** What is asked for: the filter, the choice, the order and the moment. */
	readonly wish = $derived({ asOf: this.asOf, text: this.filter, choice: this.choice, column: columns.find((column) => column === this.order.by?.key) ?? null, direction: this.order.by?.direction ?? 'rising' });

	constructor(commands: Pick<Commands, 'dependencies'>) {
		super();
		this.#commands = commands;
	}

	/** The way of the table to what is not here. */
	readonly beyond: Beyond<DependencyItem> = {
		ids: async (first, last) => (await this.pages.between(first, last)).map(edgeId),
		rows: (ids) => this.#named(ids.map(named)),
		place: async (id) => {
			const answer = await this.ask({ locate: named(id), limit: 1 });
			return answer.status === 'ok' ? (answer.data.place ?? -1) : -1;
		},
	};

	#named(only: EdgeName[]): Promise<Every<DependencyItem>> {
		return everyRow(only.length, (offset) => this.ask({ only, offset, limit: most }));
	}

	protected ask(part: Partial<DependenciesRequest>): ReturnType<Commands['dependencies']> {
		return this.#commands.dependencies({ ...every, ...this.wish, ...part });
	}
}

const named = (id: RowId): EdgeName => edgeName(String(id));
