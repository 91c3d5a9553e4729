// A window on a made-up core: it is opened, asked and pressed, and nothing of it is left for the next test.
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { AppStateRow } from '$lib/ipc/bindings';
import { answer, appState } from '$lib/ipc/fake';
import App from '../../src/App.svelte';

/** What the core answers in this test; `undefined` is what it always answers. */
export type Special = (command: string, args: Record<string, unknown>) => unknown;

export interface Call {
	command: string;
	args: Record<string, unknown>;
}

/** Begins each test of a file on no page and with nothing kept, and ends it with nothing left. */
export function leaveNothing(): void {
	beforeEach(() => {
		location.hash = '';
		sessionStorage.clear();
	});
	afterEach(async () => {
		cleanup();
		vi.restoreAllMocks();
		vi.useRealTimers();
		// The window stops listening a moment after it is gone.
		await new Promise((done) => setTimeout(done, 20));
		clearMocks();
	});
}

/** Opens the window, with everything that it asks the core: in order, and by command. */
export function openWindow(special: Special = () => undefined, state: AppStateRow = appState()) {
	const calls: Call[] = [];
	mockIPC((command, payload) => {
		const args = (payload ?? {}) as Record<string, unknown>;
		calls.push({ command, args });
		return special(command, args) ?? answer(state, command, args);
	}, { shouldMockEvents: true });
	const of = (command: string) => calls.filter((call) => call.command === command);
	return { ...render(App), calls, of, last: (command: string) => of(command).at(-1)?.args };
}

/** What axe has to say. There are no colours and no layout here; both are looked at in the real window. */
export async function violations(): Promise<string[]> {
	const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, 'scrollable-region-focusable': { enabled: false } } });
	return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 300)).join(' ')}`);
}

/** Presses a key where no field has the keyboard. */
export const press = (key: string, more: Record<string, unknown> = {}) => fireEvent.keyDown(document.body, { key, ...more });

/** Waits until the screen says a sentence. */
export const heading = (words: RegExp) => waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(words));

/** Presses keys one after the other, once the core has told what is open. */
export async function go(...letters: string[]): Promise<void> {
	await heading(/^(?!(Loading|正在载入)$)/);
	(document.activeElement as HTMLElement | null)?.blur();
	for (const letter of letters) await press(letter);
}
