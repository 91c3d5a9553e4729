//! Values that consist of several words: addresses, paths, names of hosts, dates.

use super::{BLANK, CLASS, SOFT, Traits, WORD};

/// Returns the end of a path that begins at `from` (`/var/log`, `./run`, `../x`, `~/x`, `\temp`).
pub(super) fn path_end(line: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while at < line.len() && matches!(line[at], b'.' | b'~') {
        at += 1;
    }
    if at >= line.len() || !matches!(line[at], b'/' | b'\\') {
        return None;
    }
    let body = at + 1;
    let mut end = body;
    while end < line.len() && is_path_byte(line[end]) {
        end += 1;
    }
    while end > body && line[end - 1] == b'.' {
        end -= 1;
    }
    let named = line[body.min(end)..end].iter().any(|byte| CLASS[usize::from(*byte)] & WORD != 0);
    (named || at == from && end > body && line[from..end].contains(&b'*')).then_some(end)
}

/// Reports whether a byte can stand inside a path: the first, reduced set of delimiters of the guidelines.
fn is_path_byte(byte: u8) -> bool {
    let class = CLASS[usize::from(byte)];
    class & (WORD | SOFT) != 0 || matches!(byte, b'#' | b'%' | b'&')
}

/// Returns the end of the mark that stands for a secret (`<masked:RULE>`), where one begins.
fn masked_end(line: &[u8], at: usize) -> Option<usize> {
    let rest = line[at..].strip_prefix(b"<masked:")?;
    let length = rest.iter().position(|byte| !byte.is_ascii_lowercase() && *byte != b'_')?;
    (rest[length] == b'>').then_some(line.len() - rest.len() + length + 1)
}

/// Returns the end of a URL whose scheme stands from `from` to `colon`.
pub(super) fn url_end(line: &[u8], from: usize, colon: usize) -> Option<usize> {
    if !line[colon..].starts_with(b"://") || !line[from..colon].iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let mut end = colon + 3;
    while end < line.len() && CLASS[usize::from(line[end])] & BLANK == 0 {
        if let Some(behind) = masked_end(line, end) {
            end = behind;
            continue;
        }
        if matches!(
            line[end],
            b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'|' | b','
        ) {
            break;
        }
        end += 1;
    }
    while end > colon + 3 && matches!(line[end - 1], b'.' | b';' | b':' | b'!') {
        end -= 1;
    }
    (end > colon + 3).then_some(end)
}

/// Returns the end of the first part of a URL like `scheme://Name@host:80`, up to the host: the name says what is called.
///
/// A URL of the web is a value as a whole, and so is one whose name has a password behind it.
pub(super) fn url_begin(line: &[u8], from: usize, colon: usize) -> Option<usize> {
    if !line[colon..].starts_with(b"://")
        || line[from..colon].starts_with(b"http")
        || line[from..colon] == *b"ftp"
    {
        return None;
    }
    let name = &line[colon + 3..];
    let length = name.iter().position(|byte| !byte.is_ascii_alphabetic())?;
    (length > 0 && name[length] == b'@').then_some(colon + 3 + length + 1)
}

/// Returns the end of a protocol with its version (`HTTP/1.1`), whose name stands from `from` to `slash`.
pub(super) fn protocol_end(line: &[u8], from: usize, slash: usize) -> Option<usize> {
    if line[from..slash] != *b"HTTP" || !line.get(slash + 1)?.is_ascii_digit() {
        return None;
    }
    let rest = &line[slash + 1..];
    let length = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(rest.len());
    let end = slash + 1 + length;
    Some(if line[end - 1] == b'.' { end - 1 } else { end })
}

/// Reports whether a colon and the number of a port stand at a place.
pub(super) fn port_follows(line: &[u8], at: usize) -> bool {
    if line.get(at) != Some(&b':') {
        return false;
    }
    let rest = &line[at + 1..];
    let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let next = rest.get(length).copied().unwrap_or(b' ');
    (1..=5).contains(&length)
        && rest[0] != b'0'
        && CLASS[usize::from(next)] & WORD == 0
        && !(matches!(next, b':' | b'.') && rest.get(length + 1).is_some_and(u8::is_ascii_alphanumeric))
}

/// Returns the end of hexadecimal groups with colons: a hardware address or an address of IPv6.
pub(super) fn colon_hex_end(line: &[u8], from: usize, colon: usize) -> Option<(usize, Traits)> {
    let sign = line[colon];
    if colon - from > 4 || (sign == b'-' && colon - from != 2) {
        return None;
    }
    let (mut at, mut groups, mut width, mut gap) = (from, 0, 0, false);
    let (mut pairs, mut long) = (true, false);
    let mut end = from;
    while at < line.len() {
        if line[at].is_ascii_hexdigit() {
            width += 1;
            at += 1;
            end = at;
            if width > 4 {
                return None;
            }
            continue;
        }
        if width > 0 {
            groups += 1;
            pairs &= width == 2;
            long |= width > 2;
        }
        if line[at] != sign {
            break;
        }
        if width == 0 {
            if gap {
                break;
            }
            gap = true;
        }
        width = 0;
        at += 1;
    }
    if at == line.len() && width > 0 {
        groups += 1;
        pairs &= width == 2;
        long |= width > 2;
    }
    if end < line.len() && CLASS[usize::from(line[end])] & WORD != 0 {
        return None;
    }
    let hardware = pairs && !gap && groups >= 6;
    let internet = !hardware && sign == b':' && (long || gap) && (groups >= 5 || gap && groups >= 2);
    (hardware || internet).then_some((end, if hardware { Traits::UUID } else { Traits::ADDRESS }))
}

