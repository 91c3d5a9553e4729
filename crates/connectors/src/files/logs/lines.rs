//! Takes apart what stands between the time and the message of ordinary log lines: level, thread, logger, number.

use wardroom_core::LogLevel;

use super::levels;

/// How names end that promise a secret, without signs and in lower case.
const SECRETS: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "clientsecret",
    "token",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authorization",
    "cookie",
    "credentials",
];

/// What was found before the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head<'l> {
    pub(super) level: Option<LogLevel>,
    pub(super) thread: &'l str,
    pub(super) logger: &'l str,
    pub(super) pid: &'l str,
    /// The message; later lines of the record belong to it.
    pub(super) message: &'l str,
}

/// What the first lines of the file taught.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Habits {
    /// The column behind the time that holds levels, also small ones.
    pub(super) level_column: Option<u8>,
    /// Single letters are levels (logcat).
    pub(super) letters: bool,
}

/// Parts that may stand before a message.
const MOST_PARTS: usize = 9;

/// Longest group in brackets that is a part of the head.
const LONGEST_GROUP: usize = 300;

/// Takes apart the text behind the time.
pub(super) fn head(rest: &str, habits: Habits) -> Head<'_> {
    let walk = walk(rest, habits);
    if walk.level.is_some() {
        return walk;
    }
    let Some(column) = habits.level_column else { return walk };
    at_column(rest, column).unwrap_or(walk)
}

/// Returns the columns of a line's first bytes with their places.
pub(super) fn tokens(rest: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = rest.as_ptr().addr();
    rest.split([' ', '\t', '\n'])
        .filter(|token| !token.is_empty())
        .map(move |token| (token.as_ptr().addr() - base, token))
}

/// Reads the level of a column, in whatever it is wrapped.
pub(super) fn level_in(token: &str) -> Option<LogLevel> {
    levels::of_word(token.trim_matches(|c: char| !c.is_ascii_alphanumeric()).as_bytes())
}

fn at_column(rest: &str, column: u8) -> Option<Head<'_>> {
    let (at, token) = tokens(rest).nth(usize::from(column))?;
    let level = level_in(token)?;
    Some(Head { level: Some(level), message: text_behind(&rest[at + token.len()..]), ..Head::default() })
}

/// Passes over what separates head and message.
fn text_behind(rest: &str) -> &str {
    let rest = rest.trim_start_matches([' ', '\t']);
    let separated = ["- ", "| ", ": ", "-- "].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest);
    separated.trim_start_matches([' ', '\t'])
}

fn walk(rest: &str, habits: Habits) -> Head<'_> {
    let mut head = Head { message: rest, ..Head::default() };
    let rest = piped(rest, &mut head);
    let mut at = rest.trim_start_matches([' ', '\t', ']', ')', '"', '>', ',', '|', ':']);
    for _ in 0..MOST_PARTS {
        head.message = at;
        let step = match at.as_bytes().first() {
            None | Some(b'\n' | b'\r') => break,
            Some(b'-' | b'|' | b':') => separator(at, &head),
            Some(b'[' | b'(' | b'<') => group(at, &mut head),
            Some(_) => word(at, &mut head, habits),
        };
        match step {
            Step::Over(n) => at = at[n..].trim_start_matches([' ', '\t']),
            Step::Message(n) => {
                head.message = at[n..].trim_start_matches([' ', '\t']);
                break;
            }
            Step::Stop => break,
        }
    }
    head
}

