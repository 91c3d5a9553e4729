//! Connection strings and the sentences of clients in one log line.

use super::ends::without_port;

/// How sure a text names whom the writer asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surety {
    /// A connection string: it names a server, known or not.
    Connection,
    /// A sentence or key of a client: a known name in its place is who was asked.
    Asked,
    /// A URL of the web: a known name may have been asked, or may have been linked.
    Maybe,
}

/// A text that names whom the writer asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention<'l> {
    pub(super) rule: &'static str,
    pub(super) how: &'static str,
    pub(super) surety: Surety,
    /// What stood before the name: a scheme with `://`, or the words of the sentence.
    before: &'static str,
    /// The name, with its port where it had one.
    pub(super) name: &'l str,
}

impl Mention<'_> {
    /// Returns what may be shown of it.
    pub(super) fn shown(&self) -> String {
        format!("{}{}", self.before, self.name)
    }
}

/// Schemes of connection strings, how such a server is used, and whether the scheme alone tells that a client speaks.
const SCHEMES: [(&str, &str, Surety); 33] = [
    ("postgresql://", "connects to", Surety::Connection),
    ("postgres://", "connects to", Surety::Connection),
    ("mysql://", "connects to", Surety::Connection),
    ("mariadb://", "connects to", Surety::Connection),
    ("sqlserver://", "connects to", Surety::Connection),
    ("oracle://", "connects to", Surety::Connection),
    ("db2://", "connects to", Surety::Connection),
    ("clickhouse://", "connects to", Surety::Connection),
    ("cassandra://", "connects to", Surety::Connection),
    ("mongodb+srv://", "connects to", Surety::Connection),
    ("mongodb://", "connects to", Surety::Connection),
    ("elasticsearch://", "connects to", Surety::Connection),
    ("neo4j://", "connects to", Surety::Connection),
    ("bolt://", "connects to", Surety::Connection),
    ("ldap://", "connects to", Surety::Connection),
    ("ldaps://", "connects to", Surety::Connection),
    ("nfs://", "connects to", Surety::Connection),
    ("redis://", "caches in", Surety::Connection),
    ("rediss://", "caches in", Surety::Connection),
    ("memcached://", "caches in", Surety::Connection),
    ("amqp://", "connects to", Surety::Connection),
    ("amqps://", "connects to", Surety::Connection),
    ("kafka://", "connects to", Surety::Connection),
    ("nats://", "connects to", Surety::Connection),
    ("pulsar://", "connects to", Surety::Connection),
    ("mqtt://", "connects to", Surety::Connection),
    ("stomp://", "connects to", Surety::Connection),
    ("smtp://", "connects to", Surety::Connection),
    ("grpc://", "calls", Surety::Connection),
    ("thrift://", "calls", Surety::Connection),
    ("tcp://", "connects to", Surety::Maybe),
    ("https://", "calls", Surety::Maybe),
    ("http://", "calls", Surety::Maybe),
];

/// Words behind which clients name whom they asked, and how they use it.
const SENTENCES: [(&str, &str); 36] = [
    ("upstream: \"http://", "calls"),
    ("upstream: \"https://", "calls"),
    ("for url: http://", "calls"),
    ("for url: https://", "calls"),
    ("upstream \"", "calls"),
    ("Call to ", "calls"),
    ("call to ", "calls"),
    ("request to ", "calls"),
    ("response from ", "calls"),
    ("target=", "calls"),
    ("\"target\":\"", "calls"),
    ("circuit breaker for ", "calls"),
    ("CircuitBreaker '", "calls"),
    ("HTTPConnectionPool(host='", "calls"),
    ("HTTPSConnectionPool(host='", "calls"),
    ("dial tcp: lookup ", "calls"),
    ("dial tcp ", "connects to"),
    ("ECONNREFUSED ", "connects to"),
    ("ETIMEDOUT ", "connects to"),
    ("EAI_AGAIN ", "connects to"),
    ("ENOTFOUND ", "connects to"),
    ("UnknownHostException: ", "connects to"),
    ("name resolution: '", "connects to"),
    ("connection to server at \"", "connects to"),
    ("could not translate host name \"", "connects to"),
    ("Can't connect to MySQL server on '", "connects to"),
    ("connect to ", "connects to"),
    ("connected to ", "connects to"),
    ("connecting to ", "connects to"),
    ("Connecting to ", "connects to"),
    ("connection to ", "connects to"),
    ("Connection to ", "connects to"),
    ("Connected to ", "connects to"),
    ("pool=", "connects to"),
    ("\"pool\":\"", "connects to"),
    ("(pool ", "connects to"),
];

