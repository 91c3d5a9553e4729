// Where the marks of a lane stand, so that their words do not cover each other.
import type { LaneMark, LaneRow } from '$lib/ipc/bindings';

/** A mark with its place. */
export interface PlacedMark {
	mark: LaneMark;
	/** Its place among the marks of the lane. */
	index: number;
	x: number;
	/** The row of its words, from 0; `null` when there is no room for them. */
	row: number | null;
	/** Whether the words stand left of the mark, because the edge is near. */
	before: boolean;
	text: string;
}

const glyph = 16;
const gap = 10;

/** About the width of words at 11 px; Chinese characters are as wide as they are high. */
export function widthOf(text: string): number {
	let width = 0;
	for (const char of text) width += char > '\u2e7f' ? 11 : 5.9;
	return width;
}

/** Finds a row for the words of each mark, the first ones first. */
export function place(marks: readonly LaneMark[], texts: readonly string[], x: (at: number) => number, right: number, rows: number): PlacedMark[] {
	const taken: [number, number][][] = Array.from({ length: rows }, () => []);
	return marks.map((mark, index) => {
		const text = texts[index] ?? '';
		const at = x(mark.at);
		const wide = glyph + widthOf(text) + gap;
		const before = at + wide > right;
		const [from, to] = before ? [at - wide, at + glyph / 2] : [at - glyph / 2, at + wide];
		const row = before && from < 0 ? -1 : taken.findIndex((spans) => spans.every(([a, b]) => to <= a || from >= b));
		if (row >= 0) taken[row]?.push([from, to]);
		return { mark, index, x: at, row: row < 0 ? null : row, before, text };
	});
}

/** The end of the last phase of a lane; `null` without one. */
export function endOf(lane: LaneRow): number | null {
	return lane.phases.at(-1)?.end ?? null;
}

/** Whether the goal was met again in a lane. */
export function mitigated(lane: LaneRow): boolean {
	return lane.phases.some((phase) => phase.part === 'mitigate' && phase.done);
}
