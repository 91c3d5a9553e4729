//! The words of log lines, as each technology writes them.
//!
//! `<name>` is filled in; the names are those of [`super::render`].

use wardroom_core::LogLevel;

use super::{Asked, Code, Data, Machine, Own};
use crate::plan::Technology;

/// What a line says: its level, the type of error (empty: none) and the text.
pub(crate) type Words = (LogLevel, &'static str, &'static str);

/// Returns the words of a line about something that was asked of others and not got.
#[expect(clippy::too_many_lines, reason = "a table of texts: one arm a kind of line and technology")]
fn client(code: Asked, technology: Technology) -> Words {
    let by_language: [(&'static str, &'static str); 5] = match code {
        Asked::Timeout => [
            (
                "java.net.SocketTimeoutException",
                "Call to <to> failed: java.net.SocketTimeoutException: Read timed out after <limit> ms [trace=<trace>]",
            ),
            (
                "context.deadlineExceeded",
                "level=error msg=\"call failed\" target=<to> err=\"context deadline exceeded (Client.Timeout exceeded while awaiting headers)\" limit=<limit>ms trace=<trace>",
            ),
            (
                "ETIMEDOUT",
                "{\"msg\":\"request to <to> failed\",\"code\":\"ETIMEDOUT\",\"timeout\":<limit>,\"traceId\":\"<trace>\"}",
            ),
            (
                "requests.exceptions.ReadTimeout",
                "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='<to>', port=8080): Read timed out. (read timeout=<limit_s>)",
            ),
            (
                "upstream_timeout",
                "upstream timed out (110: Connection timed out) while reading response header from upstream, client: <client>, request: \"<method> <path> HTTP/1.1\", upstream: \"http://<to>:8080<path>\"",
            ),
        ],
        Asked::PoolExhausted => [
            (
                "java.sql.SQLTransientConnectionException",
                "HikariPool-1 - Connection is not available, request timed out after <wait>ms (pool <to>: total=<size>, active=<size>, idle=0, waiting=<x>)",
            ),
            (
                "pool.ErrExhausted",
                "level=error msg=\"no free connection\" pool=<to> in_use=<size> max=<size> waiting=<x> trace=<trace>",
            ),
            (
                "ResourceRequest timed out",
                "{\"msg\":\"TimeoutError: ResourceRequest timed out\",\"pool\":\"<to>\",\"size\":<size>,\"pending\":<x>,\"traceId\":\"<trace>\"}",
            ),
            (
                "sqlalchemy.exc.TimeoutError",
                "sqlalchemy.exc.TimeoutError: QueuePool limit of size <size> overflow 0 reached, connection timed out, timeout <wait_s> (<to>)",
            ),
            (
                "no_live_connections",
                "no live upstreams while connecting to upstream, client: <client>, request: \"<method> <path> HTTP/1.1\", upstream: \"http://<to><path>\"",
            ),
        ],
        Asked::Refused => [
            (
                "java.net.ConnectException",
                "Call to <to> failed: java.net.ConnectException: Connection refused [trace=<trace>]",
            ),
            (
                "syscall.ECONNREFUSED",
                "level=error msg=\"call failed\" target=<to> err=\"dial tcp <server>:<port>: connect: connection refused\" trace=<trace>",
            ),
            (
                "ECONNREFUSED",
                "{\"msg\":\"connect ECONNREFUSED <server>:<port>\",\"code\":\"ECONNREFUSED\",\"target\":\"<to>\",\"traceId\":\"<trace>\"}",
            ),
            (
                "requests.exceptions.ConnectionError",
                "requests.exceptions.ConnectionError: HTTPConnectionPool(host='<to>', port=<port>): Max retries exceeded (Caused by NewConnectionError: [Errno 111] Connection refused)",
            ),
            (
                "upstream_refused",
                "connect() failed (111: Connection refused) while connecting to upstream, client: <client>, request: \"<method> <path> HTTP/1.1\", upstream: \"http://<server>:<port><path>\"",
            ),
        ],
        Asked::Unresolved => [
            (
                "java.net.UnknownHostException",
                "Call to <to> failed: java.net.UnknownHostException: <to>.svc.example.net: Temporary failure in name resolution",
            ),
            (
                "net.DNSError",
                "level=error msg=\"call failed\" target=<to> err=\"dial tcp: lookup <to>.svc.example.net on 10.0.0.2:53: server misbehaving\" trace=<trace>",
            ),
            (
                "EAI_AGAIN",
                "{\"msg\":\"getaddrinfo EAI_AGAIN <to>.svc.example.net\",\"code\":\"EAI_AGAIN\",\"traceId\":\"<trace>\"}",
            ),
            (
                "socket.gaierror",
                "socket.gaierror: [Errno -3] Temporary failure in name resolution: '<to>.svc.example.net'",
            ),
            (
                "resolver_error",
                "<to>.svc.example.net could not be resolved (2: Server failure), client: <client>, request: \"<method> <path> HTTP/1.1\"",
            ),
        ],
        Asked::BadCertificate => [
            (
                "javax.net.ssl.SSLHandshakeException",
                "Call to <to> failed: javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed",
            ),
            (
                "x509.CertificateInvalidError",
                "level=error msg=\"call failed\" target=<to> err=\"tls: failed to verify certificate: x509: certificate has expired or is not yet valid\" trace=<trace>",
            ),
            (
                "CERT_HAS_EXPIRED",
                "{\"msg\":\"certificate has expired\",\"code\":\"CERT_HAS_EXPIRED\",\"target\":\"<to>\",\"traceId\":\"<trace>\"}",
            ),
            (
                "ssl.SSLCertVerificationError",
                "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (<to>)",
            ),
            (
                "ssl_error",
                "upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to upstream, client: <client>, upstream: \"https://<to><path>\"",
            ),
        ],
        Asked::AccessDenied => [
            (
                "HttpClientErrorException$Unauthorized",
                "Call to <to> failed: 401 Unauthorized: \"invalid_client: credential expired\" [trace=<trace>]",
            ),
            (
                "auth.ErrDenied",
                "level=error msg=\"call refused\" target=<to> status=401 err=\"invalid or expired credential (28P01)\" trace=<trace>",
            ),
            (
                "Unauthorized",
                "{\"msg\":\"<to> answered 401\",\"code\":\"invalid_client\",\"status\":401,\"traceId\":\"<trace>\"}",
            ),
            (
                "PermissionError",
                "PermissionError: <to> refused the credential of <service>: 401 Unauthorized (token expired)",
            ),
            (
                "upstream_denied",
                "upstream answered 401, client: <client>, request: \"<method> <path> HTTP/1.1\", upstream: \"http://<to><path>\"",
            ),
        ],
        Asked::TooManyClients => [
            (
                "org.postgresql.util.PSQLException",
                "Could not open a connection to <to>: FATAL: sorry, too many clients already [53300]",
            ),
            (
                "db.ErrTooManyConnections",
                "level=error msg=\"cannot connect\" target=<to> err=\"FATAL: sorry, too many clients already (SQLSTATE 53300)\" trace=<trace>",
            ),
            (
                "53300",
                "{\"msg\":\"sorry, too many clients already\",\"code\":\"53300\",\"target\":\"<to>\",\"traceId\":\"<trace>\"}",
            ),
            (
                "OperationalError",
                "OperationalError: connection to server at \"<to>\" failed: FATAL: sorry, too many clients already",
            ),
            (
                "upstream_error",
                "upstream prematurely closed connection while reading response header from upstream, client: <client>, upstream: \"http://<to><path>\"",
            ),
        ],
        Asked::BadAnswer => [
            (
                "HttpServerErrorException",
                "Call to <to> failed: 503 Service Unavailable after <ms> ms [trace=<trace>]",
            ),
            (
                "client.ErrStatus",
                "level=warn msg=\"call failed\" target=<to> status=503 duration=<ms>ms trace=<trace>",
            ),
            (
                "BadResponse",
                "{\"msg\":\"<to> answered 503\",\"status\":503,\"durationMs\":<ms>,\"traceId\":\"<trace>\"}",
            ),
            (
                "requests.exceptions.HTTPError",
                "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://<to>:8080<path>",
            ),
            (
                "upstream_status",
                "upstream answered 503, client: <client>, request: \"<method> <path> HTTP/1.1\", upstream: \"http://<to><path>\"",
            ),
        ],
        Asked::BreakerOpened => [
            (
                "CallNotPermittedException",
                "CircuitBreaker '<to>' changed state from CLOSED to OPEN (failure rate <percent> %)",
            ),
            ("breaker.Open", "level=warn msg=\"circuit breaker open\" target=<to> failure_ratio=<ratio>"),
            ("BreakerOpen", "{\"msg\":\"breaker open\",\"target\":\"<to>\",\"failureRatio\":<ratio>}"),
            (
                "pybreaker.CircuitBreakerError",
                "pybreaker.CircuitBreakerError: circuit breaker for <to> opened at a failure ratio of <ratio>",
            ),
            (
                "upstream_disabled",
                "upstream server temporarily disabled while connecting to upstream, upstream: \"http://<to><path>\"",
            ),
        ],
        Asked::BreakerClosed => [
            ("", "CircuitBreaker '<to>' changed state from HALF_OPEN to CLOSED"),
            ("", "level=info msg=\"circuit breaker closed\" target=<to>"),
            ("", "{\"msg\":\"breaker closed\",\"target\":\"<to>\"}"),
            ("", "circuit breaker for <to> closed"),
            ("", "upstream \"<to>\" is used again"),
        ],
    };
    let level = match code {
        Asked::BreakerClosed => LogLevel::Info,
        Asked::BreakerOpened => LogLevel::Warn,
        Asked::Timeout
        | Asked::PoolExhausted
        | Asked::Refused
        | Asked::Unresolved
        | Asked::BadCertificate
        | Asked::AccessDenied
        | Asked::TooManyClients
        | Asked::BadAnswer => LogLevel::Error,
    };
    let (kind, text) = by_language[language(technology)];
    (level, kind, text)
}

