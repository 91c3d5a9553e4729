//! Words of a log line: lower case, split at the humps of identifiers, numbers by their kind, names set aside.
//!
//! The same words feed the rules, the learned terms and the classes that people define.

/// How much of a line is read; what follows is a dump that says nothing further of its class.
const READ_BYTES: usize = 4096;

/// How many words of a line are read.
pub(super) const READ_WORDS: usize = 128;

/// The longest word that is told from others; the rest of a longer one is ignored.
const WORD_BYTES: usize = 32;

/// A word as numbers that can be compared: its form as written (in lower case), and its stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins in the line, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The number of the form as written.
    pub(super) plain: u64,
    /// The number of the stem; that of all numbers for a number.
    pub(super) stem: u64,
    /// The number of the first letters, which forms of one word share, or of a whole number's digits; 0 for others.
    pub(super) opening: u64,
    /// Whether it is one of several humps of an identifier (`onDiskFull`), which names a thing rather than tells of it.
    pub(super) is_hump: bool,
}

/// What stands for numbers and names, whatever they are.
pub(super) mod kinds {
    use super::number_of;

    /// The number zero.
    pub(in super::super) const ZERO: u64 = number_of(b"#0", 1);
    /// Any other number.
    pub(in super::super) const NONZERO: u64 = number_of(b"#1", 1);
    /// Any number.
    pub(in super::super) const NUMBER: u64 = number_of(b"#", 2);
    /// A network address.
    pub(in super::super) const ADDRESS: u64 = number_of(b"@", 2);
    /// A path, a URL, a file or a dotted name.
    pub(in super::super) const NAME: u64 = number_of(b"/", 2);
}

