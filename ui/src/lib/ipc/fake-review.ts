// The debrief and the instructor's panel of a core that answers from made-up rows, for tests; never part of the window.
import type { ConditionRow, CurveRow, DebriefView, DrillMove, EvidenceRow, FaultChoice, InstructorState, KeptResults, LaneMark, PartRow, Phrase, PhraseValue } from './bindings';
import { DRILL_START, drillClock } from './fake-drills';

const MIN = 60_000;
const at = (minutes: number): number => DRILL_START + Math.round(minutes * MIN);
const text = (value: string): PhraseValue => ({ kind: 'text', value });
const count = (value: number): PhraseValue => ({ kind: 'count', value });
const word = (value: string): PhraseValue => ({ kind: 'word', value });
const span = (value: number): PhraseValue => ({ kind: 'span', value });
const say = (key: string, values: Record<string, PhraseValue> = {}): Phrase => ({ key, values });
const mark = (minutes: number, tone: LaneMark['tone'], key: string, values: Record<string, PhraseValue> = {}): LaneMark => ({ at: at(minutes), tone, text: say(key, values) });

function curve(until: number): CurveRow {
	const step = 15_000;
	const line = (end: number, back: number) => Array.from({ length: Math.round((end * MIN) / step) + 1 }, (_, i) => {
		const minute = (i * step) / MIN;
		const wobble = Math.sin(i * 1.7) * 0.006;
		if (minute < 1) return 0.998;
		return Math.min(1, Math.max(0.05, minute < 2 ? 0.998 - (minute - 1) * 0.8 : minute < back ? 0.18 + wobble : Math.min(0.997, 0.18 + (minute - back) * 0.5)));
	});
	return { component: 'checkout', measure: { key: 'measure-success', values: {} }, wanted: 0.99, start: DRILL_START, step, you: line(until, 18).map((v, i) => (v !== null && i > 34 && i < 72 ? v - 0.07 : v)), reference: line(40, 12), nobody: line(40, 400) };
}

const evidence = (order: number, screen: EvidenceRow['screen'], subject: string, what: string, part: Partial<EvidenceRow> = {}): EvidenceRow => ({ order, screen, subject, detail: '', what, decides: false, knowable: at(3), opened: null, ...part });
const useful: readonly EvidenceRow[] = [
	evidence(1, 'logs', 'pg-main', 'PANIC: no space left for the write-ahead log', { decides: true, knowable: at(2.2), opened: at(7.4) }),
	evidence(2, 'metrics', 'db-m1', '/pg_wal at 0 B', { knowable: at(2), detail: 'node_filesystem_avail_bytes' }),
	evidence(3, 'now', 'pg-main', 'pg-main stops reporting', { knowable: at(2.7) }),
	evidence(4, 'changes', '', 'db-r2 is in maintenance since 23:12', { knowable: null }),
];

const part = (name: PartRow['part'], points: number, before: number | null, reasons: PartRow['reasons']): PartRow => ({ part: name, points, of: 20, before, reasons });

