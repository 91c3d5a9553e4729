// Curves, walking, what is in sight, dots under the pointer, and where the parts of the map stand.
import { describe, expect, test } from 'vitest';
import type { MapNode } from '$lib/ipc/bindings';
import { groups, line, mapView, node } from '$lib/ipc/fake-topology';
import { atBorder, ended, labelFoot, middleOf, smooth } from '../../src/domains/map/curve';
import { DotGrid } from '../../src/domains/map/dots';
import { apart, factLines, fitted } from '../../src/domains/map/fitted';
import { dashes, lineKind, thickness } from '../../src/domains/map/kinds';
import { margin, phaseSpans, sceneOf } from '../../src/domains/map/map-scene';
import { bounded, panned, showing, whole, zoomed } from '../../src/domains/map/sight';
import { spread } from '../../src/domains/map/spread';
import { tiePath, tiesOf } from '../../src/domains/map/ties';
import { begin, walk } from '../../src/domains/map/walk';

describe('the line of an edge', () => {
	const box = { x: 100, y: 50, width: 116, height: 48 };

	test('ends at the border that looks at the next point', () => {
		expect(atBorder(box, [100, 50], [300, 60])).toEqual([158, 50]);
		expect(atBorder(box, [100, 50], [0, 60])).toEqual([42, 50]);
		expect(atBorder(box, [100, 50], [100, 200])).toEqual([100, 74]);
		expect(atBorder(box, [300, 50], [400, 60])).toEqual([300, 50]);
	});

	test('that stands on a border stays on that side, however steep the way', () => {
		expect(atBorder(box, [42, 50], [20, 900], 2)).toEqual([40, 50]);
		expect(atBorder(box, [100, 74], [400, 90], 2)).toEqual([100, 76]);
	});

	test('leaves room for the tip of its arrow, only at its end', () => {
		expect(ended([[100, 50], [300, 50]], box, { ...box, x: 300 })).toEqual([[158, 50], [240, 50]]);
		expect(ended([[1, 1]], box, box)).toEqual([[1, 1]]);
	});

	test('is level at each of its points, and straight where it goes up or down', () => {
		expect(smooth([[0, 0], [100, 40]])).toBe('M0 0C50 0 50 40 100 40');
		expect(smooth([[0, 0], [100, 40], [200, 0]])).toBe('M0 0C50 0 50 40 100 40C150 40 150 0 200 0');
		expect(smooth([[10, 0], [11, 90]])).toBe('M10 0L11 90');
		expect(smooth([])).toBe('');
	});

	test('has its middle half the way along, not half the points', () => {
		expect(middleOf([[0, 0], [10, 0], [10, 90]])).toEqual([10, 40]);
		expect(middleOf([[5, 5], [5, 5]])).toEqual([5, 5]);
		expect(middleOf([])).toEqual([0, 0]);
	});

	test('has its label above it, and on it where a box stands there', () => {
		const box = { x: 100, y: 50, width: 116, height: 48 };

		expect(labelFoot([100, 200], [box])).toBe(-6);
		expect(labelFoot([100, 82], [box])).toBe(4);
		expect(labelFoot([300, 82], [box])).toBe(-6);
		expect(labelFoot([100, 20], [box])).toBe(-6);
	});

	test('is broken by how it is known, whatever its colour', () => {
		expect([lineKind({ how: 'calls', origin: 'both', state: 'sound' }), lineKind({ how: 'calls', origin: 'declared', state: 'stale' }), lineKind({ how: 'replicates to', origin: 'declared', state: 'sound' }), lineKind({ how: 'calls', origin: 'proposed', state: 'proposed' })]).toEqual(['whole', 'declared', 'replica', 'proposed']);
		expect(new Set(Object.values(dashes)).size).toBe(4);
		expect(thickness({ weight: 0, onPath: false })).toBe(1.3);
		expect(thickness({ weight: 1, onPath: false })).toBeLessThan(thickness({ weight: 0, onPath: true }));
	});
});

