// Log lines and templates of a core that answers from made-up rows, for tests; never part of the window.
import type { LogChange, LogClass, LogCountsView, LogFilesPreview, LogGrade, LogItem, LogProbeRow, LogsRequest, LogsView, LogValuesRequest, LogValuesView, Phrase, PhraseValue, QueryCheck, TemplateDetails, TemplatePartRow, TemplateRow, TemplatesRequest, TemplatesView } from './bindings';

const END = Date.UTC(2026, 10, 17, 15, 2);
const MIN = 60_000;
const count = (value: number): PhraseValue => ({ kind: 'count', value });
/** A sentence without a key of the catalogue: it is shown as it is. */
const say = (key: string): Phrase => ({ key, values: {} });

const messages: readonly [LogGrade | null, string, string, string][] = [
	['error', 'orders', 'app-3', 'could not acquire connection from pool within 30000 ms'],
	['info', 'checkout', 'app-1', 'order 88127 committed in 84 ms'],
	['warn', 'checkout', 'app-2', 'circuit breaker orders opened after 20 failures'],
	['fatal', 'pg-main', 'db-m1', 'PANIC: could not write to file "pg_wal/xlogtemp.2211": No space left on device'],
	[null, 'web', 'app-4', 'GET /cart 200 12 ms'],
	['debug', 'search', 'app-5', 'segment merge took 340 ms, 12 segments left'],
];

/** A line; every field can be set. */
export function line(part: Partial<LogItem> = {}): LogItem {
	return { id: '5000', at: END, level: 'info', service: 'web', host: 'app-4', dataset: 'web.log', message: 'GET /cart 200 12 ms', fields: [], fault: null, ...part };
}

