// Whether secrets in lines are masked, and how many were.
import type { AppError, Commands, MaskingRow } from '$lib/ipc/bindings';

export type MaskingApi = Pick<Commands, 'logsMasking' | 'logsSetMasking'>;

/** The masking of the workspace. Owned by the page. */
export class Masking {
	/** `null` before it was asked for. */
	row: MaskingRow | null = $state.raw(null);
	problem: AppError | null = $state.raw(null);
	readonly #api: MaskingApi;

	constructor(api: MaskingApi) {
		this.#api = api;
	}

	async load(): Promise<void> {
		const answer = await this.#api.logsMasking();
		this.problem = answer.status === 'error' ? answer.error : null;
		if (answer.status === 'ok') this.row = answer.data;
	}

	/** Turns it on or off for lines that arrive from then on. */
	async set(on: boolean): Promise<void> {
		const answer = await this.#api.logsSetMasking(on);
		this.problem = answer.status === 'error' ? answer.error : null;
		await (answer.status === 'ok' ? this.load() : Promise.resolve());
	}
}
