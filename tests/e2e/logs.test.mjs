// Logs as a new user meets them: from an empty file over a real cluster to the line that never existed before 02:58, then offline, log files, by keyboard.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { gzipSync } from 'node:zlib';
import { course } from './course.mjs';
import { startSearch, whyNoSearch } from './opensearch.mjs';
import { wardroom } from './programs.mjs';
import { LINES, PLANTED, SECRETS, shopLines, workerLines } from './shop-lines.mjs';
import { Keys, startDisplay, startWindow, until } from './wd.mjs';
import { shapes, words } from './words.mjs';

const t = words();
const shape = shapes();
const skip = whyNoSearch() ?? false;
const SHOP = 'shop';
/** The label of the query is written twice: shortly for the eye, in full for a screen reader. */
const QUERY = `${t('logs-query-language')}${t('logs-query-label')}`;
/** The template that never existed before 02:58, and the name that it gets. */
const POOL = 'could not acquire connection from pool';
const POOL_NAME = 'pool is exhausted';
let display, window, home, workspace, server, lines, plain, packed, workerTotal;

before(async () => {
	if (skip) return;
	home = mkdtempSync(join(tmpdir(), 'wardroom-logs-'));
	workspace = join(home, 'shop.wardroom');
	lines = shopLines();
	const worker = workerLines();
	workerTotal = worker.newer.length + worker.older.length;
	plain = join(home, 'worker.log');
	packed = join(home, 'worker.log.1.gz');
	writeFileSync(plain, `${worker.newer.join('\n')}\n`);
	writeFileSync(packed, gzipSync(`${worker.older.join('\n')}\n`));
	display = await startDisplay();
	server = await startSearch(lines);
});
after(async () => {
	await window?.stop();
	display?.stop();
	await server?.stop();
	if (home) rmSync(home, { recursive: true, force: true });
});

const step = course(() => window?.glimpse('logs-failed'), { skip });

/** Opens a window in the one home of these tests. The system's dialog cannot be driven; the program takes `choose` as its answer. */
async function open({ args = ['--workspace', workspace], size = '1440x900', choose = null } = {}) {
	await window?.stop();
	window = await startWindow({ display: display.name, home, args, size, env: choose ? { WARDROOM_CHOOSE: choose } : {} });
	// What is pressed before the workspace is open is gone when its first screen comes.
	if (args.includes('--workspace')) await until('a screen', () => window.count('.rail [aria-current=page]'), 60_000);
}

const lit = (key) => window.says('.rail [aria-current=page]', t(key));
const closed = () => until('the dialog to be closed', async () => (await window.count('dialog[open]')) === 0);
/** Takes the focus from a field, so that keys are the screen's. */
const leaveFields = () => window.eval('document.activeElement?.blur()');
/** The rows of the list that are in the page, as text. */
const rows = () => window.eval(`return [...document.querySelectorAll('main [role=grid] [role=row][aria-selected]')].map((row) => row.innerText.replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim())`);
const listed = (limit = 60_000) => until('a list with rows', async () => (await rows()).length > 0, limit);
/** The number of rows that the list says it has. */
const total = () => window.eval(`return Number(document.querySelector('main [role=grid]').getAttribute('aria-rowcount')) - 1`);
/** Looks at the first row with some words. */
const look = (wanted) => until(`the row “${wanted}”`, () => window.eval(`const row = [...document.querySelectorAll('main [role=grid] [role=row][aria-selected]')].find((r) => r.innerText.includes(arguments[0])); row?.click(); return row !== undefined`, wanted));
/** Waits until the row with some words is as wanted. */
const row = (wanted, fits) => until(`the row “${wanted}” as wanted`, async () => fits((await rows()).find((text) => text.includes(wanted)) ?? ''), 60_000);

/** Ticks a box, or chooses one of several, by its words. */
const tick = (name) =>
	until(`the box “${name}”`, () =>
		window.eval(
			`const place = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.querySelector('main');
			const plain = (s) => s.replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
			const box = [...place.querySelectorAll('input')].find((e) => e.getAttribute('aria-label') === arguments[0]) ?? [...place.querySelectorAll('label')].find((e) => plain(e.textContent).startsWith(arguments[0]));
			box?.click();
			return box !== undefined`,
			name,
		),
	);

