// One template with everything that is known about it, and what a person decides about it.
import type { AppError, Commands, DecisionDraft, DecisionRow, Result, TemplateDetails, TemplatesRequest } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the panel shows. The last answer stays while the next one is under way, and when that fails for the same template. */
export type TemplateViewState = { kind: 'none' } | { kind: 'loading' } | { kind: 'ready'; details: TemplateDetails } | { kind: 'stale'; details: TemplateDetails; missed: Missed } | { kind: 'failed'; error: AppError };

export type TemplateApi = Pick<Commands, 'logsTemplate' | 'logsDecide' | 'logsUndo' | 'logsDecisions'>;

/** The template of the panel. Owned by the page. */
export class TemplateView {
	state: TemplateViewState = $state.raw({ kind: 'none' });
	/** All decisions of the workspace, once they were asked for. */
	decisions: readonly DecisionRow[] = $state.raw([]);
	readonly details: TemplateDetails | null = $derived(this.state.kind === 'ready' || this.state.kind === 'stale' ? this.state.details : null);
	readonly #api: TemplateApi;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	constructor(api: TemplateApi) {
		this.#api = api;
	}

	/** Asks for a template; what is known of the same one stays until the answer is there. `wish` is what a person chose of the window, `follows` says that its range moves on by itself. */
	async load(id: string | null, window: TemplatesRequest, wish: TemplatesRequest = window, follows = false): Promise<void> {
		const asked = { what: [id, { ...wish, range: null }], range: window.range, follows };
		const request = ++this.#lastRequest;
		if (id === null) {
			this.state = { kind: 'none' };
			return;
		}
		if (this.details?.row.id !== id) this.state = { kind: 'loading' };
		const answer = await this.#api.logsTemplate({ id, window });
		// Another template was chosen while this answer was under way.
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.state = { kind: 'ready', details: answer.data };
			return;
		}
		const [{ details }, missed] = [this, this.#last.stands(asked, answer.error)];
		this.state = details && missed ? { kind: 'stale', details, missed } : { kind: 'failed', error: answer.error };
	}

	/** Keeps a decision. */
	decide(draft: DecisionDraft): Promise<Result<DecisionRow>> {
		return this.#api.logsDecide(draft);
	}

	/** Takes a decision back; answers why not, or `null`. */
	async undo(id: number): Promise<AppError | null> {
		const answer = await this.#api.logsUndo(id);
		if (answer.status === 'error') return answer.error;
		this.decisions = this.decisions.filter((row) => row.id !== id);
		return null;
	}

	/** Asks for all decisions; answers why not, or `null`. */
	async loadDecisions(): Promise<AppError | null> {
		const answer = await this.#api.logsDecisions();
		if (answer.status === 'error') return answer.error;
		this.decisions = answer.data;
		return null;
	}
}
