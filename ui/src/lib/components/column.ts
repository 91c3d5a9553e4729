// A column of a table.

/** A column. */
export interface Column {
	key: string;
	label: string;
	/** Its label in what is copied, where the one on screen counts rows or names no zone. */
	copied?: string;
	/** A width of the grid, such as `96px` or `minmax(0,1fr)`. */
	width: string;
	align?: 'start' | 'end';
	/** Whether the label is only for a screen reader, because the column is a glyph. */
	labelHidden?: boolean;
	/** Hidden in a window narrower than this many pixels. */
	from?: number;
}
