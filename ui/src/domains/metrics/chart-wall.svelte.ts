// The charts of a wall of small multiples: only those in sight are asked for, and each is asked for once.
import type { AppError, Commands, Span } from '$lib/ipc/bindings';
import { decodeChart, type ChartColumns } from '$lib/ipc/chart';

/** What a chart is asked with. */
export interface WallRequest {
	range: Span;
	/** Width of a plot in pixels. */
	width: number;
	lastWeek: boolean;
	/** Moves when samples arrived. */
	version: number;
}

/** Charts in one message at most. */
const mostInMessage = 24;
/** Charts that are kept beside those in sight. */
const mostKept = 200;

export class ChartWall {
	/** By series; what is not here yet is under way. */
	charts: ReadonlyMap<number, ChartColumns> = $state.raw(new Map());
	error: AppError | null = $state.raw(null);
	readonly #commands: Pick<Commands, 'chart'>;
	/** What the charts were asked with, as text. */
	#asked = '';
	/** Series that were asked for with it. */
	#known = new Set<number>();

	constructor(commands: Pick<Commands, 'chart'>) {
		this.#commands = commands;
	}

	/** Asks for what is in sight and not there; charts of another range stay until theirs arrive. */
	show = async (series: readonly number[], wanted: WallRequest): Promise<void> => {
		const asked = JSON.stringify(wanted);
		if (asked !== this.#asked) {
			this.#asked = asked;
			this.#known = new Set();
		}
		const missing = series.filter((id) => !this.#known.has(id));
		// Everything in sight is here or under way: what failed is not looked at any more.
		if (missing.length === 0) this.error = null;
		for (const id of missing) this.#known.add(id);
		const parts = Array.from({ length: Math.ceil(missing.length / mostInMessage) }, (_, i) => missing.slice(i * mostInMessage, (i + 1) * mostInMessage));
		await Promise.all(parts.map((part) => this.#ask(part, series, wanted, asked)));
	};

	async #ask(part: readonly number[], sight: readonly number[], { range, width, lastWeek }: WallRequest, asked: string): Promise<void> {
		const answer = await this.#commands.chart({ series: [...part], range, width, lastWeek });
		if (asked !== this.#asked) return;
		if (answer.status === 'error') {
			for (const id of part) this.#known.delete(id);
			this.error = answer.error;
			return;
		}
		this.error = null;
		const charts = new Map(this.charts);
		for (const chart of decodeChart(answer.data).series) charts.set(chart.head.id, chart);
		for (const id of [...charts.keys()].slice(0, Math.max(0, charts.size - mostKept))) {
			if (sight.includes(id)) continue;
			charts.delete(id);
			this.#known.delete(id);
		}
		this.charts = charts;
	}
}

/** Which cells of a wall are in the page. */
export interface WallSight {
	columns: number;
	/** The first cell in the page and the one behind the last. */
	first: number;
	last: number;
	/** Lines of cells in all. */
	lines: number;
}

/** Finds the cells in sight, with a line before and behind them; the page never holds more, however many there are. */
export function sightOf(count: number, width: number, height: number, top: number, cell: { width: number; height: number }): WallSight {
	const columns = Math.max(1, Math.floor(width / cell.width));
	const lines = Math.ceil(count / columns);
	const seen = Math.ceil((height || 4 * cell.height) / cell.height) + 2;
	const line = Math.max(0, Math.min(Math.floor(top / cell.height) - 1, lines - seen));
	return { columns, lines, first: line * columns, last: Math.min(count, (line + seen) * columns) };
}
