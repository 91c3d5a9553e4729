// The words of the window, read from the catalogue that it reads, so that a test follows a change of wording.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.mjs';

/** Reads every message of a language as it is written, by its key. */
function messages(language) {
	const folder = join(root, 'assets/locales', language);
	const files = readdirSync(folder).filter((name) => name.endsWith('.ftl')).map((name) => readFileSync(join(folder, name), 'utf8'));
	return new Map(files.flatMap((text) => [...text.matchAll(/^([a-z][\w-]*) = ([^]*?)(?=^[a-z#]|(?![^]))/gm)].map(([, key, message]) => [key, message.trim()])));
}

/**
 * Returns a function from key and values to words. A message ends before the first value that is not given; one that
 * has several forms, or nothing before that value, is refused.
 */
export function words(language = 'en') {
	const known = messages(language);
	return (key, values = {}) => {
		const filled = (known.get(key) ?? '').replace(/\{\s*\$(\w+)\s*\}/g, (whole, name) => values[name] ?? whole);
		const text = filled.split('{')[0].trim();
		if (!text) throw new Error(`the catalogue has no plain words for ${key}`);
		return text;
	};
}

/**
 * Returns a function from key and values to a pattern of the whole message. Of several forms it is the one for the
 * number that is given, else that for many; values that are not given are caught, in their order.
 */
export function shapes(language = 'en') {
	const known = messages(language);
	const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
	return (key, values = {}) => {
		if (!known.has(key)) throw new Error(`the catalogue has no ${key}`);
		const chosen = known.get(key).replace(/\{\s*\$(\w+)\s*->([^]*?)^\s*\}/gm, (_, name, forms) => {
			const form = (kind) => new RegExp(`^\\s*${kind} (.*)$`, 'm').exec(forms)?.[1];
			return (values[name] === '1' ? form('\\[one\\]') : undefined) ?? form('\\*\\[\\w+\\]');
		});
		const parts = chosen.split(/\{\s*\$(\w+)\s*\}/);
		return new RegExp(parts.map((part, at) => (at % 2 === 0 ? literal(part) : part in values ? literal(String(values[part])) : '(.+?)')).join(''));
	};
}
