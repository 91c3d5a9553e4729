// What the drill's own screen lists beside its charts: alerts that fire, and the latest changes.
import type { AlertsView, AppError, ChangesView, Commands, Result } from '$lib/ipc/bindings';

/** What a list shows. The last answer stays while the next one is under way, and when that fails. */
export type ListView<T> = { kind: 'loading' } | { kind: 'ready'; data: T } | { kind: 'stale'; data: T; error: AppError } | { kind: 'failed'; error: AppError };

const rows = 8;

/** The short lists. Owned by the page. */
export class DrillLists {
	alerts: ListView<AlertsView> = $state.raw({ kind: 'loading' });
	changes: ListView<ChangesView> = $state.raw({ kind: 'loading' });
	readonly #commands: Commands;
	#lastAlerts = 0;
	#lastChanges = 0;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** Reads the alerts that fire. */
	loadAlerts = async (): Promise<void> => {
		const request = ++this.#lastAlerts;
		const answer = await this.#commands.alerts({ range: null, state: 'firing', text: '', entity: null, offset: 0, limit: rows });
		if (request === this.#lastAlerts) this.alerts = taken(answer, this.alerts);
	};

	/** Reads the changes of the last day. */
	loadChanges = async (): Promise<void> => {
		const request = ++this.#lastChanges;
		const answer = await this.#commands.changes({ range: null, text: '' });
		if (request === this.#lastChanges) this.changes = taken(answer, this.changes);
	};
}

/** The data of a list; `null` without any. */
export function dataOf<T>(view: ListView<T>): T | null {
	return view.kind === 'ready' || view.kind === 'stale' ? view.data : null;
}

function taken<T>(answer: Result<T>, before: ListView<T>): ListView<T> {
	if (answer.status === 'ok') return { kind: 'ready', data: answer.data };
	const data = dataOf(before);
	return data === null ? { kind: 'failed', error: answer.error } : { kind: 'stale', data, error: answer.error };
}
