// An expression, what it was answered, and what was asked before. Owned by the page.
import type { AppError, Commands, QueryBy, QueryTimes, QueryView, Span } from '$lib/ipc/bindings';
import { timesOf } from './promql';
import { ghostsOf, linesOf, type QueryLine, type QueryLines } from './query-lines';

const weekMillis = 7 * 86_400_000;

/** An answer with what it answers. */
export interface Answered {
	expression: string;
	range: Span;
	times: QueryTimes;
	by: QueryBy;
	view: QueryView;
	lines: QueryLines;
}

/** What became of the last expression. What was answered before stays beside a refusal. */
export type DeskState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready' } | { kind: 'refused'; error: AppError } | { kind: 'failed'; error: AppError };

type QueryCommands = Pick<Commands, 'query' | 'cancelQuery' | 'askedQueries' | 'rememberQuery'>;

/** Whether a failure is about the expression: what the core says of it begins with its name, and a server refuses it in words of its own. */
function isRefusal({ code }: AppError): boolean {
	return code.startsWith('query_') || code === 'source_bad_query' || code === 'source_too_large' || code === 'source_query_timeout';
}

export class PromqlDesk {
	/** The expression as it is typed. */
	typed = $state('');
	/** The expression that was run last. */
	ran: string | null = $state(null);
	/** Whether it is answered over the window or at its end. */
	when: 'over' | 'end' = $state('over');
	/** Whether the stored samples answer or the server itself. */
	by: QueryBy = $state('stored');
	/** The source that is asked; `null` takes the only one that has what is asked for. */
	source: string | null = $state(null);
	state: DeskState = $state.raw({ kind: 'none' });
	/** The last answer; it stays while the next one is under way. */
	answered: Answered | null = $state.raw(null);
	/** The same expression a week before, moved onto this one; empty while it is not wanted or not there. */
	ghosts: readonly QueryLine[] = $state.raw([]);
	/** What was asked of the workspace, newest first. */
	history: readonly string[] = $state.raw([]);
	readonly #commands: QueryCommands;
	#lastRequest = 0;
	/** Whether the week before is wanted. */
	#lastWeek = false;
	/** Answers that are under way. */
	#open = 0;
	/** How far back the arrow keys are; -1 is what the person types. */
	#back = -1;
	#draft = '';

	/** Whether the text is still the one that was run. */
	readonly current: boolean = $derived(this.ran !== null && this.typed.trim() === this.ran);
	/** The column at which the text cannot be read or has no answer, from 1; `null` when none is known. */
	readonly column: number | null = $derived.by(() => {
		if (!this.current || this.state.kind !== 'refused') return null;
		const column = Number(this.state.error.fields['column']);
		return Number.isInteger(column) && column > 0 ? column + this.typed.length - this.typed.trimStart().length : null;
	});

	constructor(commands: QueryCommands) {
		this.#commands = commands;
	}

	/** Takes what was asked of the workspace before; without an answer the list begins empty. */
	loadHistory = async (): Promise<void> => {
		const answer = await this.#commands.askedQueries();
		if (answer.status === 'ok') this.history = (answer.data ?? []).map((asked) => asked.expression);
	};

	/** Keeps an expression as the newest; what a workspace that can only be read does not keep holds on this screen. */
	async #remember(expression: string): Promise<void> {
		this.history = [expression, ...this.history.filter((one) => one !== expression)];
		const answer = await this.#commands.rememberQuery(expression);
		if (answer.status === 'ok' && answer.data?.[0]?.expression === expression) this.history = answer.data.map((asked) => asked.expression);
	}

	/** Runs what is typed. */
	run = async (range: Span | null): Promise<void> => {
		const expression = this.typed.trim();
		if (expression === '') return;
		this.ran = expression;
		this.#back = -1;
		await Promise.all([this.#remember(expression), this.again(range)]);
	};

	/** Asks again what was run last, for another window; an answer that is no longer wanted is dropped. */
	again = async (range: Span | null): Promise<void> => {
		const expression = this.ran;
		if (expression === null || !range) return;
		const request = ++this.#lastRequest;
		if (this.answered?.expression !== expression) this.state = { kind: 'loading' };
		// Nobody waits for what was asked before.
		if (this.#open > 0) await this.#commands.cancelQuery();
		if (request !== this.#lastRequest) return;
		const times: QueryTimes = this.when === 'over' ? timesOf(range) : { kind: 'at', at: range.end };
		this.#open += 1;
		const { by, source } = this;
		const answer = await this.#commands.query({ expression, times, source, by });
		this.#open -= 1;
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.answered = { expression, range, times, by, view: answer.data, lines: linesOf(answer.data) };
			this.state = { kind: 'ready' };
			this.ghosts = [];
			await this.#haunt(request);
		} else if (answer.error.code === 'cancelled') {
			this.state = { kind: this.answered?.expression === expression ? 'ready' : 'none' };
		} else {
			this.state = { kind: isRefusal(answer.error) ? 'refused' : 'failed', error: answer.error };
		}
	};

	/** Shows the week before beside this one, or no longer. */
	showLastWeek = async (on: boolean): Promise<void> => {
		this.#lastWeek = on;
		this.ghosts = [];
		await this.#haunt(this.#lastRequest);
	};

	/** Asks for the week before; without an answer there is no ghost, and nothing else is lost. */
	async #haunt(request: number): Promise<void> {
		const { answered } = this;
		if (!this.#lastWeek || answered?.times.kind !== 'over') return;
		const { expression, times, by, lines } = answered;
		this.#open += 1;
		const answer = await this.#commands.query({ expression, times: { ...times, from: times.from - weekMillis, to: times.to - weekMillis }, source: this.source, by });
		this.#open -= 1;
		if (request !== this.#lastRequest || !this.#lastWeek || answer.status === 'error') return;
		this.ghosts = ghostsOf(lines.lines, linesOf(answer.data).lines, weekMillis);
	}

	/** Stops what is under way; the last answer stays. */
	stop = async (): Promise<void> => {
		if (this.#open > 0) await this.#commands.cancelQuery();
	};

	/** Puts an expression into the field and runs it. */
	take = (expression: string, range: Span | null): Promise<void> => {
		this.typed = expression;
		return this.run(range);
	};

	/** Goes through what was asked before: 1 is earlier, -1 later. What was being typed is found again at the end. */
	recall = (by: 1 | -1): void => {
		const next = Math.max(-1, Math.min(this.history.length - 1, this.#back + by));
		if (next === this.#back) return;
		if (this.#back < 0) this.#draft = this.typed;
		this.#back = next;
		this.typed = next < 0 ? this.#draft : (this.history[next] ?? '');
	};

	/** Takes that the person typed. */
	type = (text: string): void => {
		this.typed = text;
		this.#back = -1;
	};
}
