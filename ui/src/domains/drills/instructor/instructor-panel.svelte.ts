// The instructor's panel of the running drill: what is true, what the trainee sees, and what can be done to the world.
import type { AppError, Commands, InjectionRequest, InstructorState, Result } from '$lib/ipc/bindings';
import { missed, type Missed } from '$lib/state/standing';

/** What the panel shows. The last answer stays while the next one is under way, and when that fails. */
export type InstructorView = { kind: 'loading' } | { kind: 'ready'; panel: InstructorState } | { kind: 'stale'; panel: InstructorState; missed: Missed } | { kind: 'failed'; error: AppError };

/** The commands of the panel. */
export type InstructorApi = Pick<Commands, 'instructorState' | 'drillInject' | 'drillStopInjection' | 'drillWhisper' | 'drillSensor'>;

const rest = 2000;

/** The panel. Owned by its page. */
export class InstructorPanel {
	view: InstructorView = $state.raw({ kind: 'loading' });
	/** When the injection that waits happens, by the clock of this machine; `null` when none waits. */
	injectsAt: number | null = $state(null);
	readonly #api: InstructorApi;
	#lastRequest = 0;
	#asked = 0;
	/** When what is shown was answered, and the file that it is of. */
	#answered = 0;
	#of: string | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(api: InstructorApi) {
		this.#api = api;
	}

	/** The last answer; `null` without one. */
	get panel(): InstructorState | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.panel : null;
	}

	/** Takes which file is open, and asks. What another file answered is not kept. */
	open = (path: string | null): Promise<void> => {
		if (path !== this.#of) this.view = { kind: 'loading' };
		this.#of = path;
		return this.load();
	};

	/** Asks again. */
	load = async (): Promise<void> => {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#asked = Date.now();
		const request = ++this.#lastRequest;
		const answer = await this.#api.instructorState();
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') this.#take(answer.data);
		else if (this.panel && answer.error.code !== 'no_drill') this.view = { kind: 'stale', panel: this.panel, missed: missed(answer.error, this.#answered) };
		else this.view = { kind: 'failed', error: answer.error };
	};

	/** The world moved: asks again, but not more often than every two seconds. */
	moved = (): void => {
		this.#timer ??= setTimeout(() => void this.load(), Math.max(0, this.#asked + rest - Date.now()));
	};

	/** Ends the waiting, because the window is left. */
	stop = (): void => {
		clearTimeout(this.#timer);
		this.#lastRequest += 1;
	};

	inject = (request: InjectionRequest): Promise<AppError | null> => this.#do(this.#api.drillInject(request));
	stopInjection = (): Promise<AppError | null> => this.#do(this.#api.drillStopInjection());
	whisper = (role: string, text: string): Promise<AppError | null> => this.#do(this.#api.drillWhisper(role, text));
	sensor = (target: string, away: boolean): Promise<AppError | null> => this.#do(this.#api.drillSensor(target, away));

	async #do(command: Promise<Result<InstructorState>>): Promise<AppError | null> {
		const answer = await command;
		if (answer.status === 'error') return answer.error;
		this.#lastRequest += 1;
		this.#take(answer.data);
		return null;
	}

	#take(panel: InstructorState): void {
		this.#answered = Date.now();
		this.view = { kind: 'ready', panel };
		this.injectsAt = panel.waiting ? Date.now() + panel.waiting.left : null;
	}
}
