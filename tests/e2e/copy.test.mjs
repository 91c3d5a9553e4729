// A copy is saved while the workspace is open, and opens on "another machine": another home, no network.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demo } from './programs.mjs';
import { startDisplay, startWindow, until } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
let display, window, home, copy, headline;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-copy-'));
	copy = join(home, 'copy.wardroom');
	await demo(home, join(home, 'demo.wardroom'));
	display = await startDisplay();
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

test('a copy is saved while the workspace is open', async () => {
	// The system's dialog cannot be driven; the program takes its answer from this variable.
	window = await startWindow({ display: display.name, args: ['--workspace', join(home, 'demo.wardroom')], env: { WARDROOM_CHOOSE: copy } });
	headline = await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
	await window.keys('Control+k');
	await until('the field of the palette', async () => (await window.focused()).includes(t('palette-field')));
	await window.type(t('act-copy'));
	await window.type('\uE007');

	await window.says('body', t('copy-done', { path: copy }), 60_000);
	assert.ok(existsSync(copy));
	await window.stop();
	window = null;
	assert.ok(!existsSync(`${copy}-wal`), 'one file remains');
});

test('the copied file opens elsewhere and says the same', async () => {
	const elsewhere = join(home, 'elsewhere');
	mkdirSync(elsewhere);
	copyFileSync(copy, join(elsewhere, 'moved.wardroom'));
	rmSync(join(home, 'demo.wardroom'));
	// A proxy that nobody answers: whatever would ask the network fails; the driver's own line stays open.
	const nobody = 'http://127.0.0.1:9';
	const env = { HTTP_PROXY: nobody, HTTPS_PROXY: nobody, http_proxy: nobody, https_proxy: nobody, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
	window = await startWindow({ display: display.name, args: ['--workspace', join(elsewhere, 'moved.wardroom')], env });

	assert.equal(await window.says('main h1', /\d{1,2}:\d{2}/, 60_000), headline);
	assert.ok((await window.count('main [role=grid] [role=row]')) > 1);
	await window.picture('copy-elsewhere');
});
