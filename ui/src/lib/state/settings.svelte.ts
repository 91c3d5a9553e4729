// The person's settings: they act at once, and the last change can be undone.
import type { Commands, Settings } from '$lib/ipc/bindings';
import { systemLanguage } from '$lib/format/locale';
import type { Words } from '$lib/words';

const defaults: Settings = { language: 'system', theme: 'system', textSize: 100, zone: 'utc', followS: 15 };

/** The settings and their effect on the page. */
export class SettingsState {
	value: Settings = $state.raw(defaults);
	/** Whether the colours on screen are dark. */
	dark: boolean = $state(true);
	/** The language in which the core tells its own texts: the chosen one, once the core has stored it. */
	spoken: Settings['language'] = $state(defaults.language);
	readonly #commands: Commands;
	readonly #words: Words;
	readonly #past: Settings[] = [];
	#localZone = 'UTC';
	/** Changes of this window that the core has not answered yet. */
	#storing = 0;

	constructor(commands: Commands, words: Words) {
		this.#commands = commands;
		this.#words = words;
		matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => this.#apply());
	}

	/** Takes what the core knows. */
	begin = (settings: Settings, localZone: string): void => {
		this.#localZone = localZone;
		this.#take(settings);
	};

	/** The core tells that they changed, maybe from another window: takes them as they are there. */
	heard = async (): Promise<void> => {
		if (this.#storing > 0) return;
		const answer = await this.#commands.appState();
		// What was chosen here meanwhile is newer.
		if (answer.status === 'ok' && this.#storing === 0) this.#take(answer.data.settings);
	};

	/** How many changes of this window can be taken back. */
	get changes(): number {
		return this.#past.length;
	}

	/** Changes some of them. */
	change = async (part: Partial<Settings>): Promise<void> => {
		this.#past.push(this.value);
		await this.#store({ ...this.value, ...part });
	};

	/** Takes the last change back; `false` when there is none. */
	undo = async (): Promise<boolean> => {
		const before = this.#past.pop();
		if (!before) return false;
		await this.#store(before);
		return true;
	};

	async #store(wanted: Settings): Promise<void> {
		this.value = wanted;
		this.#apply();
		this.#storing += 1;
		const answer = await this.#commands.setSettings(wanted);
		this.#storing -= 1;
		if (answer.status === 'error') return;
		this.spoken = answer.data.language;
		// A later choice is on its way to the core and already on screen.
		if (this.#storing === 0) this.#take(answer.data);
	}

	#take(settings: Settings): void {
		this.value = settings;
		this.spoken = settings.language;
		this.#apply();
	}

	#apply(): void {
		const { theme, language, zone, textSize } = this.value;
		const light = theme === 'light' || (theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
		this.dark = !light;
		this.#words.locale = language === 'system' ? systemLanguage() : language;
		this.#words.zone = zone === 'utc' ? 'UTC' : this.#localZone;
		const root = document.documentElement;
		root.dataset['theme'] = light ? 'light' : 'dark';
		root.dataset['text'] = String(textSize);
		root.lang = this.#words.locale;
	}
}
