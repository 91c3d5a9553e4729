// The charts in sight: one message for all of them, decoded once.
import type { AppError, ChartRequest, Commands } from '$lib/ipc/bindings';
import { decodeChart, type ChartColumns } from '$lib/ipc/chart';

/** What the charts show. The last ones stay while the next are under way. */
export type ChartSetView = { kind: 'loading' } | { kind: 'ready'; charts: readonly ChartColumns[] } | { kind: 'failed'; error: AppError };

/** The charts of a few series. Owned by the page. */
export class ChartSet {
	view: ChartSetView = $state.raw({ kind: 'loading' });
	readonly #commands: Commands;
	#lastRequest = 0;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** Asks for at most 24 series. */
	load = async (wanted: ChartRequest): Promise<void> => {
		const request = ++this.#lastRequest;
		if (wanted.series.length === 0) {
			this.view = { kind: 'ready', charts: [] };
			return;
		}
		const answer = await this.#commands.chart(wanted);
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', charts: decodeChart(answer.data).series } : { kind: 'failed', error: answer.error };
	};
}
