// What a brushed chart leads to on every screen: its window, and one press from there what changed in it.
import type { Span } from '$lib/ipc/bindings';
import type { App } from '$lib/state/app.svelte';
import type { Words } from '$lib/words';

/** Moves the window to what was brushed and offers to look at what changed there. */
export function brushed(app: App, words: Words, span: Span, look: () => void): void {
	app.clock.choose(span);
	app.done(words.t('whatchanged-brushed', words.between(span.start, span.end)), { label: words.t('whatchanged-open'), run: look });
}
