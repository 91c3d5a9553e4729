// Answers about expressions, changes, the bill and feedback of a core that answers from made-up rows, for tests; never part of the window.
import type { AppError, BillRequest, BillRow, BillView, ChangedRanking, ChangedRequest, ChangedRow, CompareRequest, CompareRow, CompareView, FeedbackItem, FeedbackStage, GroupScoreRequest, GroupScoreView, Phrase, PhraseValue, QueryRequest, QuerySeries, QueryView } from './bindings';

const count = (value: number): PhraseValue => ({ kind: 'count', value });
/** A sentence without a key of the catalogue: it is shown as it is. */
const say = (key: string): Phrase => ({ key, values: {} });
const text = (value: string): PhraseValue => ({ kind: 'text', value });

/** The answer to an expression: `by (service)` gives three series, `nothing` none, `42` a scalar; what ends in `(` cannot be read. */
export function queryView(request: QueryRequest): QueryView {
	const { expression, times } = request;
	const failure = refusal(expression);
	if (failure) throw failure;
	const moments = times.kind === 'at' ? [times.at] : Array.from({ length: Math.floor((times.to - times.from) / times.step) + 1 }, (_, i) => times.from + i * times.step);
	const scalar = /^\d+$/.test(expression);
	const wide = /^wide/.test(expression) ? 30 : 3;
	const services = ['checkout', 'orders', 'payments', ...Array.from({ length: 27 }, (_, i) => `service-${i}`)].slice(0, wide);
	const series: QuerySeries[] = scalar
		? [{ labels: [], times: moments, values: moments.map(() => expression) }]
		: expression.includes('nothing')
			? []
			: services.map((service, s) => ({ labels: [['env', 'demo'], ['service', service]], times: moments, values: moments.map((_, i) => (s === 1 && i === 3 ? 'NaN' : s === 2 && i === 4 ? '+Inf' : String(0.25 * (s + 1) + i / 100))) }));
	return {
		resultType: times.kind === 'over' ? 'matrix' : scalar ? 'scalar' : 'vector', series, notices: [], proof: request.by === 'server' ? { key: 'query-proof-live', values: { source: text('prom-eu-1'), server: text('http://prom:9090'), told: text('Prometheus 3.4.1'), at: text('2026-11-17 15:02:03') } } : { key: 'query-proof', values: { samples: count(5520), series: count(23), source: text('prom-eu-1'), told: text('Prometheus 3.4.1'), window: { kind: 'word', value: 'query-window-open' } } },
		assumed: false, major: 3, source: 'prom-eu-1', samples: 5520, tookMs: 38,
	};
}

function refusal(expression: string): AppError | null {
	if (expression.endsWith('(')) return { code: 'query_ends', fields: { column: String([...expression].length + 1), expected: 'expression' } };
	const at = expression.indexOf('holt_winters');
	if (at >= 0) return { code: 'query_refused', fields: { column: String(at + 1), name: 'holt_winters()' } };
	return expression === 'up' ? { code: 'query_sources', fields: { names: 'prom-eu-1, prom-eu-2' } } : null;
}

/** A row of the ranking; every field can be set. */
export function changedRow(part: Partial<ChangedRow> = {}): ChangedRow {
	const score = part.score ?? 0.99;
	return {
		series: 1, source: 1, metric: 'pg_commit_seconds', labels: 'quantile="0.95"', entity: 'pg-main', score, grade: score >= 0.9 ? 3 : score >= 0.6 ? 2 : 1, kind: 'level', byPeers: false, sentence: say('commit rose to 92 ms, against 4 ms before the window.'),
		usual: text('4 ms'), seen: text('92 ms'), unit: 'seconds', start: null, againstPeers: null, ...part,
	};
}

