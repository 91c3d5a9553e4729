// Queries as the window takes them apart, and the two windows on the histogram.
import { describe, expect, test } from 'vitest';
import { isLogFile } from '$lib/state/files';
import { aboutOf, fieldQuery, isRaw, levelsAsked, narrowed, quoted, tokens, wordsQuery } from '../../src/domains/logs/query';
import { inside, markPlaces, moved, snapped, withEdge, type Ground } from '../../src/domains/logs/windows';

const kinds = (query: string) => tokens(query).filter((token) => token.kind !== 'rest').map((token) => `${token.kind} ${token.text}`);

describe('a query', () => {
	test('its pieces are the text and each has its kind', () => {
		const query = 'env : "prod" and (service : * or host.name : db-m1)';

		expect(tokens(query).map((token) => token.text).join('')).toBe(query);
		expect(kinds(query)).toEqual(['field env', 'operator :', 'value "prod"', 'keyword and', 'paren (', 'field service', 'operator :', 'wild *', 'keyword or', 'field host.name', 'operator :', 'word db-m1', 'paren )']);
	});

	test('a quote that is not closed reaches to the end, and nothing is lost', () => {
		expect(kinds('message : "no space')).toEqual(['field message', 'operator :', 'value "no space']);
		expect(kinds('level >= warn')).toEqual(['field level', 'operator >=', 'word warn']);
		expect(tokens('')).toEqual([]);
	});

	test('an expression between slashes is one piece, and a path is a word', () => {
		expect(kinds('message : /took \\d+ (ms|s)/ and /var/log/x')).toEqual(['field message', 'operator :', 'wild /took \\d+ (ms|s)/', 'keyword and', 'word /var/log/x']);
		expect(kinds('(/a\\/b/ or /x)')).toEqual(['paren (', 'wild /a\\/b/', 'keyword or', 'word /x', 'paren )']);
	});

	test('places count characters, not halves of them', () => {
		expect(tokens('🜁🜂 x').map((token) => token.at)).toEqual([0, 2, 3]);
	});

	test('words and names are quoted where they would mean something else', () => {
		expect(wordsQuery('no  space: and left')).toBe('no "space:" "and" left');
		expect(wordsQuery(' ')).toBe('');
		expect(quoted('a "b" \\c')).toBe('"a \\"b\\" \\\\c"');
	});

	// The core reads these very texts, in crates/core/src/log_query/tests.rs: what_a_click_on_a_value_writes_means_it.
	test('a value of a field is written so that it is read as that', () => {
		const odd = (field: string, value: string) => fieldQuery(field, value, false);
		expect(odd('http.status', '503')).toBe('http.status : "503"');
		expect(odd('my field', 'a b')).toBe('"my field" : "a b"');
		expect(odd('a:b', 'x:y')).toBe('"a:b" : "x:y"');
		expect(odd('say "hi" \\', 'C:\\ "d"')).toBe('"say \\"hi\\" \\\\" : "C:\\\\ \\"d\\""');
		expect(odd('AND', 'or')).toBe('"AND" : "or"');
		expect(odd('5xx', '/x/')).toBe('"5xx" : "/x/"');
		expect(odd('größe', '*')).toBe('"größe" : "*"');
		expect(odd('note', 'one\r\ntwo')).toBe('note : "one two"');
		expect(odd('gap', ' \t')).toBe('gap : /^\\s+$/');
		expect(fieldQuery('gap', ' \t', true)).toBe('gap : *');
	});

	test('of a long text its beginning is asked for, and of a column all', () => {
		const long = `${'word '.repeat(99)}wordwordword`;
		expect(fieldQuery('stack', long, false)).toBe(`stack : "${'word '.repeat(99)}"`);
		expect(fieldQuery('stack', 'x'.repeat(501), false)).toBe('stack : *');
		expect(fieldQuery('service', long, false)).toBe(`service : "${long}"`);
	});

	test('a quoted name is a name', () => {
		expect(kinds('"my field" : "a b"')).toEqual(['field "my field"', 'operator :', 'value "a b"']);
		expect(aboutOf('"my field" : x and panic')).toEqual({ subject: '', words: 'panic' });
	});

	test('narrowing keeps what was asked together', () => {
		expect(narrowed('', 'service : "a"')).toBe('service : "a"');
		expect(narrowed('x or y', 'service : "a"')).toBe('(x or y) and service : "a"');
		expect(narrowed('x y', 'service : "a"')).toBe('x y and service : "a"');
	});

	test('levels without a gap are one bound, others become a part of the query', () => {
		expect(levelsAsked('x', [])).toEqual({ query: 'x', level: null });
		expect(levelsAsked('x', ['error', 'fatal'])).toEqual({ query: 'x', level: 'error' });
		expect(levelsAsked('x or y', ['error', 'info'])).toEqual({ query: '(x or y) and level : (error or info)', level: null });
		expect(levelsAsked('x', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'])).toEqual({ query: 'x', level: null });
	});

	test('it says whom it is about and which words it looks for', () => {
		expect(aboutOf('service : "pg main" and panic "no space"')).toEqual({ subject: 'pg main', words: 'panic no space' });
		expect(aboutOf('timeout')).toEqual({ subject: '', words: 'timeout' });
		expect(aboutOf('level >= warn')).toEqual({ subject: '', words: '' });
	});
});

describe('a query in the language of a cluster', () => {
	const raw = '{"query": {"match": {"message": "no } space"}}}';

	test('its pieces are the text, those of ours behind it too', () => {
		const query = ` ${raw} and level : warn`;

		expect(isRaw(query)).toBe(true);
		expect(isRaw('service : "{"')).toBe(false);
		expect(tokens(query).map((token) => token.text).join('')).toBe(query);
		expect(kinds(query)).toEqual(['paren {', 'field "query"', 'operator :', 'paren {', 'field "match"', 'operator :', 'paren {', 'field "message"', 'operator :', 'value "no } space"', 'paren }', 'paren }', 'paren }', 'keyword and', 'field level', 'operator :', 'word warn']);
	});

	test('what is not closed is coloured to its end', () => {
		expect(kinds('{"size": 12, "a')).toEqual(['paren {', 'field "size"', 'operator :', 'word 12', 'operator ,', 'value "a']);
	});

	test('narrowing stands behind it', () => {
		expect(narrowed(raw, 'service : "a"')).toBe(`${raw} and service : "a"`);
		expect(narrowed(`${raw} AND x or y`, 'service : "a"')).toBe(`${raw} and (x or y) and service : "a"`);
		expect(levelsAsked(raw, ['error', 'info'])).toEqual({ query: `${raw} and level : (error or info)`, level: null });
	});

	test('it is about what stands behind it', () => {
		expect(aboutOf(raw)).toEqual({ subject: '', words: '' });
		expect(aboutOf(`${raw} and service : web`)).toEqual({ subject: 'web', words: '' });
	});
});

describe('a window on the histogram', () => {
	const ground: Ground = { range: { start: 1000, end: 2000 }, bin: 100 };

	test('edges stand on bins and stay within the range', () => {
		expect([snapped(1149, ground), snapped(1151, ground), snapped(0, ground), snapped(1960, ground)]).toEqual([1100, 1200, 1000, 2000]);
	});

	test('an edge never passes the other one', () => {
		expect(withEdge({ start: 1200, end: 1500 }, 'start', 1900, ground)).toEqual({ start: 1400, end: 1500 });
		expect(withEdge({ start: 1200, end: 1500 }, 'end', 1000, ground)).toEqual({ start: 1200, end: 1300 });
	});

	test('a window that is moved keeps its length at the ends of the range', () => {
		expect(moved({ start: 1200, end: 1500 }, 5000, ground)).toEqual({ start: 1700, end: 2000 });
		expect(moved({ start: 1200, end: 1500 }, -5000, ground)).toEqual({ start: 1000, end: 1300 });
		expect(moved({ start: 1200, end: 1500 }, 140, ground)).toEqual({ start: 1300, end: 1600 });
	});

	test('a window of another range is not asked for', () => {
		expect(inside({ start: 0, end: 10 }, { start: 2, end: 11 })).toBe(false);
		expect(inside({ start: 0, end: 10 }, { start: 2, end: 10 })).toBe(true);
		expect(inside(null, { start: 2, end: 10 })).toBe(false);
	});
});

describe('the words at the marks', () => {
	const places = (alert: number | null, fresh: number | null) => markPlaces(alert, fresh, 52, 800);

	test('stand away from each other: the new template before its mark, the alert behind its own', () => {
		expect(places(500, 450)).toEqual({ alert: { before: false, below: false }, fresh: { before: true, below: false } });
		expect(places(250, 600)).toEqual({ alert: { before: false, below: false }, fresh: { before: true, below: false } });
	});

	test('stand below each other where a template is new soon after the alert', () => {
		expect(places(400, 409).alert.below).toBe(true);
		expect(places(400, 400).alert.below).toBe(true);
	});

	test('stay in the plot at both of its ends', () => {
		expect(places(60, 70)).toEqual({ alert: { before: false, below: false }, fresh: { before: false, below: true } });
		expect(places(780, null).alert).toEqual({ before: true, below: false });
		expect(places(780, 760)).toEqual({ alert: { before: true, below: true }, fresh: { before: true, below: false } });
	});
});

describe('a dropped file', () => {
	test('is a log by its name, packed and rotated ones too', () => {
		for (const path of ['/var/log/syslog', '/var/log/syslog.1', '/var/log/auth.log.2.gz', 'C:\\logs\\app.log', 'x.journal', 'app.log-20261117.zst', '/var/log/messages-20261117']) expect(isLogFile(path), path).toBe(true);
		for (const path of ['data.csv', 'export.parquet', 'metrics.prom', 'lines.jsonl', 'catalog.txt', 'shop.wardroom']) expect(isLogFile(path), path).toBe(false);
	});
});
