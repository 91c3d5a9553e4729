// Tables: what is copied, how wide columns are, marks and order; on their own and on the screens of a made-up core.
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Marks, Order, type Column } from '$lib/components';
import { copied, type LiveTable } from '$lib/components/table-acts';
import { allowed, edgeOf, narrowest, template, widest } from '$lib/components/widths';
import { stamp } from '$lib/format/time';
import { tsv } from '$lib/format/tsv';
import { answer, appState } from '$lib/ipc/fake';
import { answerRecords } from '$lib/ipc/fake-records';
import { answerReview } from '$lib/ipc/fake-review';
import type { AppError } from '$lib/ipc/bindings';
import { everyRow } from '$lib/state/paged.svelte';
import { Tables, type Memory } from '$lib/state/tables.svelte';
import App from '../../src/App.svelte';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

const columns: readonly Column[] = [
	{ key: 'mark', label: 'Mark', labelHidden: true, width: '16px' },
	{ key: 'name', label: 'Name, rows 1 to 2 of 3', copied: 'Name', width: 'minmax(140px,1.5fr)' },
	{ key: 'size', label: 'Size', width: '80px' },
	{ key: 'where', label: 'Where', width: 'minmax(0,1fr)' },
	{ key: 'count', label: 'Count', width: '64px', align: 'end' },
];

describe('what is copied', () => {
	const rows = [{ id: 'a', n: 1 }, { id: 'b', n: 2 }, { id: 'c', n: 3 }];
	const table = (part: Partial<LiveTable<(typeof rows)[number]>> = {}): LiveTable<(typeof rows)[number]> => ({ rows, columns: columns.filter((column) => column.key === 'name' || column.key === 'count'), at: 1, marks: new Marks(), order: undefined, id: (row) => row.id, text: (row, column) => (column.key === 'name' ? row.id : String(row.n)), ...part });

	test('a cell holds no tab, no line break and nothing that steers a terminal', () => {
		expect(tsv([['a\tb', 'c\r\nd', 'e\u001b[2Jf', '日志']])).toBe('a b\tc d\te [2Jf\t日志\n');
	});

	test('a cell cannot become a formula', () => {
		expect(tsv([['=1+1', '+1', '-1', '@x', '–', 'a=b']])).toBe("'=1+1\t'+1\t'-1\t'@x\t–\ta=b\n");
	});

	test('is the row with the keyboard under the heads, without what the heads count', () => {
		expect(copied(table())).toEqual({ text: 'Name\tCount\nb\t2\n', count: 1 });
		expect(copied(table({ at: -1 }))).toBeNull();
	});

	test('is every marked row in the order of the table', () => {
		const marks = new Marks();
		marks.mark(['a', 'b', 'c'], 2);
		marks.mark(['a', 'b', 'c'], 0);

		expect(copied(table({ marks }))).toEqual({ text: 'Name\tCount\na\t1\nc\t3\n', count: 2 });
	});

	test('marks of rows that are gone are no rows', async () => {
		const marks = new Marks();
		marks.mark(['gone'], 0);

		expect((await copied(table({ marks })))?.text).toBe('Name\tCount\nb\t2\n');
	});

	test('is told to be a part where an answer failed, and the row with the keyboard does not stand for the marked ones', async () => {
		const marks = new Marks();
		marks.add(['a', 'b', 'c', 'd'], 3);
		const error: AppError = { code: 'damaged', fields: {} };
		const answers = (...some: readonly (readonly (typeof rows)[number][] | null)[]) => {
			const left = [...some];
			return () => everyRow(4, () => {
				const page = left.shift();
				return Promise.resolve(page ? { status: 'ok' as const, data: { total: 4, rows: page } } : { status: 'error' as const, error });
			});
		};
		const from = (read: () => ReturnType<typeof everyRow<(typeof rows)[number]>>) => copied(table({ marks, beyond: { ids: () => Promise.resolve([]), rows: read, place: () => Promise.resolve(-1) } }));

		expect(await from(answers(rows.slice(0, 2), null))).toEqual({ text: 'Name\tCount\na\t1\nb\t2\n', count: 2, missed: { error, of: 4 } });
		expect(await from(answers(null))).toMatchObject({ count: 0, missed: { error, of: 4 } });
		expect(await from(answers(rows.slice(0, 2), rows.slice(2), []))).toEqual({ text: 'Name\tCount\na\t1\nb\t2\nc\t3\n', count: 3 });
	});

	test('a time is written in the zone of the window, as a spreadsheet takes it', () => {
		expect(stamp({ locale: 'en', zone: 'Europe/Berlin' }, Date.UTC(2026, 10, 17, 23, 30, 5, 250))).toBe('2026-11-18 00:30:05.250');
		expect(stamp({ locale: 'zh-CN', zone: 'UTC' }, Date.UTC(2026, 10, 17, 23, 30))).toBe('2026-11-17 23:30:00');
	});
});

