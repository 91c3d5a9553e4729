// The debrief of an attempt, as the core made it.
import type { AppError, Commands, DebriefView, KeptResults } from '$lib/ipc/bindings';

/** What is shown. The last answer stays while the next one is under way; what the file keeps stands in where no world can be made of its text. */
export type DebriefRunView = { kind: 'loading' } | { kind: 'ready'; debrief: DebriefView } | { kind: 'kept'; kept: KeptResults } | { kind: 'failed'; error: AppError };

/** A debrief. Owned by its page. */
export class DebriefRun {
	view: DebriefRunView = $state.raw({ kind: 'loading' });
	readonly #commands: Pick<Commands, 'drillDebrief' | 'drillKept'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'drillDebrief' | 'drillKept'>) {
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
		if (answer.status === 'error' && answer.error.code === 'scenario_unreadable') {
			const kept = await this.#commands.drillKept();
			if (request !== this.#lastRequest) return;
			this.view = kept.status === 'ok' ? { kind: 'kept', kept: kept.data } : { kind: 'failed', error: kept.error };
			return;
		}
		this.view = answer.status === 'ok' ? { kind: 'ready', debrief: answer.data } : { kind: 'failed', error: answer.error };
	};
}
