// A CSV is shown before anything is stored, then stored, then seen.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { wardroom } from './programs.mjs';
import { startDisplay, startWindow } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
const ROWS = 600;
let display, window, home, workspace, csv;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-import-'));
	workspace = join(home, 'import.wardroom');
	csv = join(home, 'queue.csv');
	const rows = Array.from({ length: ROWS }, (_, i) => new Date(Date.UTC(2026, 10, 16) + i * 60_000).toISOString()).flatMap((at, i) => [`${at},queue_length,a,${20 + (i % 7)}`, `${at},queue_length,b,${30 + (i % 5)}`]);
	writeFileSync(csv, `time,metric,shard,value\n${rows.join('\n')}\n`);
	await wardroom(home, 'workspace', 'new', workspace);
	display = await startDisplay();
	window = await startWindow({ display: display.name, args: ['--workspace', workspace] });
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

test('the preview shows the columns and stores nothing', async () => {
	await window.press(t('rail-catalog'));
	await window.fill(t('catalog-path'), csv);
	await window.press(t('catalog-path-preview'));

	const sheet = await window.says('main', 'queue.csv');
	await window.says('main', t('import-lead-waiting'));
	await window.says('main', 'shard');
	assert.ok(sheet.includes('queue.csv'));
	await window.picture('import-preview');
});

test('the import stores it and the window shows it', async () => {
	await window.keys('Control+Enter');
	await window.press(t('import-open-now'));

	await window.says('.rail [aria-current=page]', t('rail-now'));
	await window.press(t('rail-metrics'));
	await window.says('main', 'queue_length');
	await window.picture('import-metrics');
});

test('times without a zone are asked about, and UTC is an answer', async () => {
	const local = join(home, 'local.csv');
	writeFileSync(local, `time,queue_local\n${Array.from({ length: 30 }, (_, i) => `2026-11-16 08:${10 + i}:00,${i % 7}`).join('\n')}\n`);
	await window.press(t('rail-catalog'));
	await window.fill(t('catalog-path'), local);
	await window.press(t('catalog-path-preview'));
	await window.says('main', t('import-question-zone'));

	await window.choose(t('import-zone'), t('import-zone-utc'));

	await window.says('main', '16 Nov 08:10');
	await window.press(t('rail-now'));
});

test('what is written to a file is read back equal, and a file that is there is left alone', async () => {
	await window.press(t('rail-metrics'));
	await window.says('main', 'queue_length');
	const out = join(home, 'out.csv');
	await window.keys('W');
	await window.fill(t('export-which'), 'queue_length');
	await window.press(t('export-period-all'));
	await window.fill(t('export-path'), out);
	await window.picture('export');
	await window.press(t('export-write'));
	await window.says('.notices', out);

	const again = join(home, 'again.wardroom');
	await wardroom(home, 'workspace', 'new', again);
	await wardroom(home, 'import', out, '--workspace', again);
	const twice = join(home, 'twice.csv');
	await wardroom(home, 'export', '--workspace', again, '--out', twice);
	assert.equal(readFileSync(twice, 'utf8'), readFileSync(out, 'utf8'));
	assert.equal(readFileSync(out, 'utf8').trim().split('\n').length, 2 * ROWS + 1);

	writeFileSync(out, 'mine');
	await window.keys('W');
	await window.fill(t('export-path'), out);
	await window.press(t('export-write'));
	await window.says('.notices', t('error-file-exists', { path: out }));
	assert.equal(readFileSync(out, 'utf8'), 'mine');
});

test('the file holds every sample after the window is gone', async () => {
	await window.stop();
	window = null;

	const check = await wardroom(home, 'workspace', 'check', workspace);
	assert.equal(check.sound, true);
	assert.equal(check.samples, 2 * ROWS);
});
