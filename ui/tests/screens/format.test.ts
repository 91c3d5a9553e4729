// Times, spans, numbers, axes and chart bytes.
import { expect, test } from 'vitest';
import { bytes, compact, plain } from '$lib/format/number';
import { spanParts } from '$lib/format/span';
import { clockExact, day, tick, ticks, zoneOffset } from '$lib/format/time';
import { unbroken, valueAxis, withUnit } from '$lib/format/unit';
import { written } from '$lib/format/unseen';
import { chartBytes, END } from '$lib/ipc/fake';
import { decodeChart, valueAt } from '$lib/ipc/chart';
import { Words } from '$lib/words';
import { extremes, withGaps } from '../../src/domains/metrics/plot';

const utc = { locale: 'en', zone: 'UTC' };

test('a span is said in its two largest units', () => {
	expect(spanParts(270_000)).toEqual([{ unit: 'min', count: 4 }, { unit: 's', count: 30 }]);
	expect(spanParts(110 * 60_000)).toEqual([{ unit: 'h', count: 1 }, { unit: 'min', count: 50 }]);
	expect(spanParts(3_599_900)).toEqual([{ unit: 'min', count: 60 }]);
	expect(spanParts(600)).toEqual([{ unit: 'ms', count: 600 }]);
	expect(spanParts(0)).toEqual([{ unit: 's', count: 0 }]);
});

test('times are written in an explicit zone', () => {
	expect(clockExact(utc, END)).toBe('15:02');
	expect(clockExact(utc, END + 1)).toBe('15:02');
	expect(clockExact(utc, END + 1000)).toBe('15:02:01');
	expect(clockExact({ locale: 'en', zone: 'Asia/Shanghai' }, END + 5000)).toBe('23:02:05');
	expect(day(utc, END)).toBe('Tue 17 Nov 2026');
	expect(zoneOffset('Asia/Kolkata', END)).toBe(5.5 * 3_600_000);
});

test('what cannot be seen in a name is written as its code', () => {
	expect(written('pay\u202estnem db\u200b-m1\nb\u{e0041}')).toBe('pay\\u202estnem db\\u200b-m1\\u000ab\\ue0041');
	expect(written('数据库 é')).toBe('数据库 é');
});

test('a tick with which a day begins has its date', () => {
	const found = ticks(utc, END - 3 * 86_400_000, END, 12);

	const labels = found.map((at, place) => tick(utc, at, found[place - 1] ?? null));
	expect(labels).toEqual(['18:00', '15 Nov', '06:00', '12:00', '18:00', '16 Nov', '06:00', '12:00', '18:00', '17 Nov', '06:00', '12:00']);
	expect(tick({ locale: 'zh-CN', zone: 'UTC' }, END, null)).toBe('15:02');
});

test('the ends of a span beyond one day have their dates', () => {
	const words = new Words();

	expect(words.between(END - 60_000, END)).toEqual({ start: '15:01', end: '15:02' });
	expect(words.between(END - 86_400_000, END)).toEqual({ start: '16 Nov 15:02', end: '17 Nov 15:02' });
});

test('ticks stand at round times of the zone', () => {
	const found = ticks({ locale: 'en', zone: 'Asia/Kolkata' }, END - 6 * 3_600_000, END, 6);

	expect(found.map((at) => clockExact({ locale: 'en', zone: 'Asia/Kolkata' }, at))).toEqual(['15:00', '16:00', '17:00', '18:00', '19:00', '20:00']);
});

test('a number stays on the line of its unit, and only of that', () => {
	const parted = unbroken('It went from 8.91 % to 1.5 GiB/s within 4 min 45 s; 4 in 10 of 12 services, 15.2 M in all.').split(' ');

	expect(parted.filter((word) => word.includes('\u00a0'))).toEqual(['8.91\u00a0%', '1.5\u00a0GiB/s', '4\u00a0min', '45\u00a0s;', '15.2\u00a0M']);
});

