// A drill from the list to its debrief: with the pointer, by keyboard alone, opened again from its file, and instructed.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { course } from './course.mjs';
import { startDisplay, startWindow, until } from './wd.mjs';
import { shapes, words } from './words.mjs';

const t = words();
const LAG = 'MysqlReplicationLag';
const REPLICA = 'mysql-ledger-2';
const BELIEVED = 'mysql-ledger-2';
let display, window, home, file, midway;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-drill-'));
	display = await startDisplay();
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

const step = course(() => window?.picture('drill-failed'));

/** Opens a window in the one home of these tests, so that results and files are found again. */
const open = (args = [], size = '1440x900') => startWindow({ display: display.name, home, args, size });
const lit = (key) => window.says('.rail [aria-current=page]', t(key));
/** The time that the drill's clock shows, in seconds of its day. */
const worldTime = async () => {
	const [, h, m, s] = /(\d\d):(\d\d):(\d\d)/.exec(await window.text('main aside')) ?? [];
	return Number(h) * 3600 + Number(m) * 60 + Number(s);
};
/** Waits until the world's clock has reached a time. */
const reached = (what, seconds, limit = 60_000) => until(what, async () => (await worldTime()) >= seconds, limit);
const files = () => readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wardroom') && statSync(join(home, name)).isFile()).map((name) => join(home, name));
const closed = () => until('the dialog to be closed', async () => (await window.count('dialog[open]')) === 0);

/** Opens the dry run of an action, looks at it, and approves it. */
async function act(title, { scope = null, picture = null } = {}) {
	await window.press(title);
	await window.says('dialog[open]', t('sim-act-nothing-yet'));
	if (picture) await window.picture(picture);
	if (scope) await window.fill(t('sim-act-scope', { scope }), scope);
	await window.press(t('sim-act-approve'));
	await closed();
}

step('the list leads to a drill with a frame and a clock of its own', async () => {
	window = await open();
	await window.says('main h1', t('welcome-title'));
	await window.press(t('rail-simulator'));
	await until('the list of drills', () => window.count('main [data-drill]'));
	assert.ok((await window.count('main [data-drill]')) >= 14);
	await window.eval('document.querySelector("[data-drill=replica_lag]").click()');
	await window.press(t('sim-briefing'));
	await window.says('dialog[open]', t('sim-goal'));
	await window.press(t('keys-close'));
	await window.press(t('sim-start', { n: 2 }));

	await window.says('main h1', t('sim-goal'), 60_000);
	await window.says('.topbar', t('sim-tab'));
	await until('the clock to move', async () => (await worldTime()) > 20 * 3600 + 1, 20_000);
	[file] = files();
	assert.ok(file, 'the drill has a file');
});

step('the world runs faster until the alert fires', async () => {
	await window.press('10×');
	await window.says('main .low', LAG, 90_000);
	await window.press(t('sim-pause'));
	await window.says('main aside', t('sim-status-paused'));
	// What was on its way when the world stopped still arrives.
	await sleep(1500);
	await window.settled();

	const at = await worldTime();
	assert.ok(at > 20 * 3600 + 30 && at < 20 * 3600 + 600, `the alert came at ${at}`);
});

step('the alert is opened and acknowledged', async () => {
	await window.eval(`[...document.querySelectorAll('main .low button')].find((b) => b.innerText.includes(arguments[0])).click()`, LAG);
	await lit('rail-alerts');
	await window.says('main aside h2', LAG);
	await window.press(t('alertlist-acknowledge'));
	await window.says('dialog[open]', t('alertlist-acknowledge-title', { name: LAG }));
	await window.press(t('alertlist-acknowledge-as', { role: t('alertlist-role-on-call') }));
	await closed();

	await window.says('main aside', t('alertlist-acknowledged', { role: t('alertlist-role-on-call') }));
});

step('its metric and the logs are there', async () => {
	await window.press(t('alertlist-to-metric'));
	await lit('rail-metrics');
	await window.says('main', 'mysql_slave_status_seconds_behind_master');
	await until('a drawn chart', () => window.count('main canvas'));
	await window.picture('drill-metrics');
	// What is in sight for a second counts as looked at.
	await sleep(1500);
	await window.press(t('rail-logs'));
	await until('log lines', async () => (await window.count('main [role=grid] [role=row]')) > 3);
});

