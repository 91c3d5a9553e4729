// Keeps the keyboard where it was when the button that was pressed is gone with its work.
import { tick } from 'svelte';

/** Gives a part of the screen the focus, unless the keyboard is somewhere already. No control gets it: Space is the world's clock. */
export function hold(part: HTMLElement | null | undefined): void {
	if (!part?.isConnected || document.activeElement !== document.body) return;
	part.tabIndex = -1;
	part.focus({ preventScroll: true });
}

/** Waits for what a button within a part of the screen began, and keeps the keyboard in the button's row. */
export async function inPlace<T>(doing: Promise<T>, within: string): Promise<T> {
	const from = document.activeElement?.closest(within) ? document.activeElement : null;
	const row = from?.closest<HTMLElement>('li, section');
	const done = await doing;
	await tick();
	hold(row);
	return done;
}
