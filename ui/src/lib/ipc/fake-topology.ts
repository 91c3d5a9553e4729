// The inventory and the map of a core that answers from made-up rows, for tests; never part of the window.
import type { DependenciesRequest, DependenciesView, DependencyItem, Doubt, DoubtRow, DoubtsRequest, DoubtsView, EntitiesRequest, EntitiesView, EntityDetails, EntityItem, InventoryFilePreview, InventoryProbeItem, MapBundle, MapEdge, MapGroup, MapNode, MapRequest, MapView, MappingCheck, NameHit, NodeState, PathsView, Phrase, PhraseValue, PresetItem, ReachView, TopologyDecision, TopologyDecisionItem, Unmatched } from './bindings';

const END = Date.UTC(2026, 10, 17, 15, 2);
const MIN = 60_000;
const DAY = 1440 * MIN;
/** A sentence without a key of the catalogue: it is shown as it is. */
const say = (key: string, values: Record<string, PhraseValue> = {}): Phrase => ({ key, values });

/** An entity; every field can be set. */
export function entity(name: string, kind: string, part: Partial<EntityItem> = {}): EntityItem {
	return {
		name, kind, tier: 2, domain: 'shop', system: 'storefront', team: 'shop', department: 'commerce', person: '', contact: '#shop-on-call', environment: 'demo', site: 'eu-1a', status: 'active', names: [`${name}.prod.example.net`], tags: [['runtime', 'jvm-21']], links: [['Runbook', `https://wiki.example.net/${name}`]],
		sources: [{ source: 2, name: 'NetBox', key: `dcim/${name}`, age: 3 * DAY, knownAt: END - 14 * MIN }], note: '', firing: 0, findings: 0, series: 24, doubts: 0, needs: 0, needed: 0, ...part,
	};
}

/** An edge; every field can be set. */
export function dependency(from: string, to: string, how: string, part: Partial<DependencyItem> = {}): DependencyItem {
	return { from, to, how, origin: 'declared', state: 'sound', reason: null, sources: ['NetBox'], age: 3 * DAY, evidence: [], score: null, ...part };
}

const entities: readonly EntityItem[] = [
	entity('checkout', 'service', { tier: 1, firing: 2, findings: 1 }), entity('orders', 'service', { tier: 1, firing: 5, findings: 2 }), entity('web', 'service', { tier: 1 }),
	entity('pg-main', 'database', { team: 'data', contact: '#data-on-call', tier: 1, system: 'postgres', doubts: 2, findings: 1, sources: [{ source: 2, name: 'NetBox', key: 'dcim/412', age: 19 * DAY, knownAt: END - 14 * MIN }, { source: 3, name: 'edges.csv', key: 'pg-main', age: null, knownAt: END - DAY }] }),
	entity('pgbouncer', 'balancer', { team: 'data' }), entity('session-cache', 'cache'), entity('order-events', 'queue'),
	...Array.from({ length: 60 }, (_, i) => entity(`app-${i}`, 'host', { team: 'platform', department: '', contact: '', tier: null, domain: '', system: '', tags: [], links: [] })),
];

const dependencies: readonly DependencyItem[] = [
	dependency('web', 'checkout', 'calls', { origin: 'inferred', sources: [], age: MIN, evidence: [say('http_client_requests names checkout as its server.')] }), dependency('checkout', 'orders', 'calls', { origin: 'both' }), dependency('orders', 'pgbouncer', 'calls'), dependency('pgbouncer', 'pg-main', 'balances'),
	dependency('checkout', 'session-cache', 'caches in'), dependency('orders', 'order-events', 'publishes to', { state: 'stale', age: 19 * DAY, reason: say('NetBox has not confirmed it for 19 days.') }),
	dependency('checkout', 'app-1', 'runs on'), dependency('web', 'session-cache', 'depends on', { origin: 'proposed', state: 'proposed', sources: [], age: null, score: 0.74, evidence: [say('session-cache began 4 s before web, 11 times of 12.')] }),
];

const lost: Unmatched = { series: 12, ofSeries: 1000, records: 0, ofRecords: 40, alerts: 1, ofAlerts: 242, examples: ['legacy-batch'] };

