// What a person chose among the series: the filter, the row, how many charts and what they show. It stays while another way of asking is on screen.

export class SeriesSheet {
	/** The filter as it is typed. */
	filter = $state('');
	/** The filter that the list answers. */
	asked = $state('');
	/** The class whose series are listed; `null` for all. */
	class: string | null = $state(null);
	/** The row with the keyboard. */
	at = $state(0);
	/** Charts at a time; 50 is a wall of small ones over the whole list. */
	count: 1 | 6 | 12 | 24 | 50 = $state(6);
	/** How many there were before one was made large. */
	#several: 6 | 12 | 24 | 50 = 6;
	ribbon = $state(true);
	tabled = $state(false);
	#typing: ReturnType<typeof setTimeout> | undefined;

	/** Takes a filter a moment after it was typed. */
	filtered = (text: string): void => {
		clearTimeout(this.#typing);
		this.#typing = setTimeout(() => {
			this.asked = text.trim();
			this.at = 0;
		}, 120);
	};

	/** Makes one chart large, or goes back to as many as there were. */
	enlarge = (): void => {
		if (this.count === 1) {
			this.count = this.#several;
			return;
		}
		this.#several = this.count;
		this.count = 1;
	};

	/** Lists the series of one class, or of all. */
	choose = (wanted: string | null): void => {
		this.class = wanted;
		this.at = 0;
	};

	/** Takes the filter and the class away. */
	clear = (): void => {
		this.filter = '';
		this.class = null;
		this.filtered('');
	};
}
