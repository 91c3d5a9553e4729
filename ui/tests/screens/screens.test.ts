// Whole screens on a made-up core: the sentence, the keyboard, both languages, and axe.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { AppStateRow, JobRow, MetricsRequest, PhraseValue } from '$lib/ipc/bindings';
import { answer, appState, finding, job, metricsPage, metricsView, nowView, sentence, workspace } from '$lib/ipc/fake';
import { leaveNothing, openWindow, press, type Special, violations } from './window';

// The canvas is not there under test; what is around it is.
vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const open = (state?: AppStateRow, special?: Special) => openWindow(special, state);

/** The screen's sentence, once it is no longer loading. */
const title = () =>
	waitFor(() => {
		const found = screen.getByRole('heading', { level: 1 });
		if (found.textContent === 'Loading' || found.textContent === '正在载入') throw new Error('still loading');
		return found;
	});

test('Now opens with the sentence, the findings and no axe violation', async () => {
	open();

	expect((await title()).textContent).toBe('Checkout fails for 4 in 10 requests since 14:53.');
	expect(screen.getAllByText('simulated').length).toBe(1);
	expect(screen.getByRole('grid', { name: 'Findings, most surprising first' })).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('the name in a finding gives way to what happened, and all of it is told on it', async () => {
	const what: PhraseValue = { kind: 'list', value: [{ kind: 'text', value: 'HTTP' }, { kind: 'word', value: 'metric-error-ratio' }, { kind: 'text', value: '(5m)' }] };
	const title = sentence('finding-rose', { what, entity: { kind: 'text', value: 'catalog' }, value: { kind: 'text', value: '34 %' } });
	const row = finding({ title, metric: 'service:http_errors:ratio5m', labels: 'service="catalog"' });
	open(appState(), (command) => (command === 'now' ? nowView({ findings: [row], findingCount: 1 }) : undefined));

	const whole = 'HTTP error ratio (5m) on catalog rose to 34 % (service:http_errors:ratio5m{service="catalog"})';
	const shown = (await screen.findAllByTitle(whole))[0];
	const givesWay = (part: Element) => part.matches('.what, .entity');
	expect([...(shown?.children ?? [])].map((part) => [givesWay(part), part.textContent])).toEqual([[true, 'HTTP error ratio (5m)'], [false, ' on '], [true, 'catalog'], [false, ' rose to 34 %']]);
});

test('the finding with the keyboard stands whole under the table, with its reason', async () => {
	const long = (n: number) => sentence('finding-rose', { what: { kind: 'text', value: `measure ${n} ${'of something '.repeat(20)}` }, entity: { kind: 'text', value: 'catalog' }, value: { kind: 'text', value: '34 %' } });
	const rows = [1, 2].map((n) => finding({ id: `w${n}`, series: n, title: long(n), reason: sentence(`It left its band ${n} times.`), joined: sentence(`It stands for ${n} more.`), metric: `metric_${n}`, labels: 'service="catalog"' }));
	open(appState(), (command) => (command === 'now' ? nowView({ findings: rows, findingCount: 2 }) : undefined));
	await title();
	const whole = () => document.querySelector('.say .whole')?.textContent ?? '';
	expect(whole()).toContain('metric_1{service="catalog"}');

	(document.activeElement as HTMLElement).blur();
	await press('j');

	await waitFor(() => expect(whole()).toContain('measure 2'));
	expect(whole()).toContain('metric_2{service="catalog"}');
	expect(whole()).toContain('It left its band 2 times. It stands for 2 more.');
});

test('Now tells from when to when a source answered in part', async () => {
	const date = (value: number) => ({ kind: 'date' as const, value });
	const partial = [sentence('partial-answers', { name: { kind: 'text', value: 'prom' }, from: date(Date.UTC(2026, 10, 17, 14, 0)), to: date(Date.UTC(2026, 10, 17, 14, 30)) })];
	open(appState(), (command) => (command === 'now' ? nowView({ partial }) : undefined));
	await title();

	expect(screen.getByText(/^prom answered in part between .*14:00.* and .*14:30.*\. What is missing there is not known, and is read again\.$/)).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('Now does not say that every series was scored before any was', async () => {
	open(appState(), (command) => (command === 'now' ? nowView({ detected: null, notScored: [] }) : undefined));
	await title();

	expect(screen.getByText('Not scored yet: detection has not run on this data.')).toBeTruthy();
	expect(screen.queryByText('Every series was scored.')).toBeNull();
});

test('every screen of the rail has one h1 and is reached by its letter', async () => {
	open();
	await title();

	for (const [letter, words] of [['e', /23 findings in/], [',', /Nothing has gone anywhere/], ['n', /Checkout fails/]] as const) {
		await press('g');
		await press(letter);

		await waitFor(() => expect(screen.getAllByRole('heading', { level: 1 }).map((h) => h.textContent ?? '').join('|')).toMatch(words));
		expect(screen.getAllByRole('heading', { level: 1 }).length).toBe(1);
		expect(await violations()).toEqual([]);
	}
});

test('the window speaks Chinese when it is set', async () => {
	open(appState({ settings: { language: 'zh-CN', theme: 'dark', textSize: 100, zone: 'utc', followS: 15 } }));

	await title();

	expect(screen.getByRole('button', { name: '现状' })).toBeTruthy();
	expect(document.documentElement.lang).toBe('zh-CN');
});

test('without a workspace the demo is one key away', async () => {
	const { calls } = open(appState({ workspace: null }));
	expect((await title()).textContent).toBe('No workspace is open.');
	const demo = screen.getByRole('button', { name: /Open the demo/ });

	expect(document.activeElement).toBe(demo);
	await fireEvent.click(demo);

	await waitFor(() => expect(calls.some((c) => c.command === 'open_demo')).toBe(true));
	expect(await violations()).toEqual([]);
});

test('the age of the data goes on growing while its answer stands', async () => {
	const date = Date.now() - 3 * 3_600_000;
	const lead = [...nowView().lead, sentence('lead-age', { date: { kind: 'date', value: date }, age: { kind: 'span', value: 360_000 } })];
	open(undefined, (command) => (command === 'now' ? nowView({ lead }) : undefined));

	expect((await screen.findByText(/^The data ends/)).textContent).toMatch(/, 3\sh\s.*ago\.$/);
});

test('while the demo is made the first page says what is under way', async () => {
	open(appState({ workspace: null }), (command) => (command === 'open_demo' ? new Promise(() => {}) : undefined));
	await title();
	const making = (part: Partial<JobRow>) => emit('app-event', { kind: 'jobProgressed', job: job({ state: { kind: 'running' }, ...part }) });

	await making({ unit: 'requests', done: 6, total: 12 });
	expect(await screen.findByText('history: 50 %; then it is scored')).toBeTruthy();
	await making({ unit: 'series', done: 0, total: 0 });
	expect(await screen.findByText('history is there; scored: 0 %')).toBeTruthy();
	expect(document.querySelector('.status')?.textContent).toMatch(/Scoring the series/);
	await making({ unit: 'series', done: 300, total: 1200 });

	expect(await screen.findByText('history is there; scored: 25 %')).toBeTruthy();
});

test('on the first page Enter opens the demo, as its button says, wherever the focus is', async () => {
	const { calls } = open(appState({ workspace: null }));
	await title();
	(document.activeElement as HTMLElement).blur();

	await press('Enter');

	await waitFor(() => expect(calls.some((c) => c.command === 'open_demo')).toBe(true));
});

test('on the first page j takes the keyboard to the files that were open before, and Enter opens the file and not the demo', async () => {
	const { calls } = open(appState({ workspace: null }), (command) => (command === 'open_workspace' ? appState().workspace : undefined));
	await title();
	const files = await screen.findByRole('grid');

	await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'j' });
	await waitFor(() => expect(document.activeElement).toBe(files));
	await fireEvent.keyDown(files, { key: 'Enter' });

	await waitFor(() => expect(calls.some((c) => c.command === 'open_workspace')).toBe(true));
	expect(calls.some((c) => c.command === 'open_demo')).toBe(false);
});

test('the workspace that the program was started with is open before the first screen, so nobody is taken away from where they went', async () => {
	const workspace = appState().workspace;
	let opened: (value: unknown) => void = () => {};
	const { calls } = open(appState({ workspace: null, openFirst: '/home/ana/shop.wardroom' }), (command) => (command === 'open_workspace' ? new Promise((done) => (opened = done)) : undefined));
	await waitFor(() => expect(calls.some((call) => call.command === 'open_workspace')).toBe(true));
	expect(screen.getByText('Loading')).toBeTruthy();
	expect(screen.queryByRole('navigation')).toBeNull();

	opened(workspace);

	expect((await title()).textContent).toBe('Checkout fails for 4 in 10 requests since 14:53.');
	expect(screen.queryByText('No workspace is open.')).toBeNull();
});

test('a data file without a workspace asks where its workspace goes, then shows the preview', async () => {
	const paths: Record<string, string> = { openWorkspace: '/home/ana/queue.csv', newWorkspace: '/home/ana/queue.wardroom' };
	const { calls } = open(appState({ workspace: null }), (command, args) => {
		if (command === 'choose_path') return [paths[String(args['purpose'])]];
		if (command === 'preview_file') throw { code: 'unreadable_file', fields: { path: 'queue.csv', detail: '' } };
		return command === 'new_workspace' ? { ...appState().workspace, path: paths['newWorkspace'] } : undefined;
	});
	await title();

	await press('o', { ctrlKey: true });

	await waitFor(() => expect(calls.find((c) => c.command === 'preview_file')?.args['path']).toBe('/home/ana/queue.csv'));
	expect(calls.find((c) => c.command === 'new_workspace')?.args['path']).toBe('/home/ana/queue.wardroom');
});

test('an empty workspace says what is missing and how to provide it', async () => {
	const state = appState();
	if (state.workspace) state.workspace = { ...state.workspace, samples: 0, series: 0, data: null, range: null };
	open(state, (command, args) => (command === 'now' ? { ...(answer(state, command, args) as object), series: 0, findings: [], sources: [] } : undefined));

	expect((await title()).textContent).toBe('This workspace has no data yet.');
	expect(screen.getByRole('button', { name: 'Add a source' })).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('a workspace with an inventory alone is not called empty', async () => {
	const state = appState();
	if (state.workspace) state.workspace = { ...state.workspace, samples: 0, series: 0, data: null, range: null };
	open(state, (command, args) => (command === 'now' ? { ...(answer(state, command, args) as object), series: 0, findings: [] } : undefined));

	await waitFor(async () => expect((await title()).textContent).toMatch(/^No series is here yet/));
});

test('a failure of Now says what still works and offers to try again', async () => {
	const state = appState();
	open(state, (command) => {
		if (command === 'now') throw { code: 'internal', fields: { detail: 'x' } };
		return undefined;
	});

	await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/still work/));
	expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('j and Enter open the second finding in Metrics', async () => {
	open();
	await title();
	(document.activeElement as HTMLElement).blur();

	await press('j');
	await press('Enter');

	await waitFor(() => expect(screen.getByRole('button', { name: /pgbouncer pgbouncer_waiting_clients/ }).getAttribute('aria-pressed')).toBe('true'));
	expect(screen.getByText('pgbouncer_waiting_clients', { selector: '.chip' })).toBeTruthy();
});

test('the button of Now names the finding that it opens, and opens none where the chosen service has none', async () => {
	open();
	await title();
	(document.activeElement as HTMLElement).blur();
	expect(screen.getByRole('button', { name: /^Open finding 1\b/ })).toBeTruthy();

	await press('j');
	expect(screen.getByRole('button', { name: /^Open finding 2\b/ })).toBeTruthy();
	await fireEvent.click(screen.getByRole('button', { name: 'identity' }));

	const none = await screen.findByRole('button', { name: /^Open finding 1\b/ });
	expect(none.getAttribute('aria-disabled')).toBe('true');
	await fireEvent.click(none);
	expect(screen.getByRole('button', { name: 'Now' }).getAttribute('aria-current')).toBe('page');
});

test('y shows the request that proves the samples, and charts become tables on v', async () => {
	open();
	await title();
	await press('g');
	await press('e');
	await screen.findByText(/^Series 1 to 6/);

	await press('v');
	await waitFor(() => expect(screen.getAllByRole('table').length).toBe(6));
	await press('y');

	const dialog = await screen.findByRole('dialog');
	expect(within(dialog).getAllByText(/query_range/).length).toBeGreaterThan(0);
	expect(await violations()).toEqual([]);
});

test('y copies the request in the same moment, and where the clipboard does not take it a button does', async () => {
	const taken: string[] = [];
	const refuse = { write: () => Promise.reject(new Error('no')), writeText: (text: string) => Promise.resolve(void taken.push(text)) };
	const take = { ...refuse, write: async ([item]: { text: Promise<Blob> }[]) => void taken.push(await (await item?.text)?.text() ?? '') };
	vi.stubGlobal('ClipboardItem', class { text: Promise<Blob>; constructor(parts: Record<string, Promise<Blob>>) { this.text = parts['text/plain'] ?? Promise.reject(new Error('no text')); } });
	open();
	await title();
	await press('g');
	await press('e');
	await screen.findByText(/^Series 1 to 6/);

	Object.defineProperty(navigator, 'clipboard', { configurable: true, value: take });
	await press('y');
	const shown = within(await screen.findByRole('dialog'));
	expect((await shown.findByRole('status')).textContent).toBe('The command is copied.');
	expect(taken).toEqual([expect.stringMatching(/^curl .*query_range/)]);
	await fireEvent.click(shown.getByRole('button', { name: 'Close' }));

	Object.defineProperty(navigator, 'clipboard', { configurable: true, value: refuse });
	await press('y');
	const again = within(await screen.findByRole('dialog'));
	expect(again.queryByRole('status')).toBeNull();
	await fireEvent.click(again.getByRole('button', { name: 'Copy the command' }));
	await waitFor(() => expect(taken.length).toBe(2));
});

test('l shows the lines of what a series belongs to, in the same range', async () => {
	const { calls } = open();
	await title();
	await press('g');
	await press('e');
	await screen.findByText(/^Series 1 to 6/);
	const range = (command: string) => (calls.filter((c) => c.command === command).at(-1)?.args['request'] as { range: unknown }).range;
	const before = range('metrics');
	expect(screen.getByRole('button', { name: /^Logs of pg-main/ })).toBeTruthy();

	await press('l');

	await waitFor(() => expect(calls.some((c) => c.command === 'logs_templates')).toBe(true));
	expect(calls.filter((c) => c.command === 'logs_templates').at(-1)?.args['request']).toMatchObject({ entity: 'pg-main', range: before });
});

test('the filter asks the core and no answer is an empty state', async () => {
	const { calls } = open();
	await title();
	await press('g');
	await press('e');
	const field = await screen.findByRole('searchbox');

	await fireEvent.input(field, { target: { value: 'nothing-like-this' } });

	expect(await screen.findByText('No series matches “nothing-like-this”.')).toBeTruthy();
	expect(calls.some((c) => c.command === 'metrics' && (c.args['request'] as { filter: string }).filter === 'nothing-like-this')).toBe(true);
});

test('letters do nothing while a field has the focus', async () => {
	open();
	await title();
	await press('g');
	await press('e');
	const field = await screen.findByRole('searchbox');
	field.focus();

	await fireEvent.keyDown(field, { key: 'g' });
	await fireEvent.keyDown(field, { key: 'n' });

	expect((await title()).textContent).toMatch(/findings in/);
});

test('the palette finds an action by its words and runs it', async () => {
	open();
	await title();

	await press('k', { ctrlKey: true });
	const field = await screen.findByRole('combobox');
	await fireEvent.input(field, { target: { value: 'go to settings' } });
	await fireEvent.keyDown(field, { key: 'Enter' });

	await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/Nothing has gone/));
});

test('the name of a service in the palette leads there and says nothing of its findings', async () => {
	const { calls } = open();
	await title();
	await screen.findByRole('group', { name: /^Say what this is/ });
	await press('j');
	await screen.findByRole('group', { name: /^Say what this is: waiting clients on pgbouncer/ });
	await press('k', { ctrlKey: true });
	const field = await screen.findByRole('combobox', { name: 'Ask, jump or run' });

	await fireEvent.input(field, { target: { value: 'pgbouncer real' } });
	expect(screen.getByRole('option', { selected: true }).textContent).toMatch(/waiting clients on pgbouncer.*It is real/);
	await fireEvent.input(field, { target: { value: 'pgbouncer' } });
	expect(screen.getByRole('option', { selected: true }).textContent?.trim()).toBe('pgbouncer');
	await fireEvent.keyDown(field, { key: 'Enter' });

	await waitFor(() => expect(document.querySelector('.rail [aria-current=page]')?.textContent).toMatch(/Metrics/));
	expect(calls.some((c) => c.command === 'mark_finding')).toBe(false);
});

test('the palette stands under headings, what the screen can do before where one can go', async () => {
	open();
	await title();

	await press('k', { ctrlKey: true });
	const list = await screen.findByRole('listbox', { name: 'What matches' });
	const groups = within(list).getAllByRole('group').map((group) => group.getAttribute('aria-label'));
	expect(groups.slice(0, 2)).toEqual(['Here', 'Screens']);
	const shown = within(list).getAllByRole('option').map((option) => option.textContent ?? '');
	expect(shown.findIndex((text) => text.includes('Open the finding'))).toBeLessThan(shown.findIndex((text) => text.includes('Next row')));
});

test('the palette gives the focus back to where it was opened', async () => {
	open();
	await title();
	const settings = screen.getByRole('button', { name: 'Settings' });
	settings.focus();

	await press('k', { ctrlKey: true });
	await fireEvent.keyDown(await screen.findByRole('combobox'), { key: 'Escape' });

	await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull());
	await waitFor(() => expect(document.activeElement).toBe(settings));
});

test('a clipboard that takes nothing is told, and nothing is said to be copied', async () => {
	Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: () => Promise.reject(new Error('no')), readText: () => Promise.reject(new Error('no')) } });
	open();
	await title();

	await press('t');
	await press('c');
	await screen.findByText(/The clipboard does not take it/);
	expect(screen.queryByText('The range is copied.')).toBeNull();
	await press('t');
	await press('v');

	await screen.findByText(/The clipboard may not be read/);
});

