//! What is printed: sentences or one JSON object, errors, progress, and the exit code.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{IsTerminal, Stdout, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::error::ErrorKind;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use wardroom_app::App;
use wardroom_app::AppError;
use wardroom_app::context::Start;
use wardroom_app::events::AppEvent;
use wardroom_app::jobs::JobState;
use wardroom_app::phrase::Phrase;
use wardroom_app::settings::{Language, Settings, ZoneChoice};
use wardroom_app::time_expression;
use wardroom_app::words::Words;
use wardroom_core::name::{is_joiner, is_unseen};

use crate::arguments::{Arguments, LanguageArgument};
use crate::refusal;

/// The version of the JSON object's shape.
const SCHEMA: &str = "wardroom/1";

/// The failure of what would write into a workspace that can only be read.
pub(crate) const READ_ONLY: &str = "workspace_read_only";

/// Why something that was to be printed was lost: a full disk behind a redirection, say.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes a line to standard output; `false` when nobody reads any more, or when it was lost.
fn put(mut out: &Stdout, text: &str) -> bool {
    let written = writeln!(out, "{}", printable(text));
    // A closed pipe is no reason to fail.
    if let Err(error) = &written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| error.to_string());
    }
    written.is_ok()
}

/// Returns a text as a terminal may have it: what a source, a file or a log line says cannot move the cursor, hide what
/// stands before it, turn what follows it, look like another name, or name the window.
///
/// Control characters and what cannot be seen are written as JSON writes them (`\u001b`), so that JSON stays what it is;
/// line ends and tabs are themselves, and so is what shapes its neighbours.
fn printable(text: &str) -> Cow<'_, str> {
    let acts = |c: char| match c {
        '\n' | '\t' => false,
        '\u{2028}' | '\u{2029}' => true,
        c => c.is_control() || is_unseen(c) && !is_joiner(c),
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = std::fmt::Write::write_fmt(&mut shown, format_args!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Where and how to print.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    command: &'static str,
    /// The words until the settings are read.
    words: Words,
    /// The words of the settings' language, where the command line names none.
    settled: OnceLock<Words>,
}

impl Output {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        let language = language_of(arguments.language);
        let settings = Settings { language, zone: ZoneChoice::Utc, ..Settings::default() };
        let words = match arguments.zone.as_deref().and_then(|name| time_expression::zone(name).ok()) {
            Some(zone) => Words::with(wardroom_app::settings::effective_language(language), zone),
            None => Words::new(settings),
        };
        Self { json: arguments.json, command: arguments.command.name(), words, settled: OnceLock::new() }
    }

    /// Takes the language of the settings, unless the command line names one.
    pub(crate) fn settle(&self, arguments: &Arguments, settings: Settings) {
        if arguments.language.is_none() {
            let language = wardroom_app::settings::effective_language(settings.language);
            self.settled.get_or_init(|| Words::with(language, self.words.zone().clone()));
        }
    }

    /// Returns the words to print with.
    pub(crate) fn words(&self) -> &Words {
        self.settled.get().unwrap_or(&self.words)
    }

    /// Prints one line of sentences; nothing when JSON was asked for.
    pub(crate) fn line(&self, text: &str) {
        if !self.json {
            put(&std::io::stdout(), text);
        }
    }

    /// Prints one sentence of the catalogue.
    pub(crate) fn say(&self, phrase: &Phrase) {
        self.line(&self.words().phrase(phrase));
    }

    /// Prints the one JSON object; nothing when sentences were asked for.
    pub(crate) fn result<T: Serialize>(&self, result: &T, warnings: &[String]) {
        if self.json {
            let object =
                json!({ "schema": SCHEMA, "command": self.command, "result": result, "warnings": warnings });
            put(&std::io::stdout(), &object.to_string());
        } else {
            for warning in warnings {
                let _ = writeln!(std::io::stderr(), "{}", printable(warning));
            }
        }
    }

    /// Returns a printer for a stream of lines, for people and scripts alike, that another thread may hold.
    pub(crate) fn to_stream(&self) -> Stream {
        let words = Words::with(self.words().language(), self.words().zone().clone());
        Stream { json: self.json, words, out: std::io::stdout() }
    }

    /// Reports whether JSON was asked for.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// Returns the exit code of a command that ended with one, or that of output that was lost on its way.
    pub(crate) fn ended(&self, code: u8) -> u8 {
        match LOST.get() {
            Some(detail) => self.failure(&AppError::new("output_lost").with("detail", detail)),
            None => code,
        }
    }

    /// Prints a failure to stderr and returns its exit code.
    pub(crate) fn failure(&self, error: &AppError) -> u8 {
        let message = self.words().error(error);
        let message = match error.fields.get("why").filter(|_| error.code == READ_ONLY) {
            Some(why) => format!("{why} {message}"),
            None => message,
        };
        let text = if self.json {
            let object: Value = json!({ "code": error.code, "fields": error.fields, "message": message });
            object.to_string()
        } else {
            message
        };
        let _ = writeln!(std::io::stderr(), "{}", printable(&text));
        exit_code(error)
    }

    /// Shows the progress of the application's jobs on stderr, when it is a terminal, until the returned handle drops.
    pub(crate) fn follow_jobs(&self, app: &App) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress { task: None };
        }
        let mut heard = app.bus().listen();
        let labels: Vec<(&'static str, String)> = [
            ("demo", "job-demo"),
            ("sync", "job-sync"),
            ("import", "job-import"),
            ("export", "job-export"),
            ("detect", "job-detect"),
            ("report", "job-report"),
            ("compact", "job-compact"),
            ("copy", "job-copy"),
            ("drill", "job-drill"),
            ("openlogs", "job-open-logs"),
            ("keeplogs", "job-keep-logs"),
            ("changed", "job-changed"),
            ("compare", "job-compare"),
            ("groupscore", "job-group-score"),
        ]
        .into_iter()
        .map(|(kind, key)| (kind, self.words().word(key)))
        .collect();
        let words = Words::with(self.words().language(), self.words().zone().clone());
        let task = tokio::spawn(async move {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            loop {
                let job = match heard.recv().await {
                    Ok(AppEvent::JobProgressed { job }) => job,
                    // Progress that was missed is made good by the next.
                    Ok(_) | Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => return,
                };
                let kind = format!("{:?}", job.kind).to_lowercase();
                let label = labels.iter().find(|(k, _)| *k == kind).map_or("", |(_, l)| l.as_str());
                bar.set_prefix(label.to_owned());
                bar.set_length(u64::from(job.total));
                bar.set_position(u64::from(job.done));
                // Whole seconds: tenths would flicker.
                let left = job.remaining.map(|r| words.span(r.0 / 1000 * 1000)).unwrap_or_default();
                bar.set_message(left);
                if job.state != JobState::Running {
                    bar.finish_and_clear();
                    bar.reset();
                }
            }
        });
        Progress { task: Some(task) }
    }
}

