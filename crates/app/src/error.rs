//! One shape for everything that can go wrong: a code and its fields. The sentence is made from the catalogue.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use wardroom_connectors::error::SourceError;
use wardroom_store::StoreError;

use crate::phrase::{Phrase, PhraseValue};

mod cause;
mod text;
mod world;

/// A failure as window, terminal and report get it. The message is `error-<code>` of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppError {
    /// What kind of failure, in `snake_case`.
    pub code: String,
    /// The values that enter the sentence; never a secret.
    pub fields: BTreeMap<String, String>,
}

impl AppError {
    /// Creates a failure without fields.
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), fields: BTreeMap::new() }
    }

    /// Adds a field. The `detail` that the system or a library gave is kept as it is; where it tells a common reason,
    /// `cause` names that, and the sentence says it in its language with the values that begin with `cause_`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        if name == "detail" {
            self.explain(&value);
        }
        self.fields.insert(name.to_owned(), value);
        self
    }

    fn explain(&mut self, detail: &str) {
        if let Some(cause) = cause::of(&self.code, detail) {
            self.fields.insert("cause".to_owned(), cause.to_owned());
        } else if let Some(unread) = text::of_failure(&self.code, detail) {
            self.fields.insert("cause".to_owned(), unread.cause.to_owned());
            let named = |(name, value): (&str, String)| (name.to_owned(), value);
            self.fields.extend(unread.values.into_iter().map(named));
            // Some sentences say themselves where it is.
            if let Some((line, column)) = unread.place.filter(|_| !self.fields.contains_key("offset")) {
                self.fields.insert("cause_line".to_owned(), line);
                self.fields.insert("cause_column".to_owned(), column);
            }
        } else if let Some((cause, values)) = world::of(&self.code, detail) {
            self.fields.insert("cause".to_owned(), cause.to_owned());
            self.fields.extend(values.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
    }

    /// Creates the failure that should be impossible; its detail is for a bug report.
    pub fn internal(detail: &dyn fmt::Display) -> Self {
        Self::new("internal").with("detail", detail)
    }

    /// Creates the end that a person asked for.
    pub fn cancelled() -> Self {
        Self::new("cancelled")
    }

    /// Reports whether a person ended it.
    pub fn is_cancelled(&self) -> bool {
        self.code == "cancelled"
    }
}

/// Returns what the system or a library said under a failure's code, for a sentence that is none: a common reason in the
/// words of the catalogue, and a rare one as it is.
pub(crate) fn reason(code: &str, words: &str) -> PhraseValue {
    cause::of(code, words).map_or_else(
        || PhraseValue::Text(words.to_owned()),
        |cause| PhraseValue::Word(format!("cause-{cause}")),
    )
}

/// Returns why a text is not JSON or not TOML, for a sentence that says itself where: in the words of the catalogue, and
/// what is rare in the reader's own.
pub(crate) fn syntax(words: &str) -> PhraseValue {
    match text::of(words) {
        Some(unread) if unread.values.is_empty() => PhraseValue::Word(format!("cause-{}", unread.cause)),
        Some(_) | None => PhraseValue::Text(words.to_owned()),
    }
}

/// Returns who writes a workspace, as the lock file says: the number of the process, and its machine. The first is `none`
/// where it says something else, and `unknown` where it says nothing.
fn holder(owner: &str) -> (&str, &str) {
    let named = owner.strip_prefix("process ").and_then(|rest| rest.split_once(" on "));
    named.unwrap_or(if owner.is_empty() { ("unknown", "") } else { ("none", "") })
}

/// Adds who writes a workspace to a sentence.
pub(crate) fn held_by(sentence: Phrase, owner: &str) -> Phrase {
    let (process, host) = holder(owner);
    sentence.text("owner", owner).text("process", process).text("host", host)
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { path } => Self::new("not_found").with("path", path.display()),
            StoreError::NotAWorkspace { path } => Self::new("not_a_workspace").with("path", path.display()),
            StoreError::Damaged { path, detail } => {
                Self::new("workspace_damaged").with("path", path.display()).with("detail", detail)
            }
            StoreError::NewerFormat { path, migration } => {
                Self::new("workspace_newer").with("path", path.display()).with("migration", migration)
            }
            StoreError::ReadOnly => Self::new("workspace_read_only"),
            StoreError::Locked { owner } => {
                let (process, host) = holder(&owner);
                let locked = Self::new("workspace_locked").with("process", process).with("host", host);
                locked.with("owner", &owner)
            }
            StoreError::Exists { path } => Self::new("workspace_exists").with("path", path.display()),
            StoreError::NoSpace => Self::new("no_space"),
            StoreError::Denied { path } => Self::new("no_permission").with("path", path.display()),
            StoreError::Cancelled => Self::cancelled(),
            StoreError::Io { path, detail } => {
                Self::new("io").with("path", path.display()).with("detail", detail)
            }
            StoreError::Internal { detail } => Self::internal(&detail),
        }
    }
}

