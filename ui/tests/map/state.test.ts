// What is asked of the map and the inventory, late answers, decisions and their way back, doubts as one list.
import { describe, expect, test, vi } from 'vitest';
import { copied, mark, sort, type LiveTable } from '$lib/components/table-acts';
import type { DependenciesRequest, DependencyItem, DoubtRow, DoubtsRequest, EntitiesRequest, EntityItem, InventoryFilePreview, MapRequest, MapView, Result, TopologyDecision } from '$lib/ipc/bindings';
import { decisions, dependenciesView, doubt, doubts, doubtsView, entitiesView, entity, entityDetails, inventoryFile, inventoryProbe, mapView, mappingCheck, nameHits, presets, reachView } from '$lib/ipc/fake-topology';
import { MomentChoice, momentAt } from '$lib/state/moment.svelte';
import { aliasDrafts, isTooLong, longestText, noteDrafts } from '../../src/domains/inventory/note-drafts';
import { acceptanceOf, DoubtList, entityOf, refusalOf, scoreOf, subjectOf } from '../../src/domains/inventory/doubt-list.svelte';
import { EntityView } from '../../src/domains/inventory/entity-view.svelte';
import { InventoryFile } from '../../src/domains/inventory/inventory-file.svelte';
import { DependencyList } from '../../src/domains/inventory/dependency-list.svelte';
import { everyEntity, InventoryList } from '../../src/domains/inventory/inventory-list.svelte';
import { TopologyDesk } from '../../src/domains/inventory/topology-desk.svelte';
import { NameSearch } from '$lib/state/name-search.svelte';
import { MapSheet } from '../../src/domains/map/map-sheet.svelte';
import { Reach } from '../../src/domains/map/reach-view.svelte';
import { draftOf, emptyFields, fieldsOf, problemsOf } from '../../src/domains/sources/draft';
import { SourceForm } from '../../src/domains/sources/source-form.svelte';
import { job, NOW, probe } from '../catalog/rows';

const ok = <T>(data: T): Promise<Result<T>> => Promise.resolve({ status: 'ok', data });
const bad = (code: string): Promise<Result<never>> => Promise.resolve({ status: 'error', error: { code, fields: {} } });
const range = { start: NOW - 3_600_000, end: NOW };

describe('the map', () => {
	test('asks for what is chosen, and for a side only around one', () => {
		const sheet = new MapSheet({ map: () => ok(mapView()) });
		sheet.direction = 'up';

		expect(sheet.request(range, null, 800.4, 100)).toEqual({ range, asOf: null, level: 'service', onlyFailing: false, focus: null, hops: 2, direction: 'both', width: 800, height: 240 });
		sheet.around('pg-main', 3);
		expect(sheet.request(range, 5, 800, 600)).toMatchObject({ focus: 'pg-main', hops: 3, direction: 'up', asOf: 5 });
	});

	test('an answer to what is no longer asked is dropped', async () => {
		const waiting: ((map: MapView) => void)[] = [];
		const sheet = new MapSheet({ map: () => new Promise((done) => waiting.push((map) => done({ status: 'ok', data: map }))) });
		const request: MapRequest = sheet.request(range, null, 800, 600);
		const [first, second] = [sheet.load(request), sheet.load({ ...request, onlyFailing: true })];

		waiting[1]?.(mapView({}, 0));
		await second;
		waiting[0]?.(mapView({}, 2005));
		await first;

		expect(sheet.map?.groups).toEqual([]);
	});

	test('the keyboard leaves a node that is gone', async () => {
		const sheet = new MapSheet({ map: () => ok({ ...mapView(), nodes: mapView().nodes.slice(1) }) });
		sheet.at = 'pg-main';
		await sheet.load(sheet.request(range, null, 800, 600));

		expect(sheet.at).toBeNull();
	});

	test('a failure says why and keeps no picture that would be taken for the answer', async () => {
		const sheet = new MapSheet({ map: () => bad('no_such_entity') });
		await sheet.load(sheet.request(range, null, 800, 600));

		expect(sheet.view).toMatchObject({ kind: 'failed', error: { code: 'no_such_entity' } });
		expect(sheet.map).toBeNull();
	});

	test('a moment is a point in time, and now is what is known', () => {
		expect(momentAt('now', range, NOW, 7)).toBeNull();
		expect(momentAt('rangeStart', range, NOW, 7)).toBe(range.start);
		expect(momentAt('week', range, NOW, 7)).toBe(NOW - 7 * 86_400_000);
		expect(momentAt('rangeStart', null, NOW, 7)).toBeNull();
		expect(momentAt('typed', range, NOW, 7)).toBe(7);
		expect(momentAt('typed', range, NOW, null)).toBeNull();
	});
});

