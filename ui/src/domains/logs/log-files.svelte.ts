// Log files that a person gave: what their beginning says, how they are to be read, and their opening. Owned by *Open log files*.
import type { AppError, Commands, JobRow, LogFilesChoice, LogFilesPreview, Phrase } from '$lib/ipc/bindings';

export type LogFilesApi = Pick<Commands, 'logFilesPreview' | 'logFilesOpen'>;

/** Where the files stand. Exactly one of these is true at a time. */
export type LogFilesView =
	| { kind: 'none' }
	| { kind: 'reading' }
	| { kind: 'previewed'; preview: LogFilesPreview }
	| { kind: 'failed'; error: AppError }
	| { kind: 'opening'; preview: LogFilesPreview; job: JobRow }
	| { kind: 'opened'; preview: LogFilesPreview; job: JobRow };

/** Files that become one source. */
export class LogFiles {
	paths: readonly string[] = $state.raw([]);
	choice: LogFilesChoice = $state.raw({ format: null, zone: null, year: null });
	/** The name of the source, as typed; empty until a person or a file gives one. */
	name = $state('');
	view: LogFilesView = $state.raw({ kind: 'none' });
	/** Whether another reading is looked at; the old preview stays until then. */
	rereading = $state(false);
	/** Why the opening did not happen; it can be tried again. */
	problem: AppError | null = $state.raw(null);
	readonly preview: LogFilesPreview | null = $derived('preview' in this.view ? this.view.preview : null);
	/** The files that can be read. */
	readonly readable: readonly string[] = $derived((this.preview?.files ?? []).filter((file) => file.problem === null).map((file) => file.path));
	/** What is asked. That lines have no date is told and not asked: nothing answers it, and a day is taken. */
	readonly questions: readonly Phrase[] = $derived((this.preview?.questions ?? []).filter((question) => question.key !== 'logfile-question-date'));
	/** What is to be known of the files. */
	readonly notices: readonly Phrase[] = $derived([...(this.preview?.questions ?? []).filter((question) => !this.questions.includes(question)), ...(this.preview?.notices ?? [])]);
	/** Whether something is asked that nothing in the files decides. */
	readonly asks: boolean = $derived(this.preview !== null && (this.questions.length > 0 || !this.preview.zoneKnown));
	/** Whether it is asked if the day or the month comes first. */
	readonly asksDayOrder: boolean = $derived(this.questions.some((question) => question.key === 'logfile-question-day-first'));
	readonly ready: boolean = $derived(this.view.kind === 'previewed' && this.readable.length > 0 && !this.asks && !this.rereading);
	readonly #api: LogFilesApi;
	#lastRequest = 0;

	constructor(api: LogFilesApi) {
		this.#api = api;
	}

	/** Adds files and looks at all of them together: a rotated set is one log. */
	async add(paths: readonly string[]): Promise<void> {
		const all = [...new Set([...this.paths, ...paths.filter((path) => path !== '')])];
		if (all.length === this.paths.length) return;
		this.paths = all;
		if (this.name === '') this.name = fileName(all[0] ?? '');
		await this.look();
	}

	/** Leaves a file out. */
	async remove(path: string): Promise<void> {
		this.paths = this.paths.filter((other) => other !== path);
		await this.look();
	}

	/** Reads them in another way. */
	async choose(part: Partial<LogFilesChoice>): Promise<void> {
		this.choice = { ...this.choice, ...part };
		await this.look();
	}

	/** Reads the beginnings of the files. */
	async look(): Promise<void> {
		const request = ++this.#lastRequest;
		this.problem = null;
		if (this.paths.length === 0) {
			this.view = { kind: 'none' };
			return;
		}
		if (this.view.kind === 'previewed') this.rereading = true;
		else this.view = { kind: 'reading' };
		const answer = await this.#api.logFilesPreview([...this.paths], this.choice);
		// Other files or another reading were chosen while this answer was under way.
		if (request !== this.#lastRequest) return;
		this.rereading = false;
		this.view = answer.status === 'ok' ? { kind: 'previewed', preview: answer.data } : { kind: 'failed', error: answer.error };
	}

	/** Opens them in place as one source. */
	async open(): Promise<void> {
		if (this.view.kind !== 'previewed' || !this.ready) return;
		const preview = this.view.preview;
		const answer = await this.#api.logFilesOpen({ paths: [...this.readable], name: this.name.trim() || fileName(this.readable[0] ?? ''), choice: this.choice });
		if (answer.status === 'ok') this.view = { kind: 'opening', preview, job: answer.data };
		else if (answer.error.code !== 'cancelled') this.problem = answer.error;
	}

	/** Takes what the job of the opening says. */
	progressed(job: JobRow): void {
		if (this.view.kind !== 'opening' || this.view.job.id !== job.id) return;
		const preview = this.view.preview;
		if (job.state.kind === 'running') this.view = { kind: 'opening', preview, job };
		else if (job.state.kind === 'done' || job.state.kind === 'partial') this.view = { kind: 'opened', preview, job };
		else {
			this.view = { kind: 'previewed', preview };
			this.problem = job.state.kind === 'failed' ? job.state.error : null;
		}
	}
}

function fileName(path: string): string {
	return path.split(/[\\/]/).pop() ?? path;
}
