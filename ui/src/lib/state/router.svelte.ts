// Which screen is shown, with what it is about, and the way back.
import type { ConnectionKind, LogChange, LogClass, LogGrade, Span } from '$lib/ipc/bindings';

/** A screen. */
export type Route = 'welcome' | 'now' | 'alerts' | 'map' | 'metrics' | 'logs' | 'openLogs' | 'simulator' | 'drill' | 'debrief' | 'catalog' | 'addSource' | 'sync' | 'import' | 'openInventory' | 'settings';

/** How *Logs* stood when it was left: what was asked and chosen there. */
export interface LogsLeft {
	tab: 'templates' | 'lines';
	query: string;
	template: { id: string; text: string } | null;
	sources: readonly number[];
	levels: readonly LogGrade[];
	classes: readonly LogClass[];
	changes: readonly LogChange[];
	windows: { baseline: Span; compare: Span } | null;
}

/** What a screen is opened for. */
export interface Place {
	route: Route;
	/** The source that *Add a source* edits, *Sync* shows or *Logs* begins with; `null` for a new one, or for all. */
	source: number | null;
	/** What a new source leads to, when *Add a source* was opened for that. */
	connection: ConnectionKind | null;
	/** The files that *Import*, *Open log files* or *Import an inventory* was opened with. */
	files: readonly string[];
	/** The series or finding that *Metrics* begins with. */
	series: number | null;
	/** Whether *Metrics* begins with what changed in the window. */
	changed: boolean;
	/** Whether *Metrics* begins with writing series to a file. */
	exporting: boolean;
	/** The alert, by its identity, that *Alerts* begins with. */
	alert: string | null;
	/** The words that *Logs* begins with, or the filter of the entities in *Catalog*. */
	words: string | null;
	/** How *Logs* was left, for whoever comes back to it; `null` begins anew. */
	logs: LogsLeft | null;
	/** Whether *Map* begins with who may be affected by what is selected. */
	reach: boolean;
	/** The attempt that *Debrief* shows; `null` for the latest that ended. */
	attempt: number | null;
}

const nowhere: Omit<Place, 'route'> = { source: null, connection: null, files: [], series: null, changed: false, exporting: false, alert: null, words: null, logs: null, reach: false, attempt: null };

/** The way through the screens. */
export class Router {
	place: Place = $state.raw({ route: 'welcome', ...nowhere });
	#past: Place[] = [];
	#future: Place[] = [];
	/** How the screen of a route stands. */
	#standing: { route: Route; about: Partial<Omit<Place, 'route'>> } | null = null;

	/** Notes how a screen stands, for whoever leaves it and comes back. */
	keep = (route: Route, about: Partial<Omit<Place, 'route'>>): void => {
		this.#standing = { route, about };
	};

	/** Returns the place that is left, as it stands. */
	#left(): Place {
		const standing = this.#standing;
		return standing !== null && standing.route === this.place.route ? { ...this.place, ...standing.about } : this.place;
	}

	/** Shows a screen. */
	go = (route: Route, about: Partial<Omit<Place, 'route'>> = {}): void => {
		this.#past.push(this.#left());
		this.#future = [];
		this.place = { route, ...nowhere, ...about };
	};

	/** Shows the screen before. */
	back = (): void => {
		const before = this.#past.pop();
		if (!before) return;
		this.#future.push(this.#left());
		this.place = before;
	};

	/** Shows the screen that was left with `back`. */
	forward = (): void => {
		const next = this.#future.pop();
		if (!next) return;
		this.#past.push(this.#left());
		this.place = next;
	};

	/** Forgets the way, for another workspace. */
	reset = (route: Route): void => {
		this.#past = [];
		this.#future = [];
		this.#standing = null;
		this.place = { route, ...nowhere };
	};
}