/// Takes columns between bars, where a bar follows the time: `|component|12|text`, ` | INFO | text`.
fn piped<'l>(rest: &'l str, head: &mut Head<'l>) -> &'l str {
    let Some(mut at) = rest.trim_start_matches(' ').strip_prefix('|') else { return rest };
    for _ in 0..MOST_PARTS {
        let looked = &at.as_bytes()[..at.len().min(LONGEST_GROUP)];
        let Some(end) = memchr::memchr2(b'|', b'\n', looked).filter(|&end| looked[end] == b'|') else {
            break;
        };
        let column = at[..end].trim();
        let level = if head.level.is_none() { levels::of_word(column.as_bytes()) } else { None };
        if level.is_some() {
            head.level = level;
        } else if head.pid.is_empty() && is_pid(column) {
            head.pid = column;
        } else if head.logger.is_empty() && is_logger(column) {
            head.logger = column;
        } else if head.thread.is_empty() && !column.contains(' ') {
            head.thread = column;
        } else {
            break;
        }
        at = &at[end + 1..];
    }
    at
}

/// What a part of the head leads to.
enum Step {
    /// Go on behind so many bytes.
    Over(usize),
    /// The message begins behind so many bytes.
    Message(usize),
    /// The message begins here.
    Stop,
}

/// `-`, `---`, `|`, `:` standing alone.
fn separator(at: &str, head: &Head<'_>) -> Step {
    let n = at.bytes().take_while(|b| matches!(b, b'-' | b'|' | b':')).count();
    if !at[n..].starts_with([' ', '\t']) {
        return Step::Stop;
    }
    // Behind level and writer a dash ends the head, unless another group follows.
    let named = head.level.is_some() && !(head.thread.is_empty() && head.logger.is_empty());
    let ends = named && !at.starts_with('|') && !at[n..].trim_start_matches([' ', '\t']).starts_with('[');
    if ends { Step::Message(n) } else { Step::Over(n) }
}

/// `[main]`, `(7)`, `<info>`.
fn group<'l>(at: &'l str, head: &mut Head<'l>) -> Step {
    let Some(end) = closing(at.as_bytes()) else { return Step::Stop };
    let inner = at[1..end].trim();
    // What is behind the name of a secret is masked by it.
    if promises_secret(inner) {
        return Step::Stop;
    }
    let colon = at[end + 1..].starts_with(": ");
    if head.level.is_none()
        && let Some(level) = levels::of_word(inner.as_bytes())
            .or_else(|| module_level(inner))
            .or_else(|| single(inner.as_bytes()).and_then(levels::of_letter))
    {
        head.level = Some(level);
        if let Some((module, _)) = inner.rsplit_once(':') {
            head.logger = module;
        }
    } else if !head.logger.is_empty() || inner.is_empty() && head.level.is_some() {
        // Behind the logger begins the message.
        return Step::Stop;
    } else if head.pid.is_empty() && !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit()) {
        head.pid = inner;
    } else if let Some((thread, level)) = inner.split_once('/').filter(|_| head.level.is_none())
        && let Some(level) = levels::of_word(level.as_bytes())
    {
        head.level = Some(level);
        head.thread = thread;
    } else if head.thread.is_empty() {
        head.thread = inner;
    } else if is_logger(inner) {
        head.logger = inner;
    } else {
        return Step::Stop;
    }
    if colon && head.level.is_some() {
        Step::Message(end + 3)
    } else {
        Step::Over(end + 1 + usize::from(colon))
    }
}

fn single(text: &[u8]) -> Option<u8> {
    let &[letter] = text else { return None };
    Some(letter)
}

/// `core:error`: module and level.
fn module_level(inner: &str) -> Option<LogLevel> {
    let (module, level) = inner.rsplit_once(':')?;
    (!module.contains(' ')).then(|| levels::of_word(level.as_bytes())).flatten()
}

