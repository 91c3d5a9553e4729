// How much later something began is written on the map as on Now.
import { expect, test } from 'vitest';
import { Words } from '$lib/words';
import { lagText } from '../../src/domains/map/lag';

test('below ten minutes it is in seconds, so that steps compare', () => {
	const words = new Words();

	expect([0, 15_000, 135_000, -45_000, 840_000].map((lag) => lagText(words, lag))).toEqual(['+0 s', '+15 s', '+135 s', '−45 s', '+14 min']);
});
