// Where the values of a share of users lie in time: each covers a step of the run, and is known when that step ends.
import type { Millis } from '$lib/ipc/bindings';

/** The steps of a run: where the first begins, and how long each is. */
export interface Steps {
	start: Millis;
	step: Millis;
}

/** When a step ends. Its value is drawn there: a line that falls at the beginning of its step would fall before its cause. */
export function endOf({ start, step }: Steps, index: number): Millis {
	return start + (index + 1) * step;
}

/** Which step covers a time. Its end is part of it, and the beginning of the run is part of the first; -1 before that. */
export function stepAt({ start, step }: Steps, time: Millis): number {
	return time < start ? -1 : Math.max(0, Math.ceil((time - start) / step) - 1);
}

/** How many steps have ended by a time. The one that is under way is not drawn: its end lies ahead of all that is known. */
export function endedBy({ start, step }: Steps, time: Millis): number {
	return Math.max(0, Math.floor((time - start) / step));
}
