// A CMDB as a new user meets it: a real Backstage is refused a wrong token, tested, read, and drawn.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { course } from './course.mjs';
import { wardroom } from './programs.mjs';
import { ask, loud, needs, start } from './server.mjs';
import { startDisplay, startWindow, until } from './wd.mjs';
import { shapes, words } from './words.mjs';

const t = words();
const shape = shapes();
const SCRIPT = 'backstage.sh';
const TOKEN = 'wardroom-tests';
const NAME = 'Catalogue';
const skip = whyNot() ?? false;
let display, window, home, workspace, server;

/** Says why there is no Backstage on this machine; it is large, so it is installed only where that was asked for. */
function whyNot() {
	const missing = needs(SCRIPT);
	if (missing !== '') return loud(`SKIPPED: there is no Backstage: ${missing} is missing on this machine`);
	try {
		ask(SCRIPT, 'cached');
		return null;
	} catch {
		return loud('SKIPPED: there is no Backstage: `cargo xtask test --servers` installs it');
	}
}

before(async () => {
	if (skip) return;
	home = mkdtempSync(join(tmpdir(), 'wardroom-cmdb-'));
	workspace = join(home, 'shop.wardroom');
	await wardroom(home, 'workspace', 'new', workspace);
	display = await startDisplay();
	server = await start(SCRIPT);
	window = await startWindow({ display: display.name, home, args: ['--workspace', workspace] });
	await until('a screen', () => window.count('.rail [aria-current=page]'), 60_000);
});
after(async () => {
	await window?.stop();
	display?.stop();
	await server?.stop();
	if (home) rmSync(home, { recursive: true, force: true });
});

const step = course(() => window?.glimpse('cmdb-failed'), { skip });

/** Chooses one of several by its words. */
const choose = (selector, wanted) => until(wanted, () => window.eval('const e = [...document.querySelectorAll(arguments[0])].find((e) => e.innerText.includes(arguments[1])); e?.click(); return e !== undefined', selector, wanted));

step('a wrong token is refused in words, and nothing is stored', async () => {
	await window.press(t('rail-catalog'));
	await window.press(t('catalog-add'));
	await window.press(t('connect-kind-cmdb'));
	await window.says('main', t('mapping-good'));
	await window.choose(t('preset'), 'Backstage');
	await window.says('main .preset', shape('preset-tried'));
	await window.fill(t('connect-name'), NAME);
	await window.fill(t('connect-url'), server.url);
	await choose('main fieldset label', t('connect-sign-bearer'));
	await window.fill(t('connect-token'), 'not-the-token');
	await window.press(t('connect-test'));

	await window.says('main h1', t('connect-lead-denied', { name: NAME }), 30_000);
	await window.says('main', t('error-source-denied'));
	for (const path of [workspace, `${workspace}-wal`].filter(existsSync)) assert.ok(!readFileSync(path).includes(server.url), `${path} knows the server`);
	await window.picture('cmdb-refused');
});

step('the test says product and counts, and shows the first page beside what is understood of it', async () => {
	await window.fill(t('connect-token'), TOKEN);
	await window.press(t('connect-test'));

	await window.says('main h1', t('connect-lead-answers', { name: NAME }), 30_000);
	await window.says('main', 'Backstage');
	await window.says('main', t('mapping-raw'));
	await window.says('main', 'backstage.io/v1alpha1');
	assert.ok(!(await window.text('main')).includes(TOKEN), 'the token is on screen');
	await window.picture('cmdb-tested');
});

step('the inventory is read, and the map draws what depends on what', async () => {
	await window.keys('Control+Enter');
	await window.says('main h1', t('syncing-lead-done', { name: NAME }), 60_000);
	await window.picture('cmdb-read');
	await window.press(t('syncing-open-map'));
	await until('the map', () => window.count('main [role=application] [role=button]'), 30_000);

	const names = await window.eval(`return [...document.querySelectorAll('main [role=application] [role=button]')].map((node) => node.getAttribute('aria-label').split(',')[0])`);
	for (const name of ['storefront', 'orders', 'orders-db']) assert.ok(names.includes(name), `${name} is not among ${names}`);
	await window.picture('cmdb-map');
});

step('who owns it is in the catalog, and the blast radius names them', async () => {
	await window.press(t('rail-catalog'));
	await window.keys('Control+2');
	await choose('main [role=grid] [role=row]', 'orders-db');
	await window.says('main aside', 'Platform team');
	const impact = await wardroom(home, 'topology', 'impact', 'orders-db', '--workspace', workspace);
	assert.ok(impact.rows.some((row) => row.name === 'orders'), JSON.stringify(impact.rows));
});

step('the file holds no secret', async () => {
	await window.stop();
	window = null;
	const check = await wardroom(home, 'workspace', 'check', workspace);
	assert.equal(check.sound, true);
	assert.ok(!readFileSync(workspace).includes(TOKEN), 'the token is in the file');
});
