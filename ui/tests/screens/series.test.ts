// Metrics on a made-up core: classes, the wall of charts, long lists, units, and the week before.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { ChangedRequest, ChangedRowsRequest, ChartRequest, MetricsRequest, QueryRequest } from '$lib/ipc/bindings';
import { END, metricsPage, metricsView } from '$lib/ipc/fake';
import { changedRow, changedView } from '$lib/ipc/fake-changed';
import { sightOf } from '$domains/metrics/chart-wall.svelte';
import { unitOf, unitOfSeries } from '$domains/metrics/promql';
import { groupsInSight, inSight, linesOfGroups } from '$domains/metrics/ranking-sight';
import { go, heading, leaveNothing, openWindow, press, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const MIN = 60_000;

describe('the series', () => {
	const many = (count: number) => {
		const view = metricsView();
		const [row] = view.rows;
		if (!row) throw new Error('a row');
		return { ...view, rows: Array.from({ length: count }, (_, i) => ({ ...row, id: 1000 + i, metric: `requests_${i}`, finding: null })), total: count, findingCount: 0 };
	};
	const paged = (count: number) => {
		const whole = many(count);
		return (command: string, args: Record<string, unknown>) => (command === 'metrics' ? metricsPage(whole, args['request'] as MetricsRequest) : undefined);
	};

	test('carry their class, and the row says what it means', async () => {
		openWindow();
		await go('g', 'e');
		await heading(/23 findings/);

		const list = screen.getByRole('grid', { name: 'Series, those with findings first' });

		expect(within(list).getAllByText('seasonal').length).toBeGreaterThan(1);
		expect(screen.getByText('It repeats every day, so each hour is judged by the same hour of other days.', { selector: 'p' })).toBeTruthy();
	});

	test('of which none is scored are not called usual', async () => {
		const view = { ...many(3), scored: 0 };
		openWindow((command, args) => (command === 'metrics' ? metricsPage(view, args['request'] as MetricsRequest) : undefined));

		await go('g', 'e');

		await heading(/^3 series, none of them scored\.$/);
	});

	test('of a list of 5,000 are in the page only as far as they are in sight', async () => {
		const { of } = openWindow(paged(5000));
		await go('g', 'e');
		const list = await screen.findByRole('grid', { name: 'Series, those with findings first' });
		expect(list.getAttribute('aria-rowcount')).toBe('5001');
		expect(list.querySelectorAll('[role=row]').length).toBeLessThan(70);

		await fireEvent.click(screen.getByRole('radio', { name: '50' }));

		const wall = await screen.findByRole('region', { name: '5,000 small charts' });
		const figures = () => wall.querySelectorAll('figure').length;
		expect(figures()).toBeLessThanOrEqual(60);
		await waitFor(() => expect(wall.querySelectorAll('[role=img][aria-label^="requests_0 of"]').length).toBe(1));
		for (const call of of('chart')) expect((call.args['request'] as ChartRequest).series.length).toBeLessThanOrEqual(24);
		const canvas = wall.querySelector('canvas');
		(wall as HTMLElement).scrollTop = 92 * 400;
		await fireEvent.scroll(wall);
		await waitFor(() => expect(wall.querySelector('[title*=" requests_0 "]')).toBeNull());
		expect(figures()).toBeLessThanOrEqual(60);
		// The canvas of what scrolled out serves what scrolled in.
		expect(wall.contains(canvas)).toBe(true);
		expect(await violations()).toEqual([]);
	});

	test('of a list of 5,000 are asked for page by page, and the keyboard reaches every one', async () => {
		const { of } = openWindow(paged(5000));
		await go('g', 'e');
		const list = await screen.findByRole('grid', { name: 'Series, those with findings first' });
		const requests = () => of('metrics').map((call) => call.args['request'] as MetricsRequest);
		await waitFor(() => expect(requests().length).toBeGreaterThan(0));
		for (const request of requests()) expect(request.offset ?? 0).toBeLessThan(200);

		list.focus();
		await fireEvent.keyDown(list, { key: 'End' });
		await fireEvent.scroll(list);

		await waitFor(() => expect(within(list).getByText('requests_4999')).toBeTruthy());
		expect(await screen.findByText('Series 4,999 to 5,000 of 5,000')).toBeTruthy();
		for (const request of requests()) expect(request.limit).toBeLessThanOrEqual(100);
		expect(requests().length).toBeLessThan(8);
	});

	test('of one class are asked for alone, with the counts of all', async () => {
		const { of } = openWindow();
		await go('g', 'e');
		await heading(/23 findings/);
		const choice = screen.getByRole('combobox', { name: 'Class of the series' });
		expect(within(choice).getAllByRole('option').map((option) => option.textContent)).toEqual(['All classes', 'constant · 8', 'seasonal · 23']);

		await fireEvent.change(choice, { target: { value: 'constant' } });

		await waitFor(() => expect((of('metrics').at(-1)?.args['request'] as MetricsRequest).class).toBe('constant'));
		await waitFor(() => expect(screen.getByRole('grid', { name: 'Series, those with findings first' }).getAttribute('aria-rowcount')).toBe('9'));
	});

	test('that another screen asks for are found wherever they stand', async () => {
		const { of } = openWindow(paged(5000));
		await go('g', 'e');
		await screen.findByRole('grid', { name: 'Series, those with findings first' });
		await go('g', 'n');
		await press('k', { ctrlKey: true });
		const field = await screen.findByRole('combobox', { name: 'Ask, jump or run' });
		await fireEvent.input(field, { target: { value: 'requests_7' } });
		await waitFor(() => expect(screen.getAllByRole('option', { name: /requests_7/ }).length).toBeGreaterThan(0));

		await fireEvent.click(screen.getAllByRole('option', { name: /requests_7/ })[0] as HTMLElement);

		await waitFor(() => expect(of('metrics').some((call) => (call.args['request'] as MetricsRequest).locate === 1007)).toBe(true));
		await waitFor(() => expect(document.querySelector('main figure')?.textContent).toMatch(/series_1006/));
	});

	test('as a wall are walked with the arrows and enlarged with Enter', async () => {
		openWindow();
		await go('g', 'e');
		await heading(/23 findings/);
		await fireEvent.click(screen.getByRole('radio', { name: '50' }));
		const wall = await screen.findByRole('region', { name: '63 small charts' });
		(document.activeElement as HTMLElement).blur();
		const on = () => wall.querySelector('button[aria-pressed="true"]')?.textContent;

		await press('ArrowRight');
		expect(on()).toMatch(/pgbouncer/);
		await press('ArrowLeft');
		expect(on()).toMatch(/pg-main/);
		await press('ArrowDown');
		expect(on()).toMatch(/http_request_duration_seconds_p91/);
		await press('Enter');
		expect(await screen.findByText('One series')).toBeTruthy();
		await press('Escape');

		expect(await screen.findByRole('region', { name: '63 small charts' })).toBeTruthy();
	});

	test('the cells of a wall are those in sight and a line around them', () => {
		expect(sightOf(5000, 1060, 700, 0, { width: 208, height: 92 })).toEqual({ columns: 5, lines: 1000, first: 0, last: 50 });
		expect(sightOf(5000, 1060, 700, 9200, { width: 208, height: 92 })).toEqual({ columns: 5, lines: 1000, first: 495, last: 545 });
		expect(sightOf(7, 1060, 700, 9200, { width: 208, height: 92 })).toEqual({ columns: 5, lines: 2, first: 0, last: 7 });
		expect(sightOf(0, 1060, 700, 0, { width: 208, height: 92 })).toEqual({ columns: 5, lines: 0, first: 0, last: 0 });
	});
});

describe('a long ranking', () => {
	const long = (request: ChangedRequest) => {
		const groups = Array.from({ length: 40 }, (_, g) => ({ entity: `service-${g}`, score: 0.9, rows: Array.from({ length: 25 }, (_, i) => changedRow({ series: g * 25 + i, metric: `requests_${i}`, entity: `service-${g}`, score: 0.9 })) }));
		return { ...changedView(request), ranking: 7, entities: groups, rows: groups.flatMap((group) => group.rows).slice(0, 100), shown: 1000, changed: 1000 };
	};
	/** The rows of such a ranking by their places. */
	const rowsOf = ({ offset, limit }: ChangedRowsRequest) => Array.from({ length: Math.min(limit, 1000 - offset) }, (_, i) => changedRow({ series: offset + i, metric: `requests_${(offset + i) % 25}`, entity: `service-${Math.floor((offset + i) / 25)}`, score: 0.9 }));

	test('keeps the page small, and the keyboard reaches every row', async () => {
		openWindow((command, args) => (command === 'changed' ? long(args['request'] as ChangedRequest) : command === 'changed_rows' ? rowsOf(args['request'] as ChangedRowsRequest) : undefined));
		await go('g', 'e', 'x');
		const ranking = await screen.findByRole('region', { name: /^What changed here surprise/ });
		await waitFor(() => expect(ranking.querySelectorAll('button.row').length).toBeGreaterThan(10));
		expect(ranking.querySelectorAll('button.row').length).toBeLessThan(80);

		for (let i = 0; i < 60; i += 1) await press('j');

		await waitFor(() => expect(document.querySelector('aside')?.textContent).toMatch(/service-2,/));
		expect(await violations()).toEqual([]);
	});

	test('is read page by page where it is looked at', async () => {
		const { of } = openWindow((command, args) => (command === 'changed' ? long(args['request'] as ChangedRequest) : command === 'changed_rows' ? rowsOf(args['request'] as ChangedRowsRequest) : undefined));
		await go('g', 'e', 'x');
		const ranking = await screen.findByRole('region', { name: /^What changed here surprise/ });
		await waitFor(() => expect(ranking.querySelectorAll('button.row').length).toBeGreaterThan(10));
		const list = ranking.querySelector<HTMLElement>('.list');
		expect(of('changed_rows')).toEqual([]);

		// 20 groups of 25 rows and their heads.
		if (list) list.scrollTop = 20 * (25 * 24 + 29);
		await fireEvent.scroll(list ?? ranking);

		await waitFor(() => expect(ranking.querySelector('button.row[data-at="500"]')?.textContent).toMatch(/requests_0/));
		const asked = of('changed_rows').map((call) => call.args['request']);
		expect(asked).toContainEqual({ ranking: 7, offset: 500, limit: 100 });
		expect(asked.length).toBeLessThan(4);
	});

	test('has the same height, whatever part of it is in the page', () => {
		const lines = linesOfGroups(Array.from({ length: 40 }, (_, g) => ({ entity: `s${g}`, rows: Array.from({ length: 25 }, (_, i) => i) })));
		const whole = (lines.at(-1)?.top ?? 0) + 24;

		for (const scrolled of [0, 3000, 12_000, whole]) {
			const part = inSight(lines, scrolled, 500);
			expect(part.before + part.behind + part.lines.reduce((sum, line) => sum + line.height, 0)).toBe(whole);
			expect(part.lines.length).toBeLessThan(60);
		}
		expect(inSight(lines.slice(0, 100), 0, 500).lines.length).toBe(100);
		expect(groupsInSight(inSight(lines, 3000, 500).lines).map((group) => [group.group, group.headed])[0]).toEqual(['s4', false]);
	});
});

describe('last week', () => {
	test('is asked for an expression, too, and drawn behind it', async () => {
		const { of } = openWindow();
		await go('g', 'e', 'q');
		const input = await screen.findByRole('textbox', { name: /Expression in PromQL/ });
		await fireEvent.input(input, { target: { value: 'rate(x[5m])' } });
		await fireEvent.keyDown(input, { key: 'Enter' });
		await heading(/3 series/);
		(document.activeElement as HTMLElement).blur();
		const dotted = () => document.querySelectorAll('path[stroke-dasharray="1 3"]').length;
		expect(dotted()).toBe(0);

		await press('c');

		await waitFor(() => expect(dotted()).toBe(3));
		const times = of('query').slice(-2).map((call) => (call.args['request'] as QueryRequest).times);
		expect(times.map((one) => (one.kind === 'over' ? one.from : 0))).toEqual([END - 24 * MIN, END - 24 * MIN - 7 * 86_400_000]);
		await press('c');
		await waitFor(() => expect(dotted()).toBe(0));
	});

	test('is asked for the charts of series, large and small', async () => {
		const { of } = openWindow();
		await go('g', 'e');
		await heading(/23 findings/);
		const last = () => of('chart').at(-1)?.args['request'] as ChartRequest | undefined;
		await waitFor(() => expect(last()?.lastWeek).toBe(false));

		await press('c');
		await waitFor(() => expect(last()?.lastWeek).toBe(true));
		await fireEvent.click(screen.getByRole('radio', { name: '50' }));
		await waitFor(() => expect(of('chart').map((call) => call.args['request'] as ChartRequest).some((request) => request.series.length === 24 && request.lastWeek)).toBe(true));
	});
});

describe('the unit of an expression', () => {
	test('is what the names tell, and nothing where they do not', () => {
		const known: readonly [string, string][] = [
			['node_memory_free_bytes', 'bytes'], ['rate(node_network_receive_bytes_total[5m])', 'bytes_per_second'], ['sum by (job) (rate(http_requests_total[5m]))', 'per_second'],
			['histogram_quantile(0.99, sum by (le) (rate(request_seconds_bucket[5m])))', 'seconds'], ['rate(process_cpu_seconds_total[1m])', 'ratio'], ['max_over_time(temperature_celsius{room="a_bytes"}[1h]) > 30', 'celsius'],
			['a_bytes - b_bytes', 'bytes'], ['increase(lag_seconds_sum[5m])', 'seconds'],
			['a_bytes / b_bytes', ''], ['a_bytes * 8', ''], ['a_bytes + b_seconds', ''], ['count(a_bytes)', ''], ['a_bytes > bool 5', ''], ['up', ''], ['42', ''], ['time() - process_start_time_seconds', ''], ['http_requests_total', ''], ['changes(a_bytes[5m])', ''],
		];

		for (const [expression, unit] of known) expect([expression, unitOf(expression)]).toEqual([expression, unit]);
		expect(['a_bytes_total{job="x"}', 'lag_seconds', 'up'].map(unitOfSeries)).toEqual(['bytes_per_second', 'seconds', '']);
	});

	test('stands on the axis, in the list and among the facts', async () => {
		openWindow();
		await go('g', 'e', 'q');
		const input = await screen.findByRole('textbox', { name: /Expression in PromQL/ });
		await fireEvent.input(input, { target: { value: 'sum by (service) (queue_wait_seconds)' } });
		await fireEvent.keyDown(input, { key: 'Enter' });

		await screen.findByText('in seconds, as the names say');

		const list = screen.getByRole('grid', { name: 'Series of the answer' });
		expect(within(list).getAllByText(/^\d[\d.]* s$/).length).toBeGreaterThan(1);
		expect(within(screen.getByRole('img', { name: /^sum by \(service\)/ })).getAllByText(/^\d[\d.]* s$/).length).toBe(1);
	});
});
