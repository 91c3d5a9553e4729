// The one thing that is selected in the window.

/** What can be selected. */
export type Subject =
	| { kind: 'entity'; name: string }
	| { kind: 'finding'; id: string; name: string; entity: string }
	| { kind: 'alert'; id: string; name: string; entity: string };

/** At most one subject; every screen answers for it. */
export class Selection {
	subject: Subject | null = $state.raw(null);

	/** The entity that every screen is narrowed to; `null` while none is selected, or something else is. */
	readonly entity: string | null = $derived(this.subject?.kind === 'entity' ? this.subject.name : null);

	/** Selects a thing. */
	select = (subject: Subject): void => {
		this.subject = subject;
	};

	/** Selects nothing; `false` when nothing was selected. */
	clear = (): boolean => {
		const had = this.subject !== null;
		this.subject = null;
		return had;
	};
}
