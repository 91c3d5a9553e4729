// The inventory and the map as a new user meets them: an empty file, two CSV files, a wrong edge put right, doubles merged, a blast radius; then the simulator's shop, by keyboard.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { course } from './course.mjs';
import { demo as shop, wardroom } from './programs.mjs';
import { Keys, startDisplay, startWindow, until } from './wd.mjs';
import { shapes, words } from './words.mjs';

const t = words();
const zh = words('zh-CN');
const shape = shapes();
let display, window, home, workspace, demo, fleet, entities, edges, second;

/** Twelve services of a shop, with their database under two names: the second file knows it by its full one. */
const ENTITIES = `name,kind,tier,team,contact,domain,system,serial
web,service,1,shop,#shop-on-call,shop,storefront,
checkout,service,1,shop,#shop-on-call,shop,storefront,
orders,service,1,shop,#shop-on-call,shop,storefront,
payments,service,1,pay,#pay-on-call,shop,payments,
search,service,2,find,#find-on-call,shop,search,
catalog,service,2,find,#find-on-call,shop,search,
pgbouncer,balancer,2,data,#data-on-call,data,postgres,
db-m1,database,1,data,#data-on-call,data,postgres,SN-4711
db-r1,database,2,data,#data-on-call,data,postgres,SN-4712
session-cache,cache,2,data,#data-on-call,data,redis,
order-events,queue,2,data,#data-on-call,data,kafka,
media-resize,service,3,,,shop,media,
`;
const SECOND = `name,kind,tier,team,contact,serial
db-m1.prod.example.net,database,1,platform,#platform-on-call,SN-4711
`;
const EDGES = `from,to,how
web,checkout,calls
checkout,orders,calls
checkout,session-cache,caches in
checkout,payments,calls
orders,pgbouncer,calls
orders,order-events,publishes to
payments,pgbouncer,calls
pgbouncer,db-m1,balances
db-m1,db-r1,replicates to
web,search,calls
search,catalog,calls
catalog,fx-rates,calls
`;

/** A fleet: 2,000 services in twenty systems of five domains, of which each calls five others. */
const FLEET = Array.from({ length: 2_000 }, (_, i) => `svc-${String(i).padStart(4, '0')}`);
const fleetEntities = () => ['name,kind,tier,team,domain,system', ...FLEET.map((name, i) => `${name},service,${1 + (i % 4)},team-${i % 9},domain-${Math.floor(i / 400)},system-${String(Math.floor(i / 100)).padStart(2, '0')}`), ''].join('\n');
const fleetEdges = () => ['from,to,how', ...FLEET.flatMap((name, i) => [0, 1, 2, 3, 4].map((k) => `${name},${FLEET[(i + 1 + k * 137 + ((i * k) % 11)) % FLEET.length]},calls`)), ''].join('\n');

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-map-'));
	workspace = join(home, 'shop.wardroom');
	[demo, fleet] = ['demo.wardroom', 'fleet.wardroom'].map((name) => join(home, name));
	[entities, edges, second] = ['entities.csv', 'edges.csv', 'second.csv'].map((name) => join(home, name));
	writeFileSync(entities, ENTITIES);
	writeFileSync(edges, EDGES);
	writeFileSync(second, SECOND);
	await shop(home, demo);
	display = await startDisplay();
});
after(async () => {
	await window?.stop();
	display?.stop();
	if (home) rmSync(home, { recursive: true, force: true });
});

const step = course(() => window?.glimpse('map-failed'));

async function open({ args = ['--workspace', workspace], size = '1440x900', choose = null, env = {} } = {}) {
	await window?.stop();
	window = await startWindow({ display: display.name, home, args, size, env: choose ? { ...env, WARDROOM_CHOOSE: choose } : env });
	// What is pressed before the workspace is open is gone when its first screen comes.
	if (args.includes('--workspace')) await until('a screen', () => window.count('.rail [aria-current=page]'), 60_000);
}

