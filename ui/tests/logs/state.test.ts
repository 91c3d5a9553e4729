// What the screen Logs keeps: the question, the templates, the files that are opened, the masking.
import { describe, expect, test, vi } from 'vitest';
import type { JobRow, LogCountsView, LogFilesChoice, LogValuesRequest, LogValuesView, LogsRequest, Result, TemplatesRequest, TemplatesView } from '$lib/ipc/bindings';
import { job } from '$lib/ipc/fake';
import { logCounts, logFilesPreview, logValues, logsView, queryCheck, templateDetails, templatesView } from '$lib/ipc/fake-logs';
import { FieldValues } from '../../src/domains/logs/field-values.svelte';
import { LogFiles } from '../../src/domains/logs/log-files.svelte';
import { LogList, type LogWish } from '../../src/domains/logs/log-list.svelte';
import { LogQuestion } from '../../src/domains/logs/log-question.svelte';
import { Masking } from '../../src/domains/logs/masking.svelte';
import { TemplateList } from '../../src/domains/logs/template-list.svelte';
import { TemplateView } from '../../src/domains/logs/template-view.svelte';

const ok = <T,>(data: T): Result<T> => ({ status: 'ok', data });
const range = { start: 0, end: 3_600_000 };
const checking = { logsCheckQuery: (query: string) => Promise.resolve(ok(queryCheck(query))) };
const asked = (part: Partial<TemplatesRequest> = {}): TemplatesRequest => ({ range, baseline: null, compare: null, query: '', sources: [], levels: [], classes: [], changes: [], entity: null, ...part });

/** A promise that is settled from outside. */
function later<T>() {
	let settle: (value: T) => void = () => {};
	const promise = new Promise<T>((resolve) => (settle = resolve));
	return { promise, settle: (value: T) => settle(value) };
}

describe('the question', () => {
	test('a query that cannot be read is not asked, and says so', async () => {
		const question = new LogQuestion(checking, 'panic');
		question.typed = 'service : (a';

		await question.run();

		expect(question.asked).toBe('panic');
		expect(question.refused).toBe(true);
		expect(question.state.kind).toBe('bad');
	});

	test('an answer about an older text is not shown', async () => {
		const first = later<Result<ReturnType<typeof queryCheck>>>();
		const answers = [first.promise, Promise.resolve(ok(queryCheck('ab')))];
		const question = new LogQuestion({ logsCheckQuery: () => answers.shift() ?? first.promise });
		question.typed = '(';
		const slow = question.check();
		question.typed = 'ab';
		await question.check();

		first.settle(ok(queryCheck('(')));
		await slow;

		expect(question.state.kind).toBe('good');
	});

	test('what is typed while a query is checked is not asked', async () => {
		const first = later<Result<ReturnType<typeof queryCheck>>>();
		const answers = [first.promise, Promise.resolve(ok(queryCheck('panic and (')))];
		const question = new LogQuestion({ logsCheckQuery: () => answers.shift() ?? first.promise });
		question.typed = 'panic';
		const running = question.run();
		question.typed = 'panic and (';
		await question.check();

		first.settle(ok(queryCheck('panic')));
		await running;

		expect([question.asked, question.refused, question.typed]).toEqual(['panic', false, 'panic and (']);
	});

	test('a query that was cleared while it was checked is not asked', async () => {
		const first = later<Result<ReturnType<typeof queryCheck>>>();
		const question = new LogQuestion({ logsCheckQuery: () => first.promise });
		question.typed = 'panic';
		const running = question.run();
		question.clear();

		first.settle(ok(queryCheck('panic')));
		await running;

		expect([question.asked, question.state.kind]).toEqual(['', 'unchecked']);
	});

	test('of two choices made quickly behind each other none is lost', async () => {
		const slow = later<Result<ReturnType<typeof queryCheck>>>();
		const question = new LogQuestion({ logsCheckQuery: () => slow.promise }, 'panic');

		const [first, second] = [question.narrow('service : "a"'), question.narrow('host : "b"')];
		slow.settle(ok(queryCheck('panic')));
		await Promise.all([first, second]);

		expect(question.asked).toBe('panic and service : "a" and host : "b"');
	});

	test('a choice behind a query that was cleared begins anew', async () => {
		const slow = later<Result<ReturnType<typeof queryCheck>>>();
		const question = new LogQuestion({ logsCheckQuery: () => slow.promise }, 'panic');

		const first = question.narrow('service : "a"');
		question.clear();
		const second = question.narrow('host : "b"');
		slow.settle(ok(queryCheck('panic')));
		await Promise.all([first, second]);

		expect(question.asked).toBe('host : "b"');
	});

	test('windows of another range are left to the program', () => {
		const question = new LogQuestion(checking);
		question.windows = { baseline: { start: 0, end: 100 }, compare: { start: 200, end: 300 } };

		expect(question.templates({ start: 0, end: 400 }).compare).toEqual({ start: 200, end: 300 });
		expect(question.templates({ start: 150, end: 400 }).compare).toBeNull();
	});

	test('a query that a cluster answers takes the template away and leaves the sources of templates alone', async () => {
		const question = new LogQuestion(checking, 'panic');
		question.template = { id: '1', text: 'x' };
		question.typed = '{"match_all": {}}';

		await question.run();

		expect(question.raw).toBe(true);
		expect(question.template).toBeNull();
		expect(question.lines(range).query).toBe('{"match_all": {}}');
		expect(question.templates(range, () => false).query).toBe('');
		expect(question.templates(range, () => true).query).toBe('{"match_all": {}}');
	});

	test('clearing takes everything back but the windows', () => {
		const question = new LogQuestion(checking, 'panic');
		[question.levels, question.sources, question.template] = [['error'], [3], { id: '1', text: 'x' }];
		question.windows = { baseline: { start: 0, end: 1 }, compare: { start: 1, end: 2 } };
		expect(question.narrows).toBe(true);

		question.clear();

		expect(question.narrows).toBe(false);
		expect(question.windows).not.toBeNull();
		expect(question.lines(range)).toEqual({ range, query: '', level: null, template: null, sources: [], entity: null });
	});
});

