// What people said of findings and windows: the list, a new word, and taking one back. Owned by the page.
import type { AppError, Commands, FeedbackItem, FeedbackStage, FeedbackVerdict, Result, Span, WindowOf } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the list shows. The last answer stays while the next one is under way, and when that fails. */
export type FeedbackView = { kind: 'loading' } | { kind: 'ready'; items: readonly FeedbackItem[] } | { kind: 'stale'; items: readonly FeedbackItem[]; missed: Missed } | { kind: 'failed'; error: AppError };

type FeedbackCommands = Pick<Commands, 'feedback' | 'feedbackStage' | 'markFinding' | 'markWindow' | 'undoFeedback'>;

export class FeedbackDesk {
	view: FeedbackView = $state.raw({ kind: 'loading' });
	/** Whether a word is being kept or taken back. */
	busy = $state(false);
	/** What the words taught, and whether it is used; `null` before it is told. */
	stage: FeedbackStage | null = $state.raw(null);
	readonly #commands: FeedbackCommands;
	readonly #last = new LastAnswer();
	/** What outlives the page: the number of the word that was kept last. */
	readonly #memory: { lastWord: number | null };
	#lastRequest = 0;

	/** What holds, the newest first. */
	readonly items: readonly FeedbackItem[] = $derived(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.items.filter((item) => !item.undone) : []);

	constructor(commands: FeedbackCommands, memory: { lastWord: number | null }) {
		this.#commands = commands;
		this.#memory = memory;
	}

	/** Asks again; an answer that is no longer wanted is dropped. */
	load = async (): Promise<void> => {
		const request = ++this.#lastRequest;
		const [answer, stage] = await Promise.all([this.#commands.feedback(), this.#commands.feedbackStage()]);
		if (request !== this.#lastRequest) return;
		// Without its answer the list still says everything else.
		this.stage = stage.status === 'ok' ? stage.data : null;
		const asked = { what: null };
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.view = { kind: 'ready', items: answer.data ?? [] };
			return;
		}
		const [{ view }, missed] = [this, this.#last.stands(asked, answer.error)];
		this.view = missed && (view.kind === 'ready' || view.kind === 'stale') ? { kind: 'stale', items: view.items, missed } : { kind: 'failed', error: answer.error };
	};

	/** What was said of a finding itself; `null` when nothing was. */
	of = (finding: string): FeedbackItem | null => this.items.find((item) => item.finding === finding) ?? null;

	/** Whether a word still holds. */
	holds = (id: number): boolean => this.view.kind !== 'ready' || this.items.some((item) => item.id === id);

	/** Keeps a word; answers its number, or what failed. */
	say = (finding: string, verdict: FeedbackVerdict): Promise<number | AppError> => this.#keep(this.#commands.markFinding({ finding, verdict }));

	/** Keeps that something real happened in a window; answers the number of the word, or what failed. */
	sayWindow = (of: WindowOf, range: Span): Promise<number | AppError> => this.#keep(this.#commands.markWindow({ of, range }));

	/** The newest word about a window that overlaps this one, on a series or on all of its entity. */
	ofWindow = (series: number | null, entity: string, range: Span): FeedbackItem | null =>
		this.items.find((item) => item.window !== null && (item.window === 'series' ? item.series === series : item.entity === entity) && item.start < range.end && (item.end ?? range.end) > range.start) ?? null;

	async #keep(kept: Promise<Result<number>>): Promise<number | AppError> {
		this.busy = true;
		const answer = await kept;
		this.busy = false;
		if (answer.status === 'error') return answer.error;
		this.#memory.lastWord = answer.data;
		await this.load();
		return answer.data;
	}

	/** Takes a word back; answers what failed. */
	undo = async (id: number): Promise<AppError | null> => {
		this.busy = true;
		const answer = await this.#commands.undoFeedback(id);
		this.busy = false;
		if (answer.status === 'error') return answer.error;
		if (this.#memory.lastWord === id) this.#memory.lastWord = null;
		await this.load();
		return null;
	};
}