/** The rows in which every word of a text occurs, ordered by a column, and a page of them. Fields of a search are words here. */
function listed<Row extends object>(all: readonly Row[], request: { text: string; column: string | null; direction: string; offset: number; limit: number }): { matching: Row[]; rows: Row[] } {
	const words = request.text.toLowerCase().split(/\s+/).filter((word) => word !== '').map((word) => word.replace(/^\w+:/, ''));
	const found = all.filter((row) => words.every((word) => JSON.stringify(row).toLowerCase().includes(word)));
	const { column } = request;
	const value = (row: Row) => (column === null ? null : ((row as Record<string, unknown>)[column] ?? null));
	const sign = request.direction === 'falling' ? -1 : 1;
	const compared = (a: unknown, b: unknown) => (a === null || b === null ? Number(a === null) - Number(b === null) : sign * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true })));
	const matching = column === null ? found : [...found].sort((a, b) => compared(value(a), value(b)));
	return { matching, rows: matching.slice(request.offset, request.offset + request.limit) };
}

/** One page of these entities, or of those of the inventory. */
export function entitiesView(request: EntitiesRequest, from: readonly EntityItem[] = entities): EntitiesView {
	const degree = (name: string, end: 'from' | 'to') => dependencies.filter((edge) => edge[end] === name).length;
	const all = from.map((row) => ({ ...row, needs: degree(row.name, 'from'), needed: degree(row.name, 'to') })).sort((a, b) => Number(b.firing > 0) - Number(a.firing > 0) || a.name.localeCompare(b.name, 'en', { numeric: true }));
	const { matching, rows } = listed(request.only.length > 0 ? all.filter((row) => request.only.includes(row.name)) : all, request);
	const place = matching.findIndex((row) => row.name === request.locate);
	return { known: from.length > 0, asOf: request.asOf, of: all.length, kinds: new Set(all.map((row) => row.kind)).size, firing: all.filter((row) => row.firing > 0).length, edges: dependencies.length, total: matching.length, place: place < 0 ? null : place, rows, filters: from.length > 0 ? [{ name: 'Data', text: 'data' }] : [] };
}

/** One page of the edges. */
export function dependenciesView(request: DependenciesRequest): DependenciesView {
	const same = (edge: DependencyItem, name: { from: string; to: string; how: string }) => edge.from === name.from && edge.to === name.to && edge.how === name.how;
	const chosen = dependencies.filter((edge) => (request.choice === 'all' || (request.choice === 'drawn' ? edge.origin === 'drawn' : edge.state === request.choice)) && (request.only.length === 0 || request.only.some((name) => same(edge, name))));
	const { matching, rows } = listed(chosen, request);
	const { locate } = request;
	const place = locate === null ? -1 : matching.findIndex((edge) => same(edge, locate));
	return { of: dependencies.length, unsure: dependencies.filter((edge) => edge.state === 'stale' || edge.state === 'doubtful').length, proposed: dependencies.filter((edge) => edge.state === 'proposed').length, total: matching.length, place: place < 0 ? null : place, rows };
}

/** The entities that letters may mean. */
export function nameHits(text: string): NameHit[] {
	const wanted = text.trim().toLowerCase();
	const like = entities.filter((row) => row.name.includes(wanted)).sort((a, b) => Number(b.name === wanted) - Number(a.name === wanted));
	return like.slice(0, 20).map(({ name, kind }) => ({ name, kind, exact: name === wanted }));
}

/** One entity in full. */
export function entityDetails(name: string): EntityDetails {
	const item = entities.find((row) => row.name === name) ?? entity(name, 'service');
	return {
		item, out: dependencies.filter((edge) => edge.from === name), into: dependencies.filter((edge) => edge.to === name), affected: 4, affectedTier1: 3, singlePointFor: 2, onset: END - 10 * MIN, lines: 1204,
		fields: name === 'pg-main' ? [{ field: 'team', value: 'data', used: 1, claims: [{ source: 2, name: 'NetBox', value: 'platform', knownAt: END - 14 * MIN }, { source: 3, name: 'edges.csv', value: 'data', knownAt: END - DAY }], conflict: true, preferred: false }] : [],
	};
}

/** A node; every field can be set. */
export function node(name: string, x: number, y: number, part: Partial<MapNode> = {}): MapNode {
	return { name, label: name, kind: 'service', members: 1, inside: 0, x, y, width: 116, height: 48, layer: 0, state: 'usual', subject: false, first: false, onset: null, fact: null, firing: 0, findings: 0, tier: 2, team: 'shop', ...part };
}

