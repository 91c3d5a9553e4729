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

/// The reasons that only words tell, as rustls 0.23 and the standard library write them.
const SAID: [(&str, &str); 14] = [
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
    ("failed to lookup address information", "no-address"),
    ("is a directory", "folder"),
];

/// Returns the reason behind the detail of a failure; `None` for a rare one, whose words are shown as they are.
pub(super) fn of(code: &str, words: &str) -> Option<&'static str> {
    if !OURS.contains(&code) {
        return None;
    }
    if let Some(number) = number_of(words) {
        let kind = io::Error::from_raw_os_error(number).kind();
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
        let causes: Vec<&str> = causes.collect();
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
}
