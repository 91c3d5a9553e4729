/** What a source holds, in words: samples of series, lines of logs, or entities and edges. */
import type { SourceRow } from '$lib/ipc/bindings';
import type { Words } from '$lib/words';

/** Reports whether a source tells of things instead of measuring them: it has no samples, and no period. */
export const isInventory = (row: SourceRow): boolean => row.kind === 'cmdb' || row.kind === 'inventory_file';

/** Reports whether a source brings lines of logs alone. */
export const isOfLines = (row: SourceRow): boolean => row.kind === 'elasticsearch' || row.kind === 'log_files';

/** How much a source has brought. */
export function sizeOf(row: SourceRow, { t, compact }: Pick<Words, 't' | 'compact'>): string {
	if (isInventory(row)) return t('catalog-size-inventory', { n: row.samples, records: compact(row.samples) });
	if (isOfLines(row)) return t('logs-lines-count', { n: row.samples, lines: compact(row.samples) });
	return t('catalog-size', { series: row.series, samples: compact(row.samples) });
}
