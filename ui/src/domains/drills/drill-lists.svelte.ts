// What the drill's own screen lists beside its charts: alerts that fire, and the latest changes.
import type { AlertsView, AppError, ChangesView, Commands, Result } from '$lib/ipc/bindings';

/** What a list shows. The last answer stays while the next one is under way. */
export type ListView<T> = { kind: 'loading' } | { kind: 'ready'; data: T } | { kind: 'failed'; error: AppError };

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
		if (request === this.#lastAlerts) this.alerts = taken(answer);
	};

	/** Reads the changes of the last day. */
	loadChanges = async (): Promise<void> => {
		const request = ++this.#lastChanges;
		const answer = await this.#commands.changes({ range: null, text: '' });
		if (request === this.#lastChanges) this.changes = taken(answer);
	};
}

function taken<T>(answer: Result<T>): ListView<T> {
	return answer.status === 'ok' ? { kind: 'ready', data: answer.data } : { kind: 'failed', error: answer.error };
}