/// Returns the position of a technology's words: Java, Go, Node.js, Python, proxies.
const fn language(technology: Technology) -> usize {
    match technology {
        Technology::Java | Technology::Kafka => 0,
        Technology::Go => 1,
        Technology::Node => 2,
        Technology::Python => 3,
        Technology::Nginx
        | Technology::Haproxy
        | Technology::Postgres
        | Technology::Mysql
        | Technology::Redis => 4,
    }
}

/// Returns the words of an everyday line.
const fn everyday(technology: Technology) -> &'static str {
    match technology {
        Technology::Java => "Completed <method> <path> with 200 in <ms> ms [trace=<trace>]",
        Technology::Go => {
            "level=info msg=\"request\" method=<method> path=<path> status=200 duration=<ms>ms trace=<trace>"
        }
        Technology::Node => {
            "{\"msg\":\"<method> <path>\",\"status\":200,\"durationMs\":<ms>,\"traceId\":\"<trace>\"}"
        }
        Technology::Python => "\"<method> <path> HTTP/1.1\" 200 in <ms> ms",
        Technology::Nginx => {
            "<client> - - \"<method> <path> HTTP/1.1\" 200 <bytes> \"-\" \"Mozilla/5.0\" rt=<seconds>"
        }
        Technology::Haproxy => {
            "<client>:<sport> <service> <service>/<server> 0/0/0/<ms>/<ms> 200 <bytes> - - ---- \"<method> <path> HTTP/1.1\""
        }
        Technology::Postgres => {
            "LOG:  duration: <ms>.<digits> ms  execute <statement>: SELECT id, status FROM <table> WHERE id = $1"
        }
        Technology::Mysql => {
            "Query_time: <seconds>  Lock_time: 0.000001  Rows_sent: 1  Rows_examined: 1 SELECT id, status FROM <table> WHERE id = ?"
        }
        Technology::Redis => "DB 0: <big> keys (<big> volatile) in 1048576 slots HT.",
        Technology::Kafka => "[GroupCoordinator <id>]: Committed offset <big> for partition <digit>",
    }
}