describe('a choice of a moment', () => {
	test('takes one that is typed, and keeps it where the next one cannot be read', async () => {
		const choice = new MomentChoice({ parseTime: (text) => (text === 'soon' ? bad('time_expression') : ok({ start: 1_000, end: 2_000 })) });
		choice.chosen = 'typed';

		expect(choice.at(range, NOW)).toBeNull();
		expect(await choice.take('1970-01-01', NOW)).toBeNull();
		expect((await choice.take('soon', NOW))?.code).toBe('time_expression');
		expect(choice.at(range, NOW)).toBe(1_000);
	});
});

describe('reach', () => {
	test('knows whom it means, with the one it begins at', async () => {
		const reach = new Reach({ reach: ({ name }) => ok(reachView(name)), paths: () => bad('internal'), singlePoints: () => bad('internal') });
		await reach.load('pg-main', null);

		expect([...reach.names].sort()).toEqual(['checkout', 'orders', 'pg-main', 'pgbouncer']);
		await reach.path('a', 'b', null);
		expect(reach.ways.kind).toBe('failed');
		await reach.loadSingles(null);
		expect(reach.singles).toBeNull();
	});

	test('shows no answer to the other side while it waits, but keeps one that is asked for again', async () => {
		const waiting: (() => void)[] = [];
		const reach = new Reach({ reach: ({ name }) => new Promise((done) => waiting.push(() => done({ status: 'ok', data: reachView(name) }))), paths: () => bad('internal'), singlePoints: () => bad('internal') });
		const load = async (asOf: number | null = null): Promise<void> => {
			const loading = reach.load('pg-main', asOf);
			waiting.at(-1)?.();
			await loading;
		};
		await load();

		const again = reach.load('pg-main', null);
		expect(reach.view.kind).toBe('ready');
		waiting.at(-1)?.();
		await again;
		reach.direction = 'up';
		const other = reach.load('pg-main', null);
		expect(reach.view.kind).toBe('loading');
		waiting.at(-1)?.();
		await other;
		expect(reach.view.kind).toBe('ready');
		void reach.load('pg-main', NOW);
		expect(reach.view.kind).toBe('loading');
	});
});

describe('an entity', () => {
	test('that was left before its answer came is not shown', async () => {
		const waiting: (() => void)[] = [];
		const view = new EntityView({ entity: (name) => new Promise((done) => waiting.push(() => done({ status: 'ok', data: entityDetails(name) }))) });
		const [first, second] = [view.load('orders', range, null), view.load('pg-main', range, null)];
		waiting[1]?.();
		waiting[0]?.();
		await Promise.all([first, second]);

		expect(view.details?.item.name).toBe('pg-main');
		await view.load(null, range, null);
		expect(view.view.kind).toBe('none');
	});
});

