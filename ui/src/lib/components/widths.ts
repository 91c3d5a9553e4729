// How wide the columns of a table are: what a person chose wins over the column's own width, and one column takes what is left.
import type { Column } from './column';

/** Chosen widths in pixels, by the key of the column. */
export type Widths = Readonly<Record<string, number>>;

/** On which side of a column its width is dragged. */
export type Edge = 'left' | 'right';

/** A column is never narrower. */
export const narrowest = 32;
/** A column is never wider. */
export const widest = 1600;
/** What the column that takes the rest keeps while another is made wider. */
const restKept = 80;

/** Returns the index of the column that takes what is left, the last elastic one; -1 where all are fixed. */
export function restOf(columns: readonly Column[]): number {
	return columns.findLastIndex((column) => column.width.includes('fr'));
}

/** Returns the side on which a column is dragged, the one away from the column that takes the rest; `null` where its width cannot be chosen. */
export function edgeOf(columns: readonly Column[], index: number): Edge | null {
	const rest = restOf(columns);
	if (index === rest || columns[index]?.labelHidden) return null;
	return rest === -1 || index < rest ? 'right' : 'left';
}

/** Returns the columns as the grid takes them. A chosen width yields where there is no room for it. */
export function template(columns: readonly Column[], widths: Widths): string {
	return columns
		.map((column, index) => {
			const chosen = widths[column.key];
			return chosen === undefined || edgeOf(columns, index) === null ? column.width : `minmax(${narrowest}px, ${chosen}px)`;
		})
		.join(' ');
}

/** Returns the wanted width, as far as the column that takes the rest has room for it. */
export function allowed(wanted: number, now: number, rest: number): number {
	const most = Math.min(widest, now + Math.max(0, rest - restKept));
	return Math.round(Math.max(narrowest, Math.min(most, wanted)));
}
