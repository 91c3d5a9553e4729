// The screens of the window and what belongs to each in the rail.
import type { Route } from '$lib/state/router.svelte';

/** A screen that the rail leads to. */
export interface RailItem {
	route: Route;
	/** The icon of the sprite. */
	icon: string;
	/** The key after `g`. */
	key: string;
	place: 'top' | 'bottom';
}

/** The rail from top to bottom. */
export const rail: readonly RailItem[] = [
	{ route: 'now', icon: 'now', key: 'n', place: 'top' },
	{ route: 'metrics', icon: 'metrics', key: 'e', place: 'top' },
	{ route: 'catalog', icon: 'catalog', key: 'c', place: 'top' },
	{ route: 'settings', icon: 'settings', key: ',', place: 'bottom' },
];

/** The rail item that is lit on a screen. */
export function railOf(route: Route): Route {
	return route === 'addSource' || route === 'sync' || route === 'import' ? 'catalog' : route;
}
