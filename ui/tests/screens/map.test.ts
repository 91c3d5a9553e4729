// The map, and the selection that every screen shares, on a made-up core.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { AppStateRow, MapRequest } from '$lib/ipc/bindings';
import { appState } from '$lib/ipc/fake';
import { mapView, node } from '$lib/ipc/fake-topology';
import { heading, leaveNothing, openWindow, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const press = (key: string, more: Record<string, unknown> = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
const drawing = () => screen.findByRole('application');
const nodes = async () => within(await drawing()).getAllByRole('button');
const details = () => screen.getByRole('complementary', { name: 'Details of the entity' });

/** Goes to a screen of the rail. A busy machine may be too slow for two keys in a row, so it is pressed. */
async function go(name: string): Promise<void> {
	await fireEvent.click(await screen.findByRole('button', { name }));
}

async function map(special?: Special, state?: AppStateRow) {
	const opened = openWindow(special, state);
	await go(state?.settings.language === 'zh-CN' ? '拓扑' : 'Map');
	return opened;
}

describe('the map', () => {
	test('says what fails, draws the chain, counts everything, and has no axe violation', async () => {
		await map();

		await heading(/^9 of 2,014 nodes fail, in one chain\. 29 more are unusual/);
		expect((await nodes()).length).toBe(9);
		expect(screen.getByText('10,240 edges: 10 drawn, 10,180 bundled, 50 folded, 0 dropped')).toBeTruthy();
		for (const phase of ['First onset', 'Failing', 'Impact']) expect(screen.getByText(phase)).toBeTruthy();
		expect(screen.queryByText(/root cause/i)).toBeNull();
		expect(screen.getByText('+34 s to +41 s')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('what changed in the topology, whoever changed it, is asked for again', async () => {
		const { calls } = await map();
		await nodes();
		const asked = () => ['map', 'single_points'].map((command) => calls.filter((call) => call.command === command).length);
		const before = asked();

		await emit('app-event', { kind: 'topologyChanged' });

		await waitFor(() => expect(asked().every((n, i) => n > (before[i] ?? 0))).toBe(true));
	});

	test('the map is exported from a button, in the form that is chosen', async () => {
		await map();
		await nodes();

		await fireEvent.click(screen.getByRole('button', { name: 'Export' }));

		const dialog = await screen.findByRole('dialog', { name: 'Export the topology, or a picture of the map' });
		expect(within(dialog).getByRole('radio', { name: 'PNG' })).toBeTruthy();
	});

	test('only the first onset has the double ring, and it is called an order and no cause', async () => {
		await map();
		const all = await nodes();

		expect(all.filter((node) => node.querySelector('.ring') !== null).map((node) => node.getAttribute('aria-label'))).toEqual(['pg-main, silent since 14:52:00, silent, since 14:52:00, the first onset']);
	});

	test('arrows walk along the edges and Enter selects for the whole window', async () => {
		const { last } = await map();
		await nodes();

		for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await press(key);
		await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^orders, .*critical/));
		await press('ArrowDown');
		await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^payments/));
		await press('ArrowLeft');
		await press('ArrowLeft');
		await press('Enter');

		await waitFor(() => expect(screen.getByText('pg-main', { selector: '.topbar .chip' })).toBeTruthy());
		await waitFor(() => expect(within(details()).getByText(/4 entities may be affected when it fails, 3 in tier 1/)).toBeTruthy());
		expect(last('entity')).toMatchObject({ name: 'pg-main', asOf: null });
		expect(within(details()).getByText('Team: sources disagree')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('only failing, level, reach around one and an earlier moment are asked of the core', async () => {
		const { last } = await map();
		await nodes();
		const asked = () => last('map')?.['request'] as MapRequest;

		await press('f');
		await waitFor(() => expect(asked().onlyFailing).toBe(true));
		await fireEvent.click(screen.getByRole('radio', { name: 'System' }));
		await waitFor(() => expect(asked().level).toBe('system'));
		await press('ArrowRight');
		await fireEvent.click(within(screen.getByRole('radiogroup', { name: 'Reach' })).getByRole('radio', { name: '3' }));
		await waitFor(() => expect(asked()).toMatchObject({ focus: 'pg-main', hops: 3, direction: 'both' }));
		await fireEvent.click(screen.getByRole('radio', { name: 'Who needs it' }));
		await waitFor(() => expect(asked().direction).toBe('down'));
		await fireEvent.change(screen.getByRole('combobox', { name: 'As of' }), { target: { selectedIndex: 4 } });
		await waitFor(() => expect(asked().asOf).not.toBeNull());
	});

	test('a domain of one thing is no entity: it is summed up, and leads to what is in it', async () => {
		const view = mapView();
		const one = node('domain:identity', 40, 420, { label: 'identity', kind: 'domain' });
		const { calls, last } = await map((command) => (command === 'map' ? { ...view, nodes: [...view.nodes, one] } : undefined));
		const box = (await nodes()).find((other) => other.getAttribute('aria-label')?.startsWith('identity'));

		await fireEvent.click(box as Element);
		await fireEvent.click(await screen.findByRole('button', { name: 'List the entities' }));

		await waitFor(() => expect(last('entities')?.['request']).toMatchObject({ text: 'domain:"identity"' }));
		expect(calls.filter((call) => call.command === 'entity').map((call) => call.args['name'])).not.toContain('domain:identity');
	});

	test('without a failing chain the boxes and their dots are walked, and a dot is selected', async () => {
		const calm = { ...mapView(), nodes: [], edges: [], layers: [], width: 0, height: 0 };
		await map((command) => (command === 'map' ? calm : undefined));
		await drawing();
		// Each of the 2,005 dots is counted once, and what is not measured is not said to be as usual.
		for (const legend of ['as usual, 1,390', 'unusual, 215', 'silent, 200', 'not measured, 200']) expect(screen.getByText(legend)).toBeTruthy();

		await press('ArrowRight');
		await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^no system recorded, 50 entities/));
		await press('ArrowRight');
		await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^System 1, 50 entities/));
		await press('Enter');
		await press('ArrowRight');
		expect(await screen.findByText('n51', { selector: '.over' })).toBeTruthy();
		await press('Enter');

		await waitFor(() => expect(screen.getByText('n51', { selector: '.topbar .chip' })).toBeTruthy());
		expect(await violations()).toEqual([]);
	});

	test('the list has the edges as they are drawn, and every one by itself when it is asked to', async () => {
		const { last } = await map();
		await nodes();
		await press('v');
		const table = () => screen.getByRole('grid', { name: / rows for / });
		expect(within(table()).getByText('160')).toBeTruthy();

		await fireEvent.click(screen.getByRole('radio', { name: 'Each by itself' }));

		await waitFor(() => expect(last('dependencies')).toMatchObject({ request: { asOf: null, offset: 0, limit: 100, column: null } }));
		await waitFor(() => expect(within(table()).queryByText('160')).toBeNull());
		expect(within(table()).getAllByText('pgbouncer').length).toBeGreaterThan(0);
	});

	test('any moment can be typed, and one that cannot be read is refused with the reason', async () => {
		const { last } = await map((command, args) => (command === 'parse_time' && args['text'] === 'soon' ? Promise.reject({ code: 'time_expression', fields: { text: 'soon', column: 1, expected: 'time' } }) : command === 'parse_time' ? { start: 1_000, end: 2_000 } : undefined));
		await nodes();
		await fireEvent.change(screen.getByRole('combobox', { name: 'As of' }), { target: { selectedIndex: 6 } });
		const field = await screen.findByRole('textbox', { name: 'Moment' });

		await fireEvent.input(field, { target: { value: 'soon' } });
		await fireEvent.keyDown(field, { key: 'Enter' });
		await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'));
		await fireEvent.input(field, { target: { value: '1970-01-01' } });
		await fireEvent.keyDown(field, { key: 'Enter' });

		await waitFor(() => expect((last('map')?.['request'] as MapRequest).asOf).toBe(1_000));
		await waitFor(() => expect(last('single_points')).toEqual({ asOf: 1_000 }));
		expect(await violations()).toEqual([]);
	});

	test('what was known at an earlier moment is only looked at', async () => {
		const { last } = await map();
		await nodes();
		await fireEvent.change(screen.getByRole('combobox', { name: 'As of' }), { target: { selectedIndex: 4 } });
		await waitFor(() => expect((last('map')?.['request'] as MapRequest).asOf).not.toBeNull());

		await press('e');

		expect(screen.queryByRole('dialog')).toBeNull();
	});

	test('letters move and zoom it only while it has the focus', async () => {
		await map();
		const area = await drawing();
		const moved = () => area.querySelector('svg > g')?.getAttribute('transform');
		const before = moved();

		await press('+');
		await press('s');
		expect(moved()).toBe(before);

		await press('ArrowRight');
		await waitFor(() => expect(area.contains(document.activeElement)).toBe(true));
		await press('+');
		await waitFor(() => expect(moved()).not.toBe(before));
	});

	test('v shows every node as a row, those in boxes too, and the edges second', async () => {
		await map();
		await nodes();

		await press('v');

		const table = await screen.findByRole('grid', { name: 'Nodes of the map' });
		expect(table.getAttribute('aria-rowcount')).toBe(String(9 + 2005 + 1));
		expect(screen.getByRole('grid', { name: /^23 rows for [0-9,]+ of 10,240 edges$/ })).toBeTruthy();
		expect(await violations()).toEqual([]);
		await press('ArrowDown');
		await press('Enter');
		await waitFor(() => expect(screen.getByText('pgbouncer', { selector: '.topbar .chip' })).toBeTruthy());
	});

	test('in the list the keys ask about the row that the keyboard is on', async () => {
		const { last } = await map();
		await nodes();
		await press('v');
		await screen.findByRole('grid', { name: 'Nodes of the map' });
		await press('ArrowDown');

		await press('b');

		await waitFor(() => expect((last('reach')?.['request'] as { name: string }).name).toBe('pgbouncer'));
	});

	test('single points of failure are all told of, the first of them listed', async () => {
		const points = Array.from({ length: 80 }, (_, n) => ({ name: `point-${n}`, kind: 'host', cutOff: 90 - n, tier1: 0, team: 'data' }));
		await map((command) => (command === 'single_points' ? { total: 600, points } : undefined));

		await screen.findByRole('button', { name: 'point-0' });
		const listed = () => screen.getAllByRole('button', { name: /^point-/ }).length;
		expect([listed(), screen.getByText('and 588 more')]).toEqual([12, expect.anything()]);
		await fireEvent.click(screen.getByRole('button', { name: 'Show 50 more' }));
		await waitFor(() => expect([listed(), screen.getByText('and 538 more')]).toEqual([62, expect.anything()]));
		expect(await violations()).toEqual([]);
	});

	test('b shows who may be affected, with the least sure edge, and Esc goes back', async () => {
		const { last } = await map();
		await nodes();
		await press('ArrowRight');
		await press('b');

		await screen.findByText('3 entities may be affected, 2 of them of the first tier.');
		expect(last('reach')?.['request']).toEqual({ name: 'pg-main', direction: 'down', hops: null, asOf: null });
		expect(screen.getByText('One edge on the way is stale.')).toBeTruthy();
		expect(screen.getAllByText('No other way around it.').length).toBe(2);
		expect(await violations()).toEqual([]);
		await press('Escape');
		await waitFor(() => expect(screen.queryByText('One edge on the way is stale.')).toBeNull());
	});

	test('p asks for the ways to another, and refuses a name that nobody has', async () => {
		const { last } = await map();
		await nodes();
		await press('ArrowRight');
		await press('p');
		const dialog = await screen.findByRole('dialog');
		const field = within(dialog).getByRole('textbox', { name: 'To' });

		await fireEvent.input(field, { target: { value: 'nobody' } });
		await fireEvent.keyDown(field, { key: 'Enter' });
		expect(within(dialog).getByText('No entity has this name.')).toBeTruthy();
		await fireEvent.input(field, { target: { value: 'WEB' } });
		await fireEvent.keyDown(field, { key: 'Enter' });

		await within(dialog).findByText(/One way/);
		expect(last('paths')?.['request']).toEqual({ from: 'pg-main', to: 'web', limit: 5, asOf: null });
		expect(await violations()).toEqual([]);
	});

	test('the ways offer names for their beginning as well as for their end', async () => {
		const { last } = await map();
		await nodes();
		await press('p');
		const dialog = await screen.findByRole('dialog');
		const [begin, end] = ['From', 'To'].map((name) => within(dialog).getByRole('textbox', { name }));

		await fireEvent.input(begin!, { target: { value: 'order' } });
		await fireEvent.click(await within(dialog).findByRole('button', { name: 'orders' }));
		await waitFor(() => expect([(begin as HTMLInputElement).value, document.activeElement]).toEqual(['orders', end]));
		expect(within(dialog).queryByText('Name an entity.')).toBeNull();
		await fireEvent.input(end!, { target: { value: 'pg' } });
		await fireEvent.click(await within(dialog).findByRole('button', { name: 'pg-main' }));

		await waitFor(() => expect(last('paths')?.['request']).toEqual({ from: 'orders', to: 'pg-main', limit: 5, asOf: null }));
		expect(await violations()).toEqual([]);
	});

	test('an edge is drawn by hand and taken back with Ctrl Z', async () => {
		const { calls, last } = await map();
		await nodes();
		await press('ArrowRight');
		await press('e');
		const dialog = await screen.findByRole('dialog');
		const whom = within(dialog).getByRole('textbox', { name: 'On whom' });
		await waitFor(() => expect(document.activeElement).toBe(whom));
		await fireEvent.input(whom, { target: { value: 'session-cache' } });
		await fireEvent.click(within(dialog).getByRole('button', { name: 'Draw an edge' }));

		await waitFor(() => expect(last('decide_topology')?.['draft']).toEqual({ kind: 'drawEdge', from: 'pg-main', to: 'session-cache', how: 'depends on' }));
		await press('z', { ctrlKey: true });
		await waitFor(() => expect(calls.some((call) => call.command === 'undo_topology_decision')).toBe(true));
	});

	test('without an inventory it names the two ways to one', async () => {
		await map((command) => (command === 'map' ? { ...mapView({}, 0), known: false, nodes: [], edges: [] } : undefined));

		await screen.findByText('No entity is known here, so there is nothing to draw.');
		expect(screen.getByRole('button', { name: 'Connect a CMDB' })).toBeTruthy();
		expect(screen.getByRole('button', { name: 'Import an inventory' })).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('when nothing fails it says so and shows the rest with one key', async () => {
		const { last } = await map((command, args) => {
			const request = args['request'] as MapRequest;
			return command === 'map' && request.onlyFailing ? { ...mapView(request, 0), nodes: [], edges: [], layers: [] } : undefined;
		});
		await nodes();
		await press('f');

		await screen.findByText('Nothing departs from the usual in this range.');
		await fireEvent.click(screen.getByRole('button', { name: /Show what is well too/ }));
		await waitFor(() => expect((last('map')?.['request'] as MapRequest).onlyFailing).toBe(false));
	});

	test('a failure says why and is asked again', async () => {
		let fails = true;
		await map((command) => {
			if (command === 'map' && fails) throw { code: 'source_unavailable', fields: { name: 'NetBox' } };
			return undefined;
		});

		await screen.findByText('The catalog, metrics and logs still work.');
		fails = false;
		await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
		expect((await nodes()).length).toBe(9);
	});

	test('it speaks Chinese', async () => {
		await map(undefined, appState({ settings: { language: 'zh-CN', theme: 'light', textSize: 100, zone: 'utc', followS: 15 } }));
		await nodes();

		expect(screen.getByText('最先异常')).toBeTruthy();
		expect(screen.getByText('仅看故障')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});
});

describe('the selection', () => {
	test('narrows Metrics, Logs and Alerts to what belongs to the entity, and a chip clears it', async () => {
		const { last } = await map();
		await nodes();
		await press('ArrowRight');
		await press('Enter');
		await waitFor(() => expect(screen.getByText('pg-main', { selector: '.topbar .chip' })).toBeTruthy());
		const entity = (command: string) => (last(command)?.['request'] as { entity: string | null } | undefined)?.entity;

		await go('Metrics');
		await waitFor(() => expect(entity('metrics')).toBe('pg-main'));
		await go('Logs');
		await waitFor(() => expect(entity('logs_templates')).toBe('pg-main'));
		await go('Alerts');
		await waitFor(() => expect(entity('alerts')).toBe('pg-main'));
		await go('Now');
		await screen.findByText('pg-main', { selector: '.only .chip' });

		await fireEvent.click(screen.getByRole('button', { name: 'Show more than pg-main' }));
		await go('Alerts');
		await waitFor(() => expect(entity('alerts')).toBeNull());
	}, 90_000);
});