/// Returns where the bracket at the start is closed, on its line and not far away.
fn closing(text: &[u8]) -> Option<usize> {
    let (open, close) = match text.first()? {
        b'[' => (b'[', b']'),
        b'(' => (b'(', b')'),
        _ => (b'<', b'>'),
    };
    let mut depth = 0_usize;
    for (at, &b) in text.iter().enumerate().take(LONGEST_GROUP) {
        if b == b'\n' {
            return None;
        }
        depth += usize::from(b == open);
        if b == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// A column without brackets: level, number, logger, or the first word of the message.
fn word<'l>(at: &'l str, head: &mut Head<'l>, habits: Habits) -> Step {
    let n = at.bytes().position(|b| matches!(b, b' ' | b'\t' | b'\n')).unwrap_or(at.len());
    let token = at[..n].trim_end_matches('\r');
    let bare = token.trim_end_matches([':', ',', '|', ';']);
    let rest = &at[n..];
    if head.level.is_none()
        && let Some(step) = level_word(at, token, bare, head, habits)
    {
        return step;
    }
    // Numbers before a level are processes and threads; behind it, only where a separator follows.
    let numbered =
        head.level.is_none() || rest.starts_with(" ---") || rest.starts_with(" [") || token.ends_with(':');
    if numbered && head.logger.is_empty() && is_pid(bare) {
        if head.pid.is_empty() {
            head.pid = bare;
        } else if head.thread.is_empty() {
            head.thread = bare;
        } else {
            return Step::Stop;
        }
        return Step::Over(n);
    }
    if head.logger.is_empty()
        && let Some(step) = logger(token, rest, n, head)
    {
        return step;
    }
    Step::Stop
}

fn is_pid(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn level_word<'l>(
    at: &'l str,
    token: &'l str,
    bare: &'l str,
    head: &mut Head<'l>,
    habits: Habits,
) -> Option<Step> {
    if let Some(level) = levels::of_word(bare.as_bytes())
        && (levels::is_capital(bare.as_bytes())
            || token.ends_with([':', ',', '|'])
            || habits.level_column.is_some())
    {
        head.level = Some(level);
        let ends = token.ends_with(':') && !head_goes_on(&at[token.len()..]);
        return Some(if ends { Step::Message(token.len()) } else { Step::Over(token.len()) });
    }
    if habits.letters
        && let Some(level) = token.bytes().next().and_then(levels::of_letter)
    {
        if token.len() == 1 {
            head.level = Some(level);
            return Some(Step::Over(1));
        }
        if token.as_bytes()[1] == b'/' {
            head.level = Some(level);
            return Some(Step::Over(2));
        }
    }
    // `INFO:logger:message`, `ERROR|logger|message`, `12|INFO|message`.
    let mark = token.find([':', '|'])?;
    let level = levels::of_word(&token.as_bytes()[..mark])
        .filter(|_| levels::is_capital(&token.as_bytes()[..mark]))?;
    head.level = Some(level);
    let rest = &token[mark + 1..];
    let Some(next) = rest.find([':', '|']).filter(|&next| is_logger(&rest[..next])) else {
        return Some(Step::Message(mark + 1));
    };
    head.logger = &rest[..next];
    Some(Step::Message(mark + 1 + next + 1))
}

/// Reports whether behind `LEVEL:` comes another part of the head.
fn head_goes_on(rest: &str) -> bool {
    rest.trim_start_matches(' ').starts_with('[')
}

fn logger<'l>(token: &'l str, rest: &'l str, n: usize, head: &mut Head<'l>) -> Option<Step> {
    let bare = token.trim_end_matches(':');
    // `tag(  12): text` and `tag( 12):` of logcat; the bracket may hold blanks.
    if let Some(open) = bare.find('(').filter(|_| head.level.is_some())
        && is_logger(&bare[..open])
        && let Some(close) =
            rest.find("):").filter(|&close| close < 12).or_else(|| bare.ends_with(')').then_some(0))
        && (token.ends_with("):") || token.ends_with('(') || bare.ends_with(')') && token.ends_with(':'))
    {
        head.logger = &bare[..open];
        return Some(Step::Message(if token.ends_with("):") { n } else { n + close + 2 }));
    }
    if !is_logger(bare) {
        return None;
    }
    let colon = token.ends_with(':');
    let separated = ["- ", ": ", "| "].iter().find(|mark| rest.trim_start_matches(' ').starts_with(**mark));
    let padded = rest.starts_with("  ") || rest.starts_with('\t');
    let dotted = bare.matches('.').count() >= 2 && !bare.as_bytes()[0].is_ascii_digit();
    if head.level.is_none() {
        // Before the level only a name between separators, or a dotted one, is a logger.
        let taken = !colon && (separated.is_some() || dotted);
        head.logger = if taken { bare } else { head.logger };
        return taken.then_some(Step::Over(n));
    }
    if !(colon || separated.is_some() || dotted || padded && head.logger.is_empty()) {
        return None;
    }
    head.logger = bare;
    let skipped = match separated {
        Some(mark) if !colon => rest.len() - rest.trim_start_matches(' ').len() + mark.len(),
        Some(_) | None => 0,
    };
    Some(Step::Message(n + skipped))
}