describe('the inventory', () => {
	const many = Array.from({ length: 2000 }, (_, i) => entity(`app-${i}`, 'host', { team: i % 2 === 0 ? 'even' : 'odd' }));
	const list = (asked: EntitiesRequest[] = []) => new InventoryList({ entities: (request) => { asked.push(request); return ok(entitiesView(request, many)); }, saveFilter: () => ok(null), deleteFilter: () => ok(null) });
	/** A table on the list, as the window has it. */
	const live = (of: InventoryList): LiveTable<EntityItem> => ({ get rows() { return of.rows; }, columns: [{ key: 'name', label: 'Name', width: '1fr' }], at: 0, marks: of.marks, order: of.order, beyond: of.beyond, id: (row) => row.name, text: (row) => row.name });
	const here = (of: InventoryList) => of.rows.filter((row) => row !== undefined).length;

	test('is as long as it is, and only what was in sight is here', async () => {
		const asked: EntitiesRequest[] = [];
		const made = list(asked);
		await made.load();
		expect([made.rows.length, here(made), made.rows[99]?.name, made.rows[100]]).toEqual([2000, 100, 'app-99', undefined]);

		made.pages.see(1490, 1530);
		await vi.waitFor(() => expect(made.rows[1530]?.name).toBe('app-1530'));
		expect([here(made), made.rows[700]]).toEqual([300, undefined]);
		made.pages.see(1495, 1535);
		expect(asked.length).toBe(3);
	});

	test('is read again where it is looked at, and a shorter one from its end', async () => {
		const asked: EntitiesRequest[] = [];
		const made = list(asked);
		await made.load();
		made.pages.see(1950, 1990);
		await vi.waitFor(() => expect(made.rows[1990]).toBeDefined());
		await made.load();
		expect([asked.at(-1)?.offset, made.rows[1990]?.name, made.rows[0]]).toEqual([2000, 'app-1990', undefined]);

		made.filter = 'odd';
		expect(made.fresh).toBe(false);
		await made.load();
		await vi.waitFor(() => expect(made.rows.at(-1)?.name).toBe('app-1999'));
		expect([made.rows.length, made.fresh]).toEqual([1000, true]);
	});

	test('an answer to a filter that was typed over is dropped', async () => {
		const waiting: (() => void)[] = [];
		const made = new InventoryList({ entities: (request) => new Promise((done) => waiting.push(() => done({ status: 'ok', data: entitiesView(request, many) }))), saveFilter: () => ok(null), deleteFilter: () => ok(null) });
		made.filter = 'odd';
		const first = made.load();
		made.filter = 'app-7';
		const second = made.load();
		waiting[1]?.();
		await second;
		waiting[0]?.();
		await first;

		expect(made.rows.length).toBe(entitiesView({ ...everyEntity, text: 'app-7' }, many).total);
	});

	test('rows are marked, copied and noted on over the whole list, not only what is here', async () => {
		const made = list();
		await made.load();
		const table = live(made);
		mark(table, 3, 'row');
		mark(table, 1202, 'upToHere');
		await vi.waitFor(() => expect(made.marks.ids.length).toBe(1200));
		made.filter = 'odd';
		await made.load();

		const rows = await copied(table);
		expect([rows?.count, rows?.text.split('\n').slice(0, 3)]).toEqual([600, ['Name', 'app-3', 'app-5']]);
		expect((await made.marked()).rows.length).toBe(1200);
		made.marks.clear();
		table.at = 5;
		expect(await copied(table)).toEqual({ text: 'Name\napp-11\n', count: 1 });
	});

	test('the keyboard stays on its row in another order, wherever that row goes', async () => {
		const made = list();
		await made.load();
		const table = live(made);
		table.at = 7;
		sort(table, (order) => order.choose('name'));
		sort(table, (order) => order.choose('name'));

		await vi.waitFor(() => expect(table.at).toBe(1992));
		expect(made.wish).toMatchObject({ column: 'name', direction: 'falling' });
		expect(await made.place('app-1')).toBe(1998);
		expect(await made.place('nothing')).toBe(-1);
	});

	test('letters find a few names, late answers are dropped, and none means nothing', async () => {
		const waiting = new Map<string, () => void>();
		const search = new NameSearch((text) => new Promise((done) => waiting.set(text, () => done(nameHits(text)))), 'che');
		const first = search.look();
		search.text = ' checkout ';
		const second = search.look();
		waiting.get('checkout')?.();
		expect(await second).toBe('checkout');
		waiting.get('che')?.();
		await first;
		expect([search.known, search.offered, search.unknown]).toEqual(['checkout', [], false]);

		search.text = 'app-1';
		const third = search.look();
		expect([search.known, search.unknown]).toEqual([null, false]);
		waiting.get('app-1')?.();
		await third;
		search.text = 'app-';
		const fourth = search.look();
		waiting.get('app-')?.();
		await fourth;
		expect([search.known, search.unknown, search.offered.length]).toEqual([null, true, 6]);
	});

	test('a note on several loses none that is there unless it is to be replaced', () => {
		const there = new Map([['a', 'old'], ['b', '']]);

		expect(noteDrafts(['a', 'b', 'c'], there, ' new ', 'append')).toEqual([{ kind: 'note', names: ['b', 'c'], text: 'new' }, { kind: 'note', names: ['a'], text: 'old\nnew' }]);
		expect(noteDrafts(['a', 'b'], there, 'new', 'replace')).toEqual([{ kind: 'note', names: ['a', 'b'], text: 'new' }]);
		expect(noteDrafts(['a'], there, '  ', 'replace')).toEqual([]);
		// What it goes below counts.
		expect(noteDrafts(['a', 'b'], there, '字'.repeat(longestText), 'append').map(isTooLong)).toEqual([false, true]);
	});

	test('further names are read line by line, and a line that names nothing marked is told', () => {
		expect(aliasDrafts(['a', 'b'], 'a, x\n\nb, \nb; y; z')).toEqual({ drafts: [{ kind: 'alias', name: 'a', alias: 'x' }, { kind: 'alias', name: 'b', alias: 'y' }, { kind: 'alias', name: 'b', alias: 'z' }], bad: null });
		expect(aliasDrafts(['a'], 'a, x\nc, y').bad).toBe(2);
	});

	test('its edges are chosen by state or by hand, and found again by their ends', async () => {
		const asked: DependenciesRequest[] = [];
		const made = new DependencyList({ dependencies: (request) => { asked.push(request); return ok(dependenciesView(request)); } });
		const { beyond } = made;
		made.choice = 'stale';
		await made.load();
		expect([made.rows.map((edge) => edge?.to), made.known?.of, made.fresh]).toEqual([['order-events'], 8, true]);

		made.choice = 'all';
		made.order.choose('to');
		await made.load();
		const ids = await beyond.ids(1, 2);
		expect(asked.at(-1)).toMatchObject({ choice: 'all', column: 'to', direction: 'rising' });
		expect(await beyond.place(ids[1] ?? '')).toBe(2);
		expect((await beyond.rows(ids)).rows.map((edge: DependencyItem) => edge.to)).toEqual(made.rows.slice(1, 3).map((edge) => edge?.to));
	});

	test('a filter is kept with its words and the list is read again', async () => {
		const entities = vi.fn((request: EntitiesRequest) => ok(entitiesView(request)));
		const saveFilter = vi.fn(() => ok(null));
		const list = new InventoryList({ entities, saveFilter, deleteFilter: () => bad('read_only') });
		list.filter = ' data tier-1 ';

		expect(await list.save('Data')).toBeNull();
		expect(saveFilter).toHaveBeenCalledWith({ name: 'Data', text: 'data tier-1' }, false);
		expect(entities).toHaveBeenCalledTimes(1);
		expect(await list.forget('Data')).toMatchObject({ code: 'read_only' });
	});
});

