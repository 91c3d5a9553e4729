// The alerts of a range: what fires, what ended, who has seen it.
import type { AlertFilter, AlertItem, AlertsView, AppError, Commands, Span } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the list shows. The last answer stays while the next one is under way, and when that fails. */
export type AlertListView = { kind: 'loading' } | { kind: 'ready'; list: AlertsView } | { kind: 'stale'; list: AlertsView; missed: Missed } | { kind: 'failed'; error: AppError };

/** Which alerts are asked for. */
export interface AlertWish {
	range: Span | null;
	state: AlertFilter;
	text: string;
	/** Only what belongs to this entity; `null` for all. */
	entity: string | null;
}

const page = 200;
const most = 500;

/** The alerts that match a wish, page behind page. Owned by the page. */
export class AlertList {
	/** Replaced whole on every answer, so the rows need no deep proxy. */
	view: AlertListView = $state.raw({ kind: 'loading' });
	/** The rows that have arrived, in the order of the core. */
	rows: readonly AlertItem[] = $state.raw([]);
	readonly #commands: Pick<Commands, 'alerts' | 'acknowledgeAlert'>;
	#wish: AlertWish = { range: null, state: 'all', text: '', entity: null };
	/** Whether the range of the wish moves on by itself. */
	#follows = false;
	#lastRequest = 0;
	readonly #last = new LastAnswer();
	#paging = false;

	constructor(commands: Pick<Commands, 'alerts' | 'acknowledgeAlert'>) {
		this.#commands = commands;
	}

	/** The last answer; `null` without one. */
	get list(): AlertsView | null {
		return this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.list : null;
	}

	/** Asks again from the beginning, for as many rows as are shown. `follows` says that the range moves on by itself. */
	load = async (wish: AlertWish, follows = false): Promise<void> => {
		const same = alike(wish, this.#wish);
		[this.#wish, this.#follows] = [wish, follows];
		const { range, ...what } = wish;
		const asked = { what, range, follows };
		const request = ++this.#lastRequest;
		const limit = same ? Math.min(most, Math.max(page, this.rows.length)) : page;
		const answer = await this.#commands.alerts({ ...wish, offset: 0, limit });
		// The range or the filter moved on while this answer was under way.
		if (request !== this.#lastRequest) return;
		if (answer.status === 'error') {
			const [{ list }, missed] = [this, this.#last.stands(asked, answer.error)];
			this.view = list && missed ? { kind: 'stale', list, missed } : { kind: 'failed', error: answer.error };
			return;
		}
		this.#last.came(asked);
		this.rows = answer.data.rows;
		this.view = { kind: 'ready', list: answer.data };
	};

	/** Brings the next page; nothing when all rows are here. */
	more = async (): Promise<void> => {
		if (this.#paging || this.view.kind !== 'ready' || this.rows.length >= this.view.list.total) return;
		this.#paging = true;
		const request = this.#lastRequest;
		const answer = await this.#commands.alerts({ ...this.#wish, offset: this.rows.length, limit: page });
		this.#paging = false;
		if (request !== this.#lastRequest || answer.status === 'error') return;
		const known = new Set(this.rows.map((row) => row.id));
		this.rows = [...this.rows, ...answer.data.rows.filter((row) => !known.has(row.id))];
	};

	/** Notes that a role has seen an alert; answers what it failed with, or `null`. */
	acknowledge = async (id: string, by: string): Promise<AppError | null> => {
		const answer = await this.#commands.acknowledgeAlert(id, by);
		if (answer.status === 'error') return answer.error;
		await this.load(this.#wish, this.#follows);
		return null;
	};
}

/** Whether two wishes are for the same alerts, of whatever range. */
function alike(a: AlertWish, b: AlertWish): boolean {
	return a.state === b.state && a.text === b.text && a.entity === b.entity;
}

/** How many of the firing alerts are critical; `null` when not all of them are among the rows. */
export function criticalFiring(list: AlertsView, rows: readonly AlertItem[]): number | null {
	const firing = rows.filter((row) => row.state === 'firing');
	return firing.length === list.firing ? firing.filter((row) => row.severity === 'critical').length : null;
}

const words = new Set(['sum', 'avg', 'min', 'max', 'count', 'by', 'without', 'on', 'ignoring', 'and', 'or', 'unless', 'bool', 'offset', 'group_left', 'group_right', 'topk', 'bottomk', 'quantile']);

/** The first metric that a rule's expression names; `null` when none can be told. */
export function metricOf(expression: string): string | null {
	// What stands in braces, quotes and behind `by` are labels.
	const bare = expression.replace(/"[^"]*"|'[^']*'/g, '').replace(/\{[^}]*\}/g, '{').replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
	for (const found of bare.matchAll(/(?<![\w:.$])[a-zA-Z_:][\w:]*/g)) {
		const after = bare.slice(found.index + found[0].length).trimStart();
		if (!after.startsWith('(') && !words.has(found[0])) return found[0];
	}
	return null;
}
