// What the detector would have cost and brought, at every sensitivity. Owned by the tab.
import type { AppError, BillRow, BillView, Commands, DetectorScope, KeptDetector, Span } from '$lib/ipc/bindings';
import { LastAnswer, type Missed } from '$lib/state/standing';

/** What the bill shows. The last answer stays while the next one is under way, and when that fails for the same bill. */
export type BillState = { kind: 'loading' } | { kind: 'ready'; bill: BillView } | { kind: 'stale'; bill: BillView; missed: Missed } | { kind: 'refused'; error: AppError } | { kind: 'failed'; error: AppError };

type BillCommands = Pick<Commands, 'bill' | 'forgetDetector' | 'keepDetector' | 'keptDetectors' | 'setDetector' | 'setSensitivity'>;

export class BillDesk {
	state: BillState = $state.raw({ kind: 'loading' });
	/** The sensitivity that a person moved to; `null` takes that of the answer. */
	moved: number | null = $state(null);
	/** The word of the method whose alarms are billed; `null` for the findings of the detector. */
	detector: string | null = $state(null);
	/** The detectors that are kept for choices of series. */
	kept: readonly KeptDetector[] = $state.raw([]);
	/** The entity of which the bill is; `null` for all. */
	entity: string | null = $state(null);
	readonly #commands: BillCommands;
	readonly #last = new LastAnswer();
	#lastRequest = 0;

	readonly bill: BillView | null = $derived(this.state.kind === 'ready' || this.state.kind === 'stale' ? this.state.bill : null);
	readonly sensitivity: number = $derived(this.moved ?? this.bill?.sensitivity ?? 1);
	/** What the chosen sensitivity costs and brings. The whole curve is here, so moving asks nothing. */
	readonly chosen: BillRow | null = $derived(this.bill?.curve.find((row) => row.sensitivity === this.sensitivity) ?? this.bill?.chosen ?? null);

	/** Whether the chosen sensitivity is the one that is kept for what the bill is of. */
	readonly isKept: boolean = $derived(this.bill?.stored === this.sensitivity && (this.entity === null || this.bill.own));

	constructor(commands: BillCommands) {
		this.#commands = commands;
	}

	/** Asks for the bill; `marked` are windows in which something real happened. */
	load = async (entity: string | null, marked: readonly Span[]): Promise<void> => {
		const request = ++this.#lastRequest;
		const { detector } = this;
		const asked = { what: [entity, detector, marked] };
		if (entity !== this.entity) {
			// What was moved to and answered for another entity is no answer for this one, and must not be kept for it.
			this.moved = null;
			this.state = { kind: 'loading' };
		}
		this.entity = entity;
		void this.loadKept();
		const answer = await this.#commands.bill({ filter: '', entity, sensitivity: null, marked: [...marked], ...(detector === null ? {} : { detector }) });
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') {
			this.#last.came(asked);
			this.state = { kind: 'ready', bill: answer.data };
		} else this.#miss(answer.error, this.#last.stands(asked, answer.error));
	};

	#miss(error: AppError, missed: Missed | null): void {
		const { bill } = this;
		if (/^(?:bill_|compare_|method_|window_)/.test(error.code)) this.state = { kind: 'refused', error };
		else this.state = bill && missed ? { kind: 'stale', bill, missed } : { kind: 'failed', error };
	}

	/** Chooses another detector; what was known of the one before is no answer for it. */
	choose = (detector: string | null): void => {
		this.detector = detector;
		this.moved = null;
		this.state = { kind: 'loading' };
	};

	/** Asks which detectors are kept; without an answer the list stays as it is. */
	loadKept = async (): Promise<void> => {
		const answer = await this.#commands.keptDetectors();
		if (answer.status === 'ok') this.kept = (answer.data ?? []).filter((one) => one.scope.entity !== null || one.scope.filter !== '');
	};

	/** Keeps the chosen detector and sensitivity, for the entity of the bill or else for the workspace; answers what failed. */
	keep = async (): Promise<AppError | null> => {
		const { sensitivity, detector, entity } = this;
		const answer = await (entity !== null ? this.#commands.keepDetector({ scope: { filter: '', entity }, detector, sensitivity }) : detector === null ? this.#commands.setSensitivity(sensitivity) : this.#commands.setDetector(detector, sensitivity));
		if (answer.status === 'error') return answer.error;
		// Another bill may have come, or been chosen, while it was kept.
		if (this.bill && entity === this.entity && detector === this.detector) {
			const bill = { ...this.bill, stored: sensitivity, own: entity !== null };
			this.state = this.state.kind === 'stale' ? { ...this.state, bill } : { kind: 'ready', bill };
		}
		await this.loadKept();
		return null;
	};

	/** Forgets what is kept for a choice of series; answers what failed. */
	forget = async (scope: DetectorScope): Promise<AppError | null> => {
		const answer = await this.#commands.forgetDetector(scope);
		return answer.status === 'error' ? answer.error : null;
	};
}
