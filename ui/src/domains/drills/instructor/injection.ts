// What an instructor's form of a fault holds, and what of it travels.
import type { FaultChoice, FaultParameter } from '$lib/ipc/bindings';

/** A parameter in the form. */
export interface DraftValue extends FaultParameter {
	text: string;
	/** The number that is meant; `null` when what is typed is none of the range. */
	value: number | null;
}

/** Targets that are calls, `caller -> callee`. */
const calls = new Set(['edge', 'pool', 'route']);

/** The names that a fault can be given to: calls, or everything else. */
export function placesFor(fault: FaultChoice, targets: readonly string[]): readonly string[] {
	if (fault.target === 'nowhere' || fault.target === '') return [];
	return targets.filter((name) => name.includes(' -> ') === calls.has(fault.target));
}

/** Reads a number of a range; `null` when it is none. */
export function readNumber(text: string, least: number, most: number): number | null {
	const value = text.trim() === '' ? NaN : Number(text);
	return value >= least && value <= most ? value : null;
}

/** The parameters with what was typed, or with what is usual. */
export function draftOf(fault: FaultChoice, typed: Readonly<Record<string, string>>): DraftValue[] {
	return fault.parameters.map((row) => {
		const text = typed[row.name] ?? String(row.usual);
		return { ...row, text, value: readNumber(text, row.least, row.most) };
	});
}

/** The values that are not the usual ones. */
export function valuesOf(draft: readonly DraftValue[]): [string, number][] {
	return draft.flatMap((row) => (row.value === null || row.value === row.usual ? [] : [[row.name, row.value] as [string, number]]));
}
