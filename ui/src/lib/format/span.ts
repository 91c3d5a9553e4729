// Takes a length of time apart into the one or two units in which a person says it.

/** A unit of a length of time. */
export type SpanUnit = 'ms' | 's' | 'min' | 'h' | 'd';

/** A part of a length: `4 min`. */
export interface SpanPart {
	unit: SpanUnit;
	/** How many, with at most one decimal below ten seconds. */
	count: number;
}

const sizes: readonly (readonly [SpanUnit, number])[] = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1000]];

/** `4 min 30 s` as parts: the largest unit and the one below it, the second only when it is not zero. */
export function spanParts(millis: number): SpanPart[] {
	const length = Math.abs(millis);
	// What is nothing is nothing of the unit that everybody reads.
	if (length === 0) return [{ unit: 's', count: 0 }];
	if (length < 1000) return [{ unit: 'ms', count: Math.round(length) }];
	if (length < 10_000) return [{ unit: 's', count: Math.round(length / 100) / 10 }];
	const first = sizes.findIndex(([, size]) => length >= size);
	const [unit, size] = sizes[first] ?? ['s', 1000];
	const below = sizes[first + 1];
	if (!below) return [{ unit, count: Math.round(length / size) }];
	const rounded = Math.round(length / below[1]) * below[1];
	const count = Math.floor(rounded / size);
	const rest = Math.round((rounded - count * size) / below[1]);
	return rest === 0 ? [{ unit, count }] : [{ unit, count }, { unit: below[0], count: rest }];
}