/// Prints lines of a stream.
#[derive(Debug)]
pub(crate) struct Stream {
    json: bool,
    words: Words,
    out: Stdout,
}

impl Stream {
    /// Prints one line; `false` when nobody reads any more.
    pub(crate) fn print(&self, text: &str) -> bool {
        put(&self.out, text)
    }

    /// Reports whether JSON was asked for.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// Returns the words to print with.
    pub(crate) const fn words(&self) -> &Words {
        &self.words
    }
}

/// Ends the progress display when dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Returns the exit code for a failure.
pub(crate) fn exit_code(error: &AppError) -> u8 {
    let code = error.code.as_str();
    if code == "cancelled" {
        130
    } else if code == "internal" {
        70
    } else if [
        "usage",
        "time_expression",
        "log_format",
        "log_diff_inputs",
        "log_diff_overlap",
        "log_mixed_input",
        "regex",
        "range_reversed",
        "range_in_future",
        "selector",
        "unknown_zone",
        "secret_input",
        "name_missing",
        "name_taken",
        "no_such_drill",
        "no_such_remedy",
        "no_such_fault",
        "actions_line",
        "actions_step",
        "drill_moment",
        "span_unreadable",
        "sim_span",
        "sim_start",
        "trainee_name",
        "mapping",
        "preset_missing",
        "preset_unknown",
        "topology_few",
        "topology_self_edge",
        "bill_sensitivity",
        "method_unknown",
        "class_unknown",
        "column_unknown",
        "column_twice",
        "columns_given",
        "feedback_window",
        "too_many_steps",
        "window_outside_data",
    ]
    .contains(&code)
    {
        2
    } else if code.starts_with("source_") && code != "source_paused" && code != "source_settings"
        || code.starts_with("secret_")
        || code.starts_with("keychain")
    {
        3
    } else if code == "source_settings" || code.starts_with("query_") || code.starts_with("log_query") {
        2
    } else {
        4
    }
}

