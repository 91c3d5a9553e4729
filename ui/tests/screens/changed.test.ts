// Metrics on a made-up core: what changed in a window, what would have paged, and what a person says of it.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { AppStateRow, BegunRow, BillRequest, BillView, ChangedRanking, ChangedRequest, FeedbackItem, KeptDetector, QueryRequest } from '$lib/ipc/bindings';
import { appState, END, finding, findingsView, job, workspace } from '$lib/ipc/fake';
import { billView, changedRow, changedView, feedbackItem, feedbackStage } from '$lib/ipc/fake-changed';
import { around, ChangedDesk, firstOf } from '$domains/metrics/changed-desk.svelte';
import { go, heading, leaveNothing, openWindow, press, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const MIN = 60_000;
const chinese = () => appState({ settings: { language: 'zh-CN', theme: 'dark', textSize: 100, zone: 'utc', followS: 15 } });

function open(special?: Special, state?: AppStateRow) {
	const opened = openWindow(special, state);
	return { ...opened, asked: () => opened.last('query')?.['request'] as QueryRequest };
}

describe('what changed here', () => {
	const ranking = () => screen.findByRole('region', { name: /^What changed here surprise/ });
	const side = () => screen.getByRole('complementary', { name: 'Bill and labels' });
	const on = async () => (await ranking()).querySelector('[aria-current=true]')?.textContent?.replace(/\s+/g, ' ').trim();

	test('is one sentence with what it stands on, ranked by the thing it belongs to', async () => {
		const { of } = open();
		await go('g', 'e');
		await heading(/23 findings/);

		await press('x');

		await heading(/^61 of 1,840 series changed between 14:38 and 15:02\. They belong to 9 things; pg-main went quiet first\.$/);
		expect(of('changed').at(-1)?.args['request']).toEqual({ window: { start: END - 24 * MIN, end: END }, limit: 1000, filter: '', entity: null });
		expect(screen.getByText('ranked in 0.3 s')).toBeTruthy();
		expect(screen.getByText("against each series' own past, and its peers")).toBeTruthy();
		expect(screen.getByText('35 series could not be judged')).toBeTruthy();
		const names = within(await ranking()).getAllByRole('heading', { level: 3 }).map((h) => h.querySelector('button')?.textContent).filter(Boolean);
		expect(names).toEqual(['pg-main', 'pgbouncer', 'checkout', 'web', 'search', 'orders', 'payments', 'cart', 'catalog']);
		expect(within(await ranking()).getByRole('img', { name: 'unlike its peers' })).toBeTruthy();
		expect(await screen.findByText('12 of 61 charts')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('is walked by j and k, Enter selects the thing for the whole window, Esc goes back', async () => {
		const { of } = open();
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		expect(await on()).toMatch(/pg_commit_seconds quantile="0.95" 1.00/);

		// The rows of pg-main come first, all of them, then those of pgbouncer.
		for (const _ of Array.from({ length: 8 })) await press('j');
		expect(await on()).toMatch(/pgbouncer_waiting_clients 0.99/);
		await waitFor(() => expect(within(side()).getByText('waiting clients rose to 240, against 2 before the window.')).toBeTruthy());
		expect(within(side()).getByText(/Before the window 2, in it 240; the time of day is taken into account\. Its distance to its peers is 4\.2 robust deviations\./)).toBeTruthy();
		await press('k');
		await press('j');
		await press('Enter');

		expect(screen.getByText('pgbouncer', { selector: '.only .chip' })).toBeTruthy();
		await waitFor(() => expect((of('changed').at(-1)?.args['request'] as ChangedRequest).entity).toBe('pgbouncer'));
		await press('Escape');
		await heading(/findings in|finding in/);
	});

	test('whoever comes back to it finds the row that was looked at', async () => {
		open();
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		for (const _ of Array.from({ length: 8 })) await press('j');
		expect(await on()).toMatch(/pgbouncer_waiting_clients 0.99/);

		await go('g', 'a');
		await heading(/critical/);
		await press('ArrowLeft', { altKey: true });

		await heading(/61 of 1,840/);
		await waitFor(async () => expect(await on()).toMatch(/pgbouncer_waiting_clients 0.99/));
	});

	test('what begins in the window is listed apart, and chooses what it belongs to', async () => {
		const begun: BegunRow = { series: 77, source: 1, metric: 'request_errors', labels: 'code="503"', entity: 'orders', start: END - 9 * MIN, sentence: { key: 'changed-begins', values: { what: { kind: 'text', value: 'errors' }, entity: { kind: 'text', value: 'orders' }, time: { kind: 'time', value: END - 9 * MIN }, seen: { kind: 'text', value: '12/s' } } } };
		open((command, args) => (command === 'changed' ? { ...changedView(args['request'] as ChangedRequest), begun: [begun], begunCount: 23 } : undefined));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);

		const list = await screen.findByRole('list', { name: 'Begins here, not ranked' });
		expect(within(list).getByText(/^errors on orders begins in this window, at 14:53.*; its last value there is 12\/s$/)).toBeTruthy();
		expect(screen.getByText('The first 1 of 23 are listed.')).toBeTruthy();
		expect(await violations()).toEqual([]);
		await fireEvent.click(within(list).getByRole('button'));
		expect(await screen.findByText('orders', { selector: '.only .chip' })).toBeTruthy();
	});

	test('what changed in a window of several days has its date', async () => {
		open(undefined, appState({ workspace: workspace({ range: { start: END - 48 * 60 * MIN, end: END } }) }));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);

		await waitFor(() => expect(within(side()).getByText(/, 15 Nov 19:50$/)).toBeTruthy());
	});

	test('that a finding could not be asked for is not told as none', async () => {
		const window = { start: END - 24 * MIN, end: END };
		const desk = new ChangedDesk({
			changed: async (request) => ({ status: 'ok', data: changedView(request) }),
			changedRows: async () => ({ status: 'ok', data: [] }),
			findings: async () => ({ status: 'error', error: { code: 'io', fields: {} } }),
		});
		await desk.load(window, null);

		await desk.loadFinding(window, desk.place?.series ?? 0);

		expect(desk.place?.series).toBe(1);
		expect(desk.finding).toBeUndefined();
	});

	test('an answer that comes after the screen was left is dropped', async () => {
		const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
		let late: (view: ChangedRanking) => void = () => undefined;
		const { of } = open((command, args) => (command === 'changed' && (args['request'] as ChangedRequest).entity !== null ? new Promise<ChangedRanking>((done) => (late = done)) : undefined));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await press('Enter');
		await waitFor(() => expect(of('changed')).toHaveLength(2));
		await press('Escape');
		await heading(/findings in|finding in/);

		late(changedView(of('changed')[1]?.args['request'] as ChangedRequest));
		await new Promise((done) => setTimeout(done));

		expect(warned.mock.calls.map((call) => String(call[0])).filter((said) => said.includes('derived_inert'))).toEqual([]);
	});

	test('draws the selected one first, on the ground of what was before the window', async () => {
		const { of } = open();
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await waitFor(() => expect(of('chart').some((call) => (call.args['request'] as { series: number[] }).series.length === 12 && (call.args['request'] as { range: { start: number } }).range.start === END - 120 * MIN)).toBe(true));

		for (const _ of Array.from({ length: 8 })) await press('j');

		await waitFor(() => expect(document.querySelector('figure .title')?.textContent).toMatch(/pgbouncer_waiting_clients/));
		expect(document.querySelector('figure')?.classList.contains('subject')).toBe(true);
	});

	test('charts of the ranking before are not shown in the place of those that are under way', async () => {
		let waits = false;
		const { of } = open((command) => (command === 'chart' && waits ? new Promise(() => {}) : undefined));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await waitFor(() => expect(document.querySelectorAll('.charts figure').length).toBe(12));

		waits = true;
		await press('Enter');
		await waitFor(() => expect((of('changed').at(-1)?.args['request'] as ChangedRequest).entity).toBe('pg-main'));

		// Of the eight series of pg-main these were among the first twelve of all.
		await waitFor(() => expect(document.querySelectorAll('.charts figure').length).toBe(2));
	});

	test('l goes on to the lines of what the row belongs to', async () => {
		open();
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		expect(await screen.findByRole('button', { name: /^Logs of pg-main/ })).toBeTruthy();

		await press('l');

		await waitFor(() => expect(document.querySelector('.rail [aria-current=page]')?.textContent).toMatch(/Logs/));
		expect(await screen.findByText('pg-main', { selector: '.only .chip' })).toBeTruthy();
	});

	test('says the sentence of the core where the whole did not change', async () => {
		open((command, args) => (command === 'changed' ? { ...changedView(args['request'] as ChangedRequest), lead: { key: 'None of 1,840 series changed.', values: {} }, entities: [], rows: [], shown: 0, changed: 0 } : undefined));
		await go('g', 'e', 'x');

		await heading(/^None of 1,840 series changed\.$/);
		expect(screen.getByText('Choose another window, or a longer one.')).toBeTruthy();
	});

	test('that fails or is stopped can be asked again', async () => {
		let how: 'cancelled' | 'internal' | null = 'cancelled';
		open((command) => {
			if (command === 'changed' && how !== null) throw { code: how, fields: { detail: 'x' } };
			return undefined;
		});
		await go('g', 'e', 'x');
		await screen.findByText('The ranking was stopped.');

		how = 'internal';
		await fireEvent.click(within(await ranking()).getByRole('button', { name: 'Try again' }));
		await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/samples are untouched/));
		how = null;
		await fireEvent.click(within(await ranking()).getByRole('button', { name: 'Try again' }));

		await heading(/61 of 1,840/);
	});

	test('what was expected closes the list without a score', async () => {
		const expected = finding({ id: 'e1', series: 77, title: { key: 'ledger rollup on ledger runs', values: {} }, feedback: { id: 7, standing: 'expected', phrase: { key: 'Expected every Monday.', values: {} } } });
		open((command) => (command === 'findings' ? findingsView(null, { expected: [expected], expectedCount: 81 }) : undefined));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);

		const list = await screen.findByRole('list', { name: 'Expected, not ranked' });

		expect(within(list).getByText('ledger rollup on ledger runs')).toBeTruthy();
		expect(screen.getByText('The 1 most surprising of 81 are listed; select an entity to see those of it.')).toBeTruthy();
		expect(list.textContent).not.toMatch(/0\.\d/);
	});

	test('holds the window still, and lets it follow again afterwards', async () => {
		open();
		await go('g', 'e');
		expect(screen.getByRole('button', { name: 'Following' })).toBeTruthy();

		await press('x');
		await heading(/61 of 1,840/);
		expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
		await press('x');

		await waitFor(() => expect(screen.getByRole('button', { name: 'Following' })).toBeTruthy());
	});

	test('goes back to the range before a chart was brushed', async () => {
		open();
		await go('g', 'e');
		await heading(/23 findings/);
		await waitFor(() => expect(document.querySelector('.touch')).toBeTruthy());
		const touch = document.querySelector('.touch') as HTMLElement;
		vi.spyOn(touch, 'getBoundingClientRect').mockReturnValue({ left: 0, width: 240 } as DOMRect);
		touch.setPointerCapture = () => {};
		for (const [kind, clientX] of [['pointerDown', 120], ['pointerMove', 180], ['pointerUp', 180]] as const) await fireEvent[kind](touch, { clientX, button: 0, pointerId: 1 });

		await screen.findByText('The window is 14:50 to 14:56.');
		await press('x');
		await heading(/between 14:50 and 14:56\./);
		await fireEvent.click(screen.getByRole('button', { name: 'Back to 14:38 → 15:02' }));

		await heading(/23 findings/);
		expect(screen.getByText('14:38 → 15:02')).toBeTruthy();
	});

	/** Drags over a part of a chart that is 600 wide. */
	async function drag(element: Element, from: number, to: number): Promise<void> {
		vi.spyOn(element, 'getBoundingClientRect').mockReturnValue({ left: 0, width: 600 } as DOMRect);
		for (const [kind, clientX] of [['pointerDown', from], ['pointerMove', to], ['pointerUp', to]] as const) await fireEvent[kind](element, { clientX, button: 0, pointerId: 1 });
	}

	test.each([['heat', '.heat .chart svg'], ['onsets', '.hero .chart']])('is one press from the window that is brushed on the %s of Now', async (_, chart) => {
		vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
		const { of } = open();
		await waitFor(() => expect(document.querySelector(chart)).toBeTruthy());

		await drag(document.querySelector(chart) as Element, 300, 420);

		await screen.findByText(/^The window is \d\d:\d\d.* to \d\d:\d\d.*\.$/);
		await fireEvent.click(screen.getByRole('button', { name: 'What changed here?' }));
		await heading(/series changed between/);
		const { window } = of('changed').at(-1)?.args['request'] as ChangedRequest;
		expect(window.end - window.start).toBeGreaterThan(0);
		expect(window).not.toEqual({ start: END - 24 * MIN, end: END });
	});

	test('a click on an onset opens its finding and brushes nothing', async () => {
		vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
		open();
		await waitFor(() => expect(document.querySelector('.hero .over')).toBeTruthy());
		const bar = document.querySelector('.hero .over') as HTMLElement;

		for (const kind of ['pointerDown', 'pointerUp', 'click'] as const) await fireEvent[kind](bar, { clientX: 300, button: 0, pointerId: 1, detail: 1 });

		await heading(/findings in/);
		expect(screen.queryByText(/^The window is/)).toBeNull();
	});

	test('is said in Chinese, too', async () => {
		open(undefined, chinese());
		await go('g', 'e', 'x');

		await heading(/^14:38 到 15:02 之间，1,840 条序列中有 61 条发生了变化。 它们属于 9 个对象；pg-main 最先没有数据。$/);
		expect(screen.getByRole('complementary', { name: '呼叫账单与标注' })).toBeTruthy();
		expect(await screen.findByRole('button', { name: '每个星期二' })).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('the first is named only where one thing was first', () => {
		const rows = [changedRow({ entity: 'a', start: 10 }), changedRow({ entity: 'b', start: 10 }), changedRow({ entity: 'c', start: 5, score: 0.4 })];

		expect(firstOf(rows)).toBeNull();
		expect(firstOf([...rows, changedRow({ entity: 'd', start: 9 })])?.entity).toBe('d');
		expect(firstOf([changedRow({ start: null })])).toBeNull();
		expect(firstOf([changedRow({ entity: 'weak', start: 1, grade: 2 }), changedRow({ entity: 'clear', start: 9, grade: 3 })])?.entity).toBe('clear');
		expect(around({ start: 100, end: 200 }, 210)).toEqual({ start: -300, end: 210 });
		expect(around({ start: 100, end: 200 }, 150)).toEqual({ start: -300, end: 200 });
	});
});

describe('would this have woken you', () => {
	const slider = () => screen.findByRole('slider', { name: 'Sensitivity' });
	const fact = (name: string) => screen.getAllByText(name, { selector: 'dt' })[0]?.closest('div')?.querySelector('dd')?.textContent;

	test('the slider redraws the bill without asking again, and is kept when wanted', async () => {
		const { of } = open();
		await go('g', 'e', 'x');
		expect((await slider()).getAttribute('aria-valuetext')).toBe('2.5 pages a week; 2 of 4 real windows found');
		const asked = of('bill').length;

		await fireEvent.input(await slider(), { target: { value: '11' } });

		expect([fact('pages a week'), fact('real windows found'), fact('median delay')]).toEqual(['8.3', '4 of 4', '4 min']);
		expect(screen.getByRole('img', { name: '8.3 pages a week; 4 of 4 real windows found' })).toBeTruthy();
		expect(screen.getByText('From a surprise of 0.73 on; 40 of 50 pages belong to no window that was marked as real.')).toBeTruthy();
		expect(of('bill').length).toBe(asked);
		await fireEvent.click(screen.getByRole('button', { name: 'Keep this sensitivity' }));
		await waitFor(() => expect(of('set_sensitivity').at(-1)?.args).toEqual({ sensitivity: 11 }));
		expect(screen.getByRole('button', { name: 'Keep this sensitivity' }).getAttribute('aria-disabled')).toBe('true');
	});

	test('is kept for the thing that is looked at apart from the workspace, and forgotten', async () => {
		let kept: KeptDetector[] = [];
		const { of } = open((command, args) => {
			if (command === 'keep_detector') kept = [args['draft'] as KeptDetector];
			if (command === 'forget_detector') kept = [];
			return command === 'kept_detectors' ? [...kept] : undefined;
		});
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await press('Enter');
		await waitFor(() => expect((of('bill').at(-1)?.args['request'] as BillRequest).entity).toBe('pg-main'));

		await fireEvent.input(await slider(), { target: { value: '11' } });
		await fireEvent.click(await screen.findByRole('button', { name: 'Keep it for pg-main' }));

		const scope = { filter: '', entity: 'pg-main' };
		await waitFor(() => expect(of('keep_detector').at(-1)?.args).toEqual({ draft: { scope, detector: null, sensitivity: 11 } }));
		const list = await screen.findByRole('list', { name: 'Kept apart from the workspace' });
		expect(within(list).getByText(/^pg-main: .*, sensitivity 11$/)).toBeTruthy();
		expect(of('set_sensitivity')).toEqual([]);
		expect(await violations()).toEqual([]);
		await fireEvent.click(within(list).getByRole('button', { name: 'Forget it for pg-main' }));
		await waitFor(() => expect(of('forget_detector').at(-1)?.args).toEqual({ scope }));
		await waitFor(() => expect(screen.queryByRole('list', { name: 'Kept apart from the workspace' })).toBeNull());
	});

	test('what was moved to for all things is not kept for the one that is chosen then', async () => {
		let late: () => void = () => undefined;
		const { of } = open((command, args) => {
			const request = args['request'] as BillRequest;
			return command === 'bill' && request.entity !== null ? new Promise<BillView>((done) => (late = () => done(billView(request)))) : undefined;
		});
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await fireEvent.input(await slider(), { target: { value: '11' } });

		await press('Enter');

		await waitFor(() => expect((of('bill').at(-1)?.args['request'] as BillRequest).entity).toBe('pg-main'));
		await waitFor(() => expect(screen.queryByRole('slider', { name: 'Sensitivity' })).toBeNull());
		expect(screen.queryByRole('button', { name: /^Keep / })).toBeNull();
		late();
		expect((await slider()).getAttribute('aria-valuetext')).toBe('2.5 pages a week; 2 of 4 real windows found');
		await fireEvent.click(screen.getByRole('button', { name: 'Keep it for pg-main' }));
		await waitFor(() => expect((of('keep_detector').at(-1)?.args['draft'] as KeptDetector).sensitivity).toBe(4));
	});

	test('a window that was real is counted', async () => {
		const { of } = open();
		await go('g', 'e', 'x');
		await slider();

		await fireEvent.click(screen.getByRole('checkbox', { name: 'This window was real' }));

		await waitFor(() => expect((of('bill').at(-1)?.args['request'] as BillRequest).marked).toEqual([{ start: END - 24 * MIN, end: END }]));
		await waitFor(() => expect(fact('real windows found')).toBe('2 of 5'));
	});

	test('without a detection it is refused, and scoring is one press away', async () => {
		const { of } = open((command) => {
			if (command === 'bill') throw { code: 'bill_not_scored', fields: {} };
			return command === 'detect' ? job({ kind: 'detect' }) : undefined;
		});
		await go('g', 'e', 'x');

		await fireEvent.click(await screen.findByRole('button', { name: 'Score the series' }));

		await waitFor(() => expect(of('detect').length).toBe(1));
	});
});

describe('what a person says of a finding', () => {
	/** A core that keeps what is said. */
	function remembering(): { special: Special; items: FeedbackItem[] } {
		const items: FeedbackItem[] = [feedbackItem()];
		const special: Special = (command, args) => {
			if (command === 'feedback') return [...items];
			if (command === 'undo_feedback') items.splice(0, items.length, ...items.map((item) => (item.id === args['id'] ? { ...item, undone: true } : item)));
			if (command !== 'mark_finding') return undefined;
			const draft = args['draft'] as { finding: string; verdict: FeedbackItem['verdict'] };
			items.unshift(feedbackItem({ id: 8, finding: draft.finding, verdict: draft.verdict, phrase: { key: 'It was said.', values: {} }, title: { key: 'commit rose', values: {} } }));
			return 8;
		};
		return { special, items };
	}

	test('in the ranking: a word is kept, listed and taken back', async () => {
		const { special } = remembering();
		const { of } = open(special);
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await screen.findByText('1 label, newest first'.replace('1', 'one'));

		// Tue 17 Nov 2026 is the day of the finding.
		await fireEvent.click(await screen.findByRole('button', { name: 'Every Tuesday' }));

		await waitFor(() => expect(of('mark_finding').at(-1)?.args).toEqual({ draft: { finding: 'f1', verdict: { kind: 'expectedWeekly' } } }));
		await screen.findByText('2 labels, newest first');
		expect(screen.getAllByText(/It was said\./).length).toBe(2);
		expect(await violations()).toEqual([]);
		await fireEvent.click(within(screen.getByRole('group', { name: /^Say what this is/ })).getByRole('button', { name: 'Undo' }));
		await waitFor(() => expect(of('undo_feedback').at(-1)?.args).toEqual({ id: 8 }));

		await screen.findByText('one label, newest first');
		expect(screen.getByRole('button', { name: 'It is real' })).toBeTruthy();
	});

	test('a maintenance is the window that is looked at', async () => {
		const { of } = open();
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);

		await fireEvent.click(await screen.findByRole('button', { name: 'Maintenance, this window' }));

		await waitFor(() => expect(of('mark_finding').at(-1)?.args).toEqual({ draft: { finding: 'f1', verdict: { kind: 'maintenance', window: { range: { start: END - 24 * MIN, end: END }, reach: 'entity' } } } }));
	});

	test('on Now and in the list of Metrics, with the palette as the keyboard', async () => {
		const { special } = remembering();
		const { of } = open(special);
		await go('j');
		await waitFor(() => expect(screen.getByRole('group', { name: /Say what this is: waiting clients on pgbouncer/ })).toBeTruthy());

		await fireEvent.click(screen.getByRole('button', { name: 'It is real' }));
		await waitFor(() => expect(of('mark_finding').at(-1)?.args).toEqual({ draft: { finding: 'f2', verdict: { kind: 'real' } } }));
		await go('g', 'e');
		await heading(/23 findings/);
		await press('k', { ctrlKey: true });
		const palette = await screen.findByRole('combobox', { name: 'Ask, jump or run' });
		await fireEvent.input(palette, { target: { value: 'Expected once' } });
		await fireEvent.keyDown(palette, { key: 'Enter' });

		await waitFor(() => expect(of('mark_finding').at(-1)?.args).toEqual({ draft: { finding: 'f1', verdict: { kind: 'expectedOnce' } } }));
	});

	test('a window that the detector missed is marked as real, on the series or on all of its thing', async () => {
		const items: FeedbackItem[] = [];
		const { of } = open((command, args) => {
			if (command === 'feedback') return [...items];
			if (command === 'undo_feedback') items.length = 0;
			if (command !== 'mark_window') return undefined;
			const { range } = args['draft'] as { range: { start: number; end: number } };
			items.unshift(feedbackItem({ id: 9, finding: 'w1', series: 0, metric: '', entity: 'pg-main', verdict: { kind: 'real' }, window: 'entity', ...range, title: { key: 'everything on pg-main', values: {} }, phrase: { key: 'Real, whatever was found.', values: {} } }));
			return 9;
		});
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await press('j');
		const says = await screen.findByRole('group', { name: 'Say what this window is: requests_0' });
		expect(await violations()).toEqual([]);

		await fireEvent.click(within(says).getByRole('button', { name: 'Real on pg-main' }));

		await waitFor(() => expect(of('mark_window').at(-1)?.args).toEqual({ draft: { of: { kind: 'entity', entity: 'pg-main' }, range: { start: END - 24 * MIN, end: END } } }));
		await screen.findByText('everything on pg-main: Real, whatever was found.');
		await press('f');
		await press('u');
		await waitFor(() => expect(of('undo_feedback').at(-1)?.args).toEqual({ id: 9 }));
		await fireEvent.click(await screen.findByRole('button', { name: 'Real on this series' }));
		await waitFor(() => expect(of('mark_window').at(-1)?.args['draft']).toEqual({ of: { kind: 'series', series: 200 }, range: { start: END - 24 * MIN, end: END } }));
	});

	test('what was learnt from it stands above the list, and is asked for again with every word', async () => {
		const { special, items } = remembering();
		const learnt = () => feedbackStage({ phrase: { key: items.length > 1 ? 'Learnt from 20 labels and not used.' : 'Nothing is learnt yet.', values: {} } });
		open((command, args) => (command === 'feedback_stage' ? learnt() : special(command, args)));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);
		await screen.findByText('Nothing is learnt yet.');

		await fireEvent.click(await screen.findByRole('button', { name: 'It is real' }));

		await screen.findByText('Learnt from 20 labels and not used.');
		expect(screen.queryByText('Nothing is learnt yet.')).toBeNull();
	});

	test('is refused in words where the workspace is only read', async () => {
		open(undefined, appState({ workspace: workspace({ readOnly: { key: 'It is only read.', values: {} } }) }));
		await go('g', 'e', 'x');
		await heading(/61 of 1,840/);

		const button = await screen.findByRole('button', { name: 'It is real' });

		expect(button.getAttribute('aria-disabled')).toBe('true');
		expect(button.title).toBe('It is only read.');
	});
});
