/** What a person types about a connection, and the draft that the core takes. */
import type { ConnectionDraft, ConnectionKind, ExpressionRow, FieldMappingDraft, LogScopeDraft, SignIn } from '$lib/ipc/bindings';

export type SignInKind = SignIn['kind'];

/** What a field of a document can hold. */
export type MappedField = keyof FieldMappingDraft;

/** What fields of documents can hold, in the order in which they are shown. */
export const mappedFields: readonly MappedField[] = ['time', 'message', 'level', 'service', 'host', 'dataset'];

/** The text fields of the form, as they are typed. */
export interface FormFields {
	id: number | null;
	kind: ConnectionKind;
	name: string;
	url: string;
	signIn: SignInKind;
	user: string;
	certPath: string;
	keyPath: string;
	command: string;
	/** `null` leaves the stored secret. */
	secret: string | null;
	headers: string[];
	caPath: string;
	proxy: string;
	requestsPerMinute: string;
	maxConcurrent: string;
	/** Empty keeps for ever. */
	retentionDays: string;
	/** Empty is without a limit. */
	maxMebibytes: string;
	followSeconds: string;
	/** `0` takes the samples as they are. */
	stepSeconds: number;
	/** Indices, aliases and data streams that are chosen. */
	indices: string[];
	/** Further patterns, as typed, separated by commas. */
	patterns: string;
	logQuery: string;
	/** `null` takes what the test of the connection finds. */
	mapping: FieldMappingDraft | null;
	/** The preset of an inventory; `own` for a mapping of one's own. */
	preset: string;
	/** The mapping of an inventory as it is written; empty takes the preset's. */
	inventoryMapping: string;
}

/** A field whose content cannot be used. */
export type FieldProblem = 'name' | 'url' | 'user' | 'certificate' | 'command' | 'headers' | 'preset';

const DAY = 86_400_000;
const MEBIBYTE = 1_048_576;

/** The limits of a source nobody has set yet: gentle enough for a busy server. */
export function emptyFields(): FormFields {
	return {
		id: null, kind: 'prometheus', name: '', url: '', signIn: 'none', user: '', certPath: '', keyPath: '', command: '', secret: null,
		headers: [''], caPath: '', proxy: '', requestsPerMinute: '120', maxConcurrent: '2', retentionDays: '',
		maxMebibytes: '', followSeconds: '15', stepSeconds: 60, indices: [], patterns: '', logQuery: '', mapping: null, preset: '', inventoryMapping: '',
	};
}

/** Returns the fields that show a stored connection; its secret is never among them. */
export function fieldsOf(draft: ConnectionDraft): FormFields {
	const signIn = draft.signIn;
	return {
		...emptyFields(),
		id: draft.id,
		kind: draft.kind,
		name: draft.name,
		url: draft.url,
		signIn: signIn.kind,
		user: signIn.kind === 'basic' ? signIn.user : '',
		certPath: signIn.kind === 'clientCertificate' ? signIn.certPath : '',
		keyPath: signIn.kind === 'clientCertificate' ? signIn.keyPath : '',
		command: signIn.kind === 'tokenCommand' ? joinCommand(signIn.command) : '',
		headers: draft.headers.length > 0 ? draft.headers.map(([name, value]) => `${name}: ${value}`) : [''],
		caPath: draft.caPath ?? '',
		proxy: draft.proxy ?? '',
		requestsPerMinute: String(draft.requestsPerMinute),
		maxConcurrent: String(draft.maxConcurrent),
		...keptOf(draft),
		followSeconds: String(Math.round(draft.followEvery / 1000)),
		stepSeconds: draft.step === null ? 0 : Math.round(draft.step / 1000),
		indices: draft.logs?.indices ?? [],
		logQuery: draft.logs?.query ?? '',
		mapping: draft.logs?.mapping ?? null,
		preset: draft.inventory?.preset ?? '',
		inventoryMapping: draft.inventory?.mapping ?? '',
	};
}

/** Returns the draft of the fields with what is to be brought. */
export function draftOf(fields: FormFields, selectors: string[], expressions: ExpressionRow[]): ConnectionDraft {
	return {
		id: fields.id,
		kind: fields.kind,
		name: fields.name.trim(),
		url: fields.url.trim(),
		signIn: signInOf(fields),
		secret: fields.secret === '' ? null : fields.secret,
		headers: fields.headers.map(parseHeader).filter((header) => header !== null),
		caPath: fields.caPath.trim() || null,
		proxy: fields.proxy.trim() || null,
		maxConcurrent: whole(fields.maxConcurrent, 2, 1),
		requestsPerMinute: whole(fields.requestsPerMinute, 0, 0),
		selectors,
		expressions,
		step: fields.stepSeconds > 0 ? fields.stepSeconds * 1000 : null,
		followEvery: whole(fields.followSeconds, 15, 1) * 1000,
		...limitsOf(fields),
		logs: fields.kind === 'elasticsearch' ? logsOf(fields) : null,
		inventory: fields.kind === 'cmdb' ? { preset: fields.preset, mapping: fields.inventoryMapping } : null,
	};
}

