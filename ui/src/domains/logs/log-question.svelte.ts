// What is asked of the logs: the query, the choices beside it, and the two windows. Owned by the page; both tabs ask the same.
import type { AppError, Commands, LogChange, LogClass, LogGrade, QueryCheck, Span, TemplatesRequest } from '$lib/ipc/bindings';
import type { LogsLeft } from '$lib/state/router.svelte';
import type { LogWish } from './log-list.svelte';
import { isRaw, levelsAsked, narrowed } from './query';
import { inside, type Windows } from './windows';

/** A template that the lines are narrowed to. */
export interface ChosenTemplate {
	id: string;
	text: string;
}

/** Whether the typed query can be asked. */
export type QueryState = { kind: 'unchecked' } | { kind: 'good'; understood: string } | { kind: 'bad'; check: QueryCheck } | { kind: 'failed'; error: AppError };

export class LogQuestion {
	/** The query as it is typed. */
	typed = $state('');
	/** The query that was run last. */
	asked = $state('');
	state: QueryState = $state.raw({ kind: 'unchecked' });
	/** Whether a query was run that cannot be read; what is shown is older than what is typed. */
	refused = $state(false);
	/** Empty means all, for each of these. */
	sources: readonly number[] = $state.raw([]);
	levels: readonly LogGrade[] = $state.raw([]);
	classes: readonly LogClass[] = $state.raw([]);
	changes: readonly LogChange[] = $state.raw([]);
	/** The windows that a person chose; `null` lets the program choose. */
	windows: Windows | null = $state.raw(null);
	template: ChosenTemplate | null = $state.raw(null);
	/** The entity that the whole window is narrowed to; `null` for none. */
	entity: string | null = $state(null);

	/** Whether the person has left anything out. */
	readonly narrows: boolean = $derived(this.asked !== '' || this.entity !== null || this.template !== null || this.sources.length + this.levels.length + this.classes.length + this.changes.length > 0);

	/** Whether what was asked last is in the language of a cluster, which knows lines and no templates. */
	readonly raw: boolean = $derived(isRaw(this.asked));

	readonly #commands: Pick<Commands, 'logsCheckQuery'>;
	#lastCheck = 0;
	#lastRun = 0;
	/** What is asked once it was found readable; `null` when nothing waits for that. */
	#wanted: string | null = null;

	constructor(commands: Pick<Commands, 'logsCheckQuery'>, query = '') {
		this.#commands = commands;
		this.typed = query;
		this.asked = query;
	}

	/** Says whether what is typed can be read; returns the answer also when the person typed on meanwhile. */
	async check(): Promise<QueryState> {
		const request = ++this.#lastCheck;
		const query = this.typed.trim();
		if (query === '') {
			this.state = { kind: 'unchecked' };
			return this.state;
		}
		const answer = await this.#commands.logsCheckQuery(query);
		let state: QueryState;
		if (answer.status === 'error') state = { kind: 'failed', error: answer.error };
		else state = answer.data.ok ? { kind: 'good', understood: answer.data.understood } : { kind: 'bad', check: answer.data };
		// The person typed on while this answer was under way.
		if (request === this.#lastCheck) this.state = state;
		return state;
	}

	/** Asks what is typed, unless it cannot be read. What is typed meanwhile is not asked. */
	async run(): Promise<void> {
		const run = ++this.#lastRun;
		const query = this.typed.trim();
		this.#wanted = query;
		const state = await this.check();
		// Cleared, or run again with another text.
		if (run !== this.#lastRun) return;
		this.#wanted = null;
		this.refused = state.kind === 'bad';
		if (this.refused) return;
		this.asked = query;
		if (this.raw) this.template = null;
	}

	/** Asks only for lines that `more` finds too. A choice that is still being checked stays. */
	async narrow(more: string): Promise<void> {
		this.typed = narrowed(this.#wanted ?? this.asked, more);
		await this.run();
	}

	/** Asks for everything again; the windows stay. */
	clear(): void {
		this.typed = '';
		this.asked = '';
		this.state = { kind: 'unchecked' };
		this.refused = false;
		[this.sources, this.levels, this.classes, this.changes, this.template, this.entity] = [[], [], [], [], null, null];
		this.#lastCheck += 1;
		this.#lastRun += 1;
		this.#wanted = null;
	}

	/** Returns what is asked and chosen, for whoever comes back. */
	left(tab: LogsLeft['tab']): LogsLeft {
		return { tab, query: this.asked, template: this.template, sources: this.sources, levels: this.levels, classes: this.classes, changes: this.changes, windows: this.windows };
	}

	/** Asks what was asked and chosen when the screen was left. */
	takeUp(left: LogsLeft): void {
		[this.typed, this.asked] = [left.query, left.query];
		[this.sources, this.levels, this.classes, this.changes] = [left.sources, left.levels, left.classes, left.changes];
		[this.template, this.windows] = [left.template, left.windows];
	}

	/** Returns the question for the templates of a range. Windows of another range are left to the program. A query that only a cluster answers is left out where the templates are not `shown` and only tell which sources there are. */
	templates(range: Span | null, shown: () => boolean = () => true): TemplatesRequest {
		const query = this.raw && !shown() ? '' : this.asked;
		const own = this.windows && inside(range, this.windows.baseline) && inside(range, this.windows.compare) ? this.windows : null;
		return { range, baseline: own?.baseline ?? null, compare: own?.compare ?? null, query, sources: [...this.sources], levels: [...this.levels], classes: [...this.classes], changes: [...this.changes], entity: this.entity };
	}

	/** Returns the question for the lines of a range. */
	lines(range: Span | null): LogWish {
		return { range, ...levelsAsked(this.asked, this.levels), template: this.template?.id ?? null, sources: [...this.sources], entity: this.entity };
	}
}