describe('the values of a field', () => {
	const wish = { range: null, query: 'panic', level: null, template: null, sources: [], entity: null };

	test('are those of the lines that are listed, and go when they are asked for again', async () => {
		const asked: LogValuesRequest[] = [];
		const logsValues = (request: LogValuesRequest) => (asked.push(request), Promise.resolve(ok(logValues(request.field))));
		const values = new FieldValues({ logsValues, logsCancelValues: () => Promise.reject(new Error('nothing is under way')) });

		await values.toggle('service', wish, range);
		expect(values.view.kind === 'ready' && values.view.found.values[0]?.value).toBe('orders');
		expect(asked).toEqual([{ field: 'service', lines: { ...wish, range, behind: null, limit: 1 } }]);

		await values.toggle('service', wish, range);
		expect(values.view.kind).toBe('none');
	});

	test('an answer for other lines is not shown, and nobody counts on for it', async () => {
		const slow = later<Result<LogValuesView>>();
		let cancelled = 0;
		const values = new FieldValues({ logsValues: () => slow.promise, logsCancelValues: () => ((cancelled += 1), Promise.resolve(ok(null))) });
		const asking = values.toggle('host', wish, range);

		values.close();
		values.close();
		slow.settle(ok(logValues('host')));
		await asking;

		expect(values.view.kind).toBe('none');
		expect(cancelled).toBe(1);
	});

	test('a count that was ended from elsewhere is no failure', async () => {
		const ended: Result<LogValuesView> = { status: 'error', error: { code: 'cancelled', fields: {} } };
		const values = new FieldValues({ logsValues: () => Promise.resolve(ended), logsCancelValues: () => Promise.resolve(ok(null)) });

		await values.toggle('host', wish, range);

		expect(values.view.kind).toBe('none');
	});
});

