// One action from its dry run to its order: nothing is done before what it would do was seen.
import type { ActedRow, AppError, Commands, DryRunRow, RemedyRow } from '$lib/ipc/bindings';

/** How far an action is. */
export type ActView = { kind: 'loading' } | { kind: 'ready'; run: DryRunRow } | { kind: 'failed'; error: AppError };

/** An action under way. Owned by the page. */
export class Act {
	view: ActView = $state.raw({ kind: 'loading' });
	/** What was typed where the dry run asks for the scope. */
	typed: string = $state('');
	/** Why the order was not carried out. */
	problem: AppError | null = $state.raw(null);
	/** Whether the order is under way. */
	ordering: boolean = $state(false);
	readonly remedy: RemedyRow;
	readonly #commands: Commands;

	constructor(commands: Commands, remedy: RemedyRow) {
		this.#commands = commands;
		this.remedy = remedy;
	}

	/** Asks what it would do. */
	dry = async (): Promise<void> => {
		const answer = await this.#commands.drillDryRun(this.remedy);
		this.view = answer.status === 'ok' ? { kind: 'ready', run: answer.data } : { kind: 'failed', error: answer.error };
	};

	/** Whether it can be approved: it is not refused, and the scope was typed where it must be. */
	get approvable(): boolean {
		if (this.view.kind !== 'ready' || this.ordering) return false;
		const { refused, scope } = this.view.run;
		return refused === null && (scope === null || scope === this.typed.trim());
	}

	/** Carries it out; `null` when it was not, with `problem` saying why. */
	approve = async (): Promise<ActedRow | null> => {
		if (this.view.kind !== 'ready' || !this.approvable) return null;
		const { plan, scope } = this.view.run;
		this.ordering = true;
		const answer = await this.#commands.drillAct(this.remedy, plan, scope === null ? null : this.typed.trim());
		this.ordering = false;
		this.problem = answer.status === 'error' ? answer.error : null;
		if (answer.status === 'ok' && answer.data.refused) this.view = { kind: 'ready', run: { ...this.view.run, refused: answer.data.refused } };
		if (answer.status === 'ok') return answer.data.refused ? null : answer.data;
		// The world moved on: what would be done now has to be seen again.
		if (answer.error.code === 'plan_changed') await this.dry();
		return null;
	};
}
