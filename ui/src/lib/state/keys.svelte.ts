// The keyboard: one table of actions, which the palette and the help list, and one listener that runs them.

/** An action with its key. */
export interface Action {
	/** A name that is unique in the window. */
	id: string;
	/** What it does, as the palette says it. */
	label: string;
	/** The same where it is plain what it acts on, as in the list of keys. */
	short?: string;
	/** Keys as `Ctrl+K`, `g n` (one after the other), `j`; several are alternatives. Empty for the palette alone. */
	keys: readonly string[];
	/** Where the help lists it. */
	group: 'screens' | 'here' | 'table' | 'time' | 'window';
	/** Whether it acts while a text field has the focus too; keys with Ctrl do, but for those that edit text. */
	inFields?: boolean;
	/** Whether it wins over a screen's own action with the same key. */
	above?: boolean;
	/** Whether a key that is held down does it once: what is decided of one thing is not decided of all that follow it. */
	once?: boolean;
	run: () => void;
}

const sequenceMillis = 1200;
/** In a text field these belong to the text. */
const editing = new Set(['Ctrl+Z', 'Ctrl+Y', 'Ctrl+C', 'Ctrl+V', 'Ctrl+X', 'Ctrl+A']);
const arrows: ReadonlySet<string> = new Set(['↓', '↑', '←', '→']);
/** Keys that walk through what a screen lists. */
export const walks: ReadonlySet<string> = new Set(['j', 'k', ...arrows]);
/** What Enter and Space press while it has the focus. */
const pressed = 'button, a, summary, input';

/** Names a key press as the table writes it. */
export function keyName(event: KeyboardEvent): string {
	const named: Record<string, string> = { ' ': 'Space', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' };
	const base = named[event.key] ?? (event.key.length === 1 ? event.key : event.key);
	const held = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
	const alt = event.altKey ? 'Alt+' : '';
	// A printed character such as `?` already contains its Shift; an arrow is printed only here.
	const shift = event.shiftKey && (base.length > 1 || base !== event.key) ? 'Shift+' : '';
	return `${held}${alt}${shift}${held && base.length === 1 ? base.toUpperCase() : base}`;
}

function inField(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
	return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** The actions that can be done now. */
export class Keys {
	// The sets themselves are no state: an effect that is undone reads state as it was before, and several are undone at once.
	#sets: readonly (readonly Action[])[] = [];
	#changes = 0;
	/** Moves with the sets. */
	#version: number = $state(0);
	/** The first key of a sequence that was pressed and waits for its second. */
	pending: string | null = $state(null);
	/** That key and when it was pressed: a window that was busy hears its keys late, and their own times still tell. */
	#first: { key: string; at: number } | null = null;
	/** The button that has the focus since before a key walked on through a list: who walks means the rows with Enter. */
	#walkedFrom: HTMLElement | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** Offers actions until the answer is called. Later ones win over earlier ones with the same key. */
	add = (actions: readonly Action[]): (() => void) => {
		this.#change([...this.#sets, actions]);
		return () => this.#change(this.#sets.filter((set) => set !== actions));
	};

	/** Everything that can be done now, the newest first. */
	all = (): Action[] => {
		void this.#version;
		const seen = new Set<string>();
		return [...this.#sets].reverse().flat().filter((a) => !seen.has(a.id) && seen.add(a.id));
	};

	/** The action that a key runs now. */
	of = (key: string): Action | undefined => {
		const offered = this.all().filter((a) => a.keys.includes(key));
		return offered.find((a) => a.above) ?? offered[0];
	};

	/** Handles a key press of the window. */
	press = (event: KeyboardEvent): void => {
		if (event.defaultPrevented || event.isComposing) return;
		if (document.querySelector('dialog[open]')) return;
		const field = inField(event.target);
		if (field && event.key === 'Escape') {
			(event.target as HTMLElement).blur();
			return;
		}
		const name = keyName(event);
		// Arrows belong to a choice or a slider that has the focus.
		if (arrows.has(name) && event.target instanceof HTMLInputElement && ['radio', 'range'].includes(event.target.type)) return;
		// What is copied is the text that is selected, where there is some.
		if (name === 'Ctrl+C' && (document.getSelection()?.toString() ?? '') !== '') return;
		const presses = name === 'Enter' || name === 'Space';
		if (!presses && !walks.has(name)) this.#walkedFrom = null;
		const first = this.#first && event.timeStamp - this.#first.at <= sequenceMillis ? this.#first.key : null;
		const wanted = first ? `${first} ${name}` : name;
		const actions = this.all().filter((a) => !field || a.inFields || (name.startsWith('Ctrl+') && !editing.has(name)) || /^F\d/.test(name));
		const offered = actions.filter((a) => a.keys.includes(wanted));
		const found = offered.find((a) => a.above) ?? offered[0];
		this.#wait(null, event);
		if (found) {
			// Enter and Space belong to a button that has the focus, until a key walks on from it through a list.
			const held = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>(pressed) : null;
			if (presses && held && held !== this.#walkedFrom) return;
			event.preventDefault();
			if (!found.once || !event.repeat) found.run();
			if (walks.has(wanted)) this.#walkedFrom = held;
			return;
		}
		if (!field && actions.some((a) => a.keys.some((k) => k.startsWith(`${name} `)))) {
			event.preventDefault();
			this.#wait(name, event);
		}
	};

	#change(sets: readonly (readonly Action[])[]): void {
		this.#sets = sets;
		this.#changes += 1;
		this.#version = this.#changes;
	}

	#wait(key: string | null, event: KeyboardEvent): void {
		clearTimeout(this.#timer);
		this.#first = key ? { key, at: event.timeStamp } : null;
		this.pending = key;
		if (key) this.#timer = setTimeout(() => (this.pending = null), sequenceMillis);
	}
}