/** What changed in a window: 61 of 1,840 series on 9 things; `pg-main` went quiet first. */
export function changedView(request: ChangedRequest): ChangedRanking {
	const { window } = request;
	const at = (share: number) => Math.round(window.start + (window.end - window.start) * share);
	const named = ['pg-main', 'pgbouncer', 'checkout', 'search', 'orders', 'payments', 'web', 'cart', 'catalog'];
	const first: ChangedRow[] = [
		changedRow({ series: 1, kind: 'missing', score: 1, start: at(0.1), sentence: say('commit is missing for 20 of 24 samples.') }),
		changedRow({ series: 2, metric: 'pgbouncer_waiting_clients', labels: '', entity: 'pgbouncer', score: 0.99, start: at(0.15), sentence: say('waiting clients rose to 240, against 2 before the window.'), usual: text('2'), seen: text('240'), againstPeers: 4.2 }),
		changedRow({ series: 3, metric: 'checkout_success_ratio', labels: '', entity: 'checkout', score: 0.97, start: at(0.2), sentence: { key: 'changed-fell', values: {} }, usual: text('99.2 %'), seen: text('61 %') }),
		changedRow({ series: 900, metric: 'node_cpu_ratio', labels: 'instance="web-07"', entity: 'web', score: 0.83, byPeers: true, sentence: say('cpu lies above its peers.'), againstPeers: 11 }),
	];
	const rest = Array.from({ length: 57 }, (_, i) => changedRow({ series: 200 + i, metric: `requests_${i}`, labels: '', entity: named[i % 9] ?? 'web', score: 0.9 - i * 0.005, start: at(0.3) }));
	const rows = [...first, ...rest].filter((row) => request.entity === null || row.entity === request.entity);
	const entities = [...new Set(rows.map((row) => row.entity))].map((entity) => ({ entity, score: rows.find((row) => row.entity === entity)?.score ?? 0, rows: rows.filter((row) => row.entity === entity) }));
	return { ranking: 1, window, lead: say('changed-lead'), entities, rows: entities.flatMap((entity) => entity.rows).slice(0, 100), shown: rows.length, changed: rows.length, judged: 1840, series: 1875, refused: [{ reason: 'refusal-constant', count: 31 }, { reason: 'refusal-too-short', count: 4 }], begun: [], begunCount: 0, took: 300 };
}

/** The bill of a history of six weeks in which four windows are known to be real. */
export function billView(request: BillRequest): BillView {
	const marked = 4 + request.marked.length;
	const curve = Array.from({ length: 20 }, (_, i): BillRow => ({ sensitivity: i + 1, leastScore: 0.975 - i * 0.025, alarms: i * 9, pages: i * 5, unmarked: i * 4, pagesPerWeek: (i * 5) / 6, found: Math.min(marked, Math.floor(i / 2) + 1), medianDelay: 240_000 }));
	const sensitivity = request.sensitivity ?? 4;
	const chosen = curve[sensitivity - 1] as BillRow;
	return { lead: say('2.5 pages a week.'), notes: [say('From the findings of 1,840 series.'), say('Shorter than a week.')], period: { start: 0, end: 42 * 86_400_000 }, covered: 42 * 86_400_000, series: 1840, marked, sensitivity, stored: null, own: false, chosen, curve, ...(request.detector === undefined ? {} : { detector: request.detector }) };
}

/** The end of the made-up data. */
const END = Date.UTC(2026, 10, 17, 15, 2);
const DAY = 86_400_000;
const all = ['standard', 'seasonal-baseline', 'forest', 'extended-forest', 'lof', 'dbscan', 'knn', 'matrix-profile', 'change-points', 'mstl', 'peers'];

/** Methods side by side over a week; with `marked` windows that were real, and without any where it is 0. */
export function compareView(request: CompareRequest, marked = 4): CompareView {
	const range = request.range ?? { start: END - 7 * DAY, end: END };
	const wide = range.end - range.start;
	const asked = request.methods.length === 0 ? all : request.methods;
	const rows = asked.map((method, i): CompareRow => ({
		method, name: say(`method-${method}`), source: `Author ${i + 1}, A Title of Method ${method}, ${1990 + i}`, alarms: 5 + i * 6, alarmsPerWeek: 5 + i * 6, found: marked === 0 ? null : Math.max(0, marked - (i % 4)), falseAlarms: marked === 0 ? null : i * 5, precision: marked === 0 ? null : 0.9 - i * 0.06, recall: marked === 0 ? null : Math.max(0, marked - (i % 4)) / marked,
		f1: marked === 0 ? null : 0.86 - ((i * 3) % 11) * 0.06, medianDelay: marked === 0 ? null : 60_000 * (i + 1), took: 120 * (i + 1) ** 2, scored: method === 'peers' ? 1178 : 1209, refused: method === 'peers' ? 31 : 0, spans: Array.from({ length: 2 + i * 3 }, (_, n) => ({ start: range.start + wide * (((n * 7 + i) % 40) / 41), end: range.start + wide * (((n * 7 + i) % 40) / 41 + 0.012), score: 1 + n / 4 })).sort((a, b) => a.start - b.start),
	}));
	const times = Array.from({ length: 600 }, (_, i) => range.start + Math.round((wide * i) / 599));
	return {
		range, covered: range.end - range.start, series: 1240, scored: 1209, marked, unmarkedIsFalse: request.unmarkedIsFalse === true && marked > 0, lead: say(marked === 0 ? 'The quietest raises 5 alarms a week.' : 'The standard method finds 4 of 4 windows with 5 alarms a week.'), notes: [say('Every method was asked with its own limit.')], rows,
		sample: { series: 1, name: 'pg_commit_seconds{quantile="0.95"}', times, values: times.map((at, i) => (i > 300 && i < 316 ? null : 0.004 + 0.001 * Math.sin((at / DAY) * 2 * Math.PI) + (i > 560 ? 0.02 : 0))) },
	};
}

