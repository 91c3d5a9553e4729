//! Error codes: what a runbook would be asked for — an errno, a status, an exception's class, a vendor's number.
//!
//! Codes behind a word for them (`errno 111`, `Code=-50`) go before codes of a known shape (`ECONNREFUSED`, `ORA-01555`),
//! those before the class of an exception, and that before a number which merely stands with an error's text.

use wardroom_core::FaultClass;

/// How much of a line is searched.
const READ_BYTES: usize = 4096;

/// A piece of a line: a run of letters, digits and `_`, or a number with its sign.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// Words that a code follows, by how surely; a lower rank wins.
const KEYS: [(&str, u8); 26] = [
    ("errno", 0),
    ("sqlstate", 1),
    ("hresult", 1),
    ("hr", 1),
    ("sqlcode", 1),
    ("errorcode", 2),
    ("errcode", 2),
    ("errornumber", 2),
    ("error", 3),
    ("err", 3),
    ("xid", 3),
    ("exitcode", 4),
    ("exitstatus", 4),
    ("signal", 4),
    ("exit", 4),
    ("exited", 4),
    ("abnormally", 4),
    ("code", 5),
    ("statuscode", 6),
    ("status", 6),
    ("answered", 6),
    ("reason", 7),
    ("rc", 8),
    ("retval", 8),
    ("returned", 8),
    ("result", 8),
];

/// Words that may stand between such a word and its code.
const BETWEEN: [&str; 13] =
    ["code", "status", "number", "no", "is", "was", "of", "with", "for", "state", "value", "due", "to"];

/// Words before `code` that make it another kind of code.
const OTHER_CODES: [&str; 16] = [
    "message",
    "country",
    "source",
    "key",
    "character",
    "color",
    "colour",
    "area",
    "postal",
    "device",
    "type",
    "op",
    "byte",
    "machine",
    "region",
    "language",
];

/// Names of errno values that are not told from other words by their shape alone.
const ERRNO: [&str; 60] = [
    "EPERM",
    "ENOENT",
    "ESRCH",
    "EINTR",
    "EIO",
    "ENXIO",
    "E2BIG",
    "ENOEXEC",
    "EBADF",
    "ECHILD",
    "EAGAIN",
    "ENOMEM",
    "EACCES",
    "EFAULT",
    "ENOTBLK",
    "EBUSY",
    "EEXIST",
    "EXDEV",
    "ENODEV",
    "ENOTDIR",
    "EISDIR",
    "EINVAL",
    "ENFILE",
    "EMFILE",
    "ENOTTY",
    "ETXTBSY",
    "EFBIG",
    "ENOSPC",
    "ESPIPE",
    "EROFS",
    "EMLINK",
    "EPIPE",
    "EDOM",
    "ERANGE",
    "EDEADLK",
    "ENAMETOOLONG",
    "ENOLCK",
    "ENOSYS",
    "ENOTEMPTY",
    "ELOOP",
    "EPROTO",
    "EBADMSG",
    "EOVERFLOW",
    "EILSEQ",
    "ENOTSOCK",
    "EMSGSIZE",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "ENETDOWN",
    "ENETUNREACH",
    "ECONNABORTED",
    "ECONNRESET",
    "ENOBUFS",
    "ENOTCONN",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "EHOSTDOWN",
    "EHOSTUNREACH",
    "ESTALE",
    "EDQUOT",
];

/// Returns the error code that a line names, as written.
///
/// `class` is what the line tells of: states and reasons are codes only where something is wrong.
pub(super) fn find(line: &str, class: FaultClass) -> Option<String> {
    let line = cut(line);
    let pieces = pieces(line);
    let is_fault = class != FaultClass::None;
    let code = keyed(line, &pieces, is_fault)
        .or_else(|| shaped(line, &pieces, is_fault))
        .or_else(|| exception(&pieces))
        .or_else(|| if is_fault { bare(line, &pieces) } else { None })?;
    Some(code.to_owned())
}

