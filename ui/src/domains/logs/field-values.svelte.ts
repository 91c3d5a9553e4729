// The most frequent values of one field of the lines that are listed.
import type { AppError, Commands, LogValuesView, Span } from '$lib/ipc/bindings';
import type { LogWish } from './log-list.svelte';

/** What is known of the values. `field` is the one that was asked for. */
export type ValuesView = { kind: 'none' } | { kind: 'loading'; field: string } | { kind: 'ready'; field: string; found: LogValuesView } | { kind: 'failed'; field: string; error: AppError };

type ValuesCommands = Pick<Commands, 'logsValues' | 'logsCancelValues'>;

/** The values of the field that is looked into; one at a time. Owned by the page. */
export class FieldValues {
	view: ValuesView = $state.raw({ kind: 'none' });
	readonly #commands: ValuesCommands;
	#lastRequest = 0;

	constructor(commands: ValuesCommands) {
		this.#commands = commands;
	}

	/** Asks for the values of a field, or takes them away when they are shown. */
	async toggle(field: string, wish: LogWish, range: Span): Promise<void> {
		if (this.view.kind !== 'none' && this.view.field === field) {
			this.close();
			return;
		}
		const request = ++this.#lastRequest;
		this.view = { kind: 'loading', field };
		const answer = await this.#commands.logsValues({ field, lines: { ...wish, range, behind: null, limit: 1 } });
		// The person looks into another field, or none, or asks for other lines.
		if (request !== this.#lastRequest) return;
		// Closing the workspace ends what is counted there; that is no failure.
		if (answer.status === 'error' && answer.error.code === 'cancelled') this.view = { kind: 'none' };
		else this.view = answer.status === 'ok' ? { kind: 'ready', field, found: answer.data } : { kind: 'failed', field, error: answer.error };
	}

	/** Takes the values away, which are those of other lines; nobody counts on for values that are not looked at. */
	close = (): void => {
		if (this.view.kind === 'loading') void this.#commands.logsCancelValues();
		this.#lastRequest += 1;
		this.view = { kind: 'none' };
	};
}
