// The templates of a range, most surprising first, with the one that is looked at and those that are marked.
import { Marks } from '$lib/components/marks.svelte';
import type { AppError, Commands, TemplateRow, TemplatesRequest, TemplatesView } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the list shows. The last answer stays while the next one is under way, and when that fails for the same question. */
export type TemplateListView = { kind: 'loading' } | { kind: 'ready'; list: TemplatesView } | { kind: 'stale'; list: TemplatesView; missed: Missed } | { kind: 'failed'; error: AppError };

/** The templates that match a question. Owned by the page. */
export class TemplateList {
	/** Replaced whole on every answer. */
	view: TemplateListView = $state.raw({ kind: 'loading' });
	/** Whether an answer is under way while an older one is shown. */
	asking = $state(false);
	/** The template that is looked at; it stays when the order changes. */
	chosen: string | null = $state(null);
	/** The templates that are marked, to be merged or copied. */
	readonly marks = new Marks();

	readonly list: TemplatesView | null = $derived(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.list : null);
	readonly rows: readonly TemplateRow[] = $derived(this.list?.rows ?? []);
	readonly at: number = $derived(Math.max(0, this.rows.findIndex((row) => row.id === this.chosen)));
	readonly row: TemplateRow | null = $derived(this.rows[this.at] ?? null);
	/** The marked rows that are still in the list. */
	readonly markedRows: readonly TemplateRow[] = $derived(this.marks.ids.flatMap((id) => this.rows.find((row) => row.id === id) ?? []));

	readonly #commands: Pick<Commands, 'logsTemplates'>;
	readonly #last = new LastAnswer();
	#lastRequest = 0;
	#again: TemplatesRequest | null = null;

	constructor(commands: Pick<Commands, 'logsTemplates'>) {
		this.#commands = commands;
	}

	/** Asks again. `follows` says that the range moves on by itself. */
	load = async (question: TemplatesRequest, follows = false): Promise<void> => {
		const asked = { what: { ...question, range: null }, range: question.range, follows };
		const request = ++this.#lastRequest;
		this.asking = true;
		const answer = await this.#commands.logsTemplates(question);
		// The range or a choice moved on while this answer was under way.
		if (request !== this.#lastRequest) return;
		this.asking = false;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.view = { kind: 'ready', list: answer.data };
			return;
		}
		const [{ list }, missed] = [this, this.#last.stands(asked, answer.error)];
		this.view = list && missed ? { kind: 'stale', list, missed } : { kind: 'failed', error: answer.error };
	};

	/** Asks again because lines arrived; an answer that is under way is waited for, so that one is always shown. */
	refresh = async (question: TemplatesRequest): Promise<void> => {
		if (this.asking) {
			this.#again = question;
			return;
		}
		await this.load(question, true);
		const again = this.#again;
		this.#again = null;
		if (again) await this.load(again, true);
	};

	/** Looks at the row at a place. */
	look = (at: number): void => {
		this.chosen = this.rows[Math.max(0, Math.min(this.rows.length - 1, at))]?.id ?? null;
	};
}
