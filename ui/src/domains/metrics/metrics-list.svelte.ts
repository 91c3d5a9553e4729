// The list of Metrics: the series that match a filter, those with findings first.
import type { AppError, Commands, MetricsView, Span } from '$lib/ipc/bindings';

/** What the list shows. The last answer stays while the next one is under way. */
export type MetricsListView = { kind: 'loading' } | { kind: 'ready'; list: MetricsView } | { kind: 'failed'; error: AppError };

/** Rows that are asked for: all of a large workspace, of which only those in sight are in the page. */
const mostRows = 5000;

/** The series of the range and filter. Owned by the page. */
export class MetricsList {
	view: MetricsListView = $state.raw({ kind: 'loading' });
	readonly #commands: Commands;
	#lastRequest = 0;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** Asks again; an answer that is no longer wanted is dropped. */
	load = async (range: Span, filter: string, entity: string | null): Promise<void> => {
		const request = ++this.#lastRequest;
		const answer = await this.#commands.metrics({ range, filter, entity, limit: mostRows });
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', list: answer.data } : { kind: 'failed', error: answer.error };
	};
}
