// Writes a measured value with its unit, and finds round ticks for an axis in that unit.
import { bytes, compact, plain } from './number';

/** Writes a value: `92 ms`, `61 %`, `1.5 GiB/s`. The unit is the core's word. */
export function withUnit(locale: string, value: number, unit: string): string {
	switch (unit) {
		case 'seconds':
			return seconds(locale, value);
		case 'bytes':
			return bytes(locale, value);
		case 'bytes_per_second':
			return `${bytes(locale, value)}/s`;
		case 'ratio':
			return `${plain(locale, value * 100)} %`;
		case 'per_second':
			return `${compact(locale, value)} /s`;
		case 'celsius':
			return `${plain(locale, value)} °C`;
		default:
			return compact(locale, value);
	}
}

/** A sentence in which no number is parted from its unit by the end of a line. */
export const unbroken = (sentence: string): string => sentence.replace(/(\d) (?=(?:%|\/s|°C|[KMGT]?i?B(?:\/s)?|[kMGT]|[µm]?s|min|h|d)(?![\p{L}\d]))/gu, '$1\u00a0');

/** Prefixes of counts, which have no unit behind them. */
const prefixes: readonly string[] = ['M', 'G', 'T'];

/**
 * The low end of a range as it is written before its high end: without its unit where both have the same. A prefix alone
 * (`1.2 M`) is part of the number and stays, as does a time in two parts.
 */
export function lowEnd(low: string, high: string): string {
	const [number = low, unit, ...more] = low.split(' ');
	return unit !== undefined && more.length === 0 && !prefixes.includes(unit) && high.slice(high.indexOf(' ') + 1) === unit ? number : low;
}

function seconds(locale: string, value: number): string {
	const size = Math.abs(value);
	if (size === 0) return '0 s';
	if (size < 0.001) return `${plain(locale, value * 1e6)} µs`;
	if (size < 1) return `${plain(locale, value * 1000)} ms`;
	if (size < 600) return `${plain(locale, value)} s`;
	if (size < 36_000) return `${plain(locale, value / 60)} min`;
	return `${plain(locale, value / 3600)} h`;
}

/** An axis of values with round ticks; the unit stands on the top tick only. */
export interface ValueAxis {
	low: number;
	high: number;
	ticks: readonly { at: number; label: string }[];
	/** Whether the axis does not begin at zero, so that a mark must say so. */
	broken: boolean;
}

/** Finds an axis. Shares and rates begin at zero; a gauge that moves little does not. */
export function valueAxis(locale: string, min: number, max: number, unit: string, rate: boolean): ValueAxis {
	const wide = max - min || Math.abs(max) || 1;
	const fromZero = rate || unit === 'ratio' || unit === 'count' || (min >= 0 && min <= max * 0.6);
	let low = fromZero ? Math.min(0, min) : min - wide * 0.08;
	let high = max + wide * (fromZero && low === 0 ? 0.04 : 0.08);
	if (unit === 'ratio' && max <= 1) high = Math.min(Math.max(high, 0.01), 1);
	if (high <= low) high = low + 1;
	const [scale, suffix] = axisUnit(unit, Math.max(Math.abs(low), Math.abs(high)));
	const step = niceStep((high - low) / scale / 4) * scale;
	low = Math.floor(low / step + 1e-9) * step;
	high = unit === 'ratio' && high === 1 ? 1 : Math.ceil(high / step - 1e-9) * step;
	const count = Math.max(1, Math.round((high - low) / step));
	const ticks = Array.from({ length: count + 1 }, (_, i) => {
		const at = Math.min(high, low + i * step);
		const label = plain(locale, Number((at / scale).toPrecision(6)));
		return { at, label: i === count && suffix ? `${label} ${suffix}` : label };
	});
	return { low, high, ticks, broken: low > 0 };
}

function niceStep(rough: number): number {
	const power = 10 ** Math.floor(Math.log10(rough));
	const head = rough / power;
	return (head <= 1 ? 1 : head <= 2 ? 2 : head <= 2.5 ? 2.5 : head <= 5 ? 5 : 10) * power;
}

function axisUnit(unit: string, size: number): [number, string] {
	if (unit === 'ratio') return [0.01, '%'];
	if (unit === 'celsius') return [1, '°C'];
	if (unit === 'seconds') return size < 0.001 ? [1e-6, 'µs'] : size < 1 ? [0.001, 'ms'] : size < 600 ? [1, 's'] : size < 36_000 ? [60, 'min'] : [3600, 'h'];
	if (unit === 'bytes' || unit === 'bytes_per_second') {
		const power = Math.max(0, Math.min(4, Math.floor(Math.log2(size || 1) / 10)));
		const word = ['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? 'B';
		return [1024 ** power, unit === 'bytes' ? word : `${word}/s`];
	}
	const power = size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : size >= 1e5 ? 1e3 : 1;
	const word = power === 1e9 ? 'G' : power === 1e6 ? 'M' : power === 1e3 ? 'k' : '';
	return [power, unit === 'per_second' ? `${word}/s`.trim() : word];
}