/** Presses the one button of an open dialog that does what the dialog is for. */
const confirm = async () => {
	await window.eval(`document.querySelector('dialog[open] button.primary').click()`);
	await closed();
};

/** Takes back what the newest message tells of. */
const undo = () => window.eval(`[...document.querySelectorAll('.notices button')].filter((button) => button.innerText.trim() === arguments[0]).at(-1).click()`, t('logs-undo'));

/** Types a query and runs it. */
async function ask(query) {
	await window.fill(QUERY, query);
	await window.type(Keys.enter);
}

/** Waits until the sentence over the lines counts so many, and so many errors among them. */
const counted = (all, errors) =>
	until(`${all} lines, ${errors} errors`, async () => {
		const said = shape('logs-lines').exec(await window.text('main h1'));
		if (said && digits(said[1]) === all && digits(said[2]) === errors) return true;
		throw new Error(await window.text('main h1'));
	}, 60_000);
const digits = (text) => Number(text.replace(/\D/g, ''));

/** Types the range of the window. */
async function range(text) {
	await leaveFields();
	await window.keys('t', 't');
	await window.fill(t('range-field'), text);
	await window.type(Keys.enter);
	await until('the range to be taken', async () => (await window.count('.topbar .pop')) === 0);
}

/** No secret that was planted may be in the page, whether it is seen or not. */
async function nothingSecret(where) {
	const page = await window.eval('return document.documentElement.outerHTML');
	for (const secret of SECRETS) assert.ok(!page.includes(secret), `${secret} is in the page: ${where}`);
}

/** No secret that was planted may be in the file of the workspace, nor in what was not written into it yet. */
function nothingSecretStored() {
	for (const path of [workspace, `${workspace}-wal`].filter(existsSync)) {
		const bytes = readFileSync(path);
		for (const secret of SECRETS) assert.ok(!bytes.includes(secret), `${secret} is in ${path}`);
	}
}

step('an empty workspace says how lines come into it', async () => {
	await open({ args: [], choose: workspace });
	await window.says('main h1', t('welcome-title'));
	await window.press(t('welcome-new'));
	await window.says('main', t('now-empty'));
	await window.press(t('rail-logs'));
	await window.says('main', t('loglist-empty'));
	await window.picture('logs-empty-workspace');
	await window.press(t('logs-add-elasticsearch'));

	await window.says('main h1', t('connect-lead-new'));
	await window.says('main [role=radio][aria-checked=true]', t('connect-kind-elasticsearch'));
});

step('the test of the connection names product, version, indices and schema', async () => {
	await window.fill(t('connect-name'), SHOP);
	await window.fill(t('connect-url'), server.url);
	await window.press(t('connect-test'));

	await window.says('main h1', t('connect-lead-answers', { name: SHOP }), 60_000);
	await window.says('main', /OpenSearch \d+\.\d+/);
	await window.says(`main [aria-label="${t('connect-indices')}"]`, server.index);
	await window.picture('logs-source-tested');
});

step('an index is chosen: fields, some lines and the cost are shown before anything is brought', async () => {
	await window.fill(t('connect-range-label'), '2026-11-16 02:30 to 03:30');
	await window.type(Keys.enter);
	await tick(t('connect-take', { what: server.index }));
	// A source that is not followed is asked by nobody else while this runs.
	await tick(t('connect-follow'));

	await window.says(`main [aria-label="${t('connect-bar')}"]`, shape('connect-log-cost', { lines: LINES.toLocaleString('en') }), 60_000);
	await window.says('main', t('connect-schema-ecs'));
	assert.ok((await window.count(`main [aria-label="${t('connect-sample')}"] tbody tr`)) >= 10, 'some lines are shown');
	await nothingSecret('the sample');
	await window.picture('logs-source-chosen');
});

step('the sync shows how far it is, and brings every line', async () => {
	server.slow(1500);
	await window.keys('Control+Enter');
	await window.says('main h1', shape('syncing-lead-running', { name: SHOP }), 60_000);
	assert.equal(await window.count('main [role=progressbar]'), 1);
	await window.glimpse('logs-syncing');
	server.slow(0);

	await window.says('main h1', t('syncing-lead-done', { name: SHOP }), 120_000);
	await window.says('main', LINES.toLocaleString('en'));
	await window.picture('logs-synced');
});

