// Whose a line is.
import type { LogItem } from '$lib/ipc/bindings';

/** The service that wrote a line, or else its host; empty where neither is known. */
export const writerOf = (line: Pick<LogItem, 'service' | 'host'>): string => line.service || line.host;
