//! Finds the common reasons in what the system or a library said, so that they can be said in every language.

use std::io::{self, ErrorKind};

/// The failures whose detail comes from this machine. What a source says of itself is left in its words.
const OURS: [&str; 9] = [
    "file_unreadable",
    "io",
    "keychain",
    "log_input",
    "output_lost",
    "source_settings",
    "source_tls",
    "source_token_command",
    "source_unreachable",
];

/// What stands before the number of the system's error, at the end of its words.
const NUMBERED: &str = "(os error ";

/// The reasons that the system numbers. Each is a message `cause-…` of the catalogue.
const KINDS: [(ErrorKind, &str); 16] = [
    (ErrorKind::NotFound, "missing"),
    (ErrorKind::PermissionDenied, "denied"),
    (ErrorKind::ReadOnlyFilesystem, "read-only"),
    (ErrorKind::StorageFull, "full"),
    (ErrorKind::QuotaExceeded, "quota"),
    (ErrorKind::AlreadyExists, "exists"),
    (ErrorKind::IsADirectory, "folder"),
    (ErrorKind::NotADirectory, "no-folder"),
    (ErrorKind::ResourceBusy, "in-use"),
    (ErrorKind::ConnectionRefused, "refused"),
    (ErrorKind::ConnectionReset, "hung-up"),
    (ErrorKind::ConnectionAborted, "hung-up"),
    (ErrorKind::BrokenPipe, "hung-up"),
    (ErrorKind::TimedOut, "timeout"),
    (ErrorKind::HostUnreachable, "no-route"),
    (ErrorKind::NetworkUnreachable, "no-route"),
];

/// The reasons that only words tell, as rustls 0.23, the standard library, SQLite, keyring 1.0 and the client of proxies
/// write them.
const SAID: [(&str, &str); 28] = [
    ("certificate expired", "certificate-expired"),
    ("invalid peer certificate: Expired", "certificate-expired"),
    ("certificate not valid yet", "certificate-early"),
    ("invalid peer certificate: NotValidYet", "certificate-early"),
    ("certificate not valid for name", "certificate-name"),
    ("invalid peer certificate: NotValidForName", "certificate-name"),
    ("UnknownIssuer", "certificate-issuer"),
    ("received fatal alert: CertificateRequired", "certificate-wanted"),
    ("received fatal alert: CertificateExpired", "certificate-own"),
    ("received fatal alert: BadCertificate", "certificate-own"),
    ("received fatal alert: UnknownCA", "certificate-own"),
    ("received fatal alert: ProtocolVersion", "tls-version"),
    ("received fatal alert: HandshakeFailure", "tls-nothing"),
    ("received corrupt message of type InvalidContentType", "tls-none"),
    ("invalid peer certificate: Revoked", "certificate-revoked"),
    ("CaUsedAsEndEntity", "certificate-authority"),
    ("UnsupportedCertVersion", "certificate-old"),
    ("tls handshake eof", "hung-up"),
    ("failed to lookup address information", "no-address"),
    ("proxy authorization required", "proxy-sign-in"),
    ("tunnel error: ", "proxy"),
    ("unreadable entry", "keychain-entry"),
    ("Couldn't access platform storage", "keychain-shut"),
    ("Platform failure: ", "keychain-failed"),
    ("disk I/O error", "medium"),
    ("unable to open database file", "not-opened"),
    ("string or blob too big", "too-big"),
    ("is a directory", "folder"),
];

/// The reasons that this program tells itself, by the failure whose detail they are, and how that begins.
const OWN: [(&str, &str, &str); 16] = [
    ("file_unreadable", "not a regular file", "no-file"),
    ("file_parquet", "the end is missing", "text-ends"),
    ("source_bad_query", "\"query\" is expected to hold an object", "query-object"),
    ("source_bad_query", "a JSON object is expected", "query-object"),
    ("source_bad_query", "one key is expected, such as", "query-object"),
    ("source_bad_query", "regular expressions are looked for in stored lines", "query-regex"),
    ("source_bad_query", "a selector is expected, not an expression", "selector"),
    ("source_bad_query", "a selector without offset or @ is expected", "selector-plain"),
    ("source_bad_query", "the simulator reads selectors and evaluates no expressions", "selector"),
    ("source_malformed", "the answer has no data", "no-data"),
    ("source_not_prometheus", "JSON without status and data", "other-json"),
    ("source_not_prometheus", "the answer is not HTTP", "not-http"),
    ("source_token_command", "it did not end within 10 s", "program-slow"),
    ("source_token_command", "no program is named", "program-none"),
    ("source_token_command", "what it printed is not a token on one line", "program-no-token"),
    ("source_unreachable", "the system gives no reason", "none"),
];

