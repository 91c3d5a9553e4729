// Writes points in time in an explicit zone; the clock has 24 hours in every language.

/** What is needed to write a time. */
export interface TimeStyle {
	/** A language tag such as `en` or `zh-CN`. */
	locale: string;
	/** An IANA zone, or `UTC`. */
	zone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(style: TimeStyle, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = `${style.locale} ${style.zone} ${name}`;
	let found = formats.get(key);
	if (!found) {
		found = new Intl.DateTimeFormat(style.locale === 'en' ? 'en-GB' : style.locale, { timeZone: style.zone, hourCycle: 'h23', ...options });
		formats.set(key, found);
	}
	return found;
}

/** `14:51:15`. */
export function clock(style: TimeStyle, at: number): string {
	return format(style, 'clock', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** `14:51`. */
export function clockShort(style: TimeStyle, at: number): string {
	return format(style, 'short', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** `14:51`, with seconds only when they are not zero. */
export function clockExact(style: TimeStyle, at: number): string {
	// A range ends a moment behind its last sample; less than a second is not said anywhere.
	return Math.floor(at / 1000) % 60 === 0 ? clockShort(style, at) : clock(style, at);
}

/** `Tue 17 Nov 2026`. */
export function day(style: TimeStyle, at: number): string {
	const written = format(style, 'day', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at);
	return style.locale === 'en' ? written.replaceAll(',', '') : written;
}

/** `17 Nov`. */
export function dayShort(style: TimeStyle, at: number): string {
	return format(style, 'dayShort', { day: 'numeric', month: 'short' }).format(at);
}

/** `17 Nov 14:51`. */
export function dateTime(style: TimeStyle, at: number): string {
	return `${dayShort(style, at)} ${clockExact(style, at)}`;
}

/** `Tue 14:51:15`. */
export function weekdayTime(style: TimeStyle, at: number): string {
	return `${format(style, 'weekday', { weekday: 'short' }).format(at)} ${clock(style, at)}`;
}

/** `Tuesday`. */
export function weekday(style: TimeStyle, at: number): string {
	return format(style, 'weekdayLong', { weekday: 'long' }).format(at);
}

/** `2026-11-17 14:51:15.250`, as a spreadsheet takes it. */
export function stamp(style: TimeStyle, at: number): string {
	const whole = Math.round(at);
	return new Date(whole + zoneOffset(style.zone, whole)).toISOString().replace('T', ' ').replace(/(?:\.000)?Z$/, '');
}

/** Whether two times fall on the same day of the zone. */
export function sameDay(style: TimeStyle, a: number, b: number): boolean {
	return day(style, a) === day(style, b);
}

/** Returns steps for the ticks of an axis: about `wanted` of them, at round times of the zone. */
export function ticks(style: TimeStyle, start: number, end: number, wanted: number): number[] {
	const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800].map((s) => s * 1000);
	const step = steps.find((s) => (end - start) / s <= wanted) ?? 604_800_000;
	const offset = zoneOffset(style.zone, start);
	const found: number[] = [];
	for (let at = Math.ceil((start + offset) / step) * step - offset; at <= end; at += step) found.push(at);
	return found;
}

/** The label of a tick behind another one: a time of day, and where a day begins its date. */
export function tick(style: TimeStyle, at: number, before: number | null): string {
	const begins = before === null ? clock(style, at) === '00:00:00' : !sameDay(style, before, at);
	return begins ? dayShort(style, at) : clockExact(style, at);
}

/** Milliseconds by which the zone is ahead of UTC at a time. */
export function zoneOffset(zone: string, at: number): number {
	const parts = format({ locale: 'en', zone }, 'offset', { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
	const get = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
	return Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second')) - Math.floor(at / 1000) * 1000;
}
