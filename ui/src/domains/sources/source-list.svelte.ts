/** The sources of the open workspace and what can be done with one. Owned by the catalog. */
import { Order } from '$lib/components/order.svelte';
import type { AppError, JobRow, Result, SourceRow } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';
import type { SourcesApi } from './api';

/** What the list shows. Exactly one of these is true at a time. */
export type SourceListView =
	| { kind: 'loading' }
	| { kind: 'empty' }
	| { kind: 'ready'; rows: readonly SourceRow[] }
	/** The last answer stays when the next one fails. */
	| { kind: 'stale'; rows: readonly SourceRow[]; missed: Missed }
	| { kind: 'failed'; error: AppError };

/** How much of a source a deletion takes. */
export type DeletionReach = 'connection' | 'withData';

/** How long and how much of a source is kept; `null` is without a limit. */
export interface KeepLimits {
	readonly retention: number | null;
	readonly maxBytes: number | null;
}

export class SourceList {
	/** Replaced whole on every answer, so the rows need no deep proxy. */
	view: SourceListView = $state.raw({ kind: 'loading' });
	/** The source whose details are shown. */
	selectedId: number | null = $state(null);
	/** What the last action failed with, and for which source. */
	problem: { id: number; error: AppError } | null = $state.raw(null);
	readonly #api: SourcesApi;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	readonly order = new Order<SourceRow>({ state: (row) => row.health.state, source: (row) => row.health.name, heard: (row) => row.health.answered, data: (row) => row.data?.end ?? null, rules: (row) => row.rules, firing: (row) => row.firing });
	readonly rows: readonly SourceRow[] = $derived(this.order.sorted(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.rows : []));
	readonly selected: SourceRow | null = $derived(
		this.rows.find((row) => row.health.id === this.selectedId) ?? this.rows[0] ?? null,
	);

	constructor(api: SourcesApi) {
		this.#api = api;
	}

	/** Reads the list again; what is shown stays until the answer is here. */
	async load(): Promise<void> {
		const request = ++this.#lastRequest;
		const answer = await this.#api.sources();
		if (request !== this.#lastRequest) return;
		const asked = { what: null };
		if (answer.status === 'error') {
			const [{ view }, missed] = [this, this.#last.stands(asked, answer.error)];
			this.view = missed && (view.kind === 'ready' || view.kind === 'stale') ? { kind: 'stale', rows: view.rows, missed } : { kind: 'failed', error: answer.error };
			return;
		}
		this.#last.came(asked);
		this.view = answer.data.length === 0 ? { kind: 'empty' } : { kind: 'ready', rows: answer.data };
	}

	/** Selects the row `by` places further, without running over the ends. */
	move(by: number): void {
		const at = this.rows.findIndex((row) => row.health.id === this.selected?.health.id);
		const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, at + by))];
		if (next) this.selectedId = next.health.id;
	}

	/** Begins to fetch what is missing since the last sync. */
	async sync(id: number): Promise<JobRow | null> {
		return await this.#act(id, () => this.#api.sync({ source: id, range: null }));
	}

	/** Begins or ends to read the source by itself; a paused source is woken first. */
	async follow(row: SourceRow, on: boolean): Promise<void> {
		const id = row.health.id;
		if (on && row.health.state === 'paused') await this.#act(id, () => this.#api.pauseSource(id, false));
		await this.#act(id, () => this.#api.follow(id, on));
		await this.load();
	}

	/** Pauses the source or wakes it: a paused source is not contacted at all. */
	async pause(id: number, paused: boolean): Promise<void> {
		await this.#act(id, () => this.#api.pauseSource(id, paused));
		await this.load();
	}

	/** Brings the values of a label again that was capped. */
	async resume(id: number, label: string): Promise<void> {
		await this.#act(id, () => this.#api.resumeLabel(id, label));
		await this.load();
	}

	/** Deletes the source; returns whether it is gone. */
	async remove(id: number, reach: DeletionReach): Promise<boolean> {
		await this.#act(id, () => this.#api.deleteSource(id, reach === 'withData'));
		await this.load();
		return this.problem === null;
	}

	/** Stores how long and how much is kept. */
	async keep(row: SourceRow, limits: KeepLimits): Promise<boolean> {
		const draft = row.draft;
		if (!draft) return false;
		await this.#act(row.health.id, () => this.#api.saveSource({ ...draft, ...limits, secret: null }));
		await this.load();
		return this.problem === null;
	}

	async #act<T>(id: number, call: () => Promise<Result<T>>): Promise<T | null> {
		this.problem = null;
		const answer = await call();
		if (answer.status === 'ok') return answer.data;
		// A person who ends an action has not met a failure.
		if (answer.error.code !== 'cancelled') this.problem = { id, error: answer.error };
		return null;
	}
}