step('the sentence says what never existed before the fault, and the first rows are that', async () => {
	await window.press(t('rail-logs'));
	// The window shows the time of the lines without anybody choosing it.
	await window.says('.topbar', /02:3\d → 03:[12]\d/);
	const said = await window.says('main h1', shape('logroom-new'), 60_000);

	const [, n, since] = shape('logroom-new').exec(said);
	assert.deepEqual([n, since], ['5', '02:57:20'], said);
	assert.match(said, /PANIC/);
	const shown = await rows();
	for (const text of shown.slice(0, 5)) assert.ok(text.startsWith(t('logs-change-new')), text);
	assert.ok(shown.slice(0, 5).some((text) => text.includes('PANIC')) && shown.slice(0, 5).some((text) => text.includes(POOL)), shown.slice(0, 5).join('\n'));
	// Nine times as often for 22 of 24 minutes.
	assert.match(shown[5], /×8.*for reservation/, shown[5]);
	await nothingSecret('the templates');
	await window.picture('logs-templates');
});

step('what vanished is one choice away', async () => {
	await window.eval('document.querySelector(`[aria-label="${arguments[0]}"]`).click()', t('logs-facet-only-of', { name: t('logs-changes-less') }));
	await until('only what vanished', async () => (await rows())[0]?.includes('mails handed to relay'));
	assert.ok((await rows())[0].startsWith(t('logs-change-gone')), (await rows())[0]);
	await leaveFields();
	await window.keys('Backspace');

	await until('every template again', async () => (await rows()).length > 5);
});

step('the panic: first seen, never before, its class, and the lines around it', async () => {
	await look('PANIC');
	await window.says('main aside .text', 'PANIC');
	const panel = await window.says('main aside', shape('logs-before-never'));

	assert.ok(panel.includes(t('logs-first-seen')) && panel.includes('02:57:20'), panel);
	assert.match(panel, new RegExp(`(${t('logs-class-hardware')}|${t('logs-class-application')}) [01]\\.\\d\\d`));
	const around = `main aside ol[aria-label="${t('logs-around')}"] li`;
	assert.ok((await window.count(around)) > 10, 'the lines around it');
	assert.equal(await window.count(`${around}[aria-current=true]`), 1);
});

step('the new template: its first moment and its parameters', async () => {
	await look(POOL);
	await window.says('main aside .text', POOL);
	await window.says('main aside', '02:58:00');

	assert.ok((await window.count(`main aside section[aria-label^="${t('logs-parameter')}"]`)) >= 2, 'the parameters');
	await window.picture('logs-template');
});

step('its class is corrected and it gets a name', async () => {
	await leaveFields();
	await window.keys('u');
	await window.says('dialog[open]', t('logs-label'));
	await tick(t('logs-class-application'));
	await window.picture('logs-label');
	await confirm();
	await window.says('.notices', shape('logroom-decided-class'));
	await row(POOL, (text) => text.includes(t('logs-by-hand')) && text.includes(t('logs-class-application')));

	await window.press(t('logs-rename'));
	await window.fill(t('logs-name'), POOL_NAME);
	await confirm();
	await row(POOL, (text) => text.includes(POOL_NAME));
});

step('two are merged, and that is taken back', async () => {
	const apart = await total();
	await look('circuit breaker');
	await leaveFields();
	await window.keys('x');
	await look('was not stored');
	await window.keys('x');
	await window.says('main', shape('logs-unmark', { count: 2 }));
	await window.keys('m');
	await window.says('dialog[open]', t('logs-merge-kept'));
	await window.picture('logs-merge');
	await confirm();
	await until('one template less', async () => (await total()) === apart - 1);

	await undo();
	await until('both templates again', async () => (await total()) === apart);
});

step('every decision is listed and can be taken back', async () => {
	await window.press(t('logs-decisions'));
	await until('two decisions', async () => (await window.count('dialog[open] li')) === 2);
	await window.picture('logs-decisions');
	await window.eval(`[...document.querySelectorAll('dialog[open] li')].find((li) => new RegExp(arguments[0]).test(li.innerText)).querySelector('button').click()`, shape('logroom-decided-class').source);
	await until('one decision', async () => (await window.count('dialog[open] li')) === 1);
	await window.press(t('keys-close'));
	await closed();

	await row(POOL, (text) => text.includes(POOL_NAME) && !text.includes(t('logs-by-hand')));
});

