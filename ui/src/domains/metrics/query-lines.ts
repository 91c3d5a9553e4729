// Makes lines that can be drawn from the answer to an expression: names that tell them apart, numbers, and where a line breaks.
import type { QueryTimes, QueryView } from '$lib/ipc/bindings';
import { numberOf } from './promql';

/** How many series are drawn at a time. */
export const mostLines = 24;

/** The lines that are drawn together: those among which the row with the keyboard is. */
export function drawnAround(lines: readonly QueryLine[], at: number): readonly QueryLine[] {
	const first = Math.floor(Math.max(0, Math.min(at, lines.length - 1)) / mostLines) * mostLines;
	return lines.slice(first, first + mostLines);
}

/** The place of a line among those that are drawn with it, by which it has its colour and dash. */
export function placeOf(line: QueryLine): number {
	return line.index % mostLines;
}

/** One series of an answer. */
export interface QueryLine {
	/** Its place in the answer. */
	index: number;
	/** All its labels as text, by which the same series of another week is found. */
	key: string;
	/** Its name and the labels that not all share; empty when nothing tells it apart. */
	name: string;
	times: readonly number[];
	/** As numbers; what is not finite is not drawn. */
	values: readonly number[];
	/** As Prometheus prints them. */
	printed: readonly string[];
}

/** An answer as lines. */
export interface QueryLines {
	lines: readonly QueryLine[];
	/** Labels that all series have with the same value. */
	shared: readonly (readonly [string, string])[];
}

/** Makes the lines of an answer, in the order of the core. */
export function linesOf(view: QueryView): QueryLines {
	const first = view.series[0];
	const shared = view.series.length < 2 || !first ? [] : first.labels.filter(([name, value]) => view.series.every((s) => s.labels.some(([n, v]) => n === name && v === value)));
	const folded = new Set(shared.map(([name]) => name));
	const lines = view.series.map((series, index): QueryLine => {
		const name = series.labels.find(([label]) => label === '__name__')?.[1] ?? '';
		const own = series.labels.filter(([label]) => label !== '__name__' && !folded.has(label)).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
		return { index, key: JSON.stringify(series.labels), name: own === '' ? name : `${folded.has('__name__') ? '' : name}{${own}}`, times: series.times, values: series.values.map(numberOf), printed: series.values };
	});
	return { lines, shared: shared.filter(([name]) => name !== '__name__') };
}

/** Counts the values of lines that are not finite. */
export function notFiniteOf(lines: readonly QueryLine[]): number {
	return lines.reduce((sum, line) => sum + line.values.filter((v) => !Number.isFinite(v)).length, 0);
}

/** The lines of another time, moved onto those of this one; a series that was not there then has none. */
export function ghostsOf(lines: readonly QueryLine[], then: readonly QueryLine[], by: number): readonly QueryLine[] {
	const known = new Map(then.map((line) => [line.key, line]));
	return lines.flatMap((line) => {
		const ghost = known.get(line.key);
		return ghost ? [{ ...ghost, index: line.index, times: ghost.times.map((at) => at + by) }] : [];
	});
}

/** The longest distance of two points that a line still joins. */
export function longestJoin(line: QueryLine, times: QueryTimes): number {
	if (times.kind === 'over') return times.step * 1.5;
	const distances = line.times.slice(1).map((at, i) => at - (line.times[i] ?? at)).sort((a, b) => a - b);
	return (distances[Math.floor(distances.length / 2)] ?? 0) * 3;
}

/** The least and greatest value that is drawn; `null` when none is. */
export function extremesOf(lines: readonly QueryLine[]): [number, number] | null {
	let low = Infinity;
	let high = -Infinity;
	for (const line of lines) {
		for (const value of line.values) {
			if (!Number.isFinite(value)) continue;
			low = Math.min(low, value);
			high = Math.max(high, value);
		}
	}
	return low <= high ? [low, high] : null;
}

/** The value of the point at or before a time; `null` when there is none that a line would reach. */
export function valueOf(line: QueryLine, at: number, join: number): string | null {
	const index = line.times.findLastIndex((time) => time <= at);
	const time = line.times[index];
	return time === undefined || at - time > join ? null : (line.printed[index] ?? null);
}