/// Returns the words of a line about a request that failed by the program's own doing.
const fn failure(technology: Technology) -> (&'static str, &'static str) {
    match technology {
        Technology::Java => (
            "java.lang.IllegalStateException",
            "Servlet.service() threw exception: java.lang.IllegalStateException: cannot handle <method> <path> [trace=<trace>] at net.example.<word>.Handler.handle(Handler.java:<line>)",
        ),
        Technology::Go => (
            "panic",
            "level=error msg=\"request failed\" method=<method> path=<path> status=500 err=\"<word>: unexpected state\" trace=<trace>",
        ),
        Technology::Node => (
            "TypeError",
            "{\"msg\":\"TypeError: cannot read properties of undefined (reading '<word>')\",\"path\":\"<path>\",\"status\":500,\"traceId\":\"<trace>\"}",
        ),
        Technology::Python => (
            "ValueError",
            "Traceback (most recent call last): File \"/app/<word>.py\", line <line>, in handle ValueError: unexpected value for <method> <path>",
        ),
        Technology::Nginx => (
            "http_500",
            "<client> - - \"<method> <path> HTTP/1.1\" 502 157 \"-\" \"Mozilla/5.0\" rt=<seconds>",
        ),
        Technology::Haproxy => (
            "http_500",
            "<client>:<sport> <service> <service>/<server> 0/0/0/-1/<ms> 502 209 - - SH-- \"<method> <path> HTTP/1.1\"",
        ),
        Technology::Postgres => {
            ("40001", "ERROR:  could not complete statement: canceling statement due to conflict")
        }
        Technology::Mysql => (
            "1205",
            "[ERROR] [MY-010914] Aborted connection <digits> to db: '<table>' (Got an error reading communication packets)",
        ),
        Technology::Redis => ("ERR", "Client closed because of an error while executing GET <word>:<digits>"),
        Technology::Kafka => (
            "RequestTimedOut",
            "[ReplicaManager] Error processing append operation on partition <word>-<digit>",
        ),
    }
}

