// What there is in the systems of the workspace: entities and who owns them, found and ordered by the core, read page by page.
import { Marks } from '$lib/components/marks.svelte';
import { OrderChoice } from '$lib/components/order.svelte';
import type { Beyond } from '$lib/components/table-acts';
import type { AppError, Commands, EntitiesRequest, EntitiesView, EntityColumn, EntityItem, SavedFilter } from '$lib/ipc/bindings';
import { AskedList } from '$lib/state/asked.svelte';
import { everyRow, type Every } from '$lib/state/paged.svelte';

/** Everything, from the beginning. */
export const everyEntity: EntitiesRequest = { text: '', column: null, direction: 'rising', source: null, only: [], locate: null, offset: 0, limit: 100, asOf: null };
const columns: readonly EntityColumn[] = ['name', 'kind', 'tier', 'system', 'team', 'contact', 'source', 'needs', 'needed', 'doubts', 'firing'];
/** Rows of one answer when many are wanted at once. */
const most = 200;

/** The entities that match a filter. Owned by the catalog. */
export class InventoryList extends AskedList<EntityItem, EntitiesView> {
	/** Words that all have to occur somewhere, or in one field: `team:data tier:1`. */
	filter: string = $state('');
	/** Entities that are marked, for a note on all of them. */
	readonly marks = new Marks();
	/** Those with firing alerts first and then by name, until another order is chosen. */
	readonly order = new OrderChoice(columns);
	readonly #commands: Pick<Commands, 'entities' | 'saveFilter' | 'deleteFilter'>;

	/** What is asked for: the filter, the order and the moment. */
	readonly wish = $derived({ asOf: this.asOf, text: this.filter, column: columns.find((column) => column === this.order.by?.key) ?? null, direction: this.order.by?.direction ?? 'rising' });

	constructor(commands: Pick<Commands, 'entities' | 'saveFilter' | 'deleteFilter'>) {
		super();
		this.#commands = commands;
	}

	get filters(): readonly SavedFilter[] {
		return this.known?.filters ?? [];
	}

	/** The place of an entity among those that match; -1 when it is not there. */
	place = async (name: string): Promise<number> => {
		const here = this.fresh ? this.rows.findIndex((row) => row?.name === name) : -1;
		if (here >= 0) return here;
		const answer = await this.ask({ locate: name, limit: 1 });
		return answer.status === 'ok' ? (answer.data.place ?? -1) : -1;
	};

	/** The marked entities, whatever the filter leaves of them. */
	marked = (): Promise<Every<EntityItem>> => this.#named(this.marks.ids.map(String), { text: '' });

	/** The way of the table to what is not here. */
	readonly beyond: Beyond<EntityItem> = {
		ids: async (first, last) => (await this.pages.between(first, last)).map((row) => row.name),
		rows: (ids) => this.#named(ids.map(String)),
		place: (id) => this.place(String(id)),
	};

	/** Keeps the filter under a name, which another one gives up only when that is wished; answers what it failed with, or `null`. */
	save = async (name: string, replace = false): Promise<AppError | null> => {
		const answer = await this.#commands.saveFilter({ name, text: this.filter.trim() }, replace);
		if (answer.status === 'error') return answer.error;
		await this.load();
		return null;
	};

	/** Forgets a filter; answers what it failed with, or `null`. */
	forget = async (name: string): Promise<AppError | null> => {
		const answer = await this.#commands.deleteFilter(name);
		if (answer.status === 'error') return answer.error;
		await this.load();
		return null;
	};

	/** Those of these entities that match, in the order of the list. */
	#named(only: string[], part: Partial<EntitiesRequest> = {}): Promise<Every<EntityItem>> {
		return everyRow(only.length, (offset) => this.ask({ ...part, only, offset, limit: most }));
	}

	protected ask(part: Partial<EntitiesRequest>): ReturnType<Commands['entities']> {
		return this.#commands.entities({ ...everyEntity, ...this.wish, ...part });
	}
}

/** The icon of a kind of entity. */
export function iconOf(kind: string): string {
	const icons: Record<string, string> = { host: 'host', database: 'db', storage: 'db', cache: 'pool', queue: 'pool', cluster: 'pool', balancer: 'plug', device: 'cfg', external: 'ext', system: 'catalog', domain: 'catalog' };
	return icons[kind] ?? 'svc';
}
