// An answer that stands although the next one did not come: why, since when, and when it is asked for again.
import type { AppError, SourceHealth, Span } from '$lib/ipc/bindings';

/** Why an older answer is still shown. */
export interface Missed {
	/** What came instead of the next answer. */
	error: AppError;
	/** When what is shown was answered, by the machine's clock. */
	answered: number;
	/** When it is asked for again by itself. */
	next: number;
}

/** How long after a failure an answer is asked for again by itself. */
export const retryAfter = 15_000;

/** Says of an answer that it stands because the next one failed just now. */
export function missed(error: AppError, answered: number): Missed {
	return { error, answered, next: Date.now() + retryAfter };
}

/** Why what a view shows is old; `null` while it is not. */
export function missedOf(view: { kind: string; missed?: Missed }): Missed | null {
	return view.missed ?? null;
}

/** What is asked. */
export interface Asked {
	/** Everything that a person chose but the range. */
	what: unknown;
	range?: Span | null;
	/** Whether the range moves on by itself, so that one of the same length asks the same. */
	follows?: boolean;
}

/** What the answer that is shown was asked with, and when it came. */
export class LastAnswer {
	#what: string | null = null;
	#range: Span | null = null;
	#at = 0;

	/** Takes that the answer came just now. */
	came(asked: Asked): void {
		[this.#what, this.#range, this.#at] = [JSON.stringify(asked.what), asked.range ?? null, Date.now()];
	}

	/** What to say of that answer when asking failed just now; `null` where it is none to what was asked. */
	stands(asked: Asked, error: AppError): Missed | null {
		return this.#what === JSON.stringify(asked.what) && this.#covers(asked) ? missed(error, this.#at) : null;
	}

	#covers({ range = null, follows = false }: Asked): boolean {
		const before = this.#range;
		if (before === null || range === null) return before === range;
		return (before.start === range.start && before.end === range.end) || (follows && before.end - before.start === range.end - range.start);
	}
}

/** Asks again when it is time; for an effect, whose end ends the waiting. */
export function retry(of: Missed, ask: () => void): () => void {
	const timer = setTimeout(ask, Math.max(0, of.next - Date.now()));
	return () => clearTimeout(timer);
}

/** From when what a source tells is: its last answer where it is followed, because that says more than how far its samples are apart; else its newest sample. */
export function heardAt(source: Pick<SourceHealth, 'every' | 'answered' | 'until'>): number | null {
	return source.every === null ? source.until : (source.answered ?? source.until);
}
