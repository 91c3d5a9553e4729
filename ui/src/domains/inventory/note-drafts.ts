// What is written on entities that are marked: a note that loses none of those that are there, and further names as a list.
import type { TopologyDecision } from '$lib/ipc/bindings';

/** Characters of a note or a name that the core keeps; it refuses longer ones. */
export const longestText = 2000;

/** Whether a note, with what it goes below, or a name is longer than is kept. */
export function isTooLong(draft: TopologyDecision): boolean {
	const text = draft.kind === 'note' ? draft.text : draft.kind === 'alias' ? draft.alias : '';
	return [...text].length > longestText;
}

/** What becomes of the notes that are there. */
export type NoteChoice = 'append' | 'replace';

/** The notes to be kept; where one is there, the text goes below it unless it is to be replaced. */
export function noteDrafts(names: readonly string[], there: ReadonlyMap<string, string>, text: string, choice: NoteChoice): TopologyDecision[] {
	const said = text.trim();
	if (said === '') return [];
	const noted = choice === 'append' ? names.filter((name) => (there.get(name) ?? '') !== '') : [];
	const others = names.filter((name) => !noted.includes(name));
	const below = noted.map((name): TopologyDecision => ({ kind: 'note', names: [name], text: `${there.get(name) ?? ''}\n${said}` }));
	return others.length > 0 ? [{ kind: 'note', names: others, text: said }, ...below] : below;
}

/** Further names out of lines such as `orders, order-service`, and the first line that cannot be read, counted from 1. */
export function aliasDrafts(names: readonly string[], text: string): { drafts: TopologyDecision[]; bad: number | null } {
	const drafts: TopologyDecision[] = [];
	let bad: number | null = null;
	for (const [at, line] of text.split('\n').entries()) {
		const [name = '', ...aliases] = line.split(/[,;\t]/).map((part) => part.trim());
		const given = aliases.filter((alias) => alias !== '');
		if (line.trim() === '' || (names.includes(name) && given.length === 0)) continue;
		if (names.includes(name)) drafts.push(...given.map((alias): TopologyDecision => ({ kind: 'alias', name, alias })));
		else bad ??= at + 1;
	}
	return { drafts, bad };
}