test('a typed range is read by the core and moves the window', async () => {
	const { calls } = open();
	await title();
	await press('t');
	await press('t');
	const field = await screen.findByLabelText('Range');

	await fireEvent.input(field, { target: { value: 'now-1h' } });
	await fireEvent.keyDown(field, { key: 'Enter' });

	await waitFor(() => expect(screen.getByRole('slider').getAttribute('aria-valuetext')).toBe('Window from 17 Nov 14:02 to 17 Nov 15:02, UTC'));
	expect(calls.filter((c) => c.command === 'parse_time').length).toBe(1);
	expect(screen.getByRole('button', { name: 'Follow' })).toBeTruthy();
});

test('to follow where no source is followed says that nothing comes, and leads to the sources', async () => {
	open(appState({ workspace: workspace({ following: false }) }));
	await title();
	await fireEvent.click(screen.getByRole('button', { name: 'Follow' }));

	expect(await screen.findByText(/none comes: no source is followed\./)).toBeTruthy();
	expect(screen.getByRole('button', { name: 'Following' })).toBeTruthy();
	await fireEvent.click(screen.getByRole('button', { name: 'Go to Catalog' }));

	await waitFor(() => expect(screen.getByRole('button', { name: /^Add a source/ })).toBeTruthy());
	expect(screen.queryByText(/no source is followed/)).toBeNull();
});

