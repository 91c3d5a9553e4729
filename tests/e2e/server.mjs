// A large server that a script of `tests/servers` installs, starts and ends.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './programs.mjs';

const path = (script) => join(root, 'tests/servers', script);
const run = promisify(execFile);

/** Says something on the terminal, past the reporter of the tests. */
export function loud(said) {
	process.stderr.write(`\n*** ${said}\n\n`);
	return said;
}

/** Says what the machine lacks for a server, in words; empty when nothing is missing. */
export const needs = (script, ...product) => execFileSync(path(script), ['needs', ...product], { encoding: 'utf8' }).trim().replaceAll('\n', ', ');

/** Runs a command of a script that answers by its exit code. */
export const ask = (script, ...words) => execFileSync(path(script), words, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Starts a server in a folder of its own. It ends with this process, however that ends. */
export async function start(script, ...product) {
	const folder = mkdtempSync(join(tmpdir(), 'wardroom-server-'));
	const home = join(folder, 'node');
	const env = { ...process.env, NODE_OWNER: String(process.pid) };
	const { stdout } = await run(path(script), ['start', ...product, home], { env, timeout: 240_000 });
	const [url, pid] = stdout.trim().split(' ');
	const kill = () => {
		try {
			process.kill(Number(pid), 'SIGKILL');
		} catch {
			// It has ended already.
		}
	};
	process.once('exit', kill);
	const stop = async () => {
		await run(path(script), ['stop', ...product, home], { env });
		process.off('exit', kill);
		rmSync(folder, { recursive: true, force: true });
	};
	return { url, stop };
}