step('how many secrets were masked, and by which rule, is shown', async () => {
	const said = await window.says('main footer summary', shape('logs-masked'));
	assert.ok(digits(said) >= PLANTED, `${said}, ${PLANTED} were planted`);
	await window.eval('document.querySelector("main footer summary").click()');
	await window.says('main footer', t('logs-rule-password'));
	await window.picture('logs-masked');
	await window.eval('document.querySelector("main footer summary").click()');

	await nothingSecret('the masked secrets');
	nothingSecretStored();
});

step('the lines are all there, and a query counts the same as the lines themselves', async () => {
	const is = (...levels) => (line) => levels.includes(line.log.level);
	await window.press(t('logs-tab-lines'));
	await window.says('main', t('logs-lines-title'));
	await counted(LINES, lines.filter(is('error', 'fatal')).length);

	await ask('service : checkout and level >= error');
	const wanted = lines.filter((line) => line.service.name === 'checkout' && is('error', 'fatal')(line)).length;
	await counted(wanted, wanted);
	assert.ok((await rows()).every((text) => text.includes('checkout')), (await rows())[0]);
	await window.picture('logs-lines');
});

step('Enter shows the lines around one', async () => {
	await leaveFields();
	await window.keys('Enter');
	const around = `main aside ol[aria-label="${t('loglist-around')}"] li`;

	await until('the lines around it', async () => (await window.count(around)) > 10);
	assert.equal(await window.count(`${around}[aria-current=true]`), 1);
	await window.picture('logs-line-around');
});

step('no planted secret is found in what is stored', async () => {
	for (const secret of SECRETS) {
		// In between something is found, so that an old answer is not taken for the new one.
		await ask('"login form"');
		await until('the masked lines', async () => (await rows()).length === 3);
		assert.ok((await rows()).every((text) => text.includes('<masked:password>')), (await rows()).join('\n'));
		await nothingSecret('the lines');
		await ask(secret);
		await window.says('main', t('loglist-none-filtered'));
	}
});

step('a query that cannot be read is not run, and says where and why', async () => {
	await ask('service : checkout and "pool');
	await window.says('main', t('logs-refused'));

	await window.says('main', t('query-unclosed-quote'));
	assert.equal((await rows()).length, 0);
	await window.picture('logs-refused');
});

step('without the server the stored lines answer', async () => {
	await server.leave();
	await ask('level : fatal and PANIC');
	await until('the line', async () => (await rows()).length === 1 && (await rows())[0].includes('PANIC'));

	await window.press(t('logs-tab-templates'));
	await leaveFields();
	await window.keys('Backspace');
	await window.says('main h1', shape('logroom-new'));
});

step('a source that does not answer when it is asked says so, and its lines are shown with their age', async () => {
	await window.press(t('rail-catalog'));
	await window.says('main', shape('logs-lines-count', { lines: LINES.toLocaleString('en') }));
	await window.press(t('source-sync'));
	await window.says('main h1', t('syncing-lead-failed', { name: SHOP }), 120_000);
	await window.says('main', shape('error-source-unreachable'));
	await window.picture('logs-source-failing');
	await window.press(t('rail-catalog'));
	await window.says('main', t('catalog-state-stale'));

	await window.press(t('rail-logs'));
	await window.says('main .age', shape('logs-stale', { name: SHOP }));
	assert.ok((await rows()).length > 5, 'the templates are there');
	await window.picture('logs-stale');
	nothingSecretStored();
});

step('log files: format and lines are shown, and the zone is asked for before they are opened', async () => {
	await open({ choose: plain });
	await window.press(t('rail-catalog'));
	await window.press(t('logs-open-files'));
	await window.says('main h1', t('logs-files-lead-waiting'));
	await window.says('main', t('logfile-question-zone'));
	const format = await window.text('main dl dd');
	assert.ok([t('logs-format-leveled'), t('logs-format-timed-lines')].includes(format.trim()), format);
	await window.picture('logs-files-asks');

	await window.fill(t('import-path'), packed);
	await window.press(t('import-preview'));
	await window.says('main aside', 'gzip');
	await window.choose(t('logs-files-zone'), t('import-zone-utc'));
	await until('nothing to be asked', async () => (await window.count('main .asks')) === 0);
	assert.equal((await window.text('main aside li b')).trim(), 'worker.log.1.gz', 'the older file comes first');
	await window.says('main', '<masked:password>');
	await nothingSecret('the preview of the files');
	await window.fill(t('import-as'), 'worker');
	await window.picture('logs-files-ready');
});