test('a range that cannot be read says why until it is changed, and Esc closes the range wherever the focus is in it', async () => {
	open(appState(), (command) => {
		if (command === 'parse_time') throw { code: 'time_expression', fields: { text: 'yesterdya', column: '1', expected: 'date' } };
		return undefined;
	});
	await title();
	await press('t');
	await press('t');
	const field = await screen.findByLabelText('Range');
	await fireEvent.input(field, { target: { value: 'yesterdya' } });
	await fireEvent.keyDown(field, { key: 'Enter' });
	await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'));

	await fireEvent.input(field, { target: { value: 'now' } });
	await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('false'));
	const preset = screen.getByRole('button', { name: 'now-6h' });
	preset.focus();
	await fireEvent.keyDown(preset, { key: 'Escape' });

	await waitFor(() => expect(screen.queryByLabelText('Range')).toBeNull());
	expect((document.activeElement as HTMLElement).getAttribute('aria-expanded')).toBe('false');
});

test('a range that was being typed is gone when the focus leaves it', async () => {
	open();
	await title();
	await press('t');
	await press('t');
	const field = await screen.findByLabelText('Range');
	await fireEvent.input(field, { target: { value: 'now-1h' } });

	screen.getByRole('button', { name: 'Settings' }).focus();

	await waitFor(() => expect(screen.queryByLabelText('Range')).toBeNull());
});

