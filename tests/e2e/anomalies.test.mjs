// What changed, would this have woken me, that was expected, and PromQL without the server: on the demo, in the real window.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { course } from './course.mjs';
import { wardroom } from './programs.mjs';
import { startDisplay, startWindow, until } from './wd.mjs';
import { shapes, words } from './words.mjs';

const t = words();
const shape = shapes();
/** Where the demo's history ends, so that a moment can be asked for. */
const END = '2026-03-11T10:00:00Z';
const EXPRESSION = 'sum by (service) (rate(http_requests_total{code=~"5.."}[5m]))';
/** What is compared: one method of each kind, on the series of one service. */
const COMPARED = ['standard', 'seasonal-baseline', 'forest', 'change-points'];
const ONE_SERVICE = '{service="checkout"}';
let display, home, workspace, window;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-anomalies-'));
	workspace = join(home, 'demo.wardroom');
	await wardroom(home, 'demo', '--workspace', workspace, '--at', END);
	display = await startDisplay();
});
after(async () => {
	await window?.stop();
	display?.stop();
	if (home) rmSync(home, { recursive: true, force: true });
});

const step = course(() => window?.glimpse('anomalies-failed'));

async function open(theme, size) {
	await window?.stop();
	window = await startWindow({ display: display.name, home, args: ['--workspace', workspace], size });
	await window.says('main h1', /\d{1,2}:\d{2}/, 60_000);
	await window.press(t('rail-settings'));
	await window.press(t(`set-${theme}`));
}

/** Asks the terminal, which reads the same file. */
const terminal = (...args) => wardroom(home, ...args, '--workspace', workspace);
/** What was said and not taken back. */
const said = async () => (await terminal('feedback', 'list')).items.filter((item) => !item.undone);
/** The rows of the ranking, as they are read. */
const ranked = () => window.eval(`return [...document.querySelectorAll('main .rank button.row')].map((row) => row.innerText.replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim())`);
/** The cells of the table of values. */
const cells = () => window.eval(`return [...document.querySelectorAll('main .values [role=row]')].map((row) => [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.innerText.replace(/[\\u2066-\\u2069]/g, '').trim())).filter((row) => row.length > 0)`);
/** The cells of the table of methods. */
const compared = () => window.eval(`return [...document.querySelectorAll('main .table [role=row]')].map((row) => [...row.querySelectorAll('[role=gridcell]')].map((cell) => cell.innerText.replace(/[\\u2066-\\u2069]/g, '').trim())).filter((row) => row.length > 0)`);
/** Ticks the box with a label. */
const tick = (label) => window.eval(`[...document.querySelectorAll('main label')].find((one) => one.innerText.trim() === arguments[0]).click()`, label);
const leaveFields = () => window.eval('document.activeElement?.blur()');
/** Asks in PromQL by keyboard alone. */
async function ask(expression) {
	await leaveFields();
	await window.keys('q');
	await until('the field', async () => (await window.focused()).includes('INPUT'));
	await window.keys('Control+a');
	await window.type(expression);
	await window.keys('Control+Enter');
}

step('x ranks every series of the window, the most unusual first', async () => {
	await open('dark', '1440x900');
	await window.keys('g', 'e');
	await window.says('.rail [aria-current=page]', t('rail-metrics'));
	await until('the list', () => window.count('main [role=grid] [role=row]'));
	await window.keys('x');

	await window.says('main h1', shape('whatchanged-lead'), 60_000);
	const rows = await until('the ranking', async () => (await ranked()).length > 0 && (await ranked()));
	const scores = rows.map((row) => Number(/[\d.]+$/.exec(row)?.[0]));
	assert.ok(scores.every((score) => score >= 0.3 && score <= 1), rows.join('\n'));
	await window.picture('changed-dark-1440x900');
});

step('the bill says what a sensitivity costs, and keeps it in the file', async () => {
	await window.says('main aside, main [role=complementary], main', t('woken-title'));
	const before = await window.text('main dl');
	const slider = `const slider = document.querySelector('main input[type=range]'); slider.value = arguments[0]; slider.dispatchEvent(new Event('input', { bubbles: true })); return slider.getAttribute('aria-valuetext')`;
	await window.eval(slider, '9');
	const after = await until('another bill', async () => (await window.text('main dl')) !== before && (await window.text('main dl')));
	await window.press(t('woken-keep'));
	await window.says('main', t('woken-keep'));

	const bill = await until('the sensitivity in the file', async () => {
		const bill = await terminal('bill');
		return bill.sensitivity === 9 && bill;
	});
	const [, pages] = /([\d.]+)/.exec(after);
	assert.equal(Number(pages), Number(bill.chosen.pages_per_week.toPrecision(2)));
});

