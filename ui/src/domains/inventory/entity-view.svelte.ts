// One entity in full: what the sources say of it, and what hangs on it.
import type { AppError, Commands, EntityDetails, Span } from '$lib/ipc/bindings';

/** What the panel shows. The last answer stays while the next one is under way. */
export type EntityViewState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; details: EntityDetails } | { kind: 'failed'; error: AppError };

/** The entity that is looked at. Owned by the page. */
export class EntityView {
	view: EntityViewState = $state.raw({ kind: 'none' });
	readonly details: EntityDetails | null = $derived(this.view.kind === 'ready' ? this.view.details : null);
	readonly #commands: Pick<Commands, 'entity'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'entity'>) {
		this.#commands = commands;
	}

	/** Reads an entity; `null` shows none. */
	load = async (name: string | null, range: Span | null, asOf: number | null): Promise<void> => {
		const request = ++this.#lastRequest;
		if (name === null) {
			this.view = { kind: 'none' };
			return;
		}
		if (this.details?.item.name !== name) this.view = { kind: 'loading' };
		const answer = await this.#commands.entity(name, range, asOf);
		// Another one is looked at by now.
		if (request !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', details: answer.data } : { kind: 'failed', error: answer.error };
	};
}