step('a real source is refused while a drill is open', async () => {
	await window.press(t('rail-catalog'));
	await window.press(t('catalog-tab-sources'));
	await window.keys('Control+k');
	await until('the field of the palette', async () => (await window.focused()).includes(t('palette-field')));
	await window.type(t('act-add-source'));
	await window.keys('Enter');

	await window.says('main', t('error-drill-no-real-sources'));
	assert.equal(await window.count('main input[type=url]'), 0);
	await window.picture('drill-refused');
	await window.press(t('sim-back'));
	await window.says('main h1', t('sim-goal'));
});

step('a hypothesis is stated', async () => {
	await window.press(t('sim-believe-state'));
	await window.choose(t('sim-believe-fault'), t('fault-replication-lag'));
	await window.choose(t('sim-believe-entity'), BELIEVED);
	await window.press(t('sim-believe-state'));
	await closed();

	await window.says('main aside', `${BELIEVED}: ${t('fault-replication-lag')}`);
});

step('the drill is there again when its file is opened again', async () => {
	const before = await worldTime();
	await window.stop();
	midway = join(home, 'midway', 'replica lag.wardroom');
	mkdirSync(join(home, 'midway'));
	copyFileSync(file, midway);
	window = await open(['--workspace', file]);

	await window.says('main h1', t('sim-goal'), 60_000);
	await window.says('.topbar', t('sim-tab'));
	await window.says('main aside', `${BELIEVED}: ${t('fault-replication-lag')}`);
	const again = await worldTime();
	assert.ok(again >= before && again <= before + 60, `${before} and then ${again}`);
});

step('the remedy is seen in a dry run, approved, and cures', async () => {
	await act(t('remedy-drain', { target: REPLICA }));
	await window.says('main aside', t('sim-act-running'));
	await act(t('remedy-reseed-replica', { target: REPLICA }));
	await window.press(t('sim-update-write'));
	await window.type('Some accounts are shown late. The replica is out of the reads and is made anew. More in ten minutes.');
	await window.keys('Control+Enter');
	await closed();
	await window.press('10×');

	await window.says('main aside', t('sim-goal-met'), 120_000);
});

step('it is declared resolved, and the debrief scores it', async () => {
	await window.press(t('sim-resolve'));
	await window.says('dialog[open]', t('sim-resolve-met'));
	await window.press(t('sim-resolve'));

	await window.says('main .points', t('review-of'), 120_000);
	const points = Number(/\d+/.exec(await window.text('main .points b'))?.[0]);
	assert.ok(points >= 50 && points <= 100, `${points} points for what the reference does`);
	await window.says('main', t('review-reference'));
	await window.says('main', t('review-knowable'));
	const never = await window.eval('return [...document.querySelectorAll("main aside section")].find((s) => s.innerText.includes(arguments[0])).innerText', t('review-never'));
	assert.ok(!never.includes('Grows by 0.9 s'), `the evidence that decides was looked at: ${never}`);
	await window.picture('drill-debrief');
});