/// Returns the words of a server at its limits: databases differ.
fn database(code: Data, technology: Technology) -> Words {
    let mysql = technology == Technology::Mysql;
    match code {
        Data::SlowQuery if mysql => (
            LogLevel::Warn,
            "",
            "Query_time: <x2>  Lock_time: 0.000214  Rows_sent: 20  Rows_examined: <big> SELECT * FROM <table> WHERE created_at > ? ORDER BY created_at",
        ),
        Data::SlowQuery => (
            LogLevel::Warn,
            "",
            "LOG:  duration: <ms>.<digits> ms  statement: SELECT * FROM <table> WHERE created_at > $1 ORDER BY created_at",
        ),
        Data::LockWait if mysql => (
            LogLevel::Error,
            "1205",
            "Lock wait timeout exceeded; try restarting transaction: UPDATE <table> SET status = ? WHERE id = <digits> (blocking transaction open for <x> s)",
        ),
        Data::LockWait => (
            LogLevel::Warn,
            "55P03",
            "LOG:  process <pid> still waiting for ShareLock on transaction <big> after 1000.<digits> ms; oldest transaction open for <x> s; STATEMENT: UPDATE <table> SET status = $1 WHERE id = $2",
        ),
        Data::Deadlock if mysql => (
            LogLevel::Error,
            "1213",
            "Deadlock found when trying to get lock; try restarting transaction (<table>, id <digits>)",
        ),
        Data::Deadlock => (
            LogLevel::Error,
            "40P01",
            "ERROR:  deadlock detected; DETAIL: Process <pid> waits for ShareLock on transaction <big>; blocked by process <sport>.",
        ),
        Data::ConnectionLimit if mysql => {
            (LogLevel::Error, "1040", "[Warning] [MY-010055] Too many connections (<x> connected)")
        }
        Data::ConnectionLimit => (LogLevel::Fatal, "53300", "FATAL:  sorry, too many clients already"),
        Data::ReplicationError if mysql => (
            LogLevel::Error,
            "<x>",
            "[ERROR] [MY-010584] Replica SQL for channel '': Could not execute Write_rows event on table <table>; Duplicate entry '<digits>' for key 'PRIMARY', Error_code: <x>; the event's source log binlog.000<digit2>, end_log_pos <big>",
        ),
        Data::ReplicationError => (
            LogLevel::Error,
            "<x>",
            "FATAL:  could not apply WAL record at 3/<hex8>: duplicate key value violates unique constraint \"<table>_pkey\"; replay stopped",
        ),
        Data::ReplicationLag if mysql => {
            (LogLevel::Warn, "", "[Note] Replica SQL applier is <x> seconds behind the source")
        }
        Data::ReplicationLag => {
            (LogLevel::Warn, "", "LOG:  recovery is <x> s behind the primary, replaying 3/<hex8>")
        }
        Data::ReplicationResumed if mysql => {
            (LogLevel::Info, "", "[System] [MY-010562] Replica SQL thread started at position <big>")
        }
        Data::ReplicationResumed => {
            (LogLevel::Info, "", "LOG:  started streaming WAL from primary at 3/<hex8> on timeline 1")
        }
        Data::Promoted if mysql => {
            (LogLevel::Warn, "", "[System] [MY-011507] This server is working as primary member.")
        }
        Data::Promoted => (
            LogLevel::Warn,
            "",
            "LOG:  received promote request; selected new timeline ID: <digit2>; database system is ready to accept connections",
        ),
    }
}