describe('the ties of what is drawn to what is folded', () => {
	test('lead from below the node to the top of the box, in the units of the boxes', () => {
		const [tie, ...more] = tiesOf(mapView(), 400);

		expect(more).toEqual([]);
		// The node stands at 71, 160 and is 68 high; the first box is 150 wide and begins at 0, 0.
		expect(tie).toMatchObject({ node: 'pg-main', box: 'g0', from: [71, -206], to: [75, 0] });
		expect(tiePath({ from: [71, -206], to: [75, 0] })).toBe('M71 -206C71 -103 75 -103 75 0');
	});

	test('are none where an end is not on the map', () => {
		const map = mapView();
		expect(tiesOf({ ...map, nodes: [] }, 0)).toEqual([]);
	});
});

describe('walking', () => {
	const { nodes, edges } = mapView();

	test('begins on the left', () => {
		expect(walk(nodes, edges, null, 'right')).toBe('pg-main');
		expect(begin([])).toBeNull();
		expect(walk([], [], 'gone', 'left')).toBeNull();
	});

	test('goes along edges, the likely path first, and back the same way', () => {
		const way = ['pg-main'];
		for (let i = 0; i < 4; i += 1) way.push(walk(nodes, edges, way.at(-1) ?? null, 'right') ?? '');

		expect(way).toEqual(['pg-main', 'pgbouncer', 'orders', 'checkout', 'web']);
		expect(walk(nodes, edges, 'checkout', 'left')).toBe('orders');
	});

	test('goes up and down within a column, and stops at its ends', () => {
		expect(walk(nodes, edges, 'orders', 'down')).toBe('payments');
		expect(walk(nodes, edges, 'payments', 'down')).toBe('cart');
		expect(walk(nodes, edges, 'payments', 'up')).toBe('orders');
		expect(walk(nodes, edges, 'pg-main', 'left')).toBe('pg-main');
	});

	test('reaches what no edge leads to', () => {
		const apart = [node('a', 0, 0), node('b', 300, 10)];

		expect(walk(apart, [], 'a', 'right')).toBe('b');
		expect(walk(apart, [line('a', 'a', [])], 'a', 'right')).toBe('b');
	});

	test('reaches every node of the map with arrows alone', () => {
		const seen = new Set(['pg-main']);
		const open = ['pg-main'];
		for (let name = open.pop(); name !== undefined; name = open.pop()) {
			for (const direction of ['left', 'right', 'up', 'down'] as const) {
				const next = walk(nodes, edges, name, direction);
				if (next !== null && !seen.has(next)) {
					seen.add(next);
					open.push(next);
				}
			}
		}

		expect([...seen].sort()).toEqual(nodes.map((other) => other.name).sort());
	});
});

describe('what is in sight', () => {
	const window = { width: 800, height: 400 };

	test('is all of a small map, in the middle and not blown up', () => {
		expect(whole({ width: 400, height: 200 }, window)).toEqual({ x: 0, y: 0, scale: 1 });
		expect(whole({ width: 1600, height: 200 }, window)).toEqual({ x: 0, y: 0, scale: 0.5 });
	});

	test('keeps the place under the pointer when it is zoomed', () => {
		const before = { x: 30, y: 10, scale: 1 };
		const after = zoomed(before, 1.5, [200, 100]);

		expect(after.scale).toBe(1.5);
		expect(after.x + 200 / 1.5).toBeCloseTo(before.x + 200, 9);
		expect(after.y + 100 / 1.5).toBeCloseTo(before.y + 100, 9);
		expect(zoomed(before, 1000, [0, 0]).scale).toBe(3);
		expect(zoomed(before, 0.0001, [0, 0]).scale).toBe(0.15);
	});

	test('never leaves the map, however far it is moved', () => {
		const map = { width: 3000, height: 2000 };
		let sight = { x: 0, y: 0, scale: 1 };
		for (let i = 0; i < 200; i += 1) sight = bounded(panned(sight, 1, 1, window), map, window);

		expect(sight.x).toBeLessThan(map.width);
		expect(sight.y).toBeLessThan(map.height);
	});

	test('moves only as far as a node needs', () => {
		const sight = { x: 0, y: 0, scale: 1 };

		expect(showing(sight, { x: 400, y: 200, width: 116, height: 48 }, window)).toEqual(sight);
		expect(showing(sight, { x: 900, y: 200, width: 100, height: 48 }, window)).toEqual({ x: 174, y: 0, scale: 1 });
	});
});