step('a second drill is done by keyboard alone', async () => {
	await window.stop();
	window = await open();
	await window.keys('g', 's');
	await until('the list of drills', () => window.count('main [data-drill]'));
	for (let i = 0; i < 40 && (await window.count('[data-drill=disk_full_sunday].on')) === 0; i += 1) await window.keys('k');
	await window.says('main aside h2', 'Disk full');
	await window.keys('Enter');
	await window.says('main h1', t('sim-goal'), 60_000);
	const start = await worldTime();
	const third = 'button[aria-keyshortcuts="3"]';
	await until('the speeds', () => window.count(third));
	await window.keys('3');
	await until('the third speed', () => window.count(`${third}[aria-pressed=true]`));
	await reached('eight minutes', start + 480, 90_000);
	await window.keys('1');
	await window.keys('g', 'a');
	await lit('rail-alerts');
	await until('alerts', () => window.count('main [role=grid] [role=row]'));
	await window.keys('a');
	await window.says('dialog[open]', t('alertlist-role-on-call'));
	await window.keys('Enter');
	await closed();
	await window.keys('g', 'l');
	await lit('rail-logs');
	await window.keys('g', 's');
	await window.says('main h1', t('sim-goal'));

	await window.keys('h');
	await window.says('dialog[open]', t('sim-believe-about'));
	await until('the list of faults to have the focus', async () => (await window.focused()).startsWith('SELECT'));
	await window.type(t('fault-disk-fills'));
	await window.keys('Tab');
	await window.type('db-1');
	await window.keys('Tab', 'Tab', 'Tab');
	await until('the button to have the focus', async () => (await window.focused()).includes(t('sim-believe-state')));
	await window.keys('Enter');
	await closed();
	await window.says('main aside', `db-1: ${t('fault-disk-fills')}`);

	for (const times of [0, 1]) {
		await window.keys('a');
		for (let i = 0; i < times; i += 1) await window.keys('Tab');
		await window.keys('Enter');
		await window.says('dialog[open]', t('sim-act-nothing-yet'));
		for (let i = 0; i < 4 && !(await window.focused()).includes(t('sim-act-approve')); i += 1) await window.keys('Tab');
		await window.keys('Enter');
		await closed();
	}
	await window.keys('d', 'u');
	await window.says('dialog[open]', t('sim-update-about'));
	await window.type('Nobody feels anything. The dump that fills the disk of db-1 is stopped, old files are deleted. More in ten minutes.');
	await window.keys('Control+Enter');
	await closed();
	await window.keys('3');
	await window.says('main aside', t('sim-goal-met'), 120_000);
	await window.keys('Control+k');
	await until('the field of the palette', async () => (await window.focused()).includes(t('palette-field')));
	await window.type(t('sim-resolve'));
	await window.keys('Enter');
	await window.says('dialog[open]', t('sim-resolve-about'));
	await window.keys('Tab', 'Enter');

	await window.says('main .points', t('review-of'), 120_000);
	assert.ok(Number(/\d+/.exec(await window.text('main .points b'))?.[0]) >= 50, await window.text('main header'));
	await window.keys('.', '.');
	await window.says('main .mark', t('review-again'));
});

step('another try begins at a mark, the clock jumps to the next event, and goes back', async () => {
	await window.eval('document.querySelector("main .mark button").click()');
	await window.says('main h1', t('sim-goal'), 60_000);
	await window.says('main aside', t('sim-status-paused'));
	const from = await worldTime();
	const attempt = (n) => until(`attempt ${n}`, async () => shapes()('sim-head-branch', { attempt: n }).test(await window.text('main header')), 60_000);
	await attempt(2);

	await window.keys('.');
	const event = await until('the next event', async () => ((await worldTime()) > from ? worldTime() : null), 60_000);
	assert.ok(event <= from + 1800, `from ${from} to ${event}`);
	await window.says('main aside', t('sim-status-paused'));

	await window.keys(',');
	await window.says('dialog[open]', t('sim-rewind-title'));
	await window.eval('[...document.querySelectorAll("dialog[open] li button")].at(-1).click()');
	await closed();
	await attempt(3);
	assert.ok((await worldTime()) < from, 'the clock stands at the beginning');
});

step('the instructor has a window beside it, speaks, and injects a fault', async () => {
	await window.stop();
	window = await open(['--workspace', midway]);
	await window.says('main h1', t('sim-goal'), 60_000);
	const [trainee] = await window.handles();
	await window.press(t('sim-instructor-window'));
	const instructor = await until('the second window', async () => (await window.handles()).find((handle) => handle !== trainee));
	await window.switchTo(instructor);
	await window.says('main', t('teach-truth'), 60_000);
	await window.says('.border', t('teach-tab'));
	await window.fill(t('teach-whisper-text'), 'Is it the network again?');
	await window.press(t('teach-say'));
	await window.choose(t('teach-fault'), t('fault-primary-crash'));
	await window.choose(t('teach-where'), 'pg-main');
	await window.fill(t('teach-after'), '5');
	await window.press(t('teach-inject-it'));
	await window.says('main', t('teach-stop'));
	await until('the injection', async () => !(await window.hasButton(t('teach-stop'))), 30_000);
	await window.picture('drill-instructor-window');
	const away = async () => (await window.count('main [role=switch][aria-checked=false]')) > 0;
	await window.eval('document.querySelector("main [role=switch]").click()');
	await until('a sensor that is away', away, 30_000);
	await window.eval('document.querySelector("main [role=switch][aria-checked=false]").click()');
	await until('the sensor to be back', async () => !(await away()), 30_000);
	// A drill that is opened again waits until somebody lets it go on.
	await window.press(t('teach-resume'));
	await window.says('main', t('teach-pause'));
	await window.press(t('teach-pause'));
	await window.says('main', t('teach-resume'));

	await window.switchTo(trainee);
	await window.says('main aside', t('sim-status-paused'));
	await window.says('main aside', 'Is it the network again?');
	await window.press('10×');
	await window.says('main .low', 'pg-main', 90_000);
});

