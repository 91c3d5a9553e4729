// Reads the bytes of a chart: a header and typed arrays behind it.
import type { ChartHeader, ChartSeries, Span } from './bindings';

/** One series with its columns; times are milliseconds, a gap is NaN. */
export interface ChartColumns {
	head: ChartSeries;
	times: Float64Array;
	values: Float64Array;
	bandTimes: Float64Array;
	bandLow: Float64Array;
	bandMiddle: Float64Array;
	bandHigh: Float64Array;
	ghostTimes: Float64Array;
	ghostValues: Float64Array;
}

/** A decoded chart message. The arrays are views into its bytes, nothing is copied. */
export interface ChartData {
	range: Span;
	series: ChartColumns[];
}

/** Decodes a chart message. Throws a `RangeError` when the bytes end too early. */
export function decodeChart(bytes: ArrayBuffer): ChartData {
	const length = new DataView(bytes).getUint32(0, true);
	const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as ChartHeader;
	let offset = Math.ceil((4 + length) / 8) * 8;
	const column = (n: number): Float64Array => {
		const view = new Float64Array(bytes, offset, n);
		offset += n * 8;
		return view;
	};
	const series = header.series.map((head) => ({
		head,
		times: column(head.points),
		values: column(head.points),
		bandTimes: column(head.band),
		bandLow: column(head.band),
		bandMiddle: column(head.band),
		bandHigh: column(head.band),
		ghostTimes: column(head.ghost),
		ghostValues: column(head.ghost),
	}));
	return { range: header.range, series };
}

/** The value of the sample at or before a time; `null` in a gap or before the first. */
export function valueAt(data: ChartColumns, at: number): number | null {
	let low = 0;
	let high = data.times.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if ((data.times[middle] ?? Infinity) <= at) low = middle;
		else high = middle - 1;
	}
	const time = data.times[low];
	const value = data.values[low];
	if (time === undefined || value === undefined || time > at || Number.isNaN(value)) return null;
	return data.head.gaps.some((gap) => gap.start <= at && at < gap.end) ? null : value;
}