impl From<SourceError> for AppError {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Settings { field, problem } => {
                let told = Self::new("source_settings").with("field", field).with("problem", problem.code());
                problem.values().into_iter().fold(told, |told, (name, value)| told.with(name, value))
            }
            SourceError::UnknownHost { host } => Self::new("source_unknown_host").with("host", host),
            SourceError::Unreachable { address, detail } => {
                Self::new("source_unreachable").with("address", address).with("detail", detail)
            }
            SourceError::Tls { address, detail } => {
                Self::new("source_tls").with("address", address).with("detail", detail)
            }
            SourceError::ShutOut { address } => Self::new("source_shut_out").with("address", address),
            SourceError::NeedsHttps { address } => Self::new("source_needs_https").with("address", address),
            SourceError::Timeout { limit } => Self::new("source_timeout").with("seconds", limit.as_secs()),
            SourceError::QueryTimeout { query } => Self::new("source_query_timeout").with("query", query),
            SourceError::Denied { wants } => Self::new("source_denied").with("wants", wants),
            SourceError::NoTenant => Self::new("source_no_tenant"),
            SourceError::Forbidden { path } => Self::new("source_forbidden").with("path", path),
            SourceError::Redirected { to } => Self::new("source_redirected").with("to", to),
            SourceError::NotFound { path } => Self::new("source_not_found").with("path", path),
            SourceError::NotPrometheus { detail } => {
                Self::new("source_not_prometheus").with("detail", detail)
            }
            SourceError::NotElasticsearch { detail } => {
                Self::new("source_not_elasticsearch").with("detail", detail)
            }
            SourceError::NotInventory { detail } => Self::new("source_not_inventory").with("detail", detail),
            SourceError::BadQuery { query, detail } => {
                Self::new("source_bad_query").with("query", query).with("detail", detail)
            }
            SourceError::TooLarge { query, detail } => {
                Self::new("source_too_large").with("query", query).with("detail", detail)
            }
            SourceError::AnswerTooLong { limit_bytes } => {
                Self::new("source_answer_too_long").with("megabytes", limit_bytes / 1_000_000)
            }
            SourceError::Truncated { bytes } => Self::new("source_truncated").with("bytes", bytes),
            SourceError::Malformed { offset, detail } => {
                Self::new("source_malformed").with("offset", offset).with("detail", detail)
            }
            SourceError::Busy { status, retry_after } => {
                let busy = Self::new("source_busy").with("status", status);
                match retry_after {
                    Some(wait) => busy.with("waits", "yes").with("seconds", wait.as_secs()),
                    None => busy,
                }
            }
            SourceError::ServerFailed { status, detail } => {
                Self::new("source_server_failed").with("status", status).with("detail", detail)
            }
            SourceError::TokenCommand { detail } => Self::new("source_token_command").with("detail", detail),
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        for (name, value) in &self.fields {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}

impl std::error::Error for AppError {}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use wardroom_connectors::error::SettingProblem as Problem;

    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    fn problems() -> Vec<Problem> {
        let text = |text: &str| text.to_owned();
        vec![
            Problem::Unreadable { detail: text("-9-") },
            Problem::Scheme,
            Problem::UserInUrl,
            Problem::QueryInUrl,
            Problem::NoHost,
            Problem::SecretHeader { name: text("X-9") },
            Problem::HeaderName { name: text("X-9") },
            Problem::HeaderValue { name: text("X-9") },
            Problem::File { path: text("9.pem"), detail: text("-9-") },
            Problem::Certificate { path: text("9.pem") },
            Problem::Identity { certificate: text("9.pem"), key: text("8.pem") },
            Problem::ProxyPassword,
            Problem::OtherOrigin { given: text("https://9:1"), wanted: text("https://8:1") },
            Problem::NoPassword,
            Problem::NoToken,
            Problem::NoApiKey,
            Problem::NoTokenCommand,
            Problem::SecretCharacters,
            Problem::SessionSecret,
            Problem::IndexName { name: text("9/") },
            Problem::LongNames { length: 9, most: 8 },
            Problem::NoTimeField,
            Problem::OtherQuestion,
        ]
    }