/// What tells why a file cannot be unpacked or read, as flate2 1.1, zstd 1.5 and parquet 60 write it.
const FORMATS: [(&str, &str, &str); 9] = [
    ("file_packed_damaged", "checksum", "checksum"),
    ("file_packed_damaged", "corrupt deflate stream", "packed"),
    ("file_packed_damaged", "invalid gzip header", "packed"),
    ("file_packed_damaged", "Data corruption detected", "packed"),
    ("file_packed_damaged", "Unknown frame descriptor", "packed"),
    ("file_parquet", "EOF: ", "text-ends"),
    ("file_parquet", "Corrupt footer", "parquet-end"),
    ("file_parquet", "Invalid Parquet file", "parquet-end"),
    ("file_parquet", "NYI: ", "parquet-kind"),
];

/// What tells the damage of a workspace, at the end of the store's words or SQLite's.
const DAMAGE: [(&str, &str); 3] = [
    ("checksum does not hold", "checksum"),
    ("database disk image is malformed", "structure"),
    ("file is not a database", "structure"),
];

/// How the detail begins of what answers with a web page, as a sign-in in front of a source does.
const PAGE: &str = "200 text/html";

/// How the standard library says that a program ended with a failure.
const ENDED: [&str; 2] = ["exit status: ", "signal: "];

/// Returns the reason behind the detail of a failure; `None` for a rare one, whose words are shown as they are.
pub(super) fn of(code: &str, words: &str) -> Option<&'static str> {
    if let Some((.., cause)) = OWN.iter().find(|(own, said, _)| *own == code && words.starts_with(*said)) {
        return Some(*cause);
    }
    if let Some((.., cause)) = FORMATS.iter().find(|(read, said, _)| *read == code && words.contains(*said)) {
        return Some(*cause);
    }
    if code == "workspace_damaged" {
        // The rarer ones are what the store found in a row; its words stand behind ours.
        let damage = DAMAGE.iter().find(|(said, _)| words.ends_with(*said));
        return Some(damage.map_or("content", |(_, cause)| *cause));
    }
    if code.starts_with("source_not_") && words.starts_with(PAGE) {
        return Some("page");
    }
    if !OURS.contains(&code) {
        return None;
    }
    if code == "source_token_command" && ENDED.iter().any(|ended| words.starts_with(*ended)) {
        return Some("program-failed");
    }
    if let Some(number) = number_of(words) {
        let kind = io::Error::from_raw_os_error(number).kind();
        if code == "source_token_command" && kind == ErrorKind::NotFound {
            return Some("program-missing");
        }
        return KINDS.iter().find(|(known, _)| *known == kind).map(|(_, cause)| *cause);
    }
    SAID.iter().find(|(said, _)| words.contains(*said)).map(|(_, cause)| *cause)
}