/// Returns the FNV-1a hash of the bytes, started from a seed so that kinds of words do not meet.
pub(super) const fn number_of(bytes: &[u8], seed: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut i = 0;
    while i < bytes.len() {
        // `u64::from` cannot be called in a const function.
        let byte = bytes[i] as u64;
        hash = (hash ^ byte).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

/// Returns the number of a word's form as written.
pub(super) fn plain_of(word: &str) -> u64 {
    match word {
        "#0" => kinds::ZERO,
        "#1" => kinds::NONZERO,
        _ => number_of(word.as_bytes(), 1),
    }
}

/// Returns the number of a word's stem.
pub(super) fn stem_of(word: &str) -> u64 {
    match word {
        "#" => kinds::NUMBER,
        "@" => kinds::ADDRESS,
        "/" => kinds::NAME,
        _ => number_of(stem(word.as_bytes()), 2),
    }
}

/// Returns the number of a short whole number by its digits (a status, a signal), 0 for anything else.
pub(super) fn digits_of(digits: &[u8]) -> u64 {
    let is_short = digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    if is_short { number_of(digits, 4) } else { 0 }
}

/// Reads the words of a line into `into`, which is emptied before.
pub(super) fn read(line: &str, into: &mut Vec<Word>) {
    into.clear();
    let bytes = line.as_bytes();
    let bytes = &bytes[..bytes.len().min(READ_BYTES)];
    let mut at = 0;
    while at < bytes.len() && into.len() < READ_WORDS {
        if ends_chunk(bytes, at) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && !ends_chunk(bytes, at) {
            at += 1;
        }
        read_chunk(bytes, start, at, into);
    }
    into.truncate(READ_WORDS);
}

/// Reports whether the byte stands between chunks: white space, brackets, quotes, `,;|=`, and `:` save before `//`.
fn ends_chunk(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'`' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<'
        | b'>' | b',' | b';' | b'|' | b'=' | 0 => true,
        b':' => bytes.get(at + 1..at + 3) != Some(b"//"),
        b'\'' => {
            let is_letter = |i: Option<&u8>| i.is_some_and(u8::is_ascii_alphabetic);
            !(at > 0 && is_letter(bytes.get(at - 1)) && is_letter(bytes.get(at + 1)))
        }
        _ => false,
    }
}

/// What a chunk between separators is.
enum Chunk {
    Words,
    Number {
        is_zero: bool,
    },
    Address,
    Name,
    /// A dotted name whose last part begins here and says what went wrong (`java.net.SomeException`).
    Exception(usize),
}

fn read_chunk(bytes: &[u8], start: usize, end: usize, into: &mut Vec<Word>) {
    // The plural in "error(s)" is no word.
    if end == start + 1 && bytes[start] == b's' && start > 0 && bytes[start - 1] == b'(' {
        return;
    }
    let whole = |plain, stem| Word { start, end, plain, stem, opening: 0, is_hump: false };
    match kind_of(&bytes[start..end]) {
        Chunk::Number { is_zero } => {
            let plain = if is_zero { kinds::ZERO } else { kinds::NONZERO };
            into.push(Word { opening: digits_of(&bytes[start..end]), ..whole(plain, kinds::NUMBER) });
        }
        Chunk::Address => into.push(whole(kinds::ADDRESS, kinds::ADDRESS)),
        Chunk::Name => into.push(whole(kinds::NAME, kinds::NAME)),
        Chunk::Exception(from) => {
            into.push(Word { end: start + from, ..whole(kinds::NAME, kinds::NAME) });
            read_runs(bytes, start + from, end, into);
        }
        Chunk::Words => read_runs(bytes, start, end, into),
    }
}

/// Tells what a chunk is from its characters alone.
fn kind_of(chunk: &[u8]) -> Chunk {
    let (mut slashes, mut dots, mut digits, mut letters, mut zeros) = (0, 0, 0, 0, 0);
    for byte in chunk {
        match byte {
            b'/' | b'\\' => slashes += 1,
            b'.' => dots += 1,
            b'0' => (digits, zeros) = (digits + 1, zeros + 1),
            b'1'..=b'9' => digits += 1,
            b'a'..=b'z' | b'A'..=b'Z' => letters += 1,
            _ => {}
        }
    }
    if letters == 0 && digits > 0 {
        if dots == 3 && digits >= 4 {
            return Chunk::Address;
        }
        return Chunk::Number { is_zero: zeros == digits };
    }
    let starts_as_path = (chunk[0] == b'/' || chunk[0] == b'~') && letters > 0;
    if slashes >= 2 || (starts_as_path && slashes >= 1) {
        if dots == 3 && digits >= 4 && letters == 0 {
            return Chunk::Address;
        }
        return Chunk::Name;
    }
    if letters > 0 && (dots >= 2 || (dots == 1 && is_file(chunk))) && is_dotted(chunk) {
        return dotted(chunk);
    }
    if digits > 0 && is_hexadecimal(chunk, digits, letters) {
        let is_zero = zeros == digits && letters == usize::from(chunk.get(1) == Some(&b'x'));
        return Chunk::Number { is_zero };
    }
    Chunk::Words
}

/// Reports whether the dots stand between letters or digits, as in names, and not at the end of a sentence.
fn is_dotted(chunk: &[u8]) -> bool {
    let inner = chunk.strip_suffix(b".").unwrap_or(chunk);
    inner
        .windows(3)
        .filter(|w| w[1] == b'.' && w[0].is_ascii_alphanumeric() && w[2].is_ascii_alphanumeric())
        .count()
        >= usize::from(inner.contains(&b'.'))
        && !inner.windows(2).any(|w| w == b"..")
        && inner.contains(&b'.')
}

/// A dotted name, whole or with a last part that tells of a fault.
fn dotted(chunk: &[u8]) -> Chunk {
    let last = chunk.iter().rposition(|b| *b == b'.').map_or(0, |i| i + 1);
    let tail = &chunk[last..];
    let tells = [b"Exception".as_slice(), b"Error", b"Failure", b"Fault", b"Timeout"];
    if tells.iter().any(|word| tail.windows(word.len()).any(|w| w == *word)) {
        return Chunk::Exception(last);
    }
    Chunk::Name
}

/// Reports whether what follows the last dot is an ending of files.
fn is_file(chunk: &[u8]) -> bool {
    let ending = chunk.iter().rposition(|b| *b == b'.').map_or(&[][..], |i| &chunk[i + 1..]);
    matches!(
        ending,
        b"log"
            | b"conf"
            | b"cfg"
            | b"ini"
            | b"xml"
            | b"json"
            | b"txt"
            | b"so"
            | b"jar"
            | b"class"
            | b"py"
            | b"c"
            | b"cc"
            | b"cpp"
            | b"h"
            | b"m"
            | b"mm"
            | b"java"
            | b"go"
            | b"rs"
            | b"js"
            | b"ts"
            | b"service"
            | b"socket"
            | b"target"
            | b"mount"
            | b"timer"
            | b"db"
            | b"dll"
            | b"exe"
            | b"sys"
            | b"plist"
            | b"sh"
            | b"properties"
            | b"yaml"
            | b"yml"
            | b"toml"
            | b"html"
            | b"css"
            | b"png"
            | b"gz"
            | b"zip"
            | b"tar"
            | b"cs"
            | b"php"
            | b"pl"
            | b"rb"
            | b"lock"
            | b"pid"
            | b"sock"
            | b"tmp"
            | b"bak"
            | b"apk"
            | b"app"
            | b"kext"
            | b"framework"
            | b"bundle"
            | b"local"
            | b"com"
            | b"net"
            | b"org"
            | b"edu"
            | b"io"
    )
}

/// Reports whether a chunk of letters and digits is a number in base 16: `0x…`, or long and of hexadecimal digits only.
fn is_hexadecimal(chunk: &[u8], digits: usize, letters: usize) -> bool {
    if chunk.starts_with(b"0x") || chunk.starts_with(b"0X") {
        return chunk[2..].iter().all(u8::is_ascii_hexdigit);
    }
    digits + letters >= 6 && digits >= 2 && chunk.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
}

/// Reads the runs of letters and of digits of a chunk, splitting at humps.
fn read_runs(bytes: &[u8], start: usize, end: usize, into: &mut Vec<Word>) {
    let from = into.len();
    let mut at = start;
    while at < end {
        let byte = bytes[at];
        if byte.is_ascii_digit() {
            at = read_digits(bytes, at, end, into);
        } else if is_letter(byte) {
            at = read_letters(bytes, at, end, into);
        } else {
            at += 1;
        }
    }
    mark_humps(&bytes[start..end], &mut into[from..]);
}

/// Marks the words of an identifier: two or more humps without anything between, or parts joined by `_`.
fn mark_humps(chunk: &[u8], words: &mut [Word]) {
    let is_joined = chunk.contains(&b'_')
        || chunk.windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    // The name of an exception tells what went wrong, unlike other names.
    let tells =
        [b"Exception".as_slice(), b"Error", b"Failure", b"Timeout"].iter().any(|e| chunk.ends_with(e));
    if words.len() > 1 && is_joined && !tells {
        for word in words {
            word.is_hump = true;
        }
    }
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// Reads a number with the unit behind it; digits that end a word (`eth0`) belong to the word and are passed over.
fn read_digits(bytes: &[u8], start: usize, end: usize, into: &mut Vec<Word>) -> usize {
    let mut at = start;
    let mut is_zero = true;
    while at < end && (bytes[at].is_ascii_digit() || (bytes[at] == b'.' && at + 1 < end)) {
        is_zero &= !matches!(bytes[at], b'1'..=b'9');
        at += 1;
    }
    while at < end && bytes[at].is_ascii_alphabetic() {
        at += 1;
    }
    let is_tail = start > 0 && bytes[start - 1].is_ascii_alphabetic();
    if !is_tail {
        let plain = if is_zero { kinds::ZERO } else { kinds::NONZERO };
        let opening = digits_of(&bytes[start..at]);
        into.push(Word { start, end: at, plain, stem: kinds::NUMBER, opening, is_hump: false });
    }
    at
}

/// Reads one hump of letters.
fn read_letters(bytes: &[u8], start: usize, end: usize, into: &mut Vec<Word>) -> usize {
    let mut at = start + 1;
    let starts_upper = bytes[start].is_ascii_uppercase();
    let is_upper = |i: usize| i < end && bytes[i].is_ascii_uppercase();
    if starts_upper && is_upper(at) {
        // A run of capitals: the last one begins the next hump when a small letter follows (`IOException`).
        while is_upper(at) {
            at += 1;
        }
        if at < end && bytes[at].is_ascii_lowercase() && !(at + 1 == end && bytes[at] == b's') {
            at -= 1;
        }
    } else {
        while at < end && is_letter(bytes[at]) && !bytes[at].is_ascii_uppercase() {
            at += 1;
        }
    }
    let after = negation_after(bytes, at, end);
    let word_end = if after == Negation::Inside { at - 1 } else { at };
    if word_end > start {
        push_word(bytes, start, word_end, into);
    }
    if after != Negation::None {
        let written = |word: &str| (plain_of(word), stem_of(word));
        let (plain, stem) = written("not");
        let end = if after == Negation::Inside { at + 2 } else { at };
        into.push(Word { start: at, end, plain, stem, opening: 0, is_hump: false });
        return end;
    }
    at
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Negation {
    None,
    /// `n't`: the `n` ends the word before.
    Inside,
}

/// Reports whether `'t` follows an `n`.
fn negation_after(bytes: &[u8], at: usize, end: usize) -> Negation {
    let is_negation = at + 1 < end && bytes[at] == b'\'' && bytes[at + 1] == b't' && bytes[at - 1] == b'n';
    if is_negation { Negation::Inside } else { Negation::None }
}

fn push_word(bytes: &[u8], start: usize, end: usize, into: &mut Vec<Word>) {
    let mut lower = [0_u8; WORD_BYTES];
    let length = (end - start).min(WORD_BYTES);
    for (to, from) in lower.iter_mut().zip(&bytes[start..start + length]) {
        *to = from.to_ascii_lowercase();
    }
    let mut word = &lower[..length];
    // Two ways to write one thing, so that patterns need one: "cannot" and "can not", "can't".
    if word == b"cannot" {
        into.push(Word {
            start,
            end,
            plain: plain_of("can"),
            stem: stem_of("can"),
            opening: 0,
            is_hump: false,
        });
        into.push(Word {
            start,
            end,
            plain: plain_of("not"),
            stem: stem_of("not"),
            opening: 0,
            is_hump: false,
        });
        return;
    }
    if word == b"ca" && bytes.get(end..end + 3) == Some(b"n't") {
        word = b"can";
    }
    let opening = if length >= 6 { number_of(&word[..5], 3) } else { 0 };
    into.push(Word {
        start,
        end,
        plain: number_of(word, 1),
        stem: number_of(stem(word), 2),
        opening,
        is_hump: false,
    });
}

/// Returns the stem: endings of number, tense and nouns of action are cut; a few irregular words have their own.
fn stem(word: &[u8]) -> &[u8] {
    match word {
        b"failure" | b"failures" => return b"fail",
        b"err" | b"errs" | b"errored" | b"errno" => return b"error",
        b"lost" | b"loss" | b"lose" | b"loses" | b"losing" => return b"lost",
        b"denied" | b"denies" | b"denial" | b"deny" | b"denying" => return b"deny",
        b"retries" | b"retried" | b"retry" | b"retrying" => return b"retry",
        b"refusal" => return b"refus",
        b"auth" | b"authentication" | b"authenticate" | b"authenticated" | b"authenticating" => {
            return b"auth";
        }
        b"conn" | b"conns" => return b"connect",
        b"cfg" | b"config" | b"configs" | b"configuration" | b"configurations" => return b"config",
        b"msg" | b"msgs" => return b"message",
        b"temp" | b"temps" | b"temperatures" => return b"temperature",
        b"addr" | b"addrs" => return b"address",
        b"mem" => return b"memory",
        b"thrown" | b"threw" | b"throws" | b"throwing" => return b"throw",
        b"hung" | b"hangs" | b"hanging" => return b"hang",
        b"dying" | b"dies" | b"died" | b"dead" => return b"die",
        b"sent" | b"sends" | b"sending" => return b"send",
        b"unreachable" => return b"unreach",
        b"was" | b"is" | b"are" | b"were" | b"be" | b"been" | b"being" => return b"be",
        b"has" | b"have" | b"had" => return b"have",
        b"status" | b"address" | b"process" | b"access" | b"success" | b"bus" | b"this" | b"need"
        | b"feed" | b"speed" | b"red" | b"string" | b"ring" | b"during" | b"missing" | b"seed" | b"shed"
        | b"thing" | b"bad" | b"warning" | b"setting" | b"version" | b"session" | b"partition"
        | b"region" | b"million" | b"ready" | b"already" | b"early" | b"body" | b"option" | b"action"
        | b"position" => {
            return word;
        }
        _ => {}
    }
    cut_endings(word)
}

fn cut_endings(word: &[u8]) -> &[u8] {
    let mut word = word;
    if word.len() > 4 && word.ends_with(b"ies") {
        return &word[..word.len() - 3];
    }
    if word.len() > 3 && word.ends_with(b"s") && !matches!(word[word.len() - 2], b's' | b'u' | b'i') {
        word = &word[..word.len() - 1];
    }
    for ending in [b"ing".as_slice(), b"ed", b"ion"] {
        if word.len() >= ending.len() + 3 && word.ends_with(ending) {
            word = &word[..word.len() - ending.len()];
            let n = word.len();
            if n > 3 && word[n - 1] == word[n - 2] && !matches!(word[n - 1], b'l' | b's' | b'z' | b'e' | b'o')
            {
                word = &word[..n - 1];
            }
            break;
        }
    }
    // Adverbs keep their ending: "fully" is not "full".
    let is_adverb = word.ends_with(b"ly");
    if word.len() > 3 && !is_adverb && matches!(word[word.len() - 1], b'e' | b'y' | b'i') {
        word = &word[..word.len() - 1];
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<&str> {
        let mut words = Vec::new();
        read(line, &mut words);
        words.iter().map(|w| &line[w.start..w.end]).collect()
    }

    fn stems(line: &str) -> Vec<u64> {
        let mut words = Vec::new();
        read(line, &mut words);
        words.iter().map(|w| w.stem).collect()
    }

    #[test]
    fn identifiers_are_split_at_their_humps() {
        assert_eq!(
            texts("handleIOException onDiskFull"),
            ["handle", "IO", "Exception", "on", "Disk", "Full"]
        );
        assert_eq!(texts("snake_case kebab-case"), ["snake", "case", "kebab", "case"]);
    }

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for forms in [
            ["refused", "refuses", "refusing"],
            ["failed", "failure", "failing"],
            ["connection", "connected", "connecting"],
            ["retry", "retries", "retried"],
        ] {
            let all: Vec<u64> = forms.iter().map(|f| stem_of(f)).collect();
            assert!(all.iter().all(|s| *s == all[0]), "{forms:?}");
        }
    }

    #[test]
    fn a_negation_is_a_word_of_its_own() {
        assert_eq!(stems("couldn't"), stems("could not"));
        assert_eq!(stems("can't open"), stems("cannot open"));
        assert_eq!(stems("cannot open"), stems("can not open"));
    }

    #[test]
    fn numbers_addresses_and_names_stand_for_their_kind() {
        assert_eq!(stems("17 0x1f 10.1.2.3:80 /var/log/error.log"), {
            [kinds::NUMBER, kinds::NUMBER, kinds::ADDRESS, kinds::NUMBER, kinds::NAME]
        });
        let mut words = Vec::new();
        read("errors=0 misses=0x0 left=3", &mut words);
        assert_eq!(words[1].plain, kinds::ZERO);
        assert_eq!(words[3].plain, kinds::ZERO);
        assert_eq!(words[5].plain, kinds::NONZERO);
    }

    #[test]
    fn the_last_part_of_an_exception_s_name_is_read() {
        assert_eq!(texts("java.net.ConnectException: x"), ["java.net.", "Connect", "Exception", "x"]);
    }

    #[test]
    fn any_text_is_read_within_its_bounds() {
        for line in ["", "\0\0", "é", "'", "n't", "ca", "a'", "....", "0x", "日本語 エラー", "'t n't't"]
        {
            for text in texts(line) {
                assert!(!text.is_empty());
            }
        }
    }
}
