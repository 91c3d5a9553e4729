// Writes counts, shares and sizes; digits are grouped, and three of them are significant.

// Making a format costs some fifty times what it takes to write a number with it, and a table writes thousands.
const formats = new Map<string, Intl.NumberFormat>();

/** The format of a way to write numbers in a language, made when it is first asked for. */
function format(locale: string, way: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
	const key = `${way} ${locale}`;
	let found = formats.get(key);
	if (!found) {
		found = new Intl.NumberFormat(locale, options);
		formats.set(key, found);
	}
	return found;
}

/** `1,840` for a whole number. */
export function count(locale: string, value: number): string {
	return format(locale, 'whole', { maximumFractionDigits: 0 }).format(value);
}

/** Three significant digits: `0.0123`, `1.84`, `1,840`. */
export function plain(locale: string, value: number): string {
	if (Math.abs(value) >= 1000) return count(locale, value);
	return format(locale, 'three', { maximumSignificantDigits: 3 }).format(value);
}

/** `1.2 M` for a large count. */
export function compact(locale: string, value: number): string {
	const units = ['', 'k', 'M', 'G', 'T'];
	let n = value;
	let unit = 0;
	while (Math.abs(n) >= 1000 && unit < units.length - 1) {
		n /= 1000;
		unit += 1;
	}
	if (unit <= 1 && Math.abs(value) < 100_000) return count(locale, value);
	return `${plain(locale, n)} ${units[unit]}`;
}

/** `38 MiB`. */
export function bytes(locale: string, value: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let n = value;
	let unit = 0;
	while (Math.abs(n) >= 1024 && unit < units.length - 1) {
		n /= 1024;
		unit += 1;
	}
	return `${unit === 0 ? count(locale, n) : plain(locale, n)} ${units[unit]}`;
}

/** `24 %` for a share from 0 to 1. */
export function percent(locale: string, share: number): string {
	return `${plain(locale, share * 100)} %`;
}

/** `0.99`: a score or odds, always with two decimals. */
export function odds(locale: string, value: number): string {
	return format(locale, 'odds', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}
