// The map as it is asked for and answered: level, choice, focus. Owned by the page.
import type { AppError, Commands, MapDirection, MapLevel, MapRequest, MapView, Span } from '$lib/ipc/bindings';
import { stands, type Station } from './stations';

/** What is shown. The last answer stays while the next one is under way. */
export type MapState = { kind: 'loading' } | { kind: 'ready'; map: MapView } | { kind: 'failed'; error: AppError };

export class MapSheet {
	view: MapState = $state.raw({ kind: 'loading' });
	level: MapLevel = $state('service');
	onlyFailing = $state(false);
	/** The one around which the map is drawn; `null` draws everything. */
	focus: string | null = $state(null);
	hops: 1 | 2 | 3 = $state(2);
	direction: MapDirection = $state('both');
	/** The node or dot that the keyboard is on; `null` before it was on any, or while it is on a box. */
	at: string | null = $state(null);
	/** The box that the keyboard is on or in; `null` while it is on a node. */
	box: string | null = $state(null);
	/** Where the keyboard is; `null` before it was anywhere. */
	readonly station: Station | null = $derived(this.at === null && this.box === null ? null : { box: this.box, name: this.at });

	readonly map: MapView | null = $derived(this.view.kind === 'ready' ? this.view.map : null);
	readonly #commands: Pick<Commands, 'map'>;
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'map'>) {
		this.#commands = commands;
	}

	/** What is asked, in a window of this size. */
	request = (range: Span | null, asOf: number | null, width: number, height: number): MapRequest => ({
		range, asOf, level: this.level, onlyFailing: this.onlyFailing, focus: this.focus, hops: this.hops, direction: this.focus === null ? 'both' : this.direction, width: Math.max(320, Math.round(width)), height: Math.max(240, Math.round(height)),
	});

	/** Asks again; what is shown stays until the answer is here. */
	load = async (request: MapRequest): Promise<void> => {
		const number = ++this.#lastRequest;
		const answer = await this.#commands.map(request);
		// The person chose something else while this answer was under way.
		if (number !== this.#lastRequest) return;
		this.view = answer.status === 'ok' ? { kind: 'ready', map: answer.data } : { kind: 'failed', error: answer.error };
		if (this.map && this.station && !stands(this.map, this.station)) this.stand(null);
	};

	/** Puts the keyboard somewhere; `null` takes it off the map. */
	stand = (station: Station | null): void => {
		this.box = station?.box ?? null;
		this.at = station?.name ?? null;
	};

	/** Draws the map around one; `null` draws everything. */
	around = (name: string | null, hops: 1 | 2 | 3 = this.hops): void => {
		this.focus = name;
		this.hops = hops;
	};
}
