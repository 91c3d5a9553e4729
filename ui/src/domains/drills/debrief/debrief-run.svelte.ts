// The debrief of an attempt, as the core made it.
import type { AppError, Commands, DebriefView } from '$lib/ipc/bindings';

/** What is shown. The last answer stays while the next one is under way. */
export type DebriefRunView = { kind: 'loading' } | { kind: 'ready'; debrief: DebriefView } | { kind: 'failed'; error: AppError };

/** A debrief. Owned by its page. */
export class DebriefRun {
	view: DebriefRunView = $state.raw({ kind: 'loading' });
	readonly #commands: Pick<Commands, 'drillDebrief'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'drillDebrief'>) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get debrief(): DebriefView | null {
		return this.view.kind === 'ready' ? this.view.debrief : null;
	}

	/** Asks for an attempt; `null` takes the latest that ended. */
	load = async (attempt: number | null): Promise<void> => {
		const request = ++this.#lastRequest;
		const answer = await this.#commands.drillDebrief(attempt);
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', debrief: answer.data } : { kind: 'failed', error: answer.error };
	};
}