step('methods are put side by side on the stored series, with the figures of the terminal', async () => {
	await leaveFields();
	await window.keys('g', 'e');
	await window.keys('M');
	await window.says('main h1', t('methods-title'));
	await window.picture('compare-empty-dark-1440x900');
	await window.press(t('methods-no'));
	for (const method of COMPARED) await tick(t(`method-${method}`));
	await window.fill(t('methods-series'), ONE_SERVICE);
	await window.keys('Control+Enter');
	await until('the rows', async () => (await compared()).length === COMPARED.length, 120_000);
	await window.picture('compare-dark-1440x900');

	const rows = await compared();
	const { methods } = await terminal('compare', ONE_SERVICE, '--methods', COMPARED.join(','));
	for (const { method, alarms_per_week: alarms } of methods) {
		const row = rows.find((cells) => cells[0].startsWith(t(`method-${method}`)));
		assert.equal(Number(row?.[1].replaceAll(',', '')), Number(alarms.toPrecision(2)), `${method}: ${row}`);
	}
	await leaveFields();
	await window.keys('Escape');
	await window.says('main', t('methods-open'));
});

step('a finding that was expected leaves Now, stays in the list of what was said, and comes back', async () => {
	await window.keys('g', 'n');
	await window.says('main h1', /\d{1,2}:\d{2}/);
	await window.keys('g', 'e');
	await until('the list', () => window.count('main [role=grid] [role=row]'));
	await window.press(t('say-always'));
	await window.says('body', t('say-done'));
	const [word] = await until('the word in the file', async () => {
		const items = await said();
		return items.length === 1 && items;
	});
	assert.equal(word.verdict.kind, 'expectedAlways');
	await window.picture('said-expected');
	await window.keys('g', 'n');
	await window.says('main', /expected/);
	await window.picture('now-expected');

	await window.keys('g', 'e');
	await window.press(t('say-undo'));
	await until('nothing to be said', async () => (await said()).length === 0);
});

step('an expression is answered from the stored samples, to the digit of the terminal', async () => {
	await ask(EXPRESSION);
	await window.says('main h1', shape('promql-title-over'), 30_000);
	await window.picture('promql-dark-1440x900');

	await window.press(t('promql-end'));
	await window.says('main h1', shape('promql-title-at'), 30_000);
	const shown = await until('the values', async () => (await cells()).length > 0 && (await cells()));
	const { result } = await terminal('query', EXPRESSION, '--at', END);
	const expected = Object.fromEntries(result.map(({ metric, value }) => [metric.service, value[1]]));
	const seen = Object.fromEntries(shown.map(([name, , value]) => [/service="([^"]+)"/.exec(name)?.[1], value]));
	assert.deepEqual(seen, expected);
});

step('what is no PromQL is refused at its place, what is not answered here by its name', async () => {
	await window.press(t('promql-over'));
	await ask('sum by (service) (rate(http_requests_total[5m])');
	await until('the field to be wrong', () => window.count('main input[aria-invalid=true]'));
	await window.picture('promql-wrong');
	await ask('holt_winters(up[5m], 0.5, 0.5)');

	await window.says('main [role=status]', 'holt_winters');
	await window.picture('promql-refused');
});

step('both looks fit a small window, in light too', async () => {
	await open('light', '1100x700');
	await window.keys('g', 'e');
	await until('the list', () => window.count('main [role=grid] [role=row]'));
	await window.keys('x');
	await window.says('main h1', shape('whatchanged-lead'), 60_000);
	await window.picture('changed-light-1100x700');
	await window.keys('Control+]');
	await window.picture('changed-drawer-light-1100x700');
	await window.keys('Escape');
	await ask(EXPRESSION);
	await window.says('main h1', shape('promql-title-over'), 30_000);
	await leaveFields();
	await window.picture('promql-light-1100x700');

	assert.equal(await window.eval('return document.documentElement.scrollWidth > innerWidth + 1'), false);
});
