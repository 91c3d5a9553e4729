// A course of tests through one window, of which each part stands on the parts before it.
import { test } from 'node:test';

/** Answers how a part of a course is written: after a part that failed the rest says nothing and is skipped. `failed` keeps what was on screen. */
export function course(failed, { skip = false } = {}) {
	let broken = false;
	return (name, part) =>
		test(name, { skip }, async (context) => {
			if (broken) return context.skip('SKIPPED: a part before it failed');
			broken = true;
			try {
				await part();
			} catch (error) {
				await failed()?.catch(() => undefined);
				throw error;
			}
			broken = false;
		});
}
