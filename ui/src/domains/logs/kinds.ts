// The words for what the core names in its own words: kinds of parameters, formats, rules. A word without a translation is shown as it is.
import type { LogChange } from '$lib/ipc/bindings';
import type { Words } from '$lib/words';

function named(words: Words, key: string, plain: string): string {
	return words.has(key) ? words.t(key) : plain;
}

const dashed = (word: string) => word.toLowerCase().replaceAll('_', '-').replaceAll(' ', '-');

/** What a parameter is: `number`, `path`. */
export function kindWord(words: Words, kind: string): string {
	return named(words, `logs-kind-${dashed(kind)}`, kind);
}

/** The rule by which a secret was found. */
export function ruleWord(words: Words, rule: string): string {
	return named(words, `logs-rule-${dashed(rule)}`, rule);
}

/** The format of a log file. */
export function formatWord(words: Words, format: string): string {
	return named(words, `logs-format-${dashed(format)}`, format);
}

/** How many times as often a template is written as before: `×212`. */
export function timesWord(words: Words, ratio: number): string {
	return words.t('logs-change-times', { ratio: ratio >= 1000 ? words.compact(ratio) : words.plain(ratio) });
}

/** How a template changed, in one line: `more ×212`. */
export function changeLine(words: Words, change: LogChange | null, ratio: number | null): string {
	if (change === null) return words.t('logs-change-unknown');
	const times = (change === 'more' || change === 'fewer') && ratio !== null ? ` ${timesWord(words, ratio)}` : '';
	return `${words.t(`logs-change-${change}`)}${times}`;
}
