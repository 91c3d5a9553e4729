// The log lines of a shop of twelve services over 45 minutes, the same on every run: what is usual, and what begins at 02:58.

/** When the lines begin and end; on a day that has passed wherever this runs, because what has not happened is not read. */
export const BEGIN = Date.UTC(2026, 10, 16, 2, 35);
export const END = Date.UTC(2026, 10, 16, 3, 20);
/** When the template begins that never existed before, and the line that comes 40 s before it. */
export const FAULT = Date.UTC(2026, 10, 16, 2, 58);
export const PANIC = FAULT - 40_000;
/** When the template ends that vanishes. */
const VANISHED = Date.UTC(2026, 10, 16, 2, 55);
/** Lines in all. */
export const LINES = 20_000;

/** What must never be seen nor stored: each one word, so that a search for it would find it. */
export const SECRETS = ['tr0ub4dor7731', 'Zk3pQ9xYw8Vb2Nm5', 'hQ7mWx2Lp9Rt5', '9f8e7d6c5b4a3210ffee', 'swordfish8264'];
const [PASSWORD, TOKEN, URL_PASSWORD, API_KEY, FILE_PASSWORD] = SECRETS;

/** Pseudo-random numbers from 0 to 1 (mulberry32): a test has the same lines wherever it runs. */
function numbers(seed) {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Draws what varies within a line. */
function draws(random) {
	const whole = (low, high) => low + Math.floor(random() * (high - low + 1));
	const hex = (length) => Array.from({ length }, () => whole(0, 15).toString(16)).join('');
	const address = () => `10.${whole(0, 3)}.${whole(0, 250)}.${whole(2, 250)}`;
	const money = () => `${whole(4, 900)}.${String(whole(0, 99)).padStart(2, '0')}`;
	return { whole, hex, address, money };
}

/** What is usual: service, dataset, level, weight, text. Each occurs from the first minute to the last. */
const USUAL = [
	['gateway', 'nginx.access', 'info', 30, (d) => `${d.address()} - - "GET /product/${d.whole(1000, 9999)} HTTP/1.1" 200 ${d.whole(900, 30_000)} 0.${d.whole(100, 999)}`],
	['gateway', 'nginx.access', 'info', 12, (d) => `${d.address()} - - "POST /cart/items HTTP/1.1" 201 ${d.whole(200, 900)} 0.${d.whole(100, 999)}`],
	['gateway', 'nginx.error', 'warn', 2, (d) => `*${d.whole(10_000, 99_999)} an upstream response is buffered to a temporary file /var/cache/nginx/proxy/${d.whole(1, 9)}/${d.whole(10, 99)}/${d.whole(1000, 9999)}`],
	['storefront', 'node.app', 'info', 16, (d) => `rendered page home in ${d.whole(8, 90)} ms for visitor ${d.hex(12)}`],
	['storefront', 'node.app', 'debug', 9, (d) => `feature flags refreshed, ${d.whole(31, 58)} flags, version ${d.whole(1000, 2000)}`],
	['cart', 'java.app', 'info', 14, (d) => `added product ${d.whole(1000, 9999)} to basket ${d.hex(16)}, now ${d.whole(1, 14)} items`],
	['cart', 'java.app', 'debug', 8, (d) => `redis GET basket:${d.hex(16)} took ${d.whole(180, 2400)} us`],
	['cart', 'java.gc', 'info', 4, (d) => `GC(${d.whole(1000, 90_000)}) Pause Young (Normal) (G1 Evacuation Pause) ${d.whole(300, 900)}M->${d.whole(80, 290)}M(1024M) ${d.whole(2, 40)}.${d.whole(100, 999)}ms`],
	['checkout', 'java.app', 'info', 12, (d) => `checkout ${d.hex(8)} started with ${d.whole(1, 12)} items worth ${d.money()} EUR`],
	['checkout', 'java.app', 'info', 10, (d) => `checkout ${d.hex(8)} confirmed in ${d.whole(120, 900)} ms`],
	['checkout', 'java.app', 'debug', 6, (d) => `pool main has ${d.whole(2, 30)} active and ${d.whole(4, 20)} idle connections`],
	['payment', 'go.app', 'info', 10, (d) => `charge ch_${d.hex(14)} captured, amount ${d.money()} EUR`],
	['payment', 'go.app', 'warn', 2, (d) => `charge ch_${d.hex(14)} declined by issuer, reason code ${d.whole(41, 65)}`],
	['ledger', 'postgresql.log', 'info', 8, (d) => `LOG:  checkpoint complete: wrote ${d.whole(100, 9000)} buffers; sync files=${d.whole(4, 90)}, longest ${d.whole(1, 80)} ms`],
	['ledger', 'postgresql.log', 'info', 9, (d) => `LOG:  connection received: host=${d.address()} port=${d.whole(20_000, 60_000)}`],
	['ledger', 'postgresql.log', 'info', 6, (d) => `LOG:  duration: ${d.whole(100, 900)}.${d.whole(100, 999)} ms  statement: SELECT balance FROM account WHERE id = ${d.whole(10_000, 99_999)}`],
	['orders', 'java.app', 'info', 12, (d) => `order ${d.whole(700_000, 799_999)} stored with ${d.whole(1, 12)} positions`],
	['orders', 'kafka.app', 'debug', 8, (d) => `committed offset ${d.whole(4_000_000, 4_999_999)} of partition ${d.whole(0, 11)} of topic orders`],
	['inventory', 'python.app', 'info', 10, (d) => `reserved ${d.whole(1, 6)} pieces of product ${d.whole(1000, 9999)} for order ${d.whole(700_000, 799_999)}`],
	['inventory', 'python.app', 'debug', 5, (d) => `stock of product ${d.whole(1000, 9999)} is ${d.whole(0, 400)} after sync from warehouse`],
	['search', 'java.app', 'info', 9, (d) => `query answered with ${d.whole(0, 800)} hits in ${d.whole(2, 60)} ms on ${d.whole(1, 5)} shards`],
	['search', 'java.app', 'debug', 4, (d) => `segment _${d.hex(4)} merged, ${d.whole(1000, 90_000)} documents, ${d.whole(1, 80)} MB`],
	['catalogue', 'python.app', 'info', 8, (d) => `product ${d.whole(1000, 9999)} served from cache, age ${d.whole(1, 300)} s`],
	['catalogue', 'python.app', 'info', 4, (d) => `price list ${d.whole(100, 999)} loaded, ${d.whole(1000, 9000)} rows`],
	['shipping', 'go.app', 'info', 7, (d) => `parcel ${d.whole(30_000_000, 39_999_999)} handed to carrier, ${d.whole(100, 9000)} g`],
	['shipping', 'go.app', 'info', 4, (d) => `label for parcel ${d.whole(30_000_000, 39_999_999)} printed, ${d.whole(20, 90)} kB`],
	['notify', 'node.app', 'info', 7, (d) => `mail ${d.hex(10)} accepted by relay after ${d.whole(20, 400)} ms`],
	['notify', 'node.app', 'debug', 4, (d) => `queue mail has ${d.whole(0, 40)} entries waiting`],
];

/** What begins with the fault: service, dataset, level, beginning, seconds between two lines, text. */
const BEGINS = [
	['checkout', 'java.app', 'error', FAULT, 1, (d) => `could not acquire connection from pool within 30000 ms (active ${d.whole(46, 50)}, waiting ${d.whole(20, 400)})`],
	['gateway', 'nginx.error', 'error', FAULT + 31_000, 2.2, (d) => `*${d.whole(10_000, 99_999)} upstream timed out (110: Connection timed out) while reading response header from upstream, client: ${d.address()}`],
	['orders', 'java.app', 'error', FAULT + 62_000, 3.1, (d) => `order ${d.whole(700_000, 799_999)} was not stored because ledger is unavailable, trying again in ${d.whole(200, 4000)} ms`],
	['payment', 'go.app', 'warn', FAULT + 20_000, 47, (d) => `circuit breaker for ledger opened after ${d.whole(10, 60)} failures within ${d.whole(4, 30)} s`],
];

/** Lines with a secret, in the order of the secrets: service, dataset, level, text. */
const CARELESS = [
	['storefront', 'node.app', 'warn', (d) => `login form of visitor ${d.whole(100, 999)} was refused: password=${PASSWORD}`],
	['payment', 'go.app', 'debug', (d) => `calling bank for charge ${d.whole(100, 999)} with header Authorization: Bearer ${TOKEN}`],
	['orders', 'kafka.app', 'info', (d) => `connected to amqp://shop:${URL_PASSWORD}@mq-1.internal:5672/orders in ${d.whole(10, 99)} ms`],
	['shipping', 'go.app', 'debug', (d) => `asking carrier for parcel ${d.whole(100, 999)} with api_key=${API_KEY}`],
];
/** When they are written: early, in the middle, and among the very last lines. */
const CARELESS_AT = [BEGIN + 70_000, FAULT - 600_000, END - 900];
/** Secrets that are planted in the lines. */
export const PLANTED = CARELESS.length * CARELESS_AT.length;

/** Returns the lines, oldest first, as documents in the Elastic Common Schema. */
export function shopLines() {
	const random = numbers(5);
	const d = draws(random);
	const lines = [];
	const add = (at, service, dataset, level, message, host = `${service}-${d.whole(1, 2)}`) =>
		lines.push({ '@timestamp': new Date(Math.round(at)).toISOString(), message, log: { level }, service: { name: service }, host: { name: host }, event: { dataset }, ecs: { version: '8.11.0' } });
	add(PANIC, 'ledger', 'postgresql.log', 'fatal', 'PANIC:  could not write to file "pg_wal/xlogtemp.4127": No space left on device', 'db-1');
	for (const [service, dataset, level, from, every, text] of BEGINS) {
		for (let at = from; at < END - 100; at += every * 1000) add(at, service, dataset, level, text(d));
	}
	// Nine times as often from the fault on.
	const retry = () => `retry 2 of 5 for reservation ${d.whole(100_000, 999_999)} after ${d.whole(50, 900)} ms`;
	for (let at = BEGIN + 4000; at < END - 100; at += at < FAULT ? 7500 : 7500 / 9) add(at, 'inventory', 'python.app', 'warn', retry());
	for (let at = BEGIN + 2000; at < VANISHED; at += 4000) add(at, 'notify', 'node.app', 'info', `digest of ${d.whole(3, 90)} mails handed to relay in ${d.whole(5, 80)} ms`);
	CARELESS_AT.forEach((from) => CARELESS.forEach(([service, dataset, level, text], at) => add(from + at * 200, service, dataset, level, text(d))));
	// Everything that is usual has been heard in the first minute.
	USUAL.forEach(([service, dataset, level, , text], at) => add(BEGIN + at * 1900, service, dataset, level, text(d)));
	const weights = USUAL.reduce((sum, row) => sum + row[3], 0);
	while (lines.length < LINES) {
		let left = random() * weights;
		const [service, dataset, level, , text] = USUAL.find((row) => (left -= row[3]) < 0) ?? USUAL[0];
		add(BEGIN + random() * (END - BEGIN - 100), service, dataset, level, text(d));
	}
	return lines.sort((a, b) => (a['@timestamp'] < b['@timestamp'] ? -1 : a['@timestamp'] > b['@timestamp'] ? 1 : 0));
}

/** Returns the lines of two rotated files of one log, older and newer, without a zone; the newer one has a fault of its own. */
export function workerLines() {
	const d = draws(numbers(7));
	const stamp = (at) => new Date(at).toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
	const usual = [
		() => `job ${d.whole(8000, 8999)} of queue mail finished in ${d.whole(5, 400)} ms`,
		() => `job ${d.whole(8000, 8999)} of queue images finished in ${d.whole(200, 4000)} ms`,
		() => `thumbnail /srv/media/${d.whole(1000, 9999)}.webp written, ${d.whole(4, 90)} kB`,
		() => `lease of worker ${d.whole(1, 9)} renewed until ${d.whole(100, 999)} s`,
		() => `connecting to media store as app with password=${FILE_PASSWORD} for job ${d.whole(8000, 8999)}`,
	];
	const one = (from, to, every, more) => {
		const lines = [];
		let n = 0;
		for (let at = from; at < to; at += every) {
			// A few lines have the secret, the first one too.
			const text = n % 200 === 0 ? usual[4]() : usual[d.whole(0, 3)]();
			lines.push(`${stamp(at)} INFO  [worker-${d.whole(1, 4)}] ${text}`);
			n += 1;
			if (more && n % 9 === 0 && at >= FAULT + 120_000) lines.push(`${stamp(at + 7)} ERROR [worker-${d.whole(1, 4)}] job ${d.whole(8000, 8999)} was killed: out of memory, limit 512 MiB`);
		}
		return lines;
	};
	return { older: one(BEGIN + 60_000, FAULT - 60_000, 1100, false), newer: one(FAULT - 60_000, END - 60_000, 1700, true) };
}