step('they are opened in place, and their templates stand beside the others', async () => {
	await window.keys('Control+Enter');
	await lit('rail-logs');
	await row('was killed: out of memory', (text) => text.startsWith(t('logs-change-new')));

	await window.picture('logs-files-opened');
	await nothingSecret('the templates of the files');
});

step('the lines of a range are kept, and answer when the files are gone', async () => {
	await window.press(t('logs-tab-lines'));
	await window.says('main h1', shape('logs-lines'));
	await window.press(t('logs-keep'));
	const kept = await window.says('.notices', shape('logs-kept'), 60_000);
	// The sentence counts by the steps of the index, which the ends of the range may cut.
	assert.ok(Math.abs(digits(shape('logs-kept').exec(kept)[1]) - workerTotal) <= workerTotal / 100, `${kept} ${workerTotal}`);

	renameSync(plain, `${plain}.away`);
	renameSync(packed, `${packed}.away`);
	try {
		await ask('"was killed" and level >= error');
		await until('the kept lines', async () => (await rows()).length > 3 && (await rows()).every((text) => text.includes('was killed')));
	} finally {
		renameSync(`${plain}.away`, plain);
		renameSync(`${packed}.away`, packed);
	}
	nothingSecretStored();
});

step('beside a source that answers, one that does not makes the list partial', async () => {
	await window.press(t('logs-tab-templates'));
	await leaveFields();
	await window.keys('Backspace');

	await window.says('main', shape('logs-late', { name: SHOP }));
	await window.picture('logs-partial');
});

step('by keyboard alone: the templates, one of them, two marked, its lines, one of them, a query', async () => {
	await open({ size: '1100x700' });
	const drawer = (shown) => until(`${shown} drawer`, async () => (await window.count('main aside.drawer')) === shown);
	await window.keys('g', 'l');
	await lit('rail-logs');
	await listed();
	await window.keys('Down', 'Down');
	await until('the third row', async () => (await window.eval('return document.querySelector("main [role=row].on")?.getAttribute("aria-rowindex")')) === '4');
	await window.keys('Enter');
	await drawer(1);
	await window.says('main aside', t('logs-first-seen'));
	await window.keys('Escape');
	await drawer(0);
	await window.keys('x', 'Down', 'x');
	await window.says('main', shape('logs-unmark', { count: 2 }));
	await window.keys('m');
	await window.says('dialog[open]', t('logs-merge-kept'));
	await window.keys('Escape');
	await closed();

	await window.keys('l');
	await window.says('main', t('logs-lines-title'));
	await until('the template that they are of', async () => (await window.count('main .chip')) === 1);
	await listed();
	await window.keys('Enter');
	await drawer(1);
	await until('the lines around it', async () => (await window.count(`main aside ol[aria-label="${t('loglist-around')}"] li`)) > 3);
	await window.picture('logs-keyboard');
	await window.keys('Escape');
	await drawer(0);
	await window.keys('Backspace', '/');
	await until('the query to have the focus', async () => (await window.focused()).startsWith('INPUT'));
	await window.type('level : fatal and PANIC');
	await window.keys('Enter');
	await until('the line', async () => (await rows()).length === 1 && (await rows())[0].includes('PANIC'));
	await window.keys('Escape', 'l');
	await window.says('main', t('logs-title'));
});

