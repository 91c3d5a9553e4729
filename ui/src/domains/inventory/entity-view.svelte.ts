// One entity in full: what the sources say of it, and what hangs on it.
import type { AppError, Commands, EntityDetails, Span } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the panel shows. The last answer stays while the next one is under way, and when that fails for the same entity. */
export type EntityViewState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; details: EntityDetails } | { kind: 'stale'; details: EntityDetails; missed: Missed } | { kind: 'failed'; error: AppError };

/** The entity that is looked at. Owned by the page. */
export class EntityView {
	view: EntityViewState = $state.raw({ kind: 'none' });
	readonly details: EntityDetails | null = $derived(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.details : null);
	readonly #commands: Pick<Commands, 'entity'>;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'entity'>) {
		this.#commands = commands;
	}

	/** Reads an entity; `null` shows none. `follows` says that the range moves on by itself. */
	load = async (name: string | null, range: Span | null, asOf: number | null, follows = false): Promise<void> => {
		const asked = { what: [name, asOf], range, follows };
		const request = ++this.#lastRequest;
		if (name === null) {
			this.view = { kind: 'none' };
			return;
		}
		if (this.details?.item.name !== name) this.view = { kind: 'loading' };
		const answer = await this.#commands.entity(name, range, asOf);
		// Another one is looked at by now.
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.view = { kind: 'ready', details: answer.data };
			return;
		}
		const [{ details }, missed] = [this, this.#last.stands(asked, answer.error)];
		this.view = details && missed ? { kind: 'stale', details, missed } : { kind: 'failed', error: answer.error };
	};
}
