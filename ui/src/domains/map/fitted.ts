// Fits a text into lines of a width in a drawing, where nothing wraps by itself.

/** Characters of double width, such as Han. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;

const widthOf = (text: string, character: number) => [...text].reduce((sum, letter) => sum + (wide.test(letter) ? 1.75 : 1) * character, 0);

/** What a node keeps free of facts: its name and its borders. */
const besides = 28;
/** From one line of facts to the next. */
export const lineHeight = 15;

/** How many lines of facts a node of a height has room for. */
export const factLines = (height: number) => Math.max(1, Math.floor((height - besides) / lineHeight));

/** A last line keeps whole words while they fill this share of it. */
const WHOLE_WORDS = 0.5;

/** Returns at most so many lines; what does not fit ends in an ellipsis. `character` is the mean width of a letter. */
export function fitted(text: string, room: number, character: number, most: number): string[] {
	const lines: string[] = [];
	let rest = text.trim();
	while (rest !== '' && lines.length < most) {
		const last = lines.length === most - 1;
		const line = widthOf(rest, character) <= room ? rest : cut(rest, room - (last ? character : 0), character, last ? WHOLE_WORDS : 0);
		rest = rest.slice(line.length).trim();
		lines.push(last && rest !== '' ? `${line.trimEnd()}…` : line.trim());
	}
	return lines;
}

/** What parts of names end with. */
const ends = /[-._:/@ ]/;
/** How much of the common beginning is told at least of names that would look alike, and how far a part may begin before the first difference. */
const head = 3;
const part = 6;

/** How names are written where each has so much room: cut at their ends, but those that would look alike where they are alike. */
export function apart(names: readonly string[], room: number, character: number): ReadonlyMap<string, string> {
	const written = new Map(names.map((name) => [name, fitted(name, room, character, 1)[0] ?? '']));
	const alike = new Map<string, string[]>();
	for (const [name, text] of written) {
		const others = alike.get(text);
		if (others) others.push(name);
		else alike.set(text, [name]);
	}
	for (const group of alike.values()) {
		if (group.length < 2) continue;
		const from = differ(group.map((name) => [...name]));
		const begin = [...(group[0] ?? '')].slice(0, from);
		const left = room - widthOf(`${begin.slice(0, head).join('')}…`, character);
		if (from <= head || left < character * 2) continue;
		const rests = new Map(group.map((name) => [name, [...name].slice(from).join('')]));
		const told = apart([...rests.values()], left, character);
		const longest = Math.max(...[...told.values()].map((rest) => widthOf(rest, character)));
		while (begin.length > head && widthOf(`${begin.join('')}…`, character) > room - longest) begin.pop();
		for (const [name, rest] of rests) written.set(name, `${begin.join('')}…${told.get(rest) ?? rest}`);
	}
	return written;
}

/** The same for rooms of several widths: each name is told apart from all others, whatever room it has. */
export function apartIn(rooms: readonly number[], names: readonly string[], character: number): (name: string, room: number) => string {
	const written = new Map([...new Set(rooms)].map((room) => [room, apart(names, room, character)]));
	return (name, room) => written.get(room)?.get(name) ?? name;
}

/** Where the part begins in which several texts differ first. */
function differ(texts: readonly (readonly string[])[]): number {
	const [first = []] = texts;
	let same = 0;
	while (same < first.length && texts.every((text) => text[same] === first[same])) same += 1;
	let from = same;
	while (from > 0 && !ends.test(first[from - 1] ?? '')) from -= 1;
	// Where one text ends another goes on: its last letter stands for it.
	return from > 0 && same - from <= part ? from : Math.max(0, same - 1);
}

/** What begins with a unit, which belongs to the number before it: `/s`, `%`, `min`. */
const units = /^(?:[/%]|(?:ms|s|min|h|d)(?= |$))/;

/** The beginning that fits; up to a blank where one stands behind this share of it, so that no word is cut. */
function cut(text: string, room: number, character: number, share: number): string {
	let width = 0;
	let end = 0;
	for (const letter of text) {
		width += widthOf(letter, character);
		if (width > room) break;
		end += letter.length;
	}
	let blank = text.lastIndexOf(' ', end);
	// A unit stays with its number.
	while (blank > 0 && units.test(text.slice(blank + 1))) blank = text.lastIndexOf(' ', blank - 1);
	return text.slice(0, Math.max(1, blank > end * share ? blank : end));
}
