// What can be done with the rows of a table: marking, copying, and another order.
import { tsv } from '$lib/format/tsv';
import type { Every } from '$lib/state/paged.svelte';
import type { Copied, TableOnScreen } from '$lib/state/tables.svelte';
import type { Column } from './column';
import type { Marks, RowId } from './marks.svelte';
import type { OrderChoice } from './order.svelte';

/** How the rest of a list is reached that is read page by page. */
export interface Beyond<Row> {
	/** The identities of the rows from one place to another, both included. */
	readonly ids: (first: number, last: number) => Promise<readonly RowId[]>;
	/** Those of these rows that are in the list, in its order. */
	readonly rows: (ids: readonly RowId[]) => Promise<Every<Row>>;
	/** The place of a row in the list; -1 when it is not there. */
	readonly place: (id: RowId) => Promise<number>;
}

/** A table as it is now. */
export interface LiveTable<Row> {
	/** As long as the list; a row that is not here yet is `undefined`. */
	readonly rows: readonly (Row | undefined)[];
	/** The columns that are shown. */
	readonly columns: readonly Column[];
	/** The index of the row with the keyboard; -1 for none. */
	at: number;
	readonly marks: Marks | undefined;
	readonly order: OrderChoice | undefined;
	/** Where the list is read page by page. */
	readonly beyond?: Beyond<Row> | undefined;
	readonly id: (row: Row) => RowId;
	/** What a cell says, for a copy. */
	readonly text: (row: Row, column: Column, index: number) => string;
}

/** Marks a row, or every row up to it. A row that is not here yet is not marked alone: nobody has seen it. */
export function mark<Row>(table: LiveTable<Row>, at: number, reach: 'row' | 'upToHere'): void {
	const { marks, beyond } = table;
	if (marks && beyond && reach === 'upToHere' && marks.last >= 0) {
		void beyond.ids(Math.min(marks.last, at), Math.max(marks.last, at)).then((ids) => marks.add(ids, at));
		return;
	}
	if (table.rows[at] === undefined) return;
	const ids = table.rows.map((row) => (row === undefined ? '' : table.id(row)));
	if (reach === 'row') marks?.mark(ids, at);
	else marks?.markTo(ids, at);
}

/** Writes the marked rows, or else the one with the keyboard, under a line with the heads; `null` when there is none. */
export function copied<Row>(table: LiveTable<Row>): Copied | Promise<Copied> {
	const { rows, marks, beyond, at } = table;
	const here = [...rows.entries()].filter((entry): entry is [number, Row] => entry[1] !== undefined && marks?.has(table.id(entry[1])) === true);
	if (beyond && marks && here.length < marks.ids.length) {
		const of = marks.ids.length;
		return beyond.rows(marks.ids).then(({ rows: all, missed }) => {
			const marked = written(table, [...all.entries()]);
			// Not even the row with the keyboard stands for marked rows that could not be read.
			if (missed) return { ...marked, missed: { error: missed, of } };
			return all.length > 0 ? marked : alone(table);
		});
	}
	return here.length > 0 ? written(table, here) : alone(table);

	function alone(of: LiveTable<Row>): Copied {
		const row = rows[at];
		return row === undefined ? null : written(of, [[at, row]]);
	}
}

function written<Row>(table: LiveTable<Row>, rows: readonly [number, Row][]): NonNullable<Copied> {
	const { columns } = table;
	const lines = rows.map(([index, row]) => columns.map((column) => table.text(row, column, index)));
	return { text: tsv([columns.map((column) => column.copied ?? column.label), ...lines]), count: rows.length };
}

/** Changes the order; the keyboard stays on its row. */
export function sort<Row>(table: LiveTable<Row>, change: (order: OrderChoice) => void): void {
	const row = table.rows[table.at];
	if (!table.order) return;
	change(table.order);
	if (row === undefined) return;
	const id = table.id(row);
	if (table.beyond) {
		void table.beyond.place(id).then((place) => {
			if (place >= 0) table.at = place;
		});
	} else table.at = table.rows.findIndex((other) => other !== undefined && table.id(other) === id);
}

/** What the keys of the window can do with a table. */
export function forKeys<Row>(table: LiveTable<Row>, widths: (() => void) | null): TableOnScreen {
	return {
		copied: () => copied(table),
		mark: table.marks ? (reach) => table.at >= 0 && mark(table, table.at, reach) : null,
		marked: () => table.marks?.ids.length ?? 0,
		unmark: () => table.marks?.clear(),
		sort: table.order ? (how) => sort(table, (order) => (how === 'turn' ? order.turn() : order.next(table.columns.map((column) => column.key)))) : null,
		widths,
	};
}
