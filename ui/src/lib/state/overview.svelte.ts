// What the window says about now: the sentence, the findings, the strip and the sources. Frame and *Now* show it.
import type { AppError, Commands, NowView, Span } from '$lib/ipc/bindings';

/** What is known. The last answer stays while the next one is under way. */
export type OverviewView = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; now: NowView } | { kind: 'failed'; error: AppError };

/** The overview of the range. Owned by the app; loaded again when range, findings or samples move. */
export class Overview {
	view: OverviewView = $state.raw({ kind: 'none' });
	readonly #commands: Commands;
	#lastRequest = 0;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get now(): NowView | null {
		return this.view.kind === 'ready' ? this.view.now : null;
	}

	/** Asks again. */
	load = async (range: Span | null): Promise<void> => {
		const request = ++this.#lastRequest;
		if (this.view.kind !== 'ready') this.view = { kind: 'loading' };
		const answer = await this.#commands.now(range);
		// The range moved on while this answer was under way.
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', now: answer.data } : { kind: 'failed', error: answer.error };
	};

	/** Forgets what was known, because the workspace is another. */
	clear = (): void => {
		this.#lastRequest += 1;
		this.view = { kind: 'none' };
	};
}
