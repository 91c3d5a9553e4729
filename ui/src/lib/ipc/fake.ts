// A core that answers from made-up rows, for tests of components and screens; never part of the window.
import { answerChanged } from './fake-changed';
import { drillAnswer, drillState, DRILL_START } from './fake-drills';
import { answerRecords } from './fake-records';
import { answerReview } from './fake-review';
import type { AppStateRow, ChartRequest, FindingRow, FindingsView, JobRow, MetricsRequest, MetricsView, NowView, Phrase, PhraseValue, RecentRow, RowFinding, SeriesRow, Settings, SourceHealth, SourceRow, WorkspaceRow } from './bindings';

/** The end of the made-up data: Tue 17 Nov 2026, 15:02 UTC. */
export const END = Date.UTC(2026, 10, 17, 15, 2);
const MIN = 60_000;

/** A sentence with text values. */
export function sentence(key: string, values: Record<string, PhraseValue> = {}): Phrase {
	return { key, values };
}

const text = (value: string): PhraseValue => ({ kind: 'text', value });
const time = (value: number): PhraseValue => ({ kind: 'time', value });
const count = (value: number): PhraseValue => ({ kind: 'count', value });
/** A finding's sentence: a value that rose. */
const rose = (what: string, entity: string, value: string): Phrase => ({ key: 'finding-rose', values: { what: text(what), entity: text(entity), value: text(value) } });
/** A reason's sentence. */
const outside = (low: string, high: string): Phrase => ({ key: 'reason-level', values: { low: text(low), high: text(high), share: text('99.9 %'), history: { kind: 'span', value: 8 * 1440 * MIN }, season: { kind: 'word', value: 'reason-season' } } });

const services = ['web', 'mobile-bff', 'api-gateway', 'checkout', 'orders', 'payments', 'cart', 'pg-main', 'pgbouncer', 'catalog', 'search', 'identity'];

/** A finding; every field can be set. */
export function finding(part: Partial<FindingRow> = {}): FindingRow {
	const start = part.start ?? END - 10 * MIN - 45_000;
	const spark = Array.from({ length: 60 }, (_, i) => (i < 58 ? 4 + Math.sin(i) * 0.3 : 90));
	return {
		id: 'f1', series: 1, title: rose('commit', 'pg-main', '92 ms'), reason: outside('3 ms', '5 ms'),
		joined: null, metric: 'pg_commit_seconds', labels: 'quantile="0.95"', entity: 'pg-main', team: 'data', kind: 'level', start, end: null, step: 15_000, score: 0.99, grade: 3, value: text('92 ms'), expected: text('4 ms'), normalLow: text('3 ms'), normalHigh: text('5 ms'), knownAt: END, spark, sparkLow: 3, sparkHigh: 5, feedback: null, ...part,
	};
}

const findings: FindingRow[] = [
	finding(),
	finding({ id: 'f2', series: 2, title: rose('waiting clients', 'pgbouncer', '180'), metric: 'pgbouncer_waiting_clients', entity: 'pgbouncer', score: 0.98, value: text('180'), normalLow: text('0'), normalHigh: text('2'), start: END - 10 * MIN - 30_000 }),
	finding({ id: 'f3', series: 3, title: rose('failures', 'checkout', '39 %'), metric: 'checkout_success_ratio', entity: 'checkout', score: 0.97, value: text('61 %'), normalLow: text('98.9 %'), normalHigh: text('99.6 %'), start: END - 9 * MIN, spark: Array.from({ length: 60 }, (_, i) => (i < 58 ? 99 : 61)), sparkLow: 98, sparkHigh: 99.6 }),
	finding({ id: 'f4', series: 4, title: rose('indexing lag', 'search', '240 s'), metric: 'search_index_lag_seconds', entity: 'search', kind: 'trend', score: 0.71, grade: 2, value: text('240 s'), normalLow: text('20 s'), normalHigh: text('90 s'), start: END - 118 * MIN, spark: Array.from({ length: 60 }, (_, i) => (i < 40 ? 40 : 40 + (i - 40) * 10)), sparkLow: 20, sparkHigh: 90 }),
	...Array.from({ length: 19 }, (_, i) => finding({ id: `g${i}`, series: 10 + i, metric: `http_request_duration_seconds_p${90 + i}`, entity: services[i % 9] ?? 'web', score: 0.65 - i * 0.02, grade: 1, kind: (['spike', 'variance', 'flat', 'missing'] as const)[i % 4] ?? 'spike', title: rose('request time', services[i % 9] ?? 'web', '0.4 s'), value: text('0.4 s'), normalLow: text('0.1 s'), normalHigh: text('0.2 s') })),
];

