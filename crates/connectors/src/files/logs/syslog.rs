//! Takes apart syslog lines behind their time: host, program, number, structured data.

use super::columns::priority;
use super::grammar::{Fields, Parsed};
use super::levels;
use super::lines::{level_in, promises_secret};

/// RFC 3164, and what programs write in its manner.
pub(super) fn rfc3164<'r>(rest: &'r str, parsed: &mut Parsed<'r>, fields: Option<&mut Fields>) {
    let rest = rest.trim_start_matches([' ', ':']);
    let (first, behind) = split_token(rest);
    let (host, text) = if first.ends_with(':') { ("", rest) } else { (first, behind) };
    parsed.host = host.into();
    parsed.message = text.into();
    let Some((tag, pid, message)) = tag_of(text) else { return };
    parsed.service = tag.into();
    parsed.message = message.into();
    if parsed.level.is_none() {
        let (word, _) = split_token(message);
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        parsed.level =
            level_in(word).filter(|_| levels::is_capital(bare.as_bytes()) || bare.len() < word.len());
    }
    if let Some(fields) = fields {
        fields.put("process.pid", pid);
    }
}

/// Splits off the first column of a line.
fn split_token(text: &str) -> (&str, &str) {
    let n = text.bytes().position(|b| matches!(b, b' ' | b'\n')).unwrap_or(text.len());
    (&text[..n], text[n..].trim_start_matches(' '))
}

/// Reads `program[12]: text`: program, number and text.
pub(super) fn tag_of(text: &str) -> Option<(&str, &str, &str)> {
    // Longer tags than this are text that happens to have a colon.
    let looked = &text.as_bytes()[..text.len().min(128)];
    let end = looked.iter().position(|b| matches!(b, b':' | b'[' | b' ' | b'\n'))?;
    let tag = &text[..end];
    if tag.is_empty() {
        return None;
    }
    match looked[end] {
        b'[' => {
            let close = looked.iter().position(|&b| b == b']')?;
            let message = text.get(close + 1..)?;
            // `program[12] (context): text`, as the system log of macOS has it.
            let context = message.get(..message.len().min(64)).filter(|head| head.starts_with(" ("));
            let message = match context.and_then(|head| head.find("): ")) {
                Some(at) => &message[at + 3..],
                None => message.strip_prefix(':').unwrap_or(message),
            };
            Some((tag, &text[end + 1..close], message.trim_start_matches(' ')))
        }
        // `password: text` has a key where others have a program.
        b':' if promises_secret(tag) => None,
        b':' => Some((tag, "", text[end + 1..].trim_start_matches(' '))),
        // `program (12): text` and tags of two words are rare; a bracket right behind the blank decides.
        b' ' if looked.get(end + 1) == Some(&b'(') => {
            let close = text.find("): ").filter(|&close| close < looked.len())?;
            Some((tag, &text[end + 2..close], text[close + 3..].trim_start_matches(' ')))
        }
        // `program 2.0.3: text`.
        b' ' => {
            let version = text[end + 1..].split(' ').next().and_then(|word| word.strip_suffix(':'))?;
            let numbers = version.contains('.') && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let message = text.get(end + version.len() + 2..)?;
            numbers.then(|| (tag, "", message.trim_start_matches(' ')))
        }
        _ => None,
    }
}

/// RFC 5424: returns where a line goes on behind a time that its writer does not know, `<34>1 - web1 …` (section 6.2.3).
pub(super) fn behind_no_time(line: &[u8]) -> Option<usize> {
    let (_, version) = priority(line)?;
    line.get(version..)?.starts_with(b"1 - ").then_some(version + 3)
}

/// RFC 5424: what stands behind the time (section 6).
pub(super) fn rfc5424<'r>(rest: &'r str, parsed: &mut Parsed<'r>, fields: Option<&mut Fields>) {
    let mut at = rest.trim_start_matches(' ');
    let mut next = || {
        let (token, behind) = split_token(at);
        at = behind;
        if token == "-" { "" } else { token }
    };
    let (host, app, pid, message_id) = (next(), next(), next(), next());
    parsed.host = host.into();
    parsed.service = app.into();
    let mut unused = Fields::default();
    let fields = fields.unwrap_or(&mut unused);
    let message = structured_data(at, fields);
    parsed.message = message.strip_prefix('\u{feff}').unwrap_or(message).into();
    fields.put("process.pid", pid);
    fields.put("log.syslog.msgid", message_id);
}

/// Reads `[id name="value" …][…]` or `-`; returns what stands behind.
fn structured_data<'r>(text: &'r str, fields: &mut Fields) -> &'r str {
    if let Some(behind) = text.strip_prefix('-') {
        return behind.strip_prefix(' ').unwrap_or(behind);
    }
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix('[') {
        let Some((behind, pairs)) = element(inner) else { return rest };
        let id = inner.split([' ', ']']).next().unwrap_or_default();
        for (name, value) in pairs {
            fields.put(&format!("{id}.{name}"), &value);
        }
        rest = behind;
    }
    rest.strip_prefix(' ').unwrap_or(rest)
}

/// Reads an element up to its `]`: what stands behind it, and its pairs.
fn element(inner: &str) -> Option<(&str, Vec<(&str, String)>)> {
    let mut pairs = Vec::new();
    let n = inner.find([' ', ']'])?;
    let mut rest = &inner[n..];
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(behind) = rest.strip_prefix(']') {
            return Some((behind, pairs));
        }
        let (name, behind) = rest.split_once("=\"")?;
        let mut value = String::new();
        let mut letters = behind.char_indices();
        let end = loop {
            match letters.next()? {
                (at, '"') => break at,
                (_, '\\') => value.push(letters.next()?.1),
                (_, other) => value.push(other),
            }
        };
        pairs.push((name, value));
        rest = &behind[end + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_their_numbers_are_told_from_the_text() {
        for (text, expected) in [
            ("sshd[24]: Failed password", Some(("sshd", "24", "Failed password"))),
            ("kernel: eth0 up", Some(("kernel", "", "eth0 up"))),
            ("su(pam_unix)[7]: session opened", Some(("su(pam_unix)", "7", "session opened"))),
            ("spoold 2.0.3: begins", Some(("spoold", "", "begins"))),
            ("guardd[7] ([31]): refused", Some(("guardd", "7", "refused"))),
            ("last message repeated 3 times", None),
            ("password: hunter2", None),
            ("token[7]: renewed", Some(("token", "7", "renewed"))),
        ] {
            assert_eq!(tag_of(text), expected, "{text}");
        }
    }

    #[test]
    fn structured_data_become_fields() {
        let mut parsed = Parsed::default();
        let mut fields = Fields::default();
        let rest = r#" web1 pay 12 ID7 [order@32473 id="7" note="a \"b\" \] c"][x y="1"] paid"#;

        rfc5424(rest, &mut parsed, Some(&mut fields));

        assert_eq!((&*parsed.host, &*parsed.service, &*parsed.message), ("web1", "pay", "paid"));
        let labels = fields.into_labels();
        assert_eq!(labels.get("order@32473.note"), Some(r#"a "b" ] c"#));
        assert_eq!(labels.get("x.y"), Some("1"));
        assert_eq!(labels.get("log.syslog.msgid"), Some("ID7"));
    }
}
