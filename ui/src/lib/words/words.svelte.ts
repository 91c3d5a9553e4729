// Makes every sentence on screen from the catalogue, in the chosen language and zone.
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import { createContext } from 'svelte';
import * as number from '$lib/format/number';
import { spanParts } from '$lib/format/span';
import * as time from '$lib/format/time';
import { lowEnd } from '$lib/format/unit';
import type { AppError, Phrase, PhraseValue } from '$lib/ipc/bindings';
import { hanBegins, hanEnds, joined, placed } from './han';

/** A language that the catalogue has. */
export type Locale = 'en' | 'zh-CN';

/** The values that enter a message. */
export type Args = Record<string, FluentVariable>;

/** A part of a sentence: one of its values by its name, or what stands between them. */
export interface SentencePart {
	text: string;
	name: string | null;
}

/** Stands for the first value in a sentence while it is taken apart: a character that no text has. */
const firstPlace = 0xe000;

// The help of the terminal is not said here.
const files = import.meta.glob<string>(['../../../../assets/locales/**/*.ftl', '!../../../../assets/locales/**/help.ftl'], { query: '?raw', import: 'default', eager: true });

function bundle(locale: Locale): FluentBundle {
	const made = new FluentBundle(locale, { useIsolating: false });
	for (const [path, text] of Object.entries(files)) {
		if (path.includes(`/locales/${locale}/`)) made.addResource(new FluentResource(text), { allowOverrides: true });
	}
	return made;
}

/** The values as they enter a sentence: a text that says 1 chooses the singular and one that says 0 the form of none, as a number does; every other takes the form of many, however it was rounded or grouped. */
function worded(args: Args): Args {
	return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, value === '0' || value === '1' ? Number(value) : value]));
}

/** Words, times and numbers as a person reads them. One for the window, given by context; read it with `useWords`. */
export class Words {
	locale: Locale = $state('en');
	/** The zone of every time on screen, as an IANA name. */
	zone: string = $state('UTC');
	readonly #bundles: Record<Locale, FluentBundle> = { en: bundle('en'), 'zh-CN': bundle('zh-CN') };
	readonly #style: time.TimeStyle = $derived({ locale: this.locale, zone: this.zone });

	/** The message of a key; the key itself when the catalogue has none, so that a lack is seen. */
	t = (key: string, args: Args = {}): string => this.#find(key, args) ?? key;

	/** Whether the catalogue has a message. */
	has = (key: string): boolean => this.#bundles[this.locale].hasMessage(key);

	/** A sentence of the core. */
	phrase = (sentence: Phrase): string => {
		const args: Args = {};
		for (const [name, value] of Object.entries(sentence.values)) args[name] = this.#placed(value);
		return joined(this.t(sentence.key, args));
	};

