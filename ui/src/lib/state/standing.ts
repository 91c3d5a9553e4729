// An answer that stands although the next one did not come: why, since when, and when it is asked for again.
import type { AppError, SourceHealth } from '$lib/ipc/bindings';

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

/** Asks again when it is time; for an effect, whose end ends the waiting. */
export function retry(of: Missed, ask: () => void): () => void {
	const timer = setTimeout(ask, Math.max(0, of.next - Date.now()));
	return () => clearTimeout(timer);
}

/** From when what a source tells is: its last answer where it is followed, because that says more than how far its samples are apart; else its newest sample. */
export function heardAt(source: Pick<SourceHealth, 'every' | 'answered' | 'until'>): number | null {
	return source.every === null ? source.until : (source.answered ?? source.until);
}
