// The tabs of the catalog that stand on the map, a CMDB as a source, and files of an inventory, on a made-up core.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { DoubtsRequest, EntitiesRequest } from '$lib/ipc/bindings';
import { doubt, doubtsView, entitiesView, inventoryFile, inventoryProbe } from '$lib/ipc/fake-topology';
import { preview, probe } from '../catalog/rows';
import { heading, leaveNothing, openWindow, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const press = (key: string, more: Record<string, unknown> = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
const details = () => screen.getByRole('complementary', { name: 'Details of the entity' });

/** Goes to a screen of the rail. A busy machine may be too slow for two keys in a row, so it is pressed. */
async function go(name: string): Promise<void> {
	await fireEvent.click(await screen.findByRole('button', { name }));
}

describe('the catalog', () => {
	async function catalog(tab: string, special?: Special) {
		const opened = openWindow(special);
		await go('Catalog');
		await waitFor(() => screen.getByRole('tab', { name: /Doubts/ }));
		await press(tab, { ctrlKey: true });
		return opened;
	}

	test('entities are marked, and a note is written on all of them', async () => {
		const { last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });
		await press('x');
		await press('j');
		await press('x');
		await screen.findByText('2 are marked');

		await press('w');
		const dialog = await screen.findByRole('dialog');
		await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Note' }), { target: { value: 'moves on Friday' } });
		await fireEvent.click(within(dialog).getByRole('button', { name: 'Keep it' }));

		await waitFor(() => expect(last('decide_topology')?.['draft']).toMatchObject({ kind: 'note', text: 'moves on Friday', names: [expect.any(String), expect.any(String)] }));
	});

	test('entities that are marked get further names line by line, and a note that is there stays', async () => {
		const { calls } = await catalog('2', (command, args) => {
			if (command !== 'entities') return undefined;
			const view = entitiesView(args['request'] as EntitiesRequest);
			return { ...view, rows: view.rows.map((entity) => ({ ...entity, note: 'restarts slowly' })) };
		});
		await screen.findByRole('grid', { name: 'Entities' });
		await press('x');
		await press('j');
		await press('x');
		await press('w');
		const dialog = await screen.findByRole('dialog');
		await within(dialog).findByText('2 of them have a note already.', { selector: 'p' });
		const names = within(dialog).getByRole('textbox', { name: 'Further names, one entity a line' }) as HTMLTextAreaElement;
		const [first = ''] = names.value.split(',');
		await fireEvent.input(names, { target: { value: `${first}, further-name\nnobody, x` } });
		expect(within(dialog).getByText('Line 2 does not begin with one of the marked names.')).toBeTruthy();
		await fireEvent.input(names, { target: { value: `${first}, further-name` } });
		await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Note' }), { target: { value: 'moves on Friday' } });
		expect(await violations()).toEqual([]);
		await fireEvent.click(within(dialog).getByRole('button', { name: 'Keep it' }));

		const drafts = () => calls.filter((call) => call.command === 'decide_topology').map((call) => call.args['draft']);
		await waitFor(() => expect(drafts().length).toBe(3));
		expect(drafts()).toContainEqual({ kind: 'alias', name: first, alias: 'further-name' });
		expect(drafts()).toContainEqual({ kind: 'note', names: [first], text: 'restarts slowly\nmoves on Friday' });
	});

	test('a note that is longer than is kept is refused while it can be read', async () => {
		const { calls } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });
		await press('w');
		const dialog = await screen.findByRole('dialog');

		await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Note' }), { target: { value: 'x'.repeat(2001) } });
		await within(dialog).findByText('The text is empty, or longer than 2000 characters.');
		await fireEvent.click(within(dialog).getByRole('button', { name: 'Keep it' }));

		expect(calls.some((call) => call.command === 'decide_topology')).toBe(false);
	});

	test('a filter is kept and used again', async () => {
		const { last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });
		await fireEvent.input(screen.getByRole('searchbox', { name: 'Filter entities' }), { target: { value: 'queue' } });
		await fireEvent.click(await screen.findByRole('button', { name: 'Keep this filter' }));
		await fireEvent.input(screen.getByRole('textbox', { name: 'Name of the filter' }), { target: { value: 'Queues' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Keep' }));

		await waitFor(() => expect(last('save_filter')?.['filter']).toEqual({ name: 'Queues', text: 'queue' }));
		await fireEvent.click(screen.getByRole('button', { name: 'Data' }));
		await waitFor(() => expect((screen.getByRole('searchbox', { name: 'Filter entities' }) as HTMLInputElement).value).toBe('data'));
	});

	test('a filter takes the name of another one only when that is chosen', async () => {
		const { calls, last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });
		await fireEvent.input(screen.getByRole('searchbox', { name: 'Filter entities' }), { target: { value: 'queue' } });
		await fireEvent.click(await screen.findByRole('button', { name: 'Keep this filter' }));
		const name = screen.getByRole('textbox', { name: 'Name of the filter' });
		const asked = 'Data is kept already, for “data”. Replace it, or type another name.';

		// By the keyboard, which stays where another name is typed; a second press is no choice.
		await fireEvent.input(name, { target: { value: ' Data ' } });
		await fireEvent.keyDown(name, { key: 'Enter' });
		await screen.findByText(asked);
		await fireEvent.keyDown(name, { key: 'Enter' });
		expect(document.activeElement).toBe(name);
		expect(await violations()).toEqual([]);
		await fireEvent.input(name, { target: { value: 'Data 2' } });
		await waitFor(() => expect(screen.queryByText(asked)).toBeNull());
		expect(calls.some((call) => call.command === 'save_filter')).toBe(false);

		// By the mouse, and in other letters of the same name.
		await fireEvent.input(name, { target: { value: 'ＤＡＴＡ' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Keep' }));
		await screen.findByText(asked);
		expect(calls.some((call) => call.command === 'save_filter')).toBe(false);
		await fireEvent.input(name, { target: { value: 'Data' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Keep' }));
		await screen.findByText(asked);
		await fireEvent.click(screen.getByRole('button', { name: 'Replace it' }));
		await waitFor(() => expect(last('save_filter')).toEqual({ filter: { name: 'Data', text: 'queue' }, replace: true }));
	});

	test('whoever keeps a filter names it at once, and Esc leaves it', async () => {
		await catalog('2');
		const filter = await screen.findByRole('searchbox', { name: 'Filter entities' });
		await fireEvent.input(filter, { target: { value: 'queue' } });
		await fireEvent.click(await screen.findByRole('button', { name: 'Keep this filter' }));

		const name = await screen.findByRole('textbox', { name: 'Name of the filter' });
		await waitFor(() => expect(document.activeElement).toBe(name));
		await fireEvent.keyDown(name, { key: 'Escape' });
		await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Name of the filter' })).toBeNull());
		// The keyboard is where it came from and not nowhere.
		expect(document.activeElement).toBe(filter);
	});

	test('what is not recorded of an entity is one line, with the way to bring it', async () => {
		const { last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });
		await fireEvent.input(screen.getByRole('searchbox', { name: 'Filter entities' }), { target: { value: 'app-7' } });
		await waitFor(() => expect((last('entities')?.['request'] as EntitiesRequest).text).toBe('app-7'));
		await waitFor(() => expect(within(details()).getByText(/^Not recorded: Tier, Department, Person, Contact, Domain and System\./)).toBeTruthy());
		expect(within(details()).queryByText('not recorded')).toBeNull();

		await fireEvent.click(within(details()).getByRole('button', { name: 'Import an inventory' }));

		await heading(/^No file is chosen yet|^Import an inventory/);
	});

	test('b leads from an entity to who may be affected on the map', async () => {
		const { last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });

		await press('b');

		await screen.findByText('3 entities may be affected, 2 of them of the first tier.');
		expect((last('reach')?.['request'] as { direction: string }).direction).toBe('down');
	});

	test('edges say how they are known, and a proposed one is confirmed', async () => {
		const { last } = await catalog('4');
		await heading(/8 edges are known here\. One is stale or doubtful, one is only proposed\./);
		await fireEvent.click(screen.getByRole('radio', { name: 'Proposed' }));

		await waitFor(() => expect(screen.getByText('session-cache began 4 s before web, 11 times of 12.')).toBeTruthy());
		expect(await violations()).toEqual([]);
		await fireEvent.click(screen.getByRole('button', { name: 'Confirm it C' }));
		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'confirmEdge', from: 'web', to: 'session-cache' }));
	});

	test('an edge shows its history: who told it, from when to when', async () => {
		const { last } = await catalog('4');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Proposed' }));

		await screen.findByText('edges.csv declares it: calls');
		await waitFor(() => expect(last('edge_history')).toEqual({ from: 'web', to: 'session-cache', asOf: null }));
		await screen.findByText('edges.csv declares it: calls');
		expect(screen.getByText(/gone or told otherwise since/)).toBeTruthy();
		expect(screen.getByText(/last told or seen .* · holds$/)).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('an entity shows its history: who told it, and what that changed', async () => {
		const { last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });

		await screen.findByText('NetBox tells it otherwise');
		expect(screen.getByText('Team: platform → data')).toBeTruthy();
		expect(last('entity_history')).toMatchObject({ asOf: null });
		expect(await violations()).toEqual([]);
	});

	test('the catalog is looked at as of a moment, and goes back to now', async () => {
		const { last } = await catalog('2');
		await screen.findByRole('grid', { name: 'Entities' });
		expect(screen.queryByRole('button', { name: 'Back to now' })).toBeNull();

		await fireEvent.change(screen.getByRole('combobox', { name: 'As of' }), { target: { selectedIndex: 4 } });

		const listed = () => (last('entities')?.['request'] as { asOf: number | null } | undefined)?.asOf;
		await waitFor(() => expect(listed()).toEqual(expect.any(Number)));
		const moment = listed();
		await waitFor(() => expect(last('entity')).toMatchObject({ asOf: moment }));
		await waitFor(() => expect(last('entity_history')).toMatchObject({ asOf: moment }));
		expect(screen.getByText(/^As of /, { selector: '.chip' })).toBeTruthy();
		const note = await screen.findByRole('button', { name: 'Write a note' });
		expect(note.getAttribute('title')).toMatch(/^What was known then is only looked at/);
		expect(await violations()).toEqual([]);
		await press('5', { ctrlKey: true });
		await waitFor(() => expect(last('doubts')).toMatchObject({ request: { asOf: moment } }));

		await fireEvent.click(screen.getByRole('button', { name: 'Back to now' }));
		await waitFor(() => expect(last('doubts')).toMatchObject({ request: { asOf: null } }));
		await press('2', { ctrlKey: true });
		await waitFor(() => expect(listed()).toBeNull());
		expect(screen.queryByRole('button', { name: 'Back to now' })).toBeNull();
	});

	test('in a narrow window entities have a drawer, and doubts keep their details beside a shorter table', async () => {
		vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
		await catalog('2');
		const grid = await screen.findByRole('grid', { name: 'Entities' });
		const panel = () => screen.queryByRole('complementary', { name: 'Details of the entity' });
		expect(panel()).toBeNull();

		grid.focus();
		await fireEvent.keyDown(grid, { key: 'Enter' });
		await waitFor(() => expect(document.activeElement).toBe(panel()));
		expect(await violations()).toEqual([]);
		await fireEvent.keyDown(panel() as HTMLElement, { key: 'Escape' });
		await waitFor(() => expect(panel()).toBeNull());
		expect(document.activeElement).toBe(grid);

		// What a doubt is decided by is always in sight, so its column of the table is left out.
		await press('5', { ctrlKey: true });
		const doubts = await screen.findByRole('grid', { name: 'Doubts' });
		expect(within(doubts).queryByText('Why')).toBeNull();
		expect(within(doubts).getByText('What')).toBeTruthy();
		expect(screen.getByRole('complementary', { name: 'Details of the doubt' })).toBeTruthy();
	});

	test('doubles show what speaks for and against them, and are merged', async () => {
		const { last } = await catalog('5');
		await heading(/things are doubtful\. One double is proposed for merging; sources disagree once\./);
		await fireEvent.click(screen.getByRole('radio', { name: 'Doubles 2' }));

		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });
		for (const said of ['For', 'Against', 'Until 2 Nov this address was db-m1-old', 'If you merge']) expect(await within(card).findByText(said)).toBeTruthy();
		expect(await violations()).toEqual([]);
		await fireEvent.click(within(card).getByRole('button', { name: 'Merge the 3 C' }));
		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'merge', names: ['db-m1', 'db-m1.prod.example.net', '10.0.3.7'] }));
		await screen.findByText('Decided: one thing.');
	});

	test('a name of a possible double leads to the thing, also where two bear it', async () => {
		await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Doubles 2' }));
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });

		await fireEvent.click(await within(card).findByRole('button', { name: 'db-m1' }));

		expect(await screen.findByText('db-m1 (fra1)', { selector: '.chip' })).toBeTruthy();
	});

	test('a doubt is answered by c or n, and Ctrl Z takes the answer back', async () => {
		const { last } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Doubles 2' }));
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });
		await within(card).findByText('If you merge');

		await press('n');
		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'keepApart', names: ['db-m1', 'db-m1.prod.example.net', '10.0.3.7'] }));
		await screen.findByText(/^Decided/, { selector: '.notices p' });
		await press('z', { ctrlKey: true });
		await waitFor(() => expect(last('undo_topology_decision')).toEqual({ id: 8 }));
	});

	test('a key that is held down answers one doubt, and the same doubt is not answered twice', async () => {
		const { calls } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Doubles 2' }));
		await within(await screen.findByRole('complementary', { name: 'Details of the doubt' })).findByText('If you merge');
		const decided = () => calls.filter((call) => call.command === 'decide_topology').length;

		await press('n', { repeat: true });
		expect(decided()).toBe(0);
		await press('n');
		await waitFor(() => expect(decided()).toBe(1));
		await press('n', { repeat: true });
		await screen.findByText(/^Decided/, { selector: '.notices p' });
		await press('n');
		expect(decided()).toBe(1);
	});

	test('a deletion that was held back is asked for twice', async () => {
		const { calls, last } = await catalog('5');
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });
		await within(card).findByText('NetBox would delete much at once.');

		await fireEvent.click(within(card).getByRole('button', { name: 'They are gone' }));
		expect(calls.some((call) => call.command === 'release_held_back')).toBe(false);
		await fireEvent.click(within(card).getByRole('button', { name: 'Delete 1,180 entities of NetBox' }));

		await waitFor(() => expect(last('release_held_back')).toEqual({ source: 2, remove: true }));
	});

	/** The first loose end, with what was decided last. */
	async function looseEnd() {
		const { last } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Loose ends 1' }));
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });
		await within(card).findByText('The nearest name that is known is fx-rate.');
		// The source knows it by a number.
		within(card).getByRole('heading', { name: 'orders → fx-rates' });
		return { decide: (name: string) => fireEvent.click(within(card).getByRole('button', { name })), decided: () => last('decide_topology')?.['draft'] };
	}

	test('a loose end is given the name that is meant, and is not answered twice', async () => {
		const { decide, decided } = await looseEnd();
		const meant = { kind: 'alias', name: 'fx-rate', alias: 'fx-rates' };

		await decide('fx-rates is fx-rate C');
		await waitFor(() => expect(decided()).toEqual(meant));
		await decide('Right as it is N');

		expect(decided()).toEqual(meant);
	});

	test('a loose end is called right as it is', async () => {
		const { decide, decided } = await looseEnd();

		await decide('Right as it is N');

		await waitFor(() => expect(decided()).toEqual({ kind: 'dismiss', doubt: 'dangling', name: '412', to: 'fx-rates' }));
	});

	test('an edge from a thing back to itself names no end that nobody knows', async () => {
		const edge = { from: 'web', to: 'web', fromName: 'web', toName: 'web', how: 'calls', source: 'edges.csv', missing: '', reason: { key: 'dangling-self', values: {} }, proposed: null };
		await catalog('5', (command, args) => (command === 'doubts' ? doubtsView(args['request'] as DoubtsRequest, [doubt('dangling', edge, 'web')]) : undefined));
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });

		await within(card).findByText('It depends on itself.');
		expect(within(card).getByText('edges.csv tells of it.')).toBeTruthy();
	});

	test('an owner that those around it have is proposed with its reason, and accepted by t', async () => {
		const { last } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Without an owner 1' }));
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });
		await within(card).findByText('shop probably owns it.');
		expect(within(card).getByText(/Of 4 things that run on it and have an owner, 3 belong to shop/)).toBeTruthy();
		expect(within(card).getByRole('button', { name: /It belongs to shop/ })).toBeTruthy();

		await press('t');
		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'own', name: 'geo-lookup', team: 'shop' }));
	});

	test('what was kept is listed without a question, and can still be deleted', async () => {
		const { last } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Kept 1' }));
		const card = await screen.findByRole('complementary', { name: 'Details of the doubt' });
		await within(card).findByText('You kept what edges.csv has no more.');
		expect(within(card).queryByRole('button', { name: 'Keep what is stored' })).toBeNull();

		await fireEvent.click(within(card).getByRole('button', { name: 'They are gone' }));
		await fireEvent.click(within(card).getByRole('button', { name: 'Delete 12 entities of edges.csv' }));

		await waitFor(() => expect(last('release_held_back')).toEqual({ source: 3, remove: true }));
	});

	test('where sources disagree, the one that is right is chosen', async () => {
		const { last } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Disagreements 1' }));
		await fireEvent.click(await screen.findByRole('button', { name: 'Take this one' }));

		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'prefer', entity: 'pg-main', field: 'team', source: 3 }));
	});

	test('where sources disagree, the one that counts can be kept', async () => {
		const { last } = await catalog('5');
		await fireEvent.click(await screen.findByRole('radio', { name: 'Disagreements 1' }));
		await fireEvent.click(await screen.findByRole('button', { name: 'Keep this one' }));

		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'prefer', entity: 'pg-main', field: 'team', source: 2 }));
	});

	test('decisions are listed and each that stands can be taken back', async () => {
		const { last } = await catalog('5');
		await screen.findByRole('grid', { name: 'Doubts' });
		await press('d');
		const list = await screen.findByRole('complementary', { name: 'Decisions' });

		expect(within(list).getAllByRole('button', { name: 'Undo' }).length).toBe(1);
		await fireEvent.click(within(list).getByRole('button', { name: 'Undo' }));
		await waitFor(() => expect(last('undo_topology_decision')).toEqual({ id: 8 }));
	});
});