/// Keys of settings that hold one or several servers.
const SERVERS: [(&str, &str); 12] = [
    ("bootstrap.servers", "connects to"),
    ("bootstrap_servers", "connects to"),
    ("bootstrap-servers", "connects to"),
    ("metadata.broker.list", "connects to"),
    ("broker_list", "connects to"),
    ("brokers", "connects to"),
    ("zookeeper.connect", "connects to"),
    ("Data Source", "connects to"),
    ("Server", "connects to"),
    ("DB_HOST", "connects to"),
    ("PGHOST", "connects to"),
    ("REDIS_HOST", "caches in"),
];

/// The rule by which a client's sentence, or a URL in it, tells whom it asked.
const CLIENT: &str = "log-client";

/// Servers that one list may name.
const MOST_NAMES: usize = 16;

/// Characters of a line that are looked at. Connection strings stand early; what is longer is a dump.
const MOST_BYTES: usize = 16_384;

/// Returns whom a line names.
pub(super) fn mentions(line: &str) -> Vec<Mention<'_>> {
    let line = within(line);
    let mut all = Vec::new();
    urls(line, &mut all);
    for at in words(line) {
        let rest = &line[at..];
        let first = rest.as_bytes()[0];
        for (before, how) in SENTENCES {
            if before.as_bytes()[0] != first {
                continue;
            }
            let Some(behind) = rest.strip_prefix(before) else { continue };
            let name = name_at(behind);
            if !name.is_empty() {
                all.push(Mention { rule: CLIENT, how, surety: Surety::Asked, before, name });
            }
        }
        for (key, how) in SERVERS {
            if key.as_bytes()[0] == first
                && let Some(behind) = rest.strip_prefix(key)
            {
                setting(behind, how, &mut all);
            }
        }
    }
    libpq(line, &mut all);
    all
}

/// Returns where words begin, and every sign: all places at which a marker can stand.
fn words(line: &str) -> impl Iterator<Item = usize> {
    let bytes = line.as_bytes();
    let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (0..bytes.len())
        .filter(move |&at| bytes[at].is_ascii() && (at == 0 || !inner(bytes[at - 1]) || !inner(bytes[at])))
        .filter(move |&at| bytes[at] != b' ')
}

