// The system asks the program to end, as at a logout or with Ctrl-C where it was started: the workspace is closed first,
// so that one file remains. Questions about the program are answered without a window.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { desktop, wardroom } from './programs.mjs';
import { endGroup, environment, startDisplay, until } from './wd.mjs';
import { words } from './words.mjs';

const t = words();
let display, home, workspace;

before(async () => {
	home = mkdtempSync(join(tmpdir(), 'wardroom-ending-'));
	workspace = join(home, 'ending.wardroom');
	await wardroom(home, 'workspace', 'new', workspace);
	display = await startDisplay();
});
after(() => {
	display?.stop();
	rmSync(home, { recursive: true, force: true });
});

/** Starts the program as a person does, without a driver, in a group of its own. */
function start() {
	const env = environment(home, display.name, {});
	delete env.TAURI_WEBVIEW_AUTOMATION;
	return spawn(desktop(), ['--workspace', workspace], { detached: true, stdio: 'ignore', env });
}

for (const signal of ['SIGTERM', 'SIGINT']) {
	test(`${signal} closes the workspace and then the program`, async () => {
		const program = start();
		const ended = new Promise((resolve) => program.once('exit', (code, by) => resolve({ code, by })));
		try {
			await until('the workspace to be open', () => existsSync(`${workspace}-wal`), 30_000);

			process.kill(program.pid, signal);

			assert.deepEqual(await ended, { code: 0, by: null });
			assert.deepEqual(['-wal', '-shm'].filter((end) => existsSync(workspace + end)), []);
		} finally {
			await endGroup(program.pid);
		}
	});
}

test('what the program can be started with is said without a display', () => {
	const env = environment(home, '', {});
	const asked = (question) => execFileSync(desktop(), [question], { env, encoding: 'utf8' }).trim();

	assert.equal(asked('--help'), t('shell-help'));
	assert.match(asked('--version'), /^wardroom-desktop \d+\.\d+\.\d+$/);
});
