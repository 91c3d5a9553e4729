// Alerts, entities, debrief and the instructor's window on a made-up core: the sentence, the keyboard, both languages, and axe.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { AlertsRequest, AppStateRow, EntitiesRequest } from '$lib/ipc/bindings';
import { answer, appState, workspace } from '$lib/ipc/fake';
import { alertsView, answerRecords } from '$lib/ipc/fake-records';
import { DRILL_START } from '$lib/ipc/fake-drills';
import { entitiesView } from '$lib/ipc/fake-topology';
import { answerReview, debriefView, instructorState, keptResults } from '$lib/ipc/fake-review';
import { heading, leaveNothing, openWindow, press, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

const drill = (part = {}): AppStateRow => appState({ workspace: workspace({ drill: true }), ...part });

const open = (state?: AppStateRow, special: Special = () => undefined) =>
	openWindow((command, args) => special(command, args) ?? answerRecords(command, args) ?? answerReview(command, args), state);

async function go(letter: string): Promise<void> {
	await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).not.toMatch(/^(Loading|正在载入)$/));
	(document.activeElement as HTMLElement | null)?.blur();
	await press('g');
	await press(letter);
}

describe('alerts', () => {
	test('says how many fire and how many of them are critical', async () => {
		open();
		await go('a');

		await heading(/7.*2 of them are critical\..*6 are not acknowledged\./s);
		expect(screen.getByRole('grid', { name: 'Alerts' }).getAttribute('aria-rowcount')).toBe('243');
		expect(screen.getByText('Shared by all 242: env=demo')).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('an alert is acknowledged in a role by keyboard alone', async () => {
		const { calls } = open();
		await go('a');
		await heading(/critical/);

		await press('a');
		const dialog = await screen.findByRole('dialog');
		await fireEvent.click(within(dialog).getByRole('radio', { name: 'Database' }));
		await fireEvent.click(within(dialog).getByRole('button', { name: /Acknowledge as Database/ }));

		await waitFor(() => expect(calls.find((c) => c.command === 'acknowledge_alert')?.args).toEqual({ id: '1-1', by: 'database' }));
		await screen.findByText('CheckoutFails is acknowledged.');
	});

	test('a list that cannot be renewed stays at half strength with its age, another filter does not, and R asks again', async () => {
		let fails = false;
		open(undefined, (command) => {
			if (command === 'alerts' && fails) throw { code: 'internal', fields: { detail: 'the file is busy' } };
			return undefined;
		});
		await go('a');
		await heading(/critical/);

		fails = true;
		await emit('app-event', { kind: 'alertsChanged' });

		await waitFor(() => expect(document.querySelector('.age [role=status]')?.textContent).toMatch(/the file is busy.* What is shown was answered/));
		expect(document.querySelector('.half')?.contains(screen.getByRole('grid', { name: 'Alerts' }))).toBe(true);
		await heading(/critical/);
		expect(await violations()).toEqual([]);
		await fireEvent.click(screen.getByRole('radio', { name: 'Pending 3' }));
		await waitFor(() => expect(screen.queryByRole('grid', { name: 'Alerts' })).toBeNull());

		fails = false;
		await press('R', { shiftKey: true });

		await screen.findByRole('grid', { name: 'Alerts' });
		expect(document.querySelector('.half')).toBeNull();
	});

	test('states narrow the list and the rest comes page by page', async () => {
		const { calls } = open();
		await go('a');
		await heading(/critical/);

		await fireEvent.click(screen.getByRole('radio', { name: 'Pending 3' }));

		await waitFor(() => expect((calls.filter((c) => c.command === 'alerts').at(-1)?.args['request'] as AlertsRequest).state).toBe('pending'));
		await waitFor(() => expect(screen.getByRole('grid', { name: 'Alerts' }).getAttribute('aria-rowcount')).toBe('4'));
	});

	test('the row that was gone to stays chosen when a new alert comes above it', async () => {
		let more = false;
		open(appState(), (command, args) => {
			if (command !== 'alerts') return undefined;
			const view = alertsView(args['request'] as AlertsRequest);
			const [first] = view.rows;
			return more && first ? { ...view, rows: [{ ...first, id: 'new', name: 'NewAlert' }, ...view.rows] } : view;
		});
		await go('a');
		await heading(/7/);
		await press('j');
		const details = () => screen.getByRole('complementary', { name: 'Details of the alert' });
		const before = within(details()).getByRole('heading', { level: 2 }).textContent;

		more = true;
		await emit('app-event', { kind: 'alertsChanged' });

		await screen.findByText('NewAlert');
		expect(within(details()).getByRole('heading', { level: 2 }).textContent).toBe(before);
	});

	test('in a narrow window the details are a drawer that takes the focus and gives it back', async () => {
		vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
		open();
		await go('a');
		await heading(/critical/);
		const grid = screen.getByRole('grid', { name: 'Alerts' });
		const details = () => screen.queryByRole('complementary', { name: 'Details of the alert' });
		expect(details()).toBeNull();
		// With the list's width to itself, no column is left out.
		expect(within(grid).getByText(/^Since/)).toBeTruthy();

		grid.focus();
		await fireEvent.keyDown(grid, { key: 'Enter' });
		await waitFor(() => expect(document.activeElement).toBe(details()));
		expect(await violations()).toEqual([]);
		// The list goes on under its keys, and the drawer with it.
		const first = within(details() as HTMLElement).getByRole('heading', { level: 2 }).textContent;
		await fireEvent.keyDown(details() as HTMLElement, { key: 'j' });
		await waitFor(() => expect(within(details() as HTMLElement).getByRole('heading', { level: 2 }).textContent).not.toBe(first));

		await fireEvent.keyDown(details() as HTMLElement, { key: 'Escape' });
		await waitFor(() => expect(details()).toBeNull());
		expect(document.activeElement).toBe(grid);
		await press(']', { ctrlKey: true });
		await waitFor(() => expect(document.activeElement).toBe(details()));
		// Who went back to the list stays there when the drawer is closed.
		grid.focus();
		await fireEvent.click(within(details() as HTMLElement).getByRole('button', { name: 'Close the details' }));
		await waitFor(() => expect(details()).toBeNull());
		expect(document.activeElement).toBe(grid);
	});

	test('without rules it says how alerts get here', async () => {
		open(appState(), (command, args) => (command === 'alerts' ? alertsView(args['request'] as AlertsRequest, false) : undefined));
		await go('a');

		await screen.findByText('No source here reports alerts.');
		// That nothing fires would be a claim that nobody can make.
		expect(screen.getByRole('heading', { level: 1 }).textContent?.trim()).toBe('Alerts');
		expect(await violations()).toEqual([]);
	});
});

describe('entities', () => {
	test('the tab lists what there is and Enter selects it for the whole window', async () => {
		open();
		await go('c');
		await waitFor(() => screen.getByRole('tab', { name: /Entities/ }));
		await press('2', { ctrlKey: true });

		await heading(/67 entities of 6 kinds are known here\. Alerts fire on 2 of them/);
		await press('j');
		await press('Enter');

		await waitFor(() => expect(screen.getByText('Selected on every screen')).toBeTruthy());
		expect(screen.getByText('orders', { selector: '.chip' })).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('whoever moved on from what is selected is not taken back to it by news', async () => {
		let n = 67;
		open(appState(), (command, args) => (command === 'entities' ? { ...entitiesView(args['request'] as EntitiesRequest), of: n } : undefined));
		await go('c');
		await waitFor(() => screen.getByRole('tab', { name: /Entities/ }));
		await press('2', { ctrlKey: true });
		await heading(/67 entities/);
		for (const key of ['j', 'Enter']) await press(key);
		await screen.findByText('Selected on every screen');
		await press('j');
		const row = () => screen.getByRole('grid').getAttribute('aria-activedescendant');
		const before = row();

		// The second answer comes when all that followed from the first is done.
		for (n of [68, 69]) {
			await emit('app-event', { kind: 'alertsChanged' });
			await heading(new RegExp(`${n} entities`));
		}

		expect(row()).toBe(before);
		expect(before).toMatch(/-2$/);
	});

	test('without an inventory it says what would bring one', async () => {
		open(appState(), (command, args) => (command === 'entities' ? entitiesView(args['request'] as EntitiesRequest, []) : undefined));
		await go('c');
		await waitFor(() => screen.getByRole('tab', { name: /Entities/ }));
		await press('2', { ctrlKey: true });

		await screen.findByText('No inventory is known here.');
	});
});

test('checks stand in a tab of their own, failing ones first', async () => {
	open();
	await go('c');
	await waitFor(() => screen.getByRole('tab', { name: /Checks/ }));
	await press('3', { ctrlKey: true });

	await heading(/One of 2 checks fails\./);
	expect(screen.getByText('sign in')).toBeTruthy();
	expect(await violations()).toEqual([]);
});

/** Opens the debrief of a drill that is over. */
async function review(special: Special = () => undefined, state = drill()) {
	const opened = open(state, (command, args) => special(command, args) ?? (command === 'drill_state' ? { ...(answer(state, command, args) as object), phase: 'ended' } : undefined));
	await waitFor(() => expect(opened.calls.some((c) => c.command === 'drill_state')).toBe(true));
	await go('s');
	return opened;
}

describe('debrief', () => {
	test('shows points, sentence, five parts, what was never opened, and no axe violation', async () => {
		await review();

		await heading(/You found the cause and fixed it/);
		for (const part of ['Detect', 'Localise', 'Mitigate', 'Safety', 'Communicate']) expect(screen.getAllByText(part).length).toBeGreaterThan(0);
		expect(screen.getAllByRole('img', { name: /of 20 points, \d+ in the last attempt/ }).length).toBe(4);
		const never = within(screen.getByRole('region', { name: 'Evidence you never opened' }));
		expect(never.getAllByRole('button').length).toBe(3);
		never.getByText('on Metrics, db-m1, node_filesystem_avail_bytes');
		expect(await violations()).toEqual([]);
	});

	test('no key that was on its way when it opened begins another attempt', async () => {
		const { calls } = await review();
		await heading(/fixed it/);
		const again = await screen.findByRole('button', { name: /^Try again from/ });

		expect(document.activeElement).not.toBe(again);
		await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Enter' });

		expect(calls.some((c) => c.command === 'drill_rewind')).toBe(false);
	});

	test('the moment that is worth it is one key away, and so is every own mark', async () => {
		const { calls } = await review();
		await heading(/fixed it/);

		await press('.');
		await fireEvent.click(await screen.findByRole('button', { name: 'Try again from 02:04:12' }));
		await waitFor(() => expect(calls.find((c) => c.command === 'drill_rewind')?.args['to']).toBe(debriefView().you.marks[0]?.at));
	});

	test('v turns lanes and curve into tables', async () => {
		await review();
		await heading(/fixed it/);

		await press('v');

		await waitFor(() => expect(screen.getAllByRole('table').length).toBe(3));
		expect(within(screen.getByRole('table', { name: 'Two timelines, one clock' })).getAllByRole('row').length).toBe(1 + 6 + 13);
		const times = within(screen.getByRole('table', { name: 'Times since the fault began' }));
		expect(times.getByRole('row', { name: /^Cause named/ }).textContent).toMatch(/^Cause named7\smin\s10\ss2\smin\s30\ss$/);
		expect(await violations()).toEqual([]);
	});

	test('the table of the curve has each share at the end of its quarter minute', async () => {
		const [first] = debriefView().curves;
		const share = (served: number) => [1, served, 1, 1];
		const curve = first && { ...first, you: share(0.5), reference: share(0.6), nobody: share(0.7) };
		await review((command) => (command === 'drill_debrief' && curve ? debriefView({ range: { start: DRILL_START, end: DRILL_START + 60_000 }, curves: [curve] }) : undefined));
		await heading(/fixed it/);

		await press('v');

		const table = within(await screen.findByRole('table', { name: /^Users of .*served/ }));
		expect(table.getAllByRole('row').slice(1).map((row) => row.textContent?.replace(/\s/g, ''))).toEqual(['02:00:15100%100%100%', '02:00:3050%60%70%', '02:00:45100%100%100%', '02:01:00100%100%100%']);
	});

	test('another attempt says that it is being computed until it is there', async () => {
		let give = (): void => undefined;
		await review((command, args) => (command === 'drill_debrief' && args['attempt'] === 1 ? new Promise((done) => (give = () => done(debriefView({ attempt: 1 })))) : undefined));
		await heading(/fixed it/);
		const select = screen.getByLabelText<HTMLSelectElement>('Attempt');

		select.selectedIndex = 0;
		await fireEvent.change(select);

		expect(await screen.findByText(/That attempt is being computed again/)).toBeTruthy();
		give();
		await waitFor(() => expect(screen.queryByText(/is being computed again/)).toBeNull());
	});

	test('one that cannot be renewed stays at half strength with its age, whatever attempt is asked for, and R asks again', async () => {
		let fails = false;
		const { last } = await review((command) => {
			if (command === 'drill_debrief' && fails) throw { code: 'internal', fields: { detail: 'the file is busy' } };
			return undefined;
		});
		await heading(/fixed it/);
		const select = screen.getByLabelText<HTMLSelectElement>('Attempt');

		fails = true;
		await emit('app-event', { kind: 'drillChanged' });
		await waitFor(() => expect(document.querySelector('.age [role=status]')?.textContent).toMatch(/the file is busy.* What is shown was answered/));
		select.selectedIndex = 0;
		await fireEvent.change(select);
		await waitFor(() => expect(last('drill_debrief')).toEqual({ attempt: 1 }));

		expect(document.querySelector('.half')?.textContent).toMatch(/fixed it/);
		expect(screen.getByLabelText('Attempt')).toBe(select);
		expect(screen.queryByText(/is being computed again/)).toBeNull();
		expect(await violations()).toEqual([]);
		fails = false;
		await press('R', { shiftKey: true });

		await waitFor(() => expect(document.querySelector('.half')).toBeNull());
		await heading(/fixed it/);
	});

	test('it keeps the cause to itself while the drill runs', async () => {
		await review((command) => {
			if (command === 'drill_debrief') throw { code: 'drill_not_over', fields: {} };
			return undefined;
		});

		await heading(/still under way/);
		expect(screen.getByRole('button', { name: 'Go back to the drill' })).toBeTruthy();
	});

	test('where no world can be made of its text, what the file keeps is shown with the reason', async () => {
		const { why } = keptResults();
		const parts = debriefView().parts.map((part) => ({ ...part, before: null, reasons: [] }));
		const { calls } = await review((command) => {
			if (command === 'drill_debrief') throw why;
			return command === 'drill_kept' ? keptResults({ attempts: [{ number: 1, ended: DRILL_START, points: 66, passed: false, parts }] }) : undefined;
		});

		await heading(/cannot be made again/);
		expect(screen.getByText(/a world has at most 1000 hosts/)).toBeTruthy();
		expect(screen.getByRole('region', { name: 'Attempt 1, ended 02:00: 66 points of 100, not passed' }).querySelectorAll('li').length).toBe(5);
		expect(calls.filter((c) => c.command === 'drill_kept').length).toBe(1);
		expect(await violations()).toEqual([]);
	});

	test('what would be refused in its text today is said beside what is true', async () => {
		await review((command, args) => (command === 'drill_debrief' ? { ...(answerReview(command, args) as object), remarks: [{ key: 'drill-noted', values: { problem: { kind: 'text', value: 'line 41, detail: there is no metric' } } }] } : undefined));

		expect(await screen.findByText(/older than a check.*line 41, detail/)).toBeTruthy();
	});

	test('it speaks Chinese', async () => {
		await review(undefined, drill({ settings: { language: 'zh-CN', theme: 'dark', textSize: 100, zone: 'utc', followS: 15 } }));

		await waitFor(() => expect(screen.getByText('你从未打开的证据')).toBeTruthy());
		expect(await violations()).toEqual([]);
	});
});

describe('the instructor', () => {
	async function teach(special: Special = () => undefined) {
		location.hash = '#/instructor';
		const opened = open(drill(), special);
		await heading(/on call is in Logs/);
		return opened;
	}

	test('sees the truth, has no rail and no axe violation', async () => {
		await teach();

		expect(screen.queryByRole('navigation')).toBeNull();
		expect(screen.getByText('DRILL, SIMULATED, INSTRUCTOR')).toBeTruthy();
		expect(screen.getByRole('grid', { name: 'What is true, and what telemetry says' })).toBeTruthy();
		expect(await violations()).toEqual([]);
	});

	test('shows two actions of one moment, as a trainee takes them while the world stands', async () => {
		const acted = instructorState().moves.filter((move) => move.kind === 'acted');
		await teach((command) => (command === 'instructor_state' ? instructorState({ moves: [...acted, ...acted.map((move) => ({ ...move, number: 9 }))] }) : undefined));

		expect(screen.getByRole('grid', { name: 'What is true, and what telemetry says' })).toBeTruthy();
		expect(acted.length).toBe(1);
	});

	test('whispers a prepared line with Ctrl Enter', async () => {
		const { calls } = await teach();
		await fireEvent.click(screen.getByRole('button', { name: /Support has 40 calls/ }));

		await fireEvent.keyDown(screen.getByRole('textbox', { name: 'What the role says' }), { key: 'Enter', ctrlKey: true });

		await waitFor(() => expect(calls.find((c) => c.command === 'drill_whisper')?.args).toEqual({ role: 'support', text: 'Support has 40 calls.' }));
	});

	test('injects a fault with its parameters, refuses what is outside of the range, and can stop it', async () => {
		const { calls } = await teach();
		const inject = screen.getByRole('button', { name: 'Inject in 10 s, stoppable' });
		const ratio = screen.getByRole('spinbutton', { name: 'Instances that hang, as a share' });

		await fireEvent.input(ratio, { target: { value: '7' } });
		expect(inject.getAttribute('aria-disabled')).toBe('true');
		await fireEvent.input(ratio, { target: { value: '0.5' } });
		await fireEvent.click(inject);

		await waitFor(() => expect(calls.find((c) => c.command === 'drill_inject')?.args['request']).toEqual({ kind: 'consumer_stuck', target: 'checkout', way: '', values: [['instance_ratio', 0.5]], afterS: 60 }));
		await fireEvent.click(await screen.findByRole('button', { name: /Stop the injection/ }));
		await waitFor(() => expect(calls.some((c) => c.command === 'drill_stop_injection')).toBe(true));
	});

	test('says why the world did not take an injection', async () => {
		await teach((command) => (command === 'instructor_state' ? instructorState({ refused: { key: 'refused-now-already-running', values: {} } }) : undefined));

		expect(screen.getByRole('alert').textContent).toMatch(/^Nothing was injected\. ./);
	});

	test('a refresh that fails keeps the last answer at half strength, what is typed and the keyboard', async () => {
		let fails = false;
		const { calls } = await teach((command) => {
			if (command === 'instructor_state' && fails) throw { code: 'internal', fields: { detail: 'the file is busy' } };
			return undefined;
		});
		const words = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What the role says' });
		const ratio = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Instances that hang, as a share' });
		await fireEvent.input(ratio, { target: { value: '0.5' } });
		await fireEvent.input(words, { target: { value: 'Look at the disk.' } });
		words.focus();

		fails = true;
		await emit('app-event', { kind: 'drillChanged' });

		await waitFor(() => expect(document.querySelector('.age [role=status]')?.textContent).toMatch(/the file is busy.* What is shown was answered/));
		expect(document.querySelector('.half')?.contains(screen.getByRole('grid', { name: 'What is true, and what telemetry says' }))).toBe(true);
		expect(screen.getByRole('textbox', { name: 'What the role says' })).toBe(words);
		expect([words.value, ratio.value, document.activeElement]).toEqual(['Look at the disk.', '0.5', words]);
		expect(await violations()).toEqual([]);

		fails = false;
		const asked = calls.length;
		await press('R', { shiftKey: true });

		await waitFor(() => expect(document.querySelector('.half')).toBeNull());
		expect(calls.slice(asked).some((c) => c.command === 'instructor_state')).toBe(true);
		expect(words.value).toBe('Look at the disk.');
	});

	test('takes a sensor away', async () => {
		const { calls } = await teach();

		await fireEvent.click(screen.getByRole('switch', { name: 'db-m1' }));

		await waitFor(() => expect(calls.find((c) => c.command === 'drill_sensor')?.args).toEqual({ target: 'db-m1', away: true }));
	});

	test('cannot touch a drill that is over', async () => {
		await teach((command) => (command === 'instructor_state' ? instructorState({ phase: 'ended' }) : undefined));

		expect(screen.getByRole('button', { name: /Inject in 10 s/ }).getAttribute('aria-disabled')).toBe('true');
		expect(screen.getAllByText('The drill is over; nothing more can be done to it.').length).toBeGreaterThan(0);
	});
});
