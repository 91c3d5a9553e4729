// The demo opens and shows the fault: who it is, since when, in which order, and the series behind it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { wardroom } from './programs.mjs';
import { startDisplay, startWindow } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
let display, window, truth, home;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-demo-'));
	({ truth } = await wardroom(home, 'demo', '--workspace', join(home, 'truth.wardroom')));
	display = await startDisplay();
	window = await startWindow({ display: display.name, args: ['--demo'] });
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

test('Now says in one sentence what is wrong and since when', async () => {
	const headline = await window.says('main h1', /\d{1,2}:\d{2}/, 120_000);

	assert.ok(!headline.includes(t('headline-calm')), headline);
	assert.match(headline, /since|at \d/);
});

test('Now names the true cause and draws the onsets', async () => {
	await window.settled();

	assert.ok((await window.text('main')).toLowerCase().includes(truth.cause.toLowerCase()), `${truth.cause} is not on the screen`);
	assert.ok((await window.count('main svg')) > 0);
	assert.ok((await window.count('main [role=grid] [role=row]')) > 1);
	await window.picture('demo-now');
});

test('Metrics shows the series behind it, and last week over it', async () => {
	await window.press(t('now-open-finding'));

	await window.says('.rail [aria-current=page]', t('rail-metrics'));
	await window.settled();
	assert.ok((await window.count('main canvas')) > 0);
	await window.keys('c');
	await window.picture('demo-metrics-last-week');
});

test('the content policy refuses what is not ours', async () => {
	const made = await window.eval(`
		const script = document.createElement('script');
		script.textContent = 'window.ranInline = true';
		document.body.append(script);
		let evaluated = 'ran';
		try { window.eval('1'); } catch (error) { evaluated = error.name; }
		return [window.ranInline ?? false, evaluated];`);

	assert.deepEqual(made, [false, 'EvalError']);
});
