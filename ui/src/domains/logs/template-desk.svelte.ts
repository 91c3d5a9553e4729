// Deciding about templates: the dialog that is over the screen, what is kept or taken back, and what is told of it.
import type { DecisionDraft } from '$lib/ipc/bindings';
import type { App } from '$lib/state/app.svelte';
import type { TemplateList } from './template-list.svelte';
import type { TemplateView } from './template-view.svelte';

/** Which dialog is over the screen. */
export type TemplateDialog = 'none' | 'label' | 'rename' | 'merge' | 'decisions';

/** What is decided about the templates of a list. Owned by the tab. */
export class TemplateDesk {
	over: TemplateDialog = $state('none');
	readonly #app: Pick<App, 'run' | 'failed' | 'done' | 'toClipboard' | 'words'>;
	readonly #list: TemplateList;
	readonly #view: TemplateView;
	/** Asks for the list again, because a decision changed it. */
	readonly #reload: () => void;

	constructor(app: Pick<App, 'run' | 'failed' | 'done' | 'toClipboard' | 'words'>, list: TemplateList, view: TemplateView, reload: () => void) {
		this.#app = app;
		this.#list = list;
		this.#view = view;
		this.#reload = reload;
	}

	close = (): void => {
		this.over = 'none';
	};

	/** Keeps a decision, and offers to take it back. */
	decide = async (draft: DecisionDraft): Promise<void> => {
		this.over = 'none';
		const kept = await this.#app.run(this.#view.decide(draft));
		if (!kept) return;
		if (draft.kind === 'merge') this.#list.marks.clear();
		this.#reload();
		this.#app.done(this.#app.words.phrase(kept.words), { label: this.#app.words.t('logs-undo'), run: () => void this.undo(kept.id) });
	};

	/** Takes a decision back. */
	undo = async (decision: number): Promise<void> => {
		const error = await this.#view.undo(decision);
		if (error) this.#app.failed(error);
		else this.#reload();
	};

	/** Shows what was decided. */
	decisions = async (): Promise<void> => {
		const error = await this.#view.loadDecisions();
		if (error) this.#app.failed(error);
		else this.over = 'decisions';
	};

	/** Copies the verdict on the template that is looked at. */
	copy = async (): Promise<void> => {
		const details = this.#view.details;
		if (!details) return;
		if (await this.#app.toClipboard(details.json)) this.#app.done(this.#app.words.t('logs-copied-json'));
	};
}
