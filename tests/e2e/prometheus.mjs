// A real Prometheus on a free port: history written as blocks, a scrape of a small exporter, rules, and a door in
// front of it that can be made slow.
import { spawn, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, openSync, closeSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, until } from './wd.mjs';

/** Returns the program's path; `null` when this machine has none. */
export function prometheusProgram() {
	return process.env.WARDROOM_PROMETHEUS ?? null;
}

/** Two days of three services at one minute, ending an hour ago, as OpenMetrics text. */
function history(until) {
	const lines = ['# HELP shop_requests Requests answered.', '# TYPE shop_requests counter'];
	const times = Array.from({ length: 2 * 24 * 60 }, (_, i) => Math.floor(until / 1000) - (2 * 24 * 60 - i) * 60);
	for (const [n, service] of ['cart', 'checkout', 'search'].entries()) {
		let total = 0;
		for (const at of times) {
			total += Math.round(600 + 200 * Math.sin((at / 86_400) * 2 * Math.PI + n) + 17 * ((at / 60) % 7));
			lines.push(`shop_requests_total{service="${service}"} ${total} ${at}`);
		}
	}
	lines.push('# HELP shop_queue_length Waiting orders.', '# TYPE shop_queue_length gauge');
	for (const at of times) lines.push(`shop_queue_length{service="checkout"} ${Math.round(20 + 10 * Math.sin((at / 86_400) * 2 * Math.PI)) + (Math.floor(at / 60) % 5)} ${at}`);
	return `${lines.join('\n')}\n# EOF\n`;
}

const RULES = `groups:
  - name: shop
    rules:
      - alert: QueueLong
        expr: shop_queue_length > 1000
        for: 5m
        labels: { severity: warning }
`;

function listen(server) {
	return new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

/** A small exporter of the test. */
function exporter() {
	let scrapes = 0;
	return createServer((_, answer) => {
		scrapes += 1;
		answer.setHeader('content-type', 'text/plain; version=0.0.4');
		answer.end(`# TYPE shop_scrapes_total counter\nshop_scrapes_total ${scrapes}\n`);
	});
}

/** A door in front of a server that keeps every question about samples waiting for `delay()` milliseconds. */
function door(port, delay) {
	return createServer((question, answer) => {
		const parts = [];
		question.on('data', (part) => parts.push(part));
		question.on('end', async () => {
			if (/\/query/.test(question.url)) await sleep(delay());
			const passed = request({ host: '127.0.0.1', port, path: question.url, method: question.method, headers: { ...question.headers, host: `127.0.0.1:${port}` } }, (reply) => {
				answer.writeHead(reply.statusCode, reply.headers);
				reply.pipe(answer);
			});
			passed.on('error', () => answer.destroy());
			passed.end(Buffer.concat(parts));
		});
		question.on('error', () => answer.destroy());
	});
}

/** Starts the server and all that belongs to it. */
export async function startPrometheus(program) {
	const folder = mkdtempSync(join(tmpdir(), 'wardroom-prometheus-'));
	const data = join(folder, 'data');
	const open = exporter();
	const exporterPort = await listen(open);
	writeFileSync(join(folder, 'rules.yml'), RULES);
	writeFileSync(join(folder, 'history.om'), history(Date.now() - 3_600_000));
	writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: ['${join(folder, 'rules.yml')}']\nscrape_configs:\n  - job_name: shop\n    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]\n`);
	await promisify(execFile)(join(dirname(program), 'promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', join(folder, 'history.om'), data]);
	const port = await freePort();
	const log = openSync(join(folder, 'log'), 'a');
	const server = spawn(program, [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${data}`, '--storage.tsdb.retention.time=30d', `--web.listen-address=127.0.0.1:${port}`], { stdio: ['ignore', log, log] });
	closeSync(log);
	const kill = () => server.kill('SIGKILL');
	process.once('exit', kill);
	let delay = 0;
	const front = door(port, () => delay);
	const frontPort = await listen(front);
	await until('Prometheus', async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok, 60_000).catch((error) => {
		throw new Error(`${error.message}\n${readFileSync(join(folder, 'log'), 'utf8').slice(-2000)}`);
	});
	return {
		url: `http://127.0.0.1:${frontPort}`,
		/** Makes every question about samples wait this long. */
		slow: (ms) => (delay = ms),
		stop: async () => {
			process.off('exit', kill);
			for (const each of [front, open]) {
				each.closeAllConnections();
				each.close();
			}
			const ended = new Promise((resolve) => server.once('exit', resolve));
			server.kill('SIGKILL');
			await ended;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
