//! Who suffers from a fault: the peer that is not reached, the program that was denied or died, else the component that
//! the line names first, else its writer.

mod peers;

use std::borrow::Cow;

use wardroom_core::FaultClass;

use super::FaultInput;
use peers::{interface, is_address, is_hostlike, is_kind_of_error, peer, session};

/// How much of a line is searched.
const READ_BYTES: usize = 4096;
/// The words of a name at most.
const LONGEST_NAME: usize = 4;

/// A word between white space, without the brackets, quotes and signs around it.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    text: &'a str,
    /// The text with what stood around it.
    whole: &'a str,
}

/// Words before the name of what fails, where it is no peer.
const BEFORE_NAME: [&str; 13] = [
    "service",
    "process",
    "job",
    "task",
    "container",
    "daemon",
    "plugin",
    "module",
    "attempt",
    "pod",
    "unit",
    "worker",
    "thread",
];

/// Words that say of the word before them that it failed.
const FAILS: [&str; 24] = [
    "shutdown",
    "startup",
    "panic",
    "panicked",
    "crashed",
    "died",
    "hit",
    "internal",
    "error",
    "exited",
    "aborted",
    "terminated",
    "hung",
    "failed",
    "child",
    "signalled",
    "segfaulted",
    "threw",
    "stopped",
    "exception",
    "invoked",
    "failure",
    "deny",
    "denied",
];

/// Words that are no names, though they stand where names do.
const NO_NAMES: [&str; 79] = [
    "error",
    "warning",
    "warn",
    "fatal",
    "alert",
    "info",
    "notice",
    "debug",
    "critical",
    "failure",
    "failed",
    "exception",
    "network",
    "internal",
    "parse",
    "syntax",
    "read",
    "write",
    "connection",
    "authentication",
    "open",
    "bind",
    "task",
    "job",
    "login",
    "assertion",
    "general",
    "the",
    "a",
    "an",
    "no",
    "not",
    "unknown",
    "and",
    "or",
    "is",
    "was",
    "has",
    "been",
    "on",
    "in",
    "at",
    "of",
    "by",
    "for",
    "from",
    "to",
    "with",
    "due",
    "which",
    "that",
    "this",
    "it",
    "its",
    "request",
    "reason",
    "file",
    "path",
    "name",
    "type",
    "exited",
    "error:",
    "fatal:",
    "panic",
    "mount",
    "disk",
    "memory",
    "data",
    "unexpected",
    "time",
    "service",
    "process",
    "id",
    "will",
    "did",
    "does",
    "again",
    "null",
    "caused",
];

/// Returns the component or peer that a line names as suffering, else its writer; `None` when neither is known.
pub(super) fn find(line: &FaultInput<'_>, class: FaultClass) -> Option<String> {
    let told = without_frames(cut(line.text));
    let text = body(&told);
    let pieces: Vec<Piece<'_>> = text.split_whitespace().map(piece).filter(|p| !p.text.is_empty()).collect();
    let named = match class {
        FaultClass::Network => {
            peer(text, &pieces).or_else(|| interface(&pieces)).or_else(|| session(&pieces))
        }
        FaultClass::Security => denied(text, &pieces),
        FaultClass::None | FaultClass::Hardware | FaultClass::Application | FaultClass::Unknown => None,
    };
    let found = named.or_else(|| failing(text, &pieces, class)).or_else(|| prefix(text, &pieces, class));
    let writer = (!line.service.is_empty()).then_some(line.service);
    found.or(writer).map(str::to_owned)
}