describe('widths', () => {
	test('a column is dragged on the side away from the one that takes the rest', () => {
		expect(columns.map((_, index) => edgeOf(columns, index))).toEqual([null, 'right', 'right', null, 'left']);
		expect(columns.slice(1, 3).map((_, index) => edgeOf(columns.slice(1, 3), index))).toEqual([null, 'left']);
	});

	test('a chosen width wins over the own one and yields where there is no room; the rest stays elastic', () => {
		expect(template(columns, { name: 300, where: 500, mark: 90, gone: 7 })).toBe(`16px minmax(${narrowest}px, 300px) 80px minmax(0,1fr) 64px`);
		expect(template(columns, {})).toBe('16px minmax(140px,1.5fr) 80px minmax(0,1fr) 64px');
	});

	test('no width is narrower than readable, nor takes the room of the rest', () => {
		expect(allowed(4, 100, 400)).toBe(narrowest);
		expect(allowed(5000, 100, 400)).toBe(420);
		expect(allowed(120.4, 100, 400)).toBe(120);
		expect(allowed(9000, 100, 20_000)).toBe(widest);
		expect(allowed(200, 100, 20)).toBe(100);
	});

	const memory = (text: string | null = null): Memory & { text: string | null } => ({
		text,
		getItem() { return this.text; },
		setItem(_, value) { this.text = value; },
	});

	test('are remembered by table, and those of another window stay', () => {
		const kept = memory();
		const [first, second] = [new Tables(kept), new Tables(kept)];
		first.size('alerts', 'name', 300);
		first.keep('alerts');
		second.size('lines', 'who', 90);
		second.keep('lines');

		const later = new Tables(kept);

		expect([later.widths('alerts'), later.widths('lines'), later.widths('checks')]).toEqual([{ name: 300 }, { who: 90 }, {}]);
		later.size('alerts', 'name', null);
		later.keep('alerts');
		expect(new Tables(kept).widths('alerts')).toEqual({});
	});

	test('what is remembered wrongly is left out, and a window without a memory works', () => {
		expect(new Tables(memory('{"alerts":{"name":"wide","where":-3,"since":80},"lines":7}')).widths('alerts')).toEqual({ since: 80 });
		expect(new Tables(memory('not at all')).widths('alerts')).toEqual({});
		expect(new Tables(memory('null')).widths('alerts')).toEqual({});
		const closed = new Tables({ getItem: () => null, setItem: () => { throw new Error('full'); } });
		closed.size('alerts', 'name', 120);
		closed.keep('alerts');
		expect(closed.widths('alerts')).toEqual({ name: 120 });
	});
});

