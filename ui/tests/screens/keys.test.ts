// The keyboard of the window: what a key does while something has the focus.
import { fireEvent } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { Keys } from '$lib/state/keys.svelte';

const keys = new Keys();

/** Listens as the window does, with the keys of a list and an element that has the focus. */
function list(element: HTMLElement) {
	const [move, open] = [vi.fn(), vi.fn()];
	keys.add([
		{ id: 'down', label: 'Down', keys: ['j', '↓'], group: 'here', run: move },
		{ id: 'open', label: 'Open', keys: ['Enter'], group: 'here', run: open },
	]);
	window.addEventListener('keydown', keys.press);
	document.body.append(element);
	element.focus();
	return { move, open, press: (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key }) };
}

afterEach(() => {
	window.removeEventListener('keydown', keys.press);
	document.body.replaceChildren();
});

test('Enter presses the button that has the focus, and opens the row once a key has walked on through the list', async () => {
	const button = document.createElement('button');
	const { move, open, press } = list(button);

	await press('Enter');
	expect(open).not.toHaveBeenCalled();

	await press('j');
	await press('Enter');
	expect(move).toHaveBeenCalledTimes(1);
	expect(open).toHaveBeenCalledTimes(1);
	expect(document.activeElement, 'the tab key goes on from where it was').toBe(button);

	// Who leaves the button and comes back to it means it.
	await press('Tab');
	await press('Enter');
	expect(open).toHaveBeenCalledTimes(1);
});

test('arrows belong to a choice or a slider that has the focus, and not to the list beside it', async () => {
	for (const type of ['radio', 'range']) {
		const input = Object.assign(document.createElement('input'), { type });
		const { move, press } = list(input);

		const wasLeft = await press('ArrowDown');

		expect(move, type).not.toHaveBeenCalled();
		expect(wasLeft, type).toBe(true);
		expect(document.activeElement, type).toBe(input);
	}
});