fn cut(line: &str) -> &str {
    let mut end = line.len().min(READ_BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

/// Returns a text without the frames of stack traces: they name the places of a program, and nobody who suffers.
fn without_frames(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let mut told = String::with_capacity(text.len());
    let mut is_source = false;
    for line in text.lines() {
        let is_indented = line.starts_with([' ', '\t']);
        let inner = line.trim_start();
        let is_place = inner.starts_with("File \"");
        let is_frame = is_place || ["at ", "... "].iter().any(|head| inner.starts_with(head));
        let is_left_out =
            is_indented && (is_frame || is_source) || inner.starts_with("Traceback (most recent");
        // Behind the place of a Python frame stands its line of source, and perhaps a line of marks below that.
        is_source = is_indented && (is_place || is_source && !is_frame);
        if !is_left_out {
            told.push_str(line);
            told.push('\n');
        }
    }
    Cow::Owned(told)
}

/// Returns the message behind headings in brackets and a leading time.
fn body(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let next = match rest.as_bytes() {
            [b'[', ..] => rest.find(']').map(|at| &rest[at + 1..]),
            [b'<', b'<', ..] => rest.find(">>>>").map(|at| &rest[at + 4..]),
            [b'0'..=b'9', ..] => time_ahead(rest),
            _ => None,
        };
        match next {
            Some(next) if !next.trim().is_empty() => rest = next.trim_start(),
            _ => return rest,
        }
    }
}

/// Returns what follows a time of day or date at the beginning.
fn time_ahead(text: &str) -> Option<&str> {
    let end = text.find(' ')?;
    let head = &text[..end];
    let is_time = head.bytes().all(|b| b.is_ascii_digit() || b":.-/TZ,".contains(&b));
    let colons = head.matches(':').count();
    (is_time && (colons == 2 || head.matches('-').count() == 2) && !head.ends_with(':')).then(|| &text[end..])
}

fn piece(whole: &str) -> Piece<'_> {
    let text = whole.trim_matches(|c: char| "()[]{}<>\"'`,;!*".contains(c)).trim_end_matches(['.', ':', '?']);
    let text = text.trim_matches(|c: char| "()[]{}<>\"'`,;!*".contains(c));
    Piece { text, whole }
}

/// Returns the value behind one of these keys.
fn value_of<'a>(text: &'a str, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| {
        let at = text.find(key)?;
        let is_whole = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'']);
        let end = rest.find(|c: char| c.is_whitespace() || ",;\"')]}".contains(c)).unwrap_or(rest.len());
        (is_whole && end > 0).then(|| &rest[..end])
    })
}

/// Reports whether a word looks like an identifier: capitals within, a digit, `_`, `-`, `.` or `/`.
fn is_identifier(text: &str) -> bool {
    text.bytes().skip(1).any(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_-./".contains(&b))
}

/// Returns the program that was denied: before "deny", behind `exe=` and its like, or the service in brackets.
fn denied<'a>(text: &'a str, pieces: &[Piece<'a>]) -> Option<&'a str> {
    let subject = pieces.windows(2).find_map(|w| {
        let verb = w[1].text.split('(').next().unwrap_or("");
        let name = w[0].text.split('(').next().unwrap_or("");
        (matches!(verb, "deny" | "denied") && w[0].text.contains('(') && !name.is_empty()).then_some(name)
    });
    subject
        .or_else(|| value_of(text, &["exe=", "comm=", "profile="]))
        .or_else(|| in_brackets(text, "service("))
        .or_else(|| {
            pieces
                .windows(3)
                .find_map(|w| (w[1].text == "endpoint" && w[0].text == "hijack").then_some(w[2].text))
        })
}

fn in_brackets<'a>(text: &'a str, head: &str) -> Option<&'a str> {
    let at = text.find(head)?;
    let rest = &text[at + head.len()..];
    let end = rest.find([')', ']', ','])?;
    (end > 0).then(|| &rest[..end])
}

/// Returns what a line says has failed: a process that was killed, a service, a task, a thread, a host.
fn failing<'a>(text: &'a str, pieces: &[Piece<'a>], class: FaultClass) -> Option<&'a str> {
    killed(pieces)
        .or_else(|| {
            value_of(text, &["service = ", "service=", "unit=", "job=", "pod="]).filter(|v| is_word(v))
        })
        .or_else(|| in_brackets(text, "Thread["))
        .or_else(|| in_brackets(text, "service("))
        .or_else(|| task(pieces))
        .or_else(|| before_process_id(pieces))
        .or_else(|| named_kind(pieces))
        .or_else(|| not_running(pieces))
        .or_else(|| not_started(text))
        .or_else(|| going_down(pieces))
        .or_else(|| on_host(pieces, class))
        .or_else(|| error_in(pieces))
        .or_else(|| at_offset(pieces))
        .or_else(|| method_of(text))
}

/// Reports whether a text begins as a word does: a bare number is the name of nothing.
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// `Killed process 17 (name)`, `killing process name`, `Stopping name: failed`.
fn killed<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    let at = pieces.windows(2).position(|w| {
        w[1].text.eq_ignore_ascii_case("process") && w[0].text.to_ascii_lowercase().starts_with("kill")
    });
    if let Some(at) = at {
        let next = pieces.get(at + 2)?.text;
        let is_number = next.bytes().all(|b| b.is_ascii_digit());
        return if is_number { pieces.get(at + 3).map(|p| p.text) } else { Some(next) };
    }
    pieces.windows(3).find_map(|w| {
        let acts = ["Stopping", "Starting", "Reloading", "Restarting"].contains(&w[0].text);
        let failed = w[2].text.eq_ignore_ascii_case("failed") || w[2].whole.eq_ignore_ascii_case("[failed]");
        (acts && failed && w[1].whole.ends_with(':')).then_some(w[1].text)
    })
}

