// The synthetic checks of the range: what is tried from outside, and whether it succeeds.
import { Order } from '$lib/components/order.svelte';
import type { AppError, CheckItem, ChecksView, Commands, Span } from '$lib/ipc/bindings';

/** What the list shows. The last answer stays while the next one is under way. */
export type CheckListView = { kind: 'loading' } | { kind: 'ready'; checks: ChecksView } | { kind: 'failed'; error: AppError };

/** The checks. Owned by the catalog. */
export class CheckList {
	view: CheckListView = $state.raw({ kind: 'loading' });
	readonly #commands: Pick<Commands, 'checks'>;
	#lastRequest = 0;

	readonly order = new Order<CheckItem>({ state: (row) => Number(row.ok), name: (row) => row.name, component: (row) => row.component || null, last: (row) => row.at, took: (row) => row.took, failed: (row) => row.failed, since: (row) => row.failingSince });
	/** The checks, failing ones first until another order is chosen. */
	readonly rows: readonly CheckItem[] = $derived(this.order.sorted(this.view.kind === 'ready' ? this.view.checks.checks : []));

	constructor(commands: Pick<Commands, 'checks'>) {
		this.#commands = commands;
	}

	/** Asks again; what is shown stays until the answer is here. */
	load = async (range: Span | null): Promise<void> => {
		const request = ++this.#lastRequest;
		const answer = await this.#commands.checks({ range });
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', checks: answer.data } : { kind: 'failed', error: answer.error };
	};
}