const leaveFields = () => window.eval('document.activeElement?.blur()');
const closed = () => until('the dialog to be closed', async () => (await window.count('dialog[open]')) === 0);
/** The names of the nodes that are drawn, in the order in which they are read. */
const drawn = () => window.eval(`return [...document.querySelectorAll('main [role=application] [role=button]')].map((node) => node.getAttribute('aria-label').split(',')[0])`);
/** The node with the keyboard. */
const here = () => window.eval(`return document.activeElement?.closest('[role=application]') ? (document.activeElement.getAttribute('aria-label') ?? '').split(',')[0] : ''`);
const rows = () => window.eval(`return [...document.querySelectorAll('main [role=grid] [role=row][aria-selected]')].map((row) => row.innerText.replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim())`);
/** Walks with arrows until a node has the keyboard: left to the first, then along whatever leads nearer. */
async function walkTo(name) {
	for (let i = 0; i < 60; i += 1) {
		if ((await here()) === name) return;
		const step = await window.eval(
			`const nodes = [...document.querySelectorAll('main [role=application] [role=button]')];
			const of = (node) => node?.getBoundingClientRect();
			const label = (node) => node.getAttribute('aria-label').split(',')[0];
			const [at, to] = [of(nodes.find((node) => node === document.activeElement)), of(nodes.find((node) => label(node) === arguments[0]))];
			if (!to) return 'gone';
			if (!at) return 'Right';
			const [dx, dy] = [to.left + to.width / 2 - at.left - at.width / 2, to.top - at.top];
			return Math.abs(dx) > 8 ? (dx > 0 ? 'Right' : 'Left') : dy > 0 ? 'Down' : 'Up';`,
			name,
		);
		assert.notEqual(step, 'gone', `${name} is not on the map: ${await drawn()}`);
		await window.keys(step);
	}
	throw new Error(`${name} is not reached, the keyboard is on “${await here()}”`);
}

/** Imports a file with an inventory. */
async function bring(path, name, wanted) {
	await window.press(t('rail-catalog'));
	await window.press(t('inventory-files-title'));
	await window.fill(t('catalog-path'), path);
	await window.type(Keys.enter);
	await window.says('main h1', wanted, 30_000);
	await window.fill(t('inventory-files-name'), name);
	await leaveFields();
	await window.keys('Control+Enter');
	await window.says('main h1', shape('inventory-files-stored'), 30_000);
}

step('an empty workspace says how entities come into it', async () => {
	await open({ args: [], choose: workspace });
	await window.says('main h1', t('welcome-title'));
	await window.press(t('welcome-new'));
	await window.says('main', t('now-empty'));
	await window.keys('g', 'm');

	await window.says('.rail [aria-current=page]', t('rail-map'));
	await window.says('main', t('map-empty'));
	await window.picture('map-empty');
	assert.ok(await window.hasButton(t('entities-add-cmdb')));
});

step('a file of entities is shown before it is stored', async () => {
	await window.press(t('inventory-files-title'));
	await window.fill(t('catalog-path'), entities);
	await window.type(Keys.enter);
	await window.says('main h1', shape('inventory-files-lead', { entities: '12', edges: '0' }), 30_000);
	await window.says('main', 'pgbouncer');
	await window.picture('map-file-preview');
	await leaveFields();
	await window.keys('Control+Enter');

	await window.says('main h1', shape('inventory-files-stored', { fresh: '12' }), 30_000);
	await bring(edges, 'edges', shape('inventory-files-lead', { entities: '0', edges: '12' }));
	await bring(second, 'second', shape('inventory-files-lead', { entities: '1', edges: '0' }));
	await window.press(t('syncing-open-map'));
});

step('the map draws what depends on what, and drops nothing', async () => {
	await until('the nodes', async () => (await drawn()).length >= 11, 30_000);
	const names = await drawn();
	for (const name of ['web', 'checkout', 'orders', 'pgbouncer']) assert.ok(names.includes(name), `${name} in ${names}`);
	const counts = await window.text('main header p');
	assert.match(counts, shape('map-counts', { dropped: '0' }));
	await window.picture('map-shop');
});

step('every service on the way is reached along the edges, by arrows alone', async () => {
	await leaveFields();
	await walkTo('pgbouncer');
	await window.keys('Right');
	const next = await here();
	assert.ok(['orders', 'payments'].includes(next), next);
	await window.keys('Left');
	assert.equal(await here(), 'pgbouncer');
	await window.keys('Enter');

	await window.says('.topbar .chip', 'pgbouncer');
	await window.says('main aside', '#data-on-call');
	await window.picture('map-selected');
});

