// The parts of the catalog on a screen: what is read out, what the keyboard does, and axe.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import axe from 'axe-core';
import type { Component } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { JobGroup, KeychainState } from '$lib/ipc/bindings';
import { Words } from '$lib/words';
import BadRows from '../../src/domains/import/BadRows.svelte';
import ColumnTable from '../../src/domains/import/ColumnTable.svelte';
import FileCard from '../../src/domains/import/FileCard.svelte';
import { ImportFile } from '../../src/domains/import/import-batch.svelte';
import ConnectForm from '../../src/domains/sources/ConnectForm.svelte';
import ConnectHead from '../../src/domains/sources/ConnectHead.svelte';
import DeleteDialog from '../../src/domains/sources/DeleteDialog.svelte';
import GroupTable from '../../src/domains/sources/GroupTable.svelte';
import ProbeResult from '../../src/domains/sources/ProbeResult.svelte';
import RateChart from '../../src/domains/sources/RateChart.svelte';
import ScopePicker from '../../src/domains/sources/ScopePicker.svelte';
import { SourceForm } from '../../src/domains/sources/source-form.svelte';
import SourceDetails from '../../src/domains/sources/SourceDetails.svelte';
import SyncFacts from '../../src/domains/sources/SyncFacts.svelte';
import Stage from './Stage.svelte';
import { NOW, draft, job, preview, probe, scope, source, words as phrase } from './rows';

afterEach(cleanup);

const inMemory: KeychainState = 'memory';
const inSystem: KeychainState = 'system';

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props, locale: 'en' | 'zh-CN' = 'en') {
	const words = new Words();
	words.locale = locale;
	return render(Stage as unknown as Component<Record<string, unknown>>, { props: { component, props, words } });
}

async function violations(container: Element): Promise<string[]> {
	// A part of a screen has no landmarks of its own, and happy-dom computes no colours.
	const found = await axe.run(container, { rules: { region: { enabled: false }, 'color-contrast': { enabled: false } } });
	return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);
}

function form(): SourceForm {
	const never = vi.fn(() => new Promise<never>(() => {}));
	const made = new SourceForm({
		sources: never, probeSource: never, suggestScope: never, planSync: never, saveSource: never, deleteSource: never, pauseSource: never,
		follow: never, resumeLabel: never, sync: never, cancelJob: never, jobs: never, parseTime: never, choosePath: never, cmdbPresets: never, checkMapping: never,
	}, () => NOW);
	made.fields.name = 'Prometheus eu-1';
	made.fields.url = 'https://prom.eu-1.example.net/prom';
	return made;
}

function details() {
	return { drilling: false, now: NOW, readOnly: null, elsewhere: false, problem: null, onsync: vi.fn(), onshowsync: vi.fn(), onfollow: vi.fn(), onpause: vi.fn(), onedit: vi.fn(), ondelete: vi.fn(), onresume: vi.fn(), onkeep: vi.fn(() => Promise.resolve(true)) };
}