/** A line; every field can be set. */
export function line(from: string, to: string, points: [number, number][], part: Partial<MapEdge> = {}): MapEdge {
	return { from, to, how: 'calls', origin: 'both', source: null, age: null, old: false, state: 'sound', lag: null, onPath: false, weight: 0.4, members: 1, points, ...part };
}

const states: readonly NodeState[] = ['usual', 'usual', 'usual', 'usual', 'unusual', 'usual', 'silent', 'usual', 'warning', 'unknown'];

/** Boxes with dots: so many things in boxes of fifty. */
export function groups(things: number): MapGroup[] {
	return Array.from({ length: Math.ceil(things / 50) }, (_, box) => {
		const [column, row] = [box % 5, Math.floor(box / 5)];
		const [x, y] = [column * 180, row * 80];
		const count = Math.min(50, things - box * 50);
		const dots = Array.from({ length: count }, (_, i) => ({ name: `n${box * 50 + i}`, kind: 'service', team: 'shop', onset: null, fact: null, state: i % 10 === 4 && box > 2 ? ('usual' as const) : (states[i % 10] ?? ('usual' as const)), x: x + 12 + (i % 18) * 6.6, y: y + 28 + Math.floor(i / 18) * 6.6 }));
		return { id: `g${box}`, label: box === 0 ? '' : `System ${box}`, count, unusual: dots.filter((dot) => dot.state === 'unusual' || dot.state === 'warning').length, silent: dots.filter((dot) => dot.state === 'silent').length, inside: box === 0 ? 50 : 0, column, x, y, width: 150, height: 60, dots };
	});
}

/** The map: a chain of nine that fail, and so many others in boxes. */
export function mapView(request: Partial<MapRequest> = {}, others = 2005): MapView {
	const onset = END - 10 * MIN;
	const nodes = [
		node('pg-main', 71, 160, { kind: 'database', width: 142, height: 68, layer: 0, state: 'silent', first: true, subject: true, onset, fact: say('silent since 14:52:00'), team: 'data' }),
		node('pgbouncer', 272, 160, { kind: 'balancer', layer: 1, state: 'critical', onset: onset + 3000, fact: say('240 waiting'), firing: 1 }),
		node('orders', 424, 74, { layer: 2, state: 'critical', onset: onset + 34_000, fact: say('96 % fail'), firing: 5, findings: 2, tier: 1 }),
		node('payments', 424, 160, { layer: 2, state: 'critical', onset: onset + 39_000, fact: say('71 % time out') }),
		node('cart', 424, 246, { layer: 2, state: 'warning', onset: onset + 41_000, fact: say('22 % errors') }),
		node('checkout', 576, 160, { layer: 3, state: 'critical', onset: onset + 46_000, fact: say('18 % succeed'), tier: 1 }),
		node('order-events', 576, 60, { kind: 'queue', layer: 3, state: 'warning', onset: onset + 110_000, fact: say('41 k behind') }),
		node('web', 728, 120, { layer: 4, state: 'critical', onset: onset + 60_000, fact: say('4 of 5 probes fail'), tier: 1 }),
		node('mobile-bff', 728, 210, { layer: 4, state: 'unusual', onset: onset + 60_000, fact: say('27 % errors') }),
	];
	const at = new Map(nodes.map((row) => [row.name, row]));
	const joined = (to: string, from: string, part: Partial<MapEdge> = {}) => line(from, to, [[(at.get(to)?.x ?? 0) + (at.get(to)?.width ?? 0) / 2, at.get(to)?.y ?? 0], [(at.get(from)?.x ?? 0) - (at.get(from)?.width ?? 0) / 2, at.get(from)?.y ?? 0]], part);
	const edges = [
		joined('pg-main', 'pgbouncer', { how: 'balances', lag: 3000, onPath: true, weight: 1 }), joined('pgbouncer', 'orders', { lag: 31_000, onPath: true, weight: 1 }), joined('pgbouncer', 'payments', { lag: 36_000 }), joined('pgbouncer', 'cart', { lag: 38_000 }),
		joined('orders', 'checkout', { lag: 12_000, onPath: true }), joined('payments', 'checkout', { lag: 7000 }), joined('cart', 'checkout', { lag: 5000 }), joined('orders', 'order-events', { how: 'publishes to', origin: 'declared', source: 'NetBox', age: 19 * DAY, old: true, state: 'stale', lag: 76_000 }), joined('checkout', 'web', { lag: 9000 }), joined('checkout', 'mobile-bff', { lag: 11_000 }),
	];
	const boxes = others > 0 ? groups(others) : [];
	return {
		known: true, range: request.range ?? { start: END - 24 * MIN, end: END }, asOf: request.asOf ?? null, lead: say('9 of 2,014 nodes fail, in one chain.'), rest: say('29 more are unusual, 7 are silent on purpose.'), nodes, edges,
		layers: [{ x: 71, phase: 'first', from: onset, to: onset }, { x: 272, phase: 'failing', from: onset + 3000, to: onset + 3000 }, { x: 424, phase: 'failing', from: onset + 34_000, to: onset + 41_000 }, { x: 576, phase: 'impact', from: onset + 46_000, to: onset + 46_000 }, { x: 728, phase: 'impact', from: onset + 60_000, to: onset + 60_000 }],
		width: 786, height: 280, groups: boxes, bundles: boxes.slice(0, 12).map((box, i): MapBundle => i === 0 ? { from: box.id, fromNode: false, to: 'pg-main', toNode: true, edges: 7, share: 0.1, points: [] } : ({ from: box.id, fromNode: false, to: boxes[i - 1]?.id ?? box.id, toNode: false, edges: 159 + i, share: ((i - 1) % 5) / 5, points: [[(boxes[i - 1]?.x ?? 0) + 150, (boxes[i - 1]?.y ?? 0) + 30], [box.x, box.y + 30]] })),
		columns: boxes.slice(0, 5).map((box, i) => ({ label: ['Data', 'Platform', 'Core', 'Storefront', 'Edge'][i] ?? '', x: box.x + 75 })), groupsHeight: Math.ceil(boxes.length / 5) * 80,
		counts: { entities: 9 + others, edges: 10_240, drawn: 10, bundled: 10_180, folded: 50, dropped: 0, failing: 9, unusual: 29, silent: 7 }, layoutMs: 210, withoutEntity: lost,
	};
}