/** A debrief. */
export function debriefView(some: Partial<DebriefView> = {}): DebriefView {
	return {
		id: 'silent_primary', number: 7, title: 'Silent primary', seed: 4471, trainee: 'on call', attempt: 2, attempts: [{ number: 1, branchedAt: null, points: 52 }, { number: 2, branchedAt: at(4), points: 66 }], points: 66, before: 52, pass: 70, passed: false,
		headline: say('debrief-fixed-behind', { gap: span(350_000) }), lead: [say('debrief-worse', { n: count(1), cost: count(36) }), say('debrief-failed', { you: count(631), reference: count(398), nobody: count(801) }), say('debrief-weakest', { part: word('drill-part-communicate') })],
		truth: [say('debrief-truth', { entity: text('db-m1'), fault: word('fault-disk-fills'), time: { kind: 'time', value: at(1) } })], onset: at(1),
		parts: [
			part('detect', 17, 14, [{ text: say('score-detect-recognised', { at: span(190_000), reference: span(110_000) }), points: 17 }]),
			part('localise', 16, 9, [{ text: say('score-localise-named', { entity: text('pg-main'), at: span(440_000), reference: span(260_000) }), points: 16 }]),
			part('mitigate', 13, 12, [{ text: say('score-mitigate-failed', { failed: count(631), reference: count(398), nobody: count(801) }), points: 8 }, { text: say('score-mitigate-not-declared'), points: -2 }]),
			part('safety', 11, 10, [{ text: say('score-safety-nothing-done'), points: 11 }]),
			part('communicate', 9, null, [{ text: say('score-communicate-first', { after: span(610_000), target: span(300_000) }), points: 9 }, { text: say('score-communicate-no-last'), points: 0 }]),
		],
		weakest: 'communicate', range: { start: DRILL_START, end: at(40) },
		reference: { phases: [{ part: 'detect', start: at(1), end: at(3), done: true }, { part: 'localise', start: at(3), end: at(8), done: true }, { part: 'mitigate', start: at(8), end: at(14), done: true }], marks: [mark(3, 'good', 'mark-recognised'), mark(4.4, 'good', 'mark-first-useful', { what: text('pg-main PANIC') }), mark(5.2, 'plain', 'mark-update'), mark(8, 'good', 'mark-named', { entity: text('pg-main') }), mark(9.2, 'good', 'mark-moved', { kind: word('remedy-name-fail-over'), target: text('pg-main') }), mark(14, 'good', 'mark-restored')] },
		you: { phases: [{ part: 'detect', start: at(1), end: at(4.2), done: true }, { part: 'localise', start: at(4.2), end: at(9), done: true }, { part: 'mitigate', start: at(9), end: at(20), done: true }], marks: [mark(4.2, 'plain', 'mark-acknowledged', { alert: text('CheckoutFails') }), mark(5, 'bad', 'mark-moved-worse', { kind: word('remedy-name-restart'), target: text('pgbouncer'), failed: count(90), without: count(54) }), mark(7.4, 'good', 'mark-first-useful', { what: text('pg-main PANIC') }), mark(9, 'good', 'mark-said', { entity: text('pg-main'), odds: text('0.90') }), mark(10.1, 'plain', 'mark-update'), mark(11, 'good', 'mark-moved-better', { kind: word('remedy-name-fail-over'), target: text('pg-main'), failed: count(120), without: count(290) }), mark(20, 'good', 'mark-restored')] },
		gap: 350_000, times: { you: { detect: 240_000, acknowledge: 250_000, localise: 430_000, mitigate: 1_040_000 }, reference: { detect: 120_000, acknowledge: 120_000, localise: 150_000, mitigate: 690_000 } }, curves: [curve(40)], failed: { you: 631, reference: 398, nobody: 801 }, neverOpened: useful.filter((row) => row.opened === null), firstUseful: useful[0] ?? null, knowable: [...useful],
		beliefs: [{ belief: { at: at(3.5), entity: 'orders', fault: 'bad_deploy', name: say('fault-bad-deploy'), odds: 0.5 }, right: false }, { belief: { at: at(9), entity: 'db-m1', fault: 'disk_fills', name: say('fault-disk-fills'), odds: 0.9 }, right: true }],
		advice: [{ text: 'Roll orders back.', wrong: true, followed: false, why: 'The deploy came after the first error.', points: 2 }, { text: 'Look at the primary.', wrong: false, followed: null, why: 'It was silent.', points: 0 }], adviceMode: 'mayBeWrong', hintCost: 2,
		instructor: [{ number: 1, at: at(6), kind: 'instructor', text: say('move-whispered', { role: word('role-database'), text: text('r2 is in maintenance') }), before: null, after: null, worksAt: null, effect: null, worse: false }],
		againFrom: at(4), next: { id: 'red_herring', number: 4, title: 'Red herring: the innocent deploy', minutes: 8, why: say('drill-next-part', { after: text('Silent primary'), part: word('drill-part-safety'), number: count(4), title: text('Red herring'), trains: text('looking before acting') }) }, remarks: [], ...some,
	};
}

/** What a drill's file keeps where no world can be made of its text. */
export function keptResults(some: Partial<KeptResults> = {}): KeptResults {
	return { id: 'own', seed: 7, trainee: 'night shift', at: at(9), why: { code: 'scenario_unreadable', fields: { line: '18', key: 'names', detail: 'a world has at most 1000 hosts' } }, attempts: [], ...some };
}

