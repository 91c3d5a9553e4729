// Writes rows as text that a spreadsheet takes, and that is safe to paste elsewhere.

/** Writes rows, a line each and the cells apart by tabs. */
export function tsv(rows: readonly (readonly string[])[]): string {
	return rows.map((cells) => `${cells.map(cell).join('\t')}\n`).join('');
}

/** A tab or a line break would begin another cell or row, and other control characters could steer a terminal. A leading sign that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
	const plain = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
	return /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
}
