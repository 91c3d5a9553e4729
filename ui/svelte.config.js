// How Svelte components are compiled: runes everywhere, styles extracted so that a strict policy holds.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: true },
};
