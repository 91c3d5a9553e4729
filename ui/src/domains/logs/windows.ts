// The two windows on the histogram: where an edge may stand, what moving it makes of the window, and where the words of marks stand.
import type { Span } from '$lib/ipc/bindings';

/** An edge of a window. */
export type Edge = 'start' | 'end';

/** The two windows that are compared. */
export interface Windows {
	/** What is usual. */
	baseline: Span;
	/** What is compared with it. */
	compare: Span;
}

/** The stretch that the edges may stand on, and its step. */
export interface Ground {
	range: Span;
	/** Length of a bin; windows begin and end at bins. */
	bin: number;
}

/** Returns the nearest beginning of a bin within the range; the end of the range counts as one. */
export function snapped(at: number, { range, bin }: Ground): number {
	if (at >= range.end - bin / 2) return range.end;
	return Math.max(range.start, Math.min(range.end, range.start + Math.round((at - range.start) / bin) * bin));
}

/** Moves one edge; a window is at least one bin long and the other edge stays. */
export function withEdge(span: Span, edge: Edge, at: number, ground: Ground): Span {
	const wanted = snapped(at, ground);
	if (edge === 'start') return { start: Math.max(ground.range.start, Math.min(wanted, span.end - ground.bin)), end: span.end };
	return { start: span.start, end: Math.min(ground.range.end, Math.max(wanted, span.start + ground.bin)) };
}

/** Moves a whole window by a time; it stops at the ends of the range and keeps its length. */
export function moved(span: Span, by: number, { range, bin }: Ground): Span {
	const length = span.end - span.start;
	const steps = Math.round(by / bin) * bin;
	const start = Math.max(range.start, Math.min(range.end - length, span.start + steps));
	return { start, end: start + length };
}

/** Whether a window lies in a range, so that it may be asked for with it. */
export function inside(range: Span | null, span: Span): boolean {
	return range !== null && span.start >= range.start && span.end <= range.end;
}

/** Where the words at a mark stand. */
export interface WordPlace {
	/** Whether they end at the mark instead of beginning there. */
	before: boolean;
	/** Whether they stand in the row below. */
	below: boolean;
}

/** Room for the longer words, with the time in them, for the shorter ones, and for both beside each other. */
const long = 150;
const short = 80;
const both = 240;

/** Places the words of the first alert and of the first new template, each given in pixels, so that they neither cover each other nor leave the plot. */
export function markPlaces(alert: number | null, fresh: number | null, left: number, width: number): { alert: WordPlace; fresh: WordPlace } {
	const crowded = fresh !== null && fresh - left < long;
	const turned = alert !== null && width - alert < short;
	const meet = alert !== null && fresh !== null && !crowded && Math.abs(fresh - alert) < both && (turned || alert <= fresh);
	return { alert: { before: turned, below: meet }, fresh: { before: !crowded, below: crowded } };
}
