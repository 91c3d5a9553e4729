// Takes a query apart as far as the window needs it: to colour it, to narrow it, and to say what it is about.
import type { LogGrade } from '$lib/ipc/bindings';

/** What a piece of a query is. `rest` is only there to keep the spaces. */
export type TokenKind = 'field' | 'operator' | 'keyword' | 'value' | 'wild' | 'word' | 'paren' | 'rest';

/** A piece of a query; the pieces together are the text. */
export interface Token {
	kind: TokenKind;
	text: string;
	/** The place of its first character, counted in characters as the core counts them. */
	at: number;
}

/** The levels from the most serious to the least. */
export const grades: readonly LogGrade[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

const pattern = /\s+|"(?:\\[^]|[^"\\])*"?|\/(?![\s/])(?:\\[^]|[^\\/])+\/(?=[\s()]|$)|<=|>=|[<>:]|[()]|[^\s"()<>:]+/gu;
/** A regular expression stands between slashes; a path does not end at its second one. */
const expression = /^\/(?![\s/])(?:\\[^]|[^\\/])+\/$/u;
const operators = new Set([':', '<', '>', '<=', '>=']);
const keywords = new Set(['and', 'or', 'not']);
/** What is read as the name of a field without quotes; other alphabets are, too, but quotes never harm. */
const bareName = /^[A-Za-z_@][\w.@/-]*$/;
/** Characters of a long text that are asked for at most: a query has an end, too. */
const longestAsked = 500;
/** Columns, whose values are compared as a whole however long they are. */
const wholeColumns = new Set(['service', 'service.name', 'host', 'host.name', 'dataset', 'event.dataset']);
/** Names that mean the service or the host of a line. */
const columns: Readonly<Record<string, true>> = { service: true, 'service.name': true, host: true, 'host.name': true };

/** The pieces of JSON; a text that is not closed reaches to the end. */
const jsonPattern = /\s+|"(?:\\[^]|[^"\\])*"?|[{}[\]]|[:,]|[^\s"{}[\]:,]+/gu;

/** Whether a query is meant in the language of a cluster, which answers it. */
export function isRaw(query: string): boolean {
	return query.trimStart().startsWith('{');
}

/** Divides a query in the language of a cluster: its object, and what stands behind that in ours. */
function divided(query: string): [object: string, behind: string] {
	let depth = 0;
	let end = 0;
	for (const piece of query.match(jsonPattern) ?? []) {
		end += piece.length;
		if (piece === '{' || piece === '[') depth += 1;
		if ((piece === '}' || piece === ']') && --depth <= 0) return [query.slice(0, end), query.slice(end)];
	}
	return [query, ''];
}

/** Returns the pieces of a query. Nothing is refused: what cannot be read is coloured as a word. */
export function tokens(query: string): Token[] {
	const [object, behind] = isRaw(query) ? divided(query) : ['', query];
	const ours = behind.match(pattern) ?? [];
	const pieces = [...jsonPieces(object), ...ours.map((text, index) => ({ kind: kindOf(text, ours, index), text }))];
	let at = 0;
	return pieces.map((piece) => {
		const token = { ...piece, at };
		at += [...piece.text].length;
		return token;
	});
}

function jsonPieces(object: string): Omit<Token, 'at'>[] {
	const pieces = object.match(jsonPattern) ?? [];
	return pieces.map((text, index) => {
		const next = pieces.slice(index + 1).find((piece) => piece.trim() !== '');
		if (text.trim() === '') return { kind: 'rest', text };
		if (/^[{}[\]]$/.test(text)) return { kind: 'paren', text };
		if (text === ':' || text === ',') return { kind: 'operator', text };
		return { kind: text.startsWith('"') ? (next === ':' ? 'field' : 'value') : 'word', text };
	});
}