/** The screens of a drill that is under way, each with the way to it. */
const RUNNING = [
	['drill', (shown) => shown.says('main h1', t('sim-goal'), 60_000)],
	['act', async (shown) => (await shown.press(t('remedy-drain', { target: REPLICA })), shown.says('dialog[open]', t('sim-act-nothing-yet')))],
	['instructor', async (shown) => {
		// The same page as in the second window, in the size of this one.
		await shown.eval('location.hash = "#/instructor"; location.reload()');
		await shown.says('main', t('teach-truth'), 60_000);
	}],
	['alerts', async (shown) => (await shown.eval('location.hash = ""; location.reload()'), await shown.says('main h1', t('sim-goal'), 60_000), await shown.press(t('rail-alerts')), shown.says('main', LAG))],
	['logs', async (shown) => (await shown.press(t('rail-logs')), until('lines', () => shown.count('main [role=grid] [role=row]')))],
	['entities', async (shown) => (await shown.press(t('rail-catalog')), await shown.press(t('catalog-tab-entities')), shown.says('main', REPLICA.slice(0, -2)))],
	['list', async (shown) => {
		await shown.keys('Control+k');
		await until('the field of the palette', async () => (await shown.focused()).includes(t('palette-field')));
		await shown.type(t('act-close'));
		await shown.keys('Enter');
		await until('the rail without a workspace', async () => !(await shown.hasButton(t('rail-catalog'))));
		await shown.press(t('rail-simulator'));
		await until('the list of drills', () => shown.count('main [data-drill]'));
	}],
];

/** Takes a picture of a screen; nothing may stick out of the window. */
async function keep(shown, name) {
	const bytes = await shown.picture(name);
	assert.ok(bytes.length > 10_000, `${name} is nearly empty`);
	assert.equal(await shown.eval('return document.documentElement.scrollWidth > innerWidth + 1 ? document.documentElement.scrollWidth + " in " + innerWidth : ""'), '', name);
}

for (const size of ['1440x900', '1100x700']) {
	for (const theme of ['dark', 'light']) {
		step(`every screen of a drill, ${theme}, ${size}`, async () => {
			await window.stop();
			window = await open(['--workspace', midway], size);
			await window.says('main h1', t('sim-goal'), 60_000);
			if (await window.hasButton(t('sim-pause'))) await window.press(t('sim-pause'));
			await window.press(t('rail-settings'));
			await window.press(t(`set-${theme}`));
			await window.press(t('rail-simulator'));
			for (const [name, go] of RUNNING) {
				await go(window);
				await keep(window, `drill-${name}-${theme}-${size}`);
			}
			await window.stop();
			window = await open(['--workspace', file], size);
			await window.press(t('sim-debrief'));
			await window.says('main .points', t('review-of'), 60_000);
			await keep(window, `drill-debrief-${theme}-${size}`);
		});
	}
}

step('the drill and its debrief in Chinese', async () => {
	const zh = words('zh-CN');
	await window.press(t('rail-settings'));
	await window.press('简体中文');
	await window.press(zh('rail-simulator'));
	await window.says('main .points', zh('review-of'), 60_000);
	await keep(window, 'drill-debrief-zh');
	await window.stop();
	window = await open(['--workspace', midway]);
	await window.says('main h1', zh('sim-goal'), 60_000);
	await keep(window, 'drill-drill-zh');
});