describe('the form of a connection', () => {
	test('a stored secret is sixteen dots and can be replaced', async () => {
		const subject = form();
		subject.fields.signIn = 'bearer';
		subject.secretStored = true;
		const { container } = show(ConnectForm, { form: subject, keychain: inMemory, browse: () => Promise.resolve(null), onfiles: vi.fn(), onlogs: vi.fn(), oninventory: vi.fn() });

		expect(screen.getByRole('img', { name: 'Stored on this machine' }).textContent).toBe('•'.repeat(16));
		expect(container.textContent).toContain('kept in memory until you quit');
		await fireEvent.click(screen.getByRole('button', { name: 'Replace' }));

		const field = screen.getByLabelText('Token');
		expect(field).toHaveProperty('type', 'password');
		await vi.waitFor(() => expect(document.activeElement).toBe(field));
		expect(await violations(container)).toEqual([]);
	});

	test('the arrows stop at what leads away from the form and do not go there', async () => {
		const onlogs = vi.fn();
		show(ConnectForm, { form: form(), keychain: inSystem, browse: () => Promise.resolve(null), onfiles: vi.fn(), onlogs, oninventory: vi.fn() });

		await fireEvent.keyDown(screen.getByRole('radio', { name: 'CMDB' }), { key: 'ArrowRight' });
		expect(onlogs).not.toHaveBeenCalled();
		await fireEvent.click(document.activeElement as HTMLElement);

		expect(onlogs).toHaveBeenCalledTimes(1);
	});

	test('it says what is needed before the test, and Enter in the address asks', async () => {
		const subject = form();
		subject.fields.name = '';
		subject.fields.url = '';
		const asks = vi.spyOn(subject, 'test').mockResolvedValue(undefined);
		(document.activeElement as HTMLElement | null)?.blur();
		show(ConnectForm, { form: subject, keychain: inSystem, browse: () => Promise.resolve(null), onfiles: vi.fn(), onlogs: vi.fn(), oninventory: vi.fn() });
		const { t } = new Words();

		await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole('radio', { name: t('connect-kind-prometheus') })));
		expect(screen.getByText(t('connect-why-url'))).toBeTruthy();
		const address = screen.getByLabelText(t('connect-url'));
		await fireEvent.keyDown(address, { key: 'Enter' });
		expect(asks).not.toHaveBeenCalled();
		await fireEvent.input(address, { target: { value: 'http://prom.example.net:9090' } });

		expect(screen.getByText(t('connect-test-hint'))).toBeTruthy();
		expect(screen.getByLabelText(t('connect-name')).getAttribute('placeholder')).toBe('prom.example.net:9090');
		await fireEvent.keyDown(address, { key: 'Enter', ctrlKey: true });
		expect(asks).not.toHaveBeenCalled();
		await fireEvent.keyDown(address, { key: 'Enter' });
		expect(asks).toHaveBeenCalledTimes(1);
	});

	test('more than the server counts in memory is not proposed of it', () => {
		const subject = form();
		subject.scope = { kind: 'ready', rows: [scope({ series: 12 })] };
		subject.probe = { kind: 'answered', probe: probe({ series: 3, missing: [] }) };
		expect(show(ConnectHead, { form: subject }).container.textContent).toContain('We propose 12 series.');
		cleanup();

		subject.probe = { kind: 'answered', probe: probe({ series: 486_210, missing: [] }) };
		expect(show(ConnectHead, { form: subject }).container.textContent).toContain('Of 486,210 series we propose 12.');
	});

	test('the focus goes on in a header that was added', async () => {
		const subject = form();
		subject.fields.headers = [''];
		show(ConnectForm, { form: subject, keychain: inSystem, browse: () => Promise.resolve(null), onfiles: vi.fn(), onlogs: vi.fn(), oninventory: vi.fn() });
		const { t } = new Words();

		await fireEvent.click(screen.getByRole('button', { name: t('connect-header-add') }));
		await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(t('connect-header-nth', { n: 2 }))));
		await fireEvent.click(screen.getByRole('button', { name: t('connect-header-remove', { n: 2 }) }));

		await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(t('connect-header-nth', { n: 1 }))));
	});

	test('it says where the secret goes and warns on a way that can be read', () => {
		const subject = form();
		subject.fields.url = 'http://prom.example.net:9090';
		subject.fields.signIn = 'basic';
		const { container } = show(ConnectForm, { form: subject, keychain: inSystem, browse: () => Promise.resolve(null), onfiles: vi.fn(), onlogs: vi.fn(), oninventory: vi.fn() });

		expect(container.textContent).toContain('Sent only to http, prom.example.net, port 9090');
		expect(container.textContent).toContain('not encrypted');
	});
});

describe('the test of a connection', () => {
	test('it names what answers and each missing right', async () => {
		const subject = form();
		subject.probe = { kind: 'answered', probe: probe() };
		const { container } = show(ProbeResult, { form: subject });

		expect(container.textContent).toContain('Prometheus 2.53.1');
		expect(container.textContent).toContain('486,210 series, 61 rule groups');
		expect(container.textContent).toContain('Units are guessed from names.');
		expect(await violations(container)).toEqual([]);
	});
});

describe('what to bring', () => {
	test('a label that runs away is unchecked and offers its sum', async () => {
		const subject = form();
		subject.scope = { kind: 'ready', rows: [scope(), scope({ key: 'http', title: phrase('http_requests'), proposed: false, runaway: phrase('label runs away: user_id'), instead: { name: 'a', expression: 'sum(b)' }, insteadSeries: 38 })] };
		subject.chosen = ['alert-rules'];
		const { container } = show(ScopePicker, { form: subject });

		expect(screen.getByRole('checkbox', { name: 'Take http_requests' })).toHaveProperty('checked', false);
		await fireEvent.click(screen.getByRole('button', { name: 'Take it summed: 38 series' }));

		expect(subject.summed).toEqual(['http']);
		expect(await violations(container)).toEqual([]);
	});
});

