// A picture of every screen, in both themes and two sizes, to be looked at; nothing may stick out of the window.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { wardroom } from './programs.mjs';
import { startDisplay, startWindow } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
let display, home, args, csv;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-pictures-'));
	args = ['--workspace', join(home, 'demo.wardroom')];
	csv = join(home, 'late orders.csv');
	const rows = Array.from({ length: 40 }, (_, i) => `0${1 + (i % 9)}/0${1 + (i % 7)}/2026 10:${10 + i},shop,${i % 11 === 5 ? 'many' : i}`);
	writeFileSync(csv, `date,shop,orders_late\n${rows.join('\n')}\n`);
	await wardroom(home, 'demo', ...args);
	display = await startDisplay();
});
after(() => {
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

/** The screens, each with the way to it. */
const SCREENS = [
	['now', (window) => window.press(t('rail-now'))],
	['metrics', (window) => window.press(t('rail-metrics'))],
	['catalog', (window) => window.press(t('rail-catalog'))],
	['add-source', async (window) => (await window.press(t('rail-catalog')), window.press(t('catalog-add')))],
	['import', async (window) => {
		await window.press(t('rail-catalog'));
		await window.fill(t('catalog-path'), csv);
		await window.press(t('catalog-path-preview'));
		await window.says('main', 'orders_late');
	}],
	['settings', (window) => window.press(t('rail-settings'))],
	['palette', async (window) => {
		await window.press(t('rail-now'));
		await window.settled();
		await window.keys('Control+k');
	}],
];

/** Returns what is wider than the window; the page itself never scrolls sideways. */
function overflow(window) {
	return window.eval('return document.documentElement.scrollWidth > innerWidth + 1 ? document.documentElement.scrollWidth + " in " + innerWidth : ""');
}

for (const size of ['1440x900', '1100x700']) {
	for (const theme of ['dark', 'light']) {
		test(`every screen, ${theme}, ${size}`, async () => {
			const window = await startWindow({ display: display.name, args, size });
			try {
				await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
				await window.press(t('rail-settings'));
				await window.press(t(`set-${theme}`));
				for (const [name, go] of SCREENS) {
					await go(window);
					const bytes = await window.picture(`${name}-${theme}-${size}`);
					assert.ok(bytes.length > 10_000, `${name} is nearly empty`);
					assert.equal(await overflow(window), '', name);
				}
			} finally {
				await window.stop();
			}
			const first = await startWindow({ display: display.name, size, env: { GTK_THEME: theme === 'dark' ? 'Adwaita:dark' : 'Adwaita' } });
			try {
				await first.says('main h1', t('welcome-title'));
				const bytes = await first.picture(`welcome-${theme}-${size}`);
				assert.ok(bytes.length > 10_000, 'the first page is nearly empty');
			} finally {
				await first.stop();
			}
		});
	}
}
