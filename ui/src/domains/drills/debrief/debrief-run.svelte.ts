// The debrief of an attempt, as the core made it.
import type { AppError, Commands, DebriefView, KeptResults } from '$lib/ipc/bindings';
import { missed, type Missed } from '$lib/state/standing';

/**
 * What is shown. The last answer stays while the next one is under way, and when that fails; what the file keeps stands in where no
 * world can be made of its text.
 */
export type DebriefRunView = { kind: 'loading' } | { kind: 'ready'; debrief: DebriefView } | { kind: 'stale'; debrief: DebriefView; missed: Missed } | { kind: 'kept'; kept: KeptResults } | { kind: 'failed'; error: AppError };

/** Answers that are no failures: there is nothing to review, so an older review would be of something else. */
const none: ReadonlySet<string> = new Set(['no_drill', 'drill_not_over']);

/** A debrief. Owned by its page. */
export class DebriefRun {
	view: DebriefRunView = $state.raw({ kind: 'loading' });
	readonly #commands: Pick<Commands, 'drillDebrief' | 'drillKept'>;
	#lastRequest = 0;
	/** When what is shown was answered. */
	#answered = 0;

	constructor(commands: Pick<Commands, 'drillDebrief' | 'drillKept'>) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get debrief(): DebriefView | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.debrief : null;
	}

	/** Asks for an attempt; `null` takes the latest that ended. */
	load = async (attempt: number | null): Promise<void> => {
		const request = ++this.#lastRequest;
		const answer = await this.#commands.drillDebrief(attempt);
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#answered = Date.now();
			this.view = { kind: 'ready', debrief: answer.data };
		} else if (answer.error.code === 'scenario_unreadable') await this.#keep(request);
		else this.#miss(answer.error);
	};

	/** Shows what the file keeps. */
	async #keep(request: number): Promise<void> {
		const kept = await this.#commands.drillKept();
		if (request !== this.#lastRequest) return;
		if (kept.status === 'ok') this.view = { kind: 'kept', kept: kept.data };
		else this.#miss(kept.error);
	}

	#miss(error: AppError): void {
		// What a file keeps of a drill does not get old.
		if (this.view.kind === 'kept') return;
		const debrief = none.has(error.code) ? null : this.debrief;
		this.view = debrief ? { kind: 'stale', debrief, missed: missed(error, this.#answered) } : { kind: 'failed', error };
	}
}
