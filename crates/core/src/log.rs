//! Log records: one entry with its time, level, text and attributes.

use crate::label::Labels;
use crate::time::Timestamp;

/// How serious the writer of a record found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// Every step.
    Trace,
    /// For those who look for a mistake.
    Debug,
    /// All is well.
    Info,
    /// Something may go wrong.
    Warn,
    /// Something went wrong.
    Error,
    /// The program cannot go on.
    Fatal,
}

impl LogLevel {
    /// Returns the stable word used in files (the values of the field `log.level` in ECS).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// Reads what [`LogLevel::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "trace" => Some(Self::Trace),
            "debug" => Some(Self::Debug),
            "info" => Some(Self::Info),
            "warn" => Some(Self::Warn),
            "error" => Some(Self::Error),
            "fatal" => Some(Self::Fatal),
            _ => None,
        }
    }
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// When it was written, by the clock of its writer.
    pub at: Timestamp,
    /// How serious; `None` when its writer did not say.
    pub level: Option<LogLevel>,
    /// Who wrote it: the service's name (`service.name`); empty when not known.
    pub service: String,
    /// On which machine (`host.name`); empty when not known.
    pub host: String,
    /// Which log (`event.dataset`, such as `nginx.access`); empty when not known.
    pub dataset: String,
    /// The text.
    pub message: String,
    /// Everything else under its field name (`http.response.status_code`, `error.type`, …).
    pub fields: Labels,
}

/// The number of a log template: a hash of its text, so that the same text has the same number in every file and run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateId(pub u64);

/// What kind of fault a log line tells of.
///
/// The guide for a reader: security outweighs hardware, hardware outweighs network, network outweighs application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultClass {
    /// Routine, progress, success, recovery: no fault.
    None,
    /// A physical part fails, is degraded, missing, or out of its range.
    Hardware,
    /// A software or configuration fault.
    Application,
    /// A peer cannot be reached or a link breaks.
    Network,
    /// Failed or suspicious sign-in, a scan, an access that a policy denied.
    Security,
    /// Nothing can be said with enough confidence.
    Unknown,
}

impl FaultClass {
    /// All classes, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::Hardware, Self::Application, Self::Network, Self::Security, Self::None, Self::Unknown];

    /// Returns the stable word used in files and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hardware => "hardware_failure",
            Self::Application => "application_error",
            Self::Network => "network_interruption",
            Self::Security => "security_attack",
            Self::Unknown => "unknown",
        }
    }

    /// Reads what [`FaultClass::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_back() {
        for level in [
            LogLevel::Trace,
            LogLevel::Debug,
            LogLevel::Info,
            LogLevel::Warn,
            LogLevel::Error,
            LogLevel::Fatal,
        ] {
            assert_eq!(LogLevel::parse(level.as_str()), Some(level));
        }
        assert_eq!(LogLevel::parse("loud"), None);
    }
}
