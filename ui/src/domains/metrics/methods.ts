// The methods that can be compared, by the words of the core, and the order in which a comparison stands.
import type { CompareRow, CompareView } from '$lib/ipc/bindings';

/** The words of the methods, in the order of the catalogue. */
export const methods = ['standard', 'seasonal-baseline', 'forest', 'extended-forest', 'lof', 'dbscan', 'knn', 'matrix-profile', 'change-points', 'mstl', 'peers'] as const;

/** Whether anything was marked as real, without which only alarms can be counted. */
export function isLabelled(view: CompareView): boolean {
	return view.marked > 0;
}

/** The rows by quality where there are labels, otherwise the quietest first; of equal ones the order of the catalogue holds. What scored nothing is last. */
export function ranked(view: CompareView): readonly CompareRow[] {
	const labelled = isLabelled(view);
	return [...view.rows].sort((a, b) => Number(a.scored === 0) - Number(b.scored === 0) || (labelled ? (b.f1 ?? -1) - (a.f1 ?? -1) || (b.found ?? 0) - (a.found ?? 0) : 0) || a.alarmsPerWeek - b.alarmsPerWeek);
}