test('the list of the workspace closes when the focus leaves it, and gives it back when something was chosen', async () => {
	open();
	await title();
	const name = document.querySelector<HTMLElement>('.menu .name');
	name?.click();
	await screen.findByRole('menu');

	screen.getByRole('button', { name: 'Settings' }).focus();
	await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
	name?.click();
	(await screen.findByRole('menuitem', { name: 'Save a copy' })).click();

	await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
	expect(document.activeElement).toBe(name);
});

test('Metrics counts findings as Now does, and tells which are held back', async () => {
	open(appState(), (command, args) => {
		if (command !== 'metrics') return undefined;
		const request = args['request'] as MetricsRequest;
		return { ...metricsPage(metricsView(request.filter), request), heldCount: request.filter === '' ? 3 : 1 };
	});
	await title();
	await press('g');
	await press('e');

	await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^20 findings in 63 series, 3 weaker ones held back\.$/));
	await press('/');
	await fireEvent.input(screen.getByLabelText('Filter the series'), { target: { value: 'http' } });
	await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^18 findings in 19 series, one weaker one held back\.$/));
});

test('a setting acts at once and Ctrl Z takes it back', async () => {
	open();
	await title();
	await press('g');
	await press(',');

	await fireEvent.click(await screen.findByRole('radio', { name: 'Light' }));
	expect(document.documentElement.dataset['theme']).toBe('light');
	await press('z', { ctrlKey: true });

	await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
});

test('the keys of a screen are listed on ?', async () => {
	open();
	await title();

	await press('?');

	expect(await screen.findByRole('dialog', { name: 'Keys on this screen' })).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('Ctrl Z in a field belongs to its text, and Space on a checkbox to the checkbox', async () => {
	const { calls } = open();
	await title();
	await press('g');
	await press('e');
	const field = await screen.findByRole('searchbox');
	const box = await screen.findByRole('checkbox', { name: /Anomaly ribbon/ });
	field.focus();

	expect(await fireEvent.keyDown(field, { key: 'z', ctrlKey: true })).toBe(true);
	expect(await fireEvent.keyDown(box, { key: ' ' })).toBe(true);

	expect(calls.some((c) => c.command === 'set_settings')).toBe(false);
	expect(screen.getByRole('button', { name: 'Following' })).toBeTruthy();
});