/// Returns the end of a short time like `<1 sec`, whose sign and number stand from `from` to `to`.
pub(super) fn short_time_end(line: &[u8], from: usize, to: usize) -> Option<usize> {
    if !matches!(line[from], b'<' | b'~') || !line[from + 1..to].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let word = line.get(to + 1..)?;
    let length = word.iter().position(|byte| CLASS[usize::from(*byte)] & WORD == 0).unwrap_or(word.len());
    matches!(
        &word[..length],
        b"ns"
            | b"us"
            | b"ms"
            | b"s"
            | b"sec"
            | b"secs"
            | b"second"
            | b"seconds"
            | b"min"
            | b"minute"
            | b"minutes"
    )
    .then_some(to + 1 + length)
}

/// Reports whether a unit is a place in a building of machines: letters with numbers, several with dashes (`R2-M1-N04`).
pub(super) fn place_code(unit: &[u8]) -> bool {
    let mut parts = 0;
    for part in unit.split(|byte| *byte == b'-') {
        parts += 1;
        let fits = matches!(part, [letter, number @ ..]
            if letter.is_ascii_uppercase() && !number.is_empty() && number.iter().all(u8::is_ascii_digit));
        if !fits {
            return false;
        }
    }
    parts >= 2
}

/// Returns the end of a universally unique identifier (8-4-4-4-12 hexadecimal digits).
pub(super) fn uuid_end(line: &[u8], from: usize, dash: usize) -> Option<(usize, Traits)> {
    if line[dash] != b'-' || dash - from != 8 {
        return None;
    }
    let text = line.get(from..from + 36)?;
    let fits = text.iter().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let ends = line.get(from + 36).is_none_or(|byte| CLASS[usize::from(*byte)] & WORD == 0);
    (fits && ends).then_some((from + 36, Traits::UUID))
}

/// Reports whether a word is the name of a day or month inside a date.
pub(super) fn date_word(line: &[u8], from: usize, to: usize) -> bool {
    if to - from != 3 {
        return false;
    }
    let follows = |at: usize| line.get(at).copied().unwrap_or(b' ');
    let mut next = to;
    if follows(next) == b',' {
        next += 1;
    }
    if follows(next) != b' ' {
        return matches!(follows(to), b'-' | b'/')
            && is_month(&line[from..to])
            && follows(to + 1).is_ascii_digit()
            && from > 1
            && line[from - 2].is_ascii_digit();
    }
    while follows(next) == b' ' && next < line.len() {
        next += 1;
    }
    let word = &line[from..to];
    if is_day(word) {
        return follows(next).is_ascii_digit() || line.get(next..next + 3).is_some_and(is_month);
    }
    is_month(word) && follows(next).is_ascii_digit()
}

fn is_day(word: &[u8]) -> bool {
    matches!(word, b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun")
}

fn is_month(word: &[u8]) -> bool {
    matches!(
        word,
        b"Jan"
            | b"Feb"
            | b"Mar"
            | b"Apr"
            | b"May"
            | b"Jun"
            | b"Jul"
            | b"Aug"
            | b"Sep"
            | b"Oct"
            | b"Nov"
            | b"Dec"
    )
}

/// Reports whether a word behind a time is a zone or a half of the day.
pub(super) fn time_zone(word: &[u8]) -> bool {
    matches!(
        word,
        b"UTC"
            | b"GMT"
            | b"AM"
            | b"PM"
            | b"CET"
            | b"CEST"
            | b"EST"
            | b"EDT"
            | b"CST"
            | b"CDT"
            | b"MST"
            | b"MDT"
            | b"PST"
            | b"PDT"
            | b"BST"
            | b"IST"
            | b"JST"
            | b"MSK"
    )
}

/// Reports whether a unit is the name of a host, perhaps with a person before or a path behind it.
///
/// Names of classes and packages have dots too: a host ends with a top-level domain, and does not begin with one.
pub(super) fn host_like(unit: &[u8], port: bool) -> bool {
    let host = unit.iter().rposition(|byte| *byte == b'@').map_or(unit, |at| &unit[at + 1..]);
    let host = host.iter().position(|byte| *byte == b'/').map_or(host, |at| &host[..at]);
    if host.iter().any(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'-' | b'_')) {
        return false;
    }
    let mut labels = host.split(|byte| *byte == b'.');
    let first = labels.next().unwrap_or_default();
    let (mut count, mut last) = (1, first);
    for label in labels {
        if label.is_empty() {
            return false;
        }
        count += 1;
        last = label;
    }
    if count < 2 || first.is_empty() || is_generic_domain(first) || first == b"java" || first == b"javax" {
        return false;
    }
    let digits = host.iter().any(u8::is_ascii_digit);
    let person = host.len() < unit.len() && unit.contains(&b'@');
    let certain = count >= 3 || person || port || first == b"www";
    let small = |label: &[u8]| label.iter().all(u8::is_ascii_lowercase);
    (is_generic_domain(last) && certain)
        || (port && count >= 3 && last.len() >= 2 && small(last) && !unit.contains(&b'/'))
        || (last.len() == 2 && small(last) && (digits || port || person) && count >= 3)
        || (count >= 4 && last.len() == 2 && small(last))
}

fn is_generic_domain(label: &[u8]) -> bool {
    const DOMAINS: [&[u8]; 17] = [
        b"com",
        b"net",
        b"org",
        b"edu",
        b"gov",
        b"mil",
        b"int",
        b"info",
        b"biz",
        b"local",
        b"lan",
        b"internal",
        b"localdomain",
        b"arpa",
        b"corp",
        b"intranet",
        b"cloud",
    ];
    DOMAINS.iter().any(|domain| label.eq_ignore_ascii_case(domain))
}
