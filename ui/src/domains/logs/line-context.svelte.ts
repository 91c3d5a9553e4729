// The lines around one line.
import type { AppError, Commands, LogItem } from '$lib/ipc/bindings';

/** What is known of the surroundings. */
export type ContextView = { kind: 'none' } | { kind: 'loading'; of: string } | { kind: 'ready'; of: string; lines: readonly LogItem[] } | { kind: 'failed'; of: string; error: AppError };

const around = 12;

/** The surroundings of the line that is looked at. Owned by the page. */
export class LineContext {
	view: ContextView = $state.raw({ kind: 'none' });
	readonly #commands: Pick<Commands, 'logsAround'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'logsAround'>) {
		this.#commands = commands;
	}

	/** Asks for the lines around a line; nothing when they are there. */
	async load(row: LogItem): Promise<void> {
		if (this.view.kind !== 'none' && this.view.kind !== 'failed' && this.view.of === row.id) return;
		const request = ++this.#lastRequest;
		this.view = { kind: 'loading', of: row.id };
		const answer = await this.#commands.logsAround({ at: row.at, id: row.id }, around, around);
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', of: row.id, lines: answer.data } : { kind: 'failed', of: row.id, error: answer.error };
	}
}
