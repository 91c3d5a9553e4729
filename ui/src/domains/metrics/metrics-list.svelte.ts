// The list of Metrics: the series that match a filter, those with findings first.
import type { AppError, Commands, MetricsView, Span } from '$lib/ipc/bindings';
import { missed, type Missed } from '$lib/state/standing';

/** What the list shows. The last answer stays while the next one is under way, and when that fails for the same question. */
export type MetricsListView = { kind: 'loading' } | { kind: 'ready'; list: MetricsView } | { kind: 'stale'; list: MetricsView; missed: Missed } | { kind: 'failed'; error: AppError };

/** Rows that are asked for: all of a large workspace, of which only those in sight are in the page. */
const mostRows = 5000;

/** The series of the range and filter. Owned by the page. */
export class MetricsList {
	view: MetricsListView = $state.raw({ kind: 'loading' });
	readonly #commands: Commands;
	#lastRequest = 0;
	/** The question that the list answers, and when it did. */
	#of: { filter: string; entity: string | null; at: number } | null = null;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get list(): MetricsView | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.list : null;
	}

	/** Asks again; an answer that is no longer wanted is dropped. */
	load = async (range: Span, filter: string, entity: string | null): Promise<void> => {
		const request = ++this.#lastRequest;
		const answer = await this.#commands.metrics({ range, filter, entity, limit: mostRows });
		if (request !== this.#lastRequest) return;
		const [list, of] = [this.list, this.#of];
		if (answer.status === 'ok') {
			this.#of = { filter, entity, at: Date.now() };
			this.view = { kind: 'ready', list: answer.data };
		} else if (list && of?.filter === filter && of.entity === entity) this.view = { kind: 'stale', list, missed: missed(answer.error, of.at) };
		else this.view = { kind: 'failed', error: answer.error };
	};
}
