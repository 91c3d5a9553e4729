// The charts in sight: one message for all of them, decoded once.
import type { AppError, ChartRequest, Commands } from '$lib/ipc/bindings';
import { decodeChart, type ChartColumns } from '$lib/ipc/chart';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the charts show. The last ones stay while the next are under way, and when those of the same series fail. */
export type ChartSetView = { kind: 'loading' } | { kind: 'ready'; charts: readonly ChartColumns[] } | { kind: 'stale'; charts: readonly ChartColumns[]; missed: Missed } | { kind: 'failed'; error: AppError };

/** The charts of a few series. Owned by the page. */
export class ChartSet {
	view: ChartSetView = $state.raw({ kind: 'loading' });
	readonly #commands: Commands;
	#lastRequest = 0;
	readonly #last = new LastAnswer();

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** The last charts; empty without any. */
	get charts(): readonly ChartColumns[] {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.charts : [];
	}

	/** Asks for at most 24 series. `follows` says that the range moves on by itself. */
	load = async (wanted: ChartRequest, follows = false): Promise<void> => {
		const request = ++this.#lastRequest;
		const asked = { what: wanted.series, range: wanted.range, follows };
		if (wanted.series.length === 0) {
			this.view = { kind: 'ready', charts: [] };
			return;
		}
		// Nothing is drawn that could stay meanwhile.
		if (this.view.kind === 'ready' && this.charts.length === 0) this.view = { kind: 'loading' };
		const answer = await this.#commands.chart(wanted);
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.view = { kind: 'ready', charts: decodeChart(answer.data).series };
			return;
		}
		const [{ charts }, missed] = [this, this.#last.stands(asked, answer.error)];
		this.view = missed && charts.length > 0 ? { kind: 'stale', charts, missed } : { kind: 'failed', error: answer.error };
	};
}