/// Reads the number of the system's error: the last, which is the innermost cause.
fn number_of(words: &str) -> Option<i32> {
    let (_, behind) = words.rsplit_once(NUMBERED)?;
    behind.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::error::AppError;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn every_reason_has_its_words_in_both_languages() {
        let causes = KINDS.iter().map(|(_, cause)| *cause).chain(SAID.iter().map(|(_, cause)| *cause));
        let formats = FORMATS.iter().map(|(.., cause)| *cause);
        let damage = DAMAGE.iter().map(|(_, cause)| *cause).chain(formats);
        let own = OWN.iter().map(|(.., cause)| *cause).chain(damage).chain([
            "content",
            "page",
            "program-failed",
            "program-missing",
        ]);
        let causes: Vec<&str> = causes.chain(own).collect();
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);

            let lacking: Vec<&&str> =
                causes.iter().filter(|cause| words.find(&format!("cause-{cause}")).is_none()).collect();

            assert!(lacking.is_empty(), "{language:?}: {lacking:?}");
        }
    }

    #[test]
    fn what_the_system_says_is_told_in_the_language_and_kept() {
        let words = std::fs::read("no such folder/no such file").unwrap_err().to_string();

        let error = AppError::new("io").with("path", "/a").with("detail", &words);

        let told = Words::with(Language::ZhCn, TimeZone::UTC).error(&error);
        assert_eq!(told, "无法读写 /a：路径不存在。");
        assert_eq!(error.fields["detail"], words);
    }

    #[test]
    fn the_words_of_the_tls_library_are_understood_and_others_are_left_alone() {
        let expired = "client error (Connect): invalid peer certificate: certificate expired: verification time \
                       1700000000 (UNIX), but certificate is not valid after 1600000000 (100000000 seconds ago)";

        let tls = |words| of("source_tls", words);

        assert_eq!(tls(expired), Some("certificate-expired"));
        assert_eq!(tls("invalid peer certificate: UnknownIssuer"), Some("certificate-issuer"));
        assert_eq!(tls("received fatal alert: CertificateRequired"), Some("certificate-wanted"));
        assert_eq!(tls("the system gives no reason"), None);
        assert_eq!(of("source_server_failed", expired), None);
    }

    #[test]
    fn what_sqlite_and_the_store_say_of_a_file_is_told_in_the_language() {
        let told = |code: &str, detail: &str| {
            let error = AppError::new(code).with("path", "/a").with("detail", detail);
            Words::with(Language::ZhCn, TimeZone::UTC).error(&error)
        };

        assert_eq!(told("io", "disk I/O error"), "无法读写 /a：磁盘读写出错。");
        assert_eq!(told("io", "string or blob too big"), "无法读写 /a：有一个值太长，无法保存。");
        let damaged = |detail| told("workspace_damaged", detail);
        assert!(damaged("database disk image is malformed").starts_with("/a 已损坏：文件结构已损坏。"));
        assert!(damaged("series 3: the checksum does not hold").starts_with("/a 已损坏：校验和不符。"));
        let content = damaged("a level is not known");
        assert!(
            content.starts_with("/a 已损坏：有一部分内容无法读取（a level is not known）。"),
            "{content}"
        );
    }

    #[test]
    fn why_a_file_cannot_be_unpacked_or_a_question_not_be_sent_is_told_in_the_language() {
        let told = |code: &str, detail: &str| {
            let error = AppError::new(code).with("path", "/a").with("bytes", 7).with("query", "{}");
            Words::with(Language::ZhCn, TimeZone::UTC).error(&error.with("detail", detail))
        };

        let packed = told("file_packed_damaged", "corrupt gzip stream does not have a matching checksum");
        assert!(packed.contains("（校验和不符）"), "{packed}");
        let parquet = told("file_parquet", "Parquet error: Invalid Parquet file. Corrupt footer");
        assert!(parquet.starts_with("/a 无法按 Parquet 读取：记录其内容的文件尾已损坏或缺失。"), "{parquet}");
        let query = told("source_bad_query", "one key is expected, such as \"bool\"; there are 2");
        assert!(query.contains("应为只有一个键的 JSON 对象"), "{query}");
    }

    #[test]
    fn a_web_page_in_the_place_of_a_source_is_told_in_the_language_with_its_words() {
        let detail = "200 text/html; charset=utf-8: Sign in";
        let error = AppError::new("source_not_prometheus").with("detail", detail);

        let told = Words::with(Language::ZhCn, TimeZone::UTC).error(&error);

        assert!(
            told.contains("应答的是网页，可能是登录页（200 text/html; charset=utf-8: Sign in）。"),
            "{told}"
        );
        assert_eq!(of("source_not_prometheus", "404 text/plain: no"), None);
    }

    #[test]
    fn what_stands_between_here_and_a_source_is_told_by_its_reason() {
        let refused = "client error (Connect): tunnel error: proxy authorization required";
        let closed = "client error (Connect): tunnel error: unsuccessful";
        let plain = "client error (Connect): received corrupt message of type InvalidContentType";

        let keychain = AppError::new("keychain").with("detail", "Couldn't access platform storage: locked");
        let told = Words::with(Language::ZhCn, TimeZone::UTC).error(&keychain);
        assert_eq!(told, "钥匙串没有应答：无法访问它（Couldn't access platform storage: locked）。");
        assert_eq!(of("source_unreachable", refused), Some("proxy-sign-in"));
        assert_eq!(of("source_unreachable", closed), Some("proxy"));
        assert_eq!(of("source_tls", plain), Some("tls-none"));
    }

    #[test]
    fn what_this_program_says_of_a_token_command_is_told_in_the_language() {
        let told = |detail: &str| {
            let error = AppError::new("source_token_command").with("detail", detail);
            [Language::En, Language::ZhCn].map(|language| Words::with(language, TimeZone::UTC).error(&error))
        };

        let [english, chinese] = told("exit status: 3");
        assert_eq!(
            english,
            "The token command failed: it ended with a failure (exit status: 3); run it in a terminal to see why."
        );
        assert_eq!(chinese, "令牌命令失败：它以失败结束（exit status: 3）；请在终端中运行以查看原因。");
        assert_eq!(told("it did not end within 10 s")[1], "令牌命令失败：它在 10 秒内没有结束。");
        let [missing, _] = told("No such file or directory (os error 2)");
        assert_eq!(missing, "The token command failed: its program is not found; write its whole path.");
        assert_eq!(of("source_bad_query", "the answer has no data"), None);
    }
}
