// The harness: a display without a screen, and the built program driven through WebKitWebDriver in W3C WebDriver.
// One window is one driver is one process group, which is ended as a whole: the program may outlive its driver.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { artifacts, desktop } from './programs.mjs';

/** The name under which the protocol hands out an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Code points of the protocol for keys that print nothing. */
export const Keys = { control: '\uE009', shift: '\uE008', alt: '\uE00A', backspace: '\uE003', enter: '\uE007', escape: '\uE00C', tab: '\uE004', up: '\uE013', down: '\uE015', left: '\uE012', right: '\uE014', f6: '\uE036' };

/** Returns a port of this machine that nothing listens on. */
export function freePort() {
	return new Promise((resolve, reject) => {
		const server = createServer().on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

/** Asks the driver; a request that is not answered in time fails, so that no timer keeps the run alive. */
function ask(port, method, path, body, limit = 30_000) {
	return new Promise((resolve, reject) => {
		const data = body === undefined ? '' : JSON.stringify(body);
		const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) };
		const sent = request({ host: '127.0.0.1', port, method, path, agent: false, headers }, (answer) => {
			let text = '';
			answer.setEncoding('utf8');
			answer.on('data', (part) => (text += part));
			answer.on('end', () => {
				let value;
				try {
					({ value } = JSON.parse(text));
				} catch (error) {
					reject(new Error(`${method} ${path}: ${text.slice(0, 200)}`, { cause: error }));
					return;
				}
				if (answer.statusCode === 200) resolve(value);
				else reject(new Error(`${method} ${path}: ${value?.error}: ${value?.message}`));
			});
		});
		sent.setTimeout(limit, () => sent.destroy(new Error(`${method} ${path}: no answer in ${limit} ms`)));
		sent.on('error', reject);
		sent.end(data);
	});
}

/** Tries until something true comes back; what was seen last is in the failure. */
export async function until(what, attempt, limit = 15_000) {
	const end = performance.now() + limit;
	let last;
	for (;;) {
		try {
			last = await attempt();
			if (last) return last;
		} catch (error) {
			last = error.message;
		}
		if (performance.now() > end) throw new Error(`waited ${limit} ms for ${what}; last: ${last}`);
		await sleep(40);
	}
}

/** Starts a display of its own that no other run shares. */
export async function startDisplay() {
	const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
	const name = await new Promise((resolve, reject) => {
		server.on('error', reject);
		server.on('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
		let text = '';
		server.stdio[3].on('data', (part) => {
			text += part;
			if (text.includes('\n')) resolve(`:${text.trim()}`);
		});
	});
	server.stdio[3].destroy();
	server.unref();
	const kill = () => server.kill('SIGKILL');
	process.once('exit', kill);
	return { name, stop: () => (process.off('exit', kill), server.kill()) };
}

/** Returns the living processes of a group. */
export function members(group) {
	return readdirSync('/proc').filter((name) => {
		if (!/^\d+$/.test(name)) return false;
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return fields[0] !== 'Z' && Number(fields[2]) === group;
		} catch {
			return false;
		}
	});
}

function signal(group, name) {
	try {
		process.kill(-group, name);
	} catch {
		// It has ended already.
	}
}

/** Returns the living processes of a group that run a program; the kernel cuts its name. */
export function running(group, program) {
	return members(group).filter((process) => {
		try {
			return readFileSync(`/proc/${process}/comm`, 'utf8').trim() === program.slice(0, 15);
		} catch {
			return false;
		}
	});
}

/** Reports whether the program itself still runs in a group. */
const runs = (group) => running(group, 'wardroom-desktop').length > 0;

/** Ends a group of processes, and waits until none is left. */
export async function endGroup(group) {
	for (const [name, limit] of [['SIGTERM', 1500], ['SIGKILL', 3000]]) {
		signal(group, name);
		for (let waited = 0; waited < limit; waited += 25) {
			if (members(group).length === 0) return;
			await sleep(25);
		}
	}
	throw new Error(`left over: ${members(group)}`);
}

/** What every window is started with, so that a run depends on nothing of the machine. */
export function environment(home, display, extra) {
	const env = {
		...process.env,
		HOME: home,
		WARDROOM_HOME: join(home, 'wardroom'),
		XDG_CONFIG_HOME: join(home, 'config'),
		XDG_DATA_HOME: join(home, 'data'),
		XDG_CACHE_HOME: join(home, 'cache'),
		DISPLAY: display,
		GDK_BACKEND: 'x11',
		DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
		NO_AT_BRIDGE: '1',
		LANG: 'en_US.UTF-8',
		TZ: 'UTC',
		TAURI_WEBVIEW_AUTOMATION: 'true',
		...extra,
	};
	for (const name of ['LC_ALL', 'LC_CTYPE', 'WAYLAND_DISPLAY', 'WEBKIT_DISABLE_DMABUF_RENDERER', 'WEBKIT_DISABLE_COMPOSITING_MODE']) if (!(name in (extra ?? {}))) delete env[name];
	return env;
}

/** Starts the program in a fresh home and waits until its frame is mounted. */
export async function startWindow({ display, args = [], env = {}, size = '1440x900', home = null }) {
	const own = home === null;
	const folder = home ?? mkdtempSync(join(tmpdir(), 'wardroom-e2e-'));
	mkdirSync(folder, { recursive: true });
	const logPath = join(folder, 'window.log');
	const log = openSync(logPath, 'a');
	const port = await freePort();
	const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], { detached: true, stdio: ['ignore', log, log], env: environment(folder, display, env) });
	closeSync(log);
	const group = driver.pid;
	if (group === undefined) throw new Error('WebKitWebDriver cannot be started');
	driver.unref();
	const kill = () => signal(group, 'SIGKILL');
	process.once('exit', kill);
	const logText = () => readFileSync(logPath, 'utf8');
	try {
		await until('the driver', async () => (await ask(port, 'GET', '/status', undefined, 2000)) !== undefined, 10_000);
		const options = { binary: desktop(), args: ['--size', size, ...args] };
		const { sessionId } = await ask(port, 'POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } }, 60_000);
		const session = `/session/${sessionId}`;
		const window = new Window(port, session, logText, async () => {
			// Ending the session would kill the program; a person closes the window, and the workspace is closed with it.
			const script = 'window.__TAURI_INTERNALS__.invoke("plugin:window|close", { label: "main" })';
			await ask(port, 'POST', `${session}/execute/sync`, { script, args: [] }, 5000).catch(() => undefined);
			const closed = await until('the program to end', () => !runs(group), 20_000).catch((error) => error);
			await ask(port, 'DELETE', session, undefined, 2000).catch(() => undefined);
			await endGroup(group);
			process.off('exit', kill);
			const said = logText();
			if (own) rmSync(folder, { recursive: true, force: true });
			if (closed instanceof Error) throw new Error(`${closed.message}\n${said}`);
		});
		window.home = folder;
		await until('the frame', () => window.eval('return document.querySelector("main") !== null'), 30_000);
		return window;
	} catch (error) {
		const said = logText();
		await endGroup(group);
		process.off('exit', kill);
		throw new Error(`${error.message}\n${said}`, { cause: error });
	}
}

