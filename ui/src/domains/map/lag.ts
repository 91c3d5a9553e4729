// How much later something began, short enough to stand beside a line.
import type { Words } from '$lib/words';

/** Below ten minutes a lag is read in seconds, so that steps compare: as on Now. */
const inSeconds = 600_000;

/** `+76 s`, `+14 min`. */
export function lagText(words: Pick<Words, 't' | 'span' | 'plain'>, lag: number): string {
	const size = Math.abs(lag);
	// What began in the same sample did not begin within a millisecond.
	const span = (size === 0 || size >= 1000) && size < inSeconds ? words.t('span-s', { n: words.plain(Math.round(size / 1000)) }) : words.span(size);
	return words.t('map-lag', { sign: lag < 0 ? '−' : '+', span });
}
