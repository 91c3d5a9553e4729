//! The settings of a connection as the command line names them: put into a draft, or taken out of one.

use std::path::Path;

use wardroom_app::AppError;
use wardroom_app::connections::{
    ConnectionDraft, ConnectionKind, ExpressionRow, FieldMappingDraft, LogScopeDraft, SignIn,
};
use wardroom_app::phrase::Phrase;
use wardroom_app::topology::{self, InventoryDraft};
use wardroom_app::wire::Millis;

use crate::arguments::{ConnectionFields, WithoutPart};
use crate::output::Output;

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// Bytes of a mebibyte.
const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// Puts what the command line names into a draft; what it does not name stays. A list takes the place of the one before.
pub(crate) fn take(
    draft: &mut ConnectionDraft,
    fields: &ConnectionFields,
    output: &Output,
) -> Result<(), AppError> {
    refuse_misplaced(draft.kind, fields, output)?;
    if let Some(sign_in) = sign_in(fields) {
        draft.sign_in = sign_in;
    }
    if !fields.headers.is_empty() {
        let header = |text: &String| pair(text, ':').ok_or_else(|| usage(output, "terminal-header-unclear"));
        draft.headers = fields.headers.iter().map(header).collect::<Result<_, _>>()?;
    }
    if let Some(ca) = &fields.ca {
        draft.ca_path = Some(ca.display().to_string());
    }
    if let Some(proxy) = &fields.proxy {
        draft.proxy = Some(proxy.clone());
    }
    take_limits(draft, fields);
    match draft.kind {
        ConnectionKind::Prometheus => take_scope(draft, fields, output)?,
        ConnectionKind::Elasticsearch => {
            let scope = draft.logs.take().unwrap_or_default();
            draft.logs = Some(log_scope(scope, fields, output)?);
        }
        ConnectionKind::Cmdb => draft.inventory = Some(inventory(draft.inventory.take(), fields)?),
    }
    Ok(())
}

/// Takes parts out of a draft, so that it is without them.
pub(crate) fn leave_out(draft: &mut ConnectionDraft, parts: &[WithoutPart]) {
    for part in parts {
        match (part, draft.logs.as_mut()) {
            (WithoutPart::SignIn, _) => draft.sign_in = SignIn::None,
            (WithoutPart::Headers, _) => draft.headers.clear(),
            (WithoutPart::Ca, _) => draft.ca_path = None,
            (WithoutPart::Proxy, _) => draft.proxy = None,
            (WithoutPart::Selectors, _) => draft.selectors.clear(),
            (WithoutPart::Expressions, _) => draft.expressions.clear(),
            (WithoutPart::Step, _) => draft.step = None,
            (WithoutPart::Indices, Some(scope)) => scope.indices.clear(),
            (WithoutPart::Query, Some(scope)) => scope.query.clear(),
            (WithoutPart::Fields, Some(scope)) => scope.mapping = FieldMappingDraft::default(),
            (WithoutPart::Indices | WithoutPart::Query | WithoutPart::Fields, None) => {}
        }
    }
}

/// Returns the way of signing in that is named.
fn sign_in(fields: &ConnectionFields) -> Option<SignIn> {
    if let Some(user) = &fields.user {
        return Some(SignIn::Basic { user: user.clone() });
    }
    if fields.bearer {
        return Some(SignIn::Bearer);
    }
    if fields.api_key {
        return Some(SignIn::ApiKey);
    }
    if let Some(command) = &fields.token_command {
        return Some(SignIn::TokenCommand { command: words_of(command) });
    }
    let text = |path: &Path| path.display().to_string();
    let (cert, key) = (fields.cert.as_deref()?, fields.key.as_deref()?);
    Some(SignIn::ClientCertificate { cert_path: text(cert), key_path: text(key) })
}