/// An identifier of a task or attempt (`attempt_17_m_0`), where the line says something of it.
fn task<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    let kinds = ["attempt_", "task_", "job_", "application_"];
    pieces.iter().map(|p| p.text).find(|t| {
        let digits = t.bytes().filter(u8::is_ascii_digit).count();
        kinds.iter().any(|k| t.starts_with(k)) && digits >= 4
    })
}

/// `name[17]` anywhere behind the first word.
fn before_process_id<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces.iter().find_map(|p| {
        let (name, id) = p.whole.split_once('[')?;
        let id = id.trim_end_matches(|c: char| "]:,".contains(c));
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        let is_named =
            name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('(');
        (is_id && is_named).then_some(name)
    })
}

/// `service name`, `job name`, `name service:` and the like.
fn named_kind<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces.windows(2).find_map(|w| {
        let is_kind = BEFORE_NAME.iter().any(|k| w[0].text.eq_ignore_ascii_case(k));
        let is_plain = w[1].text.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_word = NO_NAMES.iter().any(|n| w[1].text.eq_ignore_ascii_case(n));
        let ends_word = w[1].text.ends_with("ed") && !is_identifier(w[1].text);
        let is_common = [
            "status",
            "started",
            "identifier",
            "main",
            "image",
            "complete",
            "event",
            "could",
            "cannot",
            "unable",
            "has",
        ]
        .contains(&w[1].text);
        (is_kind && is_plain && !is_word && !ends_word && !is_common && !w[0].whole.contains('='))
            .then_some(w[1].text)
    })
}

/// `Name not running`.
fn not_running<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces.windows(3).find_map(|w| {
        let is_down =
            w[1].text == "not" && ["running", "ready", "responding", "started"].contains(&w[2].text);
        (is_down && is_identifier(w[0].text)).then_some(w[0].text)
    })
}

/// `Unable to start Name of it`, `Failed to start name.service - What it is`.
fn not_started(text: &str) -> Option<&str> {
    let heads = ["nable to start ", "ailed to start ", "annot start ", "ould not start "];
    let rest = heads.iter().find_map(|head| text.split_once(head)).map(|(_, rest)| rest)?;
    let end = [" - ", " due to ", " because ", " after ", " with ", " on "]
        .iter()
        .filter_map(|word| rest.find(word))
        .chain(rest.find([':', ',', ';', '(', '[']))
        .min()
        .unwrap_or(rest.len());
    let name = rest[..end].trim().trim_end_matches('.');
    let first = name.split(' ').next().unwrap_or_default();
    let is_name = is_word(first) && !NO_NAMES.iter().any(|w| first.eq_ignore_ascii_case(w));
    (is_name && name.split(' ').count() <= LONGEST_NAME).then_some(name)
}

/// `name is shutting down`.
fn going_down<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    let common = ["server", "system", "node", "host", "program", "application"];
    pieces.windows(4).find_map(|w| {
        let goes = w[1].text == "is" && w[2].text == "shutting" && w[3].text == "down";
        let is_common = |t: &str| common.iter().chain(&NO_NAMES).any(|c| t.eq_ignore_ascii_case(c));
        (goes && is_word(w[0].text) && !is_common(w[0].text)).then_some(w[0].text)
    })
}

