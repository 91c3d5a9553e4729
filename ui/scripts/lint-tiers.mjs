// Checks what may import what: lib, then domains, then pages and frame, then the root; and the catalogue's keys.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');
const locales = resolve(src, '../../assets/locales');
const problems = [];

/** All files under a folder with one of the endings. */
function files(folder, endings) {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return files(path, endings);
		return endings.some((e) => name.endsWith(e)) ? [path] : [];
	});
}

/** The tier of a file: 0 lib, 1 domains, 2 pages and frame, 3 the root. */
function tier(path) {
	const first = relative(src, path).split('/')[0];
	return { lib: 0, domains: 1, pages: 2, frame: 2, routes: 1 }[first] ?? 3;
}

function domain(path) {
	const parts = relative(src, path).split('/');
	return parts[0] === 'domains' ? parts[1] : null;
}

const imports = new Map();
const sources = files(src, ['.ts', '.svelte']);
for (const path of sources) {
	const text = readFileSync(path, 'utf8');
	const here = relative(src, path);
	const found = [];
	for (const [statement, from] of text.matchAll(/^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'/gm)) {
		if (from.startsWith('@tauri-apps/') && !here.startsWith('lib/ipc/')) problems.push(`${here}: only lib/ipc may import ${from}`);
		const target = from.startsWith('$lib') ? join(src, 'lib', from.slice(4)) : from.startsWith('$domains') ? join(src, 'domains', from.slice(8)) : from.startsWith('.') ? resolve(dirname(path), from) : null;
		if (!target) continue;
		if (!/^\s*import\s+type\s/.test(statement)) found.push(target);
		const typeOnly = /^\s*import\s+type\s/.test(statement);
		if (tier(target) > tier(path) && !typeOnly) problems.push(`${here}: a lower tier imports ${relative(src, target)}`);
		if (domain(path) && domain(target) && domain(path) !== domain(target)) problems.push(`${here}: a domain imports another, ${relative(src, target)}`);
		if (tier(path) === 2 && tier(target) === 2 && relative(src, path).split('/')[0] !== relative(src, target).split('/')[0]) problems.push(`${here}: pages and frame do not import each other`);
	}
	imports.set(path, found);
	if (/\sstyle="/.test(text.replace(/<style>[^]*<\/style>/, ''))) problems.push(`${here}: a static style attribute is refused by the content policy`);
	if (/navigator\.language/.test(text) && here !== 'lib/format/locale.ts') problems.push(`${here}: navigator.language only in lib/format/locale.ts`);
	if (text.split('\n').length > 600 && here !== 'lib/ipc/bindings.ts') problems.push(`${here}: longer than 600 lines`);
}

/** A file of an import without its ending. */
function resolved(target) {
	return [target, `${target}.ts`, `${target}.svelte.ts`, join(target, 'index.ts')].find((p) => imports.has(p));
}

const done = new Set();
function walk(path, way) {
	if (way.includes(path)) {
		problems.push(`a circle of imports: ${[...way.slice(way.indexOf(path)), path].map((p) => relative(src, p)).join(' → ')}`);
		return;
	}
	if (done.has(path)) return;
	for (const target of imports.get(path) ?? []) {
		const next = resolved(target);
		if (next) walk(next, [...way, path]);
	}
	done.add(path);
}
for (const path of imports.keys()) walk(path, []);

/** The keys of a language, with the file that has each. */
function keys(language) {
	const found = new Map();
	for (const path of files(join(locales, language), ['.ftl'])) {
		for (const [, key] of readFileSync(path, 'utf8').matchAll(/^([a-zA-Z][\w-]*) =/gm)) {
			if (found.has(key)) problems.push(`${language}: ${key} is in two files, ${relative(locales, path)} and ${found.get(key)}`);
			found.set(key, relative(locales, path));
		}
	}
	return found;
}
const english = keys('en');
const chinese = keys('zh-CN');
for (const key of english.keys()) if (!chinese.has(key)) problems.push(`zh-CN lacks ${key}`);
// The English help of the terminal are the doc comments of its arguments; a test of the terminal compares the two.
const alone = join('zh-CN', 'help.ftl');
for (const [key, file] of chinese) if (!english.has(key) && file !== alone) problems.push(`en lacks ${key}`);
const dynamic = [];
for (const path of sources) {
	const text = readFileSync(path, 'utf8');
	for (const [, key] of text.matchAll(/\bt\('([\w-]+)'/g)) if (!english.has(key)) problems.push(`${relative(src, path)}: the catalogue lacks ${key}`);
	for (const [, start] of text.matchAll(/\bt\(`([\w-]+)\$\{/g)) dynamic.push([path, start]);
}
for (const [path, start] of dynamic) if (![...english.keys()].some((k) => k.startsWith(start))) problems.push(`${relative(src, path)}: the catalogue has no ${start}…`);

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? `${sources.length} files, ${english.size} keys: in order` : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