describe('the details of a source', () => {
	test('a capped label can be resumed', async () => {
		const props = { ...details(), row: source({ notices: [phrase('user_id was capped at 1,000 values')], capped: ['user_id'] }) };
		const { container } = show(SourceDetails, props);

		await fireEvent.click(screen.getByRole('button', { name: 'Resume user_id' }));

		expect(props.onresume).toHaveBeenCalledWith('user_id');
		expect(await violations(container)).toEqual([]);
	});

	test('a workspace that is read only keeps every change away', async () => {
		const props = { ...details(), readOnly: 'read only', row: source() };
		show(SourceDetails, props);

		await fireEvent.click(screen.getByRole('button', { name: 'Delete' }));

		expect(props.ondelete).not.toHaveBeenCalled();
	});

	test('one that has not answered for long says so, and when it is asked again', () => {
		const failed = { state: 'failed' as const, silent: 420_000, nextTry: NOW + 60_000, error: { code: 'source_timeout', fields: { limit: '30 s' } } };
		const { container } = show(SourceDetails, { ...details(), row: source({}, failed) });

		expect(container.textContent).toContain('It has not answered for 7 min');
		expect(container.textContent).toContain('It is asked again at');
		expect(container.textContent).not.toContain('It needs you');
	});

	test('a program that a workspace from elsewhere would run is shown before it is followed', async () => {
		const row = source({ following: false, followAllowed: false, draft: draft({ signIn: { kind: 'tokenCommand', command: ['get-token', '--for', 'the shop'] } }) });
		const { container } = show(SourceDetails, { ...details(), elsewhere: true, row });

		expect(container.textContent).toContain('not before you follow it: get-token --for "the shop"');
		expect(await violations(container)).toEqual([]);
	});

	test('the world of a drill is neither read, followed nor deleted', async () => {
		const { container } = show(SourceDetails, { ...details(), drilling: true, row: source({ kind: 'simulated', draft: null, canFollow: false, following: false }, { every: null }) });

		expect(container.textContent).toContain("arrives with the drill's clock");
		expect(container.textContent).not.toContain('not followed');
		expect(screen.queryAllByRole('button')).toEqual([]);
		expect(await violations(container)).toEqual([]);
	});

	test('an inventory has entities and edges, not samples, and says when it was read', () => {
		const cmdb = source({ kind: 'cmdb', series: 0, samples: 43, data: null, following: false }, { state: 'resting', until: null, answered: NOW - 120_000, every: null });
		const { container } = show(SourceDetails, { ...details(), row: cmdb });

		expect(container.textContent).toContain('It was read 2 min ago');
		expect(container.textContent).toContain('43 entities and edges');
		expect(container.textContent).not.toMatch(/sample|nothing|no rule/);
		expect(screen.getByRole('button', { name: /^Follow/ })).toBeTruthy();
	});

	test('an inventory file says that it was read whole, also where nobody noted when', () => {
		const file = source({ kind: 'inventory_file', draft: null, series: 0, samples: 1, data: null, following: false, canFollow: false }, { until: null, answered: null, every: null });
		const { container } = show(SourceDetails, { ...details(), row: file });

		expect(container.textContent).toContain('Read whole.');
		expect(container.textContent).toContain('one entity or edge');
		expect(container.textContent).not.toContain('ends');
	});

	test('what goes with an inventory is counted as what it is', () => {
		const { container } = show(DeleteDialog, { row: source({ kind: 'cmdb', samples: 43 }), ondelete: vi.fn(), onclose: vi.fn() });

		expect(container.textContent).toContain('with its 43 entities and edges');
		expect(container.textContent).not.toContain('samples');
	});

	test('it speaks Chinese', () => {
		const { container } = show(SourceDetails, { ...details(), row: source() }, 'zh-CN');

		expect(container.textContent).toContain('规则与告警');
		expect(container.textContent).not.toMatch(/source-|catalog-/);
	});
});

