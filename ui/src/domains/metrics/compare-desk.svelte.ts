// Methods side by side: which are chosen, on which series, and what came of it. Owned by the page, so that an answer outlives its tab.
import type { AppError, Commands, CompareRow, CompareView, Span } from '$lib/ipc/bindings';
import { methods, ranked } from './methods';

/** What the comparison shows. */
export type CompareState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; view: CompareView } | { kind: 'stopped' } | { kind: 'refused'; error: AppError } | { kind: 'failed'; error: AppError };

export class CompareDesk {
	state: CompareState = $state.raw({ kind: 'none' });
	/** The words of the methods that run. */
	chosen: readonly string[] = $state.raw(methods);
	/** Which series, as the filter of the list takes them; empty for all. */
	filter = $state('');
	/** Whether the whole history is looked at, or only the window. */
	over: 'history' | 'window' = $state('history');
	/** Whether an alarm of which nothing was said is a false one. */
	strict = $state(false);
	/** The place of the row with the keyboard. */
	at = $state(0);
	readonly #commands: Pick<Commands, 'compareMethods'>;
	#lastRequest = 0;

	readonly view: CompareView | null = $derived(this.state.kind === 'ready' ? this.state.view : null);
	readonly rows: readonly CompareRow[] = $derived(this.view ? ranked(this.view) : []);
	readonly row: CompareRow | null = $derived(this.rows[this.at] ?? null);
	readonly busy: boolean = $derived(this.state.kind === 'loading');

	constructor(commands: Pick<Commands, 'compareMethods'>) {
		this.#commands = commands;
	}

	/** Chooses a method, or leaves it out. */
	choose = (method: string, on: boolean): void => {
		this.chosen = methods.filter((one) => (one === method ? on : this.chosen.includes(one)));
	};

	/** Chooses all methods, or none. */
	chooseAll = (on: boolean): void => {
		this.chosen = on ? methods : [];
	};

	/** Runs the chosen methods; an answer that is no longer wanted is dropped. */
	run = async (window: Span | null): Promise<void> => {
		if (this.chosen.length === 0) return;
		const request = ++this.#lastRequest;
		this.state = { kind: 'loading' };
		const answer = await this.#commands.compareMethods({ filter: this.filter.trim(), methods: [...this.chosen], range: this.over === 'window' ? window : null, unmarkedIsFalse: this.strict });
		if (request !== this.#lastRequest) return;
		this.at = 0;
		if (answer.status === 'ok') this.state = { kind: 'ready', view: answer.data };
		else if (answer.error.code === 'cancelled') this.state = { kind: 'stopped' };
		// What the core says of the question is a refusal; everything else is a failure of the program.
		else this.state = { kind: /^(?:compare_|method_|selector|range_)/.test(answer.error.code) ? 'refused' : 'failed', error: answer.error };
	};

	/** Moves the keyboard. */
	move = (by: number): void => {
		this.at = Math.max(0, Math.min(this.rows.length - 1, this.at + by));
	};
}