step('the blast radius of the database is read off the map', async () => {
	const database = (await drawn()).find((name) => name.startsWith('db-m1'));
	await walkTo(database);
	await window.keys('Enter');
	await window.says('.topbar .chip', database);
	await window.keys('b');

	await window.says('main aside h2', t('reach-title-down', { name: database }));
	for (const name of ['pgbouncer', 'orders', 'payments', 'checkout', 'web']) await window.says('main aside', name, 30_000);
	assert.ok(!(await window.text('main aside ol')).includes('session-cache'), 'what does not depend on it is not affected');
	await window.picture('map-blast');
	await window.keys('Escape');
});

step('the ways from the web to the database are asked for by name', async () => {
	await leaveFields();
	await window.keys('p');
	await window.fill(t('paths-from'), 'web');
	await window.fill(t('paths-to'), 'pgbouncer');
	await window.type(Keys.enter);

	await until('two ways', async () => (await window.count('dialog[open] ol')) >= 2);
	await window.says('dialog[open] ol', 'checkout');
	await window.picture('map-paths');
	await window.press(t('keys-close'));
	await closed();
});

step('a missing edge is drawn by hand, and Ctrl Z takes it back', async () => {
	const count = async () => Number((await window.eval(`return [...document.querySelectorAll('main [role=application] .edge')].length`)));
	const before = await count();
	await leaveFields();
	await window.keys('e');
	await window.fill(t('edge-from'), 'search');
	await window.fill(t('edge-to'), 'session-cache');
	await window.picture('map-draw');
	await window.press(t('edge-draw'));
	await closed();
	await window.says('.notices', 'search');
	await until('one more edge', async () => (await count()) === before + 1, 30_000);

	await leaveFields();
	await window.keys('Control+z');
	await until('the edges as before', async () => (await count()) === before, 30_000);
});

step('a wrong edge is corrected in the catalog', async () => {
	await window.keys('g', 'c');
	await window.keys('Control+4');
	await window.fill(t('edges-filter'), 'web search');
	await until('the one edge', async () => (await rows()).length === 1 && (await rows())[0].includes('search'));
	await window.press(t('edge-remove'));
	await until('no such edge', async () => (await window.text('main')).includes(t('edges-none')), 30_000);
	await leaveFields();
	await window.keys('Control+z');
	await until('the edge again', async () => (await rows()).length === 1, 30_000);
	await window.picture('catalog-edges');
});

step('two names of one machine are joined or proposed, merged, and taken apart again', async () => {
	await leaveFields();
	await window.keys('Control+5');
	await window.says('main h1', shape('doubts-lead'), 30_000);
	const listed = await rows();
	assert.ok(listed.some((row) => row.includes('fx-rates')), `the loose end is listed: ${listed}`);
	assert.ok(listed.some((row) => row.includes('media-resize')), `the orphan is listed: ${listed}`);
	await window.picture('catalog-doubts');
	const double = listed.findIndex((row) => row.includes(t('doubt-kind-duplicate')));
	if (double < 0) {
		// The serial number is the same, so it may be joined without asking; then the source that disagrees is told.
		assert.ok(listed.some((row) => row.includes('db-m1') && row.includes(t('doubt-kind-conflict'))), `joined, with its disagreement: ${listed}`);
		return;
	}
	await window.eval(`document.querySelectorAll('main [role=grid] [role=row][aria-selected]')[${double}].click()`);
	await window.says('main aside', t('duplicate-for'));
	await window.picture('catalog-duplicate');
	await leaveFields();
	await window.keys('m');
	await until('the double to be gone', async () => !(await rows()).some((row) => row.includes(t('doubt-kind-duplicate'))), 30_000);
	await leaveFields();
	await window.keys('Control+z');
	await until('the double again', async () => (await rows()).some((row) => row.includes(t('doubt-kind-duplicate'))), 30_000);
});

step('where two sources disagree a person decides, and every decision is listed with its way back', async () => {
	const disagreements = async () => (await rows()).filter((row) => row.includes(t('doubt-kind-conflict'))).length;
	const conflict = (await rows()).findIndex((row) => row.includes(t('doubt-kind-conflict')));
	if (conflict >= 0) {
		const before = await disagreements();
		await window.eval(`document.querySelectorAll('main [role=grid] [role=row][aria-selected]')[${conflict}].click()`);
		await window.press(t('entity-prefer'));
		await until('what was decided to be no doubt any more', async () => (await disagreements()) === before - 1, 30_000);
	}
	await leaveFields();
	await window.keys('d');
	await window.says('main aside', t('decisions-show'));
	assert.ok((await window.count('main aside li')) >= 2, 'the decisions of this run');
	assert.ok((await window.text('main aside')).includes(t('decision-is-undone')), 'what was taken back stays listed');
	await window.picture('catalog-decisions');
});

