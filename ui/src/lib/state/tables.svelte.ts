// The tables on screen: what the keys can do with one, and the widths of columns that a person chose, which this machine remembers.
import { createContext } from 'svelte';
import type { Widths } from '$lib/components/widths';
import type { AppError } from '$lib/ipc/bindings';

/** Rows as text with a line for the heads, and how many; `null` when there is none. Where reading the marked ones failed, with what, and how many they are. */
export type Copied = { text: string; count: number; missed?: { error: AppError; of: number } } | null;

/** What the keys can do with a table. */
export interface TableOnScreen {
	/** The marked rows, or the one with the keyboard; read first where they are not here. */
	copied: () => Copied | Promise<Copied>;
	/** Marks the row with the keyboard, or every row up to it; `null` where rows are not marked. */
	mark: ((reach: 'row' | 'upToHere') => void) | null;
	/** How many rows are marked. */
	marked: () => number;
	unmark: () => void;
	/** Orders by the next column, or turns the order round; `null` where the order is fixed. */
	sort: ((how: 'next' | 'turn') => void) | null;
	/** Puts the focus on the width of the first column; `null` where no width can be chosen. */
	widths: (() => void) | null;
}

/** Where widths are remembered. */
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

const key = 'wardroom.columns';
const none: Widths = {};

/** The tables of a window. */
export class Tables {
	#widths: Readonly<Record<string, Widths>> = $state.raw({});
	// The list itself is no state: an effect that is undone reads state as it was before.
	#shown: readonly TableOnScreen[] = [];
	#current: TableOnScreen | null = $state.raw(null);
	readonly #memory: Memory | null;

	/** Without a memory, widths hold as long as the window. */
	constructor(memory: Memory | null = machineMemory()) {
		this.#memory = memory;
		this.#widths = this.#remembered();
	}

	/** The table that the keys act on: the one that came last. */
	get current(): TableOnScreen | null {
		return this.#current;
	}

	/** Offers a table to the keys until the answer is called. */
	enter = (table: TableOnScreen): (() => void) => {
		this.#show([...this.#shown, table]);
		return () => this.#show(this.#shown.filter((other) => other !== table));
	};

	/** The widths that were chosen for a table. */
	widths = (table: string): Widths => this.#widths[table] ?? none;

	/** Gives a column a width; `null` gives it its own back. */
	size = (table: string, column: string, width: number | null): void => {
		const { [column]: _, ...others } = this.widths(table);
		this.#widths = { ...this.#widths, [table]: width === null ? others : { ...others, [column]: width } };
	};

	/** Remembers the widths of a table; those of others are left as another window may have remembered them. */
	keep = (table: string): void => {
		try {
			this.#memory?.setItem(key, JSON.stringify({ ...this.#remembered(), [table]: this.widths(table) }));
		} catch {
			// A memory that is full or closed takes nothing; the widths still hold in this window.
		}
	};

	#show(tables: readonly TableOnScreen[]): void {
		this.#shown = tables;
		this.#current = tables.at(-1) ?? null;
	}

	#remembered(): Record<string, Widths> {
		try {
			const found: unknown = JSON.parse(this.#memory?.getItem(key) ?? '{}');
			return Object.fromEntries(Object.entries(found ?? {}).map(([table, widths]) => [table, sound(widths)]));
		} catch {
			return {};
		}
	}
}

/** Leaves out what is no width. */
function sound(widths: unknown): Widths {
	if (typeof widths !== 'object' || widths === null) return none;
	return Object.fromEntries(Object.entries(widths).filter((pair): pair is [string, number] => typeof pair[1] === 'number' && pair[1] > 0 && pair[1] < 10_000));
}

function machineMemory(): Memory | null {
	try {
		return localStorage;
	} catch {
		// The window may be forbidden to remember anything.
		return null;
	}
}

/** Reads and gives the tables of the window: `const tables = useTables()`. */
export const [useTables, setTables] = createContext<Tables>();