/** The health of a source. */
export function health(part: Partial<SourceHealth> = {}): SourceHealth {
	return { id: 1, name: 'harbour-demo', state: 'fresh', until: END, answered: END, nextTry: null, every: 15_000, silent: null, error: null, ...part };
}

/** The screen Now. */
export function nowView(part: Partial<NowView> = {}): NowView {
	const onset = (entity: string, after: number, shows: string, grade: number, at: number) => ({ entity, start: END - 10 * MIN - 45_000 + after * 1000, afterFirst: after * 1000, shows: sentence('onset-change', { what: text(shows.split(' ')[0] ?? ''), from: text('4'), to: text(shows.split(' → ')[1] ?? '92 ms') }), grade, finding: findings[at % findings.length]?.id ?? 'f1', headline: entity === 'checkout' });
	// Each finding is a row of its own unless a test folds them.
	const things = (part.findings ?? findings).map(({ id, start }) => ({ findings: [id], count: 1, began: start }));
	return {
		range: { start: END - 24 * MIN, end: END }, headline: sentence('headline-fails', { entity: text('Checkout'), n: text('4'), of: text('10'), time: time(END - 9 * MIN) }), verdict: 'wrong',
		lead: [sentence('lead-group', { entities: count(9), series: count(22), time: time(END - 10 * MIN - 45_000), span: { kind: 'span', value: 135_000 } }), sentence('lead-first', { entity: text('pg-main'), what: text('commit'), from: text('4 ms'), to: text('92 ms'), time: time(END - 10 * MIN - 45_000) }), sentence('lead-order'), sentence('lead-others', { n: count(1) })],
		partial: [],
		proof: sentence('proof', { method: text('row scores and seasonal baseline v2'), series: count(1216), history: { kind: 'span', value: 8 * 1440 * MIN }, time: time(END), at: time(END), took: text('0.6 s') }),
		firstEntity: 'pg-main', services: 12, series: 1216, step: 15_000, findings, findingCount: findings.length, things, thingCount: things.length, unusualServices: 10, unusualSeries: findings.length, expected: [], expectedCount: 0, held: [], heldCount: 0,
		onsets: [onset('pg-main', 0, 'commit 4 → 92 ms', 3, 0), onset('pgbouncer', 15, '180 clients waiting', 3, 1), onset('orders', 45, 'p99 0.3 → 6.1 s', 3, 2), onset('payments', 45, 'p99 0.4 → 5.2 s', 3, 3), onset('cart', 60, '9 % errors', 2, 4), onset('checkout', 105, '61 % succeed', 3, 2), onset('api-gateway', 105, '22 % 5xx', 3, 5), onset('web', 135, 'page 4.4 s', 2, 6), onset('mobile-bff', 135, '14 % errors', 2, 7)],
		onsetStep: 15_000,
		heat: { start: END - 360 * MIN, bin: 5 * MIN, rows: services.map((entity, s) => ({ entity, shares: Array.from({ length: 72 }, (_, i) => (entity === 'identity' && i > 40 && i < 46 ? null : i > 69 && s < 9 ? 0.9 : entity === 'search' && i > 46 ? 0.5 : (i * 7 + s * 13) % 41 === 0 ? 0.25 : 0)) })) },
		changes: [{ at: END - 42 * MIN, subject: 'orders', version: '4.18.2' }, { at: END - 137 * MIN, subject: 'web', version: '7.3.0' }, { at: END - 297 * MIN, subject: 'search', version: '9.2.0' }],
		sources: [health()], notScored: [{ reason: 'refusal-constant', count: 31 }, { reason: 'refusal-too-short', count: 4 }],
		strip: { range: { start: END - 360 * MIN, end: END }, bin: 5 * MIN, counts: Array.from({ length: 72 }, (_, i) => (i > 69 ? [2, 4, 6] : i > 46 ? [1, 0, 0] : i % 9 === 0 ? [1, i % 2, 0] : [0, 0, 0]) as [number, number, number]), events: [{ at: END - 42 * MIN, subject: 'orders', version: '4.18.2' }, { at: END - 137 * MIN, subject: 'web', version: '7.3.0' }, { at: END - 297 * MIN, subject: 'search', version: '9.2.0' }] },
		detected: END, detectionTook: 600, newFindings: 3, ...part,
	};
}

/** The open workspace. */
export function workspace(part: Partial<WorkspaceRow> = {}): WorkspaceRow {
	return { name: 'harbour-demo', path: '/home/ana/wardroom/harbour-demo.wardroom', simulated: true, drill: false, readOnly: null, fromElsewhere: false, sizeBytes: 39_845_888, series: 1216, samples: 56_000_000, data: { start: END - 8 * 1440 * MIN, end: END }, range: { start: END - 24 * MIN, end: END }, following: true, ...part };
}

