// The list of drills with a trainee's results, and the drill that is looked at before it is started.
import type { AppError, Commands, DrillBrief, DrillList, DrillRow } from '$lib/ipc/bindings';

/** What the list shows. The last answer stays while the next one is under way. */
export type CatalogueView = { kind: 'loading' } | { kind: 'ready'; list: DrillList } | { kind: 'failed'; error: AppError };

/** What is known of the chosen drill. */
export type BriefView = { kind: 'loading' } | { kind: 'ready'; brief: DrillBrief } | { kind: 'failed'; error: AppError };

/** A seed that a person chose at random or typed. */
export const mostSeed = 9999;

/** The drills. Owned by the page. */
export class DrillCatalogue {
	view: CatalogueView = $state.raw({ kind: 'loading' });
	brief: BriefView = $state.raw({ kind: 'loading' });
	/** The seed with which the chosen drill would be started. */
	seed: number = $state(0);
	/** The drill that is chosen, by its name; `null` takes the next one. */
	chosenId: string | null = $state(null);
	readonly #commands: Commands;
	#lastList = 0;
	#lastBrief = 0;

	readonly list: DrillList | null = $derived(this.view.kind === 'ready' ? this.view.list : null);
	readonly rows: readonly DrillRow[] = $derived(this.list?.tiers.flatMap((tier) => tier.drills) ?? []);
	readonly chosen: DrillRow | null = $derived(this.rows.find((row) => row.id === (this.chosenId ?? this.list?.next)) ?? this.rows[0] ?? null);

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** Reads the results of a trainee; an empty name is everyone here. */
	load = async (trainee: string): Promise<void> => {
		const request = ++this.#lastList;
		const answer = await this.#commands.drillList(trainee);
		if (request !== this.#lastList) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', list: answer.data } : { kind: 'failed', error: answer.error };
	};

	/** Reads what a trainee is told before a drill. */
	read = async (id: string): Promise<void> => {
		const request = ++this.#lastBrief;
		// The drill before stays until this one is here: a panel that is built anew would take the focus.
		if (this.brief.kind !== 'ready') this.brief = { kind: 'loading' };
		const answer = await this.#commands.drillBrief(id);
		if (request !== this.#lastBrief) return;
		if (answer.status === 'ok') {
			this.brief = { kind: 'ready', brief: answer.data };
			this.seed = answer.data.seed;
		} else this.brief = { kind: 'failed', error: answer.error };
	};

	/** Chooses the drill `by` rows further, without running over the ends. */
	move = (by: number): void => {
		const at = this.rows.findIndex((row) => row.id === this.chosen?.id);
		const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, at + by))];
		if (next) this.chosenId = next.id;
	};

	/** Takes another seed, so that the same drill is another world. */
	reseed = (): void => {
		this.seed = 1 + Math.floor(Math.random() * mostSeed);
	};
}