/// `module + 38574`: the place in a module at which it failed.
fn at_offset<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    pieces.windows(3).find_map(|w| {
        let offset = w[2].text.trim_start_matches("0x");
        let is_offset = !offset.is_empty() && offset.bytes().all(|b| b.is_ascii_hexdigit());
        (w[1].text == "+" && is_offset && is_word(w[0].text) && is_identifier(w[0].text)).then_some(w[0].text)
    })
}

/// `failures on node name`, `failed on name`, `failed: name7`.
fn on_host<'a>(pieces: &[Piece<'a>], class: FaultClass) -> Option<&'a str> {
    if class == FaultClass::Security {
        return None;
    }
    pieces.windows(2).find_map(|w| {
        let failed =
            w[0].text.eq_ignore_ascii_case("failed") && w[1].text.bytes().any(|b| b.is_ascii_digit());
        (failed || w[0].text == "node" || w[0].text == "on" || w[0].text == "host")
            .then_some(w[1].text)
            .filter(|t| is_hostlike(t) && !is_address(t))
    })
}

/// `Error in Name`, `returned from name`, `Name signalled err`.
fn error_in<'a>(pieces: &[Piece<'a>]) -> Option<&'a str> {
    let signalled = pieces.windows(2).find(|w| w[1].text == "signalled" && is_word(w[0].text));
    if let Some(w) = signalled {
        return w.first().map(|p| p.text);
    }
    pieces.windows(3).find_map(|w| {
        let first = w[0].text.to_ascii_lowercase();
        let is_in =
            (first == "error" || first == "exception") && w[1].text == "in" && is_identifier(w[2].text);
        let is_from = first == "error" && w[1].text == "returned";
        if is_from {
            return pieces.iter().skip_while(|p| p.text != "from").nth(1).map(|p| p.text);
        }
        is_in.then_some(w[2].text)
    })
}

/// `-[Name method]` of an assertion.
fn method_of(text: &str) -> Option<&str> {
    let is_assertion = text.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("assertion"));
    let at = text.find("-[").filter(|_| is_assertion)?;
    text[at + 2..].split_whitespace().next()
}

