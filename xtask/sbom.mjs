// Writes a CycloneDX 1.5 bill of materials of what is shipped: node sbom.mjs TREE ROOT OUT
// TREE is what `cargo tree --edges normal --prefix none --format '{p}|{l}'` prints of the shipped programs; packages of
// the interface that only build or test it are left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [treePath, root, out] = process.argv.slice(2);
const tree = readFileSync(treePath, 'utf8').split('\n');
const npmLock = JSON.parse(readFileSync(join(root, 'ui/package-lock.json'), 'utf8'));

/** The checksums of Cargo.lock by `name version`. */
function cargoChecksums() {
	const sums = new Map();
	for (const block of readFileSync(join(root, 'Cargo.lock'), 'utf8').split('[[package]]')) {
		const field = (name) => new RegExp(`^${name} = "([^"]*)"`, 'm').exec(block)?.[1];
		if (field('checksum')) sums.set(`${field('name')} ${field('version')}`, field('checksum'));
	}
	return sums;
}

/** Every package of the tree once: `serde v1.0.229|MIT OR Apache-2.0`, maybe with ` (*)` or a path behind. */
function linked() {
	const packages = new Map();
	for (const line of tree) {
		const found = /^(\S+) v(\S+)( \([^|]*\))?\|(.*?)( \(\*\))?$/.exec(line.trim());
		if (found) packages.set(`${found[1]} ${found[2]}`, { name: found[1], version: found[2], license: found[4] });
	}
	return packages;
}

/** A licence in the form that SPDX has; the slash is an old way to write OR. */
function licences(text) {
	return text ? [{ expression: text.replace(/\s*\/\s*/g, ' OR ') }] : undefined;
}

/** Packages without a checksum are ours: they are the application itself. */
function crates() {
	const sums = cargoChecksums();
	return [...linked().entries()]
		.filter(([id]) => sums.has(id))
		.map(([id, { name, version, license }]) => {
			const purl = `pkg:cargo/${name}@${version}`;
			return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: licences(license), hashes: [{ alg: 'SHA-256', content: sums.get(id) }] };
		});
}

function modules() {
	return Object.entries(npmLock.packages)
		.filter(([path, about]) => path.startsWith('node_modules/') && !about.dev)
		.map(([path, about]) => {
			const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
			const purl = `pkg:npm/${name.replace('@', '%40')}@${about.version}`;
			const sum = about.integrity?.startsWith('sha512-') ? Buffer.from(about.integrity.slice(7), 'base64').toString('hex') : null;
			return { type: 'library', 'bom-ref': purl, name, version: about.version, purl, licenses: licences(about.license), hashes: sum ? [{ alg: 'SHA-512', content: sum }] : undefined };
		});
}

const version = tree.map((line) => /^wardroom-desktop v(\S+)/.exec(line)?.[1]).find(Boolean);
const byName = (a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1);
const components = [...crates(), ...modules()].sort(byName);
const bom = {
	bomFormat: 'CycloneDX',
	specVersion: '1.5',
	version: 1,
	metadata: { component: { type: 'application', 'bom-ref': 'wardroom', name: 'wardroom', version, licenses: licences('Apache-2.0') } },
	components,
};
writeFileSync(out, `${JSON.stringify(bom, null, '\t')}\n`);
console.log(`${components.length} components`);
