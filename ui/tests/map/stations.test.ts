// Where the keyboard can be on the map: nodes, boxes, dots; and the edges in the list.
import { describe, expect, test } from 'vitest';
import type { MapBundle, MapDot, MapGroup } from '$lib/ipc/bindings';
import { dependenciesView, mapView } from '$lib/ipc/fake-topology';
import { drawnRows, EdgeList, eachRow } from '../../src/domains/map/edge-list.svelte';
import { first, into, stands, stepped, type Stage } from '../../src/domains/map/stations';

const dots = (x: number, y: number, count: number): MapDot[] => Array.from({ length: count }, (_, i) => ({ name: `d${x}-${i}`, kind: 'service', team: '', onset: null, fact: null, state: 'usual', x: x + 10 + (i % 3) * 6.6, y: y + 30 + Math.floor(i / 3) * 6.6 }));
const box = (id: string, x: number, y: number): MapGroup => ({ id, label: id, count: 5, unusual: 0, silent: 0, inside: 2, column: 0, x, y, width: 150, height: 60, dots: dots(x, y, 5) });
const bundle = (from: string, to: string): MapBundle => ({ from, fromNode: false, to, toNode: false, edges: 4, share: 1, points: [[0, 0], [1, 1]] });
/** Three boxes: data on the left, core at the right of it but lower, edge at the far right on the height of data. */
const calm: Stage = { nodes: [], edges: [], groups: [box('data', 0, 0), box('core', 200, 300), box('edge', 400, 0)], bundles: [bundle('core', 'data'), bundle('edge', 'core')] };

describe('a map without a node', () => {
	test('begins at its first box and walks along bundles, however far they lead down', () => {
		expect(stepped(calm, null, 'right')).toEqual({ box: 'data', name: null });
		expect(stepped(calm, { box: 'data', name: null }, 'right')).toEqual({ box: 'core', name: null });
		expect(stepped(calm, { box: 'core', name: null }, 'right')).toEqual({ box: 'edge', name: null });
		expect(stepped(calm, { box: 'edge', name: null }, 'right')).toEqual({ box: 'edge', name: null });
	});

	test('every dot of every box is reached by steps alone', () => {
		for (const group of calm.groups) {
			const seen = new Set<string>();
			const open = [into(calm, { box: group.id, name: null })];
			for (let at = open.pop(); at; at = open.pop()) {
				if (at.box !== group.id || at.name === null || seen.has(at.name)) continue;
				seen.add(at.name);
				for (const direction of ['left', 'right', 'up', 'down'] as const) open.push(stepped(calm, at, direction));
			}
			expect(seen.size).toBe(5);
		}
	});

	test('past its border a box is left for the next one', () => {
		expect(stepped(calm, { box: 'data', name: 'd0-2' }, 'right')).toEqual({ box: 'core', name: null });
		expect(stepped(calm, { box: 'data', name: 'd0-0' }, 'right')).toEqual({ box: 'data', name: 'd0-1' });
	});

	test('what is gone is left, and there is nothing to go into but a box', () => {
		expect(stands(calm, { box: 'gone', name: null })).toBe(false);
		expect(stands(calm, { box: 'data', name: 'gone' })).toBe(false);
		expect(stepped(calm, { box: 'gone', name: null }, 'left')).toEqual({ box: 'data', name: null });
		expect(into(calm, { box: 'data', name: 'd0-1' })).toBeNull();
		expect(into(calm, null)).toBeNull();
		expect(first({ nodes: [], edges: [], groups: [], bundles: [] })).toBeNull();
	});
});

describe('a map with a chain above its boxes', () => {
	const map = mapView();

	test('begins at the chain, and goes down to the boxes only below its lowest node', () => {
		expect(first(map)).toEqual({ box: null, name: 'pg-main' });
		const lowest = [...map.nodes].sort((a, b) => b.y - a.y)[0];
		const below = stepped(map, { box: null, name: lowest?.name ?? '' }, 'down');
		expect(below?.box).not.toBeNull();
		expect(stepped(map, below, 'up')?.box).toBeNull();
	});
});

describe('the edges in the list', () => {
	test('are each line, each bundle and what is within a box, and stand for all of them', () => {
		const rows = drawnRows({ ...calm, edges: mapView().edges.slice(0, 2) }, (id) => id.toUpperCase());

		expect(rows.length).toBe(2 + 2 + 3);
		expect(rows.reduce((sum, row) => sum + row.edges, 0)).toBe(2 + 8 + 6);
		expect(rows.find((row) => row.id.startsWith('bundle'))).toMatchObject({ from: 'CORE', to: 'DATA', edges: 4, how: null });
		expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
	});

	test('names a node of a level by what is written on it', () => {
		const [edge] = mapView().edges;
		if (!edge) throw new Error('an edge');
		const [row] = drawnRows({ ...calm, edges: [edge] }, (id) => id, (name) => `the ${name}`);

		expect(row).toMatchObject({ from: `the ${edge.from}`, to: `the ${edge.to}` });
	});

	test('or every one by itself; an answer for another moment is dropped', async () => {
		const waiting: (() => void)[] = [];
		const [edge] = dependenciesView({ text: '', choice: 'all', column: null, direction: 'rising', source: null, only: [], locate: null, offset: 0, limit: 1, asOf: null }).rows;
		if (!edge) throw new Error('an edge');
		const list = new EdgeList({ dependencies: ({ asOf }) => new Promise((done) => waiting.push(() => done({ status: 'ok', data: { of: 1, unsure: 0, proposed: 0, total: 1, place: null, rows: [{ ...edge, to: String(asOf) }] } }))) });
		const [old, now] = [list.load(1), list.load(2)];
		waiting[1]?.();
		await now;
		waiting[0]?.();
		await old;

		expect(list.pages.rows.map((edge) => edge && eachRow(edge).to)).toEqual(['2']);
	});
});
