// Puts words of the catalogue into a sentence: Han characters stand without spaces among themselves, Latin words with them.

/** Whether a text ends or begins with a Han character. */
export const hanEnds = /[\u2e80-\u{10ffff}]$/u;
export const hanBegins = /^[\u2e80-\u{10ffff}]/u;
/** Before a word that begins with a Han character, and behind one that ends with it: characters that no text has. */
const before = '\ue100';
const behind = '\ue101';
const gapBefore = new RegExp(`([\\u2e80-\\ud7ff\\uf900-\\u{10ffff}]${behind}?) (?=${before})`, 'gu');
const gapBehind = new RegExp(`${behind} (?=[${before}\\u2e80-\\ud7ff\\uf900-\\u{10ffff}])`, 'gu');

/** A word as it enters a sentence that is joined afterwards; `stand` stands there for it. */
export const placed = (word: string, stand = word): string => `${hanBegins.test(word) ? before : ''}${stand}${hanEnds.test(word) ? behind : ''}`;

/** A sentence without the spaces that its message has around words for Latin ones. */
export const joined = (sentence: string): string => sentence.replace(gapBefore, '$1').replace(gapBehind, '').replaceAll(before, '').replaceAll(behind, '');