/// `C-0x55d1c0a3f4b0`: a place in memory is the name of nobody.
fn is_handle(name: &str) -> bool {
    name.split_once("0x")
        .is_some_and(|(_, place)| place.len() >= 6 && place.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Returns the component that the line names first: `name:`, `name[17]:`, `name error`, `name()`, `Name word failed`.
///
/// A check of rights that failed is what failed and not who, and so is a method: `check_rights failed`, `saveRow()`.
fn prefix<'a>(text: &'a str, pieces: &[Piece<'a>], class: FaultClass) -> Option<&'a str> {
    let first = pieces.first()?;
    let name = first.text.split(['[', '(']).next().unwrap_or(first.text);
    let is_word = name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b))
        && !NO_NAMES.iter().any(|w| name.eq_ignore_ascii_case(w));
    if !is_word || !text.starts_with(name) || is_kind_of_error(name) || is_handle(name) {
        return None;
    }
    let rest = &text[name.len()..];
    let has_colon = first.whole.ends_with(':') || (rest.starts_with(':') && !rest.starts_with("::"));
    let is_method = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().any(|b| b.is_ascii_uppercase())
        && !name.contains(['_', '.', '-']);
    let is_call = rest.starts_with("()");
    let word = |at: usize| pieces.get(at).map_or("", |p| p.text).to_ascii_lowercase();
    let is_named = !is_call
        && (class != FaultClass::Security || !name.contains('_'))
        && FAILS.contains(&word(1).as_str())
        && (is_identifier(name) || name.bytes().all(|b| b.is_ascii_lowercase()));
    let is_capital = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().any(|b| b.is_ascii_lowercase())
        && is_identifier(name);
    let has_failed = is_capital && word(2) == "failed";
    (has_colon || !is_method && (is_call || is_named || has_failed)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected(text: &str, class: FaultClass) -> String {
        let line = FaultInput { text, level: None, service: "writer", host: "", dataset: "" };
        find(&line, class).unwrap_or_default()
    }

    #[test]
    fn the_peer_of_a_broken_connection_suffers() {
        for (line, expected) in [
            ("dial tcp 10.1.2.3:5432: connect: connection refused", "10.1.2.3:5432"),
            ("Retrying connect to server: db-7/10.1.2.3:9000 (2)", "10.1.2.3:9000"),
            ("GET https://user:x@api.example.net/v1 timed out", "api.example.net"),
            ("eth0: link down", "eth0"),
            ("carrier lost on wlan1", "wlan1"),
            ("db-3.example.net could not be resolved (2)", "db-3.example.net"),
            ("session 0x17aa90 expired", "0x17aa90"),
            ("network is down", "writer"),
        ] {
            assert_eq!(affected(line, FaultClass::Network), expected, "{line}");
        }
    }

    #[test]
    fn the_program_that_failed_suffers() {
        for (line, expected) in [
            ("Out of memory: Killed process 4711 (mailer)", "mailer"),
            ("crond: cannot open /etc/crontab", "crond"),
            ("messenger shutdown failed", "messenger"),
            ("Service billing failed to start", "billing"),
            ("Exception in Thread[flusher,5,main]", "flusher"),
            ("Failed to start postgres.service - A database.", "postgres.service"),
            ("Could not start Print Spooler: access refused", "Print Spooler"),
            ("was unable to start it up (0x0)", "writer"),
            ("out of descriptors, mailerd is shutting down", "mailerd"),
            ("the server is shutting down", "writer"),
            ("(Codec) signalled err=-7", "Codec"),
            ("assertion failed: 22A1: com.example.agent + 4711 [x]: 0x7", "com.example.agent"),
            ("Ceph mount FAILED : store17 : timeout", "store17"),
            ("bad parity (unit=0x0b bit=0x06)", "writer"),
            ("OrderStore handshake failed (-3)", "OrderStore"),
            ("saveOrder failed message=true", "writer"),
            ("loadOrders() could not read the table", "writer"),
            ("ERROR: cannot open file", "writer"),
            ("C-0x55d1c0a3f4b0: (nodb)/(nouser)@10.0.0.7:51002 pooler error: no more connections", "writer"),
            ("[main] [Error] no such table", "writer"),
        ] {
            assert_eq!(affected(line, FaultClass::Application), expected, "{line}");
        }
    }

    #[test]
    fn the_program_that_was_denied_suffers_and_not_the_attacker() {
        for (line, expected) in [
            ("sandbox: viewer(812) deny(1) file-read-data /etc/x", "viewer"),
            ("avc: denied { read } for pid=1 comm=\"mailer\" name=x", "mailer"),
            ("failed password for root from 203.0.113.9", "writer"),
            ("check_rights failed, user has no access", "writer"),
        ] {
            assert_eq!(affected(line, FaultClass::Security), expected, "{line}");
        }
    }

    #[test]
    fn frames_of_a_stack_trace_and_kinds_of_errors_suffer_from_nothing() {
        let python = "failed\nTraceback (most recent call last):\n  File \"/app/x.py\", line 3, in <module>\n    \
            raise ValueError(\"bad\")\n    ~~~~~^^^^\nValueError: bad";
        let java = "pool exhausted host=db-1:5432\njava.lang.IllegalStateException: boom\n\tat com.shop.Pool.get(\
            Pool.java:17)\nCaused by: java.net.SocketTimeoutException: Read timed out\n\t... 12 more";
        let dotnet = "read failed: System.Net.Sockets.SocketException: timed out\n   at Shop.Pool.Get()";

        assert_eq!(affected(python, FaultClass::Application), "writer");
        assert_eq!(affected(java, FaultClass::Network), "db-1:5432");
        assert_eq!(affected(dotnet, FaultClass::Network), "writer");
        assert_eq!(affected("cannot go on\n  unit=mailer", FaultClass::Application), "mailer");
        for text in
            ["ValueError: bad discount", "java.lang.RuntimeException: no", "panic: index out of range"]
        {
            assert_eq!(affected(text, FaultClass::Application), "writer", "{text}");
        }
    }

    #[test]
    fn any_text_is_searched_without_harm() {
        for line in ["", "[", "]", "<<<<", "a[", "(((", "é(1) deny", "12:00:00", "://", "Thread[", "-["] {
            for class in
                [FaultClass::Network, FaultClass::Security, FaultClass::Application, FaultClass::Hardware]
            {
                let _ = affected(line, class);
            }
        }
    }
}
