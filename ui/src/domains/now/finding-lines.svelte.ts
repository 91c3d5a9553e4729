// The list of findings on Now: one row a thing, which unfolds into its further findings, and the row with the keyboard.
import type { FindingRow, NowView, ThingRow } from '$lib/ipc/bindings';

/** What is folded under the row of a thing. */
export interface Fold {
	/** How many further findings the thing has. */
	more: number;
	/** How many of them are here to be unfolded. */
	listed: number;
	/** When the earliest of all findings of the thing began. */
	began: number;
	open: boolean;
}

/** A row of the list. */
export interface FindingLine {
	finding: FindingRow;
	/** The rank of the thing; `null` for a further finding of it. */
	rank: number | null;
	/** `null` where nothing is folded under the row. */
	fold: Fold | null;
}

/** The rows of the list. Owned by `NowPage`; where a thing is chosen, all of its findings are rows. */
export class FindingLines {
	/** The index of the row with the keyboard. */
	at = $state(0);
	/** A finding of each thing that is unfolded: the most surprising one may be another with every detection. */
	#open: ReadonlySet<string> = $state.raw(new Set());
	readonly #now: () => NowView | null;
	readonly #entity: () => string | null;
	readonly rows: readonly FindingLine[] = $derived.by(() => this.#rows());

	constructor(now: () => NowView | null, entity: () => string | null) {
		this.#now = now;
		this.#entity = entity;
	}

	/** The row with the keyboard. */
	get chosen(): FindingLine | null {
		return this.rows[this.at] ?? null;
	}

	/** How many rows there are, with those of things that are not here. */
	get total(): number {
		const now = this.#now();
		return now && this.#entity() === null ? now.thingCount - now.things.length + this.rows.length : this.rows.length;
	}

	/** Moves the keyboard. */
	move = (by: number): void => {
		this.at = Math.max(0, Math.min(this.rows.length - 1, this.at + by));
	};

	/** Unfolds the thing with the keyboard. */
	unfold = (): void => {
		const { chosen } = this;
		if (chosen?.fold && chosen.fold.listed > 0 && !chosen.fold.open) this.turn(chosen);
	};

	/** Folds the thing with the keyboard; from a further finding it goes to its thing first. */
	fold = (): void => {
		const { chosen } = this;
		if (chosen?.fold?.open) this.turn(chosen);
		else if (chosen?.rank === null) this.at = this.rows.map((row) => row.rank !== null).lastIndexOf(true, this.at);
	};

	/** Unfolds the thing of a row, or folds it. */
	turn = (line: FindingLine): void => {
		const thing = this.#now()?.things.find((row) => row.findings.includes(line.finding.id));
		if (!thing || !line.fold) return;
		const here = this.chosen?.finding.id;
		const others = [...this.#open].filter((id) => !thing.findings.includes(id));
		this.#open = new Set(line.fold.open ? others : [...others, line.finding.id]);
		const place = (id: string | undefined) => this.rows.findIndex(({ finding }) => finding.id === id);
		// The keyboard stays on its finding; one that is folded away leaves it to its thing.
		this.at = Math.max(0, place(here) >= 0 ? place(here) : place(thing.findings[0]));
	};

	#rows(): FindingLine[] {
		const now = this.#now();
		const entity = this.#entity();
		if (!now) return [];
		if (entity !== null) return now.findings.filter((finding) => finding.entity === entity).map((finding, index) => ({ finding, rank: index + 1, fold: null }));
		const known = new Map(now.findings.map((finding) => [finding.id, finding]));
		return now.things.flatMap((thing, index) => this.#thing(thing, index + 1, known));
	}

	#thing(thing: ThingRow, rank: number, known: ReadonlyMap<string, FindingRow>): FindingLine[] {
		const [first, ...further] = thing.findings.flatMap((id) => known.get(id) ?? []);
		if (!first) return [];
		const open = further.length > 0 && thing.findings.some((id) => this.#open.has(id));
		const fold = thing.count > 1 ? { more: thing.count - 1, listed: further.length, began: thing.began, open } : null;
		return [{ finding: first, rank, fold }, ...(open ? further.map((finding) => ({ finding, rank: null, fold: null })) : [])];
	}
}
