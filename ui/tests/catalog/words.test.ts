// The catalogues are read as the window reads them: a message that the reader drops would be shown by its key.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import type { JobKind } from '$lib/ipc/bindings';
import { Words } from '$lib/words';

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

/** Every kind of work, so that a new one is missed here before it is missed on screen. */
const jobs: Record<JobKind, true> = { demo: true, sync: true, import: true, export: true, detect: true, report: true, compact: true, copy: true, drill: true, openLogs: true, keepLogs: true, changed: true, compare: true, groupScore: true };

describe('the status bar', () => {
	it.each(['en', 'zh-CN'] as const)('has words for every kind of work in %s', (locale) => {
		const words = new Words();
		words.locale = locale;

		expect(Object.keys(jobs).filter((kind) => !words.has(`running-${kind}`))).toEqual([]);
	});
});
