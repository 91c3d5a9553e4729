// How the window is built and its components are tested.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig(({ mode }) => ({
	plugins: [svelte()],
	clearScreen: false,
	// Scripts and styles are files beside the page, because the content policy forbids inline ones.
	build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 700, modulePreload: { polyfill: false } },
	server: { port: 1420, strictPort: true, fs: { allow: [path('..')] } },
	resolve: {
		alias: { $lib: path('./src/lib'), $domains: path('./src/domains') },
		// Under test Svelte must be its browser half.
		...(mode === 'test' ? { conditions: ['browser'] } : {}),
	},
	// Left alone it keeps one core free, which on a machine with two is half of the time.
	test: { environment: 'happy-dom', include: ['tests/**/*.test.ts', 'src/**/*.test.ts'], setupFiles: ['tests/setup.ts'], testTimeout: 20_000, maxWorkers: '100%' },
}));
