// The catalogues are read as the window reads them: a message that the reader drops would be shown by its key.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentBundle, FluentResource } from '@fluent/bundle';
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

/** Sentences whose number is never 1, or says no number of what follows. */
const neverOne = ['check-reference', 'check-reference-somewhere', 'error-query-too-many-samples', 'error-too-many-steps', 'group-score-note-rows', 'headline-fails', 'together-alarms-some'];
const ofMany = /\b1 (?:(?:log|new|other|real|stored) )?(?:alarms|blocks|chunks|columns|dependencies|edges|entities|findings|items|lines|marks|messages|moves|pages|points|records|requests|rows|samples|steps|windows)\b/;

describe('one of a thing', () => {
	it('is said in the singular by every sentence that counts', () => {
		const texts = readdirSync(join(folder, 'en')).map((name) => readFileSync(join(folder, 'en', name), 'utf8'));
		const bundle = new FluentBundle('en', { useIsolating: false });
		for (const text of texts) bundle.addResource(new FluentResource(text));
		const args = Object.fromEntries([...texts.join('').matchAll(/\$(\w+)/g)].map(([, name]) => [name ?? '', 1]));

		const said = texts.flatMap((text) => new FluentResource(text).body).map(({ id, value }) => ({ id, text: value === null ? '' : bundle.formatPattern(value, args) }));

		expect(said.filter(({ text }) => ofMany.test(text)).map(({ id }) => id).sort()).toEqual(neverOne);
	});

	it('may be told by a text, and a rounded number is many', () => {
		const { t } = new Words();

		expect(t('import-samples', { count: '1' })).toBe('one sample');
		expect(t('import-samples', { count: '1,204' })).toBe('1,204 samples');
		expect(t('syncing-rest-done-records', { samples: '1', span: '2 s' })).toBe('One entity or edge is new or changed; read in 2 s.');
		expect(t('syncing-rest-cancelled', { samples: '1' })).toBe('One sample stays. The next sync fetches only what is missing.');
	});
});

describe('a number that was made a text before', () => {
	const keys = readdirSync(join(folder, 'en')).flatMap((name) => new FluentResource(readFileSync(join(folder, 'en', name), 'utf8')).body.map(({ id }) => id));
	const names = [...new Set(readdirSync(join(folder, 'en')).flatMap((name) => [...readFileSync(join(folder, 'en', name), 'utf8').matchAll(/\$(\w+)/g)].map(([, arg]) => arg ?? '')))];

	it.each([['0', 0], ['1', 1], ['1,204', 1204]] as const)('is said as the number itself by every sentence: %s', (text, number) => {
		const { t } = new Words();
		const all = (value: string | number) => Object.fromEntries(names.map((name) => [name, value]));

		expect(keys.filter((key) => t(key, all(text)) !== t(key, all(number)))).toEqual([]);
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
