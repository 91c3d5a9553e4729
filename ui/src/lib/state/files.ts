// What can be done with workspace files from anywhere in the window.
import type { PathPurpose } from '$lib/ipc/bindings';
import type { App } from './app.svelte';

/** Endings and names of files that hold log lines, rotated and packed ones too. */
const logFile = /(?:\.(?:log|journal|out|err)|(?:^|[\\/])(?:syslog|messages|auth|kern|daemon|journal)[^\\/.]*)(?:[.-]\d+)*(?:\.log)?(?:\.(?:gz|zst|zstd))?$/i;

/** Whether a file holds log lines, by its name alone. */
export function isLogFile(path: string): boolean {
	return logFile.test(path);
}

/** Actions on workspace files; each asks for a path first where it needs one. */
export class Files {
	readonly #app: App;

	constructor(app: App) {
		this.#app = app;
	}

	/** Makes an empty workspace; answers whether there is one now. */
	create = async (): Promise<boolean> => {
		const path = await this.#choose('newWorkspace');
		if (!path) return false;
		const made = await this.#app.run(this.#app.commands.newWorkspace(path));
		if (made) this.#app.entered(made);
		return made !== null;
	};

	/** Takes files that were dropped or chosen: a workspace is opened, data is shown before it is stored, log files before they are opened. */
	take = async (paths: readonly string[]): Promise<void> => {
		const workspace = paths.find((path) => path.endsWith('.wardroom'));
		if (workspace) {
			await this.#app.run(this.#app.commands.openWorkspace(workspace));
			return;
		}
		// Data needs a workspace to go into.
		if (paths.length === 0 || (this.#app.workspace === null && !(await this.create()))) return;
		// Files that are dropped on the logs are logs, whatever they are called.
		const { route } = this.#app.router.place;
		const logs = route === 'logs' || route === 'openLogs' || (route !== 'import' && paths.every(isLogFile));
		if (logs) this.#app.router.go('openLogs', { files: paths });
		else await this.data(paths);
	};

	/** Shows files before they are stored: as inventories where all of them tell entities or edges, else as samples. */
	data = async (paths: readonly string[]): Promise<void> => {
		const inventories = await this.#app.run(this.#app.commands.inventoryFiles([...paths]));
		this.#app.router.go(inventories?.length === paths.length ? 'openInventory' : 'import', { files: paths });
	};

	/** Lets a person choose log files and shows them before they are opened. */
	openLogs = async (): Promise<void> => {
		const files = await this.#app.run(this.#app.commands.choosePath('openLogs'));
		if (files && files.length > 0) this.#app.router.go('openLogs', { files });
	};

	/** Opens a workspace, or goes to the import for any other file. */
	open = async (): Promise<void> => {
		const path = await this.#choose('openWorkspace');
		if (path) await this.take([path]);
	};

	/** Writes a copy of the open workspace. */
	copy = async (): Promise<void> => {
		const path = await this.#choose('saveCopy');
		if (!path) return;
		const job = await this.#app.runJob(this.#app.commands.saveCopy(path));
		if (job?.state.kind === 'done') this.#app.done(this.#app.words.t('copy-done', { path }));
	};

	/** Writes the report and offers to show it. */
	report = async (): Promise<void> => {
		const path = await this.#choose('report');
		if (!path) return;
		const written = await this.#app.run(this.#app.commands.writeReport({ path, range: this.#app.clock.range }));
		if (!written) return;
		const { t } = this.#app.words;
		this.#app.done(t('report-done', { path: written }), { label: t('report-show'), run: () => void this.#app.run(this.#app.commands.openPath(written)) });
	};

	/** Decodes every chunk of the open file and says whether it is sound. */
	check = async (): Promise<void> => {
		const { words } = this.#app;
		const row = await this.#app.run(this.#app.commands.checkWorkspace());
		if (row?.sound) this.#app.done(words.t('check-sound', { chunks: words.count(row.chunks), samples: words.compact(row.samples) }));
		else if (row) {
			// The sentences go into another one, which ends them.
			const detail = row.problems.map((problem) => words.phrase(problem.says)).join(' ').replace(/[.。]$/u, '');
			this.#app.failed({ code: 'workspace_damaged', fields: { path: this.#app.workspace?.path ?? '', detail } });
		}
	};

	/** Gives space of the open file back. */
	compact = async (): Promise<void> => {
		const { words } = this.#app;
		const row = await this.#app.run(this.#app.commands.compactWorkspace());
		if (!row) return;
		const told = [words.t('compact-done', { bytes: words.bytes(Math.max(0, row.bytesBefore - row.bytesAfter)) })];
		if (row.samplesDropped > 0 || row.logsDropped > 0) told.push(words.t('compact-dropped', { samples: words.count(row.samplesDropped), lines: words.count(row.logsDropped) }));
		this.#app.done(told.join(' '));
	};

	async #choose(purpose: PathPurpose): Promise<string | null> {
		const chosen = await this.#app.run(this.#app.commands.choosePath(purpose));
		return chosen?.[0] ?? null;
	}
}
