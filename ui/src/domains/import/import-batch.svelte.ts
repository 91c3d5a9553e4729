/** The files that a person gave, each with its preview; nothing is stored before they say so. Owned by *Import*. */
import type { AppError, ColumnRole, JobRow, PreviewRow, ReadingChoice, TableLayout, Commands } from '$lib/ipc/bindings';

export type ImportApi = Pick<Commands, 'previewFile' | 'importFile' | 'choosePath' | 'cancelJob' | 'jobs'>;

/** Where a file stands. Exactly one of these is true at a time. */
export type FileView =
	| { kind: 'reading' }
	| { kind: 'previewed'; preview: PreviewRow }
	| { kind: 'failed'; error: AppError }
	| { kind: 'importing'; preview: PreviewRow; job: JobRow }
	| { kind: 'imported'; preview: PreviewRow; job: JobRow };

/** What can be said of a file, in the order in which files want attention. */
export type FileStanding = 'reading' | 'ready' | 'asking' | 'refused' | 'importing' | 'imported' | 'failed';

/** One file of the batch. */
export class ImportFile {
	readonly path: string;
	view: FileView = $state.raw({ kind: 'reading' });
	/** What a person changed; `null` while the preview's own understanding holds. */
	reading: ReadingChoice | null = $state.raw(null);
	sourceName = $state('');
	/** Why the import of a readable file did not happen; the file can be tried again. */
	problem: AppError | null = $state.raw(null);
	/** Whether a changed reading is being previewed; the old preview stays until then. */
	rereading = $state(false);
	readonly #api: ImportApi;
	#lastRequest = 0;

	readonly preview: PreviewRow | null = $derived('preview' in this.view ? this.view.preview : null);
	readonly name: string = $derived(this.preview?.name ?? this.#fileName());
	readonly standing: FileStanding = $derived(this.view.kind === 'previewed' ? this.view.preview.verdict : this.view.kind);

	constructor(path: string, api: ImportApi) {
		this.path = path;
		this.#api = api;
		this.sourceName = fileName(path);
	}

	/** Reads the beginning of the file, as it is understood or as a person says. */
	async look(): Promise<void> {
		const request = ++this.#lastRequest;
		this.rereading = this.view.kind === 'previewed';
		this.problem = null;
		const answer = await this.#api.previewFile(this.path, this.reading);
		// Another reading was chosen while this answer was under way.
		if (request !== this.#lastRequest) return;
		this.rereading = false;
		this.view = answer.status === 'ok'
			? { kind: 'previewed', preview: answer.data }
			: { kind: 'failed', error: answer.error };
	}

	/** Takes a column for something else. */
	async setRole(column: number, role: ColumnRole): Promise<void> {
		await this.#change((reading) => ({ ...reading, roles: reading.roles.map((old, at) => (at === column ? role : old)) }));
	}

	async setLayout(layout: TableLayout): Promise<void> {
		await this.#change((reading) => ({ ...reading, layout }));
	}

	async setDayFirst(dayFirst: boolean): Promise<void> {
		await this.#change((reading) => ({ ...reading, dayFirst }));
	}

	async setZone(zone: string): Promise<void> {
		await this.#change((reading) => ({ ...reading, zone }));
	}

	async setRefuseBad(refuseBad: boolean): Promise<void> {
		await this.#change((reading) => ({ ...reading, refuseBad }));
	}

	/** Stores the file: all of it, or none if something breaks. */
	async store(): Promise<void> {
		if (this.view.kind !== 'previewed' || this.view.preview.verdict !== 'ready') return;
		const preview = this.view.preview;
		this.problem = null;
		const answer = await this.#api.importFile({
			path: this.path,
			reading: this.reading ?? preview.reading,
			sourceName: this.sourceName.trim() || preview.name,
		});
		if (answer.status === 'ok') this.view = { kind: 'importing', preview, job: answer.data };
		else if (answer.error.code !== 'cancelled') this.problem = answer.error;
	}

	/** Takes what the job of this file says. */
	progressed(job: JobRow): void {
		if (this.view.kind !== 'importing' || this.view.job.id !== job.id) return;
		const preview = this.view.preview;
		if (job.state.kind === 'running') this.view = { kind: 'importing', preview, job };
		else if (job.state.kind === 'done' || job.state.kind === 'partial') this.view = { kind: 'imported', preview, job };
		else {
			this.view = { kind: 'previewed', preview };
			this.problem = job.state.kind === 'failed' ? job.state.error : null;
		}
	}

	#fileName(): string {
		return fileName(this.path);
	}

	async #change(change: (reading: ReadingChoice) => ReadingChoice): Promise<void> {
		const reading = this.reading ?? this.preview?.reading;
		if (!reading) return;
		this.reading = change(reading);
		await this.look();
	}
}

export class ImportBatch {
	files: readonly ImportFile[] = $state.raw([]);
	selectedPath: string | null = $state(null);
	readonly #api: ImportApi;

	/** The file that is shown: the chosen one, else the first that can be read, else the first, so that a refusal has the place of what it refuses. */
	readonly selected: ImportFile | null = $derived(
		this.files.find((file) => file.path === this.selectedPath)
			?? this.files.find((file) => file.standing === 'ready')
			?? this.files.find((file) => file.preview !== null && file.standing !== 'refused')
			?? this.files[0]
			?? null,
	);
	readonly ready: readonly ImportFile[] = $derived(this.files.filter((file) => file.standing === 'ready'));
	readonly readySeries: number = $derived(this.ready.reduce((sum, file) => sum + (file.preview?.series ?? 0), 0));

	constructor(api: ImportApi) {
		this.#api = api;
	}

	count(standing: FileStanding): number {
		return this.files.filter((file) => file.standing === standing).length;
	}

	/** Adds files and looks at each; a file that is in the list already is not added twice. */
	async add(paths: readonly string[]): Promise<void> {
		const known = new Set(this.files.map((file) => file.path));
		const fresh = [...new Set(paths)].filter((path) => path !== '' && !known.has(path)).map((path) => new ImportFile(path, this.#api));
		this.files = [...this.files, ...fresh];
		await Promise.all(fresh.map((file) => file.look()));
	}

	/** Lets a person choose files. */
	async browse(): Promise<AppError | null> {
		const answer = await this.#api.choosePath('importFiles');
		if (answer.status === 'error') return answer.error;
		await this.add(answer.data);
		return null;
	}

	remove(file: ImportFile): void {
		this.files = this.files.filter((other) => other !== file);
		if (this.selectedPath === file.path) this.selectedPath = null;
	}

	/** Forgets every file that is not being stored. */
	discard(): void {
		this.files = this.files.filter((file) => file.standing === 'importing');
		this.selectedPath = null;
	}

	/** Stores every file that is ready, one batch each, one after the other. */
	async store(): Promise<void> {
		for (const file of this.ready) await file.store();
	}

	progressed(job: JobRow): void {
		for (const file of this.files) file.progressed(job);
	}
}

function fileName(path: string): string {
	return path.split(/[\\/]/).pop() ?? path;
}
