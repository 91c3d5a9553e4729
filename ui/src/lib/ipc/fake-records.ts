// Alerts and entities of a core that answers from made-up rows, for tests; never part of the window.
import { answerLogs } from './fake-logs';
import { answerTopology } from './fake-topology';
import type { AlertItem, AlertsRequest, AlertsView, ChecksView, PhraseValue } from './bindings';

const END = Date.UTC(2026, 10, 17, 15, 2);
const MIN = 60_000;
const count = (value: number): PhraseValue => ({ kind: 'count', value });

/** An alert; every field can be set. */
export function alert(part: Partial<AlertItem> = {}): AlertItem {
	return { id: '1-1', name: 'CheckoutFails', severity: 'critical', state: 'firing', since: END - 9 * MIN, ended: null, knownAt: END - 9 * MIN + 20_000, entity: 'checkout', team: 'shop', apart: [], differs: [['route', '/pay']], labels: [['alertname', 'CheckoutFails'], ['env', 'demo'], ['route', '/pay'], ['service', 'checkout'], ['severity', 'critical'], ['team', 'shop']], summary: '39 % of requests to checkout fail', annotations: [['description', 'More than 5 % of requests failed for two minutes.']], value: 0.39, expression: 'sum(rate(http_requests_total{service="checkout",code=~"5.."}[2m])) by (route) > 0.05', source: 1, acknowledged: null, acknowledgedBy: '', ...part };
}

const alerts: readonly AlertItem[] = [
	alert(),
	alert({ id: '1-2', name: 'PoolExhausted', severity: 'critical', entity: 'pgbouncer', differs: [['pool', 'orders']], labels: [['alertname', 'PoolExhausted'], ['env', 'demo'], ['service', 'pgbouncer'], ['severity', 'critical'], ['team', 'data']], since: END - 10 * MIN, summary: '180 clients wait for a connection', value: 180, acknowledged: END - 6 * MIN, acknowledgedBy: 'database' }),
	...Array.from({ length: 240 }, (_, i) => alert({ id: `2-${i}`, name: i % 3 === 0 ? 'ReplicaLag' : 'LatencyHigh', severity: i % 4 === 0 ? 'info' : 'warning', entity: `orders-${i}`, state: i < 5 ? 'firing' : i < 8 ? 'pending' : 'ended', since: END - (12 + i) * MIN, ended: i < 8 ? null : END - (4 + i) * MIN, summary: i % 3 === 0 ? 'Behind by 340 s' : '', value: 340 + i })),
];

/** The list of alerts. */
export function alertsView(request: AlertsRequest, known = true): AlertsView {
	const passes = (row: AlertItem) => request.state === 'all' || row.state === request.state || (request.state === 'open' && row.state === 'firing' && row.acknowledged === null);
	const rows = known ? alerts.filter((row) => passes(row) && request.text.toLowerCase().split(/\s+/).every((word) => JSON.stringify(row).toLowerCase().includes(word))) : [];
	const n = (state: AlertItem['state']) => (known ? alerts.filter((row) => row.state === state).length : 0);
	return {
		range: request.range ?? { start: END - 360 * MIN, end: END },
		headline: known ? { key: 'alerts-firing', values: { n: count(7), rules: count(4), entities: count(7), time: { kind: 'time', value: END - 16 * MIN } } } : { key: 'alerts-none', values: { span: { kind: 'span', value: 24 * MIN } } },
		known, total: rows.length, rows: rows.slice(request.offset, request.offset + request.limit), firing: n('firing'), pending: n('pending'), ended: n('ended'), open: known ? 6 : 0, shared: rows.length > 1 ? [['env', 'demo']] : [], rules: 4, entities: 7, bins: [], bin: 5 * MIN,
	};
}

/** The synthetic checks. */
export function checksView(): ChecksView {
	return { range: { start: END - 60 * MIN, end: END }, checks: [{ name: 'login', kind: 'login', component: 'checkout', ok: false, at: END - 20_000, took: 30_000, steps: [['open the page', true], ['sign in', false]], tries: 60, failed: 9, failingSince: END - 9 * MIN }, { name: 'stock-count', kind: 'procedure', component: 'pg-main', ok: true, at: END - 15_000, took: 84, steps: [['call', true]], tries: 60, failed: 0, failingSince: null }] };
}

/** Answers a command of the plain lists; `undefined` for any other. */
export function answerRecords(command: string, args: Record<string, unknown>): unknown {
	switch (command) {
		case 'alerts':
			return alertsView(args['request'] as AlertsRequest);
		case 'checks':
			return checksView();
		case 'acknowledge_alert':
			return null;
		default:
			return answerTopology(command, args) ?? answerLogs(command, args);
	}
}
