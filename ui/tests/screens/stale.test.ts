// Now, Metrics and Alerts while there is nothing yet, nothing at all, an old answer, and no answer: what is said, and the way on.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { AppStateRow, SourceHealth } from '$lib/ipc/bindings';
import { appState, health, nowView } from '$lib/ipc/fake';
import { missed, retry, retryAfter } from '$lib/state/standing';
import { leaveNothing, openWindow, press, type Special, violations } from './window';

// The canvas is not there under test; what is around it is.
vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const open = (special: Special, state?: AppStateRow) => ({ asked: openWindow(special, state).of });

/** A core whose answer to one command can be taken away and given back. */
function failing(command: string) {
	const core = { fails: false };
	const special: Special = (asked) => {
		if (asked === command && core.fails) throw { code: 'internal', fields: { detail: 'the file is busy' } };
		return undefined;
	};
	return { core, special };
}

const headline = /^Checkout fails for 4 in 10 requests/;
const rows = /^Series 1 to 6 of/;
/** Waits until Now says its sentence. */
const said = () => screen.findByRole('heading', { level: 1, name: headline });
/** What is drawn at half strength; `null` when nothing is. */
const half = () => document.querySelector<HTMLElement>('.half');
/** What is said of the age beside it. */
const age = () => document.querySelector('.age [role=status]')?.textContent?.trim() ?? '';

async function metrics(): Promise<void> {
	await said();
	await press('g');
	await press('e');
}

const late = (part: Partial<SourceHealth> = {}) => health({ name: 'shop', state: 'stale', error: { code: 'source_timeout', fields: { seconds: '15' } }, ...part });
const withSources = (...sources: SourceHealth[]): Special => (command) => (command === 'now' ? nowView({ sources }) : undefined);

test('Now and Metrics that wait draw the shape of what comes and say that they load', async () => {
	open((command) => (command === 'now' || command === 'metrics' ? new Promise(() => {}) : undefined));

	await waitFor(() => expect(document.querySelector('main [aria-busy=true]')).not.toBeNull());
	expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Loading');
	expect(await violations()).toEqual([]);
	await press('g');
	await press('e');

	await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Metrics'));
	expect(document.querySelector('main [aria-busy=true]')).not.toBeNull();
	expect(await violations()).toEqual([]);
});

test('Now and Metrics without data say what is missing and offer both ways to provide it', async () => {
	const state = appState();
	if (state.workspace) state.workspace = { ...state.workspace, samples: 0, series: 0, data: null, range: null };
	open((command) => (command === 'now' ? nowView({ series: 0, findings: [], sources: [] }) : undefined), state);

	expect(await screen.findByText('This workspace has no data yet.')).toBeTruthy();
	await press('g');
	await press('e');

	expect(await screen.findByText('There is nothing to draw yet.')).toBeTruthy();
	for (const name of ['Add a source', /Import/]) expect(screen.getAllByRole('button', { name }).length).toBeGreaterThan(0);
	expect(await violations()).toEqual([]);
});

test('Now keeps its last answer at half strength when the next one fails, says how old it is, and R asks again', async () => {
	const { core, special } = failing('now');
	open(special);
	await said();
	expect(half()).toBeNull();

	core.fails = true;
	await emit('app-event', { kind: 'findingsChanged' });

	await waitFor(() => expect(age()).toMatch(/the file is busy.* What is shown was answered \d\d:\d\d:\d\d, .+ ago; it is asked again by itself at \d\d:\d\d:\d\d\.$/));
	expect(half()?.textContent).toMatch(/Checkout fails for 4 in 10 requests/);
	expect(screen.getAllByRole('heading', { level: 1 }).length).toBe(1);
	expect(screen.getByRole('button', { name: /^Ask again/ })).toBeTruthy();
	expect(await violations()).toEqual([]);

	core.fails = false;
	await press('R', { shiftKey: true });

	await waitFor(() => expect(half()).toBeNull());
	expect(await said()).toBeTruthy();
});

test('Now without any answer says what failed, and R asks again', async () => {
	const { core, special } = failing('now');
	core.fails = true;
	open(special);
	await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/the file is busy/));
	expect(half()).toBeNull();

	core.fails = false;
	await press('R', { shiftKey: true });

	expect(await said()).toBeTruthy();
});