step('a note is written on two entities at once, and a filter is kept', async () => {
	await leaveFields();
	await window.keys('Control+2');
	await window.fill(t('entities-filter'), 'data');
	await until('the entities of a team', async () => (await rows()).length >= 5);
	await window.press(t('filters-save'));
	await window.fill(t('filters-name'), 'Data team');
	await window.type(Keys.enter);
	await until('the filter', () => window.hasButton('Data team'));
	await leaveFields();
	await window.keys('x', 'j', 'x', 'w');
	await window.fill(t('entity-note'), 'moves on Friday');
	await window.picture('catalog-note');
	await window.press(t('notes-keep'));
	await closed();
	await window.says('main aside', 'moves on Friday', 30_000);
	await window.picture('catalog-entities');
});

step('on the simulator’s shop the map opens by keyboard, level and reach move it', async () => {
	await open({ args: ['--workspace', demo] });
	await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
	await window.keys('g', 'm');
	await until('the nodes', async () => (await drawn()).length >= 5, 60_000);
	assert.match(await window.text('main header p'), shape('map-counts', { dropped: '0' }));
	await window.picture('map-demo');

	await window.keys('f');
	await until('the box to be ticked', () => window.eval(`return document.querySelector('main .bar input[type=checkbox]').checked`));
	await window.settled();
	await window.picture('map-demo-failing');
	await window.keys('f', 'v');
	await until('rows', async () => (await rows()).length >= 5);
	await window.picture('map-demo-list');
	await window.keys('v');
	for (const level of ['domain', 'system', 'host', 'service']) {
		await window.press(t(`map-level-${level}`));
		await until('nodes', async () => (await drawn()).length > 0, 30_000);
		await window.picture(`map-demo-${level}`);
	}
});

step('what is selected on the map is what metrics, logs and alerts show', async () => {
	const [name] = await drawn();
	await leaveFields();
	await walkTo(name);
	await window.keys('Enter');
	await window.says('.topbar .chip', name);
	for (const [screen, rail] of [['metrics', 'rail-metrics'], ['alerts', 'rail-alerts'], ['logs', 'rail-logs'], ['now', 'rail-now']]) {
		await window.press(t(rail));
		await window.says('main .only', name, 30_000);
		await window.picture(`only-${screen}`);
	}
	await window.press(t('entity-only-clear', { name }));
	await until('nothing to be selected', async () => (await window.count('main .only')) === 0);
});

for (const size of ['1440x900', '1100x700']) {
	for (const theme of ['dark', 'light']) {
		step(`pictures of the map and the catalog, ${theme}, ${size}`, async () => {
			await open({ args: ['--workspace', demo], size });
			await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
			await window.press(t('rail-settings'));
			await window.press(t(`set-${theme}`));
			const wide = () => window.eval('return document.documentElement.scrollWidth > innerWidth + 1');
			await window.press(t('rail-map'));
			await until('the nodes', async () => (await drawn()).length >= 5, 60_000);
			await window.picture(`map-${theme}-${size}`);
			assert.equal(await wide(), false);
			await window.keys('Right', 'Enter', 'b');
			await window.says('main aside h2', shape('reach-title-down'), 30_000);
			await window.picture(`map-blast-${theme}-${size}`);
			await window.press(t('rail-catalog'));
			for (const [key, name] of [['2', 'entities'], ['4', 'edges'], ['5', 'doubts']]) {
				await leaveFields();
				await window.keys(`Control+${key}`);
				await window.settled();
				await window.picture(`catalog-${name}-${theme}-${size}`);
				assert.equal(await wide(), false, name);
			}
			await window.press(t('catalog-tab-sources'));
			await window.press(t('catalog-add'));
			await window.press(t('connect-kind-cmdb'));
			await window.says('main', t('mapping-title'));
			await window.picture(`add-cmdb-${theme}-${size}`);
			assert.equal(await wide(), false, 'add a CMDB');
		});
	}
}

const boxes = () => window.count('main [role=application] g.box');