/// Splits a command line into program and arguments: quotes keep blanks together, and nothing else means anything.
fn words_of(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

fn take_limits(draft: &mut ConnectionDraft, fields: &ConnectionFields) {
    draft.requests_per_minute = fields.requests_per_minute.unwrap_or(draft.requests_per_minute);
    draft.max_concurrent = fields.max_concurrent.unwrap_or(draft.max_concurrent);
    if let Some(seconds) = fields.every {
        draft.follow_every = Millis(i64::from(seconds) * 1000);
    }
    if let Some(days) = fields.retention {
        draft.retention = (days > 0).then(|| Millis(i64::from(days) * DAY_MS));
    }
    if let Some(mebibytes) = fields.max_size {
        draft.max_bytes = (mebibytes > 0).then(|| f64::from(mebibytes) * MEBIBYTE);
    }
}

/// Takes what is wanted of a Prometheus.
fn take_scope(
    draft: &mut ConnectionDraft,
    fields: &ConnectionFields,
    output: &Output,
) -> Result<(), AppError> {
    if !fields.selectors.is_empty() {
        draft.selectors.clone_from(&fields.selectors);
    }
    if !fields.expressions.is_empty() {
        let row = |text: &String| -> Result<ExpressionRow, AppError> {
            let (name, expression) =
                pair(text, '=').ok_or_else(|| usage(output, "terminal-expression-unclear"))?;
            Ok(ExpressionRow { name, expression })
        };
        draft.expressions = fields.expressions.iter().map(row).collect::<Result<_, _>>()?;
    }
    if let Some(seconds) = fields.step {
        draft.step = Some(Millis(i64::from(seconds) * 1000));
    }
    Ok(())
}

/// Takes which lines of a cluster are wanted, and in which fields they are written.
fn log_scope(
    mut scope: LogScopeDraft,
    fields: &ConnectionFields,
    output: &Output,
) -> Result<LogScopeDraft, AppError> {
    if !fields.indices.is_empty() {
        scope.indices.clone_from(&fields.indices);
    }
    if let Some(query) = &fields.query {
        scope.query.clone_from(query);
    }
    for named in &fields.fields {
        let unclear = || usage(output, "terminal-field-unclear");
        let (part, field) = pair(named, '=').ok_or_else(unclear)?;
        let place = match part.as_str() {
            "time" => &mut scope.mapping.time,
            "message" => &mut scope.mapping.message,
            "level" => &mut scope.mapping.level,
            "service" => &mut scope.mapping.service,
            "host" => &mut scope.mapping.host,
            "dataset" => &mut scope.mapping.dataset,
            _ => return Err(unclear()),
        };
        *place = Some(field);
    }
    Ok(scope)
}

/// What stands in the place of a preset where the mapping is one's own.
const OWN: &str = "own";

/// Takes how an inventory is to be understood: by a preset, or by a mapping of one's own in its place.
fn inventory(before: Option<InventoryDraft>, fields: &ConnectionFields) -> Result<InventoryDraft, AppError> {
    let mut inventory =
        before.unwrap_or_else(|| InventoryDraft { preset: OWN.to_owned(), mapping: String::new() });
    if let Some(preset) = &fields.preset {
        inventory = InventoryDraft { preset: preset.clone(), mapping: String::new() };
    }
    if let Some(path) = &fields.mapping {
        inventory.mapping = std::fs::read_to_string(path)
            .map_err(|e| AppError::new("file_unreadable").with("path", path.display()).with("detail", e))?;
    }
    let presets: Vec<String> = topology::presets().into_iter().map(|preset| preset.key).collect();
    let known = presets.join(", ");
    if inventory.preset == OWN && inventory.mapping.trim().is_empty() {
        return Err(AppError::new("preset_missing").with("known", known));
    }
    let named = fields.preset.as_ref().filter(|preset| *preset != OWN && !presets.contains(preset));
    match named {
        Some(name) => Err(AppError::new("preset_unknown").with("name", name).with("known", known)),
        None => Ok(inventory),
    }
}

/// Refuses what has no meaning for this kind of connection, which would be passed over without a word.
fn refuse_misplaced(
    kind: ConnectionKind,
    fields: &ConnectionFields,
    output: &Output,
) -> Result<(), AppError> {
    let of_metrics = [
        (!fields.selectors.is_empty(), "--selector"),
        (!fields.expressions.is_empty(), "--expression"),
        (fields.step.is_some(), "--step"),
    ];
    let of_logs = [
        (!fields.indices.is_empty(), "--index"),
        (fields.query.is_some(), "--query"),
        (!fields.fields.is_empty(), "--field"),
    ];
    let of_inventories = [(fields.preset.is_some(), "--preset"), (fields.mapping.is_some(), "--mapping")];
    let (others, kind): ([&[(bool, &str)]; 2], &str) = match kind {
        ConnectionKind::Prometheus => ([&of_logs, &of_inventories], "prometheus"),
        ConnectionKind::Elasticsearch => ([&of_metrics, &of_inventories], "elasticsearch"),
        ConnectionKind::Cmdb => ([&of_metrics, &of_logs], "cmdb"),
    };
    match others.into_iter().flatten().find(|(is_named, _)| *is_named) {
        Some((_, option)) => {
            let said = Phrase::new("terminal-option-misplaced").text("option", *option).text("kind", kind);
            Err(AppError::new("usage").with("detail", output.words().phrase(&said)))
        }
        None => Ok(()),
    }
}

/// Splits a text at the first separator, without the blanks around it.
fn pair(text: &str, separator: char) -> Option<(String, String)> {
    let (name, value) = text.split_once(separator)?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

fn usage(output: &Output, key: &str) -> AppError {
    AppError::new("usage").with("detail", output.words().word(key))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use wardroom_app::connections;

    use super::*;
    use crate::arguments::{Arguments, Command, SourceCommand};

    /// Returns the draft as the options of `source edit` change it.
    fn edited(mut draft: ConnectionDraft, options: &[&str]) -> Result<ConnectionDraft, AppError> {
        let line = [&["wardroom", "--language", "en", "source", "edit", "1", "--workspace", "w"], options];
        let arguments = Arguments::parse_from(line.concat());
        let output = Output::new(&arguments);
        let Command::Source(SourceCommand::Edit(edit)) = &arguments.command else { panic!("an edit") };
        leave_out(&mut draft, &edit.without);
        take(&mut draft, &edit.fields, &output).map(|()| draft)
    }

    fn stored() -> ConnectionDraft {
        ConnectionDraft {
            sign_in: SignIn::Bearer,
            headers: vec![("X-Scope-OrgID".to_owned(), "shop".to_owned())],
            ca_path: Some("ca.pem".to_owned()),
            selectors: vec!["up".to_owned()],
            step: Some(Millis(60_000)),
            retention: Some(Millis(DAY_MS)),
            ..connections::empty_draft()
        }
    }

    #[test]
    fn what_is_not_named_stays_and_what_is_named_takes_its_place() {
        let options = ["--selector", "node_load1", "--retention", "30", "--every", "60", "--max-size", "10"];

        let changed = edited(stored(), &options).unwrap();

        let expected = ConnectionDraft {
            selectors: vec!["node_load1".to_owned()],
            retention: Some(Millis(30 * DAY_MS)),
            follow_every: Millis(60_000),
            max_bytes: Some(10.0 * MEBIBYTE),
            ..stored()
        };
        assert_eq!(changed, expected);
        assert_eq!(edited(stored(), &[]).unwrap(), stored());
    }

    #[test]
    fn parts_are_taken_out_by_name_and_limits_by_zero() {
        let options =
            ["--without", "sign-in", "--without", "headers", "--without", "step", "--retention", "0"];

        let changed = edited(stored(), &options).unwrap();

        let expected = ConnectionDraft {
            sign_in: SignIn::None,
            headers: Vec::new(),
            step: None,
            retention: None,
            ..stored()
        };
        assert_eq!(changed, expected);
    }

    #[test]
    fn quotes_keep_the_blanks_of_a_command_together() {
        assert_eq!(
            words_of("  vault  read -field=token 'secret/the shop' "),
            ["vault", "read", "-field=token", "secret/the shop"]
        );
        assert_eq!(words_of("get --for=\"the 'shop'\" \"\" $HOME"), ["get", "--for=the 'shop'", "", "$HOME"]);
        assert_eq!(words_of("an 'open quote"), ["an", "open quote"]);
        assert!(words_of(" \t").is_empty());
    }

    #[test]
    fn fields_of_a_cluster_are_changed_one_by_one() {
        let mapping = FieldMappingDraft {
            time: Some("at".to_owned()),
            level: Some("sev".to_owned()),
            ..FieldMappingDraft::default()
        };
        let scope = LogScopeDraft { indices: vec!["logs-*".to_owned()], query: String::new(), mapping };
        let cluster = ConnectionDraft {
            kind: ConnectionKind::Elasticsearch,
            logs: Some(scope.clone()),
            ..connections::empty_draft()
        };

        let changed = edited(cluster.clone(), &["--field", "level = severity"]).unwrap();
        let cleared = edited(cluster, &["--without", "indices", "--without", "fields"]).unwrap();

        let mut expected = scope;
        expected.mapping.level = Some("severity".to_owned());
        assert_eq!(changed.logs, Some(expected));
        assert_eq!(cleared.logs, Some(LogScopeDraft::default()));
    }

    #[test]
    fn a_preset_and_a_mapping_take_the_place_of_each_other() {
        let own = InventoryDraft { preset: "netbox".to_owned(), mapping: "of my own".to_owned() };
        let inventory = ConnectionDraft {
            kind: ConnectionKind::Cmdb,
            inventory: Some(own.clone()),
            ..connections::empty_draft()
        };

        let kept = edited(inventory.clone(), &["--retention", "9"]).unwrap();
        let other = edited(inventory, &["--preset", "itop"]).unwrap();

        assert_eq!(kept.inventory, Some(own));
        assert_eq!(
            other.inventory,
            Some(InventoryDraft { preset: "itop".to_owned(), mapping: String::new() })
        );
    }

    #[test]
    fn a_preset_that_is_none_and_a_missing_mapping_are_refused_with_what_there_is() {
        let empty = ConnectionDraft { kind: ConnectionKind::Cmdb, ..connections::empty_draft() };

        let unknown = edited(empty.clone(), &["--preset", "netbxo"]).unwrap_err();
        let missing = edited(empty, &["--preset", "own"]).unwrap_err();

        assert_eq!((unknown.code.as_str(), unknown.fields["name"].as_str()), ("preset_unknown", "netbxo"));
        assert_eq!(missing.code, "preset_missing");
        assert!(missing.fields["known"].starts_with("netbox, nautobot"));
    }

    #[test]
    fn what_has_no_meaning_for_a_kind_is_refused_by_name() {
        let refused = edited(stored(), &["--index", "logs-*"]).unwrap_err();

        assert_eq!(refused.code, "usage");
        assert!(refused.fields["detail"].contains("--index"), "{refused:?}");
    }
}
