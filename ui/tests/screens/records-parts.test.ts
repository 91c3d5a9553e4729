// The parts of alerts, entities, debrief and injection that are arithmetic: no screen is needed to judge them.
import { describe, expect, test } from 'vitest';
import type { LaneMark } from '$lib/ipc/bindings';
import { alert, alertsView } from '$lib/ipc/fake-records';
import { faults } from '$lib/ipc/fake-review';
import { criticalFiring, metricOf } from '../../src/domains/alerts/alert-list.svelte';
import { place, widthOf } from '../../src/domains/drills/debrief/lanes';
import { at, columns } from '../../src/domains/drills/debrief/success-plot';
import { draftOf, placesFor, valuesOf } from '../../src/domains/drills/instructor/injection';
import { endedBy, endOf, stepAt } from '../../src/domains/drills/share-steps';

describe('the metric of a rule', () => {
	test.each([
		['pg_up == 0', 'pg_up'],
		['sum(rate(http_requests_total{code=~"5.."}[2m])) by (route) > 0.05', 'http_requests_total'],
		['sum by (service) (rate(errors_total[1m])) / sum by (service) (rate(requests_total[1m]))', 'errors_total'],
		['histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket[5m])) by (le))', 'http_request_duration_seconds_bucket'],
		['1 > 0', null],
		['', null],
	])('of %s is %s', (expression, metric) => {
		expect(metricOf(expression)).toBe(metric);
	});
});

test('the critical ones are counted only when all that fire are known', () => {
	const view = alertsView({ range: null, state: 'all', text: '', entity: null, offset: 0, limit: 500 });

	expect(criticalFiring(view, view.rows)).toBe(2);
	expect(criticalFiring(view, [alert()])).toBeNull();
});

describe('the marks of a lane', () => {
	const mark = (time: number): LaneMark => ({ at: time, tone: 'plain', text: { key: 'mark-update', values: {} } });

	test('words that would cover each other stand in rows of their own', () => {
		const placed = place([mark(0), mark(10), mark(400)], ['first words', 'second words', 'third'], (time) => time, 800, 4);

		expect(placed.map((m) => m.row)).toEqual([0, 1, 0]);
	});

	test('near the edge they stand before the mark', () => {
		expect(place([mark(780)], ['a few words'], (time) => time, 800, 4)[0]?.before).toBe(true);
	});

	test('without room they are left to the table', () => {
		const placed = place([mark(100), mark(101), mark(102)], ['long words here', 'long words here', 'long words here'], (time) => time, 800, 2);

		expect(placed.map((m) => m.row)).toEqual([0, 1, null]);
	});

	test('a Chinese character is about twice as wide as a Latin one', () => {
		expect(widthOf('故障')).toBeGreaterThan(widthOf('ab') * 1.7);
	});
});

test('three runs share one axis, the shorter ones end in gaps', () => {
	const curve = { component: 'web', measure: { key: 'measure-success', values: {} }, wanted: 0.99, start: 1000, step: 500, you: [1, 0.5], reference: [1, 1, 1], nobody: [1, null, 0] };

	expect(columns(curve, 3)).toEqual([[1500, 2000, 2500], [1, null, 0], [1, 1, 1], [1, 0.5, null]]);
	expect(columns(curve, 1)).toEqual([[1500, 2000, 2500], [1, null, 0], [1, 1, 1], [1, null, null]]);
	expect(at(curve, 'you', 1700)).toBe(0.5);
	expect(at(curve, 'you', 2000)).toBe(0.5);
	expect(at(curve, 'you', 2001)).toBeNull();
	expect(at(curve, 'you', 999)).toBeNull();
});

test('a share stands at the end of the step that it covers', () => {
	const steps = { start: 1000, step: 500 };

	expect([0, 1, 2].map((index) => endOf(steps, index))).toEqual([1500, 2000, 2500]);
	expect([999, 1000, 1001, 1500, 1501, 2000].map((time) => stepAt(steps, time))).toEqual([-1, 0, 0, 0, 1, 1]);
	expect([999, 1000, 1499, 1500, 1999, 2000].map((time) => endedBy(steps, time))).toEqual([0, 0, 0, 1, 1, 2]);
});

describe('an injection', () => {
	const [stuck, deploy, pool] = faults;
	if (!stuck || !deploy || !pool) throw new Error('the faults are missing');

	test('takes calls as its place only where the fault is one of calls', () => {
		const targets = ['web', 'web -> orders'];

		expect(placesFor(stuck, targets)).toEqual(['web']);
		expect(placesFor(pool, targets)).toEqual(['web -> orders']);
	});

	test('carries only what is not usual, and nothing outside of the range', () => {
		expect(valuesOf(draftOf(deploy, { factor: '7' }))).toEqual([['factor', 7]]);
		expect(draftOf(deploy, { factor: '1' })[1]?.value).toBeNull();
		expect(draftOf(deploy, { factor: '' })[1]?.value).toBeNull();
	});
});
