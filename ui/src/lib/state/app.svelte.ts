// Everything that the whole window shares, built once by the root and read from context.
import { createContext } from 'svelte';
import type { AppError, AppEvent, AppStateRow, Commands, DrillScreen, DrillState, Events, JobRow, Result, WorkspaceRow } from '$lib/ipc/bindings';
import type { Words } from '$lib/words';
import { Clock } from './clock.svelte';
import { DrillRun } from './drill.svelte';
import { Files } from './files';
import { Jobs } from './jobs.svelte';
import { Keys } from './keys.svelte';
import { Overview } from './overview.svelte';
import { Router } from './router.svelte';
import { Selection } from './selection.svelte';
import { SettingsState } from './settings.svelte';
import { Tables } from './tables.svelte';

/** A short message at the lower edge: what happened, or what failed. */
export interface Notice {
	id: number;
	kind: 'done' | 'failed';
	text: string;
	/** What the system said, to be copied, where the text says it in other words. */
	original?: string | undefined;
	/** What can be done about it. */
	action?: { label: string; run: () => void };
}

/** How far the window is with its beginning. */
export type Beginning = { kind: 'loading' } | { kind: 'ready'; state: AppStateRow } | { kind: 'failed'; error: AppError };

/** The window's shared state. Screens reload when the number of what they show moves. */
export class App {
	readonly commands: Commands;
	readonly words: Words;
	readonly clock = new Clock();
	readonly selection = new Selection();
	readonly settings: SettingsState;
	readonly jobs = new Jobs();
	readonly keys = new Keys();
	readonly tables = new Tables();
	readonly router = new Router();
	readonly overview: Overview;
	readonly drill: DrillRun;
	/** What can be done with workspace files. */
	readonly files: Files = new Files(this);
	beginning: Beginning = $state.raw({ kind: 'loading' });
	workspace: WorkspaceRow | null = $state.raw(null);
	/** Moves when sources were added, changed or deleted, or their health changed. */
	sourcesVersion: number = $state(0);
	/** Moves when a detection ended. */
	findingsVersion: number = $state(0);
	/** Moves when samples arrived, at most once a second. */
	samplesVersion: number = $state(0);
	/** Moves when alerts began, ended or were acknowledged. */
	alertsVersion: number = $state(0);
	/** Moves when the inventory, its dependencies or what was decided about them changed. */
	topologyVersion: number = $state(0);
	/** Moves when log lines arrived, at most once a second. */
	logsVersion: number = $state(0);
	/** Moves when something was decided, said or ended in the drill. */
	drillVersion: number = $state(0);
	notices: readonly Notice[] = $state.raw([]);
	/** What a screen reader is told politely. */
	said: string = $state('');
	readonly #events: Events;
	/** The word about a finding that was kept last, and how many settings had been changed by then. */
	#word: { id: number; after: number } | null = $state.raw(null);
	#nextNotice = 0;
	#samplesTimer: ReturnType<typeof setTimeout> | undefined;
	#logsTimer: ReturnType<typeof setTimeout> | undefined;
	#linesTimer: ReturnType<typeof setTimeout> | undefined;
	/** Up to when samples arrived and lines were read, until the window has moved there. */
	#samplesUntil = 0;
	#linesUntil = 0;

	constructor(commands: Commands, events: Events, words: Words) {
		this.commands = commands;
		this.#events = events;
		this.words = words;
		this.settings = new SettingsState(commands, words);
		this.overview = new Overview(commands);
		this.drill = new DrillRun(commands);
	}

	/** Asks the core how things stand and listens from then on. The answer ends the listening. */
	begin = async (): Promise<() => void> => {
		const stop = await this.#events.listen(this.#heard);
		const answer = await this.commands.appState();
		if (answer.status === 'error') {
			this.beginning = { kind: 'failed', error: answer.error };
			return stop;
		}
		this.settings.begin(answer.data.settings, answer.data.localZone);
		const jobs = await this.commands.jobs();
		if (jobs.status === 'ok') for (const row of jobs.data) this.jobs.heard(row);
		// Before the first screen: a workspace that came later would take the person away from where they went meanwhile.
		const first = answer.data.workspace ?? (answer.data.openFirst ? await this.run(this.commands.openWorkspace(answer.data.openFirst)) : null);
		this.#take(first);
		this.beginning = { kind: 'ready', state: answer.data };
		return stop;
	};