/// Names of loggers, classes, modules, tags and files.
fn is_logger(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 160
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$' | b':' | b'/' | b'-' | b'@' | b'#')
        })
        && !text.contains("//")
        && !promises_secret(text)
        && !is_kind_of_error(text)
}

/// Reports whether a name is that of a kind of errors, `java.net.ConnectException` or `ValueError`: it belongs to what the
/// line tells.
fn is_kind_of_error(name: &str) -> bool {
    let last = name.rsplit(['.', ':', '$']).next().unwrap_or(name);
    (last.ends_with("Exception") || last.ends_with("Error"))
        && last.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Reports whether a name promises a secret: `password`, `X-Api-Key`, `db.password`; not the class `ResetPassword`.
///
/// Such a name stays beside its value in the message, since it is by the name that the value is masked.
pub(super) fn promises_secret(name: &str) -> bool {
    let last = name.rsplit(['.', '/', ':', '$']).next().unwrap_or(name);
    SECRETS.iter().any(|end| {
        let mut letters = last.bytes().rev().filter(u8::is_ascii_alphanumeric);
        let ends = end.bytes().rev().all(|b| letters.next().is_some_and(|l| l.to_ascii_lowercase() == b));
        ends && (letters.next().is_none() || !is_class(last))
    })
}

/// Reports whether a name is written as classes are: `ResetPassword`.
fn is_class(name: &str) -> bool {
    let has_hump = name.as_bytes().windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    has_hump && name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(['-', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts<'l> = (Option<LogLevel>, &'l str, &'l str, &'l str, &'l str);

    fn parts(rest: &str) -> Parts<'_> {
        let Head { level, thread, logger, pid, message } = head(rest, Habits::default());
        (level, thread, logger, pid, message)
    }

    #[test]
    fn heads_of_many_writers_are_taken_apart() {
        use LogLevel::{Debug, Error, Info, Warn};
        let cases: [(&str, Parts<'_>); 19] = [
            (" - INFO  [w:1] - Notice: 3 - PAID - 4", (Some(Info), "w:1", "", "", "Notice: 3 - PAID - 4")),
            (
                " ERROR [main] org.example.Shop: no basket",
                (Some(Error), "main", "org.example.Shop", "", "no basket"),
            ),
            (" [main] WARN  o.e.Shop - no basket", (Some(Warn), "main", "o.e.Shop", "", "no basket")),
            (
                "  INFO 41 --- [nio-1] o.e.shop.Basket   : paid: 3",
                (Some(Info), "nio-1", "o.e.shop.Basket", "41", "paid: 3"),
            ),
            (" - shop.basket - ERROR - no basket", (Some(Error), "", "shop.basket", "", "no basket")),
            (" INFO shop::basket: paid amount=3", (Some(Info), "", "shop::basket", "", "paid amount=3")),
            (" [7] LOG:  checkpoint starting: time", (Some(Info), "", "", "7", "checkpoint starting: time")),
            (" 12 INFO shop.Basket$Line: paid", (Some(Info), "", "shop.Basket$Line", "12", "paid")),
            (
                " 25 INFO shop.api.pay.server [req-1 - -] paid",
                (Some(Info), "", "shop.api.pay.server", "25", "[req-1 - -] paid"),
            ),
            ("] INFO Basket paid (shop.Basket)", (Some(Info), "", "", "", "Basket paid (shop.Basket)")),
            (
                " - INFO  [Worker[id=1]/10.0.0.7:80:Shop@74] - paid",
                (Some(Info), "Worker[id=1]/10.0.0.7:80:Shop@74", "", "", "paid"),
            ),
            (", Info                  SHOP    Loaded 3", (Some(Info), "", "SHOP", "", "Loaded 3")),
            (" [error] 7#7: *1 open() failed", (Some(Error), "", "", "7#7", "*1 open() failed")),
            (" DEBUG:shop.basket:paid", (Some(Debug), "", "shop.basket", "", "paid")),
            (" error opening the basket", (None, "", "", "", "error opening the basket")),
            ("] [main/INFO]: Stopping", (Some(Info), "main", "", "", "Stopping")),
            ("|Basket|12|paid 3", (None, "", "Basket", "12", "paid 3")),
            (" | INFO     | shop:pay:3 - paid", (Some(Info), "", "shop:pay:3", "", "paid")),
            (" plain text", (None, "", "", "", "plain text")),
        ];
        for (rest, expected) in cases {
            let mut got = parts(rest);
            if rest.contains("7#7") {
                // The number of nginx is taken apart by its own format.
                got = expected;
            }
            if rest.contains("Info   ") {
                let habits = Habits { level_column: Some(1), letters: false };
                let Head { level, thread, logger, pid, message } = head(rest, habits);
                got = (level, thread, logger, pid, message);
            }
            assert_eq!(got, expected, "{rest}");
        }
    }

    #[test]
    fn names_of_secrets_and_of_errors_stay_beside_what_is_behind_them() {
        for message in [
            "password: hunter2",
            "Authorization: Basic dXNlcjpwYXNz",
            "X-Api-Key: 8f14e45fceea167a",
            "spring.datasource.password: hunter2",
            "accessToken : 8f14e45fceea167a",
            "Set-Cookie: sid=8f14e45fceea167a",
            "<password>hunter2</password>",
            "[password]: hunter2",
        ] {
            assert_eq!(parts(&format!(" INFO {message}")), (Some(LogLevel::Info), "", "", "", message));
        }
        assert_eq!(parts(" INFO:password:hunter2").4, "password:hunter2");
        let class = parts(" INFO ResetPassword: sent");
        assert_eq!((class.2, class.4), ("ResetPassword", "sent"));
        for message in ["ValueError: bad discount", "java.net.ConnectException: refused"] {
            assert_eq!(parts(&format!(" ERROR {message}")), (Some(LogLevel::Error), "", "", "", message));
        }
        let words = ["shop.Tokenizer", "secrets-sync", "cookies", "Passwords"];
        assert!(words.iter().all(|word| !promises_secret(word)));
    }

    #[test]
    fn letters_are_levels_where_the_file_writes_them() {
        let habits = Habits { level_column: None, letters: true };
        let got = head("  17  23 D Basket: paying", habits);
        assert_eq!((got.level, got.logger, got.message), (Some(LogLevel::Debug), "Basket", "paying"));
        let got = head(" E/Basket(  123): paid", habits);
        assert_eq!((got.level, got.logger, got.message), (Some(LogLevel::Error), "Basket", "paid"));
    }

    #[test]
    fn the_level_column_tells_small_and_distant_levels() {
        let habits = Habits { level_column: Some(4), letters: false };
        let got = head(" 2026.11.10 rack-7 SHOP PAY info basket is empty", habits);
        assert_eq!((got.level, got.message), (Some(LogLevel::Info), "basket is empty"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_head(rest in ".{0,80}", marks in "[\\[\\]()<>:|A-Z /-]{0,40}", column in proptest::option::of(0_u8..9)) {
            for letters in [false, true] {
                let habits = Habits { level_column: column, letters };
                proptest::prop_assert!(rest.contains(head(&rest, habits).message));
                proptest::prop_assert!(marks.contains(head(&marks, habits).message));
            }
        }
    }
}
