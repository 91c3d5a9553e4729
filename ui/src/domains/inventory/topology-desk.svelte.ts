// Deciding about the inventory: what is kept, what is told of it, and the way back. Owned by the page. What is shown is
// read again when the core tells that the topology changed, whoever changed it.
import type { TopologyDecision, TopologyDecisionItem } from '$lib/ipc/bindings';
import type { App } from '$lib/state/app.svelte';

/** What is decided about entities and edges. */
export class TopologyDesk {
	/** All decisions, newest first; `null` before they were read. */
	decisions: readonly TopologyDecisionItem[] | null = $state.raw(null);
	/** Whether a decision is under way, so that none is made twice. */
	busy = $state(false);
	#answered: object | null = null;
	readonly #app: Pick<App, 'run' | 'done' | 'words' | 'commands'>;

	/** The decision that is taken back first; `null` when there is none. */
	readonly last: TopologyDecisionItem | null = $derived(this.decisions?.find((item) => !item.undone) ?? null);

	constructor(app: Pick<App, 'run' | 'done' | 'words' | 'commands'>) {
		this.#app = app;
	}

	/** Reads the decisions. */
	load = async (): Promise<void> => {
		const answer = await this.#app.commands.topologyDecisions();
		if (answer.status === 'ok') this.decisions = answer.data;
	};

	/** Keeps a decision and offers to take it back; answers whether it was kept. */
	decide = async (draft: TopologyDecision): Promise<boolean> => {
		if (this.busy) return false;
		this.busy = true;
		const id = await this.#app.run(this.#app.commands.decideTopology(draft));
		await this.load();
		this.busy = false;
		if (id === null) return false;
		const kept = this.decisions?.find((item) => item.id === id);
		const said = kept ? this.#app.words.phrase(kept.phrase) : this.#app.words.t('decision-kept');
		this.#app.done(said, { label: this.#app.words.t('decision-undo'), run: () => void this.undo(id) });
		return true;
	};

	/** Keeps the decision about a row. Until its list came again the row still stands there, and is not answered twice. */
	answer = async (row: object, draft: TopologyDecision): Promise<void> => {
		if (row === this.#answered || this.busy) return;
		this.#answered = row;
		if (!(await this.decide(draft))) this.#answered = null;
	};

	/** Takes a decision back. */
	undo = async (id: number): Promise<void> => {
		const answer = await this.#app.run(this.#app.commands.undoTopologyDecision(id).then((result) => (result.status === 'ok' ? { status: 'ok' as const, data: true } : result)));
		await this.load();
		if (answer === null) return;
		const item = this.decisions?.find((other) => other.id === id);
		this.#app.done(this.#app.words.t('decision-undone', { what: item ? this.#app.words.phrase(item.phrase) : '' }));
	};

	/** Takes the last decision back; `false` when there is none. */
	undoLast = async (): Promise<boolean> => {
		await this.load();
		if (!this.last) return false;
		await this.undo(this.last.id);
		return true;
	};

	/** Lets a sync that was held back delete what it did not bring, or keeps it. */
	release = async (source: number, remove: boolean): Promise<void> => {
		await this.#app.run(this.#app.commands.releaseHeldBack(source, remove));
	};
}
