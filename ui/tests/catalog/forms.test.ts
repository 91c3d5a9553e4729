// A connection while it is written, and the files of an import, without a screen.
import { describe, expect, test, vi } from 'vitest';
import type { Result } from '$lib/ipc/bindings';
import { mappingCheck, presets } from '$lib/ipc/fake-topology';
import { draftOf, emptyFields, fieldsOf, joinCommand, problemsOf, splitCommand } from '../../src/domains/sources/draft';
import { SourceForm } from '../../src/domains/sources/source-form.svelte';
import { SourceList } from '../../src/domains/sources/source-list.svelte';
import { ImportBatch } from '../../src/domains/import/import-batch.svelte';
import { SyncWatch } from '../../src/domains/sources/sync-watch.svelte';
import { NOW, draft, job, preview, probe, scope, source } from './rows';

const ok = <T>(data: T): Promise<Result<T>> => Promise.resolve({ status: 'ok', data });
const bad = (code: string): Promise<Result<never>> => Promise.resolve({ status: 'error', error: { code, fields: {} } });

function sourcesApi() {
	return {
		sources: vi.fn(() => ok([source()])),
		probeSource: vi.fn(() => ok(probe())),
		suggestScope: vi.fn(() => ok([scope(), scope({ key: 'http', proposed: false, series: 212_438, instead: { name: 'http:sum', expression: 'sum(http_requests_total)' }, insteadSeries: 38 })])),
		planSync: vi.fn(() => ok({ series: 40, samples: 400_000, bytes: 600_000, requests: 9, takes: 27_000, notices: [] })),
		saveSource: vi.fn(() => ok(7)),
		deleteSource: vi.fn(() => ok(null)),
		pauseSource: vi.fn(() => ok(null)),
		follow: vi.fn(() => ok(null)),
		resumeLabel: vi.fn(() => ok(null)),
		sync: vi.fn(() => ok(job())),
		cancelJob: vi.fn(() => ok(true)),
		jobs: vi.fn(() => ok([])),
		parseTime: vi.fn(() => ok({ start: NOW - 1000, end: NOW })),
		choosePath: vi.fn(() => ok([])),
		cmdbPresets: vi.fn(() => ok(presets())),
		checkMapping: vi.fn((text: string) => ok(mappingCheck(text))),
	};
}

describe('the draft of a connection', () => {
	test('editing and storing again changes nothing', () => {
		const stored = draft({ signIn: { kind: 'tokenCommand', command: ['vault', 'read', 'a b'] }, retention: 30 * 86_400_000, maxBytes: 1_048_576, caPath: '/ca.pem' });

		expect(draftOf(fieldsOf(stored), stored.selectors, stored.expressions)).toEqual(stored);
	});

	test('quotes keep the blanks of an argument together', () => {
		expect(splitCommand(`vault read -field=token "secret/my app" 'x y'`)).toEqual(['vault', 'read', '-field=token', 'secret/my app', 'x y']);
		expect(splitCommand(`get --for="the 'shop'" "" an 'open quote`)).toEqual(['get', "--for=the 'shop'", '', 'an', 'open quote']);
		const awkward = ['get', "the 'shop'", 'say "hi"', '', 'a\'b"c'];
		expect(splitCommand(joinCommand(awkward))).toEqual(awkward);
	});

	test('a header without a colon and an address without a scheme are named', () => {
		const fields = { ...emptyFields(), name: 'a', url: 'prom.example.net:9090', headers: ['X-Scope-OrgID'] };

		expect(problemsOf(fields)).toEqual(['url', 'headers']);
	});

	test('an untouched secret leaves the stored one', () => {
		expect(draftOf(fieldsOf(draft()), [], []).secret).toBeNull();
	});
});

