// What changed in a window: the ranking, the row with the keyboard, and the findings that lie in it. Owned by the tab.
import type { AppError, ChangedPlace, ChangedRanking, ChangedRow, Commands, FindingRow, Result, Span } from '$lib/ipc/bindings';
import { Paged, type Page } from '$lib/state/paged.svelte';
import { LastAnswer, type Asked, type Missed } from '$lib/state/standing';

/** What the ranking shows. The last answer stays while the next one is under way, and when that fails for the same window. */
export type ChangedState = { kind: 'loading' } | { kind: 'ready'; view: ChangedRanking } | { kind: 'stale'; view: ChangedRanking; missed: Missed } | { kind: 'stopped' } | { kind: 'failed'; error: AppError };

/** Rows that are asked for at most. */
const mostRows = 1000;

/** Rows of one answer. */
const mostAtOnce = 100;

/** Where a row stands, and on what. */
export interface PlaceOf extends ChangedPlace {
	entity: string;
}

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
	/** The rows, of which those are here that were in sight. */
	readonly pages = new Paged<ChangedRow, Page<ChangedRow>>((offset, limit) => this.#page(offset, limit), { most: mostAtOnce });
	readonly #commands: Pick<Commands, 'changed' | 'changedRows' | 'findings'>;
	/** The ranking that pages are read of. */
	#ranking: ChangedRanking | null = null;
	readonly #last = new LastAnswer();
	#begin: number | null;
	#lastRequest = 0;
	#lastExpected = 0;
	#lastFound = 0;

	readonly view: ChangedRanking | null = $derived(this.state.kind === 'ready' || this.state.kind === 'stale' ? this.state.view : null);
	/** All places, in the order in which they stand. */
	readonly places: readonly PlaceOf[] = $derived((this.view?.entities ?? []).flatMap(({ entity, rows }) => rows.map((row) => ({ ...row, entity }))));
	/** The place with the keyboard. */
	readonly place: PlaceOf | null = $derived(this.places[this.at] ?? null);
	/** Its row; `null` also while that is read. */
	readonly row: ChangedRow | null = $derived(this.#row(this.at));

	/** The finding of the row with the keyboard; `null` without one, `undefined` while that is not known. */
	readonly finding: FindingRow | null | undefined = $derived(this.#found && this.#found.series === this.place?.series ? this.#found.finding : undefined);

	/** With the series on which the keyboard begins, where it is ranked. */
	constructor(commands: Pick<Commands, 'changed' | 'changedRows' | 'findings'>, begin: number | null = null) {
		this.#commands = commands;
		this.#begin = begin;
	}

	/** Ranks again; the keyboard stays on its series. An answer that is no longer wanted is dropped. `follows` says that the window moves on by itself. */
	load = async (window: Span, entity: string | null, follows = false): Promise<void> => {
		const asked = { what: entity, range: window, follows };
		const request = ++this.#lastRequest;
		this.busy = true;
		const answer = await this.#commands.changed({ window, limit: mostRows, filter: '', entity });
		if (request !== this.#lastRequest) return;
		this.busy = false;
		if (answer.status === 'error') {
			if (answer.error.code === 'cancelled') this.state = { kind: 'stopped' };
			else this.#miss(asked, answer.error);
			return;
		}
		const series = this.place?.series ?? this.#begin;
		this.#begin = null;
		const before = this.#ranking;
		this.#ranking = answer.data;
		await this.pages.load();
		if (request !== this.#lastRequest) return;
		if (this.pages.view.kind === 'failed') {
			// Rows of the ranking that stands are read of that one.
			this.#ranking = before;
			this.#miss(asked, this.pages.view.error);
			return;
		}
		this.#last.came(asked);
		this.state = { kind: 'ready', view: answer.data };
		this.at = Math.max(0, this.places.findIndex((place) => place.series === series));
	};

	#miss(asked: Asked, error: AppError): void {
		const [{ view }, missed] = [this, this.#last.stands(asked, error)];
		this.state = view && missed ? { kind: 'stale', view, missed } : { kind: 'failed', error };
	}

	/** A row of the ranking by its place; `null` where it is not here. */
	#row(at: number): ChangedRow | null {
		const [row, place] = [this.pages.rows[at], this.places[at]];
		return row && row.series === place?.series ? row : null;
	}

	/** Reads rows by their places: the first came with the ranking. */
	async #page(offset: number, limit: number): Promise<Result<Page<ChangedRow>>> {
		const ranking = this.#ranking;
		if (ranking === null) return { status: 'error', error: { code: 'cancelled', fields: {} } };
		const page = (rows: readonly ChangedRow[]): Result<Page<ChangedRow>> => ({ status: 'ok', data: { total: ranking.shown, rows } });
		if (offset + limit <= ranking.rows.length || ranking.rows.length === ranking.shown) return page(ranking.rows.slice(offset, offset + limit));
		const answer = await this.#commands.changedRows({ ranking: ranking.ranking, offset, limit });
		return answer.status === 'ok' ? page(answer.data) : answer;
	}

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
		// Without an answer it is not known whether there is one.
		if (request !== this.#lastFound || answer.status === 'error') return;
		const all = [...answer.data.findings, ...answer.data.expected];
		this.#found = { series, finding: all.sort((a, b) => b.score - a.score)[0] ?? null };
	};

	/** Drops what is under way: nobody waits for it on a screen that is left, and nothing is worked out from it there. */
	leave = (): void => {
		this.#lastRequest++;
		this.#lastExpected++;
		this.#lastFound++;
	};

	/** Moves the keyboard. */
	move = (by: number): void => {
		this.at = Math.max(0, Math.min(this.places.length - 1, this.at + by));
	};
}

/** What changed first: only where one thing did, because what follows may be its echo. */
export function firstOf<Row extends Pick<PlaceOf, 'entity' | 'grade' | 'start'>>(rows: readonly Row[]): Row | null {
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
