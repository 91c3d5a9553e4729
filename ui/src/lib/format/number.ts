// Writes counts, shares and sizes; digits are grouped, and three of them are significant.

/** `1,840` for a whole number. */
export function count(locale: string, value: number): string {
	return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

/** Three significant digits: `0.0123`, `1.84`, `1,840`. */
export function plain(locale: string, value: number): string {
	if (Math.abs(value) >= 1000) return count(locale, value);
	return new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value);
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
	return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}
