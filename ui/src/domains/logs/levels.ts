// How levels look.
import type { LogGrade } from '$lib/ipc/bindings';

/** The glyph of a level. */
export const glyphOf: Record<LogGrade, 'crit' | 'warn' | 'info' | 'none'> = { fatal: 'crit', error: 'crit', warn: 'warn', info: 'info', debug: 'none', trace: 'none' };

/** The colour of marks of a level; a level that nobody gave looks like an ordinary one. */
export function colourOf(level: LogGrade | null): string {
	if (level === 'fatal' || level === 'error') return 'var(--crit)';
	return level === 'warn' ? 'var(--warn)' : 'var(--fg-4)';
}