	/** Waits for a command; a failure becomes a notice and the answer is `null`. */
	run = async <T>(command: Promise<Result<T>>): Promise<T | null> => {
		const answer = await command;
		if (answer.status === 'ok') return answer.data;
		this.failed(answer.error);
		return null;
	};

	/** Waits for a job's end; a failure becomes a notice. Answers the job, or `null` when it did not begin. */
	runJob = async (command: Promise<Result<JobRow>>): Promise<JobRow | null> => {
		const begun = await this.run(command);
		if (!begun) return null;
		const ended = await this.jobs.ended(begun);
		if (ended.state.kind === 'failed') this.failed(ended.state.error);
		return ended;
	};

	/** Records that a piece of evidence was opened on a screen; outside of a drill nothing happens. */
	opened = (screen: DrillScreen, subject: string, detail: string): void => this.drill.opened(screen, subject, detail);

	/** Shows a failure. A cancelled thing is none. */
	failed = (error: AppError): void => {
		if (error.code !== 'cancelled') this.#notice({ kind: 'failed', text: this.words.errorText(error), original: this.words.original(error) });
	};

	/** Tells that something was done in part or not at all, in words of its own. */
	missed = (text: string): void => this.#notice({ kind: 'failed', text });

	/** Writes a text to the clipboard, and says so where that is refused. Answers whether it is there. */
	toClipboard = async (text: string): Promise<boolean> => {
		try {
			await navigator.clipboard.writeText(text);
			return true;
		} catch {
			this.missed(this.words.t('clipboard-refused'));
			return false;
		}
	};

	/**
	 * Writes a text to the clipboard that is still asked for; to be called while the key is pressed that wishes it, for a clipboard takes
	 * nothing long after it. Answers whether it is there; where it is not, nobody is told.
	 */
	laterToClipboard = async (text: Promise<string | null>): Promise<boolean> => {
		const written = text.then((found) => (found === null ? Promise.reject(new Error('nothing')) : new Blob([found], { type: 'text/plain' })));
		// Where the clipboard does not wait for it, its failure is nobody's.
		written.catch(() => {});
		try {
			await navigator.clipboard.write([new ClipboardItem({ 'text/plain': written })]);
			return true;
		} catch {
			return false;
		}
	};

	/** Tells that something is done. */
	done = (text: string, action?: Notice['action']): void => this.#notice(action ? { kind: 'done', text, action } : { kind: 'done', text });

	/** The number of the word that was kept last in this workspace, on whatever screen, until it is taken back; `null` when none was. */
	get lastWord(): number | null {
		return this.#word?.id ?? null;
	}

	set lastWord(id: number | null) {
		this.#word = id === null ? null : { id, after: this.settings.changes };
	}

	/** Takes back what was done last in this window: the last word about a finding, unless a setting was changed since. */
	undo = async (): Promise<void> => {
		const word = this.#word;
		if (word === null || this.settings.changes > word.after) {
			await this.settings.undo();
			return;
		}
		const answer = await this.commands.undoFeedback(word.id);
		if (answer.status === 'error') {
			this.failed(answer.error);
			return;
		}
		if (this.lastWord === word.id) this.lastWord = null;
		this.findingsVersion += 1;
		this.done(this.words.t('say-undone'));
	};

	/** Lets the range move with new data, or holds it. Where no source is followed nothing new comes: that is said, with the way to one. */
	toggleFollowing = (): void => {
		this.clock.following = !this.clock.following;
		const { workspace, words } = this;
		if (!this.clock.following || !workspace || workspace.following || workspace.drill) return;
		const action = { label: words.t('act-go', { screen: words.t('rail-catalog') }), run: () => this.router.go('catalog') };
		this.#notice({ kind: 'failed', text: words.t('follow-nothing'), action });
	};