describe('dots', () => {
	const boxes = groups(2000);
	const grid = new DotGrid(boxes);

	test('are all there, each found at its own place', () => {
		const dots = boxes.flatMap((box) => box.dots);

		expect(dots.length).toBe(2000);
		expect(dots.every((dot) => grid.at(dot.x, dot.y)?.dot === dot)).toBe(true);
		expect(dots.every((dot) => grid.at(dot.x + 2, dot.y - 2)?.dot === dot)).toBe(true);
	});

	test('are not found where there is none', () => {
		expect(grid.at(-50, -50)).toBeNull();
		expect(grid.at(5, 5)).toBeNull();
	});
});

describe('the parts of the picture', () => {
	test('stand under each other and do not overlap', () => {
		const view = mapView();
		const scene = sceneOf(view);

		expect(scene.top + view.height).toBeLessThan(scene.axis ?? 0);
		expect(scene.axis ?? Infinity).toBeLessThan(scene.rest ?? 0);
		expect(scene.rest ?? Infinity).toBeLessThan(scene.boxes ?? 0);
		expect(scene.height).toBeGreaterThan((scene.boxes ?? 0) + view.groupsHeight);
	});

	test('that are not there take no room', () => {
		const view = { ...mapView({}, 0), layers: [] };
		const scene = sceneOf(view);

		expect([scene.axis, scene.rest, scene.boxes]).toEqual([null, null, null]);
		expect(scene.height).toBeLessThan(view.height + 80);
	});

	test('a phase stretches over its columns, to the border of the widest node', () => {
		const view = mapView();

		expect(phaseSpans(view.layers, view.nodes)).toEqual([{ phase: 'first', from: 0, to: 142 }, { phase: 'failing', from: 214, to: 482 }, { phase: 'impact', from: 518, to: 786 }]);
	});
});

describe('the chain over a window', () => {
	const view = mapView();
	const sides = (map: typeof view) => map.layers.map((_, at) => map.nodes.filter((other) => other.layer === at)).map((column) => [Math.min(...column.map((other) => other.x - other.width / 2)), Math.max(...column.map((other) => other.x + other.width / 2))] as const);
	const gaps = (map: typeof view) => sides(map).slice(1).map(([left], at) => left - (sides(map)[at]?.[1] ?? 0));

	test('moves together until it fits without being drawn smaller', () => {
		const wide = { ...view, nodes: view.nodes.map((other) => ({ ...other, x: other.x + 50 * other.layer })), layers: view.layers.map((layer, at) => ({ ...layer, x: layer.x + 50 * at })), width: view.width + 200, groups: [] };
		const window = { width: view.width + 2 * margin + 60, height: 500 };
		const fits = spread(wide, window, margin);

		expect(fits.width).toBeLessThanOrEqual(window.width - 2 * margin + 0.001);
		expect(whole(sceneOf(fits), window).scale).toBe(1);
		expect(Math.min(...gaps(fits))).toBeGreaterThanOrEqual(36);
	});

	test('moves apart in a large window, never so far that the eye loses a line', () => {
		const fits = spread(view, { width: 2400, height: 900 }, margin);

		expect(Math.max(...gaps(fits))).toBeLessThanOrEqual(132);
		expect(gaps(fits).every((gap, at) => gap > (gaps(view)[at] ?? 0))).toBe(true);
		expect(fits.height).toBeGreaterThan(view.height);
		expect(fits.nodes.every((other) => other.y - other.height / 2 >= 0 && other.y + other.height / 2 <= fits.height)).toBe(true);
	});

	test('keeps the ends of its lines at their nodes, and every word its size', () => {
		const fits = spread(view, { width: 1300, height: 900 }, margin);
		const at = new Map(fits.nodes.map((other) => [other.name, other]));

		for (const [number, edge] of fits.edges.entries()) {
			const [from, was] = [at.get(edge.to), view.nodes.find((other) => other.name === edge.to)];
			const [first, before] = [edge.points[0], view.edges[number]?.points[0]];
			expect((first?.[0] ?? 0) - (from?.x ?? 0)).toBeCloseTo((before?.[0] ?? 0) - (was?.x ?? 0), 9);
			expect((first?.[1] ?? 0) - (from?.y ?? 0)).toBeCloseTo((before?.[1] ?? 0) - (was?.y ?? 0), 9);
		}
		expect(fits.nodes.map((other) => other.width)).toEqual(view.nodes.map((other) => other.width));
	});

	test('a node grows by the lines that its rows have room for; none leaves the drawing or meets its neighbour', () => {
		const columnsOf = (nodes: readonly MapNode[]) => view.layers.map((_, at) => nodes.filter((other) => other.layer === at).sort((a, b) => a.y - b.y));
		const pairs = (nodes: readonly MapNode[]) => columnsOf(nodes).flatMap((column) => column.slice(1).map((other, at) => [column[at]!, other] as const));
		const own = Math.min(...pairs(view.nodes).map(([above, below]) => below.y - above.y));
		const top = Math.min(...view.nodes.map((other) => other.y));
		const heights = [60, 72, 100].map((row) => {
			const nodes = view.nodes.map((other) => ({ ...other, y: 24 + ((other.y - top) * row) / own, height: 48 }));
			const fits = spread({ ...view, nodes, edges: [], height: 24 + Math.max(...nodes.map((other) => other.y)) }, { width: 1300, height: 300 }, margin);
			expect(fits.nodes.every((other) => other.y - other.height / 2 >= 0 && other.y + other.height / 2 <= fits.height)).toBe(true);
			expect(pairs(fits.nodes).every(([above, below]) => below.y - below.height / 2 > above.y + above.height / 2)).toBe(true);
			return Math.max(...fits.nodes.map((other) => other.height));
		});

		expect(heights).toEqual([48, 60, 76]);
		expect([48, 60, 76].map(factLines)).toEqual([1, 2, 3]);
	});

	test('a box ends with the window where its dots do, and is left alone where they do not', () => {
		const [box] = groups(10);
		if (!box) throw new Error('there is no box');
		const window = { width: 900, height: 600 };

		expect(spread({ ...view, groups: [{ ...box, x: 0, width: 1340 }] }, window, margin).groups[0]?.width).toBeLessThanOrEqual(window.width - 2 * margin);
		const full = { ...box, x: 0, width: 1340, dots: box.dots.map((dot) => ({ ...dot, x: 1300 })) };
		expect(spread({ ...view, groups: [full] }, window, margin).groups[0]?.width).toBe(1340);
	});

	test('is left alone before the window has a size, and where there is none', () => {
		expect(spread(view, { width: 0, height: 0 }, margin)).toBe(view);
		const empty = { ...view, nodes: [], layers: [] };
		expect(spread(empty, { width: 900, height: 600 }, margin)).toBe(empty);
	});
});

