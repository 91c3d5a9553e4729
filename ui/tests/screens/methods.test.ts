// Metrics on a made-up core: methods side by side, the bill of a method, and what is said by keyboard.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { BillRequest, ChangedRequest, ChartRequest, CompareRequest, FeedbackItem, GroupScoreRequest, MetricsRequest, SeriesRow } from '$lib/ipc/bindings';
import { appState, END, job, metricsPage, metricsView } from '$lib/ipc/fake';
import { compareView, feedbackItem, groupScoreView } from '$lib/ipc/fake-changed';
import { keyName } from '$lib/state/keys.svelte';
import { Words } from '$lib/words';
import { around } from '$domains/metrics/group-desk.svelte';
import { methods, ranked } from '$domains/metrics/methods';
import { go, heading, leaveNothing, openWindow, press, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const MIN = 60_000;
const chinese = () => appState({ settings: { language: 'zh-CN', theme: 'dark', textSize: 100, zone: 'utc', followS: 15 } });
/** A method's name as the catalogue has it. */
const named = (method: string) => new Words().phrase({ key: `method-${method}`, values: {} });

describe('the series of an entity together', () => {
	const panel = () => screen.findByRole('region', { name: 'The series of pg-main together' });

	/** Selects an entity on the map and goes to Metrics. */
	async function selected(special?: Special) {
		const opened = openWindow(special);
		await go('g', 'm');
		await within(await screen.findByRole('application')).findAllByRole('button');
		for (const key of ['ArrowRight', 'Enter']) await fireEvent.keyDown(document.activeElement ?? document.body, { key });
		await waitFor(() => expect(screen.getByText('pg-main', { selector: '.topbar .chip' })).toBeTruthy());
		await go('g', 'e');
		await screen.findByRole('button', { name: /^Series together/ });
		return opened;
	}

	test('are scored on demand by keyboard, with what carries the highest alarm', async () => {
		const { of } = await selected();
		expect(of('group_score')).toEqual([]);

		await press('G');

		const shown = within(await panel());
		await shown.findByRole('img', { name: 'Together the 12 series of pg-main departed 2 times.' });
		expect(of('group_score').at(-1)?.args['request']).toEqual({ entity: 'pg-main', filter: '', columns: 600 });
		const alarms = within(shown.getByRole('list', { name: 'Score and time of the alarms' })).getAllByRole('button');
		expect(alarms.map((alarm) => alarm.getAttribute('aria-pressed'))).toEqual(['false', 'true']);
		expect(alarms.map((alarm) => alarm.textContent?.split('; ')[1])).toEqual(['one row stands out', '2 rows stand out']);
		expect(shown.getByRole('button', { name: 'pg_commit_seconds{quantile="0.95"}' })).toBeTruthy();
		expect(shown.getByText('62 %')).toBeTruthy();
		expect(shown.getByText('2 series left out: constant')).toBeTruthy();
		expect(await violations()).toEqual([]);

		await fireEvent.click(alarms[0] as HTMLElement);
		expect(shown.getByText('50 %')).toBeTruthy();
		await fireEvent.click(shown.getByRole('button', { name: 'Look at this time' }));
		const range = around(groupScoreView({ entity: 'pg-main', filter: '', columns: null }).alarms[0] as Parameters<typeof around>[0]);
		await waitFor(() => expect((of('metrics').at(-1)?.args['request'] as { range: unknown }).range).toEqual(range));
		await press('Escape');
		expect(screen.queryByRole('region', { name: 'The series of pg-main together' })).toBeNull();
	}, 90_000);

	test('lead to the one that carries an alarm, far down the list and out of the chosen class', async () => {
		const known = metricsView();
		const carrier = known.rows.find((row) => row.id === 2);
		const far = Array.from({ length: 150 }, (_, i) => ({ ...(known.rows.at(-1) as SeriesRow), id: 1000 + i, class: 'constant' }));
		const whole = { ...known, rows: [...far, { ...(carrier as SeriesRow), class: 'seasonal' }], total: 151 };
		const { of } = await selected((command, args) => (command === 'metrics' ? metricsPage(whole, args['request'] as MetricsRequest) : undefined));
		await fireEvent.change(await screen.findByRole('combobox', { name: 'Class of the series' }), { target: { value: 'constant' } });
		await waitFor(() => expect((of('metrics').at(-1)?.args['request'] as MetricsRequest).class).toBe('constant'));
		await press('G');

		await fireEvent.click(await within(await panel()).findByRole('button', { name: 'pg_connections' }));

		await screen.findByRole('heading', { name: 'Series 151 to 151 of 151' });
		await waitFor(() => expect((of('chart').at(-1)?.args['request'] as ChartRequest).series).toEqual([2]));
	}, 90_000);

	test('tell how far they are, can be stopped, and say why they are refused', async () => {
		let refuse: (why: unknown) => void = () => {};
		let few = false;
		const { of } = await selected((command, args) => {
			if (command === 'jobs') return [job({ id: 5, kind: 'groupScore', state: { kind: 'running' }, done: 4, total: 14 })];
			if (command === 'cancel_job') {
				refuse({ code: 'cancelled', fields: {} });
				return true;
			}
			if (command !== 'group_score') return undefined;
			if (few) throw { code: 'group_score_few', fields: { entity: (args['request'] as GroupScoreRequest).entity, usable: '1', reason: 'constant' } };
			return new Promise((_, no) => (refuse = no));
		});
		await press('G');
		await screen.findByText('4 of 14 series scored');

		await press('Escape');

		await screen.findByText('The scoring was stopped.');
		expect(of('cancel_job').at(-1)?.args).toEqual({ id: 5 });
		few = true;
		await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
		await screen.findByText(/^Together takes at least two series that can be scored; pg-main has 1\. Most of the others never changed/);
		expect(await violations()).toEqual([]);
	}, 90_000);
});

describe('methods side by side', () => {
	const table = () => screen.findByRole('grid', { name: 'Methods, best first' });
	const rowsOf = async () => within(await table()).getAllByRole('row').slice(1);

	test('are compared by keyboard alone, the best first, with their alarms on one series', async () => {
		const { of } = openWindow();
		await go('g', 'e');
		await heading(/23 findings/);

		await press('M');
		await heading(/^Which method suits these series\?$/);
		expect(await violations()).toEqual([]);
		expect(of('compare_methods')).toEqual([]);
		await press('Enter', { ctrlKey: true });

		await heading(/^The standard method finds 4 of 4 windows/);
		expect(of('compare_methods').at(-1)?.args['request']).toEqual({ filter: '', methods: [...methods], range: null, unmarkedIsFalse: false });
		expect(screen.getByText('1,209 of 1,240 series scored')).toBeTruthy();
		expect(screen.getByText('measured on 4 windows that were marked as real')).toBeTruthy();
		const rows = await rowsOf();
		expect(rows.length).toBe(11);
		const cells = (row: HTMLElement) => within(row).getAllByRole('gridcell').slice(1).map((cell) => cell.textContent?.trim());
		expect(cells(rows[0] as HTMLElement)).toEqual(['5', '4 of 4', '0', '0.86', '1 min', '120 ms']);
		expect(rows.map((row) => Number(cells(row)[3]))).toEqual([0.86, 0.8, 0.74, 0.68, 0.62, 0.56, 0.5, 0.44, 0.38, 0.32, 0.26]);
		expect(screen.getByRole('img', { name: /^pg_commit_seconds\{quantile="0\.95"\} under 11 methods: / })).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('tell their source on demand, and their alarms as a table', async () => {
		openWindow();
		await go('g', 'e', 'M');
		await press('Enter', { ctrlKey: true });
		await heading(/^The standard method/);
		expect(screen.queryByText(/^Author 1, /)).toBeNull();

		await press('Enter');
		expect(screen.getByText('Author 1, A Title of Method standard, 1990')).toBeTruthy();
		expect(screen.getByText('Precision 90 %, recall 100 %; 5 alarms in all.')).toBeTruthy();
		await press('j');
		expect(screen.getByText(`Author 5, A Title of Method lof, 1994`)).toBeTruthy();
		await press('v');

		const alarms = await screen.findByRole('grid', { name: 'Alarms on the series that is drawn' });
		expect(alarms.getAttribute('aria-rowcount')).toBe(String(1 + Array.from({ length: 11 }, (_, i) => 2 + i * 3).reduce((a, b) => a + b)));
		expect(await violations()).toEqual([]);
	});

	test('are chosen, with the series and the time', async () => {
		const { of } = openWindow();
		await go('g', 'e', 'M');
		await fireEvent.click(await screen.findByRole('button', { name: 'None' }));
		expect(screen.getByRole('button', { name: /^Compare Ctrl/ }).getAttribute('aria-disabled')).toBe('true');

		for (const method of ['forest', 'standard']) await fireEvent.click(screen.getByRole('checkbox', { name: named(method) }));
		await fireEvent.input(screen.getByRole('searchbox', { name: 'Series to compare on' }), { target: { value: 'job="node"' } });
		await fireEvent.click(screen.getByRole('radio', { name: 'Window' }));
		await fireEvent.click(screen.getByRole('checkbox', { name: 'Alarms of which nothing was said are false' }));
		await fireEvent.click(screen.getByRole('button', { name: /^Compare Ctrl/ }));

		await waitFor(() => expect(of('compare_methods').at(-1)?.args['request']).toEqual({ filter: 'job="node"', methods: ['standard', 'forest'], range: { start: END - 24 * MIN, end: END }, unmarkedIsFalse: true }));
		expect((await rowsOf()).length).toBe(2);
	});

	test('without a marked window are only counted, and that is said', async () => {
		openWindow((command, args) => (command === 'compare_methods' ? compareView(args['request'] as CompareRequest, 0) : undefined));
		await go('g', 'e', 'M');
		await press('Enter', { ctrlKey: true });

		await screen.findByText('No window was marked as real, so only alarms can be counted.');

		expect(within(await table()).getAllByRole('columnheader').map((head) => head.textContent?.trim())).toEqual(['Method', 'Alarms a week', 'Time']);
		expect((await rowsOf()).map((row) => within(row).getAllByRole('gridcell')[1]?.textContent?.trim()).slice(0, 3)).toEqual(['5', '11', '17']);
		expect(await violations()).toEqual([]);
	});

	test('tell how far they are and when they end, and can be stopped', async () => {
		let refuse: (why: unknown) => void = () => {};
		const { of } = openWindow((command) => {
			if (command === 'jobs') return [job({ id: 5, kind: 'compare', state: { kind: 'running' }, done: 240, total: 1240, remaining: 42_000 })];
			if (command === 'cancel_job') {
				refuse({ code: 'cancelled', fields: {} });
				return true;
			}
			return command === 'compare_methods' ? new Promise((_, no) => (refuse = no)) : undefined;
		});
		await go('g', 'e', 'M');
		await press('Enter', { ctrlKey: true });
		await screen.findByText('240 of 1,240, 42 s left');
		expect(await violations()).toEqual([]);

		await press('Escape');

		await screen.findByText('The comparison was stopped.');
		expect(of('cancel_job').at(-1)?.args).toEqual({ id: 5 });
		expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
		await press('Escape');
		await heading(/23 findings/);
	});

	test('that are refused say why, and a failure is another thing', async () => {
		let code = 'range_reversed';
		openWindow((command) => {
			if (command === 'compare_methods') throw { code, fields: { start: '2', end: '1', detail: 'x' } };
			return undefined;
		});
		await go('g', 'e', 'M');
		await press('Enter', { ctrlKey: true });
		await screen.findByText('Choose other methods, series or another time.');
		expect(screen.queryByRole('alert')).toBeNull();

		code = 'internal';
		await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));

		await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/samples are untouched/));
	});

	test('keep their answer while another way of looking is on screen', async () => {
		const { of } = openWindow();
		await go('g', 'e', 'M');
		await press('Enter', { ctrlKey: true });
		await heading(/^The standard method/);

		await press('x');
		await heading(/61 of 1,840/);
		await press('M');

		await heading(/^The standard method/);
		expect(of('compare_methods').length).toBe(1);
	});

	test('are in the list of keys and in the palette', async () => {
		openWindow();
		await go('g', 'e', 'M');
		await heading(/^Which method/);

		await press('?', { shiftKey: true });
		const keys = await screen.findByRole('dialog');
		for (const label of ['Compare methods', 'Where the method comes from', 'The alarms as a table']) expect(within(keys).getByText(label)).toBeTruthy();
		await fireEvent.click(within(keys).getByRole('button', { name: 'Close' }));
		await press('k', { ctrlKey: true });
		await fireEvent.input(await screen.findByRole('combobox'), { target: { value: 'compare methods' } });

		expect(await screen.findByRole('option', { name: /Compare methods/ })).toBeTruthy();
	});

	test('are compared in Chinese, too', async () => {
		openWindow(undefined, chinese());
		await go('g', 'e', 'M');
		await heading(/^哪种方法适合这些序列？$/);
		await press('Enter', { ctrlKey: true });

		await screen.findByText('1,240 条序列中有 1,209 条已评分');
		expect(await violations()).toEqual([]);
	});

	test('stand by quality, then by what they found, then the quietest first', () => {
		const view = compareView({ filter: '', methods: [], range: null });
		const [first, second, third] = view.rows;
		if (!first || !second || !third) throw new Error('three rows');
		const order = (rows: typeof view.rows, marked = 4) => ranked({ ...view, marked, rows }).map((row) => row.method);

		expect(order([{ ...first, f1: 0.5 }, { ...second, f1: 0.9 }, { ...third, f1: null }])).toEqual(['seasonal-baseline', 'standard', 'forest']);
		expect(order([{ ...first, f1: null, found: 1 }, { ...second, f1: null, found: 3 }, { ...third, f1: null, found: 3, alarmsPerWeek: 1 }])).toEqual(['forest', 'seasonal-baseline', 'standard']);
		expect(order([{ ...first, f1: 0.1, alarmsPerWeek: 9 }, { ...second, f1: 0.9, alarmsPerWeek: 30 }], 0)).toEqual(['standard', 'seasonal-baseline']);
		expect(order([{ ...first, scored: 0, alarmsPerWeek: 0 }, { ...second, alarmsPerWeek: 30 }], 0)).toEqual(['seasonal-baseline', 'standard']);
	});
});

