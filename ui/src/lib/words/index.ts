// The words on screen.
export { setWords, useWords, Words, type Args, type Locale } from './words.svelte';
