// What there is in the systems of the workspace: entities, who owns them, what depends on what.
import { Order } from '$lib/components/order.svelte';
import type { AppError, Commands, DependencyItem, EntityItem, InventoryView } from '$lib/ipc/bindings';

/** What the list shows. The last answer stays while the next one is under way. */
export type InventoryListView = { kind: 'loading' } | { kind: 'ready'; inventory: InventoryView } | { kind: 'failed'; error: AppError };

/** How many an entity depends on, and how many depend on it. */
export interface Degree {
	readonly out: number;
	readonly in: number;
}

/** The inventory and a filter on it. Owned by the catalog. */
export class InventoryList {
	view: InventoryListView = $state.raw({ kind: 'loading' });
	/** Words that all have to occur in name, kind, team, contact or tags. */
	filter: string = $state('');
	readonly #commands: Pick<Commands, 'inventory'>;
	#lastRequest = 0;

	readonly inventory: InventoryView | null = $derived(this.view.kind === 'ready' ? this.view.inventory : null);
	readonly degrees: ReadonlyMap<string, Degree> = $derived(degreesOf(this.inventory?.dependencies ?? []));
	readonly order = new Order<EntityItem>({
		name: (row) => row.name,
		kind: (row) => row.kind,
		tier: (row) => row.tier,
		team: (row) => row.team || null,
		contact: (row) => row.contact || null,
		needs: (row) => this.degrees.get(row.name)?.out ?? 0,
		needed: (row) => this.degrees.get(row.name)?.in ?? 0,
		firing: (row) => row.firing,
	});
	/** What matches the filter: with firing alerts first and then by name, until another order is chosen. */
	readonly rows: readonly EntityItem[] = $derived(this.order.sorted(matching(this.inventory?.entities ?? [], this.filter)));

	constructor(commands: Pick<Commands, 'inventory'>) {
		this.#commands = commands;
	}

	/** Reads the inventory again; what is shown stays until the answer is here. */
	load = async (): Promise<void> => {
		const request = ++this.#lastRequest;
		const answer = await this.#commands.inventory();
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', inventory: answer.data } : { kind: 'failed', error: answer.error };
	};
}

/** The entities in which every word of a text occurs; those on which alerts fire come first. */
export function matching(entities: readonly EntityItem[], text: string): readonly EntityItem[] {
	const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
	const says = (row: EntityItem) => [row.name, row.kind, row.team, row.contact, row.domain, row.environment, row.site, ...row.tags.flat()].join(' ').toLowerCase();
	const found = entities.filter((row) => words.every((word) => says(row).includes(word)));
	return [...found].sort((a, b) => Number(b.firing > 0) - Number(a.firing > 0) || a.name.localeCompare(b.name));
}

function degreesOf(dependencies: readonly DependencyItem[]): ReadonlyMap<string, Degree> {
	const found = new Map<string, Degree>();
	const add = (name: string, out: number, into: number) => found.set(name, { out: (found.get(name)?.out ?? 0) + out, in: (found.get(name)?.in ?? 0) + into });
	for (const { from, to } of dependencies) {
		add(from, 1, 0);
		add(to, 0, 1);
	}
	return found;
}

/** Whom an entity depends on, and who depends on it. */
export function around(dependencies: readonly DependencyItem[], name: string): { out: readonly DependencyItem[]; in: readonly DependencyItem[] } {
	return { out: dependencies.filter((d) => d.from === name), in: dependencies.filter((d) => d.to === name) };
}

/** The icon of a kind of entity. */
export function iconOf(kind: string): string {
	const icons: Record<string, string> = { host: 'host', database: 'db', cache: 'pool', queue: 'pool', balancer: 'plug', external: 'ext' };
	return icons[kind] ?? 'svc';
}