describe('a text in a drawing', () => {
	test('that fits stays as it is', () => {
		expect(fitted('silent', 100, 6, 1)).toEqual(['silent']);
		expect(fitted('', 100, 6, 2)).toEqual([]);
	});

	test('that is too long ends in an ellipsis, and breaks at a blank', () => {
		expect(fitted('4 of 5 probes fail', 60, 6, 1)).toEqual(['4 of 5…']);
		expect(fitted('0.0261 /s → 1.54 /s http requests', 98, 5.5, 2)).toEqual(['0.0261 /s →', '1.54 /s http…']);
		expect(fitted('59.4 s → 3 min 4 s index lag', 98, 5.5, 2)).toEqual(['59.4 s → 3 min', '4 s index lag']);
		expect(fitted('silent since 14:52:00 and stopped', 130, 6, 2)).toEqual(['silent since 14:52:00', 'and stopped']);
	});

	test('is cut where names are alike, so that no two look the same', () => {
		const names = ['db-m1', 'payments-worker-eu-central-1', 'payments-worker-eu-central-12', 'payments-worker-us-east-1', 'a'.repeat(300) + '1', 'a'.repeat(300) + '2'];
		const written = apart(names, 90, 6);

		expect(written.get('db-m1')).toBe('db-m1');
		expect(written.get('payments-worker-us-east-1')).toBe('pay…us-east-1');
		expect([...written.values()].every((name) => name.length <= 15)).toBe(true);
		expect(new Set(written.values()).size).toBe(names.length);
		// What needs no cut, or is told apart by its beginning, is left as it is.
		expect([...apart(['payments', 'checkout-in-the-second-zone'], 90, 6).values()]).toEqual(['payments', fitted('checkout-in-the-second-zone', 90, 6, 1)[0]]);
	});

	test('in Han takes nearly twice the room', () => {
		expect(fitted('自十四时五十二分起无数据', 60, 6, 1)[0]?.length).toBeLessThan(7);
	});
});
