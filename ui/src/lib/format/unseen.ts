// Names with what cannot be seen in them: where it matters which characters a source wrote.

/** Control characters, line ends, marks of direction, joiners and blanks without width. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A name in which every character that cannot be seen is written as its code, such as `\u200b`. */
export function written(name: string): string {
	return name.replace(unseen, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}