describe('a source while it is written', () => {
	test('the test of the connection brings the proposals and chooses what is proposed', async () => {
		const form = new SourceForm(sourcesApi(), () => NOW);

		await form.test();

		expect(form.probe.kind).toBe('answered');
		expect(form.chosen).toEqual(['alert-rules']);
		expect(form.cost).toMatchObject({ series: 612, requests: 104 });
	});

	test('without a name the test takes that of the host, and a name that was given stays', async () => {
		const form = new SourceForm(sourcesApi(), () => NOW);
		expect(form.untestable).toBe('url');
		form.fields.url = 'http://prom.example.net:9090/prometheus';
		expect([form.untestable, form.obstacle]).toEqual([null, 'name']);

		await form.test();
		expect(form.fields.name).toBe('prom.example.net:9090');
		expect(form.obstacle).toBeNull();
		form.fields.name = 'prom-eu-1';
		await form.test();

		expect(form.fields.name).toBe('prom-eu-1');
	});

	test('the sum replaces the label that runs away', async () => {
		const form = new SourceForm(sourcesApi(), () => NOW);
		await form.test();

		form.toggleSum('http');

		expect(form.brought).toEqual([{ name: 'http:sum', expression: 'sum(http_requests_total)' }]);
		expect(form.cost.series).toBe(650);
		expect(form.needsPlan).toBe(true);
	});

	test('what two proposals and a matcher bring is asked for once', async () => {
		const rows = [scope({ selectors: ['up'] }), scope({ key: 'targets', selectors: ['up', 'scrape_duration_seconds'] })];
		const form = new SourceForm({ ...sourcesApi(), suggestScope: vi.fn(() => ok(rows)) }, () => NOW);
		await form.test();

		form.matchers = 'up\nload';

		expect(form.selectors).toEqual(['up', 'scrape_duration_seconds', 'load']);
	});

	test('an answer to settings that have changed since is not shown', async () => {
		const form = new SourceForm(sourcesApi(), () => NOW);

		const asked = form.test();
		form.settingsChanged();
		await asked;

		expect(form.probe.kind).toBe('untried');
	});

	test('a sync stores first, then asks, then follows', async () => {
		const api = sourcesApi();
		const form = new SourceForm(api, () => NOW);
		form.takeDays(1);

		const begun = await form.saveAndSync();

		expect(begun?.id).toBe(1);
		expect(api.sync).toHaveBeenCalledWith({ source: 7, range: { start: NOW - 86_400_000, end: NOW } });
		expect(api.follow).toHaveBeenCalledWith(7, true);
	});

	test('a connection that cannot be stored is not synced', async () => {
		const api = { ...sourcesApi(), saveSource: vi.fn(() => bad('read_only')) };
		const form = new SourceForm(api, () => NOW);

		expect(await form.saveAndSync()).toBeNull();
		expect(form.problem?.code).toBe('read_only');
		expect(api.sync).not.toHaveBeenCalled();
	});
});

describe('the list of sources', () => {
	test('a failed action stays beside its source', async () => {
		const list = new SourceList({ ...sourcesApi(), sync: vi.fn(() => bad('source_denied')) });
		await list.load();

		expect(await list.sync(1)).toBeNull();

		expect(list.problem).toEqual({ id: 1, error: { code: 'source_denied', fields: {} } });
		expect(list.selected?.health.id).toBe(1);
	});

	test('limits are stored with the whole connection and without its secret', async () => {
		const api = sourcesApi();
		const list = new SourceList(api);
		await list.load();

		await list.keep(source(), { retention: 86_400_000, maxBytes: null });

		expect(api.saveSource).toHaveBeenCalledWith({ ...draft(), retention: 86_400_000, secret: null });
	});
});

describe('a sync that is watched', () => {
	test('the rate is taken from the samples between two answers', () => {
		const watch = new SyncWatch(sourcesApi(), 1);

		watch.progressed(job({ samples: 0, elapsed: 0 }));
		watch.progressed(job({ samples: 10_000, elapsed: 1000 }));
		watch.progressed(job({ samples: 30_000, elapsed: 2000 }));

		expect(watch.rates.map((point) => point.perSecond)).toEqual([10_000, 20_000]);
	});
});

describe('the files of an import', () => {
	function importApi() {
		return {
			previewFile: vi.fn((path: string) => ok(path.endsWith('.csv') ? preview({ path }) : preview({ path, name: 'q3.xlsx', verdict: 'refused', reading: null, columns: [], refusal: { code: 'format_unknown', fields: {} } }))),
			importFile: vi.fn(() => ok(job({ id: 5, kind: 'import', source: null }))),
			choosePath: vi.fn(() => ok([])),
			cancelJob: vi.fn(() => ok(true)),
			jobs: vi.fn(() => ok([])),
		};
	}

	test('a refused file does not hold back a ready one', async () => {
		const api = importApi();
		const batch = new ImportBatch(api);

		await batch.add(['/a.csv', '/q3.xlsx', '/a.csv']);
		await batch.store();

		expect(batch.files).toHaveLength(2);
		expect(api.importFile).toHaveBeenCalledTimes(1);
		expect(batch.count('refused')).toBe(1);
	});

	test('a file that is refused alone is the one that is shown, and gives way to one that can be read', async () => {
		const batch = new ImportBatch(importApi());

		await batch.add(['/q3.xlsx']);
		expect(batch.selected?.path).toBe('/q3.xlsx');

		await batch.add(['/a.csv']);
		expect(batch.selected?.path).toBe('/a.csv');
	});

	test('a changed role is previewed again and imported so', async () => {
		const api = importApi();
		const batch = new ImportBatch(api);
		await batch.add(['/a.csv']);
		const file = batch.files[0];

		await file?.setRole(3, 'label');
		await batch.store();

		const reading = { layout: 'long', roles: ['time', 'name', 'value', 'label'], dayFirst: null, zone: null, refuseBad: false };
		expect(api.previewFile).toHaveBeenLastCalledWith('/a.csv', reading);
		expect(api.importFile).toHaveBeenCalledWith({ path: '/a.csv', reading, sourceName: 'a.csv' });
	});

	test('a failed job gives the file back with its reason', async () => {
		const batch = new ImportBatch(importApi());
		await batch.add(['/a.csv']);
		await batch.store();

		batch.progressed(job({ id: 5, kind: 'import', source: null, state: { kind: 'failed', error: { code: 'workspace_full', fields: {} } } }));

		expect(batch.files[0]?.standing).toBe('ready');
		expect(batch.files[0]?.problem?.code).toBe('workspace_full');
	});
});
