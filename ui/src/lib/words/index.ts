// The words on screen.
export { setWords, useWords, Words, type Args, type Locale, type SentencePart } from './words.svelte';