step('a fleet of 2,000 with 10,000 edges is in boxes, and nothing of it is dropped', async () => {
	for (const [name, text] of [['fleet.csv', fleetEntities()], ['calls.csv', fleetEdges()]]) {
		writeFileSync(join(home, name), text);
		await wardroom(home, 'topology', 'import', '--workspace', fleet, join(home, name));
	}
	await open({ args: ['--workspace', fleet] });
	await window.keys('g', 'm');
	await until('the boxes', async () => (await boxes()) === 20, 60_000);

	assert.match(await window.text('main header p'), shape('map-counts', { edges: '10,000', drawn: '0', dropped: '0' }));
	await window.picture('map-fleet');
});

step('boxes and dots are walked by keyboard, and every edge is in the list', async () => {
	await leaveFields();
	await window.keys('Right');
	const begin = await here();
	assert.match(begin, /^system-\d\d$/);
	await window.keys('Right');
	assert.match(await here(), /^system-\d\d$/);
	assert.notEqual(await here(), begin);
	await window.keys('Enter', 'Right');
	const dot = (await window.text('main [role=application] .over')).match(/svc-\d{4}/)?.[0];
	assert.ok(dot, 'the dot with the keyboard is named');
	await window.picture('map-fleet-dot');
	await window.keys('Enter');
	await window.says('.topbar .chip', dot);

	await window.keys('v');
	await window.press(t('map-edges-each'));
	await window.says('main', shape('map-edges-listed', { rows: '10,000', count: '10,000', total: '10,000' }), 30_000);
	await window.picture('map-fleet-list');
	await window.keys('v');
});

for (const [size, theme] of [['1440x900', 'dark'], ['1440x900', 'light'], ['1100x700', 'dark'], ['1100x700', 'light']]) {
	step(`pictures of the fleet, ${theme}, ${size}`, async () => {
		await open({ args: ['--workspace', fleet], size });
		await window.press(t('rail-settings'));
		await window.press(t(`set-${theme}`));
		await window.press(t('rail-map'));
		await until('the boxes', async () => (await boxes()) === 20, 60_000);
		await window.picture(`map-fleet-${theme}-${size}`);
		assert.equal(await window.eval('return document.documentElement.scrollWidth > innerWidth + 1'), false);
	});
}

step('the fleet follows the keys that move it, and how long its frames take is printed', async () => {
	// Without a graphics card the program has WebKit draw like this; it leaves a test driver alone, whose pictures need
	// the other way, in which a square of 20 pixels that changes takes as long as all of the map. No picture is taken here.
	await open({ args: ['--workspace', fleet], env: { WEBKIT_DISABLE_COMPOSITING_MODE: '1' } });
	await window.press(t('rail-map'));
	await until('the boxes', async () => (await boxes()) === 20, 60_000);
	await leaveFields();
	await window.keys('Right', '+', '+');
	// A key a frame, five to the right and five back, so that no frame shows a map that stands at its border.
	await window.eval(`
		globalThis.panned = null;
		const times = [];
		const places = [];
		const frame = (time) => {
			times.push(time);
			places.push(document.querySelector('main [role=application] svg > g').getAttribute('transform'));
			if (times.length > 120) {
				const moved = places.filter((place, i) => i > 0 && place !== places[i - 1]).length;
				globalThis.panned = { frames: times.slice(1).map((at, i) => at - times[i]).sort((a, b) => a - b), moved };
				return;
			}
			const key = Math.floor(times.length / 5) % 2 === 0 ? 'd' : 'a';
			document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
			requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);`);
	const { frames, moved } = await until('120 frames', () => window.eval('return globalThis.panned'), 60_000);

	assert.equal(frames.length, 120);
	assert.ok(moved > 110, `the map moved in ${moved} of 120 frames`);
	const at = (share) => Math.round(frames[Math.floor(share * (frames.length - 1))] * 10) / 10;
	console.log(`panning 2,000 nodes with 10,000 edges, ms a frame: median ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`);
});

step('in Chinese', async () => {
	await open({ args: ['--workspace', workspace] });
	await window.press(t('rail-settings'));
	await window.press('简体中文');
	await window.press(zh('rail-map'));
	await until('the nodes', async () => (await drawn()).length >= 11, 60_000);
	await window.says('main', zh('map-only-failing'));
	await window.picture('map-zh');
	await window.press(zh('rail-catalog'));
	await window.keys('Control+5');
	await window.says('main', zh('decisions-show'));
	await window.picture('catalog-doubts-zh');
});
