// Draws a small chart on a canvas that is used again for the next series when its cell scrolls out of sight. Text is not drawn here.
import type { Span } from '$lib/ipc/bindings';
import type { ChartColumns } from '$lib/ipc/chart';
import { withGaps, type PlotColours } from './plot';

/** What a small chart is made from. */
export interface SmallInput {
	data: ChartColumns;
	range: Span;
	axis: { low: number; high: number };
	colours: PlotColours;
	width: number;
	height: number;
	/** Whether findings are marked under the line, and in which colours by grade. */
	ribbon: readonly string[] | null;
}

/** Height of the ribbon under the line. */
const foot = 6;

/** Empties the canvas and draws; a canvas of the right size keeps its memory. */
export function paintSmall(canvas: HTMLCanvasElement, input: SmallInput | null, width: number, height: number): void {
	const ratio = Math.min(2, devicePixelRatio || 1);
	const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
	if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
	const ctx = canvas.getContext('2d');
	if (!ctx) return;
	ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
	ctx.clearRect(0, 0, width, height);
	if (input) paint(ctx, input);
}

function paint(ctx: CanvasRenderingContext2D, { data, range, axis, colours, width, height, ribbon }: SmallInput): void {
	const plotHeight = height - foot;
	const x = (at: number) => ((at - range.start) / (range.end - range.start)) * width;
	const y = (v: number) => 1 + (1 - (v - axis.low) / (axis.high - axis.low)) * (plotHeight - 2);
	ctx.fillStyle = colours.grid;
	ctx.fillRect(0, plotHeight - 1, width, 1);
	for (const gap of data.head.gaps) {
		ctx.globalAlpha = 0.35;
		ctx.fillStyle = colours.middle;
		// Stripes: a period without samples is drawn, never left blank.
		for (let at = x(Math.max(gap.start, range.start)); at < x(Math.min(gap.end, range.end)); at += 4) ctx.fillRect(at, 0, 1, plotHeight - 1);
		ctx.globalAlpha = 1;
	}
	if (data.bandTimes.length > 1) {
		const band = new Path2D();
		data.bandTimes.forEach((at, i) => band.lineTo(x(at), y(data.bandHigh[i] ?? 0)));
		for (let i = data.bandTimes.length - 1; i >= 0; i -= 1) band.lineTo(x(data.bandTimes[i] ?? 0), y(data.bandLow[i] ?? 0));
		ctx.globalAlpha = 0.2;
		ctx.fillStyle = colours.band;
		ctx.fill(band);
		ctx.globalAlpha = 1;
	}
	if (data.ghostTimes.length > 1) {
		ctx.setLineDash([1, 3]);
		line(ctx, colours.ghost, [...data.ghostTimes], [...data.ghostValues].map((v) => (Number.isNaN(v) ? null : v)), x, y);
		ctx.setLineDash([]);
	}
	const [times, values] = withGaps(data);
	line(ctx, colours.line, times, values, x, y);
	if (!ribbon) return;
	for (const finding of data.head.findings) {
		const from = Math.max(0, x(finding.start));
		const tall = (finding.grade * (foot - 1)) / 3;
		ctx.fillStyle = ribbon[finding.grade - 1] ?? colours.line;
		ctx.fillRect(from, height - tall, Math.max(2, Math.min(width, x(finding.end ?? range.end)) - from), tall);
	}
}

function line(ctx: CanvasRenderingContext2D, colour: string, times: readonly number[], values: readonly (number | null)[], x: (at: number) => number, y: (v: number) => number): void {
	const path = new Path2D();
	let down = false;
	values.forEach((v, i) => {
		if (v === null) down = false;
		else if (down) path.lineTo(x(times[i] ?? 0), y(v));
		else path.moveTo(x(times[i] ?? 0), y(v));
		if (v !== null) down = true;
	});
	ctx.strokeStyle = colour;
	ctx.lineWidth = 1.25;
	ctx.lineJoin = 'round';
	ctx.stroke(path);
}
