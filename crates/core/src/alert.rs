//! Alerts and the rules that raise them.

use crate::label::Labels;
use crate::time::Timestamp;

/// How far an alert has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertState {
    /// The condition holds, but not yet for long enough.
    Pending,
    /// The alert fires.
    Firing,
    /// The alert fired and has ended.
    Resolved,
}

impl AlertState {
    /// Returns the stable word used in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Resolved => "resolved",
        }
    }

    /// Reads what [`AlertState::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "pending" => Some(Self::Pending),
            "firing" => Some(Self::Firing),
            "resolved" => Some(Self::Resolved),
            _ => None,
        }
    }
}

/// A rule's finding about one label set.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The rule's name (`alertname`).
    pub name: String,
    /// The labels of this alert, `alertname` included.
    pub labels: Labels,
    /// The texts that the rule attaches.
    pub annotations: Labels,
    /// How far it has come.
    pub state: AlertState,
    /// Since when the condition holds.
    pub active_at: Timestamp,
    /// The value that the rule saw; `None` when it is not a number.
    pub value: Option<f64>,
}

/// What a rule makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// Alerts.
    Alerting,
    /// A new series.
    Recording,
}

/// A rule of the source: alerting or recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The group it belongs to.
    pub group: String,
    /// Its name: the alert's, or that of the recorded series.
    pub name: String,
    /// What it makes.
    pub kind: RuleKind,
    /// The expression, in PromQL.
    pub expression: String,
    /// How long the condition must hold before it fires, in seconds; 0 for recording rules.
    pub hold_s: f64,
    /// Labels it adds.
    pub labels: Labels,
    /// Texts it attaches.
    pub annotations: Labels,
    /// The source's last error with this rule; empty when it evaluates.
    pub last_error: String,
}