	/** A sentence of the core with the values of these names apart, so that they may be shortened and the rest of it stays. */
	parts = (sentence: Phrase, names: readonly string[]): SentencePart[] => {
		const args: Args = {};
		for (const [name, value] of Object.entries(sentence.values)) {
			const place = names.indexOf(name);
			args[name] = this.#placed(value, place < 0 ? undefined : String.fromCharCode(firstPlace + place));
		}
		const between = joined(this.t(sentence.key, args)).split(/([\ue000-\ue0ff])/u);
		return between.filter((text) => text !== '').map((text) => {
			const name = names[text.charCodeAt(0) - firstPlace] ?? null;
			const value = name === null ? undefined : sentence.values[name];
			return value ? { text: String(this.#value(value)), name } : { text, name: null };
		});
	};

	/** A value of the core by itself, as it stands in a sentence. */
	said = (value: PhraseValue): string => (value.kind === 'count' ? this.count(value.value) : String(this.#value(value)));

	/** The ends of a range; a unit that both have stands behind the high end only. */
	ends = (low: PhraseValue, high: PhraseValue): { low: string; high: string } => {
		const ends = { low: this.said(low), high: this.said(high) };
		return low.kind === 'text' && high.kind === 'text' ? { ...ends, low: lowEnd(ends.low, ends.high) } : ends;
	};

	/** A failure as a sentence. A common reason is said in the language, not in the system's words. */
	errorText = (error: AppError): string => {
		const fields = { ...error.fields, detail: this.#reason(error) ?? error.fields['detail'] ?? error.code };
		return this.#find(`error-${error.code.replaceAll('_', '-')}`, fields) ?? this.t('error-internal', fields);
	};

	/** The system's own words, where the sentence says them in the language; they are what one searches for elsewhere. */
	original = (error: AppError): string | undefined => (this.#reason(error) === null ? undefined : error.fields['detail']);

	/** `4 min 30 s`. */
	span = (millis: number): string => {
		const parts = spanParts(millis).map((part) => this.t(`span-${part.unit}`, { n: number.plain(this.locale, part.count) }));
		return parts.length === 2 ? this.t('span-pair', { first: parts[0] ?? '', second: parts[1] ?? '' }) : (parts[0] ?? '');
	};

	/** `3 h ago`, or the day when it is longer than a week. */
	ago = (at: number, now: number): string => {
		if (now - at > 7 * 86_400_000) return this.dateTime(at);
		return this.t('span-ago', { span: this.span(Math.max(1000, now - at)) });
	};

	clock = (at: number): string => time.clock(this.#style, at);
	clockShort = (at: number): string => time.clockShort(this.#style, at);
	/** A clock time where less than a day lies between two times, otherwise with its day. */
	moment = (at: number, beside: number): string => (Math.abs(beside - at) < 86_400_000 ? this.clock(at) : this.dateTime(at));
	/** The two ends of a span as they are said together: times of day, and with their dates where it goes beyond one day. */
	between = (start: number, end: number): { start: string; end: string } => {
		const said = this.sameDay(start, end) ? this.clockExact : this.dateTime;
		return { start: said(start), end: said(end) };
	};
	clockExact = (at: number): string => time.clockExact(this.#style, at);
	day = (at: number): string => time.day(this.#style, at);
	dayShort = (at: number): string => time.dayShort(this.#style, at);
	dateTime = (at: number): string => time.dateTime(this.#style, at);
	weekdayTime = (at: number): string => time.weekdayTime(this.#style, at);
	weekday = (at: number): string => time.weekday(this.#style, at);
	stamp = (at: number): string => time.stamp(this.#style, at);
	ticks = (start: number, end: number, wanted: number): number[] => time.ticks(this.#style, start, end, wanted);
	tick = (at: number, before: number | null): string => time.tick(this.#style, at, before);
	sameDay = (a: number, b: number): boolean => time.sameDay(this.#style, a, b);
	count = (value: number): string => number.count(this.locale, value);
	plain = (value: number): string => number.plain(this.locale, value);
	compact = (value: number): string => number.compact(this.locale, value);
	bytes = (value: number): string => number.bytes(this.locale, value);
	percent = (share: number): string => number.percent(this.locale, share);
	odds = (value: number): string => number.odds(this.locale, value);
	/** `a, b and c`, as the language joins them. */
	list = (parts: readonly string[]): string => new Intl.ListFormat(this.locale === 'en' ? 'en-GB' : this.locale, { type: 'conjunction' }).format(parts);

	#value(value: PhraseValue): FluentVariable {
		switch (value.kind) {
			case 'text':
				return value.value;
			case 'count':
				return value.value;
			case 'time':
				return this.clockExact(value.value);
			case 'date':
				return this.dateTime(value.value);
			case 'span':
				return value.value < 0 ? `-${this.span(value.value)}` : this.span(value.value);
			case 'word':
				return this.t(value.value);
			case 'list':
				return value.value.map((part) => String(this.#value(part))).reduce((name, part) => (name === '' || (hanEnds.test(name) && hanBegins.test(part)) ? name + part : `${name} ${part}`), '');
		}
	}

	/** A value as it enters a sentence that is joined afterwards, or what stands there for it. */
	#placed(value: PhraseValue, stand?: string): FluentVariable {
		const said = this.#value(value);
		return value.kind === 'word' || value.kind === 'list' ? placed(String(said), stand) : (stand ?? said);
	}

	#reason({ fields }: AppError): string | null {
		const said = fields['cause'] === undefined ? null : this.#find(`cause-${fields['cause']}`, fields);
		if (said === null || fields['cause_line'] === undefined) return said;
		return this.#find('cause-placed', { ...fields, detail: said });
	}

	#find(key: string, args: Args): string | null {
		for (const locale of [this.locale, 'en'] as const) {
			const pattern = this.#bundles[locale].getMessage(key)?.value;
			if (pattern) return this.#bundles[locale].formatPattern(pattern, worded(args), []);
		}
		return null;
	}
}

/** Reads and gives the window's words: `const { t, phrase, errorText } = useWords()`. */
export const [useWords, setWords] = createContext<Words>();