test('Now is as old as its sources when none of them answers, and R asks them', async () => {
	const next = Date.now() + 60_000;
	const { asked } = open(withSources(late({ id: 4, nextTry: next })));

	await waitFor(() => expect(age()).toMatch(/^shop last answered 15:02:00, .+ ago\. What is shown is as old; it is asked again by itself at \d\d:\d\d:\d\d\.$/));
	expect(half()?.textContent).toMatch(/Checkout fails/);
	expect(await violations()).toEqual([]);
	await press('R', { shiftKey: true });

	await waitFor(() => expect(asked('sync').map((call) => call.args['request'])).toEqual([{ source: 4, range: null }]));
});

test('a source that needs a person is not said to be asked by itself, and its screen is one press away', async () => {
	open(withSources(late({ state: 'failed', error: { code: 'source_denied', fields: {} } })));
	await waitFor(() => expect(age()).toMatch(/^shop last answered 15:02:00, .+ ago, and needs you: The credentials were refused/));
	expect(age()).not.toMatch(/by itself/);

	await fireEvent.click(screen.getByRole('button', { name: /^Go to Catalog/ }));

	await waitFor(() => expect(document.querySelector('.rail [aria-current=page]')?.textContent).toMatch(/Catalog/));
});

test('the age of a followed source is that of its last answer, on Now as in the status bar', async () => {
	const hour = 3_600_000;
	open(withSources(health({ name: 'shop', every: 15_000, answered: Date.now() - 2 * hour, until: Date.now() - 5 * hour })));
	await said();

	const places = [document.querySelector('footer.status')?.textContent, document.querySelector('[aria-labelledby=sources-title]')?.textContent];
	for (const text of places) {
		expect(text).toMatch(/shop\s*2\sh/);
		expect(text).not.toMatch(/5\sh/);
	}
});

test('one source of two that is late makes no screen old: what is missing is said', async () => {
	open(withSources(health({ id: 1 }), late({ id: 4 })));

	expect(await screen.findByText(/^shop last answered 15:02:00, .+ ago; what is newer of it is missing\.$/)).toBeTruthy();
	expect(half()).toBeNull();
	await metrics();

	await screen.findByText(rows);
	expect(screen.getByText(/^shop last answered .* what is newer of it is missing\.$/)).toBeTruthy();
	expect(half()).toBeNull();
});

test('a range that ends before the last sample of a late source is complete', async () => {
	open((command) => (command === 'now' ? nowView({ sources: [late({ until: (appState().workspace?.range?.end ?? 0) + 60_000 })] }) : undefined));

	await said();

	expect(half()).toBeNull();
	expect(age()).toBe('');
});

test('Metrics keeps its list when the next one fails, and R asks again', async () => {
	const { core, special } = failing('metrics');
	open(special);
	await metrics();
	await screen.findByText(rows);

	core.fails = true;
	await emit('app-event', { kind: 'findingsChanged' });

	await waitFor(() => expect(age()).toMatch(/the file is busy.* What is shown was answered/));
	expect(half()?.textContent).toMatch(/Series 1 to 6 of/);
	expect(await violations()).toEqual([]);

	core.fails = false;
	await press('R', { shiftKey: true });

	await waitFor(() => expect(half()).toBeNull());
});

test('a list that answered another filter is not shown in the place of one that failed', async () => {
	const { core, special } = failing('metrics');
	open(special);
	await metrics();
	await screen.findByText(rows);

	core.fails = true;
	await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'pgbouncer' } });

	await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/the file is busy/));
	expect(half()).toBeNull();
	expect(screen.queryByText(rows)).toBeNull();
	core.fails = false;
	(document.activeElement as HTMLElement).blur();
	await press('R', { shiftKey: true });

	expect(await screen.findByText(/^Series 1 to [1-5] of/)).toBeTruthy();
});

test('Metrics is as old as its sources when none of them answers', async () => {
	open(withSources(late()));
	await waitFor(() => expect(half()).not.toBeNull());
	await metrics();

	await waitFor(() => expect(half()?.textContent).toMatch(/Series 1 to 6 of/));
	expect(age()).toMatch(/^shop last answered 15:02:00/);
	expect(document.querySelectorAll('.half .half').length).toBe(0);
	expect(await violations()).toEqual([]);
});