describe('doubts', () => {
	/** So many orphans behind everything else. */
	const many = (n: number): DoubtRow[] => [...doubts, ...Array.from({ length: n }, (_, at) => doubt('orphan', { name: `spare-${at}`, kind: 'host', source: 'NetBox', series: 0, age: null, advice: { key: 'orphan-unmeasured', values: {} } }, `spare-${at}`))];
	const asking = (rows: readonly DoubtRow[] = doubts) => {
		const asked: DoubtsRequest[] = [];
		return { asked, list: new DoubtList({ doubts: (request) => { asked.push(request); return ok(doubtsView(request, rows)); } }) };
	};

	test('say what they are about, how sure a proposal is, and where they lead', () => {
		expect(doubts[0]?.doubt.kind).toBe('held');
		expect(new Set(doubts.map((row) => row.id)).size).toBe(doubts.length);
		expect(doubts.map((row) => subjectOf(row.doubt)).every((subject) => subject !== '')).toBe(true);
		expect(doubts.filter(({ doubt: { kind } }) => kind !== 'held' && kind !== 'kept').every((row) => entityOf(row.doubt) !== null)).toBe(true);
		expect(scoreOf(doubts[1]!.doubt)).toBe(0.98);
	});

	test('have an answer for and against where one is plain', () => {
		const answers = Object.fromEntries(doubts.map(({ doubt }) => [doubt.kind, [acceptanceOf(doubt)?.kind ?? null, refusalOf(doubt)?.kind ?? null]]));

		expect(answers).toEqual({ held: [null, null], kept: [null, null], duplicate: ['merge', 'keepApart'], conflict: [null, null], edge: ['confirmEdge', 'removeEdge'], dangling: ['alias', 'dismiss'], orphan: [null, 'dismiss'], unowned: ['own', 'dismiss'] });
	});

	test('are counted by kind and narrowed to one', async () => {
		const { asked, list } = asking();
		await list.load();
		expect([list.count('all'), list.fresh]).toEqual([doubts.length, true]);
		list.chosen = 'edge';
		list.order.choose('sure');
		expect(list.fresh).toBe(false);
		await list.load(17);

		expect(asked.at(-1)).toMatchObject({ choice: 'edge', column: 'sure', direction: 'rising', asOf: 17 });
		expect(list.rows.length).toBe(list.count('edge'));
		expect(list.count('all')).toBe(doubts.length);
	});

	test('twenty thousand are a list of that length, of which only what is in sight is read', async () => {
		const { asked, list } = asking(many(20_000));
		await list.load();
		list.pages.see(15_040, 15_060);
		await vi.waitFor(() => expect(list.rows[15_050]).toBeDefined());

		expect([list.rows.length, list.count('all'), asked.length]).toEqual([doubts.length + 20_000, doubts.length + 20_000, 2]);
		expect(list.rows.filter((row) => row !== undefined).length).toBe(200);
		expect(await list.beyond.place('orphan\u0000spare-19999')).toBe(doubts.length + 19_999);
	});

	test('many that are marked are all read, and few by their names', async () => {
		const { asked, list } = asking(many(250));
		await list.load();
		const ids = await list.beyond.ids(0, list.rows.length - 1);
		const few = await list.beyond.rows(ids.slice(3, 5));
		const all = await list.beyond.rows(ids);

		expect([few.missed, all.missed]).toEqual([null, null]);
		expect(few.rows.map((row) => row.id)).toEqual(ids.slice(3, 5));
		expect(all.rows.map((row) => row.id)).toEqual(ids);
		expect(asked.every((request) => request.limit <= 100 && request.only.length <= 100)).toBe(true);
	});
});

