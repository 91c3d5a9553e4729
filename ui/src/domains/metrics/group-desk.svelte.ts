// The series of an entity together: asked for on demand, over their whole history. Owned by the panel that shows it.
import type { AppError, Commands, GroupAlarm, GroupScoreView, Span } from '$lib/ipc/bindings';

/** What the panel shows. */
export type GroupState = { kind: 'loading' } | { kind: 'ready'; view: GroupScoreView } | { kind: 'stopped' } | { kind: 'refused'; error: AppError } | { kind: 'failed'; error: AppError };

/** Columns that the scores are drawn in: two values each are enough for any width of the panel. */
const columns = 600;
/** What is looked at around an alarm: itself on either side, but at least so long. */
const leastAround = 600_000;

/** Returns the time in which an alarm is looked at: as much again before and after it. */
export function around(alarm: GroupAlarm): Span {
	const room = Math.max(leastAround, alarm.end - alarm.start);
	return { start: alarm.start - room, end: alarm.end + room };
}

export class GroupDesk {
	state: GroupState = $state.raw({ kind: 'loading' });
	/** The place of the chosen alarm. */
	at = $state(0);
	readonly #commands: Pick<Commands, 'groupScore'>;
	#lastRequest = 0;

	readonly view: GroupScoreView | null = $derived(this.state.kind === 'ready' ? this.state.view : null);
	readonly alarm: GroupAlarm | null = $derived(this.view?.alarms[this.at] ?? null);
	readonly busy: boolean = $derived(this.state.kind === 'loading');

	constructor(commands: Pick<Commands, 'groupScore'>) {
		this.#commands = commands;
	}

	/** Scores the series of an entity that match; an answer that is no longer wanted is dropped. */
	load = async (entity: string, filter: string): Promise<void> => {
		const request = ++this.#lastRequest;
		this.state = { kind: 'loading' };
		const answer = await this.#commands.groupScore({ entity, filter, columns });
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			const { alarms } = answer.data;
			this.at = alarms.reduce((best, alarm, place) => (alarm.score > (alarms[best]?.score ?? 0) ? place : best), 0);
			this.state = { kind: 'ready', view: answer.data };
		} else if (answer.error.code === 'cancelled') this.state = { kind: 'stopped' };
		// What the core says of the question is a refusal; everything else is a failure of the program.
		else this.state = { kind: /^(?:group_score_|selector)/.test(answer.error.code) ? 'refused' : 'failed', error: answer.error };
	};
}
