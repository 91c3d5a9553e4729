//! Reads rules and the alerts that they raise.

use std::collections::BTreeMap;

use serde::Deserialize;
use wardroom_core::{Alert, AlertState, Labels, Rule, RuleKind, Timestamp};

use crate::error::SourceError;
use crate::prometheus::{Prometheus, decode, query};
use crate::source::{LostAbility, MissingRight, RuleState};

/// The path of the rules.
pub(super) const RULES: &str = "/api/v1/rules";

/// The path of the alerts.
pub(super) const ALERTS: &str = "/api/v1/alerts";

/// The `data` of the rules.
#[derive(Debug, Default, Deserialize)]
pub(super) struct RulesData {
    groups: Option<Vec<GroupJson>>,
}

#[derive(Debug, Deserialize)]
struct GroupJson {
    #[serde(default)]
    name: String,
    rules: Option<Vec<RuleJson>>,
}

#[derive(Debug, Deserialize)]
struct RuleJson {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    duration: f64,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
    #[serde(rename = "lastError", default)]
    last_error: String,
    #[serde(rename = "type", default)]
    kind: String,
}

/// The `data` of the alerts.
#[derive(Debug, Default, Deserialize)]
pub(super) struct AlertsData {
    alerts: Option<Vec<AlertJson>>,
}

#[derive(Debug, Deserialize)]
struct AlertJson {
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default)]
    state: String,
    #[serde(rename = "activeAt", default)]
    active_at: String,
    #[serde(default)]
    value: String,
}

impl RulesData {
    /// Returns the number of groups.
    pub(super) fn n_groups(&self) -> u32 {
        u32::try_from(self.groups.as_ref().map_or(0, Vec::len)).unwrap_or(u32::MAX)
    }

    /// Gives up the rules in the source's order; one of a kind that we do not know is left out.
    pub(super) fn into_rules(self) -> Vec<Rule> {
        let groups = self.groups.unwrap_or_default().into_iter();
        groups
            .flat_map(|group| {
                let name = group.name;
                let rules = group.rules.unwrap_or_default();
                rules.into_iter().filter_map(move |rule| rule.into_rule(&name))
            })
            .collect()
    }
}

impl RuleJson {
    fn into_rule(self, group: &str) -> Option<Rule> {
        let kind = match self.kind.as_str() {
            "alerting" => RuleKind::Alerting,
            "recording" => RuleKind::Recording,
            _ => return None,
        };
        Some(Rule {
            group: group.to_owned(),
            name: self.name,
            kind,
            expression: self.query,
            hold_s: self.duration,
            labels: Labels::new(self.labels.unwrap_or_default()),
            annotations: Labels::new(self.annotations.unwrap_or_default()),
            last_error: self.last_error,
        })
    }
}

impl AlertsData {
    /// Gives up the alerts; one whose start cannot be read began at `now` as far as anybody knows.
    pub(super) fn into_alerts(self, now: Timestamp) -> Vec<Alert> {
        self.alerts.unwrap_or_default().into_iter().filter_map(|alert| alert.into_alert(now)).collect()
    }
}

impl AlertJson {
    fn into_alert(self, now: Timestamp) -> Option<Alert> {
        let labels = Labels::new(self.labels.unwrap_or_default());
        let active_at = self.active_at.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
        Some(Alert {
            name: labels.get("alertname").unwrap_or_default().to_owned(),
            labels,
            annotations: Labels::new(self.annotations.unwrap_or_default()),
            state: AlertState::parse(&self.state)?,
            active_at: active_at.map_or(now, Timestamp::from_millis),
            value: decode::parse_value(&self.value).filter(|value| !value.is_nan()),
        })
    }
}

/// Returns the right that an error says is missing for a path; `None` when the error is of another kind.
pub(super) fn missing_right(error: &SourceError, path: &str, lost: LostAbility) -> Option<MissingRight> {
    let status = match error {
        SourceError::Forbidden { .. } => 403,
        // Products without rules or status pages answer such paths with pages of their own.
        SourceError::NotFound { .. }
        | SourceError::NotPrometheus { .. }
        | SourceError::NotElasticsearch { .. } => 404,
        SourceError::BadQuery { .. } => 400,
        SourceError::ServerFailed { status, .. } => *status,
        SourceError::Settings { .. }
        | SourceError::UnknownHost { .. }
        | SourceError::Unreachable { .. }
        | SourceError::Tls { .. }
        | SourceError::ShutOut { .. }
        | SourceError::NeedsHttps { .. }
        | SourceError::Timeout { .. }
        | SourceError::QueryTimeout { .. }
        | SourceError::Denied { .. }
        | SourceError::NoTenant
        | SourceError::Redirected { .. }
        | SourceError::TooLarge { .. }
        | SourceError::AnswerTooLong { .. }
        | SourceError::Truncated { .. }
        | SourceError::Malformed { .. }
        | SourceError::Busy { .. }
        | SourceError::NotInventory { .. }
        | SourceError::TokenCommand { .. } => return None,
    };
    Some(MissingRight { path: path.to_owned(), status, lost })
}

impl Prometheus {
    /// Asks for a path that a restricted account may lack: the data, or the right that is missing.
    pub(super) async fn ask_or_miss<T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        lost: LostAbility,
        missing: &mut Vec<MissingRight>,
    ) -> Result<Option<T>, SourceError> {
        match self.ask::<T>(&query::get(path)).await {
            Ok(reply) => Ok(Some(reply.data)),
            Err(error) => match missing_right(&error, path, lost) {
                Some(right) => {
                    missing.push(right);
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    pub(super) async fn rule_state(&self, now: Timestamp) -> Result<RuleState, SourceError> {
        let mut missing = Vec::new();
        let rules = self.ask_or_miss::<RulesData>(RULES, LostAbility::Rules, &mut missing).await?;
        let alerts = self.ask_or_miss::<AlertsData>(ALERTS, LostAbility::Alerts, &mut missing).await?;
        Ok(RuleState {
            rules: rules.map(RulesData::into_rules).unwrap_or_default(),
            alerts: alerts.map(|data| data.into_alerts(now)).unwrap_or_default(),
            missing,
        })
    }
}
