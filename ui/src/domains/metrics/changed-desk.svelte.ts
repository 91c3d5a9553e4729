// What changed in a window: the ranking, the row with the keyboard, and the findings that lie in it. Owned by the tab.
import type { AppError, ChangedRow, ChangedView, Commands, FindingRow, Span } from '$lib/ipc/bindings';

/** What the ranking shows. The last answer stays while the next one is under way. */
export type ChangedState = { kind: 'loading' } | { kind: 'ready'; view: ChangedView } | { kind: 'stopped' } | { kind: 'failed'; error: AppError };

/** Rows that are asked for at most. */
const mostRows = 1000;

export class ChangedDesk {
	state: ChangedState = $state.raw({ kind: 'loading' });
	/** Whether a ranking is under way. */
	busy = $state(false);
	/** The place of the row with the keyboard. */
	at = $state(0);
	/** Findings of the window that were expected, the most surprising ones. */
	expected: readonly FindingRow[] = $state.raw([]);
	/** How many there are of them. */
	expectedCount = $state(0);
	/** The most surprising finding of a series in the window, whatever was said of it. */
	#found: { series: number; finding: FindingRow | null } | null = $state.raw(null);
	readonly #commands: Pick<Commands, 'changed' | 'findings'>;
	#lastRequest = 0;
	#lastExpected = 0;
	#lastFound = 0;

	readonly view: ChangedView | null = $derived(this.state.kind === 'ready' ? this.state.view : null);
	/** All rows, in the order in which they stand. */
	readonly rows: readonly ChangedRow[] = $derived((this.view?.entities ?? []).flatMap((group) => group.rows));
	readonly row: ChangedRow | null = $derived(this.rows[this.at] ?? null);

	/** The finding of the row with the keyboard; `null` without one, `undefined` while that is not known. */
	readonly finding: FindingRow | null | undefined = $derived(this.#found && this.#found.series === this.row?.series ? this.#found.finding : undefined);

	constructor(commands: Pick<Commands, 'changed' | 'findings'>) {
		this.#commands = commands;
	}

	/** Ranks again; the keyboard stays on its series. An answer that is no longer wanted is dropped. */
	load = async (window: Span, entity: string | null): Promise<void> => {
		const request = ++this.#lastRequest;
		this.busy = true;
		const answer = await this.#commands.changed({ window, limit: mostRows, filter: '', entity });
		if (request !== this.#lastRequest) return;
		this.busy = false;
		const series = this.row?.series ?? null;
		if (answer.status === 'ok') {
			this.state = { kind: 'ready', view: answer.data };
			this.at = Math.max(0, this.rows.findIndex((row) => row.series === series));
		} else {
			this.state = answer.error.code === 'cancelled' ? { kind: 'stopped' } : { kind: 'failed', error: answer.error };
		}
	};

	/** Asks for the findings of the window that were expected. */
	loadExpected = async (window: Span, entity: string | null): Promise<void> => {
		const request = ++this.#lastExpected;
		const answer = await this.#commands.findings({ range: window, entity, series: null });
		if (request !== this.#lastExpected || answer.status === 'error') return;
		this.expected = answer.data.expected;
		this.expectedCount = answer.data.expectedCount;
	};

	/** Asks for the findings of a series in the window: those are what a person can say something of. */
	loadFinding = async (window: Span, series: number): Promise<void> => {
		const request = ++this.#lastFound;
		const answer = await this.#commands.findings({ range: window, entity: null, series });
		if (request !== this.#lastFound) return;
		const all = answer.status === 'ok' ? [...answer.data.findings, ...answer.data.expected] : [];
		this.#found = { series, finding: all.sort((a, b) => b.score - a.score)[0] ?? null };
	};

	/** Moves the keyboard. */
	move = (by: number): void => {
		this.at = Math.max(0, Math.min(this.rows.length - 1, this.at + by));
	};
}

/** What changed first: only where one thing did, because what follows may be its echo. */
export function firstOf(rows: readonly ChangedRow[]): ChangedRow | null {
	// A weak change that happens to begin early does not come before a clear one.
	const least = rows.some((row) => row.grade >= 3) ? 3 : 2;
	const dated = rows.filter((row) => row.grade >= least && row.start !== null);
	const earliest = Math.min(...dated.map((row) => row.start ?? Infinity));
	const first = dated.filter((row) => row.start === earliest);
	return new Set(first.map((row) => row.entity)).size === 1 ? (first[0] ?? null) : null;
}

/** The stretch that is drawn around a window: what was before it says what is usual. */
export function around(window: Span, until: number): Span {
	const wide = window.end - window.start;
	return { start: window.start - 4 * wide, end: Math.max(window.end, Math.min(until, window.end + Math.round(wide / 4))) };
}
