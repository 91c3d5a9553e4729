// Says what a person has in sight on *Metrics*, for the record of a drill.
import type { SeriesRow } from '$lib/ipc/bindings';

/** A thing and what of it is looked at. */
export interface Seen {
	subject: string;
	detail: string;
}

/** What the charts in sight show: all metrics of the one thing that they belong to, or else the chart with the keyboard. */
export function seen(rows: readonly SeriesRow[], row: SeriesRow | null): Seen | null {
	const entity = rows[0]?.entity;
	if (entity !== undefined && rows.length > 1 && rows.every((r) => r.entity === entity)) return { subject: entity, detail: [...new Set(rows.map((r) => r.metric))].join(', ') };
	return row ? { subject: instanceOf(row), detail: row.metric } : null;
}

/** The instance of a series without its port; the entity when no label names one of it. */
function instanceOf(row: SeriesRow): string {
	const name = row.labels.find(([label]) => label === 'instance')?.[1].replace(/:\d+$/, '') ?? '';
	return name.startsWith(row.entity) ? name : row.entity;
}