describe('decisions', () => {
	function desk(part: Record<string, unknown> = {}) {
		const commands = { decideTopology: vi.fn((draft: TopologyDecision) => ok(draft.kind === 'merge' ? 8 : 9)), topologyDecisions: vi.fn(() => ok(decisions())), undoTopologyDecision: vi.fn(() => ok(null)), releaseHeldBack: vi.fn(() => ok(null)), ...part };
		const done = vi.fn();
		const failed = vi.fn();
		const app = { commands, done, words: { phrase: (sentence: { key: string }) => sentence.key, t: (key: string) => key }, run: async <T,>(command: Promise<Result<T>>) => { const answer = await command; if (answer.status === 'error') failed(answer.error.code); return answer.status === 'ok' ? answer.data : null; } };
		return { made: new TopologyDesk(app as never), commands, done, failed };
	}

	test('are kept, told in their own words, and offered to be taken back', async () => {
		const { made, done, commands } = desk();

		expect(await made.decide({ kind: 'merge', names: ['a', 'b'] })).toBe(true);

		expect(done.mock.calls[0]?.[0]).toBe('Decided: one thing.');
		(done.mock.calls[0]?.[1] as { run: () => void }).run();
		await vi.waitFor(() => expect(commands.undoTopologyDecision).toHaveBeenCalledWith(8));
	});

	test('the last one that stands is taken back, not one that was taken back already', async () => {
		const { made, commands } = desk({ topologyDecisions: vi.fn(() => ok([{ ...decisions()[0]!, undone: true }, { ...decisions()[1]!, undone: false }])) });

		expect(await made.undoLast()).toBe(true);
		expect(commands.undoTopologyDecision).toHaveBeenCalledWith(7);
	});

	test('without one there is nothing to take back', async () => {
		const { made, commands } = desk({ topologyDecisions: vi.fn(() => ok([])) });

		expect(await made.undoLast()).toBe(false);
		expect(commands.undoTopologyDecision).not.toHaveBeenCalled();
	});

	test('a failure is told and changes nothing', async () => {
		const { made, done, failed } = desk({ decideTopology: vi.fn(() => bad('read_only')) });

		expect(await made.decide({ kind: 'removeEdge', from: 'a', to: 'b' })).toBe(false);
		expect(failed).toHaveBeenCalledWith('read_only');
		expect(done).not.toHaveBeenCalled();
	});
});

