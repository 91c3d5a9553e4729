// Metrics on a made-up core: expressions without a server.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { AppStateRow, QueryRequest } from '$lib/ipc/bindings';
import { appState, END } from '$lib/ipc/fake';
import { queryView } from '$lib/ipc/fake-changed';
import { pieceAt, pieces, timesOf } from '$domains/metrics/promql';
import { linesOf, notFiniteOf } from '$domains/metrics/query-lines';
import { go, heading, leaveNothing, openWindow, press, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const MIN = 60_000;
const chinese = () => appState({ settings: { language: 'zh-CN', theme: 'dark', textSize: 100, zone: 'utc', followS: 15 } });

function open(special?: Special, state?: AppStateRow) {
	const opened = openWindow(special, state);
	return { ...opened, asked: () => opened.last('query')?.['request'] as QueryRequest };
}

const field = () => screen.findByRole('textbox', { name: /Expression in PromQL/ });

async function run(expression: string): Promise<void> {
	const input = await field();
	await fireEvent.input(input, { target: { value: expression } });
	await fireEvent.keyDown(input, { key: 'Enter', ctrlKey: true });
}

describe('an expression', () => {
	test('is written and run by keyboard alone, over the window at round steps', async () => {
		const { asked } = open();
		await go('g', 'e');
		await heading(/23 findings in/);

		await press('q');
		await waitFor(async () => expect(document.activeElement).toBe(await field()));
		await run('sum by (service) (rate(http_requests_total[5m]))');

		await heading(/^3 series between 14:38 and 15:02\.$/);
		// 24 minutes at 10 s are 144 steps; at 5 s they would be 288, which is more than 250.
		expect(asked()).toEqual({ expression: 'sum by (service) (rate(http_requests_total[5m]))', times: { kind: 'over', from: END - 24 * MIN, to: END, step: 10_000 }, source: null, by: 'stored' });
		expect(screen.getByText(/From 5,520 stored samples of 23 series of prom-eu-1, by the rules of Prometheus 3\.4\.1: windows are open on the left\./)).toBeTruthy();
		expect(screen.getByText('valid')).toBeTruthy();
		expect(screen.getByText('2 values are NaN or infinite and not drawn')).toBeTruthy();
		expect(screen.getByRole('img', { name: /sum by \(service\).*: 3 series, from 0\.25 to/ })).toBeTruthy();
		expect(within(screen.getByRole('grid', { name: 'Series of the answer' })).getByText('{service="orders"}')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('is shown as a table with the values that the server would print', async () => {
		open();
		await go('g', 'e', 'q');
		await run('rate(x[5m])');
		await heading(/3 series/);
		(document.activeElement as HTMLElement).blur();

		await press('v');

		const table = await screen.findByRole('grid', { name: 'Values' });
		expect(table.getAttribute('aria-rowcount')).toBe(String(3 * 145 + 1));
		expect(within(table).getAllByRole('gridcell').slice(0, 3).map((cell) => cell.textContent?.trim())).toEqual(['{service="checkout"}', '2026-11-17 14:38:00', '0.25']);
		expect(await violations()).toEqual([]);
	});

	test('that cannot be read says why, and its column is marked in the text', async () => {
		open();
		await go('g', 'e', 'q');

		await run('rate(up[5m]) + holt_winters(up)');

		await screen.findByText(/Column 16: holt_winters\(\) is not answered from stored samples/);
		expect((await field()).getAttribute('aria-invalid')).toBe('true');
		expect(document.querySelector('.paint .wrong')?.textContent).toBe('holt_winters');
		await screen.findByText('The stored samples have no answer to this expression.');
		expect(await violations()).toEqual([]);

		await run('rate(');
		await screen.findByText(/Column 6: the expression ends where an expression is expected/);
		expect(document.querySelector('.paint .wrong.end')).toBeTruthy();
	});

	test('that is refused leaves the answer before in sight', async () => {
		open();
		await go('g', 'e', 'q');
		await run('rate(x[5m])');
		await heading(/3 series/);

		await run('rate(');

		await screen.findByText('The last answer is kept: rate(x[5m])');
		expect(screen.getByRole('grid', { name: 'Series of the answer' })).toBeTruthy();
	});

	test('that is refused after an answer without a series keeps no empty chart', async () => {
		open();
		await go('g', 'e', 'q');
		await run('nothing');
		await screen.findByText('No series has values between 14:38 and 15:02.');

		await run('rate(');

		await screen.findByText('The stored samples have no answer to this expression.');
		expect(screen.queryByText('The last answer is kept: nothing')).toBeNull();
	});

	test('of which nothing is stored is asked of the server by one press', async () => {
		const { asked } = open((command, args) => (command === 'query' && (args['request'] as QueryRequest).by === 'stored' ? { ...queryView(args['request'] as QueryRequest), series: [], samples: 0 } : undefined));
		await go('g', 'e', 'q');
		await run('sum by (service) (rate(http_requests_total[5m]))');
		await screen.findByText(/^Nothing that the expression names is stored for this window\./);
		expect(await violations()).toEqual([]);

		await fireEvent.click(screen.getByRole('button', { name: 'Ask the server' }));

		await waitFor(() => expect(asked().by).toBe('server'));
		expect(await screen.findByRole('grid', { name: 'Series of the answer' })).toBeTruthy();
	});

	test('without a series, and one that failed, are two things', async () => {
		let fails = true;
		open((command) => {
			if (command === 'query' && fails) throw { code: 'internal', fields: { detail: 'x' } };
			return undefined;
		});
		await go('g', 'e', 'q');
		await run('nothing');
		await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/samples are untouched/));

		fails = false;
		await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));

		await screen.findByText('No series has values between 14:38 and 15:02.');
		expect(await violations()).toEqual([]);
	});

	test('whose source is not clear asks for one', async () => {
		const { asked } = open();
		await go('g', 'e', 'q');
		await run('up');

		await fireEvent.click(await screen.findByRole('button', { name: 'Ask prom-eu-2' }));

		await waitFor(() => expect(asked().source).toBe('prom-eu-2'));
	});

	test('is asked of the server instead, which is named with its version and the time', async () => {
		const { asked } = open();
		await go('g', 'e', 'q');
		await run('rate(x[5m])');
		await heading(/3 series/);

		await fireEvent.click(screen.getByRole('radio', { name: 'Server' }));

		await screen.findByText('Answered by prom-eu-1 (http://prom:9090), Prometheus 3.4.1, on 2026-11-17 15:02:03; nothing was stored.');
		expect(asked().by).toBe('server');
		expect(screen.getByText('3 series, 5,520 values from the server, 38 ms')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('that stored samples do not answer is one press from the server, whose refusal is one of the expression', async () => {
		const { asked } = open((command, args) => {
			if (command === 'query' && (args['request'] as QueryRequest).by === 'server') throw { code: 'source_bad_query', fields: { query: 'holt_winters(up)', detail: 'unknown function' } };
			return undefined;
		});
		await go('g', 'e', 'q');
		await run('holt_winters(up)');

		await fireEvent.click(await screen.findByRole('button', { name: 'Ask the server' }));

		await screen.findByText('The source refuses holt_winters(up): unknown function');
		await screen.findByText('No server has an answer to this expression.');
		expect(asked().by).toBe('server');
		expect(screen.queryByRole('button', { name: 'Ask the server' })).toBeNull();
	});

	test('at the end of the window is one value each, and a number is a sentence', async () => {
		const { asked } = open();
		await go('g', 'e', 'q');
		await run('rate(x[5m])');
		await heading(/3 series/);

		await fireEvent.click(screen.getByRole('radio', { name: 'Its end' }));
		await heading(/^3 series at 15:02\.$/);
		expect(asked().times).toEqual({ kind: 'at', at: END });
		await run('42');

		await heading(/^42 at 15:02\.$/);
	});

	test('that was asked before comes back with the arrow and from the list', async () => {
		const kept: { expression: string; at: number }[] = [{ expression: 'old', at: 0 }];
		const { asked } = open((command, args) => {
			if (command === 'remember_query') kept.unshift({ expression: String(args['expression']), at: END });
			return command === 'asked_queries' || command === 'remember_query' ? [...new Map(kept.map((one) => [one.expression, one])).values()] : undefined;
		});
		await go('g', 'e', 'q');
		for (const one of ['rate(a[5m])', 'rate(b[5m])']) await run(one);
		await heading(/3 series/);
		const input = (await field()) as HTMLInputElement;
		await fireEvent.input(input, { target: { value: 'half' } });

		const seen: string[] = [];
		for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'ArrowDown']) {
			await fireEvent.keyDown(input, { key });
			seen.push(input.value);
		}
		// What was asked of the workspace another day comes after this one's.
		expect(seen).toEqual(['rate(b[5m])', 'rate(a[5m])', 'old', 'old', 'rate(a[5m])', 'rate(b[5m])', 'half']);
		await fireEvent.click(within(screen.getByRole('list', { name: /Asked before/ })).getByRole('button', { name: 'rate(a[5m])' }));

		await waitFor(() => expect(asked().expression).toBe('rate(a[5m])'));
		expect(kept.map((one) => one.expression).slice(0, 3)).toEqual(['rate(a[5m])', 'rate(b[5m])', 'rate(a[5m])']);
	});

	test('more than 24 series are drawn 24 at a time, those around the row of the list', async () => {
		open();
		await go('g', 'e', 'q');

		await run('wide');

		await screen.findByText('Series 1 to 24 of 30 are drawn, those around the row of the list');
		const list = screen.getByRole('grid', { name: 'Series of the answer' });
		expect(list.getAttribute('aria-rowcount')).toBe('31');
		const lines = () => document.querySelectorAll('main figure path[stroke-linejoin]').length;
		expect(lines()).toBe(24);
		(document.activeElement as HTMLElement).blur();

		await press('>');

		await screen.findByText('Series 25 to 30 of 30 are drawn, those around the row of the list');
		expect(lines()).toBe(6);
		expect(screen.getByRole('button', { name: /^Next 24/ }).getAttribute('aria-disabled')).toBe('true');
		expect(await violations()).toEqual([]);

		await press('<');
		await screen.findByText(/^Series 1 to 24 of 30/);
		list.focus();
		await fireEvent.keyDown(list, { key: 'End' });

		await screen.findByText(/^Series 25 to 30 of 30/);
	});

	test('follows the window when it moves', async () => {
		const { asked } = open();
		await go('g', 'e', 'q');
		await run('rate(x[5m])');
		await heading(/3 series/);
		(document.activeElement as HTMLElement).blur();

		for (const key of ['t', 'ArrowLeft']) await press(key);

		await waitFor(() => expect(asked().times).toEqual({ kind: 'over', from: END - 36 * MIN, to: END - 12 * MIN, step: 10_000 }));
	});

	test('is asked in Chinese, too', async () => {
		open(undefined, chinese());
		await go('g', 'e', 'q');

		const input = await screen.findByRole('textbox', { name: /PromQL 表达式/ });
		await fireEvent.input(input, { target: { value: 'rate(x[5m])' } });
		await fireEvent.keyDown(input, { key: 'Enter' });

		await heading(/^14:38 到 15:02 之间有 3 条序列。$/);
		expect(screen.getByText(/依据 prom-eu-1 的 23 条序列/)).toBeTruthy();
		expect(await violations()).toEqual([]);
	});
});

describe('the parts of an expression', () => {
	test('are told apart, and put together they are the text', () => {
		const text = 'sum by (job) (rate(http_total{code=~"5..", env!="a\\"b"}[5m] offset 1h)) > 1e+3 # ünï';

		const found = pieces(text);

		expect(found.map((piece) => piece.text).join('')).toBe(text);
		const of = (kind: string) => found.filter((piece) => piece.kind === kind).map((piece) => piece.text);
		expect(of('function')).toEqual(['sum', 'rate']);
		expect(of('keyword')).toEqual(['by', 'offset']);
		expect(of('label')).toEqual(['code', 'env']);
		expect(of('text')).toEqual(['"5.."', '"a\\"b"']);
		expect(of('number')).toEqual(['5m', '1h', '1e+3']);
		expect(of('comment')).toEqual(['# ünï']);
	});

	test('a column counts characters, not units of the machine', () => {
		const found = pieces('a{b="😀"} + c');

		expect(found[pieceAt(found, 12)]?.text).toBe('c');
		expect(pieceAt(found, 13)).toBe(-1);
	});

	test('windows of every length have at most 250 steps at round times', () => {
		for (const minutes of [1, 5, 24, 60, 360, 1440, 10_080, 60 * 24 * 400]) {
			const times = timesOf({ start: END - minutes * MIN, end: END });
			if (times.kind !== 'over') throw new Error('a window of a minute has steps');
			expect((times.to - times.from) / times.step).toBeLessThanOrEqual(250);
			expect(times.from % times.step).toBe(0);
			expect(times.to % times.step).toBe(0);
		}
		expect(timesOf({ start: END + 100, end: END + 200 })).toEqual({ kind: 'at', at: END + 200 });
	});

	test('labels that all series share are folded, and numbers are read as they are printed', () => {
		const series = (labels: [string, string][], values: string[]) => ({ labels, times: values.map((_, i) => i), values });
		const view = { resultType: 'matrix', proof: { key: 'query-proof-nothing', values: {} }, notices: [], assumed: false, major: 3, source: null, samples: 0, tookMs: 1 };

		const two = linesOf({ ...view, series: [series([['__name__', 'up'], ['env', 'a'], ['job', 'x']], ['1', 'NaN']), series([['__name__', 'up'], ['env', 'a'], ['job', 'y']], ['+Inf', '-Inf'])] });
		const one = linesOf({ ...view, series: [series([['__name__', 'up'], ['job', 'x']], ['1'])] });

		expect(two.lines.map((line) => line.name)).toEqual(['{job="x"}', '{job="y"}']);
		expect(two.shared).toEqual([['env', 'a']]);
		expect(two.lines.map((line) => line.values)).toEqual([[1, NaN], [Infinity, -Infinity]]);
		expect(notFiniteOf(two.lines)).toBe(3);
		expect(one.lines[0]?.name).toBe('up{job="x"}');
	});
});
