// Where the built programs lie, and the terminal program as a function.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

function program(variable, name) {
	const path = process.env[variable] ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug', name);
	if (!existsSync(path)) throw new Error(`${path} is not built: cargo build -p wardroom-desktop -p wardroom-cli`);
	return path;
}

/** The window. */
export const desktop = () => program('WARDROOM_DESKTOP', 'wardroom-desktop');

/** Where pictures and logs of a run are kept. */
export const artifacts = () => process.env.WARDROOM_ARTIFACTS ?? join(root, 'artifacts');

/** Runs the terminal program with `--json` and returns its object; findings are no failure. */
export async function wardroom(home, ...args) {
	const options = { env: { ...process.env, WARDROOM_HOME: join(home, 'wardroom'), DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }, maxBuffer: 1 << 26 };
	const { stdout } = await promisify(execFile)(program('WARDROOM_CLI', 'wardroom'), ['--json', ...args], options).catch((error) => {
		if (error.code === 1 && error.stdout) return error;
		throw error;
	});
	return JSON.parse(stdout).result;
}

/** How old the demo that the files share may be: its history ends when it was made, and some ask for the last hours. */
const SHARED_FOR = 30 * 60_000;

/** Puts a demo workspace at a path: a copy of the one that this run has made, which takes its time once. The window says of it that it is from elsewhere. */
export async function demo(home, path) {
	const shared = join(artifacts(), 'demo.wardroom');
	const made = existsSync(shared) ? statSync(shared).mtimeMs : 0;
	if (made < Math.max(Date.now() - SHARED_FOR, statSync(program('WARDROOM_CLI', 'wardroom')).mtimeMs)) {
		mkdirSync(artifacts(), { recursive: true });
		await wardroom(home, 'demo', '--workspace', path);
		copyFileSync(path, `${shared}.new`);
		renameSync(`${shared}.new`, shared);
	} else {
		copyFileSync(shared, path);
	}
}
