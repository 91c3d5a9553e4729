// Draws the share of users served in three runs of the same world on a canvas. Text is not drawn here.
import uPlot from 'uplot';
import type { CurveRow, Span } from '$lib/ipc/bindings';
import { endOf, stepAt } from '../share-steps';

/** What the three lines look like: colour token, dash, width. They differ by dash too. */
export const looks = {
	you: { token: '--s1', dash: [] as number[], width: 2 },
	reference: { token: '--s2', dash: [7, 3], width: 1.6 },
	nobody: { token: '--fg-3', dash: [2, 3], width: 1.4 },
} as const;

/** A run. */
export type Run = keyof typeof looks;

/** The runs in the order in which they are drawn. */
export const runs: readonly Run[] = ['nobody', 'reference', 'you'];

/** The runs in the order in which they are named. */
export const named: readonly Run[] = ['you', 'reference', 'nobody'];

/** The columns of a curve: the ends of its steps, then nobody, reference, you; of you as many steps as have ended. */
export function columns(curve: CurveRow, ended: number): [number[], ...(number | null)[][]] {
	const n = Math.max(curve.you.length, curve.reference.length, curve.nobody.length);
	const times = Array.from({ length: n }, (_, i) => endOf(curve, i));
	return [times, ...runs.map((run) => times.map((_, i) => (run === 'you' && i >= ended ? null : (curve[run][i] ?? null))))];
}

/** The value of a run over the step that covers a time; `null` in a gap and outside of it. */
export function at(curve: CurveRow, run: Run, time: number): number | null {
	return curve[run][stepAt(curve, time)] ?? null;
}

/** What a plot is made from. */
export interface CurvesInput {
	curve: CurveRow;
	/** How many of your steps have ended. */
	ended: number;
	range: Span;
	low: number;
	high: number;
	ticks: readonly number[];
	width: number;
	height: number;
}

/** Draws into an element and returns the plot, to be destroyed by the caller. */
export function drawCurves(element: HTMLElement, input: CurvesInput): uPlot {
	const style = getComputedStyle(document.documentElement);
	const colour = (token: string) => style.getPropertyValue(token).trim();
	const grid = colour('--line-faint');
	const options: uPlot.Options = {
		width: input.width,
		height: input.height,
		ms: 1,
		pxAlign: 0,
		padding: [0, 0, 0, 0],
		legend: { show: false },
		cursor: { show: false },
		axes: [{ show: false }, { show: false }],
		scales: {
			x: { time: true, auto: false, range: [input.range.start, input.range.end] },
			y: { auto: false, range: [input.low, input.high] },
		},
		series: [{}, ...runs.map((run): uPlot.Series => ({ stroke: colour(looks[run].token), width: looks[run].width, dash: [...looks[run].dash], points: { show: false }, spanGaps: false }))],
		hooks: {
			drawAxes: [
				(u) => {
					const { ctx, bbox } = u;
					ctx.save();
					ctx.strokeStyle = grid;
					ctx.lineWidth = 1;
					for (const tick of input.ticks) {
						const y = Math.round(u.valToPos(tick, 'y', true)) + 0.5;
						ctx.beginPath();
						ctx.moveTo(bbox.left, y);
						ctx.lineTo(bbox.left + bbox.width, y);
						ctx.stroke();
					}
					ctx.restore();
				},
			],
		},
	};
	return new uPlot(options, columns(input.curve, input.ended) as uPlot.AlignedData, element);
}
