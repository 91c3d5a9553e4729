// The list of Metrics: the series that match a filter, those with findings first; found and ordered by the core, read page by page.
import type { Beyond } from '$lib/components/table-acts';
import type { Commands, MetricsRequest, MetricsView, SeriesRow, Span } from '$lib/ipc/bindings';
import { everyRow, Paged, type Every, type PagedView } from '$lib/state/paged.svelte';
import type { Asked } from '$lib/state/standing';

/** Which series are listed. */
export interface SeriesChoice {
	range: Span;
	/** A selector or words; empty for all. */
	filter: string;
	/** Only those of this entity; `null` for all. */
	entity: string | null;
	/** Only those of this class; `null` for all. */
	class: string | null;
}

/** Rows of one answer at most. */
const most = 100;

/** The series of the range and filter. Owned by the page. */
export class MetricsList {
	readonly pages: Paged<SeriesRow, MetricsView>;
	readonly #commands: Pick<Commands, 'metrics'>;
	#lastRequest = 0;
	/** What is asked for. */
	#wanted: SeriesChoice | null = null;
	/** Whether its range moves on by itself. */
	#follows = false;
	/** What the list answers. */
	#of: SeriesChoice | null = null;

	constructor(commands: Pick<Commands, 'metrics'>) {
		this.#commands = commands;
		this.pages = new Paged((offset, limit) => this.#ask({ offset, limit }), { most, id: (row) => row.id, question: () => this.#question() });
	}

	get view(): PagedView<MetricsView> {
		return this.pages.view;
	}

	/** The last answer; `null` without one. */
	get list(): MetricsView | null {
		return this.pages.answer;
	}

	/** As long as the list; a row that is not here yet is `undefined`. */
	get rows(): readonly (SeriesRow | undefined)[] {
		return this.pages.rows;
	}

	/** Asks again for what is in sight; an answer that is no longer wanted is dropped. `follows` says that the range moves on by itself. */
	load = async (choice: SeriesChoice, follows = false): Promise<void> => {
		const request = ++this.#lastRequest;
		[this.#wanted, this.#follows] = [choice, follows];
		await this.pages.load();
		if (request !== this.#lastRequest) return;
		if (this.view.kind === 'ready') this.#of = choice;
		// What is not here yet of a list that stands is asked for as the rest of it was.
		else if (this.view.kind === 'stale') this.#wanted = this.#of;
	};

	/** The place of a series in the list; -1 when it is not there. */
	place = async (series: number): Promise<number> => {
		const answer = await this.#ask({ locate: series, limit: 1 });
		return answer.status === 'ok' ? (answer.data.place ?? -1) : -1;
	};

	/** The way of the table to what is not here. */
	readonly beyond: Beyond<SeriesRow> = {
		ids: async (first, last) => (await this.pages.between(first, last)).map((row) => row.id),
		rows: (ids) => this.#only(ids.map(Number)),
		place: (id) => this.place(Number(id)),
	};

	#question(): Asked {
		return { what: { ...this.#wanted, range: null }, range: this.#wanted?.range ?? null, follows: this.#follows };
	}

	#only(only: number[]): Promise<Every<SeriesRow>> {
		return everyRow(only.length, (offset) => this.#ask({ only, offset, limit: most }));
	}

	async #ask(part: Partial<MetricsRequest>): ReturnType<Commands['metrics']> {
		if (this.#wanted === null) return { status: 'error', error: { code: 'cancelled', fields: {} } };
		const { class: kind, ...rest } = this.#wanted;
		return this.#commands.metrics({ ...rest, ...(kind === null ? {} : { class: kind }), ...part });
	}
}
