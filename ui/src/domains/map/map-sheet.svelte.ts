// The map as it is asked for and answered: level, choice, focus. Owned by the page.
import type { AppError, Commands, MapDirection, MapLevel, MapRequest, MapView, Span } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';
import { stands, type Station } from './stations';

/** What is shown. The last answer stays while the next one is under way, and when that fails for the same map. */
export type MapState = { kind: 'loading' } | { kind: 'ready'; map: MapView } | { kind: 'stale'; map: MapView; missed: Missed } | { kind: 'failed'; error: AppError };

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

	readonly map: MapView | null = $derived(this.view.kind === 'ready' || this.view.kind === 'stale' ? this.view.map : null);
	readonly #commands: Pick<Commands, 'map'>;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	constructor(commands: Pick<Commands, 'map'>) {
		this.#commands = commands;
	}

	/** What is asked, in a window of this size. */
	request = (range: Span | null, asOf: number | null, width: number, height: number): MapRequest => ({
		range, asOf, level: this.level, onlyFailing: this.onlyFailing, focus: this.focus, hops: this.hops, direction: this.focus === null ? 'both' : this.direction, width: Math.max(320, Math.round(width)), height: Math.max(240, Math.round(height)),
	});

	/** Asks again; what is shown stays until the answer is here. `follows` says that the range moves on by itself. */
	load = async (request: MapRequest, follows = false): Promise<void> => {
		// In a window of another size it is the same map.
		const asked = { what: { ...request, range: null, width: 0, height: 0 }, range: request.range, follows };
		const number = ++this.#lastRequest;
		const answer = await this.#commands.map(request);
		// The person chose something else while this answer was under way.
		if (number !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.view = { kind: 'ready', map: answer.data };
		} else {
			const [{ map }, missed] = [this, this.#last.stands(asked, answer.error)];
			this.view = map && missed ? { kind: 'stale', map, missed } : { kind: 'failed', error: answer.error };
		}
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
