// The life of a connection without the pointer: added, tested, synced, followed, paused, renamed, deleted.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { prometheusProgram, startPrometheus } from './prometheus.mjs';
import { wardroom } from './programs.mjs';
import { startDisplay, startWindow, until } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
const program = prometheusProgram();
const skip = program === null ? 'SKIPPED: WARDROOM_PROMETHEUS names no server' : false;
let display, window, home, workspace, server;

before(async () => {
	if (skip) return;
	home = mkdtempSync(join(tmpdir(), 'wardroom-life-'));
	workspace = join(home, 'life.wardroom');
	server = await startPrometheus(program);
	await wardroom(home, 'workspace', 'new', workspace);
	display = await startDisplay();
	window = await startWindow({ display: display.name, args: ['--workspace', workspace] });
});
after(async () => {
	await window?.stop();
	display?.stop();
	await server?.stop();
	if (home) rmSync(home, { recursive: true, force: true });
});

/** The name of what has the focus, as it is written beside or on it. */
const held = () => window.eval(`const e = document.activeElement; return (e?.labels?.[0]?.textContent ?? e?.getAttribute('aria-label') ?? e?.textContent ?? '').replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim()`);

/** Presses Tab until what has a name has the focus. */
async function reach(name) {
	for (let pressed = 0; pressed < 120; pressed += 1) {
		if ((await held()).startsWith(name)) return;
		await window.keys('Tab');
	}
	throw new Error(`Tab never reaches “${name}”; it stands on “${await held()}”`);
}

/** Presses Tab to a group of choices and an arrow to the one that is wanted. */
async function pick(name) {
	const inGroup = () => window.eval(`const [name] = arguments; return [...(document.activeElement?.closest('[role=radiogroup]')?.querySelectorAll('[role=radio]') ?? [])].some((e) => e.textContent.trim().startsWith(name))`, name);
	for (let pressed = 0; pressed < 120 && !(await inGroup()); pressed += 1) await window.keys('Tab');
	for (let pressed = 0; pressed < 8 && !(await held()).startsWith(name); pressed += 1) await window.keys('Right');
	assert.ok((await held()).startsWith(name), `an arrow reaches “${name}”`);
}

/** Writes into the field that a name labels. */
async function write(name, text) {
	await reach(name);
	await window.keys('Control+a');
	await window.type(text);
}

test('a connection is added, tested and synced', { skip }, async () => {
	await window.says('.rail', t('rail-catalog'));
	await window.keys('g', 'c');
	await window.says('main', t('catalog-empty-title'));
	await window.keys('n');
	await window.says('main h1', t('connect-lead-new'));
	await write(t('connect-name'), 'shop');
	await write(t('connect-url'), server.url);
	await reach(t('connect-test'));
	await window.keys('Enter');
	await window.says('main h1', t('connect-lead-answers', { name: 'shop' }), 30_000);
	await pick(t('connect-scope-matcher'));
	await write(t('connect-matchers'), 'shop_queue_length');
	await window.keys('Control+Enter');

	await window.says('main h1', t('syncing-lead-done', { name: 'shop' }), 60_000);
});

test('it is followed', { skip }, async () => {
	await window.eval('document.activeElement?.blur()');
	await window.keys('g', 'c');
	await window.says('aside', 'shop');
	if ((await window.text('aside')).includes(`${t('source-follow')} `)) await window.keys('Space');
	await window.says('aside', t('source-unfollow'));
	await window.says('aside', t('source-say-fresh'), 40_000);
	await window.picture('life-followed');
});

test('it is paused and woken', { skip }, async () => {
	await reach(t('source-pause'));
	await window.keys('Enter');
	await window.says('aside', t('source-say-paused'));
	await window.picture('life-paused');

	await reach(t('source-wake'));
	await window.keys('Enter');
	await until('the source to be awake', async () => !(await window.text('aside')).includes(t('source-say-paused')));
});

test('it gets another name, and keeps what it brought', { skip }, async () => {
	await reach(t('source-edit'));
	await window.keys('Enter');
	await until('the form', () => window.count('main input[type=url]'));
	await write(t('connect-name'), 'market');
	await reach(t('connect-save'));
	await window.keys('Enter');

	await window.says('aside', 'market');
	const samples = await window.text('aside');
	assert.doesNotMatch(samples, /\b0 samples\b/);
});

test('it is deleted with its data, after a question whose first answer keeps everything', { skip }, async () => {
	await reach(t('source-delete'));
	await window.keys('Enter');
	await window.says('dialog[open]', t('delete-title', { name: 'market' }));
	assert.ok((await held()).startsWith(t('delete-keep')), await held());
	await window.picture('life-delete');
	await window.keys('Shift+Tab');
	assert.ok((await held()).startsWith(t('delete-with-data', { name: 'market' })), await held());
	await window.keys('Enter');

	await window.says('main', t('catalog-empty-title'));
	await window.stop();
	window = null;
	const check = await wardroom(home, 'workspace', 'check', workspace);
	assert.equal(check.sound, true);
	assert.equal(check.samples, 0);
});
