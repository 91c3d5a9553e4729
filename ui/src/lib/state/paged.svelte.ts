// A list that is read page by page where it is looked at: only what was in sight is here, however long it is.
import type { AppError, Result } from '$lib/ipc/bindings';
import { LastAnswer, type Asked, type Missed } from './standing';

/** One page as the core answers it. */
export interface Page<Row> {
	/** Rows of the whole list. */
	total: number;
	rows: readonly Row[];
}

/** What the list shows. The last answer stays while the next one is under way, and when that fails for the same question. */
export type PagedView<Answer> = { kind: 'loading' } | { kind: 'ready'; answer: Answer } | { kind: 'stale'; answer: Answer; missed: Missed } | { kind: 'failed'; error: AppError };

/** Rows of one page. */
const size = 100;
/** Rows of one answer when many are wanted at once; the core gives no more, unless it says otherwise. */
const most = 200;
/** Rows around those in sight that are read with them. */
const around = 20;

/** What is different about a list. */
export interface PagedOptions<Row> {
	/** Rows of one answer at most. */
	most?: number;
	/** What tells a row from every other, where the list may move on between two answers: no row is here twice. */
	id?: (row: Row) => string | number;
	/** What is asked for: the last answer to it stays when the next one fails. Without it none does. */
	question?: () => Asked;
}

/** Rows that were wanted at once: all of them, or those that came before an answer failed, and with what it did. */
export interface Every<Row> {
	rows: readonly Row[];
	missed: AppError | null;
}

/** Reads rows that come in several answers, one behind the other; `wanted` is how many there may be. */
export async function everyRow<Row>(wanted: number, ask: (offset: number) => Promise<Result<Page<Row>>>): Promise<Every<Row>> {
	const rows: Row[] = [];
	for (let total = wanted; rows.length < total; ) {
		const answer = await ask(rows.length);
		if (answer.status === 'error') return { rows, missed: answer.error };
		if (answer.data.rows.length === 0) break;
		rows.push(...answer.data.rows);
		total = answer.data.total;
	}
	return { rows, missed: null };
}

/** Who shows rows of a list: its table, or what is drawn beside it. */
export type Sight = 'rows' | 'drawn';

/** A list and the pages of it that are here. Owned by whoever asks for it. */
export class Paged<Row, Answer extends Page<Row>> {
	view: PagedView<Answer> = $state.raw({ kind: 'loading' });
	/** As long as the list; a row that is not here yet is `undefined`. */
	rows: readonly (Row | undefined)[] = $state.raw([]);
	readonly #ask: (offset: number, limit: number) => Promise<Result<Answer>>;
	/** The pages that are here or under way. */
	#pages = new Set<number>();
	readonly #sights = new Map<Sight, { first: number; last: number }>([['rows', { first: 0, last: 0 }]]);
	readonly #options: PagedOptions<Row>;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	constructor(ask: (offset: number, limit: number) => Promise<Result<Answer>>, options: PagedOptions<Row> = {}) {
		this.#ask = ask;
		this.#options = options;
	}

	/** The last answer; `null` without one. */
	get answer(): Answer | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.answer : null;
	}

	/** Reads what is in sight again; what is shown stays until the answer is here. */
	load = async (): Promise<void> => {
		const request = ++this.#lastRequest;
		const asked = this.#options.question?.() ?? null;
		const pages = this.#inSight();
		const answers = await Promise.all(pages.map((page) => this.#ask(page * size, size)));
		// Something else is asked for by now.
		if (request !== this.#lastRequest) return;
		const [first] = answers;
		const failed = answers.find((answer) => answer.status === 'error');
		if (failed?.status === 'error') this.#miss(failed.error, asked && this.#last.stands(asked, failed.error));
		if (failed || first?.status !== 'ok') {
			// What was under way before is dropped: it is read when it is looked at again.
			for (const page of [...this.#pages]) if (this.#holes(page * size, (page + 1) * size - 1)) this.#pages.delete(page);
			return;
		}
		this.#pages = new Set(pages);
		const rows = new Array<Row | undefined>(first.data.total).fill(undefined);
		for (const [at, answer] of answers.entries()) if (answer.status === 'ok') this.#put(rows, (pages[at] ?? 0) * size, answer.data.rows);
		this.rows = rows;
		if (asked) this.#last.came(asked);
		this.view = { kind: 'ready', answer: first.data };
		// What was in sight may lie behind the end of a shorter list.
		for (const [of, sight] of this.#sights) if (sight.first >= first.data.total) this.see(first.data.total - 1, first.data.total - 1, of);
	};

	/** Rows are in sight, from one place to another: what is not here of them is read. */
	see = (first: number, last: number, of: Sight = 'rows'): void => {
		this.#sights.set(of, { first: Math.max(0, first), last: Math.max(0, last) });
		for (const page of this.#inSight()) if (page * size < this.rows.length && !this.#pages.has(page)) void this.#fill(page);
	};

	/** The rows from one place to another, both included, read where they are not here. */
	between = async (first: number, last: number): Promise<readonly Row[]> => {
		const request = this.#lastRequest;
		const atOnce = this.#options.most ?? most;
		for (let from = first; from <= last; from += atOnce) {
			const to = Math.min(last, from + atOnce - 1);
			if (!this.#holes(from, to)) continue;
			const answer = await this.#ask(from, to - from + 1);
			if (request !== this.#lastRequest || answer.status === 'error') return [];
			this.#take(from, answer.data.rows);
		}
		return this.rows.slice(first, last + 1).filter((row) => row !== undefined);
	};

	#miss(error: AppError, missed: Missed | null): void {
		const { answer } = this;
		this.view = answer && missed ? { kind: 'stale', answer, missed } : { kind: 'failed', error };
	}

	async #fill(page: number): Promise<void> {
		const request = this.#lastRequest;
		this.#pages.add(page);
		const answer = await this.#ask(page * size, size);
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') this.#take(page * size, answer.data.rows);
		else this.#pages.delete(page);
	}

	#take(at: number, read: readonly Row[]): void {
		const rows = [...this.rows];
		this.#put(rows, at, read);
		this.rows = rows;
	}

	/** Puts rows where they belong; a list that became shorter meanwhile takes no more than it has. */
	#put(rows: (Row | undefined)[], at: number, read: readonly Row[]): void {
		const { id } = this.#options;
		const known = id ? new Map(rows.flatMap((row, place) => (row === undefined ? [] : [[id(row), place] as const]))) : null;
		for (const [offset, row] of read.entries()) {
			if (at + offset >= rows.length) break;
			const before = id ? known?.get(id(row)) : undefined;
			if (before !== undefined && before !== at + offset) {
				// It stood elsewhere when its page was read: what stands there now is not known.
				rows[before] = undefined;
				this.#pages.delete(Math.floor(before / size));
			}
			rows[at + offset] = row;
		}
	}

	#holes(first: number, last: number): boolean {
		return this.rows.slice(first, last + 1).includes(undefined);
	}

	/** The pages that what is in sight lies on. */
	#inSight(): number[] {
		const pages = new Set<number>();
		for (const { first, last } of this.#sights.values()) {
			const from = Math.floor(Math.max(0, first - around) / size);
			const to = Math.floor((last + around) / size);
			for (let page = from; page <= to; page += 1) pages.add(page);
		}
		return [...pages].sort((a, b) => a - b);
	}
}
