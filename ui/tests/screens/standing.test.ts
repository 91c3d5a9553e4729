// Answers that stand when the same is asked again and fails, as maps, logs and lists keep them; an answer to something else does not.
import { describe, expect, test } from 'vitest';
import type { AppError, Result, TemplatesRequest } from '$lib/ipc/bindings';
import { metricsPage, metricsView } from '$lib/ipc/fake';
import { logCounts, logsView, templateDetails, templatesView } from '$lib/ipc/fake-logs';
import { alertsView, checksView } from '$lib/ipc/fake-records';
import { entitiesView, entityDetails, mapView, reachView } from '$lib/ipc/fake-topology';
import { LastAnswer, missedOf } from '$lib/state/standing';
import { CheckList } from '$domains/inventory/check-list.svelte';
import { EntityView } from '$domains/inventory/entity-view.svelte';
import { InventoryList } from '$domains/inventory/inventory-list.svelte';
import { AlertList, type AlertWish } from '$domains/alerts/alert-list.svelte';
import { LogList, type LogWish } from '$domains/logs/log-list.svelte';
import { TemplateList } from '$domains/logs/template-list.svelte';
import { TemplateView } from '$domains/logs/template-view.svelte';
import { MetricsList } from '$domains/metrics/metrics-list.svelte';
import { MapSheet } from '$domains/map/map-sheet.svelte';
import { Reach } from '$domains/map/reach-view.svelte';

const error: AppError = { code: 'internal', fields: { detail: 'the file is busy' } };
const range = { start: 0, end: 3_600_000 };
const later = { start: 15_000, end: 3_615_000 };

/** A core whose answers can be taken away and given back. */
class Core {
	fails = false;
	answer = async <T>(data: T): Promise<Result<T>> => (this.fails ? { status: 'error', error } : { status: 'ok', data });
}

test('an answer stands for what it answered, and where the range moves on by itself', () => {
	const last = new LastAnswer();
	expect(last.stands({ what: ['a'], range }, error)).toBeNull();

	last.came({ what: ['a'], range });

	expect(last.stands({ what: ['a'], range: { ...range } }, error)?.error).toBe(error);
	expect(last.stands({ what: ['b'], range }, error)).toBeNull();
	expect(last.stands({ what: ['a'], range: later }, error)).toBeNull();
	expect(last.stands({ what: ['a'], range: later, follows: true }, error)).not.toBeNull();
	expect(last.stands({ what: ['a'], range: { start: 0, end: 60_000 }, follows: true }, error)).toBeNull();
	expect(last.stands({ what: ['a'] }, error)).toBeNull();
});

describe('the map', () => {
	test('stays while the same one fails, in a window of another size too, and is as it was with the next answer', async () => {
		const core = new Core();
		const sheet = new MapSheet({ map: () => core.answer(mapView()) });
		await sheet.load(sheet.request(range, null, 800, 600));

		core.fails = true;
		await sheet.load(sheet.request(range, null, 1000, 700));
		expect([sheet.view.kind, missedOf(sheet.view)?.error.code]).toEqual(['stale', 'internal']);
		await sheet.load(sheet.request(later, null, 800, 600), true);
		expect(sheet.view.kind).toBe('stale');
		expect(sheet.map?.nodes.length).toBe(mapView().nodes.length);

		core.fails = false;
		await sheet.load(sheet.request(later, null, 800, 600), true);
		expect(sheet.view.kind).toBe('ready');
	});

	test('of another level, or of a range that was chosen, does not stay', async () => {
		const core = new Core();
		const sheet = new MapSheet({ map: () => core.answer(mapView()) });
		for (const other of [{ ...sheet.request(range, null, 800, 600), level: 'host' as const }, sheet.request(later, null, 800, 600)]) {
			core.fails = false;
			await sheet.load(sheet.request(range, null, 800, 600));
			core.fails = true;

			await sheet.load(other);

			expect([sheet.view.kind, sheet.map]).toEqual(['failed', null]);
		}
	});

	test('what one entity reaches, and the entity itself, stay for it and for no other', async () => {
		const core = new Core();
		const reach = new Reach({ reach: ({ name }) => core.answer(reachView(name)), paths: () => Promise.resolve({ status: 'error', error }), singlePoints: () => Promise.resolve({ status: 'error', error }) });
		const view = new EntityView({ entity: (name) => core.answer(entityDetails(name)) });
		await reach.load('pg-main', null);
		await view.load('pg-main', range, null);
		core.fails = true;

		await reach.load('pg-main', null);
		await view.load('pg-main', later, null, true);
		expect([reach.view.kind, reach.names.has('orders'), view.view.kind, view.details?.item.name]).toEqual(['stale', true, 'stale', 'pg-main']);
		await reach.load('orders', null);
		await view.load('orders', later, null, true);

		expect([reach.view.kind, reach.names.size, view.view.kind, view.details]).toEqual(['failed', 0, 'failed', null]);
	});
});