const lines: readonly LogItem[] = Array.from({ length: 900 }, (_, i) => {
	const [level, service, host, message] = messages[(i * 7) % 6] ?? [null, 'web', 'app-4', ''];
	return line({ id: String(5000 - i), at: END - i * 1300 - (i % 7) * 90, level, service, host, dataset: `${service}.log`, message, fields: [['trace.id', `4bf92f35${i}`], ['http.request.id', `r-${i}`]], fault: { class: level === 'error' || level === 'fatal' ? 'application' : 'none', customClass: null, confidence: 0.94, byHand: false } });
});
const grades: readonly LogGrade[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

const isSerious = (request: LogsRequest) => (row: LogItem) => request.level === null || (row.level !== null && grades.indexOf(row.level) <= grades.indexOf(request.level));

function matching(request: LogsRequest): readonly LogItem[] {
	const words = request.query.toLowerCase().replace(/[^\w\s-]/g, ' ').split(/\s+/).filter((word) => !['', 'service', 'host', 'and', 'or', 'level'].includes(word));
	return lines.filter((row) => words.length === 0 || words.some((word) => JSON.stringify(row).toLowerCase().includes(word)));
}

/** The list of log lines. */
export function logsView(request: LogsRequest, known = true): LogsView {
	const found = known ? matching(request).filter(isSerious(request)) : [];
	const behind = request.behind;
	const from = behind === null ? 0 : found.findIndex((row) => row.id === behind.id) + 1;
	const rows = found.slice(from, from + request.limit);
	const last = rows.at(-1);
	const range = request.range ?? { start: END - 60 * MIN, end: END };
	return {
		range, known, rows, next: last && from + request.limit < found.length ? { at: last.at, id: last.id } : null,
		services: known ? ['checkout', 'orders', 'pg-main', 'search', 'web'] : [], hosts: known ? ['app-1', 'app-2', 'app-3', 'app-4', 'app-5', 'db-m1'] : [], notices: [],
	};
}

/** How many log lines there are. */
export function logCounts(request: LogsRequest): LogCountsView {
	const all = matching(request);
	const found = all.filter(isSerious(request));
	const levels = grades.map((level) => ({ level, lines: all.filter((row) => row.level === level).length })).filter((row) => row.lines > 0);
	const errors = levels.filter((row) => row.level === 'fatal' || row.level === 'error').reduce((sum, row) => sum + row.lines, 0);
	const range = request.range ?? { start: END - 60 * MIN, end: END };
	return {
		headline: found.length > 0 ? { key: 'logs-lines', values: { n: count(found.length), errors: count(errors) } } : { key: 'logs-none', values: {} }, total: found.length, levels,
		bins: bins(range.start, range.end), bin: (range.end - range.start) / 40, notices: [],
	};
}

function bins(start: number, end: number): LogCountsView['bins'] {
	return Array.from({ length: 40 }, (_, i) => ({ start: start + (i * (end - start)) / 40, error: i > 33 ? 54_000 + i * 90 : 120, warn: i > 33 ? 900 : 300, other: 31_000 + ((i * 7) % 5) * 1300 }));
}

/** A template's text, with its parameters in angle brackets: `took <ms> ms`. */
export function parts(text: string): TemplatePartRow[] {
	return text.split(/(<\w+>)/).filter((part) => part !== '').map((part) => (/^<\w+>$/.test(part) ? { text: part.slice(1, -1), kind: { ms: 'duration', n: 'number', name: 'text' }[part.slice(1, -1)] ?? part.slice(1, -1) } : { text: part, kind: null }));
}

/** A template; every field can be set. */
export function template(part: Partial<TemplateRow> = {}): TemplateRow {
	return {
		id: '1', parts: parts('PANIC: could not write to file "<path>": No space left on device'), name: null, change: 'new', ratio: null, surprise: 0.99, level: 'fatal', services: ['postgres'], hosts: ['db-m1'], class: 'hardware', customClass: null, confidence: 0.93, byHand: false, count: 1, expected: 0,
		spark: Array.from({ length: 46 }, (_, i) => (i === 38 ? 1 : 0)), firstSeen: END - 5 * MIN - 21_588, lastSeen: END - 5 * MIN, firstInRange: true, ...part,
	};
}

type Made = readonly [text: string, change: LogChange, ratio: number | null, level: LogGrade | null, services: string[], kind: LogClass, confidence: number, count: number, expected: number];
const made: readonly Made[] = [
	['PANIC: could not write to file "<path>": No space left on device', 'new', null, 'fatal', ['postgres'], 'hardware', 0.93, 1, 0],
	['server login failed: connect to <host>:<port>: Connection refused', 'new', null, 'error', ['pgbouncer'], 'network', 0.71, 6912, 0],
	['could not acquire connection from pool within <ms> ms', 'new', null, 'error', ['orders', 'payments'], 'application', 0.98, 18_204, 0],
	['circuit breaker <name> opened after <n> failures', 'new', null, 'warn', ['checkout', 'cart'], 'application', 0.97, 37, 0],
	['ledger write for payment <id> timed out after <ms> ms', 'new', null, 'error', ['payments'], 'application', 0.96, 4118, 0],
	['falling back to kafka order path for cart <id>', 'new', null, 'warn', ['checkout'], 'application', 0.95, 402, 0],
	['checkout failed for cart <id>: orders returned <n>', 'more', 212, 'error', ['checkout'], 'application', 0.97, 9431, 44],
	['retrying request <id>, attempt <n>', 'more', 41, 'warn', ['a', 'b', 'c', 'd', 'e', 'f'], 'application', 0.92, 22_870, 558],
	['checkpoints are occurring too frequently (<n> seconds apart)', 'rare', null, 'warn', ['postgres'], 'unknown', 0.41, 3, 1],
	['checkpoint complete: wrote <n> buffers (<percent>)', 'gone', null, 'info', ['postgres'], 'none', 0.99, 0, 96],
	['order <id> committed in <ms> ms', 'fewer', 0.04, 'info', ['orders'], 'none', 0.99, 66, 1640],
	['GC pause <ms> ms, heap <n> MiB', 'same', 1.01, null, ['catalog'], 'none', 0.99, 1204, 1187],
];
const templates: readonly TemplateRow[] = Array.from({ length: 120 }, (_, i) => {
	const own = made[i] ?? (['cache miss for key <id> in shard <n>', 'same', 1, 'info', ['cart'], 'none', 0.97, 900 - i, 890 - i] as const satisfies Made);
	const [text, change, ratio, level, services, kind, confidence, lines, expected] = own;
	const late = change === 'new' || change === 'more' || change === 'rare';
	return template({
		id: String(i + 1), parts: parts(text), change, ratio, level, services: [...services], class: kind, confidence, count: lines, expected, surprise: 1 - i / 120, firstInRange: change === 'new', firstSeen: change === 'new' ? END - 5 * MIN + i * 3000 : END - 30 * 1440 * MIN, lastSeen: change === 'gone' ? END - 5 * MIN : END,
		spark: Array.from({ length: 46 }, (_, at) => (late ? (at > 37 ? 8 + ((at * 7 + i) % 5) : change === 'more' ? 1 : 0) : change === 'gone' && at > 37 ? 0 : 6 + ((at * 5 + i) % 4))), ...(i === 0 ? { spark: template().spark, hosts: ['db-m1'] } : { hosts: [] }),
	});
});

/** The list of templates. */
export function templatesView(request: TemplatesRequest, known = true): TemplatesView {
	const range = request.range ?? { start: END - 45 * MIN, end: END };
	const wide = range.end - range.start;
	const at = (share: number) => Math.round(range.start + wide * share);
	const taken = <T,>(list: readonly T[], value: T) => list.length === 0 || list.includes(value);
	const rows = known ? templates.filter((row) => taken(request.changes, row.change) && taken(request.classes, row.class) && (request.levels.length === 0 || (row.level !== null && request.levels.includes(row.level)))) : [];
	const of = (change: LogChange) => templates.filter((row) => row.change === change).length;
	const inClass = (name: LogClass) => templates.filter((row) => row.class === name).length;
	return {
		range, baseline: request.baseline ?? { start: at(0.05), end: at(0.75) }, compare: request.compare ?? { start: at(0.82), end: range.end }, headline: known ? say('Six templates did not exist before 14:56:38.') : null, lead: known ? say('The first is a PANIC on db-m1: no space left for the write-ahead log, 77 s before the first alert.') : null,
		known, lines: known ? 2_304_118 : 0, templates: rows.length, minedLines: 2_304_118, minedMs: 1800, readAt: END, sources: known ? [{ id: 1, name: 'app-logs-*', kind: 'elasticsearch', lines: 1_900_000, live: true }, { id: 2, name: 'db-logs-*', kind: 'elasticsearch', lines: 2204, live: true }, { id: 3, name: 'edge.log', kind: 'log_files', lines: 412_000, live: false }] : [],
		changes: (['new', 'gone', 'more', 'fewer', 'rare', 'same'] as const).map((change) => [change, of(change)]), levels: [{ level: 'fatal', lines: 1 }, { level: 'error', lines: 39_204 }, { level: 'warn', lines: 24_118 }, { level: 'info', lines: 1_800_000 }], classes: (['hardware', 'application', 'network', 'security', 'none', 'unknown'] as const).map((name) => [name, inClass(name)]),
		bins: bins(range.start, range.end), bin: wide / 40, firstAlert: at(0.87), firstNew: at(0.84), rows, masked: [['bearer', 8], ['password', 4]], notices: [],
	};
}

/** A template with everything that is known about it. */
export function templateDetails(id: string): TemplateDetails {
	const row = templates.find((other) => other.id === id) ?? template();
	const before = Array.from({ length: 6 }, (_, i) => line({ id: `a${i}`, at: row.firstSeen - (3 - i) * 7000, service: 'postgres', host: 'db-m1', level: i === 3 ? 'fatal' : 'info', message: i === 3 ? 'PANIC: could not write to file "pg_wal/xlogtemp.2211": No space left on device' : `LOG: checkpoint complete: wrote ${4118 + i} buffers (25.1%)` }));
	return {
		row, beforeLines: 41_000_000, beforeSpan: { start: row.firstSeen - 30 * 1440 * MIN, end: row.firstSeen }, againstAlerts: say('77 s before the first'), againstMetrics: say('2 s before pg-main fell silent'), classes: [['hardware', 0.93], ['application', 0.05], ['network', 0.01], ['security', 0.005], ['none', 0.005]],
		errorCode: '53100', affectedService: 'postgres', evidence: [say('the words "No space left on device" name a full disk'), say('its level is fatal')], json: '{"type":"hardware_failure","error_code":"53100","affected_service":"postgres","confidence":0.93,"evidence":[]}', examples: before.slice(3, 4), around: before, aroundOf: 'a3',
		parameters: [
			{ index: 0, merged: null, kind: 'path', distinct: 3, distinctMore: false, top: [{ value: 'pg_wal/xlogtemp.2211', baseline: 0, compare: 1 }, { value: 'pg_wal/xlogtemp.2209', baseline: 0, compare: 0 }], numbers: null, explains: null },
			{ index: 1, merged: null, kind: 'duration', distinct: 14, distinctMore: true, top: [], numbers: { low: 29_980, high: 30_060, median: 30_000, unit: 'ms', bins: Array.from({ length: 24 }, (_, i) => [29_980 + i * 3.4, [1, 1, 96, 100, 22, 3, 1][i - 10] ?? 0]), bin: 3.4 }, explains: say('The value is always 30,000 to 30,014 ms, the limit of the pool.') },
		],
		notices: [], decisions: [{ id: 7, words: say('Named "disk full".'), at: END - MIN }], sparkBins: bins(END - 45 * MIN, END),
	};
}

/** Whether a query can be read: a bracket that is not closed cannot. */
export function queryCheck(query: string): QueryCheck {
	const open = query.split('(').length - query.split(')').length;
	return open === 0 ? { ok: true, at: 0, problem: null, understood: query } : { ok: false, at: [...query].length, problem: say('a closing bracket is missing.'), understood: '' };
}

/** The values of a field. */
export function logValues(field: string, part: Partial<LogValuesView> = {}): LogValuesView {
	return { field, values: [{ value: 'orders', lines: 600, share: 0.6 }, { value: 'web', lines: 300, share: 0.3 }], other: 100, lines: 1000, atMost: 50, notices: [], ...part };
}

/** The preview of log files. */
export function logFilesPreview(paths: readonly string[], zone: string | null, questions: Phrase[] = []): LogFilesPreview {
	return {
		files: paths.map((path, i) => ({ path, name: path.split('/').pop() ?? path, bytes: 84_000_000 - i * 1_000_000, compression: path.endsWith('.gz') ? 'gzip' : '', format: path.endsWith('.bin') ? '' : 'syslog_3164', problem: path.endsWith('.bin') ? say('It holds no text.') : null })),
		format: 'syslog_3164', zone: zone ?? 'UTC', zoneKnown: zone !== null, span: { start: END - 600 * MIN, end: END }, first: lines.slice(0, 12).toReversed(), questions, notices: [],
	};
}

/** What a cluster says about its logs. */
export function logProbe(part: Partial<LogProbeRow> = {}): LogProbeRow {
	return {
		product: 'OpenSearch', version: '3.8.0', fields: ['@timestamp', 'message', 'log.level', 'service.name', 'host.name', 'event.dataset', 'trace.id'], schema: 'ecs', conflicts: [say('http.status is a number in app-logs-1 and text in app-logs-2; it is read as text.')], sample: lines.slice(0, 5),
		indices: [{ name: 'app-logs', kind: 'dataStream', documents: 18_204_118, bytes: 9.4e9 }, { name: 'db-logs-2026.11', kind: 'index', documents: 2204, bytes: 1.2e6 }, { name: 'audit', kind: 'alias', documents: null, bytes: null }],
		mapping: { time: '@timestamp', message: 'message', level: 'log.level', service: 'service.name', host: 'host.name', dataset: null }, ...part,
	};
}

/** Answers a command of the logs; `undefined` for any other. */
export function answerLogs(command: string, args: Record<string, unknown>): unknown {
	switch (command) {
		case 'logs_list':
			return logsView(args['request'] as LogsRequest);
		case 'logs_counts':
			return logCounts(args['request'] as LogsRequest);
		case 'logs_values':
			return logValues((args['request'] as LogValuesRequest).field);
		case 'logs_cancel_counts':
		case 'logs_cancel_values':
			return null;
		case 'logs_templates':
			return templatesView(args['request'] as TemplatesRequest);
		case 'logs_template':
			return templateDetails((args['request'] as { id: string }).id);
		case 'logs_around': {
			const at = lines.findIndex((row) => row.id === (args['place'] as { id: string }).id);
			return lines.slice(Math.max(0, at - 5), at + 6).toReversed();
		}
		case 'logs_check_query':
			return queryCheck(args['query'] as string);
		case 'logs_decide':
			return { id: 8, words: say('Decided.'), at: END };
		case 'logs_decisions':
			return templateDetails('1').decisions;
		case 'logs_masking':
			return { on: true, rules: [['bearer', 8], ['password', 4]] };
		case 'logs_undo':
		case 'logs_set_masking':
			return null;
		case 'log_files_preview':
			return logFilesPreview(args['paths'] as string[], (args['choice'] as { zone: string | null }).zone);
		case 'log_files_open':
		case 'log_files_keep':
			return { id: 40, kind: command === 'log_files_open' ? 'openLogs' : 'keepLogs', subject: 'edge.log', source: 3, state: { kind: 'running' }, done: 30_000, total: 82_000, unit: 'kib', samples: 412_000, samplesPerSecond: 200_000, remaining: 2000, elapsed: 1000, groups: [] };
		default:
			return undefined;
	}
}