/** The series of an entity together over a week: two alarms, of which the second is the higher one. */
export function groupScoreView(request: GroupScoreRequest): GroupScoreView {
	const range = { start: END - 7 * DAY, end: END };
	const times = Array.from({ length: 600 }, (_, i) => range.start + Math.round((7 * DAY * i) / 599));
	const alarm = (start: number, score: number, shares: readonly number[]) => ({ start, end: start + 300_000, peak: start + 60_000, score, sentence: say('commit carries 62 % of it'), parts: shares.map((share, i) => ({ series: i + 1, source: 1, metric: ['pg_commit_seconds', 'pg_connections'][i] ?? 'up', labels: i === 0 ? 'quantile="0.95"' : '', share })) });
	return {
		entity: request.entity, range, step: 60_000, rows: 10_080, series: 14, scored: 12, refused: [{ reason: 'refusal-constant', count: 2 }], lead: say(`Together the 12 series of ${request.entity} departed 2 times.`), notes: [say('Mean of what each series scores.')],
		times, scores: times.map((_, i) => (i === 580 ? 2.4 : i === 100 ? 1.2 : 0.3)), flagged: [END - 6 * DAY, END - 3_600_000, END - 3_540_000], alarms: [alarm(END - 6 * DAY, 1.2, [0.5]), alarm(END - 3_600_000, 2.4, [0.62, 0.21])], alarmCount: 2, took: 240,
	};
}

/** Something that was said; every field can be set. */
export function feedbackItem(part: Partial<FeedbackItem> = {}): FeedbackItem {
	return { id: 7, phrase: say('Expected every Monday at 06:00 (UTC).'), finding: 'f9', title: say('indexing lag on search rose to 240 s'), start: 0, end: null, series: 4, metric: 'search_index_lag_seconds', labels: '', entity: 'search', verdict: { kind: 'expectedWeekly' }, window: null, at: Date.UTC(2026, 10, 16, 9), undone: false, ...part };
}

/** What was learnt from words; every field can be set. */
export function feedbackStage(part: Partial<FeedbackStage> = {}): FeedbackStage {
	return { used: false, real: 1, expected: 1, plain: null, staged: null, phrase: say('Nothing is learnt from labels yet.'), ...part };
}

/** Answers a command about expressions, changes, the bill or feedback; `undefined` for any other. */
export function answerChanged(command: string, args: Record<string, unknown>): unknown {
	switch (command) {
		case 'query':
			return queryView(args['request'] as QueryRequest);
		case 'asked_queries':
			return [];
		case 'remember_query':
			return [{ expression: args['expression'], at: END }];
		case 'changed':
			return changedView(args['request'] as ChangedRequest);
		case 'bill':
			return billView(args['request'] as BillRequest);
		case 'kept_detectors':
			return [];
		case 'compare_methods':
			return compareView(args['request'] as CompareRequest);
		case 'group_score':
			return groupScoreView(args['request'] as GroupScoreRequest);
		case 'feedback':
			return [feedbackItem(), feedbackItem({ id: 6, undone: true, title: say('taken back long ago') })];
		case 'feedback_stage':
			return feedbackStage();
		case 'mark_finding':
		case 'mark_window':
			return 8;
		default:
			return undefined;
	}
}
