// A real Prometheus is added, tested and synced; a second sync brings only what is new; a sync is stopped.
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
/** Four series of two days at one minute lie in the server before it starts. */
const HISTORY = 4 * 2 * 24 * 60;
let display, window, home, workspace, server;

before(async () => {
	if (skip) return;
	home = mkdtempSync(join(tmpdir(), 'wardroom-source-'));
	workspace = join(home, 'source.wardroom');
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

/** Fills the form of a new source and tests the connection. */
async function connect(name, matchers) {
	await window.press(t('rail-catalog'));
	await window.press(t('catalog-add'));
	await window.fill(t('connect-name'), name);
	await window.fill(t('connect-url'), server.url);
	await window.press(t('connect-test'));
	await window.says('main h1', t('connect-lead-answers', { name }), 30_000);
	await window.press(t('connect-scope-matcher'));
	await window.fill(t('connect-matchers'), matchers);
}

test('the test of the connection says what answers', { skip }, async () => {
	await connect('shop', 'shop_requests_total\nshop_queue_length');

	await window.says('main', /Prometheus \d+\.\d+/);
	await window.picture('source-tested');
});

test('the sync brings the history, and the rules with it', { skip }, async () => {
	await window.keys('Control+Enter');

	await window.says('main h1', t('syncing-lead-done', { name: 'shop' }), 60_000);
	const arrived = await window.says('main', t('syncing-row-rules'));
	assert.ok(arrived.includes(t('syncing-row-series')));
	await window.picture('source-synced');
});

test('a second sync fetches only what is new', { skip }, async () => {
	const first = await window.text('main h1');
	await window.press(t('syncing-again'));

	// History ends an hour ago, so nothing but the scrape of the last seconds can be new.
	const ended = new RegExp(`${t('syncing-lead-nothing', { name: 'shop' })}|${t('syncing-lead-done', { name: 'shop' })}`);
	await until('the second sync', async () => {
		const now = await window.text('main h1');
		return now !== first && ended.test(now);
	}, 30_000);
	await window.press(t('rail-metrics'));
	await window.says('main', 'shop_queue_length');
});

test('a sync can be stopped, and what arrived stays', { skip }, async () => {
	await connect('slow', '{job="shop"}\nshop_requests_total');
	server.slow(5000);
	await window.keys('Control+Enter');

	await window.press(t('syncing-stop'));
	await window.says('main h1', t('syncing-lead-cancelled', { name: 'slow' }), 20_000);
	server.slow(0);
	await window.picture('source-stopped');
});

test('the file is sound and holds the history', { skip }, async () => {
	await window.stop();
	window = null;

	const check = await wardroom(home, 'workspace', 'check', workspace);
	assert.equal(check.sound, true);
	assert.ok(check.samples >= HISTORY * 0.95, `${check.samples} samples of ${HISTORY}`);
	// The stopped source may bring three of the four series once more before the window closes; never the first its own.
	assert.ok(check.samples <= HISTORY * 1.8, `${check.samples} samples: something was stored twice`);
});
