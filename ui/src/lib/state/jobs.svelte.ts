// The background work of the core, as it tells of it.
import { SvelteMap } from 'svelte/reactivity';
import type { JobRow } from '$lib/ipc/bindings';

/** The jobs of this run, by number. */
export class Jobs {
	readonly #rows = new SvelteMap<number, JobRow>();
	readonly #waiting = new Map<number, ((row: JobRow) => void)[]>();

	/** Takes news of a job. */
	heard = (row: JobRow): void => {
		const known = this.#rows.get(row.id);
		// The answer of a command may arrive after the event that ended its job.
		if (known && known.state.kind !== 'running' && row.state.kind === 'running') return;
		this.#rows.set(row.id, row);
		if (row.state.kind === 'running') return;
		const waiting = this.#waiting.get(row.id) ?? [];
		this.#waiting.delete(row.id);
		for (const resolve of waiting) resolve(row);
	};

	/** A job by its number. */
	get = (id: number): JobRow | null => this.#rows.get(id) ?? null;

	/** All jobs, newest first. */
	all = (): JobRow[] => [...this.#rows.values()].sort((a, b) => b.id - a.id);

	/** The jobs that are under way, newest first. */
	running = (): JobRow[] => this.all().filter((row) => row.state.kind === 'running');

	/** The newest job of a source, under way or ended. */
	ofSource = (source: number): JobRow | null => this.all().find((row) => row.source === source) ?? null;

	/** Waits until a job has ended. */
	ended = (row: JobRow): Promise<JobRow> => {
		this.heard(row);
		const known = this.#rows.get(row.id) ?? row;
		if (known.state.kind !== 'running') return Promise.resolve(known);
		return new Promise((resolve) => this.#waiting.set(row.id, [...(this.#waiting.get(row.id) ?? []), resolve]));
	};
}
