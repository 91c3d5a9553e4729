// Chinese without a restart, in every screen, and still there after one.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demo } from './programs.mjs';
import { startDisplay, startWindow } from './wd.mjs';
import { words } from './words.mjs';

const en = words();
const zh = words('zh-CN');
const HAN = /\p{Script=Han}/u;
let display, window, home, args;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-language-'));
	args = ['--workspace', join(home, 'demo.wardroom')];
	await demo(home, args[1]);
	display = await startDisplay();
	window = await startWindow({ display: display.name, args, home });
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

test('one choice in Settings turns the whole window Chinese', async () => {
	await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
	await window.press(en('rail-settings'));
	await window.press('简体中文');

	await window.says('.rail', zh('rail-now'));
	await window.picture('zh-settings');
	assert.equal(await window.eval('return document.documentElement.lang.slice(0, 2)'), 'zh');
});

test('every screen is Chinese, the sentence of Now too', async () => {
	for (const screen of ['metrics', 'catalog', 'now']) {
		await window.press(zh(`rail-${screen}`));
		await window.says('main h1', HAN, 20_000);
		await window.picture(`zh-${screen}`);
	}
	const left = await window.eval('return [...document.querySelectorAll("h1, h2, button > span")].map((e) => e.innerText.trim()).filter((s) => /^[A-Z][a-z]+ [a-z]+ [a-z]+/.test(s))');
	assert.deepEqual(left, [], 'English sentences that stayed');
});

test('the choice outlives the window', async () => {
	await window.stop();
	window = await startWindow({ display: display.name, args, home });

	await window.says('.rail', zh('rail-now'));
	await window.says('main h1', HAN, 60_000);
});
