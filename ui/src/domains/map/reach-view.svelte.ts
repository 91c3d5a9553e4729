// Who may be affected by one entity, or what it depends on, and the ways between two.
import type { AppError, Commands, MapDirection, PathsView, ReachView, SinglePointsView } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What is reached. The last answer stays while the same is asked again, and when that fails. */
export type ReachState = { kind: 'loading' } | { kind: 'ready'; reach: ReachView } | { kind: 'stale'; reach: ReachView; missed: Missed } | { kind: 'failed'; error: AppError };
export type PathsState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; paths: PathsView } | { kind: 'failed'; error: AppError };

type ReachApi = Pick<Commands, 'reach' | 'paths' | 'singlePoints'>;

/** What one entity reaches. Owned by the page. */
export class Reach {
	view: ReachState = $state.raw({ kind: 'loading' });
	/** `down`: who depends on it; `up`: what it depends on. */
	direction: MapDirection = $state('down');
	ways: PathsState = $state.raw({ kind: 'none' });
	/** Entities without which others lose their only way; `null` before they were read. */
	singles: SinglePointsView | null = $state.raw(null);
	/** The last answer; `null` without one. */
	readonly reached: ReachView | null = $derived(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.reach : null);
	/** The names that are reached, for marking them on the map. */
	readonly names: ReadonlySet<string> = $derived(new Set(this.reached ? [this.reached.name, ...this.reached.rows.map((row) => row.name)] : []));
	readonly #commands: ReachApi;
	/** What the answer that is shown was asked for. */
	#answered = '';
	readonly #last = new LastAnswer();
	#lastReach = 0;
	#lastPaths = 0;
	#lastSingles = 0;

	constructor(commands: ReachApi) {
		this.#commands = commands;
	}

	/** Asks for everything that is reached. */
	load = async (name: string, asOf: number | null): Promise<void> => {
		const request = ++this.#lastReach;
		const wanted = { name, direction: this.direction, hops: null, asOf };
		const asked = JSON.stringify(wanted);
		// An answer stays while the same is asked again. One to the other side, or of another moment, would stand under words that are not its own.
		if (this.reached === null || this.#answered !== asked) this.view = { kind: 'loading' };
		const answer = await this.#commands.reach(wanted);
		if (request !== this.#lastReach) return;
		this.#answered = asked;
		if (answer.status === 'ok') {
			this.#last.came({ what: wanted });
			this.view = { kind: 'ready', reach: answer.data };
			return;
		}
		const [{ reached }, missed] = [this, this.#last.stands({ what: wanted }, answer.error)];
		this.view = reached && missed ? { kind: 'stale', reach: reached, missed } : { kind: 'failed', error: answer.error };
	};

	/** Asks for the ways from one to another. */
	path = async (from: string, to: string, asOf: number | null): Promise<void> => {
		const request = ++this.#lastPaths;
		this.ways = { kind: 'loading' };
		const answer = await this.#commands.paths({ from, to, limit: 5, asOf });
		if (request !== this.#lastPaths) return;
		this.ways = answer.status === 'ok' ? { kind: 'ready', paths: answer.data } : { kind: 'failed', error: answer.error };
	};

	/** Reads the single points of failure as of a moment; without an answer there are none to show. */
	loadSingles = async (asOf: number | null): Promise<void> => {
		const request = ++this.#lastSingles;
		const answer = await this.#commands.singlePoints(asOf);
		if (request === this.#lastSingles && answer.status === 'ok') this.singles = answer.data;
	};
}
