// The rows of a table that are marked, by identity: they stay marked when the order changes.

/** What tells a row from every other. */
export type RowId = string | number;

/** Marked rows. Owned by whoever acts on them, or by the table's own component where they are only copied. */
export class Marks {
	/** In the order in which they were marked. */
	ids: readonly RowId[] = $state.raw([]);
	readonly #known: ReadonlySet<RowId> = $derived(new Set(this.ids));
	#last = -1;

	has = (id: RowId): boolean => this.#known.has(id);

	/** The place of the row that was marked last; -1 when none was. */
	get last(): number {
		return this.#last;
	}

	/** Marks a row or takes its mark away. */
	mark = (ids: readonly RowId[], at: number): void => {
		const id = ids[at];
		if (id === undefined) return;
		this.ids = this.has(id) ? this.ids.filter((other) => other !== id) : [...this.ids, id];
		this.#last = at;
	};

	/** Marks every row from the last one that was marked up to a row. */
	markTo = (ids: readonly RowId[], at: number): void => {
		if (this.#last < 0) {
			this.mark(ids, at);
			return;
		}
		this.add(ids.slice(Math.min(this.#last, at), Math.max(this.#last, at) + 1), at);
	};

	/** Marks rows, of which the last one is at a place. */
	add = (ids: readonly RowId[], at: number): void => {
		this.ids = [...new Set([...this.ids, ...ids])];
		this.#last = at;
	};

	/** Takes all marks away. */
	clear = (): void => {
		this.ids = [];
		this.#last = -1;
	};
}
