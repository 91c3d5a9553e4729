// What there is in the systems of the workspace: entities, who owns them, what depends on what.
import { Order } from '$lib/components/order.svelte';
import { Marks } from '$lib/components/marks.svelte';
import type { AppError, Commands, DependencyItem, EdgeStateKind, EntityItem, InventoryView, SavedFilter } from '$lib/ipc/bindings';

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
	/** Words that all have to occur somewhere, or in one field: `team:data tier:1`. */
	filter: string = $state('');
	/** Entities that are marked, for a note on all of them. */
	readonly marks = new Marks();
	/** Words that all have to occur in the ends or origin of an edge. */
	edgeFilter: string = $state('');
	/** Which edges: all, or those of one state, or those that a person drew. */
	edgeChoice: EdgeStateKind | 'all' | 'drawn' = $state('all');
	readonly #commands: Pick<Commands, 'inventory' | 'saveFilter' | 'deleteFilter'>;
	#lastRequest = 0;
	#asOf: number | null = null;

	readonly inventory: InventoryView | null = $derived(this.view.kind === 'ready' ? this.view.inventory : null);
	readonly degrees: ReadonlyMap<string, Degree> = $derived(degreesOf(this.inventory?.dependencies ?? []));
	readonly order = new Order<EntityItem>({
		name: (row) => row.name,
		kind: (row) => row.kind,
		tier: (row) => row.tier,
		team: (row) => row.team || null,
		contact: (row) => row.contact || null,
		system: (row) => row.system || null,
		source: (row) => row.sources.map((claim) => claim.name).join(', ') || null,
		doubts: (row) => row.doubts,
		needs: (row) => this.degrees.get(row.name)?.out ?? 0,
		needed: (row) => this.degrees.get(row.name)?.in ?? 0,
		firing: (row) => row.firing,
	});
	/** What matches the filter: with firing alerts first and then by name, until another order is chosen. */
	readonly rows: readonly EntityItem[] = $derived(this.order.sorted(matching(this.inventory?.entities ?? [], this.filter)));

	/** The edges that match, in the order of the core until another one is chosen. */
	readonly edgeOrder = new Order<DependencyItem>({ from: (row) => row.from, to: (row) => row.to, how: (row) => row.how, origin: (row) => row.origin, state: (row) => row.state, age: (row) => row.age, source: (row) => row.sources.join(', ') || null });
	readonly edges: readonly DependencyItem[] = $derived(this.edgeOrder.sorted(matchingEdges(this.inventory?.dependencies ?? [], this.edgeFilter, this.edgeChoice)));
	readonly filters: readonly SavedFilter[] = $derived(this.inventory?.filters ?? []);

	constructor(commands: Pick<Commands, 'inventory' | 'saveFilter' | 'deleteFilter'>) {
		this.#commands = commands;
	}

	/** Reads the inventory again, as of the last moment unless another is named; what is shown stays until the answer is here. */
	load = async (asOf: number | null = this.#asOf): Promise<void> => {
		const request = ++this.#lastRequest;
		this.#asOf = asOf;
		const answer = await this.#commands.inventory(asOf);
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', inventory: answer.data } : { kind: 'failed', error: answer.error };
	};

	/** Keeps the filter under a name; answers what it failed with, or `null`. */
	save = async (name: string): Promise<AppError | null> => {
		const answer = await this.#commands.saveFilter({ name, text: this.filter.trim() });
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
}

/** The edges in whose ends, kind or sources every word of a text occurs. */
export function matchingEdges(edges: readonly DependencyItem[], text: string, choice: EdgeStateKind | 'all' | 'drawn'): readonly DependencyItem[] {
	const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
	const chosen = (edge: DependencyItem) => choice === 'all' || (choice === 'drawn' ? edge.origin === 'drawn' : edge.state === choice);
	const says = (edge: DependencyItem) => `${edge.from} ${edge.to} ${edge.how} ${edge.sources.join(' ')}`.toLowerCase();
	return edges.filter((edge) => chosen(edge) && (words.length === 0 || words.every((word) => says(edge).includes(word))));
}

/** What a field of a search stands for: `team:data` is looked for in the team alone. */
const fields: Readonly<Record<string, (row: EntityItem) => readonly string[]>> = {
	name: (row) => [row.name, ...row.names],
	kind: (row) => [row.kind],
	tier: (row) => (row.tier === null ? [] : [String(row.tier)]),
	team: (row) => [row.team],
	department: (row) => [row.department],
	person: (row) => [row.person],
	contact: (row) => [row.contact],
	domain: (row) => [row.domain],
	system: (row) => [row.system],
	environment: (row) => [row.environment],
	site: (row) => [row.site],
	status: (row) => [row.status],
	note: (row) => [row.note],
	source: (row) => row.sources.map((claim) => claim.name),
	tag: (row) => row.tags.map((tag) => tag.join('=')),
	link: (row) => row.links.flat(),
};

/** Everything that is said of an entity. A tier alone is no word to look for. */
function everything(row: EntityItem): string {
	return Object.entries(fields).flatMap(([field, values]) => (field === 'tier' ? [] : values(row))).join(' ').toLowerCase();
}

/** Says whether an entity fits; the second value is everything that is said of it. */
type Condition = (row: EntityItem, all: () => string) => boolean;

/** One condition of a search. What is no field is a word like any other, such as an address with a port. */
function condition(part: string): Condition {
	const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(part) ?? [];
	const of = Object.hasOwn(fields, name) ? fields[name] : undefined;
	const wanted = (of ? value : part).replaceAll('"', '');
	if (!of) return (_, all) => all().includes(wanted);
	// A tier is a number and not a part of one.
	if (name === 'tier') return (row) => of(row).includes(wanted);
	return (row) => of(row).some((text) => text.toLowerCase().includes(wanted));
}

/** The entities that fulfil every part of a text, words or `field:value`; those on which alerts fire come first. */
export function matching(entities: readonly EntityItem[], text: string): readonly EntityItem[] {
	const conditions = (text.toLowerCase().match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map(condition);
	const found = entities.filter((row) => {
		let known: string | null = null;
		return conditions.every((fits) => fits(row, () => (known ??= everything(row))));
	});
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
	const icons: Record<string, string> = { host: 'host', database: 'db', storage: 'db', cache: 'pool', queue: 'pool', cluster: 'pool', balancer: 'plug', device: 'cfg', external: 'ext', system: 'catalog', domain: 'catalog' };
	return icons[kind] ?? 'svc';
}
