//! The peer of a broken connection: an address, a host, an interface, a session.

use super::{NO_NAMES, Piece, is_identifier, value_of};

/// Words before the name of a peer.
const BEFORE_PEER: [&str; 26] = [
    "to",
    "server",
    "host",
    "peer",
    "with",
    "upstream",
    "broker",
    "backend",
    "datanode",
    "gateway",
    "replica",
    "member",
    "target",
    "reach",
    "contact",
    "contacting",
    "resolve",
    "resolving",
    "lookup",
    "address",
    "master",
    "leader",
    "proxy",
    "dial",
    "tcp",
    "neighbor",
];

/// Returns the peer of a broken connection.
pub(super) fn peer<'a>(text: &'a str, pieces: &[Piece<'a>]) -> Option<&'a str> {
    let behind = |words: &[&str], test: &dyn Fn(&str) -> bool| {
        pieces.windows(2).find_map(|pair| {
            let is_after = words.iter().any(|w| pair[0].text.eq_ignore_ascii_case(w));
            let found = endpoint(pair[1].text);
            (is_after && test(found)).then_some(found)
        })
    };
    let bad = pieces
        .windows(2)
        .find(|p| p[0].text == "bad" || p[0].text == "lost")
        .and_then(|_| behind(&["datanode", "node", "host"], &is_endpoint));
    bad.or_else(|| behind(&BEFORE_PEER, &is_endpoint))
        .or_else(|| behind(&["from", "on", "for", "of", "node", "at"], &is_endpoint))
        .or_else(|| url_host(text))
        .or_else(|| pieces.iter().map(|p| endpoint(p.text)).find(|t| is_endpoint(t)))
        .or_else(|| value_of(text, &["target=", "upstream=", "host=", "peer=", "addr=", "server=", "path:"]))
        .or_else(|| {
            behind(
                &["server", "host", "peer", "node", "broker", "gateway", "backend", "replica", "on"],
                &is_hostlike,
            )
        })
        .or_else(|| behind(&["contacting", "contact", "reach", "to", "with", "resolve"], &is_name))
        .or_else(|| before_verb(pieces))
}

/// Returns what stands before "could not be resolved", "is unreachable", "did not answer".
fn before_verb<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces.windows(3).find_map(|w| {
        let verb = ["could", "did", "does", "is", "has", "answered", "lost"].contains(&w[1].text);
        (verb && is_hostlike(w[0].text) && !w[2].text.is_empty()).then_some(w[0].text)
    })
}

/// Strips the slash before an address, the host name before one (`name/10.0.0.1:80`), a path behind it, a zone.
fn endpoint(text: &str) -> &str {
    let text = text.strip_prefix('/').unwrap_or(text);
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['@', '#']).next().unwrap_or(text);
    let text = text.split(')').next().unwrap_or(text);
    match text.split_once('/') {
        Some((host, rest)) if is_address(rest) && !host.is_empty() => rest,
        Some((host, _)) if is_address(host) || is_host(host) => host,
        _ => text,
    }
}

fn is_endpoint(text: &str) -> bool {
    is_address(text) || is_host(text)
}

/// Reports whether a text is an IPv4 address, with or without a port.
pub(super) fn is_address(text: &str) -> bool {
    let (address, port) = text.split_once(':').unwrap_or((text, "0"));
    let parts: Vec<&str> = address.split('.').collect();
    let is_part = |p: &str| !p.is_empty() && p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 4 && parts.iter().all(|p| is_part(p)) && is_port(port)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Reports whether a text is a host name with a port, or one of at least three parts that does not end as a file.
fn is_host(text: &str) -> bool {
    let is_named = |name: &str| {
        name.len() >= 2
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-' || b == b'_')
            && name.bytes().any(|b| b.is_ascii_alphabetic())
            && !name.ends_with('.')
    };
    if let Some((name, port)) = text.split_once(':') {
        return is_port(port) && port.len() >= 2 && is_named(name);
    }
    let is_package = ["com.", "org.", "java.", "javax."].iter().any(|head| text.starts_with(head));
    text.matches('.').count() >= 2 && is_named(text) && !is_package && !is_kind_of_error(text)
}

/// Reports whether a text is the name of a kind of errors: `System.Net.Sockets.SocketException`, `ValueError`.
pub(super) fn is_kind_of_error(text: &str) -> bool {
    let name = text.rsplit('.').next().unwrap_or(text);
    let ends = ["Exception", "Error", "Timeout"].iter().any(|end| name.ends_with(end));
    ends && name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Reports whether a word may be a host's short name: letters with a digit, `-` or `.` in it.
pub(super) fn is_hostlike(text: &str) -> bool {
    let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    let has_mark = text.bytes().any(|b| b.is_ascii_digit() || b == b'-' || b == b'.');
    text.len() >= 3 && is_plain && has_mark && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Reports whether a word may be a name: no word of the language that stands in such places.
fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    starts && text.len() >= 2 && !NO_NAMES.iter().any(|w| text.eq_ignore_ascii_case(w)) && is_identifier(text)
}

/// Returns the host of the first URL.
fn url_host(text: &str) -> Option<&str> {
    let at = text.find("://")?;
    let rest = &text[at + 3..];
    let end = rest.find(|c: char| c.is_whitespace() || "/,;\"')>]}".contains(c)).unwrap_or(rest.len());
    let authority = &rest[..end];
    let host = authority.rsplit('@').next().unwrap_or(authority);
    (!host.is_empty()).then_some(host)
}

/// Returns a network interface: a short word of letters that ends in digits.
pub(super) fn interface<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    let kinds = [
        "eth", "en", "wlan", "bond", "lo", "awdl", "br", "tun", "tap", "ppp", "usb", "ib", "vlan", "utun",
        "wwan", "rmnet",
    ];
    let is_one = |text: &str| {
        let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.len() < text.len() && kinds.contains(&letters)
            || (text.len() > 4 && text.starts_with("enp") && text.as_bytes()[3].is_ascii_digit())
            || ["ge-", "xe-", "Gi", "Te", "Fa"].iter().any(|k| text.starts_with(k) && text.contains('/'))
    };
    pieces.iter().flat_map(|p| p.text.split(['(', ')'])).find(|t| is_one(t))
}

/// Returns a session or lease by its number: `session 0x…`, `id 17`, `[lease]`.
pub(super) fn session<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces.windows(2).find_map(|w| {
        let is_before =
            ["session", "id", "client", "lease"].iter().any(|k| w[0].text.eq_ignore_ascii_case(k));
        let is_number = w[1].text.len() >= 4
            && w[1].text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && w[1].text.bytes().any(|b| b.is_ascii_digit());
        let is_quoted = w[0].text == "for" && w[1].whole.starts_with('[');
        ((is_before && is_number) || is_quoted).then_some(w[1].text)
    })
}
