// A list that the core finds and orders, as of a moment, and that is read page by page.
import type { Result } from '$lib/ipc/bindings';
import { Paged, type Page, type PagedOptions, type PagedView } from './paged.svelte';

/** The part of a request that says which page is meant. */
export interface PageAsked {
	offset: number;
	limit: number;
}

/** Such a list. Whoever inherits says what is wished for, and how a page of it is asked for. */
export abstract class AskedList<Row, Answer extends Page<Row>> {
	readonly pages: Paged<Row, Answer>;
	/** The moment that is looked at; `null` is what is known. */
	asOf: number | null = $state(null);
	#asked = '';

	constructor(options: PagedOptions<Row> = {}) {
		this.pages = new Paged((offset, limit) => this.ask({ offset, limit }), { ...options, question: () => ({ what: this.#asked }) });
	}

	/** What is asked for: what is chosen, the order and the moment. */
	abstract readonly wish: object;

	protected abstract ask(part: PageAsked): Promise<Result<Answer>>;

	get view(): PagedView<Answer> {
		return this.pages.view;
	}

	/** The last answer, with counts of everything. */
	get known(): Answer | null {
		return this.pages.answer;
	}

	/** As long as the list; a row that is not here yet is `undefined`. */
	get rows(): readonly (Row | undefined)[] {
		return this.pages.rows;
	}

	/** Whether the rows answer what is asked for. */
	get fresh(): boolean {
		return this.#asked === JSON.stringify(this.wish);
	}

	/** Reads what is in sight again, as of the last moment unless another is named; what is shown stays until the answer is here. */
	load = async (asOf: number | null = this.asOf): Promise<void> => {
		this.asOf = asOf;
		this.#asked = JSON.stringify(this.wish);
		await this.pages.load();
	};
}