/** Who may be affected by an entity. */
export function reachView(name: string): ReachView {
	return {
		name, lead: say('3 entities may be affected, 2 of them of the first tier.'),
		rows: [
			{ name: 'pgbouncer', kind: 'balancer', hops: 1, via: name, how: 'balances', tier: 2, team: 'data', contact: '#data-on-call', singlePoint: true, weakest: 'sound' },
			{ name: 'orders', kind: 'service', hops: 2, via: 'pgbouncer', how: 'calls', tier: 1, team: 'shop', contact: '#shop-on-call', singlePoint: true, weakest: 'sound' },
			{ name: 'checkout', kind: 'service', hops: 3, via: 'orders', how: 'calls', tier: 1, team: 'shop', contact: '#shop-on-call', singlePoint: false, weakest: 'stale' },
		],
	};
}

/** The ways between two. */
export function pathsView(from: string, to: string): PathsView {
	return { paths: [[{ name: from, kind: 'service', how: 'calls', origin: 'both', state: 'sound' }, { name: 'orders', kind: 'service', how: 'calls', origin: 'declared', state: 'stale' }, { name: to, kind: 'database', how: '', origin: 'declared', state: 'sound' }]], reversed: false };
}

/** Everything that is doubtful, what waits for an answer first. */
export const doubts: readonly DoubtRow[] = [
	doubt('held', { source: 2, name: 'NetBox', entities: 1180, ofEntities: 1206, dependencies: 640, at: END - 14 * MIN }, 'NetBox'),
	doubt('duplicate', { names: ['db-m1', 'db-m1.prod.example.net', '10.0.3.7'], score: 0.98, proposed: true, rows: [{ name: 'db-m1', entity: 'db-m1 (fra1)', source: 'Prometheus eu-1', fact: say('214 series, 2 findings, seen 6 s ago') }, { name: 'db-m1.prod.example.net', entity: 'db-m1.prod.example.net', source: 'NetBox', fact: say('owner data team, tier 1') }, { name: '10.0.3.7', entity: '10.0.3.7', source: 'edges.csv', fact: say('endpoint of pg-main, port 5432') }], for: [{ phrase: say('Same serial number'), detail: 'C0FFEE-1' }], against: [{ phrase: say('Until 2 Nov this address was db-m1-old'), detail: 'NetBox' }], moves: { series: 214, edges: 12, findings: 2 } }, 'db-m1'),
	doubt('duplicate', { names: ['cache-a', 'redis-2'], score: 0.41, proposed: false, rows: [], for: [{ phrase: say('Similar names'), detail: '' }], against: [], moves: { series: 3, edges: 1, findings: 0 } }, 'cache-a'),
	doubt('conflict', { entity: 'pg-main', field: 'team', values: [{ source: 2, name: 'NetBox', value: 'platform', knownAt: END - 14 * MIN }, { source: 3, name: 'edges.csv', value: 'data', knownAt: END - DAY }], used: 0, reason: say('NetBox spoke last.') }, 'pg-main'),
	...dependencies.filter((edge) => edge.state !== 'sound').map((edge) => doubt('edge', edge, `${edge.from} ${edge.to}`)),
	doubt('dangling', { from: '412', to: 'fx-rates', fromName: 'orders', toName: 'fx-rates', how: 'calls', source: 'edges.csv', missing: 'fx-rates', reason: say('Nothing has the name fx-rates.'), proposed: 'fx-rate' }, 'orders'),
	doubt('orphan', { name: 'media-resize', kind: 'service', source: 'NetBox', series: 0, age: 214 * DAY, advice: say('Nothing here depends on it; ask whether it still runs.') }, 'media-resize'),
	doubt('unowned', { name: 'geo-lookup', kind: 'service', proposed: { team: 'shop', share: 0.75, reason: say('Of 4 things that run on it and have an owner, 3 belong to shop, such as orders.') } }, 'geo-lookup'),
	doubt('kept', { source: 3, name: 'edges.csv', entities: 12, ofEntities: 20, dependencies: 4, at: END - DAY }, 'edges.csv'),
];

