// A drag over a chart that chooses a window: begun by the pointer, drawn while it moves, told when it ends.
import type { Span } from '$lib/ipc/bindings';

/** A drag over a smaller share of the chart is a click of a hand that shook. */
const least = 0.015;

/** What the drag needs of its chart. */
interface Drawn {
	/** The time under the pointer; `null` beside the part that has times. */
	at: (event: PointerEvent) => number | null;
	/** The time that the chart is wide. */
	wide: () => number;
	onbrush: (span: Span) => void;
}

export class Brush {
	/** Whether the pointer was let go at the end of a drag: the click that follows it is none. */
	ended = false;
	#drag: { from: number; to: number } | null = $state.raw(null);
	readonly #chart: Drawn;

	/** The window under the pointer; `null` while nothing is dragged. */
	readonly span: Span | null = $derived.by(() => {
		const drag = this.#drag;
		if (!drag || Math.abs(drag.to - drag.from) <= this.#chart.wide() * least) return null;
		return { start: Math.min(drag.from, drag.to), end: Math.max(drag.from, drag.to) };
	});

	constructor(chart: Drawn) {
		this.#chart = chart;
	}

	down = (event: PointerEvent): void => {
		this.ended = false;
		const at = event.button === 0 ? this.#chart.at(event) : null;
		this.#drag = at === null ? null : { from: at, to: at };
	};

	move = (event: PointerEvent): void => {
		const at = this.#drag && this.#chart.at(event);
		if (!this.#drag || at === null) return;
		this.#drag = { from: this.#drag.from, to: at };
		// Not before it is a drag: what is under the pointer may be pressed.
		if (this.span) (event.currentTarget as Element).setPointerCapture?.(event.pointerId);
	};

	up = (): void => {
		const { span } = this;
		this.#drag = null;
		this.ended = span !== null;
		if (span) this.#chart.onbrush(span);
	};

	cancel = (): void => {
		this.#drag = null;
	};
}
