// The screens of the window and what belongs to each in the rail.
import type { App } from '$lib/state/app.svelte';
import type { Route } from '$lib/state/router.svelte';

/** A screen that the rail leads to. */
export interface RailItem {
	route: Route;
	/** The icon of the sprite. */
	icon: string;
	/** The key after `g`. */
	key: string;
	place: 'top' | 'bottom';
	/** Whether it needs no workspace. */
	always?: boolean;
}

/** The rail from top to bottom. */
export const rail: readonly RailItem[] = [
	{ route: 'now', icon: 'now', key: 'n', place: 'top' },
	{ route: 'alerts', icon: 'alerts', key: 'a', place: 'top' },
	{ route: 'map', icon: 'map', key: 'm', place: 'top' },
	{ route: 'metrics', icon: 'metrics', key: 'e', place: 'top' },
	{ route: 'logs', icon: 'logs', key: 'l', place: 'top' },
	{ route: 'simulator', icon: 'simulator', key: 's', place: 'top', always: true },
	{ route: 'catalog', icon: 'catalog', key: 'c', place: 'top' },
	{ route: 'settings', icon: 'settings', key: ',', place: 'bottom', always: true },
];

/** The rail item that is lit on a screen. */
export function railOf(route: Route): Route {
	if (route === 'drill' || route === 'debrief') return 'simulator';
	if (route === 'openLogs') return 'logs';
	return route === 'addSource' || route === 'sync' || route === 'import' || route === 'openInventory' ? 'catalog' : route;
}

/** Shows the screen of a rail item. In a drill *Simulator* is the drill itself, and its debrief when it is over. */
export function go(app: App, route: Route): void {
	if (route !== 'simulator' || !app.drill.on) app.router.go(route);
	else app.router.go(app.drill.state && !app.drill.running ? 'debrief' : 'drill');
}