/** One doubt of a kind. */
export function doubt<Kind extends Doubt['kind']>(kind: Kind, item: Extract<Doubt, { kind: Kind }>['item'], name: string): DoubtRow {
	return { id: `${kind}\u0000${name}`, doubt: { kind, item } as Doubt };
}

/** One page of these doubts, or of those of the inventory. */
export function doubtsView(request: DoubtsRequest, from: readonly DoubtRow[] = doubts): DoubtsView {
	const kinds = [...new Set(from.map((row) => row.doubt.kind))];
	const counts = kinds.map((kind) => ({ kind, count: from.filter((row) => row.doubt.kind === kind).length }));
	const matching = from.filter((row) => (request.choice === null || row.doubt.kind === request.choice) && (request.only.length === 0 || request.only.includes(row.id)));
	if (request.column !== null) matching.sort((a, b) => (request.direction === 'falling' ? -1 : 1) * a.id.localeCompare(b.id, 'en', { numeric: true }));
	const place = matching.findIndex((row) => row.id === request.locate);
	return { counts, proposed: from.filter(({ doubt: { kind, item } }) => kind === 'duplicate' && item.proposed).length, total: matching.length, place: place < 0 ? null : place, rows: matching.slice(request.offset, request.offset + Math.min(100, request.limit)) };
}

/** What was decided. */
export function decisions(): TopologyDecisionItem[] {
	return [{ id: 8, at: END, phrase: say('Decided: one thing.'), undone: false }, { id: 7, at: END - DAY, phrase: say('An edge from web to search was drawn.'), undone: true }];
}

const mapping = '[[class]]\nname = "devices"\npath = "/api/dcim/devices/"\nitems = "results"\n';

/** The presets. */
export function presets(): PresetItem[] {
	const row = (key: string, name: string, tried: boolean, signIns: string[]): PresetItem => ({ key, name, tried, mapping: `# ${name}\n${mapping}`, signIns, urlExample: `https://${key}.example.net`, from: `${name} documentation 4.1` });
	return [row('netbox', 'NetBox', false, ['bearer', 'tokenCommand']), row('backstage', 'Backstage', true, ['none', 'bearer']), row('servicenow', 'ServiceNow', false, ['basic', 'bearer'])];
}

