// What the window says about now: the sentence, the findings, the strip and the sources. Frame and *Now* show it.
import type { AppError, Commands, NowView, Span } from '$lib/ipc/bindings';
import { missed, type Missed } from './standing';

/** What is known. The last answer stays while the next one is under way, and when that fails. */
export type OverviewView = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; now: NowView } | { kind: 'stale'; now: NowView; missed: Missed } | { kind: 'failed'; error: AppError };

/** The overview of the range. Owned by the app; loaded again when range, findings or samples move. */
export class Overview {
	view: OverviewView = $state.raw({ kind: 'none' });
	readonly #commands: Commands;
	#lastRequest = 0;
	/** When what is shown was answered. */
	#answered = 0;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get now(): NowView | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.now : null;
	}

	/** Asks again. */
	load = async (range: Span | null): Promise<void> => {
		const request = ++this.#lastRequest;
		if (!this.now) this.view = { kind: 'loading' };
		const answer = await this.#commands.now(range);
		// The range moved on while this answer was under way.
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#answered = Date.now();
			this.view = { kind: 'ready', now: answer.data };
		} else if (this.now) this.view = { kind: 'stale', now: this.now, missed: missed(answer.error, this.#answered) };
		else this.view = { kind: 'failed', error: answer.error };
	};

	/** Forgets what was known, because the workspace is another. */
	clear = (): void => {
		this.#lastRequest += 1;
		this.view = { kind: 'none' };
	};
}
