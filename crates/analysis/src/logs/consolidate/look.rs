//! What a unit looks like: a name that something was given, a state, an ordinary word.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::logs::template::is_open;

/// What a unit looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A word that says what happened or in which state something is (`failed`, `off`).
    Ordinary,
    /// Capitals only: a state, a code of an error, a command.
    Capitals,
    /// The name of a kind of error or of a file of source code.
    Program,
    /// A word with at least two digits.
    Numbered,
    /// A name of several parts.
    Name,
    /// Any other word.
    Plain,
}

/// Returns what a unit looks like; parameters in it are not looked at, only that they are there.
pub(super) fn look_of(text: &[u8]) -> Look {
    let word: Vec<u8> = text.iter().copied().filter(|byte| !is_open(*byte)).collect();
    let core = trimmed(&word);
    let last = core.rsplit(|byte| matches!(byte, b'.' | b'/' | b'$')).next().unwrap_or_default();
    let digits = core.iter().filter(|byte| byte.is_ascii_digit()).count();
    let dashed =
        text.windows(2).any(|two| two[0] == b'-' && is_open(two[1]) || is_open(two[0]) && two[1] == b'-');
    if is_program(core, last) {
        Look::Program
    } else if is_ordinary(core) {
        Look::Ordinary
    } else if last.len() > 1 && last.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_') {
        Look::Capitals
    } else if is_name(core) {
        Look::Name
    } else if digits >= 2 || (dashed && core.len() > 1) {
        Look::Numbered
    } else {
        Look::Plain
    }
}

fn trimmed(word: &[u8]) -> &[u8] {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let begin = word.iter().position(is_inside).unwrap_or(word.len());
    let end = word.iter().rposition(is_inside).map_or(begin, |at| at + 1);
    &word[begin..end]
}

fn is_program(core: &[u8], last: &[u8]) -> bool {
    const SOURCES: [&[u8]; 14] = [
        b"c", b"cc", b"cpp", b"h", b"hpp", b"java", b"kt", b"py", b"go", b"rs", b"js", b"ts", b"rb", b"scala",
    ];
    last.ends_with(b"Exception")
        || last.ends_with(b"Error")
        || (last.len() < core.len()
            && SOURCES.contains(&last)
            && !core[..core.len() - last.len() - 1].contains(&b'.'))
}

/// Reports whether a word is a name of several parts: `org.example.Thing`, `person@place`, `green-web-7`.
///
/// Words with dots that begin with small letters are keys of settings (`cache.maxSize`), unless a domain comes first.
fn is_name(core: &[u8]) -> bool {
    const DOMAINS: [&[u8]; 9] = [b"com", b"org", b"net", b"io", b"edu", b"gov", b"de", b"java", b"javax"];
    let (mut dots, mut dashes) = (0, 0);
    for around in core.windows(3) {
        let inside = around[0].is_ascii_alphanumeric() && around[2].is_ascii_alphanumeric();
        match around[1] {
            b'@' | b'\\' if inside => return true,
            b'.' if inside => dots += 1,
            b'-' if inside => dashes += 1,
            _ => {}
        }
    }
    let first = core.split(|byte| *byte == b'.').next().unwrap_or_default();
    let key = core.split(|byte| *byte == b'.').all(|label| {
        label.first().is_some_and(u8::is_ascii_lowercase) && !label.iter().any(u8::is_ascii_digit)
    });
    let numbered = core.iter().any(u8::is_ascii_digit);
    (dashes >= 2 && numbered) || (dots > 0 && (!key || DOMAINS.contains(&first)))
}

fn is_ordinary(core: &[u8]) -> bool {
    if core.len() > 14 || core.iter().any(|byte| !byte.is_ascii_alphabetic()) {
        return false;
    }
    let small = core.to_ascii_lowercase();
    ORDINARY_SET.contains(&small[..])
}

/// Words that say what happened, in which state something is, or how words hang together.
const ORDINARY: &str = "\
    a abnormal aborted accept accepted active add added after again alive all allow allowed already an and \
    any asserted at attached available bad be because been before begin blocked bound busy but by can cancel \
    cancelled cannot change changed clean clear cleared close closed closing complete completed connect \
    connected connecting could create created creating critical dead debug delete deleted deleting denied \
    deny detached did disable disabled disconnected do does done down dropped empty enable enabled end ended \
    enter entered entering error exceeded exit exited exiting expired fail failed failing failure fatal \
    finish finished first for found from full get good got granted had has have healthy high idle ignored in \
    inactive info initialized insert inserted into invalid is it its joined killed last leave leaving left \
    load loaded loading local lost low made may missing more mounted must new next no none normal not notice \
    of off offline ok old on online only open opened opening or out over paused pending previous primary \
    read reading ready receive received refused registered reject rejected remote remove removed removing \
    reset restarted resumed running same secondary send sending sent set should shutdown skipped start \
    started starting startup stop stopped stopping submitted succeeded success successful than that the then \
    this timeout to too unavailable under unhealthy unknown unloaded unmounted unreachable unregistered \
    unset until up update updated updating valid waiting warn warning was were when while will with within \
    without write writing yes";

static ORDINARY_SET: LazyLock<HashSet<&'static [u8]>> =
    LazyLock::new(|| ORDINARY.split(' ').map(str::as_bytes).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_told_apart() {
        assert_eq!(look_of(b"Failed"), Look::Ordinary);
        assert_eq!(look_of(b"TIME_WAIT"), Look::Capitals);
        assert_eq!(look_of(b"org.example.State.READY"), Look::Capitals);
        assert_eq!(look_of(b"java.io.IOException"), Look::Program);
        assert_eq!(look_of(b"reader.cpp"), Look::Program);
        assert_eq!(look_of(b"org.example.Reader"), Look::Name);
        assert_eq!(look_of(b"billing-web-7"), Look::Name);
        assert_eq!(look_of(b"cache.maxSize"), Look::Plain);
        assert_eq!(look_of(b"up-to-date"), Look::Plain);
        assert_eq!(look_of(b"web42"), Look::Numbered);
        assert_eq!(look_of(b"eth0"), Look::Plain);
        assert_eq!(look_of(b"alice"), Look::Plain);
    }
}