/** Finds what a person would: by visible words, label or role. Runs inside the page; `null` when there is none. */
const FIND = `
const seen = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
const plain = (s) => (s ?? '').replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
const named = (e, name) => [e.getAttribute('aria-label'), e.querySelector(':scope > span')?.textContent, e.textContent].some((s) => plain(s) === name) || plain(e.textContent).startsWith(name);
const [how, name] = arguments;
// What lies behind an open dialog cannot be pressed.
const place = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
if (how === 'button') return [...place.querySelectorAll('button, [role=radio], [role=option], a')].find((e) => seen(e) && named(e, name)) ?? null;
if (how === 'field') {
	const label = [...document.querySelectorAll('label')].find((l) => plain(l.textContent) === name && document.getElementById(l.htmlFor));
	return label ? document.getElementById(label.htmlFor) : document.querySelector('input[aria-label="' + name + '"], textarea[aria-label="' + name + '"]');
}
return null;`;

/** A running window. */
class Window {
	#port;
	#session;
	#end;
	#ended;

	constructor(port, session, logText, end) {
		this.#port = port;
		this.#session = session;
		this.#end = end;
		this.logText = logText;
	}

	#ask(method, path, body, limit) {
		return ask(this.#port, method, this.#session + path, body, limit);
	}

	/** Runs a script in the page; strict content policy and all. */
	eval(script, ...args) {
		return this.#ask('POST', '/execute/sync', { script, args });
	}

	/** Runs a script in the page that answers later, within a limit: its only argument is the function that takes the answer. */
	async evalLater(script, limit) {
		await this.#ask('POST', '/timeouts', { script: limit });
		return this.#ask('POST', '/execute/async', { script, args: [] }, limit + 5000);
	}

