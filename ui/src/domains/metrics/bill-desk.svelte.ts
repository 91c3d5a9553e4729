// What the detector would have cost and brought, at every sensitivity. Owned by the tab.
import type { AppError, BillRow, BillView, Commands, Span } from '$lib/ipc/bindings';

/** What the bill shows. The last answer stays while the next one is under way. */
export type BillState = { kind: 'loading' } | { kind: 'ready'; bill: BillView } | { kind: 'refused'; error: AppError } | { kind: 'failed'; error: AppError };

export class BillDesk {
	state: BillState = $state.raw({ kind: 'loading' });
	/** The sensitivity that a person moved to; `null` takes that of the answer. */
	moved: number | null = $state(null);
	/** The word of the method whose alarms are billed; `null` for the findings of the detector. */
	detector: string | null = $state(null);
	readonly #commands: Pick<Commands, 'bill' | 'setDetector' | 'setSensitivity'>;
	#lastRequest = 0;

	readonly bill: BillView | null = $derived(this.state.kind === 'ready' ? this.state.bill : null);
	readonly sensitivity: number = $derived(this.moved ?? this.bill?.sensitivity ?? 1);
	/** What the chosen sensitivity costs and brings. The whole curve is here, so moving asks nothing. */
	readonly chosen: BillRow | null = $derived(this.bill?.curve.find((row) => row.sensitivity === this.sensitivity) ?? this.bill?.chosen ?? null);

	constructor(commands: Pick<Commands, 'bill' | 'setDetector' | 'setSensitivity'>) {
		this.#commands = commands;
	}

	/** Asks for the bill; `marked` are windows in which something real happened. */
	load = async (entity: string | null, marked: readonly Span[]): Promise<void> => {
		const request = ++this.#lastRequest;
		const { detector } = this;
		const answer = await this.#commands.bill({ filter: '', entity, sensitivity: null, marked: [...marked], ...(detector === null ? {} : { detector }) });
		if (request !== this.#lastRequest) return;
		if (answer.status === 'ok') this.state = { kind: 'ready', bill: answer.data };
		else this.state = { kind: /^(?:bill_|compare_|method_)/.test(answer.error.code) ? 'refused' : 'failed', error: answer.error };
	};

	/** Chooses another detector; what was known of the one before is no answer for it. */
	choose = (detector: string | null): void => {
		this.detector = detector;
		this.moved = null;
		this.state = { kind: 'loading' };
	};

	/** Keeps the chosen detector and sensitivity in the workspace; answers what failed. */
	keep = async (): Promise<AppError | null> => {
		const { sensitivity, bill } = this;
		const answer = await (this.detector === null ? this.#commands.setSensitivity(sensitivity) : this.#commands.setDetector(this.detector, sensitivity));
		if (answer.status === 'error') return answer.error;
		if (bill) this.state = { kind: 'ready', bill: { ...bill, stored: sensitivity } };
		return null;
	};
}