const fn language_of(asked: Option<LanguageArgument>) -> Language {
    match asked {
        Some(LanguageArgument::En) => Language::En,
        Some(LanguageArgument::ZhCn) => Language::ZhCn,
        None => Language::System,
    }
}

/// Returns the words for a command line that is not run: in the language that it asks for, or else that of the settings.
pub(crate) async fn words_for(asked: Option<LanguageArgument>) -> Words {
    let language = match language_of(asked) {
        Language::System => wardroom_app::settings::chosen_language(&Start::for_user()).await,
        language @ (Language::En | Language::ZhCn) => language,
    };
    Words::new(Settings { language, ..Settings::default() })
}

/// Prints help, the version, or why a command line is not understood, and returns the exit code.
pub(crate) fn not_run(answer: &clap::Error, line: &[OsString], words: &Words) -> u8 {
    let is_help = answer.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    let text = || if is_help { answer.to_string() } else { refusal::text(answer, words) };
    // Help and version are answers, not failures; clap prints both kinds where they belong. A closed pipe is no reason to
    // fail.
    if !answer.use_stderr() {
        let _ = answer.print();
        return 0;
    }
    if line.iter().any(|word| word == "--json") {
        let text = text();
        let object = json!({ "code": "usage", "fields": { "detail": text }, "message": text });
        let _ = writeln!(std::io::stderr(), "{object}");
    } else if is_help {
        let _ = answer.print();
    } else {
        let _ = writeln!(std::io::stderr(), "{}", text());
    }
    2
}

/// Says that the program could not even begin.
pub(crate) fn no_runtime(error: &std::io::Error, asked: Option<LanguageArgument>) -> ExitCode {
    let words = Words::new(Settings { language: language_of(asked), ..Settings::default() });
    let phrase = Phrase::new("not-started").text("detail", error.to_string());
    let _ = writeln!(std::io::stderr(), "{}", words.phrase(&phrase));
    ExitCode::from(70)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_source_says_cannot_drive_the_terminal() {
        let line = "web\t\u{1b}]0;mine\u{7} \u{9b}2J\rok\u{7f}\n日本";
        let object = json!({ "name": line });

        assert_eq!(printable(line), "web\t\\u001b]0;mine\\u0007 \\u009b2J\\u000dok\\u007f\n日本");
        assert_eq!(serde_json::from_str::<Value>(&printable(&object.to_string())).unwrap(), object);
        assert!(matches!(printable("a\tb\n日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_cannot_be_seen_is_written_out_and_what_shapes_a_sign_stays() {
        let line = "pay\u{202e}stnem\u{202c} db\u{200b}-m1 \u{e0041} a\u{2028}b";
        let object = json!({ "name": line });

        assert_eq!(printable(line), "pay\\u202estnem\\u202c db\\u200b-m1 \\udb40\\udc41 a\\u2028b");
        assert_eq!(serde_json::from_str::<Value>(&printable(&object.to_string())).unwrap(), object);
        assert!(matches!(printable("👩\u{200d}💻 ✔\u{fe0f} می\u{200c}خواهم"), Cow::Borrowed(_)));
    }

    #[test]
    fn failures_have_their_documented_codes() {
        let code = |c: &str| exit_code(&AppError::new(c));

        assert_eq!(code("time_expression"), 2);
        assert_eq!((code("query_syntax"), code("too_many_steps")), (2, 2));
        assert_eq!((code("log_query"), code("log_query_raw")), (2, 2));
        assert_eq!(code("source_denied"), 3);
        assert_eq!(code("not_a_workspace"), 4);
        assert_eq!(code("internal"), 70);
        assert_eq!(code("cancelled"), 130);
    }
}