/** Everything the window begins with. */
export function appState(part: Partial<AppStateRow> = {}): AppStateRow {
	const settings: Settings = { language: 'en', theme: 'dark', textSize: 100, zone: 'utc', followS: 15 };
	return { version: '0.1.0', workspaceFormat: 1, settings, keychain: 'memory', workspace: workspace(), egressBytes: 0, localZone: 'Europe/Berlin', openFirst: null, ...part };
}

/** Everything the window begins with when the open workspace is a drill. */
export function drillAppState(): AppStateRow {
	const end = DRILL_START + 13 * MIN;
	return appState({ workspace: workspace({ name: 'silent_primary-4471', drill: true, following: false, data: { start: DRILL_START - 360 * MIN, end }, range: { start: DRILL_START - 30 * MIN, end } }) });
}

/** Files that were open before. */
export function recents(): RecentRow[] {
	const row = (name: string, part: Partial<RecentRow>): RecentRow => ({ path: `/home/ana/wardroom/${name}.wardroom`, name, folder: '~/wardroom', sizeBytes: 40_000_000, openedAt: Date.now() - 3 * 3_600_000, dataUntil: END, said: rose('failures', 'checkout', '82 %'), saidAt: END - 9 * MIN, saidGrade: 3, marks: [], ...part });
	return [row('harbour-prod', {}), row('harbour-demo', { marks: ['simulated'] }), row('night-shift', { marks: ['fromElsewhere'], saidGrade: 2, folder: '~/Downloads' }), row('capacity-q4', { marks: ['networkShare'], said: null, saidAt: null, saidGrade: null, folder: '/mnt/nas/ops' }), row('orders-2025', { marks: ['missing'], folder: '/media/usb' })];
}

/** A finding as the row of its series tells it. */
function rowFinding({ id, kind, start, title, reason, joined, feedback }: FindingRow): RowFinding {
	return { id, kind, start, title, reason, joined, feedback };
}

/** The whole list of Metrics. */
export function metricsView(filter = ''): MetricsView {
	const rows: SeriesRow[] = [
		...findings.map((f): SeriesRow => ({ id: f.series, source: 1, metric: f.metric, labels: [['quantile', '0.95']], entity: f.entity, unit: unitOf(f.metric), kind: 'gauge', score: f.score, grade: f.grade, finding: rowFinding(f), refused: null, class: 'seasonal', classPhrase: { key: 'It repeats every day, so each hour is judged by the same hour of other days.', values: {} } })),
		...Array.from({ length: 40 }, (_, i): SeriesRow => ({ id: 100 + i, source: 1, metric: `process_resident_memory_bytes_${i}`, labels: [['pod', `web-${i}`]], entity: 'web', unit: 'bytes', kind: 'gauge', score: null, grade: null, finding: null, refused: i % 5 === 0 ? 'refusal-constant' : null, class: i % 5 === 0 ? 'constant' : null, classPhrase: null })),
	].filter((row) => `${row.metric} ${row.entity}`.includes(filter));
	const counted = ['constant', 'seasonal'].map((word) => ({ class: word, count: rows.filter((row) => row.class === word).length })).filter((one) => one.count > 0);
	return { rows, total: rows.length, of: 1216, place: null, classes: counted, findingCount: rows.filter((row) => row.finding).length, heldCount: 0, scored: 1181, shared: [['env', 'demo'], ['region', 'eu-1']] };
}

/** The page of a list that is asked for, as the core cuts it. */
export function metricsPage(whole: MetricsView, request: MetricsRequest): MetricsView {
	const { only } = request;
	const rows = whole.rows.filter((row) => (request.class === undefined || row.class === request.class) && (!only || only.includes(row.id)));
	const place = rows.findIndex((row) => row.id === request.locate);
	const first = request.offset ?? 0;
	return { ...whole, rows: rows.slice(first, first + Math.min(100, request.limit ?? 100)), total: rows.length, place: place < 0 ? null : place };
}

/** The findings of a window, or of one series in it. */
export function findingsView(series: number | null = null, part: Partial<FindingsView> = {}): FindingsView {
	const of = findings.filter((finding) => series === null || finding.series === series);
	return { findings: of, findingCount: of.length, expected: [], expectedCount: 0, ...part };
}

function unitOf(metric: string): string {
	return metric.includes('bytes') ? 'bytes' : metric.includes('ratio') ? 'ratio' : metric.includes('seconds') ? 'seconds' : 'count';
}

