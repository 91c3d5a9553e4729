/** A connection while it is written: fields, test, what to bring, and what it would cost. Owned by *Add a source*. */
import type { AppError, ConnectionDraft, ConnectionKind, ExpressionRow, FieldMappingDraft, InventoryProbeItem, JobRow, LogProbeRow, MappingCheck, PlanRow, PresetItem, ProbeRow, ScopeRow, Span } from '$lib/ipc/bindings';
import type { SourcesApi } from './api';
import { draftOf, emptyFields, fieldsOf, indicesOf, nameOf, problemsOf, whole, type FieldProblem, type FormFields, type MappedField } from './draft';

/** What the test of the connection shows. */
export type ProbeView =
	| { kind: 'untried' }
	| { kind: 'asking' }
	| { kind: 'answered'; probe: ProbeRow }
	| { kind: 'failed'; error: AppError };

/** What is proposed. */
export type ScopeView =
	| { kind: 'unasked' }
	| { kind: 'asking' }
	| { kind: 'ready'; rows: readonly ScopeRow[] }
	| { kind: 'failed'; error: AppError };

/** The ways to say what to bring; all three add up. */
export type ScopeWay = 'suggested' | 'matcher' | 'expression';

/** What is chosen, added up. */
export interface Cost {
	readonly series: number;
	readonly samples: number;
	readonly bytes: number;
	readonly requests: number;
	/** `null` while nothing limits the requests. */
	readonly takes: number | null;
}

const DAY = 86_400_000;

export class SourceForm {
	fields: FormFields = $state(emptyFields());
	/** Whether a secret is stored for the connection that is edited. */
	secretStored = $state(false);
	probe: ProbeView = $state.raw({ kind: 'untried' });
	scope: ScopeView = $state.raw({ kind: 'unasked' });
	way: ScopeWay = $state('suggested');
	/** Keys of the proposals that are chosen. */
	chosen: readonly string[] = $state.raw([]);
	/** Keys of the proposals whose sum is taken instead of them. */
	summed: readonly string[] = $state.raw([]);
	/** Selectors, one a line, as typed. */
	matchers = $state('');
	expressions: ExpressionRow[] = $state([{ name: '', expression: '' }]);
	span: Span = $state.raw({ start: 0, end: 0 });
	rangeText = $state('now-7d to now');
	rangeProblem: AppError | null = $state.raw(null);
	thenFollow = $state(true);
	plan: PlanRow | null = $state.raw(null);
	planning = $state(false);
	saving = $state(false);
	problem: AppError | null = $state.raw(null);
	/** The presets of inventories; empty before they were read. */
	presets: readonly PresetItem[] = $state.raw([]);
	/** Whether the mapping that is written can be read; `null` before it was looked at. */
	mappingCheck: MappingCheck | null = $state.raw(null);

