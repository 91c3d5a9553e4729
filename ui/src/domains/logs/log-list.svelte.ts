// The log lines of a range, newest first, page behind page, and how many there are.
import type { AppError, Commands, LogCountsView, LogItem, LogPlace, LogsRequest, LogsView, Span } from '$lib/ipc/bindings';
import { LastAnswer, type Asked, type Missed } from '$lib/state/standing';

/** What the list shows. The last answer stays while the next one is under way, and when that fails for the same lines. */
export type LogListView = { kind: 'loading' } | { kind: 'ready'; list: LogsView } | { kind: 'stale'; list: LogsView; missed: Missed } | { kind: 'failed'; error: AppError };

/** How many lines there are. `last` are the counts of the question before; those of the same one stay when they cannot be renewed. */
export type LogCounts = { kind: 'counting'; last: LogCountsView | null } | { kind: 'ready'; counts: LogCountsView } | { kind: 'stale'; counts: LogCountsView; missed: Missed } | { kind: 'failed'; error: AppError };

/** Which lines are asked for. */
export type LogWish = Pick<LogsRequest, 'range' | 'query' | 'level' | 'template' | 'sources' | 'entity'>;

type LineCommands = Pick<Commands, 'logsList' | 'logsCounts' | 'logsCancelCounts'>;

const page = 200;

/** What is asked, whenever it is: a range that moves with new lines asks the same. */
function questionOf({ range, ...rest }: LogWish): string {
	return JSON.stringify([rest, range && range.end - range.start]);
}

/** The lines that match a wish. Owned by the page. */
export class LogList {
	/** The last answer; replaced whole. */
	view: LogListView = $state.raw({ kind: 'loading' });
	/** They come after the lines, which are never held up by them. */
	counts: LogCounts = $state.raw({ kind: 'counting', last: null });
	/** The lines that have arrived, newest first. */
	rows: readonly LogItem[] = $state.raw([]);
	/** Where the next page begins; `null` at the end. */
	next: LogPlace | null = $state.raw(null);
	readonly #commands: LineCommands;
	#wish: LogWish = { range: null, query: '', level: null, template: null, sources: [], entity: null };
	/** Whether the range of the wish moves on by itself. */
	#follows = false;
	readonly #last = new LastAnswer();
	readonly #lastCounts = new LastAnswer();
	#lastRequest = 0;
	#paging = false;
	/** What is to be counted next; `null` when nothing is. */
	#toCount: LogWish | null = null;
	#counting = false;
	#question = 0;

	constructor(commands: LineCommands) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get list(): LogsView | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.list : null;
	}

	/** How many lines there are; `null` while that is not known. */
	get counted(): LogCountsView | null {
		return this.counts.kind === 'ready' || this.counts.kind === 'stale' ? this.counts.counts : null;
	}

	/** Asks again from the newest line on, and then how many lines there are. `follows` says that the range moves on by itself. */
	load = async (wish: LogWish, follows = false): Promise<void> => {
		if (questionOf(wish) !== questionOf(this.#wish)) this.#forgetCounts();
		[this.#wish, this.#follows] = [wish, follows];
		const asked = this.#asked(wish);
		const request = ++this.#lastRequest;
		const answer = await this.#commands.logsList({ ...wish, behind: null, limit: page });
		// The range or a filter moved on while this answer was under way.
		if (request !== this.#lastRequest) return;
		if (answer.status === 'error') {
			const [{ list }, missed] = [this, this.#last.stands(asked, answer.error)];
			this.view = list && missed ? { kind: 'stale', list, missed } : { kind: 'failed', error: answer.error };
			return;
		}
		this.#last.came(asked);
		this.rows = answer.data.rows;
		this.next = answer.data.next;
		this.view = { kind: 'ready', list: answer.data };
		await this.#count(answer.data.range);
	};

	/** Brings the next older lines; nothing at the end. */
	more = async (): Promise<void> => {
		if (this.#paging || this.next === null) return;
		this.#paging = true;
		const request = this.#lastRequest;
		// The range of the answer, so that a range that moves with new lines does not move the pages.
		const range = this.list?.range ?? this.#wish.range;
		const answer = await this.#commands.logsList({ ...this.#wish, range, behind: this.next, limit: page });
		this.#paging = false;
		if (request !== this.#lastRequest || answer.status === 'error') return;
		this.rows = [...this.rows, ...answer.data.rows];
		this.next = answer.data.next;
	};

	/** Ends the count that is under way: nobody looks at these lines. */
	rest = (): void => {
		this.#toCount = null;
		if (this.#counting) void this.#commands.logsCancelCounts();
	};

	#asked({ range, ...what }: LogWish): Asked {
		return { what, range, follows: this.#follows };
	}

	/** The counts are of other lines; nobody waits for those that are under way. */
	#forgetCounts(): void {
		this.#question += 1;
		if (this.counts.kind !== 'counting') this.counts = { kind: 'counting', last: this.counted };
		this.rest();
	}

	/** Counts the lines that are shown. Lines that arrive do not end a count of the same question: it is made again behind it. */
	async #count(range: Span): Promise<void> {
		this.#toCount = { ...this.#wish, range };
		if (this.#counting) return;
		this.#counting = true;
		while (this.#toCount !== null) {
			const wish: LogWish = this.#toCount;
			const question = this.#question;
			this.#toCount = null;
			const answer = await this.#commands.logsCounts({ ...wish, behind: null, limit: 1 });
			// A count that was ended, or is of other lines, says nothing.
			if (question !== this.#question || (answer.status === 'error' && answer.error.code === 'cancelled')) continue;
			const asked = this.#asked(wish);
			if (answer.status === 'ok') {
				this.#lastCounts.came(asked);
				this.counts = { kind: 'ready', counts: answer.data };
				continue;
			}
			const [counts, missed] = [this.counted, this.#lastCounts.stands(asked, answer.error)];
			this.counts = counts && missed ? { kind: 'stale', counts, missed } : { kind: 'failed', error: answer.error };
		}
		this.#counting = false;
	}
}
