// Everything by keyboard: from the first page through every screen and back, without touching the pointer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDisplay, startWindow, until } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
let display, window;

before(async () => {
	display = await startDisplay();
	window = await startWindow({ display: display.name });
});
after(async () => {
	await window?.stop();
	display?.stop();
});

const lit = (key) => window.says('.rail [aria-current=page]', t(key));

test('Enter on the first page opens the demo', async () => {
	await window.says('main h1', t('welcome-title'));
	await until('the demo button to have the focus', async () => (await window.focused()).includes(t('welcome-demo')));
	await window.keys('Enter');

	await window.says('main h1', /\d{1,2}:\d{2}/, 120_000);
});

test('g and a letter go to every screen', async () => {
	await window.keys('g', 'e');
	await lit('rail-metrics');
	await window.keys('g', 'c');
	await lit('rail-catalog');
	await window.keys('g', ',');
	await lit('rail-settings');
	await window.keys('g', 'n');
	await lit('rail-now');
});

test('j, k and Enter open a finding', async () => {
	await window.eval('document.activeElement.blur()');
	await window.keys('j', 'k', 'Enter');

	await lit('rail-metrics');
	await window.keys('Alt+Left');
	await lit('rail-now');
});

test('the palette finds an action by its words', async () => {
	await window.keys('Control+k');
	await until('the field of the palette', async () => (await window.focused()).includes(t('palette-field')));
	await window.type(t('act-add-source'));
	await window.keys('Enter');

	await window.says('main h1', t('connect-lead-new'));
	await until('the form', () => window.count('main input[type=url]'));
	await window.keys('Escape');
	await lit('rail-catalog');
});

test('n in the catalog adds a source, Escape steps back', async () => {
	await window.keys('n');
	await window.says('main h1', t('connect-lead-new'));
	await window.keys('Escape');
	await lit('rail-catalog');
});

test('t t takes a typed range', async () => {
	await window.keys('g', 'n', 't', 't');
	await window.fill(t('range-field'), 'now-2d');
	await window.type('\uE007');

	await window.says('.topbar', /2 d/);
});

test('? lists the keys, Escape closes the list', async () => {
	await window.keys('Escape', '?');
	await window.says('dialog[open]', t('keys-title'));
	await window.picture('keys');
	await window.keys('Escape');
	await until('the list to be closed', async () => (await window.count('dialog[open]')) === 0);
});

test('F6 walks through the regions and Tab never leaves them', async () => {
	const seen = new Set();
	for (let i = 0; i < 8; i += 1) {
		await window.keys('F6');
		seen.add(await window.eval('return document.activeElement.closest("[data-region]")?.tagName ?? "none"'));
	}
	assert.ok(seen.size >= 3 && !seen.has('none'), [...seen].join(' '));
	for (let i = 0; i < 12; i += 1) {
		await window.keys('Tab');
		assert.ok(await window.eval('const e = document.activeElement; return e === document.body || getComputedStyle(e).outlineStyle !== "none" || e.matches(":focus-visible")'), await window.focused());
	}
});
