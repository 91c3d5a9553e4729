// Drills of a core that answers from made-up rows, for tests of components and screens; never part of the window.
import type { ActionCard, AlertItem, AlertsView, ChangesView, DebriefView, DrillBrief, DrillClock, DrillList, DrillMove, DrillRow, DrillState, DryRunRow, FaultChoice, Phrase, PhraseValue } from './bindings';

/** The beginning of the made-up run: Sun 22 Nov 2026, 02:00 UTC. */
export const DRILL_START = Date.UTC(2026, 10, 22, 2, 0);
const MIN = 60_000;
const at = (minutes: number): number => DRILL_START + Math.round(minutes * MIN);
const text = (value: string): PhraseValue => ({ kind: 'text', value });
const count = (value: number): PhraseValue => ({ kind: 'count', value });
const word = (value: string): PhraseValue => ({ kind: 'word', value });
const say = (key: string, values: Record<string, PhraseValue> = {}): Phrase => ({ key, values });

function row(number: number, tier: number, title: string, trains: string, minutes: number, trend: number[] = []): DrillRow {
	const best = trend.length > 0 ? Math.max(...trend) : null;
	return { id: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'), number, difficulty: tier, title, trains, minutes, best, passed: (best ?? 0) >= 70, tries: trend.length, last: trend.slice(-3), trend };
}

const drills: readonly (readonly DrillRow[])[] = [
	[row(1, 1, 'Disk full on Sunday night', 'reading a ramp, buying time', 15, [61, 74, 88]), row(2, 2, 'Replica lag over 300 s', 'lag or load; when not to fail over', 15, [70, 64, 81]), row(3, 1, 'Certificate at midnight', 'dates, order of rotation', 10, [92])],
	[row(4, 2, 'Red herring: the innocent deploy', 'looking before acting', 8), row(5, 2, 'Pool too small', 'queues and timeouts', 15, [58, 73]), row(6, 2, 'Slow names', 'DNS, and who depends on it', 12), row(7, 3, 'Silent primary', 'missing data; built from an incident', 20, [52, 66])],
	[row(8, 3, 'Retry storm that outlives its cause', 'load shedding, patience', 20, [39, 48, 41]), row(9, 3, 'Cold cache stampede', 'what a restart costs', 15), row(10, 3, 'Registry drift of a load balancer', 'what is registered, what runs', 20), row(11, 4, 'Two faults at once', 'one at a time, worst first', 25)],
	[row(12, 4, 'Telemetry lost', 'acting with less', 20), row(13, 5, 'Attack among the noise', 'when to call security', 25), row(14, 4, 'Loud monitor, no fault', 'doing nothing, and saying so', 10)],
];

/** The list of drills. */
export function drillList(trainee = ''): DrillList {
	return {
		trainee, trainees: ['on call', 'second line'], headline: say('drill-list-passed', { n: count(4), of: count(14) }), lead: say('drill-next-part', { after: text('Silent primary'), part: word('drill-part-safety'), number: count(4), title: text('Red herring: the innocent deploy'), trains: text('looking before acting') }), next: 'red_herring_the_innocent_deploy', passed: 4, count: 14, pass: 70, tries: 15,
		tiers: drills.map((rows, at) => ({ tier: at + 1, about: say(`drill-tier-${at + 1}`), passed: rows.filter((r) => r.passed).length, drills: [...rows] })),
	};
}

/** A drill before it is started. */
export function drillBrief(id: string): DrillBrief {
	const drill = drills.flat().find((r) => r.id === id) ?? row(1, 1, id, '', 10);
	return { drill, tier: 2, briefing: 'Orders slow down two minutes after a deploy. You are on call; support has twelve tickets. What you find, and in which order, is the drill.', goal: 'Bring checkout above 99 % and name what failed first.', services: 12, hosts: 9, history: 24 * 60 * MIN, remedies: 4, hints: 3, pass: 70, seed: 2207 };
}

/** The drill's clock. */
export function drillClock(part: Partial<DrillClock> = {}): DrillClock {
	return { start: DRILL_START, at: at(13), ends: at(40), paused: false, speed: 1, ...part };
}

function move(number: number, minutes: number, kind: DrillMove['kind'], words: Phrase, part: Partial<DrillMove> = {}): DrillMove {
	return { number, at: at(minutes), kind, text: words, before: null, after: null, worksAt: null, effect: null, worse: false, ...part };
}

function action(kind: string, target: string, risk: number, minutes: number): ActionCard {
	return { remedy: { kind, target, amount: null }, title: say(`remedy-${kind.replaceAll('_', '-')}`, { target: text(target) }), effect: say(`remedy-effect-${kind.replaceAll('_', '-')}`, { target: text(target) }), risk, minutes, done: null, running: false };
}

function fault(kind: string): FaultChoice {
	const dashed = kind.replaceAll('_', '-');
	return { kind, name: say(`fault-${dashed}`), effect: say(`fault-effect-${dashed}`), target: kind === 'none' ? '' : 'component', parameters: [], ways: [] };
}

/** A running drill. */
export function drillState(part: Partial<DrillState> = {}): DrillState {
	const line = Array.from({ length: 52 }, (_, i) => (i === 20 ? null : i < 12 ? 0.998 : i < 34 ? 0.82 + Math.sin(i) * 0.01 : 0.62 + Math.sin(i) * 0.01));
	return {
		id: 'silent_primary', number: 7, of: 14, title: 'Silent primary', difficulty: 3, briefing: drillBrief('silent_primary').briefing, goal: 'bring checkout above 99 % and name what failed first.', seed: 4471, trainee: 'on call', attempt: 1, branchedAt: null, phase: 'running', clock: drillClock(), historyWhole: true, historyMissed: null, halted: null,
		moves: [
			move(1, 4.5, 'opened', say('move-opened', { screen: word('drill-screen-alerts') })),
			move(2, 5.2, 'acknowledged', say('move-acknowledged', { alert: text('ServiceErrorsHigh') })),
			move(3, 8.4, 'acted', say('move-acted', { kind: word('remedy-name-restart'), target: text('pgbouncer') }), { before: 0.82, after: 0.62, worksAt: at(9), worse: true, effect: say('effect-worse', { before: text('82 %'), after: text('62 %') }) }),
			move(4, 10.1, 'opened', say('move-opened-subject', { screen: word('drill-screen-logs'), subject: text('pg-main') })),
		],
		coach: { on: true, shown: ['Which machine has said nothing since the outage began?'], hints: 3, cost: 2 },
		team: [{ at: at(9), role: say('role-database'), text: 'pg-main-2 is down for maintenance until six. I left its slot.', whispered: false }, { at: at(12), role: say('role-support'), text: 'Support has 40 calls. When is the next update?', whispered: false }],
		actions: [action('fail_over', 'pg-main', 3, 1), action('expand_disk', 'db-1', 2, 9), action('restart', 'pgbouncer', 1, 0.5), action('roll_back', 'orders', 2, 2)],
		advice: [{ index: 0, at: at(11), text: 'Roll orders back: it was deployed before the errors.', remedy: { kind: 'roll_back', target: 'orders', amount: null }, action: say('remedy-roll-back', { target: text('orders') }), followed: null }],
		objectives: [{ component: 'checkout', measure: { key: 'measure-success', values: {} }, wanted: 0.99, hold: 5 * MIN, now: 0.62, start: DRILL_START, step: 15_000, line }],
		metSince: null, declared: null, updateDue: at(11), updated: null, hypothesis: null,
		entities: ['checkout', 'db-1', 'orders', 'payments', 'pg-main', 'pg-main-1', 'pg-main-2', 'pgbouncer'], faults: [fault('disk_fills'), fault('primary_crash'), fault('bad_deploy'), fault('none')], remarks: [], ...part,
	};
}

/** What an action would do. */
export function dryRun(kind: string, target: string, part: Partial<DryRunRow> = {}): DryRunRow {
	return { plan: `${kind} ${target}`, title: say(`remedy-${kind.replaceAll('_', '-')}`, { target: text(target) }), refused: null, steps: [say(`remedy-effect-${kind.replaceAll('_', '-')}`, { target: text(target) })], touches: [target], risk: kind === 'fail_over' ? 3 : 2, worksAt: at(14), scope: kind === 'fail_over' ? target : null, ...part };
}

/** Alerts that fire in the drill. */
export function drillAlerts(): AlertsView {
	const alert = (id: string, name: string, severity: AlertItem['severity'], entity: string, minutes: number, part: Partial<AlertItem> = {}): AlertItem => ({ id, name, severity, state: 'firing', since: at(minutes), ended: null, knownAt: at(minutes), entity, team: '', apart: [], differs: [], labels: [['service', entity]], summary: `${entity} fails 38 % of its requests`, annotations: [], value: 0.38, expression: '', source: 1, acknowledged: null, acknowledgedBy: '', ...part });
	const rows = [alert('a1', 'ServiceErrorsHigh', 'critical', 'checkout', 4), alert('a2', 'ServiceSlow', 'warning', 'orders', 3.5, { acknowledged: at(5), acknowledgedBy: 'on call' }), alert('a3', 'ConnectionsPending', 'warning', 'pgbouncer', 3), alert('a4', 'HostDiskFilling', 'info', 'db-1', 1)];
	return { range: { start: at(-360), end: at(13) }, headline: say('alerts-firing', { n: count(4), rules: count(4), entities: count(4), time: { kind: 'time', value: at(1) } }), known: true, total: 4, rows, firing: 4, pending: 1, ended: 2, open: 3, shared: [], rules: 4, entities: 4, bins: [], bin: 5 * MIN };
}

/** Changes before and in the drill. */
export function drillChanges(): ChangesView {
	return { range: { start: at(-1440), end: at(13) }, rows: [{ at: at(-2), subject: 'orders', kind: 'deployment', what: 'orders 4.18.2', knownAt: at(-2) }, { at: at(-45), subject: 'pg-main', kind: 'maintenance', what: 'pg-main-2 stopped for maintenance', knownAt: at(-44) }] };
}

/** Answers a command of drills; `undefined` for any other. */
export function drillAnswer(drill: DrillState | null, command: string, args: Record<string, unknown>): unknown {
	const remedy = args['remedy'] as { kind: string; target: string } | undefined;
	switch (command) {
		case 'drill_list':
			return drillList(String(args['trainee'] ?? ''));
		case 'drill_brief':
			return drillBrief(String(args['id']));
		case 'drill_state':
			return drill;
		case 'start_drill':
		case 'drill_hypothesis':
		case 'drill_update':
		case 'drill_hint':
		case 'drill_advice':
		case 'drill_declare':
		case 'drill_rewind':
			return drill ?? drillState();
		case 'drill_clock':
			return drillClock({ paused: (args['wish'] as { kind: string }).kind === 'pause' });
		case 'drill_dry_run':
			return dryRun(remedy?.kind ?? '', remedy?.target ?? '');
		case 'drill_act':
			return { refused: null, worksAt: at(14) };
		case 'drill_resolve':
		case 'end_drill':
			return {} as DebriefView;
		case 'alerts':
			return drill ? drillAlerts() : undefined;
		case 'changes':
			return drill ? drillChanges() : undefined;
		default:
			return undefined;
	}
}
