// The one range and the one cursor of the window.
import type { Span } from '$lib/ipc/bindings';

/** The range, the cursor and whether the range moves with new data. */
export class Clock {
	/** The range of every screen; `null` before there is data. */
	range: Span | null = $state.raw(null);
	/** The time under the pointer in any chart; `null` when there is none. */
	cursor: number | null = $state(null);
	/** Whether the range moves with new data. */
	following: boolean = $state(false);
	/** Whether charts show last week beside this one. */
	lastWeek: boolean = $state(false);
	/** Whether something moves: a source is followed or a job runs. */
	live: boolean = $state(false);
	/** The machine's clock, moved once a second while something moves, otherwise every half minute. */
	now: number = $state(Date.now());

	/** Sets the range because a person chose it; that pauses following. */
	choose = (range: Span): void => {
		this.range = range;
		this.following = false;
	};

	/** Moves the range by a share of its length. */
	shift = (share: number): void => {
		if (!this.range) return;
		const by = Math.round((this.range.end - this.range.start) * share);
		this.choose({ start: this.range.start + by, end: this.range.end + by });
	};

	/** Makes the range longer (above 1) or shorter around its middle. */
	zoom = (factor: number): void => {
		if (!this.range) return;
		const half = Math.max(30_000, Math.round(((this.range.end - this.range.start) * factor) / 2));
		const middle = Math.round((this.range.start + this.range.end) / 2);
		this.choose({ start: middle - half, end: middle + half });
	};

	/** Moves the end to new data, when following; the length stays. */
	dataArrived = (until: number): void => {
		if (!this.following || !this.range || until <= this.range.end) return;
		this.range = { start: this.range.start + until - this.range.end, end: until };
	};
}
