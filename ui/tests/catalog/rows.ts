// Sources, proposals and previews as the core sends them, for the tests of the catalog.
import type { ConnectionDraft, JobRow, Phrase, PreviewRow, ProbeRow, ScopeRow, SourceHealth, SourceRow } from '$lib/ipc/bindings';

export const NOW = Date.UTC(2026, 10, 17, 9, 8, 24);

/** A sentence without a key of the catalogue: its key is shown as it is. */
export function words(text: string): Phrase {
	return { key: text, values: {} };
}

export function draft(part: Partial<ConnectionDraft> = {}): ConnectionDraft {
	return {
		id: 1, kind: 'prometheus', name: 'Prometheus eu-1', url: 'https://prom.eu-1.example.net/prom', signIn: { kind: 'bearer' }, secret: null,
		headers: [['X-Scope-OrgID', 'harbour']], caPath: null, proxy: null, maxConcurrent: 2, requestsPerMinute: 20,
		selectors: ['up'], expressions: [], step: 60_000, followEvery: 15_000, retention: null, maxBytes: null, logs: null, inventory: null, ...part,
	};
}

export function source(part: Partial<SourceRow> = {}, health: Partial<SourceHealth> = {}): SourceRow {
	return {
		health: { id: 1, name: 'Prometheus eu-1', state: 'fresh', until: NOW - 6000, answered: NOW - 6000, nextTry: null, every: 15_000, silent: null, error: null, ...health },
		kind: 'prometheus', place: 'https://prom.eu-1.example.net/prom', draft: draft(), series: 1840, samples: 18_500_000,
		data: { start: NOW - 7 * 86_400_000, end: NOW - 6000 }, following: true, canFollow: true, followAllowed: true,
		secretStored: true, notices: [], capped: [], rules: 148, firing: 6, ...part,
	};
}

export function probe(part: Partial<ProbeRow> = {}): ProbeRow {
	return {
		at: NOW, took: 600, requests: 6, product: 'Prometheus', version: '2.53.1', series: 486_210, ruleGroups: 61,
		oldest: NOW - 14 * 86_400_000, newest: NOW, clockOffset: 400,
		missing: [{ path: '/api/v1/metadata', status: 403, lost: words('Units are guessed from names.') }], proxy: null, logs: null, inventory: null, ...part,
	};
}

export function scope(part: Partial<ScopeRow> = {}): ScopeRow {
	return {
		key: 'alert-rules', title: words('Alert rules'), why: words('read by 148 alert rules'), selectors: ['{__name__=~"a|b"}'],
		series: 612, samples: 6_200_000, bytes: 9_300_000, requests: 104, proposed: true, runaway: null, instead: null, insteadSeries: null, ...part,
	};
}

export function job(part: Partial<JobRow> = {}): JobRow {
	return {
		id: 1, kind: 'sync', subject: 'Prometheus eu-1', source: 1, state: { kind: 'running' }, done: 128, total: 312, unit: 'requests',
		samples: 7_500_000, samplesPerSecond: 19_500, remaining: 552_000, elapsed: 384_000, groups: [], ...part,
	};
}

export function preview(part: Partial<PreviewRow> = {}): PreviewRow {
	return {
		path: '/home/ana/shop-latency.csv', name: 'shop-latency.csv', sizeBytes: 84_000_000, verdict: 'ready', about: [words('long'), words('comma'), words('UTF-8')],
		reading: { layout: 'long', roles: ['time', 'name', 'value', 'leftOut'], dayFirst: null, zone: null, refuseBad: false },
		columns: [
			{ name: 'ts', role: 'time', understood: words('ISO 8601 with its zone'), firstValue: '2026-11-10T00:00:00+01:00' },
			{ name: 'metric', role: 'name', understood: words('12 names'), firstValue: 'checkout_latency_p99' },
			{ name: 'value', role: 'value', understood: words('decimal point'), firstValue: '412.5' },
			{ name: 'note', role: 'leftOut', understood: words('free text'), firstValue: 'retry after 3' },
		],
		firstRows: [['2026-11-10T00:00:00+01:00', 'checkout_latency_p99', '412.5', 'retry after 3']],
		rows: 1_204_118, estimated: false, series: 248, samples: 1_204_115, range: { start: NOW - 7 * 86_400_000, end: NOW }, bytes: 1_800_000,
		badRows: [{ line: 48_211, column: 1, text: '2026-11-10T25:61:00+01:00', problem: words('hour 25 does not exist') }], badRowCount: 1,
		question: null, refusal: null, importedBefore: false, ...part,
	};
}