describe('the templates', () => {
	test('the one that is looked at stays when the order changes', async () => {
		let view = templatesView(asked());
		const list = new TemplateList({ logsTemplates: () => Promise.resolve(ok(view)) });
		await list.load(asked());
		list.look(3);
		const before = list.row?.id;

		view = { ...view, rows: view.rows.toReversed() };
		await list.load(asked());

		expect(list.row?.id).toBe(before);
		expect(list.at).toBe(view.rows.length - 4);
	});

	test('rows are marked one by one and as a range', async () => {
		const list = new TemplateList({ logsTemplates: () => Promise.resolve(ok(templatesView(asked()))) });
		await list.load(asked());

		const ids = list.rows.map((row) => row.id);
		list.marks.mark(ids, 1);
		list.marks.markTo(ids, 4);
		list.marks.mark(ids, 2);

		expect(list.markedRows.map((row) => row.id)).toEqual(['2', '4', '5']);
		list.marks.clear();
		expect(list.markedRows).toEqual([]);
	});

	test('lines that arrive do not push away an answer that is under way', async () => {
		const answers: ReturnType<typeof later<Result<TemplatesView>>>[] = [];
		const list = new TemplateList({ logsTemplates: () => {
			const answer = later<Result<TemplatesView>>();
			answers.push(answer);
			return answer.promise;
		} });

		const first = list.refresh(asked());
		void list.refresh(asked());
		void list.refresh(asked());
		expect(answers).toHaveLength(1);
		answers[0]?.settle(ok(templatesView(asked())));
		await vi.waitFor(() => expect(answers).toHaveLength(2));

		expect(list.view.kind).toBe('ready');
		answers[1]?.settle(ok(templatesView(asked())));
		await first;
	});

	test('an older answer does not replace a newer one', async () => {
		const slow = later<Result<TemplatesView>>();
		const fast = templatesView(asked({ changes: ['new'] }));
		const answers = [slow.promise, Promise.resolve(ok(fast))];
		const list = new TemplateList({ logsTemplates: () => answers.shift() ?? slow.promise });
		const first = list.load(asked());
		await list.load(asked({ changes: ['new'] }));

		slow.settle(ok(templatesView(asked())));
		await first;

		expect(list.rows).toHaveLength(fast.rows.length);
	});

	test('a decision that is taken back leaves the list of decisions', async () => {
		const api = { logsTemplate: () => Promise.resolve(ok(templateDetails('1'))), logsDecide: () => Promise.resolve(ok({ id: 8, words: { key: 'x', values: {} }, at: 0 })), logsUndo: () => Promise.resolve(ok(null)), logsDecisions: () => Promise.resolve(ok(templateDetails('1').decisions)) };
		const view = new TemplateView(api);
		await view.loadDecisions();
		expect(view.decisions).toHaveLength(1);

		expect(await view.undo(7)).toBeNull();

		expect(view.decisions).toEqual([]);
	});
});

describe('the lines', () => {
	const wish: LogWish = { range: null, query: '', level: null, template: null, sources: [], entity: null };
	const counting = () => ({ logsCounts: (request: LogsRequest) => Promise.resolve(ok(logCounts(request))), logsCancelCounts: vi.fn(() => Promise.resolve(ok(null))) });

	/** Counts that are answered when the test says so. */
	function held() {
		const asked: LogsRequest[] = [];
		const answers: ((answer: Result<LogCountsView>) => void)[] = [];
		const logsCounts = (request: LogsRequest) => {
			asked.push(request);
			return new Promise<Result<LogCountsView>>((resolve) => answers.push(resolve));
		};
		return { asked, answer: (at: number, answer: Result<LogCountsView>) => answers[at]?.(answer), commands: { ...counting(), logsCounts } };
	}

	test('pages follow each other without a line twice, in the range of the first answer', async () => {
		const requests: LogsRequest[] = [];
		const list = new LogList({ ...counting(), logsList: (request) => {
			requests.push(request);
			return Promise.resolve(ok(logsView(request)));
		} });
		await list.load({ range: null, query: '', level: null, template: '7', sources: [3], entity: null });

		await list.more();

		expect(new Set(list.rows.map((row) => row.id)).size).toBe(400);
		expect(requests[1]).toMatchObject({ template: '7', sources: [3], behind: { id: '4801' } });
		expect(requests[1]?.range).not.toBeNull();
	});

	test('they are there before they are counted, and a count of other lines is ended', async () => {
		const counts = held();
		const list = new LogList({ ...counts.commands, logsList: (request) => Promise.resolve(ok(logsView(request))) });
		void list.load(wish);
		await vi.waitFor(() => expect(list.rows).toHaveLength(200));
		expect(list.counts).toEqual({ kind: 'counting', last: null });

		void list.load({ ...wish, query: 'PANIC' });
		expect(counts.commands.logsCancelCounts).toHaveBeenCalledTimes(1);
		counts.answer(0, ok(logCounts(wish as LogsRequest)));
		await vi.waitFor(() => expect(counts.asked).toHaveLength(2));
		expect(list.counts.kind).toBe('counting');
		counts.answer(1, ok(logCounts(counts.asked[1] as LogsRequest)));

		await vi.waitFor(() => expect(list.counts.kind).toBe('ready'));
		expect(counts.asked.map((request) => request.query)).toEqual(['', 'PANIC']);
		expect(counts.asked[1]?.range).not.toBeNull();
	});

	test('lines that arrive do not end a count; it is made again behind it', async () => {
		const counts = held();
		const list = new LogList({ ...counts.commands, logsList: (request) => Promise.resolve(ok(logsView(request))) });
		void list.load(wish);
		await vi.waitFor(() => expect(counts.asked).toHaveLength(1));

		await list.load(wish);
		await list.load(wish);
		expect(counts.asked).toHaveLength(1);
		counts.answer(0, ok(logCounts(wish as LogsRequest)));

		await vi.waitFor(() => expect(counts.asked).toHaveLength(2));
		expect(list.counts.kind).toBe('ready');
		expect(counts.commands.logsCancelCounts).not.toHaveBeenCalled();
	});

	test('a count that failed says why, and one that was ended says nothing', async () => {
		const counts = held();
		const list = new LogList({ ...counts.commands, logsList: (request) => Promise.resolve(ok(logsView(request))) });
		void list.load(wish);
		await vi.waitFor(() => expect(counts.asked).toHaveLength(1));
		list.rest();
		counts.answer(0, { status: 'error', error: { code: 'cancelled', fields: {} } });
		void list.load(wish);
		await vi.waitFor(() => expect(counts.asked).toHaveLength(2));
		expect(list.counts.kind).toBe('counting');

		counts.answer(1, { status: 'error', error: { code: 'damaged', fields: {} } });

		await vi.waitFor(() => expect(list.counts.kind).toBe('failed'));
	});
});

