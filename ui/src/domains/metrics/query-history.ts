// The expressions that were asked in this window, newest first; they are forgotten when the window is closed.

/** Where they are kept: the window's own memory, which no file holds. */
export type SessionMemory = Pick<Storage, 'getItem' | 'setItem'>;

const key = 'wardroom.promql';
const most = 20;

/** Returns what was asked before. */
export function asked(memory: SessionMemory | null): string[] {
	try {
		const found: unknown = JSON.parse(memory?.getItem(key) ?? '[]');
		return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string').slice(0, most) : [];
	} catch {
		return [];
	}
}

/** Keeps an expression as the newest and returns all of them. */
export function keep(memory: SessionMemory | null, before: readonly string[], expression: string): string[] {
	const all = [expression, ...before.filter((one) => one !== expression)].slice(0, most);
	try {
		memory?.setItem(key, JSON.stringify(all));
	} catch {
		// A memory that is full or closed takes nothing; the list still holds on this screen.
	}
	return all;
}

/** The window's memory; `null` where there is none. */
export function sessionMemory(): SessionMemory | null {
	try {
		return sessionStorage;
	} catch {
		return null;
	}
}
