// Logs and Open log files on a made-up core: the sentence, the choices, the windows, the decisions, all by keyboard, and axe.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { AppStateRow, LogFilesChoice, LogsRequest, TemplatesRequest } from '$lib/ipc/bindings';
import { logFilesPreview, logProbe, logsView, templateDetails, templatesView } from '$lib/ipc/fake-logs';
import { go, heading, leaveNothing, openWindow, press, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

function open(special?: Special, state?: AppStateRow) {
	const opened = openWindow(special, state);
	return { ...opened, templates: () => opened.last('logs_templates')?.['request'] as TemplatesRequest, lines: () => opened.last('logs_list')?.['request'] as LogsRequest };
}

const grid = () => screen.findByRole('grid', { name: /^Templates/ });
const panel = () => screen.findByRole('complementary', { name: 'Details of the template' });

describe('templates', () => {
	test('the sentence comes first, then the templates with their change, and one of them whole', async () => {
		open();
		await go('g', 'l');

		await heading(/Six templates did not exist before .*PANIC/s);
		expect((await grid()).getAttribute('aria-rowcount')).toBe('121');
		expect(within(await grid()).getAllByText('new').length).toBeGreaterThan(4);
		await waitFor(async () => expect(within(await panel()).getByText(/never, in 30 d and 41 M lines/)).toBeTruthy());
		expect(within(await panel()).getByText('53100')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('what is left out is asked for without it, and only this with one press', async () => {
		const { templates } = open();
		await go('g', 'l');
		await grid();

		await fireEvent.click(screen.getByRole('checkbox', { name: 'gone or fewer' }));
		await waitFor(() => expect(templates().changes).toEqual(['new', 'more', 'rare', 'same']));
		await fireEvent.click(screen.getByRole('button', { name: 'Only new' }));

		await waitFor(() => expect(templates().changes).toEqual(['new']));
		await waitFor(async () => expect((await grid()).getAttribute('aria-rowcount')).toBe('7'));
	});

	test('the windows move by arrow keys, whole ones with Shift', async () => {
		const { templates } = open();
		await go('g', 'l');
		await grid();
		const before = templatesView(templates());

		await fireEvent.keyDown(screen.getByRole('slider', { name: 'Beginning of the compared window' }), { key: 'ArrowLeft' });
		await waitFor(() => expect(templates().compare?.start).toBeLessThan(before.compare.start));
		expect(templates().compare?.end).toBe(before.compare.end);
		await fireEvent.keyDown(screen.getByRole('slider', { name: 'End of the baseline' }), { key: 'ArrowLeft', shiftKey: true });

		await waitFor(() => expect(templates().baseline?.end).toBeLessThan(before.baseline.end));
	});

	test('a query that cannot be read says where, and is not run', async () => {
		const { templates } = open();
		await go('g', 'l');
		await grid();
		const field = screen.getByRole('textbox', { name: /Query in KQL/ });

		await fireEvent.input(field, { target: { value: 'service : (orders' } });
		await fireEvent.keyDown(field, { key: 'Enter' });

		await screen.findByText('The query was not run: it cannot be read at character 18.');
		expect(field.getAttribute('aria-invalid')).toBe('true');
		expect(templates().query).toBe('');
		await fireEvent.input(field, { target: { value: 'service : (orders)' } });
		await fireEvent.keyDown(field, { key: 'Enter' });
		await waitFor(() => expect(templates().query).toBe('service : (orders)'));
	});

	test('a query in braces is asked of the cluster, which answers with lines', async () => {
		const { templates, lines } = open();
		await go('g', 'l');
		await grid();
		const field = screen.getByRole('textbox', { name: /Query in KQL/ });

		await fireEvent.input(field, { target: { value: '{"match_all": {}}' } });
		expect(field).toBe(screen.getByRole('textbox', { name: /Query DSL, asked of the cluster/ }));
		await fireEvent.keyDown(field, { key: 'Enter' });

		await waitFor(() => expect(lines().query).toBe('{"match_all": {}}'));
		expect(templates().query).toBe('');
		expect(await violations()).toEqual([]);
		await press('l');
		await waitFor(() => expect(templates().query).toBe('{"match_all": {}}'));
	});

	test('marked templates are merged by keyboard alone', async () => {
		const { calls } = open();
		await go('g', 'l');
		await grid();

		for (const key of ['x', 'j', 'x', 'm']) await press(key);
		const dialog = await screen.findByRole('dialog', { name: 'Merge 2 templates into one' });
		expect(await violations()).toEqual([]);
		await fireEvent.click(within(dialog).getAllByRole('radio')[1] as HTMLElement);
		await fireEvent.click(within(dialog).getByRole('button', { name: 'Merge 2 templates' }));

		await waitFor(() => expect(calls.find((c) => c.command === 'logs_decide')?.args).toEqual({ draft: { kind: 'merge', templates: ['2', '1'] } }));
	});

	test('a class of one’s own needs a name, and the decision can be undone', async () => {
		const { calls } = open();
		await go('g', 'l');
		await waitFor(async () => within(await panel()).getByText('53100'));

		await press('u');
		const dialog = await screen.findByRole('dialog', { name: 'Correct the class' });
		await fireEvent.click(within(dialog).getByRole('radio', { name: /A class of your own/ }));
		expect(within(dialog).getByRole('button', { name: 'Keep the class' }).getAttribute('aria-disabled')).toBe('true');
		await fireEvent.input(within(dialog).getByLabelText('Name of the class'), { target: { value: 'disk full' } });
		await fireEvent.click(within(dialog).getByRole('button', { name: 'Keep the class' }));

		await waitFor(() => expect(calls.find((c) => c.command === 'logs_decide')?.args).toEqual({ draft: { kind: 'label', template: '1', class: 'unknown', custom: 'disk full' } }));
		await fireEvent.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1) as HTMLElement);
		await waitFor(() => expect(calls.some((c) => c.command === 'logs_undo')).toBe(true));
	});

	test('secrets are counted by rule and the masking can be turned off', async () => {
		const { calls } = open();
		await go('g', 'l');
		await grid();
		const summary = screen.getByText('12 secrets masked');
		const details = summary.closest('details') as HTMLDetailsElement;

		details.open = true;
		await fireEvent(details, new Event('toggle'));
		await fireEvent.click(await screen.findByRole('checkbox', { name: 'Mask secrets on the way in' }));

		expect(screen.getByText('bearer and basic sign-ins')).toBeTruthy();
		await waitFor(() => expect(calls.find((c) => c.command === 'logs_set_masking')?.args).toEqual({ on: false }));
	});

	test('a template of which not all lines were looked at is compared with nothing', async () => {
		open((command, args) => {
			if (command !== 'logs_templates') return undefined;
			const made = templatesView(args['request'] as TemplatesRequest);
			return { ...made, rows: made.rows.map((row) => ({ ...row, change: null, ratio: null, expected: null })) };
		});
		await go('g', 'l');

		const rows = await grid();
		expect(within(rows).getAllByText('not compared').length).toBeGreaterThan(4);
		expect(within(rows).queryByText('new')).toBeNull();
		expect(within(rows).queryByText('×212')).toBeNull();
	});

	test('parameters of a merged template stand apart and cannot be split, and what is partial is said', async () => {
		open((command, args) => {
			if (command !== 'logs_template') return undefined;
			const made = templateDetails((args['request'] as { id: string }).id);
			const [path] = made.parameters;
			return { ...made, parameters: path ? [path, { ...path, merged: 'request <*> failed' }] : [], notices: [{ key: 'Only 100 lines were looked at.', values: {} }] };
		});
		await go('g', 'l');

		const details = await panel();
		await within(details).findByText('request <*> failed');
		expect(within(details).getAllByRole('button', { name: 'Split here' })).toHaveLength(1);
		expect(within(details).getByText('Only 100 lines were looked at.')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('a template leads to the map and to the catalog, with its writer selected', async () => {
		const { calls } = open();
		const asked = (command: string) => calls.some((call) => call.command === command);
		await go('g', 'l');
		await fireEvent.click(await within(await panel()).findByRole('button', { name: 'Show on the map' }));
		await waitFor(() => expect(asked('map')).toBe(true));

		await go('g', 'l');
		await grid();
		expect((calls.filter((call) => call.command === 'logs_templates').at(-1)?.args['request'] as TemplatesRequest).entity).toBe('postgres');
		await fireEvent.click(await within(await panel()).findByRole('button', { name: 'Show in the catalog' }));
		await waitFor(() => expect(asked('entities')).toBe(true));
	});

	test('without lines there are two doors', async () => {
		open((command, args) => (command === 'logs_templates' ? templatesView(args['request'] as TemplatesRequest, false) : undefined));
		await go('g', 'l');

		await screen.findByText('No log lines are stored here.');
		expect(await violations()).toEqual([]);
		await fireEvent.click(screen.getByRole('button', { name: 'Add Elasticsearch' }));
		await waitFor(() => expect(screen.getByRole('radio', { name: 'Elasticsearch' }).getAttribute('aria-checked')).toBe('true'));
		expect(screen.getByRole('radio', { name: /API key/ })).toBeTruthy();
	});

	test('what is partial is said beside the list', async () => {
		open((command, args) => (command === 'logs_templates' ? { ...templatesView(args['request'] as TemplatesRequest), notices: [{ key: 'Two of five shards answered.', values: {} }] } : undefined));
		await go('g', 'l');

		await screen.findByText('Two of five shards answered.');
		await grid();
	});
});

describe('lines', () => {
	const details = () => screen.findByRole('complementary', { name: 'The line and its fields' });

	test('a template leads to its lines, and the chip back to all of them', async () => {
		const { lines } = open();
		await go('g', 'l');
		await grid();

		await press('l');
		await waitFor(() => expect(lines()?.template).toBe('1'));
		await fireEvent.click(await screen.findByRole('button', { name: /Show lines of every template/ }));

		await waitFor(() => expect(lines().template).toBeNull());
		expect(await violations()).toEqual([]);
	});

	test('whoever comes back from the metrics finds what was asked', async () => {
		const { lines, templates } = open();
		await go('g', 'l');
		await grid();
		const field = () => screen.queryByRole<HTMLInputElement>('textbox', { name: /Query in KQL/ });
		await fireEvent.input(field() as HTMLInputElement, { target: { value: 'PANIC' } });
		await fireEvent.keyDown(field() as HTMLInputElement, { key: 'Enter' });
		await waitFor(() => expect(templates().query).toBe('PANIC'));
		await press('l');
		await waitFor(() => expect(lines()).toMatchObject({ query: 'PANIC', template: '1' }));

		await go('g', 'e');
		await waitFor(() => expect(field()).toBeNull());
		await press('-');

		await waitFor(() => expect(field()?.value).toBe('PANIC'));
		await screen.findByRole('button', { name: /Show lines of every template/ });
		expect(lines()).toMatchObject({ query: 'PANIC', template: '1' });
		// The rail begins anew.
		await go('g', 'n');
		await waitFor(() => expect(field()).toBeNull());
		await go('g', 'l');
		await waitFor(() => expect(field()?.value).toBe(''));
	});

	test('levels narrow the lines and a line without one is a dash', async () => {
		const { lines } = open();
		await go('g', 'l');
		await grid();
		await press('l');
		await screen.findByRole('grid', { name: 'Log lines, newest first' });
		expect(screen.getAllByTitle('Its writer gave no level.')[0]?.textContent).toBe('–');

		await fireEvent.click(await screen.findByRole('button', { name: 'Only fatal' }));

		await waitFor(() => expect(lines()).toMatchObject({ level: 'fatal', query: '' }));
	});

	test('a line carries its class, and who chose it', async () => {
		open((command, args) => {
			if (command !== 'logs_list') return undefined;
			const made = logsView(args['request'] as LogsRequest);
			return { ...made, rows: made.rows.map((row, at) => (at === 0 ? { ...row, fault: { class: 'application', customClass: 'pool full', confidence: 1, byHand: true } } : row)) };
		});
		await go('g', 'l');
		await grid();
		await press('l');
		await screen.findByRole('grid', { name: 'Log lines, newest first' });

		expect(within(await details()).getByText('pool full').parentElement?.textContent).toMatch(/pool full\s*by hand/);
	});

	test('Enter shows the lines around, n goes to the next error', async () => {
		const { calls } = open();
		await go('g', 'l');
		await grid();
		await press('l');
		await screen.findByRole('grid', { name: 'Log lines, newest first' });

		await press('n');
		await press('Enter');

		await waitFor(() => expect(calls.find((c) => c.command === 'logs_around')?.args).toMatchObject({ before: 12, after: 12 }));
		const around = within(await details()).getByRole('list', { name: 'Lines around it' });
		expect(around.querySelector('[aria-current=true]')?.textContent).toMatch(/PANIC|could not acquire/);
		// They are of all who write, and each says whose it is.
		expect(new Set([...around.querySelectorAll('.by')].map((by) => by.textContent)).size).toBeGreaterThan(1);
		expect(around.querySelectorAll('.by').length).toBe(around.querySelectorAll('li').length);
		expect(await violations()).toEqual([]);
	});

	test('what is partial is said beside the lines', async () => {
		open((command, args) => (command === 'logs_list' ? { ...logsView(args['request'] as LogsRequest), notices: [{ key: 'Only what is stored is shown.', values: {} }] } : undefined));
		await go('g', 'l');
		await grid();
		await press('l');

		await screen.findByText('Only what is stored is shown.');
		await screen.findByRole('grid', { name: 'Log lines, newest first' });
	});

	test('lines are shown while they are counted, and nobody counts on for them on another tab', async () => {
		const { calls } = open((command) => (command === 'logs_counts' ? new Promise(() => {}) : undefined));
		await go('g', 'l');
		await grid();
		await press('l');

		await screen.findByRole('grid', { name: 'Log lines, newest first' });
		await heading(/^Lines are being counted\.$/);
		expect(await violations()).toEqual([]);
		await press('l');

		await waitFor(() => expect(calls.filter((call) => call.command === 'logs_cancel_counts')).toHaveLength(1));
	});

	test('the name of a field opens its values, and one of them narrows the lines', async () => {
		const { calls, lines } = open();
		await go('g', 'l');
		await grid();
		await press('l');
		await screen.findByRole('grid', { name: 'Log lines, newest first' });
		await press('Enter');

		await fireEvent.click(await screen.findByRole('button', { name: 'service.name' }));
		const value = await screen.findByRole('button', { name: 'orders' });
		expect(screen.getByText(/^60\s%$/)).toBeTruthy();
		expect(screen.getByText('Other values')).toBeTruthy();
		expect(await violations()).toEqual([]);
		await fireEvent.click(value);

		expect(calls.find((call) => call.command === 'logs_values')).toBeTruthy();
		await waitFor(() => expect(lines().query).toBe('service : "orders"'));
		await waitFor(() => expect(screen.queryByText('Other values')).toBeNull());
	});

	test('without a match everything can be shown again', async () => {
		open((command, args) => (command === 'logs_list' ? { ...logsView(args['request'] as LogsRequest), rows: [] } : undefined));
		await go('g', 'l');
		await grid();
		await press('l');

		await screen.findByText('No line matches.');
		await fireEvent.click(screen.getByRole('button', { name: 'Show all lines' }));

		await screen.findByText('No line was written in this range.');
	});
});

describe('log files', () => {
	test('are shown, asked about, opened in place, and can be stopped', async () => {
		const { calls } = open((command) => (command === 'choose_path' ? ['/var/log/syslog', '/var/log/syslog.1.gz'] : undefined));
		await go('g', 'l');
		await grid();
		await press('k', { ctrlKey: true });
		const field = await screen.findByRole('combobox');
		await fireEvent.input(field, { target: { value: 'Open log files' } });
		await fireEvent.keyDown(field, { key: 'Enter' });

		await heading(/Nothing is opened yet\..*2 files can be read as syslog, RFC 3164\..*One thing is asked\./s);
		expect(await violations()).toEqual([]);
		expect(screen.getByRole('button', { name: /Open 2 files/ }).getAttribute('aria-disabled')).toBe('true');
		await fireEvent.change(screen.getByRole('combobox', { name: 'Zone' }), { target: { selectedIndex: 1 } });
		await waitFor(() => expect(screen.getByRole('button', { name: /Open 2 files/ }).getAttribute('aria-disabled')).toBe('false'));
		await press('Enter', { ctrlKey: true });

		await screen.findByRole('progressbar', { name: 'The files are being opened.' });
		await fireEvent.click(screen.getByRole('button', { name: 'Stop opening' }));
		await waitFor(() => expect(calls.find((c) => c.command === 'cancel_job')?.args).toEqual({ id: 40 }));
	});
});

test('the order of day and month is asked for in the sheet, nothing is preselected, and the answer stays open to change', async () => {
	const asked = { key: 'logfile-question-day-first', values: { examples: { kind: 'text' as const, value: '03/04/2026 10:00:00' } } };
	const { calls } = open((command, args) => (command === 'choose_path' ? ['/var/log/app.log'] : command === 'log_files_preview' ? logFilesPreview(args['paths'] as string[], 'UTC', (args['choice'] as LogFilesChoice).dayFirst === undefined ? [asked] : []) : undefined));
	await go('g', 'l');
	await grid();
	await press('k', { ctrlKey: true });
	const field = await screen.findByRole('combobox');
	await fireEvent.input(field, { target: { value: 'Open log files' } });
	await fireEvent.keyDown(field, { key: 'Enter' });

	await screen.findByText('Is the day or the month first? 03/04/2026 10:00:00');
	const order = screen.getByRole('radiogroup', { name: 'Day and month' });
	expect(within(order).getAllByRole('radio').map((one) => one.getAttribute('aria-checked'))).toEqual(['false', 'false']);
	expect(await violations()).toEqual([]);
	await fireEvent.click(within(order).getByRole('radio', { name: 'Day first' }));

	await waitFor(() => expect(calls.filter((c) => c.command === 'log_files_preview').at(-1)?.args['choice']).toMatchObject({ dayFirst: true }));
	await waitFor(() => expect(screen.getByRole('button', { name: /Open one file/ }).getAttribute('aria-disabled')).toBe('false'));
	expect(within(screen.getByRole('radiogroup', { name: 'Day and month' })).getByRole('radio', { name: 'Day first' }).getAttribute('aria-checked')).toBe('true');
});

describe('lines that arrive', () => {
	test('move the window that follows to where lines are read, and not the one that a person moved', async () => {
		const { calls, lines } = open();
		await go('g', 'l');
		await grid();
		await press('l');
		await waitFor(() => expect(lines()).toBeTruthy());
		const before = lines().range!;

		await emit('app-event', { kind: 'linesArrived', source: 4, until: before.end + 15_000 });
		await emit('app-event', { kind: 'linesArrived', source: 7, until: before.end + 5000 });

		await waitFor(() => expect(lines().range).toEqual({ start: before.start + 15_000, end: before.end + 15_000 }), { timeout: 4000 });
		await press('ArrowLeft', { shiftKey: true });
		const chosen = await waitFor(() => {
			expect(lines().range!.end).toBeLessThan(before.end + 15_000);
			return lines().range!;
		});
		await emit('app-event', { kind: 'linesArrived', source: 4, until: before.end + 60_000 });
		await emit('app-event', { kind: 'logsChanged' });
		const asked = () => calls.filter((call) => call.command === 'logs_list').length;
		const soFar = asked();
		await waitFor(() => expect(asked()).toBeGreaterThan(soFar), { timeout: 4000 });
		expect(lines().range).toEqual(chosen);
	});
});

describe('a cluster of logs', () => {
	test('is tested, its indices are chosen, a field is mapped by hand, and its lines are synced', async () => {
		const probe = { at: 0, took: 600, requests: 6, product: 'OpenSearch', version: '3.8.0', series: null, ruleGroups: null, oldest: null, newest: null, clockOffset: 0, missing: [], proxy: null, logs: logProbe() };
		const { calls } = open((command) => ({ probe_source: probe, plan_sync: { series: 0, samples: 18_500_000, bytes: 2.8e8, requests: 312, takes: 960_000, notices: [] }, save_source: 4, follow: null, sync: { id: 9, kind: 'sync', subject: 'logs', source: 4, state: { kind: 'running' }, done: 0, total: 312, unit: 'requests', samples: 0, samplesPerSecond: 0, remaining: null, elapsed: 0, groups: [] } } as Record<string, unknown>)[command]);
		await go('g', 'c');
		await fireEvent.click(await screen.findByRole('button', { name: /Add a source/ }));
		await fireEvent.click(await screen.findByRole('radio', { name: 'Elasticsearch' }));
		await fireEvent.input(screen.getByLabelText('Name'), { target: { value: 'shop logs' } });
		await fireEvent.input(screen.getByLabelText('URL'), { target: { value: 'https://logs.example.net' } });
		await fireEvent.click(screen.getByRole('radio', { name: /API key/ }));
		await fireEvent.input(screen.getByLabelText('API key', { selector: 'input[type=password]' }), { target: { value: 'abc' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));

		await fireEvent.click(await screen.findByRole('checkbox', { name: 'Take app-logs' }));
		await fireEvent.change(screen.getByRole('combobox', { name: 'Log' }), { target: { selectedIndex: 6 } });
		await waitFor(() => expect(screen.getByRole('button', { name: /Sync 18.5 M lines/ })).toBeTruthy());
		expect(await violations()).toEqual([]);
		await fireEvent.click(screen.getByRole('button', { name: /Sync 18.5 M lines/ }));

		await waitFor(() => expect(calls.find((c) => c.command === 'save_source')?.args['draft']).toMatchObject({ kind: 'elasticsearch', signIn: { kind: 'apiKey' }, secret: 'abc', selectors: [], logs: { indices: ['app-logs'], query: '', mapping: { time: '@timestamp', dataset: 'event.dataset' } } }));
	});
});
