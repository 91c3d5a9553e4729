// What can be done with the rows of a table: marking, copying, and another order.
import { tsv } from '$lib/format/tsv';
import type { TableOnScreen } from '$lib/state/tables.svelte';
import type { Column } from './column';
import type { Marks, RowId } from './marks.svelte';
import type { Order } from './order.svelte';

/** A table as it is now. */
export interface LiveTable<Row> {
	readonly rows: readonly Row[];
	/** The columns that are shown. */
	readonly columns: readonly Column[];
	/** The index of the row with the keyboard; -1 for none. */
	at: number;
	readonly marks: Marks | undefined;
	readonly order: Order<Row> | undefined;
	readonly id: (row: Row) => RowId;
	/** What a cell says, for a copy. */
	readonly text: (row: Row, column: Column, index: number) => string;
}

/** Marks a row, or every row up to it. */
export function mark<Row>(table: LiveTable<Row>, at: number, reach: 'row' | 'upToHere'): void {
	const ids = table.rows.map(table.id);
	if (reach === 'row') table.marks?.mark(ids, at);
	else table.marks?.markTo(ids, at);
}

/** Writes the marked rows, or else the one with the keyboard, under a line with the heads; `null` when there is none. */
export function copied<Row>(table: LiveTable<Row>): { text: string; count: number } | null {
	const { rows, columns, marks, at } = table;
	const places = [...rows.keys()].filter((index) => marks?.has(table.id(rows[index] as Row)));
	if (places.length === 0 && at >= 0 && at < rows.length) places.push(at);
	if (places.length === 0) return null;
	const lines = places.map((index) => columns.map((column) => table.text(rows[index] as Row, column, index)));
	return { text: tsv([columns.map((column) => column.copied ?? column.label), ...lines]), count: places.length };
}

/** Changes the order; the keyboard stays on its row. */
export function sort<Row>(table: LiveTable<Row>, change: (order: Order<Row>) => void): void {
	const row = table.rows[table.at];
	if (!table.order) return;
	change(table.order);
	if (row !== undefined) table.at = table.rows.findIndex((other) => table.id(other) === table.id(row));
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