describe('the bill of a method', () => {
	test('is asked for by its word, and kept with its sensitivity', async () => {
		const { of } = openWindow();
		await go('g', 'e', 'x');
		const choice = await screen.findByRole('combobox', { name: 'Detector' });
		await waitFor(() => expect((of('bill').at(-1)?.args['request'] as BillRequest).detector).toBeUndefined());

		await fireEvent.change(choice, { target: { value: 'forest' } });

		await waitFor(() => expect((of('bill').at(-1)?.args['request'] as BillRequest).detector).toBe('forest'));
		await fireEvent.input(await screen.findByRole('slider', { name: 'Sensitivity' }), { target: { value: '9' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Keep this sensitivity' }));
		await waitFor(() => expect(of('set_detector').at(-1)?.args).toEqual({ detector: 'forest', sensitivity: 9 }));
		expect(of('set_sensitivity')).toEqual([]);
		expect(await violations()).toEqual([]);
	});
});

describe('keys', () => {
	const key = (name: string, more: KeyboardEventInit = {}) => keyName(new KeyboardEvent('keydown', { key: name, ...more }));

	test('an arrow with Shift is told from the arrow, a printed character holds its own', () => {
		expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'F6', ' '].map((name) => key(name, { shiftKey: true }))).toEqual(['Shift+←', 'Shift+→', 'Shift+↑', 'Shift+F6', 'Shift+Space']);
		expect([key('?', { shiftKey: true }), key('X', { shiftKey: true }), key('ArrowLeft'), key('ArrowLeft', { altKey: true })]).toEqual(['?', 'X', '←', 'Alt+←']);
	});

	test('Shift and an arrow move the window', async () => {
		openWindow();
		await go('g', 'e');
		await heading(/23 findings/);

		await press('ArrowLeft', { shiftKey: true });

		expect(await screen.findByText('14:26 → 14:50')).toBeTruthy();
	});

	test('what changed is asked from any screen', async () => {
		const { of } = openWindow();
		await go('g', 'x');

		await heading(/^61 of 1,840 series changed between 14:38 and 15:02\./);
		expect((of('changed').at(-1)?.args['request'] as ChangedRequest).window).toEqual({ start: END - 24 * MIN, end: END });
	});
});

describe('what is said of a finding by keyboard', () => {
	test('on Now: once, weekly, always, a maintenance or real, and taken back', async () => {
		const items: FeedbackItem[] = [];
		const { of } = openWindow((command, args) => {
			if (command === 'feedback') return [...items];
			if (command === 'undo_feedback') items.splice(0, 1);
			if (command !== 'mark_finding') return undefined;
			const draft = args['draft'] as { finding: string; verdict: FeedbackItem['verdict'] };
			items.unshift(feedbackItem({ id: 8, finding: draft.finding, verdict: draft.verdict, phrase: { key: 'It was said.', values: {} } }));
			return 8;
		});
		await go();
		await screen.findByRole('group', { name: /^Say what this is/ });
		const start = END - 10 * MIN - 45_000;

		for (const [letter, verdict] of [['o', { kind: 'expectedOnce' }], ['w', { kind: 'expectedWeekly' }], ['a', { kind: 'expectedAlways' }], ['r', { kind: 'real' }], ['m', { kind: 'maintenance', window: { range: { start, end: END }, reach: 'entity' } }]] as const) {
			for (const one of ['f', letter]) await press(one);
			await waitFor(() => expect(of('mark_finding').at(-1)?.args).toEqual({ draft: { finding: 'f1', verdict } }));
			await screen.findByText('It was said.');
			// Either key takes it back.
			if (letter === 'o') await press('z', { ctrlKey: true });
			else for (const one of ['f', 'u']) await press(one);
			await waitFor(() => expect(screen.queryByText('It was said.')).toBeNull());
		}
		expect(of('undo_feedback').length).toBe(5);
	});

	test('from another screen the last word is taken back, and not the setting before it', async () => {
		const { of } = openWindow((command) => (command === 'mark_finding' ? 8 : undefined));
		await go();
		await screen.findByRole('group', { name: /^Say what this is/ });
		await press('z');
		await waitFor(() => expect(of('set_settings').length).toBe(1));
		for (const one of ['f', 'o']) await press(one);
		await waitFor(() => expect(of('mark_finding').length).toBe(1));

		await go('g', 'a');
		await heading(/critical/);
		await press('z', { ctrlKey: true });
		await waitFor(() => expect(of('undo_feedback').at(-1)?.args).toEqual({ id: 8 }));
		await screen.findByText('It is taken back.');
		expect(of('set_settings').length).toBe(1);

		// What was done before it comes next.
		await press('z', { ctrlKey: true });
		await waitFor(() => expect(of('set_settings').length).toBe(2));
		expect(of('undo_feedback').length).toBe(1);
	});
});
