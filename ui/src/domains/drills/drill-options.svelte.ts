// How the next drill is begun; kept while the window is open, so that a series of drills needs no setting twice.
import type { AdviceMode, DrillOptions } from '$lib/ipc/bindings';

class Chosen {
	/** Whose results are shown and kept; empty is everyone here. */
	trainee: string = $state('');
	advice: AdviceMode = $state('normal');
	speed: number = $state(1);
	coach: boolean = $state(true);

	/** As the core takes it. */
	get options(): DrillOptions {
		return { advice: this.advice, speed: this.speed, coach: this.coach };
	}
}

/** What a person chose last. */
export const chosen = new Chosen();