	async #found(how, name) {
		const element = await until(`the ${how} “${name}”`, () => this.eval(FIND, how, name));
		return element[ELEMENT];
	}

	/** Reports whether a button with these words is in sight. */
	async hasButton(name) {
		return (await this.eval(FIND, 'button', name)) !== null;
	}

	/** Presses a button (or radio, or option) by its words, once it stands where it will stay: a press beside it is lost. */
	async press(name) {
		const still = `const [e, done] = arguments;
			// In the middle nothing lies over it, such as a message at the lower edge.
			e.scrollIntoView({ block: 'center' });
			const place = () => (({ x, y }) => e.isConnected + ' ' + x + ' ' + y)(e.getBoundingClientRect());
			const before = place();
			setTimeout(() => requestAnimationFrame(() => done(e.isConnected && place() === before)), 30);`;
		const found = await until(`the button “${name}” to stand still`, async () => {
			const element = await this.eval(FIND, 'button', name);
			if (element === null) throw new Error('there is none');
			return (await this.#ask('POST', '/execute/async', { script: still, args: [element] })) && element;
		});
		await this.#ask('POST', `/element/${found[ELEMENT]}/click`, {});
	}

	/** Overtypes a field by its label. The clear command would not tell the page of it. */
	async fill(name, text) {
		const id = await this.#found('field', name);
		await this.#ask('POST', `/element/${id}/value`, { text: `${Keys.control}a` });
		// A line feed is dropped; the key makes a line in a field of several lines.
		await this.#ask('POST', `/element/${id}/value`, { text: text.replaceAll('\n', Keys.enter) || Keys.backspace });
	}

	/** Chooses an entry of a list by the list's label and the entry's words. */
	async choose(name, entry) {
		const list = await this.#found('field', name);
		const chosen = await this.eval(
			`const [list, entry] = arguments;
			list.selectedIndex = [...list.options].findIndex((o) => o.textContent.trim() === entry);
			list.dispatchEvent(new Event('change', { bubbles: true }));
			return list.selectedIndex;`,
			{ [ELEMENT]: list },
			entry,
		);
		if (chosen < 0) throw new Error(`the list “${name}” has no entry “${entry}”`);
	}

	/** Types into whatever has the focus. */
	async type(text) {
		const element = await this.#ask('GET', '/element/active');
		await this.#ask('POST', `/element/${element[ELEMENT]}/value`, { text });
	}

	/** Presses keys on the keyboard: each argument is a chord such as `Control+k`, `g`, `Enter`. */
	async keys(...chords) {
		const names = { Control: Keys.control, Shift: Keys.shift, Alt: Keys.alt, Backspace: Keys.backspace, Enter: Keys.enter, Escape: Keys.escape, Tab: Keys.tab, Up: Keys.up, Down: Keys.down, Left: Keys.left, Right: Keys.right, F6: Keys.f6 };
		for (const chord of chords) {
			const values = (chord === '+' ? [chord] : chord.split('+')).map((name) => names[name] ?? name);
			const actions = [...values.map((value) => ({ type: 'keyDown', value })), ...values.toReversed().map((value) => ({ type: 'keyUp', value }))];
			await this.#ask('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
		}
	}

	/** Returns the text of the first element that a selector finds; empty when there is none. */
	text(css) {
		return this.eval(`return (document.querySelector(arguments[0])?.innerText ?? '').replace(/[\\u2066-\\u2069]/g, '')`, css);
	}

	/** Waits until the text of a place contains some words or matches a pattern, and returns it. */
	says(css, wanted, limit) {
		const fits = (text) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
		return until(`“${wanted}” in ${css}`, async () => {
			const text = await this.text(css);
			if (fits(text)) return text || true;
			throw new Error(JSON.stringify(text.slice(0, 300)));
		}, limit);
	}

	/** Returns how many elements a selector finds. */
	count(css) {
		return this.eval('return document.querySelectorAll(arguments[0]).length', css);
	}

	/** Returns what has the focus, in words. */
	focused() {
		return this.eval(`const e = document.activeElement; return e ? e.tagName + ' ' + (e.getAttribute('aria-label') ?? e.innerText ?? '') : ''`);
	}

	/** Waits until the screen stands still: fonts are there, nothing loads or moves, and it stays so for two frames. */
	async settled() {
		const still = `document.fonts.status === 'loaded' && document.querySelector('[aria-busy=true]') === null && document.getAnimations().every((a) => a.playState !== 'running')`;
		const frames = `const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(${still}))), 120);`;
		await until('a still screen', () => this.#ask('POST', '/execute/async', { script: frames, args: [] }));
	}

	/** Returns the windows of the program that the driver can reach, by their handles. */
	handles() {
		return this.#ask('GET', '/window/handles');
	}

	/** Drives another window of the program from now on. */
	switchTo(handle) {
		return this.#ask('POST', '/window', { handle });
	}

	/** Keeps a picture of the window in artifacts/screenshots. */
	async picture(name) {
		await this.settled();
		return this.glimpse(name);
	}

	/** Keeps a picture of a moment that passes, such as the one before an answer is there. */
	async glimpse(name) {
		const folder = join(artifacts(), 'screenshots');
		mkdirSync(folder, { recursive: true });
		const bytes = Buffer.from(await this.#ask('GET', '/screenshot'), 'base64');
		writeFileSync(join(folder, `${name}.png`), bytes);
		return bytes;
	}

	/** Closes the window as a person does, and ends every process that it leaves. */
	stop() {
		this.#ended ??= this.#end();
		return this.#ended;
	}
}