function kindOf(text: string, pieces: readonly string[], index: number): TokenKind {
	if (text.trim() === '') return 'rest';
	if (text === '(' || text === ')') return 'paren';
	if (operators.has(text)) return 'operator';
	const next = pieces.slice(index + 1).find((piece) => piece.trim() !== '');
	if (next !== undefined && operators.has(next)) return 'field';
	if (text.startsWith('"')) return 'value';
	if (keywords.has(text.toLowerCase())) return 'keyword';
	return text.includes('*') || expression.test(text) ? 'wild' : 'word';
}

/** Writes a text as one value of a query. */
export function quoted(text: string): string {
	return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Writes the test that a field has a value. The name is quoted where it would not be read as one. Line ends, which no line
 * of input holds, become spaces, which mean the same; of a long text its beginning is asked for. A value of white space
 * alone can only be asked for by an expression, which the language of a cluster (`raw`) does not take beside it.
 */
export function fieldQuery(field: string, value: string, raw: boolean): string {
	const name = bareName.test(field) && !keywords.has(field.toLowerCase()) ? field : quoted(field);
	const said = value.replace(/[\r\n]+/g, ' ');
	if (said.trim() === '') return `${name} : ${raw ? '*' : '/^\\s+$/'}`;
	const asked = wholeColumns.has(field) ? said : beginning(said);
	return `${name} : ${asked.trim() === '' ? '*' : quoted(asked)}`;
}

/** The beginning of a long text up to the end of a word; a part of such a text is enough to find it. */
function beginning(text: string): string {
	const cut = [...text].slice(0, longestAsked).join('');
	return cut === text ? text : cut.replace(/[\p{L}\p{M}\p{N}_]+$/u, '');
}

/** Writes words that all have to occur as a query; a word that means something else in a query is quoted. */
export function wordsQuery(text: string): string {
	const words = text.trim().split(/\s+/).filter((word) => word !== '');
	return words.map((word) => (/^[\p{L}\p{N}_.-]+$/u.test(word) && !keywords.has(word.toLowerCase()) ? word : quoted(word))).join(' ');
}

/** Returns the query that finds only those lines that `more` finds too. */
export function narrowed(query: string, more: string): string {
	const base = query.trim();
	if (base === '') return more;
	if (isRaw(base)) {
		const [object, behind] = divided(base);
		return `${object} and ${narrowed(behind.replace(/^\s*and\b/i, ''), more)}`;
	}
	const open = tokens(base).some((token) => token.kind === 'keyword' && token.text.toLowerCase() === 'or');
	return `${open ? `(${base})` : base} and ${more}`;
}

/** What a choice of levels means for the list of lines: at least one level, or a part of the query. */
export function levelsAsked(query: string, levels: readonly LogGrade[]): { query: string; level: LogGrade | null } {
	const chosen = grades.filter((grade) => levels.includes(grade));
	const worst = grades.slice(0, chosen.length);
	const least = chosen.at(-1) ?? null;
	if (least === null || chosen.length === grades.length) return { query, level: null };
	if (chosen.every((grade, at) => grade === worst[at])) return { query, level: least };
	return { query: narrowed(query, `level : (${chosen.join(' or ')})`), level: null };
}

/** What a query is about: the service or host that it names, and the words it looks for; for the record of a drill. */
export function aboutOf(query: string): { subject: string; words: string } {
	if (isRaw(query)) return aboutOf(divided(query)[1].replace(/^\s*and\b/i, ''));
	const pieces = tokens(query).filter((token) => token.kind !== 'rest');
	const plain = (token: Token | undefined) => (token?.kind === 'value' ? token.text.slice(1, token.text.endsWith('"') && token.text.length > 1 ? -1 : undefined).replace(/\\(["\\])/g, '$1') : (token?.text ?? ''));
	const named = pieces.findIndex((token, at) => token.kind === 'field' && columns[token.text.toLowerCase()] === true && pieces[at + 1]?.text === ':');
	const words = pieces.filter((token, at) => (token.kind === 'word' || token.kind === 'value' || token.kind === 'wild') && pieces[at - 1]?.kind !== 'operator');
	return { subject: named < 0 ? '' : plain(pieces[named + 2]), words: words.map(plain).join(' ') };
}
