// The list of Now when one fault touches many series: one row a thing, which unfolds by key and by pointer.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { END, finding, nowView } from '$lib/ipc/fake';
import { go, leaveNothing, openWindow, press, violations } from './window';

leaveNothing();

const MIN = 60_000;
const row = (id: string, series: number, entity: string, minutes: number) => finding({ id, series, entity, metric: `metric_${id}`, start: END - minutes * MIN });
/** 1,300 findings on two things, of which four travelled. */
const flood = nowView({
	findings: [row('a', 1, 'web', 4), row('b', 2, 'db', 9), row('c', 3, 'web', 8), row('d', 4, 'web', 6)],
	findingCount: 1300,
	things: [{ findings: ['a', 'c', 'd'], count: 1299, began: END - 10 * MIN }, { findings: ['b'], count: 1, began: END - 9 * MIN }],
	thingCount: 2,
});
const listed = () => [...document.querySelectorAll('.found .second .mono')].map((cell) => cell.textContent);
const whole = () => document.querySelector('.say .whole')?.textContent ?? '';

test('a thing is one row with its further findings counted, and its earliest begin', async () => {
	openWindow((command) => (command === 'now' ? flood : undefined));
	await go();
	await waitFor(() => expect(listed()).toEqual(['metric_a', 'metric_b']));

	expect(screen.getByText(/^1,300 findings, most surprising first · rows 1 to \d+ of 2$/)).toBeTruthy();
	expect(screen.getByRole('button', { name: /1,298 more/ }).getAttribute('aria-expanded')).toBe('false');
	expect(screen.getByText('first of 1,299')).toBeTruthy();
	expect(document.querySelector('.found .second')?.textContent, 'whose it is').toContain('data');
	expect(await violations()).toEqual([]);
});

test('a thing unfolds and folds by key, and the keyboard stays where it can', async () => {
	openWindow((command) => (command === 'now' ? flood : undefined));
	await go();
	await waitFor(() => expect(listed().length).toBe(2));

	await press('ArrowRight');
	await waitFor(() => expect(listed()).toEqual(['metric_a', 'metric_c', 'metric_d', 'metric_b']));
	expect(screen.getByRole('button', { name: /2 of 1,298 more/ }).getAttribute('aria-expanded')).toBe('true');

	for (const key of ['j', 'j']) await press(key);
	await waitFor(() => expect(whole()).toContain('metric_d'));
	expect(screen.getByRole('button', { name: /^Open the finding/ })).toBeTruthy();

	await press('ArrowLeft');
	await waitFor(() => expect(whole()).toContain('metric_a'));
	await press('ArrowLeft');
	await waitFor(() => expect(listed()).toEqual(['metric_a', 'metric_b']));
});

test('the button of a row unfolds it and opens nothing', async () => {
	openWindow((command) => (command === 'now' ? flood : undefined));
	await go();
	await waitFor(() => expect(listed().length).toBe(2));
	await press('j');
	await waitFor(() => expect(whole()).toContain('metric_b'));

	await fireEvent.click(screen.getByRole('button', { name: /1,298 more/ }));

	await waitFor(() => expect(listed().length).toBe(4));
	expect(whole()).toContain('metric_b');
	expect(screen.getByRole('button', { name: 'Now' }).getAttribute('aria-current')).toBe('page');
});
