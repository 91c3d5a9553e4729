// axe in the real window, with the colours and sizes that a person sees: the main screens, dark and light.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demo, root } from './programs.mjs';
import { startDisplay, startWindow, until } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
/** axe as the tests of the interface have it, as text: the page takes no script from elsewhere. */
const AXE = readFileSync(createRequire(join(root, 'ui/package.json')).resolve('axe-core/axe.min.js'), 'utf8');
/** How long axe may take for one screen: seconds where the machine has nothing else to do. */
const LIMIT = 150_000;
let display, window, home;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-accessible-'));
	const workspace = join(home, 'demo.wardroom');
	await demo(home, workspace);
	display = await startDisplay();
	window = await startWindow({ display: display.name, home, args: ['--workspace', workspace] });
	await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

/** The screens: the letter after `g`, and what has to be there before one is looked at. */
const SCREENS = [
	['now', 'n', 'main [role=grid] [role=row]'],
	['metrics', 'e', 'main figure canvas'],
	['logs', 'l', 'main [role=grid] [role=row], main h1'],
	['map', 'm', 'main svg, main canvas'],
	['catalog', 'c', 'main [role=tabpanel]'],
	['alerts', 'a', 'main h1'],
	['simulator', 's', 'main h1'],
	['settings', ',', 'main h1'],
];

/** What axe finds, as lines that say which rule, where, and what is wrong. */
async function violations() {
	if (!(await window.eval('return typeof window.axe === "object"'))) await window.eval(`${AXE}; return true;`);
	const found = await window.evalLater(`const done = arguments[0];
		window.axe.run(document, { resultTypes: ['violations'], preload: false, iframes: false }).then(
			({ violations }) => done({ violations: violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, count: nodes.length, nodes: nodes.slice(0, 6).map((node) => ({ target: node.target.join(' '), html: node.html.slice(0, 160), why: node.failureSummary })) })) }),
			(error) => done({ failed: String(error) }),
		);`, LIMIT);
	assert.equal(found.failed, undefined, `axe did not run: ${found.failed}`);
	return found.violations.flatMap(({ id, impact, help, count, nodes }) => [
		`${id} (${impact}): ${help}; ${count} in all`,
		...nodes.map(({ target, html, why }) => `    ${target}\n      ${html}\n      ${why.replaceAll('\n', '\n      ')}`),
	]);
}

for (const theme of ['dark', 'light']) {
	test(`the main screens break no rule of accessibility, ${theme}`, { timeout: 1_200_000 }, async () => {
		await window.press(t('rail-settings'));
		await window.press(t(`set-${theme}`));
		await until('the theme', () => window.eval('return document.documentElement.dataset.theme === arguments[0]', theme));
		const broken = [];
		for (const [name, letter, there] of SCREENS) {
			await window.eval('document.activeElement?.blur()');
			await window.keys('g', letter);
			await window.says('.rail [aria-current=page]', t(`rail-${name}`));
			await until(`${there} on ${name}`, () => window.count(there), 60_000);
			await window.picture(`accessible-${name}-${theme}`);
			const begun = performance.now();
			const found = await violations();
			console.log(`${name}, ${theme}: axe took ${((performance.now() - begun) / 1000).toFixed(1)} s, ${found.length === 0 ? 'nothing found' : 'see below'}`);
			if (found.length > 0) broken.push(`${name}, ${theme}:`, ...found.map((line) => `  ${line}`));
		}
		assert.ok(broken.length === 0, `axe finds on the screens:\n${broken.join('\n')}`);
	});
}