describe('an inventory as a source', () => {
	function api(part: Record<string, unknown> = {}) {
		const never = vi.fn(() => new Promise<never>(() => {}));
		return { sources: never, probeSource: vi.fn(() => ok(probe({ inventory: inventoryProbe() }))), suggestScope: never, planSync: never, saveSource: vi.fn(() => ok(7)), deleteSource: never, pauseSource: never, follow: vi.fn(() => ok(null)), resumeLabel: never, sync: vi.fn(() => ok(job())), cancelJob: never, jobs: never, parseTime: never, choosePath: never, cmdbPresets: vi.fn(() => ok(presets())), checkMapping: vi.fn((text: string) => ok(mappingCheck(text))), ...part };
	}
	async function form(part: Record<string, unknown> = {}) {
		const commands = api(part);
		const made = new SourceForm(commands, () => NOW);
		made.setKind('cmdb');
		await vi.waitFor(() => expect(made.mappingCheck).not.toBeNull());
		[made.fields.name, made.fields.url] = ['NetBox', 'https://netbox.example.net'];
		return { made, commands };
	}

	test('begins with the first preset and its mapping, and is read every quarter of an hour', async () => {
		const { made } = await form();

		expect([made.fields.preset, made.fields.followSeconds, made.bringsNothing]).toEqual(['netbox', '900', false]);
		expect(made.draft().inventory).toEqual({ preset: 'netbox', mapping: '' });
		made.setKind('prometheus');
		expect(made.fields.followSeconds).toBe('15');
		expect(made.draft().inventory).toBeNull();
	});

	test('a mapping that cannot be read stands in the way, with its line', async () => {
		const { made } = await form();
		made.writeMapping('[[class]]\nname "devices"\n');
		await made.checkMapping();

		expect(made.mappingCheck).toMatchObject({ ok: false, line: 2, column: 1 });
		expect(made.bringsNothing).toBe(true);
		made.writeMapping(made.preset?.mapping ?? '');
		expect(made.fields.inventoryMapping).toBe('');
	});

	test('an own mapping begins with the one on screen', async () => {
		const { made } = await form();
		const shown = made.mappingText;
		await made.choosePreset('own');

		expect(made.draft().inventory).toEqual({ preset: 'own', mapping: shown });
		await made.choosePreset('backstage');
		expect(made.draft().inventory).toEqual({ preset: 'backstage', mapping: '' });
	});

	test('is tested without being asked for series, and synced as a whole', async () => {
		const { made, commands } = await form();
		await made.test();
		await made.saveAndSync();

		expect(made.inventoryProbe?.product).toBe('NetBox');
		expect(commands.suggestScope).not.toHaveBeenCalled();
		expect(commands.sync).toHaveBeenCalledWith({ source: 7, range: null });
	});

	test('editing and storing again changes nothing', () => {
		const fields = { ...emptyFields(), kind: 'cmdb' as const, name: 'NetBox', url: 'https://netbox.example.net', preset: 'own', inventoryMapping: 'a = 1' };
		const stored = draftOf(fields, [], []);

		expect(draftOf(fieldsOf(stored), [], [])).toEqual(stored);
		expect(problemsOf({ ...fields, inventoryMapping: ' ' })).toEqual(['preset']);
	});
});

describe('an inventory file', () => {
	test('is shown before it is stored, and a file named since wins', async () => {
		const waiting = new Map<string, (preview: InventoryFilePreview) => void>();
		const importInventory = vi.fn(() => ok({ source: 3, fresh: 60, changed: 5, same: 2, gone: 0, bad: 0 }));
		const file = new InventoryFile({ previewInventory: (path) => new Promise((done) => waiting.set(path, (data) => done({ status: 'ok', data }))), importInventory });
		await file.store();
		expect(importInventory).not.toHaveBeenCalled();
		const [first, second] = [file.look('old.csv'), file.look('edges.csv')];
		waiting.get('edges.csv')?.(inventoryFile('edges.csv'));
		waiting.get('old.csv')?.(inventoryFile('old.csv'));
		await Promise.all([first, second]);

		expect(file.preview?.path).toBe('edges.csv');
		await file.store();
		expect(importInventory).toHaveBeenCalledWith('edges.csv', null);
		expect(file.view.kind).toBe('stored');
	});
});