describe('the progress of a sync', () => {
	test('it is told as a share to a screen reader', () => {
		show(SyncFacts, { job: job() });

		expect(screen.getByRole('progressbar', { name: 'Share done' }).getAttribute('aria-valuenow')).toBe('41');
	});

	test('the rate of an inventory is that of its records', () => {
		show(RateChart, { rates: [], elapsed: 0, remaining: null, mean: 0, started: NOW, what: 'records' as const });

		expect(screen.getByRole('heading', { name: 'Records a second' })).toBeTruthy();
	});

	const group = (name: string, part: Partial<JobGroup> = {}): JobGroup => ({ name, members: 1, state: 'done', done: 12, total: 12, series: 64, samples: 92_160, samplesPerSecond: 4_608, ...part });
	const cells = () => screen.getAllByRole('row').slice(1).map((row) => [...row.children].map((cell) => cell.textContent?.trim()));

	test('each selector tells its requests, series, samples, rate and state', async () => {
		const { container } = show(GroupTable, { groups: [
			group('up'),
			group('node_load1', { state: 'partial' }),
			group('job:errors', { state: 'running', done: 3, series: 8, samples: 1200, samplesPerSecond: 60 }),
			group('http_requests_total', { state: 'waiting', done: 0, series: 0, samples: 0, samplesPerSecond: 0 }),
			group('', { members: 461, state: 'left', done: 1, total: 900 }),
		] });

		expect(screen.getByRole('table', { name: 'Groups of requests' })).toBeTruthy();
		expect(cells()).toEqual([
			['up', '12 of 12', '64', '92,160', '4,608', 'here'],
			['node_load1', '12 of 12', '64', '92,160', '4,608', 'here in part'],
			['job:errors', '3 of 12', '8', '1,200', '60', 'being asked'],
			['http_requests_total', '0 of 12', '–', '–', '–', 'not asked yet'],
			['461 further groups', '1 of 900', '64', '92,160', '4,608', 'not all was asked'],
		]);
		expect(await violations(container)).toEqual([]);
	});

	test('the groups speak Chinese, too', () => {
		show(GroupTable, { groups: [group('', { members: 3, state: 'waiting', done: 0 })] }, 'zh-CN');

		expect(cells()).toEqual([['其余 3 个分组', '0 / 12', '–', '–', '–', '尚未请求']]);
	});
});

describe('a file that is previewed', () => {
	function file(part: Parameters<typeof preview>[0] = {}): ImportFile {
		const made = new ImportFile('/home/ana/shop-latency.csv', {
			previewFile: vi.fn(() => Promise.resolve({ status: 'ok' as const, data: preview(part) })),
			importFile: vi.fn(() => new Promise<never>(() => {})), choosePath: vi.fn(() => new Promise<never>(() => {})), cancelJob: vi.fn(() => new Promise<never>(() => {})), jobs: vi.fn(() => new Promise<never>(() => {})),
		});
		made.view = { kind: 'previewed', preview: preview(part) };
		return made;
	}

	test('a column can be taken for something else', async () => {
		const subject = file();
		const { container } = show(ColumnTable, { file: subject });

		await fireEvent.change(screen.getByLabelText('Role of note'), { target: { value: 'label' } });

		expect(subject.reading?.roles).toEqual(['time', 'name', 'value', 'label']);
		expect(await violations(container)).toEqual([]);
	});

	test('the question preselects nothing and its answer is taken', async () => {
		const subject = file({ verdict: 'asking', question: { examples: ['01/11/2026;71,2'], dayFirst: phrase('1 to 12 Nov 2026'), monthFirst: phrase('11 Jan to 11 Dec 2026') } });
		const { container } = show(FileCard, { file: subject, shown: false, onshow: vi.fn(), onremove: vi.fn(), onstop: vi.fn(), localZone: 'UTC' });
		const answers = screen.getAllByRole('radio');

		expect(answers.map((answer) => (answer as HTMLInputElement).checked)).toEqual([false, false]);
		expect(await violations(container)).toEqual([]);
		await fireEvent.click(answers[0] as HTMLElement);

		expect(subject.reading?.dayFirst).toBe(true);
	});

	test('bad rows show line, column and text, and can refuse the file', async () => {
		const subject = file();
		const { container } = show(BadRows, { file: subject });

		expect(container.textContent).toContain('48,211');
		await fireEvent.click(screen.getByRole('radio', { name: 'Refuse the file' }));

		expect(subject.reading?.refuseBad).toBe(true);
		expect(await violations(container)).toEqual([]);
	});
});
