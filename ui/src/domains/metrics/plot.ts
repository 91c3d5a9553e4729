// Draws one series on a canvas: the line by uPlot, its band and last week beside it. Text is not drawn here.
import uPlot from 'uplot';
import type { Span } from '$lib/ipc/bindings';
import type { ChartColumns } from '$lib/ipc/chart';

/** The colours of a theme, read from the tokens once. */
export interface PlotColours {
	line: string;
	band: string;
	ghost: string;
	grid: string;
	middle: string;
}

/** Reads the colours that the page has at the moment. */
export function readColours(): PlotColours {
	const style = getComputedStyle(document.documentElement);
	const token = (name: string) => style.getPropertyValue(name).trim();
	return { line: token('--s1'), band: token('--s1'), ghost: token('--fg-3'), grid: token('--line-faint'), middle: token('--fg-4') };
}

/** The values with a `null` wherever a line must not be drawn: at a gap and where a period without samples begins. */
export function withGaps(data: ChartColumns): [number[], (number | null)[]] {
	const times: number[] = [];
	const values: (number | null)[] = [];
	const gaps = data.head.gaps;
	let gap = 0;
	for (let i = 0; i < data.times.length; i += 1) {
		const at = data.times[i] ?? 0;
		const before = times.at(-1);
		while (gap < gaps.length && (gaps[gap]?.end ?? 0) <= (before ?? -Infinity)) gap += 1;
		const open = gaps[gap];
		if (open && before !== undefined && open.start < at && open.end > before) {
			times.push((before + at) / 2);
			values.push(null);
		}
		const value = data.values[i];
		times.push(at);
		values.push(value === undefined || Number.isNaN(value) ? null : value);
	}
	return [times, values];
}

/** The least and greatest of everything that is drawn; `null` when nothing is. */
export function extremes(data: ChartColumns): [number, number] | null {
	let low = Infinity;
	let high = -Infinity;
	for (const column of [data.values, data.ghostValues]) {
		for (const value of column) {
			if (value < low) low = value;
			if (value > high) high = value;
		}
	}
	// A band may reach below zero where no value can; the axis does not follow it there.
	const floor = low >= 0 && low < Infinity ? 0 : -Infinity;
	for (const column of [data.bandLow, data.bandHigh]) {
		for (const value of column) {
			if (value < low) low = Math.max(floor, value);
			if (value > high) high = value;
		}
	}
	return low <= high ? [low, high] : null;
}

function trace(u: uPlot, times: Float64Array, values: Float64Array, path: Path2D, joined = false): void {
	let down = joined;
	for (let i = 0; i < times.length; i += 1) {
		const value = values[i] ?? NaN;
		if (Number.isNaN(value)) {
			down = joined;
			continue;
		}
		const x = u.valToPos(times[i] ?? 0, 'x', true);
		const y = u.valToPos(value, 'y', true);
		if (down) path.lineTo(x, y);
		else path.moveTo(x, y);
		down = true;
	}
}

function drawBehind(u: uPlot, data: ChartColumns, colours: PlotColours, ticks: readonly number[]): void {
	const { ctx, bbox } = u;
	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	ctx.strokeStyle = colours.grid;
	ctx.lineWidth = 1;
	for (const tick of ticks) {
		const y = Math.round(u.valToPos(tick, 'y', true)) + 0.5;
		ctx.beginPath();
		ctx.moveTo(bbox.left, y);
		ctx.lineTo(bbox.left + bbox.width, y);
		ctx.stroke();
	}
	if (data.bandTimes.length > 1) {
		const band = new Path2D();
		trace(u, data.bandTimes, data.bandHigh, band);
		trace(u, data.bandTimes.slice().reverse(), data.bandLow.slice().reverse(), band, true);
		ctx.globalAlpha = 0.2;
		ctx.fillStyle = colours.band;
		ctx.fill(band);
		ctx.globalAlpha = 1;
	}
	if (data.ghostTimes.length > 1) {
		const ghost = new Path2D();
		trace(u, data.ghostTimes, data.ghostValues, ghost);
		ctx.strokeStyle = colours.ghost;
		ctx.lineWidth = 1.4 * devicePixelRatio;
		ctx.setLineDash([1 * devicePixelRatio, 3 * devicePixelRatio]);
		ctx.stroke(ghost);
	}
	ctx.restore();
}

/** What a plot is made from. */
export interface PlotInput {
	data: ChartColumns;
	range: Span;
	/** Ends of the value axis, and where its rules are. */
	axis: { low: number; high: number; ticks: readonly { at: number }[] };
	colours: PlotColours;
	width: number;
	height: number;
	/** Whether it is the one that is looked at, drawn a little stronger. */
	subject: boolean;
}

/** Draws into an element and returns the plot, to be destroyed by the caller. */
export function plot(element: HTMLElement, input: PlotInput): uPlot {
	const { data, range, axis, colours, width, height } = input;
	const options: uPlot.Options = {
		width,
		height,
		ms: 1,
		pxAlign: 0,
		padding: [0, 0, 0, 0],
		legend: { show: false },
		cursor: { show: false },
		axes: [{ show: false }, { show: false }],
		scales: {
			x: { time: true, auto: false, range: [range.start, range.end] },
			y: { auto: false, range: [axis.low, axis.high] },
		},
		series: [{}, { stroke: colours.line, width: input.subject ? 2 : 1.5, points: { show: data.times.length < 4 }, spanGaps: false }],
		hooks: { drawAxes: [(u) => drawBehind(u, data, colours, axis.ticks.map((t) => t.at))] },
	};
	return new uPlot(options, withGaps(data) as uPlot.AlignedData, element);
}
