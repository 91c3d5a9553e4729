// Painting the boxes of the map: where they are seen, as a whole once, and copied while the map moves.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { groups } from '$lib/ipc/fake-topology';
import { FleetPainter, type FleetPicture } from '../../src/domains/map/fleet-paint';

type Said = readonly [name: string, ...values: unknown[]];

/** A canvas that writes down what is painted on it. */
function canvas() {
	const said: Said[] = [];
	const context = new Proxy({}, { get: (_, name) => (...values: unknown[]) => said.push([String(name), ...values]), set: () => true }) as CanvasRenderingContext2D;
	const element = { width: 0, height: 0, getContext: () => context } as unknown as HTMLCanvasElement;
	return { said, context, element, count: (name: string) => said.filter(([each]) => each === name).length };
}

const colours = { line: '#111111', frame: '#222222', faint: '#333333', unusual: '#444444', warning: '#555555', critical: '#666666', silent: '#777777', lamp: '#888888' };
const window = { width: 300, height: 200 };

function picture(part: Partial<FleetPicture> = {}): FleetPicture {
	return { groups: groups(2000), bundles: [], ties: [], left: 26, top: 30, colours, marks: { meant: null, selected: null, at: null }, ...part };
}

beforeEach(() => {
	vi.stubGlobal('Path2D', class { constructor(readonly line: string) {} });
});

describe('the boxes of the map', () => {
	test('are painted where they are seen, all of them at the first move, and copied from then on', () => {
		const [shown, beside, all] = [canvas(), canvas(), picture()];
		const painter = new FleetPainter(() => beside.element);

		painter.paint(shown.context, all, { x: 0, y: 0, scale: 1 }, window, 1);
		const seen = shown.count('strokeRect');
		expect(seen).toBeGreaterThan(0);
		expect(seen).toBeLessThan(40);
		expect(beside.said).toEqual([]);

		painter.paint(shown.context, all, { x: 40, y: 0, scale: 1 }, window, 1);
		expect(beside.count('strokeRect')).toBe(40);
		const painted = beside.said.length;
		painter.paint(shown.context, all, { x: 80, y: 10.4, scale: 1 }, window, 1);

		// Four units of room lie around the boxes, which begin 26 to the right and 30 down.
		expect(shown.said.filter(([name]) => name === 'drawImage')).toEqual([['drawImage', beside.element, -18, 26], ['drawImage', beside.element, -58, 16]]);
		expect(shown.count('strokeRect')).toBe(seen);
		expect(beside.said.length).toBe(painted);
	});

	test('are painted anew at another size, and where something about them changes', () => {
		const [shown, beside, all] = [canvas(), canvas(), picture()];
		const painter = new FleetPainter(() => beside.element);
		for (const x of [0, 40]) painter.paint(shown.context, all, { x, y: 0, scale: 1 }, window, 1);
		expect(shown.count('drawImage')).toBe(1);

		painter.paint(shown.context, all, { x: 40, y: 0, scale: 2 }, window, 1);
		painter.paint(shown.context, { ...all, marks: { ...all.marks, selected: 'n3' } }, { x: 40, y: 0, scale: 2 }, window, 1);

		expect(shown.count('drawImage')).toBe(1);
	});

	test('are never kept as a whole where that would be too large', () => {
		const [shown, beside, all] = [canvas(), canvas(), picture()];
		const painter = new FleetPainter(() => beside.element);

		for (const x of [0, 40, 80]) painter.paint(shown.context, all, { x, y: 0, scale: 3 }, window, 1.5);

		expect(shown.count('drawImage')).toBe(0);
		expect(beside.said).toEqual([]);
	});

	test('have the hollow dots of one look in one line, and a line out of sight is not drawn', () => {
		const shown = canvas();
		const [first] = groups(50);
		const line = (from: number) => ({ from: 'g0', fromNode: false, to: 'g1', toNode: false, edges: 3, share: 1, points: [[from, 0], [from + 50, 20]] as [number, number][] });
		const few = picture({ groups: first ? [{ ...first, dots: first.dots.map((dot) => ({ ...dot, state: 'unknown' as const })) }] : [], bundles: [line(0), line(5000)] });

		new FleetPainter(() => canvas().element).paint(shown.context, few, { x: 0, y: 0, scale: 1 }, window, 1);

		expect(shown.count('arc')).toBe(50);
		// One of the bundles, and the dots.
		expect(shown.count('stroke')).toBe(2);
	});
});
