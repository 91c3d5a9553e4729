// The simulator on a made-up core: the list, the running drill with its frame, the keyboard, and axe.
import { emit } from '@tauri-apps/api/event';
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { AlertsRequest, AppStateRow, DrillState, Settings } from '$lib/ipc/bindings';
import { appState, drillAppState } from '$lib/ipc/fake';
import { drillAlerts, drillClock, DRILL_START, drillState, dryRun } from '$lib/ipc/fake-drills';
import { leaveNothing, openWindow, press, type Special, violations } from './window';

vi.mock('uplot', () => ({ default: class { destroy(): void {} } }));

leaveNothing();

function open(state: AppStateRow, special?: Special) {
	const opened = openWindow(special, state);
	return { ...opened, of: (command: string) => opened.of(command).map((call) => call.args) };
}

const running = () => screen.findByRole('heading', { level: 1, name: /Goal: bring checkout above 99 %/ });
/** A drill in which commands that answer a state answer this one. */
const withState = (state: DrillState): Special => (command) => (command === 'drill_state' ? state : undefined);

test('the list opens without a workspace with its sentence, the next drill and no axe violation', async () => {
	open(appState({ workspace: null }));
	await screen.findByRole('heading', { level: 1, name: /No workspace/ });

	await press('g');
	await press('s');

	expect((await screen.findByRole('heading', { level: 1, name: /4 of 14 drills passed/ })).textContent).toMatch(/looking before acting/);
	expect(await screen.findByRole('button', { name: /Start drill 4/ })).toBe(document.activeElement);
	expect(screen.getByRole('row', { name: /Red herring/, selected: true })).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('alerts that look alike are told apart in the short list', async () => {
	const alerts = drillAlerts();
	const twins = ['prometheus-0', 'prometheus-1'].map((replica, i) => ({ ...alerts.rows[0], id: `twin${i}`, apart: [['replica', replica]] }));
	open(drillAppState(), (command) => (command === 'alerts' ? { ...alerts, rows: [...twins, ...alerts.rows.slice(1)] } : undefined));
	await running();

	expect(await screen.findByRole('button', { name: /ServiceErrorsHigh checkout replica=prometheus-0/ })).toBeTruthy();
	expect(screen.getByRole('button', { name: /ServiceErrorsHigh checkout replica=prometheus-1/ })).toBeTruthy();
	expect(screen.getByRole('button', { name: /ServiceSlow orders orders fails/ })).toBeTruthy();
});

test('a drill is chosen, set and started by keyboard alone', async () => {
	let drilling = false;
	const list = appState();
	const { of } = open(list, (command) => {
		if (command === 'start_drill') drilling = true;
		if (command === 'workspace' && drilling) return drillAppState().workspace;
		return command === 'drill_state' && drilling ? drillState() : undefined;
	});
	await screen.findByRole('heading', { level: 1, name: /Checkout fails/ });
	await press('g');
	await press('s');
	await screen.findByRole('button', { name: /Start drill 4/ });
	(document.activeElement as HTMLElement).blur();

	await press('j');
	await screen.findByRole('button', { name: /Start drill 5/ });
	await fireEvent.click(screen.getByRole('radio', { name: /Advice may be wrong/ }));
	await fireEvent.click(screen.getByRole('radio', { name: '10×' }));
	await press('Enter');

	await running();
	expect(of('start_drill')).toEqual([{ id: 'pool_too_small', seed: 2207, trainee: '', options: { advice: 'mayBeWrong', speed: 10, coach: true } }]);
});

test('a role name chooses whose results are shown', async () => {
	const { of } = open(appState());
	await screen.findByRole('heading', { level: 1, name: /Checkout fails/ });
	await press('g');
	await press('s');
	const field = await screen.findByLabelText('Whose results');

	await fireEvent.input(field, { target: { value: 'second line' } });
	await fireEvent.keyDown(field, { key: 'Enter' });

	await waitFor(() => expect(of('drill_list').at(-1)).toEqual({ trainee: 'second line' }));
	await fireEvent.click(screen.getByRole('button', { name: 'Everyone here' }));
	await waitFor(() => expect(of('drill_list').at(-1)).toEqual({ trainee: '' }));
});

test('a running drill has its frame, its panel and no axe violation', async () => {
	open(drillAppState());
	await running();

	expect(screen.getByText('DRILL, SIMULATED')).toBeTruthy();
	expect(screen.getByText('DRILL')).toBeTruthy();
	expect(screen.queryByText('LIVE')).toBeNull();
	expect(screen.getByText('Real sources unreachable in a drill')).toBeTruthy();
	expect(screen.getByText('02:13:00')).toBeTruthy();
	expect(screen.getByText(/made it worse/)).toBeTruthy();
	expect(await screen.findByText('ServiceErrorsHigh')).toBeTruthy();
	expect(await violations()).toEqual([]);
});

test('Space pauses, numbers set the speed, a point jumps, on every screen', async () => {
	const { of } = open(drillAppState());
	await running();

	await press('2');
	await press('.');
	await press('g');
	await press('c');
	await screen.findByRole('region', { name: 'Drill clock and the way back' });
	await press(' ');

	await waitFor(() => expect(of('drill_clock').map((a) => a['wish'])).toEqual([{ kind: 'speed', times: 10 }, { kind: 'nextEvent' }, { kind: 'pause' }]));
	expect(await violations()).toEqual([]);
	await press('g');
	await press('s');
	await running();
});

test('every screen that is opened and what is selected is recorded', async () => {
	const { of } = open(drillAppState());
	await running();

	await press('g');
	await press('n');
	await waitFor(() => expect(of('drill_opened')).toContainEqual({ screen: 'now', subject: '', detail: '' }));
	await press('Enter');

	await waitFor(() => expect(of('drill_opened')).toContainEqual({ screen: 'metrics', subject: 'pg-main', detail: 'pg_commit_seconds' }));
});

test('a change is evidence when it is read', async () => {
	const { of } = open(drillAppState());
	await running();

	await fireEvent.click(await screen.findByRole('button', { name: /orders deployment/ }));

	expect(screen.getByText(/orders 4.18.2/)).toBeTruthy();
	expect(of('drill_opened')).toContainEqual({ screen: 'changes', subject: 'orders', detail: 'orders 4.18.2' });
});

test('an action shows what it would do; the greatest risk needs its scope typed', async () => {
	const { of } = open(drillAppState());
	await running();

	await press('a');
	await fireEvent.click(document.activeElement as HTMLElement);
	const dialog = await screen.findByRole('dialog');
	const approve = await within(dialog).findByRole('button', { name: 'Approve and run' });
	await fireEvent.click(approve);
	expect(of('drill_act')).toEqual([]);
	expect(await violations()).toEqual([]);
	await fireEvent.input(within(dialog).getByLabelText('Type pg-main to approve'), { target: { value: 'pg-main' } });
	await fireEvent.click(approve);

	await waitFor(() => expect(of('drill_act')).toEqual([{ remedy: { kind: 'fail_over', target: 'pg-main', amount: null }, plan: 'fail_over pg-main', scope: 'pg-main' }]));
	expect(await screen.findByText('It is under way and works at 02:14:00.')).toBeTruthy();
});

test('an action that takes its time says so, and cannot be ordered twice', async () => {
	const { of } = open(drillAppState(), (command) => {
		if (command === 'drill_dry_run') return dryRun('restart', 'pgbouncer', { scope: null });
		return command === 'drill_act' ? new Promise(() => {}) : undefined;
	});
	await running();
	await fireEvent.click(screen.getAllByRole('button', { name: /Dry run/ })[0] as HTMLElement);
	const dialog = await screen.findByRole('dialog');
	const approve = await within(dialog).findByRole('button', { name: 'Approve and run' });

	await fireEvent.click(approve);
	expect(await within(dialog).findByText('It is being carried out.')).toBeTruthy();
	await fireEvent.click(approve);

	expect(of('drill_act').length).toBe(1);
});

test('an order whose dialog was left says why it was not carried out, and closes no other', async () => {
	let refuse = (): void => undefined;
	const refused = { key: 'refused-no-such-target', values: { target: { kind: 'text', value: 'pgbouncer' } } };
	open(drillAppState(), (command) => {
		if (command === 'drill_dry_run') return dryRun('restart', 'pgbouncer', { scope: null });
		return command === 'drill_act' ? new Promise((done) => (refuse = () => done({ refused, worksAt: null }))) : undefined;
	});
	await running();
	const first = screen.getAllByRole('button', { name: /Dry run/ })[0] as HTMLElement;
	await fireEvent.click(first);
	await fireEvent.click(await within(await screen.findByRole('dialog')).findByRole('button', { name: 'Approve and run' }));
	await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Do nothing' }));
	await fireEvent.click(first);
	await within(await screen.findByRole('dialog')).findByRole('button', { name: 'Approve and run' });

	refuse();

	expect(await screen.findByText('There is nothing called pgbouncer that this can be done to.')).toBeTruthy();
	expect(screen.getByRole('dialog')).toBeTruthy();
});

test('older history that could not be brought in says why and when, and is tried at once', async () => {
	let missed: DrillState['historyMissed'] = { error: { code: 'no_workspace', fields: {} }, next: DRILL_START, trying: false };
	const { of } = open(drillAppState(), (command) => (command === 'drill_state' ? drillState({ historyWhole: false, historyMissed: missed }) : undefined));
	await running();
	const panel = screen.getByRole('region', { name: 'Older history' });
	expect(panel.textContent).toMatch(/could not be brought in: .* It is tried again by itself at 02:00, by this machine's clock/);
	const again = within(panel).getByRole('button', { name: 'Try to bring it in now' });

	await fireEvent.click(again);
	missed = { ...missed, next: null, trying: true };
	await emit('app-event', { kind: 'drillChanged' });

	await waitFor(() => expect(again.getAttribute('aria-disabled')).toBe('true'));
	expect(of('drill_history_again').length).toBe(1);
	expect(panel.textContent).toMatch(/It is being tried again\./);
	// It was told beside the panel as well, once.
	expect(screen.getAllByText(/could not be brought in/).length).toBe(2);
	expect(await violations()).toEqual([]);
});

test('what would be refused in the text of a kept drill is said in its panel', async () => {
	open(drillAppState(), withState(drillState({ remarks: [{ key: 'drill-noted', values: { problem: { kind: 'text', value: 'line 41, detail: there is no metric' } } }] })));
	await running();

	expect(screen.getByRole('note').textContent).toMatch(/older than a check.*line 41, detail/);
});

test('a drill that somebody wrote is not said to be one of those in the list', async () => {
	open(drillAppState(), withState(drillState({ number: 100, of: 0, attempt: 2, branchedAt: DRILL_START })));
	await running();

	await screen.findByText(/^a drill of your own, seed 4471, attempt 2 from /);
	expect(screen.queryByText(/^drill \d+ of/)).toBeNull();
});

test('a drill of whose text no world can be made leads to what its file keeps', async () => {
	open(drillAppState(), (command) => {
		if (command === 'drill_state') throw { code: 'scenario_unreadable', fields: { line: '18', key: 'names', detail: 'too many' } };
		return undefined;
	});

	await screen.findByRole('heading', { level: 1, name: /line 18, names: too many/ });
	expect(await screen.findByRole('button', { name: 'What the file keeps' })).toBe(document.activeElement);
	// Its clock stands where its world stood, and the machine's time is nowhere.
	expect(await screen.findByText('02:09:00 drill')).toBeTruthy();
});

test('a refresh of the drill that fails takes nothing away, says how old it is, and R asks again', async () => {
	const core = { fails: false };
	open(drillAppState(), (command) => {
		if (core.fails && ['drill_state', 'alerts', 'changes'].includes(command)) throw { code: 'internal', fields: { detail: 'the file is busy' } };
		return undefined;
	});
	await running();
	await screen.findByText('ServiceErrorsHigh');
	const act = screen.getAllByRole('button', { name: /Dry run/ })[0] as HTMLElement;
	act.focus();

	core.fails = true;
	await emit('app-event', { kind: 'drillChanged' });
	await emit('app-event', { kind: 'alertsChanged' });

	await waitFor(() => expect(document.querySelector('.head .age [role=status]')?.textContent).toMatch(/the file is busy.* What is shown was answered/));
	await waitFor(() => expect(document.querySelectorAll('.low .age').length).toBe(2));
	expect(document.querySelector('.main')?.classList.contains('half')).toBe(true);
	expect(screen.getByText('ServiceErrorsHigh')).toBeTruthy();
	expect(screen.getByRole('button', { name: /orders deployment/ })).toBeTruthy();
	expect(document.activeElement).toBe(act);
	expect(await violations()).toEqual([]);
	core.fails = false;
	await press('R', { shiftKey: true });

	await waitFor(() => expect(document.querySelector('.head .age')).toBeNull());
	expect(document.querySelector('.main')?.classList.contains('half')).toBe(false);
	await running();
});

test('a quarter minute that is under way is not drawn ahead of the clock', async () => {
	const objectives = drillState().objectives.map((row) => ({ ...row, line: [0.99, 0.98, 0.5] }));
	open(drillAppState(), withState(drillState({ clock: drillClock({ at: DRILL_START + 37_000 }), objectives })));
	await running();

	await press('v');

	await screen.findAllByText('02:00:30');
	expect(screen.queryByText('02:00:45')).toBeNull();
});

test('alerts are asked for up to the last of several deliveries in one second, as a fast clock brings them', async () => {
	const end = DRILL_START + 13 * 60_000;
	const { of } = open(drillAppState());
	await running();
	await press('g');
	await press('a');
	await waitFor(() => expect(of('alerts').some((args) => (args['request'] as AlertsRequest).range !== null)).toBe(true));

	for (const late of [15_001, 30_001, 45_001]) await emit('app-event', { kind: 'samplesArrived', source: 1, until: end + late });

	await waitFor(() => expect((of('alerts').at(-1)?.['request'] as AlertsRequest).range?.end).toBe(end + 45_001), { timeout: 4000 });
});

test('a failure that stopped the clock is told once, with what to do', async () => {
	const { of } = open(drillAppState(), (command) => (command === 'drill_state' ? drillState({ halted: { code: 'no_workspace', fields: {} } }) : undefined));
	await running();
	const told = await screen.findByText(/^The clock of the drill stands: .* Once that is mended, let it go on\.$/);
	const asked = of('drill_state').length;

	await emit('app-event', { kind: 'drillChanged' });
	await waitFor(() => expect(of('drill_state').length).toBeGreaterThan(asked));

	expect(screen.getAllByText(/^The clock of the drill stands/)).toEqual([told]);
});

test('an action that is refused says why and is not offered', async () => {
	open(drillAppState(), (command) => (command === 'drill_dry_run' ? dryRun('restart', 'pgbouncer', { refused: { key: 'sim-goal-unmet', values: {} } }) : undefined));
	await running();

	await fireEvent.click(screen.getAllByRole('button', { name: /Dry run/ })[0] as HTMLElement);
	const dialog = await screen.findByRole('dialog');

	expect(await within(dialog).findByText(/Nothing was done/)).toBeTruthy();
	expect(within(dialog).queryByRole('button', { name: 'Approve and run' })).toBeNull();
});

test('advice that is followed leads to the dry run, not past it', async () => {
	const { of } = open(drillAppState());
	await running();

	await fireEvent.click(screen.getByRole('button', { name: 'Follow, dry run first' }));

	expect(await screen.findByRole('dialog')).toBeTruthy();
	expect(of('drill_advice')).toEqual([{ index: 0, followed: true }]);
	expect(of('drill_act')).toEqual([]);
});

test('a decision that is still being recorded is seen at once and not made twice', async () => {
	let record = (): void => undefined;
	const { of } = open(drillAppState(), (command) => (command === 'drill_declare' || command === 'drill_hint' ? new Promise((done) => (record = () => done(drillState()))) : undefined));
	await running();
	const hint = screen.getByRole('button', { name: /Show hint 2/ });

	await press('d');
	await press('d');
	await fireEvent.click(hint);

	expect(hint.getAttribute('aria-disabled')).toBe('true');
	expect(hint.title).toBe('Your decision is being recorded.');
	expect([of('drill_declare').length, of('drill_hint').length]).toEqual([1, 0]);
	record();
	await waitFor(() => expect(hint.getAttribute('aria-disabled')).toBe('false'));
	await fireEvent.click(hint);
	expect(of('drill_hint').length).toBe(1);
});

test('a hypothesis, an update and the incident are stated by keyboard', async () => {
	const { of } = open(drillAppState());
	await running();

	await press('h');
	const dialog = await screen.findByRole('dialog', { name: 'State a hypothesis' });
	await fireEvent.change(within(dialog).getByLabelText('What is wrong'), { target: { value: within(dialog).getByRole<HTMLOptionElement>('option', { name: /rimary/ }).value } });
	const select = within(dialog).getByLabelText<HTMLSelectElement>('Where');
	select.selectedIndex = [...select.options].findIndex((o) => o.textContent === 'pg-main');
	await fireEvent.change(select);
	await fireEvent.input(within(dialog).getByLabelText('How sure'), { target: { value: '0.8' } });
	expect(within(dialog).getByText('0.80')).toBeTruthy();
	await fireEvent.keyDown(within(dialog).getByLabelText('How sure'), { key: 'Enter', ctrlKey: true });
	await waitFor(() => expect(of('drill_hypothesis')).toEqual([{ entity: 'pg-main', fault: 'primary_crash', odds: 0.8 }]));
	await press('u');
	const area = await screen.findByRole('textbox', { name: /What users see/ });
	await fireEvent.input(area, { target: { value: 'Checkout fails for 4 in 10.' } });
	await fireEvent.keyDown(area, { key: 'Enter', ctrlKey: true });
	await waitFor(() => expect(of('drill_update')).toEqual([{ text: 'Checkout fails for 4 in 10.' }]));
	await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
	await press('d');

	await waitFor(() => expect(of('drill_declare').length).toBe(1));
});

test('a press that only ends beside a dialog keeps what is written in it', async () => {
	open(drillAppState());
	await running();
	await press('u');
	const area = await screen.findByRole('textbox', { name: /What users see/ });
	const dialog = screen.getByRole('dialog');

	await fireEvent.pointerDown(area);
	await fireEvent.click(dialog);
	expect(screen.getByRole('dialog')).toBe(dialog);
	await fireEvent.pointerDown(dialog);
	await fireEvent.click(dialog);

	await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('the keyboard stays beside a button that is gone with its work', async () => {
	const alerts = drillAlerts();
	let [declared, rows]: [number | null, typeof alerts.rows] = [null, alerts.rows];
	open(drillAppState(), (command) => {
		if (command === 'drill_declare') declared = DRILL_START + 60_000;
		if (command === 'acknowledge_alert') rows = rows.map((row) => ({ ...row, acknowledged: DRILL_START }));
		if (command === 'alerts') return { ...alerts, rows };
		return command === 'drill_state' || command === 'drill_declare' ? drillState({ declared }) : undefined;
	});
	await running();
	const declare = screen.getByRole('button', { name: /^Declare incident/ });
	declare.focus();
	await fireEvent.click(declare);
	await waitFor(() => expect(screen.queryByRole('button', { name: /^Declare incident/ })).toBeNull());
	await waitFor(() => expect(screen.getByRole('region', { name: 'Believe and tell' }).contains(document.activeElement)).toBe(true));

	const acknowledge = (await screen.findAllByRole('button', { name: 'Acknowledge' }))[0] as HTMLElement;
	acknowledge.focus();
	await fireEvent.click(acknowledge);

	await waitFor(() => expect(screen.queryByRole('button', { name: 'Acknowledge' })).toBeNull());
	await waitFor(() => expect(document.activeElement?.textContent).toMatch(/ServiceErrorsHigh/));
});

test('going back asks for the moment', async () => {
	const { of } = open(drillAppState());
	await running();

	await press(',');
	await fireEvent.click(await screen.findByRole('button', { name: 'From 02:08:00' }));

	await waitFor(() => expect(of('drill_rewind')).toEqual([{ to: DRILL_START + 8 * 60_000 }]));
});

test.each([0, 1000])('going back offers nothing %d ms after the beginning, and says why', async (after) => {
	open(drillAppState(), withState(drillState({ clock: drillClock({ at: DRILL_START + after, paused: true }) })));
	await running();

	await press(',');

	const dialog = within(await screen.findByRole('dialog'));
	expect(dialog.getByText(/The world stands at the beginning of the drill\./)).toBeTruthy();
	expect(dialog.queryByRole('button', { name: /^From/ })).toBeNull();
});

test('what would reach a real source is refused with the way back', async () => {
	open(drillAppState());
	await running();
	await press('g');
	await press('c');
	(await screen.findByRole('region', { name: 'Drill clock and the way back' })).focus();

	await press('k', { ctrlKey: true });
	await fireEvent.input(await screen.findByRole('combobox'), { target: { value: 'add a source' } });
	await fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Enter' });

	expect(await screen.findByText(/A drill has a file of its own and no real connection/)).toBeTruthy();
	expect(await violations()).toEqual([]);
	await fireEvent.click(within(screen.getByRole('main')).getByRole('button', { name: 'Back to the drill' }));
	await running();
});

test('the catalog of a drill offers nothing that a drill refuses', async () => {
	const { of } = open(drillAppState());
	await running();
	await press('g');
	await press('c');

	expect(await screen.findByText(/Sources and files are added in a workspace of your own/)).toBeTruthy();
	expect((await screen.findAllByText("with the drill's clock")).length).toBeGreaterThan(0);
	const main = within(screen.getByRole('main'));
	for (const name of [/Sync now/, /Follow/, /Delete/, /Add a source/, /Browse/]) expect(main.queryByRole('button', { name })).toBeNull();
	await press('s');
	await press('n');
	expect(of('sync')).toEqual([]);
	expect(screen.queryByText(/A drill has a file of its own/)).toBeNull();
	expect(await violations()).toEqual([]);
});

test('a drill that is over leads to its debrief', async () => {
	open(drillAppState(), withState(drillState({ phase: 'ended' })));

	expect(await screen.findByRole('heading', { level: 1, name: /is over/ })).toBeTruthy();
	expect(screen.getByRole('button', { name: 'Read the debrief' })).toBe(document.activeElement);
	expect(await violations()).toEqual([]);
});

test('the drill speaks Chinese when it is set', async () => {
	const state = drillAppState();
	open({ ...state, settings: { ...state.settings, language: 'zh-CN' } });

	expect(await screen.findByText('演练，模拟数据')).toBeTruthy();
	expect(await screen.findByRole('button', { name: /结束演练/ })).toBeTruthy();
});

test('story, goal and hints follow the language, once the core has stored it', async () => {
	const state = drillAppState();
	let { settings } = state;
	let store = (): void => undefined;
	open(state, (command, args) => {
		if (command === 'set_settings') return new Promise((done) => (store = () => done((settings = args['settings'] as Settings))));
		if (command !== 'drill_state') return undefined;
		return settings.language === 'zh-CN' ? drillState({ title: '静默的主库', goal: '让 checkout 回到 99 % 以上。', coach: { on: true, shown: ['哪台机器没有声音？'], hints: 3, cost: 2 } }) : drillState();
	});
	await running();

	await press('g');
	await press(',');
	await fireEvent.click(await screen.findByRole('radio', { name: '简体中文' }));
	await press('g');
	await press('s');
	expect(await screen.findByRole('button', { name: /结束演练/ })).toBeTruthy();
	expect(screen.queryByText('静默的主库')).toBeNull();
	store();

	expect(await screen.findByText('静默的主库')).toBeTruthy();
	expect(screen.getByRole('heading', { level: 1, name: /让 checkout 回到/ })).toBeTruthy();
	expect(screen.getByText('哪台机器没有声音？')).toBeTruthy();
});

test('a language that is chosen in another window is taken here as well', async () => {
	const state = drillAppState();
	let chosen: Settings['language'] = 'en';
	open(state, (command) => {
		if (command === 'app_state') return { ...state, settings: { ...state.settings, language: chosen } };
		if (command !== 'drill_state') return undefined;
		return chosen === 'zh-CN' ? drillState({ title: '静默的主库' }) : drillState();
	});
	await running();

	chosen = 'zh-CN';
	await emit('app-event', { kind: 'settingsChanged' });

	expect(await screen.findByText('静默的主库')).toBeTruthy();
	expect(screen.getByRole('button', { name: /结束演练/ })).toBeTruthy();
});
