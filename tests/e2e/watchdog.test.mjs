// Nothing is painted, because WebKit's renderer hangs: the shell says why, tries the safer renderer once, and names the
// terminal. No driver is there, because the shell does not start itself again under one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { desktop } from './programs.mjs';
import { endGroup, environment, members, running, startDisplay, until } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
/** The process that makes pictures of a page. */
const RENDERER = 'WebKitWebProcess';
/** Starts after which a renderer that always paints before it is held is a failure of its own. */
const MOST_STARTS = 4;
let display, home, window;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-watchdog-'));
	display = await startDisplay();
});
after(async () => {
	await window?.stop();
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

/** Starts the program in a group of its own and holds every renderer as soon as it is there. */
function start(number) {
	const logPath = join(home, `window-${number}.log`);
	const log = openSync(logPath, 'a');
	const env = environment(home, display.name, { WARDROOM_TRACE_START: '1' });
	delete env.TAURI_WEBVIEW_AUTOMATION;
	const program = spawn(desktop(), ['--size', '1440x900'], { detached: true, stdio: ['ignore', log, log], env });
	closeSync(log);
	const group = program.pid;
	assert.ok(group, `${desktop()} cannot be started`);
	program.unref();
	const kill = () => {
		try {
			process.kill(-group, 'SIGKILL');
		} catch {
			// It has ended already.
		}
	};
	process.once('exit', kill);
	const hold = setInterval(() => {
		for (const renderer of running(group, RENDERER)) {
			try {
				process.kill(Number(renderer), 'SIGSTOP');
			} catch {
				// It has ended already.
			}
		}
	}, 10);
	const stop = async () => {
		clearInterval(hold);
		// A renderer that is held hears nothing else.
		kill();
		await endGroup(group);
		process.off('exit', kill);
	};
	return { group, said: () => readFileSync(logPath, 'utf8'), stop };
}

/** Starts the program until its renderer is held before it painted: on a busy machine it may be faster than this test. */
async function startHeld() {
	for (let number = 1; number <= MOST_STARTS; number += 1) {
		window = start(number);
		const seen = await until('what the shell says first', () => {
			const said = window.said();
			return /^painted /m.test(said) ? 'a picture' : said.includes(t('shell-not-painted-yet')) && 'none';
		}, 20_000).catch((error) => assert.fail(`${error.message}\n${window.said()}`));
		if (seen === 'none') return;
		await window.stop();
	}
	assert.fail(`the renderer painted before it was held, ${MOST_STARTS} times`);
}

/** The environment of a process. */
const environmentOf = (process) => Object.fromEntries(readFileSync(`/proc/${process}/environ`, 'utf8').split('\0').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));

/** How often a sentence stands in what was said. */
const times = (sentence) => window.said().split(sentence).length - 1;

test('it says why nothing is there, and starts once again with the safer renderer', async () => {
	await startHeld();

	const [again] = await until('the second program alone', () => {
		const programs = running(window.group, 'wardroom-desktop');
		return programs.length === 1 && Number(programs[0]) !== window.group && programs;
	});
	const env = environmentOf(again);
	assert.deepEqual([env.WEBKIT_DISABLE_DMABUF_RENDERER, env.WEBKIT_DISABLE_COMPOSITING_MODE, env.WARDROOM_SAFER_RENDERER], ['1', '1', '1']);
	assert.match(readFileSync(`/proc/${again}/cmdline`, 'utf8'), /--size\0001440x900/, 'it is asked for the same again');
});

test('when that paints nothing either, it names the terminal and starts no third time', async () => {
	const [second] = running(window.group, 'wardroom-desktop');

	await until('the sentence of the second failure', () => times(t('shell-not-painted')) === 1, 20_000).catch((error) => assert.fail(`${error.message}\n${window.said()}`));

	assert.match(t('shell-not-painted'), /wardroom open FILE/);
	assert.equal(times(t('shell-not-painted-yet')), 1);
	assert.doesNotMatch(window.said(), /^painted /m);
	await until('the second program alone', () => running(window.group, 'wardroom-desktop').join() === second);
});

test('nothing of it is left when it is ended', async () => {
	await window.stop();

	assert.deepEqual(members(window.group), []);
});
