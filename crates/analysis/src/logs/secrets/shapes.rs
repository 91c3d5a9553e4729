//! Secrets that are known by their shape, whatever stands before them.

use super::values::{self, is_placeholder, is_random};
use super::{Secret, SecretRule};

/// Tokens that begin with a fixed text: that text, the least number of characters behind it, and their rule.
const PREFIXES: [(&str, usize, SecretRule); 22] = [
    ("ghp_", 36, SecretRule::GithubToken),
    ("gho_", 36, SecretRule::GithubToken),
    ("ghu_", 36, SecretRule::GithubToken),
    ("ghs_", 36, SecretRule::GithubToken),
    ("ghr_", 36, SecretRule::GithubToken),
    ("github_pat_", 22, SecretRule::GithubToken),
    ("glpat-", 20, SecretRule::GithubToken),
    ("xoxa-", 10, SecretRule::SlackToken),
    ("xoxb-", 10, SecretRule::SlackToken),
    ("xoxe-", 10, SecretRule::SlackToken),
    ("xoxp-", 10, SecretRule::SlackToken),
    ("xoxr-", 10, SecretRule::SlackToken),
    ("xoxs-", 10, SecretRule::SlackToken),
    ("xapp-", 10, SecretRule::SlackToken),
    ("sk_live_", 16, SecretRule::ApiKey),
    ("rk_live_", 16, SecretRule::ApiKey),
    ("sk_test_", 16, SecretRule::ApiKey),
    ("npm_", 36, SecretRule::ApiKey),
    ("sk-", 32, SecretRule::ApiKey),
    ("SG.", 40, SecretRule::ApiKey),
    ("hvs.", 24, SecretRule::Token),
    ("AIza", 35, SecretRule::GcpKey),
];

/// Looks for a known shape around a telling byte.
pub(super) fn around(bytes: &[u8], at: usize) -> Option<Secret> {
    match bytes[at] {
        b'J' => (bytes[..at].ends_with(b"ey")).then(|| json_web_token(bytes, at - 2))?,
        b'K' | b'S' => {
            let is_key = bytes[..at].ends_with(b"A") && bytes[at + 1..].starts_with(b"IA");
            is_key.then(|| aws_key(bytes, at - 1))?
        }
        b'z' => bytes[..at].ends_with(b"AI").then(|| prefixed(bytes, at - 2))?,
        b'G' => bytes[..at].ends_with(b"S").then(|| prefixed(bytes, at - 1))?,
        b'v' => (bytes[..at].ends_with(b"h") && bytes[at + 1..].starts_with(b"s."))
            .then(|| prefixed(bytes, at - 1))?,
        b'B' | b'b' => scheme(bytes, at),
        // `_` and `-`: the fixed text stands before them.
        _ => {
            let len = bytes[..at].iter().rev().take(7).take_while(|b| b.is_ascii_alphanumeric()).count();
            if len < 2 { None } else { prefixed(bytes, at - len) }
        }
    }
}

/// Returns the rule of a value that has a known shape from its first to its last byte.
pub(super) fn of_value(text: &[u8]) -> Option<SecretRule> {
    [json_web_token, aws_key, prefixed]
        .into_iter()
        .find_map(|shape| shape(text, 0))
        .filter(|secret| secret.end == text.len())
        .map(|secret| secret.rule)
}

fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

fn run(bytes: &[u8], start: usize, is_part: impl Fn(u8) -> bool) -> usize {
    start + bytes.get(start..).map_or(0, |rest| rest.iter().take_while(|&&b| is_part(b)).count())
}

fn begins_word(bytes: &[u8], start: usize) -> bool {
    start == 0 || !is_token_byte(bytes[start - 1])
}

fn prefixed(bytes: &[u8], start: usize) -> Option<Secret> {
    let (prefix, least, rule) =
        PREFIXES.into_iter().find(|(prefix, ..)| bytes[start..].starts_with(prefix.as_bytes()))?;
    let dotted = rule == SecretRule::ApiKey && prefix == "SG.";
    let end = run(bytes, start + prefix.len(), |b| is_token_byte(b) || (dotted && b == b'.'));
    let body = &bytes[start + prefix.len()..end];
    let telling = body.iter().any(u8::is_ascii_digit) && body.iter().any(u8::is_ascii_alphabetic);
    (body.len() >= least && telling && begins_word(bytes, start)).then_some(Secret { start, end, rule })
}