describe('the order', () => {
	test('goes from column to column and back to the own one; what is missing comes last either way', () => {
		const rows = [{ name: 'web-10', tier: 2 }, { name: 'web-9', tier: null }, { name: 'db', tier: 1 }];
		const order = new Order<(typeof rows)[number]>({ name: (row) => row.name, tier: (row) => row.tier });
		const names = () => order.sorted(rows).map((row) => row.name);

		order.next(['glyph', 'name', 'tier']);
		expect(names()).toEqual(['db', 'web-9', 'web-10']);
		order.next(['glyph', 'name', 'tier']);
		expect(names()).toEqual(['db', 'web-10', 'web-9']);
		order.turn();
		expect(names()).toEqual(['web-10', 'db', 'web-9']);
		order.next(['glyph', 'name', 'tier']);
		expect(names()).toEqual(['web-10', 'web-9', 'db']);
		order.choose('name');
		order.choose('name');
		expect(order.by).toEqual({ key: 'name', direction: 'falling' });
		order.choose('name');
		expect(order.by).toBeNull();
	});
});

describe('on the screens', () => {
	const written: string[] = [];

	beforeEach(() => {
		location.hash = '';
		localStorage.clear();
		written.length = 0;
		Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: (text: string) => Promise.resolve(void written.push(text)) } });
		vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(200);
	});
	afterEach(async () => {
		cleanup();
		vi.restoreAllMocks();
		// The window stops listening a moment after it is gone.
		await new Promise((done) => setTimeout(done, 20));
		clearMocks();
	});

	const press = (key: string, more: Record<string, unknown> = {}) => fireEvent.keyDown(document.body, { key, ...more });
	const grid = (name: RegExp | string) => screen.findByRole('grid', { name });
	const heads = (of: HTMLElement) => within(of).getAllByRole('columnheader').map((head) => head.textContent?.trim());
	const edge = (name: string | RegExp) => screen.getByRole('separator', { name });

	function open() {
		mockIPC((command, payload) => {
			const args = (payload ?? {}) as Record<string, unknown>;
			return answerRecords(command, args) ?? answerReview(command, args) ?? answer(appState(), command, args);
		}, { shouldMockEvents: true });
		return render(App);
	}

	async function go(...letters: string[]): Promise<void> {
		await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).not.toMatch(/^(Loading|正在载入)$/));
		(document.activeElement as HTMLElement | null)?.blur();
		for (const letter of letters) await press(letter);
	}

	test('y copies the row with the keyboard, Ctrl C the marked ones, Esc takes the marks away', async () => {
		open();
		await go('g', 'a');
		await grid('Alerts');

		await press('y');
		await screen.findByText('One row is copied.');
		for (const key of ['x', 'j', 'j', 'X']) await press(key);
		expect(document.querySelectorAll('[role=row][aria-selected=true]')).toHaveLength(3);
		await press('c', { ctrlKey: true });
		await screen.findByText('3 rows are copied.');
		await press('Escape');

		const [one, three] = written.map((text) => text.trimEnd().split('\n').map((line) => line.split('\t')));
		expect(one).toHaveLength(2);
		expect(three?.map((line) => line[1])).toEqual(['Alert', 'CheckoutFails: 39 % of requests to checkout fail', 'PoolExhausted: 180 clients wait for a connection', 'ReplicaLag: Behind by 340 s']);
		expect(new Set(three?.map((line) => line.length)).size).toBe(1);
		expect(document.querySelectorAll('[role=row][aria-selected=true]')).toHaveLength(0);
	});

	test('text that is selected is what Ctrl C copies', async () => {
		open();
		await go('g', 'a');
		await grid('Alerts');
		vi.spyOn(document, 'getSelection').mockReturnValue({ toString: () => 'some text' } as Selection);

		await press('c', { ctrlKey: true });

		expect(written).toEqual([]);
	});

	test('y stays the proof on Metrics, where Ctrl C copies, and the help says so', async () => {
		open();
		await go('g', 'e');
		await grid(/^Series/);

		await press('c', { ctrlKey: true });
		await screen.findByText('One row is copied.');
		await press('?');
		const help = await screen.findByRole('dialog', { name: 'Keys on this screen' });

		const row = within(help).getByText('Copy the rows as a table').closest('div');
		expect([...(row?.querySelectorAll('.keys') ?? [])].map((keys) => keys.textContent)).toEqual(['CtrlC']);
		expect(written[0]).toMatch(/^Kind\tSeries\tSurprise\n/);
	});

	test('a width is chosen by keyboard, remembered, and given back', async () => {
		const { unmount } = open();
		await go('g', 'a');
		const table = await grid('Alerts');
		const own = table.style.getPropertyValue('--columns');

		await fireEvent.keyDown(edge('Width of Severity'), { key: 'ArrowLeft', shiftKey: true });
		expect(table.style.getPropertyValue('--columns')).toContain('minmax(32px, 152px)');
		expect(JSON.parse(localStorage.getItem('wardroom.columns') ?? '')).toEqual({ alerts: { severity: 152 } });
		unmount();
		open();
		await go('g', 'a');
		const again = await grid('Alerts');
		expect(again.style.getPropertyValue('--columns')).toContain('minmax(32px, 152px)');
		await fireEvent.dblClick(edge('Width of Severity'));

		expect(again.style.getPropertyValue('--columns')).toBe(own);
		expect(JSON.parse(localStorage.getItem('wardroom.columns') ?? '')).toEqual({ alerts: {} });
	});

	test('a width is dragged by the pointer, to the other side where the rest is on the left', async () => {
		open();
		await go('g', 'l');
		const table = await grid(/^Templates/);

		await fireEvent.pointerDown(edge(/^Width of Lines in/), { button: 0, clientX: 500, pointerId: 1 });
		await fireEvent.pointerMove(edge(/^Width of Lines in/), { clientX: 470, pointerId: 1 });
		expect(localStorage.getItem('wardroom.columns')).toBeNull();
		await fireEvent.pointerUp(edge(/^Width of Lines in/), { pointerId: 1 });
		await fireEvent.pointerMove(edge(/^Width of Lines in/), { clientX: 300, pointerId: 1 });

		expect(table.style.getPropertyValue('--columns')).toContain('minmax(32px, 230px)');
		expect(JSON.parse(localStorage.getItem('wardroom.columns') ?? '')).toEqual({ templates: { count: 230 } });
	});

	test('the edges are one stop of the tab key, arrows go from one to the next, and rows stay where they are', async () => {
		open();
		await go('g', 'a');
		const table = await grid('Alerts');
		const edges = within(table).getAllByRole('separator');
		expect(edges.filter((one) => one.tabIndex === 0)).toEqual([edges[0]]);

		edges[0]?.focus();
		await fireEvent.keyDown(edges[0] as HTMLElement, { key: 'ArrowDown' });

		await waitFor(() => expect(document.activeElement).toBe(edges[1]));
		expect(edges.map((one) => one.tabIndex)).toEqual(edges.map((_, at) => (at === 1 ? 0 : -1)));
		expect(table.querySelector('.row.on')?.getAttribute('aria-rowindex')).toBe('2');
		const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, 'scrollable-region-focusable': { enabled: false } } });
		expect(found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
	});

	test('o orders entities by column, the keyboard stays on its row, and a click on a head does the same', async () => {
		open();
		await go('g', 'c');
		await waitFor(() => screen.getByRole('tab', { name: /Entities/ }));
		await press('2', { ctrlKey: true });
		const table = await grid(/Entities|entities/);
		const names = () => [...table.querySelectorAll('.row .mono')].slice(0, 3).map((cell) => cell.textContent);
		const on = () => table.querySelector('.row.on .mono')?.textContent;
		expect(names()).toEqual(['checkout', 'orders', 'app-0']);

		await press('o');
		await waitFor(() => expect(names()).toEqual(['app-0', 'app-1', 'app-2']));
		expect(within(table).getAllByRole('columnheader')[0]?.getAttribute('aria-sort')).toBe('ascending');
		await press('O');
		await waitFor(() => expect(names()[0]).toBe('web'));
		await fireEvent.click(within(table).getByRole('button', { name: 'Firing' }));
		await fireEvent.click(within(table).getByRole('button', { name: /^Firing/ }));

		await waitFor(() => expect(names().slice(0, 2)).toEqual(['orders', 'checkout']));
		await waitFor(() => expect(on()).toBe('checkout'));
		expect(heads(table).at(-1)).toMatch(/↓$/);
	});
});