/** The states of the log room, each with the way to it from the one before. */
const STATES = [
	['templates', async () => (await window.press(t('rail-logs')), listed())],
	['template', async () => (await look(POOL_NAME), window.says('main aside .text', POOL))],
	['label', async () => (await leaveFields(), await window.keys('u'), window.says('dialog[open]', t('logs-label')))],
	['lines', async () => {
		await window.keys('Escape');
		await closed();
		// At the smaller size the details lie over the list.
		await window.keys('Escape');
		await window.press(t('logs-tab-lines'));
		await window.says('main', t('logs-lines-title'));
		await listed();
	}],
	['around', async () => {
		await leaveFields();
		await window.keys('Enter');
		await until('the lines around it', async () => (await window.count(`main aside ol[aria-label="${t('loglist-around')}"] li`)) > 3);
	}],
	['refused', async () => (await window.keys('Escape'), await ask('level >= loud'), window.says('main', t('query-unknown-level')))],
	['no-line', async () => (await ask('nosuchwordanywhere'), window.says('main', t('loglist-none-filtered')))],
	['no-match', async () => (await window.press(t('logs-tab-templates')), window.says('main', t('logs-none-match')))],
	['no-lines-then', async () => {
		await leaveFields();
		await window.keys('Backspace');
		await range('2026-11-15 10:00 to 11:00');
		await window.says('main', t('loglist-none'), 60_000);
	}],
	['partial', async (name) => {
		// Counts of what is not stored come from the cluster. Nobody answers at its address, so the first answer is waited for.
		await window.press(t('rail-now'));
		await range('2026-11-16 01:00 to 03:20');
		await server.fallSilent();
		try {
			await window.press(t('rail-logs'));
			await until('the loading', () => window.eval('const e = document.querySelector("main .loading"); return e !== null && getComputedStyle(e).visibility === "visible"'));
			await window.glimpse(name.replace('partial', 'loading'));
		} finally {
			await server.leave();
		}
		await window.says('main', shape('logroom-not-counted', { name: SHOP }), 60_000);
	}],
	['files', async () => (await window.press(t('rail-catalog')), await window.press(t('logs-open-files')), window.says('main', t('logfile-question-zone')))],
	['source', async () => {
		await window.press(t('rail-catalog'));
		await window.press(t('catalog-add'));
		await window.press(t('connect-kind-elasticsearch'));
		await window.fill(t('connect-name'), SHOP);
		await window.fill(t('connect-url'), server.url);
		await window.press(t('connect-test'));
		await window.says('main h1', t('connect-lead-silent-logs', { name: SHOP }), 60_000);
	}],
];

/** Takes a picture of a state; nothing may stick out of the window. */
async function keep(name) {
	const bytes = await window.picture(name);
	assert.ok(bytes.length > 10_000, `${name} is nearly empty`);
	assert.equal(await window.eval('return document.documentElement.scrollWidth > innerWidth + 1 ? document.documentElement.scrollWidth + " in " + innerWidth : ""'), '', name);
}

for (const size of ['1440x900', '1100x700']) {
	for (const theme of ['dark', 'light']) {
		step(`every state of the log room, ${theme}, ${size}`, async () => {
			await open({ size, choose: plain });
			await window.press(t('rail-settings'));
			await window.press(t(`set-${theme}`));
			for (const [state, go] of STATES) {
				// They wait for the deadline of a request: each look and each size once is enough.
				if (['partial', 'source'].includes(state) && (theme === 'dark') !== (size === '1440x900')) continue;
				const name = `logs-${state}-${theme}-${size}`;
				await go(name);
				await keep(name);
			}
		});
	}
}

step('the log room in Chinese', async () => {
	const zh = words('zh-CN');
	await window.press(t('rail-settings'));
	await window.press('简体中文');
	await window.says('.rail', zh('rail-logs'));
	await open();
	await window.press(zh('rail-logs'));
	await listed();
	await window.says('main h1', /\p{Script=Han}/u);
	await look(POOL_NAME);
	await window.says('main aside', zh('logs-first-seen'));
	await keep('logs-templates-zh');
	await window.keys('Escape');
	await window.press(zh('logs-tab-lines'));
	await window.says('main', zh('logs-lines-title'));
	await keep('logs-lines-zh');

	const left = await window.eval('return [...document.querySelectorAll("h1, h2, button > span")].map((e) => e.innerText.trim()).filter((s) => /^[A-Z][a-z]+ [a-z]+ [a-z]+/.test(s))');
	assert.deepEqual(left, [], 'English sentences that stayed');
});

step('the file is sound, and holds no secret', async () => {
	await window.stop();
	window = null;

	const check = await wardroom(home, 'workspace', 'check', workspace);
	assert.equal(check.sound, true, check.problems?.join('; '));
	nothingSecretStored();
});
