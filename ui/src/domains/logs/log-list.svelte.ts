// The log lines of a range, newest first, page behind page.
import type { AppError, Commands, LogItem, LogPlace, LogsRequest, LogsView } from '$lib/ipc/bindings';

/** What the list shows. The last answer stays while the next one is under way. */
export type LogListView = { kind: 'loading' } | { kind: 'ready'; list: LogsView } | { kind: 'failed'; error: AppError };

/** Which lines are asked for. */
export type LogWish = Pick<LogsRequest, 'range' | 'query' | 'level' | 'template' | 'sources' | 'entity'>;

const page = 200;

/** The lines that match a wish. Owned by the page. */
export class LogList {
	/** The answer with the counts; replaced whole. */
	view: LogListView = $state.raw({ kind: 'loading' });
	/** The lines that have arrived, newest first. */
	rows: readonly LogItem[] = $state.raw([]);
	/** Where the next page begins; `null` at the end. */
	next: LogPlace | null = $state.raw(null);
	readonly #commands: Pick<Commands, 'logsList'>;
	#wish: LogWish = { range: null, query: '', level: null, template: null, sources: [], entity: null };
	#lastRequest = 0;
	#paging = false;

	constructor(commands: Pick<Commands, 'logsList'>) {
		this.#commands = commands;
	}

	/** Asks again from the newest line on, with counts. */
	load = async (wish: LogWish): Promise<void> => {
		this.#wish = wish;
		const request = ++this.#lastRequest;
		const answer = await this.#commands.logsList({ ...wish, behind: null, limit: page, counts: true });
		// The range or a filter moved on while this answer was under way.
		if (request !== this.#lastRequest) return;
		if (answer.status === 'error') {
			this.view = { kind: 'failed', error: answer.error };
			return;
		}
		this.rows = answer.data.rows;
		this.next = answer.data.next;
		this.view = { kind: 'ready', list: answer.data };
	};

	/** Brings the next older lines; nothing at the end. */
	more = async (): Promise<void> => {
		if (this.#paging || this.next === null) return;
		this.#paging = true;
		const request = this.#lastRequest;
		// The range of the answer, so that a range that moves with new lines does not move the pages.
		const range = this.view.kind === 'ready' ? this.view.list.range : this.#wish.range;
		const answer = await this.#commands.logsList({ ...this.#wish, range, behind: this.next, limit: page, counts: false });
		this.#paging = false;
		if (request !== this.#lastRequest || answer.status === 'error') return;
		this.rows = [...this.rows, ...answer.data.rows];
		this.next = answer.data.next;
	};
}