    #[test]
    fn a_busy_source_says_how_long_it_wants_to_be_left_alone_where_it_tells() {
        let told = |retry_after| {
            let error = AppError::from(SourceError::Busy { status: 503, retry_after });
            [Language::En, Language::ZhCn].map(|language| Words::with(language, TimeZone::UTC).error(&error))
        };

        let [english, chinese] = told(Some(std::time::Duration::from_secs(90)));
        assert!(
            english.starts_with("The source is busy (503) and asks to be left alone for 90 s. Try"),
            "{english}"
        );
        assert!(chinese.starts_with("数据源繁忙（503），要求 90 秒内不再请求。"), "{chinese}");
        assert!(told(None)[0].starts_with("The source is busy (503). Try later"), "{:?}", told(None));
    }

    #[test]
    fn who_writes_a_workspace_is_said_in_the_language() {
        let told = |owner: &str| {
            let error = AppError::from(StoreError::Locked { owner: owner.to_owned() });
            let phrase = held_by(Phrase::new("read-only-open-elsewhere"), owner);
            let words = Words::with(Language::ZhCn, TimeZone::UTC);
            (words.error(&error), words.phrase(&phrase))
        };

        let (error, phrase) = told("process 412 on shop-laptop");
        assert!(error.starts_with("工作区已在别处以写方式打开：shop-laptop 上的进程 412。"), "{error}");
        assert!(phrase.starts_with("已在别处以写方式打开：shop-laptop 上的进程 412。"), "{phrase}");
        assert!(told("").0.starts_with("工作区已在别处以写方式打开：另一个程序。"));
        assert!(told("somebody").0.starts_with("工作区已在别处以写方式打开：somebody。"));
    }

    #[test]
    fn every_problem_of_a_setting_has_its_sentence_in_both_languages() {
        for language in [Language::En, Language::ZhCn] {
            let words = Words::with(language, TimeZone::UTC);
            let told = |problem: Problem| {
                let values = problem.values();
                (words.error(&SourceError::Settings { field: "url", problem }.into()), values)
            };

            let said: Vec<(String, Vec<(&str, String)>)> = problems().into_iter().map(told).collect();

            for (at, (sentence, values)) in said.iter().enumerate() {
                assert!(values.iter().all(|(_, value)| sentence.contains(value)), "{sentence}");
                assert!(!sentence.contains('$'), "{sentence}");
                assert!(said[..at].iter().all(|(other, _)| other != sentence), "{sentence}");
            }
        }
        let scheme = SourceError::Settings { field: "url", problem: Problem::Scheme };
        let words = Words::with(Language::ZhCn, TimeZone::UTC);
        assert_eq!(words.error(&scheme.into()), "URL 无法使用：应以 http:// 或 https:// 开头。");
    }
}
