// A real OpenSearch on a free port with the lines of a shop, and a door in front of it that can be slow, silent or shut.
import { createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, loud, needs, start } from './server.mjs';

const SCRIPT = 'search-node.sh';
const PRODUCT = 'opensearch-2';
/** Documents in one request. */
const AT_ONCE = 5000;

/** Says why there is no server on this machine; `null` when there is one. The first time its packages are fetched. */
export function whyNoSearch() {
	if (process.env.WARDROOM_OPENSEARCH) return null;
	const missing = needs(SCRIPT, PRODUCT);
	if (missing !== '') return loud(`SKIPPED: there is no ${PRODUCT}: ${missing} is missing on this machine, and WARDROOM_OPENSEARCH names no server`);
	try {
		ask(SCRIPT, 'fetch', PRODUCT);
		return null;
	} catch (error) {
		const why = String(error.stderr ?? error).split('\n').filter((line) => line.includes('ERROR')).slice(0, 3).join(' ');
		return loud(`SKIPPED: there is no ${PRODUCT}: its packages cannot be had. ${why}`);
	}
}

/** Starts a server of our own, or takes the one that was named. */
async function node() {
	if (process.env.WARDROOM_OPENSEARCH) return { url: process.env.WARDROOM_OPENSEARCH.replace(/\/$/, ''), own: false, stop: () => undefined };
	return { ...(await start(SCRIPT, PRODUCT)), own: true };
}

/** Asks the server itself, past the door. */
async function call(url, method, path, body) {
	const type = path.includes('_bulk') ? 'application/x-ndjson' : 'application/json';
	const answer = await fetch(url + path, { method, ...(body === undefined ? {} : { body, headers: { 'content-type': type } }), signal: AbortSignal.timeout(120_000) });
	const said = await answer.json();
	if (!answer.ok || said.errors === true) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said).slice(0, 500)}`);
	return said;
}

/** The fields of a log as Elastic's common schema types them. */
const PROPERTIES = {
	'@timestamp': { type: 'date' },
	message: { type: 'text' },
	log: { properties: { level: { type: 'keyword' } } },
	service: { properties: { name: { type: 'keyword' } } },
	host: { properties: { name: { type: 'keyword' } } },
	event: { properties: { dataset: { type: 'keyword' } } },
	ecs: { properties: { version: { type: 'keyword' } } },
};

async function seed(url, index, documents) {
	await call(url, 'PUT', `/${index}`, JSON.stringify({ settings: { number_of_shards: 1, number_of_replicas: 0 }, mappings: { properties: PROPERTIES } }));
	for (let at = 0; at < documents.length; at += AT_ONCE) {
		const part = documents.slice(at, at + AT_ONCE).map((document) => `{"create":{}}\n${JSON.stringify(document)}\n`);
		await call(url, 'POST', `/${index}/_bulk`, part.join(''));
	}
	await call(url, 'POST', `/${index}/_refresh`);
	const { count } = await call(url, 'GET', `/${index}/_count`);
	if (count !== documents.length) throw new Error(`${count} documents of ${documents.length} are in ${index}`);
}

/** What passes the door: every question, questions of search only after a while, or none. */
function door(target, state) {
	const { hostname, port } = new URL(target);
	return createServer((question, answer) => {
		question.on('error', () => answer.destroy());
		if (state.silent) return;
		const parts = [];
		question.on('data', (part) => parts.push(part));
		question.on('end', async () => {
			if (/\/_search(\?|$)/.test(question.url)) await sleep(state.delay);
			const headers = { ...question.headers, host: `${hostname}:${port}` };
			const passed = request({ host: hostname, port, path: question.url, method: question.method, headers }, (reply) => {
				answer.writeHead(reply.statusCode, reply.headers);
				reply.pipe(answer);
			});
			passed.on('error', () => answer.destroy());
			passed.end(Buffer.concat(parts));
		});
	});
}

function listen(server, port) {
	return new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server.address().port)));
}

function shut(server) {
	server.closeAllConnections();
	return new Promise((resolve) => server.close(() => resolve()));
}

/** Starts the server, writes the documents into an index, and opens the door. */
export async function startSearch(documents) {
	const behind = await node();
	const index = behind.own ? 'shop-logs' : `shop-logs-${process.pid}`;
	let open = null;
	let up = true;
	const state = { delay: 0, silent: false };
	const leave = async () => {
		if (open) await shut(open);
		open = null;
		if (!up) return;
		up = false;
		// A server of somebody else stays, without what was written into it.
		if (behind.own) await behind.stop();
		else await call(behind.url, 'DELETE', `/${index}`);
	};
	try {
		await seed(behind.url, index, documents);
		open = door(behind.url, state);
		const port = await listen(open, 0);
		return {
			url: `http://127.0.0.1:${port}`,
			index,
			/** Makes every question of search wait this long. */
			slow: (ms) => (state.delay = ms),
			/** Ends the server; its address refuses from then on. */
			leave,
			/** Somebody listens at its address and never answers. */
			fallSilent: async () => {
				state.silent = true;
				open = door(behind.url, state);
				await listen(open, port);
			},
			stop: leave,
		};
	} catch (error) {
		await leave().catch(() => undefined);
		throw error;
	}
}
