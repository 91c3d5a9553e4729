// The synthetic checks of the range: what is tried from outside, and whether it succeeds.
import { Order } from '$lib/components/order.svelte';
import type { AppError, CheckItem, ChecksView, Commands, Span } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the list shows. The last answer stays while the next one is under way, and when that fails for the same range. */
export type CheckListView = { kind: 'loading' } | { kind: 'ready'; checks: ChecksView } | { kind: 'stale'; checks: ChecksView; missed: Missed } | { kind: 'failed'; error: AppError };

/** The checks. Owned by the catalog. */
export class CheckList {
	view: CheckListView = $state.raw({ kind: 'loading' });
	readonly #commands: Pick<Commands, 'checks'>;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	readonly order = new Order<CheckItem>({ state: (row) => Number(row.ok), name: (row) => row.name, component: (row) => row.component || null, last: (row) => row.at, took: (row) => row.took, failed: (row) => row.failed, since: (row) => row.failingSince });
	/** The checks, failing ones first until another order is chosen. */
	readonly rows: readonly CheckItem[] = $derived(this.order.sorted(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.checks.checks : []));

	constructor(commands: Pick<Commands, 'checks'>) {
		this.#commands = commands;
	}

	/** Asks again; what is shown stays until the answer is here. `follows` says that the range moves on by itself. */
	load = async (range: Span | null, follows = false): Promise<void> => {
		const asked = { what: null, range, follows };
		const request = ++this.#lastRequest;
		const answer = await this.#commands.checks({ range });
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.view = { kind: 'ready', checks: answer.data };
			return;
		}
		const [{ view }, missed] = [this, this.#last.stands(asked, answer.error)];
		this.view = missed && (view.kind === 'ready' || view.kind === 'stale') ? { kind: 'stale', checks: view.checks, missed } : { kind: 'failed', error: answer.error };
	};
}
