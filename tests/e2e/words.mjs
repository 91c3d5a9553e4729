// The words of the window, read from the catalogue that it reads, so that a test follows a change of wording.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './programs.mjs';

/**
 * Returns a function from key and values to words. A message ends before the first value that is not given; one that
 * has several forms, or nothing before that value, is refused.
 */
export function words(language = 'en') {
	const folder = join(root, 'assets/locales', language);
	const known = new Map();
	for (const file of readdirSync(folder).filter((name) => name.endsWith('.ftl'))) {
		for (const [, key, text] of readFileSync(join(folder, file), 'utf8').matchAll(/^([a-z][\w-]*) = (.+)$/gm)) known.set(key, text);
	}
	return (key, values = {}) => {
		const filled = (known.get(key) ?? '').replace(/\{\s*\$(\w+)\s*\}/g, (whole, name) => values[name] ?? whole);
		const text = filled.split('{')[0].trim();
		if (!text) throw new Error(`the catalogue has no plain words for ${key}`);
		return text;
	};
}
