// Which part of a long ranking is in the page: its lines have two heights, so their places are added up once.

/** A line of the ranking: the head of a group or a row below it. */
export interface RankingLine<Row> {
	kind: 'head' | 'row';
	/** The group's name. */
	group: string;
	/** Rows of the group. */
	rows: number;
	row: Row | null;
	/** The place of a row among all rows. */
	at: number;
	top: number;
	height: number;
}

/** Heights of a head and of a row in pixels. */
export const headHeight = 29;
export const rowHeight = 24;
/** Up to so many lines the whole list is in the page. */
const mostWhole = 120;
const overscan = 240;

/** Lays out groups, one line below the other. */
export function linesOfGroups<Row>(groups: readonly { entity: string; rows: readonly Row[] }[]): RankingLine<Row>[] {
	const lines: RankingLine<Row>[] = [];
	let top = 0;
	let at = 0;
	for (const { entity, rows } of groups) {
		lines.push({ kind: 'head', group: entity, rows: rows.length, row: null, at: -1, top, height: headHeight });
		top += headHeight;
		for (const row of rows) {
			lines.push({ kind: 'row', group: entity, rows: rows.length, row, at, top, height: rowHeight });
			top += rowHeight;
			at += 1;
		}
	}
	return lines;
}

/** A part of the list with the empty space before and behind it. */
export interface RankingSight<Row> {
	lines: readonly RankingLine<Row>[];
	before: number;
	behind: number;
}

/** Takes the lines that are in sight, with some before and behind them. */
export function inSight<Row>(lines: readonly RankingLine<Row>[], scrolled: number, height: number): RankingSight<Row> {
	const last = lines.at(-1);
	if (lines.length <= mostWhole || !last) return { lines, before: 0, behind: 0 };
	const first = Math.max(0, lines.findIndex((line) => line.top + line.height > scrolled - overscan));
	const end = lines.findIndex((line) => line.top > scrolled + (height || 600) + overscan);
	const shown = lines.slice(first, end < 0 ? undefined : end);
	const shownLast = shown.at(-1) ?? last;
	return { lines: shown, before: shown[0]?.top ?? 0, behind: last.top + last.height - shownLast.top - shownLast.height };
}

/** The lines of one group that follow each other. */
export interface RankingGroup<Row> {
	group: string;
	/** How many rows the group has in all. */
	rows: number;
	/** Whether its head is in the page. */
	headed: boolean;
	shown: readonly RankingLine<Row>[];
}

/** Puts the lines in sight together by their group. */
export function groupsInSight<Row>(lines: readonly RankingLine<Row>[]): RankingGroup<Row>[] {
	const groups: { group: string; rows: number; headed: boolean; shown: RankingLine<Row>[] }[] = [];
	for (const line of lines) {
		let last = groups.at(-1);
		if (last?.group !== line.group) {
			last = { group: line.group, rows: line.rows, headed: line.kind === 'head', shown: [] };
			groups.push(last);
		}
		if (line.kind === 'row') last.shown.push(line);
	}
	return groups;
}
