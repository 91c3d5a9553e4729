// The catalogues are read as the window reads them: a message that the reader drops would be shown by its key.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';

const folder = join(process.cwd(), '../assets/locales');
const files = readdirSync(folder).flatMap((language) => readdirSync(join(folder, language)).filter((name) => name.endsWith('.ftl')).map((name) => join(language, name)));

describe('catalogues', () => {
	it.each(files)('%s has no message that is not understood', (file) => {
		const text = readFileSync(join(folder, file), 'utf8');

		const understood = new Set(new FluentResource(text).body.map((message) => message.id));

		const written = [...text.matchAll(/^(-?[a-zA-Z][\w-]*) *=/gm)].map(([, id]) => id);
		expect(written.filter((id) => !understood.has(id ?? ''))).toEqual([]);
	});
});