/** Returns the indices that are chosen and those that are typed, each once. */
export function indicesOf(fields: Pick<FormFields, 'indices' | 'patterns'>): string[] {
	const typed = fields.patterns.split(/[,\s]+/).filter((pattern) => pattern !== '');
	return [...new Set([...fields.indices, ...typed])];
}

function logsOf(fields: FormFields): LogScopeDraft {
	const none: FieldMappingDraft = { time: null, message: null, level: null, service: null, host: null, dataset: null };
	return { indices: indicesOf(fields), query: fields.logQuery.trim(), mapping: fields.mapping ?? none };
}

/** Returns how much is kept, as it is typed. */
export function keptOf(draft: Pick<ConnectionDraft, 'retention' | 'maxBytes'>): Pick<FormFields, 'retentionDays' | 'maxMebibytes'> {
	return {
		retentionDays: draft.retention === null ? '' : String(Math.round(draft.retention / DAY)),
		maxMebibytes: draft.maxBytes === null ? '' : String(Math.round(draft.maxBytes / MEBIBYTE)),
	};
}

/** Returns the limits that the typed text means; empty or zero is without a limit. */
export function limitsOf(fields: Pick<FormFields, 'retentionDays' | 'maxMebibytes'>): Pick<ConnectionDraft, 'retention' | 'maxBytes'> {
	const days = whole(fields.retentionDays, 0, 0);
	const mebibytes = whole(fields.maxMebibytes, 0, 0);
	return { retention: days > 0 ? days * DAY : null, maxBytes: mebibytes > 0 ? mebibytes * MEBIBYTE : null };
}

/** Returns the whole number that is typed, not below `least`; `otherwise` when it is none. */
export function whole(text: string, otherwise: number, least: number): number {
	const value = text.trim() === '' ? Number.NaN : Math.round(Number(text));
	return Number.isFinite(value) ? Math.max(least, value) : otherwise;
}

/** Returns the fields that stand in the way of asking the server. */
export function problemsOf(fields: FormFields): FieldProblem[] {
	const problems: FieldProblem[] = [];
	if (fields.name.trim() === '') problems.push('name');
	if (destinationOf(fields.url) === null) problems.push('url');
	if (fields.signIn === 'basic' && fields.user.trim() === '') problems.push('user');
	if (fields.signIn === 'clientCertificate' && !(fields.certPath.trim() && fields.keyPath.trim())) problems.push('certificate');
	if (fields.signIn === 'tokenCommand' && splitCommand(fields.command).length === 0) problems.push('command');
	if (fields.headers.some((line) => line.trim() !== '' && parseHeader(line) === null)) problems.push('headers');
	if (fields.kind === 'cmdb' && (fields.preset === '' || (fields.preset === 'own' && fields.inventoryMapping.trim() === ''))) problems.push('preset');
	return problems;
}

/** Where a secret goes: scheme, host and port, and nowhere else. */
export interface Destination {
	readonly scheme: string;
	readonly host: string;
	readonly port: string;
}

/** Returns where the URL leads; `null` while it is none of http or https. */
export function destinationOf(text: string): Destination | null {
	let url: URL;
	try {
		url = new URL(text.trim());
	} catch {
		return null;
	}
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
	const usual = url.protocol === 'https:' ? '443' : '80';
	return { scheme: url.protocol.slice(0, -1), host: url.hostname, port: url.port || usual };
}

/** Returns what a connection is called that nobody named: its host, with the port where that is not the usual one; empty without an address. */
export function nameOf(url: string): string {
	return destinationOf(url) === null ? '' : new URL(url.trim()).host;
}

/** Splits a command line into program and arguments, as `--token-command` does: quotes keep blanks together, no shell is involved. */
export function splitCommand(text: string): string[] {
	const words = text.match(/(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^\s"'])+/g) ?? [];
	return words.map((word) => word.replace(/"([^"]*)(?:"|$)|'([^']*)(?:'|$)/g, (_, double?: string, single?: string) => double ?? single ?? ''));
}

/** Writes program and arguments on one line, as a person would type them. */
export function joinCommand(words: readonly string[]): string {
	// What a word has of one kind of quotes stands between those of the other kind.
	const quoted = (word: string) => word.split(/(")/).map((part) => (part === '"' ? `'"'` : part === '' ? '' : `"${part}"`)).join('') || '""';
	return words.map((word) => (/^[^\s"']+$/.test(word) ? word : quoted(word))).join(' ');
}

function parseHeader(line: string): [string, string] | null {
	const found = /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*:\s*(.*?)\s*$/.exec(line);
	return found?.[1] !== undefined && found[2] ? [found[1], found[2]] : null;
}

function signInOf(fields: FormFields): SignIn {
	switch (fields.signIn) {
		case 'none':
			return { kind: 'none' };
		case 'basic':
			return { kind: 'basic', user: fields.user.trim() };
		case 'bearer':
			return { kind: 'bearer' };
		case 'apiKey':
			return { kind: 'apiKey' };
		case 'clientCertificate':
			return { kind: 'clientCertificate', certPath: fields.certPath.trim(), keyPath: fields.keyPath.trim() };
		case 'tokenCommand':
			return { kind: 'tokenCommand', command: splitCommand(fields.command) };
	}
}
