// The order of a list: its own, or by the values of a column.

/** By which column a list is ordered. */
export interface Sorting {
	key: string;
	direction: 'rising' | 'falling';
}

/** What a row is ordered by; `null` comes last in either direction. */
export type SortValue = string | number | null;

const texts = new Intl.Collator('en', { numeric: true });

/** The choice of an order. Owned by the list, which may be ordered elsewhere. */
export class OrderChoice {
	/** `null` is the list's own order. */
	by: Sorting | null = $state.raw(null);
	readonly #keys: readonly string[];

	/** The columns that a list can be ordered by. */
	constructor(keys: readonly string[]) {
		this.#keys = keys;
	}

	/** Whether a list can be ordered by a column. */
	has = (key: string): boolean => this.#keys.includes(key);

	/** Orders by the next of these columns; behind the last one comes the list's own order. */
	next = (keys: readonly string[]): void => {
		const possible = keys.filter(this.has);
		const key = possible[this.by === null ? 0 : possible.indexOf(this.by.key) + 1];
		this.by = key === undefined ? null : { key, direction: 'rising' };
	};

	/** Orders by a column; the same one again turns it round, and once more gives the list its own order back. */
	choose = (key: string): void => {
		if (this.by?.key !== key) this.by = { key, direction: 'rising' };
		else this.by = this.by.direction === 'rising' ? { key, direction: 'falling' } : null;
	};

	/** Turns the order round. */
	turn = (): void => {
		if (this.by) this.by = { key: this.by.key, direction: this.by.direction === 'rising' ? 'falling' : 'rising' };
	};
}

/** The order of a list that is here as a whole. Owned by the list. */
export class Order<Row> extends OrderChoice {
	readonly #values: Readonly<Record<string, (row: Row) => SortValue>>;

	/** The values of every column that a list can be ordered by. */
	constructor(values: Readonly<Record<string, (row: Row) => SortValue>>) {
		super(Object.keys(values));
		this.#values = values;
	}

	/** Orders rows. */
	sorted = (rows: readonly Row[]): readonly Row[] => {
		const by = this.by;
		const value = by === null ? undefined : this.#values[by.key];
		if (by === null || !value) return rows;
		const sign = by.direction === 'rising' ? 1 : -1;
		return [...rows].sort((a, b) => compared(value(a), value(b), sign));
	};
}

function compared(a: SortValue, b: SortValue, sign: 1 | -1): number {
	if (a === null || b === null) return Number(a === null) - Number(b === null);
	if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
	return sign * texts.compare(String(a), String(b));
}