fn cut(line: &str) -> &str {
    let mut end = line.len().min(READ_BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

fn pieces(line: &str) -> Vec<Piece<'_>> {
    let bytes = line.as_bytes();
    let mut pieces = Vec::with_capacity(32);
    let mut at = 0;
    while at < bytes.len() {
        let is_sign = bytes[at] == b'-'
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            && !is_word(bytes, at.wrapping_sub(1));
        if !is_sign && !is_word(bytes, at) {
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        while is_word(bytes, at) {
            at += 1;
        }
        if let Some(text) = line.get(start..at) {
            pieces.push(Piece { text, start, end: at });
        }
    }
    pieces
}

fn is_word(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// Finds the best code that follows a word for it.
fn keyed<'a>(line: &'a str, pieces: &[Piece<'a>], is_fault: bool) -> Option<&'a str> {
    let mut best: Option<(u8, &str)> = None;
    for at in 0..pieces.len() {
        let Some(rank) = rank_of(line, pieces, at) else { continue };
        if best.is_some_and(|(b, _)| b <= rank) || (rank >= 6 && !is_fault) {
            continue;
        }
        if let Some(code) = value_after(line, pieces, at, rank) {
            best = Some((rank, code));
        }
    }
    best.map(|(_, code)| code)
}

/// Returns how surely a code follows a word; `None` when none does.
fn rank_of(line: &str, pieces: &[Piece<'_>], at: usize) -> Option<u8> {
    let word = pieces[at].text;
    let tail = key_tail(word);
    let first = tail.bytes().next()?.to_ascii_lowercase();
    let (_, rank) =
        KEYS.iter().find(|(key, _)| key.as_bytes()[0] == first && tail.eq_ignore_ascii_case(key))?;
    let before = at.checked_sub(1).map_or("", |i| pieces[i].text);
    if tail.eq_ignore_ascii_case("code") && OTHER_CODES.iter().any(|w| before.eq_ignore_ascii_case(w)) {
        return None;
    }
    // "errors: 3" counts, "exit=6" is what a call returned.
    let sign = line.as_bytes().get(pieces[at].end).copied();
    let returns = ["exit", "returned", "hr"].iter().any(|w| tail.eq_ignore_ascii_case(w));
    if returns && tail.eq_ignore_ascii_case("exit") && sign == Some(b'=') {
        return None;
    }
    Some(*rank)
}

/// Returns the part of an identifier that may be a word for codes: `lastErrorCode` ends with one, `mirror` does not.
fn key_tail(word: &str) -> &str {
    // Only an identifier has a tail.
    if word.len() < 7 && !word.contains('_') {
        return word;
    }
    let tail = word.rsplit('_').next().unwrap_or(word);
    for key in ["ErrorCode", "ErrCode", "StatusCode", "ExitCode", "Errno", "SQLState"] {
        if let Some(at) = tail.len().checked_sub(key.len())
            && tail.is_char_boundary(at)
            && tail[at..].eq_ignore_ascii_case(key)
        {
            return &tail[at..];
        }
    }
    tail
}

/// Returns the code behind a word for codes, with only signs and a few words between.
fn value_after<'a>(line: &'a str, pieces: &[Piece<'a>], key: usize, rank: u8) -> Option<&'a str> {
    let mut end = pieces[key].end;
    for next in pieces.iter().skip(key + 1).take(4) {
        let gap = line.get(end..next.start)?;
        if gap.len() > 6 || !gap.bytes().all(|b| b" =:([#'\"-\\".contains(&b)) {
            return None;
        }
        if BETWEEN.iter().any(|w| next.text.eq_ignore_ascii_case(w)) {
            end = next.end;
            continue;
        }
        let after = line.get(next.end..).unwrap_or("");
        if is_code_number(next.text) {
            let counts = rank == 3
                && gap.contains(':')
                && after.starts_with(' ')
                && after[1..].starts_with(char::is_alphabetic);
            let is_followed = |sign: char| {
                after.strip_prefix(sign).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
            };
            let is_fine = rank == 6 && is_success(next.text);
            let is_measure = counts || is_followed(':') || is_followed('.');
            return (!is_fine && !is_measure).then_some(next.text);
        }
        let is_named =
            (rank == 2 || rank == 5 || rank == 7) && gap.contains(['=', ':']) && is_symbol(next.text);
        let is_five = rank == 1 && next.text.len() == 5 && next.text.bytes().any(|b| b.is_ascii_digit());
        return (is_named || is_five || is_errno(next.text)).then_some(next.text);
    }
    None
}

/// Reports whether a text is a number other than zero, in base 10 or written as `0x…`.
fn is_code_number(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_hexdigit())
            && digits.bytes().any(|b| b != b'0');
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.len() <= 10
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.bytes().any(|b| b != b'0')
}

/// Reports whether a status says that all went well (HTTP 1xx to 3xx).
fn is_success(status: &str) -> bool {
    status.len() == 3 && matches!(status.as_bytes()[0], b'1' | b'2' | b'3')
}

/// Reports whether a word has the shape of a name for a code: capitals within (`NodeExists`, `ERR_TIMEOUT`, `AuthFail`).
fn is_symbol(text: &str) -> bool {
    let starts_upper = text.starts_with(|c: char| c.is_ascii_uppercase());
    let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
    starts_upper && text.len() >= 4 && capitals >= 2 && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn is_errno(text: &str) -> bool {
    ERRNO.contains(&text)
}

/// Finds a code by its shape: an errno name, a vendor's code, an HTTP status, a name that begins with `ERR_`.
fn shaped<'a>(line: &'a str, pieces: &[Piece<'a>], is_fault: bool) -> Option<&'a str> {
    for (at, piece) in pieces.iter().enumerate() {
        let text = piece.text;
        let is_prefixed = ["ERR_", "ERROR_", "E_", "STATUS_", "SIG", "CERT_", "EAI_"].iter().any(|p| {
            text.strip_prefix(p).is_some_and(|rest| {
                rest.len() >= 3 && rest.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            })
        });
        let is_system = text.len() == 10 && text.starts_with("0x8") && is_code_number(text);
        if is_errno(text) || is_prefixed || text == "ENOTFOUND" || (is_system && is_fault) {
            return Some(text);
        }
        if let Some(vendor) = vendor(line, pieces, at) {
            return Some(vendor);
        }
        if is_fault && let Some(status) = http_status(line, pieces, at) {
            return Some(status);
        }
    }
    None
}

/// Returns a vendor's code that begins at a piece: `ORA-01555`, `TNS-12535`, `MY-010119`, `AH00111`.
fn vendor<'a>(line: &'a str, pieces: &[Piece<'a>], at: usize) -> Option<&'a str> {
    let head = pieces[at];
    let letters = head.text.len();
    let is_head = (2..=5).contains(&letters) && head.text.bytes().all(|b| b.is_ascii_uppercase());
    let tail = pieces.get(at + 1)?;
    let is_tail = (4..=6).contains(&tail.text.len()) && tail.text.bytes().all(|b| b.is_ascii_digit());
    let is_one = is_head && is_tail && line.get(head.end..tail.start) == Some("-");
    let known =
        ["ORA", "TNS", "PLS", "MY", "DB", "SQL", "JMS", "IJ", "WFLY", "BEA", "CWWK", "AMQ", "EJB", "DIA"];
    if is_one && known.contains(&head.text) { line.get(head.start..tail.end) } else { None }
}

/// Returns an HTTP status of 400 and above behind the request or before its reason.
fn http_status<'a>(line: &'a str, pieces: &[Piece<'a>], at: usize) -> Option<&'a str> {
    let text = pieces[at].text;
    if text.len() != 3
        || !matches!(text.as_bytes()[0], b'4' | b'5')
        || !text.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let before = line.get(..pieces[at].start)?.trim_end();
    let is_after_request = before.ends_with('"') && before.contains("HTTP/")
        || before.ends_with("HTTP/1.1")
        || before.ends_with("HTTP");
    let after = line.get(pieces[at].end..)?.trim_start();
    let reasons = [
        "Bad Request",
        "Unauthorized",
        "Forbidden",
        "Not Found",
        "Method Not",
        "Conflict",
        "Too Many",
        "Internal Server",
        "Bad Gateway",
        "Service Unavailable",
        "Gateway Time",
        "Server Error",
        "Client Error",
    ];
    (is_after_request || reasons.iter().any(|r| after.starts_with(r))).then_some(text)
}

/// Returns the class of the last exception that a line names.
fn exception<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    let is_one = |text: &str| {
        ["Exception", "Error", "Fault"].iter().any(|ending| {
            text.strip_suffix(ending).is_some_and(|head| {
                let is_name = head.len() >= 2 && head.starts_with(|c: char| c.is_ascii_uppercase());
                is_name
                    && head.bytes().any(|b| b.is_ascii_lowercase() || b == b'O')
                    && head.bytes().all(|b| b != b'_')
            })
        })
    };
    pieces.iter().rev().map(|p| p.text).find(|text| is_one(text))
}

/// Finds a number that stands alone with an error's text.
fn bare<'a>(line: &'a str, pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces
        .iter()
        .filter(|p| is_code_number(p.text) && !p.text.starts_with("0x"))
        .find(|p| is_bare(line, p))
        .map(|p| p.text)
}

/// Reports whether a number is negative and alone, or short and set apart by brackets or colons after words.
fn is_bare(line: &str, piece: &Piece<'_>) -> bool {
    let (Some(before), Some(after)) = (line.get(..piece.start), line.get(piece.end..)) else { return false };
    if piece.text.starts_with('-') {
        return piece.text.len() >= 3
            && before.ends_with([' ', '(', '=', '[', ','])
            && !after.starts_with(['.', ':']);
    }
    if piece.text.len() > 3 {
        return false;
    }
    let is_after_words = |open: char| {
        // A process id follows its name without a space (`sshd[471]`).
        before.strip_suffix(open).is_some_and(|b| {
            b.ends_with(' ') && b.trim_end().ends_with(|c: char| c.is_ascii_lowercase() || c == ':')
        })
    };
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['>', ',', '.', ')', ';']);
    if let Some(rest) = after.strip_prefix(')') {
        return is_after_words('(') && ends(rest);
    }
    if let Some(rest) = after.strip_prefix(']') {
        return is_after_words('[')
            && (ends(rest) || rest.trim_start().starts_with(|c: char| c.is_ascii_uppercase()));
    }
    let is_before_text = before.ends_with('(') && after.starts_with(": ");
    let is_after_colon =
        before.ends_with(": ") && (after.is_empty() || after.starts_with(": ") || after.starts_with(" - "));
    is_before_text || is_after_colon
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str) -> Option<String> {
        find(line, FaultClass::Application)
    }

    #[test]
    fn a_code_behind_its_word_is_found() {
        for (line, expected) in [
            ("bind() failed, errno=98", "98"),
            ("open failed: errno 13 (Permission denied)", "13"),
            ("worker exited with code 137", "137"),
            ("Error Domain=Sample Code=-1009 \"offline\"", "-1009"),
            ("update failed, HRESULT = 0x80070643", "0x80070643"),
            ("lookup: lastErrorCode = NodeMissing", "NodeMissing"),
            ("query failed (SQLSTATE 53300)", "53300"),
            ("job killed by signal 9", "9"),
            ("wifi left, reason 8 (inactive)", "8"),
            ("Err:-1 Errno:5", "5"),
        ] {
            assert_eq!(code(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_code_of_known_shape_is_found() {
        for (line, expected) in [
            ("connect ECONNREFUSED 10.0.0.1:80", "ECONNREFUSED"),
            ("ORA-01555: snapshot too old", "ORA-01555"),
            ("net::ERR_NAME_NOT_RESOLVED", "ERR_NAME_NOT_RESOLVED"),
            ("\"GET /x HTTP/1.1\" 502 17", "502"),
            ("upstream said 503 Service Unavailable", "503"),
            ("java.io.IOException: java.net.SocketTimeoutException: slow", "SocketTimeoutException"),
            ("KeyError: 'a'", "KeyError"),
        ] {
            assert_eq!(code(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_number_beside_an_error_s_text_is_found() {
        for (line, expected) in [
            ("handshake failed (-9802)", "-9802"),
            ("connect to 10.0.0.1:80 failed: [51] Network is unreachable", "51"),
            ("connect() failed (111: Connection refused)", "111"),
            ("Error in dragHandler: -1856", "-1856"),
        ] {
            assert_eq!(code(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_no_code_is_left_alone() {
        for line in [
            "errors=0",
            "exit status 0",
            "Connection refused",
            "country code 49",
            "line 17: cannot read 3 files",
            "status 200",
            "sshd[4711]: wrong password",
            "",
        ] {
            assert_eq!(code(line), None, "{line}");
        }
    }

    #[test]
    fn in_a_routine_line_a_state_is_no_code() {
        assert_eq!(find("link status 4", FaultClass::None), None);
        assert_eq!(find("exiting on signal 15", FaultClass::None).as_deref(), Some("15"));
    }
}
