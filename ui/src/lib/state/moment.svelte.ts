// As of when a screen is asked for: now, one of a few moments, or one that is typed. Owned by the page.
import type { AppError, Commands, Span } from '$lib/ipc/bindings';

/** A choice of a moment. */
export type Moment = 'now' | 'rangeStart' | 'hour' | 'day' | 'week' | 'month' | 'typed';
export const moments: readonly Moment[] = ['now', 'rangeStart', 'hour', 'day', 'week', 'month', 'typed'];

const HOUR = 3_600_000;

/** The point in time that a choice means, `typed` the one that was typed last; `null` is what is known. */
export function momentAt(moment: Moment, range: Span | null, now: number, typed: number | null): number | null {
	switch (moment) {
		case 'now':
			return null;
		case 'rangeStart':
			return range?.start ?? null;
		case 'hour':
			return now - HOUR;
		case 'day':
			return now - 24 * HOUR;
		case 'week':
			return now - 7 * 24 * HOUR;
		case 'month':
			return now - 30 * 24 * HOUR;
		case 'typed':
			return typed;
	}
}

export class MomentChoice {
	chosen: Moment = $state('now');
	/** The moment that was typed last; `null` before any was. */
	typed: number | null = $state(null);
	readonly #commands: Pick<Commands, 'parseTime'>;

	constructor(commands: Pick<Commands, 'parseTime'>) {
		this.#commands = commands;
	}

	/** The moment that is chosen; `null` is what is known. */
	at = (range: Span | null, now: number): number | null => momentAt(this.chosen, range, now, this.typed);

	/** Takes a moment that was typed; answers why it cannot be taken, or `null`. */
	take = async (text: string, now: number): Promise<AppError | null> => {
		const answer = await this.#commands.parseTime(text, now);
		if (answer.status === 'error') return answer.error;
		this.typed = answer.data.start;
		return null;
	};
}