test('numbers keep three digits and a space before the unit', () => {
	expect(plain('en', 0.012_34)).toBe('0.0123');
	expect(compact('en', 56_000_000)).toBe('56 M');
	expect(bytes('en', 39_845_888)).toBe('38 MiB');
	expect(withUnit('en', 0.092, 'seconds')).toBe('92 ms');
	expect(withUnit('en', 0.61, 'ratio')).toBe('61 %');
});

test('a share has an axis from 0 to 100 %, a gauge that moves little says where it starts', () => {
	const share = valueAxis('en', 0.6, 0.99, 'ratio', false);
	expect([share.low, share.high, share.ticks.at(-1)?.label]).toEqual([0, 1, '100 %']);

	const gauge = valueAxis('en', 172, 198, 'unknown', false);
	expect(gauge.broken).toBe(true);
	expect(gauge.low).toBeGreaterThan(100);
});

test('the bytes of a chart are read column by column', () => {
	const data = decodeChart(chartBytes({ series: [1, 2], range: { start: END - 1_440_000, end: END }, width: 400, lastWeek: true }));

	expect(data.series.map((s) => [s.head.id, s.times.length, s.bandTimes.length, s.ghostTimes.length])).toEqual([[1, 200, 50, 200], [2, 200, 50, 200]]);
	expect(data.series[0]?.times[0]).toBe(END - 1_440_000);
	expect(valueAt(data.series[0]!, END - 1_440_001)).toBeNull();
	expect(extremes(data.series[0]!)?.[0]).toBeGreaterThan(0);
});

test('a line is never drawn across a period without samples', () => {
	const [first] = decodeChart(chartBytes({ series: [1], range: { start: 0, end: 1000 }, width: 400, lastWeek: false })).series;
	const data = { ...first!, times: Float64Array.of(0, 10, 500, 510), values: Float64Array.of(1, NaN, 2, 3), head: { ...first!.head, gaps: [{ start: 20, end: 490 }] } };

	expect(withGaps(data)).toEqual([[0, 10, 255, 500, 510], [1, null, null, 2, 3]]);
	expect(valueAt(data, 100)).toBeNull();
	expect(valueAt(data, 505)).toBe(2);
});

test('a name of several words has spaces where its script has them', () => {
	const words = new Words();
	const what = { kind: 'list' as const, value: [{ kind: 'text' as const, value: 'HTTP' }, { kind: 'word' as const, value: 'metric-request' }, { kind: 'word' as const, value: 'metric-duration' }, { kind: 'text' as const, value: 'p99' }] };
	const title = { key: 'finding-flat', values: { what, entity: { kind: 'text' as const, value: 'web' } } };

	expect(words.phrase(title)).toBe('HTTP request duration p99 on web stands still');
	words.locale = 'zh-CN';
	expect(words.phrase(title)).toBe('web 的 HTTP 请求耗时 p99 静止不动');
	expect(words.parts(title, ['entity'])).toEqual([{ text: 'web', name: 'entity' }, { text: ' 的 HTTP 请求耗时 p99 静止不动', name: null }]);
});

test('a word stands among Han characters without spaces, and among others with them', () => {
	const words = new Words();
	const what = { kind: 'word' as const, value: 'metric-duration' };
	const title = { key: 'finding-flat', values: { what, entity: { kind: 'text' as const, value: '支付 网关' } } };

	expect(words.phrase(title)).toBe('duration on 支付 网关 stands still');
	words.locale = 'zh-CN';
	const said = words.t('metric-duration');
	expect(words.phrase(title)).toBe(`支付 网关 的${said}静止不动`);
	expect(words.parts(title, ['what', 'entity'])).toEqual([{ text: '支付 网关', name: 'entity' }, { text: ' 的', name: null }, { text: said, name: 'what' }, { text: '静止不动', name: null }]);
});