describe('log files', () => {
	const running = (part: Partial<JobRow> = {}) => job({ id: 40, kind: 'openLogs', source: 3, state: { kind: 'running' }, ...part });
	const api = () => ({ logFilesPreview: vi.fn((paths: string[], choice: LogFilesChoice) => Promise.resolve(ok(logFilesPreview(paths, choice.zone)))), logFilesOpen: vi.fn(() => Promise.resolve(ok(running()))) });

	test('a question holds them back until it is answered; what cannot be read is left out', async () => {
		const fake = api();
		const files = new LogFiles(fake);
		await files.add(['/var/log/syslog', '/tmp/a.bin', '/var/log/syslog']);
		expect(files.asks).toBe(true);
		await files.open();
		expect(fake.logFilesOpen).not.toHaveBeenCalled();

		await files.choose({ zone: 'Europe/Berlin' });
		await files.open();

		expect(fake.logFilesOpen).toHaveBeenCalledWith({ paths: ['/var/log/syslog'], name: 'syslog', choice: { format: null, zone: 'Europe/Berlin', year: null } });
		expect(files.view.kind).toBe('opening');
	});

	test('the order of day and month is asked for; that there is no date is only told', async () => {
		const asking = (key: string) => ({ key, values: {} });
		const answered = vi.fn((paths: string[], choice: LogFilesChoice) => Promise.resolve(ok(logFilesPreview(paths, 'UTC', [asking('logfile-question-date'), ...(choice.dayFirst === undefined ? [asking('logfile-question-day-first')] : [])]))));
		const files = new LogFiles({ ...api(), logFilesPreview: answered });
		await files.add(['/var/log/app.log']);
		expect(files.asksDayOrder).toBe(true);
		expect(files.ready).toBe(false);

		await files.choose({ dayFirst: false });

		expect(answered.mock.calls.at(-1)?.[1].dayFirst).toBe(false);
		expect(files.asksDayOrder).toBe(false);
		expect(files.notices.map((notice) => notice.key)).toEqual(['logfile-question-date']);
		expect(files.ready).toBe(true);
	});

	test('the job of the opening tells how it goes; a failure can be tried again', async () => {
		const files = new LogFiles(api());
		await files.add(['/var/log/syslog']);
		await files.choose({ zone: 'UTC' });
		await files.open();

		files.progressed(running({ id: 41, state: { kind: 'done' } }));
		expect(files.view.kind).toBe('opening');
		files.progressed(running({ state: { kind: 'failed', error: { code: 'file_gone', fields: {} } } }));
		expect(files.problem?.code).toBe('file_gone');
		expect(files.ready).toBe(true);
		await files.open();
		files.progressed(running({ state: { kind: 'done' } }));

		expect(files.view.kind).toBe('opened');
	});
});

describe('the masking', () => {
	test('shows what the core says after the switch, and why it did not work', async () => {
		let on = true;
		const masking = new Masking({ logsMasking: () => Promise.resolve(ok({ on, rules: [['bearer', 8]] })), logsSetMasking: (wanted) => {
			on = wanted;
			return Promise.resolve(ok(null));
		} });

		await masking.set(false);

		expect(masking.row).toEqual({ on: false, rules: [['bearer', 8]] });
		expect(masking.problem).toBeNull();
	});
});