describe('the logs', () => {
	const wish: LogWish = { range, query: '', level: null, template: null, sources: [], entity: null };
	const question: TemplatesRequest = { range, baseline: null, compare: null, query: '', sources: [], levels: [], classes: [], changes: [], entity: null };
	const lines = (list: Core, counts: Core) => new LogList({ logsList: (request) => list.answer(logsView(request)), logsCounts: (request) => counts.answer(logCounts(request)), logsCancelCounts: () => Promise.resolve({ status: 'ok', data: null }) });

	test('lines and their number stay while the range that follows fails, and not for another query', async () => {
		const core = new Core();
		const list = lines(core, core);
		await list.load(wish);
		const [{ rows }, total] = [list, list.counted?.total];
		core.fails = true;

		await list.load({ ...wish, range: later }, true);
		expect(list.view.kind).toBe('stale');
		expect(list.rows).toBe(rows);
		expect(list.counted?.total).toBe(total);
		await list.load({ ...wish, query: 'PANIC' });

		expect([list.view.kind, list.list, list.counted]).toEqual(['failed', null, null]);
	});

	test('a number of the same lines stays when it cannot be counted again', async () => {
		const counts = new Core();
		const list = lines(new Core(), counts);
		await list.load(wish);
		counts.fails = true;

		await list.load({ ...wish, range: later }, true);
		expect([list.view.kind, list.counts.kind, list.counted === null]).toEqual(['ready', 'stale', false]);
		await list.load({ ...wish, level: 'error' });

		expect([list.counts.kind, list.counted]).toEqual(['failed', null]);
	});

	test('templates stay while new lines fail, and not for another choice; one of them stays as well', async () => {
		const core = new Core();
		const list = new TemplateList({ logsTemplates: (request) => core.answer(templatesView(request)) });
		const failing = { logsDecide: () => Promise.reject(new Error('not asked')), logsUndo: () => Promise.reject(new Error('not asked')), logsDecisions: () => Promise.reject(new Error('not asked')) };
		const view = new TemplateView({ ...failing, logsTemplate: ({ id }) => core.answer(templateDetails(id)) });
		await list.load(question);
		await view.load('1', question);
		core.fails = true;

		await list.refresh({ ...question, range: later });
		await view.load('1', { ...question, range: later }, question, true);
		expect([list.view.kind, list.rows.length > 0, view.state.kind, view.details === null]).toEqual(['stale', true, 'stale', false]);
		await list.load({ ...question, changes: ['new'] });
		await view.load('2', question);

		expect([list.view.kind, list.rows.length, view.state.kind]).toEqual(['failed', 0, 'failed']);
	});
});

test('alerts and series stay for the range that follows, and not for one that was chosen', async () => {
	const core = new Core();
	const wish: AlertWish = { range, state: 'all', text: '', entity: null };
	const choice = { range, filter: '', entity: null, class: null };
	const alerts = new AlertList({ alerts: (request) => core.answer(alertsView(request)), acknowledgeAlert: () => core.answer(null) });
	const series = new MetricsList({ metrics: (request) => core.answer(metricsPage(metricsView(), request)) });
	await alerts.load(wish);
	await series.load(choice);
	core.fails = true;

	await alerts.load({ ...wish, range: later }, true);
	await series.load({ ...choice, range: later }, true);
	expect([alerts.view.kind, alerts.rows.length > 0, series.view.kind, series.rows.length > 0]).toEqual(['stale', true, 'stale', true]);
	await alerts.load({ ...wish, range: later });
	await series.load({ ...choice, range: later });

	expect([alerts.view.kind, alerts.list, series.view.kind, series.list]).toEqual(['failed', null, 'failed', null]);
});

describe('the catalog', () => {
	test('entities stay while they cannot be read again, and not for another filter', async () => {
		const core = new Core();
		const list = new InventoryList({ entities: (request) => core.answer(entitiesView(request)), saveFilter: () => core.answer(null), deleteFilter: () => core.answer(null) });
		await list.load();
		const [{ rows }, of] = [list, list.known?.of];
		core.fails = true;

		await list.load();
		expect([list.view.kind, list.known?.of]).toEqual(['stale', of]);
		expect(list.rows).toBe(rows);
		list.filter = 'team:data';
		await list.load();
		expect([list.view.kind, list.known]).toEqual(['failed', null]);

		core.fails = false;
		await list.load();
		expect(list.view.kind).toBe('ready');
	});

	test('checks stay for the range that follows, and not for one that was chosen', async () => {
		const core = new Core();
		const list = new CheckList({ checks: () => core.answer(checksView()) });
		await list.load(range);
		core.fails = true;

		await list.load(later, true);
		expect([list.view.kind, list.rows.length]).toEqual(['stale', checksView().checks.length]);
		await list.load(later);

		expect([list.view.kind, list.rows.length]).toEqual(['failed', 0]);
	});
});