test('a time of a minute and more is said in the language, and a unit that both ends of a range have once', () => {
	const words = new Words();
	const text = (value: string) => ({ kind: 'text' as const, value });
	const span = (value: number) => ({ kind: 'span' as const, value });
	const normally = (low: string, high: string) => words.t('findings-normal', words.ends(text(low), text(high)));

	expect(normally('0.0869 %', '0.153 %')).toBe('normally 0.0869 to 0.153 %');
	expect(normally('0 s', '16.5 ms')).toBe('normally 0 s to 16.5 ms');
	expect(normally('0', '2')).toBe('normally 0 to 2');
	expect(normally('1.2 M', '3 M')).toBe('normally 1.2 M to 3 M');
	expect([words.said(span(61_000)), words.said(span(-90_000)), words.said(text('92 ms'))]).toEqual(['1 min 1 s', '-1 min 30 s', '92 ms']);
	words.locale = 'zh-CN';
	expect(normally('0.0869 %', '0.153 %')).toBe('平时 0.0869 到 0.153 %');
	expect(words.phrase({ key: 'onset-change-first', values: { what: text('p99'), from: text('40 s'), to: span(61_000) } })).toBe('40 s → 1 分 1 秒 p99');
});

test('a common reason is said in the language, and the words of the system are kept', () => {
	const words = new Words();
	const detail = 'tcp connect error: Connection refused (os error 111)';
	const refused = { code: 'source_unreachable', fields: { address: 'prom:9090', detail, cause: 'refused' } };

	expect(words.errorText(refused)).toBe('prom:9090 does not accept a connection: nothing listens there. Check host and port, or the tunnel.');
	words.locale = 'zh-CN';
	expect(words.errorText(refused)).toBe('prom:9090 不接受连接：该处没有程序在监听。请检查主机、端口或隧道。');
	expect(words.original(refused)).toBe(detail);

	const rare = { code: 'io', fields: { path: '/a', detail: 'Input/output error (os error 5)' } };
	expect(words.errorText(rare)).toBe('无法读写 /a：Input/output error (os error 5)。');
	expect(words.original(rare)).toBeUndefined();
});

test('why a text cannot be read is said in the language, with the place where its reader stopped', () => {
	const words = new Words();
	const detail = 'invalid type: string "many", expected u32 at line 1 column 16';
	const fields = { name: 'shop', detail, cause: 'text-type', cause_found: 'text', cause_wanted: 'natural', cause_known: 'u32', cause_line: '1', cause_column: '16' };
	const unreadable = { code: 'settings_unreadable', fields };

	expect(words.errorText(unreadable)).toBe('The settings of shop cannot be read: a whole number from 0 is expected, and a text stands there (line 1, column 16). Edit the source.');
	words.locale = 'zh-CN';
	expect(words.errorText(unreadable)).toBe('shop 的设置无法读取：应为不小于 0 的整数，却是文本（第 1 行，第 16 列）。请编辑该数据源。');
	expect(words.original(unreadable)).toBe(detail);
});

test('an unknown failure is still a sentence, a lacking key is seen, and a list is joined as the language does', () => {
	const words = new Words();

	expect(words.errorText({ code: 'never-heard-of', fields: {} })).not.toBe('error-never-heard-of');
	expect(words.t('no-such-key')).toBe('no-such-key');
	expect(words.span(270_000)).toBe('4 min 30 s');
	expect([words.list(['Team']), words.list(['Team', 'Site', 'Status'])]).toEqual(['Team', 'Team, Site and Status']);
	words.locale = 'zh-CN';
	expect(words.list(['团队', '站点', '状态'])).toBe('团队、站点和状态');
});

test('a time of another day is written with its day', () => {
	const words = new Words();

	expect(words.moment(END - 3_600_000, END)).toBe('14:02:00');
	expect(words.moment(END - 86_400_000, END)).toBe('16 Nov 15:02');
	expect(words.moment(END + 3 * 86_400_000, END)).toBe('20 Nov 15:02');
});