const move = (number: number, minutes: number, kind: DrillMove['kind'], words: Phrase, some: Partial<DrillMove> = {}): DrillMove => ({ number, at: at(minutes), kind, text: words, before: null, after: null, worksAt: null, effect: null, worse: false, ...some });
const thing = (entity: string, grade: number, truth: string, some: Partial<ConditionRow> = {}): ConditionRow => ({ entity, grade, truth: say(truth), detail: null, seen: null, looked: null, lookedOn: null, ...some });

/** Faults with parameters, ways and targets of two sorts. */
export const faults: readonly FaultChoice[] = [
	{ kind: 'consumer_stuck', name: say('fault-consumer-stuck'), effect: say('fault-effect-consumer-stuck'), target: 'component', parameters: [{ name: 'instance_ratio', least: 0.01, most: 1, usual: 1 }], ways: [] },
	{ kind: 'bad_deploy', name: say('fault-bad-deploy'), effect: say('fault-effect-bad-deploy'), target: 'component', parameters: [{ name: 'error_ratio', least: 0.001, most: 1, usual: 0.25 }, { name: 'factor', least: 1.05, most: 100, usual: 5 }], ways: ['errors', 'slow', 'leak'] },
	{ kind: 'pool_too_small', name: say('fault-pool-too-small'), effect: say('fault-effect-pool-too-small'), target: 'pool', parameters: [{ name: 'connections', least: 1, most: 1000, usual: 1 }], ways: [] },
];

/** The instructor's panel. */
export function instructorState(some: Partial<InstructorState> = {}): InstructorState {
	return {
		title: 'Silent primary', seed: 4471, trainee: 'on call', headline: say('instructor-at', { trainee: text('on call'), screen: word('drill-screen-logs'), n: count(3) }), clock: drillClock(), phase: 'running', sinceOnset: 400_000,
		conditions: [thing('pg-main', 3, 'condition-down', { seen: say('condition-seen', { value: text('up'), time: { kind: 'time', value: at(1) } }), looked: at(5), lookedOn: 'logs' }), thing('db-m1', 2, 'condition-disk-full', { detail: text('0 B') }), thing('checkout', 2, 'condition-failing', { detail: text('38 %'), looked: at(4), lookedOn: 'alerts' }), thing('orders', 1, 'condition-slow', { detail: text('4.1 s') }), ...Array.from({ length: 30 }, (_, i) => thing(`app-${i}`, 0, 'condition-up'))],
		moves: [move(1, 4.5, 'opened', say('move-opened', { screen: word('drill-screen-alerts') })), move(2, 8.4, 'acted', say('move-acted', { kind: word('remedy-name-restart'), target: text('pgbouncer') }), { before: 0.82, after: 0.62, worse: true, effect: say('effect-worse', { before: text('82 %'), after: text('62 %') }) }), move(3, 10.1, 'opened', say('move-opened-subject', { screen: word('drill-screen-logs'), subject: text('pg-main') }))],
		evidence: [...useful], curve: curve(13), failed: { you: 210, reference: 398, nobody: 801 }, roles: [{ role: 'database', name: say('role-database') }, { role: 'support', name: say('role-support') }, { role: 'coach', name: say('role-coach') }], prepared: [{ role: 'database', text: 'pg-main-r2 is down for maintenance until 06:00. I left its slot.' }, { role: 'support', text: 'Support has 40 calls.' }],
		faults: [...faults], targets: ['checkout', 'orders', 'pg-main', 'db-m1', 'orders -> pg-main'], waiting: null, refused: null, sensors: [{ target: 'pg-main', away: at(8), decides: false }, { target: 'db-m1', away: null, decides: true }, ...Array.from({ length: 20 }, (_, i) => ({ target: `app-${i}`, away: null, decides: false }))], updateDue: at(11), ...some,
	};
}

/** Answers a command of debrief and instructor; `undefined` for any other. */
export function answerReview(command: string, args: Record<string, unknown>): unknown {
	switch (command) {
		case 'drill_debrief':
			return debriefView({ attempt: (args['attempt'] as number | null) ?? 2 });
		case 'drill_kept':
			return keptResults();
		case 'instructor_state':
		case 'drill_stop_injection':
		case 'drill_whisper':
		case 'drill_sensor':
			return instructorState();
		case 'drill_inject':
			return instructorState({ waiting: { name: say('fault-consumer-stuck'), target: 'checkout', left: 10_000 } });
		default:
			return undefined;
	}
}
