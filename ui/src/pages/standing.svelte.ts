// What a screen does about an answer that stands because the next one failed: it says how old that is, and asks again.
import type { App } from '$lib/state/app.svelte';
import { retry, type Missed } from '$lib/state/standing';
import type { Words } from '$lib/words';
import { ageOf, type Age } from './age';

/** The age of what a screen or panel shows. */
export interface Standing {
	/** `null` while it is as new as it can be. */
	readonly age: Age | null;
}

/** Follows an answer that may have been missed, and asks for it again by itself. To be called while a component is made. */
export function standing(app: App, words: Words, missed: () => Missed | null, again: () => void): Standing {
	const known = $derived(missed());
	const age = $derived(known ? ageOf(app, words, known) : null);
	$effect(() => {
		if (known) return retry(known, again);
		return;
	});
	return {
		get age() {
			return age;
		},
	};
}

/** Offers the key that asks again while something is old or failed. To be called while a component is made. */
export function againKey(app: App, words: Words, id: string, wanted: () => boolean, again: () => void): void {
	$effect(() => {
		if (!wanted()) return;
		return app.keys.add([{ id, label: words.t('age-again'), keys: ['R'], group: 'here', run: again }]);
	});
}