fn within(line: &str) -> &str {
    let mut end = line.len().min(MOST_BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

/// Finds connection strings.
fn urls<'l>(line: &'l str, all: &mut Vec<Mention<'l>>) {
    for (at, sign) in line.match_indices("://") {
        let before = line[..at].bytes().rev();
        let length = before.take_while(|b| b.is_ascii_alphanumeric() || *b == b'+').count();
        let found = &line[at - length..at + sign.len()];
        let Some(&(scheme, how, surety)) = SCHEMES.iter().find(|(scheme, ..)| *scheme == found) else {
            continue;
        };
        let rule = if surety == Surety::Connection { "log-connection" } else { CLIENT };
        for name in authority(&line[at + sign.len()..]) {
            all.push(Mention { rule, how, surety, before: scheme, name });
        }
    }
    // Oracle has no authority: `jdbc:oracle:thin:@db:1521:ORCL`, `jdbc:oracle:thin:user/word@//db:1521/orders`.
    for (at, _) in line.match_indices("jdbc:oracle:") {
        let token = token(&line[at + "jdbc:oracle:".len()..]);
        let Some((_, server)) = token.rsplit_once('@') else { continue };
        let server = server.trim_start_matches('/');
        let end = server.match_indices([':', '/']).nth(1).map_or(server.len(), |(i, _)| i);
        let name = server[..end].split('/').next().unwrap_or_default();
        let mention = Mention {
            rule: "log-connection",
            how: "connects to",
            surety: Surety::Connection,
            before: "jdbc:oracle://",
            name,
        };
        all.extend(is_plain(name).then_some(mention));
    }
}

/// Returns the servers of a connection string behind its scheme, without user and password.
fn authority(rest: &str) -> impl Iterator<Item = &str> {
    // Angle brackets may belong to a masked password.
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | '|');
    let token = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let query = token.find('?').unwrap_or(token.len());
    // A password may hold any sign, so the last `@` ends it, even behind a slash; only behind a path a question mark
    // surely begins a query, in which the sign means something else.
    let until = if token[..query].contains(['/', '@']) { query } else { token.len() };
    let servers = token[..until].rfind('@').map_or(token, |at| &token[at + 1..]);
    let end = servers.find(['/', '?', ';', '#']).unwrap_or(servers.len());
    servers[..end].split(',').take(MOST_NAMES).map(trimmed).filter(|name| is_plain(name))
}

/// Reads what stands behind the key of a setting: `= [a:9092, b:9092]`, `=db-1;Database=orders`.
fn setting<'l>(behind: &'l str, how: &'static str, all: &mut Vec<Mention<'l>>) {
    let rest = behind.trim_start_matches([' ', '"', '\'']);
    let Some(rest) = rest.strip_prefix(['=', ':']) else { return };
    let end = rest.find([';', ']', '}', '\n']).unwrap_or(rest.len());
    for (place, part) in rest[..end].split(',').take(MOST_NAMES).enumerate() {
        let part = part.trim().trim_start_matches(['[', '"', '\'', '/']);
        let name = trimmed(token(strip_scheme(part)));
        // Behind the first one, what has no port is the next setting.
        if !is_plain(name) || (place > 0 && without_port(name) == name) {
            return;
        }
        let surety = if without_port(name) == name { Surety::Asked } else { Surety::Connection };
        all.push(Mention { rule: "log-setting", how, surety, before: "", name });
    }
}

/// Reads the words of libpq (`host=db port=5432 dbname=orders`), which tell a connection only together.
fn libpq<'l>(line: &'l str, all: &mut Vec<Mention<'l>>) {
    if let Some((_, rest)) = line.split_once("host=")
        && line.contains("dbname=")
    {
        let (name, how) = (name_at(rest), "connects to");
        if is_plain(name) {
            all.push(Mention { rule: "log-setting", how, surety: Surety::Connection, before: "host=", name });
        }
    }
}

/// Takes a scheme and credentials off the member of a list.
fn strip_scheme(part: &str) -> &str {
    let part = part.split_once("://").map_or(part, |(_, rest)| rest);
    part.rsplit_once('@').map_or(part, |(_, server)| server)
}

/// Returns what goes on without a space or a quote.
fn token(rest: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\' | '|');
    &rest[..rest.find(ends).unwrap_or(rest.len())]
}

/// Returns the name at the beginning of a text: letters, digits and what names may hold, with a port.
fn name_at(rest: &str) -> &str {
    let rest = rest.trim_start_matches(['"', '\'']);
    let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    trimmed(&rest[..rest.find(ends).unwrap_or(rest.len())])
}

/// Takes off signs that end a sentence rather than a name.
fn trimmed(name: &str) -> &str {
    name.trim_end_matches(['.', ':', ',', ')', '}', ';', '-', '>'])
}

/// Reports whether a text holds nothing but what names of machines hold, so that no secret can be in it.
fn is_plain(name: &str) -> bool {
    let signs = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    !name.is_empty() && name.len() <= 253 && name.bytes().all(signs)
}
