// The edges in the list beside the map: as they are drawn, each line and bundle a row, or every one by itself, read page by page.
import type { RowId } from '$lib/components/marks.svelte';
import { OrderChoice } from '$lib/components/order.svelte';
import type { Beyond } from '$lib/components/table-acts';
import type { Commands, DependenciesRequest, DependenciesView, DependencyItem, EdgeColumn, EdgeName, EdgeStateKind, MapEdge, MapView } from '$lib/ipc/bindings';
import { AskedList } from '$lib/state/asked.svelte';
import { everyRow, type Every } from '$lib/state/paged.svelte';

const every: DependenciesRequest = { text: '', choice: 'all', column: null, direction: 'rising', source: null, only: [], locate: null, offset: 0, limit: 100, asOf: null };
const columns: readonly EdgeColumn[] = ['from', 'how', 'to', 'origin', 'state'];
/** Rows of one answer when many are wanted at once. */
const most = 200;

/** Every edge by itself, asked for when the list wants it. Owned by the page. */
export class EdgeList extends AskedList<DependencyItem, DependenciesView> {
	/** Those of one entity together, until another order is chosen. */
	readonly order = new OrderChoice(columns);
	readonly #commands: Pick<Commands, 'dependencies'>;

	/** What is asked for: the order and the moment. */
	readonly wish = $derived({ asOf: this.asOf, column: columns.find((column) => column === this.order.by?.key) ?? null, direction: this.order.by?.direction ?? 'rising' });

	constructor(commands: Pick<Commands, 'dependencies'>) {
		super();
		this.#commands = commands;
	}

	/** The way of the table to what is not here. */
	readonly beyond: Beyond<EdgeRow> = {
		ids: async (first, last) => (await this.pages.between(first, last)).map((edge) => eachRow(edge).id),
		rows: async (ids) => {
			const { rows, missed } = await this.#only(ids.map(named));
			return { rows: rows.map(eachRow), missed };
		},
		place: async (id) => {
			const answer = await this.ask({ locate: named(id), limit: 1 });
			return answer.status === 'ok' ? (answer.data.place ?? -1) : -1;
		},
	};

	#only(only: EdgeName[]): Promise<Every<DependencyItem>> {
		return everyRow(only.length, (offset) => this.ask({ only, offset, limit: most }));
	}

	protected ask(part: Partial<DependenciesRequest>): ReturnType<Commands['dependencies']> {
		return this.#commands.dependencies({ ...every, ...this.wish, ...part });
	}
}

function named(id: RowId): EdgeName {
	const [from = '', to = '', how = ''] = String(id).split('\u0000');
	return { from, to, how };
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
	readonly known: Pick<MapEdge, 'origin' | 'source' | 'age'> | null;
	readonly state: EdgeStateKind | null;
}

const many = { how: null, lag: null, old: false, known: null, state: null } as const;

/** What the picture shows: each line, each bundle, and what is folded within a node or a box. `label` says what a box is called, `called` what a node is. */
export function drawnRows(map: Pick<MapView, 'nodes' | 'edges' | 'groups' | 'bundles'>, label: (box: string) => string, called: (node: string) => string = (node) => node): EdgeRow[] {
	const end = (name: string, isNode: boolean) => (isNode ? called(name) : label(name));
	const lines = map.edges.map((edge): EdgeRow => ({ id: `line ${edge.from}\u0000${edge.to}`, from: called(edge.from), to: called(edge.to), how: edge.how, edges: edge.members, lag: edge.lag, old: edge.old, known: edge, state: edge.state }));
	const bundles = map.bundles.map((bundle): EdgeRow => ({ ...many, id: `bundle ${String(bundle.fromNode)} ${bundle.from}\u0000${String(bundle.toNode)} ${bundle.to}`, from: end(bundle.from, bundle.fromNode), to: end(bundle.to, bundle.toNode), edges: bundle.edges }));
	const boxes = map.groups.filter((group) => group.inside > 0).map((group): EdgeRow => ({ ...many, id: `box ${group.id}`, from: label(group.id), to: label(group.id), edges: group.inside }));
	const nodes = map.nodes.filter((node) => node.inside > 0).map((node): EdgeRow => ({ ...many, id: `node ${node.name}`, from: called(node.name), to: called(node.name), edges: node.inside }));
	return [...lines, ...bundles, ...boxes, ...nodes];
}

/** The row of an edge by itself. */
export function eachRow({ from, to, how, origin, sources, age, state }: DependencyItem): EdgeRow {
	return { id: `${from}\u0000${to}\u0000${how}`, from, to, how, edges: 1, lag: null, old: false, known: { origin, source: sources[0] ?? null, age }, state };
}