/// `AKIA` or `ASIA` and sixteen capitals or digits.
fn aws_key(bytes: &[u8], start: usize) -> Option<Secret> {
    let rest = &bytes[start..];
    let end = run(bytes, start, |b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let is_key = (rest.starts_with(b"AKIA") || rest.starts_with(b"ASIA")) && end == start + 20;
    let alone = begins_word(bytes, start) && bytes.get(end).is_none_or(|&b| !is_token_byte(b));
    (is_key && alone).then_some(Secret { start, end, rule: SecretRule::AwsKey })
}

/// Three parts of base64url with dots between; the first begins with `{"` in that alphabet.
///
/// Source: RFC 7515 §7.1, compact serialisation.
fn json_web_token(bytes: &[u8], start: usize) -> Option<Secret> {
    if !bytes[start..].starts_with(b"eyJ") || !begins_word(bytes, start) {
        return None;
    }
    let header = run(bytes, start, is_token_byte);
    let payload = run(bytes, header + 1, is_token_byte);
    let long = header >= start + 12 && payload >= header + 9;
    if !long || bytes.get(header) != Some(&b'.') || bytes.get(payload) != Some(&b'.') {
        return None;
    }
    let mut end = run(bytes, payload + 1, is_token_byte);
    // The encrypted form has five parts.
    for _ in 0..2 {
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(|&b| is_token_byte(b)) {
            end = run(bytes, end + 1, is_token_byte);
        }
    }
    Some(Secret { start, end, rule: SecretRule::Jwt })
}

/// `Bearer` or `Basic` with credentials behind it, without a header's name before it.
fn scheme(bytes: &[u8], at: usize) -> Option<Secret> {
    let rest = &bytes[at..];
    let is = |word: &[u8]| rest.len() > word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
    let (bearer, basic) = (is(b"bearer "), is(b"basic "));
    if !(bearer || basic) || !begins_word(bytes, at) {
        return None;
    }
    let start = at + if bearer { 7 } else { 6 };
    let end = run(bytes, start, |b| b.is_ascii_alphanumeric() || b"._~+/=-".contains(&b));
    let text = &bytes[start..end];
    let text = text.strip_suffix(b".").unwrap_or(text);
    let secret = if bearer { text.len() >= 16 && is_random(text) } else { is_pair(text) };
    secret.then_some(Secret { start, end: start + text.len(), rule: SecretRule::Bearer })
}

/// Reports whether a text is `user:password` in base64.
fn is_pair(text: &[u8]) -> bool {
    let mut plain = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in text.iter().take_while(|&&b| b != b'=') {
        let Some(value) = base64_value(byte) else { return false };
        bits = (bits << 6 | value) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            plain.extend(u8::try_from(bits >> held & 0xFF));
        }
    }
    text.len() >= 8 && plain.contains(&b':') && plain.iter().all(|b| b.is_ascii_graphic() || *b >= 0x80)
}

fn base64_value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// The password of `user:password@host` behind `://`, a lone token before the `@`, or the path of a web hook.
pub(super) fn in_url(bytes: &[u8], start: usize) -> Option<Secret> {
    const HOOK: &[u8] = b"hooks.slack.com/services/";
    let rest = bytes.get(start..)?;
    if rest.starts_with(HOOK) {
        let from = start + HOOK.len();
        let end = run(bytes, from, |b| is_token_byte(b) || b == b'/');
        return (end > from + 20).then_some(Secret { start: from, end, rule: SecretRule::SlackToken });
    }
    let len =
        rest.iter().take(512).take_while(|b| !b.is_ascii_whitespace() && !b"/?#\"'<>\\".contains(b)).count();
    let host = rest[..len].iter().rposition(|&b| b == b'@')?;
    if host + 1 == len {
        return None;
    }
    let (from, rule) = (rest[..host].iter().position(|&b| b == b':'), SecretRule::UrlCredentials);
    let (from, least) = from.map_or((0, 20), |colon| (colon + 1, 1));
    let secret = &rest[from..host];
    let telling = secret.len() >= least
        && !is_placeholder(secret)
        && (least == 1 || (values::is_random(secret) && !secret.contains(&b'%')));
    telling.then_some(Secret { start: start + from, end: start + host, rule })
}

/// The body of a private key in PEM form, to its end or to the end of the record.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Option<Secret> {
    const KEY: &[u8] = b"PRIVATE KEY";
    let head = &bytes[at..bytes.len().min(at + 64)];
    let key = head.windows(KEY.len()).position(|w| w == KEY)?;
    let dashes = head[key..].windows(5).position(|w| w == b"-----")?;
    let start = at + key + dashes + 5;
    let end = bytes[start..].windows(8).position(|w| w == b"-----END").map_or(bytes.len(), |len| start + len);
    let body = bytes[start..end].trim_ascii();
    (body.len() > 8 && !body.starts_with(b"<masked:")).then_some(Secret {
        start,
        end,
        rule: SecretRule::PrivateKey,
    })
}
