// How old what a screen shows is: its sources do not answer, or asking the core again failed while an older answer stands.
import type { SourceHealth } from '$lib/ipc/bindings';
import type { App } from '$lib/state/app.svelte';
import type { Missed } from '$lib/state/standing';
import type { Words } from '$lib/words';

/** The age of a screen. */
export interface Age {
	/** What is old, since when, and what happens next. */
	said: string;
	/** The sources that can be asked again; empty where the core did not answer. */
	late: readonly SourceHealth[];
	/** Whether a source is not asked again by itself, because a person has to mend something. */
	needsYou: boolean;
}

/** When a source last told something. */
const heard = (source: SourceHealth): number => source.answered ?? source.until ?? 0;

/** Whether a source has not answered for too long, or refused to. */
const isLate = (source: SourceHealth): boolean => source.state === 'stale' || source.state === 'failed';

/** The sources whose samples reach to the end of the range: a range that lies before is complete, however late they are. */
function behind(app: App): readonly SourceHealth[] {
	const end = app.clock.range?.end ?? Infinity;
	return (app.overview.now?.sources ?? []).filter((source) => source.until !== null && source.until <= end);
}

/** How old what is shown is; `null` while it is as new as it can be, or old only in part. */
export function ageOf(app: App, words: Words, missed: Missed | null): Age | null {
	const { t } = words;
	const since = (at: number, now: number) => ({ time: words.clock(at), age: words.span(Math.max(1000, now - at)) });
	if (missed) {
		// In a drill the window's clock is the drill's; what was answered when is told by the machine's.
		const now = app.drill.on ? Date.now() : app.clock.now;
		return { said: t('age-answer', { why: words.errorText(missed.error), next: words.clock(missed.next), ...since(missed.answered, now) }), late: [], needsYou: false };
	}
	const sources = behind(app);
	const late = sources.filter(isLate);
	// What is shown is as old as the last word of any of them.
	const last = late.reduce<SourceHealth | null>((newest, source) => (newest && heard(newest) >= heard(source) ? newest : source), null);
	if (!last || late.length < sources.length) return null;
	const args = { name: last.name, ...since(heard(last), app.clock.now) };
	// Only a followed source is asked again by itself.
	if (last.state === 'failed' || last.every === null) return { said: t('age-needs-you', { ...args, why: last.error ? words.errorText(last.error) : t('source-say-failed') }), late, needsYou: true };
	return { said: last.nextTry === null ? t('age-late', args) : t('age-late-until', { ...args, next: words.clock(last.nextTry) }), late, needsYou: late.some((source) => source.state === 'failed') };
}

/** What is missing in part: a sentence for each source that is late while others are not. */
export function latePartsOf(app: App, words: Words): string[] {
	const sources = behind(app);
	const late = sources.filter(isLate);
	if (late.length === sources.length) return [];
	return late.map((source) => words.t('age-part', { name: source.name, time: words.clock(heard(source)), age: words.span(Math.max(1000, app.clock.now - heard(source))) }));
}

/** Asks again for what is old: the sources themselves, or the core where that did not answer. */
export function askAgain(app: App, age: Age | null, reload: () => void): void {
	const late = age?.late ?? [];
	for (const source of late) void app.run(app.commands.sync({ source: source.id, range: null }));
	if (late.length === 0) reload();
}