test('Alerts are as old as their sources when none of them answers, and R asks them', async () => {
	const { asked } = open(withSources(late({ id: 4 })));
	await waitFor(() => expect(half()).not.toBeNull());
	await press('g');
	await press('a');

	await waitFor(() => expect(half()?.textContent).toMatch(/CheckoutFails/));
	expect(age()).toMatch(/^shop last answered 15:02:00, .+ ago\. What is shown is as old/);
	expect(await violations()).toEqual([]);
	await press('R', { shiftKey: true });

	await waitFor(() => expect(asked('sync').map((call) => call.args['request'])).toEqual([{ source: 4, range: null }]));
});

test('of Alerts one source of two that is late is said, and makes nothing old', async () => {
	open(withSources(health({ id: 1 }), late({ id: 4 })));
	await said();
	await press('g');
	await press('a');

	await screen.findByRole('grid', { name: 'Alerts' });
	expect(screen.getByText(/^shop last answered .* what is newer of it is missing\.$/)).toBeTruthy();
	expect(half()).toBeNull();
});

test('charts that could not be renewed stay, alone at half strength', async () => {
	const { core, special } = failing('chart');
	open(special);
	await metrics();
	await screen.findByText(rows);
	await waitFor(() => expect(document.querySelectorAll('main figure').length).toBe(6));

	core.fails = true;
	await press('c');

	await waitFor(() => expect(age()).toMatch(/the file is busy/));
	expect(half()?.querySelectorAll('figure').length).toBe(6);
	expect(half()?.querySelector('[aria-labelledby=rank-title]')).toBeNull();
	core.fails = false;
	await press('R', { shiftKey: true });

	await waitFor(() => expect(half()).toBeNull());
	expect(document.querySelectorAll('main figure').length).toBe(6);
});

test('what stands is asked for again by itself, once, and not after its screen is left', () => {
	vi.useFakeTimers();
	const ask = vi.fn();
	const left = vi.fn();
	const error = { code: 'internal', fields: {} };

	retry(missed(error, Date.now()), ask);
	retry(missed(error, Date.now()), left)();
	vi.advanceTimersByTime(retryAfter - 1);
	expect(ask).not.toHaveBeenCalled();
	vi.advanceTimersByTime(retryAfter);

	expect(ask).toHaveBeenCalledTimes(1);
	expect(left).not.toHaveBeenCalled();
});

describe('a screen that is read again and is not answered', () => {
	/** Takes the answer away, looks at what the screen keeps, and gives it back. */
	async function keeps(core: { fails: boolean }, kind: 'logsChanged' | 'topologyChanged', what: () => Element | null): Promise<void> {
		await waitFor(() => expect(what()).not.toBeNull());
		core.fails = true;
		await emit('app-event', { kind });

		await waitFor(() => expect(age()).toMatch(/the file is busy.* What is shown was answered/), { timeout: 4000 });
		expect(half()?.contains(what())).toBe(true);
		expect(await violations()).toEqual([]);
		core.fails = false;
		(document.activeElement as HTMLElement | null)?.blur();
		await press('R', { shiftKey: true });

		await waitFor(() => expect(half()).toBeNull());
		expect(what()).not.toBeNull();
	}

	const go = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));

	test('keeps the map', async () => {
		const { core, special } = failing('map');
		open(special);
		await go('Map');

		await keeps(core, 'topologyChanged', () => screen.queryByRole('application'));
	});

	test('keeps the templates, and then the lines', async () => {
		const templates = failing('logs_templates');
		const lines = failing('logs_list');
		open((command, args) => templates.special(command, args) ?? lines.special(command, args));
		await go('Logs');
		await keeps(templates.core, 'logsChanged', () => screen.queryByRole('grid', { name: /^Templates/ }));

		await press('l');
		await waitFor(() => expect(screen.queryByRole('grid', { name: /^Templates/ })).toBeNull());

		await keeps(lines.core, 'logsChanged', () => document.querySelector('main [role=grid]'));
	});

	test('keeps the entities', async () => {
		const { core, special } = failing('entities');
		open(special);
		await go('Catalog');
		await screen.findByRole('tab', { name: /Doubts/ });
		await press('2', { ctrlKey: true });

		await keeps(core, 'topologyChanged', () => screen.queryByRole('grid', { name: 'Entities' }));
	});
});