/** Whether a mapping can be read: an equals sign that is missing is the problem. */
export function mappingCheck(text: string): MappingCheck {
	const bad = text.split('\n').findIndex((row) => row.trim() !== '' && !/^[#[]|=/.test(row.trim()));
	return bad < 0 ? { ok: true, line: 0, column: 0, problem: null, classes: ['devices'] } : { ok: false, line: bad + 1, column: 1, problem: say('an equals sign is missing.'), classes: [] };
}

/** What an inventory says to the test of a connection. */
export function inventoryProbe(part: Partial<InventoryProbeItem> = {}): InventoryProbeItem {
	return { product: 'NetBox', version: '4.1.3', counts: [['devices', 1206], ['services', null]], raw: '{"count":1206,"results":[{"id":412,"name":"pg-main"}]}', entities: [...entities.slice(3, 5), ...entities.slice(3, 4).map((item) => ({ ...item, kind: 'system' }))], dependencies: dependencies.slice(3, 4), notUnderstood: [say('custom_fields.tier of 3 devices is no number: "gold".')], missing: [], notices: [], ...part };
}

/** The preview of an inventory file. */
export function inventoryFile(path: string): InventoryFilePreview {
	const edges = path.includes('edges');
	return { path, format: path.endsWith('.yaml') ? 'YAML' : 'CSV', entities: edges ? 0 : 67, dependencies: edges ? 8 : 0, columns: edges ? [['from', 'from'], ['to', 'to'], ['how', 'how']] : [['name', 'name'], ['owner', 'team'], ['rack', null]], sample: edges ? [] : entities.slice(0, 5), edges: edges ? dependencies.slice(0, 5) : [], problems: edges ? [say('Line 4, column 2: the name is missing.')] : [], bad: edges ? 1 : 0 };
}

/** Answers a command of the inventory and the map; `undefined` for any other. */
export function answerTopology(command: string, args: Record<string, unknown>): unknown {
	switch (command) {
		case 'entities':
			return entitiesView(args['request'] as EntitiesRequest);
		case 'dependencies':
			return dependenciesView(args['request'] as DependenciesRequest);
		case 'entity_names':
			return nameHits(args['text'] as string);
		case 'map':
			return mapView(args['request'] as MapRequest);
		case 'edge_history':
			return [
				{ what: say('edges.csv declares it: calls'), changed: [], since: null, confirmedAt: END - 4 * DAY, knownAt: END - 6 * DAY, endedAt: END - 3 * DAY },
				{ what: say('NetBox declares it: calls'), changed: [], since: END - 19 * DAY, confirmedAt: END - 14 * MIN, knownAt: END - 5 * DAY, endedAt: null },
			];
		case 'entity_history':
			return [
				{ what: say('NetBox tells it'), changed: [], since: END - 90 * DAY, confirmedAt: END - 19 * DAY, knownAt: END - 30 * DAY, endedAt: END - 19 * DAY },
				{ what: say('NetBox tells it otherwise'), changed: [{ field: 'team', before: 'platform', after: 'data' }], since: END - 19 * DAY, confirmedAt: END - 14 * MIN, knownAt: END - 19 * DAY, endedAt: null },
			];
		case 'entity':
			return entityDetails(args['name'] as string);
		case 'reach':
			return reachView((args['request'] as { name: string }).name);
		case 'paths': {
			const { from, to } = args['request'] as { from: string; to: string };
			return pathsView(from, to);
		}
		case 'single_points':
			return { total: 1, points: [{ name: 'pgbouncer', kind: 'balancer', cutOff: 4, tier1: 3, team: 'data' }] };
		case 'doubts':
			return doubtsView(args['request'] as DoubtsRequest);
		case 'decide_topology':
			return (args['draft'] as TopologyDecision).kind === 'merge' ? 8 : 9;
		case 'topology_decisions':
			return decisions();
		case 'cmdb_presets':
			return presets();
		case 'check_mapping':
			return mappingCheck(args['text'] as string);
		case 'preview_inventory':
			return inventoryFile(args['path'] as string);
		case 'inventory_files':
			return (args['paths'] as string[]).filter((path) => /(?:entities|edges|inventory)\.(?:csv|json|ya?ml)$/.test(path));
		case 'import_inventory':
			return { source: 3, fresh: 60, changed: 5, same: 2, gone: 1, bad: 0 };
		case 'export_topology':
			return (args['request'] as { path: string }).path;
		case 'undo_topology_decision':
		case 'release_held_back':
		case 'save_filter':
		case 'delete_filter':
			return null;
		default:
			return undefined;
	}
}