describe('a CMDB', () => {
	test('is tested, its first page stands raw beside what is understood, and a wrong mapping says where', async () => {
		openWindow((command) => (command === 'probe_source' ? probe({ product: 'NetBox', missing: [], inventory: inventoryProbe() }) : undefined));
		await go('Catalog');
		await fireEvent.click(await screen.findByRole('button', { name: /^Add a source/ }));
		await fireEvent.click(await screen.findByRole('radio', { name: 'CMDB' }));
		await waitFor(() => expect((screen.getByRole('textbox', { name: 'Mapping' }) as HTMLTextAreaElement).value).toContain('# NetBox'));
		// The ways to sign in are those that the product understands.
		expect(screen.getByRole('radio', { name: /^Token command/ })).toBeTruthy();
		expect(screen.queryByRole('radio', { name: /^User and password/ })).toBeNull();
		await fireEvent.input(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'NetBox' } });
		await fireEvent.input(screen.getByRole('textbox', { name: 'URL' }), { target: { value: 'https://netbox.example.net' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));

		await heading(/NetBox answers\. NetBox has 2 classes of items to read\./);
		expect(screen.getByText('custom_fields.tier of 3 devices is no number: "gold".')).toBeTruthy();
		expect(within(screen.getByRole('region', { name: 'First page as it came' })).getByText(/"count":1206/)).toBeTruthy();
		expect(await violations()).toEqual([]);

		await fireEvent.input(screen.getByRole('textbox', { name: 'Mapping' }), { target: { value: '[[class]]\nname "devices"' } });
		await screen.findByRole('button', { name: 'Line 2, column 1:' });
		expect(screen.getByRole('button', { name: /Read the inventory/ }).getAttribute('aria-disabled')).toBe('true');
	});

	test('that refuses the credentials is not said to answer otherwise than its mapping', async () => {
		openWindow((command) => {
			if (command === 'probe_source') throw { code: 'source_denied', fields: { wants: '' } };
			return undefined;
		});
		await go('Catalog');
		await fireEvent.click(await screen.findByRole('button', { name: /^Add a source/ }));
		await fireEvent.click(await screen.findByRole('radio', { name: 'CMDB' }));
		await fireEvent.input(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'NetBox' } });
		await fireEvent.input(screen.getByRole('textbox', { name: 'URL' }), { target: { value: 'https://netbox.example.net' } });
		await fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));

		await heading(/NetBox refused the credentials\./);
	});

	test('a file of edges is shown with its bad rows and stored by Ctrl Enter', async () => {
		const { last } = openWindow();
		await go('Catalog');
		await fireEvent.click(await screen.findByRole('button', { name: 'Import an inventory' }));
		const field = await screen.findByRole('textbox', { name: 'Path of a file' });
		await fireEvent.input(field, { target: { value: '/home/ana/edges.csv' } });
		await fireEvent.keyDown(field, { key: 'Enter' });

		await heading(/0 entities and 8 edges are in it\. One row cannot be read and is left out\./);
		expect(screen.getByText('Line 4, column 2: the name is missing.')).toBeTruthy();
		expect(await violations()).toEqual([]);
		await press('Enter', { ctrlKey: true });
		await heading(/Stored: 60 new, 5 changed, 2 as before\./);
		expect(last('import_inventory')).toEqual({ path: '/home/ana/edges.csv', name: null });
	});

	test('a file of which nothing can be read says where and why', async () => {
		const broken = { ...inventoryFile('/home/ana/edges.json'), dependencies: 0, edges: [], problems: [{ key: 'inventory-file-no-name', values: { line: { kind: 'text', value: '1' }, column: { kind: 'text', value: '26' }, detail: { kind: 'text', value: 'x' } } }] };
		openWindow((command) => (command === 'preview_inventory' ? broken : undefined));
		await go('Catalog');
		await fireEvent.click(await screen.findByRole('button', { name: 'Import an inventory' }));
		const field = await screen.findByRole('textbox', { name: 'Path of a file' });
		await fireEvent.input(field, { target: { value: '/home/ana/edges.json' } });
		await fireEvent.keyDown(field, { key: 'Enter' });

		expect(await screen.findByText(/Line 1, column 26/)).toBeTruthy();
		expect(screen.queryByText('There is neither an entity nor an edge in this file.')).toBeNull();
	});

	test('files of entities and edges that are dropped are shown and stored one after the other', async () => {
		const { calls, last } = openWindow();
		await go('Catalog');
		await screen.findByRole('button', { name: 'Import an inventory' });
		await emit('tauri://drag-drop', { paths: ['/home/ana/entities.csv', '/home/ana/edges.csv'] });

		await heading(/67 entities and 0 edges are in it/);
		expect(last('preview_inventory')).toEqual({ path: '/home/ana/entities.csv' });
		const name = screen.getByRole('textbox', { name: 'Name' });
		await fireEvent.input(name, { target: { value: 'from the shop' } });
		await press('Enter', { ctrlKey: true });
		await heading(/Stored: 60 new/);
		await fireEvent.click(screen.getByRole('button', { name: /Show edges\.csv, the last file/ }));
		await waitFor(() => expect(last('preview_inventory')).toEqual({ path: '/home/ana/edges.csv' }));
		await screen.findByRole('button', { name: /Store the inventory/ });
		await press('Enter', { ctrlKey: true });

		await waitFor(() => expect(calls.filter((call) => call.command === 'import_inventory').map((call) => call.args)).toEqual([{ path: '/home/ana/entities.csv', name: 'from the shop' }, { path: '/home/ana/edges.csv', name: null }]));
		await screen.findByRole('button', { name: 'Open the map' });
	});

	test('files of samples among what is dropped are shown as samples', async () => {
		const { calls } = openWindow((command, args) => (command === 'preview_file' ? preview({ path: String(args['path']) }) : undefined));
		await go('Catalog');
		await screen.findByRole('button', { name: 'Import an inventory' });
		await emit('tauri://drag-drop', { paths: ['/home/ana/samples.csv', '/home/ana/edges.csv'] });

		await waitFor(() => expect(calls.some((call) => call.command === 'preview_file')).toBe(true));
		expect(calls.some((call) => call.command === 'preview_inventory')).toBe(false);
	});
});
