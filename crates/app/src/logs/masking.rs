//! Secrets in lines: masked on the way in unless a person decides otherwise, and counted by rule.

use std::collections::BTreeMap;

use wardroom_analysis::logs::secrets::{self, SecretRule, SecretRules};
use wardroom_core::LogRecord;

use super::rows::MaskingRow;
use crate::context::{App, Open};
use crate::error::AppError;
use crate::events::AppEvent;

/// Where the choice stands in the workspace; nothing there means that secrets are masked.
const KEY: &str = "logs-masking";
const OFF: &str = "off";

/// Secrets that were found, by rule.
pub(crate) type Found = BTreeMap<String, u64>;

/// Returns the rules that lines of a workspace pass; nothing when a person turned masking off.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn rules(open: &Open) -> Result<Option<SecretRules>, AppError> {
    let off = open.workspace.meta(KEY).await?.is_some_and(|text| text == OFF);
    Ok((!off).then(SecretRules::all))
}

/// Masks the secrets of a line, in its text, in who wrote it and in its fields, and notes by which rules.
pub(crate) fn mask(record: &mut LogRecord, rules: SecretRules, found: &mut Found) {
    let LogRecord { message, service, host, dataset, .. } = record;
    for part in [message, service, host, dataset] {
        let masked = secrets::mask(part, &rules);
        if !masked.found.is_empty() {
            note(&masked.found, found);
            let text = masked.text.into_owned();
            *part = text;
        }
    }
    let mut changed = Vec::new();
    for (name, value) in record.fields.iter() {
        let masked = secrets::mask_field(name, value, &rules);
        if !masked.found.is_empty() {
            note(&masked.found, found);
            changed.push((name.to_owned(), masked.text.into_owned()));
        }
    }
    for (name, value) in changed {
        record.fields.set(name, value);
    }
}

fn note(rules: &[SecretRule], found: &mut Found) {
    for rule in rules {
        *found.entry(rule.as_str().to_owned()).or_insert(0) += 1;
    }
}

/// Says whether secrets are masked, and how many were by which rule.
///
/// # Errors
///
/// `no_workspace`; store failures.
pub async fn masking(app: &App) -> Result<MaskingRow, AppError> {
    let open = app.open()?;
    let on = rules(&open).await?.is_some();
    let found = found(&open).await?;
    let rules = SecretRule::ALL.iter().map(|rule| {
        let n = found.get(rule.as_str()).copied().unwrap_or(0);
        (rule.as_str().to_owned(), u32::try_from(n).unwrap_or(u32::MAX))
    });
    Ok(MaskingRow { on, rules: rules.collect() })
}

/// Returns the secrets that were masked in this workspace, by rule.
///
/// # Errors
///
/// Store failures.
pub(crate) async fn found(open: &Open) -> Result<Found, AppError> {
    let mut sums = Found::new();
    for (_, rule, n) in open.workspace.log_masked().await? {
        *sums.entry(rule).or_insert(0) += n;
    }
    Ok(sums)
}

/// Turns masking on or off for lines that arrive from then on; what is stored stays as it is.
///
/// # Errors
///
/// `no_workspace`; read-only workspaces; store failures.
pub async fn set_masking(app: &App, on: bool) -> Result<(), AppError> {
    let open = app.open()?;
    open.workspace.set_meta(KEY, if on { "" } else { OFF }).await?;
    app.bus().tell(AppEvent::LogsChanged);
    Ok(())
}

#[cfg(test)]
mod tests {
    use wardroom_core::{Labels, Timestamp};

    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand_in_a_record() {
        let mut fields = Labels::default();
        fields.set("db.password", "hunter2");
        fields.set("url", "redis://:hunter2@cache:6379");
        let mut record = LogRecord {
            at: Timestamp::from_millis(0),
            level: None,
            service: "password=hunter2".to_owned(),
            host: "amqp://app:hunter2@queue".to_owned(),
            dataset: "shop password=hunter2".to_owned(),
            message: "login password=hunter2 刷新 ok".to_owned(),
            fields,
        };
        let mut found = Found::new();

        mask(&mut record, SecretRules::all(), &mut found);

        assert!(!format!("{record:?}").contains("hunter2"), "{record:?}");
        assert_eq!(record.message, "login password=<masked:password> 刷新 ok");
        assert_eq!(found, Found::from([("password".to_owned(), 4), ("url_credentials".to_owned(), 2)]));
    }
}