	/** Takes a notice away. */
	dismiss = (id: number): void => {
		this.notices = this.notices.filter((n) => n.id !== id);
	};

	#notice(notice: Omit<Notice, 'id'>): void {
		const id = ++this.#nextNotice;
		this.notices = [...this.notices.slice(-2), { ...notice, id }];
		// A failure stays until it is read and closed.
		if (notice.kind === 'done') setTimeout(() => this.dismiss(id), 8000);
	}

	/** Takes a workspace that was just made, before the core tells of it. */
	entered = (workspace: WorkspaceRow): void => this.#take(workspace);

	/** Shows a drill that was just begun or branched, before the core tells of it. */
	drilling = async (state: DrillState): Promise<void> => {
		await this.#reload();
		this.drill.take(state);
		// A branch ends earlier than what was on screen.
		this.clock.range = this.workspace?.range ?? this.clock.range;
		this.clock.following = true;
		this.router.reset('drill');
	};

	#take(workspace: WorkspaceRow | null): void {
		const another = workspace?.path !== this.workspace?.path;
		this.workspace = workspace;
		if (!another) {
			if (!this.clock.range) this.clock.range = workspace?.range ?? null;
			return;
		}
		// What arrived in another file moves nothing in this one.
		this.#samplesUntil = 0;
		this.#linesUntil = 0;
		this.selection.clear();
		this.lastWord = null;
		this.overview.clear();
		this.clock.range = workspace?.range ?? null;
		// In a drill the world moves by itself; its time is the window's.
		this.clock.following = workspace !== null && (workspace.following || workspace.drill);
		this.drill.begin(workspace?.drill ?? false);
		this.router.reset(!workspace ? 'welcome' : workspace.drill ? 'drill' : 'now');
	}

	#heard = (event: AppEvent): void => {
		switch (event.kind) {
			case 'workspaceChanged':
				void this.#reload();
				break;
			case 'sourcesChanged':
				this.sourcesVersion += 1;
				void this.#reload();
				break;
			case 'samplesArrived':
				this.#samples(event.until);
				break;
			case 'findingsChanged':
				this.findingsVersion += 1;
				break;
			case 'jobProgressed':
				this.jobs.heard(event.job);
				break;
			case 'alertsChanged':
				this.alertsVersion += 1;
				break;
			case 'topologyChanged':
				this.topologyVersion += 1;
				break;
			case 'logsChanged':
				this.#logsTimer ??= setTimeout(() => {
					this.#logsTimer = undefined;
					this.logsVersion += 1;
				}, 1000);
				break;
			case 'linesArrived':
				this.#lines(event.until);
				break;
			case 'drillTicked':
				this.drill.ticked(event.clock);
				break;
			case 'drillChanged':
				this.drillVersion += 1;
				void this.drill.load();
				break;
			case 'settingsChanged':
				void this.settings.heard();
				break;
		}
	};

	async #reload(): Promise<void> {
		const answer = await this.commands.workspace();
		if (answer.status === 'ok') this.#take(answer.data);
	}

	#lines(until: number): void {
		this.#linesUntil = Math.max(this.#linesUntil, until);
		this.#linesTimer ??= setTimeout(() => {
			this.#linesTimer = undefined;
			this.clock.dataArrived(this.#linesUntil);
			this.#linesUntil = 0;
			if (!this.clock.range) void this.#reload();
		}, 1000);
	}

	#samples(until: number): void {
		this.#samplesUntil = Math.max(this.#samplesUntil, until);
		// Many sources may tell at once; one paint a second is enough.
		this.#samplesTimer ??= setTimeout(() => {
			this.#samplesTimer = undefined;
			this.clock.dataArrived(this.#samplesUntil);
			this.#samplesUntil = 0;
			this.samplesVersion += 1;
			// What users see moved on with the samples.
			if (this.drill.running) void this.drill.load();
			if (!this.clock.range) void this.#reload();
		}, 1000);
	}
}

/** Reads and gives the window's shared state: `const app = useApp()`. */
export const [useApp, setApp] = createContext<App>();