	readonly problems: readonly FieldProblem[] = $derived(problemsOf(this.fields));
	/** What stands in the way of storing it; `null` when nothing does. */
	readonly obstacle: FieldProblem | null = $derived(this.problems[0] ?? null);
	/** What stands in the way of the test: without a name it takes that of its host. */
	readonly untestable: FieldProblem | null = $derived(this.problems.find((problem) => problem !== 'name') ?? null);
	readonly rows: readonly ScopeRow[] = $derived(this.scope.kind === 'ready' ? this.scope.rows : []);
	readonly proposedSeries: number = $derived(sum(this.rows.filter((row) => row.proposed).map((row) => row.series)));
	/** Two proposals may bring the same; it is asked for once. */
	readonly selectors: string[] = $derived([...new Set([...this.#chosenSelectors(), ...lines(this.matchers)])]);
	readonly brought: ExpressionRow[] = $derived([...this.#sums(), ...this.#typed()]);
	/** Whether it leads to logs and not to series. */
	readonly logs: boolean = $derived(this.fields.kind === 'elasticsearch');
	/** Whether it leads to an inventory. */
	readonly inventory: boolean = $derived(this.fields.kind === 'cmdb');
	/** What an inventory said; `null` before it did. */
	readonly inventoryProbe: InventoryProbeItem | null = $derived(this.probe.kind === 'answered' ? this.probe.probe.inventory : null);
	/** The preset that is chosen. */
	readonly preset: PresetItem | null = $derived(this.presets.find((preset) => preset.key === this.fields.preset) ?? null);
	/** The mapping that counts: as written, else the preset's. */
	readonly mappingText: string = $derived(this.fields.inventoryMapping || (this.preset?.mapping ?? ''));
	/** What a cluster said about its logs; `null` before it did. */
	readonly logProbe: LogProbeRow | null = $derived(this.probe.kind === 'answered' ? this.probe.probe.logs : null);
	/** Which field holds what: as chosen by hand, else as found. */
	readonly mapping: FieldMappingDraft | null = $derived(this.fields.mapping ?? this.logProbe?.mapping ?? null);
	readonly bringsNothing: boolean = $derived(this.inventory ? this.mappingCheck?.ok === false : this.logs ? indicesOf(this.fields).length === 0 : this.selectors.length === 0 && this.brought.length === 0);
	/** Whether the cost of what is typed is not known before the server is asked. */
	readonly needsPlan: boolean = $derived(this.logs || lines(this.matchers).length > 0 || this.brought.length > 0);
	readonly cost: Cost = $derived(this.plan && this.needsPlan ? this.plan : this.#chosenCost());

	readonly #api: SourcesApi;
	readonly #now: () => number;
	#lastProbe = 0;
	#lastScope = 0;
	#lastPlan = 0;
	#lastCheck = 0;
	/** The rhythm of another kind, while an inventory is written. */
	#rhythm: string | null = null;
	#waiting: ReturnType<typeof setTimeout> | undefined;

	constructor(api: SourcesApi, now: () => number) {
		this.#api = api;
		this.#now = now;
		this.takeDays(7);
	}

	/** Shows a stored connection for editing. */
	edit(draft: ConnectionDraft, secretStored: boolean, following: boolean): void {
		this.fields = fieldsOf(draft);
		this.secretStored = secretStored;
		this.thenFollow = following;
		this.matchers = draft.selectors.join('\n');
		this.expressions = [...draft.expressions.map((row) => ({ ...row })), { name: '', expression: '' }];
		if (draft.selectors.length > 0) this.way = 'matcher';
		else if (draft.expressions.length > 0) this.way = 'expression';
		if (draft.kind === 'cmdb') void this.loadPresets();
	}

	/** Returns the connection as it is written. What was found about fields is part of it. */
	draft(): ConnectionDraft {
		const fields = $state.snapshot(this.fields);
		if (this.inventory) return draftOf(fields, [], []);
		return this.logs ? draftOf({ ...fields, mapping: this.mapping }, [], []) : draftOf(fields, this.selectors, this.brought);
	}

	/** Leads the connection to something else. */
	setKind(kind: ConnectionKind): void {
		if (this.fields.kind === kind) return;
		this.fields.kind = kind;
		if (kind === 'prometheus' && this.fields.signIn === 'apiKey') this.fields.signIn = 'none';
		// An inventory changes slowly and is read as a whole.
		if (kind === 'cmdb') [this.#rhythm, this.fields.followSeconds] = [this.fields.followSeconds, '900'];
		else if (this.#rhythm !== null) [this.fields.followSeconds, this.#rhythm] = [this.#rhythm, null];
		if (kind === 'cmdb') void this.loadPresets();
		this.plan = null;
		this.scope = { kind: 'unasked' };
		this.settingsChanged();
	}

	/** Reads the presets of inventories, and takes the first when none is chosen. */
	async loadPresets(): Promise<void> {
		const answer = await this.#api.cmdbPresets();
		if (answer.status === 'error') {
			this.problem = answer.error;
			return;
		}
		this.presets = answer.data;
		if (this.fields.preset === '') this.fields.preset = answer.data[0]?.key ?? 'own';
		await this.checkMapping();
	}

	/** Takes a preset; what was written by hand goes with the preset it belonged to. */
	async choosePreset(key: string): Promise<void> {
		// Whoever writes an own mapping begins with the one on screen.
		const begun = key === 'own' ? this.mappingText : '';
		this.fields.preset = key;
		this.fields.inventoryMapping = begun;
		this.settingsChanged();
		await this.checkMapping();
	}

	/** Takes the mapping as it is written; the same as the preset's is the preset's. */
	writeMapping(text: string): void {
		this.fields.inventoryMapping = this.fields.preset !== 'own' && text === this.preset?.mapping ? '' : text;
		this.settingsChanged();
		clearTimeout(this.#waiting);
		this.#waiting = setTimeout(() => void this.checkMapping(), 300);
	}

	/** Says whether the mapping can be read. */
	async checkMapping(): Promise<void> {
		const request = ++this.#lastCheck;
		if (this.mappingText.trim() === '') {
			this.mappingCheck = null;
			return;
		}
		const answer = await this.#api.checkMapping(this.mappingText);
		// The person wrote on while this answer was under way.
		if (request !== this.#lastCheck) return;
		if (answer.status === 'ok') this.mappingCheck = answer.data;
		else this.problem = answer.error;
	}

	/** Takes an index or lets it go. */
	toggleIndex(name: string): void {
		this.fields.indices = this.fields.indices.includes(name) ? this.fields.indices.filter((other) => other !== name) : [...this.fields.indices, name];
		this.logsChanged();
	}

	/** Says which field holds something; the other fields stay as they were found. */
	setMapping(what: MappedField, field: string | null): void {
		const found: FieldMappingDraft = this.mapping ?? { time: null, message: null, level: null, service: null, host: null, dataset: null };
		this.fields.mapping = { ...found, [what]: field };
		this.logsChanged();
	}

	/** Goes back to the mapping that is found. */
	forgetMapping(): void {
		this.fields.mapping = null;
		this.logsChanged();
	}

	/** What is brought of the logs moved: sample, mapping and cost are asked for again, once the person is done. */
	logsChanged(): void {
		this.plan = null;
		clearTimeout(this.#waiting);
		this.#waiting = setTimeout(() => void this.#askAgain(), 400);
	}

	async #askAgain(): Promise<void> {
		if (this.probe.kind !== 'answered') return;
		const request = ++this.#lastProbe;
		// The mapping is found anew for the indices that are chosen, unless a person chose it.
		const answer = await this.#api.probeSource(draftOf($state.snapshot(this.fields), [], []));
		if (request !== this.#lastProbe) return;
		if (answer.status === 'ok') this.probe = { kind: 'answered', probe: answer.data };
		else this.problem = answer.error;
		if (!this.bringsNothing) await this.count();
	}

	/** Forgets what the server said, because it was said to other settings. */
	settingsChanged(): void {
		this.#lastProbe++;
		this.#lastScope++;
		this.probe = { kind: 'untried' };
		this.problem = null;
	}

	/** Asks the server who it is and what may be read, and then for what is worth watching. */
	async test(): Promise<void> {
		if (this.fields.name.trim() === '') this.fields.name = nameOf(this.fields.url);
		const request = ++this.#lastProbe;
		this.probe = { kind: 'asking' };
		const answer = await this.#api.probeSource(this.logs ? draftOf($state.snapshot(this.fields), [], []) : this.draft());
		// The settings changed while this answer was under way.
		if (request !== this.#lastProbe) return;
		if (answer.status === 'error') {
			this.probe = { kind: 'failed', error: answer.error };
			return;
		}
		this.probe = { kind: 'answered', probe: answer.data };
		if (this.inventory) return;
		if (!this.logs) await this.suggest();
		else if (!this.bringsNothing) await this.count();
	}

	/** Asks what is worth watching, and chooses what is proposed unless something is chosen already. */
	async suggest(): Promise<void> {
		const request = ++this.#lastScope;
		const first = this.scope.kind !== 'ready';
		if (first) this.scope = { kind: 'asking' };
		const answer = await this.#api.suggestScope(this.draft(), this.span);
		if (request !== this.#lastScope) return;
		if (answer.status === 'error') {
			this.scope = { kind: 'failed', error: answer.error };
			return;
		}
		this.scope = { kind: 'ready', rows: answer.data };
		const editing = this.fields.id !== null;
		if (first && !editing) this.chosen = answer.data.filter((row) => row.proposed).map((row) => row.key);
	}

	/** Chooses a proposal or lets it go. */
	toggle(key: string): void {
		this.chosen = this.chosen.includes(key) ? this.chosen.filter((other) => other !== key) : [...this.chosen, key];
		this.summed = this.summed.filter((other) => other !== key);
	}

	/** Takes the sum without the label that runs away, or lets it go. */
	toggleSum(key: string): void {
		this.summed = this.summed.includes(key) ? this.summed.filter((other) => other !== key) : [...this.summed, key];
		this.chosen = this.chosen.filter((other) => other !== key);
	}

	/** Takes the last days up to now. */
	takeDays(days: number): void {
		const end = this.#now();
		this.span = { start: end - days * DAY, end };
		this.rangeText = `now-${days}d to now`;
		this.rangeProblem = null;
		this.plan = null;
	}

	/** Takes the range that is typed; keeps the old one when the words are not understood. */
	async takeTypedRange(): Promise<void> {
		const answer = await this.#api.parseTime(this.rangeText, this.#now());
		if (answer.status === 'error') {
			this.rangeProblem = answer.error;
			return;
		}
		this.rangeProblem = null;
		this.span = answer.data;
		this.plan = null;
	}

	/** Asks the server what the chosen scope would cost. */
	async count(): Promise<void> {
		const request = ++this.#lastPlan;
		this.planning = true;
		this.problem = null;
		const answer = await this.#api.planSync(this.draft(), this.span);
		if (request !== this.#lastPlan) return;
		this.planning = false;
		if (answer.status === 'ok') this.plan = answer.data;
		else this.problem = answer.error;
	}

	/** Stores the connection and returns its number. */
	async save(): Promise<number | null> {
		this.saving = true;
		this.problem = null;
		const answer = await this.#api.saveSource(this.draft());
		this.saving = false;
		if (answer.status === 'error') {
			this.problem = answer.error;
			return null;
		}
		this.fields.id = answer.data;
		return answer.data;
	}

	/** Stores the connection, begins the sync and, when wanted, the following after it. */
	async saveAndSync(): Promise<JobRow | null> {
		const id = await this.save();
		if (id === null) return null;
		const begun = await this.#api.sync({ source: id, range: this.inventory ? null : this.span });
		if (begun.status === 'error') {
			this.problem = begun.error;
			return null;
		}
		const followed = await this.#api.follow(id, this.thenFollow);
		if (followed.status === 'error') this.problem = followed.error;
		return begun.data;
	}

	#chosenSelectors(): string[] {
		return this.rows.filter((row) => this.chosen.includes(row.key)).flatMap((row) => row.selectors);
	}

	#sums(): ExpressionRow[] {
		return this.rows.flatMap((row) => (row.instead && this.summed.includes(row.key) ? [row.instead] : []));
	}

	#typed(): ExpressionRow[] {
		return this.expressions
			.map((row) => ({ name: row.name.trim(), expression: row.expression.trim() }))
			.filter((row) => row.name !== '' && row.expression !== '');
	}

	#chosenCost(): Cost {
		const entire = this.rows.filter((row) => this.chosen.includes(row.key));
		const sums = this.rows.filter((row) => this.summed.includes(row.key));
		const share = (row: ScopeRow): number => (row.series > 0 ? (row.insteadSeries ?? 0) / row.series : 0);
		const requests = sum(entire.map((row) => row.requests)) + sum(sums.map((row) => Math.max(1, Math.ceil(row.requests * share(row)))));
		const perMinute = whole(this.fields.requestsPerMinute, 0, 0);
		return {
			series: sum(entire.map((row) => row.series)) + sum(sums.map((row) => row.insteadSeries ?? 0)),
			samples: sum(entire.map((row) => row.samples)) + sum(sums.map((row) => row.samples * share(row))),
			bytes: sum(entire.map((row) => row.bytes)) + sum(sums.map((row) => row.bytes * share(row))),
			requests,
			takes: perMinute > 0 ? (requests / perMinute) * 60_000 : null,
		};
	}
}

function lines(text: string): string[] {
	return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