/** The bytes of a chart, as the core lays them out. */
export function chartBytes(request: ChartRequest): ArrayBuffer {
	const columns: number[] = [];
	const { start, end } = request.range;
	const series = request.series.map((id, n) => {
		const row = metricsView().rows.find((r) => r.id === id);
		const own = findings.filter((f) => f.series === id);
		const unit = row?.unit ?? 'count';
		const scale = unit === 'bytes' ? 2e8 : unit === 'ratio' ? 0.99 : unit === 'seconds' ? 0.004 : 180;
		const points = 200;
		const at = (i: number) => start + ((end - start) * i) / (points - 1);
		const began = own[0]?.start ?? Infinity;
		const usual = (i: number) => scale * (unit === 'ratio' ? 1 : 1 + 0.1 * Math.sin(i / 9 + n));
		const values = Array.from({ length: points }, (_, i) => (at(i) > began ? usual(i) * (unit === 'ratio' ? 0.6 : 9) : usual(i) * (1 + 0.03 * Math.sin(i * 2.3))));
		const gap = n === 4 ? [{ start: at(130), end }] : [];
		const cut = gap.length > 0 ? 131 : points;
		for (let i = 0; i < cut; i += 1) columns.push(at(i));
		columns.push(...values.slice(0, cut));
		const band = n === 5 ? 0 : 50;
		for (let i = 0; i < band; i += 1) columns.push(at(i * 4));
		for (const factor of [0.9, 1, unit === 'ratio' ? 1 : 1.1]) for (let i = 0; i < band; i += 1) columns.push(usual(i * 4) * factor);
		const ghost = request.lastWeek ? points : 0;
		for (let i = 0; i < ghost; i += 1) columns.push(at(i));
		for (let i = 0; i < ghost; i += 1) columns.push(usual(i + 5));
		return { id, metric: row?.metric ?? `series_${id}`, labels: row?.labels.map(([k, v]) => `${k}="${v}"`).join(', ') ?? '', entity: row?.entity ?? '', unit, rate: false, points: cut, band, ghost, samples: 5520, findings: own, refused: band === 0 ? 'refusal-constant' : null, gaps: gap, last: own[0]?.value ?? text('4 ms'), lastAt: end, source: 1, joined: null };
	});
	const head = new TextEncoder().encode(JSON.stringify({ range: request.range, series }));
	const begin = Math.ceil((4 + head.length) / 8) * 8;
	const bytes = new ArrayBuffer(begin + columns.length * 8);
	new DataView(bytes).setUint32(0, head.length, true);
	new Uint8Array(bytes, 4).set(head);
	new Float64Array(bytes, begin).set(columns);
	return bytes;
}

/** A job. */
export function job(part: Partial<JobRow> = {}): JobRow {
	return { id: 1, kind: 'demo', subject: '', source: null, state: { kind: 'done' }, done: 1, total: 1, unit: 'steps', samples: 0, samplesPerSecond: 0, remaining: null, elapsed: 10, groups: [], ...part };
}

/** A source of the catalog. */
export function source(part: Partial<SourceRow> = {}): SourceRow {
	return { health: health(), kind: 'simulated', place: 'harbour', draft: null, series: 1216, samples: 56_000_000, data: { start: END - 8 * 1440 * MIN, end: END }, following: true, canFollow: true, followAllowed: true, secretStored: false, notices: [], capped: [], rules: 0, firing: 0, ...part };
}

/** Answers a command by its name; what is unknown answers `null`. `state` may be changed by the test. */
export function answer(state: AppStateRow, command: string, args: Record<string, unknown>): unknown {
	switch (command) {
		case 'app_state':
			return state;
		case 'recents':
			return recents();
		case 'workspace':
			return state.workspace;
		case 'now':
			return nowView();
		case 'metrics':
			return metricsPage(metricsView((args['request'] as MetricsRequest).filter), args['request'] as MetricsRequest);
		case 'findings':
			return findingsView((args['request'] as { series: number | null }).series);
		case 'chart':
			return chartBytes(args['request'] as ChartRequest);
		case 'sources':
			return [source()];
		case 'set_settings':
			return args['settings'];
		case 'jobs':
		case 'choose_path':
			return [];
		case 'open_demo':
		case 'detect':
			return job();
		case 'explain_request':
			return "curl -G 'https://prom.eu-1.example.net/api/v1/query_range' --data-urlencode 'query=pg_commit_seconds{quantile=\"0.95\"}' --data-urlencode 'start=1794927480' --data-urlencode 'end=1794928920' --data-urlencode 'step=15'";
		case 'parse_time':
			return { start: END - 60 * MIN, end: END };
		default:
			return drillAnswer(state.workspace?.drill ? drillState() : null, command, args) ?? answerRecords(command, args) ?? answerReview(command, args) ?? answerChanged(command, args) ?? null;
	}
}
