// The drill that the open workspace is: its state, its clock, and the record of what was looked at.
import type { AppError, ClockWish, Commands, DrillClock, DrillScreen, DrillState, Result } from '$lib/ipc/bindings';
import type { Route } from './router.svelte';
import type { Subject } from './selection.svelte';
import { missed, type Missed } from './standing';

/** What is known of the drill. The last answer stays while the next one is under way, and when that fails. */
export type DrillView = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; state: DrillState } | { kind: 'stale'; state: DrillState; missed: Missed } | { kind: 'failed'; error: AppError };

/** Screens whose opening is recorded. */
const screens: Partial<Record<Route, DrillScreen>> = { now: 'now', alerts: 'alerts', metrics: 'metrics', logs: 'logs', catalog: 'catalog' };

/** Speeds that the clock has, in simulated seconds a second. */
export const speeds = [1, 10, 60] as const;

/** The drill. Owned by the app; loaded again when the core tells of a change. */
export class DrillRun {
	view: DrillView = $state.raw({ kind: 'none' });
	/** The clock as it was told last; it moves without the rest of the state. */
	clock: DrillClock | null = $state.raw(null);
	readonly #commands: Commands;
	/** Decisions that the core has not recorded yet. */
	deciding: number = $state(0);
	/** Whether the open workspace is a drill, under way or over. */
	on: boolean = $state(false);
	/** The world's time that a drill reached of which no world can be made any more; `null` for all others. */
	reached: number | null = $state(null);
	#lastRequest = 0;
	/** When what is shown was answered. */
	#answered = 0;

	/** The last state; `null` without one. */
	readonly state: DrillState | null = $derived(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.state : null);
	/** The world's time; `null` until it is known. */
	readonly at: number | null = $derived(this.clock?.at ?? this.reached);
	/** Whether a drill is under way. */
	readonly running: boolean = $derived(this.state?.phase === 'running');

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** Takes that the workspace is another. */
	begin = (on: boolean): void => {
		this.#lastRequest += 1;
		this.on = on;
		this.view = on ? { kind: 'loading' } : { kind: 'none' };
		this.clock = null;
		this.reached = null;
		if (on) void this.load();
	};

	/** Asks again. */
	load = async (): Promise<void> => {
		if (!this.on) return;
		const request = ++this.#lastRequest;
		const answer = await this.#commands.drillState();
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			if (answer.data) this.take(answer.data);
			return;
		}
		const known = answer.error.code === 'no_drill' ? null : this.state;
		this.view = known ? { kind: 'stale', state: known, missed: missed(answer.error, this.#answered) } : { kind: 'failed', error: answer.error };
		if (answer.error.code !== 'scenario_unreadable') return;
		const kept = await this.#commands.drillKept();
		if (request === this.#lastRequest && kept.status === 'ok') this.reached = kept.data.at;
	};

	/** Takes a state that a command answered. */
	take = (state: DrillState): void => {
		// An answer that is under way is older than this one.
		this.#lastRequest += 1;
		this.on = true;
		this.#answered = Date.now();
		this.view = { kind: 'ready', state };
		this.clock = state.clock;
	};

	/** Waits until a decision is recorded, and takes what the drill is then. */
	decide = async (command: Promise<Result<DrillState>>): Promise<Result<DrillState>> => {
		this.deciding += 1;
		const answer = await command;
		this.deciding -= 1;
		if (answer.status === 'ok') this.take(answer.data);
		return answer;
	};

	/** Takes the clock that the core told of. */
	ticked = (clock: DrillClock): void => {
		this.clock = clock;
	};

	/** Moves the clock. */
	wish = async (wish: ClockWish): Promise<Result<DrillClock>> => {
		const answer = await this.#commands.drillClock(wish);
		if (answer.status === 'ok') this.clock = answer.data;
		return answer;
	};

	/** Pauses the world, or lets it go on. */
	toggle = (): Promise<Result<DrillClock>> => this.wish({ kind: this.clock?.paused ? 'resume' : 'pause' });

	/** Records what is on screen: the screen itself, and the selection that it answers for. */
	looked = (route: Route, subject: Subject | null): void => {
		const screen = screens[route];
		if (!screen) return;
		if (!subject) return this.opened(screen, '', '');
		if (subject.kind === 'entity') return this.opened(screen, subject.name, '');
		// A finding is seen where its series is drawn, an alert where alerts are.
		const own = subject.kind === 'finding' ? 'metrics' : 'alerts';
		this.opened(screen, subject.entity, screen === own ? subject.name : '');
	};

	/** Records that a piece of evidence was opened; nothing happens outside of a drill under way. */
	opened = (screen: DrillScreen, subject: string, detail: string): void => {
		if (this.running) void this.#commands.drillOpened(screen, subject, detail);
	};
}