/// Returns the words of a machine's lines, which are the same everywhere.
const fn of_host(code: Machine) -> Words {
    match code {
        Machine::KernelKill => (
            LogLevel::Error,
            "oom_kill",
            "kernel: Out of memory: Killed process <pid> (<other>) total-vm:<big>kB, anon-rss:<kib>kB",
        ),
        Machine::DiskFull => (
            LogLevel::Error,
            "ENOSPC",
            "systemd-journald[<pid>]: Failed to write entry (<digit2> items, <digits> bytes), ignoring: No space left on device",
        ),
        Machine::FailedLogin => (
            LogLevel::Warn,
            "",
            "sshd[<pid>]: Failed password for <account> from <attacker> port <sport> ssh2",
        ),
        Machine::PortDropped => (
            LogLevel::Warn,
            "",
            "kernel: [nft drop] IN=ens5 SRC=<attacker> DST=<server> LEN=44 PROTO=TCP SPT=<sport> DPT=<dport> SYN",
        ),
        Machine::ClockStepped => (LogLevel::Warn, "", "chronyd[<pid>]: System clock wrong by <x2> seconds"),
        Machine::Booted => (
            LogLevel::Info,
            "",
            "systemd[1]: Startup finished in 2.<digits>s (kernel) + 11.<digits>s (userspace).",
        ),
        Machine::NoFork => (
            LogLevel::Error,
            "EAGAIN",
            "cron[<pid>]: (CRON) error (can't fork: Resource temporarily unavailable), <x> defunct processes",
        ),
        Machine::LinkErrors => {
            (LogLevel::Warn, "", "kernel: ens5: rx errors rising, CRC errors on <percent> % of the frames")
        }
        Machine::Session => (LogLevel::Info, "", "systemd[1]: Finished <unit>."),
    }
}

/// Returns the words of a program's own life and condition.
fn program(code: Own, technology: Technology) -> Words {
    match code {
        Own::Request => (LogLevel::Info, "", everyday(technology)),
        Own::Unauthorized => (
            LogLevel::Warn,
            "401",
            "authentication failed for <method> <path> from <client>: token expired or unknown (401)",
        ),
        Own::Rejected => (
            LogLevel::Warn,
            "503",
            "backlog full, <x> requests inside: refused <method> <path> from <client> (503)",
        ),
        Own::Suppressed => (LogLevel::Warn, "", "suppressed <x> similar lines"),
        Own::Started => (LogLevel::Info, "", "starting <service> <version> (pid <pid>)"),
        Own::Ready => (LogLevel::Info, "", "<service> ready, accepting connections after <x> s"),
        Own::Stopped => (LogLevel::Info, "", "received SIGTERM, shutting down <service>"),
        Own::Crashed => (LogLevel::Fatal, "crash", "<service> terminated unexpectedly (signal 11)"),
        Own::MemoryKilled => {
            (LogLevel::Fatal, "oom", "main process exited, code=killed, status=9/KILL (memory <x> MiB)")
        }
        Own::NoSpace if technology == Technology::Postgres => (
            LogLevel::Fatal,
            "53100",
            "PANIC:  could not write to file \"pg_wal/xlogtemp.<pid>\": No space left on device",
        ),
        Own::NoSpace if technology == Technology::Mysql => (
            LogLevel::Error,
            "1021",
            "[ERROR] [MY-012820] Disk is full writing './binlog.000<digit2>' (OS errno 28 - No space left on device)",
        ),
        Own::NoSpace => (LogLevel::Error, "ENOSPC", "write /var/log/<service>.log: no space left on device"),
        Own::CacheCold => (
            LogLevel::Warn,
            "",
            "DB 0: keyspace nearly empty (<percent> % of the working set), serving misses",
        ),
        Own::ConsumerStuck => (
            LogLevel::Warn,
            "",
            "[Consumer clientId=<name>] poll returned no records; max.poll.interval.ms exceeded, leaving the group, rebalancing",
        ),
        Own::ConsumerResumed => (
            LogLevel::Info,
            "",
            "[Consumer clientId=<name>] Successfully joined group with generation <digits>",
        ),
        Own::ServerDown => (
            LogLevel::Warn,
            "",
            "Server <service>/<other> is DOWN, reason: Layer4 timeout, check duration: 2001ms",
        ),
        Own::ServerUp => {
            (LogLevel::Info, "", "Server <service>/<other> is UP, reason: Layer7 check passed, code: 200")
        }
        Own::ServerError => {
            let (kind, text) = failure(technology);
            (LogLevel::Error, kind, text)
        }
    }
}

/// Returns the words of a line.
pub(crate) fn of(code: Code, technology: Technology) -> Words {
    match code {
        Code::Own(own) => program(own, technology),
        Code::Asked(asked) => client(asked, technology),
        Code::Data(data) => database(data, technology),
        Code::Machine(machine) => of_host(machine),
    }
}
