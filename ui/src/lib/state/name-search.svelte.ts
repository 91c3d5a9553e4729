// Which entities typed letters may mean: a few, from the core, however many there are.
import type { Commands, NameHit } from '$lib/ipc/bindings';

/** Finds the entities that letters may mean, the likeliest first. */
export type NameFinder = (text: string) => Promise<readonly NameHit[]>;

/** Makes the finder of what is known, or was known at a moment. Where the core fails, nothing is found. */
export function finder(commands: Pick<Commands, 'entityNames'>, asOf: number | null = null): NameFinder {
	return async (text) => {
		const answer = await commands.entityNames(text, asOf);
		return answer.status === 'ok' ? answer.data : [];
	};
}

/** Letters that are typed for an entity. Owned by the dialog. */
export class NameSearch {
	text: string = $state('');
	/** What was found, and for which letters. */
	#found: { text: string; hits: readonly NameHit[] } = $state.raw({ text: '', hits: [] });
	readonly #find: NameFinder;
	/** The entity that the letters are a name of; `null` while none is. */
	readonly known: string | null = $derived(this.#found.text === this.text.trim() ? (this.#found.hits.find((hit) => hit.exact)?.name ?? null) : null);
	/** Whether it is sure that the letters name nothing. */
	readonly unknown: boolean = $derived(this.#found.text === this.text.trim() && this.known === null);
	/** Names that the letters could become. */
	readonly offered: readonly string[] = $derived(this.known !== null || this.text.trim() === '' ? [] : this.#found.hits.slice(0, 6).map((hit) => hit.name));

	constructor(find: NameFinder, text: string) {
		this.#find = find;
		this.text = text;
	}

	/** Looks for what is typed now; answers the entity that it names, or `null`. */
	look = async (): Promise<string | null> => {
		const text = this.text.trim();
		if (this.#found.text !== text) {
			const hits = text === '' ? [] : await this.#find(text);
			// Something else is typed by now.
			if (text === this.text.trim()) this.#found = { text, hits };
		}
		return this.known;
	};
}
