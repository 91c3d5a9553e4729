/** What surrounds one sync: the rate over time, what is here of the source, and how the others are. Owned by *Sync*. */
import type { AppError, JobRow, SourceRow } from '$lib/ipc/bindings';
import type { SourcesApi } from './api';

/** The rate at one moment since the start. */
export interface RatePoint {
	readonly elapsed: number;
	readonly perSecond: number;
}

/** How many points the picture of the rate can use at most. */
const MOST_POINTS = 600;
/** Nearer answers are taken together, because a rate over less time is noise. */
const LEAST_DISTANCE = 250;

export class SyncWatch {
	source: SourceRow | null = $state.raw(null);
	/** Sources beside it that are stale or failed. */
	others: readonly SourceRow[] = $state.raw([]);
	rates: readonly RatePoint[] = $state.raw([]);
	/** Whether the source was looked for; before that nothing is said about it. */
	looked = $state(false);
	stopping = $state(false);
	problem: AppError | null = $state.raw(null);
	readonly #api: SourcesApi;
	readonly #sourceId: number | null;
	#last: { job: number; elapsed: number; samples: number } | null = null;
	#lastRequest = 0;

	constructor(api: SourcesApi, sourceId: number | null) {
		this.#api = api;
		this.#sourceId = sourceId;
	}

	/** Reads what has arrived and how the other sources are. */
	async load(): Promise<void> {
		const request = ++this.#lastRequest;
		const answer = await this.#api.sources();
		if (request !== this.#lastRequest) return;
		this.looked = true;
		if (answer.status === 'error') {
			this.problem = answer.error;
			return;
		}
		this.source = answer.data.find((row) => row.health.id === this.#sourceId) ?? null;
		this.others = answer.data.filter(
			(row) => row.health.id !== this.#sourceId && (row.health.state === 'stale' || row.health.state === 'failed'),
		);
	}

	/** Takes what the job says, for the rate. */
	progressed(job: JobRow): void {
		if (job.state.kind !== 'running') this.stopping = false;
		const last = this.#last;
		if (!last || last.job !== job.id) {
			this.rates = [];
			this.#last = { job: job.id, elapsed: job.elapsed, samples: job.samples };
			return;
		}
		const passed = job.elapsed - last.elapsed;
		if (passed < LEAST_DISTANCE || job.state.kind !== 'running') return;
		this.#last = { job: job.id, elapsed: job.elapsed, samples: job.samples };
		const perSecond = Math.max(0, ((job.samples - last.samples) * 1000) / passed);
		this.rates = [...this.rates, { elapsed: job.elapsed, perSecond }].slice(-MOST_POINTS);
	}

	/** Ends the sync; what arrived stays. */
	async stop(jobId: number): Promise<void> {
		this.stopping = true;
		const answer = await this.#api.cancelJob(jobId);
		if (answer.status === 'ok') return;
		this.stopping = false;
		this.problem = answer.error;
	}

	/** Fetches what is missing of a source. */
	async again(sourceId: number): Promise<JobRow | null> {
		this.problem = null;
		const answer = await this.#api.sync({ source: sourceId, range: null });
		if (answer.status === 'ok') return answer.data;
		this.problem = answer.error;
		return null;
	}
}
