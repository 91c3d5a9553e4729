// Takes an expression apart as far as the window needs it, chooses the moments it is answered for, and reads the values of an answer.
import type { QueryTimes, SeriesRow, Span } from '$lib/ipc/bindings';

/** What a piece of an expression is. `rest` is only there to keep the spaces. */
export type PieceKind = 'name' | 'function' | 'keyword' | 'label' | 'text' | 'number' | 'operator' | 'comment' | 'rest';

/** A piece of an expression; the pieces together are the text. */
export interface Piece {
	kind: PieceKind;
	text: string;
	/** The place of its first character, counted in characters as the core counts them, from 0. */
	at: number;
}

const pattern = /\s+|#[^\n]*|"(?:\\[^]|[^"\\])*"?|'(?:\\[^]|[^'\\])*'?|`[^`]*`?|\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?|[\p{L}_:][\p{L}\p{N}_:]*|=~|!~|!=|==|<=|>=|[^]/gu;
const keywords = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'offset', 'bool', 'and', 'or', 'unless', 'atan2', 'start', 'end']);
const aggregations = new Set(['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'group', 'topk', 'bottomk', 'quantile', 'count_values']);

/** Returns the pieces of an expression. Nothing is refused: the core says what cannot be read. */
export function pieces(expression: string): Piece[] {
	const texts = expression.match(pattern) ?? [];
	let at = 0;
	let braces = 0;
	return texts.map((text, index) => {
		const piece = { kind: kindOf(text, texts, index, braces > 0), text, at };
		at += [...text].length;
		braces += text === '{' ? 1 : text === '}' ? -1 : 0;
		return piece;
	});
}

function kindOf(text: string, all: readonly string[], index: number, inBraces: boolean): PieceKind {
	if (text.trim() === '') return 'rest';
	if (text.startsWith('#')) return 'comment';
	if (/^["'`]/.test(text)) return 'text';
	if (/^\.?\d/.test(text)) return 'number';
	if (!/^[\p{L}_:]/u.test(text)) return 'operator';
	if (inBraces) return 'label';
	const word = text.toLowerCase();
	if (keywords.has(word)) return 'keyword';
	const next = all.slice(index + 1).find((other) => other.trim() !== '');
	return aggregations.has(word) || next === '(' ? 'function' : 'name';
}

/** The piece at a column, counted from 1; -1 when the column is behind the end. */
export function pieceAt(all: readonly Piece[], column: number): number {
	return all.findIndex((piece) => piece.at < column && column <= piece.at + [...piece.text].length);
}

/** Steps that a person would choose, in milliseconds. */
const steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map((s) => s * 1000);
/** How many moments a line has at most; more are not told apart in a chart of usual width. */
const mostSteps = 250;

/** The moments of a window: at round times, at most 250 of them; a window without a round time is answered at its end. */
export function timesOf(range: Span): QueryTimes {
	const wide = range.end - range.start;
	const step = steps.find((s) => wide / s <= mostSteps) ?? Math.ceil(wide / mostSteps / 86_400_000) * 86_400_000;
	const from = Math.ceil(range.start / step) * step;
	const to = Math.floor(range.end / step) * step;
	return from < to ? { kind: 'over', from, to, step } : { kind: 'at', at: range.end };
}

/** Reads a value as Prometheus prints it. */
export function numberOf(value: string): number {
	if (value === '+Inf') return Infinity;
	if (value === '-Inf') return -Infinity;
	return value === 'NaN' ? NaN : Number(value);
}

/** Writes a series as an expression: a counter by its rate, because its own height says nothing. */
export function expressionOf(row: SeriesRow): string {
	const labels = row.labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
	const selector = labels === '' ? row.metric : `${row.metric}{${labels}}`;
	return row.kind === 'counter' ? `rate(${selector}[5m])` : selector;
}

/** Functions and aggregations whose result is not in the unit of what they are given. */
const ofOtherUnit = new Set(['count', 'count_values', 'group', 'stdvar', 'count_over_time', 'changes', 'resets', 'absent', 'absent_over_time', 'present_over_time', 'stdvar_over_time', 'timestamp', 'time', 'sgn', 'sqrt', 'exp', 'ln', 'log2', 'log10', 'scalar', 'vector', 'predict_linear', 'deriv', 'hour', 'minute', 'month', 'year', 'day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'histogram_count', 'histogram_fraction']);
const perSecond: Readonly<Record<string, string>> = { bytes: 'bytes_per_second', seconds: 'ratio', count: 'per_second' };

/** Returns the unit of an expression as far as the names in it tell it (by the suffixes that Prometheus recommends); empty where they do not, or where arithmetic makes it another one. */
export function unitOf(expression: string): string {
	const found = pieces(expression);
	if (found.some((piece) => (piece.kind === 'operator' && /^[*/%^]$/.test(piece.text)) || (piece.kind === 'keyword' && /^(?:bool|atan2)$/i.test(piece.text)))) return '';
	const functions = new Set(found.filter((piece) => piece.kind === 'function').map((piece) => piece.text.toLowerCase()));
	if ([...functions].some((name) => ofOtherUnit.has(name))) return '';
	const names = found.filter((piece, at) => piece.kind === 'name' && !isGrouped(found, at)).map((piece) => piece.text);
	const quantile = functions.has('histogram_quantile');
	const units = new Set(names.map((name) => unitOfName(name, quantile)));
	const [unit = ''] = units;
	if (units.size !== 1) return '';
	if (!quantile && (functions.has('rate') || functions.has('irate'))) return perSecond[unit] ?? '';
	// A bare count needs no unit, and its digits are wanted as they are.
	return unit === 'count' ? '' : unit;
}

/** Returns the unit in which a series is judged: a counter by its rate. */
export function unitOfSeries(name: string): string {
	return unitOf(/_(?:total|count|bucket|sum)(?=\{|$)/.test(name) ? `rate(${name}[5m])` : name);
}

/** Whether a name stands in the list of labels behind `by`, `on` and the like. */
function isGrouped(all: readonly Piece[], at: number): boolean {
	const open = all.slice(0, at).findLastIndex((piece) => piece.text === '(' || piece.text === ')');
	if (open < 0 || all[open]?.text !== '(') return false;
	const before = all.slice(0, open).findLast((piece) => piece.kind !== 'rest');
	return before?.kind === 'keyword' && /^(?:by|without|on|ignoring|group_left|group_right)$/i.test(before.text);
}

function unitOfName(name: string, quantile: boolean): string {
	if (quantile) return unitOfName(name.replace(/_bucket$/, ''), false);
	if (/_(?:bucket|count)$/.test(name)) return 'count';
	const base = name.replace(/_total$/, '').replace(/_sum$/, '');
	// A moment since 1970 is no length of time.
	if (/_timestamp_seconds$|start.*_time_seconds$/.test(base)) return '';
	const suffix = /_(seconds|bytes|ratio|celsius)$/.exec(base)?.[1];
	return suffix ?? (name.endsWith('_total') ? 'count' : '');
}
